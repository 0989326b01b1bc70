"""Means of samples that are not simple: each value stands beside the one R survey gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.stats import intervals, survey

CITIZENS = [75, 50, 100, 75, 25, 75, 50, 100]
BUSINESS = [50, 25, 50, 75]
OFFICES = [80, 75, 90, 85, 60, 55, 65, 60, 70, 75, 70, 65, 90, 85, 95, 90, 50, 60, 55, 55]
WEIGHTS = [900 / 8] * 8 + [100 / 4] * 4
STRATA = ["citizen"] * 8 + ["business"] * 4

answers = st.lists(st.integers(1, 5), min_size=3, max_size=30)


def test_f09_check_6_two_strata():
    found = survey.survey_mean(CITIZENS + BUSINESS, WEIGHTS, STRATA)
    assert found.value == 66.875
    assert found.se == pytest.approx(8.29717, abs=5e-6)
    assert (found.df, found.n) == (10, 12)


def test_check_7_five_offices_asked_as_a_whole():
    found = survey.survey_mean(OFFICES, clusters=np.repeat(range(5), 4))
    assert found.value == 71.5 and found.df == 4
    assert found.se == pytest.approx(6.595452979, rel=1e-9)
    alone = survey.survey_mean(OFFICES)
    assert (found.se / alone.se) ** 2 == pytest.approx(4.344283837, rel=1e-9)


def test_f10_check_9_answers_of_unlike_weight_are_worth_fewer():
    assert survey.kish([1] * 60 + [3] * 20 + [6] * 5) == pytest.approx(53.571429, abs=1e-6)
    assert survey.kish([0, 0]) == 0


def test_one_office_alone_and_no_answer_have_no_limits():
    alone = survey.survey_mean([1, 2, 3], clusters=[1, 1, 1])
    assert alone.value == 2 and np.isnan(alone.low) and np.isnan(alone.se)
    empty = survey.survey_mean([np.nan])
    assert np.isnan(empty.value) and empty.n == 0


@given(answers)
def test_without_weights_it_is_the_mean_of_simple_samples(values):
    assert survey.survey_mean(values)[:3] == pytest.approx(intervals.mean(values)[:3], abs=1e-9)


@given(answers, st.floats(0.1, 10), st.randoms())
def test_weights_may_be_multiplied_and_rows_change_places(values, factor, chance):
    weights = [1 + place % 3 for place in range(len(values))]
    order = list(range(len(values)))
    chance.shuffle(order)
    found = survey.survey_mean(values, weights)
    again = survey.survey_mean([values[i] for i in order], [factor * weights[i] for i in order])
    assert again[:4] == pytest.approx(found[:4], abs=1e-9)
    assert again.n_eff == pytest.approx(found.n_eff)


@given(answers)
def test_a_missing_answer_changes_nothing(values):
    assert survey.survey_mean([*values, np.nan]) == survey.survey_mean(values)
