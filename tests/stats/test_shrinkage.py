import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ccwork.stats import shrinkage
from ccwork.stats.intervals import Estimate

VALUES, VARIANCES = [72, 65, 80, 58, 75, 69], [4, 9, 16, 9, 25, 4]

number = st.floats(-100, 100)
share = st.floats(0, 1)
many = st.lists(st.tuples(number, st.floats(0.5, 50)), min_size=2, max_size=12)


# Values known beforehand


def test_f62_the_worst_is_expected_to_rise_by_itself():
    assert shrinkage.expected(50, mean=65, reliability=0.6) == pytest.approx(56)
    assert shrinkage.drift(50, 65, Estimate(0.6, 0.6, 0.6, 20)).value == pytest.approx(6)


def test_f63_check_30_as_metafor_gives_it():
    pool = shrinkage.pooled(VALUES, VARIANCES)
    assert pool.between == pytest.approx(33.736390, rel=1e-6)
    assert pool.mean == pytest.approx(69.378498, rel=1e-6)
    known = [71.722125, 65.922083, 76.583105, 60.396236, 72.607317, 69.040120]
    assert shrinkage.shrunk(VALUES, VARIANCES)[:, 0] == pytest.approx(known, rel=1e-6)


def test_the_common_mean_is_that_of_weighted_least_squares():
    pool = shrinkage.pooled(VALUES, VARIANCES)
    weights = [1 / (variance + pool.between) for variance in VARIANCES]
    total = sum(w * y for w, y in zip(weights, VALUES, strict=True))
    assert pool.mean == pytest.approx(total / sum(weights))
    assert pool.se == pytest.approx(sum(weights) ** -0.5)


# Choosing the worst, by drawing chance


@pytest.mark.parametrize(("people", "known"), [(100, 2.2), (50, 3.9)])
def test_the_worst_ten_of_85_improve_for_nothing_as_much_as_expected(people, known):
    rng = np.random.default_rng(5)
    noise = 25 / math.sqrt(people)
    gains, told = [], []
    for _ in range(400):
        true = rng.normal(65, 4, 85)
        first, second = (true + rng.normal(0, noise, 85) for _ in range(2))
        worst = np.argsort(first)[:10]
        gains.append((second - first)[worst].mean())
        same = 16 / (16 + noise**2)
        x = first[worst].mean()
        told.append(shrinkage.expected(x, first.mean(), same) - x)
    assert np.mean(gains) == pytest.approx(known, abs=0.15)
    assert np.mean(told) == pytest.approx(np.mean(gains), abs=0.15)


# Properties


@given(number, number, share)
def test_what_is_expected_lies_between_the_value_and_the_mean(x, mean, same):
    found = shrinkage.expected(x, mean, same)
    assert min(x, mean) - 1e-9 <= found <= max(x, mean) + 1e-9


@given(number, number, st.floats(-1, 0))
def test_a_negative_reliability_counts_as_none(x, mean, same):
    assert shrinkage.expected(x, mean, same) == mean


@given(number, number, share, share)
def test_the_interval_of_the_drift_holds_its_value(x, mean, one, other):
    low, high = sorted((one, other))
    found = shrinkage.drift(x, mean, Estimate((low + high) / 2, low, high, 30))
    assert found.low - 1e-9 <= found.value <= found.high + 1e-9


@given(number, st.floats(0, 30), st.floats(0, 30), st.floats(-20, 20), st.floats(0, 9))
def test_what_is_left_is_never_more_than_was_seen(gain, down, up, chance, spread):
    seen = Estimate(gain, gain - down, gain + up, 50)
    left = shrinkage.beyond(seen, Estimate(chance, chance - spread, chance + spread, 20))
    assert left.value <= seen.value and left.n == 50
    assert (left == seen) == (chance <= 0) or chance == pytest.approx(0)


@given(many)
def test_a_shrunk_value_lies_between_its_own_and_the_common_mean(rows):
    values, variances = map(np.array, zip(*rows, strict=True))
    mean = shrinkage.pooled(values, variances).mean
    middle, low, high = shrinkage.shrunk(values, variances).T
    assert (np.minimum(values, mean) - 1e-6 <= middle).all()
    assert (middle <= np.maximum(values, mean) + 1e-6).all()
    assert (low <= middle).all() and (middle <= high).all()


@given(many, st.floats(-50, 50))
def test_moving_all_values_moves_all_shrunk_values(rows, step):
    values, variances = map(np.array, zip(*rows, strict=True))
    moved = shrinkage.shrunk(values + step, variances)
    assert moved == pytest.approx(shrinkage.shrunk(values, variances) + step, abs=1e-6)


def test_what_chance_explains_is_drawn_to_the_mean_altogether():
    assert shrinkage.pooled([60, 61, 60], [9, 9, 9]).between == 0
    assert np.ptp(shrinkage.shrunk([60, 61, 60], [9, 9, 9])[:, 0]) == pytest.approx(0)


def test_the_less_sure_is_drawn_more():
    sure, unsure = shrinkage.shrunk([50, 50, 80, 80], [1, 30, 1, 30])[:2, 0]
    assert 50 < sure < unsure < 65


# Correlation


def test_a_correlation_is_that_of_scipy_with_its_interval():
    rng = np.random.default_rng(2)
    first = rng.normal(size=15)
    second = first + rng.normal(size=15)
    known = stats.pearsonr(first, second)
    ends = known.confidence_interval(0.95)
    found = shrinkage.correlation(first, second)
    assert found[:3] == pytest.approx((known.statistic, ends.low, ends.high), rel=1e-9)


@given(st.lists(st.tuples(number, number), min_size=4, max_size=20))
def test_a_correlation_stays_within_its_bounds_and_has_no_sides(rows):
    first, second = zip(*rows, strict=True)
    found, mirrored = shrinkage.correlation(first, second), shrinkage.correlation(second, first)
    assert found == pytest.approx(mirrored, nan_ok=True, abs=1e-9)
    assert math.isnan(found.value) or -1 <= found.low <= found.value <= found.high <= 1


def test_pairs_with_a_gap_are_left_out_and_too_few_give_no_interval():
    nan = math.nan
    found = shrinkage.correlation([1, 2, nan, 4], [1, 3, 3, 2])
    assert found.n == 3 and not math.isnan(found.value) and math.isnan(found.low)
    assert math.isnan(shrinkage.correlation([1, 1, 1, 1], [1, 2, 3, 4]).value)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: shrinkage.expected(1, 2, 1.1),
        lambda: shrinkage.pooled([1], [1]),
        lambda: shrinkage.pooled([1, 2], [1, 0]),
        lambda: shrinkage.pooled([1, 2], [1, 1, 1]),
        lambda: shrinkage.correlation([1, 2], [1, 2, 3]),
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError):
        wrong()


# ---------------------------------------------------------------- funnels


K = [40, 82, 150, 33, 260, 95, 61, 180, 70, 45]
N = [50, 100, 200, 50, 300, 120, 80, 220, 100, 50]

units = st.lists(
    st.tuples(st.integers(10, 500), st.floats(0.05, 0.95)).map(
        lambda unit: (round(unit[0] * unit[1]), unit[0])
    ),
    min_size=3,
    max_size=30,
)


# Funnels: values known beforehand


def test_f34_check_31_as_funnelplotr_gives_it():
    made = shrinkage.funnel_of(K, N)
    assert made.target == pytest.approx(0.8)
    assert made.phi == pytest.approx(2.295781, rel=1e-6)
    assert made.between == pytest.approx(0.003196945, rel=1e-6)
    assert made.adjusted[4] == pytest.approx(1.415392, rel=1e-6)
    assert made.raw[4] == pytest.approx(3.113, abs=5e-4)


def test_a_unit_on_a_limit_is_as_far_away_as_the_limit_says():
    made = shrinkage.funnel_of(K, N)
    low, high = shrinkage.funnel_limits(made.target, N, made.between, 0.95)
    inside = (np.divide(K, N) >= low) & (np.divide(K, N) <= high)
    assert inside.tolist() == (abs(made.adjusted) <= 1.959964).tolist()
    low, high = shrinkage.funnel_limits(0.8, [400], 0, 0.998)  # asin sqrt .8 -+ 3.0902 / 40
    angle = np.arcsin(np.sqrt(0.8))
    assert low[0] == pytest.approx(np.sin(angle - 3.090232 / 40) ** 2, rel=1e-6)
    assert high[0] == pytest.approx(np.sin(angle + 3.090232 / 40) ** 2, rel=1e-6)


def test_limits_end_where_a_share_ends():
    low, high = shrinkage.funnel_limits(0.99, [10], 0, 0.998)
    assert high[0] == 1 and 0 < low[0] < 1


def test_without_spread_beyond_chance_nothing_is_allowed_for():
    made = shrinkage.funnel_of([80, 160, 240], [100, 200, 300])
    assert made.between == 0 and made.adjusted == pytest.approx(made.raw)


# Funnels: what is refused


@pytest.mark.parametrize(
    "k, n", [([1], [2]), ([3, 1], [2, 2]), ([1, 1], [2, 0]), ([-1, 1], [2, 2])]
)
def test_counts_that_cannot_be_are_refused(k, n):
    with pytest.raises(ValueError, match="`k` and `n`"):
        shrinkage.funnel_of(k, n)


# Funnels: what always holds


@given(units)
def test_the_order_of_units_and_the_side_counted_change_nothing(rows):
    k, n = (np.array(part) for part in zip(*rows, strict=True))
    made, turned = shrinkage.funnel_of(k, n), shrinkage.funnel_of(k[::-1], n[::-1])
    assert turned.adjusted[::-1] == pytest.approx(made.adjusted)
    other = shrinkage.funnel_of(n - k, n)
    assert other.adjusted == pytest.approx(-made.adjusted, abs=1e-9)


@given(units)
def test_allowing_for_spread_never_makes_a_unit_stand_out_more(rows):
    k, n = zip(*rows, strict=True)
    made = shrinkage.funnel_of(k, n)
    assert made.between >= 0 and (abs(made.adjusted) <= abs(made.raw) + 1e-12).all()
