"""Which kind of Amazon Connect document it is, and its records."""

from io import BytesIO

import msgspec
from msgspec import UNSET

from jobs.sources.amazon_connect.contacts import from_contact
from jobs.sources.amazon_connect.envelopes import restated, unwrapped
from jobs.sources.amazon_connect.shapes import (
    ContactRecord,
    analysis_of,
    contact_record_of,
    raw_list,
    refused,
)
from jobs.sources.amazon_connect.transcripts import from_analysis
from jobs.sources.json_documents import split
from jobs.sources.records import Excluded, Origin, Outcomes, Reader


def parse(document: bytes, origin: Origin) -> Outcomes:
    """One contact or transcript; many where the API lists them or an event has them."""
    yield from _parse(document, origin, DEEPEST)


def _parse(document: bytes, origin: Origin, depth: int) -> Outcomes:
    try:
        if not depth:
            raise msgspec.DecodeError("envelopes within envelopes")
        record = contact_record_of(document)
        if not _is_told(record):
            letters = unwrapped(document)
            for letter in letters:
                place = origin.at(letter.place) if letter.place != "$" else origin
                yield from _parse_letter(letter.content, place, depth - 1)
            if letters:
                return
            document, record = _restated(document, record)
        yield from _read(record, document, origin, depth)
    except msgspec.ValidationError as error:
        again = _understood(document)
        if again is None:
            reason = "not_an_amazon_connect_document"
            yield refused(reason, str(error), document, origin)
        else:
            yield from _parse(again, origin, depth - 1)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield refused("not_json", str(error), document, origin)
    except OverflowError as error:
        # A year 1 or 9999 that leaves the calendar when it is turned into UTC.
        yield refused("impossible_time", str(error), document, origin)


# An event holds a message, that a record written another way, that lists of contacts.
DEEPEST = 5


def _parse_letter(content: bytes, origin: Origin, depth: int) -> Outcomes:
    """What an envelope's letter holds: producers put several records into one."""
    pieces = list(split(BytesIO(content), origin))
    if len(pieces) > 1:
        for piece in pieces:
            yield from _parse(piece.content, piece.origin, depth)
    else:
        alone = pieces[0].content if pieces else content
        yield from _parse(alone, origin, depth)


def _is_told(record: ContactRecord) -> bool:
    """Whether the document is one of those known here, by its fields as they stand."""
    return (
        bool(record.contact_id or record.id)
        or record.contact is not UNSET
        or record.contacts is not UNSET
        or _is_analysis(record)
        or _reason_to_exclude(record) is not None
    )


def _is_analysis(record: ContactRecord) -> bool:
    return (
        record.transcript is not UNSET
        or record.job_status is not UNSET
        or record.conversation_characteristics is not UNSET
    )


def _restated(document: bytes, record: ContactRecord) -> tuple[bytes, ContactRecord]:
    """The document with its fields named as Amazon names them, if that tells more."""
    again = restated(document)
    if again is not None:
        told = contact_record_of(again)
        if _is_told(told):
            return again, told
    return document, record


def _understood(document: bytes) -> bytes | None:
    """The document written as Amazon does, where it can be read then."""
    again = restated(document)
    if again is None:
        return None
    try:
        record = contact_record_of(again)
        if _is_analysis(record):
            analysis_of(again)
    except msgspec.ValidationError:
        return None
    return again


def _read(
    record: ContactRecord, document: bytes, origin: Origin, depth: int
) -> Outcomes:
    if record.contact is not UNSET:
        contact = bytes(record.contact)
        yield from _parse(contact, origin.at("$.Contact"), depth - 1)
    elif record.contacts is not UNSET:
        for place, contact in enumerate(raw_list(record.contacts)):
            there = origin.at(f"$.Contacts[{place}]")
            yield from _parse(bytes(contact), there, depth - 1)
    elif (forwarded := _forwarded(record)) is not None:
        yield from _parse(forwarded, origin.at("$.detail"), depth - 1)
    elif reason := _reason_to_exclude(record):
        yield Excluded(reason, origin)
    elif _is_analysis(record):
        yield from_analysis(analysis_of(document), document, origin)
    else:
        yield from_contact(record, document, origin)


def _forwarded(record: ContactRecord) -> bytes | None:
    """The record that somebody put on an event bus; null for Amazon's own events,
    whose details name the contact otherwise (`contactId`, `contactArn`)."""
    if record.detail_type is UNSET or record.detail is UNSET:
        return None
    detail = bytes(record.detail)
    try:
        told = contact_record_of(detail)
    except msgspec.ValidationError:
        return detail  # to be refused where it stands
    return detail if _is_told(told) else None


def _reason_to_exclude(record: ContactRecord) -> str | None:
    """Why a document of Connect's other streams holds no contact to be kept."""
    if record.evaluation_id is not UNSET:
        return "evaluation_form"
    if record.current_agent_snapshot is not UNSET:
        return "agent_event"
    is_event = record.event_type is not UNSET
    if record.detail_type is not UNSET or (is_event and record.initiation_timestamp):
        return "contact_event"
    if isinstance(record.details, dict) and "ContactData" in record.details:
        # What a flow hands to a function while the contact goes on.
        return "flow_event"
    if record.contact_flow_id is not UNSET and record.initiation_timestamp is None:
        return "flow_log"
    if (
        record.segments is not UNSET
        or _is_segment(record)
        or is_event
        or record.streaming_event_type is not UNSET
    ):
        return "realtime_segments"
    if record.absolute_time is not UNSET and record.transcript is UNSET:
        # One message of a chat: its transcript has them all.
        return "chat_message_event"
    return None


def _is_segment(record: ContactRecord) -> bool:
    """Whether it is one segment of the real-time stream, out of its list: an analysis
    has a list where a segment has the one turn."""
    transcript = record.transcript
    return record.utterance is not UNSET or (
        transcript is not UNSET and bytes(memoryview(transcript)[:1]) == b"{"
    )


READER = Reader("amazon_connect", split, parse)
"""Contact records and analyses may come mixed in one file or stream."""
