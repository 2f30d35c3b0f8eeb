"""The rows of a customer file, judged as a whole."""

import re
from array import array
from collections.abc import Iterable, Iterator
from functools import cache, partial
from itertools import pairwise
from typing import Literal, NamedTuple

import phonenumbers

from jobs.sources import csv_documents
from jobs.sources.crm.cells import (
    country_of,
    emails_of,
    id_of,
    phones_of,
    plain,
    values_of,
)
from jobs.sources.crm.columns import COLUMNS, places_of
from jobs.sources.csv_documents import Row
from jobs.sources.languages import iso_639_1
from jobs.sources.records import (
    EXCERPT_LENGTH,
    CrmCustomer,
    Excluded,
    Handle,
    HandleKind,
    Origin,
    Outcomes,
    Reader,
    Rejected,
    excerpt_of,
)
from jobs.sources.written_times import instant_of

LARGEST = 256 << 20

SEGMENTS: dict[str, Literal["b2b", "b2c"]] = {
    **dict.fromkeys(
        (
            "b2b", "business", "company", "corporate", "enterprise", "entreprise",
            "entreprises", "pro", "professional", "professionnel", "professionnels",
            "professionnelle", "smb", "sme", "tpe", "pme",
        ),
        "b2b",
    ),
    **dict.fromkeys(
        (
            "b2c", "consumer", "individual", "residential", "private", "retail",
            "particulier", "particuliers", "grand public", "grand_public",
        ),
        "b2c",
    ),
}  # fmt: skip
NETWORKS: dict[str, HandleKind] = {
    "x": "x",
    "twitter": "x",
    "x_id": "x_id",
    "twitter_id": "x_id",
    "mastodon": "mastodon",
}
KIND_NAMES = {"email": "e-mail address", "phone": "phone number"}

# A customer's rows; a thousand of them need not all be told in each one's message.
MOST_ROWS_TOLD = 5

# Nobody alive was born before, and 01/01/1900 is how programs fill an empty date; a later
# year than the second is a slip of the pen.
FIRST_BIRTH_YEAR, LAST_BIRTH_YEAR = 1901, 2099

_X_ADDRESS = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/@?(\w+)/?(?:\?.*)?", re.IGNORECASE
)
_MASTODON_ADDRESS = re.compile(r"https?://([^/@\s]+)/@([\w.-]+)/?", re.IGNORECASE)
_FULL_ADDRESS = re.compile(r"@([\w.-]+@[\w.-]+)")
_NO_DIGIT = re.compile(r"[^0-9+]")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")


LOST_ID = (
    "customer_id is a rounded number, as spreadsheets show long ones: format its column as "
    "text and export it again"
)


class Findings(NamedTuple):
    """What is wrong between rows: for each customer concerned, how to say it.

    Rows are told by their numbers, as in an origin's locator: a message is written
    where no customer's number may stand.
    """

    altered: dict[str, str]
    """Given twice with different facts."""
    contested: dict[str, str]
    """Having a handle that another customer has."""


def parse(document: bytes, origin: Origin) -> Outcomes:
    """Every row of a customer file to its customer, exclusion or refusal."""
    table = csv_documents.table(document, is_header=_is_header)
    if table is None:
        return
    if not _is_header(table.header[0]):
        yield Rejected(
            "not_a_customer_file",
            "expected the columns customer_id and one of "
            + ", ".join(list(COLUMNS)[1:])
            + "; found "
            + ", ".join(repr(cell[:40]) for cell in table.header[0][:12]),
            origin,
            excerpt_of(document),
        )
        return
    places = places_of(table.header[0])
    findings = _findings(document, places, origin)
    seen: set[str] = set()
    # Rows are cut again rather than kept: a million of them would fill the memory.
    for number, row, is_footer in _judged_rows(document, places):
        place = origin.at(f"row {number}")
        if is_footer:
            yield Excluded("footer", place)
            continue
        if row.fault is not None:
            yield Rejected("broken_row", row.fault, place, _excerpt(row, places))
            continue
        customer = _customer(row, places, place)
        native_id = customer.native_id
        if not native_id:
            is_lost = plain(row.cells[places["customer_id"][0]]) != ""
            message = (
                LOST_ID if is_lost else "customer_id is empty: the row has no identity"
            )
            yield Rejected("no_customer_id", message, place, _excerpt(row, places))
            continue
        identity = _identity(native_id)
        conflicts = [
            found[identity]
            for found in (findings.altered, findings.contested)
            if identity in found
        ]
        if conflicts:
            message = "; ".join(conflicts)
            excerpt = _excerpt(row, places)
            yield Rejected("conflicting_customers", message, place, excerpt)
        elif identity in seen:
            yield Excluded("duplicate_row", place)
        else:
            seen.add(identity)
            yield customer


def _identity(native_id: str) -> str:
    """A customer's id as it is compared: without regard to case, as its key is made."""
    return native_id.casefold()


def _excerpt(row: Row, places: dict[str, list[int]]) -> str:
    """How a row begins, without its customer's accounts, here and on networks; the stage
    masks what else it holds.

    Nobody knows which cell of a broken row is the id: every one with a digit goes.
    """
    if row.fault is not None:
        return _MAY_BE_AN_ID.sub("<ACCOUNT>", row.text)[:EXCERPT_LENGTH]
    accounts = {
        plain(row.cells[place])
        for column in ("customer_id", *_OF_NETWORKS)
        for place in places.get(column, ())
    }
    # The longest first: one may begin like another. Quotes are written twice within quotes.
    written = "|".join(
        re.escape(account).replace('"', '""?')
        for account in sorted(accounts - {""}, key=len, reverse=True)
    )
    if not written:
        return row.text[:EXCERPT_LENGTH]
    found = re.compile(rf"(?<!\w)(?:{written})(?!\w)", re.IGNORECASE)
    return found.sub("<ACCOUNT>", row.text)[:EXCERPT_LENGTH]


_OF_NETWORKS = ("network_handles", "x", "mastodon")
_MAY_BE_AN_ID = re.compile(r"[^\s,;|\"\d]*\d[^\s,;|\"]*")


def _is_header(cells: list[str]) -> bool:
    places = places_of(cells)
    return "customer_id" in places and len(places) >= 2


_TOTALS = frozenset(("total", "totaux", "grand total", "total général", "sum", "somme"))


def _judged_rows(
    document: bytes, places: dict[str, list[int]]
) -> Iterator[tuple[int, Row, bool]]:
    """Every row, its number, and whether it is what reports end in.

    That is a total, or a sentence in a cell alone; after the first such sentence any
    cell alone: the company's name stands among them.
    """
    has_ended = False
    identity = places["customer_id"][0]
    for number, row in _numbered_rows(document):
        if row.fault is not None or len(row.cells) < 3:
            yield number, row, False
            continue
        told = [cell.strip() for cell in row.cells if cell.strip()]
        is_total = len(told) <= 2 and row.cells[identity].strip().lower() in _TOTALS
        is_alone = len(told) == 1 and row.text.strip().strip('"').strip() == told[0]
        has_ended = has_ended or (is_alone and " " in told[0])
        yield number, row, is_total or (is_alone and has_ended)


def _numbered_rows(document: bytes) -> Iterator[tuple[int, Row]]:
    table = csv_documents.table(document, is_header=_is_header)
    return enumerate(table.rows, 1) if table is not None else iter(())


def _customer(row: Row, places: dict[str, list[int]], origin: Origin) -> CrmCustomer:
    def cell(column: str) -> str:
        return plain(row.cells[places[column][0]]) if column in places else ""

    native_id = id_of(row.cells[places["customer_id"][0]]) or ""
    since = instant_of(cell("since_date"), country=origin.company.country)
    names = [
        cell("name"),
        " ".join(p for p in (cell("first_name"), cell("last_name")) if p),
    ]
    country = country_of(cell("country")) if "country" in places else None
    if country == origin.company.country.upper():
        country = None
    handles = [Handle("account", native_id), *_handles(row, places, country)]
    return CrmCustomer(
        native_id=native_id,
        handles=tuple(dict.fromkeys(handles)),
        segment=SEGMENTS.get(cell("segment").lower()),
        birth_year=_birth_year(cell("birth_year")),
        language=iso_639_1(cell("language")),
        since_date=since.date() if since is not None else None,
        names=tuple(dict.fromkeys(name for name in names if name)),
        origin=origin,
    )


def _handles(
    row: Row, places: dict[str, list[int]], country: str | None
) -> Iterator[Handle]:
    for place in places.get("emails", ()):
        for value in emails_of(row.cells[place]):
            yield Handle("email", value)
    for place in places.get("phones", ()):
        for value in phones_of(row.cells[place], country):
            yield Handle("phone", value)
    for value in _values(row, places, "network_handles"):
        handle = _network_handle(value)
        if handle is not None:
            yield handle
    for value in _values(row, places, "x"):
        yield _network_handle(value) or Handle("x", value.lstrip("@"))
    for value in _values(row, places, "mastodon"):
        yield _network_handle(value) or Handle("mastodon", value.lstrip("@"))


def _values(row: Row, places: dict[str, list[int]], column: str) -> Iterator[str]:
    for place in places.get(column, ()):
        yield from values_of(row.cells[place])


def _network_handle(written: str) -> Handle | None:
    """The handle, where the text itself says on which network."""
    if written[:4].lower() == "http":
        found = _X_ADDRESS.fullmatch(written)
        if found is not None:
            return Handle("x", found[1])
        found = _MASTODON_ADDRESS.fullmatch(written)
        if found is not None:
            return Handle("mastodon", f"{found[2]}@{found[1]}")
    elif written.startswith("@"):
        found = _FULL_ADDRESS.fullmatch(written)
        return Handle("mastodon", found[1]) if found is not None else None
    network, colon, name = written.partition(":")
    kind = NETWORKS.get(network.strip().lower())
    name = name.strip().lstrip("@")
    return Handle(kind, name) if colon and kind is not None and name else None


def _birth_year(written: str) -> int | None:
    """The year of a year or of a date; null for what is neither."""
    years = _YEAR.findall(written)
    if len(years) != 1 or not years[0].isascii():
        return None
    year = int(years[0])
    return year if FIRST_BIRTH_YEAR <= year <= LAST_BIRTH_YEAR else None


def _findings(
    document: bytes, places: dict[str, list[int]], origin: Origin
) -> Findings:
    """Compare every row with every other.

    First by hashes alone, because a million rows must fit: which customers come with
    different facts, which handles come more than once. Then, only if there are any,
    the rows again, to say who and what it is.
    """
    facts: dict[str, int] = {}
    altered: set[str] = set()
    keys = array("q")
    for _, customer, handles in _compared(document, places, origin):
        told = hash(_facts(customer, handles))
        before = facts.setdefault(_identity(customer.native_id), told)
        if before != told:
            altered.add(_identity(customer.native_id))
        keys.extend(hash(key) for key in handles)
    repeated = _repeated(keys)
    if not altered and not repeated:
        return Findings({}, {})
    first: dict[str, Facts] = {}
    columns: dict[str, set[str]] = {identity: set() for identity in altered}
    rows: dict[str, list[int]] = {identity: [] for identity in altered}
    owners: dict[tuple[str, str], tuple[str, int]] = {}
    contested: dict[str, str] = {}
    for number, customer, handles in _compared(document, places, origin):
        identity = _identity(customer.native_id)
        if identity in altered:
            if len(rows[identity]) <= MOST_ROWS_TOLD:
                rows[identity].append(number)
            columns[identity] |= _differing(
                _facts(customer, handles),
                first.setdefault(identity, _facts(customer, handles)),
            )
        for key in handles:
            if hash(key) not in repeated:
                continue
            owner, owner_row = owners.setdefault(key, (identity, number))
            if owner != identity:
                kind = KIND_NAMES.get(key[0], f"{key[0]} handle")
                message = f"{_told([owner_row, number])} have the same {kind}"
                contested.setdefault(owner, message)
                contested.setdefault(identity, message)
    return Findings(
        {
            identity: f"{_told(rows[identity])} are one customer's, with different "
            + ", ".join(column for column in COLUMNS if column in found)
            for identity, found in columns.items()
        },
        contested,
    )


def _told(rows: list[int]) -> str:
    """`rows 1, 2 and 5`; of many only the first."""
    told = list(map(str, rows[:MOST_ROWS_TOLD]))
    last = "others" if len(rows) > MOST_ROWS_TOLD else told.pop()
    return f"rows {', '.join(told)} and {last}"


Keys = tuple[tuple[str, str], ...]


def _compared(
    document: bytes, places: dict[str, list[int]], origin: Origin
) -> Iterator[tuple[int, CrmCustomer, Keys]]:
    """Every customer with its row's number, and the handles as they are compared."""
    for number, row, is_footer in _judged_rows(document, places):
        if row.fault is not None or is_footer:
            continue
        customer = _customer(row, places, origin)
        if customer.native_id:
            keys = (_key(h, origin.company.country) for h in customer.handles[1:])
            yield number, customer, tuple(dict.fromkeys(keys))


def _repeated(hashes: Iterable[int]) -> set[int]:
    """Those that occur more than once."""
    ordered = sorted(hashes)
    return {hashed for hashed, after in pairwise(ordered) if hashed == after}


Facts = tuple[tuple[str, object], ...]


def _facts(customer: CrmCustomer, keys: Keys) -> Facts:
    """What is told of a customer, by column; how it is written does not matter."""
    return (
        ("emails", frozenset(key for key in keys if key[0] == "email")),
        ("phones", frozenset(key for key in keys if key[0] == "phone")),
        (
            "network_handles",
            frozenset(key for key in keys if key[0] not in ("email", "phone")),
        ),
        ("segment", customer.segment),
        ("birth_year", customer.birth_year),
        ("language", customer.language),
        ("since_date", customer.since_date),
        ("name", tuple(name.casefold() for name in customer.names)),
    )


def _differing(told: Facts, before: Facts) -> set[str]:
    return {
        column
        for (column, value), (_, other) in zip(told, before, strict=True)
        if value != other
    }


def _key(handle: Handle, country: str) -> tuple[str, str]:
    """A handle as it is compared within the file."""
    if handle.kind == "phone":
        return handle.kind, _dialled(handle.value, country)
    return handle.kind, handle.value.casefold()


def _dialled(number: str, country: str) -> str:
    """One writing for a number's several; no check whether there is such a number.

    The library's own parser is exact and takes most of the time of reading a file.
    """
    bare = _NO_DIGIT.sub("", number.replace("(0)", ""))
    if bare.startswith("+"):
        return bare
    if bare.startswith("00"):
        return f"+{bare[2:]}"
    code, trunk_prefix, lengths = _dialling(country)
    has_code = bare.startswith(code) and len(bare) - len(code) in lengths
    if has_code and len(bare) not in lengths:
        # Written with the country's code and without any mark of it.
        return f"+{bare}"
    return f"+{code}{bare.removeprefix(trunk_prefix)}"


@cache
def _dialling(country: str) -> tuple[str, str, tuple[int, ...]]:
    """A country's calling code, what stands before a number within it, and how many
    digits a number may have without either."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country.upper())
    if metadata is None:
        return "0", "", ()
    general = metadata.general_desc
    return (
        str(metadata.country_code or 0),
        metadata.national_prefix or "",
        tuple(general.possible_length) if general else (),
    )


READER = Reader(
    "crm",
    partial(
        csv_documents.split,
        is_header=_is_header,
        rows_per_document=None,
        long_document=LARGEST,
    ),
    parse,
)
