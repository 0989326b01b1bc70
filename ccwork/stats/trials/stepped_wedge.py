"""The stepped wedge: units take up a change one after another, and each is its own comparison.

Planned by the formula of Hussey and Hughes, read by swapping the order in which units began.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ccwork.stats.intervals import NAN, demand
from ccwork.stats.trials.diff_in_diff import Effect, by_assignments, orders
from ccwork.stats.trials.sample_size import ALPHA

NEVER: Final = 10**6
"""A start past every period: a unit that never began."""


def schedule(starts: ArrayLike, periods: int) -> np.ndarray:
    """Return which unit works in the new way when.

    Parameters
    ----------
    starts
        First period with the change of each unit, counted from 0, shape (k,); `NEVER` too.
    periods
        Periods in all.

    Returns
    -------
    ndarray
        1 with the change, 0 without, shape (k, periods).

    Examples
    --------
    >>> schedule([1, 2], 3).tolist()
    [[0, 1, 1], [0, 0, 1]]
    """
    return (np.arange(periods) >= np.asarray(starts)[:, None]).astype(int)


def standard_error(plan: ArrayLike, cases: float, sd: float, icc: float) -> float:
    """Return how far off the effect of a stepped wedge will be (F59).

    Parameters
    ----------
    plan
        As `schedule` returns it, shape (k, t).
    cases
        Cases per unit and period.
    sd
        Standard deviation between cases, in the unit of the metric.
    icc
        Intra-cluster correlation, 0..1: the share of variation that lies between units.

    Returns
    -------
    float
        Standard error, in the unit of `sd`; infinite for a plan that compares nothing.

    Notes
    -----
    Var = I s2 (s2 + T tau2) / [(IU - W) s2 + (U2 + ITU - TW - IV) tau2], s2 the variance of a
    unit's mean in a period, tau2 that between units. Taken: other cases each period, no drift
    of single units, the same effect everywhere. Source: Hussey and Hughes (2007).

    Examples
    --------
    >>> plan = schedule([1, 1, 2, 2, 3, 3, 4, 4], 5)
    >>> round(standard_error(plan, 30, 20, 0.05), 4)
    1.9819
    """
    plan = np.asarray(plan, dtype=float)
    possible = cases > 0 and sd > 0 and 0 <= icc <= 1
    demand(possible, "`cases` and `sd` must be above 0, `icc` between 0 and 1", cases, sd, icc)
    units, periods = plan.shape
    within, between = (1 - icc) * sd**2 / cases, icc * sd**2
    u, w, v = plan.sum(), (plan.sum(axis=0) ** 2).sum(), (plan.sum(axis=1) ** 2).sum()
    share = u**2 + units * periods * u - periods * w - units * v
    bottom = (units * u - w) * within + share * between
    if bottom <= 0:
        return math.inf
    return math.sqrt(units * within * (within + periods * between) / bottom)


def wedge_power(
    plan: ArrayLike, cases: float, sd: float, icc: float, effect: float, alpha: float = ALPHA
) -> float:
    """Return the chance that a stepped wedge proves an effect (F59).

    Parameters are those of :func:`standard_error`; `effect` in the unit of `sd`, its sign
    does not matter; `alpha` two-sided. Normal, as Hussey and Hughes (2007).

    Examples
    --------
    >>> round(wedge_power(schedule([1, 1, 2, 2, 3, 3, 4, 4], 5), 30, 20, 0.05, 5), 4)
    0.7132
    """
    away = abs(effect) / standard_error(plan, cases, sd, icc)
    return float(special.ndtr(away - special.ndtri(1 - alpha / 2)))


def wedge_effect(
    values: ArrayLike, starts: ArrayLike, confidence: float = 0.95, *,
    strata: ArrayLike | None = None,
) -> Effect:  # fmt: skip
    """Estimate the effect of a stepped wedge by swapping the order in which units began.

    Parameters
    ----------
    values
        One row a unit, one column a period, shape (k, t). A unit with a gap is left out.
    starts
        As in :func:`schedule`, in a random order: the order is what the test swaps.
    confidence
        Level of the interval.
    strata
        Tier each unit began in, shape (k,): the order was random within it; None: one tier.

    Returns
    -------
    Effect
        Limits and p by counting; NaN where nothing can be compared.

    Notes
    -----
    Regression with a term for each unit and each period, and one effect; its p and limits
    from all orders. Source: our choice, after Ji et al. (2017), randomisation inference for
    stepped wedges.
    """
    values, starts = np.asarray(values, dtype=float), np.asarray(starts)
    whole = ~np.isnan(values).any(axis=1)
    tiers = np.zeros(len(starts)) if strata is None else np.asarray(strata)
    values, starts, tiers = values[whole], starts[whole], tiers[whole]
    units, periods = values.shape
    plan = _apart(schedule(starts, periods)) if units else np.zeros((0, periods))
    square = (plan**2).sum()
    if square < 1e-12:
        return Effect(NAN, NAN, NAN, units)
    ways = orders(starts, tiers)
    kinds, place = np.unique(ways, return_inverse=True)
    rows = schedule(kinds, periods) - schedule(starts, periods).mean(axis=0)
    rows -= rows.mean(axis=1, keepdims=True)
    # rows[place[order, unit]] is the weight of a unit's periods in that order
    moved, shared = (
        np.take_along_axis(rows @ part.T, place.reshape(ways.shape), axis=0).sum(axis=1) / square
        for part in (values, schedule(starts, periods).astype(float))
    )
    value = float((plan * values).sum() / square)
    return by_assignments(moved, shared, value, units, confidence)


def _apart(plan: np.ndarray) -> np.ndarray:
    """Take away the mean of each row and of each column."""
    return plan - plan.mean(axis=1, keepdims=True) - plan.mean(axis=0) + plan.mean()
