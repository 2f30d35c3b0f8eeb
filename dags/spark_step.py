"""A step as an Airflow task: submitted to Spark, named in the lineage, tried again only
where another try can help."""

import re
from typing import Any

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.providers.common.compat.openlineage.facet import Dataset
from airflow.providers.openlineage.extractors import OperatorLineage
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from dags.defaults import HOME, LAKE_POOL, RUNBOOK, SPARK_PROPERTIES

NAMESPACE = "verbatim"
"""Of our tables in lineage events: `verbatim` `interactions`."""

TELLS_THE_SAME_AGAIN = {
    10: "a table breaks its contract",
    11: "settings or key are wrong",
    13: "the ledger does not add up",
    15: "a table lacks a column, or a contract is wrong",
    17: "what was asked for is not there",
}
"""Exit codes (docs/runbook.md) that no second try mends: whoever is on call hears at once."""


class SparkStep(SparkSubmitOperator):
    """Runs one step, or `check_tables`, for the run's day; or another application of ours.

    Args:
        reads: tables, for the lineage.
        writes: tables, or `marts` for what is published.
    """

    def __init__(
        self, *, reads: tuple[str, ...] = (), writes: tuple[str, ...] = (), **more: Any
    ) -> None:
        self.reads = reads
        self.writes = writes
        more.setdefault("pool", LAKE_POOL)
        more.setdefault("name", f"verbatim {more['task_id']}")
        more.setdefault("application", str(HOME / "jobs" / "step.py"))
        more.setdefault(
            "application_args",
            [
                more["task_id"],
                "--day={{ arrival_day(dag_run, params) }}",
                "--started-at={{ dag_run.start_date.isoformat() }}",
                "--attempt={{ ti.try_number }}",
            ],
        )
        more.setdefault("properties_file", SPARK_PROPERTIES)
        # Tables in the log are as wide as they need to be.
        more.setdefault("env_vars", {"COLUMNS": "160"})
        super().__init__(**more)

    def execute(self, context: Context) -> None:
        """Submit; a failure that would only come again is not tried again.

        Raises:
            AirflowFailException: no further try; says what broke and where to look.
        """
        try:
            super().execute(context)
        except AirflowException as error:
            ended = re.search(r"Error code is: (\d+)\.", str(error))
            why = TELLS_THE_SAME_AGAIN.get(int(ended.group(1))) if ended else None
            if ended is None or why is None:
                raise
            said = str(error).partition("Last spark-submit output:\n")[2]
            raise AirflowFailException(
                f"{self.task_id}: {why} (exit code {ended.group(1)}). Trying again would "
                f"not help.\n{said}\nThe last marts stay in place. "
                f"What to do: {RUNBOOK}, exit code {ended.group(1)}."
            ) from error

    def get_openlineage_facets_on_start(self) -> OperatorLineage[Any, Any]:
        """Name our tables in the events of this task."""
        return OperatorLineage(
            inputs=[Dataset(namespace=NAMESPACE, name=table) for table in self.reads],
            outputs=[Dataset(namespace=NAMESPACE, name=table) for table in self.writes],
        )
