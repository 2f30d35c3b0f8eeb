"""The marts against the truth that the demo company wrote beside its files."""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from jobs.masking import mask
from tests.e2e.conftest import DemoCompany

pytestmark = [pytest.mark.spark, pytest.mark.slow]

Ask = Callable[[str], list[tuple[Any, ...]]]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)


def test_every_interaction_is_there_once_and_no_other(demo: DemoCompany, ask: Ask):
    told = {row["interaction_id"] for row in demo.truth("interactions")}
    found = [row[0] for row in ask("SELECT interaction_id FROM interactions")]

    assert sorted(found) == sorted(told)


@pytest.mark.parametrize(
    "column", ["conversation_id", "source", "channel", "direction", "outcome"]
)
def test_interactions_say_what_is_true(demo: DemoCompany, ask: Ask, column: str):
    told = {r["interaction_id"]: r[column] for r in demo.truth("interactions")}
    found = dict(ask(f"SELECT interaction_id, {column} FROM interactions"))

    wrong = {i: (found.get(i), told[i]) for i in told if found.get(i) != told[i]}
    assert wrong == {}


@pytest.mark.parametrize(
    "column", ["wait_seconds", "talk_seconds", "hold_seconds", "wrap_seconds"]
)
def test_times_are_those_of_the_calls(demo: DemoCompany, ask: Ask, column: str):
    told = {
        r["interaction_id"]: r[column]
        for r in demo.truth("interactions")
        if r["source"] == "telephony"
    }
    found = dict(
        ask(
            f"SELECT interaction_id, {column} FROM interactions "
            "WHERE source = 'telephony'"
        )
    )

    wrong = {i: (found[i], told[i]) for i in told if (found[i] or 0) != (told[i] or 0)}
    assert wrong == {}


def test_instants_are_the_source_s_to_the_second(demo: DemoCompany, ask: Ask):
    found = dict(ask("SELECT interaction_id, occurred_at FROM interactions"))

    wrong = {
        r["interaction_id"]
        for r in demo.truth("interactions")
        if found[r["interaction_id"]].replace(microsecond=0)
        != instant(r["occurred_at"]).replace(microsecond=0)
    }
    assert wrong == set()


def test_everyone_is_recognised_and_nobody_is_taken_for_another(
    demo: DemoCompany, ask: Ask
):
    """Interactions fall to customers exactly as they fall to the persons who had them.

    Truth numbers the groups into which a person's handles fall when nothing that was
    said or filed joins them: those are different customers to anybody who reads along.
    """
    group_of = {
        (person["person_id"], handle["kind"], handle["value"].casefold()): (
            person["person_id"],
            handle["group"],
        )
        for person in demo.truth("persons")
        for handle in person["handles"]
    }
    customers = dict(
        ask(
            "SELECT interaction_id, customer_id FROM contact_interactions "
            "JOIN contacts USING (contact_id)"
        )
    )
    by_group: dict[Any, set[str]] = defaultdict(set)
    by_customer: dict[str, set[Any]] = defaultdict(set)
    for row in demo.truth("interactions"):
        groups = {
            group_of.get((row["person_id"], kind, value.casefold()))
            for kind, value in row["handles"]
        } - {None}
        customer = customers.get(row["interaction_id"])
        if len(groups) == 1 and customer is not None:
            [group] = groups
            by_group[group].add(customer)
            by_customer[customer].add(group)

    assert {g: c for g, c in by_group.items() if len(c) > 1} == {}
    assert {c: g for c, g in by_customer.items() if len(g) > 1} == {}
    assert len(by_group) > 50


def test_known_customers_are_those_of_the_customer_file(demo: DemoCompany, ask: Ask):
    filed = [p for p in demo.truth("persons") if p["customer_id"] is not None]
    [(known,)] = ask("SELECT count(*) FROM customers WHERE is_known")
    refused = sum(
        day.get("conflict", 0) for day in demo.expected().get("crm", {}).values()
    )

    # A customer whose rows contradict each other waits in the quarantine.
    assert len(filed) - 2 * refused <= known <= len(filed)


def test_every_planted_record_came_out_as_what_it_is(demo: DemoCompany, ask: Ask):
    ledger = ask(
        "SELECT source, sum(read_count), sum(added_count + updated_count + "
        "unchanged_count + duplicate_count + excluded_count + quarantined_count), "
        "sum(quarantined_count) FROM runs WHERE source <> '-' GROUP BY source"
    )
    broken = {
        source: sum(day.get("broken", 0) for day in days.values())
        for source, days in demo.expected().items()
    }

    assert {source for source, read, became, _ in ledger if read != became} == set()
    # One broken file may hold several records; each planted one is refused.
    assert {
        source for source, _, _, refused in ledger if refused < broken.get(source, 0)
    } == set()


@pytest.mark.parametrize("source", ["surveys", "messaging"])
def test_surveys_are_those_sent_with_the_answers_given(
    demo: DemoCompany, ask: Ask, source: str
):
    told = {
        (r["interaction_id"], r["question_kind"], r["score"])
        for r in demo.truth("surveys")
        if r["source"] == source and r["score"] is not None
    }
    found = set(
        ask(
            "SELECT interaction_id, question_kind, score FROM surveys "
            f"WHERE source = '{source}' AND score IS NOT NULL"
        )
    )

    assert told
    assert told - found == set()


def everything_written(demo: DemoCompany) -> str:
    """Every string in the published marts and in the lake's quarantine and ledger."""
    tables = [r[0] for r in demo.marts.execute("SHOW TABLES").fetchall()]
    texts = [
        json.dumps(row, default=str, ensure_ascii=False)
        for table in tables
        for row in demo.marts.execute(f"SELECT * FROM {table}").fetchall()
    ]
    for table in ("quarantine", "transcripts", "crm_records", "runs"):
        rows = demo.context.lake.read(table).toJSON().collect()
        texts += rows
    return "\n".join(texts).casefold()


NO_TEXT = re.compile(
    r"(?<=:\d\d)\.\d+|(?<![0-9a-z])(?=[0-9]*[a-f])[0-9a-f]{12,}(?![0-9a-z])"
)
"""Fractions of an instant's seconds, and ids: hashes of 12 digits and more, of which at least
one is a letter."""


def test_no_planted_personal_data_is_anywhere(demo: DemoCompany):
    """What was planted is searched for as it stands, and its digits without spacing.

    A code's six digits may stand by chance in ids and in millionths of seconds, which are
    other ones in every run: it alone is not searched for there.
    """
    written = everything_written(demo)
    without_chance = NO_TEXT.sub(" ", written)
    digits = re.sub(r"[\s.\-()/]", "", written)
    leaked = []
    for planted in demo.truth("planted"):
        # Broken files are planted without personal data.
        if planted["value"] is None:
            continue
        value = planted["value"].casefold()
        squeezed = re.sub(r"[\s.\-()/]", "", value)
        searched = without_chance if planted["kind"] == "code" else written
        stands = value in searched if planted["kind"] != "name" else False
        if squeezed.lstrip("+").isdigit() and len(squeezed) >= 8:
            stands = stands or squeezed in digits
        if stands:
            leaked.append((planted["kind"], planted["value"], planted["where"]))

    assert leaked == []


def test_no_declared_name_is_in_what_its_interaction_says(demo: DemoCompany):
    texts = defaultdict(str)
    for table, columns in (
        ("interactions", "subject, text"),
        ("interaction_turns", "text"),
    ):
        for identity, *words in demo.marts.execute(
            f"SELECT interaction_id, {columns} FROM {table}"
        ).fetchall():
            texts[identity] += " ".join(filter(None, words)) + "\n"
    leaked = [
        (planted["value"], planted["where"])
        for planted in demo.truth("planted")
        if planted["kind"] == "name"
        and planted["value"].casefold() in texts[planted["where"]].casefold()
    ]

    assert leaked == []


def test_masked_text_has_nothing_left_to_mask(ask: Ask):
    texts = [row[0] for row in ask("SELECT text FROM interactions WHERE text <> ''")]

    assert [t for t in texts if mask(t) != t] == []


def test_journeys_are_the_true_ones_when_intents_are(demo: DemoCompany, tmp_path: Path):
    """The tagger may mistake an intent; the rule for journeys may not.

    Tags are replaced by what is true, in a lake of the test's own, and contacts and
    journeys built from them: every journey that truth calls decidable has exactly its
    contacts.
    """
    from jobs import build_contacts, build_journeys
    from jobs.context import Context
    from jobs.lake import Lake
    from jobs.ledger import Ledger

    spark, held = demo.context.spark, demo.context.lake
    lake = Lake(spark, str(tmp_path / "lake"))
    for table in ("interactions", "surveys", "identity_links", "customers", "runs"):
        lake.merge(table, held.read(table))
    told = {
        r["interaction_id"]: r["intents"][0]
        for r in demo.truth("interactions")
        if r["intents"] and r["direction"] == "inbound"
    }
    tags = held.read("tags").where("family = 'intent' AND is_primary")
    true = spark.createDataFrame(
        list(told.items()), "interaction_id string, _label string"
    )
    lake.merge(
        "tags",
        tags.join(true, "interaction_id")
        .drop("label")
        .withColumnRenamed("_label", "label"),
    )
    context = Context(
        lake,
        demo.settings,
        Ledger(lake, "test"),
        demo.context.days,
        demo.context.now,
    )
    build_contacts.run(context)
    build_journeys.run(context)

    steps: dict[str, list[str]] = defaultdict(list)
    rows = lake.read("journey_steps").orderBy("journey_id", "position").collect()
    for row in rows:
        steps[row["journey_id"]].append(row["contact_id"].split("/")[0])
    found = {tuple(contacts) for contacts in steps.values()}
    # A call that the company places on its own is no step of the customer's.
    own = {
        r["conversation_id"]
        for r in demo.truth("interactions")
        if r["direction"] == "inbound"
    }
    decidable = [j for j in demo.truth("journeys") if not j["is_ambiguous"]]
    missing = [
        j["journey_id"]
        for j in decidable
        if tuple(c for c in j["contacts"] if c in own) not in found
    ]

    assert len(decidable) > 50
    assert missing == []
