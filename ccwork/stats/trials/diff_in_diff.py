"""Units that changed against units that did not: interval, randomisation test, placebos.

One number stands for a unit (an office, a region): its mean, or its change from before to
after. Units, not cases, are what was changed, so units are what is counted. A unit with NaN is
left out. Signs are kept: which direction is good is for the caller to say.
"""

import math
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ccwork.stats import intervals
from ccwork.stats.intervals import NAN, alike, demand, inside

EXACT: Final = 20_000
"""Up to so many ways to assign units all are counted; above, ways are drawn (our choice)."""

DRAWN: Final = 9_999
"""Ways drawn where they are too many to count (our choice)."""

GROUPS: Final = 1_999
"""Placebo groups drawn (our choice)."""

RARE: Final = 0.05
"""A placebo group is judged by what one in twenty of them would show (our choice)."""

LEAST_FAKE: Final = 2
"""Periods on either side of an invented start at least (our choice)."""

LEAST_BEFORE: Final = 3
"""Fewer periods before the change than this show no trend of it (our choice)."""

ALIKE: Final = 1e-9
"""Differences closer than this share of the largest are equal (our choice)."""


class Effect(NamedTuple):
    """An effect with its interval and what the interval stands on.

    Attributes
    ----------
    value, low, high
        In the unit of the values; NaN limits where the units do not suffice.
    n
        Units (or points of a series) in all.
    p
        Two-sided p of no effect; NaN where there are no limits for it.
    se, df
        Standard error and degrees of freedom of t; NaN where limits come from counting.
    """

    value: float
    low: float
    high: float
    n: int
    p: float = NAN
    se: float = NAN
    df: float = NAN

    def turned(self, sign: int) -> "Effect":
        """Return the effect so that plus is better: `sign` is -1 where less is.

        Examples
        --------
        >>> Effect(-3, -5, -1, 40).turned(-1)[:3]
        (3, 1, 5)
        """
        if sign > 0:
            return self
        return self._replace(value=-self.value, low=-self.high, high=-self.low)


def of_t(value: float, se: float, df: float, n: int, confidence: float = 0.95) -> Effect:
    """Return an effect from its standard error and degrees of freedom.

    Examples
    --------
    >>> [round(end, 3) for end in of_t(2, 1, 10, 12)[:3]]
    [2, -0.228, 4.228]
    """
    inside(0, 1, confidence=confidence)
    half = special.stdtrit(df, (1 + confidence) / 2) * se
    p = float(value == 0) if se == 0 else float(2 * special.stdtr(df, -abs(value) / se))
    return Effect(value, float(value - half), float(value + half), n, p, se, df)


def _present(values: ArrayLike, treated: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return values and arms of the units that have a value."""
    values, treated = np.asarray(values, dtype=float), np.asarray(treated, dtype=bool)
    alike(values.ravel(), treated=treated)
    present = ~np.isnan(values)
    return values[present], treated[present]


def difference(values: ArrayLike, treated: ArrayLike, confidence: float = 0.95) -> Effect:
    """Estimate the difference of two groups of units by t, whatever their spread.

    Parameters
    ----------
    values
        One number a unit, shape (k,): its mean or its change.
    treated
        True for units with the change, shape (k,).
    confidence
        Level of the interval.

    Returns
    -------
    Effect
        Treated minus others. No limits when a group has fewer than two units: how much one
        unit would have moved by itself cannot be seen from it.

    Notes
    -----
    d ± t se, each group with its own spread: Welch (1947), as ``intervals.welch``; on cluster
    means Donner and Klar (2000). Where neither group varies, k - 2 degrees of freedom.

    Examples
    --------
    >>> [round(end, 3) for end in difference([1, 2, 3, 2, 3, 4], [0, 0, 0, 1, 1, 1])[:3]]
    [1.0, -1.267, 3.267]
    """
    values, treated = _present(values, treated)
    one, other = values[treated], values[~treated]
    n = len(values)
    value = float(one.mean() - other.mean()) if len(one) and len(other) else NAN
    if min(len(one), len(other)) < 2:
        return Effect(value, NAN, NAN, n)
    se, df = intervals.welch_error(one.std(ddof=1), len(one), other.std(ddof=1), len(other))
    return of_t(value, se, df, n, confidence)


# ---------------------------------------------------------------- randomisation


def orders(labels: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the ways to share out labels within groups, shape (ways, k): all, or drawn.

    Drawn ways hold the way that was, so that no p is 0.

    Examples
    --------
    >>> orders(np.array([1, 0, 5]), np.array([0, 0, 1])).tolist()
    [[1, 0, 5], [0, 1, 5]]
    """
    within = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    sizes = [_ways(labels[units]) for units in within]
    if math.prod(sizes) <= EXACT:
        places = np.unravel_index(np.arange(math.prod(sizes)), sizes)
        rows = np.empty((math.prod(sizes), len(labels)), dtype=labels.dtype)
        for units, place in zip(within, places, strict=True):
            rows[:, units] = _distinct(labels[units])[place]
        return rows
    rng = np.random.default_rng(1)
    rows = np.tile(labels, (DRAWN, 1))
    for units in within:
        order = rng.random((DRAWN, len(units))).argsort(axis=1)
        np.put_along_axis(rows, units[order], np.sort(labels[units])[::-1], axis=1)
    return np.vstack([labels, rows])


def _ways(labels: np.ndarray) -> int:
    _, counts = np.unique(labels, return_counts=True)
    return math.factorial(len(labels)) // math.prod(map(math.factorial, counts.tolist()))


def _distinct(labels: np.ndarray) -> np.ndarray:
    """Return the distinct orders of labels, shape (ways, k)."""
    last, n = labels.max(initial=0), len(labels)
    rest = labels[labels != last]
    if not len(rest):
        return labels[None]
    chosen = np.array(list(combinations(range(n), n - len(rest))))
    rows = np.full((len(chosen), n), last)
    left = np.ones(rows.shape, dtype=bool)
    np.put_along_axis(left, chosen, False, axis=1)
    others = _distinct(rest)
    rows = np.repeat(rows, len(others), axis=0)
    rows[np.repeat(left, len(others), axis=0)] = np.tile(others, (len(chosen), 1)).ravel()
    return rows


def by_assignments(moved: np.ndarray, shared: np.ndarray, value: float, n: int,
            confidence: float = 0.95) -> Effect:  # fmt: skip
    """Return an effect from the estimates that other assignments would have given.

    Parameters
    ----------
    moved
        Estimate under each assignment, the one that was included, shape (ways,).
    shared
        What each estimate would gain if the effect were 1: 1 for the assignment that was,
        less for any other, shape (ways,).
    value
        Estimate under the assignment that was.
    n
        Units.
    confidence
        Level of the interval.

    Notes
    -----
    p: the share of assignments with an estimate as far from 0 (F57). The limits hold every
    effect that neither one-sided test at (1 - confidence) / 2 excludes: a wrong "above 0" is as
    rare as the level promises, whatever the sizes of the groups. Source: Fisher (1935); limits
    in closed form after Garthwaite (1996), our derivation: an assignment is as extreme as the
    one that was for effects beyond (value - moved) / (1 - shared).
    """
    inside(0, 1, confidence=confidence)
    slack = ALIKE * max(float(np.abs(moved).max()), abs(value))
    p = float((np.abs(moved) >= abs(value) - slack).mean())
    same = shared > 1 - ALIKE
    edges = np.sort((value - moved[~same]) / (1 - shared[~same]))
    beyond = math.floor((1 - confidence) / 2 * len(moved) + ALIKE) - int(same.sum())
    if not 0 <= beyond < len(edges):
        return Effect(value, NAN, NAN, n, p)
    return Effect(value, float(edges[beyond]), float(edges[-1 - beyond]), n, p)


def randomisation(values: ArrayLike, treated: ArrayLike, confidence: float = 0.95) -> Effect:
    """Estimate the difference of two groups of units by swapping who had the change (F57).

    Parameters
    ----------
    values, treated
        As in :func:`difference`.
    confidence
        Level of the interval.

    Returns
    -------
    Effect
        Treated minus others. No limits where there are too few assignments for the level:
        with one treated unit 95 % needs 39 others. ``se`` and ``df`` are NaN. Up to
        :data:`EXACT` assignments all are counted, else :data:`DRAWN` are drawn, and p is
        (b + 1) / (:data:`DRAWN` + 1).

    Examples
    --------
    >>> found = randomisation([9, 7, 8, 5, 2, 1, 4, 3], [1, 1, 1, 1, 0, 0, 0, 0])
    >>> found.value, round(found.p, 4), found.low, found.high
    (4.75, 0.0286, 1.0, 8.0)
    """
    values, treated = _present(values, treated)
    if treated.all() or not treated.any():
        return Effect(NAN, NAN, NAN, 0)
    up, down = 1 / treated.sum(), 1 / (~treated).sum()
    weights = np.where(orders(treated, np.zeros(len(values))), up, -down)
    value = float(np.where(treated, up, -down) @ values)
    return by_assignments(weights @ values, weights @ treated, value, len(values), confidence)


def compare(values: ArrayLike, treated: ArrayLike, confidence: float = 0.95) -> Effect:
    """Estimate by t where both groups have two units, else by swapping units alone.

    One treated unit thus never gets a p from a standard error: its p is its place among all.
    """
    found = difference(values, treated, confidence)
    return found if not math.isnan(found.se) else randomisation(values, treated, confidence)


# ---------------------------------------------------------------- before and after


def unit_gains(values: ArrayLike, start: int) -> np.ndarray:
    """Return each unit's mean after minus its mean before.

    Parameters
    ----------
    values
        One row a unit, one column a period in order of time, shape (k, t); NaN where missing.
    start
        Column of the first period with the change.

    Returns
    -------
    ndarray
        Shape (k,); NaN for a unit without a value on either side.

    Notes
    -----
    The difference of two groups of changes is the difference in differences: with no gaps it
    is the coefficient of the regression with a term for each unit and each period.
    """
    sides = np.split(_panel(values, start), [start], axis=1)
    with np.errstate(invalid="ignore"):
        before, after = (np.nansum(part, axis=1) / (~np.isnan(part)).sum(axis=1) for part in sides)
    return after - before


def regression_terms(times: ArrayLike, start: int) -> np.ndarray:
    """Return the terms of two lines, before and after a change, shape (n, 4).

    Level, slope, step of level, and step of slope counted from the first period with the change.
    """
    times = np.asarray(times, dtype=float)
    after = times >= start
    return np.column_stack([np.ones(len(times)), times, after, (times - start) * after])


def _panel(values: ArrayLike, start: int) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    whole = values.ndim == 2 and 0 < start < values.shape[1]
    says = "`values` must be units by periods, `start` a period past the first"
    demand(whole, says, values.shape, start)
    return values


def unit_drifts(values: ArrayLike, start: int) -> np.ndarray:
    """Return what each unit would gain if it went on along its own line of before, shape (k,).

    The slope before the change, times the time from the middle of before to the middle of
    after; NaN with fewer than three periods before. What is left of :func:`unit_gains` without
    it is free of any steady drift. By `compare` of these the groups ran alike when the whole
    interval lies within the worthwhile difference, not when p is large. Source: our choice.
    """
    panel = _panel(values, start)
    return np.array([_slope(row[:start]) for row in panel]) * panel.shape[1] / 2


def without_season(values: ArrayLike, start: int, season: np.ndarray) -> np.ndarray:
    """Return the values of each unit less its own season.

    Parameters
    ----------
    values, start
        As in :func:`unit_gains`.
    season
        Terms of the season, one row a period, shape (t, s).

    Notes
    -----
    Least squares beside two lines, before and after, so that neither a drift nor a change is
    taken for a season. A unit with too few periods for that is NaN.
    """
    panel = _panel(values, start).copy()
    times = np.arange(panel.shape[1])
    terms = np.column_stack([regression_terms(times, start), season])
    for row in panel if season.shape[1] else ():
        there = ~np.isnan(row)
        found, _, rank, _ = np.linalg.lstsq(terms[there], row[there], rcond=None)
        row -= season @ found[4:] if rank == terms.shape[1] else NAN
    return panel


def _slope(row: np.ndarray) -> float:
    there = np.flatnonzero(~np.isnan(row))
    if len(there) < LEAST_BEFORE:
        return NAN
    away = there - there.mean()
    return float(away @ row[there] / (away @ away))


# ---------------------------------------------------------------- placebos


def placebo_groups(change: ArrayLike, treated: ArrayLike) -> np.ndarray:
    """Return the effects groups without the change show where they stand for the changed ones.

    Parameters
    ----------
    change, treated
        As `values` and `treated` in :func:`difference`.

    Returns
    -------
    ndarray
        :data:`GROUPS` differences of two groups drawn from all units without the change, each
        unit as often as chance has it: one of the size of those changed, one of the size of the
        others, so that they vary as the effect would. Of one changed unit: each other unit
        against the rest, its place among all. Empty with fewer than two units without the
        change.

    Notes
    -----
    Placebo in space, Abadie et al. (2010), for groups; our choice.

    Examples
    --------
    >>> placebo_groups([9, 1, 2, 6], [1, 0, 0, 0]).tolist()
    [-3.0, -1.5, 4.5]
    """
    change, treated = _present(change, treated)
    others, size = change[~treated], int(treated.sum())
    n = len(others)
    if n < 2 or not size:
        return np.empty(0)
    if size == 1:
        return others - (others.sum() - others) / (n - 1)
    rng = np.random.default_rng(1)
    one, other = (others[rng.integers(n, size=(GROUPS, k))].mean(axis=1) for k in (size, n))
    return one - other


def placebo_dates(
    values: ArrayLike, treated: ArrayLike, start: int, confidence: float = 0.95
) -> dict[int, Effect]:
    """Estimate effects of changes that never were, at each date before the real one.

    Returns
    -------
    dict
        Column of the invented start, with at least :data:`LEAST_FAKE` periods on either side,
        all before the real change -> its effect by `compare`. A real effect is the largest.
    """
    panel = _panel(values, start)[:, :start]
    fakes = range(LEAST_FAKE, start - LEAST_FAKE + 1)
    return {fake: compare(unit_gains(panel, fake), treated, confidence) for fake in fakes}
