import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ccwork.stats import agreement
from ccwork.stats.intervals import mean
from ccwork.stats.survey import clustered_mean

GONE = np.nan
CANONICAL = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, GONE, GONE, GONE],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GONE, 3],
        [GONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GONE],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GONE],
    ]
).T
"""Krippendorff's own example, 12 things rated by 4 observers."""


def table(*cells):
    """Two observers: how often each pair of answers was given."""
    return [pair for pair, n in cells for _ in range(n)]


def test_alpha_of_the_canonical_data():
    found = agreement.alpha(CANONICAL)
    assert found.value == pytest.approx(0.815388, abs=1e-6)
    assert found.low < 0.815388 < found.high and found.n == 11


def slow_alpha(ratings):
    """Alpha by going through all pairs one by one."""
    things = [[x for x in row if not np.isnan(x)] for row in ratings]
    things = [row for row in things if len(row) > 1]
    every = [x for row in things for x in row]

    def far(a, b):
        low, high = min(a, b), max(a, b)
        between = sum(low <= x <= high for x in every)
        return (between - (every.count(low) + every.count(high)) / 2) ** 2 if a != b else 0.0

    seen = sum(sum(far(a, b) for a, b in itertools.permutations(row, 2)) / (len(row) - 1)
               for row in things) / len(every)  # fmt: skip
    chance = sum(far(a, b) for a, b in itertools.permutations(every, 2))
    chance /= len(every) * (len(every) - 1)
    return 1 - seen / chance if chance else np.nan


@given(arrays.arrays(float, (6, 3), elements=st.sampled_from([0.0, 1.0, 2.0, np.nan])))
def test_alpha_is_that_of_all_pairs_one_by_one(ratings):
    found = agreement.alpha(ratings)
    expected = slow_alpha(ratings) if found.n else np.nan
    assert found.value == pytest.approx(expected, nan_ok=True)


def test_alpha_of_full_agreement_is_one_and_of_one_answer_unknown():
    assert agreement.alpha([[0, 0], [1, 1], [2, 2]]).value == 1
    assert np.isnan(agreement.alpha([[2, 2]] * 9)).sum() == 3
    assert agreement.alpha([[1, GONE], [GONE, 2]]).n == 0
    with pytest.raises(ValueError, match="things x observers"):
        agreement.agreed([1, 2])


def test_alpha_does_not_know_the_names_of_observers_or_the_order_of_things():
    shuffled = CANONICAL[::-1, [2, 0, 3, 1]]
    assert agreement.alpha(shuffled).value == pytest.approx(agreement.alpha(CANONICAL).value)


def test_answers_of_one_visit_are_drawn_together():
    rng = np.random.default_rng(4)
    good = rng.integers(0, 3, (5, 20))
    other = np.where(np.arange(5)[:, None] < 2, rng.integers(0, 3, (5, 20)), good)
    ratings = np.column_stack([good.ravel(), other.ravel()])
    alone, whole = (
        agreement.alpha(ratings),
        agreement.alpha(ratings, groups=np.repeat(np.arange(5), 20)),
    )
    assert whole.value == alone.value
    assert whole.high - whole.low > 2 * (alone.high - alone.low)
    with pytest.raises(ValueError, match="`groups` must be"):
        agreement.alpha(ratings, groups=[1, 2])


def test_the_interval_of_alpha_is_the_same_every_time():
    assert agreement.alpha(CANONICAL) == agreement.alpha(CANONICAL)


def test_the_interval_of_alpha_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(7)
    first = rng.integers(0, 3, (40_000, 1))
    wrong = rng.random((40_000, 1)) < 0.25
    pairs = np.hstack([first, np.where(wrong, rng.integers(0, 3, (40_000, 1)), first)])
    truth = agreement.alpha(pairs, groups=np.zeros(len(pairs))).value
    found = [agreement.alpha(pairs[at : at + 60]) for at in range(0, 3000, 60)]
    assert 0.86 <= np.mean([each.low <= truth <= each.high for each in found]) <= 1


def test_ac1_and_kappa_of_the_check_table():
    ratings = np.array(table(((1, 1), 20), ((1, 0), 5), ((0, 1), 10), ((0, 0), 15)))
    found = agreement.ac1(ratings, [0, 1])
    assert found.value == pytest.approx(0.405941, abs=1e-6)
    shares = (ratings == 1).mean(axis=0)
    by_chance = shares.prod() + (1 - shares).prod()
    agreed = agreement.agreed(ratings)
    assert (agreed - by_chance) / (1 - by_chance) == pytest.approx(0.4)


def test_where_one_answer_prevails_ac1_stays_and_alpha_falls():
    ratings = table(((1, 1), 90), ((1, 0), 4), ((0, 1), 5), ((0, 0), 1))
    assert agreement.agreed(ratings) == pytest.approx(0.91)
    assert agreement.ac1(ratings, [0, 1]).value == pytest.approx(0.900, abs=5e-4)
    assert agreement.alpha(ratings).value < 0.2


def test_ac1_asks_for_all_answers_there_may_be():
    assert agreement.ac1([[2, 2]] * 12, [0, 1, 2]).value == 1
    ratings = [[2, 2], [2, 1], [2, 2]]
    assert agreement.ac1(ratings, [0, 1, 2]).value > agreement.ac1(ratings, [1, 2]).value
    with pytest.raises(ValueError, match="two answers or more"):
        agreement.ac1([[1, 1]], [1])


@pytest.mark.parametrize(("share", "n"), [(0.2, 14), (0.1, 29), (0.5, 5), (0.95, 1)])
def test_visits_to_see_a_trouble(share, n):
    assert agreement.visits_to_see(share) == n
    assert 1 - (1 - share) ** n >= 0.95 - 1e-12 > 1 - (1 - share) ** (n - 1) - 1e-9


def test_what_no_visit_met():
    assert agreement.unseen(14) == pytest.approx(0.193, abs=5e-4)
    assert agreement.unseen(5) == pytest.approx(1 - 0.05 ** (1 / 5))
    assert agreement.unseen(0) == 1
    with pytest.raises(ValueError, match="`visits`"):
        agreement.unseen(-1)


def test_so_many_visits_as_see_a_share_leave_no_greater_one_unseen():
    for share in (0.05, 0.1, 0.2, 0.4):
        n = agreement.visits_to_see(share)
        assert agreement.unseen(n) <= share < agreement.unseen(n - 1)


def test_visits_for_a_reliable_office_mean():
    assert agreement.visits_for_reliability(0.3) == 10  # 9.33 by F42
    n = agreement.visits_for_reliability(0.2, 0.7)
    reliability = [k * 0.2 / (1 + (k - 1) * 0.2) for k in (n - 1, n)]
    assert reliability[0] < 0.7 <= reliability[1]


def test_visits_for_a_score_within_five_points():
    assert agreement.visits_for_width(15, 5) == 38
    assert agreement.visits_for_width(0, 5) == 2


@pytest.mark.parametrize(
    "call",
    [
        lambda: agreement.visits_to_see(0),
        lambda: agreement.visits_to_see(0.2, 1),
        lambda: agreement.visits_for_reliability(1),
        lambda: agreement.visits_for_reliability(0.3, 0),
        lambda: agreement.visits_for_width(-1, 5),
        lambda: agreement.visits_for_width(15, 0),
    ],
)
def test_what_cannot_be_is_refused(call):
    with pytest.raises(ValueError, match="must be"):
        call()


def test_a_mean_of_clusters_is_that_of_the_survey_package():
    y = [80, 75, 90, 85, 60, 55, 65, 60, 70, 75, 70, 65, 90, 85, 95, 90, 50, 60, 55, 55]
    found = clustered_mean(y, np.repeat(np.arange(5), 4))
    half = 2.7764451052 * 6.595452979  # t with 4 degrees of freedom, check value 7
    assert found.value == 71.5 and found.n == 20
    assert found.high - found.value == pytest.approx(half)
    assert found.value - found.low == pytest.approx(half)


def test_clusters_of_one_give_the_plain_interval_and_one_cluster_none():
    y = [3.0, 5.0, 8.0, 1.0, GONE]
    assert clustered_mean(y, list("abcde")) == pytest.approx(mean(y))
    assert np.isnan(clustered_mean([1, 2], ["a", "a"]).low)
    assert clustered_mean([], []).n == 0
    with pytest.raises(ValueError, match="`clusters` must be"):
        clustered_mean([1, 2], ["a"])
