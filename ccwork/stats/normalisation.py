"""From natural units to points 0..100, what an uneven set costs, what an index owes to weights.

The statistic is scaled, not the case: first the median of 12 days, then its points.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ccwork.stats.intervals import alike, demand


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


# ---------------------------------------------------------------- weights

BOX: Final = 0.5
"""Each weight may be so much smaller or larger, of itself (our choice, printed with the range)."""

DRAWS: Final = 100_000
"""So many sets of weights are drawn (our choice: the error of a share is below 0.002)."""


def weighted_interval(
    values: ArrayLike, weights: ArrayLike, box: float = BOX
) -> tuple[float, float]:
    """Return the smallest and largest weighted mean while weights stay near the declared (F19).

    Parameters
    ----------
    values
        What is weighed: KPIs, or their changes; shape (m,).
    weights
        Declared weights, shape (m,), 0 or more, not all 0; they need not sum to 1.
    box
        Each weight may lie between (1 - box) and (1 + box) of its own; their sum is kept.

    Returns
    -------
    tuple of float
        In the unit of the values. A change whose range holds no 0 keeps its sign.

    Raises
    ------
    ValueError
        When the shapes differ, `box` is not between 0 and 1, or the weights cannot be.

    Notes
    -----
    Linear programme with one equality: what may be added goes to the largest values first.
    Source: sensitivity step of the OECD/JRC Handbook (2008); the box is our choice.

    Examples
    --------
    >>> [round(end, 1) for end in weighted_interval([82, 40, 55, 71, 90], [1] * 5)]
    [59.9, 75.3]
    >>> [round(end, 1) for end in weighted_interval([-2, 8, -3, 4, -2], [1] * 5)]
    [-0.7, 2.7]
    """
    values, weights = np.asarray(values, float), np.asarray(weights, float)
    alike(values, weights=weights)
    demand(0 <= box <= 1, "`box` must be between 0 and 1", box)
    some = not (weights < 0).any() and weights.sum() > 0
    demand(some, "`weights` must be 0 or more, not all 0", weights.tolist())
    weights = weights / weights.sum()
    least, most = (_greatest(sign * values, weights, box) for sign in (-1, 1))
    return -least, most


def _greatest(values: np.ndarray, weights: np.ndarray, box: float) -> float:
    order = np.argsort(-values, kind="stable")
    room = np.cumsum(2 * box * weights[order])
    # of the room left below the declared sum, each takes what those before it left
    added = np.diff(np.minimum(room, box), prepend=0.0)
    return float(((1 - box) * weights[order] + added) @ values[order])


def share_above(changes: ArrayLike, seed: int = 0, draws: int = DRAWS) -> float:
    """Return for what share of all possible weights the weighted change is above 0.

    Parameters
    ----------
    changes
        Change of each part, shape (m,).
    seed, draws
        Where the drawing starts, and how many sets are drawn.

    Returns
    -------
    float
        Share 0..1; all sets of weights are equally likely (Dirichlet with all ones).

    Examples
    --------
    >>> round(share_above([-2, 8, -3, 4, -2]), 2)
    0.68
    """
    # weights that are exponential and not yet divided by their sum give the same sign
    drawn = np.random.default_rng(seed).standard_exponential((draws, len(np.asarray(changes))))
    return float((drawn @ np.asarray(changes, float) > 0).mean())
