"""The score of masking, and what the gold sets promise."""

import gzip
import json
from pathlib import Path

import pytest

from jobs.masking.check import LabelError, check, score

GOLD = Path(__file__).parents[2] / "gold"
STRUCTURED = {
    "EMAIL",
    "PHONE",
    "CARD",
    "IBAN",
    "NIR",
    "BIRTH_DATE",
    "SECRET",
    "ADDRESS",
}


def of_kind(scores, kind):
    return next(score for score in scores if score.kind == kind)


def test_a_span_is_found_when_nine_tenths_of_it_are_masked():
    text = "tel 06 12 34 56 78 merci"
    phone = of_kind(
        score([{"text": text, "spans": [{"kind": "PHONE", "start": 4, "end": 18}]}]),
        "PHONE",
    )
    assert (phone.support, phone.found, phone.recall, phone.precision) == (
        1,
        1,
        1.0,
        1.0,
    )


def test_what_is_missed_and_what_is_spurious_are_shown_in_their_place():
    lines = [
        {"text": "le 3900", "spans": [{"kind": "PHONE", "start": 3, "end": 7}]},
        {"text": "au 06 12 34 56 78", "spans": []},
    ]
    phone = of_kind(score(lines), "PHONE")
    assert (phone.recall, phone.leaked, phone.precision) == (0.0, 1, 0.0)
    assert (phone.missed, phone.spurious) == (("le [3900]",), ("au [06 12 34 56 78]",))


def test_names_a_line_declares_are_given_to_masking():
    line = {
        "text": "vu avec Zorglub",
        "names": ["Zorglub"],
        "spans": [{"kind": "NAME", "start": 8, "end": 15}],
    }
    assert of_kind(score([line]), "NAME").recall == 1.0


def test_presidio_lines_are_read_and_what_we_do_not_promise_is_out_of_scope():
    line = {
        "full_text": "Mrs Weller, a@b.org",
        "spans": [
            {"entity_type": "PERSON", "start_position": 4, "end_position": 10},
            {"entity_type": "EMAIL_ADDRESS", "start_position": 12, "end_position": 19},
        ],
    }
    scores = score([line])
    assert of_kind(scores, "EMAIL").recall == 1.0
    assert of_kind(scores, "NAME").precision is None
    person = of_kind(scores, "PERSON")
    assert (person.is_promised, person.support) == (False, 1)


def test_a_compressed_file_is_read_like_a_plain_one(tmp_path):
    line = json.dumps(
        {"text": "a@b.fr", "spans": [{"kind": "EMAIL", "start": 0, "end": 6}]}
    )
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_text(line + "\n", encoding="utf-8")
    packed.write_bytes(gzip.compress(line.encode()))
    assert check(plain) == check(packed)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[1]",
        "\udcff",
        '{"text": "x"}',
        '{"text": "x", "spans": null}',
        '{"text": "x", "spans": [3]}',
        '{"text": "a@b.fr", "spans": [{"kind": "EMAIL", "start": 0, "end": 7}]}',
        '{"text": "a@b.fr", "spans": [{"kind": "EMAIL", "start": "0", "end": 6}]}',
    ],
)
def test_a_broken_line_is_named(tmp_path, line):
    path = tmp_path / "gold.jsonl"
    path.write_text(f'{{"text": "", "spans": []}}\n{line}\n', errors="surrogateescape")
    with pytest.raises(LabelError, match=r"gold\.jsonl line 2"):
        check(path)


def test_an_unknown_kind_is_named_with_those_there_are():
    with pytest.raises(LabelError, match="unknown kind PHON; the kinds are EMAIL"):
        score([{"text": "x", "spans": [{"kind": "PHON", "start": 0, "end": 1}]}])


def gold(language):
    return [
        json.loads(line)
        for path in sorted(GOLD.glob(f"masking_{language}_*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_gold_sets_hold_what_is_promised(language):
    scores = [item for item in score(gold(language)) if item.kind in STRUCTURED]
    support = sum(item.support for item in scores)
    found = sum(item.found for item in scores)
    assert found >= 0.98 * support, [item.missed for item in scores]
    masked = sum(item.masked for item in scores)
    right = sum(item.right for item in scores)
    assert right >= 0.95 * masked, [item.spurious for item in scores]


def test_the_french_gold_sets_are_large_enough_to_say_so():
    lines = gold("fr")
    assert sum(bool(line["spans"]) for line in lines) >= 150
    assert sum(not line["spans"] for line in lines) >= 150
