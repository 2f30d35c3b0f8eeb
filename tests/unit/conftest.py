"""What the unit tests share: a lake of files, and marts published from it."""

import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import nlp
from tests import builders
from tests.files_lake import FilesLake, published

with warnings.catch_warnings():
    # Great Expectations imports these modules of the standard library, which warn that
    # they will go: loaded here once, they are quiet there, and other warnings stay errors.
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_constants  # noqa: F401
    import sre_parse  # noqa: F401

# A busy machine is no failure.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

AS_OF = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture(scope="package")
def _without_spark() -> Iterator[None]:
    """The ledger is asked through Spark up to when everything was read; here it is told."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jobs.publish_marts.as_of", lambda lake: AS_OF)
        patch.setattr(nlp, "tagger_version", "t1", raising=False)
        yield


@pytest.fixture
def lake(tmp_path: Path) -> FilesLake:
    """A lake with a row in every table that must have one."""
    filled = FilesLake(tmp_path / "lake")
    for table in ("interactions", "contacts", "satisfaction", "runs"):
        filled.write(table, builders.ROWS[table]())
    return filled


@pytest.fixture
def publish(_without_spark: None, tmp_path: Path) -> Callable[..., Path]:
    """Publishes a lake of files into the test's folder; gives the file in place."""

    def of(lake: FilesLake, **options: Any) -> Path:
        return published(lake, tmp_path / "marts", **options)

    return of


@pytest.fixture(scope="package")
def marts_of_one_day(
    _without_spark: None, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of marts made from one built row of every table; only to be read."""
    root = tmp_path_factory.mktemp("one_day")
    lake = FilesLake(root / "lake")
    for table, row in builders.ROWS.items():
        lake.write(table, row())
    lake.write("tags", builders.an_overall_row(0.2))
    return published(lake, root / "marts").parent
