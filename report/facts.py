"""Everything a report says, as one document without a word of French or English.

`gather` asks the marts; `report.render` makes pages of what it returns, and of nothing
else. Kept as JSON (`report.printed`), it lets any old report be made again.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from report import actions, changes, sections
from report.key_figures import key_figures
from report.marts import Marts, Row, opened
from report.printed import FORM
from report.restated import restated
from report.sentences import first_page
from report.settings import ReportSettings
from report.weeks import Week

Fact = dict[str, Any]


def gather(
    path: Path, week: Week, settings: ReportSettings, *, printed_in: Path | None = None
) -> Fact:
    """Ask the marts for everything the report of a week says.

    Args:
        path: the marts file.
        week: the week reported.
        settings: the company's.
        printed_in: where earlier reports are kept; null: nothing is compared with them.

    Raises:
        NotFoundError: nothing has been published.
        InputError: the file is no marts file, or the settings do not fit it.
    """
    with opened(path) as marts:
        before = week.before()
        earlier = _week_facts(marts, before, settings)
        facts = _week_facts(marts, week, settings)
        facts["restated"] = (
            restated(marts, printed_in, week, facts["publication"]["run_id"])
            if printed_in
            else None
        )
    rules = settings.report.actions
    seen = actions.signals(facts)
    done = actions.actions(actions.signals(earlier), rules)
    facts["actions"] = actions.actions(seen, rules)
    facts["followed_up"] = actions.followed_up(done, seen)
    facts["sentences"] = first_page(facts)
    kept: Fact = plain(facts)
    return kept


def _week_facts(marts: Marts, week: Week, settings: ReportSettings) -> Fact:
    """Every section but those that look back on last week's report."""
    section = settings.report
    marts = marts.about(week_start=week.start, baseline_weeks=section.baseline_weeks)
    [publication] = marts.ask("publication")
    floor = int(publication["small_number_floor"])
    weekly = {row["week_start_date"]: row for row in marts.ask("weekly_counts")}
    # A part of a week is compared with nothing: it would be fewer contacts every Tuesday.
    baseline = (
        _baseline(week, sorted(weekly), publication["first_date"])
        if _is_over(publication, week)
        else []
    )
    rows = [
        row
        for row in marts.ask("weekly_cells")
        if row["week_start_date"] in {*baseline, week.start}
    ]
    by_week = changes.cell_counts(rows)
    earlier_cells = [by_week.get(day, {}) for day in baseline]
    dispersion = changes.dispersion_of(earlier_cells)
    figures = key_figures(
        weekly.get(week.start),
        [weekly[day] for day in baseline],
        floor=floor,
        dispersion=dispersion,
    )
    tested = changes.cell_tests(
        by_week.get(week.start, {}), earlier_cells, floor=floor, dispersion=dispersion
    )
    frustration = sections.frustration(marts, week.start, baseline, floor=floor)
    changed = changes.judge(
        figures,
        tested,
        frustration["causes"],
        floor=floor,
        rate=section.false_alarm_rate,
    )
    usual_total = figures[0]["usual"]["centre"] if figures[0]["usual"] else None
    volume = changes.volume_changes(rows, week.start, usual_total, tested, changed)
    volume["satisfied"] = changes.rate_changes(
        rows, week.start, part="csat_top_two_count", whole="csat_count", floor=floor
    )
    volume["frustrated"] = changes.rate_changes(
        rows, week.start, part="frustrated_count", whole="scored_count", floor=floor
    )
    trust = sections.trust(marts, section, week.start, floor=floor)
    _set_usual_reads(trust, marts, week)
    return {
        "form": FORM,
        "company": settings.company.name,
        "week": {"id": str(week), "start": week.start, "last_day": week.last_day},
        "publication": publication,
        "floor": floor,
        "baseline": {
            "weeks": len(baseline),
            "wanted": section.baseline_weeks,
            "first": baseline[0] if baseline else None,
        },
        "completeness": _completeness(publication, trust, week),
        "false_alarm_rate": section.false_alarm_rate,
        "key_figures": figures,
        "history": [
            {"week": day, "count": weekly[day]["contact_count"]}
            for day in [*baseline, week.start]
            if day in weekly
        ],
        "changes": volume,
        "stories": changes.stories(
            marts, changes.worth_telling(volume, section.largest_cells)
        ),
        "satisfaction": sections.satisfaction(marts, floor=floor),
        "journeys": sections.journeys(marts),
        "promises": sections.promises(marts, section, floor=floor),
        "frustration": frustration,
        "trust": trust,
    }


def _baseline(week: Week, known: Sequence[date], first: date | None) -> list[date]:
    """Mondays of the weeks compared with: those before that were seen whole.

    The company's first days may begin in the middle of a week; a week in which nothing
    at all was read is a failure of ours and no measure of the usual.
    """
    return [day for day in known if day < week.start and first and first <= day]


def _completeness(publication: Row, trust: Fact, week: Week) -> Fact:
    """Whether the week can be told whole: read to its end, no source silent, no failure."""
    missing = [
        {"source": s["source"], "days": s["silent_days"]}
        for s in trust["sources"]
        if s["silent_days"]
    ]
    return {
        "is_over": _is_over(publication, week),
        "silent_sources": [silent["source"] for silent in missing],
        "silent_days": missing,
        "unread": [
            {"source": s["source"], "days": s["unread_days"]}
            for s in trust["sources"]
            if s["unread_days"]
        ],
        "failed": trust["failed"],
    }


def _is_over(publication: Row, week: Week) -> bool:
    until = publication["as_of"]
    return until is not None and until.date() >= week.end


def _set_usual_reads(trust: Fact, marts: Marts, week: Week) -> None:
    """What a silent source delivered the week before: the contacts that may be missing."""
    if not any(source["is_silent"] for source in trust["sources"]):
        return
    reads: dict[str, float] = defaultdict(float)
    for row in marts.ask("sources", week_start=week.before().start):
        reads[row["source"]] += row["read_count"] or 0
    for source in trust["sources"]:
        source["usual_read_count"] = reads[source["source"]]


def plain(value: Any) -> Any:
    """The same in what JSON has, so that a kept report is read back as it was."""
    return json.loads(json.dumps(value, default=_as_text, sort_keys=True))


def _as_text(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a report")
