"""Reads the drop folder with the standard library alone, as a stranger would."""

import csv
import email
import email.policy
import io
import json
import mailbox
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

BROKEN = re.compile(r"-900\d\.")
"""Files broken on purpose have such a number."""

Found = tuple[str, str, str]
"""Arrival day, interaction id, everything the record says."""


def json_values(content: bytes) -> Iterator[object]:
    """Values one after another, with or without a separator; stops where broken."""
    decoder, text, place = json.JSONDecoder(), content.decode("utf-8"), 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        try:
            value, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError:
            return
        yield value


def said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def values(directory: Path, source: str, pattern: str) -> Iterator[tuple[str, dict]]:
    """Every JSON object of a source's files, lists opened, broken files left out."""
    for path in sorted(directory.glob(f"*/{source}/{pattern}")):
        if BROKEN.search(path.name):
            continue
        day = path.relative_to(directory).parts[0]
        for value in json_values(path.read_bytes()):
            for item in value if isinstance(value, list) else [value]:
                yield day, item


def calls(directory: Path) -> Iterator[Found]:
    for pattern in ("contacts-*.jsonl", "firehose-*.json"):
        for day, record in values(directory, "telephony", pattern):
            yield day, f"telephony:{record['ContactId']}", said(record)


def transcripts(directory: Path) -> Iterator[Found]:
    for day, analysis in values(directory, "telephony", "analysis/*.json"):
        contact = analysis["CustomerMetadata"]["ContactId"]
        yield day, f"telephony:{contact}", said(analysis)


def messages(directory: Path) -> Iterator[tuple[str, EmailMessage]]:
    policy = email.policy.default
    for path in sorted(directory.glob("*/mailbox/**/*")):
        if not path.is_file() or "broken-" in path.name:
            continue
        day = path.relative_to(directory).parts[0]
        if path.suffix == ".mbox":
            box = mailbox.mbox(path, create=False)
            for message in box:
                raw = message.as_bytes().replace(b"\n>From ", b"\nFrom ")
                yield day, email.message_from_bytes(raw, policy=policy)
            box.close()
        else:
            yield day, email.message_from_bytes(path.read_bytes(), policy=policy)


def is_machine_made(message: EmailMessage) -> bool:
    inside = "@ondine.example" in message["To"]
    internal = inside and "@ondine.example" in message["From"]
    is_bounce = "MAILER-DAEMON" in message["From"]
    automatic = message.get("Auto-Submitted", "no") != "no"
    return (
        automatic or is_bounce or (internal and "service.client" not in message["From"])
    )


def words(message: EmailMessage) -> str:
    """Headers and the text of all parts, whatever charset they name."""
    parts = [str(message["From"]), str(message["Subject"])]
    for part in message.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            parts.append(payload.decode("utf-8", "replace"))
            parts.append(payload.decode("windows-1252", "replace"))
    return "\n".join(parts)


def mails(messages: list[tuple[str, EmailMessage]]) -> Iterator[Found]:
    for day, message in messages:
        if not is_machine_made(message):
            yield day, f"mailbox:{message['Message-ID'].strip('<> ')}", words(message)


def tickets(directory: Path) -> Iterator[Found]:
    for pattern in ("tickets*.jsonl", "documents/*.json"):
        for day, value in values(directory, "helpdesk", pattern):
            ticket = value.get("ticket", value)
            for position, comment in enumerate(
                c for c in value["comments"] if c["public"]
            ):
                suffix = f"/{comment['id']}" if position else ""
                yield day, f"helpdesk:{ticket['id']}{suffix}", said(value)


def chats(directory: Path) -> Iterator[Found]:
    for day, chat in values(directory, "messaging", "conversations*"):
        yield day, f"messaging:{chat['id']}", said(chat)


def x_posts(directory: Path) -> Iterator[Found]:
    for day, page in values(directory, "x", "pages-*.json"):
        assert page["meta"]["result_count"] == len(page["data"])
        users = {user["id"]: user for user in page["includes"]["users"]}
        for post in page["data"]:
            author = users[post["author_id"]]
            kinds = {r["type"] for r in post.get("referenced_tweets", ())}
            if "retweeted" not in kinds:
                first = post["edit_history_tweet_ids"][0]
                yield day, f"x:{first}", said([post, author])


def statuses(directory: Path) -> Iterator[Found]:
    for day, status in values(directory, "mastodon", "statuses*"):
        if not status["account"]["bot"] and status["reblog"] is None:
            yield day, f"mastodon:{status['id']}", said(status)


READERS = {
    "telephony": calls,
    "helpdesk": tickets,
    "messaging": chats,
    "x": x_posts,
    "mastodon": statuses,
}


def rows(directory: Path, source: str, pattern: str) -> Iterator[tuple[str, dict]]:
    """CSV rows by column, the file's first line being the header."""
    for path in sorted(directory.glob(f"*/{source}/{pattern}")):
        if "-9003" in path.name:
            continue
        day = path.relative_to(directory).parts[0]
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))):
            yield day, row
