"""Tags are of the words an interaction has now, and go with them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs import tag_interactions
from jobs.context import Context
from jobs.lake import Lake
from jobs.ledger import Ledger, new_run_id
from jobs.settings import Settings
from jobs.shaping import fingerprint
from tests.builders import Row, a_tag_row, an_interaction_row, an_overall_row
from tests.conftest import NOW

pytestmark = [pytest.mark.spark, pytest.mark.slow]

WRONG = "my bill is wrong"


class Desk:
    """A lake in which one chat was tagged, and what its source says of it later."""

    def __init__(self, spark: SparkSession, settings: Settings, frame: Any) -> None:
        self._settings = settings
        self._frame: Callable[..., DataFrame] = frame
        self._lake = Lake(spark, settings.lake)
        of = {"interaction_id": "messaging:1", "text_hash": fingerprint(WRONG)}
        self._land("tags", a_tag_row(**of), an_overall_row(0.3, **of))
        self.tell(text=WRONG)

    def tell(self, **changes: Any) -> None:
        """The source delivers this version of the chat."""
        row = an_interaction_row(interaction_id="messaging:1", **changes)
        self._land("interactions", row)

    def tag(self) -> dict[str, int]:
        """Run the step; what it could not read, by reason."""
        ledger = Ledger(self._lake, new_run_id(NOW))
        day = NOW.date()
        tag_interactions.run(Context(self._lake, self._settings, ledger, (day,), NOW))
        [row] = ledger.rows
        reasons: dict[str, int] = row["excluded_reasons"]
        return reasons

    @property
    def read(self) -> set[tuple[str, str, str]]:
        """Text, language and tagger that the tags are from."""
        columns = ("text_hash", "language", "tagger_version")
        return {
            tuple(row) for row in self._lake.read("tags").select(*columns).collect()
        }

    @property
    def days(self) -> set[date]:
        """On which the tags stand."""
        return {
            row[0] for row in self._lake.read("tags").select("occurred_date").collect()
        }

    def _land(self, table: str, *rows: Row) -> None:
        self._lake.merge(table, self._frame(table, *rows))


@pytest.fixture
def desk(spark: SparkSession, company: Callable[..., Settings], frame: Any) -> Desk:
    return Desk(spark, company(), frame)


def test_words_that_are_as_they_were_keep_an_older_tagger_s_tags(desk: Desk) -> None:
    assert desk.tag() == {}

    assert desk.read == {(fingerprint(WRONG), "en", "t1")}


def test_tags_stand_on_the_day_that_a_source_has_corrected(desk: Desk) -> None:
    desk.tell(text=WRONG, occurred_at=NOW)

    assert desk.tag() == {}
    assert desk.days == {NOW.date()}


def test_a_text_that_is_taken_back_takes_its_tags_along(desk: Desk) -> None:
    desk.tell(text=None, text_hash=None, turns=[])

    assert desk.tag() == {"words_taken_back": 1}
    assert desk.read == set()
    assert desk.tag() == {}


def test_a_text_that_turns_out_german_has_no_tags(desk: Desk) -> None:
    desk.tell(text="Die Rechnung stimmt nicht", language="de")

    assert desk.tag() == {"other_language": 1}
    assert desk.read == set()


def test_another_language_of_the_same_words_is_read_in_it(desk: Desk) -> None:
    desk.tell(text=WRONG, language="fr")

    assert desk.tag() == {}
    [(text, language, tagger)] = desk.read
    assert (text, language) == (fingerprint(WRONG), "fr")
    assert tagger != "t1"
