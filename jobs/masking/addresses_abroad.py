"""What stands in addresses otherwise than in France: the number after the street, postcodes
of four digits or with letters, a house with a name; and postcodes read out in words."""

import re

from jobs.masking.spoken import NUMBER_WORDS, compose
from jobs.masking.view import View

TOWN_NAME = r"(?:St\. )?[A-ZÀ-Ý][\w'’-]{1,30}(?: [A-ZÀ-Ý][\w'’-]{0,30}){0,2}"

# "Rue de la Loi 155 bte 3", "Chemin des Fleurettes 22".
NUMBER_AFTER = re.compile(
    r",? (?:n ?° ?)?[0-9]{1,4}[a-d]?(?:,? (?:bte|boite|b) ?[0-9]{1,4})?(?!\w)(?![.,][0-9])"
)
FOUR_DIGITS_AND_TOWN = re.compile(
    r"(?:,? [Cc]ase postale [0-9]{1,6}|,? CP [0-9]{1,6})?,?[ \n](?:(?:B|CH|L)-)?[1-9][0-9]{3} "
    rf"{TOWN_NAME}(?: [0-9]{{1,2}}\b)?"
)
CANADIAN_POSTCODE = re.compile(
    rf"(?<!\w)(?:{TOWN_NAME},? )?(?:\((?:Québec|Quebec|Ontario|[A-Z]{{2}})\)"
    r"|Québec|Quebec|Ontario|[A-Z]{2}),? {1,2}[A-Z][0-9][A-Z][ -]?[0-9][A-Z][0-9]\b"
)
# "Rose Cottage, Mill Lane, Aldbourne, SN8 2DT": whatever its parts are called.
LISTED_UP_TO_POSTCODE = re.compile(
    r"(?<!\w)(?:(?:[0-9]{1,4}[a-z]? )?[A-Z][\w'’-]{1,30}(?: [A-Z0-9][\w'’-]{0,30}){0,3},"
    r"[ \n]{1,2}){2,5}"
    r"(?:[A-Z][\w'’-]{1,30}(?: [A-Z][\w'’-]{0,30}){0,2},? )?"
    r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}\b"
)
POSTCODE_END = re.compile(r"[0-9][a-z]{2}(?!\w)")
DIRECTION = re.compile(r" (?:[NS][EW]|[NSEW]|North|South|East|West)\b\.?")

NUMBER = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
SAID_POSTCODE = re.compile(rf",? (?P<code>(?:(?:{NUMBER}|mille|et)\b[ -]){{2,9}})")


def number_after(view: View, end: int) -> int:
    """Where the number after a street's name ends, or `end` if there is none."""
    match = NUMBER_AFTER.match(view.text, end)
    return match.end() if match else end


def four_digit_town(view: View, end: int) -> int | None:
    """Where ", 1040 Bruxelles" ends."""
    match = FOUR_DIGITS_AND_TOWN.match(view.raw, end)
    return match.end() if match else None


def said_postcode(view: View, end: int) -> int | None:
    """Where "trente mille" or "soixante-neuf zéro zéro trois" ends, before its town."""
    match = SAID_POSTCODE.match(view.text, end)
    if not match:
        return None
    said = re.findall("[a-z]+", match["code"])
    if "mille" in said:
        return match.end()
    digits, at = "", 0
    while at < len(said):
        group, used = compose(said[at:], [True] * len(said))
        digits += group
        at += used
    return match.end() if len(digits) == len("69003") else None
