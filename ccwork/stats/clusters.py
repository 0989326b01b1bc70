"""Means of cases that come in clusters: visits of one office are alike, so they weigh less."""

import numpy as np
from numpy.typing import ArrayLike

from ccwork.stats import survey
from ccwork.stats.intervals import Estimate


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
    if values.shape != clusters.shape:
        raise ValueError(f"`clusters` must be {values.shape} in shape; not {clusters.shape}.")
    found = survey.mean(values, clusters=clusters)
    return Estimate(found.value, found.low, found.high, found.n)
