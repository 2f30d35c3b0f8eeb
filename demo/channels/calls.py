"""Telephone calls: queue, patience, transfers, callbacks, and what is said."""

from demo import identifiers
from demo.clock import DAY, HOUR, MINUTE
from demo.formats.amazon_connect import Leg, analysis, analysis_name, contact_record
from demo.scene import QUEUES, Outcome, Scene
from demo.surveys import invite
from demo.truth import Recorder
from demo.wording import Labels, Said
from demo.world import TROUBLE, is_open

SOURCE = "telephony"
TRANSFER_SHARE = 0.11
CALLBACK_SHARE = 0.3
"""Of those whose patience ends after three minutes: they ask to be called back."""


def play(scene: Scene) -> Outcome:
    """One call and what follows from it at once: a transferred leg, a callback."""
    first = _new_leg(scene, scene.at, "INBOUND")
    if not is_open(scene.at):
        return _closed(scene, first)
    wait = scene.world.wait_seconds(scene.rng, scene.at)
    patience = 45 + int(scene.rng.expovariate(1 / 700))
    first.queue, first.enqueued_at = scene.queue, first.at + 35
    first.wait = min(wait, patience)
    if wait > patience:
        return _lost(scene, first)
    return _answered(scene, first, first.contact_id)


def company_calls(scene: Scene) -> Outcome:
    """The company rings the customer about an open matter."""
    leg = _new_leg(scene, scene.at, "OUTBOUND")
    leg.queue, leg.enqueued_at = scene.queue, leg.at
    return _answered(scene, leg, leg.contact_id)


def _new_leg(scene: Scene, at: int, initiation: str) -> Leg:
    rng, person = scene.rng, scene.person
    phone = person.phones[-1] if rng.random() < 0.2 else person.phones[0]
    attributes = {}
    if rng.random() < 0.6:
        attributes["lang"] = "fr-FR" if person.language == "fr" else "en-GB"
    return Leg(
        contact_id=identifiers.uuid(rng),
        at=at,
        initiation=initiation,
        ended_at=at,
        reason="CUSTOMER_DISCONNECT",
        phone=phone,
        attributes=attributes,
        language=person.language,
    )


def _closed(scene: Scene, leg: Leg) -> Outcome:
    """Out of hours the menu says so and hangs up."""
    leg.ended_at = leg.at + 25
    leg.reason = "CONTACT_FLOW_DISCONNECT"
    _deliver(scene, leg, leg.contact_id, "failed", None)
    return Outcome(False, leg.ended_at, 0.08, (12 * HOUR, 16 * HOUR))


def _lost(scene: Scene, leg: Leg) -> Outcome:
    leg.ended_at = leg.enqueued_at + leg.wait
    if leg.wait < 3 * MINUTE or not scene.chance(CALLBACK_SHARE):
        _deliver(scene, leg, leg.contact_id, "abandoned", None)
        return Outcome(False, leg.ended_at, 0.12, (4 * MINUTE, 90 * MINUTE))
    callback = _new_leg(
        scene, leg.ended_at + 20 * MINUTE + scene.rng.randrange(HOUR), "CALLBACK"
    )
    callback.phone = leg.phone
    callback.initial_id = callback.previous_id = leg.contact_id
    callback.queue, callback.enqueued_at = leg.queue, callback.at
    leg.next_id, leg.reason = callback.contact_id, "CONTACT_FLOW_DISCONNECT"
    _deliver(scene, leg, leg.contact_id, "callback_requested", None)
    return _answered(scene, callback, leg.contact_id)


def _answered(scene: Scene, leg: Leg, conversation: str) -> Outcome:
    rng = scene.rng
    leg.agent = scene.agent()
    leg.talk = int(rng.lognormvariate(5.6, 0.55)) + 40
    leg.hold = int(rng.expovariate(1 / 70)) + 10 if rng.random() < 0.35 else 0
    leg.wrap = int(rng.expovariate(1 / 50)) + 5
    start = (leg.enqueued_at or leg.at) + leg.wait
    leg.ended_at = start + leg.talk + leg.hold
    if rng.random() < 0.3:
        leg.reason = "AGENT_DISCONNECT"
    scene.mood.waited_minutes = leg.wait // MINUTE
    gain = min(0.4, leg.wait / 1200)
    scene.mood.frustration = min(1.0, scene.mood.frustration + gain)
    next_queue = None
    if leg.initiation == "INBOUND" and scene.chance(TRANSFER_SHARE):
        next_queue = rng.choice(sorted(set(QUEUES.values()) - {scene.queue}))
    solved = next_queue is None and scene.is_solved()
    said = _talk(scene, leg, is_solved=solved, next_queue=next_queue)
    if next_queue is None:
        _deliver(scene, leg, conversation, "answered", said.labels)
        if not solved:
            gain += 0.15
        invite(
            scene, f"{SOURCE}:{leg.contact_id}", "call", leg.ended_at, is_solved=solved
        )
        return Outcome(solved, leg.ended_at, gain - (0.2 if solved else 0.0))
    second = _new_leg(scene, leg.ended_at, "TRANSFER")
    second.phone = leg.phone
    second.initial_id = leg.initial_id or leg.contact_id
    second.previous_id = leg.contact_id
    second.queue = next_queue
    second.enqueued_at = second.at
    second.wait = scene.world.wait_seconds(rng, second.at) // 2
    leg.next_id, leg.reason = second.contact_id, "THIRD_PARTY_DISCONNECT"
    _deliver(scene, leg, conversation, "answered", said.labels)
    scene.mood.frustration = min(1.0, scene.mood.frustration + 0.1)
    return _answered(scene, second, conversation)


def _talk(scene: Scene, leg: Leg, *, is_solved: bool, next_queue: str | None) -> Said:
    """Fill the leg's turns; agents repeat the customer's words back, as they do."""
    rng, voice = scene.rng, scene.voice
    texts, turns = voice.agents, leg.turns
    agent = leg.agent.first if leg.agent else ""
    said = voice.say("call", scene.intent, scene.mood)
    rest = list(said.rest)

    def agent_says(options: tuple[str, ...], **more: str) -> None:
        turns.append(("agent", voice.fill(rng.choice(options), agent=agent, **more)))

    is_ours = leg.initiation in ("OUTBOUND", "CALLBACK")
    agent_says(texts.CALLBACKS if is_ours else texts.GREETINGS)
    turns.append(("customer", f"{said.opening} {said.problem}"))
    if rng.random() < 0.55:
        agent_says(texts.ECHOES, words=said.problem)
        turns.append(("customer", voice.short_answer("call", "neutral")))
    if rest:
        turns.append(("customer", rest.pop(0)))
    if rng.random() < 0.6:
        question = int(rng.random() * len(texts.IDENTIFY))
        agent_says((texts.IDENTIFY[question],))
        turns.append(("customer", voice.about_themselves(question)))
    fillers = [*texts.LISTENING, *(texts.HOLDS if leg.hold else ())]
    rng.shuffle(fillers)
    if said.labels.frustrations:
        fillers.append(rng.choice(texts.SYMPATHY))
    while rest:
        if fillers and rng.random() < 0.7:
            turns.append(("agent", fillers.pop()))
        turns.append(("customer", rest.pop(0)))
    if next_queue:
        agent_says(texts.TRANSFERS, queue=next_queue)
        return said
    turns.append(("agent", scene.resolution(is_solved=is_solved)))
    kind = "solved" if is_solved else "unsolved"
    turns.append(("customer", voice.short_answer("call", kind)))
    agent_says(texts.FAREWELLS)
    turns.append(("customer", said.closing))
    return said


def _deliver(
    scene: Scene, leg: Leg, conversation: str, outcome: str, labels: Labels | None
) -> None:
    """The record, again when it is updated or sent twice, and the transcript apart."""
    rng, outbox = scene.rng, scene.outbox
    native = f"{SOURCE}:{leg.contact_id}"
    done_at = leg.ended_at + leg.wrap + 60
    ids = (native,)
    container = "firehose" if rng.random() < 0.3 else "contacts"
    fate = rng.random()
    record = contact_record(leg, updated_at=done_at)
    if fate < TROUBLE["updated"] and leg.agent:
        early = contact_record(leg, updated_at=leg.ended_at + 5, is_wrapped=False)
        outbox.send(SOURCE, container, leg.ended_at + 5, early, ids=ids)
        later = done_at + (DAY if rng.random() < 0.5 else 0)
        if not outbox.send(SOURCE, container, later, record, ids=ids, reason="updated"):
            # The run ends before anybody learns of the after-work.
            leg.wrap = 0
        if rng.random() < TROUBLE["stale"] / TROUBLE["updated"]:
            # At least once means in any order, too: the old one comes after the new.
            outbox.send(SOURCE, container, later + DAY, early, ids=ids, reason="stale")
    else:
        outbox.send(SOURCE, container, done_at, record, ids=ids)
        if fate > 1 - TROUBLE["redelivered"]:
            again = done_at + (DAY if rng.random() < 0.5 else 30)
            outbox.send(SOURCE, container, again, record, ids=ids, reason="redelivered")
    if labels is not None and rng.random() >= TROUBLE["transcript_missing"]:
        is_heard = _deliver_transcript(scene, leg, done_at)
    else:
        is_heard = False
    _record(
        scene.truth, scene, leg, conversation, outcome, labels if is_heard else None
    )


def _deliver_transcript(scene: Scene, leg: Leg, done_at: int) -> bool:
    """Minutes after the record as a rule; sometimes days after, or before a late record."""
    rng, outbox = scene.rng, scene.outbox
    at = done_at + 240
    late_days, outbox.late_days = outbox.late_days, 0
    if not late_days and rng.random() < TROUBLE["transcript_after"]:
        at += rng.randrange(1, 4) * DAY
    is_sent = outbox.send(
        SOURCE,
        analysis_name(leg, at),
        at,
        analysis(leg),
        ids=(f"{SOURCE}:{leg.contact_id}",),
        what="transcript",
    )
    outbox.late_days = late_days
    return is_sent


def _record(
    truth: Recorder,
    scene: Scene,
    leg: Leg,
    conversation: str,
    outcome: str,
    labels: Labels | None,
) -> None:
    is_ours = leg.initiation in ("OUTBOUND", "CALLBACK")
    has_agent = leg.agent is not None
    truth.interaction(
        interaction_id=f"{SOURCE}:{leg.contact_id}",
        conversation_id=f"{SOURCE}:{conversation}",
        channel="call",
        direction="outbound" if is_ours else "inbound",
        journey=scene.journey,
        at=leg.at,
        outcome=outcome,
        handles=(("phone", leg.phone),) if leg.phone else (),
        labels=labels,
        language=scene.person.language if labels else None,
        wait=leg.wait if leg.queue else None,
        talk=leg.talk if has_agent else None,
        hold=leg.hold if has_agent else None,
        wrap=leg.wrap if has_agent else None,
        queue=leg.queue,
        site=leg.agent.site if leg.agent else None,
        partner=leg.agent.partner if leg.agent else None,
        is_out_of_hours=not is_open(leg.at),
    )
