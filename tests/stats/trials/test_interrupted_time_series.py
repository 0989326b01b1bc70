import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from ccwork.stats.trials import diff_in_diff, interrupted_time_series

# R nlme::gls(correlation = corAR1(), method = "REML") on SECOND, change at point 13
SECOND = [50, 52.1, 51.3, 53, 54.2, 53.1, 52.2, 51.1, 52.5, 53.9, 54.4, 52.8,
          56.1, 57.9, 58.8, 58.1, 57.2, 57.7, 59.1, 60.3, 60.9, 59.8, 59.2, 60.4]  # fmt: skip
FIRST = [20.1, 19.8, 20.5, 20.3, 19.9, 20.7, 20.2, 20.6, 20.0, 20.4, 20.8, 20.3,
         17.9, 17.5, 17.2, 17.4, 16.9, 16.8, 16.5, 16.6, 16.1, 16.0, 15.8, 15.5]  # fmt: skip


def by_whole_matrix(values, start):
    """The same regression from its definition: the whole correlation matrix, no whitening."""
    values = np.asarray(values, float)
    times = np.flatnonzero(~np.isnan(values))
    y, after = values[times], times >= start
    x = np.column_stack([np.ones(len(times)), times, after, (times - start) * after])
    spare = len(y) - 4

    def parts(phi):
        inverse = np.linalg.inv(phi ** np.abs(np.subtract.outer(times, times)))
        square = x.T @ inverse @ x
        terms = np.linalg.solve(square, x.T @ inverse @ y)
        left = y - x @ terms
        rest = left @ inverse @ left
        minus = spare * math.log(rest) - np.linalg.slogdet(inverse)[1]
        return minus + np.linalg.slogdet(square)[1], terms, np.linalg.inv(square) * rest / spare

    starts = np.linspace(-0.95, 0.95, 39)
    near = min(starts, key=lambda phi: parts(phi)[0])
    phi = optimize.minimize_scalar(
        lambda phi: parts(phi)[0], bounds=(near - 0.05, near + 0.05), options={"xatol": 1e-10}
    ).x
    return phi, *parts(phi)[1:]


def drawn(seed, phi=0.4, n=24):
    rng = np.random.default_rng(seed)
    values = [rng.normal()]
    for _ in range(n - 1):
        values.append(phi * values[-1] + rng.normal())
    return np.array(values)


def test_f58_check_26_equals_nlme_gls():
    found = interrupted_time_series.segmented(SECOND, 12)
    level, slope = interrupted_time_series.effect(found), found.terms[3]
    assert found.phi == pytest.approx(0.569338, abs=1e-5)
    assert (level.value, level.se) == pytest.approx((2.997484, 1.126409), abs=1e-5)
    assert slope == pytest.approx(0.071842, abs=1e-5)
    assert math.sqrt(found.covariance[3, 3]) == pytest.approx(0.231478, abs=1e-5)


@pytest.mark.parametrize("values", [FIRST, SECOND, [*FIRST[:20], *[np.nan] * 2, *FIRST[22:]]])
def test_whitening_equals_the_whole_matrix(values):
    phi, terms, covariance = by_whole_matrix(values, 12)
    found = interrupted_time_series.segmented(values, 12)
    assert found.phi == pytest.approx(phi, abs=1e-6)
    assert found.terms == pytest.approx(terms, abs=1e-6)
    assert found.covariance == pytest.approx(covariance, rel=1e-5, abs=1e-7)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from([-0.5, 0, 0.6]))
def test_any_drawn_series_equals_the_whole_matrix(seed, real):
    values = drawn(seed, real)
    values[[3, 15]] = np.nan
    phi, terms, _ = by_whole_matrix(values, 12)
    found = interrupted_time_series.segmented(values, 12)
    assert found.n == 22
    if abs(phi) < 0.9:
        assert found.terms == pytest.approx(terms, abs=1e-4)


def test_the_effect_some_months_on_adds_the_step_of_the_slope():
    found = interrupted_time_series.segmented(SECOND, 12)
    sixth = interrupted_time_series.effect(found, 6)
    assert sixth.value == pytest.approx(2.997484 + 5 * 0.071842, abs=1e-5)
    half = stats.t.ppf(0.975, 20) * sixth.se
    assert sixth[1:3] == pytest.approx((sixth.value - half, sixth.value + half))
    wide = interrupted_time_series.effect(found, 6, 0.99)
    assert wide.low < sixth.low and wide.high > sixth.high


def test_two_straight_lines_are_found_exactly():
    time = np.arange(20)
    values = 100 - 2 * time + np.where(time >= 10, 5 + 3 * (time - 10), 0)
    found = interrupted_time_series.segmented(values, 10)
    assert found.terms == pytest.approx([100, -2, 5, 3])
    assert interrupted_time_series.effect(found, 4)[:3] == pytest.approx((14, 14, 14), abs=1e-6)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.floats(0.01, 1000), st.floats(-1e5, 1e5))
def test_the_effect_follows_the_scale_and_not_the_level(seed, scale, level):
    values = drawn(seed)
    plain = interrupted_time_series.effect(interrupted_time_series.segmented(values, 12), 3)
    moved = interrupted_time_series.effect(
        interrupted_time_series.segmented(values * scale + level, 12), 3
    )
    assert np.array(moved[:3]) / scale == pytest.approx(plain[:3], rel=1e-3, abs=1e-4)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_a_series_upside_down_has_the_opposite_effect(seed):
    values = drawn(seed)
    up, down = (
        interrupted_time_series.effect(interrupted_time_series.segmented(sign * values, 12), 3)
        for sign in (1, -1)
    )
    assert (up.value, up.low, up.high) == pytest.approx((-down.value, -down.high, -down.low))


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.floats(-10, 10))
def test_a_step_that_is_added_is_added_to_the_effect(seed, step):
    values = drawn(seed)
    stepped = values + step * (np.arange(24) >= 12)
    before, after = (
        interrupted_time_series.effect(interrupted_time_series.segmented(some, 12), 5)
        for some in (values, stepped)
    )
    assert after.value == pytest.approx(before.value + step, abs=1e-5)
    assert after.se == pytest.approx(before.se, abs=1e-5)


def test_an_invented_date_before_the_change_shows_nothing():
    fake = interrupted_time_series.effect(interrupted_time_series.segmented(FIRST[:12], 6), 3)
    assert fake.low < 0 < fake.high
    assert (
        interrupted_time_series.effect(interrupted_time_series.segmented(FIRST, 12), 3).high < -2
    )


def test_too_few_points_give_no_number():
    found = interrupted_time_series.segmented([1, 2, 3, 4, np.nan, np.nan, 5, 6], 4)
    assert math.isnan(interrupted_time_series.effect(found).value) and found.n == 6
    with pytest.raises(ValueError, match="start"):
        interrupted_time_series.segmented([1, 2, 3], 3)


def test_seven_points_on_one_side_are_a_shift_and_six_are_none():
    before = [10, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11]
    assert interrupted_time_series.shifted([*before, *[13] * 7], 12) == 1
    assert interrupted_time_series.shifted([*before, *[13] * 6, 10], 12) == 0
    assert interrupted_time_series.shifted([*before, 13, *[8] * 7, *[13] * 7], 12) == -1
    assert interrupted_time_series.shifted([*before[:-3], 13, 13, 13, *[13] * 4], 12) == 0


def test_many_series_at_once_are_fitted_as_one_by_one():
    values = np.column_stack([drawn(seed) for seed in range(3)])
    terms, gaps = diff_in_diff.regression_terms(np.arange(24), 12), np.ones(23)
    together = interrupted_time_series.fitted_at(0.3, terms, values, gaps)
    for place in range(3):
        alone = interrupted_time_series.fitted_at(0.3, terms, values[:, [place]], gaps)
        assert together[0][place] == pytest.approx(alone[0][0])
        assert together[1][:, place] == pytest.approx(alone[1][:, 0])


def test_neighbours_that_are_alike_widen_the_interval():
    lone, alike = (
        np.mean(
            [
                interrupted_time_series.effect(
                    interrupted_time_series.segmented(drawn(seed, phi), 12)
                ).se
                for seed in range(40)
            ]
        )
        for phi in (0, 0.6)
    )
    assert alike > 1.2 * lone
