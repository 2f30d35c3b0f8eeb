"""What the script that works the marts out again says of two files that differ."""

from pathlib import Path

import duckdb

from benchmarks import one_process


def test_difference_names_the_row_its_columns_and_both_sides(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.duckdb", tmp_path / "theirs.duckdb"
    _fill(ours, steps=[("c1", "call", 60.0), ("c2", "chat", None)])
    _fill(theirs, steps=[("c1", "email", 60.0000001), ("c3", "chat", None)])

    found = one_process.differences(ours, theirs)["journey_steps"]

    assert [(row["contact_id"], row["columns"]) for row in found] == [
        ("c1", ["channel"]),
        ("c2", []),
        ("c3", []),
    ]
    assert (found[0]["ours"]["channel"], found[0]["theirs"]["channel"]) == (
        "call",
        "email",
    )
    assert (found[1]["theirs"], found[2]["ours"]) == (None, None)


def test_row_that_is_there_twice_differs_from_the_same_row_once(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.duckdb", tmp_path / "theirs.duckdb"
    _fill(ours, steps=[("c1", "call", None), ("c1", "call", None)])
    _fill(theirs, steps=[("c1", "call", None)])

    found = one_process.differences(ours, theirs)["journey_steps"]

    assert [(row["contact_id"], row["theirs"]) for row in found] == [("c1", None)]


def _fill(path: Path, *, steps: list[tuple[str, str, float | None]]) -> None:
    with duckdb.connect(str(path)) as db:
        for table in one_process.COMPARED:
            one_process.create(db, table, one_process.shape_of(table))
        db.executemany(
            "INSERT INTO journey_steps BY NAME "
            "SELECT $1 AS contact_id, $2 AS channel, $3 AS gap_seconds",
            steps,
        )
