"""A small demo company, run once through everything, with its truth beside it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.company import write
from jobs.context import Context
from jobs.settings import Settings, days_between, load
from tests.conftest import NOW, ROOT

START = date(2026, 2, 23)
DAYS = 14
CUSTOMERS = 150
UNUSUAL_HOURS = {
    "tue": '["08:00-12:30", "14:00-20:00"]',
    "thu": '"09:00-24:00"',
}
"""A break and an end at midnight: reply clocks stand still in one and run up to the other."""


@dataclass(frozen=True)
class DemoCompany:
    """The run, its marts opened read-only, and what is true of it."""

    settings: Settings
    context: Context
    marts: duckdb.DuckDBPyConnection

    def truth(self, name: str) -> list[dict[str, Any]]:
        text = Path(self.settings.drop, "truth", f"{name}.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def expected(self) -> dict[str, dict[str, dict[str, int]]]:
        text = Path(self.settings.drop, "truth", "expected.json").read_text("utf-8")
        stated: dict[str, dict[str, dict[str, int]]] = json.loads(text)
        return stated


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo company's own settings, in a folder of the test's."""
    folder = tmp_path_factory.mktemp("demo")
    text = (ROOT / "verbatim.toml").read_text("utf-8")
    for day, hours in UNUSUAL_HOURS.items():
        assert f'{day} = "08:00-20:00"' in text
        text = text.replace(f'{day} = "08:00-20:00"', f"{day} = {hours}")
    jars = f'\n[spark]\njars = "{ROOT}/var/jars"\n'
    (folder / "verbatim.toml").write_text(
        text.replace("\n[opening_hours]", jars + "\n[opening_hours]"), "utf-8"
    )
    settings = load(folder / "verbatim.toml")
    write(Path(settings.drop), seed=11, start=START, days=DAYS, customers=CUSTOMERS)
    return settings


@pytest.fixture(scope="session")
def demo(spark: Any, demo_settings: Settings) -> Iterator[DemoCompany]:
    from jobs.lake import Lake
    from jobs.ledger import Ledger, new_run_id
    from jobs.reading import current
    from jobs.steps import run_all

    days = days_between(START, date.fromordinal(START.toordinal() + DAYS - 1))
    lake = Lake(spark, demo_settings.lake)
    ledger = Ledger(lake, new_run_id(NOW))
    context = Context(lake, demo_settings, ledger, tuple(days), NOW)
    for _ in run_all(context):
        pass
    with duckdb.connect(str(current(demo_settings)), read_only=True) as marts:
        yield DemoCompany(demo_settings, context, marts)


@pytest.fixture
def ask(demo: DemoCompany) -> Callable[[str], list[tuple[Any, ...]]]:
    """Rows of a query on the demo's marts."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return demo.marts.execute(query).fetchall()

    return rows
