import json

import duckdb

from jobs.tagger_scores import publish_scores


def test_measures_of_families_are_published_and_those_of_labels_are_not(tmp_path):
    manifest = tmp_path / "manifest.json"
    figures = {"utterances": 90, "overall_auc": 0.9, "f1 need:repair (9)": 0.4}
    manifest.write_text(json.dumps({"cross_validated": {"fr": figures}}))

    with duckdb.connect() as connection:
        publish_scores(connection, manifest)

        assert connection.execute("FROM tagger_scores").fetchall() == [
            ("fr", "overall_auc", 0.9, 90)
        ]


def test_a_tagger_without_measures_is_published_without(tmp_path):
    with duckdb.connect() as connection:
        publish_scores(connection, tmp_path / "none.json")

        assert connection.execute("FROM tagger_scores").fetchall() == []


def test_the_shipped_tagger_has_measures_in_both_languages():
    with duckdb.connect() as connection:
        publish_scores(connection)

        [(count,)] = connection.execute(
            "SELECT count(DISTINCT language) FROM tagger_scores WHERE measure = "
            "'intent_accuracy'"
        ).fetchall()
    assert count == 2
