"""What a session is given before Spark starts: whether the work ahead is long."""

from datetime import date, timedelta

import pytest

from jobs import session
from jobs.settings import CompanySection, PathsSection, Settings, Source

DAY = date(2026, 3, 2)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A company of which 60 bytes arrived on a day, beside a lake that holds 40."""
    file = tmp_path / "drop" / DAY.isoformat() / "calls.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"." * 60)
    monkeypatch.setattr("jobs.session.size_bytes", lambda lake: 40)
    calls = Source(name="calls", kind="amazon_connect", files=["{day}/*.json"])
    return Settings(
        company=CompanySection(name="X"),
        paths=PathsSection(drop=str(tmp_path / "drop")),
        sources=[calls],
    )


@pytest.mark.parametrize(("limit", "is_long"), [(99, True), (100, False)])
def test_a_run_is_long_by_what_arrived_and_what_the_lake_holds(
    settings, monkeypatch, limit, is_long
):
    monkeypatch.setattr(session, "LONG_BYTES", limit)

    assert session.is_long(settings, [DAY]) is is_long


def test_what_arrived_on_other_days_does_not_count(settings, monkeypatch):
    monkeypatch.setattr(session, "LONG_BYTES", 50)

    assert not session.is_long(settings, [DAY + timedelta(days=1)])


def test_without_days_it_is_the_lake_that_counts(settings, monkeypatch):
    monkeypatch.setattr(session, "LONG_BYTES", 39)

    assert session.is_long(settings, [])


def test_a_drop_folder_that_is_gone_is_for_the_step_that_reads_it_to_say(
    settings, tmp_path
):
    (tmp_path / "drop").rename(tmp_path / "away")

    assert not session.is_long(settings, [DAY])
