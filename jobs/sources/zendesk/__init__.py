"""Zendesk tickets: API answers, exports, webhook events, tables, a ticket per line.

A ticket is a conversation and each of its public messages an interaction. The first
public message has the ticket's own id, so a ticket delivered without its comments (its
`description` repeats the first of them) and the same ticket delivered with them give
the same record; every further one is `<ticket>/<comment>`.

What is surprising:

* The opening message carries what belongs to the whole ticket (status, tags, queue)
  and the ticket's `updated_at`: a change of status is an update of that one record. A
  further comment carries its own time only, so a ticket delivered again changes
  nothing about it. Zendesk comments do not change, except that a word may be
  redacted, which it shows by blocks (▇): then the ticket's time makes the new body win.
* Who speaks is told by addresses, roles and who asked, in the order that `parties`
  explains; where nothing tells, it is guessed and `direction_is_assumed` says so.
* A merged ticket's conversation is the ticket it was merged into, which the note left
  in it names: chains of conversations are followed when contacts are built.
* A voice comment is a call, whatever its `public` says: that flag hides the recording
  from the customer, it does not make the call an internal note. Its body is written
  by Zendesk or an application, so only its transcription is kept as words.
* Zendesk does not say when a rating was asked for or given, except in the list of
  ratings and in audits: an answered one inside a ticket takes the ticket's
  `updated_at` as `answered_at`.

Source: Zendesk API reference (Tickets, Ticket Comments, Ticket Audits, Requests,
Search, Suspended Tickets, Satisfaction Ratings, CSAT Survey Responses, Incremental
Exports; Chat API: Chats; event types of webhooks; events on Amazon EventBridge), and
the columns of Fivetran's Zendesk tables.
"""

from jobs.sources.zendesk.reader import READER, parse

__all__ = ["READER", "parse"]
