"""Events: a ticket as it stands, and what happened to it.

A webhook's (`zen:event-type:…`) has the ticket as `detail`; it is read as it is read
elsewhere, with the one comment of the event, dated by the event. What Zendesk sends to
an event bus (`ticket_event`) has neither the ticket's subject nor its words: only its
comments are read, or an event about a ticket would take the words from it. Of a messaging
ticket, and of a chat's (`chat_event`), an event tells the id alone: its message is one of
the ticket's further ones, dated by the event, and never takes the ticket's own id.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from jobs.sources.json_pieces import FAULTS, Piece, rejected, text_of
from jobs.sources.records import Excluded, Origin, Outcomes
from jobs.sources.zendesk.documents import OBJECT, Id, Known, truth_of
from jobs.sources.zendesk.tickets import from_ticket

PREFIX = "zen:event-type:"
TICKETS = ("ticket", "messaging_ticket")
AUTOMATIC = ("system", "trigger")
"""The kinds of actors that are no persons."""
GONE = {
    "soft_deleted": "deleted",
    "permanently_deleted": "deleted",
    "deleted": "deleted",
    "marked_as_spam": "spam",
}


class Happened(msgspec.Struct):
    type: str
    id: Any = None
    time: str | None = None
    detail: msgspec.Raw = msgspec.Raw(b"{}")
    event: Any = None


HAPPENED = msgspec.json.Decoder(Happened)


def is_event(at: Mapping[str, Piece]) -> bool:
    kind = at.get("type")
    return kind is not None and PREFIX.encode() in bytes(memoryview(kind.raw)[:40])


def from_event(piece: Piece, origin: Origin) -> Outcomes:
    """The ticket of an event, with its message where the event is one."""
    try:
        happened = HAPPENED.decode(piece.raw)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_event", piece, origin, fault)
        return
    subject, _, verb = happened.type.removeprefix(PREFIX).partition(".")
    if subject not in TICKETS:
        yield Excluded(f"{subject or 'other'}_event", piece.there(origin))
        return
    if verb in GONE:
        yield Excluded(GONE[verb], piece.there(origin))
        return
    comments = []
    said = _said(happened)
    if said is not None:
        comments.append(_piece(said, f"{piece.place}.event"))
    ticket = Piece(happened.detail, f"{piece.place}.detail")
    try:
        told = OBJECT.decode(ticket.raw)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_ticket", ticket, origin, fault)
        return
    is_dated = "created_at" in told
    if said is None and told.keys().isdisjoint(("created_at", "description")):
        yield Excluded("event_without_message", piece.there(origin))
        return
    if said is not None and not is_dated:
        stand_in = {"created_at": happened.time, "via": said["via"]}
        ticket = _piece(stand_in | told, ticket.place)
    yield from from_ticket(
        ticket, comments, Known({}, {}), origin, is_all=False, may_open=is_dated
    )


class BusMeta(msgspec.Struct):
    ref: Any = None
    """The event's id."""
    occurred_at: str | None = None


class BusEvent(msgspec.Struct):
    type: str
    ticket: msgspec.Raw
    meta: BusMeta | None = None
    comment: Any = None


BUS_EVENT = msgspec.json.Decoder(BusEvent)
GONE_FROM_BUS = {
    "Ticket Soft Deleted": "deleted",
    "Ticket Permanently Deleted": "deleted",
    "Ticket Marked as Spam": "spam",
}


def is_bus_event(at: Mapping[str, Piece]) -> bool:
    return "ticket_event" in at


def from_bus_event(piece: Piece, origin: Origin) -> Outcomes:
    """The comment of an event as Zendesk's events connector writes it."""
    try:
        happened = BUS_EVENT.decode(piece.raw)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_event", piece, origin, fault)
        return
    said = _said(
        Happened(
            happened.type,
            time=happened.meta.occurred_at if happened.meta else None,
            event={"comment": happened.comment},
        )
    )
    if said is None:
        reason = GONE_FROM_BUS.get(happened.type, "event_without_message")
        yield Excluded(reason, piece.there(origin))
        return
    comment = _piece(said, f"{piece.place}.comment")
    ticket = Piece(happened.ticket, f"{piece.place}.ticket")
    yield from from_ticket(ticket, [comment], Known({}, {}), origin, is_all=False)


class BusChat(msgspec.Struct):
    ticket_id: Id


class BusChatEvent(msgspec.Struct):
    chat: BusChat
    meta: BusMeta
    actor: Any = None
    name: Any = None
    """The actor's."""
    message: Any = None


BUS_CHAT_EVENT = msgspec.json.Decoder(BusChatEvent)


def is_bus_chat_event(at: Mapping[str, Piece]) -> bool:
    return "chat_event" in at


def from_bus_chat_event(piece: Piece, origin: Origin) -> Outcomes:
    """The message of a chat as Zendesk's events connector writes it."""
    try:
        happened = BUS_CHAT_EVENT.decode(piece.raw)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_event", piece, origin, fault)
        return
    actor = happened.actor if isinstance(happened.actor, dict) else {}
    said = _said(
        Happened(
            "",
            id=happened.meta.ref,
            time=happened.meta.occurred_at,
            event={
                "actor": {"name": happened.name, **actor},
                "message": happened.message,
            },
        )
    )
    if said is None:
        yield Excluded("event_without_message", piece.there(origin))
        return
    message = _piece(said, f"{piece.place}.message")
    stand_in = {
        "id": happened.chat.ticket_id,
        "created_at": said["created_at"],
        "via": {"channel": "chat"},
    }
    yield from from_ticket(
        _piece(stand_in, f"{piece.place}.chat"),
        [message],
        Known({}, {}),
        origin,
        is_all=False,
        may_open=False,
    )


def _piece(record: Mapping[str, Any], place: str) -> Piece:
    return Piece(msgspec.Raw(msgspec.json.encode(record)), place)


def _said(happened: Happened) -> dict[str, Any] | None:
    """The comment of `comment_added`, or the message of `message_added`, as a comment."""
    event = happened.event if isinstance(happened.event, dict) else {}
    comment = event.get("comment")
    message = event.get("message")
    said = comment if isinstance(comment, dict) else message
    if not isinstance(said, dict) or text_of(said.get("body")) is None:
        return None
    author = said.get("author") or event.get("actor")
    author = author if isinstance(author, dict) else {}
    kind = text_of(author.get("type"))
    is_staff = author.get("is_staff")
    if is_staff is None and kind is not None:
        is_staff = kind.replace("-", "_") != "end_user"
    return {
        "id": text_of(said.get("id")) or text_of(happened.id),
        "body": said["body"],
        "public": truth_of(said.get("is_public")) is not False,
        "created_at": happened.time,
        "author": {
            "id": text_of(author.get("id")),
            # What a trigger or a bot is called is no person's name, often the brand's.
            "name": text_of(None if kind in AUTOMATIC else author.get("name")),
            "agent": is_staff if isinstance(is_staff, bool) else None,
        },
        "via": {"channel": "messaging"} if said is message else None,
    }
