import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources.records import Excluded, Handle, Origin, Rejected, Survey
from jobs.sources.surveys import READER
from tests.unit.sources.reading import everything

ORIGIN = Origin("enquetes", "export.csv")

# name, text, import id, what one respondent has there
RESPONSE = [
    ("StartDate", "Start Date", "startDate", "2026-01-05 09:00:00"),
    ("EndDate", "End Date", "endDate", "2026-01-05 09:02:00"),
    ("Status", "Response Type", "status", "IP Address"),
    ("IPAddress", "IP Address", "ipAddress", "192.0.2.7"),
    ("Progress", "Progress", "progress", "100"),
    ("Finished", "Finished", "finished", "True"),
    ("RecordedDate", "Recorded Date", "recordedDate", "2026-01-05 09:02:01"),
    ("ResponseId", "Response ID", "_recordId", "R_1"),
    ("RecipientLastName", "Recipient Last Name", "recipientLastName", "Martin"),
    ("RecipientFirstName", "Recipient First Name", "recipientFirstName", "Léa"),
    ("RecipientEmail", "Recipient Email", "recipientEmail", "lea@exemple.fr"),
    ("ExternalReference", "External Data", "externalDataReference", "ref-9"),
    ("DistributionChannel", "Distribution Channel", "distributionChannel", "email"),
    ("UserLanguage", "User Language", "userLanguage", "FR"),
]
NPS_GROUP = (
    "Q1_NPS_GROUP",
    "Recommanderiez-vous ? - Group",
    "QID1_NPS_GROUP",
    "Promoter",
)
NPS = ("Q1", "Recommanderiez-vous la marque ?", "QID1", "9")
CSAT = ("Q2_CSAT", "Votre avis, de 1 à 5", "QID2", "4")
TEXT = ("Q3_TEXT", "Pourquoi ?", "QID3_TEXT", "bon accueil")
CALL = ("interaction_id", "interaction_id", "interaction_id", "telephony:c1")


def an_export(*questions, responses=None, json_row=True, delimiter=",", **answers):
    """An export of the questions, with a row per dictionary of `responses`."""
    columns = [*RESPONSE, *questions]
    written = StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([column[0] for column in columns])
    writer.writerow([column[1] for column in columns])
    quote = '"' if json_row else "'"
    writer.writerow(
        [f"{{{quote}ImportId{quote}: {quote}{column[2]}{quote}}}" for column in columns]
    )
    for response in responses or [answers]:
        writer.writerow([response.get(name, value) for name, _, _, value in columns])
    return written.getvalue()


def read(text, encoding="utf-8"):
    return everything(READER, text.encode(encoding), ORIGIN)


def test_a_response_is_a_survey_per_question_that_measures_something():
    nps, csat = read(an_export(NPS_GROUP, NPS, CSAT, TEXT, CALL))

    assert nps.origin.file == "export.csv"
    assert nps == Survey(
        native_id="R_1/Q1",
        interaction_native_id="telephony:c1",
        handles=(Handle("account", "ref-9"), Handle("email", "lea@exemple.fr")),
        survey_channel="email",
        question_kind="nps",
        question_code="Q1",
        started_at=datetime(2026, 1, 5, 9, tzinfo=UTC),
        answered_at=datetime(2026, 1, 5, 9, 2, tzinfo=UTC),
        score=9.0,
        scale_min=0.0,
        scale_max=10.0,
        language="fr",
        source_updated_at=datetime(2026, 1, 5, 9, 2, 1, tzinfo=UTC),
        names=("Léa Martin",),
        origin=nps.origin,
    )
    assert (csat.native_id, csat.question_kind) == ("R_1/Q2_CSAT", "csat")
    assert (csat.score, csat.scale_min, csat.scale_max) == (4, 1, 5)
    assert csat.comment == "bon accueil"


def test_a_python_like_third_row_and_a_utf_16_tsv_are_exports_too():
    text = an_export(NPS_GROUP, NPS, json_row=False, delimiter="\t")

    [nps] = read(text, "utf-16")

    assert (nps.question_kind, nps.score) == ("nps", 9)


def test_columns_are_known_by_import_id_in_any_language():
    text = an_export(NPS_GROUP, NPS).replace("StartDate,", "Anfangsdatum,")

    assert read(text)[0].started_at == datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("nobody", ["Anonymous", "Anonym", "Anonyme"])
def test_a_legacy_export_has_two_header_rows(nobody):
    text = (
        "\ufeffV1,V2,V3,V7,V8,V9,NPS,\n"
        'ResponseID,ResponseSet,Name,Status,StartDate,EndDate,"Would you\nrecommend?",\n'
        f"R_1,Default,{nobody},0,2026-01-05 09:00:00,2026-01-05 09:01:00,10,\n"
    )

    [nps] = read(text)

    assert (nps.native_id, nps.question_kind, nps.score) == ("R_1/NPS", "nps", 10)
    assert nps.names == ()


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("Survey Preview", "preview"),
        ("1", "preview"),
        ("Vorschau der Umfrage", "preview"),
        ("17", "preview"),
        ("Survey Test", "test"),
        ("2", "test"),
        ("Spam", "spam"),
        ("8", "spam"),
        ("12", "spam"),
    ],
)
def test_previews_tests_and_spam_are_excluded(status, reason):
    [outcome] = read(an_export(NPS_GROUP, NPS, Status=status))

    assert isinstance(outcome, Excluded)
    assert outcome.reason == reason


@pytest.mark.parametrize("status", ["0", "IP Address", "Imported", "4", "16", ""])
def test_imported_and_offline_responses_are_kept(status):
    [outcome] = read(an_export(NPS_GROUP, NPS, Status=status, Progress="", Finished=""))

    assert outcome.score == 9


def test_a_response_left_before_a_question_is_invited_and_not_answered():
    [nps] = read(an_export(NPS_GROUP, NPS, Finished="False", Q1=""))

    assert (nps.started_at is not None, nps.answered_at, nps.score) == (
        True,
        None,
        None,
    )


def test_a_response_without_a_known_question_is_one_survey_of_no_kind():
    fruit = ("Q1", "Quel fruit ?", "QID1", "2")
    free = ("Q2", "Autre chose", "QID2_TEXT", "bonjour")
    topics = ("Q2 - Topics", "Q2 - Topics", "QID2_TEXT_eae5Topics", "salutations")

    [survey] = read(an_export(fruit, free, topics))

    assert (survey.native_id, survey.question_kind) == ("R_1", None)
    assert (survey.question_code, survey.comment) == (None, "bonjour")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How likely are you to recommend us to a friend?", "nps"),
        ("Quelle est la probabilité que vous nous recommandiez à un proche ?", "nps"),
        ("Würden Sie uns weiterempfehlen?", "nps"),
        ("How satisfied are you with our answer?", "csat"),
        ("Êtes-vous satisfait de notre réponse ?", "csat"),
        ("Wie zufrieden sind Sie?", "csat"),
        ("The company made it easy to handle my issue.", "ces"),
        ("Il a été facile d'obtenir une réponse", "ces"),
        ("Quel est votre âge ?", None),
    ],
)
def test_a_whole_question_s_text_says_what_it_measures(question, kind):
    [survey] = read(an_export(("Q7", question, "QID7", "3")))

    assert survey.question_kind == kind


def test_rows_of_a_matrix_rate_aspects_and_are_no_scores():
    price = ("CSAT_1", "How satisfied are you? - Price", "QID6_1", "5")
    speed = ("CSAT_2", "How satisfied are you? - Speed", "QID6_2", "1")

    assert [s.question_kind for s in read(an_export(price, speed))] == [None]
    assert [s.question_kind for s in read(an_export(price))] == ["csat"]


def test_an_answer_may_begin_with_its_number():
    [nps] = read(an_export(NPS_GROUP, NPS, Q1="10 - Extremely likely"))

    assert nps.score == 10


def test_words_are_scores_where_all_answers_stand_on_one_scale():
    words = [
        "Very satisfied",
        "Somewhat satisfied",
        "Neither satisfied nor dissatisfied",
    ]

    surveys = read(an_export(CSAT, responses=[{"Q2_CSAT": word} for word in words]))

    assert [(s.score, s.scale_min, s.scale_max) for s in surveys] == [
        (5, 1, 5),
        (4, 1, 5),
        (3, 1, 5),
    ]


def test_a_word_that_may_stand_at_two_places_is_kept_as_comment_without_a_score():
    surveys = read(an_export(CSAT, responses=[{"Q2_CSAT": "Plutôt satisfait"}]))

    assert [(s.score, s.comment) for s in surveys] == [(None, "Plutôt satisfait")]
    assert surveys[0].answered_at is not None


def test_french_words_in_both_genders_tell_a_scale_of_four():
    words = ["Très satisfaite", "Plutôt satisfait(e)", "Pas du tout satisfaits"]

    surveys = read(an_export(CSAT, responses=[{"Q2_CSAT": word} for word in words]))

    assert [(s.score, s.scale_max) for s in surveys] == [(4, 4), (3, 4), (1, 4)]


def test_a_number_without_a_named_scale_keeps_its_number_only():
    [csat] = read(an_export(("CSAT", "Votre avis", "QID2", "4")))

    assert (csat.score, csat.scale_min, csat.scale_max) == (4, None, None)


def test_a_score_outside_its_scale_refuses_that_question_only():
    refused, csat = read(an_export(NPS_GROUP, NPS, CSAT, Q1="11"))

    assert isinstance(refused, Rejected)
    assert refused.reason == "score_outside_scale"
    assert refused.message == "Q1 11 is outside its scale, 0 to 10"
    assert csat.score == 4


def test_a_recommendation_between_two_answers_refuses_that_question_only():
    refused, csat = read(an_export(NPS_GROUP, NPS, CSAT, Q1="8.5"))

    assert (refused.reason, refused.message) == (
        "score_is_no_whole_number",
        "Q1 8.5 lies between two answers: a recommendation is a whole number from 0 to 10",
    )
    assert csat.score == 4


def test_much_effort_is_bad_and_easy_is_good():
    effort = ("CES", "How much effort did you have to put forth?", "QID1", "2")
    easy = ("CES", "The company made it easy", "QID1", "2")

    assert read(an_export(effort))[0].higher_is_better is False
    assert read(an_export(easy))[0].higher_is_better is True


def test_a_text_belongs_to_its_own_question_or_to_the_one_right_before():
    own = ("Q1_5_TEXT", "Autre", "QID1_5_TEXT", "à propos du NPS")
    after = ("Q9", "Et encore", "QID9_TEXT", "à propos du CSAT")
    town = ("Q10", "Votre ville", "QID10_TEXT", "Rennes")

    nps, csat = read(an_export(NPS_GROUP, NPS, CSAT, after, own, town))

    assert nps.comment == "à propos du NPS"
    assert csat.comment == "à propos du CSAT"


def test_a_choice_is_no_text_whatever_its_question_is_called():
    channel = ("contact_text", "Par où ?", "QID5", "2")
    reason = ("reason_1", "Pour quelle raison ? - Prix", "QID6-1", "1")
    other = ("reason_1_TEXT", "Pour quelle raison ?", "QID6-1-TEXT", "trop cher")

    [csat] = read(an_export(CSAT, channel, reason, other))

    assert csat.comment == "trop cher"


def test_a_text_that_asks_for_reasons_belongs_to_the_nearest_question_before_it():
    fruit = ("Q5", "Quel fruit ?", "QID5", "2")
    why = ("Q6", "Dites-nous pourquoi", "QID6_TEXT", "trop long")

    nps, csat = read(an_export(NPS_GROUP, NPS, CSAT, fruit, why))

    assert (nps.comment, csat.comment) == (None, "trop long")


def test_a_sentence_that_belongs_to_no_question_is_counted_as_such():
    town = ("Q4_TEXT", "Votre ville", "QID4_TEXT", "Lyon")
    pick = ("Q5", "Lequel ?", "QID5", "2")
    story = ("Q6_TEXT", "Votre histoire", "QID6_TEXT", "Il pleuvait ce jour là encore")

    nps, excluded = read(an_export(NPS_GROUP, NPS, pick, town, pick, story))

    assert nps.comment is None
    assert excluded == Excluded("unread_words", nps.origin.at("column 20"))


def test_times_are_in_the_zone_of_the_third_row():
    text = an_export(NPS_GROUP, NPS).replace(
        '{""ImportId"": ""startDate""}',
        '{""ImportId"":""startDate"",""timeZone"":""America/Denver""}',
    )

    assert read(text)[0].started_at == datetime(2026, 1, 5, 16, tzinfo=UTC)


def test_without_an_interaction_column_the_reference_names_the_interaction():
    [nps] = read(an_export(NPS_GROUP, NPS))

    assert nps.interaction_native_id == "ref-9"
    assert nps.handles == (Handle("email", "lea@exemple.fr"),)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ResponseId": ""}, "no_survey_id"),
        ({"StartDate": "hier"}, "bad_time"),
        ({"StartDate": "", "EndDate": "", "RecordedDate": ""}, "no_time"),
    ],
)
def test_a_refused_response_says_why(changes, reason):
    [refused] = read(an_export(NPS_GROUP, NPS, **changes))

    assert refused.reason == reason
    assert refused.excerpt


def test_a_large_export_is_read_in_documents_with_all_header_rows():
    text = an_export(
        NPS_GROUP, NPS, responses=[{"ResponseId": f"R_{i}"} for i in range(1200)]
    )

    documents = list(READER.split(BytesIO(text.encode()), ORIGIN))

    ids = [s.native_id for d in documents for s in READER.parse(*d)]
    assert len(documents) == 3
    assert ids == [f"R_{i}/Q1" for i in range(1200)]


@settings(max_examples=150)
@given(
    place=st.integers(0, 1500),
    byte=st.binary(min_size=1, max_size=3),
    length=st.integers(0, 3),
)
def test_a_mutated_export_does_not_make_it_raise(place, byte, length):
    content = an_export(NPS_GROUP, NPS, CSAT, TEXT, CALL).encode()
    mutated = content[:place] + byte + content[place + length :]

    for document in READER.split(BytesIO(mutated), ORIGIN):
        list(READER.parse(*document))


def test_a_loop_s_question_is_a_survey_each_turn():
    first = ("1_CSAT", "Votre avis, de 1 à 5", "1_QID4", "2")
    second = ("2_CSAT", "Votre avis, de 1 à 5", "2_QID4", "5")
    why = ("2_Q5_TEXT", "Pourquoi ?", "2_QID5_TEXT", "rapide")

    surveys = read(an_export(first, second, why))

    assert [(s.native_id, s.score, s.comment) for s in surveys] == [
        ("R_1/1_CSAT", 2, None),
        ("R_1/2_CSAT", 5, "rapide"),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "StartDate,EndDate,ResponseId,Q1_NPS_GROUP,Q1,Q2,Q3\n"
        "Start Date,End Date,Response ID,Would you recommend us to a friend? - Group,"
        "Would you recommend us to a friend?,How satisfied are you?,Any comments?\n",
        "Start Date,End Date,Response ID,Would you recommend us to a friend? - Group,"
        "Would you recommend us to a friend?,How satisfied are you?,Any comments?\n",
        "Start Date,End Date,Response ID,Would you recommend us to a friend? - Group,"
        "Would you recommend us to a friend?,How satisfied are you?,Commentaires\n",
    ],
)
def test_without_the_row_of_ids_the_questions_tell_what_was_typed(header):
    nps, csat = read(
        header + "2026-03-02 09:00:00,2026-03-02 09:05:00,R_1,Promoter,9,4,Trop long\n"
    )

    assert (nps.question_kind, nps.score, nps.comment) == ("nps", 9, None)
    assert (csat.question_kind, csat.score, csat.comment) == ("csat", 4, "Trop long")
