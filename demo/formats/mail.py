"""E-mail messages as bytes, in the encodings that mail programs really use."""

import binascii
from base64 import b64encode
from dataclasses import dataclass, field
from html import escape
from quopri import encodestring
from typing import Literal, TypeAlias

from demo import clock

Shape: TypeAlias = Literal["plain", "html", "alternative"]


@dataclass(slots=True)
class Mail:
    message_id: str
    at: int
    sender_name: str
    sender: str
    to: str
    subject: str
    text: str
    shape: Shape = "plain"
    charset: str = "utf-8"
    declared: str = ""
    """The charset the header names, where it is not the one used."""
    transfer: str = "quoted-printable"
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


def encoded_word(text: str, *, by_base64: bool = False) -> str:
    """A header value in RFC 2047 words, each short enough for its line."""
    if text.isascii():
        return text
    words, part = [], ""
    for char in text:
        if len((part + char).encode()) > 42:
            words.append(part)
            part = ""
        part += char
    words.append(part)
    if by_base64:
        return "\n ".join(
            f"=?UTF-8?B?{b64encode(w.encode()).decode()}?=" for w in words
        )
    return "\n ".join(
        f"=?UTF-8?Q?{binascii.b2a_qp(w.encode(), header=True, istext=False).decode().replace('?', '=3F')}?="
        for w in words
    )


def to_bytes(mail: Mail) -> bytes:
    by_base64 = len(mail.message_id) % 2 == 0
    name = encoded_word(mail.sender_name, by_base64=by_base64)
    headers = {
        "Message-ID": f"<{mail.message_id}>",
        "Date": clock.rfc5322(mail.at),
        "From": f"{name} <{mail.sender}>" if name else mail.sender,
        "To": mail.to,
        "Subject": encoded_word(mail.subject, by_base64=by_base64),
    }
    if mail.in_reply_to:
        headers["In-Reply-To"] = f"<{mail.in_reply_to}>"
    if mail.references:
        headers["References"] = "\n ".join(f"<{r}>" for r in mail.references)
    headers |= mail.headers
    headers["MIME-Version"] = "1.0"
    body = mail.text
    if mail.shape == "alternative":
        boundary = f"=_{mail.message_id[:16]}"
        headers["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
        parts = [
            _part(mail, "plain", body),
            _part(mail, "html", as_html(body)),
        ]
        content = b"".join(f"--{boundary}\n".encode() + part + b"\n" for part in parts)
        content += f"--{boundary}--\n".encode()
    else:
        subtype = "html" if mail.shape == "html" else "plain"
        part = _part(mail, subtype, as_html(body) if subtype == "html" else body)
        head = "".join(f"{k}: {v}\n" for k, v in headers.items())
        return head.encode() + part + b"\n"
    head = "".join(f"{k}: {v}\n" for k, v in headers.items())
    return head.encode() + b"\n" + content


def _part(mail: Mail, subtype: str, text: str) -> bytes:
    """Headers and body; letters that the charset lacks are written as it can."""
    raw = text.encode(mail.charset, "replace")
    if mail.transfer == "base64":
        coded = b64encode(raw)
        coded = b"\n".join(coded[i : i + 76] for i in range(0, len(coded), 76))
    elif mail.transfer == "quoted-printable":
        coded = encodestring(raw)
    else:
        coded = raw
    return (
        f"Content-Type: text/{subtype}; charset={mail.declared or mail.charset}\n"
        f"Content-Transfer-Encoding: {mail.transfer}\n\n"
    ).encode() + coded


def as_html(text: str) -> str:
    """What a mail program makes of typed text; quoted lines become a blockquote."""
    own, _, quoted = text.partition("\n\n\n")
    paragraphs = "".join(
        f"<p>{escape(p, quote=False).replace(chr(10), '<br>')}</p>"
        for p in own.split("\n\n")
        if p
    )
    if quoted:
        head, _, rest = quoted.partition("\n")
        lines = "<br>".join(
            escape(line.removeprefix("> "), quote=False) for line in rest.split("\n")
        )
        paragraphs += (
            f'<div class="gmail_quote"><div class="gmail_attr">{escape(head, quote=False)}</div>'
            f"<blockquote>{lines}</blockquote></div>"
        )
    return (
        "<html><head><style>p{margin:0 0 1em}</style></head>"
        f"<body>{paragraphs}</body></html>"
    )


def quoted(mail: Mail, style: str, language: str) -> str:
    """The answered message below the answer, set apart by two empty lines."""
    lines = mail.text.split("\n\n\n")[0].strip().split("\n")
    offset = clock.paris_offset(mail.at)
    day = clock.iso(mail.at + offset)
    date, time = day[:10], day[11:16]
    address = f"{mail.sender_name} <{mail.sender}>"
    if style == "outlook":
        names = (
            ("De", "Envoyé", "À", "Objet")
            if language == "fr"
            else ("From", "Sent", "To", "Subject")
        )
        block = "\n".join(
            f"{n} : {v}" if language == "fr" else f"{n}: {v}"
            for n, v in zip(
                names, (address, f"{date} {time}", mail.to, mail.subject), strict=True
            )
        )
        rule = (
            "-----Message d'origine-----"
            if language == "fr"
            else "-----Original Message-----"
        )
        return "\n\n\n" + rule + "\n" + block + "\n\n" + "\n".join(lines)
    head = (
        f"Le {date[8:]}/{date[5:7]}/{date[:4]} à {time}, {address} a écrit :"
        if language == "fr"
        else f"On {date} at {time}, {address} wrote:"
    )
    return "\n\n\n" + head + "\n" + "\n".join(f"> {line}" for line in lines)


def for_mbox(message: bytes, sender: str, at: int) -> bytes:
    """With its `From ` line, and body lines that look like one escaped (mboxrd)."""
    stamp = clock.iso(at)
    month = clock.MONTHS[int(stamp[5:7]) - 1]
    weekday = clock.WEEKDAYS[(at // clock.DAY + 3) % 7]
    start = f"From {sender} {weekday} {month} {int(stamp[8:10]):2d} {stamp[11:19]} {stamp[:4]}\n"
    head, blank, body = message.partition(b"\n\n")
    lines = [
        b">" + line if line.lstrip(b">").startswith(b"From ") else line
        for line in body.split(b"\n")
    ]
    return start.encode() + head + blank + b"\n".join(lines).rstrip(b"\n") + b"\n\n"
