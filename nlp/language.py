"""Which language a text is in, when its source does not say."""

import re
from functools import lru_cache

from lingua import LanguageDetector

from nlp.text import without_placeholders

# What customers of a French or British company write in; lingua is restricted to these so that
# a short French text is not taken for Catalan.
_CANDIDATES = (
    "FRENCH",
    "ENGLISH",
    "SPANISH",
    "GERMAN",
    "ITALIAN",
    "DUTCH",
    "PORTUGUESE",
    "POLISH",
    "TURKISH",
)


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_MARKS_FR = _words(
    "je tu il elle nous vous ils mon ma mes ton ta tes votre vos notre nos leur leurs le la les un une des du au aux est "
    "suis êtes etes sont était etait sera serait et ou où mais donc que qui quoi quand comment pourquoi combien pas plus "
    "ne jamais rien avec sans pour dans sur sous chez ce cet cette ces ça ca ai as avez avons ont été ete fait faire dit "
    "dire veux voudrais peux peut pouvez pourrais merci bonjour bonsoir svp oui non très tres trop aussi encore toujours "
    "moi toi lui eux là voilà voila alors depuis avant après apres jour jours mois heures parce quel quelle cela rien "
    "tout toute tous toutes bien même meme comme par être etre avoir aucun aucune quelque chose personne j'ai c'est "
    "n'est qu'il qu'on d'un d'une j c d l qu n s y en se si va vais vas faut puis toujours deja déjà"
)
_MARKS_EN = _words(
    "i you he she we they my your his her our their the a an is are was were be been being am and or but so that which "
    "who what when where how why not no never nothing with without for in on at of from to into this these those it its "
    "it's i'm i've i'd don't can't won't didn't isn't doesn't have has had do does did done will would can could should "
    "get got getting been just still very too also again always me him them us there here then since before after "
    "because any some all every more most much many if as by than about please thanks thank hello hi yes you're there's "
    "that's dont cant im ive wont didnt want need know like one out up off my new back now"
)
_BOTH = _MARKS_FR & _MARKS_EN
_ONLY_FR, _ONLY_EN = _MARKS_FR - _BOTH, _MARKS_EN - _BOTH
# Those that are words of another candidate as well, and prove nothing by themselves: "la
# tarjeta que me dieron" (Spanish), "ik was in de winkel" (Dutch).
_SHARED_FR = _words(
    "la le les l un une en se si va tu me te que y non ne il ai qui est es s c d n des ou sur"
)
_SHARED_EN = _words(
    "in is was am an so we will me at of want had all like over new us on are has here do he i a "
    "no up out by been as"
)
_OWN_FR, _OWN_EN = _ONLY_FR - _SHARED_FR, _ONLY_EN - _SHARED_EN
_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\S+@\S+")
# Three marks more than the other language, and at least a fifth of the words: measured on
# public French and English texts this decides most of them and is wrong on fewer than lingua.
_LEAD = 3
_SHARE = 0.2
# Different marks that no other candidate has: one may stand in a name or a quotation.
_OWN = 2
# A single word says little: below this many letters only the marks may decide.
_MIN_LETTERS = 4
# lingua's relative confidence; below it the candidates are as good as equal.
_MIN_CONFIDENCE = 0.3


@lru_cache(maxsize=1)
def _lingua() -> LanguageDetector:
    from lingua import Language, LanguageDetectorBuilder

    names = [getattr(Language, name) for name in _CANDIDATES]
    return LanguageDetectorBuilder.from_languages(*names).build()


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code, or None when it cannot be told.

    Frequent function words decide first (fast, and steady on typed text without accents), if
    some of them are no other candidate's; what they leave open goes to lingua. Placeholders,
    links, handles and numbers do not count.
    """
    plain = _NOISE.sub(" ", without_placeholders(text)).replace("’", "'").lower()
    words = _WORDS.findall(plain)
    if not words:
        return None
    pieces = [
        part
        for word in words
        for part in ([word, *word.split("'")] if "'" in word else [word])
    ]
    french = sum(piece in _ONLY_FR for piece in pieces)
    english = sum(piece in _ONLY_EN for piece in pieces)
    french_alone = _OWN_FR.intersection(pieces)
    # An elision ("c'est") is two words that nobody else writes so.
    is_french = len(french_alone) >= _OWN or any("'" in mark for mark in french_alone)
    is_english = len(_OWN_EN.intersection(pieces)) >= _OWN
    if is_french and french - english >= _LEAD and french >= _SHARE * len(words):
        return "fr"
    if is_english and english - french >= _LEAD and english >= _SHARE * len(words):
        return "en"
    if sum(map(len, words)) < _MIN_LETTERS and french == english:
        return None
    values = _lingua().compute_language_confidence_values(" ".join(words))
    best = values[0]
    if best.value < _MIN_CONFIDENCE:
        if french != english:
            return "fr" if french > english else "en"
        return None
    return best.language.iso_code_639_1.name.lower()
