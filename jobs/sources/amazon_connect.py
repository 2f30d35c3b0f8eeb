"""Amazon Connect: contact records, and the words from Contact Lens analyses and chats.

A contact record is one leg: a transfer, a callback or a chat taken up again is a record
of its own that names the one before it. Records are delivered at least once and again
when they change; the analysis of a contact comes apart, before or after.

* **Two forms**, told apart by nothing but their fields, are read alike: the stream's
  (`ContactId`, `Agent`, `Queue`) and the API's (`Id`, `AgentInfo`, `QueueInfo`, alone,
  within `Contact`, or many within `Contacts`), whose times may be epoch seconds.
* **The conversation** is `InitialContactId`, else the contact before this one, so that
  a callback belongs to the call that asked for it and a transfer to the call it came
  from. `RelatedContactId` joins e-mails only: in a chat it names a past session, which
  is another attempt.
* **Outbound** are calls that the company places (`OUTBOUND`, `CALLBACK`, `API` for a
  call) and its e-mails; `connect:Direction` decides where the source gives it. A
  transferred leg counts as inbound: nothing in it says who called first.
* **answered** with no `agent` means that the customer hung up on the flow, or that it
  passed them on before any queue. A flow that hangs up by itself, with no queue, no
  agent and no contact after it, is **failed**: closed or overloaded lines end so, and
  nobody was there to resolve anything. **abandoned** is Amazon's: was put in a queue, reached no
  agent, asked for no callback. For an outbound call the customer must have picked up
  (`ConnectedToSystemTimestamp`), else it is failed: the agent was there in any case.
* **Site and partner** are group names of the agent's hierarchy, which every company
  lays out as it likes: there is no level that is always the one or the other. A group
  is the partner when its name says so ("Partenaire …", "… BPO") or is that of a large
  outsourcer; the group below the partner is the site, as is one that calls itself so
  ("Site …", "Centre …"). Where no name says anything, a lone group is the site, and of
  two the first is the partner and the second the site; of more, neither is guessed.
  All levels stay in the attributes (`HierarchyGroups.Level1`, …).
* A channel that is new to us is told by what was carried (`MediaStreams`, the kind of
  endpoint); only where that tells nothing is the record refused.
* A call record from before there were channels has no `Channel`: it is a call.
* Numbers that stand for a withheld caller id (`+266696687`, "anonymous") are no
  handle: they would make one customer of all who withhold it.

Not kept: tasks, a supervisor's listening in (`MONITOR`), a call to a third party
(`EXTERNAL_OUTBOUND`), a disconnect flow that led to no queue, events, evaluation forms,
and the segments of real-time analysis, which hold a few turns at a time: one would
take the place of the others, and all of them come in the analysis after the contact.

In a transcript, a speaker without a known role is `bot`: the words are kept, and no
person is credited with them; `turns_without_role` counts them. Calls are timed from
the start of the recording, which the analysis does not date: their turns have no time.
The file's name carries the contact (`<contact>_analysis_<time>.json`) where the
analysis does not.

Speed, `split` and `parse` together, one process of a small shared machine: 29,000 contact
records (1.9 kB) or 17,000 analyses (40 turns, 9 kB) a second.

Source: `ctr-data-model`, `contact-lens-example-output-files` and `-chat` of the
administrator guide; `API_Contact` and `API_RealtimeContactAnalysisSegment`.
"""

import re
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Raw, UnsetType

from jobs.sources.json_documents import split
from jobs.sources.languages import iso_639_1
from jobs.sources.records import (
    Channel,
    Direction,
    EntryPoint,
    Excluded,
    Handle,
    Initiation,
    Interaction,
    Origin,
    Outcome,
    Outcomes,
    Party,
    Reader,
    Rejected,
    TextOrigin,
    Transcript,
    Turn,
    excerpt_of,
    utc,
)


class Endpoint(msgspec.Struct, rename="pascal"):
    address: str | None = None
    type: str | None = None


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
    event_type: Raw | UnsetType = UNSET
    streaming_event_type: Raw | UnsetType = UNSET
    current_agent_snapshot: Raw | UnsetType = UNSET
    contact_flow_id: Raw | UnsetType = UNSET
    evaluation_id: Raw | UnsetType = msgspec.field(default=UNSET, name="evaluationId")
    detail_type: Raw | UnsetType = msgspec.field(default=UNSET, name="detail-type")


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
    absolute_time: datetime | None = None


class CustomerMetadata(msgspec.Struct, rename="pascal"):
    contact_id: str | None = None


class Analysis(msgspec.Struct, rename="pascal"):
    """A Contact Lens analysis, or the transcript of a chat as Connect stores it."""

    contact_id: str | None = None
    customer_metadata: CustomerMetadata | None = None
    channel: str | None = None
    language_code: str | None = None
    job_status: str | None = None
    participants: list[Participant] | None = None
    transcript: list[Item] | None = None
    content_metadata: Any = None
    categories: Any = None


# Not strict: the API's times are numbers, and hand-made exports write numbers as text.
_contact_record = msgspec.json.Decoder(ContactRecord, strict=False).decode
_analysis = msgspec.json.Decoder(Analysis, strict=False).decode
_raw_list = msgspec.json.Decoder(list[Raw]).decode
_raw_fields = msgspec.json.Decoder(dict[str, Raw]).decode
_anything = msgspec.json.Decoder().decode


def parse(document: bytes, origin: Origin) -> Outcomes:
    """One contact or transcript; many where the API lists them (`Contacts`)."""
    try:
        yield from _read(document, origin)
    except msgspec.ValidationError as error:
        yield _refused("not_an_amazon_connect_document", str(error), document, origin)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield _refused("not_json", str(error), document, origin)
    except OverflowError as error:
        # A year 1 or 9999 that leaves the calendar when it is turned into UTC.
        yield _refused("impossible_time", str(error), document, origin)


def _read(document: bytes, origin: Origin) -> Outcomes:
    record = _contact_record(document)
    if record.contact is not UNSET:
        yield from parse(bytes(record.contact), origin.at("$.Contact"))
    elif record.contacts is not UNSET:
        for place, contact in enumerate(_raw_list(record.contacts)):
            yield from parse(bytes(contact), origin.at(f"$.Contacts[{place}]"))
    elif reason := _reason_to_exclude(record):
        yield Excluded(reason, origin)
    elif (
        record.transcript is not UNSET
        or record.job_status is not UNSET
        or record.conversation_characteristics is not UNSET
    ):
        yield _from_analysis(_analysis(document), document, origin)
    else:
        yield _from_contact(record, document, origin)


def _refused(reason: str, message: str, document: bytes, origin: Origin) -> Rejected:
    return Rejected(reason, message, origin, excerpt_of(document))


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


# Contact records


def _from_contact(
    record: ContactRecord, document: bytes, origin: Origin
) -> Interaction | Excluded | Rejected:
    contact_id = record.contact_id or record.id
    if not contact_id:
        found = ", ".join(sorted(_raw_fields(document))) or "none"
        return _refused(
            "not_an_amazon_connect_document",
            "Expected a contact record (`ContactId` or `Id`) or an analysis "
            f"(`Transcript`); its fields are: {found}"[:500],
            document,
            origin,
        )
    method = (record.initiation_method or "").upper()
    queue = record.queue or record.queue_info or _NO_QUEUE
    agent = record.agent or record.agent_info or _NO_AGENT
    segments = _texts(record.segment_attributes)
    if (record.channel or "").upper() == "TASK":
        return Excluded("task", origin)
    if method in _NO_CUSTOMER:
        return Excluded(_NO_CUSTOMER[method], origin)
    if (
        method == "DISCONNECT"
        and queue.enqueue_timestamp is None
        and agent.connected_to_agent_timestamp is None
    ):
        return Excluded("disconnect_flow", origin)
    channel = _channel(record, agent)
    if channel is None:
        return _refused(
            "unknown_channel",
            "Expected VOICE, CHAT, EMAIL or TASK - at `$.Channel`, "
            f"got {(record.channel or '')[:50]!r}",
            document,
            origin,
        )
    if record.initiation_timestamp is None:
        return _refused(
            "no_time",
            f"Contact {contact_id} says not when it began - at `$.InitiationTimestamp`",
            document,
            origin,
        )
    own = _own_attributes(record.attributes)
    direction, initiation = _direction(method, channel, segments)
    occurred_at = utc(record.initiation_timestamp)
    outcome = _outcome(record, queue, agent, channel, direction, own)
    site, partner, levels = _site_and_partner(agent.hierarchy_groups)
    return Interaction(
        native_id=contact_id,
        conversation_native_id=record.initial_contact_id
        or record.previous_contact_id
        or (record.related_contact_id if channel == "email" else None)
        or record.contact_association_id
        or contact_id,
        channel=channel,
        direction=direction,
        initiation=initiation,
        entry_point=_entry_point(record, channel, initiation, own),
        occurred_at=occurred_at,
        ended_at=_utc(record.disconnect_timestamp),
        source_updated_at=_updated_at(record, agent, occurred_at),
        origin=origin,
        handles=_handles(record, own, origin),
        agent=agent.username or agent.id,
        queue=queue.name or queue.id,
        site=site,
        partner=partner,
        wait_seconds=_wait(queue, agent, record.disconnect_timestamp),
        talk_seconds=_seconds(agent.agent_interaction_duration),
        hold_seconds=_seconds(
            agent.agent_initiated_hold_duration
            if agent.customer_hold_duration is None
            else agent.customer_hold_duration
        ),
        wrap_seconds=_seconds(agent.after_contact_work_duration),
        outcome=outcome,
        language=own.language or _analysed_language(record.contact_lens),
        subject=segments.get("connect:EmailSubject"),
        attributes=_attributes(record, own, segments, levels),
        names=own.names,
    )


_NO_QUEUE, _NO_AGENT = Queue(), Agent()
_NO_CUSTOMER = {"MONITOR": "monitor", "EXTERNAL_OUTBOUND": "external_outbound"}
_CHANNELS: dict[str, Channel] = {"VOICE": "call", "CHAT": "chat", "EMAIL": "email"}


def _texts(mapping: Any) -> dict[str, str]:
    """Segment attributes as plain text: `{"connect:Subtype": {"ValueString": …}}`."""
    if not isinstance(mapping, dict):
        return {}
    found = {}
    for key, value in mapping.items():
        text = value.get("ValueString") if isinstance(value, dict) else value
        if isinstance(text, str) and text.strip():
            found[str(key)] = text.strip()
    return found


def _channel(record: ContactRecord, agent: Agent) -> Channel | None:
    """By its code, else by what was carried; null where neither tells."""
    channel = _CHANNELS.get((record.channel or "VOICE").strip().upper())
    if channel is None:
        kinds = {str(stream.get("Type")).upper() for stream in _streams(record)}
        if record.customer_endpoint:
            kinds.add((record.customer_endpoint.type or "").upper())
        channel = next((ours for kind, ours in _CARRIED if kind in kinds), None)
    return "video" if channel == "call" and _has_video(record, agent) else channel


_CARRIED: tuple[tuple[str, Channel], ...] = (
    ("EMAIL_ADDRESS", "email"),
    ("CHAT", "chat"),
    ("AUDIO", "call"),
)


def _streams(record: ContactRecord) -> list[dict[str, Any]]:
    if not isinstance(record.media_streams, list):
        return []
    return [stream for stream in record.media_streams if isinstance(stream, dict)]


def _has_video(record: ContactRecord, agent: Agent) -> bool:
    """Whether there was a picture, or the customer came by a video call."""
    customer = record.customer if isinstance(record.customer, dict) else {}
    return any(
        "VIDEO" in str(stream.get("Type")).upper() for stream in _streams(record)
    ) or any(
        isinstance(able, dict) and str(able.get("Video")).upper() == "SEND"
        for able in (agent.capabilities, customer.get("Capabilities"))
    )


def _direction(
    method: str, channel: str, segments: dict[str, str]
) -> tuple[Direction, Initiation]:
    declared = segments.get("connect:Direction", "").upper()
    outbound = declared == "OUTBOUND" or (
        declared != "INBOUND"
        and (
            method in ("OUTBOUND", "CALLBACK", "AGENT_REPLY", "FLOW")
            # By the API a call is placed to a customer, and a chat begun by one.
            or (method == "API" and channel in ("call", "video"))
        )
    )
    direction: Direction = "outbound" if outbound else "inbound"
    if method == "CALLBACK":
        return direction, "callback"
    if method in ("TRANSFER", "QUEUE_TRANSFER", "DISCONNECT"):
        return direction, "transfer"
    if not outbound and (
        method == "WEBRTC_API" or segments.get("connect:Subtype") == "connect:WebRTC"
    ):
        return direction, "click_to_call"
    return direction, direction


def _outcome(
    record: ContactRecord,
    queue: Queue,
    agent: Agent,
    channel: str,
    direction: Direction,
    own: "OwnAttributes",
) -> Outcome:
    reason = (record.disconnect_reason or "").upper()
    reached_agent = agent.connected_to_agent_timestamp is not None
    machine = (record.answering_machine_detection_status or "").upper()
    if channel == "email":
        return "failed" if "ERROR" in reason or "FAIL" in reason else "delivered"
    if machine.startswith("VOICEMAIL"):
        return "voicemail"
    if direction == "outbound" and channel != "chat":
        if machine in _NOBODY_THERE or reason in _NOT_CONNECTED:
            return "failed"
        picked_up = record.connected_to_system_timestamp
        if picked_up is UNSET:
            return "answered" if reached_agent else "failed"
        return "failed" if picked_up is None else "answered"
    if reached_agent:
        return "answered"
    if own.left_voicemail:
        return "voicemail"
    # A flow that creates a callback and hangs up leaves the callback as the next
    # contact; a flow that moves the customer to another queue does not hang up.
    if own.wants_callback or (
        record.next_contact_id
        and reason in ("CUSTOMER_DISCONNECT", "CONTACT_FLOW_DISCONNECT")
    ):
        return "callback_requested"
    if reason in _NOT_CONNECTED:
        return "failed"
    if queue.enqueue_timestamp is not None and not record.next_contact_id:
        return "abandoned"
    if reason == "CONTACT_FLOW_DISCONNECT" and not record.next_contact_id:
        return "failed"
    return "answered"


_NOBODY_THERE = frozenset((
    "AMD_UNANSWERED", "AMD_ERROR", "SIT_TONE_BUSY", "SIT_TONE_INVALID_NUMBER",
    "SIT_TONE_DETECTED", "FAX_MACHINE_DETECTED",
))  # fmt: skip
_NOT_CONNECTED = frozenset((
    "TELECOM_PROBLEM", "TELECOM_BUSY", "TELECOM_NUMBER_INVALID",
    "TELECOM_POTENTIAL_BLOCKING", "TELECOM_UNANSWERED", "TELECOM_TIMEOUT",
    "TELECOM_ORIGINATOR_CANCEL", "CUSTOMER_NEVER_ARRIVED",
    "OUTBOUND_DESTINATION_ENDPOINT_ERROR", "OUTBOUND_RESOURCE_ERROR",
    "OUTBOUND_ATTEMPT_FAILED", "OUTBOUND_PREVIEW_DISCARDED",
))  # fmt: skip


def _entry_point(
    record: ContactRecord,
    channel: str,
    initiation: Initiation,
    own: "OwnAttributes",
) -> EntryPoint:
    if initiation not in ("inbound", "click_to_call"):
        return "unknown"
    if own.entry_point:
        return own.entry_point
    customer = record.customer if isinstance(record.customer, dict) else {}
    device = customer.get("DeviceInfo")
    if isinstance(device, dict):
        named = f"{device.get('OperatingSystem')} {device.get('PlatformName')}".lower()
        if "ios" in named or "android" in named:
            return "app_button"
        if _BROWSER.search(named):
            return "web_button"
    return "ivr" if channel == "call" and initiation == "inbound" else "unknown"


_BROWSER = re.compile("chrome|firefox|safari|edge|opera|browser")


def _updated_at(record: ContactRecord, agent: Agent, occurred_at: datetime) -> datetime:
    if record.last_update_timestamp is not None:
        return utc(record.last_update_timestamp)
    later = (
        record.disconnect_timestamp,
        record.transfer_completed_timestamp,
        agent.after_contact_work_end_timestamp,
    )
    return max([occurred_at, *(utc(at) for at in later if at is not None)])


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else utc(at)


def _seconds(value: float | None) -> float | None:
    """A duration; one that is negative or endless is an error of the source's clock."""
    return None if value is None or not 0 <= value < _A_YEAR else float(value)


_A_YEAR = 366 * 86400


def _wait(queue: Queue, agent: Agent, ended: datetime | None) -> float | None:
    """Time in queue; from the times where the source gives no duration."""
    if queue.duration is not None:
        return _seconds(queue.duration)
    until = queue.dequeue_timestamp or agent.connected_to_agent_timestamp or ended
    if queue.enqueue_timestamp is None or until is None:
        return None
    return _seconds((utc(until) - utc(queue.enqueue_timestamp)).total_seconds())


def _handles(
    record: ContactRecord, own: "OwnAttributes", origin: Origin
) -> tuple[Handle, ...]:
    found: list[Handle] = []
    endpoint = record.customer_endpoint
    address = (endpoint.address or "").strip() if endpoint else ""
    if endpoint and address:
        kind = (endpoint.type or "").upper()
        if "@" in address and kind in ("EMAIL_ADDRESS", "EMAIL", ""):
            found.append(Handle("email", address))
        elif kind in ("TELEPHONE_NUMBER", ""):
            if _is_phone(address):
                found.append(Handle("phone", address))
        elif kind not in _OWN_ENDPOINTS:
            found.append(Handle("contact", f"{origin.source}:{address}"))
    if record.customer_id and record.customer_id.strip():
        found.append(Handle("account", record.customer_id.strip()))
    found += own.handles
    return tuple(dict.fromkeys(found))


_OWN_ENDPOINTS = frozenset(("CONTACT_FLOW", "CONNECT_PHONENUMBER_ARN"))
_PHONE = re.compile(r"\+?[\d ().-]{6,24}")
# ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN and PRIVATE on a telephone's keys: what
# networks send for a caller who withholds the number.
_WITHHELD = frozenset(("266696687", "7378742833", "86282452253", "8656696", "7748283"))


def _is_phone(value: str) -> bool:
    if not _PHONE.fullmatch(value):
        return False
    digits = re.sub(r"\D", "", value)
    return len(digits) >= 6 and digits not in _WITHHELD


# What companies put into `Attributes`


class OwnAttributes(NamedTuple):
    """What a company's own attributes say that has a column, and the rest as it is."""

    handles: list[Handle]
    names: tuple[str, ...]
    language: str | None
    entry_point: EntryPoint | None
    wants_callback: bool
    left_voicemail: bool
    rest: dict[str, str]


_NOTHING = OwnAttributes([], (), None, None, False, False, {})

# Keys are compared without case and without anything but letters and digits, as
# `customer_id`, `customerId` and `CustomerID__c` are all in use.
_ACCOUNT = (
    "customerid", "clientid", "accountid", "accountnumber", "crmid", "memberid",
    "subscriberid", "customerno", "customernumber", "clientnumber", "numeroclient",
    "numclient", "idclient", "refclient", "codeclient", "customerref",
)  # fmt: skip
_PHONES = frozenset((
    "phone", "phonenumber", "customerphone", "customerphonenumber",
    "callbacknumber", "callbackphone", "customercallbacknumber", "callernumber",
    "callerid", "ani", "mobile", "mobilenumber", "telephone", "tel", "numerorappel",
))  # fmt: skip
_EMAILS = frozenset((
    "email", "emailaddress", "customeremail", "customeremailaddress", "clientemail",
    "calleremail", "mail", "emailclient",
))  # fmt: skip
_PERSONS = (
    "customername", "clientname", "callername", "agentname", "contactname",
    "firstname", "lastname", "fullname", "surname", "givenname", "familyname",
    "displayname", "nomclient", "prenom", "nomagent",
)  # fmt: skip
_PERSONS_EXACTLY = frozenset(("name", "nom"))
_LANGUAGES = ("language", "languagecode", "locale", "langue", "lang")
_ENTRIES = ("entrypoint", "entrychannel", "startedfrom", "platform", "origin")
_EMPTY = frozenset(
    ("", "-", "null", "none", "undefined", "n/a", "na", "unknown", "notfound")
)
_NO = frozenset(("false", "no", "non", "0", "n", "off", "disabled", "declined"))
_KEY_NOISE = re.compile(r"__c$|[^a-z0-9]")
_WORD = re.compile(r"[^\W\d_]")
_ENTRY_WORDS: tuple[tuple[re.Pattern[str], EntryPoint], ...] = (
    (re.compile(r"\bivr\b|\bsvi\b"), "ivr"),
    (re.compile(r"\bapp|android|\bios\b|mobile"), "app_button"),
    (re.compile(r"\bweb|\bsite\b|widget|browser"), "web_button"),
    (re.compile(r"\blink|\blien|\bqr\b"), "link"),
)


def _own_attributes(attributes: dict[str, Any] | None) -> OwnAttributes:
    if not attributes:
        return _NOTHING
    handles: list[Handle] = []
    names: list[str] = []
    rest: dict[str, str] = {}
    language: str | None = None
    entry_point: EntryPoint | None = None
    wants_callback = left_voicemail = False
    for key, given in attributes.items():
        value = _as_text(given).strip()
        if value.lower() in _EMPTY:
            continue
        name = _KEY_NOISE.sub("", key.lower())
        if name in _EMAILS and "@" in value:
            handles.append(Handle("email", value))
            continue
        if name in _PHONES or (value[0] == "+" and name.endswith(_ACCOUNT)):
            if _is_phone(value):
                handles.append(Handle("phone", value))
                continue
        elif name.endswith(_ACCOUNT):
            handles.append(Handle("account", value))
            continue
        if name.endswith(_PERSONS) or name in _PERSONS_EXACTLY:
            if _WORD.search(value):
                names.append(value)
                continue
        elif name.endswith(_LANGUAGES):
            language = language or iso_639_1(value)
        elif name.endswith(_ENTRIES):
            entry_point = entry_point or _entry_told(value)
        elif name in _CALLBACK_ASKED:
            wants_callback |= value.lower() not in _NO
        elif name in _VOICEMAIL_LEFT:
            left_voicemail |= value.lower() not in _NO
        rest[key] = value
    return OwnAttributes(
        handles,
        tuple(names),
        language,
        entry_point,
        wants_callback,
        left_voicemail,
        rest,
    )


_CALLBACK_ASKED = frozenset((
    "callback", "callbackrequested", "requestcallback", "wantscallback",
    "queuedcallback", "rappeldemande", "rappel",
))  # fmt: skip
_VOICEMAIL_LEFT = frozenset((
    "voicemail", "voicemailleft", "leftvoicemail", "isvoicemail", "hasvoicemail",
    "messagevocal", "vmflag", "vmpresent",
))  # fmt: skip


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return msgspec.json.encode(value).decode()


def _entry_told(value: str) -> EntryPoint | None:
    told = value.lower().replace("_", " ")
    return next((point for words, point in _ENTRY_WORDS if words.search(told)), None)


def _analysed_language(contact_lens: Any) -> str | None:
    """The language that the flow told Contact Lens to expect."""
    found = contact_lens
    for key in ("ConversationalAnalytics", "Configuration", "LanguageLocale"):
        found = found.get(key) if isinstance(found, dict) else None
    return iso_639_1(found) if isinstance(found, str) else None


# Where the agent sits

_PARTNER = re.compile(
    r"partner|partenaire|prestataire|outsourc|externalis|sous-?trait|subcontract|vendor"
    r"|\bbpo\b",
    re.IGNORECASE,
)
# Outsourcers with many clients, whose names are groups in their clients' hierarchies.
_OUTSOURCERS = re.compile(
    r"\b(?:accenture|acticall|alorica|arise|armatis|arvato|atento|bosch service"
    r"|cca international|cnx|comdata|concentrix|conduent|conectys|convergys|coriolis"
    r"|cosmocall|foundever|genpact|hgs|hinduja|ibex|intelcia|iqor|konecta|majorel"
    r"|outsourcia|sitel|startek|sutherland|sykes|taskus|tdcx|tech mahindra"
    r"|tele ?performance|telus international|transcom|ttec|vipp|vxi|webhelp|wns)\b",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"\b(?:site|cent(?:re|er)|plateau|agence|campus)\b|^site(?=[A-Z_])", re.IGNORECASE
)
_IN_HOUSE = re.compile(
    r"\b(?:interne?s?|internal|in-?house|siège|headquarters|hq)\b", re.IGNORECASE
)
_TEAM = re.compile(
    r"\b(?:teams?|[ée]quipes?|tier|niveau|skill|pool|squad)\b", re.IGNORECASE
)


def _site_and_partner(
    groups: Any,
) -> tuple[str | None, str | None, dict[str, str]]:
    """Site, partner and all levels by key, from `{"Level1": {"GroupName": …}, …}`."""
    if not isinstance(groups, dict):
        known = {"": groups} if isinstance(groups, str) and groups else {}
        return None, None, known
    levels: dict[str, str] = {}
    named: list[str] = []
    for level in sorted(groups):
        group = groups[level]
        if not isinstance(group, dict):
            continue
        name, arn = group.get("GroupName"), group.get("ARN") or group.get("Arn")
        if isinstance(name, str) and name.strip():
            named.append(name.strip())
            levels[level] = name.strip()
        elif isinstance(arn, str):
            levels[level] = arn
    site, partner = _placed(tuple(named))
    return site, partner, levels


@lru_cache(maxsize=1024)
def _placed(named: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Site and partner; a company has few groups and many contacts."""
    partner_at = next(
        (
            place
            for place, name in enumerate(named)
            if _PARTNER.search(name) or _OUTSOURCERS.search(name)
        ),
        None,
    )
    site_at = next(
        (
            place
            for place, name in enumerate(named)
            if place != partner_at and _SITE.search(name)
        ),
        None,
    )
    if partner_at is not None:
        below = partner_at + 1
        if site_at is None and below < len(named) and not _TEAM.search(named[below]):
            site_at = below
    elif len(named) == 2 and site_at in (None, 1) and not _TEAM.search(named[1]):
        site_at = 1
        if not _IN_HOUSE.search(named[0]):
            partner_at = 0
    elif len(named) == 1 and not _TEAM.search(named[0]):
        site_at = 0
    return (
        None if site_at is None else named[site_at],
        None if partner_at is None else named[partner_at],
    )


def _attributes(
    record: ContactRecord,
    own: OwnAttributes,
    segments: dict[str, str],
    levels: dict[str, str],
) -> dict[str, str]:
    """By the source's own names; a company's own attributes as `Attributes.<key>`."""
    found: dict[str, str] = {}
    for name, value in (
        ("Channel", record.channel),
        ("InitiationMethod", record.initiation_method),
        ("DisconnectReason", record.disconnect_reason),
        ("PreviousContactId", record.previous_contact_id),
        ("NextContactId", record.next_contact_id),
        ("RelatedContactId", record.related_contact_id),
        ("AnsweringMachineDetectionStatus", record.answering_machine_detection_status),
    ):
        if value:
            found[name] = value
    if record.agent_connection_attempts is not None:
        found["AgentConnectionAttempts"] = str(record.agent_connection_attempts)
    for name, at in (
        ("ScheduledTimestamp", record.scheduled_timestamp),
        ("TransferCompletedTimestamp", record.transfer_completed_timestamp),
    ):
        if at is not None:
            found[name] = utc(at).isoformat()
    if record.transferred_to_endpoint and record.transferred_to_endpoint.type:
        found["TransferredToEndpoint.Type"] = record.transferred_to_endpoint.type
    for level, group in levels.items():
        found[f"HierarchyGroups.{level}".rstrip(".")] = group
    for key, value in segments.items():
        if key != "connect:EmailSubject":
            found[f"SegmentAttributes.{key}"] = value
    for key, value in own.rest.items():
        found[f"Attributes.{key}"] = value
    return found


# Transcripts

_ANALYSIS_FILE = re.compile(
    r"(?P<contact>[^/]+?)_(?:(?:call|chat|email)_)?analysis(?:_redacted)?"
    r"(?:_(?P<day>\d{4}-\d\d-\d\d)T(?P<hour>\d\d)(?:%3A|\D)(?P<minute>\d\d)"
    r"(?:%3A|\D)(?P<second>\d\d))?[^/]*$"
)
_PARTIES: dict[str, Party] = {
    "CUSTOMER": "customer",
    "AGENT": "agent",
    "SUPERVISOR": "agent",
    "SYSTEM": "bot",
    "CUSTOM_BOT": "bot",
    "BOT": "bot",
}
# What Connect shows where nobody gave a name, and what redaction leaves.
_NO_NAMES = re.compile(
    r"\[.*\]|customer|agent|system(?:_message)?|bot|client|guest|supervisor|user|visitor",
    re.IGNORECASE,
)


def _from_analysis(
    analysis: Analysis, document: bytes, origin: Origin
) -> Transcript | Excluded | Rejected:
    if analysis.transcript is None:
        return Excluded("no_transcript", origin)
    file = _ANALYSIS_FILE.search(origin.file)
    metadata = analysis.customer_metadata
    contact_id = (
        (metadata.contact_id if metadata else None)
        or analysis.contact_id
        or (file["contact"] if file else None)
    )
    if not contact_id:
        return _refused(
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
        turns.append(Turn(party, _utc(item.absolute_time), words))
    return turns, unknown


def _words(item: Item) -> str:
    content = (item.content or "").strip()
    if (item.type or "").upper() == "EVENT":
        return ""
    if not (item.content_type or "").lower().startswith(_INTERACTIVE):
        return content
    # A menu, or the choice made in it: JSON, of which its title is what one reads.
    try:
        shown = _anything(content.encode())
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
    return tuple(
        dict.fromkeys(
            name
            for name in names
            if _WORD.search(name) and not _NO_NAMES.fullmatch(name)
        )
    )


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
            found["Categories.MatchedCategories"] = ", ".join(map(_as_text, matched))
    return found


READER = Reader("amazon_connect", split, parse)
"""Contact records and analyses may come mixed in one file or stream."""
