"""Numbers as people say and dictate them, French and English, made into digits."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from jobs.masking.view import Token, View, words

UNITS = {
    **dict.fromkeys(("zero", "zeros", "oh", "ou0"), 0),
    **dict.fromkeys(("un", "une", "one"), 1),
    **dict.fromkeys(("deux", "two"), 2),
    **dict.fromkeys(("trois", "three"), 3),
    **dict.fromkeys(("quatre", "four"), 4),
    **dict.fromkeys(("cinq", "five"), 5),
    "six": 6,
    **dict.fromkeys(("sept", "seven"), 7),
    **dict.fromkeys(("huit", "eight"), 8),
    **dict.fromkeys(("neuf", "nine"), 9),
}
TEENS = {
    **dict.fromkeys(("dix", "ten"), 10),
    **dict.fromkeys(("onze", "eleven"), 11),
    **dict.fromkeys(("douze", "twelve"), 12),
    **dict.fromkeys(("treize", "thirteen"), 13),
    **dict.fromkeys(("quatorze", "fourteen"), 14),
    **dict.fromkeys(("quinze", "fifteen"), 15),
    **dict.fromkeys(("seize", "sixteen"), 16),
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
TENS = {
    **dict.fromkeys(("vingt", "vingts", "twenty"), 20),
    **dict.fromkeys(("trente", "thirty"), 30),
    **dict.fromkeys(("quarante", "forty", "fourty"), 40),
    **dict.fromkeys(("cinquante", "fifty"), 50),
    **dict.fromkeys(("soixante", "sixty"), 60),
    **dict.fromkeys(("septante", "seventy"), 70),
    **dict.fromkeys(("huitante", "octante", "eighty"), 80),
    **dict.fromkeys(("nonante", "ninety"), 90),
}
HUNDREDS = frozenset({"cent", "cents", "hundred"})
REPEATS = {"double": 2, "triple": 3}
VALUES = {**UNITS, **TEENS, **TENS}
NUMBER_WORDS = frozenset(VALUES) | HUNDREDS
# "un" and "one" are articles and pronouns far more often than digits.
TELLING = NUMBER_WORDS - {"un", "une", "one", "oh"}
# What people say between two groups of a number they dictate.
FILLERS = words(
    "euh heu hum alors donc puis ensuite et apres and um uh then espace tiret point"
    " virgule"
)
GAP = re.compile(r"[ ,.;:…/()\n-]{0,4}\Z")
TIGHT_GAP = re.compile(r"[ \n-]{0,3}\Z")


class Group(NamedTuple):
    """Digits said or written in one breath, and where."""

    digits: str
    start: int
    end: int


def is_spoken(view: View) -> bool:
    """Whether enough number words stand in the text for a number read out."""
    return not TELLING.isdisjoint(view.words)


def runs(view: View) -> Iterator[list[Group]]:
    """Each number dictated in the text, as its groups, in words, in digits or mixed."""
    tokens = view.tokens
    at = 0
    while at < len(tokens):
        if not is_number(tokens[at]):
            at += 1
            continue
        end, last = at + 1, at
        while end < len(tokens) and end - last <= 3:
            gap = view.text[tokens[end - 1].end : tokens[end].start]
            if not GAP.match(gap):
                break
            if is_number(tokens[end]):
                last = end
            elif tokens[end].text not in FILLERS:
                break
            end += 1
        yield groups(view, tokens[at : last + 1])
        at = last + 1


def is_number(token: Token) -> bool:
    return token.text.isdecimal() or token.text in NUMBER_WORDS or token.text in REPEATS


def groups(view: View, tokens: list[Token]) -> list[Group]:
    """Compose number words: "quatre-vingt-dix-sept" is 97, "vingt, deux" is 20 and 2."""
    tight = [
        bool(TIGHT_GAP.match(view.text[one.end : two.start]))
        for one, two in pairwise(tokens)
    ] + [False]
    found: list[Group] = []
    at = 0
    while at < len(tokens):
        digits, used = compose(
            [token.text for token in tokens[at : at + 6]], tight[at : at + 6]
        )
        if digits:
            found.append(Group(digits, tokens[at].start, tokens[at + used - 1].end))
        at += used
    return found


def compose(said: list[str], tight: list[bool]) -> tuple[str, int]:
    """The longest number below 1,000 that these words begin with, and its word count."""
    first = said[0]
    if first.isdecimal():
        return first, 1
    if first in REPEATS:
        if len(said) > 1 and said[1] in UNITS:
            return str(UNITS[said[1]]) * REPEATS[first], 2
        return "", 1
    if first in HUNDREDS:
        rest, used = below_hundred(said[1:], tight[1:]) if tight[0] else (None, 0)
        return str(100 + (rest or 0)), 1 + (used if rest else 0)
    value, used = below_hundred(said, tight)
    if value is None:
        return "", 1
    if (
        1 < value < 10
        and used == 1
        and len(said) > 1
        and said[1] in HUNDREDS
        and tight[0]
    ):
        skip = 3 if said[2:3] == ["and"] else 2
        rest, more = below_hundred(said[skip:], tight[skip:])
        joined = rest and all(tight[1:skip])
        return (
            (str(value * 100 + (rest or 0)), skip + more)
            if joined
            else (str(value * 100), 2)
        )
    return str(value), used


def below_hundred(said: list[str], tight: list[bool]) -> tuple[int | None, int]:
    if not said or said[0] not in VALUES:
        return None, 0
    value, used = VALUES[said[0]], 1
    if said[0] == "quatre" and said[1:2] in (["vingt"], ["vingts"]) and tight[0]:
        value, used = 80, 2
    if value == 10 and said[0] == "dix":
        return (
            (10 + UNITS[said[1]], 2)
            if said[1:2] and said[1] in ("sept", "huit", "neuf") and tight[0]
            else (10, 1)
        )
    if value < 20:
        return value, used
    more = used + 1 if said[used : used + 1] == ["et"] else used
    if more >= len(said) or not all(tight[used - 1 : more]):
        return value, used
    rest = VALUES.get(said[more], 0)
    if 0 < rest < 10:
        return value + rest, more + 1
    if 10 <= rest < 20 and value in (60, 80):
        if said[more] == "dix":
            tail, extra = below_hundred(said[more:], tight[more:])
            return value + (tail or 0), more + extra
        return value + rest, more + 1
    return value, used
