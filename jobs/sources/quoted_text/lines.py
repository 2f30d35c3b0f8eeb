"""Lines of a message, and what several rules ask of one."""

import re
import unicodedata
from collections.abc import Sequence

EDGE = " \t*_-–—=─~\"'«»“”|>"
RULE = re.compile(r"[-_=*–—─~#]{3,}$")
PERSON = re.compile(
    r"(?:(?:M|Mr|Mme|Mlle|Mrs|Ms|Dr|Me)\.? )?"
    r"[^\W\d_][\w'’.-]{0,24}(?: (?:(?:de|du|des|la|le|van|von|el|ben|et|and|&) ){0,2}"
    r"[^\W\da-zß-ÿ_][\w'’.-]{0,24}){0,4}"
)


def lines_of(text: str) -> list[str]:
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.translate(_LAYOUT)
    # Trailing spaces go, except the one that makes two dashes a signature mark.
    return [line if line == "-- " else line.rstrip() for line in text.split("\n")]


_LAYOUT = {
    0x00A0: " ", 0x202F: " ", 0x2028: "\n", 0x2029: "\n", 0x200B: None, 0xFEFF: None,
}  # fmt: skip
_WORD = re.compile(r"[^\W_]")


def holds_words(lines: Sequence[str]) -> bool:
    return any(_WORD.search(line) is not None for line in lines)
