"""How much of a change comes by itself, and how much of a difference is only chance.

What was chosen because it was bad is better next time for nothing: F62. What few cases stand
behind is drawn towards the common mean: F63. In a
funnel the usual spread is allowed for: F33, F34.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ccwork.stats.intervals import NAN, Estimate, demand, mover


class Pool(NamedTuple):
    """What many estimates of one thing have in common.

    Attributes
    ----------
    between
        Variance of the true values, 0 or more: what chance alone does not explain.
    mean, se
        Common mean and its standard error.
    """

    between: float
    mean: float
    se: float


def expected(x: float, mean: float, reliability: float) -> float:
    """Return where a value measured as `x` is to be expected next time, if nothing changes (F62).

    Parameters
    ----------
    x
        The value that was measured.
    mean
        Mean of the group it was chosen from.
    reliability
        Correlation of two measurements of the same thing, 0..1; a negative one counts as 0
        (our choice).

    Raises
    ------
    ValueError
        When `reliability` is above 1 or below -1.

    Notes
    -----
    mean + r (x - mean). Source: Galton (1886), regression towards the mean.

    Examples
    --------
    >>> expected(50, mean=65, reliability=0.6)
    56.0
    """
    demand(not abs(reliability) > 1, "`reliability` must be between -1 and 1", reliability)
    return mean + max(reliability, 0.0) * (x - mean)


def drift(x: float, mean: float, reliability: Estimate) -> Estimate:
    """Estimate the change that comes for nothing after choosing a bad value: see `expected`.

    The interval is that of the reliability; `n` as well.

    Examples
    --------
    >>> drift(50, 65, Estimate(0.6, 0.4, 0.8, 30))
    Estimate(value=6.0, low=3.0, high=9.0, n=30)
    """
    moves = [expected(x, mean, r) - x for r in reliability[:3]]
    return Estimate(moves[0], *sorted(moves[1:]), reliability.n)


def beyond(gain: Estimate, chance: Estimate) -> Estimate:
    """Return what is left of a gain when what came for nothing is taken off.

    A drift the other way is not added to the gain (our choice: it may only cost). Both
    intervals count, as of independent estimates (F17); `n` is that of the gain.

    Examples
    --------
    >>> [round(end, 2) for end in beyond(Estimate(10, 6, 14, 90), Estimate(6, 3, 9, 30))]
    [4.0, -1.0, 9.0, 90]
    """
    return gain if chance.value <= 0 else mover([gain, chance], [1, -1])._replace(n=gain.n)


def correlation(first: ArrayLike, second: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Estimate the correlation of two measurements: of the same units, its reliability.

    Parameters
    ----------
    first, second
        One number a unit, in the same order, shape (n,); pairs with NaN are left out.
    confidence
        Level of the interval.

    Returns
    -------
    Estimate
        -1..1; no limits with fewer than four pairs, no value where a side does not vary.
        `n` counts pairs.

    Raises
    ------
    ValueError
        When the shapes differ.

    Notes
    -----
    tanh(atanh(r) ± z / sqrt(n - 3)). Source: Pearson (1895), Fisher (1921).

    Examples
    --------
    >>> [round(end, 3) for end in correlation([1, 2, 3, 4, 5], [1, 3, 2, 5, 4])]
    [0.8, -0.28, 0.986, 5]
    """
    pairs = np.array([first, second], dtype=float)
    pairs = pairs[:, ~np.isnan(pairs).any(axis=0)]
    n = pairs.shape[1]
    if n < 3 or (np.ptp(pairs, axis=1) == 0).any():
        return Estimate(NAN, NAN, NAN, n)
    away = pairs - pairs.mean(axis=1, keepdims=True)
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    r = float(np.clip(away[0] @ away[1], -1, 1))
    if n < 4:
        return Estimate(r, NAN, NAN, n)
    half = special.ndtri((1 + confidence) / 2) / np.sqrt(n - 3)
    with np.errstate(divide="ignore"):
        low, high = np.tanh(np.arctanh(r) + np.array([-half, half]))
    return Estimate(r, float(low), float(high), n)


def pooled(values: ArrayLike, variances: ArrayLike) -> Pool:
    """Pool estimates of many units: common mean and true variance between them (F63).

    Parameters
    ----------
    values
        One estimate a unit, shape (k,), k of 2 or more.
    variances
        Squared standard error of each, shape (k,), above 0.

    Raises
    ------
    ValueError
        When there are fewer than two, the shapes differ, or a variance is not above 0.

    Notes
    -----
    tau2 = (Q - (k - 1)) / (S1 - S2 / S1), not below 0. Source: DerSimonian and Laird (1986).

    Examples
    --------
    >>> [round(part, 3) for part in pooled([72, 65, 80, 58, 75, 69], [4, 9, 16, 9, 25, 4])]
    [33.736, 69.378, 2.702]
    """
    values, variances = np.asarray(values, dtype=float), np.asarray(variances, dtype=float)
    alike = values.shape == variances.shape and values.size > 1 and np.all(variances > 0)
    says = "`values` and `variances` must be alike in shape, two or more, variances above 0"
    demand(alike, says, values.tolist(), variances.tolist())
    weights = 1 / variances
    fixed = weights @ values / weights.sum()
    excess = weights @ (values - fixed) ** 2 - (values.size - 1)
    between = max(0.0, excess / (weights.sum() - (weights @ weights) / weights.sum()))
    weights = 1 / (variances + between)
    mean = weights @ values / weights.sum()
    return Pool(float(between), float(mean), float(1 / np.sqrt(weights.sum())))


def shrunk(values: ArrayLike, variances: ArrayLike, confidence: float = 0.95) -> np.ndarray:
    """Draw each estimate towards the common mean, the more the less it is sure (F63).

    Parameters
    ----------
    values, variances
        As for `pooled`.
    confidence
        Level of the intervals.

    Returns
    -------
    ndarray
        Shape (k, 3): value, low, high.

    Notes
    -----
    B mean + (1 - B) y with B = v / (v + tau2); squared error (1 - B) v + B^2 se^2. Source:
    DerSimonian and Laird (1986); Robinson (1991).

    Examples
    --------
    >>> shrunk([72, 65, 80, 58, 75, 69], [4, 9, 16, 9, 25, 4])[:, 0].round(2).tolist()
    [71.72, 65.92, 76.58, 60.4, 72.61, 69.04]
    """
    pool = pooled(values, variances)
    values, variances = np.asarray(values, dtype=float), np.asarray(variances, dtype=float)
    drawn = variances / (variances + pool.between)
    middle = drawn * pool.mean + (1 - drawn) * values
    error = np.sqrt((1 - drawn) * variances + (drawn * pool.se) ** 2)
    half = special.ndtri((1 + confidence) / 2) * error
    return np.column_stack([middle, middle - half, middle + half])


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


def funnel_of(k: ArrayLike, n: ArrayLike, trim: float = TRIM) -> Funnel:
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
    >>> made = funnel_of([40, 82, 150, 33, 260, 95, 61, 180, 70, 45],
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
