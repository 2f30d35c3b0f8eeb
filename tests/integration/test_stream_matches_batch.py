"""The stream gives the rows that the batch gives; what it wrote, the batch confirms."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copytree

import pytest
from pyspark.sql import SparkSession

from demo.company import write
from jobs.context import Context
from jobs.lake import NOT_CONTENT, Lake
from jobs.ledger import STREAM_STEP, Ledger, new_run_id
from jobs.settings import Settings, load
from jobs.steps import STEPS, STREAMED
from jobs.stream_interactions import Landed, Stream
from schemas.contracts import contract
from tests.conftest import NOW, ROOT

pytestmark = [pytest.mark.spark, pytest.mark.slow]

DAYS = (date(2026, 3, 2), date(2026, 3, 3))
WRITES_WHAT_ARRIVES = STEPS[:3] + tuple(
    s for s in STEPS if s.name == "tag_interactions"
)


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arrived")
    write(folder, seed=5, start=DAYS[0], days=2, customers=600)
    return folder


@pytest.fixture
def company_at(tmp_path: Path, arrived: Path) -> Callable[[str], Settings]:
    """The demo company with folders of its own, and one key for all."""

    def at(name: str) -> Settings:
        folder = tmp_path / name
        (folder / "var").mkdir(parents=True)
        (folder / "drop").mkdir()
        (folder / "var" / "demo.key").write_text("0123456789abcdef" * 4)
        text = (ROOT / "verbatim.toml").read_text("utf-8").replace("var/demo/", "")
        jars = f'[spark]\njars = "{ROOT}/var/jars"\n'
        # Of so few customers the planted conflicts are a quarter.
        jars += "\n[rules]\nquarantine_limit = 0.5\n"
        text = text.replace("\n[opening_hours]", f"\n{jars}\n[opening_hours]")
        (folder / "verbatim.toml").write_text(text, "utf-8")
        return load(folder / "verbatim.toml")

    return at


def batch(spark: SparkSession, settings: Settings) -> Context:
    lake = Lake(spark, settings.lake)
    context = Context(lake, settings, Ledger(lake, new_run_id(NOW)), DAYS, NOW)
    for step in WRITES_WHAT_ARRIVES:
        step.run(context)
    return context


def content(spark: SparkSession, settings: Settings) -> dict[str, list[str]]:
    """Rows of every table that the stream writes, without when they were worked on."""
    lake = Lake(spark, settings.lake)
    return {
        table: sorted(
            lake.read(table)
            .select(*(c for c in contract(table).column_names if c not in NOT_CONTENT))
            .toJSON()
            .collect()
        )
        for table in STREAMED
    }


def test_folders_streamed_in_pieces_are_the_batch_and_it_corrects_nothing(
    spark: SparkSession, company_at: Callable[[str], Settings], arrived: Path
) -> None:
    by_batch, by_stream = company_at("batch"), company_at("stream")
    copytree(arrived, by_batch.drop, dirs_exist_ok=True)
    batch(spark, by_batch)

    landed: list[Landed] = []
    # The second day comes first, and each in a stream of its own: stopped and gone on.
    for day in reversed(DAYS):
        copytree(arrived / f"{day}", Path(by_stream.drop) / f"{day}")
        Stream(
            spark,
            by_stream,
            "folders",
            clock=lambda: datetime.now(UTC),
            told=landed.append,
        ).run(once=True)

    expected = content(spark, by_batch)
    assert min(len(expected["interactions"]), len(expected["tags"])) > 50
    assert content(spark, by_stream) == expected

    runs = batch(spark, by_stream).lake.read("runs")
    assert content(spark, by_stream) == expected
    corrections = [
        row["stream_corrections"]
        for row in runs.where("step LIKE 'ingest%' AND read_count > 0").collect()
    ]
    assert set(corrections) == {0}
    streamed = runs.where(f"step = '{STREAM_STEP}'").agg({"read_count": "sum"}).first()
    assert streamed is not None
    assert streamed[0] == sum(each.read_count for each in landed)
