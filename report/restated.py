"""Which figures of earlier weeks are no longer what was printed, and why.

A reason is given only where it can be seen: later arrivals by their landing time,
identity by links made or ended since, the tagger and the code by their versions, closed
windows by their count. What none of these explains is laid to the settings.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from report import printed
from report.key_figures import SHARES, Share
from report.marts import Marts, Row
from report.weeks import Week

Fact = dict[str, Any]

BY_LATE_SURVEYS = ("satisfied_rate", "very_satisfied_rate")
BY_WINDOWS = ("first_contact_resolution_rate", "within_expectation_rate")
BY_TAGGER = (
    "frustrated_rate",
    "first_contact_resolution_rate",
    "repeat_contact_rate",
    "within_expectation_rate",
)
BY_IDENTITY = ("first_contact_resolution_rate", "repeat_contact_rate")


def restated(marts: Marts, folder: Path, week: Week, run_id: str) -> list[Fact] | None:
    """Every key figure of an earlier week that has changed since it was printed.

    Compared with the latest report of each week that another publication printed; the
    week's own earlier printings are not restatements of it but drafts.

    Returns:
        Latest week first; null when no report was ever kept.
    """
    if printed.is_empty(folder):
        return None
    changed: list[Fact] = []
    for then in printed.before(folder, str(week), run_id):
        monday = date.fromisoformat(then["week"]["start"])
        rows = marts.ask("weekly_counts", week_start=monday, baseline_weeks=0)
        now = rows[0] if rows else None
        changed += _changes(marts, then, now, monday, run_id)
    return sorted(changed, key=lambda c: (c["week"], c["figure"]), reverse=True)


def _changes(
    marts: Marts, then: Fact, now: Row | None, monday: date, run_id: str
) -> list[Fact]:
    printed_figures = {figure["name"]: figure for figure in then["key_figures"]}
    found = []
    for share in (None, *SHARES):
        name = share.name if share else "contact_count"
        was = printed_figures[name]
        part, whole, value = _now(share, now)
        if (part, whole) == (was["part"], was["whole"]):
            continue
        found.append(
            {
                "week": then["week"]["id"],
                "figure": name,
                "printed": was["value"],
                "printed_part": was["part"],
                "printed_whole": was["whole"],
                "printed_run_id": then["publication"]["run_id"],
                "now": value,
                "part": part,
                "whole": whole,
                "run_id": run_id,
            }
        )
    if found:
        later = _later(marts, then, monday)
        for change in found:
            change["reasons"] = _reasons(change, then, later)
    # A figure may change in what it is made of and print the same.
    return [c for c in found if _shown(c["printed"]) != _shown(c["now"])]


def _now(share: Share | None, row: Row | None) -> tuple[float, float | None, Any]:
    if share is None:
        count = float(row["contact_count"]) if row else 0.0
        return count, None, count
    part = float(row[share.part] or 0) if row else 0.0
    whole = float(row[share.whole] or 0) if row else 0.0
    return part, whole, part / whole if whole else None


def _later(marts: Marts, then: Fact, monday: date) -> Row:
    publication = then["publication"]
    [later] = marts.ask(
        "came_later",
        week_start=monday,
        printed_as_of=datetime.fromisoformat(publication["as_of"]),
    )
    [current] = marts.ask("publication", week_start=monday)
    later["is_retagged"] = current["tagger_version"] != publication["tagger_version"]
    later["is_other_code"] = current["code_version"] != publication["code_version"]
    return later


def _reasons(change: Fact, then: Fact, later: Row) -> list[str]:
    name = change["figure"]
    reasons = []
    if later["late_contact_count"] or (
        later["late_survey_count"] and name in BY_LATE_SURVEYS
    ):
        reasons.append("late")
    if name in BY_WINDOWS and (change["whole"] or 0) > (change["printed_whole"] or 0):
        reasons.append("window")
    if later["relinked_customer_count"] and name in BY_IDENTITY:
        reasons.append("identity")
    if later["is_retagged"] and name in BY_TAGGER:
        reasons.append("tagger")
    if not reasons:
        reasons.append("definition" if later["is_other_code"] else "settings")
    return reasons


def _shown(value: float | None) -> float | None:
    """As it is printed: a share in whole per cent, a count as it is."""
    return None if value is None else round(value, 2)
