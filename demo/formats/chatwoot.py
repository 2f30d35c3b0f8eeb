"""Chatwoot conversations with their messages; times are epoch seconds."""

from typing import Any

from demo.people import Person
from demo.scene import Agent, dumps

INCOMING, OUTGOING, ACTIVITY, TEMPLATE = 0, 1, 2, 3


class Chat:
    def __init__(
        self, number: int, person: Person, contact: dict[str, Any], at: int
    ) -> None:
        self.number = number
        self.person = person
        self.contact = {
            "id": person.messaging_id,
            "name": person.name,
            "type": "contact",
            "thumbnail": "",
        } | contact
        self.messages: list[dict[str, Any]] = []
        self.opened_at = at
        self.status = "open"
        self.assignee: dict[str, Any] | None = None

    def add(
        self,
        text: str | None,
        at: int,
        kind: int,
        *,
        agent: Agent | None = None,
        is_bot: bool = False,
        private: bool = False,
        content_type: str = "text",
        attributes: dict[str, Any] | None = None,
    ) -> int:
        message_id = self.number * 100 + len(self.messages)
        sender: dict[str, Any] | None = None
        if kind == INCOMING:
            sender = self.contact
        elif agent is not None:
            sender = {
                "id": 700 + agent.number,
                "name": agent.name,
                "email": f"{agent.username}@ondine.example",
                "type": "user",
            }
            self.assignee = sender
        elif is_bot:
            sender = {"id": 3, "name": "Ondin", "type": "agent_bot"}
        message: dict[str, Any] = {
            "id": message_id,
            "content": text,
            "inbox_id": 2,
            "conversation_id": self.number,
            "message_type": kind,
            "content_type": content_type,
            "status": "sent",
            # The very object: what is answered later is written into it (see the chats).
            "content_attributes": {} if attributes is None else attributes,
            "created_at": at,
            "private": private,
            "source_id": None,
        }
        if sender is not None:
            message["sender"] = sender
        self.messages.append(message)
        return message_id

    def to_bytes(self) -> bytes:
        last = self.messages[-1]["created_at"]
        return dumps(
            {
                "id": self.number,
                "account_id": 1,
                "inbox_id": 2,
                "status": self.status,
                "created_at": self.opened_at,
                "timestamp": last,
                "last_activity_at": last,
                "contact_last_seen_at": last,
                "agent_last_seen_at": last,
                "unread_count": 0,
                "additional_attributes": {"browser": {"browser_name": "Firefox"}},
                "custom_attributes": {},
                "labels": [],
                "meta": {
                    "sender": self.contact,
                    "channel": "Channel::WebWidget",
                    "assignee": self.assignee,
                },
                "messages": self.messages,
            }
        )
