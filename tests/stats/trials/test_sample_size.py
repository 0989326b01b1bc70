import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from ccwork.stats.trials import sample_size

sds = st.floats(0.5, 50)
effects = st.floats(0.2, 20)


# Values known beforehand


def test_f54_check_24_two_shares():
    assert sample_size.n_two_shares(0.6, 0.7, power=0.8) == pytest.approx(355.942813, rel=1e-6)


def test_f53_check_24_two_means():
    normal = sample_size.n_two_means(20, 5, power=0.8, exact=False)
    assert normal == pytest.approx(251.164151, rel=1e-6)
    assert sample_size.n_two_means(20, 5, power=0.8) == pytest.approx(252.128116, rel=1e-6)


def test_ninety_per_cent_power_needs_337_an_arm():
    assert sample_size.n_two_means(20, 5, exact=False) == pytest.approx(336.2, abs=0.05)
    assert sample_size.rounded_up(sample_size.n_two_means(20, 5, exact=False)) == 337


def test_f11_twenty_a_cluster():
    assert sample_size.cluster_inflation(20, 0.05) == pytest.approx(1.95)


@pytest.mark.parametrize(
    ("looks", "limits"),
    [(1, [1.959964]), (2, [2.796510, 1.977431]), (3, [3.471094, 2.454434, 2.004037])],
)
def test_check_25_obrien_fleming(looks, limits):
    assert sample_size.obrien_fleming(looks) == pytest.approx(limits, abs=1e-5)


@pytest.mark.parametrize(
    ("total", "weekly", "response", "weeks"),
    [(674, 400, 0.25, 7), (674 * 1.95, 400, 0.25, 14), (10, 400, 1, 4), (800, 100, 1, 8)],
)
def test_a_duration_is_whole_weeks_and_four_at_least(total, weekly, response, weeks):
    assert sample_size.duration(total, weekly, response) == weeks


def test_three_guardrails_take_337_an_arm_to_two_thirds():
    def chance(n, guardrails):
        one = sample_size.power_two_means(n, 20, 5)
        return one ** (1 + guardrails)

    assert chance(337, 1) == pytest.approx(0.805, abs=0.01)
    assert chance(337, 3) == pytest.approx(0.65, abs=0.01)
    assert chance(450, 3) == pytest.approx(0.85, abs=0.015)


# Second ways


def test_the_noncentral_t_of_scipy_stats_gives_the_same_power():
    from scipy import stats

    for n, effect in ((5, 20), (30, 8), (252.128116, 5)):
        freedom, shift = 2 * (n - 1), effect / 20 * math.sqrt(n / 2)
        expected = stats.nct.sf(stats.t.ppf(0.975, freedom), freedom, shift)
        assert sample_size.power_two_means(n, 20, effect) == pytest.approx(expected, abs=1e-9)


def test_simulated_t_tests_have_the_power_promised():
    from scipy import stats

    draws = np.random.default_rng(1).normal(size=(2, 20000, 25))
    draws[1] += 0.9
    proven = stats.ttest_ind(draws[1], draws[0], axis=1).pvalue < 0.05
    assert proven.mean() == pytest.approx(sample_size.power_two_means(25, 1, 0.9), abs=0.008)


def test_simulated_shares_have_the_power_promised():
    rng = np.random.default_rng(2)
    one, two = rng.binomial(356, 0.6, 40000) / 356, rng.binomial(356, 0.7, 40000) / 356
    pooled = (one + two) / 2
    z = (two - one) / np.sqrt(2 * pooled * (1 - pooled) / 356)
    assert (np.abs(z) > 1.959964).mean() == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("shares", [[0.5, 1], [1 / 3, 2 / 3, 1]])
def test_simulated_looks_pass_their_limits_as_often_as_computed(shares):
    rng = np.random.default_rng(3)
    steps = np.sqrt(np.diff([0, *shares]))
    score = np.cumsum(rng.normal(size=(200000, len(shares))) * steps, axis=1)
    z = np.abs(score / np.sqrt(shares))
    limits = sample_size.obrien_fleming(len(shares))
    first = np.where((z > limits).any(axis=1), (z > limits).argmax(axis=1), -1)
    share = [(first == look).mean() for look in range(len(shares))]
    assert share == pytest.approx(sample_size.crossing(limits, shares), abs=0.0015)
    assert sum(share) == pytest.approx(0.05, abs=0.002)


@pytest.mark.parametrize(
    ("limits", "shares"),
    [([2.962588, 1.968596], [0.5, 1]), ([3.7103, 2.5114, 1.9930], [1 / 3, 2 / 3, 1])],
)
def test_check_25_the_limits_of_lan_and_demets_spend_what_their_function_says(limits, shares):
    spent = np.cumsum(sample_size.crossing(limits, shares))
    said = 4 * special.ndtr(-special.ndtri(1 - 0.05 / 4) / np.sqrt(shares))
    assert spent == pytest.approx(said, abs=2e-5)


def test_two_looks_by_the_bivariate_normal_of_scipy():
    from scipy import stats

    limits, root = sample_size.obrien_fleming(2), math.sqrt(0.5)
    both = stats.multivariate_normal([0, 0], [[1, root], [root, 1]])
    corners = [(1, 1), (-1, 1), (1, -1), (-1, -1)]
    inside = sum(a * b * both.cdf([a * limits[0], b * limits[1]]) for a, b in corners)
    assert 1 - inside == pytest.approx(0.05, abs=1e-5)


def test_ten_looks_at_the_usual_limit_find_something_in_one_case_of_five():
    looks = [look / 10 for look in range(1, 11)]
    assert sum(sample_size.crossing([1.959964] * 10, looks)) == pytest.approx(0.193, abs=0.001)


def test_n_of_clusters_covers_the_power_on_cluster_means():
    clusters = sample_size.n_clusters(20, 5, 20, 0.05)
    by_deff = 1.95 * sample_size.n_two_means(20, 5, exact=False) / 20
    assert by_deff < clusters < by_deff + 1.5


def test_many_cases_are_the_same_by_t_and_by_the_normal():
    assert sample_size.n_two_means(20, 0.2) == sample_size.n_two_means(20, 0.2, exact=False)
    exact = sample_size.power_two_means(5000, 20, 1), sample_size.power_two_means(5002, 20, 1)
    assert exact[0] == pytest.approx(exact[1], abs=1e-3)


# Whatever the numbers


@given(sds, effects, st.floats(0.1, 0.95))
@settings(deadline=None, max_examples=60)
def test_n_has_the_power_asked_for_and_grows_with_it(sd, effect, wanted):
    n = sample_size.n_two_means(sd, effect, power=wanted)
    if n > 1.01:
        # The noncentral t is good to about 1e-6 where the freedom is no whole number.
        assert sample_size.power_two_means(n, sd, effect) == pytest.approx(wanted, abs=1e-3)
    assert sample_size.n_two_means(sd, effect, power=wanted + 0.04) >= n
    assert sample_size.n_two_means(sd, effect * 1.1, power=wanted) <= n
    assert sample_size.n_two_means(sd * 1.1, effect, power=wanted) >= n


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(0.1, 0.95))
def test_shares_have_the_power_asked_for(share, other, wanted):
    if abs(share - other) < 0.01:
        return
    n = sample_size.n_two_shares(share, other, power=wanted)
    mean, apart = (share + other) / 2, share * (1 - share) + other * (1 - other)
    shift = abs(share - other) * math.sqrt(n) - special.ndtri(0.975) * math.sqrt(
        2 * mean * (1 - mean)
    )
    assert special.ndtr(shift / math.sqrt(apart)) == pytest.approx(wanted)
    assert sample_size.n_two_shares(share, other, power=wanted + 0.04) > n
    assert sample_size.n_two_shares(other, share, power=wanted) == pytest.approx(n)


@given(st.integers(1, 6))
@settings(deadline=None, max_examples=6)
def test_all_looks_together_spend_the_level(looks):
    limits = sample_size.obrien_fleming(looks)
    shares = [(look + 1) / looks for look in range(looks)]
    assert sum(sample_size.crossing(limits, shares)) == pytest.approx(0.05, abs=1e-7)
    assert limits == sorted(limits, reverse=True)


@given(st.floats(1, 1e5), st.floats(1, 1e4), st.floats(0.01, 1))
def test_a_duration_gathers_all_cases(total, weekly, response):
    weeks = sample_size.duration(total, weekly, response)
    assert weeks * weekly * response >= total * (1 - 1e-6) and weeks >= 4


def test_one_case_proves_nothing():
    assert sample_size.power_two_means(1, 20, 5) == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: sample_size.n_two_means(0, 5), "`sd` must"),
        (lambda: sample_size.n_two_means(20, 0), "`effect` must"),
        (lambda: sample_size.n_two_means(20, 5, power=1), "`power` must"),
        (lambda: sample_size.n_two_means(20, 5, alpha=0), "`alpha` must"),
        (lambda: sample_size.n_two_shares(0.6, 0.6), "`difference` must"),
        (lambda: sample_size.n_two_shares(0.6, 1), "`other` must"),
        (lambda: sample_size.cluster_inflation(0, 0.1), "`cluster_size` must"),
        (lambda: sample_size.cluster_inflation(2, 1.1), "`icc` must"),
        (lambda: sample_size.obrien_fleming(0), "`looks` must"),
        (lambda: sample_size.crossing([2], [0.5, 1]), "`information` must"),
        (lambda: sample_size.duration(10, 10, 0), "`response` must"),
    ],
)
def test_the_impossible_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()
