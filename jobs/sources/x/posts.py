"""A post or direct message on X, whatever shape it came in, as an interaction.

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
* A direct message is private. The API does not always name its receiver: then a
  company message has no handle.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from jobs.sources.records import (
    Company,
    Excluded,
    Handle,
    Interaction,
    Origin,
    utc,
)

# Ids are (milliseconds since this instant) << 22 | …, since November 2010; the numbers
# before that were counted one by one.
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
FIRST_SNOWFLAKE = 29_700_859_247

RETWEET = re.compile(r"RT @\w{1,20}:")
PAIR = re.compile(r"(\d+)-(\d+)")


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
    mentions: list[Mention] | None = None


class Note(msgspec.Struct):
    text: str = ""


class Post(msgspec.Struct):
    """What we need of a post. `author` stands inside it in twarc's flattened lines.

    A list stands where PHP passed an object on that was empty.
    """

    id: str
    text: str = ""
    author_id: str | None = None
    created_at: datetime | None = None
    conversation_id: str | None = None
    in_reply_to_user_id: str | None = None
    referenced_tweets: list[Reference] | None = None
    edit_history_tweet_ids: list[str] | None = None
    lang: str | None = None
    public_metrics: dict[str, object] | list[object] | None = None
    entities: Entities | list[object] | None = None
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
    recipient_id: str | None = None

    def receiver(self) -> str | None:
        """Its number; a conversation of two is named `<number>-<number>`."""
        if self.recipient_id:
            return self.recipient_id
        both = PAIR.fullmatch(self.dm_conversation_id or "")
        others = [one for one in both.groups() if one != self.sender_id] if both else []
        return others[0] if len(others) == 1 else None


def from_post(
    post: Post, users: Mapping[str, User], origin: Origin, *, is_own: bool = False
) -> Interaction | Excluded | str:
    """The post as an interaction; a text says why it can be none.

    Args:
        users: by id, as far as they came along.
        is_own: it is the company's, although nothing in it says so.
    """
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
    is_outbound = is_own or _is_brand(origin.company, author_id, username)
    if is_outbound:
        customer = _answered(post, users, origin.company)
    else:
        customer = User(author_id or "", username, author.name if author else None)

    metrics = post.public_metrics if isinstance(post.public_metrics, dict) else {}
    attributes = {
        name: str(count) for name, count in metrics.items() if isinstance(count, int)
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


def from_message(
    message: Message, users: Mapping[str, User], origin: Origin
) -> Interaction | str:
    """The direct message as an interaction; a text says why it can be none."""
    occurred_at = message.created_at or time_of(message.id)
    if occurred_at is None:
        return f"$.created_at is absent and the id {message.id!r} holds no time"
    sender = users.get(message.sender_id or "") or User(message.sender_id or "")
    is_outbound = _is_brand(origin.company, message.sender_id, sender.username)
    customer: User | None = sender
    if is_outbound:
        receiver = message.receiver()
        customer = users.get(receiver or "") or (User(receiver) if receiver else None)
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
        handles=_handles(customer),
        text=unescape(message.text) or None,
        text_origin="typed" if message.text else None,
        names=_names(customer),
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
    if username is None and isinstance(post.entities, Entities):
        by_id = {m.id: m.username for m in post.entities.mentions or ()}
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
