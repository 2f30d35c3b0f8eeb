"""Authored cues: phrases that speak for a label, each with a weight and, by group, a reason.

A file `lexicons/<language>/<family>.yaml` maps a label to groups:

    billing:
      - reason: an amount taken more than once
        weight: 0.8
        phrases: ["(factur|prelev)e(s|) deux fois"]

Round brackets hold alternatives (an empty one makes them optional); a phrase is matched on
folded text, so accents, case and hyphens do not matter. `signals.yaml` has no taxonomy labels: its groups (anger, solved …)
are evidence about `overall`, not tags.
"""

import itertools
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from nlp.taxonomy import FAMILIES, Taxonomy
from nlp.text import fold

FOLDER = Path(__file__).with_name("lexicons")
SIGNAL = "signal"
SIGNALS = ("anger", "negative", "positive", "solved", "irony", "intensity", "calm")
_BRACKETS = re.compile(r"\(([^()]*)\)")


class LexiconError(ValueError):
    """Lexicon files that cannot be used; the message lists every fault."""


@dataclass(frozen=True)
class Cue:
    family: str
    label: str
    phrase: str
    weight: float
    reason: str


def expand(pattern: str) -> list[str]:
    """All phrases a pattern with bracketed alternatives stands for, in order."""
    pieces = _BRACKETS.split(pattern)
    # Odd pieces are the insides of brackets.
    choices = [
        piece.split("|") if index % 2 else [piece] for index, piece in enumerate(pieces)
    ]
    phrases = ("".join(parts) for parts in itertools.product(*choices))
    return list(dict.fromkeys(" ".join(phrase.split()) for phrase in phrases))


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
                    for phrase in expand(pattern):
                        folded = fold(phrase, language)
                        key = (family, label, folded)
                        if key not in cues or cues[key].weight < weight:
                            cues[key] = Cue(
                                family,
                                label,
                                folded,
                                float(weight),
                                group.get("reason", ""),
                            )
    if faults:
        raise LexiconError(
            f"lexicons of {language!r} have {len(faults)} fault(s):\n"
            + "\n".join(f"- {fault}" for fault in faults)
        )
    return list(cues.values())
