"""Several writers merge into one day at once: nothing lost, what collided is counted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import pytest
from pyspark.sql import DataFrame, SparkSession

from benchmarks.soak import DAYS, batch, company, content, doubled, start
from demo.company import write
from jobs.lake import Lake
from tests.builders import an_interaction_row

pytestmark = [pytest.mark.spark, pytest.mark.slow]


def test_writers_of_one_day_lose_nothing_and_their_conflicts_are_counted(
    spark: SparkSession, frame: Callable[..., DataFrame], tmp_path: Path
) -> None:
    """From the first commit on, which only one of them can make."""
    lakes = [Lake(spark, str(tmp_path / "lake")) for _ in range(2)]

    def write_some(lake: Lake) -> None:
        name = lakes.index(lake)
        for number in range(4):
            row = an_interaction_row(interaction_id=f"phones:{name}.{number}")
            lake.merge("interactions", frame("interactions", row))

    with ThreadPoolExecutor() as both:
        list(both.map(write_some, lakes))

    held = lakes[0].read("interactions").select("interaction_id").collect()
    assert sorted(row[0] for row in held) == [
        f"phones:{name}.{number}" for name in range(2) for number in range(4)
    ]
    assert sum(lake.take_conflict_count() for lake in lakes) > 0


def test_batch_and_stream_in_two_processes_end_with_what_either_would_alone(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Each reads one half of a day's files: records and their words come apart."""
    drop = tmp_path / "drop"
    write(drop, seed=5, start=DAYS[0], days=1, customers=600)
    alone = company(tmp_path / "alone", drop)
    batch(spark, alone, DAYS[:1])

    halves = [tmp_path / "first", tmp_path / "second"]
    for place, half in enumerate(halves):
        copytree(drop, half)
        files = sorted(p for p in half.glob("20*/**/*") if p.is_file())
        for file in files[place::2]:
            file.unlink()
    lake = tmp_path / "lake"
    streamed = company(
        tmp_path / "streamed", halves[0], lake=lake, files_per_trigger=12
    )
    ran = company(tmp_path / "ran", halves[1], lake=lake)
    log = tmp_path / "log"
    process = start(streamed, log, "stream", "--from", "folders", "--once")
    try:
        # Repeated: a batch begins and ends in the midst of micro-batches.
        while process.poll() is None:
            batch(spark, ran, DAYS[:1])
    finally:
        process.kill()
    assert process.returncode == 0, log.read_text("utf-8")[-2_000:]

    rows = content(spark, ran)
    assert doubled(rows) == {}
    assert rows == content(spark, alone)
    runs = Lake(spark, str(lake)).read("runs")
    counted = runs.agg({"conflict_count": "sum"}).first()
    print(f"{counted[0] if counted else 0} conflicts")  # noqa: T201
