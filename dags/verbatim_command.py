"""A `verbatim` command as an Airflow task, in the jobs' environment, tried again only where
another try can help."""

import shutil
import subprocess
from collections import deque
from collections.abc import Sequence
from typing import Any

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowException

from dags.defaults import RUNBOOK
from dags.exit_codes import stop_at

KEPT_LINES = 20
"""Of what a command printed, for the failure's message: what an alert can show."""


class VerbatimCommand(BaseOperator):
    """Runs `verbatim ARGUMENTS`; what it prints is the task's log.

    `verbatim` is found on PATH: the jobs have an environment of their own, whose `bin`
    comes first there.

    Args:
        waits_for: exit codes that no try mends elsewhere, and of which this task knows
            that what is missing will come.
    """

    template_fields: Sequence[str] = ("arguments",)

    def __init__(
        self, *, arguments: list[str], waits_for: tuple[int, ...] = (), **more: Any
    ) -> None:
        super().__init__(**more)
        self.arguments = arguments
        self.waits_for = waits_for
        self._running: subprocess.Popen[str] | None = None

    def execute(self, context: Context) -> None:
        """Run the command; a failure that would only come again is not tried again.

        Raises:
            AirflowFailException: no further try; says what broke and where to look.
            AirflowException: it ended with another exit code than 0, or is not there;
                says what it printed last, which says what to do.
        """
        command = ["verbatim", *self.arguments]
        if shutil.which("verbatim") is None:
            raise AirflowException(
                "There is no command verbatim on this worker's PATH: put the bin folder of "
                "the jobs' environment there (dags/README.md)."
            )
        self.log.info("Running %s", " ".join(command))
        last: deque[str] = deque(maxlen=KEPT_LINES)
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as self._running:
            try:
                for line in self._running.stdout or ():
                    self.log.info(line.rstrip())
                    last.append(line.rstrip())
            except BaseException:
                # Out of time: leaving the block waits for the command, which may hang.
                self.on_kill()
                raise
        code = self._running.returncode
        if code:
            said = "\n".join(last)
            stop_at(self.task_id, code, said, waits_for=self.waits_for)
            raise AirflowException(
                f"{' '.join(command)} ended with exit code {code}:\n{said}\n"
                f"More: {RUNBOOK}."
            )

    def on_kill(self) -> None:
        """Stop the command with the task."""
        if self._running is not None:
            self._running.terminate()
