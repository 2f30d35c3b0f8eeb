"""What goes wrong around a stream: said clearly, and nothing is lost when it is mended."""

import gzip
import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from benchmarks.soak import DAYS, batch, company
from jobs.lake import Lake
from jobs.settings import Settings
from jobs.stream_interactions import run
from schemas.errors import InputError, LakeError

pytestmark = [pytest.mark.spark, pytest.mark.slow]

STATUSES = [
    {
        "id": f"{number}",
        "created_at": "2026-03-02T09:00:00Z",
        "content": "<p>my box is dead again</p>",
        "visibility": "public",
        "account": {"id": "9", "acct": "lea@mastodon.example"},
    }
    for number in range(3)
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "drop" / f"{DAYS[0]}" / "mastodon"
    folder.mkdir(parents=True)
    (folder / "statuses.jsonl").write_text(json.dumps(STATUSES[0]))
    return company(tmp_path / "company", tmp_path / "drop")


def held(spark: SparkSession, settings: Settings, table: str, column: str) -> list[str]:
    rows = Lake(spark, settings.lake).read(table).select(column).collect()
    return sorted(row[0] for row in rows)


def test_a_lake_that_cannot_be_written_is_named_and_mended_it_gets_everything(
    spark: SparkSession, settings: Settings
) -> None:
    # A file where the folder should be: refused to root, too.
    Path(settings.lake).write_text("not a folder")
    with pytest.raises(LakeError, match=r"The lake .*lake cannot be written: ") as said:
        run(spark, settings, "folders", once=True)
    assert said.value.exit_code == 14
    with pytest.raises(LakeError, match=r"The lake .*lake cannot be written: "):
        batch(spark, settings, DAYS[:1])

    Path(settings.lake).unlink()
    run(spark, settings, "folders", once=True)

    assert held(spark, settings, "interactions", "interaction_id") == ["mastodon:0"]


def test_a_drop_folder_that_is_not_there_is_named(
    spark: SparkSession, settings: Settings
) -> None:
    Path(settings.drop).rename(f"{settings.drop}.away")

    with pytest.raises(
        InputError, match=r"The drop folder .*drop is not there"
    ) as said:
        run(spark, settings, "folders", once=True)

    assert said.value.exit_code == 12


def test_a_damaged_file_is_refused_its_neighbours_are_read_and_mended_so_is_it(
    spark: SparkSession, settings: Settings
) -> None:
    whole = gzip.compress("\n".join(map(json.dumps, STATUSES[1:])).encode())
    file = Path(settings.drop, f"{DAYS[0]}", "mastodon", "later.jsonl.gz")
    file.write_bytes(whole[: len(whole) // 2])
    run(spark, settings, "folders", once=True)
    assert held(spark, settings, "interactions", "interaction_id") == ["mastodon:0"]
    assert held(spark, settings, "quarantine", "reason_code") == ["unreadable_file"]

    # What comes beside it leaves the refusal as it is: nothing is written to its table.
    lake = Lake(spark, settings.lake)
    refused = lake.commit("quarantine")
    beside = file.with_name("beside.json")
    beside.write_text(json.dumps(STATUSES[0] | {"id": "3"}))
    run(spark, settings, "folders", once=True)
    assert lake.commit("quarantine") == refused

    # The stream reads a path once; the batch of the day reads what is there.
    file.write_bytes(whole)
    batch(spark, settings, DAYS[:1])

    ids = held(spark, settings, "interactions", "interaction_id")
    assert ids == ["mastodon:0", "mastodon:1", "mastodon:2", "mastodon:3"]
    refusals = lake.read("quarantine")
    assert refusals.where("replayed_at IS NULL").count() == 0
