"""The drawing of docs/architecture.md, held: who imports whom, and what stands only where."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import pytest

from jobs.steps import STEPS
from schemas.contracts import contract, names
from schemas.marts import marts

ROOT = Path(__file__).parents[2]

OURS = ("schemas", "nlp", "jobs", "demo", "dags", "report", "dashboard", "benchmarks")

WHAT_RUNS = tuple(folder for folder in OURS if folder != "benchmarks")
"""A benchmark looks at the clock and prints: that is what it is for."""

EVERYTHING_OF_JOBS = {
    "jobs",
    "nlp",
    "schemas",
    "delta",
    "deltalake",
    "duckdb",
    "great_expectations",
    "holidays",
    "msgspec",
    "phonenumbers",
    "py4j",
    "pyarrow",
    "pydantic",
    "pydantic_settings",
    "pyspark",
    "rich",
    "tenacity",
    "typer",
}

MAY_IMPORT = {
    # yaml: metric definitions and views are no columns, so no contract can hold them.
    "schemas": {"schemas", "open_data_contract_standard", "pydantic", "yaml"},
    "nlp": {
        "nlp",
        "schemas",
        "spacy",
        "sklearn",
        "threadpoolctl",
        "numpy",
        "scipy",
        "joblib",
        "lingua",
        "vaderSentiment",
        "yaml",
    },
    "jobs/sources": {
        "jobs.sources",
        "schemas",
        "charset_normalizer",
        "msgspec",
        "phonenumbers",
        "selectolax",
    },
    # Masking runs beside the readers, on text alone, and is as easily taken out.
    "jobs/masking": {"jobs.masking", "schemas", "phonenumbers", "stdnum"},
    # pyarrow, numpy, scipy: what runs in the workers, where columns cannot say it.
    "jobs/transforms": {
        "jobs.transforms",
        "schemas",
        "pyspark",
        "pyarrow",
        "numpy",
        "scipy",
    },
    "jobs": EVERYTHING_OF_JOBS,
    "dags": {"dags", "schemas", "airflow"},
    "report": {
        "report",
        "schemas",
        "altair",
        "apprise",
        "babel",
        "duckdb",
        "jinja2",
        "markupsafe",
        "pydantic",
        "pydantic_settings",
        "typer",
        "vl_convert",
        "weasyprint",
    },
    "dashboard": {"dashboard", "schemas", "duckdb"},
    "demo": {"demo", "schemas", "numpy"},
}
"""Folder → packages that its modules may import, beside the standard library.

A folder within another one has its own rule and not the outer one's.
"""

MODULE_MAY_IMPORT = {
    "schemas/expectations.py": {
        "great_expectations": "suites are made here and nowhere else"
    },
    "jobs/run_commands.py": {
        "demo": "`verbatim demo` writes the company before it runs it",
    },
    "jobs/doctor.py": {
        "report.settings": "a fault of the report's section is told before Monday",
    },
    "jobs/cli.py": {
        "report.command": "`verbatim report` is registered among the commands",
    },
}
"""Imports that only one module has, with the reason."""

READS_THE_ENVIRONMENT = {
    "jobs/settings.py": "the settings are read here and nowhere else",
    "jobs/session.py": "sets what Spark's workers and submitters speak by",
    "jobs/doctor.py": "looks at the machine: JAVA_HOME",
    "report/settings.py": "the report's settings are read here; it may not ask jobs",
    "dags/defaults.py": "what an installation chooses, and where its jobs are",
}

READS_THE_CLOCK = {
    ("jobs/options.py", "begun_at"): "a command's now becomes an argument here",
    ("jobs/ledger.py", "step"): "when a step ran; and whether its day was over then",
    ("jobs/ledger.py", "_write"): "how long a step took",
    ("jobs/steps.py", "run_all"): "how long a step took, for the summary",
    ("jobs/stream_command.py", "_show_status"): "a command's now becomes an argument",
    ("jobs/stream_command.py", "_say"): "a line of a console",
    ("jobs/stream_command.py", "compact"): "a command's now becomes an argument",
    ("jobs/stream_interactions.py", ""): "each micro-batch has its own now",
    ("jobs/stream_interactions.py", "_wait"): "how long a stop may take",
    ("jobs/stream_interactions.py", "tell"): "when a micro-batch was readable",
    ("jobs/stream_status.py", "__init__"): "when the stream began",
    ("jobs/stream_status.py", "beating"): "when the stream was last alive",
    ("jobs/stream_status.py", "write"): "when the stream was last alive",
}

BRINGS_ROWS_TO_THE_DRIVER = {
    ("jobs/landing.py", "land"): "counts by source, day and fate",
    ("jobs/landing.py", "_waiting"): "counts by source and day",
    ("jobs/lake.py", "_of_keys"): "days, to prune by",
    ("jobs/lake.py", "_merge_once"): "days, to prune by; changed rows, as _may_be_held",
    ("jobs/lake.py", "_create"): "a count for each day; rows, as _may_be_held",
    ("jobs/lake_log.py", "files"): "a path for each file",
    ("jobs/lake_log.py", "byte_count"): "a size for each file",
    ("jobs/lake_log.py", "_whole"): "Arrow's rows, which stay Arrow's",
    (
        "jobs/check_table.py",
        "check_rows",
    ): "columns that are asked about, of tables up to SMALL_BYTES",
    ("jobs/lake.py", "delete"): "a count for each day",
    ("jobs/erase.py", "files"): "files with records of one customer",
    ("jobs/retag.py", "difference"): "counts by label and week, a few samples",
    (
        "jobs/stream_interactions.py",
        "_files",
    ): "names of files, as the batch lists them",
    ("jobs/stream_interactions.py", "_messages"): "a line for each day",
    ("jobs/build_satisfaction.py", "run"): "days, to prune by",
    ("jobs/ledger.py", "last_basis"): "a row for each run of one step",
    ("jobs/ledger.py", "has_finished"): "the last row",
    ("jobs/ledger.py", "streamed"): "a row for each source and day asked for",
    ("jobs/ledger.py", "as_of"): "a row for each day",
    ("jobs/landing.py", "_places_refused"): "places, up to LISTED_REFUSALS",
    ("jobs/lake_files.py", "rows"): "whoever calls it is named here",
    ("jobs/lake_commands.py", "runs"): "the runs asked for",
    ("jobs/lake_commands.py", "_refused"): "what an operator asks to be shown",
    ("jobs/lake_commands.py", "identity_unlink"): "the links of one handle",
    ("jobs/lake_commands.py", "identity_erase"): "the links of one customer",
    ("jobs/stage.py", "read"): "in the workers: names of files, a batch at a time",
    ("jobs/stage.py", "hear"): "in the workers: messages, a batch at a time",
    (
        "jobs/transforms/contact_interactions.py",
        "_followed",
    ): "in a worker: pairs of ids",
    ("jobs/transforms/identity.py", "_components"): "in a worker: handles with company",
    (
        "jobs/tag_interactions.py",
        "tag",
    ): "two counts; in the workers: texts, a batch at a time",
    ("jobs/tag_interactions.py", "to_untagged"): "days, to prune by",
}
"""Where `collect` and its like are called, and why what they bring is bounded.

Rows of Arrow, too: a table that Arrow holds is bytes, as Python it is fifty times that.
"""

LONGEST = 500
"""Lines a module may have: about what can be read at one sitting."""

LONGER = {
    "demo/texts/parts_en.py": (700, "sentences, not code"),
    "demo/texts/parts_fr.py": (750, "sentences, not code"),
}
"""Longer modules, how long they may be, and why: none of them may grow into another."""


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def rule_of(path: Path) -> str:
    """The folder whose rule a module is under: the innermost that has one."""
    folder = path.relative_to(ROOT).parent
    while folder.as_posix() not in MAY_IMPORT:
        folder = folder.parent
    return folder.as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    """What a module imports, wherever it does: in functions and for types, too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(name: str, packages: set[str]) -> bool:
    return any(name == p or name.startswith(f"{p}.") for p in packages)


def calls(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the function it stands in; the innermost that has a name."""
    for node in ast.iter_child_nodes(tree):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if isinstance(node, ast.Call):
            yield inside, node
        yield from calls(node, node.name if is_function else inside)


def called(call: ast.Call) -> str:
    """`print` for print(…), `.collect` for anything.collect(…), `datetime.now`."""
    if isinstance(call.func, ast.Name):
        return call.func.id
    if isinstance(call.func, ast.Attribute):
        of = call.func.value
        return f"{of.id if isinstance(of, ast.Name) else ''}.{call.func.attr}"
    return ""


def places(wanted: re.Pattern[str], folders: tuple[str, ...]) -> set[tuple[str, str]]:
    """(module, function) of every call whose name matches."""
    return {
        (path.relative_to(ROOT).as_posix(), inside)
        for folder in folders
        for path in modules(folder)
        for inside, call in calls(parsed(path))
        if wanted.search(called(call))
    }


@pytest.mark.parametrize("folder", [f for f in MAY_IMPORT if modules(f)])
def test_imports_follow_the_drawing(folder):
    wrong = [
        f"{path.relative_to(ROOT)} may not import {name}"
        for path in modules(folder)
        if rule_of(path) == folder
        for name in imports(parsed(path))
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not is_within(name, MAY_IMPORT[folder])
        and not is_within(
            name, set(MODULE_MAY_IMPORT.get(path.relative_to(ROOT).as_posix(), {}))
        )
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("module", "name"),
    [(module, name) for module, given in MODULE_MAY_IMPORT.items() for name in given],
)
def test_no_exception_outlives_its_import(module, name):
    assert any(is_within(found, {name}) for found in imports(parsed(ROOT / module)))


def test_an_import_is_seen_wherever_it_stands():
    tree = ast.parse(
        "import a.b\n"
        "from c import d\n"
        "def f():\n    import e\n"
        "if TYPE_CHECKING:\n    from g.h import i\n"
    )

    assert sorted(imports(tree)) == ["a.b", "c.d", "e", "g.h.i"]


def test_a_folder_within_another_has_its_own_rule():
    assert rule_of(ROOT / "jobs/sources/mail/reader.py") == "jobs/sources"
    assert rule_of(ROOT / "jobs/lake.py") == "jobs"


def test_only_settings_and_what_starts_spark_touch_the_environment():
    touching = {
        path.relative_to(ROOT).as_posix()
        for folder in WHAT_RUNS
        for path in modules(folder)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    }

    assert touching == set(READS_THE_ENVIRONMENT)


def test_now_is_an_argument():
    reading = places(
        re.compile(
            r"^(datetime|date|time)?\.(now|utcnow|today)$|^(time)?\.?monotonic$"
        ),
        WHAT_RUNS,
    )

    assert reading == set(READS_THE_CLOCK)


def test_rows_come_to_the_driver_only_where_their_number_is_bounded():
    collecting = places(
        re.compile(
            r"\.(collect|toPandas|toLocalIterator|take|tail|toArrow|to_pylist)$"
            r"|^lake_files\.rows$"
        ),
        ("jobs",),
    )

    assert collecting == set(BRINGS_ROWS_TO_THE_DRIVER)


def test_calls_are_found_in_the_function_they_stand_in():
    tree = ast.parse("def f():\n    g(rows.collect())\nclass C:\n    x = now()\n")

    assert [(inside, called(call)) for inside, call in calls(tree)] == [
        ("f", "g"),
        ("f", "rows.collect"),
        ("", "now"),
    ]


def test_nothing_prints_but_the_console():
    printing = places(re.compile(r"^print$"), WHAT_RUNS)

    assert printing == set()


def test_no_module_is_longer_than_one_sitting():
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for folder in OURS
        for path in modules(folder)
    }
    allowed = {module: lines for module, (lines, _) in LONGER.items()}

    assert {
        module: length
        for module, length in lengths.items()
        if length > allowed.get(module, LONGEST)
    } == {}
    assert [module for module in LONGER if lengths[module] <= LONGEST] == []


def test_no_module_is_a_drawer_for_many_things():
    drawers = re.compile(r"^_?(utils?|helpers?|common|misc|shared|base|core|tools?)$")

    assert [
        path
        for folder in (*OURS, "tests")
        for path in modules(folder)
        if drawers.match(path.stem) or drawers.match(path.parent.name)
    ] == []


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_every_step_is_a_module_that_runs_and_says_why_it_may_run_twice(step):
    path = ROOT / "jobs" / f"{step.name}.py"
    tree = parsed(path)
    run = next(
        n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "run"
    )

    assert find_spec(f"jobs.{step.name}")
    assert [argument.arg for argument in run.args.args] == ["context"]
    assert "Safe to repeat:" in (ast.get_docstring(tree) or "")
    assert f'STEP = "{step.name}"' in path.read_text(encoding="utf-8")


def test_every_job_named_for_a_table_is_a_step():
    named = re.compile(r"^(ingest|link|tag|build|publish)_")
    on_disk = {p.stem for p in (ROOT / "jobs").glob("*.py") if named.match(p.stem)}

    assert on_disk == {step.name for step in STEPS}


def test_every_table_of_a_step_has_a_contract():
    assert {t for s in STEPS for t in (*s.reads, *s.writes)} <= set(names())


def test_every_contract_is_written_by_a_step():
    written = {table for step in STEPS for table in step.writes}

    # The ledger writes `runs` around every step; decisions and drafts of tags, with what
    # they replace, come from the command line.
    assert set(names()) - written == {
        "runs",
        "identity_decisions",
        "tags_draft",
        "tag_history",
    }


def test_a_step_reads_only_what_an_earlier_one_has_written():
    written = {"runs", "identity_decisions", "tag_history"}
    for step in STEPS:
        assert set(step.reads) <= written | set(step.writes), step.name
        written |= set(step.writes)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_tables_that_a_step_names_are_in_its_list(step):
    """`lake.read("x")` and `lake.merge("x", …)` of a module say what the list says."""
    path = ROOT / "jobs" / f"{step.name}.py"
    touched = {
        (call.func.attr, argument.value)
        for _, call in calls(parsed(path))
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ("read", "read_keys", "merge")
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant) and argument.value in names()
    }
    decided_by_hand = {("merge", "identity_decisions")}

    assert {
        table for verb, table in touched - decided_by_hand if verb == "merge"
    } <= set(step.writes)
    assert {table for verb, table in touched if verb != "merge"} <= {
        *step.reads,
        *step.writes,
    }


@pytest.mark.parametrize(
    "step",
    [s for s in STEPS if s.name.startswith("build_")],
    ids=lambda step: step.name,
)
def test_what_a_build_looks_for_changes_in_is_what_it_reads(step):
    module = import_module(f"jobs.{step.name}")

    assert tuple(module.READS) == step.reads
    assert set(module.WRITES) == set(step.writes)


def test_every_kind_of_handle_and_every_rule_of_links_has_its_rank():
    """One without a rank would come before all that have one."""
    from jobs.sources.records import HandleKind
    from jobs.transforms.contact_interactions import HANDLE_ORDER
    from jobs.transforms.contacts import LINK_ORDER

    (rules,) = (
        c.values for c in contract("identity_links").columns if c.name == "rule"
    )

    assert sorted(HANDLE_ORDER) == sorted(get_args(HandleKind))
    assert sorted(LINK_ORDER) == sorted(rules)


def test_the_marts_and_the_evaluation_call_the_same_score_frustrated():
    """Neither may import the other."""
    from jobs.transforms import scores
    from nlp import evaluation

    assert scores.FRUSTRATED_SCORE_FROM == evaluation.FRUSTRATED_SCORE_FROM


def test_publishing_reads_the_tables_that_marts_are_made_from():
    assert set(STEPS[-1].reads) == {mart.table for mart in marts()}


@pytest.mark.parametrize("table", names())
def test_every_contract_makes_a_suite(table):
    from schemas.expectations import suite

    promised = contract(table)
    made = suite(promised)

    assert made.name == table
    assert {e.meta["rule"] for e in made.expectations if e.meta} == {
        rule.name for rule in promised.rules
    }
