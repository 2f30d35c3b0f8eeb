"""Language codes as sources write them, to ISO 639-1."""

import re

# Every two-letter code of ISO 639-1.
_LISTED = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs "
    "cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha "
    "he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn "
    "ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb "
    "nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd "
    "se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw "
    "ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_CODES = frozenset(_LISTED.split())
# Written out, or in three letters, in the exports of companies that work in these.
_NAMES = {
    "fra": "fr", "fre": "fr", "français": "fr", "francais": "fr", "french": "fr",
    "eng": "en", "anglais": "en", "english": "en",
    "deu": "de", "ger": "de", "allemand": "de", "german": "de", "deutsch": "de",
    "spa": "es", "espagnol": "es", "spanish": "es", "español": "es",
    "ita": "it", "italien": "it", "italian": "it", "italiano": "it",
    "nld": "nl", "dut": "nl", "néerlandais": "nl", "dutch": "nl",
    "por": "pt", "portugais": "pt", "portuguese": "pt",
}  # fmt: skip
_SEPARATOR = re.compile(r"[-_]")


def iso_639_1(value: str | None) -> str | None:
    """`fr` for `fr`, `FR`, `fr-CA`, `FRA` or `Français`; null for anything unknown.

    The region is dropped. `und` (undetermined), `zxx` (no words) and the like are no
    languages.
    """
    if not value:
        return None
    value = value.strip().lower()
    first = _SEPARATOR.split(value, maxsplit=1)[0]
    return first if first in _CODES else _NAMES.get(value) or _NAMES.get(first)
