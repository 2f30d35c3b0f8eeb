"""Forms of Amazon Connect's documents that are seldom met."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from jobs.sources.amazon_connect import parse
from jobs.sources.records import Excluded, Interaction, Origin, Transcript, Turn

ORIGIN = Origin(source="telephony", file="contacts.json", locator="byte 0")
Json = dict[str, Any]


def a_record(**changes: Any) -> Json:
    return {
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "ContactId": "c1",
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": "2026-03-02T09:00:00Z",
        "DisconnectTimestamp": "2026-03-02T09:07:00Z",
        "LastUpdateTimestamp": "2026-03-02T09:09:00Z",
        "CustomerEndpoint": {"Address": "+33612345678", "Type": "TELEPHONE_NUMBER"},
    } | changes


def an_item(**changes: Any) -> Json:
    return {
        "AbsoluteTime": "2026-03-02T09:00:05.250Z",
        "Content": "Bonjour",
        "ContentType": "text/plain",
        "Id": "m1",
        "Type": "MESSAGE",
        "ParticipantId": "p1",
        "ParticipantRole": "CUSTOMER",
    } | changes


def read(document: Any) -> list[Any]:
    return list(parse(json.dumps(document).encode(), ORIGIN))


def on_a_bus(detail: Any, kind: str = "Contact record") -> Json:
    return {
        "version": "0",
        "id": "e1",
        "detail-type": kind,
        "source": "own.pipe",
        "time": "2026-03-02T09:09:01Z",
        "detail": detail,
    }


def test_a_record_that_was_put_on_an_event_bus_is_read():
    [contact] = read(on_a_bus(a_record()))

    assert isinstance(contact, Interaction)
    assert (contact.native_id, contact.channel) == ("c1", "call")
    assert contact.origin.locator == "byte 0 $.detail"


def test_an_analysis_that_was_put_on_an_event_bus_is_read():
    analysis = {
        "Channel": "CHAT",
        "CustomerMetadata": {"ContactId": "c1"},
        "Transcript": [an_item()],
    }

    [transcript] = read(on_a_bus(analysis))

    assert (transcript.native_id, transcript.text) == ("c1", "Bonjour")


@pytest.mark.parametrize(
    "detail",
    [
        {"eventType": "DISCONNECTED", "contactId": "c1", "channel": "VOICE"},
        {"ruleName": "Refund", "contactArn": "arn:aws:connect:eu-west-3:1:contact/c1"},
        {},
    ],
)
def test_amazon_s_own_events_on_a_bus_stay_left_out(detail):
    event = on_a_bus(detail, "Amazon Connect Contact Event")

    assert read(event) == [Excluded("contact_event", ORIGIN)]


def test_an_e_mail_in_an_analysis_is_told_without_its_markup():
    mail = an_item(
        Content="<html><body><p>Ma facture</p><p>est fausse.</p></body></html>",
        ContentType="text/html",
    )

    [transcript] = read(
        {
            "Channel": "EMAIL",
            "JobStatus": "COMPLETED",
            "CustomerMetadata": {"ContactId": "c1"},
            "Transcript": [mail],
        }
    )

    assert isinstance(transcript, Transcript)
    assert "<" not in transcript.text
    assert "Ma facture" in transcript.text


def test_a_transcript_of_the_api_is_of_the_contact_that_its_messages_name():
    earlier = an_item(Content="Hier", RelatedContactId="c0")
    [transcript] = read(
        {
            "InitialContactId": "c0",
            "Transcript": [earlier, an_item(ContactId="c1")],
            "NextToken": "n",
        }
    )

    assert transcript.native_id == "c1"
    at = datetime(2026, 3, 2, 9, 0, 5, 250_000, tzinfo=UTC)
    assert transcript.turns[-1] == Turn("customer", at, "Bonjour")


def test_an_analysis_that_failed_has_no_transcript():
    failed = {
        "Channel": "VOICE",
        "JobStatus": "FAILED",
        "CustomerMetadata": {"ContactId": "c1"},
        "Transcript": [],
    }

    assert read(failed) == [Excluded("no_transcript", ORIGIN)]


def test_a_guide_for_an_agent_is_no_contact_of_a_customer():
    guide = a_record(
        Channel="CHAT",
        InitiationMethod="API",
        SegmentAttributes={"connect:Subtype": {"ValueString": "connect:Guide"}},
    )

    assert read(guide) == [Excluded("guide", ORIGIN)]


@pytest.mark.parametrize(
    "reason", ["CUSTOMER_CONNECTION_NOT_ESTABLISHED", "SYSTEM_ERROR"]
)
def test_a_chat_that_never_came_about_failed(reason):
    [chat] = read(a_record(Channel="CHAT", DisconnectReason=reason))

    assert chat.outcome == "failed"


@pytest.mark.parametrize(
    ("method", "outcome"), [("AGENT_REPLY", "failed"), ("INBOUND", "delivered")]
)
def test_an_answer_by_e_mail_that_was_discarded_was_not_sent(method, outcome):
    [mail] = read(
        a_record(Channel="EMAIL", InitiationMethod=method, DisconnectReason="DISCARDED")
    )

    assert mail.outcome == outcome
