"""A ticket, or a request, with the comments that came with it."""

from collections.abc import Generator
from datetime import datetime, timedelta

import msgspec

from jobs.sources.json_pieces import (
    ABSENT,
    FAULTS,
    Piece,
    gather,
    is_given,
    rejected,
    text_of,
)
from jobs.sources.records import Excluded, Origin, Outcomes, Rejected, utc
from jobs.sources.zendesk.channels import CHANNELS, sunshine_channel
from jobs.sources.zendesk.documents import (
    LIST,
    OBJECT,
    TICKET,
    USER,
    Comment,
    Group,
    Id,
    Known,
    Thread,
    Ticket,
    User,
    via_of,
)
from jobs.sources.zendesk.messages import decode_comment, from_conversation
from jobs.sources.zendesk.people import learn
from jobs.sources.zendesk.ratings import from_rating

A_MOMENT = timedelta(minutes=1)
"""How much later than its ticket the opening comment may be: both are written in one
go, a minute allows for exports that round."""


def from_ticket(
    piece: Piece,
    comments: list[Piece],
    known: Known,
    origin: Origin,
    defaults: Comment | None = None,
    *,
    is_all: bool = True,
    may_open: bool = True,
) -> Outcomes:
    """A ticket with its comments; not `is_all` where they may be later ones alone.

    Where they are and nobody tells when the ticket was made, none of them `may_open` it.
    """
    try:
        ticket = TICKET.decode(piece.raw)
        created_at = utc(ticket.created_at)
        updated_at = utc(ticket.updated_at or ticket.created_at)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_ticket", piece, origin, fault)
        return
    status = (ticket.status or "").lower()
    if status == "deleted":
        yield Excluded("deleted", piece.there(origin))
        return
    known = Known(dict(known.people), known.groups)
    listed, beside = _comments_of(Piece(ticket.comments, f"{piece.place}.comments"))
    for people in (Piece(ticket.users, f"{piece.place}.users"), beside):
        if is_given(people.raw):
            yield from learn(people, "users", known, origin)
    requester_id = text_of(ticket.requester_id)
    requester: User | None = None
    if is_given(ticket.requester):
        there = Piece(ticket.requester, f"{piece.place}.requester")
        requester = yield from _met(there, ticket.requester_id, known, origin)
        requester_id = text_of(requester.id) if requester else requester_id
    for key, raw, person_id in (
        ("assignee", ticket.assignee, ticket.assignee_id),
        ("submitter", ticket.submitter, ticket.submitter_id),
    ):
        # Some exports have an id or a name in its place, which says nothing more.
        if bytes(memoryview(raw)[:1]) == b"{":
            there = Piece(raw, f"{piece.place}.{key}")
            person = yield from _met(there, person_id, known, origin)
            if person and key == "assignee" and not person.role:
                # Nobody else is given tickets.
                person.agent = True
    via = via_of(ticket.via)
    thread = Thread(
        id=str(ticket.id),
        channel=CHANNELS.get(via.name) or sunshine_channel(via.name) or "web_form",
        via=via,
        requester_id=requester_id,
        requester=known.people.get(requester_id or "") or requester,
        created_at=created_at if may_open else None,
        updated_at=updated_at,
        subject=ticket.subject or ticket.title or None,
        queue=_queue(ticket, known),
        attributes=_ticket_attributes(ticket),
    )
    pieces = list(comments)
    if is_given(listed.raw):
        yield from gather(listed, pieces, origin, LIST)
    if not pieces and is_given(ticket.comment):
        pieces.append(Piece(ticket.comment, f"{piece.place}.comment"))
        defaults = defaults or Comment(
            id=ticket.id,
            author_id=ticket.submitter_id or ticket.requester_id,
            created_at=ticket.updated_at or ticket.created_at,
        )
    written: list[tuple[Piece, Comment]] = []
    for comment in pieces:
        yield from decode_comment(comment, origin, written, defaults)
    written.sort(key=lambda found: found[1].created_at or created_at)
    opens = may_open
    if not written or _starts_later(written[0][1], ticket, created_at):
        opening = _description(ticket, created_at)
        if thread.channel == "call":
            # Told by Zendesk; that the ticket is private hides it from the caller only.
            opening.type = "VoiceComment"
        written.insert(0, (piece, opening))
    elif not (is_all or ticket.description):
        oldest = written[0][1].created_at or created_at
        opens = may_open and oldest - created_at <= A_MOMENT
    yield from from_conversation(written, thread, known, origin, opens=opens)
    if is_given(ticket.satisfaction_rating):
        there = Piece(ticket.satisfaction_rating, f"{piece.place}.satisfaction_rating")
        yield from from_rating(there, thread, origin)


def _comments_of(given: Piece) -> tuple[Piece, Piece]:
    """A ticket's comments, and the users beside them where the API's answer about the
    comments was put into the ticket whole."""
    try:
        parts = OBJECT.decode(given.raw)
    except FAULTS:
        parts = {}  # the list alone, as it should be
    if "comments" not in parts:
        return given, Piece(ABSENT, given.place)
    users = Piece(parts.get("users", ABSENT), f"{given.place}.users")
    return Piece(parts["comments"], f"{given.place}.comments"), users


def _met(
    piece: Piece, person_id: Id | None, known: Known, origin: Origin
) -> Generator[Rejected, None, User | None]:
    """Somebody inside a ticket, now among those who are known; the id may stand beside."""
    try:
        person = _person(piece.raw)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_user", piece, origin, fault)
        return None
    person.id = text_of(person.id) or text_of(person_id)
    if person.id:
        known.people.setdefault(str(person.id), person)
    return person


def _person(raw: msgspec.Raw) -> User:
    """A requester; some exports give the address or the name alone."""
    if bytes(memoryview(raw)[:1]) != b'"':
        return USER.decode(raw)
    written = msgspec.json.decode(raw, type=str).strip()
    return User(email=written) if "@" in written else User(name=written)


def _description(ticket: Ticket, created_at: datetime) -> Comment:
    """The opening comment of a ticket that came without it."""
    return Comment(
        id=ticket.id,
        author_id=ticket.submitter_id or ticket.requester_id,
        body=ticket.description,
        public=ticket.is_public is not False,
        created_at=created_at,
        via=ticket.via,
    )


def _starts_later(oldest: Comment, ticket: Ticket, created_at: datetime) -> bool:
    """Whether the comments at hand are a later page, without the opening one."""
    assert oldest.created_at is not None
    if not ticket.description or oldest.created_at - created_at <= A_MOMENT:
        return False
    body = oldest.body or oldest.plain_body or ""
    return "".join(body.split()) != "".join(ticket.description.split())


def _ticket_attributes(ticket: Ticket) -> dict[str, str]:
    said = {
        "status": (ticket.status or "").lower(),
        "priority": (ticket.priority or "").lower(),
        "type": (ticket.type or "").lower(),
        "external_id": text_of(ticket.external_id),
        "organization_id": text_of(ticket.organization_id),
        "brand_id": text_of(ticket.brand_id),
        "tags": _joined(ticket.tags),
        "merged_ticket_ids": _joined(ticket.merged_ticket_ids),
        "followup_ids": _joined(ticket.followup_ids),
    }
    via = via_of(ticket.via)
    if via.relation == "follow_up":
        said["follow_up_of"] = via.end("from", "ticket_id")
    return {key: value for key, value in said.items() if value}


def _joined(values: object) -> str | None:
    """A list of ids or words; some exports have it joined already."""
    if isinstance(values, list):
        return ",".join(text for value in values if (text := text_of(value)))
    return text_of(values)


def _queue(ticket: Ticket, known: Known) -> str | None:
    if isinstance(ticket.group, str):
        return ticket.group or None
    group = ticket.group or Group()
    if group.name:
        return group.name
    group_id = text_of(group.id) or text_of(ticket.group_id)
    return known.groups.get(group_id, group_id) if group_id else None
