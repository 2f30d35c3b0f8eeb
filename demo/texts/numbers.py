"""Numbers as people say them, French and English."""

FR_UNITS = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
]
FR_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}
EN_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
EN_TENS = [
    "_",
    "_",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]


def number_in_words(number: int, language: str) -> str:
    """Below one thousand."""
    return _french(number) if language == "fr" else _english(number)


def _french(number: int) -> str:
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        head = "cent" if hundreds == 1 else f"{FR_UNITS[hundreds]} cent"
        return f"{head} {_french(rest)}" if rest else head
    if number <= 16:
        return FR_UNITS[number]
    if number < 20:
        return f"dix-{FR_UNITS[number - 10]}"
    if number >= 80:
        rest = number - 80
        return f"quatre-vingt-{_french(rest)}" if rest else "quatre-vingts"
    tens, units = divmod(number, 10)
    if tens == 7:
        tens, units = 6, units + 10
    if units == 0:
        return FR_TENS[tens]
    if units in (1, 11):
        return f"{FR_TENS[tens]} et {_french(units)}"
    return f"{FR_TENS[tens]}-{_french(units)}"


def _english(number: int) -> str:
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        head = f"{EN_UNITS[hundreds]} hundred"
        return f"{head} and {_english(rest)}" if rest else head
    if number < 20:
        return EN_UNITS[number]
    tens, units = divmod(number, 10)
    return f"{EN_TENS[tens]} {EN_UNITS[units]}" if units else EN_TENS[tens]


def amount_in_words(value: float, language: str) -> str:
    """`49.99` as `quarante-neuf euros quatre-vingt-dix-neuf`."""
    euros, cents = divmod(round(value * 100), 100)
    head = f"{number_in_words(euros, language)} euros"
    if not cents:
        return head
    tail = number_in_words(cents, language)
    return f"{head} {tail}" if language == "fr" else f"{head} and {tail} cents"


def date_in_words(day: int, month: str, language: str) -> str:
    if language == "fr":
        return f"premier {month}" if day == 1 else f"{_french(day)} {month}"
    return f"the {ORDINALS[day]} of {month}"


ORDINALS = [
    "_",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
]


def phone_in_words(phone: str, language: str) -> str:
    """A French number as it is dictated: by pairs in French, digit by digit in English."""
    digits = "0" + phone[3:]
    if language == "en":
        return " ".join("oh" if d == "0" else EN_UNITS[int(d)] for d in digits)
    pairs = (digits[i : i + 2] for i in range(0, len(digits), 2))
    return " ".join(
        f"zéro {_french(int(p[1]))}" if p[0] == "0" else _french(int(p)) for p in pairs
    )
