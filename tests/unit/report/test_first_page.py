"""What the first page says of small companies, and that plain SQL says the same."""

import re

import duckdb
import pytest

from report import render
from report.sentences import has_headline
from report.weeks import Week
from tests.unit.report.companies import WEEK, a_group, in_week, weeks_like

ORDINARY = (
    a_group(200, channel="call", intent_label="billing"),
    a_group(200, channel="call", intent_label="delivery"),
    a_group(40, channel="chat", intent_label="refund"),
)


def keys(facts):
    return [sentence["key"] for sentence in facts["sentences"]]


def test_a_week_like_the_others_raises_no_alarm(facts_of):
    facts = facts_of(*weeks_like(*ORDINARY, weeks=8), *in_week(WEEK, *ORDINARY))

    assert keys(facts)[0] == "volume_usual"
    assert not has_headline(facts)
    assert {f["verdict"] for f in facts["key_figures"]} <= {"usual", "small"}


def test_the_reason_that_grew_is_named_with_its_channel(facts_of):
    grown = a_group(400, channel="call", intent_label="billing")
    facts = facts_of(
        *weeks_like(*ORDINARY, weeks=8), *in_week(WEEK, grown, *ORDINARY[1:])
    )

    said = {s["key"]: s["values"] for s in facts["sentences"]}
    assert said["volume_above"]["count"] == 640
    assert said["reason_rises"]["reason"] == "billing"
    assert said["reason_rises"]["channel"] == "call"
    assert (said["reason_rises"]["count"], said["reason_rises"]["usual"]) == (400, 200)
    assert facts["actions"][0]["key"] == "reason_rises:billing"


def test_parts_of_the_change_add_up_to_it(facts_of):
    grown = a_group(233, channel="email", intent_label="billing", segment="b2b")
    facts = facts_of(*weeks_like(*ORDINARY, weeks=5), *in_week(WEEK, grown, *ORDINARY))

    change = facts["changes"]
    assert change["total"] == 233
    assert sum(cell["part"] for cell in change["cells"]) == pytest.approx(233)
    for cell in change["cells"]:
        assert sum(cell["segments"].values()) == pytest.approx(cell["part"])


def test_promises_that_break_are_what_the_week_did_to_customers(facts_of):
    kept = a_group(300, channel="call", is_within_expectation=True)
    late = a_group(200, channel="call", is_within_expectation=False)
    facts = facts_of(*weeks_like(kept, weeks=8), *in_week(WEEK, (100, kept[1]), late))

    said = {s["key"]: s["values"] for s in facts["sentences"]}
    assert said["within_expectation_rate_below"]["rest"] == 200
    assert "promise_missed:call:180" in [a["key"] for a in facts["actions"]]


def test_a_single_earlier_week_is_described_and_not_compared(facts_of):
    facts = facts_of(*weeks_like(*ORDINARY, weeks=1), *in_week(WEEK, *ORDINARY[:1]))

    assert keys(facts)[0] == "volume_alone"
    assert not has_headline(facts)


def test_fewer_weeks_than_wanted_are_said(facts_of):
    facts = facts_of(*weeks_like(*ORDINARY, weeks=3), *in_week(WEEK, *ORDINARY))

    assert "3 semaines" in render.html(facts, "fr")
    assert "Only 3 of the 8 weeks" in render.html(facts, "en")


def test_last_week_s_actions_are_followed_up(facts_of):
    grown = a_group(400, channel="call", intent_label="billing")
    facts = facts_of(
        *weeks_like(*ORDINARY, weeks=7, until=Week(WEEK).before().start),
        *in_week(Week(WEEK).before().start, grown, *ORDINARY[1:]),
        *in_week(WEEK, *ORDINARY),
    )

    [followed] = [a for a in facts["followed_up"] if a["key"] == "reason_rises:billing"]
    assert (followed["count"], followed["count_now"]) == (400, 200)
    assert not followed["is_still_seen"]


def test_every_number_of_the_first_page_is_what_plain_sql_gives(company, facts_of):
    answered = {"delivered_count": 1, "answered_count": 1, "csat_score": 4.0}
    week = (
        a_group(61, **answered, frustration_score=0.7, is_within_expectation=False),
        a_group(40, **answered | {"csat_score": 5.0}, is_repeat=True),
        a_group(
            33, **answered | {"csat_score": 2.0}, is_first_contact_resolution=False
        ),
        a_group(7, frustration_score=None, intent_label=None),
    )
    facts = facts_of(*weeks_like(*week, weeks=4), *in_week(WEEK, *week))

    with duckdb.connect(str(company.marts_file), read_only=True) as connection:
        [by_sql] = connection.execute(
            """
            SELECT
                count(*),
                count(*) FILTER (csat_score >= 4) / count(csat_score),
                count(*) FILTER (csat_score = 5) / count(csat_score),
                count(*) FILTER (frustration_score >= 0.5) / count(frustration_score),
                count(*) FILTER (is_within_expectation) / count(is_within_expectation),
                count(*) FILTER (is_first_contact_resolution)
                    / count(is_first_contact_resolution),
                count(*) FILTER (is_repeat) / count(is_repeat)
            FROM contacts
            WHERE direction = 'inbound'
              AND started_date BETWEEN DATE '2026-03-02' AND DATE '2026-03-08'
            """
        ).fetchall()

    assert [f["value"] for f in facts["key_figures"]] == pytest.approx(list(by_sql))
    page = render.html(facts, "en")
    cover = page[page.index('class="strip"') : page.index("</nav>")]
    shown = re.findall(r'class="value">([^<]+)<', cover)
    assert shown == [
        "141",
        *(f"{value:.0%}" for value in by_sql[1:]),
    ]
