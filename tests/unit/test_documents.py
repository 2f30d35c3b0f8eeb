import ast
import re

import pytest
from typer.main import get_command

from jobs import documents, sources
from jobs.cli import app
from schemas import contracts, history, marts


@pytest.mark.parametrize("page", documents.pages())
def test_the_page_says_what_the_contracts_say_now(page):
    written = (documents.FOLDER / page).read_text(encoding="utf-8")

    assert written == documents.pages()[page], (
        f"docs/{page} is stale: run python -m jobs.documents"
    )


def test_every_table_and_view_has_its_section():
    sections = {
        line.removeprefix("## ")
        for line in documents.tables_page().splitlines()
        if line.startswith("## ")
    }

    assert {
        *contracts.names(),
        *marts.views(),
        *(m.name for m in marts.marts()),
        *history.NAMES,
    } == sections - {"In the marts", "In the lake only"}


def test_a_column_shows_its_type_its_list_and_what_it_must_not_reveal():
    column = contracts.Column(
        name="segment",
        spark_type="string",
        description="Business | private.",
        is_required=False,
        classification="pseudonymous",
        unit=None,
        values=("b2b", "b2c"),
        minimum=None,
        maximum=None,
    )

    assert documents._column(column) == (
        "| `segment` | varchar, may be null | Business \\| private. `b2b` · `b2c`. "
        "*Pseudonymous.* |"
    )


def test_every_column_of_every_view_is_described():
    for view in marts.views():
        assert all(not row.endswith("|  |") for row in documents._view(view))


def test_every_view_named_by_a_metric_is_published():
    published = {m.name for m in marts.marts()} | set(marts.views())

    assert {metric.view for metric in marts.metrics()} <= published


MODULES = sorted(
    path
    for folder in ("jobs", "nlp", "report", "schemas")
    for path in (documents.FOLDER.parent / folder).rglob("*.py")
    if "verbatim " in path.read_text("utf-8")
)
GUIDES = sorted(
    path
    for path in (documents.FOLDER.parent).rglob("*.md")
    if not {".venv", ".venv-airflow", "var", "node_modules"} & set(path.parts)
)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_command_named_in_a_guide_exists(guide):
    typed = re.findall(r"(?:^ {4}|`)(?:\.venv/bin/)?(verbatim [^`\n#]*)", *_text(guide))

    # What has changed may be a group as a whole.
    may_be_a_group = guide.name == "CHANGELOG.md"
    assert [line for line in typed if not _is_a_command(line, may_be_a_group)] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_command_that_a_message_says_to_run_exists(module):
    said = [_said(node) for node in ast.walk(ast.parse(module.read_text("utf-8")))]
    typed = re.findall(r"(?<!`)\bverbatim [a-z][^\n;,.:()]*", "\n\n".join(said))

    assert [line for line in typed if not _is_a_command(line)] == []


def _said(node):
    """A message as it reads, `…` for what it fills in."""
    if isinstance(node, ast.JoinedStr):
        parts = (_said(part) or "…" for part in node.values)
        return "".join(parts)
    return (
        node.value
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        else ""
    )


FOLDERS = "jobs|nlp|schemas|dags|tests|report|demo|benchmarks|docker|docs|requirements"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_path_named_in_a_guide_is_there(guide):
    """Also `jobs/sources/<kind>/…`, for every kind; other names with a gap are patterns."""
    root = documents.FOLDER.parent
    text = guide.read_text(encoding="utf-8")
    for_each = re.sub(
        r"jobs/sources/<kind>[\w./]*",
        lambda path: " ".join(
            path[0].replace("<kind>", of) for of in sources.MODULES.values()
        ),
        text,
    )
    named = re.findall(rf"(?<![\w./-])(?:{FOLDERS})/[\w./<>-]+", for_each)
    paths = {path.rstrip("./-") for path in named if "<" not in path}

    assert [
        path
        for path in sorted(paths)
        if not ((root / path).exists() or (guide.parent / path).exists())
    ] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_link_in_a_guide_leads_somewhere(guide):
    [text, _] = _text(guide)
    targets = re.findall(r"\]\((?!https?:)([^)]+)\)", text)
    broken = []
    for target in targets:
        name, _, anchor = target.partition("#")
        file = guide if not name else (guide.parent / name)
        is_there = file.exists() and (not anchor or anchor in _anchors(file))
        broken += [] if is_there else [target]

    assert broken == []


def _text(guide):
    return guide.read_text(encoding="utf-8"), re.MULTILINE


def _anchors(file):
    titles = re.findall(r"^#+ (.*)$", *_text(file))
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


def _is_a_command(line, may_be_a_group=False):
    """Whether words and options are those of the command line; values are not looked at.

    A group without one of its commands prints its help and does nothing.
    """
    command = get_command(app)
    for word in line.split()[1:]:
        if word.startswith("--"):
            known = {name for option in command.params for name in option.opts}
            if word not in known:
                return False
        elif word in getattr(command, "commands", {}):
            command = command.commands[word]
        elif hasattr(command, "commands"):
            return False
    return may_be_a_group or not hasattr(command, "commands")
