"""Who speaks in a comment, and by what handles the customer may be recognised.

Who speaks is told, in this order, by:

* what a call says of its direction;
* an address of the company's domains (company);
* being the ticket's requester (customer);
* the author's role;
* not being the requester (company).

Comments delivered without their ticket have no requester: then the author of the oldest
one is taken for it, where they are a list with its beginning and that one was not sent to
somebody; else the address they were sent from or to tells. In a ticket that names nobody the customer speaks; in an audit or an
event without any of it the author counts as the company, so that no agent's words are taken
for a customer's. Both are guesses, and `direction_is_assumed` says so.
"""

from jobs.sources.json_pieces import text_of
from jobs.sources.records import Direction, Handle, Origin
from jobs.sources.zendesk.calls import Call
from jobs.sources.zendesk.channels import VOICE_COMMENTS
from jobs.sources.zendesk.documents import Comment, Thread, User, Via, via_of


def sent_to_somebody(via: Via) -> bool:
    return via.end("to", "address") is not None and not via.end("from", "address")


def direction_of(
    comment: Comment, author: User | None, thread: Thread, via: Via, origin: Origin
) -> tuple[Direction, bool]:
    """Inbound from the customer, outbound from the company; and whether it is a guess.

    The order of the rules is explained at the head of this module.
    """
    if comment.type in VOICE_COMMENTS:
        told = comment.data.get("direction") if isinstance(comment.data, dict) else None
        outbound = "outbound" in (told, via.relation, *via.name.split("_")) or (
            comment.body or ""
        ).startswith("Outbound")
        return ("outbound" if outbound else "inbound"), False
    # A kind of call: a channel of its own, or how a call relates to its ticket.
    if "outbound" in (via.relation, *via.name.split("_")):
        return "outbound", False
    author_id = text_of(comment.author_id)
    sender = via_of(comment.via).end("from", "address")
    address = author.email if author and author.email else sender
    if origin.company.owns(address or ""):
        return "outbound", False
    if author_id is not None and author_id == thread.requester_id:
        return "inbound", False
    if author is not None and author.is_customer is not None:
        return ("inbound" if author.is_customer else "outbound"), False
    if author_id is not None and thread.requester_id is not None:
        return "outbound", False
    if sender is not None:
        return "inbound", False
    if sent_to_somebody(via):
        return "outbound", False
    if thread.created_at is not None and author_id is None:
        # A ticket that names nobody: it is a customer's, or there would be an agent.
        return "inbound", True
    return "outbound", True


def handles_of(
    customer_id: str | None,
    customer: User | None,
    via: Via,
    direction: Direction,
    call: Call,
    origin: Origin,
) -> tuple[Handle, ...]:
    """The customer's handles: the person's own first, then what the message shows."""
    handles: list[Handle] = []
    if customer is not None:
        if customer.email:
            handles.append(Handle("email", customer.email))
        if customer.phone and not customer.shared_phone_number:
            handles.append(Handle("phone", customer.phone))
        if customer.external_id not in (None, ""):
            handles.append(Handle("account", str(customer.external_id)))
    side = "from" if direction == "inbound" else "to"
    if "@" in (address := via.end(side, "address") or ""):
        handles.append(Handle("email", address))
    if phone := via.end(side, "phone"):
        handles.append(Handle("phone", phone))
    if call.customer_phone:
        handles.append(Handle("phone", call.customer_phone))
    if via.name.startswith("twitter"):
        if username := via.end(side, "username"):
            handles.append(Handle("x", username.lstrip("@")))
        if twitter_id := via.end(side, "twitter_id"):
            handles.append(Handle("x_id", twitter_id))
    if customer_id is not None:
        handles.append(Handle("contact", f"{origin.source}:{customer_id}"))
    return tuple(dict.fromkeys(handles))
