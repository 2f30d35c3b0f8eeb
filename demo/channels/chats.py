"""Live chat: a bot first, an agent then; on the web widget, or now and then in the telephony suite."""

from typing import Any

from demo import clock, identifiers
from demo.clock import DAY, MINUTE
from demo.formats.amazon_connect import Leg, analysis, analysis_name, contact_record
from demo.formats.chatwoot import ACTIVITY, INCOMING, OUTGOING, TEMPLATE, Chat
from demo.personal_data import Planted
from demo.scene import Agent, Outcome, Scene
from demo.surveys import invite
from demo.wording import Labels
from demo.world import TROUBLE, is_open

SOURCE = "messaging"
TELEPHONY = "telephony"
IN_TELEPHONY_SHARE = 0.03
CSAT_SHARE = 0.3


def play(scene: Scene) -> Outcome:
    if scene.chance(IN_TELEPHONY_SHARE) and is_open(scene.at):
        return _in_telephony(scene)
    rng, voice = scene.rng, scene.voice
    texts = voice.agents
    number = 10_000 + scene.person.index * 40 + int(scene.number.rpartition("-")[2])
    contact, handles = _contact(scene, f"{SOURCE}:{number}")
    chat = Chat(number, scene.person, contact, scene.at)
    native = f"{SOURCE}:{number}"
    agent = scene.agent()
    said = voice.say("chat", scene.intent, scene.mood)
    at = scene.at

    def later(least: int, most: int) -> int:
        nonlocal at
        at += rng.randrange(least, most)
        return at

    has_bot = rng.random() < 0.5
    if has_bot:
        chat.add(texts.BOT_LINES[0], at, OUTGOING, is_bot=True)
    if said.opening and rng.random() < 0.4:
        chat.add(said.opening, later(3, 20), INCOMING)
        chat.add(said.problem, later(5, 60), INCOMING)
    else:
        chat.add(f"{said.opening} {said.problem}".strip(), later(5, 60), INCOMING)
    if has_bot:
        chat.add(rng.choice(texts.BOT_LINES[1:]), later(1, 3), OUTGOING, is_bot=True)
    is_staffed = is_open(at)
    wait = 0
    if is_staffed:
        chat.add(f"Conversation assignée à {agent.name}", later(1, 30), ACTIVITY)
        wait = scene.world.wait_seconds(rng, scene.at) // 2
        at += wait
        scene.mood.waited_minutes = wait // MINUTE
        first_at = next(
            m["created_at"] for m in chat.messages if m["message_type"] == INCOMING
        )
        greeting = voice.fill(rng.choice(texts.CHAT_GREETINGS), agent=agent.first)
        chat.add(greeting, later(2, 20), OUTGOING, agent=agent)
        # A customer waits from the first word to the first human answer.
        wait = at - first_at
    solved = is_staffed and scene.is_solved()
    for position, piece in enumerate(said.rest):
        chat.add(piece, later(8, 90), INCOMING)
        if is_staffed and position == 0 and rng.random() < 0.4:
            echo = rng.choice(texts.ECHOES).format(words=said.problem)
            chat.add(echo, later(10, 60), OUTGOING, agent=agent)
        elif is_staffed and rng.random() < 0.3:
            chat.add(rng.choice(texts.HOLDS), later(5, 40), OUTGOING, agent=agent)
    if is_staffed:
        _note(scene, chat, agent, native, at)
        resolution = scene.resolution(is_solved=solved)
        chat.add(resolution, later(20, 240), OUTGOING, agent=agent)
        answer = voice.short_answer("chat", "solved" if solved else "unsolved")
        chat.add(answer, later(5, 90), INCOMING)
        if rng.random() < 0.6:
            chat.add(said.closing, later(3, 30), INCOMING)
        chat.status = "resolved"
        chat.add(f"Conversation résolue par {agent.name}", later(10, 60), ACTIVITY)
    else:
        chat.add(texts.BOT_LINES[1], later(1, 4), OUTGOING, is_bot=True)
    scene.truth.interaction(
        interaction_id=native,
        conversation_id=native,
        channel="chat",
        direction="inbound",
        journey=scene.journey,
        at=scene.at,
        outcome="answered" if is_staffed else "delivered",
        handles=handles,
        labels=said.labels,
        language=scene.person.language,
        wait=wait if is_staffed else None,
        queue="2",
        is_out_of_hours=not is_open(scene.at),
    )
    asks = is_staffed and rng.random() < CSAT_SHARE
    _deliver(scene, chat, native, at, asks=asks, is_solved=solved)
    if is_staffed and not asks:
        invite(scene, native, "chat", at, is_solved=solved)
    return Outcome(solved, at, -0.1 if solved else 0.15)


def _contact(
    scene: Scene, native: str
) -> tuple[dict[str, Any], tuple[tuple[str, str], ...]]:
    """What the widget knows: logged-in customers by number, others by what they typed."""
    rng, person = scene.rng, scene.person
    contact: dict[str, Any] = {"email": None, "phone_number": None, "identifier": None}
    handles = [("contact", f"{SOURCE}:{person.messaging_id}")]
    if person.customer_id and rng.random() < 0.5:
        contact["identifier"] = person.customer_id
        handles.append(("account", person.customer_id))
    if rng.random() < 0.85 or len(handles) == 1:
        contact["email"] = rng.choice(person.emails)
        handles.append(("email", contact["email"]))
    if rng.random() < 0.25:
        contact["phone_number"] = rng.choice(person.phones)
        handles.append(("phone", contact["phone_number"]))
    scene.truth.plant(Planted("name", person.name), native, "sender")
    return contact, tuple(handles)


def _note(scene: Scene, chat: Chat, agent: Agent, native: str, at: int) -> None:
    if scene.rng.random() < 0.2:
        phone = identifiers.national(scene.person.phones[0])
        text = scene.rng.choice(scene.voice.agents.NOTES).format(value=phone)
        chat.add(text, at, OUTGOING, agent=agent, private=True)
        scene.truth.plant(Planted("phone", phone), native, "private_note")


def _deliver(
    scene: Scene, chat: Chat, native: str, at: int, *, asks: bool, is_solved: bool
) -> None:
    """The conversation when it closes; again when its survey is answered."""
    rng, outbox = scene.rng, scene.outbox
    container = "conversations" if chat.number % 3 else "export"
    question: dict[str, Any] = {}
    if asks:
        chat.add(
            scene.voice.agents.CSAT_QUESTION, at + 5, TEMPLATE,
            content_type="input_csat", attributes=question,
        )  # fmt: skip
    elif rng.random() < 0.3:
        chat.add(scene.voice.agents.CLOSED_TEMPLATE, at + 5, TEMPLATE)
    is_sent = outbox.send(SOURCE, container, at + 10, chat.to_bytes(), ids=(native,))
    if not is_sent:
        return
    if asks and rng.random() < 0.4:
        delight = (0.9 if is_solved else 0.45) - 0.6 * scene.mood.frustration
        rating = min(5, max(1, round(1 + 4 * rng.gauss(delight, 0.15))))
        kind = "good" if rating >= 4 else "middling" if rating == 3 else "bad"
        feedback = ""
        if rng.random() < 0.35:
            feedback = rng.choice(scene.voice.parts.SURVEY_COMMENTS[kind])
        answered = at + rng.randrange(30, 10 * 3600)
        question["submitted_values"] = {
            "csat_survey_response": {
                "id": chat.number + 77,
                "rating": rating,
                "feedback_message": feedback,
                "created_at": answered,
            }
        }
        # A rating is answered in the message: the conversation's own clock moves on.
        chat.add(f"{scene.person.first} a noté la conversation", answered, ACTIVITY)
        is_sent = outbox.send(
            SOURCE,
            container,
            answered,
            chat.to_bytes(),
            ids=(native,),
            reason="updated",
        )
        if is_sent:
            scene.truth.surveys.append(
                {
                    "source": SOURCE,
                    "survey_id": None,
                    "interaction_id": native,
                    "person_id": scene.person.person_id,
                    "question_kind": "csat",
                    "invited_at": clock.iso(at + 5),
                    "answered_at": clock.iso(answered),
                    "score": rating,
                    "scale_min": 1,
                    "scale_max": 5,
                    "has_comment": bool(feedback),
                }
            )
    elif rng.random() < TROUBLE["redelivered"]:
        outbox.send(
            SOURCE,
            container,
            at + DAY,
            chat.to_bytes(),
            ids=(native,),
            reason="redelivered",
        )


def _in_telephony(scene: Scene) -> Outcome:
    """A chat routed by the telephony suite: a contact record and a chat analysis, no handle."""
    rng, voice = scene.rng, scene.voice
    said = voice.say("chat", scene.intent, scene.mood)
    agent = scene.agent()
    solved = scene.is_solved()
    leg = Leg(
        contact_id=identifiers.uuid(rng),
        at=scene.at,
        initiation="INBOUND",
        ended_at=scene.at,
        reason="CUSTOMER_DISCONNECT",
        phone=None,
        channel="CHAT",
        queue=scene.queue,
        enqueued_at=scene.at + 2,
        wait=scene.world.wait_seconds(rng, scene.at) // 2,
        agent=agent,
        talk=rng.randrange(120, 900),
        wrap=rng.randrange(5, 60),
        language=scene.person.language,
    )
    leg.ended_at = leg.enqueued_at + leg.wait + leg.talk
    leg.turns = [
        ("customer", f"{said.opening} {said.problem}".strip()),
        (
            "agent",
            voice.fill(rng.choice(voice.agents.CHAT_GREETINGS), agent=agent.first),
        ),
        *(("customer", piece) for piece in said.rest),
        ("agent", scene.resolution(is_solved=solved)),
        ("customer", said.closing),
    ]
    native = f"{TELEPHONY}:{leg.contact_id}"
    done_at = leg.ended_at + leg.wrap + 60
    record = contact_record(leg, updated_at=done_at)
    scene.outbox.send(TELEPHONY, "contacts", done_at, record, ids=(native,))
    scene.outbox.send(
        TELEPHONY,
        analysis_name(leg, done_at),
        done_at + 120,
        analysis(leg),
        ids=(native,),
        what="transcript",
    )
    labels: Labels = said.labels
    scene.truth.interaction(
        interaction_id=native,
        conversation_id=native,
        channel="chat",
        direction="inbound",
        journey=scene.journey,
        at=scene.at,
        outcome="answered",
        handles=(),
        labels=labels,
        language=scene.person.language,
        wait=leg.wait,
        talk=leg.talk,
        hold=0,
        wrap=leg.wrap,
        queue=leg.queue,
        site=agent.site,
        partner=agent.partner,
        is_out_of_hours=False,
    )
    return Outcome(solved, done_at, -0.1 if solved else 0.15)
