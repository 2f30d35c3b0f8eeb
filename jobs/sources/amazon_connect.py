"""Amazon Connect: contact records, and the words from Contact Lens analyses and chats.

A contact record is one leg: a transfer, a callback or a chat taken up again is a record
of its own that names the one before it. Records are delivered at least once and again
when they change; the analysis of a contact comes apart, before or after. What is
surprising in either is told in `amazon_connect_contacts` and `_transcripts`.

Not kept: tasks, a supervisor's listening in (`MONITOR`), a call to a third party
(`EXTERNAL_OUTBOUND`), a disconnect flow that led to no queue, events, evaluation forms,
and the segments of real-time analysis, which hold a few turns at a time: one would
take the place of the others, and all of them come in the analysis after the contact.

Speed, `split` and `parse` together, one process of a small shared machine: 29,000 contact
records (1.9 kB) or 17,000 analyses (40 turns, 9 kB) a second.

Source: `ctr-data-model` and the pages on contact events of the administrator guide;
`API_RealtimeContactAnalysisSegment`.
"""

import msgspec
from msgspec import UNSET

from jobs.sources.amazon_connect_contacts import from_contact
from jobs.sources.amazon_connect_shapes import (
    ContactRecord,
    analysis_of,
    contact_record_of,
    raw_list,
    refused,
)
from jobs.sources.amazon_connect_transcripts import from_analysis
from jobs.sources.json_documents import split
from jobs.sources.records import Excluded, Origin, Outcomes, Reader


def parse(document: bytes, origin: Origin) -> Outcomes:
    """One contact or transcript; many where the API lists them (`Contacts`)."""
    try:
        yield from _read(document, origin)
    except msgspec.ValidationError as error:
        yield refused("not_an_amazon_connect_document", str(error), document, origin)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield refused("not_json", str(error), document, origin)
    except OverflowError as error:
        # A year 1 or 9999 that leaves the calendar when it is turned into UTC.
        yield refused("impossible_time", str(error), document, origin)


def _read(document: bytes, origin: Origin) -> Outcomes:
    record = contact_record_of(document)
    if record.contact is not UNSET:
        yield from parse(bytes(record.contact), origin.at("$.Contact"))
    elif record.contacts is not UNSET:
        for place, contact in enumerate(raw_list(record.contacts)):
            yield from parse(bytes(contact), origin.at(f"$.Contacts[{place}]"))
    elif reason := _reason_to_exclude(record):
        yield Excluded(reason, origin)
    elif (
        record.transcript is not UNSET
        or record.job_status is not UNSET
        or record.conversation_characteristics is not UNSET
    ):
        yield from_analysis(analysis_of(document), document, origin)
    else:
        yield from_contact(record, document, origin)


def _reason_to_exclude(record: ContactRecord) -> str | None:
    """Why a document of Connect's other streams holds no contact to be kept."""
    if record.evaluation_id is not UNSET:
        return "evaluation_form"
    if record.current_agent_snapshot is not UNSET:
        return "agent_event"
    if record.detail_type is not UNSET:
        return "contact_event"
    if record.contact_flow_id is not UNSET and record.initiation_timestamp is None:
        return "flow_log"
    if (
        record.segments is not UNSET
        or (record.event_type is not UNSET and record.initiation_timestamp is None)
        or record.streaming_event_type is not UNSET
    ):
        return "realtime_segments"
    return None


READER = Reader("amazon_connect", split, parse)
"""Contact records and analyses may come mixed in one file or stream."""
