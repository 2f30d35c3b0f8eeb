r"""One step in a process of its own: the application that Airflow submits to Spark.

    spark-submit jobs/step.py build_contacts --day 2026-03-02 \
        --started-at 2026-03-03T02:00:00+00:00 --attempt 1

`verbatim run` goes through all steps in one session; a DAG has a task for each. What a
step wrote is checked at its end, on the days it touched, as there. What nobody may have
checked since (an attempt that was killed after its write, rows of the stream) is looked
at by `check_tables`, which takes every table whole and comes before `publish_marts`.

The day and the start are arguments, so that all tasks of a DAG run agree on them, and an
attempt has a run id of its own: the ledger keeps the failed one beside the next.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from typing import Annotated

import typer

from jobs import console
from jobs import settings as settings_module
from jobs.context import Context
from jobs.lake import Lake
from jobs.ledger import NO_SOURCE, Ledger
from jobs.session import start
from jobs.steps import STEPS, Done, run_all
from schemas.contracts import names
from schemas.errors import CheckError, NotFoundError, VerbatimError

app = typer.Typer(
    add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)

CHECK = "check_tables"
"""Beside the steps' names: checks every table whole."""


@app.command()
def main(
    name: Annotated[str, typer.Argument(help=f"A step, or {CHECK}.")],
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Arrival day.")],
    started_at: Annotated[
        str, typer.Option(help="When the run began, with its zone; the same for all.")
    ],
    attempt: Annotated[int, typer.Option(min=1, help="Which try of this task.")] = 1,
    settings: Annotated[Path | None, typer.Option(help="Settings file.")] = None,
) -> None:
    """Run one step for what arrived on a day, and check what it wrote."""
    chosen = settings_module.load(settings or settings_module.default_file())
    now = datetime.fromisoformat(started_at).astimezone(UTC)
    steps = tuple(step for step in STEPS if step.name == name)
    if not steps and name != CHECK:
        raise NotFoundError(
            f"No step is called {name}; there are "
            f"{', '.join(step.name for step in STEPS)}, and {CHECK}."
        )
    with ThreadPoolExecutor(1) as beside:
        # Great Expectations takes as long to import as Spark to start; a step that
        # writes no table has nothing to check.
        if name == CHECK or steps[0].writes:
            beside.submit(import_module, "jobs.check_table")
        spark = start(chosen, name=f"verbatim {name} {day:%Y-%m-%d}", days=[day.date()])
    lake = Lake(spark, chosen.lake)
    ledger = Ledger(lake, f"{now:%Y%m%dT%H%M%S}-{attempt}")
    context = Context(lake, chosen, ledger, (day.date(),), now)
    if name == CHECK:
        check_tables(context)
        return
    for done in run_all(context, steps=steps, overdue=()):
        _show(context, done)


def check_tables(context: Context) -> None:
    """Check every table whole, and name all that is broken before stopping.

    Raises:
        CheckError: with every table's broken expectations, not the first one's only.
    """
    from jobs.check_table import build_docs, check

    faults = []
    for table in names():
        if not context.lake.exists(table):
            console.out.print(f"{table}: not written yet")
            continue
        try:
            with context.ledger.step(
                f"check {table}", context.last_day, only_failures=True
            ):
                checked = check(
                    context.lake, table, docs=context.settings.checks_folder
                )
                warned = [f"{b.what} ({b.row_count})" for b in checked.broken]
                console.out.print(
                    f"{table}: {checked.row_count} rows, {checked.expectation_count} "
                    "checks, "
                    + ("broken: " + "; ".join(warned) if warned else "all met"),
                    soft_wrap=True,
                )
                checked.require()
        except CheckError as fault:
            faults.append(str(fault))
    build_docs(context.settings.checks_folder)
    if faults:
        raise CheckError("\n".join(faults))


def _show(context: Context, done: Done) -> None:
    """What the step read and what became of it, for the task's log."""
    rows = (row for row in context.ledger.rows if row["step"] == done.step.name)
    for row in sorted(rows, key=itemgetter("source", "day")):
        counts = " + ".join(
            f"{row[f'{what}_count']} {what}"
            for what in (
                "added",
                "updated",
                "unchanged",
                "duplicate",
                "excluded",
                "quarantined",
            )
        )
        of = done.step.name if row["source"] == NO_SOURCE else row["source"]
        console.out.print(
            f"{of} {row['day']}: {row['read_count']} read = {counts}; "
            f"{row['rows_out']} rows written",
            soft_wrap=True,
        )
    for checked in done.checked:
        console.out.print(
            f"checked {checked.table}: {checked.row_count} rows, "
            f"{checked.expectation_count} checks, "
            + (
                "; ".join(f"{b.what} ({b.row_count})" for b in checked.broken)
                or "all met"
            ),
            soft_wrap=True,
        )
    console.out.print(f"{done.step.name} took {done.seconds:.1f} s")


if __name__ == "__main__":
    try:
        app()
    except VerbatimError as error:
        console.err.print(str(error), markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
