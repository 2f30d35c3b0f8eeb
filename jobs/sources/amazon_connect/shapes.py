"""What we need of Amazon Connect's documents: their fields, and how they are decoded."""

import re
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from jobs.sources.records import Origin, Rejected, excerpt_of, utc


class Endpoint(msgspec.Struct, rename="pascal"):
    address: str | None = None
    type: str | None = None
    # Whatever stands there, the record is read.
    display_name: Any = None


class Queue(msgspec.Struct, rename="pascal"):
    name: str | None = None
    id: str | None = None
    enqueue_timestamp: datetime | None = None
    dequeue_timestamp: datetime | None = None
    duration: float | None = None


class Agent(msgspec.Struct, rename="pascal"):
    username: str | None = None
    id: str | None = None
    connected_to_agent_timestamp: datetime | None = None
    agent_interaction_duration: float | None = None
    customer_hold_duration: float | None = None
    agent_initiated_hold_duration: float | None = None
    after_contact_work_duration: float | None = None
    after_contact_work_end_timestamp: datetime | None = None
    # Some exports flatten it to text.
    hierarchy_groups: Any = None
    capabilities: Any = None


class ContactRecord(msgspec.Struct, rename="pascal"):
    """What we need of a contact record, and the marks of documents that are none."""

    contact_id: str | None = None
    id: str | None = None
    initial_contact_id: str | None = None
    previous_contact_id: str | None = None
    next_contact_id: str | None = None
    related_contact_id: str | None = None
    contact_association_id: str | None = None
    channel: str | None = None
    initiation_method: str | None = None
    disconnect_reason: str | None = None
    answering_machine_detection_status: str | None = None
    initiation_timestamp: datetime | None = None
    # Null says that nobody picked up; where it is left out, nothing is said.
    connected_to_system_timestamp: datetime | UnsetType | None = UNSET
    disconnect_timestamp: datetime | None = None
    last_update_timestamp: datetime | None = None
    scheduled_timestamp: datetime | None = None
    transfer_completed_timestamp: datetime | None = None
    customer_endpoint: Endpoint | None = None
    transferred_to_endpoint: Endpoint | None = None
    customer_id: str | None = None
    queue: Queue | None = None
    queue_info: Queue | None = None
    agent: Agent | None = None
    agent_info: Agent | None = None
    agent_connection_attempts: int | None = None
    attributes: dict[str, Any] | None = None
    segment_attributes: Any = None
    media_streams: Any = None
    customer: Any = None
    contact_lens: Any = None

    contact: Raw | UnsetType = UNSET
    contacts: Raw | UnsetType = UNSET
    transcript: Raw | UnsetType = UNSET
    job_status: Raw | UnsetType = UNSET
    conversation_characteristics: Raw | UnsetType = UNSET
    segments: Raw | UnsetType = UNSET
    utterance: Raw | UnsetType = UNSET
    event_type: Raw | UnsetType = UNSET
    streaming_event_type: Raw | UnsetType = UNSET
    current_agent_snapshot: Raw | UnsetType = UNSET
    contact_flow_id: Raw | UnsetType = UNSET
    details: Any = None
    absolute_time: Raw | UnsetType = UNSET
    evaluation_id: Raw | UnsetType = msgspec.field(default=UNSET, name="evaluationId")
    detail_type: Raw | UnsetType = msgspec.field(default=UNSET, name="detail-type")
    detail: Raw | UnsetType = msgspec.field(default=UNSET, name="detail")


class Participant(msgspec.Struct, rename="pascal"):
    participant_id: str | None = None
    participant_role: str | None = None
    display_name: str | None = None


class Item(msgspec.Struct, rename="pascal"):
    """A turn of a call, or a message, event or attachment of a chat."""

    content: str | None = None
    content_type: str | None = None
    type: str | None = None
    participant_id: str | None = None
    participant_role: str | None = None
    display_name: str | None = None
    contact_id: str | None = None
    absolute_time: datetime | None = None


class CustomerMetadata(msgspec.Struct, rename="pascal"):
    contact_id: str | None = None


class Analysis(msgspec.Struct, rename="pascal"):
    """A Contact Lens analysis, or the transcript of a chat as Connect stores it."""

    contact_id: str | None = None
    initial_contact_id: str | None = None
    customer_metadata: CustomerMetadata | None = None
    channel: str | None = None
    language_code: str | None = None
    job_status: str | None = None
    participants: list[Participant] | None = None
    transcript: list[Item] | None = None
    content_metadata: Any = None
    categories: Any = None


NAMES = {
    field.encode_name.lower(): field.encode_name
    for shape in (
        ContactRecord, Agent, Queue, Endpoint, Analysis, Participant, Item,
        CustomerMetadata,
    )
    for field in msgspec.structs.fields(shape)
    if field.encode_name[:1].isupper()
} | {"groupname": "GroupName"}  # fmt: skip
"""Amazon's names, by themselves in small letters."""

# Not strict: the API's times are numbers, and hand-made exports write numbers as text.
contact_record_of = msgspec.json.Decoder(ContactRecord, strict=False).decode
analysis_of = msgspec.json.Decoder(Analysis, strict=False).decode
raw_list = msgspec.json.Decoder(list[Raw]).decode
raw_fields = msgspec.json.Decoder(dict[str, Raw]).decode
anything = msgspec.json.Decoder().decode


def refused(reason: str, message: str, document: bytes, origin: Origin) -> Rejected:
    return Rejected(reason, message, origin, excerpt_of(document))


def utc_of(at: datetime | None) -> datetime | None:
    return None if at is None else utc(at)


def as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return msgspec.json.encode(value).decode()


# Something that a name can be: it has a letter.
WORD = re.compile(r"[^\W\d_]")
# What Connect shows where nobody gave a name, and what redaction leaves.
_NO_NAMES = re.compile(
    r"\[.*\]|customer|agent|system(?:_message)?|bot|client|guest|supervisor|user|visitor",
    re.IGNORECASE,
)


def is_name(shown: str) -> bool:
    """Whether what is shown for somebody can be a person's name."""
    return bool(WORD.search(shown)) and not _NO_NAMES.fullmatch(shown)
