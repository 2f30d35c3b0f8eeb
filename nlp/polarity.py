"""How pleasant single words are: general polarity lexicons from libraries, and our own for French.

English: VADER's, and textblob's (pattern's) adjectives where VADER has no word. French: textblob-fr's
adjectives under `lexicons/polarity/fr.yaml`, authored here because that list knows book reviews, no complaints.
The files are read as data: importing textblob would bring NLTK with it, a second of every worker's start.
"""

from collections import defaultdict
from importlib.metadata import distribution
from pathlib import Path
from statistics import mean
from xml.etree import ElementTree

import yaml

from nlp.lexicons import FOLDER, LexiconError, expand
from nlp.text import fold

OWN = FOLDER / "polarity"
# VADER's valences run from -4 to 4.
_VADER_SCALE = 4
# textblob's adjectives speak of books and films: weaker evidence, and none when near neutral.
_ADJECTIVE_SCALE, _NEUTRAL = 0.7, 0.1


def load_polarity(language: str, folder: Path = OWN) -> dict[str, float]:
    """Folded word form -> how pleasant it is, in [-1, 1].

    Raises:
        LexiconError: naming every entry of our own list that cannot be used.
    """
    if language == "en":
        return _adjectives("textblob", "textblob/en/en-sentiment.xml", "en") | _vader()
    words = _adjectives("textblob-fr", "textblob_fr/fr-sentiment.xml", "fr")
    return words | _own(folder / f"{language}.yaml", language)


def _located(package: str, file: str) -> Path:
    return Path(str(distribution(package).locate_file(file)))


def _vader() -> dict[str, float]:
    path = _located("vaderSentiment", "vaderSentiment/vader_lexicon.txt")
    valences = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, valence = line.split("\t")[:2]
        valences[fold(word, "en")] = float(valence) / _VADER_SCALE
    return valences


def _adjectives(package: str, file: str, language: str) -> dict[str, float]:
    senses: dict[str, list[float]] = defaultdict(list)
    for word in ElementTree.parse(_located(package, file)).getroot():
        senses[fold(word.attrib["form"], language)].append(
            float(word.attrib["polarity"])
        )
    return {
        form: _ADJECTIVE_SCALE * mean(polarities)
        for form, polarities in senses.items()
        if abs(mean(polarities)) > _NEUTRAL
    }


def _own(path: Path, language: str) -> dict[str, float]:
    words: dict[str, float] = {}
    faults = []
    for position, group in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
        strength = group.get("strength")
        if not isinstance(strength, int | float) or not -1 <= strength <= 1:
            faults.append(f"{path.name}[{position}].strength: expected -1 to 1")
            continue
        if not group.get("reason"):
            faults.append(f"{path.name}[{position}].reason is missing")
        for pattern in group.get("words", ()):
            for form in expand(pattern):
                words[fold(form, language)] = float(strength)
    if faults:
        raise LexiconError("\n".join(faults))
    return words
