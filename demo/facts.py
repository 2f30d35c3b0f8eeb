"""The facts of one journey that its sentences name: the same order, sum and date throughout."""

from datetime import timedelta
from random import Random

from demo.clock import DAY
from demo.people import Person
from demo.texts.numbers import amount_in_words, date_in_words, number_in_words
from demo.world import World

MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
WEEKDAYS = {
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
}
BOXES = ("Fibre Ondine", "box Ondine 5", "box Ondine Max", "Ondine Fibre Pro")
BOXES_EN = (
    "Fibre Ondine box",
    "Ondine 5 box",
    "Ondine Max router",
    "Ondine Fibre Pro box",
)
PLANS = {
    "fr": (
        *("forfait mobile 100 Go", "forfait Ondine 20 Go", "forfait Ondine Illimité"),
        *("forfait bloqué 2 h", "forfait Ondine Europe", "pack Fibre + mobile"),
    ),
    "en": (
        *("100 GB mobile plan", "Ondine 20 GB plan", "Ondine Unlimited plan"),
        *("capped two-hour plan", "Ondine Europe plan", "fibre and mobile bundle"),
    ),
}
DEVICES = {
    "fr": ("répéteur wifi", "décodeur TV", "routeur 5G", "boîtier Lumo", "Aria 12"),
    "en": ("wifi repeater", "TV box", "5G router", "Lumo hub", "Aria 12 phone"),
}
PHONES = ("Aria 12", "Aria 12 Pro", "Nexo 8 Lite", "Nexo 9", "Lumo X")
PRICES = (9.99, 12.99, 14.99, 19.99, 24.9, 29.99, 34.99, 39.99, 42.5, 49.99, 59.9, 78.4)
CARRIERS = ("Colivite", "Relais Plume", "TransExpress Sud", "PosteRapide")

Facts = dict[str, str]


def a_journey_s_facts(
    rng: Random, world: World, person: Person, at: int
) -> tuple[Facts, Facts]:
    """What the sentences of one journey may name: as written, and as said aloud."""
    french = person.language == "fr"
    language = person.language
    price = rng.choice(PRICES)
    more = round(price + rng.choice((5, 8, 10, 12.5, 20, 35.7, 49)), 2)
    begin = (at - world.start_at) // DAY
    past = world.start + timedelta(days=begin - rng.randrange(3, 24))
    coming = world.start + timedelta(days=begin + rng.randrange(3, 12))
    count = rng.randrange(2, 6)
    days = rng.randrange(3, 21)
    hour = rng.randrange(8, 18)
    order = f"CMD-{rng.randrange(100_000, 999_999)}"
    month = MONTHS[language][past.month - 1]
    shared = {
        "order": order,
        "ticket": f"D{rng.randrange(10_000, 99_999)}",
        "box": rng.choice(BOXES if french else BOXES_EN),
        "plan": rng.choice(PLANS[language]),
        "device": rng.choice(DEVICES[language]),
        "phone": rng.choice(PHONES),
        "carrier": rng.choice(CARRIERS),
        "city": person.city,
        "month": month,
        "weekday": rng.choice(WEEKDAYS[language]),
        "error": f"E-{rng.randrange(100, 999)}",
        "speed": str(rng.choice((2, 4, 8, 12, 30))),
    }
    written = shared | {
        "amount": _money(price, french),
        "more": _money(more, french),
        "date": f"{past.day} {month}",
        "coming": f"{coming.day} {MONTHS[language][coming.month - 1]}",
        "days": str(days),
        "count": str(count),
        "hour": f"{hour} h"
        if french
        else f"{(hour - 1) % 12 + 1} {'am' if hour < 12 else 'pm'}",
    }
    spoken = shared | {
        "order": order.replace("-", " ").lower(),
        "ticket": " ".join(shared["ticket"].lower()),
        "amount": amount_in_words(price, language),
        "more": amount_in_words(more, language),
        "date": date_in_words(past.day, month, language),
        "coming": date_in_words(
            coming.day, MONTHS[language][coming.month - 1], language
        ),
        "days": number_in_words(days, language),
        "count": number_in_words(count, language),
        "hour": f"{number_in_words(hour, language)} heures"
        if french
        else number_in_words((hour - 1) % 12 + 1, language),
        "error": " ".join(shared["error"].replace("-", " ").lower().split()),
        "speed": number_in_words(int(shared["speed"]), language),
    }
    return written, spoken


def _money(value: float, french: bool) -> str:
    return f"{value:.2f} €".replace(".", ",") if french else f"€{value:.2f}"
