import json

import pytest

import nlp
from nlp.jsonl import tag_lines


def tagged(*lines: bytes) -> list[dict]:
    return [json.loads(line) for line in tag_lines(lines)]


def test_a_line_in_is_a_line_out():
    text = "Où est mon colis ?"
    [result] = tagged(json.dumps({"id": "a", "text": text, "channel": "chat"}).encode())

    assert (result["id"], result["language"]) == ("a", "fr")
    assert result["tagger_version"] == nlp.tagger_version
    first = result["tags"][0]
    assert set(first) == {"family", "label", "score", "is_primary", "evidence"}
    assert (first["label"], first["is_primary"]) == ("delivery", True)
    assert "colis" in next(text[s:e] for s, e in first["evidence"])


def test_the_language_given_is_kept_and_a_country_dropped():
    [result] = tagged(b'{"id": 1, "text": "ok", "language": "fr-BE"}')

    assert result["language"] == "fr"
    assert result["tags"]


def test_a_bad_line_names_itself_and_spares_its_neighbours():
    results = tagged(
        b"{oops",
        b"",
        b'{"id": "b", "text": 3}',
        b'{"text": "no id"}',
        b"[1]",
        b'{"id": "c", "text": "hello"}',
        b'{"id": "d", "text": "\xff"}',
    )

    assert [(r["id"], r.get("error")) for r in results] == [
        (
            None,
            "line 1: not JSON: Expecting property name enclosed in double quotes at character 2",
        ),
        ("b", "line 3: $.text: expected str, got int"),
        (None, "line 4: $.id: expected str or int"),
        (None, "line 5: expected an object, got list"),
        ("c", None),
        (None, "line 7: not UTF-8: invalid start byte at byte 21"),
    ]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (rb'{"id": "\ud83d", "text": "ok"}', "$.id: half of a surrogate pair"),
        (
            rb'{"id": 1, "text": "ok", "language": "f\udc00"}',
            "$.language: half of a surrogate pair",
        ),
        (
            b'{"id": ' + b"9" * 5_000 + b', "text": "ok"}',
            "not an entry: a number of thousands of digits",
        ),
    ],
    ids=["id", "language", "number"],
)
def test_what_could_not_be_written_again_is_an_error_of_its_line(line, error):
    [result, neighbour] = tagged(line, b'{"id": "c", "text": "hello"}')

    assert result["error"] == f"line 1: {error}"
    assert "error" not in neighbour


def test_another_language_keeps_its_line_without_tags():
    [result] = tagged('{"id": "x", "text": "Ich möchte kündigen, bitte"}'.encode())

    assert (result["language"], result["tags"]) == ("de", [])
