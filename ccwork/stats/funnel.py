"""A funnel: which shares lie further from the common one than chance and usual spread explain."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ccwork.stats.intervals import demand

TRIM: Final = 0.1
"""So much of each end is drawn in before the spread is measured (Spiegelhalter 2005)."""


class Funnel(NamedTuple):
    """Shares of many units held against their common one.

    Attributes
    ----------
    target
        The common share, 0..1.
    phi, between
        How many times the squared distances are those of chance (1: none but chance), and the
        variance between units that this leaves, on the scale of the angles.
    raw, adjusted
        Distance of each unit in standard errors: by chance alone; by chance and `between`.
    """

    target: float
    phi: float
    between: float
    raw: np.ndarray
    adjusted: np.ndarray


def funnel(k: ArrayLike, n: ArrayLike, trim: float = TRIM) -> Funnel:
    """Hold shares against the common one, the usual spread between units allowed for (F33, F34).

    Parameters
    ----------
    k, n
        Cases that count and all cases of each unit, shape (m,), m of 2 or more; 0 <= k <= n,
        n above 0.
    trim
        Share of units at each end that is drawn in before the spread is measured.

    Raises
    ------
    ValueError
        When the counts are not such.

    Notes
    -----
    z = (asin sqrt p - asin sqrt T) / sqrt(1 / 4n + tau2). Source: Spiegelhalter (2005);
    FunnelPlotR.

    Examples
    --------
    >>> made = funnel([40, 82, 150, 33, 260, 95, 61, 180, 70, 45],
    ...               [50, 100, 200, 50, 300, 120, 80, 220, 100, 50])
    >>> [round(float(part), 4) for part in (*made[:3], made.raw[4], made.adjusted[4])]
    [0.8, 2.2958, 0.0032, 3.1127, 1.4154]
    """
    k, n = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    kept = k.shape == n.shape and k.size > 1 and np.all((k >= 0) & (k <= n) & (n > 0))
    demand(kept, "`k` and `n` must be counts of two or more units, 0 <= k <= n", k.tolist())
    target, chance = float(k.sum() / n.sum()), 1 / (4 * n)
    away = np.arcsin(np.sqrt(k / n)) - np.arcsin(np.sqrt(target))
    raw = away / np.sqrt(chance)
    drawn = np.clip(raw, *np.quantile(raw, [trim, 1 - trim]))
    phi, weight = float((drawn**2).mean()), 1 / chance
    over = k.size * phi - (k.size - 1)
    between = over / (weight.sum() - (weight**2).sum() / weight.sum()) if over > 0 else 0.0
    return Funnel(target, phi, float(between), raw, away / np.sqrt(chance + between))


def funnel_limits(
    target: float, n: ArrayLike, between: float, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and the upper limit of a share for each number of cases (F33).

    Examples
    --------
    >>> [end.round(3).tolist() for end in funnel_limits(0.8, [100, 400], 0.0, 0.95)]
    [[0.716, 0.759], [0.872, 0.838]]
    """
    half = special.ndtri((1 + confidence) / 2) * np.sqrt(1 / (4 * np.asarray(n)) + between)
    angle = np.arcsin(np.sqrt(target))
    ends = np.clip([angle - half, angle + half], 0, np.pi / 2)
    low, high = np.sin(ends) ** 2
    return low, high
