"""Phone numbers as they are written, of France and its neighbours."""

import re
from collections.abc import Iterator

import phonenumbers

from jobs.masking.said_kinds import said, said_after
from jobs.masking.view import Found, View

DIGITS = re.compile("[0-9]+")
FRENCH_PHONE = re.compile(
    # What stands before is looked at after the zero: the search then leaps from zero to zero.
    r"[0o](?:(?<![\w+].)(?<![0-9][./,-].)|(?<=\btel.)|(?<=\bnum.)|(?<=\bau.)|(?<=\ble.))"
    r"[ .-]?[1-9][)\]]?(?:[ ./-]{0,3}[0-9]){8}"
    # Another phone may follow after a stroke.
    r"(?:(?![./-]?\w)|(?=[/-]0[1-9])|(?=(?:svp|stp|merci|ou|et)\b))"
)
# "06_12_34_56_78", "06, 12, 34, 56, 78": one mark throughout, or "05 | 06 12 …" of a table
# would be a number of two cells.
MARKED_PHONE = re.compile(
    # Five pairs and no sixth on either side.
    r"0(?<![\w.,;/].)(?<![0-9][_|·•,;:] .)(?<![0-9] [_|·•].)(?<![0-9] [_|·•] .)"
    r"(?<![0-9][_|·•,;:].)[1-9](?P<mark>[ ]?[_|·•][ ]?|(?P<comma>[,;:] ?))[0-9]{2}"
    r"(?:(?P=mark)[0-9]{2}){3}(?![0-9]|(?P=mark)[0-9])"
)
DATE_LIKE = re.compile(
    r"[0-9]{1,2}[ ./-][0-9]{1,2}[ ./-](?:19|20)[0-9]{2}\b|(?:19|20)[0-9]{2}[./-][0-9]{2}[./-]"
)
SLASHED_DATE = re.compile("[0-9]/[0-9]{1,2}/(?:19|20)[0-9]{2}")
AMOUNT = re.compile(
    r" ?(?:[€%$£]|(?:euros?|eur|fois|points?|kwh|go|gb|mo|mb|dollars?|pounds?|h)\b)"
)
# The pairs go on: two more, or one that is the last.
BROKEN_OFF = re.compile(
    r"[ .-][0-9]{2}(?:[ .-][0-9]{2}\b|(?=[ \t]{0,3}(?:[\n.,;!?)]|\Z)))"
)
INTERNATIONAL = re.compile(
    r"(?<![\w+])(?:\+ ?|\(\+|(?<![0-9][ .-])00[ .]?)[1-9](?:[ ().\-/]{0,3}[0-9]){6,16}"
    r"(?: ?(?:x|ext\.?|poste) ?[0-9]{1,5})?(?!\w)"
)
# A mobile in one piece or three, a landline grouped as the British group it.
BRITISH = re.compile(
    r"(?<![\w+.,/-])(?<![0-9] )(?:\(?07[0-9]{2}(?:\)?[ .-]{0,3}[0-9]){7}"
    r"|\(?02[0-9]\)? [0-9]{4} [0-9]{4}|\(?020[78]\)? [0-9]{3} [0-9]{4}"
    r"|\(?01[0-9]{2}\)? [0-9]{3} ?[0-9]{4}|\(?01[0-9]{3}\)?[ -][0-9]{3} ?[0-9]{3})"
    r"(?![\w]|[ .,/-][0-9])"
)
AMERICAN_SPACED = re.compile(
    r"(?<![\w+.,/-])(?<![0-9] )[2-9][0-9]{2} [0-9]{3} [0-9]{4}(?![\w-]|[ .,/][0-9])"
)
WITHOUT_PLUS = re.compile(r"(?<![\w+.,-])33[67][0-9]{8}(?![\w.,-])")
# Québec leaves a blank after the area's three digits.
AMERICAN = re.compile(
    r"(?<![\w+.-])(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?[0-9]{3}[.-]?"
    r"|[2-9][0-9]{2}(?:[.-][0-9]{3}[.-]| [2-9][0-9]{2}-))"
    r"[0-9]{4}(?: ?(?:x|ext\.?|poste) ?[0-9]{1,5})?(?![\w-])"
)
NATIONAL = re.compile(
    r"(?<![\w+.,/-])\(?[0-9](?:[ ().\-/]{0,2}[0-9]){6,12}"
    r"(?: ?(?:x|ext\.?) ?[0-9]{1,5})?(?![\w])(?![.,/-][0-9])"
)
NEIGHBOURS = ("BE", "CH", "LU", "GB", "US", "IE", "DE", "ES", "IT")


def phones(view: View, country: str) -> Iterator[Found]:
    text = view.text
    if "+" in text or "00" in text:
        for match in INTERNATIONAL.finditer(text):
            yield from international(view, match)
    for match in FRENCH_PHONE.finditer(text):
        if is_french_phone(view, match, country):
            yield Found("PHONE", match.start(), match.end())
    for match in MARKED_PHONE.finditer(text):
        kind = said(view, match.start())
        # With commas and the like it may be a list of anything.
        if kind == "phone" or (kind is None and not match["comma"]):
            yield Found("PHONE", *match.span())
    for match in WITHOUT_PLUS.finditer(text):
        if country == "FR" and said(view, match.start()) != "other":
            yield Found("PHONE", match.start(), match.end())
    for match in AMERICAN.finditer(text):
        if said(view, match.start()) != "other":
            yield Found("PHONE", match.start(), match.end())
    for shape, region in ((BRITISH, "GB"), (AMERICAN_SPACED, "US")):
        for match in shape.finditer(text):
            # British examples are no valid numbers, and their grouping is enough.
            is_grouped = region == "GB" and not match[0].isdecimal()
            is_dialable = is_grouped or is_valid_in(match[0], region)
            if is_dialable and said(view, match.start()) in (None, "phone"):
                yield Found("PHONE", match.start(), match.end())
    for match in NATIONAL.finditer(text):
        is_date = DATE_LIKE.match(match[0]) or SLASHED_DATE.search(match[0])
        is_other = is_date or AMOUNT.match(view.text, match.end())
        kind = said(view, match.start()) or said_after(view, match.end())
        if is_other or kind != "phone":
            continue
        if is_dialled(match[0], country):
            yield Found("PHONE", match.start(), match.end())


def international(view: View, match: re.Match[str]) -> Iterator[Found]:
    """The longest beginning that is a number of some country; words may follow it."""
    ends = [part.end() for part in DIGITS.finditer(match[0])]
    # Without a plus or a gap, "0033…" may be any reference that begins with zeros.
    exact = match[0].startswith("00") and (
        match[0].isdecimal() or said(view, match.start()) == "other"
    )
    for end in reversed(ends):
        number = re.sub(r"\A\(?00|\A\(", "+", match[0][:end]).replace("++", "+")
        try:
            parsed = phonenumbers.parse(number.replace("(0)", ""), None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed) or (
            not exact and phonenumbers.is_possible_number(parsed)
        ):
            yield Found("PHONE", match.start(), match.start() + end)
            return


def is_french_phone(view: View, match: re.Match[str], country: str) -> bool:
    """Ten digits from 0: in pairs or one by one always, else unless said otherwise."""
    sizes = [len(group) for group in DIGITS.findall(match[0])]
    # The letter O for the zero: in pairs only.
    if match[0][0] == "o":
        return sizes == [1, 2, 2, 2, 2] and said(view, match.start()) != "other"
    pairs = sizes == [2] * 5 or sizes == [1] * 10 or sizes == [1, 1, 2, 2, 2, 2]
    kind = said(view, match.start())
    if pairs:
        return kind != "other" or not BROKEN_OFF.match(view.text, match.end())
    if DATE_LIKE.match(match[0]):
        return kind == "phone"
    return kind == "phone" or (kind is None and is_dialled(match[0], country))


def is_dialled(number: str, country: str) -> bool:
    """Whether the number can be dialled in the country or one of its neighbours."""
    return any(is_valid_in(number, region) for region in (country, *NEIGHBOURS))


def is_valid_in(number: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def is_abroad(number: str) -> bool:
    """Whether the digits are a whole number with its country's code before it."""
    return is_valid_in("+" + number, "ZZ")
