"""How well the tagger did on what it was measured with, published beside what it says."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

import nlp
from nlp.own import SHIPPED, Own

if TYPE_CHECKING:
    from nlp.taxonomy import Taxonomy

MANIFEST = Path(nlp.__file__).parent / "model" / "manifest.json"


def publish_scores(
    connection: duckdb.DuckDBPyConnection,
    own: Own = SHIPPED,
    manifest: Path = MANIFEST,
) -> None:
    """Add `tagger_scores`: a row per language and measure; none without a manifest.

    Figures of single labels stay in the manifest: from few examples they say little.
    A family whose labels are the company's own has no figure here: those of the shipped
    labels would be read as theirs.
    """
    connection.execute(
        "CREATE TABLE tagger_scores (language VARCHAR, measure VARCHAR, value DOUBLE, "
        "utterance_count BIGINT)"
    )
    connection.execute(
        "COMMENT ON TABLE tagger_scores IS 'How well the shipped tagger did in "
        "cross-validation on its own corpora: no measure of other texts. On the gold set "
        "and public ones overall_auc is lower; nlp/README.md has those figures. A family of labels that a company has made its own is not in "
        "it. Grain: one row per language and measure.'"
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
    changed = _changed_families(own)
    measured = json.loads(manifest.read_text(encoding="utf-8"))["cross_validated"]
    for language, figures in sorted(measured.items()):
        for measure, value in figures.items():
            family = measure.partition("_")[0]
            if measure.startswith(("utterances", "f1 ")) or family in changed:
                continue
            connection.execute(
                "INSERT INTO tagger_scores VALUES (?, ?, ?, ?)",
                [language, measure, value, figures["utterances"]],
            )


def _changed_families(own: Own) -> set[str]:
    """Families that the shipped labels' figures say nothing of.

    A label under another name is told as well as it was; one that joins several, is new,
    or is gone changes what there is to tell apart.
    """
    shipped, theirs = (nlp.load_taxonomy(file) for file in (None, own.taxonomy))

    def told(taxonomy: "Taxonomy", family: str) -> set[tuple[str, ...]]:
        """What each label was learnt from."""
        return {
            () if label.cues else label.was or (label.name,)
            for label in taxonomy.labels[family].values()
        }

    changed = {f for f in shipped.labels if told(theirs, f) != told(shipped, f)}
    return changed | {"intent"} if own.labels else changed
