"""A lake of Parquet files as Spark leaves them, and marts made from it, without Spark."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from jobs import publish_marts
from jobs.lake import Lake
from schemas.contracts import contract
from tests.builders import Row

PRIMITIVE = {
    "string": pa.string(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
}


class FilesLake:
    """What `publish` asks of a lake: where the files of a table are."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(
        self, table: str, *rows: Row, without: tuple[str, ...] = ()
    ) -> "FilesLake":
        """Add rows, a file for each day; the day stands in the folder's name alone.

        Args:
            without: columns that the contract had not yet when they were written.
        """
        promised = contract(table)
        by_day: dict[Any, list[Row]] = {}
        for row in rows:
            by_day.setdefault(row.get(promised.partition or ""), []).append(row)
        shape = pa.schema(
            [
                (c.name, arrow_type(c.spark_type))
                for c in promised.columns
                if c.name not in (promised.partition, *without)
            ]
        )
        for day, of_day in by_day.items():
            folder = self.root / table
            if promised.partition:
                folder /= f"{promised.partition}={day}"
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"part-{len(list(folder.iterdir()))}.parquet"
            columns = [{n: r[n] for n in shape.names} for r in of_day]
            pq.write_table(pa.Table.from_pylist(columns, shape), file)
        return self

    def data_files(self, table: str) -> list[str]:
        return [p.as_uri() for p in sorted((self.root / table).rglob("*.parquet"))]

    def path(self, table: str) -> str:
        return (self.root / table).as_uri()


def published(
    lake: FilesLake,
    folder: Path,
    *,
    run_id: str = "20260303T020000-4f1a",
    floor: int = 1,
    keep: int = 7,
) -> Path:
    """Publish these files; gives the file in place."""
    publish_marts.publish(
        cast("Lake", lake),
        folder,
        run_id=run_id,
        published_at=datetime(2026, 3, 3, 2, tzinfo=UTC),
        small_number_floor=floor,
        keep=keep,
    )
    return folder / publish_marts.CURRENT


def arrow_type(spark_type: str) -> pa.DataType:
    """The Arrow type of a contract's type, as deep as contracts go."""
    if spark_type.startswith("array<"):
        return pa.list_(arrow_type(spark_type[6:-1]))
    if spark_type.startswith("map<"):
        key, value = spark_type[4:-1].split(",")
        return pa.map_(arrow_type(key), arrow_type(value))
    if spark_type.startswith("struct<"):
        fields = re.findall(r"(\w+):(\w+)", spark_type)
        return pa.struct([(name, arrow_type(of)) for name, of in fields])
    return PRIMITIVE[spark_type]
