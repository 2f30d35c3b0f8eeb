"""A merge of rows that its caller has compared with those held."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.lake import Lake
from tests.builders import an_interaction_row

pytestmark = [pytest.mark.spark, pytest.mark.slow]

Row = dict[str, Any]

NEWER = "new.source_updated_at > held.source_updated_at"


def a_record(day: int, *, hour: int = 9, outcome: str = "resolved") -> Row:
    """One interaction, as a delivery of that day of March told it."""
    at = datetime(2026, 3, day, hour, tzinfo=UTC)
    return an_interaction_row(
        interaction_id="mail:1",
        occurred_at=at,
        occurred_date=date(2026, 3, day),
        source_updated_at=at,
        outcome=outcome,
    )


@pytest.fixture
def lake(spark: SparkSession, frame: Callable[..., DataFrame], tmp_path: Path) -> Lake:
    """A lake in which something was held before anybody compared."""
    filled = Lake(spark, str(tmp_path / "lake"))
    row = an_interaction_row(interaction_id="mail:0")
    filled.merge("interactions", frame("interactions", row))
    return filled


@pytest.fixture
def as_new(frame: Callable[..., DataFrame]) -> Callable[[Row], DataFrame]:
    """A row of which its writer has found that nobody holds it."""

    def of(row: Row) -> DataFrame:
        return frame("interactions", row).selectExpr(
            "*", "'insert' AS _change", "CAST(NULL AS date) AS _held_day"
        )

    return of


def held(lake: Lake) -> list[tuple[date, str]]:
    rows = lake.read("interactions").where("interaction_id = 'mail:1'").collect()
    return [(row["occurred_date"], row["outcome"]) for row in rows]


def test_what_was_compared_is_written(
    lake: Lake, as_new: Callable[[Row], DataFrame]
) -> None:
    written = lake.merge(
        "interactions",
        as_new(a_record(3)),
        newer=NEWER,
        compared_with=lake.commit("interactions"),
    )

    assert (written.inserted_count, written.days) == (1, frozenset([date(2026, 3, 3)]))
    assert held(lake) == [(date(2026, 3, 3), "resolved")]


@pytest.mark.parametrize(
    ("theirs", "kept"),
    [
        (a_record(2, outcome="failed"), (date(2026, 3, 3), "resolved")),
        (a_record(4, outcome="failed"), (date(2026, 3, 4), "failed")),
    ],
    ids=["older", "newer"],
)
def test_the_newer_of_two_stays_though_another_writer_came_between(
    lake: Lake,
    frame: Callable[..., DataFrame],
    as_new: Callable[[Row], DataFrame],
    theirs: Row,
    kept: tuple[date, str],
) -> None:
    """Under another day, which what was found before would not have looked into."""
    seen = lake.commit("interactions")
    lake.merge("interactions", frame("interactions", theirs))

    lake.merge("interactions", as_new(a_record(3)), newer=NEWER, compared_with=seen)

    assert held(lake) == [kept]
