"""A customer file's cells: the e-mails and phones in one, freed of a spreadsheet's marks.

A cell may hold several values, parted by `|`, `;`, `,` or a line end; e-mails by blanks
too, phones by `/`, `ou`, `or` where a whole number stands on either side (`0475/12.34.56`
is one). Spreadsheets leave their marks: `="0612…"` and `'0612…` keep a number a text,
`612345678.0` was one, and `3,36123E+10` has lost digits that nobody can bring back: it
would be one handle that hundreds share, and is left out. `3.3612345678E+10` has them all.
What holds no address and no number is left out, too, and what stands for there being none:
`pas d'email`, `noemail@x.fr`, `0000000000`, `0600000000`.
"""

import re
from collections.abc import Iterator

import phonenumbers

from jobs.sources.written_ids import written_id

EMPTY = frozenset(
    {
        "", "-", "--", "n/a", "na", "n.a.", "null", "none", "nil", "nan", "unknown",
        "inconnu", "inconnue", "aucun", "aucune", "néant", "nc", "n.c.", "?", "x",
        "nr", "n.r.", "non renseigné", "non renseignée", "non communiqué",
        "non communiquée",
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
# `noemail@`, `pas-de-mail@`; a number of one digit all over or behind its prefix, or of
# fewer than six.
_NO_ADDRESS = re.compile(
    r"(?:no|pas[-_.]?de?|sans|aucun)[-_.]?(?:e[-_.]?)?mail@", re.IGNORECASE
)
_NO_PHONE = re.compile(
    r"(?P<behind>\d)(?:\D{0,3}(?P=behind)){7,}\D*$"
    r"|^\D*(?P<only>\d)(?:\D{0,3}(?P=only))*\D*$"
    r"|^\D*(?:\d\D*){0,5}$"
)
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


def id_of(cell: str) -> str | None:
    """The customer's id; empty where there is none, null where its digits are lost."""
    return written_id(plain(cell))


def values_of(cell: str) -> Iterator[str]:
    for part in _PARTS.split(plain(cell)) if cell else ():
        value = plain(part)
        if value:
            yield value


def emails_of(cell: str) -> Iterator[str]:
    """The addresses in a cell."""
    if _ONE_ADDRESS.fullmatch(cell, 0, LONGEST_VALUE):
        found = [cell]
    else:
        values = (v for v in values_of(cell) if len(v) <= LONGEST_VALUE)
        found = [address for value in values for address in _ADDRESS.findall(value)]
    for address in found:
        if _NO_ADDRESS.match(address) is None:
            yield address


def phones_of(cell: str, country: str | None = None) -> Iterator[str]:
    """The numbers in a cell, each as it is dialled.

    Args:
        country: ISO 3166, where the row says that it is another than the company's.
    """
    is_one = country is None and _ONE_PHONE.fullmatch(cell) is not None
    for number in (cell,) if is_one else _numbers_of(cell):
        if _NO_PHONE.search(number) is None:
            yield _abroad(number, country) if country else number


def country_of(cell: str) -> str | None:
    """A country's code, from its code or its name."""
    value = plain(cell).lower()
    if value in _COUNTRIES:
        return _COUNTRIES[value]
    code = value.upper()
    return code if code in phonenumbers.SUPPORTED_REGIONS else None


def _numbers_of(cell: str) -> Iterator[str]:
    value = plain(cell)
    # A comma stands before decimals here, and not between numbers.
    is_float = _SCIENTIFIC.fullmatch(value) or _FLOAT.fullmatch(value)
    for part in (value,) if is_float else values_of(value):
        for number in _apart(part) if len(part) <= LONGEST_VALUE else ():
            whole = _in_full(number)
            if whole:
                yield whole


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
