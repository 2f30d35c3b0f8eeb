"""What the recipient's own mail gateway writes above a message from outside."""

import re
from collections.abc import Sequence

from jobs.sources.quoted_text.lines import EDGE

# Above a warning stands at most another one.
_MOST = 3
_OPENING = re.compile(
    r"[\W_]{0,6}(?:caution|warning|attention|avertissement|alerte?|prudence|important"
    r"|notice|external|externe|(?:this|cet?) (?:e-?mail|message|courriel|mail|courrier)"
    r"|vous n|you don|some people|certaines personnes)",
    re.IGNORECASE,
)
_SIGN = re.compile(
    r"(?:originat\w+|sent|com(?:es|ing)|came|received|is) from (?:an? )?(?:outside|external)"
    r"|external (?:sender|source|e-?mail)|(?:sender|message) is external"
    r"|(?:mail|message|courriel|courrier) (?:provient|émane|vient|a été (?:envoyé|reçu|expédié))"
    r"\b.{0,30}"
    r"(?:l['’]extérieur|(?:expéditeur|source|adresse|messagerie) externe|externe à)"
    r"|(?:expéditeur|courriel|e-?mail|message|mail) (?:est )?externe"
    r"|aka\.ms/LearnAboutSenderIdentification|don['’]t often get e-?mail from"
    r"|pas souvent (?:de |d['’])(?:courriers?|courriels?|e-?mails?|mails?|messages?)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"mail|message|courri|sender|expéditeur", re.IGNORECASE)
# What such a warning goes on to say on a line of its own.
_ADVICE = re.compile(
    r"[\W_]{0,6}(?:(?:please )?(?:do not|don['’]t|never|be careful|be cautious|exercise)"
    r"|(?:veuillez|merci de) ne\b|ne cliquez|n['’]ouvrez|soyez|faites preuve|learn why"
    r"|découvrez pourquoi)",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(
    r"[\[(*<]{1,3} ?(?:ext|external|externe)\b[^\])]{0,30}[\])*>:]{1,3}"
    r"|(?:external (?:e-?mail|sender|message)|(?:e-?mail|courriel|message|mail) externe)\W{0,3}",
    re.IGNORECASE,
)
_ENDED = (".", "!", "?", "]", ")", ">", ":", "")
_LONGEST = 700


def without_notices(lines: list[str]) -> list[str]:
    """Leave out "CAUTION: this e-mail comes from outside …" and its like at the top."""
    start = 0
    for _ in range(_MOST):
        first = start
        while first < len(lines) and not lines[first].strip(EDGE):
            first += 1
        end = _notice_end(lines, first)
        if end == first:
            break
        start = end
    return lines[start:]


def _notice_end(lines: Sequence[str], start: int) -> int:
    """The line after a warning that begins at `start`; `start` where none does."""
    if start == len(lines):
        return start
    if _LABEL_ALONE.fullmatch(lines[start].strip()):
        return start + 1
    if _OPENING.match(lines[start]) is None:
        return start
    said = lines[start]
    end = start + 1
    while end < len(lines) and lines[end].strip() and len(said) <= _LONGEST:
        # A wrapped sentence goes on; what follows an ended one must be advice.
        if said.rstrip(" *_»")[-1:] in _ENDED and _ADVICE.match(lines[end]) is None:
            break
        said = f"{said} {lines[end].strip()}"
        end += 1
    is_notice = (
        len(said) <= _LONGEST
        and _SIGN.search(said) is not None
        and _MAIL.search(said) is not None
    )
    return end if is_notice else start
