"""The native formats: one reader a kind. To add one, write its package and name it here."""

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from jobs.sources.records import Reader

MODULES: Mapping[str, str] = {
    "amazon_connect": "amazon_connect",
    "email": "mail",
    "zendesk": "zendesk",
    "chatwoot": "chatwoot",
    "x": "x",
    "mastodon": "mastodon",
    "surveys": "surveys",
    "crm": "crm",
}
"""Kind in the settings → package here; loaded when first used."""


class _Readers(Mapping[str, Reader]):
    """Readers by kind. Loading one does not load the libraries of the others."""

    def __getitem__(self, kind: str) -> Reader:
        module = import_module(f"{__name__}.{MODULES[kind]}")
        return cast("Reader", module.READER)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(MODULES)

    def __len__(self) -> int:
        return len(MODULES)

    def __contains__(self, kind: object) -> bool:
        return kind in MODULES


READERS: Mapping[str, Reader] = _Readers()
