"""What can be said of the images and services without an engine to run them."""

import re
import tomllib
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker/compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "docker/Dockerfile").read_text("utf-8")
ONCE = {"airflow-set-up"}
"""Services that end by themselves."""


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_that_stays_says_how_it_is_and_is_started_again(name):
    service = SERVICES[name]

    if name in ONCE:
        assert service["restart"] == "no"
    else:
        assert service["healthcheck"]["test"][0] == "CMD"
        assert service["restart"] == "unless-stopped"


def test_every_image_that_is_not_ours_names_its_version():
    theirs = {s["image"] for s in SERVICES.values() if "build" not in s}
    bases = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)) - {"jobs"}

    assert [i for i in theirs | bases if not re.search(r":\d+\.\d+(\.\d+)?", i)] == []


def test_every_build_is_a_stage_of_the_dockerfile():
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", DOCKERFILE, re.M))
    targets = {s["build"]["target"] for s in SERVICES.values() if "build" in s}

    assert targets == stages


def test_nobody_is_root():
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.M)

    assert users == ["10001"]
    assert all(s.get("user") for s in SERVICES.values() if "build" not in s)


def test_every_volume_and_every_service_waited_for_is_there():
    volumes = {
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service["volumes"]
        if not volume.startswith("$")
    }
    waited_for = {
        (other, how["condition"])
        for service in SERVICES.values()
        for other, how in service.get("depends_on", {}).items()
    }

    assert volumes == set(COMPOSE["volumes"])
    assert {other for other, _ in waited_for} <= set(SERVICES)
    assert {
        other for other, how in waited_for if how == "service_completed_successfully"
    } == ONCE


def test_every_folder_of_the_settings_is_kept_and_may_be_written():
    """A relative one would be beside the settings file, where only root may write."""
    stated = tomllib.loads((ROOT / "verbatim.toml").read_text("utf-8"))
    names = {f"VERBATIM_PATHS__{name.upper()}" for name in stated["paths"]}
    made = re.search(r"mkdir -p /opt/verbatim (.+) \\", DOCKERFILE)

    for service in SERVICES.values():
        if "build" not in service:
            continue
        environment = service["environment"]
        folders = {environment[name] for name in names | {"VERBATIM_REPORT__FOLDER"}}
        kept = {volume.split(":")[1] for volume in service["volumes"]}

        assert folders <= kept
        assert folders == set(made[1].split())


def test_what_is_published_is_for_this_machine_only():
    published = [port for s in SERVICES.values() for port in s.get("ports", [])]

    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_every_secret_must_be_given_and_stands_in_the_example():
    text = (ROOT / "docker/compose.yml").read_text("utf-8")
    asked = set(re.findall(r"\$\{([A-Z_]+):\?", text))
    example = (ROOT / "docker/env.example").read_text("utf-8")

    assert asked == set(re.findall(r"^([A-Z_]+)=$", example, re.M))


def test_every_copied_path_is_there_and_not_ignored():
    copied = re.findall(r"^COPY --chown=\S+ (.+) \S+$", DOCKERFILE, re.M)
    paths = {path for line in copied for path in line.split()}
    ignored = (ROOT / ".dockerignore").read_text("utf-8")
    allowed = set(re.findall(r"^!(\S+)", ignored, re.M))

    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert paths == allowed


def test_no_image_has_what_only_tests_and_checks_need():
    def pinned(lock):
        text = (ROOT / "requirements" / lock).read_text("utf-8")
        return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.M))

    runs, tests = pinned("jobs.lock"), pinned("dev.lock")
    made = re.findall(r"^RUN make PYTHON=\S+ (.+)$", DOCKERFILE, re.M)

    assert {"pytest", "mypy", "ruff", "playwright", "aiosmtpd"} <= {*tests} - {*runs}
    assert {word for line in made for word in line.split()} == {
        ".venv/synced",
        ".venv/installed",
        "var/jars/resolved",
        "var/spark.conf",
        ".venv-airflow/synced",
    }
    # What both need is one version: what is tested is what runs.
    assert {n: v for n, v in tests.items() if n in runs} == {
        n: v for n, v in runs.items() if n in tests
    }
