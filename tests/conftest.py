"""What Spark tests share: one session, a company of one's own, frames from rows."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.settings import Settings, load

ROOT = Path(__file__).parents[1]

NOW = datetime(2026, 4, 1, tzinfo=UTC)

Row = dict[str, Any]


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """One session for all tests: starting one costs ten seconds."""
    from jobs.session import start

    session = start(load(ROOT / "verbatim.toml"), name="tests")
    yield session
    session.stop()


@pytest.fixture
def company(tmp_path: Path) -> Callable[..., Settings]:
    """Writes a settings file below the test's folder and reads it."""

    def of(sources: str = "", **sections: str) -> Settings:
        stated = sections.pop("top", "demo = true")
        text = [stated, '[company]\nname = "Test"\nemail_domains = ["ondine.example"]']
        text += [f"[{name}]\n{content}" for name, content in sections.items()]
        text += [f'[spark]\njars = "{ROOT}/var/jars"', sources or DEMO_SOURCES]
        file = tmp_path / "verbatim.toml"
        file.write_text("\n".join(text), encoding="utf-8")
        return load(file)

    return of


DEMO_SOURCES = (ROOT / "verbatim.toml").read_text(encoding="utf-8")
DEMO_SOURCES = DEMO_SOURCES[DEMO_SOURCES.index("[[sources]]") :]


@pytest.fixture
def run_company(spark: SparkSession) -> Callable[..., Any]:
    """Runs steps for some arrival days; returns the context, its lake within."""
    from jobs.context import Context
    from jobs.lake import Lake
    from jobs.ledger import Ledger, new_run_id
    from jobs.steps import STEPS, run_all

    def run(
        settings: Settings,
        days: list[date],
        *,
        now: datetime = NOW,
        only: set[str] | None = None,
    ) -> Context:
        lake = Lake(spark, settings.lake)
        context = Context(
            lake, settings, Ledger(lake, new_run_id(now)), tuple(days), now
        )
        steps = tuple(s for s in STEPS if only is None or s.name in only)
        for _ in run_all(context, steps=steps):
            pass
        return context

    return run


@pytest.fixture
def frame(spark: SparkSession) -> Callable[..., DataFrame]:
    """Rows of a contract's table as a frame, in its types and order."""
    from jobs.lake import parsed_ddl
    from schemas.contracts import contract

    def of(table: str, *rows: Row) -> DataFrame:
        schema = parsed_ddl(contract(table).ddl)
        return spark.createDataFrame(
            [tuple(row.get(name) for name in schema.names) for row in rows], schema
        )

    return of
