"""`interactions`, `crm_records`, `identity_decisions` → `identity_links`, `customers`.

Safe to repeat: links are worked out from everything received, whatever the order it came
in, and rows that come out as they were are not written again.
"""

from pyspark.sql import functions as F

from jobs.context import Context
from jobs.transforms import identity

STEP = "link_customers"


def run(context: Context) -> None:
    """Work out all links and customers, and write those that changed."""
    lake = context.lake
    with context.ledger.step(STEP, context.last_day) as noted:
        crm_records = lake.read("crm_records")
        sightings = identity.to_sightings(lake.read("interactions")).localCheckpoint()
        links = identity.to_identity_links(
            sightings,
            identity.to_crm_links(crm_records),
            lake.read("identity_decisions"),
            shared_handle_limit=context.settings.rules.shared_handle_limit,
        ).localCheckpoint()
        written = lake.merge("identity_links", links, scope=lake.read("identity_links"))
        customers = identity.to_customers(links, crm_records)
        also = lake.merge("customers", customers, scope=lake.read("customers"))
        noted.note(context.last_day, written.and_also(also))


def unlinked(context: Context, handle_key: str, customer_id: str, reason: str) -> None:
    """Note a decision that a handle is not a customer's; links follow on the next run."""
    decision = context.spark.createDataFrame(
        [(handle_key, customer_id, context.now, reason)],
        context.lake.schema("identity_decisions"),
    ).select(*(F.col(name) for name in context.lake.schema("identity_decisions").names))
    context.lake.merge("identity_decisions", decision)
