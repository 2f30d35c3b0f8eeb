"""Who is who: handles to customers, by rules that a person can follow.

A handle belongs to the customer whose file lists it (`crm`). A handle that the file does
not know, or no longer, belongs to whom it was seen together with in one interaction
(`together`): to a known customer if there is exactly one such, else to an anonymous
customer of its own kind. Everything is worked out from all that has been received, so
the order in which it came changes nothing; a link that no longer holds keeps its row,
with its end.

*Known* here is a handle that is somebody's by the file now; *unknown*, any other that was
seen. *Edges* are pairs seen together, a *group* the unknown handles that edges join, and
its *owners* the known customers at their ends.
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
    filed = _as_decided(crm_links, decided).localCheckpoint()
    known = filed.where("unlinked_at IS NULL").select(
        F.col("handle_key").alias("known_key"), F.col("customer_id").alias("known_id")
    )
    seen = _first_seen(sightings)
    unknown = seen.join(
        known, F.col("handle_key") == F.col("known_key"), "left_anti"
    ).localCheckpoint()
    pairs = to_edges(sightings, shared_handle_limit=shared_handle_limit)
    edges = _edges_of(unknown, pairs, decided).localCheckpoint()
    # Asked for twice and thrice below: a plan would work them out as often.
    placed = to_placed(unknown, edges, known).localCheckpoint()
    together = _together_links(placed)
    return (
        # A link that the file dropped and an interaction shows is one link, and holds.
        filed.join(together, ["handle_key", "customer_id"], "left_anti")
        .select(*filed.columns)
        .unionByName(together)
        .unionByName(_own_links(placed))
        .unionByName(_decided_links(decided, filed, seen))
    )


def _as_decided(crm_links: DataFrame, decided: DataFrame) -> DataFrame:
    """One row per link of the file, ended where a person decided so."""
    is_decided = F.col("decided_at").isNotNull()
    reason = F.when(is_decided, F.col("reason")).otherwise(F.col("unlinked_reason"))
    return (
        crm_links.join(decided, ["handle_key", "customer_id"], "left")
        .withColumn("unlinked_reason", reason)
        .withColumn("unlinked_at", F.coalesce("decided_at", "unlinked_at"))
        .drop("decided_at", "reason")
    )


def _first_seen(sightings: DataFrame) -> DataFrame:
    """One row per handle, with the interaction that showed it first."""
    return sightings.groupBy("handle_key").agg(
        F.first("handle_kind").alias("handle_kind"),
        F.min(F.struct("occurred_at", "interaction_id")).alias("first_seen"),
    )


def _edges_of(unknown: DataFrame, pairs: DataFrame, decided: DataFrame) -> DataFrame:
    """One row per ordered pair of an unknown handle and any other, none decided upon."""
    return (
        pairs.join(decided.select(F.col("handle_key").alias("a")), "a", "left_anti")
        .join(decided.select(F.col("handle_key").alias("b")), "b", "left_anti")
        .join(unknown.select(F.col("handle_key").alias("a")), "a", "left_semi")
    )


def to_placed(unknown: DataFrame, edges: DataFrame, known: DataFrame) -> DataFrame:
    """Whose each unknown handle is: its group's one owner's, else the group's own.

    Grain: one row per unknown handle, with ``customer_id``; ``_own_id``, the customer it
    is while it stands alone; ``_is_alone``; ``_since``, the sighting by which it joined.

    Args:
        unknown: ``handle_key``, ``handle_kind``, ``first_seen``.
        edges: ``a``, ``b``, ``first_seen``; every ``a`` unknown.
        known: ``known_key``, ``known_id``.
    """
    among_unknown = edges.join(
        unknown.select(F.col("handle_key").alias("b")), "b", "left_semi"
    ).select("a", "b", "first_seen")
    components = to_components(unknown.select("handle_key"), among_unknown)
    grouped = unknown.join(components, "handle_key")
    # An anonymous group is called by the handle of it that was seen first.
    roots = grouped.groupBy("component").agg(
        F.min(F.struct("first_seen", "handle_key")).alias("_root")
    )
    first_joined = edges.groupBy(F.col("a").alias("handle_key")).agg(
        F.min("first_seen").alias("_joined")
    )
    customer_id = F.when(F.col("_owner_count") == 1, F.col("_owner")).otherwise(
        anonymous_id(F.col("_root.handle_key"))
    )
    return (
        grouped.join(roots, "component")
        .join(_owners(components, edges, known), "component", "left")
        .join(first_joined, "handle_key", "left")
        .withColumn("_own_id", anonymous_id(F.col("handle_key")))
        .withColumn("customer_id", customer_id)
        .withColumn("_is_alone", F.col("customer_id") == F.col("_own_id"))
        # When it was first seen with another, whoever led the group to its owner.
        .withColumn("_since", F.coalesce("_joined", "first_seen"))
    )


def _owners(components: DataFrame, edges: DataFrame, known: DataFrame) -> DataFrame:
    """One row per group that was seen with known customers: how many, and who."""
    return (
        edges.join(known, F.col("b") == F.col("known_key"))
        .join(components, F.col("a") == F.col("handle_key"))
        .groupBy("component")
        .agg(
            F.countDistinct("known_id").alias("_owner_count"),
            F.min("known_id").alias("_owner"),
        )
    )


def _together_links(placed: DataFrame) -> DataFrame:
    """One row per unknown handle that is not alone: to its group's customer."""
    ended_at, reason = F.lit(None).cast("timestamp"), F.lit(None).cast("string")
    return placed.where(~F.col("_is_alone")).select(
        *_shown("together", by="_since", unlinked_at=ended_at, unlinked_reason=reason)
    )


def _own_links(placed: DataFrame) -> DataFrame:
    """One row per unknown handle that is alone, or was until it joined: to its own id."""
    has_joined, since = ~F.col("_is_alone"), F.col("_since")
    was_alone = F.col("first_seen.occurred_at") < since["occurred_at"]
    reason = F.concat(F.lit("seen together in "), since["interaction_id"])
    return (
        placed.where(F.col("_is_alone") | was_alone)
        .withColumn("customer_id", F.col("_own_id"))
        .select(
            *_shown(
                "own",
                by="first_seen",
                unlinked_at=F.when(has_joined, since["occurred_at"]),
                unlinked_reason=F.when(has_joined, reason),
            )
        )
    )


def _decided_links(decided: DataFrame, filed: DataFrame, seen: DataFrame) -> DataFrame:
    """One row per decision against a link that is not the file's.

    What a person ended stays on record also where no rule would link it today.
    """
    return (
        decided.join(filed, ["handle_key", "customer_id"], "left_anti")
        .join(seen, "handle_key")
        .where(F.col("customer_id") != anonymous_id(F.col("handle_key")))
        .select(
            *_shown(
                "together",
                by="first_seen",
                unlinked_at=F.col("decided_at"),
                unlinked_reason=F.col("reason"),
            )
        )
    )


def _shown(
    rule: str, *, by: str, unlinked_at: Column, unlinked_reason: Column
) -> list[Column]:
    """A link's columns where an interaction, not the file, is the evidence."""
    return [
        *(F.col(name) for name in ("handle_key", "customer_id", "handle_kind")),
        F.lit(rule).alias("rule"),
        F.col(f"{by}.interaction_id").alias("evidence"),
        F.col(f"{by}.occurred_at").alias("linked_at"),
        unlinked_at.alias("unlinked_at"),
        unlinked_reason.alias("unlinked_reason"),
    ]


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
