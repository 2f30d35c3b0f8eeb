"""What was said: texts in, tags out. Knows neither Spark nor the lake.

Importing this package is cheap; spaCy, lingua and the models load at the first use, once per process.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlp.components.tags import Tag as Tag
    from nlp.taxonomy import Taxonomy

    tagger_version: str

__all__ = ["Tag", "detect_language", "load_taxonomy", "tag", "tagger_version"]


def tag(texts: Sequence[str], languages: Sequence[str | None]) -> "list[list[Tag]]":
    """Tags of each text, in order; none for languages other than French and English.

    The primary intent comes first and `overall` frustration last.
    """
    from nlp.tagger import tag as tag_texts

    return tag_texts(texts, languages)


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code, or None when it cannot be told; placeholders do not count."""
    from nlp.language import detect_language as detect

    return detect(text)


def load_taxonomy(path: Path | None = None) -> "Taxonomy":
    """The shipped taxonomy, or a company's own; all faults of a file at once."""
    from nlp.taxonomy import load_taxonomy as load

    return load(path)


def __getattr__(name: str) -> Any:
    # `tagger_version` reads the model files, `Tag` brings spaCy: neither before somebody asks.
    if name == "tagger_version":
        from nlp.tagger import tagger_version as version

        return version()
    if name == "Tag":
        from nlp.components.tags import Tag

        return Tag
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
