"""Satisfaction surveys: who is asked, who answers, and how."""

import csv
import io
from random import Random
from typing import Any

from demo import clock
from demo.clock import DAY, HOUR, MINUTE
from demo.personal_data import Planted, something_personal
from demo.scene import Scene
from demo.world import ANSWER_RATE, SURVEY_SHARE

SOURCE = "surveys"
COLUMNS = [
    "survey_id",
    "interaction_id",
    "survey_channel",
    "invited_at",
    "delivered_at",
    "started_at",
    "completed_at",
    "question_code",
    "scale_min",
    "scale_max",
    "score",
    "comment",
    "language",
]
QUALTRICS_COLUMNS = (
    *("StartDate", "EndDate", "Status", "IPAddress", "Progress"),
    *("Duration (in seconds)", "Finished", "RecordedDate", "ResponseId"),
    *("RecipientLastName", "RecipientFirstName", "RecipientEmail"),
    *("ExternalReference", "DistributionChannel", "UserLanguage"),
    *("Q1_NPS_GROUP", "Q1", "Q2_CSAT", "Q3_TEXT", "interaction_id"),
)
SCALES = {"CSAT": (1, 5), "NPS": (0, 10), "CES": (1, 7)}
_CHANNELS = {
    "call": ("sms", "sms", "ivr", "ivr", "app"),
    "email": ("email",),
    "chat": ("web", "web", "app"),
    "helpdesk": ("email", "sms"),
}
QUALTRICS_SHARE = 0.12
"""Of the web and app surveys that are answered: run in another tool."""


def csv_row(values: list[Any]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(values)
    return buffer.getvalue().encode()


def invite(
    scene: Scene, interaction_id: str, channel: str, at: int, *, is_solved: bool
) -> None:
    """Perhaps a survey about this interaction: invitation, then perhaps the answer."""
    rng = scene.rng
    if not scene.chance(SURVEY_SHARE[channel]):
        return
    survey_channel = rng.choice(_CHANNELS[channel])
    question = rng.choices(("CSAT", "NPS", "CES"), (70, 20, 10))[0]
    survey_id = f"S-{scene.number}-{rng.randrange(1000, 9999)}"
    invited = at + (20 if survey_channel == "ivr" else rng.randrange(10, 120) * MINUTE)
    delivered = None if rng.random() < 0.03 else invited + rng.randrange(1, 60)
    row: dict[str, Any] = {
        "survey_id": survey_id,
        "interaction_id": interaction_id,
        "survey_channel": survey_channel,
        "invited_at": clock.iso(invited),
        "delivered_at": clock.iso(delivered) if delivered else "",
        "started_at": "",
        "completed_at": "",
        "question_code": question,
        "scale_min": SCALES[question][0],
        "scale_max": SCALES[question][1],
        "score": "",
        "comment": "",
        "language": scene.person.language,
    }
    if delivered is None or not scene.chance(ANSWER_RATE[survey_channel]):
        if rng.random() < 0.06 and delivered:
            row["started_at"] = clock.iso(delivered + rng.randrange(60, 600))
        if _send(scene, row, invited):
            scene.truth.surveys.append(_truth(scene, row))
        return
    delay = 30 if survey_channel == "ivr" else int(rng.expovariate(1 / (9 * HOUR)))
    started = invited + 60 + min(delay, 4 * DAY)
    answered = started + rng.randrange(15, 200)
    filled = row | {
        "started_at": clock.iso(started),
        "completed_at": clock.iso(answered),
        "score": _score(rng, question, scene.mood.frustration, is_solved=is_solved),
    }
    filled["comment"], planted = _comment(scene, filled)
    if survey_channel in ("web", "app") and rng.random() < QUALTRICS_SHARE:
        _qualtrics(scene, filled, planted, started, answered)
        return
    is_known = False
    if answered // DAY != invited // DAY:
        is_known = _send(scene, row, invited)
        is_answered = _send(scene, filled, answered, reason="updated")
    else:
        is_answered = _send(scene, filled, answered)
    if is_answered and planted:
        scene.truth.plant(planted, f"{SOURCE}:{survey_id}", "survey_comment")
    if is_answered or is_known:
        scene.truth.surveys.append(_truth(scene, filled if is_answered else row))


def _truth(scene: Scene, row: dict[str, Any], source: str = SOURCE) -> dict[str, Any]:
    return {
        "source": source,
        "survey_id": row["survey_id"],
        "interaction_id": row["interaction_id"],
        "person_id": scene.person.person_id,
        "survey_channel": row["survey_channel"],
        "question_kind": row["question_code"].lower(),
        "invited_at": row["invited_at"] or None,
        "delivered_at": row["delivered_at"] or None,
        "started_at": row["started_at"] or None,
        "answered_at": row["completed_at"] or None,
        "score": row["score"] if row["score"] != "" else None,
        "scale_min": row["scale_min"],
        "scale_max": row["scale_max"],
        "has_comment": bool(row["comment"]),
    }


def _send(scene: Scene, row: dict[str, Any], at: int, reason: str = "") -> bool:
    return scene.outbox.send(
        SOURCE,
        "invitations",
        at,
        csv_row([row[column] for column in COLUMNS]),
        ids=(f"{SOURCE}:{row['survey_id']}",),
        what="survey",
        reason=reason,
    )


def _score(rng: Random, question: str, frustration: float, *, is_solved: bool) -> int:
    """From delight at 1 to disgust at 0, then onto the question's scale."""
    mean = (1.02 if is_solved else 0.62) - 0.66 * frustration
    delight = min(1.0, max(0.0, rng.gauss(mean, 0.16)))
    low, high = SCALES[question]
    return round(low + delight * (high - low))


def _comment(scene: Scene, row: dict[str, Any]) -> tuple[str, Planted | None]:
    """In two of five answers; one in ten of those holds personal data."""
    rng = scene.rng
    if rng.random() > 0.4:
        return "", None
    low, high = row["scale_min"], row["scale_max"]
    share = (row["score"] - low) / (high - low)
    kind = "good" if share >= 0.75 else "middling" if share >= 0.45 else "bad"
    comment: str = rng.choice(scene.voice.parts.SURVEY_COMMENTS[kind])
    if rng.random() > 0.1:
        return comment, None
    planted = something_personal(rng, scene.person, aloud=False)
    template: str = rng.choice(scene.voice.parts.PERSONAL[planted.kind])
    return f"{comment} {template.format(value=planted.value)}", planted


def _qualtrics(
    scene: Scene,
    row: dict[str, Any],
    planted: Planted | None,
    started: int,
    answered: int,
) -> None:
    """An answer in the other tool, which tells of no invitation."""
    rng, person = scene.rng, scene.person
    response = f"R_{rng.getrandbits(80):020x}"
    is_nps = row["question_code"] == "NPS"
    score = row["score"]
    group = "Promoter" if score >= 9 else "Passive" if score >= 7 else "Detractor"
    nps = score if is_nps else rng.randrange(0, 11)
    csat = score if row["question_code"] == "CSAT" else ""
    if not is_nps:
        group = "Promoter" if nps >= 9 else "Passive" if nps >= 7 else "Detractor"
    values = [
        *(
            _qualtrics_time(started),
            _qualtrics_time(answered),
            "0",
            "192.0.2.17",
            "100",
        ),
        *(answered - started, "1", _qualtrics_time(answered), response),
        *(person.last, person.first, person.emails[0]),
        *(person.customer_id or "", "email", person.language.upper()),
        *(group, nps, csat, row["comment"], row["interaction_id"]),
    ]
    is_sent = scene.outbox.send(
        SOURCE,
        "qualtrics",
        answered,
        csv_row(values),
        ids=(f"{SOURCE}:{response}",),
        what="survey",
    )
    if not is_sent:
        return
    if planted:
        scene.truth.plant(planted, f"{SOURCE}:{response}", "survey_comment")
    for kind, value, scale in (("NPS", nps, (0, 10)), ("CSAT", csat, (1, 5))):
        if value != "":
            filled = row | {
                "survey_id": f"{response}/{'Q1' if kind == 'NPS' else 'Q2_CSAT'}",
                "survey_channel": "email",
                "question_code": kind,
                "invited_at": "",
                "delivered_at": "",
                "score": value,
                "scale_min": scale[0],
                "scale_max": scale[1],
            }
            scene.truth.surveys.append(_truth(scene, filled) | {"delivery": response})


def _qualtrics_time(at: int) -> str:
    return clock.iso(at)[:-1].replace("T", " ")


def qualtrics_headers() -> bytes:
    """The three header rows: names, questions, import ids."""
    questions = [f"Question {c}" if c[0] == "Q" else c for c in QUALTRICS_COLUMNS]
    import_ids = [f'{{"ImportId":"{c}"}}' for c in QUALTRICS_COLUMNS]
    return b"".join(map(csv_row, (list(QUALTRICS_COLUMNS), questions, import_ids)))
