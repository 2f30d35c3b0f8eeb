"""`verbatim demo`, `run`, `check`, `publish` and `rollback`: what makes tables and marts."""

import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs import console
from jobs.options import AsJson, SettingsFile, begun_at, chosen_settings, started
from jobs.settings import Settings, days_between
from schemas.errors import InputError, NotFoundError, SettingsError

if TYPE_CHECKING:
    from jobs.steps import Step

QUESTIONS = (
    (
        "Which week went worst, and how many contacts tell?",
        "SELECT week_start_date AS week, contact_count AS contacts, csat_count AS "
        "answers, csat_mean AS csat, frustrated_rate AS frustrated, repeat_contact_rate "
        "AS repeats FROM satisfaction_weekly ORDER BY week",
    ),
    (
        "What did customers get in touch about in that week, and how did it go?",
        "SELECT intent_label AS intent, contact_count AS contacts, contact_share_rate AS "
        "share, frustrated_rate AS frustrated, csat_count AS answers, csat_mean AS csat "
        "FROM contact_reasons_weekly WHERE week_start_date = "
        "(SELECT week_start_date FROM satisfaction_weekly WHERE frustrated_rate IS NOT "
        "NULL ORDER BY frustrated_rate DESC LIMIT 1) ORDER BY contact_count DESC LIMIT 6",
    ),
    (
        "Where did customers have to explain it again on another channel?",
        "SELECT channel_path, count(*) AS journeys, round(avg(frustration_peak), 2) AS "
        "peak, min(journey_id) AS example FROM journeys WHERE "
        "continuity_break_count > 0 GROUP BY ALL ORDER BY journeys DESC LIMIT 6",
    ),
)
"""What `verbatim demo` asks the marts in the end."""


def register(app: typer.Typer) -> None:
    """Add the commands to `verbatim`."""
    for command in (demo, run, check, publish, rollback):
        app.command()(command)


def demo(
    settings: SettingsFile = None,
    customers: Annotated[int, typer.Option(min=10)] = 2_000,
    days: Annotated[int, typer.Option(min=1)] = 30,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])] = datetime(  # noqa: DTZ001 - a day, not an instant
        2026, 2, 16
    ),
    seed: int = 7,
) -> None:
    """Write the demo company's month, run everything on it, ask it three questions."""
    from demo.company import write

    chosen = chosen_settings(settings)
    drop = _require_demo(chosen)
    # Before the files of days to come are written: the run would refuse them.
    begun_at([start.date() + timedelta(days=days - 1)])
    wanted = f"{seed} {start:%Y-%m-%d} {days} {customers}"
    stamp = drop / "truth" / "made_with"
    if not stamp.exists() or stamp.read_text() != wanted:
        _make_anew(drop, Path(chosen.lake), chosen.marts_folder, chosen.checks_folder)
        with console.progress(days) as bar:

            def show(done: int, total: int) -> None:
                bar.update(
                    bar.task_ids[0],
                    completed=done,
                    total=total,
                    description="writing the demo company",
                )

            write(
                drop,
                seed=seed,
                start=start.date(),
                days=days,
                customers=customers,
                progress=show,
            )
        stamp.write_text(wanted)
    arrived = sorted(p.name for p in drop.iterdir() if p.name[:2] == "20")
    run_days(
        chosen,
        days_between(date.fromisoformat(arrived[0]), date.fromisoformat(arrived[-1])),
    )
    _show_outcome(chosen)


def run(
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="One arrival day.")
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"])
    ] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"])] = None,
    step: Annotated[
        list[str] | None, typer.Option(help="Only these steps, in the usual order.")
    ] = None,
    settings: SettingsFile = None,
) -> None:
    """Run every step for what arrived on a day, or in one pass for a range of days."""
    chosen = chosen_settings(settings)
    if day is not None and first is None and last is None:
        days = [day.date()]
    elif day is None and first is not None and last is not None and first <= last:
        days = days_between(first.date(), last.date())
    elif day is None and first is not None and last is not None:
        raise InputError(
            f"--from {first.date()} is after --to {last.date()}: say the earlier day "
            "first."
        )
    else:
        raise InputError(
            "Say which arrival days: --day 2026-03-02, or --from 2026-03-02 --to "
            "2026-03-08."
        )
    run_days(chosen, days, only=step)


def check(
    table: Annotated[str | None, typer.Argument(help="One table; default all.")] = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Check what is written against its contracts; exit 10 where an error is broken."""
    from jobs.check_table import build_docs
    from jobs.check_table import check as check_table
    from schemas.contracts import contract, names

    chosen = chosen_settings(settings)
    tables = [contract(table).name] if table else list(names())
    context = started(chosen, [])
    written = [name for name in tables if context.lake.exists(name)]
    if not written:
        raise NotFoundError(
            f"There is no {table or 'table'} in the lake {chosen.lake}.\nSee that lake "
            "under [paths] is the right one, or run a day first: verbatim run --day "
            "2026-03-02"
        )
    checked = []
    with console.progress(len(written)) as bar:
        for name in written:
            bar.update(bar.task_ids[0], description=f"check {name}")
            checked.append(check_table(context.lake, name, docs=chosen.checks_folder))
            bar.advance(bar.task_ids[0])
    page = build_docs(chosen.checks_folder)
    columns = ["table", "rows", "checks", "severity", "broken", "by_rows", "why"]
    rows: list[tuple[Any, ...]] = []
    for result in checked:
        head = (result.table, result.row_count, result.expectation_count)
        if not result.broken:
            rows.append((*head, None, None, None, None))
        for broken in result.broken:
            severity = "error" if broken.is_error else "warning"
            rows.append((*head, severity, broken.what, broken.row_count, broken.why))
    if as_json:
        console.print_json(console.records(columns, rows))
    else:
        console.table(columns, rows)
        if missing := [name for name in tables if name not in written]:
            console.out.print(f"\nNot written yet: {', '.join(missing)}")
        console.out.print(f"\nData docs: {page}")
    for result in checked:
        result.require()


def publish(settings: SettingsFile = None) -> None:
    """Publish the marts from the tables as they are."""
    from jobs.publish_marts import CURRENT, STEP

    chosen = chosen_settings(settings)
    run_days(chosen, None, only=[STEP])
    console.out.print(f"{chosen.marts_folder / CURRENT}")


def rollback(
    to: Annotated[
        str | None, typer.Argument(help="A run's id; default the one before.")
    ] = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Put an earlier publication back in place; lists what is kept."""
    from jobs.publish_marts import publications
    from jobs.publish_marts import rollback as roll_back

    chosen = chosen_settings(settings)
    roll_back(chosen.marts_folder, to)
    columns = ["run", "in place", "bytes"]
    rows = [(p.run_id, p.is_current, p.size) for p in publications(chosen.marts_folder)]
    if as_json:
        console.print_json(console.records(columns, rows))
    else:
        console.table(columns, rows)


def run_days(
    settings: Settings, days: list[date] | None, *, only: list[str] | None = None
) -> None:
    """Run steps with progress and print what each did; `None`: the last day read."""
    from jobs.arrivals import unclaimed
    from jobs.ledger import as_of, refused_records, sources_without_records

    # What is wrong with the command is told before Spark starts.
    steps = _chosen_steps(only) if only else None
    begun_at(days or [])
    with ThreadPoolExecutor(1) as beside:
        # Great Expectations takes as long to import as Spark to start.
        beside.submit(import_module, "jobs.check_table")
        context = started(settings, days or [])
    from jobs.check_table import build_docs
    from jobs.steps import STEPS, run_all

    if days is None:
        until = as_of(context.lake)
        if until is None:
            raise NotFoundError("The lake is empty: nothing to publish.")
        context = started(settings, [date.fromordinal(until.toordinal() - 1)])
    lines: list[tuple[Any, ...]] = []
    with console.progress(len(steps or STEPS)) as bar:
        for done in run_all(
            context,
            steps=steps or STEPS,
            starting=lambda name: bar.update(bar.task_ids[0], description=name),
        ):
            bar.advance(bar.task_ids[0])
            broken = [(c.table, b) for c in done.checked for b in c.broken]
            warned = [f"{table}: {b.what} ({b.row_count})" for table, b in broken]
            lines.append(
                (
                    done.step.name,
                    round(done.seconds, 1),
                    sum(c.expectation_count for c in done.checked) or None,
                    round(done.check_seconds, 1) if done.checked else None,
                    "; ".join(warned) or None,
                )
            )
        bar.update(bar.task_ids[0], description="data docs")
        if any(line[2] for line in lines):
            build_docs(settings.checks_folder)
    console.table(["step", "seconds", "checks", "seconds", "warnings"], lines)
    if refused := refused_records(context.ledger.rows):
        told = ", ".join(f"{count} of {source}" for source, count in refused.items())
        console.out.print(
            f"Records refused: {told}. See why with: verbatim quarantine show",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )
    if without := sources_without_records(context.ledger.rows):
        console.out.print(
            f"Nothing came from {', '.join(without)}. If it comes late, run the same "
            "again.",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )
    if days is not None and (left := unclaimed(settings, days)):
        console.err.print(
            f"{len(left)} files of these days belong to no source, such as {left[0]}.\n"
            "Nothing was read of them. Add a template to a source's files in "
            f"{settings.file.name}, rename what begins with . or _, or take them out of "
            "the drop folder.",
            style="yellow",
            markup=False,
        )


def _chosen_steps(only: list[str]) -> "tuple[Step, ...]":
    from jobs.steps import STEPS

    known = {step.name for step in STEPS}
    unknown = [name for name in only if name not in known]
    if unknown:
        raise NotFoundError(
            f"No step is called {', '.join(unknown)}; "
            f"there are {', '.join(step.name for step in STEPS)}."
        )
    return tuple(step for step in STEPS if step.name in only)


def _show_outcome(settings: Settings) -> None:
    """What `verbatim demo` ends with: tables, ledger, three questions, the file."""
    from jobs import reading

    columns, rows = reading.query(
        settings,
        "SELECT table_name AS table, estimated_size AS rows FROM duckdb_tables() "
        "WHERE NOT internal ORDER BY ALL",
    )
    console.out.print()
    console.table(columns, rows, title="Tables")
    columns, rows = reading.query(
        settings,
        "SELECT source, sum(read_count)::BIGINT AS read, sum(added_count)::BIGINT AS "
        "added, sum(updated_count)::BIGINT AS updated, sum(unchanged_count)::BIGINT AS "
        "unchanged, sum(duplicate_count)::BIGINT AS duplicate, "
        "sum(excluded_count)::BIGINT AS excluded, sum(quarantined_count)::BIGINT AS "
        "quarantined, sum(late_count)::BIGINT AS late FROM runs WHERE source <> '-' AND "
        "run_id = (SELECT max(run_id) FROM runs) GROUP BY source ORDER BY source",
    )
    console.out.print()
    console.table(
        columns,
        rows,
        title="Ledger: read = added + updated + unchanged + duplicate + excluded + quarantined",
    )
    for question, query in QUESTIONS:
        columns, rows = reading.query(settings, query)
        console.out.print()
        console.table(columns, rows, title=question)
    path = reading.current(settings)
    console.out.print(f"\nThe marts: {os.path.relpath(path)}")
    # `make demo` puts nothing on the path.
    ours = Path(sys.argv[0])
    is_on_path = shutil.which("verbatim") or ours.name != "verbatim"
    called = "verbatim" if is_on_path else os.path.relpath(ours)
    console.out.print(
        f'Ask them: {called} sql "FROM contacts LIMIT 5", or any DuckDB client.',
        soft_wrap=True,
    )


def _require_demo(settings: Settings) -> Path:
    """The demo company's drop folder.

    Raises:
        SettingsError: they are another company's settings, or name no folders.
    """
    if not settings.demo:
        raise SettingsError(
            f"{settings.file} is not the demo company's: it does not say demo = true.\n"
            "verbatim demo writes the folders of its settings and clears them for a demo "
            "of another size. Give it the shipped verbatim.toml; this company's days are "
            "read with: verbatim run --day 2026-03-02"
        )
    for name, where in (("drop", settings.drop), ("lake", settings.lake)):
        if "://" in where:
            raise SettingsError(
                f"paths.{name} is {where}: the demo is written and cleared in folders "
                f"of this machine only.\nSet paths.{name} to one."
            )
    return Path(settings.drop)


MADE_HERE = "made_by_verbatim_demo"
"""A file in every folder that the demo may clear, because it was the demo that made it:
settings say where folders are, not whose rows are in them."""


def _make_anew(*folders: Path) -> None:
    """Empty folders for a demo of another size, each marked as the demo's own.

    Raises:
        InputError: one holds what no demo made; nothing was removed.
    """
    for folder in folders:
        if (
            folder.exists()
            and any(folder.iterdir())
            and not (folder / MADE_HERE).exists()
        ):
            raise InputError(
                f"{folder} holds files that verbatim demo did not make: there is no "
                f"{MADE_HERE} among them. Nothing was removed.\n"
                "Set paths to empty folders; or, if it was an older demo that made it, "
                "remove the folder by hand."
            )
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)
    # Before anything is written: what is left half way can be cleared as well.
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MADE_HERE).touch()
