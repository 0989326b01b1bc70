"""A whole taken apart: parts sum to it, and whoever stands where has the same part."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from conftest import SAMPLES
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ccwork.stats import decomposition, survival

REFERENCE = SAMPLES.parent / "tests" / "reference"
"""Inputs of the published check values."""


def sums(size, low=0.0, high=100.0):
    return st.lists(st.floats(low, high), min_size=size, max_size=size)


def halves(groups=3):
    """Shares and values of groups in two periods."""
    weights = st.lists(st.integers(1, 50), min_size=groups, max_size=groups)
    pair = st.tuples(weights, weights).map(
        lambda both: [[w / sum(each) for w in each] for each in both]
    )
    return st.tuples(pair, st.tuples(sums(groups), sums(groups)))


# ---------------------------------------------------------------- within and mix


def test_f28_check_18_every_channel_improved_and_the_total_fell():
    parts = decomposition.kitagawa(
        [[0.5, 0.3, 0.2], [0.4, 0.3, 0.3]], [[80, 60, 40], [82, 66, 44]]
    )
    assert parts.within == pytest.approx([0.9, 1.8, 1.0])
    assert parts.mix == pytest.approx([-1.51, 0, -2.39])
    assert [part.sum() for part in parts] == pytest.approx([3.7, -3.9])  # row 18, F28


@given(halves())
def test_parts_of_a_change_sum_exactly_to_it(case):
    shares, values = case
    whole = np.dot(shares[1], values[1]) - np.dot(shares[0], values[0])
    assert sum(map(np.sum, decomposition.kitagawa(shares, values))) == pytest.approx(
        whole, abs=1e-9
    )


@given(halves(), st.permutations(range(3)))
def test_the_order_of_groups_does_not_matter(case, order):
    shares, values = map(np.array, case)
    plain, other = (decomposition.kitagawa(s, v) for s, v in
                    ((shares, values), (shares[:, order], values[:, order])))  # fmt: skip
    for one, two in zip(plain, other, strict=True):
        assert one[list(order)] == pytest.approx(two, abs=1e-9)


@given(halves())
def test_going_back_turns_every_part_round(case):
    shares, values = map(np.array, case)
    forth, back = (
        decomposition.kitagawa(shares, values),
        decomposition.kitagawa(shares[::-1], values[::-1]),
    )
    assert np.array(forth) == pytest.approx(-np.array(back), abs=1e-9)


def test_a_group_that_is_new_adds_only_mix():
    parts = decomposition.kitagawa([[1, 0], [0.5, 0.5]], [[60, math.nan], [60, 40]])
    assert parts.within == pytest.approx([0, 0]) and parts.mix.sum() == pytest.approx(-10)


def test_a_group_that_never_had_anybody_adds_nothing():
    parts = decomposition.kitagawa([[1, 0], [1, 0]], [[60, math.nan], [65, math.nan]])
    assert np.array(parts).tolist() == [[5, 0], [0, 0]]


@pytest.mark.parametrize(
    ("shares", "values", "message"),
    [
        ([[1], [1]], [[1, 2], [1, 2]], "in shape"),
        ([[0.5, 0.4], [0.5, 0.5]], [[1, 2], [1, 2]], "sum to 1"),
        ([[-0.5, 1.5], [0.5, 0.5]], [[1, 2], [1, 2]], "0 or more"),
    ],
)
def test_shares_that_cannot_be_are_refused(shares, values, message):
    with pytest.raises(ValueError, match=message):
        decomposition.kitagawa(shares, values)


def test_parts_of_cases_hold_the_truth_in_their_intervals_about_as_often_as_they_say():
    rng = np.random.default_rng(0)
    share, value = [[0.5, 0.5], [0.3, 0.7]], [[70, 40], [74, 44]]
    truth = np.array([part.sum() for part in decomposition.kitagawa(share, value)])
    hits = []
    for seed in range(25):
        drawn = []
        for w, x in zip(share, value, strict=True):
            group = rng.choice(2, 300, p=w)
            drawn.append((np.array(x)[group] + rng.normal(0, 15, 300), group))
        found, low, high = decomposition.kitagawa_of_cases(*drawn, 2, seed)
        assert found[:, :2].sum(axis=1) == pytest.approx(found[:, 2])
        hits += list((low[:, 2] <= truth) & (truth <= high[:, 2]))
    assert np.mean(hits) >= 0.86


# ---------------------------------------------------------------- Shapley


def test_f30_check_19_the_published_shares_of_cases_on_time():
    days = np.array([[2, 5, 3], [1, 9, 2], [3, 4, 8], [2, 12, 1],
                     [1, 3, 2], [4, 6, 6], [2, 5, 2], [1, 10, 7]])  # fmt: skip
    found = survival.on_time(days, [2, 5, 3], 10)
    assert found == pytest.approx([0.0416667, 0.3541667, 0.2291667], abs=1e-6)  # row 19, F30


def brute_lmg(x, y):
    """Average over all orders, each R2 by least squares."""

    def r2(columns):
        design = np.c_[np.ones(len(y)), x[:, list(columns)]]
        left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        return 1 - left @ left / ((y - y.mean()) @ (y - y.mean()))

    parts = np.zeros(x.shape[1])
    for order in itertools.permutations(range(x.shape[1])):
        for place, column in enumerate(order):
            parts[column] += r2(order[: place + 1]) - r2(order[:place])
    return parts / math.factorial(x.shape[1])


@pytest.fixture(scope="module")
def regression():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(80, 4)) @ rng.normal(size=(4, 4))
    return x, x @ [1, 0.5, 0, -1] + rng.normal(size=80)


def test_lmg_is_the_mean_over_all_orders_of_least_squares(regression):
    x, y = regression
    assert decomposition.lmg(x, y) == pytest.approx(brute_lmg(x, y), abs=1e-10)


def test_lmg_of_cases_drawn_anew_is_lmg_of_each_draw(regression):
    x, y = regression
    each = decomposition.resampled(lambda at: 100 * decomposition.lmg(x[at], y[at]), 80, seed=7)
    value, *limits = decomposition.lmg_of_cases(x, y, seed=7)
    assert np.allclose(value, 100 * brute_lmg(x, y)) and np.allclose(limits, each)


def test_lmg_parts_follow_their_predictor_and_do_not_depend_on_its_unit(regression):
    x, y = regression
    order = [2, 0, 3, 1]
    assert decomposition.lmg(x[:, order] * [1, 10, 100, 0.1] + 5, y) == pytest.approx(
        decomposition.lmg(x, y)[order]
    )


def test_a_predictor_that_does_not_vary_adds_nothing_and_a_double_shares_alike(regression):
    x, y = regression
    double = decomposition.lmg(np.c_[x[:, :2], x[:, 0], np.full(80, 7)], y)
    assert double[3] == pytest.approx(0) and double[0] == pytest.approx(double[2])
    assert double.sum() == pytest.approx(decomposition.lmg(x[:, :2], y).sum())
    assert np.isnan(decomposition.lmg(x, np.ones(80))).tolist() == [True] * 4
    assert np.isnan(decomposition.lmg(np.ones((80, 2)), y)).all()


def test_f31_lmg_of_the_published_rows():
    rows = pd.read_csv(REFERENCE / "lmg.csv")
    parts = decomposition.lmg(rows[["x1", "x2", "x3"]], rows["y"])
    assert parts == pytest.approx([0.216059, 0.127178, 0.031520], abs=1e-6)  # F31
    assert parts.sum() == pytest.approx(0.374756, abs=1e-6)


# ---------------------------------------------------------------- drawing anew


def test_limits_of_a_mean_drawn_anew_are_near_those_of_student():
    values = np.random.default_rng(1).normal(50, 10, 200)
    low, high = decomposition.resampled(lambda at: values[at].mean(), 200, draws=2000)
    plain = stats.t.interval(0.95, 199, values.mean(), stats.sem(values))
    assert (low, high) == pytest.approx(plain, abs=0.25)


def test_every_sample_is_drawn_from_itself_and_the_seed_decides():
    def span(first, second):
        return [first.max(), second.max(), len(first), len(second)]

    low, high = decomposition.resampled(span, 3, 50, draws=200, seed=4)
    assert high.tolist()[0] == 2 and high[1] > 40 and low.tolist()[2:] == [3, 50]
    again = decomposition.resampled(span, 3, 50, draws=200, seed=4)
    assert np.array_equal([low, high], again)


def test_draws_that_give_nothing_are_left_out():
    def sometimes(at):
        return [np.nan if 0 in at else 5.0, np.nan]

    low, high = decomposition.resampled(sometimes, 4)
    assert (low[0], high[0]) == (5, 5) and np.isnan([low[1], high[1]]).all()


# ---------------------------------------------------------------- rolled yield


def test_f32_the_published_rolled_yield():
    found = decomposition.rolled([98, 95, 90, 97], [100] * 4).value
    assert found == pytest.approx(0.8128, abs=5e-5)
    assert found == pytest.approx(0.98 * 0.95 * 0.9 * 0.97)  # F32


def test_the_interval_of_one_link_is_the_delta_rule_on_its_logarithm():
    found = decomposition.rolled([80], [100])
    reach = 1.959964 * math.sqrt(0.2 / (0.8 * 100))
    assert found[1:3] == pytest.approx([0.8 * math.exp(-reach), 0.8 * math.exp(reach)], rel=1e-6)


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 40)), min_size=1, max_size=5))
def test_a_rolled_yield_lies_within_its_interval_and_links_may_change_places(pairs):
    right, cases = [k for k, _ in pairs], [k + more for k, more in pairs]
    found = decomposition.rolled(right, cases)
    assert 0 < found.low <= found.value <= found.high <= 1 and found.n == min(cases)
    assert decomposition.rolled(right[::-1], cases[::-1]) == pytest.approx(found)


def test_all_right_still_has_a_width_and_none_right_has_no_limits():
    perfect = decomposition.rolled([30, 30], [30, 30])
    assert perfect.value == perfect.high == 1 and 0.9 < perfect.low < 1
    nothing = decomposition.rolled([0, 30], [30, 30])
    assert nothing.value == 0 and np.isnan(nothing[1:3]).all()
    for right, cases in (([31], [30]), ([0], [0]), ([-1], [5])):
        with pytest.raises(ValueError, match="must be 0 to"):
            decomposition.rolled(right, cases)


# ---------------------------------------------------------------- who, or all the rest


def test_f35_check_34_the_published_components_of_variance():
    rows = pd.read_csv(REFERENCE / "vc.csv")
    found = decomposition.spread(rows["y"], rows["g"])
    assert (found.between, found.within) == pytest.approx((7.604104, 55.461722), abs=1e-6)
    assert found.share.value == pytest.approx(0.120574, abs=1e-6)  # row 34, F35
    ratio = 15 * 7.604104 / 55.461722 + 1
    ends = [ratio / stats.f.ppf(q, 11, 168) for q in (0.975, 0.025)]
    limits = [(f - 1) / (f + 14) for f in ends]
    assert found.share[1:3] == pytest.approx(limits, rel=1e-5)


def test_the_f_interval_holds_the_truth_about_as_often_as_it_says():
    rng, hits = np.random.default_rng(5), []
    groups = np.repeat(np.arange(8), 10)
    for _ in range(400):
        values = rng.normal(0, 1, 8)[groups] + rng.normal(0, 2, 80)
        found = decomposition.spread(values, groups).share
        hits.append(found.low <= 0.2 <= found.high)
    assert 0.92 <= np.mean(hits) <= 0.98


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), min_size=4, max_size=30))
def test_the_order_of_cases_and_the_unit_do_not_matter_to_the_share(rows):
    groups, values = zip(*rows, strict=True)
    found = decomposition.spread(values, groups).share
    other = decomposition.spread([10 - 3 * x for x in values[::-1]], groups[::-1]).share
    assert other == pytest.approx(found, abs=1e-9, nan_ok=True)
    if not np.isnan(found.value):
        assert 0 <= found.low <= found.value <= found.high <= 1


def test_groups_of_unequal_size_use_the_usual_mean_size():
    found = decomposition.spread([1, 3, 10, 11, 12], ["a", "a", "b", "b", "b"])
    between, within, size = 97.2, 4 / 3, 5 - 13 / 5
    assert found.within == pytest.approx(within)
    assert found.between == pytest.approx((between - within) / size)


@pytest.mark.parametrize("groups", [["a"] * 4, ["a", "b", "c", "d"]])
def test_one_group_or_only_single_cases_say_nothing(groups):
    found = decomposition.spread([1, 2, 3, 4], groups)
    assert np.isnan(found.share[:3]).all() and np.isnan([found.between, found.within]).all()


def test_no_variation_at_all_and_none_inside_groups():
    assert np.isnan(decomposition.spread([5] * 6, list("aabbcc")).share.value)
    found = decomposition.spread([5, 5, 7, 7], list("aabb")).share
    assert found[:3] == (1, 1, 1)


def test_without_a_seed_the_drawing_starts_at_0():
    def mean(places):
        return places.mean()

    assert decomposition.resampled(mean, 9) == decomposition.resampled(mean, 9, seed=0)
    assert decomposition.resampled(mean, 9) != decomposition.resampled(mean, 9, seed=1)
    halves_of = [(np.arange(12.0), np.arange(12) % 2), (np.arange(12.0) ** 2, np.arange(12) % 2)]
    plain, zero, one = (
        np.ravel(decomposition.kitagawa_of_cases(*halves_of, 2, *given))
        for given in ((), (0,), (1,))
    )
    assert (plain == zero).all() and (plain != one).any()


def test_lmg_of_figures_near_0_is_that_of_the_same_figures_enlarged():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(40, 3))
    y = x @ [1, 2, 3] + rng.normal(size=40)
    small = decomposition.lmg(x / 1000, y / 1000)
    assert small == pytest.approx(decomposition.lmg(x, y))
