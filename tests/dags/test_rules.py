"""What every DAG here keeps to, and that those which name things as text name what is
there."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import ROOT

DAGS = sorted(
    path.stem
    for path in (ROOT / "dags").glob("*.py")
    if 'dag_id="' in path.read_text("utf-8")
)

JOBS_PYTHON = ROOT / ".venv/bin/python"


@pytest.fixture(scope="module")
def steps():
    """The list of steps, asked from the jobs' own environment."""
    asked = (
        "import json; from jobs.steps import STEPS;"
        "print(json.dumps([[s.name, s.reads, s.writes] for s in STEPS]))"
    )
    said = subprocess.run(
        [JOBS_PYTHON, "-c", asked], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return [
        (name, tuple(reads), tuple(writes))
        for name, reads, writes in json.loads(said.stdout)
    ]


def test_every_dag_loads(bag):
    assert bag.import_errors == {}


def test_a_dag_is_called_as_its_file(bag):
    assert sorted(bag.dags) == DAGS
    assert {Path(dag.fileloc).stem for dag in bag.dags.values()} == set(DAGS)


@pytest.mark.parametrize("name", DAGS)
def test_a_dag_s_page_says_what_it_runs_and_what_to_do_when_it_is_red(bag, name):
    page = bag.dags[name].doc_md

    assert "**What it runs.**" in page
    assert "is red" in page
    assert "backfill" in page or "again.**" in page


@pytest.mark.parametrize("name", DAGS)
def test_every_task_s_page_says_something(bag, name):
    assert [task.task_id for task in bag.dags[name].tasks if not task.doc_md] == []


@pytest.mark.parametrize("name", DAGS)
def test_only_the_daily_run_catches_up_and_none_runs_beside_itself(bag, name):
    dag = bag.dags[name]

    assert dag.catchup is (name == "voc_daily")
    assert dag.max_active_runs == 1
    assert dag.tags


@pytest.mark.parametrize("stated", [{}, {"VERBATIM_FIRST_DAY": ""}])
def test_a_new_installation_does_not_begin_with_months_of_days(stated):
    """From the first day that holds for all, nothing is caught up."""
    asked = "from dags.voc_daily import dag; print(dag.start_date.date(), dag.catchup)"
    without = {k: v for k, v in os.environ.items() if k != "VERBATIM_FIRST_DAY"}

    said = subprocess.run(
        [sys.executable, "-c", asked],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=without | {"PYTHONPATH": str(ROOT)} | stated,
    )

    assert said.stdout.splitlines()[-1] == "2026-01-01 False"


@pytest.mark.parametrize("name", DAGS)
def test_a_task_that_hangs_ends_and_has_told_before_its_run_is_given_up(bag, name):
    """A run out of time skips what is unfinished, and a skipped task tells nobody."""
    dag = bag.dags[name]
    waits = dag.user_defined_macros or {}
    first = waits.get("delivered_after") or waits.get("in_place_after") or timedelta(0)

    for task in dag.tasks:
        pauses = task.retries * task.retry_delay
        hanging = (task.retries + 1) * task.execution_timeout + pauses
        assert first + hanging < (dag.dagrun_timeout or timedelta(days=1))


def test_every_dag_and_every_task_tells_of_its_failure():
    asked = (
        "import json; from importlib import import_module;"
        f"dags = [import_module('dags.' + name).dag for name in {DAGS}];"
        "name = lambda on: [type(alert).__name__ for alert in on];"
        "print(json.dumps({dag.dag_id: [name(dag.on_failure_callback),"
        " *(name(task.on_failure_callback) for task in dag.tasks)] for dag in dags}))"
    )

    said = subprocess.run(
        [sys.executable, "-c", asked],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "VERBATIM_ALERTS": "apprise"},
    )

    for dag, [of_run, *of_tasks] in json.loads(said.stdout.splitlines()[-1]).items():
        assert of_run == ["RunAlert"], dag
        # A stream that is dead is seen twelve times an hour, and told once.
        kind = "OutageAlert" if dag == "stream_watch" else "TaskAlert"
        assert of_tasks == [[kind]] * len(of_tasks), dag


@pytest.mark.parametrize("name", DAGS)
def test_every_dag_stands_in_the_readme_with_its_time(bag, name):
    line = next(
        line
        for line in (ROOT / "dags/README.md").read_text("utf-8").splitlines()
        if line.startswith(f"| `{name}`")
    )

    assert f"`{bag.dags[name].timetable._expression}`" in line


def test_the_daily_run_has_the_steps_of_the_one_list_in_its_order(voc_daily, steps):
    from dags.voc_daily import STEPS

    assert [(name, reads, writes) for name, reads, writes, _ in STEPS] == steps
    assert {task.task_id for task in voc_daily.tasks} == {
        "wait_for_deliveries",
        "check_tables",
        *(name for name, _, _ in steps),
    }


def test_nothing_is_published_before_everything_is_checked(voc_daily, steps):
    before_publication = voc_daily.get_task("publish_marts").get_flat_relative_ids(
        upstream=True
    )
    before_check = voc_daily.get_task("check_tables").get_flat_relative_ids(
        upstream=True
    )

    assert "check_tables" in before_publication
    assert before_check >= {name for name, _, writes in steps if writes}


def test_a_step_runs_after_whoever_writes_what_it_reads(voc_daily, steps):
    for place, (name, reads, writes) in enumerate(steps):
        upstream = voc_daily.get_task(name).get_flat_relative_ids(upstream=True)
        needed = {
            earlier
            for earlier, _, wrote in steps[:place]
            if set(wrote) & {*reads, *writes}
        }
        assert needed <= upstream, name


def test_every_step_waits_for_the_day_s_deliveries(voc_daily):
    roots = [task.task_id for task in voc_daily.tasks if not task.upstream_list]

    assert roots == ["wait_for_deliveries"]


def test_only_the_publication_renews_the_marts_asset(voc_daily):
    renewing = {
        task.task_id: [asset.name for asset in task.outlets]
        for task in voc_daily.tasks
        if task.outlets
    }

    assert renewing == {"publish_marts": ["marts"]}


def test_whatever_writes_the_lake_takes_its_turn(bag):
    writing = [
        task
        for dag in bag.dags.values()
        for task in dag.tasks
        if task.task_type == "SparkStep"
    ]

    assert len(writing) == 11
    assert {task.pool for task in writing} == {"lake"}


def test_what_is_submitted_is_there(voc_daily):
    submitted = {
        task.application for task in voc_daily.tasks if task.task_type == "SparkStep"
    }

    assert submitted == {str(ROOT / "jobs/step.py")}


@pytest.fixture(scope="module")
def options():
    """By command of `verbatim`, its options, asked from the jobs' own environment."""
    asked = (
        "import json; from typer.main import get_command; from jobs.cli import app;"
        "print(json.dumps({name: [o for p in c.params for o in p.opts]"
        " for name, c in get_command(app).commands.items() if hasattr(c, 'params')}))"
    )
    said = subprocess.run(
        [JOBS_PYTHON, "-c", asked], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return json.loads(said.stdout)


def test_every_command_and_option_named_is_one_of_verbatim_s(bag, options):
    named = [
        task.arguments
        for dag in bag.dags.values()
        for task in dag.tasks
        if task.task_type == "VerbatimCommand"
    ] + [bag.dags["maintenance"].get_task("compact_tables").application_args]

    assert sorted(command for command, *_ in named) == ["compact", "report", "stream"]
    for command, *given in named:
        assert {option.partition("=")[0] for option in given} <= set(options[command])


def test_lineage_names_the_tables_a_step_reads_and_writes(voc_daily):
    lineage = voc_daily.get_task("build_journeys").get_openlineage_facets_on_start()

    assert [(d.namespace, d.name) for d in lineage.inputs] == [("verbatim", "contacts")]
    assert [(d.namespace, d.name) for d in lineage.outputs] == [
        ("verbatim", "journeys"),
        ("verbatim", "journey_steps"),
    ]
