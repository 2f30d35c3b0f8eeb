"""History tagged again: a draft nobody sees, its difference, and what accepting it does.

A tagger of two rules stands in for the real one: what differs is then known to the word.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

import nlp
from jobs import retag, steps, tag_interactions
from jobs.check_table import Checked
from jobs.context import Context
from jobs.lake import Lake, parsed_ddl
from jobs.ledger import Ledger
from jobs.publish_marts import CURRENT
from jobs.settings import load
from jobs.shaping import fingerprint
from schemas.contracts import contract
from schemas.errors import InputError, NotFoundError
from tests.builders import (
    DAY,
    NINE,
    Row,
    a_link_row,
    a_run_row,
    a_tag_row,
    an_interaction_row,
    an_overall_row,
)
from tests.conftest import DEMO_SOURCES, NOW, ROOT

pytestmark = [pytest.mark.spark, pytest.mark.slow]

WEEK = (DAY, DAY + timedelta(days=6))
TWICE, WRONG = "I was charged twice", "my bill is wrong"
LATER = NINE + timedelta(days=9)

TEXTS = {
    "messaging:1": (TWICE, NINE),
    "messaging:2": (TWICE, NINE + timedelta(days=1)),
    "messaging:3": (WRONG, NINE),
    "messaging:4": ("it is solved", NINE),
    "messaging:5": (TWICE, LATER),
}
"""The fifth is a week later; the fourth will say something else after the draft."""


def another_tagger(
    shape: pa.Schema, now: Any, own: Any
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """`charged` is payment, and makes frustrated; all else is billing, and calm."""

    def tag(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            rows = []
            for row in batch.to_pylist():
                place = row["text"].find("charged")
                found = place >= 0
                spans = [{"start": place, "end": place + 7}] if found else []
                common = {
                    "interaction_id": row["interaction_id"],
                    "occurred_date": row["occurred_date"],
                    "text_hash": row["text_hash"],
                    "language": row["language"],
                    "tagger_version": "t2",
                    "processed_at": now,
                    "evidence": spans,
                }
                intent = {
                    "family": "intent",
                    "label": "payment" if found else "billing",
                    "score": 0.9,
                    "is_primary": True,
                }
                overall = {
                    "family": "frustration",
                    "label": "overall",
                    "score": 0.7 if found else 0.2,
                    "is_primary": False,
                }
                rows += [common | intent, common | overall]
            yield pa.RecordBatch.from_pylist(rows, shape)

    return tag


@dataclass
class Told:
    """What was seen on the way."""

    context: Context
    draft: retag.Draft | None = None
    publication_before: str = ""
    publication_drafted: str = ""
    tags_drafted: frozenset[str] = frozenset()
    difference: retag.Difference | None = None
    checked: tuple[str, ...] = ()


def frame(spark: SparkSession, table: str, *rows: Row) -> DataFrame:
    schema = parsed_ddl(contract(table).ddl)
    return spark.createDataFrame(
        [tuple(row[name] for name in schema.names) for row in rows], schema
    )


def an_interaction(key: str, text: str, at: Any, **changes: Any) -> Row:
    return an_interaction_row(
        interaction_id=key,
        conversation_id=key,
        text=text,
        occurred_at=at,
        ended_at=at + timedelta(minutes=5),
        **changes,
    )


@pytest.fixture(scope="module")
def told(
    spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """Tagged by t1 and published; a week drafted by t2, compared, accepted."""
    folder = tmp_path_factory.mktemp("retag")
    (folder / "verbatim.toml").write_text(
        'demo = true\n[company]\nname = "Test"\nemail_domains = ["ondine.example"]\n'
        f'[rules]\nsmall_number_floor = 1\n[spark]\njars = "{ROOT}/var/jars"\n'
        + DEMO_SOURCES,
        "utf-8",
    )
    settings = load(folder / "verbatim.toml")
    lake = Lake(spark, settings.lake)
    context = Context(lake, settings, Ledger(lake, "20260401T000000-0001"), (DAY,), NOW)
    rows = [an_interaction(key, *said) for key, said in TEXTS.items()]
    rows.append(an_interaction("messaging:6", "Rechnung", NINE, language="de"))
    tags = []
    for key, (text, at) in TEXTS.items():
        of = {
            "interaction_id": key,
            "occurred_date": at.date(),
            "text_hash": fingerprint(text),
        }
        tags += [a_tag_row(**of), an_overall_row(0.3, **of, evidence=[])]
    lake.merge("interactions", frame(spark, "interactions", *rows))
    lake.merge("tags", frame(spark, "tags", *tags))
    lake.merge("identity_links", frame(spark, "identity_links", a_link_row()))
    last = date(2026, 3, 31)
    when_over = datetime(2026, 4, 1, 2, tzinfo=UTC)
    read = a_run_row(source="messaging", day=last, started_at=when_over, status="done")
    lake.append("runs", [read])
    seen = Told(context)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nlp, "version", lambda own=None: "t1")
        for step in retag.ACCEPTING[1:]:
            step.run(context)
        seen.publication_before = published(context).resolve().name
        patch.setattr(nlp, "version", lambda own=None: "t2")
        patch.setattr(tag_interactions, "tagging", another_tagger)
        seen.draft = retag.write_draft(context, *WEEK)
        seen.publication_drafted = published(context).resolve().name
        seen.tags_drafted = frozenset(
            row[0] for row in lake.read("tags").select("tagger_version").collect()
        )
        seen.difference = retag.difference(context)
        four = an_interaction("messaging:4", "it broke again", NINE)
        lake.merge("interactions", frame(spark, "interactions", four))
        patch.setattr(nlp, "version", lambda own=None: "t3")
        with pytest.raises(InputError, match="by tagger t2, the present one is t3"):
            next(retag.accept(context))
        patch.setattr(nlp, "version", lambda own=None: "t2")
        # What checks find has tests of its own, and costs more than all else here.
        checked: list[str] = []

        def check(lake: Lake, table: str, **options: Any) -> Checked:
            checked.append(table)
            return Checked(table, 0, 0, ())

        patch.setattr(retag, "check", check)
        patch.setattr(steps, "check", check)
        # Another process would accept: its lake knows of no write but its own.
        lake = Lake(spark, settings.lake)
        ledger = Ledger(lake, "20260401T000000-0002")
        accepting = replace(context, lake=lake, ledger=ledger)
        for _ in retag.accept(accepting):
            pass
        seen.checked = tuple(checked)
        yield seen


def published(context: Context) -> Path:
    return context.settings.marts_folder / CURRENT


def ask(told: Told, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(published(told.context)), read_only=True) as marts:
        return marts.execute(sql).fetchall()


def test_a_draft_holds_what_the_present_tagger_has_not_read_and_changes_nothing(
    told: Told,
) -> None:
    assert told.draft == retag.Draft("t2", DAY, DAY + timedelta(days=1), 4, 0)
    assert told.publication_drafted == told.publication_before
    assert told.tags_drafted == {"t1"}


def test_the_difference_counts_labels_by_week(told: Told) -> None:
    assert told.difference is not None
    assert [tuple(row) for row in told.difference.labels] == [
        (DAY, "frustration", "overall", 0, 2, 2, 0),
        (DAY, "intent", "billing", 4, 2, 0, 2),
        (DAY, "intent", "payment", 0, 2, 2, 0),
    ]


def test_the_difference_shows_satisfaction_and_journeys_before_and_after(
    told: Told,
) -> None:
    assert told.difference is not None
    [week] = told.difference.weeks
    assert week["by"] == DAY
    assert (week["before"]["frustrated_count"], week["before"]["scored_count"]) == (
        0,
        4,
    )
    assert (week["after"]["frustrated_count"], week["after"]["scored_count"]) == (2, 4)
    assert {
        row["by"]: (
            row["before"] and row["before"]["contact_count"],
            row["after"] and row["after"]["contact_count"],
        )
        for row in told.difference.reasons
    } == {"billing": (4, 2), "payment": (None, 2)}
    [journeys] = told.difference.journeys
    assert journeys["before"]["frustrated_count"] == 0
    assert journeys["after"]["frustrated_count"] == 1


def test_the_largest_movements_come_with_contacts_and_their_words(told: Told) -> None:
    assert told.difference is not None
    assert [tuple(row) for row in told.difference.movements] == [
        ("frustration", "calm", "frustrated", 2),
        ("intent", "billing", "payment", 2),
    ]
    first = told.difference.samples[0].asDict()
    assert first == {
        "family": "frustration",
        "was": "calm",
        "becomes": "frustrated",
        "position": 1,
        "contact_id": "messaging:1",
        "interaction_id": "messaging:1",
        "score_before": 0.3,
        "score_after": 0.7,
        "words_before": [],
        "words_after": ["charged"],
        "excerpt": TWICE,
    }


def test_accepting_publishes_the_present_taggers_tags_where_words_are_the_same(
    told: Told,
) -> None:
    assert ask(
        told,
        "SELECT interaction_id, label, tagger_version FROM tags "
        "WHERE family = 'intent' ORDER BY 1",
    ) == [
        ("messaging:1", "payment", "t2"),
        ("messaging:2", "payment", "t2"),
        ("messaging:3", "billing", "t2"),
        # Its words have changed since the draft: a day's run reads them.
        ("messaging:4", "billing", "t1"),
        # Out of the draft's days.
        ("messaging:5", "billing", "t1"),
    ]
    assert ask(
        told,
        "SELECT contact_id, intent_label, frustration_score, tagger_version FROM "
        "contacts WHERE contact_id IN ('messaging:1', 'messaging:5') ORDER BY 1",
    ) == [
        ("messaging:1", "payment", 0.7, "t2"),
        ("messaging:5", "billing", 0.3, "t1"),
    ]


def test_what_changed_is_checked_before_it_is_published(told: Told) -> None:
    assert told.checked == (
        "tags_draft",
        "tag_history",
        "tags",
        "contacts",
        "journeys",
        "satisfaction",
    )


def test_the_older_tags_stay_to_be_asked(told: Told) -> None:
    assert ask(
        told,
        "SELECT interaction_id, label, score, tagger_version, replaced_by_version "
        "FROM tag_history WHERE family = 'frustration' ORDER BY 1",
    ) == [
        ("messaging:1", "overall", 0.3, "t1", "t2"),
        ("messaging:2", "overall", 0.3, "t1", "t2"),
        ("messaging:3", "overall", 0.3, "t1", "t2"),
    ]


def test_the_ledger_says_which_tagger_read_again(told: Told) -> None:
    [(read, added, version)] = ask(
        told,
        "SELECT read_count, added_count, tagger_version FROM runs WHERE step = 'retag'",
    )

    assert (read, added, version) == (6, 6, "t2")


def test_a_draft_is_gone_once_accepted_or_discarded(told: Told) -> None:
    lake = told.context.lake

    with pytest.raises(NotFoundError, match="There is no draft"):
        next(retag.accept(told.context))
    assert retag.write_draft(told.context, LATER.date(), LATER.date()) is not None
    assert retag.discard(lake)
    assert retag.drafted(lake) is None
    assert not retag.discard(lake)


def test_a_days_run_leaves_what_an_older_tagger_has_read_alone(told: Told) -> None:
    untagged = tag_interactions.to_untagged(told.context.lake).where("is_readable")

    assert [row["interaction_id"] for row in untagged.collect()] == ["messaging:4"]
