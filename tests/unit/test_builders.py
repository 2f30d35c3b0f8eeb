"""The builders are only worth something while they fill what the contracts promise."""

from datetime import UTC, date, datetime

import pytest

from schemas.contracts import contract, names
from tests import builders


def test_every_table_has_a_builder():
    assert sorted(builders.ROWS) == list(names())


@pytest.mark.parametrize("table", names())
def test_a_built_row_has_every_column_in_contract_order(table):
    assert list(builders.ROWS[table]()) == contract(table).column_names


@pytest.mark.parametrize("table", names())
def test_a_built_row_leaves_no_required_column_empty(table):
    row = builders.ROWS[table]()

    assert [
        c.name for c in contract(table).columns if c.is_required and row[c.name] is None
    ] == []


@pytest.mark.parametrize("table", names())
def test_a_built_row_keeps_to_closed_lists_and_ranges(table):
    row = builders.ROWS[table]()

    for column in contract(table).columns:
        value = row[column.name]
        if value is None:
            continue
        if column.values is not None:
            assert value in column.values
        if column.minimum is not None:
            assert value >= column.minimum
        if column.maximum is not None:
            assert value <= column.maximum


def test_a_column_that_a_table_lacks_is_refused():
    with pytest.raises(TypeError, match="tags has no column colour"):
        builders.a_tag_row(colour="red")


def test_a_day_follows_its_instant_unless_told_otherwise():
    late = datetime(2026, 3, 9, 23, tzinfo=UTC)

    followed = builders.an_interaction_row(occurred_at=late)
    told = builders.an_interaction_row(occurred_at=late, occurred_date=builders.DAY)

    assert followed["occurred_date"] == date(2026, 3, 9)
    assert told["occurred_date"] == builders.DAY


def test_a_text_s_fingerprint_follows_the_text():
    one = builders.an_interaction_row(text="a")
    other = builders.an_interaction_row(text="b")
    without = builders.an_interaction_row(text=None)

    assert one["text_hash"] != other["text_hash"]
    assert without["text_hash"] is None
