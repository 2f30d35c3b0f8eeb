"""Pages, posts, stream lines and activity events of X, and their records."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from jobs.sources.json_pieces import ABSENT, ARRAY, FAULTS
from jobs.sources.records import (
    Excluded,
    Interaction,
    Origin,
    Outcomes,
    Reader,
    Rejected,
    excerpt_of,
)
from jobs.sources.x import older
from jobs.sources.x.posts import Message, Post, User, from_message, from_post

Raw: TypeAlias = msgspec.Raw


class Error(msgspec.Struct):
    title: str | None = None
    detail: str | None = None
    message: str | None = None


class Includes(msgspec.Struct):
    users: list[Raw] | None = None


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
# Lists that are no `data`: the premium search's, and those of programs that pass posts
# on, each in the form it came in.
LISTS = ("results", "tweets", "posts")


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
    if "data" not in fields:
        read = older.reader_of(fields)
        if read is not None:
            yield from read(document, fields, origin)
            return
        if {"text", "note_tweet", "event_type"} & fields.keys():
            yield from _parse_member(document, {}, origin)
            return
        for name in LISTS:
            if bytes(memoryview(fields.get(name, ABSENT))[:1]) == b"[":
                # Some put the users themselves beside the posts.
                users = _users(fields.get("includes", ABSENT)) or _users(document)
                for i, member in enumerate(ARRAY.decode(fields[name])):
                    there = origin.at(f"$.{name}[{i}]")
                    yield from _parse_listed(member, users, there)
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


def _users(includes: bytes | Raw) -> dict[str, User]:
    """The page's users by id. What cannot be read is as good as not sent: the posts are
    readable without, and PHP writes an empty object as `[]`."""
    users: dict[str, User] = {}
    try:
        listed = INCLUDES.decode(includes).users or ()
    except FAULTS:
        return users
    for raw in listed:
        try:
            # The activity API wraps some: `{"data": {…}}`.
            user = USER.decode(FIELDS.decode(raw).get("data", raw))
        except FAULTS:
            continue
        users[user.id] = user
    return users


def _members(data: Raw) -> list[tuple[str, Raw]] | None:
    """The objects of `data` and where each stands; null when there is no `data`."""
    first = bytes(memoryview(data)[:1])
    if first == b"[":
        members = ARRAY.decode(data)
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
    outcome: Interaction | Excluded | str
    try:
        fields = FIELDS.decode(raw)
        other = None if "text" in fields else _other_object(fields)
        if "event_type" in fields and "payload" in fields:
            yield from _from_activity(fields, origin)
            return
        if "event_type" in fields:
            # Joining and leaving a conversation are no messages.
            if TEXT.decode(fields["event_type"]) != "MessageCreate":
                yield Excluded("membership_event", origin)
                return
            outcome = from_message(MESSAGE.decode(raw), users, origin)
        elif other is not None:
            outcome = Excluded(other, origin)
        else:
            post = POST.decode(raw)
            if "text" not in fields and not (post.note_tweet and post.note_tweet.text):
                raise msgspec.ValidationError("Object missing required field `text`")
            outcome = from_post(post, users, origin)
    except FAULTS as error:
        yield Rejected("not_an_x_post", str(error), origin, excerpt_of(bytes(raw)))
        return
    if isinstance(outcome, str):
        yield Rejected("no_time", outcome, origin, excerpt_of(bytes(raw)))
    else:
        yield outcome


def _parse_listed(raw: Raw, users: Mapping[str, User], origin: Origin) -> Outcomes:
    """A post of a list, as API v1.1 or as API v2 writes it."""
    try:
        fields = FIELDS.decode(raw)
    except FAULTS as error:
        yield Rejected("not_an_x_post", str(error), origin, excerpt_of(bytes(raw)))
        return
    if "full_text" in fields or "id_str" in fields:
        read = older.reader_of(fields)
        if read is not None:
            yield from read(bytes(raw), fields, origin)
            return
    yield from _parse_member(raw, users, origin)


def _from_activity(fields: Mapping[str, Raw], origin: Origin) -> Outcomes:
    """An event of the activity API: a post, messages as older webhooks give them, or an
    act without words. A chat's messages are encrypted for the two who write them.
    """
    kind = TEXT.decode(fields["event_type"])
    payload = fields["payload"]
    told = FIELDS.decode(payload)
    place = origin.at("$.payload")
    if "payload" not in told and ("text" in told or "event_type" in told):
        yield from _parse_member(payload, _users(fields.get("includes", ABSENT)), place)
        return
    read = older.reader_of(told) if "direct_message_events" in told else None
    if read is not None:
        yield from read(bytes(payload), told, place)
    else:
        is_encrypted = kind.startswith("chat.") and "encoded_event" in told
        yield Excluded(
            "encrypted_message" if is_encrypted else "activity_event", origin
        )


def _other_object(fields: Mapping[str, Raw]) -> str | None:
    for reason, names in OTHER_OBJECTS:
        if names <= fields.keys():
            return reason
    # `{"deleted": true}`, `{"following": true, "pending_follow": false}`
    if fields and all(bytes(value) in TRUTHS for value in fields.values()):
        return "acknowledgement"
    return None


READER = Reader("x", older.split, parse)
