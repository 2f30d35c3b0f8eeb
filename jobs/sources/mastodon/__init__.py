"""Mastodon statuses, as the REST and streaming APIs of one server give them.

Taken alike: a status, a timeline, a search result, a context (`ancestors`,
`descendants`), conversations (`last_status`), notifications (`status`), streaming
events (as the socket sends them, and as lines), the same from Pleroma and Akkoma, and an
account's archive (`outbox.json`).

What is surprising in a status is told in `statuses`; here:

* An entry of an edit history has no id, so it cannot be told whose earlier version it
  is: excluded. The status itself carries the newest words and `edited_at`.
* A notification of a favourite, a boost or a follower carries nobody's new words.

Source: Mastodon documentation, entities Status, Account, Conversation, Context,
Notification, StatusEdit, ScheduledStatus, and streaming events.
"""

from jobs.sources.mastodon.reader import READER, parse

__all__ = ["READER", "parse"]
