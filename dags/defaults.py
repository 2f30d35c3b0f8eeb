"""What every DAG here has: where the jobs are, from when it is scheduled, retries, time
limits, alerts.

What an installation chooses comes from the environment; dags/README.md lists the variables.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dags.alerts import RunAlert, TaskAlert

HOME = Path(os.environ.get("VERBATIM_HOME", Path(__file__).parents[1]))
"""The checkout, or what an image has of it."""

STATED_FIRST_DAY = os.environ.get("VERBATIM_FIRST_DAY")

FIRST_DAY = datetime.fromisoformat(STATED_FIRST_DAY or "2026-01-01").replace(tzinfo=UTC)
"""Nothing before it is scheduled; earlier days are run by hand or backfilled."""

CATCHES_UP = bool(STATED_FIRST_DAY)
"""Whether days are run that the scheduler was not there for. Only from a day that somebody
chose: from the one that holds for all, a new installation would begin with months."""

SPARK_PROPERTIES = os.environ.get("VERBATIM_SPARK_PROPERTIES")
"""A file of them for every submission: the jars, memory, executors. Unset: Spark's own
defaults, below SPARK_CONF_DIR."""

LAKE_POOL = "lake"
"""One slot: derived tables have one writer, whatever runs and backfills are under way."""

RUNBOOK = "docs/runbook.md"

ALERTS = os.environ.get("VERBATIM_ALERTS")
"""Id of the Apprise connection that failures are sent to; unset, nobody is told."""


TASK_TIMEOUT = timedelta(hours=2)
"""After it a task is stopped and tried again. The longest step of a million interactions took
20 minutes on two cores; three tries of one that hangs end, and are told, within RUN_TIMEOUT."""

RUN_TIMEOUT = timedelta(hours=12)
"""After it a run is given up: the next one's turn comes, for a DAG runs once at a time."""


def defaults(tells: type[TaskAlert] = TaskAlert, **others: Any) -> dict[str, Any]:
    """Arguments for a DAG's tasks: two more tries, then somebody is told.

    Args:
        tells: of which failures.
        others: what the DAG has otherwise.
    """
    return {
        "owner": "verbatim",
        "retries": 2,
        "retry_delay": timedelta(minutes=5),
        "execution_timeout": TASK_TIMEOUT,
        "on_failure_callback": [task_alert(tells)] if ALERTS else [],
        **others,
    }


def run_options(timeout: timedelta | None = RUN_TIMEOUT) -> dict[str, Any]:
    """Arguments for a DAG: when a run is given up, and that somebody is told of it."""
    return {
        "dagrun_timeout": timeout,
        "on_failure_callback": [run_alert()] if ALERTS else [],
    }


def task_alert(kind: type[TaskAlert] = TaskAlert) -> TaskAlert:
    """Says which task of which run failed, why, and where its log is."""
    return kind(
        apprise_conn_id=str(ALERTS),
        title="Verbatim: {{ ti.dag_id }}.{{ ti.task_id }} failed",
        body=(
            "Run {{ dag_run.run_id }}, try {{ ti.try_number }}.\n"
            "{{ exception | default('', true) | string | truncate(1000) }}\n"
            "Log: {{ ti.log_url }}\n"
            f"What to do: {RUNBOOK}"
        ),
    )


def run_alert() -> TaskAlert:
    """Says which run failed of which no task did, and why."""
    return RunAlert(
        apprise_conn_id=str(ALERTS),
        title="Verbatim: a run of {{ dag.dag_id }} failed",
        body=(
            "Run {{ run_id }}: {{ reason }}.\n"
            "What was not done yet was skipped.\n"
            f"What to do: {RUNBOOK}"
        ),
    )
