"""`verbatim`: the command line. Thin: it reads arguments, calls a job and shows the result."""

import gzip
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs import console, retag_command, tagger_commands
from jobs import settings as settings_module
from jobs.settings import Settings, days_between
from jobs.stream_command import compact, stream
from report.command import report
from schemas.errors import InputError, NotFoundError, VerbatimError

if TYPE_CHECKING:
    from jobs.context import Context
    from jobs.steps import Step

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Calls, e-mails, chats and social posts in; one table of what customers said out.",
)
quarantine_app = typer.Typer(no_args_is_help=True, help="Records that were refused.")
identity_app = typer.Typer(no_args_is_help=True, help="Who is who, and why.")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(identity_app, name="identity")
tagger_commands.register(app)
app.command()(report)
app.command()(stream)
app.command()(compact)


def _named(context: typer.Context, after: Path | None) -> Path | None:
    """The settings file named after the command, else before it."""
    before_command: Path | None = context.find_root().obj
    return after or before_command


SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings", help="Settings file; default verbatim.toml.", callback=_named
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for scripts.")]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"])]

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


def main() -> None:
    """Run the command line; a failure that has a name ends with its exit code."""
    try:
        app()
    except VerbatimError as error:
        console.err.print(str(error), style="red", markup=False)
        sys.exit(error.exit_code)


@app.callback()
def before(
    context: typer.Context,
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings", help="Settings file for the command; also after it."
        ),
    ] = None,
) -> None:
    """Calls, e-mails, chats and social posts in; one table of what customers said out."""
    context.obj = settings


@app.command()
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

    chosen = _settings(settings)
    drop = Path(chosen.drop)
    wanted = f"{seed} {start:%Y-%m-%d} {days} {customers}"
    stamp = drop / "truth" / "made_with"
    if not stamp.exists() or stamp.read_text() != wanted:
        if drop.exists() and any(drop.iterdir()) and not (drop / "truth").exists():
            raise InputError(
                f"{drop} holds files that are not the demo's; they are left alone.\n"
                "Set paths.drop to an empty folder."
            )
        _clear(drop, Path(chosen.lake), chosen.marts_folder, chosen.checks_folder)
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
    _run_days(
        chosen,
        days_between(date.fromisoformat(arrived[0]), date.fromisoformat(arrived[-1])),
    )
    _show_outcome(chosen)


@app.command()
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
    chosen = _settings(settings)
    if day is not None and first is None and last is None:
        days = [day.date()]
    elif day is None and first is not None and last is not None and first <= last:
        days = days_between(first.date(), last.date())
    else:
        raise InputError(
            "Say which arrival days: --day 2026-03-02, or --from 2026-03-02 --to "
            "2026-03-08."
        )
    _run_days(chosen, days, only=step)


@app.command()
def check(
    table: Annotated[str | None, typer.Argument(help="One table; default all.")] = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Check tables against their contracts; exit 10 when one breaks an error."""
    from jobs.check_table import build_docs
    from jobs.check_table import check as check_table
    from schemas.contracts import contract, names

    chosen = _settings(settings)
    tables = [contract(table).name] if table else list(names())
    context = _context(chosen, [])
    checked = []
    with console.progress(len(tables)) as bar:
        for name in tables:
            bar.update(bar.task_ids[0], description=f"check {name}")
            checked.append(
                check_table(context.lake, name, reports=chosen.checks_folder)
            )
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
        console.out.print(f"\nData docs: {page}")
    for result in checked:
        result.require()


@app.command()
def publish(settings: SettingsFile = None) -> None:
    """Publish the marts from the tables as they are."""
    from jobs.publish_marts import CURRENT, STEP

    chosen = _settings(settings)
    _run_days(chosen, None, only=[STEP])
    console.out.print(f"{chosen.marts_folder / CURRENT}")


@app.command()
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

    chosen = _settings(settings)
    roll_back(chosen.marts_folder, to)
    columns = ["run", "in place", "bytes"]
    rows = [(p.run_id, p.is_current, p.size) for p in publications(chosen.marts_folder)]
    if as_json:
        console.print_json(console.records(columns, rows))
    else:
        console.table(columns, rows)


@app.command()
def sql(query: str, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Ask the published marts, read-only."""
    from jobs import reading

    columns, rows = reading.query(_settings(settings), query)
    if as_json:
        console.print_json(console.records(columns, rows))
    else:
        console.table(columns, rows)


@app.command()
def tables(
    name: Annotated[
        str | None, typer.Argument(help="Show one table's columns.")
    ] = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """What the published marts hold: tables and views with their rows and meaning."""
    from jobs import reading

    chosen = _settings(settings)
    if name is not None:
        columns, rows = reading.query(
            chosen,
            "SELECT column_name, lower(data_type) AS type, comment FROM "
            "duckdb_columns() WHERE table_name = $name AND NOT internal",
            {"name": name},
        )
        if not rows:
            raise NotFoundError(f"No table or view {name!r}: see verbatim tables.")
    else:
        columns, rows = reading.query(
            chosen,
            "SELECT table_name AS name, estimated_size AS rows, comment FROM "
            "duckdb_tables() WHERE NOT internal UNION ALL SELECT view_name, NULL, "
            "comment FROM duckdb_views() WHERE NOT internal",
        )
    if as_json:
        console.print_json(console.records(columns, rows))
    else:
        console.table(columns, rows)


@app.command()
def runs(
    settings: SettingsFile = None,
    last: Annotated[int, typer.Option(help="How many runs.")] = 1,
    as_json: AsJson = False,
) -> None:
    """The ledger of the latest runs, failed ones included, from the lake."""
    from pyspark.sql import functions as F

    context = _context(_settings(settings), [])
    ledger = context.lake.read("runs")
    latest = (
        ledger.groupBy("run_id")
        .agg(F.max("started_at").alias("_at"))
        .orderBy(F.col("_at").desc())
        .limit(last)
        .select("run_id")
    )
    _print_ledger(
        ledger.join(latest, "run_id").orderBy("started_at", "source", "day").collect(),
        as_json,
    )


@app.command()
def explain(
    contact_id: str, settings: SettingsFile = None, as_json: AsJson = False
) -> None:
    """A contact down to its words: interactions, turns, evidence, journey, survey."""
    from jobs import explain as explaining

    facts = explaining.contact(_settings(settings), contact_id)
    if as_json:
        console.print_json(facts)
    else:
        explaining.print_contact(facts)


@app.command()
def mask(
    check: Annotated[
        Path | None,
        typer.Option(
            help="Score recall and precision on labelled lines (.jsonl[.gz])."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Mask personal data: standard input to standard output, or --check a labelled file."""
    from jobs import masking
    from jobs.masking import check as checking

    if check is None:
        for line in sys.stdin:
            sys.stdout.write(masking.mask(line.rstrip("\n")) + "\n")
        return
    if not check.is_file():
        raise InputError(f"There is no file {check}.")
    try:
        scores = checking.check(check)
    except checking.LabelError as error:
        raise InputError(f"{check} cannot be scored: {error}") from None
    columns = ["kind", "labelled", "found", "recall", "masked", "right", "precision"]
    rows = [
        (s.kind, s.support, s.found, s.recall, s.masked, s.right, s.precision)
        for s in scores
    ]
    if as_json:
        found = console.records(columns, rows)
        for record, kind in zip(found, scores, strict=True):
            record |= {"missed": kind.missed, "spurious": kind.spurious}
        console.print_json(found)
        return
    console.table(columns, rows)
    for kind in scores:
        for what, examples in (("missed", kind.missed), ("spurious", kind.spurious)):
            for example in examples:
                console.out.print(f"{kind.kind} {what}: {example}", markup=False)


@app.command()
def tag(
    source: Annotated[Path, typer.Option("--input")],
    target: Annotated[Path, typer.Option("--output")],
) -> None:
    """Tag lines {"id", "text", "language"?, "channel"?} without Spark."""
    from nlp.jsonl import tag_lines

    if not source.is_file():
        raise InputError(f"There is no file {source}.")
    if not target.parent.is_dir():
        raise InputError(f"There is no folder {target.parent} to write into.")
    opened = gzip.open if source.suffix == ".gz" else open
    count = 0
    draft = target.with_name(target.name + ".draft")
    with (
        opened(source, "rb") as lines,
        draft.open("wb") as tagged,
        console.progress(None) as bar,
    ):
        bar.update(bar.task_ids[0], description="tagging")
        for line in tag_lines(lines):
            tagged.write(line.rstrip(b"\n") + b"\n")
            count += 1
            bar.update(bar.task_ids[0], completed=count)
    draft.replace(target)
    console.err.print(f"{count} lines tagged into {target}")


@app.command()
def doctor(settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """What is wrong with this machine or these settings, and how to mend it."""
    from jobs.doctor import examine

    findings = examine(settings or settings_module.default_file())
    columns = ["", "what", "found", "to mend it"]
    rows = [
        (
            "well" if f.is_well else "WRONG",
            f.what,
            f.found,
            None if f.is_well else f.remedy,
        )
        for f in findings
    ]
    if as_json:
        console.print_json(console.records(["state", "what", "found", "remedy"], rows))
    else:
        console.table(columns, rows)
    if not all(f.is_well for f in findings):
        raise typer.Exit(11)


@quarantine_app.command("counts")
def quarantine_counts(settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Refused records by source and reason."""
    from pyspark.sql import functions as F

    context = _context(_settings(settings), [])
    rows = (
        context.lake.read("quarantine")
        .groupBy("source", "reason_code")
        .agg(
            F.count("*").alias("refused"),
            F.count("replayed_at").alias("replayed"),
            F.min("first_seen").alias("first_seen"),
            F.max("last_seen").alias("last_seen"),
        )
        .orderBy("source", "reason_code")
        .collect()
    )
    columns = ["source", "reason", "refused", "replayed", "first seen", "last seen"]
    if as_json:
        console.print_json(console.records(columns, rows))
    else:
        console.table(columns, rows)


@quarantine_app.command("show")
def quarantine_show(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only this reason.")] = None,
    limit: int = 20,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Refused records, newest first: where they stand, why, how they begin (masked)."""
    from pyspark.sql import functions as F

    context = _context(_settings(settings), [])
    rows = context.lake.read("quarantine").where("replayed_at IS NULL")
    if source:
        rows = rows.where(F.col("source") == source)
    if reason:
        rows = rows.where(F.col("reason_code") == reason)
    columns = ["source", "reason_code", "message", "file", "locator", "excerpt"]
    found = (
        rows.orderBy(F.col("last_seen").desc(), "file", "locator")
        .select(*columns)
        .limit(limit)
        .collect()
    )
    if as_json:
        console.print_json(console.records(columns, found))
        return
    for row in found:
        console.out.print(f"{row['source']}  {row['reason_code']}", style="bold")
        console.table(["", ""], [(name, row[name]) for name in columns[2:]])
        console.out.print()


@quarantine_app.command("replay")
def quarantine_replay(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    settings: SettingsFile = None,
) -> None:
    """Read again the days whose files hold refused records, after the reader was mended."""
    from pyspark.sql import functions as F

    chosen = _settings(settings)
    context = _context(chosen, [])
    rows = context.lake.read("quarantine").where("replayed_at IS NULL")
    if source:
        rows = rows.where(F.col("source") == source)
    days = sorted(
        {
            row["landed"]
            for row in rows.select(F.to_date("last_seen").alias("landed")).collect()
        }
    )
    if not days:
        console.out.print("Nothing is in the quarantine.")
        return
    before = rows.count()
    for day in days:
        _run_days(chosen, [day])
    after = context.lake.read("quarantine").where("replayed_at IS NULL")
    if source:
        after = after.where(F.col("source") == source)
    left = after.count()
    console.out.print(f"{before - left} of {before} refused records could be read now.")
    if left:
        console.out.print("See what is left with: verbatim quarantine show")


@identity_app.command("explain")
def identity_explain(
    customer: str, settings: SettingsFile = None, as_json: AsJson = False
) -> None:
    """A customer's handles, why they are theirs, and their contacts."""
    from jobs import explain as explaining

    facts = explaining.customer(_settings(settings), customer)
    if as_json:
        console.print_json(facts)
    else:
        explaining.print_customer(facts)


@identity_app.command("unlink")
def identity_unlink(
    handle_key: str,
    customer: str,
    reason: Annotated[str, typer.Option(help="Why; kept with the link.")] = "operator",
    settings: SettingsFile = None,
) -> None:
    """End a link; the marts follow on the next run."""
    from jobs.link_customers import unlinked

    context = _context(_settings(settings), [])
    links = context.lake.read("identity_links").where("unlinked_at IS NULL")
    held = links.where(
        (links["handle_key"] == handle_key) & (links["customer_id"] == customer)
    )
    if held.isEmpty():
        raise NotFoundError(
            f"{handle_key} is not linked to {customer}.\n"
            "See links with: verbatim identity explain CUSTOMER"
        )
    with console.busy("noting the decision"):
        unlinked(context, handle_key, customer, reason)
    console.out.print(
        "Noted. Links, contacts and journeys follow with the next verbatim run."
    )


def _settings(file: Path | None) -> Settings:
    return settings_module.load(file or settings_module.default_file())


def _context(settings: Settings, days: list[date]) -> "Context":
    from jobs.context import Context
    from jobs.lake import Lake
    from jobs.ledger import Ledger, new_run_id
    from jobs.session import start

    with console.busy("starting Spark"):
        spark = start(settings)
    now = datetime.now(UTC)
    lake = Lake(spark, settings.lake)
    return Context(lake, settings, Ledger(lake, new_run_id(now)), tuple(days), now)


def _run_days(
    settings: Settings, days: list[date] | None, *, only: list[str] | None = None
) -> None:
    """Run steps with progress and print what each did; `None`: the last day read."""
    from jobs.arrivals import unclaimed
    from jobs.ledger import as_of

    # A name that is no step's is told before Spark starts.
    steps = _chosen_steps(only) if only else None
    with ThreadPoolExecutor(1) as beside:
        # Great Expectations takes as long to import as Spark to start.
        beside.submit(import_module, "jobs.check_table")
        context = _context(settings, days or [])
    from jobs.check_table import build_docs
    from jobs.steps import STEPS, run_all

    if days is None:
        until = as_of(context.lake)
        if until is None:
            raise NotFoundError("The lake is empty: nothing to publish.")
        context = _context(settings, [date.fromordinal(until.toordinal() - 1)])
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
    if days is not None and (left := unclaimed(settings, days)):
        console.err.print(
            f"{len(left)} files of these days belong to no source, such as {left[0]}.\n"
            "Nothing was read of them. Add a template to a source's files in "
            f"{settings.file.name}, or take them out of the drop folder.",
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


def _print_ledger(rows: list[Any], as_json: bool) -> None:
    if as_json:
        console.print_json([row.asDict() for row in rows])
        return
    console.table(
        [
            "step",
            "source",
            "day",
            "read",
            "added",
            "updated",
            "same",
            "twice",
            "excluded",
            "refused",
            "late",
            "out",
            "s",
            "status",
        ],
        [
            (
                r["step"],
                r["source"],
                r["day"],
                r["read_count"],
                r["added_count"],
                r["updated_count"],
                r["unchanged_count"],
                r["duplicate_count"],
                r["excluded_count"],
                r["quarantined_count"],
                r["late_count"],
                r["rows_out"],
                round(r["seconds"], 1),
                r["status"]
                if r["message"] is None
                else f"{r['status']}: {r['message']}",
            )
            for r in rows
        ],
    )


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
    console.out.print(
        'Ask them: verbatim sql "FROM contacts LIMIT 5", or any DuckDB client.'
    )


def _clear(*folders: Path) -> None:
    """Remove what an earlier demo of another size has made."""
    import shutil

    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)


retag_command.register(app, _context)

if __name__ == "__main__":
    main()
