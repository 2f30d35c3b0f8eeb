"""What a run works out of what was touched is what working out everything would give.

One lake goes through nights in each of which awkward things happen. After each, its derived
tables must be those of a copy in which nothing is known of earlier runs.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import deltalake
import pytest
from delta.tables import DeltaTable
from pyspark.sql import DataFrame, SparkSession

from jobs import (
    build_contacts,
    build_journeys,
    build_satisfaction,
    lake_files,
    lake_log,
    touched,
)
from jobs.context import Context
from jobs.lake import Lake
from jobs.lake_log import KEEPS_CHANGES
from jobs.ledger import Entry, Ledger, new_run_id
from jobs.settings import Settings
from tests.builders import (
    a_contact_row,
    a_customer_row,
    a_link_row,
    a_mail_row,
    a_survey_row,
    a_tag_row,
    an_overall_row,
)
from tests.conftest import NOW

pytestmark = [pytest.mark.spark, pytest.mark.slow]

Row = dict[str, Any]

STEPS = (build_contacts, build_journeys, build_satisfaction)

DERIVED = (
    "contacts",
    "contact_interactions",
    "journeys",
    "journey_steps",
    "satisfaction",
)

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)

ANN, BEA, CLO = (letter * 32 for letter in "abc")
"""Keys of handles; who they are is what happens here."""


def at(day: int, hour: int = 9) -> datetime:
    return FIRST.replace(day=day, hour=hour)


def a_reply(name: str, when: datetime, to: str) -> Row:
    return a_mail_row(
        name, when, conversation_id=f"mail:{to}", direction="outbound", handles=[]
    )


def said(name: str, when: datetime, intent: str, score: float) -> list[Row]:
    about = {"interaction_id": f"mail:{name}", "occurred_date": when.date()}
    return [a_tag_row(label=intent, **about), an_overall_row(score, **about)]


def a_link(key: str, to: str, **changes: Any) -> Row:
    return a_link_row(handle_key=key, customer_id=to, **changes)


class Nights:
    """A lake, what lands in it, and its nightly runs."""

    def __init__(self, spark: SparkSession, settings: Settings, frame: Any) -> None:
        self.settings = settings
        self.frame: Callable[..., DataFrame] = frame
        self.lake = Lake(spark, settings.lake)

    def land(self, table: str, *rows: Row) -> None:
        self.lake.merge(table, self.frame(table, *rows))

    def read_until(self, day: date) -> None:
        """Note that a day's arrivals were read: the tables are to speak for its end."""
        ledger = Ledger(self.lake, new_run_id(NOW))
        with ledger.step("ingest_interactions", day) as noted:
            noted.entries.append(Entry("mail", day))

    def run(self, lake: Lake | None = None) -> None:
        lake = lake or self.lake
        ledger = Ledger(lake, new_run_id(NOW))
        context = Context(lake, self.settings, ledger, (FIRST.date(),), NOW)
        for step in STEPS:
            step.run(context)

    def contacts(self) -> dict[str, Row]:
        return {
            row["contact_id"]: row.asDict()
            for row in self.lake.read("contacts").collect()
        }


@pytest.fixture
def nights(spark: SparkSession, company: Callable[..., Settings], frame: Any) -> Nights:
    return Nights(spark, company(), frame)


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Why each build since asked for everything; null where it did not. However small
    the tables are, they follow what changed."""
    reasons: list[str | None] = []
    asked = touched.since_last

    def since_last(*args: Any, **kwargs: Any) -> touched.Touched:
        found = asked(*args, **kwargs | {"followed_from_bytes": 0})
        reasons.append(found.why_everything)
        return found

    for step in STEPS:
        monkeypatch.setattr(step, "since_last", since_last)
    return reasons


def assert_as_from_nothing(nights: Nights) -> None:
    """The derived tables are those of a lake that remembers no earlier run."""
    other = Lake(nights.lake.spark, f"{nights.lake.root}-from-nothing")
    rmtree(other.root, ignore_errors=True)
    copytree(nights.lake.root, other.root)
    for table in DERIVED:
        rmtree(Path(other.root, table))
    nights.run(other)

    for table in DERIVED:
        assert rows_of(nights.lake, table) == rows_of(other, table), table


def rows_of(lake: Lake, table: str) -> list[str]:
    return sorted(map(repr, lake_files.rows(lake.root, table)))


def test_each_night_s_tables_are_those_worked_out_from_nothing(
    nights: Nights, whole: list[str | None]
) -> None:
    # A thread, a lone question, an answer to a mail that has not come.
    nights.land(
        "interactions",
        a_mail_row("1", at(2), ANN),
        a_reply("2", at(2, 11), "1"),
        a_mail_row("3", at(2, 15), BEA),
        a_mail_row("4", at(1), CLO),
        a_mail_row("6", at(2, 12), BEA, conversation_id="mail:5"),
    )
    nights.land(
        "tags",
        *said("1", at(2), "billing", 0.2),
        *said("3", at(2, 15), "delivery", 0.8),
        *said("4", at(1), "complaint", 0.9),
    )
    nights.land(
        "identity_links", a_link(ANN, "a-1"), a_link(BEA, "a-2"), a_link(CLO, "c-3")
    )
    nights.land("customers", a_customer_row(customer_id="c-3", segment="b2c"))
    nights.read_until(date(2026, 3, 2))
    nights.run()
    first = nights.contacts()
    assert set(first) == {"mail:1", "mail:3", "mail:4", "mail:5"}
    assert first["mail:3"]["is_within_expectation"] is None
    assert whole == ["not worked out before"] * 3

    # The start of a thread, late: 6 is an answer in it, and so in another contact. A
    # second mail; a correction that puts a mail into another thread; an answer to a
    # survey; other words. And the clock of an unanswered mail runs out.
    nights.land(
        "interactions",
        a_mail_row("5", at(1, 8), BEA, conversation_id="mail:0"),
        a_mail_row("7", at(4), ANN),
        a_mail_row("4", at(1), CLO, conversation_id="mail:9", source_updated_at=at(3)),
    )
    nights.land("tags", *said("7", at(4), "billing", 0.7))
    nights.lake.merge(
        "tags",
        nights.frame("tags", *said("3", at(2, 15), "refund", 0.1)),
        scope=nights.lake.read("tags").where("interaction_id = 'mail:3'"),
    )
    nights.land("surveys", a_survey_row(interaction_id="mail:1"))
    nights.read_until(date(2026, 3, 4))
    nights.run()
    second = nights.contacts()
    assert set(second) == {"mail:0", "mail:1", "mail:3", "mail:7", "mail:9"}
    assert second["mail:7"]["previous_contact_id"] == "mail:1"
    assert second["mail:1"]["csat_score"] == 4.0
    assert second["mail:3"]["intent_label"] == "refund"
    assert second["mail:3"]["is_within_expectation"] is False
    assert whole[-3:] == [None] * 3
    assert_as_from_nothing(nights)

    # Two strangers are one, a known customer's link ends, the file corrects another.
    nights.land(
        "identity_links",
        a_link(ANN, "a-1", unlinked_at=at(5)),
        a_link(ANN, "a-2"),
        a_link(CLO, "c-3", unlinked_at=at(5)),
    )
    nights.land("customers", a_customer_row(customer_id="a-2", segment="b2b"))
    nights.run()
    third = nights.contacts()
    assert third["mail:1"]["customer_id"] == "a-2"
    assert third["mail:3"]["segment"] == "b2b"
    assert third["mail:9"]["customer_id"] is None
    assert whole[-3:] == [None] * 3
    assert_as_from_nothing(nights)

    # They were two after all; and time alone closes windows and ends journeys.
    nights.land(
        "identity_links", a_link(ANN, "a-2", unlinked_at=at(6)), a_link(ANN, "a-1")
    )
    nights.read_until(date(2026, 3, 13))
    nights.run()
    assert nights.contacts()["mail:3"]["is_provisional"] is False
    assert {r["is_open"] for r in nights.lake.read("journeys").collect()} == {False}
    assert whole[-3:] == [None] * 3
    assert_as_from_nothing(nights)


def test_records_deleted_by_hand_leave_every_table(
    nights: Nights, whole: list[str | None]
) -> None:
    """As an operator does when a customer asks to be erased."""
    nights.land(
        "interactions",
        a_mail_row("1", at(2), ANN),
        a_reply("2", at(2, 11), "1"),
        a_mail_row("3", at(4), ANN),
        a_mail_row("4", at(2), BEA),
        a_mail_row("5", at(2, 12), BEA),
    )
    nights.land("tags", *said("5", at(2, 12), "billing", 0.2))
    nights.land("identity_links", a_link(ANN, "a-1"), a_link(BEA, "a-2"))
    nights.read_until(date(2026, 3, 4))
    nights.run()
    assert set(nights.contacts()) == {"mail:1", "mail:3", "mail:4", "mail:5"}

    interactions = deltalake.DeltaTable(f"{nights.lake.root}/interactions")
    interactions.delete("interaction_id IN ('mail:2', 'mail:5')")
    nights.run()

    contacts = nights.contacts()
    assert set(contacts) == {"mail:1", "mail:3", "mail:4"}
    assert contacts["mail:1"]["first_reply_seconds"] is None
    assert whole[-3:] == [None] * 3
    assert_as_from_nothing(nights)


class Watched:
    """A step that reads interactions and alone writes contacts, without working."""

    def __init__(self, nights: Nights) -> None:
        self.nights = nights
        nights.land("interactions", a_mail_row("1", at(2)), a_mail_row("2", at(3)))
        nights.land("contacts", a_contact_row())
        self.look()

    def look(self, until: datetime = NOW, *, from_bytes: int = 0) -> touched.Touched:
        """What is touched now; afterwards it counts as worked out."""
        lake = self.nights.lake
        ledger = Ledger(lake, new_run_id(NOW))
        context = Context(lake, self.nights.settings, ledger, (FIRST.date(),), NOW)
        with ledger.step("watched", FIRST.date()) as noted:
            found = touched.since_last(
                context,
                "watched",
                reads={"interactions": "interaction_id"},
                writes=["contacts"],
                until=until,
                followed_from_bytes=from_bytes,
            )
            noted.basis = touched.done(lake, found, ["contacts"])
        return found


def keys(found: touched.Touched) -> set[str]:
    rows = found.keys("interactions", "interaction_id").collect()
    return {row["interaction_id"] for row in rows}


def test_rows_that_came_changed_or_stayed_are_told_apart(nights: Nights) -> None:
    watched = Watched(nights)

    assert keys(watched.look()) == set()
    nights.land(
        "interactions",
        a_mail_row("1", at(2)),
        a_mail_row("2", at(3), outcome="failed"),
        a_mail_row("3", at(3)),
    )
    assert keys(watched.look()) == {"mail:2", "mail:3"}
    assert keys(watched.look()) == set()


def test_time_that_passed_is_told_and_time_that_went_back_is_everything(
    nights: Nights,
) -> None:
    watched = Watched(nights)

    later = watched.look(NOW + timedelta(days=1))
    earlier = watched.look(NOW)

    assert (later.has_time_passed, later.is_everything) == (True, False)
    assert earlier.why_everything == "the instant lies before that of the last run"


def test_another_rule_is_everything(nights: Nights) -> None:
    watched = Watched(nights)
    rules = nights.settings.rules.model_copy(update={"journey_gap_days": 8})
    nights.settings = nights.settings.model_copy(update={"rules": rules})

    assert watched.look().why_everything == "code, settings or taxonomy have changed"


def test_a_table_that_somebody_else_wrote_is_everything_but_not_its_compaction(
    nights: Nights,
) -> None:
    watched = Watched(nights)

    for table in ("interactions", "contacts"):
        path = nights.lake.path(table)
        held = DeltaTable.forPath(nights.lake.spark, path)
        held.optimize().executeCompaction()
    assert not watched.look().is_everything

    nights.land("contacts", a_contact_row(outcome="failed"))
    assert watched.look().why_everything == (
        "contacts was written since, or a run stopped half way"
    )


def test_small_tables_are_sooner_worked_out_than_followed(nights: Nights) -> None:
    watched = Watched(nights)
    held = nights.lake.size_bytes("interactions")

    assert not watched.look(from_bytes=held).is_everything
    small = watched.look(NOW + timedelta(days=1), from_bytes=held + 1)

    assert small.why_everything == "sooner worked out than followed"
    assert small.has_time_passed


@pytest.mark.parametrize(
    "before",
    [
        f"UNSET TBLPROPERTIES ('{KEEPS_CHANGES}')",
        f"SET TBLPROPERTIES ('{KEEPS_CHANGES}' = 'false')",
    ],
)
def test_a_table_that_kept_no_changes_keeps_them_from_then_on(
    nights: Nights, before: str
) -> None:
    lake = nights.lake
    nights.land("interactions", a_mail_row("1", at(2)))
    lake.spark.sql(f"ALTER TABLE delta.`{lake.path('interactions')}` {before}")

    lake.make_ours("interactions")

    since = lake.commit("interactions")
    assert since is not None
    nights.land("interactions", a_mail_row("2", at(3)))
    held = lake_log.at_present(lake.root, "interactions")
    assert held is not None
    came = lake_log.changed(held, "interaction_id", after=since.version)
    assert came.to_pylist() == ["mail:2"]


def test_changes_no_longer_kept_or_of_another_table_are_everything(
    nights: Nights,
) -> None:
    watched = Watched(nights)
    nights.land("interactions", a_mail_row("2", at(3), outcome="failed"))
    rmtree(Path(nights.lake.path("interactions"), "_change_data"))

    assert watched.look().is_everything

    rmtree(nights.lake.path("interactions"))
    nights.land("interactions", a_mail_row("1", at(2)))

    assert watched.look().why_everything == "interactions was made anew"


def test_fingerprint_follows_what_decides_and_not_where_things_lie(
    company: Callable[..., Settings],
) -> None:
    settings = company()
    paths = settings.paths.model_copy(update={"marts": "elsewhere"})
    rules = settings.rules.model_copy(update={"journey_gap_days": 8})
    moved = settings.model_copy(update={"paths": paths})
    longer = settings.model_copy(update={"rules": rules})

    assert touched.rules_version(moved) == touched.rules_version(settings)
    assert touched.rules_version(longer) != touched.rules_version(settings)
