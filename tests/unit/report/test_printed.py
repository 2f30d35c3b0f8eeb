"""What was printed stays known: made again to the byte, and changes since explained."""

import json
from datetime import timedelta

import duckdb
import pytest

from report import printed, render
from report.making import make
from report.weeks import Week
from schemas.errors import NotFoundError
from schemas.history import remembered
from tests.unit.report.companies import (
    WEEK,
    a_group,
    in_week,
    marts_of,
    weeks_like,
)

BEFORE = WEEK - timedelta(days=7)
GROUPS = weeks_like(a_group(50), weeks=3)
LATER = "20260323T020000-0002"


def print_week(company, week=BEFORE, run_id=None):
    return make(company, Week(week), languages=["fr"], formats=["html"], run_id=run_id)


def test_a_report_is_made_again_to_the_byte_whatever_the_marts_say_now(company):
    marts_of(company.marts_file, *GROUPS, *in_week(WEEK, a_group(50)))
    facts, [page] = print_week(company, WEEK)
    as_printed = page.read_bytes()
    marts_of(company.marts_file, *GROUPS, *in_week(WEEK, a_group(77)), run_id=LATER)

    _, [other] = print_week(company, WEEK)
    assert other.read_bytes() != as_printed
    _, [again] = print_week(company, WEEK, run_id=facts["publication"]["run_id"])
    assert again.read_bytes() == as_printed


def test_a_report_that_was_not_kept_is_refused_with_those_that_were(company):
    marts_of(company.marts_file, *GROUPS)
    print_week(company)

    with pytest.raises(NotFoundError, match="there are: 20260316T020000-0001"):
        print_week(company, run_id="nope")


def test_a_report_of_an_older_form_is_compared_though_it_is_not_made_again(company):
    marts_of(company.marts_file, *GROUPS, *in_week(WEEK, a_group(50)))
    facts, _ = print_week(company)
    printed.keep(facts | {"form": 1}, company.folder)
    more = in_week(BEFORE, a_group(9))
    marts_of(company.marts_file, *GROUPS, *more, run_id=LATER)

    assert print_week(company, WEEK)[0]["restated"]
    with pytest.raises(
        NotFoundError, match="has form 1 and this version prints form 2"
    ):
        print_week(company, run_id=facts["publication"]["run_id"])


def test_facts_read_back_are_those_that_were_kept(facts_of, tmp_path):
    facts = facts_of(*GROUPS, *in_week(WEEK, a_group(50)))
    printed.keep(facts, tmp_path)

    read = printed.kept(tmp_path, "2026-W10", facts["publication"]["run_id"])

    assert read == facts
    assert render.html(read, "en") == render.html(facts, "en")


def restated(company, **published):
    """Prints last week's report, publishes again and says what this week's finds changed."""
    marts_of(company.marts_file, *GROUPS, *in_week(WEEK, a_group(50)))
    print_week(company)
    groups = published.pop("groups", GROUPS)
    since = published.pop("since", None)
    marts_of(
        company.marts_file,
        *groups,
        *in_week(WEEK, a_group(50)),
        run_id=LATER,
        **published,
    )
    if since:
        with duckdb.connect(str(company.marts_file)) as connection:
            connection.execute(since)
    facts, _ = print_week(company, WEEK)
    return [
        (r["week"], r["figure"], r["printed"], r["now"], r["reasons"])
        for r in facts["restated"]
    ]


def test_without_an_earlier_report_nothing_is_compared(company):
    marts_of(company.marts_file, *GROUPS)

    facts, _ = print_week(company)

    assert facts["restated"] is None


def test_nothing_is_restated_when_the_weeks_stay(company):
    assert restated(company) == []


def test_contacts_that_came_later_restate_their_week_for_that_reason(company):
    late = (
        "UPDATE interactions SET landed_at = TIMESTAMP '2026-03-20' "
        "WHERE occurred_date = DATE '2026-02-23'"
    )

    found = restated(
        company, groups=[*GROUPS, *in_week(BEFORE, a_group(3))], since=late
    )

    assert found == [("2026-W09", "contact_count", 50.0, 53.0, ["late"])]


def test_what_nothing_seen_explains_is_laid_to_the_settings(company):
    found = restated(company, groups=[*GROUPS, *in_week(BEFORE, a_group(3))])

    assert found == [("2026-W09", "contact_count", 50.0, 53.0, ["settings"])]


def test_another_tagger_restates_what_it_says(company):
    angrier = [
        (count, row | {"frustration_score": 0.9})
        for count, row in weeks_like(a_group(50), weeks=3)
    ]

    assert restated(company, groups=angrier, tagger_version="t2") == [
        ("2026-W09", "frustrated_rate", 0.0, 1.0, ["tagger"])
    ]


def test_other_code_is_the_reason_where_nothing_else_is(company):
    longer = [
        (count, row | {"is_repeat": True})
        for count, row in weeks_like(a_group(50), weeks=3)
    ]

    assert restated(company, groups=longer, code_version="c2") == [
        ("2026-W09", "repeat_contact_rate", 0.0, 1.0, ["definition"])
    ]


def test_windows_that_closed_since_are_a_reason_of_their_own(company):
    marts_of(
        company.marts_file,
        *weeks_like(
            a_group(40), a_group(10, is_first_contact_resolution=None), weeks=3
        ),
    )
    print_week(company)
    marts_of(
        company.marts_file,
        *weeks_like(
            a_group(40), a_group(10, is_first_contact_resolution=False), weeks=3
        ),
        run_id=LATER,
    )
    facts, _ = print_week(company, WEEK)

    [row] = facts["restated"]
    assert (row["figure"], row["now"], row["reasons"]) == (
        "first_contact_resolution_rate",
        0.8,
        ["window"],
    )


def test_figures_of_every_kept_report_are_one_table(company):
    marts_of(company.marts_file, *GROUPS)
    print_week(company)

    with duckdb.connect() as connection:
        kept = company.folder / "printed"
        connection.execute(f"SET VARIABLE printed = '{kept}/*/*.json'")
        rows = connection.execute(remembered("report_figures").sql).fetchall()

    assert len(rows) == 7
    figure = {row[5]: row[6] for row in rows}
    assert figure["contact_count"] == 50
    [file] = kept.glob("*/*.json")
    assert json.loads(file.read_text())["week"]["id"] == "2026-W09"
