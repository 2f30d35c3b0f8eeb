import json
from datetime import UTC, datetime

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
)
from jobs.sources.x import READER
from tests.unit.sources.reading import everything

ORIGIN = Origin("x", "tweets.js", "", Company(x_accounts=frozenset({"marque", "77"})))


def a_status(**changes):
    """A reply, as `GET statuses/mentions_timeline` gave it."""
    return {
        "created_at": "Sun Jan 04 10:00:00 +0100 2026",
        "id": 2007748000000000001,
        "id_str": "2007748000000000001",
        "full_text": "@marque ma box &lt;3 ne marche plus",
        "truncated": False,
        "entities": {"user_mentions": [{"screen_name": "marque", "id_str": "77"}]},
        "in_reply_to_status_id": 2007747000000000001,
        "in_reply_to_status_id_str": "2007747000000000001",
        "in_reply_to_user_id_str": "77",
        "in_reply_to_screen_name": "marque",
        "user": {
            "id": 63044444,
            "id_str": "63044444",
            "name": "Léa M.",
            "screen_name": "LeaM",
        },
        "is_quote_status": False,
        "retweet_count": 0,
        "favorite_count": 2,
        "lang": "fr",
    } | changes


def without(record, *names):
    return {name: value for name, value in record.items() if name not in names}


def read_file(content):
    return everything(READER, content, ORIGIN)


def read(document):
    return read_file(json.dumps(document).encode())


def test_a_status_of_api_v1_1_is_the_same_interaction_as_its_post():
    [post] = read(a_status())

    assert post == Interaction(
        native_id="2007748000000000001",
        conversation_native_id="2007747000000000001",
        channel="social",
        direction="inbound",
        initiation="inbound",
        visibility="public",
        occurred_at=datetime(2026, 1, 4, 9, tzinfo=UTC),
        source_updated_at=datetime(2026, 1, 4, 9, tzinfo=UTC),
        outcome="delivered",
        handles=(Handle("x", "leam"), Handle("x_id", "63044444")),
        text="@marque ma box <3 ne marche plus",
        text_origin="typed",
        attributes={"retweet_count": "0", "like_count": "2", "lang": "fr"},
        names=("Léa M.",),
        origin=ORIGIN.at("byte 0"),
    )


def test_a_cut_status_has_its_whole_text_beside_it():
    cut = without(a_status(text="@marque ma box…"), "full_text")

    [post] = read(cut | {"extended_tweet": {"full_text": "@marque ma box entière"}})
    [short] = read(cut)

    assert post.text == "@marque ma box entière"
    assert short.text == "@marque ma box…"


def test_a_search_of_api_v1_1_and_an_array_hold_statuses():
    page = {"statuses": [a_status(), {"id_str": "3"}], "search_metadata": {}}

    post, refused = read(page)

    assert post.native_id == "2007748000000000001"
    assert refused.message == "Object missing `text` and `full_text`"
    assert refused.origin.locator == "byte 0 $.statuses[1]"
    assert len(read([a_status(), a_status()])) == 2


def test_a_retweet_of_api_v1_1_is_excluded_and_a_quote_is_not():
    [retweet] = read(a_status(retweeted_status=a_status()))
    [quote] = read(a_status(quoted_status_id_str="9", quoted_status=a_status()))

    assert retweet == Excluded("retweet", ORIGIN.at("byte 0"))
    assert isinstance(quote, Interaction)


def test_an_edited_status_is_named_by_its_first_version():
    versions = ["2007748000000000001", "2007748100000000001"]
    edited = a_status(id_str=versions[1])

    [post] = read(edited | {"edit_history": {"edit_tweet_ids": versions}})
    [archived] = read(edited | {"edit_info": {"initial": {"editTweetIds": versions}}})

    assert post.native_id == archived.native_id == versions[0]


def test_an_archive_s_posts_are_its_owner_s_the_company_s():
    archived = without(a_status(), "user") | {
        "id": "2007748000000000001",
        "favorite_count": "3",
        "in_reply_to_user_id_str": "63044444",
        "in_reply_to_screen_name": "LeaM",
    }
    lines = json.dumps([{"tweet": archived}, {"tweet": archived}], indent=2)
    content = b"window.YTD.tweets.part0 = " + lines.encode()

    posts = read_file(content)

    assert [type(post) for post in posts] == [Interaction, Interaction]
    assert posts[0].direction == "outbound"
    assert posts[0].handles == (Handle("x", "leam"), Handle("x_id", "63044444"))
    assert posts[0].attributes["like_count"] == "3"
    place = content.index(b"{")
    assert posts[0].origin.locator == f"byte {place} $.tweet"


def test_an_archive_s_direct_messages_have_both_numbers():
    message = {
        "recipientId": "77",
        "senderId": "63044444",
        "text": "toujours rien",
        "createdAt": "2026-01-04T09:00:00.000Z",
        "id": "2007748000000000001",
    }
    conversation = {
        "dmConversation": {
            "conversationId": "77-63044444",
            "messages": [
                {"messageCreate": message},
                {"messageCreate": message | {"senderId": "77", "recipientId": "6"}},
                {"joinConversation": {"participantsSnapshot": ["77"]}},
            ],
        }
    }
    content = json.dumps([conversation]).encode()

    asked, answered, joined = read_file(
        b"window.YTD.direct_messages.part0 = " + content
    )

    assert asked.visibility == "private"
    assert asked.conversation_native_id == "77-63044444"
    assert asked.handles == (Handle("x_id", "63044444"),)
    assert (answered.direction, answered.handles) == (
        "outbound",
        (Handle("x_id", "6"),),
    )
    assert joined.reason == "membership_event"


def test_a_webhook_of_account_activity_holds_posts_messages_and_acts():
    message = {
        "type": "message_create",
        "id": "2007748000000000002",
        "created_timestamp": "1767517200000",
        "message_create": {
            "target": {"recipient_id": "77"},
            "sender_id": "63044444",
            "message_data": {"text": "rappelez-moi", "entities": {}},
        },
    }
    user = {"id": "63044444", "name": "Léa M.", "screen_name": "LeaM"}

    [post] = read({"for_user_id": "77", "tweet_create_events": [a_status()]})
    [private] = read(
        {
            "for_user_id": "77",
            "direct_message_events": [message],
            "users": {"63044444": user},
        }
    )
    [act] = read({"for_user_id": "77", "favorite_events": [{"id": "1"}]})

    assert post.text.startswith("@marque")
    assert private.conversation_native_id == "77-63044444"
    assert private.occurred_at == datetime(2026, 1, 4, 9, tzinfo=UTC)
    assert private.handles == (Handle("x", "leam"), Handle("x_id", "63044444"))
    assert act.reason == "activity_event"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"delete": {"status": {"id_str": "1", "user_id_str": "2"}}}, "stream_notice"),
        ({"limit": {"track": 12}}, "stream_notice"),
        ({"like": {"tweetId": "1", "fullText": "Super"}}, "not_in_posts_of_archive"),
    ],
)
def test_what_is_no_post_is_excluded_by_its_kind(document, reason):
    [excluded] = read(document)

    assert excluded == Excluded(reason, ORIGIN.at("byte 0"))


@pytest.mark.parametrize("written", ["gestern", "Sun Foo 04 10:00:00 +0100 2026"])
def test_a_time_that_is_none_is_refused_with_what_was_found(written):
    [refused] = read(a_status(created_at=written))

    assert isinstance(refused, Rejected)
    assert refused.reason == "not_an_x_post"
    assert repr(written) in refused.message


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(a_status())), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=100)
@given(changes=st.dictionaries(st.sampled_from(sorted(a_status())), values, max_size=3))
def test_every_mutated_status_comes_out_once(changes):
    assert len(read({"statuses": [a_status(**changes), a_status()]})) == 2


@settings(max_examples=100)
@given(place=st.integers(0, 700), byte=st.binary(min_size=1, max_size=2))
def test_a_mutated_archive_does_not_make_it_raise(place, byte):
    archive = (
        b"window.YTD.tweets.part0 = [ %s ]" % json.dumps({"tweet": a_status()}).encode()
    )

    assert len(read_file(archive[:place] + byte + archive[place + 1 :])) >= 1


@pytest.mark.parametrize("end", [b";", b";\n", b" ;\n\n"])
@pytest.mark.parametrize("count", [1, 3_000])
def test_the_mark_that_ends_an_assignment_is_no_post(end, count):
    posts = json.dumps([{"tweet": a_status()}] * count).encode()
    outcomes = read_file(b"window.YTD.tweets.part0 = " + posts + end)

    assert len(outcomes) == count
    assert all(isinstance(outcome, Interaction) for outcome in outcomes)


@pytest.mark.parametrize("name", ["results", "tweets", "posts"])
def test_a_list_of_posts_under_another_name_holds_each_in_its_form(name):
    newer = {"id": "2007748000000000002", "text": "Encore", "author_id": "63044444"}
    old, new, broken = read({name: [a_status(), newer, 7], "next": "abc"})

    assert old.native_id == "2007748000000000001"
    assert (new.native_id, new.text) == ("2007748000000000002", "Encore")
    assert (broken.reason, broken.origin.locator) == (
        "not_an_x_post",
        f"byte 0 $.{name}[2]",
    )
