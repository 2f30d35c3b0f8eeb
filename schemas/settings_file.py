"""A settings file as it was written, and its faults in words that name the place."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from schemas.errors import SettingsError

WORDS = {"extra_forbidden": "no setting is called so"}
"""Instead of what the library says to programmers, by its type of fault."""


def read(file: Path) -> dict[str, Any]:
    """What the file states.

    Raises:
        SettingsError: it is not there, cannot be read or is no TOML.
    """
    remedy = "Give one with --settings, or VERBATIM_SETTINGS in the environment."
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"There is no settings file {file}.\n{remedy}") from None
    except OSError as error:
        raise SettingsError(
            f"{file} cannot be read: {error.strerror}.\n{remedy}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is no TOML: {error}.") from None


def faults(error: ValidationError, stated: Mapping[str, Any]) -> list[str]:
    """Every fault, a line each, indented: where it stands and what is wrong there."""
    return [
        f"  {_place(fault['loc'], stated) or 'file'}: "
        + WORDS.get(fault["type"], fault["msg"].removeprefix("Value error, "))
        for fault in error.errors()
    ]


def _place(steps: tuple[int | str, ...], stated: Any) -> str:
    """The way to a setting; of a list's entries by their name, where they have one."""
    names: list[str] = []
    for step in steps:
        try:
            stated = stated[step]
        except (KeyError, IndexError, TypeError):
            stated = None
        is_named = isinstance(step, int) and isinstance(stated, Mapping)
        names.append(str(stated.get("name", step) if is_named else step))
    return ".".join(names)
