"""Broken files: what systems, networks and people do to an export now and then."""

from collections import Counter
from pathlib import Path

from demo import clock, identifiers
from demo.clock import DAY, HOUR
from demo.formats.amazon_connect import Leg, analysis, analysis_name, contact_record
from demo.scene import dumps
from demo.surveys import COLUMNS, csv_row
from demo.truth import Row
from demo.world import World

KINDS = (
    "truncated_json",
    "garbage_bytes",
    "score_out_of_scale",
    "empty_file",
    "wrong_encoding",
    "orphan_transcript",
    "unknown_interaction",
    "mail_without_sender",
)
"""One on each day, in turn."""


def plant(
    world: World, folder: Path, day: int
) -> tuple[Counter[tuple[str, int, str]], list[Row]]:
    """The day's trouble: what it adds to the counts, and the truth about it."""
    kind = KINDS[day % len(KINDS)]
    rng = world.rng("trouble", day)
    at = world.start_at + day * DAY + 9 * HOUR
    counts: Counter[tuple[str, int, str]] = Counter()
    planted: list[Row] = []
    phone = identifiers.mobile(30_000_000 + day)

    def write(
        source: str, name: str, content: bytes, outcome: str, **truth: str
    ) -> None:
        path = folder / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        counts[source, day, outcome] += 1
        where = f"{folder.name}/{source}/{name}"
        planted.append({"kind": kind, "value": None, "where": where, "part": "file"})
        for part, value in truth.items():
            planted.append(
                {"kind": part, "value": value, "where": where, "part": "broken"}
            )

    if kind == "truncated_json":
        leg = Leg(identifiers.uuid(rng), at, "INBOUND", at + 90, "OTHER", phone)
        whole = contact_record(leg, updated_at=at + 120)
        cut = whole.index(b"SystemEndpoint") + 5
        write(
            "telephony",
            "contacts-9001.jsonl",
            whole[:cut] + b"\n",
            "broken",
            phone=phone,
        )
    elif kind == "garbage_bytes":
        write(
            "messaging",
            "conversations-9002.jsonl",
            b"\x00\xff\xfe" + rng.randbytes(300).replace(b"\n", b" ") + b"\n",
            "broken",
        )
    elif kind == "score_out_of_scale":
        values = {
            "survey_id": f"S-BROKEN-{day}",
            "interaction_id": "",
            "survey_channel": "sms",
            "invited_at": clock.iso(at),
            "delivered_at": clock.iso(at + 5),
            "started_at": clock.iso(at + 60),
            "completed_at": clock.iso(at + 90),
            "question_code": "NPS",
            "scale_min": 0,
            "scale_max": 10,
            "score": 12,
            "comment": f"rappelez-moi au {identifiers.national(phone)}",
            "language": "fr",
        }
        rows = csv_row(list(COLUMNS)) + csv_row([values[c] for c in COLUMNS])
        write(
            "surveys",
            "invitations-9003.csv",
            rows,
            "broken",
            phone=identifiers.national(phone),
        )
    elif kind == "empty_file":
        write("telephony", "contacts-9004.jsonl", b"", "empty_files")
    elif kind == "wrong_encoding":
        status = {
            "id": "1",
            "content": f"<p>Débit catastrophique, appelez le {identifiers.national(phone)}</p>",
        }
        line = dumps(status).decode().encode("latin-1")
        write(
            "mastodon",
            "statuses-9005.jsonl",
            line + b"\n",
            "broken",
            phone=identifiers.national(phone),
        )
    elif kind == "orphan_transcript":
        leg = Leg(
            identifiers.uuid(rng), at, "INBOUND", at + 200, "OTHER", phone, talk=150
        )
        leg.turns = [
            ("agent", "Ondine Télécom bonjour"),
            (
                "customer",
                f"oui allô mon numéro c'est le {identifiers.national(phone)} je n'ai plus internet",
            ),
        ]
        write(
            "telephony",
            analysis_name(leg, at + 300),
            analysis(leg),
            "transcripts",
            phone=identifiers.national(phone),
        )
    elif kind == "unknown_interaction":
        values = {
            "survey_id": f"S-UNKNOWN-{day}",
            "interaction_id": f"telephony:{identifiers.uuid(rng)}",
            "survey_channel": "sms",
            "invited_at": clock.iso(at),
            "delivered_at": clock.iso(at + 5),
            "question_code": "CSAT",
            "scale_min": 1,
            "scale_max": 5,
            "language": "fr",
        }
        rows = csv_row(list(COLUMNS)) + csv_row([values.get(c, "") for c in COLUMNS])
        write("surveys", "invitations-9006.csv", rows, "surveys")
    else:
        message = (
            f"Message-ID: <broken{day}@relais.example>\nSubject: facture\n\n"
            f"Mon numero : {identifiers.national(phone)}\n"
        )
        write(
            "mailbox",
            f"eml/broken-{day}.eml",
            message.encode(),
            "broken",
            phone=identifiers.national(phone),
        )
    return counts, planted
