"""What is known of a conversation besides its messages."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from jobs.sources.chatwoot.documents import (
    Conversation,
    Inbox,
    Message,
    Meta,
    Person,
    contact_of,
    mapping_of,
)
from jobs.sources.chatwoot.times import instant_of
from jobs.sources.json_pieces import Piece, text_of
from jobs.sources.languages import iso_639_1
from jobs.sources.records import Origin, Party


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


def thread_of(
    about: Conversation, origin: Origin, meta: Meta, *, is_partial: bool
) -> Thread:
    """Raises a fault where a time of the conversation cannot be read."""
    conversation_id = id_of(about)
    if conversation_id is None:
        raise msgspec.ValidationError("Object missing required field `id`")
    inbox = about.inbox or meta.inbox or Inbox()
    name = meta.channel or inbox.channel_type or about.channel or ""
    times = [
        instant_of(time, field)
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
        contact=meta.sender or contact_of(meta) or about.contact,
        assignee=meta.assignee,
        queue=team or inbox.name or text_of(about.inbox_id) or text_of(inbox.id),
        is_partial=is_partial,
        created_at=(
            instant_of(about.created_at, "created_at")
            if about.created_at is not None
            else None
        ),
        touched_at=max(times, default=None),
    )


def attributes_of(thread: Thread) -> dict[str, str]:
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


def subject_of(thread: Thread) -> str | None:
    return text_of(mapping_of(thread.about.additional_attributes).get("mail_subject"))


def language_of(thread: Thread) -> str | None:
    """The language Chatwoot detected; the browser's is not the conversation's."""
    extra = mapping_of(thread.about.additional_attributes)
    return iso_639_1(text_of(extra.get("conversation_language")))


def id_of(about: Conversation | None) -> str | None:
    if about is None:
        return None
    return (
        text_of(about.display_id) or text_of(about.id) or text_of(about.conversation_id)
    )
