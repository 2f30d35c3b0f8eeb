"""Identifiers that look real and pass the checks real ones pass."""

from random import Random

_FICTION_LANDLINES = ("19900", "26191", "35301", "46571", "53649")
"""Ranges the French regulator keeps for fiction: ten thousand numbers each."""

_CARD_PREFIXES = ("4970", "4532", "5132", "5355", "4556")


def mobile(number: int) -> str:
    """The n-th mobile number, `+33612345678`; no two alike below 40 million.

    The range kept for fictitious mobiles is refused by libraries that check numbers,
    so these lie in ordinary ranges and may be somebody's.
    """
    spread = number * 6_700_417 % 40_000_000
    prefix = ("61", "62", "66", "67")[spread // 10_000_000]
    return f"+33{prefix}{spread % 10_000_000:07d}"


def landline(number: int) -> str:
    """The n-th landline number, among those kept for fiction as long as they last."""
    if number < 10_000 * len(_FICTION_LANDLINES):
        return f"+33{_FICTION_LANDLINES[number // 10_000]}{number % 10_000:04d}"
    return mobile(39_999_999 - number)


def card(rng: Random) -> str:
    """Sixteen digits whose last makes the Luhn sum right."""
    digits = rng.choice(_CARD_PREFIXES) + f"{rng.randrange(10**11):011d}"
    total = 0
    for place, digit in enumerate(map(int, digits)):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def iban(rng: Random) -> str:
    """A French IBAN: bank, branch, account, its key, and the check digits."""
    bank, branch = rng.randrange(10000, 20000), rng.randrange(1000)
    account = rng.randrange(10**11)
    key = 97 - (89 * bank + 15 * branch + 3 * account) % 97
    bban = f"{bank:05d}{branch:05d}{account:011d}{key:02d}"
    # The country code F R reads 15 27 in the check, with 00 for the check digits.
    check = 98 - int(bban + "152700") % 97
    return f"FR{check:02d}{bban}"


def nir(rng: Random, birth_year: int) -> str:
    """A French social security number with its key."""
    body = (
        f"{rng.randrange(1, 3)}{birth_year % 100:02d}{rng.randrange(1, 13):02d}"
        f"{rng.choice((13, 31, 33, 35, 38, 44, 59, 67, 69, 75))}"
        f"{rng.randrange(1, 990):03d}{rng.randrange(1, 1000):03d}"
    )
    return f"{body}{97 - int(body) % 97:02d}"


def grouped(text: str, *lengths: int, by: str = " ") -> str:
    """`grouped("FR7612", 2, 2)` is `FR 76 12`; the last length repeats."""
    groups, position, sizes = [], 0, iter(lengths)
    size = next(sizes)
    while position < len(text):
        groups.append(text[position : position + size])
        position += size
        size = next(sizes, size)
    return by.join(groups)


def national(phone: str) -> str:
    """`+33612345678` as `06 12 34 56 78`."""
    return grouped("0" + phone[3:], 2)


def uuid(rng: Random) -> str:
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
