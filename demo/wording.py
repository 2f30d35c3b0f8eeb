"""Puts authored sentences together into what one customer says on one occasion."""

from dataclasses import dataclass, field
from math import prod
from random import Random
from types import ModuleType
from typing import Literal, NamedTuple, TypeAlias

from demo import noise
from demo.facts import Facts
from demo.identifiers import national
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
CALM_BELOW = 0.39
"""Frustration under which nobody names a cause."""
PERSONAL_SHARE = 0.16
PERSONAL_SUBJECT_SHARE = 0.04
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
    states_intent: bool = True
    """False for words like `thanks, that works`: only the conversation tells what about."""

    @property
    def overall(self) -> float:
        return round(1 - prod(1 - weight for weight in self.weights), 3)


class Piece(NamedTuple):
    """One sentence after the statement of the matter, and what it says of the customer."""

    text: str
    family: str = ""
    """intents, needs, expectations, frustrations, feeling, planted; empty: none."""
    label: str = ""
    weight: float = 0.0
    planted: Planted | None = None


@dataclass(slots=True)
class Said:
    opening: str
    problem: str
    pieces: list[Piece]
    """Details, causes, needs, in the order said."""
    closing: str
    labels: Labels

    @property
    def rest(self) -> list[str]:
        return [piece.text for piece in self.pieces]

    def add(self, piece: Piece) -> None:
        self.pieces.append(piece)
        labels = self.labels
        if piece.family in ("intents", "needs", "expectations", "frustrations"):
            names: list[str] = getattr(labels, piece.family)
            if piece.label not in names:
                names.append(piece.label)
        if piece.weight:
            labels.weights.append(piece.weight)
        if piece.planted:
            labels.planted.append(piece.planted)


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

    def say(
        self, register: Register, intent: str, mood: Mood, *, room: int = 10_000
    ) -> Said:
        """All of one message: what a call's turns and an e-mail's paragraphs are cut from.

        Args:
            register: how it is said.
            intent: what about.
            mood: how patiently.
            room: characters there are; what no longer fits is left unsaid.
        """
        rng, parts = self.rng, self.parts
        labels = Labels(intents=[intent], weights=[CALM_SCORE.get(intent, 0.08)])
        if intent in IMPLIED_NEED:
            labels.needs.append(IMPLIED_NEED[intent])
        problem = self._fill(register, self._problem(register, intent, mood), mood)
        if mood.contact_number > 1 and rng.random() < 0.6:
            back = self._fill(register, rng.choice(parts.RETURNS), mood)
            problem = f"{back}{'. ' if register == 'email' else ', '}{problem}"
        opening = self._fill(register, rng.choice(parts.OPENINGS[register]), mood)
        said = Said(
            opening=opening,
            problem=problem,
            pieces=[],
            closing=rng.choice(parts.CLOSINGS[register]),
            labels=labels,
        )
        pieces = self._details(register, intent)
        pieces += self._causes(intent, mood)
        pieces += self._wishes(intent, mood)
        if register != "public" and rng.random() < PERSONAL_SHARE:
            at = int(rng.random() * (len(pieces) + 1))
            pieces.insert(at, self._personal(register))
        room -= len(said.opening) + len(problem) + len(said.closing)
        for piece in pieces:
            if piece.planted is None:
                piece = piece._replace(text=self._fill(register, piece.text, mood))
            room -= len(piece.text) + 6
            if room >= 0:
                said.add(piece)
        return said

    def follow_up(
        self, register: Register, mood: Mood, intent: str, *, is_content: bool
    ) -> Said:
        """A later message in the same conversation: thanks, or pressing again."""
        rng = self.rng
        labels = Labels(intents=[intent], weights=[0.05 if is_content else 0.15])
        labels.states_intent = False
        kind = "solved" if is_content else "unsolved"
        first = self._fill(
            register, rng.choice(self.parts.ANSWERS_TO_AGENT[kind]), mood
        )
        said = Said("", first, [], rng.choice(self.parts.CLOSINGS[register]), labels)
        if not is_content:
            for piece in (*self._causes(intent, mood), *self._wishes(intent, mood)):
                text = self._fill(register, piece.text, mood)
                said.add(piece._replace(text=text))
        return said

    def fill(self, template: str, **more: str) -> str:
        """A company sentence with the journey's facts."""
        return template.format_map(self._facts["email"] | more)

    def short_answer(self, register: Register, kind: str) -> str:
        return self._fill(
            register, self.rng.choice(self.parts.ANSWERS_TO_AGENT[kind]), Mood(0.0)
        )

    def about_themselves(self, question: int) -> str:
        """On the phone: who is calling, asked the agents' n-th way."""
        answer = self.rng.choice(self.parts.IDENTITY_ANSWERS[question])
        return self._fill("call", answer, Mood(0.0))

    def subject(self, intent: str) -> tuple[str, Planted | None]:
        """A subject line; now and then with a telephone number in it."""
        subject = self.fill(self.rng.choice(self.parts.SUBJECTS[intent]))
        if self.rng.random() >= PERSONAL_SUBJECT_SHARE:
            return subject, None
        phone = Planted("phone", national(self.person.phones[0]))
        return f"{subject} - {phone.value}", phone

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

    def _details(self, register: Register, intent: str) -> list[Piece]:
        """What else they tell of it; now and then another matter while at it."""
        rng = self.rng
        pieces = []
        if register != "public" and rng.random() < 0.35:
            pieces.append(Piece(rng.choice(self.parts.CONTEXTS)))
        if rng.random() < 0.7:
            pieces.append(Piece(rng.choice(self.parts.DETAILS[intent])))
        if register == "public" or intent in CALM_INTENTS:
            return pieces
        if rng.random() < SECOND_INTENT_SHARE:
            other = rng.choice(("account_update", "product_information", "billing"))
            if other != intent:
                text = rng.choice(PROBLEMS[self.language, register][other])
                pieces.append(Piece(text, "intents", other))
        return pieces

    def _causes(self, intent: str, mood: Mood) -> list[Piece]:
        """Why they are annoyed: only what fits what has happened to them."""
        rng, level = self.rng, mood.frustration
        if intent in CALM_INTENTS or level < CALM_BELOW:
            return []
        options = {"no_answer"} if mood.contact_number > 1 else {"unclear_information"}
        if mood.waited_minutes >= 3:
            options |= {"waiting", "ivr_maze"}
        if mood.contact_number > 1:
            options |= {"repeat_contact", "broken_promise", "agent_attitude"}
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
        pieces = [
            Piece(
                rng.choice(self.parts.CAUSES[cause]),
                "frustrations",
                cause,
                CAUSE_WEIGHT.get(cause, DEFAULT_CAUSE_WEIGHT),
            )
            for cause in rng.sample(sorted(options), min(count, len(options)))
        ]
        if level > 0.5 and rng.random() < 0.5:
            feeling = "strong" if level > 0.7 else "mild"
            text = rng.choice(self.parts.FEELINGS[feeling])
            at = int(rng.random() * (len(pieces) + 1))
            pieces.insert(at, Piece(text, "feeling", feeling, FEELING_WEIGHT[feeling]))
        return pieces

    def _wishes(self, intent: str, mood: Mood) -> list[Piece]:
        """What would help, and how they mean to be served."""
        rng = self.rng
        pieces = []
        if intent in FITTING_NEEDS and rng.random() < 0.45:
            need = rng.choice(FITTING_NEEDS[intent])
            pieces.append(Piece(rng.choice(self.parts.NEEDS[need]), "needs", need))
        if intent in CALM_INTENTS or rng.random() > 0.15 + 0.3 * mood.frustration:
            return pieces
        options = ["fast_answer", "deadline", "callback", "preferred_channel"]
        if mood.contact_number > 1:
            options += ["promise_kept", "no_repetition"]
        if intent in ("billing", "cancellation"):
            options.append("price_transparency")
        if intent in ("appointment_callback", "delivery"):
            options.append("opening_hours")
        wish = rng.choice(options)
        pieces.append(
            Piece(rng.choice(self.parts.EXPECTATIONS[wish]), "expectations", wish)
        )
        return pieces

    def _personal(self, register: Register) -> Piece:
        planted = something_personal(self.rng, self.person, aloud=register == "call")
        template: str = self.rng.choice(self.parts.PERSONAL[planted.kind])
        text = template.format(value=planted.value)
        return Piece(text, "planted", planted.kind, planted=planted)


QUESTIONS = (
    *(
        "pourriez-",
        "pouvez-",
        "quel",
        "serait-il",
        "existe-t",
        "est-il",
        "est-ce",
        "où ",
    ),
    *(
        "combien",
        "un conseiller pourrait",
        "le créneau",
        "could",
        "would",
        "what",
        "does",
    ),
    *("is ", "can ", "how ", "where", "who", "are ", "do ", "isn't"),
)
"""How a sentence begins that ends in a question mark."""


def sentences(pieces: list[str]) -> str:
    """Pieces as written prose: capitals, full stops and question marks."""
    whole = []
    for piece in pieces:
        piece = piece.strip()
        if piece:
            end = "?" if piece.lower().startswith(QUESTIONS) else "."
            whole.append(
                f"{piece[:1].upper()}{piece[1:]}{'' if piece[-1] in '.!?:…' else end}"
            )
    return " ".join(whole)
