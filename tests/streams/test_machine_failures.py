"""The machine fails: a disk that fills, clocks that are wrong. Said, and mended by itself."""

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from pyspark.sql import SparkSession

from benchmarks.soak import DAYS, batch, company, content
from jobs.lake import Lake
from jobs.stream_interactions import Landed, Stream, run
from schemas.errors import InputError, LakeError
from tests.streams.test_stream_failures import STATUSES, held

pytestmark = [pytest.mark.spark, pytest.mark.slow]


@pytest.fixture
def disk() -> Iterator[Path]:
    """A disk of its own, of 20 kB: a commit needs a few times that.

    Not below pytest's own folder: a test that is killed leaves it mounted, and every
    later pytest would fail at removing that folder.
    """
    place = Path(mkdtemp(prefix="verbatim-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20k", "tmpfs", f"{place}"],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        place.rmdir()
        pytest.skip("this user may not mount a disk of its own")
    yield place
    subprocess.run(["umount", "--lazy", f"{place}"], check=True)
    place.rmdir()


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    (folder / f"{DAYS[0]}" / "mastodon").mkdir(parents=True)
    for status in STATUSES:
        deliver(folder, status)
    return folder


def deliver(
    drop: Path, status: dict[str, object], dated: datetime | None = None
) -> None:
    file = drop / f"{DAYS[0]}" / "mastodon" / f"{status['id']}.json"
    file.write_text(json.dumps(status))
    if dated:
        os.utime(file, (dated.timestamp(), dated.timestamp()))


@pytest.mark.parametrize("way", ["batch", "stream"])
def test_a_disk_that_is_full_is_named_and_with_room_again_nothing_is_missing(
    spark: SparkSession, tmp_path: Path, disk: Path, drop: Path, way: str
) -> None:
    alone = company(tmp_path / "alone", drop)
    batch(spark, alone, DAYS[:1])
    settings = company(tmp_path / "full", drop, lake=disk / "lake")

    def read() -> None:
        if way == "batch":
            batch(spark, settings, DAYS[:1])
        else:
            run(spark, settings, "folders", once=True)

    with pytest.raises(LakeError, match="No space left on device") as said:
        read()
    assert said.value.exit_code == 14

    subprocess.run(["mount", "-o", "remount,size=9m", f"{disk}"], check=True)
    read()

    assert content(spark, settings) == content(spark, alone)


def test_a_clock_of_ours_that_is_behind_refuses_all_and_set_right_reads_all(
    spark: SparkSession, tmp_path: Path, drop: Path
) -> None:
    for number in range(3, 12):
        deliver(drop, STATUSES[0] | {"id": f"{number}"})
    settings = company(tmp_path / "company", drop)
    behind = datetime(2026, 2, 1, tzinfo=UTC)

    with pytest.raises(InputError, match="12 of 12 records of mastodon") as said:
        Stream(spark, settings, "folders", clock=lambda: behind).run(once=True)
    assert said.value.exit_code == 12
    assert set(held(spark, settings, "quarantine", "reason_code")) == {"clock_ahead"}

    Stream(spark, settings, "folders").run(once=True)

    assert len(held(spark, settings, "interactions", "interaction_id")) == 12
    refusals = Lake(spark, settings.lake).read("quarantine")
    assert refusals.where("replayed_at IS NULL").count() == 0


def test_a_file_dated_ahead_makes_the_stream_unwell_and_a_new_checkpoint_reads_all(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Spark passes over files dated more than a week before the newest it has met."""
    drop = tmp_path / "drop"
    (drop / f"{DAYS[0]}" / "mastodon").mkdir(parents=True)
    settings = company(tmp_path / "company", drop)
    now = datetime.now(UTC)
    deliver(drop, STATUSES[0], dated=now + timedelta(days=30))
    landed: list[Landed] = []
    run(spark, settings, "folders", once=True, told=landed.append)
    deliver(drop, STATUSES[1], dated=now)
    run(spark, settings, "folders", once=True)
    assert held(spark, settings, "interactions", "interaction_id") == ["mastodon:0"]
    # What makes `verbatim stream --status` say so: tests/unit/test_stream_status.py.
    newest = landed[0].newest_arrived_at
    assert newest is not None
    assert newest - now > timedelta(days=29)

    Path(settings.lake, "_stream", "folders").rename(tmp_path / "away")
    run(spark, settings, "folders", once=True)

    ids = held(spark, settings, "interactions", "interaction_id")
    assert ids == ["mastodon:0", "mastodon:1"]
