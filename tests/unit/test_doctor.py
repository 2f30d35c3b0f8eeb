"""What the doctor finds wrong, and how it says to mend it."""

import shutil
import subprocess
from subprocess import run as really_run
from types import SimpleNamespace

import pytest

from jobs import doctor
from jobs.doctor import Finding, examine

JAVA_17 = 'openjdk version "17.0.12" 2024-07-16\nOpenJDK Runtime Environment\n'


@pytest.fixture
def healthy(tmp_path, monkeypatch):
    """A machine on which all is well; gives the settings file."""
    monkeypatch.delenv("VERBATIM_PSEUDONYM_KEY", raising=False)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: str(tmp_path / "java"))
    (tmp_path / "java").touch()
    says(monkeypatch, JAVA_17)
    monkeypatch.setattr(
        doctor.shutil, "disk_usage", lambda place: SimpleNamespace(free=9 * 2**30)
    )
    (tmp_path / "var/drop").mkdir(parents=True)
    (tmp_path / "var/jars").mkdir()
    (tmp_path / "var/jars/delta-spark_4.1_2.13-4.4.0.jar").touch()
    return written(tmp_path)


def says(monkeypatch, told):
    """Makes `java -version` say this, on standard error as Java does."""
    monkeypatch.setattr(
        doctor.subprocess,
        "run",
        lambda command, **options: subprocess.CompletedProcess(command, 0, "", told),
    )


def written(tmp_path, text=""):
    file = tmp_path / "company.toml"
    file.write_text(
        f"""{text}
        [company]
        name = "X"
        [[sources]]
        name = "phones"
        kind = "amazon_connect"
        files = ["{{day}}/*.json"]
        """,
        encoding="utf-8",
    )
    return file


def found(file, what):
    [finding] = [f for f in examine(file) if f.what == what]
    return finding


def test_on_a_machine_that_is_well_only_the_key_is_missing(healthy):
    assert [f.what for f in examine(healthy)] == [
        "python",
        "java",
        "spark",
        "settings",
        "weekly report",
        "pseudonym key",
        "jars",
        "drop folder",
        "lake",
        "disk",
        "tagger",
    ]
    assert [f.what for f in examine(healthy) if not f.is_well] == ["pseudonym key"]


def test_what_is_wrong_comes_with_how_to_mend_it(healthy, tmp_path):
    shutil.rmtree(tmp_path / "var/drop")
    shutil.rmtree(tmp_path / "var/jars")

    assert [f for f in examine(healthy) if not f.is_well and not f.remedy] == []


def test_the_doctor_goes_on_after_what_is_wrong(healthy, tmp_path):
    shutil.rmtree(tmp_path / "var")

    assert [f.what for f in examine(healthy) if not f.is_well] == [
        "pseudonym key",
        "jars",
        "drop folder",
    ]


def test_faulty_settings_are_told_with_every_fault_and_end_the_visit(healthy, tmp_path):
    *_, last = examine(written(tmp_path, 'colour = "blue"\nspeed = 3'))

    assert last.what == "settings"
    assert not last.is_well
    assert "has 2 faults:" in last.found


def test_a_fault_of_the_report_s_own_section_is_told(healthy, tmp_path):
    file = written(tmp_path, "[report]\nbaseline_weeks = 'eight'")

    [told] = [f for f in examine(file) if f.what == "weekly report"]

    assert not told.is_well
    assert "report.baseline_weeks:" in told.found


def test_missing_settings_are_told(healthy, tmp_path):
    *_, last = examine(tmp_path / "none.toml")

    assert last.found.startswith(f"There is no settings file {tmp_path / 'none.toml'}")


def test_a_missing_key_says_how_to_make_one(healthy):
    finding = found(healthy, "pseudonym key")

    assert finding.found == (
        "VERBATIM_PSEUDONYM_KEY is not set, so handles cannot be hashed."
    )
    assert "python3 -c 'import secrets; print(secrets.token_hex(32))'" in finding.remedy


def test_a_key_is_set_and_not_shown(healthy, monkeypatch):
    monkeypatch.setenv("VERBATIM_PSEUDONYM_KEY", "secret-of-the-company" * 2)

    finding = found(healthy, "pseudonym key")

    assert finding == Finding("pseudonym key", True, "set")


def test_the_demo_has_its_own_key(healthy, tmp_path):
    finding = found(written(tmp_path, "demo = true"), "pseudonym key")

    key = tmp_path / "var/demo.key"
    assert finding == Finding("pseudonym key", True, f"the demo's own, {key}")


def test_a_key_that_is_given_to_the_demo_is_not_called_its_own(
    healthy, monkeypatch, tmp_path
):
    monkeypatch.setenv("VERBATIM_PSEUDONYM_KEY", "secret-of-the-company" * 2)

    finding = found(written(tmp_path, "demo = true"), "pseudonym key")

    assert finding == Finding("pseudonym key", True, "set")


@pytest.mark.parametrize("is_demo", [True, False])
def test_only_the_demo_company_is_told_to_make_its_drop_folder(
    healthy, tmp_path, is_demo
):
    shutil.rmtree(tmp_path / "var/drop")

    finding = found(written(tmp_path, "demo = true" if is_demo else ""), "drop folder")

    assert ("verbatim demo" in finding.remedy) is is_demo


@pytest.mark.parametrize(
    ("told", "is_well", "shown"),
    [
        (JAVA_17, True, 'openjdk version "17.0.12" 2024-07-16'),
        ('openjdk version "17" 2021-09-14\n', True, 'openjdk version "17" 2021-09-14'),
        (
            f"Picked up JAVA_TOOL_OPTIONS: -Xmx1g\n{JAVA_17}",
            True,
            'openjdk version "17.0.12" 2024-07-16',
        ),
        ('java version "1.8.0_401"\n', False, 'java version "1.8.0_401"'),
        ('openjdk version "21.0.2"\n', False, 'openjdk version "21.0.2"'),
        ("", False, "does not say its version"),
    ],
)
def test_java_must_be_17(healthy, monkeypatch, told, is_well, shown):
    says(monkeypatch, told)

    finding = found(healthy, "java")

    assert (finding.is_well, finding.found) == (is_well, shown)
    assert finding.remedy == "install Java 17: apt-get install openjdk-17-jre-headless"


def test_a_machine_without_java_is_told(healthy, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)

    assert found(healthy, "java").found == "not found"


def test_java_home_goes_before_the_path(healthy, monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))

    assert found(healthy, "java").found == "not found"


@pytest.mark.parametrize(
    ("mode", "why"), [(0o644, "Permission denied"), (0o755, "Exec format error")]
)
def test_a_java_that_does_not_start_is_told(healthy, monkeypatch, tmp_path, mode, why):
    java = tmp_path / "home/bin/java"
    java.parent.mkdir(parents=True)
    java.write_text("no program")
    java.chmod(mode)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(doctor.subprocess, "run", really_run)

    finding = found(healthy, "java")

    assert not finding.is_well
    assert finding.found == f"{java} does not start: {why}"


@pytest.mark.parametrize("what", ["drop folder", "lake", "disk"])
def test_a_folder_that_this_user_may_not_see_is_told_and_the_doctor_goes_on(
    healthy, monkeypatch, what
):
    def hidden(*_, **__):
        raise PermissionError(13, "Permission denied", "/mnt/company")

    monkeypatch.setattr(doctor.Path, "is_dir", hidden)
    monkeypatch.setattr(doctor.os, "access", hidden)
    monkeypatch.setattr(doctor.shutil, "disk_usage", hidden)

    assert found(healthy, what) == Finding(
        what,
        False,
        "[Errno 13] Permission denied: '/mnt/company'",
        "let this user read it, and what is above it",
    )
    assert found(healthy, "tagger").is_well


def test_other_jars_are_not_enough(healthy, tmp_path):
    [jar] = (tmp_path / "var/jars").iterdir()
    jar.rename(jar.with_name("delta-storage-4.4.0.jar"))

    assert found(healthy, "jars") == Finding(
        "jars",
        False,
        f"1 in {tmp_path / 'var/jars'}",
        "get them with: make setup, or name their folder: jars under [spark]",
    )


def test_a_drop_folder_elsewhere_is_not_looked_at(healthy, tmp_path):
    file = written(tmp_path, 'paths.drop = "s3://x/drop"\npaths.lake = "s3a://x/lake"')

    assert found(file, "drop folder") == Finding(
        "drop folder", True, "s3://x/drop (not looked at)"
    )
    assert found(file, "lake") == Finding("lake", True, "s3a://x/lake (not looked at)")


def test_a_lake_that_cannot_be_written_is_told(healthy, monkeypatch, tmp_path):
    monkeypatch.setattr(doctor.os, "access", lambda place, mode: False)

    finding = found(healthy, "lake")

    assert not finding.is_well
    assert finding.remedy.startswith(f"{tmp_path / 'var'} cannot be written")


@pytest.mark.parametrize(("free", "is_well"), [(2.0, True), (1.9, False)])
def test_a_disk_with_less_than_two_gib_is_too_full(healthy, monkeypatch, free, is_well):
    monkeypatch.setattr(
        doctor.shutil, "disk_usage", lambda place: SimpleNamespace(free=free * 2**30)
    )

    assert found(healthy, "disk").is_well is is_well


def test_a_faulty_taxonomy_is_told(healthy, tmp_path):
    (tmp_path / "own.yaml").write_text("intents: 3", encoding="utf-8")

    finding = found(written(tmp_path, 'taxonomy = "own.yaml"'), "tagger")

    assert not finding.is_well
    assert str(tmp_path / "own.yaml") in finding.found


def test_a_missing_taxonomy_is_told(healthy, tmp_path):
    finding = found(written(tmp_path, 'taxonomy = "none.yaml"'), "tagger")

    assert not finding.is_well
    assert "none.yaml" in finding.found
