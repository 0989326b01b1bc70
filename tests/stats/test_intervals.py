import math
import statistics
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ccwork.stats import intervals, normalisation
from ccwork.stats.intervals import Estimate

nan = math.nan
SPEED = [Estimate(72, 66, 77, 40), Estimate(60, 50, 69, 30), Estimate(68, 64, 71.5, 90)]
SHARES = [0.25, 0.25, 0.5]
FIRST = [62, 70, 55, 80, 75, 68, 90, 66]
SECOND = [72, 78, 85, 60, 88, 79, 91, 70]

answers = st.lists(st.integers(1, 5), min_size=2, max_size=60)
several = answers.filter(lambda values: len(set(values)) > 1)
shares = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
half = st.floats(0, 50)
estimates = st.builds(
    lambda value, down, up: Estimate(value, value - down, value + up, 30),
    st.floats(0, 100), half, half,
)  # fmt: skip


def ends(estimate):
    return estimate[:3]


def t_interval(values):
    return stats.ttest_1samp(values, 0).confidence_interval()


# Values known beforehand


def test_f04_check_2_share_18_of_25():
    share = intervals.wilson(18, 25)
    assert ends(share) == pytest.approx((0.72, 0.5242339481, 0.8571614615), rel=1e-9)
    assert share.n == 25


def test_f05_check_3_share_with_a_design_effect():
    share = intervals.wilson(0.72 * 400, 400, deff=1.6)
    assert ends(share) == pytest.approx((0.72, 0.661336, 0.772006), abs=5e-7)
    assert ends(share) == pytest.approx(ends(intervals.wilson(180, 250)), rel=1e-12)
    assert share.n == 400


def test_f06_check_4_complaints_per_1000():
    rate = intervals.poisson_rate(14, 2300, per=1000)
    assert ends(rate) == pytest.approx((6.086957, 3.327796, 10.212879), rel=1e-6)


def test_f06_no_complaint_still_has_an_upper_limit():
    rate = intervals.poisson_rate(0, 100)
    assert ends(rate) == pytest.approx((0, 0, -math.log(0.025) / 100))


def test_two_rates_are_compared_given_all_their_events():
    """p = 10/50: Wilson 0.112432 to 0.330366; p / (1 - p) times 200/100."""
    ratio = intervals.rate_ratio(10, 100, 40, 200)
    assert ends(ratio) == pytest.approx((0.5, 0.253346, 0.986709), abs=5e-5) and ratio.n == 50
    assert ends(intervals.rate_ratio(0, 10, 5, 10))[:2] == (0, 0)
    assert ends(intervals.rate_ratio(5, 10, 0, 10))[::2] == (math.inf, math.inf)
    assert all(map(math.isnan, ends(intervals.rate_ratio(0, 10, 0, 10))))


@pytest.mark.parametrize(
    ("n", "q", "expected"),
    [
        pytest.param(41, 0.5, (14, 28), id="f08_check_5_median"),
        pytest.param(100, 0.9, (84, 96), id="f08_check_5_p90"),
    ],
)
def test_f08_ranks(n, q, expected):
    assert intervals.ranks(n, q) == expected
    # Rank i is a limit that fails when i - 1 or fewer (or i or more) cases are below.
    low, high = expected
    assert stats.binom.cdf(low - 1, n, q) <= 0.025
    assert stats.binom.sf(high - 1, n, q) <= 0.025


@pytest.mark.parametrize("n", [1, 50, 999, 40_000, 1_000_000])
@pytest.mark.parametrize("q", [0.001, 0.5, 0.9, 0.99])
def test_ranks_are_those_of_the_whole_binomial_however_many_cases(n, q):
    low, high = stats.binom.ppf([0.025, 0.975], n, q)
    assert intervals.ranks(n, q) == (low, high + 1)


def test_f08_check_5_limits_are_values_seen():
    days = [n + 0.5 for n in range(100)]
    assert ends(intervals.quantile(days, 0.9)) == pytest.approx((89.6, 83.5, 95.5))
    assert intervals.quantile(days, 0.5).value == statistics.median(days)


@pytest.mark.parametrize("n", [15, 30])
def test_f08_p90_of_few_has_no_upper_limit(n):
    p90 = intervals.quantile(range(n), 0.9)
    assert math.isnan(p90.high)
    assert p90.low < p90.value


def test_f17_check_10_speed_from_three_metrics():
    speed = intervals.mover(SPEED, SHARES)
    assert ends(speed) == pytest.approx((67.0, 63.464466, 70.112475), rel=1e-6)
    assert speed.n == 30


def test_f17_check_10_speed_when_all_errors_go_together():
    assert ends(intervals.mover_bound(SPEED, SHARES)) == pytest.approx((67.0, 61.0, 72.25))


def test_f20_check_11_share_rose_not_proven():
    change = intervals.newcombe(18, 25, 30, 35)
    assert ends(change) == pytest.approx((0.137143, -0.066778, 0.348721), abs=5e-7)
    assert change.n == 25


def test_f20_check_11_newcombe_by_his_own_formula():
    (p1, l1, u1, _), (p2, l2, u2, _) = intervals.wilson(18, 25), intervals.wilson(30, 35)
    low = (p2 - p1) - math.hypot(p2 - l2, u1 - p1)
    high = (p2 - p1) + math.hypot(u2 - p2, p1 - l1)
    assert ends(intervals.newcombe(18, 25, 30, 35))[1:] == pytest.approx((low, high))


def test_f21_check_12_means_differ_not_proven():
    change = intervals.welch(FIRST, SECOND)
    assert ends(change) == pytest.approx((7.125, -4.2432034, 18.4932034), rel=1e-7)


@pytest.mark.parametrize(("k", "n"), [(0, 12), (12, 12), (1, 7), (143, 264)])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_f04_as_scipy_has_it(k, n, confidence):
    expected = stats.binomtest(k, n).proportion_ci(confidence, method="wilson")
    share = intervals.wilson(k, n, confidence=confidence)
    assert (share.low, share.high) == pytest.approx((expected.low, expected.high))


def test_f07_as_scipy_has_it():
    expected = t_interval(FIRST)
    low_high = ends(intervals.mean(FIRST))[1:]
    assert low_high == pytest.approx((expected.low, expected.high))


def test_f07_near_the_bootstrap_of_many():
    values = np.random.default_rng(7).gamma(2, 5, size=800)
    expected = stats.bootstrap((values,), np.mean, rng=1, n_resamples=4000).confidence_interval
    low_high = ends(intervals.mean(values))[1:]
    assert low_high == pytest.approx((expected.low, expected.high), rel=0.01)


def test_f07_all_cases_asked_leave_no_doubt():
    assert ends(intervals.mean(FIRST, population=8)) == (70.75, 70.75, 70.75)
    whole, part = intervals.mean(FIRST), intervals.mean(FIRST, population=32)
    assert part.high - part.low == pytest.approx((whole.high - whole.low) * math.sqrt(0.75))


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_f21_as_scipy_has_it(confidence):
    expected = stats.ttest_ind(SECOND, FIRST[:5], equal_var=False)
    low, high = expected.confidence_interval(confidence)
    found = intervals.welch(FIRST[:5], SECOND, confidence)
    assert ends(found)[1:] == pytest.approx((low, high))


def test_f21_samples_that_do_not_vary():
    assert ends(intervals.welch([3, 3], [4, 4])) == (1, 1, 1)


# Absence is never zero, and the impossible is refused


@pytest.mark.parametrize(
    "estimate",
    [
        intervals.wilson(0, 0),
        intervals.poisson_rate(0, 0),
        intervals.mean([]),
        intervals.mean([nan, nan]),
        intervals.mean_of_counts([1, 2, 3], [0, 0, 0]),
        intervals.quantile([], 0.5),
        intervals.mover([], []),
        intervals.mover(SPEED, [0, 0, 0]),
        intervals.newcombe(0, 0, 5, 9),
        intervals.welch([], [1, 2]),
    ],
)
def test_no_data_is_no_number(estimate):
    assert np.isnan(ends(estimate)).all()
    assert estimate.n == 0


def test_one_case_has_a_value_without_limits():
    for estimate in (intervals.mean([4]), intervals.quantile([4], 0.5)):
        assert estimate.value == 4
        assert np.isnan(estimate[1:3]).all()
    change = intervals.welch([4], [5, 6])
    assert change.value == 1.5
    assert np.isnan(change[1:3]).all()


def test_a_missing_answer_is_left_out():
    assert intervals.mean([1, nan, 3]) == intervals.mean([1, 3])
    assert intervals.quantile([1, nan, 3], 0.5) == intervals.quantile([1, 3], 0.5)


def test_a_missing_limit_is_missing_in_the_sum_on_its_side_alone():
    no_upper = Estimate(60, 50, nan, 30)
    total = intervals.mover([SPEED[0], no_upper], [0.5, 0.5])
    assert total.low == pytest.approx(66 - math.hypot(3, 5))
    assert math.isnan(total.high)
    assert math.isnan(intervals.mover([SPEED[0], no_upper], [0.5, -0.5]).low)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: intervals.wilson(5, 4), "`k` must"),
        (lambda: intervals.wilson(-1, 4), "`k` must"),
        (lambda: intervals.wilson(1, 4, deff=0), "`deff` must"),
        (lambda: intervals.wilson(1, 4, confidence=95), "`confidence` must"),
        (lambda: intervals.rate_ratio(1, 0, 1, 4), "`exposure` must"),
        (lambda: intervals.poisson_rate(-1, 4), "`k` must"),
        (lambda: intervals.poisson_rate(1, 0), "`exposure` must"),
        (lambda: intervals.poisson_rate(1, 4, per=0), "`per` must"),
        (lambda: intervals.mean([1, 2, 3], population=2), "`population` must"),
        (lambda: intervals.mean_of_counts([1, 2], [1, -1]), "`counts` must"),
        (lambda: intervals.mean_of_counts([1, 2], [1, 2, 3]), "`counts` must"),
        (lambda: intervals.mean_of_moments(1, -1, 5), "must be 0 or more"),
        (lambda: intervals.quantile([1, 2], 1), "`q` must"),
        (lambda: intervals.ranks(-1, 0.5), "`n` must"),
        (lambda: intervals.mover(SPEED, [1, 2]), "`weights` must"),
        (lambda: intervals.newcombe(5, 4, 1, 2), "`k` must"),
        (lambda: intervals.welch_of_moments((1, -1, 5), (1, 1, 5)), "must be 0 or more"),
    ],
)
def test_the_impossible_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()


# Whatever the data


@given(shares, st.floats(0.5, 5))
def test_a_share_lies_in_its_interval_and_the_interval_in_0_to_1(share, deff):
    estimate = intervals.wilson(*share, deff=deff)
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert estimate.low < estimate.high


@given(st.integers(1, 1000))
def test_nobody_and_everybody_touch_the_ends_of_the_scale(n):
    assert intervals.wilson(0, n).low == 0
    assert intervals.wilson(n, n).high == 1
    assert intervals.wilson(0, n).high == pytest.approx(1 - intervals.wilson(n, n).low)


@given(st.integers(0, 200), st.integers(1, 5000))
def test_a_rate_lies_in_its_interval(k, exposure):
    low, value, high = (intervals.poisson_rate(k, exposure)[i] for i in (1, 0, 2))
    assert 0 <= low <= value < high
    times = stats.poisson(high * exposure).cdf(k), stats.poisson(low * exposure).sf(k - 1)
    assert times[0] == pytest.approx(0.025)
    assert times[1] == pytest.approx(0.025 if k else 1)


@given(several)
def test_a_mean_is_that_of_other_code(values):
    estimate, expected = intervals.mean(values), t_interval(values)
    assert ends(estimate) == pytest.approx((statistics.fmean(values), *expected))


@given(st.lists(st.integers(0, 30), min_size=5, max_size=5))
def test_counts_of_answers_tell_what_the_answers_tell(counts):
    levels = [1, 2, 3, 4, 5]
    own = intervals.moments(np.repeat(levels, counts))
    grouped = intervals.mean_of_counts(levels, counts)
    assert grouped == pytest.approx(intervals.bounded_mean(*own, (1, 5)), nan_ok=True, abs=1e-9)


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5).filter(lambda counts: sum(counts) > 1))
def test_a_bounded_mean_has_limits_on_the_scale_and_is_never_certain(counts):
    value, low, high, _ = intervals.mean_of_counts([1, 2, 3, 4, 5], counts)
    assert 1 <= low <= value <= high <= 5 and low < high
    mirrored = intervals.mean_of_counts([1, 2, 3, 4, 5], counts[::-1])
    assert ends(mirrored) == pytest.approx((6 - value, 6 - high, 6 - low))


@pytest.mark.parametrize("n", [2, 12, 30, 300])
def test_answers_alike_at_the_end_have_the_limits_of_clopper_and_pearson(n):
    found = intervals.mean_of_counts([1, 2, 3, 4, 5], [0, 0, 0, 0, n])
    exact = stats.binomtest(n, n).proportion_ci(0.95, "exact")
    assert ends(found) == pytest.approx((5, 1 + 4 * exact.low, 5))


@pytest.mark.parametrize("counts", [[0, 0, 0, 4, 26], [1, 0, 2, 9, 18], [3, 5, 10, 40, 42]])
def test_the_limits_are_those_of_answers_weighted_at_random_with_one_unseen_at_the_end(counts):
    chance, levels = np.random.default_rng(7), np.arange(5) / 4
    _, low, high, _ = intervals.mean_of_counts(levels, counts)
    for end, limit, q in ((0, low, 0.025), (4, high, 0.975)):
        own = np.array(counts, float)
        own[end] += intervals.END
        drawn = chance.gamma(own, size=(200_000, 5))
        assert limit == pytest.approx(np.quantile(drawn @ levels / drawn.sum(1), q), abs=0.006)


def test_whom_was_asked_of_whom_narrows_a_bounded_mean():
    told = intervals.moments_of_counts([1, 2, 3, 4, 5], [2, 3, 5, 20, 20])
    many, some, every = (intervals.bounded_mean(*told, (1, 5), n) for n in (None, 100, 50))
    assert many.low < some.low < every.low == every.value == every.high < some.high < many.high


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5).filter(lambda counts: sum(counts) > 1))
def test_of_an_unknown_spread_the_widest_is_taken(counts):
    average, sd, n = intervals.moments_of_counts([1, 2, 3, 4, 5], counts)
    wide = intervals.bounded_mean(average, float("nan"), n, (1, 5))
    own = intervals.bounded_mean(average, sd, n, (1, 5))
    assert 1 <= wide.low <= own.low + 1e-9 and own.high - 1e-9 <= wide.high <= 5
    if 0 < (average - 1) / 4 < 1:
        only_ends = intervals.bounded_mean(
            average, np.sqrt((average - 1) * (5 - average)), n, (1, 5)
        )
        assert ends(wide) == pytest.approx(ends(only_ends))


def test_a_published_mean_of_120_answers_has_the_limits_of_a_share():
    # 77.5 points of 100 can spread no wider than 93 hundreds among 27 noughts
    found = intervals.bounded_mean(77.5, float("nan"), 120, (0, 100))
    share = stats.binomtest(93, 120).proportion_ci(0.95, "wilson")
    assert ends(found)[1:] == pytest.approx((100 * share.low, 100 * share.high), abs=1.5)


SKEWED = [
    [0.03, 0, 0, 0, 0.97], [0.07, 0, 0, 0, 0.93], [0.25, 0, 0, 0, 0.75], [0, 0, 0, 0.1, 0.9],
    [0, 0, 0.02, 0, 0.98], [0.02, 0.03, 0.04, 0.06, 0.85], [0.05, 0.03, 0.05, 0.12, 0.75],
    [0.04, 0.01, 0.01, 0.04, 0.9], [0.03, 0.02, 0.05, 0.2, 0.7], [0.01, 0.01, 0.01, 0.02, 0.95],
]  # fmt: skip


def covered(shares, n, times, chance):
    """In which share of samples the interval holds the true mean."""
    seen, times_seen = np.unique(chance.multinomial(n, shares, times), axis=0, return_counts=True)
    true, levels = np.dot(shares, np.arange(1, 6)), [1, 2, 3, 4, 5]
    found = [intervals.mean_of_counts(levels, each) for each in seen]
    held = [each.low - 1e-9 <= true <= each.high + 1e-9 for each in found]
    return float(np.average(held, weights=times_seen))


@pytest.mark.parametrize("n", [12, 30])
def test_the_interval_of_skewed_answers_holds_what_is_true(n):
    chance = np.random.default_rng(14)
    assert min(covered(shares, n, 1000, chance) for shares in SKEWED) >= 0.915


@pytest.mark.long
@pytest.mark.parametrize("n", [12, 15, 20, 30, 50, 80, 120, 200, 300])
def test_of_many_skewed_samples_the_interval_holds_what_is_true_in_93_of_100(n):
    chance = np.random.default_rng(n)
    found = [covered(shares, n, 10_000, chance) for shares in SKEWED]
    print(f"n {n}: least cover {min(found):.3f}, most {max(found):.3f}")
    assert min(found) >= 0.93


def test_of_several_waits_a_case_the_upper_limit_may_be_the_largest_seen():
    # ranks 5 and 11 of 11 cases; 25 waits stand for them: the 10th and the last
    assert intervals.ranks(11, 0.7) == (5, 11)
    assert intervals.quantile(range(1, 26), 0.7, cases=11)[1:] == (10, 25, 11)


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=120), st.sampled_from([0.1, 0.5, 0.9]))
def test_a_quantile_lies_in_its_interval(values, q):
    value, low, high, n = intervals.quantile(values, q)
    assert value == pytest.approx(np.quantile(values, q))
    assert math.isnan(low) or low <= value
    assert math.isnan(high) or value <= high
    lowest, highest = intervals.ranks(n, q)
    assert math.isnan(low) == (lowest < 1)
    assert math.isnan(high) == (highest > n)


@given(several, st.randoms())
def test_the_order_of_answers_changes_nothing(values, random):
    shuffled = random.sample(values, len(values))
    assert intervals.mean(shuffled) == pytest.approx(intervals.mean(values))
    assert intervals.quantile(shuffled, 0.5) == pytest.approx(
        intervals.quantile(values, 0.5), nan_ok=True
    )
    assert intervals.welch(shuffled, FIRST) == pytest.approx(intervals.welch(values, FIRST))


@given(several, shares)
def test_twice_the_data_shrink_every_interval(values, share):
    k, n = share
    for once, twice in [
        (intervals.mean(values), intervals.mean(values * 2)),
        (intervals.wilson(k, n), intervals.wilson(2 * k, 2 * n)),
        (intervals.poisson_rate(k, n), intervals.poisson_rate(2 * k, 2 * n)),
        (intervals.newcombe(k, n, 3, 9), intervals.newcombe(2 * k, 2 * n, 6, 18)),
        (intervals.welch(values, FIRST), intervals.welch(values * 2, FIRST * 2)),
    ]:
        assert twice.value == pytest.approx(once.value)
        assert twice.high - twice.low < once.high - once.low


def test_twice_the_answers_shrink_the_interval_of_a_mean_by_the_root_of_two():
    once, twice = intervals.mean(FIRST * 200), intervals.mean(FIRST * 400)
    assert (once.high - once.low) / (twice.high - twice.low) == pytest.approx(2**0.5, rel=1e-3)


@given(estimates)
def test_one_estimate_of_weight_one_stays_as_it_is(estimate):
    assert intervals.mover([estimate], [1]) == pytest.approx(estimate)
    assert intervals.mover_bound([estimate], [1]) == pytest.approx(estimate)
    assert intervals.mover([estimate, SPEED[0]], [1, 0]) == pytest.approx(estimate)


@given(estimates)
def test_the_opposite_of_an_estimate_has_its_ends_swapped(estimate):
    value, low, high, n = estimate
    assert intervals.mover([estimate], [-1]) == pytest.approx((-value, -high, -low, n))


@given(st.lists(st.tuples(estimates, st.floats(-2, 2)), min_size=1, max_size=6))
def test_the_bound_holds_the_interval_that_holds_the_value(parts):
    summed, weights = zip(*parts, strict=True)
    value, low, high, _ = intervals.mover(summed, weights)
    _, lowest, highest, _ = intervals.mover_bound(summed, weights)
    if not math.isnan(value):
        assert lowest - 1e-9 <= low <= value <= high <= highest + 1e-9


@given(shares, shares)
def test_the_change_back_is_the_change_with_the_other_sign(first, second):
    there, back = intervals.newcombe(*first, *second), intervals.newcombe(*second, *first)
    assert (there.value, there.low, there.high) == pytest.approx(
        (-back.value, -back.high, -back.low), abs=1e-12
    )
    assert -1 <= there.low <= there.value <= there.high <= 1


@given(several, several)
def test_an_interval_of_a_difference_and_its_p_value_agree(first, second):
    change = intervals.welch(first, second)
    expected = stats.ttest_ind(second, first, equal_var=False)
    assert ends(change)[1:] == pytest.approx(tuple(expected.confidence_interval()))
    assert (change.low > 0 or change.high < 0) == (expected.pvalue < 0.05)


@given(st.floats(5, 30), half, half)
def test_days_turned_into_points_keep_their_interval_in_order(days, down, up):
    found = intervals.mapped(
        Estimate(days, days - down, days + up, 40),
        lambda x: normalisation.linear(x, worst=30, best=5),
        falling=True,
    )
    assert 0 <= found.low <= found.value <= found.high <= 100


def test_a_missing_limit_in_days_is_missing_on_the_other_side_in_points():
    days = Estimate(12, 10, nan, 40)
    found = intervals.mapped(days, lambda x: normalisation.linear(x, 30, 5), falling=True)
    assert math.isnan(found.low)
    assert (found.value, found.high) == (72, 80)


def test_one_answer_has_a_mean_and_no_spread_and_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = intervals.moments_of_counts([1, 2, 3], [0, 1, 0])
    assert found.mean == 2 and found.n == 1 and np.isnan(found.sd)


@pytest.mark.parametrize(("first", "second"), [([3, 3], [4] * 9), ([3] * 9, [4, 4])])
def test_samples_that_do_not_vary_may_be_of_unlike_sizes(first, second):
    assert ends(intervals.welch(first, second)) == (1, 1, 1)


def test_one_event_has_a_lower_limit_above_nothing():
    rate = intervals.poisson_rate(1, 100, per=1000)
    expected = [10 / 2 * stats.chi2.ppf(q, df) for q, df in ((0.025, 2), (0.975, 4))]
    assert ends(rate) == pytest.approx((10, *expected))


def test_of_six_values_the_median_lies_between_the_first_and_the_last():
    # 2 (1/2)^6 is 3.1 %, of five values 2 (1/2)^5 is 6.3 %: too much
    assert ends(intervals.quantile([9, 2, 4, 6, 7, 3], 0.5)) == (5, 2, 9)
    assert all(math.isnan(end) for end in intervals.quantile([9, 2, 4, 6, 7], 0.5)[1:3])


def test_from_moments_the_interval_is_that_of_the_cases():
    told = intervals.moments(FIRST), intervals.moments(SECOND)
    assert intervals.mean_of_moments(*told[0]) == intervals.mean(FIRST)
    assert ends(intervals.mean_of_moments(*told[0]))[1:] == pytest.approx(t_interval(FIRST))
    assert intervals.welch_of_moments(*told) == intervals.welch(FIRST, SECOND)


# ---------------------------------------------------------------- forecasts


def test_f65_check_35_as_linregress_and_the_formula_give_it():
    made = intervals.forecast([55, 57, 58.5, 61, 62, 64], 5)
    assert made[:3] == pytest.approx((72.976190, 71.127590, 74.824791), abs=1e-6)


def test_a_straight_line_goes_straight_on_without_doubt():
    assert intervals.forecast([1, 2, 3, 4], 2)[:3] == pytest.approx((6, 6, 6))


@pytest.mark.parametrize("values, ahead", [([1, 2], 1), ([1, 2, 3], 0), ([[1, 2, 3]], 1)])
def test_what_cannot_be_carried_on_is_refused(values, ahead):
    with pytest.raises(ValueError, match="three or more"):
        intervals.forecast(values, ahead)


def test_a_question_of_a_branch_has_a_base_of_its_own():
    """Moscow poll of 50,679: yes or no of all, the reasons of those who said no alone.

    Source: vesti-matushkino.ru/active_citizen/191.
    """
    whole, yes, no, reasons = 50_679, 33_001, 17_678, (11_742, 4_423, 1_513)
    assert yes + no == whole and sum(reasons) == no
    of_all = [intervals.percent(each, whole) for each in (yes, no)]
    assert [round(each.value, 2) for each in of_all] == [65.12, 34.88]
    of_no = [intervals.percent(each, no) for each in reasons]
    assert [round(each.value, 2) for each in of_no] == [66.42, 25.02, 8.56]
    assert all(each.n == no and each.low < each.value < each.high for each in of_no)
