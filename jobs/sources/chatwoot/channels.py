"""Chatwoot's channels to ours."""

from jobs.sources.chatwoot.documents import Message, mapping_of
from jobs.sources.chatwoot.threads import Thread
from jobs.sources.json_pieces import Piece
from jobs.sources.records import Channel

VOICE_CALL = "voice_call"
"""The kind of a message that stands for a call; its content is Chatwoot's."""

CHANNELS: dict[str, Channel] = {
    "webwidget": "chat",
    "api": "chat",
    "whatsapp": "chat",
    "telegram": "chat",
    "line": "chat",
    "sms": "chat",
    "twiliosms": "chat",
    "email": "email",
    "twitterprofile": "social",
    "facebookpage": "social",
    "instagram": "social",
    "tiktok": "social",
    "voice": "call",
}
"""`Channel::…` to ours, without regard to case; an unknown one is a chat, and the
original stays in the attributes. All social ones are direct messages: private."""


def channel_of(thread: Thread, messages: list[tuple[Piece, Message]]) -> Channel:
    if channel := CHANNELS.get(thread.channel_name.lower()):
        return channel
    # A list of messages does not name its channel, but only e-mails come as such.
    is_email = any(
        message.content_type == "incoming_email"
        or "email" in mapping_of(message.content_attributes)
        for _, message in messages
    )
    if any(message.content_type == VOICE_CALL for _, message in messages):
        return "call"
    return "email" if is_email else "chat"
