"""A block of people, lived through and set down for the days to pick up."""

import pickle
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from demo import crm
from demo.clock import DAY
from demo.journeys import Life
from demo.outbox import Delivery, Outbox
from demo.people import Person, a_person
from demo.scene import dumps
from demo.truth import Components, Journey, Recorder, Row
from demo.world import World

BLOCK = 250
"""People per block: small enough that a block's records fit in memory many times over,
large enough that a day's file of it is worth opening."""

TRUTH_TABLES = ("persons", "interactions", "journeys", "surveys", "planted")


class BlockCounts(NamedTuple):
    interactions: int
    expected: Counter[tuple[str, int, str]]
    """By source, day index and what became of the record."""


def block_count(world: World) -> int:
    return -(-world.customers // BLOCK)


def write_block(world: World, spool: Path, block: int) -> BlockCounts:
    """Live the block's people and leave their deliveries and truth in the spool."""
    outbox = Outbox(world)
    tables: dict[str, list[Row]] = {table: [] for table in TRUTH_TABLES}
    kept = 0
    first = block * BLOCK
    for index in range(first, min(first + BLOCK, world.customers)):
        person = a_person(world, index)
        truth = Recorder()
        Life(world, person, outbox, truth).live()
        first_at = _first_at(world, truth, outbox)
        language_in_crm = crm.deliver(world, person, outbox, truth, first_at)
        kept += _settle(world, person, truth, outbox, tables)
        tables["persons"][-1]["language_in_crm"] = language_in_crm
    expected: Counter[tuple[str, int, str]] = Counter()
    seen: set[str] = set()
    for day in sorted(outbox.by_day):
        deliveries = sorted(outbox.by_day[day], key=lambda d: d.key[0])
        for delivery in deliveries:
            for outcome in _outcomes(delivery, seen):
                expected[delivery.source, day, outcome] += 1
        (spool / f"{day}-{block}").write_bytes(pickle.dumps(deliveries, 5))
    for table, rows in tables.items():
        lines = b"".join(dumps(row) + b"\n" for row in rows)
        (spool / f"{table}-{block}").write_bytes(lines)
    return BlockCounts(kept, expected)


def _outcomes(delivery: Delivery, seen: set[str]) -> list[str]:
    """What the counts of a day say of one record: each interaction in it counts."""
    if delivery.what == "excluded":
        return [f"excluded:{delivery.reason}"]
    if delivery.what == "transcript":
        return ["transcripts"]
    if delivery.what in ("survey", "customer"):
        return [f"{delivery.what}s", *([delivery.reason] if delivery.reason else [])]
    outcomes = []
    for interaction_id in delivery.ids:
        if interaction_id in seen:
            outcomes.append(delivery.reason or "redelivered")
        else:
            seen.add(interaction_id)
            outcomes.append("new")
    return outcomes


def _first_at(world: World, truth: Recorder, outbox: Outbox) -> int | None:
    days = [
        outbox.arrivals[row["interaction_id"]][0]
        for row in truth.interactions
        if outbox.arrivals.get(row["interaction_id"])
    ]
    return world.start_at + min(days) * DAY if days else None


def _settle(
    world: World,
    person: Person,
    truth: Recorder,
    outbox: Outbox,
    tables: dict[str, list[Row]],
) -> int:
    """Keep the truth of what was delivered, and say what cannot be decided from it."""
    rows: list[Row] = []
    for row in truth.interactions:
        days = outbox.arrivals.get(row["interaction_id"])
        if days:
            row["arrival_days"] = [_date(world, day) for day in sorted(days)]
            rows.append(row)
    components = Components()
    components.join(sorted(person.crm_handles))
    for row in rows:
        components.join(truth.handles_used[row["interaction_id"]])
    journeys = _journeys(truth, rows, components)
    ambiguous = {j["journey_id"] for j in journeys if j["is_ambiguous"]}
    for row in rows:
        row["is_ambiguous"] = row["journey_id"] in ambiguous
    tables["persons"].append(_person(person, components))
    tables["interactions"] += rows
    tables["journeys"] += journeys
    tables["surveys"] += truth.surveys
    tables["planted"] += [p for p in truth.planted if p["where"] in outbox.arrivals]
    return len(rows)


def _date(world: World, day: int) -> str:
    return (world.start + timedelta(days=day)).isoformat()


def _person(person: Person, components: Components) -> Row:
    groups: dict[tuple[str, str], int] = {}
    handles = []
    for handle in components.handles():
        root = components.find(handle)
        handles.append(
            {
                "kind": handle[0],
                "value": handle[1],
                "is_in_crm": handle in person.crm_handles,
                "group": groups.setdefault(root, len(groups)),
            }
        )
    return {
        "person_id": person.person_id,
        "customer_id": person.customer_id,
        "handles": handles,
        "segment": person.segment,
        "birth_year": person.birth_year,
        "language": person.language,
    }


def _journeys(truth: Recorder, rows: list[Row], components: Components) -> list[Row]:
    by_journey: dict[str, list[Row]] = {}
    for row in rows:
        by_journey.setdefault(row["journey_id"], []).append(row)
    return [
        _journey(journey, by_journey[journey.journey_id], truth, components)
        for journey in truth.journeys
        if journey.journey_id in by_journey
    ]


def _journey(
    journey: Journey, rows: list[Row], truth: Recorder, components: Components
) -> Row:
    """Its contacts in the order they began; ambiguous where the files cannot tell."""
    rows.sort(key=lambda row: row["occurred_at"])
    contacts: dict[str, str] = {}
    for row in rows:
        contacts.setdefault(row["conversation_id"], row["channel"])
    roots = set()
    for row in rows:
        handles = truth.handles_used[row["interaction_id"]]
        roots.add(components.find(handles[0]) if handles else None)
    ambiguity = journey.ambiguity
    if len(roots) > 1 or None in roots:
        ambiguity = ambiguity or "split_identity"
    path: list[str] = []
    for channel in contacts.values():
        if not path or path[-1] != channel:
            path.append(channel)
    return {
        "journey_id": journey.journey_id,
        "person_id": journey.person_id,
        "intent": journey.intent,
        "contacts": list(contacts),
        "started_at": rows[0]["occurred_at"],
        "ended_at": rows[-1]["occurred_at"],
        "channel_path": " > ".join(path),
        "is_resolved": journey.is_resolved,
        "is_ambiguous": ambiguity is not None,
        "ambiguity": ambiguity,
    }
