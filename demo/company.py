"""Write Ondine Télécom's drop folder and the truth beside it."""

import argparse
import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from os import cpu_count
from pathlib import Path
from typing import Any, NamedTuple

from demo import world as world_module
from demo.blocks import TRUTH_TABLES, block_count, write_block
from demo.days import write_day
from demo.scene import dumps
from demo.truth import Row
from demo.world import World, a_world

DEFAULT_START = date(2026, 2, 16)
DEFAULT_DAYS = 30
DEFAULT_CUSTOMERS = 2000

Expected = Counter[tuple[str, int, str]]


class Counts(NamedTuple):
    """What was written: distinct interactions, persons, days, and files with the truth's."""

    interactions: int
    customers: int
    days: int
    files: int


def write(
    directory: Path,
    *,
    seed: int,
    start: date,
    days: int,
    customers: int,
    interactions_per_day: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    workers: int | None = None,
) -> Counts:
    """Write `days` arrival days from `start`, and `truth/`, below `directory`.

    The bytes depend on the arguments only, not on the number of workers. Memory holds
    some blocks of people and one day at a time per worker.

    Args:
        directory: created; of an earlier demo in it, these days are replaced and its
            truth with them, other days left alone.
        seed: another seed is another company.
        start: first arrival day.
        days: how many; what would arrive later is not written.
        customers: persons, of whom four in five are in the CRM.
        interactions_per_day: about how many, on average; 0.117 per customer when not
            given.
        progress: called with steps done and steps in all.
        workers: processes; as many as there are cores when not given.

    Raises:
        ValueError: the volume cannot be had with so few customers.
        FileExistsError: the folder holds one of the days, and no demo wrote it.
    """
    world = a_world(
        seed=seed,
        start=start,
        days=days,
        customers=customers,
        interactions_per_day=interactions_per_day,
    )
    _clear(world, directory)
    spool = directory / ".spool"
    spool.mkdir(parents=True)
    blocks = range(block_count(world))
    steps = len(blocks) + days
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    expected: Expected = Counter()
    broken: list[Row] = []
    interactions = 0
    files = len(TRUTH_TABLES) + 2
    live = partial(write_block, world, spool)
    put = partial(write_day, world, spool, directory)
    try:
        with _workers(workers or cpu_count() or 1) as each:
            for result in each(live, blocks):
                interactions += result.interactions
                expected += result.expected
                count()
            for day in each(put, range(days)):
                files += day.files
                expected += day.expected
                broken += day.broken
                count()
        _write_truth(world, directory, spool, len(blocks), expected, broken)
    finally:
        shutil.rmtree(spool)
    return Counts(interactions, customers, days, files)


def _clear(world: World, directory: Path) -> None:
    """Take away what an earlier demo left, and only that."""
    days = [
        directory / (world.start + timedelta(days=day)).isoformat()
        for day in range(world.days)
    ]
    present = [folder for folder in days if folder.exists()]
    if present and not (directory / "truth" / "world.json").exists():
        raise FileExistsError(
            f"{present[0]} exists and was not written by the demo (there is no "
            f"{directory}/truth/world.json beside it). Give a folder of its own."
        )
    for folder in (*present, directory / ".spool"):
        if folder.exists():
            shutil.rmtree(folder)


@contextmanager
def _workers(number: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """A `map` that keeps the order, over processes when there is more than one."""
    if number == 1:
        yield map
        return
    with ProcessPoolExecutor(number) as pool:
        yield pool.map


def _write_truth(
    world: World,
    directory: Path,
    spool: Path,
    blocks: int,
    expected: Expected,
    broken: list[Row],
) -> None:
    truth = directory / "truth"
    truth.mkdir(exist_ok=True)
    for table in TRUTH_TABLES:
        with (truth / f"{table}.jsonl").open("wb") as whole:
            for block in range(blocks):
                with (spool / f"{table}-{block}").open("rb") as part:
                    shutil.copyfileobj(part, whole)
            if table == "planted":
                for row in broken:
                    whole.write(dumps(row) + b"\n")
    _write_json(truth / "expected.json", _nested(world, expected))
    _write_json(truth / "world.json", _described(world))


def _nested(world: World, expected: Expected) -> dict[str, Any]:
    """Source → arrival day → what → count."""
    nested: dict[str, Any] = {}
    for (source, day, what), count in sorted(expected.items()):
        date_text = (world.start + timedelta(days=day)).isoformat()
        counts = nested.setdefault(source, {}).setdefault(date_text, {})
        kind, _, reason = what.partition(":")
        if reason:
            counts.setdefault(kind, {})[reason] = count
        else:
            counts[kind] = count
    return nested


def _described(world: World) -> dict[str, Any]:
    rates = {
        name.lower(): value
        for name, value in vars(world_module).items()
        if name.isupper() and isinstance(value, str | int | float | dict | tuple)
    }
    return {
        "seed": world.seed,
        "start": world.start.isoformat(),
        "days": world.days,
        "customers": world.customers,
        "incident_week": world.incident.isoformat() if world.incident else None,
        "journeys_per_customer_day": world.journeys_per_customer_day,
        "rates": rates,
    }


def _write_json(path: Path, value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--start", type=date.fromisoformat, default=DEFAULT_START)
    parser.add_argument("--days", type=int, default=DEFAULT_DAYS)
    parser.add_argument("--customers", type=int, default=DEFAULT_CUSTOMERS)
    parser.add_argument("--interactions-per-day", type=int)
    parser.add_argument("--workers", type=int)
    options = parser.parse_args(arguments)
    counts = write(**vars(options))
    sys.stdout.write(
        f"{counts.interactions} interactions of {counts.customers} customers "
        f"in {counts.days} days, {counts.files} files below {options.directory}\n"
    )


if __name__ == "__main__":
    main()
