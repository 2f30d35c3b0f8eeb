"""Who is who: handles to customers, by rules that a person can follow.

A handle belongs to the customer whose file lists it (`crm`). A handle that the file does
not know, or no longer, belongs to whom it was seen together with in one interaction
(`together`): to a known customer if there is exactly one such, else to an anonymous
customer of its own kind. Everything is worked out from all that has been received, so
the order in which it came changes nothing; a link that no longer holds keeps its row,
with its end.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def to_sightings(interactions: DataFrame) -> DataFrame:
    """Every handle of every interaction that names its customer's.

    Grain: one row per handle and interaction: ``handle_key``, ``handle_kind``,
    ``interaction_id``, ``occurred_at``.
    """
    return interactions.select(
        "interaction_id", "occurred_at", F.explode("handles").alias("handle")
    ).select(
        F.col("handle.key").alias("handle_key"),
        F.col("handle.kind").alias("handle_kind"),
        "interaction_id",
        "occurred_at",
    )


def to_crm_links(crm_records: DataFrame) -> DataFrame:
    """Which customer the file gave a handle to, from when until when.

    A link begins on the first delivery that lists it and ends with the first later
    delivery of that customer which does not, or when a later delivery lists the handle
    for somebody else.

    Grain: one row per handle and customer.
    """
    deliveries = crm_records.select(
        "customer_id", "landed_at", "landed_date", "handles"
    )
    latest = deliveries.groupBy("customer_id").agg(
        F.max("landed_at").alias("_latest"),
        F.sort_array(F.collect_set("landed_at")).alias("_deliveries"),
    )
    listed = (
        deliveries.select(
            "customer_id",
            "landed_at",
            F.explode("handles").alias("handle"),
        )
        .groupBy(
            "customer_id",
            F.col("handle.key").alias("handle_key"),
            F.col("handle.kind").alias("handle_kind"),
        )
        .agg(F.min("landed_at").alias("linked_at"), F.max("landed_at").alias("_last"))
        .join(latest, "customer_id")
    )
    # The delivery after the last that listed it, where there is one, dropped it.
    dropped_at = F.get(
        F.filter("_deliveries", lambda at: at > F.col("_last")), F.lit(0)
    )
    by_handle = Window.partitionBy("handle_key").orderBy(
        "_last", "linked_at", "customer_id"
    )
    # The next claim's first listing, or, where that lies before this one's last, its
    # own last: by then the handle had gone to and fro and stayed there.
    next_first = F.lead("linked_at").over(by_handle)
    moved_at = F.when(next_first > F.col("_last"), next_first).otherwise(
        F.lead("_last").over(by_handle)
    )
    ended = F.least(dropped_at, moved_at)
    return listed.select(
        "handle_key",
        "customer_id",
        "handle_kind",
        F.lit("crm").alias("rule"),
        F.concat(
            F.lit("customer file of "), F.date_format("linked_at", "yyyy-MM-dd")
        ).alias("evidence"),
        "linked_at",
        ended.alias("unlinked_at"),
        F.when(
            ended.isNotNull(),
            F.when(
                ended == moved_at,
                F.lit("the customer file lists it for another customer"),
            ).otherwise(F.lit("the customer file no longer lists it")),
        ).alias("unlinked_reason"),
    )


def to_edges(sightings: DataFrame, *, shared_handle_limit: int) -> DataFrame:
    """Pairs of handles seen together, with the first interaction that shows it.

    A handle seen with more than ``shared_handle_limit`` others of its own kind is
    shared (a switchboard, a family's phone): it is in no pair.

    Grain: one row per ordered pair (both directions).
    """
    several = sightings.withColumn(
        "_several", F.count("*").over(Window.partitionBy("interaction_id"))
    ).where("_several > 1")
    left = several.select(
        F.col("handle_key").alias("a"),
        F.col("handle_kind").alias("a_kind"),
        "interaction_id",
        "occurred_at",
    )
    right = several.select(
        F.col("handle_key").alias("b"),
        F.col("handle_kind").alias("b_kind"),
        "interaction_id",
    )
    pairs = (
        left.join(right, "interaction_id")
        .where("a <> b")
        .groupBy("a", "a_kind", "b", "b_kind")
        .agg(
            F.min(F.struct("occurred_at", "interaction_id")).alias("first_seen"),
        )
    )
    # Counted per kind of the other: one person has several kinds, not many phones.
    crowd = pairs.groupBy("a", "b_kind").count()
    shared = crowd.where(F.col("count") > shared_handle_limit).select("a").distinct()
    return (
        pairs.join(shared, "a", "left_anti")
        .join(shared.withColumnRenamed("a", "b"), "b", "left_anti")
        .select("a", "b", "first_seen")
    )


def to_components(handles: DataFrame, edges: DataFrame) -> DataFrame:
    """The group each handle is in: its smallest member names it.

    One task holds all edges, two integers each: handles that the customer file does not
    know and that were seen with another are few beside the contacts. Ten million of
    them take some 200 MB.

    Args:
        handles: ``handle_key``, distinct.
        edges: ``a``, ``b``; both ends among the handles.

    Returns:
        ``handle_key``, ``component``.
    """
    named = (
        edges.select("a", "b")
        .coalesce(1)
        .mapInArrow(_components, "handle_key string, component string")
    )
    return handles.join(named, "handle_key", "left").select(
        "handle_key", F.coalesce("component", "handle_key").alias("component")
    )


def _components(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Connected components of all edges of one task."""
    edges = [batch for batch in batches if batch.num_rows]
    if not edges:
        return
    table = pa.Table.from_batches(edges)
    both = pa.chunked_array([*table["a"].chunks, *table["b"].chunks])
    coded = both.combine_chunks().dictionary_encode()
    ends = coded.indices.to_numpy().reshape(2, -1)
    keys = coded.dictionary.to_pylist()
    graph = coo_array((np.ones(ends.shape[1]), tuple(ends)), shape=(len(keys),) * 2)
    _, labels = connected_components(graph, directed=False)
    smallest: dict[int, str] = {}
    for key, label in zip(keys, labels, strict=True):
        smallest[label] = min(key, smallest.get(label, key))
    yield pa.RecordBatch.from_pydict(
        {"handle_key": keys, "component": [smallest[label] for label in labels]}
    )


def to_identity_links(
    sightings: DataFrame,
    crm_links: DataFrame,
    decisions: DataFrame,
    *,
    shared_handle_limit: int,
) -> DataFrame:
    """All links, ended ones included (see the ``identity_links`` contract).

    A decision that a handle is not a customer's ends that link, and from then on being
    seen together proves nothing for that handle: it stands alone until the customer file
    lists it for somebody.

    Groups of unknown handles that were seen with two or more known customers stay
    anonymous: guessing would put one customer's contacts into another's journeys.
    """
    decided = decisions.select("handle_key", "customer_id", "decided_at", "reason")
    crm = (
        crm_links.join(decided, ["handle_key", "customer_id"], "left")
        .withColumn("_by_decision", F.col("decided_at").isNotNull())
        .withColumn(
            "unlinked_reason",
            F.when(F.col("_by_decision"), F.col("reason")).otherwise(
                F.col("unlinked_reason")
            ),
        )
        .withColumn("unlinked_at", F.coalesce("decided_at", "unlinked_at"))
        .drop("decided_at", "reason", "_by_decision")
    )
    known = crm.where("unlinked_at IS NULL").select(
        F.col("handle_key").alias("known_key"), F.col("customer_id").alias("known_id")
    )
    seen = sightings.groupBy("handle_key").agg(
        F.first("handle_kind").alias("handle_kind"),
        F.min(F.struct("occurred_at", "interaction_id")).alias("first_seen"),
    )
    unknown = seen.join(
        known, F.col("handle_key") == F.col("known_key"), "left_anti"
    ).localCheckpoint()
    edges = (
        to_edges(sightings, shared_handle_limit=shared_handle_limit)
        .join(decided.select(F.col("handle_key").alias("a")), "a", "left_anti")
        .join(decided.select(F.col("handle_key").alias("b")), "b", "left_anti")
        .join(unknown.select(F.col("handle_key").alias("a")), "a", "left_semi")
        .localCheckpoint()
    )
    among_unknown = edges.join(
        unknown.select(F.col("handle_key").alias("b")), "b", "left_semi"
    ).select("a", "b", "first_seen")
    components = to_components(unknown.select("handle_key"), among_unknown)
    # Which known customers each group was seen with.
    owners = (
        edges.join(known, F.col("b") == F.col("known_key"))
        .join(components, F.col("a") == F.col("handle_key"))
        .groupBy("component")
        .agg(
            F.countDistinct("known_id").alias("_owners"),
            F.min("known_id").alias("_owner"),
            F.min("first_seen").alias("_first_owned"),
        )
    )
    first_joined = edges.groupBy(F.col("a").alias("handle_key")).agg(
        F.min("first_seen").alias("_joined")
    )
    root = (
        unknown.join(components, "handle_key")
        .groupBy("component")
        .agg(F.min(F.struct("first_seen", "handle_key")).alias("_root"))
    )
    placed = (
        unknown.join(components, "handle_key")
        .join(root, "component")
        .join(owners, "component", "left")
        .join(first_joined, "handle_key", "left")
        .withColumn("_own_id", anonymous_id(F.col("handle_key")))
        .withColumn(
            "customer_id",
            F.when(F.col("_owners") == 1, F.col("_owner")).otherwise(
                anonymous_id(F.col("_root.handle_key"))
            ),
        )
        # Joined when it was first seen with another; a handle that only others lead to
        # the owner joins with the group.
        .withColumn("_since", F.coalesce("_joined", "_first_owned", "first_seen"))
    )
    is_alone = F.col("customer_id") == F.col("_own_id")
    joined = placed.where(~is_alone).select(
        "handle_key",
        "customer_id",
        "handle_kind",
        F.lit("together").alias("rule"),
        F.col("_since.interaction_id").alias("evidence"),
        F.col("_since.occurred_at").alias("linked_at"),
        F.lit(None).cast("timestamp").alias("unlinked_at"),
        F.lit(None).cast("string").alias("unlinked_reason"),
    )
    was_alone = is_alone | (
        F.col("first_seen.occurred_at") < F.col("_since.occurred_at")
    )
    own = placed.where(was_alone).select(
        "handle_key",
        F.col("_own_id").alias("customer_id"),
        "handle_kind",
        F.lit("own").alias("rule"),
        F.col("first_seen.interaction_id").alias("evidence"),
        F.col("first_seen.occurred_at").alias("linked_at"),
        F.when(~is_alone, F.col("_since.occurred_at")).alias("unlinked_at"),
        F.when(
            ~is_alone,
            F.concat(F.lit("seen together in "), F.col("_since.interaction_id")),
        ).alias("unlinked_reason"),
    )
    # A link that the file dropped and an interaction shows is one link, and holds.
    dropped = crm.join(joined, ["handle_key", "customer_id"], "left_anti").select(
        *crm.columns
    )
    # What a person ended stays on record also where no rule would link it today.
    ended = (
        decided.join(crm, ["handle_key", "customer_id"], "left_anti")
        .join(seen, "handle_key")
        .where(F.col("customer_id") != anonymous_id(F.col("handle_key")))
        .select(
            "handle_key",
            "customer_id",
            "handle_kind",
            F.lit("together").alias("rule"),
            F.col("first_seen.interaction_id").alias("evidence"),
            F.col("first_seen.occurred_at").alias("linked_at"),
            F.col("decided_at").alias("unlinked_at"),
            F.col("reason").alias("unlinked_reason"),
        )
    )
    return dropped.unionByName(joined).unionByName(own).unionByName(ended)


def to_customers(identity_links: DataFrame, crm_records: DataFrame) -> DataFrame:
    """Everyone who has a handle that holds, with what the latest file says of them."""
    newest = Window.partitionBy("customer_id").orderBy(F.col("landed_date").desc())
    facts = (
        crm_records.withColumn("_place", F.row_number().over(newest))
        .where("_place = 1")
        .select("customer_id", "segment", "generation", "language", "since_date")
        .withColumn("_known", F.lit(True))
    )
    return (
        identity_links.where("unlinked_at IS NULL")
        .groupBy("customer_id")
        .agg(F.count("*").cast("int").alias("handle_count"))
        .join(facts, "customer_id", "left")
        .withColumn("is_known", F.coalesce("_known", F.lit(False)))
        .drop("_known")
    )


def anonymous_id(handle_key: Column) -> Column:
    """The id of the customer of whom this handle is all we know."""
    return F.concat(F.lit("a-"), F.substring(handle_key, 1, 20))
