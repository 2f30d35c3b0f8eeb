"""A document of Chatwoot's to its records: which shape it has, and what an event carries."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO

import msgspec

from jobs.sources import json_documents
from jobs.sources.chatwoot.conversations import from_conversation, from_messages
from jobs.sources.chatwoot.documents import LONE, OBJECT, TEXT
from jobs.sources.chatwoot.surveys import from_rating
from jobs.sources.chatwoot.threads import id_of
from jobs.sources.json_pieces import FAULTS, Piece, gather, is_given, rejected, text_of
from jobs.sources.records import Document, Excluded, Origin, Outcomes, Reader

MESSAGE_EVENTS = frozenset({"message_created", "message_updated"})
CONVERSATION_EVENTS = frozenset(
    {
        "conversation_created",
        "conversation_updated",
        "conversation_status_changed",
        "conversation_opened",
        "conversation_resolved",
    }
)
OTHER_EVENTS = {
    "webwidget_triggered": "widget_opened",
    "contact_created": "contact",
    "contact_updated": "contact",
    "inbox_created": "inbox",
    "inbox_updated": "inbox",
    "conversation_typing_on": "typing",
    "conversation_typing_off": "typing",
}
LONGEST_RUN = 5_000
"""Neighbouring messages joined to one document at most: memory stays bounded."""


def split(stream: BinaryIO, origin: Origin) -> Iterator[Document]:
    """The JSON values of a file; neighbouring messages of one conversation together.

    Memory is bounded by the largest value, or by the longest run of messages.
    """
    run: list[Document] = []
    whose = ""
    for document in json_documents.split(stream, origin):
        conversation_id = _whose_message(document.content)
        if run and (conversation_id != whose or len(run) == LONGEST_RUN):
            yield _joined(run)
            run = []
        if conversation_id:
            run.append(document)
            whose = conversation_id
        else:
            yield document
    if run:
        yield _joined(run)


def _whose_message(content: bytes) -> str:
    """The conversation's id where a document is one message; else nothing."""
    if b'"message_type"' not in content[:100_000]:
        return ""
    try:
        lone = LONE.decode(content)
    except FAULTS:
        return ""
    return text_of(lone.conversation_id) or id_of(lone.conversation) or ""


def _joined(run: list[Document]) -> Document:
    if len(run) == 1:
        return run[0]
    content = b"[" + b",".join(document.content for document in run) + b"]"
    return Document(content, run[0].origin)


def parse(document: bytes, origin: Origin) -> Outcomes:
    """Every conversation, e-mail and survey of one document.

    Private notes, activity and template messages, deleted ones, contacts and events
    without a message are excluded by name, one by one. A broken message is rejected
    alone, its conversation lives.
    """
    whole = Piece(msgspec.Raw(document), "$")
    if document.lstrip()[:1] != b"[":
        yield from _document(whole, origin)
        return
    pieces: list[Piece] = []
    yield from gather(whole, pieces, origin, "not_a_chatwoot_list")
    yield from _list(pieces, None, origin)


def _document(piece: Piece, origin: Origin) -> Outcomes:
    try:
        parts = OBJECT.decode(piece.raw)
        event = TEXT.decode(parts["event"]) if "event" in parts else None
    except FAULTS as fault:
        expected = "expected a JSON object as Chatwoot's API or a webhook writes it"
        yield rejected("not_a_chatwoot_document", piece, origin, f"{expected}: {fault}")
        return
    at = {
        key: Piece(raw, f"{piece.place}.{key}")
        for key, raw in parts.items()
        if is_given(raw)
    }
    if event is not None:
        yield from _event(event, piece, at, origin)
    elif "payload" in at:
        pieces: list[Piece] = []
        yield from gather(at["payload"], pieces, origin, "not_a_chatwoot_list")
        yield from _list(pieces, at.get("meta"), origin)
    elif "conversations" in at and "id" not in at:
        # What a search finds: its messages are parts of their conversations.
        for key in ("conversations", "messages", "contacts"):
            if key in at:
                found: list[Piece] = []
                yield from gather(at[key], found, origin, "not_a_chatwoot_list")
                yield from _list(found, None, origin, is_search=True)
    elif "data" in at and "id" not in at:
        yield from _document(at["data"], origin)
    elif "message_type" in at:
        yield from _list([piece], None, origin)
    elif "messages" in at or ("meta" in at and "id" in at):
        yield from from_conversation(piece, origin)
    elif "rating" in at:
        yield from from_rating(piece, origin)
    elif at.keys() & {"phone_number", "email", "identifier"}:
        yield Excluded("contact", piece.there(origin))
    else:
        fields = ", ".join(list(parts)[:8])[:200] or "no fields"
        yield rejected(
            "not_a_chatwoot_record",
            piece,
            origin,
            "expected a conversation (messages), a message (message_type), a list of"
            f" them (payload), an event or a survey's answer (rating); found {fields}",
        )


def _event(
    event: str, piece: Piece, at: Mapping[str, Piece], origin: Origin
) -> Outcomes:
    inner = at.get("data", piece) if "id" not in at else piece
    if event in MESSAGE_EVENTS:
        yield from from_messages([inner], None, origin, is_partial=True)
    elif event in CONVERSATION_EVENTS:
        yield from from_conversation(inner, origin, is_partial=True)
    elif event.startswith("csat_survey_response"):
        yield from from_rating(at.get("csat_survey_response", inner), origin)
    elif event in OTHER_EVENTS:
        yield Excluded(OTHER_EVENTS[event], piece.there(origin))
    else:
        yield rejected(
            "unknown_chatwoot_event",
            piece,
            origin,
            f"expected one of Chatwoot's webhook events, got {event[:60]!r}",
        )


def _list(
    pieces: list[Piece], meta: Piece | None, origin: Origin, *, is_search: bool = False
) -> Outcomes:
    """What a list holds; its messages go by conversation."""
    messages: list[Piece] = []
    for piece in pieces:
        try:
            fields = OBJECT.decode(piece.raw)
        except FAULTS as fault:
            yield rejected("not_a_chatwoot_record", piece, origin, fault)
            continue
        if "message_type" in fields:
            messages.append(piece)
        else:
            yield from _document(piece, origin)
    if messages:
        is_alone = len(pieces) == 1 and meta is None
        yield from from_messages(
            messages, meta, origin, is_partial=is_alone or is_search
        )


READER = Reader("chatwoot", split, parse)
