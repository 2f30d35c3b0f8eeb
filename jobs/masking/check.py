"""How well masking does on labelled lines: recall and precision by kind."""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jobs.masking import KINDS, Found, find

COVERED = 0.9
"""A labelled span is found when this share of its letters and digits is masked.

Not all of them, because people differ on whether "Résidence" or "(0)" belongs to it.
"""

KIND_OF_PRESIDIO = {
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "CREDIT_CARD": "CARD",
    "IBAN_CODE": "IBAN",
    "STREET_ADDRESS": "ADDRESS",
    "IP_ADDRESS": "IP_ADDRESS",
}
"""Presidio's entity types that we promise. The others (PERSON, GPE, DATE_TIME, US_SSN …)
are out of scope: what we find inside them counts neither for nor against."""

EXAMPLES = 20
"""How many missed and spurious examples a score keeps."""


class Labelled(NamedTuple):
    """A line of a labelled file, whichever of the two formats it came in."""

    text: str
    names: tuple[str, ...]
    spans: tuple[Found, ...]
    out_of_scope: tuple[Found, ...]


class KindScore(NamedTuple):
    """What became of one kind. A rate without a denominator is null.

    Attributes:
        support: labelled spans of this kind.
        found: those of them that are masked, as this kind.
        leaked: those of which no kind masked enough.
        masked: finds of this kind that are for or against us.
        right: those of them that touch a labelled span of this kind.
    """

    kind: str
    is_promised: bool
    support: int
    found: int
    leaked: int
    masked: int
    right: int
    missed: tuple[str, ...]
    spurious: tuple[str, ...]

    @property
    def recall(self) -> float | None:
        return self.found / self.support if self.support else None

    @property
    def precision(self) -> float | None:
        return self.right / self.masked if self.masked else None


class LabelError(ValueError):
    """A labelled line that cannot be read: which, and what is wrong with it."""


def check(path: Path) -> list[KindScore]:
    """Score a file of labelled lines, `.jsonl` or `.jsonl.gz`.

    Two formats are read: ours (`text`, `spans` of `kind`, `start`, `end`, and `names` the
    record would declare) and Presidio's (`full_text`, `spans` of `entity_type`,
    `start_position`, `end_position`).
    """
    with path.open("rb") as file:
        raw = gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file
        return _scored(_labelled_in(raw, path.name))


def _labelled_in(lines: Iterable[bytes], name: str) -> Iterator[Labelled]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield read(json.loads(line))
            except (json.JSONDecodeError, UnicodeDecodeError, LabelError) as error:
                raise LabelError(f"{name} line {number}: {error}") from error


def score(lines: Iterable[dict[str, Any]]) -> list[KindScore]:
    """Recall and precision of each kind, over the whole: promised kinds first.

    A labelled span is found when finds of its kind cover nine tenths of its letters and
    digits. A find is right when it touches a labelled span of its kind, and is left out
    when it touches only what we do not promise.
    """
    return _scored(map(read, lines))


def _scored(lines: Iterable[Labelled]) -> list[KindScore]:
    tallies = {kind: Tally() for kind in KINDS}
    beyond: dict[str, int] = {}
    for labelled in lines:
        found = find(labelled.text, names=labelled.names)
        for span in labelled.spans:
            tallies[span.kind].expect(labelled.text, span, found)
        for item in found:
            if any(
                touches(item, span) and item.kind == span.kind
                for span in labelled.spans
            ):
                tallies[item.kind].right += 1
            elif not any(touches(item, span) for span in labelled.out_of_scope):
                tallies[item.kind].spurious.append(shown(labelled.text, item))
        for span in labelled.out_of_scope:
            beyond[span.kind] = beyond.get(span.kind, 0) + 1
    return [tally.score(kind) for kind, tally in tallies.items()] + [
        KindScore(kind, False, support, 0, 0, 0, 0, (), ())
        for kind, support in sorted(beyond.items())
    ]


class Tally:
    """The counts of one kind while lines go by."""

    def __init__(self) -> None:
        self.support = self.found = self.leaked = self.right = 0
        self.missed: list[str] = []
        self.spurious: list[str] = []

    def expect(self, text: str, span: Found, found: Sequence[Found]) -> None:
        self.support += 1
        same = [item for item in found if item.kind == span.kind]
        if covered(text, span, same) >= COVERED:
            self.found += 1
            return
        self.missed.append(shown(text, span))
        self.leaked += covered(text, span, found) < COVERED

    def score(self, kind: str) -> KindScore:
        return KindScore(
            kind=kind,
            is_promised=True,
            support=self.support,
            found=self.found,
            leaked=self.leaked,
            masked=self.right + len(self.spurious),
            right=self.right,
            missed=tuple(self.missed[:EXAMPLES]),
            spurious=tuple(self.spurious[:EXAMPLES]),
        )


def read(line: Any) -> Labelled:
    """A labelled line of either format.

    Raises:
        LabelError: it is none.
    """
    if not isinstance(line, dict):
        raise LabelError(f"expected an object, found {type(line).__name__}")
    try:
        labelled = _read(line)
        for span in labelled.spans:
            if not 0 <= span.start < span.end <= len(labelled.text):
                raise LabelError(
                    f"a span from {span.start} to {span.end} in a text of "
                    f"{len(labelled.text)} characters"
                )
    except TypeError as odd:
        raise LabelError(f"a part of it is of another type: {odd}") from odd
    return labelled


def _read(line: dict[str, Any]) -> Labelled:
    try:
        if "full_text" in line:
            every = [
                Found(
                    KIND_OF_PRESIDIO.get(span["entity_type"], span["entity_type"]),
                    span["start_position"],
                    span["end_position"],
                )
                for span in line["spans"]
            ]
            return Labelled(
                line["full_text"],
                (),
                tuple(span for span in every if span.kind in KINDS),
                tuple(span for span in every if span.kind not in KINDS),
            )
        spans = [
            Found(span["kind"], span["start"], span["end"]) for span in line["spans"]
        ]
        unknown = {span.kind for span in spans} - set(KINDS)
        if unknown:
            raise LabelError(
                f"unknown kind {', '.join(sorted(unknown))}; the kinds are {', '.join(KINDS)}"
            )
        return Labelled(line["text"], tuple(line.get("names", ())), tuple(spans), ())
    except KeyError as missing:
        raise LabelError(
            f"a labelled line has no {missing}; it has {', '.join(sorted(line))}"
        ) from missing


def touches(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


def covered(text: str, span: Found, found: Iterable[Found]) -> float:
    """The share of the span's letters and digits that these finds mask."""
    places = [at for at in range(span.start, span.end) if text[at].isalnum()]
    masked = sum(any(item.start <= at < item.end for item in found) for at in places)
    return masked / len(places) if places else 1.0


def shown(text: str, span: Found) -> str:
    """The piece between brackets with a little of what stands around it."""
    before = text[max(0, span.start - 25) : span.start]
    after = text[span.end : span.end + 15]
    return f"{before}[{text[span.start : span.end]}]{after}".replace("\n", " ")
