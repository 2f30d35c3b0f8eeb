"""What mail programs mark in HTML as quoted or as signature, by classes and ids."""

import re

from jobs.sources.html_text import Keep

_QUOTE_CLASSES = frozenset(
    (
        "yahoo_quoted", "protonmail_quote", "tutanota_quote", "moz-forward-container",
        "zmail_extra", "quoted-text", "freebirdquote", "gmail_quote_legacy",
    )
)  # fmt: skip
_HISTORY_IDS = (
    "appendonsend", "divrplyfwdmsg", "stopspelling", "olk_src_body_section",
    "mail-editor-reference-message-container", "isforwardcontent", "isreplycontent",
    "reply-intro", "replysplit",
)  # fmt: skip
_SIGNATURE_CLASSES = frozenset(
    (
        "gmail_signature", "gmail_signature_prefix", "moz-signature", "moz-txt-sig",
        "protonmail_signature_block", "signature", "email-signature",
    )
)  # fmt: skip
_SIGNATURE_IDS = ("signature", "ms-outlook-mobile-signature", "applemailsignature")
# The line that desktop Outlook draws above the headers of what it quotes.
_OUTLOOK_LINE = re.compile(
    r"border-top:\s*solid\s+#(?:E1E1E1|B5C4DF)\b.*padding:\s*3(?:\.0)?pt",
    re.IGNORECASE | re.DOTALL,
)
_INDENT = re.compile(r"border(?:-left)?:\s*(?:none|0)", re.IGNORECASE)


def judge_all(tag: str, attributes: dict[str, str | None]) -> Keep:
    kept = judge_quotes(tag, attributes)
    if kept is not Keep.ALL or not attributes:
        return kept
    classes = (attributes.get("class") or "").lower().split()
    if not _SIGNATURE_CLASSES.isdisjoint(classes):
        return Keep.NOT_THIS
    return Keep.NOT_THIS if _identity(attributes).endswith(_SIGNATURE_IDS) else Keep.ALL


def judge_quotes(tag: str, attributes: dict[str, str | None]) -> Keep:
    if tag == "blockquote":
        # Without a line at its side it is the author's own indented paragraph.
        is_indent = "type" not in attributes and "cite" not in attributes
        is_indent = (
            is_indent and _INDENT.search(attributes.get("style") or "") is not None
        )
        is_indent = is_indent and "gmail_quote" not in (attributes.get("class") or "")
        return Keep.ALL if is_indent else Keep.MARKED
    if not attributes:
        return Keep.ALL
    classes = (attributes.get("class") or "").lower().split()
    if not _QUOTE_CLASSES.isdisjoint(classes):
        return Keep.MARKED
    if any(name.endswith("yahoo_quoted") for name in classes):
        return Keep.MARKED
    if "moz-cite-prefix" in classes:
        return Keep.NOT_THIS
    if (
        _identity(attributes).endswith(_HISTORY_IDS)
        or "outlookmessageheader" in classes
    ):
        return Keep.NOTHING_FROM_HERE
    if tag == "div" and _OUTLOOK_LINE.search((attributes.get("style") or "")[:300]):
        return Keep.NOTHING_FROM_HERE
    if attributes.get("name") == "messageReplySection":
        return Keep.MARKED
    return Keep.ALL


def _identity(attributes: dict[str, str | None]) -> str:
    return (attributes.get("id") or "").lower()
