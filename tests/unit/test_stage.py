"""One file's rows: every record once, whatever the file is like."""

import gzip
import io
import json
from collections import Counter

import pyarrow as pa
import pytest
from pyspark.sql.types import StructType

import nlp
from jobs import stage
from jobs.arrivals import Arrival
from jobs.pseudonyms import Pseudonyms
from jobs.settings import CompanySection, Settings, Source
from jobs.sources.records import Document, Reader
from tests.builders import (
    DAY,
    PROCESSED,
    a_crm_customer,
    a_rejection,
    a_survey,
    a_transcript,
    an_exclusion,
    an_interaction,
)

SETTINGS = Settings(
    company=CompanySection(name="X", email_domains=["Ondine.example"]),
    sources=[Source(name="phones", kind="email", files=["{day}/*"])],
)

RECORDS = {
    b"excluded": an_exclusion,
    b"refused": a_rejection,
    b"said": a_transcript,
    b"asked": a_survey,
    b"customer": a_crm_customer,
}


def split(stream, origin):
    """A document a line."""
    place = 0
    for line in stream:
        if line == b"split\n":
            raise KeyError("Mme Durand")
        yield Document(line.rstrip(b"\n"), origin.at(f"byte {place}"))
        place += len(line)


def parse(document, origin):
    """A record a word: those of RECORDS, else an interaction of that id."""
    for word in document.split():
        if word == b"bug":
            raise IndexError("list index of Mme Durand out of range")
        if word == b"json":
            json.loads("Mme Durand")
        if word in RECORDS:
            yield RECORDS[word](origin=origin)
        else:
            yield an_interaction(native_id=word.decode(), origin=origin)


@pytest.fixture
def rows(monkeypatch):
    """Rows of a file of that content, by a reader of words."""
    monkeypatch.setattr(stage, "READERS", {"words": Reader("words", split, parse)})
    monkeypatch.setattr(nlp, "detect_language", lambda text: None)

    def of(content, file="2026-03-02/words.txt"):
        def opened():
            if isinstance(content, Exception):
                raise content
            return io.BytesIO(content)

        arrival = Arrival("phones", "words", DAY, file, 0)
        pseudonyms = Pseudonyms("a secret of more than thirty-two characters", "FR")
        return list(stage.rows_of(arrival, opened, SETTINGS, pseudonyms, PROCESSED))

    return of


def ids(found):
    return [r["interactions"]["interaction_id"] for r in found if r.get("interactions")]


def test_every_record_is_one_row_in_the_file_s_order(rows):
    found = rows(b"a b\nc excluded\nrefused said asked customer\n")

    assert [row["record"] for row in found] == [
        "interactions",
        "interactions",
        "interactions",
        "excluded",
        "quarantine",
        "transcripts",
        "surveys",
        "crm_records",
    ]
    assert ids(found) == ["phones:a", "phones:b", "phones:c"]


def test_every_row_says_which_file_source_and_day_it_is_of(rows):
    found = rows(b"a excluded refused")

    assert {(row["file"], row["source"], row["day"]) for row in found} == {
        ("2026-03-02/words.txt", "phones", DAY)
    }


def test_a_record_says_where_in_the_file_it_stands(rows):
    [_, second] = rows(b"a\nb\n")

    assert second["interactions"]["locator"] == "byte 2"


def test_a_broken_record_leaves_its_neighbours_standing(rows):
    found = rows(b"a refused b")

    assert ids(found) == ["phones:a", "phones:b"]
    assert Counter(row["record"] for row in found)["quarantine"] == 1


def test_readers_are_told_the_company(rows, monkeypatch):
    seen = []

    def noted(document, origin):
        seen.append(origin.company.email_domains)
        return iter(())

    monkeypatch.setattr(stage, "READERS", {"words": Reader("words", split, noted)})
    rows(b"a")

    assert seen == [frozenset({"ondine.example"})]


def test_an_empty_file_has_no_rows(rows):
    assert rows(b"") == []


def test_a_compressed_file_is_read_by_its_name(rows):
    packed = gzip.compress(b"a\nb\n")

    assert ids(rows(packed, "2026-03-02/words.txt.gz")) == ["phones:a", "phones:b"]


def test_a_truncated_file_is_one_refusal_and_what_was_read_of_it_stays(rows):
    lines = b"".join(b"%d\n" % (n * 7919) for n in range(5_000))
    packed = gzip.compress(lines)[:-2_000]

    found = rows(packed, "2026-03-02/words.txt.gz")

    *read, last = found
    assert ids(read) == [f"phones:{n * 7919}" for n in range(len(read))]
    assert 0 < len(read) < 5_000
    assert last["record"] == "quarantine"
    assert last["quarantine"]["reason_code"] == "unreadable_file"
    assert last["quarantine"]["message"] == (
        "EOFError: Compressed file ended before the end-of-stream marker was reached"
    )
    assert last["quarantine"]["file"] == "2026-03-02/words.txt.gz"


def test_a_damaged_file_is_one_refusal(rows):
    packed = bytearray(gzip.compress(b"a\nb\n"))
    packed[10] |= 0b110  # the first block's type, now one that does not exist

    [only] = rows(bytes(packed), "2026-03-02/words.txt.gz")

    assert only["quarantine"]["reason_code"] == "unreadable_file"
    assert only["quarantine"]["message"] == (
        "error: Error -3 while decompressing data: invalid block type"
    )


def test_a_file_that_only_calls_itself_compressed_is_one_refusal(rows):
    [only] = rows(b"a\nb\n", "2026-03-02/words.txt.gz")

    assert only["quarantine"]["reason_code"] == "unreadable_file"
    assert only["quarantine"]["message"].startswith("BadGzipFile: Not a gzipped file")


def test_a_document_our_code_fails_on_is_one_refusal_and_the_others_are_read(rows):
    found = rows(b"a\nb bug c\nd\n")

    assert ids(found) == ["phones:a", "phones:b", "phones:d"]
    [refused] = [r["quarantine"] for r in found if r["record"] == "quarantine"]
    assert refused["reason_code"] == "our_fault"
    assert refused["locator"] == "byte 2"
    assert refused["message"].startswith("IndexError at tests/unit/test_stage.py:")
    assert "Durand" not in str(refused)


def test_a_fault_is_told_by_our_own_line_not_by_the_library_s(rows):
    [only] = rows(b"json")

    place = only["quarantine"]["message"]
    assert place.startswith("JSONDecodeError at tests/unit/test_stage.py:")
    assert "Durand" not in str(only)


def test_where_our_code_fails_between_documents_the_rest_of_the_file_is_refused(rows):
    *read, last = rows(b"a\nsplit\nb\n")

    assert ids(read) == ["phones:a"]
    assert last["quarantine"]["reason_code"] == "our_fault"
    assert last["quarantine"]["message"].startswith("KeyError at tests/unit/")
    assert "Durand" not in str(last)


def test_memory_that_runs_out_is_no_fault_of_a_document(rows):
    with pytest.raises(MemoryError):
        rows(MemoryError())


@pytest.mark.parametrize(
    "fault", [PermissionError(13, "no"), FileNotFoundError(2, "no")]
)
def test_a_file_that_cannot_be_opened_is_one_refusal(rows, fault):
    [only] = rows(fault)

    assert only["record"] == "quarantine"
    assert only["quarantine"]["message"] == f"{type(fault).__name__}: {fault}"
    assert (only["file"], only["quarantine"]["locator"]) == ("2026-03-02/words.txt", "")


def test_a_local_file_is_opened_with_lines_and_places(tmp_path):
    from pyarrow import fs

    (tmp_path / "a").write_bytes(b"one\ntwo\n")

    with stage.open_file(fs.LocalFileSystem(), f"{tmp_path}/a") as stream:
        assert stream.readline() == b"one\n"
        assert stream.seek(0) == 0
        assert list(stream) == [b"one\n", b"two\n"]


def test_a_file_elsewhere_is_opened_with_lines_and_places(tmp_path):
    from pyarrow import fs

    (tmp_path / "a").write_bytes(b"one\ntwo\n")
    elsewhere = fs.SubTreeFileSystem(str(tmp_path), fs.LocalFileSystem())

    with stage.open_file(elsewhere, "a") as stream:
        assert stream.readline() == b"one\n"
        assert stream.seek(0) == 0
        assert list(stream) == [b"one\n", b"two\n"]


def test_large_files_are_dealt_out_over_the_slices():
    files = [Arrival("phones", "words", DAY, f"{n}", n) for n in range(1, 7)]

    dealt = stage._by_slice(files, 2)

    assert [arrival.size for arrival in dealt] == [6, 4, 2, 5, 3, 1]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [([60_000] * 4, 1), ([60_000] * 5, 2), ([10**9], 1), ([10**9] * 99, 8)],
    ids=["little", "somewhat more", "one file", "much"],
)
def test_much_is_read_by_many_tasks_and_little_by_one(sizes, expected):
    files = [Arrival("phones", "words", DAY, f"{n}", n) for n in sizes]

    assert stage._slice_count(files, cores=2) == expected


@pytest.fixture
def heard(monkeypatch):
    """Staged rows of messages of one topic, by a reader of words."""
    monkeypatch.setattr(stage, "READERS", {"words": Reader("words", split, parse)})
    monkeypatch.setattr(nlp, "detect_language", lambda text: None)
    settings = SETTINGS.model_copy(update={"pseudonym_key": "k" * 32})
    place = pa.struct({"file": pa.string(), "locator": pa.string()})
    refusal = pa.struct({"reason_code": pa.string(), "locator": pa.string()})
    shown = {"record": pa.string(), "file": pa.string()}
    shown |= {"transcripts": place, "quarantine": refusal}
    # The whole schema would need Spark to read it.
    monkeypatch.setattr(stage, "to_arrow_schema", lambda shape: pa.schema(shown))
    hear = stage.hearing(settings, PROCESSED, StructType())

    def of(*messages):
        rows = [
            {
                "source": "phones",
                "kind": "words",
                "day": DAY,
                "topic": "calls",
                "partition": 3,
                "offset": 70 + number,
                "key": key,
                "value": value,
            }
            for number, (key, value) in enumerate(messages)
        ]
        [batch] = hear([pa.RecordBatch.from_pylist(rows)])
        return batch.to_pylist()

    return of


def test_a_message_says_by_topic_partition_and_offset_where_it_stands(heard):
    [row] = heard((b"+33612345678", b"said"))

    assert row["file"] == "calls/3 offset 70"
    assert row["transcripts"]["file"] == "calls/3"
    assert row["transcripts"]["locator"] == "offset 70 byte 0"


def test_a_message_whose_key_names_a_file_is_that_file(heard):
    [row] = heard((b"c1_analysis_2026-03-02T10_31_59Z.json", b"said"))

    assert row["transcripts"]["file"] == (
        "calls/3/c1_analysis_2026-03-02T10_31_59Z.json"
    )


@pytest.mark.parametrize("value", [None, b""])
def test_a_message_without_bytes_is_refused_and_its_neighbours_are_not(heard, value):
    first, second = heard((None, value), (None, b"said"))

    assert first["quarantine"]["reason_code"] == "empty_message"
    assert first["quarantine"]["locator"] == "offset 70"
    assert second["record"] == "transcripts"
