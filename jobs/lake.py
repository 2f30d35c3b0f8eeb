"""The lake: the only module that knows where tables are and how they are written.

Every write goes by contract: its columns, in its order, and by merge, so that any step
can be run again. A step that recomputes part of a table names the scope it answers for.
"""

import re
import secrets
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple, TypeVar, cast

import deltalake
import pyarrow as pa
from delta import exceptions as conflicts
from delta.tables import DeltaTable
from deltalake.exceptions import CommitFailedError
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType
from tenacity import (
    RetryCallState,
    retry,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from jobs import lake_changes, lake_files, lake_log, stores
from jobs.lake_log import Commit
from schemas.contracts import Contract, contract
from schemas.errors import LakeError

T = TypeVar("T")


def parsed_ddl(ddl: str) -> StructType:
    """The schema that a contract's DDL writes down."""
    return cast("StructType", StructType.fromDDL(ddl))


ATTEMPTS = 8
"""Tries at one merge before giving up: with waits up to 30 s, about two minutes, longer
than any single commit of ours takes."""

SMALL_BYTES = 16 * 2**20
"""Of a table's files: a table up to here is read whole, for to ask which of its days are
wanted took 0.3 to 1.3 s of a micro-batch. Where the two meet has not been measured."""

CONFLICTS = (
    conflicts.DeltaConcurrentModificationException,
    conflicts.ConcurrentWriteException,
    conflicts.MetadataChangedException,
    conflicts.ProtocolChangedException,
    conflicts.ConcurrentAppendException,
    conflicts.ConcurrentDeleteReadException,
    conflicts.ConcurrentDeleteDeleteException,
    conflicts.ConcurrentTransactionException,
    CommitFailedError,
)
"""Another writer committed first: reading again and repeating the merge is safe."""

HELD_ROWS = 50_000
"""Changed rows up to which this process takes them from Spark and commits them itself;
more of them Spark writes, which need not hold them (docs/performance.md)."""

HELD_CONVERSATIONS = 10_000
"""The same where a row is a whole conversation: an hour's call is a hundred kilobytes."""

DISK_FULL = re.compile(r"No space left[^\n]*|Disk quota exceeded[^\n]*")
"""What is said of a disk that is full, whatever was written there."""

STORAGE_FAULT = re.compile(
    r"No space left[^\n]*|[\w.]*(?:FileSystem|FileAlreadyExists|AccessDenied|AccessControl"
    r"|NotDirectory|FSError|IO)(?:Exception|Error): [^\n]*"
    r"|Os \{[^\n]*\}|[^\n]*\(os error \d+\)"
    r"|Generic (?:S3|GCS|MicrosoftAzure|LocalFileSystem) error: [^\n]*"
)
"""What Java and delta-rs say of a disk or a store, in the midst of a page of where it was."""


class Written(NamedTuple):
    """What one merge changed."""

    inserted_count: int
    updated_count: int
    deleted_count: int
    days: frozenset[date]
    """Partitions touched; empty for a table without."""

    @property
    def row_count(self) -> int:
        return self.inserted_count + self.updated_count + self.deleted_count

    def and_also(self, other: "Written") -> "Written":
        """What two merges changed together."""
        return Written(
            self.inserted_count + other.inserted_count,
            self.updated_count + other.updated_count,
            self.deleted_count + other.deleted_count,
            self.days | other.days,
        )


def require_writable(root: str) -> None:
    """See that the lake can be written before anything is read for it.

    Raises:
        LakeError: its folder cannot be made, or nothing can be put there.
    """
    try:
        filesystem, path = stores.opened(root)
        probe = f"{path}/_probe-{secrets.token_hex(4)}"
        filesystem.create_dir(path, recursive=True)
        with filesystem.open_output_stream(probe) as stream:
            stream.write(b"verbatim")
        filesystem.delete_file(probe)
    except OSError as error:
        raise unwritable(root, str(error)) from error


def unwritable(root: str, reason: str) -> LakeError:
    """What is said of a disk or a store that does not take what is written to the lake."""
    return LakeError(
        f"The lake {root} cannot be written: {reason}\n"
        "See that it is there, has room and lets this user write; then run the same "
        "again: what was written before is found and nothing is doubled."
    )


class Lake:
    """The tables of one company, in one Spark session."""

    def __init__(self, spark: SparkSession, root: str) -> None:
        self.spark = spark
        self.root = stores.for_spark(root.rstrip("/"))
        self._written: dict[str, set[date]] = {}
        self._conflict_count = 0

    def path(self, table: str) -> str:
        """Where a table is. Only for tools that read Delta by themselves."""
        return f"{self.root}/{table}"

    def exists(self, table: str) -> bool:
        return self.commit(table) is not None

    def schema(self, table: str) -> StructType:
        return parsed_ddl(contract(table).ddl)

    def read(self, table: str) -> DataFrame:
        """A table as it is now, however long it is asked; empty before its first write."""
        return self._rows(table, lake_log.at_present(self.root, table))

    def _rows(self, table: str, held: deltalake.DeltaTable | None) -> DataFrame:
        """The rows of a table at the commit that its log was opened at.

        Its files are read as what they are. Read as a Delta table, Spark would first work
        out the table's state, in three jobs after each commit and one for each question.
        """
        files = lake_log.files(held) if held is not None else []
        if not files:
            return self.spark.createDataFrame([], self.schema(table))
        place = self.path(table)
        return (
            self.spark.read.schema(self.schema(table))
            .option("basePath", place)
            .option("__globPaths__", "false")
            .parquet(*(f"{place}/{file}" for file in files))
            # A column that a newer contract added is null in what was written before it.
            .select(*contract(table).column_names)
        )

    def read_keys(self, table: str, keys: DataFrame) -> DataFrame:
        """The rows of these keys, reading whole rows only in the days they stand in; of a
        small table (`is_small`) in all its days.

        Args:
            keys: key columns of the contract, any number of rows.
        """
        return self._of_keys(table, lake_log.at_present(self.root, table), keys)

    def _of_keys(
        self, table: str, held: deltalake.DeltaTable | None, keys: DataFrame
    ) -> DataFrame:
        promised = contract(table)
        key, partition = list(promised.key), promised.partition
        rows = self._rows(table, held)
        if partition is None or held is None or _is_small(lake_log.byte_count(held)):
            return rows.join(keys, key, "left_semi")
        days = (
            rows.select(*key, partition)
            .join(keys, key, "left_semi")
            .select(partition)
            .distinct()
            .collect()
        )
        return rows.where(F.col(partition).isin([day[0] for day in days])).join(
            keys, key, "left_semi"
        )

    def is_small(self, table: str) -> bool:
        """Whether a table is sooner read whole than asked which of its days are wanted."""
        return _is_small(self.size_bytes(table))

    def size_bytes(self, table: str) -> int:
        """Bytes of the files that make up a table now; 0 before its first write."""
        return lake_files.table_bytes(self.root, table)

    def commit(self, table: str) -> Commit | None:
        """A table's last commit; null before its first."""
        held = lake_log.at_present(self.root, table)
        return None if held is None else lake_log.commit(held)

    def data_files(self, table: str) -> list[str]:
        """The Parquet files that make up the table now, for engines other than Spark."""
        return lake_files.data_files(self.root, table)

    def merge(
        self,
        table: str,
        rows: DataFrame,
        *,
        scope: DataFrame | None = None,
        newer: str | None = None,
        compared_with: Commit | None = None,
    ) -> Written:
        """Put rows into a table by key, leaving equal rows untouched.

        Running it twice changes nothing: rows equal to those held, but for when they
        were worked on, are not written again, and without any other there is no commit.

        Args:
            rows: unique by key; more columns than the contract's are dropped.
            scope: held rows this computation answers for; one that is not in `rows` is
                deleted. Null deletes nothing.
            newer: where several writers may hold a key, the SQL condition on `held.` and
                `new.` columns under which the new row wins. Null: it always does.
            compared_with: the commit whose rows the caller has compared these with: each
                differs from the held one and says how in `_change` and `_held_day` (see
                `lake_changes`). Where the table was written since, all is compared here.

        Raises:
            LakeError: other writers got in between `ATTEMPTS` times.
            ContractError: a promised column is missing.
        """
        promised = contract(table)
        promised.require_columns(rows.columns, found_in=f"what is written to {table}")
        written = self.retrying(
            lambda: self._merge_once(promised, rows, scope, newer, compared_with)
        )
        if written.row_count:
            self._written.setdefault(table, set()).update(written.days)
        return written

    def delete(self, table: str, rows: DataFrame) -> Written:
        """Take rows out of a table, by key; those that are not there are passed over.

        By a merge: a deletion by condition would leave the keys in Delta's log.
        """
        promised = contract(table)
        key, day = list(promised.key), promised.partition
        gone = rows.select(*dict.fromkeys([*key, *([day] if day else [])]))
        gone = gone.localCheckpoint()
        counted = gone.groupBy(F.expr(f"{day or 'NULL'} AS day")).count().collect()
        if not counted:
            return Written(0, 0, 0, frozenset())
        days = frozenset(row["day"] for row in counted if row["day"] is not None)
        same = [f"held.`{name}` = gone.`{name}`" for name in gone.columns]
        if day:
            listed = ", ".join(f"DATE'{it}'" for it in sorted(days))
            same.append(f"held.`{day}` IN ({listed})")
        self.retrying(
            lambda: (
                DeltaTable.forPath(self.spark, self.path(table))
                .alias("held")
                .merge(gone.alias("gone"), " AND ".join(same))
                .whenMatchedDelete()
                .execute()
            )
        )
        return Written(0, 0, sum(row["count"] for row in counted), days)

    def append(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Add rows that are new by their nature, such as those of a run of its own id."""
        shape = to_arrow_schema(self.schema(table))
        added = pa.Table.from_pylist(rows, shape)
        self.retrying(lambda: lake_log.append(self.root, table, added))

    def make_ours(self, table: str) -> None:
        """See `lake_log.make_ours`; a table that is not there yet will be."""

        def once() -> None:
            if held := lake_log.at_present(self.root, table):
                lake_log.make_ours(held)

        self.retrying(once)

    def take_written(self, table: str) -> set[date] | None:
        """The days of a table written since last asked; null when nothing was.

        Empty for a table that is not kept by day.
        """
        return self._written.pop(table, None)

    def retrying(self, write: Callable[[], T]) -> T:
        """Run a write that is safe to repeat; on a commit conflict read again and retry.

        Raises:
            LakeError: when it still conflicts after `ATTEMPTS` tries, or when the disk or
                the store fails.
        """

        def give_up(state: RetryCallState) -> T:
            error = state.outcome.exception() if state.outcome else None
            raise LakeError(
                f"Other writers changed {self.root} in each of {ATTEMPTS} tries: "
                f"{str(error).splitlines()[0] if error else 'no reason given'}\n"
                "Run the step again; if it persists, see that no other run of it is "
                "alive (verbatim runs)."
            ) from error

        attempt = retry(
            retry=retry_if_exception(_is_conflict),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.5, max=30),
            before_sleep=self._count_conflict,
            retry_error_callback=give_up,
        )
        try:
            return attempt(write)()
        except Exception as error:  # Java's, in one of several wrappings
            if fault := STORAGE_FAULT.search(str(error)):
                raise unwritable(self.root, fault[0][:300]) from error
            raise

    def take_conflict_count(self) -> int:
        """Writes that had to be repeated since last asked, for others' commits."""
        count, self._conflict_count = self._conflict_count, 0
        return count

    def _count_conflict(self, state: RetryCallState) -> None:
        self._conflict_count += 1

    def _merge_once(
        self,
        promised: Contract,
        rows: DataFrame,
        scope: DataFrame | None,
        newer: str | None,
        compared_with: Commit | None,
    ) -> Written:
        held = lake_log.at_present(self.root, promised.name)
        if held is None:
            return self._create(promised, lake_changes.shaped(promised, rows))
        lake_log.make_ours(held)
        if compared_with is not None and lake_log.commit(held) == compared_with:
            changes = lake_changes.shaped(promised, rows, "_change", "_held_day")
        else:
            new = lake_changes.shaped(promised, rows)
            # Worked out here and now: what follows plans around a few rows, not around
            # the whole computation again. Spark compares every later query with all that
            # is cached, which for plans of our size cost more than the queries themselves.
            changes = lake_changes.changes(
                promised,
                new,
                self._held(promised, held, new, scope),
                has_scope=scope is not None,
                newer=newer,
            ).localCheckpoint()
        # One narrow row per day and kind of change, never the rows themselves.
        counted = (
            changes.groupBy(
                "_change",
                F.expr(f"{promised.partition or 'NULL'} AS day"),
                F.expr("_held_day AS held_day"),
            )
            .count()
            .collect()
        )
        if not counted:
            return Written(0, 0, 0, frozenset())
        total = dict.fromkeys(("insert", "update", "delete"), 0)
        for row in counted:
            total[row["_change"]] += row["count"]
        looked_in = {row["held_day"] or row["day"] for row in counted} - {None}
        count = sum(total.values())
        if _may_be_held(promised, count) and not lake_log.lacks(held, promised):
            lake_log.put(held, promised, changes.toArrow(), looked_in)
        else:
            self._merge_in_spark(promised, changes, newer, looked_in)
        days = {row[name] for row in counted for name in ("day", "held_day")} - {None}
        return Written(
            total["insert"], total["update"], total["delete"], frozenset(days)
        )

    def _merge_in_spark(
        self,
        promised: Contract,
        changes: DataFrame,
        newer: str | None,
        looked_in: set[date],
    ) -> None:
        values = {name: f"new.`{name}`" for name in promised.column_names}
        wins = "new._change <> 'delete'" + (f" AND ({newer})" if newer else "")
        (
            DeltaTable.forPath(self.spark, self.path(promised.name))
            .alias("held")
            .merge(changes.alias("new"), lake_changes.same_rows(promised, looked_in))
            .whenMatchedDelete("new._change = 'delete'")
            .whenMatchedUpdate(wins, dict(values))
            .whenNotMatchedInsert("new._change <> 'delete'", dict(values))
            .execute()
        )

    def _held(
        self,
        promised: Contract,
        held: deltalake.DeltaTable,
        rows: DataFrame,
        scope: DataFrame | None,
    ) -> DataFrame:
        """The held rows that the new ones may change."""
        if scope is not None:
            return scope.select(*promised.column_names)
        return self._of_keys(promised.name, held, rows.select(*promised.key))

    def _create(self, promised: Contract, rows: DataFrame) -> Written:
        """The first write of a table: one commit, which another writer's would refuse.

        Nothing to write makes no table; reading one that is not there gives no rows.
        """
        day = F.col(promised.partition) if promised.partition else F.lit(None)
        rows = rows.localCheckpoint()
        counted = rows.groupBy(day.alias("day")).count().collect()
        count = sum(row["count"] for row in counted)
        if not count:
            return Written(0, 0, 0, frozenset())
        if _may_be_held(promised, count):
            lake_log.create(self.root, promised, rows.toArrow())
        else:
            self._create_in_spark(promised, rows)
        return Written(
            count,
            0,
            0,
            frozenset(row["day"] for row in counted if row["day"] is not None),
        )

    def _create_in_spark(self, promised: Contract, rows: DataFrame) -> None:
        writer = rows
        if promised.partition:
            # A file a day, not one a task and day; a large day gets several.
            writer = rows.hint("rebalance", promised.partition)
        save = writer.write.format("delta").mode("errorifexists")
        for name, value in lake_log.OURS.items():
            save = save.option(name, value)
        if promised.partition:
            save = save.partitionBy(promised.partition)
        save.save(self.path(promised.name))


def _is_small(byte_count: int) -> bool:
    return byte_count < SMALL_BYTES


def _may_be_held(promised: Contract, row_count: int) -> bool:
    has_turns = "turns" in promised.column_names
    return row_count <= (HELD_CONVERSATIONS if has_turns else HELD_ROWS)


def _is_conflict(error: BaseException) -> bool:
    """Whether another writer came first, be it with the table itself."""
    if isinstance(error, AnalysisException):
        return str(error.getCondition()).startswith("DELTA_PATH_EXISTS")
    return isinstance(error, CONFLICTS)
