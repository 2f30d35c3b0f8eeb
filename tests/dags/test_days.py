"""Which day a run is for: the same however it began, as its tasks are told."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import ParamValidationError
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables.base import DagRunInfo, TimeRestriction

AT_NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def a_run(kind, *, run_after, interval=None):
    return SimpleNamespace(
        run_id="r",
        run_type=kind,
        run_after=run_after,
        start_date=run_after,
        data_interval_start=interval.start if interval else None,
        data_interval_end=interval.end if interval else None,
    )


@pytest.fixture
def told(voc_daily):
    """The day that a step of a run is told, by Airflow's own rendering."""

    def day_of(dag_run, **params):
        task = voc_daily.get_task("build_contacts").prepare_for_execution()
        environment = voc_daily.get_template_env()
        environment.globals.update(voc_daily.user_defined_macros)
        task.render_template_fields(
            {
                "dag_run": dag_run,
                "params": {"day": None, **params},
                "ti": SimpleNamespace(try_number=1),
            },
            environment,
        )
        return task.application_args[1]

    return day_of


@pytest.fixture(scope="module")
def as_scheduled(voc_daily):
    """The DAG as the scheduler has it."""
    return DagSerialization.from_dict(DagSerialization.to_dict(voc_daily))


def test_a_scheduled_run_is_for_the_day_that_just_ended(as_scheduled, told):
    [last] = list(
        as_scheduled.iter_dagrun_infos_between(
            datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
        )
    )

    assert last.run_after == datetime(2026, 3, 3, tzinfo=UTC)
    assert told(
        a_run("scheduled", run_after=last.run_after, interval=last.data_interval)
    ) == ("--day=2026-03-02")


def test_the_first_scheduled_run_is_for_the_first_day(as_scheduled, told):
    first = as_scheduled.timetable.next_dagrun_info(
        last_automated_data_interval=None,
        restriction=TimeRestriction(
            earliest=datetime(2026, 2, 1, tzinfo=UTC), latest=None, catchup=True
        ),
    )

    assert told(
        a_run("scheduled", run_after=first.run_after, interval=first.data_interval)
    ) == ("--day=2026-02-01")


def test_the_days_that_the_scheduler_was_not_there_for_follow_in_their_order(
    as_scheduled, told
):
    last = DagRunInfo.interval(
        datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
    )

    next_run = as_scheduled.next_dagrun_info(last_automated_run_info=last)

    assert told(
        a_run(
            "scheduled", run_after=next_run.run_after, interval=next_run.data_interval
        )
    ) == ("--day=2026-03-03")


def test_a_backfill_has_every_day_of_its_range_the_last_included(as_scheduled, told):
    from airflow.models.backfill import _get_info_list

    runs = _get_info_list(
        from_date=datetime(2026, 2, 16, tzinfo=UTC),
        to_date=datetime(2026, 2, 20, tzinfo=UTC),
        reverse=False,
        dag=as_scheduled,
    )

    assert [
        told(a_run("backfill", run_after=run.run_after, interval=run.data_interval))
        for run in runs
    ] == [f"--day=2026-02-{day}" for day in (16, 17, 18, 19, 20)]


def test_a_run_by_hand_without_a_date_is_for_yesterday(told):
    assert told(a_run("manual", run_after=AT_NOON)) == "--day=2026-03-02"


def test_a_run_by_hand_with_a_date_is_for_the_last_day_complete_then(
    as_scheduled, told
):
    interval = as_scheduled.timetable.infer_manual_data_interval(run_after=AT_NOON)

    assert told(a_run("manual", run_after=AT_NOON, interval=interval)) == (
        "--day=2026-03-02"
    )


def test_a_run_by_hand_for_a_day_is_for_that_day(told):
    assert told(a_run("manual", run_after=AT_NOON), day="2026-02-20") == (
        "--day=2026-02-20"
    )


def test_a_day_that_is_none_is_refused_before_anything_runs(voc_daily):
    with pytest.raises(ParamValidationError, match="not a 'date'"):
        voc_daily.params.get_param("day").resolve("20 February")


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("scheduled", "2026-03-03T02:00:00+00:00"),
        ("backfill", "2026-03-03T00:00:00+00:00"),
        ("manual", "2026-03-03T00:00:00+00:00"),
    ],
)
def test_only_a_scheduled_run_waits_for_deliveries(kind, begins):
    from dags.dates import deliveries_in_at
    from dags.voc_daily import DELIVERED_AFTER

    run = a_run(kind, run_after=datetime(2026, 3, 3, tzinfo=UTC))

    assert deliveries_in_at(run, DELIVERED_AFTER) == begins


def test_the_report_on_monday_is_for_the_week_that_ended_on_sunday(bag):
    from dags.dates import report_week

    timetable = bag.dags["weekly_report"].timetable
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    by_hand = a_run("manual", run_after=datetime(2026, 3, 4, 9, tzinfo=UTC))

    assert timetable._expression == "0 0 * * 1"
    assert report_week(
        a_run(
            "scheduled",
            run_after=monday,
            interval=SimpleNamespace(
                start=datetime(2026, 2, 23, tzinfo=UTC), end=monday
            ),
        ),
        {},
    ) == ("2026-W09")
    assert report_week(by_hand, {}) == "2026-W09"
    assert report_week(by_hand, {"week": "2026-W05"}) == "2026-W05"
