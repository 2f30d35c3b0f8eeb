"""Tokenisation fit for posts and transcripts: placeholders, hashtags, emoji, typed French."""

import re
from collections.abc import Callable

from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import registry

from nlp.components.languages import iso_code
from nlp.text import fold

_EMOJI = "\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u203c\u2049\ufe0f\u200d"
# A `<` that opens a placeholder belongs to it: `<phone>` is one token.
_PREFIX = rf"^(?:<(?![a-z_]+>)|[#(\[{{\"'¿¡,;:.!?*~+=/|…-]|[{_EMOJI}])"
_SUFFIX = (
    rf"(?:!+|\?+|\.+|(?<![a-z_])>|[)\]}}\"',;:*~+=/|…%€$£-]|[{_EMOJI}]|(?<=[a-z])'s)$"
)
_INFIX = rf"[/,;:!?()\[\]\"|+=*…]+|\.\.+|(?<=[a-z])\.(?=[a-z])|[{_EMOJI}]"
_WHOLE = r"^(?:<[a-z_]+>|https?://\S+|www\.\S+|[\w.+-]+@[\w.-]+\w|@\w+|[:;=][-']?[)(dp/|o]+)$"


class FoldingTokenizer:
    """Folds a text, then tokenises it; offsets in the doc are offsets in the original text."""

    def __init__(self, pipeline: Language) -> None:
        self._language = iso_code(pipeline)
        self._tokenizer = Tokenizer(
            pipeline.vocab,
            prefix_search=re.compile(_PREFIX).search,
            suffix_search=re.compile(_SUFFIX).search,
            infix_finditer=re.compile(_INFIX).finditer,
            token_match=re.compile(_WHOLE).match,
        )
        # spaCy keeps 10,000 word forms and forgets all when they are full; a day's texts hold more.
        self._tokenizer.max_cache_size = 200_000

    def __call__(self, text: str) -> Doc:
        doc: Doc = self._tokenizer(fold(text, self._language))
        doc.user_data["original"] = text
        return doc


@registry.tokenizers("verbatim_tokenizer.v1")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], FoldingTokenizer]:
    return FoldingTokenizer
