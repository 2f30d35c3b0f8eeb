"""Which column of a survey file is what: names in English and French, and questions.

A file has a column `score`, or a column for each question that it asks (`nps_score`,
`CSAT`, or the question as it was put).
"""

import re
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
        # Beside a response's own id, a survey's is that of the questionnaire.
        "invitation_id", "invite_id", "id_invitation", "response_id", "id_reponse",
        "identifiant_reponse", "survey_response_id", "submission_id", "feedback_id",
        "cle", "identifiant", "id", "survey_id", "id_enquete", "enquete_id",
        "respondent_id", "id_repondant", "review_id", "id_avis", "identifiant_avis",
    ),
    "interaction_id": ("interaction_id", "id_interaction", "interaction"),
    "customer": (
        "customer_id", "customer_key", "customer", "client_id", "id_client",
        "account_id", "numero_client", "num_client", "n_client", "client",
    ),
    "email": (
        "customer_email", "email", "e_mail", "mail", "courriel", "adresse_email",
        "email_address", "person_email", "recipient_email", "respondent_email",
        "adresse_messagerie", "contact_email", "consumer_email", "nom_utilisateur",
    ),
    "phone": (
        "customer_phone", "phone", "telephone", "tel", "mobile", "phone_number",
        "person_phone", "person_phone_number", "numero_telephone", "portable",
    ),
    "name": (
        "customer_name", "name", "nom", "nom_client", "person_name", "consumer_name",
        "nom_complet", "full_name",
    ),
    "first_name": ("first_name", "prenom", "contact_first_name"),
    "last_name": ("last_name", "nom_de_famille", "contact_last_name"),
    "survey_channel": ("survey_channel", "channel", "canal", "canal_enquete"),
    "question_code": ("question_code", "question_id", "code_question"),
    "question_kind": (
        "question_kind", "kind", "metric", "question_type", "survey_type",
        "type_question", "indicateur",
    ),
    "question": ("question", "question_text", "libelle_question", "libelle"),
    "invited_at": (
        "invited_at", "sent_at", "invite_le", "envoye_le", "date_invitation",
        "date_envoi", "survey_sent_at", "sent_date", "invitation_date", "sent",
    ),
    "delivered_at": ("delivered_at", "recu_le", "distribue_le", "date_reception"),
    "started_at": (
        "started_at", "commence_le", "date_debut", "start_date", "start_date_utc",
        "date_created", "start_time", "time_started", "started", "heure_debut",
        "date_lancement",
    ),
    "answered_at": (
        "completed_at", "answered_at", "responded_at", "submitted_at", "finished_at",
        "repondu_le", "termine_le", "date_reponse", "date_fin", "heure_fin",
        "completion_time", "completion_date", "completed", "completed_date",
        "date_completed", "survey_completed_date", "responded", "date_soumission",
        "date_saisie", "date_avis", "review_created", "review_date",
        # Typeform's French for a form that was sent in, not an invitation.
        "date_d_envoi_utc",
        "response_date", "feedback_date", "survey_date", "submission_date",
        "date_submitted", "end_date", "submit_date", "submit_date_utc",
        "date_modified", "datestamp",
        "timestamp", "horodateur", "horodatage", "created_at", "created", "date",
    ),
    "updated_at": ("updated_at", "source_updated_at", "modifie_le"),
    "score": (
        "score", "rating", "answer", "note", "valeur", "reponse", "response", "value",
        "review_stars", "star_rating", "stars", "etoiles", "nombre_etoiles",
        "note_globale",
    ),
    "scale": ("scale", "echelle"),
    "status": ("status", "statut", "response_status", "response_type"),
    "scale_min": ("scale_min", "min_score", "note_min", "echelle_min"),
    "scale_max": ("scale_max", "max_score", "note_max", "echelle_max"),
    "higher_is_better": ("higher_is_better", "direction", "sens"),
    "comment": (
        "comment", "comments", "commentaire", "commentaires", "verbatim", "feedback",
        "review_content", "review_text", "review", "avis",
        # Beside a review's text, these are the company's reply.
        "response_text", "reponse_texte", "texte_reponse",
    ),
    "language": ("language", "lang", "langue", "locale", "review_language"),
}  # fmt: skip
"""What is read, and the names under which it may stand; the first that is there wins."""

WHO = frozenset(("customer", "email", "phone", "name", "first_name", "last_name"))

TIMES = ("invited_at", "delivered_at", "started_at", "answered_at", "updated_at")

# Columns beside a score of the same name that are none themselves.
BESIDE_SCORES = re.compile(
    r"(?:^|_)(?:group|groupe|categor\w*|label|text|texte|comments?|commentaires?|verbatim"
    r"|reasons?|raisons?|why|pourquoi|segment|type|date|at|max|min|scale|echelle)$"
    r"|^(?:comments?|commentaires?|verbatims?|reasons?|raisons?|motifs?|why|pourquoi)_"
)
# A column for what was typed, beside a score or not: "Commentaire NPS", "open_feedback".
# No "text", "message" or "description": it may be the question's, or what was sent.
_TYPED = re.compile(
    r"(?:^|_)(?:comments?|commentaires?|verbatims?|remarques?|suggestions?"
    r"|(?:free|open)_(?:text|end|ended|answers?|responses?)"
    r"|(?:texte|reponse|champ|zone|expression)_libre)(?:_|$)"
    # "feedback_csat" is a score.
    r"|(?:^|_)feedbacks?(?:_(?:text|texte|comments?|libre))?(?:_\d+)?$"
    r"|^(?:votre_)?avis(?:_clients?|_detaille|_libre)?$|^(?:texte|contenu)_avis$"
    r"|^(?:tell_us|racontez_nous|dites_nous|parlez_nous)(?:_|$)|^(?:why|pourquoi)$"
)
# Why somebody gave a score; a "reason" or "motif" alone may be that of the contact.
_REASONS = re.compile(r"(?:^|_)(?:reasons?|raisons?|motifs?|why|pourquoi)(?:_|$)")
_SCORES = re.compile(r"(?:^|_)(?:scores?|notes?|ratings?)(?:_|$)")
# What is told about what was typed and is none of it: "comment_language".
_ABOUT_TYPED = re.compile(
    r"^(?:has|is|nb|nombre|number|count|ids?|dates?|lang(?:ue|uage)?|auteur|author"
    r"|sentiment|statut|status|type|theme|source)_"
    r"|_(?:ids?|lang(?:ue|uage)?|locale|sentiments?|length|longueur|counts?|nombre|dates?"
    r"|time|at|by|hidden|masque|auteur|author|topics?|themes?|tags?|categor\w+|codes?"
    r"|groupe?s?|labels?|statut|status|type|url|link|lien|source|channel|canal"
    r"|translat\w+|tradu\w+|intern(?:al|e|es)?)$"
)
_NUMBER_OF_TYPED = re.compile(r"_(?:scores?|ratings?)$")
_LINKS = re.compile(r"(?:^|_)(?:(?:de|du|des|d|la|le|les|l)(?=_))+")
_QUALIFIER = re.compile(r"\s*\([^()]*\)\s*$")


class Ask(NamedTuple):
    """A question that has a column of its own: one row answers several."""

    place: int
    code: str
    kind: Kind
    question: str
    """As it was put; the code is its beginning."""
    texts: tuple[int, ...] = ()
    """Columns of what was typed about it: `CSAT comment`."""


def places_of(header: list[str]) -> dict[str, int]:
    """Which cell of a row is which column.

    By the name as it stands; then, of the cells left, without "de", "la" and the like
    and without what stands in brackets: "Date de la réponse (UTC)".
    """
    whole: dict[str, int] = {}
    bare: dict[str, int] = {}
    for i, cell in enumerate(header):
        # Typeform heads a response's id by `#`.
        name = "id" if cell.strip() == "#" else column_name(cell)
        # `completedAt` and `Completed At` are the same.
        whole.setdefault(name.replace("_", ""), i)
        main = _LINKS.sub("_", column_name(_QUALIFIER.sub("", cell)))
        bare.setdefault(main.replace("_", ""), i)
    places: dict[str, int] = {}
    for found in (whole, bare):
        taken = set(places.values())
        for column, names in COLUMNS.items():
            if column in places:
                continue
            for name in names:
                place = found.get(name.replace("_", ""))
                if place is not None and place not in taken:
                    places[column] = place
                    break
    return places


def asks_of(header: list[str], places: dict[str, int]) -> tuple[Ask, ...]:
    """The questions among the columns that are nothing else: `nps_score`, `CSAT`."""
    known = set(places.values())
    found: list[Ask] = []
    typed: list[tuple[int, Kind]] = []
    codes: set[str] = set()
    for place, cell in enumerate(header):
        if place in known:
            continue
        kind = kind_of_code(cell) if len(cell) <= LONGEST_CODE else None
        if kind is not None and _is_typed(cell):
            typed.append((place, kind))
            continue
        if BESIDE_SCORES.search(column_name(cell)) or _is_about_typed(cell):
            continue
        kind = kind or kind_of_wording(cell)
        if kind is not None:
            code = cell.strip()[:LONGEST_CODE].strip()
            # Questions of one form begin alike.
            code = f"{code} ({place + 1})" if code in codes else code
            codes.add(code)
            found.append(Ask(place, code, kind, cell.strip()))
    return tuple(
        ask._replace(
            texts=tuple(i for i, kind in typed if _is_about(ask, i, kind, found))
        )
        for ask in found
    )


def _is_typed(cell: str) -> bool:
    """Whether a column's name, or the beginning of its question, says: typed words."""
    name = column_name(cell)[:LONGEST_CODE]
    return _names_words(name) and not (
        _is_about_typed(cell) or _NUMBER_OF_TYPED.search(name)
    )


def _names_words(name: str) -> bool:
    if _TYPED.search(name) is not None:
        return True
    is_of_score = _SCORES.search(name) is not None or kind_of_code(name) is not None
    return is_of_score and _REASONS.search(name) is not None


def _is_about_typed(cell: str) -> bool:
    """Whether it names what is told about typed words. A question put as a heading,
    with its mark, may end in any of these words, unless it is very short."""
    name = column_name(cell)
    longest = 3 if "?" in cell else 5
    return (
        name.count("_") < longest
        and _names_words(name)
        and _ABOUT_TYPED.search(name) is not None
    )


def _is_about(ask: Ask, place: int, kind: Kind, asks: list[Ask]) -> bool:
    """Whether a column of words is the question's: the nearest before of its kind."""
    alike = [one for one in asks if one.kind == kind]
    before = [one for one in alike if one.place < place]
    return bool(alike) and ask == (before or alike[:1])[-1]


def texts_of(
    header: list[str], places: dict[str, int], asks: tuple[Ask, ...]
) -> tuple[int, ...]:
    """The columns headed by a question that asks for words: `Why?`."""
    known = {*places.values(), *(ask.place for ask in asks)}
    known.update(place for ask in asks for place in ask.texts)
    return tuple(
        place
        for place, cell in enumerate(header)
        if place not in known
        and not _is_about_typed(cell)
        and (
            _is_typed(cell)
            or (
                ASKS_FOR_WORDS.search(cell)
                and (cell.rstrip().endswith("?") or len(cell.split()) > 2)
            )
        )
    )


def unread_of(
    header: list[str],
    places: dict[str, int],
    asks: tuple[Ask, ...],
    texts: tuple[int, ...],
) -> tuple[int, ...]:
    """The columns that nobody reads; nothing typed is expected there."""
    known = {*places.values(), *texts, *(ask.place for ask in asks)}
    known.update(place for ask in asks for place in ask.texts)
    return tuple(
        place
        for place, cell in enumerate(header)
        if place not in known and not _is_about_typed(cell)
    )


_SURVEYMONKEY_IDS = frozenset(
    ("respondent_id", "collector_id", "id_du_repondant", "id_du_collecteur")
)


def count_header_rows(first_rows: list[list[str]]) -> int:
    """SurveyMonkey has a second row, of choices, with nothing below a response's id."""
    if len(first_rows) < 2:
        return 1
    ids = [
        cell
        for name, cell in zip(*first_rows[:2], strict=False)
        if column_name(name) in _SURVEYMONKEY_IDS
    ]
    return 2 if len(ids) == 2 and not any(map(str.strip, ids)) else 1


# A longer heading is a question as it was put.
LONGEST_CODE = 40


def is_survey_file(places: dict[str, int], asks: tuple[Ask, ...]) -> bool:
    """Whether its rows can be told apart, and say something.

    A form's sheet has no ids: where a question is put, the whole row stands for one.
    """
    telling = {"score", "interaction_id", "invited_at", "answered_at", "question_code"}
    if "survey_id" in places:
        return bool(asks or telling & places.keys())
    return "answered_at" in places and bool(asks)


def is_header(cells: list[str]) -> bool:
    """Whether a row has the names of a survey file's columns."""
    places = places_of(cells)
    return is_survey_file(places, asks_of(cells, places))
