import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources.records import (
    Company,
    Excluded,
    Handle,
    Interaction,
    Origin,
    Rejected,
    Survey,
    Turn,
)
from jobs.sources.zendesk import parse

ORIGIN = Origin(source="desk", file="tickets.jsonl", locator="byte 0")
Json = dict[str, Any]


def a_comment(**changes: Any) -> Json:
    return {
        "id": 501,
        "type": "Comment",
        "author_id": 7,
        "body": "Ma facture est fausse.",
        "html_body": "<div class='zd-comment'><p>Ma facture est fausse.</p></div>",
        "plain_body": "Ma facture est fausse.",
        "public": True,
        "created_at": "2026-03-02T09:00:00Z",
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "attachments": [],
    } | changes


def an_answer(**changes: Any) -> Json:
    return (
        a_comment(
            id=502,
            author_id=20,
            body="Nous la corrigeons.",
            html_body="<p>Nous la corrigeons.</p>",
            plain_body="Nous la corrigeons.",
            created_at="2026-03-02T10:00:00Z",
            via={"channel": "web", "source": {}},
        )
        | changes
    )


def a_ticket(**changes: Any) -> Json:
    return {
        "id": 35,
        "created_at": "2026-03-02T09:00:00Z",
        "updated_at": "2026-03-02T11:30:00Z",
        "subject": "Facture de mars",
        "description": "Ma facture est fausse.",
        "status": "open",
        "priority": "normal",
        "type": "question",
        "requester_id": 7,
        "submitter_id": 7,
        "assignee_id": 20,
        "organization_id": 900,
        "group_id": 3,
        "external_id": None,
        "is_public": True,
        "tags": ["facture", "mars"],
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "satisfaction_rating": None,
        "requester": {
            "id": 7,
            "name": "Léa Martin",
            "email": "lea@example.org",
            "phone": "+33612345678",
            "external_id": "CRM-7",
            "role": "end-user",
        },
        "comments": [a_comment(), an_answer()],
    } | changes


def outcomes(document: Any, origin: Origin = ORIGIN) -> list[Any]:
    return list(parse(json.dumps(document).encode(), origin))


def interactions(document: Any, origin: Origin = ORIGIN) -> list[Interaction]:
    found = outcomes(document, origin)
    assert [one for one in found if not isinstance(one, Interaction)] == []
    return found


def reasons(document: Any) -> list[str]:
    return [
        one.reason for one in outcomes(document) if not isinstance(one, Interaction)
    ]


def test_a_ticket_is_one_interaction_per_public_message():
    opening, answer = interactions(a_ticket())

    assert opening == Interaction(
        native_id="35",
        conversation_native_id="35",
        channel="email",
        direction="inbound",
        initiation="inbound",
        occurred_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        source_updated_at=datetime(2026, 3, 2, 11, 30, tzinfo=UTC),
        origin=ORIGIN.at("$.comments[0]"),
        handles=(
            Handle("email", "lea@example.org"),
            Handle("phone", "+33612345678"),
            Handle("account", "CRM-7"),
            Handle("contact", "desk:7"),
        ),
        queue="3",
        outcome="delivered",
        subject="Facture de mars",
        text="Ma facture est fausse.",
        text_origin="typed",
        attributes={
            "status": "open",
            "priority": "normal",
            "type": "question",
            "organization_id": "900",
            "tags": "facture,mars",
            "via_channel": "email",
        },
        names=("Léa Martin",),
    )
    assert answer == Interaction(
        native_id="35/502",
        conversation_native_id="35",
        channel="email",
        direction="outbound",
        initiation="outbound",
        occurred_at=datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
        source_updated_at=datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
        origin=ORIGIN.at("$.comments[1]"),
        handles=opening.handles,
        agent="20",
        outcome="delivered",
        text="Nous la corrigeons.",
        text_origin="typed",
        attributes={"via_channel": "web"},
        names=("Léa Martin",),
    )


def test_a_ticket_without_its_comments_is_the_same_opening_message():
    [bare] = interactions(a_ticket(comments=None))
    whole, _ = interactions(a_ticket())

    places = {"origin": ORIGIN}
    assert msgspec.structs.replace(bare, **places) == msgspec.structs.replace(
        whole, **places
    )


def test_a_ticket_beside_its_comments_and_users_reads_the_same():
    ticket = a_ticket()
    comments = ticket.pop("comments")
    users = [ticket.pop("requester"), {"id": 20, "name": "Paul", "role": "agent"}]

    beside = interactions({"ticket": ticket, "comments": comments, "users": users})

    assert [one.native_id for one in beside] == ["35", "35/502"]
    assert [one.direction for one in beside] == ["inbound", "outbound"]
    assert beside[1].names == ("Léa Martin", "Paul")
    assert beside[1].handles[0] == Handle("email", "lea@example.org")


def test_ids_may_be_text():
    ticket = a_ticket(id="35", requester_id="7", comments=[a_comment(id="501")])
    assert [one.native_id for one in interactions(ticket)] == ["35"]


def test_a_private_comment_is_no_customer_s_voice():
    note = an_answer(public=False)
    _, excluded = reversed(outcomes(a_ticket(comments=[a_comment(), note])))
    assert excluded == Excluded("private_note", ORIGIN.at("$.comments[1]"))


@pytest.mark.parametrize(
    ("yes", "no"), [("true", "false"), ("VRAI", "FAUX"), ("t", "f"), (1, 0)]
)
def test_whether_a_comment_is_public_may_be_text_or_a_number(yes, no):
    comments = [a_comment(public=yes), an_answer(public=no)]

    note, opening = outcomes(a_ticket(comments=comments))

    assert (note.reason, opening.native_id) == ("private_note", "35")


def test_a_comment_of_which_it_is_unclear_whether_it_is_public_is_rejected():
    comments = [a_comment(), an_answer(public="interne")]

    assert reasons(a_ticket(comments=comments)) == ["not_a_zendesk_comment"]


def test_the_first_public_message_has_the_ticket_s_id_after_a_private_one():
    comments = [a_comment(public=False, author_id=20), an_answer()]
    excluded, opening = outcomes(a_ticket(comments=comments))
    assert isinstance(excluded, Excluded)
    assert opening.native_id == "35"


def test_a_ticket_of_private_comments_only_has_no_message():
    assert reasons(a_ticket(comments=None, is_public=False)) == ["private_note"]


@pytest.mark.parametrize(
    ("via", "channel"),
    [
        ("email", "email"),
        ("web", "web_form"),
        ("mobile_sdk", "web_form"),
        ("help_center", "web_form"),
        ("chat", "chat"),
        ("native_messaging", "chat"),
        ("sunshine_conversations_api", "chat"),
        ("whatsapp", "chat"),
        ("voice", "call"),
        ("voicemail", "call"),
        ("twitter", "social"),
        ("facebook", "social"),
        ("instagram", "social"),
        ("any_channel", "social"),
        ("api", "web_form"),
        ("some_integration", "web_form"),
    ],
)
def test_via_tells_the_channel_and_stays_in_the_attributes(via, channel):
    [opening] = interactions(a_ticket(via={"channel": via}, comments=None))
    assert (opening.channel, opening.attributes["via_channel"]) == (channel, via)


def test_an_answer_has_the_channel_of_its_ticket():
    comments = [a_comment(), an_answer(via={"channel": "web"})]
    assert [one.channel for one in interactions(a_ticket(comments=comments))] == [
        "email",
        "email",
    ]


def test_a_customer_s_further_message_has_its_own_channel():
    later = a_comment(id=503, created_at="2026-03-03T08:00:00Z", via={"channel": "web"})
    assert interactions(a_ticket(comments=[a_comment(), later]))[1].channel == (
        "web_form"
    )


def test_a_comment_through_the_api_has_the_channel_of_its_ticket():
    later = a_comment(id=503, created_at="2026-03-03T08:00:00Z", via={"channel": "api"})
    assert interactions(a_ticket(comments=[a_comment(), later]))[1].channel == "email"


@pytest.mark.parametrize(
    ("relation", "visibility"),
    [("mention", "public"), ("direct_message", "private"), (None, None)],
)
def test_a_social_ticket_is_as_visible_as_its_relation_says(relation, visibility):
    via = {
        "channel": "twitter",
        "source": {"from": {"username": "@lea_m", "twitter_id": "44"}, "rel": relation},
    }
    [opening] = interactions(a_ticket(via=via, comments=None))
    assert opening.visibility == visibility
    assert Handle("x", "lea_m") in opening.handles
    assert Handle("x_id", "44") in opening.handles


def test_html_only_is_read_as_text():
    comment = a_comment(
        body=None, plain_body=None, html_body="<p>Bonjour,</p><p>ma box &amp; moi</p>"
    )
    [opening] = interactions(a_ticket(comments=[comment]))
    assert opening.text == "Bonjour,\n\nma box & moi"


def test_html_in_the_body_is_read_as_text():
    comment = a_comment(
        html_body=None, plain_body=None, body="<p>Plus de r&eacute;seau</p>"
    )
    [opening] = interactions(a_ticket(comments=[comment]))
    assert opening.text == "Plus de réseau"


def test_the_pictures_of_a_body_are_no_words():
    body = (
        "Voici la photo :\n\n![](https://x.zendesk.example/attachments/?name=a.jpg)\n"
        " ![capture](https://x.zendesk.example/b.png) Merci !"
    )
    comment = a_comment(body=body, html_body=None, plain_body=None)

    [opening] = interactions(a_ticket(comments=[comment], via={"channel": "web"}))

    assert opening.text is not None
    assert opening.text.split() == ["Voici", "la", "photo", ":", "Merci", "!"]


def test_an_e_mail_s_quoted_history_is_left_out():
    body = (
        "Toujours rien.\n\n##- Répondez au-dessus de cette ligne -##\n\n"
        "Le 2 mars 2026 à 10:00, Support a écrit :\n> Nous la corrigeons."
    )
    comment = a_comment(plain_body=body)
    [opening] = interactions(a_ticket(comments=[comment]))
    assert opening.text == "Toujours rien."


def test_an_agent_is_outbound_by_role_even_without_a_requester():
    ticket = a_ticket(requester=None, requester_id=None)
    ticket["users"] = [
        {"id": 7, "name": "Léa Martin", "role": "end-user"},
        {"id": 20, "name": "Paul", "role": "admin"},
    ]
    assert [one.direction for one in interactions(ticket)] == ["inbound", "outbound"]


def test_somebody_in_copy_is_inbound_with_handles_of_their_own():
    ticket = a_ticket(
        comments=[
            a_comment(),
            a_comment(id=503, author_id=8, created_at="2026-03-02T12:00:00Z"),
        ],
        users=[{"id": 8, "name": "Tom", "role": "end-user", "email": "t@example.org"}],
    )
    copied = interactions(ticket)[1]
    assert copied.direction == "inbound"
    assert copied.handles == (
        Handle("email", "t@example.org"),
        Handle("contact", "desk:8"),
    )


def test_an_address_of_the_company_is_outbound():
    origin = Origin("desk", "f", "", Company(frozenset({"shop.example"})))
    ticket = a_ticket(comments=None)
    ticket["requester"]["email"] = "lea@mail.shop.example"
    assert interactions(ticket, origin)[0].direction == "outbound"


def test_a_phone_shared_by_several_people_links_nobody():
    ticket = a_ticket(comments=None)
    ticket["requester"]["shared_phone_number"] = True
    kinds = {handle.kind for handle in interactions(ticket)[0].handles}
    assert kinds == {"email", "account", "contact"}


def test_a_ticket_delivered_again_changes_nothing_about_a_further_comment():
    _, before = interactions(a_ticket())
    _, after = interactions(
        a_ticket(status="solved", updated_at="2026-03-05T08:00:00Z", group_id=4)
    )
    assert after == before


def test_a_change_of_status_updates_the_opening_message():
    before, _ = interactions(a_ticket())
    after, _ = interactions(
        a_ticket(status="solved", updated_at="2026-03-05T08:00:00Z")
    )
    assert after.source_updated_at > before.source_updated_at
    assert after.attributes["status"] == "solved"


def test_a_redacted_comment_is_newer_than_what_it_was():
    _, before = interactions(a_ticket())
    redacted = an_answer(plain_body="Votre code ▇▇▇▇", body="Votre code ▇▇▇▇")
    _, after = interactions(
        a_ticket(comments=[a_comment(), redacted], updated_at="2026-03-05T08:00:00Z")
    )
    assert after.source_updated_at > before.source_updated_at


def test_the_queue_is_the_group_s_name_where_it_is_told():
    document = {
        "tickets": [a_ticket(comments=None)],
        "groups": [{"id": 3, "name": "Facturation"}],
    }
    assert interactions(document)[0].queue == "Facturation"


@pytest.mark.parametrize(
    ("group", "queue"),
    [
        ({"id": 4, "name": "SAV"}, "SAV"),
        ({"name": "SAV"}, "SAV"),
        ({"id": 3}, "Support N1"),
        ({"id": 4}, "4"),
        ({}, "Support N1"),
        ("SAV", "SAV"),
    ],
)
def test_the_group_inside_a_ticket_may_be_told_in_part(group, queue):
    page = {
        "tickets": [a_ticket(group=group)],
        "groups": [{"id": 3, "name": "Support N1"}],
    }

    assert interactions(page)[0].queue == queue


@pytest.mark.parametrize(
    "note",
    [
        'This request was closed and merged into request #40 "Facture".',
        "Cette demande a été fermée et fusionnée dans la demande #40 « Facture ».",
    ],
)
def test_a_merged_ticket_belongs_to_the_one_it_was_merged_into(note):
    merge = an_answer(plain_body=note, body=note)
    excluded, opening = outcomes(a_ticket(comments=[a_comment(), merge]))
    assert excluded == Excluded("merge_note", ORIGIN.at("$.comments[1]"))
    assert (opening.native_id, opening.conversation_native_id) == ("35", "40")
    assert opening.attributes["merged_into"] == "40"


def test_a_further_comment_of_a_merged_ticket_stays_with_its_ticket():
    later = a_comment(id=503, created_at="2026-03-02T09:30:00Z")
    note = "This request was closed and merged into request #40."
    merge = an_answer(plain_body=note, body=note)
    _, _, further = outcomes(a_ticket(comments=[a_comment(), later, merge]))
    assert (further.native_id, further.conversation_native_id) == ("35/503", "35")


def test_the_note_in_the_ticket_that_remains_is_excluded_too():
    note = 'Request #35 "Facture" was closed and merged into this request.'
    merge = an_answer(plain_body=note, body=note)
    ticket = a_ticket(
        id=40, comments=[a_comment(), merge], merged_ticket_ids=[35], followup_ids=[50]
    )
    excluded, opening = outcomes(ticket)
    assert excluded.reason == "merge_note"
    assert opening.conversation_native_id == "40"
    assert opening.attributes["merged_ticket_ids"] == "35"
    assert opening.attributes["followup_ids"] == "50"


def test_a_customer_s_answer_to_the_note_of_a_merge_is_kept():
    text = "This request was closed and merged into request #40. Why?"
    answer = a_comment(id=503, plain_body=text, created_at="2026-03-02T12:00:00Z")
    assert len(interactions(a_ticket(comments=[a_comment(), answer]))) == 2


def test_a_chat_transcript_falls_into_turns():
    body = (
        "Chat started: 2026-03-02 10:02 AM UTC\n\n"
        "(10:02:11) Léa Martin: Bonjour\nplus de réseau\n"
        "(10:02:20) *** Paul joined the chat ***\n"
        "(10:02:31) Answer Bot: Un instant.\n"
        "(10:03:00) Paul: Je regarde : merci."
    )
    comment = a_comment(plain_body=body, body=body, via={"channel": "chat"})
    [chat] = interactions(a_ticket(via={"channel": "chat"}, comments=[comment]))

    def at(minute: int, second: int) -> datetime:
        return datetime(2026, 3, 2, 10, minute, second, tzinfo=UTC)

    assert chat.turns == (
        Turn("customer", at(2, 11), "Bonjour\nplus de réseau"),
        Turn("bot", at(2, 31), "Un instant."),
        Turn("agent", at(3, 0), "Je regarde : merci."),
    )
    assert chat.text == "Bonjour\nplus de réseau"
    assert chat.outcome == "answered"


def test_a_chat_past_midnight_goes_on_the_next_day():
    body = (
        "Chat started: 2026-03-02 11:59 PM UTC\n"
        "(11:59:50 PM) Visitor 7: Hello\n(12:00:10 AM) Paul: Hi"
    )
    comment = a_comment(plain_body=body, via={"channel": "chat"})
    [chat] = interactions(a_ticket(via={"channel": "chat"}, comments=[comment]))
    assert [turn.started_at for turn in chat.turns] == [
        datetime(2026, 3, 2, 23, 59, 50, tzinfo=UTC),
        datetime(2026, 3, 3, 0, 0, 10, tzinfo=UTC),
    ]


def test_a_transcript_without_its_day_has_turns_without_times():
    body = "(02:02:11 PM) Visitor 4411: Hello\n(02:02:31 PM) Paul: Hi"
    comment = a_comment(plain_body=body, body=body, author_id=-1)
    [chat] = interactions(
        a_ticket(
            via={"channel": "chat"}, comments=[comment | {"via": {"channel": "chat"}}]
        )
    )
    assert chat.turns == (Turn("customer", None, "Hello"), Turn("agent", None, "Hi"))
    assert (chat.direction, chat.text) == ("inbound", "Hello")


def test_a_transcript_in_which_nobody_is_the_customer_stays_whole():
    body = "(10:02:11) Someone: Bonjour\n(10:02:31) Other: Bonjour"
    comment = a_comment(plain_body=body, body=body, via={"channel": "chat"})
    [chat] = interactions(a_ticket(via={"channel": "chat"}, comments=[comment]))
    assert (chat.turns, chat.text) == ((), body)


def test_a_voice_comment_is_a_call_with_its_transcription_as_words():
    voice = a_comment(
        id=504,
        type="VoiceComment",
        author_id=-1,
        public=False,
        body="Inbound call from +33612345678",
        plain_body=None,
        html_body=None,
        data={
            "from": "+33612345678",
            "to": "+33180000000",
            "call_duration": 128,
            "answered_by_id": 20,
            "started_at": "2026-03-02T08:55:00Z",
            "transcription_text": "Ma ligne est coupée.",
        },
    )
    [call] = interactions(
        a_ticket(via={"channel": "phone_call_inbound"}, comments=[voice])
    )
    assert (call.channel, call.direction, call.outcome) == (
        "call",
        "inbound",
        "answered",
    )
    assert (call.text, call.text_origin) == (
        "Ma ligne est coupée.",
        "machine_transcript",
    )
    assert (call.talk_seconds, call.agent) == (128.0, "20")
    assert call.occurred_at == datetime(2026, 3, 2, 8, 55, tzinfo=UTC)


@pytest.mark.parametrize(
    ("score", "answer"),
    [
        ("good", 1.0),
        ("bad", 0.0),
        ("good_with_comment", 1.0),
        ("bad_with_comment", 0.0),
    ],
)
def test_a_rating_is_a_survey_from_0_to_1(score, answer):
    rating = {"id": 1, "score": score, "comment": "Rapide."}
    *_, survey = outcomes(a_ticket(satisfaction_rating=rating))
    assert survey == Survey(
        native_id="35/csat",
        interaction_native_id="35",
        interaction_source="desk",
        handles=(
            Handle("email", "lea@example.org"),
            Handle("phone", "+33612345678"),
            Handle("account", "CRM-7"),
            Handle("contact", "desk:7"),
        ),
        survey_channel=None,
        question_kind="csat",
        answered_at=datetime(2026, 3, 2, 11, 30, tzinfo=UTC),
        score=answer,
        scale_min=0.0,
        scale_max=1.0,
        comment="Rapide.",
        source_updated_at=datetime(2026, 3, 2, 11, 30, tzinfo=UTC),
        origin=ORIGIN.at("$.satisfaction_rating"),
        names=("Léa Martin",),
    )


def test_an_offered_rating_is_an_invitation_without_an_answer():
    *_, survey = outcomes(a_ticket(satisfaction_rating={"score": "offered"}))
    assert (survey.score, survey.answered_at, survey.invited_at) == (None, None, None)


@pytest.mark.parametrize("rating", [None, {}, {"score": "unoffered"}, {"score": None}])
def test_a_rating_that_was_not_asked_for_is_nothing(rating):
    assert len(interactions(a_ticket(satisfaction_rating=rating))) == 2


def test_the_list_of_ratings_gives_the_same_surveys_with_their_times():
    rating = {
        "id": 9,
        "score": "bad",
        "ticket_id": 35,
        "requester_id": 7,
        "comment": None,
        "created_at": "2026-03-03T09:00:00Z",
        "updated_at": "2026-03-03T09:10:00Z",
    }
    [survey] = outcomes({"satisfaction_ratings": [rating]})
    assert survey.native_id == "35/csat"
    assert survey.answered_at == datetime(2026, 3, 3, 9, 10, tzinfo=UTC)


def test_an_unknown_score_is_rejected_and_the_ticket_lives():
    *kept, rejected = outcomes(a_ticket(satisfaction_rating={"score": "superb"}))
    assert len(kept) == 2
    assert rejected.message == (
        "expected `score` to be offered, unoffered, good or bad (or these with"
        " _with_comment), got 'superb' - at `$.satisfaction_rating`"
    )


def test_a_broken_comment_is_rejected_alone_with_its_path():
    broken = an_answer(created_at=12)
    rejected, opening = outcomes(a_ticket(comments=[a_comment(), broken]))
    assert rejected == Rejected(
        "not_a_zendesk_comment",
        "Expected `datetime | null`, got `int` - at `$.comments[1].created_at`",
        ORIGIN.at("$.comments[1]"),
        json.dumps(broken),
    )
    assert opening.native_id == "35"


def test_a_broken_ticket_leaves_its_neighbours():
    page = {"tickets": [a_ticket(), a_ticket(created_at=None), a_ticket(id=36)]}
    found = outcomes(page)
    assert [one.native_id for one in found if isinstance(one, Interaction)] == [
        "35", "35/502", "36", "36/502",
    ]  # fmt: skip
    [rejected] = [one for one in found if isinstance(one, Rejected)]
    assert rejected.message.endswith("got `null` - at `$.tickets[1].created_at`")
    assert rejected.origin == ORIGIN.at("$.tickets[1]")


def test_a_broken_requester_is_rejected_and_the_ticket_lives():
    rejected, *kept = outcomes(a_ticket(requester={"id": 7, "email": 5}))
    assert rejected.message.endswith("at `$.requester.email`")
    assert [one.native_id for one in kept] == ["35", "35/502"]


def test_what_is_neither_json_nor_a_table_is_refused_with_what_is_read():
    [rejected] = parse(b"Facture, 2 mars", ORIGIN)
    assert rejected.reason == "not_a_zendesk_document"
    assert "a JSON object as Zendesk's API writes it, or a table" in rejected.message


def test_search_results_are_told_apart_by_their_type():
    document = {
        "results": [
            a_ticket(comments=None, result_type="ticket"),
            {"id": 7, "name": "Léa", "result_type": "user"},
            {"id": 3, "name": "Facturation", "result_type": "group"},
            {"id": 9, "result_type": "spaceship"},
        ],
        "count": 4,
    }
    ticket, user, group, unknown = outcomes(document)
    assert ticket.native_id == "35"
    assert (user.reason, group.reason) == ("user", "group")
    assert unknown.message.endswith("result_type 'spaceship' - at `$.results[3]`")


def test_the_people_inside_a_ticket_are_known_by_name_and_role():
    ticket = a_ticket(
        requester_id=None,
        requester=None,
        submitter={"id": 7, "name": "Léa Martin", "role": "end-user"},
        assignee={"name": "Paul Roux"},
    )
    opening, answer = interactions(ticket)

    assert (opening.direction, opening.names) == ("inbound", ("Léa Martin",))
    assert (answer.direction, answer.agent) == ("outbound", "20")
    assert answer.names == ("Paul Roux",)


def test_the_requester_inside_a_ticket_outranks_the_submitter_of_the_same_id():
    opening, _ = interactions(a_ticket(submitter={"id": 7, "name": "Léa"}))

    assert opening.handles[0] == Handle("email", "lea@example.org")


@pytest.mark.parametrize("assignee", [20, "20", "Paul Roux", None, []])
def test_an_assignee_that_is_no_object_costs_nothing(assignee):
    assert interactions(a_ticket(assignee=assignee)) == interactions(a_ticket())


def test_a_broken_assignee_is_rejected_and_the_ticket_lives():
    assert reasons(a_ticket(assignee={"id": 20, "name": 5})) == ["not_a_zendesk_user"]


def a_user(**changes: Any) -> Json:
    return {"id": 7, "email": "lea@example.org", "role": "end-user"} | changes


def test_a_ticket_may_hold_the_whole_answer_about_its_comments():
    answer = {"comments": [a_comment(), an_answer()], "users": [a_user()], "count": 2}

    opening, later = interactions(a_ticket(requester=None, comments=answer))

    assert (opening.text, later.native_id) == ("Ma facture est fausse.", "35/502")
    assert opening.handles[0] == Handle("email", "lea@example.org")
    assert opening.origin.locator == "byte 0 $.comments.comments[0]"


def test_users_may_be_told_by_their_ids():
    ticket = a_ticket(requester=None)
    comments = ticket.pop("comments")
    users = {"7": a_user(), "20": a_user(id=20, role="agent", name="Paul Roux")}

    opening, answer = interactions(
        {"ticket": ticket, "comments": comments, "users": users}
    )

    assert opening.handles[0] == Handle("email", "lea@example.org")
    assert answer.names == ("Paul Roux",)


def test_a_broken_user_among_those_told_by_id_is_rejected_with_its_place():
    users = {"7": a_user(), "20": {"id": 20, "name": 5}}

    *_, rejected = sorted(
        outcomes({"ticket": a_ticket(), "users": users}),
        key=lambda one: isinstance(one, Rejected),
    )

    assert "`$.users.20.name`" in rejected.message


def test_people_are_no_contacts():
    users = [{"id": 7, "name": "Léa", "email": "l@example.org", "role": "end-user"}]
    assert reasons({"users": users}) == ["user"]
    assert reasons(users[0]) == ["user"]


def test_a_request_is_the_ticket_as_its_requester_sees_it():
    request = a_ticket(can_be_solved_by_me=False)
    del request["comments"], request["requester"]
    [opening] = interactions({"requests": [request]})
    assert (opening.native_id, opening.direction) == ("35", "inbound")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (a_ticket(status="deleted"), "deleted"),
        (a_ticket(comments=None, via={"channel": "sample_ticket"}), "sample_ticket"),
        (
            {"id": 4, "cause": "Detected as spam", "author": {}, "subject": "x"},
            "suspended",
        ),
    ],
)
def test_what_is_no_contact_is_excluded_by_name(document, reason):
    assert reasons(document) == [reason]


def an_audit(*events: Json, **changes: Any) -> Json:
    return {
        "id": 80,
        "ticket_id": 35,
        "created_at": "2026-03-02T09:00:00Z",
        "author_id": 7,
        "via": {"channel": "web", "source": {}},
        "events": list(events),
    } | changes


def test_the_audit_that_makes_a_ticket_holds_its_opening_message():
    comment = a_comment(created_at=None, via=None)
    making = an_audit(
        comment,
        {"id": 1, "type": "Create", "field_name": "requester_id", "value": "7"},
        {"id": 2, "type": "Create", "field_name": "subject", "value": "Facture"},
    )
    answer = an_audit(an_answer(created_at=None), id=81, author_id=20)
    change = an_audit({"id": 3, "type": "Change", "field_name": "status"}, id=82)

    opening, further, excluded = outcomes({"audits": [making, answer, change]})

    assert (opening.native_id, opening.subject) == ("35", "Facture")
    assert (opening.direction, further.direction) == ("inbound", "outbound")
    assert further.native_id == "35/502"
    assert excluded.reason == "audit_without_message"


def test_comments_without_their_ticket_are_a_conversation_of_their_own():
    opening, answer = interactions({"comments": [a_comment(), an_answer()]})
    assert (opening.native_id, answer.native_id) == ("comment/501", "comment/501/502")
    assert (opening.direction, answer.direction) == ("inbound", "outbound")


def test_a_page_of_comments_tells_its_ticket_by_the_address_of_the_next():
    page = {
        "comments": [a_comment(), an_answer()],
        "next_page": "https://desk.example/api/v2/tickets/35/comments.json?page=2",
        "previous_page": None,
    }
    assert [one.native_id for one in interactions(page)] == ["35", "35/502"]


def test_a_message_left_when_nobody_was_there_is_a_chat():
    left = {
        "id": "2603.1",
        "type": "offline_msg",
        "timestamp": "2026-03-02T22:00:00Z",
        "message": "Rappelez-moi",
        "visitor": {"id": "v1", "name": "Léa", "email": "l@example.org", "phone": ""},
        "zendesk_ticket_id": 35,
    }
    [chat] = interactions(left)
    assert (chat.channel, chat.text, chat.outcome) == (
        "chat",
        "Rappelez-moi",
        "delivered",
    )
    assert chat.conversation_native_id == "35"
    assert chat.handles == (
        Handle("email", "l@example.org"),
        Handle("contact", "desk:v1"),
    )


def test_a_chat_with_its_history_has_turns():
    chat = {
        "id": "2603.2",
        "type": "chat",
        "timestamp": "2026-03-02T10:00:00Z",
        "visitor": {"id": "v1"},
        "history": [
            {"type": "chat.memberjoin", "timestamp": "2026-03-02T10:00:00Z"},
            {
                "type": "chat.msg",
                "sender_type": "Visitor",
                "msg": "Bonjour",
                "timestamp": "2026-03-02T10:00:05Z",
            },
            {
                "type": "chat.msg",
                "sender_type": "Agent",
                "msg": "Oui ?",
                "timestamp": "2026-03-02T10:00:15Z",
            },
        ],
    }
    chat |= {"response_time": {"first": 10, "avg": 12}, "duration": 60}
    chat |= {"rating": "bad", "comment": "Trop lent"}
    record, survey = outcomes({"chats": [chat]})
    assert (record.wait_seconds, record.ended_at) == (
        10.0,
        datetime(2026, 3, 2, 10, 1, tzinfo=UTC),
    )
    assert (survey.native_id, survey.score, survey.comment) == (
        "2603.2/csat",
        0.0,
        "Trop lent",
    )
    assert [turn.party for turn in record.turns] == ["customer", "agent"]
    assert (record.text, record.outcome) == ("Bonjour", "answered")


def test_an_array_at_the_top_is_read_element_by_element():
    found = interactions([a_ticket(comments=None), a_ticket(id=36, comments=None)])
    assert [one.native_id for one in found] == ["35", "36"]


def test_the_incremental_events_hold_the_same_messages():
    event = {
        "id": 81,
        "ticket_id": 35,
        "timestamp": 1_772_442_000,
        "updater_id": 7,
        "via": "Web form",
        "child_events": [
            {"id": 501, "event_type": "Create", "subject": "Facture"},
            {"id": 502, "event_type": "Comment", "body": "Bonjour", "public": True},
        ],
    }
    [opening] = interactions({"ticket_events": [event]})
    assert (opening.native_id, opening.channel) == ("35", "web_form")
    assert opening.occurred_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert opening.attributes["direction_is_assumed"] == "true"


def test_via_may_be_its_name_alone():
    [opening] = interactions(a_ticket(via="Email", comments=None))
    assert opening.channel == "email"


def test_a_requester_s_view_tells_agents_without_roles():
    users = [{"id": 7, "name": "Léa", "agent": False}, {"id": 20, "agent": True}]
    found = interactions({"comments": [a_comment(), an_answer()], "users": users})
    assert [one.direction for one in found] == ["inbound", "outbound"]


def test_lists_without_contacts_are_excluded_one_by_one():
    assert reasons({"deleted_tickets": [{"id": 1}, {"id": 2}]}) == ["deleted"] * 2
    assert reasons({"ticket_metrics": [{"id": 1, "ticket_id": 35}]}) == ["metric"]


# No input may crash the reader, and every record comes out once.

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "ticket", "comments", "via", "events", "users", "results", "score",
             "created_at", "ticket_id", "body", "visitor", "history", "rating"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


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


TEMPLATE = {
    "tickets": [a_ticket(satisfaction_rating={"score": "good"}), a_ticket(id=36)],
    "users": [{"id": 20, "name": "Paul", "role": "agent"}],
    "groups": [{"id": 3, "name": "Facturation"}],
}
ODD = (
    JSON
    | st.sampled_from(
        ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "", 10**30, -1, 1e308]
    )
)  # fmt: skip


@settings(max_examples=150)
@given(st.sampled_from(paths(TEMPLATE)), ODD)
def test_a_mutated_page_never_crashes_and_loses_no_neighbour(path, value):
    found = outcomes(mutated(TEMPLATE, path, value))
    ids = {one.native_id for one in found if isinstance(one, Interaction)}
    if path[:2] == ("tickets", 0):
        assert {"36", "36/502"} <= ids
    assert all(one.message and one.reason for one in found if isinstance(one, Rejected))


A_CHAT = {
    "id": "2603.2",
    "timestamp": "2026-03-02T10:00:00Z",
    "duration": 60,
    "rating": "good",
    "response_time": {"first": 10},
    "visitor": {"id": "v1", "name": "Léa", "email": "lea@example.org"},
    "history": [{"type": "chat.msg", "msg": "Hi", "timestamp": "2026-03-02T10:00:05Z"}],
}
SINGLE = [A_CHAT, an_audit(a_comment()), {"comments": [a_comment(), an_answer()]}]


@settings(max_examples=150)
@given(st.sampled_from([(d, path) for d in SINGLE for path in paths(d)]), ODD)
def test_a_mutated_chat_or_audit_never_crashes(place, value):
    outcomes(mutated(*place, value))


@settings(max_examples=150)
@given(JSON)
def test_any_json_is_read_without_a_crash(document):
    outcomes(document)


@settings(max_examples=150)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_bytes_are_read_without_a_crash(noise, at):
    list(parse(noise, ORIGIN))
    document = json.dumps(a_ticket()).encode()
    found = list(parse(document[:at] + noise + document[at:], ORIGIN))
    assert found


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(["public", "private", "broken", "merge"]),
        min_size=1,
        max_size=8,
    )
)
def test_every_comment_comes_out_once(kinds):
    made = {
        "public": {},
        "private": {"public": False},
        "broken": {"author_id": []},
        "merge": {
            "author_id": 20,
            "plain_body": "This request was closed and merged into request #40.",
        },
    }
    comments = [
        a_comment(id=position, **made[kind]) for position, kind in enumerate(kinds)
    ]
    found = outcomes(a_ticket(comments=comments))
    count = {
        "public": sum(isinstance(one, Interaction) for one in found),
        "broken": sum(isinstance(one, Rejected) for one in found),
        "private": sum(one == "private_note" for one in map(_reason, found)),
        "merge": sum(one == "merge_note" for one in map(_reason, found)),
    }
    expected = {kind: kinds.count(kind) for kind in made}
    if set(kinds) == {"broken"}:
        # With no comment to be read the description stands in for the opening one.
        expected["public"] = 1
    assert count == expected


def _reason(outcome: Any) -> str:
    return outcome.reason if isinstance(outcome, Excluded) else ""
