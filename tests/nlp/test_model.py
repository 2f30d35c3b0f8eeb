import json
from pathlib import Path

import numpy as np
import pytest

import nlp
from nlp.linear import ModelError, load_model
from nlp.train import MANIFEST, MODELS, inputs_hash

MEBIBYTE = 2**20


def test_the_models_match_corpora_configuration_and_code():
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))

    assert manifest["inputs"] == inputs_hash(), (
        "corpora, lexicons, configuration or code changed since the models were "
        "trained; run `verbatim train --shipped` and commit nlp/model"
    )


def test_the_models_take_at_most_20_mebibytes():
    assert sum(path.stat().st_size for path in MODELS.iterdir()) <= 20 * MEBIBYTE


def test_a_missing_model_says_how_to_make_it(tmp_path):
    with pytest.raises(ModelError, match=r"verbatim train"):
        load_model(tmp_path / "fr.npz")


def test_a_saved_model_decides_as_the_trained_one(tmp_path):
    model = load_model(MODELS / "fr.npz")

    model.save(tmp_path / "fr.npz")

    again = load_model(tmp_path / "fr.npz")
    assert again.outputs == model.outputs
    np.testing.assert_allclose(again.weights, model.weights, atol=1e-5)


def test_the_version_names_itself_and_is_stable():
    assert nlp.tagger_version.startswith("verbatim-")
    assert nlp.tagger_version == nlp.tagger_version


def test_the_version_changes_with_a_lexicon(monkeypatch, tmp_path):
    from nlp import tagger

    for name in ("taxonomy.yaml", "lexicons/fr/need.yaml"):
        copy = tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((Path(tagger.HERE) / name).read_bytes())
    monkeypatch.setattr(tagger, "HERE", tmp_path)
    before = tagger.tagger_version.__wrapped__()
    (tmp_path / "lexicons/fr/need.yaml").write_text("{}", encoding="utf-8")

    assert tagger.tagger_version.__wrapped__() != before
