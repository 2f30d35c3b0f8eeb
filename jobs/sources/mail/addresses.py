"""What headers refer to: mailboxes and other messages."""

import re
from email.utils import getaddresses
from typing import NamedTuple

from jobs.sources.mail.charsets import to_unicode
from jobs.sources.mail.headers import Headers, decoded, unfold, with_specials_hidden
from jobs.sources.quoted_text.lines import PERSON

_MESSAGE_ID = re.compile(r"<\s*([^<>\s][^<>]{0,900}?)\s*>")
_ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]\\@]{1,64}@[^\s<>,;:\"'()\[\]\\@]{1,255}")
# Without the brackets that belong around it: "Léa Martin [mailto:lea@x.example]".
_LOOSE_ADDRESS = re.compile(
    r"(?:([^\W\d_][\w .'’-]{0,80}?)[\s\"'\[<(]{1,4}(?:mailto:)?)?"
    rf"({_ADDRESS.pattern})"
)
_MOST_COMMENTS = 100
# One mailbox, as most headers have: four times faster than the library's grammar.
_SIMPLE_ADDRESS = re.compile(
    r"(?:(?:\"([^\"\\]*)\" *|([^\"<>,;:()@\\]*))<([^\s<>,;:\"()@]+@[^\s<>,;:\"()@]+)>"
    r"|([^\s<>,;:\"()@]+@[^\s<>,;:\"()@]+)) *"
)


class Address(NamedTuple):
    """A mailbox: the decoded display name, which may be empty, and its address."""

    name: str
    address: str

    @property
    def local_part(self) -> str:
        return self.address.rpartition("@")[0].lower()


def addresses(headers: Headers, name: str) -> list[Address]:
    """The mailboxes a header names, in order, each address once."""
    found: dict[str, Address] = {}
    for raw in headers.get(name, []):
        value = with_specials_hidden(unfold(raw))
        if not value.isascii():
            value = to_unicode(value.encode("utf-8", "surrogateescape"), None)
        simple = _SIMPLE_ADDRESS.fullmatch(value)
        if simple is not None:
            pairs = [(simple[1] or simple[2] or "", simple[3] or simple[4])]
        elif value.count("(") > _MOST_COMMENTS:
            # The library reads a comment inside a comment by calling itself.
            pairs = []
        else:
            pairs = [pair for pair in getaddresses([value]) if _ADDRESS.search(pair[1])]
        names: dict[str, str] = {}
        if not pairs or not all(name for name, _ in pairs):
            loose = _loose(decoded(value)) if simple is None else []
            names = {address.lower(): name for name, address in loose if name}
            pairs = pairs or loose
        for display_name, address in pairs:
            match = _ADDRESS.search(address)
            if match is not None:
                shown = decoded(display_name).strip(" '\"")
                shown = shown or names.get(match[0].lower(), "")
                found.setdefault(match[0].lower(), Address(shown, match[0]))
    return list(found.values())


def _loose(value: str) -> list[tuple[str, str]]:
    """Names and addresses of a list that is not well formed, or was encoded whole."""
    # Words before an address may be "sent by", too.
    return [
        (name if name[:1].isupper() and PERSON.fullmatch(name) else "", address)
        for name, address in _LOOSE_ADDRESS.findall(value)
    ]


def message_ids(headers: Headers, name: str) -> list[str]:
    """The ids a header holds, without brackets and inner white space.

    Old mailers write phrases around them, others leave the brackets out.
    """
    ids: list[str] = []
    for value in headers.get(name, []):
        unfolded = unfold(value)
        found = ["".join(id_.split()) for id_ in _MESSAGE_ID.findall(unfolded)]
        bare = unfolded.strip(" \t<>")
        if not found and "@" in bare and not any(map(str.isspace, bare)):
            found = [bare]
        ids += [
            id_.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            for id_ in found
            if id_
        ]
    return ids
