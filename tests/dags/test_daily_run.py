"""The daily DAG really run, on a tiny demo company: Airflow, Spark and the file it ends in."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200)]

DAY = "2026-02-18"


class Installation:
    """An Airflow of the test's own, with the demo company's first days in its drop folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.company = home / "company"
        self.marts = self.company / "marts/marts.duckdb"
        # Airflow's and the DAGs' variables of this process are the other tests'.
        ours = ("AIRFLOW", "VERBATIM")
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(ours)
        } | {"AIRFLOW_HOME": str(home)}
        self._jobs(
            "-m",
            "demo.company",
            str(self.company / "drop"),
            *("--start=2026-02-16", "--days=3", "--customers=60", "--workers=1"),
        )
        self.airflow("db", "migrate").check_returncode()

    def airflow(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Airflow's command, as an operator types it."""
        return subprocess.run(
            [ROOT / "dags/airflow", *arguments],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *, only: str = ".*") -> "subprocess.CompletedProcess[str]":
        """One run of the DAG for the day; of its tasks, those that match."""
        return self.airflow(
            *("dags", "test", "voc_daily", "--conf", json.dumps({"day": DAY})),
            *("--mark-success-pattern", f"(?!({only})$).*"),
        )

    def ask(self, query: str) -> list[list[str]]:
        """Rows of the published file, opened as a reader would."""
        asked = (
            "import duckdb, json, sys;"
            "marts = duckdb.connect(sys.argv[1], read_only=True);"
            "print(json.dumps(marts.execute(sys.argv[2]).fetchall(), default=str))"
        )
        rows: list[list[str]] = json.loads(
            self._jobs("-c", asked, str(self.marts), query)
        )
        return rows

    def arrived(self) -> list[str]:
        """Ids of what the demo says arrived on the day."""
        truth = self.company / "drop/truth/interactions.jsonl"
        rows = [json.loads(line) for line in truth.read_text("utf-8").splitlines()]
        return sorted(r["interaction_id"] for r in rows if DAY in r["arrival_days"])

    def _jobs(self, *arguments: str) -> str:
        said = subprocess.run(
            [ROOT / ".venv/bin/python", *arguments],
            cwd=ROOT,
            env=self._environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return said.stdout


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    return Installation(tmp_path_factory.mktemp("airflow"))


@pytest.fixture(scope="module")
def first_run(installation):
    return installation.run()


def with_every_row_twice(table: Path) -> None:
    """Put a table's last file in a second time, as a writer without a key would."""
    log = table / "_delta_log"
    commits = sorted(log.glob("*.json"))
    [*_, file] = [
        action["add"]
        for commit in commits
        for line in commit.read_text("utf-8").splitlines()
        if "add" in (action := json.loads(line))
    ]
    again = f"again-{file['path']}"
    shutil.copy(table / file["path"], table / again)
    following = int(commits[-1].stem) + 1
    (log / f"{following:020}.json").write_text(
        json.dumps({"add": {**file, "path": again}}), "utf-8"
    )


def test_a_run_is_green_and_publishes_the_day(installation, first_run):
    assert first_run.returncode == 0, first_run.stdout[-5_000:]
    assert installation.marts.is_symlink()
    published = installation.ask("SELECT interaction_id FROM interactions ORDER BY 1")
    assert [interaction_id for [interaction_id] in published] == installation.arrived()
    assert installation.ask("SELECT count(*) > 0 FROM satisfaction") == [[True]]


def test_the_ledger_has_every_step_once_under_one_run(installation, first_run):
    runs = installation.ask(
        "SELECT run_id, count(DISTINCT step) FROM runs GROUP BY run_id"
    )

    # publish_marts notes itself after the file is closed.
    assert [count for _, count in runs] == [8]


def test_a_task_s_log_says_what_became_of_every_record(first_run):
    assert f"telephony {DAY}: " in first_run.stdout
    assert "checked interactions: " in first_run.stdout


def test_lineage_names_our_tables(installation, first_run):
    lines = (installation.home / "lineage.jsonl").read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    [built] = [
        event
        for event in events
        if event["job"]["name"] == "voc_daily.build_contacts"
        and event["eventType"] == "COMPLETE"
    ]

    assert {d["name"] for d in built["inputs"]} >= {"interactions", "tags", "customers"}
    assert {d["name"] for d in built["outputs"]} == {"contacts", "contact_interactions"}


def test_a_failing_check_shows_its_rules_and_leaves_the_last_marts(
    installation, first_run
):
    before = installation.marts.resolve()
    with_every_row_twice(installation.company / "lake/customers")

    second_run = installation.run(only="check_tables|publish_marts")

    assert "customers breaks its contract:" in second_run.stdout
    assert "a table breaks its contract (exit code 10)" in second_run.stdout
    assert "publish_marts took" not in second_run.stdout
    assert installation.marts.resolve() == before
    assert list(installation.marts.parent.glob("marts-*.duckdb")) == [before]
