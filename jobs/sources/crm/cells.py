"""A customer file's cells: the e-mails and phones in one, freed of a spreadsheet's marks.

A cell may hold several values, parted by `|`, `;`, `,` or a line end; e-mails by blanks
too, phones by `/`, `ou`, `or` where a whole number stands on either side (`0475/12.34.56`
is one). Spreadsheets leave their marks: `="0612…"` and `'0612…` keep a number a text,
`612345678.0` was one, and `3,36123E+10` has lost digits that nobody can bring back: it
would be one handle that hundreds share, and is left out. `3.3612345678E+10` has them all.
"""

import re
from collections.abc import Iterator

import phonenumbers

EMPTY = frozenset(
    {
        "", "-", "--", "n/a", "na", "n.a.", "null", "none", "nil", "nan", "unknown",
        "inconnu", "inconnue", "aucun", "aucune", "néant", "nc", "n.c.", "?", "x",
    }
)  # fmt: skip

# Fewer digits on one side of a mark are a part of one number.
SHORTEST_PHONE = 8
# Longer values are none of those here: they are not looked at closely.
LONGEST_VALUE = 500

_FORMULA = re.compile(r'="?"?(.*?)"?"?', re.DOTALL)
_PARTS = re.compile(r"[|;,\r\n]")
_ADDRESS = re.compile(r"""[^\s<>()"'|;,/:]+@[^\s<>()"'|;,/:]+""")
# What nearly every cell is, and needs no closer look.
_ONE_ADDRESS = re.compile(r"[a-zA-Z0-9][\w.+-]*@[\w.-]+")
_ONE_PHONE = re.compile(r"\+?\d[\d ]{4,18}\d")
_SCIENTIFIC = re.compile(r"\+?(\d)(?:[.,](\d+))?E\+?(\d{1,2})", re.IGNORECASE)
_FLOAT = re.compile(r"(\+?\d{6,})[.,]0+")
_BETWEEN_PHONES = re.compile(
    r"\s*(?:/|&|\b(?:ou|or|et|and|puis|oder|of)\b)\s*", re.IGNORECASE
)
_LABEL = re.compile(r"^[^\d+(]+(?=[\d+(])")
_NOTE = re.compile(
    r"\s*\(?\s*(?:[^\W\d_][^\d+]*|(?:poste|ext\.?|x|#)\s*\d{1,6})\s*\)?$"
)
_COUNTRIES = {
    "france": "FR", "belgium": "BE", "belgique": "BE", "belgië": "BE",
    "switzerland": "CH", "suisse": "CH", "schweiz": "CH", "luxembourg": "LU",
    "united kingdom": "GB", "royaume-uni": "GB", "uk": "GB", "great britain": "GB",
    "germany": "DE", "allemagne": "DE", "deutschland": "DE", "spain": "ES",
    "espagne": "ES", "italy": "IT", "italie": "IT", "netherlands": "NL",
    "pays-bas": "NL", "portugal": "PT", "ireland": "IE", "irlande": "IE",
    "canada": "CA", "united states": "US", "états-unis": "US", "usa": "US",
}  # fmt: skip


def plain(cell: str) -> str:
    """The cell's text; nothing where it says that there is none."""
    value = cell.strip()
    if value[:1] in ("=", "'"):
        found = _FORMULA.fullmatch(value)
        value = (found[1] if found else value[1:]).strip()
    return "" if value.lower() in EMPTY else value


def values_of(cell: str) -> Iterator[str]:
    for part in _PARTS.split(plain(cell)) if cell else ():
        value = plain(part)
        if value:
            yield value


def emails_of(cell: str) -> Iterator[str]:
    """The addresses in a cell; what holds none stays as it is written."""
    if _ONE_ADDRESS.fullmatch(cell, 0, LONGEST_VALUE):
        yield cell
        return
    for value in values_of(cell):
        found = _ADDRESS.findall(value) if len(value) <= LONGEST_VALUE else []
        yield from found or (value,)


def phones_of(cell: str, country: str | None = None) -> Iterator[str]:
    """The numbers in a cell, each as it is dialled.

    Args:
        country: ISO 3166, where the row says that it is another than the company's.
    """
    if country is None and _ONE_PHONE.fullmatch(cell):
        yield cell
        return
    value = plain(cell)
    if _SCIENTIFIC.fullmatch(value) or _FLOAT.fullmatch(value):
        whole = _in_full(value)
        if whole:
            yield whole
        return
    for part in values_of(value):
        if len(part) > LONGEST_VALUE:
            yield part
            continue
        for number in _apart(part):
            whole = _in_full(number)
            if whole:
                yield _abroad(whole, country) if country else whole


def country_of(cell: str) -> str | None:
    """A country's code, from its code or its name."""
    value = plain(cell).lower()
    if value in _COUNTRIES:
        return _COUNTRIES[value]
    code = value.upper()
    return code if code in phonenumbers.SUPPORTED_REGIONS else None


def _apart(value: str) -> Iterator[str]:
    numbers = _BETWEEN_PHONES.split(value)
    if all(_count_digits(number) >= SHORTEST_PHONE for number in numbers):
        yield from numbers
    else:
        yield value


def _count_digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _in_full(written: str) -> str | None:
    """The number without what stands around it; null where its digits are lost."""
    number = written.removeprefix("tel:").strip()
    scientific = _SCIENTIFIC.fullmatch(number)
    if scientific is not None:
        digits = scientific[1] + (scientific[2] or "")
        exponent = int(scientific[3])
        return f"+{digits}" if len(digits) == exponent + 1 >= 11 else None
    whole = _FLOAT.fullmatch(number)
    if whole is not None:
        return whole[1]
    bare = _NOTE.sub("", _LABEL.sub("", number))
    return bare if _count_digits(bare) >= 6 else number


def _abroad(number: str, country: str) -> str:
    if number.startswith(("+", "00")):
        return number
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_valid_number(parsed):
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
