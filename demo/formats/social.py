"""Posts on X (API v2) and Mastodon."""

import re
from html import escape
from typing import Any

from demo import clock
from demo.scene import dumps
from demo.world import MASTODON_ACCOUNT, X_ACCOUNT, X_ACCOUNT_ID

_X_EPOCH_MILLIS = 1_288_834_974_657
_MENTION = re.compile(r"@OndineTelecom")


def x_id(at: int, millis: int, person: int) -> str:
    """A snowflake: the time, then the person in the low 22 bits."""
    return str(((at * 1000 + millis - _X_EPOCH_MILLIS) << 22) | (person % (1 << 22)))


def mastodon_id(at: int, millis: int, person: int) -> str:
    """Milliseconds, then 20 bits of the person: longer than Mastodon's 16, and unique."""
    return str(((at * 1000 + millis) << 20) | (person % (1 << 20)))


def x_user(user_id: str, username: str, name: str) -> dict[str, Any]:
    return {"id": user_id, "username": username, "name": name}


X_BRAND = x_user(X_ACCOUNT_ID, X_ACCOUNT, "Ondine Télécom")


def x_post(
    *,
    post_id: str,
    text: str,
    author: dict[str, Any],
    at: int,
    conversation: str,
    language: str,
    answers: str | None = None,
    answered_user: str | None = None,
    retweets: str | None = None,
    history: tuple[str, ...] = (),
    others: tuple[dict[str, Any], ...] = (),
) -> bytes:
    """The post, its author and the others it is about, on lines a page takes apart."""
    post: dict[str, Any] = {
        "id": post_id,
        "text": text,
        "author_id": author["id"],
        "created_at": clock.iso_millis(at),
        "conversation_id": conversation,
        "lang": language,
        "public_metrics": {
            "retweet_count": 0,
            "reply_count": 0,
            "like_count": 0,
            "quote_count": 0,
            "bookmark_count": 0,
            "impression_count": 10,
        },
        "edit_history_tweet_ids": list(history) or [post_id],
    }
    if answered_user:
        post["in_reply_to_user_id"] = answered_user
    if answers:
        post["referenced_tweets"] = [{"type": "replied_to", "id": answers}]
    if retweets:
        post["referenced_tweets"] = [{"type": "retweeted", "id": retweets}]
    return b"\n".join(map(dumps, (post, author, *others)))


def x_page(posts_with_users: list[bytes]) -> bytes:
    """Posts, and each of their users once, as one response of the API."""
    posts, users = [], dict[bytes, None]()
    for lines in posts_with_users:
        post, *of_post = lines.split(b"\n")
        posts.append(post)
        users.update(dict.fromkeys(of_post))
    ids = re.compile(rb'^\{"id":"(\d+)"')
    newest, oldest = (ids.match(posts[-1]), ids.match(posts[0]))
    meta = {
        "result_count": len(posts),
        "newest_id": newest[1].decode() if newest else "",
        "oldest_id": oldest[1].decode() if oldest else "",
    }
    return (
        b'{"data":[' + b",".join(posts) + b'],"includes":{"users":['
        + b",".join(users) + b']},"meta":' + dumps(meta) + b"}\n"
    )  # fmt: skip


def mastodon_account(
    acct: str, name: str, number: int, *, bot: bool = False
) -> dict[str, Any]:
    """Of another server as `user@server`, of ours as `user` alone."""
    username, _, server = acct.partition("@")
    here = MASTODON_ACCOUNT.partition("@")[2]
    return {
        "id": str(109_000_000_000_000_000 + number),
        "username": username,
        "acct": username if server == here else acct,
        "display_name": name,
        "bot": bot,
        "url": f"https://{server}/@{username}",
    }


MASTODON_BRAND = mastodon_account(MASTODON_ACCOUNT, "Ondine Télécom", 1)


def mastodon_status(
    *,
    status_id: str,
    text: str,
    account: dict[str, Any],
    at: int,
    language: str | None,
    visibility: str = "public",
    answers: str | None = None,
    answered_account: str | None = None,
    reblog: dict[str, Any] | None = None,
    edited_at: int | None = None,
    mentioned: dict[str, Any] | None = None,
) -> dict[str, Any]:
    mention = (
        '<span class="h-card"><a href="https://mastodon.example/@ondine" '
        'class="u-url mention">@<span>ondine</span></a></span>'
    )
    content = _MENTION.sub(mention, escape(text, quote=False)).replace("\n", "<br />")
    url = f"{account['url']}/{status_id}"
    return {
        "id": status_id,
        "uri": url,
        "url": url,
        "created_at": clock.iso_millis(at),
        "edited_at": clock.iso_millis(edited_at) if edited_at else None,
        "in_reply_to_id": answers,
        "in_reply_to_account_id": answered_account,
        "visibility": visibility,
        "language": language,
        "content": "" if reblog else f"<p>{content}</p>",
        "spoiler_text": "",
        "sensitive": False,
        "account": account,
        "mentions": [{k: mentioned[k] for k in ("id", "username", "acct", "url")}]
        if mentioned
        else [],
        "tags": [],
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "reblog": reblog,
        "quote": None,
        "media_attachments": [],
        "poll": None,
        "card": None,
    }
