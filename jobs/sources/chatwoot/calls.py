"""What the message that stands for a call tells of it.

Source: `content_attributes.data` of messages of the kind `voice_call`, which Chatwoot
updates as the call goes on.
"""

from typing import NamedTuple

from jobs.sources.chatwoot.channels import VOICE_CALL
from jobs.sources.chatwoot.documents import Message, mapping_of
from jobs.sources.json_pieces import text_of
from jobs.sources.records import Direction, Outcome

NOBODY_THERE = frozenset({"no_answer", "missed", "unanswered"})
FAILED = frozenset({"failed", "busy", "rejected", "canceled", "cancelled"})
ANSWERED = frozenset({"completed", "in_progress", "ended"})


class Call(NamedTuple):
    """What it lacks is null."""

    direction: Direction | None = None
    outcome: Outcome | None = None
    talk_seconds: float | None = None
    agent: str | None = None


def call_in(messages: list[Message]) -> Call:
    """The last call among the messages of a conversation."""
    calls = [message for message in messages if message.content_type == VOICE_CALL]
    attributes = mapping_of(calls[-1].content_attributes if calls else None)
    data = mapping_of(attributes.get("data"))
    told = text_of(data.get("call_direction"))
    direction: Direction | None = None
    if told in ("inbound", "outbound"):
        direction = "outbound" if told == "outbound" else "inbound"
    seconds = data.get("duration_seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        seconds = None
    return Call(
        direction,
        _outcome((text_of(data.get("status")) or "").replace("-", "_"), direction),
        float(seconds) if seconds is not None and seconds >= 0 else None,
        text_of(mapping_of(data.get("accepted_by")).get("id")),
    )


def _outcome(status: str, direction: Direction | None) -> Outcome | None:
    if status in ANSWERED:
        return "answered"
    if status in NOBODY_THERE:
        # A customer who was not answered gave up; one who did not answer was missed.
        return "failed" if direction == "outbound" else "abandoned"
    return "failed" if status in FAILED else None
