"""Zendesk's webhook events, tables, and what triggers and exports write otherwise."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.records import (
    Excluded,
    Handle,
    Interaction,
    Origin,
    Rejected,
    Survey,
)
from jobs.sources.zendesk import READER, parse
from tests.unit.sources.reading import everything

ORIGIN = Origin(source="desk", file="events.jsonl", locator="byte 0")
Json = dict[str, Any]


def a_detail(**changes: Any) -> Json:
    return {
        "id": "35",
        "created_at": "2026-03-02T09:00:00Z",
        "updated_at": "2026-03-02T11:30:00Z",
        "subject": "Facture de mars",
        "description": "Ma facture est fausse.",
        "status": "OPEN",
        "priority": "NORMAL",
        "type": "QUESTION",
        "requester_id": "7",
        "submitter_id": "7",
        "group_id": "3",
        "is_public": True,
        "tags": [],
        "via": {"channel": "email"},
    } | changes


def an_event(verb: str, happened: Json, **detail: Any) -> Json:
    return {
        "type": f"zen:event-type:{verb}",
        "account_id": 1,
        "id": "e-1",
        "time": "2026-03-02T12:00:00.123456Z",
        "zendesk_event_version": "2022-11-06",
        "subject": "zen:ticket:35",
        "detail": a_detail(**detail),
        "event": happened,
    }


def outcomes(document: Any) -> list[Any]:
    return list(parse(json.dumps(document).encode(), ORIGIN))


def read(content: bytes) -> list[Any]:
    return everything(READER, content, Origin("desk", "t.csv"))


def test_an_event_carries_the_ticket_as_it_stands():
    [opening] = outcomes(an_event("ticket.status_changed", {"current": "OPEN"}))

    assert (opening.native_id, opening.text) == ("35", "Ma facture est fausse.")
    assert opening.attributes["status"] == "open"
    assert opening.source_updated_at == datetime(2026, 3, 2, 11, 30, tzinfo=UTC)


def test_a_comment_that_was_added_comes_beside_its_ticket():
    author = {"id": "20", "is_staff": True, "name": "Paul Roux"}
    comment = {"id": "99", "body": "On regarde.", "is_public": True, "author": author}

    opening, answer = outcomes(an_event("ticket.comment_added", {"comment": comment}))

    assert opening.native_id == "35"
    assert (answer.native_id, answer.text) == ("35/99", "On regarde.")
    assert (answer.direction, answer.agent) == ("outbound", "20")
    assert answer.occurred_at == datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


def test_the_comment_that_opens_a_ticket_is_not_told_twice():
    author = {"id": "7", "is_staff": False, "name": "Léa"}
    comment = {"id": "98", "body": "Ma facture est fausse.", "author": author}

    [opening] = outcomes(an_event("ticket.comment_added", {"comment": comment}))

    assert (opening.native_id, opening.direction) == ("35", "inbound")


def test_a_private_comment_of_an_event_is_a_note():
    comment = {"id": "99", "body": "client pénible", "is_public": False}

    note, opening = outcomes(an_event("ticket.comment_added", {"comment": comment}))

    assert (note.reason, opening.native_id) == ("private_note", "35")


def test_a_message_of_a_messaging_ticket_is_a_chat():
    happened = {
        "actor": {"id": "7", "name": "Léa", "type": "end_user"},
        "message": {"id": "m-1", "body": "Toujours en panne"},
    }

    _, said = outcomes(
        an_event(
            "messaging_ticket.message_added",
            happened,
            via={"channel": "native_messaging"},
        )
    )

    assert (said.native_id, said.channel, said.text) == (
        "35/m-1",
        "chat",
        "Toujours en panne",
    )


def a_message_event(actor: Json, **changes: Any) -> Json:
    """Of the ticket it tells the id and nothing else."""
    message = {"id": "m-1", "body": "Toujours en panne"}
    event = an_event(
        "messaging_ticket.message_added", {"actor": actor, "message": message}
    )
    return event | {"detail": {"id": "35"}} | changes


@pytest.mark.parametrize(
    ("actor", "direction", "names"),
    [
        ({"id": "c7", "name": "Léa", "type": "end_user"}, "inbound", ("Léa",)),
        ({"id": "a20", "name": "Paul", "type": "agent"}, "outbound", ("Paul",)),
        ({"id": "zd:bot", "name": "Ondine", "type": "system"}, "outbound", ()),
        ({"type": "agent"}, "outbound", ()),
        ({}, "outbound", ()),
    ],
)
def test_a_message_beside_its_ticket_s_id_alone_is_not_its_first(
    actor, direction, names
):
    [said] = outcomes(a_message_event(actor))

    assert (said.native_id, said.conversation_native_id) == ("35/m-1", "35")
    assert (said.channel, said.direction) == ("chat", direction)
    assert said.occurred_at == datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
    assert said.names == names


def test_a_message_without_an_id_has_its_event_s():
    happened = {"actor": {"type": "end_user"}, "message": {"body": "Allô ?"}}

    [said] = outcomes(a_message_event({}, event=happened))

    assert (said.native_id, said.direction) == ("35/e-1", "inbound")


def test_a_comment_beside_a_ticket_without_its_date_is_not_its_first():
    comment = {"id": "99", "body": "Et alors ?", "author": {"id": "7"}}
    detail = a_detail()
    del detail["created_at"]

    [said] = outcomes(
        an_event("ticket.comment_added", {"comment": comment}) | {"detail": detail}
    )

    assert (said.native_id, said.direction) == ("35/99", "inbound")


def test_an_event_with_neither_a_message_nor_its_ticket_is_left_out():
    event = an_event("ticket.status_changed", {"current": "OPEN"})

    [left_out] = outcomes(event | {"detail": {"id": "35"}})

    assert left_out == Excluded("event_without_message", ORIGIN)


def test_an_event_whose_ticket_has_words_and_no_date_is_refused():
    detail = a_detail()
    del detail["created_at"]

    [rejected] = outcomes(an_event("ticket.created", {}) | {"detail": detail})

    assert rejected.reason == "not_a_zendesk_ticket"
    assert "created_at" in rejected.message


@pytest.mark.parametrize("detail", ["35", [35], None])
def test_an_event_whose_ticket_is_none_says_where(detail):
    [rejected] = outcomes(an_event("ticket.created", {}) | {"detail": detail})

    assert (rejected.reason, rejected.origin.locator) == (
        "not_a_zendesk_ticket",
        "byte 0 $.detail",
    )


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("ticket.soft_deleted", "deleted"),
        ("ticket.permanently_deleted", "deleted"),
        ("ticket.marked_as_spam", "spam"),
        ("user.created", "user_event"),
        ("organization.deleted", "organization_event"),
    ],
)
def test_events_without_a_message_are_excluded_by_name(kind, reason):
    [left_out] = outcomes(an_event(kind, {}))

    assert left_out == Excluded(reason, ORIGIN)


def test_a_broken_event_says_where():
    [rejected] = outcomes(an_event("ticket.created", {}, created_at="hier"))

    assert (rejected.reason, rejected.origin.locator) == (
        "not_a_zendesk_ticket",
        "byte 0 $.detail",
    )


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-02 09:00:00 UTC",
        "2026-03-02 09:00:00",
        "2026/03/02 10:00:00 +0100",
        "2026-03-02 10:00:00 +0100",
        1772442000,
        1772442000000,
    ],
)
def test_a_time_may_be_written_as_exports_do(written):
    [opening] = outcomes(a_detail(created_at=written, updated_at=written))

    assert opening.occurred_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_what_a_trigger_sends_has_its_time_apart_and_a_requester_without_id():
    sent = {
        "ticket": {
            "id": "35",
            "title": "Facture de mars",
            "description": "Ma facture est fausse.",
            "status": "Open",
            "requester": {"name": "Léa Martin", "email": "lea@example.org"},
            "via": "Mail",
            "created_at": "March 2, 2026",
            "created_at_with_timestamp": "2026-03-02T09:00:00Z",
        }
    }

    [opening] = outcomes(sent)

    assert opening.occurred_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert (opening.subject, opening.channel) == ("Facture de mars", "email")
    assert opening.handles == (Handle("email", "lea@example.org"),)
    assert opening.attributes["status"] == "open"


@pytest.mark.parametrize(
    ("requester", "handles", "names"),
    [
        ("lea@example.org", (Handle("email", "lea@example.org"),), ()),
        ("Léa Martin", (), ("Léa Martin",)),
    ],
)
def test_a_requester_may_be_an_address_or_a_name_alone(requester, handles, names):
    [opening] = outcomes(a_detail(requester=requester, requester_id=None))

    assert (opening.handles, opening.names) == (handles, names)


def test_a_rating_may_be_its_score_alone():
    _, survey = outcomes(a_detail(satisfaction_rating="good"))

    assert (survey.native_id, survey.score) == ("35/csat", 1.0)


def test_the_comment_of_a_rating_may_be_an_object():
    listed = {"id": 1, "ticket_id": 35, "score": "bad", "comment": {"body": "lent"}}

    [survey] = outcomes(
        {"satisfaction_ratings": [listed | {"created_at": "2026-03-03T09:00:00Z"}]}
    )

    assert (survey.score, survey.comment) == (0.0, "lent")


def an_audit(*events: Json) -> Json:
    return {
        "audits": [
            {
                "id": 1,
                "ticket_id": 35,
                "created_at": "2026-03-04T09:00:00Z",
                "author_id": 7,
                "via": {"channel": "web"},
                "events": list(events),
            }
        ]
    }


def test_the_audit_of_a_rating_tells_when_it_was_given():
    event = {"id": 5, "type": "SatisfactionRating", "score": "bad", "body": "lent"}

    [survey] = outcomes(an_audit(event))

    assert isinstance(survey, Survey)
    assert (survey.native_id, survey.score, survey.comment) == ("35/csat", 0.0, "lent")
    assert survey.answered_at == datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def test_the_chat_of_an_audit_has_its_turns():
    history = [
        {
            "type": "ChatJoin",
            "actor_type": "end-user",
            "timestamp": 1772442000000,
        },
        {
            "type": "ChatMessage",
            "actor_type": "end-user",
            "actor_name": "Léa",
            "message": "Ma box est en panne",
            "timestamp": 1772442000000,
        },
        {
            "type": "ChatMessage",
            "actor_type": "agent",
            "actor_name": "Paul",
            "message": "Je regarde",
            "timestamp": 1772442060000,
        },
    ]
    value = {"chat_id": "2603.1", "user_id": 7, "history": history}

    [chat] = outcomes(an_audit({"id": 6, "type": "ChatStartedEvent", "value": value}))

    assert (chat.native_id, chat.conversation_native_id) == ("2603.1", "35")
    assert [(turn.party, turn.text) for turn in chat.turns] == [
        ("customer", "Ma box est en panne"),
        ("agent", "Je regarde"),
    ]
    assert chat.text == "Ma box est en panne"


def a_chat(**changes: Any) -> Json:
    return {
        "id": "2603.1",
        "type": "chat",
        "timestamp": "2026-03-02T09:00:00Z",
        "visitor": {"id": "v1", "name": "Léa"},
        "history": [
            {"type": "chat.msg", "nick": "visitor:v1", "msg": "Bonjour"},
            {"type": "chat.msg", "nick": "agent:trigger", "msg": "Bienvenue"},
            {"type": "chat.msg", "nick": "agent:20", "msg": "Oui ?"},
            {"type": "chat.msg", "name": "Léa", "msg": "ma box"},
        ],
    } | changes


def test_a_chat_s_speakers_are_told_by_nick_or_name():
    [chat] = outcomes(a_chat())

    assert [turn.party for turn in chat.turns] == [
        "customer",
        "bot",
        "agent",
        "customer",
    ]


@pytest.mark.parametrize(
    ("missed", "outcome"), [(True, "abandoned"), (False, "answered")]
)
def test_a_chat_that_no_agent_took_is_not_answered_by_a_greeting(missed, outcome):
    greeted = [
        {"type": "chat.msg", "nick": "visitor:v1", "msg": "Bonjour"},
        {"type": "chat.msg", "nick": "agent:trigger", "msg": "Bienvenue"},
    ]
    [chat] = outcomes(a_chat(history=greeted, missed=missed))

    assert chat.outcome == outcome


@pytest.mark.parametrize("key", ["docs", "chats"])
def test_chats_may_be_told_by_their_ids(key):
    one, other = outcomes({key: {"a.1": a_chat(id="a.1"), "a.2": a_chat(id="a.2")}})

    assert (one.native_id, other.native_id) == ("a.1", "a.2")


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("ticket_metric", "metric"),
        ("ticket_metric_events", "metric"),
        ("macro", "setting"),
        ("sla_policies", "setting"),
        ("articles", "article"),
        ("posts", "topic"),
        ("side_conversations", "side_conversation"),
        ("job_status", "job"),
        ("upload", "attachment"),
    ],
)
def test_other_answers_of_the_api_are_excluded_by_name(key, reason):
    record = {"id": 1, "created_at": "2026-03-02T09:00:00Z"}

    [left_out] = outcomes({key: [record] if key.endswith("s") else record})

    assert (type(left_out), left_out.reason) == (Excluded, reason)


def test_an_error_of_the_api_is_refused_as_one():
    [rejected] = outcomes({"error": "RecordNotFound", "description": "Not found"})

    assert (type(rejected), rejected.reason) == (Rejected, "zendesk_error")


COMMENTS = (
    b"id,_fivetran_synced,body,created,facebook_comment,public,ticket_id,user_id"
    b",voice_comment\r\n"
    b'2,2026-03-05 04:47:57.580,"Oui, on regarde",2026-03-02 10:00:00,FALSE,TRUE,35'
    b",20,FALSE\r\n"
    b'1,2026-03-05 04:47:57.580,"Ma facture\nest fausse",2026-03-02 09:00:00,FALSE,TRUE'
    b",35,7,FALSE\r\n"
    b"3,2026-03-05 04:47:57.580,entre nous,2026-03-02 10:01:00,FALSE,FALSE,35,20,FALSE\r\n"
)


def test_a_loader_s_table_of_comments_is_read_like_a_list_of_them():
    opening, answer, note = sorted(
        read(COMMENTS), key=lambda one: getattr(one, "native_id", "z")
    )

    assert (opening.native_id, opening.direction) == ("35", "inbound")
    assert opening.text == "Ma facture\nest fausse"
    assert (answer.native_id, answer.direction) == ("35/2", "outbound")
    assert answer.occurred_at == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert note.reason == "private_note"


@pytest.mark.parametrize(
    ("flag", "reason"), [("FAUX", "private_note"), ("?", "not_a_zendesk_comment")]
)
def test_a_private_comment_of_a_table_is_no_message_however_it_is_told(flag, reason):
    head, _, rows = COMMENTS.partition(b"\r\n")
    note = rows.splitlines()[-1].replace(
        b"FALSE,FALSE,", b"FALSE," + flag.encode() + b","
    )

    [found] = read(head + b"\r\n" + note + b"\r\n")

    assert found.reason == reason


def test_a_loader_s_table_of_tickets_is_read():
    rows = (
        b"id,created_at,description,is_public,requester_id,status,subject,submitter_id"
        b",updated_at,via_channel,via_source_from_address,merged_ticket_ids\n"
        b"35,2026-03-02 09:00:00,Ma facture est fausse,TRUE,7,open,Facture,7"
        b",2026-03-02 11:30:00,email,lea@example.org,[]\n"
        b"36,2026-03-02 09:00:00,x,TRUE,7,deleted,x,7,2026-03-02 11:30:00,web,,\n"
        b"37,jamais,x,TRUE,7,open,x,7,2026-03-02 11:30:00,web,,\n"
    )

    ticket, deleted, broken = read(rows)

    assert (ticket.native_id, ticket.channel) == ("35", "email")
    assert ticket.handles == (
        Handle("email", "lea@example.org"),
        Handle("contact", "desk:7"),
    )
    assert deleted.reason == "deleted"
    assert broken.reason == "not_a_zendesk_ticket"
    assert broken.origin.locator.endswith("row 3")


def test_ids_that_pandas_made_floats_are_the_numbers_they_were():
    table = a_detail(id=35, requester_id=7.0, group_id=3.0, submitter_id=20.0)
    comment = {"id": 9.0, "ticket_id": 35.0, "author_id": 7.0, "body": "Alors ?",
               "created_at": "2026-03-02T11:00:00Z"}  # fmt: skip
    other = a_detail(id=36)

    asked, _, later = sorted(
        outcomes({"tickets": [table, other], "comments": [comment]}),
        key=lambda one: str(one.occurred_at) + one.native_id,
    )

    assert (asked.native_id, asked.queue) == ("35", "3")
    assert asked.handles == (Handle("contact", "desk:7"),)
    assert (later.native_id, later.direction) == ("35/9", "inbound")


def test_ids_of_a_table_may_be_floats_and_rounded_ones_are_none():
    head = b"id,created_at,description,requester_id,subject,via_channel\n"
    whole, rounded, lost = read(
        head
        + b"35.0,2026-03-02 09:00:00,Panne,7.0,Box,web\n"
        + b"36,2026-03-02 09:00:00,Panne,1.35E+13,Box,web\n"
        + b"1.35E+13,2026-03-02 09:00:00,Panne,7,Box,web\n"
    )

    assert (whole.native_id, whole.handles) == ("35", (Handle("contact", "desk:7"),))
    assert (rounded.native_id, rounded.handles) == ("36", ())
    assert lost.reason == "not_a_zendesk_ticket"


def test_a_loader_s_table_of_people_is_excluded_row_by_row():
    found = read(b"id,name,email,role\n1,Paul,p@example.org,agent\n2,L,l@x.org,x\n")

    assert [one.reason for one in found] == ["user", "user"]


@pytest.mark.parametrize(
    "header",
    [
        "Id,Requester,Requester email,Subject,Created at,Updated at,Via,Group,"
        "Satisfaction Score",
        "Ticket ID,Requester,Requester email,Subject,Requested,Updated,Via,Group,"
        "Satisfaction Score",
        "ID,Demandeur,E-mail du demandeur,Objet,Créé le,Mis à jour,Canal,Groupe,"
        "Score de satisfaction",
    ],
)
@pytest.mark.parametrize(("way", "score"), [("Mail", "Bad"), ("E-mail", "Mauvais")])
def test_what_zendesk_exports_for_people_has_its_channel_and_address(
    header, way, score
):
    row = f"35,Léa M.,lea@example.org,Panne,2026-03-02 09:00,2026-03-02 10:00,{way},N1,"
    ticket, survey = read(f"{header}\n{row}{score}\n".encode())

    assert (ticket.native_id, ticket.channel, ticket.queue) == ("35", "email", "N1")
    assert (ticket.handles, ticket.names) == (
        (Handle("email", "lea@example.org"),),
        ("Léa M.",),
    )
    assert ticket.occurred_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (survey.interaction_native_id, survey.score) == ("35", 0.0)


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        ("Subject,Requester Email,Requester Name", "Panne,lea@example.org,Léa M."),
        ("Subject,Requester Id", "Panne,7"),
        ("Requester Email", "lea@example.org"),
    ],
)
def test_a_helpdesk_s_table_of_tickets_is_none_of_comments(asked, value):
    [ticket] = read(
        f"Ticket ID,Created At,Body,Status,Assignee,{asked}\n"
        f"HD-35,2026-03-02 09:00,Ma box est en panne,open,Paul R.,{value}\n".encode()
    )

    assert (ticket.native_id, ticket.direction) == ("HD-35", "inbound")
    assert (ticket.text, ticket.attributes["status"]) == ("Ma box est en panne", "open")
    assert len(ticket.handles) == 1


def test_a_table_of_comments_may_repeat_their_ticket_s_subject():
    asked, answered = read(
        b"id,ticket_id,subject,body,author_id,created_at\n"
        b"1,35,Panne,Ma box est en panne,7,2026-03-02 09:00\n"
        b"2,35,Panne,Je regarde,20,2026-03-02 10:00\n"
    )
    [without_id] = read(
        b"ticket_id,subject,body,author_id,created_at\n"
        b"35,Panne,Ma box est en panne,7,2026-03-02 09:00\n"
    )

    assert (asked.native_id, answered.native_id) == ("35", "35/2")
    assert without_id.reason == "not_a_zendesk_comment"


def test_a_score_that_was_not_offered_is_no_survey():
    [ticket] = read(
        b"Id,Requester id,Requester email,Subject,Created at,Satisfaction Score\n"
        b"35,7,lea@example.org,Panne,2026-03-02 09:00,Not offered\n"
    )

    assert ticket.handles == (
        Handle("email", "lea@example.org"),
        Handle("contact", "desk:7"),
    )


def test_a_loader_s_table_of_ratings_is_the_surveys_it_tells_of():
    rows = (
        b"id,assignee_id,requester_id,ticket_id,score,created_at,updated_at,comment\n"
        b"9,2,7,35,bad,2026-03-02T09:00:00Z,2026-03-02T11:00:00Z,Trop long\n"
        b"10,2,7,36,offered,2026-03-02T09:00:00Z,2026-03-02T09:00:00Z,\n"
        b"11,2,7,37,unoffered,2026-03-02T09:00:00Z,2026-03-02T09:00:00Z,\n"
    )
    rated, offered, unoffered = read(rows)

    assert isinstance(rated, Survey)
    assert (rated.interaction_native_id, rated.score, rated.comment) == (
        "35",
        0.0,
        "Trop long",
    )
    assert isinstance(offered, Survey)
    assert (offered.score, offered.invited_at is not None) == (None, True)
    assert unoffered.reason == "rating_not_offered"


def test_another_table_is_refused_with_its_columns():
    [rejected] = read(b"id,name,url\n1,Support,https://example.org\n")

    assert rejected.reason == "not_a_zendesk_table"
    assert "found id, name, url" in rejected.message


@given(st.lists(st.text(max_size=12), min_size=9, max_size=9))
def test_any_row_of_a_table_comes_out_without_a_crash(cells):
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    head = COMMENTS.partition(b"\n")[0]

    found = read(head + b"\n" + row.encode("utf-8", "replace") + b"\n")

    assert all(isinstance(one, Interaction | Excluded | Rejected) for one in found)


def an_incremental_event(**changes: Any) -> Json:
    """As the incremental export of ticket events writes them, with `comment_events`."""
    return {
        "id": 900,
        "ticket_id": 35,
        "timestamp": 1772442003,
        "created_at": "2026-03-02T09:00:03Z",
        "updater_id": 7,
        "via": "Web form",
        "event_type": "Audit",
        "child_events": [
            {
                "id": 901,
                "event_type": "Comment",
                "type": "Comment",
                "via": "Web form",
                "author_id": 7,
                "body": "Ma facture est fausse.",
                "public": True,
                "created_at": "2026-03-02T09:00:00Z",
            },
            {"id": 902, "event_type": "Create", "subject": "Facture", "via": "Web"},
            {"id": 903, "event_type": "Create", "requester_id": 7, "via": "Web"},
            {"id": 904, "event_type": "Create", "tags": ["billing"], "via": "Web"},
            {"id": 905, "event_type": "Notification", "subject": "Recu !"},
        ],
    } | changes


def test_an_incremental_event_names_the_requester_and_the_subject():
    [opening] = outcomes({"ticket_events": [an_incremental_event()]})

    assert (opening.native_id, opening.direction) == ("35", "inbound")
    assert (opening.subject, opening.text) == ("Facture", "Ma facture est fausse.")
    assert opening.handles == (Handle("contact", "desk:7"),)
    assert "direction_is_assumed" not in opening.attributes


def test_a_later_incremental_event_is_still_of_the_same_requester():
    answer = {
        "id": 911,
        "event_type": "Comment",
        "type": "Comment",
        "author_id": 20,
        "body": "Nous la corrigeons.",
        "public": True,
        "created_at": "2026-03-02T10:00:00Z",
    }
    later = an_incremental_event(id=910, child_events=[answer])

    [_, answered] = outcomes({"ticket_events": [an_incremental_event(), later]})

    assert (answered.direction, answered.agent) == ("outbound", "20")
    assert answered.handles == (Handle("contact", "desk:7"),)


def a_comment(number: int, author: int, **changes: Any) -> Json:
    return {
        "id": number,
        "type": "Comment",
        "author_id": author,
        "body": "Ma facture est fausse.",
        "public": True,
        "created_at": f"2026-03-02T09:{number:02}:00Z",
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
    } | changes


def test_who_writes_private_notes_is_not_the_customer():
    note = a_comment(1, 20, public=False, via={"channel": "web"})
    comments = [note, a_comment(2, 7), a_comment(3, 20, body="Corrigée.")]

    [left_out, asked, answered] = outcomes({"comments": comments, "next_page": None})

    assert left_out.reason == "private_note"
    assert (asked.direction, asked.channel) == ("inbound", "email")
    assert asked.handles == (Handle("contact", "desk:7"),)
    assert (answered.direction, answered.agent) == ("outbound", "20")


def test_zendesk_itself_is_not_the_customer():
    comments = [a_comment(1, -1, body="Bonjour !"), a_comment(2, 7)]

    [greeting, asked] = outcomes({"comments": comments, "next_page": None})

    assert (greeting.direction, asked.direction) == ("outbound", "inbound")
    assert greeting.handles == asked.handles == (Handle("contact", "desk:7"),)


def test_a_chat_in_an_audit_has_its_agent_its_people_and_its_end():
    history = [
        {"type": "ChatMessage", "actor_type": actor, "actor_id": who,
         "actor_name": name, "message": message, "timestamp": 1772442000000 + after}
        for actor, who, name, message, after in (
            ("end-user", "7", "Léa", "Ma box est en panne", 0),
            ("system", "-1", "Bot", "Un instant", 1_000),
            ("agent", "20", "Paul", "Je regarde", 90_000),
        )
    ]  # fmt: skip
    value = {"chat_id": "2603.1", "user_id": 7, "history": history}

    [chat] = outcomes(an_audit({"id": 6, "type": "ChatStartedEvent", "value": value}))

    assert (chat.agent, chat.names) == ("20", ("Léa", "Paul"))
    assert chat.ended_at == datetime(2026, 3, 2, 9, 1, 30, tzinfo=UTC)


def test_a_chat_listed_without_its_history_was_answered_and_ended():
    [chat] = outcomes(
        a_chat(
            history=[],
            missed=False,
            agent_ids=["20"],
            agent_names=["Paul", None],
            duration=600,
            end_timestamp="2026-03-02T09:10:30Z",
        )
    )

    assert (chat.outcome, chat.agent) == ("answered", "20")
    assert chat.ended_at == datetime(2026, 3, 2, 9, 10, 30, tzinfo=UTC)
    assert chat.names == ("Léa", "Paul")


def test_an_end_that_is_no_time_leaves_the_duration():
    [chat] = outcomes(a_chat(duration=60, end_timestamp=""))

    assert chat.ended_at == datetime(2026, 3, 2, 9, 1, tzinfo=UTC)


def a_survey_response(**changes: Any) -> Json:
    return {
        "id": "01HX",
        "survey_id": "01GX",
        "survey_version": 3,
        "responder_id": 7,
        "subject_zrns": ["zen:ticket:35"],
        "expires_at": "2026-04-02T09:00:00.000Z",
        "answers": [
            {
                "type": "rating_scale",
                "rating": 2,
                "rating_category": "bad",
                "question": {
                    "id": "q1",
                    "type": "rating_scale_numeric",
                    "options": [{"rating": one} for one in range(1, 6)],
                },
                "created_at": "2026-03-02T09:00:00.000Z",
                "updated_at": "2026-03-02T09:01:00.000Z",
            },
            {
                "type": "open_ended",
                "value": "Trop long",
                "question": {"id": "q2", "type": "open_ended"},
                "created_at": "2026-03-02T09:00:30.000Z",
            },
        ],
    } | changes


@pytest.mark.parametrize(
    "document",
    [
        {"survey_response": a_survey_response()},
        {"survey_responses": [a_survey_response()], "meta": {"has_more": False}},
        a_survey_response(
            subject_zrns=None,
            subjects=[{"id": "35", "type": "ticket", "zrn": "zrn:ticket:35"}],
        ),
    ],
)
def test_a_response_to_a_survey_is_one_on_its_own_scale(document):
    [survey] = outcomes(document)

    assert (survey.native_id, survey.interaction_native_id) == ("01HX", "35")
    assert (survey.score, survey.scale_min, survey.scale_max) == (2.0, 1.0, 5.0)
    assert survey.comment == "Trop long"
    assert survey.answered_at == datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
    assert survey.handles == (Handle("contact", "desk:7"),)


def test_a_survey_that_was_skipped_is_left_out():
    skipped = {"type": "skipped", "created_at": "2026-03-02T09:00:00.000Z"}

    [left_out] = outcomes({"survey_response": a_survey_response(answers=[skipped])})

    assert left_out.reason == "unanswered_survey"


def test_a_broken_response_to_a_survey_is_refused_with_its_place():
    broken = a_survey_response(answers=[{"rating": "deux"}])

    [rejected] = outcomes({"survey_responses": [broken]})

    assert rejected.reason == "not_a_zendesk_survey_response"
    assert "`$.survey_responses[0].answers[0].rating`" in rejected.message


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"source_type": "Article", "source_id": 5}, "article_comment"),
        ({"post_id": 6}, "topic_comment"),
    ],
)
def test_a_comment_in_the_help_centre_is_none_of_a_ticket(about, reason):
    comment = {"id": 1, "author_id": 7, "body": "<p>Merci</p>",
               "created_at": "2026-03-02T09:00:00Z"}  # fmt: skip

    [left_out] = outcomes({"comments": [comment | about], "count": 1})

    assert left_out.reason == reason


def test_a_ticket_of_a_voicemail_and_one_of_a_call_placed_are_told_apart():
    def a_call(relation: str) -> Json:
        ends = {"from": {"phone": "+33140000000"}, "to": {"phone": "+33612345678"}}
        return a_detail(via={"channel": "voice", "source": {**ends, "rel": relation}})

    # Zendesk makes such tickets private.
    [left] = outcomes({"ticket": a_call("voicemail") | {"is_public": False}})
    [placed] = outcomes({"ticket": a_call("outbound")})

    assert (left.channel, left.outcome, left.direction) == (
        "call",
        "voicemail",
        "inbound",
    )
    assert (placed.channel, placed.direction) == ("call", "outbound")
    assert Handle("phone", "+33612345678") in placed.handles
