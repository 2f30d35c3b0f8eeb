"""Survey answers in JSON, as the tables that their CSV would have been.

Two forms: Qualtrics responses (`{"responses": [{"responseId", "values"}]}`, or one a
line), whose values are named by import id and whose questions' texts are not told; and
objects with the columns of `columns.COLUMNS` as their fields, in an array or one a
line. Objects within an object are read as columns of their own (`person.email`).
"""

import codecs
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from jobs.sources.csv_documents import Row, Table

_anything = msgspec.json.Decoder().decode
LISTS = ("responses", "surveys", "survey_responses", "results", "data", "items")


class Peeked:
    """A stream whose beginning was looked at."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._seen = stream.read(64)

    def is_json(self) -> bool:
        if self._seen[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return self._seen.decode("utf-16", "ignore").lstrip()[:1] in ("{", "[")
        return is_json(self._seen.removeprefix(codecs.BOM_UTF8).lstrip())

    def read(self, size: int = -1) -> bytes:
        if not self._seen:
            return self._stream.read(size)
        seen = self._seen if size < 0 else self._seen[:size]
        self._seen = self._seen[len(seen) :]
        return seen


def is_json(document: bytes) -> bool:
    return document[:1] in (b"{", b"[")


def table(document: bytes) -> Table:
    """The document's records as rows; raises `msgspec.DecodeError` for what is no JSON."""
    records = list(_records(_anything(document)))
    is_qualtrics = any(isinstance(record.get("values"), dict) for record in records)
    if is_qualtrics:
        records = [_response(record) for record in records]
    cells = [dict(_cells(record)) for record in records]
    names = list(dict.fromkeys(name for row in cells for name in row))
    header = [names]
    if is_qualtrics:
        header = [names, [""] * len(names), [f'{{"ImportId":"{n}"}}' for n in names]]
    return Table(header, _rows(records, cells, names))


def _records(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _records(one)
    elif isinstance(value, dict):
        for name in LISTS:
            members = value.get(name)
            if isinstance(members, list) and any(isinstance(m, dict) for m in members):
                yield from _records(members)
                return
        yield value


def _response(record: dict[str, Any]) -> dict[str, Any]:
    values = record.get("values")
    named = dict(values) if isinstance(values, dict) else {}
    named.setdefault("_recordId", record.get("responseId"))
    return named


def _cells(record: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        if isinstance(value, dict) and not before:
            yield from _cells(value, f"{name}.")
        else:
            yield before + name, _text_of(value)


def _text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()


def _rows(
    records: list[dict[str, Any]], cells: list[dict[str, str]], names: list[str]
) -> Iterator[Row]:
    for record, row in zip(records, cells, strict=True):
        yield Row(
            [row.get(name, "") for name in names],
            msgspec.json.encode(record).decode(),
            0,
        )
