"""What the author of a reply wrote just now: no quoted history, no signature.

Mail programs mark what they quote in a few hundred ways and the text bears no trace of
which one it was. The rules here take the forms of French and English programs, some of
their German, Spanish, Italian, Dutch, Portuguese and Scandinavian ones, and ask for a
second sign (a date, an address, a quoted line below) before anything is dropped:
"On Monday I wrote:" is a sentence. Words between quoted lines are the author's and stay.

Every rule looks at single lines or at a fixed number of them, so the time grows with
the length of the text only.
"""

import re
import unicodedata
from collections.abc import Sequence

from jobs.sources.html_text import Keep, to_text

_QUOTE = ">"
# An introduction is wrapped over at most this many lines; longer ones are prose.
_INTRODUCTION_LINES = 4
# A header line or introduction is shorter than this; what is longer is a paragraph.
_LONGEST_INTRODUCTION = 500

_EDGE = " \t*_-–—=─~\"'«»“”|>"

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

_DEVICE = re.compile(
    r"(?:envoyé|envoi) (?:de(?:puis)?|à partir de|avec|via|par) "
    r"(?:mon|ma|l['’]|un|une|la |le |yahoo|outlook|gmail|proton|orange|sfr|free|bbox"
    r"|laposte|courrier|mailo|spark|samsung|huawei|bluemail|mobile|iphone|ipad|android)"
    r"|sent (?:from|via|with|using) (?:my|the|a|an|yahoo|outlook|gmail|mail|proton|samsung"
    r"|iphone|ipad|android|sparrow|spark|blackberry|mobile|huawei|airmail|superhuman)\b"
    r"|sent from \S{1,30}$"
    r"|(?:télécharge[rz]?|obtenir|obtenez|get|download) outlook (?:pour|for)\b"
    r"|provenance ?: ?(?:courrier|mail)\b"
    r"|von mein\w* .{1,30} gesendet|gesendet (?:von|mit)\b|enviado (?:desde|do) m"
    r"|inviato da(?:l mio)? |verstuurd vanaf|yahoo mail ?: "
    r"|(?:garanti )?sans virus\b.{0,20}avast|virus-free\.? ?www|l['’]absence de virus dans ce",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"\[(?:cid:[^\]]{1,200}|image ?: ?[^\]]{0,200}|image\S{0,60})\]$", re.I
)
_DEVICE_LONGEST = 140
_RULE = re.compile(r"[-_=*–—─~#]{3,}$")

_STRONG_CLOSING = re.compile(
    r"(?:(?:bien|très|tres) )?cordialement(?:[, ].{0,40})?"
    r"|cdlt|cdt|crdlt|cordlt|bien (?:à|a) (?:vous|toi)"
    r"|(?:(?:avec|mes|nos|sincères|meilleures|cordiales|respectueuses|sincères et) ){0,4}"
    r"salutations(?: (?:distinguées|respectueuses|cordiales|les meilleures))?"
    r"|respectueusement|sincèrement|(?:bien )?amicalement|courtoisement"
    r"|(?:(?:with|kind|kindest|best|warm|warmest|many) ){0,3}regards|rgds"
    r"|yours(?: (?:sincerely|faithfully|truly))?|sincerely(?: yours)?|best(?: wishes)?"
    r"|all the best|cheers|respectfully|cordially"
    r"|(?:mit )?(?:freundlichen|freundliche|viele|beste|liebe) gr(?:ü|ue)(?:ß|ss)en?|mfg"
    r"|(?:un )?saludos?(?: cordiale?s)?|atentamente|(?:cordiali|distinti) saluti"
    r"|(?:met )?vriendelijke groet(?:en)?|mvg",
    re.IGNORECASE,
)
_FORMULA = re.compile(
    r"(?:je vous prie|nous vous prions|veuillez|vous voudrez bien|recevez|agréez|agréer)\b"
    r".{0,200}\b(?:salutations|sentiments|considération|respects)\b",
    re.IGNORECASE,
)
_WEAK_CLOSING = re.compile(
    r"(?:un grand |avec mes |en vous |je vous |mille |bien )?(?:merci|remerci\w+)\b.{0,50}"
    r"|(?:many |with )?thanks?\b.{0,40}|thx|bonne (?:journée|soirée|réception|fin)\b.{0,30}"
    r"|(?:à|a) bientôt|(?:dans|en) l['’]attente d.{0,70}"
    r"|(?:i |we )?(?:look|looking) forward .{0,40}|have a (?:nice|good|great) .{0,20}",
    re.IGNORECASE,
)
# A line with one of these says something: it is no name, title or address.
_SENTENCE_WORD = re.compile(
    r"(?:^|[^\w])(?:je|j['’]|nous|vous|mon|ma|mes|votre|vos|cette|ai|est|suis|sont|pas|merci"
    r"|svp|que|qui|i|i'm|my|you|your|we|is|am|are|have|not|please|can|will|this|that|need"
    r"|want|still|toujours|encore|depuis)(?:$|[^\w])",
    re.IGNORECASE,
)
_AFTERTHOUGHT = re.compile(r"(?:p\.? ?s\.?|n\.?b\.?|pps)\b|[-•*] \S", re.IGNORECASE)
_REFERENCE = re.compile(
    r"(?:commande|client|contrat|dossier|r[ée]f|facture|ticket|abonn|colis|order|account"
    r"|customer|contract|invoice|reference|case|policy|booking|réservation).{0,40}\d",
    re.IGNORECASE,
)
_CONTACT_DETAIL = re.compile(
    r"@|https?://|www\.|\b(?:t[ée]l|mob|port|fax|phone|gsm|cell)\b|(?:\d[ .()-]?){8,}"
    r"|\b\d{5} \w",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?:(?:M|Mr|Mme|Mlle|Mrs|Ms|Dr|Me)\.? )?"
    r"[^\W\d_][\w'’.-]{0,24}(?: (?:(?:de|du|des|la|le|van|von|el|ben|et|and|&) ){0,2}"
    r"[^\W\da-zß-ÿ_][\w'’.-]{0,24}){0,4}"
)
_SIGNATURE_LINES = 14
_LONGEST_SIGNATURE_LINE = 80

_DISCLAIMER_OPENING = re.compile(
    r"[*_ ]{0,4}(?:ce (?:message|courriel|courrier|mail|e-mail|document)\b"
    r"|les informations contenues dans ce|le contenu de ce|l['’]information contenue"
    r"|(?:avis|clause|note) de confidentialité|avertissement|confidentiel ?:"
    r"|(?:this|the information (?:contained )?in this|the contents? of this)\b"
    r"|confidentiality (?:notice|note)|disclaimer|important notice|notice ?:"
    r"|pensez à l['’]environnement|(?:please )?consider the environment"
    r"|(?:avant d['’]imprimer|before printing)|diese (?:e-?mail|nachricht))",
    re.IGNORECASE,
)
_DISCLAIMER_SIGNS = re.compile(
    r"confidenti|destinataire|privileged|intended (?:solely|only|for|recipient)|addressee"
    r"|exclusivement|pièces? jointes?|attachments?|virus|erreur|in error|diffusion"
    r"|unauthori[sz]ed|vertraulich|strictement|interdite?|prohibited|imprimer|printing",
    re.IGNORECASE,
)
_DISCLAIMER_SEEN = 600


def strip(text: str) -> str:
    """Return the author's own new words of a plain-text message, in their order.

    Empty when there are none: a forward without a word. A signature goes only when
    words are left without it; names and phone numbers after a closing formula are a
    signature, a long paragraph or a postscript after it is not.
    """
    segments = _own_segments(_lines(text))
    spoken: list[list[str]] = []
    has_words = False
    for segment in segments:
        spoken.append(_without_signature(segment, has_words))
        has_words = has_words or _has_words(spoken[-1])
    if not has_words:
        spoken = [_without_device_lines(segment) for segment in segments]
    return _joined(spoken)


def strip_html(html: str) -> str:
    """Return the author's own new words of an HTML message, as plain text.

    What the mail program itself marks as quoted or as signature goes first, by its
    classes and ids; the rules for plain text do the rest.
    """
    text = strip(to_text(html, _judge_all))
    # Some programs let people type inside the element meant for the signature.
    return text or strip(to_text(html, _judge_quotes))


def holds_forward(text: str) -> bool:
    """Whether a mail program's mark says that another message is passed on below."""
    return any(
        _FORWARDED.search(line) is not None
        for line in map(str.strip, text.splitlines())
        if len(line) <= _LONGEST_INTRODUCTION
        and (_SEPARATOR.match(line) or _BEGINNING.match(line.strip(_EDGE)))
    )


def _lines(text: str) -> list[str]:
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.translate(_LAYOUT)
    # Trailing spaces go, except the one that makes two dashes a signature mark.
    return [line if line == "-- " else line.rstrip() for line in text.split("\n")]


_LAYOUT = {
    0x00A0: " ", 0x202F: " ", 0x2028: "\n", 0x2029: "\n", 0x200B: None, 0xFEFF: None,
}  # fmt: skip


def _own_segments(lines: Sequence[str]) -> list[list[str]]:
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
        joined = f"{line} {joined}".strip(_EDGE)
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
            and _PERSON.fullmatch(joined[: wrote.start()].strip(_EDGE)) is not None
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
    bare = line.strip(_EDGE)
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


def _without_signature(segment: list[str], has_words_above: bool) -> list[str]:
    """Leave out what signs a run of lines; `has_words_above` is of the runs before."""
    lines = _without_device_lines(segment)
    lines = _without_disclaimers(lines, has_words_above)
    lines = _before_delimiter(lines, has_words_above)
    return _without_closing(lines, has_words_above)


def _without_device_lines(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if not _is_device_line(line.strip(_EDGE))]


def _is_device_line(line: str) -> bool:
    if len(line) > _DEVICE_LONGEST:
        return False
    return _DEVICE.match(line) is not None or _PICTURE.match(line) is not None


def _before_delimiter(lines: list[str], has_words_above: bool) -> list[str]:
    filled = 0
    is_short = True
    # From below, so that every line is looked at once; the topmost mark counts.
    cut: int | None = None
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if line in ("-- ", "--", "—", "–"):
            # Two dashes without the space are also how people draw a line in a letter.
            if line == "-- " or (is_short and filled <= _SIGNATURE_LINES):
                cut = index
        elif line.strip():
            filled += 1
            is_short = is_short and len(line) <= 2 * _LONGEST_SIGNATURE_LINE
    if cut is None or not (has_words_above or _has_words(lines[:cut])):
        return lines
    return lines[:cut]


def _without_disclaimers(lines: list[str], has_words_above: bool) -> list[str]:
    """Leave out legal notices, and what stands below one when words stand above."""
    kept: list[str] = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line)
            continue
        if paragraph and _is_disclaimer(paragraph):
            if has_words_above or _has_words(kept):
                return kept
        else:
            kept += paragraph
            kept.append(line)
        paragraph = []
    return kept


def _is_disclaimer(paragraph: list[str]) -> bool:
    if not _DISCLAIMER_OPENING.match(paragraph[0].lstrip(_EDGE)[:120]):
        return False
    start = " ".join(paragraph[:12])[:_DISCLAIMER_SEEN]
    return len({sign.lower() for sign in _DISCLAIMER_SIGNS.findall(start)}) >= 2 or (
        len(start) < 200 and re.search(r"imprimer|printing", start, re.I) is not None
    )


def _without_closing(lines: list[str], has_words_above: bool) -> list[str]:
    """Leave out "Cordialement, Léa Martin, 06 …"; thanks stay, the name below goes."""
    index = 0
    kept: list[str] = []
    has_words = has_words_above
    last_words = max(
        (i for i, line in enumerate(lines) if _has_words([line])), default=-1
    )
    while index < len(lines):
        line = lines[index].strip(" \t*_,.;:!-–—")
        size = _closing_size(lines, index, line)
        is_weak = size == 0 and len(line) <= 90 and _WEAK_CLOSING.fullmatch(line)
        if size == 0 and not is_weak:
            kept.append(lines[index])
            has_words = has_words or _has_words([lines[index]])
            index += 1
            continue
        end = _signature_end(lines, index + max(size, 1), is_lenient=size > 0)
        if is_weak:
            kept.append(lines[index])
            has_words = True
        elif not has_words and last_words < end:
            kept += lines[index:end]
        index = end
    return kept


def _closing_size(lines: Sequence[str], index: int, line: str) -> int:
    """How many lines a closing formula takes; 0 for other lines."""
    if not line or len(line) > 300:
        return 0
    if len(line) <= 60 and _STRONG_CLOSING.fullmatch(line):
        return 1
    if _FORMULA.match(line):
        return 1
    if index + 1 < len(lines) and line[:12].lower().startswith(
        (
            "je vous prie",
            "nous vous pr",
            "veuillez",
            "recevez",
            "agréez",
            "vous voudrez",
        )
    ):
        below = lines[index + 1].strip()
        if len(below) < 120 and _FORMULA.match(f"{line} {below}"):
            return 2
    return 0


def _signature_end(lines: Sequence[str], start: int, *, is_lenient: bool) -> int:
    """The line after the names, titles and addresses that begin at `start`."""
    end = start
    filled = 0
    while end < len(lines):
        line = lines[end].strip(_EDGE)
        if line:
            filled += 1
            if filled > _SIGNATURE_LINES or not _may_sign(line, lines[end], is_lenient):
                break
        end += 1
    if end == len(lines):
        return end
    # Something else follows: take only the names right under the formula; under mere
    # thanks, in the midst of a text, not even those.
    if not is_lenient:
        return start
    end = start
    while end < len(lines) and not lines[end].strip():
        end += 1
    names = end
    while end < len(lines) and _may_sign(lines[end].strip(_EDGE), lines[end], False):
        end += 1
    return end if end > names else start


def _may_sign(bare: str, line: str, is_lenient: bool) -> bool:
    if not bare:
        return _RULE.match(line.strip()) is not None
    if (
        len(bare) > _LONGEST_SIGNATURE_LINE
        or bare.endswith(("?", "!"))
        or _SENTENCE_WORD.search(bare)
        or _AFTERTHOUGHT.match(line.strip())
        or _REFERENCE.search(bare)
    ):
        return False
    if _CONTACT_DETAIL.search(bare):
        return True
    if _PERSON.fullmatch(bare) and not bare.endswith("."):
        return True
    return is_lenient and len(bare.split()) <= 9


_WORD = re.compile(r"[^\W_]")


def _has_words(lines: Sequence[str]) -> bool:
    return any(_WORD.search(line) is not None for line in lines)


def _joined(segments: Sequence[Sequence[str]]) -> str:
    lines: list[str] = []
    for segment in segments:
        kept = list(segment)
        while kept and (not kept[-1].strip() or _RULE.match(kept[-1].strip())):
            kept.pop()
        if _has_words(kept):
            lines += ["", *kept]
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


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


def _judge_all(tag: str, attributes: dict[str, str | None]) -> Keep:
    kept = _judge_quotes(tag, attributes)
    if kept is not Keep.ALL or not attributes:
        return kept
    classes = (attributes.get("class") or "").lower().split()
    if not _SIGNATURE_CLASSES.isdisjoint(classes):
        return Keep.NOT_THIS
    return Keep.NOT_THIS if _identity(attributes).endswith(_SIGNATURE_IDS) else Keep.ALL


def _judge_quotes(tag: str, attributes: dict[str, str | None]) -> Keep:
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
