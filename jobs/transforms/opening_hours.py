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
        calendar: ``local_date``, ``opens_at``, ``closes_at``, ``open_before``, one row
            a day without gaps.
        zone: the company's time zone.
        into: name of the new column.
    """
    days = F.broadcast(
        calendar.select(*(F.col(c).alias(f"_{c}") for c in calendar.columns))
    )
    inside = F.least(
        F.greatest(F.col(instant), F.col("_opens_at")), F.col("_closes_at")
    )
    return (
        rows.join(days, _local_date(instant, zone) == F.col("_local_date"), "left")
        .withColumn(
            into, F.col("_open_before") + seconds_between(F.col("_opens_at"), inside)
        )
        .drop(*(f"_{c}" for c in calendar.columns))
    )


def with_is_out_of_hours(
    rows: DataFrame, instant: str, calendar: DataFrame, *, zone: str
) -> DataFrame:
    """Adds ``is_out_of_hours``: before opening, from closing on, or a closed day."""
    days = F.broadcast(
        calendar.select(
            F.col("local_date").alias("_local_date"),
            F.col("opens_at").alias("_opens_at"),
            F.col("closes_at").alias("_closes_at"),
        )
    )
    is_open = (F.col(instant) >= F.col("_opens_at")) & (
        F.col(instant) < F.col("_closes_at")
    )
    return (
        rows.join(days, _local_date(instant, zone) == F.col("_local_date"), "left")
        .withColumn("is_out_of_hours", ~F.coalesce(is_open, F.lit(False)))
        .drop("_local_date", "_opens_at", "_closes_at")
    )


def _local_date(instant: str, zone: str) -> Column:
    return F.to_date(F.from_utc_timestamp(F.col(instant), zone))
