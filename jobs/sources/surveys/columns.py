"""Which column of a survey file is what: names in English and French, and questions.

A file has a column `score`, or a column for each question that it asks (`nps_score`,
`CSAT`, or the question as it was put).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from jobs.sources.csv_documents import column_name
from jobs.sources.surveys.questions import (
    ASKS_FOR_WORDS,
    Kind,
    kind_of_code,
    kind_of_wording,
)

COLUMNS: dict[str, tuple[str, ...]] = {
    "survey_id": (
        "survey_id", "invitation_id", "invite_id", "response_id", "id_enquete",
        "enquete_id", "id_invitation", "id_reponse", "survey_response_id",
        "respondent_id", "submission_id", "id",
    ),
    "interaction_id": ("interaction_id", "id_interaction", "interaction"),
    "customer": (
        "customer_id", "customer_key", "customer", "client_id", "id_client",
        "account_id", "numero_client", "num_client", "n_client", "client",
    ),
    "email": (
        "customer_email", "email", "e_mail", "mail", "courriel", "adresse_email",
        "email_address", "person_email", "recipient_email", "respondent_email",
    ),
    "phone": (
        "customer_phone", "phone", "telephone", "tel", "mobile", "phone_number",
        "person_phone", "person_phone_number",
    ),
    "name": ("customer_name", "name", "nom", "nom_client", "person_name"),
    "first_name": ("first_name", "prenom"),
    "last_name": ("last_name", "nom_de_famille"),
    "survey_channel": ("survey_channel", "channel", "canal", "canal_enquete"),
    "question_code": ("question_code", "question_id", "code_question"),
    "question_kind": (
        "question_kind", "kind", "metric", "question_type", "survey_type",
        "type_question", "indicateur",
    ),
    "question": ("question", "question_text", "libelle_question", "libelle"),
    "invited_at": (
        "invited_at", "sent_at", "invite_le", "envoye_le", "date_invitation",
        "date_envoi", "survey_sent_at", "sent_date", "invitation_date",
    ),
    "delivered_at": ("delivered_at", "recu_le", "distribue_le", "date_reception"),
    "started_at": (
        "started_at", "commence_le", "date_debut", "start_date", "start_date_utc",
        "date_created",
    ),
    "answered_at": (
        "completed_at", "answered_at", "responded_at", "submitted_at", "finished_at",
        "repondu_le", "termine_le", "date_reponse", "date_fin",
        "response_date", "survey_date", "submission_date", "date_submitted", "end_date",
        "submit_date", "submit_date_utc", "date_modified", "datestamp",
        "timestamp", "horodateur", "horodatage", "created_at", "date",
    ),
    "updated_at": ("updated_at", "source_updated_at", "modifie_le"),
    "score": (
        "score", "rating", "answer", "note", "valeur", "reponse", "response", "value",
    ),
    "scale": ("scale", "echelle"),
    "status": ("status", "statut", "response_status", "response_type"),
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

# Columns beside a score of the same name that are none themselves.
BESIDE_SCORES = re.compile(
    r"(?:^|_)(?:group|groupe|categor\w*|label|text|texte|comments?|commentaires?|verbatim"
    r"|reasons?|raisons?|why|pourquoi|segment|type|date|at|max|min|scale|echelle)$"
)


class Ask(NamedTuple):
    """A question that has a column of its own: one row answers several."""

    place: int
    code: str
    kind: Kind
    question: str
    """As it was put; the code is its beginning."""


def places_of(header: list[str]) -> dict[str, int]:
    """Which cell of a row is which column."""
    found: dict[str, int] = {}
    for i, cell in enumerate(header):
        # `completedAt` and `Completed At` are the same.
        # Typeform heads a response's id by `#`.
        name = "id" if cell.strip() == "#" else column_name(cell)
        found.setdefault(name.replace("_", ""), i)
    places: dict[str, int] = {}
    for column, names in COLUMNS.items():
        for name in names:
            bare = name.replace("_", "")
            if bare in found:
                places[column] = found[bare]
                break
    return places


def asks_of(header: list[str], places: dict[str, int]) -> Iterator[Ask]:
    """The questions among the columns that are nothing else: `nps_score`, `CSAT`."""
    known = set(places.values())
    codes: set[str] = set()
    for place, cell in enumerate(header):
        if place in known or BESIDE_SCORES.search(column_name(cell)):
            continue
        kind = kind_of_code(cell) if len(cell) <= LONGEST_CODE else None
        kind = kind or kind_of_wording(cell)
        if kind is not None:
            code = cell.strip()[:LONGEST_CODE].strip()
            # Questions of one form begin alike.
            code = f"{code} ({place + 1})" if code in codes else code
            codes.add(code)
            yield Ask(place, code, kind, cell.strip())


def texts_of(
    header: list[str], places: dict[str, int], asks: tuple[Ask, ...]
) -> tuple[int, ...]:
    """The columns headed by a question that asks for words: `Why?`."""
    known = {*places.values(), *(ask.place for ask in asks)}
    return tuple(
        place
        for place, cell in enumerate(header)
        if place not in known
        and ASKS_FOR_WORDS.search(cell)
        and (cell.rstrip().endswith("?") or len(cell.split()) > 2)
    )


def count_header_rows(first_rows: list[list[str]]) -> int:
    """SurveyMonkey has a second row, of choices, with nothing below a response's id."""
    if len(first_rows) < 2:
        return 1
    ids = [
        cell
        for name, cell in zip(*first_rows[:2], strict=False)
        if column_name(name) in ("respondent_id", "collector_id")
    ]
    return 2 if len(ids) == 2 and not any(map(str.strip, ids)) else 1


# A longer heading is a question as it was put.
LONGEST_CODE = 40


def is_survey_file(places: dict[str, int], asks: tuple[Ask, ...]) -> bool:
    telling = {"score", "interaction_id", "invited_at", "answered_at", "question_code"}
    return "survey_id" in places and bool(asks or telling & places.keys())
