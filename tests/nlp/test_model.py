import json
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from threadpoolctl import threadpool_limits

import nlp
from nlp.linear import ModelError, load_model
from nlp.train import MANIFEST, MODELS, fit_chances, inputs_hash

MEBIBYTE = 2**20


def test_the_models_match_corpora_configuration_and_code():
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))

    assert manifest["inputs"] == inputs_hash(), (
        "corpora, lexicons, configuration or code changed since the models were "
        "trained; run `verbatim train --shipped` and commit nlp/model"
    )


def test_the_models_take_at_most_20_mebibytes():
    assert sum(path.stat().st_size for path in MODELS.iterdir()) <= 20 * MEBIBYTE


def test_the_same_examples_give_the_same_weights_on_one_thread_and_on_two():
    # Fewer columns are summed on one thread whatever is allowed.
    matrix = sparse.random(400, 40_000, density=0.002, random_state=2, format="csr")
    chance = np.random.default_rng(1).random(400)

    found = []
    for count in (1, 2):
        with threadpool_limits(count, user_api="blas"):
            found.append(fit_chances(matrix, chance, strength=1.0))

    (one, its), (two, others) = found
    assert its == others
    np.testing.assert_array_equal(one, two)


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
