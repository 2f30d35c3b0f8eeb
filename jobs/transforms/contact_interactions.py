"""Interactions to attempts: which records are one contact.

An attempt is a conversation at its source: the legs of a call, the messages of a thread
or ticket, a chat. A public thread holds as many attempts as customers spoke in it.
"""

from collections.abc import Iterable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

PUBLIC_CHANNELS = ("social", "review")

HANDLE_ORDER = ("x_id", "mastodon", "x", "account", "email", "phone", "contact")
"""Which handle names a speaker in a public thread: network ids first, for they outlive
a change of user name."""


def to_threads(interactions: DataFrame) -> DataFrame:
    """The conversation of every interaction after following replies to their start.

    A reply names what it answers, which may itself be a reply; when that record came
    late or not at all, the chain ends with its id all the same.

    Grain: one row per interaction: ``interaction_id``, ``thread_id``.
    """
    pointers = interactions.select("interaction_id", "conversation_id")
    named = pointers.select(F.col("conversation_id").alias("interaction_id")).distinct()
    # Only records that others point to and that point on themselves make chains.
    chains = (
        pointers.where("interaction_id <> conversation_id")
        .join(named, "interaction_id", "left_semi")
        .coalesce(1)
        .mapInArrow(_followed, "conversation_id string, start string")
    )
    return pointers.join(chains, "conversation_id", "left").select(
        "interaction_id", F.coalesce("start", "conversation_id").alias("thread_id")
    )


def _followed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Where each pointer leads in the end, for all pointers of one task.

    Records that answer each other in a circle lead to the smallest of them.
    """
    leads: dict[str, str] = {}
    for batch in batches:
        nodes, targets = (batch.column(place).to_pylist() for place in (0, 1))
        leads.update(zip(nodes, targets, strict=True))
    starts: dict[str, str] = {}
    for node in leads:
        last = node
        path = {node: None}
        while last not in starts and last in leads and leads[last] not in path:
            last = leads[last]
            path[last] = None
        if last in starts:
            start = starts[last]
        elif last in leads:
            followed = list(path)
            start = min(followed[followed.index(leads[last]) :])
        else:
            start = last
        starts.update(dict.fromkeys(path, start))
    nodes = list(leads)
    yield pa.RecordBatch.from_pydict(
        {"conversation_id": nodes, "start": [starts[node] for node in nodes]},
        pa.schema([("conversation_id", pa.string()), ("start", pa.string())]),
    )


def to_contact_interactions(interactions: DataFrame, threads: DataFrame) -> DataFrame:
    """Which contact every interaction belongs to (see the contract of that name).

    Left out: the company's public posts that answer nobody. They are no attempt of any
    customer.

    Args:
        interactions: all those of the threads they are in.
        threads: see `to_threads`; of others, too.
    """
    is_public = F.col("channel").isin(*PUBLIC_CHANNELS) & (
        F.coalesce("visibility", F.lit("public")) == "public"
    )
    ranks = F.array(*(F.lit(kind) for kind in HANDLE_ORDER))
    by_rank = F.transform(
        "handles",
        lambda handle: F.struct(
            F.array_position(ranks, handle["kind"]).alias("rank"),
            handle["key"].alias("key"),
        ),
    )
    speaker = F.when(is_public, F.array_min(by_rank).getField("key"))
    by_time = Window.partitionBy("contact_id").orderBy("occurred_at", "interaction_id")
    return (
        interactions.select(
            "interaction_id",
            "conversation_id",
            "occurred_date",
            "occurred_at",
            "direction",
            is_public.alias("_is_public"),
            speaker.alias("_speaker"),
        )
        .join(threads, "interaction_id")
        .where("NOT (_is_public AND _speaker IS NULL AND direction = 'outbound')")
        .withColumn(
            "contact_id",
            F.when(
                F.col("_speaker").isNotNull(),
                F.concat("thread_id", F.lit("/"), F.substring("_speaker", 1, 12)),
            )
            # A post whose author the source withheld is an attempt of its own.
            .when(
                F.col("_is_public"), F.concat("thread_id", F.lit("/"), "interaction_id")
            )
            .otherwise(F.col("thread_id")),
        )
        .withColumn("position", F.row_number().over(by_time))
        .select(
            "interaction_id", "contact_id", "occurred_date", "position", "thread_id"
        )
    )
