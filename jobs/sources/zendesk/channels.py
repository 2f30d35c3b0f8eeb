"""Zendesk's ways of contact to our channels."""

from typing import Any

from jobs.sources.records import Channel, Direction
from jobs.sources.zendesk.documents import Comment, Thread, Via

CHANNELS: dict[str, Channel] = {
    **dict.fromkeys(("email", "mail"), "email"),
    **dict.fromkeys(
        (
            "web", "web_form", "web_widget", "mobile_sdk", "mobile", "help_center",
            "helpcenter", "forum", "topic", "logmein_rescue", "get_satisfaction",
        ),
        "web_form",
    ),
    **dict.fromkeys(
        (
            "chat", "chat_transcript", "native_messaging", "messaging", "whatsapp",
            "line", "wechat", "telegram", "viber", "kakao", "sms", "text",
            "text_message", "google_rcs", "apple_business_chat", "slack_connect",
            "google_business_messages", "offline_chat",
        ),
        "chat",
    ),
    **dict.fromkeys(
        (
            "voice", "phone", "voicemail", "phone_call_inbound", "phone_call_outbound",
            "cti_phone_call", "cti_phone_call_inbound", "cti_phone_call_outbound",
            "cti_voicemail",
        ),
        "call",
    ),
    **dict.fromkeys(
        (
            "twitter", "twitter_dm", "twitter_favorite", "twitter_like", "facebook",
            "facebook_post", "facebook_message", "facebook_messenger", "instagram",
            "instagram_dm", "any_channel", "google_plus", "youtube",
        ),
        "social",
    ),
}  # fmt: skip
"""`via.channel` to ours. A value that is not here (`api`, `rule`, an integration's
own) says how the ticket was written and not how the customer came: a message then has
its ticket's channel, and a ticket `web_form`. The original stays in `via_channel`."""
PRIVATE_SOCIAL = frozenset(
    {"twitter_dm", "facebook_message", "facebook_messenger", "instagram_dm"}
)
PUBLIC_RELATIONS = frozenset(
    {"mention", "post", "comment", "wall", "wall_post", "favorite", "timeline"}
)
PRIVATE_RELATIONS = frozenset({"direct_message", "message", "dm"})
VOICE_COMMENTS = frozenset({"VoiceComment", "TpeVoiceComment"})
COMMENT_EVENTS = VOICE_COMMENTS | {"Comment", "FacebookComment"}


def channel_of(
    comment: Comment,
    thread: Thread,
    via: Via,
    direction: Direction,
    *,
    is_opening: bool,
) -> Channel:
    """A customer's further message has its own channel; the others, their ticket's.

    What opens a ticket came the way the ticket did. An agent writes from Zendesk's web
    page whatever the customer used.
    """
    if comment.type in VOICE_COMMENTS:
        return "call"
    if comment.type == "FacebookComment":
        return "social"
    own = CHANNELS.get(via.name) or sunshine_channel(via.name)
    if direction == "outbound" or is_opening:
        return thread.channel or own or "web_form"
    return own or thread.channel or "web_form"


def sunshine_channel(name: str) -> Channel | None:
    return "chat" if name.startswith(("sunshine", "answer_bot")) else None


def visibility_of(channel: Channel, via: Via) -> Any:
    if channel != "social":
        return None
    if via.name in PRIVATE_SOCIAL or via.relation in PRIVATE_RELATIONS:
        return "private"
    return "public" if via.relation in PUBLIC_RELATIONS else None
