"""Docs to numbers: hashed words, word pairs and pieces of words; cue strengths; how it is written.

Nothing here is learnt: the same text gives the same numbers in training and in tagging. A whole
batch is turned into flat arrays at once; per-text Python is what made earlier sketches slow.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from spacy.attrs import IDX, LENGTH, ORTH
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
POLARITY = (
    "pleasant",
    "unpleasant",
    "balance",
    "balance_at_the_end",
    "unpleasant_share",
)
_CACHED_WORDS = 300_000

# From so many tokens on (three or four spoken sentences) what is said at the end counts twice.
LONG = 60
# The end: whole sentences or lines of at least so many tokens together. Where nothing cuts the
# text, as in a raw transcript, its last quarter.
_ENDING = 15
_BREAKS = (".", "!", "?", "...", "\n", "\n\n")
# A negator turns a word up to three tokens on to the other side, weakened: VADER's own constant.
_NEGATION_REACH, _NEGATED = 3, -0.74

_STRETCHED = re.compile(r"(.)\1{2,}")
_STRETCHED_LETTERS = re.compile(r"([A-Za-z])\1\1")
_DIGITS = re.compile(r"\d+")
_MARKS = re.compile(r"^[!?]+$")
_LETTER = re.compile(r"[^\W\d_]")
_CAPITAL = re.compile("[A-ZÀ-ÖØ-Þ]")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf]")
# A letter or an emoji.
_SAYS_SOMETHING = re.compile("[^\\W\\d_]|[\U0001f000-\U0001faff\u2600-\u27bf]")


@dataclass(frozen=True)
class Batch:
    """Docs as flat arrays. `feature`, `token` and `doc` are parallel: one entry per occurrence."""

    feature: Ints
    token: Ints  # index of the token in its doc; a pair belongs to its first word
    doc: Ints
    dense: Floats  # (docs, cue strengths then surface then polarity)
    found: list[list[Found]]
    ending: Ints  # by doc, its first token of the end; 0 where the text is too short to have one
    ending_dense: Floats  # as `dense`, of the end alone
    places: "list[Places]"


class Places(NamedTuple):
    """A doc's tokens: where each begins, how long it is, whether it may be evidence."""

    starts: list[int]
    lengths: list[int]
    speaks: npt.NDArray[np.bool_]


def rows_of(batch: Batch, rows: Ints) -> Batch:
    """The batch of some docs only, renumbered in the order given."""
    new = np.full(len(batch.found), -1)
    new[rows] = np.arange(len(rows))
    kept = np.flatnonzero(new[batch.doc] >= 0)
    return Batch(
        feature=batch.feature[kept],
        token=batch.token[kept],
        doc=new[batch.doc[kept]],
        dense=batch.dense[rows],
        found=[batch.found[row] for row in rows],
        ending=batch.ending[rows],
        ending_dense=batch.ending_dense[rows],
        places=[batch.places[row] for row in rows],
    )


class Featuriser:
    """Keeps a cache of what each word form hashes to; not shared between threads."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        polarity: Mapping[str, float],
        negators: Collection[str],
        idle: Collection[str],
    ) -> None:
        self.cue_names: list[tuple[str, str]] = [
            (family, label)
            for family in FAMILIES
            for label in taxonomy.names(family)
            if label != OVERALL
        ] + [(SIGNAL, name) for name in SIGNALS]
        self._cue_column = {name: i for i, name in enumerate(self.cue_names)}
        self.dense_names = [
            *(f"{family}:{name}" for family, name in self.cue_names),
            *SURFACE,
            *(f"polarity:{name}" for name in POLARITY),
        ]
        self._polarity = polarity
        self._negators = negators
        self._idle = idle
        self._forms: dict[int, _Form] = {}

    def batch(self, docs: Sequence[Doc]) -> Batch:
        lengths = np.array([len(doc) for doc in docs], dtype=np.int64)
        tokens = [doc.to_array([ORTH, IDX, LENGTH]).reshape(-1, 3) for doc in docs]
        orths = (
            np.concatenate([each[:, 0] for each in tokens])
            if docs
            else np.zeros(0, dtype=np.uint64)
        )
        doc_of = np.repeat(np.arange(len(docs)), lengths)
        starts = np.cumsum(lengths) - lengths
        position = np.arange(len(orths)) - np.repeat(starts, lengths)

        forms, form_of = np.unique(orths, return_inverse=True)
        looked_up = self._look_up(forms.tolist(), docs)
        buckets = np.array([form.bucket for form in looked_up], dtype=np.int64)
        piece_counts = np.array(
            [len(form.pieces) for form in looked_up], dtype=np.int64
        )
        pieces = (
            np.concatenate([form.pieces for form in looked_up])
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
        valence = np.array([form.valence for form in looked_up], dtype=np.float32)
        negates = np.array([form.negates for form in looked_up], dtype=np.bool_)
        breaks = np.array([form.breaks for form in looked_up], dtype=np.bool_)
        said = _turned(valence[form_of], negates[form_of], position)
        ending = _endings(breaks[form_of], doc_of, position, lengths)
        speaks = np.array([form.speaks for form in looked_up], dtype=np.bool_)
        speaking = np.split(speaks[form_of], np.cumsum(lengths)[:-1])
        found: list[list[Found]] = [doc.user_data[USER_DATA_KEY] for doc in docs]
        surface = np.array(
            [_surface(doc.user_data["original"], len(doc)) for doc in docs],
            dtype=np.float32,
        ).reshape(len(docs), len(SURFACE))
        late = position >= 2 * lengths[doc_of] / 3
        at_end = position >= ending[doc_of]
        return Batch(
            feature=np.concatenate([WORDS + word, pair, PIECES + piece]),
            token=np.concatenate([at, at[follows], np.repeat(at, counts)]),
            doc=np.concatenate([of_doc, of_doc[follows], np.repeat(of_doc, counts)]),
            dense=np.hstack(
                [self._cues(found, surface), _polarity(said, late, doc_of, len(docs))]
            ),
            found=found,
            ending=ending,
            ending_dense=np.hstack(
                [
                    self._cues(_from(found, ending), surface),
                    _polarity(said * at_end, late, doc_of, len(docs)),
                ]
            ),
            places=[
                Places(each[:, 1].tolist(), each[:, 2].tolist(), speaking[row])
                for row, each in enumerate(tokens)
            ],
        )

    def _look_up(self, forms: list[int], docs: Sequence[Doc]) -> "list[_Form]":
        if not docs:
            return []
        if len(self._forms) > _CACHED_WORDS:
            self._forms.clear()
        strings = docs[0].vocab.strings
        for form in forms:
            if form not in self._forms:
                self._forms[form] = self._form(strings[form])
        return [self._forms[form] for form in forms]

    def _form(self, form: str) -> "_Form":
        negates = form in self._negators
        return _Form(
            *_hashed(form),
            0.0 if negates else self._polarity.get(form, 0.0),
            negates,
            form in _BREAKS or form.startswith("\n"),
            form not in self._idle and _SAYS_SOMETHING.search(form) is not None,
        )

    def _cues(self, found: Sequence[Sequence[Found]], surface: Floats) -> Floats:
        """Cue strengths beside the surface given, and where praise and blame meet."""
        strengths = np.zeros((len(found), len(self.cue_names)), dtype=np.float32)
        for row, mine in enumerate(found):
            for family, label, weight in _strongest(mine):
                column = self._cue_column.get((family, label))
                if column is not None:
                    # Noisy-or: two weak cues outweigh one, and none passes 1.
                    strengths[row, column] = 1 - (1 - strengths[row, column]) * (
                        1 - weight
                    )
        negative = strengths[:, self._cue_column[SIGNAL, "negative"]]
        positive = strengths[:, self._cue_column[SIGNAL, "positive"]]
        # Praise beside blame is often irony; blame alone is what it says.
        written = surface.copy()
        written[:, SURFACE.index("bitter_praise")] = negative * positive
        written[:, SURFACE.index("plain_blame")] = negative * (1 - positive)
        return np.hstack([strengths, written])


class _Form(NamedTuple):
    """What is known of a word form, whatever text it stands in."""

    bucket: int  # -1 when the token says nothing
    pieces: Ints
    valence: float
    negates: bool
    breaks: bool
    speaks: bool  # may be evidence: function words, numbers and marks may not


def _turned(valence: Floats, negates: npt.NDArray[np.bool_], position: Ints) -> Floats:
    """Each token's valence, turned where a negator stands shortly before it."""
    negated = np.zeros(len(valence), dtype=np.bool_)
    for back in range(1, _NEGATION_REACH + 1):
        negated[back:] |= negates[:-back] & (position[back:] >= back)
    return np.where(negated, _NEGATED * valence, valence).astype(np.float32)


def _endings(
    breaks: npt.NDArray[np.bool_], doc: Ints, position: Ints, lengths: Ints
) -> Ints:
    """The first token of each long text's end, 0 for the others."""
    ending = np.where(lengths >= LONG, lengths * 3 // 4, 0)
    # The last break that leaves enough after it, unless that is more than half the text.
    left = lengths[doc] - position - 1
    usable = breaks & (left >= _ENDING) & (left <= lengths[doc] // 2)
    usable &= lengths[doc] >= LONG
    last = np.zeros(len(lengths), dtype=np.int64)
    np.maximum.at(last, doc[usable], position[usable] + 1)
    return np.where(last > 0, last, ending)


def _from(found: Sequence[Sequence[Found]], ending: Ints) -> list[list[Found]]:
    return [
        [cue for cue in mine if cue.start >= start] if start else []
        for mine, start in zip(found, ending.tolist(), strict=True)
    ]


def _polarity(
    said: Floats, late: npt.NDArray[np.bool_], doc: Ints, docs: int
) -> Floats:
    """POLARITY of each doc; sums are squashed into [0, 1], balances into [-1, 1]."""
    good = np.bincount(doc, weights=np.maximum(said, 0), minlength=docs)
    bad = np.bincount(doc, weights=np.maximum(-said, 0), minlength=docs)
    at_the_end = np.bincount(doc, weights=said * late, minlength=docs)
    columns = [
        good / (1 + good),
        bad / (1 + bad),
        _squashed(good - bad),
        _squashed(at_the_end),
        bad / (bad + good + 0.5),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _squashed(total: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    # VADER's normalisation, on its own scale of 4.
    return np.asarray(4 * total / np.sqrt(16 * total**2 + 15))


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
    written = len(original) - original.count(" ")
    # Up to a few letters, capitals are initials and abbreviations.
    capitals = len(_CAPITAL.findall(original)) / written if written > 8 else 0.0
    return (
        min(1.0, tokens / 60),
        max(0.0, capitals - 0.2),
        min(3, original.count("!")) / 3,
        min(2, original.count("?")) / 2,
        float(_STRETCHED_LETTERS.search(original) is not None),
        0.0,
        0.0,
    )
