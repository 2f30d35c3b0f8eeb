"""What the published DuckDB file holds: which tables and columns, which views, which words."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from schemas.contracts import FOLDER, Column, contract
from schemas.errors import ContractError


@dataclass(frozen=True)
class Mart:
    """One table of the file, made from one table of the lake."""

    name: str
    table: str
    description: str
    grain: str
    columns: tuple[Column, ...]
    select: str
    """DuckDB SQL over `source`: a relation with the lake table's columns, instants in UTC."""


@dataclass(frozen=True)
class Metric:
    """One figure's definition, published with the figures."""

    name: str
    formula: str
    grain: str
    unit: str
    caveats: str
    source: str
    view: str


PUBLISHED = (
    "contacts",
    "contact_interactions",
    "journeys",
    "journey_steps",
    "satisfaction",
    "customers",
    "identity_links",
    "tags",
    "tag_history",
    "surveys",
    "runs",
)
"""Tables that are published with all their columns, beside those of `marts()`."""

NOT_FOR_READERS = {
    "interactions": ("turns", "record_hash", "transcript_hash"),
    "surveys": ("record_hash",),
}
"""Columns that stay in the lake: turns have a table of their own, fingerprints are ours."""


ONLY_IN_VIEWS = {
    "week_start_date": "Monday of the ISO week on which the contacts began.",
    "is_week_over": "Whether everything up to the week's end was read (publication.as_of). "
    "While it is not, counts are of a part of the week, and no fall.",
    "week_contact_count": "Contacts of the week, all intents together.",
}
"""Columns of views that neither a contract nor a metric describes."""

OF_THE_FILE = {
    "publication": (
        "What this file is. Grain: one row per file, the only one.",
        {
            "run_id": "The run that wrote it.",
            "published_at": "When the run that wrote it began, as its run_id says; the file is "
            "there some minutes later. UTC.",
            "as_of": "The instant up to which everything has been read. UTC.",
            "small_number_floor": "Views show no rate whose denominator is smaller.",
            "code_version": "Version of the code that wrote it.",
            "tagger_version": "Version of the tagger whose tags it holds.",
        },
    ),
    "metric_definitions": (
        "How every published figure is worked out, and what it does not say. "
        "Grain: one row per metric.",
        {
            "name": "The metric: a column of its view, or what the report calls it.",
            "formula": "How it is worked out.",
            "grain": "What there is one figure for.",
            "unit": "What it is counted in.",
            "caveats": "What it leaves out, and what it does not say.",
            "source": "Where the definition comes from.",
            "view": "The view or table that holds it; of what the weekly report works out, "
            "the query that counts it.",
        },
    ),
}
"""Tables that speak of the file itself: what they are, and each column."""


@cache
def marts() -> tuple[Mart, ...]:
    """Every table of the file, in the order in which a reader would meet them."""
    plain = {name: _as_it_is(name) for name in PUBLISHED}
    return (
        plain["contacts"],
        plain["contact_interactions"],
        plain["journeys"],
        plain["journey_steps"],
        plain["satisfaction"],
        _as_it_is("interactions"),
        _interaction_turns(),
        plain["tags"],
        plain["tag_history"],
        plain["surveys"],
        plain["customers"],
        plain["identity_links"],
        plain["runs"],
        _quarantine_summary(),
    )


@cache
def metrics() -> tuple[Metric, ...]:
    """Every metric the views publish, from metrics.yaml beside this module."""
    stated = yaml.safe_load((FOLDER / "metrics.yaml").read_text(encoding="utf-8"))
    return tuple(Metric(**entry) for entry in stated)


@cache
def report_metrics() -> tuple[Metric, ...]:
    """What the weekly report works out beyond the views, from report_metrics.yaml."""
    file = FOLDER / "report_metrics.yaml"
    stated = yaml.safe_load(file.read_text(encoding="utf-8"))
    return tuple(Metric(**entry) for entry in stated)


@cache
def views() -> dict[str, str]:
    """The views of the file: name → SQL, from views/*.sql."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted(Path(FOLDER / "views").glob("*.sql"))
    }


def view_description(name: str) -> str:
    """The first line of a view's SQL: a comment that says what it shows."""
    first = views()[name].splitlines()[0]
    if not first.startswith("-- "):
        raise ContractError(
            f"schemas/views/{name}.sql does not begin with a line '-- what it shows'."
        )
    return first.removeprefix("-- ")


@cache
def view_words() -> dict[str, str]:
    """What the views' columns mean: a count as in the table it sums, a rate its formula."""
    words = {m.name: f"{m.formula}." for m in metrics()} | ONLY_IN_VIEWS
    return words | {c.name: c.description for c in contract("satisfaction").columns}


def _as_it_is(table: str) -> Mart:
    promised = contract(table)
    columns = tuple(
        column
        for column in promised.columns
        if column.name not in NOT_FOR_READERS.get(table, ())
    )
    return Mart(
        name=table,
        table=table,
        description=promised.description,
        grain=promised.grain,
        columns=columns,
        select=f"SELECT {', '.join(c.name for c in columns)} FROM source",
    )


def _interaction_turns() -> Mart:
    described = {
        "interaction_id": "The interaction.",
        "position": "Place in it, from 1.",
        "party": "Who spoke: customer, agent or bot.",
        "started_at": "When, UTC; null where the source does not say.",
        "text": "What was said, masked.",
    }
    types = {"position": "int", "started_at": "timestamp"}
    return Mart(
        name="interaction_turns",
        table="interactions",
        description="Every party's utterances, for reading along.",
        grain="one row per turn of an interaction that has turns",
        columns=tuple(
            Column(
                name=name,
                spark_type=types.get(name, "string"),
                description=words,
                is_required=name != "started_at",
                classification="masked text" if name == "text" else "public",
                unit=None,
                values=None,
                minimum=None,
                maximum=None,
            )
            for name, words in described.items()
        ),
        select=(
            "SELECT interaction_id, turn.position, turn.party, turn.started_at, "
            "turn.text FROM (SELECT interaction_id, unnest(turns) AS turn FROM source)"
        ),
    )


def _quarantine_summary() -> Mart:
    described = {
        "source": ("string", "Name of the source in the settings."),
        "reason_code": ("string", "Why the records were refused."),
        "refused_count": ("bigint", "Records refused so far."),
        "replayed_count": ("bigint", "Of those, read by now."),
        "first_seen": ("timestamp", "Earliest arrival. UTC."),
        "last_seen": ("timestamp", "Latest arrival. UTC."),
    }
    return Mart(
        name="quarantine_summary",
        table="quarantine",
        description="Records that could not be read, by source and reason; the rows "
        "themselves stay in the lake (verbatim quarantine show).",
        grain="one row per source and reason",
        columns=tuple(
            Column(
                name=name,
                spark_type=spark_type,
                description=words,
                is_required=True,
                classification="public",
                unit=None,
                values=None,
                minimum=None,
                maximum=None,
            )
            for name, (spark_type, words) in described.items()
        ),
        select=(
            "SELECT source, reason_code, count(*) AS refused_count, "
            "count(replayed_at) AS replayed_count, min(first_seen) AS first_seen, "
            "max(last_seen) AS last_seen FROM source GROUP BY ALL"
        ),
    )
