"""What the file for readers holds: tables, and views that divide only what is enough."""

import re
from datetime import UTC, date, datetime

import duckdb
import pytest

from jobs.documents import metrics_page
from jobs.publish_marts import _describe, duckdb_type
from report.key_figures import SHARES
from schemas import marts as marts_module
from schemas.contracts import contract, names
from schemas.errors import ContractError
from schemas.marts import marts, metrics, view_description, views
from tests.builders import DAY, a_satisfaction_row


@pytest.fixture
def ask(_without_spark):
    """Asks views over some satisfaction rows; rows as dictionaries."""
    connection = duckdb.connect()
    columns = contract("satisfaction").columns
    connection.execute(
        "CREATE TABLE satisfaction ("
        + ", ".join(f"{c.name} {duckdb_type(c.spark_type)}" for c in columns)
        + ")"
    )
    for table in ("contacts", "journeys"):
        connection.execute(
            f"CREATE TABLE {table} ("
            + ", ".join(
                f"{c.name} {duckdb_type(c.spark_type)}" for c in contract(table).columns
            )
            + ")"
        )

    def of(view, *rows, floor=1):
        now = datetime(2026, 3, 3, tzinfo=UTC)
        _describe(
            connection,
            run_id="r1",
            published_at=now,
            until=now,
            small_number_floor=floor,
            tagger_version="t1",
        )
        for row in rows:
            connection.execute(
                f"INSERT INTO satisfaction VALUES ({', '.join('?' * len(columns))})",
                [row[c.name] for c in columns],
            )
        result = connection.execute(f"FROM {view}")
        found = [column[0] for column in result.description]
        return [dict(zip(found, row, strict=True)) for row in result.fetchall()]

    yield of
    connection.close()


@pytest.mark.parametrize("view", views())
def test_a_view_of_nothing_is_empty(ask, view):
    assert ask(view) == []


@pytest.mark.parametrize("view", views())
def test_a_view_says_in_its_first_line_what_it_shows(view):
    assert re.fullmatch(r"[A-Z].*\.", view_description(view))


def test_a_view_that_does_not_say_what_it_shows_is_refused(monkeypatch):
    monkeypatch.setattr(marts_module, "views", lambda: {"mute": "SELECT 1"})

    with pytest.raises(ContractError, match=r"schemas/views/mute\.sql does not begin"):
        view_description("mute")


def test_a_week_adds_up_its_days_and_divides_what_it_added(ask):
    rows = [
        a_satisfaction_row(
            started_date=date(2026, 3, 2),
            contact_count=10,
            invited_count=8,
            delivered_count=4,
            answered_count=5,
            answered_of_delivered_count=3,
            csat_sum=1.5,
            csat_count=2,
            csat_top_box_count=0,
            csat_top_two_count=1,
            nps_count=4,
            promoter_count=1,
            passive_count=1,
            detractor_count=2,
            ces_sum=0.5,
            ces_count=1,
            scored_count=8,
            frustrated_count=2,
            closed_window_count=5,
            first_contact_resolved_count=4,
            repeat_base_count=10,
            repeat_count=1,
            expectation_count=2,
            within_expectation_count=1,
            provisional_count=5,
        ),
        a_satisfaction_row(
            started_date=date(2026, 3, 8),
            channel="email",
            contact_count=30,
            invited_count=2,
            delivered_count=4,
            answered_count=5,
            answered_of_delivered_count=3,
            csat_sum=1.0,
            csat_count=2,
            csat_top_box_count=1,
            csat_top_two_count=1,
            nps_count=4,
            promoter_count=0,
            passive_count=3,
            detractor_count=1,
            ces_sum=1.0,
            ces_count=1,
            scored_count=32,
            frustrated_count=18,
            closed_window_count=5,
            first_contact_resolved_count=2,
            repeat_base_count=10,
            repeat_count=4,
            expectation_count=6,
            within_expectation_count=1,
            provisional_count=1,
        ),
    ]

    assert ask("satisfaction_weekly", *rows) == [
        {
            "week_start_date": date(2026, 3, 2),
            "is_week_over": False,
            "contact_count": 40,
            "provisional_count": 6,
            "invited_count": 10,
            "delivered_count": 8,
            "answered_count": 10,
            "answered_of_delivered_count": 6,
            "survey_response_rate": 0.75,
            "csat_count": 4,
            "csat_mean": 0.625,
            "very_satisfied_rate": 0.25,
            "satisfied_rate": 0.5,
            "nps_count": 8,
            "nps": -25.0,
            "ces_count": 2,
            "ces_mean": 0.75,
            "scored_count": 40,
            "frustrated_rate": 0.5,
            "closed_window_count": 10,
            "first_contact_resolution_rate": 0.6,
            "repeat_base_count": 20,
            "repeat_contact_rate": 0.25,
            "expectation_count": 8,
            "within_expectation_rate": 0.25,
        }
    ]


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 3, 1), date(2026, 2, 23)),
        (date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 3, 8), date(2026, 3, 2)),
        (date(2026, 1, 1), date(2025, 12, 29)),
    ],
)
@pytest.mark.parametrize("view", views())
def test_a_week_begins_on_monday(ask, view, day, week):
    [row] = ask(view, a_satisfaction_row(started_date=day))

    assert row["week_start_date"] == week


@pytest.mark.parametrize(
    ("monday", "is_over"), [(date(2026, 2, 23), True), (date(2026, 3, 2), False)]
)
@pytest.mark.parametrize("view", views())
def test_a_week_that_was_read_in_part_is_marked(ask, view, monday, is_over):
    """What was read ends on Tuesday, 3 March."""
    [row] = ask(view, a_satisfaction_row(started_date=monday))

    assert row["is_week_over"] is is_over


def test_channels_are_apart_and_so_are_live_and_left_chats(ask):
    found = ask(
        "satisfaction_by_channel",
        a_satisfaction_row(channel="email", is_synchronous=False, contact_count=2),
        a_satisfaction_row(channel="email", is_synchronous=False, contact_count=3),
        a_satisfaction_row(is_synchronous=False),
        a_satisfaction_row(),
    )

    assert sorted(
        (r["channel"], r["is_synchronous"], r["contact_count"]) for r in found
    ) == [("chat", False, 1), ("chat", True, 1), ("email", False, 5)]


def test_reasons_come_with_their_share_of_the_week_most_first(ask):
    found = ask(
        "contact_reasons_weekly",
        a_satisfaction_row(intent_label="billing", contact_count=1),
        a_satisfaction_row(intent_label="delivery", contact_count=2),
        a_satisfaction_row(
            intent_label="delivery", contact_count=1, segment="b2b", scored_count=3
        ),
        a_satisfaction_row(intent_label="billing", started_date=date(2026, 3, 9)),
    )

    assert [
        (
            r["week_start_date"],
            r["intent_label"],
            r["contact_count"],
            r["week_contact_count"],
            r["contact_share_rate"],
        )
        for r in found
    ] == [
        (DAY, "delivery", 3, 4, 0.75),
        (DAY, "billing", 1, 4, 0.25),
        (date(2026, 3, 9), "billing", 1, 1, 1.0),
    ]


DENOMINATOR = {
    "ces_mean": "ces_count",
    "contact_share_rate": "week_contact_count",
    "csat_mean": "csat_count",
    "first_contact_resolution_rate": "closed_window_count",
    "frustrated_rate": "scored_count",
    "nps": "nps_count",
    "repeat_contact_rate": "repeat_base_count",
    "satisfied_rate": "csat_count",
    "survey_response_rate": "delivered_count",
    "very_satisfied_rate": "csat_count",
    "within_expectation_rate": "expectation_count",
}


def divided(row):
    return [name for name in row if name.endswith(("_rate", "_mean")) or name == "nps"]


@pytest.mark.parametrize("view", views())
def test_every_rate_has_its_denominator_beside_it(ask, view):
    [row] = ask(view, a_satisfaction_row())

    assert divided(row)
    assert {DENOMINATOR[name] for name in divided(row)} <= set(row)


@pytest.mark.parametrize("view", views())
def test_there_is_no_rate_from_fewer_than_the_floor_and_one_from_as_many(ask, view):
    row = a_satisfaction_row()
    counts = {name for name in row if name.endswith("_count")}
    enough = row | dict.fromkeys(counts, 30) | {"started_date": date(2026, 3, 2)}
    too_few = row | dict.fromkeys(counts, 29) | {"started_date": date(2026, 3, 9)}

    given, withheld = ask(view, enough, too_few, floor=30)

    assert [name for name in divided(given) if given[name] is None] == []
    assert [name for name in divided(withheld) if withheld[name] is not None] == []
    assert withheld["contact_count"] == 29


@pytest.mark.parametrize(("name", "denominator"), DENOMINATOR.items())
def test_a_rate_is_withheld_for_its_own_denominator_alone(ask, name, denominator):
    row = a_satisfaction_row()
    counts = {name for name in row if name.endswith("_count")}
    [view] = [m.view for m in metrics() if m.name == name]
    few = denominator.removeprefix("week_")

    [found] = ask(view, row | dict.fromkeys(counts, 30) | {few: 29}, floor=30)

    withheld = {rate for rate in divided(found) if found[rate] is None}
    assert withheld == {
        rate for rate in divided(found) if DENOMINATOR[rate] == denominator
    }


def test_a_rate_of_nothing_is_null_even_without_a_floor(ask):
    row = a_satisfaction_row()
    none = row | {name: 0 for name in row if name.endswith("_count")}

    [found] = ask("satisfaction_weekly", none, floor=1)

    assert [name for name in divided(found) if found[name] is not None] == []


# Tables and definitions


def test_every_contract_is_published_or_stays_in_the_lake_on_purpose():
    stays = {"crm_records", "identity_decisions", "tags_draft", "transcripts"}

    assert {mart.table for mart in marts()} == set(names()) - stays


def test_marts_have_names_of_their_own():
    listed = [mart.name for mart in marts()] + list(views())

    assert sorted(listed) == sorted(set(listed))


def test_turns_and_fingerprints_stay_in_the_lake():
    columns = {(m.name, c.name) for m in marts() for c in m.columns}

    assert ("interactions", "text") in columns
    assert not columns & {
        ("interactions", "turns"),
        ("interactions", "record_hash"),
        ("interactions", "transcript_hash"),
        ("surveys", "record_hash"),
    }


def test_refused_records_themselves_are_not_published():
    [summary] = [m for m in marts() if m.table == "quarantine"]

    assert summary.name == "quarantine_summary"
    assert not {"excerpt", "message", "file"} & {c.name for c in summary.columns}


def test_every_figure_of_a_view_is_defined(file_columns):
    shown = {name for view, name in file_columns if view in views()}

    assert set(divided(shown)) - {metric.name for metric in metrics()} == set()


def test_every_metric_is_a_column_of_the_view_it_names(file_columns):
    missing = [
        f"{metric.view}.{metric.name}"
        for metric in metrics()
        if (metric.view, metric.name) not in file_columns
    ]

    assert missing == []


@pytest.fixture(scope="module")
def file_columns(marts_of_one_day):
    with duckdb.connect(str(marts_of_one_day / "marts.duckdb"), read_only=True) as file:
        return set(
            file.execute(
                "SELECT table_name, column_name FROM duckdb_columns()"
            ).fetchall()
        )


def test_the_file_defines_what_the_documents_define_the_report_s_figures_too(
    marts_of_one_day,
):
    with duckdb.connect(str(marts_of_one_day / "marts.duckdb"), read_only=True) as file:
        defined = [
            name
            for (name,) in file.execute(
                "SELECT name FROM metric_definitions"
            ).fetchall()
        ]

    page = metrics_page().splitlines()
    assert defined == [
        line.lstrip("# ")
        for line in page
        if line.startswith(("## ", "### ")) and line != "## In the weekly report"
    ]


def test_a_figure_that_is_remembered_has_the_name_of_its_metric(marts_of_one_day):
    """`restatements` and `report_figures` say that docs/metrics.md defines theirs."""
    with duckdb.connect(str(marts_of_one_day / "marts.duckdb"), read_only=True) as file:
        remembered = {
            name
            for (name,) in file.execute(
                "SELECT DISTINCT figure FROM restatements"
            ).fetchall()
        }
    printed = {share.name for share in SHARES} | {"contact_count"}

    assert remembered == printed
    assert printed - {metric.name for metric in metrics()} == set()


def test_every_metric_says_how_it_is_worked_out_and_what_it_does_not_say():
    silent = [
        metric.name
        for metric in metrics()
        if not all(
            (metric.formula, metric.grain, metric.unit, metric.caveats, metric.source)
        )
    ]

    assert silent == []
    assert len({metric.name for metric in metrics()}) == len(metrics())


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("answered_of_delivered_count", "delivered_count"),
        ("answered_of_delivered_count", "answered_count"),
        ("csat_top_two_count", "csat_count"),
        ("csat_top_box_count", "csat_top_two_count"),
        ("frustrated_count", "scored_count"),
        ("first_contact_resolved_count", "closed_window_count"),
        ("repeat_count", "repeat_base_count"),
        ("within_expectation_count", "expectation_count"),
    ],
)
def test_a_part_that_exceeds_its_whole_breaks_a_rule(part, whole):
    [rule] = [
        rule
        for rule in contract("satisfaction").rules
        if rule.name == "parts_do_not_exceed_their_whole"
    ]
    counts = {
        n: 9 for n in contract("satisfaction").column_names if n.endswith("count")
    }

    def is_broken(row):
        given = ", ".join(f"{number} AS {name}" for name, number in row.items())
        found = duckdb.execute(f"SELECT {rule.broken_where} FROM (SELECT {given})")
        return found.fetchall() == [(True,)]

    assert not is_broken(counts)
    assert is_broken(counts | {part: 9, whole: 8})
