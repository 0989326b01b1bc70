"""People drawn anew: the spread of draws is the error the formula gives."""

import numpy as np
import pytest

from ccwork.stats import bootstrap, survey


def test_the_same_words_give_the_same_seed_and_the_same_draw_on_any_machine():
    assert bootstrap.seed("registry", "2026-06", "speed") == 2041478021
    first, again = (bootstrap.drawn("aabb", seed=5, draws=20) for _ in range(2))
    assert (first == again).all()
    assert (first != bootstrap.drawn("aabb", seed=6, draws=20)).any()


def test_weights_keep_every_stratum_and_one_alone_stays():
    weights = bootstrap.drawn("aaab", draws=50)
    assert weights.shape == (50, 4)
    assert weights[:, :3].sum(axis=1) == pytest.approx(np.full(50, 3))
    assert (weights[:, 3] == 1).all()


def test_people_of_one_office_are_drawn_together():
    weights = bootstrap.drawn(["x"] * 6, clusters=[1, 1, 2, 2, 3, 3], draws=50)
    assert (weights[:, ::2] == weights[:, 1::2]).all()
    assert set(np.unique(weights)) <= {0, 1.5, 3.0}


@pytest.mark.parametrize("offices", [None, np.repeat(range(8), 5)])
def test_the_spread_of_draws_is_the_error_of_the_formula(offices):
    values = np.random.default_rng(3).normal(60, 20, 40)
    strata = np.repeat([0, 1], 20)
    drawn = bootstrap.drawn(strata, offices, seed=1)
    spread = (drawn @ values / 40).std()
    expected = survey.survey_mean(values, strata=strata, clusters=offices).se
    assert spread == pytest.approx(expected, rel=0.08)


def test_without_a_seed_the_draw_is_that_of_seed_0():
    people = ["a"] * 6
    assert (bootstrap.drawn(people) == bootstrap.drawn(people, seed=0)).all()
    assert (bootstrap.drawn(people) != bootstrap.drawn(people, seed=1)).any()


def test_people_are_drawn_two_thousand_times():
    assert bootstrap.drawn(["a"] * 3).shape == (2000, 3)


def test_people_alike_drawn_together_spread_as_they_do_one_by_one():
    values, strata, stands = (
        np.array([0, 50, 100, 40]),
        ["a", "a", "a", "b"],
        np.array([30, 10, 20, 1]),
    )
    weights = bootstrap.drawn(strata, seed=2, stands=stands)
    people = np.repeat(values, stands)
    expected = survey.survey_mean(people[:-1]).se * 60 / 61
    assert weights[:, :3].sum(axis=1) == pytest.approx(np.full(2000, 60))
    assert (weights[:, 3] == 1).all()
    drawn = weights @ values / 61
    assert drawn.std() == pytest.approx(expected, rel=0.06)
    assert drawn.mean() == pytest.approx(people.mean(), rel=0.01)
