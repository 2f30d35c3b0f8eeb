"""Posts on X, as API v2 gives them: response pages, single posts, stream lines.

An interaction is a post in `data`. What stands in `includes` (quoted posts, posts that
are answered, earlier versions) is context and yields nothing.

What is surprising:

* An edit is a post with an id of its own. All versions are one interaction, named by
  the first id of `edit_history_tweet_ids`; `source_updated_at` is the time of the
  version delivered, so the newest one wins, even where an old version is looked up
  again and its history already names the later ones.
* A post's id holds its time in milliseconds. Where `created_at` was not asked for (it
  is no default field), the time comes from the id, cut to the second as X itself does.
  The first version's time, too: `created_at` is that of the version.
* The conversation of an edited post is named by the version's own id: then it is this
  interaction's.
* `lang` is X's own guess, not what the author declared: it is kept as an attribute,
  and `language` stays null for the detector.
* A retweet repeats another's words and is excluded; where the page carries no
  `referenced_tweets`, `RT @name:` tells. A quote is a voice of its own.
* A company post's handles are those of the one account it answers. Others whom it
  mentions are not: handles of one interaction are taken to be one customer's.
* Without `author_id` (no default field either) the post has no handle and counts as
  inbound.
* A direct message is private. Its sender is known by number only, and its receiver
  not at all: a company message has no handle.

Source: X API v2 data dictionary; twarc's page, stream and flattened lines. Fields of
`dm_event` were seen in client libraries only. Posts of API v1.1 are refused.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

import msgspec

from jobs.sources import json_documents
from jobs.sources.records import (
    Company,
    Excluded,
    Handle,
    Interaction,
    Origin,
    Outcomes,
    Reader,
    Rejected,
    excerpt_of,
    utc,
)

Raw: TypeAlias = msgspec.Raw
ABSENT = msgspec.Raw(b"")

FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError)
"""Everything that bytes can make a decoder, or a move to UTC, raise."""

# Ids are (milliseconds since this instant) << 22 | …, since November 2010; the numbers
# before that were counted one by one.
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
FIRST_SNOWFLAKE = 29_700_859_247

RETWEET = re.compile(r"RT @\w{1,20}:")


class User(msgspec.Struct):
    id: str
    username: str | None = None
    name: str | None = None


class Reference(msgspec.Struct):
    type: str
    id: str


class Mention(msgspec.Struct):
    username: str | None = None
    id: str | None = None


class Entities(msgspec.Struct):
    mentions: list[Mention] = []


class Note(msgspec.Struct):
    text: str = ""


class Post(msgspec.Struct):
    """What we need of a post. `author` stands inside it in twarc's flattened lines."""

    id: str
    text: str
    author_id: str | None = None
    created_at: datetime | None = None
    conversation_id: str | None = None
    in_reply_to_user_id: str | None = None
    referenced_tweets: list[Reference] | None = None
    edit_history_tweet_ids: list[str] = []
    lang: str | None = None
    public_metrics: dict[str, object] | None = None
    entities: Entities | None = None
    note_tweet: Note | None = None
    author: User | None = None
    in_reply_to_user: User | None = None


class Message(msgspec.Struct):
    """A direct message: a `dm_event` of type MessageCreate."""

    id: str
    text: str = ""
    created_at: datetime | None = None
    sender_id: str | None = None
    dm_conversation_id: str | None = None


class Error(msgspec.Struct):
    title: str | None = None
    detail: str | None = None
    message: str | None = None


class Includes(msgspec.Struct):
    users: list[Raw] = []


class Page(msgspec.Struct):
    data: Raw = ABSENT
    includes: Raw = ABSENT
    errors: Raw = ABSENT
    meta: Raw = ABSENT


class Meta(msgspec.Struct):
    result_count: int = 0


FIELDS = msgspec.json.Decoder(dict[str, Raw])
META = msgspec.json.Decoder(Meta)
PAGE = msgspec.json.Decoder(Page)
INCLUDES = msgspec.json.Decoder(Includes)
USER = msgspec.json.Decoder(User)
POST = msgspec.json.Decoder(Post)
MESSAGE = msgspec.json.Decoder(Message)
ERROR = msgspec.json.Decoder(Error)
ERRORS = msgspec.json.Decoder(list[Error])
MEMBERS = msgspec.json.Decoder(list[Raw])
TEXT = msgspec.json.Decoder(str)

# What the API also answers, and the fields each kind is known by.
OTHER_OBJECTS: tuple[tuple[str, frozenset[str]], ...] = (
    ("post_count", frozenset({"tweet_count", "start", "end"})),
    ("list", frozenset({"id", "name", "owner_id"})),
    ("list", frozenset({"id", "name", "member_count"})),
    ("user", frozenset({"id", "username", "name"})),
    ("space", frozenset({"id", "state", "creator_id"})),
    ("space", frozenset({"id", "state", "host_ids"})),
    ("media", frozenset({"media_key", "type"})),
    ("poll", frozenset({"id", "options"})),
    ("place", frozenset({"id", "full_name"})),
    ("stream_rule", frozenset({"id", "value"})),
    ("compliance_job", frozenset({"id", "upload_url"})),
    ("acknowledgement", frozenset({"dm_event_id", "dm_conversation_id"})),
)
TRUTHS = (b"true", b"false")


def parse(document: bytes, origin: Origin) -> Outcomes:
    """One page, post or stream line to its records; an empty page holds none.

    `errors` beside `data` tell of posts that were not delivered, so of no record; a
    page of nothing but errors is refused, because what was asked for did not come.
    """
    try:
        fields = FIELDS.decode(document)
    except FAULTS as error:
        yield Rejected("not_x_json", str(error), origin, excerpt_of(document))
        return
    if "data" not in fields and "text" in fields:
        yield from _parse_member(document, {}, origin)
        return
    try:
        page = PAGE.decode(document)
        users = _users(page.includes)
        members = _members(page.data)
    except FAULTS as error:
        yield Rejected("not_an_x_page", str(error), origin, excerpt_of(document))
        return
    if members is not None:
        for place, member in members:
            yield from _parse_member(member, users, origin.at(place))
    elif "errors" in fields or {"title", "detail"} & fields.keys():
        message = _told(page.errors, document)
        yield Rejected("x_api_error", message, origin, excerpt_of(document))
    elif not _is_empty_page(fields):
        reason = _other_object(fields)
        if reason is None:
            found = ", ".join(list(fields)[:8]) or "nothing"
            yield Rejected(
                "not_an_x_page",
                f"expected an object with `data`, or a post with `text`; found {found}",
                origin,
                excerpt_of(document),
            )
        else:
            yield Excluded(reason, origin)


def _is_empty_page(fields: Mapping[str, Raw]) -> bool:
    """A page that says itself that nothing was found: `{"meta": {"result_count": 0}}`.

    One that counts records, or includes their authors, has lost its `data`.
    """
    if "meta" not in fields or "includes" in fields:
        return False
    try:
        return META.decode(fields["meta"]).result_count == 0
    except FAULTS:
        return False


def _users(includes: Raw) -> dict[str, User]:
    """The page's users by id. One that cannot be read is as good as not sent."""
    users: dict[str, User] = {}
    if not bytes(includes) or bytes(includes) == b"null":
        return users
    for raw in INCLUDES.decode(includes).users:
        try:
            user = USER.decode(raw)
        except FAULTS:
            continue
        users[user.id] = user
    return users


def _members(data: Raw) -> list[tuple[str, Raw]] | None:
    """The objects of `data` and where each stands; null when there is no `data`."""
    first = bytes(memoryview(data)[:1])
    if first == b"[":
        members = MEMBERS.decode(data)
        return [(f"$.data[{i}]", raw) for i, raw in enumerate(members)]
    if not first or first == b"n":
        return None
    return [("$.data", data)]


def _told(errors: Raw, document: bytes) -> str:
    """What X says went wrong, in its own words."""
    try:
        listed = ERRORS.decode(errors) if bytes(errors) else []
        error = listed[0] if listed else ERROR.decode(document)
    except FAULTS:
        return "an error without a readable title"
    told = [part for part in (error.title, error.detail or error.message) if part]
    return ": ".join(told) or "an error without a title"


def _parse_member(
    raw: bytes | Raw, users: Mapping[str, User], origin: Origin
) -> Outcomes:
    try:
        fields = FIELDS.decode(raw)
        if "event_type" in fields:
            yield _from_event(raw, fields, users, origin)
            return
        other = None if "text" in fields else _other_object(fields)
        if other is not None:
            yield Excluded(other, origin)
            return
        outcome = _from_post(POST.decode(raw), users, origin)
    except FAULTS as error:
        yield Rejected("not_an_x_post", str(error), origin, excerpt_of(bytes(raw)))
        return
    if isinstance(outcome, str):
        yield Rejected("no_time", outcome, origin, excerpt_of(bytes(raw)))
    else:
        yield outcome


def _other_object(fields: Mapping[str, Raw]) -> str | None:
    for reason, names in OTHER_OBJECTS:
        if names <= fields.keys():
            return reason
    # `{"deleted": true}`, `{"following": true, "pending_follow": false}`
    if fields and all(bytes(value) in TRUTHS for value in fields.values()):
        return "acknowledgement"
    return None


def _from_post(
    post: Post, users: Mapping[str, User], origin: Origin
) -> Interaction | Excluded | str:
    """The post as an interaction; a text says why it can be none."""
    references = {r.type: r.id for r in post.referenced_tweets or ()}
    if "retweeted" in references or (
        post.referenced_tweets is None and RETWEET.match(post.text)
    ):
        return Excluded("retweet", origin)

    versions = post.edit_history_tweet_ids or [post.id]
    native_id = versions[0]
    said_at = post.created_at or time_of(post.id)
    if said_at is None:
        return f"$.created_at is absent and the id {post.id!r} holds no time"
    occurred_at = said_at if native_id == post.id else time_of(native_id) or said_at

    conversation = post.conversation_id or references.get("replied_to") or native_id
    if conversation in versions or conversation == post.id:
        conversation = native_id

    author = post.author or users.get(post.author_id or "")
    author_id = post.author_id or (author.id if author else None)
    username = author.username if author else None
    is_outbound = _is_brand(origin.company, author_id, username)
    if is_outbound:
        customer = _answered(post, users, origin.company)
    else:
        customer = User(author_id or "", username, author.name if author else None)

    attributes = {
        name: str(count)
        for name, count in (post.public_metrics or {}).items()
        if isinstance(count, int)
    }
    if post.lang:
        attributes["lang"] = post.lang
    text = post.text
    if post.note_tweet is not None and len(post.note_tweet.text) > len(text):
        text = post.note_tweet.text
    return Interaction(
        native_id=native_id,
        conversation_native_id=conversation,
        channel="social",
        direction="outbound" if is_outbound else "inbound",
        initiation="outbound" if is_outbound else "inbound",
        visibility="public",
        occurred_at=utc(occurred_at),
        source_updated_at=utc(said_at),
        outcome="delivered",
        handles=_handles(customer),
        text=unescape(text) or None,
        text_origin="typed" if text else None,
        attributes=attributes,
        names=_names(customer),
        origin=origin,
    )


def _from_event(
    raw: bytes | Raw,
    fields: Mapping[str, Raw],
    users: Mapping[str, User],
    origin: Origin,
) -> Interaction | Excluded | Rejected:
    """A direct message; joining and leaving a conversation are no messages."""
    if TEXT.decode(fields["event_type"]) != "MessageCreate":
        return Excluded("membership_event", origin)
    message = MESSAGE.decode(raw)
    occurred_at = message.created_at or time_of(message.id)
    if occurred_at is None:
        told = f"$.created_at is absent and the id {message.id!r} holds no time"
        return Rejected("no_time", told, origin, excerpt_of(bytes(raw)))
    sender = users.get(message.sender_id or "") or User(message.sender_id or "")
    is_outbound = _is_brand(origin.company, message.sender_id, sender.username)
    return Interaction(
        native_id=message.id,
        conversation_native_id=message.dm_conversation_id or message.id,
        channel="social",
        direction="outbound" if is_outbound else "inbound",
        initiation="outbound" if is_outbound else "inbound",
        visibility="private",
        occurred_at=utc(occurred_at),
        source_updated_at=utc(occurred_at),
        outcome="delivered",
        handles=() if is_outbound else _handles(sender),
        text=unescape(message.text) or None,
        text_origin="typed" if message.text else None,
        names=() if is_outbound else _names(sender),
        origin=origin,
    )


def _is_brand(company: Company, user_id: str | None, username: str | None) -> bool:
    # The settings may be written with any case; their own values are few.
    accounts = {account.casefold().lstrip("@") for account in company.x_accounts}
    return (user_id or "").casefold() in accounts or (
        username or ""
    ).casefold() in accounts


def _answered(post: Post, users: Mapping[str, User], company: Company) -> User | None:
    """The account that a company post answers, when it is not the company itself."""
    user_id = post.in_reply_to_user_id
    if not user_id:
        return None
    user = users.get(user_id) or post.in_reply_to_user
    username = user.username if user else None
    if username is None and post.entities is not None:
        by_id = {m.id: m.username for m in post.entities.mentions}
        username = by_id.get(user_id)
    if _is_brand(company, user_id, username):
        return None
    return User(user_id, username, user.name if user else None)


def _handles(user: User | None) -> tuple[Handle, ...]:
    if user is None:
        return ()
    return tuple(_each_handle(user))


def _each_handle(user: User) -> Iterator[Handle]:
    if user.username:
        yield Handle("x", user.username.lower())
    if user.id:
        yield Handle("x_id", user.id)


def _names(user: User | None) -> tuple[str, ...]:
    return (user.name,) if user is not None and user.name else ()


def time_of(native_id: str) -> datetime | None:
    """When a post or message was made, from its id, cut to the second.

    Null for ids of before November 2010, which hold no time, and for what is no id.
    """
    if not (native_id.isascii() and native_id.isdigit()) or len(native_id) > 19:
        return None
    number = int(native_id)
    if number < FIRST_SNOWFLAKE:
        return None
    seconds = ((number >> 22) + SNOWFLAKE_EPOCH_MS) // 1000
    return datetime.fromtimestamp(seconds, UTC)


def unescape(text: str) -> str:
    """Undo what X escapes: these three and nothing else.

    `&amp;eacute;` is what somebody wrote who typed `&eacute;`.
    """
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


READER = Reader("x", json_documents.split, parse)
