"""`verbatim runs` and `quarantine`, over a lake that no Spark has touched."""

import json
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from typer.testing import CliRunner

from jobs import run_commands
from jobs.cli import app
from jobs.ledger import COUNTS
from schemas.contracts import contract
from schemas.errors import InputError, NotFoundError, SettingsError
from tests.files_lake import arrow_type

STARTED = datetime(2026, 3, 3, 2, tzinfo=UTC)


@pytest.fixture
def company(tmp_path):
    (tmp_path / "verbatim.toml").write_text(
        '[company]\nname = "Orme"\n[paths]\ndrop = "drop"\nlake = "lake"\nmarts = "marts"\n'
        '[[sources]]\nname = "x"\nkind = "x"\nfiles = ["{day}/x/*.json"]\n'
    )
    return tmp_path


def write(company, table, rows):
    shape = pa.schema(
        [(c.name, arrow_type(c.spark_type)) for c in contract(table).columns]
    )
    full = [dict.fromkeys(shape.names) | row for row in rows]
    write_deltalake(
        str(company / "lake" / table), pa.Table.from_pylist(full, shape), mode="append"
    )


def noted(step, source="-", *, minute, run="20260303T020000-4f1a", **counts):
    return {
        "run_id": run,
        "step": step,
        "source": source,
        "day": date(2026, 3, 2),
        "started_at": STARTED + timedelta(minutes=minute),
        "seconds": 12.34,
        "status": "done",
        **dict.fromkeys(COUNTS, 0),
        **counts,
    }


def said(company, *arguments):
    done = CliRunner().invoke(
        app,
        [*arguments, "--settings", str(company / "verbatim.toml")],
        env={"COLUMNS": "80"},
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_run_is_told_step_by_step_with_its_sources_within_80_columns(company):
    days = (date(2026, 3, 2), date(2026, 3, 3))
    write(
        company,
        "runs",
        [
            noted("ingest_interactions", source, minute=0, read_count=n, added_count=n)
            | {"day": day}
            for source, n in (("telephony", 800), ("x", 200))
            for day in days
        ]
        + [noted("publish_marts", minute=1, read_count=5, added_count=5)],
    )

    lines = said(company, "runs").splitlines()

    assert lines[0].strip() == "20260303T020000-4f1a: 2026-03-02 to 2026-03-03"
    assert [line.split() for line in lines[1:6]] == [
        ["step", "read", "added", "s"],
        ["ingest_interactions", "2", "000", "2", "000", "12.3"],
        ["telephony", "1", "600", "1", "600"],
        ["x", "400", "400"],
        ["publish_marts", "5", "5", "12.3"],
    ]
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("steps", "is_told"),
    [
        (["ingest_interactions", "tag_interactions"], True),
        (["ingest_interactions", "publish_marts"], False),
        (["compact"], False),
        (["erase"], False),
    ],
)
def test_a_run_that_was_cut_off_is_told_from_one_that_ended(company, steps, is_told):
    rows = [noted(step, minute=n) for n, step in enumerate(steps)]
    write(company, "runs", rows)

    assert ("It has not come to publish_marts." in said(company, "runs")) is is_told


def test_the_ledger_s_own_words_stand_above_its_counts(company):
    counts = dict.fromkeys(
        ("read_count", "duplicate_count", "excluded_count", "quarantined_count"), 5
    )
    write(company, "runs", [noted("ingest_surveys", "surveys", minute=0, **counts)])

    lines = said(company, "runs").splitlines()

    assert lines[1].split() == [
        *("step", "read", "duplicate", "excluded", "quarantined", "s")
    ]


def test_where_every_count_has_something_words_are_broken_and_80_columns_are_enough(
    company,
):
    counts = dict.fromkeys(
        (
            *("added_count", "updated_count", "unchanged_count", "duplicate_count"),
            *("excluded_count", "quarantined_count", "late_count"),
        ),
        5,
    )
    write(
        company,
        "runs",
        [noted("ingest_surveys", "telephony", minute=0, read_count=6_365, **counts)],
    )

    lines = said(company, "runs").splitlines()

    assert lines[1].split() == ["un-", "dupli-", "ex-", "quaran-"]
    assert lines[2].split() == [
        *("step", "read", "added", "updated", "changed", "cate", "cluded", "tined"),
        *("late", "s"),
    ]
    assert max(map(len, lines)) <= 80


def test_only_the_latest_runs_are_told_and_a_failure_says_why(company):
    write(company, "runs", [noted("publish_marts", minute=0, run="20260302T02-aaaa")])
    write(
        company,
        "runs",
        [
            noted("link_customers", minute=9)
            | {"status": "failed", "message": "The disk is full.\nMake room."}
        ],
    )

    told = said(company, "runs")

    assert "aaaa" not in told
    assert "link_customers failed: The disk is full.\nMake room." in told
    assert "aaaa" in said(company, "runs", "--last", "2")


def test_each_day_by_itself_and_everything_for_a_script(company):
    write(
        company,
        "runs",
        [
            noted("ingest_surveys", "surveys", minute=0, read_count=n)
            | {"day": date(2026, 3, n)}
            for n in (2, 3)
        ],
    )

    by_day = said(company, "runs", "--by-day")
    rows = json.loads(said(company, "runs", "--json"))

    assert [line.split() for line in by_day.splitlines()[3:5]] == [
        ["surveys", "2026-03-02", "2"],
        ["surveys", "2026-03-03", "3"],
    ]
    assert [(r["day"], r["read_count"]) for r in rows] == [
        ("2026-03-02", 2),
        ("2026-03-03", 3),
    ]


def test_before_the_first_run_that_is_said(company):
    assert said(company, "runs") == f"Nothing has run yet into {company}/lake.\n"


def refused(reason, n, **more):
    return {
        "quarantine_id": f"q{n}",
        "reason_code": reason,
        "message": "this is no post",
        "source": "x",
        "file": f"2026-03-0{n}/x/posts.json",
        "locator": "byte 0",
        "excerpt": "{",
        "first_seen": STARTED,
        "last_seen": STARTED + timedelta(days=n),
        **more,
    }


def test_the_quarantine_is_counted_and_shown_newest_first(company):
    write(
        company,
        "quarantine",
        [
            refused("not_json", 1),
            refused("not_json", 2, replayed_at=STARTED),
            refused("not_a_post", 3),
        ],
    )

    counted = json.loads(said(company, "quarantine", "counts", "--json"))
    shown = json.loads(said(company, "quarantine", "show", "--json"))

    assert [(r["reason"], r["refused"], r["replayed"]) for r in counted] == [
        ("not_a_post", 1, 0),
        ("not_json", 2, 1),
    ]
    assert [r["file"][:10] for r in shown] == ["2026-03-03", "2026-03-01"]


@pytest.fixture
def ran(company, monkeypatch):
    """Days of each run of a replay; the refusal of the first can then be read."""
    days = []

    def run_days(settings, of):
        days.append(of)
        dt = DeltaTable(str(company / "lake/quarantine"))
        dt.update({"replayed_at": "last_seen"}, predicate="quarantine_id = 'q1'")

    monkeypatch.setattr(run_commands, "run_days", run_days)
    return days


def by_topic(n):
    return refused("not_json", n, file="posts/0", locator=f"offset {n}")


def test_a_replay_counts_what_stands_in_files_and_says_what_to_do_about_topics(
    company, ran
):
    write(company, "quarantine", [refused("not_json", 1), refused("not_json", 2)])
    write(company, "quarantine", [by_topic(7), by_topic(8), by_topic(9)])

    told = said(company, "quarantine", "replay")

    assert ran == [[date(2026, 3, 4), date(2026, 3, 5)]]
    assert "1 of 2 refused records could be read now." in told
    assert "3 more came by a topic, which is not read a second time." in told
    assert "send these documents again, to the topic or into the drop folder" in told


def test_where_only_topics_brought_what_was_refused_nothing_is_run_again(company, ran):
    write(company, "quarantine", [by_topic(7)])

    told = said(company, "quarantine", "replay")

    assert ran == []
    assert "could be read now" not in told
    assert told.startswith("1 more came by a topic")


@pytest.mark.parametrize(
    ("key", "error", "why"),
    [
        ("a" * 32, InputError, "without it there is no such customer"),
        ("b" * 32, NotFoundError, "is not linked to"),
        ("c" * 32, NotFoundError, "is not linked to"),
    ],
    ids=["its own", "ended", "another"],
)
def test_a_link_that_cannot_be_ended_is_refused_before_spark_starts(
    company, key, error, why
):
    link = {"customer_id": "a-1", "unlinked_at": None}
    own = link | {"handle_key": "a" * 32, "rule": "own"}
    ended = {"handle_key": "b" * 32, "rule": "together", "unlinked_at": STARTED}
    write(company, "identity_links", [own, link | ended])

    with pytest.raises(error, match=why):
        said(company, "identity", "unlink", key, "a-1")


def test_an_empty_quarantine_says_so_and_a_source_mistyped_is_none(company):
    assert "Nothing of this kind" in said(company, "quarantine", "show")

    done = CliRunner().invoke(
        app,
        [
            *("quarantine", "show", "--source", "telefony"),
            *("--settings", str(company / "verbatim.toml")),
        ],
    )
    assert isinstance(done.exception, SettingsError)
