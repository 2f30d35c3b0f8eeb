"""The Arrow stage: files in, staged rows out. Batch and stream run this and nothing else.

A staged row is one record, whatever became of it: `record` names the table it is for
(or `excluded`), and the struct of that name holds its columns. `file` is what was read
to its end: a path below the drop folder, or `topic/partition offset N`.
"""

import gzip
import io
import re
import traceback
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
from pyarrow import fs
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from jobs import stores
from jobs.arrivals import Arrival
from jobs.lake import parsed_ddl
from jobs.pseudonyms import Pseudonyms
from jobs.settings import Settings
from jobs.shaping import Row, Shaper
from jobs.sources import READERS
from jobs.sources.records import Origin, Rejected
from schemas.contracts import contract

TABLES = ("interactions", "transcripts", "surveys", "crm_records", "quarantine")
"""Tables that staged rows are for."""

ROWS_PER_BATCH = 2_000
"""Rows held before they are handed to Spark: a few megabytes of text."""

SLICES_PER_CORE = 4
"""Tasks per core: enough that one large file does not leave the other cores idle."""

BYTES_PER_SLICE = 250_000
"""A task more for each: less is read sooner than another worker has started, and every
later query would have a task for each."""

ROOT = Path(__file__).parents[1]
"""Where our own modules are."""

UNREADABLE = (OSError, EOFError, zlib.error)
"""What opening and reading a file fail with, and unpacking a compressed one."""

FILE_NAME = re.compile(rb"[\w.:-]{1,200}\.json")
"""A message's key that names the file it would be."""


def schema() -> StructType:
    """The staging schema: a struct a table, in contract order."""
    structs = ", ".join(
        f"`{table}` struct<"
        + ", ".join(f"`{c.name}`: {c.spark_type}" for c in contract(table).columns)
        + ">"
        for table in TABLES
    )
    return parsed_ddl(
        "record string, source string, day date, file string, reason string, " + structs
    )


def staged(
    spark: SparkSession, settings: Settings, files: list[Arrival], *, now: datetime
) -> DataFrame:
    """Every record of these files, masked, as staged rows.

    Lazy, and costly to compute: persist it before reading it twice.

    Args:
        files: what arrived (see `jobs.arrivals`).
        now: becomes `processed_at`.
    """
    shape = schema()
    if not files:
        return spark.createDataFrame([], shape)
    slices = _slice_count(files, spark.sparkContext.defaultParallelism)
    listed = spark.createDataFrame(
        [(place, *arrival) for place, arrival in enumerate(_by_slice(files, slices))],
        "place int, source string, kind string, day date, file string, size long",
    ).repartitionByRange(slices, "place")
    return listed.mapInArrow(reading(settings, now, shape), shape)


def reading(
    settings: Settings, now: datetime, shape: StructType
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """The function that runs in the workers: listed files in, staged rows out."""
    settings.secret  # noqa: B018 - its faults belong to the driver, not to a worker
    arrow = to_arrow_schema(shape)

    def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        pseudonyms = Pseudonyms(settings.secret, settings.company.country)
        filesystem, root = stores.opened(settings.drop)
        held: list[Row] = []
        for batch in batches:
            for listed in batch.to_pylist():
                arrival = Arrival(
                    *(listed[f] for f in ("source", "kind", "day", "file", "size"))
                )

                def opened(file: str = arrival.file) -> BinaryIO:
                    return open_file(filesystem, f"{root}/{file}")

                for row in rows_of(arrival, opened, settings, pseudonyms, now):
                    held.append(row)
                    if len(held) >= ROWS_PER_BATCH:
                        yield pa.RecordBatch.from_pylist(held, arrow)
                        held = []
        if held:
            yield pa.RecordBatch.from_pylist(held, arrow)

    return read


def staged_messages(
    spark: SparkSession, settings: Settings, messages: DataFrame, *, now: datetime
) -> DataFrame:
    """Every record of these Kafka messages, masked, as staged rows.

    Args:
        messages: ``source``, ``kind``, ``day``, ``topic``, ``partition``, ``offset``,
            ``value``: one document each; ``key``: where it ends in `.json`, the name of
            the file that the document would be (a telephony analysis has its contact and
            its time nowhere else).
        now: becomes `processed_at`.
    """
    shape = schema()
    cores = spark.sparkContext.defaultParallelism
    even = messages.repartition(cores)
    return even.mapInArrow(hearing(settings, now, shape), shape)


def hearing(
    settings: Settings, now: datetime, shape: StructType
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """The function that runs in the workers: messages in, staged rows out."""
    settings.secret  # noqa: B018 - its faults belong to the driver, not to a worker
    arrow = to_arrow_schema(shape)

    def hear(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        pseudonyms = Pseudonyms(settings.secret, settings.company.country)
        for batch in batches:
            rows: list[Row] = []
            for message in batch.to_pylist():
                value = message["value"] or b""
                place = f"{message['topic']}/{message['partition']}"
                # Any other key may be a customer's number, and is not ours to keep.
                named = FILE_NAME.fullmatch(message["key"] or b"")
                arrival = Arrival(
                    message["source"],
                    message["kind"],
                    message["day"],
                    f"{place}/{named[0].decode()}" if named else place,
                    len(value),
                )
                rows += rows_of(
                    arrival,
                    partial(io.BytesIO, value),
                    settings,
                    pseudonyms,
                    now,
                    locator=f"offset {message['offset']}",
                )
            yield pa.RecordBatch.from_pylist(rows, arrow)

    return hear


def open_file(filesystem: fs.FileSystem, path: str) -> BinaryIO:
    """A file as readers expect one: buffered, seekable, with lines."""
    if isinstance(filesystem, fs.LocalFileSystem):
        return Path(path).open("rb")
    return io.BufferedReader(cast("io.RawIOBase", filesystem.open_input_file(path)))


def rows_of(
    arrival: Arrival,
    opened: Callable[[], BinaryIO],
    settings: Settings,
    pseudonyms: Pseudonyms,
    now: datetime,
    *,
    locator: str = "",
) -> Iterator[Row]:
    """The staged rows of one file: exactly one for each of its records.

    A file that cannot be opened or read to its end is one refusal; what was read of it
    before stays. So is a message without any bytes, which a file may be, and a document
    on which our own code fails: the others must not wait for its mending.

    Args:
        locator: where in `arrival.file` this document begins; empty for a whole file.
    """
    from nlp import detect_language  # loads with the first file, once per worker

    reader = READERS[arrival.kind]
    shaper = Shaper(
        pseudonyms,
        day=arrival.day,
        now=now,
        country=settings.company.country,
        detect_language=detect_language,
    )
    origin = Origin(
        source=arrival.source,
        file=arrival.file,
        locator=locator,
        company=settings.company.as_known_to_readers(),
    )
    read = f"{arrival.file} {locator}".strip()
    if locator and not arrival.size:
        empty = Rejected("empty_message", "the message has no bytes", origin)
        yield shaper.row(empty) | {"file": read}
        return
    try:
        with opened() as stream:
            plain: Any = stream
            if arrival.file.endswith(".gz"):
                plain = gzip.GzipFile(fileobj=stream)
            for document in reader.split(plain, origin):
                try:
                    for record in reader.parse(document.content, document.origin):
                        yield shaper.row(record) | {"file": read}
                except (*UNREADABLE, MemoryError):
                    raise
                except Exception as error:
                    refused = Rejected("our_fault", _where(error), document.origin)
                    yield shaper.row(refused) | {"file": read}
    except UNREADABLE as error:
        refused = Rejected(
            "unreadable_file", f"{type(error).__name__}: {error}", origin
        )
        yield shaper.row(refused) | {"file": read}
    except MemoryError:
        raise
    except Exception as error:  # where documents are told apart: the rest of the file
        yield shaper.row(Rejected("our_fault", _where(error), origin)) | {"file": read}


def _where(error: Exception) -> str:
    """What failed and where. Not the error's own words: they may quote the document."""
    frames = [
        (Path(frame.filename), frame.lineno)
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    # The last line of ours: what it called of Python or of a library says little.
    file, line = [
        (file.relative_to(ROOT), line)
        for file, line in frames
        if file.is_relative_to(ROOT) and "site-packages" not in file.parts
    ][-1]
    return (
        f"{type(error).__name__} at {file.as_posix()}:{line}: a fault of Verbatim, not of "
        "the document. Report this line; once it is mended, replay"
    )


def _slice_count(files: list[Arrival], cores: int) -> int:
    """How many tasks read these files: as many as keep the cores busy, if it is much."""
    worth = 1 + sum(arrival.size for arrival in files) // BYTES_PER_SLICE
    return min(len(files), SLICES_PER_CORE * cores, worth)


def _by_slice(files: list[Arrival], slices: int) -> list[Arrival]:
    """Files in an order in which equal runs hold about equally many bytes.

    Largest first, dealt out in turn: a source's big files do not end up in one task.
    """
    by_size = sorted(files, key=lambda arrival: (-arrival.size, arrival))
    return [arrival for place in range(slices) for arrival in by_size[place::slices]]
