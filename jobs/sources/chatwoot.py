"""Chatwoot: conversations with their messages, lists of messages, and webhooks.

A chat or social conversation is one interaction, with the conversation's id, its
messages as turns and the customer's alone as text. A conversation by e-mail is one
interaction per message, `<conversation>/<message>`.

What is surprising:

* Chatwoot delivers the same conversation whole (an export, the list of its messages)
  and in parts: a webhook carries one message, the list of conversations the last or
  the unread ones. A record replaces an older one as a whole, so a part must not look
  newer than a whole that holds it: a whole conversation is dated by the newest of
  `updated_at`, `last_activity_at` and its messages, a part by its newest message less
  one microsecond. Whatever the order of arrival, a whole conversation then wins over
  every part it contains. A part that brings a newer message than the last whole one
  stands until the conversation is delivered again, and says so (`is_partial`). What is
  known to be a part: a webhook, a message by itself, and a conversation whose oldest
  message here is more than a minute younger than the conversation.
* `split` therefore hands neighbouring messages of one conversation on as one document:
  a list of messages is one conversation, not a part per message.
* A greeting that a bot or a campaign sends before the customer writes does not make
  the conversation outbound.
* Times are epoch seconds in the API and text in webhooks; both are read everywhere.
* A survey without an answer has only been sent; it counts as delivered when its
  message's `status` says so. An answer is dated by itself or else by the message's
  `updated_at`, which is when it was written into it.

Source: `swagger/definitions` and `app/views/api/v1` of chatwoot/chatwoot; its
documentation of webhooks.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, Literal, NamedTuple

import msgspec

from jobs.sources import json_documents
from jobs.sources.chatwoot_documents import (
    CONVERSATION,
    LONE,
    MESSAGE,
    META,
    OBJECT,
    RATING,
    TEXT,
    Conversation,
    Inbox,
    Message,
    Meta,
    Person,
    Time,
)
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
from jobs.sources.languages import iso_639_1
from jobs.sources.quoted_text import strip
from jobs.sources.records import (
    Channel,
    Direction,
    Document,
    EntryPoint,
    Excluded,
    Handle,
    Interaction,
    Origin,
    Outcome,
    Outcomes,
    Party,
    Reader,
    Rejected,
    Survey,
    Turn,
    excerpt_of,
    utc,
)

CHANNELS: dict[str, Channel] = {
    "webwidget": "chat",
    "api": "chat",
    "whatsapp": "chat",
    "telegram": "chat",
    "line": "chat",
    "sms": "chat",
    "twiliosms": "chat",
    "email": "email",
    "twitterprofile": "social",
    "facebookpage": "social",
    "instagram": "social",
    "tiktok": "social",
    "voice": "call",
}
"""`Channel::…` to ours, without regard to case; an unknown one is a chat, and the
original stays in the attributes. All social ones are direct messages: private."""

KINDS = {
    "0": "incoming",
    "1": "outgoing",
    "2": "activity",
    "3": "template",
}
BOTS = ("agent_bot", "agentbot", "captain", "bot")

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

MARKUP = re.compile(r"</?(?:p|br|div|span|a|table|html|body)\b[^>]*>", re.IGNORECASE)

A_TRIFLE = timedelta(microseconds=1)
A_MOMENT = timedelta(minutes=1)
"""A conversation is made with its first message; a minute allows for a form to be
filled in between."""

LONGEST_RUN = 5_000
"""Neighbouring messages joined to one document at most: memory stays bounded."""


class Said(NamedTuple):
    """A public message: one that the customer sent or could read."""

    message: Message
    origin: Origin
    party: Party
    at: datetime | None
    text: str | None


class Surveyed(NamedTuple):
    """A message that asks how it was."""

    message: Message
    piece: Piece
    at: datetime | None


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
    return text_of(lone.conversation_id) or _id_of(lone.conversation) or ""


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
        yield from _conversation(piece, origin)
    elif "rating" in at:
        yield from _rating(piece, origin)
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
        yield from _messages([inner], None, origin, is_partial=True)
    elif event in CONVERSATION_EVENTS:
        yield from _conversation(inner, origin, is_partial=True)
    elif event.startswith("csat_survey_response"):
        yield from _rating(at.get("csat_survey_response", inner), origin)
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
        yield from _messages(messages, meta, origin, is_partial=is_alone or is_search)


# ----------------------------------------------------------------- conversations


class Thread(msgspec.Struct):
    """What is known of a conversation besides its messages."""

    id: str
    origin: Origin
    about: Conversation
    channel_name: str
    contact: Person | None
    assignee: Person | None
    queue: str | None
    is_partial: bool
    created_at: datetime | None = None
    touched_at: datetime | None = None
    """The newest time that is the conversation's own."""


def _thread(
    about: Conversation, origin: Origin, meta: Meta, *, is_partial: bool
) -> Thread:
    """Raises a fault where a time of the conversation cannot be read."""
    conversation_id = _id_of(about)
    if conversation_id is None:
        raise msgspec.ValidationError("Object missing required field `id`")
    inbox = about.inbox or meta.inbox or Inbox()
    name = meta.channel or inbox.channel_type or about.channel or ""
    times = [
        _instant(time, field)
        for field, time in (
            ("updated_at", about.updated_at),
            ("last_activity_at", about.last_activity_at),
            ("timestamp", about.timestamp),
        )
        if time is not None
    ]
    team = meta.team.name if meta.team else None
    return Thread(
        id=conversation_id,
        origin=origin,
        about=about,
        channel_name=name.rpartition("::")[2],
        contact=meta.sender or meta.contact or about.contact,
        assignee=meta.assignee,
        queue=team or inbox.name or text_of(about.inbox_id) or text_of(inbox.id),
        is_partial=is_partial,
        created_at=(
            _instant(about.created_at, "created_at")
            if about.created_at is not None
            else None
        ),
        touched_at=max(times, default=None),
    )


def _conversation(
    piece: Piece, origin: Origin, *, is_partial: bool = False
) -> Outcomes:
    """A conversation object with the messages it holds."""
    try:
        about = CONVERSATION.decode(piece.raw)
        thread = _thread(
            about,
            piece.there(origin),
            about.meta or Meta(),
            is_partial=is_partial,
        )
    except FAULTS as fault:
        yield rejected("not_a_chatwoot_conversation", piece, origin, fault)
        return
    pieces: list[Piece] = []
    if is_given(about.messages):
        there = Piece(about.messages, f"{piece.place}.messages")
        yield from gather(there, pieces, origin, "not_a_chatwoot_list")
    messages: list[tuple[Piece, Message]] = []
    for one in pieces:
        yield from _decode(one, origin, messages)
    if is_given(about.last_non_activity_message):
        last = Piece(
            about.last_non_activity_message,
            f"{piece.place}.last_non_activity_message",
        )
        repeated: list[tuple[Piece, Message]] = []
        yield from _decode(last, origin, repeated)
        known = {str(message.id) for _, message in messages}
        messages += [one for one in repeated if str(one[1].id) not in known]
    yield from _outcomes(thread, messages, origin, is_empty=not pieces)


def _messages(
    pieces: list[Piece], meta: Piece | None, origin: Origin, *, is_partial: bool
) -> Outcomes:
    """Messages without a conversation around them, by the conversation they name."""
    beside = Meta()
    if meta is not None:
        try:
            beside = META.decode(meta.raw)
        except FAULTS as fault:
            yield rejected("not_a_chatwoot_meta", meta, origin, fault)
    conversations: dict[str, list[tuple[Piece, Message]]] = {}
    abouts: dict[str, Conversation] = {}
    for piece in pieces:
        found: list[tuple[Piece, Message]] = []
        yield from _decode(piece, origin, found)
        for _, message in found:
            about = Conversation()
            if is_given(message.conversation):
                there = Piece(message.conversation, f"{piece.place}.conversation")
                try:
                    about = CONVERSATION.decode(message.conversation)
                except FAULTS as fault:
                    # The message says itself whose it is, or is rejected below.
                    yield rejected("not_a_chatwoot_conversation", there, origin, fault)
            whose = text_of(message.conversation_id) or _id_of(about)
            if whose is None:
                yield rejected(
                    "not_a_chatwoot_message",
                    piece,
                    origin,
                    "Object missing required field `conversation_id`",
                )
                continue
            about.id, about.display_id = whose, None
            about.inbox = about.inbox or message.inbox
            abouts[whose] = about
            conversations.setdefault(whose, []).append((piece, message))
    for whose, messages in conversations.items():
        about = abouts[whose]
        first = messages[0][0]
        try:
            # A list of messages tells nothing newer about its conversation.
            about.updated_at = about.last_activity_at = about.timestamp = None
            thread = _thread(
                about,
                first.there(origin),
                about.meta or beside,
                is_partial=is_partial,
            )
        except FAULTS as fault:
            yield rejected("not_a_chatwoot_conversation", first, origin, fault)
            continue
        yield from _outcomes(thread, messages, origin, is_empty=False)


def _decode(
    piece: Piece, origin: Origin, into: list[tuple[Piece, Message]]
) -> Iterator[Rejected]:
    try:
        message = MESSAGE.decode(piece.raw)
        if _kind_of(message) is None:
            raise msgspec.ValidationError(
                "expected `message_type` to be incoming, outgoing, activity or"
                f" template, or 0 to 3, got {str(message.message_type)[:40]!r}"
            )
        for field in ("created_at", "updated_at"):
            if (time := getattr(message, field)) is not None:
                _instant(time, field)
    except FAULTS as fault:
        yield rejected("not_a_chatwoot_message", piece, origin, fault)
        return
    into.append((piece, message))


def _outcomes(
    thread: Thread,
    messages: list[tuple[Piece, Message]],
    origin: Origin,
    *,
    is_empty: bool,
) -> Outcomes:
    """What becomes of a conversation: excluded messages, interactions, surveys."""
    said: list[Said] = []
    surveys: list[Surveyed] = []
    last_activity_at: datetime | None = None
    is_email = _channel(thread, messages) == "email"
    for piece, message in messages:
        there = piece.there(origin)
        kind = _kind_of(message)
        at = _time_of(message.created_at)
        attributes = _mapping(message.content_attributes)
        if message.private:
            yield Excluded("private_note", there)
        elif kind == "activity":
            last_activity_at = _newest(last_activity_at, at)
            yield Excluded("activity", there)
        elif message.content_type == "input_csat":
            surveys.append(Surveyed(message, piece, at))
        elif kind == "template":
            yield Excluded("template", there)
        elif attributes.get("deleted") is True:
            yield Excluded("deleted", there)
        elif _mapping(attributes.get("email")).get("auto_reply") is True:
            yield Excluded("auto_reply", there)
        elif is_email and at is None:
            yield rejected(
                "not_a_chatwoot_message",
                piece,
                origin,
                "Object missing required field `created_at`",
            )
        else:
            text = _email_words(message) if is_email else message.content
            text = (text or "").strip() or None
            said.append(Said(message, there, _party(message, kind), at, text))
    undated = datetime.max.replace(tzinfo=UTC)
    said.sort(key=lambda one: one.at or undated)
    if thread.contact is None:
        thread.contact = next(
            (
                person
                for one in said
                if (person := _customer_in(one.message, one.party)) is not None
            ),
            None,
        )
    interaction_id = thread.id
    if is_email:
        for one in said:
            yield _email(one, thread)
        if said:
            interaction_id = f"{thread.id}/{said[-1].message.id}"
        elif is_empty:
            yield Excluded("empty_conversation", thread.origin)
    elif said or is_empty:
        yield from _chat(said, thread, messages, last_activity_at)
    for survey in surveys:
        yield from _survey(survey, thread, interaction_id, origin, is_email=is_email)


def _chat(
    said: list[Said],
    thread: Thread,
    messages: list[tuple[Piece, Message]],
    last_activity_at: datetime | None,
) -> Outcomes:
    """One conversation as one interaction."""
    times = [one.at for one in said if one.at is not None]
    newest = max(times, default=None)
    occurred_at = thread.created_at or min(times, default=None) or thread.touched_at
    if occurred_at is None:
        yield Rejected(
            "not_a_chatwoot_conversation",
            "expected a time: created_at, timestamp or last_activity_at of the"
            " conversation, or created_at of a message",
            thread.origin,
            excerpt_of(bytes(messages[0][0].raw)) if messages else "",
        )
        return
    is_partial = thread.is_partial or (
        thread.created_at is not None
        and bool(times)
        and min(times) - thread.created_at > A_MOMENT
    )
    if is_partial or newest is None:
        # See the head of this module: a part gives way to a whole of the same age.
        source_updated_at = _just_before(newest or occurred_at)
    else:
        edited = [
            at for one in said if (at := _time_of(one.message.updated_at)) is not None
        ]
        source_updated_at = max([newest, thread.touched_at or newest, *edited])
    turns = []
    seen: set[tuple[str, str]] = set()
    for one in said:
        # A message that was delivered, then read, comes twice in a row of webhooks.
        if one.text and (str(one.message.id), one.text) not in seen:
            seen.add((str(one.message.id), one.text))
            turns.append(Turn(one.party, one.at, one.text))
    words = [turn.text for turn in turns if turn.party == "customer"]
    asked_at = next((one.at for one in said if one.party == "customer"), None)
    answers = [
        one
        for one in said
        if one.party != "customer"
        and asked_at is not None
        and one.at is not None
        and one.at >= asked_at
    ]
    human = next((one for one in answers if one.party == "agent"), None)
    wait_seconds = None
    if human is not None and human.at and asked_at and not is_partial:
        wait_seconds = (human.at - asked_at).total_seconds()
    has_asked = any(one.party == "customer" for one in said)
    is_over = str(thread.about.status).lower() in ("resolved", "1")
    outcome: Outcome = "delivered"
    if answers or (is_partial and any(one.party != "customer" for one in said)):
        outcome = "answered"
    elif has_asked and is_over and not is_partial:
        outcome = "abandoned"
    ended_at = newest
    if is_over:
        ended_at = _newest(newest, last_activity_at)
    channel = _channel(thread, messages)
    direction = _direction(said, thread)
    agent = next((one.message for one in said if one.party == "agent"), None)
    attributes = _attributes(thread)
    attachments = sum(len(one.message.attachments or ()) for one in said)
    if attachments:
        attributes["attachment_count"] = str(attachments)
    if is_partial:
        attributes["is_partial"] = "true"
    entry_point: EntryPoint = "unknown"
    if thread.channel_name.lower() == "webwidget":
        entry_point = "web_button"
    yield Interaction(
        native_id=thread.id,
        conversation_native_id=thread.id,
        channel=channel,
        direction=direction,
        initiation=direction,
        entry_point=entry_point,
        visibility="private" if channel == "social" else None,
        occurred_at=occurred_at,
        source_updated_at=source_updated_at,
        origin=thread.origin,
        ended_at=ended_at if ended_at and ended_at >= occurred_at else None,
        handles=_handles(thread.contact, thread.origin),
        agent=(_sender_id(agent) if agent else None) or _person_id(thread.assignee),
        queue=thread.queue,
        wait_seconds=wait_seconds,
        outcome=outcome,
        language=_language(thread),
        subject=_subject(thread),
        text="\n".join(words) or None,
        text_origin="typed" if turns else None,
        turns=tuple(turns),
        attributes=attributes,
        names=_names(thread, *(one.message for one in said)),
    )


def _email(one: Said, thread: Thread) -> Interaction:
    """One e-mail of a conversation by e-mail."""
    message = one.message
    assert one.at is not None
    direction: Direction = "inbound" if one.party == "customer" else "outbound"
    email = _mapping(_mapping(message.content_attributes).get("email"))
    contact = thread.contact
    if one.party == "customer":
        contact = _customer_in(message, one.party) or contact
    attributes = _attributes(thread) if direction == "inbound" else {}
    if message.attachments:
        attributes["attachment_count"] = str(len(message.attachments))
    is_failed = str(message.status).lower() in ("failed", "3")
    return Interaction(
        native_id=f"{thread.id}/{message.id}",
        conversation_native_id=thread.id,
        channel="email",
        direction=direction,
        initiation=direction,
        occurred_at=one.at,
        source_updated_at=max(one.at, _time_of(message.updated_at) or one.at),
        origin=one.origin,
        handles=_handles(contact, thread.origin, email),
        agent=_sender_id(message) if direction == "outbound" else None,
        queue=thread.queue,
        outcome="failed" if is_failed else "delivered",
        language=_language(thread),
        subject=text_of(email.get("subject")) or _subject(thread),
        text=one.text,
        text_origin="typed" if one.text else None,
        attributes=attributes,
        names=_names(thread, message),
    )


def _email_words(message: Message) -> str | None:
    """The words of an e-mail without what it quotes.

    Chatwoot's own `reply` has most of the history off; it is cut again, because it
    knows English better than French.
    """
    email = _mapping(_mapping(message.content_attributes).get("email"))
    reply = _mapping(email.get("text_content")).get("reply")
    if not isinstance(reply, str) or not reply.strip():
        reply = message.content
    if not reply or not reply.strip():
        reply = text_of(_mapping(email.get("html_content")).get("reply")) or ""
    if MARKUP.search(reply):
        reply = to_text(reply)
    return strip(reply)


# ----------------------------------------------------------------- surveys


def _survey(
    surveyed: Surveyed,
    thread: Thread,
    interaction_id: str,
    origin: Origin,
    *,
    is_email: bool,
) -> Outcomes:
    message, piece, asked_at = surveyed
    given = _mapping(message.content_attributes).get("submitted_values")
    answer = _mapping(_mapping(given).get("csat_survey_response"))
    changed_at = _time_of(message.updated_at)
    try:
        told = answer.get("updated_at") or answer.get("created_at")
        told_at = _instant(told, "created_at") if told else None
        newest = _newest(_newest(asked_at, changed_at), told_at)
        if newest is None:
            raise msgspec.ValidationError("Object missing required field `created_at`")
        if answer and newest == asked_at:
            # An answer without a time of its own still comes after the question.
            newest += A_TRIFLE
    except FAULTS as fault:
        yield rejected("not_a_chatwoot_survey", piece, origin, fault)
        return
    score = _score(answer.get("rating"))
    if answer and score is None:
        found = str(answer.get("rating"))[:40]
        yield rejected(
            "not_a_chatwoot_survey",
            piece,
            origin,
            f"expected `rating` to be 1 to 5, got {found!r} - at"
            " `$.content_attributes.submitted_values.csat_survey_response.rating`",
        )
        return
    survey_channel: Literal["email", "sms", "web"] = "email" if is_email else "web"
    if "sms" in thread.channel_name.lower():
        survey_channel = "sms"
    is_delivered = answer or str(message.status).lower() in (
        "delivered",
        "read",
        "1",
        "2",
    )
    yield Survey(
        native_id=f"{thread.id}/{message.id}",
        interaction_native_id=interaction_id,
        interaction_source=origin.source,
        handles=_handles(thread.contact, origin),
        survey_channel=survey_channel,
        question_kind="csat",
        invited_at=asked_at,
        delivered_at=asked_at if is_delivered else None,
        answered_at=(told_at or changed_at or asked_at) if answer else None,
        score=score,
        scale_min=1.0,
        scale_max=5.0,
        comment=text_of(answer.get("feedback_message")),
        source_updated_at=newest,
        origin=piece.there(origin),
        names=_names(thread),
    )


def _rating(piece: Piece, origin: Origin) -> Outcomes:
    """An answer by itself: it has the id its message gives the survey."""
    try:
        rating = RATING.decode(piece.raw)
        answered_at = _instant(rating.created_at, "created_at")
        whose = text_of(rating.conversation_id) or _id_of(rating.conversation)
        if whose is None:
            raise msgspec.ValidationError(
                "Object missing required field `conversation`"
            )
        score = _score(rating.rating)
        if score is None:
            found = str(rating.rating)[:40]
            raise msgspec.ValidationError(
                f"expected `rating` to be 1 to 5, got {found!r}"
            )
    except FAULTS as fault:
        yield rejected("not_a_chatwoot_survey", piece, origin, fault)
        return
    meta = (rating.conversation.meta if rating.conversation else None) or Meta()
    contact = rating.contact or meta.sender
    message_id = text_of(rating.message_id) or f"csat-{rating.id}"
    yield Survey(
        native_id=f"{whose}/{message_id}",
        interaction_native_id=whose,
        interaction_source=origin.source,
        handles=_handles(contact, origin),
        survey_channel=None,
        question_kind="csat",
        answered_at=answered_at,
        score=score,
        scale_min=1.0,
        scale_max=5.0,
        comment=text_of(rating.feedback_message),
        # The message knows of the invitation too: it wins over its event.
        source_updated_at=_just_before(answered_at),
        origin=piece.there(origin),
        names=names_of(contact.name if contact else None),
    )


def _score(rating: object) -> float | None:
    text = text_of(rating) or ""
    return float(text) if text in ("1", "2", "3", "4", "5") else None


# ----------------------------------------------------------------- who and how


def _kind_of(message: Message) -> str | None:
    kind = str(message.message_type).strip().lower()
    kind = KINDS.get(kind, kind)
    return kind if kind in KINDS.values() else None


def _party(message: Message, kind: str | None) -> Party:
    if kind == "incoming":
        return "customer"
    sender = message.sender.type if message.sender else None
    kinds = f"{sender or ''} {message.sender_type or ''}".lower()
    if any(bot in kinds for bot in BOTS):
        return "bot"
    attributes = _mapping(message.content_attributes)
    extra = _mapping(message.additional_attributes)
    is_automatic = attributes.get("automation_rule_id") or extra.get("campaign_id")
    return "bot" if is_automatic else "agent"


def _channel(thread: Thread, messages: list[tuple[Piece, Message]]) -> Channel:
    if channel := CHANNELS.get(thread.channel_name.lower()):
        return channel
    # A list of messages does not name its channel, but only e-mails come as such.
    is_email = any(
        message.content_type == "incoming_email"
        or "email" in _mapping(message.content_attributes)
        for _, message in messages
    )
    return "email" if is_email else "chat"


def _direction(said: list[Said], thread: Thread) -> Direction:
    if "initiated_at" in _mapping(thread.about.additional_attributes):
        return "inbound"
    has_asked = any(one.party == "customer" for one in said)
    if has_asked and thread.channel_name.lower() == "webwidget":
        # Only campaigns write first on a web page, and they wait for nobody.
        return "inbound"
    first = next((one.party for one in said if one.party != "bot"), None)
    if first is None:
        return "outbound" if said else "inbound"
    return "inbound" if first == "customer" else "outbound"


def _customer_in(message: Message, party: Party) -> Person | None:
    if party == "customer" and message.sender and message.sender.type != "user":
        return message.sender
    return message.contact


def _handles(
    contact: Person | None, origin: Origin, email: Mapping[str, Any] | None = None
) -> tuple[Handle, ...]:
    handles: list[Handle] = []
    if contact is not None:
        if contact.email:
            handles.append(Handle("email", contact.email))
        if contact.phone_number:
            handles.append(Handle("phone", contact.phone_number))
        if contact.identifier not in (None, ""):
            handles.append(Handle("account", str(contact.identifier)))
        extra = _mapping(contact.additional_attributes)
        if screen_name := text_of(extra.get("screen_name")):
            handles.append(Handle("x", screen_name.lstrip("@")))
        if contact.id not in (None, ""):
            handles.append(Handle("contact", f"{origin.source}:{contact.id}"))
    elif email:
        senders = email.get("from")
        first = senders[0] if isinstance(senders, list) and senders else None
        if isinstance(first, str) and "@" in first:
            handles.append(Handle("email", first))
    return tuple(dict.fromkeys(handles))


def _names(thread: Thread, *messages: Message) -> tuple[str, ...]:
    people = [thread.contact, thread.assignee]
    people += [message.sender for message in messages]
    return names_of(
        *(
            name
            for person in people
            if person is not None and not _is_bot(person)
            for name in (person.name, person.available_name)
        )
    )


def _is_bot(person: Person) -> bool:
    return any(bot in (person.type or "").lower() for bot in BOTS)


def _attributes(thread: Thread) -> dict[str, str]:
    about = thread.about
    said = {
        "status": text_of(about.status),
        "priority": text_of(about.priority),
        "inbox_id": text_of(about.inbox_id),
        "labels": _labels(about.labels),
        "channel": thread.channel_name,
    }
    return {key: value for key, value in said.items() if value}


def _labels(labels: object) -> str | None:
    if isinstance(labels, list):
        return ",".join(text for label in labels if (text := text_of(label)))
    return text_of(labels)


def _subject(thread: Thread) -> str | None:
    return text_of(_mapping(thread.about.additional_attributes).get("mail_subject"))


def _language(thread: Thread) -> str | None:
    """The language Chatwoot detected; the browser's is not the conversation's."""
    extra = _mapping(thread.about.additional_attributes)
    return iso_639_1(text_of(extra.get("conversation_language")))


def _id_of(about: Conversation | None) -> str | None:
    if about is None:
        return None
    return (
        text_of(about.display_id) or text_of(about.id) or text_of(about.conversation_id)
    )


def _sender_id(message: Message) -> str | None:
    return _person_id(message.sender) or text_of(message.sender_id)


def _person_id(person: Person | None) -> str | None:
    return text_of(person.id) if person else None


# ----------------------------------------------------------------- times and pieces


def _instant(time: Time, field: str) -> datetime:
    """Epoch seconds (or milliseconds) or text, to UTC."""
    text = str(time).strip()
    try:
        if re.fullmatch(r"\d{1,16}(?:\.\d+)?", text):
            seconds = float(text)
            # Milliseconds: in seconds this would be after the year 5000.
            if seconds > 1e11:
                seconds /= 1000
            return datetime.fromtimestamp(seconds, UTC)
        return utc(datetime.fromisoformat(text.removesuffix(" UTC")))
    except (ValueError, OverflowError, OSError):
        raise msgspec.ValidationError(
            f"expected `{field}` to be epoch seconds or a date and time,"
            f" got {text[:40]!r}"
        ) from None


def _just_before(at: datetime) -> datetime:
    """The age of what gives way to a fuller version of the same age."""
    return at - A_TRIFLE if at > datetime.min.replace(tzinfo=UTC) else at


def _time_of(time: Time | None) -> datetime | None:
    """The instant of a message whose times were already found good."""
    return None if time is None else _instant(time, "created_at")


def _newest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


READER = Reader("chatwoot", split, parse)
