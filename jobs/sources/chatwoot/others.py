"""What Chatwoot's API answers that holds nobody's words, by the fields only it has.

Some of it has the fields of a conversation too: an article has a `meta`, a reporting
event an `inbox_id`. So these marks are looked for before a conversation is seen.
"""

from collections.abc import Collection

REASONS: tuple[tuple[str, tuple[frozenset[str], ...]], ...] = (
    (
        "metric",
        (
            frozenset({"name", "value", "conversation_id"}),
            frozenset({"value", "timestamp"}),
            frozenset({"metric", "availability"}),
            frozenset({"open", "unattended"}),
            frozenset({"matrix"}),
            frozenset({"total_count", "ratings_count"}),
        ),
    ),
    ("article", (frozenset({"slug", "title"}),)),
    ("inbox", (frozenset({"channel_type", "name"}),)),
    (
        "setting",
        (
            frozenset({"short_code", "content"}),
            frozenset({"conditions", "actions"}),
            frozenset({"allow_auto_assign"}),
            frozenset({"attribute_key", "attribute_model"}),
            frozenset({"url", "subscriptions"}),
            frozenset({"webhooks"}),
            frozenset({"slug", "homepage_link"}),
            frozenset({"bot_config"}),
            frozenset({"support_email", "locale"}),
            frozenset({"query", "filter_type"}),
        ),
    ),
    ("label", (frozenset({"title", "color"}),)),
    ("campaign", (frozenset({"campaign_type"}),)),
    ("audit_log", (frozenset({"audit_logs"}),)),
    (
        "agent",
        tuple(
            frozenset({field, "role"})
            for field in (
                "availability_status", "auto_offline", "confirmed", "custom_role_id",
            )
        ),
    ),
)  # fmt: skip
"""Reasons, each with sets of fields of which one whole set must be there."""
FIGURES = ("avg_", "conversations_count", "outgoing_messages_count")
"""How a field of a report begins that every report on conversations has."""
RECORDS = frozenset({"message_type", "messages", "rating", "contact_inbox"})
"""What only a message, a conversation or a survey's answer has."""


def other_kind(fields: Collection[str]) -> str | None:
    """What an object is that is no record; null where it may be one."""
    given = frozenset(fields)
    if given & RECORDS:
        return None
    for reason, marks in REASONS:
        if any(mark <= given for mark in marks):
            return reason
    if any(field.startswith(FIGURES) for field in given):
        return "metric"
    # Reports by channel have the channels for fields.
    if given and all(field.startswith("Channel::") for field in given):
        return "metric"
    return None
