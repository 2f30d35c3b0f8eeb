"""The stream gives the rows that the batch gives; what it wrote, the batch confirms."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from shutil import copytree
from time import monotonic, sleep

import pytest
from pyspark.sql import DataFrame, SparkSession

from benchmarks.soak import DAYS, WRITES_WHAT_ARRIVES, Row, content
from demo.company import write
from jobs.arrivals import arrivals, claimed
from jobs.context import Context
from jobs.lake import Lake
from jobs.ledger import STREAM_STEP, Ledger, new_run_id
from jobs.settings import Settings, load
from jobs.sources import READERS
from jobs.sources.records import Origin
from jobs.stream_interactions import Landed, Stream
from tests.conftest import NOW, ROOT
from tests.kafka import Broker, Message, running_broker

pytestmark = [pytest.mark.spark, pytest.mark.slow]


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arrived")
    write(folder, seed=5, start=DAYS[0], days=2, customers=600)
    return folder


@pytest.fixture(scope="module")
def company_at(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Settings]:
    """The demo company with folders of its own, and one key for all."""

    def at(name: str, kafka: str | None = None) -> Settings:
        folder = tmp_path_factory.mktemp(name)
        (folder / "var").mkdir()
        (folder / "drop").mkdir()
        (folder / "var" / "demo.key").write_text("0123456789abcdef" * 4)
        text = (ROOT / "verbatim.toml").read_text("utf-8").replace("var/demo/", "")
        jars = f'[spark]\njars = "{ROOT}/var/jars"\n'
        # Of so few customers the planted conflicts are a quarter.
        jars += "\n[rules]\nquarantine_limit = 0.5\n"
        text = text.replace("\n[opening_hours]", f"\n{jars}\n[opening_hours]")
        if kafka:
            # A topic that sorts before the drop folder's files: not its name decides.
            text = re.sub(r'(name = "(\w+)"\nkind)', r'topic = "0.\2"\n\1', text)
            text += f'\n[stream]\nkafka = "{kafka}"\ntrigger_seconds = 1\n'
        (folder / "verbatim.toml").write_text(text, "utf-8")
        return load(folder / "verbatim.toml")

    return at


def batch(spark: SparkSession, settings: Settings) -> Context:
    lake = Lake(spark, settings.lake)
    context = Context(lake, settings, Ledger(lake, new_run_id(NOW)), DAYS, NOW)
    for step in WRITES_WHAT_ARRIVES:
        step.run(context)
    return context


@pytest.fixture(scope="module")
def expected(
    spark: SparkSession, company_at: Callable[..., Settings], arrived: Path
) -> dict[str, list[Row]]:
    """What the batch makes of the two days."""
    settings = company_at("batch")
    copytree(arrived, settings.drop, dirs_exist_ok=True)
    batch(spark, settings)
    rows = content(spark, settings)
    assert min(len(rows["interactions"]), len(rows["tags"])) > 50
    return rows


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with running_broker(tmp_path_factory.mktemp("broker")) as running:
        yield running


def placeless(rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The same without where it came from, and the ids made of that."""
    places = ("file", "locator", "quarantine_id")
    return {
        table: sorted(
            ({k: v for k, v in row.items() if k not in places} for row in found),
            key=repr,
        )
        for table, found in rows.items()
    }


def corrections(spark: SparkSession, settings: Settings) -> set[int | None]:
    """What the batch said it had to mend of what was streamed."""
    runs = Lake(spark, settings.lake).read("runs")
    rows = runs.where("step LIKE 'ingest%' AND read_count > 0").collect()
    return {row["stream_corrections"] for row in rows}


def test_folders_streamed_in_pieces_are_the_batch_and_it_corrects_nothing(
    spark: SparkSession,
    company_at: Callable[..., Settings],
    arrived: Path,
    expected: dict[str, list[Row]],
) -> None:
    settings = company_at("stream")
    landed: list[Landed] = []
    # The second day comes first, and each in a stream of its own: stopped and gone on.
    for day in reversed(DAYS):
        copytree(arrived / f"{day}", Path(settings.drop) / f"{day}")
        Stream(spark, settings, "folders", told=landed.append).run(once=True)

    assert content(spark, settings) == expected

    runs = batch(spark, settings).lake.read("runs")
    assert content(spark, settings) == expected
    assert corrections(spark, settings) == {0}
    streamed = runs.where(f"step = '{STREAM_STEP}'").agg({"read_count": "sum"}).first()
    assert streamed is not None
    assert streamed[0] == sum(each.read_count for each in landed)


def test_the_stream_is_told_of_the_files_that_the_batch_reads(
    spark: SparkSession, company_at: Callable[..., Settings]
) -> None:
    settings = company_at("names")
    for name in (
        *("calls.json", "a/calls.json", "a_b/x.json", ".calls.json.a1B2c3", "_a.json"),
        *(
            "_late/calls.json",
            ".late/calls.json",
            "calls.json._COPYING_",
            "_a=1/b.json",
        ),
    ):
        file = Path(settings.drop, f"{DAYS[0]}", "telephony", name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    told: list[str] = []

    def tell(rows: DataFrame, _: int) -> None:
        told.extend(row["path"].partition("/drop/")[2] for row in rows.collect())

    stream = Stream(spark, settings, "folders")
    writer = stream._arriving().writeStream.foreachBatch(tell)
    writer = writer.option("checkpointLocation", stream.checkpoint)
    writer.trigger(availableNow=True).start().awaitTermination()

    read = [each.file for each in arrivals(settings, DAYS, settings.sources)]
    assert sorted(a.file for f in told for a in claimed(settings, f, 0)) == read
    assert {Path(file).name for file in read} == {"calls.json", "x.json"}


def as_messages(settings: Settings, drop: Path) -> list[Message]:
    """Every document of the drop folder, sent at noon of the day it arrived on."""
    messages = []
    for arrival in arrivals(settings, DAYS, settings.sources):
        origin = Origin(arrival.source, arrival.file)
        noon = datetime.combine(arrival.day, time(12), UTC)
        name = Path(arrival.file).name.encode()
        with (drop / arrival.file).open("rb") as stream:
            messages += [
                Message(f"0.{arrival.source}", each.content, noon, name)
                for each in READERS[arrival.kind].split(stream, origin)
            ]
    return messages


def test_topics_streamed_are_the_batch_though_the_broker_stops_and_records_are_broken(
    spark: SparkSession,
    company_at: Callable[..., Settings],
    arrived: Path,
    expected: dict[str, list[Row]],
    broker: Broker,
) -> None:
    settings = company_at("topics", broker.address)
    copytree(arrived, settings.drop, dirs_exist_ok=True)
    messages = as_messages(settings, arrived)
    noon = messages[0].at
    # The first two of their topics: offsets 0 and 1.
    broken = [
        Message("0.telephony", None, noon),
        Message("0.mastodon", b'{"id": \xff cut of', noon),
    ]
    broker.produce(spark, broken + messages[::2])

    landed: list[Landed] = []
    stream = Stream(spark, settings, "topics", told=landed.append)
    running = threading.Thread(target=stream.run, kwargs={"once": False})
    running.start()
    try:
        wait_until(lambda: sum(each.read_count for each in landed) > 100, running)
        broker.stop()
        sleep(2)
        broker.start()
        broker.produce(spark, messages[1::2])
        before = len(landed)
        wait_until(lambda: len(landed) > before, running)
    finally:
        stream.stopping.set()
        running.join(120)
    Stream(spark, settings, "topics", told=landed.append).run(once=True)

    streamed = content(spark, settings)
    planted = [
        row
        for row in streamed["quarantine"]
        if row["file"] in ("0.telephony/0", "0.mastodon/0")
        and row["locator"].startswith("offset 0")
    ]
    assert sorted(
        (row["source"], row["reason_code"], row["locator"]) for row in planted
    ) == [
        ("mastodon", "not_a_mastodon_status", "offset 0 byte 0"),
        ("telephony", "empty_message", "offset 0"),
    ]
    others = [row for row in streamed["quarantine"] if row not in planted]
    assert placeless(streamed | {"quarantine": others}) == placeless(expected)

    batch(spark, settings)
    confirmed = content(spark, settings)
    # The files' own refusals stand beside those of the messages: other places.
    refused = confirmed.pop("quarantine")
    assert len(refused) == len(planted) + 2 * len(others)
    assert [row for row in refused if row in streamed["quarantine"]] == streamed.pop(
        "quarantine"
    )
    assert confirmed == streamed
    assert corrections(spark, settings) == {0}


def wait_until(
    is_so: Callable[[], bool], running: threading.Thread, seconds: float = 400
) -> None:
    began = monotonic()
    while not is_so():
        assert running.is_alive(), "the stream has ended"
        assert monotonic() - began < seconds, "waited too long"
        sleep(0.2)
