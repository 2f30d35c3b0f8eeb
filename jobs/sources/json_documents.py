"""A file or a stream of JSON, cut into its documents without reading it whole.

Taken alike: one object per line; objects one after another with white space, commas or
nothing between them (as Firehose writes); one object printed over many lines; an array,
each element of which is a document; several of these in one file; a byte order mark; LF
or CRLF; UTF-16 with its mark. Memory is bounded by the largest document.

Bytes that are no JSON come out as documents of their own, so that `parse` refuses them
with a message, and reading goes on where the next document can begin. Commas, brackets
and marks around documents come out nowhere; an array that is never closed comes out, as
its opening bracket, because a file cut between two elements looks complete otherwise.

Speed on one core of a small shared machine, documents of 1.7 kB: one object per line
350 MB/s, one after another with no separator or in an array 290 MB/s, over many lines
350 MB/s; cutting lines and nothing else: 1,300 MB/s.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, cast

import msgspec

from jobs.sources.records import Document, Origin

# Read at once: large enough that a read costs nothing per document.
BLOCK = 1 << 20
# A broken piece is cut here at the latest: a film in the drop folder must not fill
# the memory, nor the quarantine with a row per line.
LONGEST_BROKEN = 16 << 20
# How far braces are counted for the end of a broken document. Counting is slow, and a
# file may be broken everywhere.
LONGEST_COUNTED = 32 << 10
# An error this near to the end of what was read may only be a cut number or escape.
LONGEST_TOKEN = 32

_BETWEEN = re.compile(rb"(?:[\s,\x1e]|\xef\xbb\xbf)*")
_OBJECT_STARTS = re.compile(rb'\{\s*["}]')
_NEXT_ELEMENT = re.compile(rb'\}(?=\s*,\s*\{\s*["}])')
# What is looked at to find the end of a broken document, by the indentation of its
# first line. A string is one only where JSON has something after it: a lost quotation
# mark would otherwise turn all that follows inside out.
_STRING = rb'"(?:[^"\\\n]|\\.)*+"(?=\s*(?:[:,}\]]|\Z))'
# A line that begins an object no deeper than the broken one's own line.
_LINE = rb"\n(?=[ \t]{0,%d}(?:\{|\[\s*\{))"
# Outside a string nothing but the end of one document and the start of another.
_ADJACENT = rb"\}(?=\s*\{)"
DEEPEST_INDENT = 80
_STRUCTURE = [
    re.compile(_STRING + rb"|[{}\[\]]|" + _LINE % indent)
    for indent in range(DEEPEST_INDENT + 1)
]
_NEXT_DOCUMENT = [
    re.compile(_ADJACENT + rb"|" + _LINE % indent)
    for indent in range(DEEPEST_INDENT + 1)
]
_ENDS_DOCUMENT = re.compile(_ADJACENT)
_BYTE = re.compile(r"\(byte (\d+)\)")

# Walks over a value and checks its grammar without building it.
_walk = msgspec.json.Decoder(msgspec.Raw).decode


def split(stream: BinaryIO, origin: Origin) -> Iterator[Document]:
    """The documents of a stream; each one's locator is `byte N`, N its first byte.

    Never raises for what the bytes hold. What is handed on need not be JSON: a record
    with invalid UTF-8, or nested too deep, is one document all the same.
    """
    window = _Window(stream)
    array_at: int | None = None
    while window.skip_between():
        at = window.at
        first = window.bytes[at]
        if first == _OPEN_ARRAY and array_at is None:
            array_at = window.offset + at
            window.at += 1
            continue
        if first == _CLOSE_ARRAY and array_at is not None:
            array_at = None
            window.at += 1
            continue
        locator = f"byte {window.offset + at}"
        # Outside an array a lone number or word is debris, not a document.
        is_value = first in b"{[" or array_at is not None
        fault = window.take_value() if is_value else 0
        if fault is not None:
            window.take_broken(fault, in_array=array_at is not None)
        yield Document(window.taken, origin.at(locator))
    if array_at is not None:
        yield Document(b"[", origin.at(f"byte {array_at}"))


_OPEN_ARRAY, _CLOSE_ARRAY = b"[]"


class _Prefixed:
    """A stream whose first bytes were read already."""

    def __init__(self, seen: bytes, stream: BinaryIO) -> None:
        self._seen = seen
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        if not self._seen:
            return self._stream.read(size)
        seen, self._seen = self._seen, b""
        return seen


class _Recoded:
    """A stream of UTF-16 as UTF-8; what is neither becomes a replacement mark."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def read(self, size: int = -1) -> bytes:
        while True:
            block = self._stream.read(size)
            text = self._decoder.decode(block, final=not block)
            if text or not block:
                return text.encode()


def _in_utf_8(stream: BinaryIO) -> BinaryIO:
    """As PowerShell's `>` writes a file, with its mark: offsets are then UTF-8's."""
    seen = stream.read(2)
    while len(seen) == 1 and (more := stream.read(1)):
        seen += more  # a pipe gives fewer at a time
    encoding = _UTF_16.get(seen[:2])
    if encoding is None:
        return cast("BinaryIO", _Prefixed(seen, stream))
    rest = cast("BinaryIO", _Prefixed(seen[2:], stream))
    return cast("BinaryIO", _Recoded(rest, encoding))


_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class _Window:
    """The part of the stream that is in memory, and how far it has been cut."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = _in_utf_8(stream)
        self._is_whole = False
        self._line_end = -1
        self._view = memoryview(b"")
        self.bytes = b""
        self.offset = 0
        """Of the window's first byte in the stream."""
        self.at = 0
        """Where the next document begins in the window."""
        self.taken = b""

    def skip_between(self) -> bool:
        """Go to the next document's first byte; false at the end of the stream."""
        while True:
            between = _BETWEEN.match(self.bytes, self.at)
            assert between is not None  # it matches nothing, too
            self.at = between.end()
            # A byte order mark may be cut in two by the end of the window.
            if self._is_whole or self.at + 3 <= len(self.bytes):
                return self.at < len(self.bytes)
            self._read_on()

    def take_value(self) -> int | None:
        """Take the JSON value that begins here, or say at which byte it is none."""
        if self._line_end < self.at:
            found = self.bytes.find(b"\n", self.at)
            self._line_end = found if found >= 0 else len(self.bytes)
        # Most often the value ends with the line, and nothing more need be looked at.
        limit = self._line_end
        while True:
            try:
                _walk(self._view[self.at : limit])
            except RecursionError:
                return self.at
            except msgspec.DecodeError as error:
                message = str(error)
                found_at = _BYTE.search(message)
                place = self.at + int(found_at[1]) if found_at else limit
                if "trailing characters" in message:
                    # msgspec counts the first byte after the value and its blanks.
                    self._take(place - 1)
                    return None
                if limit == len(self.bytes) and (
                    self._is_whole or place < limit - LONGEST_TOKEN
                ):
                    return place
            else:
                # A number at the end of the window may go on.
                if limit < len(self.bytes) or self._is_whole or self._ends_closed():
                    self._take(limit)
                    return None
            if limit == len(self.bytes):
                self._read_on()
            limit = len(self.bytes)

    def _ends_closed(self) -> bool:
        return self.bytes[-1] in b'}]"'

    def take_broken(self, fault: int, *, in_array: bool) -> None:
        """Take what is no JSON, as far as the next place where a document can begin."""
        fault -= self.at
        # Seen in part, a string looks like a lost quotation mark.
        while not self._is_whole and len(self.bytes) - self.at < LONGEST_COUNTED:
            self._read_on()
        end = self._broken_end(self.at + fault, in_array=in_array)
        while end is None and not self._is_whole:
            if len(self.bytes) - self.at >= LONGEST_BROKEN:
                break
            self._read_on()
            end = self._broken_end(self.at + fault, in_array=in_array)
        longest = min(self.at + LONGEST_BROKEN, len(self.bytes))
        self._take(longest if end is None else min(end, longest))

    def _broken_end(self, fault: int, *, in_array: bool) -> int | None:
        at = self.at
        if self.bytes[at] not in b"{[":
            debris = _OBJECT_STARTS.search(self.bytes, at + 1)
            return debris.start() if debris else None
        indent = self._indent()
        counted = at + LONGEST_COUNTED
        open_: list[bytes] = []
        for token in _STRUCTURE[indent].finditer(self.bytes, at, counted):
            mark, place = token[0], token.start()
            if mark == b"{" or mark == b"[":
                if place == fault > at and _OBJECT_STARTS.match(self.bytes, fault):
                    # An object where none may stand: the one before it was cut off.
                    return fault
                open_.append(mark)
            elif mark == b"}" or mark == b"]":
                opening = b"{" if mark == b"}" else b"["
                if opening in open_:
                    # Closes what was left open inside, too.
                    while open_.pop() != opening:
                        pass
                elif in_array:
                    return place
                if not open_ or _ENDS_DOCUMENT.match(self.bytes, place):
                    return token.end()
            elif mark == b"\n":
                return place
        if in_array:
            element = _NEXT_ELEMENT.search(self.bytes, max(fault, at + 1))
            if element:
                return element.end()
        later = _NEXT_DOCUMENT[indent].search(self.bytes, counted)
        if later is None:
            return None
        return later.start() if later[0] == b"\n" else later.end()

    def _indent(self) -> int:
        """Of the line that the broken document begins; none if it begins within one."""
        line_start = self.bytes.rfind(b"\n", max(0, self.at - DEEPEST_INDENT), self.at)
        before = self.bytes[line_start + 1 : self.at]
        return 0 if before.strip() or len(before) > DEEPEST_INDENT else len(before)

    def _take(self, end: int) -> None:
        self.taken = self.bytes[self.at : end].rstrip()
        self.at = end

    def _read_on(self) -> None:
        """Drop what was cut and read as much again as is left, at least a block."""
        rest = self.bytes[self.at :]
        block = self._stream.read(max(BLOCK, len(rest)))
        self._is_whole = not block
        self.offset += self.at
        self.at = 0
        self._line_end = -1
        self.bytes = rest + block
        self._view = memoryview(self.bytes)
