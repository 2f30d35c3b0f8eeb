"""When a failure is worth a message: each is told once, by whoever knows most of it."""

from copy import copy
from typing import Any

from airflow.providers.apprise.notifications.apprise import AppriseNotifier
from airflow.sdk import Context

OF_A_TASK = "task_failure"
"""Airflow's reason for a run that failed because a task did."""


class TaskAlert(AppriseNotifier):
    """Tells of every failure that it is called for."""

    def __call__(self, *args: Any) -> None:
        """Tell, if it is news."""
        [context] = args
        if self.is_news(context):
            # Airflow fills words in for good: a second failure would be told as the first.
            super(TaskAlert, copy(self)).__call__(context)

    def is_news(self, context: Context) -> bool:
        """Whether nobody has been told yet."""
        return True


class RunAlert(TaskAlert):
    """Tells of a run that failed without a task's failing, such as one out of time.

    Airflow skips what was unfinished then, and a skipped task tells nobody.
    """

    def is_news(self, context: Context) -> bool:
        """Whether no task has told: one that failed has, and knows more."""
        return context.get("reason") != OF_A_TASK


class OutageAlert(TaskAlert):
    """Tells of a task's first failure after a run that was not red, and then no more.

    For a DAG that looks every few minutes: each red look is a run that failed.
    """

    def is_news(self, context: Context) -> bool:
        """Whether the run before was not red."""
        before = context["ti"].get_previous_dagrun()
        return before is None or before.state != "failed"
