"""The notes that a merge of tickets leaves in both of them."""

import re

from jobs.sources.json_pieces import text_of
from jobs.sources.zendesk.documents import Comment, Thread, Via

MERGED_INTO = re.compile(
    r"\A\s*(?:this request|this ticket|(?:cette|la|votre) demande|ce ticket)\b.{0,60}?"
    r"(?:merged into (?:request|ticket)|fusionnée? (?:dans|avec|à|vers) (?:la |le )?"
    r"(?:demande|ticket))\s*(?:n[°o]\s*)?#?\s*(\d+)",
    re.IGNORECASE | re.DOTALL,
)
"""The note in a ticket that was merged into another, in English and French."""
MERGED_HERE = re.compile(
    r"\A\s*(?:requests?|tickets?|les demandes|la demande|demandes?)\s.{0,2000}?"
    r"(?:merged into this (?:request|ticket)"
    r"|fusionnée?s? (?:dans|avec|à) (?:cette demande|ce ticket))",
    re.IGNORECASE | re.DOTALL,
)
"""The note in the ticket that remains; it names the others and their subjects first."""


def is_merge_note(comment: Comment, via: Via, thread: Thread) -> bool:
    if via.relation == "merge":
        return True
    author_id = text_of(comment.author_id)
    if author_id is not None and author_id == thread.requester_id:
        # A customer may answer to the notification, with the note on top.
        return False
    text = _plain(comment)
    return bool(MERGED_INTO.match(text) or MERGED_HERE.match(text))


def merged_into_of(comment: Comment, via: Via) -> str | None:
    if found := MERGED_INTO.match(_plain(comment)):
        return found[1]
    return via.end("to", "ticket_id")


def _plain(comment: Comment) -> str:
    return comment.plain_body or comment.body or comment.html_body or ""
