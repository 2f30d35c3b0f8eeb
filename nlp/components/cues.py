"""Finds the authored cues in a doc, leaving out those that are negated."""

from dataclasses import dataclass, field
from pathlib import Path

from spacy.attrs import IDX, LENGTH, ORTH
from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.languages import iso_code
from nlp.lexicons import Cue, load_cues, own_cues
from nlp.taxonomy import load_taxonomy

USER_DATA_KEY = "cues"
# One row a token: word form, first code point, length. Reading a doc takes as long as finding half its cues.
TOKENS_KEY = "tokens"
# Words that end the reach of a negation although no comma stands there.
_BARRIERS = {
    "fr": ("mais", "par contre", "et", "donc", "car"),
    "en": ("but", "however", "and", "so", "because"),
}


# A cue in a doc: its place among the finder's cues, and the tokens [start, end) that matched.
Found = tuple[int, int, int]


@Language.factory(
    "verbatim_cues",
    assigns=["doc.user_data"],
    default_config={"negators": [], "negation_reach": 3, "gap": 3, "taxonomy": None},
)
def make_cues(
    nlp: Language,
    name: str,
    negators: list[str],
    negation_reach: int,
    gap: int,
    taxonomy: str | None,
) -> "CueFinder":
    """Build the component from a config block.

    Args:
        nlp: the pipeline; its vocabulary, tokeniser and language are used.
        name: the component's name in this pipeline.
        negators: words that turn the cue after them off.
        negation_reach: how many tokens after a negator it reaches; punctuation ends it sooner.
        gap: how many tokens ` .. ` in a cue may stand for.
        taxonomy: a company's own file, whose labels may bring cues; the shipped cues stay, for
            the model counts them.
    """
    language = iso_code(nlp)
    cues = load_cues(language, load_taxonomy())
    if taxonomy is not None:
        cues += own_cues(language, load_taxonomy(Path(taxonomy)))
    return CueFinder(nlp, cues, negators, negation_reach, gap)


@dataclass
class _Part:
    """What a phrase is: whole cues, and beginnings and ends of cues with a gap."""

    has_negator: bool
    whole: list[int] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    completes: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Step:
    """A token on the way through the phrases: what ends here, and what may come next."""

    part: _Part | None = None
    after: "dict[int, _Step]" = field(default_factory=dict)


class CueFinder:
    """Matches all cues at once. A cue that itself begins with or holds a negator is never negated."""

    def __init__(
        self,
        pipeline: Language,
        cues: list[Cue],
        negators: list[str],
        reach: int,
        gap: int,
    ) -> None:
        strings = pipeline.vocab.strings
        self.negators = frozenset(negators)
        self._negators = {strings.add(word) for word in negators}
        self._barriers = {
            strings.add(word) for word in _BARRIERS[iso_code(pipeline)]
        } | {
            strings.add(mark) for mark in (",", ".", ";", ":", "!", "?", "\n", "(", ")")
        }
        self._reach = reach
        self._gap = gap
        self._stops = {strings.add(mark) for mark in (".", "!", "?", "\n")}
        self._first = _Step()
        self.cues = cues
        for number, cue in enumerate(cues):
            if cue.ends:
                for phrase in cue.starts:
                    self._part(pipeline, phrase).begins.append(number)
                for phrase in cue.ends:
                    self._part(pipeline, phrase).completes.append(number)
            else:
                self._part(pipeline, cue.phrase).whole.append(number)

    def _part(self, pipeline: Language, phrase: str) -> _Part:
        step = self._first
        # Only the tokeniser: a cue needs no tags.
        orths = [token.orth for token in pipeline.tokenizer(phrase)]
        for orth in orths:
            step = step.after.setdefault(orth, _Step())
        if step.part is None:
            step.part = _Part(not self._negators.isdisjoint(orths))
        return step.part

    def _matches(self, orths: list[int]) -> list[tuple[_Part, int, int]]:
        """All phrases and their tokens [start, end), in order.

        A walk through nested dicts: spaCy's PhraseMatcher looks up the name of every match, gives them in
        no order and takes longer.
        """
        found = []
        first = self._first.after.get
        for start, orth in enumerate(orths):
            step, end = first(orth), start
            while step is not None:
                end += 1
                if step.part is not None:
                    found.append((step.part, start, end))
                if end == len(orths):
                    break
                step = step.after.get(orths[end])
        return found

    def __call__(self, doc: Doc) -> Doc:
        found: list[Found] = []
        # cue -> tokens [start, end) of its latest beginning and whether a negator stands in it
        begun: dict[int, tuple[int, int, bool]] = {}
        tokens = doc.to_array([ORTH, IDX, LENGTH]).reshape(-1, 3)
        orths: list[int] = tokens[:, 0].tolist()
        for part, start, end in self._matches(orths):
            if not begun.keys().isdisjoint(part.completes):
                for cue in part.completes:
                    if cue not in begun:
                        continue
                    first, last, has_negator = begun[cue]
                    if (
                        last <= start <= last + self._gap
                        and not self._is_cut(orths, last, start)
                        and (
                            has_negator
                            or part.has_negator
                            or not self._is_negated(orths, first)
                        )
                    ):
                        found.append((cue, first, end))
            if part.whole and (part.has_negator or not self._is_negated(orths, start)):
                found.extend((cue, start, end) for cue in part.whole)
            for cue in part.begins:
                begun[cue] = (start, end, part.has_negator)
        doc.user_data[TOKENS_KEY] = tokens
        doc.user_data[USER_DATA_KEY] = found
        return doc

    def _is_cut(self, orths: list[int], start: int, end: int) -> bool:
        return any(orth in self._stops for orth in orths[start:end])

    def _is_negated(self, orths: list[int], start: int) -> bool:
        for position in range(start - 1, max(-1, start - 1 - self._reach), -1):
            orth = orths[position]
            if orth in self._negators:
                return True
            if orth in self._barriers:
                return False
        return False
