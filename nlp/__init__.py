"""What was said: texts in, tags out. Knows neither Spark nor the lake.

Importing this package is cheap; spaCy, lingua and the models load at the first use, once per process.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.own import SHIPPED, Own

if TYPE_CHECKING:
    from nlp.components.tags import Tag as Tag
    from nlp.taxonomy import Taxonomy

    tagger_version: str

__all__ = [
    "Own",
    "Tag",
    "detect_language",
    "load_taxonomy",
    "tag",
    "tagger_version",
    "version",
]


def tag(
    texts: Sequence[str], languages: Sequence[str | None], own: Own = SHIPPED
) -> "list[list[Tag]]":
    """Tags of each text, in order; none for languages other than French and English.

    The primary intent comes first and `overall` frustration last.

    Args:
        texts: as masked.
        languages: one of each text.
        own: a company's own taxonomy or labels; null: as shipped.
    """
    from nlp.tagger import tag as tag_texts

    return tag_texts(texts, languages, own)


def version(own: Own = SHIPPED) -> str:
    """The version every tag names: `tagger_version`, or another one with `own` files."""
    from nlp.tagger import own_version

    if own == SHIPPED:
        shipped: str = sys.modules[__name__].tagger_version
        return shipped
    return own_version(own)


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
