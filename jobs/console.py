"""What commands print: aligned tables, progress, JSON where a script reads it."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

CONTROL = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {0x09, 0x0A}, "\ufffd")


class Terminal(Console):
    """Prints what others wrote without its control characters: in a broken file or a
    customer's message they would move the cursor, colour the screen or rename it."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*(_harmless(it) for it in objects), **options)


def _harmless(printed: Any) -> Any:
    if isinstance(printed, str):
        return printed.translate(CONTROL)
    if isinstance(printed, Text):
        # As long as before, so that what is underlined stays.
        printed.plain = printed.plain.translate(CONTROL)
    return printed


# No markup: what customers write in brackets would be taken for it, dropped or refused. No
# emoji names either: part of an id ("host:x:12") would come out as a picture.
out = Terminal(highlight=False, soft_wrap=False, markup=False, emoji=False)
err = Terminal(stderr=True, highlight=False, markup=False, emoji=False)

LEAST_WIDTH = 8
"""Of a column, in characters: narrower ones, words folded letter by letter, nobody reads."""

LONGEST_WORD = 40
"""Up to this length a word is not folded: ids and keys are there to be copied."""


def table(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], *, title: str | None = None
) -> None:
    """Print rows under their columns; numbers to the right, nothing where null.

    Where they have no room side by side with their words whole, each row is a list of
    its own.
    """
    texts = [[cell(value) for value in row] for row in rows]
    least = (
        max(min(len(name), LEAST_WIDTH), *map(_least_width, texts_of), 0)
        for name, *texts_of in zip(columns, *texts, strict=True)
    )
    if sum(width + 1 for width in least) > out.width + 1:
        _one_below_the_other(columns, texts, title=title)
        return
    shown = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        # One space between: at 3 a.m. on 80 columns every one counts.
        padding=(0, 1, 0, 0),
    )
    for place, name in enumerate(columns):
        values = [row[place] for row in rows if row[place] is not None]
        is_number = bool(values) and all(
            isinstance(v, int | float | Decimal) and not isinstance(v, bool)
            for v in values
        )
        shown.add_column(
            name, justify="right" if is_number else "left", overflow="fold"
        )
    for row in texts:
        shown.add_row(*row)
    out.print(shown)


def _least_width(text: str) -> int:
    longest = max(map(len, text.split()), default=0)
    return max(min(len(text), LEAST_WIDTH), longest if longest <= LONGEST_WORD else 0)


def has_room(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a table has room side by side with nothing folded."""
    texts = [[cell(value) for value in row] for row in rows]
    widths = (max(map(len, texts_of)) for texts_of in zip(columns, *texts, strict=True))
    return sum(width + 1 for width in widths) <= out.width + 1


def _one_below_the_other(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, title: str | None
) -> None:
    if title:
        out.print(title, style="bold")
    for row in rows:
        shown = Table.grid(padding=(0, 2, 0, 0))
        shown.add_column(no_wrap=True)
        shown.add_column(overflow="fold")
        for name, text in zip(columns, row, strict=True):
            # Names that were broken to stand side by side have room here.
            shown.add_row(name.replace("-\n", ""), text)
        out.print(shown)
        out.print()


def cell(value: Any) -> str:
    """One value as a person reads it: thousands apart, instants to the second, UTC."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace(",", " ")
    if isinstance(value, float | Decimal):
        return f"{value:,.3f}".rstrip("0").rstrip(".").replace(",", " ")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, dict):
        return ", ".join(f"{k} {cell(v)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(cell(v) for v in value)
    return str(value).translate(CONTROL)


def print_json(value: Any) -> None:
    """One JSON value on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def records(
    columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> list[dict[str, Any]]:
    """Rows as JSON objects."""
    return [dict(zip(columns, row, strict=True)) for row in rows]


@contextmanager
def progress(total: int | None) -> Iterator[Progress]:
    """A progress bar on standard error: what is being done, how far, how long."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description:<32}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    ) as bar:
        bar.add_task("starting", total=total)
        yield bar


@contextmanager
def busy(what: str) -> Iterator[None]:
    """A spinner on standard error while something takes seconds."""
    with err.status(what):
        yield


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)
