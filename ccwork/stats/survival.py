"""How long it takes when not every case has ended: open cases count for as long as they lasted.

A case is a time and whether it ended then; a case still open is cut short ("censored") at the
time it was last seen. Leaving open cases out, or taking them for ended, makes every duration
look shorter than it is. Where a case passes several links, the last functions tell how much
each of them is behind its being late.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from ccwork.stats import decomposition
from ccwork.stats.intervals import NAN, Estimate, demand, inside

ALIKE: Final = 1e-9
"""Shares closer than this are equal (our choice, as the R package "survival" does)."""


def _limits(share: np.ndarray, se: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % log-log limits of shares with these standard errors; NaN at 0, 1 at 1."""
    z = special.ndtri(0.975)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        spread = z * se / (share * np.abs(np.log(share)))
        low, high = share ** np.exp(spread), share ** np.exp(-spread)
    sure = share >= 1
    return np.where(sure, 1.0, low), np.where(sure, 1.0, high)


def _counted(time: ArrayLike, cause: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the times seen, how many were at risk at each, and ends of each by cause code."""
    time, cause = np.asarray(time, float).ravel(), np.asarray(cause).ravel()
    if len(time) != len(cause):
        raise ValueError(f"`time` must be as long as the ends; not {len(time)} to {len(cause)}.")
    known = ~np.isnan(time)
    time, cause = time[known], cause[known].astype(int)
    if (time < 0).any() or (cause < 0).any():
        raise ValueError("`time` and the ends must be 0 or more; not negative.")
    times, at = np.unique(time, return_inverse=True)
    ends = np.zeros((len(times), int(cause.max(initial=0)) + 1), dtype=np.int64)
    np.add.at(ends, (at, cause), 1)
    left = ends.sum(axis=1)
    at_risk = left[::-1].cumsum()[::-1]
    return times, at_risk, ends


def kaplan_meier(time: ArrayLike, ended: ArrayLike) -> pd.DataFrame:
    """Estimate the share of cases that last longer than each time seen (F49).

    Parameters
    ----------
    time
        How long each case lasted, or has lasted so far, shape (n,); NaN is left out.
    ended
        1 where the case ended then, 0 where it is still open; a code above 1 counts as an end.

    Returns
    -------
    DataFrame
        One row a time seen: ``time``, ``at_risk``, ``ended``, ``open`` (cut short then),
        ``share`` (0..1) still going on after it, with ``low`` and ``high``. The limits are
        NaN where the share is 0.

    Raises
    ------
    ValueError
        When times or ends are negative, or differ in length.

    Notes
    -----
    prod(1 - d/n); a case cut short at the time of an end was still at risk of it. Limits:
    log-log with Greenwood's variance (R: ``conf.type = "log-log"``). Source: Kaplan and Meier
    (1958); Kalbfleisch and Prentice (1980).

    Examples
    --------
    >>> kaplan_meier([1, 2, 2, 3], [1, 1, 0, 1])["share"].round(2).tolist()
    [0.75, 0.5, 0.0]
    """
    times, at_risk, ends = _counted(time, np.asarray(ended).astype(int) > 0)
    ends = np.pad(ends, ((0, 0), (0, 2 - ends.shape[1])))
    died = ends[:, 1]
    share = np.cumprod(1 - died / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(died / (at_risk * (at_risk - died)))
        low, high = _limits(share, share * np.sqrt(greenwood))
    return pd.DataFrame(
        {"time": times, "at_risk": at_risk, "ended": died, "open": ends[:, 0],
         "share": share, "low": low, "high": high}
    )  # fmt: skip


def share_lasting(curve: pd.DataFrame, time: float) -> Estimate:
    """Return the share of cases that last longer than `time`, from a `kaplan_meier` curve.

    Beyond the last time seen the share is NaN, unless it has reached 0.

    Examples
    --------
    >>> share_lasting(kaplan_meier([1, 2, 2, 3], [1, 1, 0, 1]), 2.5).value
    0.5
    """
    n = int(curve["at_risk"].iloc[0]) if len(curve) else 0
    place = int(np.searchsorted(curve["time"], time, side="right")) - 1
    if place < 0:
        return Estimate(1.0 if n and time >= 0 else NAN, NAN, NAN, n)
    row = curve.iloc[place]
    if time > curve["time"].iloc[-1] and row["share"] > 0:
        return Estimate(NAN, NAN, NAN, n)
    return Estimate(float(row["share"]), float(row["low"]), float(row["high"]), n)


def time_quantile(curve: pd.DataFrame, q: float) -> Estimate:
    """Estimate the time by which a share `q` of cases has ended.

    Parameters
    ----------
    curve
        What `kaplan_meier` returns.
    q
        Share between 0 and 1: 0.5 is the median, 0.9 what nine in ten do not exceed.

    Returns
    -------
    Estimate
        In the unit of the times; NaN where the curve, or its limit, does not fall so far:
        too many cases are still open to tell.

    Raises
    ------
    ValueError
        When q is not between 0 and 1.

    Notes
    -----
    The first time at which the share still going on is 1 - q or less; where it equals 1 - q
    for a while, the middle of that while, so that without open cases the median is the usual
    one. Limits: the same of the limits of the curve. Source: Brookmeyer and Crowley (1982);
    R package "survival".

    Examples
    --------
    >>> time_quantile(kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1]), 0.5).value
    2.5
    """
    inside(0, 1, q=q)
    steps = curve[curve["ended"] > 0]
    times = steps["time"].to_numpy(float)
    n = int(curve["at_risk"].iloc[0]) if len(curve) else 0
    value, low, high = (
        _crossing(times, steps[column].to_numpy(float), 1 - q)
        for column in ("share", "low", "high")
    )
    return Estimate(value, low, high, n)


def _crossing(times: np.ndarray, shares: np.ndarray, level: float) -> float:
    """Return when a falling curve reaches a level; the middle where it rests on it."""
    reached = np.flatnonzero(shares <= level + ALIKE)
    if not reached.size:
        return NAN
    first = reached[0]
    rests = abs(shares[first] - level) <= ALIKE and first + 1 < len(times)
    return float((times[first] + times[first + 1]) / 2 if rests else times[first])


def cumulative_incidence(time: ArrayLike, cause: ArrayLike) -> pd.DataFrame:
    """Estimate the share of cases that have ended in each way by each time seen (F50).

    Parameters
    ----------
    time
        How long each case lasted, or has lasted so far, shape (n,); NaN is left out.
    cause
        0 where the case is open, else a code 1, 2 ... of the way it ended: done, withdrawn,
        refused.

    Returns
    -------
    DataFrame
        One row a time seen and cause: ``time``, ``cause``, ``share`` (0..1), ``low``, ``high``.
        At each time the shares of all causes and the share still open add up to 1.

    Raises
    ------
    ValueError
        When times or causes are negative, or differ in length.

    Notes
    -----
    sum S(t-) d_k / n: a case withdrawn can never be done any more, so 1 minus Kaplan-Meier
    with withdrawals as open cases says too much. Limits: log-log with the delta variance of
    Marubini and Valsecchi (1995). Source: Aalen and Johansen (1978).

    Examples
    --------
    >>> rows = cumulative_incidence([1, 2, 3, 4], [1, 2, 1, 0])
    >>> rows.groupby("cause")["share"].last().tolist()
    [0.5, 0.25]
    """
    times, at_risk, ends = _counted(time, cause)
    died = ends[:, 1:].sum(axis=1)
    after = np.cumprod(1 - died / at_risk)
    before = np.r_[1.0, after[:-1]] if len(times) else after
    parts = []
    for code in range(1, ends.shape[1]):
        share = np.cumsum(before * ends[:, code] / at_risk)
        se = _incidence_se(share, before, at_risk, died, ends[:, code])
        low, high = _limits(share, se)
        columns = {"time": times, "cause": code, "share": share, "low": low, "high": high}
        parts.append(pd.DataFrame(columns))
    empty = pd.DataFrame(columns=["time", "cause", "share", "low", "high"], dtype=float)
    return pd.concat(parts, ignore_index=True) if parts else empty


def _incidence_se(
    share: np.ndarray, before: np.ndarray, at_risk: np.ndarray, died: np.ndarray, own: np.ndarray
) -> np.ndarray:
    """Return the standard error of a cumulative incidence at every time.

    sum (F(t)-F(j))^2 d/(n(n-d)) + sum S(j-)^2 d_k(n-d_k)/n^3 - 2 sum (F(t)-F(j)) S(j-) d_k/n^2,
    opened up so that each part is one running sum.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(died < at_risk, died / (at_risk * (at_risk - died)), 0.0)
    square = share**2 * hazard.cumsum() - 2 * share * (share * hazard).cumsum()
    square += (share**2 * hazard).cumsum()
    own_part = (before**2 * own * (at_risk - own) / at_risk**3.0).cumsum()
    cross = before * own / at_risk**2.0
    both = share * cross.cumsum() - (share * cross).cumsum()
    return np.sqrt(np.maximum(square + own_part - 2 * both, 0))


def on_time(durations: np.ndarray, norms: Sequence[float], limit: float) -> list[float]:
    """Share out, fairly, how many more cases would be on time if links kept their norms (F30).

    Parameters
    ----------
    durations
        One row a case, one column a link.
    norms
        What each link may take, in the same unit.
    limit
        What the whole may take.

    Returns
    -------
    list of float
        Share of cases (0..1) each link adds; they sum to what all norms kept would add.

    Raises
    ------
    ValueError
        When there are not as many norms as links.

    Notes
    -----
    v(S): share of cases on time if the links in S take no more than their norm. All subsets
    of links are gone through, so they must be few. Source: Shapley (1953).

    Examples
    --------
    >>> days = np.array([[2, 5, 3], [1, 9, 2], [3, 4, 8], [2, 12, 1],
    ...                  [1, 3, 2], [4, 6, 6], [2, 5, 2], [1, 10, 7]])
    >>> [round(share, 4) for share in on_time(days, [2, 5, 3], 10)]
    [0.0417, 0.3542, 0.2292]
    """
    durations, norms = np.asarray(durations, float), np.asarray(norms, float)
    links = durations.shape[1]
    demand(len(norms) == links, f"`norms` must be one a link, {links}", len(norms))
    saved = np.maximum(durations - norms, 0)
    over = durations.sum(axis=1) - limit
    left = over[:, None] - saved @ decomposition.subsets(links).T
    # over the limit by what a machine adds to a sum is on time
    near = 1e-9 * max(1.0, float(np.abs(left).max(initial=0)))
    return decomposition.shapley((left <= near).mean(axis=0)).tolist()
