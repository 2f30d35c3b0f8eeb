"""A step as an Airflow task: submitted to Spark, named in the lineage, tried again only
where another try can help."""

import re
from typing import Any

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.providers.common.compat.openlineage.facet import Dataset
from airflow.providers.openlineage.extractors import OperatorLineage
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowException

from dags.defaults import HOME, LAKE_POOL, SPARK_PROPERTIES
from dags.exit_codes import stop_at

NAMESPACE = "verbatim"
"""Of our tables in lineage events: `verbatim` `interactions`."""


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
            said = str(error).partition("Last spark-submit output:\n")[2]
            stop_at(self.task_id, int(ended.group(1)) if ended else None, said)
            raise

    def get_openlineage_facets_on_start(self) -> OperatorLineage[Any, Any]:
        """Name our tables in the events of this task."""
        return OperatorLineage(
            inputs=[Dataset(namespace=NAMESPACE, name=table) for table in self.reads],
            outputs=[Dataset(namespace=NAMESPACE, name=table) for table in self.writes],
        )
