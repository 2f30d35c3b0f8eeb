"""A small form of benchmarks/report_alarms.py, whose figures are in docs/reliability.md."""

from benchmarks.report_alarms import found, quiet


def test_few_quiet_weeks_print_a_change():
    assert quiet(100, seed=6) <= 0.08


def test_a_reason_that_grows_by_a_fifth_is_named_first():
    named, _ = found(40, smallest=600, largest=600, seed=6)

    assert named >= 0.9
