"""Handles become keys: the same customer is recognised, the address is not kept."""

import hmac
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha256

import phonenumbers

from jobs.sources.records import Handle

KEY_LENGTH = 32
"""Hex digits kept of the HMAC-SHA-256: 128 bits, beyond chance collisions for any
number of customers, half the space of the whole digest."""


class Pseudonyms:
    """Keys for one company's handles, under its secret."""

    def __init__(self, secret: str, country: str) -> None:
        self._secret = secret.encode()
        self._country = country
        self.of: Callable[[str, str], str | None] = lru_cache(maxsize=100_000)(self._of)
        """The key of a handle by kind and raw value; null for a value that is none
        (`anonymous`, a withheld number)."""

    def handles(self, handles: Iterable[Handle]) -> list[dict[str, str]]:
        """Rows for a handles column: distinct, in the order given."""
        keyed = {
            (handle.kind, key): None
            for handle in handles
            if (key := self.of(handle.kind, handle.value)) is not None
        }
        return [{"kind": kind, "key": key} for kind, key in keyed]

    def customer_id(self, account: str) -> str | None:
        """Our id for a customer of the customer file, from their number there."""
        key = self.of("account", account)
        return None if key is None else f"c-{key[:20]}"

    def _of(self, kind: str, value: str) -> str | None:
        normal = normalised(kind, value, self._country)
        if normal is None:
            return None
        digest = hmac.new(self._secret, f"{kind}:{normal}".encode(), sha256)
        return digest.hexdigest()[:KEY_LENGTH]


def normalised(kind: str, value: str, country: str) -> str | None:
    """One spelling for one handle; null when it is not one.

    Phones become E.164; everything else loses case and surrounding white space.
    """
    value = value.strip()
    if kind == "phone":
        try:
            number = phonenumbers.parse(value.removeprefix("tel:"), country)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_possible_number(number):
            return None
        written: str = phonenumbers.format_number(
            number, phonenumbers.PhoneNumberFormat.E164
        )
        return written
    value = value.casefold()
    if kind in ("x", "mastodon"):
        value = value.lstrip("@")
    if kind == "email" and "@" not in value:
        return None
    return value or None
