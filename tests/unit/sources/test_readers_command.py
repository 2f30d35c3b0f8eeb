"""benchmarks/readers.py: what it says of a folder, and when it fails."""

import json

import pytest
import typer
from typer.testing import CliRunner

from benchmarks import readers
from jobs.sources import csv_documents

app = typer.Typer()
app.command()(readers.main)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "qualtrics").mkdir()
    (tmp_path / "qualtrics" / "s.csv").write_text(
        "survey_id,question_code,score,completed_at\n"
        "s1,nps,9,2026-01-05\n"
        "s2,nps,12,2026-01-05\n"
    )
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "users.json").write_text(
        '{"data": [{"id": "1", "username": "lea", "name": "Léa"}]}'
    )
    (tmp_path / "genesys").mkdir()
    (tmp_path / "genesys" / "c.json").write_text("{}")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_each_file_says_what_it_became(folder):
    result = run("--data", folder, "--json")

    assert result.exit_code == 0
    rows = {row["kind"]: row for row in map(json.loads, result.stdout.splitlines())}
    assert rows["qualtrics"]["file"] == "s.csv"
    assert rows["qualtrics"]["surveys"] == 1
    assert rows["qualtrics"]["rejected"] == {"score_outside_scale": 1}
    assert rows["x"]["excluded"] == {"user": 1}
    assert rows["genesys"]["note"] == "no reader yet (1 files)"


def test_a_table_is_printed_by_default(folder):
    result = run("--data", folder)

    assert "score_outside_scale 1" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("total")


def test_show_prints_a_file_s_records_in_full(folder):
    result = run("--data", folder, "--show", "s.csv")

    assert '"native_id": "s1/nps"' in result.stdout
    assert '"origin": "qualtrics/s.csv byte 43 row 1"' in result.stdout


def test_a_file_to_show_that_is_not_there_is_named(folder):
    result = run("--data", folder, "--show", "nowhere.csv")

    assert result.exit_code == 2
    assert "nowhere.csv: no such file" in result.output


def test_a_reader_that_raises_is_named_with_its_file(folder, monkeypatch):
    def raises(*_):
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(csv_documents, "table", raises)

    result = run("--data", folder, "--json")

    assert result.exit_code == 1
    assert "qualtrics/s.csv:" in result.output
    assert "ZeroDivisionError: a fault of ours" in result.output
    assert '"excluded": {"user": 1}' in result.output
