"""Docs to numbers: hashed words, word pairs and pieces of words; cue strengths; how it is written.

Nothing here is learnt: the same text gives the same numbers in training and in tagging. A whole
batch is turned into flat arrays at once; per-text Python is what made earlier sketches slow.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from spacy.attrs import ORTH
from spacy.tokens import Doc

from nlp.components.cues import USER_DATA_KEY, Found
from nlp.lexicons import SIGNAL, SIGNALS
from nlp.taxonomy import FAMILIES, OVERALL, Taxonomy
from nlp.text import stable_hash

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

# Buckets of each block. 2**18 against some 10**5 distinct n-grams in the corpora: few share one.
BUCKETS = 2**18
WORDS, PAIRS, PIECES = 0, BUCKETS, 2 * BUCKETS
SPACE = 3 * BUCKETS
PIECE_LENGTHS = (3, 4, 5)
SURFACE = (
    "length",
    "capitals",
    "exclamation",
    "question",
    "stretched",
    "bitter_praise",
    "plain_blame",
)
_CACHED_WORDS = 300_000

_STRETCHED = re.compile(r"(.)\1{2,}")
_STRETCHED_LETTERS = re.compile(r"([a-z])\1{2,}")
_DIGITS = re.compile(r"\d+")
_MARKS = re.compile(r"^[!?]+$")
_LETTER = re.compile(r"[^\W\d_]")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf]")


@dataclass(frozen=True)
class Batch:
    """Docs as flat arrays. `feature`, `token` and `doc` are parallel: one entry per occurrence."""

    feature: Ints
    token: Ints  # index of the token in its doc; a pair belongs to its first word
    doc: Ints
    dense: Floats  # (docs, cue strengths then surface)
    found: list[list[Found]]


class Featuriser:
    """Keeps a cache of what each word form hashes to; not shared between threads."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.cue_names: list[tuple[str, str]] = [
            (family, label)
            for family in FAMILIES
            for label in taxonomy.names(family)
            if label != OVERALL
        ] + [(SIGNAL, name) for name in SIGNALS]
        self._cue_column = {name: i for i, name in enumerate(self.cue_names)}
        self.dense_names = [f"{f}:{n}" for f, n in self.cue_names] + list(SURFACE)
        # word form -> (bucket or -1 when the token says nothing, buckets of its pieces)
        self._forms: dict[int, tuple[int, Ints]] = {}

    def batch(self, docs: Sequence[Doc]) -> Batch:
        lengths = np.array([len(doc) for doc in docs], dtype=np.int64)
        if lengths.sum():
            orths = np.concatenate([doc.to_array([ORTH]).reshape(-1) for doc in docs])
        else:
            orths = np.zeros(0, dtype=np.uint64)
        doc_of = np.repeat(np.arange(len(docs)), lengths)
        starts = np.cumsum(lengths) - lengths
        position = np.arange(len(orths)) - np.repeat(starts, lengths)

        forms, form_of = np.unique(orths, return_inverse=True)
        looked_up = self._look_up(forms.tolist(), docs)
        buckets = np.array([bucket for bucket, _ in looked_up], dtype=np.int64)
        piece_counts = np.array(
            [len(pieces) for _, pieces in looked_up], dtype=np.int64
        )
        pieces = (
            np.concatenate([pieces for _, pieces in looked_up])
            if looked_up
            else np.zeros(0, dtype=np.int64)
        )
        piece_starts = np.cumsum(piece_counts) - piece_counts

        # Pairs and pieces are of the tokens that say something, in their order.
        kept = np.flatnonzero(buckets[form_of] >= 0) if len(orths) else form_of
        word, of_doc, at = buckets[form_of[kept]], doc_of[kept], position[kept]
        follows = np.flatnonzero(of_doc[1:] == of_doc[:-1])
        pair = PAIRS + (word[follows] * 1_000_003 + word[follows + 1] * 7_919) % BUCKETS

        counts = piece_counts[form_of[kept]]
        shift = np.repeat(
            piece_starts[form_of[kept]] - (np.cumsum(counts) - counts), counts
        )
        piece = pieces[shift + np.arange(counts.sum())]
        return Batch(
            feature=np.concatenate([WORDS + word, pair, PIECES + piece]),
            token=np.concatenate([at, at[follows], np.repeat(at, counts)]),
            doc=np.concatenate([of_doc, of_doc[follows], np.repeat(of_doc, counts)]),
            dense=self._dense(docs),
            found=[doc.user_data[USER_DATA_KEY] for doc in docs],
        )

    def _look_up(self, forms: list[int], docs: Sequence[Doc]) -> list[tuple[int, Ints]]:
        if not docs:
            return []
        if len(self._forms) > _CACHED_WORDS:
            self._forms.clear()
        strings = docs[0].vocab.strings
        for form in forms:
            if form not in self._forms:
                self._forms[form] = _hashed(strings[form])
        return [self._forms[form] for form in forms]

    def _dense(self, docs: Sequence[Doc]) -> Floats:
        dense = np.zeros((len(docs), len(self.dense_names)), dtype=np.float32)
        first_surface = len(self.cue_names)
        for row, doc in enumerate(docs):
            for family, label, weight in _strongest(doc.user_data[USER_DATA_KEY]):
                column = self._cue_column.get((family, label))
                if column is not None:
                    # Noisy-or: two weak cues outweigh one, and none passes 1.
                    dense[row, column] = 1 - (1 - dense[row, column]) * (1 - weight)
            dense[row, first_surface:] = _surface(doc.user_data["original"], len(doc))
        negative = dense[:, self._cue_column[SIGNAL, "negative"]]
        positive = dense[:, self._cue_column[SIGNAL, "positive"]]
        # Praise beside blame is often irony; blame alone is what it says.
        dense[:, -2] = negative * positive
        dense[:, -1] = negative * (1 - positive)
        return dense


def _strongest(found: Iterable[Found]) -> list[tuple[str, str, float]]:
    """Each phrase once per label: repeating a word is not more evidence."""
    once = {(f.cue.family, f.cue.label, f.cue.phrase): f.cue.weight for f in found}
    return [(family, label, weight) for (family, label, _), weight in once.items()]


def _hashed(form: str) -> tuple[int, Ints]:
    none = np.zeros(0, dtype=np.int64)
    if form.startswith(("<", "@", "http", "www.")) or not form.strip():
        return -1, none
    if _MARKS.match(form):
        return stable_hash("!" if "!" in form else "?") % BUCKETS, none
    if not _LETTER.search(form):
        if _EMOJI.search(form):
            return stable_hash(form) % BUCKETS, none
        if _DIGITS.search(form):
            return stable_hash("0") % BUCKETS, none
        return -1, none
    word = _STRETCHED.sub(r"\1", _DIGITS.sub("0", form))
    framed = f"^{word}$"
    pieces = {
        stable_hash(f"piece:{framed[i : i + n]}") % BUCKETS
        for n in PIECE_LENGTHS
        for i in range(len(framed) - n + 1)
    }
    return stable_hash(word) % BUCKETS, np.array(sorted(pieces), dtype=np.int64)


def _surface(original: str, tokens: int) -> tuple[float, ...]:
    letters = sum(map(str.isalpha, original))
    # Up to a few letters, capitals are initials and abbreviations.
    capitals = sum(map(str.isupper, original)) / letters if letters > 8 else 0.0
    return (
        min(1.0, tokens / 60),
        max(0.0, capitals - 0.2),
        min(3, original.count("!")) / 3,
        min(2, original.count("?")) / 2,
        float(_STRETCHED_LETTERS.search(original.lower()) is not None),
        0.0,
        0.0,
    )
