"""Tables as Delta keeps them, read without Spark."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import write_deltalake

from jobs import lake_files
from schemas.errors import LakeError

STARTED = datetime(2026, 3, 3, 2, tzinfo=UTC)


def ledger(*rows):
    shape = pa.schema(
        [
            ("run_id", pa.string()),
            ("step", pa.string()),
            ("day", pa.date32()),
            ("started_at", pa.timestamp("us", "UTC")),
            ("excluded_reasons", pa.map_(pa.string(), pa.int64())),
        ]
    )
    return pa.Table.from_pylist(list(rows), shape)


def test_a_table_not_written_yet_has_no_rows_and_no_files(tmp_path):
    assert lake_files.rows(str(tmp_path), "runs") == []
    assert lake_files.data_files(str(tmp_path), "runs") == []


def test_rows_come_with_their_types_and_what_a_newer_contract_added_is_null(tmp_path):
    write_deltalake(
        str(tmp_path / "runs"),
        ledger(
            {
                "run_id": "20260303T020000-4f1a",
                "step": "publish_marts",
                "day": date(2026, 3, 2),
                "started_at": STARTED,
                "excluded_reasons": {"retweet": 2},
            }
        ),
        configuration={"delta.enableChangeDataFeed": "true"},
    )

    [row] = lake_files.rows(
        str(tmp_path), "runs", ["day", "started_at", "excluded_reasons", "message"]
    )

    assert row == {
        "day": date(2026, 3, 2),
        "started_at": STARTED,
        "excluded_reasons": {"retweet": 2},
        "message": None,
    }


def test_only_the_rows_and_columns_asked_for_are_read(tmp_path):
    write_deltalake(
        str(tmp_path / "runs"),
        ledger(
            {"run_id": "first", "step": "build_contacts"},
            {"run_id": "second", "step": "publish_marts"},
        ),
    )
    is_last = pc.field("step") == "publish_marts"

    assert lake_files.rows(str(tmp_path), "runs", ["run_id"], is_last) == [
        {"run_id": "second"}
    ]
    held = lake_files.columns_of(str(tmp_path), "runs", ["message", "run_id"], is_last)
    assert held.to_pydict() == {"message": [None], "run_id": ["second"]}


def test_only_the_last_commit_s_files_are_named(tmp_path):
    place = str(tmp_path / "a table" / "runs")
    for run_id in ("first", "second"):
        write_deltalake(place, ledger({"run_id": run_id}), mode="overwrite")

    [uri] = lake_files.data_files(str(tmp_path / "a table"), "runs")

    assert uri.startswith("file:///")
    assert "a%20table/runs/part-" in uri
    [row] = lake_files.rows(str(tmp_path / "a table"), "runs", ["run_id"])
    assert row == {"run_id": "second"}


def test_a_log_that_cannot_be_read_is_named_with_what_to_do(tmp_path):
    write_deltalake(str(tmp_path / "runs"), ledger({"run_id": "first"}))
    [entry] = (tmp_path / "runs" / "_delta_log").glob("*.json")
    entry.write_text("{")

    with pytest.raises(LakeError, match=r"runs in the lake .* cannot be read"):
        lake_files.rows(str(tmp_path), "runs")


def test_a_damaged_file_of_rows_is_named_too(tmp_path):
    write_deltalake(str(tmp_path / "runs"), ledger({"run_id": "first"}))
    [file] = (tmp_path / "runs").glob("*.parquet")
    file.write_bytes(b"no rows")

    with pytest.raises(LakeError, match=r"runs in the lake .* cannot be read"):
        lake_files.rows(str(tmp_path), "runs")


def test_the_size_is_that_of_the_files_that_count(tmp_path):
    assert lake_files.size_bytes(str(tmp_path)) == 0

    runs = tmp_path / "runs"
    write_deltalake(str(runs), ledger())
    for step in ("tag_interactions", "build_contacts"):
        write_deltalake(str(runs), ledger({"step": step}), mode="overwrite")

    [file] = lake_files.data_files(str(tmp_path), "runs")
    assert (
        lake_files.size_bytes(str(tmp_path)) == (runs / Path(file).name).stat().st_size
    )


def test_no_thread_of_arrow_s_has_to_call_python(tmp_path, monkeypatch):
    """Those that still close files when Python ends would abort it, its work done."""
    write_deltalake(str(tmp_path / "runs"), ledger({"run_id": "first"}))

    def is_python(*_):
        pytest.fail("delta-rs's file system is Python")

    monkeypatch.setattr("deltalake.fs.DeltaStorageHandler.from_table", is_python)

    assert len(lake_files.rows(str(tmp_path), "runs", ["run_id"])) == 1
