"""Zendesk tickets: API answers, incremental exports, and one ticket per line.

A ticket is a conversation and each of its public messages an interaction. The first
public message has the ticket's own id, so a ticket delivered without its comments (its
`description` repeats the first of them) and the same ticket delivered with them give
the same record; every further one is `<ticket>/<comment>`.

What is surprising:

* The opening message carries what belongs to the whole ticket (status, tags, queue)
  and the ticket's `updated_at`: a change of status is an update of that one record. A
  further comment carries its own time only, so a ticket delivered again changes
  nothing about it. Zendesk comments do not change, except that a word may be
  redacted, which it shows by blocks (▇): then the ticket's time makes the new body win.
* Who speaks is told, in this order, by: an address of the company's domains
  (company); being the ticket's requester (customer); the author's role; not being
  the requester (company). Comments delivered without their ticket have no requester:
  then the address they were sent from or to tells, then the author of the oldest one
  is the customer; in an audit without any of it the author counts as the company, so
  that no agent's words are taken for a customer's, and `direction_is_assumed` says so.
* A merged ticket's conversation is the ticket it was merged into, which the note left
  in it names: chains of conversations are followed when contacts are built.
* A voice comment is a call, whatever its `public` says: that flag hides the recording
  from the customer, it does not make the call an internal note. Its body is written
  by Zendesk or an application, so only its transcription is kept as words.
* Zendesk does not say when a rating was asked for or given, except in the list of
  ratings: an answered one takes the ticket's `updated_at` as `answered_at`.

Source: Zendesk API reference (Tickets, Ticket Comments, Ticket Audits, Requests,
Search, Suspended Tickets, Satisfaction Ratings, Incremental Exports; Chat API: Chats).
"""

import re
from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, NamedTuple

import msgspec

from jobs.sources import json_documents
from jobs.sources.html_text import to_text
from jobs.sources.json_pieces import (
    FAULTS,
    Piece,
    gather,
    is_given,
    names_of,
    rejected,
    text_of,
)
from jobs.sources.quoted_text import strip
from jobs.sources.records import (
    Channel,
    Direction,
    Excluded,
    Handle,
    Interaction,
    Origin,
    Outcome,
    Outcomes,
    Reader,
    Rejected,
    Survey,
    TextOrigin,
    Turn,
    utc,
)
from jobs.sources.zendesk_chats import customer_words, from_chat, turns_of
from jobs.sources.zendesk_documents import (
    AUDIT,
    COMMENT,
    EVENT,
    GROUP,
    OBJECT,
    PAGE,
    RATING,
    TICKET,
    USER,
    Audit,
    Comment,
    Known,
    Rating,
    Thread,
    Ticket,
    User,
    Via,
    via_of,
)

LIST = "not_a_zendesk_list"

CHANNELS: dict[str, Channel] = {
    **dict.fromkeys(("email", "mail"), "email"),
    **dict.fromkeys(
        (
            "web", "web_form", "web_widget", "mobile_sdk", "mobile", "help_center",
            "helpcenter", "forum", "topic", "logmein_rescue", "get_satisfaction",
        ),
        "web_form",
    ),
    **dict.fromkeys(
        (
            "chat", "chat_transcript", "native_messaging", "messaging", "whatsapp",
            "line", "wechat", "telegram", "viber", "kakao", "sms", "text",
            "text_message", "google_rcs", "apple_business_chat", "slack_connect",
            "google_business_messages", "offline_chat",
        ),
        "chat",
    ),
    **dict.fromkeys(
        (
            "voice", "phone", "voicemail", "phone_call_inbound", "phone_call_outbound",
            "cti_phone_call", "cti_phone_call_inbound", "cti_phone_call_outbound",
            "cti_voicemail",
        ),
        "call",
    ),
    **dict.fromkeys(
        (
            "twitter", "twitter_dm", "twitter_favorite", "twitter_like", "facebook",
            "facebook_post", "facebook_message", "facebook_messenger", "instagram",
            "instagram_dm", "any_channel", "google_plus", "youtube",
        ),
        "social",
    ),
}  # fmt: skip
"""`via.channel` to ours. A value that is not here (`api`, `rule`, an integration's
own) says how the ticket was written and not how the customer came: a message then has
its ticket's channel, and a ticket `web_form`. The original stays in `via_channel`."""

PRIVATE_SOCIAL = frozenset(
    {"twitter_dm", "facebook_message", "facebook_messenger", "instagram_dm"}
)
PUBLIC_RELATIONS = frozenset(
    {"mention", "post", "comment", "wall", "wall_post", "favorite", "timeline"}
)
PRIVATE_RELATIONS = frozenset({"direct_message", "message", "dm"})

VOICE_COMMENTS = frozenset({"VoiceComment", "TpeVoiceComment"})
COMMENT_EVENTS = VOICE_COMMENTS | {"Comment", "FacebookComment"}

NO_TICKETS = {
    "user": "user",
    "group": "group",
    "organization": "organization",
    "topic": "topic",
    "article": "article",
    "entry": "topic",
    "side_conversation": "side_conversation",
    "deleted": "deleted",
    "metric": "metric",
    "setting": "setting",
}
"""What searches and lists hold besides tickets, and the reason it is left out by."""

RATED = {"good": 1.0, "good_with_comment": 1.0, "bad": 0.0, "bad_with_comment": 0.0}
UNRATED = frozenset({"", "unoffered"})

REPLY_DELIMITER = re.compile(r"^\s*##-.*-##\s*$", re.MULTILINE)
MERGED_INTO = re.compile(
    r"\A\s*(?:this request|this ticket|(?:cette|la|votre) demande|ce ticket)\b.{0,60}?"
    r"(?:merged into (?:request|ticket)|fusionnée? (?:dans|avec|à|vers) (?:la |le )?"
    r"(?:demande|ticket))\s*(?:n[°o]\s*)?#?\s*(\d+)",
    re.IGNORECASE | re.DOTALL,
)
"""The note in a ticket that was merged into another, in English and French."""
MERGED_HERE = re.compile(
    r"\A\s*(?:requests?|tickets?|les demandes|la demande|demandes?)\s.{0,2000}?"
    r"(?:merged into this (?:request|ticket)"
    r"|fusionnée?s? (?:dans|avec|à) (?:cette demande|ce ticket))",
    re.IGNORECASE | re.DOTALL,
)
"""The note in the ticket that remains; it names the others and their subjects first."""
MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|ul|ol|li|b|i|strong|em|table|html|body|blockquote)\b[^>]*>",
    re.IGNORECASE,
)
REDACTED = "▇"

A_TRIFLE = timedelta(microseconds=1)
"""By which a version of a message gives way to a fuller one of the same age."""
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
"""Before it there is nothing to give way by."""
A_MOMENT = timedelta(minutes=1)
"""How much later than its ticket the opening comment may be: both are written in one
go, a minute allows for exports that round."""


class Message(NamedTuple):
    """A comment that is a message: public, and somebody's own words."""

    comment: Comment
    origin: Origin
    is_opening: bool


def parse(document: bytes, origin: Origin) -> Outcomes:
    """Every message and rating of one answer, page, or ticket.

    Private notes, notes of a merge, deleted and suspended tickets, Zendesk's own sample
    ticket, people, groups and audits without a message are excluded by name. A broken
    comment is rejected alone; of a broken ticket nothing can be kept.
    """
    whole = Piece(msgspec.Raw(document), "$")
    pieces = [whole]
    if document.lstrip()[:1] == b"[":
        pieces = []
        yield from gather(whole, pieces, origin, LIST)
    for piece in pieces:
        yield from _document(piece, origin)


def _document(piece: Piece, origin: Origin) -> Outcomes:
    try:
        parts = OBJECT.decode(piece.raw)
    except FAULTS as fault:
        expected = "expected a JSON object as Zendesk's API writes it (no CSV)"
        yield rejected("not_a_zendesk_document", piece, origin, f"{expected}: {fault}")
        return
    at = {
        key: Piece(raw, f"{piece.place}.{key}")
        for key, raw in parts.items()
        if is_given(raw)
    }
    if _is_record(at):
        yield from _record(piece, at, Known({}, {}), origin)
        return
    known = Known({}, {})
    records = at.keys() & RECORD_LISTS.keys()
    for key in at.keys() & {"users", "user", "groups", "group"}:
        # Beside tickets they are what the tickets refer to, alone they are records.
        yield from _learn(at[key], key, known, origin, count=not records)
    if not records and not at.keys() & {"users", "user", "groups", "group"}:
        yield rejected(
            "not_a_zendesk_record",
            piece,
            origin,
            "expected a ticket, comment, audit, user, rating or chat, or a list of"
            f" them; found an object with {_named(parts)}",
        )
        return
    yield from _beside_each_other(piece, at, known, origin)


RECORD_LISTS = {
    "ticket": "ticket",
    "tickets": "ticket",
    "request": "ticket",
    "requests": "ticket",
    "comment": "comment",
    "comments": "comment",
    "audit": "audit",
    "audits": "audit",
    "ticket_events": "audit",
    "results": "",
    "satisfaction_rating": "rating",
    "satisfaction_ratings": "rating",
    "suspended_ticket": "suspended",
    "suspended_tickets": "suspended",
    "chat": "chat",
    "chats": "chat",
    "deleted_tickets": "deleted",
    "organizations": "organization",
    "organization": "organization",
    "ticket_metrics": "metric",
    "ticket_fields": "setting",
    "ticket_forms": "setting",
    "brands": "setting",
    "views": "setting",
    "macros": "setting",
    "triggers": "setting",
}
"""Keys under which a document holds records, and what these are."""


def _beside_each_other(
    piece: Piece, at: Mapping[str, Piece], known: Known, origin: Origin
) -> Outcomes:
    """The lists of one document, where comments may belong to a ticket beside them."""
    comments: list[Piece] = []
    audits: list[Piece] = []
    for key, into in (
        ("comments", comments),
        ("comment", comments),
        ("audits", audits),
        ("audit", audits),
        ("ticket_events", audits),
    ):
        if key in at:
            yield from gather(at[key], into, origin, LIST)
    tickets: list[Piece] = []
    for key in ("ticket", "tickets", "request", "requests"):
        if key in at:
            yield from gather(at[key], tickets, origin, LIST)
    if len(tickets) == 1:
        defaults = None
        if not comments and len(audits) == 1:
            # The answer to a change: its audit repeats what the ticket tells.
            comments, defaults = yield from _comments_of(audits[0], origin)
            audits = []
        yield from _ticket(tickets[0], comments, known, origin, defaults)
    elif tickets:
        by_ticket: dict[str, list[Piece]] = {}
        for comment in comments:
            by_ticket.setdefault(_peek(comment.raw, "ticket_id"), []).append(comment)
        for ticket in tickets:
            own = by_ticket.pop(_peek(ticket.raw, "id"), [])
            yield from _ticket(ticket, own, known, origin)
        left = [comment for rest in by_ticket.values() for comment in rest]
        yield from _comments(left, piece, known, origin)
    else:
        yield from _comments(comments, piece, known, origin)
    yield from _audits(audits, known, origin)
    for key in at:
        kind = RECORD_LISTS.get(key, "ticket")
        if kind in ("ticket", "comment", "audit"):
            continue
        found: list[Piece] = []
        yield from gather(at[key], found, origin, LIST)
        for one in found:
            try:
                inner = OBJECT.decode(one.raw)
            except FAULTS as fault:
                yield rejected("not_a_zendesk_record", one, origin, fault)
                continue
            fields = {name: Piece(raw, "") for name, raw in inner.items()}
            yield from _record(one, fields, known, origin, kind)


def _is_record(at: Mapping[str, Piece]) -> bool:
    """Whether an object is itself a record and no envelope."""
    if at.keys() & {"ticket", "tickets", "request", "requests", "results", "audits"}:
        return False
    # An envelope has no id and no date; a record that lacks one is still a record.
    return bool(at.keys() & {"id", "created_at", "requester_id", "ticket_id"})


def _kind(at: Mapping[str, Piece]) -> str:
    """What a bare object is, by the fields only that kind has."""
    if "result_type" in at:
        return _peek_text(at["result_type"].raw)
    if "visitor" in at:
        return "chat"
    if "cause" in at and "author" in at:
        return "suspended"
    if "ticket_id" in at and ("events" in at or "child_events" in at):
        return "audit"
    if "score" in at and "ticket_id" in at:
        return "rating"
    if at.keys() & {"requester_id", "subject", "description", "requester"}:
        return "ticket"
    if at.keys() & {"body", "html_body", "plain_body"}:
        return "comment"
    if "role" in at or ("name" in at and "email" in at):
        return "user"
    return "ticket" if at.keys() & {"comments", "via", "status"} else ""


def _record(
    piece: Piece,
    at: Mapping[str, Piece],
    known: Known,
    origin: Origin,
    kind: str = "",
) -> Outcomes:
    kind = kind or _kind(at)
    if kind in ("ticket", "request"):
        yield from _ticket(piece, [], known, origin)
    elif kind == "comment":
        yield from _comments([piece], piece, known, origin)
    elif kind == "audit":
        yield from _audits([piece], known, origin)
    elif kind == "rating":
        yield from _listed_rating(piece, origin)
    elif kind == "suspended":
        yield Excluded("suspended", piece.there(origin))
    elif kind == "chat":
        yield from from_chat(piece, origin)
    elif kind in NO_TICKETS:
        yield Excluded(NO_TICKETS[kind], piece.there(origin))
    else:
        found = f"result_type {kind!r}" if kind else _named(at)
        yield rejected(
            "not_a_zendesk_record",
            piece,
            origin,
            "expected a ticket, comment, audit, user, rating or chat;"
            f" found an object with {found}",
        )


# ----------------------------------------------------------------- tickets


def _ticket(
    piece: Piece,
    comments: list[Piece],
    known: Known,
    origin: Origin,
    defaults: Comment | None = None,
) -> Outcomes:
    try:
        ticket = TICKET.decode(piece.raw)
        created_at = utc(ticket.created_at)
        updated_at = utc(ticket.updated_at or ticket.created_at)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_ticket", piece, origin, fault)
        return
    if ticket.status == "deleted":
        yield Excluded("deleted", piece.there(origin))
        return
    known = Known(dict(known.people), known.groups)
    if is_given(ticket.users):
        yield from _learn(
            Piece(ticket.users, f"{piece.place}.users"), "users", known, origin
        )
    requester_id = text_of(ticket.requester_id)
    if is_given(ticket.requester):
        there = Piece(ticket.requester, f"{piece.place}.requester")
        try:
            requester = USER.decode(ticket.requester)
        except FAULTS as fault:
            yield rejected("not_a_zendesk_user", there, origin, fault)
        else:
            requester_id = text_of(requester.id) or requester_id
            if requester_id:
                known.people.setdefault(requester_id, requester)
    via = via_of(ticket.via)
    thread = Thread(
        id=str(ticket.id),
        channel=CHANNELS.get(via.name) or _sunshine(via.name) or "web_form",
        via=via,
        requester_id=requester_id,
        requester=known.people.get(requester_id or ""),
        created_at=created_at,
        updated_at=updated_at,
        subject=ticket.subject or None,
        queue=_queue(ticket, known),
        attributes=_ticket_attributes(ticket),
    )
    pieces = list(comments)
    if is_given(ticket.comments):
        yield from gather(
            Piece(ticket.comments, f"{piece.place}.comments"), pieces, origin, LIST
        )
    written: list[tuple[Piece, Comment]] = []
    for comment in pieces:
        yield from _decode_comment(comment, origin, written, defaults)
    written.sort(key=lambda found: found[1].created_at or created_at)
    if not written or _starts_later(written[0][1], ticket, created_at):
        written.insert(0, (piece, _description(ticket, created_at)))
    yield from _conversation(written, thread, known, origin, opens=True)
    if is_given(ticket.satisfaction_rating):
        there = Piece(ticket.satisfaction_rating, f"{piece.place}.satisfaction_rating")
        yield from _rating(there, thread, origin)


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
        "status": ticket.status,
        "priority": ticket.priority,
        "type": ticket.type,
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
    if ticket.group is not None:
        return ticket.group.name or str(ticket.group.id)
    group_id = text_of(ticket.group_id)
    return known.groups.get(group_id, group_id) if group_id else None


# ----------------------------------------------------------------- messages


def _decode_comment(
    piece: Piece,
    origin: Origin,
    into: list[tuple[Piece, Comment]],
    defaults: Comment | None = None,
) -> Iterator[Rejected]:
    """Put a comment into the list, or say what is wrong with it."""
    try:
        comment = COMMENT.decode(piece.raw)
        if defaults is not None:
            comment.author_id = comment.author_id or defaults.author_id
            comment.via = comment.via or defaults.via
            comment.ticket_id = comment.ticket_id or defaults.ticket_id
            comment.created_at = comment.created_at or defaults.created_at
        moment = comment.created_at
        if moment is None:
            raise msgspec.ValidationError("Object missing required field `created_at`")
        comment.created_at = utc(moment)
        if comment.updated_at is not None:
            comment.updated_at = utc(comment.updated_at)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_comment", piece, origin, fault)
        return
    into.append((piece, comment))


def _conversation(
    written: list[tuple[Piece, Comment]],
    thread: Thread,
    known: Known,
    origin: Origin,
    *,
    opens: bool,
) -> Outcomes:
    """The comments of one ticket, oldest first; `opens` when its beginning is there.

    The ticket's id goes to its first public message, which need not be the first
    comment: an agent may open a ticket by a private note.
    """
    for _, comment in written:
        author_id = text_of(comment.author_id)
        if comment.author is not None:
            author_id = author_id or text_of(comment.author.id)
            comment.author_id = author_id
            if author_id:
                known.people.setdefault(author_id, comment.author)
    if thread.first_author_is_customer and written:
        first = text_of(written[0][1].author_id)
        sender = via_of(written[0][1].via)
        if not _sent_to_somebody(sender):
            thread.requester_id = first
            thread.requester = known.people.get(first or "")
    messages: list[Message] = []
    for piece, comment in written:
        there = piece.there(origin)
        via = via_of(comment.via)
        is_voice = comment.type in VOICE_COMMENTS
        if comment.public is False and not is_voice:
            yield Excluded("private_note", there)
        elif via.name == "sample_ticket":
            yield Excluded("sample_ticket", there)
        elif _is_merge_note(comment, via, thread):
            into = _merged_into(comment, via)
            if into != thread.id:
                thread.merged_into = into or thread.merged_into
            yield Excluded("merge_note", there)
        else:
            messages.append(Message(comment, there, opens and not messages))
    for message in messages:
        yield _interaction(message, thread, known)


def _sent_to_somebody(via: Via) -> bool:
    return via.end("to", "address") is not None and not via.end("from", "address")


def _is_merge_note(comment: Comment, via: Via, thread: Thread) -> bool:
    if via.relation == "merge":
        return True
    author_id = text_of(comment.author_id)
    if author_id is not None and author_id == thread.requester_id:
        # A customer may answer to the notification, with the note on top.
        return False
    text = _plain(comment)
    return bool(MERGED_INTO.match(text) or MERGED_HERE.match(text))


def _merged_into(comment: Comment, via: Via) -> str | None:
    if found := MERGED_INTO.match(_plain(comment)):
        return found[1]
    return via.end("to", "ticket_id")


def _plain(comment: Comment) -> str:
    return comment.plain_body or comment.body or comment.html_body or ""


def _interaction(message: Message, thread: Thread, known: Known) -> Interaction:
    comment, origin, is_opening = message
    assert comment.created_at is not None
    author_id = text_of(comment.author_id)
    author = known.people.get(author_id or "")
    via = via_of(comment.via or thread.via)
    is_voice = comment.type in VOICE_COMMENTS
    direction, is_assumed = _direction(comment, author, thread, via, origin)
    channel = _channel(comment, thread, via, direction, is_opening=is_opening)
    native_id = thread.id if is_opening else f"{thread.id}/{comment.id}"
    attributes = dict(thread.attributes) if is_opening else {}
    if via.name:
        attributes["via_channel"] = via.name
    if comment.attachments:
        attributes["attachment_count"] = str(len(comment.attachments))
    if is_assumed:
        attributes["direction_is_assumed"] = "true"
    if is_opening and thread.merged_into:
        attributes["merged_into"] = thread.merged_into
    call = _call(comment) if is_voice else Call()
    text: str | None = None
    text_origin: TextOrigin | None = None
    turns: tuple[Turn, ...] = ()
    outcome: Outcome = "delivered"
    if channel == "call":
        text = call.transcription
        text_origin = "machine_transcript" if text else None
        outcome = "voicemail" if "voicemail" in via.name else call.outcome
    else:
        text = _words(comment, channel)
        if channel == "chat" and text:
            turns = turns_of(text, thread, known)
        if turns:
            text = customer_words(turns)
            spoke = {turn.party for turn in turns}
            direction = "inbound" if "customer" in spoke else "outbound"
            outcome = "answered" if spoke & {"agent", "bot"} else "delivered"
        text_origin = "typed" if text or turns else None
    customer_id, customer = thread.requester_id, thread.requester
    is_another = author_id not in (None, thread.requester_id, "-1")
    if direction == "inbound" and is_another and not is_voice:
        # Somebody in copy: another person, whose handles must not become one with
        # the requester's.
        if author is not None and author.is_customer is False:
            author = None
        else:
            customer_id, customer = author_id, author
    return Interaction(
        native_id=native_id,
        conversation_native_id=(
            thread.merged_into if is_opening and thread.merged_into else thread.id
        ),
        channel=channel,
        direction=direction,
        initiation=direction,
        visibility=_visibility(channel, via),
        occurred_at=call.started_at or comment.created_at,
        source_updated_at=_updated_at(comment, thread, is_opening=is_opening),
        origin=origin,
        handles=_handles(customer_id, customer, via, direction, call, origin),
        agent=author_id if direction == "outbound" else call.agent,
        queue=thread.queue if is_opening else None,
        talk_seconds=call.seconds,
        outcome=outcome,
        subject=thread.subject if is_opening else None,
        text=text,
        text_origin=text_origin,
        turns=turns,
        attributes=attributes,
        names=names_of(
            thread.requester.name if thread.requester else None,
            author.name if author else None,
            via.end("from", "name"),
            via.end("to", "name"),
        ),
    )


def _updated_at(comment: Comment, thread: Thread, *, is_opening: bool) -> datetime:
    assert comment.created_at is not None
    own = comment.updated_at or comment.created_at
    if thread.updated_at is None:
        # Told without its ticket, and so with less about it: of the same age, what
        # the ticket tells is to win.
        return own - A_TRIFLE if own > EARLIEST else own
    bodies = (comment.body, comment.plain_body, comment.html_body)
    if is_opening or any(REDACTED in body for body in bodies if body):
        return max(own, thread.updated_at)
    return own


def _channel(
    comment: Comment,
    thread: Thread,
    via: Via,
    direction: Direction,
    *,
    is_opening: bool,
) -> Channel:
    """A customer's further message has its own channel; the others, their ticket's.

    What opens a ticket came the way the ticket did. An agent writes from Zendesk's web
    page whatever the customer used.
    """
    if comment.type in VOICE_COMMENTS:
        return "call"
    if comment.type == "FacebookComment":
        return "social"
    own = CHANNELS.get(via.name) or _sunshine(via.name)
    if direction == "outbound" or is_opening:
        return thread.channel or own or "web_form"
    return own or thread.channel or "web_form"


def _sunshine(name: str) -> Channel | None:
    return "chat" if name.startswith(("sunshine", "answer_bot")) else None


def _visibility(channel: Channel, via: Via) -> Any:
    if channel != "social":
        return None
    if via.name in PRIVATE_SOCIAL or via.relation in PRIVATE_RELATIONS:
        return "private"
    return "public" if via.relation in PUBLIC_RELATIONS else None


def _direction(
    comment: Comment, author: User | None, thread: Thread, via: Via, origin: Origin
) -> tuple[Direction, bool]:
    """Inbound from the customer, outbound from the company; and whether it is a guess.

    The order of the rules is explained at the head of this module.
    """
    if comment.type in VOICE_COMMENTS:
        told = comment.data.get("direction") if isinstance(comment.data, dict) else None
        outbound = told == "outbound" or (comment.body or "").startswith("Outbound")
        return ("outbound" if outbound else "inbound"), False
    if "outbound" in via.name:
        return "outbound", False
    author_id = text_of(comment.author_id)
    sender = via_of(comment.via).end("from", "address")
    if _is_company(author.email if author and author.email else sender, origin):
        return "outbound", False
    if author_id is not None and author_id == thread.requester_id:
        return "inbound", False
    if author is not None and author.is_customer is not None:
        return ("inbound" if author.is_customer else "outbound"), False
    if author_id is not None and thread.requester_id is not None:
        return "outbound", False
    if sender is not None:
        return "inbound", False
    if _sent_to_somebody(via):
        return "outbound", False
    if thread.created_at is not None and author_id is None:
        # A ticket that names nobody: it is a customer's, or there would be an agent.
        return "inbound", True
    return "outbound", True


def _is_company(address: str | None, origin: Origin) -> bool:
    if not address or "@" not in address:
        return False
    domain = address.rpartition("@")[2].strip("> ").casefold()
    return any(
        domain == own.casefold() or domain.endswith("." + own.casefold())
        for own in origin.company.email_domains
    )


def _handles(
    customer_id: str | None,
    customer: User | None,
    via: Via,
    direction: Direction,
    call: "Call",
    origin: Origin,
) -> tuple[Handle, ...]:
    """The customer's handles: the person's own first, then what the message shows."""
    handles: list[Handle] = []
    if customer is not None:
        if customer.email:
            handles.append(Handle("email", customer.email))
        if customer.phone and not customer.shared_phone_number:
            handles.append(Handle("phone", customer.phone))
        if customer.external_id not in (None, ""):
            handles.append(Handle("account", str(customer.external_id)))
    side = "from" if direction == "inbound" else "to"
    if "@" in (address := via.end(side, "address") or ""):
        handles.append(Handle("email", address))
    if phone := via.end(side, "phone"):
        handles.append(Handle("phone", phone))
    if call.customer_phone:
        handles.append(Handle("phone", call.customer_phone))
    if via.name.startswith("twitter"):
        if username := via.end(side, "username"):
            handles.append(Handle("x", username.lstrip("@")))
        if twitter_id := via.end(side, "twitter_id"):
            handles.append(Handle("x_id", twitter_id))
    if customer_id is not None:
        handles.append(Handle("contact", f"{origin.source}:{customer_id}"))
    return tuple(dict.fromkeys(handles))


def _words(comment: Comment, channel: Channel) -> str | None:
    """What was written, without markup and, in an e-mail, without what it quotes."""
    if comment.plain_body and comment.plain_body.strip():
        text = unescape(comment.plain_body).replace("\xa0", " ")
    elif comment.html_body and comment.html_body.strip():
        text = to_text(comment.html_body)
    elif comment.body and MARKUP.search(comment.body):
        text = to_text(comment.body)
    else:
        text = comment.body or ""
    if channel == "email":
        text = strip(REPLY_DELIMITER.split(text)[0] or text)
    return text.strip() or None


# ----------------------------------------------------------------- calls


class Call(NamedTuple):
    started_at: datetime | None = None
    seconds: float | None = None
    transcription: str | None = None
    customer_phone: str | None = None
    agent: str | None = None
    outcome: Outcome = "answered"


def _call(comment: Comment) -> Call:
    """What a voice comment's `data` tells of the call; what it lacks is null."""
    data = comment.data if isinstance(comment.data, dict) else {}
    is_outbound = data.get("direction") == "outbound"
    seconds = data.get("call_duration")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        seconds = None
    started_at = None
    if isinstance(text := data.get("started_at"), str):
        try:
            started_at = utc(msgspec.convert(text, datetime))
        except FAULTS:
            # The comment's own time stands in: a call was logged when it ended.
            started_at = None
    phone = text_of(data.get("to" if is_outbound else "from"))
    answered_by = text_of(data.get("answered_by_id"))
    body = comment.body or ""
    outcome: Outcome = "answered"
    if "voicemail" in body[:40].lower() or "voicemail" in str(data.get("type")).lower():
        outcome = "voicemail"
    elif seconds == 0 and answered_by is None:
        outcome = "abandoned"
    return Call(
        started_at=started_at,
        seconds=float(seconds) if seconds is not None and seconds >= 0 else None,
        transcription=text_of(data.get("transcription_text")),
        customer_phone=phone,
        agent=answered_by,
        outcome=outcome,
    )


# --------------------------------------------- comments and audits by themselves


def _comments(
    pieces: list[Piece], page: Piece, known: Known, origin: Origin
) -> Outcomes:
    """Comments without their ticket.

    The API's own list of a ticket's comments does not say whose they are, except in the
    addresses of its other pages. Where nothing says it, the conversation is named after
    its oldest comment.
    """
    written: list[tuple[Piece, Comment]] = []
    for piece in pieces:
        yield from _decode_comment(piece, origin, written)
    if not written:
        return
    is_ascending = _moment(written[0]) <= _moment(written[-1])
    ticket_id, has_older = _page_of(page, is_ascending=is_ascending)
    threads: dict[str, list[tuple[Piece, Comment]]] = {}
    for found in sorted(written, key=_moment):
        own = text_of(found[1].ticket_id) or ticket_id
        threads.setdefault(own or "", []).append(found)
    for thread_id, found_here in threads.items():
        is_named = bool(thread_id)
        # One comment alone says nothing about what came before it.
        is_a_list = page.raw != found_here[0][0].raw
        thread = Thread(
            id=thread_id or f"comment/{found_here[0][1].id}",
            via=via_of(found_here[0][1].via) if is_a_list else None,
            channel=None,
            first_author_is_customer=is_a_list and not has_older,
        )
        opening_via = via_of(found_here[0][1].via)
        thread.channel = CHANNELS.get(opening_via.name) or _sunshine(opening_via.name)
        yield from _conversation(
            found_here,
            thread,
            known,
            origin,
            opens=not is_named or (is_a_list and not has_older),
        )


def _moment(found: tuple[Piece, Comment]) -> datetime:
    assert found[1].created_at is not None
    return found[1].created_at


def _page_of(page: Piece, *, is_ascending: bool) -> tuple[str | None, bool]:
    """The ticket a page of comments belongs to, and whether there are older ones."""
    try:
        found = PAGE.decode(page.raw)
    except FAULTS:
        return None, False
    links = found.links if isinstance(found.links, dict) else {}
    following = found.next_page or links.get("next")
    previous = found.previous_page or links.get("prev")
    ticket_id = None
    for address in (following, previous):
        if isinstance(address, str) and (
            match := re.search(r"/(?:tickets|requests)/(\d+)/comments", address)
        ):
            ticket_id = match[1]
    return ticket_id, bool(previous if is_ascending else following)


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


def _comments_of(
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


def _audits(pieces: list[Piece], known: Known, origin: Origin) -> Outcomes:
    """The messages among the events of audits.

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
        thread.channel = CHANNELS.get(via.name) or _sunshine(via.name)
        is_making = False
        written: list[tuple[Piece, Comment]] = []
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
                    _decode_comment(there, origin, written, _said_by(audit, via))
                )
                broken += len(found)
                yield from found
            elif event.field_name == "requester_id" and text_of(event.value):
                requesters[thread.id] = text_of(event.value) or ""
            elif event.field_name == "subject" and isinstance(event.value, str):
                thread.subject = event.value or None
        thread.requester_id = requesters.get(thread.id)
        thread.requester = known.people.get(thread.requester_id or "")
        if not written and not broken:
            yield Excluded("audit_without_message", piece.there(origin))
        yield from _conversation(written, thread, known, origin, opens=is_making)


# ----------------------------------------------------------------- ratings


def _rating(piece: Piece, thread: Thread, origin: Origin) -> Outcomes:
    """The rating inside a ticket."""
    try:
        rating = RATING.decode(piece.raw)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_rating", piece, origin, fault)
        return
    yield from _survey(rating, piece, thread.id, thread, origin)


def _listed_rating(piece: Piece, origin: Origin) -> Outcomes:
    """One of `satisfaction_ratings`."""
    try:
        rating = RATING.decode(piece.raw)
        if rating.ticket_id is None:
            raise msgspec.ValidationError("Object missing required field `ticket_id`")
    except FAULTS as fault:
        yield rejected("not_a_zendesk_rating", piece, origin, fault)
        return
    ticket_id = str(rating.ticket_id)
    thread = Thread(id=ticket_id, requester_id=text_of(rating.requester_id))
    surveys = list(_survey(rating, piece, ticket_id, thread, origin))
    yield from surveys or [Excluded("rating_not_offered", piece.there(origin))]


def _survey(
    rating: Rating, piece: Piece, ticket_id: str, thread: Thread, origin: Origin
) -> Outcomes:
    code = "" if rating.score is None else str(rating.score).strip().lower()
    if code in UNRATED:
        return
    if code not in RATED and code != "offered":
        odd = (
            "expected `score` to be offered, unoffered, good or bad (or these"
            f" with _with_comment), got {code[:40]!r}"
        )
        yield rejected("not_a_zendesk_rating", piece, origin, odd)
        return
    try:
        made_at = utc(rating.created_at) if rating.created_at else None
        changed_at = utc(rating.updated_at) if rating.updated_at else made_at
    except OverflowError as fault:
        yield rejected("not_a_zendesk_rating", piece, origin, fault)
        return
    newest = changed_at or thread.updated_at
    if newest is None:
        missing = "Object missing required field `created_at`"
        yield rejected("not_a_zendesk_rating", piece, origin, missing)
        return
    customer = thread.requester
    yield Survey(
        native_id=f"{ticket_id}/csat",
        interaction_native_id=ticket_id,
        interaction_source=origin.source,
        handles=_handles(
            thread.requester_id, customer, Via(), "inbound", Call(), origin
        ),
        survey_channel=None,
        question_kind="csat",
        invited_at=made_at if code == "offered" else None,
        answered_at=newest if code in RATED else None,
        score=RATED.get(code),
        scale_min=0.0,
        scale_max=1.0,
        comment=(rating.comment or "").strip() or None,
        source_updated_at=newest,
        origin=piece.there(origin),
        names=names_of(customer.name if customer else None),
    )


# ----------------------------------------------------------------- pieces


def _learn(
    piece: Piece, key: str, known: Known, origin: Origin, *, count: bool = False
) -> Outcomes:
    """Who people are and what groups are called; records only where they are alone."""
    pieces: list[Piece] = []
    yield from gather(piece, pieces, origin, LIST)
    for one in pieces:
        try:
            if key.startswith("user"):
                user = USER.decode(one.raw)
                if user.id is not None:
                    known.people[str(user.id)] = user
            else:
                group = GROUP.decode(one.raw)
                known.groups[str(group.id)] = group.name or str(group.id)
        except FAULTS as fault:
            yield rejected(f"not_a_zendesk_{key.rstrip('s')}", one, origin, fault)
            continue
        if count:
            yield Excluded(key.rstrip("s"), one.there(origin))


def _peek(raw: msgspec.Raw, key: str) -> str:
    """The id under a key, or nothing where the piece cannot be read."""
    try:
        return text_of(msgspec.json.decode(OBJECT.decode(raw)[key])) or ""
    except (*FAULTS, KeyError):
        return ""


def _peek_text(raw: msgspec.Raw) -> str:
    try:
        return msgspec.json.decode(raw, type=str)
    except FAULTS:
        return ""


def _named(parts: Mapping[str, object]) -> str:
    """The first keys of an object, for a message: names of fields, no values."""
    keys = ", ".join(list(parts)[:8])
    return f"the fields {keys[:200]}" if keys else "no fields"


READER = Reader("zendesk", json_documents.split, parse)
