import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources.mastodon import READER, parse
from jobs.sources.records import (
    Company,
    Excluded,
    Handle,
    Interaction,
    Origin,
    Rejected,
)
from tests.unit.sources.reading import everything

BRAND = Company(mastodon_accounts=frozenset({"Marque@social.example", "sav"}))
ORIGIN = Origin("masto", "timeline.json", "byte 0", BRAND)


def an_account(**changes):
    return {
        "id": "7",
        "username": "lea",
        "acct": "lea@ailleurs.example",
        "display_name": "Léa M.",
        "bot": False,
        "url": "https://ailleurs.example/@lea",
    } | changes


def a_status(**changes):
    return {
        "id": "1101",
        "created_at": "2026-01-05T09:00:00.000Z",
        "edited_at": None,
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "fr",
        "uri": "https://ailleurs.example/users/lea/statuses/1",
        "url": "https://ailleurs.example/@lea/1",
        "replies_count": 1,
        "reblogs_count": 0,
        "favourites_count": 2,
        "content": "<p>Ma box<br>ne marche plus &amp; vous ?</p>",
        "reblog": None,
        "account": an_account(),
        "mentions": [],
    } | changes


def without(record, *names):
    return {name: value for name, value in record.items() if name not in names}


def read(document):
    return list(parse(json.dumps(document).encode(), ORIGIN))


def read_file(content):
    return everything(READER, content, ORIGIN)


def test_a_status_is_an_interaction_without_its_markup():
    [status] = read(a_status())

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
        text="Ma box\nne marche plus & vous ?",
        text_origin="typed",
        attributes={
            "visibility": "public",
            "replies_count": "1",
            "reblogs_count": "0",
            "favourites_count": "2",
        },
        names=("Léa M.",),
        origin=ORIGIN,
    )


@pytest.mark.parametrize(
    ("word", "visibility"),
    [
        ("public", "public"),
        ("unlisted", "public"),
        ("private", "private"),
        ("direct", "private"),
        ("list", "private"),
        ("local", "public"),
        (None, None),
    ],
)
def test_unlisted_is_public_and_followers_only_is_private(word, visibility):
    [status] = read(a_status(visibility=word))

    assert status.visibility == visibility


def test_a_bot_is_excluded():
    assert read(a_status(account=an_account(bot=True))) == [Excluded("bot", ORIGIN)]


def test_a_boost_is_nobody_s_own_voice():
    boost = a_status(reblog=a_status(id="2"), content="")

    assert read(boost) == [Excluded("boost", ORIGIN)]


def test_a_program_may_say_false_for_no_boost():
    [status] = read(a_status(reblog=False))

    assert status.text == "Ma box\nne marche plus & vous ?"


def test_an_edit_is_an_update_at_its_own_time():
    [status] = read(a_status(edited_at="2026-01-05T10:30:00.000Z"))

    assert status.native_id == "1101"
    assert status.occurred_at == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert status.source_updated_at == datetime(2026, 1, 5, 10, 30, tzinfo=UTC)


def test_an_entry_of_an_edit_history_cannot_be_told_whose_it_is():
    edit = {
        "content": "<p>avant</p>",
        "spoiler_text": "",
        "created_at": "2026-01-05T09:00:00.000Z",
        "account": an_account(),
    }

    assert read([edit]) == [Excluded("edit_history", ORIGIN.at("$[0]"))]


def test_a_reply_names_the_status_it_answers():
    [status] = read(a_status(in_reply_to_id="900"))

    assert status.conversation_native_id == "900"


def test_old_servers_send_ids_as_numbers():
    [status] = read(a_status(id=11, in_reply_to_id=9))

    assert (status.native_id, status.conversation_native_id) == ("11", "9")


def test_a_content_warning_is_said_by_the_author_too():
    [status] = read(a_status(spoiler_text="colère", content="<p>nul</p>"))

    assert status.text == "colère\nnul"


def test_a_local_account_gets_its_server_from_its_address():
    by_account = a_status(account=an_account(acct="lea"))
    by_status = a_status(account={"acct": "lea"}, url=None)
    by_tag = a_status(
        account={"acct": "lea"}, url=None, uri="tag:vieux.example,2017-04-14:objectId=1"
    )

    assert [read(status)[0].handles for status in (by_account, by_status, by_tag)] == [
        (Handle("mastodon", "lea@ailleurs.example"),),
        (Handle("mastodon", "lea@ailleurs.example"),),
        (Handle("mastodon", "lea@vieux.example"),),
    ]


def test_a_local_account_without_any_server_is_a_contact_of_this_source():
    status = a_status(account={"acct": "lea", "id": "7"}, uri=None, url=None)

    assert read(status)[0].handles == (Handle("contact", "masto:7"),)


def test_a_company_status_has_the_handle_of_whom_it_answers():
    status = a_status(
        account=an_account(acct="marque@social.example"),
        in_reply_to_id="1101",
        in_reply_to_account_id="7",
        mentions=[
            {"id": "9", "acct": "bob@la.example"},
            {"id": "7", "acct": "lea@ailleurs.example"},
        ],
    )

    [answer] = read(status)

    assert (answer.direction, answer.initiation) == ("outbound", "outbound")
    assert answer.handles == (Handle("mastodon", "lea@ailleurs.example"),)
    assert answer.names == ()


def test_a_company_status_mentioning_two_has_the_handle_of_neither():
    mentions = [
        {"id": "9", "acct": "bob@la.example"},
        {"id": "7", "acct": "lea@ailleurs.example"},
    ]
    account = an_account(acct="marque@social.example")

    assert read(a_status(account=account, mentions=mentions))[0].handles == ()
    assert read(a_status(account=account, mentions=mentions[:1]))[0].handles == (
        Handle("mastodon", "bob@la.example"),
    )


def test_a_local_company_account_is_known_by_its_name_and_may_be_a_bot():
    account = an_account(acct="sav", bot=True, url="https://social.example/@sav")
    mention = {"id": "5", "acct": "lea", "url": "https://social.example/@lea"}

    [status] = read(a_status(account=account, mentions=[mention]))

    assert status.direction == "outbound"
    assert status.handles == (Handle("mastodon", "lea@social.example"),)


def test_a_timeline_is_a_status_each():
    content = json.dumps([a_status(), a_status(id="1102")], indent=2).encode()

    assert [o.native_id for o in read_file(content)] == ["1101", "1102"]


def test_a_context_holds_what_came_before_and_after():
    outcomes = read({"ancestors": [a_status()], "descendants": [a_status(id="1102")]})

    assert [(o.native_id, o.origin.locator) for o in outcomes] == [
        ("1101", "byte 0 $.ancestors[0]"),
        ("1102", "byte 0 $.descendants[0]"),
    ]


def test_a_search_result_s_statuses_are_read():
    assert len(read({"accounts": [], "statuses": [a_status()], "hashtags": []})) == 1


def test_a_conversation_holds_its_last_status():
    conversation = {"id": "4", "unread": True, "accounts": []}
    direct = a_status(visibility="direct")

    [status] = read([conversation | {"last_status": direct}])

    assert status.visibility == "private"
    assert read(conversation | {"last_status": None}) == [
        Excluded("conversation_without_status", ORIGIN)
    ]


def test_a_notification_of_a_mention_holds_a_status_and_one_of_a_favourite_none():
    mention = {
        "id": "3",
        "type": "mention",
        "account": an_account(),
        "status": a_status(),
    }

    [status] = read(mention)

    assert status.origin.locator == "byte 0 $.status"
    assert read(mention | {"type": "favourite"}) == [Excluded("notification", ORIGIN)]
    assert read(mention | {"status": None}) == [Excluded("notification", ORIGIN)]


def test_a_scheduled_status_is_not_yet_said():
    scheduled = {"id": "1", "scheduled_at": "2026-01-05", "params": {"text": "bientôt"}}

    assert read(scheduled) == [Excluded("scheduled", ORIGIN)]


def test_a_streaming_event_holds_json_within_a_text():
    event = {
        "stream": ["user"],
        "event": "update",
        "payload": json.dumps(a_status()),
    }

    [status] = read(event)

    assert status.native_id == "1101"
    assert read({"event": "delete", "payload": "1101"}) == [
        Excluded("stream_event", ORIGIN)
    ]


def test_a_stream_s_lines_hold_statuses_and_acts():
    status = json.dumps(a_status())
    stream = (
        f":)\nevent: update\ndata: {status}\n\n"
        "event: delete\ndata: 1101\n\n:thump\n"
        f"event: status.update\ndata: {status}\n\n"
    )

    outcomes = read_file(stream.encode())

    assert [type(outcome) for outcome in outcomes] == [
        Interaction,
        Excluded,
        Interaction,
    ]
    assert outcomes[1].reason == "stream_event"


def test_a_status_without_its_author_has_no_handle():
    [status] = read(without(a_status(), "account"))

    assert (status.direction, status.handles, status.names) == ("inbound", (), ())


def test_a_poll_s_choices_are_the_author_s_words_too():
    poll = {"id": "1", "options": [{"title": "Oui"}, {"title": "Non"}]}

    [status] = read(a_status(content="<p>Ça marche&nbsp;?</p>", poll=poll))

    assert status.text == "Ça marche ?\n- Oui\n- Non"


def test_a_mention_or_author_without_an_address_costs_no_status():
    account = an_account(acct=None, url=None)

    [status] = read(
        a_status(account=account, mentions=[{"username": "x"}, {"id": "1"}])
    )

    assert status.handles == (Handle("mastodon", "lea@ailleurs.example"),)


def test_a_language_that_is_none_is_null():
    for code in (None, "und", "zxx"):
        assert read(a_status(language=code))[0].language is None
    assert read(a_status(language="pt-BR"))[0].language == "pt"


def test_a_status_without_words_has_no_text():
    [status] = read(a_status(content=""))

    assert (status.text, status.text_origin) == (None, None)


def test_a_refused_status_says_which_field_and_why():
    [refused] = read(a_status(created_at="hier"))

    assert refused.reason == "not_a_mastodon_status"
    assert refused.message == "Invalid RFC3339 encoded datetime - at `$.created_at`"
    assert refused.excerpt.startswith('{"id": "1101"')


def test_a_broken_status_costs_no_neighbour():
    outcomes = read([a_status(), a_status(id=None), a_status(id="1103")])

    assert [type(o) for o in outcomes] == [Interaction, Rejected, Interaction]


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        ({"id": "7", "username": "lea", "acct": "lea"}, "account"),
        ({"id": "7", "options": [], "votes_count": 2}, "poll"),
        ({"name": "box", "url": "", "history": []}, "tag"),
        ({"url": "https://a.example", "title": "box", "provider_name": ""}, "link"),
        ({"id": "7", "text": "brut", "spoiler_text": ""}, "status_source"),
        ({"content": "box", "detected_source_language": "fr"}, "translation"),
    ],
)
def test_what_is_no_status_is_excluded_by_its_kind(entity, reason):
    assert read(entity) == [Excluded(reason, ORIGIN)]


def test_an_error_of_the_server_is_refused_in_its_own_words():
    [refused] = read({"error": "Record not found"})

    assert (refused.reason, refused.message) == (
        "mastodon_api_error",
        "Record not found",
    )


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(content):
    list(parse(content, ORIGIN))
    read_file(content)


names = st.sampled_from([*sorted(a_status()), "event", "payload", "ancestors", "acct"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(changes=st.dictionaries(names, values, max_size=3))
def test_every_mutated_status_comes_out_once(changes):
    assert len(read(a_status(**changes))) == 1


@settings(max_examples=150)
@given(place=st.integers(0, 800), byte=st.binary(min_size=1, max_size=2))
def test_a_mutated_file_does_not_make_it_raise(place, byte):
    content = json.dumps([a_status(), a_status()]).encode()

    assert len(read_file(content[:place] + byte + content[place + 1 :])) >= 1


def test_entities_nested_too_deep_are_refused():
    nested = a_status()
    for _ in range(6):
        nested = [nested]

    [refused] = read(nested)

    assert refused.reason == "not_a_mastodon_status"
