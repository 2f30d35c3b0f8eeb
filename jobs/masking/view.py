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
WIDE_BLANK = re.compile("[\u2000-\u200a\u3000]")
FOREIGN_DIGIT = re.compile("[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]")
WORD = re.compile(r"[^\W_]+")
# A capital wherever a recogniser writes it, and no sign that others are written.
PRONOUN = re.compile(r"\bI\b")
DIGIT = re.compile("[0-9]")
# No phone, card, NIR or RIB has fewer together, and most texts with digits have no six.
SIX_DIGITS = re.compile(
    r"[0-9](?:[ ().\n\-/\]]{0,3}[0-9]){5}"
    # Other marks than those stand between amounts and times, so more of them are asked for.
    r"|[0-9]{2}(?:[ ]?[_|,;:·•][ ]?[0-9]{2,4}){3}"
)

# "Agent : oui" between two lines of the other who dictates.
NOD = re.compile(
    r"\n(?:agent|conseill\w{1,4}|operat\w{1,5}|advis[eo]r|rep) ?: ?"
    r"(?:(?:oui|ok|okay|yes|yep|yeah|uh-huh|mhm|mm+|hmm|d'accord|tres bien|parfait|voila"
    r"|je (?:vous ecoute|note)|allez-y|continuez|go (?:on|ahead)|right|alright)[ .,!]{0,2}){1,3}"
    r"\n(?:client\w{0,2}|customer|caller|appelant\w?) ?: ?"
)
# One character for one character, or the offsets would not lead back.
PLAIN = {
    written: plain
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
        " ": "\t\u00a0\u202f\u2009\u2007",
        "@": "＠",
        "+": "＋",
    }.items()
    for written in many
}
# Nearly all French text fits this code page, where folding is one table for bytes.
CODE_PAGE = "cp1252"


def folded_byte(code: int) -> int:
    try:
        letter = bytes([code]).decode(CODE_PAGE).lower()
    except UnicodeDecodeError:
        return code
    return PLAIN.get(letter, letter).encode(CODE_PAGE)[0]


FOLDED_BYTES = bytes(folded_byte(code) for code in range(256))


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
    """Lower case, without accents, marks and blanks made plain; the length stays."""
    if text.isascii():
        return text.lower().replace("\t", " ")
    try:
        return text.encode(CODE_PAGE).translate(FOLDED_BYTES).decode(CODE_PAGE)
    except UnicodeEncodeError:
        pass  # Other letters, emoji: the long way.
    # The one capital whose lower case is two characters long.
    text = text.replace("İ", "I").lower()
    for written, plain in PLAIN.items():
        text = text.replace(written, plain)
    text = WIDE_BLANK.sub(" ", text)
    if FOREIGN_DIGIT.search(text):
        text = FOREIGN_DIGIT.sub(lambda digit: str(int(digit[0])), text)
    return text


class View:
    """A text without what cannot be seen and without what is already masked.

    Attributes:
        raw: the text as written, each placeholder a single `BLANK`.
        text: the same, folded: what the rules match. Same length as `raw`.
    """

    def __init__(self, raw: str, starts: Sequence[int], ends: Sequence[int]) -> None:
        self.raw = raw
        self.text = fold(raw)
        # Where each character began and ended in the text as it was given.
        self._starts = starts
        self._ends = ends
        self._places: dict[str, list[int]] = {}

    @classmethod
    def of(cls, text: str) -> "View":
        view = cls(text, range(len(text)), range(1, len(text) + 1))
        pieces: list[tuple[int, int, str]] = []
        if not text.isascii() and UNSEEN.search(text):
            pieces += [(*match.span(), "") for match in UNSEEN.finditer(text)]
        if "<" in text:
            pieces += [(*match.span(), BLANK) for match in PLACEHOLDER.finditer(text)]
        return view._replaced(sorted(pieces)) if pieces else view

    def without_nods(self) -> "View":
        """The view without the lines in which the other only says that he listens."""
        if "\n" not in self.text:
            return self
        nods = [(*match.span(), " ") for match in NOD.finditer(self.text)]
        return self._replaced(nods) if nods else self

    def without(self, found: Iterable[Found]) -> "View":
        """The view that remains when these are masked."""
        return self._replaced([(item.start, item.end, BLANK) for item in found])

    def original(self, found: Found) -> Found:
        """The same piece, by its place in the text as it was given."""
        return Found(found.kind, self._starts[found.start], self._ends[found.end - 1])

    def _replaced(self, pieces: Sequence[tuple[int, int, str]]) -> "View":
        raw: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end, new in pieces:
            raw += self.raw[done:start], new
            starts += self._starts[done:start]
            ends += self._ends[done:start]
            if new:
                starts.append(self._starts[start])
                ends.append(self._ends[end - 1])
            done = end
        raw.append(self.raw[done:])
        starts += self._starts[done:]
        ends += self._ends[done:]
        return View("".join(raw), starts, ends)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word and group of digits of the folded text, for quick refusals."""
        return frozenset(WORD.findall(self.text))

    @cached_property
    def has_digits(self) -> bool:
        return DIGIT.search(self.text) is not None

    @cached_property
    def has_six_digits(self) -> bool:
        return SIX_DIGITS.search(self.text) is not None

    @cached_property
    def has_capitals(self) -> bool:
        """Whether a capital means anything here: speech and hasty chat have none."""
        other = PRONOUN.sub("i", self.raw)
        return other != other.lower()

    @cached_property
    def tokens(self) -> list[Token]:
        return [Token(m[0], m.start(), m.end()) for m in WORD.finditer(self.text)]

    def places(self, wanted: frozenset[str]) -> list[int]:
        """Where these words begin, in order.

        Most texts hold one of them at most, and `str.find` is far quicker than a pattern
        tried at every character.
        """
        return sorted(
            at for word in wanted & self.words for at in self._places_of(word)
        )

    def _places_of(self, word: str) -> list[int]:
        if word not in self._places:
            text, at, found = self.text, self.text.find(word), []
            while at >= 0:
                end = at + len(word)
                is_inside = (at > 0 and text[at - 1].isalnum()) or (
                    text[end : end + 1].isalnum()
                )
                if not is_inside:
                    found.append(at)
                at = text.find(word, end)
            self._places[word] = found
        return self._places[word]
