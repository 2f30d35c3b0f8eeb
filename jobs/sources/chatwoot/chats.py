"""One conversation by chat or on a social network as one interaction.

Chatwoot delivers the same conversation whole (an export, the list of its messages) and in
parts: a webhook carries one message, the list of conversations the last or the unread
ones. A record replaces an older one as a whole, so a part must not look newer than a whole
that holds it: a whole conversation is dated by the newest of `updated_at`,
`last_activity_at` and its messages, a part by its newest message less one microsecond.
Whatever the order of arrival, a whole conversation then wins over every part it contains.
A part that brings a newer message than the last whole one stands until the conversation is
delivered again, and says so (`is_partial`). What is known to be a part: a webhook, a
message by itself, and a conversation whose oldest message here is more than a minute
younger than the conversation.
"""

from datetime import datetime, timedelta

from jobs.sources.chatwoot.calls import call_in
from jobs.sources.chatwoot.channels import channel_of
from jobs.sources.chatwoot.documents import Message, mapping_of
from jobs.sources.chatwoot.parties import (
    handles_of,
    names_in,
    person_id_of,
    sender_id_of,
)
from jobs.sources.chatwoot.threads import (
    Said,
    Thread,
    attributes_of,
    language_of,
    subject_of,
)
from jobs.sources.chatwoot.times import just_before, newest_of, time_of
from jobs.sources.json_pieces import Piece
from jobs.sources.records import (
    Direction,
    EntryPoint,
    Interaction,
    Outcome,
    Outcomes,
    Rejected,
    Turn,
    excerpt_of,
)

A_MOMENT = timedelta(minutes=1)
"""A conversation is made with its first message; a minute allows for a form to be
filled in between."""


def from_chat(
    said: list[Said],
    thread: Thread,
    messages: list[tuple[Piece, Message]],
    last_activity_at: datetime | None,
) -> Outcomes:
    """One conversation as one interaction."""
    times = [one.at for one in said if one.at is not None]
    newest = max(times, default=None)
    occurred_at = thread.created_at or min(times, default=None) or thread.touched_at
    if occurred_at is None:
        yield Rejected(
            "not_a_chatwoot_conversation",
            "expected a time: created_at, timestamp or last_activity_at of the"
            " conversation, or created_at of a message",
            thread.origin,
            excerpt_of(bytes(messages[0][0].raw)) if messages else "",
        )
        return
    is_partial = thread.is_partial or (
        thread.created_at is not None
        and bool(times)
        and min(times) - thread.created_at > A_MOMENT
    )
    if is_partial or newest is None:
        # See the head of this module: a part gives way to a whole of the same age.
        source_updated_at = just_before(newest or occurred_at)
    else:
        edited = [
            at for one in said if (at := time_of(one.message.updated_at)) is not None
        ]
        source_updated_at = max([newest, thread.touched_at or newest, *edited])
    turns = []
    seen: set[tuple[str, str]] = set()
    for one in said:
        # A message that was delivered, then read, comes twice in a row of webhooks.
        if one.text and (str(one.message.id), one.text) not in seen:
            seen.add((str(one.message.id), one.text))
            turns.append(Turn(one.party, one.at, one.text))
    words = [turn.text for turn in turns if turn.party == "customer"]
    asked_at = next((one.at for one in said if one.party == "customer"), None)
    answers = [
        one
        for one in said
        if one.party != "customer"
        and asked_at is not None
        and one.at is not None
        and one.at >= asked_at
    ]
    human = next((one for one in answers if one.party == "agent"), None)
    wait_seconds = None
    if human is not None and human.at and asked_at and not is_partial:
        wait_seconds = (human.at - asked_at).total_seconds()
    has_asked = any(one.party == "customer" for one in said)
    status = str(thread.about.status).lower()
    is_over = status in ("resolved", "1")
    replies = answers
    if is_partial:  # what was asked may be in another part
        replies = [one for one in said if one.party != "customer"]
    if status in ("open", "0"):
        # A bot's own conversation is pending; open is one that waits for people, and
        # what a bot said before it handed over has answered nobody.
        replies = [one for one in replies if one.party == "agent"]
    outcome: Outcome = "delivered"
    if replies:
        outcome = "answered"
    elif has_asked and is_over and not is_partial:
        outcome = "abandoned"
    ended_at = newest
    if is_over:
        ended_at = newest_of(newest, last_activity_at)
    channel = channel_of(thread, messages)
    call = call_in([message for _, message in messages])
    direction = call.direction or direction_of(said, thread)
    agent = next((one.message for one in said if one.party == "agent"), None)
    attributes = attributes_of(thread)
    attachments = sum(len(one.message.attachments or ()) for one in said)
    if attachments:
        attributes["attachment_count"] = str(attachments)
    if is_partial:
        attributes["is_partial"] = "true"
    entry_point: EntryPoint = "unknown"
    if thread.channel_name.lower() == "webwidget":
        entry_point = "web_button"
    yield Interaction(
        native_id=thread.id,
        conversation_native_id=thread.id,
        channel=channel,
        direction=direction,
        initiation=direction,
        entry_point=entry_point,
        visibility="private" if channel == "social" else None,
        occurred_at=occurred_at,
        source_updated_at=source_updated_at,
        origin=thread.origin,
        ended_at=ended_at if ended_at and ended_at >= occurred_at else None,
        handles=handles_of(thread.contact, thread.origin),
        agent=call.agent
        or (sender_id_of(agent) if agent else None)
        or person_id_of(thread.assignee),
        queue=thread.queue,
        wait_seconds=wait_seconds,
        talk_seconds=call.talk_seconds,
        outcome=call.outcome or outcome,
        language=language_of(thread),
        subject=subject_of(thread),
        text="\n".join(words) or None,
        text_origin="typed" if turns else None,
        turns=tuple(turns),
        attributes=attributes,
        names=names_in(thread, *(one.message for one in said)),
    )


def direction_of(said: list[Said], thread: Thread) -> Direction:
    if "initiated_at" in mapping_of(thread.about.additional_attributes):
        return "inbound"
    has_asked = any(one.party == "customer" for one in said)
    if has_asked and thread.channel_name.lower() == "webwidget":
        # Only campaigns write first on a web page, and they wait for nobody.
        return "inbound"
    first = next((one.party for one in said if one.party != "bot"), None)
    if first is None:
        return "outbound" if said else "inbound"
    return "inbound" if first == "customer" else "outbound"
