"""Customer files → `crm_records`.

Safe to repeat: rows are keyed by customer and arrival day.
"""

from jobs.context import Context
from jobs.ingest_interactions import ingest

STEP = "ingest_customers"


def run(context: Context) -> None:
    """Read what arrived on the context's days from every customer file."""
    ingest(context, STEP, [s for s in context.settings.sources if s.kind == "crm"])
