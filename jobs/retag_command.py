"""`verbatim retag`: tag history again, see the difference, then publish it or not."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs import console
from jobs.options import SettingsFile, chosen_settings, started
from schemas.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from jobs.context import Context
    from jobs.retag import Difference

Facts = dict[str, Any]

RATES = {
    "frustrated_rate": ("frustrated_count", "scored_count"),
    "repeat_contact_rate": ("repeat_count", "repeat_base_count"),
    "first_contact_resolution_rate": (
        "first_contact_resolved_count",
        "closed_window_count",
    ),
    "within_expectation_rate": ("within_expectation_count", "expectation_count"),
    "csat_mean": ("csat_sum", "csat_count"),
}
"""Figures of contacts that tags move, as `docs/metrics.md` divides them."""

JOURNEY_RATES = {
    "frustrated_rate": ("frustrated_count", "scored_count"),
    "several_channels_rate": ("several_channels_count", "journey_count"),
    "contacts_per_journey": ("contact_count", "journey_count"),
}

HEADINGS = {
    "contact_count": "contacts",
    "frustrated_rate": "frustrated",
    "repeat_contact_rate": "repeated",
    "first_contact_resolution_rate": "resolved",
    "within_expectation_rate": "in time",
    "csat_mean": "csat",
    "journey_count": "journeys",
    "continuity_break_count": "breaks",
    "several_channels_rate": "channels > 1",
    "contacts_per_journey": "contacts",
}
"""Of columns whose own names would be broken in a terminal's 80 characters."""

WEEKS_SHOWN = 6
"""As many as a terminal has room for beside the totals; --json has every week."""


def register(app: typer.Typer) -> None:
    """Add the command to `verbatim`."""
    app.command()(retag)


def retag(
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day of a draft."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="Last day of it."),
    ] = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what accepting would change.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Make it current, and publish.")
    ] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Drop the draft.")] = False,
    settings: SettingsFile = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON for scripts (with --diff).")
    ] = False,
) -> None:
    """Tag history with the present tagger into a draft; nothing changes until --accept.

    Days are those on which interactions occurred.
    """
    days = chosen_days(first, last, [diff, accept, discard])
    run = _at_the_last_day(started(chosen_settings(settings), []))
    if days:
        _draft(run, *days)
    elif diff:
        _diff(run, as_json)
    elif accept:
        _accept(run)
    else:
        _discard(run)


def chosen_days(
    first: datetime | None, last: datetime | None, others: Sequence[bool]
) -> tuple[date, date] | None:
    """The days to tag again; null when something else is wanted.

    Raises:
        InputError: it is not exactly one thing that is wanted.
    """
    is_range = first is not None and last is not None and first <= last
    has_days = first is not None or last is not None
    if sum(others) + has_days != 1 or has_days != is_range:
        raise InputError(
            "Say one thing: --from 2026-03-02 --to 2026-03-08 (write a draft), --diff, "
            "--accept or --discard."
        )
    return (first.date(), last.date()) if first and last else None


def facts(difference: "Difference", *, floor: int) -> Facts:
    """The difference as plain values, with rates where their denominators allow.

    Args:
        floor: a rate with a smaller denominator is null, as in the marts.
    """

    def sides(rows: Sequence[Any], name: str, rates: dict[str, Any]) -> list[Facts]:
        return [
            {
                name: row["by"],
                "before": _divided(row["before"], rates, floor),
                "after": _divided(row["after"], rates, floor),
            }
            for row in rows
        ]

    samples = [row.asDict() for row in difference.samples]
    names = ("family", "was", "becomes")
    return {
        "draft": asdict(difference.draft),
        "versions_before": list(difference.versions_before),
        "labels": [row.asDict() for row in difference.labels],
        "satisfaction_by_week": sides(difference.weeks, "week_start_date", RATES),
        "satisfaction_by_intent": sides(difference.reasons, "intent_label", RATES),
        "journeys_by_week": sides(
            difference.journeys, "week_start_date", JOURNEY_RATES
        ),
        "movements": [
            row.asDict()
            | {
                "samples": [
                    {k: v for k, v in sample.items() if k not in names}
                    for sample in samples
                    if all(sample[name] == row[name] for name in names)
                ]
            }
            for row in difference.movements
        ],
    }


def print_facts(found: Facts) -> None:
    """The difference as a person reads it."""
    out = console.out
    draft = found["draft"]
    before = ", ".join(found["versions_before"]) or "nothing"
    out.print(
        f"{draft['interaction_count']} interactions, {draft['first_day']} to "
        f"{draft['last_day']}: tagger {before} → {draft['tagger_version']}"
    )
    if draft["outdated_count"]:
        out.print(
            f"{draft['outdated_count']} more have other words since: left as they are."
        )
    _print_labels(found["labels"])
    _print_sides(
        "Satisfaction by week, where it changes",
        found["satisfaction_by_week"],
        ["contact_count", *RATES],
    )
    _print_sides(
        "By intent, the draft's weeks together",
        found["satisfaction_by_intent"],
        ["contact_count", *RATES],
    )
    _print_sides(
        "Journeys by the week they began, where they change",
        found["journeys_by_week"],
        ["journey_count", "continuity_break_count", *JOURNEY_RATES],
    )
    out.print("\nLargest movements", style="bold")
    for movement in found["movements"]:
        out.print(
            f"\n{movement['family']}: {movement['was'] or 'nothing'} → "
            f"{movement['becomes'] or 'nothing'}, "
            f"{console.cell(movement['interaction_count'])} interactions"
        )
        console.table(
            ["contact", "score", "because of", "before", "text"],
            [
                (
                    sample["contact_id"] or sample["interaction_id"],
                    _arrow(sample["score_before"], sample["score_after"]),
                    " · ".join(sample["words_after"] or ()),
                    " · ".join(sample["words_before"] or ()),
                    # What was said in turns, on one line.
                    " / ".join((sample["excerpt"] or "").split("\n")),
                )
                for sample in movement["samples"]
            ],
        )
    if not found["movements"]:
        out.print("none: the taggers agree.")
    out.print(
        "\nNothing has changed yet. verbatim retag --accept makes it current and "
        "publishes, --discard drops it."
    )


def _print_labels(labels: Sequence[Facts]) -> None:
    weeks = sorted({row["week_start_date"] for row in labels})
    shown = weeks[-WEEKS_SHOWN:]
    lines: dict[tuple[str, str], dict[Any, int]] = {}
    for row in labels:
        line = lines.setdefault(
            (row["family"], row["label"]),
            dict.fromkeys(("before", "after", "gained", "lost"), 0),
        )
        for what in ("before", "after", "gained", "lost"):
            line[what] += row[f"{what}_count"]
        line[row["week_start_date"]] = row["after_count"] - row["before_count"]
    console.out.print()
    console.table(
        ["family", "label", "before", "after", "gained", "lost", *map(str, shown)],
        [
            (
                *name,
                line["before"],
                line["after"],
                line["gained"],
                line["lost"],
                *(f"{line[w]:+d}" if line.get(w) else None for w in shown),
            )
            for name, line in lines.items()
            if line["gained"] or line["lost"]
        ],
        title="Interactions by label; under the weeks, the change "
        "(overall: from 0.5, frustrated)",
    )


def _print_sides(title: str, rows: Sequence[Facts], columns: Sequence[str]) -> None:
    console.out.print()
    if not rows:
        console.out.print(f"{title}: nowhere.")
        return
    console.table(
        ["", *(HEADINGS[column] for column in columns)],
        [
            (
                str(next(v for k, v in row.items() if k not in ("before", "after"))),
                *(_arrow(row["before"].get(c), row["after"].get(c)) for c in columns),
            )
            for row in rows
        ],
        title=title,
    )


def _arrow(before: Any, after: Any) -> str:
    """`0.31 → 0.28`; one value where both are shown alike; a dash where null."""
    sides = [
        "–" if v is None else console.cell(round(v, 3) if isinstance(v, float) else v)
        for v in (before, after)
    ]
    return sides[0] if sides[0] == sides[1] else " → ".join(sides)


def _divided(counts: Any, rates: dict[str, tuple[str, str]], floor: int) -> Facts:
    """Counts with their rates; no counts where nothing was counted."""
    if counts is None:
        return {}
    plain: Facts = counts.asDict()
    for name, (part, whole) in rates.items():
        has_enough = plain[whole] >= max(floor, 1)
        plain[name] = plain[part] / plain[whole] if has_enough else None
    return plain


def _at_the_last_day(context: "Context") -> "Context":
    """Steps are dated by the last arrival day read, as `verbatim publish` does."""
    from jobs.ledger import as_of

    until = as_of(context.lake)
    if until is None:
        raise NotFoundError("The lake is empty: there is no history to tag.")
    return replace(context, days=(date.fromordinal(until.toordinal() - 1),))


def _draft(context: "Context", first: date, last: date) -> None:
    from jobs import retag

    with console.busy(f"tagging {first} to {last}"):
        draft = retag.write_draft(context, first, last)
    if draft is None:
        console.out.print(
            f"The present tagger has read every text of {first} to {last}: no draft."
        )
        return
    console.out.print(
        f"{console.cell(draft.interaction_count)} interactions of {first} to {last} "
        f"tagged by {draft.tagger_version}, as a draft.\n"
        "See what it would change with: verbatim retag --diff"
    )


def _diff(context: "Context", as_json: bool) -> None:
    from jobs import retag

    with console.busy("working out the difference"):
        found = facts(
            retag.difference(context),
            floor=context.settings.rules.small_number_floor,
        )
    if as_json:
        console.print_json(found)
    else:
        print_facts(found)


def _accept(context: "Context") -> None:
    from jobs import retag
    from jobs.check_table import build_docs

    lines: list[tuple[Any, ...]] = []
    with console.progress(len(retag.ACCEPTING)) as bar:
        for done in retag.accept(
            context,
            starting=lambda name: bar.update(bar.task_ids[0], description=name),
        ):
            bar.advance(bar.task_ids[0])
            warned = [f"{c.table}: {b.what}" for c in done.checked for b in c.broken]
            lines.append((done.step.name, round(done.seconds, 1), "; ".join(warned)))
    build_docs(context.settings.checks_folder)
    console.table(["step", "seconds", "warnings"], lines)
    console.out.print("Accepted and published. The older tags: table tag_history.")


def _discard(context: "Context") -> None:
    from jobs import retag

    if not retag.discard(context.lake):
        raise NotFoundError("There is no draft to discard.")
    console.out.print("The draft is gone. Nothing else has changed.")
