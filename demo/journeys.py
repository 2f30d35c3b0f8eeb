"""Persons' attempts to get one thing done: when, over which channels, until when."""

from collections.abc import Callable
from random import Random

from demo import clock, facts
from demo import world as world_module
from demo.channels import calls, chats, mails, posts, tickets
from demo.clock import DAY, HOUR
from demo.outbox import Outbox
from demo.people import Person
from demo.scene import Outcome, Scene
from demo.truth import Journey, Recorder
from demo.wording import Mood, Voice
from demo.world import (
    BASE_FRUSTRATION,
    CHANNEL_WEIGHTS,
    DEFAULT_BASE_FRUSTRATION,
    INCIDENT_FRUSTRATION,
    JOURNEY_SILENCE_DAYS,
    JOURNEYS_APART_DAYS,
    TROUBLE,
    World,
    choices,
    pick,
)

PLAYS: dict[str, Callable[[Scene], Outcome]] = {
    "call": calls.play,
    "email": mails.play,
    "chat": chats.play,
    "helpdesk": tickets.play,
    "x": posts.play_x,
    "mastodon": posts.play_mastodon,
}
MOST_CONTACTS = 5
GIVES_UP = 0.22
"""After an unsolved contact: the customer lets it rest."""
CHANGES_CHANNEL = 0.42
OUTBOUND_SHARE = 0.08
"""Of further calls in a journey: the company rings before the customer does."""
_CHANNELS = choices(CHANNEL_WEIGHTS)
_CALM_CHANNELS = choices(
    {name: CHANNEL_WEIGHTS[name] for name in ("call", "email", "chat", "helpdesk")}
)
_PRIVATE_INTENTS = frozenset(("fraud_security", "account_update", "purchase"))


class Life:
    """What one person does during the run."""

    def __init__(
        self, world: World, person: Person, outbox: Outbox, truth: Recorder
    ) -> None:
        self.world = world
        self.person = person
        self.outbox = outbox
        self.truth = truth
        self.rng = world.rng("life", person.index)
        self._contacts = 0
        self._favourite = pick(self.rng, _CHANNELS)

    def live(self) -> None:
        """Journeys one after the other, well apart; now and then two that overlap."""
        rng, world = self.rng, self.world
        free_from = world.start_at
        if rng.random() < world.busy_share:
            # Else the first days would find everybody with time for a journey.
            free_from += int(rng.random() * world_module.JOURNEY_TAKES_DAYS * DAY)
        begins = sorted(
            world.a_day(rng)
            for _ in range(_poisson(rng, world.journeys_per_customer_day * world.days))
        )
        for day in begins:
            channel = self._first_channel()
            at = clock.from_local(
                world.start_at + day * DAY, world_module.second_of_day(rng, channel)
            )
            at = max(at, world.start_at)
            if at < free_from:
                continue
            ended_at = self._journey(at, channel)
            if rng.random() < TROUBLE["overlap"]:
                ended_at = max(ended_at, self._overlapping(at))
            free_from = ended_at + JOURNEYS_APART_DAYS * DAY

    def _overlapping(self, at: int) -> int:
        first = self.truth.journeys[-1]
        ended_at = self._journey(at + self.rng.randrange(HOUR, DAY), "email")
        first.ambiguity = self.truth.journeys[-1].ambiguity = "overlapping"
        return ended_at

    def _first_channel(self) -> str:
        if self.rng.random() < 0.5:
            return self._favourite
        return pick(self.rng, _CHANNELS)

    def _journey(self, at: int, channel: str) -> int:
        """Play contacts until solved, given up, or the run is over; returns the end."""
        rng, world, person = self.rng, self.world, self.person
        intent = world.intent(rng, at)
        if channel in ("x", "mastodon") and intent in _PRIVATE_INTENTS:
            channel = pick(rng, _CALM_CHANNELS)
        journey = Journey(
            f"{person.person_id}/{clock.iso(at)}", person.person_id, intent
        )
        self.truth.journeys.append(journey)
        mood = self._mood(intent, at)
        written, spoken = facts.a_journey_s_facts(rng, world, person, at)
        voice = Voice(rng, person, written, spoken)
        ended_at = at
        for number in range(1, MOST_CONTACTS + 1):
            if at >= world.end_at:
                break
            mood.contact_number, mood.waited_minutes = number, 0
            outcome = self._contact(self._scene(journey, voice, mood, at), channel)
            ended_at = max(ended_at, outcome.ended_at)
            mood.frustration = min(
                1.0, max(0.0, mood.frustration + outcome.frustration)
            )
            if outcome.is_resolved:
                journey.is_resolved = True
                break
            lost = outcome.retry_seconds
            if (intent in ("praise", "other") and not lost) or rng.random() < GIVES_UP:
                break
            next_channel = channel
            if not lost and rng.random() < CHANGES_CHANNEL:
                next_channel = pick(rng, _CHANNELS)
            at = self._next_time(journey, outcome, next_channel)
            mood.has_changed_channel = next_channel != channel
            channel = next_channel
        return ended_at

    def _mood(self, intent: str, at: int) -> Mood:
        """Most billing matters of the bad week are its double charge."""
        rng = self.rng
        is_bad_week = self.world.is_incident(at)
        is_victim = is_bad_week and intent == "billing" and rng.random() < 0.75
        base = BASE_FRUSTRATION.get(intent, DEFAULT_BASE_FRUSTRATION)
        base += INCIDENT_FRUSTRATION if is_victim else 0.0
        level = min(1.0, max(0.0, rng.gauss(base, 0.16)))
        return Mood(frustration=level, is_incident=is_victim)

    def _contact(self, scene: Scene, channel: str) -> Outcome:
        """Play one contact; its files may all come late, and the company may ring first."""
        rng, outbox = self.rng, self.outbox
        play = PLAYS[channel]
        is_further = scene.mood.contact_number > 1
        if is_further and channel == "call" and rng.random() < OUTBOUND_SHARE:
            play = calls.company_calls
            scene.at = world_module.next_opening(scene.at)
        outbox.late_days = rng.randrange(1, 6) if rng.random() < TROUBLE["late"] else 0
        outcome = play(scene)
        outbox.late_days = 0
        return outcome

    def _next_time(self, journey: Journey, outcome: Outcome, channel: str) -> int:
        rng = self.rng
        if outcome.retry_seconds:
            return outcome.ended_at + rng.randrange(*outcome.retry_seconds)
        if rng.random() < TROUBLE["near_gap"]:
            # Around the seventh day: whether it is the same journey is anyone's guess.
            journey.ambiguity = "gap_near_limit"
            return outcome.ended_at + int(rng.uniform(6.8, 7.2) * DAY)
        days = min(JOURNEY_SILENCE_DAYS, rng.expovariate(1 / 1.1))
        at = outcome.ended_at + HOUR + int(days * DAY)
        if channel in ("call", "chat") and rng.random() < 0.95:
            at = world_module.next_opening(at)
            at += rng.randrange(2 * HOUR) if at % HOUR == 0 else 0
        return at

    def _scene(self, journey: Journey, voice: Voice, mood: Mood, at: int) -> Scene:
        self._contacts += 1
        return Scene(
            world=self.world,
            rng=self.rng,
            person=self.person,
            journey=journey,
            voice=voice,
            mood=mood,
            outbox=self.outbox,
            truth=self.truth,
            at=at,
            number=f"{self.person.person_id}-{self._contacts}",
        )


def _poisson(rng: Random, mean: float) -> int:
    """Knuth's way: means here are small."""
    limit, product, count = 2.718281828459045**-mean, rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
