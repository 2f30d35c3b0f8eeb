"""What is said of a source of whose records too many were refused, and what mends them."""

from datetime import date
from types import SimpleNamespace

import pytest

from jobs import landing
from schemas.errors import InputError

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
