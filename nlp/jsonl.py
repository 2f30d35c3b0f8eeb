"""Tagging JSON lines without Spark: what `verbatim tag --input F.jsonl --output F.jsonl` does.

In: `{"id", "text", "language"?, "channel"?}` a line; further keys are ignored, and so is `channel`, which the tagger
does not need. Out, in the same order: `{"id", "language", "tags": [{family, label, score, is_primary, evidence}],
"tagger_version"}`, evidence as `[start, end]` in code points of the text. A line that cannot be read gives
`{"id", "error"}` in its place, naming the line; its neighbours are tagged all the same. Blank lines give nothing.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import nlp

# Enough texts for one matrix product to pay, few enough for memory to stay flat.
BATCH = 1_000


def tag_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Tag lines as they come, in batches; each result ends with a newline."""
    numbered = ((n, line) for n, line in enumerate(lines, start=1) if line.strip())
    while batch := list(islice(numbered, BATCH)):
        entries = [_read(number, line) for number, line in batch]
        good = [entry for entry in entries if "error" not in entry]
        tagged = iter(nlp.tag([e["text"] for e in good], [e["language"] for e in good]))
        for entry in entries:
            result = entry if "error" in entry else _result(entry, next(tagged))
            yield json.dumps(result, ensure_ascii=False).encode() + b"\n"


def _read(number: int, line: bytes) -> dict[str, Any]:
    """The entry to tag, or what is wrong with the line."""
    try:
        raw = json.loads(line)
    except UnicodeDecodeError as error:
        return _error(number, None, f"not UTF-8: {error.reason} at byte {error.start}")
    except json.JSONDecodeError as error:
        return _error(
            number, None, f"not JSON: {error.msg} at character {error.pos + 1}"
        )
    except RecursionError:
        return _error(number, None, "not an entry: nested too deeply")
    except ValueError:  # Python's own guard
        return _error(number, None, "not an entry: a number of thousands of digits")
    if not isinstance(raw, dict):
        return _error(number, None, f"expected an object, got {type(raw).__name__}")
    identifier, text, language = raw.get("id"), raw.get("text"), raw.get("language")
    if not isinstance(identifier, str | int) or isinstance(identifier, bool):
        return _error(number, None, "$.id: expected str or int")
    if isinstance(identifier, str) and not _is_whole(identifier):
        return _error(number, None, "$.id: half of a surrogate pair")
    if not isinstance(text, str):
        return _error(
            number, identifier, f"$.text: expected str, got {type(text).__name__}"
        )
    if not _is_whole(text):
        return _error(number, identifier, "$.text: half of a surrogate pair")
    if not isinstance(language, str | None):
        return _error(
            number,
            identifier,
            f"$.language: expected str, got {type(language).__name__}",
        )
    if language and not _is_whole(language):
        return _error(number, identifier, "$.language: half of a surrogate pair")
    return {
        "id": identifier,
        "text": text,
        # "fr-BE" is French; what follows the hyphen is the country.
        "language": language.lower().split("-")[0].split("_")[0]
        if language
        else nlp.detect_language(text),
    }


def _is_whole(text: str) -> bool:
    """Whether a text can be written as UTF-8: JSON may escape half of a pair."""
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


def _error(number: int, identifier: str | int | None, reason: str) -> dict[str, Any]:
    return {"id": identifier, "error": f"line {number}: {reason}"}


def _result(entry: dict[str, Any], tags: list["nlp.Tag"]) -> dict[str, Any]:
    return {
        "id": entry["id"],
        "language": entry["language"],
        "tags": [tag._asdict() for tag in tags],
        "tagger_version": nlp.tagger_version,
    }
