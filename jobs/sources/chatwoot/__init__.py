"""Chatwoot: conversations with their messages, lists of messages, webhooks, and the
database's table of messages as CSV (`tables`).

A chat or social conversation is one interaction, with the conversation's id, its
messages as turns and the customer's alone as text. A conversation by e-mail is one
interaction per message, `<conversation>/<message>`.

What is surprising:

* Chatwoot delivers the same conversation whole and in parts: a webhook carries one
  message. Whatever the order of arrival, a whole conversation wins over every part it
  contains; `chats` explains how. A part that is newer says so (`is_partial`).
* `split` therefore hands neighbouring messages of one conversation on as one document:
  a list of messages is one conversation, not a part per message.
* A greeting that a bot or a campaign sends before the customer writes does not make
  the conversation outbound.
* Times are epoch seconds in the API and text in webhooks; both are read everywhere.
* What a customer chose from a list or put into a form stands in the question, which
  is updated when the answer comes: it is a turn of the customer's.
* A survey counts as delivered when its message's `status` says so, and only then: where
  it never says more than `sent`, answers are in no response rate. An answer is dated by
  itself or else by the message's `updated_at`, which is when it was written into it.

Source: `swagger/definitions` and `app/views/api/v1` of chatwoot/chatwoot; its
documentation of webhooks.
"""

from jobs.sources.chatwoot.reader import READER, parse, split

__all__ = ["READER", "parse", "split"]
