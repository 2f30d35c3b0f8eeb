"""Rules of contacts and their counts on a few rows, by the transforms and the second opinion.

Whoever reads a rule here sees both sides agree on it; that they agree on a whole company
is `tests/e2e/test_second_opinion.py`.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from benchmarks import one_process
from jobs.transforms.contacts import to_said
from jobs.transforms.repeats import with_repeats
from jobs.transforms.satisfaction import to_satisfaction
from jobs.transforms.scores import is_frustrated, is_satisfied
from jobs.transforms.surveys import to_surveyed
from schemas.contracts import contract
from tests.builders import (
    a_contact_interaction_row,
    a_contact_row,
    a_survey_row,
    a_tag_row,
    an_overall_row,
)

pytestmark = pytest.mark.spark

Row = dict[str, Any]
Frame = Callable[..., DataFrame]


def told(rows: DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of the rows, sorted."""
    return sorted(tuple(row) for row in rows.select(*columns).collect())


def held(
    db: duckdb.DuckDBPyConnection, table: str, *rows: Row, of: str | None = None
) -> None:
    """A table of a contract with these rows, as the second opinion holds it."""
    shape = one_process.shape_of(of or table)
    one_process.create(db, table, shape)
    one_process._insert(
        db, table, [{n: r[n] for n in shape.names} for r in rows], shape
    )


def statement(script: str, table: str) -> str:
    """How a script of the second opinion makes one table."""
    text = (one_process.SCRIPTS / f"{script}.sql").read_text(encoding="utf-8")
    found = re.search(
        rf"^CREATE TABLE {table} AS.*?;\n", text, re.DOTALL | re.MULTILINE
    )
    assert found, f"{script}.sql makes no {table}"
    return found[0]


# Answers

SCORES = (
    *("csat_score", "csat_scale_min", "csat_scale_max"),
    *("ces_score", "ces_scale_min", "ces_scale_max", "nps_score"),
)


def surveyed(frame: Frame, *surveys: Row, columns: tuple[str, ...] = SCORES) -> Row:
    """What surveys say of the contact they are about, on which both sides agree."""
    member = a_contact_interaction_row()
    [ours] = told(
        to_surveyed(frame("contact_interactions", member), frame("surveys", *surveys)),
        *columns,
    )
    with duckdb.connect() as db:
        held(db, "contact_interactions", member)
        held(db, "surveys", *surveys)
        db.execute(statement("3_contacts", "surveyed"))
        [theirs] = db.execute(f"SELECT {', '.join(columns)} FROM surveyed").fetchall()
    assert theirs == ours
    return dict(zip(columns, ours, strict=True))


@pytest.mark.parametrize("kind", ["csat", "ces"])
@pytest.mark.parametrize(
    ("higher_is_better", "given", "is_worth"),
    [(True, 1.0, 1.0), (True, 6.0, 6.0), (False, 1.0, 6.0), (False, 4.0, 3.0)],
)
def test_an_answer_is_turned_where_a_low_one_is_the_good_one(
    frame: Frame, kind: str, higher_is_better: bool, given: float, is_worth: float
) -> None:
    """German school grades: 1 is the best of 1 to 6."""
    found = surveyed(
        frame,
        a_survey_row(
            question_kind=kind,
            score=given,
            scale_max=6.0,
            higher_is_better=higher_is_better,
        ),
    )

    assert [
        found[f"{kind}_{part}"] for part in ("score", "scale_min", "scale_max")
    ] == [
        is_worth,
        1.0,
        6.0,
    ]


def test_the_best_answer_turned_is_the_highest_of_its_scale_to_the_last_bit(
    frame: Frame,
) -> None:
    """0.3 + 0.1 - 0.1 is more than 0.3, which would be no highest answer."""
    found = surveyed(
        frame,
        a_survey_row(score=0.1, scale_min=0.1, scale_max=0.3, higher_is_better=False),
    )

    assert found["csat_score"] == found["csat_scale_max"]


def test_answers_of_a_source_that_tells_no_delivery_are_no_part_of_those_delivered(
    frame: Frame,
) -> None:
    found = surveyed(
        frame,
        a_survey_row(survey_id="surveys:answered"),
        a_survey_row(survey_id="surveys:silent", answered_at=None, score=None),
        a_survey_row(survey_id="tickets:1", delivered_at=None),
        a_survey_row(survey_id="tickets:2", delivered_at=None),
        columns=("delivered_count", "answered_count", "answered_of_delivered_count"),
    )

    assert found == {
        "delivered_count": 2,
        "answered_count": 3,
        "answered_of_delivered_count": 1,
    }


# What was said

SAID = ("intent_label", "tagger_version", "frustration_score", "frustration_label")


def heard(frame: Frame, spark: SparkSession, *tags: Row) -> tuple[Any, ...]:
    """What tags of a contact's interactions i1 and i2 come to; both sides agree.

    `billing` and `refund` have a group, `other` has none.
    """
    members = [
        a_contact_interaction_row(interaction_id=f"messaging:i{n}", position=n)
        for n in (1, 2)
    ]
    groups = [("billing", "money"), ("refund", "money"), ("other", None)]
    shape = "intent_label string, intent_group string"
    [ours] = told(
        to_said(
            frame("contact_interactions", *members),
            frame("tags", *tags),
            spark.createDataFrame(groups, shape),
        ),
        *SAID,
    )
    with duckdb.connect() as db:
        held(db, "contact_interactions", *members)
        held(db, "tags", *tags)
        db.execute("CREATE TABLE intent_groups (intent_label TEXT, intent_group TEXT)")
        db.executemany("INSERT INTO intent_groups VALUES (?, ?)", groups)
        db.execute(statement("3_contacts", "said"))
        [theirs] = db.execute(f"SELECT {', '.join(SAID)} FROM said").fetchall()
    assert theirs == ours
    return ours


LATER = {"interaction_id": "messaging:i2"}


@pytest.mark.parametrize(("first", "second"), [("t1", "t2"), ("t2", "t1")])
def test_the_version_is_that_of_the_intent_whatever_the_others_are_called(
    frame: Frame, spark: SparkSession, first: str, second: str
) -> None:
    found = heard(
        frame,
        spark,
        a_tag_row(tagger_version=first),
        a_tag_row(label="refund", tagger_version=second, **LATER),
        an_overall_row(0.75, tagger_version=second, **LATER),
    )

    assert found == ("billing", first, 0.75, None)


def test_a_later_intent_that_is_specific_brings_its_own_version(
    frame: Frame, spark: SparkSession
) -> None:
    found = heard(
        frame,
        spark,
        a_tag_row(label="other", tagger_version="t2"),
        a_tag_row(label="refund", tagger_version="t1", **LATER),
    )

    assert found == ("refund", "t1", None, None)


def test_without_an_intent_no_version_gave_it(
    frame: Frame, spark: SparkSession
) -> None:
    assert heard(frame, spark, an_overall_row(0.5)) == (None, None, 0.5, None)


# Repeats

AS_OF = datetime(2026, 3, 31, tzinfo=UTC)
WINDOW = timedelta(days=7)


def on(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def a_spell(
    contact_id: str, begins: int, ends: int | None = None, **changes: Any
) -> Row:
    """A contact of one customer about one matter, from one day of March to another."""
    return a_contact_row(
        contact_id=contact_id,
        started_at=on(begins),
        ended_at=on(ends or begins, 10),
        **changes,
    )


def attempted(*contacts: Row, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """What the second opinion makes of attempts: ``contact_id`` and these columns.

    Attempts are contacts before it is worked out what follows from their own columns and
    from each other's.
    """
    made = (
        *("is_repeat", "previous_contact_id", "is_first_contact_resolution"),
        *("is_provisional", "handle_seconds", "started_date"),
        *("is_frustrated", "is_satisfied"),
    )
    with duckdb.connect() as db:
        held(db, "made", *contacts, of="contacts")
        db.execute(
            f"CREATE TABLE attempts AS SELECT * EXCLUDE (intent_group, {', '.join(made)}), "
            "false AS clock_runs, NULL::DOUBLE AS wrap_seconds FROM made"
        )
        db.execute("CREATE TABLE matters AS SELECT contact_id, intent_group FROM made")
        db.execute(
            "CREATE TABLE rules AS SELECT ?::TIMESTAMP AS as_of, "
            "?::INTERVAL AS resolution_window",
            [AS_OF.replace(tzinfo=None), WINDOW],
        )
        db.execute(statement("4_repeats", "repeats"))
        db.execute(statement("4_repeats", "contacts"))
        return db.execute(
            f"SELECT contact_id, {', '.join(columns)} FROM contacts ORDER BY contact_id"
        ).fetchall()


def repeated(frame: Frame, *contacts: Row) -> dict[str, tuple[Any, ...]]:
    """Contact → whether it is a repeat, of which, and whether it resolved its matter.

    Both sides agree.
    """
    columns = ("is_repeat", "previous_contact_id", "is_first_contact_resolution")
    rows = frame("contacts", *contacts).drop(*columns, "is_provisional")
    ours = told(
        with_repeats(
            rows.withColumn("_clock_runs", F.lit(False)), window=WINDOW, as_of=AS_OF
        ),
        "contact_id",
        *columns,
    )
    assert attempted(*contacts, columns=columns) == ours
    return {contact_id: found for contact_id, *found in ours}


def test_a_repeat_names_the_contact_whose_end_made_it_one(frame: Frame) -> None:
    """A mail thread of three weeks outlasts a chat that began after it."""
    found = repeated(
        frame,
        a_spell("mail", 1, 20),
        a_spell("chat", 2),
        a_spell("call", 15),
        a_spell("late", 29),
    )

    assert {contact: said[:2] for contact, said in found.items()} == {
        "mail": [False, None],
        "chat": [True, "mail"],
        "call": [True, "mail"],
        "late": [False, None],
    }


def test_of_contacts_that_ended_together_a_repeat_names_the_one_begun_last(
    frame: Frame,
) -> None:
    found = repeated(
        frame,
        a_spell("c", 1, 4),
        a_spell("b", 2, 4),
        a_spell("a", 2, 4),
        a_spell("z", 5),
    )

    assert found["z"][:2] == [True, "b"]


def test_a_contact_begun_before_the_end_of_another_is_a_further_one(
    frame: Frame,
) -> None:
    found = repeated(frame, a_spell("mail", 1, 20), a_spell("call", 2))

    assert found == {
        "mail": [False, None, False],
        "call": [True, "mail", True],
    }


@pytest.mark.parametrize("outcome", ["abandoned", "voicemail", "delivered"])
def test_what_nobody_answered_may_repeat_and_be_repeated_and_resolves_nothing(
    frame: Frame, outcome: str
) -> None:
    found = repeated(
        frame,
        a_spell("first", 1),
        a_spell("second", 3, outcome=outcome),
        a_spell("third", 5),
    )

    assert found == {
        "first": [False, None, False],
        "second": [True, "first", None],
        "third": [True, "second", True],
    }


def test_anonymous_customers_are_judged_like_known_ones(frame: Frame) -> None:
    anonymous = "a-" + "0" * 20

    found = repeated(
        frame,
        a_spell("first", 1, customer_id=anonymous),
        a_spell("second", 3, customer_id=anonymous),
    )

    assert found == {
        "first": [False, None, False],
        "second": [True, "first", True],
    }


# What scores are called


def called(frame: Frame, *contacts: Row) -> dict[str, tuple[Any, ...]]:
    """Contact → whether it is frustrated, whether satisfied; both sides agree."""
    csat = (F.col(f"csat_{part}") for part in ("score", "scale_min", "scale_max"))
    ours = told(
        frame("contacts", *contacts).select(
            "contact_id",
            is_frustrated(F.col("frustration_score")).alias("is_frustrated"),
            is_satisfied(*csat).alias("is_satisfied"),
        ),
        *("contact_id", "is_frustrated", "is_satisfied"),
    )
    assert attempted(*contacts, columns=("is_frustrated", "is_satisfied")) == ours
    return {contact_id: found for contact_id, *found in ours}


def test_a_customer_is_frustrated_from_one_half(frame: Frame) -> None:
    found = called(
        frame,
        a_contact_row(contact_id="calm", frustration_score=0.499, csat_score=None),
        a_contact_row(contact_id="frustrated", frustration_score=0.5, csat_score=None),
        a_contact_row(contact_id="silent", frustration_score=None, csat_score=None),
    )

    assert found == {
        "calm": [False, None],
        "frustrated": [True, None],
        "silent": [None, None],
    }


@pytest.mark.parametrize(
    ("scale", "satisfied"),
    [((1.0, 5.0), {4.0, 5.0}), ((1.0, 4.0), {3.0, 4.0}), ((1.0, 3.0), {3.0})],
)
def test_satisfied_are_the_two_best_answers_or_the_best_of_a_short_scale(
    frame: Frame, scale: tuple[float, float], satisfied: set[float]
) -> None:
    low, high = scale

    found = called(
        frame,
        *(
            a_contact_row(
                contact_id=str(score),
                csat_score=float(score),
                csat_scale_min=low,
                csat_scale_max=high,
            )
            for score in range(int(low), int(high) + 1)
        ),
    )

    assert {float(c) for c, (_, is_one) in found.items() if is_one} == satisfied


# Counts


def counted(frame: Frame, *contacts: Row) -> Row:
    """The counts of contacts of one day and kind, on which both sides agree."""
    [ours] = to_satisfaction(frame("contacts", *contacts)).collect()
    with duckdb.connect() as db:
        held(db, "contacts", *contacts)
        one_process._script(db, "6_satisfaction")
        found = db.execute("FROM satisfaction")
        names = [column[0] for column in found.description or []]
        [theirs] = found.fetchall()
    counts = {c.name for c in contract("satisfaction").columns if "count" in c.name}
    ours_counts = {name: ours[name] for name in counts}
    assert {n: v for n, v in zip(names, theirs, strict=True) if n in counts} == (
        ours_counts
    )
    return ours_counts


def test_promoters_passives_and_detractors_are_everyone_whatever_the_score(
    frame: Frame,
) -> None:
    scores = [0.0, 6.0, 6.5, 7.0, 8.0, 8.5, 9.0, 10.0, None]

    counts = counted(
        frame,
        *(
            a_contact_row(contact_id=f"c{place}", nps_score=score)
            for place, score in enumerate(scores)
        ),
    )

    assert counts["nps_count"] == 8
    assert (
        counts["promoter_count"],
        counts["passive_count"],
        counts["detractor_count"],
    ) == (2, 4, 2)


def test_only_what_was_answered_and_has_a_customer_is_a_closed_window(
    frame: Frame,
) -> None:
    """What `with_repeats` leaves null is in neither denominator."""
    counts = counted(
        frame,
        a_contact_row(contact_id="judged"),
        a_contact_row(
            contact_id="unanswered",
            outcome="abandoned",
            is_first_contact_resolution=None,
        ),
        a_contact_row(
            contact_id="nobody's",
            customer_id=None,
            intent_group=None,
            is_repeat=None,
            is_first_contact_resolution=None,
        ),
    )

    assert (counts["contact_count"], counts["repeat_base_count"]) == (3, 2)
    assert (
        counts["closed_window_count"],
        counts["first_contact_resolved_count"],
    ) == (1, 1)
