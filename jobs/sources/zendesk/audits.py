"""The messages, chats and ratings among the events of audits."""

from collections.abc import Generator
from datetime import datetime

import msgspec

from jobs.sources.json_pieces import FAULTS, Piece, rejected, text_of
from jobs.sources.records import Excluded, Origin, Outcomes, Rejected, utc
from jobs.sources.zendesk.channels import CHANNELS, COMMENT_EVENTS, sunshine_channel
from jobs.sources.zendesk.chats import chat_of_event, from_chat, has_history
from jobs.sources.zendesk.documents import (
    AUDIT,
    EVENT,
    Audit,
    Comment,
    Event,
    Known,
    Thread,
    Via,
    via_of,
)
from jobs.sources.zendesk.messages import decode_comment, from_conversation
from jobs.sources.zendesk.ratings import from_rating_event


def _made_at(audit: Audit) -> datetime:
    """When an audit was written; the incremental export has epoch seconds."""
    made_at = audit.created_at or audit.timestamp
    if made_at is None:
        raise msgspec.ValidationError("Object missing required field `created_at`")
    if isinstance(made_at, int):
        made_at = msgspec.convert(made_at, datetime, strict=False)
    return utc(made_at)


def _said_by(audit: Audit, via: Via) -> Comment:
    """What the comments of an audit leave to it to say."""
    return Comment(
        id="",
        ticket_id=audit.ticket_id,
        author_id=audit.author_id or audit.updater_id,
        via=via,
        created_at=audit.created_at,
    )


CHANGES = ("Create", "Change")
"""Events of which the incremental export writes `"subject": …` where audits have
`field_name` and `value`; in others a `subject` is a notification's."""


def _set_to(event: Event, name: str, given: object) -> str | None:
    """What a field was set to; null where the event is about another one."""
    return text_of(event.value if event.field_name == name else given)


def comments_of(
    piece: Piece, origin: Origin
) -> Generator[Rejected, None, tuple[list[Piece], Comment | None]]:
    """The comments in the audit that an answer gives beside its ticket."""
    try:
        audit = AUDIT.decode(piece.raw)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_audit", piece, origin, fault)
        return [], None
    pieces = []
    for position, raw in enumerate(audit.events):
        there = Piece(raw, f"{piece.place}.events[{position}]")
        try:
            event = EVENT.decode(raw)
        except FAULTS as fault:
            yield rejected("not_a_zendesk_event", there, origin, fault)
            continue
        if event.type in COMMENT_EVENTS:
            pieces.append(there)
    return pieces, _said_by(audit, via_of(audit.via))


def from_audits(pieces: list[Piece], known: Known, origin: Origin) -> Outcomes:
    """The messages, chats and ratings among the events of audits.

    An audit with `Create` events is the making of its ticket: its message opens it, and
    its events name the requester and the subject, for the later audits too.
    """
    requesters: dict[str, str] = {}
    for piece in pieces:
        try:
            audit = AUDIT.decode(piece.raw)
            audit.created_at = _made_at(audit)
        except FAULTS as fault:
            yield rejected("not_a_zendesk_audit", piece, origin, fault)
            continue
        via = via_of(audit.via)
        thread = Thread(id=str(audit.ticket_id), via=via)
        thread.channel = CHANNELS.get(via.name) or sunshine_channel(via.name)
        is_making = False
        written: list[tuple[Piece, Comment]] = []
        ratings: list[tuple[Event, Piece]] = []
        chats: list[Piece] = []
        broken = 0
        key = "child_events" if audit.child_events else "events"
        for position, raw in enumerate(audit.child_events or audit.events):
            there = Piece(raw, f"{piece.place}.{key}[{position}]")
            try:
                event = EVENT.decode(raw)
            except FAULTS as fault:
                broken += 1
                yield rejected("not_a_zendesk_event", there, origin, fault)
                continue
            kind = event.type or event.event_type
            is_making = is_making or kind == "Create"
            if kind in COMMENT_EVENTS:
                found: list[Rejected] = list(
                    decode_comment(there, origin, written, _said_by(audit, via))
                )
                broken += len(found)
                yield from found
            elif kind == "SatisfactionRating":
                ratings.append((event, there))
            elif kind == "ChatStartedEvent" and has_history(event.value):
                chats.append(chat_of_event(there, event, thread.id))
            elif kind in CHANGES or event.field_name:
                requester_id = _set_to(event, "requester_id", event.requester_id)
                requesters[thread.id] = requester_id or requesters.get(thread.id, "")
                subject = _set_to(event, "subject", event.subject)
                thread.subject = subject or thread.subject
        thread.requester_id = requesters.get(thread.id) or None
        thread.requester = known.people.get(thread.requester_id or "")
        if not (written or ratings or chats or broken):
            yield Excluded("audit_without_message", piece.there(origin))
        yield from from_conversation(written, thread, known, origin, opens=is_making)
        for chat in chats:
            yield from from_chat(chat, origin)
        for event, there in ratings:
            yield from from_rating_event(event, audit.created_at, there, thread, origin)
