"""A customer out of the lake: the rows that carry their words, handles and decisions.

Safe to repeat, also after it was killed: whose a record is stands in tables that this does
not write (`contacts`, `identity_links`), and records go after all that hangs on them. What
is worked out from these rows (links, contacts, journeys, counts, marts) follows with the
steps that read tables. Files stay as they are: one that is read again brings its rows back.
"""

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.context import Context
from jobs.lake import Lake, Written

STEP = "erase"

OF_RECORDS = ("transcripts", "tags", "tag_history", "tags_draft")
"""Tables whose rows are about an interaction and name nobody themselves."""

WITH_FILES = ("interactions", "transcripts", "surveys", "crm_records")
"""Tables whose rows say in which file they were read."""


def find(lake: Lake, customer: str) -> dict[str, DataFrame]:
    """The rows that go, by table, in the order in which they do.

    A customer's records are those of their contacts, what the company wrote and others
    said there included, and those that name a handle which has never been anybody else's:
    of one that others have had too, nobody can say whose words came with it.
    """
    interactions, surveys = lake.read("interactions"), lake.read("surveys")
    links, is_theirs = lake.read("identity_links"), F.col("customer_id") == customer
    # Alone, before it was seen to be theirs: the handle's own id is nobody else.
    was_alone = (F.col("rule") == "own") & F.col("unlinked_at").isNotNull()
    theirs = (
        links.groupBy("handle_key")
        .agg(
            F.bool_or(is_theirs).alias("_is_theirs"),
            F.bool_and(is_theirs | was_alone).alias("_is_nobody_else_s"),
        )
        .where("_is_theirs AND _is_nobody_else_s")
        .select("handle_key")
        .localCheckpoint()
    )
    contacts = lake.read("contacts").where(is_theirs)
    records = (
        lake.read("contact_interactions")
        .join(contacts, "contact_id", "left_semi")
        .select("interaction_id")
        .union(_naming(interactions, theirs, "interaction_id"))
        .distinct()
        .localCheckpoint()
    )
    answers = (
        surveys.join(records, "interaction_id", "left_semi")
        .select("survey_id")
        .union(_naming(surveys, theirs, "survey_id"))
        .distinct()
        .localCheckpoint()
    )
    crm_records = lake.read("crm_records")
    left = (
        interactions.join(records, "interaction_id", "left_anti"),
        surveys.join(answers, "survey_id", "left_anti"),
        crm_records.where(~is_theirs),
    )
    # That a handle is not another's says nothing any more once no record names it.
    unnamed = links.where(is_theirs).select("handle_key").distinct()
    for table in left:
        unnamed = unnamed.join(_named(table), "handle_key", "left_anti")
    unnamed = unnamed.withColumn("_is_unnamed", F.lit(True))
    decisions = lake.read("identity_decisions").join(unnamed, "handle_key", "left")
    return {
        **{
            table: lake.read(table).join(records, "interaction_id", "left_semi")
            for table in OF_RECORDS
        },
        "surveys": surveys.join(answers, "survey_id", "left_semi"),
        "interactions": interactions.join(records, "interaction_id", "left_semi"),
        "crm_records": crm_records.where(is_theirs),
        "identity_decisions": decisions.where(
            is_theirs | F.col("_is_unnamed").isNotNull()
        ),
    }


def counted(found: dict[str, DataFrame]) -> dict[str, int]:
    """How many rows go, by table."""
    return {table: rows.count() for table, rows in found.items()}


def files(found: dict[str, DataFrame]) -> list[tuple[str, int]]:
    """The files that these rows were read from, and how many of each."""
    read = (found[table].select("file") for table in WITH_FILES)
    named = reduce(DataFrame.unionByName, read).groupBy("file").count()
    return [(row[0], row[1]) for row in named.orderBy("file").collect()]


def run(context: Context, found: dict[str, DataFrame]) -> dict[str, int]:
    """Erase these rows (see `find`); how many went, by table."""
    day = context.now.date()
    with context.ledger.step(STEP, day) as noted:
        gone = {
            table: context.lake.delete(table, rows) for table, rows in found.items()
        }
        noted.note(day, reduce(Written.and_also, gone.values()))
    return {table: written.deleted_count for table, written in gone.items()}


def _naming(table: DataFrame, handles: DataFrame, key: str) -> DataFrame:
    """The keys of rows that name one of these handles."""
    exploded = table.select(key, F.explode("handles.key").alias("handle_key"))
    return exploded.join(handles, "handle_key", "left_semi").select(key)


def _named(table: DataFrame) -> DataFrame:
    return table.select(F.explode("handles.key").alias("handle_key"))
