"""Phones, NIR and IBAN read out in words."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from stdnum.fr import nir

from jobs.masking.phones import is_abroad, is_valid_in
from jobs.masking.said_kinds import said, said_after
from jobs.masking.spoken import Group
from jobs.masking.view import Found, View, words

SPELLED_COUNTRY = re.compile(r"(?<!\w)f ?r[ ,]{0,2}\Z")
# Groups, those taken back included.
LONGEST_DICTATION = 50
# Groups of all that is dictated in one go. What is longer is no talk of one number: only
# of less does the end of the run say where a number ends, or each number found at the end
# of a run as long as the text would ask for another look through all of it.
LONGEST_TALK = 200
# "Quatre-vingts, douze" is two pairs or one, and a recogniser writes no comma.
ONE_PAIR_OR_TWO = re.compile(
    r"(?:soixante|quatre[ -]vingts?)[ -](?:et[ -])?"
    r"(?:dix|onze|douze|treize|quatorze|quinze|seize)"
)
# Not "six", which French has too.
ENGLISH_DIGITS = words("oh one two three four five seven eight nine")
# A NIR before its key: sex, year, month, department, commune, order.
WITHOUT_KEY = re.compile("[12][0-9]{2}(?:0[1-9]|1[0-2])[0-9]{8}")


def is_said(view: View, run: list[Group]) -> bool:
    """Whether words are part of the number, or stand between its groups."""
    return any(map(str.isalpha, view.text[run[0].start : run[-1].end]))


def dictated(view: View, run: list[Group]) -> Iterator[Found]:
    """Phones, NIR and IBAN read out in words.

    A recogniser merges and splits groups ("soixante dix-huit"), so a number of 9 to 12
    digits that begins as a French phone is taken for one.
    """
    first = 0
    while first < len(run):
        digits = ""
        for last in range(first, len(run)):
            digits += run[last].digits
            kind = spoken_kind(view, run, first, last, digits) if digits else None
            if kind is not None:
                start = run[first].start
                plus = re.search(
                    r"\bplus \Z|\+ ?\Z", view.text[max(0, start - 5) : start]
                )
                country = SPELLED_COUNTRY.search(view.text[max(0, start - 6) : start])
                before = (
                    plus if kind == "PHONE" else country if kind == "IBAN" else None
                )
                start -= len(before[0]) if before else 0
                if kind in ("PHONE", "NIR") and is_echoed(view, run):
                    last = len(run) - 1
                yield Found(kind, start, run[last].end)
                first = last
                break
            if len(digits) > 25 or last - first > LONGEST_DICTATION:
                break
        first += 1


def is_echoed(view: View, run: list[Group]) -> bool:
    """Whether the other says again, turn by turn, what has just been said.

    Then the digits are twice as many, and all of them are the number's.
    """
    if len(run) > LONGEST_TALK:
        return False
    turns = [""]
    for before, group in pairwise([run[0], *run]):
        if "\n" in view.text[before.end : group.start]:
            turns.append("")
        turns[-1] += group.digits
    told = [turn for turn in turns if turn]
    # "15" at the end may be another 15.
    return any(two.startswith(one) for one, two in pairwise(told)) or any(
        one.endswith(two) for one, two in pairwise(told[:-1])
    )


def spoken_kind(
    view: View, run: list[Group], first: int, last: int, digits: str
) -> str | None:
    start, size = run[first].start, len(digits)
    is_whole = last + 1 == len(run) and len(run) <= LONGEST_TALK
    if digits[0] == "0" and digits[1:2] not in ("", "0"):
        if size == 10 and (
            is_british(view, run, first, last, digits)
            or is_begun_anew(run, last, digits)
        ):
            return None  # One digit, or one pair, is still to come.
        if size == 10 or (is_whole and size in (9, 11, 12)):
            return "PHONE"
        is_short = is_whole and size == 8 and lacks_a_pair(view, run[first:])
        return "PHONE" if is_short else None
    if size == 15 and digits[0] in "12" and nir.is_valid(digits):
        return "NIR"
    if is_whole and size in (13, 15) and said(view, start) == "nir":
        return "NIR"
    # One digit for the sex, then the year: a recogniser writes no other number so.
    if is_whole and len(run[first].digits) == 1 and WITHOUT_KEY.fullmatch(digits):
        return "NIR" if said(view, start) != "other" else None
    # "Soixante-dix sept" is two digits or three: a French one may seem shorter than it is.
    if (size == 25 or (is_whole and size in (23, 24))) and SPELLED_COUNTRY.search(
        view.text[max(0, start - 6) : start]
    ):
        return "IBAN"
    abroad = digits[2:] if digits.startswith("00") else digits
    if size >= 11 and view.text[max(0, start - 5) : start].endswith(("plus ", "+")):
        abroad = digits
    elif not digits.startswith("00"):
        abroad = ""
    if 11 <= len(abroad) <= 14 and abroad[0] != "0" and is_abroad(abroad):
        return "PHONE"
    if not is_whole or size not in (9, 10, 11):
        return None
    kind = said(view, start) or said_after(view, run[last].end)
    if size == 9:  # "sept quatre-vingt-deux …, avec le zéro devant"
        return "PHONE" if kind == "phone" and digits[0] in "67" else None
    is_american = size == 10 and is_english(view, run) and is_valid_in(digits, "US")
    return "PHONE" if kind == "phone" or (kind is None and is_american) else None


def lacks_a_pair(view: View, run: list[Group]) -> bool:
    """Whether two pairs of a phone that begins with "zéro" may have become one."""
    return run[0].digits == "0" and any(
        ONE_PAIR_OR_TWO.match(view.text, group.start, group.end) for group in run
    )


def is_english(view: View, run: Iterable[Group]) -> bool:
    """Whether English digits are said, and no more groups than those are written."""
    groups = [view.text[group.start : group.end] for group in run if group.digits]
    written = sum(map(str.isdecimal, groups))
    return 2 * written <= len(groups) and any(
        group in ENGLISH_DIGITS for group in groups
    )


def is_begun_anew(run: list[Group], last: int, digits: str) -> bool:
    """Whether "zéro six" was said twice, so that the one pair left is the phone's last."""
    pair = len("06")
    # No more groups than digits are looked at: a run may be as long as the text.
    rest = run[last + 1 : last + 1 + pair]
    is_rest = last + 1 + len(rest) == len(run)
    left = sum(len(group.digits) for group in rest)
    return digits[:pair] == digits[pair : 2 * pair] and is_rest and left == pair


def is_british(
    view: View, run: list[Group], first: int, last: int, digits: str
) -> bool:
    """Whether the one group left makes these ten digits an eleven-digit British number.

    Said in English, a mobile need not be valid: those kept for examples are not.
    """
    rest = run[last + 1 : last + 3]
    if len(rest) != 1 or len(digits + rest[0].digits) != len("07700900123"):
        return False
    # Of the whole number, for its last digit may be "six".
    english = is_english(view, run[first:])
    if english and digits.startswith("07"):
        return True
    is_digit_by_digit = english or len(run) == len(digits) + 1
    return is_digit_by_digit and is_valid_in(digits + rest[0].digits, "GB")
