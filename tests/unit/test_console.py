"""Tables for a terminal: side by side where that can be read, else a list for each row."""

import pytest
from rich.text import Text

from jobs import console


@pytest.fixture
def printed(monkeypatch, capsys):
    """Prints a table on 40 characters; gives its lines."""
    monkeypatch.setattr(console.out, "_width", 40)

    def lines(*arguments, **more):
        console.table(*arguments, **more)
        return [line.rstrip() for line in capsys.readouterr().out.splitlines()]

    return lines


def test_columns_stand_side_by_side_and_numbers_to_the_right(printed):
    assert printed(["channel", "contacts"], [("call", 1200), ("chat", None)]) == [
        "channel contacts",
        "call       1 200",
        "chat",
    ]


def test_one_long_column_is_folded_beside_the_others(printed):
    told = printed(["id", "text"], [(1, "word " * 12)])

    assert told[0] == "id text"
    assert len(told) == 3


def test_more_columns_than_have_room_become_a_list_for_each_row(printed):
    columns = [f"column_{n}" for n in range(5)]

    assert printed(columns, [tuple("abcde"), (1000, None, 2, True, "e")]) == [
        "column_0  a",
        "column_1  b",
        "column_2  c",
        "column_3  d",
        "column_4  e",
        "",
        "column_0  1 000",
        "column_1",
        "column_2  2",
        "column_3  yes",
        "column_4  e",
        "",
    ]


def test_a_key_to_be_copied_is_not_folded(printed):
    key = "9f" * 12
    columns = ["handle_key", "seen", "customer_id"]

    assert printed(columns, [(key, "in March", "c-0012345")]) == [
        f"handle_key   {key}",
        "seen         in March",
        "customer_id  c-0012345",
        "",
    ]


def test_part_of_an_id_is_no_emoji(printed):
    assert printed(["id"], [("host:x:12",)]) == ["id", "host:x:12"]


def test_names_broken_for_a_table_are_whole_in_a_list(printed):
    columns = ["un-\nchanged", *(f"column_{n}" for n in range(4))]

    assert printed(columns, [tuple("abcde")])[0] == "unchanged  a"


ESCAPE = "\x1b]0;renamed\x07\x1b[2J\x9b1m"


def test_control_characters_of_others_reach_no_terminal(printed, capsys):
    underlined = Text(f"a{ESCAPE}b")
    underlined.stylize("underline", len(underlined) - 1)
    shown = printed(["excerpt", "n"], [(f"a{ESCAPE}b\n\tc", 1)])
    shown += printed([f"column_{n}" for n in range(5)], [(ESCAPE, *"bcde")])
    console.out.print(f"said {ESCAPE}")
    console.out.print(underlined)
    console.err.print(ESCAPE)
    told = capsys.readouterr()

    written = "".join(shown) + told.out + told.err
    assert not set(written) & set(map(chr, console.CONTROL))
    assert [span.start for span in underlined.spans] == [len(underlined) - 1]
