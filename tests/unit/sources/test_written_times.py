from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources.written_times import country_of_dates, instant_of


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-05T09:00:00Z",
        "2026-01-05T09:00:00.000Z",
        "2026-01-05 09:00:00",
        "2026-01-05 09:00",
        "2026-1-5 9:00",
        "2026/01/05 09:00:00",
        "2026-01-05 09:00:00 UTC",
        "2026-01-05 01:00:00 -0800",
        "2026/01/05 10:00:00 AM UTC+1",
        "2026/01/05 9:00:00 PM GMT+12",
        "2026/01/05 3:30:00 AM GMT-05:30",
        "2026-01-05 09:00 am",
        "2026-01-05T10:00:00+01:00",
        "05/01/2026 09:00",
        "05/01/2026 09h00",
        "5.1.2026 09:00:00",
        "05/01/2026 à 9:00",
        "1767603600",
        "1767603600000",
        "20260105T090000Z",
        "46027.375",
        "05/01/26 09:00",
        "5 janvier 2026 09:00",
        "5 janv. 2026 à 9h00",
        "Jan 5, 2026 9:00 AM",
        "Monday, January 5, 2026 9:00 AM",
        "05-Jan-2026 09:00",
        "5. Januar 2026 09:00",
    ],
)
def test_one_instant_in_many_writings(written):
    assert instant_of(written) == datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_thirteen_digits_are_milliseconds():
    assert instant_of("1767603600250") == datetime(
        2026, 1, 5, 9, 0, 0, 250_000, tzinfo=UTC
    )


def test_a_date_alone_is_its_midnight():
    assert instant_of("2026-01-05") == datetime(2026, 1, 5, tzinfo=UTC)


def test_months_come_first_in_the_united_states_with_slashes_only():
    assert instant_of("1/5/2026 9:30 PM", country="US") == datetime(
        2026, 1, 5, 21, 30, tzinfo=UTC
    )
    assert instant_of("05.01.2026", country="US") == datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("dates", "country"),
    [
        (["01/13/2026", "01/05/2026"], "US"),
        (["13/01/2026", "01/05/2026"], "FR"),
        (["13/01/2026", "01/13/2026"], "FR"),
        (["01/05/2026", "2026-01-13"], "FR"),
    ],
)
def test_a_date_that_can_only_be_american_tells_of_the_others(dates, country):
    assert country_of_dates(dates) == country


def test_twelve_in_the_morning_is_midnight():
    assert instant_of("5/1/2026 12:05 am") == datetime(2026, 1, 5, 0, 5, tzinfo=UTC)


def test_a_zone_is_for_times_that_name_none():
    zone = ZoneInfo("America/Denver")

    assert instant_of("2026-01-05 09:00", zone=zone) == datetime(
        2026, 1, 5, 16, tzinfo=UTC
    )
    assert instant_of("2026-01-05T09:00Z", zone=zone) == datetime(
        2026, 1, 5, 9, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "written", ["", "hier", "2026", "13/13/2026", "2026-02-30", "9:00", "31/02/2026"]
)
def test_what_is_no_time_is_null(written):
    assert instant_of(written) is None


@settings(max_examples=150)
@given(st.text(max_size=30) | st.from_regex(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.{0,9}"))
def test_no_text_makes_it_raise(written):
    instant_of(written)
