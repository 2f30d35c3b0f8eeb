"""Sending a report: by e-mail, to a folder, to any Apprise target. Once each.

Where to is set by environment (`VERBATIM_DELIVERY_…`): addresses and tokens are no
settings of a file that is copied about. What was sent is kept in `delivered.jsonl`
beside the reports, targets as hashes.

Safe to repeat: what was sent is not sent again. Before each sending its line is written
as `sending`, after it as `sent` or `failed`; a `sending` that nothing followed means that
a run was interrupted and nobody can tell whether it went out: that is said, not guessed.
"""

import json
import re
import shutil
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import blake2b
from pathlib import Path
from typing import Literal

from markupsafe import Markup
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from report.facts import Fact
from report.wording import Wording, wording
from schemas.errors import SettingsError, VerbatimError

Kind = Literal["report", "notice"]

RECORD = "delivered.jsonl"

ANY_ADDRESS = r"[^\s<>()\[\]\"',:;]+@[^\s<>()\[\]\"',:;]+"


class DeliveryError(VerbatimError):
    """A report could not be sent to every target; the others have it."""

    exit_code = 18


class IncompleteWeekError(VerbatimError):
    """The week's data are incomplete: a notice was sent in place of the report."""

    exit_code = 19


class Targets(BaseSettings):
    """Where reports go: `VERBATIM_DELIVERY_EMAIL_TO` and so on."""

    model_config = SettingsConfigDict(env_prefix="VERBATIM_DELIVERY_", frozen=True)

    email_to: str = ""
    """Addresses, commas between; each gets a message of its own."""
    email_from: str = "verbatim@localhost"
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_starttls: bool = False
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_timeout_seconds: float = Field(default=30, gt=0)
    folder: Path | None = None
    apprise: str = ""
    """Apprise URLs, spaces between."""


def stated_targets() -> Targets:
    """Where the environment says that reports go.

    Raises:
        SettingsError: with every variable that cannot be read; values are not shown, for
            tokens may be among them.
        DeliveryError: no target is set.
    """
    try:
        targets = Targets()
    except ValidationError as error:
        faults = [
            f"  VERBATIM_DELIVERY_{str(fault['loc'][0]).upper()}: {fault['msg']}"
            for fault in error.errors()
        ]
    else:
        # Before the report is made, and not only when it is to be sent.
        _targets(targets)
        return targets
    raise SettingsError("Reports cannot be delivered:\n" + "\n".join(faults))


@dataclass(frozen=True)
class Target:
    """One place a report goes to."""

    name: str
    """As the record and messages call it: the kind and a hash, never the address."""
    send: Callable[["Parcel"], None]


@dataclass(frozen=True)
class Parcel:
    """What is sent: the report, or the notice that there is none yet."""

    kind: Kind
    week: str
    subject: str
    lines: tuple[str, ...]
    files: tuple[Path, ...]
    message_id: str
    """Made of week and kind: a mail system that gets it twice can tell."""
    dated: datetime
    """The publication's instant, so that the same report is the same message."""


@dataclass(frozen=True)
class Outcome:
    """What became of one target."""

    target: str
    kind: Kind
    state: Literal["sent", "sent before"]


def reasons(facts: Fact, w: Wording) -> list[str]:
    """Why the week must not be sent, in a reader's words; nothing when it may."""
    completeness = facts["completeness"]
    found = []
    if not completeness["is_over"]:
        found.append(
            w.say(
                "delivery",
                "not_over",
                as_of=w.until(facts["publication"]["as_of"]),
                last_day=w.day(facts["week"]["last_day"]),
            )
        )
    for key in ("silent_days", "unread"):
        found += [
            w.say(
                "delivery",
                key,
                source=missing["source"],
                days=w.listed([w.day(day, "EEEE d MMMM") for day in missing["days"]]),
            )
            for missing in completeness[key]
        ]
    found += [
        w.say("delivery", "failed", step=failed["step"], source=failed["source"])
        for failed in completeness["failed"]
    ]
    return found


def deliver(
    facts: Fact,
    files: Sequence[Path],
    targets: Targets,
    *,
    language: str,
    folder: Path,
) -> list[Outcome]:
    """Send a report to every target that does not have it yet, or say why not.

    Args:
        facts: what the report says.
        files: the report as made: attached, copied.
        targets: where to.
        language: of the message around it.
        folder: where the record of deliveries is.

    Raises:
        IncompleteWeekError: the week's data are incomplete; every target has a notice.
        DeliveryError: a target could not be reached, or nobody can tell whether an
            interrupted run reached it; the others have it.
    """
    w = wording(language)
    why_not = reasons(facts, w)
    parcel = _parcel(facts, files, w, why_not)
    outcomes: list[Outcome] = []
    faults: list[str] = []
    for target in _targets(targets):
        state = _last_state(folder, parcel, target)
        if state == "sent":
            outcomes.append(Outcome(target.name, parcel.kind, "sent before"))
        elif state == "sending":
            faults.append(
                f"{target.name}: a run was interrupted while sending. See whether it "
                f"arrived; if not, remove its line from {folder / RECORD} and run again."
            )
        else:
            fault = _send(folder, parcel, target)
            if fault:
                faults.append(f"{target.name}: {fault}")
            else:
                outcomes.append(Outcome(target.name, parcel.kind, "sent"))
    if faults:
        raise DeliveryError(
            f"The {parcel.kind} of {parcel.week} did not reach every target:\n  "
            + "\n  ".join(faults)
        )
    if why_not:
        raise IncompleteWeekError(
            f"The report of {parcel.week} was not sent, a notice was:\n  "
            + "\n  ".join(why_not)
            + "\nRun what is missing, then the same command again."
        )
    return outcomes


def _parcel(
    facts: Fact, files: Sequence[Path], w: Wording, why_not: Sequence[str]
) -> Parcel:
    week = facts["week"]["id"]
    kind: Kind = "notice" if why_not else "report"
    said = why_not or [
        Markup(w.sentence(sentence)).striptags() for sentence in facts["sentences"]
    ]
    # Another reason is another notice; the same one is not sent again.
    about = " ".join([week, kind, w.language, *why_not])
    return Parcel(
        kind=kind,
        week=week,
        subject=w.say(
            "delivery", f"{kind}_subject", company=facts["company"], week=week
        ),
        lines=tuple(said),
        files=() if why_not else tuple(files),
        message_id=f"<{_hashed(facts['company'] + about)}@verbatim>",
        dated=datetime.fromisoformat(facts["publication"]["published_at"]),
    )


def _targets(targets: Targets) -> list[Target]:
    """Every target that is set.

    Raises:
        DeliveryError: none is.
    """
    found = []
    for address in filter(None, (a.strip() for a in targets.email_to.split(","))):
        found.append(Target(f"email {_hashed(address)}", _by_email(targets, address)))
    if targets.folder:
        found.append(
            Target(f"folder {_hashed(str(targets.folder))}", _to_folder(targets.folder))
        )
    for url in targets.apprise.split():
        found.append(Target(f"apprise {_hashed(url)}", _by_apprise(url)))
    if not found:
        raise DeliveryError(
            "Nowhere to deliver to: set VERBATIM_DELIVERY_EMAIL_TO, "
            "VERBATIM_DELIVERY_FOLDER or VERBATIM_DELIVERY_APPRISE."
        )
    return found


def _by_email(targets: Targets, address: str) -> Callable[[Parcel], None]:
    def send(parcel: Parcel) -> None:
        message = EmailMessage()
        message["Subject"] = parcel.subject
        message["From"] = targets.email_from
        message["To"] = address
        message["Date"] = format_datetime(parcel.dated)
        message["Message-ID"] = parcel.message_id
        message.set_content("\n\n".join(parcel.lines) + "\n")
        pdf = [file for file in parcel.files if file.suffix == ".pdf"]
        for file in pdf or parcel.files:
            subtype = "pdf" if file.suffix == ".pdf" else "html"
            message.add_attachment(
                file.read_bytes(),
                maintype="application" if subtype == "pdf" else "text",
                subtype=subtype,
                filename=file.name,
            )
        try:
            _hand_over(message, targets)
        except smtplib.SMTPException as error:
            raise DeliveryError(_without_addresses(error, address)) from error

    return send


def _hand_over(message: EmailMessage, targets: Targets) -> None:
    with smtplib.SMTP(
        targets.smtp_host,
        targets.smtp_port,
        timeout=targets.smtp_timeout_seconds,
    ) as server:
        if targets.smtp_starttls:
            # Without a context Python takes any certificate, and the password goes
            # to whoever answers.
            server.starttls(context=ssl.create_default_context())
        if targets.smtp_user:
            server.login(targets.smtp_user, targets.smtp_password)
        server.send_message(message)


def _without_addresses(error: smtplib.SMTPException, address: str) -> str:
    """The server's code and reason, for logs and alerts.

    A server repeats an address as it likes: whole, in other letters, without its domain.
    """
    replies: list[tuple[int, bytes | str]] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies += error.recipients.values()
    elif isinstance(error, smtplib.SMTPResponseException):
        replies.append((error.smtp_code, error.smtp_error))
    said = "; ".join(
        f"{code} {reason.decode(errors='replace') if isinstance(reason, bytes) else reason}"
        for code, reason in replies
    )
    name = re.escape(address.partition("@")[0])
    return re.sub(
        rf"{ANY_ADDRESS}|(?<!\w){name}(?!\w)",
        "<address>",
        said or str(error),
        flags=re.I,
    )


def _to_folder(folder: Path) -> Callable[[Parcel], None]:
    def send(parcel: Parcel) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for file in parcel.files:
            draft = folder / f".{file.name}.draft"
            shutil.copyfile(file, draft)
            draft.replace(folder / file.name)
        notice = folder / f"{parcel.week}-notice.txt"
        if parcel.kind == "notice":
            notice.write_text(
                "\n".join([parcel.subject, "", *parcel.lines, ""]), encoding="utf-8"
            )
        else:
            # What it announced is here now.
            notice.unlink(missing_ok=True)

    return send


def _by_apprise(url: str) -> Callable[[Parcel], None]:
    def send(parcel: Parcel) -> None:
        import apprise

        notifier = apprise.Apprise()
        if not notifier.add(url):
            raise DeliveryError("Apprise does not understand its URL.")
        attached = [str(file) for file in parcel.files] or None
        if not notifier.notify(
            title=parcel.subject, body="\n\n".join(parcel.lines), attach=attached
        ):
            raise DeliveryError("Apprise could not reach it.")

    return send


def _send(folder: Path, parcel: Parcel, target: Target) -> str | None:
    """Send to one target; returns what went wrong."""
    _note(folder, parcel, target, "sending")
    try:
        target.send(parcel)
    except (OSError, smtplib.SMTPException, DeliveryError) as error:
        _note(folder, parcel, target, "failed")
        return str(error)
    _note(folder, parcel, target, "sent")
    return None


def _note(folder: Path, parcel: Parcel, target: Target, state: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    line = {
        "message": parcel.message_id,
        "week": parcel.week,
        "kind": parcel.kind,
        "target": target.name,
        "state": state,
    }
    with (folder / RECORD).open("a+b") as record:
        held = record.tell()
        record.seek(max(0, held - 1))
        is_cut = record.read(1) not in (b"", b"\n")
        record.write(b"\n" * is_cut + json.dumps(line).encode() + b"\n")


def _last_state(folder: Path, parcel: Parcel, target: Target) -> str | None:
    record = folder / RECORD
    if not record.exists():
        return None
    state = None
    for line in record.read_text(encoding="utf-8").splitlines():
        try:
            noted = json.loads(line)
        except json.JSONDecodeError:
            # Cut off with the power: nothing had been sent yet, or "sending" stands
            # before it and is asked about.
            continue
        if (noted["message"], noted["target"]) == (parcel.message_id, target.name):
            state = noted["state"]
    return state


def _hashed(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()
