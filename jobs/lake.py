"""The lake: the only module that knows where tables are and how they are written.

Every write goes by contract: its columns, in its order, and by merge, so that any step
can be run again. A step that recomputes part of a table names the scope it answers for.
"""

import re
import secrets
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple, TypeVar, cast

from delta import exceptions as conflicts
from delta.tables import DeltaTable
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType
from tenacity import (
    RetryCallState,
    retry,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from jobs import lake_changes, lake_files, stores
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
)
"""Another writer committed first: reading again and repeating the merge is safe."""

DISK_FULL = re.compile(r"No space left[^\n]*|Disk quota exceeded[^\n]*")
"""What Java says of a disk that is full, whatever was written there."""

KEEPS_CHANGES = "delta.enableChangeDataFeed"
"""Delta's name for keeping, with every commit, which rows it changed."""

CHANGE_NO_ROW = ("OPTIMIZE", "VACUUM START", "VACUUM END", "SET TBLPROPERTIES")
"""Commits after which a table holds the rows it held before."""

STORAGE_FAULT = re.compile(
    r"No space left[^\n]*|[\w.]*(?:FileSystem|FileAlreadyExists|AccessDenied|AccessControl"
    r"|NotDirectory|FSError|IO)(?:Exception|Error): [^\n]*"
)
"""What Java says of a disk or a store, in the midst of a page of where it was."""


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
        return DeltaTable.isDeltaTable(self.spark, self.path(table))

    def schema(self, table: str) -> StructType:
        return parsed_ddl(contract(table).ddl)

    def read(self, table: str, *, version: int | None = None) -> DataFrame:
        """A table as it is now, or as it was at a version; empty before its first write."""
        if not self.exists(table):
            return self.spark.createDataFrame([], self.schema(table))
        reader = self.spark.read.format("delta")
        if version is not None:
            reader = reader.option("versionAsOf", version)
        held = reader.load(self.path(table))
        there = set(held.columns)
        # A column that a newer contract added is null in what was written before it.
        return held.selectExpr(
            *(
                f"`{c.name}`"
                if c.name in there
                else f"CAST(NULL AS {c.spark_type}) AS `{c.name}`"
                for c in contract(table).columns
            )
        )

    def read_keys(self, table: str, keys: DataFrame) -> DataFrame:
        """The rows of these keys, reading whole rows only in the days they stand in; of a
        small table (`is_small`) in all its days.

        Args:
            keys: key columns of the contract, any number of rows.
        """
        promised = contract(table)
        key, partition = list(promised.key), promised.partition
        rows = self.read(table)
        if partition is None or self.is_small(table):
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
        return self.size_bytes(table) < SMALL_BYTES

    def size_bytes(self, table: str) -> int:
        """Bytes of the files that make up a table now; 0 before its first write."""
        return lake_files.table_bytes(self.root, table)

    def commit(self, table: str) -> Commit | None:
        """A table's last commit; null before its first."""
        if not self.exists(table):
            return None
        snapshot = self._snapshot(table)
        return Commit(int(snapshot.version()), str(snapshot.metadata().id()))

    def _snapshot(self, table: str) -> Any:
        """What Delta's log says of a table now. Its Python asks the whole history by a
        query, which takes a second; the log knows at once."""
        java: Any = self.spark.sparkContext._jvm
        nothing = java.scala.Option.empty()
        return java.org.apache.spark.sql.delta.DeltaLog.forTable(
            self.spark._jsparkSession, self.path(table)
        ).update(False, nothing, nothing)

    def changes(self, table: str, *, after: int) -> DataFrame:
        """Every row written after a version, as it was before and as it became.

        Raises:
            AnalysisException: that version is gone, or changes were not kept since.
        """
        return (
            self.spark.read.format("delta")
            .option("readChangeFeed", "true")
            .option("startingVersion", after + 1)
            .load(self.path(table))
        )

    def keep_changes(self, table: str) -> None:
        """See that `changes` can be read from now on; new tables keep them anyway."""
        properties = self._snapshot(table).metadata().configuration()
        if (
            not properties.contains(KEEPS_CHANGES)
            or properties.apply(KEEPS_CHANGES) != "true"
        ):
            self.spark.sql(
                f"ALTER TABLE delta.`{self.path(table)}` "
                f"SET TBLPROPERTIES ('{KEEPS_CHANGES}' = 'true')"
            )

    def has_changed(self, table: str, *, after: Commit) -> bool:
        """Whether a table's rows may differ from those of a commit."""
        now = self.commit(table)
        if now is None or now.table_id != after.table_id:
            return True
        if now.version == after.version:
            return False
        commits = DeltaTable.forPath(self.spark, self.path(table)).history()
        since = commits.where(F.col("version") > after.version)
        return not since.where(~F.col("operation").isin(*CHANGE_NO_ROW)).isEmpty()

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
            lambda: (
                self._merge_once(promised, rows, scope, newer, compared_with)
                if self.exists(table)
                else self._create(promised, lake_changes.shaped(promised, rows))
            )
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

    def append(self, table: str, rows: DataFrame) -> None:
        """Add rows that are new by their nature, such as those of a run of its own id."""
        names = contract(table).column_names
        self.retrying(
            lambda: (
                rows.select(*names)
                .write.format("delta")
                .mode("append")
                .save(self.path(table))
            )
        )

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
        key, partition = list(promised.key), promised.partition
        if compared_with is not None and self.commit(promised.name) == compared_with:
            changes = lake_changes.shaped(promised, rows, "_change", "_held_day")
        else:
            new = lake_changes.shaped(promised, rows)
            held = self._held(promised, new, scope)
            # Worked out here and now: what follows plans around a few rows, not around
            # the whole computation again. Spark compares every later query with all that
            # is cached, which for plans of our size cost more than the queries themselves.
            changes = lake_changes.changes(
                promised, new, held, has_scope=scope is not None
            ).localCheckpoint()
        # One narrow row per day and kind of change, never the rows themselves.
        counted = (
            changes.groupBy(
                "_change",
                F.expr(f"{partition or 'NULL'} AS day"),
                F.expr("_held_day AS held_day"),
            )
            .count()
            .collect()
        )
        if not counted:
            return Written(0, 0, 0, frozenset())
        same_key = [f"held.`{k}` = new.`{k}`" for k in key]
        days = {r[n] for r in counted for n in ("day", "held_day")} - {None}
        if partition:
            # The key alone decides; the day prunes. A record whose day changed (its
            # source corrected a clock) is found under the day it was held under.
            looked_in = sorted({r["held_day"] or r["day"] for r in counted})
            listed = ", ".join(f"DATE'{day}'" for day in looked_in)
            same_key.append(f"held.`{partition}` IN ({listed})")
            same_key.append(
                f"held.`{partition}` = coalesce(new._held_day, new.`{partition}`)"
            )
        values = {c: f"new.`{c}`" for c in promised.column_names}
        wins = "new._change <> 'delete'" + (f" AND ({newer})" if newer else "")
        (
            DeltaTable.forPath(self.spark, self.path(promised.name))
            .alias("held")
            .merge(changes.alias("new"), " AND ".join(same_key))
            .whenMatchedDelete("new._change = 'delete'")
            .whenMatchedUpdate(wins, dict(values))
            .whenNotMatchedInsert("new._change <> 'delete'", dict(values))
            .execute()
        )
        total = dict.fromkeys(("insert", "update", "delete"), 0)
        for row in counted:
            total[row["_change"]] += row["count"]
        return Written(
            total["insert"], total["update"], total["delete"], frozenset(days)
        )

    def _held(
        self, promised: Contract, rows: DataFrame, scope: DataFrame | None
    ) -> DataFrame:
        """The held rows that the new ones may change."""
        if scope is None:
            return self.read_keys(promised.name, rows.select(*promised.key))
        return scope.select(*promised.column_names)

    def _create(self, promised: Contract, rows: DataFrame) -> Written:
        """The first write of a table: one commit, which another writer's would refuse.

        Nothing to write makes no table; reading one that is not there gives no rows.
        """
        day = F.col(promised.partition) if promised.partition else F.lit(None)
        rows = rows.localCheckpoint()
        counted = rows.groupBy(day.alias("day")).count().collect()
        if not counted:
            return Written(0, 0, 0, frozenset())
        writer = rows
        if promised.partition:
            # A file a day, not one a task and day; a large day gets several.
            writer = rows.hint("rebalance", promised.partition)
        save = writer.write.format("delta").mode("errorifexists")
        save = save.option(KEEPS_CHANGES, "true")
        if promised.partition:
            save = save.partitionBy(promised.partition)
        save.save(self.path(promised.name))
        return Written(
            sum(row["count"] for row in counted),
            0,
            0,
            frozenset(row["day"] for row in counted if row["day"] is not None),
        )


def _is_conflict(error: BaseException) -> bool:
    """Whether another writer came first, be it with the table itself."""
    if isinstance(error, AnalysisException):
        return str(error.getCondition()).startswith("DELTA_PATH_EXISTS")
    return isinstance(error, CONFLICTS)
