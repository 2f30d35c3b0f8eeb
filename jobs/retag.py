"""`interactions` → `tags_draft` → `tags`, `tag_history`: history by the present tagger.

Nobody sees a draft: contacts and marts are made from `tags` alone. Accepting it puts its
tags in the place of the older ones, which `tag_history` keeps.

Safe to repeat: the draft goes away when all is published. Accepting it again after a
failure finds done what was done, and goes on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

import nlp
from jobs import build_contacts, build_journeys, tag_interactions
from jobs.check_table import check
from jobs.context import Context
from jobs.lake import Lake
from jobs.ledger import as_of
from jobs.steps import STEPS, Done, Step, run_all
from jobs.transforms import tag_differences as to
from jobs.transforms.satisfaction import to_satisfaction
from schemas.contracts import contract
from schemas.errors import InputError, NotFoundError

STEP = "retag"

ACCEPTING = (
    Step(
        STEP,
        reads=("interactions", "tags", "tags_draft"),
        writes=("tags", "tag_history"),
    ),
    *STEPS[[step.name for step in STEPS].index(build_contacts.STEP) :],
)
"""What follows from another tagger's tags: everything that is made from them."""

MOST_MOVEMENTS = 12
SAMPLES_EACH = 3
EXCERPT_WIDTH = 160


@dataclass(frozen=True)
class Draft:
    """What the draft table holds."""

    tagger_version: str
    first_day: date
    last_day: date
    interaction_count: int
    """Those whose words are still the ones that were read."""
    outdated_count: int
    """Those whose words have changed since: accepting leaves their tags alone."""


@dataclass(frozen=True)
class Difference:
    """What accepting the draft would change. Rows as Spark gives them."""

    draft: Draft
    versions_before: tuple[str, ...]
    """Of the tags that would be replaced; empty where there were none."""
    labels: tuple[Row, ...]
    """Label and week: see `to_label_counts`."""
    weeks: tuple[Row, ...]
    """Satisfaction by week: ``by``, ``before``, ``after``; only weeks that differ."""
    reasons: tuple[Row, ...]
    """The same by intent, for the draft's weeks together."""
    journeys: tuple[Row, ...]
    """Journeys by the week they began; only weeks that differ."""
    movements: tuple[Row, ...]
    """See `to_movements`."""
    samples: tuple[Row, ...]
    """See `to_samples`."""


def write_draft(context: Context, first: date, last: date) -> Draft | None:
    """Tag again what occurred on these days, into the draft; an earlier draft goes.

    Texts that the present tagger has read are left out.

    Returns:
        Null when there are no others: then there is no draft either.
    """
    lake = context.lake
    version = nlp.version(context.settings.own)
    read = (
        tag_interactions.to_read(lake)
        .where(F.col("tagger_version") == version)
        .select("interaction_id", "text_hash")
    )
    todo = (
        tag_interactions.to_said(lake.read("interactions"))
        .where(F.col("is_readable") & F.col("occurred_date").between(first, last))
        .join(read, ["interaction_id", "text_hash"], "left_anti")
        .localCheckpoint()
    )
    tags = tag_interactions.tags_of(context, todo)
    lake.merge("tags_draft", tags, scope=lake.read("tags_draft"))
    return drafted(lake)


def drafted(lake: Lake) -> Draft | None:
    """The draft there is, or null."""
    held = lake.read("tags_draft").where("label = 'overall'")
    now = lake.read("interactions").select(
        "interaction_id", F.col("text_hash").alias("_now")
    )
    is_current = F.col("text_hash").eqNullSafe(F.col("_now"))
    found = (
        held.join(now, "interaction_id", "left")
        .agg(
            F.max("tagger_version").alias("tagger_version"),
            F.min("occurred_date").alias("first_day"),
            F.max("occurred_date").alias("last_day"),
            F.count_if(is_current).alias("interaction_count"),
            F.count_if(~is_current).alias("outdated_count"),
        )
        .first()
    )
    if found is None or found["tagger_version"] is None:
        return None
    return Draft(**found.asDict())


def difference(context: Context) -> Difference:
    """What accepting the draft would change; writes nothing.

    Before is what the lake holds. After is worked out from the draft by the same
    transforms that build contacts, journeys and counts.

    Raises:
        NotFoundError: there is no draft.
    """
    lake = context.lake
    draft = _required(lake)
    after = to_standing(lake).localCheckpoint()
    before = (
        lake.read("tags")
        .join(after.select("interaction_id").distinct(), "interaction_id", "left_semi")
        .localCheckpoint()
    )
    moved = to.to_moved(before, after).localCheckpoint()
    movements = to.to_movements(moved, most=MOST_MOVEMENTS).localCheckpoint()
    members = build_contacts.to_members(lake)
    samples = to.to_samples(
        moved,
        movements,
        members,
        lake.read("interactions"),
        each=SAMPLES_EACH,
        width=EXCERPT_WIDTH,
    )
    contacts, journeys = _built(
        context, members, to.to_overlaid(lake.read("tags"), after)
    )
    was, becomes = (
        lake.read("satisfaction"),
        to_satisfaction(contacts).localCheckpoint(),
    )
    week = to.week_of("started_date")
    monday = F.date_trunc("week", F.lit(draft.first_day)).cast("date")
    in_draft = week.between(monday, draft.last_day)
    weeks = to.to_sides(
        to.to_satisfaction_figures(was, week),
        to.to_satisfaction_figures(becomes, week),
    )
    intent = F.col("intent_label")
    reasons = to.to_sides(
        to.to_satisfaction_figures(was.where(in_draft), intent),
        to.to_satisfaction_figures(becomes.where(in_draft), intent),
    )
    by_journey = to.to_sides(
        to.to_journey_figures(lake.read("journeys")), to.to_journey_figures(journeys)
    )
    labels = to.to_label_counts(before, after)
    versions = before.select("tagger_version").distinct()
    order = ["family", "label", "week_start_date"]
    return Difference(
        draft=draft,
        versions_before=tuple(sorted(row[0] for row in versions.collect())),
        labels=tuple(labels.orderBy(*order).collect()),
        weeks=tuple(weeks.orderBy("by").collect()),
        reasons=tuple(reasons.orderBy("by").collect()),
        journeys=tuple(by_journey.orderBy("by").collect()),
        movements=tuple(movements.collect()),
        samples=tuple(
            samples.orderBy("family", "was", "becomes", "position").collect()
        ),
    )


def accept(
    context: Context, *, starting: Callable[[str], None] = lambda name: None
) -> Iterator[Done]:
    """Make the draft's tags the current ones, and publish what follows from them.

    Raises:
        NotFoundError: there is no draft.
        InputError: the tagger has changed since it was written.
        CheckError: a table broke its contract; nothing was published, the draft stays.
    """
    lake = context.lake
    draft = _required(lake)
    version = nlp.version(context.settings.own)
    if draft.tagger_version != version:
        raise InputError(
            f"The draft is by tagger {draft.tagger_version}, the present one is "
            f"{version}: what a day's run tags would not agree with it.\nTag again with: "
            f"verbatim retag --from {draft.first_day} --to {draft.last_day}\nor drop it "
            "with: verbatim retag --discard"
        )
    # Not when it was written: nobody reads it before.
    starting("check tags_draft")
    check(lake, "tags_draft", docs=context.settings.checks_folder).require()
    yield from run_all(context, steps=ACCEPTING, starting=starting)
    discard(lake)


def run(context: Context) -> None:
    """The first step of accepting: keep the older tags, put the draft's in their place."""
    lake = context.lake
    with context.ledger.step(STEP, context.last_day) as noted:
        draft = to_standing(lake).localCheckpoint()
        noted.tagger_version = _required(lake).tagger_version
        held = lake.read("tags").join(
            draft.select("interaction_id").distinct(), "interaction_id", "left_semi"
        )
        replaced = to.to_replaced(held, draft).withColumn(
            "replaced_at", F.lit(context.now)
        )
        # A version may take the same one's place twice, when it went back in between:
        # what stands about the first time stays.
        lake.merge("tag_history", replaced, newer="false")
        noted.note(context.last_day, lake.merge("tags", draft, scope=held))


def discard(lake: Lake) -> bool:
    """Empty the draft; false when there was none."""
    held = lake.read("tags_draft")
    return lake.merge("tags_draft", held.limit(0), scope=held).row_count > 0


def to_standing(lake: Lake) -> DataFrame:
    """The draft's tags of texts that are still the interactions' own."""
    return (
        lake.read("tags_draft")
        .join(
            lake.read("interactions").select("interaction_id", "text_hash"),
            ["interaction_id", "text_hash"],
            "left_semi",
        )
        .select(*contract("tags").column_names)
    )


def _required(lake: Lake) -> Draft:
    draft = drafted(lake)
    if draft is None:
        raise NotFoundError(
            "There is no draft.\nWrite one with: verbatim retag --from 2026-03-02 --to "
            "2026-03-08"
        )
    return draft


def _built(
    context: Context, members: DataFrame, tags: DataFrame
) -> tuple[DataFrame, DataFrame]:
    """Contacts and journeys as these tags would make them."""
    until = as_of(context.lake)
    if until is None:
        raise NotFoundError("The lake is empty: there is nothing to compare.")
    built = build_contacts.to_contacts(context, members, tags, until)
    contacts = built.select(
        *(F.col(c.name).cast(c.spark_type) for c in contract("contacts").columns)
    ).localCheckpoint()
    _, journeys = build_journeys.to_journeys(context, contacts, until)
    return contacts, journeys
