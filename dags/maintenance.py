"""The lake kept tidy: small files joined, old versions dropped.

**What it runs.** `verbatim compact`, which is safe while stream and batch write: it changes no row, and a writer that it disturbs reads
again and retries.

**When it is red.** Nothing is lost and nothing is late: tables grow slower to read, and the disk fills. The log says what to do; clear the task, or leave it
to the next night. Nothing to backfill: it works on the tables as they are.
"""

from datetime import timedelta

from airflow.sdk import DAG
from airflow.timetables.interval import CronDataIntervalTimetable

from dags.defaults import FIRST_DAY, HOME, defaults, run_options
from dags.spark_step import SparkStep

with DAG(
    dag_id="maintenance",
    description="Small files joined, old versions dropped.",
    doc_md=__doc__,
    # After the night's run has published, before people come in. Intervals, so that the first
    # one ends after FIRST_DAY's own night, and not at once.
    schedule=CronDataIntervalTimetable("0 5 * * *", timezone="UTC"),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    # It takes its turn after a night that runs late, and is over before the next.
    **run_options(timedelta(hours=18)),
    default_args=defaults(),
    tags=["daily", "lake"],
) as dag:
    SparkStep(
        task_id="compact_tables",
        application=str(HOME / "jobs/cli.py"),
        application_args=["compact"],
        execution_timeout=timedelta(hours=3),
        doc_md="Red: tables stay as they were; the log says why.",
    )
