"""Instants as whole seconds since 1970 (UTC), and what they look like in the exports."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from time import gmtime, strftime
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60, 3600, 86400
PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]


def midnight(day: date) -> int:
    """When a UTC day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


@lru_cache(maxsize=4096)
def _date_text(day: int) -> str:
    return strftime("%Y-%m-%d", gmtime(day * DAY))


def iso(at: int) -> str:
    """`2026-03-02T09:00:00Z`."""
    day, second = divmod(at, DAY)
    minute, second = divmod(second, MINUTE)
    return f"{_date_text(day)}T{minute // 60:02d}:{minute % 60:02d}:{second:02d}Z"


def iso_millis(at: int) -> str:
    """`2026-03-02T09:00:00.000Z`, as the social networks write it."""
    return f"{iso(at)[:-1]}.000Z"


@lru_cache(maxsize=4096)
def _paris_offset_at(hour: int) -> int:
    offset = datetime.fromtimestamp(hour * HOUR, PARIS).utcoffset()
    return int((offset or timedelta()).total_seconds())


def paris_offset(at: int) -> int:
    """Seconds by which clocks in Paris are ahead of UTC; they change on full hours."""
    return _paris_offset_at(at // HOUR)


def local(at: int) -> tuple[int, int, int]:
    """Weekday (Monday 0), hour and second of the day in Paris."""
    wall = at + paris_offset(at)
    # 1970-01-01 was a Thursday.
    return (wall // DAY + 3) % 7, wall % DAY // HOUR, wall % DAY


def from_local(day_start: int, second: int) -> int:
    """The instant at which clocks in Paris show `second` of the UTC day's date.

    In the hour that a change of clocks skips or repeats, the result is off by an hour.
    """
    guess = day_start + second
    return guess - paris_offset(guess - HOUR)


def rfc5322(at: int) -> str:
    """`Mon, 02 Mar 2026 10:00:00 +0100`: Paris time."""
    offset = paris_offset(at)
    wall = gmtime(at + offset)
    return (
        f"{WEEKDAYS[wall.tm_wday]}, {wall.tm_mday:02d} {MONTHS[wall.tm_mon - 1]} "
        f"{wall.tm_year} {wall.tm_hour:02d}:{wall.tm_min:02d}:{wall.tm_sec:02d} "
        f"+{offset // HOUR:02d}00"
    )


def day_of(at: int) -> date:
    """The UTC day an instant lies in."""
    return datetime.fromtimestamp(at, UTC).date()
