"""The plug pulled again and again: nothing lost, nothing doubled.

    python -m benchmarks.soak [--kills 20] [--run-kills 20] [--seed N]

A stream of many small files is killed (SIGKILL to it, its Java and its workers) at random
moments, started again each time, and let end; the same with `verbatim run`. What the
tables then hold is compared, row by row, with what one undisturbed batch makes of the
same files. A short form is a test: tests/integration/test_killed.py.
"""

import argparse
import json
import os
import random
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any, NamedTuple

from pyspark.sql import SparkSession

from demo.company import write
from jobs.context import Context
from jobs.lake import NOT_CONTENT, Lake
from jobs.ledger import Ledger, new_run_id
from jobs.settings import Settings, load
from jobs.steps import STEPS, STREAMED
from schemas.contracts import contract

Row = dict[str, Any]

ROOT = Path(__file__).parents[1]
DAYS = (date(2026, 3, 2), date(2026, 3, 3))
SEED = 5
CUSTOMERS = 600
SECONDS_TO_START = 300.0
MOST_SECONDS_ALIVE = 20.0
"""Of a killed process, from its first sign of work: some micro-batches of a busy machine."""

WRITES_WHAT_ARRIVES = STEPS[:3] + tuple(
    s for s in STEPS if s.name == "tag_interactions"
)


class Killed(NamedTuple):
    """One end of one process."""

    after_seconds: float
    """From its first sign of work."""
    offered_count: int
    """Micro-batches that Spark had offered; 0 for a batch run."""
    done_count: int
    """Those of them that it had noted as done."""
    was_killed: bool
    """False where it had already ended by itself."""


def company(
    folder: Path,
    drop: Path,
    *,
    lake: Path | None = None,
    files_per_trigger: int = 5_000,
) -> Settings:
    """The demo company reading `drop`; its lake is below `folder` where none is named."""
    (folder / "var").mkdir(parents=True)
    # One key for all, or no two lakes would agree on a handle.
    (folder / "var" / "demo.key").write_text("0123456789abcdef" * 4)
    text = (ROOT / "verbatim.toml").read_text("utf-8")
    text = text.replace('"var/demo/drop"', f'"{drop}"').replace("var/demo/", "")
    if lake:
        text = text.replace('lake = "lake"', f'lake = "{lake}"')
    # Of so few customers the planted conflicts are a quarter.
    own = (
        f'[spark]\njars = "{ROOT}/var/jars"\n[rules]\nquarantine_limit = 0.5\n'
        f"[stream]\nfiles_per_trigger = {files_per_trigger}\n"
    )
    text = text.replace("\n[opening_hours]", f"\n{own}\n[opening_hours]")
    (folder / "verbatim.toml").write_text(text, "utf-8")
    return load(folder / "verbatim.toml")


def batch(spark: SparkSession, settings: Settings, days: Sequence[date]) -> Context:
    """The steps that write what the stream writes too, without their checks."""
    now = datetime.now(UTC)
    lake = Lake(spark, settings.lake)
    context = Context(lake, settings, Ledger(lake, new_run_id(now)), tuple(days), now)
    for step in WRITES_WHAT_ARRIVES:
        step.run(context)
    return context


def content(spark: SparkSession, settings: Settings) -> dict[str, list[Row]]:
    """Rows of every table that the stream writes, without when they were worked on."""
    lake = Lake(spark, settings.lake)
    return {
        table: sorted(
            map(
                json.loads,
                lake.read(table)
                .select(
                    *(c for c in contract(table).column_names if c not in NOT_CONTENT)
                )
                .toJSON()
                .collect(),
            ),
            key=repr,
        )
        for table in STREAMED
    }


def doubled(rows: dict[str, list[Row]]) -> dict[str, int]:
    """Tables in which a key stands more than once, and how many keys do."""
    found = {}
    for table, held in rows.items():
        keys = Counter(
            tuple(str(row.get(k)) for k in contract(table).key) for row in held
        )
        if twice := sum(count > 1 for count in keys.values()):
            found[table] = twice
    return found


def start(settings: Settings, log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """`verbatim` in a process group of its own, so that all of it can be killed."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "jobs.cli", *arguments],
            cwd=ROOT,
            env={**os.environ, "VERBATIM_SETTINGS": str(settings.file)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def pull_the_plug(
    process: subprocess.Popen[bytes],
    settings: Settings,
    chance: random.Random,
    *,
    most_seconds: float = MOST_SECONDS_ALIVE,
) -> Killed:
    """Kill a process at a random moment after its first sign of work in this life."""
    lake = Path(settings.lake)
    before = _written(lake)
    began = monotonic()
    while process.poll() is None and _written(lake) == before:
        if monotonic() - began > SECONDS_TO_START:
            break
        sleep(0.1)
    seconds = chance.uniform(0, most_seconds)
    began = monotonic()
    while process.poll() is None and monotonic() - began < seconds:
        sleep(0.05)
    was_killed = process.poll() is None
    if was_killed:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    folder = lake / "_stream" / "folders"
    offered, done = (_numbered(folder / name) for name in ("offsets", "commits"))
    return Killed(round(monotonic() - began, 1), offered, done, was_killed)


def _written(lake: Path) -> int:
    """Rows written and micro-batches offered: any new one is a sign of work."""
    offered = _numbered(lake / "_stream" / "folders" / "offsets")
    return offered + sum(1 for _ in lake.rglob("*.parquet"))


def _numbered(folder: Path) -> int:
    return sum(1 for p in folder.glob("[0-9]*"))


def main() -> None:
    stated = argparse.ArgumentParser(description=__doc__)
    stated.add_argument("--kills", type=int, default=20)
    stated.add_argument("--run-kills", type=int, default=20)
    stated.add_argument("--seed", type=int, default=secrets.randbelow(10_000))
    stated.add_argument("--files-per-trigger", type=int, default=4)
    chosen = stated.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    chance = random.Random(chosen.seed)
    with TemporaryDirectory(prefix="soak") as place:
        _soak(Path(place), chosen, chance)


def _soak(place: Path, chosen: argparse.Namespace, chance: random.Random) -> None:
    from jobs.session import start as start_spark

    drop = place / "drop"
    write(drop, seed=SEED, start=DAYS[0], days=len(DAYS), customers=CUSTOMERS)
    files = sum(p.is_file() for p in drop.glob("20*/**/*"))
    streamed = company(
        place / "streamed", drop, files_per_trigger=chosen.files_per_trigger
    )
    ran = company(place / "ran", drop)
    days = ("--from", f"{DAYS[0]}", "--to", f"{DAYS[-1]}")
    commands = (
        (streamed, chosen.kills, ("stream", "--from", "folders", "--once")),
        (ran, chosen.run_kills, ("run", *days)),
    )
    for settings, kills, command in commands:
        for number in range(kills):
            log = place / f"{command[0]}.log"
            killed = pull_the_plug(start(settings, log, *command), settings, chance)
            print(f"{command[0]} {number + 1}: {killed}", flush=True)
            if not killed.was_killed:
                break
        if kills:
            code = start(settings, place / f"{command[0]}.log", *command).wait()
            print(f"{command[0]}, left alone, ended with {code}", flush=True)
    undisturbed = company(place / "undisturbed", drop)
    spark = start_spark(undisturbed, name="soak")
    batch(spark, undisturbed, DAYS)
    expected = content(spark, undisturbed)
    rows = {table: len(found) for table, found in expected.items()}
    print(f"{files} files; an undisturbed batch has {rows}")
    failed = False
    for settings, kills, command in commands:
        if not kills:
            continue
        found = content(spark, settings)
        is_equal = found == expected
        failed |= not is_equal
        print(f"{command[0]}: equal {is_equal}, keys doubled {doubled(found) or 0}")
    spark.stop()
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
