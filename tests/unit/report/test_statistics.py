from math import isclose

import pytest

from report.statistics import (
    Usual,
    discoveries,
    dispersion,
    p_value,
    p_value_of_two_shares,
    usual_count,
    usual_share,
    wilson,
)


def test_the_wilson_interval_is_that_of_the_books():
    # Newcombe (1998), table I: 81 of 263.
    low, high = wilson(81, 263)

    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_a_share_of_nothing_has_no_interval():
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("part", "whole"), [(0, 20), (20, 20)])
def test_an_interval_stays_within_none_and_all(part, whole):
    low, high = wilson(part, whole)

    assert 0 <= low < high <= 1


def test_one_week_makes_no_usual():
    assert usual_count([100]) is None
    assert usual_share([(1, 2)], 10) is None


def test_two_weeks_do():
    assert usual_count([100, 100]).weeks == 2
    assert usual_share([(1, 2), (1, 2), (0, 0)], 10).weeks == 2


def test_a_week_without_answers_has_no_usual_share():
    assert usual_share([(1, 2), (1, 2)], 0) is None


@pytest.mark.parametrize(
    ("earlier", "spread"),
    [
        # What was seen: (1.4826 x 1.495 x 4)^2 of 1.11 weeks; expected of any count:
        # 100 + (0.03 x 100)^2 of 8; and 1.449 for the median of three.
        ([96, 100, 104], 12.3521),
        # Of more than eight weeks what is known of eight counts, but for their number.
        ([100] * 9, 9.4813),
    ],
)
def test_the_spread_of_a_count_by_hand(earlier, spread):
    assert isclose(usual_count(earlier).spread, spread, abs_tol=1e-4)


@pytest.mark.parametrize(
    ("earlier", "whole", "spread"),
    [
        # Sampling alone: 0.4 x 0.6 x (1 / 50 + 0.168 / 100).
        ([(40, 100)] * 8, 50, 0.07213),
        # As little as sampling explains: the same.
        ([(39, 100), (41, 100)] * 4, 50, 0.07213),
        # Seen beyond it: (1.4826 x 1.363 x 0.2)^2 - 0.24 / 100, of 1.48 weeks in 9.48.
        ([(20, 100), (60, 100)] * 2, 100, 0.18902),
    ],
)
def test_the_spread_of_a_share_by_hand(earlier, whole, spread):
    assert isclose(usual_share(earlier, whole).spread, spread, abs_tol=1e-5)


def test_the_usual_is_the_median_so_that_one_bad_week_does_not_move_it():
    assert usual_count([100, 104, 96, 100, 900]).centre == 100


def test_weeks_that_happened_to_agree_prove_no_calm():
    usual = usual_count([100, 100, 100, 100, 100, 100, 100, 100])

    assert usual.spread > 8


def test_a_share_of_few_answers_is_expected_to_jump():
    weeks = [(40, 100)] * 8

    assert usual_share(weeks, 20).spread > 2 * usual_share(weeks, 200).spread


def test_a_share_that_never_was_is_no_certainty():
    assert usual_share([(0, 50)] * 8, 50).spread > 0


def test_counts_like_poisson_have_no_excess_and_runs_have():
    calm = [[95, 105, 100, 99, 101, 100]] * 10
    wild = [[50, 150, 100, 40, 160, 100]] * 10

    assert dispersion(calm) == 1.0
    assert dispersion(wild) > 5


def test_cells_too_small_to_tell_say_nothing_of_the_excess():
    assert dispersion([[0, 4, 0, 4]]) == 1.0


def test_the_p_value_of_the_edge_of_the_range_is_one_in_twenty():
    usual = Usual(centre=100, spread=10, weeks=8)

    assert isclose(p_value(usual.high, usual), 0.05, abs_tol=1e-4)


@pytest.mark.parametrize(
    ("one", "other", "p_value"),
    [
        # Their intervals overlap (.51 to .60, .59 to .75), and chance did not do it.
        ((259, 469), (90, 133), 0.0102),
        ((50, 100), (50, 100), 1.0),
        ((0, 40), (0, 50), 1.0),
    ],
)
def test_the_p_value_of_two_shares_by_hand(one, other, p_value):
    assert isclose(p_value_of_two_shares(one, other), p_value, abs_tol=1e-4)
    assert p_value_of_two_shares(one, other) == p_value_of_two_shares(other, one)


def test_a_share_of_nothing_is_compared_with_none():
    assert p_value_of_two_shares((0, 0), (1, 2)) is None


def test_one_small_p_value_among_many_is_no_discovery():
    p_values = {f"cell {n}": 0.5 for n in range(19)} | {"odd": 0.01}

    assert discoveries(p_values, dict.fromkeys(p_values, 1 / 20), rate=0.05) == set()


def test_discoveries_help_each_other():
    p_values = {"a": 0.001, "b": 0.02, "c": 0.03, "d": 0.6}

    found = discoveries(p_values, dict.fromkeys(p_values, 1 / 4), rate=0.05)

    assert found == {"a", "b", "c"}


def test_a_cell_with_more_of_the_budget_needs_less_evidence():
    p_values = {"large": 0.03, "small": 0.03}

    assert discoveries(p_values, {"large": 0.9, "small": 0.1}, rate=0.05) == {"large"}
