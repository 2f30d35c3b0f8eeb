"""Why the week was not like the others: cells, their parts, and what is more than noise."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from math import erfc, sqrt
from typing import Any

from report import decomposition
from report.marts import Marts, Row
from report.quotations import quotations
from report.statistics import Usual, discoveries, p_value, usual_count, usual_share
from report.statistics import dispersion as measured_dispersion

Fact = dict[str, Any]
Cell = tuple[str, str]
"""Intent and channel."""
FineCell = tuple[str, str, str]
"""Intent, channel and segment."""

WITHOUT_WORDS = "unknown"
"""The intent of contacts in which nothing was said: calls nobody answered, mostly."""

BUDGET = {"volume": 0.2, "figures": 0.15, "cells": 0.6, "causes": 0.05}
"""Who gets how much of the false-alarm budget. The volume is asked about first, and a
change in a reason's volume is what a director can act on."""


SIZE_EXPONENT = 2
"""A cell's part of the budget grows with the square of its size: the same relative change
in a cell twice as large touches twice the customers, and is worth twice the attention."""


def cell_counts(rows: Iterable[Row]) -> dict[date, dict[Cell, float]]:
    """Contacts by week, intent and channel."""
    weeks: dict[date, dict[Cell, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        cell = (row["intent_label"], row["channel"])
        weeks[row["week_start_date"]][cell] += row["contact_count"]
    return weeks


def dispersion_of(earlier: Sequence[dict[Cell, float]]) -> float:
    """How much more than Poisson the cells vary; 1 or more."""
    cells = {cell for week in earlier for cell in week}
    return measured_dispersion(
        [[week.get(cell, 0.0) for week in earlier] for cell in sorted(cells)]
    )


def cell_tests(
    now: dict[Cell, float],
    earlier: Sequence[dict[Cell, float]],
    *,
    floor: int,
    dispersion: float,
) -> dict[Cell, tuple[Usual, float]]:
    """Usual range and p-value of every cell large enough to be news.

    Large enough: `floor` contacts, on the average of usual and now. Contacts without words are no
    reason, so they are not tested as one.
    """
    tested = {}
    for cell in sorted(now.keys() | {c for week in earlier for c in week}):
        if cell[0] == WITHOUT_WORDS:
            continue
        usual = usual_count(
            [week.get(cell, 0.0) for week in earlier], dispersion=dispersion
        )
        if usual and (usual.centre + now.get(cell, 0.0)) / 2 >= floor:
            tested[cell] = (usual, count_p_value(now.get(cell, 0.0), usual))
    return tested


def count_p_value(count: float, usual: Usual) -> float:
    """How often noise alone lies so far off, for counts.

    On the square-root scale (Anscombe), where counts of any size have one spread:
    there are many small cells, and their right tails are long.
    """
    centre = max(usual.centre, 1.0)
    z = 2 * (sqrt(count + 0.375) - sqrt(usual.centre + 0.375))
    return erfc(abs(z) * sqrt(centre) / usual.spread / sqrt(2))


def cause_test(label: str, weeks: Sequence[tuple[float, float]], *, floor: int) -> Fact:
    """A cause's share this week, its usual one and how surprising the difference is.

    Args:
        label: the cause.
        weeks: contacts that name it, of contacts with words; this week last.
        floor: no share from fewer contacts.
    """
    part, whole = weeks[-1]
    usual = usual_share(weeks[:-1], whole)
    is_enough = whole >= floor
    return {
        "label": label,
        "contact_count": part,
        "scored_count": whole,
        "share": part / whole if is_enough else None,
        "usual": usual.centre if usual else None,
        "p_value": p_value(part / whole, usual) if usual and is_enough else None,
        "is_changed": False,
    }


def judge(
    figures: list[Fact],
    tested: dict[Cell, tuple[Usual, float]],
    causes: list[Fact],
    *,
    floor: int,
    rate: float,
) -> set[Cell]:
    """Say of everything looked at whether it changed: one family, one error rate.

    Fills in each figure's `verdict` and each cause's `is_changed`. Large cells
    get more of the budget (`SIZE_EXPONENT`).

    Returns:
        The cells that changed.
    """
    p_values: dict[Any, float] = {}
    weights: dict[Any, float] = {}
    judged = [figure for figure in figures if figure["state"] == "tested"]
    shares = [figure for figure in judged if figure["name"] != "contact_count"]
    for figure in judged:
        p_values[figure["name"]] = figure["p_value"]
        weights[figure["name"]] = (
            BUDGET["figures"] / len(shares) if figure in shares else BUDGET["volume"]
        )
    size = {
        cell: max(usual.centre, floor) ** SIZE_EXPONENT
        for cell, (usual, _) in tested.items()
    }
    for cell, (_, p) in tested.items():
        p_values[cell] = p
        weights[cell] = BUDGET["cells"] * size[cell] / sum(size.values())
    named = [cause for cause in causes if cause["p_value"] is not None]
    for cause in named:
        p_values["cause", cause["label"]] = cause["p_value"]
        weights["cause", cause["label"]] = BUDGET["causes"] / len(named)
    found = discoveries(p_values, weights, rate=rate)
    for figure in figures:
        if figure["state"] != "tested":
            figure["verdict"] = figure["state"]
        elif figure["name"] in found:
            is_more = figure["value"] > figure["usual"]["centre"]
            figure["verdict"] = "above" if is_more else "below"
        else:
            usual = figure["usual"]
            is_inside = usual["low"] <= figure["value"] <= usual["high"]
            figure["verdict"] = "usual" if is_inside else "unclear"
    for cause in causes:
        cause["is_changed"] = ("cause", cause["label"]) in found
    return {cell for cell in tested if cell in found}


def volume_changes(
    rows: Sequence[Row],
    week: date,
    usual_total: float | None,
    tested: dict[Cell, tuple[Usual, float]],
    changed: set[Cell],
) -> Fact:
    """The change in volume, cell by cell, adding up exactly; largest first.

    Parts are worked out by intent, channel and segment, and shown by intent and channel.
    """
    weeks: dict[date, dict[FineCell, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        fine = (row["intent_label"], row["channel"], row["segment"])
        weeks[row["week_start_date"]][fine] += row["contact_count"]
    now = weeks.pop(week, {})
    earlier = list(weeks.values())
    if usual_total is None or not earlier:
        return {"total": None, "cells": [], "intents": [], "tested_count": 0}
    usual = decomposition.usual_cells([_coarse(w) for w in earlier], usual_total)
    fine_usual = _split(usual, earlier)
    parts = decomposition.volume(_coarse(now), usual)
    fine_parts = dict(decomposition.volume(now, fine_usual))
    cells: list[Fact] = [
        {
            "intent": cell[0],
            "channel": cell[1],
            "count": _coarse(now).get(cell, 0.0),
            "usual": usual.get(cell, 0.0),
            "part": part,
            "is_changed": cell in changed,
            "segments": {
                fine[2]: value for fine, value in fine_parts.items() if fine[:2] == cell
            },
        }
        for cell, part in parts
    ]
    by_intent: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for fact in cells:
        by_intent[fact["intent"]][0] += fact["count"]
        by_intent[fact["intent"]][1] += fact["usual"]
    intents = [
        {"intent": intent, "count": count, "usual": before, "part": count - before}
        for intent, (count, before) in by_intent.items()
    ]
    return {
        "total": sum(now.values()) - usual_total,
        "cells": cells,
        "intents": sorted(intents, key=lambda i: (-abs(i["part"]), i["intent"])),
        "tested_count": len(tested),
    }


def rate_changes(
    rows: Sequence[Row], week: date, *, part: str, whole: str, floor: int
) -> Fact | None:
    """A rate's change against the weeks before together, by intent: mix apart from rate.

    Null where either side is under the floor.
    """
    now: dict[FineCell, tuple[float, float]] = {}
    before: dict[FineCell, tuple[float, float]] = {}
    for row in rows:
        fine = (row["intent_label"], row["channel"], row["segment"])
        side = now if row["week_start_date"] == week else before
        p, w = side.get(fine, (0.0, 0.0))
        side[fine] = (p + row[part], w + row[whole])
    wholes = [sum(w for _, w in side.values()) for side in (now, before)]
    if min(wholes) < floor:
        return None
    effects = decomposition.rate(now, before)
    by_intent: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for effect in effects:
        by_intent[effect.cell[0]][0] += effect.mix
        by_intent[effect.cell[0]][1] += effect.rate
    intents = [
        {"intent": intent, "mix": mix, "rate": rate, "total": mix + rate}
        for intent, (mix, rate) in by_intent.items()
    ]
    return {
        "now": sum(p for p, _ in now.values()) / wholes[0],
        "before": sum(p for p, _ in before.values()) / wholes[1],
        "whole": wholes[0],
        "mix": sum(effect.mix for effect in effects),
        "rate": sum(effect.rate for effect in effects),
        "intents": sorted(intents, key=lambda i: (-abs(i["total"]), i["intent"])),
    }


def worth_telling(volume: Fact, most: int) -> list[Fact]:
    """The cells to tell one by one: those that changed, else the one that moved most."""
    cells = [cell for cell in volume["cells"] if cell["intent"] != WITHOUT_WORDS]
    changed = [cell for cell in cells if cell["is_changed"]]
    return changed[:most] or cells[:1]


def stories(marts: Marts, cells: Sequence[Fact]) -> list[Fact]:
    """What stands behind each of these cells: journeys, repeats, three quotations."""
    told = []
    for cell in cells:
        [behind] = marts.ask(
            "behind_a_cell", intent=cell["intent"], channel=cell["channel"]
        )
        candidates = marts.ask(
            "quotations", intent=cell["intent"], channel=cell["channel"]
        )
        told.append({**cell, "behind": behind, "quotations": quotations(candidates)})
    return told


def _coarse(week: dict[FineCell, float]) -> dict[Cell, float]:
    coarse: dict[Cell, float] = defaultdict(float)
    for (intent, channel, _), count in week.items():
        coarse[intent, channel] += count
    return dict(coarse)


def _split(
    usual: dict[Cell, float], earlier: Sequence[dict[FineCell, float]]
) -> dict[FineCell, float]:
    """Each cell's usual count over its segments, as the weeks before split it."""
    together: dict[FineCell, float] = defaultdict(float)
    for week in earlier:
        for fine, count in week.items():
            together[fine] += count
    wholes = _coarse(together)
    return {
        fine: usual[fine[:2]] * count / wholes[fine[:2]]
        for fine, count in together.items()
        if wholes[fine[:2]]
    }
