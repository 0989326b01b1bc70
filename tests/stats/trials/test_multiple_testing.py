import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ccwork.stats.trials import multiple_testing

LISTED = [0.001, 0.008, 0.012, 0.041, 0.049, 0.20]
lists = st.lists(st.floats(0, 1), min_size=1, max_size=8)


def test_f60_check_29_the_list_of_r_p_adjust():
    assert multiple_testing.holm(LISTED) == pytest.approx(
        [0.006, 0.040, 0.048, 0.123, 0.123, 0.20]
    )
    found = multiple_testing.benjamini_hochberg(LISTED)
    assert found == pytest.approx([0.006, 0.024, 0.024, 0.0588, 0.0588, 0.20])


@given(lists)
def test_screening_equals_scipy(p):
    expected = stats.false_discovery_control(p, method="bh")
    assert multiple_testing.benjamini_hochberg(p) == pytest.approx(expected)


@given(lists, st.floats(0.001, 0.5))
def test_holm_rejects_what_its_definition_rejects(p, alpha):
    rejected = set()
    for step, place in enumerate(np.argsort(p, kind="stable")):
        if p[place] * (len(p) - step) > alpha:
            break
        rejected.add(place)
    assert set(np.flatnonzero(multiple_testing.holm(p) <= alpha)) == rejected


@given(lists, st.randoms())
def test_the_order_of_questions_does_not_matter(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    mixed = [p[place] for place in order]
    for adjust in (multiple_testing.holm, multiple_testing.benjamini_hochberg):
        assert adjust(mixed).tolist() == adjust(p)[order].tolist()


@given(lists)
def test_screening_is_never_stricter_than_holm_and_neither_lowers_a_p(p):
    strict, loose = multiple_testing.holm(p), multiple_testing.benjamini_hochberg(p)
    assert np.all(strict >= loose - 1e-12)
    assert np.all(loose >= np.array(p) - 1e-12)
    assert np.all(strict <= 1)


def test_a_question_without_an_answer_is_not_counted():
    for adjust in (multiple_testing.holm, multiple_testing.benjamini_hochberg):
        found = adjust([0.01, np.nan, 0.03])
        assert np.isnan(found[1])
        assert found[[0, 2]].tolist() == adjust([0.01, 0.03]).tolist()
    assert multiple_testing.holm([]).size == 0


def test_what_is_no_p_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        multiple_testing.holm([0.5, 1.2])
