"""Which day, which week a run is for: stated here, the same however the run began.

| run | its interval | day |
| --- | --- | --- |
| scheduled, just after midnight of the 3rd | the 2nd | the 2nd |
| backfilled for the 2nd | the 2nd | the 2nd |
| by hand on the 3rd, nothing said | none, or the 2nd | the 2nd |
| by hand, `{"day": "2026-02-20"}` | is not asked | 20 February |
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any


def arrival_day(dag_run: Any, params: Any) -> str:
    """The arrival day of a run: the one it was given, else the last complete UTC day."""
    if params.get("day"):
        return date.fromisoformat(str(params["day"])).isoformat()
    return _begins(dag_run, timedelta(days=1)).isoformat()


def deliveries_in_at(dag_run: Any, after: timedelta) -> str:
    """When a run may begin to read: a scheduled one some time after its day has ended.

    Whoever starts a run by hand, or for days gone by, wants what is there now.
    """
    begins: datetime = dag_run.run_after
    if str(dag_run.run_type) == "scheduled":
        begins += after
    return begins.isoformat()


def report_week(dag_run: Any, params: Any) -> str:
    """The ISO week of a run, as `2026-W08`: the one given, else the last complete one."""
    if params.get("week"):
        return str(params["week"])
    year, week, _ = _begins(dag_run, timedelta(weeks=1)).isocalendar()
    return f"{year}-W{week:02d}"


def _begins(dag_run: Any, length: timedelta) -> date:
    """First day of a run's interval; of the length before it was due, where it has none.

    A run started by hand without a date has no interval, and neither has one that an
    asset starts.
    """
    if dag_run.data_interval_start is not None:
        begins: datetime = dag_run.data_interval_start
    else:
        begins = dag_run.run_after - length
    return begins.astimezone(UTC).date()
