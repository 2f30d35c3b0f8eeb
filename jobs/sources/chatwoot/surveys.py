"""Questions for satisfaction and their answers."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from jobs.sources.chatwoot.documents import RATING, Meta, mapping_of
from jobs.sources.chatwoot.parties import handles_of, names_in
from jobs.sources.chatwoot.threads import Surveyed, Thread, id_of
from jobs.sources.chatwoot.times import (
    A_TRIFLE,
    instant_of,
    just_before,
    newest_of,
    time_of,
)
from jobs.sources.json_pieces import FAULTS, Piece, names_of, rejected, text_of
from jobs.sources.records import Origin, Outcomes, Survey


def from_survey(
    surveyed: Surveyed,
    thread: Thread,
    interaction_id: str,
    origin: Origin,
    *,
    is_email: bool,
) -> Outcomes:
    message, piece, asked_at = surveyed
    given = mapping_of(message.content_attributes).get("submitted_values")
    answer = _answer_in(given)
    changed_at = time_of(message.updated_at)
    try:
        told = answer.get("updated_at") or answer.get("created_at")
        told_at = instant_of(told, "created_at") if told else None
        newest = newest_of(newest_of(asked_at, changed_at), told_at)
        if newest is None:
            raise msgspec.ValidationError("Object missing required field `created_at`")
        if answer and newest == asked_at:
            # An answer without a time of its own still comes after the question.
            newest += A_TRIFLE
    except FAULTS as fault:
        yield rejected("not_a_chatwoot_survey", piece, origin, fault)
        return
    score = _score(answer.get("rating"))
    if answer and score is None:
        found = str(answer.get("rating"))[:40]
        yield rejected(
            "not_a_chatwoot_survey",
            piece,
            origin,
            f"expected `rating` to be 1 to 5, got {found!r} - at"
            " `$.content_attributes.submitted_values.csat_survey_response.rating`",
        )
        return
    survey_channel: Literal["email", "sms", "web"] = "email" if is_email else "web"
    if "sms" in thread.channel_name.lower():
        survey_channel = "sms"
    # Not because it was answered: where the status never says more than `sent`, only the
    # answered ones would count as delivered, and everybody would seem to answer.
    is_delivered = str(message.status).lower() in ("delivered", "read", "1", "2")
    yield Survey(
        native_id=f"{thread.id}/{message.id}",
        interaction_native_id=interaction_id,
        interaction_source=origin.source,
        handles=handles_of(thread.contact, origin),
        survey_channel=survey_channel,
        question_kind="csat",
        invited_at=asked_at,
        delivered_at=asked_at if is_delivered else None,
        answered_at=(told_at or changed_at or asked_at) if answer else None,
        score=score,
        scale_min=1.0,
        scale_max=5.0,
        comment=text_of(answer.get("feedback_message")),
        source_updated_at=newest,
        origin=piece.there(origin),
        names=names_in(thread),
    )


def _answer_in(given: object) -> Mapping[str, Any]:
    """The answer among the values that were submitted: one of a list, as forms have
    them, or alone."""
    values = given if isinstance(given, list) else [given]
    answers = (mapping_of(value).get("csat_survey_response") for value in values)
    return next((mapping_of(answer) for answer in answers if answer), {})


def from_rating(piece: Piece, origin: Origin) -> Outcomes:
    """An answer by itself: it has the id its message gives the survey."""
    try:
        rating = RATING.decode(piece.raw)
        answered_at = instant_of(rating.created_at, "created_at")
        whose = text_of(rating.conversation_id) or id_of(rating.conversation)
        if whose is None:
            raise msgspec.ValidationError(
                "Object missing required field `conversation`"
            )
        score = _score(rating.rating)
        if score is None:
            found = str(rating.rating)[:40]
            raise msgspec.ValidationError(
                f"expected `rating` to be 1 to 5, got {found!r}"
            )
    except FAULTS as fault:
        yield rejected("not_a_chatwoot_survey", piece, origin, fault)
        return
    meta = (rating.conversation.meta if rating.conversation else None) or Meta()
    contact = rating.contact or meta.sender
    message_id = text_of(rating.message_id) or f"csat-{rating.id}"
    yield Survey(
        native_id=f"{whose}/{message_id}",
        interaction_native_id=whose,
        interaction_source=origin.source,
        handles=handles_of(contact, origin),
        survey_channel=None,
        question_kind="csat",
        answered_at=answered_at,
        score=score,
        scale_min=1.0,
        scale_max=5.0,
        comment=text_of(rating.feedback_message),
        # The message knows of the invitation too: it wins over its event.
        source_updated_at=just_before(answered_at),
        origin=piece.there(origin),
        names=names_of(contact.name if contact else None),
    )


def _score(rating: object) -> float | None:
    text = text_of(rating) or ""
    return float(text) if text in ("1", "2", "3", "4", "5") else None
