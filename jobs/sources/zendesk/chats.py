"""Zendesk chats: transcripts inside a ticket's comment, and the Chat API's own records."""

import re
from collections.abc import Iterable
from datetime import MAXYEAR, UTC, datetime, timedelta

import msgspec

from jobs.sources.json_pieces import FAULTS, Piece, names_of, rejected, text_of
from jobs.sources.records import (
    Direction,
    Handle,
    Interaction,
    Origin,
    Outcome,
    Outcomes,
    Party,
    Survey,
    Turn,
    utc,
)
from jobs.sources.written_times import instant_of
from jobs.sources.zendesk.documents import (
    CHAT,
    SAID,
    Chat,
    Event,
    Known,
    Said,
    Thread,
    Visitor,
)

HALF_A_DAY = timedelta(hours=12)
RATINGS = {"good": 1.0, "bad": 0.0}

SPOKEN = re.compile(
    r"^[(\[](?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?)[)\]]\s+"
    r"(?P<said>.*)$"
)
CHAT_STARTED = re.compile(
    r"^Chat started(?: on)?:?\s*(\d{4}-\d{2}-\d{2}) .*\bUTC\b", re.IGNORECASE
)
VISITOR = re.compile(
    r"^(?:visitor|visiteur|visiteuse|web user|client web|customer|client|cliente"
    r"|end[ -]user)(?:\s+#?[\w-]+)?$",
    re.IGNORECASE,
)
AGENT = re.compile(
    r"^(?:agent|support|conseiller|conseillère|service client)\b", re.IGNORECASE
)
BOT = re.compile(r"\b(?:\w*bot|assistant virtuel|virtual assistant)\b", re.IGNORECASE)


def turns_of(text: str, thread: Thread, known: Known) -> tuple[Turn, ...]:
    """The turns of a chat transcript: `(10:02:11) Léa: …`, one per line or more.

    Empty when the text is no transcript, or when nobody in it can be told to be the
    customer: then it stays whole. Clock times become instants only where the
    transcript says that they are UTC.
    """
    day: datetime | None = None
    said: list[tuple[str, str, list[str]]] = []
    for line in text.splitlines():
        if started := CHAT_STARTED.match(line):
            day = _day(started[1])
        elif spoken := SPOKEN.match(line.strip()):
            name, colon, words = spoken["said"].partition(": ")
            if not colon and name.endswith(":"):
                name, colon = name[:-1], ":"
            # `*** Léa joined the chat ***` is nobody's turn.
            if colon and not name.startswith("***"):
                said.append((spoken["clock"], name.strip(), [words]))
        elif said and not line.startswith("***"):
            said[-1][2].append(line)
        elif line.strip() and not said and day is None and not _is_heading(line):
            return ()
    parties = {name: _party(name, thread, known) for _, name, _ in said}
    if "customer" not in parties.values():
        return ()
    turns: list[Turn] = []
    for clock, name, lines in said:
        words = "\n".join(lines).strip()
        if not words:
            continue
        at = _at_clock(day, clock)
        before = turns[-1].started_at if turns else None
        if day and at and before and before - at > HALF_A_DAY and day.year < MAXYEAR:
            # Past midnight the clock begins anew.
            day += timedelta(days=1)
            at = _at_clock(day, clock)
        party: Party = parties[name] or "agent"
        turns.append(Turn(party, at, words))
    return tuple(turns)


def _is_heading(line: str) -> bool:
    return line.rstrip().endswith(":") or line.lower().startswith(
        ("conversation", "chat", "transcript", "***")
    )


def _party(name: str, thread: Thread, known: Known) -> Party | None:
    """Who a name in a transcript is; null is somebody who is not told."""
    folded = name.casefold().strip()
    customers = [thread.requester.name if thread.requester else None]
    customers.append(thread.via.end("from", "name") if thread.via else None)
    agents: list[str | None] = []
    for user in known.people.values():
        if user.is_customer:
            customers.append(user.name)
        elif user.is_customer is False:
            agents.append(user.name)
    for party, names in (("customer", customers), ("agent", agents)):
        for one in names:
            if one and folded in (one.casefold(), one.casefold().split(" ")[0]):
                return party  # type: ignore[return-value]  # a literal in a tuple
    if VISITOR.match(name):
        return "customer"
    if BOT.search(name):
        return "bot"
    return "agent" if AGENT.match(name) else None


def _day(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def _at_clock(day: datetime | None, clock: str) -> datetime | None:
    if day is None:
        return None
    hour, minute, *second = (int(part) for part in re.findall(r"\d+", clock))
    if "m" in clock.lower():
        hour = hour % 12 + (12 if "p" in clock.lower() else 0)
    if hour > 23 or minute > 59 or (second and second[0] > 59):
        return None
    return day.replace(hour=hour, minute=minute, second=second[0] if second else 0)


def customer_words(turns: Iterable[Turn]) -> str | None:
    return "\n".join(turn.text for turn in turns if turn.party == "customer") or None


def from_chat(piece: Piece, origin: Origin) -> Outcomes:
    """A chat with its history, or the message somebody left when nobody was there."""
    try:
        chat = CHAT.decode(piece.raw)
        occurred_at = utc(chat.timestamp)
        ended_at = _ended_at(chat, occurred_at)
    except FAULTS as fault:
        yield rejected("not_a_zendesk_chat", piece, origin, fault)
        return
    turns: list[Turn] = []
    for position, raw in enumerate(chat.history or ()):
        there = Piece(raw, f"{piece.place}.history[{position}]")
        try:
            said = SAID.decode(raw)
            started_at = utc(said.timestamp) if said.timestamp else None
        except FAULTS as fault:
            yield rejected("not_a_zendesk_chat_message", there, origin, fault)
            continue
        if said.msg and said.msg.strip() and said.type in (None, "chat.msg"):
            turns.append(
                Turn(_sender(said, chat.visitor), started_at, said.msg.strip())
            )
    visitor = chat.visitor or Visitor()
    handles = []
    if visitor.email:
        handles.append(Handle("email", visitor.email))
    if visitor.phone:
        handles.append(Handle("phone", visitor.phone))
    if visitor.id not in (None, ""):
        handles.append(Handle("contact", f"{origin.source}:{visitor.id}"))
    outcome: Outcome = "delivered"
    parties = {turn.party for turn in turns}
    # Missed says that no agent took it, also where a bot had greeted.
    if "agent" in parties or ("bot" in parties and not chat.missed):
        outcome = "answered"
    elif chat.missed or chat.history:
        outcome = "abandoned"
    elif chat.missed is False and chat.agent_ids:
        # Listed without its history.
        outcome = "answered"
    left = (chat.message or "").strip()
    text = customer_words(turns) or left or None
    direction: Direction = "inbound" if text or not turns else "outbound"
    # Told by the end, or, as in an audit that has no end, by the last that was said.
    last = max((turn.started_at for turn in turns if turn.started_at), default=ended_at)
    is_chat = bool(turns or chat.history or chat.duration)
    yield Interaction(
        native_id=str(chat.id),
        conversation_native_id=text_of(chat.zendesk_ticket_id) or str(chat.id),
        channel="chat",
        direction=direction,
        initiation=direction,
        occurred_at=occurred_at,
        source_updated_at=max(
            [occurred_at, *(t.started_at for t in turns if t.started_at)]
        ),
        origin=piece.there(origin),
        ended_at=max(ended_at, last) if is_chat else None,
        handles=tuple(handles),
        agent=text_of(chat.agent_ids[0]) if chat.agent_ids else None,
        queue=chat.department_name or None,
        wait_seconds=_first_reply(chat.response_time),
        outcome=outcome,
        text=text,
        text_origin="typed" if text or turns else None,
        turns=tuple(turns),
        attributes={"via_channel": chat.type} if chat.type else {},
        names=names_of(visitor.name, *map(text_of, chat.agent_names or ())),
    )
    if chat.rating in RATINGS:
        yield Survey(
            native_id=f"{chat.id}/csat",
            interaction_native_id=str(chat.id),
            interaction_source=origin.source,
            handles=tuple(handles),
            survey_channel="web",
            question_kind="csat",
            # Asked and given while the chat is open; no other time is told.
            answered_at=ended_at,
            score=RATINGS[chat.rating],
            scale_min=0.0,
            scale_max=1.0,
            comment=(chat.comment or "").strip() or None,
            source_updated_at=ended_at,
            origin=piece.there(origin),
            names=names_of(visitor.name),
        )


def _ended_at(chat: Chat, occurred_at: datetime) -> datetime:
    written = text_of(chat.end_timestamp)
    told = instant_of(written) if written else None
    if told is not None:
        return max(occurred_at, told)
    return occurred_at + timedelta(seconds=max(0.0, chat.duration or 0.0))


def has_history(value: object) -> bool:
    return isinstance(value, dict) and bool(value.get("history"))


def chat_of_event(piece: Piece, event: Event, ticket_id: str) -> Piece:
    """The chat in an audit, in the shape of the Chat API, with the chat's own id."""
    value = event.value
    history = value["history"]
    said = [
        {
            "type": "chat.msg",
            "sender_type": one.get("actor_type"),
            "name": one.get("actor_name"),
            "msg": one.get("message"),
            "timestamp": one.get("timestamp"),
        }
        for one in (history if isinstance(history, list) else ())
        if isinstance(one, dict) and one.get("type") in (None, "ChatMessage")
    ]
    agents = [
        one
        for one in (history if isinstance(history, list) else ())
        if isinstance(one, dict) and one.get("actor_type") == "agent"
    ]
    visitors = (one["name"] for one in said if _is_visitor(str(one["sender_type"])))
    chat = {
        "id": text_of(value.get("chat_id")) or f"{ticket_id}/{event.id}",
        "zendesk_ticket_id": ticket_id,
        "timestamp": next((one["timestamp"] for one in said if one["timestamp"]), None),
        "history": said,
        "visitor": {
            "id": text_of(value.get("user_id")),
            "name": text_of(next(visitors, None)),
        },
        "agent_ids": [who for one in agents if (who := text_of(one.get("actor_id")))],
        "agent_names": [
            who for one in agents if (who := text_of(one.get("actor_name")))
        ],
    }
    return Piece(msgspec.Raw(msgspec.json.encode(chat)), piece.place)


def _first_reply(response_time: object) -> float | None:
    """Seconds until the first answer, from `{"first": 12, "avg": 30, "max": 60}`."""
    first = response_time.get("first") if isinstance(response_time, dict) else None
    if isinstance(first, bool) or not isinstance(first, (int, float)) or first < 0:
        return None
    return float(first)


def _sender(said: Said, visitor: Visitor | None) -> Party:
    """Who said it: by its kind, else by its nick (`visitor:1`, `agent:trigger`)."""
    kind = (said.sender_type or said.nick or "").casefold()
    if not kind and said.name and visitor is not None and said.name == visitor.name:
        return "customer"
    if _is_visitor(kind):
        return "customer"
    is_bot = kind.endswith(("trigger", "bot", "system")) or kind.startswith(
        "answer_bot"
    )
    return "bot" if is_bot else "agent"


def _is_visitor(kind: str) -> bool:
    return kind.startswith(("visitor", "end-user", "end_user"))
