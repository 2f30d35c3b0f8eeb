"""Amazon Connect contact records and Contact Lens analyses."""

from dataclasses import dataclass, field
from typing import Any

from demo import clock
from demo.scene import Agent, dumps

_INSTANCE = "arn:aws:connect:eu-west-3:111122223333:instance/0d1e5a7c-ondine"
_LINE = "+33970719900"


@dataclass(slots=True)
class Leg:
    """One contact record: what the customer and the queue went through."""

    contact_id: str
    at: int
    initiation: str
    ended_at: int
    reason: str
    phone: str | None
    channel: str = "VOICE"
    initial_id: str | None = None
    previous_id: str | None = None
    next_id: str | None = None
    queue: str | None = None
    enqueued_at: int = 0
    wait: int = 0
    agent: Agent | None = None
    talk: int = 0
    hold: int = 0
    wrap: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    turns: list[tuple[str, str]] = field(default_factory=list)
    language: str = "fr"


def contact_record(leg: Leg, *, updated_at: int, is_wrapped: bool = True) -> bytes:
    """The record as streamed; before the agent has wrapped up it knows no after-work."""
    record: dict[str, Any] = {
        "AWSAccountId": "111122223333",
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "ContactId": leg.contact_id,
        "InitialContactId": leg.initial_id,
        "PreviousContactId": leg.previous_id,
        "NextContactId": leg.next_id,
        "RelatedContactId": None,
        "Channel": leg.channel,
        "InitiationMethod": leg.initiation,
        "InitiationTimestamp": clock.iso(leg.at),
        "ConnectedToSystemTimestamp": clock.iso(leg.at),
        "ScheduledTimestamp": None,
        "DisconnectTimestamp": clock.iso(leg.ended_at),
        "DisconnectReason": leg.reason,
        "LastUpdateTimestamp": clock.iso(updated_at),
        "TransferCompletedTimestamp": clock.iso(leg.ended_at) if leg.next_id else None,
        "TransferredToEndpoint": None,
        "CustomerEndpoint": {"Address": leg.phone, "Type": "TELEPHONE_NUMBER"}
        if leg.phone
        else None,
        "SystemEndpoint": {"Address": _LINE, "Type": "TELEPHONE_NUMBER"},
        "Queue": _queue(leg),
        "Agent": _agent(leg, is_wrapped=is_wrapped),
        "AgentConnectionAttempts": 1 if leg.agent else 0,
        "Attributes": leg.attributes,
        "Recording": {
            "Location": f"ondine-recordings/{leg.contact_id}.wav",
            "Status": "AVAILABLE",
            "Type": "AUDIO",
            "DeletionReason": None,
        }
        if leg.agent and leg.channel == "VOICE"
        else None,
        "Recordings": [],
        "References": [],
        "MediaStreams": [{"Type": "AUDIO" if leg.channel == "VOICE" else "CHAT"}],
        "InstanceARN": _INSTANCE,
    }
    return dumps(record)


def _queue(leg: Leg) -> dict[str, Any] | None:
    if leg.queue is None:
        return None
    return {
        "ARN": f"{_INSTANCE}/queue/{leg.queue}",
        "Name": leg.queue,
        "EnqueueTimestamp": clock.iso(leg.enqueued_at),
        "DequeueTimestamp": clock.iso(leg.enqueued_at + leg.wait),
        "Duration": leg.wait,
    }


def _agent(leg: Leg, *, is_wrapped: bool) -> dict[str, Any] | None:
    if leg.agent is None:
        return None
    agent, wrap = leg.agent, leg.wrap if is_wrapped else 0
    return {
        "ARN": f"{_INSTANCE}/agent/{agent.number}",
        "Username": agent.username,
        "ConnectedToAgentTimestamp": clock.iso(leg.ended_at - leg.talk - leg.hold),
        "AgentInteractionDuration": leg.talk,
        "CustomerHoldDuration": leg.hold,
        "LongestHoldDuration": leg.hold,
        "NumberOfHolds": 1 if leg.hold else 0,
        "AfterContactWorkDuration": wrap,
        "AfterContactWorkStartTimestamp": clock.iso(leg.ended_at),
        "AfterContactWorkEndTimestamp": clock.iso(leg.ended_at + wrap),
        "HierarchyGroups": {
            "Level1": {
                "ARN": f"{_INSTANCE}/group/{agent.partner}",
                "GroupName": agent.partner,
            },
            "Level2": {
                "ARN": f"{_INSTANCE}/group/{agent.site}",
                "GroupName": agent.site,
            },
        },
        "RoutingProfile": {"ARN": f"{_INSTANCE}/profile/1", "Name": "Polyvalent"},
    }


def analysis(leg: Leg) -> bytes:
    """Contact Lens output: voice by millisecond offsets, chat by absolute times."""
    roles = {"customer": "CUSTOMER", "agent": "AGENT"}
    spoken_roles = sorted({roles[party] for party, _ in leg.turns})
    is_voice = leg.channel == "VOICE"
    transcript: list[dict[str, Any]] = []
    offset, total = 900, sum(len(text) for _, text in leg.turns) or 1
    talk_millis = max(leg.talk, 5) * 1000
    for position, (party, text) in enumerate(leg.turns):
        length = max(700, talk_millis * len(text) // total)
        turn: dict[str, Any] = {
            "Id": f"{leg.contact_id[:8]}-{position}",
            "ParticipantId": roles[party],
            "Content": text,
        }
        if is_voice:
            turn |= {
                "BeginOffsetMillis": offset,
                "EndOffsetMillis": offset + length - 200,
                "Sentiment": "NEUTRAL",
                "LoudnessScore": [70.1],
            }
        else:
            turn |= {
                "AbsoluteTime": clock.iso_millis(leg.at + offset // 1000),
                "ContentType": "text/plain",
                "Type": "MESSAGE",
                "ParticipantRole": roles[party],
            }
        transcript.append(turn)
        offset += length
    participants = [
        {"ParticipantId": role, "ParticipantRole": role} for role in spoken_roles
    ]
    characteristics: dict[str, Any] = {
        "TotalConversationDurationMillis": offset,
        "NonTalkTime": {"TotalTimeMillis": leg.hold * 1000, "Instances": []},
        "TalkSpeed": {
            "DetailsByParticipant": {
                role: {"AverageWordsPerMinute": 150} for role in spoken_roles
            }
        },
    }
    if not is_voice:
        characteristics = {
            "TotalConversationDurationMillis": offset,
            "ResponseTime": {
                "AgentGreetingTimeMillis": leg.wait * 1000,
                "DetailsByParticipantRole": {},
            },
        }
    return dumps(
        {
            "Version": "1.1.0",
            "AccountId": "111122223333",
            "Channel": leg.channel,
            "ContentMetadata": {"Output": "Raw"},
            "JobStatus": "COMPLETED",
            "LanguageCode": "fr-FR" if leg.language == "fr" else "en-GB",
            "Participants": participants,
            "CustomerMetadata": {
                "ContactId": leg.contact_id,
                "InstanceId": _INSTANCE.rpartition("/")[2],
            },
            "Categories": {"MatchedCategories": [], "MatchedDetails": {}},
            "ConversationCharacteristics": characteristics,
            "CustomModels": [],
            "Transcript": transcript,
        }
    )


def analysis_name(leg: Leg, at: int) -> str:
    """`analysis/<contact>_analysis_2026-03-02T09_12_00Z.json`."""
    return f"analysis/{leg.contact_id}_analysis_{clock.iso(at).replace(':', '_')}.json"
