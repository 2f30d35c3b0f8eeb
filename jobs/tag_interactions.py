"""`interactions` → `tags`: what customers said, by the tagger, inside one Arrow stage.

Safe to repeat: an interaction is tagged when its present text has not been; so a day run
again tags nothing, and a transcript that came late is read when it comes. Tags go with the
words they were read from.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import accumulate
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
            wordless=tagged.wordless_count,
        )


class Tagged(NamedTuple):
    """What became of interactions whose words no tag had been made from."""

    readable_count: int
    other_count: int
    """In languages that the tagger does not know: they have no tags."""
    wordless_count: int
    """Had tags of words that their source has taken back since."""


def tag(context: Context, untagged: DataFrame) -> Tagged:
    """Tag some interactions, and write their tags in the place of those they had.

    Args:
        untagged: see `to_untagged`.
    """
    untagged = untagged.localCheckpoint()
    counted = untagged.groupBy("is_readable", "is_worded", "was_read").count().collect()
    readable = sum(row["count"] for row in counted if row["is_readable"])
    wordless = sum(row["count"] for row in counted if not row["is_worded"])
    other = sum(row["count"] for row in counted) - readable - wordless
    if readable or any(row["was_read"] for row in counted):
        ids = untagged.where("is_readable OR was_read").select("interaction_id")
        held = context.lake.read("tags").join(ids, "interaction_id", "left_semi")
        tags = tags_of(context, untagged.where("is_readable"), count=readable)
        context.lake.merge("tags", tags, scope=held)
    return Tagged(readable, other, wordless)


def to_untagged(lake: Lake, *, among: DataFrame | None = None) -> DataFrame:
    """Interactions whose present words no tag has been made from.

    Among them those that had tags and have no words any more: a source empties or redacts a
    text, or tells that it is in another language. And those whose day is another one
    since (a source corrected its clock): tags stand on it. Which tagger made the tags is
    not asked: a new one reads what is new, and history only by `verbatim retag`, which
    shows the difference before anybody else sees it.

    Args:
        among: ``interaction_id``, distinct: only these, reading only the days they stand
            in. Null looks at all.

    Returns:
        See `to_said`; ``was_read``: there are tags of other words of theirs.
    """
    interactions, read = lake.read("interactions"), to_read(lake)
    if among is not None:
        interactions = lake.read_keys("interactions", among)
    if among is not None and not lake.is_small("tags"):
        # Looked at twice, for the days and for the words: found once.
        interactions = interactions.localCheckpoint()
        days = interactions.select("occurred_date").distinct().collect()
        read = read.where(F.col("occurred_date").isin([day[0] for day in days]))
    read = read.selectExpr(
        "interaction_id",
        "text_hash AS _read_hash",
        "language AS _read_in",
        "occurred_date AS _read_on",
        "true AS _read",
    )
    is_as_read = (
        "is_readable AND text_hash <=> _read_hash AND occurred_date = _read_on "
        # Tags of before 1.1.0 do not say.
        "AND coalesce(_read_in = language, true)"
    )
    return (
        to_said(interactions)
        .join(read, "interaction_id", "left")
        .withColumn("was_read", F.col("_read").isNotNull())
        .where(f"(is_worded OR was_read) AND NOT ({is_as_read})")
        .drop("_read_hash", "_read_in", "_read_on", "_read")
    )


def to_said(interactions: DataFrame) -> DataFrame:
    """What the tagger would read of each interaction.

    Returns:
        ``interaction_id``, ``occurred_date``, ``text_hash``, ``text``, ``language``;
        ``is_worded``: the customer said something; ``is_readable``: and the tagger knows
        the language.
    """
    has_customer_words = (F.col("direction") == "inbound") | (
        F.size(F.col("turns.party")) > 0
    )
    is_worded = F.col("text_hash").isNotNull() & F.coalesce(
        has_customer_words, F.lit(False)
    )
    is_known = F.coalesce(F.col("language").isin(*LANGUAGES), F.lit(False))
    return interactions.select(
        "interaction_id",
        "occurred_date",
        "text_hash",
        "text",
        "language",
        is_worded.alias("is_worded"),
        (is_worded & is_known).alias("is_readable"),
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
            texts, languages = (
                batch.column(name).to_pylist() for name in ("text", "language")
            )
            tagged = nlp.tag(texts, languages, own)
            found = [one for tags in tagged for one in tags]
            spans = [span for one in found for span in one.evidence]
            # A column at a time: as rows they took a fifth of the stage's time.
            texts_of = pa.array(
                [place for place, tags in enumerate(tagged) for _ in tags], pa.int32()
            )
            evidence = pa.ListArray.from_arrays(
                pa.array(_ends(len(one.evidence) for one in found), pa.int32()),
                pa.StructArray.from_arrays(
                    [
                        pa.array([start for start, _ in spans], pa.int32()),
                        pa.array([end for _, end in spans], pa.int32()),
                    ],
                    ["start", "end"],
                ),
            )
            columns: dict[str, Any] = {
                name: batch.column(name).take(texts_of)
                for name in ("interaction_id", "occurred_date", "text_hash", "language")
            } | {
                "family": [one.family for one in found],
                "label": [one.label for one in found],
                "score": [one.score for one in found],
                "is_primary": [one.is_primary for one in found],
                "evidence": evidence,
                "tagger_version": pa.repeat(version, len(found)),
                "processed_at": pa.repeat(now, len(found)),
            }
            yield pa.RecordBatch.from_pydict(columns, shape)

    return tag


def _ends(lengths: Iterable[int]) -> list[int]:
    """Where each list begins and the last one ends, as Arrow lays lists out."""
    return list(accumulate(lengths, initial=0))


def tags_of(
    context: Context, texts: DataFrame, *, count: int | None = None
) -> DataFrame:
    """What the present tagger says of some interactions, by their present texts.

    Args:
        texts: see `to_said`; readable ones.
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
