import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwork.stats.trials import diff_in_diff, stepped_wedge

EIGHT = [1, 1, 2, 2, 3, 3, 4, 4]
PLAN = stepped_wedge.schedule(EIGHT, 5)


def by_gls(plan, cases, sd, icc):
    """The same standard error from the whole covariance matrix of unit means."""
    units, periods = plan.shape
    block = (1 - icc) * sd**2 / cases * np.eye(periods) + icc * sd**2
    covariance = np.kron(np.eye(units), block)
    terms = np.column_stack([np.tile(np.eye(periods), (units, 1)), plan.ravel()])
    return math.sqrt(np.linalg.inv(terms.T @ np.linalg.solve(covariance, terms))[-1, -1])


def by_regression(values, starts):
    units, periods = values.shape
    plan = stepped_wedge.schedule(starts, periods).ravel()
    unit = np.repeat(np.eye(units), periods, axis=0)
    period = np.tile(np.eye(periods), (units, 1))
    terms = np.column_stack([unit, period, plan])
    return np.linalg.lstsq(terms, values.ravel(), rcond=None)[0][-1]


def test_f59_check_28():
    assert stepped_wedge.standard_error(PLAN, 30, 20, 0.05) == pytest.approx(
        1.9818750582, rel=1e-9
    )
    assert stepped_wedge.wedge_power(PLAN, 30, 20, 0.05, 5) == pytest.approx(0.713248, abs=5e-7)


@given(
    st.lists(st.integers(0, 5), min_size=3, max_size=7).filter(lambda s: len(set(s)) > 1),
    st.floats(1, 100),
    st.floats(0.01, 0.9),
)
def test_the_formula_equals_generalised_least_squares(starts, cases, icc):
    plan = stepped_wedge.schedule(starts, 5)
    try:
        expected = by_gls(plan, cases, 20, icc)
    except np.linalg.LinAlgError:
        return
    assert stepped_wedge.standard_error(plan, cases, 20, icc) == pytest.approx(expected, rel=1e-6)


def test_more_cases_and_a_larger_effect_raise_the_chance():
    chances = [stepped_wedge.wedge_power(PLAN, cases, 20, 0.05, 5) for cases in (10, 30, 90)]
    assert chances == sorted(chances)
    assert stepped_wedge.wedge_power(PLAN, 30, 20, 0.05, -8) == stepped_wedge.wedge_power(
        PLAN, 30, 20, 0.05, 8
    )
    assert stepped_wedge.wedge_power(PLAN, 30, 20, 0.05, 8) > stepped_wedge.wedge_power(
        PLAN, 30, 20, 0.05, 5
    )


def test_a_plan_in_which_all_begin_together_compares_nothing():
    together = stepped_wedge.schedule([2, 2, 2], 5)
    assert stepped_wedge.standard_error(together, 30, 20, 0.05) == math.inf
    assert stepped_wedge.wedge_power(together, 30, 20, 0.05, 5) == pytest.approx(0.025)
    found = stepped_wedge.wedge_effect(np.arange(15.0).reshape(3, 5), [2, 2, 2])
    assert math.isnan(found.value) and math.isnan(found.low)


def test_a_unit_that_never_began_is_a_comparison():
    assert stepped_wedge.schedule([1, stepped_wedge.NEVER], 3).tolist() == [[0, 1, 1], [0, 0, 0]]


def test_the_estimate_is_that_of_a_regression_and_its_p_that_of_all_orders():
    rng = np.random.default_rng(3)
    starts = [1, 2, 2, 3, 3]
    values = rng.normal(size=(5, 4)) + 3 * rng.normal(size=(5, 1)) + np.arange(4)
    found = stepped_wedge.wedge_effect(values, starts)
    every = np.array([by_regression(values, order) for order in set(permutations(starts))])
    assert found.value == pytest.approx(by_regression(values, starts))
    assert found.p == pytest.approx((np.abs(every) >= abs(found.value) - 1e-9).mean())
    assert len(every) == 30 and found.n == 5


def test_an_effect_without_noise_is_found_exactly():
    values = 7 * PLAN + np.arange(5) * 2 + np.arange(8)[:, None] * 10.0
    found = stepped_wedge.wedge_effect(values, EIGHT)
    assert found[:3] == pytest.approx((7, 7, 7))
    assert found.p < 0.01


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.floats(-5, 5))
def test_an_effect_that_is_added_moves_estimate_and_limits_by_as_much(seed, effect):
    values = np.random.default_rng(seed).normal(size=(8, 5))
    before, after = (stepped_wedge.wedge_effect(values + add * PLAN, EIGHT) for add in (0, effect))
    assert np.array(after[:3]) == pytest.approx(np.array(before[:3]) + effect, abs=1e-9)


def test_the_interval_holds_the_true_effect_as_often_as_it_says():
    held = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        own = 3 * rng.normal(size=(8, 1))
        found = stepped_wedge.wedge_effect(rng.normal(size=(8, 5)) + own + 2 * PLAN, EIGHT)
        held += found.low <= 2 <= found.high
    assert held / 400 >= 0.95 - 2 * math.sqrt(0.05 * 0.95 / 400)
    assert held / 400 < 1


def drawing(monkeypatch, draws: int) -> None:
    """Draw so many orders instead of counting all."""
    monkeypatch.setattr(diff_in_diff, "EXACT", 10)
    monkeypatch.setattr(diff_in_diff, "DRAWN", draws)


def test_drawn_orders_come_near_to_all_of_them(monkeypatch):
    values = np.random.default_rng(9).normal(size=(8, 5)) + PLAN
    every = stepped_wedge.wedge_effect(values, EIGHT)
    drawing(monkeypatch, 4000)
    drawn = stepped_wedge.wedge_effect(values, EIGHT)
    assert drawn.p == pytest.approx(every.p, abs=0.03)
    assert drawn.low == pytest.approx(every.low, abs=0.15)
    assert stepped_wedge.wedge_effect(values, EIGHT) == drawn


def test_a_unit_with_a_gap_is_left_out():
    values = np.random.default_rng(1).normal(size=(9, 5))
    gappy = values.copy()
    gappy[8, 2] = np.nan
    assert stepped_wedge.wedge_effect(gappy, [*EIGHT, 2]) == stepped_wedge.wedge_effect(
        values[:8], EIGHT
    )


def test_what_cannot_be_planned_is_refused():
    with pytest.raises(ValueError, match="icc"):
        stepped_wedge.standard_error(PLAN, 30, 20, 1.5)


def test_where_units_began_by_tiers_only_orders_within_a_tier_are_swapped():
    rng = np.random.default_rng(9)
    starts, tiers = np.array([1, 1, 2, 2, 3, 3, 4, 4]), np.array([2] * 4 + [1] * 4)
    values = rng.normal(0, 1, (8, 6)) + 2 * stepped_wedge.schedule(starts, 6)
    found = stepped_wedge.wedge_effect(values, starts, strata=tiers)
    orders = {
        (*first, *second)
        for first in set(permutations([1, 1, 2, 2])) for second in set(permutations([3, 3, 4, 4]))
    }  # fmt: skip

    def weight(order):
        plan = stepped_wedge.schedule(order, 6)
        return (stepped_wedge._apart(plan) * values).sum()

    every = np.array([weight(order) for order in orders])
    own = weight(starts)
    assert len(orders) == 36
    assert found.value == pytest.approx(stepped_wedge.wedge_effect(values, starts).value)
    assert found.p == pytest.approx((abs(every) >= abs(own) - 1e-9).mean())
    # mixed rows: the tier of each unit goes with it
    mixed = rng.permutation(8)
    again = stepped_wedge.wedge_effect(values[mixed], starts[mixed], strata=tiers[mixed])
    assert again[:5] == pytest.approx(found[:5], nan_ok=True)


def test_drawn_orders_keep_to_their_tiers_as_well(monkeypatch):
    starts, tiers = np.repeat([1, 2, 3, 4], 3), np.repeat([2, 1], 6)
    values = np.random.default_rng(4).normal(0, 1, (12, 6)) + 4 * stepped_wedge.schedule(starts, 6)
    every = stepped_wedge.wedge_effect(values, starts, strata=tiers)
    drawing(monkeypatch, 1999)
    drawn = stepped_wedge.wedge_effect(values, starts, strata=tiers)
    assert drawn.p == pytest.approx(every.p, abs=0.02)
    assert drawn.low == pytest.approx(every.low, abs=0.5)


def test_a_useless_roll_out_is_called_a_gain_as_rarely_as_promised():
    rng, starts, runs, found = np.random.default_rng(21), np.array(EIGHT), 300, 0
    for _ in range(runs):
        values = rng.normal(0, 1, (8, 5)) + rng.normal(0, 2, (8, 1)) + rng.normal(0, 2, 5)
        found += stepped_wedge.wedge_effect(values, starts).low > 0
    assert found / runs <= 0.025 + 2 * math.sqrt(0.025 * 0.975 / runs)
