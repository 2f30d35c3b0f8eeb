"""Every five minutes: is the stream alive, how late is it, does the quarantine grow.

**What it runs.** `verbatim stream --status`, which reads what the stream last wrote about itself, and ends with a reason when it is dead,
late, or refuses more than it should. It starts and stops nothing. Of an outage it tells once: of the first red look after one that was not.

**When it is red.** The log's last lines say which of the three, since when, and what to do; more in docs/runbook.md. The marts do not need the stream: the batch of
the day reads the same files. What is late meanwhile is `interactions` and `tags` in the lake.

**Paused when it is first seen**: unpause it where a stream runs. Nothing to backfill: it looks at now.
"""

from datetime import timedelta

from airflow.sdk import DAG
from airflow.timetables.trigger import CronTriggerTimetable

from dags.alerts import OutageAlert
from dags.defaults import FIRST_DAY, defaults, run_options
from dags.verbatim_command import VerbatimCommand

with DAG(
    dag_id="stream_watch",
    description="Is the stream alive, how late is it, does the quarantine grow.",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("*/5 * * * *", timezone="UTC"),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=True,
    # Without an end: Airflow fails a look that waits too long for a worker, and the look tells.
    **run_options(timeout=None),
    # The next look is in five minutes: no try in between tells more.
    default_args=defaults(
        OutageAlert, retries=0, execution_timeout=timedelta(minutes=4)
    ),
    tags=["stream"],
) as dag:
    VerbatimCommand(
        task_id="look_at_stream",
        arguments=["stream", "--status"],
        doc_md="Red: the stream is dead, late, or refuses records; the log says which, and what to do.",
    )
