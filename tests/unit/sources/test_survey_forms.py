"""Answers, dates and files as survey tools other than the documented one write them."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources.records import Excluded, Handle, Origin, Rejected, Survey
from jobs.sources.surveys import READER
from tests.unit.sources.reading import everything

ORIGIN = Origin("sondages", "f.csv")


def read(content):
    if isinstance(content, str):
        content = content.encode()
    return everything(READER, content, ORIGIN)


def read_scores(*answers, code="CSAT"):
    rows = "".join(
        f"{number};{code};{answer};2026-01-05\n"
        for number, answer in enumerate(answers)
    )
    return read("survey_id;question_code;score;completed_at\n" + rows)


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        ("4/5", "CSAT", (4, 1, 5)),
        ("4 sur 5", "CSAT", (4, 1, 5)),
        ("0/5", "CSAT", (0, 0, 5)),
        ("★★★★☆", "CSAT", (4, 1, 5)),
        ("4 étoiles", "CSAT", (4, 1, 5)),
        ("9/10", "NPS", (9, 0, 10)),
        ("9 - Extremely likely", "NPS", (9, 0, 10)),
        ("10 Extremely likely", "NPS", (10, 0, 10)),
        ("Extremely likely (10)", "NPS", (10, 0, 10)),
        ("Extremely likely - 10", "NPS", (10, 0, 10)),
        ("Not at all likely - 0", "NPS", (0, 0, 10)),
        ("Pas du tout probable – 0", "NPS", (0, 0, 10)),
        ("Satisfait : 4", "CSAT", (4, None, None)),
        ("0 - Not at all likely", "NPS", (0, 0, 10)),
        ("Very satisfied", "CSAT", (5, 1, 5)),
        ("N/A", "CSAT", (None, None, None)),
        ("4,5", "CSAT", (4.5, None, None)),
    ],
)
def test_an_answer_may_bring_its_own_scale(answer, code, told):
    [survey] = read_scores(answer, code=code)

    assert (survey.score, survey.scale_min, survey.scale_max) == told
    assert survey.question_kind == code.lower()


def test_answers_in_words_are_read_together():
    surveys = read_scores("Satisfait", "Très insatisfait", "Très satisfaite")

    assert [survey.score for survey in surveys] == [4, 1, 5]


def test_a_word_that_may_stand_at_two_places_is_kept_as_comment_without_a_score():
    [alone] = read_scores("Satisfait")
    kept, refused = read_scores("Très satisfait", "bof")

    assert (alone.score, alone.question_kind) == (None, "csat")
    assert (alone.comment, kept.comment) == ("Satisfait", "Très satisfait")
    assert alone.answered_at == datetime(2026, 1, 5, tzinfo=UTC)
    assert refused.reason == "score_is_no_number"


def test_a_word_without_a_score_comes_before_what_was_typed_beside_it():
    [survey] = read(
        "id,date,CSAT,CSAT comment\n1,2026-03-02,Somewhat satisfied,Rapide\n"
    )

    assert (survey.score, survey.comment) == (None, "Somewhat satisfied\nRapide")


def test_an_answer_that_is_no_score_is_refused_only_where_it_would_be_one():
    [refused] = read_scores("bof")
    [typed] = read_scores("Trop long", code="Q3_TEXT")
    [counted] = read_scores("Appels avant celui-ci : 3", code="Q3_TEXT")

    assert refused.reason == "score_is_no_number"
    assert (counted.score, counted.comment) == (None, "Appels avant celui-ci : 3")
    assert (typed.score, typed.comment) == (None, "Trop long")
    assert typed.answered_at == datetime(2026, 1, 5, tzinfo=UTC)


def test_a_scale_may_stand_in_a_column_of_its_own():
    [survey] = read("survey_id,score,scale,completed_at\n1,4,0 à 10,2026-01-05\n")

    assert (survey.scale_min, survey.scale_max) == (0, 10)


def test_a_row_with_a_column_for_each_question_is_a_survey_for_each():
    nps, csat = read(
        "Response ID,NPS Score,NPS Category,CSAT,CSAT comment,Comment,submittedAt\n"
        "7,9,Promoter,4,ok,Bien,2026-01-05T09:00:00Z\n"
    )

    assert (nps.native_id, nps.score, nps.comment) == ("7/NPS Score", 9, "Bien")
    assert (csat.native_id, csat.score, csat.comment) == ("7/CSAT", 4, "ok")
    assert (nps.question_kind, csat.question_kind) == ("nps", "csat")


def test_questions_put_as_headings_bring_their_scale_words_and_comments():
    surveys = read(
        "Respondent ID,Collector ID,Date Created,Date Modified,Email Address,First Name,"
        "Last Name,Quelle est la probabilité que vous nous recommandiez à un ami ?,"
        '"Dans l\'ensemble, êtes-vous satisfait de la livraison ?",'
        "\"Dans l'ensemble, êtes-vous satisfait de l'accueil, de 1 à 5 ?\","
        "Qu'est-ce qui pourrait être amélioré ?\n"
        ",,,,,,,0 - 10,Response,Response,Open-Ended Response\n"
        "118,4,02/03/2026 10:00:00 AM,02/13/2026 10:05:00 AM,lea@example.org,Léa,"
        "Martin,9,Très satisfait,4,Le délai\n"
        "119,4,02/03/2026 10:00:00 AM,02/03/2026 10:05:00 AM,,,,3,Insatisfait,2,\n"
    )

    assert [(s.question_kind, s.score, s.scale_max) for s in surveys] == [
        ("nps", 9, 10),
        ("csat", 5, 5),
        ("csat", 4, 5),
        ("nps", 3, 10),
        ("csat", 2, 5),
        ("csat", 2, 5),
    ]
    assert len({s.native_id for s in surveys}) == 6
    assert surveys[0].names == ("Léa Martin",)
    assert [s.comment for s in surveys[:3]] == ["Le délai", None, None]
    assert surveys[0].answered_at == datetime(2026, 2, 13, 10, 5, tzinfo=UTC)


def test_typeform_heads_an_id_by_a_sharp():
    [survey] = read(
        "#,How likely are you to recommend us to a friend?,Why?,Response Type,"
        "Start Date (UTC),Submit Date (UTC),Network ID\n"
        "odwdp4nzj1,9,Fast,completed,2026-01-05 09:00:00,2026-01-05 09:01:00,653e\n"
    )

    assert survey.native_id.startswith("odwdp4nzj1/")
    assert (survey.question_kind, survey.score, survey.comment) == ("nps", 9, "Fast")
    assert survey.answered_at == datetime(2026, 1, 5, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize("status", ["spam", "Test", "preview"])
def test_a_row_that_is_nobody_s_own_answer_is_excluded(status):
    [excluded, partial] = read(
        "survey_id,score,completed_at,status\n"
        f"1,4,2026-01-05,{status}\n2,4,2026-01-05,partial\n"
    )

    assert excluded == Excluded(status.lower(), excluded.origin)
    assert isinstance(partial, Survey)


def test_one_date_that_can_only_be_american_says_so_of_all():
    outcomes = read(
        "survey_id,score,completed_at\n1,4,1/13/2026 9:00\n2,4,1/5/2026 9:00 PM\n"
    )

    assert [survey.answered_at for survey in outcomes] == [
        datetime(2026, 1, 13, 9, tzinfo=UTC),
        datetime(2026, 1, 5, 21, tzinfo=UTC),
    ]


def test_dates_of_both_kinds_say_nothing_and_the_impossible_one_is_refused():
    outcomes = read("survey_id,score,completed_at\n1,4,1/13/2026\n2,4,13/1/2026\n")

    assert [type(outcome) for outcome in outcomes] == [Rejected, Survey]


def test_a_line_of_json_is_a_row():
    lines = [
        {"survey_id": 1, "score": 9, "questionKind": "nps", "completedAt": 1767603600},
        {"survey_id": "2", "score": None, "invited_at": "2026-01-05T09:00:00Z"},
        {"survey_id": "3", "score": "x", "question_kind": "nps", "date": "2026-01-05"},
    ]

    answered, invited, refused = read("\n".join(map(json.dumps, lines)))

    assert (answered.native_id, answered.score) == ("1", 9)
    assert answered.answered_at == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert (invited.score, invited.answered_at) == (None, None)
    assert refused.reason == "score_is_no_number"
    assert len(read(json.dumps(lines))) == 3


def test_a_qualtrics_export_in_json_reads_like_its_csv():
    values = {
        "startDate": "2026-01-05T09:00:00Z",
        "endDate": "2026-01-05T09:05:00Z",
        "status": 0,
        "finished": 1,
        "recordedDate": "2026-01-05T09:05:01Z",
        "_recordId": "R_1",
        "distributionChannel": "email",
        "userLanguage": "FR",
        "QID1": 9,
        "QID1_NPS_GROUP": 3,
        "QID2_TEXT": "Bien",
        "interaction_id": "telephony:c1",
    }
    spam = values | {"status": 8, "_recordId": "R_2"}
    export = {
        "responses": [
            {"responseId": "R_1", "values": values, "labels": {"status": "IP Address"}},
            {"responseId": "R_2", "values": spam},
        ]
    }

    survey, excluded = read(json.dumps(export))

    assert (survey.native_id, survey.question_kind) == ("R_1/QID1", "nps")
    assert (survey.score, survey.comment) == (9, "Bien")
    assert survey.interaction_native_id == "telephony:c1"
    assert (survey.survey_channel, survey.language) == ("email", "fr")
    assert excluded.reason == "spam"


def test_a_file_in_utf_16_with_tabs_is_read():
    text = "survey_id\tscore\tcompleted_at\n1\t4\t2026-01-05\n"

    [survey] = read(text.encode("utf-16"))
    [from_json] = read(
        '{"survey_id": "1", "score": 4, "date": "2026-01-05"}'.encode("utf-16")
    )

    assert survey.score == from_json.score == 4


def test_json_that_holds_no_surveys_is_refused_with_what_was_found():
    [refused] = read('{"foo": 1}')
    [cut] = read('{"survey_id": ')

    assert refused.reason == "not_a_survey_file"
    assert "'foo'" in refused.message
    assert cut.reason == "not_json"


@settings(max_examples=100)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["survey_id", "score", "values", "responses", "date"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=8,
    )
)
def test_no_json_makes_it_raise(value):
    read(json.dumps(value))
    read(json.dumps({"responses": value}))


@pytest.mark.parametrize(
    "header",
    [
        "ID;Heure de début;Heure de fin;Adresse de messagerie;CSAT;Verbatim CSAT",
        "ID du répondant;Date de début (UTC);Date de fin (UTC);Adresse e-mail;CSAT;Avis",
        "Response ID;Time Started;Date Submitted;Contact Email;CSAT;CSAT comment",
        "ID de la réponse;Date de lancement;Date de soumission;Courriel;CSAT;Commentaire",
        "#;Start time;Completion time;Email;CSAT;Commentaire CSAT",
        "FeedbackID;Started;FeedbackDate;Email;CSAT;Comments",
        "#;Date de début (UTC);Date d'envoi (UTC);E-mail;CSAT;Pourquoi cette note ?",
    ],
)
def test_the_columns_of_known_forms_are_known(header):
    row = "7;02/03/2026 10:00:00;02/03/2026 10:05:00;lea@example.org;4;Trop long"
    [survey] = read(f"{header}\n{row}\n")

    assert survey.native_id == "7/CSAT"
    assert (survey.started_at, survey.answered_at) == (
        datetime(2026, 3, 2, 10, tzinfo=UTC),
        datetime(2026, 3, 2, 10, 5, tzinfo=UTC),
    )
    assert survey.handles == (Handle("email", "lea@example.org"),)
    assert (survey.score, survey.comment) == (4, "Trop long")
    assert survey.invited_at is None


def test_a_form_s_sheet_without_ids_gives_the_same_answer_the_same_id():
    sheet = (
        "Horodateur,Êtes-vous satisfait de notre service ?\n2026/03/02 10:00:00,{}\n"
    )
    [first], [again], [other] = (read(sheet.format(score)) for score in (4, 4, 5))

    assert first.native_id == again.native_id
    assert first.native_id.startswith("sha256-")
    assert first.native_id != other.native_id


def test_an_id_made_for_an_answer_says_nothing_of_who_gave_it():
    sheet = "Horodateur,Adresse e-mail,Êtes-vous satisfait de notre service ?\n" + (
        "2026/03/02 10:00:00,{},4\n" * 3
    )
    first, second, twice = read(
        sheet.format("a@x.example", "b@x.example", "a@x.example")
    )
    [alone] = read(sheet[: sheet.index("4\n") + 2].format("c@x.example"))

    assert alone.native_id == first.native_id == twice.native_id
    made, code = first.native_id.split("/")
    assert second.native_id == f"{made}-2/{code}"


def test_numbers_with_a_date_are_no_answers_without_an_id_or_a_question():
    [refused] = read("date,value\n2026-03-02,4\n")

    assert refused.reason == "not_a_survey_file"


def test_a_column_of_words_is_no_question_and_goes_with_the_one_it_is_about():
    nps, csat = read(
        "id;date;Note NPS;Commentaire NPS;Note CSAT;Verbatim CSAT;Raison sociale\n"
        "1;02/03/2026;9;Super;2;Trop long;ACME\n"
    )

    assert (nps.score, nps.comment) == (9, "Super")
    assert (csat.score, csat.comment) == (2, "Trop long")


@pytest.mark.parametrize("own", ["Submission ID", "Feedback ID"])
def test_a_response_is_told_by_its_own_id_before_its_author_s(own):
    [survey] = read(
        f"Respondent ID,{own},Submitted at,CSAT\nr1,s1,2026-03-02 10:00,4\n"
    )

    assert survey.native_id == "s1/CSAT"


def test_who_did_not_sign_in_has_no_address():
    [survey] = read("ID,Completion time,Email,CSAT\n1,2026-03-02 10:00,anonymous,4\n")

    assert survey.handles == ()


def test_a_share_of_a_hundred_brings_its_scale():
    first, second = read('id,date,CSAT\n1,2026-03-02,80%\n2,2026-03-02,"92,5 %"\n')

    assert (first.score, first.scale_min, first.scale_max) == (80, 0, 100)
    assert second.score == 92.5


def test_a_title_above_the_table_is_passed_over():
    [survey] = read(
        '"Enquête 2026"\n"Export du";"03/03/2026"\n\n'
        '"ID réponse";"Date de réponse";"Note NPS"\n"R1";"02/03/2026 10:00";"9"\n'
    )

    assert (survey.native_id, survey.score) == ("R1/Note NPS", 9)


def test_surveymonkey_s_second_row_is_known_in_french():
    [survey] = read(
        "ID du répondant,ID du collecteur,Date de début,Date de fin,Êtes-vous satisfait ?\n"
        ",,,,Response\n118,4,02/03/2026 10:00,02/03/2026 10:05,4\n"
    )

    assert (survey.native_id, survey.score) == ("118/Êtes-vous satisfait ?", 4)


@pytest.mark.parametrize(
    "heading",
    [
        "feedback_text",
        "customer_feedback",
        "Open Feedback",
        "nps_feedback",
        "free_text",
        "Q5_open_text",
        "response_text",
        "Texte libre",
        "Réponse libre",
        "Remarques",
        "suggestion",
        "nps_reason",
        "Raison de la note",
        "avis_client",
        "Votre avis",
        "why",
        "Racontez-nous",
        "What did you like?",
        "What could we do better?",
        "Anything else?",
        "Qu'avez-vous apprécié ?",
        "Qu’avez-vous le moins aimé ?",
        "Souhaitez-vous ajouter autre chose ?",
    ],
)
def test_a_column_of_words_is_known_by_its_name_or_question(heading):
    [scored] = read(f'id,date,score,"{heading}"\n1,2026-03-02,9,Rapide\n')
    [asked] = read(f'id,date,nps,"{heading}"\n1,2026-03-02,9,Rapide\n')

    assert (scored.score, scored.comment) == (9, "Rapide")
    assert (asked.question_kind, asked.score, asked.comment) == ("nps", 9, "Rapide")


@pytest.mark.parametrize(
    "heading",
    ["reason", "Motif", "message", "text", "nps_reason_code", "What would you buy?"],
)
def test_a_column_that_may_be_the_company_s_own_words_is_no_comment(heading):
    [survey] = read(f"id,date,nps,{heading}\n1,2026-03-02,9,Facture\n")

    assert survey.comment is None


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("J'ai attendu deux heures, personne n'a répondu.", 1),
        ("12 rue de la Paix 75002 Paris", 0),
        ("Offre Fibre Premium", 0),
        ("https://exemple.fr/a b c", 0),
    ],
)
def test_a_sentence_that_nobody_reads_is_counted_as_such(cell, count):
    survey, *excluded = read(f'id;date;nps;Ressenti\n1;2026-03-02;9;"{cell}"\n')

    assert (survey.score, survey.comment) == (9, None)
    assert excluded == count * [
        Excluded("unread_words", survey.origin.at("column 4")),
    ]


@pytest.mark.parametrize("words", ["review_text", "review"])
def test_a_reply_to_a_review_is_none_of_its_words(words):
    [survey] = read(
        f"review_id,review_date,stars,{words},response_text\n"
        "1,2026-03-02,2,Trop long,Nous sommes navrés\n"
    )

    assert survey.comment == "Trop long"


def test_a_score_given_as_feedback_is_one():
    [survey] = read("id,date,Feedback CSAT\n1,2026-03-02,4\n")

    assert (survey.question_kind, survey.score) == ("csat", 4)


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("comment_language", "fr"),
        ("Langue du commentaire", "fr"),
        ("comment_sentiment", "negative"),
        ("comment_score", "0.87"),
        ("comment_id", "c-77"),
        ("has_comment", "true"),
        ("comments_count", "1"),
        ("Comment Hidden?", "no"),
        ("commentaire_interne", "à rappeler"),
        ("nps_comment_language", "fr"),
    ],
)
def test_what_is_told_about_a_comment_is_none(heading, cell):
    surveys = read(f"id,date,nps,comment,{heading}\n1,2026-03-02,9,Rapide,{cell}\n")

    assert [(s.question_code, s.score, s.comment) for s in surveys] == [
        ("nps", 9, "Rapide")
    ]


@pytest.mark.parametrize(
    "heading",
    ["Do you have any comments about your order status?", "nps_comment_2", "comment_1"],
)
def test_a_question_for_comments_may_end_in_any_word(heading):
    [survey] = read(f"id,date,nps,{heading}\n1,2026-03-02,9,Rapide\n")

    assert survey.comment == "Rapide"


def test_a_response_is_told_by_its_own_id_before_its_questionnaire_s():
    surveys = read(
        "Survey ID,Response ID,date,CSAT\nSV_1,R_1,2026-03-02,4\nSV_1,R_2,2026-03-02,5\n"
    )

    assert [one.native_id for one in surveys] == ["R_1/CSAT", "R_2/CSAT"]


def test_a_survey_s_id_is_the_questionnaire_s_beside_an_answer_s_own():
    surveys = read(
        "id,survey_id,score,completed_at\n1,S,4,2026-01-05\n2,S,5,2026-01-05\n"
    )

    assert [survey.native_id for survey in surveys] == ["1", "2"]
