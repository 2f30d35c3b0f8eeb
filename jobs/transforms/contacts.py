"""Attempts to contacts: whose each was, how it went, what was said in it."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.transforms.instants import seconds_between
from jobs.transforms.opening_hours import with_is_out_of_hours, with_open_seconds
from jobs.transforms.scores import is_frustrated, is_satisfied
from jobs.transforms.surveys import INVITATION_COUNTS

SYNCHRONOUS_CHANNELS = ("call", "video", "chat")
REPLY_CHANNELS = ("email", "web_form", "social", "review")

LINK_ORDER = ("crm", "together", "own")
"""Which rule's customer an interaction has when its handles belong to several."""


def to_interaction_customers(
    interactions: DataFrame, identity_links: DataFrame
) -> DataFrame:
    """Whose interaction it is, by the links that hold now.

    Grain: one row per interaction with a linked handle: ``interaction_id``,
    ``customer_id``.
    """
    held = identity_links.where("unlinked_at IS NULL").select(
        "handle_key",
        "customer_id",
        F.array_position(
            F.array(*(F.lit(rule) for rule in LINK_ORDER)), F.col("rule")
        ).alias("_rank"),
    )
    return (
        interactions.select(
            "interaction_id", F.explode("handles.key").alias("handle_key")
        )
        .join(held, "handle_key")
        .groupBy("interaction_id")
        .agg(F.min(F.struct("_rank", "customer_id")).alias("_first"))
        .select("interaction_id", F.col("_first.customer_id").alias("customer_id"))
    )


def to_served(
    members: DataFrame, interactions: DataFrame, customers: DataFrame
) -> DataFrame:
    """How each contact was served: times, people, outcome.

    Grain: one row per contact.

    Args:
        members: see `contact_interactions`.
        interactions: of those members.
        customers: ``interaction_id``, ``customer_id``.
    """
    return (
        _legs(members, interactions, customers)
        .groupBy("contact_id")
        .agg(*_beginning(), *_whose(), *_team(), *_extent(), *_times(), _last_outcome())
        .select("*", *_reckoned(), _outcome())
        .drop("_last_outcome")
    )


def _legs(
    members: DataFrame, interactions: DataFrame, customers: DataFrame
) -> DataFrame:
    """One row per interaction of a contact, with what it is among the others."""
    is_customers, has_text = F.col("direction") == "inbound", F.col("text").isNotNull()
    parties = F.col("turns.party")
    has_turns = F.size(parties) > 0
    message_count = F.when(
        has_turns, F.size(F.filter(parties, lambda p: p == "customer"))
    ).otherwise((is_customers & has_text).cast("int"))
    # A company's own message that fails says nothing of how the customer was served.
    is_service = is_customers | F.col("initiation").isin("callback", "transfer")
    within = Window.partitionBy("contact_id")
    first_in = F.min(F.when(F.col("_is_customers"), F.col("occurred_at"))).over(within)
    return (
        members.select("interaction_id", "contact_id")
        .join(interactions, "interaction_id")
        .join(customers, "interaction_id", "left")
        .withColumn("_order", F.struct("occurred_at", "interaction_id"))
        .withColumn("_is_customers", is_customers)
        .withColumn("_is_service", is_service)
        .withColumn("_has_words", (is_customers | has_turns) & has_text)
        .withColumn("_message_count", message_count)
        .withColumn("_first_in", first_in)
        .withColumn("_has_service", F.max("_is_service").over(within))
    )


def _first(name: str, *, among: Column | None = None) -> Column:
    """A column as the first leg has it that has one, among some or all."""
    return F.min_by(name, _order_of(name, among)).alias(name)


def _last(name: str, *, among: Column | None = None) -> Column:
    """A column as the last leg has it that has one, among some or all."""
    return F.max_by(name, _order_of(name, among)).alias(name)


def _order_of(name: str, among: Column | None) -> Column:
    is_known = F.col(name).isNotNull()
    return F.when(is_known if among is None else among & is_known, F.col("_order"))


def _beginning() -> list[Column]:
    """How it began: what the first leg says, be it nothing."""
    how = ("channel", "source", "direction", "initiation", "entry_point", "visibility")
    return [F.min_by(name, "_order").alias(name) for name in how]


def _whose() -> list[Column]:
    """Whose contact it is, by what they began if that tells, and in which language."""
    own = _first("customer_id", among=F.col("_is_customers"))
    return [
        F.coalesce(own, _first("customer_id")).alias("customer_id"),
        _first("language", among=F.col("_has_words")),
    ]


def _team() -> list[Column]:
    """Who had it last, for a transfer passes it on."""
    return [_last("queue"), _last("site"), _last("partner")]


def _extent() -> list[Column]:
    """From when to when, and over how many legs and messages."""
    is_transfer = F.col("initiation") == "transfer"
    return [
        F.min("occurred_at").alias("started_at"),
        F.max(F.coalesce("ended_at", "occurred_at")).alias("_ended_at"),
        F.count("*").cast("int").alias("leg_count"),
        F.sum(is_transfer.cast("int")).cast("int").alias("transfer_count"),
        F.sum("_message_count").cast("int").alias("message_count"),
    ]


def _times() -> list[Column]:
    """How long the customer waited and was spoken with, as the legs tell it."""
    at = F.col("occurred_at")
    is_reply = (F.col("direction") == "outbound") & (at >= F.col("_first_in"))
    return [
        _first("wait_seconds"),
        F.sum("talk_seconds").alias("talk_seconds"),
        F.sum("hold_seconds").alias("hold_seconds"),
        F.sum("wrap_seconds").alias("_wrap_seconds"),
        F.min("_first_in").alias("_first_in"),
        F.min(F.when(is_reply, at)).alias("_first_out"),
    ]


def _last_outcome() -> Column:
    """How the last leg that served the customer went out; without any, the last leg."""
    is_told = F.col("outcome") != "delivered"
    return F.coalesce(
        _last("outcome", among=F.col("_is_service") & is_told),
        _last("outcome", among=~F.col("_has_service") & is_told),
    ).alias("_last_outcome")


def _reckoned() -> list[Column]:
    """What follows from what the legs add up to."""
    hold, wrap = (F.coalesce(c, F.lit(0.0)) for c in ("hold_seconds", "_wrap_seconds"))
    return [
        F.greatest("_ended_at", "started_at").alias("ended_at"),
        F.to_date("started_at").alias("started_date"),
        F.col("channel").isin(*SYNCHRONOUS_CHANNELS).alias("is_synchronous"),
        (F.col("talk_seconds") + hold + wrap).alias("handle_seconds"),
        F.when(
            F.col("channel").isin(*REPLY_CHANNELS),
            seconds_between(F.col("_first_in"), F.col("_first_out")),
        ).alias("first_reply_seconds"),
    ]


def _outcome() -> Column:
    """What the legs tell; where they tell nothing, whether the company wrote back."""
    is_answered = F.col("channel").isin(*REPLY_CHANNELS) & F.isnotnull("_first_out")
    return F.coalesce(
        "_last_outcome", F.when(is_answered, F.lit("answered")), F.lit("delivered")
    ).alias("outcome")


def to_said(members: DataFrame, tags: DataFrame, groups: DataFrame) -> DataFrame:
    """What each contact was about and how it sounded.

    The intent is the first primary one that has a group; where the customer was never
    that specific, the first primary one. The version is the intent's, also where the
    tagger changed between two interactions of a contact.

    Grain: one row per contact with a tag.

    Args:
        members: see `contact_interactions`.
        tags: of those interactions.
        groups: the taxonomy's ``intent_label``, ``intent_group``.
    """
    is_intent = (F.col("family") == "intent") & F.col("is_primary")
    is_overall = (F.col("family") == "frustration") & (F.col("label") == "overall")
    is_cause = (F.col("family") == "frustration") & (F.col("label") != "overall")
    stated = F.struct("label", "tagger_version")
    return (
        tags.where(is_intent | (F.col("family") == "frustration"))
        .select(
            "interaction_id",
            "family",
            "label",
            "score",
            "is_primary",
            "tagger_version",
        )
        .join(
            members.select("interaction_id", "contact_id", "position"), "interaction_id"
        )
        .join(
            F.broadcast(groups),
            is_intent & (F.col("label") == F.col("intent_label")),
            "left",
        )
        .groupBy("contact_id")
        .agg(
            F.coalesce(
                F.min_by(
                    stated,
                    F.when(
                        is_intent & F.col("intent_group").isNotNull(),
                        F.struct("position", "interaction_id"),
                    ),
                ),
                F.min_by(
                    stated, F.when(is_intent, F.struct("position", "interaction_id"))
                ),
            ).alias("_intent"),
            F.max(F.when(is_overall, F.col("score"))).alias("frustration_score"),
            F.max(F.when(is_cause, F.struct("score", "label")))
            .getField("label")
            .alias("frustration_label"),
        )
        .select(
            "contact_id",
            F.col("_intent.label").alias("intent_label"),
            "frustration_score",
            "frustration_label",
            F.col("_intent.tagger_version").alias("tagger_version"),
        )
    )


def to_contacts(
    served: DataFrame,
    said: DataFrame,
    surveyed: DataFrame,
    customers: DataFrame,
    calendar: DataFrame,
    clocks: DataFrame,
    *,
    zone: str,
) -> DataFrame:
    """What each contact's own records say of it, whenever it is asked.

    Left out: what changes as time goes on (see `clocks`) and what depends on
    the customer's other contacts (see `repeats`).

    Args:
        served: see `to_served`.
        said: see `to_said`.
        surveyed: see `surveys.to_surveyed`.
        customers: meets the ``customers`` contract.
        calendar: see `opening_hours`.
        clocks: ``channel``, ``intent_label`` (null: all others), ``expected_seconds``.
        zone: the company's time zone.
    """
    facts = customers.select(
        "customer_id",
        "segment",
        "generation",
        F.col("language").alias("_customer_language"),
    )
    specific = clocks.where("intent_label IS NOT NULL").withColumnRenamed(
        "expected_seconds", "_specific"
    )
    general = clocks.where("intent_label IS NULL").select(
        "channel", F.col("expected_seconds").alias("_general")
    )
    counted = {name: F.coalesce(name, F.lit(0)) for name in INVITATION_COUNTS}
    rows = (
        served.join(said, "contact_id", "left")
        .join(surveyed, "contact_id", "left")
        .join(facts, "customer_id", "left")
        .join(F.broadcast(specific), ["channel", "intent_label"], "left")
        .join(F.broadcast(general), "channel", "left")
        .withColumns(counted)
        .withColumn("language", F.coalesce("language", "_customer_language"))
        .withColumn(
            "expected_seconds",
            F.when(
                F.col("direction") == "inbound", F.coalesce("_specific", "_general")
            ),
        )
    )
    rows = with_is_out_of_hours(rows, "started_at", calendar, zone=zone)
    for end in ("_first_in", "_first_out"):
        rows = with_open_seconds(rows, end, calendar, zone=zone, into=f"_open{end}")
    csat = (F.col(f"csat_{part}") for part in ("score", "scale_min", "scale_max"))
    return rows.withColumns(
        {
            "first_reply_business_seconds": F.when(
                F.col("first_reply_seconds").isNotNull(),
                F.col("_open_first_out") - F.col("_open_first_in"),
            ),
            "is_frustrated": is_frustrated(F.col("frustration_score")),
            "is_satisfied": is_satisfied(*csat),
        }
    )
