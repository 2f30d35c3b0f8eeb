"""A message's bytes taken apart, with what gateways broke mended first."""

import re
from email.errors import MessageError, MissingHeaderBodySeparatorDefect
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32


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
_OPEN_ADDRESS = re.compile(rb"<[^<>]*$")
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
    delimiter = b"--" + str(message.get_boundary()).encode("utf-8", "replace")
    # A blank line with a space in it: the first part begins there, and is found.
    is_folding_lost = is_folding_lost and delimiter not in map(bytes.strip, lines)
    # Below the last header the text may have begun; it does not close an address.
    ends_in_header = _HEADER.match(lines[-1]) or (
        len(lines) > 1 and _OPEN_ADDRESS.search(lines[-2]) and b">" in lines[-1]
    )
    if is_folding_lost and _HEADER.match(lines[0]) and ends_in_header:
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


def parts_of(message: Message) -> list[Message]:
    """The parts of a multipart or the message attached; empty for anything else."""
    # Asked for a text's payload, the library decodes it, and may fail at that.
    content = message.get_payload() if message.is_multipart() else []
    return [part for part in content if isinstance(part, Message)]
