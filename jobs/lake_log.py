"""Delta's log of a table, read and added to without Spark, through delta-rs.

Spark works out a table's state in three jobs after each of its commits, and merges three
thousand rows in one to six seconds of some fifteen jobs; here the first takes hundredths of a
second and the second tenths (docs/performance.md). What is more than a process should hold
is Spark's to merge: `jobs.lake` decides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple
from urllib.parse import unquote

import pyarrow as pa
from deltalake import (
    CommitProperties,
    DeltaTable,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError, DeltaError
from pyarrow import ArrowException

from jobs import lake_changes, stores
from schemas.contracts import Contract
from schemas.errors import LakeError

KEEPS_CHANGES = "delta.enableChangeDataFeed"
"""Delta's name for keeping, with every commit, which rows it changed."""

CHANGE_NO_ROW = {"OPTIMIZE", "VACUUM START", "VACUUM END", "SET TBLPROPERTIES"}
"""Commits after which a table holds the rows it held before."""

OURS = {
    KEEPS_CHANGES: "true",
    # Least and greatest values would stand in the log whoever was erased since, and where
    # some files have them and others not, delta-rs passes over those that have none.
    "delta.dataSkippingNumIndexedCols": "0",
}
"""Properties of every table."""

AS_READ = CommitProperties(max_commit_retries=0)
"""A commit on the very state that was read, or none."""


class Commit(NamedTuple):
    """A state of a table. A table made anew is another one, whatever its version."""

    version: int
    table_id: str

    def __str__(self) -> str:
        return f"{self.version}@{self.table_id}"

    @classmethod
    def parse(cls, written: str) -> "Commit":
        version, _, table_id = written.partition("@")
        return cls(int(version), table_id)


@contextmanager
def opened(root: str, table: str) -> Iterator[DeltaTable | None]:
    """A table's log as it is now; null before its first write.

    Raises:
        LakeError: the table is there and cannot be read.
    """
    try:
        yield _open(root, table)
    except (DeltaError, ArrowException, OSError) as error:
        raise LakeError(
            f"{table} in the lake {root} cannot be read: {error}\n"
            "See that it is there and that this user may read it: verbatim doctor"
        ) from error


def at_present(root: str, table: str) -> DeltaTable | None:
    """See `opened`, of which nothing is read but the log."""
    with opened(root, table) as held:
        return held


def _open(root: str, table: str) -> DeltaTable | None:
    place = _place(root, table)
    return DeltaTable(place) if DeltaTable.is_deltatable(place) else None


def _place(root: str, table: str) -> str:
    return stores.for_arrow(f"{root.rstrip('/')}/{table}")


def commit(held: DeltaTable) -> Commit:
    """The commit that a log was opened at."""
    return Commit(held.version(), str(held.metadata().id))


def files(held: DeltaTable) -> list[str]:
    """The Parquet files that make up the table, below its folder."""
    # In the log they stand as a web address would have them.
    actions = held.get_add_actions(flatten=True)
    return [unquote(path) for path in actions.column("path").to_pylist()]


def byte_count(held: DeltaTable) -> int:
    """Bytes of the files that make up the table."""
    return sum(held.get_add_actions(flatten=True).column("size_bytes").to_pylist())


def has_changed(held: DeltaTable, *, after: Commit) -> bool:
    """Whether the table's rows may differ from those of a commit."""
    now = commit(held)
    if now.table_id != after.table_id:
        return True
    since = held.history(now.version - after.version)
    return any(entry["operation"] not in CHANGE_NO_ROW for entry in since)


def make_ours(held: DeltaTable) -> None:
    """See that a table made by an older release has the properties of ours; `held` is at
    the commit that gave it them."""
    stated = held.metadata().configuration
    if missing := {k: v for k, v in OURS.items() if stated.get(k) != v}:
        held.alter.set_table_properties(missing)


def changed(held: DeltaTable, column: str, *, after: int) -> pa.ChunkedArray:
    """The values of a column in all rows written after a version, as they were before and
    as they became: distinct, as text, none of them null.

    Raises:
        DeltaError, ArrowException, OSError: that version is gone, or changes were not kept
            since.
    """
    read = held.load_cdf(starting_version=after + 1, columns=[column])
    values = pa.table(read).column(column).cast(pa.string())
    return values.unique().drop_null()


def lacks(held: DeltaTable, promised: Contract) -> bool:
    """Whether the contract has columns that the table was written without."""
    there = {field.name for field in held.schema().fields}
    return not there.issuperset(promised.column_names)


def put(
    held: DeltaTable, promised: Contract, changes: pa.Table, days: set[date]
) -> None:
    """Commit changes to a table on the very state that it was opened at.

    Args:
        changes: see `lake_changes.changes`.
        days: partitions in which the keys stand now, or will if they are new.

    Raises:
        CommitFailedError: another writer came first.
    """
    values = {name: f"new.`{name}`" for name in promised.column_names}
    stays = "new._change <> 'delete'"
    (
        held.merge(
            _whole(changes),
            lake_changes.same_rows(promised, days),
            source_alias="new",
            target_alias="held",
            commit_properties=AS_READ,
        )
        .when_matched_delete("new._change = 'delete'")
        .when_matched_update(values, stays)
        .when_not_matched_insert(values, stays)
        .execute()
    )


def create(root: str, promised: Contract, rows: pa.Table) -> None:
    """The first write of a table.

    Raises:
        CommitFailedError: another writer came first.
    """
    try:
        write_deltalake(
            _place(root, promised.name),
            _whole(rows),
            partition_by=promised.partition,
            configuration=OURS,
        )
    except DeltaError as error:
        if _open(root, promised.name) is not None:
            raise CommitFailedError(str(error)) from error
        raise


def append(root: str, table: str, rows: pa.Table) -> None:
    """Add rows that nobody else can have written, whoever commits meanwhile."""
    held = _open(root, table)
    if held is not None:
        make_ours(held)
    write_deltalake(
        held or _place(root, table),
        rows,
        mode="append",
        schema_mode="merge",
        configuration=None if held else OURS,
    )


def _whole(rows: pa.Table) -> pa.Table:
    """The same rows in buffers that are all there.

    Java leaves out the offsets of a column without values (the turns' texts where nobody
    has said a word), as Arrow allows; delta-rs reads them all the same, and panics.
    """
    return rows.take(pa.array(range(len(rows)), pa.int64()))
