from pathlib import Path

import pytest
import yaml

from nlp.taxonomy import FAMILIES, SHIPPED, TaxonomyError, load_taxonomy


def written(tmp_path: Path, change) -> Path:
    raw = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    change(raw)
    path = tmp_path / "taxonomy.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return path


def test_the_shipped_labels_are_those_of_the_design():
    taxonomy = load_taxonomy()

    assert {family: len(taxonomy.names(family)) for family in FAMILIES} == {
        "intent": 18,
        "need": 8,
        "expectation": 8,
        "frustration": 12,
    }


def test_money_questions_are_one_thing_and_a_complaint_joins_any():
    taxonomy = load_taxonomy()

    assert {taxonomy.group_of(i) for i in ("billing", "payment", "refund")} == {"money"}
    assert taxonomy.group_of("delivery") == taxonomy.group_of("order_status")
    assert taxonomy.group_of("complaint") is None


def test_a_company_may_add_a_label(tmp_path):
    def add_warranty(raw):
        labels = raw["families"]["intent"]["labels"]
        labels["warranty"] = labels["refund"] | {"definition": "A guarantee is used."}
        raw["intent_groups"]["warranty"] = ["warranty"]

    taxonomy = load_taxonomy(written(tmp_path, add_warranty))

    assert "warranty" in taxonomy.names("intent")


def test_all_faults_are_named_at_once(tmp_path):
    def spoil(raw):
        del raw["families"]["need"]["labels"]["repair"]["definition"]
        raw["families"]["intent"]["labels"]["refund"]["examples"]["fr"] = "one"
        raw["families"]["frustration"]["labels"]["price"]["does_not"] = {"cost": "no"}

    with pytest.raises(TaxonomyError) as raised:
        load_taxonomy(written(tmp_path, spoil))

    message = str(raised.value)
    assert "3 fault(s)" in message
    assert "families.need.repair.definition: expected text" in message
    assert "families.intent.refund.examples.fr: expected a list" in message
    assert (
        "families.frustration.price.does_not names cost, which is no label" in message
    )


def test_an_intent_without_a_group_is_a_fault(tmp_path):
    def forget(raw):
        raw["intent_groups"]["money"].remove("refund")

    with pytest.raises(TaxonomyError, match="intent refund is in no group"):
        load_taxonomy(written(tmp_path, forget))


@pytest.mark.parametrize("members", [None, "refund"])
def test_a_group_that_lists_nothing_is_a_fault(tmp_path, members):
    def empty(raw):
        raw["intent_groups"]["money"] = members

    with pytest.raises(
        TaxonomyError, match=r"intent_groups.money: expected a list of intents"
    ):
        load_taxonomy(written(tmp_path, empty))


def test_a_file_that_is_not_a_mapping_says_so(tmp_path):
    path = tmp_path / "taxonomy.yaml"
    path.write_text("- one\n", encoding="utf-8")

    with pytest.raises(TaxonomyError, match="expected a mapping at the top, got list"):
        load_taxonomy(path)


def test_a_shipped_label_becomes_one_label_and_leaves(tmp_path):
    def take_twice(raw):
        labels = raw["families"]["need"]["labels"]
        for name in ("mend", "fix"):
            labels[name] = labels["repair"] | {"was": ["repair"]}

    with pytest.raises(TaxonomyError) as raised:
        load_taxonomy(written(tmp_path, take_twice))

    message = str(raised.value)
    assert "families.need.mend.was names repair, which is still a label" in message
    assert "families.need: repair was both fix and mend" in message


def test_a_company_s_own_labels_need_no_examples(tmp_path):
    def forget(raw):
        del raw["families"]["need"]["labels"]["repair"]["examples"]

    assert load_taxonomy(written(tmp_path, forget)).names("need")
