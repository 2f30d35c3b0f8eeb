"""How often the weekly report raises an alarm: over nothing, and over a planted change.

    python -m benchmarks.report_alarms

Simulated companies with the demo's reasons, channels and rates, judged by the very
functions of the report. Contacts come in runs (one journey brings several), so counts
vary more than Poisson by `RUNS`, and whole weeks are busier or calmer by `LEVEL`.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from demo.world import CHANNEL_WEIGHTS, INTENT_WEIGHTS
from report import changes
from report.key_figures import SHARES, key_figures
from report.sentences import CHANGED

WEEKS = 8
VOLUME = 1_150
"""Contacts in a week of the demo company."""

RUNS = 1.15
"""Variance of a cell's count over its mean. Between the demo's two ordinary weeks it was
1.15 (sum of squared differences over sums, 31 cells of ten contacts or more)."""

LEVEL = 0.02
"""Standard deviation of whole weeks. Those two weeks, 1,189 and 1,144 contacts, differ by
no more than counting explains; some is assumed all the same."""

FLOOR = 30
FALSE_ALARMS = 0.05

RATES = {
    "csat_count": (0.06, None),
    "scored_count": (0.88, None),
    "expectation_count": (0.9, None),
    "closed_window_count": (0.9, None),
    "repeat_base_count": (0.99, None),
    "csat_top_two_count": (0.4, "csat_count"),
    "csat_top_box_count": (0.15, "csat_count"),
    "frustrated_count": (0.65, "scored_count"),
    "within_expectation_count": (0.85, "expectation_count"),
    "first_contact_resolved_count": (0.8, "closed_window_count"),
    "repeat_count": (0.22, "repeat_base_count"),
}
"""What part of what: the demo's quiet weeks, rounded."""

CAUSES = (0.09, 0.07, 0.06, 0.06, 0.06, 0.04, 0.04, 0.03, 0.02, 0.02, 0.02)

PLANTED = ("billing", "call")


@dataclass(frozen=True)
class Outcome:
    """What the first page of one simulated week says."""

    is_alarm: bool
    first: tuple[str, str] | None
    """The cell that is named first, whether as a change or as the largest movement."""
    is_first_changed: bool


def outcome(
    rng: np.random.Generator, *, volume: float, planted: float | None = None
) -> Outcome:
    """Simulate eight weeks and one, the last with a planted change, and judge it."""
    cells = _cells(volume)
    monday = date(2026, 1, 5)
    rows = []
    totals = []
    for week in range(WEEKS + 1):
        level = max(0.5, rng.normal(1, LEVEL))
        total = 0.0
        for cell, mean in cells.items():
            grown = 1 + planted if planted and week == WEEKS and cell == PLANTED else 1
            count = _in_runs(rng, mean * level * grown)
            total += count
            rows.append(
                {
                    "week_start_date": monday + timedelta(weeks=week),
                    "intent_label": cell[0],
                    "channel": cell[1],
                    "segment": "b2c",
                    "contact_count": count,
                }
            )
        totals.append(_figures(rng, total))
    last = monday + timedelta(weeks=WEEKS)
    by_week = changes.cell_counts(rows)
    earlier = [by_week[day] for day in sorted(by_week)[:-1]]
    dispersion = changes.dispersion_of(earlier)
    figures = key_figures(totals[-1], totals[:-1], floor=FLOOR, dispersion=dispersion)
    tested = changes.cell_tests(
        by_week[last], earlier, floor=FLOOR, dispersion=dispersion
    )
    causes = _causes(rng, totals)
    changed = changes.judge(figures, tested, causes, floor=FLOOR, rate=FALSE_ALARMS)
    usual = figures[0]["usual"]["centre"]
    told = changes.volume_changes(rows, last, usual, tested, changed)
    first = changes.worth_telling(told, 1)
    return Outcome(
        is_alarm=bool(changed)
        or any(figure["verdict"] in CHANGED for figure in figures)
        or any(cause["is_changed"] for cause in causes),
        first=(first[0]["intent"], first[0]["channel"]) if first else None,
        is_first_changed=bool(first) and first[0]["is_changed"],
    )


def quiet(weeks: int, *, seed: int, volume: float = VOLUME) -> float:
    """Share of weeks in which nothing happened and a change is printed."""
    rng = np.random.default_rng(seed)
    return sum(outcome(rng, volume=volume).is_alarm for _ in range(weeks)) / weeks


def found(
    weeks: int, *, smallest: float, largest: float, seed: int, planted: float = 0.2
) -> tuple[float, float]:
    """Share of weeks whose first page names the planted cell first, and as a change.

    The cell usually has between `smallest` and `largest` contacts, any size of the
    range equally likely on a logarithmic scale; the company is as large as that takes.
    """
    rng = np.random.default_rng(seed)
    share = _cells(VOLUME)[PLANTED] / VOLUME
    sizes = np.exp(rng.uniform(np.log(smallest), np.log(largest), weeks))
    seen = [outcome(rng, volume=size / share, planted=planted) for size in sizes]
    named = [week for week in seen if week.first == PLANTED]
    return len(named) / weeks, sum(week.is_first_changed for week in named) / weeks


def _cells(volume: float) -> dict[tuple[str, str], float]:
    """Expected contacts of a week by intent and channel, as the demo has them."""
    shares = {
        (intent, channel): a * b
        for intent, a in INTENT_WEIGHTS.items()
        for channel, b in CHANNEL_WEIGHTS.items()
    }
    whole = sum(shares.values())
    return {cell: volume * share / whole for cell, share in shares.items()}


def _in_runs(rng: np.random.Generator, mean: float) -> float:
    """A count whose variance is `RUNS` times its mean (negative binomial)."""
    return float(rng.negative_binomial(mean / (RUNS - 1), 1 / RUNS))


def _figures(rng: np.random.Generator, total: float) -> dict[str, float]:
    row = {"contact_count": total, "provisional_count": 0.0}
    for name, (rate, whole) in RATES.items():
        row[name] = float(rng.binomial(int(row[whole] if whole else total), rate))
    return row


def _causes(
    rng: np.random.Generator, totals: list[dict[str, float]]
) -> list[changes.Fact]:
    return [
        changes.cause_test(
            f"cause_{place}",
            [
                (float(rng.binomial(int(w["scored_count"]), rate)), w["scored_count"])
                for w in totals
            ],
            floor=FLOOR,
        )
        for place, rate in enumerate(CAUSES)
    ]


def _lines(weeks: int, seed: int) -> Iterator[str]:
    assert {share.whole for share in SHARES} <= RATES.keys()
    yield f"{weeks} simulated weeks each, seed {seed}"
    yield f"quiet, {VOLUME} contacts a week: {quiet(weeks, seed=seed):.1%} print a change"
    yield "planted +20 % in billing by phone, usually so many contacts:"
    for smallest, largest in (
        (300, 300),
        (400, 400),
        (600, 600),
        (1_000, 1_000),
        (300, 1_000),
    ):
        named, changed = found(weeks, smallest=smallest, largest=largest, seed=seed)
        sizes = f"{smallest}" if smallest == largest else f"{smallest} to {largest}"
        yield f"  {sizes:>11}: named first {named:.1%}, as a change {changed:.1%}"


def main() -> None:
    """Print the figures of docs/reliability.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=6)
    given = parser.parse_args()
    for line in _lines(given.weeks, given.seed):
        print(line, flush=True)


if __name__ == "__main__":
    main()
