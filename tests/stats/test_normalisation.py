import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

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


# ---------------------------------------------------------------- weights

LEVEL, CHANGE = [82, 40, 55, 71, 90], [-2, 8, -3, 4, -2]

parts = st.lists(st.tuples(st.floats(-100, 100), st.floats(0.01, 10)), min_size=1, max_size=6).map(
    lambda pairs: [list(each) for each in zip(*pairs, strict=True)]
)


def solved(values, declared, box):
    """The same range by a general solver."""
    w = np.array(declared) / sum(declared)
    bounds = [(each * (1 - box), each * (1 + box)) for each in w]
    ends = [
        sign
        * linprog(sign * np.array(values), A_eq=[np.ones(len(w))], b_eq=[1], bounds=bounds).fun
        for sign in (1, -1)
    ]
    return tuple(ends)


def test_f19_check_13_the_published_ranges():
    assert normalisation.weighted_interval(LEVEL, [1] * 5) == pytest.approx(
        (59.9, 75.3)
    )  # row 13, F19
    assert normalisation.weighted_interval(CHANGE, [1] * 5) == pytest.approx((-0.7, 2.7))
    assert normalisation.weighted_interval(CHANGE, [1] * 5, box=0.25) == pytest.approx(
        (0.15, 1.85)
    )


@given(parts, st.floats(0, 1))
def test_the_range_is_that_of_a_linear_programme(case, box):
    values, declared = case
    assert normalisation.weighted_interval(values, declared, box) == pytest.approx(
        solved(values, declared, box), abs=1e-6
    )


@given(parts, st.floats(0, 1), st.randoms())
def test_parts_may_change_places_and_weights_be_multiplied(case, box, chance):
    pairs = list(zip(*case, strict=True))
    chance.shuffle(pairs)
    values, declared = map(list, zip(*pairs, strict=True))
    found = normalisation.weighted_interval(values, np.multiply(declared, 3), box)
    assert found == pytest.approx(normalisation.weighted_interval(*case, box), abs=1e-9)
    mean = np.average(values, weights=declared)
    assert found[0] - 1e-9 <= mean <= found[1] + 1e-9


def test_no_box_is_the_mean_itself_and_a_weight_of_0_stays_out():
    assert normalisation.weighted_interval(LEVEL, [1] * 5, box=0) == pytest.approx((67.6, 67.6))
    assert normalisation.weighted_interval([10, 20, 900], [1, 1, 0]) == pytest.approx((12.5, 17.5))


def test_a_sign_holds_only_where_the_whole_range_lies_on_one_side():
    low, high = normalisation.weighted_interval(CHANGE, [1] * 5)
    assert low < 0 < high
    assert normalisation.weighted_interval(CHANGE, [1] * 5, 0.25)[0] > 0
    assert normalisation.weighted_interval([-x for x in CHANGE], [1] * 5, 0.25)[1] < 0
    assert normalisation.weighted_interval([0, 0], [1, 1]) == (0, 0)


@pytest.mark.parametrize(
    ("declared", "box", "message"),
    [([1], 0.5, "in shape"), ([1, -1], 0.5, "0 or more"), ([0, 0], 0.5, "not all 0"),
     ([1, 1], 1.5, "between 0 and 1"), ([1, 1], -0.1, "between 0 and 1")],
)  # fmt: skip
def test_weights_that_cannot_be_are_refused(declared, box, message):
    with pytest.raises(ValueError, match=message):
        normalisation.weighted_interval([1, 2], declared, box)


def exact(changes):
    """The share of all weights with a change above 0; positive changes must differ."""
    n = len(changes)
    return sum(
        d ** (n - 1) / math.prod(d - other for place, other in enumerate(changes) if place != i)
        for i, d in enumerate(changes)
        if d > 0
    )


def test_the_published_share_of_weights():
    assert normalisation.share_above(CHANGE) == pytest.approx(0.677, abs=0.005)
    assert exact(CHANGE) == pytest.approx(0.67695, abs=1e-5)


@pytest.mark.parametrize("changes", [[1, -1], [3, -1, -2], [5, 2, -1, -9], [1, 2, -4, -4, -4]])
def test_the_drawn_share_is_that_of_the_formula(changes):
    assert normalisation.share_above(changes) == pytest.approx(exact(changes), abs=0.006)


def test_the_same_seed_gives_the_same_share_and_sure_cases_are_sure():
    assert normalisation.share_above(CHANGE, 3) == normalisation.share_above(CHANGE, 3)
    assert normalisation.share_above([1, 2]) == 1 and normalisation.share_above([-1, 0]) == 0
