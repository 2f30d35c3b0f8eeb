"""Instants against the calendar of opening hours."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.transforms.instants import seconds_between


def with_open_seconds(
    rows: DataFrame, instant: str, calendar: DataFrame, *, zone: str, into: str
) -> DataFrame:
    """Adds the open seconds from the calendar's beginning to an instant.

    The difference of two such columns is the time between two instants in opening hours.
    Null where the instant is null or outside the calendar.

    Args:
        rows: any; gains one column.
        instant: name of a timestamp column, UTC.
        calendar: ``local_date``, ``spans`` of ``opens_at`` and ``closes_at``,
            ``open_before``, one row a day without gaps.
        zone: the company's time zone.
        into: name of the new column.
    """

    def and_of(total: Column, span: Column) -> Column:
        """With what has passed of a span: nothing before it, all of it after."""
        inside = F.least(F.greatest(F.col(instant), span.opens_at), span.closes_at)
        return total + seconds_between(span.opens_at, inside)

    return (
        _with_day(rows, instant, calendar, zone)
        .withColumn(
            into, F.col("_open_before") + F.aggregate("_spans", F.lit(0.0), and_of)
        )
        .drop(*(f"_{c}" for c in calendar.columns))
    )


def with_is_out_of_hours(
    rows: DataFrame, instant: str, calendar: DataFrame, *, zone: str
) -> DataFrame:
    """Adds ``is_out_of_hours``: in no span of its day; from closing on is out."""
    is_open = F.exists(
        "_spans",
        lambda span: (
            (F.col(instant) >= span.opens_at) & (F.col(instant) < span.closes_at)
        ),
    )
    return (
        _with_day(rows, instant, calendar, zone)
        .withColumn("is_out_of_hours", ~F.coalesce(is_open, F.lit(False)))
        .drop(*(f"_{c}" for c in calendar.columns))
    )


def _with_day(
    rows: DataFrame, instant: str, calendar: DataFrame, zone: str
) -> DataFrame:
    """Adds the calendar's columns of the instant's local day, each with a ``_`` before."""
    days = F.broadcast(
        calendar.select(*(F.col(c).alias(f"_{c}") for c in calendar.columns))
    )
    local_date = F.to_date(F.from_utc_timestamp(F.col(instant), zone))
    return rows.join(days, local_date == F.col("_local_date"), "left")
