"""National insurance numbers of other countries than France, by their shape or their name.

All are masked as `NIR`: that is what the French one is called. Where the shape could be
another number's (nine digits), a word that names it must stand before it.
"""

import re
from collections.abc import Iterator

from stdnum.ch import ssn as swiss
from stdnum.us import ssn as american

from jobs.masking.said_kinds import NEAR, said
from jobs.masking.spoken import is_spoken, runs
from jobs.masking.view import Found, View, words

TRIGGERS = words(
    "insurance ni nino pps ppsn ssn social sin nas assurance avs ahv national rijksregister"
    " rijksregisternummer"
)
NAMED = re.compile(
    r"\b(?:(?P<british>national insurance|nino|ni(?: n[or]\b| number| ?:))"
    r"|(?P<irish>ppsn?)"
    r"|(?P<american>ssn|social (?:security|insurance)|social(?: number| no\b|'s| is| was| ?:)"
    r"|sin|nas|assurance sociale)"
    r"|(?P<swiss>avs|ahv)"
    r"|(?P<belgian>(?:registre|numero) national|rijksregister(?:nummer)?))"
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
NINE_DIGITS = len("123456789")


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
            start = run[0].start
            is_nine = sum(len(group.digits) for group in run) == NINE_DIGITS
            if is_nine and NAMED.search(view.text, max(0, start - NEAR), start):
                yield Found("NIR", start, run[-1].end)
