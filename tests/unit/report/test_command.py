"""`verbatim report` from the command line."""

import pytest
from typer.testing import CliRunner

from jobs.cli import app
from report.delivery import DeliveryError, IncompleteWeekError
from schemas.errors import InputError, NotFoundError, SettingsError
from tests.unit.report.companies import WEEK, a_group, in_week, marts_of, weeks_like

SETTINGS = """
[company]
name = "Ondine"
[paths]
marts = "marts"
[report]
folder = "reports"
"""


@pytest.fixture
def verbatim(tmp_path):
    """Runs `verbatim report` on a small company; gives what it printed."""
    settings = tmp_path / "verbatim.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    marts_of(
        tmp_path / "marts" / "marts.duckdb",
        *weeks_like(a_group(50), weeks=3),
        *in_week(WEEK, a_group(50)),
    )

    def run(*arguments):
        result = CliRunner().invoke(
            app,
            ["report", *arguments, "--settings", str(settings)],
            catch_exceptions=False,
        )
        assert result.exit_code == 0, result.output
        return result.output.split("\n")[:-1]

    return run


def test_both_languages_are_written_into_the_settings_folder(verbatim, tmp_path):
    folder = tmp_path / "reports"

    assert verbatim("--week", "2026-W10") == [
        str(folder / "2026-W10-fr.html"),
        str(folder / "2026-W10-en.html"),
    ]
    assert 'lang="fr"' in (folder / "2026-W10-fr.html").read_text("utf-8")


def test_one_language_and_another_folder_may_be_asked_for(verbatim, tmp_path):
    output = tmp_path / "elsewhere"

    assert verbatim(
        "--week", "2026-W10", "--language", "en", "--output", str(output)
    ) == [str(output / "2026-W10-en.html")]


def test_delivery_says_what_went_where_and_then_that_it_had(
    verbatim, tmp_path, monkeypatch
):
    monkeypatch.setattr("report.render.pdf", lambda facts, language: b"%PDF-1.7")
    monkeypatch.setenv("VERBATIM_DELIVERY_FOLDER", str(tmp_path / "shared"))
    asked = ("--week", "2026-W10", "--language", "fr", "--deliver")

    assert verbatim(*asked)[-1].startswith("report sent: folder ")
    assert verbatim(*asked)[-1].startswith("report sent before: folder ")
    assert {path.name for path in (tmp_path / "shared").iterdir()} == {
        "2026-W10-fr.html",
        "2026-W10-fr.pdf",
    }


def test_a_target_that_cannot_be_read_is_told_before_anything_is_made(
    verbatim, tmp_path, monkeypatch
):
    monkeypatch.setenv("VERBATIM_DELIVERY_SMTP_PORT", "smtp-secret")

    with pytest.raises(SettingsError, match="VERBATIM_DELIVERY_SMTP_PORT: ") as refused:
        verbatim("--week", "2026-W10", "--deliver")

    assert "smtp-secret" not in str(refused.value)
    assert not (tmp_path / "reports").exists()


def test_that_there_is_nowhere_to_deliver_to_is_told_before_anything_is_made(
    verbatim, tmp_path, monkeypatch
):
    for name in ("EMAIL_TO", "FOLDER", "APPRISE"):
        monkeypatch.delenv(f"VERBATIM_DELIVERY_{name}", raising=False)

    with pytest.raises(DeliveryError, match="Nowhere to deliver to"):
        verbatim("--week", "2026-W10", "--deliver")

    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--language", "de", "no language de; there are fr, en"),
        ("--format", "docx", "no format docx; there are html, pdf"),
        ("--week", "2026-10", "no ISO week"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(verbatim, option, value, said):
    given = {"--week": "2026-W10", option: value}

    with pytest.raises(InputError, match=said):
        verbatim(*(part for pair in given.items() for part in pair))


@pytest.mark.parametrize("week", ["2025-W10", "2026-W12"])
def test_a_week_that_the_marts_do_not_hold_is_refused_with_those_they_do(
    verbatim, tmp_path, week
):
    with pytest.raises(NotFoundError, match="there are weeks 2026-W07 to 2026-W11"):
        verbatim("--week", week)

    assert not (tmp_path / "reports").exists()


def test_of_a_week_that_the_marts_do_not_reach_a_notice_is_sent(
    verbatim, tmp_path, monkeypatch
):
    monkeypatch.setattr("report.render.pdf", lambda facts, language: b"%PDF-1.7")
    monkeypatch.setenv("VERBATIM_DELIVERY_FOLDER", str(tmp_path / "shared"))

    with pytest.raises(IncompleteWeekError):
        verbatim("--week", "2026-W12", "--deliver")

    assert [path.name for path in (tmp_path / "shared").iterdir()] == [
        "2026-W12-notice.txt"
    ]


def test_marts_without_a_contact_have_no_week_to_report(verbatim, tmp_path):
    marts_of(tmp_path / "marts" / "marts.duckdb")

    with pytest.raises(NotFoundError, match="no contact yet"):
        verbatim("--week", "2026-W10")


def test_without_marts_it_says_how_to_get_them(verbatim, tmp_path):
    (tmp_path / "marts" / "marts.duckdb").unlink()

    with pytest.raises(NotFoundError, match="verbatim run --day"):
        verbatim("--week", "2026-W10")
