"""A week's report, from the marts to files."""

from collections.abc import Sequence
from pathlib import Path

from report import render
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
) -> list[Path]:
    """Write the report in these languages and formats.

    Safe to repeat: from the same marts the same bytes are written again.

    Returns:
        The files, in the order of languages and formats.
    """
    facts = gather(settings.marts_file, week, settings)
    folder = folder or settings.folder
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for language in languages:
        for form in formats:
            path = folder / f"{week}-{language}.{form}"
            if form == "html":
                path.write_text(render.html(facts, language), encoding="utf-8")
            else:
                path.write_bytes(render.pdf(facts, language))
            written.append(path)
    return written
