import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources.chatwoot import parse, split
from jobs.sources.records import (
    Excluded,
    Handle,
    Interaction,
    Origin,
    Rejected,
    Survey,
    Turn,
)

ORIGIN = Origin(source="web", file="conversations.jsonl", locator="byte 0")
Json = dict[str, Any]

NINE = 1_772_442_000
"""2026-03-02 09:00 UTC, in epoch seconds."""


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(NINE + seconds, UTC)


def a_message(**changes: Any) -> Json:
    return {
        "id": 100,
        "conversation_id": 42,
        "content": "Bonjour, plus de réseau",
        "message_type": 0,
        "content_type": "text",
        "content_attributes": {},
        "private": False,
        "status": "sent",
        "created_at": NINE,
        "sender": {"id": 9, "name": "Léa", "type": "contact"},
        "sender_type": "Contact",
    } | changes


def an_answer(**changes: Any) -> Json:
    return (
        a_message(
            id=101,
            content="Je regarde.",
            message_type=1,
            created_at=NINE + 90,
            sender={"id": 3, "name": "Paul", "type": "user"},
            sender_type="User",
        )
        | changes
    )


def a_conversation(**changes: Any) -> Json:
    return {
        "id": 42,
        "inbox_id": 7,
        "status": "open",
        "priority": "high",
        "labels": ["reseau"],
        "created_at": NINE,
        "updated_at": NINE + 200.5,
        "last_activity_at": NINE + 90,
        "timestamp": NINE + 90,
        "additional_attributes": {"browser_language": "en"},
        "meta": {
            "channel": "Channel::WebWidget",
            "sender": {
                "id": 9,
                "name": "Léa",
                "email": "lea@example.org",
                "phone_number": "+33612345678",
                "identifier": "CRM-7",
            },
            "assignee": {"id": 3, "name": "Paul"},
        },
        "messages": [a_message(), an_answer()],
    } | changes


def outcomes(document: Any) -> list[Any]:
    return list(parse(json.dumps(document).encode(), ORIGIN))


def the_interaction(document: Any) -> Interaction:
    [found] = [one for one in outcomes(document) if isinstance(one, Interaction)]
    return found


def the_survey(document: Any) -> Survey:
    [found] = [one for one in outcomes(document) if isinstance(one, Survey)]
    return found


def the_excluded(document: Any) -> list[str]:
    return [one.reason for one in outcomes(document) if isinstance(one, Excluded)]


def test_a_chat_is_one_interaction_with_turns():
    [chat] = outcomes(a_conversation())
    assert chat == Interaction(
        native_id="42",
        conversation_native_id="42",
        channel="chat",
        direction="inbound",
        initiation="inbound",
        entry_point="web_button",
        occurred_at=at(0),
        source_updated_at=datetime.fromtimestamp(NINE + 200.5, UTC),
        origin=ORIGIN,
        ended_at=at(90),
        handles=(
            Handle("email", "lea@example.org"),
            Handle("phone", "+33612345678"),
            Handle("account", "CRM-7"),
            Handle("contact", "web:9"),
        ),
        agent="3",
        queue="7",
        wait_seconds=90.0,
        outcome="answered",
        text="Bonjour, plus de réseau",
        text_origin="typed",
        turns=(
            Turn("customer", at(0), "Bonjour, plus de réseau"),
            Turn("agent", at(90), "Je regarde."),
        ),
        attributes={
            "status": "open",
            "priority": "high",
            "inbox_id": "7",
            "labels": "reseau",
            "channel": "WebWidget",
        },
        names=("Léa", "Paul"),
    )


def test_the_text_is_the_customer_s_words_alone_in_order_of_time():
    later = a_message(id=102, content="Toujours rien", created_at=NINE + 120)
    chat = the_interaction(a_conversation(messages=[later, an_answer(), a_message()]))
    assert chat.text == "Bonjour, plus de réseau\nToujours rien"
    assert [turn.party for turn in chat.turns] == ["customer", "agent", "customer"]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (an_answer(private=True), "private_note"),
        (a_message(message_type=2, content="Paul a résolu"), "activity"),
        (a_message(message_type=3, content="Merci de patienter"), "template"),
        (a_message(content_attributes={"deleted": True}), "deleted"),
    ],
)
def test_what_nobody_said_to_the_other_is_excluded_by_name(message, reason):
    message["id"] = 999
    document = a_conversation(messages=[a_message(), message])
    assert the_excluded(document) == [reason]
    assert len(the_interaction(document).turns) == 1


@pytest.mark.parametrize(
    "sender",
    [
        {"sender": {"id": 1, "name": "Aide", "type": "agent_bot"}},
        {"sender": None, "sender_type": "Captain::Assistant"},
        {"sender": None, "sender_type": None, "content_attributes": {
            "automation_rule_id": 4}},
    ],
)  # fmt: skip
def test_a_bot_is_no_agent_and_nobody_waits_for_it(sender):
    bot = an_answer(id=50, created_at=NINE + 5, **sender)
    chat = the_interaction(a_conversation(messages=[a_message(), bot, an_answer()]))
    assert [turn.party for turn in chat.turns] == ["customer", "bot", "agent"]
    assert chat.wait_seconds == 90.0


def test_a_bot_s_greeting_does_not_make_the_conversation_outbound():
    bot = an_answer(created_at=NINE - 5, sender={"id": 1, "type": "agent_bot"})
    meta = {"channel": "Channel::Whatsapp"}
    chat = the_interaction(a_conversation(meta=meta, messages=[bot, a_message()]))
    assert chat.direction == "inbound"


def test_a_conversation_that_an_agent_begins_is_outbound():
    first = an_answer(created_at=NINE)
    meta = {"channel": "Channel::Whatsapp"}
    document = a_conversation(
        meta=meta, messages=[first, a_message(created_at=NINE + 9)]
    )
    assert the_interaction(document).direction == "outbound"


A_BOT_S = an_answer(id=50, created_at=NINE + 5, sender={"id": 1, "type": "agent_bot"})


@pytest.mark.parametrize(
    ("status", "messages", "outcome"),
    [
        ("resolved", [a_message()], "abandoned"),
        ("open", [a_message()], "delivered"),
        ("resolved", [a_message(), an_answer()], "answered"),
        ("open", [an_answer()], "delivered"),
        ("open", [a_message(), A_BOT_S], "delivered"),
        ("open", [a_message(), A_BOT_S, an_answer()], "answered"),
        ("pending", [a_message(), A_BOT_S], "answered"),
        ("resolved", [a_message(), A_BOT_S], "answered"),
    ],
)
def test_the_outcome_is_whether_anybody_replied(status, messages, outcome):
    document = a_conversation(status=status, created_at=None, messages=messages)
    assert the_interaction(document).outcome == outcome


def test_a_resolved_conversation_ends_when_it_was_resolved():
    resolved = a_message(id=9, message_type=2, created_at=NINE + 500)
    document = a_conversation(
        status="resolved", messages=[a_message(), an_answer(), resolved]
    )
    assert the_interaction(document).ended_at == at(500)


@pytest.mark.parametrize(
    ("name", "channel", "visibility"),
    [
        ("Channel::WebWidget", "chat", None),
        ("Channel::Whatsapp", "chat", None),
        ("Channel::Api", "chat", None),
        ("Channel::Telegram", "chat", None),
        ("Channel::Sms", "chat", None),
        ("Channel::TwitterProfile", "social", "private"),
        ("Channel::FacebookPage", "social", "private"),
        ("Channel::Instagram", "social", "private"),
        ("Channel::SomethingNew", "chat", None),
    ],
)
@pytest.mark.parametrize("where", ["meta", "inbox", "channel"])
def test_the_channel_is_told_in_one_of_three_places(name, channel, visibility, where):
    told: Json = {
        "meta": {"meta": {"channel": name}},
        "inbox": {"meta": {}, "inbox": {"id": 7, "channel_type": name}},
        "channel": {"meta": {}, "channel": name},
    }[where]
    chat = the_interaction(a_conversation(**told))
    assert (chat.channel, chat.visibility) == (channel, visibility)
    assert chat.attributes["channel"] == name.removeprefix("Channel::")


def an_e_mail(**changes: Any) -> Json:
    reply = "Toujours rien reçu."
    quoted = "\n\nLe 2 mars 2026 à 09:00, Paul a écrit :\n> Je regarde."
    email = {
        "subject": "Re: Ma commande",
        "from": ["lea@example.org"],
        "text_content": {"full": reply + quoted, "reply": reply + quoted},
    }
    return (
        a_message(
            content_type="incoming_email",
            content=reply + quoted,
            content_attributes={"email": email},
        )
        | changes
    )


def test_a_conversation_by_e_mail_is_one_interaction_per_message():
    document = a_conversation(
        meta={"channel": "Channel::Email", "sender": {"id": 9, "name": "Léa"}},
        messages=[an_e_mail(), an_answer()],
    )
    received, sent = outcomes(document)
    assert (received.native_id, sent.native_id) == ("42/100", "42/101")
    assert received.conversation_native_id == sent.conversation_native_id == "42"
    assert (received.channel, received.direction) == ("email", "inbound")
    assert (received.text, received.subject) == (
        "Toujours rien reçu.",
        "Re: Ma commande",
    )
    assert (sent.direction, sent.agent, sent.turns) == ("outbound", "3", ())
    assert sent.handles == (Handle("contact", "web:9"),)


def test_e_mails_in_a_list_of_messages_are_known_by_their_content():
    [received] = outcomes({"payload": [an_e_mail()], "meta": {}})
    assert (received.channel, received.native_id) == ("email", "42/100")


def test_a_list_of_messages_is_a_conversation_each():
    other = a_message(id=7, conversation_id=43)
    meta = {"contact": {"id": 9, "email": "lea@example.org"}, "labels": []}
    first, second = outcomes(
        {"payload": [a_message(), other, an_answer()], "meta": meta}
    )
    assert (first.native_id, second.native_id) == ("42", "43")
    assert len(first.turns) == 2
    assert first.handles == (
        Handle("email", "lea@example.org"),
        Handle("contact", "web:9"),
    )


@pytest.mark.parametrize(
    "document",
    [
        {"payload": [a_conversation()], "meta": {"all_count": 1}},
        {"data": {"payload": [a_conversation()], "meta": {"all_count": 1}}},
        [a_conversation()],
    ],
)
def test_lists_of_conversations_are_opened(document):
    assert the_interaction(document).native_id == "42"


def test_an_empty_list_is_no_record():
    assert outcomes({"payload": []}) == []


def a_webhook(**changes: Any) -> Json:
    return {
        "event": "message_created",
        "id": "100",
        "content": "Bonjour, plus de réseau",
        "created_at": "2026-03-02 09:00:00 UTC",
        "message_type": "incoming",
        "content_type": "text",
        "private": False,
        "sender": {"id": "9", "name": "Léa", "email": "lea@example.org"},
        "inbox": {"id": "7", "name": "Boutique"},
        "conversation": {"display_id": "42", "channel": "Channel::WebWidget"},
    } | changes


def test_a_webhook_s_message_is_a_part_of_its_conversation():
    part = the_interaction(a_webhook())
    assert (part.native_id, part.text, part.queue) == (
        "42",
        "Bonjour, plus de réseau",
        "Boutique",
    )
    assert part.occurred_at == at(0)
    assert part.attributes["is_partial"] == "true"
    assert part.handles == (
        Handle("email", "lea@example.org"),
        Handle("contact", "web:9"),
    )


def test_a_part_gives_way_to_a_whole_conversation_of_the_same_age():
    part = the_interaction(a_webhook())
    whole = the_interaction({"payload": [a_message()], "meta": {}})
    assert part.source_updated_at < whole.source_updated_at


def test_the_last_message_in_a_list_of_conversations_does_not_replace_the_whole():
    last = an_answer()
    listed = the_interaction(
        a_conversation(messages=[last], last_non_activity_message=last)
    )
    whole = the_interaction(a_conversation())
    assert listed.attributes["is_partial"] == "true"
    assert listed.source_updated_at < whole.source_updated_at
    assert (listed.outcome, listed.wait_seconds) == ("answered", None)


def test_the_last_message_is_taken_where_it_is_nowhere_else():
    activity = a_message(id=9, message_type=2)
    document = a_conversation(
        messages=[activity], last_non_activity_message=an_answer()
    )
    assert [turn.text for turn in the_interaction(document).turns] == ["Je regarde."]
    assert the_excluded(document) == ["activity"]


def test_an_event_of_a_conversation_is_a_part_of_it():
    part = the_interaction(a_conversation(event="conversation_updated"))
    assert part.attributes["is_partial"] == "true"


@pytest.mark.parametrize(
    ("event", "reason"),
    [("webwidget_triggered", "widget_opened"), ("contact_created", "contact")],
)
def test_an_event_without_a_message_is_excluded_by_name(event, reason):
    assert the_excluded({"event": event, "id": 9}) == [reason]


def test_an_unknown_event_is_rejected_by_its_name():
    [rejected] = outcomes({"event": "moon_landed", "id": 9})
    assert rejected.message == (
        "expected one of Chatwoot's webhook events, got 'moon_landed' - at `$`"
    )


def test_neighbouring_messages_of_a_conversation_are_one_document():
    lines = [a_message(), an_answer(), a_message(id=7, conversation_id=43)]
    content = "\n".join(json.dumps(line) for line in lines).encode()

    documents = list(split(io.BytesIO(content), ORIGIN))

    found = [one for d in documents for one in parse(d.content, d.origin)]
    assert [(one.native_id, len(one.turns)) for one in found] == [("42", 2), ("43", 1)]
    assert documents[0].origin.locator.endswith("byte 0")


def test_an_array_of_messages_is_one_conversation():
    content = json.dumps([a_message(), an_answer()]).encode()
    [document] = split(io.BytesIO(content), ORIGIN)
    [chat] = parse(document.content, document.origin)
    assert (len(chat.turns), "is_partial" in chat.attributes) == (2, False)


def test_an_attachment_alone_is_a_conversation_without_words():
    message = a_message(content=None, attachments=[{"id": 1, "file_type": "image"}])
    chat = the_interaction(a_conversation(messages=[message]))
    assert (chat.text, chat.turns, chat.text_origin) == (None, (), None)
    assert chat.attributes["attachment_count"] == "1"


def test_a_conversation_with_notes_only_is_no_contact():
    document = a_conversation(messages=[an_answer(private=True)])
    assert the_excluded(document) == ["private_note"]
    assert len(outcomes(document)) == 1


def test_a_message_delivered_and_then_read_is_said_once():
    chat = the_interaction([a_message(), a_message(status="read")])
    assert len(chat.turns) == 1


def test_a_contact_without_address_is_known_to_the_source_alone():
    meta = {"channel": "Channel::WebWidget", "sender": {"id": 9, "name": "calm-sea"}}
    chat = the_interaction(a_conversation(meta=meta))
    assert chat.handles == (Handle("contact", "web:9"),)


def test_the_language_is_the_conversation_s_and_not_the_browser_s():
    told = {"browser_language": "en", "conversation_language": "fr_FR"}
    assert the_interaction(a_conversation(additional_attributes=told)).language == "fr"
    assert the_interaction(a_conversation()).language is None


def a_survey(**changes: Any) -> Json:
    return (
        a_message(
            id=110,
            message_type=3,
            content_type="input_csat",
            content="Notez-nous",
            created_at=NINE + 600,
            updated_at="2026-03-02T09:20:00.000Z",
            status="delivered",
            content_attributes={
                "submitted_values": {
                    "csat_survey_response": {"rating": 4, "feedback_message": "Rapide"}
                }
            },
            sender=None,
        )
        | changes
    )


def test_an_answered_survey_is_on_a_scale_from_1_to_5():
    survey = the_survey(a_conversation(messages=[a_message(), a_survey()]))
    assert survey == Survey(
        native_id="42/110",
        interaction_native_id="42",
        interaction_source="web",
        handles=(
            Handle("email", "lea@example.org"),
            Handle("phone", "+33612345678"),
            Handle("account", "CRM-7"),
            Handle("contact", "web:9"),
        ),
        survey_channel="web",
        question_kind="csat",
        invited_at=at(600),
        delivered_at=at(600),
        answered_at=at(1200),
        score=4.0,
        scale_min=1.0,
        scale_max=5.0,
        comment="Rapide",
        source_updated_at=at(1200),
        origin=ORIGIN.at("$.messages[1]"),
        names=("Léa", "Paul"),
    )


@pytest.mark.parametrize(
    ("status", "delivered_at"),
    [("sent", None), ("delivered", at(600)), ("read", at(600))],
)
def test_a_survey_without_an_answer_is_an_invitation(status, delivered_at):
    asked = a_survey(status=status, content_attributes={}, updated_at=None)
    survey = the_survey(a_conversation(messages=[a_message(), asked]))
    assert (survey.score, survey.answered_at) == (None, None)
    assert (survey.invited_at, survey.delivered_at) == (at(600), delivered_at)


def test_an_answer_does_not_say_that_every_survey_was_delivered():
    """Where the status stays `sent`, only the answered ones would count as delivered."""
    survey = the_survey(a_conversation(messages=[a_message(), a_survey(status="sent")]))
    assert (survey.score, survey.invited_at) == (4.0, at(600))
    assert survey.delivered_at is None


def test_an_answer_may_have_a_time_of_its_own():
    response = {"rating": 4, "created_at": NINE + 900}
    answered = a_survey(
        content_attributes={"submitted_values": {"csat_survey_response": response}},
        updated_at=None,
    )
    survey = the_survey(a_conversation(messages=[a_message(), answered]))
    assert survey.answered_at == survey.source_updated_at == at(900)


def test_an_answer_without_any_time_is_newer_than_its_question():
    asked = the_survey([a_survey(content_attributes={}, updated_at=None)])
    answered = the_survey([a_survey(updated_at=None)])
    assert answered.source_updated_at > asked.source_updated_at


def test_an_answer_may_stand_in_a_list_of_submitted_values():
    response = {"rating": 2, "feedback_message": "Trop long"}
    given = [{"name": "rating", "value": 2, "csat_survey_response": response}]

    [survey] = outcomes(a_survey(content_attributes={"submitted_values": given}))

    assert (survey.score, survey.comment) == (2.0, "Trop long")
    assert survey.answered_at is not None


def test_a_rating_off_the_scale_is_rejected_and_the_conversation_lives():
    odd = a_survey(
        content_attributes={"submitted_values": {"csat_survey_response": {"rating": 9}}}
    )
    chat, rejected = outcomes(a_conversation(messages=[a_message(), odd]))
    assert isinstance(chat, Interaction)
    assert rejected.message == (
        "expected `rating` to be 1 to 5, got '9' - at `$.messages[1]"
        ".content_attributes.submitted_values.csat_survey_response.rating`"
    )


def test_the_event_of_an_answer_is_the_same_survey():
    survey = the_survey(
        {
            "event": "csat_survey_response_created",
            "id": 5,
            "rating": 2,
            "feedback_message": "Trop long",
            "created_at": "2026-03-02T09:20:00Z",
            "message_id": 110,
            "conversation": {"id": 42},
            "contact": {"id": 9, "email": "lea@example.org"},
        }
    )
    assert (survey.native_id, survey.score, survey.comment) == (
        "42/110",
        2.0,
        "Trop long",
    )
    assert survey.answered_at == at(1200)


@pytest.mark.parametrize(
    "time", [NINE, float(NINE), str(NINE), NINE * 1000, "2026-03-02T10:00:00+01:00"]
)
def test_times_are_epoch_seconds_or_text(time):
    document = {"payload": [a_message(created_at=time)], "meta": {}}
    assert the_interaction(document).occurred_at == at(0)


def test_a_broken_message_is_rejected_alone_with_its_path():
    broken = a_message(created_at="yesterday")
    rejected, chat = outcomes(a_conversation(messages=[a_message(), broken]))
    assert rejected == Rejected(
        "not_a_chatwoot_message",
        "expected `created_at` to be epoch seconds or a date and time,"
        " got 'yesterday' - at `$.messages[1]`",
        ORIGIN.at("$.messages[1]"),
        json.dumps(broken),
    )
    assert len(chat.turns) == 1


def test_a_conversation_without_any_time_is_rejected_and_says_what_is_missing():
    [rejected] = outcomes(
        {"id": 42, "messages": [a_message(created_at=None)], "meta": {}}
    )
    assert rejected.message.startswith("expected a time: created_at, timestamp")


def test_anything_else_is_rejected_with_the_fields_that_were_found():
    [rejected] = outcomes({"id": 10, "content_attributes": {}})
    assert rejected.reason == "not_a_chatwoot_record"
    assert rejected.message.endswith("found id, content_attributes - at `$`")


def test_a_contact_by_itself_is_no_conversation():
    assert the_excluded({"payload": [{"id": 9, "email": "lea@example.org"}]}) == [
        "contact"
    ]


def test_a_search_gives_conversations_messages_and_contacts():
    found = {
        "conversations": [a_conversation()],
        "messages": [a_message(conversation_id=43)],
        "contacts": [{"id": 9, "email": "lea@example.org"}],
    }
    whole, part, contact = outcomes({"payload": found})
    assert (whole.native_id, part.native_id) == ("42", "43")
    assert part.attributes["is_partial"] == "true"
    assert contact.reason == "contact"


# No input may crash the reader, and every message comes out once.

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "event", "payload", "messages", "meta", "message_type", "rating",
             "conversation", "conversation_id", "created_at", "content", "sender", "data"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip
ODD = JSON | st.sampled_from(
    ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "", 10**30, -1, 1e308]
)
TEMPLATE = {
    "payload": [
        a_conversation(messages=[a_message(), an_answer(), a_survey()]),
        a_conversation(id=43),
    ],
    "meta": {"all_count": 2},
}


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += paths(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            found += paths(inner, (*path, position))
    return found


def mutated(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = json.loads(json.dumps(document))
    holder = copy
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return copy


@settings(max_examples=150)
@given(st.sampled_from(paths(TEMPLATE)), ODD)
def test_a_mutated_list_never_crashes_and_loses_no_neighbour(path, value):
    found = outcomes(mutated(TEMPLATE, path, value))
    if path[:2] == ("payload", 0):
        assert "43" in {one.native_id for one in found if isinstance(one, Interaction)}
    assert all(one.message and one.reason for one in found if isinstance(one, Rejected))


@settings(max_examples=150)
@given(st.sampled_from(paths(a_webhook())), ODD)
def test_a_mutated_webhook_never_crashes(path, value):
    outcomes(mutated(a_webhook(), path, value))


@settings(max_examples=150)
@given(JSON)
def test_any_json_is_read_without_a_crash(document):
    outcomes(document)


@settings(max_examples=150)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_bytes_are_split_and_read_without_a_crash(noise, position):
    document = json.dumps(a_conversation()).encode()
    for content in (noise, document[:position] + noise + document[position:]):
        list(parse(content, ORIGIN))
        for piece in split(io.BytesIO(content), ORIGIN):
            list(parse(piece.content, piece.origin))


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(["said", "note", "activity", "template", "broken", "survey"]),
        min_size=1,
        max_size=8,
    )
)
def test_every_message_comes_out_once(kinds):
    made: dict[str, Json] = {
        "said": a_message(),
        "note": a_message(private=True),
        "activity": a_message(message_type=2),
        "template": a_message(message_type=3),
        "broken": a_message(message_type="odd"),
        "survey": a_survey(),
    }
    messages = [made[kind] | {"id": n} for n, kind in enumerate(kinds)]
    found = outcomes(a_conversation(messages=messages))
    turns = [
        turn for one in found if isinstance(one, Interaction) for turn in one.turns
    ]
    excluded = [one.reason for one in found if isinstance(one, Excluded)]
    assert len(turns) == kinds.count("said")
    assert sorted(excluded) == sorted(
        {"note": "private_note"}.get(kind, kind)
        for kind in kinds
        if kind in ("note", "activity", "template")
    )
    assert sum(isinstance(one, Rejected) for one in found) == kinds.count("broken")
    assert sum(isinstance(one, Survey) for one in found) == kinds.count("survey")
