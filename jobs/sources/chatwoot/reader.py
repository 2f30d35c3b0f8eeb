"""A document of Chatwoot's to its records: which shape it has, and what an event carries."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO, cast

import msgspec

from jobs.sources import csv_documents, json_documents
from jobs.sources.chatwoot.conversations import from_conversation, from_messages
from jobs.sources.chatwoot.documents import LONE, OBJECT, TEXT
from jobs.sources.chatwoot.others import other_kind
from jobs.sources.chatwoot.surveys import from_rating
from jobs.sources.chatwoot.tables import LARGEST, SEEN, is_table, messages_of
from jobs.sources.chatwoot.threads import id_of
from jobs.sources.json_pieces import FAULTS, Piece, gather, is_given, rejected, text_of
from jobs.sources.records import Document, Excluded, Origin, Outcomes, Reader

NO_RECORD = "not_a_chatwoot_record"

MESSAGE_EVENTS = frozenset(
    {"message_created", "message_updated", "first_reply_created"}
)
CONVERSATION_EVENTS = frozenset(
    {
        "conversation_created",
        "conversation_updated",
        "conversation_status_changed",
        "conversation_opened",
        "conversation_contact_changed",
        "conversation_read",
        "conversation_mentioned",
        "conversation_recovered",
        "assignee_changed",
        "team_changed",
        "conversation_resolved",
    }
)
OTHER_EVENTS = {
    "webwidget_triggered": "widget_opened",
    "contact_created": "contact",
    "contact_updated": "contact",
    "inbox_created": "inbox",
    "inbox_updated": "inbox",
    "contact_deleted": "contact",
    "contact_merged": "contact",
    "conversation_typing_on": "typing",
    "conversation_typing_off": "typing",
    "presence_update": "presence",
    "notification_created": "notification",
    "notification_updated": "notification",
    "notification_deleted": "notification",
}
PREFIXES = ("automation_event_", "macro_")
"""Rules and macros send a conversation; the event that set them off follows."""
ENVELOPES = ("body", "message", "data")
"""What a webhook's receiver, a socket or a client puts a document into."""
BESIDE_A_MESSAGE = ("conversation", "inbox", "sender", "contact")
"""What an event may have beside its message that a message has within."""
DEEPEST = 20
"""Envelopes in one another; real ones are three at most."""
LONGEST_RUN = 5_000
"""Neighbouring messages joined to one document at most: memory stays bounded."""


def split(stream: BinaryIO, origin: Origin) -> Iterator[Document]:
    """The JSON values of a file, neighbouring messages of one conversation together; or
    the pieces of a table of messages.

    Memory is bounded by the largest value, or by the longest run of messages.
    """
    start = stream.read(SEEN)
    stream = cast("BinaryIO", csv_documents.Resumed(start, stream))
    if is_table(start):
        yield from csv_documents.split(
            stream, origin, rows_per_document=None, long_document=LARGEST
        )
        return
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
    if is_table(document):
        rows: list[Piece] = []
        yield from messages_of(document, rows, origin)
        yield from _list(rows, None, origin)
        return
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
    elif piece.place.count(".") < DEEPEST and (inner := _enveloped(at)):
        yield from _document(inner, origin)
    elif "conversations" in at and "id" not in at:
        # What a search finds: its messages are parts of their conversations.
        for key in ("conversations", "messages", "contacts", "articles"):
            if key in at:
                found: list[Piece] = []
                yield from gather(at[key], found, origin, "not_a_chatwoot_list")
                yield from _list(found, None, origin, is_search=True)
    elif reason := other_kind(parts):
        yield Excluded(reason, piece.there(origin))
    elif "message_type" in at:
        yield from _list([piece], None, origin)
    elif "messages" in at:
        yield from from_conversation(piece, origin)
    elif "rating" in at:
        yield from from_rating(piece, origin)
    elif "id" in at and at.keys() & {"meta", "inbox_id"}:
        yield from from_conversation(piece, origin)
    elif "id" in at and "message" in at:
        yield from from_conversation(_found(piece, at), origin, is_partial=True)
    elif reason := _other(parts, at):
        yield Excluded(reason, piece.there(origin))
    else:
        fields = ", ".join(list(parts)[:8])[:200] or "no fields"
        yield rejected(
            "chatwoot_error" if at.keys() & {"error", "errors"} else NO_RECORD,
            piece,
            origin,
            "expected a conversation (messages), a message (message_type), a list of"
            f" them (payload), an event or a survey's answer (rating); found {fields}",
        )


def _enveloped(at: Mapping[str, Piece]) -> Piece | None:
    """The one document inside another that is no record itself."""
    if at.keys() & {"id", "message_type"}:
        return None
    for key in ENVELOPES:
        if key in at and bytes(memoryview(at[key].raw)[:1]) in (b"{", b"["):
            return at[key]
    return None


def _found(piece: Piece, at: Mapping[str, Piece]) -> Piece:
    """A conversation as a search finds it: with the one message that was found."""
    parts = {key: part.raw for key, part in at.items() if key != "message"}
    parts["messages"] = msgspec.Raw(b"[" + bytes(at["message"].raw) + b"]")
    return Piece(msgspec.Raw(msgspec.json.encode(parts)), piece.place)


def _other(parts: Mapping[str, msgspec.Raw], at: Mapping[str, Piece]) -> str | None:
    """What an answer is that is told by its being nothing else."""
    if "contact" in at or parts.keys() & {"phone_number", "email", "identifier"}:
        return "contact"
    if "success" in at or "current_status" in at:
        return "acknowledgement"
    return "count" if at.keys() == {"meta"} else None


def _event(
    event: str, piece: Piece, at: Mapping[str, Piece], origin: Origin
) -> Outcomes:
    inner = at.get("data", piece) if "id" not in at else piece
    about = _about(inner)
    # Sockets have `message.created`, webhooks `message_created`.
    event = event.strip().lower().replace(".", "_")
    if event in MESSAGE_EVENTS:
        # An id beside may be the event's own; a message without its kind is none.
        is_beside = "message_type" not in at and "message" in at
        said = _completed(at, "message", BESIDE_A_MESSAGE) if is_beside else inner
        yield from from_messages([said], None, origin, is_partial=True)
    elif event in CONVERSATION_EVENTS or event.startswith(PREFIXES):
        yield from from_conversation(about, origin, is_partial=True)
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


def _about(piece: Piece) -> Piece:
    """The conversation of an event, where the event has it under its own name."""
    try:
        parts = OBJECT.decode(piece.raw)
    except FAULTS:
        return piece
    inner = parts.get("conversation")
    if "id" in parts or inner is None or not is_given(inner):
        return piece
    at = {key: Piece(raw, f"{piece.place}.{key}") for key, raw in parts.items()}
    return _completed(at, "conversation", ("inbox",))


def _completed(at: Mapping[str, Piece], key: str, beside: tuple[str, ...]) -> Piece:
    """A record with the objects that its event has beside it instead of within."""
    there = at[key]
    try:
        parts = OBJECT.decode(there.raw)
    except FAULTS:
        return there
    for name in beside:
        if name in at and bytes(memoryview(at[name].raw)[:1]) == b"{":
            parts.setdefault(name, at[name].raw)
    return Piece(msgspec.Raw(msgspec.json.encode(parts)), there.place)


def _list(
    pieces: list[Piece], meta: Piece | None, origin: Origin, *, is_search: bool = False
) -> Outcomes:
    """What a list holds; its messages go by conversation."""
    messages: list[Piece] = []
    for piece in pieces:
        if bytes(memoryview(piece.raw)[:1]) == b'"':
            yield Excluded("label", piece.there(origin))
            continue
        try:
            fields = OBJECT.decode(piece.raw)
        except FAULTS as fault:
            yield rejected(NO_RECORD, piece, origin, fault)
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
