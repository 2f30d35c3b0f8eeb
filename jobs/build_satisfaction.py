"""`contacts` → `satisfaction`.

Safe to repeat: counts are taken from the contacts as they are, and rows that come out as
they were are not written again.
"""

from jobs.context import Context
from jobs.transforms.satisfaction import to_satisfaction

STEP = "build_satisfaction"


def run(context: Context) -> None:
    """Count all days, and write those that changed."""
    lake = context.lake
    with context.ledger.step(STEP, context.last_day) as noted:
        counts = to_satisfaction(lake.read("contacts"))
        written = lake.merge("satisfaction", counts, scope=lake.read("satisfaction"))
        noted.note(context.last_day, written)
