"""Reading the published marts: what commands show comes from the file analysts have."""

from pathlib import Path
from typing import Any

import duckdb

from jobs.publish_marts import CURRENT
from jobs.settings import Settings
from schemas.errors import InputError, NotFoundError


def current(settings: Settings) -> Path:
    """The file in place.

    Raises:
        NotFoundError: nothing has been published.
    """
    path = settings.marts_folder / CURRENT
    if not path.exists():
        raise NotFoundError(
            f"Nothing has been published in {settings.marts_folder}.\n"
            "Publish with: verbatim run --day YYYY-MM-DD (the demo company: make demo)"
        )
    return path


def query(
    settings: Settings, sql: str, parameters: dict[str, Any] | None = None
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run a query on the marts, read-only: it reads nothing else, and writes no file.

    Returns:
        Column names and rows.

    Raises:
        NotFoundError: nothing is published, or the query names what is not there.
        InputError: there is no query or more than one, or it reads or writes other files.
    """
    file = str(current(settings))
    # Read-only speaks of the database: `COPY … TO` would write beside it all the same.
    with duckdb.connect(
        file, read_only=True, config={"enable_external_access": False}
    ) as connection:
        try:
            if len(connection.extract_statements(sql)) > 1:
                raise InputError(
                    "Ask one query at a time: of several only the last answers."
                )
            connection.execute(sql, parameters or {})
            if connection.description is None:
                raise InputError(
                    'There is no query. One is: verbatim sql "FROM contacts LIMIT 5"'
                )
            # Rows that come late may fail as well: a text further down is no number.
            rows = connection.fetchall()
        except duckdb.PermissionException as error:
            raise InputError(
                f"{error}\nOnly the marts are read here, and nothing is written. A DuckDB "
                f"client of your own reads other files beside {file}; to keep an answer: "
                "verbatim sql --json QUERY > FILE"
            ) from None
        except duckdb.Error as error:
            raise NotFoundError(
                f"{error}\nTables and views: verbatim tables; columns: "
                "verbatim tables NAME"
            ) from None
        return [column[0] for column in connection.description], rows


def records(
    settings: Settings, sql: str, parameters: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The same, a dictionary a row."""
    names, rows = query(settings, sql, parameters)
    return [dict(zip(names, row, strict=True)) for row in rows]
