"""What the instant says of contacts: clocks that run or have run out, windows that close."""

from datetime import datetime, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.transforms.instants import seconds_between


def with_expectation(contacts: DataFrame, *, as_of: datetime) -> DataFrame:
    """Adds ``is_within_expectation`` and ``_clock_runs``.

    Args:
        contacts: see `contacts.to_contacts`.
        as_of: the instant up to which everything has been read: a clock that has not
            run out by then still runs.
    """
    expected = F.col("expected_seconds")
    measured = F.when(
        F.col("is_synchronous"),
        F.when(
            (F.col("outcome") == "answered") | (F.col("wait_seconds") > expected),
            F.col("wait_seconds"),
        ),
    ).otherwise(F.col("first_reply_seconds"))
    has_run_out = seconds_between(F.col("started_at"), F.lit(as_of)) > expected
    return contacts.withColumns(
        {
            "is_within_expectation": F.when(
                expected.isNotNull(),
                F.coalesce(
                    measured <= expected,
                    F.when(~F.col("is_synchronous") & has_run_out, F.lit(False)),
                ),
            ),
            "_clock_runs": expected.isNotNull()
            & ~F.col("is_synchronous")
            & F.col("first_reply_seconds").isNull()
            & ~has_run_out,
        }
    )


def is_due(*, window: timedelta, as_of: datetime) -> Column:
    """Provisional contacts of which time alone now says more: their clock has run out,
    or the window in which they could be repeated has closed."""
    waited = seconds_between(F.col("started_at"), F.lit(as_of))
    quiet = seconds_between(F.col("ended_at"), F.lit(as_of))
    has_run_out = F.col("is_within_expectation").isNull() & (
        waited > F.col("expected_seconds")
    )
    return F.col("is_provisional") & (
        F.coalesce(has_run_out, F.lit(False)) | (quiet > window.total_seconds())
    )
