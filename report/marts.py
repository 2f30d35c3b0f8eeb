"""The published marts, asked read-only with the queries of `queries/`.

A query is a file that an analyst can run as it is. What it depends on stands in
DuckDB variables (`SET VARIABLE week_start = DATE '2026-03-02'`), set here.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from schemas.errors import InputError, NotFoundError

QUERIES = Path(__file__).parent / "queries"

Row = dict[str, Any]

Value = date | float | str | None
"""What a query's variable may be."""


@dataclass(frozen=True)
class Marts:
    """An open marts file."""

    connection: duckdb.DuckDBPyConnection
    path: Path
    variables: Mapping[str, Value] = field(default_factory=dict)
    """Set for every query."""

    def about(self, **variables: Value) -> "Marts":
        """The same file, every query of which has these variables set."""
        return replace(self, variables={**self.variables, **variables})

    def ask(self, query: str, **variables: Value) -> list[Row]:
        """Rows of `queries/<query>.sql`, with these variables set for this query alone.

        Raises:
            InputError: the file lacks a table or column that the query needs.
        """
        chosen = {**self.variables, **variables}
        for name, value in chosen.items():
            self.connection.execute(f"SET VARIABLE {name} = {_literal(value)}")
        try:
            result = self.connection.execute(text(query))
            names = [column[0] for column in result.description or ()]
            rows = result.fetchall()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise InputError(
                f"{self.path} is no marts file that report/queries/{query}.sql can "
                f"read: {error}\nPublish it again with: verbatim publish"
            ) from error
        finally:
            for name in chosen:
                self.connection.execute(f"RESET VARIABLE {name}")
        return [
            {
                name: float(value) if isinstance(value, Decimal) else value
                for name, value in zip(names, row, strict=True)
            }
            for row in rows
        ]

    def has(self, table: str) -> bool:
        """Whether the file has a table of this name."""
        found = self.connection.execute(
            "SELECT 1 FROM duckdb_tables() WHERE table_name = $name", {"name": table}
        )
        return bool(found.fetchall())


@contextmanager
def opened(path: Path) -> Iterator[Marts]:
    """The marts file, read-only; whoever publishes meanwhile is not disturbed.

    Raises:
        NotFoundError: there is none.
        InputError: the file is no DuckDB file, or cannot be opened.
    """
    if not path.exists():
        raise NotFoundError(
            f"There are no marts {path}.\nPublish them with: verbatim run --day "
            "YYYY-MM-DD (the demo company: make demo)"
        )
    try:
        connected = duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as error:
        raise InputError(
            f"{path} cannot be opened: {error}\nPublish the marts again with: verbatim "
            "publish"
        ) from error
    with connected as connection:
        connection.execute("SET TimeZone = 'UTC'")
        # A report runs beside other work: a million contacts need no more than this.
        connection.execute("SET memory_limit = '1GB'")
        yield Marts(connection, path)


@cache
def text(query: str) -> str:
    """The SQL of a query."""
    return (QUERIES / f"{query}.sql").read_text(encoding="utf-8")


def _literal(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S}'"
    if isinstance(value, date):
        return f"DATE '{value:%Y-%m-%d}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)
