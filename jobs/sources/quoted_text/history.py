"""Where quoted history begins and ends: introductions, marks, blocks of headers."""

import re
from collections.abc import Sequence

from jobs.sources.quoted_text.lines import EDGE, PERSON

_QUOTE = ">"
# An introduction is wrapped over at most this many lines; longer ones are prose.
_INTRODUCTION_LINES = 4
# A header line or introduction is shorter than this; what is longer is a paragraph.
_LONGEST_INTRODUCTION = 500
_WROTE = re.compile(
    r"\b(?:(?:a|à) [ée]crit(?: le .{1,60})? ?:?|écrivait ?:|wrote ?:|writes ?:|ha scritto ?:"
    r"|escribió ?:|escreveu ?:|napisał(?:\(a\))? ?:"
    r"|(?:schrieb|schreef|skrev)(?: .{1,120})? ?:)$",
    re.IGNORECASE,
)
_WROTE_OPENING = re.compile(
    r"(?:le|on|am|el|il|op|em|den|d\.|w dniu|in|at|selon|quoting|zitat von)\b|\d"
    r"|.{0,120}<?[^\s<>@]{1,64}@[^\s<>@]{1,64}"
    r"|(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]? \d",
    re.IGNORECASE,
)
_DATED_OPENING = re.compile(
    r"(?:le|on|am|el|il|op|em|den|w dniu) .{0,20}\d|\d", re.IGNORECASE
)
_NARRATION = re.compile(
    r"\b(?:i|we|you|he|she|they|who|your|my|our|their|je|tu|il|elle|nous|vous|ils|elles|qui"
    r"|votre|vos|mon|ma|mes|notre|nos|un|une|[mtl]['’]a)\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b\d{1,2} ?(?:[:hH.]|h ) ?\d{2}\b")
_FULL_DATE = re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b(?:19|20)\d\d\b")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_SEPARATOR_WORDS = re.compile(
    r"(?:message|mail|e-mail|courriel|courrier) (?:d['’ ]origine|origin(?:al|el)|initial"
    r"|transf[ée]r[ée]|r[ée]exp[ée]di[ée])"
    r"|(?:original|forwarded) (?:message|mail|e-mail|appointment)"
    r"|(?:forwarded by|r[ée]exp[ée]di[ée] par|transf[ée]r[ée] par|reply separator)\b.{0,150}"
    r"|(?:ursprüngliche|weitergeleitete|original)[ -]?(?:nachricht|mail)"
    r"|mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)"
    r"|messaggio (?:originale|inoltrato)|(?:oorspronkelijk|doorgestuurd) bericht",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    rf"[-_=–—─*]{{2,}} ?(?:{_SEPARATOR_WORDS.pattern}) ?[-_=–—─*]{{2,}}", re.IGNORECASE
)
_BEGINNING = re.compile(
    r"(?:d[ée]but du message (?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])|begin forwarded message"
    r"|anfang der weitergeleiteten (?:nachricht|e-mail)|inizio messaggio inoltrato"
    r"|inicio del mensaje reenviado|begin doorgestuurd bericht) ?:?$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"forwarded|transf[ée]r|r[ée]exp[ée]di|weitergeleitet|reenviado|inoltrato"
    r"|doorgestuurd|encaminhada",
    re.IGNORECASE,
)
# Help desks put this line above the history they send along.
_REPLY_ABOVE = re.compile(
    r"(?:please )?(?:reply|respond|write|type your reply|enter your reply)\b.{0,30}"
    r"\babove this line|.{0,60}\b(?:au[- ]dessus|en haut) de cette ligne",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[*_ \t]{0,6}([^\W\d_][\w'’ -]{0,20}?)[*_ \t]{0,3}:")
_LABELS = {
    **dict.fromkeys(("de", "from", "von", "da", "van", "fra", "från", "od"), "from"),
    **dict.fromkeys(("expéditeur", "sender", "remitente"), "from"),
    **dict.fromkeys(("à", "a", "to", "an", "pour", "para", "aan", "til", "till"), "to"),
    **dict.fromkeys(("destinataire", "destinataires", "recipient"), "to"),
    **dict.fromkeys(("cc", "copie", "copie à", "cci", "bcc", "kopie", "copia"), "copy"),
    **dict.fromkeys(("envoyé", "envoyé le", "sent", "gesendet", "enviado"), "sent"),
    **dict.fromkeys(("inviato", "verzonden", "enviada em", "sendt", "skickat"), "sent"),
    **dict.fromkeys(("date", "datum", "fecha", "data", "date d'envoi"), "date"),
    **dict.fromkeys(("objet", "sujet", "subject", "betreff", "asunto"), "subject"),
    **dict.fromkeys(("oggetto", "onderwerp", "assunto", "emne", "ämne"), "subject"),
    **dict.fromkeys(("répondre à", "reply-to", "reply to", "importance"), "other"),
    **dict.fromkeys(("priorité", "priority", "pièces jointes", "pj"), "other"),
    **dict.fromkeys(("attachments", "message du", "organisation"), "other"),
}
# Names in the To and Cc lines run over several lines.
_HEADER_LINES = 16


def holds_forward(text: str) -> bool:
    """Whether a mail program's mark says that another message is passed on below."""
    return any(
        _FORWARDED.search(line) is not None
        for line in map(str.strip, text.splitlines())
        if len(line) <= _LONGEST_INTRODUCTION
        and (_SEPARATOR.match(line) or _BEGINNING.match(line.strip(EDGE)))
    )


def own_segments(lines: Sequence[str]) -> list[list[str]]:
    """The author's lines, in runs that quoted text separates."""
    introductions = _introductions(lines)
    segments: list[list[str]] = [[]]
    position = 0
    while position < len(lines):
        line = lines[position]
        if _is_quoted(line):
            _drop_introduction(segments[-1])
            if segments[-1]:
                segments.append([])
            position += 1
            continue
        end = introductions.get(position) or _header_end(lines, position)
        if end is not None:
            following = _next_filled(lines, end)
            if following is None or not _is_quoted(lines[following]):
                # The history below bears no marks: it goes on to the end.
                break
            position = following
            continue
        segments[-1].append(line)
        position += 1
    return segments


def _is_quoted(line: str) -> bool:
    return line.startswith(_QUOTE) or line[:4].lstrip().startswith(_QUOTE)


def _next_filled(lines: Sequence[str], position: int) -> int | None:
    # Mail has few blank lines in a row; a page of them ends whatever came before.
    for index in range(position, min(position + 12, len(lines))):
        if lines[index].strip():
            return index
    return None


def _introductions(lines: Sequence[str]) -> dict[int, int]:
    """First line -> line after the last, of every "Le …, X a écrit :" and its like."""
    found: dict[int, int] = {}
    for index, line in enumerate(lines):
        if not line or line[0] == _QUOTE or len(line) > _LONGEST_INTRODUCTION:
            continue
        bare = line.strip().rstrip("*_ ")
        if bare.endswith((":", "crit")):
            start = _introduction_start(lines, index)
            if start is not None:
                found[start] = index + 1
        if _is_separator(lines, index, line.strip()):
            found[index] = index + 1
    return found


def _introduction_start(lines: Sequence[str], last: int) -> int | None:
    following = _next_filled(lines, last + 1)
    is_above_quote = following is not None and _is_quoted(lines[following])
    found: int | None = None
    joined = ""
    for start in range(last, max(-1, last - _INTRODUCTION_LINES), -1):
        line = lines[start].strip()
        # A sentence that ends above is not part of it.
        if not line or _is_quoted(line) or (start < last and line[-1] in ".!?"):
            break
        joined = f"{line} {joined}".strip(EDGE)
        if len(joined) > _LONGEST_INTRODUCTION:
            break
        if _is_introduction(" ".join(joined.split()), is_above_quote):
            # The line with the address alone also looks like one: the date may stand
            # further up, and the line that opens with a date is the first.
            found = start
            if _DATED_OPENING.match(joined):
                break
    return found


def _is_introduction(joined: str, is_above_quote: bool) -> bool:
    wrote = _WROTE.search(joined)
    if wrote is None:
        return False
    if _WROTE_OPENING.match(joined) is None:
        # "Léa Martin wrote:" and nothing else, right above the quoted lines.
        return (
            is_above_quote
            and len(joined) <= 60
            and PERSON.fullmatch(joined[: wrote.start()].strip(EDGE)) is not None
        )
    has_address = _ADDRESS.search(joined) is not None
    if not (has_address or _TIME.search(joined) or _FULL_DATE.search(joined)):
        return is_above_quote
    # The first word is the opening itself; "on" and "il" are words of narration too.
    is_narrated = _NARRATION.search(joined, 3, wrote.start() + 2) is not None
    return has_address or is_above_quote or not is_narrated


def _is_separator(lines: Sequence[str], index: int, line: str) -> bool:
    if _SEPARATOR.match(line):
        return True
    bare = line.strip(EDGE)
    if _BEGINNING.match(bare) or _REPLY_ABOVE.match(bare.strip("#- ")):
        return len(line) < 120
    if _SEPARATOR_WORDS.fullmatch(bare.rstrip(" :")):
        following = _next_filled(lines, index + 1)
        return following is not None and _label_of(lines[following]) is not None
    return False


def _label_of(line: str) -> str | None:
    label = _LABEL.match(line)
    return None if label is None else _LABELS.get(label[1].lower().strip())


def _header_end(lines: Sequence[str], start: int) -> int | None:
    """The line after a block of mail headers that begins at `start`, if one does.

    A journey "De : Lyon, À : Paris, Date : …" has the same labels: an address, a
    subject or a time of sending must be among them.
    """
    if _label_of(lines[start]) in (None, "other", "copy"):
        return None
    kinds: set[str] = set()
    has_address = False
    end = start
    strays = 0
    for index in range(start, min(start + _HEADER_LINES, len(lines))):
        line = lines[index]
        kind = _label_of(line)
        if kind is not None:
            kinds.add(kind)
            end = index + 1
            strays = 0
        elif line.strip():
            strays += 1
            if strays > 3:
                break
        if kind in ("from", "to") or strays:
            has_address = has_address or _ADDRESS.search(line[:300]) is not None
    if "from" not in kinds:
        return None
    mail_signs = ("subject" in kinds) + ("sent" in kinds) + has_address
    is_block = (len(kinds) >= 3 and mail_signs >= 1) or (
        len(kinds) == 2 and mail_signs >= 2
    )
    return end if is_block else None


def _drop_introduction(segment: list[str]) -> None:
    """Remove "…, X <x@y.example>:" in whatever language from just above a quote."""
    last = len(segment) - 1
    while last >= 0 and not segment[last].strip():
        last -= 1
    if last < 0 or not segment[last].endswith(":"):
        return
    joined = ""
    for start in range(last, max(-1, last - _INTRODUCTION_LINES), -1):
        line = segment[start].strip()
        if not line or len(joined) + len(line) > _LONGEST_INTRODUCTION:
            return
        joined = f"{line} {joined}"
        if _ADDRESS.search(joined) and (
            _TIME.search(joined) or _FULL_DATE.search(joined)
        ):
            del segment[start:]
            return
