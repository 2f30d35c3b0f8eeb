import json

import duckdb
import pytest
import yaml

from jobs.tagger_scores import publish_scores
from nlp.own import Own
from nlp.taxonomy import SHIPPED


def test_measures_of_families_are_published_and_those_of_labels_are_not(tmp_path):
    manifest = tmp_path / "manifest.json"
    figures = {"utterances": 90, "overall_auc": 0.9, "f1 need:repair (9)": 0.4}
    manifest.write_text(json.dumps({"cross_validated": {"fr": figures}}))

    with duckdb.connect() as connection:
        publish_scores(connection, manifest=manifest)

        assert connection.execute("FROM tagger_scores").fetchall() == [
            ("fr", "overall_auc", 0.9, 90)
        ]


def test_a_tagger_without_measures_is_published_without(tmp_path):
    with duckdb.connect() as connection:
        publish_scores(connection, manifest=tmp_path / "none.json")

        assert connection.execute("FROM tagger_scores").fetchall() == []


def test_the_shipped_tagger_has_measures_in_both_languages():
    with duckdb.connect() as connection:
        publish_scores(connection)

        [(count,)] = connection.execute(
            "SELECT count(DISTINCT language) FROM tagger_scores WHERE measure = "
            "'intent_accuracy'"
        ).fetchall()
    assert count == 2


def test_figures_of_the_tagger_s_own_texts_are_not_called_the_harder_ones():
    """By them it tells the frustrated better than on any text it was not made with."""
    with duckdb.connect() as connection:
        publish_scores(connection)

        [(said,)] = connection.execute(
            "SELECT comment FROM duckdb_tables() WHERE table_name = 'tagger_scores'"
        ).fetchall()
    assert "no measure of other texts" in said
    assert "harder" not in said


@pytest.fixture
def measured(tmp_path):
    """Families with figures, of a tagger with such files of a company's own."""

    def of(change=None, labels=None):
        raw = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
        if change:
            change(raw["families"])
        path = tmp_path / "taxonomy.yaml"
        path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
        with duckdb.connect() as connection:
            publish_scores(connection, Own(taxonomy=path, labels=labels))
            found = connection.execute("SELECT measure FROM tagger_scores").fetchall()
        return {measure.partition("_")[0] for (measure,) in found}

    return of


EVERY = {"intent", "need", "expectation", "frustration", "overall"}


def test_labels_of_a_company_s_own_are_not_said_to_do_as_well_as_the_shipped_ones(
    measured, tmp_path
):
    assert measured() == EVERY
    assert measured(labels=tmp_path) == EVERY - {"intent"}


def test_a_family_with_a_label_more_has_no_figure(measured):
    def add(families):
        families["need"]["labels"]["loan_car"] = {
            "definition": "A car for the time of the repair.",
            "belongs": "Asking for one.",
            "cues": {"en": ["loan car"]},
        }

    assert measured(add) == EVERY - {"need"}


def test_a_label_under_another_name_keeps_its_family_s_figure(measured):
    def rename(families):
        labels = families["expectation"]["labels"]
        labels["call_me"] = labels.pop("callback") | {"was": ["callback"]}
        for label in labels.values():
            label.get("does_not", {}).pop("callback", None)

    assert measured(rename) == EVERY
