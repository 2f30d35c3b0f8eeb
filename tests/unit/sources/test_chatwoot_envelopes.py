"""What Chatwoot's documents come in, and messages that are more than a text."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.chatwoot import READER, parse
from jobs.sources.records import Excluded, Handle, Interaction, Origin, Rejected
from tests.unit.sources.reading import everything

ORIGIN = Origin(source="cw", file="chats.jsonl", locator="byte 0")
Json = dict[str, Any]


def a_message(**changes: Any) -> Json:
    return {
        "id": 9,
        "content": "Ma box est en panne",
        "message_type": 0,
        "content_type": "text",
        "private": False,
        "created_at": 1772442000,
        "conversation_id": 12,
    } | changes


def a_delivery(**changes: Any) -> Json:
    message = a_message(event="message_created", message_type="incoming")
    del message["conversation_id"]
    return message | {"conversation": {"id": 12}} | changes


def outcomes(document: Any) -> list[Any]:
    return list(parse(json.dumps(document).encode(), ORIGIN))


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(a_delivery(), id="a webhook"),
        pytest.param(
            {"headers": {}, "body": a_delivery()}, id="as a receiver keeps it"
        ),
        pytest.param([{"query": {}, "body": a_delivery()}], id="several of those"),
        pytest.param({"event": "message.created", "data": a_message()}, id="a socket"),
        pytest.param(
            {
                "identifier": '{"channel":"RoomChannel"}',
                "message": {"event": "message.created", "data": a_message()},
            },
            id="a socket's frame",
        ),
        pytest.param(
            {
                "event": "message_created",
                "message": a_message(conversation_id=None),
                "conversation": {"id": 12},
            },
            id="the message beside its conversation",
        ),
        pytest.param(
            {
                "event": "message_created",
                "id": 1,
                "message": a_message(conversation_id=None),
                "conversation": {"id": 12},
            },
            id="the same with the event's id",
        ),
        pytest.param(
            {"payload": {"conversations": [], "messages": [a_message()]}},
            id="a search for messages",
        ),
    ],
)
def test_a_message_is_the_same_in_every_envelope(document):
    [said] = outcomes(document)

    assert isinstance(said, Interaction)
    assert (said.native_id, said.text) == ("12", "Ma box est en panne")
    assert said.attributes["is_partial"] == "true"


def test_a_conversation_found_by_a_search_has_its_one_message():
    found = {
        "id": 12,
        "created_at": 1772442000,
        "message": a_message(),
        "contact": {"id": 7, "name": "Léa", "email": "lea@example.org"},
        "inbox": {"id": 1, "channel_type": "Channel::Whatsapp"},
    }

    [said] = outcomes({"payload": {"conversations": [found], "contacts": []}})

    assert (said.text, said.attributes["channel"]) == (
        "Ma box est en panne",
        "Whatsapp",
    )
    assert said.handles[0] == Handle("email", "lea@example.org")


@pytest.mark.parametrize(
    "event",
    [
        "conversation.status_changed",
        "conversation_contact_changed",
        "automation_event.message_created",
        "macro.executed",
    ],
)
def test_events_of_rules_and_sockets_carry_a_conversation(event):
    [said] = outcomes(
        {
            "event": event,
            "id": 12,
            "channel": "Channel::Api",
            "messages": [a_message()],
            "meta": {"sender": {"id": 7}},
            "timestamp": 1772442000,
        }
    )

    assert (said.native_id, said.text) == ("12", "Ma box est en panne")


def test_the_contact_beside_messages_may_be_a_list_of_one():
    contact = {"payload": [{"id": 7, "name": "Léa", "email": "lea@example.org"}]}

    [said] = outcomes({"meta": {"contact": contact}, "payload": [a_message()]})

    assert said.handles == (
        Handle("email", "lea@example.org"),
        Handle("contact", "cw:7"),
    )


@pytest.mark.parametrize("contact", [5, {"payload": [5]}, {"id": []}])
def test_a_contact_that_is_no_person_is_refused(contact):
    [rejected] = outcomes({"meta": {"contact": contact}, "payload": [a_message()]})

    assert isinstance(rejected, Rejected)


def an_email_conversation(**sender: Any) -> Json:
    mail = {"subject": "Facture", "from": ["lea@example.org"]}
    message = a_message(
        content_type="incoming_email",
        content_attributes={"email": mail},
        sender={"id": 7, "name": "Léa", "type": "contact"},
    )
    return {
        "id": 12,
        "channel": "Channel::Email",
        "meta": {"sender": sender, "channel": "Channel::Email"},
        "messages": [message],
        "created_at": 1772442000,
    }


def test_an_e_mail_has_the_address_that_its_conversation_knows():
    [mail] = outcomes(an_email_conversation(id=7, name="Léa", email="lea@example.net"))

    assert mail.handles == (
        Handle("email", "lea@example.net"),
        Handle("contact", "cw:7"),
    )


def test_an_e_mail_of_a_contact_without_address_has_its_sender_s():
    [mail] = outcomes(an_email_conversation(id=7, name="Léa"))

    assert mail.handles == (
        Handle("email", "lea@example.org"),
        Handle("contact", "cw:7"),
    )


def test_answers_to_a_form_are_the_customer_s_words():
    form = a_message(
        message_type=3,
        content_type="form",
        content="Dites-nous tout",
        content_attributes={
            "items": [{"name": "q"}],
            "submitted_values": [{"name": "q", "value": "ma box est en panne"}],
        },
        updated_at=1772442060,
    )

    [said] = outcomes({"payload": [form]})

    assert [(turn.party, turn.text) for turn in said.turns] == [
        ("bot", "Dites-nous tout"),
        ("customer", "ma box est en panne"),
    ]
    assert said.turns[1].started_at == datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
    assert said.text == "ma box est en panne"


def test_what_was_chosen_from_a_list_is_the_customer_s():
    choice = a_message(
        message_type=1,
        content_type="input_select",
        content="De quoi s'agit-il ?",
        content_attributes={"submitted_values": [{"title": "Facture", "value": "f"}]},
        sender={"id": 1, "type": "agent_bot"},
    )

    [said] = outcomes({"payload": [choice]})

    assert (said.text, [turn.party for turn in said.turns]) == (
        "Facture",
        ["bot", "customer"],
    )


def test_a_form_nobody_filled_in_is_a_template():
    [left_out] = outcomes({"payload": [a_message(message_type=3, content_type="form")]})

    assert left_out.reason == "template"


def test_a_voice_message_is_read_from_its_transcription():
    attachments = [{"file_type": "audio", "transcribed_text": "ma box est en panne"}]

    [said] = outcomes(a_message(content="", attachments=attachments))

    assert said.text == "ma box est en panne"


def test_a_voice_call_is_a_call_without_words():
    [call] = outcomes(a_message(content="Voice Call", content_type="voice_call"))

    assert (call.channel, call.text, call.turns) == ("call", None, ())


@pytest.mark.parametrize(
    "written",
    [
        1772442000,
        1772442000.25,
        1772442000000,
        "1772442000",
        "2026-03-02T09:00:00.000Z",
        "2026-03-02 09:00:00 UTC",
        "2026-03-02 10:00:00 +0100",
    ],
)
def test_a_time_is_read_as_it_is_written(written):
    [said] = outcomes(a_message(created_at=written))

    assert said.occurred_at.replace(microsecond=0) == datetime(
        2026, 3, 2, 9, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"payload": {"contact": {"id": 7}, "contact_inbox": {}}}, "contact"),
        ({"id": 7, "name": "Léa", "email": None}, "contact"),
        ({"id": 1, "name": "Web", "channel_type": "Channel::WebWidget"}, "inbox"),
        ({"id": 1, "role": "agent", "availability_status": "online"}, "agent"),
        ({"payload": ["facture"]}, "label"),
        ({"payload": {"success": True, "current_status": "open"}}, "acknowledgement"),
        ({"name": "first_response", "value": 5, "conversation_id": 1}, "metric"),
        (
            {
                "payload": [
                    {
                        "id": 1,
                        "name": "resolution",
                        "value": 20.5,
                        "conversation_id": 9,
                        "inbox_id": 3,
                        "created_at": 1772442000,
                    }
                ],
                "meta": {"count": 1},
            },
            "metric",
        ),
        ([{"value": "3", "timestamp": 1772442000}], "metric"),
        ({"conversations_count": 5, "avg_resolution_time": "1"}, "metric"),
        ({"Channel::WebWidget": {"open": 10, "resolved": 20}}, "metric"),
        (
            [
                {
                    "id": 3,
                    "name": "Paul",
                    "email": None,
                    "availability": "online",
                    "metric": {"open": 1},
                }
            ],
            "metric",
        ),
        (
            {
                "payload": [
                    {
                        "id": 1,
                        "slug": "retour",
                        "title": "Retour",
                        "content": "Comment renvoyer",
                        "status": "published",
                        "updated_at": 1772442000,
                        "meta": {},
                    }
                ]
            },
            "article",
        ),
        (
            {
                "payload": {
                    "conversations": [],
                    "articles": [{"slug": "a", "title": "A"}],
                }
            },
            "article",
        ),
        ([{"id": 1, "short_code": "ok", "content": "Bonjour"}], "setting"),
        ({"payload": [{"id": 1, "title": "facture", "color": "#fff"}]}, "label"),
        ({"per_page": 25, "audit_logs": [{"id": 1}]}, "audit_log"),
        ({"meta": {"all_count": 0}}, "count"),
        ({"event": "presence.update", "data": {}}, "presence"),
        ({"event": "notification.created", "data": {}}, "notification"),
    ],
)
def test_answers_without_a_message_are_excluded_by_name(document, reason):
    [left_out] = outcomes(document)

    assert (type(left_out), left_out.reason) == (Excluded, reason)


def test_an_error_of_the_api_is_refused_as_one():
    [rejected] = outcomes({"error": "You need to sign in"})

    assert rejected.reason == "chatwoot_error"


def test_an_event_may_have_its_conversation_under_that_name():
    conversation = {
        "id": 12,
        "inbox_id": 3,
        "status": "resolved",
        "created_at": 1772442000,
        "messages": [a_message()],
    }

    for document in (
        {"event": "conversation_updated", "conversation": conversation},
        {"event": "conversation_updated", "data": {"conversation": conversation}},
    ):
        [said] = outcomes(document)

        assert (said.native_id, said.text) == ("12", "Ma box est en panne")
        assert said.attributes["is_partial"] == "true"


@pytest.mark.parametrize(
    ("beside", "queue"),
    [
        ({"id": 3, "name": "Ondine", "channel_type": "Channel::Email"}, "Ondine"),
        ("Ondine", None),
    ],
)
def test_an_event_may_have_the_inbox_beside_its_conversation(beside, queue):
    conversation = {"id": 12, "created_at": 1772442000, "messages": [a_message()]}

    [said] = outcomes(
        {"event": "conversation_created", "inbox": beside, "conversation": conversation}
    )

    assert (said.channel, said.queue) == ("email" if queue else "chat", queue)


def test_a_contact_beside_a_sender_of_no_type_is_the_customer():
    [said] = outcomes(
        a_delivery(
            sender={"id": "3", "name": "Paul", "email": "paul@agence.example"},
            contact={"id": "7", "name": "Léa"},
        )
    )

    assert said.handles == (Handle("contact", "cw:7"),)


def test_a_known_contact_is_the_customer_also_beside_another():
    [said] = outcomes(
        a_delivery(
            sender={
                "id": 7,
                "name": "Léa",
                "email": "lea@example.com",
                "type": "contact",
            },
            contact={"id": 7, "name": "Léa"},
        )
    )

    assert Handle("email", "lea@example.com") in said.handles


@pytest.mark.parametrize(
    ("direction", "status", "outcome"),
    [
        ("inbound", "completed", "answered"),
        ("inbound", "in-progress", "answered"),
        ("inbound", "no-answer", "abandoned"),
        ("outbound", "no-answer", "failed"),
        ("outbound", "failed", "failed"),
    ],
)
def test_a_voice_call_tells_who_called_and_how_it_ended(direction, status, outcome):
    data = {
        "call_sid": "CA1",
        "status": status,
        "call_direction": direction,
        "duration_seconds": 135,
        "accepted_by": {"id": 3, "name": "Paul"},
    }
    attributes = {"data": data}

    [call] = outcomes(
        a_message(content_type="voice_call", content_attributes=attributes)
    )

    assert (call.channel, call.direction, call.outcome) == ("call", direction, outcome)
    assert (call.talk_seconds, call.agent) == (135.0, "3")


@pytest.mark.parametrize("data", [None, [], {"status": 7, "duration_seconds": "x"}])
def test_a_voice_call_that_tells_nothing_is_still_a_call(data):
    [call] = outcomes(
        a_message(content_type="voice_call", content_attributes={"data": data})
    )

    assert (call.channel, call.talk_seconds, call.agent) == ("call", None, None)


TABLE = (
    "id,content,account_id,inbox_id,conversation_id,message_type,created_at,private,"
    "content_type,content_attributes,sender_type,sender_id\n"
)


def rows(text: str) -> list[Any]:
    return everything(READER, (TABLE + text).encode(), ORIGIN)


def test_the_database_s_table_of_messages_is_its_conversations():
    note, chat, other = rows(
        "1,Ma box est en panne,1,2,12,0,2026-03-02 09:00:00.5,f,0,{},Contact,7\n"
        "2,Bonjour,1,2,13,0,2026-03-02 09:00:10,f,0,{},Contact,8\n"
        '3,"Bonjour, je regarde",1,2,12,1,2026-03-02 09:05:00,f,0,{},User,3\n'
        "4,à rappeler,1,2,12,1,2026-03-02 09:06:00,t,0,{},User,3\n"
    )

    assert note.reason == "private_note"
    assert note.origin.locator.endswith("byte 133 row 4")
    assert (chat.native_id, other.native_id) == ("12", "13")
    assert chat.text == "Ma box est en panne"
    assert [turn.party for turn in chat.turns] == ["customer", "agent"]
    assert chat.handles == (Handle("contact", "cw:7"),)
    assert chat.occurred_at == datetime(2026, 3, 2, 9, 0, 0, 500_000, tzinfo=UTC)


def test_a_broken_row_of_the_table_is_refused_alone():
    outcomes = rows(
        "1,Ma box,1,2,12,0,2026-03-02 09:00:00,f,0,{},Contact,7,8,9\n"
        "2,En panne,1,2,12,0,2026-03-02 09:00:10,f,0,no JSON,Contact,7\n"
    )

    refused = [one for one in outcomes if isinstance(one, Rejected)]
    assert [one.reason for one in refused] == ["not_a_csv_row"]
    [chat] = [one for one in outcomes if isinstance(one, Interaction)]
    assert chat.text == "En panne"


@given(st.lists(st.text(max_size=12), min_size=12, max_size=12))
def test_any_row_of_the_table_comes_out_without_a_crash(cells):
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    rows(row.encode("utf-8", "replace").decode() + "\n")


def test_another_table_is_refused_once():
    content = b"Agent Name,Rating,Feedback Comment\nAnn,5,Great\n"
    [refused] = everything(READER, content, ORIGIN)

    assert refused.reason == "not_a_chatwoot_document"
