"""What the columns of a Qualtrics export are: roles, scores, and what was typed.

Columns are known by their import id, which no language changes, else by name, else by
label. Which column is a score:

* one with a sister column `…_NPS_GROUP` is NPS (the sister is not a score);
* else one whose name says so: `Q2_CSAT`, `NPS`, `effort_1`;
* else a whole question (import id `QID4`, not `QID4_1`) whose text says so.

Several rows of one matrix rate aspects of a thing: they are no scores, whatever they
are called. Neither are texts, text analytics, timings and display orders.

What a typed text belongs to: its own question; else the question whose column comes
right before; else, when it asks for reasons or comments, the nearest question before
it, or the first one. Other texts (a town, a name) are left out of the comments; a
sentence among them is an exclusion of its own, `unread_words`.
"""

import re
from collections.abc import Iterator
from datetime import UTC, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jobs.sources.csv_documents import Row
from jobs.sources.surveys.questions import (
    ASKS_FOR_WORDS,
    NPS_SCALE,
    Answer,
    Kind,
    answer_of,
    is_higher_better,
    kind_of_code,
    kind_of_wording,
    leading_number_of,
    scale_of_wording,
    word_answers,
)

ROLES = {
    "recordid": "response_id", "responseid": "response_id",
    "startdate": "started_at", "enddate": "ended_at", "recordeddate": "recorded_at",
    "status": "status",
    "recipientemail": "email", "emailaddress": "email",
    "recipientphone": "phone", "phone": "phone", "phonenumber": "phone",
    "recipientfirstname": "first_name", "recipientlastname": "last_name",
    "externaldatareference": "reference", "externalreference": "reference",
    "distributionchannel": "distribution_channel",
    "userlanguage": "language", "qlanguage": "language",
    "interactionid": "interaction_id", "idinteraction": "interaction_id",
    "customerid": "account", "clientid": "account", "idclient": "account",
    "accountid": "account",
    "responsetype": "status", "name": "name",
    "ipaddress": "", "progress": "", "duration": "", "durationinseconds": "",
    "finished": "finished", "responseset": "", "responsesetid": "", "locationlatitude": "",
    "locationlongitude": "", "locationaccuracy": "",
}  # fmt: skip
"""Columns that are about the response, by import id, name or label; "" is not needed."""

_IMPORT_ID = re.compile(r"""['"]ImportId['"]\s*:\s*['"]([^'"]*)""")
_ZONE = re.compile(r"""['"]timeZone['"]\s*:\s*['"]([^'"]*)""")
_PREFIX = re.compile(r"^(?:panel|embeddedData|Location)-")
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_LEGACY_NAME = re.compile(r"V\d+")
# The number before it is the turn of a loop, whose questions are asked again.
_QUESTION_ID = re.compile(r"(?:\d+_)?QID\d+")
_TEXT_ID = re.compile(r"(?:\d+_)?QID\d+(?:#\d+)?(?:[_-][^_-]+)*[_-]TEXT", re.IGNORECASE)
_CHOICE_ID = re.compile(r"(?:\d+_)?QID\d+(?:[_-]\d+)*")
_TEXT_NAME = re.compile(
    r"(?:^|[_ -])(?:TEXT|comments?|commentaires?|verbatim|why|reason|pourquoi|raison)"
    r"(?:[_ -]\d+)?$",
    re.IGNORECASE,
)
_NO_ANSWER = re.compile(
    r"NPS_GROUP$|_DO(?:_\d+)?$|(?:First|Last) Click$|Page Submit$|Click Count$"
    r"| - (?:Parent )?Topics?\b|Sentiment|Topic(?:s| Hierarchy)|_Topics$| - Groupe?$",
    re.IGNORECASE,
)


class Column(NamedTuple):
    place: int
    name: str
    label: str
    import_id: str
    role: str | None


class Question(NamedTuple):
    column: Column
    kind: Kind
    texts: tuple[int, ...]
    """Columns of what was typed about it."""
    scale: tuple[float, float] | None
    is_higher_better: bool
    words: dict[str, Answer]


class Layout(NamedTuple):
    """What the header, and the answers of one document, say of its columns."""

    roles: dict[str, int]
    questions: tuple[Question, ...]
    texts: tuple[int, ...]
    unread: tuple[int, ...]
    """Columns of texts that belong to no question, where there are questions."""
    zone: tzinfo


def count_header_rows(first_rows: list[list[str]]) -> int:
    """Three with import ids, two in legacy exports, otherwise one."""
    for i, row in enumerate(first_rows):
        if i and any(_IMPORT_ID.search(cell) for cell in row):
            return i + 1
    if len(first_rows) > 1 and _is_header({_bare(cell) for cell in first_rows[1]}):
        return 2
    return 1


def is_export(header: list[list[str]]) -> bool:
    """Whether a header is one of Qualtrics; its own names are needed."""
    return any(
        _is_header({_bare(cell) for cell in row})
        or any(_IMPORT_ID.search(cell) for cell in row)
        for row in header
    )


def _is_header(names: set[str]) -> bool:
    return "responseid" in names and bool(
        names & {"startdate", "enddate", "recordeddate"}
    )


def columns_of(header: list[list[str]]) -> list[Column]:
    names = header[0]
    labels = header[1] if len(header) > 1 else []
    imports = header[-1] if len(header) > 1 else []
    columns = []
    for i, name in enumerate(names):
        label = labels[i] if i < len(labels) else ""
        found = _IMPORT_ID.search(imports[i]) if i < len(imports) else None
        import_id = found[1] if found else ""
        if found and len(header) == 2:
            label = ""
        columns.append(
            Column(i, name.strip(), label, import_id, _role(name, label, import_id))
        )
    return columns


def _role(name: str, label: str, import_id: str) -> str | None:
    if import_id:
        if _QUESTION_ID.match(import_id):
            return None
        return ROLES.get(_bare(_PREFIX.sub("", import_id)))
    if _LEGACY_NAME.fullmatch(name.strip()):
        return ROLES.get(_bare(label), "")
    # `Name` and `Phone` may be anybody's question; only a legacy label is certain.
    role = ROLES.get(_bare(name))
    return None if role == "name" else role


def _bare(cell: str) -> str:
    return _NO_LETTER.sub("", cell.lower())


def layout_of(
    columns: list[Column], header: list[list[str]], rows: list[Row]
) -> Layout:
    roles: dict[str, int] = {}
    for column in columns:
        if column.role:
            roles.setdefault(column.role, column.place)
    answers = [column for column in columns if column.role is None]
    texts = [column for column in answers if _is_text(column)]
    scores = list(_scores(answers))
    owners = _owners(answers, texts, [column for column, _ in scores])
    questions = tuple(
        Question(
            column,
            kind,
            tuple(text for text, owner in owners.items() if owner == column.place),
            NPS_SCALE if kind == "nps" else scale_of_wording(column.label),
            is_higher_better(kind, column.label),
            _words(column, kind, rows),
        )
        for column, kind in scores
    )
    places = tuple(text.place for text in texts)
    unread = tuple(place for place in places if questions and place not in owners)
    return Layout(roles, questions, places, unread, _zone_of(header[-1]))


def _is_text(column: Column) -> bool:
    if _NO_ANSWER.search(column.name) or _NO_ANSWER.search(column.import_id):
        return False
    if _TEXT_ID.fullmatch(column.import_id) or column.label.endswith("-TEXT"):
        return True
    # People call questions what they like: by its id, `reason_1` holds a choice's code.
    if _TEXT_NAME.search(column.name) and not _CHOICE_ID.fullmatch(column.import_id):
        return True
    # Where somebody took the row of ids away, only the question can tell.
    asked = column.label or column.name
    return (
        not column.import_id
        and ASKS_FOR_WORDS.search(asked) is not None
        and (asked.rstrip().endswith("?") or len(asked.split()) != 2)
        and kind_of_wording(asked) is None
        and kind_of_code(column.name) is None
    )


def _scores(columns: list[Column]) -> Iterator[tuple[Column, Kind]]:
    """The columns that measure something, and what."""
    names = {column.name for column in columns}
    # Where no column has a question's own id, ids say nothing of what is a question.
    has_ids = any(_QUESTION_ID.match(column.import_id) for column in columns)
    candidates: list[tuple[Column, Kind]] = []
    for column in columns:
        if _is_text(column) or _NO_ANSWER.search(f"{column.name}"):
            continue
        if has_ids and column.import_id and not _QUESTION_ID.match(column.import_id):
            continue
        is_whole = (
            not has_ids
            or not column.import_id
            or bool(_QUESTION_ID.fullmatch(column.import_id))
        )
        kind: Kind | None = None
        if f"{column.name}_NPS_GROUP" in names:
            kind = "nps"
        if kind is None:
            kind = kind_of_code(column.name)
        if kind is None and is_whole and not ASKS_FOR_WORDS.search(column.label):
            kind = kind_of_wording(column.label)
        if kind is not None:
            candidates.append((column, kind))
    rows_of: dict[str, int] = {}
    for column, _ in candidates:
        rows_of[_question_of(column)] = rows_of.get(_question_of(column), 0) + 1
    for column, kind in candidates:
        if rows_of[_question_of(column)] == 1:
            yield column, kind


def _question_of(column: Column) -> str:
    """The question that a column is, or is a row of."""
    found = _QUESTION_ID.match(column.import_id)
    return found[0] if found else column.name


def _owners(
    columns: list[Column], texts: list[Column], scores: list[Column]
) -> dict[int, int]:
    """For each text that is a comment, the place of the score it comments."""
    owners: dict[int, int] = {}
    if not scores:
        return owners
    by_question = {_question_of(score): score.place for score in scores}
    kept = [c for c in columns if not _NO_ANSWER.search(c.name)]
    before = {c.place: kept[i - 1].place for i, c in enumerate(kept) if i}
    places = {score.place for score in scores}
    for text in texts:
        name = text.name[:-5] if text.name.upper().endswith("_TEXT") else ""
        own = by_question.get(_question_of(text), by_question.get(name))
        previous = before.get(text.place)
        if own is not None:
            owners[text.place] = own
        elif previous in places:
            owners[text.place] = previous
        elif ASKS_FOR_WORDS.search(text.label) or ASKS_FOR_WORDS.search(text.name):
            earlier = [place for place in places if place < text.place]
            owners[text.place] = max(earlier) if earlier else min(places)
    return owners


def _words(column: Column, kind: Kind, rows: list[Row]) -> dict[str, Answer]:
    if kind == "nps":
        return {}
    answers = {row.cells[column.place].strip() for row in rows if row.fault is None} - {
        ""
    }
    return word_answers(
        {a for a in answers if leading_number_of(a) is None and answer_of(a) is None}
    )


def _zone_of(import_row: list[str]) -> tzinfo:
    for cell in import_row:
        found = _ZONE.search(cell)
        if found:
            try:
                return ZoneInfo(found[1])
            except (KeyError, ValueError, OSError):
                return UTC
    return UTC
