import heapq
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.stats import queueing

arrivals = st.floats(0.1, 200)
rates = st.floats(0.5, 30)


@pytest.mark.parametrize(("windows", "over"), [(6, 0.216135), (7, 0.043869)])
def test_f52_check_32_longer_than_a_quarter_of_an_hour(windows, over):
    assert queueing.waits_over(15, 20, 4, windows) == pytest.approx(over, abs=5e-7)


@pytest.mark.parametrize(("windows", "waits", "mean"), [(6, 0.5875, 8.81), (7, 0.3242, 2.43)])
def test_waiting_at_all_and_on_average(windows, waits, mean):
    assert queueing.share_waiting(20, 4, windows) == pytest.approx(waits, abs=1e-4)
    assert queueing.mean_wait(20, 4, windows) == pytest.approx(mean, abs=5e-3)


def test_one_more_window_keeps_the_promise_of_a_quarter_of_an_hour():
    assert queueing.windows_for(15, 0.95, 20, 4) == 7
    assert 1 - queueing.waits_over(15, 20, 4, 7) == pytest.approx(0.956, abs=5e-4)


def test_windows_that_cannot_cope():
    assert queueing.share_waiting(20, 4, 5) == 1
    assert queueing.waits_over(15, 20, 4, 5) == 1
    assert queueing.mean_wait(20, 4, 5) == math.inf


def test_nobody_comes_nobody_waits():
    assert queueing.share_waiting(0, 4, 1) == 0 and queueing.mean_wait(0, 4, 1) == 0
    assert queueing.windows_for(15, 0.95, 0, 4) == 1


# Second ways


@given(st.floats(0.1, 30), st.integers(1, 40))
def test_the_sum_with_factorials_gives_the_same(offered, windows):
    if offered >= 0.999 * windows:
        return
    last = offered**windows / math.factorial(windows) * windows / (windows - offered)
    every = sum(offered**k / math.factorial(k) for k in range(windows))
    assert queueing.share_waiting(offered, 1, windows) == pytest.approx(last / (every + last))


def test_one_window_is_the_textbook_queue():
    assert queueing.share_waiting(3, 4, 1) == pytest.approx(3 / 4)
    assert queueing.mean_wait(3, 4, 1) == pytest.approx(60 * 3 / (4 * (4 - 3)))


def test_a_queue_played_through_waits_as_long():
    rng = np.random.default_rng(5)
    come = np.cumsum(rng.exponential(1 / 20, 400_000))
    free, waited = [0.0] * 7, np.empty(len(come))
    for place, (now, service) in enumerate(zip(come, rng.exponential(1 / 4, len(come)))):  # noqa: B905
        begin = max(now, heapq.heappop(free))
        waited[place] = begin - now
        heapq.heappush(free, begin + service)
    assert (waited > 0).mean() == pytest.approx(queueing.share_waiting(20, 4, 7), abs=0.01)
    assert (waited > 0.25).mean() == pytest.approx(queueing.waits_over(15, 20, 4, 7), abs=0.005)
    assert waited.mean() * 60 == pytest.approx(queueing.mean_wait(20, 4, 7), abs=0.1)


# Whatever the numbers


@given(st.floats(0, 60), arrivals, rates, st.integers(1, 60))
def test_one_more_window_never_lengthens_waiting(minutes, come, rate, windows):
    now, more = (queueing.waits_over(minutes, come, rate, c) for c in (windows, windows + 1))
    assert 0 <= more <= now <= 1
    assert queueing.mean_wait(come, rate, windows + 1) <= queueing.mean_wait(come, rate, windows)


@given(st.floats(0, 60), arrivals, rates, st.integers(1, 60))
def test_more_people_never_shorten_waiting(minutes, come, rate, windows):
    now = queueing.waits_over(minutes, come, rate, windows)
    assert queueing.waits_over(minutes, come * 1.1, rate, windows) >= now - 1e-12


@given(st.floats(0.5, 60), st.floats(0.5, 0.99), arrivals, rates)
def test_the_smallest_number_keeps_the_promise_and_one_fewer_does_not(minutes, share, come, rate):
    windows = queueing.windows_for(minutes, share, come, rate)
    assert queueing.waits_over(minutes, come, rate, windows) <= 1 - share
    if windows > 1:
        assert queueing.waits_over(minutes, come, rate, windows - 1) > 1 - share


def test_a_thousand_windows_do_not_overflow():
    assert 0 < queueing.share_waiting(950, 1, 1000) < 0.2


def test_the_table_says_the_same_in_per_cent():
    rows = queueing.windows_table(15, 20, 4, [5, 6, 7])
    assert rows["windows"].tolist() == [5, 6, 7]
    assert rows["load"].tolist() == pytest.approx([100, 100 * 20 / 24, 100 * 20 / 28])
    assert rows["over"].tolist() == pytest.approx([100, 21.6135, 4.3869], abs=1e-4)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: queueing.share_waiting(-1, 4, 2), "`arrivals` must"),
        (lambda: queueing.share_waiting(1, 0, 2), "`rate` must"),
        (lambda: queueing.share_waiting(1, 4, 0), "`windows` must"),
        (lambda: queueing.share_waiting(1, 4, 2.5), "`windows` must"),
        (lambda: queueing.waits_over(-1, 1, 4, 2), "`minutes` must"),
        (lambda: queueing.windows_for(15, 1, 1, 4), "`share` must"),
        (lambda: queueing.windows_for(15, 0.9, 1e6, 4), "`arrivals` must"),
    ],
)
def test_the_impossible_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()
