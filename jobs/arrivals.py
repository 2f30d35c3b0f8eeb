"""What arrived on which day: the files of each source, found by the settings' templates."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import NamedTuple

from pyarrow import fs

from jobs import stores
from jobs.settings import Settings, Source
from schemas.errors import InputError

HALF_COPIED = "._COPYING_"
"""Ends the name of what Hadoop has not copied to its end."""

OF_A_MAILDIR = ("cur", "new")
"""The folders of a Maildir, or of a folder within it, that hold messages."""


class Arrival(NamedTuple):
    """One file that a source left on a day."""

    source: str
    kind: str
    day: date
    file: str
    """Path below the drop folder, with forward slashes."""
    size: int
    """Bytes."""


def arrivals(
    settings: Settings, days: Sequence[date], sources: Iterable[Source]
) -> list[Arrival]:
    """Every file of these sources on these days, in a stable order.

    A file matched by several templates of one source is listed once, a hidden one never.

    Raises:
        InputError: the drop folder is not there. A day without files is no error: a
            source may be silent, and the ledger says so.
    """
    filesystem, root = require_drop(settings)
    found: dict[tuple[str, str], Arrival] = {}
    for source in sources:
        for day in days:
            for template in source.files:
                pattern = template.replace("{day}", day.isoformat())
                for file, size in _matching(filesystem, root, pattern):
                    if not is_hidden(file):
                        found[source.name, file] = Arrival(
                            source.name, source.kind, day, file, size
                        )
    return sorted(found.values())


def require_begun(days: Sequence[date], now: datetime) -> None:
    """See that nobody reads a day to come. Today may be read, and again when it is over.

    Raises:
        InputError: days lie after the UTC day of `now`.
    """
    today = now.astimezone(UTC).date()
    if to_come := sorted(day for day in days if day > today):
        until = f" to {to_come[-1]}" if len(to_come) > 1 else ""
        raise InputError(
            f"{to_come[0]}{until}: that is still to come, for today is {today} (UTC). "
            "Nothing can have arrived.\nSay days up to today; if that is not the date, "
            "set this machine's clock."
        )


def unclaimed(settings: Settings, days: Sequence[date]) -> list[str]:
    """Files in the day's folders that no source takes, in a stable order.

    They are in no ledger, for nothing read them: a template that misses a folder would
    lose its files in silence, and so would a name that hides them.
    """
    claimed = {a.file for a in arrivals(settings, days, settings.sources)}
    filesystem, root = stores.opened(settings.drop)
    # The folder that carries the day, and all that is below it.
    folders = {
        template[: template.index("{day}")] + day.isoformat()
        for source in settings.sources
        for template in source.files
        for day in days
    }
    there = {
        file
        for folder in folders
        for file, _ in _matching(filesystem, root, f"{folder}/**/*")
    }
    return sorted(there - claimed)


def claimed(settings: Settings, file: str, size: int) -> list[Arrival]:
    """The arrivals that one file is: one for each source whose templates take it.

    The same rule as `arrivals`, asked from the file's side: the stream meets files one by
    one, in no order, and reads the day from the path.

    Args:
        file: path below the drop folder, with forward slashes.
        size: bytes.
    """
    if is_hidden(file):
        return []
    found = []
    for source in settings.sources:
        for template in source.files:
            taken = _dated(template).fullmatch(file)
            if taken and (day := _as_day(taken["day"])):
                found.append(Arrival(source.name, source.kind, day, file, size))
                break
    return found


def is_hidden(file: str) -> bool:
    """Whether a file, or a folder it is in, has a name by which it is not read.

    One that begins with a dot or an underscore: what is written beside, to be renamed when
    it is whole, is called so by rsync and by Hadoop. Spark never tells the stream of such
    names, so the batch may not read them either.

    A Maildir's own folders, such as `.Sent`, are mail like any other. Spark does not tell of
    them all the same: the batch reads them alone.

    Args:
        file: path below the drop folder, with forward slashes.
    """
    *folders, name = file.split("/")
    if name.startswith((".", "_")) or name.endswith(HALF_COPIED):
        return True
    return any(
        folder.startswith("_")
        or (folder.startswith(".") and within not in OF_A_MAILDIR)
        for folder, within in zip(folders, (*folders[1:], ""), strict=True)
    )


@cache
def _dated(template: str) -> re.Pattern[str]:
    before, *others = template.split("{day}")
    named = r"(?P<day>\d{4}-\d{2}-\d{2})"
    again = "(?P=day)".join(map(_as_regex, others))
    return re.compile(_as_regex(before) + named + again)


def _as_day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:  # 2026-02-31: a folder's name, but no day
        return None


def require_drop(settings: Settings) -> tuple[fs.FileSystem, str]:
    """The file system of the drop folder, and the folder's path in it.

    Raises:
        InputError: it is not there.
    """
    filesystem, root = stores.opened(settings.drop)
    if filesystem.get_file_info(root).type != fs.FileType.Directory:
        raise InputError(
            f"The drop folder {settings.drop} is not there.\n"
            "Set paths.drop in the settings to where the sources leave their files"
            + (
                ", or make the demo company's with: verbatim demo"
                if settings.demo
                else "."
            )
        )
    return filesystem, root


def _matching(
    filesystem: fs.FileSystem, root: str, pattern: str
) -> Iterable[tuple[str, int]]:
    fixed = re.match(r"[^*?\[]*", pattern)
    below = fixed.group().rpartition("/")[0] if fixed else ""
    matches = re.compile(_as_regex(pattern)).fullmatch
    selector = fs.FileSelector(
        f"{root}/{below}" if below else root, recursive=True, allow_not_found=True
    )
    for info in filesystem.get_file_info(selector):
        if info.type == fs.FileType.File:
            file = info.path[len(root) :].lstrip("/")
            if matches(file):
                yield file, info.size


def _as_regex(pattern: str) -> str:
    """A shell pattern as a regex: `**/` is any folders, `*` stays within one name."""
    parts = re.split(r"(\*\*/|\*|\?)", pattern)
    written = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return "".join(written.get(part, re.escape(part)) for part in parts)
