"""Finds the authored cues in a doc, leaving out those that are negated."""

from typing import NamedTuple

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from nlp.lexicons import Cue, load_cues
from nlp.taxonomy import load_taxonomy

USER_DATA_KEY = "cues"
# Words that end the reach of a negation although no comma stands there.
_BARRIERS = {
    "fr": ("mais", "par contre", "et", "donc", "car"),
    "en": ("but", "however", "and", "so", "because"),
}


class Found(NamedTuple):
    """A cue in a doc: the tokens [start, end) that matched."""

    cue: Cue
    start: int
    end: int


@Language.factory(
    "verbatim_cues",
    assigns=["doc.user_data"],
    default_config={"negators": [], "negation_reach": 3},
)
def make_cues(
    nlp: Language, name: str, negators: list[str], negation_reach: int
) -> "CueFinder":
    """Build the component from a config block.

    Args:
        nlp: the pipeline; its vocabulary, tokeniser and language are used.
        name: the component's name in this pipeline.
        negators: words that turn the cue after them off.
        negation_reach: how many tokens after a negator it reaches; punctuation ends it sooner.
    """
    return CueFinder(
        nlp, load_cues(nlp.lang, load_taxonomy()), negators, negation_reach
    )


class CueFinder:
    """Matches all cues at once. A cue that itself begins with or holds a negator is never negated."""

    def __init__(
        self, pipeline: Language, cues: list[Cue], negators: list[str], reach: int
    ) -> None:
        strings = pipeline.vocab.strings
        self._negators = {strings.add(word) for word in negators}
        self._barriers = {strings.add(word) for word in _BARRIERS[pipeline.lang]} | {
            strings.add(mark) for mark in (",", ".", ";", ":", "!", "?", "\n", "(", ")")
        }
        self._reach = reach
        self._matcher = PhraseMatcher(pipeline.vocab, attr="LOWER")
        self._cues: dict[int, list[Cue]] = {}
        for cue in cues:
            key = strings.add(f"cue:{cue.phrase}")
            if key not in self._cues:
                self._matcher.add(f"cue:{cue.phrase}", [pipeline.make_doc(cue.phrase)])
            self._cues.setdefault(key, []).append(cue)
        self._has_negator = {
            key: any(
                token.orth in self._negators
                for token in pipeline.make_doc(same[0].phrase)
            )
            for key, same in self._cues.items()
        }

    def __call__(self, doc: Doc) -> Doc:
        found: list[Found] = []
        for key, start, end in self._matcher(doc):
            if not self._has_negator[key] and self._is_negated(doc, start):
                continue
            found.extend(Found(cue, start, end) for cue in self._cues[key])
        doc.user_data[USER_DATA_KEY] = found
        return doc

    def _is_negated(self, doc: Doc, start: int) -> bool:
        for position in range(start - 1, max(-1, start - 1 - self._reach), -1):
            orth = doc[position].orth
            if orth in self._negators:
                return True
            if orth in self._barriers:
                return False
        return False
