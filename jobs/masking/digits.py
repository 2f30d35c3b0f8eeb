"""Numbers with a shape or a check digit of their own: cards, IBAN, NIR, phones, IP."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from ipaddress import ip_address

import phonenumbers
from stdnum import iban, luhn, numdb
from stdnum.fr import nir

from jobs.masking.spoken import Group, is_spoken, runs
from jobs.masking.view import Found, View, words

RUN = re.compile(
    r"(?<!\w)[0-9]+(?:[ .\n\-]{1,3}[0-9]+)+(?!\w)|(?<!\w)[0-9]{12,19}(?!\w)"
)
DIGITS = re.compile("[0-9]+")
SPELLED_COUNTRY = re.compile(r"(?<!\w)f ?r[ ,]{0,2}\Z")

# The nearest word before a number that says what kind of number it is.
SAID = re.compile(
    r"\b(?:(?P<phone>tel|telephone\w*|telefon|portables?|mobiles?|gsm|natel|fixe|lignes?"
    r"|joindre|joignable|rappel\w*|appel\w*|contact\w*|sms|whatsapp|fax|phone|cell"
    r"|cellphone|landline|call\w*|reach\w*|ring|text|desk)"
    # "Numéro d'adhérent" is no phone's, "numéro de rappel" and "numéro de ma femme" are.
    r"|(?P<number>numeros?(?! d(?:e |')(?!(?:tel|phone|telephone|portable|mobile|fixe|gsm"
    r"|natel|rappel|contact|ligne|whatsapp|urgence|domicile|maison|bureau|travail|la|le|les"
    r"|l|ma|mon|mes|sa|son|ses|notre|votre|leur)\b)[a-z])|num|numbers?)"
    r"|(?P<card>cartes?|cb|visa|mastercard|amex|card|debit|credit)"
    r"|(?P<nir>secu\w*|nir|vitale|insee|immatricul\w*|ssn)"
    r"|(?P<iban>iban|rib|comptes?|virement\w*|prelev\w*|account)"
    r"|(?P<ip>ip)"
    r"|(?P<birth>nee?|naissance|ddn|born|birth|dob)"
    r"|(?P<version>version\w*|firmware|build|release|logiciel|software|apps?|appli\w*|update|maj|v)"
    r"|(?P<other>commandes?|colis|suivi|factures?|contrats?|contracts?|agreement|(?:parts?|company|registration|employee|staff|student)(?= n)|horaires?|lots?|ouvert\w*|dossiers?|refs?|references?"
    r"|tickets?|(?!(?<![^\n])clients? ?:)clients?|cliente|tracking|orders?|invoices?|parcels?|articles?|series?"
    r"|imei|iccid|sim|compteurs?|pdl|prm|pce|siret|siren|ean|incidents?|reclamations?"
    r"|demandes?|devis|barres?|fidelite|loyalty|abonne|serial|policy|police|sinistre"
    r"|case|booking|reservation|bon|isbn|adherent|adhesion|licen[cs]es?|member(?:ship)?|claim|passeport"
    r"|passport|cheques?|transaction|receipt|vouchers?|coupon|cadeau|gift|tva|vat|train|flight))\b"
)
NEAR = 40
# "Commande 44188, …", "facture de 80 €, …": it has its number, and the next is another's.
# The year of a date is none.
SERVED = re.compile(
    r"(?<![/.,-])\b[0-9][0-9a-z]{3,}(?:[,;](?=[ \n])|\n|[ ]+[a-z]{2})"
    r"|[0-9] ?(?:[€£]|euros?\b)"
)
# "… c'est mon portable", "… is my number": said after it. An order's number has another
# word between "my" and "number".
SAID_AFTER = re.compile(
    r"[ ,:(\n-]{1,3}(?:(?:c'est|c|est|is|that's|it's|pour|on|for|sur|le|la|mon|ma|my|the|a"
    r"|numero|de|du)[ ]){0,4}"
    r"(?:portable|mobile|cell\w*|landline|phone|telephone|tel|fixe|gsm|natel|number)\b"
)

FRENCH_PHONE = re.compile(
    # What stands before is looked at after the zero: the search then leaps from zero to zero.
    r"[0o](?:(?<![\w+].)(?<![0-9][./,-].)|(?<=\btel.)|(?<=\bnum.)|(?<=\bau.)|(?<=\ble.))"
    r"[ .-]?[1-9](?:[ ./-]{0,3}[0-9]){8}(?:(?![./-]?\w)|(?=(?:svp|stp|merci|ou|et)\b))"
)
DATE_LIKE = re.compile(
    r"[0-9]{1,2}[ ./-][0-9]{1,2}[ ./-](?:19|20)[0-9]{2}\b|(?:19|20)[0-9]{2}[./-][0-9]{2}[./-]"
)
SLASHED_DATE = re.compile("[0-9]/[0-9]{1,2}/(?:19|20)[0-9]{2}")
AMOUNT = re.compile(
    r" ?(?:[€%$£]|(?:euros?|eur|fois|points?|kwh|go|gb|mo|mb|dollars?|pounds?|h)\b)"
)
# Groups, those taken back included.
LONGEST_DICTATION = 50
ENGLISH_DIGITS = words("oh one two three four five seven eight nine")
# A NIR before its key: sex, year, month, department, commune, order.
WITHOUT_KEY = re.compile("[12][0-9]{2}(?:0[1-9]|1[0-2])[0-9]{8}")
# The pairs go on: two more, or one that is the last.
BROKEN_OFF = re.compile(
    r"[ .-][0-9]{2}(?:[ .-][0-9]{2}\b|(?=[ \t]{0,3}(?:[\n.,;!?)]|\Z)))"
)
INTERNATIONAL = re.compile(
    r"(?<![\w+])(?:\+ ?|\(\+|(?<![0-9][ .-])00[ .]?)[1-9](?:[ ().\-/]{0,3}[0-9]){6,16}"
    r"(?: ?(?:x|ext\.?|poste) ?[0-9]{1,5})?(?!\w)"
)
# A mobile in one piece or three, a landline grouped as the British group it.
BRITISH = re.compile(
    r"(?<![\w+.,/-])(?<![0-9] )(?:07[0-9]{3}[ -]{0,3}[0-9]{3}[ -]{0,3}[0-9]{3}"
    r"|\(?02[0-9]\)? [0-9]{4} [0-9]{4}"
    r"|\(?01[0-9]{2}\)? [0-9]{3} [0-9]{4}|\(?01[0-9]{3}\)? [0-9]{3} [0-9]{3})"
    r"(?![\w]|[ .,/-][0-9])"
)
AMERICAN_SPACED = re.compile(
    r"(?<![\w+.,/-])(?<![0-9] )[2-9][0-9]{2} [0-9]{3} [0-9]{4}(?![\w-]|[ .,/][0-9])"
)
WITHOUT_PLUS = re.compile(r"(?<![\w+.,-])33[67][0-9]{8}(?![\w.,-])")
AMERICAN = re.compile(
    r"(?<![\w+.-])(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.-])[0-9]{3}[.-]"
    r"[0-9]{4}(?: ?(?:x|ext\.?) ?[0-9]{1,5})?(?![\w-])"
)
NATIONAL = re.compile(
    r"(?<![\w+.,/-])\(?[0-9](?:[ ().\-/]{0,2}[0-9]){6,12}"
    r"(?: ?(?:x|ext\.?) ?[0-9]{1,5})?(?![\w])(?![.,/-][0-9])"
)
NEIGHBOURS = ("BE", "CH", "LU", "GB", "US", "IE", "DE", "ES", "IT")

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


def is_said(view: View, run: list[Group]) -> bool:
    """Whether words are part of the number, or stand between its groups."""
    return any(map(str.isalpha, view.text[run[0].start : run[-1].end]))


def said(view: View, start: int) -> str | None:
    """What the nearest telling word in the 40 characters before says the number is."""
    kind, end = None, start
    for match in SAID.finditer(view.text, max(0, start - NEAR), start):
        # "Numéro" alone means a phone's, but "commande numéro" an order's.
        if match.lastgroup != "number":
            kind = match.lastgroup
        elif kind is None:
            kind = "phone"
        end = match.end()
    if kind == "other" and SERVED.search(view.text, end, start):
        return None
    return kind


def said_after(view: View, end: int) -> str | None:
    return "phone" if SAID_AFTER.match(view.text, end) else None


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
            or (len(compact) == 13 and GROUPED_NIR.fullmatch(match[0]))
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


def phones(view: View, country: str) -> Iterator[Found]:
    text = view.text
    if "+" in text or "00" in text:
        for match in INTERNATIONAL.finditer(text):
            yield from international(view, match)
    for match in FRENCH_PHONE.finditer(text):
        if is_french_phone(view, match, country):
            yield Found("PHONE", match.start(), match.end())
    for match in WITHOUT_PLUS.finditer(text):
        if country == "FR" and said(view, match.start()) != "other":
            yield Found("PHONE", match.start(), match.end())
    for match in AMERICAN.finditer(text):
        if said(view, match.start()) != "other":
            yield Found("PHONE", match.start(), match.end())
    for shape, region in ((BRITISH, "GB"), (AMERICAN_SPACED, "US")):
        for match in shape.finditer(text):
            # British examples are no valid numbers, and their grouping is enough.
            is_grouped = region == "GB" and not match[0].isdecimal()
            is_dialable = is_grouped or is_valid_in(match[0], region)
            if is_dialable and said(view, match.start()) in (None, "phone"):
                yield Found("PHONE", match.start(), match.end())
    for match in NATIONAL.finditer(text):
        is_date = DATE_LIKE.match(match[0]) or SLASHED_DATE.search(match[0])
        is_other = is_date or AMOUNT.match(view.text, match.end())
        kind = said(view, match.start()) or said_after(view, match.end())
        if is_other or kind != "phone":
            continue
        if is_dialled(match[0], country):
            yield Found("PHONE", match.start(), match.end())


def international(view: View, match: re.Match[str]) -> Iterator[Found]:
    """The longest beginning that is a number of some country; words may follow it."""
    ends = [part.end() for part in DIGITS.finditer(match[0])]
    # Without a plus or a gap, "0033…" may be any reference that begins with zeros.
    exact = match[0].startswith("00") and (
        match[0].isdecimal() or said(view, match.start()) == "other"
    )
    for end in reversed(ends):
        number = re.sub(r"\A\(?00|\A\(", "+", match[0][:end]).replace("++", "+")
        try:
            parsed = phonenumbers.parse(number.replace("(0)", ""), None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed) or (
            not exact and phonenumbers.is_possible_number(parsed)
        ):
            yield Found("PHONE", match.start(), match.start() + end)
            return


def is_french_phone(view: View, match: re.Match[str], country: str) -> bool:
    """Ten digits from 0: in pairs or one by one always, else unless said otherwise."""
    sizes = [len(group) for group in DIGITS.findall(match[0])]
    # The letter O for the zero: in pairs only.
    if match[0][0] == "o":
        return sizes == [1, 2, 2, 2, 2] and said(view, match.start()) != "other"
    pairs = sizes == [2] * 5 or sizes == [1] * 10 or sizes == [1, 1, 2, 2, 2, 2]
    kind = said(view, match.start())
    if pairs:
        return kind != "other" or not BROKEN_OFF.match(view.text, match.end())
    if DATE_LIKE.match(match[0]):
        return kind == "phone"
    return kind == "phone" or (kind is None and is_dialled(match[0], country))


def is_dialled(number: str, country: str) -> bool:
    """Whether the number can be dialled in the country or one of its neighbours."""
    return any(is_valid_in(number, region) for region in (country, *NEIGHBOURS))


def is_valid_in(number: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def is_abroad(number: str) -> bool:
    """Whether the digits are a whole number with its country's code before it."""
    return is_valid_in("+" + number, "ZZ")


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
                yield Found(kind, start, run[last].end)
                first = last
                break
            if len(digits) > 25 or last - first > LONGEST_DICTATION:
                break
        first += 1


def spoken_kind(
    view: View, run: list[Group], first: int, last: int, digits: str
) -> str | None:
    start, size, is_whole = run[first].start, len(digits), last + 1 == len(run)
    if digits[0] == "0" and digits[1:2] not in ("", "0"):
        if size == 10 and (
            is_british(view, run, last, digits) or is_begun_anew(run, last, digits)
        ):
            return None  # One digit, or one pair, is still to come.
        if size == 10 or (is_whole and size == 9) or (size in (11, 12) and is_whole):
            return "PHONE"
        return None
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


def is_english(view: View, run: Iterable[Group]) -> bool:
    return any(view.text[group.start : group.end] in ENGLISH_DIGITS for group in run)


def is_begun_anew(run: list[Group], last: int, digits: str) -> bool:
    """Whether "zéro six" was said twice, so that the one pair left is the phone's last."""
    pair = len("06")
    # No more groups than digits are looked at: a run may be as long as the text.
    rest = run[last + 1 : last + 1 + pair]
    is_rest = last + 1 + len(rest) == len(run)
    left = sum(len(group.digits) for group in rest)
    return digits[:pair] == digits[pair : 2 * pair] and is_rest and left == pair


def is_british(view: View, run: list[Group], last: int, digits: str) -> bool:
    """Whether the one group left makes these ten digits an eleven-digit British number.

    Said in English, a mobile need not be valid: those kept for examples are not.
    """
    rest = run[last + 1 : last + 3]
    if len(rest) != 1 or len(digits + rest[0].digits) != len("07700900123"):
        return False
    if is_english(view, rest) and digits.startswith("07"):
        return True
    is_digit_by_digit = is_english(view, rest) or len(run) == len(digits) + 1
    return is_digit_by_digit and is_valid_in(digits + rest[0].digits, "GB")


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
