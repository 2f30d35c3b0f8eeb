"""What is said of a source of whose records too many were refused."""

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
