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


@pytest.mark.parametrize(
    ("limit", "java", "spark"),
    [(59, True, True), (60, True, False), (99, True, False), (100, False, False)],
)
def test_queries_are_compiled_for_what_arrived_and_java_for_what_is_held_too(
    settings, monkeypatch, limit, java, spark
):
    monkeypatch.setattr(session, "LONG_BYTES", limit)

    ahead = session.work(settings, [DAY])

    assert (ahead.is_long_for_java, ahead.is_long_for_spark) == (java, spark)


def test_what_arrived_on_other_days_does_not_count(settings):
    assert session.work(settings, [DAY + timedelta(days=1)]) == (40, 0)


def test_without_days_it_is_the_lake_that_counts(settings):
    assert session.work(settings, []) == (40, 0)


def test_a_drop_folder_that_is_gone_is_for_the_step_that_reads_it_to_say(
    settings, tmp_path
):
    (tmp_path / "drop").rename(tmp_path / "away")

    assert session.work(settings, [DAY]) == (40, 0)
