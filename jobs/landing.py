"""Staged records become table rows: the newest version of each wins, everything counts.

All tables that records land in share one rule, so that any order of deliveries ends in
the same rows: of two versions of a record the one with the greater
(source_updated_at - landed_at for customer records -, record_hash, earlier landed_at,
heard from a topic, file, locator) is kept. A record read
again from its very place with another result was read by a mended reader: it wins.
"""

from datetime import date, datetime
from functools import reduce

from pyspark.sql import Column, DataFrame, Row, Window
from pyspark.sql import functions as F

from jobs.lake import Lake
from jobs.ledger import Entry
from jobs.settings import Settings
from schemas.contracts import contract
from schemas.errors import InputError

QUARANTINE_LIMIT_FROM = 10
"""Refusals from which a source's share of them says something: of ten records, three
broken ones are an accident."""

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
    read = staged.groupBy("source", "day", "record", "reason").count().collect()
    present = {row["record"] for row in read}
    _quarantine(lake, staged, present, now)
    _refuse_a_broken_source(read, settings)

    landed = [table for table in LANDED if table in present]
    if not landed:
        return _entries(read, [], {})
    fates = reduce(
        DataFrame.unionByName,
        (_fates(lake, staged, table, settings) for table in landed),
    ).localCheckpoint()
    counted = (
        fates.groupBy("source", "day", "table", "fate", "is_written", "is_late")
        .count()
        .collect()
    )
    written = {row["table"] for row in counted if row["is_written"]}
    for table in LANDED:
        if table in written and table != "interactions":
            # Worked out once: the merge looks at them several times.
            rows = _winners(staged, table, fates).localCheckpoint()
            lake.merge(table, rows, newer=_is_newer(table))
    if "interactions" in written or "transcripts" in present:
        _merge_completed(lake, staged, fates, present, now)
    waiting = _waiting(lake, staged) if "transcripts" in present else {}
    return _entries(read, counted, waiting)


def _fates(lake: Lake, staged: DataFrame, table: str, settings: Settings) -> DataFrame:
    """What becomes of each record for a table: one narrow row per record."""
    key = list(contract(table).key)
    order = ORDERED_BY[table]
    incoming = staged.where(F.col("record") == table).select(
        "source",
        "day",
        F.concat_ws("\x1f", *(F.col(f"{table}.{k}").cast("string") for k in key)).alias(
            "key"
        ),
        _version(f"{table}.", order).alias("version"),
        F.col(f"{table}.record_hash").alias("record_hash"),
        _lateness(table, settings).alias("is_late"),
    )
    newest_first = Window.partitionBy("key").orderBy(F.col("version").desc())
    held = lake.read(table).select(
        F.concat_ws("\x1f", *(F.col(k).cast("string") for k in key)).alias("key"),
        _version("", order).alias("held_version"),
        F.col("record_hash").alias("held_hash"),
    )
    new, old = F.col("version"), F.col("held_version")
    wins = (new > old) | _is_read_anew(new, old)
    fate = (
        F.when(F.col("place") > 1, "duplicate")
        .when(F.col("held_version").isNull(), "added")
        .when(F.col("held_hash") == F.col("record_hash"), "unchanged")
        .when(wins, "updated")
        .otherwise("unchanged")
    )
    is_written = (F.col("place") == 1) & (F.col("held_version").isNull() | wins)
    return (
        incoming.withColumn("place", F.row_number().over(newest_first))
        .join(held, "key", "left")
        .select(
            F.lit(table).alias("table"),
            "source",
            "day",
            "key",
            F.col("version").cast("string").alias("version"),
            fate.alias("fate"),
            is_written.alias("is_written"),
            (F.col("is_late") & fate.isin("added", "updated")).alias("is_late"),
        )
    )


def _version(prefix: str, order: str) -> Column:
    """What decides between two versions of a record: the greater one is kept."""
    return F.struct(
        F.unix_micros(F.col(f"{prefix}{order}")).alias("at"),
        F.col(f"{prefix}record_hash").alias("hash"),
        (-F.unix_micros(F.col(f"{prefix}landed_at"))).alias("landed"),
        # Heard before the file that repeats it came: the file's batch rewrites nothing.
        F.col(f"{prefix}locator").startswith("offset ").alias("is_heard"),
        F.col(f"{prefix}file").alias("file"),
        F.col(f"{prefix}locator").alias("locator"),
    )


def _is_newer(table: str, *, or_equal: bool = False) -> Column:
    """Whether the new row wins over one that another writer may have put there."""
    new, held = (_version(f"{side}.", ORDERED_BY[table]) for side in ("new", "held"))
    wins = new >= held if or_equal else new > held
    return wins | _is_read_anew(new, held)


def _is_read_anew(new: Column, held: Column) -> Column:
    """The very record that is held, read differently: by a reader mended since."""
    return (
        (new["file"] == held["file"])
        & (new["locator"] == held["locator"])
        & (new["hash"] != held["hash"])
    )


def _lateness(table: str, settings: Settings) -> Column:
    if table != "interactions":
        return F.lit(False)
    days = F.date_diff(F.col("day"), F.col("interactions.occurred_date"))
    return days > settings.rules.late_after_days


def _winners(staged: DataFrame, table: str, fates: DataFrame) -> DataFrame:
    """The full rows of the records that are to be written to a table."""
    key = list(contract(table).key)
    rows = staged.where(F.col("record") == table).select(
        F.concat_ws("\x1f", *(F.col(f"{table}.{k}").cast("string") for k in key)).alias(
            "key"
        ),
        _version(f"{table}.", ORDERED_BY[table]).cast("string").alias("version"),
        f"{table}.*",
    )
    written = fates.where((F.col("table") == table) & F.col("is_written")).select(
        "key", "version"
    )
    # Two copies at one place would be the same record read twice: one is enough.
    return rows.join(written, ["key", "version"], "left_semi").dropDuplicates(key)


def _merge_completed(
    lake: Lake, staged: DataFrame, fates: DataFrame, present: set[str], now: datetime
) -> None:
    """Merge interactions with their words, also those that come meanwhile.

    Another writer's transcript, committed after ours were read and before our
    interactions were there, would find nothing to complete: so we look again.
    """
    while True:
        read = lake.commit("transcripts")
        # A row that only its transcript changes is as new as the one held.
        lake.merge(
            "interactions",
            _completed(lake, staged, fates, present, now).localCheckpoint(),
            newer=_is_newer("interactions", or_equal=True),
        )
        if lake.commit("transcripts") == read:
            return


def _completed(
    lake: Lake, staged: DataFrame, fates: DataFrame, present: set[str], now: datetime
) -> DataFrame:
    """Interactions to write: new versions, and held ones whose transcript has come.

    A row takes turns, text, language and origin from its transcript where the record
    itself brought no words.
    """
    columns = contract("interactions").column_names
    rows = _winners(staged, "interactions", fates).select(*columns)
    if "transcripts" not in present and not lake.exists("transcripts"):
        return rows
    arrived = (
        staged.where(F.col("record") == "transcripts")
        .select(F.col("transcripts.interaction_id").alias("interaction_id"))
        .distinct()
    )
    waited_for = (
        lake.read_keys("interactions", arrived)
        .join(rows.select("interaction_id"), "interaction_id", "left_anti")
        .withColumn("processed_at", F.lit(now))
    )
    rows = rows.unionByName(waited_for)
    transcripts = lake.read_keys("transcripts", rows.select("interaction_id"))
    words = transcripts.select(
        "interaction_id",
        *(
            F.col(name).alias(f"_{name}")
            for name in (
                "language",
                "language_is_declared",
                "text",
                "text_origin",
                "turns",
                "text_hash",
                "record_hash",
            )
        ),
    )
    # Its own words or none: what an earlier transcript filled in gives way to a later one.
    has_own = (F.size("turns") > 0) & F.col("transcript_hash").isNull() | (
        F.col("text").isNotNull() & F.col("transcript_hash").isNull()
    )
    takes = F.col("_record_hash").isNotNull() & ~has_own
    filled = {
        name: F.when(takes, F.col(f"_{name}")).otherwise(F.col(name))
        for name in ("text", "turns", "text_hash")
    } | {
        "text_origin": F.when(
            takes & F.col("_text").isNotNull(), F.col("_text_origin")
        ).otherwise(F.col("text_origin")),
        "language": F.when(
            takes & (~F.col("language_is_declared") | F.col("_language_is_declared")),
            F.col("_language"),
        ).otherwise(F.col("language")),
        "language_is_declared": F.when(
            takes, F.col("_language_is_declared") | F.col("language_is_declared")
        ).otherwise(F.col("language_is_declared")),
        "transcript_hash": F.when(takes, F.col("_record_hash")).otherwise(
            F.col("transcript_hash")
        ),
    }
    return rows.join(words, "interaction_id", "left").withColumns(filled)


def _quarantine(
    lake: Lake, staged: DataFrame, present: set[str], now: datetime
) -> None:
    """Refusals into the quarantine; earlier refusals of files read now and no longer
    refused are marked as replayed."""
    if "quarantine" not in present and not lake.exists("quarantine"):
        return
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
    # A topic is never read again as a whole, only this or that message of it.
    message = F.regexp_extract("locator", r"^offset \d+", 0)
    replayed = (
        held.where("replayed_at IS NULL")
        .withColumn("_read", F.rtrim(F.concat_ws(" ", "file", message)))
        .join(read, ["source", "_read"], "left_semi")
        .drop("_read")
        .join(refused.select("quarantine_id"), "quarantine_id", "left_anti")
        .withColumn("replayed_at", F.lit(now))
    )
    if "quarantine" in present:
        lake.merge("quarantine", again.unionByName(replayed))
    elif not replayed.isEmpty():
        # Most micro-batches neither refuse nor mend anything: one look, and no merge.
        lake.merge("quarantine", replayed)


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
                "Nothing of this run was merged. See why with: verbatim quarantine show "
                f"--source {source}\nMend the reader or the delivery and run the day again."
            )


def _waiting(lake: Lake, staged: DataFrame) -> dict[tuple[str, date], int]:
    """Transcripts read now whose record has not come, by source and day."""
    rows = (
        staged.where(F.col("record") == "transcripts")
        .select(
            "source", "day", F.col("transcripts.interaction_id").alias("interaction_id")
        )
        .distinct()
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
