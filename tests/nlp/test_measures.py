import numpy as np
import pytest

from nlp.measures import calibration_error, kappa, scores


def test_the_mean_is_of_the_labels_that_hold_somewhere():
    truth = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]], dtype=bool)
    said = np.array([[1, 0, 0], [0, 1, 1], [0, 1, 0], [0, 1, 0]], dtype=bool)

    mean, [a, b, c] = scores(truth, said, ["a", "b", "c"])

    assert (a.precision, a.recall, a.f1) == (1.0, 0.5, pytest.approx(2 / 3))
    assert (b.precision, b.recall, b.f1) == (pytest.approx(2 / 3), 1.0, 0.8)
    assert (c.examples, c.said, c.f1) == (0, 1, 0.0)
    assert mean.f1 == pytest.approx((2 / 3 + 0.8) / 2)
    assert mean.low < mean.f1 < mean.high


def test_scores_as_sure_as_they_are_right_have_no_calibration_error():
    score = np.array([0.25] * 4 + [0.75] * 4)
    held = np.array([1, 0, 0, 0, 1, 1, 1, 0], dtype=bool)

    assert calibration_error(score, held) == 0
    assert calibration_error(score, ~held) == pytest.approx(0.5)


def test_kappa_is_agreement_beyond_chance():
    assert kappa(["a", "b", "a", "b"], ["a", "b", "a", "b"]) == 1
    assert kappa(["a", "a", "b", "b"], ["a", "b", "a", "b"]) == 0
    assert kappa(["a", "a"], ["a", "a"]) == 1
