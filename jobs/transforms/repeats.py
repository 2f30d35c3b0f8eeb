"""Which matter a contact is about among its customer's, and whether it had to repeat one."""

from datetime import datetime, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.transforms.instants import seconds_between

GENERAL = "general"
"""The group of contacts in which nothing specific was said and nothing near tells."""


def with_intent_group(
    contacts: DataFrame, groups: DataFrame, *, gap: timedelta
) -> DataFrame:
    """Adds ``intent_group``: the taxonomy's group, or the one of the journey joined.

    A contact whose intent has no group (a complaint, thanks, a call without words)
    belongs to what the customer was last about, if no silence longer than ``gap`` lies
    between; else to what they are next about, on the same condition; else `general`.
    Null for contacts that are nobody's or that the company began on its own.

    Args:
        contacts: ``contact_id``, ``customer_id``, ``started_at``, ``ended_at``,
            ``intent_label``, ``direction``, ``initiation``.
        groups: the taxonomy's ``intent_label``, ``intent_group``.
        gap: the longest silence inside a journey.
    """
    own = contacts.join(F.broadcast(groups), "intent_label", "left")
    by_time = Window.partitionBy("customer_id", "_attempts").orderBy(
        "started_at", "contact_id"
    )
    so_far = by_time.rowsBetween(Window.unboundedPreceding, -1)
    silence = seconds_between(F.max("ended_at").over(so_far), F.col("started_at"))
    in_session = Window.partitionBy("customer_id", "_attempts", "_session").orderBy(
        "started_at", "contact_id"
    )
    before = in_session.rowsBetween(Window.unboundedPreceding, 0)
    after = in_session.rowsBetween(0, Window.unboundedFollowing)
    return (
        own.withColumn("_attempts", is_attempt())
        .withColumn(
            "_begins",
            F.coalesce(silence > gap.total_seconds(), F.lit(True)).cast("int"),
        )
        .withColumn("_session", F.sum("_begins").over(by_time))
        .withColumn(
            "intent_group",
            F.when(
                F.col("_attempts"),
                F.coalesce(
                    F.last("intent_group", ignorenulls=True).over(before),
                    F.first("intent_group", ignorenulls=True).over(after),
                    F.lit(GENERAL),
                ),
            ),
        )
        .drop("_attempts", "_begins", "_session")
    )


def with_repeats(
    contacts: DataFrame, *, window: timedelta, as_of: datetime
) -> DataFrame:
    """Adds ``is_repeat``, ``previous_contact_id``, ``is_first_contact_resolution`` and
    ``is_provisional``.

    A contact repeats another of the same customer and group that began before it, when
    that one ended no longer than ``window`` ago or has not ended yet; of several the one
    that ended last, of those the one that began last: that is its previous contact,
    which need not be the one that began right before it. First-contact
    resolution is judged only of contacts that somebody answered, and only once
    ``window`` has passed after their end; until then it is null, also when a repeat has
    already come: counting failures early and successes late would bias every recent
    rate.

    Args:
        contacts: with ``intent_group`` (see `with_intent_group`) and ``_clock_runs``.
        window: the resolution window; exactly at its end still counts as a repeat.
        as_of: the instant up to which everything has been read.
    """
    matter = Window.partitionBy("customer_id", "intent_group").orderBy(
        "started_at", "contact_id"
    )
    is_judged = F.col("intent_group").isNotNull()
    so_far = matter.rowsBetween(Window.unboundedPreceding, -1)
    ended_last = F.max(F.struct("ended_at", "started_at", "contact_id")).over(so_far)
    since = seconds_between(ended_last["ended_at"], F.col("started_at"))
    is_repeat = F.coalesce(since <= window.total_seconds(), F.lit(False))
    until_next = seconds_between(F.col("ended_at"), F.lead("started_at").over(matter))
    is_repeated = F.coalesce(until_next <= window.total_seconds(), F.lit(False))
    is_open = is_judged & (
        seconds_between(F.col("ended_at"), F.lit(as_of)) <= window.total_seconds()
    )
    return contacts.withColumns(
        {
            "is_repeat": F.when(is_judged, is_repeat),
            "previous_contact_id": F.when(
                is_judged & is_repeat, ended_last["contact_id"]
            ),
            "is_first_contact_resolution": F.when(
                is_judged & ~is_open & (F.col("outcome") == "answered"), ~is_repeated
            ),
            "is_provisional": is_open | F.col("_clock_runs"),
        }
    )


def is_attempt() -> Column:
    """Contacts that a customer began, or that call them back, and whose customer we know."""
    return F.col("customer_id").isNotNull() & (
        (F.col("direction") == "inbound") | (F.col("initiation") == "callback")
    )
