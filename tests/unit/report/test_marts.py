"""Marts that the report cannot read say so, and what to do."""

from datetime import timedelta

import duckdb
import pytest

from report.marts import opened
from schemas.errors import InputError
from tests.unit.report.companies import WEEK, a_group, in_week, marts_of


@pytest.mark.parametrize(
    "change", ["DROP TABLE satisfaction", "ALTER TABLE satisfaction DROP csat_count"]
)
def test_marts_without_a_table_or_a_column_are_to_be_published_again(tmp_path, change):
    """As those are that an older version has published."""
    path = marts_of(tmp_path / "marts.duckdb", a_group(3))
    with duckdb.connect(str(path)) as older:
        older.execute(change)

    with (
        opened(path) as marts,
        pytest.raises(InputError, match=r"(?s)weekly_counts\.sql.*verbatim publish"),
    ):
        marts.ask("weekly_counts", baseline_weeks=8)


def test_a_query_finds_nothing_of_what_another_was_asked_about(tmp_path):
    path = marts_of(tmp_path / "marts.duckdb", *in_week(WEEK, a_group(3)))
    before = WEEK - timedelta(weeks=1)

    with opened(path) as marts:
        week = marts.about(week_start=WEEK)
        said = [
            week.ask("publication"),
            week.ask("publication", week_start=before),
            week.ask("publication"),
        ]
        left = marts.connection.execute("SELECT name FROM duckdb_variables()")

        assert [row["contact_count"] for [row] in said] == [3, 0, 3]
        assert left.fetchall() == []


def test_a_file_that_is_no_marts_file_is_told(tmp_path):
    path = tmp_path / "marts.duckdb"
    path.write_bytes(b"cut off")

    with pytest.raises(InputError, match="verbatim publish"), opened(path):
        pass
