"""The application that Airflow submits: its arguments, and the gate before publication."""

import subprocess
import sys
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from jobs import check_table, step, steps
from jobs.check_table import Broken, Checked
from jobs.ledger import COUNTS, NO_SOURCE
from jobs.steps import STEPS, Done
from schemas.errors import CheckError, InputError, NotFoundError

STARTED = ["--day=2026-03-02", "--started-at=2026-03-03T03:00:00+01:00"]


class Seen:
    """What the application handed on."""

    def __init__(self):
        self.context = None
        self.days_to_read = None
        self.steps = ()
        self.overdue = None


@pytest.fixture
def submitted(monkeypatch):
    """The application without Spark; returns what it would have run."""
    seen = Seen()
    chosen = SimpleNamespace(lake="lake", checks_folder=None)
    monkeypatch.setattr(step.settings_module, "load", lambda file: chosen)

    def start(settings, *, name, days):
        seen.days_to_read = days

    monkeypatch.setattr(step, "start", start)

    def run_all(context, *, steps, overdue):
        seen.context, seen.steps, seen.overdue = context, steps, overdue
        return iter(())

    monkeypatch.setattr(step, "run_all", run_all)

    def submit(*arguments):
        # Of an option given twice, the last counts.
        given = [arguments[0], *STARTED, *arguments[1:]]
        CliRunner().invoke(step.app, given, catch_exceptions=False, prog_name="step")
        return seen

    return submit


def test_a_task_runs_its_own_step_and_no_other(submitted):
    seen = submitted("build_contacts")

    assert [s.name for s in seen.steps] == ["build_contacts"]
    assert [str(day) for day in seen.context.days] == ["2026-03-02"]
    assert seen.days_to_read == list(seen.context.days)


def test_all_tasks_of_a_run_share_its_id_and_its_now(submitted):
    seen = submitted("build_contacts")

    assert seen.context.ledger.run_id == "20260303T020000-1"
    assert seen.context.now.isoformat() == "2026-03-03T02:00:00+00:00"


def test_another_attempt_has_a_run_id_of_its_own(submitted):
    seen = submitted("build_contacts", "--attempt=2")

    assert seen.context.ledger.run_id == "20260303T020000-2"


def test_no_table_is_overdue_for_a_task_because_the_gate_takes_them_whole(submitted):
    assert submitted("publish_marts").overdue == ()


def test_a_task_for_a_day_to_come_is_refused_before_it_reads(submitted, monkeypatch):
    monkeypatch.setattr(step, "run_all", steps.run_all)

    with pytest.raises(InputError, match=r"2062-03-02: that is still to come"):
        submitted("ingest_interactions", "--day=2062-03-02")


def test_no_caller_gets_past_the_list_of_steps_with_a_day_to_come():
    now = datetime(2026, 3, 3, tzinfo=UTC)
    context = SimpleNamespace(days=(date(2026, 3, 4),), now=now)

    with pytest.raises(InputError, match=r"today is 2026-03-03"):
        next(steps.run_all(context))


def test_a_step_that_is_not_there_is_named_with_those_that_are(submitted):
    with pytest.raises(NotFoundError, match=r"build_contact; .*check_tables"):
        submitted("build_contact")


class FilesOnly:
    """A lake with two tables."""

    def exists(self, table):
        return table in ("contacts", "journeys")


class NoLedger:
    """Keeps the names of what was begun."""

    def __init__(self):
        self.begun = []

    def step(self, name, day, *, only_failures):
        from contextlib import nullcontext

        self.begun.append(name)
        return nullcontext()


def test_the_gate_names_the_faults_of_every_table_before_it_stops(monkeypatch):
    broken = Broken("a_rule", "Because.", 3, is_error=True)
    docs = []
    monkeypatch.setattr(
        check_table,
        "check",
        lambda lake, table, docs: Checked(table, 9, 1, (broken,)),
    )
    monkeypatch.setattr(check_table, "build_docs", docs.append)
    ledger = NoLedger()
    context = SimpleNamespace(
        lake=FilesOnly(),
        ledger=ledger,
        last_day=None,
        settings=SimpleNamespace(checks_folder="checks"),
    )

    with pytest.raises(CheckError) as stopped:
        step.check_tables(context)

    assert "contacts breaks its contract:\n  a_rule: 3 of 9 rows" in str(stopped.value)
    assert "journeys breaks its contract:\n  a_rule: 3 of 9 rows" in str(stopped.value)
    assert ledger.begun == ["check contacts", "check journeys"]
    assert docs == ["checks"]


def test_what_became_of_the_records_is_told_without_asking_spark(capsys):
    zero = dict.fromkeys(COUNTS, 0)
    day = date(2026, 3, 2)
    rows = [
        {"step": "ingest_surveys", "source": "surveys", "day": day, **zero},
        {"step": "ingest_customers", "source": "crm", "day": day, **zero}
        | {"read_count": 3, "added_count": 2, "quarantined_count": 1, "rows_out": 3},
    ]
    rows.append(
        {"step": "link_customers", "source": NO_SOURCE, "day": day, **zero}
        | {"read_count": 5, "added_count": 5}
    )
    context = SimpleNamespace(ledger=SimpleNamespace(rows=rows))
    customers, links = (
        next(s for s in STEPS if s.name == name)
        for name in ("ingest_customers", "link_customers")
    )

    step._show(context, Done(links, 1.0, 0.0, ()))

    [told, _] = capsys.readouterr().out.splitlines()
    assert told.startswith("link_customers 2026-03-02: 5 read = 5 added")

    step._show(context, Done(customers, 1.0, 0.0, ()))

    [told, took] = capsys.readouterr().out.splitlines()
    assert told.startswith("crm 2026-03-02: 3 read = 2 added + 0 updated")
    assert told.endswith("1 quarantined; 3 rows written")
    assert took == "ingest_customers took 1.0 s"


def test_steps_are_listed_without_the_library_of_the_checks():
    asked = "import sys, jobs.step; sys.exit('great_expectations' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
