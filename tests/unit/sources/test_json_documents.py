import io
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources import json_documents
from jobs.sources.json_documents import split
from jobs.sources.records import Origin

ORIGIN = Origin("telephony", "2026-03-02/contacts.json")


def pieces(content):
    return [document.content for document in split(io.BytesIO(content), ORIGIN)]


def places(content):
    return [d.origin.locator for d in split(io.BytesIO(content), ORIGIN)]


def test_one_object_per_line_is_one_document_per_line():
    assert pieces(b'{"a":1}\n{"b":2}\n') == [b'{"a":1}', b'{"b":2}']


def test_windows_line_ends_and_blank_lines_belong_to_no_document():
    assert pieces(b'{"a":1}\r\n\r\n{"b":2}\r\n') == [b'{"a":1}', b'{"b":2}']


def test_objects_with_nothing_between_them_fall_apart():
    assert pieces(b'{"a":{"b":1}}{"c":"}{"}{}') == [
        b'{"a":{"b":1}}',
        b'{"c":"}{"}',
        b"{}",
    ]


def test_an_object_over_many_lines_is_one_document():
    content = json.dumps({"a": [{"b": 1}, {"c": 2}]}, indent=2).encode()
    assert pieces(content + b"\n" + content) == [content, content]


def test_the_elements_of_an_array_are_documents():
    content = b'[\n  {"a":1},\n  {"b":[1,2]},\n  null,\n  [3], "x", 12\n]\n'
    assert pieces(content) == [
        b'{"a":1}',
        b'{"b":[1,2]}',
        b"null",
        b"[3]",
        b'"x"',
        b"12",
    ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_its_mark_comes_out_as_utf_8(encoding):
    content = '\ufeff{"a":"é😀"}\r\n{"b":2}\r\n'.encode(encoding)

    assert pieces(content) == ['{"a":"é😀"}'.encode(), b'{"b":2}']
    assert len(pieces(content[:21])) == 1


def test_an_empty_file_and_an_empty_array_hold_no_document():
    assert pieces(b"") == pieces(b" \n") == pieces(b"[]") == []


def test_arrays_and_objects_may_follow_one_another():
    assert pieces(b'[{"a":1}]\n{"b":2}\n[{"c":3}]') == [
        b'{"a":1}',
        b'{"b":2}',
        b'{"c":3}',
    ]


def test_a_byte_order_mark_belongs_to_no_document():
    assert pieces(b'\xef\xbb\xbf{"a":1}') == [b'{"a":1}']


def test_the_locator_is_the_place_of_the_first_byte_in_the_file():
    assert places(b'\xef\xbb\xbf [{"a":1},\r\n {"b":2}] {"c":3}') == [
        "byte 5",
        "byte 16",
        "byte 25",
    ]


def test_a_record_cut_off_within_a_string_leaves_the_next_line_alone():
    assert pieces(b'{"a": "tru\n{"b":2}\n') == [b'{"a": "tru', b'{"b":2}']


def test_a_record_cut_off_between_tokens_leaves_the_next_line_alone():
    assert pieces(b'{"a": {"b": 1\n{"c":2}\n{"d":3}\n') == [
        b'{"a": {"b": 1',
        b'{"c":2}',
        b'{"d":3}',
    ]


def test_a_record_cut_off_on_the_same_line_leaves_the_next_one_alone():
    assert pieces(b'{"z":0}{"a": {"b": 1{"c":2}{"d":3}') == [
        b'{"z":0}',
        b'{"a": {"b": 1',
        b'{"c":2}',
        b'{"d":3}',
    ]


def test_the_end_cut_off_comes_out():
    assert pieces(b'{"a":1}\n{"b": [1, {"c') == [b'{"a":1}', b'{"b": [1, {"c']


@pytest.mark.parametrize(
    "broken",
    [
        b'{"a": tru}',
        b'{"a": NaN}',
        b'{"a": 1,}',
        b'{"a": "x}',
        b'{"a": x"}',
        b'{"a" "x"}',
        b"{'a': 'x'}",
        b'{"a": "\\x"}',
        b'{"a": "\\ud800"}',
        b'{"a": "\xff"}',
        b'{"a": "\x00"}',
        b'{"a": [{"b":1},{"c":2},]}',
    ],
)
@pytest.mark.parametrize("between", [b"\n", b"", b","])
def test_a_broken_record_is_one_piece_and_its_neighbours_are_whole(broken, between):
    content = between.join([b'{"y":1}', broken, b'{"z":2}'])
    if between == b",":
        content = b"[" + content + b"]"
    assert pieces(content) == [b'{"y":1}', broken, b'{"z":2}']


def test_a_broken_object_over_many_lines_is_one_piece():
    broken = b'{\n  "a": [\n    {"b": 1},\n    {"c": 2},\n  ]\n}'
    assert pieces(broken + b'\n{"z":1}') == [broken, b'{"z":1}']


def test_a_brace_too_many_costs_nobody_else():
    assert pieces(b'{"a":1}}\n{"b":2}') == [b'{"a":1}', b"}", b'{"b":2}']


def test_bytes_between_records_come_out_by_themselves():
    assert pieces(b'{"a":1}\x00\x00{"b":2} noise\n{"c":3}') == [
        b'{"a":1}',
        b"\x00\x00",
        b'{"b":2}',
        b"noise",
        b'{"c":3}',
    ]


def test_a_file_that_is_no_json_is_one_piece():
    assert pieces(b"id,name\n1,a\n2,b\n") == [b"id,name\n1,a\n2,b"]


def test_an_array_never_closed_is_told_because_elements_may_be_missing():
    assert pieces(b'[{"a":1},\n{"b":2}') == [b'{"a":1}', b'{"b":2}', b"["]
    assert places(b' [{"a":1},\n{"b":2}')[-1] == "byte 1"


@pytest.mark.parametrize("depth", [100, 100_000])
def test_deep_nesting_is_one_document(depth):
    deep = b'{"a":' + b"[" * depth + b"]" * depth + b"}"
    assert pieces(deep + b'{"b":2}')[0].startswith(deep[:70_000])
    assert b'{"b":2}' in pieces(deep + b'\n{"b":2}')


def test_openings_without_end_come_out():
    assert pieces(b"[" * 100_000) == [b"[" * 99_999, b"["]


def test_rubbish_costs_no_look_at_the_whole_file_for_each_piece():
    # Quadratic time would not end within this test's patience.
    assert len(pieces(b"{{}" * 20_000)) == 40_000


class Trickle(io.RawIOBase):
    """A stream that gives a few bytes at a time and counts what is asked of it."""

    def __init__(self, content, step):
        self._content, self._step = content, step

    def read(self, size=-1):
        piece, self._content = (
            self._content[: self._step],
            self._content[self._step :],
        )
        return piece


def test_a_window_may_end_anywhere(monkeypatch):
    content = (
        b'\xef\xbb\xbf[{"a":"\\ud83d\\ude00"},\r\n-1.5e3, null, {"b": [true]}]\n'
        b'{"c": "\\\\"}{"d":1}'
    )
    whole = [(d.content, d.origin) for d in split(io.BytesIO(content), ORIGIN)]
    assert len(whole) == 6
    for step in range(1, 20):
        cut = [(d.content, d.origin) for d in split(Trickle(content, step), ORIGIN)]
        assert cut == whole


def test_memory_is_bounded_by_the_largest_document(monkeypatch):
    monkeypatch.setattr(json_documents, "BLOCK", 1000)
    asked = []

    class Endless(io.RawIOBase):
        def read(self, size=-1):
            asked.append(size)
            return b'{"a": "bcdefghijklmno"},\n' * (size // 25)

    documents = split(Endless(), ORIGIN)
    for _ in range(10_000):
        next(documents)
    assert max(asked) <= 1000


def test_debris_without_end_comes_out_in_pieces(monkeypatch):
    monkeypatch.setattr(json_documents, "BLOCK", 1000)
    monkeypatch.setattr(json_documents, "LONGEST_BROKEN", 4000)
    found = pieces(b"\x01" * 10_000)
    assert b"".join(found) == b"\x01" * 10_000
    assert max(map(len, found)) == 4000


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
OBJECTS = st.lists(st.dictionaries(st.text(), JSON, max_size=4), max_size=6)


@given(
    OBJECTS,
    st.sampled_from(["", "\n", "\r\n", " ", "\t\n\n", ",", ",\n"]),
    st.sampled_from([None, 1]),
    st.booleans(),
    st.integers(1, 100),
)
def test_objects_joined_by_anything_come_back(
    objects, between, indent, ascii_only, step
):
    written = [
        json.dumps(o, indent=indent, ensure_ascii=ascii_only).encode() for o in objects
    ]
    content = between.encode().join(written)
    for stream in (io.BytesIO(content), Trickle(content, step)):
        assert [d.content for d in split(stream, ORIGIN)] == written
    array = b"[" + (between.encode() + b",").join(written) + b"]"
    assert pieces(array) == written


NEARLY_JSON = st.lists(
    st.sampled_from(
        [
            b"{",
            b"}",
            b"[",
            b"]",
            b'"',
            b",",
            b":",
            b"\n",
            b" ",
            b"\\",
            b'"a"',
            b"1",
            b"null",
            b'{"a":1}',
            b"\xff",
            b"\x00",
            b"\xef\xbb\xbf",
            b"-",
            b"\\u12",
        ]
    ),
    max_size=60,
).map(b"".join)
BETWEEN = re.compile(rb"(?:[\s,\[\]\x1e]|\xef\xbb\xbf)*")


@settings(max_examples=500)
@given(st.one_of(st.binary(max_size=200), NEARLY_JSON), st.integers(1, 50))
def test_arbitrary_bytes_never_raise_and_none_is_lost(content, step):
    found = list(split(io.BytesIO(content), ORIGIN))
    assert found == list(split(Trickle(content, step), ORIGIN))

    covered = 0
    unclosed = [d for d in found if d.content == b"["]
    for document in found:
        at = int(document.origin.locator.removeprefix("byte "))
        if document in unclosed and at < covered:
            continue
        assert BETWEEN.fullmatch(content[covered:at]), "bytes between are lost"
        assert content[at : at + len(document.content)] == document.content
        covered = at + len(document.content)
    assert BETWEEN.fullmatch(content[covered:])


@given(OBJECTS, st.data())
def test_a_damaged_line_never_takes_another_with_it(objects, data):
    lines = [json.dumps(o).encode() for o in objects]
    broken = data.draw(st.binary(min_size=1, max_size=30)).replace(b"\n", b" ")
    broken = b'{"broken": ' + broken
    at = data.draw(st.integers(0, len(lines)))
    found = pieces(b"\n".join([*lines[:at], broken, *lines[at:]]))
    assert [piece for piece in found if piece in lines][:at] == lines[:at]
    assert found[len(found) - len(lines[at:]) :] == lines[at:]
