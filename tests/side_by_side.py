"""Every test: `make test`. What needs no Spark, what does, and the DAGs run side by side.

One after another they left the second core idle: units and DAGs are single files of work.
What each prints is shown whole when it ends, and the three closing lines once more at the
end. A folder of tests that is in neither of the other two is the first one's.
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
WITH_SPARK = ("tests/e2e", "tests/integration")

OUTCOME = re.compile(r"=+ .*\d (passed|failed|errors?|skipped).* =+$")
"""The line that pytest ends with."""

PARTS = {
    "units": (PYTEST, *(f"--ignore={folder}" for folder in WITH_SPARK)),
    "Spark": (PYTEST, *WITH_SPARK),
    "DAGs": (".venv-airflow/bin/pytest", "-c", "tests/dags/pytest.ini", "tests/dags"),
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
    return Ended(part, done.returncode, monotonic() - began, done.stdout)


def main() -> int:
    """Run all parts to their end; the exit code is the worst of theirs."""
    say = sys.stdout.write
    say(f"Running side by side: {', '.join(PARTS)}. Each is shown when it ends.\n")
    sys.stdout.flush()
    ended: dict[str, Ended] = {}
    with ThreadPoolExecutor(len(PARTS)) as beside:
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
