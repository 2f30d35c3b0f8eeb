"""`verbatim`: the command line. Thin: it reads arguments, calls a job and shows the result."""

import gzip
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from jobs import console, lake_commands, retag_command, run_commands, tagger_commands
from jobs import settings as settings_module
from jobs.options import AsJson, SettingsFile, chosen_settings
from jobs.stream_command import compact, stream
from report.command import report
from schemas.errors import InputError, NotFoundError, VerbatimError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Calls, e-mails, chats and social posts in; one table of what customers said out.",
)
run_commands.register(app)


STOPPED = 130
"""The exit code of what was stopped with Ctrl-C: 128 and the signal's number."""


class Stopped(BaseException):
    """Ctrl-C. Nothing on the way may take it for a failure of its own."""


def main() -> None:
    """Run the command line; a failure that has a name ends with its exit code."""
    try:
        with _stopped_by_a_signal():
            app()
    except VerbatimError as error:
        console.err.print(str(error), style="red", markup=False)
        sys.exit(error.exit_code)
    except Stopped:
        console.err.print(
            "Stopped before the end; the last good marts stay in place.\nRun the same "
            "again: what was written is found, and nothing is doubled.",
            style="red",
            markup=False,
        )
        sys.exit(STOPPED)


@contextmanager
def _stopped_by_a_signal() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Stopped

    before = {
        number: signal.signal(number, stop)
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
def sql(query: str, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Ask the published marts, read-only."""
    from jobs import reading

    columns, rows = reading.query(chosen_settings(settings), query)
    if as_json:
        console.print_json(console.records(columns, rows))
    else:
        console.table(columns, rows)
        if not rows:
            console.err.print("No row answers this.")


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

    chosen = chosen_settings(settings)
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
def explain(
    contact_id: str, settings: SettingsFile = None, as_json: AsJson = False
) -> None:
    """A contact down to its words: interactions, turns, evidence, journey, survey."""
    from jobs import explain as explaining

    facts = explaining.contact(chosen_settings(settings), contact_id)
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


app.command()(report)
app.command()(stream)
app.command()(compact)
lake_commands.register(app)
tagger_commands.register(app)
retag_command.register(app)

if __name__ == "__main__":
    main()
