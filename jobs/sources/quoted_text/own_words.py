"""The author's own new words of a message."""

import re
from collections.abc import Sequence

from jobs.sources.html_text import to_text
from jobs.sources.quoted_text.history import own_segments
from jobs.sources.quoted_text.lines import RULE, holds_words, lines_of
from jobs.sources.quoted_text.markup import judge_all, judge_quotes
from jobs.sources.quoted_text.notices import without_notices
from jobs.sources.quoted_text.signatures import without_device_lines, without_signature


def strip(text: str) -> str:
    """Return the author's own new words of a plain-text message, in their order.

    Empty when there are none: a forward without a word. A signature goes only when
    words are left without it; names and phone numbers after a closing formula are a
    signature, a long paragraph or a postscript after it is not.
    """
    segments = own_segments(without_notices(lines_of(text)))
    spoken: list[list[str]] = []
    has_words = False
    for segment in segments:
        spoken.append(without_signature(segment, has_words))
        has_words = has_words or holds_words(spoken[-1])
    if not has_words:
        spoken = [without_device_lines(segment) for segment in segments]
    return _joined(spoken)


def strip_html(html: str) -> str:
    """Return the author's own new words of an HTML message, as plain text.

    What the mail program itself marks as quoted or as signature goes first, by its
    classes and ids; the rules for plain text do the rest.
    """
    text = strip(to_text(html, judge_all))
    # Some programs let people type inside the element meant for the signature.
    return text or strip(to_text(html, judge_quotes))


def _joined(segments: Sequence[Sequence[str]]) -> str:
    lines: list[str] = []
    for segment in segments:
        kept = list(segment)
        while kept and (not kept[-1].strip() or RULE.match(kept[-1].strip())):
            kept.pop()
        if holds_words(kept):
            lines += ["", *kept]
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
