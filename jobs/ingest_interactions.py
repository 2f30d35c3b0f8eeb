"""Files of calls, mails, chats and posts → `interactions`, `transcripts`, and the surveys
that help desks and chats hold.

Safe to repeat: records are merged by key and the newest version wins, so a day read
again finds everything held already and writes nothing.
"""

from jobs import landing, stage
from jobs.arrivals import Arrival, arrivals
from jobs.context import Context
from jobs.ledger import Entry, streamed
from jobs.settings import Source

STEP = "ingest_interactions"

OTHER_STEPS_READ = {"surveys", "crm"}
"""Kinds with a step of their own."""


def run(context: Context) -> None:
    """Read what arrived on the context's days from every source of this step."""
    sources = [s for s in context.settings.sources if s.kind not in OTHER_STEPS_READ]
    ingest(context, STEP, sources)


def ingest(context: Context, step: str, sources: list[Source]) -> None:
    """Stage and land the files of some sources, and write the ledger.

    A source without files on a day has a row of zeros: silence is seen.
    """
    with context.ledger.step(step, context.last_day) as noted:
        if files := arrivals(context.settings, context.days, sources):
            noted.entries += _landed(context, files)
        noted.note_silent(sources, context.days)


def _landed(context: Context, files: list[Arrival]) -> list[Entry]:
    """Stage and land some files; what became of their records."""
    staged = stage.staged(
        context.spark, context.settings, files, now=context.now
    ).persist()
    # Asked first: the stream may go on while this reads.
    heard = streamed(context.lake, context.days)
    try:
        entries = landing.land(context.lake, staged, context.settings, now=context.now)
    finally:
        staged.unpersist()
    for entry in entries:
        if (entry.source, entry.day) in heard:
            entry.stream_corrections = entry.changed_count
    return entries
