"""Instants of a day with a break and of one that ends at midnight, against the calendar."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.opening_hours import CALENDAR_DDL, calendar
from jobs.settings import Settings
from jobs.transforms.opening_hours import with_is_out_of_hours, with_open_seconds

pytestmark = [pytest.mark.spark, pytest.mark.slow]

MONDAY = date(2026, 3, 2)

HOUR = 3_600.0


@pytest.fixture
def asked(
    spark: SparkSession, company: Callable[..., Settings]
) -> Callable[..., DataFrame]:
    """Instants of Paris in March, by name of their day and hour; gains a column."""
    settings = company(
        opening_hours='mon = ["08:00-12:00", "14:00-24:00"]\ntue = "08:00-20:00"'
    )
    days = spark.createDataFrame(
        calendar(settings, MONDAY, date(2026, 3, 4)), CALENDAR_DDL
    )

    def of(with_column: Callable[..., DataFrame], **options: str) -> DataFrame:
        hours = [(2, h) for h in (7, 8, 12, 13, 14, 23)] + [(3, 0), (3, 9), (4, 9)]
        rows = [
            (f"{day} March {hour}h", datetime(2026, 3, day, hour, tzinfo=settings.zone))
            for day, hour in hours
        ]
        rows += [("outside", datetime(2026, 5, 1, tzinfo=UTC))]
        table = spark.createDataFrame(
            [*rows, ("never", None)], "name string, at timestamp"
        )
        return with_column(table, "at", days, zone="Europe/Paris", **options)

    return of


def test_open_seconds_stand_still_in_a_break_and_in_the_night(
    asked: Callable[..., DataFrame],
) -> None:
    rows = asked(with_open_seconds, into="open").collect()

    assert {row["name"]: row["open"] for row in rows} == {
        "2 March 7h": 0,
        "2 March 8h": 0,
        "2 March 12h": 4 * HOUR,
        "2 March 13h": 4 * HOUR,
        "2 March 14h": 4 * HOUR,
        "2 March 23h": 13 * HOUR,
        "3 March 0h": 14 * HOUR,
        "3 March 9h": 15 * HOUR,
        "4 March 9h": 26 * HOUR,
        "outside": None,
        "never": None,
    }


def test_a_break_is_out_of_hours_and_the_last_hour_before_midnight_is_not(
    asked: Callable[..., DataFrame],
) -> None:
    rows = asked(with_is_out_of_hours).where("NOT is_out_of_hours").collect()

    assert {row["name"] for row in rows} == {
        "2 March 8h",
        "2 March 14h",
        "2 March 23h",
        "3 March 9h",
    }
