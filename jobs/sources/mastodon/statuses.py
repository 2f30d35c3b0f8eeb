"""A status of Mastodon as an interaction, whatever it came in.

What is surprising:

* Status ids are the server's own: the same status has another id elsewhere. One source
  is one server; two servers are two sources. Its `uri` would be the same everywhere,
  but a reply names what it answers by id only.
* A local account's `acct` has no server. It is taken from the account's own address,
  or from the status's; where neither tells, the handle is a `contact` of this source.
* A status without its author has no handle and counts as inbound.
* A content warning (`spoiler_text`) is said by the author, too: it is the first line.
  So are a poll's choices: they are the last.
* `unlisted` is public, only not promoted; `private` (followers only) and `direct` are
  private. The word as it came stays in the attributes.
* A company status has the handle of the one account it answers, or of the only one
  that it mentions. Of several that it mentions none: handles of one interaction are
  taken to be one customer's.
* The company's own account may be marked as a bot: the settings win over the mark.
"""

import re
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from jobs.sources.html_text import to_text
from jobs.sources.languages import iso_639_1
from jobs.sources.records import Company, Excluded, Handle, Interaction, Origin, utc

# `local` is Pleroma's: everybody on the server.
PUBLIC_WORDS = frozenset({"public", "unlisted", "local"})
# Old ids of statuses: `tag:server,2017-04-14:objectId=1:objectType=Status`.
TAG_URI = re.compile(r"tag:([^,/]+),")


class Account(msgspec.Struct):
    acct: str | None = None
    username: str | None = None
    id: str | int | None = None
    display_name: str | None = None
    url: str | None = None
    uri: str | None = None
    bot: bool | None = None


class Mention(msgspec.Struct):
    acct: str | None = None
    username: str | None = None
    id: str | int | None = None
    url: str | None = None


class Choice(msgspec.Struct):
    title: str | None = None


class Poll(msgspec.Struct):
    options: list[Choice] | None = None


class Status(msgspec.Struct):
    """What we need of a status; old servers send ids as numbers."""

    id: str | int
    created_at: datetime
    content: str
    account: Account | None = None
    poll: Poll | None = None
    visibility: str | None = None
    edited_at: datetime | None = None
    in_reply_to_id: str | int | None = None
    in_reply_to_account_id: str | int | None = None
    spoiler_text: str | None = None
    language: str | None = None
    mentions: list[Mention] | None = None
    uri: str | None = None
    url: str | None = None
    replies_count: int | None = None
    reblogs_count: int | None = None
    favourites_count: int | None = None


def from_status(status: Status, origin: Origin) -> Interaction | Excluded:
    """The status as an interaction; raises `OverflowError` for an impossible time."""
    # A year 1 or 9999 with an offset lies outside of what UTC can hold.
    occurred_at = utc(status.created_at)
    updated_at = utc(status.edited_at or status.created_at)
    account = status.account or Account()
    acct = account.acct or account.username or ""
    server = server_of(account.uri, account.url, status.uri, status.url)
    is_local = "@" not in acct
    address = f"{acct}@{server}" if acct and is_local and server else acct
    is_outbound = bool(acct) and _is_brand(origin.company, acct, address)
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
    choices = (status.poll.options if status.poll else None) or []
    titles = (choice.title.strip() for choice in choices if choice.title)
    parts = (warning, to_text(status.content), *(f"- {title}" for title in titles))
    text = "\n".join(part for part in parts if part)
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
        home = server_of(mention.url) or (server if is_local else None)
        acct = mention.acct or mention.username
        if not acct:
            continue
        address = acct
        if "@" not in address and home:
            address = f"{address}@{home}"
        if not _is_brand(company, acct, address):
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


def server_of(*addresses: str | None) -> str | None:
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
