"""A customer who asks for it leaves every table, with nobody else; files bring them back."""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from typer.testing import CliRunner

from jobs import erase, lake_commands, lake_files
from jobs.cli import app
from jobs.context import Context
from jobs.lake import Lake, Written
from jobs.ledger import Entry, Ledger, new_run_id
from jobs.settings import Settings
from jobs.steps import STEPS
from schemas.contracts import names
from schemas.errors import InputError, NotFoundError
from tests.builders import (
    Row,
    a_crm_row,
    a_decision_row,
    a_draft_tag_row,
    a_handle_row,
    a_mail_row,
    a_replaced_tag_row,
    a_survey_row,
    a_tag_row,
    a_transcript_row,
)
from tests.conftest import NOW

pytestmark = [pytest.mark.spark, pytest.mark.slow]

ANN, BEA = "c-" + "a" * 20, "c-" + "b" * 20
"""Two customers of the file."""

ANN_MAIL, ANN_OLD, ANN_PHONE, BEA_MAIL, SHOP = (digit * 32 for digit in "12345")
"""Handles: the file lists Ann's two mail addresses and Bea's one; Ann's number shows with
her address; the shop's number with both of them."""

SAYS = {"ann": "the kitchen is Ann's", "bea": "the balcony is Bea's"}


def a_mail(name: str, whose: str, *keys: str, day: int = 2, **changes: Any) -> Row:
    about = {
        "text": SAYS[whose],
        "subject": SAYS[whose],
        "file": f"2026-03-0{day}/mail/{name}.eml",
    }
    when = datetime(2026, 3, day, 9, tzinfo=UTC)
    return a_mail_row(name, when, *keys, **about | changes)


DELIVERED: dict[str, dict[str, list[Row]]] = {
    "ann": {
        "crm_records": [
            a_crm_row(
                customer_id=ANN,
                handles=[a_handle_row(ANN_MAIL), a_handle_row(ANN_OLD)],
            ),
        ],
        "interactions": [
            # Alone at first, then with her address: one customer, two ids.
            a_mail("1", "ann", ANN_PHONE, day=1),
            a_mail("2", "ann", ANN_MAIL, ANN_PHONE),
            a_mail("3", "ann", conversation_id="mail:2", direction="outbound"),
            a_mail("4", "ann", ANN_MAIL, SHOP, day=3),
        ],
        "transcripts": [
            a_transcript_row(interaction_id="mail:1", text=SAYS["ann"], turns=[])
        ],
        "surveys": [
            a_survey_row(
                survey_id="surveys:1",
                interaction_id="mail:2",
                handles=[],
                comment=SAYS["ann"],
            ),
            # Of an interaction that never came: only the number says whose.
            a_survey_row(
                survey_id="surveys:2",
                interaction_id=None,
                handles=[a_handle_row(ANN_PHONE)],
                comment=SAYS["ann"],
            ),
        ],
        "tags": [a_tag_row(interaction_id="mail:2")],
        "tags_draft": [a_draft_tag_row(interaction_id="mail:2")],
        "tag_history": [a_replaced_tag_row(interaction_id="mail:2")],
        "identity_decisions": [
            a_decision_row(handle_key=SHOP, customer_id=ANN),
            # Said of a handle that after her nobody has.
            a_decision_row(handle_key=ANN_OLD, customer_id=BEA),
        ],
    },
    "bea": {
        "crm_records": [
            a_crm_row(customer_id=BEA, handles=[a_handle_row(BEA_MAIL)]),
        ],
        "interactions": [
            a_mail("5", "bea", BEA_MAIL),
            a_mail("6", "bea", BEA_MAIL, SHOP, day=3),
        ],
        "transcripts": [
            a_transcript_row(interaction_id="mail:5", text=SAYS["bea"], turns=[])
        ],
        "surveys": [a_survey_row(survey_id="surveys:3", interaction_id="mail:5")],
        "tags": [a_tag_row(interaction_id="mail:5")],
        "tags_draft": [a_draft_tag_row(interaction_id="mail:5")],
        "tag_history": [a_replaced_tag_row(interaction_id="mail:5")],
        "identity_decisions": [a_decision_row(handle_key=SHOP, customer_id=BEA)],
    },
}

HERS = (ANN, f"a-{ANN_PHONE[:20]}", ANN_MAIL, ANN_OLD, ANN_PHONE, SAYS["ann"])
HERS += tuple(f"mail:{n}'" for n in "1234")
"""What must be nowhere afterwards: her ids, handles, words and records."""


class Company:
    """A lake of two customers, through all steps that read tables."""

    def __init__(self, spark: SparkSession, settings: Settings, frame: Any) -> None:
        self.settings = settings
        self.lake = Lake(spark, settings.lake)
        self._frame: Callable[..., DataFrame] = frame

    def land(self, *whose: str, only: Collection[str] = names()) -> None:
        for name in whose:
            for table, rows in DELIVERED[name].items():
                if table in only:
                    self.lake.merge(table, self._frame(table, *rows))
        day = date(2026, 3, 3)
        with Ledger(self.lake, new_run_id(NOW)).step("ingest_interactions", day) as it:
            it.entries.append(Entry("mail", day))

    def context(self) -> Context:
        ledger = Ledger(self.lake, new_run_id(NOW))
        return Context(self.lake, self.settings, ledger, (date(2026, 3, 3),), NOW)

    def run(self) -> None:
        """What the command says to run: no step that reads files; unpublished."""
        for step in STEPS[:-1]:
            if step.reads:
                step.run(self.context())

    def erase(self, customer: str = ANN) -> dict[str, int]:
        return erase.run(self.context(), erase.find(self.lake, customer))

    def rows(self) -> dict[str, list[str]]:
        """Every table but the ledger."""
        root = self.settings.lake
        return {
            table: sorted(map(repr, lake_files.rows(root, table)))
            for table in names()
            if table != "runs"
        }

    def holding_ann(self) -> dict[str, int]:
        """Rows that say something of her, by table."""
        found = {
            table: sum(any(her in row for her in HERS) for row in rows)
            for table, rows in self.rows().items()
        }
        return {table: count for table, count in found.items() if count}


@pytest.fixture
def make(
    spark: SparkSession, company: Callable[..., Settings], frame: Any
) -> Callable[[str], Company]:
    """A company with the lake in that folder."""

    def of(lake: str) -> Company:
        settings = company()
        paths = settings.paths.model_copy(update={"lake": lake})
        return Company(spark, settings.model_copy(update={"paths": paths}), frame)

    return of


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("erase") / "lake"


@pytest.fixture
def both(make: Callable[[str], Company], kept: Path, tmp_path: Path) -> Company:
    if not kept.exists():
        first = make(str(kept))
        first.land("ann", "bea")
        first.run()
    copytree(kept, tmp_path / "var/lake")
    return make(str(tmp_path / "var/lake"))


def test_nothing_of_an_erased_customer_is_left_and_the_others_are_as_if_alone(
    both: Company, make: Callable[[str], Company]
) -> None:
    assert {*both.holding_ann()} == {*names()} - {"runs", "quarantine", "satisfaction"}

    erased = both.erase()
    both.run()

    # As many as the tagger finds in her words.
    assert erased.pop("tags") > 0
    assert erased == {
        "transcripts": 1,
        "tag_history": 1,
        "tags_draft": 1,
        "surveys": 2,
        "interactions": 4,
        "crm_records": 1,
        "identity_decisions": 2,
    }
    assert both.holding_ann() == {}
    other = make(f"{both.settings.lake}-of-bea")
    other.land("bea")
    other.run()
    assert both.rows() == other.rows()


def test_an_erasure_that_was_killed_ends_when_it_is_run_again(
    both: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted, left = Lake.delete, [0]

    def killed(lake: Lake, table: str, rows: DataFrame) -> Written:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return deleted(lake, table, rows)

    # Before the tags went; with her words gone and her records there.
    for left[0] in (1, 5):
        with monkeypatch.context() as patch:
            patch.setattr(Lake, "delete", killed)
            with pytest.raises(KeyboardInterrupt):
                both.erase()
    both.erase()
    assert set(both.erase().values()) == {0}

    both.run()
    assert both.holding_ann() == {}


@pytest.fixture
def say(both: Company, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Types the command; in this session, for starting another takes ten seconds."""
    monkeypatch.setattr(lake_commands, "started", lambda *_: both.context())

    def typed(*words: str, answer: str | None = None) -> str:
        done = CliRunner().invoke(
            app,
            ["identity", "erase", *words, "--settings", str(both.settings.file)],
            input=answer,
            env={"COLUMNS": "80"},
            catch_exceptions=False,
        )
        assert done.exit_code == 0
        return done.stdout

    return typed


def test_nothing_goes_before_somebody_says_yes(
    both: Company, say: Callable[..., str]
) -> None:
    before = both.rows()

    told = say(ANN, answer="n\n")
    with pytest.raises(InputError, match="nobody to ask"):
        say(ANN)

    assert told.endswith("Nothing was erased.\n")
    assert ["interactions", "4"] in [line.split() for line in told.splitlines()]
    assert both.rows() == before


def test_what_went_is_told_by_table_and_what_still_holds_them_by_name(
    both: Company, say: Callable[..., str]
) -> None:
    count = sum(erase.counted(erase.find(both.lake, ANN)).values())

    told = say(ANN, "--yes")
    lines = [line.split() for line in told.splitlines()]

    assert ["table", "rows", "erased"] in lines
    assert ["interactions", "4"] in lines
    assert ["2026-03-01/mail/1.eml", "1"] in lines
    assert ["2026-03-02/crm/customers.csv", "1"] in lines
    assert "bring them back whenever they are read" in told
    assert (
        "verbatim run --day 2026-03-03 --step link_customers --step tag_interactions "
        "--step build_contacts --step build_journeys --step build_satisfaction --step "
        "publish_marts"
    ) in told
    assert f"{both.settings.marts_folder}/marts-….duckdb" in told
    assert both.lake.read("interactions").count() == 2
    logs = Path(both.settings.lake).glob("*/_delta_log/*.json")
    assert [log for log in logs if "mail:2" in log.read_text()] == []
    steps = both.lake.read("runs").where(f"step = '{erase.STEP}'")
    assert [row["rows_out"] for row in steps.collect()] == [count]
    assert ANN not in repr(lake_files.rows(both.lake.root, "runs"))


def test_who_is_not_there_or_goes_by_another_id_is_not_erased(
    both: Company, say: Callable[..., str]
) -> None:
    before = both.rows()

    with pytest.raises(NotFoundError, match="no customer c-nobody in the lake"):
        say("c-nobody", "--yes")
    with pytest.raises(NotFoundError, match="is somebody else's now"):
        say(f"a-{ANN_PHONE[:20]}", "--yes")

    assert both.rows() == before
