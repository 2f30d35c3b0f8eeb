"""Killed at any moment and started again: nothing lost, nothing doubled.

The long form, twenty kills of each, is `make soak`.
"""

import random
import secrets
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from benchmarks.soak import (
    DAYS,
    batch,
    company,
    content,
    doubled,
    pull_the_plug,
    start,
)
from demo.company import write
from jobs.stream_interactions import Stream

pytestmark = [pytest.mark.spark, pytest.mark.slow]

Rows = dict[str, list[dict[str, object]]]


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arrived") / "drop"
    write(folder, seed=5, start=DAYS[0], days=1, customers=900)
    assert sum(p.is_file() for p in folder.glob("20*/**/*")) > 40
    return folder


@pytest.fixture(scope="module")
def undisturbed(
    spark: SparkSession, drop: Path, tmp_path_factory: pytest.TempPathFactory
) -> Rows:
    settings = company(tmp_path_factory.mktemp("companies") / "undisturbed", drop)
    batch(spark, settings, DAYS[:1])
    return content(spark, settings)


@pytest.fixture
def chance() -> random.Random:
    seed = secrets.randbelow(10_000)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    return random.Random(seed)


def test_a_stream_killed_twice_ends_with_the_rows_of_an_undisturbed_batch(
    spark: SparkSession,
    tmp_path: Path,
    drop: Path,
    undisturbed: Rows,
    chance: random.Random,
) -> None:
    settings = company(tmp_path / "killed", drop, files_per_trigger=16)

    for _ in range(2):
        process = start(
            *(settings, tmp_path / "log", "stream", "--from", "folders", "--once")
        )
        killed = pull_the_plug(process, settings, chance, most_seconds=6)
        print(killed)  # noqa: T201 - as above
    Stream(spark, settings, "folders").run(once=True)

    rows = content(spark, settings)
    assert doubled(rows) == {}
    assert rows == undisturbed


def test_a_run_killed_and_run_again_ends_with_the_rows_of_an_undisturbed_one(
    spark: SparkSession,
    tmp_path: Path,
    drop: Path,
    undisturbed: Rows,
    chance: random.Random,
) -> None:
    settings = company(tmp_path / "killed", drop)

    process = start(settings, tmp_path / "log", "run", "--day", f"{DAYS[0]}")
    print(pull_the_plug(process, settings, chance, most_seconds=6))  # noqa: T201
    batch(spark, settings, DAYS[:1])

    rows = content(spark, settings)
    assert doubled(rows) == {}
    assert rows == undisturbed
