import itertools
import math
import statistics

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.stats import spc

nan = math.nan
CHANGED = [62, 65, 61, 66, 63, 64, 60, 65, 62, 66, 63, 64, 67, 69, 68, 70, 71, 69, 72, 70]
OUTLIER = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
TWO_OF_THREE = [50, 52, 48, 51, 49, 50, 53, 47, 50, 51, 49, 50, 54.9, 51, 55.0, 50]
FALLING = [30, 31, 29, 30, 31, 29, 30, 29.5, 29, 28.5, 28, 27.5, 27, 26.5]
RULES = list(spc.RULES)

series = st.lists(st.integers(-50, 50), min_size=0, max_size=40)
gappy = st.lists(st.none() | st.integers(-50, 50), max_size=40).map(
    lambda values: [nan if value is None else float(value) for value in values]
)


def flagged(values, limits, rule, run=7):
    """Return the points a rule flags, counted from 1 as on a chart."""
    found = spc.signals(values, limits, run)[rule]
    return {i + 1: int(sign) for i, sign in enumerate(found) if sign}


# Values known beforehand


@pytest.mark.parametrize(
    ("screen", "lower", "upper"),
    [
        pytest.param(True, -0.715556, 4.604444, id="f22_check_14_screened"),
        pytest.param(False, -3.062614, 6.951503, id="f22_check_14_as_in_excel"),
    ],
)
def test_f22_check_14_one_outlier(screen, lower, upper):
    limits = spc.limits(OUTLIER, lock=None, screen=screen)
    assert limits[:3] == pytest.approx((1.944444, lower, upper), rel=1e-6)


def test_f22_check_15_limits_locked_at_twelve():
    limits = spc.limits(CHANGED)
    assert limits[:3] == pytest.approx((63.416667, 54.711212, 72.122121), rel=1e-6)
    assert limits.n == 12


def test_f23_check_15_near_limits_are_two_thirds_of_the_way():
    limits = spc.limits(CHANGED)
    arm = limits.upper - limits.centre
    assert limits.near_upper == pytest.approx(limits.centre + arm * 2 / 3)
    assert limits.near_lower == pytest.approx(limits.centre - arm * 2 / 3)
    ranges = [abs(b - a) for a, b in zip(CHANGED[:11], CHANGED[1:12], strict=True)]
    assert limits.near_upper - limits.centre == pytest.approx(
        1.77333333 * statistics.fmean(ranges)
    )
    assert limits.sigma == pytest.approx(statistics.fmean(ranges) / 1.128)


def test_f24_check_15_the_shift_begins_before_the_change():
    limits = spc.limits(CHANGED)
    assert flagged(CHANGED, limits, "shift") == dict.fromkeys(range(12, 21), 1)
    assert flagged(CHANGED, limits, "two_of_three") == dict.fromkeys([16, 17, 19, 20], 1)
    assert flagged(CHANGED, limits, "outside") == {}
    first = spc.signals(CHANGED, limits)["first"].tolist()
    assert first[:15] == [""] * 11 + ["shift"] * 4
    assert first[15:] == ["two_of_three"] * 2 + ["shift"] + ["two_of_three"] * 2


def test_f22_check_15_rebased_after_the_change():
    rebased = spc.limits(CHANGED[12:])
    assert rebased[:3] == pytest.approx((69.5, 64.56, 74.44), rel=1e-6)
    assert rebased.n == 8


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param(68, "hit_and_miss", id="f25_check_15"),
        pytest.param(50, "always", id="f25_below_the_limits"),
        pytest.param(75, "never", id="f25_above_the_limits"),
    ],
)
def test_f25_check_15_assurance(target, expected):
    assert spc.assurance(target, spc.limits(CHANGED), higher_is_better=True) == expected


def test_f26_check_15_target_met_in_one_month_of_eighteen():
    limits = spc.limits(CHANGED)
    by_hand = 1 - statistics.NormalDist(limits.centre, limits.sigma).cdf(68)
    found = spc.hit_frequency(68, limits, higher_is_better=True)
    assert found == pytest.approx(by_hand, rel=1e-9)
    assert found == pytest.approx(0.057, abs=5e-4)


def test_f24_check_16_two_of_three_flags_the_near_points_alone():
    limits = spc.limits(TWO_OF_THREE)
    assert limits[1:3] == pytest.approx((43.229091, 56.770909), rel=1e-6)
    assert flagged(TWO_OF_THREE, limits, "two_of_three") == {13: 1, 15: 1}
    first = spc.signals(TWO_OF_THREE, limits)["first"]
    assert first[first != ""].to_dict() == {12: "two_of_three", 14: "two_of_three"}


def test_f24_check_17_trend_and_a_point_below_the_limit():
    limits = spc.limits(FALLING, lock=None)
    assert limits.lower == pytest.approx(26.646923, rel=1e-6)
    assert flagged(FALLING, limits, "trend") == dict.fromkeys(range(7, 15), -1)
    assert flagged(FALLING, limits, "outside") == {14: -1}
    first = spc.signals(FALLING, limits)["first"].tolist()
    assert first == [""] * 6 + ["trend"] * 7 + ["outside"]
    assert spc.assurance(25, limits, higher_is_better=False) == "never"


# The rules, one by one

STEADY = spc.Limits(centre=0, lower=-3, upper=3, near_lower=-2, near_upper=2, sigma=1, n=12)


def test_a_point_on_a_limit_is_not_outside():
    assert flagged([3, -3, 3.1, -3.1], STEADY, "outside") == {3: 1, 4: -1}


def test_six_points_in_one_direction_are_no_trend_and_seven_are():
    assert flagged([-3, -2, -1, 0, 1, 2], STEADY, "trend") == {}
    assert flagged([-3, -2, -1, 0, 1, 2, 3], STEADY, "trend") == dict.fromkeys(range(1, 8), 1)
    assert flagged([-3, -2, -1, -1, 0, 1, 2, 3], STEADY, "trend") == {}


def test_where_two_trends_meet_the_later_has_the_point():
    there_and_back = [-3, -2, -1, 0, 1, 2, 3, 2, 1, 0, -1, -2, -3]
    expected = dict.fromkeys(range(1, 7), 1) | dict.fromkeys(range(7, 14), -1)
    assert flagged(there_and_back, STEADY, "trend") == expected


def test_points_outside_are_not_near():
    assert flagged([2.5, 1, 4], STEADY, "two_of_three") == {}
    assert flagged([2.5, 4, 2.5], STEADY, "two_of_three") == {1: 1, 3: 1}


def test_two_of_three_must_stand_on_one_side():
    assert flagged([2.5, -1, 2.5], STEADY, "two_of_three") == {}
    assert flagged([2.5, 0, 2.5], STEADY, "two_of_three") == {}
    assert flagged([-2.5, -1, -2.5], STEADY, "two_of_three") == {1: -1, 3: -1}


def test_a_point_on_the_centre_breaks_a_shift():
    assert flagged([1] * 7, STEADY, "shift") == dict.fromkeys(range(1, 8), 1)
    assert flagged([1] * 6 + [0] + [1] * 6, STEADY, "shift") == {}


def test_a_rounding_error_away_from_the_centre_is_on_it():
    limits = spc.Limits(51.5, 40, 63, 44, 59, 3.8, 12)
    assert flagged([51.50000000000001] * 7, limits, "shift") == {}
    assert flagged([51.5001] * 7, limits, "shift") == dict.fromkeys(range(1, 8), 1)


def test_a_missing_point_breaks_every_run():
    assert flagged([1, 1, 1, nan, 1, 1, 1, 1], STEADY, "shift") == {}
    assert flagged([-3, -2, -1, nan, 0, 1, 2, 3], STEADY, "trend") == {}
    assert flagged([2.5, nan, 2.5], STEADY, "two_of_three") == {}


def test_no_range_is_taken_across_a_missing_point():
    limits = spc.limits([1, 2, nan, 10, 11], lock=None)
    assert (limits.centre, limits.upper) == pytest.approx((6, 6 + 2.66))


def test_a_missing_point_does_not_lock_limits():
    late = spc.limits([1, nan, 2, 3, 4, 100], lock=4)
    assert late.centre == 2.5
    assert late.n == 4


def test_other_lengths_of_a_run():
    assert flagged([1] * 5, STEADY, "shift", run=5) == dict.fromkeys(range(1, 6), 1)
    assert flagged([-2, -1, 0, 1, 2], STEADY, "trend", run=5) == dict.fromkeys(range(1, 6), 1)
    assert flagged([1] * 7, STEADY, "shift", run=8) == {}


def test_signals_keep_the_index_of_a_series():
    months = pd.Series([0.0, 5.0], index=["2026-01", "2026-02"])
    found = spc.signals(months, STEADY)
    assert found.index.tolist() == ["2026-01", "2026-02"]
    assert found.loc["2026-02", "first"] == "outside"
    assert (found.dtypes[RULES] == np.int8).all()


def test_a_series_that_does_not_vary_has_limits_on_its_centre():
    limits = spc.limits([5] * 12)
    assert limits[:6] == (5, 5, 5, 5, 5, 0)
    assert flagged([5] * 12 + [6], limits, "outside") == {13: 1}
    assert spc.hit_frequency(5, limits, higher_is_better=True) == 1
    assert spc.hit_frequency(6, limits, higher_is_better=True) == 0


@pytest.mark.parametrize("values", [[], [5], [nan, nan], [5, nan, 6]])
def test_too_few_points_have_no_limits_and_no_signals(values):
    limits = spc.limits(values)
    assert np.isnan([limits.lower, limits.upper, limits.sigma]).all()
    assert not spc.signals(values, limits)[RULES].any(axis=None)
    assert spc.assurance(5, limits, higher_is_better=True) == ""
    assert math.isnan(spc.hit_frequency(5, limits, higher_is_better=True))


def test_f25_a_target_where_lower_is_better():
    assert spc.assurance(-4, STEADY, higher_is_better=False) == "never"
    assert spc.assurance(4, STEADY, higher_is_better=False) == "always"
    assert spc.assurance(3, STEADY, higher_is_better=False) == "hit_and_miss"
    assert spc.assurance(nan, STEADY, higher_is_better=False) == ""


def test_the_lag_one_correlation_by_hand():
    assert spc.autocorrelation([1, 2, 3, 4, 5]) == pytest.approx(4 / 10)
    assert spc.autocorrelation([1, -1] * 50) == pytest.approx(-0.99)
    assert spc.autocorrelation([1, 2, nan, 4, 5]) == pytest.approx((2 + 2) / 10)
    assert math.isnan(spc.autocorrelation([1, 2]))
    assert math.isnan(spc.autocorrelation([3, 3, 3]))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: spc.limits([1, 2], lock=1), "`lock` must"),
        (lambda: spc.signals([1, 2], STEADY, run=1), "`run` must"),
    ],
)
def test_the_impossible_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()


# Whatever the data


def slow_runs(signs, length):
    """Flag runs the slow way: cut the text of signs where the sign changes."""
    flags, start = [0] * len(signs), 0
    for i in range(1, len(signs) + 1):
        if i == len(signs) or signs[i] != signs[start]:
            if signs[start] and i - start >= length:
                flags[start:i] = [signs[start]] * (i - start)
            start = i
    return flags


@given(st.lists(st.sampled_from([-1, 0, 1, nan]), max_size=40), st.integers(2, 8))
def test_shifts_are_those_of_other_code(values, run):
    signs = [0 if math.isnan(value) else int(value) for value in values]
    assert spc.signals(values, STEADY, run)["shift"].tolist() == slow_runs(signs, run)


@given(gappy)
def test_turned_upside_down_every_signal_points_the_other_way(values):
    there = spc.signals(values, spc.limits(values))
    flipped = [-value for value in values]
    back = spc.signals(flipped, spc.limits(flipped))
    assert (there[RULES] == -back[RULES]).all(axis=None)
    assert there["first"].tolist() == back["first"].tolist()


@given(series, st.integers(-1000, 1000), st.integers(1, 100))
def test_another_unit_changes_no_signal(values, shift, scale):
    moved = [shift + value * scale / 10 for value in values]
    limits, moved_limits = spc.limits(values), spc.limits(moved)
    for line, moved_line in zip(limits[:5], moved_limits[:5], strict=True):
        assert moved_line == pytest.approx(shift + line * scale / 10, abs=1e-7, nan_ok=True)
    pd.testing.assert_frame_equal(spc.signals(values, limits), spc.signals(moved, moved_limits))


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=40))
def test_the_lines_stand_in_order(values):
    for screen in (True, False):
        limits = spc.limits(values, screen=screen)
        assert limits.lower <= limits.near_lower <= limits.centre
        assert limits.centre <= limits.near_upper <= limits.upper
    screened, whole = spc.limits(values), spc.limits(values, screen=False)
    assert screened.upper <= whole.upper


@given(st.lists(st.integers(-50, 50), min_size=12, max_size=12), series)
def test_what_follows_the_lock_moves_no_limit(first, later):
    assert spc.limits(first + later) == spc.limits(first)


@given(gappy)
def test_a_signal_is_named_by_the_first_rule_that_flags_it(values):
    found = spc.signals(values, spc.limits(values))
    for row in found.itertuples():
        rules = [rule for rule in RULES if getattr(row, rule)]
        assert row.first == (rules[0] if rules else "")


@given(gappy, st.floats(-100, 100))
def test_a_target_seen_from_the_other_direction_is_met_when_it_was_not(values, target):
    limits = spc.limits(values)
    if math.isnan(limits.upper):
        return
    higher, lower = (spc.assurance(target, limits, better) for better in (True, False))
    assert (higher, lower) in [
        ("always", "never"), ("never", "always"), ("hit_and_miss", "hit_and_miss"),
    ]  # fmt: skip
    if limits.sigma > 0:
        met = [spc.hit_frequency(target, limits, better) for better in (True, False)]
        assert sum(met) == pytest.approx(1)


@given(series.filter(lambda values: len(set(values)) > 1 and len(values) > 2))
def test_the_correlation_is_a_correlation(values):
    assert -1 <= spc.autocorrelation(values) <= 1
    assert spc.autocorrelation(values) == pytest.approx(spc.autocorrelation(values[::-1]))


def test_a_series_rounded_to_whole_numbers_keeps_its_variation():
    rounded = [91, 90, 90, 90, 90, 90, 90, 89, 89, 89, 89, 89]
    kept = spc.limits(rounded)
    assert kept.upper - kept.centre == pytest.approx(2.66 * 2 / 11)


# ---------------------------------------------------------------- seasons, and a second reading


def test_f27_the_quarters_of_the_worked_example():
    quarters = [60, 64, 70, 62, 64, 68, 74, 66]
    season = spc.seasonal(quarters, 4)
    assert season == pytest.approx([-4, 0, 6, -2])
    adjusted = np.array(quarters) - np.tile(season, 2)
    assert adjusted == pytest.approx([64] * 4 + [68] * 4)


def test_f27_with_the_trend_out_it_is_the_decomposition_of_r():
    # by hand: moving averages 64.5, 65.5, 66.5, 67.5 of the third to the sixth quarter
    season = spc.seasonal([60, 64, 70, 62, 64, 68, 74, 66], 4, trend=True)
    assert season == pytest.approx([-2.5, 0.5, 5.5, -3.5])


def test_a_season_nobody_saw_has_no_index_and_pure_growth_is_no_season():
    season = spc.seasonal([1, 2, np.nan, 1, 2, np.nan], 3)
    assert season[:2] == pytest.approx([-0.5, 0.5]) and np.isnan(season[2])
    assert spc.seasonal(np.arange(36.0), 12, trend=True) == pytest.approx(np.zeros(12), abs=1e-9)
    assert np.isnan(spc.seasonal([np.nan] * 4, 4)).all()
    with pytest.raises(ValueError, match="`length` must be 2 or more; not 1"):
        spc.seasonal([1, 2], 1)


def beyond(value, line):
    """1 above a line, -1 below, 0 on it; the last bit of a float is no difference."""
    return 0 if abs(value - line) < 1e-9 else 1 if value > line else -1


def read_plainly(values):
    """The four rules once more, point by point, as the method's text has them."""
    first = values[:12]
    centre = sum(first) / len(first)
    ranges = [abs(one - other) for one, other in itertools.pairwise(first)]
    mean = sum(ranges) / len(ranges)
    kept = [each for each in ranges if each < 3.267 * mean]
    if kept and any(kept):
        mean = sum(kept) / len(kept)
    upper, lower = centre + 2.66 * mean, centre - 2.66 * mean
    high, low = centre + 2.66 * mean * 2 / 3, centre - 2.66 * mean * 2 / 3
    found = {rule: [0] * len(values) for rule in spc.RULES}
    for at, value in enumerate(values):
        if beyond(value, upper) > 0:
            found["outside"][at] = 1
        if beyond(value, lower) < 0:
            found["outside"][at] = -1
    for at in range(len(values) - 6):
        moves = {beyond(values[at + k + 1], values[at + k]) for k in range(6)}
        sides = {beyond(values[at + k], centre) for k in range(7)}
        for rule, signs in (("trend", moves), ("shift", sides)):
            if signs in ({1}, {-1}):
                for k in range(7):
                    found[rule][at + k] = next(iter(signs))
    for at in range(len(values) - 2):
        three = range(at, at + 3)
        sides = {beyond(values[k], centre) for k in three}
        far = [beyond(values[k], high) > 0 or beyond(values[k], low) < 0 for k in three]
        near = [k for k, out in zip(three, far, strict=True) if out and not found["outside"][k]]
        if sides in ({1}, {-1}) and len(near) >= 2:
            for k in near:
                found["two_of_three"][k] = next(iter(sides))
    return found, (centre, lower, upper)


def test_a_second_reading_of_the_four_rules_agrees_on_two_thousand_series():
    chance = np.random.default_rng(20260631)
    on_the_mean = flagged = 0
    for number in range(2000):
        length = int(chance.integers(14, 41))
        values = chance.normal(50, 5, length) + chance.choice([0, 6]) * (np.arange(length) > 20)
        values = values.round(int(chance.choice([0, 1, 3])))
        if number % 2:
            limits = spc.limits(values)
            values[chance.integers(12, length)] = limits.centre
            on_the_mean += 1
        series = [float(value) for value in values]
        expected, lines = read_plainly(series)
        limits = spc.limits(series)
        found = spc.signals(series, limits)
        assert limits[:3] == pytest.approx(lines, abs=1e-9)
        for rule in spc.RULES:
            assert found[rule].tolist() == expected[rule], (number, rule, series)
            flagged += any(expected[rule])
    assert on_the_mean == 1000 and flagged > 1000


def test_limits_may_be_locked_at_two_points_and_not_at_one():
    found = spc.limits([50, 52, 90], lock=2)
    assert (found.centre, found.n) == (51, 2)
    with pytest.raises(ValueError, match="`lock` must be 2 or more, or None; not 1"):
        spc.limits([50, 52, 90], lock=1)


def test_half_years_have_seasons_too_and_one_period_a_year_has_none():
    assert spc.seasonal([10, 14, 10, 14], 2) == pytest.approx([-2, 2])
    with pytest.raises(ValueError, match="`length` must be 2 or more; not 1"):
        spc.seasonal([10, 14], 1)


def test_a_point_on_the_near_limit_is_not_near():
    assert flagged([2, 1, 2.5], STEADY, "two_of_three") == {}
    assert flagged([-2, -1, -2.5], STEADY, "two_of_three") == {}
    assert flagged([2.1, 1, 2.5], STEADY, "two_of_three") == {1: 1, 3: 1}


def test_two_points_may_make_a_run():
    assert flagged([-1, 1, 1], STEADY, "shift", run=2) == {2: 1, 3: 1}


def test_a_level_that_never_varies_meets_its_target_to_a_rounding_error():
    limits = spc.limits([5] * 12)
    assert spc.hit_frequency(5 + 1e-12, limits, higher_is_better=True) == 1
    assert spc.hit_frequency(5 + 1e-3, limits, higher_is_better=True) == 0


# ---------------------------------------------------------------- a new level


def written_out(values, errors, alike):
    """The step between two levels and its error with the whole matrix of covariances."""
    n = len(values)
    late = np.arange(n) >= n - 6
    rest = np.where(late, values - values[late].mean(), values - values[~late].mean())
    beside = max((rest**2).sum() / (n - 2) - (errors**2).mean(), 0)
    spread = np.sqrt(beside + errors**2)
    if alike is None:
        each = rest / spread
        r = (each[1:] * each[:-1]).sum() / (each**2).sum()
        alike = min(max((n * r + 5) / (n - 9), 0.1), 0.8)
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    weight = np.linalg.inv(np.outer(spread, spread) * alike**apart)
    terms = np.column_stack([~late, late]).astype(float)
    inverse = np.linalg.inv(terms.T @ weight @ terms)
    level = inverse @ terms.T @ weight @ values
    off = values - terms @ level
    left = off @ weight @ off * (1 - alike**2) / (n - 3)
    left = max(left, (1 - alike**2) * (errors**2 / spread**2).mean())
    error = np.sqrt(left / (1 - alike**2) * (inverse[0, 0] + inverse[1, 1] - 2 * inverse[0, 1]))
    return level[1] - level[0], error, alike


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("gain", [0.0, 1.0, 2.0])
def test_a_level_has_moved_as_the_whole_matrix_of_covariances_says(seed, gain):
    rng = np.random.default_rng(seed)
    values = 70 + 2 * rng.standard_normal(22) + np.where(np.arange(22) >= 16, gain * 2, 0)
    errors = rng.uniform(0.3, 1.5, 22)
    step, error, alike = written_out(values, errors, None)
    found = spc.moved(values, errors, year=1)
    assert found.alike == pytest.approx(alike)
    away = np.sign(step) * (values[-6:] - values[:-6].mean())
    lasting = (away[-2:] > 0).all() and np.median(away) >= abs(step) / 2
    assert (found.way != 0) == bool(abs(step) > (1.85 + 4.5 / 22) * error and lasting)


def test_a_new_level_needs_twelve_periods():
    assert math.isnan(spc.moved([70, 71] * 5 + [40], [0.5] * 11).way)
    assert spc.moved([70, 71, 69] * 4 + [40, 41, 39, 40, 41, 39], [0.5] * 18).way == -1


def test_two_months_apart_from_all_others_are_no_new_level():
    assert spc.moved([85, 86, 85, 84] * 12 + [93, 93], [0.3] * 50).way == 0


def test_one_wild_month_among_the_last_six_is_no_new_level():
    for place in range(1, 7):
        values = np.resize([70.0, 71, 69], 30)
        values[-place] -= 30
        assert spc.moved(values, [0.5] * 30).way == 0


def test_six_differences_to_the_year_before_prove_a_fall_after_a_rise():
    values = np.repeat([70.0, 86, 76], 12) + np.resize([0, 1, -1], 36)
    assert spc.moved(values, [0.9] * 36)[:2] == (-1, 24)


def test_limits_are_as_wide_as_their_own_error_and_what_periods_vary_beside():
    limits = spc.Limits(60, 45, 75, 50, 70, 5, 2)
    # of 25 the sampling of the two locked points is 9; 16 stay, and 9 or 144 are added
    assert spc.widths(limits, [3, 3, 12]).tolist() == pytest.approx([1, 1, math.sqrt(160) / 5])
    assert spc.widths(limits, [3, 3, 3.5]).tolist() == [1, 1, 1]
    assert spc.widths(limits, [3, nan, 12]).tolist() == [1, 1, 1]
    assert spc.widths(limits._replace(sigma=0), [3, 3, 12]).tolist() == [1, 1, 1]


def test_with_a_gap_every_second_month_ranges_are_taken_across_the_gaps():
    assert spc.limits([60, nan, 64, nan, 62, nan, 66]).sigma == pytest.approx(
        (4 + 2 + 4) / 3 / 1.128
    )


series = st.lists(st.floats(0, 100).map(lambda x: round(x, 1)), min_size=12, max_size=40)


@given(series, st.floats(0.1, 5), st.sampled_from([1, 4, 12]))
def test_a_mirrored_series_has_the_mirrored_word(values, error, year):
    errors = [error] * len(values)
    found = spc.moved(values, errors, year)
    turned = spc.moved([100 - value for value in values], errors, year)
    assert turned.way == -found.way and turned.start == found.start


@given(series, st.floats(-50, 50).map(round), st.integers(1, 9))
def test_another_unit_or_zero_changes_no_word(values, added, factor):
    errors = [1.0] * len(values)
    found = spc.moved(values, errors)
    other = spc.moved([value * factor + added for value in values], [factor * 1.0] * len(values))
    assert other.way == found.way


@given(st.floats(0, 100), st.integers(12, 40))
def test_a_series_that_does_not_vary_has_not_moved(value, n):
    assert spc.moved([value] * n, [nan] * n).way == 0


@pytest.mark.parametrize("year", [1, 4, 12])
def test_a_steady_way_is_told_though_neighbours_are_as_alike_as_can_be(year):
    falling = [140, 141, 139, 138, *(130 - 5 * np.arange(17) - 2 * np.sin(np.arange(17)))]
    found = spc.moved(falling, [np.nan] * 21, year)
    # by hand: the last rise is from the first year to the second; every step since is down
    assert (found.way, found.start, found.steady) == (-1, 2, True)
    back = [*falling[:-1], falling[-2] + 1]
    assert not spc.moved(back, [np.nan] * 21, year).steady


def test_steps_one_way_are_rare_in_a_walk_of_chance():
    rng = np.random.default_rng(14)
    walks = np.cumsum(rng.normal(size=(1500, 26)), axis=1)
    told = np.mean([spc.moved(walk, [np.nan] * 26).steady for walk in walks])
    assert told <= 2**-7 + 3 * np.sqrt(2**-7 / 1500)
