"""Personal data in what people say and write, found and masked: French and English.

`find` says where it stands, `mask` puts `<PHONE>` and the like in its place.

Measured in one process on a shared machine of two cores, texts of 40 words a second:
21,000 without personal data or numbers, 10,000 where every second text has some, 2,000
where every sentence has. The time grows with the length of the text and no faster.

National insurance numbers of other countries are masked as `NIR`, and an account beside
its sort code or routing number as `IBAN`: readers of the tables learn no new kind.

What it does not do: names that nobody declared and nobody introduced ("voir avec Sophie"),
a street in lower case with neither number nor "j'habite", and card numbers whose Luhn digit
is wrong stay, as do ages, postcodes and towns alone, customer numbers, private addresses
of machines and handles on social networks. So do number plates, passports and licences:
their shapes are those of orders and references.
"""

from collections.abc import Callable, Iterable, Sequence

from jobs.masking import (
    accounts,
    addresses,
    addresses_abroad,
    births,
    declared,
    digits,
    emails,
    national_ids,
    stated_secrets,
)
from jobs.masking import names as names_in
from jobs.masking.view import BLANK, KINDS, Found, View

__all__ = ["KINDS", "Found", "find", "mask"]

RANK = {kind: rank for rank, kind in enumerate(KINDS)}


def find(text: str, *, names: Sequence[str] = (), country: str = "FR") -> list[Found]:
    """Where personal data stands in a text: ascending, never overlapping.

    A text is looked through again after each find, without what was found, until nothing
    more comes: that is what makes masking a masked text change nothing.

    Args:
        text: any text; placeholders of an earlier masking are left alone.
        names: names that the record declares, whole ("Léa Martin").
        country: ISO 3166 country in which a phone number without prefix is dialled.
    """
    view = View.of(text).without_nods()
    found: list[Found] = []
    while new := settled(view, seen_once(view, names, country)):
        found.extend(view.original(item) for item in new)
        view = view.without(new)
    return sorted(found, key=lambda item: item.start)


def mask(text: str, *, names: Sequence[str] = (), country: str = "FR") -> str:
    """The text with `<KIND>` where personal data stood; masking it again changes nothing."""
    pieces: list[str] = []
    done = 0
    for item in find(text, names=names, country=country):
        pieces += text[done : item.start], f"<{item.kind}>"
        done = item.end
    return "".join(pieces) + text[done:]


FINDERS: tuple[tuple[frozenset[str], Callable[[View], Iterable[Found]]], ...] = (
    (emails.TRIGGERS, emails.said),
    (accounts.TRIGGERS, accounts.told_in_pieces),
    (accounts.FURTHER_COUNTRIES, accounts.said_abroad),
    (accounts.HEADINGS, accounts.under_headings),
    (national_ids.TRIGGERS, national_ids.named),
    (stated_secrets.TRIGGERS, stated_secrets.stated_secrets),
    (births.TRIGGERS, births.births),
    (addresses.TRIGGERS, addresses.addresses),
    (names_in.INTRODUCING, names_in.introduced),
    (names_in.TITLES, names_in.titled),
    (names_in.HOLDING, names_in.held),
    (names_in.SOFTLY_INTRODUCING, names_in.softly_introduced),
    (names_in.SPEAKING, names_in.speaking),
    (names_in.CLOSING, names_in.signed),
)
"""What to look for, and the words without one of which it need not be looked for."""

WATCHED = frozenset[str]().union(*(triggers for triggers, _ in FINDERS))


def seen_once(view: View, names: Sequence[str], country: str) -> Iterable[Found]:
    yield from emails.written(view)
    if view.has_digits:
        yield from addresses_abroad.germanic(view)
        if view.has_six_digits:
            yield from national_ids.shaped(view)
    yield from digits.in_digits(view, country)
    if BLANK in view.text:
        yield from names_in.spelled(view)
    if "--" in view.text:
        yield from names_in.under_a_line(view)
    hits = view.words & WATCHED
    if hits:
        for triggers, finder in FINDERS:
            if not triggers.isdisjoint(hits):
                yield from finder(view)
    if names:
        yield from declared.declared(view, names)


def settled(view: View, candidates: Iterable[Found]) -> list[Found]:
    """Candidates made into finds that never overlap and hold no placeholder.

    Overlapping ones become one, from the first start to the last end, of the kind that
    ranks first: half a phone number left standing would be the worse mistake.
    """
    found: list[Found] = []
    for item in sorted(candidates, key=lambda item: item.start):
        if found and item.start < found[-1].end:
            last = found[-1]
            kind = min(last.kind, item.kind, key=RANK.__getitem__)
            found[-1] = Found(kind, last.start, max(last.end, item.end))
        else:
            found.append(item)
    return [
        piece
        for item in found
        for piece in (trimmed(view, item) if BLANK in view.text else [item])
    ]


def trimmed(view: View, item: Found) -> Iterable[Found]:
    """The parts of a find between placeholders, those with a letter or digit in them."""
    at = item.start
    for part in view.text[item.start : item.end].split(BLANK):
        if any(map(str.isalnum, part)):
            start = at + len(part) - len(part.lstrip())
            yield Found(item.kind, start, at + len(part.rstrip()))
        at += len(part) + 1
