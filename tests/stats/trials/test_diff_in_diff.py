import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from conftest import SAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ccwork.stats.intervals import Estimate
from ccwork.stats.trials import decision_rule, diff_in_diff

PUBLISHED = SAMPLES.parent / "tests" / "published"
CHANGED, OTHERS = [9, 7, 8, 5], [2, 1, 4, 3]
FOUR = [1] * 4 + [0] * 4

numbers = st.floats(-100, 100).map(lambda number: round(number, 3))
arms = st.integers(2, 5).flatmap(
    lambda k: st.tuples(
        st.lists(numbers, min_size=k, max_size=k), st.lists(numbers, min_size=k, max_size=k)
    )
)


def joined(one, other):
    return [*one, *other], [1] * len(one) + [0] * len(other)


def organ_donations():
    rows = pd.read_csv(PUBLISHED / "organ_donations" / "organ_donations.csv")
    wide = rows.pivot(index="State", columns="Quarter_Num", values="Rate")
    return wide.to_numpy(), wide.index == "California", 3


def proposition_99():
    rows = pd.read_csv(PUBLISHED / "prop99" / "california_prop99.csv", sep=";")
    wide = rows.pivot(index="State", columns="Year", values="PacksPerCapita")
    return wide.to_numpy(), wide.index == "California", list(wide.columns).index(1989)


# ---------------------------------------------------------------- published answers


def test_organ_donations_the_published_estimate_and_its_clustered_error():
    value, se = by_regression(*organ_donations())
    assert value == pytest.approx(-0.022, abs=5e-4) and se == pytest.approx(0.006, abs=5e-4)


def test_organ_donations_swapping_the_states_gives_a_p_of_a_fifth():
    values, treated, start = organ_donations()
    found = diff_in_diff.compare(diff_in_diff.unit_gains(values, start), treated)
    assert found.value == pytest.approx(-0.022, abs=5e-4)
    assert found.p == pytest.approx(5 / 27)
    assert round(found.p, 2) == 0.19


def test_organ_donations_one_changed_state_is_never_accepted():
    values, treated, start = organ_donations()
    found = diff_in_diff.compare(diff_in_diff.unit_gains(-values, start), treated)
    said = decision_rule.verdict(Estimate(*found[:4]), 0.01, {}, design="B")
    assert (said.code, said.primary) == ("not_proven", "unclear")
    wrong = diff_in_diff.of_t(
        *by_regression(-values, treated, start), len(values) - 1, len(values)
    )
    assert decision_rule.verdict(wrong, 0.01, {}, design="B").code == "accept"


def test_proposition_99_the_published_difference_in_differences_and_its_placebo_error():
    values, treated, start = proposition_99()
    change = diff_in_diff.unit_gains(values, start)
    found = diff_in_diff.compare(change, treated)
    assert found.value == pytest.approx(-27.349111083614947, rel=1e-9)
    # published from 200 random placebos, so known to about a twentieth
    assert singles(change, treated).std() == pytest.approx(17.7, rel=0.05)
    assert found.p == pytest.approx(5 / 39)
    value, se = by_regression(values, treated, start)
    assert diff_in_diff.of_t(value, se, len(values) - 1, len(values)).p < 1e-6


def test_proposition_99_california_had_already_drifted_away():
    values, treated, start = proposition_99()
    drift = diff_in_diff.compare(diff_in_diff.unit_drifts(values, start), treated)
    assert drift.value < -10
    fakes = diff_in_diff.placebo_dates(values, treated, start)
    assert min(fakes) == 2 and max(fakes) == start - 2
    assert all(fakes[at].value < 0 for at in range(5, start - 4))


def test_darwin_and_fisher_fifteen_pairs_of_plants(monkeypatch):
    # Fisher, The Design of Experiments (1935), section 21: eighths of an inch, crossed minus
    # self-fertilised; of 32,768 ways to swap 863 give as much or more, on either side
    apart = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    values = [height for gain in apart for height in (gain / 2, -gain / 2)]
    pairs = np.repeat(range(15), 2)
    monkeypatch.setattr(diff_in_diff, "EXACT", 40_000)
    treated = np.array([1, 0] * 15, bool)
    weights = np.where(diff_in_diff.orders(treated, pairs), 1, -1) / 15
    every, shared = weights @ values, weights @ treated
    value = np.mean(values[::2]) - np.mean(values[1::2])
    found = diff_in_diff.by_assignments(every, shared, value, len(values))
    assert found.value == pytest.approx(20.933, abs=5e-4)
    assert found.p == pytest.approx(2 * 863 / 32_768)
    assert found.low < 0 < found.high


# ---------------------------------------------------------------- two groups


def test_f57_check_27():
    found = diff_in_diff.randomisation(*joined(CHANGED, OTHERS))
    assert found.value == 4.75
    assert found.p == pytest.approx(0.0285714, abs=5e-8)


@settings(max_examples=30)
@given(arms)
def test_the_p_of_swapping_equals_scipy(groups):
    one, other = groups

    def apart(first, second):
        return abs(np.mean(first) - np.mean(second))

    expected = stats.permutation_test(groups, apart, alternative="greater", n_resamples=np.inf)
    assert diff_in_diff.randomisation(*joined(one, other)).p == pytest.approx(expected.pvalue)


def excluded(values, treated, effect, confidence):
    """Whether a one-sided test of this effect, by counting, excludes it on either side."""
    values = np.where(treated, np.asarray(values) - effect, values)
    k, every = sum(treated), []
    for chosen in combinations(range(len(values)), k):
        inside = np.isin(range(len(values)), chosen)
        every.append(values[inside].mean() - values[~inside].mean())
    was = values[np.array(treated) == 1].mean() - values[np.array(treated) == 0].mean()
    every = np.array(every)
    tail = (1 - confidence) / 2 + 1e-12
    return (every >= was - 1e-9).mean() <= tail or (every <= was + 1e-9).mean() <= tail


@settings(max_examples=25)
@given(
    st.lists(numbers, min_size=3, max_size=4),
    st.lists(numbers, min_size=3, max_size=5),
    st.sampled_from([0.8, 0.9, 0.95]),
)
def test_the_limits_are_where_one_sided_tests_begin_to_exclude(one, other, confidence):
    values, treated = joined(one, other)
    found = diff_in_diff.randomisation(values, treated, confidence)
    if math.isnan(found.low):
        assert not excluded(values, treated, 1e6, confidence)
        return
    step = 1e-4
    assert excluded(values, treated, found.low - step, confidence)
    assert excluded(values, treated, found.high + step, confidence)
    if found.high - found.low > 4 * step:
        assert not excluded(values, treated, found.low + step, confidence)
        assert not excluded(values, treated, found.high - step, confidence)


@pytest.mark.filterwarnings("ignore:Precision loss")
@given(arms)
def test_t_equals_scipy(groups):
    one, other = groups
    found = diff_in_diff.difference(*joined(one, other))
    if found.se > 0.01:
        expected = stats.ttest_ind(one, other, equal_var=False)
        assert found.p == pytest.approx(expected.pvalue, abs=1e-9)
        assert found[1:3] == pytest.approx(expected.confidence_interval(), abs=1e-6)


@given(arms, st.floats(0.1, 10), st.floats(-50, 50))
def test_an_effect_follows_the_scale_and_not_the_level(groups, scale, level):
    values, treated = joined(*groups)
    for how in (diff_in_diff.difference, diff_in_diff.randomisation):
        plain, moved = how(values, treated), how(np.array(values) * scale + level, treated)
        assert moved[:3] == pytest.approx(np.array(plain[:3]) * scale, abs=1e-6, nan_ok=True)


@given(arms)
def test_swapping_the_groups_mirrors_the_effect(groups):
    one, other = groups
    for how in (diff_in_diff.difference, diff_in_diff.randomisation):
        there, back = how(*joined(one, other)), how(*joined(other, one))
        mirrored = (-back.value, -back.high, -back.low)
        assert there[:3] == pytest.approx(mirrored, abs=1e-6, nan_ok=True)
        assert there.p == pytest.approx(back.p, abs=1e-9)


@given(arms, st.randoms())
def test_the_order_of_units_does_not_matter(groups, random):
    rows = list(zip(*joined(*groups), strict=True))
    mixed = random.sample(rows, len(rows))
    for how in (diff_in_diff.difference, diff_in_diff.randomisation):
        there, back = (how(*zip(*some, strict=True)) for some in (rows, mixed))
        assert there == pytest.approx(back, abs=1e-6, nan_ok=True)


def test_a_unit_without_a_number_is_left_out():
    values, treated = [*CHANGED, *OTHERS, np.nan], [*FOUR, 1]
    for how in (diff_in_diff.difference, diff_in_diff.randomisation):
        assert how(values, treated) == pytest.approx(how(*joined(CHANGED, OTHERS)), nan_ok=True)


def test_one_changed_unit_gets_a_p_from_its_place_and_limits_only_among_forty():
    few = diff_in_diff.compare([9, 1, 2, 3], [1, 0, 0, 0])
    assert (few.value, few.p) == pytest.approx((7, 0.25))
    assert math.isnan(few.low) and math.isnan(few.se)
    many = diff_in_diff.compare([100, *range(39)], [1] + [0] * 39)
    assert many.p == 1 / 40 and many.low > 0
    assert math.isnan(diff_in_diff.compare([100, *range(38)], [1] + [0] * 38).low)


def test_nothing_to_compare_gives_no_number():
    for how in (diff_in_diff.difference, diff_in_diff.randomisation, diff_in_diff.compare):
        assert math.isnan(how([1, 2, 3], [1, 1, 1]).value)
        assert math.isnan(how([], []).value)


def test_three_against_three_never_reach_95_per_cent():
    found = diff_in_diff.randomisation([100, 101, 102, 1, 2, 3], [1, 1, 1, 0, 0, 0])
    assert found.p == pytest.approx(0.1) and math.isnan(found.low)


def test_drawn_assignments_never_give_a_p_of_0_and_come_near_to_all(monkeypatch):
    rng = np.random.default_rng(4)
    treated = np.repeat([1, 0], 8)
    values = rng.normal(size=16) + treated
    every = diff_in_diff.randomisation(values, treated)
    monkeypatch.setattr(diff_in_diff, "EXACT", 1)
    monkeypatch.setattr(diff_in_diff, "DRAWN", 999)
    drawn = diff_in_diff.randomisation(values, treated)
    assert drawn.p >= 1 / 1000
    assert drawn.p == pytest.approx(every.p, abs=0.02)
    assert drawn.low == pytest.approx(every.low, abs=0.2)
    assert drawn == diff_in_diff.randomisation(values, treated)
    far = diff_in_diff.randomisation(values + 100 * treated, treated)
    assert far.p == pytest.approx(1 / 1000)


def test_both_intervals_hold_the_truth_as_often_as_they_say():
    rng, held, runs = np.random.default_rng(12), [0, 0], 3000
    treated = np.array([1] * 4 + [0] * 5)
    for _ in range(runs):
        values = rng.normal(size=9) + 3 * treated
        for place, how in enumerate((diff_in_diff.difference, diff_in_diff.randomisation)):
            found = how(values, treated)
            held[place] += found.low <= 3 <= found.high
    for times in held:
        assert times / runs == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / runs))


# ---------------------------------------------------------------- before and after


def by_regression(panel, treated, start):
    """Effect and clustered error from the regression with a term a unit and a period."""
    units, periods = panel.shape
    effect = np.outer(treated, np.arange(periods) >= start).ravel()
    unit = np.repeat(np.eye(units), periods, axis=0)
    period = np.tile(np.eye(periods)[:, 1:], (units, 1))
    terms = np.column_stack([effect, unit, period])
    inverse = np.linalg.inv(terms.T @ terms)
    found = inverse @ terms.T @ panel.ravel()
    left = panel.ravel() - terms @ found
    scores = np.add.reduceat(terms * left[:, None], np.arange(0, units * periods, periods))
    raw = (inverse @ scores.T @ scores @ inverse)[0, 0]
    cells = units * periods
    return found[0], math.sqrt(raw * units / (units - 1) * (cells - 1) / (cells - periods - 1))


@pytest.mark.parametrize(("treated", "start"), [([1, 1, 0, 0, 0, 0], 3), ([1] * 3 + [0] * 3, 2)])
def test_the_difference_of_changes_is_the_effect_of_the_whole_regression(treated, start):
    panel = np.random.default_rng(5).normal(size=(6, 5)) + np.arange(5)
    value, _ = by_regression(panel, treated, start)
    assert diff_in_diff.compare(
        diff_in_diff.unit_gains(panel, start), treated
    ).value == pytest.approx(value)


def test_a_change_is_the_mean_after_minus_the_mean_before():
    panel = [[1, 3, 10, 12], [1, np.nan, np.nan, 4], [1, 2, np.nan, np.nan]]
    found = diff_in_diff.unit_gains(panel, 2)
    assert found[:2].tolist() == [9, 3] and np.isnan(found[2])


def test_a_steady_drift_shows_as_an_effect_and_is_foretold_by_the_trend_before():
    time = np.arange(8.0)
    panel = np.array([2 * time, 2 * time + 1, 0 * time, 0 * time + 5, 0 * time + 3])
    treated = [1, 1, 0, 0, 0]
    effect = diff_in_diff.compare(diff_in_diff.unit_gains(panel, 5), treated)
    drift = diff_in_diff.compare(diff_in_diff.unit_drifts(panel, 5), treated)
    assert effect.value == pytest.approx(drift.value) == pytest.approx(8)
    assert drift.low == pytest.approx(8)


def test_groups_that_ran_alike_have_a_narrow_trend_about_0():
    rng = np.random.default_rng(2)
    panel = rng.normal(0, 0.1, (12, 8)) + np.arange(8) + rng.normal(0, 5, (12, 1))
    drift = diff_in_diff.compare(diff_in_diff.unit_drifts(panel, 5), [1] * 6 + [0] * 6)
    assert -1 < drift.low < 0 < drift.high < 1


def test_two_periods_before_tell_no_trend():
    assert np.isnan(diff_in_diff.unit_drifts(np.ones((4, 5)), 2)).all()


def singles(change, treated):
    """The effect each unit without the change would show, held against the others."""
    others = np.asarray(change, float)[~np.asarray(treated, bool)]
    others = others[~np.isnan(others)]
    return others - (others.sum() - others) / (len(others) - 1)


def test_a_group_without_the_change_is_held_against_a_group():
    change, treated = [9, 9, 9, 1, 2, 4, 8, np.nan], [1, 1, 1, 0, 0, 0, 0, 0]
    found = diff_in_diff.placebo_groups(change, treated)
    # three drawn of 1, 2, 4, 8 against four drawn: as far apart as the spread of the others has it
    assert found.std() == pytest.approx(np.std([1, 2, 4, 8]) * (1 / 3 + 1 / 4) ** 0.5, rel=0.05)
    assert abs(found.mean()) < 0.2
    many = diff_in_diff.placebo_groups([9] * 50 + [1, 2, 4, 8], [1] * 50 + [0] * 4)
    assert many.std() == pytest.approx(np.std([1, 2, 4, 8]) * (1 / 50 + 1 / 4) ** 0.5, rel=0.05)
    one = diff_in_diff.placebo_groups(change, [1, 0, 0, 0, 0, 0, 0, 0])
    assert sorted(one) == sorted(singles(change, [1, *[0] * 7]))
    assert diff_in_diff.placebo_groups([5, 1], [1, 0]).size == 0


def test_groups_raise_far_fewer_false_alarms_than_single_units():
    rng, alarms = np.random.default_rng(3), []
    treated = np.repeat([True, False], 8)
    for _ in range(300):
        values = rng.normal(0, 2.9, 16) + 5 * treated
        effect = diff_in_diff.difference(values, treated)
        groups = np.quantile(diff_in_diff.placebo_groups(values, treated), 0.95)
        single = singles(values, treated).max()
        if effect.low > 0:  # a true effect that was proven
            alarms.append((single >= effect.value, groups >= effect.value))
    by_single, by_group = np.mean(alarms, axis=0)
    assert by_single > 0.3 and by_group < 0.06


def test_a_change_that_was_real_shows_nothing_at_dates_before_it():
    panel = np.zeros((6, 8))
    panel[:3, 5:] = 4
    treated = [1, 1, 1, 0, 0, 0]
    fakes = diff_in_diff.placebo_dates(panel, treated, 5)
    assert list(fakes) == [2, 3]
    assert all(effect.value == 0 for effect in fakes.values())
    assert diff_in_diff.compare(diff_in_diff.unit_gains(panel, 5), treated).value == 4


@pytest.mark.parametrize("start", [0, 5])
def test_a_start_must_leave_periods_on_both_sides(start):
    with pytest.raises(ValueError, match="start"):
        diff_in_diff.unit_gains(np.ones((3, 5)), start)


# ---------------------------------------------------------------- no difference


def test_f61_check_36():
    found = diff_in_diff.of_t(71 - 70, 14.966121 * math.sqrt(2 / 60), 118, 120, 0.9)
    assert found[1:3] == pytest.approx((-3.530008, 5.530008), abs=5e-7)
    assert decision_rule.verdict(found, 8, {}, design="A").because == ("no", "equal")
