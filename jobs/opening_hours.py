"""When the company is open: a calendar of days that transforms can join."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import holidays

from jobs.settings import Settings, days_between
from jobs.weekly_hours import DAYS

CALENDAR_DDL = (
    "local_date date, spans array<struct<opens_at:timestamp,closes_at:timestamp>>, "
    "open_before double"
)


class OpenSpan(NamedTuple):
    """A time in which the company was open, UTC."""

    opens_at: datetime
    closes_at: datetime


class OpenDay(NamedTuple):
    """One local day."""

    local_date: date
    spans: list[OpenSpan]
    """Earliest first; none on a closed day."""
    open_before: float
    """Open seconds from the calendar's first day to this day's beginning."""


def calendar(settings: Settings, first: date, last: date) -> list[OpenDay]:
    """Every local day from first to last with its open spans in UTC.

    Public holidays of the company's country are closed unless the settings open them.
    Daylight saving is the time zone's: an open day of 12 hours has 12, whatever the
    clocks did that night.
    """
    years = range(first.year, last.year + 1)
    closed: Any = (
        {}
        if settings.opening_hours.public_holidays
        else holidays.country_holidays(settings.company.country, years=years)
    )
    days: list[OpenDay] = []
    open_before = 0.0
    for day in days_between(first, last):
        midnight = datetime.combine(day, time.min, settings.zone)
        # By the clock on the wall: added before it becomes UTC.
        spans = [
            OpenSpan(
                (midnight + span.opens).astimezone(UTC),
                (midnight + span.closes).astimezone(UTC),
            )
            for span in settings.opening_hours.of(DAYS[day.weekday()])
            if day not in closed
        ]
        days.append(OpenDay(day, spans, open_before))
        for span in spans:
            open_before += (span.closes_at - span.opens_at) / timedelta(seconds=1)
    return days
