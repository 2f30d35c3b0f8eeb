"""The words among a message's parts, and what else it carries."""

import binascii
import html
import re
from collections import deque
from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple

from jobs.sources.html_text import to_text
from jobs.sources.mail.charsets import to_unicode
from jobs.sources.mail.encodings import (
    from_base64,
    from_uuencode,
    is_base64,
    without_footer,
)
from jobs.sources.mail.headers import (
    Headers,
    content_type_of,
    first,
    headers_of,
    parameter,
    unfold,
)
from jobs.sources.mail.signed import content_of
from jobs.sources.mail.structure import UnreadableMailError, parts_of, read


def payload(part: Message, headers: Headers) -> bytes:
    """A part's bytes with its transfer encoding undone, as far as it was kept to."""
    # Without this header the library gives the bytes as they stand in the message;
    # with it, it decodes them by the declared charset, and loses what that lacks.
    del part["content-transfer-encoding"]
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return b""
    encoding = first(headers, "content-transfer-encoding").lower()
    if encoding.startswith("quoted"):
        return binascii.a2b_qp(raw)
    if encoding.startswith("base64"):
        raw = without_footer(raw)
        return from_base64(raw) if is_base64(raw) else raw
    if encoding in ("uuencode", "x-uuencode", "uue", "x-uue"):
        return from_uuencode(raw)
    return raw


_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{2,40})", re.I
)


def text_of(part: Message, headers: Headers) -> str:
    """A text part as Unicode with bare line feeds, soft line breaks undone."""
    data = payload(part, headers)
    content_type = first(headers, "content-type")
    charset = parameter(content_type, "charset")
    if not charset and "html" in content_type.lower():
        meta = _META_CHARSET.search(data, 0, 4_000)
        charset = "" if meta is None else meta[1].decode("ascii", "replace")
    text = to_unicode(data, charset).replace("\x00", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if parameter(content_type, "format").lower() == "flowed":
        return _unflowed(text, parameter(content_type, "delsp").lower() == "yes")
    return text


def _unflowed(text: str, is_space_deleted: bool) -> str:
    """Undo RFC 3676: a line that ends in a space goes on, at the same quote depth."""
    paragraphs: list[list[str]] = []
    depth_before = -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        is_open = bare.endswith(" ") and bare != "-- "
        shown = bare[:-1] if is_open and is_space_deleted else bare
        if depth_before == depth and bare != "-- ":
            paragraphs[-1].append(shown)
        else:
            mark = ">" * depth + " " if depth else ""
            paragraphs.append([mark + shown])
        depth_before = depth if is_open else -1
    return "\n".join("".join(paragraph) for paragraph in paragraphs)


class Body(NamedTuple):
    """What a message says, and what else it carries."""

    plain: str
    html: str
    """One of the two is empty: the form that was not chosen."""
    attachment_count: int
    has_forwarded_message: bool
    is_encrypted: bool


_STUB = re.compile(
    r"html|navigateur|browser|version en ligne|visualiser|view (?:this|it|the)|online",
    re.IGNORECASE,
)
_STUB_LONGEST = 300
_MARKUP = re.compile(
    r"\s*<(?:!doctype|html|head|body|div|p|table|span|meta|br)\b", re.I
)
_NO_ATTACHMENT = ("application/pgp-signature", "application/pkcs7-signature")
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_DEEPEST = 40


class _Found:
    """What a walk over the parts has met so far."""

    def __init__(self) -> None:
        self.attachment_count = 0
        self.has_forwarded_message = False
        self.is_encrypted = False


def body_of(message: Message) -> Body:
    """Choose the words among a message's parts.

    Plain text before HTML, unless it is empty or only says that there is HTML. The
    text of an attached message is not its sender's: it is noted, not read.
    """
    found = _Found()
    pieces = list(_pieces(message, found, 0, is_only_part=True))
    plain = "\n".join(text for kind, text in pieces if kind == "plain" and text.strip())
    marked_up = "\n<br>\n".join(
        text for kind, text in pieces if kind == "html" and text.strip()
    )
    if plain and marked_up:
        # Parts in both forms, one after the other: the shorter way to one text.
        plain = f"{plain}\n{to_text(marked_up)}"
        marked_up = ""
    if "-----BEGIN PGP MESSAGE-----" in plain:
        found.is_encrypted = True
        plain = plain.partition("-----BEGIN PGP MESSAGE-----")[0]
    plain, uuencoded_count = _without_uuencoded_files(_without_pgp_signature(plain))
    return Body(
        plain.strip("\n"),
        marked_up,
        found.attachment_count + uuencoded_count,
        found.has_forwarded_message,
        found.is_encrypted,
    )


def _pieces(
    part: Message, found: _Found, depth: int, *, is_only_part: bool = False
) -> Iterator[tuple[str, str]]:
    """The texts of a part and what is in it, in order, as ("plain" or "html", text)."""
    headers = headers_of(part)
    kind = content_type_of(headers)
    children = parts_of(part)
    if children:
        if kind.startswith("message/"):
            found.has_forwarded_message = True
        elif depth < _DEEPEST:
            yield from _pieces_of_multipart(kind, children, found, depth + 1)
        return
    if kind in ("multipart/encrypted", "application/pgp-encrypted") or (
        kind in _SMIME
        and "signed" not in parameter(first(headers, "content-type"), "smime-type")
    ):
        found.is_encrypted = True
        return
    if kind in _SMIME and depth < _DEEPEST:
        within = _signed_message(payload(part, headers))
        if within is not None:
            yield from _pieces(within, found, depth + 1, is_only_part=True)
            return
    disposition = first(headers, "content-disposition").lower()
    filename = parameter(disposition, "filename") or parameter(
        first(headers, "content-type"), "name"
    )
    is_text = kind in ("", "text", "text/plain", "text/html", "text/enriched") or (
        # A multipart without parts, a misspelt type: text as far as anyone can tell.
        is_only_part
        and (kind.startswith(("text/", "multipart/")) or "/" not in kind)
        and kind != "text/rtf"
    )
    is_attached = disposition.startswith("attachment") or bool(filename)
    if is_text and (is_only_part or not is_attached):
        text = text_of(part, headers)
        for contradicting in headers.get("content-type", [])[1:]:
            # Two types, one of them a multipart: the text ends where its parts begin.
            boundary = parameter(unfold(contradicting), "boundary")
            text = text.partition(f"\n--{boundary}\n")[0] if boundary else text
        if kind == "text/calendar" or text.lstrip()[:15].upper() == "BEGIN:VCALENDAR":
            yield "plain", _words_of_calendar(text)
            return
        is_html = (
            kind in ("text/html", "text/enriched") or _MARKUP.match(text) is not None
        )
        if is_html and "<" not in text:
            yield "plain", html.unescape(text)
        else:
            yield ("html" if is_html else "plain"), text
    elif kind not in _NO_ATTACHMENT:
        is_decoration = "content-id" in headers and not disposition.startswith("attach")
        found.attachment_count += not is_decoration


def _signed_message(signed: bytes) -> Message | None:
    """The message that a signature holds, as far as one can be read from it."""
    content = content_of(signed)
    if not content:
        return None
    try:
        return read(content)
    except UnreadableMailError:
        return None


def _pieces_of_multipart(
    kind: str, children: list[Message], found: _Found, depth: int
) -> Iterator[tuple[str, str]]:
    if kind == "multipart/encrypted":
        found.is_encrypted = True
        return
    each = [list(_pieces(child, found, depth)) for child in children]
    if kind == "multipart/alternative":
        yield from _chosen(each)
        return
    for pieces in each:
        yield from pieces


def _chosen(alternatives: list[list[tuple[str, str]]]) -> list[tuple[str, str]]:
    plain: list[tuple[str, str]] = []
    marked_up: list[tuple[str, str]] = []
    for pieces in alternatives:
        if any(kind == "html" for kind, _ in pieces):
            marked_up = pieces
        elif pieces and not plain:
            plain = pieces
    text = "\n".join(text for _, text in plain).strip()
    is_stub = len(text) <= _STUB_LONGEST and _STUB.search(text) is not None
    if text and _MARKUP.match(text) is None and not (is_stub and marked_up):
        return plain
    return marked_up or plain


_CALENDAR_LINE = re.compile(
    r"^(SUMMARY|DESCRIPTION|COMMENT)(?:;[^:\n]{0,300})?:(.*)",
    re.IGNORECASE | re.MULTILINE,
)


def _words_of_calendar(text: str) -> str:
    """What an invitation says: its description, or its title without one."""
    said: dict[str, str] = {}
    for name, value in _CALENDAR_LINE.findall(re.sub(r"\n[ \t]", "", text)):
        words = re.sub(r"\\[nN]", "\n", value)
        said.setdefault(name.upper(), re.sub(r"\\(.)", r"\1", words).strip())
    return said.get("DESCRIPTION") or said.get("COMMENT") or said.get("SUMMARY") or ""


_PGP_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"


def _without_pgp_signature(text: str) -> str:
    before, mark, signed = text.partition(_PGP_SIGNED)
    if not mark:
        return text
    _, _, words = signed.partition("\n\n")
    words = words.partition("-----BEGIN PGP SIGNATURE-----")[0]
    # A dash at the start of a signed line was escaped.
    return before + re.sub(r"^- (?=-)", "", words, flags=re.MULTILINE)


_UUENCODED = re.compile(r"begin [0-7]{3,4} \S")


def _without_uuencoded_files(text: str) -> tuple[str, int]:
    if "begin " not in text:
        return text, 0
    kept: list[str] = []
    count = 0
    lines = text.split("\n")
    ends = deque(index for index, line in enumerate(lines) if line.strip() == "end")
    index = 0
    while index < len(lines):
        if _UUENCODED.match(lines[index]):
            while ends and ends[0] < index:
                ends.popleft()
            if ends:
                index = ends[0] + 1
                count += 1
                continue
        kept.append(lines[index])
        index += 1
    return "\n".join(kept), count
