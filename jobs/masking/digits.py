"""Numbers with a shape or a check digit of their own: cards, IBAN, NIR, phones."""

import re
from collections.abc import Iterator

from stdnum import iban, luhn
from stdnum.fr import nir

from jobs.masking.view import Found, View

HAS_DIGIT = re.compile("[0-9]")
FRENCH_PHONE = re.compile(
    r"(?<![\w])(?:(?:\+|00) ?33 ?(?:\(0\) ?)?|0)[1-9]([ ./-]?)\d\d(?:\1\d\d){3}(?!\w)"
)
CARD = re.compile(r"(?<!\w)[2-6]\d{3}(?:[ -]?\d){9,12}(?!\w)")
NIR = re.compile(
    r"(?<!\w)[12] ?\d\d ?[0-9]\d ?(?:\d\d|2[ab]) ?\d{3} ?\d{3} ?\d\d(?!\w)"
)
IBAN = re.compile(r"(?<!\w)[a-z]{2}\d\d(?:[ -]?[a-z0-9]{1,4}){3,14}")


def in_digits(view: View, country: str) -> Iterator[Found]:
    if not HAS_DIGIT.search(view.text):
        return
    for match in IBAN.finditer(view.text):
        for end in range(match.end(), match.start() + 14, -1):
            if iban.is_valid(view.text[match.start() : end]):
                yield Found("IBAN", match.start(), end)
                break
    for match in CARD.finditer(view.text):
        if luhn.is_valid(re.sub(r"\D", "", match[0])):
            yield Found("CARD", match.start(), match.end())
    for match in NIR.finditer(view.text):
        if nir.is_valid(match[0]):
            yield Found("NIR", match.start(), match.end())
    for match in FRENCH_PHONE.finditer(view.text):
        yield Found("PHONE", match.start(), match.end())
