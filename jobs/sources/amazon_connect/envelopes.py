"""What Amazon Connect's documents come wrapped in, and other ways of writing them.

Streams hand records on in envelopes: a Kinesis or Firehose event (`Records[].kinesis`,
`records[].data`, base64, zipped or not), a queue's or a topic's message (`body`,
`Sns.Message`: JSON within a text); what is in them is a document or several, as a
file's bytes are. Programs that pass records on write their fields in
other cases (`contactId`, `contact_id`), leave empty texts where there was nothing, a
name where there was an object with a name, and times in forms of their own. Athena
writes every name in small letters, MongoDB a time as `{"$date": …}`, DynamoDB every
value beside its type (`Item`, `dynamodb.NewImage`).

Both are looked at only where a document is not understood as it stands.
"""

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, NamedTuple

import msgspec

from jobs.sources.amazon_connect.shapes import NAMES, anything
from jobs.sources.written_times import instant_of

# A record is at most 1 MB in Kinesis, 10 MB where it allows large ones.
LARGEST = 16 << 20


class Wrapped(NamedTuple):
    place: str
    """JSON path to where it stood."""
    content: bytes


def unwrapped(document: bytes) -> list[Wrapped]:
    """The documents that an envelope holds; none where it is no envelope."""
    try:
        envelope = anything(document)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return []
    return list(_letters(envelope, "$")) if isinstance(envelope, dict) else []


def _letters(envelope: Mapping[str, Any], place: str) -> Iterator[Wrapped]:
    for name in ("Records", "records"):
        members = envelope.get(name)
        if isinstance(members, list):
            for i, member in enumerate(members):
                there = f"{place}.{name}[{i}]"
                if isinstance(member, dict):
                    content = _letter(member)
                    yield Wrapped(
                        there, _encoded(member) if content is None else content
                    )
                else:
                    yield Wrapped(there, _encoded(member))
            return
    for name in ("Item", "Items"):
        members = envelope.get(name)
        for i, member in enumerate(members if isinstance(members, list) else [members]):
            if isinstance(member, dict):
                there = f"{place}.{name}[{i}]" if name == "Items" else f"{place}.{name}"
                yield Wrapped(there, _encoded(_untyped({"M": member})))
    content = _letter(envelope)
    if content is not None:
        yield Wrapped(place, content)


def _letter(record: Mapping[str, Any]) -> bytes | None:
    """What one record of an event carries; null where it carries nothing."""
    kinesis = record.get("kinesis")
    if isinstance(kinesis, dict):
        return _letter(kinesis)
    change = record.get("dynamodb")
    if isinstance(change, dict) and isinstance(change.get("NewImage"), dict):
        return _encoded(_untyped({"M": change["NewImage"]}))
    for name in ("data", "Data"):
        if isinstance(record.get(name), str):
            return _from_base64(record[name])
    topic = record.get("Sns")
    if isinstance(topic, dict):
        record = topic
    for name in ("body", "Message"):
        if isinstance(record.get(name), str):
            return str(record[name]).encode("utf-8", "replace")
    return None


def _untyped(value: Any) -> Any:
    """A value of DynamoDB's without its type; anything else as it is."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    [(kind, held)] = value.items()
    if kind == "NULL":
        return None
    if kind == "M" and isinstance(held, dict):
        return {name: _untyped(one) for name, one in held.items()}
    if kind == "L" and isinstance(held, list):
        return [_untyped(one) for one in held]
    return held if kind in ("S", "N", "BOOL", "SS", "NS", "B") else value


def _from_base64(written: str) -> bytes:
    """The bytes, unzipped; what is no base64 stays as it is, to be refused."""
    try:
        content = base64.b64decode(written, validate=True)
        if content[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=BytesIO(content)) as plain:
                return plain.read(LARGEST)
    except (binascii.Error, ValueError, OSError, EOFError, zlib.error):
        return written.encode("utf-8", "replace")
    return content


def _encoded(value: Any) -> bytes:
    return msgspec.json.encode(value)


def restated(document: bytes) -> bytes | None:
    """The document as Amazon writes it; null where that would say nothing new."""
    try:
        value = anything(document)
        if not isinstance(value, dict):
            return None
        again = _restated(value)
        return None if again == value else _encoded(again)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


# A name alone stands for the object that it is the name of.
_NAMED_BY = {
    "Agent": "Username",
    "AgentInfo": "Id",
    "Queue": "Name",
    "QueueInfo": "Id",
    "CustomerEndpoint": "Address",
    "SystemEndpoint": "Address",
}
# Their keys are the company's own.
_OWN_KEYS = frozenset({"Attributes", "SegmentAttributes"})
_CAPITAL = re.compile(r"(?:^|_)([a-z0-9])")


def _restated(fields: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, given in fields.items():
        name = key if key[:1].isupper() else NAMES.get(key.replace("_", "").lower())
        name = name or _CAPITAL.sub(_in_capital, key)
        value = _extended(given)
        if name in _OWN_KEYS:
            value = _own(value)
        elif isinstance(value, dict):
            value = _restated(value)
        elif isinstance(value, list):
            value = [_restated(one) if isinstance(one, dict) else one for one in value]
        elif isinstance(value, str) and not value.strip():
            value = None
        elif name in _NAMED_BY and isinstance(value, str):
            value = {_NAMED_BY[name]: value}
        elif name.endswith(("Timestamp", "AbsoluteTime")):
            value = _time(value)
        # A field that is left out says less than one that is null: who picked up.
        if value is not None or given is None:
            found.setdefault(name, value)
    return found


# What MongoDB writes a value's type in.
_EXTENDED = frozenset(("$date", "$oid", "$numberLong", "$numberInt", "$numberDouble"))


def _extended(value: Any) -> Any:
    """What MongoDB holds in an object that names its type; a time in milliseconds."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    [(kind, held)] = value.items()
    if kind not in _EXTENDED:
        return value
    held = _extended(held)
    if kind != "$date" or not isinstance(held, str) or not held.lstrip("-").isdigit():
        return held
    return int(held) if len(held) <= LONGEST_TIME else None


LONGEST_TIME = 16
"""More digits are no milliseconds of a time."""


def _in_capital(found: re.Match[str]) -> str:
    return found[1].upper()


def _own(value: Any) -> Any:
    """Attributes from JSON within a text, or from a list of keys and values."""
    if isinstance(value, str):
        try:
            value = anything(value.encode("utf-8", "replace"))
        except (msgspec.DecodeError, RecursionError):
            return {"Attributes": value} if value.strip() else None
    if isinstance(value, list):
        pairs = [
            {name.lower(): one for name, one in member.items()}
            for member in value
            if isinstance(member, dict)
        ]
        return {str(pair["key"]): pair.get("value") for pair in pairs if "key" in pair}
    if not isinstance(value, dict):
        return None
    # Segment attributes are Amazon's again below their names.
    return {
        name: _restated(one) if isinstance(one, dict) and ":" in name else one
        for name, one in value.items()
    }


def _time(value: Any) -> Any:
    if isinstance(value, int | float) and abs(value) > 1e11:
        try:
            return datetime.fromtimestamp(value / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            return value
    if isinstance(value, str):
        return instant_of(value) or value
    return value
