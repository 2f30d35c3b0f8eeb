"""What a run and the demo decide before Spark starts."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from jobs import check_table, run_commands
from jobs.check_table import Checked
from jobs.run_commands import MADE_HERE
from jobs.settings import CompanySection, PathsSection, Settings, Source
from schemas.contracts import names
from schemas.errors import InputError, NotFoundError, SettingsError
from tests.builders import a_run_row

DAY = date(2026, 3, 2)


@pytest.fixture
def settings(tmp_path):
    """A company that hears calls, with an empty drop folder."""
    (tmp_path / "drop").mkdir()
    calls = Source(name="calls", kind="amazon_connect", files=["{day}/*.json"])
    return Settings(
        company=CompanySection(name="X"),
        paths=PathsSection(drop=str(tmp_path / "drop")),
        sources=[calls],
    )


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

FOLDERS = ("drop", "lake", "marts", "checks")


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """Runs the demo with settings that name four folders; gives what would be run."""
    ran = []

    def write(drop, *, start, **_):
        (drop / start.isoformat()).mkdir(parents=True)
        (drop / "truth").mkdir(exist_ok=True)

    monkeypatch.setattr("demo.company.write", write)
    monkeypatch.setattr(run_commands, "_show_outcome", lambda settings: None)

    def run_days(settings, days):
        ran.append(days)
        (tmp_path / "lake/contacts").mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(run_commands, "run_days", run_days)

    def run(stated="demo = true", *, customers=10, start=NOON, **paths):
        file = tmp_path / "company.toml"
        named = {name: name for name in ("drop", "lake", "marts")} | paths
        file.write_text(
            f'''{stated}
            [company]
            name = "X"
            [paths]
            drop = "{named["drop"]}"
            lake = "{named["lake"]}"
            marts = "{named["marts"]}"
            checks = "checks"
            [[sources]]
            name = "phones"
            kind = "amazon_connect"
            files = ["{{day}}/*.json"]
            ''',
            encoding="utf-8",
        )
        run_commands.demo(file, customers=customers, days=1, start=start)
        return ran

    return run


def hold(folder):
    """Something that nobody may lose."""
    folder.mkdir(parents=True)
    (folder / "rows").write_text("a company's")


def test_another_company_s_settings_are_refused_and_nothing_of_it_is_touched(
    demo, tmp_path
):
    """Its drop folder is not mounted: nothing in it tells that the lake is a real one."""
    for name in FOLDERS[1:]:
        hold(tmp_path / name)

    with pytest.raises(SettingsError, match=r"company.toml is not the demo company's"):
        demo("demo = false")

    assert [(tmp_path / name / "rows").exists() for name in FOLDERS[1:]] == [True] * 3
    assert not (tmp_path / "drop").exists()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_no_demo_made_is_left_alone_with_all_the_others(
    demo, tmp_path, name
):
    """Settings copied from the demo's still say that they are the demo's."""
    demo()
    (tmp_path / name / MADE_HERE).unlink()
    (tmp_path / name / "rows").write_text("a company's")

    with pytest.raises(InputError, match=rf"{name} holds files that verbatim demo did"):
        demo(customers=20)

    assert (tmp_path / name / "rows").exists()
    assert all((tmp_path / other).exists() for other in FOLDERS)
    assert (tmp_path / "lake/contacts").exists()


def test_a_demo_of_another_size_clears_what_the_demo_made(demo, tmp_path):
    demo()
    (tmp_path / "lake/old").mkdir()

    assert demo(customers=20) == [[DAY], [DAY]]
    assert not (tmp_path / "lake/old").exists()
    assert all((tmp_path / name / MADE_HERE).exists() for name in FOLDERS)


def test_the_same_demo_again_keeps_what_is_there(demo, tmp_path):
    demo()
    (tmp_path / "lake/old").mkdir()

    demo()

    assert (tmp_path / "lake/old").exists()


def test_a_demo_cut_off_while_it_was_written_can_be_made_again(demo, tmp_path):
    demo()
    (tmp_path / "drop/truth/made_with").unlink()

    demo()

    assert (tmp_path / "drop/truth/made_with").exists()


@pytest.mark.parametrize("name", ["drop", "lake"])
def test_the_demo_is_made_in_folders_of_this_machine_only(demo, name):
    with pytest.raises(SettingsError, match=rf"paths.{name} is s3a://x/{name}"):
        demo(**{name: f"s3a://x/{name}"})


def test_a_run_ends_with_what_it_refused_and_where_to_look(
    settings, monkeypatch, capsys
):
    rows = [a_run_row(source="calls", quarantined_count=2)]
    context = SimpleNamespace(ledger=SimpleNamespace(rows=rows))
    monkeypatch.setattr(run_commands, "started", lambda *_, **__: context)
    monkeypatch.setattr("jobs.steps.run_all", lambda *_, **__: [])

    run_commands.run_days(settings, [DAY])

    assert (
        "Records refused: 2 of calls. See why with: verbatim quarantine show\n"
        in capsys.readouterr().out
    )


TO_COME = datetime.now(UTC) + timedelta(days=2)


def test_a_run_of_days_to_come_is_refused_before_anything_is_started(
    settings, monkeypatch
):
    monkeypatch.setattr(run_commands, "started", None)

    with pytest.raises(InputError, match=r"still to come"):
        run_commands.run_days(settings, [DAY, TO_COME.date()])


def test_a_demo_that_ends_in_days_to_come_is_refused_before_it_is_written(
    demo, tmp_path
):
    with pytest.raises(InputError, match=r"still to come"):
        demo(start=TO_COME)

    assert not (tmp_path / "drop").exists()


@pytest.fixture
def checked(settings, monkeypatch):
    """`verbatim check` of a lake with so many tables, each of which passes."""

    def run(*held, table=None):
        lake = SimpleNamespace(exists=lambda name: name in held)
        monkeypatch.setattr(run_commands, "chosen_settings", lambda file: settings)
        monkeypatch.setattr(
            run_commands, "started", lambda *_: SimpleNamespace(lake=lake)
        )
        monkeypatch.setattr(
            check_table, "check", lambda _, name, docs: Checked(name, 3, 5, ())
        )
        monkeypatch.setattr(check_table, "build_docs", lambda docs: "page")
        run_commands.check(table)

    return run


def test_a_check_names_the_tables_that_are_not_written(checked, capsys):
    checked(*(name for name in names() if name not in ("tags", "tags_draft")))

    said = capsys.readouterr().out
    assert "Not written yet: tags, tags_draft\n" in said
    assert "contacts" in said


def test_a_check_of_a_lake_without_tables_has_not_passed(checked):
    with pytest.raises(NotFoundError, match="no table in the lake"):
        checked()


def test_a_check_of_a_table_that_is_not_written_has_not_passed(checked):
    with pytest.raises(NotFoundError, match="no tags in the lake"):
        checked("contacts", table="tags")
