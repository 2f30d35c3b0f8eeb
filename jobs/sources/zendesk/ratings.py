"""Satisfaction ratings, inside a ticket or from their own list, to surveys."""

from datetime import datetime

import msgspec

from jobs.sources.json_pieces import FAULTS, Piece, names_of, rejected, text_of
from jobs.sources.records import Excluded, Origin, Outcomes, Survey, utc
from jobs.sources.zendesk.calls import Call
from jobs.sources.zendesk.documents import RATING, Event, Rating, Thread, Via
from jobs.sources.zendesk.parties import handles_of

RATED = {
    "good": 1.0,
    "good_with_comment": 1.0,
    "good_without_comment": 1.0,
    "bad": 0.0,
    "bad_with_comment": 0.0,
    "bad_without_comment": 0.0,
}
UNRATED = frozenset({"", "unoffered"})


def from_rating(piece: Piece, thread: Thread, origin: Origin) -> Outcomes:
    """The rating inside a ticket."""
    try:
        if bytes(memoryview(piece.raw)[:1]) == b'"':
            # Some exports have the score alone.
            rating = Rating(score=msgspec.json.decode(piece.raw, type=str))
        else:
            rating = RATING.decode(piece.raw)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_rating", piece, origin, fault)
        return
    yield from _survey(rating, piece, thread.id, thread, origin)


def from_rating_event(
    event: Event, made_at: datetime, piece: Piece, thread: Thread, origin: Origin
) -> Outcomes:
    """The audit of a rating: it alone tells when the rating was asked for or given."""
    rating = Rating(
        score=event.score, comment=event.body, created_at=made_at, updated_at=made_at
    )
    yield from _survey(rating, piece, thread.id, thread, origin)


def from_listed_rating(piece: Piece, origin: Origin) -> Outcomes:
    """One of `satisfaction_ratings`."""
    try:
        rating = RATING.decode(piece.raw)
        if rating.ticket_id is None:
            raise msgspec.ValidationError("Object missing required field `ticket_id`")
    except FAULTS as fault:
        yield rejected("not_a_zendesk_rating", piece, origin, fault)
        return
    ticket_id = str(rating.ticket_id)
    thread = Thread(id=ticket_id, requester_id=text_of(rating.requester_id))
    surveys = list(_survey(rating, piece, ticket_id, thread, origin))
    yield from surveys or [Excluded("rating_not_offered", piece.there(origin))]


def _survey(
    rating: Rating, piece: Piece, ticket_id: str, thread: Thread, origin: Origin
) -> Outcomes:
    code = "" if rating.score is None else str(rating.score).strip().lower()
    if code in UNRATED:
        return
    if code not in RATED and code != "offered":
        odd = (
            "expected `score` to be offered, unoffered, good or bad (or these"
            f" with _with_comment), got {code[:40]!r}"
        )
        yield rejected("not_a_zendesk_rating", piece, origin, odd)
        return
    try:
        made_at = utc(rating.created_at) if rating.created_at else None
        changed_at = utc(rating.updated_at) if rating.updated_at else made_at
    except OverflowError as fault:
        yield rejected("not_a_zendesk_rating", piece, origin, fault)
        return
    newest = changed_at or thread.updated_at
    if newest is None:
        missing = "Object missing required field `created_at`"
        yield rejected("not_a_zendesk_rating", piece, origin, missing)
        return
    customer = thread.requester
    yield Survey(
        native_id=f"{ticket_id}/csat",
        interaction_native_id=ticket_id,
        interaction_source=origin.source,
        handles=handles_of(
            thread.requester_id, customer, Via(), "inbound", Call(), origin
        ),
        survey_channel=None,
        question_kind="csat",
        invited_at=made_at if code == "offered" else None,
        answered_at=newest if code in RATED else None,
        score=RATED.get(code),
        scale_min=0.0,
        scale_max=1.0,
        comment=_words(rating.comment),
        source_updated_at=newest,
        origin=piece.there(origin),
        names=names_of(customer.name if customer else None),
    )


def _words(comment: object) -> str | None:
    if isinstance(comment, dict):
        comment = comment.get("text") or comment.get("body")
    return text_of(comment)
