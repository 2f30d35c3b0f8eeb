"""Builders: a valid record or row with every field filled, changed only where the test cares.

Records are what readers yield, rows what the lake holds. What follows from another
column follows it here too, unless the test says otherwise: a day its instant, the
fingerprint of a text its text.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from jobs.shaping import fingerprint
from jobs.sources.records import (
    Company,
    CrmCustomer,
    Excluded,
    Handle,
    Interaction,
    Origin,
    Rejected,
    Survey,
    Transcript,
    Turn,
)
from schemas.contracts import contract

Row = dict[str, Any]

DAY = date(2026, 3, 2)
"""A Monday: the arrival day of everything here."""

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""When everything here happened: 10 o'clock in Paris."""

LANDED = datetime(2026, 3, 2, tzinfo=UTC)
"""The arrival day as `landed_at` holds it."""

PROCESSED = datetime(2026, 3, 3, 2, tzinfo=UTC)

KEY = "5f1d" * 8
"""A handle's key, as long as keys are."""

CUSTOMER = "c-" + "5f1d" * 5


# Records, as readers yield them


def an_origin(**changes: Any) -> Origin:
    fields: Row = {
        "source": "telephony",
        "file": "2026-03-02/telephony/records.jsonl",
        "locator": "byte 0",
        "company": Company(email_domains=frozenset({"ondine.example"})),
    }
    return Origin(**fields | changes)


def a_turn(text: str = "my bill is wrong", **changes: Any) -> Turn:
    fields: Row = {"party": "customer", "started_at": NINE, "text": text}
    return Turn(**fields | changes)


def an_interaction(**changes: Any) -> Interaction:
    """A chat of one message by the customer."""
    fields: Row = {
        "native_id": "i1",
        "conversation_native_id": "i1",
        "channel": "chat",
        "direction": "inbound",
        "initiation": "inbound",
        "entry_point": "web_button",
        "visibility": "private",
        "occurred_at": NINE,
        "ended_at": NINE + timedelta(minutes=5),
        "source_updated_at": NINE + timedelta(minutes=6),
        "origin": an_origin(),
        "handles": (Handle("email", "lea@client.example"),),
        "agent": "agent-7",
        "queue": "billing",
        "site": "Lyon",
        "partner": "Contacta",
        "wait_seconds": 12.0,
        "talk_seconds": 240.0,
        "hold_seconds": 30.0,
        "wrap_seconds": 20.0,
        "outcome": "answered",
        "language": "en",
        "subject": "the bill of March",
        "text": "my bill is wrong",
        "text_origin": "typed",
        "turns": (a_turn(),),
        "attributes": {"priority": "high"},
        "names": (),
    }
    return Interaction(**fields | changes)


def a_transcript(**changes: Any) -> Transcript:
    fields: Row = {
        "native_id": "i1",
        "source_updated_at": NINE + timedelta(minutes=10),
        "origin": an_origin(locator="$.transcript"),
        "turns": (a_turn(),),
        "text": "my bill is wrong",
        "text_origin": "machine_transcript",
        "language": "en",
        "names": (),
        "attributes": {"analysis": "v1"},
    }
    return Transcript(**fields | changes)


def a_survey(**changes: Any) -> Survey:
    """A satisfaction question of 1 to 5, answered with 4."""
    fields: Row = {
        "native_id": "s1",
        "interaction_native_id": "i1",
        "interaction_source": "telephony",
        "handles": (Handle("email", "lea@client.example"),),
        "survey_channel": "email",
        "question_kind": "csat",
        "question_code": "Q1",
        "invited_at": NINE + timedelta(hours=1),
        "delivered_at": NINE + timedelta(hours=1, minutes=1),
        "started_at": NINE + timedelta(hours=2),
        "answered_at": NINE + timedelta(hours=2, minutes=1),
        "score": 4.0,
        "scale_min": 1.0,
        "scale_max": 5.0,
        "higher_is_better": True,
        "comment": "quick and friendly",
        "language": "en",
        "source_updated_at": NINE + timedelta(hours=2, minutes=1),
        "origin": an_origin(source="surveys", file="2026-03-02/surveys/a.csv"),
        "names": (),
    }
    return Survey(**fields | changes)


def a_crm_customer(**changes: Any) -> CrmCustomer:
    fields: Row = {
        "native_id": "100001",
        "handles": (
            Handle("account", "100001"),
            Handle("email", "lea@client.example"),
        ),
        "segment": "b2c",
        "birth_year": 1990,
        "language": "fr",
        "since_date": date(2020, 5, 17),
        "origin": an_origin(source="crm", file="2026-03-02/crm/customers.csv"),
        "names": (),
    }
    return CrmCustomer(**fields | changes)


def a_rejection(**changes: Any) -> Rejected:
    fields: Row = {
        "reason": "not_a_contact_record",
        "message": "$.ContactId: expected str, got int",
        "origin": an_origin(),
        "excerpt": '{"ContactId": 1}',
    }
    return Rejected(**fields | changes)


def an_exclusion(**changes: Any) -> Excluded:
    fields: Row = {"reason": "bot", "origin": an_origin()}
    return Excluded(**fields | changes)


# Rows, as the lake holds them


def a_handle_row(key: str = KEY, kind: str = "email") -> dict[str, str]:
    return {"kind": kind, "key": key}


def a_turn_row(
    text: str = "my bill is wrong", *, position: int = 1, party: str = "customer"
) -> Row:
    return {"position": position, "party": party, "started_at": NINE, "text": text}


def an_interaction_row(**changes: Any) -> Row:
    row = _changed(
        "interactions",
        {
            "interaction_id": "messaging:i1",
            "conversation_id": "messaging:i1",
            "source": "messaging",
            "channel": "chat",
            "direction": "inbound",
            "initiation": "inbound",
            "entry_point": "web_button",
            "visibility": "private",
            "occurred_at": NINE,
            "occurred_date": DAY,
            "ended_at": NINE + timedelta(minutes=5),
            "source_updated_at": NINE + timedelta(minutes=6),
            "landed_at": LANDED,
            "processed_at": PROCESSED,
            "handles": [a_handle_row()],
            "agent_key": "a1" * 16,
            "queue": "billing",
            "site": "Lyon",
            "partner": "Contacta",
            "wait_seconds": 12.0,
            "talk_seconds": 240.0,
            "hold_seconds": 30.0,
            "wrap_seconds": 20.0,
            "outcome": "answered",
            "language": "en",
            "language_is_declared": True,
            "subject": "the bill of March",
            "text": "my bill is wrong",
            "text_origin": "typed",
            "turns": [a_turn_row()],
            "attributes": {"priority": "high"},
            "file": "2026-03-02/messaging/a.json",
            "locator": "byte 0",
            "record_hash": "r1" * 12,
            "transcript_hash": None,
            "text_hash": None,
        },
        changes,
    )
    return _dated(_hashed(row, changes), changes, "occurred_date", "occurred_at")


def a_mail_row(name: str, when: datetime, *keys: str, **changes: Any) -> Row:
    """A customer's mail from these handles, a thread of its own unless stated."""
    about = {
        "interaction_id": f"mail:{name}",
        "conversation_id": f"mail:{name}",
        "source": "mail",
        "channel": "email",
        "occurred_at": when,
        "ended_at": None,
        "source_updated_at": when,
        "handles": [a_handle_row(key) for key in keys],
        "turns": [],
        "outcome": "delivered",
        "wait_seconds": None,
        "talk_seconds": None,
    }
    return an_interaction_row(**about | changes)


def a_transcript_row(**changes: Any) -> Row:
    row = _changed(
        "transcripts",
        {
            "interaction_id": "telephony:i1",
            "source": "telephony",
            "source_updated_at": NINE + timedelta(minutes=10),
            "landed_at": LANDED,
            "landed_date": DAY,
            "processed_at": PROCESSED,
            "language": "en",
            "language_is_declared": True,
            "text": "my bill is wrong",
            "text_origin": "machine_transcript",
            "turns": [a_turn_row()],
            "attributes": {"analysis": "v1"},
            "file": "2026-03-02/telephony/analysis.json",
            "locator": "byte 0",
            "record_hash": "r2" * 12,
            "text_hash": None,
        },
        changes,
    )
    return _dated(_hashed(row, changes), changes, "landed_date", "landed_at")


def a_survey_row(**changes: Any) -> Row:
    """A satisfaction question of 1 to 5, answered with 4."""
    return _changed(
        "surveys",
        {
            "survey_id": "surveys:s1",
            "source": "surveys",
            "interaction_id": "messaging:i1",
            "handles": [a_handle_row()],
            "survey_channel": "email",
            "question_kind": "csat",
            "question_code": "Q1",
            "invited_at": NINE + timedelta(hours=1),
            "delivered_at": NINE + timedelta(hours=1, minutes=1),
            "started_at": NINE + timedelta(hours=2),
            "answered_at": NINE + timedelta(hours=2, minutes=1),
            "score": 4.0,
            "scale_min": 1.0,
            "scale_max": 5.0,
            "higher_is_better": True,
            "comment": "quick and friendly",
            "language": "en",
            "source_updated_at": NINE + timedelta(hours=2, minutes=1),
            "landed_at": LANDED,
            "processed_at": PROCESSED,
            "file": "2026-03-02/surveys/a.csv",
            "locator": "byte 0",
            "record_hash": "r3" * 12,
        },
        changes,
    )


def a_crm_row(**changes: Any) -> Row:
    row = _changed(
        "crm_records",
        {
            "customer_id": CUSTOMER,
            "landed_date": DAY,
            "source": "crm",
            "handles": [a_handle_row("ac" * 16, "account"), a_handle_row()],
            "segment": "b2c",
            "generation": "millennial",
            "language": "fr",
            "since_date": date(2020, 5, 17),
            "landed_at": LANDED,
            "processed_at": PROCESSED,
            "file": "2026-03-02/crm/customers.csv",
            "locator": "byte 0",
            "record_hash": "r4" * 12,
        },
        changes,
    )
    return _dated(row, changes, "landed_date", "landed_at")


def a_quarantine_row(**changes: Any) -> Row:
    return _changed(
        "quarantine",
        {
            "quarantine_id": "q1" * 12,
            "reason_code": "not_a_contact_record",
            "message": "$.ContactId: expected str, got int",
            "source": "telephony",
            "file": "2026-03-02/telephony/records.jsonl",
            "locator": "byte 0",
            "excerpt": '{"ContactId": 1}',
            "first_seen": LANDED,
            "last_seen": LANDED,
            "replayed_at": None,
        },
        changes,
    )


def a_tag_row(**changes: Any) -> Row:
    """The primary intent of `an_interaction_row`'s text."""
    return _changed(
        "tags",
        {
            "interaction_id": "messaging:i1",
            "occurred_date": DAY,
            "family": "intent",
            "label": "billing",
            "score": 0.9,
            "is_primary": True,
            "evidence": [{"start": 3, "end": 7}],
            "text_hash": fingerprint("my bill is wrong"),
            "language": "en",
            "tagger_version": "t1",
            "processed_at": PROCESSED,
        },
        changes,
    )


def an_overall_row(score: float, **changes: Any) -> Row:
    """The frustration score of `an_interaction_row`'s text."""
    return a_tag_row(
        **{
            "family": "frustration",
            "label": "overall",
            "score": score,
            "is_primary": False,
        }
        | changes
    )


def a_draft_tag_row(**changes: Any) -> Row:
    """The same text's intent as a newer tagger would have it."""
    return a_tag_row(**{"label": "payment", "tagger_version": "t2"} | changes)


def a_replaced_tag_row(**changes: Any) -> Row:
    return _changed(
        "tag_history",
        a_tag_row()
        | {"replaced_by_version": "t2", "replaced_at": PROCESSED + timedelta(days=30)},
        changes,
    )


def a_link_row(**changes: Any) -> Row:
    """A link that the customer file states, and that holds."""
    return _changed(
        "identity_links",
        {
            "handle_key": KEY,
            "customer_id": CUSTOMER,
            "handle_kind": "email",
            "rule": "crm",
            "evidence": "crm 2026-03-02",
            "linked_at": LANDED,
            "unlinked_at": None,
            "unlinked_reason": None,
        },
        changes,
    )


def a_decision_row(**changes: Any) -> Row:
    return _changed(
        "identity_decisions",
        {
            "handle_key": KEY,
            "customer_id": CUSTOMER,
            "decided_at": PROCESSED,
            "reason": "the mother's address",
        },
        changes,
    )


def a_customer_row(**changes: Any) -> Row:
    return _changed(
        "customers",
        {
            "customer_id": CUSTOMER,
            "is_known": True,
            "segment": "b2c",
            "generation": "millennial",
            "language": "fr",
            "since_date": date(2020, 5, 17),
            "handle_count": 2,
        },
        changes,
    )


def a_contact_row(**changes: Any) -> Row:
    """A chat about a bill, answered within its time, resolved, rated 4 of 1 to 5."""
    row = _changed(
        "contacts",
        {
            "contact_id": "messaging:i1",
            "customer_id": CUSTOMER,
            "channel": "chat",
            "source": "messaging",
            "direction": "inbound",
            "initiation": "inbound",
            "entry_point": "web_button",
            "visibility": "private",
            "is_synchronous": True,
            "segment": "b2c",
            "generation": "millennial",
            "language": "en",
            "queue": "billing",
            "site": "Lyon",
            "partner": "Contacta",
            "started_at": NINE,
            "ended_at": NINE + timedelta(minutes=5),
            "started_date": DAY,
            "is_out_of_hours": False,
            "leg_count": 1,
            "transfer_count": 0,
            "message_count": 1,
            "wait_seconds": 12.0,
            "first_reply_seconds": 12.0,
            "first_reply_business_seconds": 12.0,
            "talk_seconds": 240.0,
            "hold_seconds": 30.0,
            "handle_seconds": 290.0,
            "outcome": "answered",
            "expected_seconds": 180.0,
            "is_within_expectation": True,
            "intent_label": "billing",
            "intent_group": "money",
            "frustration_score": 0.2,
            "is_frustrated": None,
            "frustration_label": "price",
            "is_repeat": False,
            "previous_contact_id": None,
            "is_first_contact_resolution": True,
            "is_provisional": False,
            "csat_score": 4.0,
            "csat_scale_min": 1.0,
            "csat_scale_max": 5.0,
            "is_satisfied": None,
            "nps_score": 9.0,
            "ces_score": 6.0,
            "ces_scale_min": 1.0,
            "ces_scale_max": 7.0,
            "invited_count": 1,
            "delivered_count": 1,
            "answered_count": 1,
            "answered_of_delivered_count": 1,
            "tagger_version": "t1",
        },
        changes,
    )
    if "is_frustrated" not in changes and row["frustration_score"] is not None:
        row["is_frustrated"] = row["frustration_score"] >= 0.5
    if "is_satisfied" not in changes and row["csat_score"] is not None:
        best = 2 if row["csat_scale_max"] - row["csat_scale_min"] >= 3 else 1
        row["is_satisfied"] = row["csat_scale_max"] - row["csat_score"] < best
    if "answered_of_delivered_count" not in changes:
        row["answered_of_delivered_count"] = min(
            row["answered_count"], row["delivered_count"]
        )
    return _dated(row, changes, "started_date", "started_at")


def a_contact_interaction_row(**changes: Any) -> Row:
    return _changed(
        "contact_interactions",
        {
            "interaction_id": "messaging:i1",
            "contact_id": "messaging:i1",
            "occurred_date": DAY,
            "position": 1,
            "thread_id": "messaging:i1",
        },
        changes,
    )


def a_journey_row(**changes: Any) -> Row:
    row = _changed(
        "journeys",
        {
            "journey_id": "messaging:i1",
            "customer_id": CUSTOMER,
            "intent_group": "money",
            "intent_label": "billing",
            "started_at": NINE,
            "ended_at": NINE + timedelta(minutes=5),
            "started_date": DAY,
            "is_open": False,
            "contact_count": 1,
            "channel_count": 1,
            "channel_path": "chat",
            "continuity_break_count": 0,
            "repeat_contact_count": 0,
            "frustration_first": 0.2,
            "frustration_peak": 0.2,
            "is_frustrated": False,
            "frustration_last": 0.2,
            "csat_last": 0.75,
            "elapsed_hours": 0.083,
            "outcome": "resolved",
        },
        changes,
    )
    return _dated(row, changes, "started_date", "started_at")


def a_journey_step_row(**changes: Any) -> Row:
    return _changed(
        "journey_steps",
        {
            "contact_id": "messaging:i1",
            "journey_id": "messaging:i1",
            "customer_id": CUSTOMER,
            "position": 1,
            "channel": "chat",
            "started_at": NINE,
            "gap_seconds": None,
            "is_channel_change": False,
            "is_continuity_break": False,
            "is_repeat": False,
        },
        changes,
    )


def a_satisfaction_row(**changes: Any) -> Row:
    """What `a_contact_row` alone adds up to."""
    return _changed(
        "satisfaction",
        {
            "started_date": DAY,
            "channel": "chat",
            "is_synchronous": True,
            "intent_label": "billing",
            "segment": "b2c",
            "generation": "millennial",
            "language": "en",
            "is_out_of_hours": False,
            "partner": "Contacta",
            "contact_count": 1,
            "invited_count": 1,
            "delivered_count": 1,
            "answered_count": 1,
            "answered_of_delivered_count": 1,
            "csat_sum": 0.75,
            "csat_count": 1,
            "csat_top_box_count": 0,
            "csat_top_two_count": 1,
            "nps_count": 1,
            "promoter_count": 1,
            "passive_count": 0,
            "detractor_count": 0,
            "ces_sum": 5 / 6,
            "ces_count": 1,
            "scored_count": 1,
            "frustrated_count": 0,
            "closed_window_count": 1,
            "first_contact_resolved_count": 1,
            "repeat_base_count": 1,
            "repeat_count": 0,
            "expectation_count": 1,
            "within_expectation_count": 1,
            "provisional_count": 0,
        },
        changes,
    )


def a_run_row(**changes: Any) -> Row:
    return _changed(
        "runs",
        {
            "run_id": "20260303T020000-4f1a",
            "step": "ingest_interactions",
            "source": "messaging",
            "day": DAY,
            "started_at": PROCESSED,
            "seconds": 1.5,
            "read_count": 1,
            "added_count": 1,
            "updated_count": 0,
            "unchanged_count": 0,
            "duplicate_count": 0,
            "excluded_count": 0,
            "excluded_reasons": {},
            "quarantined_count": 0,
            "late_count": 0,
            "waiting_count": 0,
            "conflict_count": 0,
            "stream_corrections": None,
            "rows_out": 1,
            "code_version": "c0de",
            "tagger_version": "t1",
            "as_of": None,
            "rules_version": None,
            "table_versions": None,
            "status": "done",
            "message": None,
        },
        changes,
    )


ROWS = {
    "contact_interactions": a_contact_interaction_row,
    "contacts": a_contact_row,
    "crm_records": a_crm_row,
    "customers": a_customer_row,
    "identity_decisions": a_decision_row,
    "identity_links": a_link_row,
    "interactions": an_interaction_row,
    "journey_steps": a_journey_step_row,
    "journeys": a_journey_row,
    "quarantine": a_quarantine_row,
    "runs": a_run_row,
    "satisfaction": a_satisfaction_row,
    "surveys": a_survey_row,
    "tag_history": a_replaced_tag_row,
    "tags": a_tag_row,
    "tags_draft": a_draft_tag_row,
    "transcripts": a_transcript_row,
}
"""The builder of each table that has a contract."""


def _changed(table: str, row: Row, changes: Row) -> Row:
    """The row with its changes; a column the table does not have is a slip of the test."""
    unknown = set(changes) - set(contract(table).column_names)
    if unknown:
        raise TypeError(f"{table} has no column {', '.join(sorted(unknown))}")
    return row | changes


def _dated(row: Row, changes: Row, day: str, instant: str) -> Row:
    if day not in changes:
        row[day] = row[instant].astimezone(UTC).date()
    return row


def _hashed(row: Row, changes: Row) -> Row:
    if "text_hash" not in changes and row["text"] is not None:
        row["text_hash"] = fingerprint(row["text"])
    return row
