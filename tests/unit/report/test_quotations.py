import pytest

from report.quotations import LONGEST, excerpt, quotations


def shown(pieces):
    return "".join(f"[{text}]" if is_evidence else text for text, is_evidence in pieces)


def test_the_evidence_is_marked_by_code_points():
    assert shown(excerpt("Été : ma facture est fausse", [(6, 16)])) == (
        "Été : [ma facture] est fausse"
    )


def test_evidence_that_overlaps_or_touches_is_marked_once():
    spans = [(3, 10), (8, 17), (18, 20)]

    assert shown(excerpt("je trouve facture ma fausse", spans)) == (
        "je [trouve facture ma] fausse"
    )


def test_single_small_words_are_not_marked():
    assert shown(excerpt("a bill of mine", [(7, 9)])) == "a bill of mine"


def test_a_long_text_is_cut_at_words_around_its_first_evidence():
    text = "mot " * 100 + "facture" + " fin" * 100

    quoted = shown(excerpt(text, [(400, 407)]))

    assert quoted.startswith("… mot ")
    assert quoted.endswith("fin …")
    assert "[facture]" in quoted
    assert len(quoted) <= LONGEST + 6


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("a" * 400, (0, 400)),
        ("non " + "o" * 400, (4, 404)),
        ("o" * 400 + "!!", (390, 400)),
    ],
)
def test_a_text_without_spaces_to_cut_at_shows_its_evidence_all_the_same(
    text, evidence
):
    pieces = excerpt(text, [evidence])

    assert any(is_evidence for _, is_evidence in pieces)
    assert LONGEST - 5 <= len("".join(words for words, _ in pieces)) <= LONGEST + 6


def test_a_span_beyond_the_text_is_no_evidence():
    assert shown(excerpt("short text", [(6, 99)])) == "short text"


def test_three_quotations_of_different_contacts_no_two_alike():
    def row(contact, text):
        return {"contact_id": contact, "text": text, "language": "fr", "evidence": []}

    rows = [row("1", "un"), row("1", "deux"), row("2", "un"), row("3", "trois")]

    assert [q["contact_id"] for q in quotations(rows)] == ["1", "3"]
