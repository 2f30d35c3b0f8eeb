"""How right tags are: precision, recall, F1 with bootstrap intervals, calibration, agreement."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
# Enough for limits that do not move in the second digit; all labels at once in well under a second.
RESAMPLES = 400
_SEED = 20260314
_BINS = 10


@dataclass(frozen=True)
class Score:
    """One label, or a family's mean; `low` and `high` are the 95 % bootstrap limits of F1."""

    name: str
    examples: int
    said: int
    precision: float
    recall: float
    f1: float
    low: float
    high: float


def scores(
    truth: Flags, said: Flags, names: Sequence[str]
) -> tuple[Score, list[Score]]:
    """The mean over all labels that hold somewhere, and every label's own score.

    Args:
        truth: texts by labels.
        said: the same of the tagger.
        names: of the labels.
    """
    draws = np.random.default_rng(_SEED).multinomial(
        len(truth), np.full(len(truth), 1 / max(1, len(truth))), size=RESAMPLES
    )
    weights = np.vstack([np.ones(len(truth), dtype=np.int64), draws])
    right = weights @ (truth & said).astype(np.int64)
    held, given = weights @ truth.astype(np.int64), weights @ said.astype(np.int64)
    f1 = 2 * right / np.maximum(1, held + given)
    there = np.flatnonzero(truth.any(axis=0))
    labels = [
        Score(
            names[column],
            int(held[0, column]),
            int(given[0, column]),
            float(right[0, column] / max(1, given[0, column])),
            float(right[0, column] / max(1, held[0, column])),
            float(f1[0, column]),
            *_limits(f1[1:, column]),
        )
        for column in range(len(names))
        if truth[:, column].any() or said[:, column].any()
    ]
    if not len(there):
        return Score("mean", 0, int(said.sum()), 0.0, 0.0, 0.0, 0.0, 0.0), labels
    # A label that a draw left out has no F1 in it.
    drawn = held[:, there] > 0
    mean = (f1[:, there] * drawn).sum(axis=1) / np.maximum(1, drawn.sum(axis=1))
    kept = [score for score in labels if score.examples]
    return Score(
        "mean",
        int(held[0].sum()),
        int(given[0].sum()),
        float(np.mean([score.precision for score in kept])),
        float(np.mean([score.recall for score in kept])),
        float(mean[0]),
        *_limits(mean[1:]),
    ), labels


def _limits(drawn: npt.NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)


def calibration_error(
    score: npt.NDArray[np.float64], held: Flags, bins: int = _BINS
) -> float:
    """How far scores are from the share that held, over equal bins, weighted by their texts."""
    place = np.minimum((score * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    gap = np.bincount(place, weights=score - held, minlength=bins)
    return float(np.abs(gap).sum() / max(1, count.sum()))


def kappa(first: Sequence[object], second: Sequence[object]) -> float:
    """Cohen's kappa of two labellings: agreement beyond chance; 1 where both always say one thing."""
    codes = {answer: index for index, answer in enumerate({*first, *second})}
    one = np.array([codes[answer] for answer in first])
    other = np.array([codes[answer] for answer in second])
    agreed = float(np.mean(one == other))
    shares = [np.bincount(c, minlength=len(codes)) / len(c) for c in (one, other)]
    by_chance = float(shares[0] @ shares[1])
    return 1.0 if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)
