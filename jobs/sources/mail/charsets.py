"""Bytes to Unicode where the declared charset may be wrong, misspelt or missing."""

import codecs
import re

from charset_normalizer import from_bytes

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
