"""How well the tagger did on what it was measured with, published beside what it says."""

import json
from pathlib import Path

import duckdb

import nlp

MANIFEST = Path(nlp.__file__).parent / "model" / "manifest.json"


def publish_scores(
    connection: duckdb.DuckDBPyConnection, manifest: Path = MANIFEST
) -> None:
    """Add `tagger_scores`: a row per language and measure; none without a manifest.

    Figures of single labels stay in the manifest: from few examples they say little.
    """
    connection.execute(
        "CREATE TABLE tagger_scores (language VARCHAR, measure VARCHAR, value DOUBLE, "
        "utterance_count BIGINT)"
    )
    connection.execute(
        "COMMENT ON TABLE tagger_scores IS 'How well the shipped tagger did in "
        "cross-validation on its own corpora, which are harder than ordinary traffic; "
        "nlp/README.md has more. Grain: one row per language and measure.'"
    )
    for column, words in (
        ("language", "ISO 639-1."),
        ("measure", "Accuracy, macro-F1 or AUC of a family of labels, in its name."),
        ("value", "From 0 to 1; an AUC of 0.5 is chance."),
        ("utterance_count", "Utterances it was measured on."),
    ):
        connection.execute(f"COMMENT ON COLUMN tagger_scores.{column} IS '{words}'")
    if not manifest.exists():
        return
    measured = json.loads(manifest.read_text(encoding="utf-8"))["cross_validated"]
    for language, figures in sorted(measured.items()):
        for measure, value in figures.items():
            if measure != "utterances" and not measure.startswith("f1 "):
                connection.execute(
                    "INSERT INTO tagger_scores VALUES (?, ?, ?, ?)",
                    [language, measure, value, figures["utterances"]],
                )
