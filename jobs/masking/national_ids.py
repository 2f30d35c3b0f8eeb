"""National insurance numbers of other countries than France, by their shape or their name.

All are masked as `NIR`: that is what the French one is called. Where the shape could be
another number's (nine digits), a word that names it must stand before it.
"""

import re
from collections.abc import Iterator

from stdnum.ch import ssn as swiss
from stdnum.us import ssn as american

from jobs.masking.said_kinds import NEAR, said
from jobs.masking.spoken import Group, is_spoken, runs
from jobs.masking.view import Found, View, words

TRIGGERS = words(
    "insurance niss ni nino pps ppsn ssn social sin nas assurance avs ahv national rijksregister"
    " rijksregisternummer"
)
NAMED = re.compile(
    r"\b(?:(?P<british>national insurance|nino|ni(?: n[or]\b| number| ?:))"
    r"|(?P<irish>ppsn?)"
    r"|(?P<american>ssn|social (?:security|insurance)|social(?: number| no\b|'s| is| was| ?:)"
    r"|sin|nas|assurance sociale)"
    r"|(?P<swiss>avs|ahv)"
    r"|(?P<belgian>niss|(?:registre|numero|n ?[°o]) national|rijksregister(?:nummer)?))"
    r"(?:\b|(?<=:))"
)
# After each name only its own form: "NAS" is a disk at home as well, and an order's
# number may have the letters of a British one.
VALUES = {
    country: re.compile(rf"[^0-9]{{0,40}}?(?<!\w)(?P<value>{form})(?![\w-])")
    for country, form in {
        "british": r"[a-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2}(?: ?[a-d])?",
        "irish": r"[0-9]{7} ?[a-w]{1,2}",
        # The United States' and Canada's.
        "american": r"[0-9]{3}[ .-]?(?:[0-9]{2}[ .-]?[0-9]{4}|[0-9]{3}[ .-]?[0-9]{3})",
        "swiss": r"756[ .]?[0-9]{4}[ .]?[0-9]{4}[ .]?[0-9]{2}",
        "belgian": r"[0-9]{2}(?:[ .]?[0-9]{2}){2}[ -]?[0-9]{3}[ .-]?[0-9]{2}",
    }.items()
}
SHAPED = re.compile(
    # From its first two digits on, whatever stands before: the search leaps to them.
    r"[0-9]{2}(?:"
    # After the letters that are given out; in pairs, for a reference has no such blanks.
    r"(?P<british>(?<=\b[a-ceghj-prstw-z][a-ceghj-nprstw-z] ..) [0-9]{2} [0-9]{2} [a-d])"
    r"|(?<![\w.,/-]..)(?:"
    r"(?P<swiss>(?<=75)6\.[0-9]{4}\.[0-9]{4}\.[0-9]{2})"
    r"|(?P<belgian>\.(?:0[1-9]|1[0-2])\.[0-3][0-9]-[0-9]{3}\.[0-9]{2})"
    r"|(?P<american>[0-9]-[0-9]{2}-[0-9]{4})"
    r"))(?![\w-])(?![.,/][0-9])"
)
# How many digits those that are read out have, where not nine.
SPOKEN_SIZES = {"swiss": len("7561234567890"), "belgian": len("85073003328")}
NINE_DIGITS = len("123456789")
# "A B one two three four five six C"
SPOKEN_BRITISH = re.compile(r"\b(?P<letters>[a-z] [a-z]) \Z")
SPOKEN_SUFFIX = re.compile(r" [a-d]\b")
BRITISH_DIGITS = len("123456")


def shaped(view: View) -> Iterator[Found]:
    """Those whose shape is nobody else's; the American one stays where an order is told."""
    for match in SHAPED.finditer(view.text):
        is_one = {
            "british": True,
            "belgian": True,
            "swiss": swiss.is_valid(match[0]),
            "american": american.is_valid(match[0])
            and said(view, match.start()) in (None, "nir"),
        }[str(match.lastgroup)]
        if is_one:
            letters = len("AB ") if match["british"] else 0
            yield Found("NIR", match.start() - letters, match.end())


def named(view: View) -> Iterator[Found]:
    """Those that follow their name, written or read out in words."""
    for name in NAMED.finditer(view.text):
        match = VALUES[str(name.lastgroup)].match(view.text, name.end())
        if match:
            yield Found("NIR", *match.span("value"))
    if is_spoken(view):
        for run in runs(view):
            yield from read_out(view, run)


def read_out(view: View, run: list[Group]) -> Iterator[Found]:
    """One read out in words, as long as its country's are."""
    start, end = run[0].start, run[-1].end
    size = sum(len(group.digits) for group in run)
    if size not in (NINE_DIGITS, BRITISH_DIGITS, *SPOKEN_SIZES.values()):
        return
    names = [*NAMED.finditer(view.text, max(0, start - NEAR), start)]
    if not names:
        return
    country = str(names[-1].lastgroup)
    if size == SPOKEN_SIZES.get(country, NINE_DIGITS):
        yield Found("NIR", start, end)
    letters = SPOKEN_BRITISH.search(view.text, max(0, start - len("a b ") - 1), start)
    if country == "british" and size == BRITISH_DIGITS and letters:
        suffix = SPOKEN_SUFFIX.match(view.text, end)
        yield Found("NIR", letters.start(), suffix.end() if suffix else end)
