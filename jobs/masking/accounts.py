"""Bank accounts told in pieces: an IBAN read out by groups, a RIB with its headings, a
British sort code or an American or Canadian bank's number with the account beside it.

Those written in one go are found by their shape, in `digits`.
"""

import re
from collections.abc import Iterator

from stdnum import iban

from jobs.masking.digits import iban_length
from jobs.masking.spoken import (
    FILLERS,
    GAP,
    NUMBER_WORDS,
    Group,
    compose,
    is_number,
    is_spoken,
    runs,
)
from jobs.masking.view import Found, View, words

COUNTRIES = words(
    "fr be ch lu de es it pt nl gb ie at mc ad li dk se no fi pl cz sk si hr hu ro bg gr"
    " cy mt ee lv lt is"
)
# "fr76": the check digits go from 02 to 98.
BEGINNINGS = frozenset(
    f"{country}{check:02}" for country in COUNTRIES for check in range(2, 99)
)
TRIGGERS = BEGINNINGS | words("iban rib guichet fr gb f g b")
# Words of other talk too ("be", the l of "l'appel"): a number must be said after them.
FURTHER_COUNTRIES = words("be ch lu mc nl ie u h e")
FURTHER_COUNTRY = re.compile(
    r"\b(?:be|ch|lu|mc|nl|ie|b e|c h|l u|n l|i e|d e|e s)[ ,]{1,2}"
    rf"(?:[0-9]{{2}}|(?:{'|'.join(sorted(NUMBER_WORDS))})\b)"
)
# No IBAN has more; with what is said between its groups twice as many words.
LONGEST = 34
BANK_CODE = 4
HEADED_RIB = re.compile(
    r"\bbanque\W{0,3}(?P<account>[0-9]{5}\W{1,3}(?:code )?guichet\W{0,3}[0-9]{5}\W{1,3}"
    r"(?:(?:n[o°]|numero)? ?(?:de )?)compte\W{0,3}(?:n[o°]\W{0,3})?[0-9a-z]{11}"
    r"(?:\W{1,3}cle(?: rib)?\W{0,3}[0-9]{2})?)(?!\w)"
)
# What says which bank, and how many digits that has. Without it an account may be a
# customer's with us, and stays.
HEADINGS = words("sort routing aba transit")
BANK = re.compile(
    r"\b(?:(?P<six>sort[ -]?code)|(?P<nine>(?:aba )?routing(?: transit)?|aba)"
    r"|(?P<five>transit))\b[^0-9]{0,25}\Z"
)
DIGITS_OF_BANK = {"six": 6, "nine": 9, "five": 5}
ACCOUNT = re.compile(r"\b(?:account|acct?|a/c|compte)\b(?! end)[^0-9]{0,25}\Z")
HEADING_REACH = 45
SHORTEST_ACCOUNT, LONGEST_ACCOUNT = 6, 17


def said_abroad(view: View) -> Iterator[Found]:
    """An IBAN of a country whose letters alone do not say that it is one."""
    if is_spoken(view) and FURTHER_COUNTRY.search(view.text):
        yield from told_in_pieces(view)


def told_in_pieces(view: View) -> Iterator[Found]:
    for index, token in enumerate(view.tokens):
        if token.text in BEGINNINGS or is_country(view, index):
            end = iban_end(view, index)
            if end is not None:
                yield Found("IBAN", token.start, end)
    if "guichet" in view.words:
        for match in HEADED_RIB.finditer(view.text):
            yield Found("IBAN", *match.span("account"))


def is_country(view: View, index: int) -> bool:
    """Whether "fr" or "f r" stands here with a number after it."""
    after = view.tokens[index + 1 : index + 3]
    if view.tokens[index].text in COUNTRIES:
        return bool(after) and is_number(after[0])
    if len(view.tokens[index].text) > 1 or len(after) < 2:
        return False
    return view.tokens[index].text + after[0].text in COUNTRIES and is_number(after[1])


def iban_end(view: View, first: int) -> int | None:
    """Where the groups from here make an IBAN with right check digits; else null."""
    tokens, at, account = view.tokens, first, ""
    while at < len(tokens) and at - first < 2 * LONGEST:
        word = tokens[at].text
        gap = view.text[tokens[at - 1].end : tokens[at].start] if at > first else ""
        if not GAP.match(gap):
            return None
        used = 1
        if is_number(tokens[at]) and not is_letter_of_bank(word, account):
            said, used = compose(
                [token.text for token in tokens[at : at + 8]], [True] * 8
            )
            account += said
        elif belongs(word, account):
            account += word
        elif word not in FILLERS:
            return None
        at += used
        length = iban_length(account[:2].upper()) or LONGEST
        if len(account) >= length:
            is_right = len(account) == length and iban.is_valid(
                account.upper(), check_country=False
            )
            return tokens[at - 1].end if is_right else None
    return None


def is_letter_of_bank(word: str, account: str) -> bool:
    """Whether "o" is no zero: four letters for the bank follow these countries' digits."""
    has_letters = account[:2] in ("gb", "ie", "nl")
    return word == "o" and has_letters and BANK_CODE <= len(account) < 2 * BANK_CODE


def belongs(word: str, account: str) -> bool:
    """Whether the word is a piece of an account: digits, a spelled letter, "barc"."""
    if len(word) == 1 or any(map(str.isdecimal, word)):
        return True
    is_bank = len(account) == BANK_CODE and len(word) == BANK_CODE
    return (is_bank and word not in FILLERS) or (not account and word in COUNTRIES)


def under_headings(view: View) -> Iterator[Found]:
    """A bank's number after "sort code" or the like, and the account told beside it."""
    numbers = [run for run in runs(view) if any(group.digits for group in run)]
    banks = [end for run in numbers if (end := bank_end(view, run)) is not None]
    if not banks:
        return
    for run in numbers:
        end = bank_end(view, run)
        rest = run if end is None else run[end:]
        if end is not None:
            yield Found("IBAN", run[0].start, run[end - 1].end)
        size = sum(len(group.digits) for group in rest)
        if not SHORTEST_ACCOUNT <= size <= LONGEST_ACCOUNT:
            continue
        if end is not None or ACCOUNT.search(before(view, rest)):
            yield Found("IBAN", rest[0].start, rest[-1].end)


def bank_end(view: View, run: list[Group]) -> int | None:
    """How many groups from the first on are the bank's number; null if none are."""
    heading = BANK.search(before(view, run))
    if not heading:
        return None
    size = 0
    for count, group in enumerate(run, 1):
        size += len(group.digits)
        if size == DIGITS_OF_BANK[str(heading.lastgroup)]:
            return count
    return None


def before(view: View, run: list[Group]) -> str:
    return view.text[max(0, run[0].start - HEADING_REACH) : run[0].start]
