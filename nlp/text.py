"""Folding: one spelling for what people type in many, without moving a single character.

Evidence is given in code points of the text as it came, so folding keeps the length: every
character becomes exactly one character.
"""

import re
import unicodedata
from zlib import crc32


def _folding_table() -> dict[int, str]:
    """Accented Latin letters to their base letter, typographic quotes to plain ones."""
    table = {ord(c): "'" for c in "’‘ʼ`´′"} | {ord(c): '"' for c in "“”„«»″"}
    for code in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if base.isascii() and base.isalpha():
            table[code] = base
    table |= {ord(c): " " for c in "\u00a0\u202f\u2009\u2007"}
    table |= {ord(c): "-" for c in "‐‑–—"}
    # Half a surrogate pair is no character, and spaCy cannot store it.
    table |= dict.fromkeys(range(0xD800, 0xE000), " ")
    # Which number it is says nothing; that there is one does.
    table |= {ord(c): "0" for c in "123456789"}
    return table


_TABLE = _folding_table()
# Bytes are translated ten times faster than characters, and most texts have no others.
_LATIN_1 = bytes(range(0x100)).decode("latin-1").translate(_TABLE).encode("latin-1")
# The mark comes first in each pattern, so that only marks are looked at.
_JOINED_WORDS = re.compile(r"-(?<=[a-z]-)(?=[a-z])")
# "c'est", "c’est" and "c est" are one thing in typed French; an English "don't" is not.
_JOINED_WORDS_OR_ELISION = re.compile(r"['-](?<=[a-z]['-])(?=[a-z])")


def fold(text: str, language: str) -> str:
    """Lower case, no accents, plain quotes, every digit a 0; hyphens inside words (French: elisions too) become spaces.

    The result has as many code points as `text`.
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        # A few capitals (İ) grow when lowered; those stay as they are.
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    try:
        lowered = lowered.encode("latin-1").translate(_LATIN_1).decode("latin-1")
    except UnicodeEncodeError:
        lowered = lowered.translate(_TABLE)
    joint = _JOINED_WORDS_OR_ELISION if language == "fr" else _JOINED_WORDS
    return joint.sub(" ", lowered)


PLACEHOLDER = re.compile(r"<[A-Z][A-Z_]*>")


def without_placeholders(text: str) -> str:
    return PLACEHOLDER.sub(" ", text)


_LETTER = re.compile(r"[^\W\d_]")


def has_words(text: str) -> bool:
    """Whether a letter is left once the placeholders are taken out."""
    return _LETTER.search(without_placeholders(text)) is not None


def stable_hash(string: str) -> int:
    """The same 32 bits in every process, unlike `hash`."""
    return crc32(string.encode("utf-8", "surrogatepass"))
