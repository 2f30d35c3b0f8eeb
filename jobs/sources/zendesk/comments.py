"""Comments delivered without their ticket."""

import re
from datetime import datetime

from jobs.sources.json_pieces import FAULTS, Piece, text_of
from jobs.sources.records import Excluded, Origin, Outcomes
from jobs.sources.zendesk.channels import CHANNELS, sunshine_channel
from jobs.sources.zendesk.documents import PAGE, Comment, Known, Thread, via_of
from jobs.sources.zendesk.messages import (
    decode_comment,
    first_of_others,
    from_conversation,
)


def from_comments(
    pieces: list[Piece], page: Piece, known: Known, origin: Origin
) -> Outcomes:
    """Comments without their ticket.

    The API's own list of a ticket's comments does not say whose they are, except in the
    addresses of its other pages. Where nothing says it, the conversation is named after
    its oldest comment.
    """
    written: list[tuple[Piece, Comment]] = []
    for piece in pieces:
        found: list[tuple[Piece, Comment]] = []
        yield from decode_comment(piece, origin, found)
        for one in found:
            if reason := _not_on_a_ticket(one[1]):
                yield Excluded(reason, piece.there(origin))
            else:
                written.append(one)
    if not written:
        return
    is_ascending = _moment(written[0]) <= _moment(written[-1])
    ticket_id, has_older = _page_of(page, is_ascending=is_ascending)
    threads: dict[str, list[tuple[Piece, Comment]]] = {}
    for one in sorted(written, key=_moment):
        own = text_of(one[1].ticket_id) or ticket_id
        threads.setdefault(own or "", []).append(one)
    for thread_id, found_here in threads.items():
        is_named = bool(thread_id)
        # One comment alone says nothing about what came before it.
        is_a_list = page.raw != found_here[0][0].raw
        # How the customer came is told by the customer's comment, not by a note.
        opening = first_of_others(found_here) or found_here[0][1]
        opening_via = via_of(opening.via)
        thread = Thread(
            id=thread_id or f"comment/{found_here[0][1].id}",
            via=opening_via if is_a_list else None,
            channel=None,
            first_author_is_customer=is_a_list and not has_older,
        )
        thread.channel = CHANNELS.get(opening_via.name) or sunshine_channel(
            opening_via.name
        )
        yield from from_conversation(
            found_here,
            thread,
            known,
            origin,
            opens=not is_named or (is_a_list and not has_older),
        )


def _not_on_a_ticket(comment: Comment) -> str | None:
    """Why a comment is none of a ticket's: the help centre writes its own alike."""
    if comment.ticket_id is not None:
        return None
    if comment.post_id is not None:
        return "topic_comment"
    return "article_comment" if comment.source_type is not None else None


def _moment(found: tuple[Piece, Comment]) -> datetime:
    assert found[1].created_at is not None
    return found[1].created_at


def _page_of(page: Piece, *, is_ascending: bool) -> tuple[str | None, bool]:
    """The ticket a page of comments belongs to, and whether there are older ones."""
    try:
        found = PAGE.decode(page.raw)
    except FAULTS:
        return None, False
    links = found.links if isinstance(found.links, dict) else {}
    following = found.next_page or links.get("next")
    previous = found.previous_page or links.get("prev")
    ticket_id = None
    for address in (following, previous):
        if isinstance(address, str) and (
            match := re.search(r"/(?:tickets|requests)/(\d+)/comments", address)
        ):
            ticket_id = match[1]
    return ticket_id, bool(previous if is_ascending else following)
