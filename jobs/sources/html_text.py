"""HTML as mail programs, help desks and social networks write it, to plain text.

What a reader of the page sees, in lines: a paragraph is set off by a blank line, a
list item begins with a dash. What is not shown (scripts, styles, the hidden preview
line of a newsletter) is left out. The address behind a link is left out too, but not
its visible parts: Mastodon hides the ends of a long address in spans of their own, and
only the whole is still an address to whoever masks or reads it later.
"""

import re
from collections.abc import Callable
from enum import Enum

from selectolax.lexbor import LexborHTMLParser, LexborNode


class Keep(Enum):
    """What becomes of an element."""

    ALL = "all"
    NOT_THIS = "not_this"
    """Left out with all that is in it."""
    MARKED = "marked"
    """Left out, and a line with only `>` stands in its place: something was quoted."""
    NOTHING_FROM_HERE = "nothing_from_here"
    """Left out with all that follows it in the document."""


Judge = Callable[[str, dict[str, str | None]], Keep]
"""Says what becomes of an element, from its tag and its attributes."""

# Layout marks that no text contains: the parser drops control characters' meaning, and
# `_plain` takes them out of the text before they are used here.
_LINE, _PARAGRAPH, _SPACER = "\x01", "\x02", "\x03"

# fmt: off
_UNSEEN = frozenset([
    "head", "script", "style", "title", "template", "noframes", "select", "datalist",
    "object", "iframe", "svg", "math", "audio", "video", "canvas", "map", "meter",
    "progress",
])
_PARAGRAPHS = frozenset([
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote",
    "pre", "hr", "fieldset",
])
_LINES = frozenset([
    "address", "article", "aside", "body", "caption", "center", "dd", "details",
    "dir", "div", "dt", "figcaption", "figure", "footer", "form", "header", "hgroup",
    "html", "legend", "li", "main", "menu", "nav", "option", "search", "section",
    "summary", "tbody", "tfoot", "thead", "tr",
])
_CELLS = frozenset(["td", "th"])
_NEVER_NESTED = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "li", "link", "meta",
    "option", "p", "source", "td", "th", "tr", "wbr",
])
# fmt: on
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|max-height\s*:\s*0(?:px|em|pt)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_WHITE = re.compile(r"[ \t\r\n\f\v\xa0\u2000-\u200a\u202f\u205f\u3000]+")
_SPACES = re.compile(r"[ \t\v\f\xa0\u2000-\u200a\u202f\u205f\u3000]+")
# Soft hyphens and joiners that newsletters use as filling; a zero-width (non-)joiner
# between two characters stays: Persian and emoji are spelt with it.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\xad\u034f\u200b\u200e\u200f\u2060\ufeff\ufffc]"
    r"|(?<!\S)[\u200c\u200d]+|(?<![\u200c\u200d])[\u200c\u200d]++(?!\S)"
)
_BREAKS = re.compile(
    f"(?<![ {_SPACER}])[ {_SPACER}]*[\n{_LINE}{_PARAGRAPH}][ \n{_LINE}{_PARAGRAPH}{_SPACER}]*"
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NESTING_TAG = re.compile(r"</?(?!(?:script|style|title)\b)[a-z][^<>]*>", re.IGNORECASE)
# The parser's time grows with the square of the nesting depth (measured: 0.6 s at
# 20,000 open elements). Mail seen in practice stays under a few hundred.
_DEEPEST = 2_000
_SURROGATES = re.compile("[\ud800-\udfff]")


def to_text(html: str, judge: Judge | None = None) -> str:
    """Return what a reader of `html` sees; `judge` may leave further elements out.

    Never raises: whatever is no HTML is taken as text. Line ends are those of the
    layout; blank lines are never more than one; the result has no space at its ends.
    """
    html = _SURROGATES.sub("\ufffd", html)
    if _is_too_deep(html):
        html = _NESTING_TAG.sub("<br>", html)
    root = LexborHTMLParser(html).root
    return "" if root is None else _laid_out("".join(_pieces(root, judge)))


def _is_too_deep(html: str) -> bool:
    if html.count("<") <= _DEEPEST:
        return False
    depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() not in _NEVER_NESTED:
            depth = max(0, depth - 1) if closing else depth + 1
            if depth > _DEEPEST:
                return True
    return False


def _pieces(root: LexborNode, judge: Judge | None) -> list[str]:
    """The text and the layout marks, in order: a walk without recursion."""
    pieces: list[str] = []
    opened: list[tuple[LexborNode, str]] = []
    """The elements we are in, each with the mark that ends it."""
    preformatted = 0
    node: LexborNode | None = root
    while node is not None:
        if node.is_text_node:
            pieces.append(_plain(node.text_content or "", preformatted > 0))
        elif node.is_element_node:
            tag = node.tag or ""
            attributes = node.attributes
            kept = Keep.NOT_THIS
            if tag not in _UNSEEN and not _is_hidden(attributes):
                kept = Keep.ALL if judge is None else judge(tag, attributes)
            if kept is Keep.NOTHING_FROM_HERE:
                return pieces
            ending = _boundary(tag, attributes)
            if kept is Keep.MARKED:
                pieces.append(f"{_LINE}>{_LINE}")
            pieces.append(_opening(tag, attributes) if kept is Keep.ALL else ending)
            child = node.first_child if kept is Keep.ALL else None
            if child is not None:
                preformatted += tag == "pre"
                opened.append((node, ending))
                node = child
                continue
        following = node.next
        while following is None and opened:
            node, ending = opened.pop()
            preformatted -= node.tag == "pre"
            pieces.append(ending)
            # What follows the root is not the document's.
            following = node.next if opened else None
        node = following
    return pieces


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    # Mastodon repeats a quoted post's address in the text, for programs that cannot
    # show the post itself.
    if "quote-inline" in (attributes.get("class") or "").split():
        return True
    style = attributes.get("style")
    return style is not None and _HIDDEN_STYLE.search(style) is not None


def _opening(tag: str, attributes: dict[str, str | None]) -> str:
    if tag == "br":
        return "\n"
    if tag == "img":
        # Mail programs put emoji in as pictures; other pictures' descriptions are
        # names of files and logos more often than words.
        alternative = attributes.get("alt") or ""
        is_words = any(character.isalnum() for character in alternative)
        return "" if is_words else _INVISIBLE.sub("", alternative)
    if tag == "li":
        return _LINE + "- "
    return _boundary(tag, attributes)


def _boundary(tag: str, attributes: dict[str, str | None]) -> str:
    if tag in _LINES:
        return _LINE
    if tag in _CELLS:
        return " "
    if tag in _PARAGRAPHS:
        # Outlook writes every line as a paragraph of this class, without distance.
        if tag == "p" and "MsoNormal" in (attributes.get("class") or ""):
            return _LINE
        return _PARAGRAPH
    return ""


def _plain(text: str, preformatted: bool) -> str:
    text = _INVISIBLE.sub("", text)
    if preformatted:
        return _SPACES.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    # A paragraph that holds only a no-break space is how editors write an empty line.
    if "\xa0" in text and text.isspace():
        return _SPACER
    return _WHITE.sub(" ", text)


def _laid_out(pieces: str) -> str:
    text = _BREAKS.sub(_line_ends, pieces).replace(_SPACER, " ")
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(lines).strip()


def _line_ends(found: re.Match[str]) -> str:
    """One line end or two for a run of marks, as a browser would lay it out."""
    run = found.group()
    if _PARAGRAPH in run:
        return "\n\n"
    count = 0
    line_is_open = True
    for mark in run:
        if mark == "\n" or (mark == _LINE and line_is_open):
            count += 1
            line_is_open = False
        elif mark == _SPACER:
            line_is_open = True
    return "\n" * min(count, 2)
