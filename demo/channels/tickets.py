"""Help desk tickets: a web form or forwarded e-mail, agents' answers, private notes."""

from demo import clock, identifiers
from demo.clock import DAY, HOUR, MINUTE
from demo.formats.zendesk import Ticket
from demo.personal_data import Planted
from demo.scene import Outcome, Scene
from demo.surveys import invite
from demo.wording import Labels, Said, sentences
from demo.world import TROUBLE, after_open_hours, is_open

SOURCE = "helpdesk"
MERGED_SHARE = 0.04


class _Desk:
    """One ticket on its way: what was exported of it, and what not yet."""

    def __init__(self, scene: Scene) -> None:
        rng, person = scene.rng, scene.person
        self.scene = scene
        self.number = 100_000 + person.index * 40 + int(scene.number.rpartition("-")[2])
        self.email = rng.choice(person.emails) if rng.random() < 0.95 else None
        phone = (
            rng.choice(person.phones) if rng.random() < 0.6 or not self.email else None
        )
        channel = "email" if rng.random() < 0.25 and self.email else "web"
        self.channel = "email" if channel == "email" else "web_form"
        subject, planted = scene.voice.subject(scene.intent)
        if planted:
            scene.truth.plant(planted, f"{SOURCE}:{self.number}", "subject")
        self.ticket = Ticket(
            self.number,
            person,
            self.email,
            phone,
            scene.at,
            subject,
            channel,
            scene.queue,
        )
        self.handles = [("contact", f"{SOURCE}:{person.helpdesk_id}")]
        if self.email:
            self.handles.append(("email", self.email))
        if phone:
            self.handles.append(("phone", phone))
        self.as_document = rng.random() < 0.3
        self.seen: tuple[str, ...] = ()
        self.waiting: list[str] = []
        self.notes: list[Planted] = []
        """Personal data in private notes that were not exported yet."""
        scene.truth.plant(
            Planted("name", person.name), f"{SOURCE}:{self.number}", "requester"
        )

    @property
    def root(self) -> str:
        return f"{SOURCE}:{self.number}"

    def customer_writes(self, said: Said, at: int) -> str:
        text = "\n\n".join(
            part
            for part in (
                said.opening,
                sentences([said.problem, *said.rest]),
                said.closing,
            )
            if part
        )
        self.ticket.add(self._comment_id(), self.scene.person, text, at)
        return self._truth(at, said.labels)

    def agent_writes(self, text: str, at: int) -> None:
        self.ticket.add(self._comment_id(), self.scene.agent(), text, at)
        self._truth(at, None)

    def note(self, at: int) -> None:
        """Private, with personal data in it: it is kept from the customer, not from us."""
        scene = self.scene
        phone = identifiers.national(scene.person.phones[0])
        text = scene.rng.choice(scene.voice.agents.NOTES).format(value=phone)
        self.notes.append(Planted("phone", phone))
        self.ticket.add(self._comment_id(), scene.agent(), text, at, public=False)

    def export(self, at: int) -> bool:
        """The ticket as it now stands; what was exported before comes along again."""
        outbox = self.scene.outbox
        place = f"documents/{self.number}-{at}.json" if self.as_document else "tickets"
        payload = self.ticket.document() if self.as_document else self.ticket.line()
        ids = (*self.seen, *self.waiting)
        reason = "updated" if self.seen else ""
        is_sent = outbox.send(SOURCE, place, at, payload, ids=ids, reason=reason)
        self.seen, self.waiting = ids, []
        if is_sent:
            for planted in self.notes:
                self.scene.truth.plant(planted, self.root, "private_note")
            self.notes = []
        return is_sent

    def export_again(self, at: int) -> None:
        place = f"documents/{self.number}-{at}.json" if self.as_document else "tickets"
        payload = self.ticket.document() if self.as_document else self.ticket.line()
        self.scene.outbox.send(
            SOURCE, place, at, payload, ids=self.seen, reason="redelivered"
        )

    def _comment_id(self) -> int:
        return self.number * 100 + len(self.ticket.comments)

    def _truth(self, at: int, labels: Labels | None) -> str:
        scene = self.scene
        first = len(self.ticket.comments) == 1
        comment_id = self.ticket.comments[-1]["id"]
        interaction_id = self.root if first else f"{self.root}/{comment_id}"
        self.waiting.append(interaction_id)
        scene.truth.interaction(
            interaction_id=interaction_id,
            conversation_id=self.root,
            channel=self.channel,
            direction="inbound" if labels else "outbound",
            journey=scene.journey,
            at=at,
            outcome="delivered",
            handles=tuple(self.handles),
            labels=labels,
            language=scene.person.language if labels else None,
            queue=str(self.ticket.fields["group_id"]) if first else None,
            is_out_of_hours=not is_open(at),
        )
        return interaction_id


def play(scene: Scene) -> Outcome:
    """Opened, noted, answered, perhaps asked again, solved or left pending, perhaps rated."""
    rng, voice = scene.rng, scene.voice
    desk = _Desk(scene)
    fields = desk.ticket.fields
    desk.customer_writes(voice.say("email", scene.intent, scene.mood), scene.at)
    if not desk.export(scene.at):
        return Outcome(False, scene.at, 0.1)
    at = min(after_open_hours(scene.at, scene.reply_seconds(6.0)), scene.at + 2 * DAY)
    if rng.random() < 0.35:
        desk.note(at - 120)
    solved = scene.is_solved()
    asks_again = rng.random() < 0.3
    reply = scene.resolution(is_solved=solved and not asks_again)
    desk.agent_writes(f"{voice.agents.HELLO}\n\n{reply}", at)
    fields["status"] = "pending"
    if asks_again:
        asked_at = at + rng.randrange(20 * MINUTE, 20 * HOUR)
        if asked_at // DAY != at // DAY:
            desk.export(at)
        scene.mood.frustration = min(1.0, scene.mood.frustration + 0.08)
        desk.customer_writes(
            voice.follow_up("email", scene.mood, scene.intent, is_content=False),
            asked_at,
        )
        desk.export(asked_at)
        at = min(
            after_open_hours(asked_at, scene.reply_seconds(4.0)), asked_at + 2 * DAY
        )
        desk.agent_writes(scene.resolution(is_solved=solved), at)
    if rng.random() < MERGED_SHARE:
        fields["merged_ticket_ids"] = [desk.number + 39]
    if solved:
        fields["status"] = "solved"
    if desk.export(at) and rng.random() < 2 * TROUBLE["redelivered"]:
        desk.export_again(at + DAY)
    if solved and rng.random() < 0.25:
        _rate(scene, desk, at + rng.randrange(HOUR, 30 * HOUR), is_solved=solved)
    elif desk.email:
        invite(scene, desk.root, "helpdesk", at, is_solved=solved)
    return Outcome(solved, at, -0.1 if solved else 0.15)


def _rate(scene: Scene, desk: _Desk, at: int, *, is_solved: bool) -> None:
    """Zendesk's own question: good or bad, in the ticket."""
    good = scene.rng.random() > scene.mood.frustration
    parts = scene.voice.parts.SURVEY_COMMENTS["good" if good else "bad"]
    comment = scene.rng.choice(parts) if scene.rng.random() < 0.4 else None
    score = "good" if good else "bad"
    desk.ticket.fields["satisfaction_rating"] = {
        "id": desk.number + 5_000_000,
        "score": score,
        "comment": comment,
    }
    desk.ticket.fields["updated_at"] = clock.iso(at)
    if desk.export(at):
        scene.truth.surveys.append(
            {
                "source": SOURCE,
                "survey_id": None,
                "interaction_id": desk.root,
                "person_id": scene.person.person_id,
                "question_kind": "csat",
                "answered_at": clock.iso(at),
                "score": score,
                "has_comment": comment is not None,
            }
        )
