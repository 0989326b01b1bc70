"""Many p-values at once: what stays proven when several things were tried."""

import numpy as np
from numpy.typing import ArrayLike

from ccwork.stats.intervals import demand


def _adjusted(p: ArrayLike, factors: str) -> np.ndarray:
    """Multiply sorted p-values and make them rise; NaN is not counted and stays."""
    p = np.asarray(p, dtype=float)
    demand(np.all((p >= 0) & (p <= 1) | np.isnan(p)), "`p` must be between 0 and 1", p.tolist())
    found, there = p.copy(), np.flatnonzero(~np.isnan(p))
    order = there[np.argsort(p[there], kind="stable")]
    m, rank = len(order), np.arange(1, len(order) + 1)
    if factors == "holm":
        found[order] = np.minimum(1, np.maximum.accumulate(p[order] * (m + 1 - rank)))
    else:
        found[order] = np.minimum.accumulate((p[order] * m / rank)[::-1])[::-1]
    return found


def holm(p: ArrayLike) -> np.ndarray:
    """Adjust p-values of the few questions a decision rests on (F60).

    Parameters
    ----------
    p
        Shape (m,), each 0..1; NaN is not counted and stays NaN.

    Returns
    -------
    ndarray
        Shape (m,), in the order given. Those below alpha are all true effects with a chance
        of 1 - alpha at least, whatever ties them.

    Notes
    -----
    Step-down: the largest p_(j) (m + 1 - j) so far. Source: Holm (1979).

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    return _adjusted(p, "holm")


def benjamini_hochberg(p: ArrayLike) -> np.ndarray:
    """Adjust p-values of a screening: many clusters or segments looked through (F60).

    Parameters and shape are those of :func:`holm`. Of those below 10 % about one in ten is
    a false find.

    Notes
    -----
    Step-up: the smallest p_(j) m / j from here on. Source: Benjamini and Hochberg (1995).

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.04, 0.04]
    """
    return _adjusted(p, "benjamini_hochberg")
