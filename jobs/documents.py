"""`schemas/` → docs/tables.md and docs/metrics.md: `python -m jobs.documents`.

What a column means is written in its contract and nowhere else; these pages are the
contracts as a person reads them. A test fails while they are stale.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from jobs.publish_marts import duckdb_type
from schemas import contracts, history, marts
from schemas.contracts import Column, Contract, contract
from schemas.marts import Mart, Metric

FOLDER = Path(__file__).parents[1] / "docs"

MADE = "<!-- Made by `python -m jobs.documents` from schemas/. Change it there. -->"


def main() -> None:
    """Write every page."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """File name below docs/ → its text."""
    return {"tables.md": tables_page(), "metrics.md": metrics_page()}


def tables_page() -> str:
    """Every table and view of the marts, then the tables that stay in the lake."""
    published = marts.marts()
    kept = [
        contract(name)
        for name in contracts.names()
        if name not in {mart.name for mart in published}
    ]
    lines = [
        "# Tables",
        "",
        MADE,
        "",
        "Instants are UTC, a `_date` is a UTC day, `_seconds` are seconds, a `_score` lies "
        "in [0, 1] unless its scale",
        "stands beside it. A column that may be null says when. Words are masked, and "
        "handles are keyed hashes.",
        "The same descriptions are in the DuckDB file: `verbatim tables`, `verbatim "
        "tables NAME`.",
        "",
        "## In the marts",
        "",
        "| table | one row per |",
        "| --- | --- |",
        *(_listed(mart.name, _after_per(mart.grain)) for mart in published),
        *(
            f"| [`{name}`](#{name}) | {_after_per(history.remembered(name).grain)} |"
            for name in history.NAMES
        ),
        "| `tagger_scores` | language and measure: how well the tagger did on what it was "
        "measured with, families of labels that are the company's own left out |",
        "| `metric_definitions` | metric: [metrics.md](metrics.md) as a table |",
        "| `publication` | file, of which this is the only row: the run that wrote it, "
        "the instant up to which it knows, the small-number floor, the versions |",
        "",
        "| view | |",
        "| --- | --- |",
        *(_listed(name, marts.view_description(name)) for name in marts.views()),
        "",
        "## In the lake only",
        "",
        "| table | one row per |",
        "| --- | --- |",
        *(_listed(promised.name, _after_per(promised.grain)) for promised in kept),
        "",
    ]
    for mart in published:
        lines += _mart(mart)
    for name in history.NAMES:
        lines += _remembered(name)
    for name in marts.views():
        lines += _view(name)
    for promised in kept:
        lines += _table(promised.name, promised.description, promised.grain)
        lines += _promises(promised)
        lines += _columns(promised.columns)
    return "\n".join(lines).rstrip() + "\n"


def metrics_page() -> str:
    """Every published figure: formula, grain, unit, caveats, where it comes from."""
    lines = [
        "# Metrics",
        "",
        MADE,
        "",
        "How each published figure is worked out, and what it does not say. The marts "
        "hold the same as `metric_definitions`.",
        "Counts are stored, views divide, and a view shows no rate whose denominator is "
        "under `rules.small_number_floor`",
        "(default 30): at 30 the 95 % interval of a share of one half is ±18 points.",
        "",
    ]
    for metric in marts.metrics():
        lines += _metric(metric, "##")
    lines += [
        "## In the weekly report",
        "",
        "What `verbatim report` works out beyond the views: counts come from a query that "
        "runs as it is",
        "(report/README.md says how), the arithmetic from `report/statistics.py` and "
        "`report/decomposition.py`.",
        "",
    ]
    for metric in marts.report_metrics():
        lines += _metric(metric, "###")
    return "\n".join(lines).rstrip() + "\n"


def _metric(metric: Metric, heading: str) -> list[str]:
    return [
        f"{heading} {metric.name}",
        "",
        metric.formula,
        "",
        f"* **Grain:** {metric.grain}. **Unit:** {metric.unit}. **In:** `{metric.view}`.",
        f"* **Mind:** {metric.caveats}",
        f"* **Origin:** {metric.source.rstrip('.')}.",
        "",
    ]


def view_columns(view: str) -> list[tuple[str, str]]:
    """A view's columns with their types, asked of DuckDB over empty tables."""
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE publication (small_number_floor INTEGER, as_of TIMESTAMP)"
        )
        connection.execute(
            "CREATE MACRO rate(part, whole) AS CASE WHEN whole >= "
            "(SELECT small_number_floor FROM publication) THEN part / whole END"
        )
        for mart in marts.marts():
            columns = ", ".join(
                f"{c.name} {duckdb_type(c.spark_type)}" for c in mart.columns
            )
            connection.execute(f"CREATE TABLE {mart.name} ({columns})")
        described = connection.execute(f"DESCRIBE {marts.views()[view]}").fetchall()
    return [(name, str(kind).lower()) for name, kind, *_ in described]


def _mart(mart: Mart) -> list[str]:
    lines = _table(mart.name, mart.description, mart.grain)
    if mart.name in contracts.names():
        lines += _promises(contract(mart.name))
    return lines + _columns(mart.columns)


def _remembered(name: str) -> list[str]:
    table = history.remembered(name)
    return [
        *_table(name, table.description, table.grain),
        f"Its SQL: `schemas/history/{name}.sql`.",
        "",
        "| column | |",
        "| --- | --- |",
        *(
            f"| `{column}` | {_cell(words)} |"
            for column, words in table.columns.items()
        ),
        "",
    ]


def _view(name: str) -> list[str]:
    return [
        f"## {name}",
        "",
        f"{marts.view_description(name)} Its SQL: `schemas/views/{name}.sql`.",
        "",
        "| column | type | |",
        "| --- | --- | --- |",
        *(
            f"| `{column}` | {kind} | {_cell(marts.view_words()[column])} |"
            for column, kind in view_columns(name)
        ),
        "",
    ]


def _table(name: str, description: str, grain: str) -> list[str]:
    return [
        f"## {name}",
        "",
        description,
        "",
        # Two spaces at the end of a line break it in Markdown.
        f"**Grain:** {grain.rstrip('.')}.  ",
    ]


def _promises(promised: Contract) -> list[str]:
    key = ", ".join(f"`{name}`" for name in promised.key)
    lines = [f"**Key:** {key}. **Version:** {promised.version}."]
    for rule in promised.rules:
        what = rule.name.replace("_", " ")
        outcome = "stops the run" if rule.severity == "error" else "is reported"
        lines.append(f"**Rule** *{what}*: {rule.why} Breaking it {outcome}.")
    return ["  \n".join(lines)]


def _columns(columns: Iterable[Column]) -> list[str]:
    return [
        "",
        "| column | type | |",
        "| --- | --- | --- |",
        *(_column(column) for column in columns),
        "",
    ]


def _column(column: Column) -> str:
    words = [column.description]
    if column.values is not None:
        words.append(" · ".join(f"`{value}`" for value in column.values) + ".")
    if column.minimum is not None and column.maximum is not None:
        words.append(f"From {column.minimum:g} to {column.maximum:g}.")
    if column.classification != "public":
        words.append(f"*{column.classification.capitalize()}.*")
    kind = duckdb_type(column.spark_type).lower().replace('"', "")
    return (
        f"| `{column.name}` | {kind}{'' if column.is_required else ', may be null'} "
        f"| {_cell(' '.join(words))} |"
    )


def _listed(name: str, grain: str) -> str:
    return f"| [`{name}`](#{name}) | {_cell(grain)} |"


def _after_per(grain: str) -> str:
    return grain.removeprefix("one row per ").rstrip(".")


def _cell(text: str) -> str:
    """Text that stays in its table cell."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
