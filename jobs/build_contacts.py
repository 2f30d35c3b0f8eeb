"""`interactions`, `tags`, `surveys`, links and customers → `contacts`, `contact_interactions`.

Safe to repeat: contacts are worked out from the tables as they are, those whose threads
were touched from their records, those of the same customers from what they already say;
rows that come out as they were are not written again.
"""

from datetime import datetime, timedelta
from functools import reduce
from typing import NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

import nlp
from jobs.context import Context
from jobs.lake import Lake
from jobs.ledger import as_of
from jobs.opening_hours import CALENDAR_DDL, calendar
from jobs.touched import Touched, done, since_last
from jobs.transforms import clocks, repeats
from jobs.transforms import contacts as to
from jobs.transforms.contact_interactions import to_contact_interactions, to_threads
from jobs.transforms.surveys import to_surveyed

STEP = "build_contacts"

READS = {
    "interactions": "interaction_id",
    "tags": "interaction_id",
    "surveys": "interaction_id",
    "identity_links": "handle_key",
    "customers": "customer_id",
}
WRITES = ("contacts", "contact_interactions")

FOLLOWED_FROM_BYTES = 64 * 2**20
"""Of the tables read, some 110,000 interactions: with fewer, to follow what changed costs
more queries than it saves rows (docs/performance.md)."""

ASKED_AGAIN = (
    "intent_group",
    "is_repeat",
    "previous_contact_id",
    "is_first_contact_resolution",
    "is_provisional",
    "is_within_expectation",
)
"""Columns that other contacts and the instant decide, not the contact's own records."""


def run(context: Context) -> None:
    """Work out the contacts that were touched, and write those that changed."""
    lake = context.lake
    with context.ledger.step(STEP, context.last_day) as noted:
        until = as_of(lake)
        if until is None:
            return
        touched = since_last(
            context,
            STEP,
            reads=READS,
            writes=WRITES,
            until=until,
            followed_from_bytes=FOLLOWED_FROM_BYTES,
        )
        built = (
            _everything(context, until)
            if touched.is_everything
            else _touched(context, touched, until)
        )
        # Whose contact an interaction was is asked of this table: so it comes last.
        written = lake.merge("contacts", built.contacts, scope=built.held_contacts)
        also = lake.merge(
            "contact_interactions", built.members, scope=built.held_members
        )
        noted.note(context.last_day, written.and_also(also))
        noted.basis = done(lake, touched, WRITES)


class Built(NamedTuple):
    """Rows of both tables, and the held ones that they take the place of."""

    contacts: DataFrame
    held_contacts: DataFrame
    members: DataFrame
    held_members: DataFrame


def _everything(context: Context, until: datetime) -> Built:
    lake = context.lake
    members = to_members(lake)
    return Built(
        to_contacts(context, members, lake.read("tags"), until),
        lake.read("contacts"),
        members,
        lake.read("contact_interactions"),
    )


def _touched(context: Context, touched: Touched, until: datetime) -> Built:
    """What follows from the touched rows.

    The records of a thread decide its contacts: so the threads of touched records are
    worked out again, whole. A customer's contacts decide about each other: so with them
    come all others of their customers, and those of whom time alone now says more.
    """
    lake, contacts = context.lake, context.lake.read("contacts")
    held = lake.read("contact_interactions")
    threads = to_threads(lake.read("interactions")).localCheckpoint()
    in_touched = _touched_threads(lake, touched, threads).localCheckpoint()
    interactions = lake.read_keys(
        "interactions",
        threads.join(in_touched, "thread_id", "left_semi").select("interaction_id"),
    )
    members = to_contact_interactions(interactions, threads).localCheckpoint()
    made = _own_records(context, members, interactions, lake.read("tags")).select(
        *(c for c in contacts.columns if c not in ASKED_AGAIN)
    )
    made = made.localCheckpoint()
    held_members = held.join(in_touched, "thread_id", "left_semi")
    ids = held_members.select("contact_id").distinct()
    before = contacts.join(ids, "contact_id", "left_semi")
    others = contacts.join(ids, "contact_id", "left_anti")
    due = clocks.is_due(window=_window(context), as_of=until)
    is_due = due if touched.has_time_passed else F.lit(False)
    whose = (
        before.select("customer_id")
        .union(made.select("customer_id"))
        .union(others.where(is_due).select("customer_id"))
        .where("customer_id IS NOT NULL")
        .distinct()
        .localCheckpoint()
    )
    beside = others.join(whose, "customer_id", "left_semi").unionByName(
        others.where(F.col("customer_id").isNull() & is_due)
    )
    again = made.unionByName(beside.drop(*ASKED_AGAIN))
    return Built(
        _with_others(context, again, until),
        before.unionByName(beside),
        members,
        held_members,
    )


def _touched_threads(lake: Lake, touched: Touched, threads: DataFrame) -> DataFrame:
    """The threads, as they were and as they are, that a change may show in.

    Returns:
        ``thread_id``, distinct.
    """
    held = lake.read("contact_interactions")
    linked = (
        lake.read("interactions")
        .select("interaction_id", F.explode("handles.key").alias("handle_key"))
        .join(touched.keys("identity_links", "handle_key"), "handle_key", "left_semi")
        .select("interaction_id")
    )
    records = reduce(
        DataFrame.union,
        (
            touched.keys(table, "interaction_id")
            for table in ("interactions", "tags", "surveys")
        ),
        linked,
    ).distinct()
    theirs = (
        lake.read("contacts")
        .join(touched.keys("customers", "customer_id"), "customer_id", "left_semi")
        .select("contact_id")
    )
    were = held.select(
        "interaction_id", "contact_id", F.col("thread_id").alias("_held")
    )
    placed = (
        # Held ones without their interaction too: its record was deleted by hand.
        threads.join(were, "interaction_id", "full")
        .join(records.withColumn("_is_touched", F.lit(True)), "interaction_id", "left")
        .join(theirs.withColumn("_is_theirs", F.lit(True)), "contact_id", "left")
    )
    # A reply is in another thread when a record that it leads to came late.
    has_moved = F.col("_held") != F.col("thread_id")
    is_touched = F.coalesce("_is_touched", "_is_theirs", has_moved, F.lit(False))
    both = F.array_compact(F.array("thread_id", "_held"))
    return (
        placed.where(is_touched).select(F.explode(both).alias("thread_id")).distinct()
    )


def to_members(lake: Lake) -> DataFrame:
    """Which contact every interaction belongs to."""
    interactions = lake.read("interactions")
    return to_contact_interactions(
        interactions, to_threads(interactions)
    ).localCheckpoint()


def to_contacts(
    context: Context, members: DataFrame, tags: DataFrame, until: datetime
) -> DataFrame:
    """All contacts as these tags make them; writes nothing.

    Args:
        members: see `to_members`.
        tags: the lake's, or others that might take their place.
        until: the instant up to which everything has been read.
    """
    interactions = context.lake.read("interactions")
    return _with_others(
        context, _own_records(context, members, interactions, tags), until
    )


def _own_records(
    context: Context, members: DataFrame, interactions: DataFrame, tags: DataFrame
) -> DataFrame:
    """What the contacts' own records say of them.

    Args:
        interactions: of those members, or more.
    """
    lake = context.lake
    return to.to_contacts(
        to.to_served(
            members,
            interactions,
            to.to_interaction_customers(interactions, lake.read("identity_links")),
        ),
        to.to_said(members, tags, intent_groups(context)),
        to_surveyed(members, lake.read("surveys")),
        lake.read("customers"),
        open_days(context, members),
        expected(context),
        zone=context.settings.company.time_zone,
    )


def _with_others(context: Context, contacts: DataFrame, until: datetime) -> DataFrame:
    """Contacts with what the others of their customers and the instant say of them.

    Args:
        contacts: all those of their customers.
    """
    rules = context.settings.rules
    return repeats.with_repeats(
        repeats.with_intent_group(
            clocks.with_expectation(contacts, as_of=until),
            intent_groups(context),
            gap=timedelta(days=rules.journey_gap_days),
        ),
        window=_window(context),
        as_of=until,
    )


def _window(context: Context) -> timedelta:
    return timedelta(days=context.settings.rules.resolution_window_days)


def intent_groups(context: Context) -> DataFrame:
    """The taxonomy's groups: ``intent_label``, ``intent_group``; no row without a group."""
    taxonomy = nlp.load_taxonomy(context.settings.taxonomy_file)
    return context.spark.createDataFrame(
        [
            (intent, group)
            for group, intents in taxonomy.intent_groups.items()
            for intent in intents
        ],
        "intent_label string, intent_group string",
    )


def expected(context: Context) -> DataFrame:
    """The expectation clocks of the settings."""
    return context.spark.createDataFrame(
        [
            (c.channel, c.intent, float(c.seconds))
            for c in context.settings.expectations
        ],
        "channel string, intent_label string, expected_seconds double",
    )


def open_days(context: Context, members: DataFrame) -> DataFrame:
    """The opening calendar from the first interaction's day to the last's, a day wider
    on each side for time zones."""
    bounds = members.agg(F.min("occurred_date"), F.max("occurred_date")).first()
    rows = (
        calendar(
            context.settings,
            bounds[0] - timedelta(days=1),
            bounds[1] + timedelta(days=1),
        )
        if bounds is not None and bounds[0] is not None
        else []
    )
    return context.spark.createDataFrame(rows, CALENDAR_DDL)
