"""What stands in addresses otherwise than in France: the number after the street, postcodes
of four digits or with letters, a house with a name; and postcodes read out in words."""

import re
from collections.abc import Iterator

from jobs.masking.spoken import NUMBER_WORDS, compose
from jobs.masking.view import Found, View

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
    r"(?:[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|(?:[AC-FHKNPRTV-Y][0-9]{2}|D6W) ?"
    r"[0-9AC-FHKNPRTV-Y]{4})\b"
)
AUSTRALIAN_POSTCODE = re.compile(
    r"[ANQSTVW](?<!\w.)(?:SW|IC|LD|AS|CT|A|T) [0-9]{4}(?!\w)"
)
# Ireland's postcode: an area and one house.
EIRCODE = re.compile(
    r"[AC-FHKNPRTV-Y](?<!\w.)(?:[0-9]{2}|(?<=D)6W) ?(?=[A-Z0-9]{0,3}[0-9])"
    r"[0-9AC-FHKNPRTV-Y]{4}(?!\w)"
)
POSTCODE_END = re.compile(r"[0-9][a-z]{2}(?!\w)")
DIRECTION = re.compile(r" (?:[NS][EW]|[NSEW]|North|South|East|West)\b\.?")

# The town before a British or Irish postcode: "Lerwick ZE1 0AA".
TOWN_BEFORE_CODE = re.compile(
    rf"(?<![\w]){TOWN_NAME}(?:, (?:Co\.? )?{TOWN_NAME})?,? \Z"
)
TOWN_REACH = 60
STATES = (
    "al|ak|az|ar|ca|co|ct|de|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh"
    "|nj|nm|ny|nc|nd|oh|ok|or|pa|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy|dc"
)
# "8 well st hull hu1 2ab", "15 roosevelt drive houston tx 77002": after a street, in
# lower case too.
TOWN_AND_POSTCODE = re.compile(
    r"\.?,?[ \n](?:[a-z][a-z.'-]{1,20},?[ \n]){0,3}?"
    rf"(?:(?:{STATES}),? [0-9]{{5}}(?:-[0-9]{{4}})?"
    r"|[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][abd-hjlnp-uw-z]{2}"
    r"|[a-z]{2} [a-z][0-9][a-z] ?[0-9][a-z][0-9])(?!\w)"
)
# "Bahnhofstrasse 12, 8001 Zürich", "Kapelstraat 18\n9000 Gent": of Switzerland and Belgium.
GERMANIC_ENDS = (
    "strasse",
    "straße",
    "gasse",
    "straat",
    "laan",
    "steenweg",
    "dreef",
    "plein",
)
GERMANIC = re.compile(
    rf"(?<!\w)[A-ZÄÖÜ][\w-]{{2,25}}(?:{'|'.join(GERMANIC_ENDS)}) [0-9]{{1,4}} ?[a-zA-Z]?(?!\w)"
    r"(?:,? (?:bus|bte|boîte|b) ?[0-9]{1,4})?"
    rf"(?:,?[ \n](?:(?:B|CH|D|NL)-)?[1-9][0-9]{{3,4}} {TOWN_NAME})?"
)

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


def town_before(view: View, start: int) -> int:
    """Where the town before a postcode begins, or `start` if there is none."""
    match = TOWN_BEFORE_CODE.search(view.raw, max(0, start - TOWN_REACH), start)
    return match.start() if match else start


def town_and_postcode(view: View, end: int) -> int | None:
    """Where "hull hu1 2ab" after a street ends."""
    match = TOWN_AND_POSTCODE.match(view.text, end)
    return match.end() if match else None


def germanic(view: View) -> Iterator[Found]:
    """Streets in German and Dutch, whose kind is the end of their name."""
    if any(end in view.text for end in GERMANIC_ENDS):
        for match in GERMANIC.finditer(view.raw):
            yield Found("ADDRESS", match.start(), match.end())
