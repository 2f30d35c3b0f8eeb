"""Mastodon statuses, as the REST and streaming APIs of one server give them.

Taken alike: a status, a timeline, a search result, a context (`ancestors`,
`descendants`), conversations (`last_status`), notifications (`status`), streaming
events, and the same from Pleroma and Akkoma.

What is surprising:

* Status ids are the server's own: the same status has another id elsewhere. One source
  is one server; two servers are two sources. Its `uri` would be the same everywhere,
  but a reply names what it answers by id only.
* A local account's `acct` has no server. It is taken from the account's own address,
  or from the status's; where neither tells, the handle is a `contact` of this source.
* A content warning (`spoiler_text`) is said by the author, too: it is the first line.
* `unlisted` is public, only not promoted; `private` (followers only) and `direct` are
  private. The word as it came stays in the attributes.
* A company status has the handle of the one account it answers, or of the only one
  that it mentions. Of several that it mentions none: handles of one interaction are
  taken to be one customer's.
* The company's own account may be marked as a bot: the settings win over the mark.
* An entry of an edit history has no id, so it cannot be told whose earlier version it
  is: excluded. The status itself carries the newest words and `edited_at`.
* A notification of a favourite, a boost or a follower carries nobody's new words.

Source: Mastodon documentation, entities Status, Account, Conversation, Context,
Notification, StatusEdit, ScheduledStatus, and streaming events.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec

from jobs.sources import json_documents
from jobs.sources.html_text import to_text
from jobs.sources.languages import iso_639_1
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

FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError)
"""Everything that bytes can make a decoder, or a move to UTC, raise."""

# Notifications about somebody's new or changed words; all others are about an act.
NOTIFICATIONS_WITH_WORDS = frozenset(
    {"mention", "status", "update", "quote", "quoted_update"}
)
# Streaming events whose payload is one of the entities read here.
EVENTS_WITH_WORDS = frozenset(
    {"update", "status.update", "notification", "conversation"}
)
# `local` is Pleroma's: everybody on the server.
PUBLIC_WORDS = frozenset({"public", "unlisted", "local"})
# Members that hold several statuses.
LISTS = ("ancestors", "descendants", "statuses")
# Old ids of statuses: `tag:server,2017-04-14:objectId=1:objectType=Status`.
TAG_URI = re.compile(r"tag:([^,/]+),")
# Containers stand in one another (event → notification → status), not deeper.
DEEPEST = 4


class Account(msgspec.Struct):
    acct: str
    id: str | int | None = None
    display_name: str | None = None
    url: str | None = None
    uri: str | None = None
    bot: bool | None = None


class Mention(msgspec.Struct):
    acct: str
    id: str | int | None = None
    url: str | None = None


class Status(msgspec.Struct):
    """What we need of a status; old servers send ids as numbers."""

    id: str | int
    created_at: datetime
    content: str
    account: Account
    visibility: str | None = None
    edited_at: datetime | None = None
    in_reply_to_id: str | int | None = None
    in_reply_to_account_id: str | int | None = None
    reblog: Raw | None = None
    spoiler_text: str | None = None
    language: str | None = None
    mentions: list[Mention] | None = None
    uri: str | None = None
    url: str | None = None
    replies_count: int | None = None
    reblogs_count: int | None = None
    favourites_count: int | None = None


FIELDS = msgspec.json.Decoder(dict[str, Raw])
STATUS = msgspec.json.Decoder(Status)
MEMBERS = msgspec.json.Decoder(list[Raw])
TEXT = msgspec.json.Decoder(str)

# Entities that the API also gives, and the fields they are known by.
OTHER_ENTITIES: tuple[tuple[str, frozenset[str]], ...] = (
    ("scheduled", frozenset({"scheduled_at", "params"})),
    ("poll", frozenset({"options", "votes_count"})),
    ("account", frozenset({"id", "username", "acct"})),
    ("tag", frozenset({"name", "url", "history"})),
    ("announcement", frozenset({"id", "content", "published_at", "reactions"})),
    ("translation", frozenset({"content", "detected_source_language"})),
    ("status_source", frozenset({"id", "text", "spoiler_text"})),
    ("media", frozenset({"id", "type", "preview_url"})),
    ("relationship", frozenset({"id", "following", "followed_by"})),
    ("list", frozenset({"id", "title", "replies_policy"})),
)


def parse(document: bytes, origin: Origin) -> Outcomes:
    """One entity, or a list of them, to the records it holds."""
    yield from _parse(document, origin, DEEPEST)


def _parse(raw: bytes | Raw, origin: Origin, depth: int) -> Outcomes:
    content = bytes(raw)
    try:
        if content.lstrip()[:1] == b"[":
            for i, member in enumerate(MEMBERS.decode(content)):
                yield from _parse(member, origin.at(f"$[{i}]"), depth - 1)
            return
        fields = FIELDS.decode(content)
        if depth <= 0:
            raise msgspec.DecodeError("entities nested too deep")
    except FAULTS as error:
        yield _refused(str(error), origin, content)
        return
    if "account" in fields and ("content" in fields or "reblog" in fields):
        yield _from_status(content, fields, origin)
    elif "event" in fields and "payload" in fields:
        yield from _from_event(fields, origin, depth)
    elif "type" in fields and "account" in fields:
        yield from _from_notification(fields, origin, depth)
    elif "last_status" in fields:
        if bytes(fields["last_status"]) == b"null":
            yield Excluded("conversation_without_status", origin)
        else:
            yield from _parse(
                fields["last_status"], origin.at("$.last_status"), depth - 1
            )
    elif any(name in fields for name in LISTS):
        yield from _from_lists(fields, origin, depth)
    elif "error" in fields:
        yield Rejected(
            "mastodon_api_error", _word(fields["error"]), origin, excerpt_of(content)
        )
    else:
        yield _other(fields, origin, content)


def _from_lists(fields: Mapping[str, Raw], origin: Origin, depth: int) -> Outcomes:
    for name in LISTS:
        if name not in fields:
            continue
        try:
            members = MEMBERS.decode(fields[name])
        except FAULTS as error:
            yield _refused(
                f"{error} - at `$.{name}`", origin.at(f"$.{name}"), fields[name]
            )
            continue
        for i, member in enumerate(members):
            yield from _parse(member, origin.at(f"$.{name}[{i}]"), depth - 1)


def _from_notification(
    fields: Mapping[str, Raw], origin: Origin, depth: int
) -> Outcomes:
    status = fields.get("status")
    if (
        _word(fields["type"]) not in NOTIFICATIONS_WITH_WORDS
        or status is None
        or bytes(status) == b"null"
    ):
        yield Excluded("notification", origin)
    else:
        yield from _parse(status, origin.at("$.status"), depth - 1)


def _from_event(fields: Mapping[str, Raw], origin: Origin, depth: int) -> Outcomes:
    """A streaming event; its payload is JSON within a text."""
    if _word(fields["event"]) not in EVENTS_WITH_WORDS:
        yield Excluded("stream_event", origin)
        return
    payload = bytes(fields["payload"])
    try:
        content = TEXT.decode(payload).encode() if payload[:1] == b'"' else payload
    except (*FAULTS, UnicodeEncodeError) as error:
        yield _refused(f"{error} - at `$.payload`", origin, payload)
        return
    yield from _parse(content, origin.at("$.payload"), depth - 1)


def _other(
    fields: Mapping[str, Raw], origin: Origin, content: bytes
) -> Excluded | Rejected:
    for reason, names in OTHER_ENTITIES:
        # What has an author was meant to be a status.
        if names <= fields.keys() and "account" not in fields:
            return Excluded(reason, origin)
    found = ", ".join(list(fields)[:8]) or "nothing"
    return _refused(f"expected `content` and `account`; found {found}", origin, content)


def _refused(message: str, origin: Origin, content: bytes | Raw) -> Rejected:
    return Rejected(
        "not_a_mastodon_status", message, origin, excerpt_of(bytes(content))
    )


def _word(raw: Raw) -> str:
    try:
        return TEXT.decode(raw)
    except FAULTS:
        return ""


def _from_status(
    content: bytes, fields: Mapping[str, Raw], origin: Origin
) -> Interaction | Excluded | Rejected:
    if "id" not in fields and "created_at" in fields and "account" in fields:
        return Excluded("edit_history", origin)
    # Before decoding: a boost's own `content` may be null.
    reblog = bytes(fields.get("reblog", b"null"))
    if reblog not in (b"null", b"false"):
        return Excluded("boost", origin)
    try:
        status = STATUS.decode(content)
        # A year 1 or 9999 with an offset lies outside of what UTC can hold.
        occurred_at = utc(status.created_at)
        updated_at = utc(status.edited_at or status.created_at)
    except FAULTS as error:
        return _refused(str(error), origin, content)

    account = status.account
    server = _server(account.uri, account.url, status.uri, status.url)
    is_local = "@" not in account.acct
    address = f"{account.acct}@{server}" if is_local and server else account.acct
    is_outbound = _is_brand(origin.company, account.acct, address)
    if account.bot and not is_outbound:
        return Excluded("bot", origin)

    handles: tuple[Handle, ...]
    if is_outbound:
        handles = _answered(status, server, is_local, origin.company)
    elif "@" in address:
        handles = (Handle("mastodon", address),)
    elif account.id is not None:
        handles = (Handle("contact", f"{origin.source}:{account.id}"),)
    else:
        handles = ()

    native_id = str(status.id)
    warning = (status.spoiler_text or "").strip()
    text = "\n".join(part for part in (warning, to_text(status.content)) if part)
    attributes = {
        name: str(value)
        for name, value in (
            ("visibility", status.visibility),
            ("replies_count", status.replies_count),
            ("reblogs_count", status.reblogs_count),
            ("favourites_count", status.favourites_count),
        )
        if value is not None
    }
    return Interaction(
        native_id=native_id,
        conversation_native_id=str(status.in_reply_to_id or native_id),
        channel="social",
        direction="outbound" if is_outbound else "inbound",
        initiation="outbound" if is_outbound else "inbound",
        visibility=_visibility(status.visibility),
        occurred_at=occurred_at,
        source_updated_at=updated_at,
        outcome="delivered",
        handles=handles,
        language=iso_639_1(status.language),
        text=text or None,
        text_origin="typed" if text else None,
        attributes=attributes,
        names=(
            (account.display_name,) if account.display_name and not is_outbound else ()
        ),
        origin=origin,
    )


def _visibility(word: str | None) -> Literal["public", "private"] | None:
    if not word:
        return None
    # A server's own words for narrower circles (`list`, `mutuals_only`) are private.
    return "public" if word in PUBLIC_WORDS else "private"


def _answered(
    status: Status, server: str | None, is_local: bool, company: Company
) -> tuple[Handle, ...]:
    """The account that a company status answers, or else the only one it mentions."""
    mentions: list[tuple[Mention, str]] = []
    for mention in status.mentions or ():
        # A mention without a server is of the server that was read, which is the
        # author's own where the author has none either.
        home = _server(mention.url) or (server if is_local else None)
        address = mention.acct
        if "@" not in address and home:
            address = f"{address}@{home}"
        if not _is_brand(company, mention.acct, address):
            mentions.append((mention, address))
    answered = status.in_reply_to_account_id
    found = [
        address
        for mention, address in mentions
        if answered is not None and str(mention.id) == str(answered)
    ]
    if not found and len(mentions) == 1:
        found = [mentions[0][1]]
    return tuple(Handle("mastodon", address) for address in found[:1] if "@" in address)


def _is_brand(company: Company, acct: str, address: str) -> bool:
    accounts = {name.casefold().lstrip("@") for name in company.mastodon_accounts}
    return acct.casefold() in accounts or address.casefold() in accounts


def _server(*addresses: str | None) -> str | None:
    """The server of the first web address or tag URI that names one."""
    for address in addresses:
        if not address:
            continue
        tag = TAG_URI.match(address)
        if tag is not None:
            return tag[1]
        try:
            host = urlsplit(address).netloc
        except ValueError:
            continue
        if host:
            return host.rpartition("@")[2]
    return None


READER = Reader("mastodon", json_documents.split, parse)
