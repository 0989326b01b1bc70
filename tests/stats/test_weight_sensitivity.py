"""What an index owes to its weights, against a solver, a formula and published values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from ccwork.stats import weight_sensitivity

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
    assert weight_sensitivity.weighted_interval(LEVEL, [1] * 5) == pytest.approx(
        (59.9, 75.3)
    )  # row 13, F19
    assert weight_sensitivity.weighted_interval(CHANGE, [1] * 5) == pytest.approx((-0.7, 2.7))
    assert weight_sensitivity.weighted_interval(CHANGE, [1] * 5, box=0.25) == pytest.approx(
        (0.15, 1.85)
    )


@given(parts, st.floats(0, 1))
def test_the_range_is_that_of_a_linear_programme(case, box):
    values, declared = case
    assert weight_sensitivity.weighted_interval(values, declared, box) == pytest.approx(
        solved(values, declared, box), abs=1e-6
    )


@given(parts, st.floats(0, 1), st.randoms())
def test_parts_may_change_places_and_weights_be_multiplied(case, box, chance):
    pairs = list(zip(*case, strict=True))
    chance.shuffle(pairs)
    values, declared = map(list, zip(*pairs, strict=True))
    found = weight_sensitivity.weighted_interval(values, np.multiply(declared, 3), box)
    assert found == pytest.approx(weight_sensitivity.weighted_interval(*case, box), abs=1e-9)
    mean = np.average(values, weights=declared)
    assert found[0] - 1e-9 <= mean <= found[1] + 1e-9


def test_no_box_is_the_mean_itself_and_a_weight_of_0_stays_out():
    assert weight_sensitivity.weighted_interval(LEVEL, [1] * 5, box=0) == pytest.approx(
        (67.6, 67.6)
    )
    assert weight_sensitivity.weighted_interval([10, 20, 900], [1, 1, 0]) == pytest.approx(
        (12.5, 17.5)
    )


def test_a_sign_holds_only_where_the_whole_range_lies_on_one_side():
    low, high = weight_sensitivity.weighted_interval(CHANGE, [1] * 5)
    assert low < 0 < high
    assert weight_sensitivity.weighted_interval(CHANGE, [1] * 5, 0.25)[0] > 0
    assert weight_sensitivity.weighted_interval([-x for x in CHANGE], [1] * 5, 0.25)[1] < 0
    assert weight_sensitivity.weighted_interval([0, 0], [1, 1]) == (0, 0)


@pytest.mark.parametrize(
    ("declared", "box", "message"),
    [([1], 0.5, "in shape"), ([1, -1], 0.5, "0 or more"), ([0, 0], 0.5, "not all 0"),
     ([1, 1], 1.5, "between 0 and 1"), ([1, 1], -0.1, "between 0 and 1")],
)  # fmt: skip
def test_weights_that_cannot_be_are_refused(declared, box, message):
    with pytest.raises(ValueError, match=message):
        weight_sensitivity.weighted_interval([1, 2], declared, box)


def exact(changes):
    """The share of all weights with a change above 0; positive changes must differ."""
    n = len(changes)
    return sum(
        d ** (n - 1) / math.prod(d - other for place, other in enumerate(changes) if place != i)
        for i, d in enumerate(changes)
        if d > 0
    )


def test_the_published_share_of_weights():
    assert weight_sensitivity.share_above(CHANGE) == pytest.approx(0.677, abs=0.005)
    assert exact(CHANGE) == pytest.approx(0.67695, abs=1e-5)


@pytest.mark.parametrize("changes", [[1, -1], [3, -1, -2], [5, 2, -1, -9], [1, 2, -4, -4, -4]])
def test_the_drawn_share_is_that_of_the_formula(changes):
    assert weight_sensitivity.share_above(changes) == pytest.approx(exact(changes), abs=0.006)


def test_the_same_seed_gives_the_same_share_and_sure_cases_are_sure():
    assert weight_sensitivity.share_above(CHANGE, 3) == weight_sensitivity.share_above(CHANGE, 3)
    assert (
        weight_sensitivity.share_above([1, 2]) == 1
        and weight_sensitivity.share_above([-1, 0]) == 0
    )
