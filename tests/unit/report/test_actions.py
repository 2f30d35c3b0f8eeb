from report.actions import MOST, actions, followed_up
from report.settings import ActionRule

RULE = ActionRule(name="r", when="promise_missed", at_least=10, fr="a", en="a")


def a_signal(key="promise_missed:call", count=50, **changes):
    plain = {"when": "promise_missed", "is_news": True, "channel": "call", "share": 0.5}
    return {"key": key, "count": count, **plain} | changes


def names(found):
    return [action["key"] for action in found]


def test_the_most_contacts_come_first_and_no_more_than_five():
    seen = [a_signal(key=f"k{n}", count=10 + n) for n in range(8)]

    assert names(actions(seen, [RULE])) == ["k7", "k6", "k5", "k4", "k3"]
    assert MOST == 5


def test_too_few_contacts_are_no_priority():
    assert actions([a_signal(count=9)], [RULE]) == []


def test_what_is_as_usual_asks_for_nothing():
    assert actions([a_signal(is_news=False)], [RULE]) == []


def test_a_rule_may_be_for_one_channel_only():
    for_chat = RULE.model_copy(update={"channel": "chat"})

    assert actions([a_signal()], [for_chat]) == []
    assert names(actions([a_signal(channel="chat")], [for_chat])) == [
        "promise_missed:call"
    ]


def test_a_promise_kept_often_enough_asks_for_nothing():
    rule = RULE.model_copy(update={"under": 0.8})

    assert actions([a_signal(share=0.85)], [rule]) == []
    assert len(actions([a_signal(share=0.75)], [rule])) == 1


def test_of_two_rules_for_one_thing_the_first_of_the_settings_holds():
    second = RULE.model_copy(update={"name": "second", "owner": "others"})

    [action] = actions([a_signal()], [RULE, second])

    assert action["rule"] == "r"


def test_last_week_s_actions_are_compared_with_what_is_seen_now():
    last_week = actions([a_signal("a", 50), a_signal("b", 40)], [RULE])

    [gone_on, over] = followed_up(last_week, [a_signal("a", 30)])

    assert (gone_on["count"], gone_on["count_now"], gone_on["is_still_seen"]) == (
        50,
        30,
        True,
    )
    assert (over["count_now"], over["is_still_seen"]) == (None, False)
