"""How long people queue at several windows: Erlang C, and how many windows keep a promise."""

import math
from collections.abc import Iterable
from typing import Final

import pandas as pd

from ccwork.stats.intervals import demand, inside

MOST: Final = 10_000
"""The search for windows stops here (our choice)."""


def traffic(arrivals: float, rate: float, windows: int) -> float:
    """Return the share of time the windows are busy; at 1 or above the queue never ends.

    Parameters
    ----------
    arrivals
        People an hour who come, 0 or more.
    rate
        People an hour whom one window serves, above 0: 60 / minutes of service.
    windows
        Open windows, 1 or more.
    """
    demand(arrivals >= 0, "`arrivals` must be 0 or more", arrivals)
    demand(rate > 0, "`rate` must be above 0", rate)
    whole = windows >= 1 and windows == int(windows)
    demand(whole, "`windows` must be a whole number from 1", windows)
    return arrivals / (rate * windows)


def share_waiting(arrivals: float, rate: float, windows: int) -> float:
    """Return the share of people who have to wait at all.

    Parameters are those of :func:`traffic`.

    Notes
    -----
    Erlang C through the recursion of Erlang B: no factorials, so no overflow. Arrivals at
    random, one queue, nobody leaves, the hour as it is on average. Source: Erlang (1917).

    Examples
    --------
    >>> [round(share_waiting(20, 4, windows), 5) for windows in (6, 7)]
    [0.58752, 0.32415]
    """
    busy = traffic(arrivals, rate, windows)
    if busy >= 1:
        return 1.0
    offered, blocked = arrivals / rate, 1.0
    for window in range(1, windows + 1):
        blocked = offered * blocked / (window + offered * blocked)
    return blocked / (1 - busy * (1 - blocked))


def waits_over(minutes: float, arrivals: float, rate: float, windows: int) -> float:
    """Return the share of people who wait longer than so many minutes (F52).

    Notes
    -----
    C exp(-(c mu - lambda) t). It rises with `arrivals`: the ends of an interval of
    arrivals give the ends of the answer.

    Examples
    --------
    >>> [round(waits_over(15, 20, 4, windows), 6) for windows in (6, 7)]
    [0.216135, 0.043869]
    """
    demand(minutes >= 0, "`minutes` must be 0 or more", minutes)
    if traffic(arrivals, rate, windows) >= 1:
        return 1.0
    spare = windows * rate - arrivals
    return share_waiting(arrivals, rate, windows) * math.exp(-spare * minutes / 60)


def mean_wait(arrivals: float, rate: float, windows: int) -> float:
    """Return the mean wait in minutes, those who do not wait included.

    Infinite where the windows cannot cope.

    Examples
    --------
    >>> [round(mean_wait(20, 4, windows), 2) for windows in (6, 7)]
    [8.81, 2.43]
    """
    if traffic(arrivals, rate, windows) >= 1:
        return math.inf
    return 60 * share_waiting(arrivals, rate, windows) / (windows * rate - arrivals)


def windows_for(minutes: float, share: float, arrivals: float, rate: float) -> int:
    """Return the smallest number of windows that keeps a promise.

    Parameters
    ----------
    minutes
        The promise: nobody should wait longer.
    share
        Share of people for whom it must be kept, between 0 and 1.
    arrivals, rate
        As in :func:`traffic`.

    Examples
    --------
    >>> windows_for(15, 0.95, 20, 4)
    7
    """
    inside(0, 1, share=share)
    traffic(arrivals, rate, 1)
    for windows in range(int(arrivals / rate) + 1, MOST + 1):
        if waits_over(minutes, arrivals, rate, windows) <= 1 - share:
            return windows
    raise ValueError(f"`arrivals` must need at most {MOST} windows; not {arrivals!r} an hour.")


def windows_table(
    minutes: float, arrivals: float, rate: float, windows: Iterable[int]
) -> pd.DataFrame:
    """Return what each number of windows would give.

    Returns
    -------
    DataFrame
        One row per number of windows: ``windows``, and in percent ``load``, ``waits`` (have
        to wait), ``over`` (wait longer than `minutes`); ``mean_wait`` in minutes.
    """
    rows = [
        (count, 100 * traffic(arrivals, rate, count), 100 * share_waiting(arrivals, rate, count),
         100 * waits_over(minutes, arrivals, rate, count), mean_wait(arrivals, rate, count))
        for count in windows
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["windows", "load", "waits", "over", "mean_wait"])
