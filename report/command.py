"""`verbatim report`: the command, thin. It reads the marts and writes files."""

from pathlib import Path
from typing import Annotated

import typer

from report import settings as settings_module
from report.weeks import Week
from report.wording import LANGUAGES
from schemas.errors import InputError

FORMATS = ("html", "pdf")


def report(
    context: typer.Context,
    week: Annotated[str, typer.Option(help="ISO week, like 2026-W10.")],
    language: Annotated[
        str, typer.Option(help="fr, en, or both with a comma between.")
    ] = "fr,en",
    formats: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="html, pdf, or both with a comma between; default html, and both with "
            "--deliver.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Folder; default report.folder of the settings.")
    ] = None,
    again: Annotated[
        str | None,
        typer.Option(
            help="Make it as this publication printed it, whatever the marts say now."
        ),
    ] = None,
    deliver: Annotated[
        bool,
        typer.Option(
            "--deliver", help="Send it where VERBATIM_DELIVERY_... says; nothing twice."
        ),
    ] = False,
    settings: Annotated[
        Path | None, typer.Option(help="Settings file; default verbatim.toml.")
    ] = None,
) -> None:
    """Write a week's report from the published marts alone: no Spark, no lake."""
    from report import delivery
    from report.making import make

    chosen = settings_module.load(settings or context.find_root().obj)
    # Before the report is made: that takes seconds, and a slip is told at once.
    targets = delivery.stated_targets() if deliver else None
    languages = _among(language, LANGUAGES, "language")
    facts, written = make(
        chosen,
        Week.parse(week),
        languages=languages,
        formats=_among(
            formats or ("html,pdf" if deliver else "html"), FORMATS, "format"
        ),
        folder=output,
        run_id=again,
        is_sent=deliver,
    )
    for path in written:
        typer.echo(path)
    if targets is not None:
        for outcome in delivery.deliver(
            facts,
            written,
            targets,
            language=languages[0],
            folder=chosen.folder,
        ):
            typer.echo(f"{outcome.kind} {outcome.state}: {outcome.target}")


def _among(given: str, known: tuple[str, ...], what: str) -> list[str]:
    chosen = [word.strip() for word in given.split(",")]
    unknown = [word for word in chosen if word not in known]
    if unknown:
        raise InputError(
            f"There is no {what} {', '.join(unknown)}; there are {', '.join(known)}."
        )
    return chosen
