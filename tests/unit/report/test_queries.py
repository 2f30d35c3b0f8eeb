"""Every query runs as it stands, says what it shows, and is used."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

import report
from report.marts import QUERIES, text
from schemas.marts import report_metrics
from tests.builders import a_run_row
from tests.unit.report.companies import a_group, marts_of

NAMES = sorted(path.stem for path in QUERIES.glob("*.sql"))

ROOT = Path(report.__file__).parents[1]

SETTINGS = """
SET VARIABLE week_start = DATE '2026-03-02';
SET VARIABLE baseline_weeks = 8;
SET VARIABLE callback_promise_hours = 24;
SET VARIABLE intent = 'billing';
SET VARIABLE channel = 'chat';
SET VARIABLE printed_as_of = TIMESTAMP '2026-03-09';
"""


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    path = marts_of(tmp_path_factory.mktemp("marts") / "marts.duckdb", a_group(3))
    with duckdb.connect(str(path), read_only=True) as opened:
        opened.execute(SETTINGS)
        yield opened


@pytest.mark.parametrize("name", NAMES)
def test_a_query_runs_as_an_analyst_would_run_it(connection, name):
    connection.execute(text(name)).fetchall()


@pytest.mark.parametrize("name", NAMES)
def test_a_query_says_what_it_shows_and_what_to_set(name):
    lines = text(name).splitlines()

    assert re.match(r"-- [A-Z].*\.$", lines[0])
    stated = " ".join(line for line in lines if line.startswith("--"))
    for variable in set(re.findall(r"getvariable\('(\w+)'\)", text(name))):
        assert variable in stated


@pytest.mark.parametrize("name", NAMES)
def test_every_query_is_asked(name):
    modules = (path.read_text("utf-8") for path in (ROOT / "report").glob("*.py"))

    assert any(f'"{name}"' in module for module in modules)


@pytest.mark.parametrize("name", NAMES)
def test_no_query_says_for_itself_who_is_frustrated_or_satisfied(name):
    """`is_frustrated` and `is_satisfied` do, in contacts and journeys."""
    compared = r"(frustration|csat)_\w+\s*[<>=]|csat_scale|csat_\w+\s+BETWEEN"

    assert re.search(compared, text(name), re.IGNORECASE) is None


def test_a_window_is_open_only_of_what_may_still_be_judged(tmp_path):
    waits = {"is_first_contact_resolution": None, "is_provisional": True}
    path = marts_of(
        tmp_path / "marts.duckdb",
        a_group(2, channel="call", outcome="answered", **waits),
        a_group(3, channel="call", outcome="abandoned", **waits),
        a_group(4, channel="email", is_synchronous=False, outcome="delivered", **waits),
    )

    with duckdb.connect(str(path), read_only=True) as opened:
        opened.execute(SETTINGS)
        found = opened.execute(text("resolution")).fetchall()

    assert {(channel, waiting) for channel, _, _, waiting in found} == {
        ("call", 2),
        ("email", 4),
    }


def test_a_call_without_a_transcript_is_not_called_too_short(tmp_path):
    unscored = {"frustration_score": None, "intent_label": None, "channel": "call"}
    path = marts_of(
        tmp_path / "marts.duckdb",
        a_group(2, outcome="abandoned", **unscored),
        a_group(3, outcome="answered", **unscored),
        a_group(4, outcome="answered", language="de", **unscored),
        a_group(5, outcome="answered"),
    )

    with duckdb.connect(str(path)) as opened:
        opened.execute(SETTINGS)
        opened.execute("UPDATE interactions SET text = 'Hallo' WHERE language = 'de'")
        found = opened.execute(
            "SELECT without_words_count, without_transcript_count, untagged_count "
            f"FROM ({text('unmatched')})"
        ).fetchall()

    assert found == [(2, 3, 4)]


def test_every_formula_names_a_query_that_is_there():
    assert [m.name for m in report_metrics() if not (ROOT / m.view).exists()] == []


PUBLISHING = "20260309T020000"
"""When the run began that published the marts."""


def failed_of(tmp_path, *runs):
    """Steps that count as failed after these runs."""
    path = marts_of(
        tmp_path / "marts.duckdb", a_group(3), sources=(), run_id=f"{PUBLISHING}-1"
    )
    with duckdb.connect(str(path)) as opened:
        for run in runs:
            insert_run(opened, a_run_row(source="-", **run))
        return [
            step for _, step, *_ in opened.execute(text("failed_checks")).fetchall()
        ]


def insert_run(opened, row):
    names = ", ".join(f"${name} AS {name}" for name in row)
    opened.execute(f"INSERT INTO runs BY NAME SELECT {names}", row)


def a_try(run_id, hour, status="failed", step="build_contacts"):
    started_at = datetime(2026, 3, 9, hour, tzinfo=UTC)
    return {"run_id": run_id, "step": step, "status": status, "started_at": started_at}


def test_a_task_that_was_done_at_its_second_try_is_no_failure(tmp_path):
    """Airflow tries a task again; both tries stand in the ledger."""
    assert (
        failed_of(
            tmp_path,
            a_try(f"{PUBLISHING}-1", 2),
            a_try(f"{PUBLISHING}-2", 3, "done"),
            a_try(f"{PUBLISHING}-2", 4, step="check contacts"),
        )
        == []
    )


def test_what_a_later_run_failed_at_counts_until_it_is_done(tmp_path):
    fell = a_try("20260309T030000-1", 3), a_try("20260309T030000-1", 3, step="retag")
    done = a_try("20260309T040000-1", 4, "done")

    assert failed_of(tmp_path, *fell) == ["build_contacts", "retag"]
    assert failed_of(tmp_path, *fell, done) == ["retag"]


def test_what_failed_before_the_publishing_run_is_its_own_to_mend(tmp_path):
    assert failed_of(tmp_path, a_try("20260308T020000-1", 1)) == []


def sources_on_monday(tmp_path, *runs):
    """What is said of the source `topic` on a Monday, after these runs of that day."""
    path = marts_of(tmp_path / "marts.duckdb", a_group(3), sources=())
    with duckdb.connect(str(path)) as opened:
        for run in runs:
            insert_run(opened, a_run_row(source="topic", **run))
        opened.execute(SETTINGS)
        found = opened.execute(text("sources"))
        names = [column[0] for column in found.description]
        monday = dict(zip(names, found.fetchall()[0], strict=True))
    return monday["read_count"], monday["quarantined_count"], monday["late_count"]


def a_batch(run_id="2", read=40, refused=3, late=1):
    return {
        "run_id": run_id,
        "read_count": read,
        "quarantined_count": refused,
        "late_count": late,
    }


def a_micro_batch(*told, **named):
    return a_batch(*told, **named) | {"step": "stream_interactions"}


def test_of_a_day_that_the_batch_has_read_the_stream_s_counts_are_not_taken(tmp_path):
    """A micro-batch may be the last to write of a day, or its id the greatest."""
    assert sources_on_monday(
        tmp_path,
        a_micro_batch("1", 30, 2, 5),
        a_batch("2", 40, 3, 1),
        a_micro_batch("3", 4, 0, 1),
    ) == (40, 3, 7)


@pytest.mark.parametrize(
    ("step", "has_contacts"),
    [("ingest_customers", False), ("ingest_interactions", True)],
)
def test_a_customer_file_is_one_too_where_the_stream_has_read_it(
    tmp_path, step, has_contacts
):
    """Without a change on a day it is not silent, as a source of contacts would be."""
    path = marts_of(tmp_path / "marts.duckdb", a_group(3), sources=())
    with duckdb.connect(str(path)) as opened:
        for run in (a_batch("1") | {"step": step}, a_micro_batch("2")):
            insert_run(opened, a_run_row(source="crm", **run))
        opened.execute(SETTINGS)
        found = opened.execute(f"SELECT has_contacts FROM ({text('sources')})")

        assert {said for (said,) in found.fetchall()} == {has_contacts}


def test_of_a_day_run_again_the_last_run_says_what_it_holds(tmp_path):
    assert sources_on_monday(
        tmp_path, a_batch("2", 40, 3, 4), a_batch("3", 41, 2, 0)
    ) == (41, 2, 4)


def test_of_a_day_that_only_the_stream_has_read_micro_batches_add_up(tmp_path):
    assert sources_on_monday(
        tmp_path, a_micro_batch("1", 30, 2, 1), a_micro_batch("2", 4, 1, 1)
    ) == (34, 3, 2)


def awaited(tmp_path, *runs):
    """Whether something is awaited of each source, after these runs."""
    path = marts_of(tmp_path / "marts.duckdb", a_group(3), sources=())
    with duckdb.connect(str(path)) as opened:
        for run in runs:
            insert_run(opened, a_run_row(**run))
        opened.execute(SETTINGS)
        found = opened.execute(f"SELECT source, is_awaited FROM ({text('sources')})")
        return dict(found.fetchall())


def a_night(day, source, step="ingest_interactions"):
    started_at = datetime(2026, 3, day, 2, tzinfo=UTC) + timedelta(days=1)
    return {
        "day": date(2026, 3, day),
        "started_at": started_at,
        "source": source,
        "step": step,
    }


def test_nothing_is_awaited_of_a_source_that_its_step_s_latest_run_lacks(tmp_path):
    """It was dropped from the settings, or has another name there."""
    assert awaited(
        tmp_path,
        a_night(2, "telephony"),
        a_night(2, "mailbox"),
        a_night(2, "crm", step="ingest_customers"),
        a_night(3, "telephony"),
        a_night(3, "post"),
    ) == {"telephony": True, "mailbox": False, "post": True, "crm": True}


def test_a_step_whose_last_source_was_dropped_awaits_nothing(tmp_path):
    assert awaited(
        tmp_path,
        a_night(2, "surveys", step="ingest_surveys"),
        a_night(3, "-", step="ingest_surveys"),
    ) == {"surveys": False}


def test_the_stream_s_runs_say_nothing_of_what_is_awaited(tmp_path):
    """A micro-batch has the sources that spoke in it, not those of the settings."""
    assert awaited(
        tmp_path,
        a_night(2, "telephony"),
        a_night(3, "topic", step="stream_interactions"),
    ) == {"telephony": True, "topic": False}


def test_of_a_dropped_source_only_the_days_that_were_read_are_said(tmp_path):
    path = marts_of(
        tmp_path / "marts.duckdb", a_group(3), dropped={"mailbox": date(2026, 3, 5)}
    )
    with duckdb.connect(str(path)) as opened:
        opened.execute(SETTINGS)
        found = opened.execute(
            f"SELECT day FROM ({text('sources')}) WHERE source = 'mailbox'"
        )

        assert [day.day for (day,) in found.fetchall()] == [2, 3, 4]
