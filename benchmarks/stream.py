"""How soon what arrives is readable, beside a query that only copies the bytes to Delta.

    python -m benchmarks.stream [--rate 10] [--seconds 120] [--backlog 2000]
    python -m benchmarks.stream --batches 360 [--rate 10]

Documents of the demo company, a file each, are renamed into a watched folder at a steady
rate; then a backlog at once. First the copy meets them, then `verbatim stream`: same files,
rate, trigger and machine, so the ratios hold whatever else runs. Arrived is the rename;
readable is when the commit that first holds the document was in the table's log. Both are
read from the files afterwards: nothing queries the tables meanwhile.

With `--batches` so many micro-batches, each of what arrives between two triggers, follow
each other without a pause, and memory and checkpoint are looked at on the way: 360 of
them are an hour.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep, time
from typing import NamedTuple
from zlib import crc32

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.pipeline import memory_mib
from benchmarks.soak import company
from demo.company import write
from jobs.arrivals import arrivals
from jobs.settings import Settings, load
from jobs.sources import READERS
from jobs.sources.records import Origin

ROOT = Path(__file__).parents[1]
SEED = 11
DAY = date(2026, 3, 2)
DOCUMENTS_PER_CUSTOMER = 0.09
"""On one day of the demo company, its lists of customers and answers left out."""

SOURCES = ("telephony", "mailbox", "helpdesk", "messaging", "x", "mastodon")
"""Sources that deliver a document at a time; the others leave one file a day."""

SECONDS_TO_WAIT = 900.0
WARMING_SECONDS = 60.0
"""Of the feed, left out: the first micro-batches compile plans and start workers."""

COPY = "copy"
OURS = "stream"
READABLE = {
    COPY: (("copied", "path"),),
    OURS: (("interactions", "file"), ("transcripts", "file")),
}
"""Tables that show that a document was read, and the column that names its file."""


class Document(NamedTuple):
    """One file to be."""

    path: str
    """Below the drop folder."""
    content: bytes


def documents(folder: Path, count: int) -> list[Document]:
    """So many documents of one day, in an order in which sources are mixed.

    Raises:
        SystemExit: the demo company did not have so many.
    """
    drop = folder / "written"
    customers = max(600, round(count / DOCUMENTS_PER_CUSTOMER))
    write(drop, seed=SEED, start=DAY, days=1, customers=customers)
    settings = company(folder / "writer", drop)
    found = []
    for arrival in arrivals(settings, [DAY], settings.sources):
        if arrival.source not in SOURCES:
            continue
        origin = Origin(arrival.source, arrival.file)
        name = arrival.file.partition("/")[2]
        with (drop / arrival.file).open("rb") as stream:
            for place, piece in enumerate(READERS[arrival.kind].split(stream, origin)):
                # An analysis has its contact and its time in its name alone.
                if "_analysis_" not in name:
                    suffix = ".eml" if arrival.kind == "email" else ".json"
                    stem = re.sub(r"\W", "-", name.partition("/")[2])
                    path = f"{DAY}/{arrival.source}/{stem}-{place}{suffix}"
                else:
                    path = f"{DAY}/{name}"
                found.append(Document(path, piece.content))
    if len(found) < count:
        raise SystemExit(f"{customers} customers had {len(found)} documents only.")
    # Mixed, and in every run alike.
    return sorted(found, key=lambda document: crc32(document.path.encode()))[:count]


class Feeder:
    """Renames documents into the watched folder, and remembers when."""

    def __init__(self, drop: Path) -> None:
        self._drop = drop
        self._draft = drop.with_name(f"{drop.name}.draft")
        drop.mkdir(parents=True)
        self.arrived_at: dict[str, float] = {}

    def put(self, document: Document) -> None:
        self._draft.write_bytes(document.content)
        place = self._drop / document.path
        place.parent.mkdir(parents=True, exist_ok=True)
        self.arrived_at[document.path] = time()
        self._draft.rename(place)

    def put_steadily(self, some: Sequence[Document], rate: float) -> None:
        """One after another; late ones catch up, so that the rate holds."""
        began = monotonic()
        for number, document in enumerate(some):
            sleep(max(0.0, began + number / rate - monotonic()))
            self.put(document)


class Query:
    """`verbatim stream`, or the copy, in a process group of its own."""

    def __init__(self, kind: str, settings: Settings, log: Path) -> None:
        self.lake = Path(settings.lake)
        self.checkpoint = self.lake / "_stream" / "folders"
        self._log = log
        command = {
            OURS: ["jobs.cli", "stream", "--from", "folders"],
            COPY: ["benchmarks.stream", "--copy"],
        }[kind]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env={**os.environ, "VERBATIM_SETTINGS": str(settings.file)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Until something is so.

        Raises:
            SystemExit: the query has ended, or it takes too long.
        """
        began = monotonic()
        while not is_so():
            if self.process.poll() is not None or monotonic() - began > SECONDS_TO_WAIT:
                self.stop()
                raise SystemExit(self._log.read_text("utf-8")[-2_000:])
            sleep(0.2)

    def has_started(self) -> bool:
        return (self.checkpoint / "metadata").exists()

    def has_read(self, count: int) -> Callable[[], bool]:
        """Whether so many files were offered, and all that was offered is written."""

        def so_many() -> bool:
            files = self._offered_files()
            # Spark notes the files first, then the micro-batch, then that it is done.
            return (
                len(files) >= count
                and self._last("commits") == self._last("offsets")
                and self._last("sources/0") == self._read_to()
            )

        return so_many

    def batch_seconds(self) -> list[float]:
        """How long each micro-batch took, those that are remembered, in their order."""
        ended = {p.name: p.stat().st_mtime for p in self._numbered("commits")}
        return [
            ended[p.name] - p.stat().st_mtime
            for p in sorted(self._numbered("offsets"), key=lambda p: int(p.name))
            if p.name in ended
        ]

    def batch_count(self) -> int:
        return 1 + self._last("commits")

    def has_done(self, count: int) -> bool:
        return self.batch_count() >= count

    def stop(self) -> None:
        """As an operator does; then without mercy."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(90)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _numbered(self, name: str) -> list[Path]:
        return list((self.checkpoint / name).glob("[0-9]*"))

    def _last(self, name: str) -> int:
        return max((int(p.stem) for p in self._numbered(name)), default=-1)

    def _read_to(self) -> int:
        """The last list of files that a micro-batch was made of."""
        offset = (self.checkpoint / "offsets" / f"{self._last('offsets')}").read_text()
        return int(json.loads(offset.splitlines()[-1])["logOffset"])

    def _offered_files(self) -> set[str]:
        found = set()
        for log in (self.checkpoint / "sources" / "0").glob("[0-9]*"):
            # The first line is the version; a compacted log may be removed meanwhile.
            for line in log.read_text("utf-8").splitlines()[1:]:
                found.add(json.loads(line)["path"])
        return found


def commits(table: Path) -> Iterator[tuple[float, list[str]]]:
    """When each commit of a Delta table could be read, and the files it added."""
    for entry in sorted((table / "_delta_log").glob("[0-9]*.json")):
        added = [
            str(table / action["add"]["path"])
            for action in map(json.loads, entry.read_text("utf-8").splitlines())
            if "add" in action
        ]
        yield entry.stat().st_mtime, added


def first_seen(table: Path, column: str, others: str = "") -> dict[str, float]:
    """Value of a column → when the first commit that holds it could be read."""
    seen: dict[str, float] = {}
    with duckdb.connect() as db:
        for at, added in commits(table):
            rows = (
                db.execute(
                    f"SELECT DISTINCT {column} FROM read_parquet(?)", [added]
                ).fetchall()
                if added
                else []
            )
            for (value,) in rows:
                seen.setdefault(value, at)
    return seen


def tagged(lake: Path, below: str) -> dict[str, tuple[float, set[str]]]:
    """Interaction → when its tags could first be read, and the documents it is made of.

    Left out: what came in several versions, of which nobody knows which brought the words.
    """
    seen = first_seen(lake / "tags", "interaction_id")
    parts: dict[str, set[str]] = {}
    with duckdb.connect() as db:
        for table in ("interactions", "transcripts"):
            files = [
                str(p)
                for p in (lake / table).rglob("*.parquet")
                if p.parent.name[0] != "_"
            ]
            rows = db.execute(
                "SELECT interaction_id, any_value(file) FROM read_parquet(?) "
                "GROUP BY interaction_id HAVING count(DISTINCT file) = 1",
                [files],
            ).fetchall()
            for one, file in rows:
                parts.setdefault(one, set()).add(file.partition(below)[2] or file)
    return {one: (at, parts[one]) for one, at in seen.items() if one in parts}


@dataclass
class Met:
    """What one query made of the same arrivals."""

    seconds: dict[str, list[float]]
    """Table → from arrival to readable, ascending; arrivals after the warming up."""
    batch_seconds: list[float]
    """Micro-batches of the steady part but the first, ascending."""
    backlog_seconds: float
    """From the backlog's arrival until its last document was readable."""
    mib: float


def met(
    kind: str, folder: Path, some: Sequence[Document], chosen: argparse.Namespace
) -> Met:
    """Start a query, feed it steadily, then a backlog, stop it, and look."""
    drop = folder / f"{kind}-drop"
    feeder = Feeder(drop)
    settings = company(folder / kind, drop, trigger_seconds=chosen.trigger)
    query = Query(kind, settings, folder / f"{kind}.log")
    steady, backlog = some[: -chosen.backlog], some[-chosen.backlog :]
    try:
        query.wait(query.has_started)
        feeder.put_steadily(steady, chosen.rate)
        query.wait(query.has_read(len(steady)))
        batch_seconds = query.batch_seconds()
        mib = memory_mib(query.process.pid)
        dropped_at = time()
        for document in backlog:
            feeder.put(document)
        query.wait(query.has_read(len(some)))
    finally:
        query.stop()
    began = min(feeder.arrived_at.values()) + WARMING_SECONDS
    looked_at = {
        p: at for p, at in feeder.arrived_at.items() if began < at < dropped_at
    }
    seconds, last = {}, 0.0
    below = f"{drop.name}/"
    for table, column in READABLE[kind]:
        seen = {
            path.partition(below)[2] or path: at
            for path, at in first_seen(query.lake / table, column).items()
        }
        last = max(last, *seen.values())
        seconds[table] = sorted(
            seen[p] - at for p, at in looked_at.items() if p in seen
        )
    if kind == OURS:
        found = tagged(query.lake, below).values()
        last = max(last, *(at for at, _ in found))
        # Its words may have come with either part: from the later one's arrival.
        seconds["tags"] = sorted(
            at - max(looked_at[p] for p in parts)
            for at, parts in found
            if parts <= looked_at.keys()
        )
    return Met(seconds, sorted(batch_seconds[1:]), last - dropped_at, mib)


def quantile(ascending: Sequence[float], share: float) -> float:
    """The value that so large a share does not exceed."""
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]


def show(found: dict[str, Met], chosen: argparse.Namespace, out: Console) -> None:
    """Both beside each other, and the ratios to the copy."""
    copied = found[COPY].seconds["copied"]
    table = Table(
        "query",
        "readable in",
        "documents",
        "p50 s",
        "p95 s",
        "longest s",
        "p95 / copy's",
    )
    for kind, one in found.items():
        for name, seconds in one.seconds.items():
            p50, p95 = (quantile(seconds, share) for share in (0.5, 0.95))
            ratio = p95 / quantile(copied, 0.95)
            table.add_row(
                *(kind, name, f"{len(seconds)}", f"{p50:.1f}", f"{p95:.1f}"),
                *(f"{seconds[-1]:.1f}", f"{ratio:.2f}"),
            )
    out.print(table)
    rates = {kind: chosen.backlog / one.backlog_seconds for kind, one in found.items()}
    table = Table(
        *("query", "micro-batch s, median", "longest", "backlog s", "documents/s"),
        *("of the copy's", "MiB"),
    )
    for kind, one in found.items():
        batches = one.batch_seconds or [float("nan")]
        table.add_row(
            *(kind, f"{quantile(batches, 0.5):.1f}", f"{batches[-1]:.1f}"),
            *(f"{one.backlog_seconds:.1f}", f"{rates[kind]:.0f}"),
            *(f"{rates[kind] / rates[COPY]:.2f}", f"{one.mib:.0f}"),
        )
    out.print(table)


def over_time(folder: Path, chosen: argparse.Namespace, out: Console) -> None:
    """Micro-batches without a pause; memory and checkpoint after every tenth of them."""
    per_batch = round(chosen.rate * chosen.trigger)
    some = documents(folder, chosen.batches * per_batch)
    drop = folder / "drop"
    feeder = Feeder(drop)
    for document in some:
        feeder.put(document)
    settings = company(
        folder / OURS, drop, files_per_trigger=per_batch, trigger_seconds=0
    )
    query = Query(OURS, settings, folder / "stream.log")
    out.print(
        f"{len(some)} documents in micro-batches of {per_batch}: what {chosen.rate:g} a "
        f"second leave every {chosen.trigger:g} s for {chosen.batches * chosen.trigger / 60:.0f} minutes"
    )
    marks = [round(chosen.batches * tenth / 10) for tenth in range(1, 11)]
    out.print("batch  s/batch  heap in use  all, MiB  checkpoint, kB  files")
    try:
        before = 0, time()
        for mark in marks:
            query.wait(partial(query.has_done, mark))
            now = query.batch_count(), time()
            took = (now[1] - before[1]) / max(1, now[0] - before[0])
            before = now
            sizes = [
                p.stat().st_size for p in query.checkpoint.rglob("*") if p.is_file()
            ]
            heap, whole = heap_mib(query.process.pid), memory_mib(query.process.pid)
            out.print(
                f"{now[0]:5}  {took:7.1f}  {heap:11.0f}  {whole:8.0f}  "
                f"{sum(sizes) / 1000:14.0f}  {len(sizes):5}"
            )
    finally:
        query.stop()


def heap_mib(root: int) -> float:
    """Objects of the query's Java that are still in use, after collecting the others."""
    java = next(
        int(p.parent.name)
        for p in Path("/proc").glob("[0-9]*/stat")
        if p.read_text().split(" ")[1] == "(java)"
        and os.getpgid(int(p.parent.name)) == root
    )
    counted = subprocess.run(
        ["jcmd", f"{java}", "GC.class_histogram"],
        capture_output=True,
        check=True,
        text=True,
    )
    return int(counted.stdout.split()[-1]) / 2**20


def copy() -> None:
    """The query to compare with: the same files' bytes, into a Delta table."""
    from jobs.session import start

    settings = load(Path(os.environ["VERBATIM_SETTINGS"]))
    spark = start(settings, name="copy", lives_on=True)
    arriving = (
        spark.readStream.format("binaryFile")
        .schema("path string, modificationTime timestamp, length long, content binary")
        .option("recursiveFileLookup", "true")
        .option("maxFilesPerTrigger", settings.stream.files_per_trigger)
        .load(settings.drop)
    )
    query = (
        arriving.writeStream.format("delta")
        .option("checkpointLocation", f"{settings.lake}/_stream/folders")
        .trigger(
            processingTime=f"{round(1000 * settings.stream.trigger_seconds)} milliseconds"
        )
        .start(f"{settings.lake}/copied")
    )
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    while not query.awaitTermination(1):
        if stopping.is_set():
            query.stop()
            return


def main() -> None:
    stated = argparse.ArgumentParser(description=__doc__)
    stated.add_argument("--rate", type=float, default=10.0, help="documents a second")
    stated.add_argument("--seconds", type=float, default=120.0, help="of steady feed")
    stated.add_argument("--trigger", type=float, default=10.0, help="seconds")
    stated.add_argument("--backlog", type=int, default=2_000, help="documents at once")
    stated.add_argument("--batches", type=int, default=0, help="only these; see above")
    stated.add_argument("--copy", action="store_true", help=argparse.SUPPRESS)
    chosen = stated.parse_args()
    if chosen.copy:
        copy()
        return
    out = Console()
    with TemporaryDirectory(prefix="stream") as place:
        folder = Path(place)
        if chosen.batches:
            over_time(folder, chosen, out)
            return
        some = documents(folder, round(chosen.rate * chosen.seconds) + chosen.backlog)
        found = {kind: met(kind, folder, some, chosen) for kind in (COPY, OURS)}
    show(found, chosen, out)


if __name__ == "__main__":
    main()
