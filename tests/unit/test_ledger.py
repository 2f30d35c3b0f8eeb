"""The ledger: sums that must agree, and rows that are written whatever happens."""

from datetime import UTC, date, datetime, timedelta, timezone
from types import SimpleNamespace

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from jobs import ledger
from jobs.lake import Written
from jobs.lake_log import Commit
from jobs.ledger import (
    BECAME,
    COUNTS,
    LAST_STEP,
    NO_SOURCE,
    Basis,
    Entry,
    Ledger,
    Step,
    new_run_id,
    refused_records,
    sources_without_records,
)
from jobs.settings import Source
from jobs.steps import STEPS as STEPS_OF_A_RUN
from schemas.contracts import contract
from schemas.errors import CheckError, LedgerError
from tests.builders import a_run_row
from tests.files_lake import arrow_type

DAY = date(2026, 3, 2)


class Kept:
    """A lake that keeps what is added to it."""

    def __init__(self):
        self.rows = []
        self.spark = SimpleNamespace(createDataFrame=self._frame)

    def schema(self, table):
        return SimpleNamespace(names=contract(table).column_names)

    def _frame(self, rows, schema):
        return [dict(zip(schema.names, row, strict=True)) for row in rows]

    def take_conflict_count(self):
        return 3

    def append(self, table, rows):
        assert table == "runs"
        self.rows += rows


def test_a_step_took_as_long_in_every_row_of_it(monkeypatch):
    """Its rows share one duration: who sums them over sources counts it many times."""
    ticks = iter(range(100))
    monkeypatch.setattr(ledger, "monotonic", lambda: float(next(ticks)))
    kept = Kept()
    with Ledger(kept, "r1").step("ingest_surveys", DAY) as step:
        step.entries = [Entry("phones", DAY, {}), Entry("mails", DAY, {})]

    assert [row["seconds"] for row in kept.rows] == [1.0, 1.0]


def test_what_a_run_refused_is_told_by_source():
    rows = [
        a_run_row(source=source, quarantined_count=count)
        for source, count in (("phones", 2), ("mails", 0), ("phones", 1), ("chats", 4))
    ]

    assert refused_records(rows) == {"chats": 4, "phones": 3}


def test_what_was_read_and_what_became_of_it_add_up():
    counts = {"read_count": 21} | dict(zip(BECAME, range(1, 7), strict=True))

    Entry("phones", DAY, counts).check("ingest_interactions")


def test_a_step_that_read_nothing_adds_up():
    Entry("phones", DAY).check("ingest_interactions")


@pytest.mark.parametrize("became", BECAME)
def test_every_fate_counts(became):
    Entry("phones", DAY, {"read_count": 1, became: 1}).check("ingest_interactions")


@pytest.mark.parametrize("aside", ["late_count", "waiting_count", "rows_out"])
def test_what_is_counted_beside_is_no_fate(aside):
    with pytest.raises(LedgerError):
        Entry("phones", DAY, {"read_count": 1, aside: 1}).check("ingest_interactions")


@pytest.mark.parametrize(("read", "added"), [(2, 1), (1, 2)])
def test_a_record_lost_or_invented_stops_the_run_with_every_figure(read, added):
    entry = Entry(
        "phones", DAY, {"read_count": read, "added_count": added - 1, "late_count": 9}
    )
    entry.counts["duplicate_count"] = 1

    with pytest.raises(LedgerError) as stopped:
        entry.check("ingest_interactions")

    assert stopped.value.exit_code == 13
    assert str(stopped.value).splitlines() == [
        f"ingest_interactions read {read} records of phones arrived on 2026-03-02, but "
        f"{added} are accounted for: {added - 1} added, 0 updated, 0 unchanged, "
        "1 duplicate, 0 excluded, 0 quarantined.",
        "Nothing was published. This is a fault of ours: keep the files of that day and "
        "report it with this message.",
    ]


def test_the_sum_is_the_contract_s():
    [rule] = [r for r in contract("runs").rules if r.name == "the_ledger_adds_up"]

    assert rule.broken_where == f"read_count <> {' + '.join(BECAME)}"


def test_every_count_is_a_column():
    assert set(COUNTS) == {
        c.name
        for c in contract("runs").columns
        if c.name.endswith("_count") or c.name == "rows_out"
    }


def test_a_run_s_id_sorts_by_time_in_utc():
    paris = timezone(timedelta(hours=1))

    assert new_run_id(datetime(2026, 3, 2, 2, tzinfo=paris)).startswith(
        "20260302T010000-"
    )


def test_two_runs_of_one_second_have_two_ids():
    now = datetime(2026, 3, 2, tzinfo=UTC)

    assert len({new_run_id(now) for _ in range(3)}) > 1


WRITTEN = Written(
    inserted_count=4, updated_count=2, deleted_count=1, days=frozenset({DAY})
)


def test_a_step_that_reads_tables_notes_what_it_changed():
    step = Step()

    step.note(DAY, WRITTEN)

    [entry] = step.entries
    entry.check("build_contacts")
    assert entry == Entry(
        NO_SOURCE,
        DAY,
        {"read_count": 6, "added_count": 4, "updated_count": 2, "rows_out": 7},
    )


def test_texts_that_cannot_be_read_are_excluded_with_their_reason():
    step = Step()

    step.note_tagged(DAY, tagged=5, in_other_languages=2, wordless=1)
    step.note_tagged(DAY, tagged=5, in_other_languages=0, wordless=0)

    first, second = step.entries
    first.check("tag_interactions")
    assert first.counts == {
        "read_count": 8,
        "added_count": 5,
        "excluded_count": 3,
        "rows_out": 5,
    }
    assert first.excluded_reasons == {"other_language": 2, "words_taken_back": 1}
    assert second.excluded_reasons == {}


def test_a_silent_source_has_a_row_of_zeros_for_each_day():
    sources = [
        Source(name=name, kind="email", files=["{day}"]) for name in ("phones", "mails")
    ]
    step = Step(entries=[Entry("phones", DAY, {"read_count": 1, "added_count": 1})])

    step.note_silent(sources, [DAY, date(2026, 3, 3)])

    assert [(e.source, e.day, e.counts) for e in step.entries] == [
        ("phones", DAY, {"read_count": 1, "added_count": 1}),
        ("mails", DAY, {}),
        ("phones", date(2026, 3, 3), {}),
        ("mails", date(2026, 3, 3), {}),
    ]


def test_a_step_that_ends_well_is_written_with_its_counts():
    lake = Kept()

    with Ledger(lake, "r1").step("build_contacts", DAY) as step:
        step.tagger_version = "t1"
        step.note(DAY, WRITTEN)

    [row] = lake.rows
    assert row["seconds"] >= 0
    assert row["started_at"].tzinfo is UTC
    assert {k: row[k] for k in row if k not in ("seconds", "started_at")} == {
        "run_id": "r1",
        "step": "build_contacts",
        "source": NO_SOURCE,
        "day": DAY,
        **dict.fromkeys(COUNTS, 0),
        "read_count": 6,
        "added_count": 4,
        "updated_count": 2,
        "rows_out": 7,
        "conflict_count": 3,
        "stream_corrections": None,
        "excluded_reasons": {},
        "code_version": ledger.code_version(),
        "tagger_version": "t1",
        "as_of": None,
        "rules_version": None,
        "table_versions": None,
        "status": "done",
        "message": None,
    }


def test_a_step_leaves_what_it_worked_from_unless_it_fails():
    lake, from_ = Kept(), datetime(2026, 3, 3, tzinfo=UTC)
    basis = Basis(from_, "r0", {"contacts": Commit(7, "a1")})

    with Ledger(lake, "r1").step("build_journeys", DAY) as step:
        step.basis = basis

    def fail():
        with Ledger(lake, "r2").step("build_journeys", DAY) as step:
            step.basis = basis
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        fail()

    done, failed = lake.rows
    assert (done["as_of"], done["rules_version"]) == (from_, "r0")
    assert {t: Commit.parse(c) for t, c in done["table_versions"].items()} == {
        "contacts": Commit(7, "a1")
    }
    assert failed["table_versions"] is None


def test_a_step_that_noted_nothing_has_a_row():
    lake = Kept()

    with Ledger(lake, "r1").step("build_contacts", DAY):
        pass

    assert [(row["source"], row["status"]) for row in lake.rows] == [
        (NO_SOURCE, "done")
    ]


def test_a_step_that_fails_is_written_as_failed_without_personal_data():
    lake = Kept()

    def fail():
        with Ledger(lake, "r1").step("build_contacts", DAY) as step:
            step.note(DAY, WRITTEN)
            raise ValueError("no such customer: lea@client.example")

    with pytest.raises(ValueError, match="no such customer"):
        fail()

    [row] = lake.rows
    assert (row["status"], row["message"]) == ("failed", "no such customer: <EMAIL>")
    assert (row["read_count"], row["rows_out"]) == (0, 0)


def test_a_check_is_written_only_when_it_fails():
    lake = Kept()
    ledger_of_run = Ledger(lake, "r1")

    with ledger_of_run.step("check tags", DAY, only_failures=True):
        pass
    with (
        pytest.raises(CheckError),
        ledger_of_run.step("check contacts", DAY, only_failures=True),
    ):
        raise CheckError("contacts breaks its contract")

    assert [(row["step"], row["status"]) for row in lake.rows] == [
        ("check contacts", "failed")
    ]


def test_a_run_ends_with_the_last_step():
    assert STEPS_OF_A_RUN[-1].name == LAST_STEP


def test_a_step_that_does_not_add_up_is_written_as_failed():
    lake = Kept()

    with (
        pytest.raises(LedgerError),
        Ledger(lake, "r1").step("ingest_interactions", DAY) as step,
    ):
        step.entries.append(Entry("phones", DAY, {"read_count": 1}))

    [row] = lake.rows
    assert row["status"] == "failed"
    assert row["message"].startswith("ingest_interactions read 1 records of phones")


@pytest.fixture
def code(tmp_path, monkeypatch):
    """A tree of code of its own: writes a file, gives the version."""
    monkeypatch.setattr(ledger, "__file__", str(tmp_path / "jobs/ledger.py"))
    for folder in ("jobs", "nlp", "schemas", "docs"):
        (tmp_path / folder).mkdir()

    def version(**files):
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.write_text(content)
        return ledger.code_version.__wrapped__()

    return version


def test_the_code_s_version_stays_while_the_code_does(code):
    first = code(jobs__a_dot_py="x = 1")

    assert len(first) == 12
    assert code() == first


@pytest.mark.parametrize(
    "changed",
    [
        {"jobs__a_dot_py": "x = 2"},
        {"nlp__rules_dot_yaml": "x"},
        {"schemas__view_dot_sql": "SELECT 2"},
        {"jobs__b_dot_py": ""},
    ],
)
def test_the_code_s_version_follows_code_lexicons_and_views(code, changed):
    first = code(jobs__a_dot_py="x = 1", schemas__view_dot_sql="SELECT 1")

    assert code(**changed) != first


def test_the_code_s_version_does_not_follow_words_about_it(code):
    first = code(jobs__a_dot_py="x = 1")

    assert code(docs__a_dot_py="x", jobs__readme_dot_md="x") == first


def test_a_source_is_without_records_when_no_row_of_the_run_read_anything_of_it():
    rows = [
        {"source": source, "day": day, "read_count": count}
        for source, day, count in (
            ("mailbox", DAY, 0),
            ("mailbox", DAY + timedelta(days=1), 0),
            ("phones", DAY, 0),
            ("phones", DAY + timedelta(days=1), 4),
            (NO_SOURCE, DAY, 0),
        )
    ]

    assert sources_without_records(rows) == ["mailbox"]
    assert sources_without_records([]) == []


@pytest.fixture
def noted(tmp_path):
    """Adds rows to a ledger; gives its lake."""
    shape = pa.schema(
        [(c.name, arrow_type(c.spark_type)) for c in contract("runs").columns]
    )

    def note(*rows):
        table = pa.Table.from_pylist([a_run_row(**row) for row in rows], shape)
        write_deltalake(str(tmp_path / "runs"), table, mode="append")
        return SimpleNamespace(root=str(tmp_path))

    return note


def begun(step, hour, **more):
    """A row of a step that began at this hour."""
    return {"step": step, "started_at": datetime(2026, 3, 2, hour, tzinfo=UTC)} | more


def test_before_the_first_run_nothing_is_unfinished_streamed_or_known(tmp_path):
    lake = SimpleNamespace(root=str(tmp_path))

    assert ledger.has_finished(lake)
    assert not ledger.has_streamed(lake)
    assert ledger.streamed(lake, [DAY]) == set()
    assert ledger.as_of(lake) is None
    assert ledger.last_basis(lake, "build_contacts") is None


def test_a_run_has_finished_when_its_last_row_is_a_publication_that_went_well(noted):
    assert not ledger.has_finished(noted(begun("build_contacts", 1)))
    assert ledger.has_finished(noted(begun(LAST_STEP, 2)))
    # What goes on beside the runs says nothing of how the last one ended.
    assert ledger.has_finished(noted(begun(ledger.STREAM_STEP, 3, status="failed")))
    assert not ledger.has_finished(noted(begun(LAST_STEP, 4, status="failed")))


def test_the_stream_has_written_since_the_last_publication_that_went_well(noted):
    assert not ledger.has_streamed(noted(begun(LAST_STEP, 1)))
    assert ledger.has_streamed(noted(begun(ledger.STREAM_STEP, 2)))
    assert ledger.has_streamed(noted(begun(LAST_STEP, 3, status="failed")))
    assert not ledger.has_streamed(noted(begun(LAST_STEP, 4)))
    assert not ledger.has_streamed(noted(begun(ledger.STREAM_STEP, 5, status="failed")))


def test_what_was_streamed_is_told_once_for_each_source_and_day_asked_for(noted):
    counts = {"read_count": 1, "added_count": 1}
    heard = begun(ledger.STREAM_STEP, 1, source="phones", day=DAY) | counts
    lake = noted(
        heard,
        heard | {"run_id": "r2"},
        heard | {"source": "mails", "read_count": 0},
        heard | {"source": "chats", "status": "failed"},
        heard | {"source": "posts", "step": "ingest_interactions"},
        heard | {"day": DAY + timedelta(days=1)},
    )

    assert ledger.streamed(lake, {DAY}) == {("phones", DAY)}


def test_the_basis_is_that_of_the_step_s_last_row_that_has_one(noted):
    based = begun(
        "build_contacts", 1, rules_version="v1", table_versions=[("tags", "3@t")]
    )
    lake = noted(
        based,
        based | begun("build_contacts", 2, rules_version="v2"),
        begun("build_contacts", 3, table_versions=None),
        based | begun("build_contacts", 4, status="failed"),
        based | begun("build_journeys", 5),
    )

    found = ledger.last_basis(lake, "build_contacts")

    assert found is not None
    assert found.rules_version == "v2"
    assert found.table_versions == {"tags": Commit(3, "t")}


@pytest.fixture
def read_at(noted):
    """Notes in a ledger that a day was read at some hours from its beginning."""

    def note(day, *, hours, **more):
        begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
        row = {
            "source": "phones",
            "step": "ingest_interactions",
            "day": day,
            "started_at": begins + timedelta(hours=hours),
        }
        return ledger.as_of(noted(row | more))

    return note


MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)
"""When the day here was over."""


def test_the_marts_speak_for_the_end_of_the_latest_day_read(read_at):
    assert read_at(DAY, hours=26) == MIDNIGHT
    assert read_at(DAY - timedelta(days=9), hours=400) == MIDNIGHT


def test_a_day_on_which_nothing_arrived_was_read_to_its_end(read_at):
    read_at(DAY, hours=26)

    assert read_at(DAY + timedelta(days=1), hours=26, read_count=0) == (
        MIDNIGHT + timedelta(days=1)
    )


def test_a_day_read_before_it_is_over_counts_up_to_its_beginning(read_at):
    assert read_at(DAY, hours=0) == MIDNIGHT - timedelta(days=1)
    assert read_at(DAY, hours=23.9) == MIDNIGHT - timedelta(days=1)
    assert read_at(DAY, hours=24) == MIDNIGHT


def test_a_day_read_ahead_by_mistake_moves_nothing(read_at):
    assert read_at(date(2062, 3, 2), hours=-300_000) is None
    assert read_at(DAY, hours=26) == MIDNIGHT


@pytest.mark.parametrize(
    "other", [{"source": NO_SOURCE}, {"status": "failed"}, {"step": ledger.STREAM_STEP}]
)
def test_what_has_not_read_a_day_to_its_end_moves_nothing(read_at, other):
    assert read_at(DAY, hours=26, **other) is None
