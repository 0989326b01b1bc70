"""Do observers see the same, and how many visits are enough: pure numbers."""

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ccwork.stats.intervals import NAN, Estimate, alike, demand, inside

DRAWS: Final = 2000
"""So many bootstrap samples (our choice)."""


def counts(ratings: ArrayLike, values: ArrayLike | None = None) -> np.ndarray:
    """Count, for every thing rated, how many observers gave it each answer.

    Parameters
    ----------
    ratings
        Shape (things, observers); NaN where an observer did not answer.
    values
        Answers there may be, sorted; None: those given.

    Returns
    -------
    ndarray
        Shape (things, answers).

    Examples
    --------
    >>> counts([[1, 1], [1, 2], [2, float("nan")]]).tolist()
    [[2, 0], [1, 1], [0, 1]]
    """
    ratings = np.asarray(ratings, dtype=float)
    if ratings.ndim != 2:
        raise ValueError(f"`ratings` must be things x observers; not {ratings.ndim}-dimensional.")
    known = np.unique(ratings[~np.isnan(ratings)]) if values is None else np.asarray(values, float)
    return (ratings[:, :, None] == known).sum(axis=1)


def agreed(ratings: ArrayLike) -> float:
    """Return the share of pairs of observers that gave one thing the same answer.

    Every thing rated by two or more has the same say; NaN where there is none.

    Examples
    --------
    >>> agreed([[1, 1], [1, 2], [2, 2], [2, float("nan")]])
    0.6666666666666666
    """
    table = counts(ratings)
    table = table[table.sum(axis=1) > 1]
    return float(_alike(table).mean()) if len(table) else NAN


def _alike(table: np.ndarray) -> np.ndarray:
    """Return the share of pairs of observers that agree on each thing."""
    m = table.sum(axis=1)
    return (table * (table - 1)).sum(axis=1) / (m * (m - 1))


def _coincidences(table: np.ndarray) -> np.ndarray:
    """Return what alpha adds up of each thing: its answers, and their pairs in both orders."""
    pairs = table[:, :, None] * table[:, None, :] - table[:, :, None] * np.eye(table.shape[1])
    pairs = pairs / (table.sum(axis=1) - 1)[:, None, None]
    return np.hstack([table, pairs.reshape(len(table), -1)])


def _alpha(sums: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return alpha of each row of added up :func:`_coincidences`."""
    total, pairs = np.split(sums, [len(values)], axis=1)
    pairs = pairs.reshape(-1, len(values), len(values))
    places = np.cumsum(total, axis=1) - total / 2
    distance = (places[:, :, None] - places[:, None, :]) ** 2
    expected = np.einsum("di,dij,dj->d", total, distance, total)
    seen = (total.sum(axis=1) - 1) * (pairs * distance).sum(axis=(1, 2))
    return 1 - seen / np.where(expected > 0, expected, np.nan)


def alpha(ratings: ArrayLike, groups: ArrayLike | None = None) -> Estimate:
    """Estimate how far observers agree beyond chance: Krippendorff's ordinal alpha (F37).

    Parameters
    ----------
    ratings
        Shape (things, observers); NaN where an observer did not answer.
    groups
        What is drawn as a whole, shape (things,): the visit an item was answered at, for
        answers of one visit are alike. None: every thing by itself.

    Returns
    -------
    Estimate
        1 is full agreement, 0 is chance. NaN where nothing was rated twice, or where all
        answers are the same: then alpha says nothing. `n` counts things rated twice or more.

    Notes
    -----
    1 - Do/De over pairable answers; limits: 95 % percentiles of :data:`DRAWS` bootstrap samples
    of groups; samples without any variation are left out. Source: Krippendorff, Content Analysis
    (2004); Hayes and Krippendorff (2007).

    Examples
    --------
    >>> alpha([[0, 0], [1, 1], [2, 2]]).value, alpha([[0, 0], [0, 0]]).value
    (1.0, nan)
    """
    ratings = np.asarray(ratings, dtype=float)
    values = np.unique(ratings[~np.isnan(ratings)])
    return _estimated(counts(ratings), _coincidences, lambda sums: _alpha(sums, values), groups)


def _estimated(
    table: np.ndarray,
    parts: Callable[[np.ndarray], np.ndarray],
    rule: Callable[[np.ndarray], np.ndarray],
    groups: ArrayLike | None,
) -> Estimate:
    """Estimate a statistic of sums over things rated twice or more, drawing whole groups."""
    paired = table.sum(axis=1) > 1
    groups = np.arange(len(table)) if groups is None else np.asarray(groups)
    alike(paired, groups=groups)
    n = int(paired.sum())
    if n == 0:
        return Estimate(NAN, NAN, NAN, 0)
    each = parts(table[paired])
    value = float(rule(each.sum(axis=0, keepdims=True))[0])
    names, places = np.unique(groups[paired], return_inverse=True)
    if len(names) < 2 or math.isnan(value):
        return Estimate(value, NAN, NAN, n)
    whole = np.zeros((len(names), each.shape[1]))
    np.add.at(whole, places, each)
    chances = np.full(len(names), 1 / len(names))
    times = np.random.default_rng(0).multinomial(len(names), chances, DRAWS)
    low, high = np.nanquantile(rule(times @ whole), [0.025, 0.975])
    return Estimate(value, float(min(low, value)), float(max(high, value)), n)


def ac1(ratings: ArrayLike, values: ArrayLike, groups: ArrayLike | None = None) -> Estimate:
    """Estimate agreement where one answer prevails: Gwet's AC1 (F39).

    Parameters
    ----------
    ratings
        Shape (things, observers); NaN where an observer did not answer.
    values
        All answers there may be, also those nobody gave: their number enters the formula.
    groups
        As in :func:`alpha`.

    Returns
    -------
    Estimate
        1 is full agreement, 0 is chance; NaN where nothing was rated twice.

    Raises
    ------
    ValueError
        With fewer than two possible answers.

    Notes
    -----
    (po - pe) / (1 - pe), pe = sum q(1 - q) / (k - 1), q the share of an answer over the
    things rated twice or more. Source: Gwet (2008); limits as in :func:`alpha`.

    Examples
    --------
    >>> table = [(1, 1)] * 90 + [(1, 0)] * 4 + [(0, 1)] * 5 + [(0, 0)]
    >>> round(ac1(table, [0, 1]).value, 3)
    0.9
    """
    demand(len(np.unique(values)) > 1, "`values` must be two answers or more", values)
    return _estimated(counts(ratings, values), _shares, _ac1, groups)


def _shares(table: np.ndarray) -> np.ndarray:
    """Return what AC1 adds up of each thing: agreement, shares of answers, and 1."""
    shares = table / table.sum(axis=1, keepdims=True)
    return np.column_stack([_alike(table), shares, np.ones(len(table))])


def _ac1(sums: np.ndarray) -> np.ndarray:
    agreed, shares = sums[:, 0] / sums[:, -1], sums[:, 1:-1] / sums[:, -1:]
    chance = (shares * (1 - shares)).sum(axis=1) / (shares.shape[1] - 1)
    return (agreed - chance) / (1 - chance)


def visits_to_see(share: float, confidence: float = 0.95) -> int:
    """Return how many visits meet, at least once, a trouble that befalls this share (F40).

    Raises
    ------
    ValueError
        When `share` or `confidence` is not between 0 and 1.

    Notes
    -----
    ceil(ln(1 - confidence) / ln(1 - share)). Source: binomial distribution.

    Examples
    --------
    >>> visits_to_see(0.2), visits_to_see(0.1)
    (14, 29)
    """
    inside(0, 1, share=share, confidence=confidence)
    return math.ceil(math.log(1 - confidence) / math.log(1 - share) - 1e-9)


def unseen(visits: int, confidence: float = 0.95) -> float:
    """Return how large a share may still have a trouble that no visit met (F41).

    Raises
    ------
    ValueError
        When `visits` is negative; without visits the share may be anything: 1.

    Notes
    -----
    1 - (1 - confidence)^(1/n), one-sided and exact. Source: binomial distribution.

    Examples
    --------
    >>> round(unseen(14), 3), unseen(0)
    (0.193, 1.0)
    """
    demand(visits >= 0, "`visits` must be 0 or more", visits)
    return 1 - (1 - confidence) ** (1 / visits) if visits else 1.0


def visits_for_reliability(icc: float, wanted: float = 0.8) -> int:
    """Return how many visits make the mean of an office as reliable as wanted (F42).

    Parameters
    ----------
    icc
        Share of the spread that lies between offices: the reliability of one visit, 0..1.
    wanted
        Reliability of the mean, 0..1.

    Raises
    ------
    ValueError
        When either is not between 0 and 1.

    Notes
    -----
    ceil(R (1 - r) / (r (1 - R))). Source: Spearman (1910), Brown (1910).

    Examples
    --------
    >>> visits_for_reliability(0.3)
    10
    """
    inside(0, 1, icc=icc, wanted=wanted)
    return math.ceil(wanted * (1 - icc) / (icc * (1 - wanted)) - 1e-9)


def visits_for_width(sd: float, half: float) -> int:
    """Return how many visits bring a mean score within so many points either way.

    Parameters
    ----------
    sd
        Standard deviation between visits, in points.
    half
        Half the width of the 95 % interval wanted, in points.

    Raises
    ------
    ValueError
        When `sd` is negative or `half` is not above 0.

    Notes
    -----
    The smallest n of 2 or more with t(n-1) s / sqrt(n) <= half. Source: Student (1908).

    Examples
    --------
    >>> visits_for_width(15, 5)
    38
    """
    demand(sd >= 0 and half > 0, "`sd` must be 0 or more, `half` above 0", sd, half)
    n = max(2, math.ceil((1.959 * sd / half) ** 2))
    while special.stdtrit(n - 1, 0.975) * sd / math.sqrt(n) > half:
        n += 1
    return n
