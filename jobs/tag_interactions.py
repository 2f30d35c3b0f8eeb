"""`interactions` → `tags`: what customers said, by the tagger, inside one Arrow stage.

Safe to repeat: an interaction is tagged when its present text has not been; so a day run
again tags nothing, and a transcript that came late is read when it comes.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema

import nlp
from jobs.context import Context
from jobs.lake import Lake
from jobs.touched import done, since_last
from nlp.own import SHIPPED, Own
from nlp.taxonomy import LANGUAGES

STEP = "tag_interactions"

READS = {"interactions": "interaction_id"}

TEXTS_PER_PART = 500
"""Fewer are tagged (3,000 a second) sooner than another worker has loaded the tagger."""


def run(context: Context) -> None:
    """Tag every interaction whose words have not been read yet."""
    with context.ledger.step(STEP, context.last_day) as noted:
        noted.tagger_version = nlp.version(context.settings.own)
        touched = since_last(context, STEP, reads=READS, writes=(), until=None)
        among = (
            None
            if touched.is_everything
            else touched.keys("interactions", "interaction_id")
        )
        tagged = tag(context, to_untagged(context.lake, among=among))
        noted.basis = done(context.lake, touched, ("tags",))
        noted.note_tagged(
            context.last_day,
            tagged=tagged.readable_count,
            in_other_languages=tagged.other_count,
        )


class Tagged(NamedTuple):
    """What became of interactions that had no tags."""

    readable_count: int
    other_count: int
    """In languages that the tagger does not know: they stay without tags."""


def tag(context: Context, untagged: DataFrame) -> Tagged:
    """Tag some interactions, and write their tags.

    Args:
        untagged: see `to_untagged`.
    """
    untagged = untagged.localCheckpoint()
    count = {
        row["is_readable"]: row["count"]
        for row in untagged.groupBy("is_readable").count().collect()
    }
    if count.get(True):
        texts = untagged.where("is_readable")
        ids = texts.select("interaction_id")
        held = context.lake.read("tags").join(ids, "interaction_id", "left_semi")
        tags = tags_of(context, texts, count=count[True])
        context.lake.merge("tags", tags, scope=held)
    return Tagged(count.get(True, 0), count.get(False, 0))


def to_untagged(lake: Lake, *, among: DataFrame | None = None) -> DataFrame:
    """Interactions with customer's words that no tag has been made from.

    Which tagger made the tags is not asked: a new one reads what is new, and history only
    by `verbatim retag`, which shows the difference before anybody else sees it.

    Args:
        among: ``interaction_id``, distinct: only these, reading only the days they stand
            in. Null looks at all.

    Returns:
        See `to_worded`.
    """
    interactions, read = lake.read("interactions"), to_read(lake)
    if among is not None:
        interactions = lake.read_keys("interactions", among)
    if among is not None and not lake.is_small("tags"):
        # Looked at twice, for the days and for the words: found once.
        interactions = interactions.localCheckpoint()
        days = interactions.select("occurred_date").distinct().collect()
        read = read.where(F.col("occurred_date").isin([day[0] for day in days]))
    return to_worded(interactions).join(
        read.select("interaction_id", "text_hash"),
        ["interaction_id", "text_hash"],
        "left_anti",
    )


def to_worded(interactions: DataFrame) -> DataFrame:
    """Interactions with customer's words.

    Returns:
        ``interaction_id``, ``occurred_date``, ``text_hash``, ``text``, ``language``;
        ``is_readable``: false where the tagger does not know the language.
    """
    has_customer_words = (F.col("direction") == "inbound") | (
        F.size(F.col("turns.party")) > 0
    )
    return interactions.where(
        F.col("text_hash").isNotNull() & has_customer_words
    ).select(
        "interaction_id",
        "occurred_date",
        "text_hash",
        "text",
        "language",
        F.coalesce(F.col("language").isin(*LANGUAGES), F.lit(False)).alias(
            "is_readable"
        ),
    )


def to_read(lake: Lake) -> DataFrame:
    """The one tag that every text has which was read: its ``overall`` frustration."""
    return lake.read("tags").where("family = 'frustration' AND label = 'overall'")


def to_tags(
    texts: DataFrame, lake: Lake, *, now: datetime, own: Own = SHIPPED
) -> DataFrame:
    """Tags of some texts.

    Args:
        texts: ``interaction_id``, ``occurred_date``, ``text_hash``, ``text``,
            ``language``.
        lake: only for the schema.
        now: becomes ``processed_at``.
        own: a company's own taxonomy or labels; the workers read its files.
    """
    shape = lake.schema("tags")
    return texts.mapInArrow(tagging(to_arrow_schema(shape), now, own), shape)


def tagging(
    shape: pa.Schema, now: datetime, own: Own = SHIPPED
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """The function that runs in the workers; the tagger loads once in each."""
    version = nlp.version(own)

    def tag(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            rows = batch.to_pylist()
            tagged = nlp.tag(
                [row["text"] for row in rows],
                [row["language"] for row in rows],
                own,
            )
            columns: list[dict[str, Any]] = [
                {
                    "interaction_id": row["interaction_id"],
                    "occurred_date": row["occurred_date"],
                    "family": found.family,
                    "label": found.label,
                    "score": found.score,
                    "is_primary": found.is_primary,
                    "evidence": [
                        {"start": start, "end": end} for start, end in found.evidence
                    ],
                    "text_hash": row["text_hash"],
                    "tagger_version": version,
                    "processed_at": now,
                }
                for row, tags in zip(rows, tagged, strict=True)
                for found in tags
            ]
            yield pa.RecordBatch.from_pylist(columns, shape)

    return tag


def tags_of(
    context: Context, texts: DataFrame, *, count: int | None = None
) -> DataFrame:
    """What the present tagger says of some interactions, by their present texts.

    Args:
        texts: see `to_worded`; readable ones.
        count: how many they are, where that is known: few are not worth many workers.
    """
    # One batch of texts costs the same wherever it runs: even parts keep cores busy.
    parts = 2 * context.spark.sparkContext.defaultParallelism
    if count is not None:
        parts = min(parts, 1 + count // TEXTS_PER_PART)
    texts = texts.select(
        "interaction_id", "occurred_date", "text_hash", "text", "language"
    )
    return to_tags(
        texts.repartition(parts),
        context.lake,
        now=context.now,
        own=context.settings.own,
    )
