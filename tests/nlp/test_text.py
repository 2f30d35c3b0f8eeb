import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text import fold, has_words


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("C’est réglé", "c est regle"),
        ("c est regle", "c est regle"),
        ("Rendez-vous à 14h30", "rendez vous a 00h00"),
        ("AUJOURD'HUI", "aujourd hui"),
    ],
)
def test_french_spellings_of_one_thing_fold_to_one(typed, folded):
    assert fold(typed, "fr") == folded


def test_an_english_contraction_stays_one_word():
    assert fold("Don’t re-send", "en") == "don't re send"


@given(st.text())
def test_folding_moves_no_character(text):
    assert len(fold(text, "fr")) == len(text)
    assert len(fold(text, "en")) == len(text)


@given(st.text())
def test_a_character_beyond_latin_1_changes_no_other(text):
    assert fold(text + " €", "fr") == fold(text, "fr") + " €"


@pytest.mark.parametrize(
    ("text", "has"),
    [("<PHONE>", False), ("<NAME> !!", False), ("😡 42", False), ("<NAME> a", True)],
)
def test_placeholders_are_not_words(text, has):
    assert has_words(text) is has
