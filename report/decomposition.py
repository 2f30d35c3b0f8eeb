"""Which cells made a change: parts that add up to the whole exactly."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Generic, TypeVar

Cell = TypeVar("Cell", bound=Hashable)

FEW = 5
"""Under this many contacts a week a median is mostly 0 or 1 and says too little; the
mean stands in for it."""


@dataclass(frozen=True)
class RateEffect(Generic[Cell]):
    """What a cell did to a rate."""

    cell: Cell
    mix: float
    """Because there were more or fewer of its contacts among all."""
    rate: float
    """Because its own rate is another one."""

    @property
    def total(self) -> float:
        return self.mix + self.rate


def usual_cells(
    weeks: Sequence[Mapping[Cell, float]], total: float
) -> dict[Cell, float]:
    """What each cell would hold in a usual week; they sum to `total`.

    The median of each cell (its mean where that is small), brought to the total by one
    factor: medians of parts do not sum to the median of the whole.
    """
    cells = {cell for week in weeks for cell in week}
    level = {}
    for cell in cells:
        counts = [week.get(cell, 0) for week in weeks]
        level[cell] = median(counts) if median(counts) >= FEW else fmean(counts)
    whole = sum(level.values())
    return {cell: value * total / whole for cell, value in level.items() if whole}


def volume(
    now: Mapping[Cell, float], usual: Mapping[Cell, float]
) -> list[tuple[Cell, float]]:
    """Each cell's part of the change in volume, largest first; they sum to it exactly."""
    parts = {
        cell: now.get(cell, 0) - usual.get(cell, 0)
        for cell in now.keys() | usual.keys()
    }
    return sorted(parts.items(), key=lambda part: (-abs(part[1]), str(part[0])))


def rate(
    now: Mapping[Cell, tuple[float, float]], usual: Mapping[Cell, tuple[float, float]]
) -> list[RateEffect[Cell]]:
    """Each cell's part of the change of a rate, mix apart from rate.

    With shares w and rates r of a cell and R of the whole, before (0) and now (1):
    mix = (w1 - w0) x ((r0 + r1)/2 - (R0 + R1)/2), rate = (w0 + w1)/2 x (r1 - r0).
    Over all cells they sum to R1 - R0 exactly. A cell that is empty on one side has no
    rate there: it takes the other side's, and its whole effect is mix.

    Args:
        now: (part, whole) by cell.
        usual: the same, of the weeks compared with.

    Returns:
        Largest first; nothing when either side is empty.
    """
    whole_now = sum(whole for _, whole in now.values())
    whole_usual = sum(whole for _, whole in usual.values())
    if whole_now <= 0 or whole_usual <= 0:
        return []
    rate_now = sum(part for part, _ in now.values()) / whole_now
    rate_usual = sum(part for part, _ in usual.values()) / whole_usual
    level = (rate_now + rate_usual) / 2
    effects = []
    for cell in now.keys() | usual.keys():
        part1, of1 = now.get(cell, (0.0, 0.0))
        part0, of0 = usual.get(cell, (0.0, 0.0))
        if of0 <= 0 and of1 <= 0:
            continue
        w1, w0 = of1 / whole_now, of0 / whole_usual
        r1 = part1 / of1 if of1 > 0 else part0 / of0
        r0 = part0 / of0 if of0 > 0 else r1
        effects.append(
            RateEffect(
                cell,
                mix=(w1 - w0) * ((r0 + r1) / 2 - level),
                rate=(w0 + w1) / 2 * (r1 - r0),
            )
        )
    return sorted(effects, key=lambda e: (-abs(e.total), str(e.cell)))
