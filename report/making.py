"""A week's report, from the marts to files."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from report import printed, render
from report.facts import gather
from report.settings import ReportSettings
from report.weeks import Week
from schemas.errors import NotFoundError

A_MOMENT = timedelta(microseconds=1)
"""Data that reach to a Monday's midnight are of the week before."""


def make(
    settings: ReportSettings,
    week: Week,
    *,
    languages: Sequence[str],
    formats: Sequence[str],
    folder: Path | None = None,
    run_id: str | None = None,
    is_sent: bool = False,
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
        is_sent: the report will be delivered: of a week that the marts do not reach yet
            a notice goes out instead, so its facts are needed.

    Returns:
        What it says, and the files in the order of languages and formats.

    Raises:
        NotFoundError: the marts begin after the week or, unless the report is to be
            sent, end before it.
    """
    if run_id is None:
        facts = gather(settings.marts_file, week, settings, printed_in=settings.folder)
        _require_reached(facts["publication"], week, is_sent=is_sent)
        printed.keep(facts, settings.folder)
    else:
        facts = printed.kept(settings.folder, str(week), run_id)
    return facts, write(facts, languages, formats, folder or settings.folder)


def _require_reached(publication: dict[str, Any], week: Week, *, is_sent: bool) -> None:
    """Refuse a week before the first contact, or one that the marts do not reach.

    One between them is told although it is empty: its sources were silent.
    """
    if publication["first_date"] is None:
        if not is_sent:
            raise NotFoundError(
                "The marts hold no contact yet: there is no week to report."
            )
        return
    first = Week.of(date.fromisoformat(publication["first_date"]))
    if publication["as_of"]:
        until = datetime.fromisoformat(publication["as_of"]) - A_MOMENT
    else:
        until = datetime.fromisoformat(publication["last_date"])
    last = max(first, Week.of(until.date()))
    if week < first or (week > last and not is_sent):
        raise NotFoundError(
            f"The marts hold nothing of {week}; there are weeks {first} to {last}."
        )


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
