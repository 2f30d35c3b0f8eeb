"""`contacts` → `journeys`, `journey_steps`.

Safe to repeat: journeys are worked out from the contacts as they are, and rows that come
out as they were are not written again.
"""

from datetime import datetime, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.build_contacts import intent_groups
from jobs.context import Context
from jobs.ledger import as_of
from jobs.transforms import journeys as to

STEP = "build_journeys"


def run(context: Context) -> None:
    """Work out all journeys, and write those that changed."""
    lake = context.lake
    with context.ledger.step(STEP, context.last_day) as noted:
        until = as_of(lake)
        if until is None:
            return
        steps, journeys = to_journeys(context, lake.read("contacts"), until)
        written = lake.merge("journey_steps", steps, scope=lake.read("journey_steps"))
        also = lake.merge("journeys", journeys, scope=lake.read("journeys"))
        noted.note(context.last_day, written.and_also(also))


def to_journeys(
    context: Context, contacts: DataFrame, until: datetime
) -> tuple[DataFrame, DataFrame]:
    """Steps and journeys as these contacts make them; writes nothing."""
    gap = timedelta(days=context.settings.rules.journey_gap_days)
    specific = intent_groups(context).select(
        "intent_label", F.lit(True).alias("_is_specific")
    )
    contacts = contacts.join(F.broadcast(specific), "intent_label", "left")
    steps = to.to_journey_steps(contacts, gap=gap).localCheckpoint()
    return steps, to.to_journeys(steps, gap=gap, as_of=until)
