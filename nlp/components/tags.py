"""From scores to tags: which labels are said, which intent is primary, and which words carried it."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.cues import CueFinder
from nlp.components.evidence import Answer, Explainer, Scored, Spans
from nlp.components.languages import iso_code
from nlp.features import Featuriser, Words
from nlp.function_words import FUNCTION_WORDS
from nlp.linear import LinearModel, ModelError, load_model
from nlp.polarity import load_polarity
from nlp.taxonomy import FAMILIES, OTHER, OVERALL, Taxonomy, load_taxonomy

MODELS = Path(__file__).parents[1] / "model"
USER_DATA_KEY = "tags"
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


class Tag(NamedTuple):
    """One statement about one text. `evidence` counts code points of the text, end exclusive."""

    family: str
    label: str
    score: float
    is_primary: bool
    evidence: Spans


@Language.factory(
    "verbatim_tags",
    requires=["doc.user_data"],
    assigns=["doc.user_data"],
    # Every number is in pipelines/<language>.cfg, once.
    default_config={"taxonomy": None, "own_labels": None},
)
def make_tags(
    nlp: Language,
    name: str,
    second_intent: float,
    second_intent_ratio: float,
    threshold: dict[str, float],
    cause_needs_overall: float,
    evidence_share: float,
    evidence_words: int,
    trivial_overall: float,
    batch_size: int,
    taxonomy: str | None,
    own_labels: str | None,
) -> "Tagger":
    """Build the component from a config block.

    Args:
        nlp: the pipeline; its language chooses the model.
        name: the component's name in this pipeline.
        second_intent: probability from which a further intent is said.
        second_intent_ratio: and the share of the primary's probability it must reach.
        threshold: by family, the score from which a label is said.
        cause_needs_overall: frustration causes are said only from this overall score on.
        evidence_share: words are evidence that bring at least this share of what the best word
            brings.
        evidence_words: at most so many words of the linear model's.
        trivial_overall: under this score overall needs no evidence.
        batch_size: texts scored by one matrix product.
        taxonomy: a company's own file; null: the shipped one.
        own_labels: the model file that `verbatim train` wrote, whose labels are then the intents.
    """
    return Tagger(
        featuriser(nlp, load_taxonomy()),
        load_taxonomy(Path(taxonomy) if taxonomy else None),
        load_model(MODELS / f"{iso_code(nlp)}.npz"),
        load_model(Path(own_labels)) if own_labels else None,
        Settings(
            second_intent,
            second_intent_ratio,
            threshold,
            cause_needs_overall,
            evidence_share,
            evidence_words,
            trivial_overall,
            batch_size,
        ),
    )


def featuriser(pipeline: Language, taxonomy: Taxonomy) -> Featuriser:
    """What turns this pipeline's docs into numbers, in training and in tagging."""
    cues = pipeline.get_pipe("cues")
    if not isinstance(cues, CueFinder):
        raise TypeError(f"'cues' is a {type(cues).__name__}, expected a CueFinder")
    language = iso_code(pipeline)
    return Featuriser(
        taxonomy,
        load_polarity(language),
        cues.cues,
        cues.negators,
        FUNCTION_WORDS[language],
        pipeline.vocab.strings,
    )


class Settings(NamedTuple):
    """As documented in `make_tags`."""

    second_intent: float
    second_intent_ratio: float
    threshold: dict[str, float]
    cause_needs_overall: float
    evidence_share: float
    evidence_words: int
    trivial_overall: float
    batch_size: int


class Tagger:
    """Scores docs in batches; a doc alone is a batch of one."""

    def __init__(
        self,
        featuriser: Featuriser,
        taxonomy: Taxonomy,
        model: LinearModel,
        own: LinearModel | None,
        settings: Settings,
    ) -> None:
        self._settings = settings
        self._model = model
        self._intent_model = own or model
        self._featuriser = featuriser
        if tuple(self._featuriser.dense_names) != model.dense_names:
            raise ModelError(
                "the model was trained with another taxonomy or other lexicons; "
                "run `verbatim train --shipped`"
            )
        self._intents = answers("intent", taxonomy, self._intent_model)
        *others, overall = sorted(
            (
                answer
                for family in FAMILIES[1:]
                for answer in answers(family, taxonomy, model)
            ),
            key=lambda answer: answer.label == OVERALL,
        )
        self._others = [*others, overall]
        self._is_other = np.array([each.label == OTHER for each in self._intents])
        self._is_cause = np.array([each.family == "frustration" for each in others])
        self._floors = np.array([settings.threshold[each.family] for each in others])
        self._explain_intents, self._explain_others = (
            Explainer(
                among,
                featuriser.cues,
                settings.evidence_share,
                settings.evidence_words,
            )
            for among in (self._intents, self._others)
        )

    def __call__(self, doc: Doc) -> Doc:
        self._tag([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        """Tag a stream; `batch_size` is spaCy's, the component's own setting decides."""
        rest = iter(stream)
        while docs := list(islice(rest, self._settings.batch_size)):
            self._tag(docs)
            yield from docs

    def _tag(self, docs: list[Doc]) -> None:
        words = self._featuriser.words(docs)
        batch = self._featuriser.batch(words)
        shipped = Scored(self._model, batch)
        own = (
            shipped
            if self._intent_model is self._model
            else Scored(self._intent_model, batch)
        )
        tags: list[list[Tag]] = [[] for _ in docs]
        for row, tag in chain(
            self._intent_tags(own, words), self._other_tags(shipped, words)
        ):
            tags[row].append(tag)
        for doc, mine in zip(docs, tags, strict=True):
            doc.user_data[USER_DATA_KEY] = mine

    def _intent_tags(self, scored: Scored, words: Words) -> Iterator[tuple[int, Tag]]:
        shares = self._shares(scored.decisions, words)
        highest = shares.max(axis=1, keepdims=True)
        is_best = shares.argmax(axis=1)[:, None] == np.arange(len(self._intents))
        floor = np.maximum(
            self._settings.second_intent, self._settings.second_intent_ratio * highest
        )
        row, place = np.nonzero(is_best | ((shares >= floor) & ~self._is_other))
        order = np.lexsort((place, -shares[row, place], row))
        row, place = row[order], place[order]
        for each, answer, share, is_primary, evidence in zip(
            row.tolist(),
            place.tolist(),
            shares[row, place].tolist(),
            is_best[row, place].tolist(),
            self._explain_intents.spans(words, scored, row, place),
            strict=True,
        ):
            family, label, *_ = self._intents[answer]
            yield each, Tag(family, label, round(share, 4), is_primary, evidence)

    def _other_tags(self, scored: Scored, words: Words) -> Iterator[tuple[int, Tag]]:
        scores = self._scores(scored.decisions, words)
        others, overall = scores[:, :-1], scores[:, -1:]
        is_calm = overall < self._settings.cause_needs_overall
        is_said = np.empty(scores.shape, dtype=np.bool_)
        is_said[:, :-1] = (others >= self._floors) & ~(is_calm & self._is_cause)
        # Calm texts need no evidence of it.
        is_said[:, -1:] = overall >= self._settings.trivial_overall
        row, place = np.nonzero(is_said)
        for each, answer, score, evidence in zip(
            row.tolist(),
            place.tolist(),
            scores[row, place].tolist(),
            self._explain_others.spans(words, scored, row, place),
            strict=True,
        ):
            family, label, *_ = self._others[answer]
            # A tag nobody can open is not said: no word of the text speaks for it.
            if label == OVERALL or evidence:
                yield each, Tag(family, label, round(score, 4), False, evidence)
        for each in np.flatnonzero(~is_said[:, -1]).tolist():
            score = float(overall[each, 0])
            yield each, Tag("frustration", OVERALL, round(score, 4), False, ())

    def _shares(self, decisions: Floats, words: Words) -> Doubles:
        """The answers compete by softmax; one that only cues speak for gets their strength."""
        outputs = [output for answer in self._intents for output in answer.outputs]
        shares = np.zeros(decisions.shape)
        shares[:, outputs] = _softmax(decisions[:, outputs])
        return np.stack(
            [
                shares[:, list(answer.outputs)].sum(axis=1)
                if answer.outputs
                else self._by_cues(answer, words)
                for answer in self._intents
            ],
            axis=1,
            dtype=np.float64,
        )

    def _scores(self, decisions: Floats, words: Words) -> Doubles:
        """Each answer by itself; of several outputs the surest speaks."""
        sure = expit(decisions.astype(np.float64))
        return np.stack(
            [
                sure[:, answer.outputs].max(axis=1)
                if answer.outputs
                else self._by_cues(answer, words)
                for answer in self._others
            ],
            axis=1,
            dtype=np.float64,
        )

    def _by_cues(self, answer: Answer, words: Words) -> Floats:
        """Noisy-or of the label's own cues."""
        weights: list[dict[str, float]] = [{} for _ in words.lengths]
        for row, number in zip(words.found.doc, words.found.cue, strict=True):
            cue = self._featuriser.cues[number]
            if (cue.family, cue.label) == (answer.family, answer.label):
                weights[row][cue.phrase] = cue.weight
        doubts = [prod(1 - weight for weight in mine.values()) for mine in weights]
        return 1 - np.array(doubts, dtype=np.float32)


def answers(family: str, taxonomy: Taxonomy, model: LinearModel) -> list[Answer]:
    """One answer per label: by the outputs of its own name and of what it was."""
    known = {output: index for index, output in enumerate(model.outputs)}
    found = []
    for label in taxonomy.labels[family].values():
        names = frozenset((label.name, *label.was))
        found.append(
            Answer(
                family,
                label.name,
                tuple(
                    sorted(
                        known[f"{family}:{n}"]
                        for n in names
                        if f"{family}:{n}" in known
                    )
                ),
                names,
            )
        )
    return found


def _softmax(decisions: Floats) -> Doubles:
    # Exactly: in single precision a sum depends on how many rows are added up at once.
    exact = decisions.astype(np.float64)
    shifted = np.exp(exact - exact.max(axis=1, keepdims=True))
    result: Doubles = shifted / shifted.sum(axis=1, keepdims=True)
    return result
