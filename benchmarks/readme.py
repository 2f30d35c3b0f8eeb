"""Puts the demo's own output into README.md: `python -m benchmarks.readme`, after `make demo`.

Between `<!-- demo -->` and `<!-- end of demo -->` stand one record at every stage of its
way and two answers of the marts, as they are in the demo just run.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jobs.console import cell
from jobs.reading import query, records
from jobs.settings import Settings, default_file, load

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"(?<=<!-- demo -->\n).*?(?=<!-- end of demo -->)", re.DOTALL)
WIDTH = 100
"""Characters a line of the block may have."""

A_TELLING_CONTACT = """
    SELECT contact_id, journey_id FROM journey_steps
    JOIN journeys USING (journey_id) JOIN contacts USING (contact_id)
    JOIN contact_interactions USING (contact_id) JOIN interactions USING (interaction_id)
    JOIN (SELECT interaction_id FROM tags GROUP BY ALL
          HAVING count(DISTINCT family) >= 3) USING (interaction_id)
    WHERE continuity_break_count > 0 AND contact_count = 3 AND journey_steps.position = 2
        AND contacts.channel = 'chat' AND leg_count = 1
        AND journeys.intent_label = contacts.intent_label
    ORDER BY length(text), contact_id LIMIT 1
"""
"""A short chat in the middle of a journey that changed channels."""

WEEKS = (
    "SELECT week_start_date AS week, contact_count AS contacts, csat_count AS answers, "
    "csat_mean AS csat, frustrated_rate AS frustrated, repeat_contact_rate AS repeated "
    "FROM satisfaction_weekly"
)
LEDGER = (
    "SELECT source, sum(read_count) AS read, sum(added_count) AS added, "
    "sum(updated_count) AS updated, sum(unchanged_count) AS unchanged, "
    "sum(duplicate_count) AS duplicate, sum(excluded_count) AS excluded, "
    "sum(quarantined_count) AS quarantined FROM runs WHERE source <> '-' "
    "AND run_id = (SELECT run_id FROM publication) GROUP BY source ORDER BY source"
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--settings", type=Path, default=default_file())
    settings = load(options.parse_args().settings)
    block = "\n".join(["```", *stages(settings), "```", "", *answers(settings), ""])
    README.write_text(
        BLOCK.sub(lambda _: block, README.read_text("utf-8")), encoding="utf-8"
    )


def stages(settings: Settings) -> Iterator[str]:
    """One record at every stage of its way."""
    [found] = records(settings, A_TELLING_CONTACT)
    contact_id, journey_id = found["contact_id"], found["journey_id"]
    [interaction] = records(
        settings,
        "SELECT i.* FROM interactions i JOIN contact_interactions USING "
        "(interaction_id) WHERE contact_id = $id",
        {"id": contact_id},
    )
    yield "a file       as the chat system exports it"
    yield f"             {interaction['file']}, {interaction['locator']}"
    for line in _native(settings, interaction):
        yield f"             {line}"
    yield ""
    keys = "  ".join(f"{h['kind']} {h['key'][:8]}…" for h in interaction["handles"])
    yield "interactions one row per record, masked; handles are keyed hashes"
    yield (
        f"             {interaction['interaction_id']}  {interaction['channel']}  "
        f"{interaction['occurred_at']:%Y-%m-%d %H:%M:%S}  {keys}"
    )
    for line in interaction["text"].splitlines():
        yield f"             | {line}"
    yield ""
    yield "tags         what was said, with the words that say so"
    for tag in records(
        settings,
        "SELECT * FROM tags WHERE interaction_id = $id ORDER BY family, score DESC",
        {"id": interaction["interaction_id"]},
    ):
        words = " … ".join(
            " ".join(interaction["text"][e["start"] : e["end"]].split())
            for e in tag["evidence"]
        )
        yield (
            f"             {tag['family']:<12} {tag['label']:<16} "
            f"{tag['score']:.2f}  {words}"
        )
    yield ""
    [contact] = records(
        settings, "SELECT * FROM contacts WHERE contact_id = $id", {"id": contact_id}
    )
    yield "contacts     one row per attempt: how it was served, what it was about, how it sounded"
    yield from _facts(
        contact,
        "customer_id",
        "segment",
        "wait_seconds",
        "outcome",
        "intent_label",
        "frustration_score",
        "is_repeat",
        "is_first_contact_resolution",
    )
    yield ""
    [journey] = records(
        settings, "SELECT * FROM journeys WHERE journey_id = $id", {"id": journey_id}
    )
    yield "journeys     one row per thing a customer tried to get done, over all channels"
    yield from _facts(
        journey,
        "channel_path",
        "contact_count",
        "elapsed_hours",
        "frustration_first",
        "frustration_peak",
        "frustration_last",
        "continuity_break_count",
        "outcome",
    )


def answers(settings: Settings) -> Iterator[str]:
    """The weeks, and the ledger of the run behind them."""
    for title, sql in (
        ("Which week went worst, and from how many contacts do we know?", WEEKS),
        (
            "What became of every record? read = added + updated + unchanged + "
            "duplicate + excluded + quarantined, or the run fails.",
            LEDGER,
        ),
    ):
        names, rows = query(settings, sql)
        yield title
        yield ""
        yield "```"
        yield from _aligned(names, rows)
        yield "```"
        yield ""


def _native(settings: Settings, interaction: dict[str, Any]) -> Iterator[str]:
    """How the record begins, who wrote and their first full sentence."""
    with Path(settings.drop, interaction["file"]).open("rb") as file:
        file.seek(int(interaction["locator"].split()[1]))
        document = file.read(16 * 1024).decode("utf-8", "ignore")
    said = max(interaction["text"].splitlines()[:3], key=len)
    for piece in (document[:40], '"email"', json.dumps(said, ensure_ascii=False)):
        start = max(document.find(piece), 0)
        yield document[start : start + WIDTH - 15].strip() + "…"


def _facts(row: dict[str, Any], *names: str) -> Iterator[str]:
    """`name value` pairs, as many on a line as fit."""
    line = ""
    for name in names:
        fact = f"{name} {cell(row[name]) or 'null'}"
        if line and len(line) + len(fact) + 3 > WIDTH - 13:
            yield f"             {line}"
            line = ""
        line = f"{line} · {fact}" if line else fact
    yield f"             {line}"


def _aligned(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    shown = [list(names), *([cell(_whole(v)) for v in row] for row in rows)]
    widths = [max(len(row[place]) for row in shown) for place in range(len(names))]
    for row in shown:
        first, *rest = (
            text.ljust(width) if place == 0 else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *rest]).rstrip()


def _whole(value: Any) -> Any:
    """DuckDB's sums of counts come as decimals or hugeints; they are whole numbers."""
    return int(value) if value is not None and str(value).isdigit() else value


if __name__ == "__main__":
    main()
