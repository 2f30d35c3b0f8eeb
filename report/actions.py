"""What to do: rules of the settings, met by what was seen, ranked by contacts touched."""

from collections.abc import Sequence
from typing import Any

from report.settings import ActionRule

Fact = dict[str, Any]

MOST = 5
"""More than five priorities are none."""


def signals(facts: Fact) -> list[Fact]:
    """Everything a rule may be about: what it is about, and the contacts it touches."""
    return [
        *_rising_reasons(facts),
        *_missed_promises(facts),
        *_missed_callbacks(facts),
        *_rising_causes(facts),
        *_journeys(facts),
        *_answers(facts),
        *_silent_sources(facts),
    ]


def actions(seen: Sequence[Fact], rules: Sequence[ActionRule]) -> list[Fact]:
    """At most five; of several rules for one thing the first of the settings."""
    chosen: dict[str, Fact] = {}
    for signal in seen:
        for rule in rules:
            if signal["key"] not in chosen and _meets(signal, rule):
                chosen[signal["key"]] = {
                    **signal,
                    "rule": rule.name,
                    "owner": rule.owner,
                    "fr": rule.fr,
                    "en": rule.en,
                }
    ranked = sorted(chosen.values(), key=lambda a: (-a["count"], a["key"]))
    return ranked[:MOST]


def followed_up(last_week: Sequence[Fact], seen: Sequence[Fact]) -> list[Fact]:
    """What became of last week's actions: the same figure a week later."""
    now = {signal["key"]: signal for signal in seen}
    return [
        {
            **action,
            "count_now": now[action["key"]]["count"] if action["key"] in now else None,
            "is_still_seen": action["key"] in now
            and now[action["key"]]["is_news"] == action["is_news"],
        }
        for action in last_week
    ]


def _meets(signal: Fact, rule: ActionRule) -> bool:
    return (
        signal["when"] == rule.when
        and signal["is_news"]
        and signal["count"] >= rule.at_least
        and rule.reason in (None, signal.get("reason"))
        and rule.channel in (None, signal.get("channel"))
        and rule.cause in (None, signal.get("cause"))
        and (rule.under is None or (signal.get("share") or 0) < rule.under)
    )


def _signal(when: str, what: str, count: float, *, is_news: bool, **more: Any) -> Fact:
    return {
        "key": f"{when}:{what}",
        "when": when,
        "count": round(count),
        "is_news": is_news,
        **more,
    }


def _rising_reasons(facts: Fact) -> list[Fact]:
    """An intent counts once, with its channels that rose; touched are all its contacts."""
    risen: dict[str, list[Fact]] = {}
    for cell in facts["changes"]["cells"]:
        if cell["is_changed"] and cell["part"] > 0:
            risen.setdefault(cell["intent"], []).append(cell)
    counts = {i["intent"]: i for i in facts["changes"].get("intents", [])}
    # The largest cell comes first and names the queue.
    queues = {s["intent"]: s["behind"]["queue"] for s in reversed(facts["stories"])}
    return [
        _signal(
            "reason_rises",
            intent,
            counts[intent]["count"],
            # An intent that is rising has at least one cell that changed.
            is_news=intent in risen,
            reason=intent,
            usual=counts[intent]["usual"],
            channels=[cell["channel"] for cell in risen.get(intent, [])],
            queue=queues.get(intent),
            section="changes",
        )
        for intent in counts
        if counts[intent]["count"] > 0
    ]


def _missed_promises(facts: Fact) -> list[Fact]:
    return [
        _signal(
            "promise_missed",
            f"{clock['channel']}:{clock['expected_seconds']:g}",
            clock["missed_count"],
            is_news=True,
            channel=clock["channel"],
            delay_seconds=clock["expected_seconds"],
            share=clock["kept"]["value"],
            queue=clock["queue"],
            section="promises",
        )
        for clock in facts["promises"]["clocks"]
        if clock["kept"]
    ]


def _missed_callbacks(facts: Fact) -> list[Fact]:
    callbacks = facts["promises"]["callbacks"]
    missed = (callbacks["asked_count"] or 0) - (callbacks["kept_count"] or 0)
    return [
        _signal(
            "callback_missed", "all", missed, is_news=missed > 0, section="promises"
        )
    ]


def _rising_causes(facts: Fact) -> list[Fact]:
    return [
        _signal(
            "cause_rises",
            cause["label"],
            cause["contact_count"],
            is_news=bool(
                cause["is_changed"]
                and cause["share"] is not None
                and cause["share"] > cause["usual"]
            ),
            cause=cause["label"],
            share=cause["share"],
            section="frustration",
        )
        for cause in facts["frustration"]["causes"]
    ]


def _journeys(facts: Fact) -> list[Fact]:
    broken = facts["journeys"]["summary"]["continuity_break_journey_count"]
    repeat = next(f for f in facts["key_figures"] if f["name"] == "repeat_contact_rate")
    # Of repeats only those beyond the usual: the others would have come in any week.
    beyond = repeat["part"] - (
        repeat["usual"]["centre"] * repeat["whole"] if repeat["usual"] else 0.0
    )
    return [
        _signal(
            "explained_again", "all", broken, is_news=broken > 0, section="journeys"
        ),
        _signal(
            "contacts_repeat",
            "all",
            max(0.0, beyond),
            is_news=repeat["verdict"] == "above",
            share=repeat["value"],
            section="journeys",
        ),
    ]


def _answers(facts: Fact) -> list[Fact]:
    return [
        _signal(
            "few_answers",
            channel["survey_channel"],
            channel["delivered_count"] - channel["answered_count"],
            # Below the band with certainty: the whole interval is under it.
            is_news=bool(
                channel["band"]
                and channel["answered"]
                and channel["answered"]["high"] < channel["band"][0]
            ),
            survey_channel=channel["survey_channel"],
            share=channel["answered"]["value"] if channel["answered"] else None,
            section="trust",
        )
        for channel in facts["trust"]["channels"]
    ]


def _silent_sources(facts: Fact) -> list[Fact]:
    return [
        _signal(
            "source_silent",
            source["source"],
            max(1, source["usual_read_count"]),
            is_news=True,
            source=source["source"],
            section="trust",
        )
        for source in facts["trust"]["sources"]
        if source["is_silent"]
    ]
