"""From natural units to points 0..100, and from points to the parts of a KPI.

The statistic is scaled, not the case: first the median of 12 days, then its points.
"""

import numpy as np
from numpy.typing import ArrayLike


def _plain(points: np.ndarray) -> float | np.ndarray:
    return float(points) if points.ndim == 0 else points


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
    if not (np.isfinite(worst).all() and np.isfinite(best).all()):
        raise ValueError(
            f"`worst` and `best` must be finite; not {worst.tolist()!r} and {best.tolist()!r}."
        )
    return _plain(np.clip(100 * ((x - worst) / (best - worst)), 0, 100) + 0.0)  # no -0.0


def logarithmic(x: ArrayLike, worst: ArrayLike, best: ArrayLike) -> float | np.ndarray:
    """Scale a ratio with a long right tail (cost, days) to points (F02).

    Parameters
    ----------
    x
        A number or an array in natural units, 0 or more; NaN stays NaN. Zero earns what
        the nearer anchor earns.
    worst, best
        Anchors above zero in the same units.

    Returns
    -------
    float or ndarray
        Points 0..100.

    Raises
    ------
    ValueError
        When `x` is negative, an anchor is not above zero, or the anchors are equal.

    Notes
    -----
    100 * clip((ln W - ln x) / (ln W - ln B), 0, 1). Source: our choice.

    Examples
    --------
    >>> round(logarithmic(12, worst=30, best=5), 2)
    51.14
    """
    x, worst, best = (np.asarray(number, dtype=float) for number in (x, worst, best))
    if np.any(x < 0):
        raise ValueError(f"`x` must be 0 or more; not {x.min().item()!r}.")
    if np.any(worst <= 0) or np.any(best <= 0):
        raise ValueError(
            f"`worst` and `best` must be above 0; not {worst.tolist()!r} and {best.tolist()!r}."
        )
    with np.errstate(divide="ignore"):
        return linear(np.log(x), np.log(worst), np.log(best))


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
    if levels < 2:
        raise ValueError(f"`levels` must be 2 or more; not {levels!r}.")
    return linear(mean, worst=1, best=levels)


def progress(start: float, now: float, target: float) -> float:
    """Return how much of the way from `start` to `target` is covered, in % (F12).

    Not clipped: below 0 is a retreat, above 100 is past the target; NaN when there was
    no way to go. Never used as a score. Source: our choice.

    Examples
    --------
    >>> progress(start=20, now=15, target=10), progress(20, 22, 10)
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
    if yes < 0 or answered < yes or invited < answered:
        raise ValueError(
            "`yes`, `answered` and `invited` must be 0 <= yes <= answered <= invited; "
            f"not {yes!r}, {answered!r}, {invited!r}."
        )
    if invited == 0:
        return float("nan"), float("nan")
    return yes / invited, (yes + invited - answered) / invited


def weighted(scores: ArrayLike, weights: ArrayLike) -> tuple[float, float]:
    """Join the scores of one group of metrics into a sub-score (F14).

    Parameters
    ----------
    scores
        Points of each metric, shape (m,); NaN is a missing metric.
    weights
        Declared weights, shape (m,), 0 or more, of any sum. Weight 0 leaves a metric out.

    Returns
    -------
    tuple of float
        The sub-score over the observed metrics, their weights re-normalised, and the share
        of the weights observed, 0..1. Nothing observed: NaN and 0; no weight at all: NaN twice.

    Raises
    ------
    ValueError
        When the shapes differ or a weight is negative or missing.

    Notes
    -----
    sum(w s) / sum(w) over the observed. Source: weighted arithmetic mean, OECD/JRC
    Handbook (2008), step 6; re-normalising over the observed is our choice.

    Examples
    --------
    >>> weighted([80, 60, float("nan")], [1, 1, 2])
    (70.0, 0.5)
    """
    scores, weights = _paired(scores, weights)
    observed = ~np.isnan(scores)
    total, seen = weights.sum(), weights[observed].sum()
    if total == 0:
        return float("nan"), float("nan")
    if seen == 0:
        return float("nan"), 0.0
    return float((weights * scores)[observed].sum() / seen), float(seen / total)


def _paired(scores: ArrayLike, weights: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    scores, weights = np.asarray(scores, dtype=float), np.asarray(weights, dtype=float)
    if scores.shape != weights.shape:
        raise ValueError(f"`weights` must be {scores.shape} in shape; not {weights.shape}.")
    if not np.all(weights >= 0):
        raise ValueError(f"`weights` must be 0 or more; not {weights.tolist()!r}.")
    return scores, weights


def together(objective: ArrayLike, subjective: ArrayLike) -> float | np.ndarray:
    """Return the KPI: facts and opinions with an equal voice (F15).

    A missing half makes the KPI missing, never the other half. Source: our choice of the
    equal voice. Its interval: ``intervals.mover`` with weights 1/2 and 1/2.

    Examples
    --------
    >>> together(objective=80, subjective=60)
    70.0
    """
    return _plain((np.asarray(objective, dtype=float) + np.asarray(subjective, dtype=float)) / 2)


def gap(objective: ArrayLike, subjective: ArrayLike) -> float | np.ndarray:
    """Return the perception gap in points: opinions minus facts (F16).

    Below zero the clients feel it worse than the facts say. Source: our choice. Its
    interval: ``intervals.mover`` with weights -1 (facts) and 1 (opinions).

    Examples
    --------
    >>> gap(objective=80, subjective=60)
    -20.0
    """
    return _plain(np.asarray(subjective, dtype=float) - np.asarray(objective, dtype=float))


def imbalance(scores: ArrayLike, weights: ArrayLike | None = None) -> tuple[float, float, float]:
    """Return the arithmetic and the geometric total of KPIs, and what imbalance costs (F18).

    Parameters
    ----------
    scores
        KPIs in points, shape (k,).
    weights
        Declared weights of any sum, shape (k,); equal when None.

    Returns
    -------
    tuple of float
        Arithmetic mean, geometric mean, and their difference, in points. All NaN when a
        KPI that has weight is missing: a total is never made of a part.

    Raises
    ------
    ValueError
        When the shapes differ, or a weight or a score is negative.

    Notes
    -----
    A = sum(w K), G = prod(K ** w), loss A - G. Source: OECD/JRC Handbook (2008), step 6:
    a linear total compensates fully, a geometric one less. In G a score below 1 counts
    as 1, lest one zero erase all; the loss is never below 0 (both our choice).

    Examples
    --------
    >>> [round(total, 3) for total in imbalance([82, 40, 55, 71, 90])]
    [67.6, 64.915, 2.685]
    """
    weights = np.ones(np.shape(scores)) if weights is None else weights
    scores, weights = _paired(scores, weights)
    scores, weights = scores[weights > 0], weights[weights > 0]
    if np.any(scores < 0):
        raise ValueError(f"`scores` must be 0 or more; not {scores.tolist()!r}.")
    if scores.size == 0 or np.isnan(scores).any():
        return float("nan"), float("nan"), float("nan")
    shares = weights / weights.sum()
    arithmetic = float(shares @ scores)
    geometric = float(np.exp(shares @ np.log(np.maximum(scores, 1))))
    return arithmetic, geometric, max(0.0, arithmetic - geometric)
