"""Numbers with a shape or a check digit of their own: cards, IBAN, NIR, IP addresses."""

import re
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address

from stdnum import iban, luhn, numdb
from stdnum.fr import nir

from jobs.masking.dictated import dictated, is_said
from jobs.masking.phones import DIGITS, phones
from jobs.masking.said_kinds import said
from jobs.masking.spoken import Group, is_spoken, runs
from jobs.masking.view import Found, View

RUN = re.compile(
    r"(?<!\w)[0-9]+(?:[ .\n\-]{1,3}[0-9]+)+(?!\w)"
    # By fours any mark will do.
    r"|(?<!\w)[0-9]{4}(?:(?:, ?|[ ]?[/|_·•][ ]?)[0-9]{4}){3}(?!\w)"
    r"|(?<!\w)[0-9]{12,19}(?!\w)"
)
IBAN = re.compile(
    r"(?<!\w)([a-z]) ?([a-z])[ :-]{0,2}[0-9][ -]?[0-9](?:[ .-]{0,2}[a-z0-9]){11,30}"
)
# Bank, branch, account and key, as they stand on a French RIB.
RIB = re.compile(
    r"(?<!\w)[0-9]{5}[ .-]?[0-9]{5}[ .-]?(?:[0-9a-z][ .]?){10}[0-9a-z][ .-]?[0-9]{2}(?!\w)"
)
IBAN_REGISTRY = numdb.get("iban")
NIR = re.compile(
    r"(?<!\w)[1-478][ .-]?[0-9]{2}[ .-]?[0-9]{2}[ .-]?(?:[0-9]{2}|2[ab])[ .-]?[0-9]{3}"
    r"[ .-]?[0-9]{3}(?:[ .,/|-]{0,3}(?:cle ?:? ?)?[0-9]{2})?(?!\w)"
)
GROUPED_NIR = re.compile(
    r"[12][ .-][0-9]{2}[ .-](?:0[1-9]|1[0-2])[ .-](?:[0-9]{2}|2[ab])[ .-][0-9]{3}[ .-]"
    r"[0-9]{3}"
)
IP = re.compile(r"(?<![\w.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?!\w|\.[0-9])")
# Eight groups, or fewer around "::"; whether they are an address, the library says.
IP_OF_SIX = re.compile(
    r"(?<![\w:.])[0-9a-f]{1,4}(?::{1,2}[0-9a-f]{1,4}){3,7}(?:::)?(?![\w:])"
)
HEX_GROUPS = re.compile(":[0-9a-f]{1,4}::?[0-9a-f]{1,4}")
ALNUM = re.compile("[a-z0-9]")


def in_digits(view: View, country: str) -> Iterator[Found]:
    """What is recognised in numbers, written, read out, or both in one."""
    spoken = is_spoken(view)
    if view.has_digits:
        yield from ibans(view)
        yield from addresses_of_machines(view)
        if view.has_six_digits:
            yield from ribs(view)
            yield from nirs(view)
            yield from phones(view, country)
            if not spoken:
                for match in RUN.finditer(view.text):
                    yield from cards(view, written(match))
    if spoken:
        for run in runs(view):
            if sum(len(group.digits) for group in run) >= 7:
                yield from cards(view, run)
                if is_said(view, run):
                    yield from dictated(view, run)


def written(match: re.Match[str]) -> list[Group]:
    return [
        Group(part[0], match.start() + part.start(), match.start() + part.end())
        for part in DIGITS.finditer(match[0])
    ]


@cache
def iban_length(country: str) -> int | None:
    """How many letters and digits an IBAN of this country has; null if it has none."""
    _, properties = IBAN_REGISTRY.info(country)[0]
    if "bban" not in properties:
        return None
    parts = re.findall(r"([0-9]+)!", properties["bban"])
    return len("FR76") + sum(map(int, parts))


def ibans(view: View) -> Iterator[Found]:
    """IBAN whose check digits are right, and French ones mistyped but named as such."""
    for match in IBAN.finditer(view.text):
        length = iban_length(match[1].upper() + match[2].upper())
        ends = [at.end() for at in ALNUM.finditer(view.text, *match.span())]
        if length is None or len(ends) < length:
            continue
        start, end = match.start(), ends[length - 1]
        compact = iban.compact(re.sub("[^a-z0-9]", "", view.text[start:end]))
        if iban.is_valid(compact, check_country=False) or (
            compact.startswith("FR")
            and sum(map(str.isdigit, compact)) >= 20
            and (compact[2:4] == "76" or said(view, start) == "iban")
        ):
            yield Found("IBAN", start, end)


def ribs(view: View) -> Iterator[Found]:
    """The older French account number, where it is said to be one."""
    for match in RIB.finditer(view.text):
        if said(view, match.start()) == "iban":
            yield Found("IBAN", match.start(), match.end())


def nirs(view: View) -> Iterator[Found]:
    """French social security numbers: 15 with a right key, or said to be one."""
    for match in NIR.finditer(view.text):
        compact = re.sub("[^0-9ab]", "", match[0].replace("cle", ""))
        if (
            (len(compact) == 15 and nir.is_valid(compact))
            or said(view, match.start()) == "nir"
            or (len(compact) in (13, 15) and GROUPED_NIR.match(match[0]))
        ):
            yield Found("NIR", match.start(), match.end())


def cards(view: View, run: list[Group]) -> Iterator[Found]:
    """Payment cards: an issuer's prefix, a card's length and a right Luhn digit.

    One number in ten passes Luhn by chance, so the prefix counts, and a number said to be
    an order, an IMEI or the like stays unless it is grouped as cards are. One with a
    wrong check digit stays in any case.
    """
    first = 0
    while first < len(run):
        last = card_end(view, run, first) if run[first].digits else None
        if last is not None and is_payment(view, run[first : last + 1]):
            yield Found("CARD", run[first].start, run[last].end)
            first = last
        first += 1


def is_payment(view: View, card: list[Group]) -> bool:
    sizes = [len(group.digits) for group in card if group.digits]
    grouped = sizes in ([4, 4, 4, 4], [4, 6, 5])
    return grouped or said(view, card[0].start) != "other"


def card_end(view: View, run: list[Group], first: int) -> int | None:
    """The last group of the card that begins here; 16 digits before any other length.

    Lengths other than 15 and 16 are rare: only of what is said to be a card.
    """
    digits, best = "", None
    for last in range(first, len(run)):
        digits += run[last].digits
        if len(digits) > 19:
            break
        if not is_card(digits):
            continue
        if len(digits) in (15, 16) or said(view, run[first].start) == "card":
            best = last
        if len(digits) == 16:
            break
    return best


def is_card(digits: str) -> bool:
    issued = {
        12: ("50", "56", "57", "58", "6"),
        13: ("4", "50", "56", "57", "58", "6"),
        14: ("30", "36", "38", "39", "60", "62", "63"),
        15: ("34", "37", "2131", "1800", "50", "60", "63"),
        16: ("4", "50", "51", "52", "53", "54", "55", "56", "57", "58", "6", "35", "2"),
        17: ("50", "56", "57", "58", "6"),
        18: ("50", "56", "57", "58", "6"),
        19: ("4", "50", "56", "57", "58", "6"),
    }.get(len(digits))
    return issued is not None and digits.startswith(issued) and luhn.is_valid(digits)


def addresses_of_machines(view: View) -> Iterator[Found]:
    """Public addresses; 192.168.1.1 is every box's, and a version is no address."""
    found = [*IP.finditer(view.text)]
    if HEX_GROUPS.search(view.text):
        found += IP_OF_SIX.finditer(view.text)
    for match in found:
        try:
            is_public = ip_address(match[0]).is_global
        except ValueError:
            continue
        if is_public and said(view, match.start()) != "version":
            yield Found("IP_ADDRESS", match.start(), match.end())
