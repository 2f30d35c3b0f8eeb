"""Transfer encodings undone, as far as they were kept to."""

import binascii

_NOT_BASE64 = bytes(
    set(range(256))
    - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)
_WHITE = b" \t\r\n="


def is_base64(raw: bytes) -> bool:
    """Whether it is what it says: some gateways decode a text and keep the label."""
    seen = raw[:4_000]
    strange = len(seen.translate(None, _WHITE)) - len(seen.translate(None, _NOT_BASE64))
    spaces = seen.count(b" ")
    return strange * 20 <= len(seen) and spaces * 12 <= len(seen)


def from_base64(raw: bytes) -> bytes:
    digits = raw.translate(None, _NOT_BASE64)
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def from_uuencode(raw: bytes) -> bytes:
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
