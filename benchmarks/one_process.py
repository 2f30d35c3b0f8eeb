"""The pipeline without Spark: the same readers, masker and tagger, the rest plain SQL.

    python -m benchmarks.one_process --settings FILE --from D --to D --output DB.duckdb
    python -m benchmarks.one_process --output DB.duckdb --against MARTS.duckdb

A yardstick, for what distribution costs, and a second opinion: the SQL in
`one_process_sql` was written from the contracts' words and not from the transforms, so a
row on which the two differ is a fault of one of them, or of the words. It reads days as
one range into a new file and keeps nothing between runs: no updates of what it read
before, no ledger, no quarantine, no checks, no decisions of people on links.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa
from rich.console import Console
from rich.table import Table

import nlp
from jobs import stores
from jobs.arrivals import arrivals
from jobs.opening_hours import calendar
from jobs.pseudonyms import Pseudonyms
from jobs.settings import Settings, days_between, load
from jobs.stage import open_file, rows_of
from nlp.taxonomy import LANGUAGES
from schemas.contracts import contract

Row = dict[str, Any]

SCRIPTS = Path(__file__).with_name("one_process_sql")

LANDED = ("interactions", "transcripts", "surveys", "crm_records")

COMPARED = (
    "contacts",
    "contact_interactions",
    "journeys",
    "journey_steps",
    "satisfaction",
)

NEARLY = 1e-6
"""Numbers closer than this are equal: two engines add in different orders."""

ROWS_PER_BATCH = 2_000
TEXTS_PER_BATCH = 1_000

TURN = pa.struct(
    [
        ("position", pa.int32()),
        ("party", pa.string()),
        ("started_at", pa.timestamp("us")),
        ("text", pa.string()),
    ]
)
ARROW_TYPES = {
    "string": pa.string(),
    "boolean": pa.bool_(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "map<string,string>": pa.map_(pa.string(), pa.string()),
    "array<struct<kind:string,key:string>>": pa.list_(
        pa.struct([("kind", pa.string()), ("key", pa.string())])
    ),
    "array<struct<position:int,party:string,started_at:timestamp,text:string>>": pa.list_(
        TURN
    ),
    "array<struct<start:int,end:int>>": pa.list_(
        pa.struct([("start", pa.int32()), ("end", pa.int32())])
    ),
}
"""How the contracts spell types. Instants are UTC, without a zone, as in the marts."""


def run(settings: Settings, days: Sequence[date], output: Path) -> dict[str, float]:
    """Read some arrival days into a new DuckDB file; whatever was there is gone.

    The file also gets a table `steps`, with the seconds of each.

    Returns:
        Seconds by step, in order.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    output.unlink(missing_ok=True)
    seconds: dict[str, float] = {}

    @contextmanager
    def timed(step: str) -> Iterator[None]:
        began = monotonic()
        yield
        seconds[step] = monotonic() - began

    with duckdb.connect(str(output)) as db:
        with timed("ingest"):
            _stage(db, settings, days)
            _state_rules(db, settings, days)
            _script(db, "1_landing")
        with timed("link"):
            _script(db, "2_identity")
        with timed("tag"):
            _tag(db)
        with timed("build"):
            _open_days(db, settings)
            for script in ("3_contacts", "4_repeats", "5_journeys", "6_satisfaction"):
                _script(db, script)
        db.execute("CREATE TABLE steps (step VARCHAR, seconds DOUBLE)")
        db.executemany("INSERT INTO steps VALUES (?, ?)", list(seconds.items()))
    return seconds


def _stage(
    db: duckdb.DuckDBPyConnection, settings: Settings, days: Sequence[date]
) -> None:
    for table in LANDED:
        create(db, f"staged_{table}", shape_of(table))
    held: dict[str, list[Row]] = {table: [] for table in LANDED}
    filesystem, root = stores.opened(settings.drop)
    pseudonyms = Pseudonyms(settings.secret, settings.company.country)
    now = datetime.now(UTC)
    for arrival in arrivals(settings, days, settings.sources):

        def opened(file: str = arrival.file) -> BinaryIO:
            return open_file(filesystem, f"{root}/{file}")

        for staged in rows_of(arrival, opened, settings, pseudonyms, now):
            table = staged["record"]
            if table not in held:  # excluded or refused
                continue
            held[table].append(staged[table])
            if len(held[table]) >= ROWS_PER_BATCH:
                _insert(db, f"staged_{table}", held[table], shape_of(table))
                held[table] = []
    for table, rows in held.items():
        _insert(db, f"staged_{table}", rows, shape_of(table))


def _state_rules(
    db: duckdb.DuckDBPyConnection, settings: Settings, days: Sequence[date]
) -> None:
    """What the SQL needs to know of settings, taxonomy and the instant it speaks for."""
    rules = settings.rules
    last = days[-1]
    db.execute(
        "CREATE TABLE rules AS SELECT ?::TIMESTAMP AS as_of, ?::INTERVAL AS gap, "
        "?::INTERVAL AS resolution_window, ?::INTEGER AS shared_handle_limit",
        [
            datetime(last.year, last.month, last.day) + timedelta(days=1),  # noqa: DTZ001 - UTC, as all here
            timedelta(days=rules.journey_gap_days),
            timedelta(days=rules.resolution_window_days),
            rules.shared_handle_limit,
        ],
    )
    taxonomy = nlp.load_taxonomy(settings.taxonomy_file)
    _fill(
        db,
        "intent_groups (intent_label VARCHAR, intent_group VARCHAR)",
        [
            (label, group)
            for group, labels in taxonomy.intent_groups.items()
            for label in labels
        ],
    )
    _fill(
        db,
        "clocks (channel VARCHAR, intent_label VARCHAR, expected_seconds DOUBLE)",
        [
            (clock.channel, clock.intent, clock.seconds)
            for clock in settings.expectations
        ],
    )
    _fill(db, "tagged_languages (language VARCHAR)", [(name,) for name in LANGUAGES])


def _open_days(db: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    found = db.execute(
        "SELECT min(occurred_date), max(occurred_date) FROM interactions"
    ).fetchone()
    spans = []
    if found is not None and found[0] is not None:
        month = timedelta(days=31)  # so that no instant lies before the first opening
        for day in calendar(settings, found[0] - month, found[1] + month):
            before = day.open_before
            for opens, closes in day.spans:
                row = opens.replace(tzinfo=None), closes.replace(tzinfo=None), before
                spans.append(row)
                before += (closes - opens) / timedelta(seconds=1)
    _fill(
        db,
        "calendar (opens_at TIMESTAMP, closes_at TIMESTAMP, open_before DOUBLE)",
        spans,
    )


def _tag(db: duckdb.DuckDBPyConnection) -> None:
    shape = pa.schema(
        [
            field
            for field in shape_of("tags")
            if field.name not in ("text_hash", "processed_at")
        ]
    )
    create(db, "tags", shape)
    version = nlp.tagger_version
    texts = db.cursor().execute("SELECT * FROM readable")
    while batch := texts.fetchmany(TEXTS_PER_BATCH):
        tagged = nlp.tag([row[2] for row in batch], [row[3] for row in batch])
        rows = [
            {
                "interaction_id": interaction_id,
                "occurred_date": occurred_date,
                "family": tag.family,
                "label": tag.label,
                "score": tag.score,
                "is_primary": tag.is_primary,
                "evidence": [
                    {"start": start, "end": end} for start, end in tag.evidence
                ],
                "tagger_version": version,
            }
            for (interaction_id, occurred_date, _, _), tags in zip(
                batch, tagged, strict=True
            )
            for tag in tags
        ]
        _insert(db, "tags", rows, shape)


def shape_of(table: str) -> pa.Schema:
    return pa.schema(
        [
            (column.name, ARROW_TYPES[column.spark_type])
            for column in contract(table).columns
        ]
    )


def create(db: duckdb.DuckDBPyConnection, table: str, shape: pa.Schema) -> None:
    empty = shape.empty_table()
    db.register("arriving", empty)
    db.execute(f"CREATE TABLE {table} AS FROM arriving")
    db.unregister("arriving")


def _insert(
    db: duckdb.DuckDBPyConnection, table: str, rows: list[Row], shape: pa.Schema
) -> None:
    db.register("arriving", pa.Table.from_pylist(rows, shape))
    db.execute(f"INSERT INTO {table} FROM arriving")
    db.unregister("arriving")


def _fill(
    db: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]
) -> None:
    db.execute(f"CREATE TABLE {table}")
    if rows:
        name = table.partition(" ")[0]
        places = ", ".join("?" * len(rows[0]))
        db.executemany(f"INSERT INTO {name} VALUES ({places})", rows)


def _script(db: duckdb.DuckDBPyConnection, name: str) -> None:
    db.execute((SCRIPTS / f"{name}.sql").read_text(encoding="utf-8"))


def differences(ours: Path, theirs: Path) -> dict[str, list[Row]]:
    """Every row on which two files differ, by table; all tables are named.

    Args:
        ours: the published marts.
        theirs: what `run` wrote.

    Returns:
        Rows with the contract's key columns; `columns`, those that differ, empty where
        only one side has the row; `ours` and `theirs`, the rows, null where missing.
    """
    with duckdb.connect() as db:
        db.execute(f"ATTACH '{ours}' AS ours (READ_ONLY)")
        db.execute(f"ATTACH '{theirs}' AS theirs (READ_ONLY)")
        return {table: _different_rows(db, table) for table in COMPARED}


def _different_rows(db: duckdb.DuckDBPyConnection, table: str) -> list[Row]:
    promised = contract(table)
    key = promised.key
    others = [
        column
        for column in promised.columns
        if column.name not in key and column.name != "processed_at"
    ]
    # A key that is there twice would hide a row: copies are told apart by their number.
    numbered = (
        f"SELECT row.*, row_number() OVER (PARTITION BY {', '.join(key)} ORDER BY row) "
        f"AS copy FROM {{side}}.{table} row"
    )
    differs = {
        column.name: (
            f"(o.{column.name} IS NULL) <> (t.{column.name} IS NULL) "
            f"OR abs(o.{column.name} - t.{column.name}) > {NEARLY}"
            if column.spark_type == "double"
            else f"o.{column.name} IS DISTINCT FROM t.{column.name}"
        )
        for column in others
    }
    flags = ", ".join(
        f"CASE WHEN {condition} THEN '{name}' END"
        for name, condition in differs.items()
    )
    same_key = " AND ".join(f"o.{name} = t.{name}" for name in (*key, "copy"))
    found = db.execute(
        f"""
        SELECT {", ".join(f"coalesce(o.{name}, t.{name}) AS {name}" for name in key)},
            CASE WHEN o.copy IS NULL OR t.copy IS NULL THEN []
                ELSE list_filter([{flags}], lambda name: name IS NOT NULL) END AS columns,
            CASE WHEN o.copy IS NOT NULL THEN o END AS ours,
            CASE WHEN t.copy IS NOT NULL THEN t END AS theirs
        FROM ({numbered.format(side="ours")}) o
        FULL JOIN ({numbered.format(side="theirs")}) t ON {same_key}
        WHERE o.copy IS NULL OR t.copy IS NULL OR {" OR ".join(differs.values())}
        ORDER BY {", ".join(key)}
        """
    )
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def show(found: dict[str, list[Row]], console: Console, *, examples: int = 2) -> None:
    """Print how many rows differ by table and column, with examples of each."""
    summary = Table(box=None, pad_edge=False)
    for name in ("table", "what differs", "rows", "example", "ours", "theirs"):
        right = name == "rows"
        summary.add_column(name, no_wrap=True, justify="right" if right else "left")
    for table, rows in found.items():
        if not rows:
            summary.add_row(table, "nothing", "0")
        for what, differing in _by_difference(rows).items():
            for place, row in enumerate(differing[:examples]):
                sides = [
                    "" if row[side] is None else str(row[side].get(what, "there"))
                    for side in ("ours", "theirs")
                ]
                key = " · ".join(str(row[name]) for name in contract(table).key)
                named = (table, what, str(len(differing))) if place == 0 else ("",) * 3
                summary.add_row(*named, key, *sides)
    console.print(summary)


def _by_difference(rows: list[Row]) -> dict[str, list[Row]]:
    by_difference: dict[str, list[Row]] = {}
    for row in rows:
        missing = "only theirs" if row["ours"] is None else "only ours"
        for what in row["columns"] or [missing]:
            by_difference.setdefault(what, []).append(row)
    return by_difference


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--settings", type=Path, default=Path("verbatim.toml"))
    parser.add_argument("--from", dest="first", type=date.fromisoformat)
    parser.add_argument("--to", dest="last", type=date.fromisoformat)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--against", type=Path, help="published marts to compare with")
    options = parser.parse_args(arguments)
    console = Console() if sys.stdout.isatty() else Console(width=220)
    if options.first:
        days = days_between(options.first, options.last or options.first)
        seconds = run(load(options.settings), days, options.output)
        for step, took in seconds.items():
            console.print(f"{step:<8}{took:8.1f} s")
    if options.against:
        found = differences(options.against, options.output)
        show(found, console)
        return 1 if any(found.values()) else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
