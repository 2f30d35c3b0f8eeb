"""French and English without spaCy's own tables.

Importing `spacy.lang.fr` takes two seconds to build tokeniser exceptions; the pipelines have a tokeniser of
their own and need none of it.
"""

from spacy.language import Language
from spacy.util import registry

_PREFIX = "verbatim_"


@registry.languages("verbatim_fr")
class French(Language):  # type: ignore[no-untyped-call]
    lang = "verbatim_fr"


@registry.languages("verbatim_en")
class English(Language):  # type: ignore[no-untyped-call]
    lang = "verbatim_en"


def iso_code(pipeline: Language) -> str:
    """`fr` for a pipeline whose configuration says `verbatim_fr`."""
    return (pipeline.lang or "").removeprefix(_PREFIX)
