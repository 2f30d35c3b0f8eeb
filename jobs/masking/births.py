"""Dates of birth, where somebody says that they are one; any other date stays."""

import re
from collections.abc import Iterator

from jobs.masking.spoken import HUNDREDS, VALUES
from jobs.masking.view import Found, View, words

TRIGGERS = words(
    "dn ne nee nes nees naissance naiss ddn dob born birth birthday birthdate anniversaire b"
)

MONTH = (
    r"(?:janv(?:ier)?|fevr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|aout|sept(?:embre)?"
    r"|oct(?:obre)?|nov(?:embre)?|dec(?:embre)?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?"
    r"|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|october|november|december"
    r")\.?"
)
NUMBER_WORD = (
    r"(?:"
    + "|".join(
        sorted(
            {*VALUES, *HUNDREDS, "mille", "mil", "thousand"},
            key=len,
            reverse=True,
        )
    )
    + r")\b"
)
SAID = rf"{NUMBER_WORD}(?:[ ,-]{{1,2}}(?:(?:et|and)[ -])?{NUMBER_WORD}){{0,9}}"
ORDINAL = (
    r"(?:(?:twenty|thirty)[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth"
    r"|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth"
    r"|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)\b"
)
DAY = rf"(?:1er|premier|[0-3]?[0-9](?:st|nd|rd|th)?|{ORDINAL}|{SAID})"
YEAR = rf"(?:(?:18|19|20)[0-9]{{2}}|'?[0-9]{{2}}|{SAID})"
DATE = (
    r"(?:"
    r"(?:18|19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
    r"|[0-3]?[0-9] ?[/. -] ?[0-9]{1,2} ?[/. -] ?(?:(?:18|19|20)[0-9]{2}|[0-9]{2})"
    r"|[0-3][0-9][01][0-9](?:19|20)[0-9]{2}"
    rf"|{DAY},?[ -](?:of )?{MONTH}(?:,?[ -](?:de )?(?:l'an )?{YEAR})?"
    rf"|{MONTH} (?:the )?{DAY}(?:,? {YEAR})?"
    rf"|{ORDINAL} of (?:the )?{ORDINAL}(?:,? {YEAR})?"
    r"|[0-3]?[0-9] ?/ ?[01]?[0-9]"
    rf"|{MONTH}(?:,?[ -]{YEAR})?"
    r"|(?:18|19|20)[0-9]{2}"
    rf"|{SAID}"
    r"|'?[0-9]{2}"
    r")(?![\w/])"
)
WEEKDAY = (
    r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|[a-z]{3,6}day),? )?"
)
PLACE = r"(?:(?:a|au|aux|in|at) [\w']{1,30}(?:[ -][\w']{1,30}){0,2}?,? )?"
LINK = (
    r"(?:[ ,:?=()>\n-]|\b(?:oui|yes|client|cliente|customer|caller|agent|s'il|vous|plait|svp"
    r"|please|and|et|it's|that's|thank you|merci|est|c'est|cest|c est|etait|is|was|le|du|en|au|on|in|the|it's|its"
    r"|of|de|mon|ma|donc|euh|alors|bien|jour|titulaire|suivante)\b){1,18}"
)
# "Vous êtes né quand ?" and the answer.
ASKED = (
    rf"(?:nee?s?(?:\(e\)|[.·]e)? ?(?:quand|quel jour|en quelle annee|le combien|le(?= ?[?]))"
    rf"|(?<=you )born)[^?\n]{{0,40}}[?\n](?:{LINK})?"
)
# A year alone after these is that of a firm.
FIRM = re.compile(
    r"\b(?:boutique|societe|entreprise|marque|maison|magasin|enseigne|banque|projet|produit"
    r"|service|idee|association|compan(?:y|ies)|business|brand|firm|store|shop|project"
    r"|product|idea|band|groupe|club) (?:est|etait|is|was|qui est|a ete)? ?\Z"
)
STATED = re.compile(
    rf"(?:nee?s?(?:\(e?s?\)|[.·-]e\.?s?)? ?:? {PLACE}(?:le|en|au|un|du|depuis le) ?:? ?{WEEKDAY}"
    rf"|nee?s?(?:\(e\)|[.·]e)? ?:? ?(?=[0-9]{{1,2}}[ /.-][0-9]{{1,2}}[ /.-])"
    rf"|dn ?: ?|(?:ddn|dob|birthdate|naissance|naiss\.?|birth(?: date)?)\b{LINK}{WEEKDAY}"
    rf"|{ASKED}{WEEKDAY}"
    rf"|(?:anniversaire|birthday) ?(?:le|on|:) ?(?:the )?(?=[^\n]{{0,25}}(?:19|20)[0-9]{{2}})"
    rf"|(?:anniversaire|birthday) ?(?:is|est|c'est|:) ?(?:le |on |the )?"
    rf"(?=[0-9]{{1,2}}(?:st|nd|rd|th|er)? (?:of )?{MONTH}\b|{MONTH} [0-9]|[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-])"
    rf"|born,? {PLACE}(?:back )?(?:on|in|the)? ?(?:the )?{WEEKDAY}"
    rf"|(?:(?<=mon )|(?<=ton )|(?<=son )|(?<=notre )|(?<=votre )|(?<=my )|(?<=his )"
    rf"|(?<=her )|(?<=your ))(?:anniversaire|birthday)"
    rf" (?:c'est|cest|est|tombe|is|was|etait)? ?(?:le|on|the|en|in)? ?(?:the )?{WEEKDAY}"
    rf")(?P<date>{DATE})"
)
ABBREVIATED = re.compile(rf"\bd\.o\.b\b\.?{LINK}(?P<date>{DATE})")
AFTERWARDS = re.compile(
    rf"({DATE})(?:,? ?(?:c'est|cest|est|is|[(:]|, ?c'est) ?)"
    r"(?:ma|sa|votre|la|my|his|her|the|leur)? ?(?:date|jour|annee|year)"
    r" (?:de |of )(?:naissance|birth)"
)


def births(view: View) -> Iterator[Found]:
    for at in view.places(TRIGGERS):
        match = STATED.match(view.text, at)
        if match and not FIRM.search(view.text, max(0, at - 40), at):
            yield Found("BIRTH_DATE", *match.span("date"))
    if "d.o.b" in view.text:
        for match in ABBREVIATED.finditer(view.text):
            yield Found("BIRTH_DATE", *match.span("date"))
    if "naissance" in view.words or "birth" in view.words:
        for match in AFTERWARDS.finditer(view.text):
            yield Found("BIRTH_DATE", *match.span(1))
