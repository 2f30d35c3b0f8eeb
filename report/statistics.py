"""What is a change and what is noise: intervals, usual ranges, many tests at once.

Every formula is in docs/metrics.md. Plain arithmetic on counts; the simulation that
says how often it errs is `benchmarks/report_alarms.py`.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from statistics import median
from typing import TypeVar

Z95 = 1.959964
"""Half the width of a 95 % interval, in standard deviations."""

MAD_TO_SD = 1.4826
"""Of normally distributed values, the standard deviation is this many MADs."""

FEWEST_WEEKS = 2
"""A usual range needs a spread, and one week has none."""

FEW_VALUES = {2: 1.196, 3: 1.495, 4: 1.363, 5: 1.206, 6: 1.2, 7: 1.14, 8: 1.129}
"""By this the MAD of so few values falls short (Croux and Rousseeuw, 1992)."""

LEVEL = 0.03
"""By this share whole weeks are busier or calmer than others without a cause that a
report could name: weather, holidays, the end of a month. Chosen, not measured."""

EXPECTED_WEEKS = 8.0
"""How many weeks what is expected of a spread counts for, beside what was seen."""

SPREAD_OF_MEDIAN = {
    1: 1.0,
    2: 0.5,
    3: 0.449,
    4: 0.298,
    5: 0.287,
    6: 0.215,
    7: 0.210,
    8: 0.168,
}
"""Variance of the median of n standard normal values (order statistics)."""

MEDIAN_OF_SQUARE = 0.4549
"""Median of a squared standard normal value: what turns a median of squared deviations
into a variance that a few odd cells do not move."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Usual:
    """What the weeks before were like."""

    centre: float
    """Their median."""
    spread: float
    """Standard deviation that a further such week would show around it."""
    weeks: int

    @property
    def low(self) -> float:
        return self.centre - Z95 * self.spread

    @property
    def high(self) -> float:
        return self.centre + Z95 * self.spread


def wilson(part: float, whole: float) -> tuple[float, float] | None:
    """The 95 % Wilson interval of a share; null of nothing."""
    if whole <= 0:
        return None
    share = part / whole
    weight = Z95**2 / whole
    centre = (share + weight / 2) / (1 + weight)
    half = Z95 / (1 + weight) * sqrt(share * (1 - share) / whole + weight / whole / 4)
    return max(0.0, centre - half), min(1.0, centre + half)


def usual_count(earlier: Sequence[float], *, dispersion: float = 1.0) -> Usual | None:
    """The usual count of a week; null when fewer than two weeks are known.

    Eight weeks tell the spread of a count badly, so what was seen (MAD) is put
    together with what is expected of any count: `dispersion` times Poisson, and the
    `LEVEL` by which whole weeks differ. What is expected weighs as `EXPECTED_WEEKS`.
    """
    if len(earlier) < FEWEST_WEEKS:
        return None
    centre = median(earlier)
    expected = dispersion * max(centre, 1.0) + (LEVEL * centre) ** 2
    spread = sqrt(_together(_seen(earlier), expected, len(earlier)))
    return Usual(centre, spread * _wider(len(earlier)), len(earlier))


def usual_share(
    earlier: Sequence[tuple[float, float]], whole_now: float
) -> Usual | None:
    """The usual share, from (part, whole) of earlier weeks; null of fewer than two.

    Args:
        earlier: weeks without a denominator are left out.
        whole_now: this week's denominator: a share of few answers jumps more.
    """
    shares = [part / whole for part, whole in earlier if whole > 0]
    if len(shares) < FEWEST_WEEKS or whole_now <= 0:
        return None
    centre = median(shares)
    # Half an answer: a share of 0 or 1 so far is no proof that it stays.
    inner = min(max(centre, 0.5 / whole_now), 1 - 0.5 / whole_now)
    pooled = sum(whole for _, whole in earlier if whole > 0) / len(shares)
    of_median = SPREAD_OF_MEDIAN[min(len(shares), 8)]
    sampling = inner * (1 - inner)
    # What weeks differ by beyond the sampling of each.
    between = max(0.0, _seen(shares) - sampling / pooled)
    drift = _together(between, 0.0, len(shares))
    counting = sampling * (1 / whole_now + of_median / pooled)
    spread = sqrt(counting + drift * _wider(len(shares)) ** 2)
    return Usual(centre, spread, len(shares))


def dispersion(weeks_of_cells: Sequence[Sequence[float]]) -> float:
    """How much more than Poisson the cells' counts vary from week to week; 1 or more.

    Pooled over cells of five contacts a week or more, by a median, so that the few
    cells in which something happened do not hide it. Contacts of one customer come
    in runs, so some excess is normal.
    """
    squares = []
    for counts in weeks_of_cells:
        if len(counts) < FEWEST_WEEKS:
            continue
        centre = median(counts)
        if centre < 5:
            continue
        mean = sum(counts) / len(counts)
        unbiased = len(counts) / (len(counts) - 1)
        squares += [unbiased * (count - mean) ** 2 / mean for count in counts]
    if not squares:
        return 1.0
    return max(1.0, median(squares) / MEDIAN_OF_SQUARE)


def p_value(value: float, usual: Usual) -> float:
    """How often noise alone lies at least so far from the usual, on either side."""
    return erfc(abs(value - usual.centre) / usual.spread / sqrt(2))


def p_value_of_two_shares(
    one: tuple[float, float], other: tuple[float, float]
) -> float | None:
    """How often two such shares of one population lie at least so far apart by chance.

    The two-proportion z test, pooled. Intervals that overlap prove nothing: two shares
    may differ by more than chance and each still lie close to the other's interval.

    Args:
        one: (part, whole).
        other: the same of the share it is compared with.

    Returns:
        The p-value; null of a share of nothing.
    """
    (part, whole), (other_part, other_whole) = one, other
    if whole <= 0 or other_whole <= 0:
        return None
    pooled = (part + other_part) / (whole + other_whole)
    spread = sqrt(pooled * (1 - pooled) * (1 / whole + 1 / other_whole))
    if spread == 0:
        return 1.0
    return erfc(abs(part / whole - other_part / other_whole) / spread / sqrt(2))


def discoveries(
    p_values: Mapping[Key, float], weights: Mapping[Key, float], *, rate: float
) -> set[Key]:
    """What is more than noise among many (Benjamini-Hochberg, weighted).

    Args:
        p_values: of everything that was looked at.
        weights: share of the false-alarm budget each gets, summing to 1 or less.
        rate: false discoveries among discoveries; also how often a week in which
            nothing happened shows any at all.
    """
    ordered = sorted(p_values, key=lambda key: p_values[key] / max(weights[key], 1e-12))
    found = 0
    for place, key in enumerate(ordered, start=1):
        if p_values[key] <= rate * place * weights[key]:
            found = place
    return set(ordered[:found])


def _seen(values: Sequence[float]) -> float:
    """Variance by the MAD, corrected for few values."""
    centre = median(values)
    mad = median(abs(value - centre) for value in values)
    return float((MAD_TO_SD * FEW_VALUES[min(len(values), 8)] * mad) ** 2)


def _together(seen: float, expected: float, weeks: int) -> float:
    """A variance seen in few weeks, drawn towards the expected one.

    A MAD knows as much of a spread as 0.37 times as many values would by their
    standard deviation.
    """
    own = 0.37 * weeks
    return (own * seen + EXPECTED_WEEKS * expected) / (own + EXPECTED_WEEKS)


def _wider(weeks: int) -> float:
    """The median of few weeks is itself uncertain."""
    return sqrt(1 + SPREAD_OF_MEDIAN[min(weeks, 8)])
