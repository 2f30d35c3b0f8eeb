"""Delivery, against a real SMTP server on loopback."""

import json
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from report import delivery
from report.delivery import (
    DeliveryError,
    IncompleteWeekError,
    Outcome,
    Targets,
    deliver,
)
from tests.unit.report.companies import WEEK, a_group, in_week, weeks_like

GROUPS = [*weeks_like(a_group(50), weeks=3), *in_week(WEEK, a_group(50))]


class Inbox:
    """Keeps what arrives; refuses while it is told to."""

    def __init__(self):
        self.messages = []
        self.is_refusing = False
        self.knows = True

    async def handle_RCPT(self, server, session, envelope, address, options):
        if not self.knows:
            name = address.partition("@")[0]
            return f"550 5.1.1 <{address.upper()}>: no mailbox {name} here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.is_refusing:
            return "451 try later"
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


def a_free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def inbox():
    inbox = Inbox()
    inbox.port = a_free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    yield inbox
    controller.stop()


@pytest.fixture
def files(tmp_path):
    pdf, page = tmp_path / "2026-W10-fr.pdf", tmp_path / "2026-W10-fr.html"
    pdf.write_bytes(b"%PDF-1.7 report")
    page.write_text("<p>report</p>", encoding="utf-8")
    return [page, pdf]


@pytest.fixture
def send(facts_of, inbox, files, tmp_path):
    """Delivers the week's report by e-mail, unless other targets are given."""

    def of(facts=None, **targets):
        given = targets or {"email_to": "cx@ondine.example, dir@ondine.example"}
        return deliver(
            facts or facts_of(*GROUPS),
            files,
            Targets(smtp_host="127.0.0.1", smtp_port=inbox.port, **given),
            language="fr",
            folder=tmp_path / "reports",
        )

    return of


def test_each_address_gets_the_first_page_in_words_and_the_pdf(send, inbox):
    outcomes = send()

    assert [o.state for o in outcomes] == ["sent", "sent"]
    assert [m["To"] for m in inbox.messages] == [
        "cx@ondine.example",
        "dir@ondine.example",
    ]
    message = inbox.messages[0]
    assert message["Subject"] == "Ondine – rapport hebdomadaire 2026-W10"
    assert message.get_body().get_content().startswith("50 contacts")
    [attached] = message.iter_attachments()
    assert attached.get_filename() == "2026-W10-fr.pdf"
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == b"%PDF-1.7 report"


@pytest.fixture
def own_certificate(tmp_path):
    """A certificate for this machine that no authority has signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, SHA256())
    )
    file = tmp_path / "own.pem"
    file.write_bytes(
        certificate.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return file


def test_a_server_under_tls_has_to_prove_who_it_is(
    send, inbox, own_certificate, monkeypatch
):
    inbox.port = a_free_port()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate)
    controller = Controller(
        inbox, hostname="127.0.0.1", port=inbox.port, tls_context=context
    )
    controller.start()
    try:
        with pytest.raises(DeliveryError, match="certificate verify failed"):
            send(email_to="cx@ondine.example", smtp_starttls=True)
        assert inbox.messages == []

        # As a company says that it trusts its own authority.
        monkeypatch.setenv("SSL_CERT_FILE", str(own_certificate))
        send(email_to="cx@ondine.example", smtp_starttls=True)
        assert len(inbox.messages) == 1
    finally:
        controller.stop()


def test_a_run_again_sends_nothing_twice(send, inbox):
    send()

    assert [o.state for o in send()] == ["sent before", "sent before"]
    assert len(inbox.messages) == 2


def test_who_is_added_later_gets_it_and_nobody_else(send, inbox):
    send(email_to="cx@ondine.example")
    send(email_to="cx@ondine.example,new@ondine.example")

    assert [m["To"] for m in inbox.messages] == [
        "cx@ondine.example",
        "new@ondine.example",
    ]


def test_a_server_that_refuses_is_named_and_tried_again_by_the_next_run(send, inbox):
    inbox.is_refusing = True
    with pytest.raises(DeliveryError, match="451"):
        send()
    inbox.is_refusing = False

    assert [o.state for o in send()] == ["sent", "sent"]


def test_a_server_that_knows_nobody_is_quoted_without_the_address(send, inbox):
    inbox.knows = False

    with pytest.raises(DeliveryError) as failed:
        send(email_to="lea.martin@ondine.example")

    assert "550 5.1.1 <<address>>: no mailbox <address> here" in str(failed.value)
    assert "lea" not in str(failed.value).lower()
    assert "ondine" not in str(failed.value).lower()


def test_a_refused_sender_is_quoted_without_the_address(send, inbox):
    async def refuse(server, session, envelope, address, options):
        return f"553 {address} may not send"

    inbox.handle_MAIL = refuse
    with pytest.raises(DeliveryError, match="553 <address> may not send"):
        send(email_to="cx@ondine.example", email_from="robot@ondine.example")


# Apprise's own import of a module that will go.
quiet_apprise = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")


@quiet_apprise
def test_an_apprise_target_gets_the_first_page(send):
    posted = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            posted.append(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        [outcome] = send(apprise=f"json://127.0.0.1:{server.server_port}")
        server.shutdown()
        serving.join()

    assert outcome.state == "sent"
    assert posted[0]["title"] == "Ondine – rapport hebdomadaire 2026-W10"
    assert posted[0]["message"].startswith("50 contacts")


@quiet_apprise
def test_one_target_that_fails_does_not_keep_the_report_from_the_others(send, tmp_path):
    folder = tmp_path / "shared"
    with pytest.raises(DeliveryError, match="apprise"):
        send(apprise="nonsense://", folder=folder)

    assert {p.name for p in folder.iterdir()} == {"2026-W10-fr.pdf", "2026-W10-fr.html"}


@pytest.mark.parametrize("kept", [1, 40])
def test_a_note_cut_off_with_the_power_counts_as_not_written(send, tmp_path, kept):
    folder = tmp_path / "shared"
    send(folder=folder)
    record = next(tmp_path.rglob(delivery.RECORD))
    *before, last = record.read_text("utf-8").splitlines(keepends=True)
    record.write_text("".join(before) + last[:kept], "utf-8")

    with pytest.raises(DeliveryError, match="interrupted while sending"):
        send(folder=folder)

    # Told to send again, it is noted on a line of its own.
    record.write_text(last[:kept], "utf-8")
    assert {one.state for one in send(folder=folder)} == {"sent"}
    assert {one.state for one in send(folder=folder)} == {"sent before"}


def test_an_interrupted_sending_is_said_and_not_guessed(send, tmp_path, monkeypatch):
    facts_folder = tmp_path / "reports"

    def pulled_plug(self, parcel):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(delivery.smtplib.SMTP, "send_message", pulled_plug)
        with pytest.raises(KeyboardInterrupt):
            send(email_to="cx@ondine.example")

    with pytest.raises(DeliveryError, match="interrupted while sending"):
        send(email_to="cx@ondine.example")
    assert "sending" in (facts_folder / delivery.RECORD).read_text()


def test_an_incomplete_week_is_not_sent_but_announced_once(send, facts_of, inbox):
    facts = facts_of(*GROUPS, sources=("messaging", "telephony"), silent=("telephony",))
    for _ in range(2):
        with pytest.raises(IncompleteWeekError, match="telephony"):
            send(facts, email_to="cx@ondine.example")

    [notice] = inbox.messages
    assert "pas de rapport 2026-W10" in notice["Subject"]
    assert "Rien reçu de telephony" in notice.get_body().get_content()
    assert not list(notice.iter_attachments())


def test_the_report_follows_its_notice_when_the_data_have_come(send, facts_of, inbox):
    with pytest.raises(IncompleteWeekError):
        send(facts_of(*GROUPS, as_of=WEEK), email_to="cx@ondine.example")
    [outcome] = send(facts_of(*GROUPS), email_to="cx@ondine.example")

    assert (outcome.kind, outcome.state) == ("report", "sent")
    assert len(inbox.messages) == 2


def test_a_folder_s_notice_goes_when_the_report_comes(send, facts_of, tmp_path):
    folder = tmp_path / "shared"
    with pytest.raises(IncompleteWeekError):
        send(facts_of(*GROUPS, as_of=WEEK), folder=folder)
    assert [p.name for p in folder.iterdir()] == ["2026-W10-notice.txt"]

    send(facts_of(*GROUPS), folder=folder)

    assert "2026-W10-notice.txt" not in {p.name for p in folder.iterdir()}


def test_the_record_holds_no_address(send, tmp_path):
    [first, second] = send()

    record = (tmp_path / "reports" / delivery.RECORD).read_text()
    assert "ondine.example" not in record
    assert {json.loads(line)["target"] for line in record.splitlines()} == {
        first.target,
        second.target,
    }
    assert isinstance(first, Outcome)


def test_nowhere_to_deliver_to_is_a_fault(facts_of, files, tmp_path):
    with pytest.raises(DeliveryError, match="VERBATIM_DELIVERY_EMAIL_TO"):
        deliver(facts_of(*GROUPS), files, Targets(), language="fr", folder=tmp_path)
