"""The ledger: what was read, what became of it, and that the two add up."""

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import blake2b
from operator import itemgetter
from pathlib import Path
from time import monotonic
from typing import Any

import pyarrow.compute as pc

from jobs import lake_files, masking
from jobs.lake import Lake, Written
from jobs.lake_log import Commit
from jobs.settings import Source
from schemas.errors import LedgerError

COUNTS = (
    "read_count",
    "added_count",
    "updated_count",
    "unchanged_count",
    "duplicate_count",
    "excluded_count",
    "quarantined_count",
    "late_count",
    "waiting_count",
    "conflict_count",
    "rows_out",
)
BECAME = (
    "added_count",
    "updated_count",
    "unchanged_count",
    "duplicate_count",
    "excluded_count",
    "quarantined_count",
)
LAST_STEP = "publish_marts"
"""The step that ends a run: after it everything has been checked and published."""

STREAM_STEP = "stream_interactions"
"""What the stream writes under: a row per micro-batch, source and arrival day."""

BESIDE_RUNS = (STREAM_STEP, "compact")
"""Steps that go on beside the runs and say nothing of how the last one ended."""

WITHOUT_PUBLICATION = (*BESIDE_RUNS, "erase")
"""Steps that commands take by themselves: no publication is to follow under their run."""

NO_SOURCE = "-"
"""Source of ledger rows of steps that read tables."""


def new_run_id(now: datetime) -> str:
    """An id that sorts by time: `20260302T020000-4f1a`."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


@cache
def code_version() -> str:
    """A fingerprint of the code that decides rows: jobs, nlp and schemas.

    Not a git revision: a deployed copy has none, and a commit to the docs changes no row.
    """
    root = Path(__file__).parents[1]
    digest = blake2b(digest_size=6)
    for folder in ("jobs", "nlp", "schemas"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".yaml", ".cfg", ".sql") and path.is_file():
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass
class Entry:
    """What one step did with one source on one arrival day."""

    source: str
    day: date
    counts: dict[str, int] = field(default_factory=dict)
    excluded_reasons: dict[str, int] = field(default_factory=dict)
    stream_corrections: int | None = None
    """Rows that a batch still added or updated where the stream had read before."""

    @property
    def changed_count(self) -> int:
        return self.counts.get("added_count", 0) + self.counts.get("updated_count", 0)

    def check(self, step: str) -> None:
        """Nothing lost, nothing invented.

        Raises:
            LedgerError: with every figure.
        """
        became = sum(self.counts.get(name, 0) for name in BECAME)
        if became != self.counts.get("read_count", 0):
            raise LedgerError(
                f"{step} read {self.counts.get('read_count', 0)} records of "
                f"{self.source} arrived on {self.day}, but {became} are accounted for: "
                + ", ".join(
                    f"{self.counts.get(name, 0)} {name.removesuffix('_count')}"
                    for name in BECAME
                )
                + ".\nNothing was published. This is a fault of ours: keep the files of "
                "that day and report it with this message."
            )


@dataclass(frozen=True)
class Basis:
    """What a step has worked out its tables from."""

    as_of: datetime | None
    rules_version: str
    table_versions: dict[str, Commit]
    """Last commits: of tables read, before; of those written, after."""


@dataclass
class Step:
    """A step while it runs: it notes its entries here."""

    entries: list[Entry] = field(default_factory=list)
    tagger_version: str | None = None
    basis: Basis | None = None

    def note(self, day: date, written: Written) -> None:
        """Note a step that reads tables: what it worked out and found changed.

        Rows that came out as they were held are in no figure.
        """
        counts = {
            "read_count": written.inserted_count + written.updated_count,
            "added_count": written.inserted_count,
            "updated_count": written.updated_count,
            "rows_out": written.row_count,
        }
        self.entries.append(Entry(NO_SOURCE, day, counts))

    def note_tagged(
        self, day: date, *, tagged: int, in_other_languages: int, wordless: int
    ) -> None:
        """Note what the tagger read, and what it could not."""
        excluded = {"other_language": in_other_languages, "words_taken_back": wordless}
        counts = {
            "read_count": tagged + sum(excluded.values()),
            "added_count": tagged,
            "excluded_count": sum(excluded.values()),
            "rows_out": tagged,
        }
        reasons = {reason: count for reason, count in excluded.items() if count}
        self.entries.append(Entry(NO_SOURCE, day, counts, reasons))

    def note_silent(self, sources: Iterable[Source], days: Iterable[date]) -> None:
        """A row of zeros for every source and day of which nothing was read."""
        heard = {(entry.source, entry.day) for entry in self.entries}
        for day in days:
            for source in sources:
                if (source.name, day) not in heard:
                    self.entries.append(Entry(source.name, day))


class Ledger:
    """Writes the `runs` table."""

    def __init__(self, lake: Lake, run_id: str) -> None:
        self._lake = lake
        self.run_id = run_id
        self.rows: list[dict[str, Any]] = []
        """What was written to `runs` so far: asking Spark for it again costs a query."""

    @contextmanager
    def step(
        self, name: str, day: date, *, only_failures: bool = False
    ) -> Iterator[Step]:
        """Time a step and write its rows, also when it fails.

        Args:
            only_failures: a step that is no news when it is done (a check).

        Raises:
            LedgerError: an entry does not add up.
        """
        step = Step()
        started_at = datetime.now(UTC)
        began = monotonic()
        try:
            yield step
            for entry in step.entries:
                entry.check(name)
        except Exception as error:
            step.basis = None  # it may have been left half way
            failed = [Entry(NO_SOURCE, day)]
            message = masking.mask(str(error)[:2_000])
            self._write(name, failed, step, started_at, began, "failed", message)
            raise
        if only_failures:
            return
        entries = step.entries or [Entry(NO_SOURCE, day)]
        entries[0].counts["conflict_count"] = self._lake.take_conflict_count()
        self._write(name, entries, step, started_at, began, "done", None)

    def _write(
        self,
        name: str,
        entries: list[Entry],
        step: Step,
        started_at: datetime,
        began: float,
        status: str,
        message: str | None,
    ) -> None:
        seconds = round(monotonic() - began, 3)
        rows: list[dict[str, Any]] = [
            {
                "run_id": self.run_id,
                "step": name,
                "source": entry.source,
                "day": entry.day,
                "started_at": started_at,
                "seconds": seconds,
                **{count: entry.counts.get(count, 0) for count in COUNTS},
                "stream_corrections": entry.stream_corrections,
                "excluded_reasons": entry.excluded_reasons,
                "code_version": code_version(),
                "tagger_version": step.tagger_version,
                "as_of": step.basis.as_of if step.basis else None,
                "rules_version": step.basis.rules_version if step.basis else None,
                "table_versions": (
                    {t: str(c) for t, c in step.basis.table_versions.items()}
                    if step.basis
                    else None
                ),
                "status": status,
                "message": message,
            }
            for entry in entries
        ]
        self._lake.append("runs", rows)
        self.rows += rows


def sources_without_records(rows: Iterable[dict[str, Any]]) -> list[str]:
    """Sources of which a run read nothing at all.

    Args:
        rows: of that run's ledger.
    """
    read: Counter[str] = Counter()
    for row in rows:
        read[row["source"]] += row["read_count"]
    return sorted(
        source for source, count in read.items() if source != NO_SOURCE and not count
    )


def refused_records(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Records that a run refused, by source; sources of which it refused none left out.

    Args:
        rows: of that run's ledger.
    """
    refused: Counter[str] = Counter()
    for row in rows:
        refused[row["source"]] += row["quarantined_count"]
    return {source: count for source, count in sorted(refused.items()) if count}


def last_basis(lake: Lake, step: str) -> Basis | None:
    """What a step's tables were last worked out from; null when that is not known."""
    columns = ("started_at", "as_of", "rules_version", "table_versions")
    done = (
        row
        for row in lake_files.rows(lake.root, "runs", columns, _done(step))
        if row["table_versions"] is not None
    )
    last = max(done, key=itemgetter("started_at"), default=None)
    if last is None:
        return None
    return Basis(
        last["as_of"],
        last["rules_version"],
        {t: Commit.parse(c) for t, c in last["table_versions"].items()},
    )


def has_finished(lake: Lake) -> bool:
    """Whether the run before this one went through to its publication.

    One that did not may have left tables unchecked. True before the first run.
    """
    is_of_runs = ~pc.field("step").isin(BESIDE_RUNS)
    columns = ("step", "started_at", "status")
    runs = lake_files.columns_of(lake.root, "runs", columns, is_of_runs)
    [last] = runs.sort_by([("started_at", "descending")])[:1].to_pylist() or [None]
    return last is None or (last["step"] == LAST_STEP and last["status"] == "done")


def has_streamed(lake: Lake) -> bool:
    """Whether the stream has written since the last publication: nobody checked that."""

    def latest(step: str) -> datetime | None:
        started = lake_files.columns_of(lake.root, "runs", ("started_at",), _done(step))
        found: datetime | None = pc.max(started["started_at"]).as_py()
        return found

    written, published = latest(STREAM_STEP), latest(LAST_STEP)
    return written is not None and (published is None or written > published)


def streamed(lake: Lake, days: Collection[date]) -> set[tuple[str, date]]:
    """Sources and arrival days of which the stream has read something."""
    is_heard = (
        _done(STREAM_STEP)
        & pc.field("day").isin(list(days))
        & (pc.field("read_count") > 0)
    )
    key = ["source", "day"]
    heard = lake_files.columns_of(lake.root, "runs", key, is_heard).group_by(key)
    return {(row["source"], row["day"]) for row in heard.aggregate([]).to_pylist()}


def as_of(lake: Lake) -> datetime | None:
    """The instant the marts speak for: the end of the latest arrival day read.

    It comes from the ledger and not from a clock, so that running days in another
    order, or again, ends in the same tables. A day on which nothing arrived counts too:
    its silence was heard to the end. Null before the first day.
    """
    # The stream is in the midst of its day: that day has not been read to its end.
    is_of_a_day = (
        (pc.field("source") != NO_SOURCE)
        & (pc.field("status") == "done")
        & (pc.field("step") != STREAM_STEP)
    )
    read = lake_files.columns_of(
        lake.root, "runs", ("day", "started_at"), is_of_a_day
    ).group_by("day")
    read_up_to = (
        until
        for row in read.aggregate([("started_at", "max")]).to_pylist()
        if (until := _read_up_to(row["day"], row["started_at_max"])) is not None
    )
    return max(read_up_to, default=None)


def _read_up_to(day: date, started_at: datetime) -> datetime | None:
    """How far a step that began then can have read of a day.

    Of one that was still going on, nothing is known beyond its beginning: much may come
    yet, and a window closed too early stays closed. Of one to come, nothing at all.
    """
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    ends = begins + timedelta(days=1)
    if started_at >= ends:
        return ends
    return begins if started_at >= begins else None


def _done(step: str) -> pc.Expression:
    """The rows of a step that ended well.

    The stream adds one for each micro-batch and source, some ten thousand a day, so who
    asks the ledger says which rows, and lets Arrow look through them.
    """
    return (pc.field("step") == step) & (pc.field("status") == "done")
