"""What the report's tests share: a company's settings and the facts of its week."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from report.facts import gather
from report.settings import CompanySection, PathsSection, ReportSettings
from report.weeks import Week
from tests.unit.report.companies import WEEK, marts_of


@pytest.fixture
def company(tmp_path: Path) -> ReportSettings:
    """Settings of a company whose marts and reports are in the test's folder."""
    return ReportSettings(
        company=CompanySection(name="Ondine"),
        paths=PathsSection(marts="marts"),
        file=tmp_path / "verbatim.toml",
    )


@pytest.fixture
def facts_of(company: ReportSettings) -> Callable[..., dict[str, Any]]:
    """Publishes groups of contacts and gathers the facts of the week."""

    def of(*groups: Any, week: Week = Week(WEEK), **options: Any) -> dict[str, Any]:  # noqa: B008 - frozen
        marts_of(company.marts_file, *groups, **options)
        return gather(company.marts_file, week, company)

    return of
