"""The first page's sentences: which are said, in which order, by rules and no model.

A sentence here is a key into the words of a language, its figures, and the section
that says more. Three to five:

1. how many contacts, and whether that is unusual;
2. what made the change, or what moved most though within noise;
3. what it did to customers: the figure that changed with the most certainty;
4. what customers themselves said in surveys;
5. the first thing to do, or what makes the rest doubtful.
"""

from typing import Any

Fact = dict[str, Any]

TO_CUSTOMERS = (
    "within_expectation_rate",
    "repeat_contact_rate",
    "first_contact_resolution_rate",
    "frustrated_rate",
)
"""Figures that say what a week did to customers, beside what they answered."""

CHANGED = ("above", "below")


def first_page(facts: Fact) -> list[Fact]:
    """The sentences of the first page, in reading order."""
    figures = {figure["name"]: figure for figure in facts["key_figures"]}
    if not figures["contact_count"]["value"]:
        return [_said("nothing", "trust"), *_doubts(facts)]
    return [
        _volume(figures["contact_count"], facts),
        *_reason(facts),
        *_consequence(figures),
        _survey(figures["satisfied_rate"]),
        *(_doubts(facts) or _first_action(facts)),
    ][:5]


def has_headline(facts: Fact) -> bool:
    """Whether the first page says that something changed."""
    return any(figure["verdict"] in CHANGED for figure in facts["key_figures"]) or any(
        found["is_changed"]
        for found in (*facts["changes"]["cells"], *facts["frustration"]["causes"])
    )


def _said(key: str, section: str, **values: Any) -> Fact:
    return {"key": key, "section": section, "values": values}


def _volume(figure: Fact, facts: Fact) -> Fact:
    values = {"count": figure["value"], "weeks": facts["baseline"]["weeks"]}
    if not figure["usual"]:
        is_over = facts["completeness"]["is_over"]
        key = "volume_alone" if is_over else "volume_so_far"
        return _said(key, "changes", **values)
    usual = figure["usual"]
    values |= {
        "usual": usual["centre"],
        "low": usual["low"],
        "high": usual["high"],
        "difference": figure["value"] / usual["centre"] - 1 if usual["centre"] else 0.0,
    }
    return _said(f"volume_{figure['verdict']}", "changes", **values)


def _reason(facts: Fact) -> list[Fact]:
    """The reason that moved most, by intent and channel; with its other channels."""
    told = facts["stories"]
    if not told or facts["changes"]["total"] is None:
        return []
    cell = told[0]
    intent = next(
        i for i in facts["changes"]["intents"] if i["intent"] == cell["intent"]
    )
    others = [
        c["channel"]
        for c in facts["changes"]["cells"]
        if c["is_changed"]
        and c["intent"] == cell["intent"]
        and c["channel"] != cell["channel"]
        and c["part"] * cell["part"] > 0
    ]
    total = facts["changes"]["total"]
    values = {
        "reason": cell["intent"],
        "channel": cell["channel"],
        "count": cell["count"],
        "usual": cell["usual"],
        "part": cell["part"],
        "intent_count": intent["count"],
        "intent_usual": intent["usual"],
        "intent_part": intent["part"],
        "others": others,
        # Of a change in the same direction, so that a share means something.
        "share": intent["part"] / total if total * intent["part"] > 0 else None,
    }
    if not cell["is_changed"]:
        return [_said("reason_within_noise", "changes", **values)]
    direction = "rises" if cell["part"] > 0 else "falls"
    key = f"reason_{direction}" + ("_everywhere" if others else "")
    return [_said(key, "changes", **values)]


def _consequence(figures: dict[str, Fact]) -> list[Fact]:
    changed = [
        figures[name] for name in TO_CUSTOMERS if figures[name]["verdict"] in CHANGED
    ]
    if not changed:
        return []
    figure = min(changed, key=lambda f: f["p_value"])
    return [
        _said(
            f"{figure['name']}_{figure['verdict']}",
            figure["section"],
            value=figure["value"],
            usual=figure["usual"]["centre"],
            part=figure["part"],
            rest=figure["whole"] - figure["part"],
            whole=figure["whole"],
        )
    ]


def _survey(figure: Fact) -> Fact:
    values = {"answers": figure["whole"], "value": figure["value"]}
    if figure["value"] is None:
        key = "survey_small" if figure["whole"] else "survey_none"
        return _said(key, "trust", **values)
    values |= {"low": figure["interval"][0], "high": figure["interval"][1]}
    if figure["usual"]:
        values["usual"] = figure["usual"]["centre"]
    verdict = figure["verdict"] if figure["usual"] else "alone"
    if verdict in ("usual", "unclear"):
        is_same = round(figure["value"], 2) == round(figure["usual"]["centre"], 2)
        verdict = "same" if is_same else "usual"
    return _said(f"survey_{verdict}", "satisfaction", **values)


def _doubts(facts: Fact) -> list[Fact]:
    """What makes the rest doubtful goes before what to do."""
    completeness = facts["completeness"]
    if not completeness["is_over"]:
        return [_said("not_over", "trust", as_of=facts["publication"]["as_of"])]
    if completeness["failed"]:
        return [_said("failed", "trust", count=len(completeness["failed"]))]
    if completeness["silent_sources"]:
        return [_said("silent", "trust", sources=completeness["silent_sources"])]
    return []


def _first_action(facts: Fact) -> list[Fact]:
    if not facts["actions"]:
        return []
    return [_said("first_action", "actions", action=facts["actions"][0])]
