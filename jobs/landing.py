"""Staged records become table rows: the newest version of each wins, everything counts.

All tables that records land in share one rule, so that any order of deliveries ends in
the same rows: of two versions of a record the one with the greater
(source_updated_at - landed_at for customer records -, record_hash, earlier landed_at,
heard from a topic, file, locator) is kept. A record read
again from its very place with another result was read by a mended reader: it wins.
"""

import re
from datetime import date, datetime
from functools import reduce
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F

from jobs import lake_files
from jobs.lake import Lake
from jobs.lake_log import Commit
from jobs.ledger import Entry
from jobs.settings import Settings
from schemas.contracts import Contract, contract
from schemas.errors import InputError

QUARANTINE_LIMIT_FROM = 10
"""Refusals from which a source's share of them says something: of ten records, three
broken ones are an accident."""

LISTED_REFUSALS = 1_000
"""Files with refusals that stand, up to which each staged record is compared with them."""

MESSAGE = re.compile(r"^offset \d+")
"""How the locator of a topic's message begins."""

LANDED = ("transcripts", "surveys", "crm_records", "interactions")
"""Tables that records land in. Transcripts come first: the interactions they belong to
are completed from the table."""

ORDERED_BY = {
    "interactions": "source_updated_at",
    "transcripts": "source_updated_at",
    "surveys": "source_updated_at",
    "crm_records": "landed_at",
}
"""Landing tables, with what says which of two versions is newer."""

COUNTED = ("source", "day", "fate", "is_written", "is_late")
"""Columns by which records are counted for the ledger."""

TAKEN = (
    "text",
    "turns",
    "text_hash",
    "text_origin",
    "language",
    "language_is_declared",
)
"""Columns that an interaction without words of its own takes from its transcript."""


def land(
    lake: Lake, staged: DataFrame, settings: Settings, *, now: datetime
) -> list[Entry]:
    """Merge staged records into their tables and say what became of every one.

    Safe to repeat: a record that is held already is left as it is.

    Args:
        staged: see `jobs.stage`; persisted by the caller, it is read several times.
        now: becomes `replayed_at` of quarantined records that could be read this time.

    Returns:
        An entry per source and arrival day that had records.

    Raises:
        InputError: too large a share of a source's records was refused; nothing of
            them is merged but the refusals, so that they can be looked at.
    """
    read = (
        staged.groupBy("source", "day", "record", "reason")
        .agg(
            F.count("*").alias("count"),
            F.max(_was_refused_before(lake)).alias("was_refused_before"),
        )
        .collect()
    )
    present = {row["record"] for row in read}
    if "quarantine" in present or any(row["was_refused_before"] for row in read):
        _quarantine(lake, staged, now)
    _refuse_a_broken_source(read, settings)

    decided = {
        table: _decided(lake, staged, table, settings)
        for table in LANDED
        if table in present
    }
    if not decided:
        return _entries(read, [], {})
    counted = (
        reduce(
            DataFrame.unionByName,
            (
                rows.selectExpr(*COUNTED, f"'{table}' AS table")
                for table, (rows, _) in decided.items()
            ),
        )
        .groupBy(*COUNTED, "table")
        .count()
        .collect()
    )
    written = {row["table"] for row in counted if row["is_written"]}
    for table in LANDED:
        if table in written and table != "interactions":
            rows, held_at = decided[table]
            lake.merge(
                table, _written(rows), newer=_is_newer(table), compared_with=held_at
            )
    if "interactions" in written or "transcripts" in present:
        _merge_completed(lake, decided, now)
    waiting = _waiting(lake, decided)
    return _entries(read, counted, waiting)


class Decided(NamedTuple):
    """What becomes of each record for one table."""

    rows: DataFrame
    """``source``, ``day``, ``key``, ``fate``, ``is_late``, ``is_written``, and, where it is
    to be written, ``row`` (the contract's columns), ``_change`` and ``_held_day``."""
    held_at: Commit | None
    """The commit of the table they were compared with; null before its first."""


def _decided(lake: Lake, staged: DataFrame, table: str, settings: Settings) -> Decided:
    promised = contract(table)
    held_at = lake.commit(table)
    held = lake.read(table).selectExpr(
        f"{_key(promised, '')} AS key",
        f"{_version('', table)} AS held",
        f"{promised.partition or 'CAST(NULL AS date)'} AS held_day",
    )
    wins = f"(held IS NULL OR {_wins('version', 'held')})"
    rows = (
        staged.where(F.col("record") == table)
        .selectExpr(
            "source",
            "day",
            f"{table} AS row",
            f"{_key(promised, f'{table}.')} AS key",
            f"{_version(f'{table}.', table)} AS version",
            f"{_lateness(table, settings)} AS is_late",
        )
        .selectExpr(
            "*",
            "row_number() OVER (PARTITION BY key ORDER BY version DESC) = 1 AS is_first",
        )
        .join(held, "key", "left")
        .selectExpr(
            "*",
            "CASE WHEN NOT is_first THEN 'duplicate' WHEN held IS NULL THEN 'added' "
            f"WHEN held.hash <> version.hash AND {wins} THEN 'updated' "
            "ELSE 'unchanged' END AS fate",
            f"is_first AND {wins} AS is_written",
        )
        .selectExpr(
            *("source", "day", "key", "fate", "is_written"),
            "is_late AND fate IN ('added', 'updated') AS is_late",
            "CASE WHEN is_written THEN row END AS row",
            "CASE WHEN held IS NULL THEN 'insert' ELSE 'update' END AS _change",
            "held_day AS _held_day",
        )
    )
    return Decided(rows.localCheckpoint(), held_at)


def _written(rows: DataFrame) -> DataFrame:
    """The table's rows among what was decided."""
    return rows.where("is_written").select("row.*", "_change", "_held_day")


def _key(promised: Contract, prefix: str) -> str:
    """One text of all key columns."""
    parts = ", ".join(f"CAST({prefix}{name} AS string)" for name in promised.key)
    return f"concat_ws('\\u001f', {parts})"


def _version(prefix: str, table: str) -> str:
    """What decides between two versions of a record: the greater one is kept."""
    return (
        f"struct(unix_micros({prefix}{ORDERED_BY[table]}) AS at, "
        f"{prefix}record_hash AS hash, -unix_micros({prefix}landed_at) AS landed, "
        # Heard before the file that repeats it came: the file's batch rewrites nothing.
        f"startswith({prefix}locator, 'offset ') AS is_heard, "
        f"{prefix}file AS file, {prefix}locator AS locator)"
    )


def _is_newer(table: str, *, or_equal: bool = False) -> str:
    """Whether the new row wins over one that another writer may have put there."""
    return _wins(
        *(_version(f"{side}.", table) for side in ("new", "held")), or_equal=or_equal
    )


def _wins(new: str, held: str, *, or_equal: bool = False) -> str:
    """Whether a version is kept instead of the one held.

    The very record that is held, read differently, comes from a reader mended since.
    """
    is_read_anew = (
        f"({new}.file = {held}.file AND {new}.locator = {held}.locator "
        f"AND {new}.hash <> {held}.hash)"
    )
    return f"({new} {'>=' if or_equal else '>'} {held} OR {is_read_anew})"


def _lateness(table: str, settings: Settings) -> str:
    if table != "interactions":
        return "false"
    days = "date_diff(day, interactions.occurred_date)"
    return f"{days} > {settings.rules.late_after_days}"


def _merge_completed(lake: Lake, decided: dict[str, Decided], now: datetime) -> None:
    """Merge interactions with their words, also those that come meanwhile.

    Another writer's transcript, committed after ours were read and before our
    interactions were there, would find nothing to complete: so we look again.
    """
    held_at = (
        decided["interactions"].held_at
        if "interactions" in decided
        else lake.commit("interactions")
    )
    while True:
        read = lake.commit("transcripts")
        # A row that only its transcript changes is as new as the one held.
        lake.merge(
            "interactions",
            _completed(lake, decided, now).localCheckpoint(),
            newer=_is_newer("interactions", or_equal=True),
            compared_with=held_at,
        )
        if lake.commit("transcripts") == read:
            return


def _completed(lake: Lake, decided: dict[str, Decided], now: datetime) -> DataFrame:
    """Interactions to write: new versions, and held ones whose transcript has come.

    A row takes turns, text, language and origin from its transcript where the record
    itself brought no words.
    """
    parts = []
    if "interactions" in decided:
        parts.append(
            _written(decided["interactions"].rows).withColumn("_waits", F.lit(False))
        )
    if "transcripts" in decided:
        arrived = decided["transcripts"].rows.selectExpr("key AS interaction_id")
        waited_for = lake.read_keys("interactions", arrived.distinct()).selectExpr(
            "*", "'update' AS _change", "occurred_date AS _held_day", "true AS _waits"
        )
        if parts:
            new = parts[0].select("interaction_id")
            waited_for = waited_for.join(new, "interaction_id", "left_anti")
        parts.append(waited_for.withColumn("processed_at", F.lit(now)))
    rows = reduce(DataFrame.unionByName, parts)
    if not lake.exists("transcripts"):
        return rows
    words = lake.read_keys("transcripts", rows.select("interaction_id")).selectExpr(
        "interaction_id",
        "true AS _has_come",
        *(f"{name} AS _{name}" for name in TAKEN),
        "record_hash AS _transcript_hash",
    )
    # Its own words or none: what an earlier transcript filled in gives way to a later one.
    has_own = "(transcript_hash IS NULL AND (size(turns) > 0 OR text IS NOT NULL))"
    takes = f"(_has_come AND NOT {has_own})"
    is_better_told = "(NOT language_is_declared OR _language_is_declared)"
    filled = {
        **{name: f"CASE WHEN {takes} THEN _{name} ELSE {name} END" for name in TAKEN},
        "text_origin": (
            f"CASE WHEN {takes} AND _text IS NOT NULL THEN _text_origin "
            "ELSE text_origin END"
        ),
        "language": (
            f"CASE WHEN {takes} AND {is_better_told} THEN _language ELSE language END"
        ),
        "language_is_declared": (
            f"CASE WHEN {takes} THEN _language_is_declared OR language_is_declared "
            "ELSE language_is_declared END"
        ),
        "transcript_hash": (
            f"CASE WHEN {takes} THEN _transcript_hash ELSE transcript_hash END"
        ),
    }
    is_as_before = " AND ".join(f"{name} <=> {how}" for name, how in filled.items())
    return (
        rows.join(words, "interaction_id", "left")
        # Most that a transcript read again would complete has been completed by it.
        .where(f"NOT (_waits AND {is_as_before})")
        .selectExpr(
            *(
                f"{filled[name]} AS {name}" if name in filled else name
                for name in contract("interactions").column_names
            ),
            "_change",
            "_held_day",
        )
    )


def _was_refused_before(lake: Lake) -> Column:
    """Whether a staged record is of a file, or is a message, with refusals that stand.

    Most runs and micro-batches neither refuse nor mend anything: told from the log and
    the files of the quarantine, that costs no query of its own.
    """
    places = _places_refused(lake.root)
    if len(places) > LISTED_REFUSALS:
        return F.lit(True)
    return F.concat_ws(" ", "source", "file").isin(sorted(places))


def _places_refused(root: str) -> set[str]:
    """Source and staged file of every refusal that stands; no more of them than tell that
    there are too many to list."""
    place = ["source", "file", "locator"]
    stands = pc.field("replayed_at").is_null()
    refused = lake_files.columns_of(root, "quarantine", place, stands)
    # Of a locator only which message it is: a broken file has a refusal for every line.
    begins = pc.replace_substring_regex(
        pc.fill_null(refused["locator"].cast(pa.string()), ""),
        f"(?s)({MESSAGE.pattern})?.*",
        r"\1",
    )
    refused = refused.set_column(2, "locator", begins)
    distinct = refused.group_by(place).aggregate([])[: LISTED_REFUSALS + 1]
    return {
        f"{row['source']} {_read_again_as(row['file'], row['locator'])}"
        for row in distinct.to_pylist()
    }


def _read_again_as(file: str, locator: str | None) -> str:
    """The staged file in which a refused record would come again."""
    # A topic is never read again as a whole, only this or that message of it.
    message = MESSAGE.match(locator or "")
    return f"{file} {message[0]}" if message else file


def _quarantine(lake: Lake, staged: DataFrame, now: datetime) -> None:
    """Refusals into the quarantine; earlier refusals of files read now and no longer
    refused are marked as replayed."""
    refused = (
        staged.where(F.col("record") == "quarantine")
        .select("quarantine.*")
        .groupBy("quarantine_id")
        .agg(
            *(
                F.first(name).alias(name)
                for name in (
                    "reason_code",
                    "message",
                    "source",
                    "file",
                    "locator",
                    "excerpt",
                )
            ),
            F.min("first_seen").alias("first_seen"),
            F.max("last_seen").alias("last_seen"),
        )
    )
    held = lake.read("quarantine")
    seen = held.select(
        "quarantine_id",
        F.col("first_seen").alias("_first"),
        F.col("last_seen").alias("_last"),
    )
    again = (
        refused.join(seen, "quarantine_id", "left")
        .withColumn("first_seen", F.least("first_seen", "_first"))
        .withColumn("last_seen", F.greatest("last_seen", "_last"))
        .withColumn("replayed_at", F.lit(None).cast("timestamp"))
        .drop("_first", "_last")
    )
    read = staged.select("source", F.col("file").alias("_read")).distinct()
    message = F.regexp_extract("locator", MESSAGE.pattern, 0)
    replayed = (
        held.where("replayed_at IS NULL")
        .withColumn("_read", F.rtrim(F.concat_ws(" ", "file", message)))
        .join(read, ["source", "_read"], "left_semi")
        .drop("_read")
        .join(refused.select("quarantine_id"), "quarantine_id", "left_anti")
        .withColumn("replayed_at", F.lit(now))
    )
    lake.merge("quarantine", again.unionByName(replayed))


def _refuse_a_broken_source(read: list[Row], settings: Settings) -> None:
    totals: dict[tuple[str, date], list[int]] = {}
    for row in read:
        pair = totals.setdefault((row["source"], row["day"]), [0, 0])
        pair[0] += row["count"]
        pair[1] += row["count"] if row["record"] == "quarantine" else 0
    limit = settings.rules.quarantine_limit
    for (source, day), (total, refused) in sorted(totals.items()):
        if refused >= QUARANTINE_LIMIT_FROM and refused > limit * total:
            raise InputError(
                f"{refused} of {total} records of {source} that arrived on {day} were "
                f"refused, more than the {limit:.0%} of rules.quarantine_limit.\n"
                "Nothing of this step was merged. See why with: verbatim quarantine show "
                f"--source {source}\nMend the reader or the delivery and run the day again."
            )


def _waiting(lake: Lake, decided: dict[str, Decided]) -> dict[tuple[str, date], int]:
    """Transcripts read now whose record has not come, by source and day."""
    if "transcripts" not in decided:
        return {}
    rows = (
        decided["transcripts"]
        .rows.where("fate <> 'duplicate'")
        .selectExpr("source", "day", "key AS interaction_id")
        .join(
            lake.read("interactions").select("interaction_id"),
            "interaction_id",
            "left_anti",
        )
        .groupBy("source", "day")
        .count()
        .collect()
    )
    return {(row["source"], row["day"]): row["count"] for row in rows}


def _entries(
    read: list[Row], fates: list[Row], waiting: dict[tuple[str, date], int]
) -> list[Entry]:
    entries: dict[tuple[str, date], Entry] = {}

    def add(row: Row, name: str) -> None:
        entry = entries.setdefault(
            (row["source"], row["day"]), Entry(row["source"], row["day"])
        )
        entry.counts[name] = entry.counts.get(name, 0) + row["count"]

    for row in read:
        add(row, "read_count")
        if row["record"] == "excluded":
            add(row, "excluded_count")
            reasons = entries[row["source"], row["day"]].excluded_reasons
            reasons[row["reason"]] = reasons.get(row["reason"], 0) + row["count"]
        if row["record"] == "quarantine":
            add(row, "quarantined_count")
    for row in fates:
        add(row, f"{row['fate']}_count")
        if row["is_late"]:
            add(row, "late_count")
        if row["fate"] in ("added", "updated"):
            add(row, "rows_out")
    for (source, day), count in waiting.items():
        entries[source, day].counts["waiting_count"] = count
    return [entries[place] for place in sorted(entries)]
