"""The authored corpora: reading them, and saying all that is wrong with them at once."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.taxonomy import LANGUAGES, OVERALL, Taxonomy
from nlp.text import fold, stable_hash

FOLDER = Path(__file__).with_name("corpora")
CHANNELS = ("call", "video", "chat", "email", "web_form", "social", "review")
# JSON key of the list -> family
LISTS = {
    "intents": "intent",
    "needs": "need",
    "expectations": "expectation",
    "frustrations": "frustration",
}
CALMEST, MOST_FURIOUS, FRUSTRATED_FROM = 0, 4, 2
# Near-copies: at least this share of the longer text's shingles is in the other.
NEAR_COPY = 0.6
SHINGLE = 5
# A run of characters in more texts than this is an ordinary phrase, and no sign of copying.
ORDINARY = 150


class CorpusError(ValueError):
    """Corpora that cannot be trained on; the message lists every fault with file and line."""


@dataclass(frozen=True)
class Utterance:
    id: str
    language: str
    channel: str
    sector: str
    text: str
    intents: tuple[str, ...]  # the primary one first
    needs: tuple[str, ...]
    expectations: tuple[str, ...]
    frustrations: tuple[str, ...]
    overall: int  # 0 calm, 1 slightly annoyed, 2 clearly frustrated, 3 angry, 4 furious or leaving
    evidence: Mapping[str, tuple[str, ...]]

    @property
    def is_frustrated(self) -> bool:
        return self.overall >= FRUSTRATED_FROM


def load_corpus(
    language: str, taxonomy: Taxonomy, folder: Path = FOLDER
) -> list[Utterance]:
    """All utterances of a language, by file and line.

    Raises:
        CorpusError: naming every faulty line.
    """
    return load_files(sorted((folder / language).glob("*.jsonl")), language, taxonomy)


def load_files(
    paths: Iterable[Path], language: str, taxonomy: Taxonomy
) -> list[Utterance]:
    """All utterances of some files of one language.

    Raises:
        CorpusError: naming every faulty line.
    """
    utterances: list[Utterance] = []
    faults: list[str] = []
    seen: dict[str, str] = {}
    for path in paths:
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            where = f"{language}/{path.name}:{number}"
            if not line.strip():
                continue
            try:
                raw = json.loads(line)
            except json.JSONDecodeError as error:
                faults.append(f"{where}: not JSON: {error}")
                continue
            found = list(_faults(raw, language, taxonomy))
            if not found and raw["id"] in seen:
                found.append(f"id {raw['id']} is already at {seen[raw['id']]}")
            if found:
                faults += [f"{where}: {fault}" for fault in found]
                continue
            seen[raw["id"]] = where
            utterances.append(_utterance(raw))
    if faults:
        raise CorpusError(
            f"the corpora have {len(faults)} fault(s):\n"
            + "\n".join(f"- {fault}" for fault in faults)
        )
    return utterances


def _utterance(raw: Mapping[str, Any]) -> Utterance:
    return Utterance(
        id=raw["id"],
        language=raw["language"],
        channel=raw["channel"],
        sector=raw["sector"],
        text=raw["text"],
        intents=tuple(raw["intents"]),
        needs=tuple(raw["needs"]),
        expectations=tuple(raw["expectations"]),
        frustrations=tuple(raw["frustrations"]),
        overall=raw["overall"],
        evidence={key: tuple(words) for key, words in raw["evidence"].items()},
    )


def _faults(raw: Any, language: str, taxonomy: Taxonomy) -> Iterator[str]:
    if not isinstance(raw, dict):
        yield f"expected an object, got {type(raw).__name__}"
        return
    for key in ("id", "language", "channel", "sector", "text"):
        if not isinstance(raw.get(key), str) or not raw[key].strip():
            yield f"{key}: expected text"
    for key in LISTS:
        if not isinstance(raw.get(key), list):
            yield f"{key}: expected a list"
    if not isinstance(raw.get("evidence"), dict):
        yield "evidence: expected a mapping of family:label to words"
    overall = raw.get("overall")
    if not isinstance(overall, int) or not CALMEST <= overall <= MOST_FURIOUS:
        yield f"overall: expected {CALMEST} to {MOST_FURIOUS}, got {overall!r}"
    if any(not isinstance(raw.get(key), list) for key in LISTS) or not isinstance(
        raw.get("evidence"), dict
    ):
        return
    yield from _label_faults(raw, language, taxonomy)


def _label_faults(
    raw: Mapping[str, Any], language: str, taxonomy: Taxonomy
) -> Iterator[str]:
    if raw.get("language") != language:
        yield f"language is {raw.get('language')!r} in the folder of {language!r}"
    if raw.get("channel") not in CHANNELS:
        yield f"channel {raw.get('channel')!r} is none of {', '.join(CHANNELS)}"
    if not raw["intents"]:
        yield "intents is empty; say `other` when nothing fits"
    said = {f"frustration:{OVERALL}"}
    for key, family in LISTS.items():
        labels = raw[key]
        if len(set(labels)) != len(labels):
            yield f"{key} names a label twice"
        for label in labels:
            said.add(f"{family}:{label}")
            if label not in taxonomy.names(family) or label == OVERALL:
                yield f"{key}: {label!r} is no label of {family}"
    for key, words in raw["evidence"].items():
        if key not in said:
            yield f"evidence for {key}, which is not among the labels"
        for piece in words:
            if piece not in raw["text"]:
                yield f"evidence {piece!r} of {key} is not in the text"


def shingles(text: str, language: str) -> frozenset[str]:
    """Runs of characters of the folded text, letters and digits only."""
    plain = "".join(c for c in fold(text, language) if c.isalnum())
    if len(plain) <= SHINGLE:
        return frozenset({plain})
    return frozenset(plain[i : i + SHINGLE] for i in range(len(plain) - SHINGLE + 1))


def families_of_copies(utterances: Sequence[Utterance]) -> list[int]:
    """For each utterance the index of the first one it is a near-copy of, or its own.

    A split by this number has no near-copy on both sides: copies of copies share it too.
    """
    return copies_among([shingles(u.text, u.language) for u in utterances])


def copies_among(sets: Sequence[frozenset[str]]) -> list[int]:
    """`families_of_copies` of texts given by their shingles."""
    holders: dict[str, list[int]] = defaultdict(list)
    parent = list(range(len(sets)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for index, mine in enumerate(sets):
        shared: dict[int, int] = defaultdict(int)
        for shingle in mine:
            if len(holders[shingle]) <= ORDINARY:
                for other in holders[shingle]:
                    shared[other] += 1
                holders[shingle].append(index)
        for other, count in shared.items():
            if count >= NEAR_COPY * max(len(mine), len(sets[other])):
                low, high = sorted((root(index), root(other)))
                parent[high] = low
    return [root(index) for index in range(len(sets))]


def copied_from(
    known: Sequence[frozenset[str]], asked: Sequence[frozenset[str]]
) -> list[bool]:
    """Which of the asked texts, given by their shingles, are near-copies of a known one."""
    holders: dict[str, list[int]] = defaultdict(list)
    for index, shingles_of_it in enumerate(asked):
        for shingle in shingles_of_it:
            holders[shingle].append(index)
    is_copy = [False] * len(asked)
    for theirs in known:
        shared: dict[int, int] = defaultdict(int)
        for shingle in theirs:
            for index in holders.get(shingle, ()):
                shared[index] += 1
        for index, count in shared.items():
            if count >= NEAR_COPY * max(len(theirs), len(asked[index])):
                is_copy[index] = True
    return is_copy


def folds(utterances: Sequence[Utterance], count: int, seed: int) -> list[int]:
    """A fold number for each utterance; near-copies share one. Adding lines moves no other."""
    copies = families_of_copies(utterances)
    return [stable_hash(f"{seed}:{utterances[copy].id}") % count for copy in copies]


def all_languages(taxonomy: Taxonomy, folder: Path = FOLDER) -> Iterable[Utterance]:
    for language in LANGUAGES:
        yield from load_corpus(language, taxonomy, folder)
