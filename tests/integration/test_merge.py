"""What merges put into a table, and two writers of one; by this process and by Spark."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from deltalake.exceptions import CommitFailedError
from pyspark.sql import DataFrame, SparkSession

from jobs import lake_files, lake_log
from jobs.lake import HELD_CONVERSATIONS, Lake
from schemas.contracts import contract
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


@pytest.fixture(params=[HELD_CONVERSATIONS, 0], ids=["here", "in Spark"], autouse=True)
def writer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who commits: rows that a process may hold, and more than it may."""
    monkeypatch.setattr("jobs.lake.HELD_CONVERSATIONS", request.param)


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


def test_rows_come_change_and_go(lake: Lake, frame: Callable[..., DataFrame]) -> None:
    at = datetime(2026, 3, 5, 9, tzinfo=UTC)
    told = an_interaction_row(
        interaction_id="mail:2",
        occurred_at=at,
        occurred_date=at.date(),
        turns=[{"position": 1, "party": "customer", "started_at": at, "text": "no"}],
        attributes={"priority": "high"},
    )
    silent = told | {"interaction_id": "mail:3", "turns": [], "attributes": {}}
    lake.merge("interactions", frame("interactions", a_record(3), told, silent))
    before = lake.commit("interactions")
    assert before is not None

    moved = told | {"occurred_at": at.replace(day=6), "occurred_date": date(2026, 3, 6)}
    written = lake.merge(
        "interactions",
        frame("interactions", a_record(3), moved),
        scope=lake.read("interactions").where("interaction_id <> 'mail:0'"),
    )

    assert written[:3] == (0, 1, 1)
    kept = {
        row["interaction_id"]: row for row in lake_files.rows(lake.root, "interactions")
    }
    assert set(kept) == {"mail:0", "mail:1", "mail:2"}
    assert {name: kept["mail:2"][name] for name in told} == moved
    log = lake_log.at_present(lake.root, "interactions")
    assert log is not None
    changed = lake_log.changed(log, "interaction_id", after=before.version)
    assert set(changed.to_pylist()) == {"mail:2", "mail:3"}
    assert lake.read("interactions").count() == 3


def test_a_commit_on_a_state_that_is_gone_is_refused(
    lake: Lake, frame: Callable[..., DataFrame], as_new: Callable[[Row], DataFrame]
) -> None:
    seen = lake_log.at_present(lake.root, "interactions")
    assert seen is not None
    lake.merge("interactions", frame("interactions", a_record(2, outcome="failed")))

    with pytest.raises(CommitFailedError):
        lake_log.put(
            seen,
            contract("interactions"),
            as_new(a_record(3)).toArrow(),
            {date(2026, 3, 3)},
        )

    assert held(lake) == [(date(2026, 3, 2), "failed")]
