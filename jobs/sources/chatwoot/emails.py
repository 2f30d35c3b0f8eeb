"""One e-mail of a conversation by e-mail as one interaction."""

import re

from jobs.sources.chatwoot.documents import Message, mapping_of
from jobs.sources.chatwoot.parties import (
    handles_of,
    names_in,
    sender_id_of,
    writer_of,
)
from jobs.sources.chatwoot.threads import (
    Said,
    Thread,
    attributes_of,
    language_of,
    subject_of,
)
from jobs.sources.chatwoot.times import time_of
from jobs.sources.html_text import to_text
from jobs.sources.json_pieces import text_of
from jobs.sources.quoted_text import strip
from jobs.sources.records import Direction, Interaction

MARKUP = re.compile(r"</?(?:p|br|div|span|a|table|html|body)\b[^>]*>", re.IGNORECASE)


def from_email(one: Said, thread: Thread) -> Interaction:
    """One e-mail of a conversation by e-mail."""
    message = one.message
    assert one.at is not None
    direction: Direction = "inbound" if one.party == "customer" else "outbound"
    email = mapping_of(mapping_of(message.content_attributes).get("email"))
    contact = thread.contact
    if one.party == "customer":
        contact = writer_of(message, contact)
    attributes = attributes_of(thread) if direction == "inbound" else {}
    if message.attachments:
        attributes["attachment_count"] = str(len(message.attachments))
    is_failed = str(message.status).lower() in ("failed", "3")
    return Interaction(
        native_id=f"{thread.id}/{message.id}",
        conversation_native_id=thread.id,
        channel="email",
        direction=direction,
        initiation=direction,
        occurred_at=one.at,
        source_updated_at=max(one.at, time_of(message.updated_at) or one.at),
        origin=one.origin,
        handles=handles_of(
            contact, thread.origin, email if direction == "inbound" else None
        ),
        agent=sender_id_of(message) if direction == "outbound" else None,
        queue=thread.queue,
        outcome="failed" if is_failed else "delivered",
        language=language_of(thread),
        subject=text_of(email.get("subject")) or subject_of(thread),
        text=one.text,
        text_origin="typed" if one.text else None,
        attributes=attributes,
        names=names_in(thread, message),
    )


def email_words(message: Message) -> str | None:
    """The words of an e-mail without what it quotes.

    Chatwoot's own `reply` has most of the history off; it is cut again, because it
    knows English better than French.
    """
    email = mapping_of(mapping_of(message.content_attributes).get("email"))
    reply = mapping_of(email.get("text_content")).get("reply")
    if not isinstance(reply, str) or not reply.strip():
        reply = message.content
    if not reply or not reply.strip():
        reply = text_of(mapping_of(email.get("html_content")).get("reply")) or ""
    if MARKUP.search(reply):
        reply = to_text(reply)
    return strip(reply)
