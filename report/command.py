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
        str, typer.Option("--format", help="html, pdf, or both with a comma between.")
    ] = "html",
    output: Annotated[
        Path | None, typer.Option(help="Folder; default report.folder of the settings.")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(help="Settings file; default verbatim.toml.")
    ] = None,
) -> None:
    """Write a week's report from the published marts alone: no Spark, no lake."""
    from report.making import make

    chosen = settings_module.load(settings or context.find_root().obj)
    written = make(
        chosen,
        Week.parse(week),
        languages=_among(language, LANGUAGES, "language"),
        formats=_among(formats, FORMATS, "format"),
        folder=output,
    )
    for path in written:
        typer.echo(path)


def _among(given: str, known: tuple[str, ...], what: str) -> list[str]:
    chosen = [word.strip() for word in given.split(",")]
    unknown = [word for word in chosen if word not in known]
    if unknown:
        raise InputError(
            f"There is no {what} {', '.join(unknown)}; there are {', '.join(known)}."
        )
    return chosen
