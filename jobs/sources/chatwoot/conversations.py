"""Conversations and lists of messages: which messages were said, which are left out."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from jobs.sources.chatwoot.channels import VOICE_CALL, channel_of
from jobs.sources.chatwoot.chats import from_chat
from jobs.sources.chatwoot.documents import (
    CONVERSATION,
    MESSAGE,
    META,
    Conversation,
    Message,
    Meta,
    mapping_of,
)
from jobs.sources.chatwoot.emails import email_words, from_email
from jobs.sources.chatwoot.parties import customer_in, kind_of, party_of
from jobs.sources.chatwoot.surveys import from_survey
from jobs.sources.chatwoot.threads import Said, Surveyed, Thread, id_of, thread_of
from jobs.sources.chatwoot.times import instant_of, newest_of, time_of
from jobs.sources.json_pieces import FAULTS, Piece, gather, is_given, rejected, text_of
from jobs.sources.records import Excluded, Origin, Outcomes, Rejected


def from_conversation(
    piece: Piece, origin: Origin, *, is_partial: bool = False
) -> Outcomes:
    """A conversation object with the messages it holds."""
    try:
        about = CONVERSATION.decode(piece.raw)
        thread = thread_of(
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


def from_messages(
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
            whose = text_of(message.conversation_id) or id_of(about)
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
            thread = thread_of(
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
        if kind_of(message) is None:
            raise msgspec.ValidationError(
                "expected `message_type` to be incoming, outgoing, activity or"
                f" template, or 0 to 3, got {str(message.message_type)[:40]!r}"
            )
        for field in ("created_at", "updated_at"):
            if (time := getattr(message, field)) is not None:
                instant_of(time, field)
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
    is_email = channel_of(thread, messages) == "email"
    for piece, message in messages:
        there = piece.there(origin)
        kind = kind_of(message)
        at = time_of(message.created_at)
        attributes = mapping_of(message.content_attributes)
        if message.private:
            yield Excluded("private_note", there)
        elif kind == "activity":
            last_activity_at = newest_of(last_activity_at, at)
            yield Excluded("activity", there)
        elif message.content_type == "input_csat":
            surveys.append(Surveyed(message, piece, at))
        elif answers := _answers(message):
            said += _asked_and_answered(message, there, kind, answers)
        elif kind == "template":
            yield Excluded("template", there)
        elif attributes.get("deleted") is True:
            yield Excluded("deleted", there)
        elif mapping_of(attributes.get("email")).get("auto_reply") is True:
            yield Excluded("auto_reply", there)
        elif is_email and at is None:
            yield rejected(
                "not_a_chatwoot_message",
                piece,
                origin,
                "Object missing required field `created_at`",
            )
        else:
            text = email_words(message) if is_email else _words(message)
            text = (text or "").strip() or None
            said.append(Said(message, there, party_of(message, kind), at, text))
    undated = datetime.max.replace(tzinfo=UTC)
    said.sort(key=lambda one: one.at or undated)
    if thread.contact is None:
        thread.contact = next(
            (
                person
                for one in said
                if (person := customer_in(one.message, one.party)) is not None
            ),
            None,
        )
    interaction_id = thread.id
    if is_email:
        for one in said:
            yield from_email(one, thread)
        if said:
            interaction_id = f"{thread.id}/{said[-1].message.id}"
        elif is_empty:
            yield Excluded("empty_conversation", thread.origin)
    elif said or is_empty:
        yield from from_chat(said, thread, messages, last_activity_at)
    for survey in surveys:
        yield from from_survey(
            survey, thread, interaction_id, origin, is_email=is_email
        )


def _words(message: Message) -> str | None:
    """What a message says; of a call or a picture, Chatwoot says it and no person."""
    if message.content_type == VOICE_CALL:
        return None
    if message.content and message.content.strip():
        return message.content
    spoken = [
        text
        for attachment in message.attachments or ()
        if (text := text_of(mapping_of(attachment).get("transcribed_text")))
    ]
    return "\n".join(spoken) or None


def _answers(message: Message) -> list[str]:
    """What the customer put into a form or chose from a list that a message holds."""
    if message.content_type not in ("form", "input_select"):
        return []
    given = mapping_of(message.content_attributes).get("submitted_values")
    if not isinstance(given, list):
        return []
    return [
        text
        for one in given
        if (
            text := text_of(mapping_of(one).get("title"))
            or text_of(mapping_of(one).get("value"))
        )
    ]


def _asked_and_answered(
    message: Message, there: Origin, kind: str | None, answers: list[str]
) -> list[Said]:
    """The question by its sender, the answers by the customer: Chatwoot keeps them in
    the question, which it updates when they come."""
    asked_at = time_of(message.created_at)
    answered_at = newest_of(asked_at, time_of(message.updated_at))
    party = "bot" if kind == "template" else party_of(message, kind)
    question = (message.content or "").strip() or None
    return [
        Said(message, there, party, asked_at, question),
        Said(message, there, "customer", answered_at, "\n".join(answers)),
    ]
