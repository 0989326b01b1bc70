"""Means of cases that come in clusters: visits of one office are alike, so they weigh less."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ccwork.stats.intervals import NAN, Estimate, alike


def clustered_mean(values: ArrayLike, clusters: ArrayLike) -> Estimate:
    """Estimate a mean of cases drawn by clusters (F09).

    Parameters
    ----------
    values
        One number a case, shape (n,); NaN is left out.
    clusters
        The cluster of each case, shape (n,): office, unit, day.

    Returns
    -------
    Estimate
        In the unit of the values; no limits with fewer than two clusters. `n` counts cases.

    Raises
    ------
    ValueError
        When the shapes differ.

    Notes
    -----
    m ± t(C-1) sqrt(C / (C-1) sum u2), u = sum (y - m) / n over a cluster, C clusters. Source:
    linearised variance of the R package survey; check value 7.

    Examples
    --------
    >>> [round(end, 3) for end in clustered_mean([1, 1, 2, 2, 3, 3], [1, 1, 2, 2, 3, 3])]
    [2.0, -0.484, 4.484, 6]
    """
    values, clusters = np.asarray(values, float), np.asarray(clusters)
    alike(values, clusters=clusters)
    found = survey_mean(values, clusters=clusters)
    return Estimate(found.value, found.low, found.high, found.n)


class Mean(NamedTuple):
    """A mean with its 95 % limits and what they stand on.

    Attributes
    ----------
    value, low, high
        In the unit of the values.
    se, df
        Standard error and its degrees of freedom: clusters (else cases) less strata.
    n, n_eff
        Cases, and how many cases of equal weight say as much (F10).
    """

    value: float
    low: float
    high: float
    se: float
    df: int
    n: int
    n_eff: float


def kish(weights: ArrayLike) -> float:
    """Return how many cases of equal weight say as much as these (F10).

    Examples
    --------
    >>> round(kish([1] * 60 + [3] * 20 + [6] * 5), 6)
    53.571429
    """
    weights = np.asarray(weights, float)
    return float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0


def survey_mean(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> Mean:
    """Estimate a weighted mean of a sample drawn by strata or by clusters (F09).

    Parameters
    ----------
    values
        Shape (n,); NaN is left out.
    weights
        Whom a case stands for, shape (n,): cases of the stratum over cases asked. None: equal.
    strata, clusters
        Codes, shape (n,); None: one stratum, every case its own cluster.

    Returns
    -------
    Mean
        One cluster in a stratum: no limits.

    Notes
    -----
    Linearised: z = w (y - m) / sum w, summed by cluster; in each of the strata
    C / (C - 1) sum (z - mean z)2. Source: R survey (svymean).

    Examples
    --------
    >>> asked = survey_mean([75, 50, 100, 75, 25, 75, 50, 100] + [50, 25, 50, 75],
    ...              [900 / 8] * 8 + [100 / 4] * 4, [1] * 8 + [2] * 4)
    >>> [round(number, 3) for number in asked[:5]]
    [66.875, 48.388, 85.362, 8.297, 10]
    """
    values = np.asarray(values, float)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, float)
    strata = np.zeros(len(values)) if strata is None else np.asarray(strata)
    clusters = np.arange(len(values)) if clusters is None else np.asarray(clusters)
    seen = ~np.isnan(values)
    values, weights, strata, clusters = (x[seen] for x in (values, weights, strata, clusters))
    if not weights.sum() > 0:
        return Mean(NAN, NAN, NAN, NAN, 0, len(values), 0.0)
    value = float(weights @ values / weights.sum())
    return _limited(value, values - value, weights, strata, clusters)


def _limited(
    value: float, away: np.ndarray, weights: np.ndarray, strata: np.ndarray, clusters: np.ndarray
) -> Mean:
    """Return the limits of a mean from how far its cases are away from what is expected."""
    z, variance, df = weights * away / weights.sum(), 0.0, 0
    for stratum in np.unique(strata):
        own = strata == stratum
        _, place = np.unique(clusters[own], return_inverse=True)
        sums = np.bincount(place, z[own])
        spread = ((sums - sums.mean()) ** 2).sum() if len(sums) > 1 else NAN
        variance += len(sums) / max(len(sums) - 1, 1) * spread
        df += len(sums) - 1
    se = float(np.sqrt(variance))
    half = float(special.stdtrit(df, 0.975)) * se if df else NAN
    return Mean(value, value - half, value + half, se, df, len(away), kish(weights))
