"""The closed lists of what a tag may say, read from `taxonomy.yaml` or a company's own file.

A company starts from a copy of the shipped file and adds, renames, merges or drops labels. Two keys of a
label serve that: `was` names the shipped labels it stands for (one: renamed; several: merged), and `cues`, phrases by
language as in the lexicons, let a label without examples to learn from be found. A label that is neither shipped,
nor was anything, nor has cues, is known to the tables but never said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

SHIPPED = Path(__file__).with_name("taxonomy.yaml")
LANGUAGES = ("fr", "en")
EXAMPLES_PER_LANGUAGE = 3
# The tagger's rules are written about these four; their labels are the company's own.
FAMILIES = ("intent", "need", "expectation", "frustration")
OVERALL = "overall"
OTHER = "other"


class TaxonomyError(ValueError):
    """A taxonomy that cannot be used; the message lists every fault."""


@dataclass(frozen=True)
class Label:
    family: str
    name: str
    definition: str
    belongs: str
    does_not: Mapping[str, str]
    examples: Mapping[str, tuple[str, ...]]
    was: tuple[str, ...] = ()
    cues: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Taxonomy:
    """Labels by family, in the file's order.

    `intent_groups` says which follow-ups are about the same thing; an intent in
    `joins_any_group` belongs to whatever the customer is about at the time.
    """

    version: str
    labels: Mapping[str, Mapping[str, Label]]
    descriptions: Mapping[str, str]
    intent_groups: Mapping[str, tuple[str, ...]]
    joins_any_group: tuple[str, ...]

    def names(self, family: str) -> tuple[str, ...]:
        return tuple(self.labels[family])

    def group_of(self, intent: str) -> str | None:
        """The intent's group; None when it joins whichever journey is open."""
        for group, members in self.intent_groups.items():
            if intent in members:
                return group
        return None


def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """Read and check a taxonomy.

    Raises:
        TaxonomyError: naming the file and every fault in it, not only the first.
    """
    return _load(path or SHIPPED)


@lru_cache(maxsize=8)
def _load(path: Path) -> Taxonomy:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise TaxonomyError(f"{path} is not YAML: {error}") from error
    faults = _faults(raw, EXAMPLES_PER_LANGUAGE if path == SHIPPED else 0)
    if faults:
        raise TaxonomyError(
            f"{path} has {len(faults)} fault(s):\n"
            + "\n".join(f"- {fault}" for fault in faults)
        )
    labels = {
        family: {
            name: Label(
                family=family,
                name=name,
                definition=entry["definition"],
                belongs=entry["belongs"],
                does_not=entry.get("does_not") or {},
                examples={
                    k: tuple((entry.get("examples") or {}).get(k, ()))
                    for k in LANGUAGES
                },
                was=tuple(entry.get("was") or ()),
                cues={k: tuple(v) for k, v in (entry.get("cues") or {}).items()},
            )
            for name, entry in raw["families"][family]["labels"].items()
        }
        for family in FAMILIES
    }
    return Taxonomy(
        version=raw["version"],
        labels=labels,
        descriptions={f: raw["families"][f]["description"] for f in FAMILIES},
        intent_groups={k: tuple(v) for k, v in raw["intent_groups"].items()},
        joins_any_group=tuple(raw["joins_any_group"]),
    )


def _faults(raw: Any, fewest_examples: int) -> list[str]:
    if not isinstance(raw, dict):
        return [f"expected a mapping at the top, got {type(raw).__name__}"]
    faults = [
        f"{key} is missing"
        for key in ("version", "intent_groups", "joins_any_group", "families")
        if key not in raw
    ]
    families = raw.get("families")
    if not isinstance(families, dict):
        return [
            *faults,
            "families: expected a mapping of family to description, labels",
        ]
    faults += [
        f"families.{family} is missing" for family in FAMILIES if family not in families
    ]
    faults += [
        f"families.{family} is unknown; the families are {', '.join(FAMILIES)}"
        for family in families
        if family not in FAMILIES
    ]
    for family, content in families.items():
        if family in FAMILIES:
            faults += _family_faults(family, content, fewest_examples)
    if not faults:
        faults += _group_faults(raw, set(families["intent"]["labels"]))
        if OTHER not in families["intent"]["labels"]:
            faults.append(f"intent.{OTHER} is missing: it says that nothing else fits")
        if OVERALL not in families["frustration"]["labels"]:
            faults.append(f"frustration.{OVERALL} is missing: it is the score itself")
    return faults


def _family_faults(family: str, content: Any, fewest_examples: int) -> list[str]:
    where = f"families.{family}"
    if not isinstance(content, dict) or not isinstance(content.get("labels"), dict):
        return [f"{where}.labels: expected a mapping of label to definition"]
    faults = []
    if not isinstance(content.get("description"), str):
        faults.append(f"{where}.description is missing")
    for name, entry in content["labels"].items():
        here = f"{where}.{name}"
        if not isinstance(entry, dict):
            faults.append(f"{here}: expected a mapping")
            continue
        faults += [
            f"{here}.{key}: expected text"
            for key in ("definition", "belongs")
            if not isinstance(entry.get(key), str) or not entry[key].strip()
        ]
        does_not = entry.get("does_not") or {}
        if not isinstance(does_not, dict):
            faults.append(f"{here}.does_not: expected a mapping of label to reason")
        else:
            faults += [
                f"{here}.does_not names {other}, which is no label of {family}"
                for other in does_not
                if other not in content["labels"]
            ]
        faults += _example_faults(here, entry.get("examples"), fewest_examples)
        faults += _cue_faults(here, entry.get("cues") or {})
    return [*faults, *_was_faults(where, content["labels"])]


def _was_faults(where: str, labels: dict[str, Any]) -> list[str]:
    """A shipped label may become one label only, and not stay beside it."""
    faults = []
    taken: dict[str, str] = {}
    for name, entry in labels.items():
        was = entry.get("was") if isinstance(entry, dict) else None
        if was is None:
            continue
        if not isinstance(was, list) or not all(isinstance(old, str) for old in was):
            faults.append(f"{where}.{name}.was: expected a list of labels")
            continue
        for old in was:
            if old in labels and old != name:
                faults.append(f"{where}.{name}.was names {old}, which is still a label")
            if old in taken:
                faults.append(f"{where}: {old} was both {taken[old]} and {name}")
            taken[old] = name
    return faults


def _cue_faults(here: str, cues: Any) -> list[str]:
    if not isinstance(cues, dict) or any(
        language not in LANGUAGES
        or not isinstance(phrases, list)
        or not all(isinstance(phrase, str) for phrase in phrases)
        for language, phrases in cues.items()
    ):
        return [f"{here}.cues: expected lists of phrases by language (fr, en)"]
    return []


def _example_faults(here: str, examples: Any, fewest: int) -> list[str]:
    if not fewest and examples is None:
        return []
    if not isinstance(examples, dict):
        return [f"{here}.examples: expected lists by language"]
    faults = []
    for language in LANGUAGES:
        found = examples.get(language, [] if not fewest else None)
        if not isinstance(found, list) or not all(isinstance(e, str) for e in found):
            faults.append(f"{here}.examples.{language}: expected a list of sentences")
        elif len(found) < fewest:
            faults.append(f"{here}.examples.{language}: {len(found)} of {fewest}")
    return faults


def _group_faults(raw: dict[str, Any], intents: set[str]) -> list[str]:
    groups, joining = raw["intent_groups"], raw["joins_any_group"]
    if not isinstance(groups, dict) or not isinstance(joining, list):
        return ["intent_groups: expected a mapping; joins_any_group: expected a list"]
    faults = []
    placed: dict[str, str] = dict.fromkeys(joining, "joins_any_group")
    for group, members in groups.items():
        if not isinstance(members, list):
            faults.append(f"intent_groups.{group}: expected a list of intents")
            continue
        for intent in members:
            if intent in placed:
                faults.append(f"{intent} is in {placed[intent]} and in {group}")
            placed[intent] = group
    faults += [
        f"intent {intent} is in no group" for intent in sorted(intents - set(placed))
    ]
    faults += [
        f"{placed[intent]} names {intent}, which is no intent"
        for intent in sorted(set(placed) - intents)
    ]
    return faults
