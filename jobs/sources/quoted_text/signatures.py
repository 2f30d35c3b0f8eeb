"""What signs a text: closings with names below, device lines, legal notices."""

import re
from collections.abc import Sequence

from jobs.sources.quoted_text.lines import EDGE, PERSON, RULE, holds_words

_DEVICE = re.compile(
    r"[(<]{0,2}(?:(?:(?:e-?mail|mail|message|courriel) )?(?:envoyé|envoi) (?:de(?:puis)?|à partir de|avec|via|par) "
    r"(?:mon|ma|l['’]|un|une|la |le |yahoo|outlook|gmail|proton|orange|sfr|free|bbox"
    r"|laposte|courrier|mailo|spark|samsung|huawei|bluemail|mobile|iphone|ipad|android)"
    r"|(?:envoyé|envoi) (?:à partir )?d['’](?:outlook|orange|un |une |android|iphone|ipad)"
    r"|sent (?:from|via|with|using) (?:my|the|a|an|yahoo|outlook|gmail|mail|proton|samsung"
    r"|iphone|ipad|android|sparrow|spark|blackberry|mobile|huawei|airmail|superhuman"
    r"|windows (?:mail|phone)|mailbox for)\b"
    r"|sent from \S{1,30}$|sent (?:from|by) (?:a )?(?:phone|mobile|galaxy)\b|de mon (?:iphone|ipad)$"
    r"|(?:télécharge[rz]?|obtenir|obtenez|get|download|hanki) (?:outlook|yahoo mail|bluemail"
    r"|spark|gmail|aqua mail) (?:pour|for)\b"
    r"|télécharg(?:é|ez) (?:depuis |l['’]application )yahoo mail\b"
    r"|provenance ?: ?(?:courrier|mail)\b"
    r"|von mein\w* .{1,30} gesendet|gesendet (?:von|mit)\b|enviado (?:desde|do) m"
    r"|inviato da(?:l mio)? |verstuurd vanaf|yahoo mail ?: |diese nachricht wurde von .{1,60} "
    r"gesendet|(?:skickat från|sendt fra) min |lähetetty (?:iphone|ipad|androidi?)\w*$"
    r"|(?:garanti )?sans virus\b.{0,20}avast|virus-free\.? ?www|l['’]absence de virus dans ce"
    # Avast's banner, as text over several lines.
    r"|garanti$|virus-free\.?$|<?(?:https?://)?(?:www\.)?avast\.com"
    r"|<?#[0-9A-F]{8}-[0-9A-F]{4}-)",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"\[(?:cid:[^\]]{1,200}|image ?: ?[^\]]{0,200}|image\S{0,60})\]$"
    # The same in a help desk's Markdown.
    r"|!\[[^\]]{0,200}\]\(https?://[^\s()]{1,1000}\)$"
    # What Outlook puts in a reply where there was one.
    r"|\[?image (?:supprimée par l['’]expéditeur|removed by sender)\b[^\]]{0,100}\]?$",
    re.I,
)
_DEVICE_LONGEST = 140
_PICTURE_LONGEST = 1_300
_STRONG_CLOSING = re.compile(
    r"(?:(?:bien|très|tres) )?(?:cordialement|cdlt|cdt|crdlt|cordlt)(?:[, ].{0,40})?"
    r"|bien (?:à|a) (?:vous|toi)|b[àa]v"
    r"|(?:(?:avec|mes|nos|sincères|meilleures|cordiales|respectueuses|sincères et) ){0,4}"
    r"salutations(?: (?:distinguées|respectueuses|cordiales|les meilleures))?"
    r"|respectueusement|sincèrement|(?:bien )?amicalement|courtoisement"
    r"|(?:(?:with|kind|kindest|best|warm|warmest|many) ){0,3}regards|rgds"
    r"|yours(?: (?:sincerely|faithfully|truly))?|sincerely(?: yours)?|best(?: wishes)?"
    r"|all the best|cheers|respectfully|cordially|warmly"
    r"|(?:vielen dank und )?(?:mit )?(?:freundlichen|freundliche|viele|beste|liebe|schöne"
    r"|herzliche|herzlichen) gr(?:ü|ue)(?:ß|ss)en?|mfg"
    r"|(?:un )?saludos?(?: cordiale?s)?|atentamente|(?:cordiali|distinti) saluti"
    r"|(?:met )?vriendelijke groet(?:en)?|mvg",
    re.IGNORECASE,
)
_FORMULA = re.compile(
    r"(?:(?:dans l['’]attente|en (?:vous|espérant|attendant))\b[^,.]{0,80}, ?)?(?:je vous prie|nous vous prions|veuillez|vous voudrez bien|recevez|agréez|agréer)\b"
    r".{0,200}\b(?:salutations|sentiments|considération|respects)\b",
    re.IGNORECASE,
)
_WEAK_CLOSING = re.compile(
    # "Merci de me rappeler" asks for something, and what follows belongs to it.
    r"(?:un grand |avec mes |en vous |je vous |mille |bien )?(?:merci|remerci\w+)\b"
    r"(?! de (?:\w+(?:er|ir|re)\b|me\b|m['’]|nous\b|bien\b|ne\b|l[ea]s?\b|lui\b)).{0,50}"
    r"|(?:many |with )?thanks?\b.{0,40}|thx|bonne (?:journée|soirée|réception|fin)\b.{0,30}"
    r"|(?:à|a) bientôt|(?:dans|en) l['’]attente d.{0,70}"
    r"|(?:i |we )?(?:look|looking) forward .{0,40}|have a (?:nice|good|great) .{0,20}",
    re.IGNORECASE,
)
# A line with one of these says something: it is no name, title or address. "Grand Est",
# "Frankfurt am Main", "Will Smith", "Pas-de-Calais" and "Suivez-nous sur …" stand in signatures.
_SENTENCE_WORD = re.compile(
    r"(?:^|[^\w])(?:je|j['’]|(?<!suivez-)(?<!retrouvez-)(?<!rejoignez-)nous|vous|mon|ma|mes"
    r"|votre|vos|cette|suis|sont|pas(?!-de-)|merci|svp|qui|i|i'm|my|you|your|we|is|are|have"
    r"|not|please|this|that|need|want|still|toujours|encore|depuis"
    r"|(?-i:ai|est|que|am(?! [A-Z])|can|will|AI|EST|QUE|CAN|WILL))(?:$|[^\w])",
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
_SIGNATURE_LINES = 14
# A company's, under a closing: names, departments, addresses, registers, networks.
_BUSINESS_SIGNATURE_LINES = 24
_LONGEST_SIGNATURE_LINE = 80
_DISCLAIMER_OPENING = re.compile(
    r"\W{0,6}(?:ce (?:message|courriel|courrier|mail|e-mail|document)\b"
    r"|les informations contenues dans ce|le contenu de ce|l['’]information contenue"
    r"|(?:avis|clause|note) de confidentialité|avertissement|confidentiel ?:"
    r"|(?:this|the information (?:contained )?in this|the contents? of this)\b"
    r"|confidentiality (?:notice|note)|disclaimer|important notice|notice ?:"
    r"|pensez à l['’]environnement|afin de (?:contribuer|préserver|respecter)"
    r"|(?:please )?(?:consider|think of) the environment|n['’]imprimez"
    r"|(?:avant d['’]imprimer|before printing)|diese (?:e-?mail|nachricht))",
    re.IGNORECASE,
)
_DISCLAIMER_SIGNS = re.compile(
    r"confidenti|destinataire|privil[ée]g|intended (?:solely|only|for|recipient)|addressee"
    r"|exclusivement|pi[èe]ces? jointes?|attachments?|virus|erreur|in error|diffus"
    r"|unauthori[sz]ed|vertraulich|strictement|interdite?|prohibited|imprimer|printing",
    re.IGNORECASE,
)
_DISCLAIMER_SEEN = 600


def without_signature(segment: list[str], has_words_above: bool) -> list[str]:
    """Leave out what signs a run of lines; `has_words_above` is of the runs before."""
    lines = without_device_lines(segment)
    lines = _without_disclaimers(lines, has_words_above)
    lines = _before_delimiter(lines, has_words_above)
    lines = _without_closing(lines, has_words_above)
    return _without_contact_details(lines, has_words_above)


def without_device_lines(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if not _is_device_line(line.strip(EDGE))]


def _is_device_line(line: str) -> bool:
    if len(line) <= _DEVICE_LONGEST and _DEVICE.match(line) is not None:
        return True
    return len(line) <= _PICTURE_LONGEST and _PICTURE.match(line) is not None


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
    if cut is None or not (has_words_above or holds_words(lines[:cut])):
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
            if has_words_above or holds_words(kept):
                return kept
        else:
            kept += paragraph
            kept.append(line)
        paragraph = []
    return kept


def _is_disclaimer(paragraph: list[str]) -> bool:
    if not _DISCLAIMER_OPENING.match(paragraph[0].lstrip(EDGE)[:120]):
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
        (i for i, line in enumerate(lines) if holds_words([line])), default=-1
    )
    while index < len(lines):
        line = _MARKS_BEHIND.sub("", lines[index].strip(" \t*_,.;:!-–—"))
        size = _closing_size(lines, index, line) or _dashed_name_size(lines, index)
        is_weak = size == 0 and len(line) <= 90 and _WEAK_CLOSING.fullmatch(line)
        if size == 0 and not is_weak:
            kept.append(lines[index])
            has_words = has_words or holds_words([lines[index]])
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


# A closing may end in a smile. Bounded: lines of nothing else are of any length.
_MARKS_BEHIND = re.compile(r"(?<=\w)[^\w?()\n]{1,8}$")
_SENTENCE_END = re.compile(r"[.!?…)]\W{0,3}$")
_NAME_AND_TITLE = re.compile(r"(.{3,60}?)(?:\s*[,|–/]\s*|\s+-\s+).{2,60}")


def _without_contact_details(lines: list[str], has_words_above: bool) -> list[str]:
    """Leave out a last paragraph of a name and its addresses, without any closing.

    Only below a sentence that has ended: "Please call my son" goes on in the name.
    """
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and lines[start - 1].strip() and end - start <= _SIGNATURE_LINES:
        start -= 1
    above = start
    while above and not lines[above - 1].strip():
        above -= 1
    if end - start < 2 or above == start:
        return lines
    if above:
        follows_sentence = _SENTENCE_END.search(lines[above - 1].strip()) is not None
    else:
        follows_sentence = has_words_above
    block = [line.strip(EDGE) for line in lines[start:end]]
    titled = _NAME_AND_TITLE.fullmatch(block[0])
    name = titled[1] if titled is not None else block[0]
    is_signature = (
        follows_sentence
        and " " in name
        and PERSON.fullmatch(name) is not None
        and any(_CONTACT_DETAIL.search(line) is not None for line in block[1:])
        and all(
            _may_sign(bare, line, True)
            for bare, line in zip(block, lines[start:end], strict=True)
        )
    )
    return lines[:above] if is_signature else lines


_DASHED = re.compile(r"(?:--|[—–]) ?(?=[^\W\d_])")


def _dashed_name_size(lines: Sequence[str], index: int) -> int:
    """1 for "-- Léa Martin" with nothing but a signature to the end; 0 otherwise.

    In a list, another line has the same dashes right above or below.
    """
    line = lines[index].strip()
    dashes = _DASHED.match(line)
    follows_words = index > 0 and lines[index - 1].strip() != ""
    if dashes is None or follows_words or len(lines) - index > _SIGNATURE_LINES:
        return 0
    name = line[dashes.end() :]
    if not name[0].isupper() or PERSON.fullmatch(name) is None:
        return 0
    return int(
        all(
            _may_sign(one.strip(EDGE), one, True) and _DASHED.match(one.strip()) is None
            for one in lines[index + 1 :]
            if one.strip()
        )
    )


_BETWEEN_LANGUAGES = re.compile(r"\s*[/|]\s*")


def _closing_size(lines: Sequence[str], index: int, line: str) -> int:
    """How many lines a closing formula takes; 0 for other lines."""
    if not line or len(line) > 300:
        return 0
    # "Kind regards / Cordialement": in every language of the house.
    said = _BETWEEN_LANGUAGES.split(line)
    if all(len(one) <= 60 and _STRONG_CLOSING.fullmatch(one) for one in said):
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
    most = _BUSINESS_SIGNATURE_LINES if is_lenient else _SIGNATURE_LINES
    begins_with_name = False
    after_details = start
    while end < len(lines):
        line = lines[end].strip(EDGE)
        if line:
            filled += 1
            if filled > most or not _may_sign(line, lines[end], is_lenient):
                break
            if filled == 1:
                begins_with_name = PERSON.fullmatch(line) is not None
            if begins_with_name and _CONTACT_DETAIL.search(line):
                after_details = end + 1
        end += 1
    if end == len(lines):
        return end
    # Something else follows: take the names right under the formula, and what stands
    # between a name and its addresses; under mere thanks, in the midst of a text, nothing.
    if not is_lenient:
        return start
    end = start
    while end < len(lines) and not lines[end].strip():
        end += 1
    names = end
    while end < len(lines) and _may_sign(lines[end].strip(EDGE), lines[end], False):
        end += 1
    return max(end if end > names else start, after_details)


def _may_sign(bare: str, line: str, is_lenient: bool) -> bool:
    if not bare:
        return RULE.match(line.strip()) is not None
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
    if PERSON.fullmatch(bare) and not bare.endswith("."):
        return True
    words = sum(any(map(str.isalnum, word)) for word in bare.split())
    return is_lenient and words <= 9
