"""The words of a text that carried a decision, for all decisions on a batch at once."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nlp.features import Batch, Ints, Words, begins_of, runs
from nlp.lexicons import SIGNAL, Cue
from nlp.linear import LinearModel
from nlp.taxonomy import OTHER, OVERALL

Bools = npt.NDArray[np.bool_]
Spans = tuple[tuple[int, int], ...]


class Answer(NamedTuple):
    """A label of the taxonomy and what of a model speaks for it."""

    family: str
    label: str
    outputs: tuple[int, ...]  # none: only its cues speak
    names: frozenset[str]  # the labels whose cues are its evidence

    def is_said_by(self, cue: Cue) -> bool:
        if self.label == OVERALL:
            return cue.family == "frustration" or (
                cue.family == SIGNAL and cue.label in ("anger", "negative", "irony")
            )
        return cue.family == self.family and cue.label in self.names


class Scored:
    """A batch scored by one model, and the way back to its words."""

    def __init__(self, model: LinearModel, batch: Batch) -> None:
        self.weights = model.weights_by_output
        self.decisions, self.occurrences = model.decisions(batch)


class _Asked(NamedTuple):
    """Decisions to explain, each with all tokens of its doc, laid end to end."""

    doc: Ints  # this and what follows by decision
    answer: Ints
    begins: Ints
    of: Ints  # this and what follows by token: its decision
    token: Ints  # its place in the batch


class Explainer:
    """Explains decisions for some answers; a decision is a doc and an answer.

    All at once: for one decision by itself numpy's calls would cost more than their work.
    """

    def __init__(
        self, answers: Sequence[Answer], cues: Sequence[Cue], share: float, most: int
    ) -> None:
        """Build from the answers; `share` and `most` are evidence's in `make_tags`."""
        self._share = share
        self._most = most
        self._said_by = np.array(
            [[answer.is_said_by(cue) for answer in answers] for cue in cues]
        )
        outputs = range(1 + max(max(answer.outputs, default=0) for answer in answers))
        self._outputs = np.array(
            [[output in answer.outputs for output in outputs] for answer in answers]
        )
        self._by_words = np.array(
            [bool(answer.outputs) and answer.label != OTHER for answer in answers]
        )
        self._by_text = np.array(
            [answer.family == "intent" or answer.label == OVERALL for answer in answers]
        )

    def spans(
        self, words: Words, scored: Scored, doc: Ints, answer: Ints
    ) -> list[Spans]:
        """Matched cues first; where there is none, the words that brought the linear model most."""
        sizes = words.lengths[doc]
        of, place = runs(sizes)
        asked = _Asked(doc, answer, begins_of(sizes), of, words.begins[doc][of] + place)
        marked = self._cues(words, asked)
        left = _unmarked(marked, asked) & self._by_words[answer]
        marked |= self._brought(words, scored, asked, np.flatnonzero(left))
        # The decision came from how the text is written (length, capitals, what is not
        # there, as always with "other"): its words as a whole are what a reader is to see.
        left = _unmarked(marked, asked) & self._by_text[answer]
        marked |= left[of] & words.form["is_word"][asked.token]
        return _merged(words, asked, np.flatnonzero(marked))

    def _cues(self, words: Words, asked: _Asked) -> Bools:
        """The words of the cues that say these decisions' answers."""
        found, answer = np.nonzero(self._said_by[words.found.cue])
        decision = np.full((len(words.lengths), self._said_by.shape[1]), -1)
        decision[asked.doc, asked.answer] = np.arange(len(asked.doc))
        by = decision[words.found.doc[found], answer]
        found, by = found[by >= 0], by[by >= 0]
        start, end = words.found.start[found], words.found.end[found]
        cue, place = runs(end - start)
        marked = np.zeros(len(asked.of), dtype=np.bool_)
        marked[(asked.begins[by] + start)[cue] + place] = True
        return marked

    def _brought(
        self, words: Words, scored: Scored, asked: _Asked, decisions: Ints
    ) -> Bools:
        """The words that brought the surest output of these decisions' answers most."""
        doc = asked.doc[decisions]
        output = np.where(
            self._outputs[asked.answer[decisions]],
            scored.decisions[doc, : self._outputs.shape[1]],
            -np.inf,
        ).argmax(axis=1)
        occurrences = scored.occurrences
        of, place = runs(np.diff(occurrences.begins)[doc])
        nth = occurrences.begins[doc][of] + place
        column = occurrences.column.take(nth)
        weights = scored.weights.ravel().take(
            output[of] * scored.weights.shape[1] + column
        )
        brought = words.form["speaks"][asked.token] * np.bincount(
            asked.begins[decisions][of] + occurrences.token.take(nth),
            weights=occurrences.value.take(nth) * weights,
            minlength=len(asked.of),
        )
        best = np.zeros(len(asked.doc))
        np.maximum.at(best, asked.of, brought)
        floor = np.maximum(1e-9, self._share * best)
        chosen = np.flatnonzero(brought >= floor[asked.of])
        # Each decision's strongest first, so that the weakest are too many.
        chosen = chosen[np.lexsort((-brought[chosen], asked.of[chosen]))]
        _, rank = runs(np.bincount(asked.of[chosen], minlength=len(asked.doc)))
        marked = np.zeros(len(asked.of), dtype=np.bool_)
        marked[chosen[rank < self._most]] = True
        return marked


def _unmarked(marked: Bools, asked: _Asked) -> Bools:
    unmarked: Bools = np.bincount(asked.of[marked], minlength=len(asked.doc)) == 0
    return unmarked


def _merged(words: Words, asked: _Asked, marked: Ints) -> list[Spans]:
    """Runs of marked tokens as character spans; a gap of one joining token is closed."""
    of, token = asked.of[marked], asked.token[marked]
    step = np.diff(token)
    goes_on = (step == 1) | ((step == 2) & words.form["joins"][token[1:] - 1])
    is_first = np.append(True, ~goes_on | (np.diff(of) > 0))[: len(marked)]
    first = np.flatnonzero(is_first)
    last = np.append(first[1:], len(marked))[: len(first)] - 1
    spans = list(
        zip(
            words.starts[token[first]].tolist(),
            words.ends[token[last]].tolist(),
            strict=True,
        )
    )
    counts = np.bincount(of[first], minlength=len(asked.doc))
    cuts = [0, *np.cumsum(counts).tolist()]
    return [tuple(spans[begin:end]) for begin, end in pairwise(cuts)]
