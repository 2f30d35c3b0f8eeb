"""The text as the finders see it, and the way back to the text as it was written."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

KINDS: tuple[str, ...] = (
    "EMAIL",
    "IBAN",
    "CARD",
    "NIR",
    "PHONE",
    "IP_ADDRESS",
    "SECRET",
    "BIRTH_DATE",
    "ADDRESS",
    "NAME",
)
"""What is masked. Where two finds overlap, the kind that stands first names both."""

BLANK = "\ue000"
"""One of these stands where something has been masked; no rule matches it."""

PLACEHOLDER = re.compile(f"<(?:{'|'.join(KINDS)})>")
# Marks that can stand inside a number or a word without being seen: combining accents,
# zero-width and direction marks, soft hyphens, emoji variation and key-cap marks.
UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u20e3\ufe00-\ufe0f\ufeff]+"
)
FOREIGN_DIGIT = re.compile("[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]")
WORD = re.compile(r"[^\W_]+")

# One character for one character, or the offsets would not lead back. str.replace over
# this short list is ten times faster than str.translate on text that is not ASCII.
FOLDED = tuple(
    (written, plain)
    for plain, many in {
        "a": "àâäáãå",
        "c": "ç",
        "e": "éèêë",
        "i": "îïíì",
        "n": "ñ",
        "o": "ôöóòõ",
        "u": "ùûüú",
        "y": "ÿ",
        "'": "’‘ʼ´`",
        "-": "‐‑‒–—−",
        " ": "\u00a0\u202f\u2009\u2007",
        "@": "＠",
        "+": "＋",
    }.items()
    for written in many
)


class Found(NamedTuple):
    """One piece of personal data: its kind and its place, in code points of the text."""

    kind: str
    start: int
    end: int


class Token(NamedTuple):
    """A word or a group of digits of the folded text."""

    text: str
    start: int
    end: int


def words(listed: str) -> frozenset[str]:
    """A word list as it is written in the rules: separated by blanks."""
    return frozenset(listed.split())


def fold(text: str) -> str:
    """Lower case, without accents, typographic marks made plain; the length stays."""
    if text.isascii():
        return text.lower()
    # The one capital whose lower case is two characters long.
    text = text.replace("İ", "I").lower()
    for written, plain in FOLDED:
        text = text.replace(written, plain)
    if FOREIGN_DIGIT.search(text):
        text = FOREIGN_DIGIT.sub(lambda digit: str(int(digit[0])), text)
    return text


class View:
    """A text without what cannot be seen and without what is already masked.

    Attributes:
        raw: the text as written, each placeholder a single `BLANK`.
        text: the same, folded: what the rules match. Same length as `raw`.
    """

    def __init__(self, raw: str, origins: Sequence[tuple[int, int]] | None) -> None:
        self.raw = raw
        self.text = fold(raw)
        self._origins = origins

    @classmethod
    def of(cls, text: str) -> "View":
        hidden = (
            [("", match.span()) for match in UNSEEN.finditer(text)]
            if (not text.isascii())
            else []
        )
        masked = (
            [(BLANK, match.span()) for match in PLACEHOLDER.finditer(text)]
            if "<" in text
            else []
        )
        view = cls(text, None)
        return view._replaced(sorted(hidden + masked, key=lambda piece: piece[1]))

    def without(self, found: Iterable[Found]) -> "View":
        """The view that remains when these are masked."""
        return self._replaced([(BLANK, (item.start, item.end)) for item in found])

    def original(self, found: Found) -> Found:
        """The same piece, by its place in the text as it was given."""
        if self._origins is None:
            return found
        return Found(
            found.kind, self._origins[found.start][0], self._origins[found.end - 1][1]
        )

    def _replaced(self, pieces: Sequence[tuple[str, tuple[int, int]]]) -> "View":
        if not pieces:
            return self
        raw: list[str] = []
        origins: list[tuple[int, int]] = []
        before = self._origins or [(at, at + 1) for at in range(len(self.raw))]
        done = 0
        for new, (start, end) in pieces:
            raw.append(self.raw[done:start])
            origins.extend(before[done:start])
            if new:
                raw.append(new)
                origins.append((before[start][0], before[end - 1][1]))
            done = end
        raw.append(self.raw[done:])
        origins.extend(before[done:])
        return View("".join(raw), origins)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word and group of digits of the folded text, for quick refusals."""
        return frozenset(WORD.findall(self.text))

    @cached_property
    def tokens(self) -> list[Token]:
        return [Token(m[0], m.start(), m.end()) for m in WORD.finditer(self.text)]
