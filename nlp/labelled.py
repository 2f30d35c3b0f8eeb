"""Lines that a company has labelled itself: reading them, and leaving out what cannot teach."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.text import fold, has_words
from schemas.errors import InputError


@dataclass(frozen=True)
class Labelled:
    text: str
    label: str


@dataclass(frozen=True)
class Cleaned:
    """The lines that can teach, and how many could not, by reason."""

    lines: tuple[Labelled, ...]
    dropped: dict[str, int]


def read_labelled(
    path: Path, text: str = "text", label: str = "label"
) -> list[Labelled]:
    """All lines of a `.csv` (with a header) or `.jsonl` file, as they are.

    Raises:
        InputError: no such file or column, or a line that cannot be read; naming it.
    """
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    try:
        if path.suffix == ".csv":
            return list(_from_csv(path, text, label))
        if path.suffix in (".jsonl", ".json"):
            return list(_from_jsonl(path, text, label))
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 at byte {error.start}; save it as UTF-8."
        ) from error
    raise InputError(f"{path} is neither .csv nor .jsonl; export it as one of these.")


def _from_csv(path: Path, text: str, label: str) -> Iterator[Labelled]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        # What a spreadsheet set to French writes.
        first = lines.readline()
        lines.seek(0)
        delimiter = max(",;\t", key=first.count)
        reader = csv.DictReader(lines, delimiter=delimiter)
        try:
            _require(path, reader.fieldnames or (), text, label)
            for row in reader:
                yield Labelled((row[text] or "").strip(), (row[label] or "").strip())
        except csv.Error as error:
            # Most often a quote that is opened and never closed, which swallows the rest.
            raise InputError(f"{path}:{reader.line_num + 1}: {error}.") from error


def _from_jsonl(path: Path, text: str, label: str) -> Iterator[Labelled]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise InputError(
                    f"{path}:{number} is not JSON: {error.msg} at character {error.pos + 1}."
                ) from error
            if not isinstance(row, dict):
                raise InputError(f"{path}:{number}: expected an object.")
            _require(path, tuple(row), text, label)
            yield Labelled(str(row[text] or "").strip(), str(row[label] or "").strip())


def _require(path: Path, there: Sequence[str], text: str, label: str) -> None:
    missing = [name for name in (text, label) if name not in there]
    if missing:
        raise InputError(
            f"{path} has no column {' and no column '.join(missing)}; it has "
            f"{', '.join(there)}. Name them with --text and --label."
        )


def clean(lines: Sequence[Labelled]) -> Cleaned:
    """Each text once, with its words and its one label.

    A text that stands there with two labels teaches neither: all its lines are dropped. Texts are
    the same when they differ only in case, accents and spaces.
    """
    dropped: Counter[str] = Counter()
    labels: dict[str, set[str]] = defaultdict(set)
    told = []
    for line in lines:
        if not line.label:
            dropped["without a label"] += 1
        elif not has_words(line.text):
            dropped["without words"] += 1
        else:
            key = " ".join(fold(line.text, "en").split())
            labels[key].add(line.label)
            told.append((key, line))
    kept: dict[str, Labelled] = {}
    for key, line in told:
        if len(labels[key]) > 1:
            dropped["with two labels"] += 1
        elif key in kept:
            dropped["repeated"] += 1
        else:
            kept[key] = line
    return Cleaned(tuple(kept.values()), dict(dropped))
