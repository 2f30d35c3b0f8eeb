"""What publications remember: each week's figures as they were said, and reports' own."""

import json
from datetime import datetime, timedelta

import duckdb
import pytest

from jobs.history import remember
from schemas.history import NAMES, remembered
from tests import builders
from tests.unit.report.companies import WEEK, a_group, in_week, marts_of

FIRST, SECOND, THIRD = (f"2026031{n}T020000-000{n}" for n in (1, 2, 3))
GROUP = in_week(WEEK, a_group(40))


@pytest.fixture
def published(tmp_path):
    """Makes a publication that follows the last one; gives what changed with it."""
    state = {"before": tmp_path / "none.duckdb"}

    def of(run_id, *groups, since=(), **options):
        path = tmp_path / f"marts-{run_id}.duckdb"
        marts_of(path, *groups, run_id=run_id, **options)
        with duckdb.connect(str(path)) as connection:
            for statement in since:
                connection.execute(statement)
            remember(connection, before=state["before"], reports=tmp_path / "reports")
            rows = connection.execute(
                "SELECT figure, earlier_part, part, reasons FROM restatements "
                "WHERE run_id = $run ORDER BY figure",
                {"run": run_id},
            ).fetchall()
        state["before"] = path
        return rows

    return of


def test_the_first_publication_says_every_figure_for_the_first_time(published):
    rows = published(FIRST, *GROUP)

    assert len(rows) == 7
    assert {tuple(reasons) for *_, reasons in rows} == {("first",)}


def test_a_publication_that_changes_nothing_adds_nothing(published):
    published(FIRST, *GROUP)

    assert published(SECOND, *GROUP) == []


def test_what_arrived_since_restates_its_week(published):
    published(FIRST, *GROUP)
    late = "UPDATE interactions SET landed_at = TIMESTAMP '2026-03-20'"

    rows = published(SECOND, *in_week(WEEK, a_group(43)), since=[late])

    assert ("contact_count", 40.0, 43.0, ["late"]) in rows


def test_another_tagger_restates_what_it_says(published):
    published(FIRST, *GROUP)
    angrier = in_week(WEEK, a_group(40, frustration_score=0.9))

    assert published(SECOND, *angrier, tagger_version="t2") == [
        ("frustrated_rate", 0.0, 40.0, ["tagger"])
    ]


def test_windows_that_closed_since_are_said(published):
    published(FIRST, *in_week(WEEK, a_group(40, is_first_contact_resolution=None)))

    assert published(SECOND, *GROUP) == [
        ("first_contact_resolution_rate", 0.0, 40.0, ["window"])
    ]


@pytest.mark.parametrize(("code", "reason"), [("c2", "definition"), ("c1", "settings")])
def test_what_nothing_else_explains_is_the_code_s_or_the_settings(
    published, code, reason
):
    published(FIRST, *GROUP)
    repeating = in_week(WEEK, a_group(40, is_repeat=True))

    assert published(SECOND, *repeating, code_version=code) == [
        ("repeat_contact_rate", 0.0, 40.0, [reason])
    ]


def test_links_made_since_are_a_reason_for_what_depends_on_customers(published):
    published(FIRST, *GROUP)
    linked = (
        "INSERT INTO identity_links BY NAME SELECT 'k' AS handle_key, customer_id, "
        "TIMESTAMP '2026-03-20' AS linked_at FROM contacts LIMIT 1"
    )

    rows = published(
        SECOND, *in_week(WEEK, a_group(40, is_repeat=True)), since=[linked]
    )

    assert rows == [("repeat_contact_rate", 0.0, 40.0, ["identity"])]


def test_history_is_carried_on_from_publication_to_publication(published, tmp_path):
    for run_id, count in ((FIRST, 40), (SECOND, 43), (THIRD, 44)):
        published(run_id, *in_week(WEEK, a_group(count)))

    with duckdb.connect(str(tmp_path / f"marts-{THIRD}.duckdb")) as connection:
        said = connection.execute(
            "SELECT run_id, part FROM restatements WHERE figure = 'contact_count' "
            "ORDER BY run_id"
        ).fetchall()
    assert said == [(FIRST, 40.0), (SECOND, 43.0), (THIRD, 44.0)]


def test_a_week_that_is_gone_is_restated_to_nothing(published):
    published(FIRST, *GROUP)
    elsewhere = in_week(WEEK - timedelta(days=7), a_group(40))

    rows = published(SECOND, *elsewhere)

    assert ("contact_count", 40.0, 0.0, ["settings"]) in rows


def test_what_reports_printed_is_a_table_of_the_marts(published, tmp_path):
    kept = tmp_path / "reports" / "printed" / "2026-W10" / f"{FIRST}.json"
    kept.parent.mkdir(parents=True)
    kept.write_text(
        json.dumps(
            {
                "week": {"id": "2026-W10", "start": "2026-03-02"},
                "publication": {
                    "run_id": FIRST,
                    "as_of": "2026-03-11T00:00:00",
                    "code_version": "c1",
                    "tagger_version": "t1",
                },
                "key_figures": [
                    {
                        "name": "contact_count",
                        "value": 40,
                        "part": 40,
                        "whole": None,
                        "verdict": "usual",
                        "interval": None,
                    },
                ],
            }
        )
    )
    published(SECOND, *GROUP)

    with duckdb.connect(str(tmp_path / f"marts-{SECOND}.duckdb")) as connection:
        assert connection.execute("FROM report_figures").fetchall() == [
            (
                "2026-W10",
                FIRST,
                datetime.fromisoformat("2026-03-11"),
                "c1",
                "t1",
                "contact_count",
                40.0,
                40.0,
                None,
                "usual",
            )
        ]


@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_described_where_it_is_made(published, tmp_path, name):
    published(FIRST, *GROUP)

    with duckdb.connect(str(tmp_path / f"marts-{FIRST}.duckdb")) as connection:
        columns = connection.execute(
            "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = $name",
            {"name": name},
        ).fetchall()
    assert dict(columns) == remembered(name).columns


def test_a_publication_remembers_the_one_in_place(lake, publish):
    """The whole way through publish_marts, from a lake of files."""
    publish(lake, run_id=FIRST)
    lake.write("satisfaction", builders.a_satisfaction_row())
    path = publish(lake, run_id=SECOND)

    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute(
            "SELECT run_id, part, reasons FROM restatements WHERE figure = "
            "'contact_count' ORDER BY run_id"
        ).fetchall() == [(FIRST, 1.0, ["first"]), (SECOND, 2.0, ["settings"])]
