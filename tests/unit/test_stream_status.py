"""Whether somebody has to get up for the stream."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from jobs.settings import (
    CompanySection,
    PathsSection,
    Settings,
    Source,
    StreamSection,
)
from jobs.stream_status import Status, StreamStatus, judged, read_status
from schemas.errors import NotFoundError

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def settings_at(folder, **stream):
    return Settings(
        company=CompanySection(name="X"),
        paths=PathsSection(lake=str(folder / "lake")),
        stream=StreamSection(**stream),
        sources=[Source(name="phones", kind="email", files=["{day}/*"])],
    )


def a_status(**changes):
    return Status(
        **{
            "way": "folders",
            "started_at": NOW - timedelta(hours=2),
            "beat_at": NOW - timedelta(seconds=4),
            "last_batch_at": NOW - timedelta(seconds=9),
            "lag_seconds": 12.0,
        }
        | changes
    )


def test_a_stream_that_beats_and_keeps_up_is_well(tmp_path):
    verdict = judged(a_status(), settings_at(tmp_path), NOW)

    assert verdict.is_well


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"beat_at": NOW - timedelta(minutes=3)}, "has not been heard of since"),
        ({"ended_at": NOW - timedelta(minutes=3)}, "was stopped at 2026-03-02 08:57"),
        ({"lag_seconds": 61.0}, "readable only after 61 s"),
        ({"quarantined_last_hour": 101}, "101 records were refused"),
        (
            {"newest_arrived_at": NOW + timedelta(days=8)},
            "is dated 2026-03-10 09:00:00 UTC: have the clock of whoever delivers it set",
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(tmp_path, change, reason):
    verdict = judged(a_status(**change), settings_at(tmp_path), NOW)

    assert not verdict.is_well
    assert reason in verdict.reason
    assert "verbatim" in verdict.reason or "stream." in verdict.reason


def test_a_slow_trigger_makes_nothing_late(tmp_path):
    settings = settings_at(tmp_path, trigger_seconds=60)

    assert judged(a_status(lag_seconds=61.0), settings, NOW).is_well


@pytest.mark.parametrize("hours", [-48, -1, 0, 12])
def test_what_arrived_of_late_or_by_another_time_zone_is_well(tmp_path, hours):
    status = a_status(newest_arrived_at=NOW + timedelta(hours=hours))

    assert judged(status, settings_at(tmp_path), NOW).is_well


def test_a_stream_to_which_nothing_arrives_beats_until_it_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("jobs.stream_status.SECONDS_PER_BEAT", 0.01)
    settings, status = settings_at(tmp_path), StreamStatus("folders")

    with status.beating(settings):
        first = read_status(settings, "folders")
        until = monotonic() + 20
        while (told := read_status(settings, "folders")).beat_at == first.beat_at:
            assert monotonic() < until, "no beat"

    assert told.ended_at is None
    assert read_status(settings, "folders").ended_at is not None


def test_what_the_stream_says_is_read_by_others(tmp_path):
    settings = settings_at(tmp_path)
    status = StreamStatus("topics")
    status.note(
        read_count=40,
        quarantined_count=2,
        oldest_arrived_at=NOW,
        readable_at=NOW + timedelta(seconds=7),
    )

    status.write(settings)

    told = read_status(settings, "topics")
    assert (told.read_count, told.batch_count, told.lag_seconds) == (40, 1, 7.0)


def test_micro_batch_and_beat_may_write_at_once(tmp_path):
    settings, status = settings_at(tmp_path), StreamStatus("folders")

    def write_often(times):
        for _ in range(times):
            status.write(settings)

    with ThreadPoolExecutor(4) as writers:
        done = [writers.submit(write_often, 100) for _ in range(4)]

    assert [each.exception() for each in done] == [None] * 4
    assert read_status(settings, "folders").way == "folders"


def test_refusals_are_forgotten_after_an_hour():
    status = StreamStatus("folders")
    for minutes, count in ((0, 50), (30, 60)):
        status.note(
            read_count=100,
            quarantined_count=count,
            oldest_arrived_at=None,
            readable_at=NOW + timedelta(minutes=minutes),
        )

    later = status.snapshot(NOW + timedelta(minutes=61))

    assert later.quarantined_last_hour == 60


def test_a_record_from_a_clock_that_runs_ahead_has_no_lag():
    status = StreamStatus("topics")
    status.note(
        read_count=1,
        quarantined_count=0,
        oldest_arrived_at=NOW + timedelta(minutes=1),
        readable_at=NOW,
    )

    assert status.status.lag_seconds == 0.0


def test_a_stream_that_never_ran_is_named(tmp_path):
    with pytest.raises(NotFoundError, match="verbatim stream --from topics"):
        read_status(settings_at(tmp_path), "topics")
