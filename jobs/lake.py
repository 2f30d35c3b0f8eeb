"""The lake: the only module that knows where tables are and how they are written.

Every write goes by contract: its columns, in its order, and by merge, so that any step
can be run again. A step that recomputes part of a table names the scope it answers for.
"""

import json
from collections.abc import Callable
from functools import reduce
from operator import and_
from typing import TypeVar, cast

from delta import exceptions as conflicts
from delta.tables import DeltaTable
from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType
from tenacity import (
    RetryCallState,
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from schemas.contracts import Contract, contract
from schemas.errors import LakeError

T = TypeVar("T")


def parsed_ddl(ddl: str) -> StructType:
    """The schema that a contract's DDL writes down."""
    return cast("StructType", StructType.fromDDL(ddl))


ATTEMPTS = 8
"""Tries at one merge before giving up: with waits up to 30 s, about two minutes, longer
than any single commit of ours takes."""

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

NOT_CONTENT = {"processed_at"}
"""Columns that say when we worked, not what we know: they alone make no row differ."""


class Lake:
    """The tables of one company, in one Spark session."""

    def __init__(self, spark: SparkSession, root: str) -> None:
        self.spark = spark
        self.root = root.rstrip("/")

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
        return reader.load(self.path(table)).select(*contract(table).column_names)

    def read_keys(self, table: str, keys: DataFrame) -> DataFrame:
        """The rows of these keys, reading whole rows only in the days they stand in.

        Args:
            keys: key columns of the contract, any number of rows.
        """
        promised = contract(table)
        key, partition = list(promised.key), promised.partition
        rows = self.read(table)
        if partition is None or not self.exists(table):
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

    def version(self, table: str) -> int | None:
        """The table's latest version; null before its first write."""
        if not self.exists(table):
            return None
        history = DeltaTable.forPath(self.spark, self.path(table)).history(1)
        return int(history.select("version").first()["version"])  # type: ignore[index]

    def data_files(self, table: str) -> list[str]:
        """The Parquet files that make up the table now, for engines other than Spark."""
        return list(self.read(table).inputFiles()) if self.exists(table) else []

    def inputs(self, table: str) -> dict[str, int] | None:
        """The versions of its inputs that the table's last commit was computed from.

        Null when the table was never written, or by something that did not say.
        """
        if not self.exists(table):
            return None
        history = DeltaTable.forPath(self.spark, self.path(table)).history(1)
        noted = history.select("userMetadata").first()["userMetadata"]  # type: ignore[index]
        return json.loads(noted)["inputs"] if noted else None

    def changes(
        self, table: str, since: int | None, columns: list[str]
    ) -> DataFrame | None:
        """Rows written or removed after a version, as they were before and are after.

        Returns:
            The given columns, distinct; null when the whole table must be taken as
            changed: `since` is null, or its history is gone (vacuumed).
        """
        latest = self.version(table)
        if since is None:
            return None if latest is not None else self.read(table).select(*columns)
        if latest is None or latest < since:
            return None
        if latest == since:
            return self.spark.createDataFrame([], self.schema(table)).select(*columns)
        feed = (
            self.spark.read.format("delta")
            .option("readChangeFeed", "true")
            .option("startingVersion", since + 1)
            .load(self.path(table))
        )
        try:
            return feed.select(*columns).distinct()
        except AnalysisException:
            return None

    def merge(
        self,
        table: str,
        rows: DataFrame,
        *,
        scope: DataFrame | None = None,
        note: dict[str, int] | None = None,
    ) -> None:
        """Put rows into a table by key, leaving equal rows untouched.

        Running it twice changes nothing: a row that differs from the one held only in
        when it was worked on is not written again.

        Args:
            rows: unique by key; more columns than the contract's are dropped.
            scope: key columns of all rows this computation answers for; a held row of
                the scope that is not in `rows` is deleted. Null deletes nothing.
            note: versions of the inputs, kept with the commit (see `inputs`).

        Raises:
            LakeError: other writers got in between `ATTEMPTS` times.
            ContractError: a promised column is missing.
        """
        promised = contract(table)
        promised.require_columns(rows.columns, found_in=f"what is written to {table}")
        self._create(promised)
        # Casting to the contract's types here makes a wrong type fail by name.
        shaped = rows.select(
            *(F.col(c.name).cast(c.spark_type).alias(c.name) for c in promised.columns)
        )
        if note is not None:
            self.spark.conf.set(
                "spark.databricks.delta.commitInfo.userMetadata",
                json.dumps({"inputs": note}),
            )
        try:
            self.retrying(lambda: self._merge_once(promised, shaped, scope))
        finally:
            self.spark.conf.unset("spark.databricks.delta.commitInfo.userMetadata")

    def retrying(self, write: Callable[[], T]) -> T:
        """Run a write that is safe to repeat; on a commit conflict read again and retry.

        Raises:
            LakeError: when it still conflicts after `ATTEMPTS` tries.
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
            retry=retry_if_exception_type(CONFLICTS),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.5, max=30),
            retry_error_callback=give_up,
        )
        return attempt(write)()

    def _merge_once(
        self, promised: Contract, rows: DataFrame, scope: DataFrame | None
    ) -> None:
        held = DeltaTable.forPath(self.spark, self.path(promised.name))
        key, partition = list(promised.key), promised.partition
        incoming = rows.withColumn("_gone", F.lit(False))
        if scope is not None:
            # What the scope holds and the computation no longer gives is deleted.
            gone = (
                self.read(promised.name)
                .join(scope.select(*key).distinct(), key, "left_semi")
                .join(rows.select(*key), key, "left_anti")
                .withColumn("_gone", F.lit(True))
            )
            incoming = incoming.unionByName(gone)
        same_key = reduce(and_, (F.col(f"held.{k}") == F.col(f"new.{k}") for k in key))
        if partition and partition not in key:
            # The key alone decides; the day prunes. A record whose day changed (a
            # source corrected its clock) is found under the day it was held under.
            moved = self._held_days(promised, incoming)
            incoming = incoming.join(moved, key, "left").withColumn(
                "_day", F.coalesce("_held_day", partition)
            )
            days = sorted(r[0] for r in incoming.select("_day").distinct().collect())
            same_key &= F.col(f"held.{partition}") == F.col("new._day")
            same_key &= F.col(f"held.{partition}").isin(days) if days else F.lit(False)
        values = {c: F.col(f"new.{c}") for c in promised.column_names}
        (
            held.alias("held")
            .merge(incoming.alias("new"), same_key)
            .whenMatchedDelete(F.col("new._gone"))
            .whenMatchedUpdate(_differs(promised), dict(values))
            .whenNotMatchedInsert(~F.col("new._gone"), dict(values))
            .execute()
        )

    def _held_days(self, promised: Contract, incoming: DataFrame) -> DataFrame:
        key = list(promised.key)
        return (
            self.read(promised.name)
            .join(incoming.select(*key), key, "left_semi")
            .select(*key, F.col(promised.partition or "").alias("_held_day"))
        )

    def _create(self, promised: Contract) -> None:
        if self.exists(promised.name):
            return
        builder = (
            DeltaTable.createIfNotExists(self.spark)
            .location(self.path(promised.name))
            .addColumns(parsed_ddl(promised.ddl))
            .comment(promised.description)
            # Later steps read what changed instead of everything (see `changes`).
            .property("delta.enableChangeDataFeed", "true")
        )
        if promised.partition:
            builder = builder.partitionedBy(promised.partition)
        builder.execute()


def _differs(promised: Contract) -> Column:
    """True where the new row says something else than the held one."""
    pairs = [
        _comparable(F.col(f"held.{c.name}"), c.spark_type).eqNullSafe(
            _comparable(F.col(f"new.{c.name}"), c.spark_type)
        )
        for c in promised.columns
        if c.name not in NOT_CONTENT
    ]
    return ~reduce(and_, pairs)


def _comparable(column: Column, spark_type: str) -> Column:
    """Maps have no order and cannot be compared; their sorted entries can."""
    if spark_type.startswith("map"):
        return F.array_sort(F.map_entries(column))
    return column
