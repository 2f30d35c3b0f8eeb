"""The message within a signature: S/MIME in one piece, which only a program can open.

Only what is needed of RFC 5652, and no more: the content that was signed. Whether the
signature holds is not asked; a letter is read whoever sealed it.
"""

_SEQUENCE, _SET, _OBJECT, _INTEGER, _BYTES = 0x30, 0x31, 0x06, 0x02, 0x04
_PIECES_OF_BYTES, _TAGGED = 0x24, 0xA0
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_INDEFINITE = -1


class _NotThatError(ValueError):
    """The bytes are something else."""


def content_of(signed: bytes) -> bytes | None:
    """The bytes that were signed; null where they are not within, or it is no such."""
    try:
        return _content(signed)
    except (_NotThatError, IndexError):
        return None


def _content(signed: bytes) -> bytes:
    at, _ = _enter(signed, 0, _SEQUENCE)
    start, size = _enter(signed, at, _OBJECT)
    if signed[start : start + size] != _SIGNED_DATA:
        raise _NotThatError("another kind of content")
    at, _ = _enter(signed, start + size, _TAGGED)
    at, _ = _enter(signed, at, _SEQUENCE)
    for passed in (_INTEGER, _SET):
        start, size = _enter(signed, at, passed)
        at = _definite(start, size)
    at, _ = _enter(signed, at, _SEQUENCE)
    start, size = _enter(signed, at, _OBJECT)
    at, _ = _enter(signed, start + size, _TAGGED)
    if signed[at] == _BYTES:
        start, size = _enter(signed, at, _BYTES)
        return signed[start : _definite(start, size)]
    # Programs that write as they read cut the bytes into pieces.
    at, size = _enter(signed, at, _PIECES_OF_BYTES)
    end = len(signed) if size == _INDEFINITE else at + size
    pieces: list[bytes] = []
    while at < end and signed[at] == _BYTES:
        start, size = _enter(signed, at, _BYTES)
        at = _definite(start, size)
        pieces.append(signed[start:at])
    return b"".join(pieces)


def _enter(signed: bytes, at: int, tag: int) -> tuple[int, int]:
    """Where the content of the value at `at` begins, and its length."""
    if signed[at] != tag:
        raise _NotThatError(f"expected {tag:#x} at byte {at}, found {signed[at]:#x}")
    length = signed[at + 1]
    if length < 0x80:
        return at + 2, length
    if length == 0x80:
        return at + 2, _INDEFINITE
    count = length & 0x7F
    start = at + 2 + count
    return start, int.from_bytes(signed[at + 2 : start], "big")


def _definite(start: int, size: int) -> int:
    """Where a value of known length ends."""
    if size == _INDEFINITE:
        raise _NotThatError("no length")
    return start + size
