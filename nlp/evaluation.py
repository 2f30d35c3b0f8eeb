"""`verbatim evaluate`: the shipped tagger on the gold set, beside baselines of the same run.

The gold texts were written and labelled apart from the corpora (`gold/README.md`); nothing here trains the tagger.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import spacy
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from nlp.components.tags import Tag
from nlp.corpus import (
    FRUSTRATED_FROM,
    LISTS,
    Utterance,
    copied_from,
    load_corpus,
    load_files,
    shingles,
)
from nlp.measures import Flags, Score, calibration_error, kappa, scores
from nlp.tagger import tag
from nlp.taxonomy import FAMILIES, LANGUAGES, OVERALL, Taxonomy, load_taxonomy

GOLD = Path(__file__).with_name("gold")
FRUSTRATED = "frustrated"
_BATCH_SEED = 20260314
# VADER's own cut for a negative text.
_VADER_NEGATIVE = -0.05
# The score that is calibrated to FRUSTRATED_FROM, the annotators' step.
FRUSTRATED_SCORE_FROM = 0.5
Said = Mapping[str, Flags]  # family, or `frustrated` -> texts by labels
Doing = Callable[[str], None]


@dataclass(frozen=True)
class Family:
    """One family in one language.

    `means` are macro-F1s: of the tagger, and of each baseline. `calibration` is the expected
    calibration error of the scores of what was said.
    """

    language: str
    family: str
    means: dict[str, Score]
    labels: list[Score]
    by_channel: dict[str, Score]
    by_hard_case: dict[str, Score]
    calibration: float
    evidence: tuple[int, float, float] | None
    kappa: float | None


@dataclass(frozen=True)
class Evaluation:
    """All families of a language; `primary` is the share of texts whose primary intent is right."""

    language: str
    texts: int
    families: list[Family]
    primary: dict[str, float]
    overall_auc: dict[str, float]


def evaluate(
    folder: Path = GOLD,
    doing: Doing = lambda what: None,
    *,
    with_bag_of_words: bool = True,
) -> list[Evaluation]:
    """Score every language of a gold folder; training the bag of words takes most of the time."""
    taxonomy = load_taxonomy()
    return [
        _evaluate(language, folder, taxonomy, doing, with_bag_of_words)
        for language in LANGUAGES
    ]


def _evaluate(
    language: str,
    folder: Path,
    taxonomy: Taxonomy,
    doing: Doing,
    with_bag_of_words: bool,
) -> Evaluation:
    gold, hard = load_gold(language, folder, taxonomy)
    names = {family: _names(family, taxonomy) for family in LISTS.values()}
    truth = {
        family: _flags([_labels(u, family) for u in gold], names[family])
        for family in names
    } | {FRUSTRATED: _flags([_frustrated(u.is_frustrated) for u in gold], _YES_NO)}

    doing(f"tagging {len(gold)} texts of {language}")
    texts = [u.text for u in gold]
    tags = tag(texts, [language] * len(texts))
    first = [u.intents[0] for u in gold]
    usual = max(sorted(set(first)), key=first.count)
    said: dict[str, Said] = {
        "tagger": _said(tags, names),
        "majority": _majority(truth),
    }
    primary = {
        "tagger": _share(first, [found[0].label if found else "" for found in tags]),
        "majority": _share(first, [usual] * len(first)),
    }
    overall = {"tagger": np.array([_overall(found) for found in tags])}
    if with_bag_of_words:
        doing(f"training a bag of words of {language}")
        bag = _bag_of_words(language, taxonomy, texts, names)
        said["bag of words"] = bag.said
        primary["bag of words"] = _share(first, bag.primary)
        overall["bag of words"] = bag.overall
    if language == "en":
        compound = _vader(texts)
        overall["VADER"] = -compound
        said["VADER"] = {
            FRUSTRATED: _flags(
                [_frustrated(c <= _VADER_NEGATIVE) for c in compound], _YES_NO
            )
        }
    agreement = _agreement(folder, language, names)
    families = [
        Family(
            language,
            family,
            {
                who: scores(truth[family], flags[family], labels)[0]
                for who, flags in said.items()
                if family in flags
            },
            scores(truth[family], said["tagger"][family], labels)[1],
            _by([u.channel for u in gold], truth, said["tagger"], family, labels),
            _by(hard, truth, said["tagger"], family, labels),
            _calibration(family, tags, gold),
            _evidence(family, tags, gold),
            agreement.get(family),
        )
        for family, labels in {**names, FRUSTRATED: _YES_NO}.items()
    ]
    return Evaluation(
        language,
        len(gold),
        families,
        primary,
        {
            who: float(roc_auc_score([u.is_frustrated for u in gold], values))
            for who, values in overall.items()
        },
    )


def load_gold(
    language: str, folder: Path, taxonomy: Taxonomy
) -> tuple[list[Utterance], list[str]]:
    """The gold texts of a language and what makes each hard, without copies from the corpora.

    Their authors did not read each other, yet a few short sentences are written by anybody.
    """
    path = folder / f"{language}.jsonl"
    gold = load_files([path], language, taxonomy)
    hard = [str(row.get("hard_case") or "none") for row in _rows(path)]
    known = [shingles(u.text, language) for u in load_corpus(language, taxonomy)]
    is_new = [
        not is_copy
        for is_copy in copied_from(known, [shingles(u.text, language) for u in gold])
    ]
    return list(compress(gold, is_new)), list(compress(hard, is_new))


_YES_NO = ("calm", FRUSTRATED)


def _frustrated(is_frustrated: bool) -> frozenset[str]:
    return frozenset({_YES_NO[bool(is_frustrated)]})


def _names(family: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    return tuple(name for name in taxonomy.names(family) if name != OVERALL)


def _labels(utterance: Utterance, family: str) -> frozenset[str]:
    [key] = [key for key, name in LISTS.items() if name == family]
    return frozenset(getattr(utterance, key))


def _flags(labels: Sequence[frozenset[str]], names: Sequence[str]) -> Flags:
    return np.array([[name in mine for name in names] for mine in labels], dtype=bool)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _overall(tags: Sequence[Tag]) -> float:
    return tags[-1].score if tags else 0.0


def _said(tags: Sequence[Sequence[Tag]], names: Mapping[str, Sequence[str]]) -> Said:
    of_family = {
        family: _flags(
            [frozenset(t.label for t in found if t.family == family) for found in tags],
            labels,
        )
        for family, labels in names.items()
    }
    return of_family | {
        FRUSTRATED: _flags(
            [_frustrated(_overall(t) >= FRUSTRATED_SCORE_FROM) for t in tags], _YES_NO
        )
    }


def _share(truth: Sequence[str], said: Sequence[str]) -> float:
    return float(np.mean([t == s for t, s in zip(truth, said, strict=True)]))


def _by(
    groups: Sequence[str],
    truth: Said,
    said: Said,
    family: str,
    names: Sequence[str],
) -> dict[str, Score]:
    found = {}
    for group in sorted(set(groups)):
        rows = [row for row, mine in enumerate(groups) if mine == group]
        found[group] = scores(truth[family][rows], said[family][rows], names)[0]
    return found


def _calibration(
    family: str, tags: Sequence[Sequence[Tag]], gold: Sequence[Utterance]
) -> float:
    """Of the scores that were written: what was not said has none."""
    score, held = [], []
    for found, utterance in zip(tags, gold, strict=True):
        for one in found:
            if family == FRUSTRATED and one.label == OVERALL:
                score.append(one.score)
                held.append(utterance.is_frustrated)
            elif one.family == family and one.label != OVERALL:
                score.append(one.score)
                held.append(one.label in _labels(utterance, family))
    return calibration_error(np.array(score), np.array(held, dtype=bool))


def _evidence(
    family: str, tags: Sequence[Sequence[Tag]], gold: Sequence[Utterance]
) -> tuple[int, float, float] | None:
    """Right tags that both sides gave words for: their number, the share that meet, mean overlap.

    Overlap is of characters: twice the common ones over both sides' together.
    """
    overlaps = []
    for found, utterance in zip(tags, gold, strict=True):
        for one in found:
            key = f"{one.family}:{one.label}"
            is_asked = (
                one.label == OVERALL
                if family == FRUSTRATED
                else (one.family == family and one.label != OVERALL)
            )
            if not is_asked or key not in utterance.evidence or not one.evidence:
                continue
            mine = {place for start, end in one.evidence for place in range(start, end)}
            theirs = {
                place
                for words in utterance.evidence[key]
                for place in _places(utterance.text, words)
            }
            overlaps.append(2 * len(mine & theirs) / (len(mine) + len(theirs)))
    if not overlaps:
        return None
    met = float(np.mean([overlap > 0 for overlap in overlaps]))
    return len(overlaps), met, float(np.mean(overlaps))


def _places(text: str, words: str) -> range:
    start = text.index(words)
    return range(start, start + len(words))


def _agreement(
    folder: Path, language: str, names: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    """Cohen's kappa between the two labellings before settling; in families the mean over labels."""
    paths = [folder / part / f"{language}.jsonl" for part in ("first", "second")]
    if not all(path.is_file() for path in paths):
        return {}
    one, other = ({row["id"]: row for row in _rows(path)} for path in paths)
    ids = sorted(one.keys() & other.keys())
    found = {
        FRUSTRATED: kappa(
            *(
                [side[i]["overall"] >= FRUSTRATED_FROM for i in ids]
                for side in (one, other)
            )
        )
    }
    for key, family in LISTS.items():
        found[family] = float(
            np.mean(
                [
                    kappa(
                        *([name in side[i][key] for i in ids] for side in (one, other))
                    )
                    for name in names[family]
                    if any(name in side[i][key] for i in ids for side in (one, other))
                ]
            )
        )
    return found


def _majority(truth: Said) -> Said:
    """Every text gets the labels that most texts have; in most families that is none."""
    return {
        family: np.tile(
            flags.mean(axis=0) >= 0.5
            if family != "intent"
            else np.eye(flags.shape[1], dtype=bool)[flags.sum(axis=0).argmax()],
            (len(flags), 1),
        )
        for family, flags in truth.items()
    }


def _vader(texts: Sequence[str]) -> npt.NDArray[np.float64]:
    analyzer = SentimentIntensityAnalyzer()
    return np.array([analyzer.polarity_scores(text)["compound"] for text in texts])


@dataclass(frozen=True)
class BagOfWords:
    """A plain classifier's answers on the gold texts."""

    said: Said
    primary: list[str]
    overall: npt.NDArray[np.float64]


def _bag_of_words(
    language: str,
    taxonomy: Taxonomy,
    texts: Sequence[str],
    names: Mapping[str, Sequence[str]],
) -> BagOfWords:
    """The tokens of a blank spaCy pipeline, counted, and a logistic regression per label, of the corpora."""
    corpus = load_corpus(language, taxonomy)
    tokenizer = spacy.blank(language).tokenizer
    counter = CountVectorizer(
        tokenizer=lambda text: [token.lower_ for token in tokenizer(text)],
        token_pattern=None,
        lowercase=False,
        min_df=2,
    )
    known = counter.fit_transform([u.text for u in corpus])
    asked = counter.transform(texts)

    def decide(truth: Sequence[bool]) -> npt.NDArray[np.float64]:
        if len(set(truth)) < 2:
            return np.full(len(texts), -1.0)
        model = LogisticRegression(
            C=1.0, solver="liblinear", random_state=_BATCH_SEED
        ).fit(known, truth)
        decisions: npt.NDArray[np.float64] = model.decision_function(asked)
        return decisions

    decisions = {
        family: np.stack(
            [decide([name in _labels(u, family) for u in corpus]) for name in labels],
            axis=1,
        )
        for family, labels in names.items()
    }
    overall = decide([u.is_frustrated for u in corpus])
    said = {family: values > 0 for family, values in decisions.items()}
    best = decisions[FAMILIES[0]].argmax(axis=1)
    said[FAMILIES[0]] |= np.eye(len(names[FAMILIES[0]]), dtype=bool)[best]
    return BagOfWords(
        {
            **said,
            FRUSTRATED: _flags([_frustrated(value > 0) for value in overall], _YES_NO),
        },
        [names[FAMILIES[0]][index] for index in best],
        overall,
    )
