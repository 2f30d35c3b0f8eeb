"""What the commands share: the settings they are given, and the session they start."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs import console
from jobs import settings as settings_module
from jobs.settings import Settings

if TYPE_CHECKING:
    from jobs.context import Context


def _named(context: typer.Context, after: Path | None) -> Path | None:
    """The settings file named after the command, else before it."""
    before_command: Path | None = context.find_root().obj
    return after or before_command


SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings", help="Settings file; default verbatim.toml.", callback=_named
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for scripts.")]


def chosen_settings(file: Path | None) -> Settings:
    """The settings of a command: of the file it was given, else of the usual one."""
    return settings_module.load(file or settings_module.default_file())


def begun_at(days: list[date]) -> datetime:
    """When a command for these days began: its now becomes an argument here.

    Raises:
        InputError: a day is still to come.
    """
    from jobs.arrivals import require_begun

    now = datetime.now(UTC)
    require_begun(days, now)
    return now


def started(settings: Settings, days: list[date]) -> "Context":
    """Start Spark for some days.

    Raises:
        InputError: a day is still to come.
    """
    from jobs.context import Context
    from jobs.lake import Lake
    from jobs.ledger import Ledger, new_run_id
    from jobs.session import start

    with console.busy("starting Spark"):
        spark = start(settings, days=days)
    now = begun_at(days)
    lake = Lake(spark, settings.lake)
    return Context(lake, settings, Ledger(lake, new_run_id(now)), tuple(days), now)
