"""Tables become one file, put in place at once; what fails leaves the last in place."""

import errno
import os
import threading
from datetime import UTC, date, datetime
from types import SimpleNamespace

import duckdb
import pytest
from pyarrow import fs

from jobs import publish_marts, stores
from jobs.publish_marts import (
    CURRENT,
    NEVER_EMPTY,
    duckdb_type,
    point_to,
    publications,
    rollback,
)
from schemas.contracts import contract, names
from schemas.errors import ContractError, NotFoundError, PublishError
from schemas.marts import marts, metrics
from tests.builders import (
    DAY,
    a_contact_row,
    a_journey_row,
    a_quarantine_row,
    a_replaced_tag_row,
    a_run_row,
    a_satisfaction_row,
    a_turn_row,
    an_interaction_row,
)
from tests.files_lake import FilesLake, published


def ask(path, sql):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def utc(text):
    """An instant as DuckDB gives it: without a zone, in UTC."""
    return datetime.fromisoformat(text)


def instant(text):
    return utc(text).replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def file(_without_spark, tmp_path_factory):
    """A publication with something of everything but customers and tags."""
    root = tmp_path_factory.mktemp("published")
    lake = FilesLake(root / "it's a lake, 100 %")
    lake.write(
        "interactions",
        an_interaction_row(),
        an_interaction_row(
            interaction_id="m:2",
            turns=[
                a_turn_row("yes?", party="agent"),
                a_turn_row("it's broken", position=2),
            ],
        ),
        an_interaction_row(interaction_id="m:3", turns=[]),
    )
    lake.write("contacts", a_contact_row(), a_contact_row(contact_id="b"))
    later = a_contact_row(contact_id="c", started_at=instant("2026-03-09 09:00"))
    lake.write("contacts", later)
    lake.write("satisfaction", a_satisfaction_row())
    lake.write("runs", a_run_row())
    seen = instant("2026-03-05")
    lake.write(
        "quarantine",
        a_quarantine_row(quarantine_id="1"),
        a_quarantine_row(quarantine_id="2", last_seen=seen, replayed_at=seen),
        a_quarantine_row(quarantine_id="3", reason_code="broken_row"),
    )
    return published(lake, root / "marts", run_id="r7", floor=30)


def test_every_mart_is_a_table_with_its_columns_in_order(file):
    for mart in marts():
        described = ask(file, f"DESCRIBE {mart.name}")
        assert [row[0] for row in described] == [c.name for c in mart.columns]


@pytest.mark.parametrize("table", [mart.name for mart in marts()])
def test_types_are_the_contract_s_whether_the_table_is_empty_or_not(
    file, marts_of_one_day, table
):
    [mart] = [mart for mart in marts() if mart.name == table]

    for path in (file, marts_of_one_day / CURRENT):
        assert [row[1].replace('"', "") for row in ask(path, f"DESCRIBE {table}")] == [
            duckdb_type(c.spark_type).replace('"', "") for c in mart.columns
        ]


def test_rows_come_as_they_are_with_instants_in_utc_and_days_from_their_folder(file):
    assert ask(
        file,
        "SELECT occurred_at, occurred_date, handles, attributes, wait_seconds "
        "FROM interactions WHERE interaction_id = 'messaging:i1'",
    ) == [
        (
            utc("2026-03-02 09:00"),
            DAY,
            [{"kind": "email", "key": "5f1d" * 8}],
            {"priority": "high"},
            12.0,
        )
    ]


def test_a_table_of_many_files_is_one(file):
    assert ask(
        file, "SELECT contact_id, started_date FROM contacts ORDER BY contact_id"
    ) == [
        ("b", DAY),
        ("c", date(2026, 3, 9)),
        ("messaging:i1", DAY),
    ]


def test_turns_have_a_table_of_their_own(file):
    assert ask(
        file,
        "FROM interaction_turns WHERE interaction_id <> 'messaging:i1' ORDER BY ALL",
    ) == [
        ("m:2", 1, "agent", utc("2026-03-02 09:00"), "yes?"),
        ("m:2", 2, "customer", utc("2026-03-02 09:00"), "it's broken"),
    ]


def test_refusals_are_counted_and_not_shown(file):
    first, last = utc("2026-03-02"), utc("2026-03-05")

    assert ask(file, "FROM quarantine_summary ORDER BY ALL") == [
        ("telephony", "broken_row", 1, 0, first, first),
        ("telephony", "not_a_contact_record", 2, 1, first, last),
    ]


def test_every_table_and_column_carries_its_contract_s_words(file):
    [(about,)] = ask(
        file, "SELECT comment FROM duckdb_tables() WHERE table_name = 'contacts'"
    )
    promised = contract("contacts")
    assert about == f"{promised.description} Grain: {promised.grain}."
    commented = dict(
        ask(
            file,
            "SELECT column_name, comment FROM duckdb_columns() "
            "WHERE table_name = 'contacts'",
        )
    )
    assert commented == {
        c.name: c.description + (f" Unit: {c.unit}." if c.unit else "")
        for c in promised.columns
    }


def test_words_with_quotes_are_kept(file):
    quoted = {
        f"{mart.name}.{c.name}": c.description
        for mart in marts()
        for c in mart.columns
        if "'" in c.description and not c.unit
    }
    commented = {
        f"{table}.{column}": comment
        for table, column, comment in ask(
            file, "SELECT table_name, column_name, comment FROM duckdb_columns()"
        )
    }

    assert quoted
    assert {name: commented[name] for name in quoted} == quoted


def test_everything_in_the_file_says_what_it_is(file):
    silent = ask(
        file,
        "SELECT table_name FROM duckdb_tables() WHERE comment IS NULL UNION ALL SELECT "
        "view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL",
    )

    assert silent == []


def test_every_column_in_the_file_says_what_it_is(file):
    silent = ask(
        file,
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE NOT internal AND coalesce(comment, '') = ''",
    )

    assert silent == []


def test_a_view_s_column_says_how_it_is_worked_out_or_what_it_counts(file):
    commented = dict(
        ask(
            file,
            "SELECT column_name, comment FROM duckdb_columns() "
            "WHERE table_name = 'satisfaction_weekly'",
        )
    )

    [formula] = [m.formula for m in metrics() if m.name == "nps"]
    assert commented["nps"] == f"{formula}."
    assert commented["contact_count"] == "Contacts that customers began."
    assert commented["week_start_date"].startswith("Monday")


def test_the_file_says_which_run_made_it_and_up_to_when_it_speaks(file):
    assert ask(
        file,
        "SELECT run_id, published_at, as_of, small_number_floor, tagger_version "
        "FROM publication",
    ) == [("r7", utc("2026-03-03 02:00"), utc("2026-03-03"), 30, "t1")]


@pytest.mark.usefixtures("_without_spark")
def test_rows_by_table_are_counted(lake, tmp_path):
    counts = publish_marts.publish(
        lake,
        tmp_path / "marts",
        run_id="r1",
        published_at=instant("2026-03-03"),
        small_number_floor=1,
        keep=1,
    )

    assert {table: count for table, count in counts.items() if count} == {
        "contacts": 1,
        "interactions": 1,
        "interaction_turns": 1,
        "satisfaction": 1,
        "runs": 1,
    }


def test_a_lake_elsewhere_is_copied_for_the_load_and_not_longer(
    publish, lake, tmp_path, monkeypatch
):
    asked, beside = set(), set()

    def elsewhere(uri):
        asked.add(uri.partition("://")[0])
        beside.update(path.name for path in (tmp_path / "marts").iterdir())
        return fs.LocalFileSystem(), uri.removeprefix("s3://")

    def in_a_store(table):
        uris = FilesLake.data_files(lake, table)
        return [uri.replace("file://", "s3://") for uri in uris]

    monkeypatch.setattr(lake, "data_files", in_a_store)
    monkeypatch.setattr(lake, "path", lambda table: f"s3a://{lake.root}/{table}")
    file_system = SimpleNamespace(from_uri=elsewhere)
    monkeypatch.setattr(stores.fs, "FileSystem", file_system)

    assert ask(publish(lake), "SELECT occurred_date FROM interactions") == [(DAY,)]
    assert asked == {"s3"}
    assert any(name.startswith(publish_marts.COPIES) for name in beside)
    assert {path.suffix for path in (tmp_path / "marts").iterdir()} == {".duckdb"}


def test_what_a_killed_publication_left_goes(publish, lake, tmp_path):
    marts = tmp_path / "marts"
    (marts / f"{publish_marts.COPIES}x" / "contacts").mkdir(parents=True)
    for name in ("marts-r0.draft", "marts-r0.draft.wal"):
        (marts / name).write_bytes(b"half of it")

    publish(lake, run_id="r1")

    assert sorted(p.name for p in marts.iterdir()) == ["marts-r1.duckdb", CURRENT]


# What fails


def test_an_empty_mart_leaves_the_last_publish_in_place(publish, lake, tmp_path):
    path = publish(lake, run_id="r1")
    (tmp_path / "lake/contacts").rename(tmp_path / "kept")

    with pytest.raises(PublishError, match="'contacts' has no rows") as refused:
        publish(lake, run_id="r2")

    assert refused.value.exit_code == 16
    assert ask(path, "SELECT run_id FROM publication") == [("r1",)]
    assert [p.name for p in sorted(path.parent.iterdir())] == [
        "marts-r1.duckdb",
        CURRENT,
    ]


@pytest.mark.parametrize("table", NEVER_EMPTY)
def test_what_must_not_be_empty_is_refused_before_the_first_publication(
    publish, lake, tmp_path, table
):
    (tmp_path / "lake" / table).rename(tmp_path / "kept")

    with pytest.raises(PublishError, match=f"'{table}' has no rows"):
        publish(lake)

    assert list((tmp_path / "marts").iterdir()) == []


def test_a_damaged_file_of_the_lake_leaves_the_last_publish_in_place(
    publish, lake, tmp_path
):
    path = publish(lake, run_id="r1")
    [file] = (tmp_path / "lake/contacts").rglob("*.parquet")
    file.write_bytes(b"PAR1 but not really PAR1")

    with pytest.raises(PublishError, match="could not be written") as refused:
        publish(lake, run_id="r2")

    assert "The last ones stay in place" in str(refused.value)
    assert ask(path, "SELECT run_id FROM publication") == [("r1",)]
    assert not list(path.parent.glob("*.draft"))


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(publish, lake, tmp_path):
    (tmp_path / "marts").write_text("a file where the folder should be")

    with pytest.raises(PublishError) as refused:
        publish(lake)

    assert refused.value.exit_code == 16
    assert str(refused.value).splitlines() == [
        f"The marts could not be written: [Errno 17] File exists: '{tmp_path}/marts'",
        f"The last ones stay in place. See that {tmp_path}/marts has room and that this "
        "user may write it, and run: verbatim publish",
    ]


@pytest.mark.parametrize("of", ["remember", "point_to"], ids=["the file", "the link"])
def test_a_disk_that_fills_up_leaves_the_last_publish_in_place(
    publish, lake, monkeypatch, of
):
    path = publish(lake, run_id="r1")
    monkeypatch.setattr(publish_marts, of, on_a_full_disk)

    with pytest.raises(PublishError, match="No space left on device"):
        publish(lake, run_id="r2")

    assert ask(path, "SELECT run_id FROM publication") == [("r1",)]
    assert not list(path.parent.glob("*.draft"))


def on_a_full_disk(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_column_that_a_newer_contract_added_is_null_in_what_was_before(publish, lake):
    """As tags that were replaced: no run writes them again."""
    lake.write("tag_history", a_replaced_tag_row(), without=("language",))

    assert ask(publish(lake), "SELECT label, language FROM tag_history") == [
        ("billing", None)
    ]


def test_a_lake_that_lacks_a_column_which_may_not_be_null_is_refused(publish, lake):
    before = publish(lake).resolve()
    lake.write("journeys", a_journey_row(), without=("channel_count", "csat_last"))

    with pytest.raises(ContractError, match="missing channel_count, csat_last;"):
        publish(lake, run_id="later")

    assert publications(before.parent)[0].path == before


def test_a_file_that_does_not_hold_what_was_written_is_not_put_in_place(
    publish, lake, monkeypatch
):
    path = publish(lake, run_id="r1")
    load = publish_marts._load
    monkeypatch.setattr(publish_marts, "_load", lambda *args: load(*args) + 1)

    with pytest.raises(PublishError, match=r"contacts has 1 rows .* 2 were written"):
        publish(lake, run_id="r2")

    assert ask(path, "SELECT run_id FROM publication") == [("r1",)]
    assert [p.run_id for p in publications(path.parent)] == ["r1"]


def test_a_view_that_fails_is_not_put_in_place(publish, lake, monkeypatch):
    path = publish(lake, run_id="r1")
    broken = {
        "broken": "-- Broken.\nSELECT 1 / csat_sum::INTEGER AS x, error('no') FROM satisfaction"
    }
    monkeypatch.setattr(publish_marts, "views", lambda: broken)
    monkeypatch.setattr(publish_marts, "view_description", lambda name: "Broken.")

    with pytest.raises(PublishError, match="no"):
        publish(lake, run_id="r2")

    assert ask(path, "SELECT run_id FROM publication") == [("r1",)]


# Publications


def test_the_newest_is_in_place_and_the_last_are_kept(publish, lake):
    for run_id in ("r1", "r2", "r3"):
        path = publish(lake, run_id=run_id, keep=2)

    kept = publications(path.parent)

    assert [(p.run_id, p.is_current) for p in kept] == [("r3", True), ("r2", False)]
    assert kept[0].size == kept[0].path.stat().st_size
    assert path.is_symlink()
    assert path.readlink().name == "marts-r3.duckdb"


def test_a_publication_of_the_same_run_replaces_its_own(publish, lake):
    publish(lake, run_id="r1", floor=1)
    path = publish(lake, run_id="r1", floor=2)

    assert ask(path, "SELECT small_number_floor FROM publication") == [(2,)]
    assert [p.run_id for p in publications(path.parent)] == ["r1"]


def test_whoever_has_the_old_file_open_reads_on(publish, lake):
    with duckdb.connect(str(publish(lake, run_id="r1")), read_only=True) as reader:
        path = publish(lake, run_id="r2", keep=1)

        assert reader.sql("SELECT run_id FROM publication").fetchall() == [("r1",)]
    assert ask(path, "SELECT run_id FROM publication") == [("r2",)]


def test_at_every_instant_there_is_a_file_in_place(tmp_path):
    for name in ("marts-a.duckdb", "marts-b.duckdb"):
        (tmp_path / name).write_text(name)
    point_to(tmp_path / "marts-a.duckdb")
    seen, is_over = set(), threading.Event()

    def look():
        while not is_over.is_set():
            seen.add((tmp_path / CURRENT).read_text())

    looking = threading.Thread(target=look)
    looking.start()
    for _ in range(200):
        point_to(tmp_path / "marts-b.duckdb")
        point_to(tmp_path / "marts-a.duckdb")
    is_over.set()
    looking.join()

    assert seen <= {"marts-a.duckdb", "marts-b.duckdb"}
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "marts-a.duckdb",
        "marts-b.duckdb",
        CURRENT,
    ]


@pytest.fixture
def three(tmp_path):
    """Three publications, the newest in place, without anything in them."""
    for run_id in ("r1", "r2", "r3"):
        (tmp_path / f"marts-{run_id}.duckdb").write_text(run_id)
    point_to(tmp_path / "marts-r3.duckdb")
    return tmp_path


def test_rolling_back_puts_the_one_before_in_place(three):
    assert rollback(three).run_id == "r2"
    assert (three / CURRENT).read_text() == "r2"


def test_rolling_back_twice_goes_two_back(three):
    rollback(three)
    rollback(three)

    assert (three / CURRENT).read_text() == "r1"
    assert [(p.run_id, p.is_current) for p in publications(three)] == [
        ("r3", False),
        ("r2", False),
        ("r1", True),
    ]


def test_a_publication_is_put_back_by_name_forwards_too(three):
    rollback(three, "r1")
    rollback(three, "r3")

    assert (three / CURRENT).read_text() == "r3"


def test_a_link_that_cannot_be_moved_is_told_with_what_to_do(three, monkeypatch):
    monkeypatch.setattr(publish_marts, "point_to", on_a_full_disk)

    with pytest.raises(PublishError, match=r"this user .*: verbatim rollback$"):
        rollback(three)

    assert (three / CURRENT).read_text() == "r3"


def test_before_the_first_there_is_nothing(three):
    rollback(three, "r1")

    with pytest.raises(NotFoundError, match="no earlier publication"):
        rollback(three)

    assert (three / CURRENT).read_text() == "r1"


def test_an_unknown_publication_is_told_with_those_there_are(three):
    with pytest.raises(
        NotFoundError, match=r"no publication r9 in .*; there are: r3, r2, r1\."
    ):
        rollback(three, "r9")

    assert (three / CURRENT).read_text() == "r3"


def test_an_empty_folder_has_no_publications(tmp_path):
    assert publications(tmp_path) == []
    with pytest.raises(NotFoundError, match="there are: none"):
        rollback(tmp_path)


def test_what_is_in_place_is_kept_though_its_run_sorts_before_others(publish, lake):
    """A clock set back, or a backfill with an id of its own."""
    publish(lake, run_id="r2")
    path = publish(lake, run_id="r1", keep=1)

    assert ask(path, "SELECT run_id FROM publication") == [("r1",)]


# Types


@pytest.mark.parametrize(
    ("spark", "duckdb_s"),
    [
        ("string", "VARCHAR"),
        ("int", "INTEGER"),
        ("bigint", "BIGINT"),
        ("double", "DOUBLE"),
        ("boolean", "BOOLEAN"),
        ("date", "DATE"),
        ("timestamp", "TIMESTAMP"),
        ("array<string>", "VARCHAR[]"),
        ("map<string,bigint>", "MAP(VARCHAR, BIGINT)"),
        ("struct<a:int,b:string>", 'STRUCT("a" INTEGER, "b" VARCHAR)'),
        (
            "array<struct<start:int,end:int>>",
            'STRUCT("start" INTEGER, "end" INTEGER)[]',
        ),
    ],
)
def test_a_contract_s_type_in_duckdb_s_words(spark, duckdb_s):
    assert duckdb_type(spark) == duckdb_s


def test_every_type_of_a_contract_is_one_that_duckdb_knows():
    for table in names():
        for column in contract(table).columns:
            duckdb.sql(f"SELECT NULL::{duckdb_type(column.spark_type)}")
