"""A document of Zendesk's to its records: which shape it has, and whose parts are whose."""

from collections.abc import Mapping

import msgspec

from jobs.sources.json_pieces import (
    FAULTS,
    Piece,
    gather,
    gather_by_id,
    is_given,
    rejected,
    text_of,
)
from jobs.sources.records import Excluded, Origin, Outcomes, Reader
from jobs.sources.zendesk.audits import comments_of, from_audits
from jobs.sources.zendesk.chats import from_chat
from jobs.sources.zendesk.comments import from_comments
from jobs.sources.zendesk.documents import LIST, OBJECT, Known
from jobs.sources.zendesk.envelopes import enveloped, is_about_loading, text_in
from jobs.sources.zendesk.events import (
    from_bus_chat_event,
    from_bus_event,
    from_event,
    is_bus_chat_event,
    is_bus_event,
    is_event,
)
from jobs.sources.zendesk.people import learn
from jobs.sources.zendesk.ratings import from_listed_rating
from jobs.sources.zendesk.survey_responses import from_survey_response
from jobs.sources.zendesk.tables import from_table, is_table, split
from jobs.sources.zendesk.tickets import from_ticket

NO_RECORD = "not_a_zendesk_record"

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
    "attachment": "attachment",
    "job": "job",
    "audit_log": "audit_log",
    "activity": "activity",
    "skip": "skip",
}
"""What searches and lists hold besides tickets, and the reason it is left out by."""


def parse(document: bytes, origin: Origin) -> Outcomes:
    """Every message and rating of one answer, page, or ticket.

    Private notes, notes of a merge, deleted and suspended tickets, Zendesk's own sample
    ticket, people, groups and audits without a message are excluded by name. A broken
    comment is rejected alone; of a broken ticket nothing can be kept.
    """
    if is_table(document):
        yield from from_table(document, origin)
        return
    whole = Piece(msgspec.Raw(document), "$")
    pieces = [whole]
    if document.lstrip()[:1] == b"[":
        pieces = []
        yield from gather(whole, pieces, origin, LIST)
    for piece in pieces:
        yield from _document(piece, origin)


def _document(piece: Piece, origin: Origin, kind: str = "") -> Outcomes:
    """A document; `kind` where what it came in says what it is."""
    try:
        parts = OBJECT.decode(piece.raw)
    except FAULTS as fault:
        expected = "expected a JSON object as Zendesk's API writes it, or a table"
        yield rejected("not_a_zendesk_document", piece, origin, f"{expected}: {fault}")
        return
    at = {
        key: Piece(raw, f"{piece.place}.{key}")
        for key, raw in parts.items()
        if is_given(raw)
    }
    if is_event(at):
        yield from from_event(piece, origin)
        return
    if is_bus_event(at):
        yield from from_bus_event(at["ticket_event"], origin)
        return
    if is_bus_chat_event(at):
        yield from from_bus_chat_event(at["chat_event"], origin)
        return
    records = at.keys() & RECORD_LISTS.keys()
    is_record = bool(kind) or _is_record(at)
    if inner := enveloped(at, is_record=is_record or bool(records)):
        found: list[Piece] = []
        yield from gather(inner, found, origin, LIST)
        stream = text_in(at, "stream") or kind
        for one in found:
            yield from _document(one, origin, _kind_of_stream(stream))
        return
    if is_record:
        yield from _record(piece, at, Known({}, {}), origin, kind)
        return
    if is_about_loading(at):
        yield Excluded("about_loading", piece.there(origin))
        return
    known = Known({}, {})
    for key in at.keys() & {"users", "user", "groups", "group"}:
        # Beside tickets they are what the tickets refer to, alone they are records.
        yield from learn(at[key], key, known, origin, count=not records)
    if not records and not at.keys() & {"users", "user", "groups", "group"}:
        if at.keys() == {"count"}:
            yield Excluded("count", piece.there(origin))
            return
        yield rejected(
            "zendesk_error" if at.keys() & {"error", "errors"} else NO_RECORD,
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
    "problems": "ticket",
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
    "survey_response": "survey_response",
    "survey_responses": "survey_response",
    "suspended_ticket": "suspended",
    "suspended_tickets": "suspended",
    "chat": "chat",
    "chats": "chat",
    "docs": "chat",
    "deleted_tickets": "deleted",
    "organizations": "organization",
    "organization": "organization",
    **dict.fromkeys(("ticket_metric", "ticket_metrics"), "metric"),
    **dict.fromkeys(("ticket_metric_events", "metric_events", "metric_sets"), "metric"),
    **dict.fromkeys(("article", "articles"), "article"),
    **dict.fromkeys(("topic", "topics", "post", "posts"), "topic"),
    **dict.fromkeys(("side_conversation", "side_conversations"), "side_conversation"),
    **dict.fromkeys(("attachment", "attachments", "upload"), "attachment"),
    **dict.fromkeys(("identity", "identities"), "user"),
    **dict.fromkeys(("job_status", "job_statuses"), "job"),
    **dict.fromkeys(("audit_log", "audit_logs"), "audit_log"),
    **dict.fromkeys(("activity", "activities"), "activity"),
    **dict.fromkeys(("skip", "skips"), "skip"),
    **{
        key: "setting"
        for one in (
            "brand", "view", "macro", "trigger", "automation", "ticket_form",
            "ticket_field", "user_field", "organization_field", "custom_role",
            "custom_status", "group_membership", "organization_membership", "schedule",
            "locale", "trigger_category", "dynamic_content_item",
        )
        for key in (one, f"{one}s", f"{one}es")
    },
    **dict.fromkeys(("sla_policy", "sla_policies", "items"), "setting"),
}  # fmt: skip
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
    for key in ("ticket", "tickets", "problems", "request", "requests"):
        if key in at:
            yield from gather(at[key], tickets, origin, LIST)
    if len(tickets) == 1:
        defaults = None
        if not comments and len(audits) == 1:
            # The answer to a change: its audit repeats what the ticket tells.
            comments, defaults = yield from comments_of(audits[0], origin)
            audits = []
        yield from from_ticket(tickets[0], comments, known, origin, defaults)
    elif tickets:
        by_ticket: dict[str, list[Piece]] = {}
        for comment in comments:
            by_ticket.setdefault(_peek(comment.raw, "ticket_id"), []).append(comment)
        for ticket in tickets:
            own = by_ticket.pop(_peek(ticket.raw, "id"), [])
            yield from from_ticket(ticket, own, known, origin)
        left = [comment for rest in by_ticket.values() for comment in rest]
        yield from from_comments(left, piece, known, origin)
    else:
        yield from from_comments(comments, piece, known, origin)
    yield from from_audits(audits, known, origin)
    for key in at:
        kind = RECORD_LISTS.get(key, "ticket")
        if kind in ("ticket", "comment", "audit"):
            continue
        found: list[Piece] = []
        if kind == "chat":
            # A request for several is answered with each by its id.
            yield from gather_by_id(at[key], found, origin, LIST)
        else:
            yield from gather(at[key], found, origin, LIST)
        for one in found:
            try:
                inner = OBJECT.decode(one.raw)
            except FAULTS as fault:
                yield rejected(NO_RECORD, one, origin, fault)
                continue
            fields = {name: Piece(raw, "") for name, raw in inner.items()}
            yield from _record(one, fields, known, origin, kind)


STREAMS = {
    "agents": "user",
    "departments": "group",
    "agent_timeline": "metric",
    **dict.fromkeys(
        (
            "account_attributes", "accounts", "attribute_definitions", "bans", "goals",
            "roles", "routing_settings", "shortcuts", "skills", "tags",
        ),
        "setting",
    ),
}  # fmt: skip
"""What a loader calls by other names than the API, or what the API has no list of."""


def _kind_of_stream(stream: str) -> str:
    """What a loader's stream is of: `tickets`, `ticket_comments`, `users`."""
    if stream in STREAMS:
        return STREAMS[stream]
    for name in (stream, stream.removeprefix("ticket_")):
        if kind := RECORD_LISTS.get(name) or NO_TICKETS.get(name.removesuffix("s")):
            return kind
    return ""


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
    if "answers" in at and at.keys() & {"survey_id", "subject_zrns", "subjects"}:
        return "survey_response"
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
        yield from from_ticket(piece, [], known, origin)
    elif kind == "comment":
        yield from from_comments([piece], piece, known, origin)
    elif kind == "audit":
        yield from from_audits([piece], known, origin)
    elif kind == "rating":
        yield from from_listed_rating(piece, origin)
    elif kind == "survey_response":
        yield from from_survey_response(piece, origin)
    elif kind == "suspended":
        yield Excluded("suspended", piece.there(origin))
    elif kind == "chat":
        yield from from_chat(piece, origin)
    elif kind in NO_TICKETS:
        yield Excluded(NO_TICKETS[kind], piece.there(origin))
    else:
        found = f"result_type {kind!r}" if kind else _named(at)
        yield rejected(
            NO_RECORD,
            piece,
            origin,
            "expected a ticket, comment, audit, user, rating or chat;"
            f" found an object with {found}",
        )


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


READER = Reader("zendesk", split, parse)
