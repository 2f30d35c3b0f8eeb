"""What people give away in the course of a talk: accounts, codes, births, e-mails, names."""

import pytest

from jobs.masking import mask

UNCHANGED = None


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("FR76 puis 1622 2242 puis 0372 1722 0228 169", "<IBAN>"),
        ("FR76 1622 oui 2242 0372 oui 1722 0228 169", "<IBAN>"),
        (
            "f r soixante-seize seize vingt-deux vingt-deux quarante-deux zéro trois"
            " soixante-douze dix-sept vingt-deux zéro deux vingt-huit cent soixante-neuf",
            "<IBAN>",
        ),
        (
            "G B eight two W E S T one two three four five six nine eight seven six five"
            " four three two",
            "<IBAN>",
        ),
        (
            "code banque : 16222, code guichet : 24203, compte n° 72172202281, clé RIB 69",
            "code banque : <IBAN>",
        ),
        ("le fr 12 puis le de 25 en rayon", UNCHANGED),
    ],
)  # fmt: skip
def test_an_account_is_put_together_from_its_pieces(text, masked):
    assert mask(text) == (masked or text)
