"""Authored cues: phrases that speak for a label, each with a weight and, by group, a reason.

A file `lexicons/<language>/<family>.yaml` maps a label to groups:

    billing:
      - reason: an amount taken more than once
        weight: 0.8
        phrases: ["(factur|prelev)e(s|) deux fois"]

Round brackets hold alternatives (an empty one makes them optional), and
` .. ` stands for up to three words in between, and a number for any of one or two digits; a phrase is matched on folded text, so accents, case and hyphens do not matter. `signals.yaml` has no taxonomy labels: its groups (anger, solved …)
are evidence about `overall`, not tags.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlp.taxonomy import FAMILIES, Taxonomy
from nlp.text import fold

FOLDER = Path(__file__).with_name("lexicons")
SIGNAL = "signal"
SIGNALS = ("anger", "negative", "positive", "solved", "irony", "intensity", "calm")
_NUMBER = re.compile(r"\b0+(?=\b|[a-z])")
_BRACKETS = re.compile(r"\(([^()]*)\)")


class LexiconError(ValueError):
    """Lexicon files that cannot be used; the message lists every fault."""


GAP = " .. "
# More than this many phrases from one pattern is a pattern to write with a gap.
MOST_PHRASES = 250


@dataclass(frozen=True)
class Cue:
    """A phrase, or with `ends` any of the phrases `starts` and shortly after it any of `ends`."""

    family: str
    label: str
    phrase: str
    weight: float
    reason: str
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


def expand(pattern: str) -> list[str]:
    """All phrases a pattern with bracketed alternatives stands for, in order.

    A pattern without a letter (a smiley) stands for itself.
    """
    if not any(map(str.isalpha, pattern)):
        return [pattern]
    inner = _BRACKETS.search(pattern)
    if inner is None:
        if any(mark in pattern for mark in "()|"):
            raise LexiconError(f"{pattern!r} has a bracket that does not close")
        return [" ".join(pattern.split())]
    before, after = pattern[: inner.start()], pattern[inner.end() :]
    phrases: dict[str, None] = {}
    for choice in inner[1].split("|"):
        phrases |= dict.fromkeys(expand(before + choice + after))
    return list(phrases)


def load_cues(language: str, taxonomy: Taxonomy, folder: Path = FOLDER) -> list[Cue]:
    """All cues of a language, phrases folded.

    Labels the taxonomy does not have are left out when the taxonomy is a company's own (it may
    drop labels); for the shipped one a test holds that every label exists.

    Raises:
        LexiconError: naming every entry that is not as the module says.
    """
    cues: dict[tuple[str, str, str], Cue] = {}
    faults: list[str] = []
    for path in sorted((folder / language).glob("*.yaml")):
        family = SIGNAL if path.stem == "signals" else path.stem
        if family != SIGNAL and family not in FAMILIES:
            faults.append(f"{path.name}: a lexicon is named after a family, or signals")
            continue
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        known = SIGNALS if family == SIGNAL else taxonomy.names(family)
        for label, groups in content.items():
            for position, group in enumerate(groups):
                where = f"{path.name}: {label}[{position}]"
                weight = group.get("weight")
                if not isinstance(weight, int | float) or not 0 < weight <= 1:
                    faults.append(f"{where}.weight: expected a number in (0, 1]")
                    continue
                if not group.get("reason"):
                    faults.append(f"{where}.reason is missing")
                if label not in known:
                    continue
                for pattern in group.get("phrases", ()):
                    try:
                        made = _cues(pattern, family, label, group, language)
                    except LexiconError as fault:
                        faults.append(f"{where}: {fault}")
                        continue
                    for cue in made:
                        key = (family, label, cue.phrase)
                        if key not in cues or cues[key].weight < cue.weight:
                            cues[key] = cue
    if faults:
        raise LexiconError(
            f"lexicons of {language!r} have {len(faults)} fault(s):\n"
            + "\n".join(f"- {fault}" for fault in faults)
        )
    return list(cues.values())


# A company's own cue for its own label: as sure as most of ours.
_OWN_WEIGHT = 0.8


def own_cues(language: str, taxonomy: Taxonomy) -> list[Cue]:
    """The cues that a taxonomy's labels bring themselves.

    Raises:
        LexiconError: naming every phrase that cannot be used.
    """
    cues: list[Cue] = []
    faults: list[str] = []
    for family in FAMILIES:
        for label in taxonomy.labels[family].values():
            group = {"weight": _OWN_WEIGHT, "reason": label.definition}
            for pattern in label.cues.get(language, ()):
                try:
                    cues += _cues(pattern, family, label.name, group, language)
                except LexiconError as fault:
                    faults.append(f"{family}.{label.name}: {fault}")
    if faults:
        raise LexiconError("\n".join(faults))
    return cues


def _cues(
    pattern: str, family: str, label: str, group: dict[str, Any], language: str
) -> list[Cue]:
    parts = [
        tuple(
            dict.fromkeys(
                number
                for phrase in expand(part)
                for number in _any_length(fold(phrase, language))
            )
        )
        for part in pattern.split(GAP)
    ]
    if len(parts) > 2 or max(map(len, parts)) > MOST_PHRASES:
        raise LexiconError(
            f"{pattern!r} has more than one gap or stands for more than {MOST_PHRASES} phrases"
        )
    if not all(phrase for part in parts for phrase in part):
        raise LexiconError(f"{pattern!r} stands for an empty phrase")
    weight, reason = float(group["weight"]), str(group.get("reason", ""))
    if len(parts) == 2:
        phrase = fold(pattern, language)
        return [Cue(family, label, phrase, weight, reason, parts[0], parts[1])]
    return [Cue(family, label, phrase, weight, reason) for phrase in parts[0]]


def _any_length(phrase: str) -> tuple[str, ...]:
    """A number in a phrase stands for numbers of one and of two digits."""
    if _NUMBER.search(phrase):
        return _NUMBER.sub("0", phrase), _NUMBER.sub("00", phrase)
    return (phrase,)
