"""Real public data, written as the documents a company's sources would have left.

    python -m benchmarks.real_as_native --data DIR --output DIR
    verbatim --settings OUTPUT/verbatim.toml run --day 2026-03-02

DATA holds tables and dialogues as their publishers give them (what of them is there is
taken); OUTPUT gets a drop folder of one arrival day and the settings of a company with
these sources. People wrote the words, so nothing of them is ours: the run shows whether
they go through, and its figures mean nothing beyond that.

What the data does not tell is made up, the same in every run: ids of people, the times
of dialogues, the hour of a complaint's dates. Every dialogue is rated: raters judged it
afterwards, and the lower median of their marks stands for the customer's answer.
"""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeAlias

import typer

from jobs.console import err, table

DAY = date(2026, 3, 2)
"""When everything arrives; dialogues without a time of their own took place then."""

POSTS_PER_PAGE = 100
"""What X gives at most in one answer."""

SECONDS_PER_TURN = 20

JARS = Path(__file__).parents[1] / "var" / "jars"

Json: TypeAlias = dict[str, Any]


class Document(NamedTuple):
    """One JSON document, the file it goes to, and how many rows it was made from."""

    file: str
    content: Json
    rows: int


# ----------------------------------------------------------------- posts on X


def pages_of_posts(rows: Iterator[Json]) -> Iterator[Document]:
    """Rows of `airline_tweets.csv` as pages of X's API v2."""
    number = 0
    while listed := list(islice(rows, POSTS_PER_PAGE)):
        number += 1
        posts = [_post(row) for row in listed]
        users = {
            _user_id(row["name"]): {
                "id": _user_id(row["name"]),
                "username": row["name"],
                "name": row["name"],
            }
            for row in listed
        }
        page = {
            "data": posts,
            "includes": {"users": list(users.values())},
            "meta": {
                "result_count": len(posts),
                "newest_id": max(post["id"] for post in posts),
                "oldest_id": min(post["id"] for post in posts),
            },
        }
        yield Document(f"page-{number:04}.json", page, len(listed))


def _post(row: Json) -> Json:
    written = datetime.strptime(row["tweet_created"], "%Y-%m-%d %H:%M:%S %z")
    return {
        "id": row["tweet_id"],
        "text": row["text"],
        "author_id": _user_id(row["name"]),
        "created_at": f"{written.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z",
        "conversation_id": row["tweet_id"],
        "edit_history_tweet_ids": [row["tweet_id"]],
        "public_metrics": {"retweet_count": int(row["retweet_count"] or 0)},
    }


def _user_id(name: str) -> str:
    # Four billion numbers for a few thousand names: sharing one is unlikely.
    return str(10_000_000_000 + zlib.crc32(name.casefold().encode()))


# ----------------------------------------------------------------- tickets

COMPANY = 1
"""The user id under which the company answers complaints."""


def tickets(rows: Iterator[Json]) -> Iterator[Document]:
    """Rows of `cfpb_complaints.csv` as Zendesk tickets, one a line.

    Where the consumer did not agree to publish the story, the boxes ticked in the form
    are the message: a form without words is sent so, too.
    """
    for row in rows:
        yield Document("tickets.jsonl", _ticket(row), 1)


def _ticket(row: Json) -> Json:
    number = int(row["Complaint ID"])
    ticked = [row["Product"], row["Sub-product"], row["Issue"], row["Sub-issue"]]
    story = row["Consumer complaint narrative"] or "\n".join(filter(None, ticked))
    received = f"{row['Date received']}T14:00:00Z"
    # A few were sent on before they were received: the dates are kept by two offices.
    answered = f"{max(row['Date received'], row['Date sent to company'])}T19:00:00Z"
    requester = {"id": 1_000_000_000 + number, "role": "end-user"}
    comments = [
        {
            "id": 10 * number,
            "type": "Comment",
            "author_id": requester["id"],
            "body": story,
            "public": True,
            "created_at": received,
        }
    ]
    answers = [row["Company response to consumer"], row["Company public response"]]
    if answer := ". ".join(filter(None, answers)):
        comments.append(
            {
                "id": 10 * number + 1,
                "type": "Comment",
                "author_id": COMPANY,
                "author": {"id": COMPANY, "name": row["Company"], "role": "agent"},
                "body": answer,
                "public": True,
                "created_at": answered,
            }
        )
    return {
        "id": number,
        "created_at": received,
        "updated_at": answered,
        "subject": row["Issue"],
        "description": story,
        "status": "closed" if answers[0].startswith("Closed") else "open",
        # A complaint by phone or post reaches the company typed in by an authority.
        "via": {"channel": "web" if row["Submitted via"] == "Web" else "api"},
        "requester_id": requester["id"],
        "requester": requester,
        "group": row["Product"],
        "tags": [f"timely_{row['Timely response?'].lower()}"],
        "comments": comments,
    }


# ----------------------------------------------------------------- chats

INCOMING, OUTGOING, ACTIVITY, TEMPLATE = 0, 1, 2, 3
KINDS = {
    "USER": INCOMING,
    "SYSTEM": OUTGOING,
    "customer": INCOMING,
    "agent": OUTGOING,
    "action": ACTIVITY,
}


def rated_chats(first_number: int) -> Callable[[Iterator[Json]], Iterator[Document]]:
    """Lines of `uss_*.jsonl` as Chatwoot conversations, numbered from here on."""

    def made(lines: Iterator[Json]) -> Iterator[Document]:
        for number, line in enumerate(lines, first_number):
            said = [(turn["role"], turn.get("text", "")) for turn in line["turns"]]
            marks = [
                turn["satisfaction"]
                for turn in line["turns"]
                if turn["role"] == "OVERALL"
            ]
            contact = {"id": number, "name": None, "type": "contact"}
            rating = lower_median(marks[0]) if marks and marks[0] else None
            content = _conversation(number, contact, said, rating)
            yield Document(f"{line['dataset'].lower()}.jsonl", content, 1)

    return made


def shop_chats(lines: Iterator[Json]) -> Iterator[Document]:
    """Lines of `abcd_chats.jsonl` as Chatwoot conversations; actions as activity."""
    for line in lines:
        person = line["scenario"]["personal"]
        contact = {
            "id": line["convo_id"],
            "name": person.get("customer_name"),
            "email": person.get("email"),
            "phone_number": person.get("phone"),
            "type": "contact",
        }
        said = [(who, text) for who, text in line["original"]]
        content = _conversation(line["convo_id"], contact, said, None)
        yield Document("conversations.jsonl", content, 1)


def lower_median(marks: Sequence[int]) -> int:
    return sorted(marks)[(len(marks) - 1) // 2]


def _conversation(
    number: int, contact: Json, said: Sequence[tuple[str, str]], rating: int | None
) -> Json:
    """A conversation at an hour of the day that its number gives."""
    opened = datetime.combine(DAY, datetime.min.time(), UTC) + timedelta(
        hours=8, minutes=number % (10 * 60)
    )
    at = int(opened.timestamp())
    agent = {"id": 1, "name": "Agent", "type": "user"}
    messages: list[Json] = []
    for who, text in said:
        if who not in KINDS:
            continue
        kind = KINDS[who]
        messages.append(_message(number, len(messages), kind, text, at))
        if kind != ACTIVITY:
            messages[-1]["sender"] = contact if kind == INCOMING else agent
        at += SECONDS_PER_TURN
    if rating is not None:
        answer = {"rating": rating, "created_at": at + SECONDS_PER_TURN}
        messages.append(
            _message(number, len(messages), TEMPLATE, "", at)
            | {
                "content_type": "input_csat",
                "content_attributes": {
                    "submitted_values": {"csat_survey_response": answer}
                },
            }
        )
    return {
        "id": number,
        "account_id": 1,
        "inbox_id": 1,
        "status": "resolved",
        "created_at": int(opened.timestamp()),
        "last_activity_at": at,
        "meta": {
            "sender": contact,
            "assignee": agent,
            "channel": "Channel::WebWidget",
        },
        "messages": messages,
    }


def _message(number: int, place: int, kind: int, text: str, at: int) -> Json:
    return {
        "id": number * 1_000 + place,
        "conversation_id": number,
        "inbox_id": 1,
        "message_type": kind,
        "content_type": "text",
        "content": text,
        "private": False,
        "status": "sent",
        "created_at": at,
    }


# ----------------------------------------------------------------- calls

ROLES = {"agent": "AGENT", "caller": "CUSTOMER"}


def calls(lines: Iterator[Json]) -> Iterator[Document]:
    """Lines of `harper_valley_calls.jsonl`: a contact record and an analysis each."""
    for line in lines:
        yield Document("records.jsonl", _contact_record(line), 1)
        ended = _instant(line["end_time_ms"]).replace(":", "_")
        name = f"analysis/{line['sid']}_analysis_{ended}.json"
        yield Document(name, _analysis(line), 0)


def _contact_record(line: Json) -> Json:
    began, ended = line["start_time_ms"], line["end_time_ms"]
    queue = {
        "Name": line["session"],
        "EnqueueTimestamp": _instant(began),
        "DequeueTimestamp": _instant(began),
        "Duration": 0,
    }
    agent = {
        "Username": line["agent_name"],
        "ConnectedToAgentTimestamp": _instant(began),
        "AgentInteractionDuration": (ended - began) // 1_000,
        "CustomerHoldDuration": 0,
        "AfterContactWorkDuration": 0,
        "AfterContactWorkEndTimestamp": _instant(ended),
    }
    return {
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "ContactId": line["sid"],
        "InitialContactId": None,
        "PreviousContactId": None,
        "NextContactId": None,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": _instant(began),
        "ConnectedToSystemTimestamp": _instant(began),
        "DisconnectTimestamp": _instant(ended),
        "DisconnectReason": "CUSTOMER_DISCONNECT",
        "LastUpdateTimestamp": _instant(ended),
        "CustomerEndpoint": None,
        "CustomerId": str(line["caller_speaker_id"]),
        "Queue": queue,
        "Agent": agent,
        "AgentConnectionAttempts": 1,
        "Attributes": {key: str(mark) for key, mark in line["caller_survey"].items()},
    }


def _analysis(line: Json) -> Json:
    turns = [
        {
            "Id": f"{line['sid']}-{turn['index']}",
            "ParticipantId": ROLES[turn["speaker_role"]],
            "Content": turn["human_transcript"],
            "BeginOffsetMillis": turn["offset_ms"],
            "EndOffsetMillis": turn["offset_ms"] + turn["duration_ms"],
        }
        for turn in line["turns"]
    ]
    return {
        "Version": "1.1.0",
        "Channel": "VOICE",
        "JobStatus": "COMPLETED",
        "LanguageCode": "en-US",
        "Participants": [
            {"ParticipantId": role, "ParticipantRole": role} for role in ROLES.values()
        ],
        "CustomerMetadata": {"ContactId": line["sid"]},
        "Transcript": turns,
    }


def _instant(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds // 1_000, UTC):%Y-%m-%dT%H:%M:%SZ}"


# ----------------------------------------------------------------- what goes where


class Part(NamedTuple):
    """A file of DATA, and the source it becomes."""

    file: str
    source: str
    kind: str
    documents: Callable[[Iterator[Json]], Iterator[Document]]


PARTS = (
    Part("airline_tweets.csv.gz", "x", "x", pages_of_posts),
    Part("cfpb_complaints.csv.gz", "complaints", "zendesk", tickets),
    Part("uss_mwoz.jsonl.gz", "dialogues", "chatwoot", rated_chats(1_000_001)),
    Part("uss_sgd.jsonl.gz", "dialogues", "chatwoot", rated_chats(2_000_001)),
    Part("uss_ccpe.jsonl.gz", "dialogues", "chatwoot", rated_chats(3_000_001)),
    Part("uss_redial.jsonl.gz", "dialogues", "chatwoot", rated_chats(4_000_001)),
    Part("harper_valley_calls.jsonl.gz", "telephony", "amazon_connect", calls),
    Part("abcd_chats.jsonl.gz", "shop", "chatwoot", shop_chats),
)


class Converted(NamedTuple):
    """What one file of DATA became."""

    part: Part
    documents: int
    rows: int


def convert(data: Path, output: Path) -> list[Converted]:
    """Write drop folder and settings; files that are not there are left out."""
    done: list[Converted] = []
    for part in PARTS:
        if not (data / part.file).exists():
            continue
        folder = output / "drop" / DAY.isoformat() / part.source
        count = rows = 0
        for document in part.documents(_rows(data / part.file)):
            path = folder / document.file
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8", newline="\n") as stream:
                stream.write(json.dumps(document.content, ensure_ascii=False) + "\n")
            count += 1
            rows += document.rows
        done.append(Converted(part, count, rows))
    if done:
        (output / "verbatim.toml").write_text(settings_of(done), encoding="utf-8")
    return done


def _rows(path: Path) -> Iterator[Json]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        if ".csv" in path.suffixes:
            yield from csv.DictReader(stream)
        else:
            yield from map(json.loads, stream)


def settings_of(done: Sequence[Converted]) -> str:
    """The settings of a company with the sources that were written."""
    sources = {each.part.source: each.part.kind for each in done}
    written = [
        "# Made by benchmarks.real_as_native.",
        "demo = true",
        "",
        "[company]",
        'name = "Real data as native documents"',
        'time_zone = "America/New_York"',
        'country = "US"',
        "",
        "[paths]",
        'drop = "drop"',
        'lake = "lake"',
        'marts = "marts"',
        'checks = "checks"',
        "",
        "[spark]",
        # JSON writes text as TOML does.
        f"jars = {json.dumps(str(JARS), ensure_ascii=False)}",
    ]
    for source, kind in sources.items():
        written += [
            "",
            "[[sources]]",
            f'name = "{source}"',
            f'kind = "{kind}"',
            f'files = ["{{day}}/{source}/**/*.json*"]',
        ]
    return "\n".join(written) + "\n"


def main(
    data: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="The published files.")
    ],
    output: Annotated[
        Path, typer.Option(file_okay=False, help="A folder without a drop folder yet.")
    ],
) -> None:
    """Turn what is in DATA into native documents below OUTPUT."""
    if (output / "drop").exists():
        err.print(f"{output / 'drop'} is there already: remove it, or name another.")
        raise typer.Exit(2)
    done = convert(data, output)
    converted = {each.part.file for each in done}
    for part in PARTS:
        if part.file not in converted:
            err.print(f"{part.file} is not in {data}: left out.")
    if not done:
        err.print(f"{data} has none of the files: nothing is written.")
        raise typer.Exit(2)
    table(
        ["file", "source", "kind", "documents", "records"],
        [[e.part.file, e.part.source, e.part.kind, e.documents, e.rows] for e in done],
    )


if __name__ == "__main__":
    typer.run(main)
