"""`contacts` → `journeys`, `journey_steps`.

Safe to repeat: journeys of the customers that were touched are worked out from the contacts
as they are, and rows that come out as they were are not written again.
"""

from datetime import datetime, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.build_contacts import intent_groups
from jobs.context import Context
from jobs.ledger import as_of
from jobs.touched import Touched, done, since_last
from jobs.transforms import journeys as to

STEP = "build_journeys"

READS = {"contacts": "customer_id"}
WRITES = ("journeys", "journey_steps")

FOLLOWED_FROM_BYTES = 16 * 2**20
"""Of `contacts`, some 150,000: see `build_contacts`."""


def run(context: Context) -> None:
    """Work out the journeys of touched customers, and write those that changed."""
    lake = context.lake
    with context.ledger.step(STEP, context.last_day) as noted:
        until = as_of(lake)
        if until is None:
            return
        touched = since_last(
            context,
            STEP,
            reads=READS,
            writes=WRITES,
            until=until,
            followed_from_bytes=FOLLOWED_FROM_BYTES,
        )
        contacts, held_steps, held_journeys = (
            lake.read(table) for table in ("contacts", "journey_steps", "journeys")
        )
        if not touched.is_everything:
            whose = _customers(context, touched, held_journeys).localCheckpoint()
            contacts, held_steps, held_journeys = (
                rows.join(whose, "customer_id", "left_semi").select(*rows.columns)
                for rows in (contacts, held_steps, held_journeys)
            )
        steps, journeys = to_journeys(context, contacts, until)
        written = lake.merge("journey_steps", steps, scope=held_steps)
        also = lake.merge("journeys", journeys, scope=held_journeys)
        noted.note(context.last_day, written.and_also(also))
        noted.basis = done(lake, touched, WRITES)


def _customers(context: Context, touched: Touched, journeys: DataFrame) -> DataFrame:
    """Customers with a contact that changed, or with a journey that time alone ended."""
    changed = touched.keys("contacts", "customer_id")
    until = touched.basis.as_of
    if until is None or not touched.has_time_passed:
        return changed
    gap = timedelta(days=context.settings.rules.journey_gap_days)
    ended = journeys.where(F.col("is_open") & ~to.is_open(gap=gap, as_of=until))
    return changed.union(ended.select("customer_id")).distinct()


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
