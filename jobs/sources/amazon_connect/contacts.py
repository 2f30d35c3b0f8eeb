"""A contact record of Amazon Connect as an interaction.

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
  nobody was there to resolve anything. **abandoned** is Amazon's: was put in a queue,
  reached no agent, asked for no callback. For an outbound call the customer must have
  picked up (`ConnectedToSystemTimestamp`), else it is failed: the agent was there in
  any case.
* A channel that is new to us is told by what was carried (`MediaStreams`, the kind of
  endpoint); only where that tells nothing is the record refused.
* A call record from before there were channels has no `Channel`: it is a call.

All levels of the agent's hierarchy stay in the attributes (`HierarchyGroups.Level1`, …).

Source: `ctr-data-model` of the administrator guide; `API_Contact`, `API_EndpointInfo`.
"""

import re
from datetime import datetime
from typing import Any

from msgspec import UNSET

from jobs.sources.amazon_connect.attributes import (
    OwnAttributes,
    is_phone,
    own_attributes,
)
from jobs.sources.amazon_connect.shapes import (
    Agent,
    ContactRecord,
    Queue,
    is_name,
    raw_fields,
    refused,
    utc_of,
)
from jobs.sources.amazon_connect.sites import site_and_partner
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
    Rejected,
    utc,
)


def from_contact(
    record: ContactRecord, document: bytes, origin: Origin
) -> Interaction | Excluded | Rejected:
    contact_id = record.contact_id or record.id
    if not contact_id:
        found = ", ".join(sorted(raw_fields(document))) or "none"
        return refused(
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
    if segments.get("connect:Subtype") == "connect:Guide":
        # What leads an agent step by step is a chat with nobody.
        return Excluded("guide", origin)
    if (
        method == "DISCONNECT"
        and queue.enqueue_timestamp is None
        and agent.connected_to_agent_timestamp is None
    ):
        return Excluded("disconnect_flow", origin)
    channel = _channel(record, agent)
    if channel is None:
        return refused(
            "unknown_channel",
            "Expected VOICE, CHAT, EMAIL or TASK - at `$.Channel`, "
            f"got {(record.channel or '')[:50]!r}",
            document,
            origin,
        )
    if record.initiation_timestamp is None:
        return refused(
            "no_time",
            f"Contact {contact_id} says not when it began - at `$.InitiationTimestamp`",
            document,
            origin,
        )
    own = own_attributes(record.attributes)
    direction, initiation = _direction(method, channel, segments)
    occurred_at = utc(record.initiation_timestamp)
    outcome = _outcome(record, queue, agent, channel, direction, own)
    site, partner, levels = site_and_partner(agent.hierarchy_groups)
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
        ended_at=utc_of(record.disconnect_timestamp),
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
        names=_names(record, own),
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
    own: OwnAttributes,
) -> Outcome:
    reason = (record.disconnect_reason or "").upper()
    reached_agent = agent.connected_to_agent_timestamp is not None
    machine = (record.answering_machine_detection_status or "").upper()
    if channel == "email":
        if direction == "outbound" and reason == "DISCARDED":
            return "failed"  # an answer that was begun and not sent
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
    # Amazon writes it so.
    "OUTBUND_PREVIEW_DISCARDED",
    "CUSTOMER_CONNECTION_NOT_ESTABLISHED", "SYSTEM_ERROR",
))  # fmt: skip


def _entry_point(
    record: ContactRecord,
    channel: str,
    initiation: Initiation,
    own: OwnAttributes,
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
    record: ContactRecord, own: OwnAttributes, origin: Origin
) -> tuple[Handle, ...]:
    found: list[Handle] = []
    endpoint = record.customer_endpoint
    address = (endpoint.address or "").strip() if endpoint else ""
    if endpoint and address:
        kind = (endpoint.type or "").upper()
        if "@" in address and kind in ("EMAIL_ADDRESS", "EMAIL", ""):
            found.append(Handle("email", address))
        elif kind in ("TELEPHONE_NUMBER", ""):
            if is_phone(address):
                found.append(Handle("phone", address))
        elif kind not in _OWN_ENDPOINTS:
            found.append(Handle("contact", f"{origin.source}:{address}"))
    if record.customer_id and record.customer_id.strip():
        found.append(Handle("account", record.customer_id.strip()))
    found += own.handles
    return tuple(dict.fromkeys(found))


def _names(record: ContactRecord, own: OwnAttributes) -> tuple[str, ...]:
    """The company's own attributes', and the one that an e-mail's sender goes by."""
    shown = record.customer_endpoint.display_name if record.customer_endpoint else None
    name = shown.strip() if isinstance(shown, str) else ""
    # Many mailboxes show their address once more.
    given = (name,) if is_name(name) and "@" not in name else ()
    return tuple(dict.fromkeys((*given, *own.names)))


_OWN_ENDPOINTS = frozenset(("CONTACT_FLOW", "CONNECT_PHONENUMBER_ARN"))


def _analysed_language(contact_lens: Any) -> str | None:
    """The language that the flow told Contact Lens to expect."""
    found = contact_lens
    for key in ("ConversationalAnalytics", "Configuration", "LanguageLocale"):
        found = found.get(key) if isinstance(found, dict) else None
    return iso_639_1(found) if isinstance(found, str) else None


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
