"""The command line as its users meet it: output, messages, exit codes. No Spark."""

import gzip
import io
import json
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
import typer

from jobs import cli, run_commands
from jobs.publish_marts import point_to
from tests.builders import CUSTOMER, KEY

ROOT = Path(__file__).parents[2]


def commands(group=None, name="verbatim"):
    """Every command by its full name, groups left out."""
    group = group or typer.main.get_command(cli.app)
    for command in group.commands.values():
        if isinstance(command, click.Group) or hasattr(command, "commands"):
            yield from commands(command, f"{name} {command.name}")
        else:
            yield f"{name} {command.name}", command


COMMANDS = dict(commands())


@pytest.fixture
def verbatim(monkeypatch, capsys):
    """Runs a command as the installed program does; gives exit code and outputs."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.delenv("VERBATIM_SETTINGS", raising=False)
    monkeypatch.delenv("VERBATIM_PSEUDONYM_KEY", raising=False)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["verbatim", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.fixture
def settings(tmp_path):
    """Writes a settings file of two sources; gives its path."""

    def write(marts="marts", text=""):
        file = tmp_path / "company.toml"
        file.write_text(
            f"""demo = true
            {text}
            [company]
            name = "X"
            [paths]
            marts = "{marts}"
            [[sources]]
            name = "phones"
            kind = "amazon_connect"
            files = ["{{day}}/*.json"]
            [[sources]]
            name = "crm"
            kind = "crm"
            files = ["{{day}}/*.csv"]
            """,
            encoding="utf-8",
        )
        return file

    return write


@pytest.fixture
def one_day(settings, marts_of_one_day):
    """Settings whose marts are those of one built row of every table."""
    return settings(marts_of_one_day)


def test_the_commands_are_those_of_the_readme():
    assert sorted(COMMANDS) == [
        "verbatim check",
        "verbatim compact",
        "verbatim demo",
        "verbatim doctor",
        "verbatim evaluate",
        "verbatim explain",
        "verbatim identity erase",
        "verbatim identity explain",
        "verbatim identity unlink",
        "verbatim mask",
        "verbatim publish",
        "verbatim quarantine counts",
        "verbatim quarantine replay",
        "verbatim quarantine show",
        "verbatim report",
        "verbatim retag",
        "verbatim rollback",
        "verbatim run",
        "verbatim runs",
        "verbatim sql",
        "verbatim stream",
        "verbatim tables",
        "verbatim tag",
        "verbatim train",
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_in_a_sentence_what_it_does(verbatim, name):
    code, shown, _ = verbatim(*name.split()[1:], "--help")

    assert code == 0
    assert f"Usage: {name}" in shown
    assert (COMMANDS[name].help or "").rstrip().endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_takes_a_settings_file_unless_it_reads_none(name):
    without = {
        "verbatim evaluate",
        "verbatim mask",
        "verbatim tag",
        "verbatim train",
    }
    options = {o for p in COMMANDS[name].params for o in p.opts}

    assert ("--settings" in options) == (name not in without)


@pytest.mark.parametrize(
    "name",
    [
        "verbatim check",
        "verbatim doctor",
        "verbatim evaluate",
        "verbatim explain",
        "verbatim identity explain",
        "verbatim mask",
        "verbatim quarantine counts",
        "verbatim quarantine show",
        "verbatim rollback",
        "verbatim runs",
        "verbatim sql",
        "verbatim tables",
    ],
)
def test_what_a_script_would_read_comes_as_json_too(name):
    assert "--json" in {o for p in COMMANDS[name].params for o in p.opts}


def test_without_arguments_the_commands_are_listed(verbatim):
    _, shown, told = verbatim()

    assert "quarantine" in shown + told


def test_asking_for_help_loads_nothing_that_is_slow_to_load():
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, jobs.cli; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout.split()

    assert not {"pyspark", "great_expectations", "spacy", "duckdb", "lingua"} & {
        *loaded
    }


# Settings


def test_a_missing_settings_file_ends_with_11(verbatim, tmp_path):
    code, shown, told = verbatim("tables", "--settings", tmp_path / "none.toml")

    assert (code, shown) == (11, "")
    assert told.splitlines() == [
        f"There is no settings file {tmp_path / 'none.toml'}.",
        "Give one with --settings, or VERBATIM_SETTINGS in the environment.",
    ]


def test_faulty_settings_end_with_11_and_every_fault(verbatim, settings):
    file = settings(text='colour = "blue"\nspeed = 3')

    code, _, told = verbatim("sql", "SELECT 1", "--settings", file)

    assert code == 11
    assert f"{file} has 2 faults:" in told
    assert "colour:" in told
    assert "speed:" in told


def test_the_settings_file_may_be_named_in_the_environment(
    verbatim, one_day, monkeypatch
):
    monkeypatch.setenv("VERBATIM_SETTINGS", str(one_day))

    assert verbatim("sql", "SELECT 42 AS answer", "--json") == (
        0,
        '[\n  {\n    "answer": 42\n  }\n]\n',
        "",
    )


def test_the_settings_file_may_stand_before_the_command(verbatim, one_day, settings):
    ask = ("sql", "SELECT 42 AS answer", "--json")

    assert verbatim("--settings", one_day, *ask)[0] == 0
    # The nearer one counts.
    assert verbatim("--settings", "none.toml", *ask, "--settings", one_day)[0] == 0
    assert verbatim("--settings", "none.toml", *ask)[0] == 11


# Reading the marts


def test_nothing_published_ends_with_17_and_how_to_publish(verbatim, settings):
    file = settings()

    code, _, told = verbatim("sql", "SELECT 1", "--settings", file)

    assert code == 17
    assert told.splitlines() == [
        f"Nothing has been published in {file.parent / 'marts'}.",
        "Publish with: verbatim run --day YYYY-MM-DD (the demo company: make demo)",
    ]


def test_an_answer_is_shown_under_its_columns(verbatim, one_day):
    code, shown, _ = verbatim(
        "sql",
        "SELECT channel, 12345 AS n, 0.5 AS share, started_at, is_repeat, NULL AS none "
        "FROM contacts",
        "--settings",
        one_day,
    )

    assert code == 0
    assert shown.split() == [
        *("channel", "n", "share", "started_at", "is_repeat", "none"),
        *("chat", "12", "345", "0.5", "2026-03-02", "09:00:00", "no"),
    ]


def test_an_answer_as_json_keeps_its_types(verbatim, one_day):
    _, shown, _ = verbatim(
        "sql",
        "SELECT channel, 12345 AS n, 0.5::DECIMAL(2,1) AS share, started_at, "
        "started_date, is_repeat, NULL AS none FROM contacts",
        "--json",
        "--settings",
        one_day,
    )

    assert json.loads(shown) == [
        {
            "channel": "chat",
            "n": 12345,
            "share": 0.5,
            "started_at": "2026-03-02T09:00:00",
            "started_date": "2026-03-02",
            "is_repeat": False,
            "none": None,
        }
    ]


def test_words_in_brackets_are_shown_as_they_are(verbatim, one_day):
    code, shown, _ = verbatim(
        "sql", "SELECT '[bold]so[/] [/so] [x]' AS said", "--settings", one_day
    )

    assert code == 0
    assert "[bold]so[/] [/so] [x]" in shown


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM calls",
        "SELEC 1",
        "CREATE TABLE x AS SELECT 1",
        "DELETE FROM contacts",
        # Found when most of the answer has been given.
        "SELECT CASE WHEN i < 900000 THEN '1' ELSE 'x' END::INT FROM range(900001) t(i)",
    ],
)
def test_a_query_that_cannot_be_answered_ends_with_17(verbatim, one_day, query):
    code, shown, told = verbatim("sql", query, "--settings", one_day)

    assert (code, shown) == (17, "")
    assert "Tables and views: verbatim tables; columns: verbatim tables NAME" in told


@pytest.mark.parametrize(
    "query",
    [
        "COPY contacts TO '{file}'",
        "SELECT content FROM read_text('{file}')",
        "ATTACH '{file}' AS other",
    ],
)
def test_a_query_reads_the_marts_alone_and_writes_no_file(
    verbatim, one_day, tmp_path, query
):
    """The marts themselves open, though they are a link."""
    before = sorted(tmp_path.iterdir())
    query = query.format(file=tmp_path / "other")

    code, shown, told = verbatim("sql", query, "--settings", one_day)

    assert (code, shown) == (12, "")
    assert "Only the marts are read here, and nothing is written." in told
    assert sorted(tmp_path.iterdir()) == before


def test_of_several_queries_none_is_asked(verbatim, one_day):
    code, shown, told = verbatim("sql", "SELECT 1; SELECT 2", "--settings", one_day)

    assert (code, shown) == (12, "")
    assert told.startswith("Ask one query at a time")


def test_an_answer_without_rows_says_so(verbatim, one_day):
    code, shown, told = verbatim(
        "sql", "SELECT 1 AS one WHERE false", "--settings", one_day
    )

    assert (code, shown.split()) == (0, ["one"])
    assert told == "No row answers this.\n"


@pytest.mark.parametrize("query", ["", " ", "/* FROM contacts */"])
def test_no_query_ends_with_12_and_an_example(verbatim, one_day, query):
    code, shown, told = verbatim("sql", query, "--settings", one_day)

    assert (code, shown) == (12, "")
    assert 'verbatim sql "FROM contacts LIMIT 5"' in told


def test_tables_and_views_are_listed_with_rows_and_meaning(verbatim, one_day):
    _, shown, _ = verbatim("tables", "--json", "--settings", one_day)
    listed = {entry["name"]: entry for entry in json.loads(shown)}

    assert listed["contacts"]["rows"] == 1
    assert listed["tags"]["rows"] == 2
    assert listed["satisfaction_weekly"]["rows"] is None
    assert all(entry["comment"] for entry in listed.values())
    assert "crm_records" not in listed


def test_a_table_s_columns_are_shown_with_type_and_meaning(verbatim, one_day):
    _, shown, _ = verbatim("tables", "journeys", "--json", "--settings", one_day)
    first, *_ = json.loads(shown)

    assert (first["column_name"], first["type"]) == ("journey_id", "varchar")
    assert first["comment"]


def test_a_view_s_columns_are_shown_as_well(verbatim, one_day):
    code, shown, _ = verbatim("tables", "satisfaction_weekly", "--settings", one_day)

    assert code == 0
    assert "week_start_date" in shown


def test_an_unknown_table_ends_with_17(verbatim, one_day):
    code, _, told = verbatim("tables", "calls", "--settings", one_day)

    assert code == 17
    assert told == "No table or view 'calls': see verbatim tables.\n"


def test_a_contact_is_explained_down_to_its_words(verbatim, one_day):
    code, shown, _ = verbatim("explain", "messaging:i1", "--settings", one_day)

    assert code == 0
    for expected in (
        "messaging:i1",
        "2026-03-02/messaging/a.json (byte 0)",
        "Subject: the bill of March",
        "my bill is wrong",
        "billing",
        "Journey messaging:i1: chat, resolved",
    ):
        assert expected in shown


def test_an_explanation_names_the_words_that_made_a_tag(verbatim, one_day):
    _, shown, _ = verbatim("explain", "messaging:i1", "--settings", one_day)
    [line] = [x for x in shown.splitlines() if x.startswith("intent ")]

    assert line.split() == ["intent", "billing", "0.9", "yes", "bill"]


def test_an_explanation_as_json_has_every_part(verbatim, one_day):
    _, shown, _ = verbatim("explain", "messaging:i1", "--json", "--settings", one_day)
    facts = json.loads(shown)

    assert {part: len(found) for part, found in facts.items() if part != "contact"} == {
        "interactions": 1,
        "turns": 1,
        "tags": 2,
        "journey": 1,
        "surveys": 1,
    }
    assert facts["contact"]["contact_id"] == "messaging:i1"
    assert facts["tags"][0]["evidence"] == [{"start": 3, "end": 7}]
    assert facts["surveys"][0]["score"] == 4.0


def test_an_unknown_contact_ends_with_17_and_how_to_find_one(verbatim, one_day):
    code, _, told = verbatim("explain", "call:9", "--settings", one_day)

    assert code == 17
    assert told.splitlines() == [
        "There is no contact 'call:9' in the marts.",
        'Find one with: verbatim sql "SELECT contact_id FROM contacts LIMIT 10"',
    ]


@pytest.mark.parametrize("known_as", [CUSTOMER, KEY])
def test_a_customer_is_explained_by_id_and_by_a_handle_s_key(
    verbatim, one_day, known_as
):
    code, shown, _ = verbatim(
        "identity", "explain", known_as, "--json", "--settings", one_day
    )
    facts = json.loads(shown)

    assert code == 0
    assert facts["customer"]["customer_id"] == CUSTOMER
    assert facts["customer"]["is_known"] is True
    assert [link["rule"] for link in facts["links"]] == ["crm"]
    assert [c["contact_id"] for c in facts["contacts"]] == ["messaging:i1"]


def test_a_customer_is_shown_with_links_and_contacts(verbatim, one_day):
    _, shown, _ = verbatim("identity", "explain", CUSTOMER, "--settings", one_day)

    assert "crm 2026-03-02" in shown
    assert "messaging:i1" in shown


def test_an_unknown_customer_ends_with_17(verbatim, one_day):
    code, _, told = verbatim(
        "identity", "explain", "lea@client.example", "--settings", one_day
    )

    assert code == 17
    assert "No customer or handle 'lea@client.example' in the marts." in told


def test_rolling_back_shows_what_is_kept(verbatim, settings, tmp_path):
    file = settings()
    (tmp_path / "marts").mkdir()
    for run_id in ("r1", "r2"):
        (tmp_path / f"marts/marts-{run_id}.duckdb").write_text(run_id)
    point_to(tmp_path / "marts/marts-r2.duckdb")

    code, shown, _ = verbatim("rollback", "--json", "--settings", file)

    assert code == 0
    assert json.loads(shown) == [
        {"run": "r2", "in place": False, "bytes": 2},
        {"run": "r1", "in place": True, "bytes": 2},
    ]
    assert verbatim("rollback", "--settings", file)[0] == 17
    assert verbatim("rollback", "r9", "--settings", file)[0] == 17


# Ctrl-C, and what systems send instead


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_stop_ends_with_130_and_with_what_to_do(
    verbatim, settings, monkeypatch, number
):
    handler = signal.getsignal(number)
    interrupted = []

    def run_days(*_, **__):
        try:
            signal.raise_signal(number)
        except Exception:
            interrupted.append("swallowed")

    monkeypatch.setattr(run_commands, "run_days", run_days)
    code, _, told = verbatim("run", "--day", "2026-03-02", "--settings", settings())

    assert (code, interrupted) == (130, [])
    assert told == (
        "Stopped before the end; the last good marts stay in place.\n"
        "Run the same again: what was written is found, and nothing is doubled.\n"
    )
    assert signal.getsignal(number) is handler


# Days and steps


@pytest.mark.parametrize(
    "days",
    [
        [],
        ["--from", "2026-03-02"],
        ["--to", "2026-03-02"],
        ["--day", "2026-03-02", "--from", "2026-03-02", "--to", "2026-03-03"],
    ],
)
def test_days_that_are_none_end_with_12_and_an_example(verbatim, settings, days):
    code, _, told = verbatim("run", *days, "--settings", settings())

    assert code == 12
    assert told == (
        "Say which arrival days: --day 2026-03-02, or --from 2026-03-02 --to "
        "2026-03-08.\n"
    )


def test_days_from_a_later_to_an_earlier_one_end_with_12(verbatim, settings):
    days = ("--from", "2026-03-03", "--to", "2026-03-02")
    code, _, told = verbatim("run", *days, "--settings", settings())

    assert code == 12
    assert told == (
        "--from 2026-03-03 is after --to 2026-03-02: say the earlier day first.\n"
    )


def test_a_day_that_is_no_date_is_refused(verbatim, settings):
    code, _, told = verbatim("run", "--day", "yesterday", "--settings", settings())

    assert code == 2
    assert "yesterday" in told


def test_an_unknown_step_ends_with_17_before_spark_starts(verbatim, settings):
    code, _, told = verbatim(
        "run", "--day", "2026-03-02", "--step", "tag", "--settings", settings()
    )

    assert code == 17
    assert told.startswith("No step is called tag; there are ingest_interactions, ")


# Texts without Spark


def test_lines_of_standard_input_are_masked(verbatim, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("call 06 12 34 56 78\n\nplain\n"))

    assert verbatim("mask") == (0, "call <PHONE>\n\nplain\n", "")


LABELLED = '{"text": "call 06 12 34 56 78", "spans": [{"kind": "PHONE", "start": 5, "end": 19}]}\n'


@pytest.mark.parametrize("packed", [False, True])
def test_masking_is_scored_by_kind(verbatim, tmp_path, packed):
    file = tmp_path / ("gold.jsonl.gz" if packed else "gold.jsonl")
    file.write_bytes(gzip.compress(LABELLED.encode()) if packed else LABELLED.encode())

    code, shown, _ = verbatim("mask", "--check", file, "--json")

    assert code == 0
    [phone] = [entry for entry in json.loads(shown) if entry["kind"] == "PHONE"]
    assert phone == {
        "kind": "PHONE",
        "labelled": 1,
        "found": 1,
        "recall": 1.0,
        "masked": 1,
        "right": 1,
        "precision": 1.0,
        "missed": [],
        "spurious": [],
    }


def test_scores_are_shown_as_a_table_with_what_was_missed(verbatim, tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_text(LABELLED.replace("06 12 34 56 78", "my[/]own[]phone!"))

    code, shown, _ = verbatim("mask", "--check", file)

    assert code == 0
    assert "PHONE missed: " in shown


def test_a_missing_file_of_labels_ends_with_12(verbatim, tmp_path):
    code, _, told = verbatim("mask", "--check", tmp_path / "none.jsonl")

    assert (code, told) == (12, f"There is no file {tmp_path / 'none.jsonl'}.\n")


def test_a_label_that_cannot_be_read_ends_with_12_and_its_line(verbatim, tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_text(LABELLED + "{oops\n")

    code, _, told = verbatim("mask", "--check", file)

    assert code == 12
    assert told.startswith(f"{file} cannot be scored: gold.jsonl line 2: ")


@pytest.mark.parametrize("packed", [False, True])
def test_lines_are_tagged_in_their_order(verbatim, tmp_path, packed):
    lines = [
        {"id": "a", "text": "my bill is wrong, you charged me twice", "language": "en"},
        {"id": "b", "text": "ma facture est fausse, je suis furieux"},
        {"id": "c", "text": "das ist falsch", "language": "de"},
    ]
    given = "\n".join(map(json.dumps, lines)).encode()
    source = tmp_path / ("in.jsonl.gz" if packed else "in.jsonl")
    source.write_bytes(gzip.compress(given) if packed else given)
    target = tmp_path / "out.jsonl"

    code, _, told = verbatim("tag", "--input", source, "--output", target)

    assert code == 0
    assert f"3 lines tagged into {target}" in told
    tagged = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [(t["id"], t["language"], bool(t["tags"])) for t in tagged] == [
        ("a", "en", True),
        ("b", "fr", True),
        ("c", "de", False),
    ]
    assert [t["label"] for t in tagged[0]["tags"] if t["is_primary"]] == ["billing"]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        [source.name, "out.jsonl"]
    )


def test_a_missing_file_of_texts_ends_with_12(verbatim, tmp_path):
    source, target = tmp_path / "none.jsonl", tmp_path / "out.jsonl"

    code, _, told = verbatim("tag", "--input", source, "--output", target)

    assert (code, told) == (12, f"There is no file {source}.\n")
    assert not target.exists()


def test_a_missing_folder_for_tags_ends_with_12(verbatim, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text("")

    code, _, told = verbatim("tag", "--input", source, "--output", tmp_path / "x/out")

    assert (code, told) == (12, f"There is no folder {tmp_path / 'x'} to write into.\n")
