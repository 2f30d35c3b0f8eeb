"""Tags before and after: what another tagger would change, and whose words show it."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.transforms.scores import FRUSTRATED_SCORE_FROM

WITH_FRUSTRATION = "frustrated"
WITHOUT_FRUSTRATION = "calm"

SATISFACTION = (
    "contact_count",
    "scored_count",
    "frustrated_count",
    "closed_window_count",
    "first_contact_resolved_count",
    "repeat_base_count",
    "repeat_count",
    "expectation_count",
    "within_expectation_count",
    "csat_count",
    "csat_sum",
)
"""Counts of ``satisfaction`` from which the figures that tags move are divided."""


def to_overlaid(tags: DataFrame, draft: DataFrame) -> DataFrame:
    """The tags with the draft's in the place of those of the same interactions."""
    return tags.join(
        draft.select("interaction_id").distinct(), "interaction_id", "left_anti"
    ).unionByName(draft.select(*tags.columns))


def to_replaced(held: DataFrame, draft: DataFrame) -> DataFrame:
    """Held tags that the draft's take the place of, with ``replaced_by_version``.

    Left out: tags of the same version, and of other words than the draft has read.

    Args:
        held: meets the ``tags`` contract.
        draft: the same; one version.
    """
    by = draft.select(
        "interaction_id", "text_hash", F.col("tagger_version").alias("_by")
    ).distinct()
    return (
        held.join(by, ["interaction_id", "text_hash"])
        .where("tagger_version <> _by")
        .withColumnRenamed("_by", "replaced_by_version")
    )


def to_label_counts(before: DataFrame, after: DataFrame) -> DataFrame:
    """How often each label is said, by ISO week, before and after.

    ``overall`` counts where it calls the customer frustrated: every text has one.

    Args:
        before: tags of some interactions.
        after: tags of the same.

    Returns:
        ``week_start_date``, ``family``, ``label``, ``before_count``, ``after_count``,
        ``gained_count`` and ``lost_count``: interactions that have it after and not
        before, and the other way round.
    """
    key = ["interaction_id", "occurred_date", "family", "label"]

    def stated(tags: DataFrame, side: str) -> DataFrame:
        is_said = (F.col("label") != "overall") | (
            F.col("score") >= FRUSTRATED_SCORE_FROM
        )
        return tags.where(is_said).select(*key, F.lit(True).alias(side)).distinct()

    both = stated(before, "_was").join(stated(after, "_is"), key, "full")
    was, is_now = F.col("_was").isNotNull(), F.col("_is").isNotNull()
    return both.groupBy(
        week_of("occurred_date").alias("week_start_date"), "family", "label"
    ).agg(
        F.count_if(was).alias("before_count"),
        F.count_if(is_now).alias("after_count"),
        F.count_if(is_now & ~was).alias("gained_count"),
        F.count_if(was & ~is_now).alias("lost_count"),
    )


def to_moved(before: DataFrame, after: DataFrame) -> DataFrame:
    """What changes in each interaction, one row a change.

    An intent moves from the primary one to another; ``overall`` between calm and
    frustrated; any other label from null to itself or back. Second intents that come or
    go are only in `to_label_counts`.

    Args:
        before: tags of some interactions.
        after: tags of the same.

    Returns:
        ``interaction_id``, ``family``, ``was``, ``becomes``, and of both sides score and
        evidence: ``score_before``, ``evidence_before``, ``score_after``,
        ``evidence_after``. Null where that side has no such tag.
    """
    is_intent = F.col("family") == "intent"
    is_overall = F.col("label") == "overall"
    mood = F.when(F.col("score") >= FRUSTRATED_SCORE_FROM, WITH_FRUSTRATION).otherwise(
        WITHOUT_FRUSTRATION
    )
    about = F.when(is_intent, F.lit("intent")).otherwise(F.col("label"))

    def stated(tags: DataFrame, value: str, side: str) -> DataFrame:
        return tags.where(~is_intent | F.col("is_primary")).select(
            "interaction_id",
            "family",
            about.alias("_about"),
            F.when(is_overall, mood).otherwise(F.col("label")).alias(value),
            F.col("score").alias(f"score_{side}"),
            F.col("evidence").alias(f"evidence_{side}"),
        )

    return (
        stated(before, "was", "before")
        .join(
            stated(after, "becomes", "after"),
            ["interaction_id", "family", "_about"],
            "full",
        )
        .where(~F.col("was").eqNullSafe(F.col("becomes")))
        .drop("_about")
    )


def to_movements(moved: DataFrame, *, most: int) -> DataFrame:
    """The changes made most often: ``family``, ``was``, ``becomes``,
    ``interaction_count``; of equal ones the first by name.

    Args:
        moved: see `to_moved`.
        most: how many.
    """
    return (
        moved.groupBy("family", "was", "becomes")
        .agg(F.count("*").alias("interaction_count"))
        .orderBy(F.col("interaction_count").desc(), "family", "was", "becomes")
        .limit(most)
    )


def to_samples(
    moved: DataFrame,
    movements: DataFrame,
    members: DataFrame,
    interactions: DataFrame,
    *,
    each: int,
    width: int,
) -> DataFrame:
    """Some interactions of each movement, those first whose score moves furthest.

    Args:
        moved: see `to_moved`.
        movements: see `to_movements`.
        members: ``interaction_id``, ``contact_id``.
        interactions: ``interaction_id``, ``text``.
        each: how many of a movement.
        width: how many characters of the text to show around the evidence.

    Returns:
        Of `to_movements` the columns that name one, ``position``, ``contact_id``,
        ``interaction_id``, ``score_before``, ``score_after``, ``words_before``,
        ``words_after`` (the evidence as it stands in the text), ``excerpt``.
    """
    names = ["family", "was", "becomes"]
    same = [F.col(n).eqNullSafe(F.col(f"_{n}")) for n in names]
    wanted = movements.select(*(F.col(n).alias(f"_{n}") for n in names))
    step = F.abs(
        F.coalesce("score_after", F.lit(0.0)) - F.coalesce("score_before", F.lit(0.0))
    )
    furthest = Window.partitionBy(*names).orderBy(step.desc(), "interaction_id")
    decisive = F.coalesce(F.get("evidence_after", 0), F.get("evidence_before", 0))
    # Half the width before the first word that was decisive.
    begins = F.greatest(F.coalesce(decisive["start"], F.lit(0)) - width // 2, F.lit(0))
    return (
        moved.join(F.broadcast(wanted), same)
        .withColumn("position", F.row_number().over(furthest))
        .where(F.col("position") <= each)
        .join(members.select("interaction_id", "contact_id"), "interaction_id", "left")
        .join(interactions.select("interaction_id", "text"), "interaction_id")
        .select(
            *names,
            "position",
            "contact_id",
            "interaction_id",
            "score_before",
            "score_after",
            _words("evidence_before").alias("words_before"),
            _words("evidence_after").alias("words_after"),
            F.substring(F.col("text"), begins + 1, F.lit(width)).alias("excerpt"),
        )
    )


def to_satisfaction_figures(satisfaction: DataFrame, by: Column) -> DataFrame:
    """`SATISFACTION`, summed by a column: ``by`` and the counts."""
    return satisfaction.groupBy(by.alias("by")).agg(
        # Rounded so that sums of the same scores in another order are equal.
        *(F.round(F.sum(name), 6).alias(name) for name in SATISFACTION)
    )


def to_journey_figures(journeys: DataFrame) -> DataFrame:
    """Journeys by the ISO week in which they began: ``by`` and the counts.

    ``frustrated_count``: of those with a score, whose peak calls the customer
    frustrated.
    """
    return journeys.groupBy(week_of("started_date").alias("by")).agg(
        F.count("*").alias("journey_count"),
        F.sum("contact_count").alias("contact_count"),
        F.sum("repeat_contact_count").alias("repeat_contact_count"),
        F.count_if(F.col("channel_count") > 1).alias("several_channels_count"),
        F.sum("continuity_break_count").alias("continuity_break_count"),
        F.count("frustration_peak").alias("scored_count"),
        F.count_if("is_frustrated").alias("frustrated_count"),
    )


def to_sides(before: DataFrame, after: DataFrame) -> DataFrame:
    """Counts of the same ``by`` side by side, where they differ: ``before`` and ``after``
    as structs, null where that side has none.
    """

    def counts(side: DataFrame, name: str) -> DataFrame:
        held = F.struct(*(c for c in side.columns if c != "by"))
        return side.select("by", held.alias(name))

    return (
        counts(before, "before")
        .join(counts(after, "after"), "by", "full")
        .where(~F.col("before").eqNullSafe(F.col("after")))
    )


def week_of(day: str) -> Column:
    """The Monday of a day's ISO week."""
    return F.date_trunc("week", F.col(day)).cast("date")


def _words(evidence: str) -> Column:
    return F.expr(
        f"transform({evidence}, span -> "
        "substring(text, span.start + 1, span.`end` - span.start))"
    )
