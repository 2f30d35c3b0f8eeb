"""What each report printed, kept beside the reports, so that any can be made again.

A file a week and publication: `printed/<week>/<run>.json`, the facts as `render` takes
them. The marts have all of them as `report_figures` from the next publication on.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas.errors import NotFoundError

Fact = dict[str, Any]

FORM = 2
"""Form of the facts: raised when templates could no longer print older ones."""

OLDEST_COMPARED = 1
"""The first form whose key figures are those of now: raised when they change."""


def keep(facts: Fact, folder: Path) -> Path:
    """Keep what a report prints.

    Safe to repeat: the same publication and week is the same file; a report made again
    from changed settings replaces it.
    """
    path = _path(folder, facts["week"]["id"], facts["publication"]["run_id"])
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(
        json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=1),
        encoding="utf-8",
    )
    draft.replace(path)
    return path


def kept(folder: Path, week: str, run_id: str) -> Fact:
    """The facts of a report as it was printed.

    Raises:
        NotFoundError: it was not kept, or its form is one this version cannot print.
    """
    path = _path(folder, week, run_id)
    if not path.exists():
        there = ", ".join(p.stem for p in sorted(path.parent.glob("*.json")))
        raise NotFoundError(
            f"No report of {week} from {run_id} was kept in {folder}; "
            f"there are: {there or 'none'}."
        )
    facts: Fact = json.loads(path.read_text(encoding="utf-8"))
    if facts["form"] != FORM:
        raise NotFoundError(
            f"{path} has form {facts['form']} and this version prints form {FORM}: make "
            "it with the version that printed it."
        )
    return facts


def before(folder: Path, week: str, run_id: str) -> Iterator[Fact]:
    """The latest kept report of every earlier week that another publication printed."""
    for of_week in sorted((folder / "printed").glob("*-W*")):
        if of_week.name >= week:
            continue
        others = [p for p in sorted(of_week.glob("*.json")) if p.stem < run_id]
        if others:
            facts: Fact = json.loads(others[-1].read_text(encoding="utf-8"))
            if facts["form"] >= OLDEST_COMPARED:
                yield facts


def is_empty(folder: Path) -> bool:
    """Whether no report was ever kept."""
    return not any((folder / "printed").glob("*-W*/*.json"))


def _path(folder: Path, week: str, run_id: str) -> Path:
    return folder / "printed" / week / f"{run_id}.json"
