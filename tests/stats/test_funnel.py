import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.stats import funnel

K = [40, 82, 150, 33, 260, 95, 61, 180, 70, 45]
N = [50, 100, 200, 50, 300, 120, 80, 220, 100, 50]

units = st.lists(
    st.tuples(st.integers(10, 500), st.floats(0.05, 0.95)).map(
        lambda unit: (round(unit[0] * unit[1]), unit[0])
    ),
    min_size=3,
    max_size=30,
)


# Values known beforehand


def test_f34_check_31_as_funnelplotr_gives_it():
    made = funnel.funnel(K, N)
    assert made.target == pytest.approx(0.8)
    assert made.phi == pytest.approx(2.295781, rel=1e-6)
    assert made.between == pytest.approx(0.003196945, rel=1e-6)
    assert made.adjusted[4] == pytest.approx(1.415392, rel=1e-6)
    assert made.raw[4] == pytest.approx(3.113, abs=5e-4)


def test_a_unit_on_a_limit_is_as_far_away_as_the_limit_says():
    made = funnel.funnel(K, N)
    low, high = funnel.funnel_limits(made.target, N, made.between, 0.95)
    inside = (np.divide(K, N) >= low) & (np.divide(K, N) <= high)
    assert inside.tolist() == (abs(made.adjusted) <= 1.959964).tolist()
    low, high = funnel.funnel_limits(0.8, [400], 0, 0.998)  # asin sqrt .8 -+ 3.0902 / 40
    angle = np.arcsin(np.sqrt(0.8))
    assert low[0] == pytest.approx(np.sin(angle - 3.090232 / 40) ** 2, rel=1e-6)
    assert high[0] == pytest.approx(np.sin(angle + 3.090232 / 40) ** 2, rel=1e-6)


def test_limits_end_where_a_share_ends():
    low, high = funnel.funnel_limits(0.99, [10], 0, 0.998)
    assert high[0] == 1 and 0 < low[0] < 1


def test_without_spread_beyond_chance_nothing_is_allowed_for():
    made = funnel.funnel([80, 160, 240], [100, 200, 300])
    assert made.between == 0 and made.adjusted == pytest.approx(made.raw)


# What is refused


@pytest.mark.parametrize(
    "k, n", [([1], [2]), ([3, 1], [2, 2]), ([1, 1], [2, 0]), ([-1, 1], [2, 2])]
)
def test_counts_that_cannot_be_are_refused(k, n):
    with pytest.raises(ValueError, match="`k` and `n`"):
        funnel.funnel(k, n)


# What always holds


@given(units)
def test_the_order_of_units_and_the_side_counted_change_nothing(rows):
    k, n = (np.array(part) for part in zip(*rows, strict=True))
    made, turned = funnel.funnel(k, n), funnel.funnel(k[::-1], n[::-1])
    assert turned.adjusted[::-1] == pytest.approx(made.adjusted)
    other = funnel.funnel(n - k, n)
    assert other.adjusted == pytest.approx(-made.adjusted, abs=1e-9)


@given(units)
def test_allowing_for_spread_never_makes_a_unit_stand_out_more(rows):
    k, n = zip(*rows, strict=True)
    made = funnel.funnel(k, n)
    assert made.between >= 0 and (abs(made.adjusted) <= abs(made.raw) + 1e-12).all()
