"""The marts against the same tables worked out again, in SQL written from the contracts."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks import one_process
from demo.company import write
from jobs.settings import Settings, days_between, load

ROOT = Path(__file__).parents[2]

# Twelve days: the resolution window of the first ones has closed at the end.
DAYS = days_between(date(2026, 2, 16), date(2026, 2, 27))


@pytest.fixture
def ondine(tmp_path: Path) -> Settings:
    """Twelve days of some of the demo company's customers, below the test's folder."""
    file = tmp_path / "verbatim.toml"
    stated = (ROOT / "verbatim.toml").read_text(encoding="utf-8")
    for day, hours in (
        ("tue", '["08:00-12:30", "14:00-20:00"]'),
        ("thu", '"09:00-24:00"'),
    ):
        assert f'{day} = "08:00-20:00"' in stated
        stated = stated.replace(f'{day} = "08:00-20:00"', f"{day} = {hours}")
    file.write_text(
        stated.replace("var/demo/", "") + f'\n[spark]\njars = "{ROOT}/var/jars"\n',
        encoding="utf-8",
    )
    settings = load(file)
    write(
        Path(settings.drop),
        seed=11,
        start=DAYS[0],
        days=len(DAYS),
        customers=150,
        workers=1,
    )
    return settings


@pytest.mark.spark
@pytest.mark.slow
def test_marts_equal_an_independent_calculation_row_by_row(
    ondine: Settings, run_company: Callable[..., Any], tmp_path: Path
) -> None:
    theirs = tmp_path / "one_process.duckdb"
    one_process.run(ondine, DAYS, theirs)
    run_company(ondine, DAYS)

    ours = (ondine.marts_folder / "marts.duckdb").resolve()

    assert one_process.differences(ours, theirs) == {
        table: [] for table in one_process.COMPARED
    }


def test_difference_names_the_row_its_columns_and_both_sides(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.duckdb", tmp_path / "theirs.duckdb"
    _fill(ours, steps=[("c1", "call", 60.0), ("c2", "chat", None)])
    _fill(theirs, steps=[("c1", "email", 60.0000001), ("c3", "chat", None)])

    found = one_process.differences(ours, theirs)["journey_steps"]

    assert [(row["contact_id"], row["columns"]) for row in found] == [
        ("c1", ["channel"]),
        ("c2", []),
        ("c3", []),
    ]
    assert (found[0]["ours"]["channel"], found[0]["theirs"]["channel"]) == (
        "call",
        "email",
    )
    assert (found[1]["theirs"], found[2]["ours"]) == (None, None)


def test_row_that_is_there_twice_differs_from_the_same_row_once(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.duckdb", tmp_path / "theirs.duckdb"
    _fill(ours, steps=[("c1", "call", None), ("c1", "call", None)])
    _fill(theirs, steps=[("c1", "call", None)])

    found = one_process.differences(ours, theirs)["journey_steps"]

    assert [(row["contact_id"], row["theirs"]) for row in found] == [("c1", None)]


def _fill(path: Path, *, steps: list[tuple[str, str, float | None]]) -> None:
    with duckdb.connect(str(path)) as db:
        for table in one_process.COMPARED:
            one_process.create(db, table, one_process.shape_of(table))
        db.executemany(
            "INSERT INTO journey_steps BY NAME "
            "SELECT $1 AS contact_id, $2 AS channel, $3 AS gap_seconds",
            steps,
        )
