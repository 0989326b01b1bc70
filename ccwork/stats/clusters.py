"""Means of cases that come in clusters: visits of one office are alike, so they weigh less."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ccwork.stats.intervals import NAN, Estimate


def clustered_mean(values: ArrayLike, clusters: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Estimate a mean of cases drawn by clusters (F09).

    Parameters
    ----------
    values
        One number a case, shape (n,); NaN is left out.
    clusters
        The cluster of each case, shape (n,): office, unit, day.
    confidence
        Level of the interval.

    Returns
    -------
    Estimate
        In the unit of the values; no limits with fewer than two clusters. `n` counts cases.

    Raises
    ------
    ValueError
        When the shapes differ, or `confidence` is not between 0 and 1.

    Notes
    -----
    m ± t(C-1) sqrt(C / (C-1) sum u2), u = sum (y - m) / n over a cluster, C clusters. Source:
    linearised variance of the R package survey; check value 7.

    Examples
    --------
    >>> [round(end, 3) for end in clustered_mean([1, 1, 2, 2, 3, 3], [1, 1, 2, 2, 3, 3])]
    [2.0, -0.484, 4.484, 6]
    """
    values, clusters = np.asarray(values, dtype=float), np.asarray(clusters)
    if values.shape != clusters.shape:
        raise ValueError(f"`clusters` must be {values.shape} in shape; not {clusters.shape}.")
    if not 0 < confidence < 1:
        raise ValueError(f"`confidence` must be between 0 and 1; not {confidence!r}.")
    known = ~np.isnan(values)
    values, clusters = values[known], clusters[known]
    n = len(values)
    if n == 0:
        return Estimate(NAN, NAN, NAN, 0)
    average = float(values.mean())
    names, places = np.unique(clusters, return_inverse=True)
    if len(names) < 2:
        return Estimate(average, NAN, NAN, n)
    apart = np.bincount(places, values - average) / n
    spread = np.sqrt(len(names) / (len(names) - 1) * np.sum(apart**2))
    half = special.stdtrit(len(names) - 1, (1 + confidence) / 2) * spread
    return Estimate(average, float(average - half), float(average + half), n)
