"""E-mail addresses: written, obfuscated, or said aloud."""

import re
from collections.abc import Iterator

from jobs.masking.spoken import NUMBER_WORDS, REPEATS
from jobs.masking.view import Found, View, words

LOCAL = re.compile(r"[\w.+%'&-]*\Z")
LOCAL_LIMIT = 64
DOMAIN = re.compile(r"[^\W_](?:[\w-]{0,62})(?:\.[\w-]{1,63}){1,8}")
COMMA_DOMAIN = re.compile(r"[^\W_][\w-]{0,62},([a-z]{2,4})\b")

TOP_LEVEL = words(
    "fr com net org eu be ch de uk co io info es it lu ca pro biz me email gouv edu nl"
    " pt ma tn dz re gp mq gf yt nc pf pm at us ie au nz in ru pl se no dk fi cz ro gr"
    " app dev tech online shop club bzh paris alsace corsica coop asso mobi name tv cc"
    " example exemple test"
)
PROVIDERS = words(
    "gmail hotmail outlook yahoo orange wanadoo free sfr laposte icloud live bbox msn"
    " protonmail neuf aol numericable"
)
TRIGGERS = words(
    "arobase arobases arobas arobaz arobaze arobasse arrobase arrobas arrobaze aroba"
    " arobass at atsign arobate arobaste commercial point"
)
AT = re.compile(
    r"[\[({<] ?(?:@|at|a|arobase) ?[\])}>]|\barr?oba(?:ss?e?|ze?|te|ste|ses)?\b"
    r"|\ba robase\b|\ba commercial\b|\bat sign\b|\bat\b|\ba\b|\bchez\b|@"
)
# A full stop with a blank after it ends a sentence.
DOT = r" ?(?:\.(?! )|(?<= )\. |\bpoints?\b|\bdot\b|[\[({] ?(?:point|dot|\.) ?[\])}]) ?"
SAID_DOMAIN = re.compile(
    rf" {{0,2}}((?:[a-z0-9]{{1,40}}[ -]{{1,2}}){{0,3}}?[a-z0-9-]{{1,40}}"
    rf"(?:{DOT}[a-z0-9-]{{1,40}}){{0,2}}?{DOT})([a-z]{{2,8}}|c o m|n e t|o r g|[a-z] [a-z])\b"
)
SECOND_TOP_LEVEL = re.compile(rf"{DOT}(fr|uk|com|be|eu|org)\b")
SAID_PROVIDER = re.compile(
    rf" {{0,2}}(?:{'|'.join(sorted(PROVIDERS))}|g mail|hot mail|la poste)\b"
    r"(?: (?:com|fr|net)\b)?"
)
JOINERS = words(
    "point dot tiret tirets underscore underscores souligne moins trait dash hyphen"
    " period"
)
INTRODUCTIONS = words(
    "est adresse adresses mail mails email emails courriel messagerie sur a is address"
    " at to suivante suivant oui etait was it alors euh donc voila um uh so that's thats"
)
# "marie dupont tout attaché": how the words before it are written.
GLUED = (
    ["tout", "attache"], ["tout", "colle"], ["tous", "attaches"], ["all", "together"],
    ["one", "word"], ["all", "one"], ["un", "mot"], ["seul", "mot"], ["en", "un"],
)  # fmt: skip
# Letter by letter, with "comme Daniel" after each, an address takes this many words.
LONGEST_SPELLING = 60
LINK = re.compile(r"[ ._+'\[\](){}-]{0,3}\Z|, ?\Z")


def written(view: View) -> Iterator[Found]:
    """`name@host.tld`; `@name@server` is a handle of the fediverse and stays."""
    at = view.text.find("@")
    while at >= 0:
        local = LOCAL.search(view.text[max(0, at - LOCAL_LIMIT) : at])
        start = at - len(local[0].lstrip(".'-")) if local else at
        is_handle = start > 0 and view.text[start - 1] == "@"
        if start < at and not is_handle:
            domain = DOMAIN.match(view.text, at + 1) or comma_domain(view, at + 1)
            # "lea@exemple .fr": a blank too many, and the provider alone.
            end = domain.end() if domain else said_domain(view, at + 1)
            if end is not None:
                yield Found("EMAIL", start, end)
        at = view.text.find("@", at + 1)
    if "@ " in view.text or " @" in view.text or "[@" in view.text or "(@" in view.text:
        yield from said(view)


def comma_domain(view: View, at: int) -> re.Match[str] | None:
    """A comma for the dot, as in "gmail,com", before a domain's end that is one."""
    match = COMMA_DOMAIN.match(view.text, at)
    return match if match and match[1] in TOP_LEVEL else None


def said(view: View) -> Iterator[Found]:
    tokens = view.tokens
    before = 0
    for match in AT.finditer(view.text):
        domain = said_domain(view, match.end())
        if domain is None:
            continue
        while before < len(tokens) and tokens[before].end <= match.start():
            before += 1
        if before == 0:
            continue
        mark = match[0]
        gap = view.text[tokens[before - 1].end : match.start()]
        if not re.fullmatch(r"[ ,)\]]{0,2}", gap):
            continue
        # Glued to both sides it is an ordinary address.
        if mark == "@" and not gap and view.text[match.end()] != " ":
            continue
        first, is_sure = local_part(view, before - 1)
        # "jdoe AT exemple DOT com" hides an address; a text all in capitals does not.
        is_hidden = view.raw[match.start() : match.end()] == "AT" and (
            view.raw[tokens[first].start : tokens[before - 1].end].islower()
        )
        if mark in ("at", "@") and not (is_sure or is_hidden):
            continue
        # "à" for @ only where the name is dictated too: "léa point martin à …".
        if mark in ("a", "chez") and not any(
            token.text in JOINERS for token in tokens[first:before]
        ):
            continue
        yield Found("EMAIL", tokens[first].start, domain)


def said_domain(view: View, at: int) -> int | None:
    domain = SAID_DOMAIN.match(view.text, at)
    if domain and domain[2].replace(" ", "") in TOP_LEVEL:
        end = domain.end()
        second = SECOND_TOP_LEVEL.match(view.text, end)
        return second.end() if second else end
    provider = SAID_PROVIDER.match(view.text, at)
    return provider.end() if provider else None


def local_part(view: View, last: int) -> tuple[int, bool]:
    """Where the name before the at sign begins, and whether it is surely one.

    Words joined by "point", "tiret" and the like belong to it, and so do letters spelled
    and numbers; words without a joiner only after "mon mail c'est" or the like.
    """
    tokens = view.tokens
    first = last
    while first > 0 and last - first < LONGEST_SPELLING and belongs(view, first):
        first -= 1
    is_sure = first < last
    for back in range(first - 1, max(-1, first - 4), -1):
        gap = view.text[tokens[back].end : tokens[back + 1].start]
        if not LINK.match(gap):
            return (back + 1, True) if ":" in gap else (first, is_sure)
        if tokens[back].text in INTRODUCTIONS:
            is_short_for_is = tokens[back + 1].text == "s" and gap == "'"
            first = back + 1 + is_short_for_is
            # Of "it's at …" nothing is left to be a name.
            return (first, True) if first <= last else (last, False)
        # "paula reed all one word at …": nothing else stands before it.
        if back == 0 and any(is_glued(view, at) for at in range(first, last)):
            return 0, True
    return first, is_sure


def belongs(view: View, index: int) -> bool:
    """Whether the word before this one is part of the same address."""
    here, previous = view.tokens[index], view.tokens[index - 1]
    gap = view.text[previous.end : here.start]
    if not LINK.match(gap):
        return False
    if gap and not {" ", ",", "'"} & set(gap):
        return True
    # The s of "that's" is no letter of an address.
    if previous.text == "s" and view.text[previous.start - 1 : previous.start] == "'":
        return False
    is_spelled = len(here.text) == 1 and len(previous.text) == 1
    if previous.text in INTRODUCTIONS:
        # The letter of "l e a point", not the word of "écris à lea point".
        before = view.tokens[index - 2].text if index > 1 else ""
        return len(previous.text) == 1 and len(before) == 1
    return (
        is_spelled
        or is_joiner(view, index - 1)
        or is_joiner(view, index)
        or here.text in NUMBER_WORDS
        or here.text.isdecimal()
        # "double l" while an address is spelled.
        or (previous.text in REPEATS and len(here.text) == 1)
        or (here.text in REPEATS and len(previous.text) == 1)
        or "comme" in (here.text, previous.text)
        or (len(here.text) == 1 and is_spelling_word(view, index - 1))
        # "j for Juliet"
        or (here.text == "for" and len(previous.text) == 1)
        or (previous.text == "for" and len(view.tokens[index - 2].text) == 1)
    )


def is_spelling_word(view: View, index: int) -> bool:
    """Whether this is the "Paul" of "p comme Paul", "j for Juliet"."""
    if index < len(("p", "comme")):
        return False
    letter, like = view.tokens[index - 2 : index]
    return len(letter.text) == 1 and like.text in ("comme", "for")


def is_glued(view: View, index: int) -> bool:
    return [token.text for token in view.tokens[index : index + 2]] in GLUED


def is_joiner(view: View, index: int) -> bool:
    """Whether this word is "point" or the like, or ends "tiret du bas"."""
    if view.tokens[index].text in JOINERS:
        return True
    if is_glued(view, index):
        return True
    said_words = [token.text for token in view.tokens[max(0, index - 2) : index + 1]]
    return said_words[-2:] in (
        ["tiret", "bas"],
        ["tiret", "du"],
        ["trait", "d"],
        *GLUED,
    ) or said_words in (["tiret", "du", "bas"], ["trait", "d", "union"])
