"""A CSV file, cut into documents that each carry the header and some hundred rows.

Taken alike: commas, semicolons and tabs, told from the header; quoted cells with line
ends in them; LF, CRLF and CR; UTF-8 with and without a mark, UTF-16, windows-1252
(also a few such lines in a file of UTF-8), UTF-8 that a spreadsheet took for windows-1252
and wrote once more (`Ã©`); Excel's `sep=;` line.

A document is UTF-8 whatever the file was, and `table` reads it, or a whole small file,
alike. Its locator is `byte N`, N its first row's first byte in the file; a row's is
`byte N row K`, counted from 1 there. Rows without any text are no rows.

One broken row costs no other: a quote that is never closed, or is closed by the opening
quote of a later row, would swallow the rows between; then only its own line is broken,
and reading goes on at the next. It is noticed where the cell is longer than
`LONGEST_CELL`, where the file ends in it, where something other than a delimiter
follows the closing quote, and where the row has more cells than the header.

Memory is bounded by the largest document: `ROWS` rows, or fewer when they are long.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO, NamedTuple

from jobs.sources.records import Document, Origin

# Some hundred: the header is parsed once for so many rows.
ROWS = 500
# A document is closed at this many characters although it has fewer rows.
LONG_DOCUMENT = 1 << 20
# No answer to a survey is longer; a cell that is has lost its closing quote. This is
# also how much is read again after such a row.
LONGEST_CELL = 1 << 20
# A line is cut here: a film in the drop folder must not fill the memory.
LONGEST_LINE = 4 << 20
# The encoding is told from so many bytes.
SAMPLE = 4096

_DELIMITERS = ",;\t"
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SEP_LINE = re.compile(r'"?sep=([,;\t])"?\s*', re.IGNORECASE)
_NO_NAME = re.compile(r"[^a-z0-9]+")
_BLOCK = 1 << 16

# The module's limit is one for the process; its default of 131,072 would refuse long
# answers, and nothing else here reads CSV.
csv.field_size_limit(LONGEST_CELL)


class Line(NamedTuple):
    text: str
    size: int
    """In bytes of the file."""


class Row(NamedTuple):
    cells: list[str]
    text: str
    """As it was written, line end included."""
    size: int
    """In bytes of the file."""
    fault: str | None = None
    """Why it could not be cut into cells; these are then empty."""

    @property
    def is_blank(self) -> bool:
        return self.fault is None and not any(cell.strip() for cell in self.cells)


class Table(NamedTuple):
    """A document as its parser sees it."""

    header: list[list[str]]
    """The header rows' cells."""
    rows: Iterator[Row]
    """Every row that has text, with as many cells as the header, or with a fault."""


IsHeader = Callable[[list[str]], bool]
"""Whether a row has the names of columns. Where it says so of a later row than the
first, the lines above that row are a title, if none has more than two cells filled."""
MOST_TITLE_LINES = 10

CountHeaderRows = Callable[[list[list[str]]], int]
"""How many of a file's first rows (three at most are shown) are its header."""


def one_header_row(first_rows: list[list[str]]) -> int:
    """The ordinary table: one row of names, then data."""
    return 1


def split(
    stream: BinaryIO,
    origin: Origin,
    count_header_rows: CountHeaderRows = one_header_row,
    is_header: IsHeader | None = None,
    *,
    rows_per_document: int | None = ROWS,
    long_document: int = LONG_DOCUMENT,
) -> Iterator[Document]:
    """Documents of whole rows, each with the file's header before them.

    A file with a header and no row is one document, so that `parse` can refuse it for
    its columns. Null for `rows_per_document` leaves only the length to close one.
    """
    reader = _Reader(stream)
    header = reader.take_header(count_header_rows, is_header)
    if not header:
        return
    head = _with_line_end("".join(row.text for row in header))
    at = reader.offset
    pieces: list[str] = []
    length = 0
    start = at
    emitted = False
    for row in reader.rows():
        if not pieces:
            start = at
        at += row.size
        if row.is_blank and not pieces:
            continue
        pieces.append(_with_line_end(row.text))
        length += len(row.text)
        if len(pieces) == rows_per_document or length >= long_document:
            yield Document(_bytes(head, pieces), origin.at(f"byte {start}"))
            pieces, length, emitted = [], 0, True
    if pieces or not emitted:
        yield Document(_bytes(head, pieces), origin.at(f"byte {start}"))


def table(
    document: bytes,
    count_header_rows: CountHeaderRows = one_header_row,
    is_header: IsHeader | None = None,
) -> Table | None:
    """A document's header and rows; null when it holds no text at all."""
    reader = _Reader(BytesIO(document))
    header = reader.take_header(count_header_rows, is_header)
    if not header:
        return None
    return Table([row.cells for row in header], _rows_with_text(reader))


def _rows_with_text(reader: "_Reader") -> Iterator[Row]:
    for row in reader.rows():
        if row.is_blank:
            continue
        # Spreadsheets leave out the empty cells at a row's end.
        missing = 0 if row.fault else reader.width - len(row.cells)
        yield row._replace(cells=row.cells + [""] * missing) if missing > 0 else row


class Resumed(io.RawIOBase):
    """A stream whose beginning was read already."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start = start
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        if self._start:
            end = size if size >= 0 else len(self._start)
            taken, self._start = self._start[:end], self._start[end:]
            return taken
        return self._rest.read(size)


def _with_line_end(text: str) -> str:
    return text if text.endswith(("\n", "\r")) else text + "\n"


def _bytes(head: str, pieces: list[str]) -> bytes:
    return "".join([head, *pieces]).encode("utf-8", "replace")


class _Reader:
    """Rows of a stream, the header first."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = _Lines(_lines_of(stream))
        self._delimiter = ","
        self.width = 0
        """Cells in the header; 0 before it is known."""
        self.offset = 0
        """The first byte after the header."""

    def take_header(
        self, count_header_rows: CountHeaderRows, is_header: IsHeader | None
    ) -> list[Row]:
        first = self._lines.peek_text()
        sep = _SEP_LINE.fullmatch(first) if first is not None else None
        if sep is not None:
            self.offset += self._lines.drop()
            first = self._lines.peek_text()
        if first is None:
            return []
        if is_header is not None:
            self.offset += self._lines.drop(_title_length(self._lines, is_header))
            first = self._lines.peek_text() or first
        self._delimiter = sep[1] if sep is not None else delimiter_of(first)
        shown: list[Row] = []
        lines: list[list[Line]] = []
        for row in self._cut():
            if row.is_blank and not shown:
                self.offset += row.size
                continue
            shown.append(row)
            lines.append(self._lines.taken[:1] if row.fault else self._lines.taken)
            if len(shown) == 3:
                break
        if not shown:
            return []
        count = count_header_rows([row.cells for row in shown])
        header = shown[:count]
        # They were cut without knowing how many cells a row may have.
        for taken in reversed(lines[count:]):
            self._lines.give_back(taken)
        self.width = len(header[0].cells)
        self.offset += sum(row.size for row in header)
        return header

    def rows(self) -> Iterator[Row]:
        """The rows after the header, blank ones too."""
        return self._cut()

    def _cut(self) -> Iterator[Row]:
        lines = self._lines
        reader = csv.reader(lines, delimiter=self._delimiter)
        while True:
            lines.taken = []
            lines.ended = False
            fault: str | None = None
            cells: list[str] = []
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                fault = f"cannot be cut into cells: {error}"
            taken = lines.taken
            if fault is None and lines.ended:
                fault = "a quote is opened and never closed"
            if fault is None and len(taken) > 1 and self._is_swallowing(taken, cells):
                fault = "a quote is opened and not closed in its row"
            if fault is not None:
                lines.give_back(taken[1:])
                yield Row([], taken[0].text, taken[0].size, fault)
                continue
            text = taken[0].text if len(taken) == 1 else "".join(t.text for t in taken)
            size = taken[0].size if len(taken) == 1 else sum(t.size for t in taken)
            yield self._checked(Row(cells, text, size))

    def _checked(self, row: Row) -> Row:
        if not self.width or len(row.cells) <= self.width:
            return row
        if not any(cell.strip() for cell in row.cells[self.width :]):
            return row._replace(cells=row.cells[: self.width])
        fault = f"{len(row.cells)} cells where the header has {self.width}"
        return Row([], row.text, row.size, fault)

    def _is_swallowing(self, taken: list[Line], cells: list[str]) -> bool:
        if self.width and len(cells) > self.width:
            return True
        strict = csv.reader(
            [line.text for line in taken], delimiter=self._delimiter, strict=True
        )
        try:
            next(strict)
        except csv.Error:
            return True
        return False


class _Lines:
    """Lines for the csv module, which can be given back when a row was none."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._back: deque[Line] = deque()
        self.taken: list[Line] = []
        """The lines of the row being read."""
        self.ended = False
        """That row asked for a line and there was none: it ends within quotes."""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        return line.text

    def give_back(self, lines: list[Line]) -> None:
        self._back.extendleft(reversed(lines))

    def peek_text(self) -> str | None:
        """The first line with text, blank ones before it dropped only when read."""
        seen: list[Line] = []
        found: str | None = None
        for line in self._lines:
            seen.append(line)
            if line.text.strip():
                found = line.text
                break
        self._back.extend(seen)
        return found

    def peek(self, count: int) -> list[Line]:
        """So many of the first lines, or all there are."""
        while len(self._back) < count:
            line = next(self._lines, None)
            if line is None:
                break
            self._back.append(line)
        return list(self._back)[:count]

    def drop(self, count: int | None = None) -> int:
        """Leave out so many lines that were peeked at, or all; how many bytes these were."""
        dropped = len(self._back) if count is None else count
        return sum(self._back.popleft().size for _ in range(dropped))


def _title_length(lines: _Lines, is_header: IsHeader) -> int:
    """How many lines stand above the table; 0 where it begins at once, or nowhere."""
    for count, line in enumerate(lines.peek(MOST_TITLE_LINES)):
        try:
            cells = next(csv.reader([line.text], delimiter=delimiter_of(line.text)), [])
        except csv.Error:
            return 0
        filled = sum(bool(cell.strip()) for cell in cells)
        if filled > 2:
            return count if is_header(cells) else 0
    return 0


def column_name(cell: str) -> str:
    """A header's cell as it is compared: `N° de Téléphone` is `n_de_telephone`."""
    bare = unicodedata.normalize("NFKD", cell.strip().lower())
    return _NO_NAME.sub("_", bare.encode("ascii", "ignore").decode()).strip("_")


def delimiter_of(header: str) -> str:
    """The mark that stands most often in the header, outside quotes; else a comma."""
    bare = _QUOTED.sub("", header)
    return max(_DELIMITERS, key=bare.count)


def _lines_of(stream: BinaryIO) -> Iterator[Line]:
    """Decoded lines, each with its line end and its size in the file."""
    sample = _read(stream, SAMPLE)
    encoding, mark = _encoding_of(sample)
    if encoding is not None:
        yield from _utf_16_lines(stream, sample[mark:], encoding, mark)
        return
    # Old Macintosh files end their lines by CR alone.
    is_old = b"\n" not in sample and b"\r" in sample
    skipped = mark
    for raw in _raw_lines(stream, sample[mark:], b"\r" if is_old else b"\n"):
        try:
            text = raw.decode("utf-8")
            if not text.isascii() and _TWICE_ENCODED.search(text):
                text = _once_encoded(text)
        except UnicodeDecodeError:
            # windows-1252 leaves five bytes undefined.
            text = raw.decode("cp1252", "replace")
        yield Line(text.replace("\r", "\n") if is_old else text, len(raw) + skipped)
        skipped = 0


# The first bytes of accented letters, quotation marks and emoji, each as a character.
_TWICE_ENCODED = re.compile(
    "[\u00c3\u00c2][\u0080-\u00bf\u0152-\u2122]|\u00e2\u20ac|\u00f0\u0178"
)
# windows-1252 leaves these bytes undefined; programs keep them as they are.
_UNDEFINED = frozenset("\x81\x8d\x8f\x90\x9d")


def _once_encoded(text: str) -> str:
    """The text as it was before it was taken for windows-1252; itself if it was not."""
    try:
        return b"".join(
            c.encode("latin-1" if c in _UNDEFINED else "cp1252") for c in text
        ).decode("utf-8")
    except UnicodeError:
        return text


def _encoding_of(sample: bytes) -> tuple[str | None, int]:
    """The UTF-16 that it is, or null, and the length of the byte order mark."""
    if sample.startswith(codecs.BOM_UTF8):
        return None, 3
    if sample.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le", 2
    if sample.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be", 2
    # Without a mark: names are ASCII, so every other byte is zero.
    even, odd = sample[0:200:2], sample[1:200:2]
    if odd and odd.count(0) > 0.9 * len(odd) and not even.count(0):
        return "utf-16-le", 0
    if odd and even.count(0) > 0.9 * len(even) and not odd.count(0):
        return "utf-16-be", 0
    return None, 0


def _read(stream: BinaryIO, size: int) -> bytes:
    """So many bytes, or all there are; a pipe gives fewer at a time."""
    content = b""
    while len(content) < size:
        more = stream.read(size - len(content))
        if not more:
            break
        content += more
    return content


def _raw_lines(stream: BinaryIO, rest: bytes, end: bytes) -> Iterator[bytes]:
    while True:
        lines = rest.split(end)
        rest = lines.pop()
        for line in lines:
            yield line + end
        if len(rest) >= LONGEST_LINE:
            yield rest
            rest = b""
        block = stream.read(_BLOCK)
        if not block:
            break
        rest += block
    if rest:
        yield rest


def _utf_16_lines(
    stream: BinaryIO, rest: bytes, encoding: str, skipped: int
) -> Iterator[Line]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(rest)
    while True:
        lines = text.split("\n")
        text = lines.pop()
        for line in lines:
            yield Line(line + "\n", _utf_16_size(line) + 2 + skipped)
            skipped = 0
        if len(text) >= LONGEST_LINE:
            yield Line(text, _utf_16_size(text) + skipped)
            text, skipped = "", 0
        block = stream.read(_BLOCK)
        if not block:
            break
        text += decoder.decode(block)
    text += decoder.decode(b"", final=True)
    if text:
        yield Line(text, _utf_16_size(text) + skipped)


def _utf_16_size(text: str) -> int:
    return 2 * len(text) + 2 * sum(character > "\uffff" for character in text)
