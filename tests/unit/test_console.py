"""Tables for a terminal: side by side where that can be read, else a list for each row."""

import pytest

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
