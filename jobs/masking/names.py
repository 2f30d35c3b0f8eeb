"""Names that people give when they introduce themselves, are addressed or sign."""

import re
from collections.abc import Iterator

from jobs.masking.not_names import (
    NAMES_OF_THAT_SHAPE,
    NO_ANSWER,
    NOT_A_NAME,
    NOT_PEOPLE,
    NOT_SIGNED,
    SAID_TO_SOMEBODY,
    TOLD_OF_THINGS,
    TOLD_OF_THINGS_SHAPE,
)
from jobs.masking.spoken import NUMBER_WORDS
from jobs.masking.view import BLANK, WORD, Found, View, words

TITLES = words(
    "m mr mrs ms mme mlle mmes mm dr monsieur madame mademoiselle maitre me mister miss"
    " docteur professeur"
)
LONG_TITLES = words("mme mlle monsieur madame mademoiselle mr mrs mister maitre")
PARTICLES = words(
    "de du des la le les d l van von der den ben bin el al da dos di y e st"
)

# "Le nom est Pixel 8": a product's.
MODEL = re.compile(r" ?[0-9]")
THE = re.compile(r"(?:(?:la|le|les) |l['’])[^\W\d_]")
# "File name: report"
OF_A_THING = re.compile(r"\b(?:file|user|brand|product|domain|host|network|plan) \Z")
# "Ça porte un nom :" and what follows; in a form a capital does.
OF_ANYBODY = re.compile(r"\b(?:votre|un|a mon) \Z")
# "Chez moi c'est …" says how it is there.
OF_MY_PLACE = re.compile(r"\b(?:chez|pour|sans|selon|avec) moi,? c[' ]\Z")
LONGEST_BEFORE = 16

CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
# A full stop belongs to an initial or "St.", after a longer word it ends the sentence.
NAME_WORD = rf"{CAPITAL}(?:[\w'’-]{{0,2}}\.|[\w'’-]{{0,30}})"
CASED = (
    rf"{NAME_WORD}(?:[ -](?:(?:[Dd]e|[Dd]u|[Dd]es|[Ll]a|[Ll]e|van|von|der|ben|bin|el|al|da|dos|di|"
    rf"[Dd]['’])[ ]?){{0,2}}{NAME_WORD}|[ ]{NAME_WORD}){{0,3}}"
)
CASED_NAME = re.compile(CASED)
TITLE = re.compile(
    r"(?P<title>monsieur|madame|mademoiselle|mister|miss|maitre"
    r"|m(?:me|lle|r|rs|s|lles|mes)?\b\.?|dr\b\.?)[ ]{1,2}(?:et (?:madame|monsieur|mme|m\.?|mr) )?"
)
# "M. de La Rochefoucauld"; of "le monsieur de Darty" the title has no capital.
NOBLE = re.compile(
    r"(?:d[eu] (?:[Ll]a )?|d['’]|van (?:de[rn]? )?|von |della? )"
    rf"(?P<name>{CAPITAL}[a-zß-ÿ][\w'-]*)"
)
# "Titulaire : Léa Martin", "my wife Léa Martin": whose contract it is, who else there is.
HOLDER = re.compile(
    r"(?:(?:titulaire|(?:(?<=account )|(?<=policy )|(?<=contract ))holder)"
    r"(?: (?:du|de la|de l'|of the) ?(?:compte|contrat|abonnement|ligne|account))?"
    r"|(?:(?<=l')|(?<=mon )|(?<=ma ))(?:abonnee?|assuree?|femme|mari|epouse|epoux|fils"
    r"|fille|pere|mere|frere|s(?:oe|œ)ur|conjointe?|compagne|compagnon)"
    r"|(?<=my )(?:wife|husband|son|daughter|mother|father|partner|brother|sister))"
    r"(?:,? (?:est|is|c'est|s'appelle|is called))?[ ,:]{1,3}"
)
INTRODUCTION = re.compile(
    r"(?:(?:(?<=je m')|(?<=j'm')|(?<=jm')|(?<=je m )|(?<=je me ))"
    r"(?:ap{1,2}el{1,2}e?|(?:pre|de|re)?nomme)"
    r"|(?:(?<=mon )|(?<=son )|(?<=my )|(?<=first )|(?<=last )|(?<=full )|(?<=her )|(?<=his ))"
    r"(?:nom|name|surname)(?: de famille| complet){0,2} ?(?:est|c'est|cest|is|'s|:)"
    r"|(?<=mon )prenom (?:est|c'est|:)|(?<=\bau )nom de?|(?<=in the )name of|(?:nom|prenom|name) ?:|soussignee?)"
    r"[ :,']{1,3}(?:est |is |c'est )?"
    r"|(?:(?<=moi c')|(?<=moi c )|(?<=moi, c'))est (?=\w)"
)
# Said of a name in general; a capital is needed.
NAME_OF = re.compile(
    r"(?:(?<=le )|(?<=the )(?<!think the )|(?<=last )|(?<=first )|(?<=family )|(?=surname|prenom))"
    r"(?:nom|prenom|name|surname)(?: de famille| d'usage)?"
    r"(?: (?:on|sur) (?:the|my|le|la|mon|ma) (?:account|card|contract|bill|policy|order"
    r"|booking|ticket|compte|contrat|carte|facture|dossier|commande|billet)| du titulaire)?"
    r" ?(?:est|c'est|cest|is|'s|:)[ :]{1,2}"
)
# "Nom Martin prénom Léa", "first name Lea last name Martin": a form filled in.
FORM = re.compile(
    r"(?:(?:(?<=first )|(?<=last )|(?<=family ))name|surname|prenom|nom(?: de famille)?) "
    r"(?=\w)"
)
# "Quemener, j'épelle, q u e m e n e r"; fewer letters than four spell no name.
SPELLED = re.compile(
    BLANK + r"[ ,:(-]{1,3}"
    r"(?:(?:ca s'ecrit|s'ecrit|j'epelle|je vous l'epelle|c'est|donc|alors|euh|spelled|spelt"
    r"|that's|it's)[ :,]{1,2}){0,2}"
    r"(?P<letters>(?:double )?[a-z](?:[ ,.-]{1,2}(?:double )?[a-z]){3,30})(?!\w)"
)
# Where the letters begin that are a find of their own: "Quemener Q U E …".
TWO_LETTERS = re.compile(r"[a-z][ -][a-z](?!\w)")
LETTER_BEFORE = re.compile(r"(?<!\w)[a-z][ -]\Z")
# "Votre nom ?" and, on the next line, the answer.
ASKED = re.compile(
    r"(?:nom|prenom|name|surname)(?: de famille| complet| et prenom)?"
    r"(?: (?:s'il vous plait|svp|please|on the account|du titulaire))?[ ]?[?.]?[ ]?\n"
    r"(?:[a-z]{4,12} ?: ?)?(?:(?:oui|yes|yeah|sure|alors|euh|um|uh|so|ok|c'est|it's|it is"
    r"|that's|moi c'est)[ ,]{1,2}){0,4}"
)
ASKING = re.compile(
    r"\b(?:votre|your|quel|what|ton)\b[^\n]{0,30}\Z"
    r"|(?:\A|\n)(?:[a-z]{4,12} ?: ?)?(?:(?:et|and|le|the|first|last|family|full) ){0,3}\Z"
)
ANSWER = re.compile(r"[^\W\d_]{2,20}(?:[ '-][^\W\d_]{2,20}){0,2}(?=[ .]?(?:\n|\Z))")
ANSWER_ENDS = re.compile(
    r"[ ]?(?:[\n,.;!(]|\Z|(?:comme|like|with|avec|c'est|that's|[a-z]) )"
)
SOFT_INTRODUCTION = re.compile(
    r"(?:ici|(?<=je )suis|(?:(?<=c')|(?<=c ))est|(?<=this )is|(?<=i')m|im|jsuis?|chuis?|(?<=i )am|(?<=it')s"
    r"|presente)[ ,:]{1,3}(?:bien )?"
)
# "C'est Untel Services qui a refusé": who did it, hardly who is speaking.
SUBJECT = re.compile(r" (?:qui|que|a|ont|est|m'a|who|that)\b")
SPEAKING_AFTER = re.compile(
    r"[ ,]{1,2}(?:a l'appareil|au telephone|a votre (?:service|ecoute)|speaking|here,? calling)\b"
)
# "Bonjour Léa Martin je vous appelle": a whole name.
CALLING_AFTER = re.compile(
    r"[ ,]{1,2}(?:je vous (?:appelle|contacte|telephone)|calling)\b"
)
HERE = re.compile(r"here\b(?<= here)(?=[ ,.!]|\Z)(?! (?:i|we) )")
GREETED = re.compile(r"\b(?:hi|hello|hey|yes|it's|it is|this is)[ ,]{1,2}\Z")
# The line that mail programs draw above a signature.
DRAWN = re.compile(r"(?:\A|\n)-- ?\n")
CLOSING_FORMULA = re.compile(
    r"(?:cordialement|cdlt|cdt|crdlt|bien a vous|bien cordialement|salutations(?: distinguees)?"
    r"|respectueusement|sinceres salutations|bien a toi|sentiments (?:distingues|les meilleurs)"
    r"|(?:best|kind|warm|kindest) regards|regards|sincerely|yours(?: (?:truly|faithfully))?"
    r"|cheers|(?:many )?thanks(?: in advance| again| a lot| so much)?"
    r"|merci (?:d'avance|encore|beaucoup)|merci|thank you(?: in advance| again| so much)?|bonne (?:journee|soiree|reception)"
    r"|bientot|amicalement|signed?|best(?: wishes)?|all the best|thx|tks|b?rgds"
    r"|(?:(?<=a nice )|(?<=a good )|(?<=a great )|(?<=a lovely ))(?:day|evening|weekend))"
    r"(?P<gap>[ ]?[,.!:]?[ ]?(?:\n[ \t]{0,3}){1,3}|[ ]?,[ ]|[ ]?[.!:][ ]|[ ])"
)
# Said before a name only in these, any text may follow "merci" or "c'est".
FIRM_CLOSING = words(
    "cordialement cdlt cdt crdlt salutations respectueusement regards sincerely signe signed"
)
INTRODUCING = words(
    "est appelle appele appel appell apelle apele apel nomme denomme renomme prenomme nom prenom name surname soussigne soussignee"
)
HOLDING = words(
    "titulaire holder abonne abonnee assure assuree femme mari epouse epoux fils fille pere"
    " mere frere soeur sœur conjoint conjointe compagne compagnon wife husband son daughter"
    " mother father partner brother sister"
)
SOFTLY_INTRODUCING = words("ici suis jsuis jsui chuis chui est is m im am s presente")
SPEAKING = words(
    "appareil speaking ecoute service telephone here calling appelle contacte"
)
CLOSING = words(
    "cordialement cdlt cdt crdlt bien salutations respectueusement sinceres sentiments best"
    " kind warm kindest regards sincerely yours cheers many thanks thank merci bonne bientot"
    " amicalement signe signed all thx tks rgds brgds day evening weekend"
)
NOT_ADDRESSED = SAID_TO_SOMEBODY | NUMBER_WORDS
LOWER_WORD = re.compile(r"o'[^\W\d_]{2,30}|[^\W\d_]{2,30}(?:['-][^\W\d_]{2,30}){0,2}")


def introduced(view: View) -> Iterator[Found]:
    """After "je m'appelle", "mon nom est", "nom :"."""
    for at in view.places(INTRODUCING):
        match = INTRODUCTION.match(view.text, at)
        if match:
            before = view.text[max(0, at - LONGEST_BEFORE) : at]
            if is_of_a_thing(match[0], before):
                continue
            needs_capital = tells_of_things(view, match, before)
            yield from name_at(view, match.end(), lower_words=0 if needs_capital else 3)
        else:
            yield from filled_in(view, at)
        yield from answered(view, at)


def is_of_a_thing(introduction: str, before: str) -> bool:
    """Whether what seems to introduce somebody names a file or says how things are."""
    if introduction.endswith(": "):
        return bool(OF_A_THING.search(before))
    return introduction == "est " and bool(OF_MY_PLACE.search(before))


def tells_of_things(view: View, introduction: re.Match[str], before: str) -> bool:
    """Whether what is introduced is a person's name only with a capital."""
    said, at = introduction[0], introduction.end()
    # "In the name of science".
    if said.startswith("name of"):
        return True
    if said.startswith(("nom :", "nom:")):
        return bool(OF_ANYBODY.search(before))
    # "Au nom de la société", "moi c'est la box".
    if not said.startswith(("nom de", "est ")):
        return False
    return bool(THE.match(view.raw, at)) or (said == "est " and is_told(view, at))


def is_told(view: View, at: int) -> bool:
    """Whether after "moi c'est" comes what somebody says of a thing."""
    word = WORD.match(view.text, at)
    if word is None or word[0] in TOLD_OF_THINGS or word[0] in NUMBER_WORDS:
        return True
    is_shaped = TOLD_OF_THINGS_SHAPE.match(view.raw, at)
    return bool(is_shaped) and word[0] not in NAMES_OF_THAT_SHAPE


def filled_in(view: View, at: int) -> Iterator[Found]:
    """After "le nom c'est" or, in a form, "prénom": only with a capital."""
    match = NAME_OF.match(view.text, at)
    if match is None or is_shouted(view, match.end()):
        match = FORM.match(view.text, at)
        # "Nom" alone is a word of other talk.
        if match and match[0].startswith("nom") and "prenom" not in view.words:
            return
    if match is None:
        return
    end = cased_end(view, match.end())
    if end > match.end() and not MODEL.match(view.raw, end):
        yield Found("NAME", match.end(), end)


def answered(view: View, at: int) -> Iterator[Found]:
    """What stands alone after the question, with a capital or in a text without any."""
    match = ASKED.match(view.text, at)
    if not match or not ASKING.search(view.text, max(0, at - 40), at):
        return
    start = match.end()
    end = cased_end(view, start)
    if end > start and ANSWER_ENDS.match(view.text, end):
        yield Found("NAME", start, end)
    answer = ANSWER.match(view.text, start)
    if end > start or answer is None or view.has_capitals:
        return
    if NO_ANSWER.isdisjoint(WORD.findall(answer[0])):
        yield Found("NAME", start, answer.end())


def spelled(view: View) -> Iterator[Found]:
    """Letters said one by one after what has been masked."""
    for match in SPELLED.finditer(view.text):
        yield Found("NAME", *match.span("letters"))


def titled(view: View) -> Iterator[Found]:
    """After "Mme" and the like, which stays: it tells nobody who it is."""
    for at in view.places(TITLES):
        match = TITLE.match(view.text, at)
        # The m of "I'm" and "je m'…" is no title, nor is that of "L A M B E R T".
        if match and view.text[at - 1 : at] != "'" and not is_among_letters(view, at):
            is_long = match["title"] in LONG_TITLES
            noble = NOBLE.match(view.raw, match.end())
            if noble and view.raw[at].isupper():
                yield from noble_name(view, match.end(), noble)
                continue
            yield from name_at(view, match.end(), lower_words=int(is_long))


def noble_name(view: View, start: int, match: re.Match[str]) -> Iterator[Found]:
    """Of "M. de La Rochefoucauld"; "Madame de La Poste" is of a firm."""
    end = max(match.end(), cased_end(view, match.start("name")))
    if NOT_PEOPLE.isdisjoint(WORD.findall(view.text[start:end])):
        yield Found("NAME", start, end)


def held(view: View) -> Iterator[Found]:
    """After "titulaire" or "my wife" two words with capitals; one may be anything."""
    for at in view.places(HOLDING):
        match = HOLDER.match(view.text, at)
        if match is None:
            continue
        end = cased_end(view, match.end())
        parts = WORD.findall(view.text[match.end() : end])
        if len(parts) > 1 and NOT_PEOPLE.isdisjoint(parts):
            yield Found("NAME", match.end(), end)


def is_among_letters(view: View, at: int) -> bool:
    """Whether the letter here has letters on both sides."""
    if not TWO_LETTERS.match(view.text, at):
        return False
    return bool(LETTER_BEFORE.search(view.text, max(0, at - 4), at))


def softly_introduced(view: View) -> Iterator[Found]:
    """After "c'est" or "je suis" two capitalised words are a name; one may be anything."""
    for at in view.places(SOFTLY_INTRODUCING):
        match = SOFT_INTRODUCTION.match(view.text, at)
        if match and view.raw[match.end() : match.end() + 1].isupper():
            end = cased_end(view, match.end())
            if is_shouted(view, match.end()):
                continue
            is_subject = SUBJECT.match(view.text, end)
            parts = WORD.findall(view.text[match.end() : end])
            # "C'est F R": letters spelled, no name.
            is_name = len(parts) >= 2 and any(len(part) > 1 for part in parts)
            is_name = is_name and NOT_PEOPLE.isdisjoint(parts)
            # "C'est Saint-Malo"; somebody is called so after a first name.
            is_name = is_name and parts[0] not in ("saint", "sainte")
            if is_name and not is_subject:
                yield Found("NAME", match.end(), end)


def speaking(view: View) -> Iterator[Found]:
    """Before "à l'appareil", and after a greeting before "here"."""
    for match in SPEAKING_AFTER.finditer(view.text):
        yield from name_before(view, match.start())
    for match in CALLING_AFTER.finditer(view.text):
        for name in name_before(view, match.start()):
            if " " in view.raw[name.start : name.end]:
                yield name
    for match in HERE.finditer(view.text):
        end = match.start() - 1
        end -= view.text[end - 1 : end] == ","
        for name in name_before(view, end):
            # "Same here", "Puerto Rico here we come" begin a sentence too.
            is_full = " " in view.raw[name.start : name.end]
            begins = is_full and begins_sentence(view, name.start)
            if begins or GREETED.search(view.text, max(0, name.start - 15), name.start):
                yield name


def signed(view: View) -> Iterator[Found]:
    """After a closing, on its own to the end of its line."""
    for at in view.places(CLOSING):
        match = CLOSING_FORMULA.match(view.text, at)
        if not match:
            continue
        start = match.end()
        end = cased_end(view, start)
        rest = view.text[end : end + 3].lstrip(" .!,")
        is_alone = rest == "" or rest[0] in "\n\r-–|"
        last = match[0].removesuffix(match["gap"]).split()[-1]
        is_firm = last in FIRM_CLOSING or "\n" in match["gap"]
        if view.text[start:end] in NOT_SIGNED:
            continue
        # "Signed: A. Martin, 12 rue …"
        is_alone = is_alone or (last.startswith("sign") and ":" in match["gap"])
        if end > start and is_alone and (is_firm or "," in match["gap"]):
            yield Found("NAME", start, end)


def under_a_line(view: View) -> Iterator[Found]:
    """A name of two words, alone on the first line of a signature drawn off."""
    for match in DRAWN.finditer(view.text):
        end = cased_end(view, match.end())
        if (
            view.text[end : end + 1] in ("", "\n")
            and " " in view.raw[match.end() : end]
        ):
            yield Found("NAME", match.end(), end)


def cased_end(view: View, start: int) -> int:
    """The end of the capitalised name that begins here, or `start` if there is none."""
    match = CASED_NAME.match(view.raw, start)
    if not match:
        return start
    end = start
    for part in WORD.finditer(view.text, start, match.end()):
        is_initial = len(part[0]) == 1 and view.text.startswith(".", part.end())
        is_spelling = end > start and TWO_LETTERS.match(view.text, part.start())
        if is_spelling and not is_initial:
            break
        if part[0] in NOT_A_NAME and part[0] not in PARTICLES and not is_initial:
            break
        if part[0] not in PARTICLES or is_initial:
            end = part.end()
    return end


def name_at(view: View, start: int, *, lower_words: int) -> Iterator[Found]:
    end = cased_end(view, start)
    if end == start:
        end = lower_name_end(view, start, lower_words)
    if end > start:
        yield Found("NAME", start, end)


def lower_name_end(view: View, start: int, most: int) -> int:
    """The end of a name written in lower case: words up to one that is no name.

    After a title that is believed only of a text without capitals, where nothing better
    can be had: "le monsieur dupont", not "Monsieur qui".
    """
    if most == 1 and view.has_capitals:
        return start
    end, at, count = start, start, 0
    while count < most:
        match = LOWER_WORD.match(view.text, at)
        parts = WORD.findall(match[0]) if match else []
        if most == 1 and any(part in NOT_ADDRESSED for part in parts):
            break
        if not match or any(part in NOT_A_NAME for part in parts):
            particle = re.compile(r"(?:(?:de|du|le|la|van|ben|el) |d')").match(
                view.text, at
            )
            if particle and count == 0 and most > 1:
                match = LOWER_WORD.match(view.text, particle.end())
                if match and match[0] not in NOT_A_NAME:
                    end = match.end()
            break
        end, count = match.end(), count + 1
        if view.text[end : end + 1] != " ":
            break
        at = end + 1
    return end


def name_before(view: View, end: int) -> Iterator[Found]:
    before = re.search(
        rf"(?:{NAME_WORD}[ -]){{0,2}}{NAME_WORD}\Z", view.raw[max(0, end - 100) : end]
    )
    if before:
        start = end - len(before[0])
        for part in WORD.finditer(view.text, start, end):
            if part[0] not in NOT_A_NAME and part[0] not in TITLES:
                yield Found("NAME", part.start(), end)
                return


def begins_sentence(view: View, start: int) -> bool:
    before = view.raw[max(0, start - 5) : start].rstrip(" \t\"'«(*-–")
    return before == "" or before[-1] in ".!?…\n:;"


def is_shouted(view: View, start: int) -> bool:
    around = view.raw[max(0, start - 30) : start + 30]
    return around == around.upper()
