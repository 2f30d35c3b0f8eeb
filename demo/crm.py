"""The company's customer file: a full snapshot first, then what is new or has changed."""

from random import Random
from typing import Any

from demo.clock import DAY, HOUR
from demo.outbox import Outbox
from demo.people import Person
from demo.personal_data import Planted
from demo.surveys import csv_row
from demo.truth import Recorder
from demo.world import World

SOURCE = "crm"
COLUMNS = [
    "customer_id",
    "emails",
    "phones",
    "network_handles",
    "segment",
    "birth_year",
    "language",
    "since_date",
    "name",
]
NEW_SHARE = 0.02
"""Of the customers: they join during the run, before their first journey at the latest."""
CHANGED_SHARE = 0.02


def deliver(
    world: World, person: Person, outbox: Outbox, truth: Recorder, first_at: int | None
) -> str | None:
    """The person's row on its day, and again when it changes.

    Args:
        world: the run.
        person: whose row.
        outbox: takes the deliveries.
        truth: learns of duplicates and conflicts.
        first_at: when the person first appears in the files; None when never.

    Returns:
        the language the file ends up giving: a change may name another than is spoken.
    """
    if person.customer_id is None:
        return None
    language = person.language
    rng = world.rng("crm", person.index)
    row = _row(person)
    day = 0
    if rng.random() < NEW_SHARE:
        last = (
            world.days if first_at is None else (first_at - world.start_at) // DAY + 1
        )
        day = rng.randrange(max(1, last))
    at = world.start_at + day * DAY + 2 * HOUR
    _send(outbox, person, row, at)
    truth.plant(Planted("name", person.name), f"{SOURCE}:{person.customer_id}", "name")
    if rng.random() < CHANGED_SHARE:
        other = "en" if person.language == "fr" else "fr"
        changed_at = at + rng.randrange(1, 20) * DAY
        if _send(outbox, person, row | {"language": other}, changed_at, "updated"):
            language = other
    if first_at is None:
        _trouble(rng, person, row, outbox, truth, at)
    return language


def _trouble(
    rng: Random,
    person: Person,
    row: dict[str, Any],
    outbox: Outbox,
    truth: Recorder,
    at: int,
) -> None:
    """Duplicates and conflicts, on customers who are never heard of: nothing hangs on them."""
    draw = rng.random()
    if draw < 0.15:
        _send(outbox, person, row, at + 1, "redelivered")
        _note(truth, "crm_duplicate", person)
    elif draw < 0.30:
        other = row | {
            "birth_year": person.birth_year - 9,
            "segment": "b2b" if person.segment == "b2c" else "b2c",
        }
        _send(outbox, person, other, at + 2, "conflict")
        _note(truth, "crm_conflict", person)


def _note(truth: Recorder, kind: str, person: Person) -> None:
    truth.planted.append(
        {
            "kind": kind,
            "value": person.customer_id,
            "where": f"{SOURCE}:{person.customer_id}",
            "part": "row",
        }
    )


def _row(person: Person) -> dict[str, Any]:
    known = person.crm_handles
    networks = [f"x:{v}" for k, v in sorted(known) if k == "x"]
    networks += [f"mastodon:{v}" for k, v in sorted(known) if k == "mastodon"]
    return {
        "customer_id": person.customer_id,
        "emails": "|".join(e for e in person.emails if ("email", e) in known),
        "phones": "|".join(p for p in person.phones if ("phone", p) in known),
        "network_handles": "|".join(networks),
        "segment": person.segment,
        "birth_year": person.birth_year,
        "language": person.language,
        "since_date": person.since,
        "name": person.name,
    }


def _send(
    outbox: Outbox, person: Person, row: dict[str, Any], at: int, reason: str = ""
) -> bool:
    return outbox.send(
        SOURCE,
        "customers",
        at,
        csv_row([row[column] for column in COLUMNS]),
        ids=(f"{SOURCE}:{person.customer_id}",),
        what="customer",
        reason=reason,
        key=f"{person.customer_id}",
    )
