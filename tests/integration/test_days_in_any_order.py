"""What arrived decides the tables; in which order and how often it was run does not."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from demo.company import write
from jobs import build_contacts, build_journeys, build_satisfaction
from jobs.context import Context
from jobs.lake import Lake
from jobs.lake_changes import NOT_CONTENT
from jobs.ledger import Ledger, new_run_id
from jobs.settings import Settings, load
from jobs.steps import STEPS
from schemas.contracts import contract
from tests.conftest import NOW, ROOT

pytestmark = [pytest.mark.spark, pytest.mark.slow]

DAYS = [date(2026, 3, 2), date(2026, 3, 3)]

TABLES = (
    "interactions",
    "transcripts",
    "tags",
    "surveys",
    "crm_records",
    "identity_links",
    "customers",
    "contacts",
    "contact_interactions",
    "journeys",
    "journey_steps",
    "satisfaction",
    "quarantine",
)


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arrivals") / "drop"
    write(folder, seed=3, start=DAYS[0], days=len(DAYS), customers=150)
    return folder


@pytest.fixture(scope="module")
def run_unchecked(spark: SparkSession) -> Callable[..., Context]:
    """Runs the steps that write tables; their checks have tests of their own."""

    def run(settings: Settings, days: list[date], *, now: datetime = NOW) -> Context:
        lake = Lake(spark, settings.lake)
        ledger = Ledger(lake, new_run_id(now))
        context = Context(lake, settings, ledger, tuple(days), now)
        for step in STEPS[:-1]:
            step.run(context)
        return context

    return run


@pytest.fixture(scope="module")
def company_at(
    drop: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Settings]:
    """The demo company with a lake of its own, reading the same files."""

    def at(name: str) -> Settings:
        folder = tmp_path_factory.mktemp(name)
        text = (ROOT / "verbatim.toml").read_text("utf-8")
        text = text.replace('drop = "var/demo/drop"', f'drop = "{drop}"')
        jars = f'\n[spark]\njars = "{ROOT}/var/jars"\n'
        # Of so few customers the planted conflicts are a quarter.
        jars += "\n[rules]\nquarantine_limit = 0.5\n"
        text = text.replace("\n[opening_hours]", jars + "\n[opening_hours]")
        (folder / "verbatim.toml").write_text(text, "utf-8")
        # One key for all, or no two lakes would agree on a handle.
        (folder / "var").mkdir()
        (folder / "var" / "demo.key").write_text("0123456789abcdef" * 4)
        return load(folder / "verbatim.toml")

    return at


def content(context: Context) -> dict[str, list[str]]:
    """Every table's rows, without when they were worked on."""
    return {
        table: sorted(
            context.lake.read(table)
            .select(*(c for c in contract(table).column_names if c not in NOT_CONTENT))
            .toJSON()
            .collect()
        )
        for table in TABLES
    }


@pytest.fixture(scope="module")
def day_by_day(
    company_at: Callable[[str], Settings], run_unchecked: Callable[..., Context]
) -> Context:
    """The last run of the days in their order, each following what it changed."""
    settings = company_at("forwards")
    with pytest.MonkeyPatch.context() as patch:
        # As a larger company's lake would be, where the others work out everything.
        for step in (build_contacts, build_journeys, build_satisfaction):
            patch.setattr(step, "FOLLOWED_FROM_BYTES", 0)
        for day in DAYS:
            context = run_unchecked(settings, [day])
    return context


def test_days_one_by_one_are_the_days_as_one_range(
    day_by_day: Context,
    company_at: Callable[[str], Settings],
    run_unchecked: Callable[..., Context],
) -> None:
    as_range = content(run_unchecked(company_at("range"), DAYS))

    assert content(day_by_day) == as_range
    assert min(len(as_range["interactions"]), len(as_range["journeys"])) > 5


def test_days_backwards_are_the_days_forwards(
    day_by_day: Context,
    company_at: Callable[[str], Settings],
    run_unchecked: Callable[..., Context],
) -> None:
    settings = company_at("backwards")
    for day in reversed(DAYS):
        backwards = run_unchecked(settings, [day])

    assert content(backwards) == content(day_by_day)


def test_a_day_run_twice_changes_nothing(
    day_by_day: Context, run_unchecked: Callable[..., Context]
) -> None:
    before = whole(day_by_day)

    again = run_unchecked(
        day_by_day.settings, DAYS[:1], now=day_by_day.now.replace(hour=5)
    )

    assert whole(again) == before
    ledger = again.lake.read("runs").where(f"run_id = '{again.ledger.run_id}'")
    changed = ledger.agg({"added_count": "sum", "updated_count": "sum"}).first()
    assert changed is not None
    assert list(changed) == [0, 0]


def whole(context: Context) -> dict[str, list[str]]:
    """Every table's rows, with when they were worked on."""
    return {
        table: sorted(context.lake.read(table).toJSON().collect()) for table in TABLES
    }
