"""Survey answers to contacts: what customers said of how each went."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

INVITATION_COUNTS = (
    "invited_count",
    "delivered_count",
    "answered_count",
    "answered_of_delivered_count",
)
"""What is counted of the invitations about a contact. Answers are counted twice: of a
source that never says what it delivered they must not be divided by what others did."""


def to_surveyed(members: DataFrame, surveys: DataFrame) -> DataFrame:
    """What customers answered about each contact: of several answers, the latest.

    Where a low answer is the good one (effort asked for itself, German school grades),
    it is turned on its own scale: a high score is good in all that follows.

    Grain: one row per contact that a survey names.
    """

    def latest(kind: str, value: Column) -> Column:
        answered = (F.col("question_kind") == kind) & F.col("score").isNotNull()
        # A score without its scale is kept in `surveys` and says nothing here.
        answered &= F.col("scale_max") > F.col("scale_min")
        return F.max_by(
            value,
            F.when(
                answered,
                F.struct(
                    F.coalesce("answered_at", "source_updated_at").alias("at"),
                    "survey_id",
                ),
            ),
        )

    is_answered = F.col("answered_at").isNotNull() | F.col("score").isNotNull()
    is_delivered = F.col("delivered_at").isNotNull()
    # In this order the best answer becomes the highest to the last bit, on any scale.
    turned = F.when(F.col("higher_is_better"), F.col("score")).otherwise(
        F.col("scale_max") - (F.col("score") - F.col("scale_min"))
    )
    answer = F.struct(turned.alias("score"), "scale_min", "scale_max")
    return (
        surveys.join(members.select("interaction_id", "contact_id"), "interaction_id")
        .groupBy("contact_id")
        .agg(
            latest("csat", answer).alias("_csat"),
            latest("nps", F.col("score")).alias("nps_score"),
            latest("ces", answer).alias("_ces"),
            F.sum(F.col("invited_at").isNotNull().cast("int")).alias("invited_count"),
            F.sum(is_delivered.cast("int")).alias("delivered_count"),
            F.sum(is_answered.cast("int")).alias("answered_count"),
            F.sum((is_delivered & is_answered).cast("int")).alias(
                "answered_of_delivered_count"
            ),
        )
        .select(
            "contact_id",
            F.col("_csat.score").alias("csat_score"),
            F.col("_csat.scale_min").alias("csat_scale_min"),
            F.col("_csat.scale_max").alias("csat_scale_max"),
            "nps_score",
            F.col("_ces.score").alias("ces_score"),
            F.col("_ces.scale_min").alias("ces_scale_min"),
            F.col("_ces.scale_max").alias("ces_scale_max"),
            *INVITATION_COUNTS,
        )
    )
