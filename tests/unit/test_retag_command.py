"""`verbatim retag`: one thing at a time, and a difference that can be read. No Spark."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from pyspark.sql import Row

from jobs import console
from jobs.retag import ACCEPTING, Difference, Draft
from jobs.retag_command import chosen_days, facts, print_facts
from schemas.errors import InputError
from tests.builders import DAY

MONDAY, SUNDAY = datetime(2026, 3, 2), datetime(2026, 3, 8)  # noqa: DTZ001 - days


def counts(**changes):
    names = (
        "contact_count",
        "scored_count",
        "frustrated_count",
        "closed_window_count",
        "first_contact_resolved_count",
        "repeat_base_count",
        "repeat_count",
        "expectation_count",
        "within_expectation_count",
        "csat_count",
        "csat_sum",
    )
    return Row(**dict.fromkeys(names, 0) | changes)


def a_difference():
    """Two of forty become frustrated, in one week."""
    move = {"family": "frustration", "was": "calm", "becomes": "frustrated"}
    return Difference(
        draft=Draft("t2", DAY, date(2026, 3, 8), 40, 1),
        versions_before=("t1",),
        labels=(
            Row(
                week_start_date=DAY,
                family="frustration",
                label="overall",
                before_count=10,
                after_count=11,
                gained_count=2,
                lost_count=1,
            ),
        ),
        weeks=(
            Row(
                by=DAY,
                before=counts(contact_count=40, scored_count=40, frustrated_count=10),
                after=counts(contact_count=40, scored_count=40, frustrated_count=11),
            ),
        ),
        reasons=(
            Row(
                by="payment",
                before=None,
                after=counts(contact_count=5, scored_count=5, frustrated_count=2),
            ),
        ),
        journeys=(),
        movements=(Row(**move, interaction_count=2),),
        samples=(
            Row(
                **move,
                position=1,
                contact_id="messaging:i1",
                interaction_id="messaging:i1",
                score_before=0.3,
                score_after=0.7,
                words_before=[],
                words_after=["charged", "[twice]"],
                excerpt="I was charged [twice]\nwhy?",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("first", "last", "others"),
    [
        (None, None, [False, False, False]),
        (None, None, [True, True, False]),
        (MONDAY, None, [False, False, False]),
        (None, SUNDAY, [True, False, False]),
        (SUNDAY, MONDAY, [False, False, False]),
        (MONDAY, SUNDAY, [False, True, False]),
    ],
)
def test_what_is_not_one_thing_is_refused(first, last, others):
    with pytest.raises(InputError, match="Say one thing"):
        chosen_days(first, last, others)


def test_a_range_is_a_draft_and_a_flag_is_not():
    assert chosen_days(MONDAY, SUNDAY, [False] * 3) == (DAY, date(2026, 3, 8))
    assert chosen_days(None, None, [True, False, False]) is None


def test_no_rate_from_fewer_than_the_floor():
    found = facts(a_difference(), floor=30)

    [week], [reason] = found["satisfaction_by_week"], found["satisfaction_by_intent"]
    assert week["before"]["frustrated_rate"] == 0.25
    assert week["after"]["frustrated_rate"] == 0.275
    assert week["after"]["csat_mean"] is None
    assert reason["before"] == {}
    assert reason["after"]["contact_count"] == 5
    assert reason["after"]["frustrated_rate"] is None


def test_samples_stand_with_their_movement():
    [movement] = facts(a_difference(), floor=30)["movements"]

    assert movement["interaction_count"] == 2
    assert [s["contact_id"] for s in movement["samples"]] == ["messaging:i1"]


def test_a_person_reads_before_and_after_and_the_words(capsys, monkeypatch):
    monkeypatch.setattr(console.out, "width", 200)

    print_facts(facts(a_difference(), floor=30))

    shown = capsys.readouterr().out
    assert "40 interactions, 2026-03-02 to 2026-03-08: tagger t1 → t2" in shown
    assert "1 more have other words since" in shown
    assert "0.25 → 0.275" in shown
    assert "frustration: calm → frustrated, 2 interactions" in shown
    assert "charged · [twice]" in shown
    assert "I was charged [twice] / why?" in shown


def test_what_changes_nowhere_is_said_and_not_left_an_empty_table(capsys):
    print_facts(facts(replace(a_difference(), weeks=(), reasons=()), floor=30))

    told = capsys.readouterr().out
    assert "Satisfaction by week, where it changes: nowhere." in told


def test_accepting_ends_with_publishing_and_reads_no_file():
    assert [step.name for step in ACCEPTING] == [
        "retag",
        "build_contacts",
        "build_journeys",
        "build_satisfaction",
        "publish_marts",
    ]
