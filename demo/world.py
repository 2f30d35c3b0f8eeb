"""The rates by which the invented company and its customers behave.

Every figure here is chosen, not measured: together they make a month that an operator
would recognise. They are written to `truth/world.json`.
"""

from bisect import bisect
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from demo import clock
from demo.clock import DAY, HOUR

COMPANY = "Ondine Télécom"
DOMAIN = "ondine.example"
X_ACCOUNT = "OndineTelecom"
X_ACCOUNT_ID = "2207731904"
MASTODON_ACCOUNT = "ondine@mastodon.example"

IN_CRM = 0.80
BUSINESS_SHARE = 0.15
ENGLISH_SHARE = 0.20

WEEKDAY_WEIGHTS = (1.25, 1.10, 1.00, 0.95, 0.95, 0.60, 0.20)
CALL_HOURS = (
    *(0.02, 0.01, 0.0, 0.0, 0.0, 0.02, 0.08, 0.25),
    *(3.0, 5.5, 6.5, 6.0, 4.0, 4.2, 5.4, 5.2, 4.8, 5.2, 5.6, 3.4),
    *(0.45, 0.30, 0.15, 0.06),
)
DIGITAL_HOURS = (
    *(0.5, 0.3, 0.15, 0.1, 0.1, 0.3, 0.8, 1.8),
    *(3.4, 4.6, 5.0, 4.8, 4.6, 4.4, 4.6, 4.6, 4.4, 4.8, 5.2, 5.4),
    *(5.4, 4.8, 3.0, 1.4),
)
OPENS, CLOSES = 8, 20
"""Opening hours in Paris, Monday to Saturday."""

CHANNEL_WEIGHTS = {
    "call": 0.60,
    "email": 0.10,
    "chat": 0.25,
    "helpdesk": 0.055,
    "x": 0.046,
    "mastodon": 0.029,
}
"""By contact; an e-mail or social contact holds several messages, so that by
interaction the mix comes to about 45 % calls, 20 % e-mails, 17 % chats, 8 % help desk
and 10 % social posts."""

INTENT_WEIGHTS = {
    "billing": 0.15,
    "payment": 0.07,
    "refund": 0.06,
    "order_status": 0.05,
    "delivery": 0.06,
    "order_change": 0.03,
    "return_exchange": 0.04,
    "cancellation": 0.07,
    "technical_issue": 0.17,
    "account_access": 0.05,
    "account_update": 0.04,
    "product_information": 0.05,
    "purchase": 0.04,
    "appointment_callback": 0.03,
    "fraud_security": 0.03,
    "complaint": 0.03,
    "praise": 0.02,
    "other": 0.01,
}

BASE_FRUSTRATION = {
    "billing": 0.27,
    "refund": 0.32,
    "delivery": 0.30,
    "cancellation": 0.24,
    "technical_issue": 0.30,
    "fraud_security": 0.28,
    "complaint": 0.66,
    "account_access": 0.24,
    "praise": 0.0,
    "product_information": 0.06,
    "purchase": 0.05,
}
DEFAULT_BASE_FRUSTRATION = 0.17

PARTNERS = {
    "Callis": ("Callis-Lille", "Callis-Sousse"),
    "Norvoix": ("Norvoix-Angers", "Norvoix-Porto"),
    "Ondine": ("Ondine-Lyon",),
}
PARTNER_WEIGHTS = {"Callis": 0.42, "Norvoix": 0.33, "Ondine": 0.25}

SURVEY_SHARE = {"call": 0.38, "email": 0.30, "chat": 0.30, "helpdesk": 0.25}
ANSWER_RATE = {"sms": 0.50, "ivr": 0.25, "email": 0.18, "web": 0.30, "app": 0.35}

INCIDENT_BILLING_FACTOR = 2.5
INCIDENT_WAIT_FACTOR = 2.4
INCIDENT_FRUSTRATION = 0.30

TROUBLE = {
    "late": 0.012,
    "redelivered": 0.025,
    "updated": 0.05,
    "stale": 0.004,
    "transcript_before": 0.02,
    "transcript_after": 0.05,
    "transcript_missing": 0.08,
    "transcript_orphan": 0.004,
    "auto_reply": 0.25,
    "bounce": 0.015,
    "near_gap": 0.02,
    "overlap": 0.02,
}
"""Shares of the records they befall; `auto_reply` of inbound e-mails, `near_gap` and
`overlap` of journeys (those are flagged ambiguous)."""

JOURNEY_SILENCE_DAYS = 3.2
"""Longest wait a person means to leave inside a journey. Closed days may stretch it to
five, well under the seven at which a journey ends."""
JOURNEYS_APART_DAYS = 9
"""Shortest silence between two journeys of a person, well over seven days."""

INTERACTIONS_PER_CUSTOMER_DAY = 0.117
"""When no volume is wanted: a month of 2,000 customers holds about 7,000."""
INTERACTIONS_PER_JOURNEY = 2.06
"""Measured over 20,000 customers and 30 days: turns a wanted volume into journeys."""
JOURNEY_TAKES_DAYS = 11.0
"""A journey with the silence after it, in which the customer begins no other."""
MOST_TIME_TAKEN = 0.75
"""Beyond this share of customers' time, journeys no longer fit apart from each other."""


@dataclass(frozen=True)
class World:
    """One run's invariable facts, shared by all workers."""

    seed: int
    start: date
    days: int
    customers: int
    journeys_per_customer_day: float
    busy_share: float
    """Of customers who are in a journey, or silent after one, when the run begins."""
    incident: date | None
    """Monday of the bad week; none where no whole ISO week lies in the run."""
    start_at: int = field(init=False)
    end_at: int = field(init=False)
    incident_at: int = field(init=False)
    day_weights: tuple[float, ...] = field(init=False)
    cumulative_day_weights: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        start_at = clock.midnight(self.start)
        incident_at = clock.midnight(self.incident) if self.incident else 0
        object.__setattr__(self, "incident_at", incident_at)
        weights = []
        for index in range(self.days):
            day = self.start + timedelta(days=index)
            weight = WEEKDAY_WEIGHTS[day.weekday()]
            if self.is_incident(start_at + index * DAY):
                share = INTENT_WEIGHTS["billing"]
                weight *= 1 + (INCIDENT_BILLING_FACTOR - 1) * share
            weights.append(weight)
        object.__setattr__(self, "start_at", start_at)
        object.__setattr__(self, "end_at", start_at + self.days * DAY)
        object.__setattr__(self, "day_weights", tuple(weights))
        object.__setattr__(self, "cumulative_day_weights", tuple(accumulate(weights)))

    def is_incident(self, at: int) -> bool:
        return self.incident_at <= at < self.incident_at + 7 * DAY

    def rng(self, *name: object) -> Random:
        """A generator of its own for whatever is named: the order of work is no matter."""
        return Random("/".join(map(str, (self.seed, *name))))

    def a_day(self, rng: Random) -> int:
        """Index of a day, busy ones more often."""
        total = self.cumulative_day_weights[-1]
        return bisect(self.cumulative_day_weights, rng.random() * total)

    def intent(self, rng: Random, at: int) -> str:
        return pick(rng, _INCIDENT_INTENTS if self.is_incident(at) else _INTENTS)

    def wait_seconds(self, rng: Random, at: int) -> int:
        """Time in the queue: long tails, longer at peaks, Mondays and in the bad week."""
        weekday, hour, _ = clock.local(at)
        busy = CALL_HOURS[hour] / 5.0 * WEEKDAY_WEIGHTS[weekday]
        factor = INCIDENT_WAIT_FACTOR if self.is_incident(at) else 1.0
        return int(rng.expovariate(1 / (95 * max(0.4, busy) * factor))) + 4


def a_world(
    *,
    seed: int,
    start: date,
    days: int,
    customers: int,
    interactions_per_day: int | None,
) -> World:
    """The world for a wanted volume; raises ValueError where the volume cannot be had."""
    if days < 1 or customers < 1:
        raise ValueError(
            f"days and customers must be positive; got {days}, {customers}"
        )
    wanted = INTERACTIONS_PER_CUSTOMER_DAY
    if interactions_per_day is not None:
        wanted = interactions_per_day / customers
    rate = wanted / INTERACTIONS_PER_JOURNEY
    taken = rate * JOURNEY_TAKES_DAYS
    if not 0 <= taken <= MOST_TIME_TAKEN:
        most = int(customers * wanted * MOST_TIME_TAKEN / abs(taken))
        raise ValueError(
            f"{interactions_per_day} interactions a day are more than {customers} "
            f"customers have to say (at most {most}); raise the number of customers."
        )
    # Journeys drawn while another one lasts are dropped: draw so many more.
    drawn = rate / (1 - taken)
    return World(seed, start, days, customers, drawn, taken, _bad_week(start, days))


def _bad_week(start: date, days: int) -> date | None:
    first = start + timedelta(days=-start.weekday() % 7)
    weeks = (days - (first - start).days) // 7
    return first + timedelta(weeks=weeks // 2) if weeks > 0 else None


Choices = tuple[tuple[str, ...], tuple[float, ...]]


def choices(weights: dict[str, float]) -> Choices:
    """Weights made ready for `pick`."""
    return tuple(weights), tuple(accumulate(weights.values()))


def pick(rng: Random, options: Choices) -> str:
    """One of the names, by weight."""
    names, cumulative = options
    return names[bisect(cumulative, rng.random() * cumulative[-1])]


_INTENTS = choices(INTENT_WEIGHTS)
_INCIDENT_INTENTS = choices(
    INTENT_WEIGHTS | {"billing": INTENT_WEIGHTS["billing"] * INCIDENT_BILLING_FACTOR}
)
_CALL_HOURS = tuple(accumulate(CALL_HOURS))
_DIGITAL_HOURS = tuple(accumulate(DIGITAL_HOURS))


def second_of_day(rng: Random, channel: str) -> int:
    """A time of day by the channel's usual curve, in Paris."""
    is_live = channel == "call" or (channel == "chat" and rng.random() < 0.85)
    hours = _CALL_HOURS if is_live else _DIGITAL_HOURS
    return bisect(hours, rng.random() * hours[-1]) * HOUR + int(rng.random() * HOUR)


def is_open(at: int) -> bool:
    weekday, hour, _ = clock.local(at)
    return weekday < 6 and OPENS <= hour < CLOSES


def next_opening(at: int) -> int:
    """The instant itself when open, else the beginning of the next opening hours."""
    while not is_open(at):
        at = (at // HOUR + 1) * HOUR
    return at


def after_open_hours(at: int, seconds: int) -> int:
    """`seconds` of opening hours later: how long a reply takes."""
    at = next_opening(at)
    while True:
        _, _, second = clock.local(at)
        left = CLOSES * HOUR - second
        if seconds < left:
            return at + seconds
        seconds -= left
        at = next_opening(at + left)
