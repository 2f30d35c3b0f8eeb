"""A mail message's bytes to decoded headers, addresses and text.

The standard library finds the parts; decoding is done here, because mail in the wild
declares charsets, encodings and dates that are wrong, misspelt or missing, and the
library gives up on those. Nothing here raises for what a message holds, except `read`,
which says so.
"""

import binascii
import codecs
import html
import re
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.errors import MessageError, MissingHeaderBodySeparatorDefect
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses, mktime_tz, parsedate_tz
from typing import NamedTuple

from charset_normalizer import from_bytes

from jobs.sources.html_text import to_text

Headers = dict[str, list[str]]
"""Lower-case name → raw values in order; bytes beyond ASCII as surrogate escapes."""

# Longer header values are an attack or a broken file; the rest of such a line says
# nothing about who wrote when.
_LONGEST_HEADER = 20_000
_FOLDED = re.compile(r"[\r\n]+[ \t]*")
_ENCODED_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?([^?]*)\?=")
_MESSAGE_ID = re.compile(r"<\s*([^<>\s][^<>]{0,900}?)\s*>")
_ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]\\@]{1,64}@[^\s<>,;:\"'()\[\]\\@]{1,255}")
_MOST_COMMENTS = 100
# One mailbox, as most headers have: four times faster than the library's grammar.
_SIMPLE_ADDRESS = re.compile(
    r"(?:(?:\"([^\"\\]*)\" *|([^\"<>,;:()@\\]*))<([^\s<>,;:\"()@]+@[^\s<>,;:\"()@]+)>"
    r"|([^\s<>,;:\"()@]+@[^\s<>,;:\"()@]+)) *"
)
_PARAMETER = re.compile(
    r';\s*([\w!#$%&+^`{}~-]+?)(?:\*\d*)*\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))'
)


class Address(NamedTuple):
    """A mailbox: the decoded display name, which may be empty, and its address."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower().rstrip(".")

    @property
    def local_part(self) -> str:
        return self.address.rpartition("@")[0].lower()


class UnreadableMailError(ValueError):
    """The standard library could not take the message apart."""


def read(content: bytes) -> Message:
    """Take a message apart without decoding anything; mend what gateways broke.

    Mended: a blank line among the headers, headers whose continuation lines lost
    their indent, and a multipart whose parts stand between another boundary than the
    declared one.

    Raises:
        UnreadableMailError: its parts nest too deeply, or a header that says how the
            parts are divided is malformed beyond what the library tolerates.
    """
    try:
        message = _PARSER.parsebytes(content)
        mended = _mended(content, message)
        return message if mended is None else _PARSER.parsebytes(mended)
    except (
        AttributeError, LookupError, MessageError, RecursionError, TypeError, ValueError,
    ) as error:  # fmt: skip
        raise UnreadableMailError(f"{type(error).__name__}: {error}") from error


_PARSER = BytesParser(policy=compat32)
_END_OF_HEADERS = re.compile(rb"\r?\n(?=\r?\n)")
_MIME_HEADER = re.compile(
    rb"(?:content-(?:type|transfer-encoding|disposition)|mime-version)[ \t]*:", re.I
)
_HEADER = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,100}[ \t]*:")
_BOUNDARY_LINE = re.compile(
    rb"^--([^\s<>]{1,70})[ \t]*\r?\ncontent-", re.I | re.MULTILINE
)


def _mended(content: bytes, message: Message) -> bytes | None:
    """The message with its structure restored, or null where none is missing."""
    is_folding_lost = any(
        isinstance(defect, MissingHeaderBodySeparatorDefect)
        for defect in message.defects
    )
    is_untyped = "content-type" not in message
    is_undivided = (
        not message.is_multipart() and message.get_content_maintype() == "multipart"
    )
    if not (is_folding_lost or is_untyped or is_undivided):
        return None
    head_end = _END_OF_HEADERS.search(content)
    if head_end is None:
        return None
    head, body = content[: head_end.start()], content[head_end.end() :].lstrip(b"\r\n")
    changed = False
    if is_untyped and _MIME_HEADER.match(body):
        more_end = _END_OF_HEADERS.search(body)
        size = len(body) if more_end is None else more_end.start()
        head, body = head + b"\n" + body[:size], body[size:].lstrip(b"\r\n")
        changed = True
    lines = head.split(b"\n")
    if is_folding_lost and _HEADER.match(lines[0]) and _HEADER.match(lines[-1]):
        is_known = (_HEADER.match(line) or line[:1] in b" \t" for line in lines)
        lines = [
            line if known else b" " + line
            for line, known in zip(lines, is_known, strict=True)
        ]
        head = b"\n".join(lines)
        changed = True
    if is_undivided:
        boundary = _BOUNDARY_LINE.search(body)
        if boundary is not None:
            kept = [
                line
                for line in re.split(rb"\n(?![ \t])", head)
                if not _CONTENT_TYPE.match(line)
            ]
            declared = b'Content-Type: multipart/mixed; boundary="%s"' % boundary[
                1
            ].replace(b'"', b"")
            head = b"\n".join([*kept, declared])
            changed = True
    return head + b"\n\n" + body if changed else None


_CONTENT_TYPE = re.compile(rb"content-type[ \t]*:", re.IGNORECASE)


def headers_of(part: Message) -> Headers:
    headers: Headers = {}
    for name, value in part.raw_items():
        headers.setdefault(name.lower(), []).append(str(value)[:_LONGEST_HEADER])
    return headers


def parts_of(message: Message) -> list[Message]:
    """The parts of a multipart or the message attached; empty for anything else."""
    # Asked for a text's payload, the library decodes it, and may fail at that.
    content = message.get_payload() if message.is_multipart() else []
    return [part for part in content if isinstance(part, Message)]


def first(headers: Headers, name: str) -> str:
    """The first value of a header, unfolded but not decoded; empty without one."""
    values = headers.get(name)
    return _unfolded(values[0]).strip() if values else ""


def _unfolded(value: str) -> str:
    return _FOLDED.sub(" ", value) if "\n" in value or "\r" in value else value


def parameter(header: str, name: str) -> str:
    """A parameter of a raw `Content-Type` or `Content-Disposition` value."""
    for key, quoted, bare in _PARAMETER.findall(header[:2_000]):
        if key.lower() == name:
            return str(quoted or bare).strip()
    return ""


def decoded(value: str) -> str:
    """A raw header value as people read it, white space collapsed."""
    value = _unfolded(value)
    if not value.isascii():
        value = to_unicode(value.encode("utf-8", "surrogateescape"), None)
    if "=?" in value:
        value = _with_words_decoded(value)
    return " ".join(value.replace("\x00", "").split())


def _with_words_decoded(value: str) -> str:
    pieces: list[str] = []
    pending = bytearray()
    pending_charset = ""
    position = 0
    for word in _ENCODED_WORD.finditer(value):
        charset, encoding, text = word.groups()
        between = value[position : word.start()]
        # A character may be split over two encoded words: bytes are joined first.
        if between.strip() or charset.lower() != pending_charset:
            pieces.append(to_unicode(bytes(pending), pending_charset))
            pending.clear()
        if between.strip() or position == 0:
            pieces.append(between)
        pending += _word_bytes(encoding, text)
        pending_charset = charset.lower()
        position = word.end()
    pieces.append(to_unicode(bytes(pending), pending_charset))
    pieces.append(value[position:])
    return "".join(pieces)


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "bB":
        return _from_base64(raw)
    return binascii.a2b_qp(raw, header=True)


def addresses(headers: Headers, name: str) -> list[Address]:
    """The mailboxes a header names, in order, each address once."""
    found: dict[str, Address] = {}
    for raw in headers.get(name, []):
        value = _unfolded(raw)
        if not value.isascii():
            value = to_unicode(value.encode("utf-8", "surrogateescape"), None)
        simple = _SIMPLE_ADDRESS.fullmatch(value)
        if simple is not None:
            pairs = [(simple[1] or simple[2] or "", simple[3] or simple[4])]
        elif value.count("(") > _MOST_COMMENTS:
            # The library reads a comment inside a comment by calling itself.
            pairs = []
        else:
            pairs = [pair for pair in getaddresses([value]) if _ADDRESS.search(pair[1])]
        # Lists that are not well formed, or wholly inside an encoded word.
        if not pairs:
            pairs = [("", address) for address in _ADDRESS.findall(decoded(value))]
        for display_name, address in pairs:
            match = _ADDRESS.search(address)
            if match is not None:
                shown = decoded(display_name).strip(" '\"")
                found.setdefault(match[0].lower(), Address(shown, match[0]))
    return list(found.values())


def message_ids(headers: Headers, name: str) -> list[str]:
    """The ids a header holds, without brackets and inner white space.

    Old mailers write phrases around them, others leave the brackets out.
    """
    ids: list[str] = []
    for value in headers.get(name, []):
        unfolded = _unfolded(value)
        found = ["".join(id_.split()) for id_ in _MESSAGE_ID.findall(unfolded)]
        bare = unfolded.strip(" \t<>")
        if not found and "@" in bare and not any(map(str.isspace, bare)):
            found = [bare]
        ids += [
            id_.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            for id_ in found
            if id_
        ]
    return ids


def instant(value: str) -> datetime | None:
    """A mail date in UTC; null when it cannot be read or cannot be meant."""
    value = value.encode("ascii", "replace").decode("ascii")[:200]
    try:
        parsed = parsedate_tz(value)
        if parsed is None:
            return None
        when = datetime.fromtimestamp(0, UTC) + timedelta(seconds=mktime_tz(parsed))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # No mail is older than mail; a clock set to 1904 or 2099 tells no time.
    return when if 1980 <= when.year < 2090 else None


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
        return _from_base64(raw) if _is_base64(raw) else raw
    if encoding in ("uuencode", "x-uuencode", "uue", "x-uue"):
        return _from_uuencode(raw)
    return raw


_NOT_BASE64 = bytes(
    set(range(256))
    - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)
_WHITE = b" \t\r\n="


def _is_base64(raw: bytes) -> bool:
    """Whether it is what it says: some gateways decode a text and keep the label."""
    seen = raw[:4_000]
    strange = len(seen.translate(None, _WHITE)) - len(seen.translate(None, _NOT_BASE64))
    spaces = seen.count(b" ")
    return strange * 20 <= len(seen) and spaces * 12 <= len(seen)


def _from_base64(raw: bytes) -> bytes:
    digits = raw.translate(None, _NOT_BASE64)
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def _from_uuencode(raw: bytes) -> bytes:
    decoded_lines: list[bytes] = []
    for line in raw.splitlines():
        if line.startswith(b"begin ") or line.strip() in (b"end", b"`", b""):
            continue
        try:
            decoded_lines.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders count wrongly: take what the line's length byte promises.
            size = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                decoded_lines.append(binascii.a2b_uu(line[:size]))
            except binascii.Error:
                return raw
    return b"".join(decoded_lines)


# Labels seen in mail that Python has no codec for, or one that is too narrow: programs
# that say the first mean the second (the WHATWG encoding standard says the same).
_CODECS = {
    "iso-8859-1": "windows-1252", "iso8859-1": "windows-1252", "latin1": "windows-1252",
    "latin-1": "windows-1252", "iso-8859-9": "windows-1254", "iso-8859-8-i": "iso-8859-8",
    "iso-8859-11": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "ansi": "windows-1252",
    "macintosh": "mac-roman", "x-mac-roman": "mac-roman", "x-macroman": "mac-roman",
    "dos-850": "cp850", "ibm850": "cp850", "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8", "unicode": "utf-16", "x-windows-1252": "windows-1252",
}  # fmt: skip
_SEVEN_BIT = re.compile(r"iso.?2022|utf-?7|hz|utf-?16|utf-?32|unicode", re.IGNORECASE)
_WIDE = re.compile(
    r"gb|big5|shift|sjis|euc|cp9[345]|ks_c|johab|utf-?(?:16|32|7)|2022|hz|932|949", re.I
)
# What French, English and their neighbours write beyond ASCII. A guess that gives
# anything else is wrong more often than the next one.
_WESTERN = frozenset(
    "àâäáãåçéèêëíìîïñóòôöõúùûüýÿœæßøÀÂÄÁÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŸŒÆØ"
    "«»°€£§²³µ·–—‘’“”…•™©®¿¡½¼¾\u00a0ºª±×"
)
_PLAUSIBLE = [
    "cp1252", "latin_1", "mac_roman", "cp850", "cp1250", "cp1251", "koi8_r", "cp1253",
    "cp1254", "cp1255", "cp1256", "cp932", "gb18030", "big5", "cp949", "euc_jp",
]  # fmt: skip


def to_unicode(data: bytes, declared: str | None) -> str:
    """Decode text whose declared charset may be wrong.

    Valid UTF-8 is UTF-8 whatever a single-byte label says: other charsets' text is
    almost never valid UTF-8 by chance. Then what was declared, if it decodes; then the
    Western charsets by whether they give Western letters; then a statistical guess.
    """
    if not data:
        return ""
    name = (declared or "").strip(" \t'\"").lower()
    if data.isascii() and not (_SEVEN_BIT.match(name) and _codec(name)):
        return data.decode("ascii")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    codec = _codec(name)
    if codec is None or not _WIDE.search(codec):
        text = _strictly(data, "utf-8-sig")
        if text is not None:
            return text
    if codec is not None and codec not in ("ascii", "us-ascii", "utf-8"):
        text = _strictly(data, codec)
        if text is not None:
            return text
    return _guessed(data)


def _codec(name: str) -> str | None:
    codec = _CODECS.get(name, name)
    try:
        information = codecs.lookup(codec)
    except (LookupError, ValueError):
        return None
    # Python also knows codecs that turn bytes into bytes: rot13, hex.
    return information.name if information._is_text_encoding else None


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _guessed(data: bytes) -> str:
    for codec in ("cp1252", "mac_roman", "cp850"):
        text = _strictly(data, codec)
        if text is not None and all(c in _WESTERN for c in set(text) if c > "\x7f"):
            return text
    # The letters beyond ASCII tell; a long text needs no more than its beginning.
    best = from_bytes(data[:20_000], cp_isolation=_PLAUSIBLE, steps=3).best()
    codec = "cp1252" if best is None else best.encoding
    return data.decode(codec, "replace")


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


def content_type_of(headers: Headers) -> str:
    return first(headers, "content-type").partition(";")[0].strip().lower()


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
    disposition = first(headers, "content-disposition").lower()
    filename = parameter(disposition, "filename") or parameter(
        first(headers, "content-type"), "name"
    )
    is_text = kind in ("", "text", "text/plain", "text/html", "text/enriched") or (
        # A multipart without parts, a misspelt type: text as far as anyone can tell.
        is_only_part and (kind.startswith(("text/", "multipart/")) or "/" not in kind)
    )
    is_attached = disposition.startswith("attachment") or bool(filename)
    if is_text and (is_only_part or not is_attached):
        text = text_of(part, headers)
        for contradicting in headers.get("content-type", [])[1:]:
            # Two types, one of them a multipart: the text ends where its parts begin.
            boundary = parameter(_unfolded(contradicting), "boundary")
            text = text.partition(f"\n--{boundary}\n")[0] if boundary else text
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


_PGP_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"


def _without_pgp_signature(text: str) -> str:
    before, mark, signed = text.partition(_PGP_SIGNED)
    if not mark:
        return text
    _, _, words = signed.partition("\n\n")
    return before + words.partition("-----BEGIN PGP SIGNATURE-----")[0]


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
