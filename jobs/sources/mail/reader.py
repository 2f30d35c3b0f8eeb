"""A message to a record: an interaction, or why it is none."""

import codecs
import re
from email.message import Message
from hashlib import sha256

from jobs.sources import quoted_text
from jobs.sources.mail import automatic
from jobs.sources.mail.addresses import message_ids
from jobs.sources.mail.bodies import Body, body_of
from jobs.sources.mail.headers import Headers, decoded, first, headers_of
from jobs.sources.mail.mailboxes import split
from jobs.sources.mail.parties import Parties
from jobs.sources.mail.structure import UnreadableMailError, read
from jobs.sources.mail.times import sent_at
from jobs.sources.records import (
    Channel,
    Excluded,
    Interaction,
    Origin,
    Outcomes,
    Reader,
    Rejected,
    excerpt_of,
)

_MAIL_HEADERS = frozenset(
    ("from", "to", "date", "subject", "message-id", "received", "return-path", "sender")
)
_FORWARD_SUBJECT = re.compile(r"(?:tr|fw|fwd|wg|rv|i) ?:", re.IGNORECASE)
_FORM_MESSAGE = re.compile(
    r"^[ \t*_]*(?:(?:votre |your |le |corps du )?(?:message|demande|commentaires?|comments?"
    r"|question)(?: body)?)[ \t*_]*:[ \t*_]*",
    re.IGNORECASE | re.MULTILINE,
)


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
    content, envelope = _without_envelope(_plain_bytes(content))
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


_EMLX = re.compile(rb"\s*(\d{1,9})[ \t]*\r?\n(?=[\x21-\x39\x3b-\x7e]{1,100}[ \t]*:)")


def _plain_bytes(content: bytes) -> bytes:
    """The message without what editors and Apple Mail put around it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = content.decode("utf-16", "replace").encode()
    content = content.removeprefix(codecs.BOM_UTF8)
    # `.emlx`: the message's size before it, a property list after it.
    if sized := _EMLX.match(content):
        content = content[sized.end() : sized.end() + int(sized[1])]
    return content


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
    parties = Parties(headers, origin.company)
    subject = decoded("".join(headers.get("subject", [])[:1]))
    body = body_of(message)
    form_author = parties.form_author
    reason = automatic.reason_of(
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
    occurred_at = sent_at(headers, envelope, origin.file)
    if occurred_at is None:
        return Rejected(
            "no_date",
            "expected a time in Date, Received, the mbox separator or the message's id; "
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
    # SpamAssassin: `Yes, score=8.3 …`; the flag is not always beside it.
    status = first(headers, "x-spam-status").lower()
    if first(headers, "x-spam-flag").lower() == "yes" or status.startswith("yes,"):
        attributes["flagged_as_spam"] = "true"
    return attributes


READER = Reader("email", split, parse)
