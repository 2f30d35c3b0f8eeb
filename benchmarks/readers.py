"""What the readers make of a folder of native documents, file by file.

    python -m benchmarks.readers --data DIR [--json] [--show FILE]

DIR has a folder per kind (`x/`, `mastodon/`, `qualtrics/` …), as deep as it likes. A row
per file says how many documents it fell into and what each became. `email-body` holds
bodies alone, without headers: they go through the removal of quoted history only.
Folders of kinds that nobody reads yet are listed. A reader that raises has a fault,
whatever the bytes: its file is named with the error, and the exit code is 1.
"""

import gzip
import json
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

KINDS = {"qualtrics": "surveys"}
"""Folders that are not named by the kind of their reader."""
BODIES = "email-body"

RECORDS = {
    "Interaction": "interactions",
    "Transcript": "transcripts",
    "Survey": "surveys",
    "CrmCustomer": "customers",
}


class Tally(msgspec.Struct):
    """What one file became."""

    kind: str
    file: str
    documents: int = 0
    interactions: int = 0
    transcripts: int = 0
    surveys: int = 0
    customers: int = 0
    excluded: Counter[str] = msgspec.field(default_factory=Counter)
    rejected: Counter[str] = msgspec.field(default_factory=Counter)
    seconds: float = 0.0
    note: str = ""
    crash: str = ""


Take = Callable[[Path, Tally], Iterator[object]]
"""Reads a file, counts its documents, yields its records."""


def main(
    data: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, help="A folder with one per kind."),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per file.")
    ] = False,
    show: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Print this file's records in full."),
    ] = None,
) -> None:
    """Read every file of DATA and say what it became."""
    tallies = []
    for folder in sorted(path for path in data.iterdir() if path.is_dir()):
        files = sorted(_files(folder))
        try:
            take = _taker(folder.name, data)
        except Exception:  # one reader's fault must not hide the others
            broken = Tally(folder.name, "", note="CRASH: cannot be loaded")
            broken.crash = traceback.format_exc()
            tallies.append(broken)
            continue
        if take is None:
            note = f"no reader yet ({len(files)} files)"
            if show is None:
                tallies.append(Tally(folder.name, "", note=note))
            continue
        for path in files:
            name = path.relative_to(data).as_posix()
            if show is not None and not name.endswith(show):
                continue
            tally = Tally(folder.name, path.relative_to(folder).as_posix())
            _read(path, tally, take, show=show is not None)
            tallies.append(tally)
    if as_json:
        for tally in tallies:
            sys.stdout.write(json.dumps(msgspec.to_builtins(tally)) + "\n")
    else:
        _print(tallies)
    crashed = [tally for tally in tallies if tally.crash]
    for tally in crashed:
        sys.stderr.write(f"{tally.kind}/{tally.file}:\n{tally.crash}\n")
    if show is not None and not tallies:
        sys.stderr.write(f"{show}: no such file under {data}\n")
        raise typer.Exit(2)
    raise typer.Exit(1 if crashed else 0)


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            yield path


def _taker(folder: str, data: Path) -> Take | None:
    """How the files of a folder are read; null where nobody reads them yet."""
    if folder == BODIES:
        return _body_taker()
    # Not at the top: `--help` need not load every reader's libraries.
    from jobs.sources import READERS
    from jobs.sources.records import Origin

    kind = KINDS.get(folder, folder)
    if kind not in READERS:
        return None
    try:
        reader = READERS[kind]
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("jobs.sources."):
            raise
        return None

    def take(path: Path, tally: Tally) -> Iterator[object]:
        origin = Origin(kind, path.relative_to(data).as_posix())
        # As the pipeline reads them: zipped where the name says so.
        opened = gzip.open if path.suffix == ".gz" else Path.open
        with opened(path, "rb") as stream:
            for document in reader.split(stream, origin):
                tally.documents += 1
                yield from reader.parse(document.content, document.origin)

    return take


def _body_taker() -> Take | None:
    try:
        quoted_text = import_module("jobs.sources.quoted_text")
    except ModuleNotFoundError:
        return None

    def take(path: Path, tally: Tally) -> Iterator[object]:
        body = path.read_bytes().decode("utf-8", "replace")
        tally.documents += 1
        is_html = path.suffix in (".html", ".htm")
        kept = (quoted_text.strip_html if is_html else quoted_text.strip)(body)
        tally.note = f"kept {len(kept)} of {len(body)} characters"
        yield {"kept": kept}

    return take


def _read(path: Path, tally: Tally, take: Take, *, show: bool) -> None:
    began = time.perf_counter()
    try:
        for record in take(path, tally):
            _count(record, tally)
            if show:
                _show(record)
    except Exception:  # the point of this command: any fault is shown, none hidden
        tally.crash = traceback.format_exc()
        tally.note = "CRASH"
    tally.seconds = time.perf_counter() - began


def _count(record: object, tally: Tally) -> None:
    name = type(record).__name__
    if name in RECORDS:
        column = RECORDS[name]
        setattr(tally, column, getattr(tally, column) + 1)
    elif name == "Excluded":
        tally.excluded[str(getattr(record, "reason", ""))] += 1
    elif name == "Rejected":
        tally.rejected[str(getattr(record, "reason", ""))] += 1


def _show(record: object) -> None:
    if isinstance(record, msgspec.Struct):
        told: dict[str, Any] = {"record": type(record).__name__}
        for name in record.__struct_fields__:
            value = getattr(record, name)
            if name == "origin":
                told[name] = f"{value.file} {value.locator}"
            elif value not in (None, (), {}):
                told[name] = msgspec.to_builtins(value)
    else:
        told = {"record": record}
    text = json.dumps(told, ensure_ascii=False, indent=2)
    sys.stdout.write(text.encode("utf-8", "replace").decode() + "\n")


def _print(tallies: list[Tally]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("kind", no_wrap=True)
    table.add_column(
        "file", min_width=max((len(t.file or t.note) for t in tallies), default=0)
    )
    counts = ("documents", "interactions", "transcripts", "surveys", "customers")
    for heading in counts:
        table.add_column(heading, justify="right")
    for heading in ("excluded", "rejected, or a note"):
        table.add_column(heading, overflow="fold")
    table.add_column("seconds", justify="right")
    total = Tally("total", f"{sum(bool(t.file) for t in tallies)} files")
    for tally in tallies:
        table.add_row(*_cells(tally, counts))
        for column in counts:
            setattr(total, column, getattr(total, column) + getattr(tally, column))
        total.excluded += tally.excluded
        total.rejected += tally.rejected
        total.seconds += tally.seconds
    table.add_row(*_cells(total, counts), style="bold")
    # Rows stay whole in a pipe, where Rich would cut them at 80 columns.
    console = Console()
    Console(width=console.width if console.is_terminal else 240).print(table)


def _cells(tally: Tally, counts: tuple[str, ...]) -> list[str]:
    return [
        tally.kind,
        tally.file or tally.note,
        *(str(getattr(tally, column) or "") for column in counts),
        _reasons(tally.excluded),
        ", ".join(
            part
            for part in (_reasons(tally.rejected), tally.note if tally.file else "")
            if part
        ),
        f"{tally.seconds:.3f}",
    ]


def _reasons(counter: Counter[str]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in sorted(counter.items()))


if __name__ == "__main__":
    typer.run(main)
