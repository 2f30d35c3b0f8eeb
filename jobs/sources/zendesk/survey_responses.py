"""Responses to Zendesk's CSAT surveys, which came after the ratings good and bad.

A response names what it is about (`zen:ticket:35`) and has an answer per question: a
rating on the scale of the question's options, and words. Its scale is what the options
say; where a response does not repeat them, none is told.

Source: CSAT Survey Responses of Zendesk's API reference.
"""

import re
from datetime import datetime
from typing import Any

import msgspec

from jobs.sources.json_pieces import FAULTS, Piece, rejected, text_of
from jobs.sources.records import Excluded, Handle, Origin, Outcomes, Survey, utc
from jobs.sources.zendesk.documents import Id


class Option(msgspec.Struct):
    rating: float | None = None


class Question(msgspec.Struct):
    options: list[Option] | None = None


class Answer(msgspec.Struct):
    created_at: datetime | None = None
    updated_at: datetime | None = None
    rating: float | None = None
    value: Any = None
    question: Question | None = None


class Response(msgspec.Struct):
    id: Id
    answers: list[Answer] = []
    responder_id: Id | None = None
    subject_zrns: list[str] | None = None
    subjects: list[Any] | None = None


RESPONSE = msgspec.json.Decoder(Response)
TICKET = re.compile(r"(?:zen|zrn):(?:ticket|request):(\d+)")


def from_survey_response(piece: Piece, origin: Origin) -> Outcomes:
    """One response; what was asked and not answered is left out."""
    try:
        response = RESPONSE.decode(piece.raw)
        times = [
            utc(at)
            for one in response.answers
            if (at := one.updated_at or one.created_at) is not None
        ]
        rated = next((one for one in response.answers if one.rating is not None), None)
        comments = (text_of(one.value) for one in response.answers)
        comment = next((words for words in comments if words), None)
        if rated is None and comment is None:
            yield Excluded("unanswered_survey", piece.there(origin))
            return
        if not times:
            raise msgspec.ValidationError("Object missing required field `created_at`")
    except FAULTS as fault:
        yield rejected("not_a_zendesk_survey_response", piece, origin, fault)
        return
    responder_id = text_of(response.responder_id)
    options = (rated.question.options or ()) if rated and rated.question else ()
    scale = [option.rating for option in options if option.rating is not None]
    ticket_id = _ticket_of(response)
    yield Survey(
        native_id=str(response.id),
        interaction_native_id=ticket_id,
        interaction_source=origin.source if ticket_id else None,
        handles=(
            (Handle("contact", f"{origin.source}:{responder_id}"),)
            if responder_id
            else ()
        ),
        survey_channel=None,
        question_kind="csat",
        answered_at=max(times),
        score=rated.rating if rated else None,
        scale_min=min(scale, default=None),
        scale_max=max(scale, default=None),
        comment=comment,
        source_updated_at=max(times),
        origin=piece.there(origin),
    )


def _ticket_of(response: Response) -> str | None:
    """The ticket it is about; in what is written, `subject_zrns` or `subjects`."""
    written = list(response.subject_zrns or ())
    for subject in response.subjects or ():
        if isinstance(subject, dict) and isinstance(subject.get("zrn"), str):
            written.append(subject["zrn"])
    found = (TICKET.fullmatch(name) for name in written)
    return next((match[1] for match in found if match), None)
