import pytest

from jobs import settings as jobs_settings
from report import settings as report_settings
from report.settings import DEFAULT_ACTIONS
from schemas.errors import SettingsError
from tests.conftest import ROOT


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "company.toml"
        path.write_text('[company]\nname = "X"\n' + text, encoding="utf-8")
        return path

    return write


def test_a_company_that_says_nothing_has_the_default_rules(file):
    settings = report_settings.load(file(""))

    assert settings.report.actions == DEFAULT_ACTIONS
    assert settings.report.baseline_weeks == 8


def test_what_the_jobs_read_is_not_the_report_s_to_judge(file):
    assert report_settings.load(file("[spark]\nnonsense = 1\n")).company.name == "X"


def test_every_fault_of_the_report_s_section_is_named_at_once(file):
    path = file("[report]\nbaseline_weeks = 1\ncolour = 'red'\n")

    with pytest.raises(SettingsError) as refused:
        report_settings.load(path)

    assert "report.baseline_weeks" in str(refused.value)
    assert "report.colour" in str(refused.value)


@pytest.mark.parametrize("written", ["{motif}", "{reason.name}", "{", "{}"])
@pytest.mark.parametrize("part", ["fr", "en", "owner"])
def test_a_placeholder_that_nothing_fills_is_a_fault(file, part, written):
    words = {"fr": "{reason}", "en": "{reason}"} | {part: written}
    rule = '[[report.actions]]\nname = "a"\nwhen = "reason_rises"\n' + "".join(
        f'{name} = "{text}"\n' for name, text in words.items()
    )

    with pytest.raises(SettingsError, match=r"placeholders are .*reason"):
        report_settings.load(file(rule))


def test_the_environment_wins_over_the_file(file, monkeypatch):
    monkeypatch.setenv("VERBATIM_REPORT__BASELINE_WEEKS", "6")

    assert report_settings.load(file("")).report.baseline_weeks == 6


def test_a_value_of_the_environment_that_cannot_be_read_is_a_fault(file, monkeypatch):
    monkeypatch.setenv("VERBATIM_REPORT__ACTIONS", "[oops")

    with pytest.raises(SettingsError, match=r"environment: .*report"):
        report_settings.load(file(""))


def test_the_demo_s_settings_suit_the_jobs_and_the_report():
    path = ROOT / "verbatim.toml"

    jobs = jobs_settings.load(path)
    report = report_settings.load(path)

    assert jobs.reports_folder == report.folder
    assert {rule.when for rule in report.report.actions} == {
        rule.when for rule in DEFAULT_ACTIONS
    }


def test_a_file_without_a_report_section_means_the_same_folder_to_both(tmp_path):
    path = tmp_path / "company.toml"
    path.write_text(
        '[company]\nname = "X"\n[[sources]]\nname = "a"\nkind = "x"\nfiles = ["{day}/*"]\n',
        encoding="utf-8",
    )

    assert jobs_settings.load(path).reports_folder == report_settings.load(path).folder
