"""Files to messages: .eml, Maildir and mbox."""

import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from jobs.sources.records import Document, Origin

_MONTHS = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_SEPARATOR = re.compile(
    rb"From [^\r\n]{0,300}?\b(?:" + _MONTHS + rb"\b|\d{4}-\d\d-\d\d)[^\r\n]{0,40}?"
    rb"\b\d{1,2}:\d\d\b"
)
_HEADER_LINE = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,200}[ \t]*:|>?From ")
_SENDING = re.compile(
    rb"(from|to|date|subject|message-id|received|return-path)[ \t]*:", re.IGNORECASE
)
# Headers of mail that passed some filters; further down nothing new is said.
_MOST_HEADERS = 60


def split(stream: BinaryIO, origin: Origin) -> Iterator[Document]:
    """Cut an mbox at its `From ` lines; hand anything else on as one message.

    A line of a body may begin with "From " too. A separator stands after an empty line
    (or first), has the date that mail programs put there, and a header line follows.
    Some programs write no date, or one in words of their own: then the headers below
    must be those of a message, three of the usual ones at least.
    """
    lines = _Lines(stream)
    collected: list[bytes] = []
    start = position = 0
    is_mailbox = False
    was_empty = True
    while (line := lines.one()) is not None:
        is_separator = (
            was_empty
            and line.startswith(b"From ")
            and (is_mailbox or not any(map(bytes.strip, collected)))
            and _begins_message(line, lines)
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
    if any(map(bytes.strip, collected)):
        yield Document(b"".join(collected), origin.at(f"byte {start}"))


def _begins_message(line: bytes, lines: "_Lines") -> bool:
    below = lines.ahead(1)
    if below and _HEADER_LINE.match(below[0]) is None:
        return False
    if _SEPARATOR.match(line) is not None:
        return True
    usual: set[bytes] = set()
    for header in lines.ahead(_MOST_HEADERS):
        if not header.strip():
            break
        is_folded = header[:1] in b" \t"
        if not is_folded and _HEADER_LINE.match(header) is None:
            return False
        if found := _SENDING.match(header):
            usual.add(found[1].lower())
    return len(usual) >= 3


class _Lines:
    """Lines, with a look at those that follow."""

    def __init__(self, stream: BinaryIO) -> None:
        self._rest = iter(stream)
        self._ahead: deque[bytes] = deque()

    def one(self) -> bytes | None:
        return self._ahead.popleft() if self._ahead else next(self._rest, None)

    def ahead(self, count: int) -> list[bytes]:
        """So many of the lines that follow, or all there are."""
        self._ahead.extend(islice(self._rest, max(0, count - len(self._ahead))))
        return list(islice(self._ahead, count))
