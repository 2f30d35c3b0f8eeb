"""What a survey question measures, on which scale, and what an answer is worth.

Only what is certain is decided; everything else is null, so that the answer is kept and
counts in no metric. In English, French and German.
"""

import math
import re
from collections.abc import Collection
from typing import Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["csat", "nps", "ces"]

NPS_SCALE = (0.0, 10.0)
"""The only scale on which promoters and detractors are defined."""

_KIND_WORDS: dict[str, Kind] = {
    **dict.fromkeys(
        ("nps", "recommend", "recommendation", "recommandation", "promoter"), "nps"
    ),
    **dict.fromkeys(("ces", "effort"), "ces"),
    **dict.fromkeys(
        ("csat", "osat", "satisfaction", "satisfied", "zufriedenheit"), "csat"
    ),
}
_CODE_PARTS = re.compile(r"[A-Z]+(?![a-zà-ÿ])|[A-Z]?[a-zà-ÿ]+")

_NPS_WORDING = re.compile(
    r"\blikel(?:y|ihood)\b.*\brecommend|\brecommend\b.*\b(?:friend|colleague|famil)"
    r"|\brecommand\w*.*\b(?:amis?|proches?|entourage|coll[eè]gues?|famille)\b"
    r"|\b(?:probab|susceptible|dans quelle mesure|[aà] quel point).*\brecommand"
    r"|weiterempf|net promoter",
    re.IGNORECASE | re.DOTALL,
)
_CES_WORDING = re.compile(
    r"\befforts?\b|\bmade it easy\b|\bhow (?:easy|difficult)\b"
    r"|\beas(?:y|ily)\b.*\b(?:resol|handl|issue|problem|request|get help)"
    r"|\b(?:facile|facilement|facilité|simple)\b.*\b(?:de|d'|à|pour)\b"
    r"|\baufwand\b|\bwie (?:einfach|leicht|schwer)\b",
    re.IGNORECASE | re.DOTALL,
)
_CSAT_WORDING = re.compile(
    r"\b(?:dis)?satisf(?:ied|action|aite?s?)\b|zufrieden", re.IGNORECASE
)
# Asked for the effort itself, so that much is bad; agreeing that it was easy is good.
_EFFORT_ASKED = re.compile(
    r"\b(?:how much|what|level of|amount of|how great).{0,20}\befforts?\b"
    r"|\befforts?\b.{0,60}\b(?:put forth|did you|have to|avez[- ]vous|a[- ]t[- ]il)\b"
    r"|\b(?:combien d'|quels? |quel (?:niveau|degré) d')efforts?\b"
    r"|\bwie ?viel (?:aufwand|mühe)\b|\bhow difficult\b|\bwie schwer\b"
    r"|\b[aà] quel point\b.*\bdifficile\b",
    re.IGNORECASE | re.DOTALL,
)
_SCALE = re.compile(
    r"(?<![\d.,])([01])\s*(?:\([^)]*\)|[=:][^,;\d]*)?[\s,;]*(?:-|–|—|to|à|a|bis|and|et|und)\s*"
    r"(3|4|5|6|7|10|100)(?![\d.,]?\d)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"([+-]?\d+(?:[.,]\d+)?)"
    # What the number is called, after a mark, or where it can be nothing else.
    r"(?:\s*[-–—:=.(]+\s*\D.*|\s+(?:extremely|very|not|completely|tout|pas|très|sehr)\b.*)?",
    re.DOTALL | re.IGNORECASE,
)
_NUMBER_LAST = re.compile(r"[^\d()]{2,60}\((\d{1,3})\)")
# SurveyMonkey's `Not at all likely - 0`: a dash needs its blanks, `Level -3` is none.
_NUMBER_AFTER_DASH = re.compile(r"[^\d()]{2,60}(?:\s[-–—]\s+|:\s*)(10|\d)")
_OUT_OF = re.compile(
    r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:/|\b(?:sur|out of|of|von)\b)\s*(3|4|5|6|7|10|20|100)",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*%")
_STARS = re.compile(r"([★⭐]\ufe0f?)*[☆✩]*")
_STARS_COUNTED = re.compile(
    r"([0-5](?:[.,]\d)?)\s*(?:stars?|étoiles?|sterne?|★|⭐)", re.IGNORECASE
)

ASKS_FOR_WORDS = re.compile(
    r"\b(?:why|reasons?|comments?|feedback|tell us|explain|improve\w*|suggest\w*|"
    r"what (?:did|do) you (?:most |least )?(?:like|enjoy|love|appreciate|dislike)|"
    r"what (?:could|can|should) we (?:do|change|have done)|what went (?:well|wrong)|anything else|"
    r"qu['’]avez[- ]vous (?:le (?:plus|moins) )?(?:apprécié|aimé|pensé)|"
    r"vous avez le (?:plus|moins) (?:apprécié|aimé)|autre chose|à ajouter|"
    r"racontez[- ]nous|parlez[- ]nous|"
    r"pourquoi|raisons?|commentaires?|expliqu\w+|amélior\w+|précise[rz]|dites[- ]nous|"
    r"remarques?|avis|warum|grund|gründe|kommentare?|anmerkung\w*|verbesser\w*)\b",
    re.IGNORECASE,
)

# Fewer words in a row may be a name, a product or a choice; an address has numbers.
SENTENCE = 5
UNREAD = "unread_words"
"""Why a sentence is excluded: it stands in a column that nothing says is for words. It
may be the customer's answer, and whoever runs this should hear of it."""
_WORD = re.compile(r"[«\"(]*[^\W\d_]+(?:['’-][^\W\d_]+)*[»\"),;:.!?…]*")

TRUE_WORDS = frozenset(
    {
        "1", "true", "yes", "y", "oui", "o", "vrai", "ja", "higher", "high", "up",
        "asc", "ascending", "croissant", "haut", "positive", "higher_is_better",
    }
)  # fmt: skip
FALSE_WORDS = frozenset(
    {
        "0", "-1", "false", "no", "n", "non", "faux", "nein", "lower", "low", "down",
        "desc", "descending", "décroissant", "bas", "negative", "lower_is_better",
    }
)  # fmt: skip


class Answer(NamedTuple):
    """What an answer is worth, and on which scale."""

    score: float
    scale_min: float
    scale_max: float


def kind_of_code(code: str) -> Kind | None:
    """From a column's name or a question's code: `Q2_CSAT`, `npsScore`, `effort`."""
    for part in _CODE_PARTS.findall(code):
        kind = _KIND_WORDS.get(part.lower())
        if kind is not None:
            return kind
    return None


def kind_of_wording(question: str) -> Kind | None:
    """From the question as it was put to the customer."""
    if _NPS_WORDING.search(question):
        return "nps"
    if _CES_WORDING.search(question):
        return "ces"
    return "csat" if _CSAT_WORDING.search(question) else None


def is_sentence(cell: str) -> bool:
    """Whether it reads like something typed: so many words in a row."""
    row = 0
    for word in cell.split():
        row = row + 1 if _WORD.fullmatch(word) else 0
        if row == SENTENCE:
            return True
    return False


def is_higher_better(kind: Kind | None, question: str) -> bool:
    """False only for an effort question that asks how much effort it was."""
    return not (kind == "ces" and _EFFORT_ASKED.search(question))


def scale_of_wording(question: str) -> tuple[float, float] | None:
    """The scale that a question names: `from 1 to 5`, `de 0 à 10`, `1 = …, 5 = …`."""
    found = {(float(low), float(high)) for low, high in _SCALE.findall(question)}
    return found.pop() if len(found) == 1 else None


def is_between_answers(kind: Kind | None, score: float) -> bool:
    """Whether nobody can have chosen it: how far one recommends is asked in whole
    numbers, and 8.5 is neither a promoter's nor a detractor's nor a passive's."""
    return kind == "nps" and not score.is_integer()


def number_of(written: str) -> float | None:
    """A number, with a point or a comma; null for anything else."""
    try:
        number = float(written.strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def leading_number_of(written: str, *, is_scored: bool = True) -> float | None:
    """`10 - Extremely likely`, `Extremely likely - 10` or `(10)`, and `10` are ten.

    Args:
        is_scored: the question is known to ask for a score. Where it may ask for words,
            `Calls before that: 3` are words.
    """
    written = written.strip()
    found = _NUMBERED.fullmatch(written) or _NUMBER_LAST.fullmatch(written)
    if found is None and is_scored:
        found = _NUMBER_AFTER_DASH.fullmatch(written)
    return number_of(found[1]) if found else None


def answer_of(written: str) -> Answer | None:
    """An answer that names its own scale: `4/5`, `8 sur 10`, `80 %`, `4 étoiles`."""
    written = written.strip()
    shared = _PERCENT.fullmatch(written)
    if shared is not None:
        score = number_of(shared[1])
        return None if score is None or score > 100 else Answer(score, 0, 100)
    found = _OUT_OF.fullmatch(written)
    if found is not None:
        score, high = number_of(found[1]), float(found[2])
        if score is None or score > high:
            return None
        # Short scales begin with one; a zero says that this one does not.
        return Answer(score, 1 if high <= 7 and score >= 1 else 0, high)
    counted = _STARS_COUNTED.fullmatch(written)
    if counted is not None:
        score = number_of(counted[1])
        return None if score is None else Answer(score, 1 if score >= 1 else 0, 5)
    stars = [character for character in written if character in "★⭐☆✩"]
    if stars and _STARS.fullmatch(written):
        full = sum(character in "★⭐" for character in stars)
        return Answer(full, 1 if full else 0, max(5, len(stars)))
    return None


def _scale(*places: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(place.split("|")) for place in places)


# Answers in words, worst first; words for one place are alternatives.
_WORD_SCALES: tuple[tuple[frozenset[str], ...], ...] = (
    _scale(
        "very dissatisfied|extremely dissatisfied|completely dissatisfied",
        "somewhat dissatisfied|dissatisfied",
        "neither satisfied nor dissatisfied|neither dissatisfied nor satisfied|neutral",
        "somewhat satisfied|satisfied",
        "very satisfied|extremely satisfied|completely satisfied",
    ),
    _scale(
        "extremely dissatisfied",
        "moderately dissatisfied",
        "slightly dissatisfied",
        "neither satisfied nor dissatisfied|neutral",
        "slightly satisfied",
        "moderately satisfied",
        "extremely satisfied",
    ),
    _scale(
        "very dissatisfied",
        "somewhat dissatisfied",
        "somewhat satisfied",
        "very satisfied",
    ),
    _scale(
        "très insatisfait",
        "insatisfait|plutôt insatisfait",
        "ni satisfait ni insatisfait|ni insatisfait ni satisfait|neutre",
        "satisfait|plutôt satisfait",
        "très satisfait",
    ),
    _scale(
        "pas du tout satisfait",
        "plutôt pas satisfait|peu satisfait|pas satisfait",
        "plutôt satisfait|assez satisfait|satisfait",
        "très satisfait|tout à fait satisfait",
    ),
    _scale(
        "sehr unzufrieden",
        "unzufrieden|eher unzufrieden",
        "weder zufrieden noch unzufrieden|teils/teils|neutral",
        "zufrieden|eher zufrieden",
        "sehr zufrieden",
    ),
    _scale(
        "strongly disagree",
        "disagree|somewhat disagree",
        "neither agree nor disagree|neutral",
        "agree|somewhat agree",
        "strongly agree",
    ),
    _scale(
        "strongly disagree",
        "disagree",
        "somewhat disagree|slightly disagree",
        "neither agree nor disagree|neutral",
        "somewhat agree|slightly agree",
        "agree",
        "strongly agree",
    ),
    _scale(
        "pas du tout d'accord",
        "pas d'accord|plutôt pas d'accord",
        "ni d'accord ni pas d'accord|neutre",
        "d'accord|plutôt d'accord",
        "tout à fait d'accord",
    ),
    _scale(
        "pas du tout d'accord",
        "plutôt pas d'accord|pas d'accord",
        "plutôt d'accord|d'accord",
        "tout à fait d'accord",
    ),
    _scale(
        "very difficult|extremely difficult",
        "difficult|somewhat difficult",
        "neither easy nor difficult|neither difficult nor easy|neutral",
        "easy|somewhat easy",
        "very easy|extremely easy",
    ),
    _scale(
        "très difficile",
        "difficile|plutôt difficile|assez difficile",
        "ni facile ni difficile|neutre",
        "facile|plutôt facile|assez facile",
        "très facile",
    ),
)
_SCALE_WORDS = frozenset(
    word for scale in _WORD_SCALES for place in scale for word in place
)
# Feminine and plural: `satisfaite`, `satisfaits`, `insatisfait(e)`.
_FRENCH_ENDING = re.compile(r"\b((?:in)?satisfait)(?:\(e\)|e)?s?(?!\w)")


def word_answers(answers: Collection[str]) -> dict[str, Answer]:
    """What each of a question's answers in words is worth; empty where unsure.

    All answers to the question are needed, because a word's place depends on the
    others that may be chosen: `somewhat satisfied` is the fourth of five, or the third
    of four. A scale must have all of them, no two at one place; where several do and
    disagree on how far up an answer stands, none is taken. So a few answers may stay
    unread that many would have explained.
    """
    plain = {answer: _plain(answer) for answer in answers}
    words = set(plain.values())
    readings: list[dict[str, Answer]] = []
    for scale in _WORD_SCALES:
        places = {word: i for i, place in enumerate(scale, 1) for word in place}
        found = [places[word] for word in words if word in places]
        if len(found) == len(words) == len(set(found)):
            readings.append(
                {word: Answer(places[word], 1, len(scale)) for word in words}
            )
    if not readings:
        return {}
    first = readings[0]
    for other in readings[1:]:
        if any(_height(first[word]) != _height(other[word]) for word in words):
            return {}
    return {answer: first[word] for answer, word in plain.items()}


def is_scale_word(answer: str) -> bool:
    """Whether it stands on some scale, wherever it stands there."""
    return _plain(answer) in _SCALE_WORDS


def _plain(answer: str) -> str:
    plain = " ".join(answer.lower().replace("’", "'").split())
    return _FRENCH_ENDING.sub(r"\1", plain)


def _height(answer: Answer) -> float:
    return (answer.score - answer.scale_min) / (answer.scale_max - answer.scale_min)
