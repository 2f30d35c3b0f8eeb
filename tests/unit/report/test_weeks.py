from datetime import date

import pytest

from report.weeks import Week
from schemas.errors import InputError


def test_a_week_goes_from_monday_to_sunday():
    week = Week.parse("2026-W10")

    assert (week.start, week.last_day, week.end) == (
        date(2026, 3, 2),
        date(2026, 3, 8),
        date(2026, 3, 9),
    )


def test_the_first_days_of_january_may_lie_in_the_last_week_of_december():
    assert str(Week.of(date(2027, 1, 1))) == "2026-W53"


def test_the_week_before_the_first_of_a_year_is_of_the_year_before():
    assert str(Week.parse("2026-W01").before()) == "2025-W52"


@pytest.mark.parametrize("written", ["2026-10", "2026-W54", "2026-W1", "W10"])
def test_what_is_no_week_is_refused_in_words(written):
    with pytest.raises(InputError, match="is no ISO week"):
        Week.parse(written)
