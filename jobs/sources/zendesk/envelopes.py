"""What Zendesk's documents come wrapped in: the work of receivers, buses and loaders.

Who receives a webhook hands it on with the request around it (`body`), a queue as JSON
within a text, an event bus as its event's `detail`. A loader (Singer, Airbyte) writes
each record into a message of its own, which names the stream it is of, beside messages
about its work.
"""

from collections.abc import Mapping

import msgspec

from jobs.sources.json_pieces import FAULTS, Piece

NAMES = (
    "body", "rawBody", "payload", "data", "input", "record", "message", "Message",
    "Records", "_airbyte_data",
)  # fmt: skip
"""Under what a document stands in another that is no record itself."""
DEEPEST = 20
"""Envelopes in one another; real ones are four at most."""
ABOUT_LOADING = frozenset(
    {
        "ACTIVATE_VERSION", "BATCH", "CATALOG", "CONNECTION_STATUS", "CONTROL", "LOG",
        "SCHEMA", "SPEC", "STATE", "TRACE",
    }
)  # fmt: skip
"""Types of a loader's messages that carry no record."""


def enveloped(at: Mapping[str, Piece], *, is_record: bool) -> Piece | None:
    """The document that another holds; null where it is no envelope."""
    if "detail-type" in at:
        return at.get("detail")
    if is_record:
        return None
    for name in NAMES:
        if name in at and (inner := _document_in(at[name])):
            return inner if inner.place.count(".") < DEEPEST else None
    return None


def _document_in(piece: Piece) -> Piece | None:
    """An object or a list, or one that is written as JSON within a text."""
    first = bytes(memoryview(piece.raw)[:1])
    if first in (b"{", b"["):
        return piece
    if first != b'"':
        return None
    try:
        content = msgspec.json.decode(piece.raw, type=str).strip().encode()
        if content[:1] in (b"{", b"["):
            msgspec.json.decode(content)
            return Piece(msgspec.Raw(content), piece.place)
    except FAULTS:
        return None  # a text that is none of our business
    return None


def is_about_loading(at: Mapping[str, Piece]) -> bool:
    return "record" not in at and text_in(at, "type") in ABOUT_LOADING


def text_in(at: Mapping[str, Piece], key: str) -> str:
    """The text under a key; nothing where there is none."""
    try:
        return msgspec.json.decode(at[key].raw, type=str)
    except (*FAULTS, KeyError):
        return ""
