"""From scores to tags: which labels are said, which intent is primary, and which words carried it."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.cues import CueFinder, Found
from nlp.components.languages import iso_code
from nlp.features import Batch, Featuriser, Places
from nlp.function_words import FUNCTION_WORDS
from nlp.lexicons import SIGNAL
from nlp.linear import LinearModel, ModelError, Occurrences, load_model
from nlp.polarity import load_polarity
from nlp.taxonomy import FAMILIES, OTHER, OVERALL, Taxonomy, load_taxonomy

MODELS = Path(__file__).parents[1] / "model"
USER_DATA_KEY = "tags"
Spans = tuple[tuple[int, int], ...]
Floats = npt.NDArray[np.float32]


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
    default_config={
        "second_intent": 0.25,
        "second_intent_ratio": 0.4,
        "threshold": {"need": 0.5, "expectation": 0.5, "frustration": 0.5},
        "cause_needs_overall": 0.35,
        "sure_without_cue": 0.4,
        "evidence_share": 0.35,
        "evidence_words": 5,
        "trivial_overall": 0.2,
        "batch_size": 256,
        "taxonomy": None,
        "own_labels": None,
    },
)
def make_tags(
    nlp: Language,
    name: str,
    second_intent: float,
    second_intent_ratio: float,
    threshold: dict[str, float],
    cause_needs_overall: float,
    sure_without_cue: float,
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
        sure_without_cue: a need, expectation or cause without a cue in the text is said only from this
            score on.
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
            sure_without_cue,
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
        taxonomy, load_polarity(language), cues.negators, FUNCTION_WORDS[language]
    )


class Settings(NamedTuple):
    """As documented in `make_tags`."""

    second_intent: float
    second_intent_ratio: float
    threshold: dict[str, float]
    cause_needs_overall: float
    sure_without_cue: float
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
        self._others = [
            answer
            for family in FAMILIES[1:]
            for answer in answers(family, taxonomy, model)
            if answer.label != OVERALL
        ]
        self._floors = [settings.threshold[answer.family] for answer in self._others]
        [self._overall] = [
            answer
            for answer in answers("frustration", taxonomy, model)
            if answer.label == OVERALL
        ]

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
        batch = self._featuriser.batch(docs)
        shipped = Scored(self._model, batch)
        own = (
            shipped
            if self._intent_model is self._model
            else Scored(self._intent_model, batch)
        )
        intents = _shares(own.decisions, self._intents, batch.found).tolist()
        scores = _scores(
            shipped.decisions, [*self._others, self._overall], batch.found
        ).tolist()
        for row, doc in enumerate(docs):
            found = batch.found[row]
            places = batch.places[row]
            explain = Explainer(doc, found, places, *shipped.of(row), self._settings)
            explain_intent = (
                explain
                if own is shipped
                else Explainer(doc, found, places, *own.of(row), self._settings)
            )
            doc.user_data[USER_DATA_KEY] = [
                *self._intent_tags(intents[row], explain_intent),
                *self._other_tags(scores[row], explain),
            ]

    def _intent_tags(
        self, probabilities: list[float], explain: "Explainer"
    ) -> Iterator[Tag]:
        highest = max(probabilities)
        best = probabilities.index(highest)
        floor = max(
            self._settings.second_intent, self._settings.second_intent_ratio * highest
        )
        said = [
            (-probability, place)
            for place, probability in enumerate(probabilities)
            if place == best
            or (probability >= floor and self._intents[place].label != OTHER)
        ]
        for probability, place in sorted(said):
            answer = self._intents[place]
            yield Tag(
                answer.family,
                answer.label,
                round(-probability, 4),
                place == best,
                explain.spans(answer),
            )

    def _other_tags(self, scores: list[float], explain: "Explainer") -> Iterator[Tag]:
        overall = scores[-1]
        is_calm = overall < self._settings.cause_needs_overall
        for answer, given, floor in zip(
            self._others, scores, self._floors, strict=False
        ):
            if given < floor or (is_calm and answer.family == "frustration"):
                continue
            # A doubtful label needs words that were thought of beforehand.
            if given < self._settings.sure_without_cue and not explain.has_cue(answer):
                continue
            evidence = explain.spans(answer)
            # A tag nobody can open is not said: no word of the text speaks for it.
            if evidence:
                yield Tag(answer.family, answer.label, round(given, 4), False, evidence)
        yield Tag(
            "frustration",
            OVERALL,
            round(overall, 4),
            False,
            explain.spans(self._overall)
            if overall >= self._settings.trivial_overall
            else (),
        )


class Scored:
    """A batch scored by one model, and the way back to each doc's words."""

    def __init__(self, model: LinearModel, batch: Batch) -> None:
        self._weights = model.weights_by_output
        self.decisions, self._occurrences = model.decisions(batch)

    def of(self, row: int) -> tuple[Occurrences, slice, Floats, Floats]:
        return (
            self._occurrences,
            self._occurrences.of_doc(row),
            self._weights,
            self.decisions[row],
        )


class Answer(NamedTuple):
    """A label of the taxonomy and what of a model speaks for it."""

    family: str
    label: str
    outputs: tuple[int, ...]  # none: only its cues speak
    names: frozenset[str]  # the labels whose cues are its evidence


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


def _shares(decisions: Floats, among: list[Answer], found: list[list[Found]]) -> Floats:
    """The answers compete by softmax; one that only cues speak for gets their strength."""
    outputs = [output for answer in among for output in answer.outputs]
    shares = np.zeros((len(decisions), decisions.shape[1]), dtype=np.float32)
    shares[:, outputs] = _softmax(decisions[:, outputs])
    return np.stack(
        [
            shares[:, list(answer.outputs)].sum(axis=1)
            if answer.outputs
            else _by_cues(answer, found)
            for answer in among
        ],
        axis=1,
    )


def _scores(decisions: Floats, of: list[Answer], found: list[list[Found]]) -> Floats:
    """Each answer by itself; of several outputs the surest speaks."""
    sure = expit(decisions)
    return np.stack(
        [
            np.maximum.reduce([sure[:, output] for output in answer.outputs])
            if answer.outputs
            else _by_cues(answer, found)
            for answer in of
        ],
        axis=1,
    )


def _by_cues(answer: Answer, found: list[list[Found]]) -> Floats:
    """Noisy-or of the label's own cues."""
    missing = np.ones(len(found), dtype=np.float32)
    for row, mine in enumerate(found):
        weights = {
            f.cue.phrase: f.cue.weight
            for f in mine
            if f.cue.family == answer.family and f.cue.label == answer.label
        }
        missing[row] = prod(1 - weight for weight in weights.values())
    return 1 - missing


class Explainer:
    """The words of one doc that carried a decision."""

    def __init__(
        self,
        doc: Doc,
        found: list[Found],
        places: Places,
        occurrences: Occurrences,
        mine: slice,
        weights: Floats,
        decisions: Floats,
        settings: Settings,
    ) -> None:
        self._doc = doc
        self._places = places
        self._occurrences = occurrences
        self._mine = mine
        self._weights = weights
        self._decisions = decisions
        self._settings = settings
        self._cues: dict[tuple[str, str], set[int]] = {}
        for cue, start, end in found:
            self._cues.setdefault((cue.family, cue.label), set()).update(
                range(start, end)
            )

    def spans(self, answer: Answer) -> Spans:
        """Matched cues first; where there is none, the words that brought the linear model most."""
        marked: set[int] = set()
        for (family, label), places in self._cues.items():
            if self._speaks_for(family, label, answer):
                marked |= places
        if not marked and answer.outputs and answer.label != OTHER:
            surest = max(answer.outputs, key=self._decisions.__getitem__)
            marked.update(self._linear(surest))
        if not marked and (answer.family == "intent" or answer.label == OVERALL):
            # The decision came from how the text is written (length, capitals, what is not
            # there, as always with "other"): its words as a whole are what a reader is to see.
            marked.update(token.i for token in self._doc if token.is_alpha)
        return self._merge(sorted(marked))

    def has_cue(self, answer: Answer) -> bool:
        return any(self._speaks_for(*named, answer) for named in self._cues)

    @staticmethod
    def _speaks_for(cue_family: str, cue_label: str, answer: Answer) -> bool:
        if answer.label == OVERALL:
            return cue_family == "frustration" or (
                cue_family == SIGNAL and cue_label in ("anger", "negative", "irony")
            )
        return cue_family == answer.family and cue_label in answer.names

    def _linear(self, output: int) -> list[int]:
        if self._mine.start == self._mine.stop:
            return []
        tokens, values, columns = self._told
        brought = self._places.speaks * np.bincount(
            tokens,
            weights=values * self._weights[output][columns],
            minlength=len(self._doc),
        )
        floor = max(1e-9, self._settings.evidence_share * float(brought.max()))
        places: list[int] = np.flatnonzero(brought >= floor).tolist()
        most = self._settings.evidence_words
        if len(places) > most:
            places = sorted(places, key=lambda place: -float(brought[place]))[:most]
        return places

    @cached_property
    def _told(self) -> tuple[npt.NDArray[np.int64], Floats, npt.NDArray[np.int64]]:
        """Token, value and column of each of the doc's n-grams."""
        found, mine = self._occurrences, self._mine
        return found.token[mine], found.value[mine], found.column[mine]

    def _merge(self, marked: list[int]) -> Spans:
        """Runs of marked tokens as character spans; a gap of one token is closed."""
        spans: list[tuple[int, int]] = []
        last = -3
        for position in marked:
            start = self._places.starts[position]
            end = start + self._places.lengths[position]
            if position - last == 1 or (position - last == 2 and self._joins(last + 1)):
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
            last = position
        return tuple(spans)

    def _joins(self, position: int) -> bool:
        """A word between two: not a placeholder, a mark or a line's end."""
        return self._doc[position].text.replace("'", "").isalnum()


def _softmax(decisions: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    shifted = np.exp(decisions - decisions.max(axis=1, keepdims=True))
    result: npt.NDArray[np.float32] = shifted / shifted.sum(axis=1, keepdims=True)
    return result
