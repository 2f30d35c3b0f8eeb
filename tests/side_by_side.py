"""Every test: `make test`. The tables, the DAGs, the streams, what needs no Spark, the demo
company's days in any order and that company against its truth, side by side.

One after another they left the second core idle: a driver plans on one. The longest begin;
more at once than three would make the streams wait for their machine. What each prints is
shown whole when it ends, and the closing lines once more at the end. A folder of tests that
is in none of the others is the units'.
"""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from time import monotonic
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PYTEST = ".venv/bin/pytest"
COMPANY = "tests/e2e"
DAYS = "tests/integration/test_days_in_any_order.py"
TABLES = "tests/integration"
STREAMS = "tests/streams"
AT_ONCE = 3

CANNOT_START = 127
"""As a shell says it."""

OUTCOME = re.compile(r"=+ .*\d (passed|failed|errors?|skipped).* =+$")
"""The line that pytest ends with."""


def _without(*places: str) -> tuple[str, ...]:
    return tuple(f"--ignore={place}" for place in places)


PARTS = {
    "tables": (PYTEST, TABLES, *_without(DAYS)),
    "DAGs": (".venv-airflow/bin/pytest", "-c", "tests/dags/pytest.ini", "tests/dags"),
    "streams": (PYTEST, STREAMS),
    "units": (PYTEST, *_without(COMPANY, TABLES, STREAMS)),
    "days": (PYTEST, DAYS),
    "company": (PYTEST, COMPANY),
}


class Ended(NamedTuple):
    part: str
    code: int
    seconds: float
    said: str

    @property
    def closing_line(self) -> str:
        lines = self.said.strip().splitlines() or ["nothing was printed"]
        # A library may have a word to say when Python ends, after the test runner's last.
        return next(
            (line for line in reversed(lines) if OUTCOME.match(line)), lines[-1]
        )


def run(part: str) -> Ended:
    began = monotonic()
    try:
        done = subprocess.run(
            PARTS[part],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:  # what the others print is not lost for it
        return Ended(part, CANNOT_START, monotonic() - began, f"{error}: make setup")
    return Ended(part, done.returncode, monotonic() - began, done.stdout)


def main() -> int:
    """Run all parts to their end; the exit code is the worst of theirs."""
    say = sys.stdout.write
    say(f"Running side by side: {', '.join(PARTS)}. Each is shown when it ends.\n")
    sys.stdout.flush()
    ended: dict[str, Ended] = {}
    with ThreadPoolExecutor(AT_ONCE) as beside:
        for future in as_completed(beside.submit(run, part) for part in PARTS):
            one = future.result()
            ended[one.part] = one
            say(f"\n{one.part}: {one.seconds:.0f} s, exit code {one.code}\n{one.said}")
            sys.stdout.flush()
    say(f"\nAll parts have ended ({', '.join(PARTS)}):\n")
    for part in PARTS:
        say(f"{ended[part].closing_line}\n")
    return max(abs(one.code) for one in ended.values())


if __name__ == "__main__":
    sys.exit(main())
