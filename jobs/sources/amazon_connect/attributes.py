"""What companies put into a contact's `Attributes`: handles, names, what was asked for.

Keys are compared without case and without anything but letters and digits, as
`customer_id`, `customerId` and `CustomerID__c` are all in use. Numbers that stand for a
withheld caller id (`+266696687`) are no handle: they would make one customer of all who
withhold it.
"""

import re
from typing import Any, NamedTuple

from jobs.sources.amazon_connect.shapes import WORD, as_text
from jobs.sources.languages import iso_639_1
from jobs.sources.records import EntryPoint, Handle


class OwnAttributes(NamedTuple):
    """What a company's own attributes say that has a column, and the rest as it is."""

    handles: list[Handle]
    names: tuple[str, ...]
    language: str | None
    entry_point: EntryPoint | None
    wants_callback: bool
    left_voicemail: bool
    rest: dict[str, str]


_NOTHING = OwnAttributes([], (), None, None, False, False, {})

_ACCOUNT = (
    "customerid", "clientid", "accountid", "accountnumber", "crmid", "memberid",
    "subscriberid", "customerno", "customernumber", "clientnumber", "numeroclient",
    "numclient", "idclient", "refclient", "codeclient", "customerref",
)  # fmt: skip
_PHONES = frozenset((
    "phone", "phonenumber", "customerphone", "customerphonenumber",
    "callbacknumber", "callbackphone", "customercallbacknumber", "callernumber",
    "callerid", "ani", "mobile", "mobilenumber", "telephone", "tel", "numerorappel",
))  # fmt: skip
_EMAILS = frozenset((
    "email", "emailaddress", "customeremail", "customeremailaddress", "clientemail",
    "calleremail", "mail", "emailclient",
))  # fmt: skip
_PERSONS = (
    "customername", "clientname", "callername", "agentname", "contactname",
    "firstname", "lastname", "fullname", "surname", "givenname", "familyname",
    "displayname", "nomclient", "prenom", "nomagent",
)  # fmt: skip
_PERSONS_EXACTLY = frozenset(("name", "nom"))
_LANGUAGES = ("language", "languagecode", "locale", "langue", "lang")
_ENTRIES = ("entrypoint", "entrychannel", "startedfrom", "platform", "origin")
_EMPTY = frozenset(
    ("", "-", "null", "none", "undefined", "n/a", "na", "unknown", "notfound")
)
_NO = frozenset(("false", "no", "non", "0", "n", "off", "disabled", "declined"))
_KEY_NOISE = re.compile(r"__c$|[^a-z0-9]")
_ENTRY_WORDS: tuple[tuple[re.Pattern[str], EntryPoint], ...] = (
    (re.compile(r"\bivr\b|\bsvi\b"), "ivr"),
    (re.compile(r"\bapp|android|\bios\b|mobile"), "app_button"),
    (re.compile(r"\bweb|\bsite\b|widget|browser"), "web_button"),
    (re.compile(r"\blink|\blien|\bqr\b"), "link"),
)


def own_attributes(attributes: dict[str, Any] | None) -> OwnAttributes:
    if not attributes:
        return _NOTHING
    handles: list[Handle] = []
    names: list[str] = []
    rest: dict[str, str] = {}
    language: str | None = None
    entry_point: EntryPoint | None = None
    wants_callback = left_voicemail = False
    for key, given in attributes.items():
        value = as_text(given).strip()
        if value.lower() in _EMPTY:
            continue
        name = _KEY_NOISE.sub("", key.lower())
        if name in _EMAILS and "@" in value:
            handles.append(Handle("email", value))
            continue
        if name in _PHONES or (value[0] == "+" and name.endswith(_ACCOUNT)):
            if is_phone(value):
                handles.append(Handle("phone", value))
                continue
        elif name.endswith(_ACCOUNT):
            handles.append(Handle("account", value))
            continue
        if name.endswith(_PERSONS) or name in _PERSONS_EXACTLY:
            if WORD.search(value):
                names.append(value)
                continue
        elif name.endswith(_LANGUAGES):
            language = language or iso_639_1(value)
        elif name.endswith(_ENTRIES):
            entry_point = entry_point or _entry_told(value)
        elif name in _CALLBACK_ASKED:
            wants_callback |= value.lower() not in _NO
        elif name in _VOICEMAIL_LEFT:
            left_voicemail |= value.lower() not in _NO
        rest[key] = value
    return OwnAttributes(
        handles,
        tuple(names),
        language,
        entry_point,
        wants_callback,
        left_voicemail,
        rest,
    )


_CALLBACK_ASKED = frozenset((
    "callback", "callbackrequested", "requestcallback", "wantscallback",
    "queuedcallback", "rappeldemande", "rappel",
))  # fmt: skip
_VOICEMAIL_LEFT = frozenset((
    "voicemail", "voicemailleft", "leftvoicemail", "isvoicemail", "hasvoicemail",
    "messagevocal", "vmflag", "vmpresent",
))  # fmt: skip


def _entry_told(value: str) -> EntryPoint | None:
    told = value.lower().replace("_", " ")
    return next((point for words, point in _ENTRY_WORDS if words.search(told)), None)


_PHONE = re.compile(r"\+?[\d ().-]{6,24}")
# ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN and PRIVATE on a telephone's keys: what
# networks send for a caller who withholds the number.
_WITHHELD = frozenset(("266696687", "7378742833", "86282452253", "8656696", "7748283"))


def is_phone(value: str) -> bool:
    if not _PHONE.fullmatch(value):
        return False
    digits = re.sub(r"\D", "", value)
    return len(digits) >= 6 and digits not in _WITHHELD
