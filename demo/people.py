"""Who the customers are, and by which handles each system knows them."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from unicodedata import combining, normalize

from demo import identifiers
from demo.texts.names import CITIES, FIRST_NAMES, LAST_NAMES, STREETS
from demo.world import BUSINESS_SHARE, ENGLISH_SHARE, IN_CRM, World

MAIL_DOMAINS = ("example.com", "example.org", "courriel.example", "boite-mail.example")
MASTODON_SERVERS = ("toots.example", "pouet.example", "social.example")


@dataclass(slots=True)
class Handle:
    kind: str
    """email, phone, account, x, x_id, mastodon, or contact (`<source>:<id there>`)."""
    value: str
    is_in_crm: bool = False


@dataclass(slots=True)
class Person:
    index: int
    person_id: str
    customer_id: str | None
    first: str
    last: str
    language: str
    segment: str
    birth_year: int
    since: str
    city: str
    street: str
    phones: list[str]
    emails: list[str]
    x_name: str
    x_id: str
    mastodon: str
    crm_handles: set[tuple[str, str]] = field(default_factory=set)
    company: str | None = None
    channels: tuple[str, ...] = ()
    """What this person turns to first, most often."""
    skill: float = 0.5
    """Care in typing: 0 writes as it comes, 1 leaves no slip."""

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def helpdesk_id(self) -> int:
        return 9_000_000 + self.index

    @property
    def messaging_id(self) -> int:
        return 40_000 + self.index


def plain(text: str) -> str:
    """Lower case letters a to z only: what a mail address is made of."""
    bare = "".join(c for c in normalize("NFD", text.lower()) if not combining(c))
    return "".join(c for c in bare if c.isalnum())


def a_person(world: World, index: int) -> Person:
    """The n-th person of this seed, however many there are."""
    rng = world.rng("person", index)
    language = "en" if rng.random() < ENGLISH_SHARE else "fr"
    birth_year = min(2007, max(1936, int(rng.gauss(1979, 16))))
    first = rng.choice(FIRST_NAMES[language])
    last = rng.choice(LAST_NAMES[language])
    segment = "b2b" if rng.random() < BUSINESS_SHARE else "b2c"
    phones = [identifiers.mobile(2 * index)]
    if rng.random() < 0.35:
        number = index if segment == "b2b" else 2 * index + 1
        make = identifiers.landline if segment == "b2b" else identifiers.mobile
        phones.append(make(number))
    emails = [f"{_local_part(rng, first, last, index)}@{rng.choice(MAIL_DOMAINS)}"]
    company = None
    if segment == "b2b":
        company = (
            f"{plain(last)}-{rng.choice(('conseil', 'travaux', 'bio', 'transports'))}"
        )
        emails.append(f"{plain(first)}{index}@{company}.example")
    elif rng.random() < 0.3:
        emails.append(f"{plain(first)[:8]}{index}.perso@{rng.choice(MAIL_DOMAINS)}")
    years = rng.randrange(0, min(14, 2026 - birth_year - 17) + 1)
    since = world.start - timedelta(days=365 * years + rng.randrange(1, 360))
    person = Person(
        index=index,
        person_id=f"P{index:07d}",
        customer_id=f"ODN{10_000_000 + index * 7 + rng.randrange(7)}"
        if rng.random() < IN_CRM
        else None,
        first=first,
        last=last,
        language=language,
        segment=segment,
        birth_year=birth_year,
        since=since.isoformat(),
        city=rng.choice(CITIES),
        street=f"{rng.randrange(1, 190)} {rng.choice(STREETS)}",
        phones=phones,
        emails=emails,
        # X allows fifteen characters.
        x_name=f"{plain(first)[:6]}_{index}",
        x_id=str(1_300_000_000 + index * 977),
        mastodon=f"{plain(first)}{index}@{rng.choice(MASTODON_SERVERS)}",
        company=company,
        skill=rng.random(),
    )
    if person.customer_id is not None:
        person.crm_handles = _known_to_the_crm(rng, person)
    return person


def _known_to_the_crm(rng: Random, person: Person) -> set[tuple[str, str]]:
    known = {("account", person.customer_id or "")}
    if rng.random() < 0.94:
        known.add(("phone", person.phones[0]))
    if rng.random() < 0.90:
        known.add(("email", person.emails[0]))
    known |= {("phone", p) for p in person.phones[1:] if rng.random() < 0.5}
    known |= {("email", e) for e in person.emails[1:] if rng.random() < 0.5}
    if rng.random() < 0.35:
        known.add(("x", person.x_name))
    if rng.random() < 0.20:
        known.add(("mastodon", person.mastodon))
    return known


def _local_part(rng: Random, first: str, last: str, index: int) -> str:
    """Ends in the person's number, after letters only: no two people share one."""
    a, b = plain(first), plain(last)
    return rng.choice((f"{a}.{b}{index}", f"{a[0]}{b}{index}", f"{b}.{a}{index}"))
