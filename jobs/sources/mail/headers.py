"""Header lines as people read them: unfolded, decoded, their parameters."""

import binascii
import re
from email.message import Message

from jobs.sources.mail.charsets import to_unicode
from jobs.sources.mail.encodings import from_base64

Headers = dict[str, list[str]]
"""Lower-case name → raw values in order; bytes beyond ASCII as surrogate escapes."""
# Longer header values are an attack or a broken file; the rest of such a line says
# nothing about who wrote when.
_LONGEST_HEADER = 20_000
_FOLDED = re.compile(r"[\r\n]+[ \t]*")
_ENCODED_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(
    r';\s*([\w!#$%&+^`{}~-]+?)(?:\*\d*)*\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))'
)


def headers_of(part: Message) -> Headers:
    headers: Headers = {}
    for name, value in part.raw_items():
        headers.setdefault(name.lower(), []).append(str(value)[:_LONGEST_HEADER])
    return headers


def first(headers: Headers, name: str) -> str:
    """The first value of a header, unfolded but not decoded; empty without one."""
    values = headers.get(name)
    return unfold(values[0]).strip() if values else ""


def unfold(value: str) -> str:
    return _FOLDED.sub(" ", value) if "\n" in value or "\r" in value else value


def parameter(header: str, name: str) -> str:
    """A parameter of a raw `Content-Type` or `Content-Disposition` value."""
    for key, quoted, bare in _PARAMETER.findall(header[:2_000]):
        if key.lower() == name:
            return str(quoted or bare).strip()
    return ""


def decoded(value: str) -> str:
    """A raw header value as people read it, white space collapsed."""
    value = unfold(value)
    if not value.isascii():
        value = to_unicode(value.encode("utf-8", "surrogateescape"), None)
    if "=?" in value:
        value = _with_words_decoded(value)
    return " ".join(value.replace("\x00", "").split())


def with_specials_hidden(value: str) -> str:
    """A raw header value in which no comma or bracket of an encoded word divides it.

    "=?utf-8?Q?Martin,_L=C3=A9a?=" is one name, although its comma should have been `=2C`.
    An address inside a word stays: some programs encode the whole list.
    """
    if "=?" not in value:
        return value
    return _ENCODED_WORD.sub(
        lambda word: word[0] if "@" in word[3] else _SPECIAL.sub(_hidden, word[0]),
        value,
    )


_SPECIAL = re.compile(r'[,;:<>()\[\]"\\]')


def _hidden(special: re.Match[str]) -> str:
    return f"={ord(special[0]):02X}"


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
        return from_base64(raw)
    return binascii.a2b_qp(raw, header=True)


def content_type_of(headers: Headers) -> str:
    return first(headers, "content-type").partition(";")[0].strip().lower()
