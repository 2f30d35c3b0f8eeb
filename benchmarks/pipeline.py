"""What a month of a demo company costs, beside one process that does the same.

    python -m benchmarks.pipeline --interactions 10000,100000 [--long]

For every size: 31 arrival days are written; all of them are run at once, by the pipeline
and by `benchmarks.one_process`, whose rows must be equal; then 30 of them, and the last
one on top. All in one run of this command, so that ratios hold whatever else the machine
does. Peak memory is the proportional set size of a process and all its children.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from time import time
from typing import Any, NamedTuple

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.one_process import differences, show
from demo.company import write

Row = dict[str, Any]

ROOT = Path(__file__).parents[1]
START = date(2026, 2, 16)
DAYS = 31
SEED = 7
INTERACTIONS_PER_CUSTOMER_DAY = 0.117
"""The demo's own rate: fewer customers would not have that much to say."""

LONG = 1_000_000
SECONDS_PER_SAMPLE = 1.0

PHASES = {
    "ingest_interactions": "ingest",
    "ingest_surveys": "ingest",
    "ingest_customers": "ingest",
    "link_customers": "link",
    "tag_interactions": "tag",
    "build_contacts": "build",
    "build_journeys": "build",
    "build_satisfaction": "build",
    "publish_marts": "publish",
}
WHOLE = "whole command"
BETWEEN = "start, checks"


class Sample(NamedTuple):
    at: float
    mib: float


@dataclass
class Measured:
    """A command that has run."""

    seconds: float
    samples: list[Sample] = field(repr=False)

    def peak_mib(self, began: float = 0.0, ended: float = float("inf")) -> float:
        """The highest sample within two instants; 0 when none fell between them."""
        return max((s.mib for s in self.samples if began <= s.at <= ended), default=0.0)


def measure(
    arguments: Sequence[str], log: Path, environment: Mapping[str, str]
) -> Measured:
    """Run a Python module and watch it.

    Raises:
        SystemExit: it failed; the log says why.
    """
    samples: list[Sample] = []
    began = time()
    with log.open("w") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        done = threading.Event()

        def watch() -> None:
            while not done.wait(SECONDS_PER_SAMPLE):
                samples.append(Sample(time(), memory_mib(child.pid)))

        watcher = threading.Thread(target=watch)
        watcher.start()
        code = child.wait()
        done.set()
        watcher.join()
    if code:
        raise SystemExit(f"{' '.join(arguments)} ended with {code}; see {log}")
    return Measured(time() - began, samples)


def memory_mib(root: int) -> float:
    """Proportional set size of a process and all its children."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):  # it has just ended
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    kib, tree = 0, [root]
    while tree:
        process = tree.pop()
        tree += children.get(process, [])
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kib / 1024


class Company:
    """A demo company of one size in a folder of its own."""

    def __init__(self, folder: Path, interactions: int) -> None:
        self.folder = folder / str(interactions)
        self.last = START + timedelta(days=DAYS - 1)
        self.settings = self.folder / "verbatim.toml"
        self.one = self.folder / "one_process.duckdb"
        rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        stated = (ROOT / "verbatim.toml").read_text(encoding="utf-8")
        jars = ROOT / "var" / "jars"
        self.settings.write_text(
            stated.replace("var/demo/", "") + f'\n[spark]\njars = "{jars}"\n',
            encoding="utf-8",
        )
        per_day = interactions / DAYS
        counts = write(
            self.folder / "drop",
            seed=SEED,
            start=START,
            days=DAYS,
            customers=round(per_day / INTERACTIONS_PER_CUSTOMER_DAY),
        )
        self.interactions = counts.interactions

    def pipeline(
        self, lake: str, first: date, last: date
    ) -> tuple[Measured, list[Row]]:
        """Run the pipeline into a lake of that name; what was measured, and the ledger."""
        environment = {
            "VERBATIM_PATHS__LAKE": f"lake-{lake}",
            "VERBATIM_PATHS__MARTS": f"marts-{lake}",
        }
        settings = ["--settings", str(self.settings)]
        span = ["--from", first.isoformat(), "--to", last.isoformat()]
        log = self.folder / f"{lake}-{last}.log"
        measured = measure(["jobs.cli", "run", *settings, *span], log, environment)
        ledger = subprocess.run(
            [sys.executable, "-m", "jobs.cli", "runs", *settings, "--json"],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            check=True,
            text=True,
        )
        return measured, json.loads(ledger.stdout)

    def marts(self, lake: str) -> Path:
        return (self.folder / f"marts-{lake}" / "marts.duckdb").resolve()

    def one_process(self) -> tuple[Measured, dict[str, float]]:
        span = ["--from", START.isoformat(), "--to", self.last.isoformat()]
        measured = measure(
            [
                "benchmarks.one_process",
                *("--settings", str(self.settings), "--output", str(self.one), *span),
            ],
            self.folder / "one_process.log",
            {},
        )
        with duckdb.connect(str(self.one), read_only=True) as db:
            return measured, dict(db.execute("FROM steps").fetchall())


def by_phase(measured: Measured, ledger: list[Row]) -> list[Row]:
    """Seconds and peak memory of each phase of a run, and of the whole."""
    steps = {row["step"]: row for row in ledger}
    phases: dict[str, Row] = {}
    for step, phase in PHASES.items():
        began = datetime.fromisoformat(steps[step]["started_at"]).timestamp()
        seconds = steps[step]["seconds"]
        row = phases.setdefault(phase, {"step": phase, "seconds": 0.0, "peak_mib": 0.0})
        row["seconds"] += seconds
        row["peak_mib"] = max(
            row["peak_mib"], measured.peak_mib(began, began + seconds)
        )
    spent = sum(row["seconds"] for row in phases.values())
    return [
        *phases.values(),
        {"step": BETWEEN, "seconds": measured.seconds - spent, "peak_mib": None},
        {"step": WHOLE, "seconds": measured.seconds, "peak_mib": measured.peak_mib()},
    ]


def benchmark(
    folder: Path, interactions: int, console: Console, note: Callable[[str], None]
) -> Row:
    """Everything this command measures, at one size."""
    note("writing the company")
    company = Company(folder, interactions)
    note("one process")
    one, one_steps = company.one_process()
    note("the pipeline, 31 days")
    measured, ledger = company.pipeline("whole", START, company.last)
    steps = by_phase(measured, ledger)
    one_seconds = {**one_steps, WHOLE: one.seconds}
    for row in steps:
        row["interactions_per_second"] = company.interactions / row["seconds"]
        row["one_process_seconds"] = one_seconds.get(row["step"])
    steps[-1]["one_process_peak_mib"] = one.peak_mib()
    note("comparing")
    found = differences(company.marts("whole"), company.one)
    if any(found.values()):
        show(found, console)
    note("the pipeline, 30 days")
    company.pipeline("daily", START, company.last - timedelta(days=1))
    note("one more day")
    day, _ = company.pipeline("daily", company.last, company.last)
    return {
        "interactions": company.interactions,
        "steps": steps,
        "rows_that_differ": {table: len(rows) for table, rows in found.items()},
        "one_more_day_seconds": day.seconds,
        "one_more_day_ratio": day.seconds / measured.seconds,
    }


def print_results(results: list[Row], console: Console) -> None:
    steps = Table(box=None, pad_edge=False)
    for name in ("interactions", "step", "s", "interactions/s", "peak MiB"):
        steps.add_column(name, justify="left" if name == "step" else "right")
    for name in ("one process s", "ratio"):
        steps.add_column(name, justify="right")
    for result in results:
        for place, row in enumerate(result["steps"]):
            one, peak = row["one_process_seconds"], row["peak_mib"]
            steps.add_row(
                f"{result['interactions']:,}" if place == 0 else "",
                row["step"],
                f"{row['seconds']:.1f}",
                f"{row['interactions_per_second']:,.0f}",
                f"{peak:,.0f}" if peak else "",
                f"{one:.1f}" if one else "",
                f"{row['seconds'] / one:.2f}" if one else "",
            )
    console.print(steps)
    console.print()
    whole = Table(box=None, pad_edge=False)
    for name in (
        *("interactions", "rows that differ", "one process peak MiB"),
        *("one more day s", "of a rebuild", "time per input, to the size before"),
    ):
        whole.add_column(name, justify="right")
    before: Row | None = None
    for result in results:
        last = result["steps"][-1]
        growth = ""
        if before is not None:
            more = result["interactions"] / before["interactions"]
            longer = last["seconds"] / before["steps"][-1]["seconds"]
            growth = f"{longer / more:.2f}"
        whole.add_row(
            f"{result['interactions']:,}",
            f"{sum(result['rows_that_differ'].values()):,}",
            f"{last['one_process_peak_mib']:,.0f}",
            f"{result['one_more_day_seconds']:.1f}",
            f"{result['one_more_day_ratio']:.2f}",
            growth,
        )
        before = result
    console.print(whole)


@contextmanager
def _saying(console: Console, interactions: int) -> Iterator[Callable[[str], None]]:
    with console.status("") as status:
        yield lambda what: status.update(f"{interactions:,} interactions: {what}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--interactions",
        type=lambda text: [int(size) for size in text.split(",")],
        default=[10_000, 100_000],
    )
    parser.add_argument("--long", action="store_true", help=f"{LONG:,} as well")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench")
    options = parser.parse_args(arguments)
    sizes = [*options.interactions, *([LONG] if options.long else [])]
    options.folder.mkdir(parents=True, exist_ok=True)
    console = Console() if sys.stdout.isatty() else Console(width=160)
    results: list[Row] = []
    for interactions in sizes:
        with _saying(console, interactions) as note:
            results.append(
                benchmark(options.folder.resolve(), interactions, console, note)
            )
        # after every size: a long one that fails does not take the others with it
        (options.folder / "pipeline.json").write_text(json.dumps(results, indent=1))
    print_results(results, console)
    return 1 if any(any(r["rows_that_differ"].values()) for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())
