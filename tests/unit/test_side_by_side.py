"""All tests in one command: every part to its end, shown whole, and no failure lost."""

import sys
from pathlib import Path

import pytest

from tests import side_by_side
from tests.conftest import ROOT


def says(line: str, code: int = 0) -> tuple[str, ...]:
    return (sys.executable, "-c", f"print('first'); print({line!r}); exit({code})")


@pytest.fixture
def run(monkeypatch, capsys):
    def of(**parts):
        monkeypatch.setattr(side_by_side, "PARTS", parts)
        code = side_by_side.main()
        return code, capsys.readouterr().out

    return of


def test_the_closing_lines_of_all_parts_come_last(run):
    code, out = run(units=says("2 passed"), Spark=says("1 passed"))

    assert code == 0
    assert out.splitlines()[-2:] == ["2 passed", "1 passed"]
    assert out.count("first") == 2


def test_what_a_library_says_after_the_runner_is_not_taken_for_its_word(run):
    ended = "===== 3 passed, 1 skipped in 2.10s ====="
    chatty = (sys.executable, "-c", f"print({ended!r}); print('leaked 27 instances!')")

    _, out = run(units=chatty)

    assert out.splitlines()[-1] == ended


def test_a_part_that_fails_makes_all_fail_and_stops_no_other(run):
    code, out = run(units=says("1 failed", 1), Spark=says("1 passed"))

    assert code == 1
    assert out.splitlines()[-2:] == ["1 failed", "1 passed"]


def test_a_part_that_is_killed_makes_all_fail(run):
    killed = (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")

    code, out = run(units=killed, Spark=says("1 passed"))

    assert code == 9
    assert out.splitlines()[-2:] == ["nothing was printed", "1 passed"]


def test_a_part_that_is_not_installed_makes_all_fail_and_stops_no_other(run):
    code, out = run(DAGs=(".venv-nowhere/bin/pytest",), Spark=says("1 passed"))

    assert code == 127
    assert ".venv-nowhere" in out.splitlines()[-2]
    assert out.splitlines()[-1] == "1 passed"


def test_what_one_part_leaves_out_is_another_s():
    taken = {a for part in side_by_side.PARTS.values() for a in part[1:]}

    for part in side_by_side.PARTS.values():
        left_out = {a.removeprefix("--ignore=") for a in part if "--ignore=" in a}
        assert left_out <= taken - set(part)
        assert all((ROOT / place).exists() for place in left_out)


def test_no_test_is_in_two_parts():
    parts = side_by_side.PARTS
    units, apart = parts["units"], (*parts["company"][1:], *parts["days"][1:])

    for place in apart:
        assert any(
            f"--ignore={folder}" in units for folder in (place, str(Path(place).parent))
        )
        if place.endswith(".py"):
            assert f"--ignore={place}" in parts["tables"]
