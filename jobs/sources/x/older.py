"""What X wrote before API v2, and where it still does: one form, many wrappers.

Taken alike: a status of API v1.1 (alone, in an array, in a search's `statuses`, in the
stream), account activity webhooks (`for_user_id`), and the files of an account's
archive (`window.YTD.tweets.part0 = […]`). All become the posts and messages of API v2,
so that the same post is the same interaction whichever way it came.

What is surprising:

* `text` is cut at 140 characters; the whole is `full_text`, or `extended_tweet`'s.
* Nothing names the conversation: a reply names the post that it answers.
* Nothing in an archive's post says whose it is. Only its owner can get an archive, and
  who delivers it here is the company: its posts are outbound. Its direct messages have
  both numbers, and are told by these.
* A direct message's conversation is named as API v2 names it, by both numbers, the
  smaller first.

Source: X API v1.1 (statuses, direct message events, streaming message types, account
activity), and the README of an archive.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, BinaryIO, TypeAlias

import msgspec

from jobs.sources import json_documents
from jobs.sources.json_pieces import ARRAY, FAULTS, text_of
from jobs.sources.records import (
    Document,
    Excluded,
    Interaction,
    Origin,
    Outcomes,
    Rejected,
    excerpt_of,
)
from jobs.sources.x.posts import (
    Entities,
    Mention,
    Message,
    Post,
    Reference,
    User,
    from_message,
    from_post,
)

Raw: TypeAlias = msgspec.Raw
Fields: TypeAlias = Mapping[str, Raw]
Parse: TypeAlias = Callable[[bytes, Fields, Origin], Outcomes]


class OldUser(msgspec.Struct):
    id_str: str | None = None
    screen_name: str | None = None
    name: str | None = None
    data: User | None = None
    """The user as API v2 gives it, in the activity API's otherwise older messages."""

    def as_user(self, number: str = "") -> User:
        return self.data or User(self.id_str or number, self.screen_name, self.name)


class OldMention(msgspec.Struct):
    id_str: str | None = None
    screen_name: str | None = None


class OldEntities(msgspec.Struct):
    user_mentions: list[OldMention] | None = None


class Extended(msgspec.Struct):
    full_text: str | None = None


class EditHistory(msgspec.Struct):
    edit_tweet_ids: list[str] | None = None


class EditInitial(msgspec.Struct, rename="camel"):
    edit_tweet_ids: list[str] | None = None


class EditInfo(msgspec.Struct):
    initial: EditInitial | None = None


class OldStatus(msgspec.Struct):
    """What we need of a status. Ids are read from their text form only."""

    id_str: str
    created_at: str | None = None
    text: str | None = None
    full_text: str | None = None
    extended_tweet: Extended | None = None
    user: OldUser | None = None
    in_reply_to_status_id_str: str | None = None
    in_reply_to_user_id_str: str | None = None
    in_reply_to_screen_name: str | None = None
    retweeted_status: Any = None
    quoted_status_id_str: str | None = None
    entities: OldEntities | None = None
    edit_history: EditHistory | None = None
    edit_info: EditInfo | None = None
    lang: str | None = None
    retweet_count: int | str | None = None
    favorite_count: int | str | None = None
    reply_count: int | str | None = None
    quote_count: int | str | None = None


class MessageData(msgspec.Struct, frozen=True):
    text: str = ""


class Target(msgspec.Struct, frozen=True):
    recipient_id: str | None = None


class MessageCreate(msgspec.Struct):
    sender_id: str
    target: Target = Target()
    message_data: MessageData = MessageData()


class MessageEvent(msgspec.Struct):
    id: str
    message_create: MessageCreate
    created_timestamp: str | None = None


class ArchivedMessage(msgspec.Struct, rename="camel"):
    id: str
    sender_id: str
    text: str = ""
    recipient_id: str | None = None
    created_at: datetime | None = None


class ArchivedConversation(msgspec.Struct, rename="camel"):
    messages: list[Raw]
    conversation_id: str | None = None


FIELDS = msgspec.json.Decoder(dict[str, Raw])
STATUS = msgspec.json.Decoder(OldStatus)
EVENT = msgspec.json.Decoder(MessageEvent)
USERS = msgspec.json.Decoder(dict[str, OldUser | None])
CONVERSATION = msgspec.json.Decoder(ArchivedConversation)
ARCHIVED = msgspec.json.Decoder(ArchivedMessage)

# What a stream says beside posts: v1.1, Streaming message types.
NOTICES = frozenset({
    "delete", "limit", "scrub_geo", "status_withheld", "user_withheld", "disconnect",
    "warning", "friends", "friends_str", "control", "event",
})  # fmt: skip
# The other files of an archive: one object each, under its name.
ARCHIVED_OTHERS = frozenset({
    "like", "account", "follower", "following", "profile", "noteTweet", "block", "mute",
    "deviceToken", "ipAudit", "personalization", "adImpression", "ad", "moment", "list",
    "userCreationIp", "accountSuspension", "screenNameChange", "phoneNumber", "verified",
    "connectedApplication", "protectedHistory", "accountTimezone", "emailAddressChange",
})  # fmt: skip
_MONTHS = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
_CREATED = re.compile(r"\w{3} (\w{3}) (\d{2}) ([\d:]{8}) ([+-]\d{4}) (\d{4})")
_ASSIGNMENT = re.compile(rb"(?:\xef\xbb\xbf)?\s*window\.YTD\.[\w.]+\s*=\s*")
LONGEST_ASSIGNMENT = 200


def split(stream: BinaryIO, origin: Origin) -> Iterator[Document]:
    """As any JSON; an archive's file is one after the name it is assigned to."""
    return json_documents.split(_Unassigned(stream), origin)  # type: ignore[arg-type]


class _Unassigned:
    """The stream with blanks in place of `window.YTD.… =`: bytes keep their places.

    Of the `;` that may end the assignment, too: it is the last mark of such a file.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._is_at_start = True
        self._ahead: bytes | None = None
        """What follows, in an archive's file: its last block is told by that."""

    def read(self, size: int) -> bytes:
        if self._ahead is not None:
            return self._with_next(self._ahead, size)
        block = self._stream.read(size)
        if self._is_at_start:
            self._is_at_start = False
            while 0 < len(block) < LONGEST_ASSIGNMENT:
                more = self._stream.read(LONGEST_ASSIGNMENT)
                if not more:
                    break
                block += more
            found = _ASSIGNMENT.match(block, 0, LONGEST_ASSIGNMENT)
            if found is not None:
                block = b" " * found.end() + block[found.end() :]
                return self._with_next(block, size)
        return block

    def _with_next(self, block: bytes, size: int) -> bytes:
        self._ahead = self._stream.read(size)
        bare = block.rstrip()
        if bare.endswith(b";") and not self._ahead.strip():
            return bare[:-1]
        return block


def reader_of(fields: Fields) -> Parse | None:
    """How an object of these fields is read; null where it is none of those here."""
    if "full_text" in fields or ("text" in fields and "id_str" in fields):
        return _from_status
    if "statuses" in fields:
        return partial(_from_list, "statuses", _from_status)
    if fields.keys() & {"tweet_create_events", "direct_message_events"}:
        return _from_webhook
    if "for_user_id" in fields:
        return _as_excluded("activity_event")
    if "message_create" in fields:
        return _from_message_event
    if "events" in fields:
        return partial(_from_list, "events", _from_message_event)
    if len(fields) != 1:
        return None
    [name] = fields
    if name == "tweet":
        return _from_archived_post
    if name == "dmConversation":
        return _from_archived_conversation
    if name in ARCHIVED_OTHERS:
        return _as_excluded("not_in_posts_of_archive")
    return _as_excluded("stream_notice") if name in NOTICES else None


def _as_excluded(reason: str) -> Parse:
    def parse(document: bytes, fields: Fields, origin: Origin) -> Outcomes:
        yield Excluded(reason, origin)

    return parse


def _from_list(
    name: str, read: Parse, document: bytes, fields: Fields, origin: Origin
) -> Outcomes:
    try:
        members = ARRAY.decode(fields[name])
    except FAULTS as error:
        message = f"{error} - at `$.{name}`"
        yield Rejected("not_an_x_page", message, origin, excerpt_of(document))
        return
    for i, member in enumerate(members):
        yield from read(bytes(member), {}, origin.at(f"$.{name}[{i}]"))


def _from_webhook(document: bytes, fields: Fields, origin: Origin) -> Outcomes:
    """What happened to one account: posts, messages, and acts without words."""
    users: dict[str, User] = {}
    try:
        told = USERS.decode(fields["users"]) if "users" in fields else {}
        users = {
            number: user.as_user(number)
            for number, user in told.items()
            if user is not None
        }
    except FAULTS:
        pass  # names of people: the messages are readable without
    readers: dict[str, Parse] = {
        "tweet_create_events": _from_status,
        "direct_message_events": partial(_from_message_event, users=users),
    }
    for name in fields:
        if name in readers:
            yield from _from_list(name, readers[name], document, fields, origin)
        elif name.endswith("_events"):
            yield Excluded("activity_event", origin.at(f"$.{name}"))


def _from_status(
    document: bytes, fields: Fields, origin: Origin, *, is_own: bool = False
) -> Outcomes:
    try:
        status = STATUS.decode(document)
        outcome = from_post(_as_post(status), {}, origin, is_own=is_own)
    except FAULTS as error:
        yield _not_a_post(error, document, origin)
        return
    yield _told(outcome, document, origin)


def _from_archived_post(document: bytes, fields: Fields, origin: Origin) -> Outcomes:
    place = origin.at("$.tweet")
    yield from _from_status(bytes(fields["tweet"]), {}, place, is_own=True)


def _from_message_event(
    document: bytes,
    fields: Fields,
    origin: Origin,
    *,
    users: Mapping[str, User] | None = None,
) -> Outcomes:
    try:
        event = EVENT.decode(document)
    except FAULTS as error:
        yield _not_a_post(error, document, origin)
        return
    created = event.message_create
    message = Message(
        event.id,
        created.message_data.text,
        _from_milliseconds(event.created_timestamp),
        created.sender_id,
        _conversation_of(created.sender_id, created.target.recipient_id),
        created.target.recipient_id,
    )
    yield _told(from_message(message, users or {}, origin), document, origin)


def _from_archived_conversation(
    document: bytes, fields: Fields, origin: Origin
) -> Outcomes:
    try:
        conversation = CONVERSATION.decode(fields["dmConversation"])
    except FAULTS as error:
        yield _not_a_post(error, document, origin)
        return
    for i, raw in enumerate(conversation.messages):
        place = origin.at(f"$.dmConversation.messages[{i}]")
        content = bytes(raw)
        try:
            member = FIELDS.decode(content)
            if "messageCreate" not in member:
                yield Excluded("membership_event", place)
                continue
            archived = ARCHIVED.decode(member["messageCreate"])
            message = Message(
                archived.id,
                archived.text,
                archived.created_at,
                archived.sender_id,
                conversation.conversation_id,
                archived.recipient_id,
            )
            outcome = from_message(message, {}, place)
        except FAULTS as error:
            yield _not_a_post(error, content, place)
            continue
        yield _told(outcome, content, place)


def _as_post(status: OldStatus) -> Post:
    extended = status.extended_tweet
    text = status.full_text or (extended.full_text if extended else None)
    if text is None:
        text = status.text
    if text is None:
        raise msgspec.ValidationError("Object missing `text` and `full_text`")
    references = [
        Reference(kind, number)
        for kind, number in (
            ("replied_to", status.in_reply_to_status_id_str),
            ("quoted", status.quoted_status_id_str),
            ("retweeted", "" if status.retweeted_status else None),
        )
        if number is not None
    ]
    mentioned = status.entities.user_mentions if status.entities else None
    answered = status.in_reply_to_user_id_str
    return Post(
        status.id_str,
        text,
        author_id=status.user.id_str if status.user else None,
        created_at=_created_at(status.created_at),
        in_reply_to_user_id=answered,
        # Nothing at all leaves it to `RT @name:` to tell.
        referenced_tweets=references or None,
        edit_history_tweet_ids=_versions(status),
        lang=status.lang,
        public_metrics={
            name: int(count)
            for name, count in (
                ("retweet_count", text_of(status.retweet_count)),
                ("reply_count", text_of(status.reply_count)),
                ("like_count", text_of(status.favorite_count)),
                ("quote_count", text_of(status.quote_count)),
            )
            if count is not None and count.isascii() and count.isdigit()
        },
        entities=Entities(
            [Mention(one.screen_name, one.id_str) for one in mentioned or ()]
        ),
        author=status.user.as_user() if status.user else None,
        in_reply_to_user=User(answered, status.in_reply_to_screen_name)
        if answered
        else None,
    )


def _versions(status: OldStatus) -> list[str] | None:
    if status.edit_history is not None:
        return status.edit_history.edit_tweet_ids
    initial = status.edit_info.initial if status.edit_info else None
    return initial.edit_tweet_ids if initial else None


def _created_at(written: str | None) -> datetime | None:
    """`Wed Oct 10 20:19:24 +0000 2018`; ISO 8601 in some collections."""
    if not written:
        return None
    parts = _CREATED.fullmatch(written)
    try:
        if parts is None:
            return datetime.fromisoformat(written)
        month = _MONTHS.index(parts[1]) + 1
        iso = f"{parts[5]}-{month:02}-{parts[2]}T{parts[3]}{parts[4]}"
        return datetime.fromisoformat(iso)
    except ValueError as error:
        raise msgspec.ValidationError(
            f"Expected a time, got {written[:40]!r} - at `$.created_at`"
        ) from error


def _from_milliseconds(written: str | None) -> datetime | None:
    if not written or not re.fullmatch(r"\d{12,13}", written, re.ASCII):
        return None
    return datetime.fromtimestamp(int(written) // 1000, UTC)


def _conversation_of(sender: str, receiver: str | None) -> str | None:
    if receiver is None:
        return None
    both = sorted((sender, receiver), key=lambda number: (len(number), number))
    return "-".join(both)


def _not_a_post(error: Exception, document: bytes, origin: Origin) -> Rejected:
    return Rejected("not_an_x_post", str(error), origin, excerpt_of(document))


def _told(
    outcome: Interaction | Excluded | str, document: bytes, origin: Origin
) -> Interaction | Excluded | Rejected:
    if isinstance(outcome, str):
        return Rejected("no_time", outcome, origin, excerpt_of(document))
    return outcome
