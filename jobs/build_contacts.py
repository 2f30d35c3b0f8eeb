"""`interactions`, `tags`, `surveys`, links and customers → `contacts`, `contact_interactions`.

Safe to repeat: contacts are worked out from the tables as they are, and rows that come
out as they were are not written again.
"""

from datetime import datetime, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

import nlp
from jobs.context import Context
from jobs.lake import Lake
from jobs.ledger import as_of
from jobs.opening_hours import CALENDAR_DDL, calendar
from jobs.transforms import contacts as to
from jobs.transforms import repeats

STEP = "build_contacts"


def run(context: Context) -> None:
    """Work out all contacts, and write those that changed."""
    lake = context.lake
    with context.ledger.step(STEP, context.last_day) as noted:
        until = as_of(lake)
        if until is None:
            return
        members = to_members(lake)
        contacts = to_contacts(context, members, lake.read("tags"), until)
        written = lake.merge(
            "contact_interactions", members, scope=lake.read("contact_interactions")
        )
        also = lake.merge("contacts", contacts, scope=lake.read("contacts"))
        noted.note(context.last_day, written.and_also(also))


def to_members(lake: Lake) -> DataFrame:
    """Which contact every interaction belongs to."""
    return to.to_contact_interactions(lake.read("interactions")).localCheckpoint()


def to_contacts(
    context: Context, members: DataFrame, tags: DataFrame, until: datetime
) -> DataFrame:
    """All contacts as these tags make them; writes nothing.

    Args:
        members: see `to_members`.
        tags: the lake's, or others that might take their place.
        until: the instant up to which everything has been read.
    """
    lake, settings = context.lake, context.settings
    interactions = lake.read("interactions")
    groups = intent_groups(context)
    contacts = to.to_contacts(
        to.to_served(
            members,
            interactions,
            to.to_interaction_customers(interactions, lake.read("identity_links")),
        ),
        to.to_said(members, tags, groups),
        to.to_surveyed(members, lake.read("surveys")),
        lake.read("customers"),
        open_days(context, interactions),
        clocks(context),
        zone=settings.company.time_zone,
        as_of=until,
    )
    return repeats.with_repeats(
        repeats.with_intent_group(
            contacts,
            groups,
            gap=timedelta(days=settings.rules.journey_gap_days),
        ),
        window=timedelta(days=settings.rules.resolution_window_days),
        as_of=until,
    )


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


def clocks(context: Context) -> DataFrame:
    """The expectation clocks of the settings."""
    return context.spark.createDataFrame(
        [
            (c.channel, c.intent, float(c.seconds))
            for c in context.settings.expectations
        ],
        "channel string, intent_label string, expected_seconds double",
    )


def open_days(context: Context, interactions: DataFrame) -> DataFrame:
    """The opening calendar from the first interaction's day to the last's, a day wider
    on each side for time zones."""
    bounds = interactions.agg(F.min("occurred_date"), F.max("occurred_date")).first()
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
