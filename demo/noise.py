"""Slips of the finger and of speech recognition."""

import re
from random import Random
from unicodedata import combining, normalize

_ABBREVIATIONS = {
    "fr": (
        ("bonjour", "bjr"), ("s'il vous plaît", "svp"), ("c'est", "c"), ("toujours", "tjs"),
        ("quelqu'un", "qqn"), ("problème", "pb"), ("rendez-vous", "rdv"), ("vous", "vs"),
        ("beaucoup", "bcp"), ("pourquoi", "pk"), ("parce que", "pcq"), ("est-ce que", "esk"),
        ("j'ai", "jai"), ("je n'ai", "jai"), ("je ne", "je"), ("n'est pas", "est pas"),
    ),
    "en": (
        ("please", "pls"), ("you're", "ur"), ("you", "u"), ("because", "bc"), ("are", "r"),
        ("thanks", "thx"), ("I'm", "im"), ("don't", "dont"), ("can't", "cant"),
        ("appointment", "appt"), ("I've", "ive"), ("your", "ur"), ("to", "2"),
    ),
}  # fmt: skip
_NEIGHBOURS = dict(
    zip("azertyuiopqsdfghjklmwxcvbn", "zertyuiopmsdfghjklmùxcvbn,", strict=True)
)
_MISHEARD = {
    "fr": (
        ("facture", "factures"), ("prélèvement", "prélève ment"), ("c'est", "s'est"),
        ("j'ai", "j'en"), ("box", "box box"), ("fibre", "libre"), ("remboursement", "rembourse ment"),
        ("et", "est"), ("mais", "mes"), ("ondine", "on dine"),
    ),
    "en": (
        ("bill", "bills"), ("line", "lion"), ("fibre", "fiber"), ("debit", "debt it"),
        ("refund", "re fund"), ("Ondine", "on dean"), ("there", "their"), ("it's", "its"),
    ),
}  # fmt: skip
_WORD_PATTERNS = {
    language: [(re.compile(rf"\b{re.escape(a)}\b"), b) for a, b in pairs]
    for language, pairs in _ABBREVIATIONS.items()
}
_MISHEARD_PATTERNS = {
    language: [(re.compile(rf"\b{re.escape(a)}\b"), b) for a, b in pairs]
    for language, pairs in _MISHEARD.items()
}
_PUNCTUATION = str.maketrans("", "", '.,;:!?«»"…')


def without_accents(text: str) -> str:
    return "".join(c for c in normalize("NFD", text) if not combining(c))


def hasty(rng: Random, text: str, language: str, care: float) -> str:
    """Typed in a chat: abbreviations, lost accents, neighbouring keys.

    The lower `care` (0 to 1), the more of each.
    """
    if care < 0.75:
        text = text[:1].lower() + text[1:]
        for pattern, short in _WORD_PATTERNS[language]:
            if rng.random() > care + 0.35:
                text = pattern.sub(short, text)
    if care < 0.45 and language == "fr":
        text = without_accents(text)
    if care < 0.3:
        text = text.replace("'", " " if rng.random() < 0.5 else "")
    return with_slips(rng, text, (1 - care) * 0.012)


def with_slips(rng: Random, text: str, rate: float) -> str:
    """Neighbouring keys, swapped and lost letters, at `rate` of the letters.

    Digits stay: a number is either right or it is not the same number.
    """
    slips = int(len(text) * rate + rng.random())
    for _ in range(slips):
        place = int(rng.random() * (len(text) - 2)) if len(text) > 4 else 0
        pair = text[place : place + 2]
        if not pair.isalpha():
            continue
        kind = rng.random()
        if kind < 0.4:
            pair = pair[1] + pair[0]
        elif kind < 0.75:
            pair = pair[0]
        else:
            pair = _NEIGHBOURS.get(pair[0], pair[0]) + pair[1]
        text = text[:place] + pair + text[place + 2 :]
    return text


def spoken(rng: Random, text: str, language: str, hesitations: tuple[str, ...]) -> str:
    """As speech recognition writes it down: no punctuation, hesitations, slips of hearing."""
    text = text.translate(_PUNCTUATION).replace("  ", " ")
    if rng.random() < 0.7:
        text = text[:1].lower() + text[1:]
    if rng.random() < 0.25:
        pattern, heard = rng.choice(_MISHEARD_PATTERNS[language])
        text = pattern.sub(heard, text, count=1)
    words = text.split(" ")
    if len(words) > 4:
        if rng.random() < 0.45:
            words.insert(int(rng.random() * len(words)), rng.choice(hesitations))
        if rng.random() < 0.2:
            place = int(rng.random() * (len(words) - 1))
            words.insert(place, words[place])
    return " ".join(words)
