"""The page of licences is what the locks name and the packages state; none is unexplained."""

from email.message import Message
from xml.etree import ElementTree

import pytest

from jobs import licences
from tests.conftest import ROOT

WRITTEN = licences.PAGE.read_text("utf-8")


@pytest.mark.parametrize("lock", licences.LOCKS, ids=lambda lock: lock.name)
def test_the_page_says_what_the_locks_name_and_the_packages_state(lock):
    if not lock.environment.exists():
        pytest.skip(f"{lock.environment.name} is not there: make .venv-airflow/synced")

    assert "\n".join(licences.section(lock)) in WRITTEN, (
        "docs/licences.md is stale: run python -m jobs.licences"
    )


def rows(heading):
    section = WRITTEN.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_licence_that_reaches_further_is_explained_and_no_other():
    stated = {n: s for lock in licences.LOCKS for n, _, s in rows(lock.heading)}
    further = {n: s for n, s in stated.items() if licences.COPYLEFT.search(s)}

    assert set(further) == set(licences.NOTES)
    assert rows("To mind") == [
        [name, said, licences.NOTES[name]] for name, said in sorted(further.items())
    ]


def test_every_jar_is_on_the_page():
    tree = ElementTree.parse(ROOT / "requirements/jars.xml")
    asked = [f"{j.get('org')}:{j.get('name')}" for j in tree.iter("dependency")]

    assert [name for name, *_ in rows("Jars")] == asked


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (
            {"License-Expression": "MIT OR Apache-2.0", "License": "MIT"},
            "MIT OR Apache-2.0",
        ),
        ({"License": "Apache 2.0"}, "Apache-2.0"),
        (
            {
                "License": "Copyright 2013 Somebody",
                "Classifier": "License :: OSI Approved :: BSD License",
            },
            "BSD",
        ),
    ],
    ids=["expression", "word", "list"],
)
def test_a_package_is_taken_at_the_most_exact_of_its_words(stated, said):
    metadata = Message()
    for name, value in stated.items():
        metadata[name] = value

    assert licences.licence("any", metadata) == said


def test_a_package_that_states_nothing_is_to_be_read_by_a_person():
    with pytest.raises(LookupError, match="states no licence"):
        licences.licence("any", Message())


def test_the_project_states_its_own():
    text = (ROOT / "LICENSE").read_text("utf-8")

    assert "Apache License" in text
    assert "Copyright 2026 The Verbatim authors" in text
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text("utf-8")
