"""E-mail: a thread of the customer's messages and the company's replies."""

from demo import identifiers
from demo.clock import DAY, HOUR, MINUTE
from demo.formats.mail import Mail, Shape, for_mbox, quoted, to_bytes
from demo.personal_data import Planted
from demo.scene import Outcome, Scene
from demo.surveys import invite
from demo.texts.names import POSTCODES
from demo.wording import Labels, Said, sentences
from demo.world import DOMAIN, TROUBLE, after_open_hours, is_open

SOURCE = "mailbox"
SERVICE = f"service.client@{DOMAIN}"
_REPLY_PREFIXES = {"fr": ("Re: ", "RE: ", "Ré: "), "en": ("Re: ", "RE: ")}


def play(scene: Scene) -> Outcome:
    """Message, perhaps an automatic receipt, reply, perhaps one more round."""
    rng, voice = scene.rng, scene.voice
    said = voice.say("email", scene.intent, scene.mood)
    address = rng.choice(scene.person.emails)
    subject, planted = voice.subject(scene.intent)
    mail = _customer_mail(scene, said, scene.at, address, subject, ())
    root = mail.message_id
    if planted:
        scene.truth.plant(planted, f"{SOURCE}:{root}", "subject")
    if not _send_customer(scene, mail, root, said.labels):
        return Outcome(False, scene.at, 0.1)
    if rng.random() < TROUBLE["auto_reply"]:
        _receipt(scene, mail)
    last, at, solved = mail, scene.at, False
    rounds = 1 + (rng.random() < 0.38) + (rng.random() < 0.10)
    for number in range(rounds):
        if rng.random() < 0.10:
            # Nobody answers: the customer will be back.
            return Outcome(False, at + 2 * DAY, 0.25)
        reply_at = after_open_hours(at, scene.reply_seconds(7.0))
        reply_at = min(reply_at, at + 3 * DAY)
        is_last = number == rounds - 1
        solved = scene.is_solved() if is_last else False
        reply = _company_mail(scene, last, reply_at, solved=solved)
        _send_company(scene, reply, root, address)
        _replies_by_machine(scene, reply, address)
        at = reply_at
        if is_last:
            break
        at += rng.randrange(20 * MINUTE, 30 * HOUR)
        scene.mood.frustration = min(1.0, scene.mood.frustration + 0.08)
        again = voice.follow_up("email", scene.mood, scene.intent, is_content=False)
        references = (*reply.references, reply.message_id)
        last = _customer_mail(scene, again, at, address, subject, references, reply)
        if not _send_customer(scene, last, root, again.labels):
            break
    invite(scene, f"{SOURCE}:{last.message_id}", "email", at, is_solved=solved)
    return Outcome(solved, at, -0.1 if solved else 0.15)


def _customer_mail(
    scene: Scene,
    said: Said,
    at: int,
    address: str,
    subject: str,
    references: tuple[str, ...],
    answered: Mail | None = None,
) -> Mail:
    rng, person = scene.rng, scene.person
    half = (len(said.rest) + 1) // 2
    paragraphs = [
        said.opening,
        sentences([said.problem, *said.rest[:half]]),
        sentences(said.rest[half:]),
        f"{said.closing}\n{_signature(scene, said.labels)}",
    ]
    text = "\n\n".join(p for p in paragraphs if p.strip())
    if rng.random() < 0.03:
        # A line that an mbox must escape.
        word = "From" if person.language == "en" else "From what I read"
        text = text.replace("\n\n", f"\n\n{word} here on, see below.\n", 1)
    shapes: tuple[Shape, ...] = ("plain", "alternative", "html")
    shape = rng.choices(shapes, (45, 38, 17))[0]
    mail = Mail(
        message_id=f"{rng.getrandbits(72):018x}@{address.partition('@')[2]}",
        at=at,
        sender_name=person.name if rng.random() < 0.85 else "",
        sender=address,
        to=SERVICE,
        subject=(rng.choice(_REPLY_PREFIXES[person.language]) if answered else "")
        + subject,
        text=text,
        shape=shape,
        references=references,
        in_reply_to=references[-1] if references else "",
    )
    if answered and rng.random() < 0.9:
        style = rng.choice(("reply", "reply", "outlook"))
        mail.text += quoted(answered, style, person.language)
    if mail.sender_name:
        scene.truth.plant(
            Planted("name", person.name), f"{SOURCE}:{mail.message_id}", "header"
        )
    _encode(scene, mail)
    return mail


def _encode(scene: Scene, mail: Mail) -> None:
    """Most programs write UTF-8; old ones do not, and a few say one thing and do another."""
    rng = scene.rng
    draw = rng.random()
    if draw < 0.10:
        mail.charset = "windows-1252"
    elif draw < 0.18:
        mail.charset = "iso-8859-1"
    elif draw < 0.20:
        mail.charset, mail.declared = "windows-1252", "utf-8"
    elif draw < 0.21:
        mail.charset, mail.declared = "utf-8", "us-ascii"
    mail.transfer = rng.choices(("quoted-printable", "base64", "8bit"), (60, 20, 20))[0]


def _signature(scene: Scene, labels: Labels) -> str:
    person, rng = scene.person, scene.rng
    draw = rng.random()
    if draw < 0.45:
        return person.name
    if draw < 0.6:
        sent = (
            "Envoyé de mon iPhone" if person.language == "fr" else "Sent from my iPhone"
        )
        return f"{person.first}\n\n{sent}"
    if draw < 0.85:
        phone = identifiers.national(person.phones[0])
        labels.planted.append(Planted("phone", phone))
        return f"{person.name}\n{phone}"
    place = f"{person.street}, {POSTCODES[person.city]} {person.city}"
    labels.planted.append(Planted("address", place))
    head = f"\n-- \n{person.name}"
    return (
        f"{head} – {person.company}\n{place}" if person.company else f"{head}\n{place}"
    )


def _company_mail(scene: Scene, last: Mail, at: int, *, solved: bool) -> Mail:
    rng, voice = scene.rng, scene.voice
    agent = scene.agent()
    text = voice.fill(
        rng.choice(voice.agents.MAIL_REPLIES),
        agent=agent.name,
        resolution=scene.resolution(is_solved=solved),
        sympathy=rng.choice(voice.agents.SYMPATHY),
    )
    subject = last.subject
    if not subject.lower().startswith("re"):
        subject = f"RE: {subject}"
    return Mail(
        message_id=f"{rng.getrandbits(64):016x}.rc@{DOMAIN}",
        at=at,
        sender_name="Ondine Télécom – Service client",
        sender=SERVICE,
        to=last.sender,
        subject=subject,
        text=text + quoted(last, "reply", scene.person.language),
        shape="alternative" if rng.random() < 0.5 else "plain",
        references=(*last.references, last.message_id),
        in_reply_to=last.message_id,
    )


def _send_customer(scene: Scene, mail: Mail, root: str, labels: Labels) -> bool:
    is_sent = _send(scene, mail)
    scene.truth.interaction(
        interaction_id=f"{SOURCE}:{mail.message_id}",
        conversation_id=f"{SOURCE}:{root}",
        channel="email",
        direction="inbound",
        journey=scene.journey,
        at=mail.at,
        outcome="delivered",
        handles=(("email", mail.sender),),
        labels=labels,
        language=scene.person.language,
        is_out_of_hours=not is_open(mail.at),
    )
    return is_sent


def _send_company(scene: Scene, mail: Mail, root: str, address: str) -> None:
    _send(scene, mail)
    scene.truth.interaction(
        interaction_id=f"{SOURCE}:{mail.message_id}",
        conversation_id=f"{SOURCE}:{root}",
        channel="email",
        direction="outbound",
        journey=scene.journey,
        at=mail.at,
        outcome="delivered",
        handles=(("email", address),),
    )


def _send(scene: Scene, mail: Mail) -> bool:
    """Into the mbox, a file of its own, or the Maildir; now and then into two of them."""
    rng, outbox = scene.rng, scene.outbox
    message = to_bytes(mail)
    ids = (f"{SOURCE}:{mail.message_id}",)
    container, payload = _place(scene, mail, message)
    is_sent = outbox.send(SOURCE, container, mail.at, payload, ids=ids)
    if is_sent and rng.random() < TROUBLE["redelivered"]:
        container, payload = _place(scene, mail, message)
        at = mail.at + rng.choice((0, DAY))
        for folder in ("eml/", "cur/", "new/"):
            # A second file on one day needs a second name.
            container = container.replace(folder, f"{folder}copy-")
        outbox.send(SOURCE, container, at, payload, ids=ids, reason="redelivered")
    return is_sent


def _place(scene: Scene, mail: Mail, message: bytes) -> tuple[str, bytes]:
    draw = scene.rng.random()
    name = mail.message_id.partition("@")[0]
    if draw < 0.55:
        return "inbox", for_mbox(message, mail.sender, mail.at)
    if draw < 0.8:
        return f"eml/{name}.eml", message
    folder = "cur" if draw < 0.9 else "new"
    flags = ":2,S" if folder == "cur" else ""
    return f"Maildir/{folder}/{mail.at}.{name}.mx1{flags}", message


def _exclude(scene: Scene, mail: Mail, reason: str) -> None:
    message = to_bytes(mail)
    container, payload = _place(scene, mail, message)
    scene.outbox.send(
        SOURCE,
        container,
        mail.at,
        payload,
        what="excluded",
        reason=reason,
        key=mail.message_id,
    )


def _receipt(scene: Scene, mail: Mail) -> None:
    """The company's own machine says that the message came."""
    machine = Mail(
        message_id=f"auto.{scene.rng.getrandbits(64):016x}@{DOMAIN}",
        at=mail.at + 40,
        sender_name="Ondine Télécom",
        sender=f"ne-pas-repondre@{DOMAIN}",
        to=mail.sender,
        subject=f"Accusé de réception : {mail.subject}",
        text=scene.voice.agents.AUTO_REPLY,
        references=(mail.message_id,),
        in_reply_to=mail.message_id,
        headers={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
    )
    _exclude(scene, machine, "auto_reply")


def _replies_by_machine(scene: Scene, reply: Mail, address: str) -> None:
    """The customer is away, or the mailbox is gone, or the team writes to itself."""
    rng, voice = scene.rng, scene.voice
    draw = rng.random()
    if draw < 0.03:
        away = Mail(
            message_id=f"ooo.{rng.getrandbits(64):016x}@{address.partition('@')[2]}",
            at=reply.at + 15,
            sender_name=scene.person.name,
            sender=address,
            to=SERVICE,
            subject=f"Réponse automatique : {reply.subject}"
            if voice.language == "fr"
            else f"Automatic reply: {reply.subject}",
            text=voice.fill(voice.agents.OUT_OF_OFFICE),
            in_reply_to=reply.message_id,
            headers={"Auto-Submitted": "auto-generated"},
        )
        _exclude(scene, away, "auto_reply")
    elif draw < 0.03 + TROUBLE["bounce"]:
        bounce = Mail(
            message_id=f"dsn.{rng.getrandbits(64):016x}@mx.{DOMAIN}",
            at=reply.at + 9,
            sender_name="Mail Delivery System",
            sender=f"MAILER-DAEMON@mx.{DOMAIN}",
            to=SERVICE,
            subject="Undelivered Mail Returned to Sender",
            text=voice.agents.BOUNCE.format(address=address),
            headers={"Auto-Submitted": "auto-replied", "Return-Path": "<>"},
        )
        _exclude(scene, bounce, "bounce")
    elif draw < 0.045 + TROUBLE["bounce"]:
        agent = scene.agent()
        internal = Mail(
            message_id=f"{rng.getrandbits(64):016x}.int@{DOMAIN}",
            at=reply.at + 600,
            sender_name=agent.name,
            sender=f"{agent.username}@{DOMAIN}",
            to=f"equipe.n2@{DOMAIN}",
            subject="File d'attente du jour",
            text=voice.fill(
                voice.agents.INTERNAL, agent=agent.first, queue=scene.queue
            ),
        )
        _exclude(scene, internal, "internal")
