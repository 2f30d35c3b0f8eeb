"""Weeks at the edge give a sensible report: no crash, no NaN, nothing made up."""

import re
from datetime import timedelta

import pytest

from report import render
from report.weeks import Week
from tests.unit.report.companies import WEEK, a_group, in_week, weeks_like

ONE = (a_group(50, channel="call", intent_label="billing"),)
ANSWERED = a_group(40, delivered_count=1, answered_count=1, csat_score=5.0)


def edges():
    week = in_week(WEEK, *ONE)
    return {
        "no contact in the week": weeks_like(*ONE, weeks=3),
        "the first week": week,
        "one channel": [*weeks_like(*ONE, weeks=8), *week],
        "nobody answered": [
            *weeks_like(ANSWERED, weeks=4),
            *in_week(WEEK, a_group(40, delivered_count=1)),
        ],
        "nobody was asked": [*weeks_like(*ONE, weeks=4), *week],
        "three contacts": in_week(WEEK, a_group(3)),
        "no words at all": in_week(
            WEEK, a_group(40, frustration_score=None, intent_label=None)
        ),
        "customers nobody knows": in_week(
            WEEK,
            a_group(
                40, customer_id=None, is_repeat=None, segment=None, generation=None
            ),
        ),
        "labels of a company's own": in_week(
            WEEK,
            a_group(40, intent_label="roaming_pass", frustration_label="own_cause"),
        ),
    }


@pytest.mark.parametrize("edge", edges())
def test_an_edge_week_is_reported_without_a_number_that_is_none(facts_of, edge):
    facts = facts_of(*edges()[edge])

    for language in ("fr", "en"):
        page = render.html(facts, language)
        words = re.sub(r"<(style|svg).*?</\1>", "", page, flags=re.DOTALL)
        assert not re.search(r"\b(nan|none|null|inf|undefined)\b", words.lower())
        assert page.count("<h2") == 8


def test_nothing_is_reported_before_anything_was_published(facts_of):
    facts = facts_of()

    assert facts["sentences"][0]["key"] == "nothing"


def test_an_empty_week_says_so_first(facts_of):
    facts = facts_of(*weeks_like(*ONE, weeks=3))

    assert [s["key"] for s in facts["sentences"]] == ["nothing"]


def test_without_answers_no_satisfaction_is_stated(facts_of):
    facts = facts_of(*edges()["nobody answered"])

    said = [s["key"] for s in facts["sentences"]]
    assert "survey_none" in said
    figures = {f["name"]: f for f in facts["key_figures"]}
    assert figures["satisfied_rate"]["value"] is None
    assert figures["satisfied_rate"]["verdict"] == "small"


def test_a_few_answers_give_no_rate(facts_of):
    few = a_group(29, delivered_count=1, answered_count=1, csat_score=5.0)
    facts = facts_of(*in_week(WEEK, few))

    said = {s["key"]: s["values"] for s in facts["sentences"]}
    assert said["survey_small"]["answers"] == 29
    assert facts["satisfaction"]["withheld_count"] > 0


def test_a_week_that_is_not_over_is_called_so(facts_of):
    facts = facts_of(*in_week(WEEK, *ONE), as_of=WEEK + timedelta(days=4))

    assert facts["sentences"][-1]["key"] == "not_over"
    assert not facts["completeness"]["is_over"]


def test_a_part_of_a_week_is_compared_with_no_whole_one(facts_of):
    """Two days of contacts are no fall, neither of the volume nor of a reason."""
    facts = facts_of(
        *weeks_like(a_group(300, intent_label="billing"), weeks=8),
        *in_week(WEEK, a_group(90, intent_label="billing")),
        as_of=WEEK + timedelta(days=2),
    )

    assert [s["key"] for s in facts["sentences"]] == [
        "volume_so_far",
        "survey_none",
        "not_over",
    ]
    verdicts = {f["name"]: f["verdict"] for f in facts["key_figures"]}
    assert not {"above", "below"} & set(verdicts.values())
    assert facts["changes"]["cells"] == []
    page = render.html(facts, "en")
    assert "▼" not in page
    assert "data end on 3 March 2026" in page
    assert "without comparing it with whole weeks" in page


def test_windows_that_are_open_are_not_called_too_few(facts_of):
    waiting = a_group(200, is_first_contact_resolution=None, is_provisional=True)
    facts = facts_of(*weeks_like(*ONE, weeks=4), *in_week(WEEK, waiting))

    figures = {f["name"]: f for f in facts["key_figures"]}
    assert figures["first_contact_resolution_rate"]["verdict"] == "open"
    assert figures["first_contact_resolution_rate"]["value"] is None


def test_a_silent_source_is_named_before_anything_is_advised(facts_of):
    facts = facts_of(
        *weeks_like(*ONE, weeks=3),
        *in_week(WEEK, *ONE),
        sources=("messaging", "telephony"),
        silent=("telephony",),
    )

    assert facts["sentences"][-1]["values"]["sources"] == ["telephony"]
    assert facts["completeness"]["silent_sources"] == ["telephony"]
    assert "source_silent:telephony" in [a["key"] for a in facts["actions"]]


@pytest.mark.parametrize("weeks", [-1, 0, 1], ids=["after", "within", "before"])
def test_a_source_that_was_dropped_holds_no_week_back(facts_of, weeks):
    """Before, within and after the week in which it was: no run can mend its days."""
    facts = facts_of(
        *in_week(WEEK, *ONE),
        dropped={"old_mailbox": WEEK + timedelta(weeks=weeks, days=2)},
        silent=("old_mailbox",),
    )

    assert facts["completeness"]["unread"] == []
    assert facts["completeness"]["silent_sources"] == []


def test_a_source_that_was_not_read_holds_its_week_back(facts_of):
    """The others were, by a run that awaited it too."""
    facts = facts_of(
        *in_week(WEEK, *ONE), sources=("messaging", "telephony"), unread=("telephony",)
    )

    [unread] = facts["completeness"]["unread"]
    assert unread == {"source": "telephony", "days": ["2026-03-03"]}


def test_the_usual_has_no_week_before_the_company_s_first_day(facts_of):
    """The first contacts came on a Wednesday: that week is no week to compare with."""
    first = [
        (count, row | {"started_date": WEEK - timedelta(days=12)})
        for count, row in in_week(WEEK - timedelta(days=12), *ONE)
    ]
    facts = facts_of(*first, *weeks_like(*ONE, weeks=1), *in_week(WEEK, *ONE))

    assert facts["baseline"]["weeks"] == 1


def test_another_week_of_the_same_marts_may_be_asked_for(facts_of):
    before = Week(WEEK).before()
    facts = facts_of(*weeks_like(*ONE, weeks=2), *in_week(WEEK, *ONE), week=before)

    assert facts["week"]["id"] == "2026-W09"
    assert facts["key_figures"][0]["value"] == 50
