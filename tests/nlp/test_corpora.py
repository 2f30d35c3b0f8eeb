import json

import pytest

from nlp.corpus import CorpusError, Utterance, families_of_copies, folds, load_corpus
from nlp.taxonomy import load_taxonomy

LINE = {
    "id": "en-1",
    "language": "en",
    "channel": "chat",
    "sector": "retail",
    "text": "Where is my parcel?",
    "intents": ["delivery"],
    "needs": ["follow_up"],
    "expectations": [],
    "frustrations": [],
    "overall": 0,
    "evidence": {"intent:delivery": ["my parcel"]},
}


def an_utterance(name: str, text: str) -> Utterance:
    return Utterance(name, "en", "chat", "retail", text, ("other",), (), (), (), 0, {})


def corpus_of(tmp_path, *lines):
    folder = tmp_path / "en"
    folder.mkdir()
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "brief.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_corpora_are_valid(language):
    assert len(load_corpus(language, load_taxonomy())) >= 250


def test_every_fault_is_named_with_its_line(tmp_path):
    folder = corpus_of(
        tmp_path,
        LINE,
        LINE,
        LINE | {"id": "en-2", "intents": ["parcels"], "evidence": {}},
        LINE | {"id": "en-3", "evidence": {"intent:delivery": ["the parcel"]}},
        LINE | {"id": "en-4", "overall": 5},
    )

    with pytest.raises(CorpusError) as raised:
        load_corpus("en", load_taxonomy(), folder)

    message = str(raised.value)
    assert "en/brief.jsonl:2: id en-1 is already at en/brief.jsonl:1" in message
    assert "en/brief.jsonl:3: intents: 'parcels' is no label of intent" in message
    assert (
        "en/brief.jsonl:4: evidence 'the parcel' of intent:delivery is not in"
        in message
    )
    assert "en/brief.jsonl:5: overall: expected 0 to 4, got 5" in message


def test_near_copies_share_a_fold():
    utterances = [
        an_utterance("a", "My parcel has not arrived, where is it?"),
        an_utterance("b", "I would like to open a savings account."),
        an_utterance("c", "my parcel hasnt arrived, where is it"),
    ]

    assert families_of_copies(utterances) == [0, 1, 0]
    first, _, copy = folds(utterances, 5, seed=1)
    assert first == copy
