"""Times and dates as spreadsheets and survey tools write them, to instants in UTC."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

# A time is written in fewer characters.
LONGEST = 80

_YEAR_FIRST = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:\D.*)?", re.DOTALL)
_SHORT_PARTS = re.compile(r"(?<![\d.])(\d)(?=[-: T]|$)")
_ZONE_WORD = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)
# Google's forms: `2026/01/05 9:00:00 AM UTC+1`.
_NAMED_OFFSET = re.compile(
    r"\s*(?:UTC|GMT)\s?([+-])(\d{1,2})(?::?(\d{2}))?$", re.IGNORECASE
)
_HALF_DAY = re.compile(r"\b(1[0-2]|0?[1-9])(:\d{2}(?::\d{2})?)\s?([ap])m\b", re.I)
_SPACED_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)")
_YEAR_LAST = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})"
    r"(?:[ T,]+(?:à\s+)?(\d{1,2})\s*[:h]\s*(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"\s*([ap]m)?)?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_COMPACT = re.compile(r"(?:19|20)\d{6}(?:T\d{4}(?:\d{2})?Z?)?")
# `5 janvier 2026`, `05-Jan-26`, `Monday, 5 January 2026`, and with the month before.
_WEEKDAY = re.compile(r"^[^\W\d_]{2,10}\.?,?\s+(?=\d|[^\W\d_]+\.? +\d)")
_DAY_WORD_YEAR = re.compile(
    r"(\d{1,2})(?:er|st|nd|rd|th|\.)?[ -]+([^\W\d_]{3,9})\.?,?[ -]+(\d{4}|\d{2})\b(.*)"
)
_WORD_DAY_YEAR = re.compile(
    r"([^\W\d_]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b(.*)"
)
# By the first letters that tell them apart, in English, French and German.
_MONTHS = (
    ("jan",), ("feb", "fév", "fev"), ("mar", "mär"), ("apr", "avr"), ("may", "mai"),
    ("jun", "juin"), ("jul", "juil"), ("aug", "aoû", "aou"), ("sep",), ("oct", "okt"),
    ("nov",), ("dec", "déc", "dez"),
)  # fmt: skip
# Days since this one are how a spreadsheet counts; a survey lies within these days.
_SPREADSHEET_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (the caller knows the zone)
_SERIAL = re.compile(r"([345]\d{4})(?:[.,](\d+))?")


def instant_of(
    written: str, *, country: str = "FR", zone: tzinfo = UTC
) -> datetime | None:
    """The instant, in UTC; null where the text is no time, or an impossible one.

    Read are ISO 8601 (with a blank for the T, too), `2026/01/05 09:00`,
    `05/01/2026 09:00`, `05.01.26`, `5 janvier 2026`, `Jan 5, 2026`, `20260105`, seconds
    or milliseconds since 1970, and a spreadsheet's days since 1900. A date alone is its
    midnight. Day comes before month, except in the United States (`country`) and there
    only with slashes. `zone` is for a time that names none.
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
            found = (
                _otherwise(written)
                if parts is None
                else _from_parts(parts, month_first=country.upper() == "US")
            )
            if found is None:
                return None
            moment = found
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def country_of_dates(written: Iterable[str], country: str = "FR") -> str:
    """The United States where dates can only be theirs, else the country as it is.

    `01/13/2026` among a column's dates says that its `01/05/2026` is no day of May. Dates
    of both kinds say nothing.
    """
    first = second = False
    for date in written:
        parts = _YEAR_LAST.fullmatch(date.strip()) if "/" in date else None
        if parts is not None:
            first = first or int(parts[1]) > 12
            second = second or int(parts[3]) > 12
    return "US" if second and not first else country


def _otherwise(written: str) -> datetime | None:
    if _COMPACT.fullmatch(written):
        return datetime.fromisoformat(written)
    serial = _SERIAL.fullmatch(written)
    if serial is not None:
        days = float(f"{serial[1]}.{serial[2] or 0}")
        return _SPREADSHEET_EPOCH + timedelta(seconds=round(days * 86_400))
    if len(written) > LONGEST:
        return None
    written = " ".join(written.split())
    for told in (written, _WEEKDAY.sub("", written)):
        if parts := _DAY_WORD_YEAR.fullmatch(told):
            day, word, year, rest = parts.groups()
            break
        if parts := _WORD_DAY_YEAR.fullmatch(told):
            word, day, year, rest = parts.groups()
            break
    else:
        return None
    month = next(
        (
            place
            for place, starts in enumerate(_MONTHS, 1)
            if word.lower().startswith(starts)
        ),
        None,
    )
    numbers = _YEAR_LAST.fullmatch(f"{day}.{month}.{year}{rest}") if month else None
    return _from_parts(numbers, month_first=False) if numbers else None


def _iso(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def _to_iso(written: str) -> str:
    written = written.replace("/", "-")
    written = _NAMED_OFFSET.sub(
        lambda found: f"{found[1]}{found[2]:0>2}:{found[3] or '00'}", written
    )
    written = _HALF_DAY.sub(
        lambda found: f"{int(found[1]) % 12 + 12 * (found[3] in 'pP'):02}{found[2]}",
        written,
    )
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
        int(year) + (2000 if len(year) == 2 else 0),
        int(month),
        int(day),
        hour,
        int(parts[6] or 0),
        int(parts[7] or 0),
    )
