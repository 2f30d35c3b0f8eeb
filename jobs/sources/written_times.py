"""Times and dates as spreadsheets and survey tools write them, to instants in UTC."""

import re
from datetime import UTC, datetime, tzinfo

_YEAR_FIRST = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:\D.*)?", re.DOTALL)
_SHORT_PARTS = re.compile(r"(?<![\d.])(\d)(?=[-: T]|$)")
_ZONE_WORD = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)
_SPACED_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)")
_YEAR_LAST = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})"
    r"(?:[ T,]+(?:à\s+)?(\d{1,2})\s*[:h]\s*(\d{2})(?::(\d{2}))?\s*([ap]m)?)?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


def instant_of(
    written: str, *, country: str = "FR", zone: tzinfo = UTC
) -> datetime | None:
    """The instant, in UTC; null where the text is no time, or an impossible one.

    Read are ISO 8601 (with a blank for the T, too), `2026/01/05 09:00`,
    `05/01/2026 09:00`, `05.01.2026`, and seconds or milliseconds since 1970. A date
    alone is its midnight. Day comes before month, except in the United States
    (`country`) and there only with slashes. `zone` is for a time that names none.
    """
    written = written.strip()
    if _EPOCH.fullmatch(written):
        seconds = int(written[:10]) + int(written[10:] or 0) / 1000
        return datetime.fromtimestamp(seconds, UTC)
    try:
        if written[4:5] == "-" and written[7:8] == "-":
            # Most are ISO 8601 already; what is not quite goes on below.
            moment = _iso(written) or datetime.fromisoformat(_to_iso(written))
        elif _YEAR_FIRST.fullmatch(written):
            moment = datetime.fromisoformat(_to_iso(written))
        else:
            parts = _YEAR_LAST.fullmatch(written)
            if parts is None:
                return None
            moment = _from_parts(parts, month_first=country.upper() == "US")
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def _to_iso(written: str) -> str:
    written = written.replace("/", "-")
    written = _ZONE_WORD.sub("+00:00", written)
    written = _SPACED_OFFSET.sub("", written)
    return _SHORT_PARTS.sub(r"0\1", written)


def _from_parts(parts: re.Match[str], *, month_first: bool) -> datetime:
    first, mark, second, year = parts[1], parts[2], parts[3], parts[4]
    is_us = month_first and mark == "/"
    day, month = (second, first) if is_us else (first, second)
    hour = int(parts[5] or 0)
    half = (parts[8] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"no hour of half a day: {hour}")
        hour = hour % 12 + (12 if half == "pm" else 0)
    return datetime(  # noqa: DTZ001  (the caller knows the zone)
        int(year), int(month), int(day), hour, int(parts[6] or 0), int(parts[7] or 0)
    )
