import mailbox
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources.mail import READER, parse, split
from jobs.sources.records import (
    Company,
    Excluded,
    Handle,
    Interaction,
    Origin,
    Rejected,
)

ORIGIN = Origin("mail", "a.eml", company=Company(frozenset({"telco.example"})))
DATE = "Mon, 05 Jan 2026 10:00:00 +0100"
AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def a_mail(body="Bonjour, ma box est en panne.", /, **changes):
    """A message with every usual header; None leaves one out, a list repeats it."""
    headers = {
        "Return_Path": "<lea@mail.example>",
        "Message_ID": "<m1@mail.example>",
        "Date": DATE,
        "From": "=?UTF-8?Q?L=C3=A9a_Martin?= <lea@mail.example>",
        "To": "sav@telco.example",
        "Subject": "Panne",
        "Content_Type": "text/plain; charset=utf-8",
    } | changes
    lines = [
        f"{name.replace('_', '-')}: {value}".encode("utf-8", "surrogateescape")
        for name, values in headers.items()
        if values is not None
        for value in (values if isinstance(values, list) else [values])
    ]
    content = body if isinstance(body, bytes) else body.encode()
    return b"\r\n".join([*lines, b"", content])


def read(content, origin=ORIGIN):
    [outcome] = parse(content, origin)
    return outcome


def text_of(*arguments, **changes):
    return read(a_mail(*arguments, **changes)).text


def multipart(kind, *parts):
    """The changes that make a message of these parts: (headers, body) each."""
    body = b"".join(
        b"--b\r\n" + head.encode() + b"\r\n\r\n" + (c if isinstance(c, bytes) else c.encode())
        + b"\r\n"
        for head, c in parts
    )  # fmt: skip
    return body + b"--b--\r\n", f'multipart/{kind}; boundary="b"'


def from_parts(kind, *parts, **changes):
    body, content_type = multipart(kind, *parts)
    return read(a_mail(body, Content_Type=content_type, **changes))


PLAIN, HTML = "Content-Type: text/plain; charset=utf-8", "Content-Type: text/html"


# ---- one message ---------------------------------------------------------------------


def test_a_customer_s_mail_is_an_inbound_interaction():
    assert read(a_mail()) == Interaction(
        native_id="m1@mail.example",
        conversation_native_id="m1@mail.example",
        channel="email",
        direction="inbound",
        initiation="inbound",
        occurred_at=AT,
        source_updated_at=AT,
        origin=ORIGIN,
        visibility="private",
        handles=(Handle("email", "lea@mail.example"),),
        outcome="delivered",
        subject="Panne",
        text="Bonjour, ma box est en panne.",
        text_origin="typed",
        names=("Léa Martin",),
    )


@pytest.mark.parametrize("domain", ["telco.example", "mail.TELCO.example"])
def test_the_company_and_its_subdomains_are_outbound_to_the_customers(domain):
    answer = read(
        a_mail(
            From=f"Paul Roux <paul@{domain}>",
            To="Léa <lea@mail.example>, sav@telco.example",
            Cc="max@mail.example",
        )
    )
    assert answer.direction == "outbound"
    assert [handle.value for handle in answer.handles] == [
        "lea@mail.example",
        "max@mail.example",
    ]
    assert answer.names == ("Paul Roux", "Léa")


def test_a_domain_that_only_ends_alike_is_a_customer_s():
    assert read(a_mail(From="a@nottelco.example")).direction == "inbound"


def test_mail_from_colleague_to_colleague_is_excluded():
    outcome = read(a_mail(From="paul@telco.example", Cc="zoe@it.telco.example"))
    assert outcome == Excluded("internal", ORIGIN)


def test_a_form_s_notification_is_the_customer_s_who_typed_it():
    outcome = read(
        a_mail(
            "Nom : Léa\nE-mail : lea@mail.example\nMessage :\nMa box est en panne.\n"
            "\n-- \nCet e-mail a été envoyé par le formulaire de telco.example",
            From="Telco <wordpress@telco.example>",
            Reply_To="Léa Martin <lea@mail.example>",
            Auto_Submitted="auto-generated",
        )
    )
    assert (outcome.channel, outcome.direction) == ("web_form", "inbound")
    assert outcome.handles == (Handle("email", "lea@mail.example"),)
    assert outcome.text == "Ma box est en panne."


@pytest.mark.parametrize(
    "kept",
    [
        {"X_MailFrom": "lea@mail.example"},
        {"Reply_To": "Léa Martin <lea@mail.example>", "Cc": "lea@mail.example"},
    ],
)
def test_a_list_s_own_address_hides_no_customer(kept):
    mail = read(a_mail(From="Léa Martin via SAV <sav@telco.example>", **kept))

    assert (mail.direction, mail.channel) == ("inbound", "email")
    assert mail.handles == (Handle("email", "lea@mail.example"),)
    assert mail.names == ("Léa Martin",)


def test_the_sender_that_a_mailing_group_replaced_is_the_customer():
    outcome = read(
        a_mail(
            From="'Léa Martin' via SAV <sav@telco.example>",
            X_Original_From="Léa Martin <lea@mail.example>",
            Precedence="list",
            List_Unsubscribe="<mailto:group@telco.example>",
        )
    )
    assert outcome.handles == (Handle("email", "lea@mail.example"),)
    assert outcome.direction == "inbound"


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("=?iso-8859-1?Q?Martin,=20L=E9a?= <lea@mail.example>", "Martin, Léa"),
        ("=?utf-8?Q?L=C3=A9a_(Martin)?= <lea@mail.example>", "Léa (Martin)"),
        ("Lea Martin lea@mail.example", "Lea Martin"),
        ("Lea Martin [mailto:lea@mail.example]", "Lea Martin"),
        ("lea@mail.example [mailto:lea@mail.example]", None),
        ("Lea Martin lea@mail.example <lea@mail.example>", "Lea Martin"),
        ("sent by lea@mail.example", None),
    ],
)
def test_a_name_is_known_however_it_stands_beside_its_address(sender, name):
    mail = read(a_mail(From=sender))

    assert mail.handles == (Handle("email", "lea@mail.example"),)
    assert mail.names == (() if name is None else (name,))


def test_a_list_that_was_encoded_whole_keeps_its_addresses():
    mail = read(
        a_mail(From="sav@telco.example", To="=?utf-8?Q?Zo=C3=A9_<z@x.example>?=")
    )

    assert mail.handles == (Handle("email", "z@x.example"),)


def test_team_names_are_not_masked_as_people():
    assert read(a_mail(To="Service client <sav@telco.example>")).names == (
        "Léa Martin",
    )


# ---- identity, thread and time -------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "conversation"),
    [
        ({"References": "<a@x> <b@x>", "In_Reply_To": "<b@x>"}, "a@x"),
        ({"References": "\r\n <a@x>\r\n\t<b@x>"}, "a@x"),
        ({"In_Reply_To": "Message du 4 janvier <b@x>"}, "b@x"),
        ({"In_Reply_To": "b@x"}, "b@x"),
        (
            {"References": "<>", "In_Reply_To": "votre message d'hier"},
            "m1@mail.example",
        ),
    ],
)
def test_the_conversation_is_the_oldest_message_named(changes, conversation):
    assert read(a_mail(**changes)).conversation_native_id == conversation


def test_a_message_without_id_is_known_by_its_bytes_in_a_file_and_in_a_mailbox():
    content = a_mail(Message_ID=None)
    expected = sha256(content.replace(b"\r\n", b"\n")).hexdigest()[:24]
    assert read(content).native_id == f"sha256-{expected}"
    boxed = b"From lea Mon Jan  5 09:00:00 2026\n" + content + b"\n\n"
    assert read(boxed).native_id == f"sha256-{expected}"


@pytest.mark.parametrize(
    "date", [None, "", "lundi matin", "Mon, 99 Foo 2026 10:00", "0"]
)
def test_without_a_readable_date_the_last_hop_s_counts(date):
    received = [
        "from a by b; Mon, 05 Jan 2026 10:00:00 +0100",
        "from c by a; Sun, 04 Jan 2026 10:00:00 +0100",
    ]
    assert read(a_mail(Date=date, Received=received)).occurred_at == AT


def test_without_any_header_s_date_the_mailbox_separator_s_counts():
    boxed = b"From lea@mail.example  Mon Jan  5 09:00:00 2026\n" + a_mail(Date=None)
    assert read(boxed).occurred_at == AT


def test_a_message_without_any_date_is_refused():
    outcome = read(a_mail(Date="hier"))
    assert (type(outcome), outcome.reason) == (Rejected, "no_date")
    assert "Date is 'hier'" in outcome.message
    assert outcome.excerpt.startswith("Return-Path")


def test_a_message_without_sender_is_kept_for_its_words():
    assert read(a_mail(From=None)).handles == ()
    assert read(a_mail("", From=None)).reason == "no_sender"


def test_what_is_no_mail_is_refused_with_what_was_found():
    outcome = read(b"id;name\n1;2\n")
    assert outcome.reason == "not_a_mail"
    assert outcome.excerpt == "id;name\n1;2\n"


# ---- encodings -----------------------------------------------------------------------

WORDS = "Ma box clignote, où êtes-vous ? C'est l'été — 12 €."


CHARSETS = (
    ("utf-8", "utf-8"),
    ("windows-1252", "windows-1252"),
    ("iso-8859-1", "windows-1252"),
    ("us-ascii", "windows-1252"),
    ("utf-8", "windows-1252"),
    ("iso-8859-1", "utf-8"),
    ("x-unknown", "utf-8"),
    ("x-unknown", "windows-1252"),
    ("us-ascii", "mac-roman"),
    ("utf-16", "utf-16"),
)
"""What a message says it is written in, and what it is."""


@pytest.mark.parametrize(
    ("declared", "real", "transfer"),
    [
        (declared, real, transfer)
        for declared, real in CHARSETS
        for transfer in ("8bit", "quoted-printable", "base64", "8bits")
        # A NUL byte needs a transfer encoding.
        if real != "utf-16" or transfer in ("quoted-printable", "base64")
    ],
)
def test_words_survive_a_wrongly_declared_charset(declared, real, transfer):
    data = WORDS.encode(real)
    if transfer == "quoted-printable":
        data = "".join(f"={byte:02X}" for byte in data).encode()
    elif transfer == "base64":
        data = b64encode(data)
    changes = {"Content_Type": f'text/plain; charset="{declared}"'}
    assert text_of(data, Content_Transfer_Encoding=transfer, **changes) == WORDS


def test_other_scripts_are_read_by_what_is_declared():
    data = "これはテストです".encode("shift_jis")
    assert (
        text_of(data, Content_Type="text/plain; charset=Shift_JIS")
        == "これはテストです"
    )


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("=?UTF-8?Q?Facture_n=C2=B0_12?=", "Facture n° 12"),
        ("=?utf-8?b?RsOp?=\r\n =?utf-8?b?dsOpZQ==?=", "Févée"),
        ("=?UTF-8?Q?caf=C3?= =?UTF-8?Q?=A9?= noir", "café noir"),
        ("=?iso-8859-1?q?d=E9j=E0?= vu", "déjà vu"),
        ("Réclamation", "Réclamation"),
        ("R\udce9clamation", "Réclamation"),
        ("=?x-unknown?q?a?=", "a"),
        ("TR: RE:  Panne", "TR: RE: Panne"),
        ("", None),
    ],
)
def test_subjects_are_decoded(raw, subject):
    assert read(a_mail(Subject=raw)).subject == subject


def test_base64_that_is_not_is_taken_as_it_stands():
    assert text_of("Ma box est en panne.", Content_Transfer_Encoding="base64") == (
        "Ma box est en panne."
    )


def test_flowed_lines_are_joined():
    flowed = "Ma box est en \r\npanne.\r\n-- \r\nLéa"
    assert text_of(flowed, Content_Type="text/plain; charset=utf-8; format=flowed") == (
        "Ma box est en panne."
    )


def test_an_uuencoded_file_in_the_text_is_an_attachment():
    outcome = read(a_mail("Voici.\nbegin 644 a.txt\n#0V%T\n`\nend\nMerci."))
    assert outcome.text == "Voici.\nMerci."
    assert outcome.attributes == {"attachment_count": "1"}


# ---- parts ---------------------------------------------------------------------------


def test_plain_text_is_chosen_before_html():
    assert (
        from_parts("alternative", (PLAIN, "simple"), (HTML, "<p>riche")).text
        == "simple"
    )


@pytest.mark.parametrize("stub", ["", " \n", "Votre messagerie n'affiche pas le HTML."])
def test_html_is_chosen_where_plain_text_says_nothing(stub):
    outcome = from_parts("alternative", (PLAIN, stub), (HTML, "<p>riche<p>deux"))
    assert outcome.text == "riche\n\ndeux"


def test_html_only_becomes_text_without_its_quotes():
    html = "<p>Oui.</p><blockquote type=cite>Avez-vous essayé ?</blockquote>"
    assert text_of(html, Content_Type="text/html; charset=utf-8") == "Oui."


def test_attachments_are_counted_and_not_read():
    outcome = from_parts(
        "mixed",
        (PLAIN, "Voir la photo."),
        ('Content-Type: text/plain; name="log.txt"', "journal"),
        ("Content-Type: image/png\r\nContent-Disposition: attachment", "x"),
    )
    assert outcome.text == "Voir la photo."
    assert outcome.attributes == {"attachment_count": "2"}


def test_a_forwarded_message_is_not_the_sender_s_words():
    inner = ("Content-Type: message/rfc822", b"From: a@b.example\r\n\r\nancien")
    assert from_parts("mixed", (PLAIN, ""), inner).text is None
    outcome = from_parts("mixed", (PLAIN, "Regardez."), inner)
    assert (outcome.text, outcome.attributes) == ("Regardez.", {"forwarded": "true"})


def test_a_subject_with_tr_is_a_forward():
    assert read(a_mail(Subject="TR : facture")).attributes == {"forwarded": "true"}


def test_the_signed_part_is_read():
    signature = ("Content-Type: application/pgp-signature; name=s.asc", "xyz")
    outcome = from_parts("signed", (PLAIN, "Résiliez."), signature)
    assert (outcome.text, outcome.attributes) == ("Résiliez.", {})


def test_encrypted_mail_is_an_interaction_without_words():
    outcome = read(
        a_mail("MIAG", Content_Type="application/pkcs7-mime; smime-type=enveloped-data")
    )
    assert (outcome.text, outcome.attributes) == (None, {"encrypted": "true"})


def test_parts_between_another_boundary_than_declared_are_found():
    body, _ = multipart("mixed", (PLAIN, "Résiliez."))
    assert text_of(body, Content_Type="multipart/mixed; boundary=zzz") == "Résiliez."


def test_the_first_part_below_a_line_of_blanks_is_no_header():
    head, _, _ = a_mail(
        Content_Type="multipart/mixed; boundary=b", Subject=""
    ).partition(b"\r\n\r\n")
    outcome = read(
        head + b"\r\n \r\n--b\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n--b--\r\n"
    )
    assert outcome.subject is None
    assert outcome.text == "Bonjour"


def test_headers_that_lost_their_folding_are_mended():
    content = a_mail(Received="from a\r\nby b with SMTP; " + DATE, Return_Path=None)
    assert read(content).native_id == "m1@mail.example"


def test_an_address_that_lost_its_folding_is_no_text():
    mail = read(a_mail(Cc="Zoe <zoe@\r\nx.example>"))

    assert mail.text == "Bonjour, ma box est en panne."


# ---- what is no customer's voice -----------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (vacation)"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"Return_Path": "<>"},
        {"Subject": "Réponse automatique : Votre facture"},
        {"Subject": "=?utf-8?q?R=C3=A9ponse_automatique=C2=A0:_facture?="},
        {"Subject": "Automatic reply: your bill", "X_Auto_Response_Suppress": "All"},
        {"Subject": "Absence", "X_Auto_Response_Suppress": "All"},
        {"From": "autoreply@mail.example"},
    ],
)
def test_automatic_replies_are_excluded(changes):
    assert read(a_mail(**changes)) == Excluded("auto_reply", ORIGIN)


def test_an_absence_is_told_by_subject_and_body_together():
    body = "Je suis absente jusqu'au 12. De retour le 13."
    assert read(a_mail(body, Subject="Absence du bureau")).reason == "auto_reply"
    assert read(a_mail(Subject="Absence de réseau depuis lundi")).text


@pytest.mark.parametrize(
    "changes",
    [
        {"Auto_Submitted": "no"},
        {"X_Auto_Response_Suppress": "All"},
        {"Subject": "RE: Réponse automatique : Votre facture"},
        {"Subject": "Out of office for weeks, your technician?"},
        {"Subject": "Fwd: Undelivered Mail Returned to Sender"},
        {"Subject": "Échec de la livraison de mon colis"},
        {"Precedence": "list", "List_Unsubscribe": "<mailto:g@telco.example>"},
        {"Precedence": "bulk", "References": "<a@x>"},
        {"X_Spam_Flag": "YES"},
    ],
)
def test_a_person_s_mail_stays_whatever_it_resembles(changes):
    assert isinstance(read(a_mail(**changes)), Interaction)


@pytest.mark.parametrize(
    ("header", "attributes"),
    [
        ({"X_Spam_Flag": "YES"}, {"flagged_as_spam": "true"}),
        ({"X_Spam_Status": "Yes, score=8.3 required=5.0"}, {"flagged_as_spam": "true"}),
        ({"X_Spam_Status": "No, score=-0.1 required=5.0"}, {}),
    ],
)
def test_what_the_mail_server_thinks_is_told_and_decides_nothing(header, attributes):
    assert read(a_mail(**header)).attributes == attributes


@pytest.mark.parametrize(
    "changes",
    [
        {"From": "MAILER-DAEMON@mail.example"},
        {"From": "Mail Delivery System <x@y.example>", "X_Failed_Recipients": "a@b"},
        {"Return_Path": "<>", "Subject": "Undelivered Mail Returned to Sender"},
        {"From": "postmaster@mail.example", "Subject": "Non remis : facture"},
        {"From": "postmaster@mail.example", "Subject": "Échec de la remise"},
    ],
)
def test_bounces_are_excluded(changes):
    assert read(a_mail(**changes)) == Excluded("bounce", ORIGIN)


@pytest.mark.parametrize(
    ("report", "kind", "reason"),
    [
        ("delivery-status", "message/delivery-status", "bounce"),
        (
            "disposition-notification",
            "message/disposition-notification",
            "read_receipt",
        ),
        ("feedback-report", "message/feedback-report", "abuse_report"),
    ],
)
def test_reports_are_excluded_by_what_they_report(report, kind, reason):
    body, _ = multipart("report", (PLAIN, "x"), (f"Content-Type: {kind}", "a: b"))
    content_type = f"multipart/report; report-type={report}; boundary=b"
    assert read(a_mail(body, Content_Type=content_type)).reason == reason
    assert (
        read(a_mail(body, Content_Type="multipart/report; boundary=b")).reason == reason
    )


@pytest.mark.parametrize(
    "changes",
    [{"List_Unsubscribe": "<https://news.example/u>"}, {"Precedence": "bulk"}],
)
def test_advertising_is_excluded(changes):
    assert read(a_mail(**changes)) == Excluded("newsletter", ORIGIN)


@pytest.mark.parametrize(
    "changes",
    [
        {"List_Post": "<mailto:sav@lists.example>"},
        {"X_Mailing_List": "sav@lists.example"},
        {"Mailing_List": "list sav@lists.example; contact sav+owner@lists.example"},
    ],
)
def test_what_a_member_writes_to_a_discussion_list_is_no_advertising(changes):
    mail = a_mail(Precedence="bulk", List_Unsubscribe="<mailto:u@l.example>", **changes)
    assert isinstance(read(mail), Interaction)


def test_an_invitation_accepted_is_excluded():
    kind = "text/calendar; method=REPLY"
    assert (
        read(a_mail("BEGIN:VCALENDAR", Content_Type=kind)).reason == "calendar_answer"
    )


# ---- files ---------------------------------------------------------------------------


def documents(content):
    return list(split(BytesIO(content), ORIGIN))


SEPARATOR = b"From lea@mail.example Mon Jan  5 09:00:00 2026\n"


def test_a_file_that_is_no_mailbox_is_one_message():
    [document] = documents(a_mail())
    assert document.content == a_mail()
    assert document.origin.locator == "byte 0"


@pytest.mark.parametrize(
    "line",
    [
        b"From ",
        b"From lea@mail.example",
        b"From lea@mail.example lun. mars 2 09:00:00 2026",
        b"From - lun., 02 mars 2026 09:00:00",
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_mailbox_without_dates_in_its_separators_falls_into_its_messages(line, end):
    mails = [a_mail(Message_ID=f"<m{i}@x.example>") for i in range(3)]
    content = b"".join(line + end + mail + end + end for mail in mails)

    assert [document.content for document in documents(content)] == [
        line + end + mail + end + end for mail in mails
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"From now on:",
        b"From Paris\nDate: demain",
        b"From x\nTo: y\nSubject: z\nBonjour",
    ],
)
def test_a_line_of_a_body_that_begins_like_a_separator_stays_in_it(line):
    mail = b"From lea@mail.example\n" + a_mail(b"Bonjour\n\n" + line + b"\n\nMerci\n")

    assert [document.content for document in documents(mail)] == [mail]


def test_an_empty_file_holds_nothing():
    assert documents(b"") == documents(b"\n\n") == []


def test_a_mailbox_falls_into_its_messages_at_their_byte():
    first, second = SEPARATOR + a_mail() + b"\n\n", SEPARATOR + a_mail() + b"\n"
    assert [(d.content, d.origin.locator) for d in documents(first + second)] == [
        (first, "byte 0"),
        (second, f"byte {len(first)}"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"From here it went wrong.",
        b"From Mon Jan  5 09:00:00 2026 on it failed.",
        b">From " + SEPARATOR,
    ],
)
def test_a_line_of_the_body_that_begins_with_from_does_not_split(line):
    body = b"Bonjour,\n\n" + line + b"\nmerci."
    assert len(documents(SEPARATOR + a_mail(body))) == 1


def test_the_escape_before_from_is_taken_off():
    boxed = SEPARATOR + a_mail("Voici :\n>From Paris with love.\nFin.")
    assert read(boxed).text == "Voici :\nFrom Paris with love.\nFin."


def test_a_mail_file_may_begin_with_a_separator_without_date():
    assert read(b"From nobody\n" + a_mail()).native_id == "m1@mail.example"


# ---- properties ----------------------------------------------------------------------

TEMPLATES = [
    a_mail(),
    a_mail(multipart("alternative", (PLAIN, "a"), (HTML, "<p>b"))[0],
           Content_Type='multipart/alternative; boundary="b"'),
    a_mail("begin 644 x\nabc\nend\n> q", Content_Transfer_Encoding="x-uuencode"),
    a_mail("TWE=", Content_Transfer_Encoding="base64", References="<a@b> <"),
    SEPARATOR + a_mail("\n>From x", Subject="=?utf-8?b?w?= =?x?q?=?=", Date="Mon, 5"),
]  # fmt: skip
SNIPPETS = st.sampled_from(
    [b"\r\n", b"\n\n", b"=?", b"?=", b'"', b"<", b">", b"\x00", b"\xff\xe9", b"--b",
     b"Content-Type: multipart/mixed; boundary*0=b", b"; charset*=x''%", b":", b"=",
     b"multipart/report", b"message/rfc822", b"utf-7", b"hex", b"-9999", b"(", b"\xed\xa0"]
)  # fmt: skip


@st.composite
def mutated(draw):
    content = bytearray(draw(st.sampled_from(TEMPLATES)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        size = draw(st.integers(0, 40))
        content[start : start + size] = draw(SNIPPETS | st.binary(max_size=8))
    return bytes(content)


@settings(max_examples=300)
@given(mutated() | st.binary(max_size=300))
def test_every_message_comes_out_once_and_none_makes_the_reader_fail(content):
    [outcome] = parse(content, ORIGIN)
    assert isinstance(outcome, Interaction | Excluded | Rejected)
    for document in documents(content):
        assert len(list(parse(*document))) == 1


@settings(max_examples=100)
@given(mutated() | st.binary(max_size=300))
def test_splitting_loses_no_byte(content):
    whole = b"".join(document.content for document in documents(content))
    # Empty lines before the first message belong to none.
    assert content.endswith(whole)
    assert not content.removesuffix(whole).strip()


BODIES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1
).map(str.strip) | st.sampled_from(["From here", "a\n\nFrom b", "é\nFrom c Mon"])


@settings(max_examples=50)
@given(st.lists(BODIES, min_size=1, max_size=4))
def test_a_mailbox_gives_what_its_messages_give_alone(tmp_path_factory, bodies):
    path = tmp_path_factory.mktemp("box") / "inbox"
    messages = [
        a_mail(body, Message_ID=f"<{position}@x>").replace(b"\r\n", b"\n")
        for position, body in enumerate(bodies)
    ]
    box = mailbox.mbox(path)
    for message in messages:
        boxed = mailbox.mboxMessage(message)
        boxed.set_from("lea@mail.example Mon Jan  5 09:00:00 2026")
        box.add(boxed)
    box.close()
    with path.open("rb") as stream:
        found = [read(*document) for document in READER.split(stream, ORIGIN)]
    alone = [read(message) for message in messages]
    assert [(i.native_id, i.text, i.occurred_at) for i in found] == [
        (i.native_id, i.text, i.occurred_at) for i in alone
    ]


def test_parts_nested_without_end_are_refused_or_read_but_do_not_fail():
    body = "".join(
        f"--{n}\r\nContent-Type: multipart/mixed; boundary={n + 1}\r\n\r\n"
        for n in range(3_000)
    )
    outcome = read(a_mail(body, Content_Type="multipart/mixed; boundary=0"))
    assert isinstance(outcome, Interaction | Rejected)


@pytest.mark.parametrize("name", ["From", "To", "Date", "Subject", "References"])
@pytest.mark.parametrize("value", ["(", "<", '"', "=?utf-8?q?a?= ", "a@b, ", ";x="])
def test_a_header_without_end_does_not_fail(name, value):
    content = a_mail(
        **{name: value * 20_000}, Content_Type=f"text/plain; {value * 9_000}"
    )
    assert len(list(parse(content, ORIGIN))) == 1
