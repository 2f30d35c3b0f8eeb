"""Tables that a loader made of Zendesk's records: tickets, comments, ratings or people.

Fivetran names a comment's author `user_id` and its time `created`, and spreads `via`
over columns. What Zendesk itself exports for people (the full CSV, a view, in English
or French) has names where the API has ids, and the requester's address; other helpdesks'
exports call a ticket's id `ticket_id` and its description `body`. A table of comments is
read like a list of them: the oldest one of each ticket in it counts as that ticket's
opening.
"""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast

import msgspec

from jobs.sources import csv_documents, json_documents
from jobs.sources.csv_documents import Row, column_name
from jobs.sources.json_pieces import Piece
from jobs.sources.records import (
    Document,
    Excluded,
    Origin,
    Outcomes,
    Rejected,
    excerpt_of,
)
from jobs.sources.written_ids import written_id
from jobs.sources.zendesk.comments import from_comments
from jobs.sources.zendesk.documents import FLAGS, Known, is_id, truth_of
from jobs.sources.zendesk.ratings import from_listed_rating
from jobs.sources.zendesk.tickets import from_ticket

SEEN = 1 << 16
LARGEST = 16 << 20
"""A ticket's comments should be in one document; a larger table falls into several."""

# A view's columns are headed in the agent's language.
FRENCH = {
    "demandeur": "requester", "e_mail_du_demandeur": "requester_email",
    "adresse_e_mail_du_demandeur": "requester_email", "sujet": "subject",
    "objet": "subject", "cree_le": "created_at", "date_de_creation": "created_at",
    "demande": "created_at", "mis_a_jour": "updated_at", "mis_a_jour_le": "updated_at",
    "derniere_mise_a_jour": "updated_at", "statut": "status", "priorite": "priority",
    "canal": "via", "groupe": "group", "marqueurs": "tags", "balises": "tags",
    "score_de_satisfaction": "satisfaction_score", "satisfaction": "satisfaction_score",
}  # fmt: skip
VIAS = {
    "e_mail": "email", "courriel": "email", "formulaire_web": "web",
    "service_web_api": "api", "messagerie": "messaging", "discussion": "chat",
    "appel_telephonique_entrant": "phone_call_inbound",
    "appel_telephonique_sortant": "phone_call_outbound", "messagerie_vocale": "voicemail",
}  # fmt: skip
SCORES = {
    **dict.fromkeys(("good", "bon", "bonne", "positive"), "good"),
    **dict.fromkeys(("bad", "mauvais", "mauvaise", "negative"), "bad"),
    **dict.fromkeys(("offered", "proposé", "proposée"), "offered"),
}
MARKS = ("facebook_comment", "voice_comment", "tweet")


def split(stream: BinaryIO, origin: Origin) -> Iterator[Document]:
    """The JSON values of a file, or the pieces of a table."""
    start = stream.read(SEEN)
    resumed = cast("BinaryIO", csv_documents.Resumed(start, stream))
    if is_table(start):
        yield from csv_documents.split(
            resumed, origin, rows_per_document=None, long_document=LARGEST
        )
    else:
        yield from json_documents.split(resumed, origin)


_IDS = frozenset(("id", "ticket_id", "id_du_ticket"))


# What only a comment or a rating has, which may repeat its ticket's subject.
_OF_PARTS = ("author_id", "user_id", "comment_id", "public", "is_public", "score")


def is_table(content: bytes) -> bool:
    """Whether a document begins with names of columns instead of JSON."""
    start = content[:4_096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start or start[:1] in b"{[":
        return False
    names = _names(start.splitlines()[0].decode("utf-8", "replace"))
    return not _IDS.isdisjoint(names) and len(names) > 2


def _names(line: str) -> list[str]:
    cells = line.split(csv_documents.delimiter_of(line))
    return [column_name(cell.strip('"')) for cell in cells]


def from_table(document: bytes, origin: Origin) -> Outcomes:
    """What the rows of a table are, told from its columns."""
    table = csv_documents.table(document)
    if table is None:
        return
    given = [column_name(cell) for cell in table.header[0]]
    names = [FRENCH.get(name, name) for name in given]
    is_helpdesk_s = _is_helpdesk_s(set(names))
    if is_helpdesk_s:
        names = ["id" if name in _IDS else name for name in names]
    columns = set(names)
    is_comments = {"ticket_id", "body"} <= columns
    is_ratings = {"ticket_id", "score"} <= columns
    is_tickets = (
        is_helpdesk_s
        or "requester_id" in columns
        or "requester_email" in columns
        or {"requester", "subject"} <= columns
    )
    if not (is_comments or is_ratings or is_tickets or {"email", "role"} <= columns):
        yield Rejected(
            "not_a_zendesk_table",
            "expected the columns of tickets (requester_id; ticket_id, subject), comments"
            " (ticket_id, body), ratings (ticket_id, score)"
            f" or users (email, role); found {', '.join(given[:12])[:300]}",
            origin,
            excerpt_of(document),
        )
        return
    comments: list[Piece] = []
    for number, row in enumerate(table.rows, 1):
        there = origin.at(f"row {number}")
        if row.fault is not None:
            yield Rejected(
                "not_a_csv_row", row.fault, there, excerpt_of(row.text.encode())
            )
            continue
        place = f"row {number}"
        if is_comments:
            comments.append(_piece(_comment(_cells(names, row)), place))
        elif is_ratings:
            rating = _piece(_cells(names, row), place)
            yield from from_listed_rating(rating, origin)
        elif is_tickets:
            ticket = _piece(_ticket(_cells(names, row)), place)
            yield from from_ticket(ticket, [], Known({}, {}), origin)
        else:
            yield Excluded("user", there)
    whole = Piece(msgspec.Raw(document), "$")
    yield from from_comments(comments, whole, Known({}, {}), origin)


def _is_helpdesk_s(columns: set[str]) -> bool:
    """Whether a row is a ticket although its id is called a ticket's, as a comment's is."""
    if "id" in columns:
        return False
    return {"requester", "subject"} <= columns or (
        not columns.isdisjoint(("subject", "requester_email"))
        and columns.isdisjoint(_OF_PARTS)
    )


def _piece(record: Mapping[str, Any], place: str) -> Piece:
    return Piece(msgspec.Raw(msgspec.json.encode(record)), place)


def _cells(names: list[str], row: Row) -> dict[str, Any]:
    """The row's cells that say something, by column."""
    said: dict[str, Any] = {}
    for name, cell in zip(names, row.cells, strict=True):
        text = cell.strip()
        if is_id(name):
            text = written_id(text) or ""
        if not text or text in ("[]", "{}", "null", "NULL"):
            continue
        told = truth_of(text) if name in MARKS or name in FLAGS else None
        # A note whose flag is unclear is refused for it, or it would be a message.
        said[name] = text if told is None and name not in MARKS else told
    return said


def _comment(said: dict[str, Any]) -> dict[str, Any]:
    kind = None
    if said.get("voice_comment"):
        kind = "VoiceComment"
    elif said.get("facebook_comment"):
        kind = "FacebookComment"
    return {
        **said,
        "type": kind,
        "author_id": said.get("author_id") or said.get("user_id"),
        "created_at": said.get("created_at") or said.get("created"),
        "via": {"channel": "twitter"} if said.get("tweet") else _via(said),
        "attachments": None,
    }


def _ticket(said: dict[str, Any]) -> dict[str, Any]:
    person = {
        "id": said.get("requester_id"),
        "name": said.get("requester") or said.get("requester_name"),
        "email": said.get("requester_email"),
    }
    score = SCORES.get(str(said.get("satisfaction_score", "")).lower())
    return {
        **said,
        "description": said.get("description") or said.get("body"),
        "via": _via(said),
        "requester": {key: value for key, value in person.items() if value} or None,
        "satisfaction_rating": score,
        "created_at": said.get("created_at")
        or said.get("created")
        or said.get("requested"),
        "updated_at": said.get("updated_at") or said.get("updated"),
    }


def _via(said: dict[str, Any]) -> dict[str, Any] | str | None:
    if "via_channel" not in said:
        way = said.get("via")
        return VIAS.get(column_name(way), way) if way else None
    ends = {
        side: {
            key: said[name]
            for key in ("address", "name", "phone", "ticket_id", "username")
            if (name := f"via_source_{side}_{key}") in said
        }
        for side in ("from", "to")
    }
    return {
        "channel": said["via_channel"],
        "source": {**ends, "rel": said.get("via_source_rel")},
    }
