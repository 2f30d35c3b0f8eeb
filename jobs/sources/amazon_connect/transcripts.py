"""The words of a contact: a Contact Lens analysis, or a chat as Connect stores it.

A speaker without a known role is `bot`: the words are kept, and no person is credited
with them; `turns_without_role` counts them. Calls are timed from the start of the
recording, which the analysis does not date: their turns have no time. The file's name
carries the contact (`<contact>_analysis_<time>.json`) where the analysis does not.

Source: `contact-lens-example-output-files` and `-chat` of the administrator guide.
"""

import re
from datetime import datetime

import msgspec

from jobs.sources.amazon_connect.shapes import (
    Analysis,
    Item,
    Participant,
    anything,
    as_text,
    is_name,
    refused,
    utc_of,
)
from jobs.sources.html_text import to_text
from jobs.sources.languages import iso_639_1
from jobs.sources.records import (
    Excluded,
    Origin,
    Party,
    Rejected,
    TextOrigin,
    Transcript,
    Turn,
)

_ANALYSIS_FILE = re.compile(
    r"(?P<contact>[^/]+?)_(?:(?:call|chat|email)_)?analysis(?:_redacted)?"
    r"(?:_(?P<day>\d{4}-\d\d-\d\d)T(?P<hour>\d\d)(?:%3A|\D)(?P<minute>\d\d)"
    r"(?:%3A|\D)(?P<second>\d\d))?[^/]*$"
)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_PARTIES: dict[str, Party] = {
    "CUSTOMER": "customer",
    "AGENT": "agent",
    "SUPERVISOR": "agent",
    "SYSTEM": "bot",
    "CUSTOM_BOT": "bot",
    "BOT": "bot",
}


def from_analysis(
    analysis: Analysis, document: bytes, origin: Origin
) -> Transcript | Excluded | Rejected:
    if not analysis.transcript:
        return Excluded("no_transcript", origin)
    file = _ANALYSIS_FILE.search(origin.file)
    metadata = analysis.customer_metadata
    contact_id = (
        (metadata.contact_id if metadata else None)
        or analysis.contact_id
        or (file["contact"] if file else _contact_of_file(origin.file))
        or _contact_of_items(analysis.transcript)
        or analysis.initial_contact_id
    )
    if not contact_id:
        return refused(
            "no_contact_id",
            "An analysis must name its contact: expected `str` - at "
            "`$.CustomerMetadata.ContactId`, or a file named "
            "`<ContactId>_analysis_<time>.json`",
            document,
            origin,
        )
    participants = analysis.participants or []
    turns, unknown = _turns(analysis.transcript, participants)
    said = [turn.text for turn in turns if turn.party == "customer"]
    is_call = _is_call(analysis)
    text_origin: TextOrigin = "machine_transcript" if is_call else "typed"
    attributes = _analysis_attributes(analysis)
    if unknown:
        attributes["turns_without_role"] = str(unknown)
    return Transcript(
        native_id=contact_id,
        source_updated_at=_analysed_at(file),
        origin=origin,
        turns=tuple(turns),
        text="\n".join(said) or None,
        text_origin=text_origin,
        language=iso_639_1(analysis.language_code),
        names=_display_names(participants, analysis.transcript),
        attributes=attributes,
    )


def _contact_of_file(file: str) -> str | None:
    """The only contact's id in a file's own name, whatever else stands in it."""
    found = set(_UUID.findall(file.rpartition("/")[2].lower()))
    return found.pop() if len(found) == 1 else None


def _contact_of_items(items: list[Item]) -> str | None:
    """The last one that messages name: of a chat that was taken up again, the API gives
    the earlier sessions' messages, too, but names only the present one."""
    named = (item.contact_id for item in reversed(items) if item.contact_id)
    return next(named, None)


def _is_call(analysis: Analysis) -> bool:
    """Without a channel: messages of a chat carry the time at which they were sent."""
    if analysis.channel:
        return analysis.channel.strip().upper() == "VOICE"
    return not any(item.absolute_time for item in analysis.transcript or ())


def _turns(
    items: list[Item], participants: list[Participant]
) -> tuple[list[Turn], int]:
    """What was said, in order, and how many turns have no known speaker."""
    roles = {
        who.participant_id: who.participant_role
        for who in participants
        if who.participant_id
    }
    turns: list[Turn] = []
    unknown = 0
    for item in items:
        words = _words(item)
        if not words:
            continue  # a chat's event (joined, left) or attachment
        role = (
            item.participant_role
            or roles.get(item.participant_id or "")
            or item.participant_id
            or ""
        ).upper()
        party = _PARTIES.get(role)
        if party is None:
            unknown += 1
            party = "bot"
        turns.append(Turn(party, utc_of(item.absolute_time), words))
    return turns, unknown


def _words(item: Item) -> str:
    content = (item.content or "").strip()
    if (item.type or "").upper() == "EVENT":
        return ""
    content_type = (item.content_type or "").lower()
    if content_type.startswith("text/html"):
        return to_text(content).strip()  # an e-mail
    if not content_type.startswith(_INTERACTIVE):
        return content
    # A menu, or the choice made in it: JSON, of which its title is what one reads.
    try:
        shown = anything(content.encode())
    except (msgspec.DecodeError, RecursionError):
        return content
    for key in ("data", "content"):
        shown = shown.get(key, shown) if isinstance(shown, dict) else shown
    title = shown.get("title") if isinstance(shown, dict) else shown
    return title.strip() if isinstance(title, str) and title.strip() else content


_INTERACTIVE = "application/vnd.amazonaws.connect.message.interactive"


def _display_names(
    participants: list[Participant], items: list[Item]
) -> tuple[str, ...]:
    shown = [who.display_name for who in participants]
    shown += [item.display_name for item in items]
    names = (name.strip() for name in shown if name)
    return tuple(dict.fromkeys(name for name in names if is_name(name)))


def _analysed_at(file: re.Match[str] | None) -> datetime | None:
    if file is None or file["day"] is None:
        return None
    written = f"{file['day']}T{file['hour']}:{file['minute']}:{file['second']}+00:00"
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None  # looks like a time and is none: then the file says nothing


def _analysis_attributes(analysis: Analysis) -> dict[str, str]:
    found: dict[str, str] = {}
    if analysis.channel:
        found["Channel"] = analysis.channel
    if analysis.job_status:
        found["JobStatus"] = analysis.job_status
    if isinstance(analysis.content_metadata, dict):
        output = analysis.content_metadata.get("Output")
        if isinstance(output, str) and output:
            found["ContentMetadata.Output"] = output
    if isinstance(analysis.categories, dict):
        matched = analysis.categories.get("MatchedCategories")
        if isinstance(matched, list) and matched:
            found["Categories.MatchedCategories"] = ", ".join(map(as_text, matched))
    return found
