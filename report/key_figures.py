"""The week's key figures, each with last week, the usual range and whether it changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from report.marts import Row
from report.statistics import (
    Usual,
    p_value,
    usual_count,
    usual_share,
    wilson,
)

Fact = dict[str, Any]


@dataclass(frozen=True)
class Share:
    """A figure that is a division; parts and wholes are columns of `weekly_counts`."""

    name: str
    part: str
    whole: str
    is_good: bool
    """Whether more of it is better for customers."""
    section: str
    """Where the report says more."""


SHARES = (
    Share("satisfied_rate", "csat_top_two_count", "csat_count", True, "satisfaction"),
    Share(
        "very_satisfied_rate", "csat_top_box_count", "csat_count", True, "satisfaction"
    ),
    Share("frustrated_rate", "frustrated_count", "scored_count", False, "frustration"),
    Share(
        "within_expectation_rate",
        "within_expectation_count",
        "expectation_count",
        True,
        "promises",
    ),
    Share(
        "first_contact_resolution_rate",
        "first_contact_resolved_count",
        "closed_window_count",
        True,
        "journeys",
    ),
    Share(
        "repeat_contact_rate", "repeat_count", "repeat_base_count", False, "journeys"
    ),
)

CLOSED_ENOUGH = 0.9
"""Under this share of the usual closed windows, resolution is not compared: those that
close first are not like the others."""


def key_figures(
    now: Row | None,
    earlier: Sequence[Row],
    *,
    floor: int,
    dispersion: float,
) -> list[Fact]:
    """Volume and every share: value, interval, last week, usual range, p-value.

    `state` says what may be said of it: `tested` (it has a p-value, and `verdict` is
    filled in by whoever tests all together), `few_weeks`, `small` (under the floor, so
    no value either), `open` (its windows have not closed yet; under the floor without a
    value too).
    """
    count = float(now["contact_count"]) if now else 0.0
    usual = usual_count(
        [float(row["contact_count"]) for row in earlier], dispersion=dispersion
    )
    if usual:
        # Half a contact is none; parts and whole are shown beside each other.
        usual = replace(usual, centre=float(int(usual.centre)))
    figures: list[Fact] = [
        {
            "name": "contact_count",
            "section": "changes",
            "is_good": None,
            "value": count,
            "part": count,
            "whole": None,
            "interval": None,
            "last": float(earlier[-1]["contact_count"]) if earlier else None,
            "usual": _as_fact(usual, share=False),
            "state": "tested" if usual else "few_weeks",
            "p_value": p_value(count, usual) if usual else None,
        }
    ]
    return figures + [_share(share, now, earlier, floor=floor) for share in SHARES]


def _share(
    share: Share, now: Row | None, earlier: Sequence[Row], *, floor: int
) -> Fact:
    part = float(now[share.part] or 0) if now else 0.0
    whole = float(now[share.whole] or 0) if now else 0.0
    before = [(float(r[share.part] or 0), float(r[share.whole] or 0)) for r in earlier]
    enough = [(p, w) for p, w in before if w >= floor]
    last = before[-1] if before else (0.0, 0.0)
    usual = usual_share(enough, whole)
    state = "tested"
    if share.name == "first_contact_resolution_rate" and _is_open(now):
        state = "open"
    elif whole < floor:
        state = "small"
    elif usual is None:
        state = "few_weeks"
    return {
        "name": share.name,
        "section": share.section,
        "is_good": share.is_good,
        "value": part / whole if whole >= floor else None,
        "part": part,
        "whole": whole,
        "interval": wilson(part, whole) if whole >= floor else None,
        "last": last[0] / last[1] if last[1] >= floor else None,
        "usual": _as_fact(usual, share=True),
        "state": state,
        "p_value": (
            p_value(part / whole, usual) if usual and state == "tested" else None
        ),
    }


def _is_open(now: Row | None) -> bool:
    """Whether too many resolution windows of the week are still running."""
    if now is None:
        return False
    closed = float(now["closed_window_count"] or 0)
    return closed < CLOSED_ENOUGH * (closed + float(now["provisional_count"] or 0))


def _as_fact(usual: Usual | None, *, share: bool) -> Fact | None:
    if usual is None:
        return None
    return {
        "centre": usual.centre,
        "low": max(0.0, usual.low),
        "high": min(1.0, usual.high) if share else usual.high,
        "weeks": usual.weeks,
    }
