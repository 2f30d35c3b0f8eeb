"""When the company is open: a calendar of days that transforms can join."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import holidays

from jobs.settings import DAYS, Settings, days_between

CALENDAR_DDL = (
    "local_date date, opens_at timestamp, closes_at timestamp, open_before double"
)


class OpenDay(NamedTuple):
    """One local day. A closed day opens and closes at its noon: it has no open second."""

    local_date: date
    opens_at: datetime
    closes_at: datetime
    open_before: float
    """Open seconds from the calendar's first day to this day's opening."""


def calendar(settings: Settings, first: date, last: date) -> list[OpenDay]:
    """Every local day from first to last with its opening span in UTC.

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
        span = settings.opening_hours.of(DAYS[day.weekday()])
        if span is None or day in closed:
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=settings.zone)
            opens = closes = noon.astimezone(UTC)
        else:
            opens, closes = (
                datetime.combine(day, at, settings.zone).astimezone(UTC) for at in span
            )
        days.append(OpenDay(day, opens, closes, open_before))
        open_before += (closes - opens) / timedelta(seconds=1)
    return days
