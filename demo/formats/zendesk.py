"""Zendesk tickets: one object per line with its comments, or a document with users apart."""

from html import escape
from typing import Any

from demo import clock
from demo.people import Person
from demo.scene import Agent, dumps


class Ticket:
    """A ticket as it stands when it is exported; comments are added as they happen."""

    def __init__(
        self, number: int, person: Person, email: str | None, phone: str | None, at: int,
        subject: str, channel: str, queue: str,
    ) -> None:  # fmt: skip
        self.number = number
        self.users: dict[int, dict[str, Any]] = {
            person.helpdesk_id: {
                "id": person.helpdesk_id,
                "name": person.name,
                "email": email,
                "phone": phone,
                "role": "end-user",
                "locale": person.language,
            }
        }
        self.fields: dict[str, Any] = {
            "id": number,
            "url": f"https://ondine.zendesk.example/api/v2/tickets/{number}.json",
            "external_id": None,
            "created_at": clock.iso(at),
            "updated_at": clock.iso(at),
            "type": "problem",
            "subject": subject,
            "description": "",
            "priority": "normal",
            "status": "new",
            "recipient": None,
            "requester_id": person.helpdesk_id,
            "submitter_id": person.helpdesk_id,
            "assignee_id": None,
            "group_id": 360_001,
            "brand_id": 360_100,
            "is_public": True,
            "via": {"channel": channel, "source": {"from": {}, "to": {}, "rel": None}},
            "tags": [queue.lower().replace(" ", "_")],
            "satisfaction_rating": {"score": "unoffered"},
            "merged_ticket_ids": [],
            "followup_ids": [],
        }
        self.comments: list[dict[str, Any]] = []

    def add(
        self,
        comment_id: int,
        author: Person | Agent,
        text: str,
        at: int,
        *,
        public: bool = True,
    ) -> None:
        if isinstance(author, Person):
            author_id = author.helpdesk_id
        else:
            author_id = 8_000_000 + author.number
            self.users[author_id] = {
                "id": author_id,
                "name": author.name,
                "email": f"{author.username}@ondine.example",
                "role": "agent",
            }
            self.fields["assignee_id"] = author_id
        if not self.comments:
            self.fields["description"] = text
        paragraphs = (
            escape(text, quote=False).replace("\n\n", "</p><p>").replace("\n", "<br>")
        )
        self.comments.append(
            {
                "id": comment_id,
                "type": "Comment",
                "author_id": author_id,
                "body": text,
                "html_body": f'<div class="zd-comment"><p>{paragraphs}</p></div>',
                "plain_body": text,
                "public": public,
                "attachments": [],
                "created_at": clock.iso(at),
                "via": {"channel": self.fields["via"]["channel"]},
            }
        )
        self.fields["updated_at"] = clock.iso(at)

    def line(self) -> bytes:
        """One object, requester and comments inside."""
        requester = self.users[self.fields["requester_id"]]
        return dumps(self.fields | {"requester": requester, "comments": self.comments})

    def document(self) -> bytes:
        """As put together from the ticket, its comments and their users."""
        users = list(self.users.values())
        return dumps({"ticket": self.fields, "comments": self.comments, "users": users})
