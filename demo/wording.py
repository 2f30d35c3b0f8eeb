"""Puts authored sentences together into what one customer says on one occasion."""

from dataclasses import dataclass, field
from math import prod
from random import Random
from types import ModuleType
from typing import Literal, NamedTuple, TypeAlias

from demo import noise
from demo.facts import Facts
from demo.people import Person
from demo.personal_data import Planted, something_personal
from demo.texts import (
    agents_en,
    agents_fr,
    parts_en,
    parts_fr,
    problems_public_en,
    problems_public_fr,
    problems_said_en,
    problems_said_fr,
    problems_written_en,
    problems_written_fr,
)

Register: TypeAlias = Literal["call", "chat", "email", "public"]
Problems: TypeAlias = dict[str, tuple[str, ...]]

PARTS: dict[str, ModuleType] = {"fr": parts_fr, "en": parts_en}
AGENTS: dict[str, ModuleType] = {"fr": agents_fr, "en": agents_en}
PROBLEMS: dict[tuple[str, Register], Problems] = {
    ("fr", "call"): problems_said_fr.PROBLEMS,
    ("fr", "chat"): problems_said_fr.PROBLEMS,
    ("fr", "email"): problems_written_fr.PROBLEMS,
    ("fr", "public"): problems_public_fr.PROBLEMS,
    ("en", "call"): problems_said_en.PROBLEMS,
    ("en", "chat"): problems_said_en.PROBLEMS,
    ("en", "email"): problems_written_en.PROBLEMS,
    ("en", "public"): problems_public_en.PROBLEMS,
}

IMPLIED_NEED = {
    "refund": "money_back",
    "technical_issue": "repair",
    "order_change": "change",
    "account_update": "change",
    "product_information": "information",
    "order_status": "information",
}
FITTING_NEEDS = {
    "billing": ("information", "money_back", "reassurance"),
    "payment": ("information", "self_service", "reassurance"),
    "refund": ("money_back", "follow_up"),
    "order_status": ("information", "follow_up"),
    "delivery": ("follow_up", "information", "money_back"),
    "order_change": ("change", "reassurance", "self_service"),
    "return_exchange": ("change", "money_back", "self_service"),
    "cancellation": ("reassurance", "human_contact", "self_service"),
    "technical_issue": ("repair", "human_contact", "follow_up"),
    "account_access": ("self_service", "human_contact"),
    "account_update": ("change", "reassurance", "self_service"),
    "product_information": ("information",),
    "purchase": ("information", "human_contact"),
    "appointment_callback": ("human_contact", "change", "reassurance"),
    "fraud_security": ("reassurance", "human_contact", "follow_up"),
    "complaint": ("human_contact", "follow_up", "money_back"),
}
CALM_SCORE = {
    "complaint": 0.45,
    "fraud_security": 0.22,
    "refund": 0.20,
    "delivery": 0.20,
    "technical_issue": 0.17,
    "billing": 0.15,
    "praise": 0.01,
    "product_information": 0.02,
    "purchase": 0.02,
    "other": 0.03,
}
"""What the statement of the matter alone makes a careful reader think, no cause named."""
CAUSE_WEIGHT = {"churn_threat": 0.5, "agent_attitude": 0.5, "broken_promise": 0.45}
DEFAULT_CAUSE_WEIGHT = 0.40
FEELING_WEIGHT = {"strong": 0.5, "mild": 0.22}
CALM_INTENTS = frozenset(("praise", "product_information", "purchase", "other"))
PERSONAL_SHARE = 0.16
SECOND_INTENT_SHARE = 0.05


@dataclass(slots=True)
class Mood:
    """What the customer has been through when speaking up."""

    frustration: float
    waited_minutes: int = 0
    contact_number: int = 1
    has_changed_channel: bool = False
    is_incident: bool = False
    """Their trouble is the double charge of the bad week."""


@dataclass(slots=True)
class Labels:
    """The truth about one interaction's text."""

    intents: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    expectations: list[str] = field(default_factory=list)
    frustrations: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)

    @property
    def overall(self) -> float:
        return round(1 - prod(1 - weight for weight in self.weights), 3)


class Said(NamedTuple):
    opening: str
    problem: str
    rest: list[str]
    """Details, causes, needs: each a sentence of its own, in the order said."""
    closing: str
    labels: Labels


class Voice:
    """One person's way of talking about one journey."""

    def __init__(
        self, rng: Random, person: Person, written: Facts, spoken: Facts
    ) -> None:
        self.rng = rng
        self.person = person
        self.language = person.language
        self.parts = PARTS[person.language]
        self.agents = AGENTS[person.language]
        self._facts = {
            "call": spoken,
            "chat": written,
            "email": written,
            "public": written,
        }

    def say(self, register: Register, intent: str, mood: Mood) -> Said:
        """All of one message: what a call's turns and an e-mail's paragraphs are cut from."""
        rng, parts = self.rng, self.parts
        labels = Labels(intents=[intent], weights=[CALM_SCORE.get(intent, 0.08)])
        if intent in IMPLIED_NEED:
            labels.needs.append(IMPLIED_NEED[intent])
        problem = self._fill(register, self._problem(register, intent, mood), mood)
        rest: list[str] = []
        if rng.random() < 0.7:
            rest.append(rng.choice(parts.DETAILS[intent]))
        self._add_second_intent(register, intent, rest, labels)
        self._add_causes(intent, mood, rest, labels)
        self._add_wishes(intent, mood, rest, labels)
        rest = [self._fill(register, sentence, mood) for sentence in rest]
        if mood.contact_number > 1 and rng.random() < 0.6:
            problem = (
                f"{self._fill(register, rng.choice(parts.RETURNS), mood)}, {problem}"
            )
        if rng.random() < PERSONAL_SHARE and register != "public":
            rest.insert(
                int(rng.random() * (len(rest) + 1)), self._personal(register, labels)
            )
        return Said(
            opening=rng.choice(parts.OPENINGS[register]),
            problem=problem,
            rest=rest,
            closing=rng.choice(parts.CLOSINGS[register]),
            labels=labels,
        )

    def follow_up(self, register: Register, mood: Mood, intent: str) -> Said:
        """A later message in the same conversation: thanks, or pressing again."""
        rng = self.rng
        labels = Labels(intents=[intent], weights=[0.05])
        rest: list[str] = []
        is_content = mood.frustration < 0.35
        kind = "solved" if is_content else "unsolved"
        first = self._fill(
            register, rng.choice(self.parts.ANSWERS_TO_AGENT[kind]), mood
        )
        if not is_content:
            labels.weights = [0.15]
            self._add_causes(intent, mood, rest, labels)
            self._add_wishes(intent, mood, rest, labels)
        rest = [self._fill(register, sentence, mood) for sentence in rest]
        return Said("", first, rest, rng.choice(self.parts.CLOSINGS[register]), labels)

    def fill(self, template: str, **more: str) -> str:
        """A company sentence with the journey's facts."""
        return template.format_map(self._facts["email"] | more)

    def short_answer(self, register: Register, kind: str) -> str:
        return self._fill(
            register, self.rng.choice(self.parts.ANSWERS_TO_AGENT[kind]), Mood(0.0)
        )

    def subject(self, intent: str) -> str:
        return self.fill(self.rng.choice(self.parts.SUBJECTS[intent]))

    def _problem(self, register: Register, intent: str, mood: Mood) -> str:
        if mood.is_incident and self.rng.random() < 0.6:
            return str(self.rng.choice(self.parts.DETAILS["incident"]))
        return self.rng.choice(PROBLEMS[self.language, register][intent])

    def _fill(self, register: Register, template: str, mood: Mood) -> str:
        """Facts first, then the slips of the register."""
        if "{" in template:
            template = template.format_map(
                self._facts[register]
                | {
                    "minutes": str(max(3, mood.waited_minutes)),
                    "nth": self.parts.NTH[min(mood.contact_number, 4) - 1],
                    "brand": "@OndineTelecom",
                }
            )
        if register == "call":
            return noise.spoken(
                self.rng, template, self.language, self.parts.HESITATIONS
            )
        if register == "chat":
            return noise.hasty(self.rng, template, self.language, self.person.skill)
        if register == "email":
            return noise.with_slips(self.rng, template, (1 - self.person.skill) * 0.003)
        return template

    def _add_second_intent(
        self, register: Register, intent: str, rest: list[str], labels: Labels
    ) -> None:
        """Now and then a customer raises another matter while at it."""
        if register == "public" or intent in CALM_INTENTS:
            return
        if self.rng.random() >= SECOND_INTENT_SHARE:
            return
        other = self.rng.choice(("account_update", "product_information", "billing"))
        if other != intent:
            rest.append(self.rng.choice(PROBLEMS[self.language, register][other]))
            labels.intents.append(other)

    def _add_causes(
        self, intent: str, mood: Mood, rest: list[str], labels: Labels
    ) -> None:
        rng, level = self.rng, mood.frustration
        if intent in CALM_INTENTS or level < 0.34:
            return
        options = {"no_answer", "unclear_information"}
        if mood.waited_minutes >= 3:
            options |= {"waiting", "ivr_maze"}
        if mood.contact_number > 1:
            options |= {"repeat_contact", "broken_promise", "agent_attitude"}
            options.discard("unclear_information")
        else:
            options.discard("no_answer")
        if mood.has_changed_channel:
            options.add("channel_switch")
        if intent in ("billing", "cancellation"):
            options.add("price")
        if intent in ("technical_issue", "return_exchange"):
            options.add("product_failure")
        if intent in ("refund", "delivery", "appointment_callback"):
            options |= {"waiting", "broken_promise"}
        if level > 0.6:
            options.add("churn_threat")
        count = 1 + (level > 0.55) + (level > 0.8)
        for cause in rng.sample(sorted(options), min(count, len(options))):
            rest.append(rng.choice(self.parts.CAUSES[cause]))
            labels.frustrations.append(cause)
            labels.weights.append(CAUSE_WEIGHT.get(cause, DEFAULT_CAUSE_WEIGHT))
        if level > 0.5 and rng.random() < 0.5:
            feeling = "strong" if level > 0.7 else "mild"
            rest.append(rng.choice(self.parts.FEELINGS[feeling]))
            labels.weights.append(FEELING_WEIGHT[feeling])

    def _add_wishes(
        self, intent: str, mood: Mood, rest: list[str], labels: Labels
    ) -> None:
        rng = self.rng
        if intent in FITTING_NEEDS and rng.random() < 0.45:
            need = rng.choice(FITTING_NEEDS[intent])
            rest.append(rng.choice(self.parts.NEEDS[need]))
            if need not in labels.needs:
                labels.needs.append(need)
        if intent not in CALM_INTENTS and rng.random() < 0.15 + 0.3 * mood.frustration:
            options = ["fast_answer", "deadline", "callback", "preferred_channel"]
            if mood.contact_number > 1:
                options += ["promise_kept", "no_repetition"]
            if intent in ("billing", "cancellation"):
                options.append("price_transparency")
            if intent in ("appointment_callback", "delivery"):
                options.append("opening_hours")
            expectation = rng.choice(options)
            rest.append(rng.choice(self.parts.EXPECTATIONS[expectation]))
            labels.expectations.append(expectation)

    def _personal(self, register: Register, labels: Labels) -> str:
        planted = something_personal(self.rng, self.person, aloud=register == "call")
        labels.planted.append(planted)
        template: str = self.rng.choice(self.parts.PERSONAL[planted.kind])
        return template.format(value=planted.value)


def sentences(pieces: list[str]) -> str:
    """Pieces as written prose: capitals and full stops."""
    whole = []
    for piece in pieces:
        piece = piece.strip()
        if piece:
            end = "" if piece[-1] in ".!?:…" else "."
            whole.append(piece[:1].upper() + piece[1:] + end)
    return " ".join(whole)
