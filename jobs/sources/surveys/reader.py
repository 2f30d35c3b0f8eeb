"""Rows of survey answers to surveys."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO, NamedTuple, TypeAlias, cast

from jobs.sources import csv_documents, json_documents
from jobs.sources.csv_documents import Row
from jobs.sources.json_pieces import FAULTS
from jobs.sources.languages import iso_639_1
from jobs.sources.records import (
    EXCERPT_LENGTH,
    Document,
    Excluded,
    Handle,
    Origin,
    Outcomes,
    Reader,
    Rejected,
    Survey,
    excerpt_of,
)
from jobs.sources.surveys import json_tables, qualtrics, qualtrics_layout
from jobs.sources.surveys.columns import (
    TIMES,
    WHO,
    Ask,
    asks_of,
    count_header_rows,
    is_header,
    is_survey_file,
    places_of,
    texts_of,
    unread_of,
)
from jobs.sources.surveys.questions import (
    FALSE_WORDS,
    NPS_SCALE,
    TRUE_WORDS,
    UNREAD,
    Answer,
    Kind,
    answer_of,
    is_between_answers,
    is_higher_better,
    is_scale_word,
    is_sentence,
    kind_of_code,
    kind_of_wording,
    leading_number_of,
    number_of,
    scale_of_wording,
    word_answers,
)
from jobs.sources.written_times import country_of_dates, instant_of

CHANNELS = {
    "sms": "sms", "text": "sms", "texto": "sms",
    "ivr": "ivr", "svi": "ivr", "voice": "ivr", "phone": "ivr",
    "email": "email", "e-mail": "email", "mail": "email", "courriel": "email",
    "web": "web", "site": "web", "website": "web", "link": "web",
    "app": "app", "mobile": "app", "mobile_app": "app", "application": "app",
}  # fmt: skip


NO_SCORE = frozenset({
    "-", "n/a", "na", "nan", "null", "none", "nc", "no answer", "not applicable",
    "skipped", "sans réponse", "non répondu", "ne sait pas", "don't know",
})  # fmt: skip
"""What stands where no score was given."""
NOT_ANSWERS = {
    **dict.fromkeys(("spam", "survey spam"), "spam"),
    **dict.fromkeys(("preview", "survey preview", "aperçu"), "preview"),
    **dict.fromkeys(("test", "survey test", "test response"), "test"),
}
"""Status of a row → why it is nobody's own answer."""


class Sheet(NamedTuple):
    """What a document says of all its rows."""

    places: dict[str, int]
    asks: tuple[Ask, ...]
    texts: tuple[int, ...]
    """Columns of what was typed, beside a column `comment`."""
    unread: tuple[int, ...]
    """Columns of which nothing is known."""
    words: dict[str, Answer]
    country: str
    """In which its dates are written."""


class RowError(ValueError):
    """Why a row is refused: a code, and a sentence for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


Alike: TypeAlias = dict[str, list[tuple[str, ...]]]
"""Who gave each answer without an id, by the id made for it."""


def parse(document: bytes, origin: Origin) -> Outcomes:
    """Each row of the document to its surveys, exclusion or refusal."""
    if json_tables.is_json(document):
        try:
            table = json_tables.table(document)
        except FAULTS as error:
            yield Rejected("not_json", str(error), origin, excerpt_of(document))
            return
    else:
        read = csv_documents.table(document, _count_header_rows, is_header)
        if read is None:
            return
        table = read
    if qualtrics_layout.is_export(table.header):
        yield from qualtrics.parse_table(table, origin)
        return
    header = table.header[0]
    places = places_of(header)
    asks = () if "score" in places else asks_of(header, places)
    if not is_survey_file(places, asks):
        yield Rejected(
            "not_a_survey_file",
            "expected the columns survey_id and one of score, interaction_id, "
            "invited_at, completed_at, question_code, or completed_at and a question; found "
            + ", ".join(repr(cell[:40]) for cell in header[:12]),
            origin,
            excerpt_of(document),
        )
        return
    rows = list(table.rows)
    texts = texts_of(header, places, asks)
    sheet = Sheet(
        places,
        asks,
        texts,
        unread_of(header, places, asks, texts),
        _words(rows, places, asks),
        _country(rows, places, origin),
    )
    alike: Alike = {}
    for number, row in enumerate(rows, 1):
        yield from _from_row(row, sheet, alike, origin.at(f"row {number}"))


def _count_header_rows(first_rows: list[list[str]]) -> int:
    qualtrics_rows = qualtrics_layout.count_header_rows(first_rows)
    return max(qualtrics_rows, count_header_rows(first_rows))


def _words(
    rows: list[Row], places: dict[str, int], asks: tuple[Ask, ...]
) -> dict[str, Answer]:
    """What answers in words are worth, by question; see `word_answers`."""
    by_code: dict[str, set[str]] = {}
    for row in rows:
        if row.fault is not None:
            continue
        told = [(ask.code, row.cells[ask.place]) for ask in asks]
        if "score" in places:
            code = places.get("question_code")
            asked = row.cells[code] if code is not None else ""
            told.append((asked, row.cells[places["score"]]))
        for asked, cell in told:
            written = cell.strip()
            if written and leading_number_of(written) is None:
                by_code.setdefault(asked, set()).add(written)
    found: dict[str, Answer] = {}
    for asked, answers in by_code.items():
        for written, answer in word_answers(answers).items():
            found[f"{asked.strip()}\n{written}"] = answer
    return found


def _country(rows: list[Row], places: dict[str, int], origin: Origin) -> str:
    columns = [places[column] for column in TIMES if column in places]
    return country_of_dates(
        (row.cells[i] for row in rows if row.fault is None for i in columns),
        origin.company.country,
    )


def _from_row(row: Row, sheet: Sheet, alike: Alike, origin: Origin) -> Outcomes:
    excerpt = row.text[:EXCERPT_LENGTH]
    if row.fault is not None:
        yield Rejected("broken_row", row.fault, origin, excerpt)
        return
    values = {column: row.cells[i].strip() for column, i in sheet.places.items()}
    if "survey_id" not in values:
        values["survey_id"] = _id_made_of(row.cells, sheet, alike)
    if values.get("score", "").lower() in NO_SCORE:
        values["score"] = ""
    typed = (values.get("comment", ""), *(row.cells[i].strip() for i in sheet.texts))
    values["comment"] = "\n".join(text for text in typed if text)
    reason = NOT_ANSWERS.get(values.get("status", "").lower())
    if reason is not None:
        yield Excluded(reason, origin)
        return
    for each in _each_question(row, values, sheet):
        try:
            yield _survey(each, sheet, origin)
        except RowError as error:
            yield Rejected(error.code, error.message, origin, excerpt)
    for place in sheet.unread:
        if is_sentence(row.cells[place]):
            yield Excluded(UNREAD, origin.at(f"column {place + 1}"))


def _id_made_of(cells: list[str], sheet: Sheet, alike: Alike) -> str:
    """An id for an answer of a form that gives none: the same in every export.

    Of what is kept of the row, and not of who answered: whoever guesses an address could
    find it in a hash without a key. Somebody else's answer that is alike has its number.
    """
    who = tuple(cells[i] for column, i in sheet.places.items() if column in WHO)
    told = {i for column, i in sheet.places.items() if column not in WHO}
    told.update(sheet.texts)
    for ask in sheet.asks:
        told.update((ask.place, *ask.texts))
    said = "\n".join(cells[i].strip() for i in sorted(told))
    made = f"sha256-{sha256(said.encode()).hexdigest()[:24]}"
    by = alike.setdefault(made, [])
    if who not in by:
        by.append(who)
    number = by.index(who)
    return f"{made}-{number + 1}" if number else made


def _each_question(
    row: Row, values: dict[str, str], sheet: Sheet
) -> Iterator[dict[str, str]]:
    """The row once for each question it answers; what was typed about none of them goes
    with the first."""
    if not sheet.asks:
        yield values
    for number, ask in enumerate(sheet.asks):
        told = values | {
            "score": row.cells[ask.place].strip(),
            "question_code": ask.code,
            "question_kind": ask.kind,
            "question": ask.question,
        }
        typed = (
            "" if number else values["comment"],
            *(row.cells[i] for i in ask.texts),
        )
        yield told | {"comment": "\n".join(filter(None, map(str.strip, typed)))}


def _survey(values: dict[str, str], sheet: Sheet, origin: Origin) -> Survey:
    survey_id = values["survey_id"]
    if not survey_id:
        raise RowError("no_survey_id", "survey_id is empty: the row has no identity")
    code = values.get("question_code") or None
    question = values.get("question", "")
    kind = _kind(values, code, question)
    answer = _answer(values, sheet.words, code)
    scale = _scale(values, kind)
    if answer is not None:
        scale = scale or (answer.scale_min, answer.scale_max)
        if not _is_on(answer, scale):
            scale = (answer.scale_min, answer.scale_max)
    if kind == "nps" and scale != NPS_SCALE:
        kind = None
    typed = values.get("comment", "")
    score = answer.score if answer is not None else None
    if answer is None and _is_words(values.get("score", ""), kind):
        typed = "\n".join(part for part in (values.get("score", ""), typed) if part)
    elif answer is None:
        score = _score(values, scale)
    if score is not None and is_between_answers(kind, score):
        raise RowError(
            "score_is_no_whole_number",
            f"{code or 'score'} {score:g} lies between two answers: a recommendation "
            "is a whole number from 0 to 10",
        )

    times = {column: _time(values, column, sheet.country) for column in TIMES}
    known = [time for time in times.values() if time is not None]
    if not known:
        raise RowError(
            "no_time",
            "none of invited_at, delivered_at, started_at, completed_at is given",
        )
    newest = max(known)
    answered_at = times["answered_at"]
    if answered_at is None and (score is not None or values.get("score")):
        answered_at = newest

    return Survey(
        native_id=f"{survey_id}/{code}" if code else survey_id,
        interaction_native_id=values.get("interaction_id") or None,
        handles=_handles(values),
        survey_channel=CHANNELS.get(values.get("survey_channel", "").lower()),  # type: ignore[arg-type]
        question_kind=kind,
        question_code=code,
        invited_at=times["invited_at"],
        delivered_at=times["delivered_at"],
        started_at=times["started_at"],
        answered_at=answered_at,
        score=score,
        scale_min=scale[0] if scale else None,
        scale_max=scale[1] if scale else None,
        higher_is_better=_higher_is_better(values, kind, question),
        comment=typed or None,
        language=iso_639_1(values.get("language")),
        source_updated_at=newest,
        names=_names(values),
        origin=origin,
    )


def _answer(
    values: dict[str, str], words: dict[str, Answer], code: str | None
) -> Answer | None:
    """An answer that brings its own scale: in words, in stars, or `4/5`."""
    written = values.get("score", "")
    return words.get(f"{code or ''}\n{written}") or answer_of(written)


def _is_words(written: str, kind: Kind | None) -> bool:
    """Whether an answer is kept as it was put: one to a question that measures nothing,
    and a word whose place on its scale the others do not tell."""
    if kind is not None:
        return is_scale_word(written)
    return leading_number_of(written, is_scored=False) is None


def _is_on(answer: Answer, scale: tuple[float, float]) -> bool:
    """Whether the scale that is stated may be the answer's own."""
    return scale[1] == answer.scale_max and scale[0] <= answer.score


def _kind(values: dict[str, str], code: str | None, question: str) -> Kind | None:
    stated = values.get("question_kind", "")
    return (
        kind_of_code(stated)
        or (kind_of_code(code) if code else None)
        or (kind_of_wording(question) if question else None)
    )


def _scale(values: dict[str, str], kind: Kind | None) -> tuple[float, float] | None:
    low, high = values.get("scale_min", ""), values.get("scale_max", "")
    if not low and not high:
        stated = scale_of_wording(values.get("scale", ""))
        if stated is None and kind == "nps":
            return NPS_SCALE
        return stated or scale_of_wording(values.get("question", ""))
    ends = number_of(low), number_of(high)
    if ends[0] is None or ends[1] is None or ends[0] >= ends[1]:
        raise RowError(
            "bad_scale",
            "scale_min and scale_max must be two numbers, the smaller first; "
            f"found {low[:20]!r} and {high[:20]!r}",
        )
    return ends[0], ends[1]


def _score(values: dict[str, str], scale: tuple[float, float] | None) -> float | None:
    written = values.get("score", "")
    if not written:
        return None
    score = leading_number_of(written)
    if score is None:
        raise RowError(
            "score_is_no_number", f"score must be a number; found {written[:20]!r}"
        )
    if scale is not None and not scale[0] <= score <= scale[1]:
        raise RowError(
            "score_outside_scale",
            f"score {score:g} is outside its scale, {scale[0]:g} to {scale[1]:g}",
        )
    return score


def _time(values: dict[str, str], column: str, country: str) -> datetime | None:
    written = values.get(column, "")
    if not written:
        return None
    instant = instant_of(written, country=country)
    if instant is None:
        name = "completed_at" if column == "answered_at" else column
        raise RowError(
            "bad_time",
            f"{name} must be a time such as 2026-01-05T09:00:00Z; "
            f"found {written[:40]!r}",
        )
    return instant


def _higher_is_better(values: dict[str, str], kind: Kind | None, question: str) -> bool:
    stated = values.get("higher_is_better", "").lower()
    if stated in TRUE_WORDS or stated in FALSE_WORDS:
        return stated in TRUE_WORDS
    if stated:
        raise RowError(
            "bad_direction",
            f"higher_is_better must be true or false; found {stated[:20]!r}",
        )
    return is_higher_better(kind, question)


def _names(values: dict[str, str]) -> tuple[str, ...]:
    parts = (values.get("first_name", ""), values.get("last_name", ""))
    whole = " ".join(part for part in parts if part)
    return tuple(dict.fromkeys(n for n in (values.get("name", ""), whole) if n))


def _handles(values: dict[str, str]) -> tuple[Handle, ...]:
    """A customer key that looks like an address or a number is taken for one."""
    handles: list[Handle] = []
    key = values.get("customer", "")
    if "@" in key:
        handles.append(Handle("email", key))
    elif key.startswith("+") and len(key) > 6:
        handles.append(Handle("phone", key))
    elif key:
        handles.append(Handle("account", key))
    # Forms write "anonymous" for who did not sign in.
    if "@" in values.get("email", ""):
        handles.append(Handle("email", values["email"]))
    if values.get("phone"):
        handles.append(Handle("phone", values["phone"]))
    return tuple(dict.fromkeys(handles))


def split(stream: BinaryIO, origin: Origin) -> Iterator[Document]:
    """As CSV, or as JSON where the first mark is one of its brackets."""
    peeked = json_tables.Peeked(stream)
    if peeked.is_json():
        return json_documents.split(cast("BinaryIO", peeked), origin)
    stream = cast("BinaryIO", peeked)
    return csv_documents.split(stream, origin, _count_header_rows, is_header)


READER = Reader("surveys", split, parse)
