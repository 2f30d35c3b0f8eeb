"""Parts of a JSON document that are decoded one by one, each with its path.

A page of records, a ticket with its comments: one broken element must not take the
others with it. The outer shape is decoded first, its parts stay raw, and a fault in one
of them is told with its path from the document's beginning.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from jobs.sources.records import Origin, Rejected, excerpt_of

ABSENT = msgspec.Raw(b"")
"""The default of a part that may be missing."""

FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError)
"""Everything that bytes can make a decoder, or a move to UTC, raise."""

ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
_EXACT = 2.0**53
"""Below it every whole number is a float of its own."""
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Piece(NamedTuple):
    """Part of a document, not yet decoded, and its JSON path."""

    raw: msgspec.Raw
    place: str

    def there(self, origin: Origin) -> Origin:
        """Where it stands; a whole document needs no path."""
        return origin if self.place == "$" else origin.at(self.place)


def is_given(raw: msgspec.Raw) -> bool:
    """Whether there is anything but null."""
    return bytes(memoryview(raw)[:5]) not in (b"", b"null")


def gather(
    piece: Piece, into: list[Piece], origin: Origin, reason: str
) -> Iterator[Rejected]:
    """The elements of an array, or the one object that stands in its place.

    Args:
        into: takes them.
        reason: the code under which anything else is rejected.
    """
    if bytes(memoryview(piece.raw)[:1]) == b"{":
        into.append(piece)
        return
    try:
        elements = ARRAY.decode(piece.raw)
    except FAULTS as fault:
        yield rejected(reason, piece, origin, fault)
        return
    into.extend(
        Piece(element, f"{piece.place}[{position}]")
        for position, element in enumerate(elements)
    )


def gather_by_id(
    piece: Piece, into: list[Piece], origin: Origin, reason: str
) -> Iterator[Rejected]:
    """As `gather`, where an object may also hold the elements by their ids."""
    found: list[Piece] = []
    yield from gather(piece, found, origin, reason)
    for one in found:
        try:
            parts = _OBJECT.decode(one.raw)
        except FAULTS:
            parts = {}  # whoever decodes the element says what is wrong with it
        held = [
            Piece(raw, f"{one.place}.{key}")
            for key, raw in parts.items()
            if is_given(raw)
        ]
        are_objects = all(bytes(memoryview(part.raw)[:1]) == b"{" for part in held)
        into.extend(held if held and are_objects and "id" not in parts else [one])


def rejected(
    reason: str, piece: Piece, origin: Origin, fault: Exception | str
) -> Rejected:
    """The piece with its fault; a path in the fault is made one of the document."""
    message = str(fault)
    if "`$" in message:
        message = message.replace("`$", f"`{piece.place}", 1)
    else:
        message = f"{message} - at `{piece.place}`"
    excerpt = excerpt_of(bytes(memoryview(piece.raw)[:2_000]))
    return Rejected(reason, message, piece.there(origin), excerpt)


def text_of(value: object) -> str | None:
    """An id or a text as text; null for nothing and for anything else.

    A number that a table with empty cells made a float is the whole number it was.
    """
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float):
        whole = whole_of(value)
        return None if whole is None else str(whole)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def whole_of(value: float) -> int | None:
    """A float as the whole number it stands for; null where digits may be lost."""
    return int(value) if abs(value) < _EXACT and value.is_integer() else None


def names_of(*names: str | None) -> tuple[str, ...]:
    """The names that are given, each once."""
    return tuple(dict.fromkeys(name.strip() for name in names if name and name.strip()))
