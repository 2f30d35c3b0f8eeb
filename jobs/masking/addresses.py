"""Postal addresses, French and English, where they are stated.

An address comes in parts: a street with its number, a building, a postcode with its town,
a post-office box. Parts that touch become one find, if one of them is sure to be an
address, or if a street or house by its name and a town with its postcode are among them;
a postcode, a town or a "bâtiment" alone stays.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from jobs.masking import addresses_abroad as abroad
from jobs.masking.addresses_stated import STATING, stated
from jobs.masking.spoken import NUMBER_WORDS, is_spoken
from jobs.masking.view import Found, View, words

# Never anything but a street when a number stands before it.
PLAIN_TYPES = words(
    "rue avenue av ave boulevard boulevards bd bld blvd boul allee"
    " impasse imp faubourg fbg fg ruelle sentier esplanade venelle traverse chaussee hameau"
    " lotissement chem chemin quai rond sente corniche"
)
# Words for other things too: "1 place de parking", "2 cours", "3 passages".
AMBIGUOUS_TYPES = words(
    "rues avenues allees place pl cours passage route rte square sq cite villa voie montee parc domaine"
    " promenade clos residence res lieu lieudit zone za zi zac mail parvis resid galerie"
    " cour rn che rampe mas immeuble hlm tour foyer r rang all"
)
# Of those, what is hardly ever a street without a number before it.
NUMBERED_ONLY = words("r rang mail cour all")
TYPES = PLAIN_TYPES | AMBIGUOUS_TYPES
NAMED_WITHOUT_NUMBER = words(
    "residence res resid lieu lieudit hameau lotissement immeuble hlm domaine foyer cite"
    " villa mas clos za zi zac zone"
)
# Streets, when a postcode and a town follow the name.
UNNUMBERED_TYPES = PLAIN_TYPES | words(
    "place square route cours passage voie montee promenade"
)
PARTICLES = words(
    "de du des d la le les l en sur sous aux au a et ar saint sainte st ste general gal gen"
    " marechal mal docteur dr professeur pr president pdt abbe colonel capitaine commandant"
    " lieutenant notre dame grand grande petit petite vieux vieille haut haute bas basse"
    " point rond the of dit"
)
# Of those, what a street can be called: "rue Haute".
NAMES_TOO = words("haute basse grande petite vieille")
MONTHS = words(
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
)
# Where a name in lower case ends.
STOPS = words(
    "dans et je j tu il elle on nous vous ils elles mais ou donc or ni car depuis pour par avec"
    " sans mon ma mes ton ta tes son sa ses notre votre leur ce cet cette ces c ca est sont"
    " etait ai as avons avez ont suis es sommes etes qui que qu quoi dont merci svp stp s"
    " n ne pas plus y bonjour voila euh ben alors hier demain aujourd hui ici la-bas quand"
    " comme si tres bien tout toute rien aucun aucune un une deux trois en face pres entre"
    " ou a chez vers apres avant pendant jusqu apt appt appartement batiment bat etage"
    " escalier porte code cedex france tel telephone mail email portable and i my me we"
    " is are was the but for with since please thanks to at on in from barree bloquee"
    " coupee coupe fermee fermer travaux svp monsieur madame toujours deja encore"
)
INTRODUCED = re.compile(
    r"\b(?:habit\w*|domicili\w*|adresse\w*|demeur\w*|resid\w*|log[ée]\w*|loge|livr\w*"
    r"|situ\w*|vis|vit|vivons|demenag\w*|emmenag\w*|expedi\w*|envoy\w*|install\w*|courrier"
    r"|adr|adres|addr|address|(?:i'?m|i am|we'?re|we are)(?= at )|liv(?:e|es|ed|ing)|deliver\w*|ship\w*|send|sent|moved|located|resides?|mail it)\b"
)
INTRODUCTION_REACH = 45
LETTERED = words("bis ter quater b t a c d e f")
JOINED = re.compile(r"[ \n'.-]{0,3}\Z")

PART = re.compile(
    r"\b(?:(?:batiment|bat|bt|appartement|appart|appt|apt|app|escalier|esc|porte|hall|entree|etage|bloc"
    r"|boite|cage|lot|apartment|flat|unit|suite|ste|room|floor)\b\.? ?(?:n ?° ?|no ?|#)?"
    r"(?:[0-9]{1,5}[a-z]?|[a-z][0-9]{0,3})\b"
    r"|(?:[0-9]{1,2} ?(?:er|e|eme|ere|nd|st|rd|th)|premier|deuxieme|troisieme|quatrieme"
    r"|cinquieme|first|second|third) (?:etage|floor)\b)"
)
PART_WORDS = words(
    "batiment bat bt appartement appart appt apt app escalier esc porte hall entree etage"
    " bloc boite cage lot apartment flat unit suite ste room floor"
)
BOX = re.compile(
    r"\b(?:(?:bp|b\.p\.|cs|tsa|boite postale|case postale|p\.? ?o\.? box|po box|psc [0-9]{1,5},? box"
    r"|unit [0-9]{1,5} box|(?:rr|rural route) ?#?[0-9]{1,3},? box) ?(?:n ?° ?)?[0-9]{1,6}(?: [0-9]{2,3})?\b"
    r"(?:[ \n]{1,2}(?:apo|fpo|dpo) [a-z]{2} [0-9]{5}\b)?)"
)
# "36 Grande Rue", "2 Grand'Place": the kind of street comes last.
GRAND = re.compile(
    r"(?<![\w.,/-])[0-9]{1,4}(?: ?(?:bis|ter|[a-d]))?,? "
    # "Une grande place de parking" is none.
    r"(?P<name>grande?[' -]{1,2}(?:rue|place(?! (?:de|dans|pour)\b)))\b"
)
# After these a full stop ends no sentence: "12 bd. Foch", "15 all. des Pins".
SHORTENED = words(
    "av ave bd bld blvd boul pl rte sq imp fbg fg r chem ch all res resid rn st ste"
)
BOX_WORDS = words("bp cs tsa postale box b")
FRENCH_POSTCODE = re.compile(
    r"(?<![\w.,/])(?:f|fr|b|ch|l)?-?(?:0[1-9]|[1-8][0-9]|9[0-8])[ ]?[0-9]{3}(?![\w%€])(?![.,][0-9])(?! [0-9]{3} [0-9]{3}\b)"
)
POSTCODE_NEXT = re.compile(r"[ ,\n-]{1,3}[0-9]{5}\b")
UK_POSTCODE = re.compile(
    r"(?<!\w)[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][abd-hjlnp-uw-z]{2}(?!\w)"
)
US_STATE_ZIP = re.compile(
    r"(?<!\w)(?:[A-Z][a-z]{1,30}(?: [A-Z][a-z]{1,30}){0,2},? )?[A-Z]{2},? [0-9]{5}"
    r"(?:-[0-9]{4})?(?!\w)"
)
GLUE = re.compile(
    # "Sherbrooke O., Montréal"
    r"(?:\.(?=,))?[ \n\t]{0,2}[,;:(/–-]?[ \n\t]{0,3}(?:(?:a|au|in|dans|le|at)[ ]){0,2}\Z"
)

ENGLISH_TYPES = words(
    "street st road rd avenue ave lane ln drive dr close court ct place pl way boulevard"
    " blvd terrace crescent gardens grove square hill mews row walk highway hwy parkway pkwy"
    " trail circle green rise view alley plaza loop sq gdns cres terr quay quayside wharf"
    " parade croft mount vale heights cove crossing causeway embankment wynd mall"
)
ENGLISH_STREET = re.compile(
    r"(?<![\w.,/-])#?[0-9]{1,5}[a-z]?,? (?:(?:[nsew]|[ns][ew])\.? )?"
    r"(?:[a-z0-9][\w'.-]{0,30} ){1,4}?(?P<type>"
    + "|".join(sorted(ENGLISH_TYPES, key=len, reverse=True))
    + r")\b\.?"
)
ABBREVIATED_TYPES = words("st rd ave ln dr ct pl blvd hwy pkwy sq gdns cres terr")
TOLD = re.compile(r"(?:liv(?:e|es|ing) at|address is|deliver to|ship to|moved to) \Z")
TRIGGERS = TYPES | ENGLISH_TYPES | BOX_WORDS | STATING


PART_ONLY, PLACE, TOWN_TOO, SURE = 0, 1, 2, 3
"""What a piece is: nothing by itself, a street or house by its name, a postcode with its
town, an address. A place and a town make an address, as bits do."""


class Piece(NamedTuple):
    start: int
    end: int
    weight: int


def addresses(view: View) -> Iterator[Found]:
    pieces = list(all_pieces(view))
    if not any(piece.weight for piece in pieces):
        return
    pieces += postcodes(view)
    pieces.sort()
    start, end, weight = pieces[0]
    for piece in pieces[1:]:
        if piece.start <= end or GLUE.match(view.text[end : piece.start]):
            end, weight = max(end, piece.end), weight | piece.weight
            continue
        if weight == SURE:
            yield Found("ADDRESS", start, end)
        start, end, weight = piece
    if weight == SURE:
        yield Found("ADDRESS", start, end)


def all_pieces(view: View) -> Iterator[Piece]:
    known = view.words
    if not TYPES.isdisjoint(known):
        for index, token in enumerate(view.tokens):
            if token.text in TYPES and (piece := french_street(view, index)):
                yield piece
    if not BOX_WORDS.isdisjoint(known):
        for match in BOX.finditer(view.text):
            swiss = abroad.four_digit_town(view, match.end())
            yield Piece(match.start(), swiss or match.end(), SURE)
    if "grand" in view.text:
        for match in GRAND.finditer(view.text):
            is_cased = view.raw[match.start("name")].isupper()
            end, _ = french_town(view, match.end(), is_cased)
            yield Piece(match.start(), end, SURE)
    if not PART_WORDS.isdisjoint(known):
        for match in PART.finditer(view.text):
            yield Piece(*match.span(), PART_ONLY)
    if not ENGLISH_TYPES.isdisjoint(known):
        for match in ENGLISH_STREET.finditer(view.text):
            if is_english_street(view, match):
                yield Piece(
                    match.start(), english_town(view, match.end(), match["type"]), SURE
                )
        if is_spoken(view):
            yield from said_english_streets(view)
        if abroad.POSTCODE_END.search(view.text) or abroad.EIRCODE.search(view.raw):
            for match in abroad.LISTED_UP_TO_POSTCODE.finditer(view.raw):
                yield Piece(*match.span(), SURE)
    if not STATING.isdisjoint(known):
        for start, end in stated(view):
            yield Piece(start, end, SURE)


def introduced(view: View, start: int) -> bool:
    return bool(INTRODUCED.search(view.text, max(0, start - INTRODUCTION_REACH), start))


def house_number(view: View, index: int) -> int | None:
    """The token at which the number before a street begins: "12", "12 bis", "douze"."""
    tokens, text = view.tokens, view.text
    at = index - 1

    def touches(one: int) -> bool:
        gap = text[tokens[one].end : tokens[one + 1].start]
        return bool(re.fullmatch(r"[ ,-]{0,3}", gap))

    if at < 0 or not touches(at):
        return None
    if at > 1 and tokens[at].text in ("la", "l") and tokens[at - 1].text == "de":
        at -= 2  # "au 45 de la rue"
        if not touches(at):
            return None
    if tokens[at].text in LETTERED and at > 0 and touches(at - 1):
        at -= 1
    glued = re.fullmatch(r"[0-9]{1,4}(?:bis|ter|quater|[a-f])?", tokens[at].text)
    if glued:
        # "12-14 rue", "3/5 rue"
        if at > 0 and re.fullmatch(r"[0-9]{1,4}", tokens[at - 1].text):
            gap = text[tokens[at - 1].end : tokens[at].start]
            return at - 1 if gap in ("-", "/", " - ") else at
        return at
    if tokens[at].text not in NUMBER_WORDS or tokens[at].text in ("un", "une", "one"):
        return None
    first = at
    while (
        first > 0
        and at - first < 6
        and touches(first - 1)
        and (tokens[first - 1].text in NUMBER_WORDS or tokens[first - 1].text == "et")
    ):
        first -= 1
    return first


def french_street(view: View, index: int) -> Piece | None:
    """A street, by its kind of street; sure when it has a number or is introduced."""
    tokens = view.tokens
    kind = tokens[index].text
    # "15 all inclusive"
    if kind == "all" and not view.text.startswith(".", tokens[index].end):
        return None
    number = house_number(view, index)
    last, is_cased = street_name(view, index)
    if last == index:
        return None
    start = tokens[index if number is None else number].start
    name_end = tokens[last].end
    if number is None:
        return street_by_name(view, index, name_end, is_cased)
    end, has_town = french_town(view, name_end, is_cased)
    further = abroad.four_digit_town(view, end)
    has_town = has_town or bool(further or POSTCODE_NEXT.match(view.text, end))
    if kind in PLAIN_TYPES or is_cased or has_town or introduced(view, start):
        return Piece(start, further or end, SURE)
    return None


def street_by_name(view: View, index: int, end: int, is_cased: bool) -> Piece | None:
    """A street with its number after it, or without: sure when introduced or with more."""
    kind, start = view.tokens[index].text, view.tokens[index].start
    if kind in NUMBERED_ONLY:
        return None
    number_end = abroad.number_after(view, end)
    town_end, has_town = french_town(view, number_end, is_cased)
    # In lower case a number is the street's only before a town: "rue du port 12 à namur".
    if number_end > end and not is_cased and not has_town:
        number_end = end
        town_end, has_town = french_town(view, end, is_cased)
    further = abroad.four_digit_town(view, number_end)
    if is_cased and number_end > end and further:
        return Piece(start, further, SURE)
    if introduced(view, start) and (is_cased or has_town):
        return Piece(start, further or town_end, SURE)
    written_as_name = view.raw[start].isupper()
    if kind in NAMED_WITHOUT_NUMBER and (is_cased or written_as_name):
        return Piece(start, further or town_end, SURE if further else PLACE)
    if kind in UNNUMBERED_TYPES and is_cased:
        return Piece(start, further or town_end, PLACE)
    return None


def street_name(view: View, index: int) -> tuple[int, bool]:
    """The last token of the street's name, and whether it is written with capitals.

    With capitals the name goes on as long as they do; without, it is what comes up to a
    word that no street is called, three words at most.
    """
    tokens, text, raw = view.tokens, view.text, view.raw
    last, content, is_cased = index, 0, False
    for at in range(index + 1, min(index + 11, len(tokens))):
        word = tokens[at].text
        gap = text[tokens[at - 1].end : tokens[at].start]
        has_capital = raw[tokens[at].start].isupper()
        before = tokens[at - 1].text
        # "Rue St. Jean" goes on.
        is_short = len(before) <= 3 if content else before in SHORTENED
        ends_sentence = gap.startswith(". ") and not is_short
        if not JOINED.match(gap) or ends_sentence or (content and "\n" in gap):
            break
        is_glued = "-" in gap or "'" in gap
        is_name = has_capital and (content or word in NAMES_TOO)
        if word == "et" and not content:  # "15 allées et venues"
            break
        if word in PARTICLES and not is_name:
            if content and not is_glued and not goes_on(view, at, is_cased):
                break
            continue
        if word.isdecimal():
            belongs = len(word) < 5 and is_day_or_year(view, at)
        elif word in STOPS or len(word) > 30:
            # "Grands Prés", "boulevard Charest Est"
            belongs = has_capital and (not content or word in ("pres", "est"))
        elif not content or is_glued or word in MONTHS:
            belongs = True
        else:
            belongs = has_capital if is_cased else content < 3
        if not belongs:
            break
        is_cased = is_cased or has_capital
        content += 1
        last = at
    return last, is_cased


def is_day_or_year(view: View, at: int) -> bool:
    """Whether a number is part of "8 mai 1945"."""
    around = view.tokens[at - 1 : at + 2 : 2]
    return any(token.text in MONTHS for token in around)


def goes_on(view: View, at: int, is_cased: bool) -> bool:
    """Whether a name continues after a particle: "Moulin | à Vent", "lilas | à lyon" not.

    "à" in a street's name is rarer than before a town; the town is taken separately.
    """
    tokens = view.tokens
    if tokens[at].text in ("a", "au", "en", "le", "la", "et") and not is_cased:
        return False
    following = at + 1
    while following < len(tokens) and tokens[following].text in PARTICLES:
        following += 1
    if following >= len(tokens) or following - at > 3:
        return False
    has_capital = view.raw[tokens[following].start].isupper()
    return has_capital if is_cased else tokens[following].text not in STOPS


TOWN_BEFORE = re.compile(r"(?:,? ?\b(?:a|au|aux) |, ?)")
TOWN = re.compile(
    r"(?:(?:la|le|les|l'|saint|sainte|st|ste)[ '-])?[^\W\d_]{2,30}"
    r"(?:[-'][^\W\d_]{1,30}|(?: (?:sur|sous|les|le|la|en|de|du|des|l'|d')){1,2}[ '-]?[^\W\d_]{2,30}){0,4}"
)
RAW_TOWN = re.compile(
    r"[A-ZÀ-Ý][\w]{0,30}(?:(?:[-' ](?:à(?=-)|[Ss]ur|[Ss]ous|[Ll][eèa]s?|en|[Dd]e|[Dd]u|[Dd]es|[dl]))*"
    r"[-' ][A-ZÀ-Ý0-9][\w]{0,30}){0,4}"
)


def french_town(view: View, end: int, is_cased: bool) -> tuple[int, bool]:
    """Where ", Lyon" or "à Paris" after a street ends; a postcode is a part of its own."""
    said = abroad.said_postcode(view, end)
    if said is not None:
        town = RAW_TOWN.match(view.raw, said) or TOWN.match(view.text, said)
        return (town.end() if town else said), True
    before = TOWN_BEFORE.match(view.text, end)
    if not before:
        return end, False
    town = RAW_TOWN.match(view.raw, before.end())
    if town:
        word = view.text[town.start() : town.end()].split(" ")[0]
        if word not in STOPS and word not in PART_WORDS and word not in TYPES:
            return town.end(), True
        return end, False
    says_a = before[0].strip(" ,") in ("a", "au", "aux")
    lower = TOWN.match(view.text, before.end())
    if says_a and lower and not is_cased:
        first = re.split("[ '-]", lower[0])[0]
        if first not in STOPS:
            return lower.end(), True
    return end, False


def postcodes(view: View) -> Iterator[Piece]:
    """Postcodes with the town after them: parts, never addresses by themselves."""
    for match in FRENCH_POSTCODE.finditer(view.text):
        end = match.end()
        gap = re.compile(r" ?[,-]? ?").match(view.text, end)
        at = gap.end() if gap else end
        town = RAW_TOWN.match(view.raw, at)
        if town is None:
            lower = TOWN.match(view.text, at)
            if lower and re.split("[ '-]", lower[0])[0] not in STOPS:
                town = lower
        weight = TOWN_TOO if town and at > end else PART_ONLY
        end = town.end() if town and at > end else end
        cedex = re.compile(r" cedex(?: [0-9]{1,2})?\b").match(view.text, end)
        yield Piece(match.start(), cedex.end() if cedex else end, weight)
    for match in UK_POSTCODE.finditer(view.text):
        yield Piece(abroad.town_before(view, match.start()), match.end(), PART_ONLY)
    for match in abroad.EIRCODE.finditer(view.raw):
        yield Piece(abroad.town_before(view, match.start()), match.end(), PART_ONLY)
    for match in abroad.CANADIAN_POSTCODE.finditer(view.raw):
        yield Piece(*match.span(), PART_ONLY)
    for match in abroad.AUSTRALIAN_POSTCODE.finditer(view.raw):
        yield Piece(abroad.town_before(view, match.start()), match.end(), PART_ONLY)
    for match in US_STATE_ZIP.finditer(view.raw):
        yield Piece(*match.span(), PART_ONLY)


ENGLISH_STOPS = words(
    "minutes minute hours hour days day weeks week months month years year times time of the"
    " a an to from in on at my your is was per people calls emails euros pounds dollars"
    " percent gb mb this that for by and or way more less other different items pm am"
    " rue avenue boulevard place chemin de du des"
)


NO_TOWN = STOPS | ENGLISH_STOPS | PART_WORDS


def is_english_street(view: View, match: re.Match[str]) -> bool:
    """A number, names and a kind of street; in lower case only when introduced."""
    named = re.sub(r"\A#?[0-9]+[a-z]?,? ", "", match[0]).split()[:-1]
    # "12a The Crescent"
    if named != ["the"] and not ENGLISH_STOPS.isdisjoint(named):
        return False
    start = match.end() - len(match[0].split()[-1])
    raw_names = view.raw[match.start() : start].split()[1:]
    is_cased = bool(raw_names) and all(
        name[0].isupper() or name[0].isdigit() for name in raw_names
    )
    return (
        (is_cased and view.raw[start].isupper())
        or introduced(view, match.start())
        or abroad.town_and_postcode(view, match.end()) is not None
    )


def said_english_streets(view: View) -> Iterator[Piece]:
    """Streets whose number is said: with their capitals, or where an address is told."""
    tokens = view.tokens
    for index, token in enumerate(tokens):
        if token.text not in ENGLISH_TYPES:
            continue
        named = index - 1
        while named > max(0, index - 4) and tokens[named].text not in NUMBER_WORDS:
            named -= 1
        first = named
        while first > max(0, named - 5) and (
            tokens[first - 1].text in NUMBER_WORDS or tokens[first - 1].text == "and"
        ):
            first -= 1
        first += tokens[first].text == "and"
        if named == index - 1 or tokens[max(named, 0)].text not in NUMBER_WORDS:
            continue
        start = tokens[first].start
        gap = view.text[start : token.end]
        # "fourteen b Poplar Grove"
        named += tokens[named + 1].text in LETTERED and named + 2 < index
        names = tokens[named + 1 : index]
        is_stopped = not ENGLISH_STOPS.isdisjoint(name.text for name in names)
        if is_stopped or not re.fullmatch("[a-z' -]+", gap):
            continue
        is_cased = view.raw[start].islower() and all(
            view.raw[word.start].isupper() for word in [*names, token]
        )
        if is_cased or TOLD.search(view.text, max(0, start - 20), start):
            yield Piece(start, english_town(view, token.end, token.text), SURE)


def english_town(view: View, end: int, kind: str) -> int:
    """Where the direction and the town after a street end; a full stop ends them."""
    if view.text[end - 1] == "." and kind not in ABBREVIATED_TYPES:
        return end - 1
    whole = abroad.town_and_postcode(view, end)
    if whole is not None:
        return whole
    direction = abroad.DIRECTION.match(view.raw, end)
    end = direction.end() if direction else end
    town = re.compile(r",? ?\n?(?:in )?([A-Z][a-z'-]+(?: [A-Z][a-z'-]+){0,2})").match(
        view.raw, end
    )
    if not town:
        return end
    return end if fold_first(town[1]) in NO_TOWN else town.end()


def fold_first(name: str) -> str:
    return name.split()[0].lower()
