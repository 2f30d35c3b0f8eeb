"""Lake tables → one DuckDB file, written whole, looked at, and put in place at once.

Readers open `marts.duckdb` read-only. It is a link to `marts-<run>.duckdb`, and moving
the link is one rename: whoever has the old file open goes on reading it undisturbed.

Safe to repeat: a publication is a new file each time; the last ones stay for rollback.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlparse

import duckdb

import nlp
from jobs import stores
from jobs.context import Context
from jobs.history import remember
from jobs.lake import Lake, Written
from jobs.ledger import as_of, code_version
from jobs.tagger_scores import publish_scores
from nlp.own import SHIPPED, Own
from schemas.contracts import Column, contract
from schemas.errors import NotFoundError, PublishError
from schemas.marts import (
    OF_THE_FILE,
    Mart,
    marts,
    metrics,
    report_metrics,
    view_description,
    view_words,
    views,
)

STEP = "publish_marts"

CURRENT = "marts.duckdb"

COPIES = ".copies-"
"""Begins the name of the folder that holds a far lake's files for the time of a load."""

NEVER_EMPTY = ("interactions", "contacts", "satisfaction", "runs")
"""Without these there is nothing to read: publishing them empty would wipe a good file."""


@dataclass(frozen=True)
class Publication:
    """One published file."""

    path: Path
    run_id: str
    is_current: bool
    size: int


def run(context: Context) -> None:
    """Publish the tables as they are now."""
    with context.ledger.step(STEP, context.last_day) as noted:
        noted.tagger_version = nlp.version(context.settings.own)
        counts = publish(
            context.lake,
            context.settings.marts_folder,
            run_id=context.ledger.run_id,
            published_at=context.now,
            small_number_floor=context.settings.rules.small_number_floor,
            keep=context.settings.marts.keep,
            tagger_version=noted.tagger_version,
            own=context.settings.own,
            reports=context.settings.reports_folder,
        )
        total = sum(counts.values())
        noted.note(context.last_day, Written(total, 0, 0, frozenset()))


def publish(
    lake: Lake,
    folder: Path,
    *,
    run_id: str,
    published_at: datetime,
    small_number_floor: int,
    keep: int,
    tagger_version: str | None = None,
    own: Own = SHIPPED,
    reports: Path | None = None,
) -> dict[str, int]:
    """Write a new file, look at it, put it in place, drop the oldest.

    Args:
        own: what of the tagger is the company's.

    Returns:
        Rows by table.

    Raises:
        PublishError: a table that must not be empty is, the file does not hold what was
            written, or the folder cannot be written; the file in place stays.
    """
    path = folder / f"marts-{run_id}.duckdb"
    draft = path.with_suffix(".draft")
    with _failures_named(folder, again="verbatim publish"):
        folder.mkdir(parents=True, exist_ok=True)
        _clear_what_a_killed_one_left(folder)
        try:
            with (
                _local_files(lake, beside=folder) as files,
                duckdb.connect(str(draft)) as connection,
            ):
                connection.execute("SET TimeZone = 'UTC'")
                counts = {m.name: _load(connection, m, files) for m in marts()}
                _describe(
                    connection,
                    run_id=run_id,
                    published_at=published_at,
                    until=as_of(lake),
                    small_number_floor=small_number_floor,
                    tagger_version=tagger_version or nlp.tagger_version,
                )
                publish_scores(connection, own)
                remember(
                    connection,
                    before=folder / CURRENT,
                    reports=reports or folder,
                )
                connection.execute("CHECKPOINT")
            _look_at(draft, counts)
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
        point_to(path)
    for old in publications(folder)[keep:]:
        if not old.is_current:
            old.path.unlink(missing_ok=True)
    return counts


@contextmanager
def _failures_named(folder: Path, *, again: str) -> Iterator[None]:
    """DuckDB's and the disk's own failures, with what to do about them."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise PublishError(
            f"The marts could not be written: {error}\nThe last ones stay in place. See "
            f"that {folder} has room and that this user may write it, and run: {again}"
        ) from error


def _clear_what_a_killed_one_left(folder: Path) -> None:
    """Drafts, their write-ahead logs and copies: as large as the marts, and nobody's."""
    for left in folder.glob("marts-*.draft*"):
        left.unlink(missing_ok=True)
    for left in folder.glob(f"{COPIES}*"):
        shutil.rmtree(left, ignore_errors=True)


def publications(folder: Path) -> list[Publication]:
    """Published files, newest first."""
    current = folder / CURRENT
    pointed = current.resolve().name if current.exists() else None
    found = [
        Publication(
            path=path,
            run_id=path.stem.removeprefix("marts-"),
            is_current=path.name == pointed,
            size=path.stat().st_size,
        )
        for path in folder.glob("marts-*.duckdb")
    ]
    return sorted(found, key=lambda publication: publication.run_id, reverse=True)


def rollback(folder: Path, run_id: str | None = None) -> Publication:
    """Put an earlier publication in place: the one named, or the one before this.

    Raises:
        NotFoundError: there is no such publication; what is in place stays.
        PublishError: the folder cannot be written; the same.
    """
    kept = publications(folder)
    current = next((p for p in kept if p.is_current), None)
    if run_id is not None:
        wanted = [p for p in kept if p.run_id == run_id]
    else:
        wanted = [p for p in kept if current and p.run_id < current.run_id]
    if not wanted:
        raise NotFoundError(
            f"There is no {'publication ' + run_id if run_id else 'earlier publication'} "
            f"in {folder}; there are: {', '.join(p.run_id for p in kept) or 'none'}."
        )
    with _failures_named(folder, again="verbatim rollback"):
        point_to(wanted[0].path)
    return wanted[0]


def point_to(path: Path) -> None:
    """Make `marts.duckdb` this file, in one rename."""
    link = path.parent / f".{CURRENT}.{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(path.name)
    link.replace(path.parent / CURRENT)


@contextmanager
def _local_files(lake: Lake, *, beside: Path) -> Iterator[dict[str, list[str]]]:
    """The Parquet files of every table that is published, where DuckDB can read them.

    Spark wrote them; they are read where they lie. Those of a lake elsewhere are copied
    beside the marts for the time of the load.
    """
    files = {t: lake.data_files(t) for t in {mart.table for mart in marts()}}
    if all(uri.startswith("file:") for listed in files.values() for uri in listed):
        yield {t: [unquote(urlparse(u).path) for u in us] for t, us in files.items()}
        return
    with TemporaryDirectory(prefix=COPIES, dir=beside) as folder:
        local: dict[str, list[str]] = {}
        for table, uris in files.items():
            root = lake.path(table)
            local[table] = []
            for uri in uris:
                # The folders below the table carry the day, which the files do not.
                below = unquote(uri).rpartition(f"/{table}/")[2]
                target = Path(folder, table, below)
                target.parent.mkdir(parents=True, exist_ok=True)
                filesystem, path = stores.opened(f"{root}/{below}")
                with (
                    filesystem.open_input_stream(path) as source,
                    target.open("wb") as copy,
                ):
                    shutil.copyfileobj(source, copy)
                local[table].append(str(target))
        yield local


def _load(
    connection: duckdb.DuckDBPyConnection, mart: Mart, files: dict[str, list[str]]
) -> int:
    """Create one table from its Parquet files; no row passes through Python.

    Raises:
        ContractError: the files lack a column that may not be null.
        PublishError: the table is empty and must not be.
    """
    promised = contract(mart.table)
    there: set[str] = set()
    rows = "WHERE false"
    if listed := ", ".join(f"'{_quoted(file)}'" for file in files[mart.table]):
        rows = (
            f"FROM read_parquet([{listed}], hive_partitioning = true, "
            "union_by_name = true)"
        )
        columns = connection.execute(f"DESCRIBE SELECT * {rows}").fetchall()
        there = {name for name, *_ in columns}
        if any(c.is_required and c.name not in there for c in promised.columns):
            promised.require_columns(there, found_in=f"{mart.table} in the lake")
    # A column that a newer contract added is null in what was written before it.
    selected = (
        _instant(c) if c.name in there else f"NULL::{duckdb_type(c.spark_type)}"
        for c in promised.columns
    )
    named = ", ".join(
        f"{value} AS {c.name}"
        for value, c in zip(selected, promised.columns, strict=True)
    )
    connection.execute(f"CREATE OR REPLACE TEMP VIEW source AS SELECT {named} {rows}")
    connection.execute(f"CREATE TABLE {mart.name} AS {mart.select}")
    # One commit for all comments: each is a write to disk.
    connection.begin()
    described = f"{mart.description} Grain: {mart.grain}."
    words = {
        c.name: c.description + (f" Unit: {c.unit}." if c.unit else "")
        for c in mart.columns
    }
    _comment(connection, "TABLE", mart.name, described, words)
    connection.commit()
    [(count,)] = connection.execute(f"SELECT count(*) FROM {mart.name}").fetchall()
    if count == 0 and mart.name in NEVER_EMPTY:
        raise PublishError(
            f"{mart.name!r} has no rows, so nothing was published; the last marts stay."
            "\nSee what was read with: verbatim runs"
        )
    return int(count)


def _describe(
    connection: duckdb.DuckDBPyConnection,
    *,
    run_id: str,
    published_at: datetime,
    until: datetime | None,
    small_number_floor: int,
    tagger_version: str,
) -> None:
    """Adds the publication's own facts, the metric definitions and the views."""
    connection.execute(
        """
        CREATE TABLE publication AS SELECT
            $run_id AS run_id,
            $published_at::TIMESTAMP AS published_at,
            $until::TIMESTAMP AS as_of,
            $floor::INTEGER AS small_number_floor,
            $code AS code_version,
            $tagger AS tagger_version
        """,
        {
            "run_id": run_id,
            "published_at": published_at.replace(tzinfo=None),
            "until": until.replace(tzinfo=None) if until else None,
            "floor": small_number_floor,
            "code": code_version(),
            "tagger": tagger_version,
        },
    )
    connection.execute(
        "CREATE TABLE metric_definitions (name TEXT, formula TEXT, grain TEXT, "
        "unit TEXT, caveats TEXT, source TEXT, view TEXT)"
    )
    connection.executemany(
        "INSERT INTO metric_definitions VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (m.name, m.formula, m.grain, m.unit, m.caveats, m.source, m.view)
            for m in (*metrics(), *report_metrics())
        ],
    )
    connection.execute(
        "CREATE MACRO rate(part, whole) AS CASE WHEN whole >= "
        "(SELECT small_number_floor FROM publication) THEN part / whole END"
    )
    for name, sql in views().items():
        connection.execute(f"CREATE VIEW {name} AS {sql}")
    connection.begin()
    for name, (description, columns) in OF_THE_FILE.items():
        _comment(connection, "TABLE", name, description, columns)
    for name in views():
        described = connection.execute(f"DESCRIBE {name}").fetchall()
        shown = {column for column, *_ in described}
        columns = {c: words for c, words in view_words().items() if c in shown}
        _comment(connection, "VIEW", name, view_description(name), columns)
    connection.commit()


def _comment(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    name: str,
    description: str,
    columns: Mapping[str, str],
) -> None:
    """Leave beside a table or view what it and each of its columns mean."""
    connection.execute(f"COMMENT ON {kind} {name} IS '{_quoted(description)}'")
    for column, words in columns.items():
        connection.execute(f"COMMENT ON COLUMN {name}.{column} IS '{_quoted(words)}'")


def _look_at(path: Path, counts: dict[str, int]) -> None:
    """Open the closed file as a reader would, and see that it holds what was written."""
    with duckdb.connect(str(path), read_only=True) as connection:
        for table, count in counts.items():
            [(found,)] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
            if found != count:
                raise PublishError(
                    f"{table} has {found} rows in the file but {count} were written; "
                    "nothing was published, the last marts stay."
                )
        for view in views():
            connection.execute(f"SELECT * FROM {view}").fetchall()


def _instant(column: Column) -> str:
    """Spark writes instants with a zone; readers get them in UTC, without one."""
    if column.spark_type == "timestamp":
        return f"{column.name}::TIMESTAMPTZ AT TIME ZONE 'UTC'"
    if "timestamp" in column.spark_type:
        return f"{column.name}::{duckdb_type(column.spark_type)}"
    if column.spark_type == "date":
        return f"{column.name}::DATE"
    return column.name


def duckdb_type(spark_type: str) -> str:
    """The DuckDB spelling of a contract's type."""
    spark_type = spark_type.strip()
    if spark_type.startswith("array<"):
        return f"{duckdb_type(spark_type[6:-1])}[]"
    if spark_type.startswith("struct<"):
        fields = re.findall(r"(\w+):([^,>]+)", spark_type[7:-1])
        # Quoted: a field called `end` is a word of SQL.
        named = ", ".join(f'"{name}" {duckdb_type(of)}' for name, of in fields)
        return f"STRUCT({named})"
    if spark_type.startswith("map<"):
        key, value = spark_type[4:-1].split(",")
        return f"MAP({duckdb_type(key)}, {duckdb_type(value)})"
    return {"string": "VARCHAR", "int": "INTEGER"}.get(spark_type, spark_type.upper())


def _quoted(text: str) -> str:
    return text.replace("'", "''")
