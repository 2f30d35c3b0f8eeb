"""Numbers as people say and dictate them, French and English, made into digits."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from jobs.masking.view import Token, View, words

UNITS = {
    **dict.fromkeys(("zero", "zeros", "oh", "o", "ou0"), 0),
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
REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
VALUES = {**UNITS, **TEENS, **TENS}
NUMBER_WORDS = frozenset(VALUES) | HUNDREDS
# "un" and "one" are articles and pronouns far more often than digits, "o" a letter.
TELLING = NUMBER_WORDS - {"un", "une", "one", "oh", "o"}
# Said between two groups, these take back what was said before.
CORRECTIONS = words("non pardon trompe sorry wait no correction rectification")
# What people say between two groups of a number they dictate, the other's "oui" included
# where both stand in one text.
FILLERS = CORRECTIONS | words(
    "euh heu hum alors donc puis ensuite et apres and um uh then espace tiret point"
    " virgule voila oui ok d accord yes right go on attendez attends desole excusez moi je"
    " ouais allez y continuez note parfait yep yeah okay sure alright mhm ahead carry"
    " me cle la fin suite huh hmm mm mmh hein bon ecoute vous hop"
    " agent conseiller conseillere client cliente customer caller"
)
FILLERS_IN_A_ROW = 5
TIMES = {"deux": 2, "2": 2, "trois": 3, "3": 3, "quatre": 4, "4": 4}
# Digits between which somebody speaks: nobody writes "06 euh 24".
DICTATED_DIGITS = re.compile(
    r"[0-9][ ,.;:\u2026\n-]{1,3}(?:euh|heu|hum|um|uh|puis|ensuite|then|non|pardon|sorry|no"
    r"|wait|oui|yes|ok|voila|agent|conseill\w+|client\w*|customer|caller|fois|cle)\b"
)
LETTER_FOR_ZERO = re.compile(r"\bo(?: [0-9]){3}\b")
GAP = re.compile(r"[ ',.;:…/()\n-]{0,5}\Z")
TIGHT_GAP = re.compile(r"[ \n-]{0,3}\Z")


class Group(NamedTuple):
    """Digits said or written in one breath, and where."""

    digits: str
    start: int
    end: int


def is_spoken(view: View) -> bool:
    """Whether the text holds number words, or digits with words said between them."""
    return (
        not TELLING.isdisjoint(view.words)
        or bool(DICTATED_DIGITS.search(view.text))
        or ("o" in view.words and bool(LETTER_FOR_ZERO.search(view.text)))
    )


def runs(view: View) -> Iterator[list[Group]]:
    """Each number dictated in the text, as its groups, in words, in digits or mixed."""
    tokens = view.tokens
    at = 0
    while at < len(tokens):
        if not is_number(tokens[at]):
            at += 1
            continue
        end, last = at + 1, at
        while end < len(tokens) and end - last <= FILLERS_IN_A_ROW + 1:
            gap = view.text[tokens[end - 1].end : tokens[end].start]
            if not GAP.match(gap) or (gap == "," and is_amount(tokens, end)):
                break
            if is_number(tokens[end]):
                last = end
            elif tokens[end].text not in FILLERS and not is_times(tokens, end):
                break
            end += 1
        # "Double" alone repeats nothing, and is no number.
        if run := groups(view, tokens[at : last + 1]):
            yield run
        at = last + 1


def is_number(token: Token) -> bool:
    return token.text.isdecimal() or token.text in NUMBER_WORDS or token.text in REPEATS


def is_amount(tokens: list[Token], at: int) -> bool:
    """Whether the comma before this is that of "0,50": amounts make no number."""
    return tokens[at - 1].text.isdecimal() and tokens[at].text.isdecimal()


def is_times(tokens: list[Token], at: int) -> bool:
    """Whether this is the "fois" or the "le" of "deux fois le zéro"."""
    back = 2 if tokens[at].text == "le" and tokens[at - 1].text == "fois" else 1
    times = tokens[at - back + 1].text == "fois" and at >= back
    return times and tokens[at - back].text in TIMES


def groups(view: View, tokens: list[Token]) -> list[Group]:
    """Compose number words: "quatre-vingt-dix-sept" is 97, "vingt, deux" is 20 and 2.

    What "non pardon" takes back keeps its place and has no digits.
    """
    tight = [
        bool(TIGHT_GAP.match(view.text[one.end : two.start]))
        for one, two in pairwise(tokens)
    ] + [False]
    found: list[Group] = []
    at = began = 0
    is_corrected = False
    while at < len(tokens):
        digits, used = compose(
            [token.text for token in tokens[at : at + 8]], tight[at : at + 8]
        )
        is_corrected = is_corrected or tokens[at].text in CORRECTIONS
        if digits:
            if is_corrected and began < len(found):
                # Said anew from its zero, or only the last group.
                is_anew = digits[0] == "0" and found[began].digits[:1] == "0"
                for index in range(began if is_anew else len(found) - 1, len(found)):
                    found[index] = found[index]._replace(digits="")
                began = len(found) if is_anew else began
            is_corrected = False
            found.append(Group(digits, tokens[at].start, tokens[at + used - 1].end))
        at += used
    return found


def compose(said: list[str], tight: list[bool]) -> tuple[str, int]:
    """The longest number below 1,000 that these words begin with, and its word count."""
    first = said[0]
    # "Trois fois, 25 minutes" repeats nothing.
    if first in TIMES and said[1:2] == ["fois"] and all(tight[:2]):
        skip = 3 if said[2:3] == ["le"] else 2
        digits, used = compose(said[skip:], tight[skip:]) if said[skip:] else ("", 0)
        return (
            (digits * TIMES[first], skip + used) if digits else (str(TIMES[first]), 1)
        )
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
