"""What weeks said in earlier publications, and what reports printed, carried along.

Each publication takes over the history of the one in place, so that it outlives the
files that are dropped. After a rollback it goes on from what readers then had.
"""

from pathlib import Path

import duckdb

from schemas.history import NAMES, remembered

EMPTY = {
    "earlier": "SELECT NULL::DATE AS week_start_date, NULL::VARCHAR AS figure, "
    "NULL::VARCHAR AS run_id, NULL::TIMESTAMP AS published_at, NULL::TIMESTAMP AS as_of, "
    "NULL::VARCHAR AS code_version, NULL::VARCHAR AS tagger_version, NULL::DOUBLE AS "
    "part, NULL::DOUBLE AS whole, NULL::DOUBLE AS earlier_part, NULL::DOUBLE AS "
    "earlier_whole, NULL::VARCHAR[] AS reasons WHERE false",
    "earlier_publication": "SELECT NULL::TIMESTAMP AS as_of, NULL::VARCHAR AS "
    "code_version, NULL::VARCHAR AS tagger_version WHERE false",
    "report_figures": "SELECT NULL::VARCHAR AS week, NULL::VARCHAR AS run_id, "
    "NULL::TIMESTAMP AS as_of, NULL::VARCHAR AS code_version, NULL::VARCHAR AS "
    "tagger_version, NULL::VARCHAR AS figure, NULL::DOUBLE AS value, NULL::DOUBLE AS "
    "part, NULL::DOUBLE AS whole, NULL::VARCHAR AS verdict WHERE false",
}
"""What stands in where there is nothing to remember yet."""


def remember(
    connection: duckdb.DuckDBPyConnection, *, before: Path, reports: Path
) -> None:
    """Add `restatements` and `report_figures` to the file being written.

    Args:
        connection: holds the tables and `publication` already.
        before: the publication in place; a first one has none, one made before these
            tables has no history.
        reports: the folder of the weekly reports.
    """
    has_history = False
    if before.exists():
        connection.execute(f"ATTACH '{_quoted(before)}' AS before (READ_ONLY)")
        has_history = bool(
            connection.execute(
                "SELECT 1 FROM duckdb_tables() WHERE database_name = 'before' AND "
                "table_name = 'restatements'"
            ).fetchall()
        )
    sources = (
        {
            "earlier": "FROM before.restatements",
            "earlier_publication": "FROM before.publication",
        }
        if has_history
        else {}
    )
    for name in ("earlier", "earlier_publication"):
        connection.execute(
            f"CREATE TEMP TABLE {name} AS {sources.get(name, EMPTY[name])}"
        )
    if before.exists():
        connection.execute("DETACH before")
    connection.execute(f"CREATE TABLE restatements AS {remembered('restatements').sql}")
    if any(reports.glob("printed/*/*.json")):
        files = _quoted(reports / "printed" / "*" / "*.json")
        connection.execute(f"SET VARIABLE printed = '{files}'")
        source = remembered("report_figures").sql
    else:
        source = EMPTY["report_figures"]
    connection.execute(f"CREATE TABLE report_figures AS {source}")
    for name in NAMES:
        table = remembered(name)
        connection.execute(
            f"COMMENT ON TABLE {name} IS "
            f"'{_quoted(f'{table.description} Grain: {table.grain}.')}'"
        )
        for column, words in table.columns.items():
            connection.execute(
                f"COMMENT ON COLUMN {name}.{column} IS '{_quoted(words)}'"
            )


def _quoted(text: object) -> str:
    return str(text).replace("'", "''")
