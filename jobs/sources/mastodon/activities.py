"""ActivityPub, the form of an account's archive (`outbox.json`) and between servers.

Taken alike: collections and their pages, activities, and notes that stand alone. A note
becomes the status that the server's own API would give: it is the same interaction.

* A note that gives no time of its own was published when its `Create` was.
* A status's id is the last part of its address on Mastodon (`…/statuses/1`); elsewhere
  the address itself is the only id there is.
* An author whose id is no web address (`tag:…`) has no name on any server: the handle
  is a `contact` of this source.
* An outbox is of one account, on the server that was read: its author needs no server
  to be the company's (`brand`). Elsewhere any server may have an account of that name.
* To whom it went says how visible it is: everybody in `to` is public, in `cc` unlisted;
  else the author's followers, else those named.
* A vote in a poll is a note with a name and no content. The name of an article, a page
  or a question is its title, said by the author, too: it is the first line.

Source: ActivityPub and Activity Streams vocabulary; Mastodon documentation,
ActivityPub.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit

import msgspec

from jobs.sources.json_pieces import ARRAY, FAULTS
from jobs.sources.mastodon.statuses import (
    Account,
    Choice,
    Mention,
    Poll,
    Status,
    from_status,
    server_of,
)
from jobs.sources.records import (
    Excluded,
    Interaction,
    Origin,
    Outcomes,
    Rejected,
    excerpt_of,
)

Raw: TypeAlias = msgspec.Raw

NOTES = frozenset({"Note", "Question", "Article", "Page"})
ACTORS = frozenset({"Person", "Service", "Organization", "Application", "Group"})
# Activities that bring somebody's new or changed words.
WITH_WORDS = frozenset({"Create", "Update"})
COLLECTIONS = ("orderedItems", "items")
EVERYBODY = frozenset(
    {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
)
DEEPEST = 4

# An archive's has no address, a server's has one, and its pages are part of it.
_OUTBOX = re.compile(r"(?:.*/)?outbox(?:\.json)?/?(?:\?.*)?", re.DOTALL)
_STATUS = re.compile(r"https?://([^/]+)/.*?/?statuses/(\w+)/?")
_ACTOR = re.compile(r"https?://([^/]+)/(?:users/|@|accounts/|profile/|u/)([\w.-]+)/?")


class Tag(msgspec.Struct):
    type: str | None = None
    name: str | None = None
    href: str | None = None


class Option(msgspec.Struct):
    name: str | None = None


class Note(msgspec.Struct, rename="camel"):
    """What we need of a note; one or several where the vocabulary allows both."""

    id: str
    published: datetime | None = None
    name: str | None = None
    content: str | None = None
    content_map: dict[str, str] | None = None
    summary: str | None = None
    attributed_to: Any = None
    in_reply_to: Any = None
    updated: datetime | None = None
    url: Any = None
    to: list[str] | str | None = None
    cc: list[str] | str | None = None
    tag: list[Tag] | Tag | None = None
    one_of: list[Option] | None = None
    any_of: list[Option] | None = None


class Around(NamedTuple):
    """What a note's activity says of it, and the collection that this is in."""

    actor: str | None = None
    published: datetime | None = None
    """Where the note does not say."""
    is_in_outbox: bool = False


FIELDS = msgspec.json.Decoder(dict[str, Raw])
NOTE = msgspec.json.Decoder(Note)
INSTANT = msgspec.json.Decoder(datetime | None)
ANYTHING = msgspec.json.Decoder()


def is_told(fields: Mapping[str, Raw]) -> bool:
    """Whether these are the fields of ActivityPub."""
    return (
        any(name in fields for name in COLLECTIONS)
        or ("actor" in fields and "object" in fields)
        or ("type" in fields and bool({"attributedTo", "@context"} & fields.keys()))
    )


def parse(
    content: bytes,
    fields: Mapping[str, Raw],
    origin: Origin,
    depth: int = DEEPEST,
    *,
    is_in_outbox: bool = False,
) -> Outcomes:
    """Every activity of a collection, or the one there is."""
    try:
        if not depth:
            raise msgspec.DecodeError("collections nested too deep")
        for name in COLLECTIONS:
            if name in fields:
                is_outbox = _is_outbox(fields)
                for i, raw in enumerate(ARRAY.decode(fields[name])):
                    place = origin.at(f"$.{name}[{i}]")
                    yield from _parse_member(bytes(raw), place, depth - 1, is_outbox)
                return
        yield _from_activity(content, fields, origin, is_in_outbox)
    except FAULTS as error:
        yield _refused(str(error), origin, content)


def _is_outbox(fields: Mapping[str, Raw]) -> bool:
    named = (ANYTHING.decode(fields[n]) for n in ("id", "partOf") if n in fields)
    return any(isinstance(name, str) and _OUTBOX.fullmatch(name) for name in named)


def _parse_member(
    content: bytes, origin: Origin, depth: int, is_in_outbox: bool
) -> Outcomes:
    if content[:1] == b'"':
        # An address is all there is of a pinned post.
        yield Excluded("address_only", origin)
        return
    try:
        fields = FIELDS.decode(content)
    except FAULTS as error:
        yield _refused(str(error), origin, content)
        return
    yield from parse(content, fields, origin, depth, is_in_outbox=is_in_outbox)


def _from_activity(
    content: bytes, fields: Mapping[str, Raw], origin: Origin, is_in_outbox: bool
) -> Interaction | Excluded | Rejected:
    kind = _kind_of(fields)
    if kind in NOTES:
        alone = Around(is_in_outbox=is_in_outbox)
        return _from_note(content, fields, alone, origin)
    if kind == "Announce":
        return Excluded("boost", origin)
    if kind in ACTORS:
        # An archive has its owner's profile beside the posts.
        return Excluded("account", origin)
    if kind not in WITH_WORDS:
        return Excluded("activity", origin)
    inner = fields.get("object", Raw(b"null"))
    if bytes(memoryview(inner)[:1]) != b"{":
        return Excluded("address_only", origin)
    note = FIELDS.decode(inner)
    if _kind_of(note) not in NOTES:
        return Excluded("activity", origin)
    actor = _address_of(ANYTHING.decode(fields["actor"])) if "actor" in fields else None
    published = None
    # An update's own time is that of the change.
    if kind == "Create" and "published" not in note:
        published = INSTANT.decode(fields.get("published", Raw(b"null")))
    around = Around(actor, published, is_in_outbox)
    return _from_note(bytes(inner), note, around, origin.at("$.object"))


def _kind_of(fields: Mapping[str, Raw]) -> str:
    """The type; the first of several."""
    kind = ANYTHING.decode(fields["type"]) if "type" in fields else None
    if isinstance(kind, list):
        kind = kind[0] if kind else None
    return kind if isinstance(kind, str) else ""


def _from_note(
    content: bytes, fields: Mapping[str, Raw], around: Around, origin: Origin
) -> Interaction | Excluded | Rejected:
    is_titled = _kind_of(fields) != "Note"
    if (
        not is_titled
        and "name" in fields
        and not {"content", "contentMap"} & fields.keys()
    ):
        return Excluded("poll_vote", origin)
    try:
        note = NOTE.decode(content)
        title = note.name if is_titled else None
        return from_status(_as_status(note, around, title), origin)
    except FAULTS as error:
        return _refused(str(error), origin, content)


def _as_status(note: Note, around: Around, title: str | None) -> Status:
    published = note.published or around.published
    if published is None:
        raise msgspec.ValidationError("Object missing required field `published`")
    author = _address_of(note.attributed_to) or around.actor
    answered = _address_of(note.in_reply_to)
    languages = note.content_map or {}
    content = note.content
    if content is None:
        content = next(iter(languages.values()), "")
    tags = note.tag if isinstance(note.tag, list) else [note.tag] if note.tag else []
    options = note.one_of or note.any_of or []
    return Status(
        _id_of(note.id),
        published,
        content,
        account=_account(author, is_local=around.is_in_outbox),
        poll=Poll([Choice(option.name) for option in options]) if options else None,
        visibility=_visibility(note),
        edited_at=note.updated,
        in_reply_to_id=_answered_id(answered, note.id) if answered else None,
        spoiler_text="\n".join(filter(None, (title, note.summary))),
        language=next(iter(languages)) if len(languages) == 1 else None,
        mentions=[
            Mention(tag.name.lstrip("@"), url=tag.href)
            for tag in tags
            if tag.type == "Mention" and tag.name
        ],
        uri=note.id,
    )


def _address_of(value: Any) -> str | None:
    """The address of one thing, which may be given by it, with it, or among others."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and value else None


def _account(address: str | None, *, is_local: bool) -> Account | None:
    if address is None:
        return None
    if not address.startswith(("https://", "http://")):
        return Account(id=address)
    found = _ACTOR.fullmatch(address)
    if found is not None:
        acct = found[2] if is_local else f"{found[2]}@{found[1]}"
        return Account(acct, url=address)
    try:
        name = urlsplit(address).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        name = ""
    server = server_of(address)
    return Account(f"{name}@{server}", url=address) if name and server else None


def _id_of(address: str) -> str:
    found = _STATUS.fullmatch(address)
    return found[2] if found is not None else address


def _answered_id(answered: str, address: str) -> str:
    """The server's own id of what was answered; of another server only its address."""
    is_ours = server_of(answered) == server_of(address)
    return _id_of(answered) if is_ours else answered


def _visibility(note: Note) -> str | None:
    to = [note.to] if isinstance(note.to, str) else note.to or []
    cc = [note.cc] if isinstance(note.cc, str) else note.cc or []
    if not to and not cc:
        return None
    if EVERYBODY & set(to):
        return "public"
    if EVERYBODY & set(cc):
        return "unlisted"
    is_to_followers = any(address.endswith("/followers") for address in (*to, *cc))
    return "private" if is_to_followers else "direct"


def _refused(message: str, origin: Origin, content: bytes) -> Rejected:
    return Rejected("not_a_mastodon_status", message, origin, excerpt_of(content))
