"""The calendar: open spans in UTC, and how much was open before each."""

from datetime import UTC, date, datetime

import pytest

from jobs.opening_hours import CALENDAR_DDL, OpenDay, calendar
from jobs.settings import CompanySection, OpeningHours, Settings, Source

EIGHT_TO_EIGHT = dict.fromkeys(
    ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "08:00-20:00"
)

HOUR = 3_600.0


def settings(hours=EIGHT_TO_EIGHT, *, country="FR", zone="Europe/Paris", **changes):
    return Settings(
        company=CompanySection(name="X", country=country, time_zone=zone),
        opening_hours=OpeningHours(**hours, **changes),
        sources=[Source(name="phones", kind="email", files=["{day}"])],
    )


def utc(month, day, hour, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def open_seconds(days):
    return [
        sum((closes - opens).total_seconds() for opens, closes in day.spans)
        for day in days
    ]


def test_a_day_opens_by_the_company_s_clock():
    [monday] = calendar(settings(), date(2026, 3, 2), date(2026, 3, 2))

    assert monday == OpenDay(date(2026, 3, 2), [(utc(3, 2, 7), utc(3, 2, 19))], 0.0)
    assert monday.spans[0].opens_at.tzinfo is UTC


def test_open_seconds_add_up_from_the_first_day():
    days = calendar(
        settings({"mon": "08:00-20:00", "tue": "09:00-12:00", "thu": "10:00-11:30"}),
        date(2026, 3, 2),
        date(2026, 3, 6),
    )

    assert [day.open_before for day in days] == [
        0,
        12 * HOUR,
        15 * HOUR,
        15 * HOUR,
        16.5 * HOUR,
    ]


def test_a_closed_day_has_no_open_second():
    [sunday] = calendar(
        settings({"mon": "08:00-20:00"}), date(2026, 3, 1), date(2026, 3, 1)
    )

    assert sunday == OpenDay(date(2026, 3, 1), [], 0.0)


def test_a_day_with_a_break_is_open_before_and_after_it():
    monday, tuesday = calendar(
        settings({"mon": ["14:00-18:00", "08:00-12:00"], "tue": "08:00-09:00"}),
        date(2026, 3, 2),
        date(2026, 3, 3),
    )

    assert monday.spans == [
        (utc(3, 2, 7), utc(3, 2, 11)),
        (utc(3, 2, 13), utc(3, 2, 17)),
    ]
    assert tuesday.open_before == 8 * HOUR


def test_a_day_that_is_open_until_midnight_goes_on_in_the_next_one_s_first_hours():
    hours = {"mon": "20:00-24:00", "tue": ["00:00-02:00", "20:00-24:00"]}

    monday, tuesday = calendar(settings(hours), date(2026, 3, 2), date(2026, 3, 3))

    assert monday.spans[-1].closes_at == utc(3, 2, 23) == tuesday.spans[0].opens_at
    assert open_seconds([monday, tuesday]) == [4 * HOUR, 6 * HOUR]


@pytest.mark.parametrize(
    ("change", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)]
)
def test_a_whole_day_has_as_many_hours_as_it_had(change, hours):
    days = calendar(settings({"sun": "00:00-24:00"}), change, change)

    assert open_seconds(days) == [hours * HOUR]


@pytest.mark.parametrize(
    ("change", "opening"),
    [
        (date(2026, 3, 29), [utc(3, 28, 7), utc(3, 29, 6), utc(3, 30, 6)]),
        (date(2026, 10, 25), [utc(10, 24, 6), utc(10, 25, 7), utc(10, 26, 7)]),
    ],
)
def test_the_night_the_clocks_change_moves_the_opening_and_not_its_length(
    change, opening
):
    first = date.fromordinal(change.toordinal() - 1)
    last = date.fromordinal(change.toordinal() + 1)

    days = calendar(settings(), first, last)

    assert [day.spans[0].opens_at for day in days] == opening
    assert open_seconds(days) == [12 * HOUR] * 3


@pytest.mark.parametrize(
    ("change", "hours"), [(date(2026, 3, 29), 5), (date(2026, 10, 25), 7)]
)
def test_a_span_over_the_change_has_as_many_hours_as_passed(change, hours):
    days = calendar(settings({"sun": "00:00-06:00"}), change, change)

    assert open_seconds(days) == [hours * HOUR]


@pytest.mark.parametrize(
    "holiday",
    [
        date(2026, 1, 1),
        date(2026, 4, 6),  # Easter Monday
        date(2026, 5, 1),
        date(2026, 5, 14),  # Ascension
        date(2026, 7, 14),
        date(2026, 12, 25),
    ],
)
def test_french_public_holidays_are_closed_unless_the_settings_open_them(holiday):
    closed = calendar(settings(), holiday, holiday)
    opened = calendar(settings(public_holidays=True), holiday, holiday)

    assert open_seconds(closed) == [0]
    assert open_seconds(opened) == [12 * HOUR]


def test_holidays_are_the_company_s_country_s():
    bastille_day = date(2026, 7, 14)
    british = settings(country="GB", zone="Europe/London")

    assert open_seconds(calendar(british, bastille_day, bastille_day)) == [12 * HOUR]


def test_holidays_of_every_year_of_the_range_count():
    days = calendar(settings(), date(2025, 12, 25), date(2026, 1, 1))

    closed = [d.local_date for d in days if not d.spans]
    assert closed == [date(2025, 12, 25), date(2026, 1, 1)]


def test_a_zone_far_from_utc_opens_on_another_utc_day():
    tokyo = settings(country="JP", zone="Asia/Tokyo")

    [monday] = calendar(tokyo, date(2026, 3, 2), date(2026, 3, 2))

    assert monday.spans == [(utc(3, 1, 23), utc(3, 2, 11))]


def test_the_calendar_s_columns_are_those_that_are_written_down():
    assert [part.split()[0] for part in CALENDAR_DDL.split(", ")] == list(
        OpenDay._fields
    )
