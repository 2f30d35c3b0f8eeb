"""The pipelines, loaded once per process and language, and the version that names them."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version as version_of
from pathlib import Path

from spacy.language import Language
from spacy.util import load_config, load_model_from_config

from nlp.components import cues as _cues  # noqa: F401  (registers its factory)
from nlp.components import languages as _languages  # noqa: F401
from nlp.components import tokenizer as _tokenizer  # noqa: F401
from nlp.components.tags import USER_DATA_KEY, Tag
from nlp.own import OWN_MODEL, SHIPPED, Own
from nlp.taxonomy import LANGUAGES
from nlp.text import has_words

HERE = Path(__file__).parent
PIPELINES = HERE / "pipelines"


def load_pipeline(
    language: str, own: Own = SHIPPED, *, with_model: bool = True
) -> Language:
    """The spaCy pipeline of `pipelines/<language>.cfg`; without the model for training."""
    config = load_config(PIPELINES / f"{language}.cfg")
    if own.taxonomy:
        config["components"]["cues"]["taxonomy"] = str(own.taxonomy)
        config["components"]["tags"]["taxonomy"] = str(own.taxonomy)
    if own.labels:
        config["components"]["tags"]["own_labels"] = str(own.labels / OWN_MODEL)
    if not with_model:
        config["nlp"]["pipeline"] = ["cues"]
        del config["components"]["tags"]
    pipeline = load_model_from_config(config, auto_fill=True, validate=True)
    # spaCy's limit guards parsers, whose memory grows with the text; nothing here does that.
    pipeline.max_length = 10**9
    return pipeline


@lru_cache(maxsize=2 * len(LANGUAGES))
def _pipeline(language: str, own: Own) -> Language:
    return load_pipeline(language, own)


def tag(
    texts: Sequence[str], languages: Sequence[str | None], own: Own = SHIPPED
) -> list[list[Tag]]:
    """Tags of each text, in order: the primary intent first, `overall` frustration last.

    A text in another language than French or English, in none, or without a single letter of its
    own (placeholders are not its own) gets no tags.

    Raises:
        ValueError: when there are not as many languages as texts.
    """
    if len(texts) != len(languages):
        raise ValueError(f"{len(texts)} texts but {len(languages)} languages")
    tags: list[list[Tag]] = [[] for _ in texts]
    for language in LANGUAGES:
        mine = [
            index
            for index, given in enumerate(languages)
            if given == language and has_words(texts[index])
        ]
        if mine:
            docs = _pipeline(language, own).pipe(texts[index] for index in mine)
            for index, doc in zip(mine, docs, strict=True):
                tags[index] = doc.user_data[USER_DATA_KEY]
    return tags


# What the tags depend on. Training code, corpora and documents are not here: they act through
# the model files.
_DECISIVE = (
    "__init__.py",
    "features.py",
    "function_words.py",
    "language.py",
    "lexicons.py",
    "linear.py",
    "own.py",
    "polarity.py",
    "tagger.py",
    "taxonomy.py",
    "taxonomy.yaml",
    "text.py",
    "components/*.py",
    "lexicons/*/*.yaml",
    "model/*.npz",
    "pipelines/??.cfg",
)


# They cut the words, tell the language and say which words are pleasant.
_LIBRARIES = (
    "spacy",
    "lingua-language-detector",
    "vaderSentiment",
    "textblob",
    "textblob-fr",
)


@lru_cache(maxsize=1)
def tagger_version() -> str:
    """`verbatim-<12 hex digits>`: a hash over code, taxonomy, lexicons, configuration and models.

    The versions of the libraries that a tag depends on belong to it.
    """
    digest = sha256()
    for name in _LIBRARIES:
        digest.update(f"{name}={version_of(name)}\n".encode())
    for pattern in _DECISIVE:
        for path in sorted(HERE.glob(pattern)):
            digest.update(f"{path.relative_to(HERE).as_posix()}\n".encode())
            digest.update(sha256(path.read_bytes()).digest())
    return f"verbatim-{digest.hexdigest()[:12]}"


@lru_cache(maxsize=4)
def own_version(own: Own) -> str:
    """The shipped tagger's version, and a hash of what a company put in its place."""
    files = [own.taxonomy] if own.taxonomy else []
    files += [own.labels / OWN_MODEL] if own.labels else []
    digest = sha256(tagger_version().encode())
    for path in files:
        digest.update(sha256(path.read_bytes()).digest())
    return f"own-{digest.hexdigest()[:12]}"
