"""Rules of links on a few rows: what the customer file says, and what interactions show."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame

from jobs.transforms import identity
from tests.builders import (
    CUSTOMER,
    Row,
    a_crm_row,
    a_decision_row,
    a_handle_row,
    an_interaction_row,
)

pytestmark = pytest.mark.spark

Frame = Callable[..., DataFrame]

MAIL, PHONE = "e1" * 16, "f2" * 16
LEFT_BEHIND = f"a-{MAIL[:20]}"


def delivered(day: int, *handles: str, **changes: Any) -> Row:
    """What the customer file of a day of March lists for a customer."""
    landed_at = datetime(2026, 3, day, tzinfo=UTC)
    return a_crm_row(
        landed_date=date(2026, 3, day),
        landed_at=landed_at,
        handles=[a_handle_row(key, "phone") for key in handles],
        **changes,
    )


def seen(day: int, *handles: str) -> Row:
    """An interaction of a day of March that names these handles."""
    return an_interaction_row(
        interaction_id=f"messaging:{day}",
        occurred_at=datetime(2026, 3, day, 9, tzinfo=UTC),
        handles=[a_handle_row(key, "phone") for key in handles],
    )


def links(
    frame: Frame,
    interactions: list[Row],
    crm_records: list[Row],
    decisions: list[Row] | None = None,
) -> dict[tuple[str, str], tuple[str, bool, str | None]]:
    """Handle and customer → the rule, whether the link holds, why it was ended."""
    rows = identity.to_identity_links(
        identity.to_sightings(frame("interactions", *interactions)),
        identity.to_crm_links(frame("crm_records", *crm_records)),
        frame("identity_decisions", *(decisions or [])),
        shared_handle_limit=5,
    ).collect()
    found = {
        (row["handle_key"], row["customer_id"]): (
            row["rule"],
            row["unlinked_at"] is None,
            row["unlinked_reason"],
        )
        for row in rows
    }
    assert len(found) == len(rows), "a link is one row"
    return found


def test_a_handle_that_the_file_dropped_is_nobody_s_we_know(frame: Frame) -> None:
    found = links(
        frame,
        [seen(1, MAIL)],
        [delivered(1, MAIL, PHONE), delivered(2, PHONE)],
    )

    assert found == {
        (MAIL, CUSTOMER): ("crm", False, "the customer file no longer lists it"),
        (PHONE, CUSTOMER): ("crm", True, None),
        (MAIL, LEFT_BEHIND): ("own", True, None),
    }


def test_a_dropped_handle_seen_with_another_of_the_customer_s_is_theirs(
    frame: Frame,
) -> None:
    """They write from the address they had before, and say their number."""
    found = links(
        frame,
        [seen(3, MAIL, PHONE)],
        [delivered(1, MAIL, PHONE), delivered(2, PHONE)],
    )

    assert found == {
        (MAIL, CUSTOMER): ("together", True, None),
        (PHONE, CUSTOMER): ("crm", True, None),
    }


def test_a_handle_that_went_to_somebody_else_is_theirs_alone(frame: Frame) -> None:
    found = links(
        frame,
        [seen(3, MAIL, PHONE)],
        [
            delivered(1, MAIL, PHONE),
            delivered(2, PHONE),
            delivered(2, MAIL, customer_id="c-other"),
        ],
    )

    assert found == {
        (MAIL, CUSTOMER): (
            "crm",
            False,
            "the customer file lists it for another customer",
        ),
        (MAIL, "c-other"): ("crm", True, None),
        (PHONE, CUSTOMER): ("crm", True, None),
    }


def test_what_a_person_ended_no_interaction_shows_again(frame: Frame) -> None:
    found = links(
        frame,
        [seen(3, MAIL, PHONE)],
        [delivered(1, MAIL, PHONE), delivered(2, PHONE)],
        [a_decision_row(handle_key=MAIL, reason="the mother's address")],
    )

    assert found == {
        (MAIL, CUSTOMER): ("crm", False, "the mother's address"),
        (PHONE, CUSTOMER): ("crm", True, None),
        (MAIL, LEFT_BEHIND): ("own", True, None),
    }
