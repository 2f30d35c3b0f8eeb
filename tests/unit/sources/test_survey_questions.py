import pytest

from jobs.sources.languages import iso_639_1
from jobs.sources.surveys.questions import (
    Answer,
    kind_of_code,
    leading_number_of,
    number_of,
    scale_of_wording,
    word_answers,
)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Q2_CSAT", "csat"),
        ("npsScore", "nps"),
        ("NPS1", "nps"),
        ("ces_2", "ces"),
        ("effort", "ces"),
        ("process", None),
        ("Q1", None),
        ("access", None),
    ],
)
def test_a_code_tells_by_its_parts(code, kind):
    assert kind_of_code(code) == kind


@pytest.mark.parametrize(
    ("question", "scale"),
    [
        ("On a scale from 0 to 10", (0, 10)),
        ("Sur une échelle de 1 à 5", (1, 5)),
        ("(1 = pas du tout, 5 = tout à fait)", None),
        ("1 (nul) à 7 (parfait)", (1, 7)),
        ("Rate 1-5", (1, 5)),
        ("Rate 1-5, then 0-10", None),
        ("Bestellung 1 bis 100", (1, 100)),
        ("Order 21-5", None),
        ("no numbers", None),
    ],
)
def test_a_scale_is_what_the_question_names_once(question, scale):
    assert scale_of_wording(question) == scale


def test_numbers_are_finite_and_may_have_a_comma():
    assert number_of("4,5") == 4.5
    assert number_of("nan") is None
    assert number_of("1e999") is None
    assert leading_number_of("10 - Extremely likely") == 10
    assert leading_number_of("10 likely") is None
    assert leading_number_of("Likely - 11") is None
    assert leading_number_of("Niveau -3") is None


def test_a_scale_of_seven_is_told_by_its_words():
    answers = {"Extremely satisfied", "Slightly satisfied", "Moderately dissatisfied"}

    assert word_answers(answers) == {
        "Extremely satisfied": Answer(7, 1, 7),
        "Slightly satisfied": Answer(5, 1, 7),
        "Moderately dissatisfied": Answer(2, 1, 7),
    }


def test_a_word_of_no_scale_leaves_all_unread():
    assert word_answers({"Very satisfied", "Blue"}) == {}


def test_two_words_for_one_place_are_two_places_of_a_longer_scale():
    assert word_answers({"agree", "somewhat agree"}) == {
        "agree": Answer(6, 1, 7),
        "somewhat agree": Answer(5, 1, 7),
    }


def test_nothing_answered_is_nothing_read():
    assert word_answers(set()) == {}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-CA", "fr"),
        ("en_GB", "en"),
        ("Français", "fr"),
        ("ENG", "en"),
        ("und", None),
        ("zxx", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_is_two_letters_without_its_region(written, code):
    assert iso_639_1(written) == code
