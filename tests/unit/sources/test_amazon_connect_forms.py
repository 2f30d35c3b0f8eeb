"""Forms of Amazon Connect's documents that are seldom met."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
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


@pytest.mark.parametrize(
    ("shown", "names"),
    [
        ("Léa Martin", ("Léa Martin",)),
        ("lea@exemple.fr", ()),
        ("Customer", ()),
        (7, ()),
    ],
)
def test_the_name_an_e_mail_s_sender_goes_by_is_to_be_masked(shown, names):
    sender = {"Address": "lea@exemple.fr", "Type": "EMAIL_ADDRESS"}
    [mail] = read(
        a_record(Channel="EMAIL", CustomerEndpoint=sender | {"DisplayName": shown})
    )

    assert mail.names == names


def an_answered_record() -> Json:
    return a_record(
        Agent={
            "Username": "jdoe",
            "ConnectedToAgentTimestamp": "2026-03-02T09:02:10Z",
            "AgentInteractionDuration": 290,
            "AfterContactWorkDuration": 45,
            "HierarchyGroups": {"Level1": {"GroupName": "Lyon"}},
        },
        Queue={"Name": "Support", "Duration": 70},
        Attributes={"Lang": "fr", "segment_Client": "PRO"},
    )


def in_small_letters(value: Any) -> Any:
    """As Athena writes names; the company's own keys are values of a map to it."""
    if not isinstance(value, dict):
        return value
    return {
        name.lower(): one if name == "Attributes" else in_small_letters(one)
        for name, one in value.items()
    }


def beside_types(value: Any) -> Json:
    """As DynamoDB writes values."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, dict):
        return {"M": {name: beside_types(one) for name, one in value.items()}}
    if isinstance(value, list):
        return {"L": [beside_types(one) for one in value]}
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def with_dates_as_objects(value: Any, name: str = "") -> Any:
    """As MongoDB writes times."""
    if isinstance(value, dict):
        return {key: with_dates_as_objects(one, key) for key, one in value.items()}
    return {"$date": value} if name.endswith("Timestamp") else value


@pytest.mark.parametrize(
    ("write", "place"),
    [
        (in_small_letters, "byte 0"),
        (with_dates_as_objects, "byte 0"),
        (lambda record: {"Item": beside_types(record)["M"]}, "byte 0 $.Item"),
        (lambda record: {"Items": [beside_types(record)["M"]]}, "byte 0 $.Items[0]"),
        (
            lambda record: {
                "Records": [{"dynamodb": {"NewImage": beside_types(record)["M"]}}]
            },
            "byte 0 $.Records[0]",
        ),
    ],
)
def test_a_record_out_of_a_store_is_the_same_contact(write, place):
    [expected] = read(an_answered_record())
    [contact] = read(write(an_answered_record()))

    assert contact.origin.locator == place
    assert msgspec.structs.replace(contact, origin=ORIGIN) == expected


def test_a_time_in_milliseconds_beside_its_type_is_read():
    [contact] = read(
        a_record(InitiationTimestamp={"$date": {"$numberLong": "1772442000000"}})
    )

    assert contact.occurred_at == datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("item", [{"M": 1}, {"ContactId": {"S": 1}}, 7, []])
def test_an_item_that_holds_no_record_is_refused(item):
    [refused] = read({"Item": item})

    assert refused.reason == "not_an_amazon_connect_document"
