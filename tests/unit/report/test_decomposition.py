from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from report.decomposition import rate, usual_cells, volume

CELLS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.integers(0, 50), st.integers(0, 50)).map(
        lambda pair: (float(min(pair)), float(max(pair)))
    ),
)


def test_parts_of_the_volume_are_the_differences_largest_first():
    assert volume({"a": 12, "b": 5, "new": 1}, {"a": 10, "b": 9, "gone": 2}) == [
        ("b", -4),
        ("a", 2),
        ("gone", -2),
        ("new", 1),
    ]


def test_the_usual_cells_sum_to_the_usual_total():
    weeks = [{"a": 10, "b": 1}, {"a": 30, "b": 0}, {"a": 20, "b": 2}]

    usual = usual_cells(weeks, 42)

    assert usual == {"a": 40.0, "b": 2.0}


def test_a_cell_of_the_same_rate_that_grows_is_mix_alone():
    [first, second] = rate(
        {"good": (9, 10), "bad": (3, 30)}, {"good": (18, 20), "bad": (2, 20)}
    )

    assert {first.rate, second.rate} == {0.0}
    # By how far each cell lies from all together: whatever stood in its place would
    # give the same sum.
    assert (first.cell, second.cell) == ("good", "bad")
    assert isclose(first.mix, (0.25 - 0.5) * (0.9 - (0.3 + 0.5) / 2))
    assert isclose(second.mix, (0.75 - 0.5) * (0.1 - (0.3 + 0.5) / 2))
    assert isclose(first.mix + second.mix, 12 / 40 - 20 / 40)


def test_a_rate_that_falls_in_the_same_mix_is_rate_alone():
    effects = rate({"a": (5, 10), "b": (1, 10)}, {"a": (9, 10), "b": (1, 10)})

    assert [(e.cell, e.mix, round(e.rate, 9)) for e in effects] == [
        ("a", 0.0, -0.2),
        ("b", 0.0, 0.0),
    ]


@given(CELLS, CELLS)
def test_mix_and_rate_add_up_to_the_change_exactly(now, before):
    wholes = [sum(w for _, w in side.values()) for side in (now, before)]
    effects = rate(now, before)

    if min(wholes) == 0:
        assert effects == []
        return
    change = (
        sum(p for p, _ in now.values()) / wholes[0]
        - sum(p for p, _ in before.values()) / wholes[1]
    )
    assert isclose(sum(e.total for e in effects), change, abs_tol=1e-12)
