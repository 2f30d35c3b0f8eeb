"""A week's report, from the marts to files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from report import printed, render
from report.facts import gather
from report.settings import ReportSettings
from report.weeks import Week


def make(
    settings: ReportSettings,
    week: Week,
    *,
    languages: Sequence[str],
    formats: Sequence[str],
    folder: Path | None = None,
    run_id: str | None = None,
) -> tuple[dict[str, Any], list[Path]]:
    """Write the report in these languages and formats, and keep what it prints.

    Safe to repeat: from the same marts the same bytes are written again.

    Args:
        settings: the company's.
        week: the week reported.
        languages: `fr`, `en`.
        formats: `html`, `pdf`.
        folder: where to; null: the settings' folder.
        run_id: make the report again as this publication printed it, whatever the
            marts say now; null: from the marts in place.

    Returns:
        What it says, and the files in the order of languages and formats.
    """
    if run_id is None:
        facts = gather(settings.marts_file, week, settings, printed_in=settings.folder)
        printed.keep(facts, settings.folder)
    else:
        facts = printed.kept(settings.folder, str(week), run_id)
    return facts, write(facts, languages, formats, folder or settings.folder)


def write(
    facts: dict[str, Any],
    languages: Sequence[str],
    formats: Sequence[str],
    folder: Path,
) -> list[Path]:
    """The pages of facts, in the order of languages and formats."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for language in languages:
        for form in formats:
            path = folder / f"{facts['week']['id']}-{language}.{form}"
            if form == "html":
                path.write_text(render.html(facts, language), encoding="utf-8")
            else:
                path.write_bytes(render.pdf(facts, language))
            written.append(path)
    return written
