"""The marts against the same tables worked out again, in SQL written from the contracts."""

from pathlib import Path

import pytest

from benchmarks import one_process
from jobs.reading import current
from tests.e2e.conftest import DemoCompany


@pytest.mark.spark
@pytest.mark.slow
def test_marts_equal_an_independent_calculation_row_by_row(
    demo: DemoCompany, tmp_path: Path
) -> None:
    theirs = tmp_path / "one_process.duckdb"
    one_process.run(demo.settings, list(demo.context.days), theirs)

    ours = current(demo.settings).resolve()

    assert one_process.differences(ours, theirs) == {
        table: [] for table in one_process.COMPARED
    }
