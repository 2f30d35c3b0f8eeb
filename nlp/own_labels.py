"""A company's own labels: `verbatim train --data FILE` learns them, the tagger then says them as intents.

The same features as the shipped model's, so that tagging costs one matrix product more, and evidence comes with it. No
text is written: neither the model nor the taxonomy beside it holds one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from spacy.util import load_config

from nlp.components.tags import featuriser
from nlp.corpus import copies_among, shingles
from nlp.features import Batch, rows_of
from nlp.labelled import Cleaned, Labelled
from nlp.language import detect_language
from nlp.linear import LinearModel, load_model, vocabulary_of
from nlp.measures import Score, calibration_error, scores
from nlp.own import OWN_MODEL, OWN_TAXONOMY
from nlp.tagger import PIPELINES, load_pipeline
from nlp.taxonomy import LANGUAGES, OTHER, SHIPPED, load_taxonomy
from nlp.text import stable_hash
from nlp.train import Progress, silent
from schemas.errors import InputError

Floats = npt.NDArray[np.float32]
FAMILY = "intent"
_CONFUSED, _EXAMPLES = 10, 2


@dataclass(frozen=True)
class Report:
    """How well held-out lines are told apart.

    `confused`: pairs of true and said label, the commonest first, with their number and a few texts.
    """

    lines: int
    mean: Score
    labels: list[Score]
    accuracy: float
    calibration_error: float
    confused: list[tuple[str, str, int, list[str]]]
    too_few: list[tuple[str, int]]


def train_labels(
    cleaned: Cleaned, progress: Progress = silent
) -> tuple[LinearModel, Report]:
    """The calibrated model of all lines, and what cross-validation without near-copies says of it.

    Raises:
        InputError: fewer than two labels, or fewer lines than folds.
    """
    lines = cleaned.lines
    settings = _settings()
    labels = sorted({line.label for line in lines})
    count = int(settings["folds"])
    if len(labels) < 2 or len(lines) < count:
        raise InputError(
            f"{len(lines)} usable line(s) with {len(labels)} label(s): at least two labels "
            f"and {count} lines are needed to learn anything."
        )
    progress("reading the texts", 0, 1)
    batch = _batch(lines)
    told = np.array([labels.index(line.label) for line in lines])
    fold_of = _folds(lines, count, int(settings["seed"]))
    steps = (count + 1) * len(labels)
    done = 0

    def fit(rows: npt.NDArray[np.int64], what: str) -> LinearModel:
        nonlocal done
        model = _fit(rows_of(batch, rows), told[rows], labels, settings)
        done += len(labels)
        progress(what, done, steps)
        return model

    held_out = np.full((len(lines), len(labels)), -np.inf, dtype=np.float32)
    progress("cross-validating", 0, steps)
    for fold in range(count):
        mine = np.flatnonzero(fold_of == fold)
        if len(mine):
            model = fit(np.flatnonzero(fold_of != fold), "cross-validating")
            held_out[mine] = model.decisions(rows_of(batch, mine))[0]
    slope = _temperature(held_out, told)
    model = fit(np.arange(len(lines)), "training on all lines")
    calibrated = replace(model, slopes=np.full(len(labels), slope, dtype=np.float32))
    fewest = int(settings["fewest"])
    return calibrated, _report(lines, labels, told, held_out * slope, fewest)


def evaluate_labels(folder: Path, lines: Sequence[Labelled]) -> Report:
    """The model of a folder on lines it has not seen.

    Labels that the model does not know count as missed.

    Raises:
        InputError: no model there, or no line to score.
    """
    if not (folder / OWN_MODEL).is_file():
        raise InputError(
            f"{folder} holds no {OWN_MODEL}; `verbatim train --data FILE --output "
            f"{folder}` makes one."
        )
    if not lines:
        raise InputError("There is no usable line to evaluate on.")
    model = load_model(folder / OWN_MODEL)
    known = [output.split(":", 1)[1] for output in model.outputs]
    labels = known + sorted({line.label for line in lines} - set(known))
    decisions = np.full((len(lines), len(labels)), -np.inf, dtype=np.float32)
    decisions[:, : len(known)] = model.decisions(_batch(lines))[0]
    told = np.array([labels.index(line.label) for line in lines])
    return _report(lines, labels, told, decisions, int(_settings()["fewest"]))


def write_labels(model: LinearModel, folder: Path) -> None:
    """The model, and a taxonomy whose intents are its labels, to be described and grouped by hand.

    A taxonomy that is already there is left as it is: somebody may have worked on it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"draft-{OWN_MODEL}"
    model.save(draft)
    draft.replace(folder / OWN_MODEL)
    path = folder / OWN_TAXONOMY
    if path.exists():
        return
    raw = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    names = [output.split(":", 1)[1] for output in model.outputs]
    labels: dict[str, Any] = {
        name: {
            "definition": f"Lines labelled {name}.",
            "belongs": "As in the lines trained on.",
        }
        for name in names
    }
    labels.setdefault(
        OTHER, raw["families"][FAMILY]["labels"][OTHER] | {"does_not": {}}
    )
    raw["families"][FAMILY]["labels"] = labels
    raw["intent_groups"] = {name: [name] for name in names if name != OTHER}
    raw["joins_any_group"] = [OTHER]
    raw["history"] = [{"version": raw["version"], "note": "Intents by verbatim train."}]
    path.write_text(
        yaml.safe_dump(raw, allow_unicode=True, sort_keys=False, width=120),
        encoding="utf-8",
    )
    load_taxonomy(path)


def _settings() -> dict[str, Any]:
    settings: dict[str, Any] = load_config(PIPELINES / "own_labels.cfg")["own_labels"]
    return settings


def _batch(lines: Sequence[Labelled]) -> Batch:
    """The lines as the tagger would see them: each by its own language's pipeline."""
    languages = [detect_language(line.text) for line in lines]
    common = Counter(code for code in languages if code in LANGUAGES)
    usual = common.most_common(1)[0][0] if common else LANGUAGES[0]
    batches, order = [], []
    for language in LANGUAGES:
        mine = [
            row
            for row, code in enumerate(languages)
            if (code if code in LANGUAGES else usual) == language
        ]
        if mine:
            pipeline = load_pipeline(language, with_model=False)
            docs = list(pipeline.pipe(lines[row].text for row in mine))
            reads = featuriser(pipeline, load_taxonomy())
            batches.append(reads.batch(reads.words(docs)))
            order += mine
    joined = batches[0] if len(batches) == 1 else _joined(batches)
    return rows_of(joined, np.argsort(np.array(order), kind="stable"))


def _joined(batches: Sequence[Batch]) -> Batch:
    first = np.cumsum([0, *(len(batch.dense) for batch in batches)])
    return Batch(
        feature=np.concatenate([batch.feature for batch in batches]),
        token=np.concatenate([batch.token for batch in batches]),
        doc=np.concatenate(
            [batch.doc + start for batch, start in zip(batches, first, strict=False)]
        ),
        dense=np.vstack([batch.dense for batch in batches]),
        ending=np.concatenate([batch.ending for batch in batches]),
        ending_dense=np.vstack([batch.ending_dense for batch in batches]),
    )


def _folds(lines: Sequence[Labelled], count: int, seed: int) -> npt.NDArray[np.int64]:
    """A fold for each line; near-copies share one, whatever their labels."""
    copies = copies_among([shingles(line.text, "en") for line in lines])
    return np.array([stable_hash(f"{seed}:{lines[c].text}") % count for c in copies])


def _fit(
    batch: Batch,
    told: npt.NDArray[np.int64],
    labels: Sequence[str],
    settings: dict[str, Any],
) -> LinearModel:
    vocabulary = vocabulary_of(
        batch, int(settings["min_texts"]), float(settings["piece_scale"])
    )
    matrix, _ = vocabulary.matrix(batch)
    matrix.sum_duplicates()

    def weights(label: int) -> npt.NDArray[np.float64]:
        is_it = told == label
        lines = np.count_nonzero(is_it)
        if lines in (0, len(told)):
            # Not in this fold: as unlikely as the rarest.
            return np.append(np.zeros(matrix.shape[1]), -10.0)
        model = LogisticRegression(
            C=float(settings["strength"]),
            class_weight={True: (len(told) / lines - 1) ** float(settings["balance"])},
            solver="liblinear",
            dual=True,
            tol=float(settings["tolerance"]),
            max_iter=1000,
            random_state=int(settings["seed"]),
        ).fit(matrix, is_it)
        return np.append(model.coef_[0], model.intercept_[0])

    # One after the other: liblinear draws from one random generator a process, in whatever order threads come.
    fitted = np.array([weights(label) for label in range(len(labels))])
    return LinearModel(
        outputs=tuple(f"{FAMILY}:{label}" for label in labels),
        dense_names=(),
        vocabulary=vocabulary,
        weights=np.ascontiguousarray(fitted[:, :-1].T, dtype=np.float32),
        dense_weights=np.zeros((0, len(labels)), dtype=np.float32),
        intercepts=fitted[:, -1].astype(np.float32),
        slopes=np.ones(len(labels), dtype=np.float32),
        offsets=np.zeros(len(labels), dtype=np.float32),
        ending_weight=0.0,
    )


def _temperature(decisions: Floats, told: npt.NDArray[np.int64]) -> float:
    """What the decisions are multiplied with so that their softmax is a probability."""

    def loss(slope: float) -> float:
        scaled = decisions * slope
        top = scaled.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scaled - top).sum(axis=1)) + top[:, 0]
        return float((log_sum - scaled[np.arange(len(told)), told]).mean())

    return float(minimize_scalar(loss, bounds=(0.2, 10), method="bounded").x)


def _report(
    lines: Sequence[Labelled],
    labels: Sequence[str],
    told: npt.NDArray[np.int64],
    decisions: Floats,
    fewest: int,
) -> Report:
    said = decisions.argmax(axis=1)
    shares = np.exp(decisions - decisions.max(axis=1, keepdims=True))
    sureness = 1 / shares.sum(axis=1)
    one_of = np.eye(len(labels), dtype=np.bool_)
    mean, by_label = scores(one_of[told], one_of[said], labels)
    pairs: dict[tuple[int, int], list[int]] = {}
    for row in np.flatnonzero(said != told).tolist():
        pairs.setdefault((int(told[row]), int(said[row])), []).append(row)
    commonest = sorted(pairs.items(), key=lambda pair: -len(pair[1]))[:_CONFUSED]
    counts = Counter(told.tolist())
    return Report(
        lines=len(lines),
        mean=mean,
        labels=sorted(by_label, key=lambda score: score.f1),
        accuracy=float(np.mean(said == told)),
        calibration_error=calibration_error(sureness.astype(np.float64), said == told),
        confused=[
            (
                labels[true],
                labels[wrong],
                len(rows),
                [lines[row].text for row in rows[:_EXAMPLES]],
            )
            for (true, wrong), rows in commonest
        ],
        too_few=sorted(
            ((labels[i], n) for i, n in counts.items() if n < fewest),
            key=lambda label: label[1],
        ),
    )
