"""Identifiers pass the checks that real ones pass."""

from itertools import pairwise

import pytest
from stdnum import iban, luhn
from stdnum.fr import nir

from demo import clock, identifiers
from demo.texts.numbers import amount_in_words, number_in_words, phone_in_words
from demo.world import a_world, after_open_hours, is_open, next_opening
from tests.unit.demo.conftest import START

WORLD = a_world(seed=1, start=START, days=7, customers=1, interactions_per_day=None)


def test_cards_ibans_and_social_security_numbers_have_right_check_digits():
    rng = WORLD.rng("check digits")
    for _ in range(200):
        assert luhn.is_valid(identifiers.card(rng))
        assert iban.is_valid(identifiers.iban(rng))
        assert nir.is_valid(identifiers.nir(rng, 1985))


def test_mobile_numbers_are_all_different():
    assert len({identifiers.mobile(n) for n in range(50_000)}) == 50_000


def test_a_number_is_grouped_as_it_is_written():
    assert identifiers.national("+33612345678") == "06 12 34 56 78"
    assert identifiers.grouped("185057512345678", 1, 2, 2, 2, 3, 3, 2) == (
        "1 85 05 75 123 456 78"
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zéro"),
        (21, "vingt et un"),
        (71, "soixante et onze"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (99, "quatre-vingt-dix-neuf"),
        (342, "trois cent quarante-deux"),
    ],
)
def test_numbers_are_said_as_the_french_say_them(number, words):
    assert number_in_words(number, "fr") == words


def test_phones_and_amounts_are_read_out():
    assert phone_in_words("+33612345607", "fr") == (
        "zéro six douze trente-quatre cinquante-six zéro sept"
    )
    assert amount_in_words(49.99, "fr") == ("quarante-neuf euros quatre-vingt-dix-neuf")
    assert amount_in_words(24.9, "en") == "twenty four euros and ninety cents"


def test_opening_hours_follow_the_clocks_of_paris():
    # Sunday 29 March 2026, when clocks go forward; Monday's opening is 06:00 UTC then.
    sunday = clock.midnight(START) + 41 * clock.DAY
    assert not is_open(sunday + 12 * clock.HOUR)
    assert clock.iso(next_opening(sunday)) == "2026-03-30T06:00:00Z"
    assert clock.iso(after_open_hours(sunday, 2 * clock.HOUR)) == "2026-03-30T08:00:00Z"


def test_local_time_and_back():
    day = clock.midnight(START)
    instants = [clock.from_local(day, second) for second in range(0, 86400, 1800)]
    assert all(after - before == 1800 for before, after in pairwise(instants))
    assert clock.local(instants[19]) == (0, 9, 34200)
