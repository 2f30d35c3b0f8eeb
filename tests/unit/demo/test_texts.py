"""The authored sentences: enough of them, whole, and put together without copies."""

import re
from collections import Counter
from string import Formatter

import pytest

from demo import noise
from demo.facts import a_journey_s_facts
from demo.people import a_person
from demo.wording import AGENTS, PARTS, PROBLEMS
from demo.world import INTENT_WEIGHTS, a_world
from tests.unit.demo import reading
from tests.unit.demo.conftest import START

WORLD = a_world(seed=1, start=START, days=7, customers=1, interactions_per_day=None)
LANGUAGES = ("fr", "en")


def known_facts(language: str) -> set[str]:
    person = a_person(WORLD, 0)
    person.language = language
    written, _ = a_journey_s_facts(WORLD.rng("test"), WORLD, person, WORLD.start_at)
    return {*written, "minutes", "nth", "brand", "value"} | {
        *("agent", "words", "queue", "resolution", "sympathy", "name", "address")
    }


def all_sentences(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [s for v in value.values() for s in all_sentences(v)]
    if isinstance(value, tuple):
        return [s for v in value for s in all_sentences(v)]
    return []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", INTENT_WEIGHTS)
def test_every_intent_has_twenty_statements_of_its_problem(intent, language):
    statements = set()
    for (of, _), problems in PROBLEMS.items():
        if of == language:
            statements |= set(problems[intent])
    assert len(statements) >= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_name_only_facts_that_journeys_have(language):
    tables = [vars(PARTS[language]), vars(AGENTS[language])]
    tables += [table for (of, _), table in PROBLEMS.items() if of == language]
    known = known_facts(language)
    for table in tables:
        for name, value in table.items():
            if name.startswith("__"):
                continue
            for sentence in all_sentences(value):
                fields = {f for _, f, _, _ in Formatter().parse(sentence) if f}
                assert fields <= known, sentence


def test_the_languages_have_the_same_parts():
    names = [
        {name for name in vars(PARTS[language]) if name.isupper()}
        for language in LANGUAGES
    ]
    assert names[0] == names[1]
    for name in ("CAUSES", "NEEDS", "EXPECTATIONS", "DETAILS", "SUBJECTS"):
        fr, en = (vars(PARTS[language])[name] for language in LANGUAGES)
        assert set(fr) == set(en)


def test_no_sentence_of_the_month_was_left_unfilled(month):
    unfilled = re.compile(r"\{[a-z]+\}")
    for found in (*month.found.values(), month.transcripts):
        for _, _, text in found:
            assert not unfilled.search(text), text


def test_a_month_does_not_read_as_copies(month):
    posts = [
        analysis["Transcript"]
        for _, analysis in reading.values(
            month.directory, "telephony", "analysis/*.json"
        )
    ]
    texts = Counter(
        "\n".join(t["Content"] for t in turns if t["ParticipantId"] == "CUSTOMER")
        for turns in posts
    )
    assert len(texts) / len(posts) > 0.995
    [(_, most)] = texts.most_common(1)
    assert most <= 3


def test_haste_costs_accents_and_care_keeps_them():
    rng = WORLD.rng("haste")
    sentence = "Bonjour, j'ai un problème de prélèvement"
    careless = noise.hasty(rng, sentence, "fr", 0.0)
    assert "é" not in careless
    assert noise.hasty(rng, sentence, "fr", 1.0) == sentence


def test_slips_never_touch_a_number():
    rng = WORLD.rng("slips")
    text = "06 12 34 56 78 CMD-482913"
    for _ in range(50):
        assert re.findall(r"\d+", noise.with_slips(rng, text, 0.3)) == re.findall(
            r"\d+", text
        )
