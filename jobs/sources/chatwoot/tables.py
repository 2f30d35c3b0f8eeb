"""The table of messages as Chatwoot's database holds it, written as CSV.

Its columns are the fields of a message, with numbers for kinds, `t` and `f`, and JSON
within cells. A conversation has the database's own number there, not the one that
people see and webhooks send.
"""

import re
from typing import Any

import msgspec

from jobs.sources import csv_documents
from jobs.sources.csv_documents import Row, column_name
from jobs.sources.json_pieces import Piece, rejected
from jobs.sources.records import Origin, Outcomes

SEEN = 4_096
LARGEST = 16 << 20
"""A conversation's messages should be in one document; a larger table falls into
several."""

_NEEDED = frozenset({"id", "content", "message_type", "conversation_id"})
_TRUTHS = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
_OBJECTS = frozenset({"content_attributes", "additional_attributes"})
_NUMBERS = frozenset(
    {"id", "message_type", "content_type", "status", "conversation_id"}
)
# What a database's widest number holds; longer ones stay text and are told apart as such.
_NUMBER = re.compile("[0-9]{1,18}")

_anything = msgspec.json.Decoder().decode


def is_table(content: bytes) -> bool:
    """Whether a document begins with the names of a message's columns."""
    start = content[:SEEN].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start or start[:1] in b"{[":
        return False
    line = start.splitlines()[0].decode("utf-8", "replace")
    cells = line.split(csv_documents.delimiter_of(line))
    return {column_name(cell.strip('"')) for cell in cells} >= _NEEDED


def messages_of(document: bytes, found: list[Piece], origin: Origin) -> Outcomes:
    """The rows as the API would give them, into `found`; a broken one is refused."""
    table = csv_documents.table(document)
    if table is None:
        return
    names = [column_name(cell) for cell in table.header[0]]
    for number, row in enumerate(table.rows, 1):
        place = f"row {number}"
        if row.fault is not None:
            broken = Piece(msgspec.Raw(row.text.encode("utf-8", "replace")), place)
            yield rejected("not_a_csv_row", broken, origin, row.fault)
            continue
        message = msgspec.json.encode(_message(names, row))
        found.append(Piece(msgspec.Raw(message), place))


def _message(names: list[str], row: Row) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, cell in zip(names, row.cells, strict=True):
        text = cell.strip()
        if not text or text in ("NULL", "\\N"):
            continue
        if name == "private":
            said[name] = _TRUTHS.get(text.lower())
        elif name in _OBJECTS:
            said[name] = _object(text)
        elif name in _NUMBERS and _NUMBER.fullmatch(text):
            said[name] = int(text)
        elif name not in ("attachments", "sender", "contact", "inbox", "conversation"):
            said[name] = text
    return said


def _object(text: str) -> Any:
    """What a cell of JSON holds; null where it is none."""
    try:
        return _anything(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        return None
