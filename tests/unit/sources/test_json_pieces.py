import msgspec
import pytest

from jobs.sources.json_pieces import (
    Piece,
    gather,
    gather_by_id,
    is_given,
    names_of,
    rejected,
    text_of,
)
from jobs.sources.records import Origin, Rejected

ORIGIN = Origin("desk", "tickets.jsonl", "byte 0")


def a_piece(content: bytes, place: str = "$.tickets") -> Piece:
    return Piece(msgspec.Raw(content), place)


def test_the_elements_of_an_array_know_their_places():
    pieces: list[Piece] = []
    assert list(gather(a_piece(b'[{"id":1},2]'), pieces, ORIGIN, "odd")) == []
    assert [(bytes(piece.raw), piece.place) for piece in pieces] == [
        (b'{"id":1}', "$.tickets[0]"),
        (b"2", "$.tickets[1]"),
    ]


def test_one_object_may_stand_where_a_list_is_expected():
    pieces: list[Piece] = []
    assert list(gather(a_piece(b'{"id":1}'), pieces, ORIGIN, "odd")) == []
    assert [piece.place for piece in pieces] == ["$.tickets"]


@pytest.mark.parametrize(
    ("content", "places"),
    [
        (b'{"7":{"id":7},"8":{"id":8},"9":null}', ["$.users.7", "$.users.8"]),
        (b'[{"7":{"id":7}}]', ["$.users[0].7"]),
        (b'{"id":7,"photo":{}}', ["$.users"]),
        (b'{"name":"x"}', ["$.users"]),
        (b"{}", ["$.users"]),
        (b'["x"]', ["$.users[0]"]),
    ],
)
def test_an_object_may_hold_its_elements_by_their_ids(content, places):
    pieces: list[Piece] = []
    assert list(gather_by_id(a_piece(content, "$.users"), pieces, ORIGIN, "odd")) == []
    assert [piece.place for piece in pieces] == places


def test_anything_else_than_a_list_is_rejected_with_its_path():
    assert list(gather(a_piece(b"5"), [], ORIGIN, "odd")) == [
        Rejected(
            "odd",
            "Expected `array`, got `int` - at `$.tickets`",
            ORIGIN.at("$.tickets"),
            "5",
        )
    ]


def test_the_path_of_a_fault_begins_at_the_document():
    fault = rejected("odd", a_piece(b"{}", "$.tickets[2]"), ORIGIN, "bad - at `$.id`")
    assert fault.message == "bad - at `$.tickets[2].id`"


def test_a_whole_document_needs_no_path():
    assert a_piece(b"{}", "$").there(ORIGIN) == ORIGIN


@pytest.mark.parametrize(
    ("content", "given"), [(b"", False), (b"null", False), (b"0", True), (b'""', True)]
)
def test_null_and_nothing_are_not_given(content, given):
    assert is_given(msgspec.Raw(content)) is given


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (7.0, "7"),
        (" a ", "a"),
        ("", None),
        (7.5, None),
        (1e17, None),
        (True, None),
        ([], None),
    ],
)
def test_an_id_is_text_and_anything_else_is_nothing(value, text):
    assert text_of(value) == text


def test_names_are_given_once():
    assert names_of("Léa", None, " ", "Léa ", "Paul") == ("Léa", "Paul")
