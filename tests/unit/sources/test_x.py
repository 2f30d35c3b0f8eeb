import json
from datetime import UTC, datetime

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
)
from jobs.sources.x import READER, parse
from jobs.sources.x.posts import time_of
from tests.unit.sources.reading import everything

ORIGIN = Origin("x", "page.json", "byte 0", Company(x_accounts=frozenset({"Marque"})))

LEA = {"id": "63044444", "username": "LeaM", "name": "Léa M."}
BRAND = {"id": "77", "username": "marque", "name": "Marque"}


def a_post(**changes):
    return {
        "id": "2007748000000000001",
        "text": "@marque ma box ne marche plus",
        "author_id": "63044444",
        "created_at": "2026-01-04T09:00:00.000Z",
        "conversation_id": "2007748000000000001",
        "in_reply_to_user_id": "77",
        "lang": "fr",
        "public_metrics": {"like_count": 2, "reply_count": 1},
        "edit_history_tweet_ids": ["2007748000000000001"],
    } | changes


def without(record, *names):
    return {name: value for name, value in record.items() if name not in names}


def a_page(*posts, users=(LEA, BRAND), **changes):
    return {
        "data": list(posts),
        "includes": {"users": list(users)},
        "meta": {"result_count": len(posts)},
    } | changes


def read(document):
    return list(parse(json.dumps(document).encode(), ORIGIN))


def read_file(content):
    return everything(READER, content, ORIGIN)


def test_a_post_is_a_public_inbound_interaction():
    [post] = read(a_page(a_post()))

    assert post == Interaction(
        native_id="2007748000000000001",
        conversation_native_id="2007748000000000001",
        channel="social",
        direction="inbound",
        initiation="inbound",
        visibility="public",
        occurred_at=datetime(2026, 1, 4, 9, tzinfo=UTC),
        source_updated_at=datetime(2026, 1, 4, 9, tzinfo=UTC),
        outcome="delivered",
        handles=(Handle("x", "leam"), Handle("x_id", "63044444")),
        text="@marque ma box ne marche plus",
        text_origin="typed",
        attributes={"like_count": "2", "reply_count": "1", "lang": "fr"},
        names=("Léa M.",),
        origin=ORIGIN.at("$.data[0]"),
    )


def test_an_id_above_53_bits_stays_text():
    [post] = read(a_page(a_post(id="2007748000000000001")))

    assert post.native_id == "2007748000000000001"


def test_an_id_that_came_as_a_number_may_be_rounded_and_is_refused():
    [refused] = read(a_page(a_post(id=2007748000000000001)))

    assert refused.reason == "not_an_x_post"
    assert refused.message == "Expected `str`, got `int` - at `$.id`"
    assert refused.excerpt.startswith('{"id": 2007748000000000001')


def test_a_reply_belongs_to_its_conversation():
    [post] = read(a_page(a_post(conversation_id="12")))

    assert post.conversation_native_id == "12"


def test_without_a_conversation_id_a_reply_names_the_post_it_answers():
    post = without(a_post(), "conversation_id")
    answers = [{"type": "quoted", "id": "8"}, {"type": "replied_to", "id": "9"}]

    [reply] = read(a_page(post | {"referenced_tweets": answers}))
    [alone] = read(a_page(post))

    assert reply.conversation_native_id == "9"
    assert alone.conversation_native_id == alone.native_id


def test_a_company_post_is_outbound_and_has_the_handle_of_whom_it_answers():
    reply = a_post(author_id="77", in_reply_to_user_id="63044444")

    [post] = read(a_page(reply))

    assert (post.direction, post.initiation) == ("outbound", "outbound")
    assert post.handles == (Handle("x", "leam"), Handle("x_id", "63044444"))
    assert post.names == ("Léa M.",)


def test_a_company_is_known_by_its_number_too():
    origin = Origin("x", "f", "", Company(x_accounts=frozenset({"77"})))
    page = a_page(a_post(author_id="77"), users=())

    [post] = parse(json.dumps(page).encode(), origin)

    assert post.direction == "outbound"


def test_a_company_post_that_answers_nobody_or_itself_has_no_handle():
    for answered in (None, "77"):
        [post] = read(a_page(a_post(author_id="77", in_reply_to_user_id=answered)))

        assert post.handles == ()


def test_a_mention_gives_the_name_of_the_answered_account():
    reply = a_post(
        author_id="77",
        in_reply_to_user_id="5",
        entities={"mentions": [{"username": "Bob", "id": "5"}]},
    )

    [post] = read(a_page(reply))

    assert post.handles == (Handle("x", "bob"), Handle("x_id", "5"))


def test_a_retweet_is_excluded():
    by_reference = a_post(referenced_tweets=[{"type": "retweeted", "id": "1"}])
    by_text = a_post(text="RT @autre: ma box ne marche plus")

    assert read(a_page(by_reference, by_text)) == [
        Excluded("retweet", ORIGIN.at("$.data[0]")),
        Excluded("retweet", ORIGIN.at("$.data[1]")),
    ]


def test_a_quote_is_a_voice_of_its_own():
    quote = a_post(
        text="RT @autre: non", referenced_tweets=[{"type": "quoted", "id": "1"}]
    )

    [post] = read(a_page(quote))

    assert post.text == "RT @autre: non"


def test_an_edit_is_an_update_of_the_first_version():
    first, second = "1576994746135764992", "1576994789110992896"
    edit = a_post(
        id=second,
        conversation_id=second,
        created_at="2022-10-03T17:57:11.000Z",
        edit_history_tweet_ids=[first, second],
    )

    [post] = read(a_page(edit))

    assert post.native_id == post.conversation_native_id == first
    assert post.occurred_at == time_of(first)
    assert post.source_updated_at == datetime(2022, 10, 3, 17, 57, 11, tzinfo=UTC)


def test_an_old_version_looked_up_again_does_not_pass_for_the_newest():
    first, second = "1576994746135764992", "1576994789110992896"
    old = a_post(id=first, created_at=None, edit_history_tweet_ids=[first, second])

    [post] = read(a_page(old))

    assert post.source_updated_at == time_of(first)


def test_a_post_with_default_fields_only_has_the_time_of_its_id_and_no_handle():
    bare = {"id": "1576994746135764992", "text": "ok"}

    [post] = read({"data": bare})

    assert post.occurred_at == datetime(2022, 10, 3, 17, 57, 1, tzinfo=UTC)
    assert post.handles == ()
    assert post.origin == ORIGIN.at("$.data")


def test_an_id_of_before_2010_holds_no_time():
    assert time_of("20") is None
    [refused] = read({"data": {"id": "20", "text": "just setting up"}})

    assert refused.reason == "no_time"
    assert refused.message == "$.created_at is absent and the id '20' holds no time"


def test_x_s_own_escapes_are_undone_once():
    [post] = read(a_page(a_post(text="AT&amp;T &lt;3 &amp;eacute; &eacute;")))

    assert post.text == "AT&T <3 &eacute; &eacute;"


def test_a_long_post_s_text_is_its_note():
    [post] = read(a_page(a_post(note_tweet={"text": "long " * 80})))

    assert post.text == "long " * 80


def test_a_long_post_may_have_its_note_alone():
    long = without(a_post(note_tweet={"text": "Trop long"}), "text")
    wordless = without(a_post(note_tweet={}), "text")

    listed, refused = read(a_page(long, wordless))
    [alone] = read(long)

    assert listed.text == alone.text == "Trop long"
    assert refused.message == "Object missing required field `text`"


def test_x_s_guess_of_the_language_is_no_declaration():
    [post] = read(a_page(a_post(lang="fr")))

    assert post.language is None
    assert post.attributes["lang"] == "fr"


def test_posts_among_the_includes_are_context():
    page = a_page(a_post())
    page["includes"]["tweets"] = [a_post(id="1")]

    assert len(read(page)) == 1


def test_fields_that_are_null_are_as_good_as_not_sent():
    page = a_page(
        a_post(
            edit_history_tweet_ids=None,
            entities={"mentions": None},
            note_tweet=None,
            public_metrics=None,
        )
    )

    assert isinstance(read(page)[0], Interaction)
    assert isinstance(read(page | {"includes": {"users": None}})[0], Interaction)


@pytest.mark.parametrize("name", ["results", "tweets", "posts"])
@pytest.mark.parametrize(
    "beside", [{"includes": {"users": [BRAND]}}, {"users": [BRAND, {"name": "Léa"}]}]
)
def test_whose_a_listed_post_is_stands_beside_the_list(name, beside):
    [post] = read({name: [a_post(author_id="77")]} | beside)

    assert post.direction == "outbound"


@pytest.mark.parametrize("includes", [[], "x", {"users": {"63044444": LEA}}, 7])
def test_includes_that_cannot_be_read_cost_no_post(includes):
    [post] = read(a_page(a_post(), includes=includes))

    assert post.handles == (Handle("x_id", "63044444"),)


def test_an_empty_object_that_php_passed_on_is_a_list():
    [post] = read(a_page(a_post(entities=[], public_metrics=[], note_tweet=None)))

    assert post.attributes == {"lang": "fr"}


def test_a_direct_message_stands_alone_too():
    event = {"id": "1585321444547837956", "event_type": "MessageCreate", "text": "a"}

    [message] = read(event)

    assert message.visibility == "private"


def test_an_empty_page_holds_no_record():
    assert read({"meta": {"result_count": 0}}) == []
    assert read(a_page()) == []


def test_a_page_that_counts_posts_and_has_none_is_refused():
    counted = {"meta": {"result_count": 2}}
    with_authors = {"includes": {"users": [LEA]}, "meta": {"result_count": 0}}

    assert [o.reason for o in read(counted) + read(with_authors)] == [
        "not_an_x_page",
        "not_an_x_page",
    ]


def test_errors_beside_data_tell_of_posts_that_were_not_delivered():
    errors = [{"title": "Not Found Error", "detail": "Could not find tweet."}]

    assert len(read(a_page(a_post(), errors=errors))) == 1


def test_a_page_of_errors_only_is_refused_in_x_s_own_words():
    errors = [{"title": "Not Found Error", "detail": "Could not find tweet."}]

    [listed] = read({"errors": errors})
    [bare] = read({"title": "Unauthorized", "detail": "No token", "status": 401})

    assert (listed.reason, listed.message) == (
        "x_api_error",
        "Not Found Error: Could not find tweet.",
    )
    assert bare.message == "Unauthorized: No token"


def test_a_stream_line_is_a_page_of_one_post():
    line = {"data": a_post(), "includes": {"users": [LEA]}, "matching_rules": []}

    [post] = read(line)

    assert post.handles[0] == Handle("x", "leam")


def test_a_flattened_line_has_its_author_inside():
    [post] = read(a_post(author=LEA, __twarc={"version": "2"}))

    assert post.handles == (Handle("x", "leam"), Handle("x_id", "63044444"))
    assert post.origin == ORIGIN


def test_a_flattened_company_line_has_the_answered_account_inside():
    line = a_post(
        author_id="77",
        author=BRAND,
        in_reply_to_user_id="63044444",
        in_reply_to_user=LEA,
    )

    [post] = read(line)

    assert post.handles == (Handle("x", "leam"), Handle("x_id", "63044444"))


def test_a_direct_message_is_private():
    event = {
        "id": "1585321444547837956",
        "event_type": "MessageCreate",
        "text": "mon num&amp;ro",
        "dm_conversation_id": "77-63044444",
        "sender_id": "63044444",
        "created_at": "2022-10-26T17:24:21.000Z",
    }

    [message] = read(a_page(event))

    assert message.visibility == "private"
    assert message.conversation_native_id == "77-63044444"
    assert message.handles == (Handle("x", "leam"), Handle("x_id", "63044444"))
    assert message.text == "mon num&ro"

    [answer] = read(a_page(event | {"sender_id": "77"}))

    assert (answer.direction, answer.handles) == ("outbound", message.handles)

    [answer] = read(a_page(event | {"sender_id": "77", "dm_conversation_id": "5"}))

    assert (answer.direction, answer.handles) == ("outbound", ())


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ({"id": "1", "event_type": "ParticipantsJoin"}, "membership_event"),
        ({"start": "a", "end": "b", "tweet_count": 3}, "post_count"),
        (LEA, "user"),
        ({"id": "1", "name": "liste", "owner_id": "2"}, "list"),
        ({"id": "1", "state": "live", "creator_id": "2"}, "space"),
        ({"deleted": True}, "acknowledgement"),
        ({"following": True, "pending_follow": False}, "acknowledgement"),
        ({"media_key": "3_1", "type": "photo"}, "media"),
    ],
)
def test_what_is_no_post_is_excluded_by_its_kind(member, reason):
    assert read({"data": [member]}) == [Excluded(reason, ORIGIN.at("$.data[0]"))]


def an_event(kind, payload, **changes):
    """An event of the activity API, as its stream and its webhooks deliver it."""
    event = {
        "event_uuid": "2080765813578191303",
        "filter": {"user_id": "77"},
        "event_type": kind,
        "tag": "marque",
        "payload": payload,
    }
    return {"data": event | changes}


@pytest.mark.parametrize("users", [[LEA], [{"data": LEA}]])
def test_a_mention_comes_by_the_activity_api(users):
    event = an_event("post.mention.create", a_post(), includes={"users": users})

    [post] = read(event)

    assert post == msgspec.structs.replace(
        read(a_page(a_post(), includes={"users": [LEA]}))[0],
        origin=ORIGIN.at("$.data").at("$.payload"),
    )


@pytest.mark.parametrize(
    ("kind", "sender", "receiver", "direction"),
    [
        ("dm.received", "63044444", "77", "inbound"),
        ("dm.sent", "77", "63044444", "outbound"),
    ],
)
def test_a_message_comes_by_the_activity_api_in_its_older_form(
    kind, sender, receiver, direction
):
    message = {
        "type": "message_create",
        "id": "2080765901528535096",
        "created_timestamp": "1784928224372",
        "message_create": {
            "target": {"recipient_id": receiver},
            "sender_id": sender,
            "message_data": {"text": "mon num\u00e9ro"},
        },
    }
    users = {LEA["id"]: {"data": LEA}, BRAND["id"]: {"data": BRAND}}

    [record] = read(
        an_event(kind, {"direct_message_events": [message], "users": users})
    )

    assert record.direction == direction
    assert record.conversation_native_id == "77-63044444"
    assert record.handles == (Handle("x", "leam"), Handle("x_id", "63044444"))
    assert (record.visibility, record.text) == ("private", "mon num\u00e9ro")


@pytest.mark.parametrize(
    ("kind", "payload", "reason"),
    [
        ("post.delete", {"id": "1", "author_id": "2"}, "activity_event"),
        ("profile.update.bio", {"before": "a", "after": "b"}, "activity_event"),
        ("chat.received", {"id": "e4", "encoded_event": "CwAB"}, "encrypted_message"),
    ],
)
def test_an_activity_without_readable_words_is_excluded(kind, payload, reason):
    assert read(an_event(kind, payload)) == [Excluded(reason, ORIGIN.at("$.data"))]


@pytest.mark.parametrize("payload", [None, "text", [], {"text": None, "id": "1"}])
def test_an_activity_that_cannot_be_read_is_refused(payload):
    [refused] = read(an_event("post.create", payload))

    assert (type(refused), refused.reason) == (Rejected, "not_an_x_post")


def test_a_broken_post_costs_no_neighbour():
    page = a_page(a_post(), {"id": "3", "text": None}, a_post(id="2007748000000000009"))

    outcomes = read(page)

    assert [type(outcome) for outcome in outcomes] == [
        Interaction,
        Rejected,
        Interaction,
    ]
    assert outcomes[1].message == "Expected `str`, got `null` - at `$.text`"
    assert outcomes[1].origin.locator == "byte 0 $.data[1]"


def test_what_is_no_page_says_what_was_expected():
    [refused] = read({"foo": 1})

    assert refused.reason == "not_an_x_page"
    assert refused.message == (
        "expected an object with `data`, or a post with `text`; found foo"
    )


def test_a_line_that_is_cut_off_is_refused_and_the_others_are_read():
    line = json.dumps({"data": a_post()}).encode()

    outcomes = read_file(line + b"\n" + line[:60])

    assert [type(outcome) for outcome in outcomes] == [Interaction, Rejected]
    assert outcomes[1].reason == "not_x_json"


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(content):
    list(parse(content, ORIGIN))
    read_file(content)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(a_post())), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(changes=st.dictionaries(st.sampled_from(sorted(a_post())), values, max_size=3))
def test_every_mutated_post_comes_out_once(changes):
    assert len(read(a_page(a_post(**changes), a_post()))) == 2


@settings(max_examples=150)
@given(place=st.integers(0, 700), byte=st.binary(min_size=1, max_size=2))
def test_a_mutated_page_does_not_make_it_raise(place, byte):
    page = json.dumps(a_page(a_post())).encode()

    assert len(read_file(page[:place] + byte + page[place + 1 :])) >= 1
