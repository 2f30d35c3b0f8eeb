"""How well the shipped tagger carries over to public texts nobody here wrote.

    python -m benchmarks.tagging --data DIR [--own-labels] [--json]

DIR holds the evaluation sets as their README describes them (`frustration_*.jsonl.gz`, `intents_*.jsonl.gz`,
`intent_mapping.csv`). Nothing is trained on them. Each measure stands beside a baseline computed in
the same run, and the language and speed figures come from the same texts. With --own-labels what
`verbatim train` learns from four fifths of an intent set is measured on the rest (minutes).
"""

import argparse
import csv
import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.svm import LinearSVC
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

import nlp
from nlp.labelled import Labelled, clean
from nlp.own_labels import evaluate_labels, train_labels, write_labels
from nlp.text import stable_hash

Row = dict[str, Any]
# VADER's own cut for a negative text, turned round as `vader` is.
VADER_NEGATIVE = 0.05
ANGRY_REDDIT = {"annoyance", "anger", "disappointment"}
ANGRY_SUBTITLE = {"anger", "disgust"}
INTENT_SETS = ("banking77", "clinc150", "natcs", "nlupp")
MARKS = ("!", "not ", "never", "worst", "pas ", "jamais", "hate", "angry", "nul")


def rows(data: Path, name: str) -> list[Row]:
    with gzip.open(data / f"{name}_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def overall(texts: Sequence[str], language: str) -> np.ndarray:
    """The score of each text; 0 where there was nothing to tag."""
    return np.array(
        [
            tags[-1].score if tags else 0.0
            for tags in nlp.tag(texts, [language] * len(texts))
        ]
    )


def marks(texts: Sequence[str]) -> np.ndarray:
    """The baseline of frustration: how many plain marks of anger a text holds."""
    return np.array([sum(text.lower().count(m) for m in MARKS) for text in texts])


def vader(texts: Sequence[str]) -> np.ndarray:
    """The baseline of English frustration: how negative VADER finds a text."""
    analyzer = SentimentIntensityAnalyzer()
    return np.array([-analyzer.polarity_scores(text)["compound"] for text in texts])


def frustration(data: Path) -> Iterator[Row]:
    airline = rows(data, "frustration_airline")
    yield two_classes(
        "airline", "en", airline, [r["label"] == "negative" for r in airline]
    )
    xed = rows(data, "frustration_xed_fr")
    yield two_classes(
        "xed_fr",
        "fr",
        xed,
        [bool(ANGRY_SUBTITLE & set(r["label"].split("+"))) for r in xed],
    )
    reddit = rows(data, "frustration_goemotions")
    yield ranking(
        "goemotions",
        reddit,
        [bool(ANGRY_REDDIT & set(r["label"].split("+"))) for r in reddit],
    )
    turns = [
        r
        for r in rows(data, "frustration_uss")
        if r.get("meta", {}).get("level") == "turn"
    ]
    yield ranking("uss", turns, [int(r["label"]) <= 2 for r in turns])


def two_classes(name: str, language: str, given: list[Row], truth: list[bool]) -> Row:
    texts = [row["text"] for row in given]
    score = overall(texts, language)
    plain = vader(texts) >= VADER_NEGATIVE if language == "en" else marks(texts) >= 1
    return {
        "set": name,
        "measure": "macro-F1 at 0.5",
        "tagger": f1_score(truth, score >= 0.5, average="macro"),
        "baseline": f1_score(truth, plain, average="macro"),
        "baseline_is": "VADER" if language == "en" else "plain marks of anger",
        "auc": roc_auc_score(truth, score),
        "said": float(np.mean(score >= 0.5)),
        "true": float(np.mean(truth)),
        "texts": len(texts),
    }


def ranking(name: str, given: list[Row], truth: list[bool]) -> Row:
    texts = [row["text"] for row in given]
    score = overall(texts, "en")
    return {
        "set": name,
        "measure": "AUC",
        "tagger": roc_auc_score(truth, score),
        "baseline": roc_auc_score(truth, vader(texts)),
        "baseline_is": "VADER",
        "said": float(np.mean(score >= 0.5)),
        "true": float(np.mean(truth)),
        "texts": len(texts),
    }


def own_labels(data: Path) -> Iterator[Row]:
    """`verbatim train` on four fifths of a set, scored on the rest; by each text's hash."""
    for name in ("banking77", "natcs", "clinc150"):
        lines = [Labelled(r["text"], r["label"]) for r in rows(data, f"intents_{name}")]
        held = [stable_hash(line.text) % 5 == 0 for line in lines]
        known = clean([line for line, out in zip(lines, held, strict=True) if not out])
        asked = [line for line, out in zip(lines, held, strict=True) if out]
        began = time.perf_counter()
        with TemporaryDirectory() as folder:
            model, report = train_labels(known)
            seconds = time.perf_counter() - began
            write_labels(model, Path(folder))
            found = evaluate_labels(Path(folder), asked)
        yield {
            "set": name,
            "measure": "own labels, macro-F1",
            "tagger": found.mean.f1,
            "baseline": linear_svm(known.lines, asked),
            "baseline_is": "a linear SVM over TF-IDF of words and word pairs",
            "cross_validated": report.mean.f1,
            "seconds": seconds,
            "texts": len(asked),
        }


def linear_svm(known: Sequence[Labelled], asked: Sequence[Labelled]) -> float:
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    model = LinearSVC(random_state=0).fit(
        vectors.fit_transform([line.text for line in known]),
        [line.label for line in known],
    )
    said = model.predict(vectors.transform([line.text for line in asked]))
    return float(f1_score([line.label for line in asked], said, average="macro"))


def intents(data: Path) -> Iterator[Row]:
    with (data / "intent_mapping.csv").open(encoding="utf-8", newline="") as lines:
        mapping = {
            (m["source"], m["source_label"]): m["our_intent"]
            for m in csv.DictReader(lines)
        }
    for name in INTENT_SETS:
        texts, truth = [], []
        for row in rows(data, f"intents_{name}"):
            ours = {
                mapping.get((name, label), "") for label in row["label"].split("+")
            } - {""}
            if len(ours) == 1:
                texts.append(row["text"])
                truth.append(ours.pop())
        said = [
            tags[0].label if tags else "other"
            for tags in nlp.tag(texts, ["en"] * len(texts))
        ]
        confused: Counter[tuple[str, str]] = Counter(
            (t, s) for t, s in zip(truth, said, strict=True) if t != s
        )
        yield {
            "set": name,
            "measure": "accuracy of the primary intent",
            "tagger": float(
                np.mean([t == s for t, s in zip(truth, said, strict=True)])
            ),
            "baseline": Counter(truth).most_common(1)[0][1] / len(truth),
            "baseline_is": "the most frequent intent",
            "trained_on_the_set": in_domain(texts, truth),
            "texts": len(texts),
            "confused": [[t, s, n] for (t, s), n in confused.most_common(8)],
        }


def in_domain(texts: list[str], truth: list[str]) -> float:
    """What a plain linear model reaches that was trained on four fifths of the set itself."""
    cut = np.arange(len(texts)) % 5 == 0
    known = [t for t, held in zip(texts, cut, strict=True) if not held]
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    matrix = vectors.fit_transform(known)
    labels = np.array(truth)[~cut]
    classes = sorted(set(labels.tolist()))
    models = [
        LogisticRegression(
            C=10, solver="liblinear", dual=True, max_iter=1000, random_state=0
        ).fit(matrix, labels == label)
        for label in classes
    ]
    held_out = vectors.transform(
        [t for t, held in zip(texts, cut, strict=True) if held]
    )
    best = np.argmax([model.decision_function(held_out) for model in models], axis=0)
    return float(np.mean(np.array(classes)[best] == np.array(truth)[cut]))


def languages(data: Path) -> Iterator[Row]:
    found: dict[str, list[bool]] = defaultdict(list)
    seconds = 0.0
    for name, language in (
        ("frustration_xed_fr", "fr"),
        ("frustration_airline", "en"),
        ("intents_banking77", "en"),
        ("intents_natcs", "en"),
    ):
        texts = [r["text"] for r in rows(data, name) if len(r["text"]) >= 20]
        nlp.detect_language(texts[0])
        start = time.perf_counter()
        said = [nlp.detect_language(text) for text in texts]
        seconds += time.perf_counter() - start
        found[language] += [code == language for code in said]
    for language, right in found.items():
        yield {
            "set": f"language of {language} texts from 20 characters",
            "measure": "accuracy",
            "tagger": float(np.mean(right)),
            "baseline": None,
            "texts": len(right),
        }
    count = sum(map(len, found.values()))
    yield {
        "set": "language",
        "measure": "texts a second",
        "tagger": count / seconds,
        "baseline": None,
    }


def speed(data: Path) -> Row:
    words = " ".join(r["text"] for r in rows(data, "frustration_airline")).split()
    texts = [" ".join(words[i : i + 40]) for i in range(0, len(words) - 40, 40)]
    nlp.tag(texts[:300], ["en"] * 300)
    start = time.perf_counter()
    nlp.tag(texts, ["en"] * len(texts))
    return {
        "set": "texts of 40 words",
        "measure": "texts a second, one process",
        "tagger": len(texts) / (time.perf_counter() - start),
        "baseline": None,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of the evaluation sets"
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON object per measure"
    )
    parser.add_argument("--own-labels", action="store_true")
    options = parser.parse_args()
    for result in (
        *frustration(options.data),
        *intents(options.data),
        *languages(options.data),
        speed(options.data),
        *(own_labels(options.data) if options.own_labels else ()),
    ):
        if options.json:
            print(json.dumps(result))
            continue
        figures = "  ".join(
            f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value}"
            for key, value in result.items()
            if key not in ("set", "measure", "baseline_is") and value is not None
        )
        print(f"{result['set']:<14} {result['measure']}: {figures}")
    print(f"tagger_version {nlp.tagger_version}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
