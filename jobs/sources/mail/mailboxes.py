"""Files to messages: .eml, Maildir and mbox."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from jobs.sources.records import Document, Origin

_MONTHS = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_SEPARATOR = re.compile(
    rb"From [^\r\n]{0,300}?\b(?:" + _MONTHS + rb"\b|\d{4}-\d\d-\d\d)[^\r\n]{0,40}?"
    rb"\b\d{1,2}:\d\d\b"
)
_HEADER_LINE = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,200}[ \t]*:|>?From ")


def split(stream: BinaryIO, origin: Origin) -> Iterator[Document]:
    """Cut an mbox at its `From ` lines; hand anything else on as one message.

    A line of a body may begin with "From " too. A separator stands after an empty line
    (or first), has the date that mail programs put there, and a header line follows.
    """
    collected: list[bytes] = []
    start = position = 0
    is_mailbox = False
    was_empty = True
    lines = iter(stream)
    line = next(lines, None)
    while line is not None:
        following = next(lines, None)
        is_separator = (
            was_empty
            and line.startswith(b"From ")
            and (is_mailbox or not any(map(bytes.strip, collected)))
            and _SEPARATOR.match(line) is not None
            and (following is None or _HEADER_LINE.match(following) is not None)
        )
        if is_separator:
            if is_mailbox:
                yield Document(b"".join(collected), origin.at(f"byte {start}"))
            collected.clear()
            start = position
            is_mailbox = True
        collected.append(line)
        was_empty = not line.strip(b"\r\n")
        position += len(line)
        line = following
    if any(map(bytes.strip, collected)):
        yield Document(b"".join(collected), origin.at(f"byte {start}"))
