"""Contacts to journeys: which contacts are one customer's way to get one thing done."""

from datetime import datetime, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.transforms.instants import seconds_between
from jobs.transforms.scores import is_frustrated


def to_journey_steps(contacts: DataFrame, *, gap: timedelta) -> DataFrame:
    """The contacts of every journey in order (see the ``journey_steps`` contract).

    A journey is a run of one customer's contacts of one intent group in which the
    silence, from the latest end so far to the next beginning, is never longer than
    ``gap``; a contact exactly ``gap`` later still belongs.

    Left out: contacts without an ``intent_group`` (nobody's, or the company's own).

    Returns:
        The contract's columns, and those of the contact that journeys are made from.
    """
    matter = Window.partitionBy("customer_id", "intent_group").orderBy(
        "started_at", "contact_id"
    )
    so_far = matter.rowsBetween(Window.unboundedPreceding, -1)
    silence = seconds_between(F.max("ended_at").over(so_far), F.col("started_at"))
    numbered = (
        contacts.where("intent_group IS NOT NULL")
        .withColumn("_silence", silence)
        .withColumn(
            "_begins",
            F.coalesce(F.col("_silence") > gap.total_seconds(), F.lit(True)),
        )
        .withColumn("_journey", F.sum(F.col("_begins").cast("int")).over(matter))
    )
    in_journey = Window.partitionBy("customer_id", "intent_group", "_journey").orderBy(
        "started_at", "contact_id"
    )
    before = F.lag("channel").over(in_journey)
    is_change = F.coalesce(before != F.col("channel"), F.lit(False))
    stated_before = F.last("intent_label", ignorenulls=True).over(
        in_journey.rowsBetween(Window.unboundedPreceding, -1)
    )
    is_stated_again = F.coalesce(stated_before == F.col("intent_label"), F.lit(False))
    return numbered.select(
        *contacts.columns,
        F.first("contact_id").over(in_journey).alias("journey_id"),
        F.row_number().over(in_journey).alias("position"),
        F.when(~F.col("_begins"), F.greatest("_silence", F.lit(0.0))).alias(
            "gap_seconds"
        ),
        is_change.alias("is_channel_change"),
        (is_change & is_stated_again).alias("is_continuity_break"),
    )


def to_journeys(steps: DataFrame, *, gap: timedelta, as_of: datetime) -> DataFrame:
    """One row per journey (see the ``journeys`` contract).

    Args:
        steps: see `to_journey_steps`.
        gap: the longest silence inside a journey.
        as_of: the instant up to which everything has been read: a journey is open until
            ``gap`` has passed since its end.
    """
    order = F.col("position")
    csat = (F.col("csat_score") - F.col("csat_scale_min")) / (
        F.col("csat_scale_max") - F.col("csat_scale_min")
    )

    def scored(pick: str) -> Column:
        known = F.when(F.col("frustration_score").isNotNull(), order)
        by = F.min_by if pick == "first" else F.max_by
        return by("frustration_score", known)

    journeys = steps.groupBy("journey_id").agg(
        F.first("customer_id").alias("customer_id"),
        F.first("intent_group").alias("intent_group"),
        F.min_by("intent_label", F.when(F.col("_is_specific"), order)).alias(
            "_specific"
        ),
        F.min_by(
            "intent_label", F.when(F.col("intent_label").isNotNull(), order)
        ).alias("_stated"),
        F.min("started_at").alias("started_at"),
        F.max("ended_at").alias("ended_at"),
        F.count("*").cast("int").alias("contact_count"),
        F.countDistinct("channel").cast("int").alias("channel_count"),
        F.array_join(
            F.transform(
                F.array_sort(
                    F.collect_list(
                        F.when(
                            (order == 1) | F.col("is_channel_change"),
                            F.struct("position", "channel"),
                        )
                    )
                ),
                lambda step: step["channel"],
            ),
            " > ",
        ).alias("channel_path"),
        F.sum(F.col("is_continuity_break").cast("int"))
        .cast("int")
        .alias("continuity_break_count"),
        F.sum(F.col("is_repeat").cast("int")).cast("int").alias("repeat_contact_count"),
        scored("first").alias("frustration_first"),
        F.max("frustration_score").alias("frustration_peak"),
        scored("last").alias("frustration_last"),
        F.max_by(csat, F.when(csat.isNotNull(), order)).alias("csat_last"),
        F.max_by("outcome", order).alias("_last_outcome"),
    )
    is_still_open = is_open(gap=gap, as_of=as_of)
    outcome = (
        F.when(is_still_open, "open")
        .when(F.col("_last_outcome") == "answered", "resolved")
        .when(F.col("_last_outcome") == "abandoned", "abandoned")
        .otherwise("unanswered")
    )
    return journeys.select(
        "*",
        is_frustrated(F.col("frustration_peak")).alias("is_frustrated"),
        F.coalesce("_specific", "_stated").alias("intent_label"),
        F.to_date("started_at").alias("started_date"),
        is_still_open.alias("is_open"),
        (seconds_between(F.col("started_at"), F.col("ended_at")) / 3600).alias(
            "elapsed_hours"
        ),
        outcome.alias("outcome"),
    )


def is_open(*, gap: timedelta, as_of: datetime) -> Column:
    """Whether a further contact could still belong to a journey."""
    return seconds_between(F.col("ended_at"), F.lit(as_of)) <= gap.total_seconds()
