"""Every query runs as it stands, says what it shows, and is used."""

import re
from pathlib import Path

import duckdb
import pytest

import report
from report.marts import QUERIES, text
from schemas.marts import report_metrics
from tests.unit.report.companies import a_group, marts_of

NAMES = sorted(path.stem for path in QUERIES.glob("*.sql"))

ROOT = Path(report.__file__).parents[1]

SETTINGS = """
SET VARIABLE week_start = DATE '2026-03-02';
SET VARIABLE baseline_weeks = 8;
SET VARIABLE callback_promise_hours = 24;
SET VARIABLE intent = 'billing';
SET VARIABLE channel = 'chat';
SET VARIABLE printed_as_of = TIMESTAMP '2026-03-09';
"""


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    path = marts_of(tmp_path_factory.mktemp("marts") / "marts.duckdb", a_group(3))
    with duckdb.connect(str(path), read_only=True) as opened:
        opened.execute(SETTINGS)
        yield opened


@pytest.mark.parametrize("name", NAMES)
def test_a_query_runs_as_an_analyst_would_run_it(connection, name):
    connection.execute(text(name)).fetchall()


@pytest.mark.parametrize("name", NAMES)
def test_a_query_says_what_it_shows_and_what_to_set(name):
    lines = text(name).splitlines()

    assert re.match(r"-- [A-Z].*\.$", lines[0])
    stated = " ".join(line for line in lines if line.startswith("--"))
    for variable in set(re.findall(r"getvariable\('(\w+)'\)", text(name))):
        assert variable in stated


@pytest.mark.parametrize("name", NAMES)
def test_every_query_is_asked(name):
    modules = (path.read_text("utf-8") for path in (ROOT / "report").glob("*.py"))

    assert any(f'"{name}"' in module for module in modules)


def test_every_formula_names_a_query_that_is_there():
    assert [m.name for m in report_metrics() if not (ROOT / m.view).exists()] == []
