"""What we need of Chatwoot's documents; unknown fields are ignored, missing ones refused.

Ids are numbers in the API and text in webhooks; a time is epoch seconds or text. Source:
the references named in `jobs.sources.chatwoot`.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from jobs.sources.json_pieces import ABSENT

Id: TypeAlias = int | str
Time: TypeAlias = int | float | str


class Person(msgspec.Struct):
    """A contact, a user (agent), or a bot."""

    id: Id | None = None
    name: str | None = None
    available_name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    identifier: Id | None = None
    type: str | None = None
    additional_attributes: Any = None


class Inbox(msgspec.Struct):
    id: Id | None = None
    name: str | None = None
    channel_type: str | None = None


class Team(msgspec.Struct):
    name: str | None = None


class Meta(msgspec.Struct):
    """Beside a conversation or a list of messages: who it is with, and by what way."""

    sender: Person | None = None
    contact: Any = None
    """A person, or a list of one under `payload`."""
    assignee: Person | None = None
    team: Team | None = None
    channel: str | None = None
    inbox: Inbox | None = None


class Message(msgspec.Struct):
    id: Id
    message_type: Id
    content: str | None = None
    content_type: Id | None = None
    content_attributes: Any = None
    additional_attributes: Any = None
    created_at: Time | None = None
    updated_at: Time | None = None
    private: bool | None = None
    status: Id | None = None
    conversation_id: Id | None = None
    conversation: msgspec.Raw = ABSENT
    inbox: Inbox | None = None
    contact: Person | None = None
    sender: Person | None = None
    sender_type: str | None = None
    sender_id: Id | None = None
    attachments: list[Any] | None = None


class Conversation(msgspec.Struct):
    id: Id | None = None
    display_id: Id | None = None
    conversation_id: Id | None = None
    inbox_id: Id | None = None
    inbox: Inbox | None = None
    channel: str | None = None
    status: Id | None = None
    priority: Id | None = None
    meta: Meta | None = None
    contact: Person | None = None
    labels: Any = None
    additional_attributes: Any = None
    created_at: Time | None = None
    updated_at: Time | None = None
    last_activity_at: Time | None = None
    timestamp: Time | None = None
    messages: msgspec.Raw = ABSENT
    last_non_activity_message: msgspec.Raw = ABSENT


class Rating(msgspec.Struct):
    """An answer to a survey, as the event and the list of answers give it."""

    rating: Id
    created_at: Time
    id: Id | None = None
    feedback_message: str | None = None
    message_id: Id | None = None
    conversation_id: Id | None = None
    conversation: Conversation | None = None
    contact: Person | None = None


class Lone(msgspec.Struct):
    """The little that tells whose message a document is."""

    message_type: Id
    conversation_id: Id | None = None
    conversation: Conversation | None = None


OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
CONVERSATION = msgspec.json.Decoder(Conversation)
MESSAGE = msgspec.json.Decoder(Message)
RATING = msgspec.json.Decoder(Rating)
META = msgspec.json.Decoder(Meta)
TEXT = msgspec.json.Decoder(str)
LONE = msgspec.json.Decoder(Lone)


def contact_of(meta: Meta) -> Person | None:
    """The contact beside messages. Raises a fault where it is no person."""
    contact = meta.contact
    if isinstance(contact, dict) and isinstance(contact.get("payload"), list):
        contact = next(iter(contact["payload"]), None)
    return msgspec.convert(contact, Person | None)


def mapping_of(value: object) -> Mapping[str, Any]:
    """The value where it is an object; else an empty one."""
    return value if isinstance(value, dict) else {}
