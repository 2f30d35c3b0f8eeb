"""What a voice comment tells of its call."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from jobs.sources.json_pieces import FAULTS, text_of
from jobs.sources.records import Outcome, utc
from jobs.sources.zendesk.documents import Comment


class Call(NamedTuple):
    started_at: datetime | None = None
    seconds: float | None = None
    transcription: str | None = None
    customer_phone: str | None = None
    agent: str | None = None
    outcome: Outcome = "answered"


def call_of(comment: Comment) -> Call:
    """What a voice comment's `data` tells of the call; what it lacks is null."""
    data = comment.data if isinstance(comment.data, dict) else {}
    is_outbound = data.get("direction") == "outbound"
    seconds = data.get("call_duration")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        seconds = None
    started_at = None
    if isinstance(text := data.get("started_at"), str):
        try:
            started_at = utc(msgspec.convert(text, datetime))
        except FAULTS:
            # The comment's own time stands in: a call was logged when it ended.
            started_at = None
    phone = text_of(data.get("to" if is_outbound else "from"))
    answered_by = text_of(data.get("answered_by_id"))
    body = comment.body or ""
    outcome: Outcome = "answered"
    if "voicemail" in body[:40].lower() or "voicemail" in str(data.get("type")).lower():
        outcome = "voicemail"
    elif seconds == 0 and answered_by is None:
        outcome = "abandoned"
    return Call(
        started_at=started_at,
        seconds=float(seconds) if seconds is not None and seconds >= 0 else None,
        transcription=text_of(data.get("transcription_text")),
        customer_phone=phone,
        agent=answered_by,
        outcome=outcome,
    )
