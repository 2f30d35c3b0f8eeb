"""What scores are called: from where a customer is frustrated, and what is satisfied."""

from pyspark.sql import Column
from pyspark.sql import functions as F

FRUSTRATED_SCORE_FROM = 0.5
"""Where a careful reader would call the customer frustrated: what the tagger's score is
calibrated to (nlp/README.md)."""

TOP_TWO_FROM = 3
"""Smallest distance between lowest and highest answer (a scale of four points) on which
the two best answers are not half of all."""


def is_frustrated(score: Column) -> Column:
    """Null without a score."""
    return score >= FRUSTRATED_SCORE_FROM


def is_satisfied(score: Column, scale_min: Column, scale_max: Column) -> Column:
    """One of the two best answers of its scale, the best alone on short ones.

    Null without a score.
    """
    answers = F.when(scale_max - scale_min >= TOP_TWO_FROM, 1).otherwise(0)
    return scale_max - score <= answers
