import pytest

import nlp
from nlp.lexicons import LexiconError
from nlp.polarity import load_polarity


@pytest.mark.parametrize(
    ("language", "good", "bad"),
    [("en", "great", "terrible"), ("fr", "excellent", "pourri")],
)
def test_pleasant_and_unpleasant_words_have_their_sign(language, good, bad):
    polarity = load_polarity(language)

    assert polarity[good] > 0 > polarity[bad]
    assert all(-1 <= valence <= 1 for valence in polarity.values())


def test_our_own_french_words_win_over_the_library_s(tmp_path):
    (tmp_path / "fr.yaml").write_text(
        "- strength: -0.5\n  reason: as used here\n  words: ['déli(cieux|cieuse)']\n",
        encoding="utf-8",
    )

    assert load_polarity("fr", tmp_path)["delicieuse"] == -0.5


def test_a_strength_out_of_bounds_is_named(tmp_path):
    (tmp_path / "fr.yaml").write_text("- strength: 2\n  words: [mot]\n", "utf-8")

    with pytest.raises(LexiconError, match=r"fr\.yaml\[0\]\.strength"):
        load_polarity("fr", tmp_path)


def test_a_negated_unpleasant_word_frustrates_less():
    [[*_, plain], [*_, negated]] = nlp.tag(
        ["the courier was rude", "the courier was never rude"], ["en", "en"]
    )

    assert negated.score < plain.score
