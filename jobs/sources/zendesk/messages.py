"""Comments of one ticket to interactions: which are messages, and what each says."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import NamedTuple

import msgspec

from jobs.sources.html_text import to_text
from jobs.sources.json_pieces import FAULTS, Piece, names_of, rejected, text_of
from jobs.sources.quoted_text import strip
from jobs.sources.records import (
    Channel,
    Excluded,
    Interaction,
    Origin,
    Outcome,
    Outcomes,
    Rejected,
    TextOrigin,
    Turn,
    utc,
)
from jobs.sources.zendesk.calls import Call, call_of
from jobs.sources.zendesk.channels import VOICE_COMMENTS, channel_of, visibility_of
from jobs.sources.zendesk.chats import customer_words, turns_of
from jobs.sources.zendesk.documents import COMMENT, Comment, Known, Thread, via_of
from jobs.sources.zendesk.merges import is_merge_note, merged_into_of
from jobs.sources.zendesk.parties import direction_of, handles_of, sent_to_somebody

REPLY_DELIMITER = re.compile(r"^\s*##-.*-##\s*$", re.MULTILINE)
MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|ul|ol|li|b|i|strong|em|table|html|body|blockquote)\b[^>]*>",
    re.IGNORECASE,
)
# Zendesk writes the body of an HTML comment as Markdown; no customer types an address so.
PICTURE = re.compile(r"!\[[^\]\n]{0,200}\]\(https?://[^\s()]{1,1000}\)")
REDACTED = "▇"
ZENDESK_ITSELF = "-1"
"""The author of what its automations and bots write."""
A_TRIFLE = timedelta(microseconds=1)
"""By which a version of a message gives way to a fuller one of the same age."""
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
"""Before it there is nothing to give way by."""


class Message(NamedTuple):
    """A comment that is a message: public, and somebody's own words."""

    comment: Comment
    origin: Origin
    is_opening: bool


def decode_comment(
    piece: Piece,
    origin: Origin,
    into: list[tuple[Piece, Comment]],
    defaults: Comment | None = None,
) -> Iterator[Rejected]:
    """Put a comment into the list, or say what is wrong with it."""
    try:
        comment = COMMENT.decode(piece.raw)
        if defaults is not None:
            comment.id = comment.id or defaults.id
            comment.author_id = comment.author_id or defaults.author_id
            comment.via = comment.via or defaults.via
            comment.ticket_id = comment.ticket_id or defaults.ticket_id
            comment.created_at = comment.created_at or defaults.created_at
        if comment.id is None:
            raise msgspec.ValidationError("Object missing required field `id`")
        moment = comment.created_at
        if moment is None:
            raise msgspec.ValidationError("Object missing required field `created_at`")
        comment.created_at = utc(moment)
        if comment.updated_at is not None:
            comment.updated_at = utc(comment.updated_at)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_comment", piece, origin, fault)
        return
    into.append((piece, comment))


def from_conversation(
    written: list[tuple[Piece, Comment]],
    thread: Thread,
    known: Known,
    origin: Origin,
    *,
    opens: bool,
) -> Outcomes:
    """The comments of one ticket, oldest first; `opens` when its beginning is there.

    The ticket's id goes to its first public message, which need not be the first
    comment: an agent may open a ticket by a private note.
    """
    for _, comment in written:
        author_id = text_of(comment.author_id)
        if comment.author is not None:
            author_id = author_id or text_of(comment.author.id)
            comment.author_id = author_id
            if author_id:
                known.people.setdefault(author_id, comment.author)
    opening = first_of_others(written) if thread.first_author_is_customer else None
    if opening is not None and not sent_to_somebody(via_of(opening.via)):
        thread.requester_id = text_of(opening.author_id)
        thread.requester = known.people.get(thread.requester_id or "")
    messages: list[Message] = []
    for piece, comment in written:
        there = piece.there(origin)
        via = via_of(comment.via)
        if _is_note(comment):
            yield Excluded("private_note", there)
        elif via.name == "sample_ticket":
            yield Excluded("sample_ticket", there)
        elif is_merge_note(comment, via, thread):
            into = merged_into_of(comment, via)
            if into != thread.id:
                thread.merged_into = into or thread.merged_into
            yield Excluded("merge_note", there)
        else:
            messages.append(Message(comment, there, opens and not messages))
    for message in messages:
        yield _interaction(message, thread, known)


def first_of_others(written: list[tuple[Piece, Comment]]) -> Comment | None:
    """The oldest public comment by somebody who wrote no private note: only who works
    at the company writes those, and Zendesk itself."""
    notes = {text_of(comment.author_id) for _, comment in written if _is_note(comment)}
    notes.add(ZENDESK_ITSELF)
    return next(
        (
            comment
            for _, comment in written
            if not _is_note(comment) and text_of(comment.author_id) not in notes
        ),
        None,
    )


def _is_note(comment: Comment) -> bool:
    """Whether it is private; a call's `public` hides its recording only."""
    return comment.public is False and comment.type not in VOICE_COMMENTS


def _interaction(message: Message, thread: Thread, known: Known) -> Interaction:
    comment, origin, is_opening = message
    assert comment.created_at is not None
    author_id = text_of(comment.author_id)
    # An event may say what its author is without saying who.
    author = known.people.get(author_id or "") or comment.author
    via = via_of(comment.via or thread.via)
    is_voice = comment.type in VOICE_COMMENTS
    direction, is_assumed = direction_of(comment, author, thread, via, origin)
    channel = channel_of(comment, thread, via, direction, is_opening=is_opening)
    native_id = thread.id if is_opening else f"{thread.id}/{comment.id}"
    attributes = dict(thread.attributes) if is_opening else {}
    if via.name:
        attributes["via_channel"] = via.name
    if comment.attachments:
        attributes["attachment_count"] = str(len(comment.attachments))
    if is_assumed:
        attributes["direction_is_assumed"] = "true"
    if is_opening and thread.merged_into:
        attributes["merged_into"] = thread.merged_into
    call = call_of(comment) if is_voice else Call()
    text: str | None = None
    text_origin: TextOrigin | None = None
    turns: tuple[Turn, ...] = ()
    outcome: Outcome = "delivered"
    if channel == "call":
        text = call.transcription
        text_origin = "machine_transcript" if text else None
        is_left = "voicemail" in f"{via.name} {via.relation}"
        outcome = "voicemail" if is_left else call.outcome
    else:
        text = _words(comment, channel)
        if channel == "chat" and text:
            turns = turns_of(text, thread, known)
        if turns:
            text = customer_words(turns)
            spoke = {turn.party for turn in turns}
            direction = "inbound" if "customer" in spoke else "outbound"
            outcome = "answered" if spoke & {"agent", "bot"} else "delivered"
        text_origin = "typed" if text or turns else None
    customer_id, customer = thread.requester_id, thread.requester
    is_another = author_id not in (None, thread.requester_id, ZENDESK_ITSELF)
    if direction == "inbound" and is_another and not is_voice:
        # Somebody in copy: another person, whose handles must not become one with
        # the requester's.
        if author is not None and author.is_customer is False:
            author = None
        else:
            customer_id, customer = author_id, author
    return Interaction(
        native_id=native_id,
        conversation_native_id=(
            thread.merged_into if is_opening and thread.merged_into else thread.id
        ),
        channel=channel,
        direction=direction,
        initiation=direction,
        visibility=visibility_of(channel, via),
        occurred_at=call.started_at or comment.created_at,
        source_updated_at=_updated_at(comment, thread, is_opening=is_opening),
        origin=origin,
        handles=handles_of(customer_id, customer, via, direction, call, origin),
        agent=author_id if direction == "outbound" else call.agent,
        queue=thread.queue if is_opening else None,
        talk_seconds=call.seconds,
        outcome=outcome,
        subject=thread.subject if is_opening else None,
        text=text,
        text_origin=text_origin,
        turns=turns,
        attributes=attributes,
        names=names_of(
            thread.requester.name if thread.requester else None,
            author.name if author else None,
            via.end("from", "name"),
            via.end("to", "name"),
        ),
    )


def _updated_at(comment: Comment, thread: Thread, *, is_opening: bool) -> datetime:
    assert comment.created_at is not None
    own = comment.updated_at or comment.created_at
    if thread.updated_at is None:
        # Told without its ticket, and so with less about it: of the same age, what
        # the ticket tells is to win.
        return own - A_TRIFLE if own > EARLIEST else own
    bodies = (comment.body, comment.plain_body, comment.html_body)
    if is_opening or any(REDACTED in body for body in bodies if body):
        return max(own, thread.updated_at)
    return own


def _words(comment: Comment, channel: Channel) -> str | None:
    """What was written, without markup and, in an e-mail, without what it quotes."""
    if comment.plain_body and comment.plain_body.strip():
        text = unescape(comment.plain_body).replace("\xa0", " ")
    elif comment.html_body and comment.html_body.strip():
        text = to_text(comment.html_body)
    elif comment.body and MARKUP.search(comment.body):
        text = to_text(comment.body)
    else:
        text = PICTURE.sub("", comment.body or "")
    if channel == "email":
        text = strip(REPLY_DELIMITER.split(text)[0] or text)
    return text.strip() or None
