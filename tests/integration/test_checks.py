"""The suites made from contracts, on rows: good ones pass, bad ones break just their rule."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame

from jobs.check_table import check_rows
from schemas.errors import CheckError
from tests.builders import an_interaction_row

pytestmark = [pytest.mark.spark, pytest.mark.slow]

Frame = Callable[..., DataFrame]


def test_valid_rows_pass(frame: Frame) -> None:
    rows = frame(
        "interactions",
        an_interaction_row(interaction_id="telephony:1"),
        an_interaction_row(interaction_id="telephony:2"),
    ).persist()

    assert check_rows(rows, "interactions").broken == ()


def test_two_faulty_rows_break_exactly_the_rules_they_break(frame: Frame) -> None:
    good = an_interaction_row(interaction_id="telephony:1")
    twice = an_interaction_row(interaction_id="telephony:1")
    odd = an_interaction_row(
        interaction_id="telephony:2",
        channel="fax",
        ended_at=good["occurred_at"] - timedelta(hours=1),
    )
    rows = frame("interactions", good, twice, odd).persist()

    checked = check_rows(rows, "interactions")

    assert {(b.what, b.is_error, b.row_count) for b in checked.broken} == {
        ("expect_column_values_to_be_unique(interaction_id)", True, 2),
        ("expect_column_values_to_be_in_set(channel)", True, 1),
        ("ends_after_it_began", False, 1),
    }
    with pytest.raises(CheckError, match=r"in_set\(channel\): 1 of 3 rows"):
        checked.require()


def test_a_warning_alone_does_not_stop(frame: Frame) -> None:
    good: dict[str, Any] = an_interaction_row(interaction_id="telephony:1")
    backwards = good | {"ended_at": good["occurred_at"] - timedelta(hours=1)}
    rows = frame("interactions", backwards).persist()

    checked = check_rows(rows, "interactions")

    assert [b.what for b in checked.broken] == ["ends_after_it_began"]
    checked.require()


def test_the_data_docs_name_the_rows_that_break_a_rule(
    frame: Frame, tmp_path: Path
) -> None:
    good: dict[str, Any] = an_interaction_row(interaction_id="telephony:1")
    backwards = good | {
        "interaction_id": "telephony:2",
        "ended_at": good["occurred_at"] - timedelta(hours=1),
    }
    unended = good | {"interaction_id": "telephony:3", "ended_at": None}

    check_rows(
        frame("interactions", good, backwards, unended),
        "interactions",
        docs=tmp_path,
    )

    kept = [path.read_text("utf-8") for path in tmp_path.rglob("validations/**/*.json")]
    assert any("telephony:2" in text for text in kept)
    assert not any("telephony:1" in text or "telephony:3" in text for text in kept)
