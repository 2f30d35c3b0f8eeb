import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources.mastodon import parse
from jobs.sources.records import Company, Excluded, Handle, Interaction, Origin

BRAND = Company(mastodon_accounts=frozenset({"marque@social.example"}))
ORIGIN = Origin("masto", "outbox.json", "byte 0", BRAND)

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
LEA = "https://ailleurs.example/users/lea"


def a_note(**changes):
    return {
        "id": f"{LEA}/statuses/1101",
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": "2026-01-05T09:00:00Z",
        "url": "https://ailleurs.example/@lea/1101",
        "attributedTo": LEA,
        "to": [PUBLIC],
        "cc": [f"{LEA}/followers"],
        "sensitive": False,
        "content": "<p>Ma box ne marche plus</p>",
        "contentMap": {"fr": "<p>Ma box ne marche plus</p>"},
        "attachment": [],
        "tag": [],
    } | changes


def an_activity(kind="Create", **changes):
    return {
        "id": f"{LEA}/statuses/1101/activity",
        "type": kind,
        "actor": LEA,
        "published": "2026-01-05T09:00:00Z",
        "to": [PUBLIC],
        "object": a_note(),
    } | changes


def an_outbox(*activities):
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "outbox.json",
        "type": "OrderedCollection",
        "totalItems": len(activities),
        "orderedItems": list(activities),
    }


def read(document):
    return list(parse(json.dumps(document).encode(), ORIGIN))


def test_an_archive_s_note_is_the_status_the_server_would_give():
    [status] = read(an_outbox(an_activity()))

    assert status == Interaction(
        native_id="1101",
        conversation_native_id="1101",
        channel="social",
        direction="inbound",
        initiation="inbound",
        visibility="public",
        occurred_at=datetime(2026, 1, 5, 9, tzinfo=UTC),
        source_updated_at=datetime(2026, 1, 5, 9, tzinfo=UTC),
        outcome="delivered",
        handles=(Handle("mastodon", "lea@ailleurs.example"),),
        language="fr",
        text="Ma box ne marche plus",
        text_origin="typed",
        attributes={"visibility": "public"},
        origin=ORIGIN.at("$.orderedItems[0] $.object"),
    )


def test_a_reply_names_what_it_answers_on_its_server_and_by_address_elsewhere():
    here = "https://ailleurs.example/users/tom/statuses/900"
    there = "https://social.example/users/marque/statuses/5"

    [ours] = read(an_activity(object=a_note(inReplyTo=here)))
    [foreign] = read(an_activity(object=a_note(inReplyTo=there)))

    assert ours.conversation_native_id == "900"
    assert foreign.conversation_native_id == there


@pytest.mark.parametrize(
    ("to", "cc", "word", "visibility"),
    [
        ([PUBLIC], [], "public", "public"),
        ("as:Public", None, "public", "public"),
        ([f"{LEA}/followers"], [PUBLIC], "unlisted", "public"),
        ([f"{LEA}/followers"], [], "private", "private"),
        (["https://social.example/users/marque"], [], "direct", "private"),
    ],
)
def test_to_whom_it_went_says_how_visible_it_is(to, cc, word, visibility):
    [status] = read(an_activity(object=a_note(to=to, cc=cc)))

    assert status.attributes["visibility"] == word
    assert status.visibility == visibility


def test_the_company_s_own_note_has_the_handle_of_whom_it_mentions():
    mention = {"type": "Mention", "href": LEA, "name": "@lea@ailleurs.example"}
    marque = "https://social.example/users/marque"

    [answer] = read(a_note(attributedTo=marque, tag=[mention]))

    assert answer.direction == "outbound"
    assert answer.handles == (Handle("mastodon", "lea@ailleurs.example"),)


@pytest.mark.parametrize(
    ("collection", "direction"),
    [
        ({}, "outbound"),
        ({"id": "https://social.example/users/marque/outbox?page=true"}, "outbound"),
        ({"id": "p1", "partOf": "https://social.example/@marque/outbox"}, "outbound"),
        ({"id": "https://social.example/contexts/7/items"}, "inbound"),
    ],
)
def test_in_its_outbox_the_company_needs_no_server(collection, direction):
    marque = "https://social.example/users/marque"
    create = an_activity(actor=marque, object=a_note(attributedTo=marque))
    bare = Company(mastodon_accounts=frozenset({"marque"}))
    outbox = json.dumps(an_outbox(create) | collection).encode()

    [status] = parse(outbox, Origin("masto", "outbox.json", "byte 0", bare))

    assert status.direction == direction


def test_a_question_s_choices_and_an_edit_are_read():
    question = a_note(
        type="Question",
        oneOf=[{"type": "Note", "name": "Oui"}, {"type": "Note", "name": "Non"}],
        updated="2026-01-05T10:00:00Z",
    )

    [status] = read(an_activity("Update", object=question))

    assert status.text.endswith("\n- Oui\n- Non")
    assert status.source_updated_at == datetime(2026, 1, 5, 10, tzinfo=UTC)


def test_another_server_s_note_keeps_its_address_as_its_id():
    address = "https://akkoma.example/objects/11f1d5b2-0000-4000-8000-0123456789ab"

    [status] = read(a_note(id=address, attributedTo="https://akkoma.example/users/lea"))

    assert status.native_id == address
    assert status.handles == (Handle("mastodon", "lea@akkoma.example"),)


def test_an_author_without_a_web_address_is_a_contact_of_this_source():
    author = "tag:ailleurs.example,2026:lea"

    [status] = read(a_note(attributedTo=author))

    assert status.handles == (Handle("contact", f"masto:{author}"),)


def test_a_note_without_its_author_is_read_as_one_with_its_context():
    note = {n: v for n, v in a_note().items() if n != "attributedTo"}

    [status] = read({"@context": "https://www.w3.org/ns/activitystreams"} | note)

    assert (status.text, status.handles) == ("Ma box ne marche plus", ())


def test_what_a_note_lacks_is_said_in_its_own_words():
    [refused] = read({"@context": PUBLIC, "type": "Note", "content": "<p>a</p>"})

    assert refused.message == "Object missing required field `id`"


def test_an_archive_s_profile_is_no_post():
    actor = {"@context": PUBLIC, "id": LEA, "type": "Person", "inbox": f"{LEA}/inbox"}

    assert read(actor) == [Excluded("account", ORIGIN)]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (an_activity("Announce", object=f"{LEA}/statuses/9"), "boost"),
        (an_activity("Like", object=f"{LEA}/statuses/9"), "activity"),
        (an_activity("Create", object=f"{LEA}/statuses/9"), "address_only"),
        (an_activity("Update", object={"type": "Person", "id": LEA}), "activity"),
    ],
)
def test_an_act_without_words_is_excluded(document, reason):
    assert read(document) == [Excluded(reason, ORIGIN)]


def test_a_vote_and_a_pinned_address_are_excluded_in_their_places():
    vote = {
        "type": "Note",
        "id": f"{LEA}#votes/1",
        "name": "Oui",
        "attributedTo": LEA,
        "published": "2026-01-05T09:00:00Z",
    }

    outcomes = read(an_outbox(vote, f"{LEA}/statuses/9"))

    assert outcomes == [
        Excluded("poll_vote", ORIGIN.at("$.orderedItems[0]")),
        Excluded("address_only", ORIGIN.at("$.orderedItems[1]")),
    ]


def test_a_note_without_its_own_time_has_that_of_its_creation():
    note = {n: v for n, v in a_note().items() if n != "published"}

    [status] = read(an_activity(object=note))
    [changed] = read(an_activity("Update", object=note))

    assert status.occurred_at == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert changed.message == "Object missing required field `published`"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("Page", "Service injoignable\nMa box ne marche plus"),
        ("Article", "Service injoignable\nMa box ne marche plus"),
        ("Note", "Ma box ne marche plus"),
    ],
)
def test_a_title_is_said_by_the_author_too(kind, text):
    [status] = read(a_note(type=kind, name="Service injoignable"))

    assert status.text == text


def test_a_page_of_a_title_alone_is_no_vote():
    page = {n: v for n, v in a_note(type="Page").items() if not n.startswith("content")}

    [status] = read(page | {"name": "Service injoignable"})

    assert status.text == "Service injoignable"


def test_a_broken_note_costs_no_neighbour():
    broken = an_activity(object=a_note(published="hier"))

    refused, status = read(an_outbox(broken, an_activity()))

    assert refused.reason == "not_a_mastodon_status"
    assert "$.published" in refused.message
    assert isinstance(status, Interaction)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(a_note())), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(changes=st.dictionaries(st.sampled_from(sorted(a_note())), values, max_size=3))
def test_every_mutated_note_comes_out_once(changes):
    outbox = an_outbox(an_activity(object=a_note(**changes)), an_activity())

    assert len(read(outbox)) == 2


@settings(max_examples=100)
@given(changes=st.dictionaries(st.sampled_from(sorted(an_activity())), values))
def test_no_mutated_activity_makes_it_raise(changes):
    read(an_activity(**changes))
    read(an_outbox(*[an_activity(**changes)], 5, None, [[]]))
