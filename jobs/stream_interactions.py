"""What arrives, as it arrives: folders or Kafka topics → the tables that the batch writes.

The same reading, masking, landing and tagging as the batch, a micro-batch at a time. Safe
to kill at any moment: Spark offers an unfinished micro-batch again, and everything in it
is merged by key. The batch of a streamed day finds every record held and changes nothing;
the ledger's `stream_corrections` says so.

No state is kept between micro-batches but Spark's own list of what it has offered: late
records are merged like any others, whenever they come.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from time import monotonic
from typing import Literal, NamedTuple, TypeAlias

from py4j.protocol import Py4JJavaError
from pyarrow import fs
from pyspark.errors import StreamingQueryException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery
from pyspark.sql.streaming.readwriter import DataStreamWriter

import nlp
from jobs import landing, stage, stores
from jobs.arrivals import claimed, require_drop
from jobs.context import Context
from jobs.lake import DISK_FULL, Lake, require_writable, unwritable
from jobs.ledger import STREAM_STEP, Ledger, new_run_id
from jobs.settings import Settings
from jobs.stream_status import StreamStatus, place_of
from jobs.tag_interactions import tag, to_untagged
from schemas.errors import InputError, LakeError, SettingsError, VerbatimError

Way: TypeAlias = Literal["folders", "topics"]

LISTED = "path string, modificationTime timestamp, length long, content binary"
"""Spark's `binaryFile`; the content is never asked for, so never read."""

FEW_ROWS = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""Looking at every stage's outcome before planning the next makes each stage a job of its
own, compiling a plan costs more than running it, and a second task more than it takes over: a
micro-batch has some hundred rows, and what takes long in a larger one are the readers and
the tagger, which are no plan."""

SECONDS_TO_FINISH = 60.0
"""How long a micro-batch under way may take after a stop was asked for. Longer and it is
cut off, which loses nothing: it is offered again at the next start."""


class Landed(NamedTuple):
    """What one micro-batch came to."""

    read_count: int
    quarantined_count: int
    oldest_arrived_at: datetime | None
    """When the first of what it read had arrived; null for one that read nothing."""
    newest_arrived_at: datetime | None = None
    """When the last of it had: by the clock of whoever delivered it."""


class Read(NamedTuple):
    """A micro-batch's records, before anything is written."""

    staged: DataFrame
    days: set[date]
    """Arrival days; none where no source claims what arrived."""
    oldest_arrived_at: datetime | None
    newest_arrived_at: datetime | None


@dataclass
class Stream:
    """One stream of one company, from its folders or from its topics."""

    spark: SparkSession
    settings: Settings
    way: Way
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    told: Callable[[Landed], None] = lambda landed: None
    """Told of every micro-batch after it is readable."""
    stopping: threading.Event = field(default_factory=threading.Event)
    _failure: Exception | None = None

    def run(self, *, once: bool) -> None:
        """Read until all that is there is read (`once`), or until told to stop.

        Raises:
            SettingsError: no source has a topic.
            InputError: the drop folder is not there, a source's records were refused in
                too large a share, or a file or topic cannot be read.
            LakeError: the lake cannot be written.
        """
        self._forget_a_false_start()
        writer = self._arriving().writeStream.foreachBatch(self._land)
        writer = writer.option("checkpointLocation", self.checkpoint)
        with _failures_named(self):
            query = self._trigger(writer, once=once).start()
            self._wait(query)

    @property
    def checkpoint(self) -> str:
        """Spark's record of what has been offered; below the lake, as the tables are."""
        lake = stores.for_spark(self.settings.lake)
        return f"{lake.rstrip('/')}/_stream/{self.way}"

    def _forget_a_false_start(self) -> None:
        """Clear a checkpoint in which no micro-batch was ever noted.

        A disk that was full at the first one leaves a piece of its note, and Spark would
        not begin beside it, whatever room there is. Nothing has been offered to us yet.
        """
        filesystem, path = place_of(self.settings, self.way)
        selector = fs.FileSelector(f"{path}/offsets", allow_not_found=True)
        notes = [info.base_name for info in filesystem.get_file_info(selector)]
        if notes and not any(name.isdecimal() for name in notes):
            filesystem.delete_dir(path)

    def _trigger(self, writer: DataStreamWriter, *, once: bool) -> DataStreamWriter:
        if once:
            return writer.trigger(availableNow=True)
        seconds = self.settings.stream.trigger_seconds
        return writer.trigger(processingTime=f"{int(1000 * seconds)} milliseconds")

    def _arriving(self) -> DataFrame:
        stream = self.settings.stream
        if self.way == "folders":
            require_drop(self.settings)
            return (
                self.spark.readStream.format("binaryFile")
                .schema(LISTED)
                .option("recursiveFileLookup", "true")
                .option("maxFilesPerTrigger", stream.files_per_trigger)
                .load(stores.for_spark(self.settings.drop))
                .select("path", "modificationTime", "length")
            )
        topics = sorted({s.topic for s in self.settings.sources if s.topic})
        if not topics:
            raise SettingsError(
                f"No source of {self.settings.file.name} has a topic.\n"
                'Give one to a [[sources]] entry: topic = "telephony"; or stream from '
                "the drop folder: verbatim stream --from folders"
            )
        return (
            self.spark.readStream.format("kafka")
            .option("kafka.bootstrap.servers", stream.kafka)
            .option("subscribe", ",".join(topics))
            .option("startingOffsets", "earliest")
            .option("maxOffsetsPerTrigger", stream.messages_per_trigger)
            # A topic that lost what was not read yet is a loss: it must not pass unseen.
            .option("failOnDataLoss", "true")
            .options(**stream.kafka_options)
            .load()
            .select("topic", "partition", "offset", "timestamp", "key", "value")
        )

    def _land(self, arrived: DataFrame, batch_id: int) -> None:
        try:
            self.told(self._landed(arrived))
        except Exception as error:
            # Spark hands on a text of it only; the exit code needs the error.
            self._failure = error
            raise

    def _landed(self, arrived: DataFrame) -> Landed:
        now = self.clock()
        spark = arrived.sparkSession  # the stream's own, a clone of ours
        for name, value in FEW_ROWS.items():
            spark.conf.set(name, value)
        lake = Lake(spark, self.settings.lake)
        ledger = Ledger(lake, new_run_id(now))
        read_from = self._files if self.way == "folders" else self._messages
        read = read_from(arrived, now)
        between = read.oldest_arrived_at, read.newest_arrived_at
        if not read.days:
            return Landed(0, 0, *between)
        context = Context(lake, self.settings, ledger, tuple(sorted(read.days)), now)
        staged = read.staged.persist()
        try:
            with ledger.step(STREAM_STEP, context.last_day) as noted:
                noted.tagger_version = nlp.version(self.settings.own)
                noted.entries += landing.land(lake, staged, self.settings, now=now)
                tag(context, to_untagged(lake, among=_touched(staged)))
        finally:
            staged.unpersist()
        return Landed(
            sum(e.counts.get("read_count", 0) for e in noted.entries),
            sum(e.counts.get("quarantined_count", 0) for e in noted.entries),
            *between,
        )

    def _files(self, arrived: DataFrame, now: datetime) -> Read:
        """Names of files, few and short; what they hold is read in the workers."""
        listed = arrived.collect()
        root = stores.for_spark(self.settings.drop).rstrip("/") + "/"
        files = [
            arrival
            for row in listed
            for arrival in claimed(
                self.settings, row["path"].partition(root)[2], row["length"]
            )
        ]
        staged = stage.staged(arrived.sparkSession, self.settings, files, now=now)
        times = [row["modificationTime"].astimezone(UTC) for row in listed]
        days = {arrival.day for arrival in files}
        return Read(staged, days, min(times, default=None), max(times, default=None))

    def _messages(self, arrived: DataFrame, now: datetime) -> Read:
        spark = arrived.sparkSession
        sources = spark.createDataFrame(
            [(s.topic, s.name, s.kind) for s in self.settings.sources if s.topic],
            "topic string, source string, kind string",
        )
        messages = (
            arrived.join(F.broadcast(sources), "topic")
            .withColumn("day", F.to_date("timestamp"))
            .select(
                *("source", "kind", "day", "topic", "partition", "offset", "key"),
                *("value", "timestamp"),
            )
        )
        bounds = (
            messages.groupBy("day")
            .agg(
                F.unix_micros(F.min("timestamp")).alias("oldest"),
                F.unix_micros(F.max("timestamp")).alias("newest"),
            )
            .collect()
        )
        times = [
            datetime.fromtimestamp(row[which] / 1e6, UTC)
            for row in bounds
            for which in ("oldest", "newest")
        ]
        return Read(
            stage.staged_messages(spark, self.settings, messages, now=now),
            {row["day"] for row in bounds},
            min(times, default=None),
            max(times, default=None),
        )

    def _wait(self, query: StreamingQuery) -> None:
        """Until it has ended; after a stop was asked for, until it rests."""
        asked_at: float | None = None
        while not query.awaitTermination(1):
            if not self.stopping.is_set():
                continue
            asked_at = asked_at or monotonic()
            is_resting = not query.status["isTriggerActive"]
            if is_resting or monotonic() - asked_at > SECONDS_TO_FINISH:
                query.stop()
                return


def run(
    spark: SparkSession,
    settings: Settings,
    way: Way,
    *,
    once: bool = False,
    told: Callable[[Landed], None] = lambda landed: None,
) -> None:
    """Stream until done (`once`) or until SIGTERM or SIGINT, keeping the status file."""
    stream = Stream(spark, settings, way)
    require_writable(settings.lake)
    status = StreamStatus(way)

    def tell(landed: Landed) -> None:
        status.note(
            read_count=landed.read_count,
            quarantined_count=landed.quarantined_count,
            oldest_arrived_at=landed.oldest_arrived_at,
            newest_arrived_at=landed.newest_arrived_at,
            readable_at=datetime.now(UTC),
        )
        status.write(settings)
        told(landed)

    stream.told = tell
    with _stopped_by_signals(stream.stopping), status.beating(settings):
        stream.run(once=once)


def _touched(staged: DataFrame) -> DataFrame:
    """Interactions that these records may have given words."""
    return (
        staged.where(F.col("record").isin("interactions", "transcripts"))
        .select(
            F.coalesce(
                F.col("interactions.interaction_id"),
                F.col("transcripts.interaction_id"),
            ).alias("interaction_id")
        )
        .distinct()
    )


@contextmanager
def _failures_named(stream: Stream) -> Iterator[None]:
    """Spark's wrapping of a failure, taken off."""
    try:
        yield
    except (StreamingQueryException, Py4JJavaError) as error:
        failure = stream._failure
        if isinstance(failure, VerbatimError):
            raise failure from error
        if failure is None and (full := DISK_FULL.search(str(error))):
            # What Spark notes below the lake of what it has offered, not our tables.
            raise unwritable(stream.settings.lake, full[0]) from error
        reason = str(failure or error).strip().splitlines()[0][:300]
        if failure is None:
            raise InputError(
                f"The stream from {stream.way} cannot read what arrives: {reason}\n"
                "See that the drop folder or the brokers are there, then start it "
                "again: it goes on where it stopped."
            ) from error
        raise LakeError(
            f"The stream could not write to {stream.settings.lake}: {reason}\n"
            "See that the folder is there and has room, then start it again: it goes "
            "on where it stopped."
        ) from error


@contextmanager
def _stopped_by_signals(stopping: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT end the stream after the micro-batch under way."""
    before = {
        number: signal.signal(number, lambda *_: stopping.set())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
