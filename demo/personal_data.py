"""Personal data as people write and say it."""

from random import Random
from typing import NamedTuple

from demo import identifiers
from demo.facts import MONTHS
from demo.people import Person
from demo.texts.names import CITIES, POSTCODES, STREETS
from demo.texts.numbers import (
    date_in_words,
    number_in_words,
    phone_in_words,
)


class Planted(NamedTuple):
    kind: str
    """phone, email, iban, nir, card, address, birth_date, code, name."""
    value: str
    """Exactly as it stands in the text."""
    is_spoken: bool = False
    """Read out in words: what a machine wrote down of it may be in pieces."""


KINDS = ("phone", "email", "iban", "nir", "card", "address", "birth_date", "code")
_WEIGHTS = (34, 22, 6, 5, 6, 14, 8, 5)


def something_personal(rng: Random, person: Person, *, aloud: bool) -> Planted:
    """A datum of the person's that fits the medium: nobody reads out an IBAN in full."""
    kind = rng.choices(KINDS, _WEIGHTS)[0]
    if aloud and kind in ("iban", "nir"):
        kind = "phone"
    value = _SPOKEN[kind](rng, person) if aloud else _WRITTEN[kind](rng, person)
    return Planted(kind, value, aloud)


def _phone(rng: Random, person: Person) -> str:
    """A relative's number: the person's own would be a handle in the text only."""
    phone = identifiers.mobile(20_000_000 + rng.randrange(9_000_000))
    return rng.choice(
        (
            identifiers.national(phone),
            identifiers.national(phone).replace(" ", ""),
            identifiers.grouped("0" + phone[3:], 2, by="."),
            f"+33 (0){phone[3]} {identifiers.grouped(phone[4:], 2)}",
            f"+33 {phone[3]} {identifiers.grouped(phone[4:], 2)}",
        )
    )


def _email(rng: Random, person: Person) -> str:
    return rng.choice(person.emails) if rng.random() < 0.5 else _other_mail(rng, person)


def _other_mail(rng: Random, person: Person) -> str:
    from_name = person.emails[0].split("@")[0]
    return f"{from_name}.{rng.choice(('pro', 'maison', 'bis'))}@example.net"


def _iban(rng: Random, person: Person) -> str:
    number = identifiers.iban(rng)
    return identifiers.grouped(number, 4) if rng.random() < 0.7 else number


def _nir(rng: Random, person: Person) -> str:
    number = identifiers.nir(rng, person.birth_year)
    if rng.random() < 0.3:
        return number
    return identifiers.grouped(number, 1, 2, 2, 2, 3, 3, 2)


def _card(rng: Random, person: Person) -> str:
    number = identifiers.card(rng)
    return identifiers.grouped(number, 4) if rng.random() < 0.7 else number


def _address(rng: Random, person: Person) -> str:
    city = rng.choice(CITIES)
    return f"{rng.randrange(1, 200)} {rng.choice(STREETS)}, {POSTCODES[city]} {city}"


def _birth_date(rng: Random, person: Person) -> str:
    day, month = rng.randrange(1, 29), rng.randrange(1, 13)
    if rng.random() < 0.6:
        return f"{day:02d}/{month:02d}/{person.birth_year}"
    return f"{day} {MONTHS[person.language][month - 1]} {person.birth_year}"


def _code(rng: Random, person: Person) -> str:
    return f"{rng.randrange(100_000, 999_999)}"


def _spoken_phone(rng: Random, person: Person) -> str:
    phone = identifiers.mobile(20_000_000 + rng.randrange(9_000_000))
    if rng.random() < 0.4:
        return identifiers.national(phone)
    return phone_in_words(phone, person.language)


def _spoken_email(rng: Random, person: Person) -> str:
    words = (" point ", " arobase ", " tiret ")
    if person.language == "en":
        words = (" dot ", " at ", " dash ")
    dot, at, dash = words
    address = rng.choice(person.emails)
    return address.replace(".", dot).replace("@", at).replace("-", dash)


def _spoken_address(rng: Random, person: Person) -> str:
    number = number_in_words(rng.randrange(2, 90), person.language)
    city = rng.choice(CITIES)
    return f"{number if rng.random() < 0.5 else rng.randrange(2, 90)} {rng.choice(STREETS)} {POSTCODES[city]} {city}"


def _spoken_birth_date(rng: Random, person: Person) -> str:
    month = MONTHS[person.language][rng.randrange(12)]
    return f"{date_in_words(rng.randrange(1, 29), month, person.language)} {person.birth_year}"


def _spoken_card(rng: Random, person: Person) -> str:
    return identifiers.grouped(identifiers.card(rng), 4)


_WRITTEN = {
    "phone": _phone,
    "email": _email,
    "iban": _iban,
    "nir": _nir,
    "card": _card,
    "address": _address,
    "birth_date": _birth_date,
    "code": _code,
}
_SPOKEN = _WRITTEN | {
    "phone": _spoken_phone,
    "email": _spoken_email,
    "card": _spoken_card,
    "address": _spoken_address,
    "birth_date": _spoken_birth_date,
}
