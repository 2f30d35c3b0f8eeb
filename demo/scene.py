"""What a channel needs to play one contact: who, about what, in which mood, and the outbox."""

import json
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from demo import clock
from demo.outbox import Outbox
from demo.people import Person, plain
from demo.texts.names import AGENT_FIRST_NAMES, AGENT_LAST_NAMES
from demo.truth import Journey, Recorder
from demo.wording import Mood, Voice
from demo.world import PARTNER_WEIGHTS, PARTNERS, World, choices, pick


class Agent(NamedTuple):
    number: int
    name: str
    username: str
    partner: str
    site: str

    @property
    def first(self) -> str:
        return self.name.split()[0]


class Outcome(NamedTuple):
    """How a contact ended for the customer."""

    is_resolved: bool
    ended_at: int
    frustration: float
    """Added to what was there before."""
    retry_seconds: tuple[int, int] | None = None
    """When the customer tries again at once (a lost call): between these."""


QUEUES = {
    "billing": "Facturation",
    "payment": "Facturation",
    "refund": "Facturation",
    "order_status": "Commandes",
    "delivery": "Commandes",
    "order_change": "Commandes",
    "return_exchange": "Commandes",
    "cancellation": "Fidélisation",
    "technical_issue": "Assistance technique",
    "account_access": "Assistance technique",
    "fraud_security": "Sécurité",
    "complaint": "Réclamations",
}
DEFAULT_QUEUE = "Accueil commercial"


@lru_cache(maxsize=4)
def agents(seed: int) -> tuple[Agent, ...]:
    """The company's and its partners' agents, the same for every worker."""
    rng = Random(f"{seed}/agents")
    staff = []
    partners = choices(PARTNER_WEIGHTS)
    for number in range(90):
        name = f"{rng.choice(AGENT_FIRST_NAMES)} {rng.choice(AGENT_LAST_NAMES)}"
        partner = pick(rng, partners)
        username = f"{plain(name.split()[0])}.{plain(name.split()[1])}{number}"
        site = rng.choice(PARTNERS[partner])
        staff.append(Agent(number, name, username, partner, site))
    return tuple(staff)


@dataclass(slots=True)
class Scene:
    world: World
    rng: Random
    person: Person
    journey: Journey
    voice: Voice
    mood: Mood
    outbox: Outbox
    truth: Recorder
    at: int
    number: str
    """Of this contact among all: `P0000012-3`, for ids that systems count up."""

    @property
    def intent(self) -> str:
        return self.journey.intent

    @property
    def queue(self) -> str:
        return QUEUES.get(self.journey.intent, DEFAULT_QUEUE)

    @property
    def is_bad_week(self) -> bool:
        return self.world.is_incident(self.at)

    def agent(self) -> Agent:
        return self.rng.choice(agents(self.world.seed))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def is_solved(self) -> bool:
        """Whether this contact settles the matter: less often in the bad week."""
        share = 0.66 if self.mood.contact_number == 1 else 0.74
        if self.is_bad_week:
            share -= 0.30 if self.intent == "billing" else 0.08
        return self.chance(share)

    def resolution(self, *, is_solved: bool) -> str:
        texts = self.voice.agents
        options = texts.SOLVED[self.intent] if is_solved else texts.UNSOLVED
        return self.voice.fill(self.rng.choice(options))

    def reply_seconds(self, mean_hours: float) -> int:
        """Opening hours until the company answers; longer in the bad week."""
        mean = mean_hours * (1.8 if self.is_bad_week else 1.0)
        return 300 + int(self.rng.expovariate(1 / (mean * clock.HOUR)))


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dumps(record: Any) -> bytes:
    """Compact JSON as these systems write it."""
    return _ENCODER.encode(record).encode()
