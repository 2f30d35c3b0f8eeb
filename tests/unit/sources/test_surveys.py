from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources.records import Company, Excluded, Handle, Origin, Rejected, Survey
from jobs.sources.surveys import READER, parse
from tests.unit.sources.reading import everything

ORIGIN = Origin("sondages", "f.csv")

A_ROW = {
    "survey_id": "s1",
    "interaction_id": "telephony:c1",
    "customer_id": "",
    "survey_channel": "sms",
    "invited_at": "2026-01-05T09:00:00Z",
    "delivered_at": "2026-01-05T09:00:05Z",
    "started_at": "2026-01-05T09:10:00Z",
    "completed_at": "2026-01-05T09:11:00Z",
    "question_code": "Q2_CSAT",
    "scale_min": "1",
    "scale_max": "5",
    "score": "4",
    "comment": "",
    "language": "fr",
}
UNANSWERED = {
    "delivered_at": "",
    "started_at": "",
    "completed_at": "",
    "score": "",
}


def a_file(*changes):
    rows = [A_ROW | change for change in changes]
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    return "\n".join(
        ",".join(f'"{c}"' if set(c) & set(',"\n') else c for c in line)
        for line in lines
    )


def read(text, origin=ORIGIN):
    return everything(READER, text.encode(), origin)


def read_row(**changes):
    [outcome] = read(a_file(changes))
    return outcome


def at(hour, minute=0, second=0):
    return datetime(2026, 1, 5, hour, minute, second, tzinfo=UTC)


def test_a_row_is_an_invitation_and_its_answer():
    assert read_row(comment="rapide, merci") == Survey(
        native_id="s1/Q2_CSAT",
        interaction_native_id="telephony:c1",
        survey_channel="sms",
        question_kind="csat",
        question_code="Q2_CSAT",
        invited_at=at(9),
        delivered_at=at(9, 0, 5),
        started_at=at(9, 10),
        answered_at=at(9, 11),
        score=4.0,
        scale_min=1.0,
        scale_max=5.0,
        comment="rapide, merci",
        language="fr",
        source_updated_at=at(9, 11),
        origin=ORIGIN.at("byte 157 row 1"),
    )


def test_an_invitation_without_an_answer_is_kept():
    survey = read_row(**UNANSWERED)

    assert (survey.invited_at, survey.answered_at, survey.score) == (at(9), None, None)
    assert survey.source_updated_at == at(9)


def test_an_interaction_id_is_kept_as_it_is_given():
    assert read_row(interaction_id="inconnu-42").interaction_native_id == "inconnu-42"
    assert read_row(interaction_id="").interaction_native_id is None


def test_two_questions_of_one_invitation_are_two_surveys():
    outcomes = read(
        a_file({}, {"question_code": "NPS", "scale_max": "10", "scale_min": "0"})
    )

    assert [o.native_id for o in outcomes] == ["s1/Q2_CSAT", "s1/NPS"]


def test_without_a_question_code_the_invitation_s_id_is_enough():
    assert read_row(question_code="").native_id == "s1"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"question_code": "Q2_CSAT"}, "csat"),
        ({"question_code": "effort"}, "ces"),
        ({"question_code": "Q2"}, None),
        ({"question_code": "Q2", "question_kind": "CES"}, "ces"),
        ({"question_code": "Q2", "question": "Êtes-vous satisfait ?"}, "csat"),
    ],
)
def test_what_a_question_measures_comes_from_kind_code_or_text(changes, kind):
    assert read_row(**changes).question_kind == kind


def test_nps_is_zero_to_ten_unless_its_scale_says_otherwise():
    nps = {"question_code": "NPS", "score": "9"}

    plain = read_row(**nps, scale_min="", scale_max="")
    stated = read_row(**nps, scale_min="1", scale_max="10")

    assert (plain.question_kind, plain.scale_min, plain.scale_max) == ("nps", 0, 10)
    assert (stated.question_kind, stated.scale_min, stated.score) == (None, 1, 9)


def test_a_score_without_a_scale_keeps_its_number_only():
    survey = read_row(scale_min="", scale_max="")

    assert (survey.score, survey.scale_min, survey.scale_max) == (4, None, None)


def test_a_score_may_begin_its_choice():
    assert read_row(score="5 - Très satisfait").score == 5


def test_a_decimal_comma_is_read():
    assert read_row(score="4,5").score == 4.5


@pytest.mark.parametrize("written", ["8.5", "8,5", "8,5/10", "8.5 - Likely"])
def test_a_recommendation_is_a_whole_number(written):
    nps = {"question_code": "NPS", "scale_min": "0", "scale_max": "10"}

    refused = read_row(**nps, score=written)

    assert (refused.reason, refused.message) == (
        "score_is_no_whole_number",
        "NPS 8.5 lies between two answers: a recommendation is a whole number from 0 to 10",
    )
    assert refused.origin.locator.endswith("row 1")
    assert read_row(**nps, score="8.0").score == 8


@pytest.mark.parametrize(
    ("changes", "reason", "message"),
    [
        (
            {"score": "6"},
            "score_outside_scale",
            "score 6 is outside its scale, 1 to 5",
        ),
        (
            {"score": "bien"},
            "score_is_no_number",
            "score must be a number; found 'bien'",
        ),
        (
            {"scale_max": ""},
            "bad_scale",
            "scale_min and scale_max must be two numbers, the smaller first; "
            "found '1' and ''",
        ),
        (
            {"started_at": "hier"},
            "bad_time",
            "started_at must be a time such as 2026-01-05T09:00:00Z; found 'hier'",
        ),
        (
            {"survey_id": ""},
            "no_survey_id",
            "survey_id is empty: the row has no identity",
        ),
        (
            UNANSWERED | {"invited_at": ""},
            "no_time",
            "none of invited_at, delivered_at, started_at, completed_at is given",
        ),
        (
            {"direction": "de côté"},
            "bad_direction",
            "higher_is_better must be true or false; found 'de côté'",
        ),
    ],
)
def test_a_refused_row_says_what_was_expected_and_found(changes, reason, message):
    refused = read_row(**changes)

    assert (refused.reason, refused.message) == (reason, message)
    assert refused.excerpt


def test_direction_comes_from_its_column_or_the_effort_question_s_wording():
    ces = {"question_code": "CES"}

    assert read_row(**ces, direction="lower").higher_is_better is False
    assert read_row(**ces, higher_is_better="true").higher_is_better is True
    assert read_row(**ces).higher_is_better is True
    assert (
        read_row(
            **ces, question="How much effort did you have to put forth?"
        ).higher_is_better
        is False
    )
    assert (
        read_row(
            **ces, question="The company made it easy to handle my issue"
        ).higher_is_better
        is True
    )


def test_an_answer_without_its_own_time_has_the_newest_of_its_row():
    assert read_row(completed_at="").answered_at == at(9, 10)


def test_times_without_a_zone_are_utc_and_days_come_before_months():
    assert read_row(invited_at="2026-01-05 08:00").invited_at == at(8)
    assert read_row(invited_at="2026-01-05T08:00:00+02:00").invited_at == at(6)
    assert read_row(invited_at="05/01/2026 08:00").invited_at == at(8)


def test_a_us_company_s_months_come_before_days():
    origin = Origin("s", "f", "", Company(country="US"))

    [survey] = read(a_file({"invited_at": "1/5/2026 8:00 AM"}), origin)

    assert survey.invited_at == at(8)


@pytest.mark.parametrize(
    ("key", "handle"),
    [
        ("C42", Handle("account", "C42")),
        ("lea@exemple.fr", Handle("email", "lea@exemple.fr")),
        ("+33612345678", Handle("phone", "+33612345678")),
    ],
)
def test_a_customer_key_is_taken_for_what_it_looks_like(key, handle):
    assert read_row(customer_id=key).handles == (handle,)


def test_french_columns_are_known():
    text = (
        "Id enquête;Envoyé le;Répondu le;Canal;Indicateur;Note;Note max;Note min;"
        "Commentaire;Langue\n"
        "e1;2026-01-05;2026-01-05;SVI;csat;8;10;0;bien;Français\n"
    )

    [survey] = read(text)

    assert survey.native_id == "e1"
    assert survey.survey_channel == "ivr"
    assert (survey.score, survey.scale_min, survey.scale_max) == (8, 0, 10)
    assert (survey.comment, survey.language) == ("bien", "fr")


def test_an_unknown_survey_channel_is_null():
    assert read_row(survey_channel="pigeon").survey_channel is None


def test_a_broken_row_costs_no_neighbour():
    text = a_file({}, {"survey_id": "s2"}, {"survey_id": "s3"})
    first, second, third, fourth = text.split("\n")
    broken = "\n".join([first, second, third.replace("s2", '"s2'), fourth])

    outcomes = read(broken)

    assert [type(o) for o in outcomes] == [Survey, Rejected, Survey]
    assert outcomes[1].reason == "broken_row"
    assert outcomes[1].message == "a quote is opened and never closed"


def test_a_file_of_another_kind_says_what_was_expected():
    [refused] = read("a,b\n1,2\n3,4\n")

    assert refused.reason == "not_a_survey_file"
    assert refused.message == (
        "expected the columns survey_id and one of score, interaction_id, "
        "invited_at, completed_at, question_code, or completed_at and a question; "
        "found 'a', 'b'"
    )


def test_a_file_of_a_header_alone_holds_no_survey():
    assert read("survey_id,score\n") == []


def test_each_row_says_where_it_stands():
    outcomes = read(a_file({}, {"survey_id": "s2"}))

    assert [o.origin.locator for o in outcomes] == ["byte 157 row 1", "byte 157 row 2"]


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(content):
    list(parse(content, ORIGIN))
    for document in READER.split(BytesIO(content), ORIGIN):
        list(READER.parse(*document))


cells = st.text(st.characters(codec="utf-8", exclude_characters='"\x00'), max_size=12)


@settings(max_examples=150)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(A_ROW)), cells, max_size=3), max_size=5
    )
)
def test_every_mutated_row_comes_out_once(changes):
    rows = [{"survey_id": "s0"}, *changes]
    safe = [
        {
            name: value.replace("\r", " ").replace("\n", " ")
            for name, value in row.items()
        }
        for row in rows
    ]

    outcomes = read(a_file(*safe))

    assert len(outcomes) == len(rows)
    assert all(isinstance(o, Survey | Rejected | Excluded) for o in outcomes)
