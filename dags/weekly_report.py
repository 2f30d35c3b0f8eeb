"""The weekly report, on Monday morning, when Sunday's marts are in place.

**What it runs.** `verbatim report --week WEEK --deliver` from the published marts, for the ISO week that ended on Sunday; by hand for the
`week` given. It holds back what the marts cannot say yet, and then ends with an exit code and the reason.

**When it is red.** The log says why. Most often the marts do not reach to the end of the week yet: look at `voc_daily`; this DAG tries again every half
hour until noon. Wrong settings it tells at once. Readers have last week's report meanwhile.

**An earlier week again.**

    airflow dags trigger weekly_report --conf '{"week": "2026-W08"}'
"""

from datetime import timedelta

from airflow.providers.standard.sensors.date_time import DateTimeSensor
from airflow.sdk import DAG, Param
from airflow.timetables.interval import CronDataIntervalTimetable

from dags.dates import deliveries_in_at, report_week
from dags.defaults import FIRST_DAY, defaults, run_options
from dags.verbatim_command import VerbatimCommand

MARTS_IN_PLACE_AFTER = timedelta(hours=6)
"""After the week has ended: two hours for Sunday's deliveries, the rest for its run."""

with DAG(
    dag_id="weekly_report",
    description="The report of the week that ended on Sunday.",
    doc_md=__doc__,
    # Monday to Monday, so that the interval is the ISO week. By time and not by the marts'
    # asset: a run that an asset starts has no date, and the marts come every day.
    schedule=CronDataIntervalTimetable("0 0 * * 1", timezone="UTC"),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    # Until noon: the marts may be late. A million contacts are told in less than a minute, so
    # one that takes a quarter of an hour hangs; all tries of one that hangs take 16 hours.
    **run_options(timedelta(hours=18)),
    default_args=defaults(
        retries=12,
        retry_delay=timedelta(minutes=30),
        execution_timeout=timedelta(minutes=15),
    ),
    params={
        "week": Param(
            None,
            type=["null", "string"],
            pattern=r"^\d{4}-W\d{2}$",
            title="ISO week",
            description="As 2026-W08. Empty: the last complete one.",
        )
    },
    user_defined_macros={
        "report_week": report_week,
        "deliveries_in_at": deliveries_in_at,
        "in_place_after": MARTS_IN_PLACE_AFTER,
    },
    tags=["weekly", "report"],
) as dag:
    DateTimeSensor(
        task_id="wait_for_marts",
        target_time="{{ deliveries_in_at(dag_run, in_place_after) }}",
        mode="reschedule",
        poke_interval=300,
        doc_md="Scheduled runs wait until six in the morning; others do not wait.",
    ) >> VerbatimCommand(
        task_id="deliver_report",
        arguments=["report", "--week={{ report_week(dag_run, params) }}", "--deliver"],
        # Before the first publication there are no marts at all.
        waits_for=(17,),
        doc_md="Red: the report was not made or not delivered; the log says why.",
    )
