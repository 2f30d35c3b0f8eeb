"""A reader in another process goes on reading through twenty publications."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from jobs import publish_marts
from jobs.lake import Lake
from jobs.publish_marts import CURRENT, publish
from tests.builders import (
    a_contact_row,
    a_run_row,
    a_satisfaction_row,
    an_interaction_row,
)
from tests.files_lake import FilesLake

pytestmark = pytest.mark.slow

READER = """
import sys, duckdb
from pathlib import Path
path, stop = sys.argv[1], Path(sys.argv[2])
read, versions = 0, set()
while not stop.exists():
    with duckdb.connect(path, read_only=True) as marts:
        run, = marts.execute("SELECT run_id FROM publication").fetchone()
        contacts, = marts.execute("SELECT count(*) FROM contacts").fetchone()
        steps, = marts.execute("SELECT count(*) FROM satisfaction_weekly").fetchone()
    # Each publication holds as many contacts as its number says: never half of one.
    assert contacts == int(run), (run, contacts)
    read += 1
    versions.add(run)
print(read, len(versions))
"""


def test_a_reader_in_a_loop_sees_only_whole_publications(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish_marts, "as_of", lambda lake: None)
    marts = tmp_path / "marts"
    lake = FilesLake(tmp_path / "lake")
    lake.write("interactions", an_interaction_row())
    lake.write("satisfaction", a_satisfaction_row())
    lake.write("runs", a_run_row())

    def publish_one_more(number: int) -> None:
        lake.write("contacts", a_contact_row(contact_id=f"telephony:{number}"))
        publish(
            cast("Lake", lake),
            marts,
            run_id=f"{number:04d}",
            published_at=datetime(2026, 4, 1, tzinfo=UTC),
            small_number_floor=30,
            keep=3,
        )

    publish_one_more(1)
    stop = tmp_path / "stop"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(marts / CURRENT), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for number in range(2, 22):
            publish_one_more(number)
            assert reader.poll() is None, reader.communicate()
    finally:
        stop.touch()
    told, wrong = reader.communicate(timeout=60)
    assert reader.returncode == 0, wrong
    read, versions = map(int, told.split())
    assert read >= versions > 1
    assert (marts / CURRENT).resolve().name == "marts-0021.duckdb"
