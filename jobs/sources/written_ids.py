"""Ids as tables leave them: what was a number has come back as another kind of number."""

import re

# Narrower than for other numbers: `4E12` and `1234.00` may be ids as they stand.
_FLOAT = re.compile(r"([1-9]\d*)[.,]0")
_ROUNDED = re.compile(r"(\d)(?:[.,](\d+))?E\+(\d{2})", re.IGNORECASE)


def written_id(text: str) -> str | None:
    """`123.0` as the `123` that pandas made it from; `1.35E+13`, which a spreadsheet shows
    of ids of about that size, null: it would be one id for all of them, unless it has
    every digit."""
    if (rounded := _ROUNDED.fullmatch(text)) is not None:
        digits = rounded[1] + (rounded[2] or "")
        return digits if len(digits) == int(rounded[3]) + 1 else None
    whole = _FLOAT.fullmatch(text)
    return whole[1] if whole is not None else text
