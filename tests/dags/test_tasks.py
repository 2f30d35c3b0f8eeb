"""What a task does when what it started fails: the log, the tries, the alert."""

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowFailException,
    AirflowTaskTimeout,
)

from dags.alerts import OutageAlert

BROKEN = (
    "contacts breaks its contract:",
    "  a_contact_ends_after_it_started: 3 of 4765 rows",
)


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Puts a command of that name first on PATH; it prints lines and exits."""

    def stand_in(name, *, code, lines, then=""):
        script = tmp_path / name
        said = "\n".join(f"echo '{line}'" for line in lines)
        script.write_text(f'#!/bin/sh\necho "$@"\n{said}\n{then}\nexit {code}\n')
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return stand_in


@pytest.fixture
def build_contacts(voc_daily, monkeypatch):
    """A step's task, ready to be executed outside a run."""
    monkeypatch.setenv(
        "AIRFLOW_CONN_SPARK_DEFAULT", '{"conn_type": "spark", "host": "local[1]"}'
    )
    task = voc_daily.get_task("build_contacts").prepare_for_execution()
    task.application_args = ["build_contacts", "--day=2026-03-02"]
    return task


def test_a_failing_check_shows_its_broken_rules_and_is_not_tried_again(
    command, build_contacts, capsys
):
    command("spark-submit", code=10, lines=BROKEN)

    with pytest.raises(AirflowFailException) as failed:
        build_contacts.execute({})

    assert "a table breaks its contract (exit code 10)" in str(failed.value)
    assert BROKEN[1].strip() in str(failed.value)
    assert "The last marts stay in place." in str(failed.value)
    assert BROKEN[1].strip() in capsys.readouterr().out


@pytest.mark.parametrize(
    "code", [1, 12, 14, 16, 137], ids=["crash", "input", "lake", "publish", "killed"]
)
def test_what_another_try_may_mend_is_tried_again(command, build_contacts, code):
    command("spark-submit", code=code, lines=["Something is not there."])

    with pytest.raises(AirflowException, match=f"Error code is: {code}") as failed:
        build_contacts.execute({})

    assert not isinstance(failed.value, AirflowFailException)


def test_what_is_submitted_names_master_application_and_arguments(
    command, build_contacts, capsys
):
    command("spark-submit", code=0, lines=[])

    build_contacts.execute({})

    log = capsys.readouterr().out
    assert "--master local[1] --name verbatim build_contacts" in log
    assert "jobs/step.py build_contacts --day=2026-03-02" in log


def test_a_stream_that_is_not_well_fails_the_watch_with_its_reason(bag, command):
    command(
        "verbatim", code=1, lines=["No progress for 900 s. Start it: verbatim stream"]
    )
    task = bag.dags["stream_watch"].get_task("look_at_stream")

    with pytest.raises(AirflowException) as failed:
        task.prepare_for_execution().execute({})

    assert str(failed.value).startswith(
        "verbatim stream --status ended with exit code 1:\n"
    )
    assert "No progress for 900 s. Start it: verbatim stream" in str(failed.value)


def test_a_command_that_hangs_is_stopped_when_its_time_is_over(
    bag, command, monkeypatch
):
    command("verbatim", code=0, lines=["Looking."], then="exec sleep 600")
    task = bag.dags["stream_watch"].get_task("look_at_stream").prepare_for_execution()

    def out_of_time(*_):
        raise AirflowTaskTimeout

    with monkeypatch.context() as patch:
        patch.setattr(
            task.log, "info", lambda said, *_: "Look" in said and out_of_time()
        )
        with pytest.raises(AirflowTaskTimeout):
            task.execute({})

    assert task._running.returncode == -signal.SIGTERM


def test_a_stream_that_is_well_is_only_logged(bag, command, capsys):
    command("verbatim", code=0, lines=["All is well."])
    task = bag.dags["stream_watch"].get_task("look_at_stream")

    task.prepare_for_execution().execute({})

    assert "All is well." in capsys.readouterr().out


@pytest.fixture
def deliver_report(bag):
    """The report's task, ready to be executed outside a run."""
    task = bag.dags["weekly_report"].get_task("deliver_report").prepare_for_execution()
    task.arguments = ["report", "--week=2026-W09", "--deliver"]
    return task


@pytest.mark.parametrize("code", [10, 11, 13, 15])
def test_a_report_that_would_only_fail_again_is_not_tried_until_noon(
    command, deliver_report, code
):
    command("verbatim", code=code, lines=["company.toml has 1 fault:", "  report: x"])

    with pytest.raises(AirflowFailException) as failed:
        deliver_report.execute({})

    assert f"(exit code {code}). Trying again would not help." in str(failed.value)
    assert "company.toml has 1 fault:" in str(failed.value)


@pytest.mark.parametrize(
    "code", [1, 12, 17, 18, 19], ids=["crash", "input", "no marts", "unsent", "week"]
)
def test_a_report_that_waits_for_its_marts_is_tried_again(
    command, deliver_report, code
):
    command("verbatim", code=code, lines=["The marts end on 2026-02-28."])

    with pytest.raises(AirflowException, match=f"exit code {code}") as failed:
        deliver_report.execute({})

    assert not isinstance(failed.value, AirflowFailException)
    assert deliver_report.retries == 12


def test_a_worker_without_the_jobs_says_where_they_belong(bag, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    task = bag.dags["weekly_report"].get_task("deliver_report")

    with pytest.raises(AirflowException, match=r"no command verbatim.*PATH"):
        task.prepare_for_execution().execute({})


@pytest.fixture
def told():
    """A web address that keeps what is posted to it."""
    posted = []

    class Keeper(BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append(
                json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            )
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing on standard error."""

    with HTTPServer(("127.0.0.1", 0), Keeper) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, posted
        server.shutdown()


@pytest.fixture
def alerts(monkeypatch, told):
    """The alerts of an installation that names whom to tell; and what they have told."""
    from dags import defaults

    port, posted = told
    where = {"config": [{"path": f"json://127.0.0.1:{port}/", "tag": "all"}]}
    monkeypatch.setenv(
        "AIRFLOW_CONN_APPRISE_DEFAULT",
        json.dumps({"conn_type": "apprise", "extra": where}),
    )
    monkeypatch.setattr(defaults, "ALERTS", "apprise_default")
    return defaults, posted


class Run:
    run_id = "manual__2026-03-03"


class Task:
    """A task's instance, as far as alerts ask it."""

    dag_id, task_id, try_number = "voc_daily", "check_tables", 1
    log_url = "http://airflow/log"

    def __init__(self, *before):
        self.before = before

    def get_previous_dagrun(self):
        return SimpleNamespace(state=self.before[-1]) if self.before else None


def test_a_failure_is_told_to_whom_the_environment_names(alerts):
    defaults, posted = alerts
    [alert] = defaults.defaults()["on_failure_callback"]

    error = ValueError("contacts breaks its contract")
    alert({"ti": Task(), "dag_run": Run, "exception": error})

    [message] = posted
    assert message["title"] == "Verbatim: voc_daily.check_tables failed"
    assert "contacts breaks its contract" in message["message"]
    assert "Log: http://airflow/log" in message["message"]


def test_a_run_out_of_time_is_told_and_one_that_a_task_failed_is_not_told_again(
    alerts, voc_daily
):
    defaults, posted = alerts

    [alert] = defaults.run_options()["on_failure_callback"]

    for reason in ("task_failure", "timed_out"):
        alert({"dag": voc_daily, "run_id": Run.run_id, "reason": reason})

    [message] = posted
    assert message["title"] == "Verbatim: a run of voc_daily failed"
    assert "Run manual__2026-03-03: timed_out." in message["message"]


def test_a_second_failure_is_told_as_its_own(alerts):
    """Airflow may call back for several runs from one process."""
    defaults, posted = alerts
    [alert] = defaults.defaults()["on_failure_callback"]

    for said in ("no room", "no key"):
        alert({"ti": Task(), "dag_run": Run, "exception": ValueError(said)})

    assert [m["message"].splitlines()[1] for m in posted] == ["no room", "no key"]


def test_an_outage_is_told_once_and_the_next_one_again(alerts):
    defaults, posted = alerts
    [alert] = defaults.defaults(OutageAlert)["on_failure_callback"]
    looks = ["failed", "failed", "success", "failed", "failed"]

    tells = []
    for place, state in enumerate(looks):
        if state == "failed":
            alert({"ti": Task(*looks[:place]), "dag_run": Run})
        tells.append(len(posted))

    assert tells == [1, 1, 1, 2, 2]


def test_nobody_is_told_where_the_environment_names_nobody(voc_daily):
    assert not voc_daily.get_task("check_tables").on_failure_callback
    assert not voc_daily.on_failure_callback
