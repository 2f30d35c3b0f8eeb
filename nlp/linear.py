"""Linear models over n-grams and cues: one matrix product scores a batch for every label.

The artefact is an `.npz` of plain arrays (no pickle): weights in 8 bits with a scale per output,
which is what keeps it small and quick to load.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from nlp.features import PIECES, SPACE, Batch, Ints
from nlp.taxonomy import OVERALL

Floats = npt.NDArray[np.float32]
FORMAT = 2


class ModelError(RuntimeError):
    """A model file that does not fit this code or this taxonomy."""


@dataclass(frozen=True)
class Vocabulary:
    """The n-gram buckets the model knows, each with its inverse document frequency."""

    buckets: Ints
    idf: Floats
    piece_scale: (
        float  # length of a row's part for pieces of words; its words have length 1
    )

    def __post_init__(self) -> None:
        column = np.full(SPACE, -1, dtype=np.int32)
        column[self.buckets] = np.arange(len(self.buckets))
        object.__setattr__(self, "_column", column)

    def matrix(self, batch: Batch) -> tuple[sparse.csr_matrix, "Occurrences"]:
        """TF-IDF rows: words at length 1, pieces at `piece_scale`."""
        column: Ints = self._column.take(batch.feature)  # type: ignore[attr-defined]
        kept = np.flatnonzero(column >= 0)
        column, doc, token = column[kept], batch.doc[kept], batch.token[kept]
        idf = self.idf[column]
        is_piece = batch.feature[kept] >= PIECES
        block = 2 * doc.astype(np.int64) + is_piece
        squares = np.bincount(block, weights=idf**2, minlength=2 * len(batch.dense))
        value = (idf / np.sqrt(squares)[block]).astype(np.float32)
        value[is_piece] *= self.piece_scale
        # By doc already: scipy's own way there would also sort and add up each row's columns.
        order = np.argsort(doc, kind="stable")
        column, value, token = column[order], value[order], token[order]
        rows = len(batch.dense)
        by_doc = np.bincount(block, minlength=2 * rows).reshape(rows, 2).sum(axis=1)
        begins = np.append(0, np.cumsum(by_doc))
        matrix = sparse.csr_matrix(
            (value, column, begins), shape=(rows, len(self.buckets))
        )
        return matrix, Occurrences(column, value, token, begins)


def vocabulary_of(batch: Batch, min_texts: int, piece_scale: float) -> Vocabulary:
    """The n-grams that at least so many texts of a batch hold."""
    pairs = np.unique(np.stack([batch.feature, batch.doc]), axis=1)
    texts = np.bincount(pairs[0], minlength=SPACE)
    buckets = np.flatnonzero(texts >= min_texts)
    idf = np.log((1 + len(batch.dense)) / (1 + texts[buckets])) + 1
    return Vocabulary(buckets, idf.astype(np.float32), piece_scale)


@dataclass(frozen=True)
class Occurrences:
    """Which token brought which column with which value: the way back from a score to words."""

    column: Ints
    value: Floats
    token: Ints
    begins: Ints  # by doc, where its occurrences begin; one more at the end


@dataclass(frozen=True)
class LinearModel:
    """`outputs` are 'family:label'; the intents' outputs compete (softmax), the others do not."""

    outputs: tuple[str, ...]
    dense_names: tuple[str, ...]
    vocabulary: Vocabulary
    weights: Floats  # (columns, outputs)
    dense_weights: Floats  # (dense features, outputs)
    intercepts: Floats
    slopes: Floats  # calibration: probability = sigmoid(slope * decision + offset)
    offsets: Floats
    ending_weight: float  # share of a long text's end in its `overall`

    def decisions(self, batch: Batch) -> tuple[Floats, Occurrences]:
        matrix, occurrences = self.vocabulary.matrix(batch)
        raw = (matrix @ self.weights + self.intercepts).astype(np.float64)
        if self.dense_names:
            raw += _product(batch.dense, self.dense_weights)
        long = np.flatnonzero(batch.ending)
        if len(long) and self.ending_weight:
            raw[long, self._overall] *= 1 - self.ending_weight
            raw[long, self._overall] += self.ending_weight * self._at_the_end(batch)
        return (raw * self.slopes + self.offsets).astype(np.float32), occurrences

    @cached_property
    def weights_by_output(self) -> Floats:
        """Turned round, so that one output's weights lie side by side."""
        return np.ascontiguousarray(self.weights.T)

    @property
    def _overall(self) -> int:
        return self.outputs.index(f"frustration:{OVERALL}")

    def _at_the_end(self, batch: Batch) -> npt.NDArray[np.float64]:
        """The decision on `overall` had the long texts been their ends alone."""
        long = np.flatnonzero(batch.ending)
        kept = np.flatnonzero(
            (batch.ending[batch.doc] > 0) & (batch.token >= batch.ending[batch.doc])
        )
        end = replace(
            batch,
            feature=batch.feature[kept],
            token=batch.token[kept],
            doc=np.searchsorted(long, batch.doc[kept]),
            dense=batch.dense[long],
        )
        matrix, _ = self.vocabulary.matrix(end)
        column = self._overall
        decision: npt.NDArray[np.float64] = (
            matrix @ self.weights[:, column]
            + _product(batch.ending_dense[long], self.dense_weights[:, column])
            + self.intercepts[column]
        )
        return decision

    def save(self, path: Path) -> None:
        scale = np.abs(self.weights).max(axis=0) / 127
        scale[scale == 0] = 1
        arrays: dict[str, Any] = {
            "format": np.array(FORMAT),
            "outputs": np.array(self.outputs),
            "dense_names": np.array(self.dense_names),
            "buckets": self.vocabulary.buckets.astype(np.uint32),
            "idf": self.vocabulary.idf.astype(np.float16),
            "piece_scale": np.array(self.vocabulary.piece_scale),
            "weights": np.round(self.weights / scale).astype(np.int8),
            "scale": scale.astype(np.float32),
            "dense_weights": self.dense_weights.astype(np.float32),
            "intercepts": self.intercepts.astype(np.float32),
            "slopes": self.slopes.astype(np.float32),
            "offsets": self.offsets.astype(np.float32),
            "ending_weight": np.array(self.ending_weight),
        }
        np.savez_compressed(path, **arrays)


# OpenBLAS starts its threads from 2**18 multiplications on, and they wait for each other in a loop: beside
# other work that is half of the processor time of tagging. So many rows stay below.
_FEW_ROWS = 64


def _product(dense: Floats, weights: Floats) -> npt.NDArray[np.float64]:
    """The matrix product, on one thread, in double precision.

    In which order OpenBLAS adds depends on how many rows there are: in single precision a
    text's score changed its fourth decimal, once in ten thousand, with the texts beside it.
    """
    exact, weighing = dense.astype(np.float64), weights.astype(np.float64)
    return np.concatenate(
        [
            exact[first : first + _FEW_ROWS] @ weighing
            for first in range(0, len(exact), _FEW_ROWS)
        ]
    )


def load_model(path: Path) -> LinearModel:
    """Read a model; refuses anything but plain arrays of the present format."""
    if not path.is_file():
        raise ModelError(f"{path} is not there; make it with `verbatim train`")
    with np.load(path, allow_pickle=False) as arrays:
        if int(arrays["format"]) != FORMAT:
            raise ModelError(
                f"{path} has format {int(arrays['format'])}, this code reads {FORMAT}; "
                "train it again with `verbatim train`"
            )
        return LinearModel(
            outputs=tuple(arrays["outputs"].tolist()),
            dense_names=tuple(arrays["dense_names"].tolist()),
            vocabulary=Vocabulary(
                arrays["buckets"].astype(np.int64),
                arrays["idf"].astype(np.float32),
                float(arrays["piece_scale"]),
            ),
            weights=arrays["weights"].astype(np.float32) * arrays["scale"],
            dense_weights=arrays["dense_weights"],
            intercepts=arrays["intercepts"],
            slopes=arrays["slopes"],
            offsets=arrays["offsets"],
            ending_weight=float(arrays["ending_weight"]),
        )
