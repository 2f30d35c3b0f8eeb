"""Whose an unknown handle is, by what its group was seen with, on a few rows."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.transforms.identity import to_placed

pytestmark = pytest.mark.spark

FIRST, SECOND, THIRD = ("e1" * 16, "e2" * 16, "e3" * 16)
OWN = {key: f"a-{key[:20]}" for key in (FIRST, SECOND, THIRD)}

SEEN = "struct<occurred_at:timestamp,interaction_id:string>"


def seen(day: int) -> tuple[datetime, str]:
    return datetime(2026, 3, day, tzinfo=UTC), f"messaging:{day}"


def placed(
    spark: SparkSession,
    pairs: dict[tuple[str, str], int],
    known: dict[str, str] | None = None,
) -> dict[str, tuple[Any, ...]]:
    """The three handles, seen on the first days → their customer, and since when not alone.

    Args:
        pairs: handles seen together → the day they were.
        known: handle → customer.
    """
    both = [
        (*ends, seen(day)) for (a, b), day in pairs.items() for ends in ((a, b), (b, a))
    ]
    unknown = [(key, "email", seen(day)) for day, key in enumerate(OWN, start=1)]
    rows = to_placed(
        spark.createDataFrame(
            unknown, f"handle_key string, handle_kind string, first_seen {SEEN}"
        ),
        spark.createDataFrame(
            [edge for edge in both if edge[0] in OWN],
            f"a string, b string, first_seen {SEEN}",
        ),
        spark.createDataFrame(
            list((known or {}).items()), "known_key string, known_id string"
        ),
    ).collect()
    assert len(rows) == len(unknown), "a handle is one row"
    return {
        row["handle_key"]: (
            row["customer_id"],
            None if row["_is_alone"] else row["_since"]["interaction_id"],
        )
        for row in rows
    }


def test_a_group_is_called_by_its_handle_that_was_seen_first(
    spark: SparkSession,
) -> None:
    assert placed(spark, {(SECOND, FIRST): 4}) == {
        FIRST: (OWN[FIRST], None),
        SECOND: (OWN[FIRST], "messaging:4"),
        THIRD: (OWN[THIRD], None),
    }


def test_a_group_is_its_owner_s_to_the_handle_that_only_others_lead_there(
    spark: SparkSession,
) -> None:
    found = placed(spark, {(FIRST, SECOND): 4, (SECOND, "known"): 5}, {"known": "c-1"})

    assert {key: whose for key, (whose, _) in found.items()} == {
        FIRST: "c-1",
        SECOND: "c-1",
        THIRD: OWN[THIRD],
    }


def test_a_group_seen_with_two_customers_is_neither_s(spark: SparkSession) -> None:
    """Each of its handles was seen with one of them."""
    found = placed(
        spark,
        {(FIRST, SECOND): 4, (FIRST, "his"): 5, (SECOND, "hers"): 5, (THIRD, "his"): 6},
        {"his": "c-1", "hers": "c-2"},
    )

    assert found == {
        FIRST: (OWN[FIRST], None),
        SECOND: (OWN[FIRST], "messaging:4"),
        THIRD: ("c-1", "messaging:6"),
    }
