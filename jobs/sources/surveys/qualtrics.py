"""Qualtrics response exports: CSV or TSV, one row per response, one column per answer.

Three header rows: the columns' names, the questions' texts, and an import id for each
(JSON, or a Python dictionary's text). Legacy exports have the first two. Columns are
known by their import id, which no language changes, else by name, else by label.

A response becomes one survey per question that measures CSAT, NPS or CES, with the id
`<ResponseId>/<column>`, answered or not; a response to a survey without any such
question is one survey of no kind, whose comment is all that was typed.

What an answer is worth: a number, or the number it begins with (`10 - Extremely
likely`), or a word, where all answers to that question in this document stand on one
known scale. Otherwise the score is null, and the word is kept in the comment. NPS is 0
to 10, CSAT and CES have the scale that the question's text names or the words imply;
otherwise none: a number without its scale is kept and in no metric.

Times without a zone are in the zone of the third header row, else in UTC. Previews,
test responses and spam are excluded; imported and unfinished responses are kept.

The interaction is in an embedded field `interaction_id`. Without such a column it is
the external reference; with it, the reference is the customer's account.

Source: Qualtrics support, Understanding Your Dataset; exports of other projects.
"""

import re
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from jobs.sources.csv_documents import Table
from jobs.sources.languages import iso_639_1
from jobs.sources.records import (
    EXCERPT_LENGTH,
    Excluded,
    Handle,
    Origin,
    Outcomes,
    Rejected,
    Survey,
)
from jobs.sources.surveys.qualtrics_layout import (
    Layout,
    Question,
    columns_of,
    layout_of,
)
from jobs.sources.surveys.questions import (
    FALSE_WORDS,
    UNREAD,
    answer_of,
    is_between_answers,
    is_sentence,
    leading_number_of,
)
from jobs.sources.written_times import country_of_dates, instant_of

SurveyChannel: TypeAlias = Literal["sms", "ivr", "email", "web", "app"]

# Bits of the status: 1 preview, 2 test, 4 imported, 8 spam, 16 offline, 32 employee.
STATUS_BITS = ((8, "spam"), (1, "preview"), (2, "test"))
STATUS_WORDS = (
    ("spam", re.compile(r"spam", re.IGNORECASE)),
    ("preview", re.compile(r"preview|vorschau|aperçu|prévisualisation", re.IGNORECASE)),
    ("test", re.compile(r"\btest", re.IGNORECASE)),
)
CHANNELS: dict[str, SurveyChannel] = {
    "email": "email", "e-mail": "email",
    "sms": "sms", "smsinvite": "sms", "sms invite": "sms", "sms interactive": "sms",
    # Whoever had the link, in a browser.
    "anonymous": "web", "qr": "web", "qrcode": "web", "web": "web",
    "intercept": "web", "sitefeedback": "web", "website": "web", "social": "web",
    "app": "app", "mobile": "app", "mobileapp": "app", "offlineapp": "app",
    "ivr": "ivr", "voice": "ivr",
}  # fmt: skip

NOBODY = frozenset({"Anonymous", "Anonym", "Anonyme"})
"""What stands for the name of whom nobody invited, by the language of the account."""


def parse_table(table: Table, origin: Origin) -> Outcomes:
    """Every response to its surveys, its exclusion or its refusal."""
    columns = columns_of(table.header)
    rows = list(table.rows)
    layout = layout_of(columns, table.header, rows)
    country = country_of_dates(
        (
            row.cells[layout.roles[role]]
            for row in rows
            if row.fault is None
            for role in ("started_at", "ended_at", "recorded_at")
            if role in layout.roles
        ),
        origin.company.country,
    )
    for number, row in enumerate(rows, 1):
        place = origin.at(f"row {number}")
        excerpt = row.text[:EXCERPT_LENGTH]
        if row.fault is not None:
            yield Rejected("broken_row", row.fault, place, excerpt)
            continue
        yield from _from_response(row.cells, layout, place, excerpt, country)


def _from_response(
    cells: list[str], layout: Layout, origin: Origin, excerpt: str, country: str
) -> Outcomes:
    def cell(role: str) -> str:
        place = layout.roles.get(role)
        return cells[place].strip() if place is not None else ""

    reason = _excluded(cell("status"), cell("distribution_channel"))
    if reason is not None:
        yield Excluded(reason, origin)
        return
    response_id = cell("response_id")
    if not response_id:
        message = "ResponseId is empty: the response has no identity"
        yield Rejected("no_survey_id", message, origin, excerpt)
        return
    times: dict[str, datetime | None] = {}
    for role in ("started_at", "ended_at", "recorded_at"):
        written = cell(role)
        times[role] = instant_of(written, country=country, zone=layout.zone)
        if written and times[role] is None:
            message = (
                f"{role} must be a time such as 2026-01-05 09:00:00; "
                f"found {written[:40]!r}"
            )
            yield Rejected("bad_time", message, origin, excerpt)
            return
    known = [time for time in times.values() if time is not None]
    if not known:
        message = "none of StartDate, EndDate, RecordedDate is given"
        yield Rejected("no_time", message, origin, excerpt)
        return

    reference = cell("reference")
    has_interaction_column = "interaction_id" in layout.roles
    account = cell("account") or (reference if has_interaction_column else "")
    interaction = cell("interaction_id") if has_interaction_column else reference
    name = cell("name") or " ".join(
        part for part in (cell("first_name"), cell("last_name")) if part
    )
    base = Survey(
        native_id=response_id,
        interaction_native_id=interaction or None,
        handles=tuple(
            handle
            for handle in (
                Handle("account", account),
                Handle("email", cell("email")),
                Handle("phone", cell("phone")),
            )
            if handle.value
        ),
        survey_channel=CHANNELS.get(cell("distribution_channel").lower()),
        question_kind=None,
        started_at=times["started_at"],
        language=iso_639_1(cell("language")),
        source_updated_at=max(known),
        names=(name,) if name and name not in NOBODY else (),
        origin=origin,
    )
    answered_at = times["ended_at"] or max(known)
    if not layout.questions:
        comment = _typed(cells, layout.texts)
        is_answered = comment or cell("finished").lower() not in FALSE_WORDS
        yield msgspec.structs.replace(
            base, comment=comment, answered_at=answered_at if is_answered else None
        )
        return
    for question in layout.questions:
        yield _answer(cells, question, base, answered_at, excerpt)
    for place in layout.unread:
        if is_sentence(cells[place]):
            yield Excluded(UNREAD, origin.at(f"column {place + 1}"))


def _answer(
    cells: list[str],
    question: Question,
    base: Survey,
    answered_at: datetime,
    excerpt: str,
) -> Survey | Rejected:
    written = cells[question.column.place].strip()
    comment = _typed(cells, question.texts)
    scale = question.scale
    higher = question.is_higher_better
    score = leading_number_of(written)
    if score is None and written in question.words:
        # Words are listed from worst to best, whatever was asked.
        score, *ends = question.words[written]
        scale = (ends[0], ends[1])
        higher = True
    elif score is None and (told := answer_of(written)):
        score, *ends = told
        scale = scale or (ends[0], ends[1])
    elif score is None and written:
        comment = "\n".join(part for part in (written, comment) if part)
    if score is not None and scale is not None and not scale[0] <= score <= scale[1]:
        return Rejected(
            "score_outside_scale",
            f"{question.column.name} {score:g} is outside its scale, "
            f"{scale[0]:g} to {scale[1]:g}",
            base.origin.at(question.column.name),
            excerpt,
        )
    if score is not None and is_between_answers(question.kind, score):
        return Rejected(
            "score_is_no_whole_number",
            f"{question.column.name} {score:g} lies between two answers: a "
            "recommendation is a whole number from 0 to 10",
            base.origin.at(question.column.name),
            excerpt,
        )
    return msgspec.structs.replace(
        base,
        native_id=f"{base.native_id}/{question.column.name}",
        question_kind=question.kind,
        question_code=question.column.name,
        answered_at=answered_at if written or comment else None,
        score=score,
        scale_min=scale[0] if scale else None,
        scale_max=scale[1] if scale else None,
        higher_is_better=higher,
        comment=comment or None,
    )


def _typed(cells: list[str], places: tuple[int, ...]) -> str | None:
    texts = [cells[place].strip() for place in places]
    return "\n".join(text for text in texts if text) or None


def _excluded(status: str, distribution_channel: str) -> str | None:
    """Why a response is nobody's own answer; null when it is somebody's."""
    if status.isascii() and status.isdigit() and len(status) <= 3:
        for bit, reason in STATUS_BITS:
            if int(status) & bit:
                return reason
        return None
    for text in (status, distribution_channel):
        for reason, words in STATUS_WORDS:
            if words.search(text):
                return reason
    return None
