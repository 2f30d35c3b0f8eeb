"""Contacts to counts: everything that satisfaction figures divide."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from schemas.contracts import contract


def to_satisfaction(contacts: DataFrame) -> DataFrame:
    """Counts per day and dimension (see the ``satisfaction`` contract).

    Only contacts that customers began; days are those on which contacts began, not
    those on which surveys were answered.

    Args:
        contacts: meets the ``contacts`` contract, with ``ces_scale_min`` and
            ``ces_scale_max``.
    """
    csat_span = F.col("csat_scale_max") - F.col("csat_scale_min")
    from_top = F.col("csat_scale_max") - F.col("csat_score")
    has_csat = F.col("csat_score").isNotNull()
    has_nps = F.col("nps_score").isNotNull()
    is_promoter, is_detractor = F.col("nps_score") >= 9, F.col("nps_score") <= 6
    dimensions = [
        *(F.col(name) for name in ("started_date", "channel", "is_synchronous")),
        *(
            F.coalesce(name, F.lit("unknown")).alias(name)
            for name in ("intent_label", "segment", "generation", "language")
        ),
        F.col("is_out_of_hours"),
        F.coalesce("partner", F.lit("none")).alias("partner"),
    ]
    within = F.col("is_within_expectation")
    counts = {
        "contact_count": F.lit(True),
        "csat_count": has_csat,
        "csat_top_box_count": has_csat & (from_top == 0),
        "csat_top_two_count": F.col("is_satisfied"),
        "nps_count": has_nps,
        "promoter_count": is_promoter,
        # Whoever is left, so that the three are everyone whatever the score.
        "passive_count": ~is_promoter & ~is_detractor,
        "detractor_count": is_detractor,
        "ces_count": F.col("ces_score").isNotNull(),
        "scored_count": F.col("frustration_score").isNotNull(),
        "frustrated_count": F.col("is_frustrated"),
        "closed_window_count": F.col("is_first_contact_resolution").isNotNull(),
        "first_contact_resolved_count": F.col("is_first_contact_resolution"),
        "repeat_base_count": F.col("is_repeat").isNotNull(),
        "repeat_count": F.col("is_repeat"),
        "expectation_count": within.isNotNull(),
        "within_expectation_count": within,
        "provisional_count": F.col("is_provisional"),
    }
    sums = {
        "invited_count": F.col("invited_count"),
        "delivered_count": F.col("delivered_count"),
        "answered_count": F.col("answered_count"),
        "answered_of_delivered_count": F.col("answered_of_delivered_count"),
    }
    csat = (F.col("csat_score") - F.col("csat_scale_min")) / csat_span
    ces = (F.col("ces_score") - F.col("ces_scale_min")) / (
        F.col("ces_scale_max") - F.col("ces_scale_min")
    )
    return (
        contacts.where("direction = 'inbound'")
        .groupBy(*dimensions)
        .agg(
            *(_count(is_counted).alias(name) for name, is_counted in counts.items()),
            *(F.sum(value).alias(name) for name, value in sums.items()),
            # Rounded so that sums of the same scores in another order are equal.
            F.round(F.coalesce(F.sum(csat), F.lit(0.0)), 9).alias("csat_sum"),
            F.round(F.coalesce(F.sum(ces), F.lit(0.0)), 9).alias("ces_sum"),
        )
        .select(*contract("satisfaction").column_names)
    )


def _count(is_counted: Column) -> Column:
    return F.count(F.when(is_counted, F.lit(1)))
