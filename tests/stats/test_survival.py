"""Durations with open cases: against published values, scipy, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ccwork.stats import intervals, survival

TIME = [3, 5, 5, 8, 10, 12, 12, 15, 20, 20, 25, 30]
CAUSE = [1, 2, 0, 1, 1, 2, 0, 1, 1, 0, 2, 0]
CURVE = survival.kaplan_meier(TIME, CAUSE)

cases = st.lists(
    st.tuples(st.integers(0, 20).map(float), st.integers(0, 2)), min_size=1, max_size=40
)


def test_the_published_curve_holds():
    assert survival.share_lasting(CURVE, 10)[:3] == pytest.approx(
        (0.648148, 0.309662, 0.851798), abs=1e-6
    )
    assert survival.share_lasting(CURVE, 15)[:3] == pytest.approx(
        (0.444444, 0.151410, 0.705850), abs=1e-6
    )
    assert survival.time_quantile(CURVE, 0.5) == (15, 5, 25, 12)


def test_the_published_incidence_holds_and_one_minus_the_curve_says_too_much():
    rows = survival.cumulative_incidence(TIME, CAUSE)
    by_25 = rows[rows["time"] == 25].set_index("cause")["share"]
    assert by_25[1] == pytest.approx(0.490741, abs=1e-6)
    assert by_25[2] == pytest.approx(0.342593, abs=1e-6)
    naive = survival.kaplan_meier(TIME, np.array(CAUSE) == 1)
    assert 1 - survival.share_lasting(naive, 25).value == pytest.approx(0.572222, abs=1e-6)


def test_scipy_says_the_same():
    ended = np.array(CAUSE) > 0
    data = stats.CensoredData.right_censored(TIME, ~ended)
    theirs = stats.ecdf(data).sf
    low_high = theirs.confidence_interval(0.95, method="log-log")
    for row in CURVE[CURVE["share"] > 0].itertuples():
        assert row.share == pytest.approx(theirs.evaluate(row.time), rel=1e-12)
        assert row.low == pytest.approx(low_high.low.evaluate(row.time), rel=1e-9)
        assert row.high == pytest.approx(low_high.high.evaluate(row.time), rel=1e-9)


@given(cases)
@settings(max_examples=60, deadline=None)
def test_scipy_says_the_same_of_any_cases(rows):
    time, cause = map(np.array, zip(*rows, strict=True))
    curve = survival.kaplan_meier(time, cause)
    theirs = stats.ecdf(stats.CensoredData.right_censored(time, cause == 0)).sf
    assert curve["share"].to_numpy() == pytest.approx(theirs.evaluate(curve["time"].to_numpy()))


@given(cases)
@settings(max_examples=60, deadline=None)
def test_shares_of_all_ways_to_end_and_of_the_open_add_up(rows):
    time, cause = map(np.array, zip(*rows, strict=True))
    curve = survival.kaplan_meier(time, cause)
    found = survival.cumulative_incidence(time, cause)
    ended = found.groupby("time")["share"].sum().reindex(curve["time"], fill_value=0)
    assert (ended.to_numpy() + curve["share"].to_numpy()) == pytest.approx(1)


def test_with_one_way_to_end_the_incidence_and_its_limits_mirror_the_curve():
    ended = np.array(CAUSE) > 0
    curve = survival.kaplan_meier(TIME, ended)
    found = survival.cumulative_incidence(TIME, ended.astype(int))
    assert found["share"].to_numpy() == pytest.approx(1 - curve["share"].to_numpy())
    greenwood = np.cumsum(
        curve["ended"] / (curve["at_risk"] * (curve["at_risk"] - curve["ended"]))
    )
    share = curve["share"].to_numpy()
    spread = stats.norm.ppf(0.975) * share * np.sqrt(greenwood)
    assert found["low"].to_numpy() == pytest.approx(
        (1 - share) ** np.exp(spread / (1 - share) / -np.log(1 - share))
    )


def test_the_limits_of_an_incidence_are_about_those_of_a_bootstrap():
    rng = np.random.default_rng(7)
    time, cause = rng.exponential(10, 400).round(1), rng.integers(0, 3, 400)
    row = survival.cumulative_incidence(time, cause).query("cause == 1 and time <= 10").iloc[-1]
    again = []
    for _ in range(400):
        draw = rng.integers(0, 400, 400)
        found = survival.cumulative_incidence(time[draw], cause[draw])
        again.append(found.query("cause == 1 and time <= 10")["share"].iloc[-1])
    assert [row["low"], row["high"]] == pytest.approx(
        np.quantile(again, [0.025, 0.975]), abs=0.015
    )


@given(st.lists(st.integers(0, 50).map(float), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_without_open_cases_the_median_is_the_usual_one(values):
    curve = survival.kaplan_meier(values, [1] * len(values))
    assert survival.time_quantile(curve, 0.5).value == pytest.approx(
        intervals.quantile(values, 0.5)[0]
    )


@given(cases, st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_all_cases_twice_leave_the_shares_and_narrow_the_limits(rows, times):
    time, cause = map(np.array, zip(*rows, strict=True))
    once = survival.kaplan_meier(time, cause)
    more = survival.kaplan_meier(np.tile(time, times), np.tile(cause, times))
    assert more["share"].to_numpy() == pytest.approx(once["share"].to_numpy())
    narrower = (more["high"] - more["low"]) <= (once["high"] - once["low"]) + 1e-9
    assert narrower[once["share"].between(1e-9, 1 - 1e-9)].all()


def test_a_median_not_reached_is_missing_not_the_last_time():
    curve = survival.kaplan_meier([1, 2, 3, 4], [1, 0, 0, 0])
    assert np.isnan(survival.time_quantile(curve, 0.5).value)
    assert np.isnan(survival.share_lasting(curve, 5).value)
    assert survival.share_lasting(curve, 0.5).value == 1


def test_no_cases_give_no_numbers():
    curve = survival.kaplan_meier([], [])
    assert curve.empty
    assert np.isnan(survival.time_quantile(curve, 0.5).value)
    assert np.isnan(survival.share_lasting(curve, 5).value)
    assert survival.cumulative_incidence([], []).empty


@pytest.mark.parametrize(
    ("time", "ended"), [([-1.0], [1]), ([1.0, 2.0], [1]), ([1.0], [-1])], ids=str
)
def test_times_that_cannot_be_are_refused(time, ended):
    with pytest.raises(ValueError, match="must be"):
        survival.cumulative_incidence(time, ended)


def test_a_share_out_of_range_is_refused():
    with pytest.raises(ValueError, match="`q` must"):
        survival.time_quantile(CURVE, 1)
