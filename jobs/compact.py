"""Small files of the lake into larger ones, and files nobody reads any more away.

A stream commits every few seconds, and every commit leaves a file a day touched. Safe
beside stream and batch: rewriting changes no row, a conflict makes us read again, and only
files older than any reader's start are removed. Running it twice does nothing.
"""

from datetime import datetime
from typing import NamedTuple

from delta.tables import DeltaTable
from pyspark.sql import SparkSession

from jobs.lake import Lake
from jobs.ledger import NO_SOURCE, Entry, Ledger, new_run_id
from jobs.settings import Settings
from schemas.contracts import names

STEP = "compact"


class Compacted(NamedTuple):
    """What became of one table's files."""

    table: str
    file_count_before: int
    file_count: int
    removed_count: int
    """Files deleted from storage: joined or replaced longer ago than was asked to keep."""


def run(
    spark: SparkSession, settings: Settings, *, now: datetime, keep_hours: float
) -> list[Compacted]:
    """Compact every table that is there.

    Args:
        keep_hours: how long a replaced file stays: longer than the longest query, and as
            long as tables are to be read as they were.

    Raises:
        LakeError: other writers got in between too often.
    """
    lake = Lake(spark, settings.lake)
    # The shortest that Delta removes unasked is a week; who asks for less knows why.
    spark.conf.set(
        "spark.databricks.delta.retentionDurationCheck.enabled", keep_hours >= 168
    )
    with Ledger(lake, new_run_id(now)).step(STEP, now.date()) as noted:
        done = [
            _compact(lake, table, keep_hours) for table in names() if lake.exists(table)
        ]
        noted.entries.append(Entry(NO_SOURCE, now.date()))
    return done


def _compact(lake: Lake, table: str, keep_hours: float) -> Compacted:
    began_with = len(lake.data_files(table))
    held = DeltaTable.forPath(lake.spark, lake.path(table))
    lake.retrying(lambda: held.optimize().executeCompaction())
    before = _stored(lake, table)
    held.vacuum(keep_hours)
    return Compacted(
        table, began_with, len(lake.data_files(table)), before - _stored(lake, table)
    )


def _stored(lake: Lake, table: str) -> int:
    """Parquet files below the table's folder, live and replaced."""
    files = lake.spark.read.format("binaryFile").option("pathGlobFilter", "*.parquet")
    return (
        files.option("recursiveFileLookup", "true")
        .load(lake.path(table))
        .select("path")
        .where("path NOT LIKE '%/_delta_log/%'")
        .count()
    )
