"""Mail that programs write against the rules, and what machines write in many languages."""

from base64 import b64encode
from datetime import UTC, datetime
from io import BytesIO

import pytest

from jobs.sources.mail import READER
from jobs.sources.mail.times import instant
from jobs.sources.records import Excluded, Interaction, Origin, Rejected

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DATE = "Date: Mon, 02 Mar 2026 10:00:00 +0100"


def a_mail(
    body: str | bytes = "Ma box est en panne.",
    *headers: str,
    sender: str = "Lea <lea@example.org>",
    subject: str = "Panne",
    dated: str = DATE,
) -> bytes:
    head = [f"From: {sender}", "To: sav@company.example", f"Subject: {subject}"]
    if not any(header.lower().startswith("message-id") for header in headers):
        head.append("Message-ID: <a1@example.org>")
    lines = "\r\n".join([*head, *([dated] if dated else []), *headers])
    content = body.encode() if isinstance(body, str) else body
    return f"{lines}\r\n\r\n".encode() + content


def outcome(
    content: bytes, file: str = "mail.eml"
) -> Interaction | Excluded | Rejected:
    [record] = [
        record
        for document in READER.split(BytesIO(content), Origin("mail", file))
        for record in READER.parse(document.content, document.origin)
    ]
    return record


@pytest.mark.parametrize(
    "written",
    [
        "Mon, 02 Mar 2026 10:00:00 CET",
        "Mon, 02 Mar 2026 10:00:00 GMT+0100",
        "Mon, 02 Mar 2026 10:00:00 UTC+1",
        "Mon 02 Mar, 2026 10:00:00 +0100",
        "Mon, 02 Mar 2026 09:00:00",
        "=?utf-8?q?Mon=2C_02_Mar_2026_10=3A00=3A00_+0100?=",
        "lun., 2 mars 2026 10:00:00 +0100",
        "lundi 2 mars 2026 à 10h00 +0100",
        "2026-03-02T10:00:00+0100",
        "2026-03-02 10:00:00 +0100",
        "02/03/2026 09:00:00",
        "3/2/2026 9:00:00 AM",
        "1772442000",
    ],
)
def test_a_date_is_read_as_programs_write_it(written):
    assert instant(written) == NINE


@pytest.mark.parametrize(
    "written", ["", "hier", "Mon, 02 Mar 3609 10:00:00 +0100", "0"]
)
def test_what_is_no_date_or_cannot_be_meant_is_none(written):
    assert instant(written) is None


@pytest.mark.parametrize(
    "header",
    [
        "X-Received: by 192.0.2.1 with SMTP id x;\r\n Mon, 02 Mar 2026 01:00:00 -0800 (PST)",
        "Delivery-date: Mon, 02 Mar 2026 10:00:00 +0100",
        "Resent-Date: Mon, 02 Mar 2026 10:00:00 +0100",
        "X-OriginalArrivalTime: 02 Mar 2026 09:00:00.0000 (UTC) FILETIME=[0:0]",
        "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; t=1772442000; b=x",
        "Message-ID: <20260302090000.GA1234@example.org>",
        "Message-ID: <69A55190.9030506@example.org>",
    ],
)
def test_without_a_date_what_servers_and_programs_stamped_tells(header):
    assert outcome(a_mail("Bonjour", header, dated="")).occurred_at == NINE


def test_a_maildir_name_tells_when_a_message_without_date_arrived():
    content = a_mail("Bonjour", dated="")

    told = outcome(content, "inbox/cur/1772442000.M1P2.host:2,S")

    assert told.occurred_at == NINE
    assert outcome(content, "1772442000.eml").reason == "no_date"


@pytest.mark.parametrize("given", ["Message-ID: <20269902090000@x>", "Date: demain"])
def test_a_time_that_is_none_is_not_made_up(given):
    assert outcome(a_mail("Bonjour", given, dated="")).reason == "no_date"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + a_mail(), id="a byte order mark"),
        pytest.param(a_mail().decode().encode("utf-16"), id="UTF-16"),
        pytest.param(
            b"%d\n" % len(a_mail()) + a_mail() + b'<?xml version="1.0"?><plist/>',
            id="Apple Mail's emlx",
        ),
        pytest.param(b"\r\n\r\n" + a_mail(), id="blank lines before"),
        pytest.param(a_mail().replace(b"\r\n", b"\r"), id="old line ends"),
    ],
)
def test_what_stands_around_a_message_is_no_part_of_it(content):
    assert outcome(content).text == "Ma box est en panne."


@pytest.mark.parametrize(
    ("words", "between"),
    [("Réseau coupé depuis hier !", ""), ("Réseau coupé hier soir", "\r\n")],
    ids=["after padding", "after a blank line"],
)
def test_a_footer_under_an_encoded_text_is_not_decoded(words, between):
    coded = b64encode(words.encode()).decode()
    footer = "_______\r\nList footer added in clear\r\n"

    mail = outcome(
        a_mail(
            f"{coded}\r\n{between}{footer}",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
        )
    )

    assert mail.text == words


INVITATION = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Technicien\r\n"
    "DESCRIPTION;LANGUAGE=fr:Le technicien passe\\nlundi\\, entre\r\n  9 h et 10 h\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_an_invitation_says_its_description():
    mail = outcome(a_mail(INVITATION, "Content-Type: text/calendar; method=REQUEST"))

    assert mail.text == "Le technicien passe\nlundi, entre 9 h et 10 h"


def test_an_answer_to_an_invitation_is_found_however_deep_it_stands():
    body = (
        "--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
        "--i\r\nContent-Type: text/plain\r\n\r\nok\r\n"
        "--i\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\n"
        "--i--\r\n--o--\r\n"
    )

    mail = outcome(a_mail(body, "Content-Type: multipart/mixed; boundary=o"))

    assert mail.reason == "calendar_answer"


def test_a_signed_text_has_its_dashes_back():
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
        "Ma box est en panne.\n- -- \nLéa\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n"
    )

    mail = outcome(a_mail(signed, "Content-Type: text/plain; charset=utf-8"))

    assert mail.text == "Ma box est en panne."


def test_rich_text_is_no_text():
    mail = outcome(a_mail("{\\rtf1 Bonjour}", "Content-Type: text/rtf"))

    assert (mail.text, mail.attributes) == (None, {"attachment_count": "1"})


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        ("postmaster@example.it", "Impossibile recapitare: Fattura"),
        ("postmaster@example.pt", "Não é possível entregar: Fatura"),
        ("postmaster@example.nl", "Onbestelbaar: Factuur"),
        ("postmaster@example.pl", "Niedostarczone: Faktura"),
        (f"MicrosoftExchange{'0a' * 16}@example.org", "Non remis : Facture"),
    ],
)
def test_a_bounce_is_one_in_every_language(sender, subject):
    mail = outcome(a_mail("550 5.1.1", sender=sender, subject=subject))

    assert mail.reason == "bounce"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Delivery failure notification", "Your message with Subject: Facture\ncould not be"
         " delivered to the following recipients:\n\nsav@company.example"),
        ("RE: Facture : non remis (delivery failed)", "*******************\nVotre message n'a"
         " pas pu etre delivre a\nsav@company.example"),
        ("Mail delivery failed: returning message to sender",
         "This message was created automatically by mail delivery software."),
        ("Non-Delivery: Facture", "--- Non-Delivery Report ---\nThe email below"),
        ("Mail Delivery Warning", "This is an advisory-only email.  Please do not reply.\n\n"
         "Delivery of email to this address\n\n\"sav@company.example\"\n\nhas been postponed"),
        ("Échec de la remise", "La remise aux destinataires suivants a échoué :\na@b.example"),
    ],
)  # fmt: skip
def test_a_bounce_is_told_by_what_the_machine_says_first(subject, body):
    mail = outcome(a_mail(body, sender="ndr@mail.example", subject=subject))

    assert mail.reason == "bounce"


@pytest.mark.parametrize(
    "body",
    [
        "Bonjour, je reçois ceci : votre message n'a pas pu être remis.",
        "La livraison de mon colis a échoué, que faire ?",
    ],
)
def test_a_customer_who_tells_of_a_failure_is_heard(body):
    mail = outcome(a_mail(body, subject="Échec de la livraison"))

    assert isinstance(mail, Interaction)


@pytest.mark.parametrize(
    ("header", "sender"),
    [
        ("Return-Path: <MAILER-DAEMON@mail.example>", "Postmaster <>"),
        ("Precedence: bulk", "MDaemon@mail.example"),
        ("X-Sender: x", "Postmaster <>"),
    ],
)
def test_a_mail_server_s_own_name_tells_a_bounce(header, sender):
    mail = outcome(
        a_mail("x", header, sender=sender, subject="Undeliverable: a@b.example")
    )

    assert mail.reason == "bounce"


@pytest.mark.parametrize(
    "subject",
    [
        "Message automatique : Facture",
        "[Auto-Reply] Facture",
        "[AUTO GENERATED] Ticket 12",
        "Out of office: Facture",
        "Absence du bureau : Facture",
        "Automatyczna odpowiedź: Faktura",
        "Automatiskt svar: Faktura",
        "Automatická odpověď: Faktura",
        "Automatikus válasz: számla",
        "Otomatik Yanıt: fatura",
        "Автоответ: счёт",
        "自动答复: 发票",
    ],
)
def test_an_automatic_reply_is_one_in_every_language(subject):
    assert outcome(a_mail("…", subject=subject)).reason == "auto_reply"


@pytest.mark.parametrize(
    "body",
    [
        "Bonjour, ceci est une réponse automatique. Je reviens lundi.",
        "Ceci est un message automatique, merci de ne pas y répondre.",
        "Hello Lea,\n\nThis is an automated response.",
        "*** Ce courriel a été envoyé automatiquement ***",
    ],
)
def test_what_says_first_that_a_machine_wrote_it_is_an_automatic_reply(body):
    assert outcome(a_mail(body, subject="Re: Facture")).reason == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Accusé de réception : Facture", "Nous avons bien reçu votre message. Merci de ne"
         " pas répondre à ce courriel."),
        ("We have received your request", "Ticket 12.\nThis is an automated message."),
        ("Indisponible Re: Facture", "Je suis actuellement indisponible."),
        ("Vacances Re: Facture", "Je suis en vacances jusqu'au 12."),
    ],
)  # fmt: skip
def test_an_acknowledgement_or_absence_that_says_so_is_an_automatic_reply(
    subject, body
):
    assert outcome(a_mail(body, subject=subject)).reason == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Accusé de réception manquant", "Je n'ai pas d'accusé pour ma résiliation."),
        ("Vacances", "Je suis en vacances et la box est éteinte."),
        ("Message automatique reçu à tort", "Votre message ne répond à rien."),
        ("Re: [Auto-Reply] Facture", "J'attends toujours."),
        ("Indisponible depuis lundi", "La ligne est indisponible."),
    ],
)
def test_a_customer_s_mail_with_such_a_subject_stays(subject, body):
    assert isinstance(outcome(a_mail(body, subject=subject)), Interaction)


@pytest.mark.parametrize(
    "body",
    [
        "J'ai reçu : « ceci est un message automatique ». Personne ne répond !",
        "Votre réponse automatique ne m'aide pas.",
    ],
)
def test_a_customer_who_tells_of_a_machine_is_heard(body):
    assert isinstance(outcome(a_mail(body, subject="Re: Facture")), Interaction)


def test_a_receipt_without_its_report_is_told_by_what_it_says():
    body = "Votre message\n  À : SAV\n  Objet : Facture\na été lu le lundi 2 mars 2026."

    assert outcome(a_mail(body, subject="Lu : Facture")).reason == "read_receipt"
    shown = (
        "Ceci est un accusé de réception pour le message envoyé à sav@company.example."
    )
    mail = outcome(a_mail(shown, subject="Accusé de lecture (affiché) - Facture"))
    assert mail.reason == "read_receipt"
    assert isinstance(
        outcome(a_mail("On m'a lu.", subject="Lu : Facture")), Interaction
    )


# ---- signed in one piece -------------------------------------------------------------

SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")
LETTER = (
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"R=C3=A9siliez mon contrat.\r\n\r\n-- \r\nL=C3=A9a\r\n"
)


def of_length(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 0x80 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def without_length(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x80]) + content + b"\0\0"


def in_one(content: bytes) -> bytes:
    return of_length(0x04, content)


def in_pieces(content: bytes) -> bytes:
    cut = [content[i : i + 40] for i in range(0, len(content), 40)]
    return without_length(0x24, b"".join(of_length(0x04, piece) for piece in cut))


def signed(wrap, held: bytes) -> bytes:
    """What a program that signs in one piece writes, as far as the content."""
    within = wrap(0x30, DATA + wrap(0xA0, held))
    version, algorithms = b"\x02\x01\x01", b"\x31\x00"
    signers = of_length(0x31, b"\x02\x01\x07")
    data = wrap(0x30, version + algorithms + within + signers)
    return wrap(0x30, SIGNED_DATA + wrap(0xA0, data))


def a_sealed_mail(sealed: bytes, kind: str = "signed-data") -> bytes:
    return a_mail(
        b64encode(sealed),
        f'Content-Type: application/pkcs7-mime; smime-type={kind}; name="smime.p7m"',
        "Content-Transfer-Encoding: base64",
    )


@pytest.mark.parametrize("wrap", [of_length, without_length])
@pytest.mark.parametrize("hold", [in_one, in_pieces])
def test_a_letter_signed_in_one_piece_is_read(wrap, hold):
    found = outcome(a_sealed_mail(signed(wrap, hold(LETTER))))

    assert found.text == "Résiliez mon contrat."
    assert found.attributes == {}


def test_parts_within_a_signature_are_read_like_others():
    parts = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        + LETTER
        + b"\r\n--b\r\nContent-Type: image/png\r\n"
        b"Content-Disposition: attachment; filename=a.png\r\n\r\nx\r\n--b--\r\n"
    )
    found = outcome(a_sealed_mail(signed(of_length, in_one(parts))))

    assert found.text == "Résiliez mon contrat."
    assert found.attributes == {"attachment_count": "1"}


@pytest.mark.parametrize(
    "sealed",
    [
        b"",
        b"no signature",
        signed(of_length, in_one(LETTER))[:40],
        signed(of_length, b""),
        of_length(0x30, bytes.fromhex("06092a864886f70d010703") + b"\xa0\x00"),
        b"\x30\xff" + b"\xff" * 200,
    ],
)
def test_a_signature_that_holds_no_letter_is_an_attachment(sealed):
    found = outcome(a_sealed_mail(sealed))

    assert found.text is None
    assert found.attributes == {"attachment_count": "1"}


def test_what_is_sealed_against_reading_stays_so():
    sealed = signed(of_length, in_one(LETTER))
    found = outcome(a_sealed_mail(sealed, "enveloped-data"))

    assert (found.text, found.attributes) == (None, {"encrypted": "true"})
