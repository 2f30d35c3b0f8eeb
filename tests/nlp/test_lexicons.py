import pytest

from nlp.lexicons import LexiconError, expand, load_cues
from nlp.taxonomy import load_taxonomy


def test_alternatives_are_written_once():
    assert expand("(my|the) bill (is |)wrong") == [
        "my bill is wrong",
        "my bill wrong",
        "the bill is wrong",
        "the bill wrong",
    ]


def test_a_smiley_stands_for_itself():
    assert expand(":(") == [":("]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_label_has_cues_and_every_cue_a_reason(language):
    taxonomy = load_taxonomy()
    cues = load_cues(language, taxonomy)
    labels = {
        (family, label)
        for family in taxonomy.labels
        for label in taxonomy.names(family)
        if label != "overall"
    }

    assert labels <= {(cue.family, cue.label) for cue in cues}
    assert all(cue.reason for cue in cues)


def test_all_faults_of_a_lexicon_are_named(tmp_path):
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "need.yaml").write_text(
        "repair:\n"
        "  - {reason: '', weight: 0.5, phrases: ['fix (it']}\n"
        "  - {reason: r, weight: 3, phrases: [mend]}\n",
        encoding="utf-8",
    )

    with pytest.raises(LexiconError) as raised:
        load_cues("en", load_taxonomy(), tmp_path)

    message = str(raised.value)
    assert "need.yaml: repair[0].reason is missing" in message
    assert "'fix (it' has a bracket that does not close" in message
    assert "need.yaml: repair[1].weight: expected a number in (0, 1]" in message
