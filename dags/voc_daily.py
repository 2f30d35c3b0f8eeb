r"""One day of arrivals, from the files to the published marts.

**What it runs.** The steps of `verbatim run`, a task each, for one arrival day. Every task checks what it wrote; `check_tables`
then takes every table whole, also rows that the stream wrote, and only after it `publish_marts` puts a new `marts.duckdb` in place.
Until then readers have the last one, whatever fails.

**For which day.** Scheduled and backfilled runs: the day of their interval (UTC). By hand: the day given as `day`, else yesterday. It is
in every task's rendered `application_args`.

**When the scheduler was not there.** With `VERBATIM_FIRST_DAY` set, every day from it on that no scheduled run was for is run, the oldest first. Without it, only
the last one: docs/runbook.md has the query for the days in between.

**When something is red.** Open the task's log: the last lines say what broke, where, and what to do; each task's own documentation says
what readers of the marts miss meanwhile. Mend it, then clear the failed task: the rest follows. Running anything again changes
nothing that was right.

**Run a day or a range again.**

    airflow dags trigger voc_daily --conf '{"day": "2026-02-20"}'
    airflow backfill create --dag-id voc_daily --from-date 2026-02-16 --to-date 2026-02-20 \
        --reprocess-behavior completed --max-active-runs 1
"""

from datetime import timedelta

from airflow.providers.standard.sensors.date_time import DateTimeSensor
from airflow.sdk import DAG, Asset, Param
from airflow.timetables.interval import CronDataIntervalTimetable

from dags.dates import arrival_day, deliveries_in_at
from dags.defaults import CATCHES_UP, FIRST_DAY, defaults, run_options
from dags.spark_step import SparkStep

STEPS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str], ...] = (
    (
        "ingest_interactions",
        (),
        ("interactions", "transcripts", "surveys", "quarantine"),
        "Reads calls, e-mails, chats and posts that arrived on the day. Red: the day is missing from everything; nothing "
        "else is lost, its files stay. Exit code 12: the drop folder, or a source whose format has changed.",
    ),
    (
        "ingest_surveys",
        (),
        ("surveys", "quarantine"),
        "Reads survey files. Red: satisfaction lacks the day's answers.",
    ),
    (
        "ingest_customers",
        (),
        ("crm_records", "quarantine"),
        "Reads the customer file. Red: new customers stay anonymous.",
    ),
    (
        "link_customers",
        ("interactions", "crm_records", "identity_decisions"),
        ("identity_links", "customers"),
        "Works out which handles belong to whom. Red: nobody new is recognised.",
    ),
    (
        "tag_interactions",
        ("interactions", "tags"),
        ("tags",),
        "Finds intents, needs, expectations and frustrations in the words. Red: the day has no reasons and no frustration.",
    ),
    (
        "build_contacts",
        ("interactions", "tags", "surveys", "identity_links", "customers"),
        ("contacts", "contact_interactions"),
        "Joins interactions into contacts: how each was served and what it was about.",
    ),
    (
        "build_journeys",
        ("contacts",),
        ("journeys", "journey_steps"),
        "Joins contacts into journeys.",
    ),
    (
        "build_satisfaction",
        ("contacts",),
        ("satisfaction",),
        "Counts what the rates are made of.",
    ),
    (
        "publish_marts",
        (
            "interactions",
            "tags",
            "tag_history",
            "surveys",
            "customers",
            "identity_links",
            "contacts",
            "contact_interactions",
            "journeys",
            "journey_steps",
            "satisfaction",
            "quarantine",
            "runs",
        ),
        (),
        "Writes a new DuckDB file, looks at it, and puts it in place in one rename. Red: readers have yesterday's file.",
    ),
)
"""Step, what it reads, what it writes, what its task's page says.

As jobs/steps.py has them: a test holds the two together, for a DAG imports no job.
"""

CHECK = "check_tables"

CHECK_DOC = (
    "Holds every table whole against its contract, before publication. Red: the log names every broken rule and how many rows "
    "break it; nothing was published, the last marts stay. Look with `verbatim check TABLE`; docs/runbook.md, exit code 10."
)

MARTS = Asset(name="marts", uri="verbatim://marts", group="verbatim")
"""The published DuckDB file: what follows the marts is scheduled on it."""

DELIVERED_AFTER = timedelta(hours=2)
"""After a day has ended: exports of its last minutes are written in the night. What comes
later still is read when its day is run again."""

with DAG(
    dag_id="voc_daily",
    description="One day of arrivals, from the files to the published marts.",
    doc_md=__doc__,
    # Midnight to midnight, so that a backfill of the 16th to the 20th has these five days.
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=FIRST_DAY,
    catchup=CATCHES_UP,
    max_active_runs=1,
    **run_options(),
    default_args=defaults(),
    params={
        "day": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Arrival day",
            description="Empty: the run's own interval, or yesterday (UTC).",
        )
    },
    user_defined_macros={
        "arrival_day": arrival_day,
        "deliveries_in_at": deliveries_in_at,
        "delivered_after": DELIVERED_AFTER,
    },
    tags=["daily", "marts"],
) as dag:
    begin = DateTimeSensor(
        task_id="wait_for_deliveries",
        target_time="{{ deliveries_in_at(dag_run, delivered_after) }}",
        mode="reschedule",
        poke_interval=300,
        doc_md="Scheduled runs wait until two hours after their day has ended; others do not wait.",
    )
    check = SparkStep(
        task_id=CHECK,
        reads=tuple(sorted({table for _, _, wrote, _ in STEPS for table in wrote})),
        doc_md=CHECK_DOC,
    )
    last_writer: dict[str, SparkStep] = {}
    for name, reads, writes, doc in STEPS:
        task = SparkStep(
            task_id=name,
            reads=reads,
            writes=writes or (MARTS.name,),
            outlets=[] if writes else [MARTS],
            doc_md=doc,
        )
        # After whoever wrote what it reads, and after an earlier writer of its own tables.
        before = {last_writer[t] for t in (*reads, *writes) if t in last_writer}
        if not writes:
            check >> task
        elif before:
            list(before) >> task
        else:
            begin >> task
        if writes:
            task >> check
        last_writer |= dict.fromkeys(writes, task)
