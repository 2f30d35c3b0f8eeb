"""Survey answers: CSV with one row per invitation and question, and Qualtrics exports.

Which of the two a file is, is told from its header. This module reads the first; the
columns are those of `COLUMNS`, in any order, in English or French, others ignored. The
invitation's id is needed, and one time at least.

What is surprising:

* An id is `<survey_id>/<question_code>` wherever a code is given, so that the second
  question of an invitation is not an update of the first.
* `question_kind` comes from its own column, else from the code (`Q2_CSAT`), else from
  the question's text; otherwise it is null. A question on recommendation whose scale
  is not 0 to 10 is null, too: promoters are not defined on it.
* NPS without scale columns is 0 to 10. Any other score without them keeps its number
  and no scale.
* `higher_is_better` comes from its column (`higher_is_better`, `direction`), else from
  the wording of an effort question; otherwise it is true.
* A score outside its scale, or that is no number, refuses the row: it would be counted.
* An answer without its own time is dated by the newest time of its row. Times without
  a zone are UTC.
* The interaction is kept as it is given, known or not.
"""

from datetime import datetime
from functools import partial

from jobs.sources import csv_documents, qualtrics, qualtrics_layout
from jobs.sources.csv_documents import Row, column_name
from jobs.sources.languages import iso_639_1
from jobs.sources.records import (
    EXCERPT_LENGTH,
    Excluded,
    Handle,
    Origin,
    Outcomes,
    Reader,
    Rejected,
    Survey,
    excerpt_of,
)
from jobs.sources.survey_questions import (
    FALSE_WORDS,
    NPS_SCALE,
    TRUE_WORDS,
    Kind,
    is_higher_better,
    kind_of_code,
    kind_of_wording,
    leading_number_of,
    number_of,
)
from jobs.sources.written_times import instant_of

COLUMNS: dict[str, tuple[str, ...]] = {
    "survey_id": (
        "survey_id", "invitation_id", "invite_id", "response_id", "id_enquete",
        "enquete_id", "id_invitation", "id_reponse", "id",
    ),
    "interaction_id": ("interaction_id", "id_interaction", "interaction"),
    "customer": (
        "customer_id", "customer_key", "customer", "client_id", "id_client",
        "account_id", "numero_client", "num_client", "n_client", "client",
    ),
    "email": ("customer_email", "email", "e_mail", "mail", "courriel", "adresse_email"),
    "phone": ("customer_phone", "phone", "telephone", "tel", "mobile"),
    "name": ("customer_name", "name", "nom", "nom_client"),
    "survey_channel": ("survey_channel", "channel", "canal", "canal_enquete"),
    "question_code": ("question_code", "question_id", "code_question"),
    "question_kind": (
        "question_kind", "kind", "metric", "question_type", "survey_type",
        "type_question", "indicateur",
    ),
    "question": ("question", "question_text", "libelle_question", "libelle"),
    "invited_at": (
        "invited_at", "sent_at", "invite_le", "envoye_le", "date_invitation",
        "date_envoi",
    ),
    "delivered_at": ("delivered_at", "recu_le", "distribue_le", "date_reception"),
    "started_at": ("started_at", "commence_le", "date_debut"),
    "answered_at": (
        "completed_at", "answered_at", "responded_at", "submitted_at", "finished_at",
        "repondu_le", "termine_le", "date_reponse", "date_fin",
    ),
    "updated_at": ("updated_at", "source_updated_at", "modifie_le"),
    "score": ("score", "rating", "answer", "note", "valeur", "reponse"),
    "scale_min": ("scale_min", "min_score", "note_min", "echelle_min"),
    "scale_max": ("scale_max", "max_score", "note_max", "echelle_max"),
    "higher_is_better": ("higher_is_better", "direction", "sens"),
    "comment": (
        "comment", "comments", "commentaire", "commentaires", "verbatim", "feedback",
    ),
    "language": ("language", "lang", "langue", "locale"),
}  # fmt: skip
"""What is read, and the names under which it may stand; the first that is there wins."""

TIMES = ("invited_at", "delivered_at", "started_at", "answered_at", "updated_at")

CHANNELS = {
    "sms": "sms", "text": "sms", "texto": "sms",
    "ivr": "ivr", "svi": "ivr", "voice": "ivr", "phone": "ivr",
    "email": "email", "e-mail": "email", "mail": "email", "courriel": "email",
    "web": "web", "site": "web", "website": "web", "link": "web",
    "app": "app", "mobile": "app", "mobile_app": "app", "application": "app",
}  # fmt: skip


class RowError(ValueError):
    """Why a row is refused: a code, and a sentence for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def parse(document: bytes, origin: Origin) -> Outcomes:
    """Each row of the document to its surveys, exclusion or refusal."""
    table = csv_documents.table(document, qualtrics_layout.count_header_rows)
    if table is None:
        return
    if qualtrics_layout.is_export(table.header):
        yield from qualtrics.parse_table(table, origin)
        return
    places = _places(table.header[0])
    if not _is_survey_file(places):
        yield Rejected(
            "not_a_survey_file",
            "expected the columns survey_id and one of score, interaction_id, "
            "invited_at, completed_at, question_code; found "
            + ", ".join(repr(cell[:40]) for cell in table.header[0][:12]),
            origin,
            excerpt_of(document),
        )
        return
    for number, row in enumerate(table.rows, 1):
        yield _from_row(row, places, origin.at(f"row {number}"))


def _places(header: list[str]) -> dict[str, int]:
    """Which cell of a row is which column."""
    found: dict[str, int] = {}
    for i, cell in enumerate(header):
        found.setdefault(column_name(cell), i)
    places: dict[str, int] = {}
    for column, names in COLUMNS.items():
        for name in names:
            if name in found:
                places[column] = found[name]
                break
    return places


def _is_survey_file(places: dict[str, int]) -> bool:
    telling = {"score", "interaction_id", "invited_at", "answered_at", "question_code"}
    return "survey_id" in places and bool(telling & places.keys())


def _from_row(
    row: Row, places: dict[str, int], origin: Origin
) -> Survey | Rejected | Excluded:
    if row.fault is not None:
        return Rejected("broken_row", row.fault, origin, row.text[:EXCERPT_LENGTH])
    values = {column: row.cells[i].strip() for column, i in places.items()}
    try:
        return _survey(values, origin)
    except RowError as error:
        return Rejected(error.code, error.message, origin, row.text[:EXCERPT_LENGTH])


def _survey(values: dict[str, str], origin: Origin) -> Survey:
    survey_id = values["survey_id"]
    if not survey_id:
        raise RowError("no_survey_id", "survey_id is empty: the row has no identity")
    code = values.get("question_code") or None
    question = values.get("question", "")
    kind = _kind(values, code, question)
    scale = _scale(values, kind)
    if kind == "nps" and scale != NPS_SCALE:
        kind = None
    score = _score(values, scale)

    times = {column: _time(values, column, origin) for column in TIMES}
    known = [time for time in times.values() if time is not None]
    if not known:
        raise RowError(
            "no_time",
            "none of invited_at, delivered_at, started_at, completed_at is given",
        )
    newest = max(known)
    answered_at = times["answered_at"]
    if answered_at is None and score is not None:
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
        comment=values.get("comment") or None,
        language=iso_639_1(values.get("language")),
        source_updated_at=newest,
        names=(values["name"],) if values.get("name") else (),
        origin=origin,
    )


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
        return NPS_SCALE if kind == "nps" else None
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


def _time(values: dict[str, str], column: str, origin: Origin) -> datetime | None:
    written = values.get(column, "")
    if not written:
        return None
    instant = instant_of(written, country=origin.company.country)
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
    if values.get("email"):
        handles.append(Handle("email", values["email"]))
    if values.get("phone"):
        handles.append(Handle("phone", values["phone"]))
    return tuple(dict.fromkeys(handles))


READER = Reader(
    "surveys",
    partial(csv_documents.split, count_header_rows=qualtrics_layout.count_header_rows),
    parse,
)
