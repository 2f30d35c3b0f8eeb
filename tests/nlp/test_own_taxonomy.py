"""A company edits its copy of the taxonomy, and the tagger follows."""

from pathlib import Path

import pytest
import yaml

import nlp
from nlp.own import Own
from nlp.taxonomy import SHIPPED

BILL = "Why is my bill twenty pounds higher this month? I was charged twice."
REFUND = "It has been three weeks and the refund is still not in my account."
HUMAN = "This is a joke, let me speak to a human, this robot goes round in circles!"


@pytest.fixture
def edited(tmp_path):
    def edit(change) -> Own:
        raw = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
        change(raw)
        path: Path = tmp_path / "taxonomy.yaml"
        path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
        return Own(taxonomy=path)

    return edit


def tags(text: str, own: Own) -> list[nlp.Tag]:
    [found] = nlp.tag([text], ["en"], own)
    return found


def rename(raw, old: str, new: str) -> None:
    labels = raw["families"]["intent"]["labels"]
    labels[new] = labels.pop(old) | {"was": [old]}
    for label in labels.values():
        label.get("does_not", {}).pop(old, None)
    for members in raw["intent_groups"].values():
        members[:] = [new if name == old else name for name in members]


def test_a_renamed_label_keeps_its_score_and_its_evidence(edited):
    own = edited(lambda raw: rename(raw, "billing", "invoices"))

    [before, after] = nlp.tag([BILL], ["en"])[0][0], tags(BILL, own)[0]

    assert (before.label, after.label) == ("billing", "invoices")
    assert (after.score, after.evidence) == (before.score, before.evidence)


def test_labels_that_were_two_share_one_score(edited):
    def merge(raw):
        rename(raw, "billing", "money")
        labels = raw["families"]["intent"]["labels"]
        labels["money"]["was"].append("refund")
        del labels["refund"]
        for label in labels.values():
            label.get("does_not", {}).pop("refund", None)
        raw["intent_groups"]["money"].remove("refund")

    own = edited(merge)

    assert [tags(text, own)[0].label for text in (BILL, REFUND)] == ["money", "money"]


def test_a_dropped_label_is_not_said(edited):
    def drop(raw):
        del raw["families"]["need"]["labels"]["human_contact"]
        for label in raw["families"]["need"]["labels"].values():
            label.get("does_not", {}).pop("human_contact", None)

    assert "human_contact" in {tag.label for tag in nlp.tag([HUMAN], ["en"])[0]}
    assert "human_contact" not in {tag.label for tag in tags(HUMAN, edited(drop))}


def test_a_new_label_is_found_by_the_cues_it_brings(edited):
    def add(raw):
        raw["families"]["need"]["labels"]["loan_car"] = {
            "definition": "A car for the time of the repair.",
            "belongs": "Asking for one.",
            "cues": {"en": ["(courtesy|loan|replacement) car"]},
        }
        raw["families"]["intent"]["labels"]["roadside"] = {
            "definition": "Help at the side of the road.",
            "belongs": "Towing.",
            "cues": {"en": ["tow truck", "(broken|broke) down .. motorway"]},
        }
        raw["intent_groups"]["technical"].append("roadside")

    own = edited(add)
    text = "I broke down on the motorway, send a tow truck and I need a loan car"

    found = tags(text, own)

    assert (found[0].label, found[0].is_primary) == ("roadside", True)
    assert [
        text[start:end]
        for tag in found
        if tag.label == "loan_car"
        for start, end in tag.evidence
    ] == ["loan car"]


def test_the_version_says_that_the_taxonomy_is_another(edited):
    own = edited(lambda raw: rename(raw, "billing", "invoices"))

    assert nlp.version() == nlp.tagger_version
    assert nlp.version(own).startswith("own-")
