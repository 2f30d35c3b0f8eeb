"""Entities of the Mastodon API, and the statuses in them."""

import re
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from jobs.sources import json_documents
from jobs.sources.json_pieces import ARRAY, FAULTS
from jobs.sources.mastodon import activities
from jobs.sources.mastodon.statuses import Status, from_status
from jobs.sources.records import (
    Excluded,
    Interaction,
    Origin,
    Outcomes,
    Reader,
    Rejected,
    excerpt_of,
)

Raw: TypeAlias = msgspec.Raw

# Notifications about somebody's new or changed words; all others are about an act.
NOTIFICATIONS_WITH_WORDS = frozenset(
    {"mention", "status", "update", "quote", "quoted_update"}
)
# Streaming events whose payload is one of the entities read here.
EVENTS_WITH_WORDS = frozenset(
    {"update", "status.update", "notification", "conversation"}
)
# Members that hold several statuses.
LISTS = ("ancestors", "descendants", "statuses")
# The streaming API's lines between one event's JSON and the next one's.
EVENT_LINES = re.compile(rb"(?:(?:event|data|id|retry)?:[^\n{\[\"]*(?:\s+|\Z))+")
EVENT_DATA = re.compile(rb"^data: *\S", re.MULTILINE)
# Containers stand in one another (event → notification → status), not deeper.
DEEPEST = 4


# What nothing but a status has together.
STATUS_WITHOUT_AUTHOR = frozenset({"id", "created_at", "content", "in_reply_to_id"})

FIELDS = msgspec.json.Decoder(dict[str, Raw])
STATUS = msgspec.json.Decoder(Status)
TEXT = msgspec.json.Decoder(str)

# Entities that the API also gives, and the fields they are known by.
OTHER_ENTITIES: tuple[tuple[str, frozenset[str]], ...] = (
    ("scheduled", frozenset({"scheduled_at", "params"})),
    ("poll", frozenset({"options", "votes_count"})),
    ("account", frozenset({"id", "username", "acct"})),
    ("tag", frozenset({"name", "url", "history"})),
    ("link", frozenset({"url", "title", "provider_name"})),
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
    if EVENT_LINES.fullmatch(content):
        # An event whose payload is JSON comes out after its lines, as a document.
        for _ in EVENT_DATA.findall(content):
            yield Excluded("stream_event", origin)
        return
    try:
        if content.lstrip()[:1] == b"[":
            for i, member in enumerate(ARRAY.decode(content)):
                yield from _parse(member, origin.at(f"$[{i}]"), depth - 1)
            return
        fields = FIELDS.decode(content)
        if depth <= 0:
            raise msgspec.DecodeError("entities nested too deep")
    except FAULTS as error:
        yield _refused(str(error), origin, content)
        return
    if activities.is_told(fields):
        yield from activities.parse(content, fields, origin)
    elif "account" in fields and ("content" in fields or "reblog" in fields):
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
    elif fields.keys() >= STATUS_WITHOUT_AUTHOR:
        yield _from_status(content, fields, origin)
    else:
        yield _other(fields, origin, content)


def _from_lists(fields: Mapping[str, Raw], origin: Origin, depth: int) -> Outcomes:
    for name in LISTS:
        if name not in fields:
            continue
        try:
            members = ARRAY.decode(fields[name])
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
        return from_status(STATUS.decode(content), origin)
    except FAULTS as error:
        return _refused(str(error), origin, content)


READER = Reader("mastodon", json_documents.split, parse)
