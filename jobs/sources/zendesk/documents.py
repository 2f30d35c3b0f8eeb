"""What we need of Zendesk's documents; unknown fields are ignored, missing ones refused.

Ids are numbers in the API, text in some exports and floats in others; times are ISO 8601
in the API, and other things in exports and in what triggers send; so is what is true or
false: `Tolerant` reads those too. Source: the references named in `jobs.sources.zendesk`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import msgspec

from jobs.sources.json_pieces import ABSENT, text_of, whole_of
from jobs.sources.records import Channel
from jobs.sources.written_times import instant_of

LIST = "not_a_zendesk_list"
"""The code under which what should be a list of records is rejected."""

Id: TypeAlias = int | str
Raw: TypeAlias = msgspec.Raw


class Via(msgspec.Struct):
    channel: Id | None = None
    source: Any = None

    def end(self, side: str, key: str) -> str | None:
        """A text or number of `source.from` or `source.to`; null for anything else."""
        end = self.source.get(side) if isinstance(self.source, dict) else None
        value = end.get(key) if isinstance(end, dict) else None
        return text_of(value)

    @property
    def name(self) -> str:
        return "" if self.channel is None else str(self.channel).strip().lower()

    @property
    def relation(self) -> str:
        rel = self.source.get("rel") if isinstance(self.source, dict) else None
        return rel.lower() if isinstance(rel, str) else ""


def via_of(via: Via | str | None) -> Via:
    """The way of a record; some exports give its name alone (`Web form`)."""
    if isinstance(via, str):
        return Via(via.strip().lower().replace(" ", "_"))
    return via or Via()


class User(msgspec.Struct):
    """A person: an end user, an agent, an administrator."""

    id: Id | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    external_id: Id | None = None
    role: str | None = None
    agent: bool | None = None
    """Said instead of the role where a requester asks."""
    shared_phone_number: bool | None = None

    @property
    def is_customer(self) -> bool | None:
        """Null where neither role nor anything else tells."""
        if self.role:
            return self.role in ("end-user", "end_user")
        return None if self.agent is None else not self.agent


class Group(msgspec.Struct):
    id: Id | None = None
    name: str | None = None


class Comment(msgspec.Struct):
    """A comment, or the event of an audit that holds one."""

    id: Id | None = None
    type: str | None = None
    ticket_id: Id | None = None
    author_id: Id | None = None
    author: User | None = None
    body: str | None = None
    html_body: str | None = None
    plain_body: str | None = None
    public: bool | None = None
    """Only a `false` makes a comment private."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    via: Via | str | None = None
    data: Any = None
    attachments: list[Any] | None = None
    source_type: str | None = None
    """What a comment of the help centre is on: an article."""
    post_id: Id | None = None
    """The post of the community that a comment is on."""


class Ticket(msgspec.Struct):
    """A ticket, or a request: the same thing as its requester sees it."""

    id: Id
    created_at: datetime
    updated_at: datetime | None = None
    subject: str | None = None
    title: str | None = None
    """What triggers call the subject."""
    description: str | None = None
    status: str | None = None
    priority: str | None = None
    type: str | None = None
    external_id: Id | None = None
    requester_id: Id | None = None
    submitter_id: Id | None = None
    assignee_id: Id | None = None
    group_id: Id | None = None
    group: Group | str | None = None
    organization_id: Id | None = None
    brand_id: Id | None = None
    via: Via | str | None = None
    tags: Any = None
    is_public: bool | None = None
    merged_ticket_ids: Any = None
    followup_ids: Any = None
    satisfaction_rating: Raw = ABSENT
    requester: Raw = ABSENT
    submitter: Raw = ABSENT
    assignee: Raw = ABSENT
    users: Raw = ABSENT
    comments: Raw = ABSENT
    comment: Raw = ABSENT
    """The newest one, in what applications send."""


class Rating(msgspec.Struct):
    """A ticket's satisfaction rating, inside the ticket or from the list of ratings."""

    score: Id | None = None
    comment: Any = None
    """A text; an object with `text` or `body` in some exports."""
    ticket_id: Id | None = None
    requester_id: Id | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Audit(msgspec.Struct):
    """One update of a ticket; `child_events` in the incremental ticket events."""

    ticket_id: Id
    created_at: datetime | None = None
    timestamp: datetime | int | None = None
    author_id: Id | None = None
    updater_id: Id | None = None
    via: Via | str | None = None
    events: list[Raw] = []
    child_events: list[Raw] = []


class Event(msgspec.Struct):
    """A change, in audits by `field_name` and `value`, in ticket events by its name."""

    type: str | None = None
    event_type: str | None = None
    field_name: str | None = None
    value: Any = None
    requester_id: Any = None
    subject: Any = None
    id: Id | None = None
    score: Id | None = None
    body: Any = None


class Visitor(msgspec.Struct):
    id: Id | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None


class Said(msgspec.Struct):
    type: str | None = None
    name: str | None = None
    nick: str | None = None
    sender_type: str | None = None
    msg: str | None = None
    timestamp: datetime | None = None


class Chat(msgspec.Struct):
    """A chat of the Chat API, or a message left while nobody was there."""

    id: Id
    timestamp: datetime
    visitor: Visitor | None = None
    type: str | None = None
    message: str | None = None
    history: list[Raw] | None = None
    zendesk_ticket_id: Id | None = None
    department_name: str | None = None
    agent_ids: list[Id] | None = None
    agent_names: list[Any] | None = None
    end_timestamp: Any = None
    missed: bool | None = None
    duration: float | None = None
    response_time: Any = None
    rating: Id | None = None
    comment: str | None = None


class Page(msgspec.Struct):
    """Which part of a list of comments a document holds."""

    next_page: Any = None
    previous_page: Any = None
    links: Any = None


OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])

FLAGS = ("public", "is_public")
# A French spreadsheet writes VRAI and FAUX.
TRUTHS = {
    **dict.fromkeys(("true", "t", "1", "yes", "vrai", "oui"), True),
    **dict.fromkeys(("false", "f", "0", "no", "faux", "non"), False),
}
TIMES = ("created_at", "updated_at", "timestamp")
Record = TypeVar("Record")


class Tolerant(Generic[Record]):
    """Decodes a record; if that fails, again with its odd times, ids and flags mended.

    What a trigger sends has `created_at` as words in the account's language, and the
    time proper in `created_at_with_timestamp`.
    """

    def __init__(self, decoder: msgspec.json.Decoder[Record]) -> None:
        self._decoder = decoder

    def decode(self, raw: msgspec.Raw) -> Record:
        try:
            return self._decoder.decode(raw)
        except msgspec.ValidationError:
            mended = _mended(raw)
            if mended is None:
                raise
            return self._decoder.decode(mended)


def _mended(raw: msgspec.Raw) -> bytes | None:
    """The object with its odd values rewritten; null where there is none to rewrite."""
    try:
        parts = OBJECT.decode(raw)
        mended = {
            name: msgspec.Raw(msgspec.json.encode(value))
            for name, value in (
                *_odd_times(parts),
                *_odd_ids(parts),
                *_odd_flags(parts),
            )
        }
        return msgspec.json.encode(parts | mended) if mended else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _odd_times(parts: dict[str, Raw]) -> Iterator[tuple[str, datetime]]:
    for name in TIMES:
        # The words may be a date alone.
        for given in (f"{name}_with_timestamp", name):
            if given not in parts:
                continue
            value = msgspec.json.decode(parts[given])
            if isinstance(value, bool) or not isinstance(value, int | str):
                continue
            instant = instant_of(str(value))
            if instant is not None:
                yield name, instant
                break


def _odd_ids(parts: dict[str, Raw]) -> Iterator[tuple[str, int]]:
    """Whole numbers that a table with empty cells had made floats."""
    for name, raw in parts.items():
        if is_id(name):
            value = msgspec.json.decode(raw)
            if isinstance(value, float) and (whole := whole_of(value)) is not None:
                yield name, whole


def _odd_flags(parts: dict[str, Raw]) -> Iterator[tuple[str, bool]]:
    """Only what is clear is mended: a note must not come out as a message."""
    for name in FLAGS:
        if name in parts:
            told = truth_of(msgspec.json.decode(parts[name]))
            if told is not None:
                yield name, told


def truth_of(value: object) -> bool | None:
    """What is written for true or false; null for anything else."""
    return TRUTHS.get(str(value).strip().lower())


def is_id(name: str) -> bool:
    return name == "id" or name.endswith("_id")


TICKET = Tolerant(msgspec.json.Decoder(Ticket))
COMMENT = Tolerant(msgspec.json.Decoder(Comment))
AUDIT = Tolerant(msgspec.json.Decoder(Audit))
EVENT = Tolerant(msgspec.json.Decoder(Event))
USER = Tolerant(msgspec.json.Decoder(User))
GROUP = Tolerant(msgspec.json.Decoder(Group))
RATING = Tolerant(msgspec.json.Decoder(Rating))
CHAT = Tolerant(msgspec.json.Decoder(Chat))
SAID = Tolerant(msgspec.json.Decoder(Said))
PAGE = msgspec.json.Decoder(Page)


class Known(NamedTuple):
    """What a document says besides its records: who people are, what groups are."""

    people: dict[str, User]
    groups: dict[str, str]


class Thread(msgspec.Struct):
    """What the messages of one ticket have in common."""

    id: str
    channel: Channel | None = None
    via: Via | None = None
    requester_id: str | None = None
    requester: User | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    subject: str | None = None
    queue: str | None = None
    merged_into: str | None = None
    attributes: dict[str, str] = {}
    first_author_is_customer: bool = False
    """For comments without their ticket: its requester is the oldest one's author."""
