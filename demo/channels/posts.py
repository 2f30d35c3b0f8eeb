"""Public posts on X and Mastodon, the company's replies, and the echo of others."""

from demo import clock
from demo.clock import DAY, HOUR, MINUTE
from demo.formats.social import (
    MASTODON_BRAND,
    X_BRAND,
    mastodon_account,
    mastodon_id,
    mastodon_status,
    x_id,
    x_post,
    x_user,
)
from demo.personal_data import Planted
from demo.scene import Outcome, Scene, dumps
from demo.texts.names import FIRST_NAMES
from demo.wording import Labels, Said, sentences
from demo.world import X_ACCOUNT_ID, after_open_hours, is_open

X, MASTODON = "x", "mastodon"
REPLY_SHARE = 0.72
POST_LENGTH = 235
"""Of what is said; irony, an emoji and hashtags come on top, within 280."""


def _text(scene: Scene, said: Said) -> str:
    """One run of short sentences; an irony or an emoji where the mood is bad."""
    rng, parts = scene.rng, scene.voice.parts
    is_cross = bool(said.labels.frustrations)
    bits = [f"{said.opening} {said.problem}".strip(), *said.rest]
    if is_cross and rng.random() < 0.3:
        bits.append(rng.choice(parts.IRONY))
    text = ""
    for bit in bits:
        end = "" if not bit[-1].isalnum() else rng.choice((".", ".", " !", "..."))
        text += f"{bit[:1].upper()}{bit[1:]}{end} "
    emoji = rng.choice(parts.EMOJI) if is_cross and rng.random() < 0.6 else ""
    return f"{text}{emoji} {said.closing}".replace("  ", " ").strip()


def play_x(scene: Scene) -> Outcome:
    rng, person, outbox = scene.rng, scene.person, scene.outbox
    said = scene.voice.say("public", scene.intent, scene.mood, room=POST_LENGTH)
    user = x_user(person.x_id, person.x_name, person.name)
    root = x_id(scene.at, rng.randrange(1000), person.index)
    text = _text(scene, said)
    native = f"{X}:{root}"
    post = x_post(
        post_id=root, text=text, author=user, at=scene.at, conversation=root,
        language=person.language,
    )  # fmt: skip
    _record(scene, native, native, scene.at, said.labels)
    scene.truth.plant(Planted("name", person.name), native, "author")
    if not outbox.send(X, "posts", scene.at, post, ids=(native,)):
        return Outcome(False, scene.at, 0.1)
    if rng.random() < 0.05:
        edit_at = scene.at + rng.randrange(2, 50) * MINUTE
        edited = x_id(edit_at, rng.randrange(1000), person.index)
        again = x_post(
            post_id=edited, text=f"{text} (edit)", author=user, at=edit_at,
            conversation=root, language=person.language, history=(root, edited),
        )  # fmt: skip
        outbox.send(X, "posts", edit_at, again, ids=(native,), reason="updated")
    elif rng.random() < 0.04:
        outbox.send(
            X, "posts", scene.at + DAY, post, ids=(native,), reason="redelivered"
        )
    if rng.random() < 0.18:
        _retweet(scene, root, text)
    if rng.random() > REPLY_SHARE:
        return Outcome(False, scene.at + DAY, 0.2)
    at = after_open_hours(scene.at, scene.reply_seconds(2.2))
    reply_id = x_id(at, rng.randrange(1000), person.index)
    solved = scene.is_solved()
    reply = x_post(
        post_id=reply_id, text=f"@{person.x_name} {_reply(scene, solved=solved)}",
        author=X_BRAND, at=at, conversation=root, language=person.language,
        answers=root, answered_user=person.x_id,
        others=(user,),
    )  # fmt: skip
    _record(scene, f"{X}:{reply_id}", native, at, None)
    outbox.send(X, "posts", at, reply, ids=(f"{X}:{reply_id}",))
    if rng.random() < 0.4:
        at += rng.randrange(3 * MINUTE, 8 * HOUR)
        again_id = x_id(at, rng.randrange(1000), person.index)
        more = scene.voice.follow_up(
            "public", scene.mood, scene.intent, is_content=solved
        )
        answer = x_post(
            post_id=again_id, text=f"@OndineTelecom {sentences([more.problem, *more.rest])}",
            author=user, at=at, conversation=root, language=person.language,
            answers=reply_id, answered_user=X_ACCOUNT_ID,
            others=(X_BRAND,),
        )  # fmt: skip
        _record(scene, f"{X}:{again_id}", native, at, more.labels)
        outbox.send(X, "posts", at, answer, ids=(f"{X}:{again_id}",))
    return Outcome(solved, at, 0.05 if solved else 0.15)


def _retweet(scene: Scene, root: str, text: str) -> None:
    rng = scene.rng
    number = rng.randrange(10**6)
    at = scene.at + rng.randrange(5, 300) * MINUTE
    passer_by = x_user(
        str(4_100_000_000 + number), f"passant_{number}", rng.choice(FIRST_NAMES["fr"])
    )
    post_id = x_id(at, rng.randrange(1000), number + (1 << 21))
    retweet = x_post(
        post_id=post_id, text=f"RT @{scene.person.x_name}: {text}"[:140],
        author=passer_by, at=at, conversation=post_id, language=scene.person.language,
        retweets=root,
    )  # fmt: skip
    scene.outbox.send(
        X, "posts", at, retweet, what="excluded", reason="retweet", key=post_id
    )


def play_mastodon(scene: Scene) -> Outcome:
    rng, person, outbox = scene.rng, scene.person, scene.outbox
    said = scene.voice.say("public", scene.intent, scene.mood, room=POST_LENGTH)
    account = mastodon_account(person.mastodon, person.name, 1000 + person.index)
    root = mastodon_id(scene.at, rng.randrange(1000), person.index)
    native = f"{MASTODON}:{root}"
    visibility = rng.choices(
        ("public", "unlisted", "direct", "private"), (78, 10, 9, 3)
    )[0]
    status = mastodon_status(
        status_id=root, text=_text(scene, said), account=account, at=scene.at,
        language=person.language if rng.random() < 0.8 else None, visibility=visibility,
        mentioned=MASTODON_BRAND,
    )  # fmt: skip
    container = "timeline" if int(root) % 3 == 0 else "statuses"
    _record(scene, native, native, scene.at, said.labels)
    scene.truth.plant(Planted("name", person.name), native, "author")
    if not outbox.send(MASTODON, container, scene.at, dumps(status), ids=(native,)):
        return Outcome(False, scene.at, 0.1)
    if rng.random() < 0.06:
        edited = scene.at + rng.randrange(2, 90) * MINUTE
        status["edited_at"] = clock.iso_millis(edited)
        status["content"] = status["content"].replace("</p>", " (édit)</p>")
        outbox.send(
            MASTODON, container, edited, dumps(status), ids=(native,), reason="updated"
        )
    if rng.random() < 0.3:
        _echo(scene, status, container)
    if rng.random() > REPLY_SHARE:
        return Outcome(False, scene.at + DAY, 0.2)
    at = after_open_hours(scene.at, scene.reply_seconds(2.5))
    reply_id = mastodon_id(at, rng.randrange(1000), person.index)
    solved = scene.is_solved()
    reply = mastodon_status(
        status_id=reply_id, text=f"@{person.mastodon} {_reply(scene, solved=solved)}",
        account=MASTODON_BRAND, at=at, language=person.language, visibility=visibility,
        answers=root, answered_account=account["id"], mentioned=account,
    )  # fmt: skip
    _record(scene, f"{MASTODON}:{reply_id}", native, at, None)
    outbox.send(MASTODON, container, at, dumps(reply), ids=(f"{MASTODON}:{reply_id}",))
    return Outcome(solved, at, 0.05 if solved else 0.15)


def _echo(scene: Scene, status: dict[str, object], container: str) -> None:
    """Somebody boosts it, or a bot answers: neither is a customer's voice."""
    rng = scene.rng
    at = scene.at + rng.randrange(5, 400) * MINUTE
    number = rng.randrange(10**6)
    status_id = mastodon_id(at, rng.randrange(1000), number + (1 << 19))
    is_bot = rng.random() < 0.4
    name = "veille_reseau" if is_bot else f"passant{number}"
    account = mastodon_account(
        f"{name}@pouet.example", name, 5_000_000 + (7 if is_bot else number), bot=is_bot
    )
    echo = mastodon_status(
        status_id=status_id, text="@OndineTelecom #Ondine #panne : 1 signalement de plus.",
        account=account, at=at, language="fr", reblog=None if is_bot else status,
    )  # fmt: skip
    scene.outbox.send(
        MASTODON,
        container,
        at,
        dumps(echo),
        what="excluded",
        reason="bot" if is_bot else "boost",
        key=status_id,
    )


def _reply(scene: Scene, *, solved: bool) -> str:
    texts = scene.voice.agents
    template = scene.rng.choice(texts.SOCIAL_REPLIES)
    return scene.voice.fill(
        template,
        name=scene.person.first,
        resolution=scene.resolution(is_solved=solved),
    )


def _record(
    scene: Scene, native: str, root: str, at: int, labels: Labels | None
) -> None:
    person = scene.person
    handles: tuple[tuple[str, str], ...] = (("mastodon", person.mastodon),)
    if native.startswith(f"{X}:"):
        handles = (("x", person.x_name), ("x_id", person.x_id))
    scene.truth.interaction(
        interaction_id=native,
        conversation_id=root,
        channel="social",
        direction="inbound" if labels else "outbound",
        journey=scene.journey,
        at=at,
        outcome="delivered",
        handles=handles,
        labels=labels,
        language=person.language if labels else None,
        is_out_of_hours=not is_open(at) if labels else None,
    )
