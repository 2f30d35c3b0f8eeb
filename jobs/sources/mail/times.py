"""When a message was sent: its Date, or what else in it and around it tells a time."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import mktime_tz, parsedate_tz

from jobs.sources import written_times
from jobs.sources.mail.headers import Headers, decoded, first

# What servers add when they send on, take in or sign a message: a moment later.
_STAMPED = ("resent-date", "x-original-date", "delivery-date", "x-originalarrivaltime")
_SIGNED = ("dkim-signature", "arc-seal", "arc-message-signature")
_FRACTION = re.compile(r"\.\d+ \(UTC\).*")
_SIGNED_AT = re.compile(r"[;\s]t=(\d{9,10})\b")
# Mutt, Mailman and many scripts begin an id with the time; Mozilla with hexadecimal
# seconds and seven digits after a dot.
_DATED_ID = re.compile(
    r"<\s*((?:19[89]|20[0-8])\d(?:0\d|1[0-2])[0-3]\d[0-2]\d[0-5]\d[0-5]\d)\b"
)
_MOZILLA_ID = re.compile(r"<\s*([3-6][0-9A-F]{7})\.\d{4,8}@")
_MAILDIR_NAME = re.compile(r"(?:^|/)(?:cur|new)/(\d{9,10})\.[^/]+\Z")

_ZONES = {
    "CET": "+0100", "CEST": "+0200", "MET": "+0100", "MEST": "+0200", "WEST": "+0100",
    "BST": "+0100", "EET": "+0200", "EEST": "+0300", "MSK": "+0300", "JST": "+0900",
}  # fmt: skip
"""Names of zones the standard library does not know and takes for UTC."""
_ZONE = re.compile(r"(?<=\d )(" + "|".join(_ZONES) + r")\b")
_OFFSET_OF_GMT = re.compile(r"\b(?:GMT|UTC|UT) ?([+-])(\d{1,2}):?(\d{2})?\b")
_MONTHS = {
    "janv": "Jan", "févr": "Feb", "fevr": "Feb", "mars": "Mar", "avr": "Apr", "mai": "May",
    "juin": "Jun", "juil": "Jul", "août": "Aug", "aout": "Aug", "sept": "Sep", "déc": "Dec",
}  # fmt: skip
_FRENCH = re.compile(
    r"(\d{1,2})(?:er)? (" + "|".join(_MONTHS) + r"|oct|nov)\w*\.?,? (\d{4})",
    re.IGNORECASE,
)


def sent_at(headers: Headers, envelope: str, file: str) -> datetime | None:
    """The best time there is.

    After Date come the lines of the servers on the way, the mbox separator, the time
    in a signature or in the message's id, and the name of a Maildir file.
    """
    for value in headers.get("date", []):
        if when := instant(value):
            return when
    # Every server adds its line on top: the first is the last hop's.
    for name in ("received", "x-received"):
        for value in headers.get(name, []):
            if when := instant(value.rpartition(";")[2].strip()):
                return when
    if when := instant(envelope.partition(" ")[2].strip().partition(" ")[2]):
        return when
    for name in _STAMPED:
        if when := instant(_FRACTION.sub("", first(headers, name))):
            return when
    return _stamped(headers, file)


def _stamped(headers: Headers, file: str) -> datetime | None:
    for name in _SIGNED:
        if signed := _SIGNED_AT.search(first(headers, name)):
            return _plausible(datetime.fromtimestamp(int(signed[1]), UTC))
    own = first(headers, "message-id")
    if dated := _DATED_ID.match(own):
        try:
            return datetime.strptime(dated[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            return None
    if mozilla := _MOZILLA_ID.match(own):
        return _plausible(datetime.fromtimestamp(int(mozilla[1], 16), UTC))
    if named := _MAILDIR_NAME.search(file):
        return _plausible(datetime.fromtimestamp(int(named[1]), UTC))
    return None


def instant(value: str) -> datetime | None:
    """A mail date in UTC; null when it cannot be read or cannot be meant.

    Read are the forms of the standards, of programs that write their country's or a
    database's, and seconds since 1970. A date without a zone is UTC.
    """
    value = decoded(value)[:200]
    if not value or not any(map(str.isdigit, value)):
        return None
    value = _OFFSET_OF_GMT.sub(
        lambda found: f"{found[1]}{int(found[2]):02}{found[3] or '00'}", value
    )
    value = _ZONE.sub(lambda found: _ZONES[found[1]], value)
    # Half-days are written where the month comes first.
    country = "US" if value.lower().endswith(("am", "pm")) else "FR"
    return _plausible(
        _standard(value)
        or written_times.instant_of(value, country=country)
        or _french(value)
    )


def _plausible(when: datetime | None) -> datetime | None:
    # No mail is older than mail; a clock set to 1904 or 2099 tells no time.
    return when if when is not None and 1980 <= when.year < 2090 else None


def _standard(value: str) -> datetime | None:
    value = value.encode("ascii", "replace").decode("ascii")
    try:
        parsed = parsedate_tz(value) or parsedate_tz(value.replace(",", " "))
        if parsed is None:
            return None
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=mktime_tz(parsed))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _french(value: str) -> datetime | None:
    found = _FRENCH.search(value)
    if found is None:
        return None
    month = _MONTHS.get(found[2].lower(), found[2])
    rest = value[found.end() :].replace(" à ", " ").strip(" ,")
    return _standard(f"{found[1]} {month} {found[3]} {rest.replace('h', ':')}")
