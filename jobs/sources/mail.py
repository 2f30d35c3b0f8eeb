"""E-mail: one message per document, from .eml and Maildir files and from mbox files.

Every message comes out once. It is left out, with its reason, when nobody of the two
sides wrote it: `bounce`, `auto_reply`, `read_receipt`, `abuse_report`, `newsletter`,
`calendar_answer` (an invitation accepted or declined), or when only the company reads
and writes: `internal`. It is refused when it is no mail (`not_a_mail`,
`unreadable_mail`), tells no time (`no_date`) or neither sender nor words
(`no_sender`).

What a mail filter thought of a message is kept as an attribute and excludes nothing:
complaints look like spam more often than spam looks like a complaint. A language
declared in the headers is that of the program's menus and is not taken over.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from hashlib import sha256
from itertools import chain
from typing import BinaryIO

from jobs.sources import automatic_mail, quoted_text
from jobs.sources.mime import (
    Address,
    Body,
    Headers,
    UnreadableMailError,
    addresses,
    body_of,
    decoded,
    first,
    headers_of,
    instant,
    message_ids,
    read,
)
from jobs.sources.records import (
    Channel,
    Company,
    Direction,
    Document,
    Excluded,
    Handle,
    Interaction,
    Origin,
    Outcomes,
    Reader,
    Rejected,
    excerpt_of,
)

# ---- files to messages ---------------------------------------------------------------

_MONTHS = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_SEPARATOR = re.compile(
    rb"From [^\r\n]{0,300}?\b(?:" + _MONTHS + rb"\b|\d{4}-\d\d-\d\d)[^\r\n]{0,40}?"
    rb"\b\d{1,2}:\d\d\b"
)
_HEADER_LINE = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,200}[ \t]*:|>?From ")


def split(stream: BinaryIO, origin: Origin) -> Iterator[Document]:
    """Cut an mbox at its `From ` lines; hand anything else on as one message.

    A line of a body may begin with "From " too. A separator stands after an empty line
    (or first), has the date that mail programs put there, and a header line follows.
    """
    collected: list[bytes] = []
    start = position = 0
    is_mailbox = False
    was_empty = True
    lines = iter(stream)
    line = next(lines, None)
    while line is not None:
        following = next(lines, None)
        is_separator = (
            was_empty
            and line.startswith(b"From ")
            and (is_mailbox or not any(map(bytes.strip, collected)))
            and _SEPARATOR.match(line) is not None
            and (following is None or _HEADER_LINE.match(following) is not None)
        )
        if is_separator:
            if is_mailbox:
                yield Document(b"".join(collected), origin.at(f"byte {start}"))
            collected.clear()
            start = position
            is_mailbox = True
        collected.append(line)
        was_empty = not line.strip(b"\r\n")
        position += len(line)
        line = following
    if any(map(bytes.strip, collected)):
        yield Document(b"".join(collected), origin.at(f"byte {start}"))


# ---- messages to records -------------------------------------------------------------

_MAIL_HEADERS = frozenset(
    ("from", "to", "date", "subject", "message-id", "received", "return-path", "sender")
)
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
_FORWARD_SUBJECT = re.compile(r"(?:tr|fw|fwd|wg|rv|i) ?:", re.IGNORECASE)
_FORM_MESSAGE = re.compile(
    r"^[ \t*_]*(?:(?:votre |your |le |corps du )?(?:message|demande|commentaires?|comments?"
    r"|question)(?: body)?)[ \t*_]*:[ \t*_]*",
    re.IGNORECASE | re.MULTILINE,
)


class _Parties:
    """Who writes to whom, from the headers and what the company's domains are."""

    def __init__(self, headers: Headers, company: Company) -> None:
        self._domains = {domain.lower().strip("@.") for domain in company.email_domains}
        self.senders = addresses(headers, "from") or addresses(headers, "sender")
        self.reply_to = addresses(headers, "reply-to")
        self.recipients = [
            *addresses(headers, "to"), *addresses(headers, "cc"), *addresses(headers, "bcc"),
        ]  # fmt: skip
        sender = self.senders[0] if self.senders else None
        if sender is not None and self.is_company(sender):
            # A mailing group rewrites the sender to itself and keeps the real one here.
            for name in ("x-original-from", "x-original-sender"):
                original = addresses(headers, name)
                if original and not self.is_company(original[0]):
                    sender = original[0]
                    break
        self.sender = sender
        self.is_from_company = sender is not None and self.is_company(sender)
        customers = [a for a in self.recipients if not self.is_company(a)]
        self.customers = customers
        outside = [a for a in self.reply_to if not self.is_company(a)]
        is_relay = sender is not None and (
            self.is_from_company or _ROLE_SENDER.search(sender.local_part) is not None
        )
        other = [a for a in outside if sender is None or a.address != sender.address]
        self.form_author = (
            other[0] if is_relay and len(other) == 1 and not customers else None
        )

    def is_company(self, address: Address) -> bool:
        labels = address.domain.split(".")
        return any(
            ".".join(labels[index:]) in self._domains for index in range(len(labels))
        )

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
        people = [
            address.name
            for address in (self.sender, *everyone)
            if address is not None
            and any(map(str.isalpha, address.name))
            and "@" not in address.name
            and not _ROLE_NAME.search(address.name)
        ]
        return tuple(dict.fromkeys(people))


def parse(content: bytes, origin: Origin) -> Outcomes:
    """One message to one interaction.

    Outbound is what the company's domains send; the handles are then the customers it
    is addressed to. Inbound, the handle is the sender; where that is a form's or a
    no-reply address, the one address in Reply-To that is not the company's. Such a
    notification of a web form has the channel `web_form`, and is kept though a machine
    sent it: a customer typed it.

    The conversation is the oldest message that `References` names, else the one in
    `In-Reply-To`, else the message itself.
    """
    content, envelope = _without_envelope(content)
    try:
        message = read(content)
    except UnreadableMailError as error:
        yield Rejected("unreadable_mail", str(error), origin, excerpt_of(content))
        return
    if envelope:
        message.set_unixfrom(envelope)
    headers = headers_of(message)
    if _MAIL_HEADERS.isdisjoint(headers):
        yield Rejected(
            "not_a_mail",
            "expected header lines such as From:, Date: or Subject: at the start; "
            f"found {', '.join(list(headers)[:5]) or 'none'}",
            origin,
            excerpt_of(content),
        )
        return
    yield _record(content, message, headers, envelope, origin)


def _without_envelope(content: bytes) -> tuple[bytes, str]:
    """The message itself, and the `From ` line of the mbox it stood in, if any."""
    content = content.lstrip(b"\r\n")
    if not content.startswith((b"From ", b">From ")):
        return content, ""
    line, _, rest = content.partition(b"\n")
    # Writers put a > before body lines that would look like a separator.
    rest = re.sub(rb"^>(>*From )", rb"\1", rest, flags=re.MULTILINE)
    return rest, line.decode("utf-8", "replace").strip().lstrip(">")


def _record(
    content: bytes, message: Message, headers: Headers, envelope: str, origin: Origin
) -> Interaction | Excluded | Rejected:
    parties = _Parties(headers, origin.company)
    subject = decoded("".join(headers.get("subject", [])[:1]))
    body = body_of(message)
    form_author = parties.form_author
    reason = automatic_mail.reason_of(
        message,
        headers,
        parties.sender,
        subject,
        body.plain or body.html,
        is_form_notification=form_author is not None,
    )
    if reason is None and parties.is_internal:
        reason = "internal"
    if reason is not None:
        return Excluded(reason, origin)
    occurred_at = _occurred_at(headers, envelope)
    if occurred_at is None:
        return Rejected(
            "no_date",
            "expected a time in Date, Received or the mbox separator; "
            f"Date is {decoded(first(headers, 'date'))[:60]!r}",
            origin,
            excerpt_of(content),
        )
    text = _own_words(body, is_form=form_author is not None)
    if not text and parties.sender is None:
        return Rejected(
            "no_sender",
            "expected an address in From or Sender, or words in the body; found neither",
            origin,
            excerpt_of(content),
        )
    ids = message_ids(headers, "message-id")
    native_id = ids[0] if ids else _hashed(content)
    earlier = message_ids(headers, "references") or message_ids(headers, "in-reply-to")
    channel: Channel = "email" if form_author is None else "web_form"
    return Interaction(
        native_id=native_id,
        conversation_native_id=earlier[0] if earlier else native_id,
        channel=channel,
        direction=parties.direction,
        initiation=parties.direction,
        occurred_at=occurred_at,
        source_updated_at=occurred_at,
        origin=origin,
        visibility="private",
        handles=parties.handles,
        outcome="delivered",
        subject=subject or None,
        text=text or None,
        text_origin="typed" if text else None,
        attributes=_attributes(headers, subject, body),
        names=parties.names,
    )


def _hashed(content: bytes) -> str:
    """An id for a message without one: the same from an mbox and from a file."""
    plain = content.replace(b"\r\n", b"\n").rstrip(b"\n")
    return f"sha256-{sha256(plain).hexdigest()[:24]}"


def _occurred_at(headers: Headers, envelope: str) -> datetime | None:
    for value in headers.get("date", []):
        when = instant(value)
        if when is not None:
            return when
    # Every server adds its line on top: the first is the last hop's.
    for value in headers.get("received", []):
        when = instant(value.rpartition(";")[2].strip())
        if when is not None:
            return when
    return instant(envelope.partition(" ")[2].strip().partition(" ")[2])


def _own_words(body: Body, *, is_form: bool) -> str:
    if not is_form:
        if body.plain:
            return quoted_text.strip(body.plain)
        return quoted_text.strip_html(body.html) if body.html else ""
    text = body.plain or quoted_text.strip_html(body.html)
    label = _FORM_MESSAGE.search(text)
    typed = text[label.end() :] if label is not None else text
    return quoted_text.strip(typed) or typed.strip()


def _attributes(headers: Headers, subject: str, body: Body) -> dict[str, str]:
    attributes: dict[str, str] = {}
    if body.attachment_count:
        attributes["attachment_count"] = str(body.attachment_count)
    if (
        body.has_forwarded_message
        or _FORWARD_SUBJECT.match(subject)
        or quoted_text.holds_forward(body.plain)
    ):
        attributes["forwarded"] = "true"
    if body.is_encrypted:
        attributes["encrypted"] = "true"
    if first(headers, "x-spam-flag").lower() == "yes":
        attributes["flagged_as_spam"] = "true"
    return attributes


READER = Reader("email", split, parse)
