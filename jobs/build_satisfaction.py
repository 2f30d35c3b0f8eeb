"""`contacts` → `satisfaction`.

Safe to repeat: counts of the days that were touched are taken from the contacts as they
are, and rows that come out as they were are not written again.
"""

from pyspark.sql import functions as F

from jobs.context import Context
from jobs.touched import done, since_last
from jobs.transforms.satisfaction import to_satisfaction

STEP = "build_satisfaction"

READS = {"contacts": "started_date"}
WRITES = ("satisfaction",)

FOLLOWED_FROM_BYTES = 16 * 2**20
"""Of `contacts`, some 150,000: see `build_contacts`."""


def run(context: Context) -> None:
    """Count the days that were touched, and write the counts that changed."""
    lake = context.lake
    with context.ledger.step(STEP, context.last_day) as noted:
        touched = since_last(
            context,
            STEP,
            reads=READS,
            writes=WRITES,
            until=None,
            followed_from_bytes=FOLLOWED_FROM_BYTES,
        )
        contacts, held = lake.read("contacts"), lake.read("satisfaction")
        if not touched.is_everything:
            days = touched.keys("contacts", "started_date").collect()
            # Stated as a list, they say which folders to read.
            is_touched = F.col("started_date").isin([day[0] for day in days])
            contacts, held = contacts.where(is_touched), held.where(is_touched)
        written = lake.merge("satisfaction", to_satisfaction(contacts), scope=held)
        noted.note(context.last_day, written)
        noted.basis = done(lake, touched, WRITES)
