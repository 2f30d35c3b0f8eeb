"""Docs to numbers: hashed words, word pairs and pieces of words; cue strengths; how it is written.

Nothing here is learnt: the same text gives the same numbers in training and in tagging. A whole
batch is turned into flat arrays at once; per-text Python is what made earlier sketches slow.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from spacy.strings import StringStore
from spacy.tokens import Doc

from nlp.components.cues import TOKENS_KEY, USER_DATA_KEY
from nlp.lexicons import SIGNAL, SIGNALS, Cue
from nlp.taxonomy import FAMILIES, OVERALL, Taxonomy
from nlp.text import stable_hash

# Of 32 bits where there is one for every n-gram: half the memory is half the time.
Ints = npt.NDArray[np.integer[Any]]
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
_DIGITS = re.compile(r"\d+")
_MARKS = re.compile(r"^[!?]+$")
_LETTER = re.compile(r"[^\W\d_]")
# By code point, A to Z and À to Þ; the last stands for all that follow.
_CAPITALS = np.array([chr(code).isupper() for code in range(0x100)])
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf]")
# A letter or an emoji.
_SAYS_SOMETHING = re.compile("[^\\W\\d_]|[\U0001f000-\U0001faff\u2600-\u27bf]")


# What is known of a word form, whatever text it stands in.
FORM = np.dtype(
    [
        ("bucket", np.int64),  # -1 when the token says nothing
        ("first_piece", np.int32),
        ("pieces", np.int32),
        ("valence", np.float32),
        ("negates", np.bool_),
        ("breaks", np.bool_),
        ("speaks", np.bool_),  # may be evidence: function words, numbers, marks may not
        ("is_word", np.bool_),
        ("joins", np.bool_),  # between two words of evidence it belongs to them
    ],
    align=True,
)


class Found(NamedTuple):
    """Cues found, one entry each: doc by doc, as `cues.CueFinder` gives them."""

    doc: Ints
    cue: Ints
    start: Ints  # token of its doc
    end: Ints


@dataclass(frozen=True)
class Words:
    """The tokens of some docs, doc after doc."""

    originals: list[str]
    lengths: Ints  # by doc, its tokens
    begins: Ints  # by doc, its first token
    doc: Ints  # this and what follows by token
    position: Ints  # in its doc
    starts: Ints  # code points of the text
    ends: Ints
    form: npt.NDArray[np.void]  # of FORM
    pieces: Ints  # what the forms' pieces hash to, where the forms say
    found: Found


@dataclass(frozen=True)
class Batch:
    """Docs as numbers. `feature`, `token` and `doc` are parallel: one entry per occurrence."""

    feature: Ints
    token: Ints  # index of the token in its doc; a pair belongs to its first word
    doc: Ints
    dense: Floats  # (docs, cue strengths then surface then polarity)
    ending: Ints  # by doc, its first token of the end; 0 where the text is too short to have one
    ending_dense: Floats  # as `dense`, of the end alone


def rows_of(batch: Batch, rows: Ints) -> Batch:
    """The batch of some docs only, renumbered in the order given."""
    new = np.full(len(batch.dense), -1, dtype=np.int32)
    new[rows] = np.arange(len(rows))
    kept = np.flatnonzero(new[batch.doc] >= 0)
    return Batch(
        feature=batch.feature[kept],
        token=batch.token[kept],
        doc=new[batch.doc[kept]],
        dense=batch.dense[rows],
        ending=batch.ending[rows],
        ending_dense=batch.ending_dense[rows],
    )


def runs(sizes: Ints) -> tuple[Ints, Ints]:
    """Of runs laid end to end, each entry's run and its place therein."""
    run = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    begins = np.repeat(begins_of(sizes).astype(np.int32), sizes)
    return run, np.arange(len(run), dtype=np.int32) - begins


def begins_of(sizes: Ints) -> Ints:
    begins: Ints = np.cumsum(sizes) - sizes
    return begins


class Featuriser:
    """Keeps a cache of what each word form hashes to; not shared between threads."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        polarity: Mapping[str, float],
        cues: Sequence[Cue],
        negators: Collection[str],
        idle: Collection[str],
        strings: StringStore,
    ) -> None:
        self.cues = cues
        self.cue_names: list[tuple[str, str]] = [
            (family, label)
            for family in FAMILIES
            for label in taxonomy.names(family)
            if label != OVERALL
        ] + [(SIGNAL, name) for name in SIGNALS]
        self.dense_names = [
            *(f"{family}:{name}" for family, name in self.cue_names),
            *SURFACE,
            *(f"polarity:{name}" for name in POLARITY),
        ]
        self._strengths = _Strengths(cues, self.cue_names)
        self._forms = _Forms(strings, polarity, negators, idle)

    def words(self, docs: Sequence[Doc]) -> Words:
        lengths = np.array([len(doc) for doc in docs], dtype=np.int64)
        doc, position = runs(lengths)
        # One row per token, also where there is no doc or an empty one.
        attributes = np.concatenate(
            [np.zeros((0, 3), dtype=np.uint64)]
            + [each.user_data[TOKENS_KEY] for each in docs]
        )
        starts, sizes = attributes[:, 1:].T.astype(np.int64)
        return Words(
            originals=[each.user_data["original"] for each in docs],
            lengths=lengths,
            begins=begins_of(lengths),
            doc=doc,
            position=position,
            starts=starts,
            ends=starts + sizes,
            form=self._forms.of(attributes[:, 0]),
            pieces=self._forms.pieces,
            found=_found([each.user_data[USER_DATA_KEY] for each in docs]),
        )

    def batch(self, words: Words) -> Batch:
        form, docs = words.form, len(words.lengths)

        # Pairs and pieces are of the tokens that say something, in their order.
        kept = np.flatnonzero(form["bucket"] >= 0)
        word, doc, at = form["bucket"][kept], words.doc[kept], words.position[kept]
        follows = np.flatnonzero(doc[1:] == doc[:-1])
        pair = PAIRS + (word[follows] * 1_000_003 + word[follows + 1] * 7_919) % BUCKETS
        of, nth = runs(form["pieces"][kept])
        piece = words.pieces.take(form["first_piece"][kept][of] + nth)

        said = _turned(form["valence"], form["negates"], words.position)
        late = words.position >= 2 * words.lengths[words.doc] / 3
        ending = _endings(form["breaks"], words.doc, words.position, words.lengths)
        at_end = words.position >= ending[words.doc]
        found = words.found
        cues_at_end = (found.start >= ending[found.doc]) & (ending[found.doc] > 0)
        surface = _surface(words.originals, words.lengths)
        return Batch(
            feature=np.concatenate(
                [WORDS + word, pair, PIECES + piece],
                dtype=np.int32,
                casting="same_kind",
            ),
            token=np.concatenate([at, at[follows], at[of]]),
            doc=np.concatenate([doc, doc[follows], doc[of]]),
            dense=np.hstack(
                [
                    self._cues(found, surface),
                    _polarity(said, late, words.doc, docs),
                ]
            ),
            ending=ending,
            ending_dense=np.hstack(
                [
                    self._cues(Found(*(each[cues_at_end] for each in found)), surface),
                    _polarity(said * at_end, late, words.doc, docs),
                ]
            ),
        )

    def _cues(self, found: Found, surface: Floats) -> Floats:
        """Cue strengths beside the surface given, and where praise and blame meet."""
        strengths = self._strengths.of(found, len(surface))
        negative = strengths[:, self.cue_names.index((SIGNAL, "negative"))]
        positive = strengths[:, self.cue_names.index((SIGNAL, "positive"))]
        # Praise beside blame is often irony; blame alone is what it says.
        written = surface.copy()
        written[:, SURFACE.index("bitter_praise")] = negative * positive
        written[:, SURFACE.index("plain_blame")] = negative * (1 - positive)
        return np.hstack([strengths, written])


def _found(by_doc: Sequence[Sequence[tuple[int, int, int]]]) -> Found:
    counts = [len(mine) for mine in by_doc]
    flat = np.fromiter(
        chain.from_iterable(chain.from_iterable(by_doc)), np.int64, 3 * sum(counts)
    )
    return Found(np.repeat(np.arange(len(counts)), counts), *flat.reshape(-1, 3).T)


class _Strengths:
    """How strongly the cues of a text speak for each label."""

    def __init__(self, cues: Sequence[Cue], names: Sequence[tuple[str, str]]) -> None:
        self._labels = len(names)
        columns = {name: column for column, name in enumerate(names)}
        self._column = np.array(
            [columns.get((cue.family, cue.label), -1) for cue in cues]
        )
        keys = [(cue.family, cue.label, cue.phrase) for cue in cues]
        # A company's own cue comes after ours and outweighs it.
        last = {key: number for number, key in enumerate(keys)}
        self._same = np.array([last[key] for key in keys])
        self._doubt = np.array([1 - cue.weight for cue in cues], dtype=np.float32)

    def of(self, found: Found, docs: int) -> Floats:
        """Noisy-or: two weak cues outweigh one, and none passes 1."""
        strengths = np.zeros(docs * self._labels, dtype=np.float32)
        # Each phrase once per label: repeating a word is not more evidence.
        cue = self._same[found.cue]
        _, once = np.unique(found.doc * len(self._same) + cue, return_index=True)
        once = np.sort(once[self._column[cue[once]] >= 0])
        cue, doc = cue[once], found.doc[once]
        place = doc * self._labels + self._column[cue]
        order = np.argsort(place, kind="stable")
        place, doubt = place[order], self._doubt[cue[order]]
        # The first cue of every text and label at once, then the second ones.
        _, turn = runs(np.unique(place, return_counts=True)[1])
        for nth in range(turn.max(initial=-1) + 1):
            now = turn == nth
            strengths[place[now]] = 1 - (1 - strengths[place[now]]) * doubt[now]
        return strengths.reshape(docs, self._labels)


class _Forms:
    """A table of the word forms met so far."""

    def __init__(
        self,
        strings: StringStore,
        polarity: Mapping[str, float],
        negators: Collection[str],
        idle: Collection[str],
    ) -> None:
        self._strings = strings
        self._polarity = polarity
        self._negators = negators
        self._idle = idle
        self._forget()

    def _forget(self) -> None:
        self._rows: dict[int, int] = {}
        self._table = np.zeros(1024, dtype=FORM)
        self._pieces_used = 0
        self.pieces: Ints = np.zeros(8192, dtype=np.int32)

    def of(self, orths: npt.NDArray[np.uint64]) -> npt.NDArray[np.void]:
        if len(self._rows) > _CACHED_WORDS:
            self._forget()
        forms, form_of = np.unique(orths, return_inverse=True)
        known = self._rows
        rows = [
            known[orth] if orth in known else self._add(orth, self._strings[orth])
            for orth in forms.tolist()
        ]
        # `take`, as everywhere where it counts: numpy's own brackets are slower, for records much.
        return self._table.take(np.array(rows, dtype=np.int64)[form_of])

    def _add(self, orth: int, form: str) -> int:
        bucket, pieces = _hashed(form)
        negates = form in self._negators
        row, first = len(self._rows), self._pieces_used
        self._pieces_used += len(pieces)
        self._table = _long_enough(self._table, row + 1)
        self.pieces = _long_enough(self.pieces, self._pieces_used)
        self.pieces[first : self._pieces_used] = pieces
        self._table[row] = (
            bucket,
            first,
            len(pieces),
            0.0 if negates else self._polarity.get(form, 0.0),
            negates,
            form in _BREAKS or form.startswith("\n"),
            form not in self._idle and _SAYS_SOMETHING.search(form) is not None,
            form.isalpha(),
            # Neither a placeholder, nor a mark, nor a line's end.
            form.replace("'", "").isalnum(),
        )
        self._rows[orth] = row
        return row


def _long_enough(array: npt.NDArray[Any], length: int) -> npt.NDArray[Any]:
    """The array, or one of twice its length: adding one by one stays cheap."""
    while len(array) < length:
        array = np.concatenate([array, np.zeros_like(array)])
    return array


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


def _surface(originals: Sequence[str], tokens: Ints) -> Floats:
    """How each text is written; the last two of SURFACE are the cues' to fill in."""
    # A mark after each text keeps them apart; none is of no length then.
    codes = np.frombuffer(
        "".join(f"{text}\0" for text in originals).encode("utf-32-le", "surrogatepass"),
        dtype=np.uint32,
    )
    lengths = np.array([len(text) for text in originals], dtype=np.int64)
    begins = begins_of(lengths + 1)

    def counted(is_one: npt.NDArray[np.bool_]) -> Ints:
        places = np.flatnonzero(is_one)
        doc = np.searchsorted(begins, places, side="right") - 1
        return np.bincount(doc, minlength=len(originals))

    written = lengths - counted(codes == ord(" "))
    capitals = counted(_CAPITALS[np.minimum(codes, len(_CAPITALS) - 1)])
    thrice = (codes[2:] == codes[1:-1]) & (codes[1:-1] == codes[:-2])
    stretched = counted(thrice & ((codes[2:] | 0x20) - ord("a") < 26))
    return np.stack(
        [
            np.minimum(1.0, tokens / 60),
            # Up to a few letters, capitals are initials and abbreviations.
            np.maximum(
                0, np.where(written > 8, capitals / np.maximum(written, 1), 0) - 0.2
            ),
            np.minimum(3, counted(codes == ord("!"))) / 3,
            np.minimum(2, counted(codes == ord("?"))) / 2,
            stretched > 0,
            np.zeros(len(originals)),
            np.zeros(len(originals)),
        ],
        axis=1,
    ).astype(np.float32)
