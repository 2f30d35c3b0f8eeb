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
    r"\b(?:(?:a|à) [ée]crit(?: le .{1,60}|\(wrote\))? ?:?|écrivait ?:|wrote ?:|writes ?:"
    r"|ha scritto ?:|escribió ?:|escreveu ?:|napisał(?:\(a\))? ?:|geschreven ?:"
    r"|napsal(?:a|\(a\))? ?:|a scris ?:|şunu yazdı ?:"
    r"|kirjoitti(?: .{1,60})? ?:"
    r"|(?:schrieb|schreef|skrev)(?: .{1,120})? ?:)$",
    re.IGNORECASE,
)
_WROTE_OPENING = re.compile(
    r"(?:le|on|am|el|il|op|em|den|på|d\.|w dniu|dne|in|at|selon|quoting|zitat von)\b|\d"
    r"|.{0,120}<?[^\s<>@]{1,64}@[^\s<>@]{1,64}"
    r"|(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]? \d",
    re.IGNORECASE,
)
_DATED_OPENING = re.compile(
    r"(?:le|on|am|el|il|op|em|den|på|w dniu) .{0,20}\d|\d{1,4}(?:[/-]\d|[. ] ?\w)",
    re.IGNORECASE,
)
# Gmail at times, FairEmail and Mail.ru: a date and an address without a word for writing.
_DATED_ADDRESS = re.compile(
    r"(?:\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)[+-]\d\d:\d\d"
    r"|(?:\d{1,2} [^\W\d]{3,9}\.?|[^\W\d]{3,9}\.? \d{1,2},) \d{4} \d{1,2}:\d\d:\d\d(?: [AP]M)?"
    r"|(?:[^\W\d]{3,11},? )?\d{1,2} [^\W\d]{3,9}\.? \d{4},?(?: à)? \d{1,2}:\d\d(?: [AP]M)?"
    r" [+-]\d\d:?\d\d (?:from|de|von|от))"
    r",? .{1,100}<[^\s<>@]{1,64}@[^\s<>@]{1,128}> ?:$"
)
# Astroid and sup: "Excerpts from Léa's message of March 2, 2026 10:00 am:".
_EXCERPTS_FROM = re.compile(r"excerpts from .{1,100} message of .{6,60}:$", re.I)
_ENDS_IN_ADDRESS = re.compile(r"<[^\s<>@]{1,64}@[^\s<>@]{1,128}>? ?:?$")
# Horde and its elder, IMP: an address and neither a date nor a word for writing.
_ACCORDING_TO = re.compile(
    r"(?:selon|en réponse à|quoting|zitat von|citando a) (?:.{0,100} )?"
    r"<?[^\s<>@]{1,64}@[^\s<>@]{1,128}> ?:$"
    r"|(?:selon|en réponse à|quoting|zitat von|citando a) "
    r"[^\s<>@]{1,64}@[^\s<>@]{1,128} ?:$",
    re.IGNORECASE,
)
# AOL, and programs that let people word it: "Dans un e-mail daté du 05/01/2026 …".
_IN_A_MESSAGE = re.compile(
    r"(?:dans (?:un|son|votre|ton)|in an?|in (?:his|her|their|your)) "
    r"(?:e-?mail|message|courriel|mail)(?: daté)?(?: du| dated| of)\b",
    re.IGNORECASE,
)
# Mutt set to French: the name comes before the date.
_NAME_THEN_DATE = re.compile(
    r"(?P<name>[^,<>]{2,60}), le [^,@<>]{6,50}, a [ée]crit ?:$", re.IGNORECASE
)
# Where line ends were lost, an introduction stands behind the author's last words.
_INLINE_OPENING = re.compile(
    r"(?<=\S)[ \t]*(?:-{2,} ?| )(?:le|on|am|el|op) "
    r"(?:(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]? .{0,8}\d"
    r"|\d{1,4}[/. -]\S|[a-z]{3,9}\.? \d{1,2}, \d{4})"
    r"(?=.{0,250}\b(?:wrote|a [ée]crit|schrieb|escribió|schreef)\b)",
    re.IGNORECASE,
)
_NARRATION = re.compile(
    r"\b(?:i|we|you|he|she|they|who|your|my|our|their|je|tu|il|elle|nous|vous|ils|elles|qui"
    r"|votre|vos|mon|ma|mes|notre|nos|un|une|[mtl]['’]a|j['’]\w{1,12})\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b\d{1,2} ?(?:[:hH.]|h ) ?\d{2}\b")
_FULL_DATE = re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b(?:19|20)\d\d\b")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_SEPARATOR_WORDS = re.compile(
    r"(?:message|mail|e-mail|courriel|courrier) (?:d['’ ]origine|origin(?:al|el)|initial"
    r"|transf[ée]r[ée]|r[ée]exp[ée]di[ée])"
    r"|(?:original|forwarded) (?:message|mail|e-mail|appointment)"
    r"|(?:forwarded by|(?:r[ée]exp[ée]di|transf[ée]r|r[ée]achemin|envoy)[ée] par"
    r"|reply separator)\b.{0,150}"
    r"|(?:ursprüngliche|weitergeleitete|original)[ -]?(?:nachricht|mail)"
    r"|mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)"
    r"|messaggio (?:originale|inoltrato)|(?:oorspronkelijk|origineel|doorgestuurd) bericht"
    r"|vidarebefordrat meddelande|message transmis|reply message",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    rf"[-_=–—─*‐]{{2,}} ?(?:{_SEPARATOR_WORDS.pattern}) ?[-_=–—─*‐]{{2,}}"
    # Zoho: `---- On Mon, 05 Jan …, X <x@y.example> wrote ----`
    r"|-{2,} ?(?:le|on|am|el|il|activé) .{5,250} (?:wrote|a [ée]crit|schrieb|escribió|ha scritto)"
    r" ?:? ?-{2,}$"
    r"|-{2,} ?[^\W\d_].{1,60} (?:wrote|a [ée]crit) ?:? ?-{2,}$"
    # QQ Mail.
    r"|-{6,} ?original ?-{6,}$",
    re.IGNORECASE,
)
# The webmail of Orange, above a block of headers.
_MESSAGE_OF = re.compile(
    r"message du \d{1,2}/\d{1,2}/\d{2,4}(?: (?:à )?\d{1,2}[:h]\d{2})?", re.IGNORECASE
)
# Yahoo's application puts the history on the introduction's own line.
_WROTE_AND_GOES_ON = re.compile(
    r"(?:le|on) [^<>]{0,60}\d[^<>]{0,80}<[^\s<>@]{1,64}@[^\s<>@]{1,128}> ?"
    r"(?:wrote|a [ée]crit) ?:\s*\S",
    re.IGNORECASE,
)
# A block of headers whose line ends were lost.
_HEADERS_ON_ONE_LINE = re.compile(
    r"[*_]{0,2}(?:de|from|von) ?: ?.{1,200}?\b(?:envoyé(?: le)?|sent|date|gesendet) ?:"
    r".{1,120}?\b(?:à|a|to|an|pour) ?:.{1,400}?\b(?:objet|subject|sujet|betreff) ?:",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"(?:d[ée]but du message (?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])|begin forwarded message"
    r"|anfang der weitergeleiteten (?:nachricht|e-mail)|inizio messaggio inoltrato"
    r"|inicio del mensaje reenviado|begin doorgestuurd bericht) ?:?$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"forwarded|transf[ée]r|r[ée]exp[ée]di|weitergeleitet|reenviado|inoltrato"
    r"|doorgestuurd|encaminhada|vidarebefordrat|transmis|r[ée]achemin",
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
    **dict.fromkeys(
        ("date", "datum", "fecha", "data", "date d'envoi", "message du"), "date"
    ),
    **dict.fromkeys(("objet", "sujet", "subject", "betreff", "asunto"), "subject"),
    **dict.fromkeys(("oggetto", "onderwerp", "assunto", "emne", "ämne"), "subject"),
    **dict.fromkeys(("répondre à", "reply-to", "reply to", "importance"), "other"),
    **dict.fromkeys(("priorité", "priority", "pièces jointes", "pj"), "other"),
    **dict.fromkeys(("attachments", "organisation"), "other"),
    **dict.fromkeys(("от", "lähettäjä", "kimden"), "from"),
    **dict.fromkeys(("кому", "do", "komu", "vastaanottaja", "kime"), "to"),
    **dict.fromkeys(("отправлено", "wysłano", "odesláno", "lähetetty"), "sent"),
    **dict.fromkeys(("дата", "päiväys", "dato"), "date"),
    **dict.fromkeys(("тема", "temat", "předmět", "aihe", "konu"), "subject"),
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
        end = (
            introductions.get(position)
            or _header_end(lines, position)
            or _table_of_headers_end(lines, position)
        )
        if end is not None:
            if position in introductions:
                segments[-1] += _words_before(line)
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
        if bare.endswith((":", "crit", ">")):
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
            is_dated = _DATED_OPENING.match(joined) is not None
            # The line with the address alone also looks like one. The date may stand
            # further up; anything else there is what the author said last.
            if found is None or (is_dated and _tells_a_time(line)):
                found = start
            if is_dated:
                break
    return found


def _tells_a_time(line: str) -> bool:
    """Whether a line has a date or a time, and no person's deed."""
    has_time = _TIME.search(line) is not None or _FULL_DATE.search(line) is not None
    # Past the weekday: "Mon" is a French word, too.
    return has_time and _NARRATION.search(line, 7) is None


def _words_before(introduction: str) -> list[str]:
    """What the author says on the line of an introduction, before it."""
    if _begins_with_name(introduction.strip()):
        return []
    opening = _INLINE_OPENING.search(introduction)
    words = "" if opening is None else introduction[: opening.start()].rstrip(" -")
    return [words] if words else []


def _is_introduction(joined: str, is_above_quote: bool) -> bool:
    wrote = _WROTE.search(joined)
    if wrote is None:
        return _is_introduction_without_verb(joined, is_above_quote)
    if about := _IN_A_MESSAGE.match(joined):
        told = _NARRATION.search(joined, about.end(), wrote.start() + 2)
        is_dated = _TIME.search(joined) is not None and told is None
        return is_above_quote or is_dated or _ADDRESS.search(joined) is not None
    if _begins_with_name(joined):
        return _TIME.search(joined) is not None
    if _WROTE_OPENING.match(joined) is None:
        # "Léa Martin wrote:" and nothing else, right above the quoted lines; with a
        # date behind it also above others.
        return (
            (is_above_quote or _TIME.search(wrote[0]) is not None)
            and len(joined) <= 80
            and PERSON.fullmatch(joined[: wrote.start()].strip(EDGE)) is not None
        )
    has_address = _ADDRESS.search(joined) is not None
    if not (has_address or _TIME.search(joined) or _FULL_DATE.search(joined)):
        return is_above_quote
    # The first word is the opening itself; "on" and "il" are words of narration too.
    is_narrated = _NARRATION.search(joined, 3, wrote.start() + 2) is not None
    return has_address or is_above_quote or not is_narrated


def _begins_with_name(joined: str) -> bool:
    dated = _NAME_THEN_DATE.match(joined)
    return dated is not None and PERSON.fullmatch(dated["name"]) is not None


def _is_introduction_without_verb(joined: str, is_above_quote: bool) -> bool:
    if _ACCORDING_TO.match(joined) or _DATED_ADDRESS.match(joined):
        return _NARRATION.search(joined) is None
    if _EXCERPTS_FROM.match(joined):
        return is_above_quote
    return (
        is_above_quote
        and _DATED_OPENING.match(joined) is not None
        and _ENDS_IN_ADDRESS.search(joined) is not None
        and _tells_a_time(joined)
    )


def _is_separator(lines: Sequence[str], index: int, line: str) -> bool:
    if _SEPARATOR.match(line) or _WROTE_AND_GOES_ON.match(line):
        return True
    if ":" in line[:10] and _HEADERS_ON_ONE_LINE.match(line):
        return True
    bare = line.strip(EDGE)
    if _is_list_footer(lines, index, line):
        return True
    if line.startswith("##-") and line.endswith("-##"):
        return True
    if _BEGINNING.match(bare) or _REPLY_ABOVE.match(bare.strip("#- ")):
        return len(line) < 120
    if _SEPARATOR_WORDS.fullmatch(bare.rstrip(" :")) or _MESSAGE_OF.fullmatch(bare):
        following = _next_filled(lines, index + 1)
        return following is not None and (
            _label_of(lines[following].lstrip("> ")) is not None
        )
    return False


def _is_list_footer(lines: Sequence[str], index: int, line: str) -> bool:
    """Mailman's `____` with the list's name below."""
    return (
        len(line) >= 40
        and not line.strip("_")
        and index + 1 < len(lines)
        and lines[index + 1][-13:].lower().strip() == "mailing list"
    )


def _label_of(line: str) -> str | None:
    label = _LABEL.match(line)
    return None if label is None else _LABELS.get(label[1].lower().strip())


def _header_end(lines: Sequence[str], start: int) -> int | None:
    """The line after a block of mail headers that begins at `start`, if one does.

    A journey "De : Lyon, À : Paris, Date : …" has the same labels: an address, a
    subject or a time of sending must be among them. A sender and a date alone are one
    right above quoted lines.
    """
    if _label_of(lines[start]) in (None, "other", "copy"):
        return None
    kinds: set[str] = set()
    has_address = False
    end = start
    strays = 0
    for index in range(start, min(start + _HEADER_LINES, len(lines))):
        line = lines[index]
        if _SEPARATOR.match(line.strip()):
            # What a mark parts from it is another block.
            break
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
    if not is_block and has_address and kinds == {"from", "date"}:
        following = _next_filled(lines, end)
        is_block = following is not None and _is_quoted(lines[following])
    return end if is_block else None


# Lotus Notes lays the headers out as a table: its labels have no colon.
_NOTES_TO = frozenset(("a", "à", "pour", "to", "an"))
_NOTES_NAME = re.compile(r"[^\W\d_][\w .'’-]{1,50}(?:/[\w .-]{1,30}){1,4}")
_NOTES_SUBJECT = re.compile(
    r"(?:objet|sujet|subject|thema)(?:\s+(?P<said>\S.*)|$)", re.I
)
_NOTES_LINES = 14


def _table_of_headers_end(lines: Sequence[str], start: int) -> int | None:
    """The line after the headers as Lotus Notes shows them, if they begin at `start`.

    Who and when first, then "A", names, "cc", "Objet" and the subject, each on a line.
    """
    who = lines[start].strip(EDGE)
    is_name = PERSON.fullmatch(who[:200]) or _NOTES_NAME.fullmatch(who[:200])
    if not (is_name or _ADDRESS.search(who[:200])):
        return None
    has_date = has_recipient = False
    for index in range(start + 1, min(start + _NOTES_LINES, len(lines))):
        line = lines[index].strip(EDGE)
        if len(line) > _LONGEST_INTRODUCTION:
            return None
        if not has_date:
            has_date = _FULL_DATE.search(line) is not None
            if line and not has_date and index - start > 3:
                return None
        elif not has_recipient:
            has_recipient = line.lower() in _NOTES_TO
        elif subject := _NOTES_SUBJECT.match(line):
            return index + 1 if subject["said"] else min(index + 2, len(lines))
    return None


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
