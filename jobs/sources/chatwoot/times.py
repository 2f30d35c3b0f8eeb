"""Times as the API and the webhooks write them, to instants in UTC."""

import re
from datetime import UTC, datetime, timedelta

import msgspec

from jobs.sources import written_times
from jobs.sources.chatwoot.documents import Time
from jobs.sources.records import utc

A_TRIFLE = timedelta(microseconds=1)


def instant_of(time: Time, field: str) -> datetime:
    """Epoch seconds (or milliseconds) or text, to UTC."""
    text = str(time).strip()
    try:
        if re.fullmatch(r"\d{1,16}(?:\.\d+)?", text):
            seconds = float(text)
            # Milliseconds: in seconds this would be after the year 5000.
            if seconds > 1e11:
                seconds /= 1000
            return datetime.fromtimestamp(seconds, UTC)
        try:
            return utc(datetime.fromisoformat(text.removesuffix(" UTC")))
        except ValueError:
            written = written_times.instant_of(text)
            if written is None:
                raise
            return written
    except (ValueError, OverflowError, OSError):
        raise msgspec.ValidationError(
            f"expected `{field}` to be epoch seconds or a date and time,"
            f" got {text[:40]!r}"
        ) from None


def just_before(at: datetime) -> datetime:
    """The age of what gives way to a fuller version of the same age."""
    return at - A_TRIFLE if at > datetime.min.replace(tzinfo=UTC) else at


def time_of(time: Time | None) -> datetime | None:
    """The instant of a message whose times were already found good."""
    return None if time is None else instant_of(time, "created_at")


def newest_of(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)
