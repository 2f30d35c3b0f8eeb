"""National insurance numbers of other countries than France."""

import pytest

from jobs.masking import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my national insurance number is QQ 98 76 54 B", "my national insurance number is <NIR>"),
        ("NI no: AB987654C, thanks", "NI no: <NIR>, thanks"),
        ("it's JK 98 76 54 B on the letter", "it's <NIR> on the letter"),
        ("PPS number 9876543TA", "PPS number <NIR>"),
        ("my SSN is 212-09-4836", "my SSN is <NIR>"),
        ("212-09-4836 please", "<NIR> please"),
        ("social security number 212094836", "social security number <NIR>"),
        ("my social is two one two oh nine four eight three six ok", "my social is <NIR> ok"),
        ("SIN: 130 692 544", "SIN: <NIR>"),
        ("mon NAS est 130 692 544", "mon NAS est <NIR>"),
        ("numéro AVS 756.9217.0769.85", "numéro AVS <NIR>"),
        ("le 756.9217.0769.85 figure dessus", "le <NIR> figure dessus"),
        ("registre national 93.05.18-223.61", "registre national <NIR>"),
        ("c'est 93.05.18-223.61", "c'est <NIR>"),
        ("n° national 930518 223 61", "n° national <NIR>"),
        ("NISS 93051822361", "NISS <NIR>"),
        (
            "registre national nonante-trois zéro cinq dix-huit deux cent vingt-trois soixante et un",
            "registre national <NIR>",
        ),
        (
            "AVS sept cinq six neuf deux un sept zéro sept six neuf huit cinq merci",
            "AVS <NIR> merci",
        ),
        (
            "my national insurance is j k nine eight seven six five four b",
            "my national insurance is <NIR>",
        ),
        # The key may be mistyped: the grouping is nobody else's.
        ("2 84 06 2A 004 123 64 ma sécu", "<NIR> ma sécu"),
    ],
)  # fmt: skip
def test_a_number_is_masked_by_its_name_or_by_a_shape_of_its_own(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "policy number 212-09-4836",
        "order AB987654C",
        "the last four of my social 4836",
        "capital social 130692544",
        "réf 756.9217.0769.86",
        "ni l'un ni l'autre, 130692544",
        "my nas died, order AB 12 34 56",
        "numéro national de suivi AB123456C",
        "assurance sociale, dossier CD123456",
        "national insurance, six weeks late, one two three four five six times",
    ],
)
def test_a_number_with_another_name_stays(text):
    assert mask(text) == text
