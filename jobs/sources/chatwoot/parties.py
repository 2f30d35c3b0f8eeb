"""Who wrote a message, and by what handles a contact may be recognised."""

from collections.abc import Mapping
from typing import Any

from jobs.sources.chatwoot.documents import Message, Person, mapping_of
from jobs.sources.chatwoot.threads import Thread
from jobs.sources.json_pieces import names_of, text_of
from jobs.sources.records import Handle, Origin, Party

KINDS = {
    "0": "incoming",
    "1": "outgoing",
    "2": "activity",
    "3": "template",
}
BOTS = ("agent_bot", "agentbot", "captain", "bot")


def kind_of(message: Message) -> str | None:
    kind = str(message.message_type).strip().lower()
    kind = KINDS.get(kind, kind)
    return kind if kind in KINDS.values() else None


def party_of(message: Message, kind: str | None) -> Party:
    if kind == "incoming":
        return "customer"
    sender = message.sender.type if message.sender else None
    kinds = f"{sender or ''} {message.sender_type or ''}".lower()
    if any(bot in kinds for bot in BOTS):
        return "bot"
    attributes = mapping_of(message.content_attributes)
    extra = mapping_of(message.additional_attributes)
    is_automatic = attributes.get("automation_rule_id") or extra.get("campaign_id")
    return "bot" if is_automatic else "agent"


def writer_of(message: Message, contact: Person | None) -> Person | None:
    """The customer who wrote a message: as the conversation knows them, if it does.

    A message names its sender by id and name; the conversation has the address too.
    """
    sender = customer_in(message, "customer")
    if sender is None or contact is None:
        return sender or contact
    return contact if text_of(sender.id) == text_of(contact.id) else sender


def customer_in(message: Message, party: Party) -> Person | None:
    """The customer whose message it is.

    A sender of no told type is the customer, unless a contact is named beside: then
    it may be an agent's name on what the contact wrote. The database names a contact by
    its number alone.
    """
    sender = message.sender
    if sender is None and (message.sender_type or "").lower() == "contact":
        sender = Person(message.sender_id, type="contact")
    if party != "customer" or sender is None or sender.type == "user":
        return message.contact
    return message.contact or sender if sender.type is None else sender


def handles_of(
    contact: Person | None, origin: Origin, email: Mapping[str, Any] | None = None
) -> tuple[Handle, ...]:
    handles: list[Handle] = []
    if contact is not None:
        if contact.email:
            handles.append(Handle("email", contact.email))
        if contact.phone_number:
            handles.append(Handle("phone", contact.phone_number))
        if contact.identifier not in (None, ""):
            handles.append(Handle("account", str(contact.identifier)))
        extra = mapping_of(contact.additional_attributes)
        if screen_name := text_of(extra.get("screen_name")):
            handles.append(Handle("x", screen_name.lstrip("@")))
        if contact.id not in (None, ""):
            handles.append(Handle("contact", f"{origin.source}:{contact.id}"))
    is_known = any(handle.kind in ("email", "phone") for handle in handles)
    if email and not is_known:
        senders = email.get("from")
        first = senders[0] if isinstance(senders, list) and senders else None
        if isinstance(first, str) and "@" in first:
            handles.insert(0, Handle("email", first))
    return tuple(dict.fromkeys(handles))


def names_in(thread: Thread, *messages: Message) -> tuple[str, ...]:
    people = [thread.contact, thread.assignee]
    people += [message.sender for message in messages]
    return names_of(
        *(
            name
            for person in people
            if person is not None and not _is_bot(person)
            for name in (person.name, person.available_name)
        )
    )


def _is_bot(person: Person) -> bool:
    return any(bot in (person.type or "").lower() for bot in BOTS)


def sender_id_of(message: Message) -> str | None:
    return person_id_of(message.sender) or text_of(message.sender_id)


def person_id_of(person: Person | None) -> str | None:
    return text_of(person.id) if person else None
