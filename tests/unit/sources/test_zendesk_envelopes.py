"""What Zendesk's documents come wrapped in by receivers, buses and loaders."""

import json
from typing import Any

import pytest

from jobs.sources.records import Excluded, Handle, Interaction, Origin, Rejected
from jobs.sources.zendesk import parse

ORIGIN = Origin(source="desk", file="events.jsonl", locator="byte 0")
Json = dict[str, Any]


def a_ticket(**changes: Any) -> Json:
    return {
        "id": 35,
        "created_at": "2026-03-02T09:00:00Z",
        "updated_at": "2026-03-02T11:30:00Z",
        "subject": "Facture de mars",
        "description": "Ma facture est fausse.",
        "status": "open",
        "requester_id": 7,
        "submitter_id": 7,
        "via": {"channel": "email"},
    } | changes


def a_webhook() -> Json:
    return {
        "type": "zen:event-type:ticket.created",
        "id": "e-1",
        "time": "2026-03-02T09:00:00Z",
        "subject": "zen:ticket:35",
        "detail": a_ticket(),
        "event": {},
    }


def on_a_bus(kind: str, **happened: Any) -> Json:
    ticket = a_ticket()
    # The events connector leaves out what was written.
    del ticket["subject"], ticket["description"]
    return {
        "version": "0",
        "id": "b-1",
        "detail-type": f"Support Ticket: {kind}",
        "source": "aws.partner/zendesk.com/1/default",
        "time": "2026-03-02T12:00:01Z",
        "detail": {
            "ticket_event": {
                "meta": {"version": "1.0", "occurred_at": "2026-03-02T12:00:00.5Z"},
                "type": kind,
                "ticket": ticket,
                **happened,
            }
        },
    }


def outcomes(document: Any) -> list[Any]:
    return list(parse(json.dumps(document).encode(), ORIGIN))


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([{"headers": {}, "query": {}, "body": a_webhook()}], "$.body.detail"),
        ({"payload": {"headers": {}, "body": {"data": a_webhook()}}},
         "$.payload.body.data.detail"),
        ({"version": "0", "id": "b", "detail-type": "zendesk", "detail": a_webhook()},
         "$.detail.detail"),
        ({"Records": [{"messageId": "m", "body": json.dumps(a_webhook())}]},
         "$.Records[0].body.detail"),
        ({"type": "RECORD", "stream": "tickets", "record": a_ticket()}, "$.record"),
        ({"type": "RECORD", "record": {"stream": "tickets", "data": a_ticket(),
                                       "emitted_at": 1772442000000}},
         "$.record.data"),
        ({"_airbyte_ab_id": "u", "_airbyte_data": a_ticket()}, "$._airbyte_data"),
        ({"_airbyte_raw_id": "u", "_airbyte_data": json.dumps(a_ticket())},
         "$._airbyte_data"),
    ],
)  # fmt: skip
def test_a_ticket_is_found_in_what_it_was_handed_on_in(document, place):
    [opening] = outcomes(document)

    assert (opening.native_id, opening.text) == ("35", "Ma facture est fausse.")
    assert opening.direction == "inbound"
    assert opening.origin.locator.endswith(place.removeprefix("$"))


@pytest.mark.parametrize(
    ("stream", "record", "reason"),
    [
        ("users", {"id": 7, "name": "Léa"}, "user"),
        ("organizations", {"id": 9, "name": "Dupont"}, "organization"),
        ("ticket_metrics", {"id": 1, "ticket_id": 35, "reopens": 2}, "metric"),
        ("macros", {"id": 1, "title": "Clore"}, "setting"),
        ("ticket_skips", {"id": 1, "ticket_id": 35, "ticket": a_ticket()}, "skip"),
        ("ticket_activities", {"id": 1, "verb": "tickets.comment"}, "activity"),
        ("attribute_definitions", {"subject": "brand_id", "group": "x"}, "setting"),
        ("agents", {"id": 20, "display_name": "Paul"}, "user"),
    ],
)
def test_a_loader_s_stream_tells_what_its_records_are(stream, record, reason):
    for document in (
        {"type": "RECORD", "stream": stream, "record": record},
        {"type": "RECORD", "record": {"stream": stream, "data": record}},
        {"stream": stream, "data": record, "emitted_at": 1772442000000},
    ):
        [left_out] = outcomes(document)

        assert (type(left_out), left_out.reason) == (Excluded, reason)


@pytest.mark.parametrize(
    "message",
    [
        {"type": "SCHEMA", "stream": "tickets", "schema": {"properties": {}}},
        {"type": "STATE", "value": {"tickets": "2026-03-02"}},
        {"type": "LOG", "log": {"level": "INFO", "message": "Syncing"}},
    ],
)
def test_a_loader_s_messages_about_its_work_are_left_out(message):
    [left_out] = outcomes(message)

    assert left_out.reason == "about_loading"


def test_a_comment_on_an_event_bus_does_not_take_the_ticket_s_own_id():
    author = {"id": 7, "name": "Léa", "is_staff": False}
    comment = {"id": 99, "body": "Toujours fausse", "is_public": True, "author": author}

    for document in (
        on_a_bus("Comment Created", comment=comment),
        {
            "account_id": 1,
            "input": on_a_bus("Comment Created", comment=comment)["detail"],
        },
    ):
        [said] = outcomes(document)

        assert (said.native_id, said.text) == ("35/99", "Toujours fausse")
        assert (said.direction, said.channel) == ("inbound", "email")
        assert said.handles == (Handle("contact", "desk:7"),)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("Status Changed", "event_without_message"),
        ("Ticket Created", "event_without_message"),
        ("Ticket Soft Deleted", "deleted"),
        ("Ticket Marked as Spam", "spam"),
    ],
)
def test_an_event_on_a_bus_without_words_takes_none_from_its_ticket(kind, reason):
    [left_out] = outcomes(on_a_bus(kind, previous="new", current="open"))

    assert left_out.reason == reason


def test_a_private_comment_on_an_event_bus_is_a_note():
    comment = {"id": 99, "body": "pénible", "is_public": False, "author": {"id": 20}}

    [note] = outcomes(on_a_bus("Comment Created", comment=comment))

    assert note.reason == "private_note"


def a_chat_on_a_bus(**changes: Any) -> Json:
    happened = {
        "actor": {"id": "7", "type": "end_user"},
        "chat": {"account_id": 1, "ticket_id": "35"},
        "message": {"id": "m-1", "body": "Il y a quelqu'un ?"},
        "meta": {"version": "1.0", "occurred_at": "2026-03-02T12:00:00Z", "ref": "r-1"},
        "name": "Léa",
        "type": "Chat Message Added",
    } | changes
    return {"detail-type": "Chat: Message Added", "detail": {"chat_event": happened}}


def test_a_chat_s_message_on_an_event_bus_is_one_of_its_ticket():
    [said] = outcomes(a_chat_on_a_bus())

    assert isinstance(said, Interaction)
    assert (said.native_id, said.conversation_native_id) == ("35/m-1", "35")
    assert (said.channel, said.direction) == ("chat", "inbound")
    assert (said.text, said.names) == ("Il y a quelqu'un ?", ("Léa",))
    assert said.handles == (Handle("contact", "desk:7"),)


def test_a_chat_s_end_on_an_event_bus_is_left_out():
    [left_out] = outcomes(a_chat_on_a_bus(message=None))

    assert left_out.reason == "event_without_message"


def test_a_chat_on_an_event_bus_without_a_ticket_is_refused_with_its_place():
    [rejected] = outcomes(a_chat_on_a_bus(chat={"ticket_id": None}))

    assert rejected.reason == "not_a_zendesk_event"
    assert "`$.detail.chat_event.chat.ticket_id`" in rejected.message


def test_an_envelope_without_a_document_is_refused_with_its_fields():
    nested: Json = {"body": "rien"}
    for _ in range(60):
        nested = {"body": nested}

    for document in ({"headers": {}, "body": "hello"}, nested):
        [rejected] = outcomes(document)

        assert isinstance(rejected, Rejected)
        assert "body" in rejected.message


def test_a_comment_whose_text_is_json_stays_a_comment():
    comment = {"id": 1, "author_id": 7, "body": '{"id": 35}', "public": True,
               "created_at": "2026-03-02T09:00:00Z", "ticket_id": 35}  # fmt: skip

    [said] = outcomes(comment)

    assert isinstance(said, Interaction)
    assert said.text == '{"id": 35}'
