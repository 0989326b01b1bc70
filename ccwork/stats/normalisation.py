"""From natural units to points 0..100, and what an uneven set of KPIs costs.

The statistic is scaled, not the case: first the median of 12 days, then its points.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ccwork.stats.intervals import Estimate, demand


def linear(x: ArrayLike, worst: ArrayLike, best: ArrayLike) -> float | np.ndarray:
    """Scale `x` to points between two declared anchors (F01).

    Parameters
    ----------
    x
        A number or an array in natural units; NaN stays NaN.
    worst, best
        Anchors in the same units: `worst` earns 0, `best` 100. Lower is better when
        `best` is below `worst`. Arrays must broadcast against `x`.

    Returns
    -------
    float or ndarray
        Points 0..100, shaped like the inputs together; beyond an anchor they stop.

    Raises
    ------
    ValueError
        When the anchors are equal or not finite.

    Notes
    -----
    100 * clip((x - W) / (B - W), 0, 1). Source: min-max scaling, OECD/JRC Handbook on
    Constructing Composite Indicators (2008), step 5; declared anchors in place of the
    sample's own minimum and maximum are our choice.

    Examples
    --------
    >>> linear(12, worst=30, best=5)
    72.0
    >>> linear([30, 5, 3], worst=30, best=5).tolist()
    [0.0, 100.0, 100.0]
    """
    x, worst, best = (np.asarray(number, dtype=float) for number in (x, worst, best))
    if np.any(worst == best):
        raise ValueError(f"`worst` must differ from `best`; not {worst.tolist()!r} for both.")
    finite = np.isfinite(worst).all() and np.isfinite(best).all()
    demand(finite, "`worst` and `best` must be finite", worst.tolist(), best.tolist())
    points = np.clip(100 * ((x - worst) / (best - worst)), 0, 100) + 0.0  # no -0.0
    return float(points) if points.ndim == 0 else points


def likert(mean: ArrayLike, levels: int) -> float | np.ndarray:
    """Scale the mean of answers 1..`levels` to points (F03).

    Parameters
    ----------
    mean
        A mean, or the end of its interval; the end may lie beyond the scale, and stops at it.
    levels
        How many answers there are to choose from: 5 for 1..5.

    Returns
    -------
    float or ndarray
        Points 0..100.

    Raises
    ------
    ValueError
        When there are fewer than two levels.

    Notes
    -----
    100 * (m - 1) / (k - 1). Source: the field's common rescaling of rating scales.

    Examples
    --------
    >>> likert(3.9, levels=5)
    72.5
    """
    demand(levels >= 2, "`levels` must be 2 or more", levels)
    return linear(mean, worst=1, best=levels)


def way_covered(start: float, now: float, target: float) -> float:
    """Return how much of the way from `start` to `target` is covered, in % (F12).

    Not clipped: below 0 is a retreat, above 100 is past the target; NaN when there was
    no way to go. Never used as a score. Source: our choice.

    Examples
    --------
    >>> way_covered(start=20, now=15, target=10), way_covered(20, 22, 10)
    (50.0, -20.0)
    """
    return float("nan") if target == start else 100 * ((now - start) / (target - start))


def bounds(yes: float, answered: float, invited: float) -> tuple[float, float]:
    """Return the lowest and highest share of "yes" had everybody answered (F13).

    Parameters
    ----------
    yes, answered, invited
        Persons; yes <= answered <= invited.

    Returns
    -------
    tuple of float
        Shares 0..1; NaN when nobody was invited.

    Raises
    ------
    ValueError
        When the counts cannot be: negative, or more answers than invitations.

    Notes
    -----
    [s / N, (s + N - n) / N], no assumption about the silent. Source: Manski (1989).

    Examples
    --------
    >>> bounds(84, answered=120, invited=400)
    (0.21, 0.91)
    """
    possible = not (yes < 0 or answered < yes or invited < answered)
    says = "`yes`, `answered` and `invited` must be 0 <= yes <= answered <= invited"
    demand(possible, says, yes, answered, invited)
    if invited == 0:
        return float("nan"), float("nan")
    return yes / invited, (yes + invited - answered) / invited


def imbalance(scores: ArrayLike) -> tuple[float, float, float]:
    """Return the arithmetic and the geometric total of KPIs, and what imbalance costs (F18).

    Parameters
    ----------
    scores
        KPIs in points, shape (k,); all weigh the same.

    Returns
    -------
    tuple of float
        Arithmetic mean, geometric mean, and their difference, in points. All NaN when a
        KPI is missing: a total is never made of a part.

    Raises
    ------
    ValueError
        When a score is negative.

    Notes
    -----
    A = mean K, G = prod(K ** (1 / k)), loss A - G. Source: OECD/JRC Handbook (2008), step 6:
    a linear total compensates fully, a geometric one less. In G a score below 1 counts
    as 1, lest one zero erase all; the loss is never below 0 (both our choice).

    Examples
    --------
    >>> [round(total, 3) for total in imbalance([82, 40, 55, 71, 90])]
    [67.6, 64.915, 2.685]
    """
    scores = np.asarray(scores, float)
    demand(not np.any(scores < 0), "`scores` must be 0 or more", scores.tolist())
    if scores.size == 0 or np.isnan(scores).any():
        return float("nan"), float("nan"), float("nan")
    arithmetic = float(scores.mean())
    geometric = float(np.exp(np.log(np.maximum(scores, 1)).mean()))
    return arithmetic, geometric, max(0.0, arithmetic - geometric)


def forecast(values: ArrayLike, ahead: float, confidence: float = 0.95) -> Estimate:
    """Carry a straight line on, with the interval of one more value (F65).

    Parameters
    ----------
    values
        One a period, the latest last, shape (n,), n of 3 or more.
    ahead
        So many periods after the last one, above 0.
    confidence
        Level of the interval.

    Raises
    ------
    ValueError
        When there are fewer than three values, or `ahead` is not above 0.

    Notes
    -----
    OLS ± t(n - 2) s sqrt(1 + 1/n + (x - mean x)^2 / Sxx): the line goes on as it went.

    Examples
    --------
    >>> [round(end, 2) for end in forecast([55, 57, 58.5, 61, 62, 64], 5)[:3]]
    [72.98, 71.13, 74.82]
    """
    y = np.asarray(values, dtype=float)
    demand(y.ndim == 1 and y.size > 2 and ahead > 0, "`values` must be three or more", y.tolist())
    x = np.arange(y.size) - (y.size - 1) / 2
    slope, squares = x @ y / (x @ x), x @ x
    left = y - y.mean() - slope * x
    at = x[-1] + ahead
    spread = np.sqrt(left @ left / (y.size - 2) * (1 + 1 / y.size + at**2 / squares))
    half = float(special.stdtrit(y.size - 2, (1 + confidence) / 2) * spread)
    middle = float(y.mean() + slope * at)
    return Estimate(middle, middle - half, middle + half, y.size)
