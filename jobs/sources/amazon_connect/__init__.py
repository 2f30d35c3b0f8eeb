"""Amazon Connect: contact records, and the words from Contact Lens analyses and chats.

A contact record is one leg: a transfer, a callback or a chat taken up again is a record
of its own that names the one before it. Records are delivered at least once and again
when they change; the analysis of a contact comes apart, before or after. What is
surprising in either is told in `contacts` and `transcripts`.

Not kept: tasks, guides for agents, a supervisor's listening in (`MONITOR`), a call to a
third party (`EXTERNAL_OUTBOUND`), a disconnect flow that led to no queue, events,
evaluation forms, and the segments of real-time analysis and the messages of a running
chat, which hold a few turns at a time: one would take the place of the others, and all
of them come in the analysis after the contact, or in the chat's transcript.

Speed, `split` and `parse` together, one process of a small shared machine: 29,000 contact
records (1.9 kB) or 17,000 analyses (40 turns, 9 kB) a second.

Source: `ctr-data-model` and the pages on contact events of the administrator guide;
`API_RealtimeContactAnalysisSegment`.
"""

from jobs.sources.amazon_connect.reader import READER, parse

__all__ = ["READER", "parse"]
