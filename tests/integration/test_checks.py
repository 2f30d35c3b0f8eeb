"""The suites made from contracts, on rows: good ones pass, bad ones break just their rule."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.check_table import check_rows
from schemas.errors import CheckError
from tests.builders import a_tag_row, an_interaction_row

pytestmark = [pytest.mark.spark, pytest.mark.slow]

Frame = Callable[..., DataFrame]


@pytest.fixture(params=[True, False], ids=["here", "in Spark"])
def in_memory(request: pytest.FixtureRequest) -> bool:
    """Who is asked: both answer alike."""
    return bool(request.param)


def test_valid_rows_pass(frame: Frame, in_memory: bool) -> None:
    rows = frame(
        "interactions",
        an_interaction_row(interaction_id="telephony:1"),
        an_interaction_row(interaction_id="telephony:2"),
    ).persist()

    assert check_rows(rows, "interactions", in_memory=in_memory).broken == ()


def test_two_faulty_rows_break_exactly_the_rules_they_break(
    frame: Frame, in_memory: bool
) -> None:
    good = an_interaction_row(interaction_id="telephony:1")
    twice = an_interaction_row(interaction_id="telephony:1")
    odd = an_interaction_row(
        interaction_id="telephony:2",
        channel="fax",
        ended_at=good["occurred_at"] - timedelta(hours=1),
    )
    rows = frame("interactions", good, twice, odd).persist()

    checked = check_rows(rows, "interactions", in_memory=in_memory)

    assert {(b.what, b.is_error, b.row_count) for b in checked.broken} == {
        ("expect_column_values_to_be_unique(interaction_id)", True, 2),
        ("expect_column_values_to_be_in_set(channel)", True, 1),
        ("ends_after_it_began", False, 1),
    }
    with pytest.raises(CheckError, match=r"in_set\(channel\): 1 of 3 rows"):
        checked.require()


def test_a_warning_alone_does_not_stop(frame: Frame, in_memory: bool) -> None:
    good: dict[str, Any] = an_interaction_row(interaction_id="telephony:1")
    backwards = good | {"ended_at": good["occurred_at"] - timedelta(hours=1)}
    rows = frame("interactions", backwards).persist()

    checked = check_rows(rows, "interactions", in_memory=in_memory)

    assert [b.what for b in checked.broken] == ["ends_after_it_began"]
    checked.require()


def test_what_is_no_number_and_what_is_missing_break_their_column(
    frame: Frame, in_memory: bool
) -> None:
    rows = frame("tags", a_tag_row(score=float("nan")))
    nothing = rows.withColumn("tagger_version", F.lit(None).cast("string"))

    checked = check_rows(nothing, "tags", in_memory=in_memory)

    assert {(b.what, b.row_count) for b in checked.broken} == {
        ("expect_column_values_to_be_between(score)", 1),
        ("expect_column_values_to_not_be_null(tagger_version)", 1),
    }


def test_the_data_docs_name_the_rows_that_break_a_rule(
    frame: Frame, tmp_path: Path, in_memory: bool
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
        in_memory=in_memory,
    )

    kept = [path.read_text("utf-8") for path in tmp_path.rglob("validations/**/*.json")]
    assert any("telephony:2" in text for text in kept)
    assert not any("telephony:1" in text or "telephony:3" in text for text in kept)
