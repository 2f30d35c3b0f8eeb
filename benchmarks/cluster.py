"""The daily run on a standalone cluster of this machine, and row by row the same as local.

    python -m benchmarks.cluster [--customers 100]

A Spark master and two workers of one core each, every one a process of its own on
loopback; `verbatim run` of two days of the demo company there, then with `local[*]` into
another lake. Every table of the lake must hold the same rows, and so must every table and
view of the marts. What a real cluster is given: dags/README.md.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import duckdb
import pyspark
from pyspark.sql import SparkSession

from benchmarks.soak import DAYS, SEED, company
from demo.company import write
from jobs.lake import Lake
from jobs.lake_changes import NOT_CONTENT
from jobs.session import start
from jobs.settings import Settings
from schemas.contracts import contract, names

ROOT = Path(__file__).parents[1]
SPARK_HOME = Path(pyspark.__path__[0])
HOST = "127.0.0.1"
WORKERS = 2
SECONDS_TO_START = 120.0

EVERYWHERE = {
    "SPARK_HOME": str(SPARK_HOME),
    "SPARK_LOCAL_IP": HOST,
    "SPARK_LOCAL_HOSTNAME": HOST,
    "PYSPARK_PYTHON": sys.executable,
    # Executors import the readers, the masker and the tagger.
    "PYTHONPATH": str(ROOT),
}
"""What master, workers and driver are given: executors have it from their worker."""

OF_A_RUN = {"run_id", "published_at", "table_versions"}
"""Columns that no two runs have in common: names, times, the ids Delta gives its tables."""


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A master and its workers until the block ends; gives the master's address."""
    port = _free_port()
    address = f"spark://{HOST}:{port}"
    deploy = "org.apache.spark.deploy"
    # Their pages would want ports of their own; port 0 is any that is free.
    at = ("--host", HOST, "--webui-port", "0")
    size = ("--cores", "1", "--memory", "1g")
    log = folder / "cluster.log"
    running = [_daemon(log, f"{deploy}.master.Master", *at, "--port", f"{port}")]
    try:
        _wait_for("I have been elected leader", 1, log)
        for number in range(WORKERS):
            place = ("--work-dir", f"{folder}/worker-{number}")
            running.append(
                _daemon(log, f"{deploy}.worker.Worker", *at, *size, *place, address)
            )
        _wait_for("Successfully registered with master", WORKERS, log)
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait(60)


def _daemon(log: Path, *command: str) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(SPARK_HOME / "bin" / "spark-class"), *command],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **EVERYWHERE, "SPARK_DAEMON_MEMORY": "256m"},
        )


def _wait_for(said: str, times: int, log: Path) -> None:
    began = monotonic()
    while log.read_text("utf-8").count(said) < times:
        if monotonic() - began > SECONDS_TO_START:
            raise SystemExit(
                f"The cluster did not start:\n{log.read_text('utf-8')[-2_000:]}"
            )
        sleep(0.2)


def _free_port() -> int:
    with socket.socket() as held:
        held.bind((HOST, 0))
        return int(held.getsockname()[1])


def run(settings: Settings, log: Path, **environment: str) -> float:
    """`verbatim run` of the days, as an operator would; seconds.

    Raises:
        SystemExit: it failed; says what it printed last.
    """
    began = monotonic()
    days = ("--from", f"{DAYS[0]}", "--to", f"{DAYS[-1]}")
    with log.open("wb") as output:
        code = subprocess.call(
            [sys.executable, "-m", "jobs.cli", "run", *days],
            cwd=ROOT,
            env={
                **os.environ,
                **EVERYWHERE,
                "VERBATIM_SETTINGS": str(settings.file),
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if code:
        raise SystemExit(f"ended with {code}:\n{log.read_text('utf-8')[-3_000:]}")
    return monotonic() - began


def tasks_by_executor(events: Path) -> Counter[str]:
    """Executor → tasks it has ended, as Spark's event log has them."""
    ended = Counter[str]()
    for file in events.rglob("events_*"):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                if '"SparkListenerTaskEnd"' in line:
                    ended[json.loads(line)["Task Info"]["Executor ID"]] += 1
    return ended


def rows(spark: SparkSession, settings: Settings) -> dict[str, list[str]]:
    """Table of the lake → its rows as JSON, sorted, without when they were worked on."""
    lake = Lake(spark, settings.lake)
    found = {}
    for table in names():
        if not lake.exists(table):
            continue
        kept = _compared(table, contract(table).column_names)
        written = lake.read(table).select(*kept).toJSON().collect()
        found[f"lake: {table}"] = sorted(written)
    return found


def marts(settings: Settings) -> dict[str, list[str]]:
    """Table and view of the published file → its rows, sorted, without the run's own."""
    file = settings.marts_folder / "marts.duckdb"
    with duckdb.connect(str(file), read_only=True) as db:
        found = {}
        for table, columns in db.execute(
            "SELECT table_name, list(column_name) FROM duckdb_columns() "
            "WHERE NOT internal GROUP BY 1 ORDER BY 1"
        ).fetchall():
            kept = ", ".join(_compared(table, columns))
            held = db.execute(f"SELECT {kept} FROM {table}").fetchall()
            found[f"marts: {table}"] = sorted(map(repr, held))
    return found


def _compared(table: str, columns: Sequence[str]) -> list[str]:
    """Of a contact `started_at` is content; of a step of a run it is the clock."""
    of_the_clock = {"started_at", "seconds"} if table == "runs" else set()
    left_out = NOT_CONTENT | OF_A_RUN | of_the_clock
    return [c for c in columns if c not in left_out]


def main() -> None:
    stated = argparse.ArgumentParser(description=__doc__)
    stated.add_argument("--customers", type=int, default=100)
    chosen = stated.parse_args()
    with TemporaryDirectory(prefix="cluster") as place:
        folder = Path(place)
        drop, events = folder / "drop", folder / "events"
        events.mkdir()
        write(
            drop,
            seed=SEED,
            start=DAYS[0],
            days=len(DAYS),
            customers=chosen.customers,
        )
        on_cluster = company(folder / "on_cluster", drop)
        local = company(folder / "local", drop)
        options = {
            "spark.executor.memory": "1g",
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": events.as_uri(),
            "spark.eventLog.compress": "false",
        }
        with cluster(folder) as address:
            seconds = run(
                on_cluster,
                folder / "on_cluster.log",
                VERBATIM_SPARK__MASTER=address,
                VERBATIM_SPARK__OPTIONS=json.dumps(options),
            )
        ended = dict(sorted(tasks_by_executor(events).items()))
        print(f"cluster: {seconds:.0f} s, tasks by executor {ended}", flush=True)
        print(f"local[*]: {run(local, folder / 'local.log'):.0f} s", flush=True)
        spark = start(local, name="cluster")
        found, expected = rows(spark, on_cluster), rows(spark, local)
        spark.stop()
        found |= marts(on_cluster)
        expected |= marts(local)
    differ = [t for t in found | expected if found.get(t) != expected.get(t)]
    for table in found | expected:
        held, wanted = found.get(table, []), expected.get(table, [])
        print(f"{table}: {len(held)} rows, {'NOT ' * (table in differ)}equal")
        if table in differ:
            print(f"  local has {len(wanted)}; on the cluster alone:")
            print("  " + "\n  ".join(list(Counter(held) - Counter(wanted))[:3]))
            print("  with local[*] alone:")
            print("  " + "\n  ".join(list(Counter(wanted) - Counter(held))[:3]))
    if differ or len(ended) < WORKERS:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
