"""The plug pulled again and again: nothing lost, nothing doubled.

    python -m benchmarks.soak [--kills 20] [--run-kills 20] [--writes 20] [--seed N]

A stream of many small files is killed (SIGKILL to it, its Java and its workers) at random
moments, started again each time, and let end; the same with `verbatim run`. What the
tables then hold is compared, row by row, with what one undisturbed batch makes of the
same files. A short form is a test: tests/streams/test_killed.py.

Before that two processes merge into one day as fast as they can: every row must be there,
and the ledger must have counted what collided.
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
from pyspark.sql.types import DateType, MapType, StructField, TimestampType

from demo.company import write
from jobs.context import Context
from jobs.lake import Lake
from jobs.lake_changes import NOT_CONTENT
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
MOST_SECONDS_ALIVE = {"stream": 8.0, "run": 40.0}
"""Of a killed process, from its first sign of work: a micro-batch and a half, so that
twenty kills meet a stream of thirty; every step of a run."""

SMALL = {
    "VERBATIM_SPARK__SHUFFLE_PARTITIONS": "1",
    "VERBATIM_SPARK__OPTIONS": json.dumps(
        {
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        }
    ),
}
"""For a handful of rows, compiling a plan costs more than running it."""

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
    trigger_seconds: float = 10,
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
        f"trigger_seconds = {trigger_seconds}\n"
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
            env={**os.environ, **SMALL, "VERBATIM_SETTINGS": str(settings.file)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def write_into_one_day(settings: Settings, name: str, count: int) -> None:
    """Merge so many rows, one at a time, each as a step of its own in the ledger."""
    from jobs.session import start as start_spark

    spark = start_spark(settings, name=name)
    lake = Lake(spark, settings.lake)
    ledger = Ledger(lake, new_run_id(datetime.now(UTC)))
    schema = lake.schema("transcripts")
    for number in range(count):
        values = tuple(
            f"{name}:{number}" if f.name == "interaction_id" else _any(f)
            for f in schema.fields
        )
        with ledger.step("ingest_interactions", DAYS[0]):
            lake.merge("transcripts", spark.createDataFrame([values], schema))
    spark.stop()


def _any(field: StructField) -> Any:
    """Some value of that type; none where none is promised."""
    if field.nullable:
        return None
    if isinstance(field.dataType, DateType):
        return DAYS[0]
    if isinstance(field.dataType, TimestampType):
        return datetime(*DAYS[0].timetuple()[:3], tzinfo=UTC)
    if isinstance(field.dataType, MapType):
        return {}
    by_type = {"string": "-", "boolean": False, "int": 0, "bigint": 0, "double": 0.0}
    return by_type.get(field.dataType.simpleString(), [])


def _write_at_once(place: Path, count: int) -> bool:
    """Two processes, one day; whether no row is missing and collisions were counted."""
    from jobs.session import start as start_spark

    settings = company(place / "at_once", place / "drop")
    began = monotonic()
    writers = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "benchmarks.soak", "--write-as", name),
                *("--writes", f"{count}"),
            ],
            cwd=ROOT,
            env={**os.environ, **SMALL, "VERBATIM_SETTINGS": str(settings.file)},
        )
        for name in ("first", "second")
    ]
    codes = [writer.wait() for writer in writers]
    took = monotonic() - began
    lake = Lake(start_spark(settings, name="soak"), settings.lake)
    held = [
        row[0] for row in lake.read("transcripts").select("interaction_id").collect()
    ]
    counted = lake.read("runs").agg({"conflict_count": "sum"}).first()
    conflicts = counted[0] if counted else 0
    print(
        f"two processes, {count} merges each into one day: ended with {codes} after "
        f"{took:.0f} s, {len(held)} rows of {2 * count}, {conflicts} conflicts",
        flush=True,
    )
    return codes == [0, 0] and len(held) == len(set(held)) == 2 * count


def pull_the_plug(
    process: subprocess.Popen[bytes],
    settings: Settings,
    chance: random.Random,
    *,
    most_seconds: float,
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
    stated.add_argument("--writes", type=int, default=20)
    stated.add_argument("--write-as", help=argparse.SUPPRESS)
    stated.add_argument("--seed", type=int, default=secrets.randbelow(10_000))
    stated.add_argument("--files-per-trigger", type=int, default=2)
    chosen = stated.parse_args()
    if chosen.write_as:
        settings = load(Path(os.environ["VERBATIM_SETTINGS"]))
        write_into_one_day(settings, chosen.write_as, chosen.writes)
        return
    print(f"seed {chosen.seed}", flush=True)
    chance = random.Random(chosen.seed)
    with TemporaryDirectory(prefix="soak") as place:
        _soak(Path(place), chosen, chance)


def _soak(place: Path, chosen: argparse.Namespace, chance: random.Random) -> None:
    from jobs.session import start as start_spark

    drop = place / "drop"
    write(drop, seed=SEED, start=DAYS[0], days=len(DAYS), customers=CUSTOMERS)
    files = sum(p.is_file() for p in drop.glob("20*/**/*"))
    failed = chosen.writes > 0 and not _write_at_once(place, chosen.writes)
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
            killed = pull_the_plug(
                start(settings, log, *command),
                settings,
                chance,
                most_seconds=MOST_SECONDS_ALIVE[command[0]],
            )
            print(f"{command[0]} {number + 1}: {killed}", flush=True)
            if not killed.was_killed:
                break
        if kills:
            code = start(settings, place / f"{command[0]}.log", *command).wait()
            print(f"{command[0]}, left alone, ended with {code}", flush=True)
    if not chosen.kills and not chosen.run_kills:
        raise SystemExit(failed)
    undisturbed = company(place / "undisturbed", drop)
    spark = start_spark(undisturbed, name="soak")
    batch(spark, undisturbed, DAYS)
    expected = content(spark, undisturbed)
    rows = {table: len(found) for table, found in expected.items()}
    print(f"{files} files; an undisturbed batch has {rows}")
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
