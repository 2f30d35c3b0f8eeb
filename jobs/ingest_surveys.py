"""Survey exports → `surveys`.

Safe to repeat: an invitation read again is held already; its answer, when it comes in a
later file, is a newer version of it.
"""

from jobs.context import Context
from jobs.ingest_interactions import ingest

STEP = "ingest_surveys"


def run(context: Context) -> None:
    """Read what arrived on the context's days from every survey source."""
    ingest(context, STEP, [s for s in context.settings.sources if s.kind == "surveys"])
