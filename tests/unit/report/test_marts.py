"""Marts that the report cannot read say so, and what to do."""

import duckdb
import pytest

from report.marts import opened
from schemas.errors import InputError
from tests.unit.report.companies import a_group, marts_of


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


def test_a_file_that_is_no_marts_file_is_told(tmp_path):
    path = tmp_path / "marts.duckdb"
    path.write_bytes(b"cut off")

    with pytest.raises(InputError, match="verbatim publish"), opened(path):
        pass
