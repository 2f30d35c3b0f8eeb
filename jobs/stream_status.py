"""Whether the stream lives and keeps up: a small file beside its checkpoint.

Written by the stream every few seconds, read by `verbatim stream --status` and by the DAG
that watches, without starting Spark.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from pyarrow import fs

from jobs import stores
from jobs.settings import Settings
from schemas.errors import NotFoundError

SECONDS_PER_BEAT = 5.0

DEAD_AFTER_SECONDS = 60.0
"""Twelve beats: a machine may be busy for some, not for all of them."""

LATE_AFTER_TRIGGERS = 6
"""Arrivals that are readable only after so many triggers are piling up."""

AHEAD = timedelta(days=1)
"""A time zone left out makes half a day; an arrival dated later is by a wrong clock."""

REFUSED_PER_HOUR = 100
"""More than these in an hour are no single broken file."""


class Status(msgspec.Struct, kw_only=True):
    """What the stream last said of itself. Instants are UTC."""

    way: str
    started_at: datetime
    beat_at: datetime
    batch_count: int = 0
    read_count: int = 0
    last_batch_at: datetime | None = None
    lag_seconds: float | None = None
    """Of the last micro-batch: from the arrival of its oldest to when it was readable."""
    quarantined_last_hour: int = 0
    newest_arrived_at: datetime | None = None
    """The latest arrival since it was started, by the clock of whoever delivered it."""
    ended_at: datetime | None = None
    """When it was stopped on purpose."""


class Verdict(NamedTuple):
    """What a watcher is told."""

    is_well: bool
    reason: str
    """What is wrong and what to do; or that all is well."""


class StreamStatus:
    """Keeps the figures while the stream runs; its file is written by a thread."""

    def __init__(self, way: str) -> None:
        now = datetime.now(UTC)
        self.status = Status(way=way, started_at=now, beat_at=now)
        self._refused: deque[tuple[datetime, int]] = deque()
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    def note(
        self,
        *,
        read_count: int,
        quarantined_count: int,
        oldest_arrived_at: datetime | None,
        readable_at: datetime,
        newest_arrived_at: datetime | None = None,
    ) -> None:
        """Count one micro-batch."""
        with self._lock:
            status = self.status
            status.batch_count += 1
            status.read_count += read_count
            status.last_batch_at = readable_at
            if oldest_arrived_at is not None:
                lag = (readable_at - oldest_arrived_at).total_seconds()
                # Another machine's clock may run ahead of ours: no lag below zero.
                status.lag_seconds = max(0.0, round(lag, 1))
            before = status.newest_arrived_at
            status.newest_arrived_at = max(
                (at for at in (before, newest_arrived_at) if at), default=None
            )
            self._refused.append((readable_at, quarantined_count))

    def snapshot(self, now: datetime) -> Status:
        """The figures as of now."""
        with self._lock:
            while self._refused and self._refused[0][0] < now - timedelta(hours=1):
                self._refused.popleft()
            self.status.quarantined_last_hour = sum(n for _, n in self._refused)
            self.status.beat_at = now
            return msgspec.structs.replace(self.status)

    def write(self, settings: Settings) -> None:
        """Put the figures beside the checkpoint.

        Told by the micro-batch and by the beat: one after the other, for both write the
        same draft before they put it in place.
        """
        filesystem, path = place_of(settings, f"{self.status.way}.status.json")
        filesystem.create_dir(path.rpartition("/")[0])
        with self._writing:
            figures = msgspec.json.encode(self.snapshot(datetime.now(UTC)))
            with filesystem.open_output_stream(f"{path}.new") as stream:
                stream.write(msgspec.json.format(figures))
            filesystem.move(f"{path}.new", path)

    @contextmanager
    def beating(self, settings: Settings) -> Iterator[None]:
        """Write the file every few seconds until the block ends."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(SECONDS_PER_BEAT):
                # A lake that is away stops the stream with its reason; until then the
                # beat that is missing is what a watcher sees.
                with suppress(OSError):
                    self.write(settings)

        self.write(settings)
        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
            self.status.ended_at = datetime.now(UTC)
        finally:
            done.set()
            thread.join()
            with suppress(OSError):
                self.write(settings)


def read_status(settings: Settings, way: str) -> Status:
    """What the stream last said.

    Raises:
        NotFoundError: it has never run on this lake.
    """
    filesystem, path = place_of(settings, f"{way}.status.json")
    if filesystem.get_file_info(path).type != fs.FileType.File:
        raise NotFoundError(
            f"No stream from {way} has run on {settings.lake}.\n"
            f"Start it with: verbatim stream --from {way}"
        )
    with filesystem.open_input_stream(path) as stream:
        return msgspec.json.decode(stream.read(), type=Status)


def judged(status: Status, settings: Settings, now: datetime) -> Verdict:
    """Whether somebody has to get up."""
    silent = (now - status.beat_at).total_seconds()
    start = f"Start it again: verbatim stream --from {status.way}; it goes on where it stopped."
    if status.ended_at is not None:
        return Verdict(
            False, f"The stream was stopped at {_at(status.ended_at)}. {start}"
        )
    if silent > DEAD_AFTER_SECONDS:
        return Verdict(
            False,
            f"The stream has not been heard of since {_at(status.beat_at)}: its process "
            f"is gone or stuck. {start}",
        )
    newest = status.newest_arrived_at
    if newest is not None and newest > now + AHEAD:
        what = (
            f"Spark passes over files dated more than a week before it. Then move "
            f"{settings.lake}/_stream/folders away and start again: verbatim stream --from "
            "folders; it reads all that is there, and doubles nothing."
            if status.way == "folders"
            else "It was read as arrived on that day."
        )
        return Verdict(
            False,
            f"What arrived is dated {_at(newest)}: have the clock of whoever delivers it "
            f"set. {what}",
        )
    late_after = LATE_AFTER_TRIGGERS * max(settings.stream.trigger_seconds, 10.0)
    if status.lag_seconds is not None and status.lag_seconds > late_after:
        return Verdict(
            False,
            f"What arrives is readable only after {status.lag_seconds:.0f} s (more than "
            f"{late_after:.0f}). After a stop it catches up by itself; if it does not, "
            "raise stream.files_per_trigger or messages_per_trigger, or give Spark more "
            "cores.",
        )
    if status.quarantined_last_hour > REFUSED_PER_HOUR:
        return Verdict(
            False,
            f"{status.quarantined_last_hour} records were refused in the last hour. See "
            "why: verbatim quarantine show",
        )
    return Verdict(True, "The stream is alive and keeps up.")


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def place_of(settings: Settings, name: str) -> tuple[fs.FileSystem, str]:
    """The file system of the lake, and where in it the stream keeps what is its own."""
    return stores.opened(f"{settings.lake.rstrip('/')}/_stream/{name}")
