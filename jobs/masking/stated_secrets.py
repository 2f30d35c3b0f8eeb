"""Passwords, PINs, one-time codes and security answers, where they are given away."""

import re
from collections.abc import Iterator

from jobs.masking.names import cased_end
from jobs.masking.spoken import NUMBER_WORDS, REPEATS
from jobs.masking.view import Found, View, words

TRIGGERS = words(
    "mot mots mdp pw motdepasse pasword passwrod maiden jeune pet password passwd pwd pass passphrase passcode pin puk code codes otp cvv cvc"
    " cvv2 cryptogramme digicode interphone wifi wi cle clef key reponse acces access secret"
    " pictogramme crypto received got recu eu chiffres digits memorable answer use utilisez saisissez entrez"
    " security verification confirmation one door gate entry building alarm login authentication unlock sms"
)

# Words between naming the secret and giving it.
FILLER = (
    r"(?:que|j'ai|j ai|je|viens|de|d'|recevoir|recus?|recue|m'avez|vous|m'a|envoyee?s?|par|sms|mail"
    r"|texto|email|e-mail|message|est|c'est|cest|c est|etait|serait|le|la|les|l'|du|des|pour"
    r"|ma|mon|mes|votre|notre|son|sa|carte|sim|bancaire|bleue|cb|compte|client|espace|box"
    r"|portail|immeuble|porte|telephone|portable|au|aux|dos|oui|yes|avez|avons|client|customer|agent|we|did|sent|are|sont|says|what's|derriere|arriere|verso|s"
    r"|suivante?|actuel(?:le)?|nouveau"
    r"|nouvelle|ancien|ancienne|temporaire|provisoire|a|usage|unique|bien|alors|donc|euh"
    r"|yeah|yep|sure|ok|okay|so|um|uh|well|one|l|c|[3-8](?= (?:chiffres|digits?)\b)"
    r"|mis|mise|choisi|cree|entre|saisi|set|chose|chosen|made|created|entered|typed|wrote"
    r"|in(?= the)|building|house|flat|block|voici|voila|wifi|wi-fi|is|was|it's|its|it|the|my|your|i|got|just|received|by|text"
    r"|via|for|card|account|sent|texted|you|me|from|that|he|new|old|to|unlock|login|on|back|of"
    r"|qui|m'est|arrive|recois|tape|j'utilise|utilise|dit|donne|secret|six|quatre"
    r"|chiffres?|digits?|numero|number|code|mot|passe)"
)
# One class for all that may stand between two words: two in a row would be tried in
# every division of the blanks between them.
MARKS = r"[ ,\n:=→\"«»'(\[?-]{0,6}"
# "… (nom de mon chien) c'est": which question it answers.
ASIDE = r"(?: ?\([^()\n]{1,40}\))?"
BETWEEN = rf"{ASIDE}(?:{MARKS}\b{FILLER}\b){{0,8}}?{MARKS}"
# A password may look like any word, so as many of those words as there are go first.
BETWEEN_LONG = BETWEEN.replace("{0,8}?", "{0,8}")

CODE_NAME = (
    r"(?:codes? (?:pin|puk|secret|confidentiel|personnel|temporaire|provisoire|unique"
    r"|sms|otp|wifi|wi-fi|d'acces|acces|d'entree|d'immeuble|de l'immeuble|de la porte"
    r"|immeuble|portail|porte|portillon|hall|entree|du portail|de l'entree|du hall"
    r"|d'authentification|de verification|de validation|de securite|de confirmation"
    r"|d'activation|de connexion|a usage unique|de deverrouillage|parental|vocal"
    r"|de ma carte|de la carte|carte|a \w+ chiffres|re[cç]us?)"
    r"|pin|puk|otp|digicode|interphone|cvv2?|cvc|(?:crypto|picto)gramme(?: visuel)?|crypto|passcode"
    r"|(?:(?<=trois )|(?<=[ '\n]3 )|(?<=three ))(?:chiffres|digits)(?<!last three digits)"
    r"|(?:chiffres|digits) (?=derriere|au dos|au verso|a l'arriere|on the back)"
    r"|(?:pin|access|security|verification|confirmation|one[ -]time|door|gate|entry|building|alarm|login"
    r"|authentication|2fa|unlock|puk|sms) (?:code|number|pin|passcode)"
    r"|one[ -]time password|code)"
)
NUMBER_WORD = (
    rf"(?:{'|'.join(sorted(NUMBER_WORDS | set(REPEATS), key=len, reverse=True))})"
)
DIGIT_CODE = (
    r"(?:[a-z]{1,2}-?[0-9]{4,8}|[a-f] [0-9]{4,5}|[0-9]{3,8}[a-z][0-9a-z]{0,4}"
    # "48b12" at a door; "14h30" is a time.
    r"|[0-9]{2}[a-gi-z][0-9]{1,4}|[0-9]{2,4}[ -][0-9]{2,4}(?:[ -][0-9]{2,4})?"
    r"|[0-9](?:[ ,.-]{1,2}[0-9]){2,9}|[0-9]{3,12}"
    rf"|{NUMBER_WORD}(?:(?:[ ,-]{{1,2}}|[ ,]{{1,2}}(?:euh|et|puis) ){NUMBER_WORD}){{2,11}})"
)
CODE = re.compile(
    rf"(?P<name>{CODE_NAME})\b(?P<between>{BETWEEN})(?P<value>{DIGIT_CODE})"
    r"(?![\w%€]|[.,/][0-9]| ?(?:euros?|minutes?|min|heures?|h|jours?|fois|mois|ans|semaines?"
    r"|secondes?|chiffres?|digits?|times|days|hours|times|caracteres?|lettres?)\b)"
)
# "code promo NOEL10", "code 403": codes that open nothing.
OPEN_CODE = re.compile(
    r"\b(?:promo\w*|postal\w*|erreurs?|error|barres?|suivi|produit|article|commune|(?!(?<=\n)client ?:)client|avantage"
    r"|parrain\w*|reduction|http|status|naf|ape|insee|iban|bic|guichet|banque|agence|couleur|sort|item|sku|stock|batch|lot|store|vendor|model|style"
    r"|vestimentaire|source|qr|rio|zip|post|area|country|discount|voucher|gift|promotional"
    r"|tracking|order|bar|dress|colis|commande|retour|defaut|panne|etat|route|civil|travail"
    r"|tva|point|relais|dossier|booking|reference|usc|u\.?s\.?c?|section|penal|tax|building|affich\w*|display\w*|shows?|signal\w*)\b"
)
# Of "Le Goff", which is no filler where it has a capital.
ARTICLE = re.compile(r"\b[LD][aeu]s? \Z")
CUSTOMER = re.compile(r"\b(?:client|building)\b")
PASS_NAME = (
    r"(?:mots? (?:de|d) pass?e?|motdepasse|pasword|passwrod|mdp|pw|maiden name|jeune fille de (?:ma|sa|votre) mere"
    r"|(?<=first )pet(?:'s)?(?: name)?|pet(?:'s)? name|pass ?words?|passwd|pwd|passphrase|pass phrase|passcode"
    r"|(?:cle|clef|code|mot de passe|key) (?:du |de la |de |d'|de mon |de ma )?"
    r"(?:wi-?fi|wep|wpa2?|reseau|securite|security)|wi-?fi (?:key|code)"
    r"|reponse (?:secrete|de securite|a (?:la|ma) question (?:secrete|de securite))"
    r"|(?:secret|security) (?:answer|word)|memorable (?:word|answer|name)"
    r"|answer to (?:my|the|your) (?:secret|security) question|code (?:secret|confidentiel)|digicode"
    r"|code d'acces|acces wifi|code)"
)
# "… est votre code", "Use … to log in": the code before the word that says what it is.
CODE_FIRST = re.compile(
    r"(?<![\w.,/-])(?P<value>(?:g-)?[0-9]{4,8}|[0-9]{3}[ -][0-9]{3}) (?:is|est) "
    r"(?:your|my|the|votre|ton|mon|le) (?P<kind>(?:[\w'-]{1,20} ){0,4}?)"
    r"(?:codes?|otp|pin|passcode|password|mot de passe)\b"
)
USED_CODE = re.compile(
    r"(?:use|utilisez|saisissez|entrez|received|got|recu|eu) (?:(?:the |le )?(?:code |otp |pin )?)"
    r"(?P<value>(?:g-)?[0-9]{4,8}|[0-9]{3}[ -][0-9]{3}) (?:to|as|pour|comme) "
    r"(?:[\w'-]{1,20} ){0,3}?(?:verif\w+|log|sign|confirm\w*|valid\w+|connect\w+|unlock"
    r"|authenti\w+|continue\w*|password|code|otp)\b"
)
PASSWORD = re.compile(
    rf"(?P<name>{PASS_NAME})\b(?P<between>{BETWEEN_LONG})(?P<value>[^\s\"»«,;]{{2,64}})"
)
# "Le code de la boîte à clés est 1397": whatever it opens.
CODE_OF = re.compile(
    r"codes? (?:de |du |des |d'|of |for |to )(?:[a-z'-]{1,15} ){1,4}?(?:est|c'est|is|:) "
    r"(?P<value>[0-9]{4,8}|[0-9]{3}[ -][0-9]{3})(?![\w€%]|[.,/-][0-9])"
)
GIVEN = re.compile(
    r"(?:[:=→\"«]|\b(?:est|c'est|cest|c est|etait|is|was|it's|its|serait)\b)"
    r"(?: ?(?:le|la|the|bien|euh|toujours|:))?[ \n]*[\"«']?[ \n]*\Z"
)
QUOTED = re.compile(r"[\"«] ?\Z")
# What a password is said to be, when it is not given away.
STATES = words(
    "incorrect incorrecte invalide invalid faux fausse bon bonne mauvais mauvaise oublie"
    " perdu expire refuse bloque errone inconnu trop pas plus toujours jamais encore bien"
    " correct wrong expired refused not never still lost forgotten too the le la les un une"
    " mon ma a en sur de dans pour ne qui que il elle ca cela celui ok ko same weak faible"
    " fort long court simple complique different identique demande demandee requis exige"
    " obligatoire required needed rejected accepted change modifie envoye sent hors tres"
    " impossible possible penible nul nulle introuvable vide deja already always being very"
    " on in at my your this that here ici la-bas celle comme quoi ou mort dead broken kaput"
    " inutilisable ancien nouveau nouvelle old new reset reinitialise compromis pirate"
    " vraiment quand lequel parce car mais et ou soit trop si aussi tout toute inchange"
    " unchanged enregistre noté dessous ci ci-dessous ce cette ces son sa ses votre"
    " incompatible indisponible active inactive desactive temporaire provisoire personnel"
    " confidentiel secret accepte ignore exact exacte valide valable perime conforme je tu"
    " nous vous ils elles they he she we you me te se d l j n s c qu m t y".replace(
        "é", "e"
    )
)
STRONG = re.compile(r"[0-9!@#$%&*_+=?^]")


def stated_secrets(view: View) -> Iterator[Found]:
    for match in CODE_FIRST.finditer(view.text):
        around = view.text[match.start("kind") : match.end() + 12]
        if not OPEN_CODE.search(around):
            yield Found("SECRET", *match.span("value"))
    done = 0
    for at in view.places(TRIGGERS):
        used = USED_CODE.match(view.text, at)
        if used:
            yield Found("SECRET", *used.span("value"))
        of = CODE_OF.match(view.text, at)
        if of and not is_open(view, of):
            yield Found("SECRET", *of.span("value"))
        code = CODE.match(view.text, at)
        if code and at >= done and is_code(view, code):
            yield Found("SECRET", *code.span("value"))
            done = code.end()
            continue
        password = PASSWORD.match(view.text, at)
        if password:
            start, end = password.span("value")
            end -= len(password["value"]) - len(
                password["value"].rstrip(".,;:)'»\"?…]")
            )
            if is_password(view, password, start, end):
                if is_surname(password):
                    article = ARTICLE.search(view.raw, password.end("name"), start)
                    start = article.start() if article else start
                    end = max(end, cased_end(view, start))
                yield Found("SECRET", start, end)


def is_code(view: View, match: re.Match[str]) -> bool:
    """Whether the digits open something: a bare "code 403" does not.

    "code" alone needs four digits and no word around it that says another kind of code.
    """
    value = re.sub("[^0-9a-z]", "", match["value"])
    if re.fullmatch(r"(?:19|20)[0-9]{2}", value) and match["name"] == "code":
        # A year more likely than a code: "le code de 2024".
        return bool(re.search(r"(?:est|is|[:=])[ \n]*\Z", match["between"]))
    if match["name"] != "code":
        return not opens_nothing(match["name"], match["between"])
    if is_open(view, match) or (value.isdecimal() and len(value) < 4):
        return False
    # "Code 1681b" is a paragraph: letters among the digits must be given away.
    return (
        value.isdecimal()
        or not has_letter(value)
        or re.fullmatch("g[0-9]{6}", value) is not None  # As Google writes them.
        or re.fullmatch("[0-9]{1,4}[ab][0-9]{1,4}", value) is not None  # A door's keys.
        or bool(GIVEN.search(match["between"]) or match["between"].strip())
    )


def opens_nothing(name: str, between: str) -> bool:
    """Whether a word after the name says so; "code d'accès client" says only whose it is."""
    if name != "code":
        between = CUSTOMER.sub("", between)
    return bool(OPEN_CODE.search(between))


def is_open(view: View, match: re.Match[str]) -> bool:
    """Whether a word near "code" says that it is one which opens nothing."""
    around = view.text[max(0, match.start() - 20) : match.start("value")]
    return bool(OPEN_CODE.search(around))


def is_password(view: View, match: re.Match[str], start: int, end: int) -> bool:
    """Whether the word after "mot de passe" is one, not what is the matter with it.

    It is when it is quoted or holds a digit or a sign; a plain word must be given away
    ("c'est", "is", ":"), not be an adjective or the like, and end its clause or begin
    with a capital.
    """
    value = view.text[start:end]
    between = match["between"]
    if len(value) < 2 or not any(map(str.isalnum, value)):
        return False
    if opens_nothing(match["name"], between):
        return False
    if QUOTED.search(between):
        return value not in STATES
    given = GIVEN.search(between)
    if match["name"] == "code":
        return (
            bool(given)
            and bool(STRONG.search(value))
            and has_letter(value)
            and (len(value) > 3 and not is_open(view, match))
        )
    if STRONG.search(value):
        is_plain_number = value.isdecimal() and len(value) < 4
        return not is_plain_number and (bool(given) or has_letter(value))
    if not given or value in STATES:
        return False
    if "'" in value and not is_surname(match):
        return False
    raw = view.raw[start:end]
    if re.search(r"(?:é|ée|és|ées|able|ible|ed|ing)\Z", raw):
        return False
    after = view.text[end : end + 2]
    return (
        raw[0].isupper()
        or raw != raw.lower()
        or after[:1] in ("", ".", ",", "\n", '"', "»")
    )


def is_surname(match: re.Match[str]) -> bool:
    """Whether the answer is the name of a mother, which may be of several words."""
    return match["name"].startswith(("maiden", "jeune"))


def has_letter(value: str) -> bool:
    return any(map(str.isalpha, value))
