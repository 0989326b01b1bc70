import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.stats import normalisation

number = st.floats(-1e6, 1e6)
anchors = st.tuples(number, number).filter(lambda pair: pair[0] != pair[1])
score = st.floats(0, 100)
nan = math.nan


# Values known beforehand


@pytest.mark.parametrize(
    ("x", "worst", "best", "expected"),
    [
        pytest.param(12, 30, 5, 72.0, id="f01_check_1_days"),
        pytest.param(0.72, 0.40, 0.95, 58.181818181818, id="f01_check_1_share"),
        pytest.param(3, 30, 5, 100.0, id="beyond_the_best_anchor"),
        pytest.param(40, 30, 5, 0.0, id="beyond_the_worst_anchor"),
        pytest.param(math.inf, 30, 5, 0.0, id="never"),
    ],
)
def test_f01_linear_points(x, worst, best, expected):
    assert normalisation.linear(x, worst, best) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("mean", "levels", "expected"), [(3.9, 5, 72.5), (1, 5, 0), (5, 5, 100), (4, 7, 50)]
)
def test_f03_likert_points(mean, levels, expected):
    assert normalisation.likert(mean, levels) == pytest.approx(expected, rel=1e-9)


def test_f03_the_end_of_an_interval_stops_at_the_end_of_the_scale():
    assert normalisation.likert([0.8, 5.2], 5).tolist() == [0, 100]


def test_f12_progress_is_not_clipped():
    assert normalisation.way_covered(30, 35, 10) == -25
    assert normalisation.way_covered(30, 5, 10) == 125
    assert math.isnan(normalisation.way_covered(10, 10, 10))


def test_f13_bounds_of_84_yes_of_120_answers_of_400():
    assert normalisation.bounds(84, 120, 400) == pytest.approx((0.21, 0.91))
    assert normalisation.bounds(84, 120, 120) == pytest.approx((0.7, 0.7))
    assert np.isnan(normalisation.bounds(0, 0, 0)).all()


def test_f18_check_13_imbalance_of_five_kpis():
    scores = [82, 40, 55, 71, 90]
    arithmetic, geometric, loss = normalisation.imbalance(scores)
    assert arithmetic == pytest.approx(67.6, rel=1e-6)
    assert geometric == pytest.approx(64.915361, rel=1e-6)
    assert geometric == pytest.approx(statistics.geometric_mean(scores), rel=1e-12)
    assert loss == pytest.approx(67.6 - 64.915361, rel=1e-6)


def test_f18_one_zero_does_not_erase_all():
    assert normalisation.imbalance([0, 100]) == pytest.approx((50, 10, 40))
    assert normalisation.imbalance([0, 0]) == pytest.approx((0, 1, 0))


def test_f18_a_total_is_never_made_of_a_part():
    assert np.isnan(normalisation.imbalance([80, nan])).all()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: normalisation.linear(1, 5, 5), "`worst` must differ"),
        (lambda: normalisation.linear(1, nan, 5), "must be finite"),
        (lambda: normalisation.likert(1, 1), "`levels` must"),
        (lambda: normalisation.bounds(5, 4, 9), "0 <= yes"),
        (lambda: normalisation.imbalance([-1, 2]), "`scores` must"),
    ],
)
def test_the_impossible_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()


# Whatever the data


@given(anchors)
def test_the_anchors_earn_exactly_0_and_100(pair):
    worst, best = pair
    assert normalisation.linear(worst, worst, best) == 0
    assert normalisation.linear(best, worst, best) == 100
    assert normalisation.linear([worst, best], worst, best).tolist() == [0, 100]


@given(anchors, number, number)
def test_better_never_earns_less(pair, one, other):
    worst, best = pair
    nearer_worst, nearer_best = sorted([one, other], reverse=worst > best)
    low, high = normalisation.linear([nearer_worst, nearer_best], worst, best)
    assert 0 <= low <= high <= 100


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_reversing_the_direction_reverses_the_points(x, worst, best):
    if worst != best:
        there, back = normalisation.linear(x, worst, best), normalisation.linear(x, best, worst)
        assert there + back == pytest.approx(100)


@given(st.lists(score, min_size=1, max_size=8))
def test_imbalance_never_pays(scores):
    arithmetic, geometric, loss = normalisation.imbalance(scores)
    assert loss >= 0
    assert geometric >= 1 - 1e-9
    assert arithmetic == pytest.approx(statistics.fmean(scores))


@given(st.floats(1, 100), st.integers(1, 8))
def test_balance_loses_nothing(level, n):
    assert normalisation.imbalance([level] * n)[2] == pytest.approx(0, abs=1e-9)


# ---------------------------------------------------------------- forecasts


def test_f65_check_35_as_linregress_and_the_formula_give_it():
    made = normalisation.forecast([55, 57, 58.5, 61, 62, 64], 5)
    assert made[:3] == pytest.approx((72.976190, 71.127590, 74.824791), abs=1e-6)


def test_a_straight_line_goes_straight_on_without_doubt():
    assert normalisation.forecast([1, 2, 3, 4], 2)[:3] == pytest.approx((6, 6, 6))


@pytest.mark.parametrize("values, ahead", [([1, 2], 1), ([1, 2, 3], 0), ([[1, 2, 3]], 1)])
def test_what_cannot_be_carried_on_is_refused(values, ahead):
    with pytest.raises(ValueError, match="three or more"):
        normalisation.forecast(values, ahead)
