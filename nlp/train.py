"""Trains the shipped models from the authored corpora: `verbatim train --shipped`.

The same corpora, lexicons, configuration and code give the same model; `model/manifest.json` holds
the hash of all of them, and a test compares it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.naive_bayes import ComplementNB
from spacy.language import Language
from spacy.util import load_config
from threadpoolctl import threadpool_limits

from nlp.components.languages import iso_code
from nlp.components.tags import featuriser
from nlp.corpus import CorpusError, Utterance, folds, load_corpus
from nlp.features import Batch, rows_of
from nlp.linear import LinearModel, vocabulary_of
from nlp.tagger import HERE, PIPELINES, load_pipeline
from nlp.taxonomy import FAMILIES, LANGUAGES, OVERALL, Taxonomy, load_taxonomy

MODELS = HERE / "model"
MANIFEST = MODELS / "manifest.json"
Floats = npt.NDArray[np.float32]
# What is being done, how many steps of how many.
Progress = Callable[[str, int, int], None]

_INPUTS = (
    "components/cues.py",
    "components/languages.py",
    "components/tokenizer.py",
    "corpora/en/*.jsonl",
    "corpora/fr/*.jsonl",
    "corpus.py",
    "features.py",
    "lexicons.py",
    "lexicons/*/*.yaml",
    "linear.py",
    "polarity.py",
    "pipelines/??.cfg",
    "pipelines/training.cfg",
    "taxonomy.yaml",
    "text.py",
    "train.py",
)


def inputs_hash() -> str:
    """What the models are made of, as one hash."""
    digest = sha256()
    for pattern in _INPUTS:
        for path in sorted(HERE.glob(pattern)):
            digest.update(f"{path.relative_to(HERE).as_posix()}\n".encode())
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@dataclass(frozen=True)
class Example:
    """A text with what is known of it: a taxonomy example speaks for its own family only."""

    text: str
    labels: dict[str, tuple[str, ...]]  # family -> labels; a family not here is unknown
    overall: int | None


def examples_of(utterance: Utterance) -> Example:
    return Example(
        utterance.text,
        {
            "intent": utterance.intents,
            "need": utterance.needs,
            "expectation": utterance.expectations,
            "frustration": utterance.frustrations,
        },
        utterance.overall,
    )


def taxonomy_examples(taxonomy: Taxonomy, language: str) -> list[Example]:
    """The taxonomy's own sentences: each holds its label, and says nothing of other families."""
    return [
        Example(
            text,
            {family: (name,)} if name != OVERALL else {},
            3 if name == OVERALL else None,
        )
        for family in FAMILIES
        for name, label in taxonomy.labels[family].items()
        for text in label.examples[language]
    ]


# A decision no text lifts to a tag.
NEVER = -20.0


class Trainer:
    """Fits one language's model on examples already turned into a batch."""

    def __init__(self, language: str, taxonomy: Taxonomy) -> None:
        self.settings: dict[str, Any] = load_config(PIPELINES / "training.cfg")[
            "training"
        ]
        self.pipeline: Language = load_pipeline(language, with_model=False)
        self.featuriser = featuriser(self.pipeline, taxonomy)
        self.intents = list(taxonomy.names("intent"))
        self.others = [
            (family, name) for family in FAMILIES[1:] for name in taxonomy.names(family)
        ]
        self.outputs = tuple(
            [f"intent:{name}" for name in self.intents]
            + [f"{family}:{name}" for family, name in self.others]
        )

    def chance(self, steps: Sequence[int]) -> npt.NDArray[np.float64]:
        """What the five steps of overall mean as a probability of "frustrated"."""
        meant = [float(step) for step in self.settings["overall_steps"]]
        return np.array([meant[step] for step in steps])

    def batch(self, examples: Sequence[Example]) -> Batch:
        docs = list(self.pipeline.pipe(example.text for example in examples))
        return self.featuriser.batch(self.featuriser.words(docs))

    def fit(
        self, batch: Batch, examples: Sequence[Example], rows: Sequence[int]
    ) -> LinearModel:
        """Train on some rows of the batch; calibration is the identity until `calibrated`."""
        chosen = np.array(rows)
        part = rows_of(batch, chosen)
        known = [examples[row] for row in rows]
        vocabulary = vocabulary_of(
            part, int(self.settings["min_texts"]), float(self.settings["piece_scale"])
        )
        grams, _ = vocabulary.matrix(part)
        scale = float(self.settings["cue_scale"])
        matrix = sparse.hstack([grams, sparse.csr_matrix(part.dense * scale)]).tocsr()
        matrix.sum_duplicates()
        coefficients = np.zeros((len(self.outputs), matrix.shape[1]), dtype=np.float64)
        intercepts = np.zeros(len(self.outputs))
        self._fit_intents(matrix, known, coefficients, intercepts)
        for index, (family, name) in enumerate(self.others, start=len(self.intents)):
            if name == OVERALL:
                self._fit_overall(matrix, known, index, coefficients, intercepts)
            else:
                self._fit_label(
                    matrix, known, family, name, index, coefficients, intercepts
                )
        split = len(vocabulary.buckets)
        return LinearModel(
            outputs=self.outputs,
            dense_names=tuple(self.featuriser.dense_names),
            vocabulary=vocabulary,
            weights=np.ascontiguousarray(coefficients[:, :split].T, dtype=np.float32),
            dense_weights=np.ascontiguousarray(
                coefficients[:, split:].T * scale, dtype=np.float32
            ),
            intercepts=intercepts.astype(np.float32),
            slopes=np.ones(len(self.outputs), dtype=np.float32),
            offsets=np.zeros(len(self.outputs), dtype=np.float32),
            ending_weight=float(self.settings["ending_weight"]),
        )

    def _fit_intents(
        self,
        matrix: sparse.csr_matrix,
        known: Sequence[Example],
        coefficients: npt.NDArray[np.float64],
        intercepts: npt.NDArray[np.float64],
    ) -> None:
        """One against the rest: three times faster than a joint fit, and calibration joins them."""
        rows = [row for row, example in enumerate(known) if "intent" in example.labels]
        given = [known[row].labels["intent"] for row in rows]
        second = float(self.settings["secondary_weight"])
        for index, name in enumerate(self.intents):
            targets = np.array([name in labels for labels in given])
            if not targets.any():
                # An intent without a single example cannot be said.
                intercepts[index] = NEVER
                continue
            weights = [
                second if name in labels and labels[0] != name else 1.0
                for labels in given
            ]
            model = self._regression("intent_c")
            model.fit(matrix[rows], targets, sample_weight=weights)
            coefficients[index], intercepts[index] = model.coef_[0], model.intercept_[0]
        self._add_bayes(matrix, known, coefficients)

    def _add_bayes(
        self,
        matrix: sparse.csr_matrix,
        known: Sequence[Example],
        coefficients: npt.NDArray[np.float64],
    ) -> None:
        """A complement naive Bayes over the n-grams, added to the regressions' weights.

        Both are linear, so their ensemble costs nothing at tagging.
        """
        rows = [row for row, example in enumerate(known) if "intent" in example.labels]
        first = [self.intents.index(known[row].labels["intent"][0]) for row in rows]
        grams = matrix.shape[1] - len(self.featuriser.dense_names)
        bayes = ComplementNB(alpha=float(self.settings["bayes_smoothing"]))
        bayes.fit(matrix[rows, :grams], first)
        # Only differences between the intents count; centred, they also say which words spoke.
        weights = bayes.feature_log_prob_ - bayes.feature_log_prob_.mean(axis=0)
        coefficients[bayes.classes_, :grams] += (
            float(self.settings["bayes_weight"]) * weights
        )

    def _regression(self, strength: str) -> LogisticRegression:
        # The dual form is some 50 times faster than lbfgs here: more n-grams than texts.
        return LogisticRegression(
            C=float(self.settings[strength]),
            solver="liblinear",
            dual=True,
            max_iter=2000,
            random_state=int(self.settings["seed"]),
        )

    def _fit_label(
        self,
        matrix: sparse.csr_matrix,
        known: Sequence[Example],
        family: str,
        name: str,
        index: int,
        coefficients: npt.NDArray[np.float64],
        intercepts: npt.NDArray[np.float64],
    ) -> None:
        rows = [row for row, example in enumerate(known) if family in example.labels]
        targets = [name in known[row].labels[family] for row in rows]
        if not any(targets):
            intercepts[index] = NEVER
            return
        model = self._regression("label_c")
        model.fit(matrix[rows], targets)
        coefficients[index], intercepts[index] = model.coef_[0], model.intercept_[0]

    def _fit_overall(
        self,
        matrix: sparse.csr_matrix,
        known: Sequence[Example],
        index: int,
        coefficients: npt.NDArray[np.float64],
        intercepts: npt.NDArray[np.float64],
    ) -> None:
        rows = [row for row, example in enumerate(known) if example.overall is not None]
        chance = self.chance([known[row].overall or 0 for row in rows])
        coefficients[index], intercepts[index] = fit_chances(
            matrix[rows], chance, float(self.settings["overall_c"])
        )
        dense = self.featuriser.dense_names
        for name, weight in self.settings["overall_prior"].items():
            column = matrix.shape[1] - len(dense) + dense.index(name)
            coefficients[index, column] += float(weight) / float(
                self.settings["cue_scale"]
            )


def fit_chances(
    matrix: sparse.csr_matrix,
    chance: npt.NDArray[np.float64],
    strength: float,
) -> tuple[npt.NDArray[np.float64], float]:
    """A logistic regression on probabilities: chance p is p of a yes and 1 - p of a no.

    Args:
        matrix: one row per text.
        chance: by text, in [0, 1].
        strength: inverse regularisation, as scikit-learn's C.

    Returns:
        The weights, and the intercept, which is not regularised.
    """
    turned = matrix.T.tocsr()

    def loss(
        tried: npt.NDArray[np.float64],
    ) -> tuple[float, npt.NDArray[np.float64]]:
        weights, decision = tried[:-1], matrix @ tried[:-1] + tried[-1]
        cost = np.logaddexp(0, decision) - chance * decision
        slope = strength * (expit(decision) - chance)
        gradient = np.append(turned @ slope + weights, slope.sum())
        return float(strength * cost.sum() + weights @ weights / 2), gradient

    # A long sum is cut in as many pieces as there are threads, and rounded accordingly: with
    # more or fewer of them the same lines gave other weights in the fifth digit.
    with threadpool_limits(1, user_api="blas"):
        found = minimize(
            loss,
            np.zeros(matrix.shape[1] + 1),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 300},
        )
    return found.x[:-1], float(found.x[-1])


FEWEST_UTTERANCES = 100


def silent(what: str, done: int, total: int) -> None:
    """Shows no progress."""


def train(
    language: str, taxonomy: Taxonomy, progress: Progress = silent
) -> tuple[LinearModel, dict[str, Any]]:
    """The calibrated model of a language and what cross-validation says of it."""
    trainer = Trainer(language, taxonomy)
    utterances = load_corpus(language, taxonomy)
    examples = [examples_of(u) for u in utterances] + taxonomy_examples(
        taxonomy, language
    )
    batch = trainer.batch(examples)
    count = int(trainer.settings["folds"])
    fold_of = folds(utterances, count, int(trainer.settings["seed"]))
    held_out = np.zeros((len(utterances), len(trainer.outputs)), dtype=np.float32)
    taxonomy_rows = list(range(len(utterances), len(examples)))
    for fold in range(count):
        progress(f"cross-validating {language}", fold, count + 1)
        rows = [i for i, f in enumerate(fold_of) if f != fold]
        mine = [i for i, f in enumerate(fold_of) if f == fold]
        if mine:
            model = trainer.fit(batch, examples, rows + taxonomy_rows)
            held_out[mine] = model.decisions(rows_of(batch, np.array(mine)))[0]
    progress(f"training {language}", count, count + 1)
    model = trainer.fit(batch, examples, range(len(examples)))
    if len(utterances) < FEWEST_UTTERANCES:
        raise CorpusError(
            f"{len(utterances)} utterances in {language!r}, at least {FEWEST_UTTERANCES} "
            "are needed to calibrate anything; add some under corpora/"
        )
    slopes, offsets = _calibration(trainer, utterances, held_out)
    measures = _measures(trainer, utterances, held_out * slopes + offsets)
    return replace(model, slopes=slopes, offsets=offsets), measures


def _truth(utterance: Utterance, family: str, name: str) -> bool:
    if name == OVERALL:
        return utterance.is_frustrated
    return (
        name
        in {
            "need": utterance.needs,
            "expectation": utterance.expectations,
            "frustration": utterance.frustrations,
        }[family]
    )


# With fewer held-out cases of a label than this its calibration would be made of accidents.
_FEWEST_TO_CALIBRATE = 8


def _calibration(
    trainer: Trainer, utterances: Sequence[Utterance], held_out: Floats
) -> tuple[Floats, Floats]:
    """Temperature for the intents, Platt's logistic for the others, on held-out decisions."""
    slopes = np.ones(len(trainer.outputs), dtype=np.float32)
    offsets = np.zeros(len(trainer.outputs), dtype=np.float32)
    intents = len(trainer.intents)
    target = np.array([trainer.intents.index(u.intents[0]) for u in utterances])

    def loss(slope: float) -> float:
        scaled = held_out[:, :intents] * slope
        top = scaled.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scaled - top).sum(axis=1)) + top[:, 0]
        return float((log_sum - scaled[np.arange(len(target)), target]).mean())

    slopes[:intents] = minimize_scalar(loss, bounds=(0.2, 3), method="bounded").x
    for index, (family, name) in enumerate(trainer.others, start=intents):
        if name == OVERALL:
            # On what the steps mean, not on yes and no: half of the slightly annoyed would be
            # called frustrated by one reader or another.
            chance = trainer.chance([u.overall for u in utterances])
            [slope], offset = fit_chances(
                sparse.csr_matrix(held_out[:, [index]]), chance, 10.0
            )
            slopes[index] = slope
            offsets[index] = offset + float(trainer.settings["overall_leniency"])
            continue
        truth = np.array([_truth(u, family, name) for u in utterances])
        if min(truth.sum(), (~truth).sum()) < _FEWEST_TO_CALIBRATE:
            continue
        platt = LogisticRegression(C=10.0).fit(held_out[:, [index]], truth)
        # A label whose held-out decisions run the wrong way keeps its own.
        if platt.coef_[0, 0] > 0:
            slopes[index], offsets[index] = platt.coef_[0, 0], platt.intercept_[0]
    return slopes, offsets


def _measures(
    trainer: Trainer, utterances: Sequence[Utterance], decisions: Floats
) -> dict[str, Any]:
    shipped = load_config(PIPELINES / f"{iso_code(trainer.pipeline)}.cfg")
    thresholds = shipped["components"]["tags"]["threshold"]
    intents = len(trainer.intents)
    truth = [trainer.intents.index(u.intents[0]) for u in utterances]
    said = decisions[:, :intents].argmax(axis=1)
    measures: dict[str, Any] = {
        "utterances": len(utterances),
        "intent_accuracy": round(float(np.mean(said == np.array(truth))), 3),
        "intent_macro_f1": round(float(f1_score(truth, said, average="macro")), 3),
    }
    f1: dict[str, list[float]] = {}
    for index, (family, name) in enumerate(trainer.others, start=intents):
        yes = np.array([_truth(u, family, name) for u in utterances])
        said_from = 0.5 if name == OVERALL else thresholds[family]
        positive = decisions[:, index] >= np.log(said_from / (1 - said_from))
        score = float(f1_score(yes, positive, zero_division=0.0))
        if name == OVERALL:
            measures["overall_auc"] = round(
                float(roc_auc_score(yes, decisions[:, index])), 3
            )
            measures["overall_macro_f1"] = round(
                float(f1_score(yes, positive, average="macro")), 3
            )
        elif yes.sum():
            f1.setdefault(family, []).append(score)
            measures[f"f1 {family}:{name} ({int(yes.sum())})"] = round(score, 3)
    for family, values in f1.items():
        measures[f"{family}_macro_f1"] = round(float(np.mean(values)), 3)
    return measures


def train_shipped(folder: Path, progress: Progress = silent) -> dict[str, Any]:
    """Train both languages, write models and manifest, return the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    taxonomy = load_taxonomy()
    cross_validated = {}
    for language in LANGUAGES:
        model, cross_validated[language] = train(language, taxonomy, progress)
        model.save(folder / f"{language}.npz")
    manifest = {"inputs": inputs_hash(), "cross_validated": cross_validated}
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST.name).write_text(text, encoding="utf-8")
    return manifest
