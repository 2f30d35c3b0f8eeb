"""The sections after the first: each a handful of queries, and what may be said of them."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from report import changes
from report.marts import Marts, Row
from report.settings import ReportSection
from report.statistics import p_value_of_two_shares, wilson

Fact = dict[str, Any]

FEWEST_RECORDS = 8
"""A source that always had so many on a weekday and has none is silent, not quiet."""

NAMED_INTENTS = 3
"""A clock whose contacts have more intents than these is of all that have none of their own."""

CHANCE = 0.05
"""A difference that chance alone makes less often than this is called one."""

DIMENSIONS = ("channel", "is_synchronous", "segment", "generation", "is_out_of_hours")


def satisfaction(marts: Marts, *, floor: int) -> Fact:
    """Measured satisfaction by each dimension; no share from fewer than the floor."""
    rows = marts.ask("satisfaction_by")
    by: dict[str, list[Fact]] = {dimension: [] for dimension in DIMENSIONS}
    for row in rows:
        if not row["contact_count"]:
            continue
        by[row["dimension"]].append(
            {
                "value": row["value"],
                "contact_count": row["contact_count"],
                "csat_count": row["csat_count"],
                "satisfied": _share(
                    row["csat_top_two_count"], row["csat_count"], floor
                ),
                "very_satisfied": _share(
                    row["csat_top_box_count"], row["csat_count"], floor
                ),
                "usual_satisfied": _share(
                    row["usual_csat_top_two_count"], row["usual_csat_count"], floor
                ),
            }
        )
    return {
        "by": by,
        "withheld_count": sum(
            1 for values in by.values() for value in values if not value["satisfied"]
        ),
    }


def journeys(marts: Marts) -> Fact:
    """Paths, repeated explanations, first-contact resolution, five to read."""
    [summary] = marts.ask("journeys_of_week")
    return {
        "summary": summary,
        "paths": marts.ask("journey_paths"),
        "resolution": marts.ask("resolution"),
        "to_read": marts.ask("journeys_to_read"),
    }


def promises(marts: Marts, section: ReportSection, *, floor: int) -> Fact:
    """Clocks kept by channel, callbacks, and frustration by how far a wait overran.

    Of a channel with several clocks those of a few intents name them.
    """
    clocks = []
    rows = marts.ask("promises")
    clock_count = Counter(row["channel"] for row in rows)
    for row in rows:
        intents = row["intents"] or []
        is_named = clock_count[row["channel"]] > 1 and len(intents) <= NAMED_INTENTS
        kept, of = row["within_expectation_count"], row["expectation_count"]
        usual_kept = row["usual_within_expectation_count"]
        usual_of = row["usual_expectation_count"]
        clocks.append(
            {
                **row,
                "intents": intents if is_named else [],
                "median_seconds": (
                    row["median_seconds"] if row["waited_count"] >= floor else None
                ),
                "kept": _share(kept, of, floor),
                "usual_kept": _share(usual_kept, usual_of, floor),
                "missed_count": of - kept,
            }
        )
    [callbacks] = marts.ask(
        "callbacks", callback_promise_hours=section.callback_promise_hours
    )
    waits = marts.ask("frustration_by_overrun")
    overrun = [
        {
            "position": row["position"],
            "scored_count": row["scored_count"],
            "frustrated": _share(row["frustrated_count"], row["scored_count"], floor),
        }
        for row in waits
    ]
    return {
        "clocks": clocks,
        "callbacks": {**callbacks, "promise_hours": section.callback_promise_hours},
        "overrun": overrun,
        "overrun_verdict": _overrun_verdict(
            [
                (row["frustrated_count"], row["scored_count"])
                for row in waits
                if row["scored_count"] >= floor
            ]
        ),
    }


def _overrun_verdict(shares: Sequence[tuple[float, float]]) -> str | None:
    """How frustration after the longest waits differs from that after the shortest.

    `above`, `below`, `unclear` (chance may do it); null with fewer than two to compare.
    """
    if len(shares) < 2:
        return None
    shortest, longest = shares[0], shares[-1]
    p_value = p_value_of_two_shares(shortest, longest)
    if p_value is None or p_value >= CHANCE:
        return "unclear"
    is_above = longest[0] / longest[1] > shortest[0] / shortest[1]
    return "above" if is_above else "below"


def frustration(
    marts: Marts, week: date, baseline: Sequence[date], *, floor: int
) -> Fact:
    """Causes this week against the usual, where they are named, needs by intent.

    Each cause has a p-value; whether it changed is judged with everything else
    (`changes.judge`): of eleven causes, one would seem to have in every other week.
    """
    by_label: dict[str, list[Row]] = defaultdict(list)
    for row in marts.ask("frustration_causes"):
        by_label[row["label"]].append(row)
    places: dict[str, list[Row]] = defaultdict(list)
    for row in marts.ask("cause_places"):
        places[row["label"]].append(row)
    causes: list[Fact] = []
    for label, rows in by_label.items():
        by_week = {
            r["week_start_date"]: (r["contact_count"], r["scored_count"]) for r in rows
        }
        if week not in by_week:
            continue
        weeks = [by_week[day] for day in baseline if day in by_week]
        cause = changes.cause_test(label, [*weeks, by_week[week]], floor=floor)
        causes.append({**cause, "places": places[label][:2]})
    return {
        "causes": sorted(causes, key=lambda c: (-c["contact_count"], c["label"])),
        "needs": _needs(marts),
    }


def trust(marts: Marts, section: ReportSection, week: date, *, floor: int) -> Fact:
    """Who was asked and answered, what is missing, what was refused."""
    channels = []
    for row in marts.ask("survey_response"):
        if not row["delivered_count"]:
            continue
        band = section.response_bands.get(row["survey_channel"])
        channels.append(
            {
                **row,
                "answered": _share(
                    row["answered_count"], row["delivered_count"], floor
                ),
                "band": [band.low, band.high] if band else None,
            }
        )
    sources: dict[str, Fact] = {}
    for row in marts.ask("sources"):
        source = sources.setdefault(
            row["source"],
            {
                "source": row["source"],
                "read_count": 0,
                "refused_count": 0,
                "late_count": 0,
                "unread_days": [],
                "silent_days": [],
                "usual_read_count": 0,
            },
        )
        source["read_count"] += row["read_count"] or 0
        source["refused_count"] += row["quarantined_count"] or 0
        source["late_count"] += row["late_count"] or 0
        if row["read_count"] is None:
            source["unread_days"].append(row["day"])
        elif (
            row["has_contacts"]
            and row["is_awaited"]
            and not row["read_count"]
            and (row["fewest_before"] or 0) >= FEWEST_RECORDS
        ):
            source["silent_days"].append(row["day"])
    for source in sources.values():
        source["is_silent"] = bool(source["silent_days"])
    [unmatched] = marts.ask("unmatched")
    return {
        "channels": channels,
        "answerers": _answerers(marts.ask("who_answers"), floor=floor),
        "sources": list(sources.values()),
        "unmatched": unmatched,
        "failed": marts.ask("failed_checks"),
        # Marts published before this table existed have none.
        "scores": marts.ask("tagger_scores") if marts.has("tagger_scores") else [],
    }


def _answerers(rows: Sequence[Row], *, floor: int) -> Fact:
    """Whom the measured satisfaction speaks for, raw and weighted.

    Weighted: answers of each channel and frustration stratum count as much as its
    contacts do (post-stratification). Strata with fewer than five answers are put
    with their channel's other one; a channel without answers speaks for nobody.
    """
    with_words = [row for row in rows if row["is_scored"]]
    answered = sum(row["answered_count"] for row in with_words)
    silent = sum(row["asked_count"] - row["answered_count"] for row in with_words)
    frustrated = [row for row in with_words if row["is_frustrated"]]
    answered_frustrated = sum(row["answered_count"] for row in frustrated)
    silent_frustrated = sum(
        row["asked_count"] - row["answered_count"] for row in frustrated
    )
    strata: dict[tuple[str, bool], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    small = {row["channel"] for row in with_words if 0 < row["csat_count"] < 5} | {
        row["channel"] for row in with_words if row["csat_count"] == 0
    }
    for row in with_words:
        is_frustrated = row["is_frustrated"] and row["channel"] not in small
        stratum = strata[row["channel"], is_frustrated]
        stratum[0] += row["contact_count"]
        stratum[1] += row["csat_count"]
        stratum[2] += row["csat_top_two_count"]
    covered = {key: value for key, value in strata.items() if value[1] > 0}
    weight = sum(value[0] for value in covered.values())
    count = sum(value[1] for value in covered.values())
    raw = sum(value[2] for value in covered.values())
    return {
        "answered_count": answered,
        "silent_count": silent,
        "frustrated_of_answered": _share(answered_frustrated, answered, floor),
        "frustrated_of_silent": _share(silent_frustrated, silent, floor),
        "csat_count": count,
        "raw_satisfied": raw / count if count >= floor else None,
        "weighted_satisfied": (
            sum(v[0] * v[2] / v[1] for v in covered.values()) / weight
            if count >= floor
            else None
        ),
    }


def _needs(marts: Marts) -> list[Fact]:
    """For the six commonest intents: the need and the expectation named most."""
    by: dict[str, Fact] = {}
    for row in marts.ask("needs_by_intent"):
        intent = by.setdefault(
            row["intent_label"],
            {
                "intent": row["intent_label"],
                "contact_count": row["intent_contact_count"],
                "need": [],
                "expectation": [],
            },
        )
        if len(intent[row["family"]]) < 2:
            intent[row["family"]].append(
                {"label": row["label"], "contact_count": row["contact_count"]}
            )
    return list(by.values())[:6]


def _share(part: float, whole: float, floor: int) -> Fact | None:
    """A share with its interval; null under the floor."""
    interval = wilson(part, whole)
    if interval is None or whole < floor:
        return None
    return {"value": part / whole, "low": interval[0], "high": interval[1]}
