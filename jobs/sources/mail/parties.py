"""Who writes to whom, from the headers and what the company's domains are."""

import re
from itertools import chain

from jobs.sources.mail.addresses import Address, addresses
from jobs.sources.mail.headers import Headers
from jobs.sources.records import Company, Direction, Handle

# Addresses that send what somebody else typed into a form, or that nobody reads.
_ROLE_SENDER = re.compile(
    r"no-?_?\.?reply|ne-?pas-?r[ée]pondre|nepasrepondre|donotreply|notifications?\b"
    r"|formulaire|contact-?form|form\b|wordpress|website|webmaster|mailer|automate"
)
_ROLE_NAME = re.compile(
    r"\b(?:services?|support|clients?|client[èe]le|contact|infos?|sav|team|[ée]quipe|noreply"
    r"|no-reply|customer|care|help|accueil|facturation|billing|commercial|notifications?)\b",
    re.IGNORECASE,
)


class Parties:
    """Who writes to whom, from the headers and what the company's domains are."""

    def __init__(self, headers: Headers, company: Company) -> None:
        self._company = company
        self.senders = addresses(headers, "from") or addresses(headers, "sender")
        self.reply_to = addresses(headers, "reply-to")
        self.recipients = [
            *addresses(headers, "to"), *addresses(headers, "cc"), *addresses(headers, "bcc"),
        ]  # fmt: skip
        outside = [a for a in self.reply_to if not self.is_company(a)]
        sender = self.senders[0] if self.senders else None
        if sender is not None and self.is_company(sender):
            # A mailing group rewrites the sender to itself and keeps the real one here.
            for name in ("x-original-from", "x-original-sender", "x-mailfrom"):
                original = addresses(headers, name)
                if original and not self.is_company(original[0]):
                    sender = original[0]
                    break
            else:
                # "Léa Martin via Support": older lists keep it in Reply-To only.
                if outside and " via " in sender.name:
                    sender = outside[0]
        self.sender = sender
        self.is_from_company = sender is not None and self.is_company(sender)
        customers = [a for a in self.recipients if not self.is_company(a)]
        self.customers = customers
        is_relay = sender is not None and (
            self.is_from_company or _ROLE_SENDER.search(sender.local_part) is not None
        )
        other = [a for a in outside if sender is None or a.address != sender.address]
        self.form_author = (
            other[0] if is_relay and len(other) == 1 and not customers else None
        )

    def is_company(self, address: Address) -> bool:
        return self._company.owns(address.address)

    @property
    def direction(self) -> Direction:
        is_outbound = self.is_from_company and self.form_author is None
        return "outbound" if is_outbound else "inbound"

    @property
    def is_internal(self) -> bool:
        return (
            self.direction == "outbound"
            and bool(self.recipients)
            and not self.customers
        )

    @property
    def handles(self) -> tuple[Handle, ...]:
        if self.direction == "outbound":
            found = self.customers
        elif self.form_author is not None:
            found = [self.form_author]
        elif self.sender is None:
            found = []
        elif _ROLE_SENDER.search(self.sender.local_part) and self.reply_to:
            found = self.reply_to[:1]
        else:
            found = [self.sender]
        return tuple(Handle("email", address.address) for address in found)

    @property
    def names(self) -> tuple[str, ...]:
        """Display names of people; those of teams are ordinary words in the text."""
        everyone = chain(self.senders, self.recipients, self.reply_to)
        shown = [
            address.name.partition(" via ")[0].strip(" '\"")
            for address in (self.sender, *everyone)
            if address is not None
        ]
        people = [
            name
            for name in shown
            if any(map(str.isalpha, name))
            and "@" not in name
            and not _ROLE_NAME.search(name)
        ]
        return tuple(dict.fromkeys(people))
