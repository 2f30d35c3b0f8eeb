"""What is said of a source of whose records too many were refused, and what mends them."""

from datetime import date
from types import SimpleNamespace

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from jobs import landing
from schemas.contracts import contract
from schemas.errors import InputError
from tests.builders import a_quarantine_row
from tests.files_lake import arrow_type

DAY = date(2026, 3, 2)


def counted(refused, read):
    rows = (("quarantine", refused), ("interactions", read - refused))
    return [
        {"source": "helpdesk", "day": DAY, "record": record, "count": count}
        for record, count in rows
    ]


SETTINGS = SimpleNamespace(rules=SimpleNamespace(quarantine_limit=0.2))


def test_what_earlier_steps_of_a_run_have_merged_is_not_denied():
    with pytest.raises(InputError) as refused:
        landing._refuse_a_broken_source(counted(30, 100), SETTINGS)

    assert "30 of 100 records of helpdesk that arrived on 2026-03-02" in str(
        refused.value
    )
    assert "\nNothing of this step was merged." in str(refused.value)


@pytest.mark.parametrize(("refused", "read"), [(20, 100), (9, 10), (0, 0)])
def test_a_share_within_the_limit_and_a_few_accidents_pass(refused, read):
    landing._refuse_a_broken_source(counted(refused, read), SETTINGS)


@pytest.mark.parametrize(
    ("file", "locator", "again"),
    [
        ("2026-03-02/x/page.json", "$.data[3]", "2026-03-02/x/page.json"),
        ("2026-03-02/x/page.json", None, "2026-03-02/x/page.json"),
        ("posts/0", "offset 17, $.data[3]", "posts/0 offset 17"),
    ],
    ids=["a record of a file", "a file", "a record of a message"],
)
def test_a_refused_record_comes_again_in_its_file_or_its_message(file, locator, again):
    assert landing._read_again_as(file, locator) == again


@pytest.fixture
def refused(tmp_path):
    """Puts refusals into a quarantine; gives the lake's root."""
    shape = pa.schema(
        [(c.name, arrow_type(c.spark_type)) for c in contract("quarantine").columns]
    )

    def of(*rows):
        table = pa.Table.from_pylist([a_quarantine_row(**row) for row in rows], shape)
        write_deltalake(str(tmp_path / "quarantine"), table)
        return str(tmp_path)

    return of


def test_where_refusals_stand_is_told_once_for_each_file_and_message(refused):
    seen = a_quarantine_row()["last_seen"]
    lines = [{"file": "a.csv", "locator": f"line {n}\n"} for n in range(50)]
    root = refused(
        *lines,
        {"file": "b.json", "locator": None},
        {"file": "posts/0", "locator": "offset 17, $.data[3]"},
        {"file": "posts/0", "locator": "offset 17, $.data[4]"},
        {"file": "c.json", "replayed_at": seen},
    )

    assert landing._places_refused(root) == {
        "telephony a.csv",
        "telephony b.json",
        "telephony posts/0 offset 17",
    }


def test_an_empty_quarantine_refuses_nothing(tmp_path):
    assert landing._places_refused(str(tmp_path)) == set()


def test_no_more_places_are_listed_than_say_that_there_are_too_many(
    refused, monkeypatch
):
    monkeypatch.setattr(landing, "LISTED_REFUSALS", 3)
    root = refused(*({"file": f"{n}.csv"} for n in range(9)))

    assert len(landing._places_refused(root)) == 4
