import base64
import gzip
import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources.amazon_connect import READER, parse
from jobs.sources.records import (
    Excluded,
    Handle,
    Interaction,
    Origin,
    Rejected,
    Transcript,
    Turn,
)
from tests.unit.sources.reading import everything

ORIGIN = Origin("telephony", "2026-03-02/contacts.json", "byte 0")


def a_record(**changes: Any) -> dict[str, Any]:
    """An inbound call that waited, was answered and wrapped up, as streamed."""
    return {
        "AWSAccountId": "111122223333",
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "Agent": an_agent(),
        "AgentConnectionAttempts": 1,
        "AnsweringMachineDetectionStatus": None,
        "Attributes": {"lang": "fr-FR", "customerId": "C-1007", "menu": "facture"},
        "Channel": "VOICE",
        "ConnectedToSystemTimestamp": "2026-03-02T09:00:00Z",
        "ContactDetails": {},
        "ContactId": "c1",
        "CustomerEndpoint": {"Address": "+33612345678", "Type": "TELEPHONE_NUMBER"},
        "DisconnectReason": "CUSTOMER_DISCONNECT",
        "DisconnectTimestamp": "2026-03-02T09:07:42Z",
        "InitialContactId": None,
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": "2026-03-02T09:00:00Z",
        "InstanceARN": "arn:aws:connect:eu-west-3:111122223333:instance/i1",
        "LastUpdateTimestamp": "2026-03-02T09:09:00Z",
        "MediaStreams": [{"Type": "AUDIO"}],
        "NextContactId": None,
        "PreviousContactId": None,
        "Queue": a_queue(),
        "Recording": {
            "DeletionReason": None,
            "Location": "recordings/c1.wav",
            "Status": "AVAILABLE",
            "Type": "AUDIO",
        },
        "Recordings": [],
        "References": [],
        "RelatedContactId": None,
        "ScheduledTimestamp": None,
        "SegmentAttributes": {"connect:Subtype": {"ValueString": "connect:Telephony"}},
        "SystemEndpoint": {"Address": "+33180000000", "Type": "TELEPHONE_NUMBER"},
        "TransferCompletedTimestamp": None,
        "TransferredToEndpoint": None,
    } | changes


def an_agent(**changes: Any) -> dict[str, Any]:
    return {
        "ARN": "arn:aws:connect:eu-west-3:111122223333:instance/i1/agent/a1",
        "AfterContactWorkDuration": 45,
        "AfterContactWorkEndTimestamp": "2026-03-02T09:08:27Z",
        "AfterContactWorkStartTimestamp": "2026-03-02T09:07:42Z",
        "AgentInteractionDuration": 300,
        "ConnectedToAgentTimestamp": "2026-03-02T09:02:10Z",
        "CustomerHoldDuration": 32,
        "HierarchyGroups": groups("Partenaire Atlas", "Atlas Lille"),
        "LongestHoldDuration": 20,
        "NumberOfHolds": 1,
        "RoutingProfile": {"ARN": "arn:…", "Name": "Polyvalent"},
        "Username": "mdupont",
    } | changes


def a_queue(**changes: Any) -> dict[str, Any]:
    return {
        "ARN": "arn:aws:connect:eu-west-3:111122223333:instance/i1/queue/q1",
        "DequeueTimestamp": "2026-03-02T09:02:10Z",
        "Duration": 70,
        "EnqueueTimestamp": "2026-03-02T09:01:00Z",
        "Name": "Factures",
    } | changes


def groups(*names: str | None) -> dict[str, Any]:
    return {
        f"Level{level}": name and {"ARN": f"arn:…/{level}", "GroupName": name}
        for level, name in enumerate([*names, None], start=1)
    }


ABANDONED = {"Agent": None, "AgentConnectionAttempts": 0}


def an_analysis(**changes: Any) -> dict[str, Any]:
    """A call as Contact Lens writes it once it is over."""
    return {
        "Version": "1.1.0",
        "AccountId": "111122223333",
        "Channel": "VOICE",
        "ContentMetadata": {"Output": "Raw"},
        "JobStatus": "COMPLETED",
        "LanguageCode": "fr-FR",
        "Participants": [
            {"ParticipantId": "CUSTOMER", "ParticipantRole": "CUSTOMER"},
            {"ParticipantId": "AGENT", "ParticipantRole": "AGENT"},
        ],
        "CustomerMetadata": {"ContactId": "c1", "InstanceId": "i1"},
        "Categories": {"MatchedCategories": ["Résiliation"], "MatchedDetails": {}},
        "ConversationCharacteristics": {"TotalConversationDurationMillis": 32110},
        "CustomModels": [],
        "Transcript": [
            a_turn("AGENT", "Bonjour, que puis-je faire ?", 0),
            a_turn("CUSTOMER", "Je veux résilier.", 3000),
            a_turn("AGENT", "Vous voulez résilier ?", 5000),
            a_turn("CUSTOMER", "Oui, tout de suite.", 7000),
        ],
    } | changes


def a_turn(participant: str | None, content: str, begin: int) -> dict[str, Any]:
    return {
        "BeginOffsetMillis": begin,
        "Content": content,
        "EndOffsetMillis": begin + 1500,
        "Id": f"t{begin}",
        "ParticipantId": participant,
        "Sentiment": "NEUTRAL",
        "LoudnessScore": [77.1],
    }


def a_chat_analysis(*items: dict[str, Any]) -> dict[str, Any]:
    return an_analysis(
        Version="CHAT-2022-11-30",
        Channel="CHAT",
        ChatTranscriptVersion="2019-08-26",
        Participants=[
            {
                "DisplayName": "Lucie",
                "ParticipantId": "p1",
                "ParticipantRole": "CUSTOMER",
            },
            {
                "DisplayName": "SYSTEM_MESSAGE",
                "ParticipantId": "p2",
                "ParticipantRole": "SYSTEM",
            },
            {"DisplayName": "Marc", "ParticipantId": "p3", "ParticipantRole": "AGENT"},
        ],
        Transcript=list(items),
    )


def a_message(participant: str, role: str | None, content: str, **changes: Any) -> Any:
    item = {
        "AbsoluteTime": "2026-03-02T09:00:05.250Z",
        "Content": content,
        "ContentType": "text/plain",
        "Id": "m1",
        "ParticipantId": participant,
        "Type": "MESSAGE",
    }
    return item | ({"ParticipantRole": role} if role else {}) | changes


def read(document: Any, origin: Origin = ORIGIN) -> list[Any]:
    return list(parse(json.dumps(document, ensure_ascii=False).encode(), origin))


def read_file(content: bytes) -> list[Any]:
    return everything(READER, content, Origin("telephony", "f"))


def the_contact(**changes: Any) -> Interaction:
    [contact] = read(a_record(**changes))
    assert isinstance(contact, Interaction), contact
    return contact


def the_transcript(document: Any, origin: Origin = ORIGIN) -> Transcript:
    [transcript] = read(document, origin)
    assert isinstance(transcript, Transcript), transcript
    return transcript


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-02T{clock}").replace(tzinfo=UTC)


# Contact records


def test_an_answered_call_fills_every_column_the_record_has():
    assert the_contact() == Interaction(
        native_id="c1",
        conversation_native_id="c1",
        channel="call",
        direction="inbound",
        initiation="inbound",
        entry_point="ivr",
        occurred_at=at("09:00:00"),
        ended_at=at("09:07:42"),
        source_updated_at=at("09:09:00"),
        origin=ORIGIN,
        handles=(Handle("phone", "+33612345678"), Handle("account", "C-1007")),
        agent="mdupont",
        queue="Factures",
        site="Atlas Lille",
        partner="Partenaire Atlas",
        wait_seconds=70.0,
        talk_seconds=300.0,
        hold_seconds=32.0,
        wrap_seconds=45.0,
        outcome="answered",
        language="fr",
        attributes={
            "Channel": "VOICE",
            "InitiationMethod": "INBOUND",
            "DisconnectReason": "CUSTOMER_DISCONNECT",
            "AgentConnectionAttempts": "1",
            "HierarchyGroups.Level1": "Partenaire Atlas",
            "HierarchyGroups.Level2": "Atlas Lille",
            "SegmentAttributes.connect:Subtype": "connect:Telephony",
            "Attributes.lang": "fr-FR",
            "Attributes.menu": "facture",
        },
    )


def test_records_as_firehose_writes_them_are_read_one_by_one():
    stream = io.BytesIO(
        b"".join(json.dumps(a_record(ContactId=f"c{n}")).encode() for n in range(3))
    )
    contacts = [
        contact
        for document in READER.split(stream, ORIGIN)
        for contact in READER.parse(document.content, document.origin)
    ]
    assert [contact.native_id for contact in contacts] == ["c0", "c1", "c2"]


def test_a_record_delivered_again_is_the_same_interaction():
    assert the_contact() == the_contact()


def test_an_update_has_the_same_id_and_is_newer():
    first = the_contact(LastUpdateTimestamp="2026-03-02T09:07:50Z")
    update = the_contact(Attributes={"survey": "4"})
    assert update.native_id == first.native_id
    assert update.source_updated_at > first.source_updated_at


def test_without_an_update_time_the_latest_time_in_the_record_stands_for_it():
    contact = the_contact(LastUpdateTimestamp=None)
    assert contact.source_updated_at == at("09:08:27")


def test_a_transfer_belongs_to_the_first_contact_and_names_the_one_before():
    leg = the_contact(
        ContactId="c3",
        InitialContactId="c1",
        PreviousContactId="c2",
        InitiationMethod="TRANSFER",
    )
    assert leg.conversation_native_id == "c1"
    assert (leg.direction, leg.initiation) == ("inbound", "transfer")
    assert leg.entry_point == "unknown"
    assert leg.attributes["PreviousContactId"] == "c2"


def test_without_the_first_contact_a_leg_belongs_to_the_one_before():
    assert the_contact(PreviousContactId="c0").conversation_native_id == "c0"


def test_a_call_given_up_in_the_queue_is_abandoned_and_keeps_its_wait():
    contact = the_contact(**ABANDONED)
    assert (contact.outcome, contact.wait_seconds) == ("abandoned", 70.0)
    assert (contact.agent, contact.talk_seconds, contact.site) == (None, None, None)


def test_the_wait_is_counted_from_times_where_there_is_no_duration():
    queue = a_queue(Duration=None, DequeueTimestamp=None)
    assert the_contact(Queue=queue).wait_seconds == 70.0
    assert the_contact(**ABANDONED, Queue=queue).wait_seconds == 402.0


def test_a_call_that_the_flow_hung_up_on_before_any_queue_is_failed():
    contact = the_contact(
        **ABANDONED, Queue=None, DisconnectReason="CONTACT_FLOW_DISCONNECT"
    )
    assert (contact.outcome, contact.agent) == ("failed", None)
    assert contact.wait_seconds is None


def test_a_line_that_fails_in_the_queue_is_no_abandoned_call():
    assert the_contact(**ABANDONED, DisconnectReason="TELECOM_PROBLEM").outcome == (
        "failed"
    )


def test_a_queued_callback_is_no_abandoned_call():
    asked = the_contact(**ABANDONED, NextContactId="c2")
    assert asked.outcome == "callback_requested"
    told = the_contact(**ABANDONED, Attributes={"callback_requested": "true"})
    assert told.outcome == "callback_requested"
    refused = the_contact(**ABANDONED, Attributes={"callback_requested": "false"})
    assert refused.outcome == "abandoned"


def test_the_callback_belongs_to_the_call_that_asked_for_it():
    callback = the_contact(
        ContactId="c2",
        InitialContactId="c1",
        PreviousContactId="c1",
        InitiationMethod="CALLBACK",
    )
    assert callback.conversation_native_id == "c1"
    assert (callback.direction, callback.initiation) == ("outbound", "callback")
    assert callback.outcome == "answered"


@pytest.mark.parametrize("method", ["OUTBOUND", "CALLBACK", "API"])
def test_a_call_that_the_customer_did_not_pick_up_failed(method):
    missed = the_contact(InitiationMethod=method, ConnectedToSystemTimestamp=None)
    assert (missed.direction, missed.outcome) == ("outbound", "failed")


def test_an_outbound_call_is_ours():
    contact = the_contact(InitiationMethod="OUTBOUND")
    assert (contact.direction, contact.initiation) == ("outbound", "outbound")
    assert (contact.entry_point, contact.outcome) == ("unknown", "answered")
    assert contact.handles[0] == Handle("phone", "+33612345678")


def test_an_outbound_call_to_an_answering_machine_is_voicemail():
    contact = the_contact(
        InitiationMethod="API", AnsweringMachineDetectionStatus="VOICEMAIL_BEEP"
    )
    assert contact.outcome == "voicemail"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (a_record(Channel="TASK", InitiationMethod="API"), "task"),
        (a_record(InitiationMethod="MONITOR"), "monitor"),
        (a_record(InitiationMethod="EXTERNAL_OUTBOUND"), "external_outbound"),
        (
            a_record(InitiationMethod="DISCONNECT", Agent=None, Queue=None),
            "disconnect_flow",
        ),
        ({"AgentARN": "arn:…", "CurrentAgentSnapshot": {}}, "agent_event"),
        (
            {"detail-type": "Amazon Connect Contact Event", "detail": {}},
            "contact_event",
        ),
        ({"evaluationId": "e1", "metadata": {"contactId": "c1"}}, "evaluation_form"),
        ({"ContactId": "c1", "ContactFlowId": "f1", "Timestamp": "…"}, "flow_log"),
        (
            {
                "Details": {"ContactData": {"ContactId": "c1", "Channel": "VOICE"}},
                "Name": "ContactFlowEvent",
            },
            "flow_event",
        ),
        (
            {"ContactId": "c1", "EventType": "SEGMENTS", "Segments": [{}]},
            "realtime_segments",
        ),
        (
            {"ContactId": "c1", "StreamingEventType": "STARTED", "Channel": "CHAT"},
            "realtime_segments",
        ),
        (
            {"Utterance": {"ParticipantId": "AGENT", "PartialContent": "Un instant"}},
            "realtime_segments",
        ),
        (
            {"Transcript": {"ParticipantId": "CUSTOMER", "Content": "Bonjour"}},
            "realtime_segments",
        ),
        (
            {"Channel": "VOICE", "JobStatus": "FAILED", "LanguageCode": "fr-FR"},
            "no_transcript",
        ),
    ],
)
def test_what_is_no_customer_contact_is_excluded_by_name(record, reason):
    assert read(record) == [Excluded(reason, ORIGIN)]


def test_a_disconnect_flow_that_queues_the_customer_again_is_a_leg():
    leg = the_contact(InitiationMethod="DISCONNECT", InitialContactId="c0")
    assert (leg.initiation, leg.outcome) == ("transfer", "answered")


def test_a_chat_that_the_customer_opens_is_inbound():
    chat = the_contact(
        Channel="CHAT",
        InitiationMethod="API",
        CustomerEndpoint=None,
        MediaStreams=[{"Type": "CHAT"}],
        Attributes={"entryPoint": "web_widget", "email": "lucie@example.com"},
        SegmentAttributes={"connect:Subtype": {"ValueString": "connect:Chat"}},
    )
    assert (chat.channel, chat.direction, chat.initiation) == (
        "chat",
        "inbound",
        "inbound",
    )
    assert chat.entry_point == "web_button"
    assert chat.handles == (Handle("email", "lucie@example.com"),)
    assert chat.outcome == "answered"


def test_a_past_chat_session_is_another_attempt_but_a_mail_joins_its_thread():
    chat = the_contact(Channel="CHAT", RelatedContactId="c0")
    assert chat.conversation_native_id == "c1"
    assert chat.attributes["RelatedContactId"] == "c0"
    mail = the_contact(
        Channel="EMAIL",
        RelatedContactId="c0",
        InitiationMethod="AGENT_REPLY",
        CustomerEndpoint={"Address": "lucie@example.com", "Type": "EMAIL_ADDRESS"},
        SegmentAttributes={"connect:EmailSubject": {"ValueString": "Ma facture"}},
        Attributes=None,
    )
    assert mail.conversation_native_id == "c0"
    assert (mail.channel, mail.direction, mail.outcome) == (
        "email",
        "outbound",
        "delivered",
    )
    assert mail.handles == (Handle("email", "lucie@example.com"),)
    assert mail.subject == "Ma facture"


def test_a_video_call_is_video_and_clicked_for():
    contact = the_contact(
        InitiationMethod="WEBRTC_API",
        Customer={
            "Capabilities": {"Video": "SEND"},
            "DeviceInfo": {"PlatformName": "iOS", "OperatingSystem": "17"},
        },
        SegmentAttributes={"connect:Subtype": {"ValueString": "connect:WebRTC"}},
    )
    assert (contact.channel, contact.initiation) == ("video", "click_to_call")
    assert (contact.direction, contact.entry_point) == ("inbound", "app_button")


@pytest.mark.parametrize(
    ("names", "site", "partner"),
    [
        (("SiteLyon",), "SiteLyon", None),
        (("Équipe 4",), None, None),
        (("Partenaire Atlas", "Lille"), "Lille", "Partenaire Atlas"),
        (("Atlas", "Atlas-Lille"), "Atlas-Lille", "Atlas"),
        (("Interne", "Lyon"), "Lyon", None),
        (
            ("France", "Teleperformance", "Reims", "Équipe 4"),
            "Reims",
            "Teleperformance",
        ),
        (("Grand public", "Atlas BPO", "Équipe 4"), None, "Atlas BPO"),
        (("Grand public", "Site Lyon", "Équipe 4"), "Site Lyon", None),
        (("Ventes", "Particuliers", "Nord"), None, None),
        ((), None, None),
    ],
)
def test_site_and_partner_come_from_the_names_of_the_groups(names, site, partner):
    contact = the_contact(Agent=an_agent(HierarchyGroups=groups(*names)))
    assert (contact.site, contact.partner) == (site, partner)
    kept = [v for k, v in contact.attributes.items() if k.startswith("Hierarchy")]
    assert kept == list(names)


def test_the_api_says_the_same_with_other_names():
    api = {
        "Contact": {
            "Arn": "arn:…",
            "Id": "c1",
            "InitialContactId": "c0",
            "Channel": "VOICE",
            "InitiationMethod": "INBOUND",
            "InitiationTimestamp": 1772442000.0,
            "DisconnectTimestamp": "2026-03-02T10:07:42+01:00",
            "LastUpdateTimestamp": 1772442540,
            "QueueInfo": {"Id": "q1", "EnqueueTimestamp": 1772442060},
            "AgentInfo": {
                "Id": "a1",
                "ConnectedToAgentTimestamp": 1772442130.0,
                "HierarchyGroups": {"Level1": {"Arn": "arn:…/g1"}},
                "AfterContactWorkDuration": 45,
                "AgentInitiatedHoldDuration": 32,
            },
            "CustomerId": "C-1007",
        }
    }
    [contact] = read(api)
    assert contact == Interaction(
        native_id="c1",
        conversation_native_id="c0",
        channel="call",
        direction="inbound",
        initiation="inbound",
        entry_point="ivr",
        occurred_at=at("09:00:00"),
        ended_at=at("09:07:42"),
        source_updated_at=at("09:09:00"),
        origin=ORIGIN.at("$.Contact"),
        handles=(Handle("account", "C-1007"),),
        agent="a1",
        queue="q1",
        wait_seconds=70.0,
        hold_seconds=32.0,
        wrap_seconds=45.0,
        outcome="answered",
        attributes={
            "Channel": "VOICE",
            "InitiationMethod": "INBOUND",
            "HierarchyGroups.Level1": "arn:…/g1",
        },
    )


def test_one_broken_contact_in_a_list_leaves_the_others_alone():
    found = read({"Contacts": [a_record(), {"Id": 7}, a_record(ContactId="c2")]})
    assert [type(outcome) for outcome in found] == [Interaction, Rejected, Interaction]
    assert found[1].origin.locator == "byte 0 $.Contacts[1]"
    assert found[1].message == "Expected `str | null`, got `int` - at `$.Id`"


@pytest.mark.parametrize(
    ("attributes", "handles"),
    [
        ({"Account_ID": "A7"}, (Handle("account", "A7"),)),
        ({"sfdc-CustomerNumber__c": "A7"}, (Handle("account", "A7"),)),
        ({"customerNumber": "+33698765432"}, (Handle("phone", "+33698765432"),)),
        ({"callbackNumber": "+33698765432"}, (Handle("phone", "+33698765432"),)),
        ({"customer_id": "None", "account_id": "-"}, ()),
        ({"vmReceiverEmail": "boite@example.com"}, ()),
    ],
)
def test_customer_numbers_among_the_attributes_are_handles(attributes, handles):
    contact = the_contact(Attributes=attributes, CustomerEndpoint=None)
    assert contact.handles == handles


def test_declared_names_are_to_be_masked_and_stand_nowhere_else():
    contact = the_contact(
        Attributes={"customerName": "Lucie Bernard", "agentName": "Marc", "tries": 2}
    )
    assert contact.names == ("Lucie Bernard", "Marc")
    assert "Lucie" not in str(contact.attributes)
    assert contact.attributes["Attributes.tries"] == "2"


@pytest.mark.parametrize("address", ["anonymous", "+266696687", "Restricted", ""])
def test_a_withheld_number_makes_no_customer(address):
    contact = the_contact(
        CustomerEndpoint={"Address": address, "Type": "TELEPHONE_NUMBER"},
        Attributes=None,
    )
    assert contact.handles == ()


def test_the_customers_address_at_another_network_is_known_to_this_source_only():
    contact = the_contact(
        CustomerEndpoint={"Address": "u-77", "Type": "VOIP"}, Attributes=None
    )
    assert contact.handles == (Handle("contact", "telephony:u-77"),)
    flow = the_contact(
        CustomerEndpoint={"Address": "arn:…", "Type": "CONTACT_FLOW"}, Attributes=None
    )
    assert flow.handles == ()


def test_an_unknown_word_in_a_closed_list_loses_no_record():
    contact = the_contact(InitiationMethod="TELEPATHY", DisconnectReason="BORED")
    assert (contact.direction, contact.outcome) == ("inbound", "answered")
    assert contact.attributes["InitiationMethod"] == "TELEPATHY"
    assert contact.attributes["DisconnectReason"] == "BORED"


def test_an_unknown_channel_is_told_by_what_was_carried():
    assert the_contact(Channel="PIGEON").channel == "call"
    assert the_contact(Channel="PIGEON").attributes["Channel"] == "PIGEON"
    chat = the_contact(Channel="PIGEON", MediaStreams=[{"Type": "CHAT"}])
    assert chat.channel == "chat"


def test_a_negative_duration_is_not_kept():
    assert the_contact(Queue=a_queue(Duration=-3)).wait_seconds is None


@pytest.mark.parametrize(
    ("document", "reason", "message"),
    [
        (b"{", "not_json", "Input data was truncated"),
        (b'{"ContactId": "\xff"}', "not_json", "'utf-8' codec can't decode byte 0xff"),
        (b'{"a":' * 9999 + b"1" + b"}" * 9999, "not_json", "recursion"),
        (b"[]", "not_an_amazon_connect_document", "Expected `object`, got `array`"),
        (
            b'{"Name": 1, "Age": 2}',
            "not_an_amazon_connect_document",
            "its fields are: Age, Name",
        ),
        (
            json.dumps(a_record(CustomerEndpoint={"Address": 33612345678})).encode(),
            "not_an_amazon_connect_document",
            "Expected `str | null`, got `int` - at `$.CustomerEndpoint.Address`",
        ),
        (
            json.dumps(a_record(InitiationTimestamp="yesterday")).encode(),
            "not_an_amazon_connect_document",
            "$.InitiationTimestamp",
        ),
        (
            json.dumps(a_record(InitiationTimestamp=None)).encode(),
            "no_time",
            "Contact c1 says not when it began - at `$.InitiationTimestamp`",
        ),
        (
            json.dumps(
                a_record(InitiationTimestamp="0001-01-01T00:00:00+10:00")
            ).encode(),
            "impossible_time",
            "out of range",
        ),
        (
            json.dumps(a_record(Channel="PIGEON", MediaStreams=None)).encode(),
            "unknown_channel",
            "at `$.Channel`, got 'PIGEON'",
        ),
        (
            json.dumps(an_analysis(CustomerMetadata=None)).encode(),
            "no_contact_id",
            "at `$.CustomerMetadata.ContactId`",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_field_and_the_reason(
    document, reason, message
):
    [refused] = parse(document, ORIGIN)
    assert isinstance(refused, Rejected)
    assert refused.reason == reason
    assert message in refused.message
    assert refused.excerpt


# Transcripts


def test_a_call_s_transcript_has_all_turns_and_the_customer_s_words_as_text():
    assert the_transcript(an_analysis()) == Transcript(
        native_id="c1",
        source_updated_at=None,
        origin=ORIGIN,
        turns=(
            Turn("agent", None, "Bonjour, que puis-je faire ?"),
            Turn("customer", None, "Je veux résilier."),
            Turn("agent", None, "Vous voulez résilier ?"),
            Turn("customer", None, "Oui, tout de suite."),
        ),
        text="Je veux résilier.\nOui, tout de suite.",
        text_origin="machine_transcript",
        language="fr",
        attributes={
            "Channel": "VOICE",
            "JobStatus": "COMPLETED",
            "ContentMetadata.Output": "Raw",
            "Categories.MatchedCategories": "Résiliation",
        },
    )


def test_a_transcript_is_the_same_whether_its_record_comes_before_or_after():
    record, analysis = a_record(), an_analysis()
    first = [json.dumps(d).encode() for d in (record, analysis)]
    for order in (first, first[::-1]):
        stream = io.BytesIO(b"\n".join(order))
        found = {
            type(outcome): outcome.native_id
            for document in READER.split(stream, ORIGIN)
            for outcome in READER.parse(document.content, document.origin)
        }
        assert found == {Interaction: "c1", Transcript: "c1"}


def camel(value: Any) -> Any:
    """As programs in JavaScript hand it on."""
    if isinstance(value, list):
        return [camel(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name[:1].lower() + name[1:]: one if name == "Attributes" else camel(one)
        for name, one in value.items()
    }


def snake(value: Any) -> Any:
    """As programs in Python hand it on."""
    if isinstance(value, list):
        return [snake(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name if ":" in name else re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(): (
            one if name == "Attributes" else snake(one)
        )
        for name, one in value.items()
    }


def in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


RECORD = json.dumps(a_record()).encode()


@pytest.mark.parametrize(
    ("envelope", "place"),
    [
        (
            {"Records": [{"kinesis": {"data": in_base64(RECORD)}}]},
            " $.Records[0]",
        ),
        (
            {"Records": [{"kinesis": {"data": in_base64(gzip.compress(RECORD))}}]},
            " $.Records[0]",
        ),
        (
            {"records": [{"recordId": "1", "data": in_base64(RECORD)}]},
            " $.records[0]",
        ),
        (
            {"Records": [{"PartitionKey": "p", "Data": in_base64(RECORD)}]},
            " $.Records[0]",
        ),
        ({"Records": [{"body": RECORD.decode()}]}, " $.Records[0]"),
        ({"Records": [{"Sns": {"Message": RECORD.decode()}}]}, " $.Records[0]"),
        ([{"eventSource": "aws:kinesis", "data": in_base64(RECORD)}], ""),
    ],
)
def test_a_record_is_read_in_the_envelope_it_came_in(envelope, place):
    [contact] = read_file(json.dumps(envelope).encode())

    [plain] = read(a_record())
    assert contact.origin.locator == f"byte {isinstance(envelope, list):d}{place}"
    assert contact == msgspec.structs.replace(plain, origin=contact.origin)


@pytest.mark.parametrize(
    ("content", "first", "second"),
    [
        (RECORD + RECORD, 0, len(RECORD)),
        (gzip.compress(RECORD + b"\n" + RECORD), 0, len(RECORD) + 1),
        (b"[" + RECORD + b"," + RECORD + b"]", 1, len(RECORD) + 2),
    ],
)
def test_several_records_in_one_envelope_are_read_one_by_one(content, first, second):
    outcomes = read({"Records": [{"kinesis": {"data": in_base64(content)}}]})

    place = ORIGIN.at("$.Records[0]")
    assert [outcome.native_id for outcome in outcomes] == ["c1", "c1"]
    assert [outcome.origin for outcome in outcomes] == [
        place.at(f"byte {first}"),
        place.at(f"byte {second}"),
    ]


@pytest.mark.parametrize("content", [b"[" + RECORD + b"]", b"\xef\xbb\xbf" + RECORD])
def test_one_record_in_an_envelope_stands_where_the_envelope_does(content):
    [contact] = read({"Records": [{"data": in_base64(content)}]})

    assert contact.origin == ORIGIN.at("$.Records[0]")


def test_an_envelope_without_anything_in_it_is_refused():
    [refused] = read({"Records": [{"kinesis": {"data": ""}}]})

    assert (refused.reason, refused.origin) == (
        "not_json",
        ORIGIN.at("$.Records[0]"),
    )


def test_an_envelope_with_something_else_in_it_is_refused_there():
    refused, contact = read(
        {"Records": [{"kinesis": {"data": "?"}}, {"body": RECORD.decode()}]}
    )

    assert refused.reason == "not_json"
    assert refused.origin.locator == "byte 0 $.Records[0]"
    assert isinstance(contact, Interaction)


@pytest.mark.parametrize("written", [camel, snake])
def test_fields_in_other_cases_say_the_same(written):
    assert read(written(a_record())) == read(a_record())
    assert read(written(an_analysis())) == read(an_analysis())


@pytest.mark.parametrize(
    "changes",
    [
        {"ScheduledTimestamp": "", "TransferredToEndpoint": "", "NextContactId": " "},
        {"InitiationTimestamp": 1772442000000, "LastUpdateTimestamp": 1772442540000},
        {"InitiationTimestamp": "2026-03-02T09:00Z"},
        {"InitiationTimestamp": "2026-03-02 09:00:00.000 UTC"},
        {"Queue": a_queue(EnqueueTimestamp="2026-03-02T09:01Z")},
        {"Attributes": json.dumps(a_record()["Attributes"])},
        {
            "Attributes": [
                {"Key": name, "Value": value}
                for name, value in a_record()["Attributes"].items()
            ]
        },
    ],
)
def test_a_record_passed_on_by_another_program_says_the_same(changes):
    assert read(a_record(**changes)) == read(a_record())


def test_a_name_stands_for_the_object_it_names():
    [contact] = read(
        a_record(Queue="Factures", Agent="mdupont", CustomerEndpoint="+33612345678")
    )

    assert (contact.queue, contact.agent) == ("Factures", "mdupont")
    assert Handle("phone", "+33612345678") in contact.handles


def test_a_message_of_a_running_chat_waits_for_the_transcript():
    message = {
        "ContactId": "c1",
        "AbsoluteTime": "2026-03-02T09:00:05.250Z",
        "Content": "Bonjour",
        "ContentType": "text/plain",
        "ParticipantRole": "CUSTOMER",
        "Type": "MESSAGE",
    }

    assert read(message) == [Excluded("chat_message_event", ORIGIN)]


def test_a_transcript_fetched_from_the_api_belongs_to_the_first_contact():
    transcript = [{"Content": "Bonjour", "ParticipantRole": "CUSTOMER"}]

    [said] = read({"InitialContactId": "c0", "Transcript": transcript})

    assert (said.native_id, said.text) == ("c0", "Bonjour")


def test_the_only_contact_id_in_a_file_s_name_says_whose_words_it_holds():
    contact = "11f1d5b2-0000-4000-8000-0123456789ab"
    document = json.dumps(an_analysis(CustomerMetadata=None)).encode()

    [said] = parse(document, Origin("telephony", f"2026/lens-{contact}-redacted.json"))

    assert said.native_id == contact


@pytest.mark.parametrize(
    ("name", "analysed_at"),
    [
        ("analysis/c9_analysis_2026-03-02T09:12:00Z.json", at("09:12:00")),
        ("c9_analysis_2026-03-02T09_12_00Z.json", at("09:12:00")),
        ("c9_analysis_redacted_2026-03-02T09%3A12%3A00Z.json", at("09:12:00")),
        ("c9_call_analysis_2026-03-02T09:12:00Z.json", at("09:12:00")),
        ("c9_analysis_2026-03-99T09:12:00Z.json", None),
        ("c9_analysis.json", None),
    ],
)
def test_the_file_s_name_says_whose_analysis_it_is_and_when_it_was_made(
    name, analysed_at
):
    origin = Origin("telephony", name, "byte 0")
    transcript = the_transcript(an_analysis(CustomerMetadata=None), origin)
    assert transcript.native_id == "c9"
    assert transcript.source_updated_at == analysed_at


def test_a_chat_keeps_its_times_its_bots_and_the_names_that_were_shown():
    chat = a_chat_analysis(
        a_message("p1", "CUSTOMER", "", Type="EVENT", Content=None),
        a_message("p2", "SYSTEM", "Un conseiller arrive."),
        a_message("p3", "AGENT", "Bonjour, Marc à l'appareil."),
        a_message("p1", "CUSTOMER", "Mon colis n'est pas là."),
        {"AbsoluteTime": "2026-03-02T09:09:00Z", "Id": "m9", "Type": "EVENT"},
    )
    transcript = the_transcript(chat)
    sent = at("09:00:05.250")
    assert transcript.turns == (
        Turn("bot", sent, "Un conseiller arrive."),
        Turn("agent", sent, "Bonjour, Marc à l'appareil."),
        Turn("customer", sent, "Mon colis n'est pas là."),
    )
    assert transcript.text == "Mon colis n'est pas là."
    assert transcript.text_origin == "typed"
    assert transcript.names == ("Lucie", "Marc")


def test_a_missing_role_is_looked_up_among_the_participants():
    chat = a_chat_analysis(
        a_message("p1", None, "Bonjour ?"), a_message("p3", None, "Oui ?")
    )
    assert [turn.party for turn in the_transcript(chat).turns] == ["customer", "agent"]


def test_a_speaker_without_any_role_keeps_the_words_and_is_no_customer():
    call = an_analysis(
        Participants=[{"ParticipantId": "CUSTOMER"}],
        Transcript=[
            a_turn("CUSTOMER", "Allô ?", 0),
            a_turn("x9", "Qui est là ?", 2000),
            a_turn(None, "…", 4000),
        ],
    )
    transcript = the_transcript(call)
    assert [turn.party for turn in transcript.turns] == ["customer", "bot", "bot"]
    assert transcript.text == "Allô ?"
    assert transcript.attributes["turns_without_role"] == "2"


def test_a_customer_who_said_nothing_has_no_text():
    call = an_analysis(Transcript=[a_turn("AGENT", "Allô ?", 0)])
    assert the_transcript(call).text is None


def test_a_chat_s_own_transcript_file_is_read_like_its_analysis():
    stored = {
        "Version": "2019-08-26",
        "ContactId": "c1",
        "Participants": [{"ParticipantId": "p1"}],
        "Transcript": [a_message("p1", "CUSTOMER", "Bonjour")],
    }
    transcript = the_transcript(stored)
    assert (transcript.native_id, transcript.text) == ("c1", "Bonjour")
    assert transcript.text_origin == "typed"


def test_a_choice_made_in_a_menu_reads_as_its_title():
    interactive = "application/vnd.amazonaws.connect.message.interactive"
    menu = {"templateType": "ListPicker", "data": {"content": {"title": "Que faire ?"}}}
    chat = a_chat_analysis(
        a_message("p2", "SYSTEM", json.dumps(menu), ContentType=interactive),
        a_message(
            "p1",
            "CUSTOMER",
            json.dumps({"data": {"content": {"title": "Rembourser"}}}),
            ContentType=f"{interactive}.response",
        ),
        a_message("p1", "CUSTOMER", "{", ContentType=f"{interactive}.response"),
    )
    assert [t.text for t in the_transcript(chat).turns] == [
        "Que faire ?",
        "Rembourser",
        "{",
    ]


# No input crashes the reader

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["CALLBACK", "CHAT", "0001-01-01T00:00:00+14:00", "+336", ""]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(list(a_record())), inner
        )
    ),
    max_leaves=12,
)
DOCUMENTS = st.sampled_from(
    [
        a_record(),
        {"Contact": a_record()},
        an_analysis(),
        a_chat_analysis(a_message("p1", "CUSTOMER", "Bonjour")),
    ]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(found for k, v in inside for found in places(v, (*path, k)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@settings(max_examples=300)
@given(DOCUMENTS, JSON, st.data())
def test_any_field_may_hold_anything_and_one_outcome_comes_out(document, value, data):
    path = data.draw(st.sampled_from(places(document)))
    found = read(replaced(document, path, value))
    wraps_many = isinstance(value, dict) and "Contacts" in value
    assert len(found) == 1 or wraps_many
    for outcome in found:
        if isinstance(outcome, Rejected):
            assert outcome.reason
            assert outcome.message


@settings(max_examples=300)
@given(DOCUMENTS, st.data())
def test_damaged_bytes_never_raise(document, data):
    content = json.dumps(document).encode()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    damaged = content[:start] + data.draw(st.binary(max_size=10)) + content[end:]
    assert len(list(parse(damaged, ORIGIN))) == 1
    for piece in READER.split(io.BytesIO(damaged), ORIGIN):
        assert len(list(READER.parse(piece.content, piece.origin))) == 1


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(content):
    assert all(isinstance(o, Rejected) for o in parse(content, ORIGIN))
