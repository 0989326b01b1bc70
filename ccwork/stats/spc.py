"""The XmR control chart: limits of a process, and the signals that it has changed.

Made of two steps, so that limits stay locked: `limits` of the first points, `signals` of all.
A missing point is NaN in its place, and what it means for each rule is our choice: no moving
range is taken across it, and it breaks a trend, a shift and a "two of three".
"""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from ccwork.stats.intervals import demand

RULES: Final = ("outside", "trend", "two_of_three", "shift")
"""What counts as a signal, in order of precedence (NHS England, "Making Data Count")."""

TO_LIMIT: Final = 2.66
"""Mean moving ranges from the centre to a limit: 3 / 1.128 (Shewhart; NHS)."""

TO_SIGMA: Final = 1.128
"""Mean moving range of two points in standard deviations (d2 of Shewhart's charts)."""

SCREENED: Final = 3.267
"""A moving range of so many mean moving ranges is an outlier (Nelson 1982; NHS)."""

ON_THE_LINE: Final = 1e-9
"""Closer than this share of the scale a point is on the line (our choice)."""


class Limits(NamedTuple):
    """Lines of a chart, in the unit of the values; NaN where the points do not suffice.

    Attributes
    ----------
    centre, lower, upper
        Mean and process limits.
    near_lower, near_upper
        Two thirds of the way from the centre to a limit.
    sigma
        Standard deviation of the process as the moving ranges tell it.
    n
        Points the limits stand on.
    """

    centre: float
    lower: float
    upper: float
    near_lower: float
    near_upper: float
    sigma: float
    n: int


def _mean_range(base: np.ndarray, screen: bool) -> float:
    ranges = np.abs(np.diff(base))
    ranges = ranges[~np.isnan(ranges)]
    if ranges.size == 0:
        return float("nan")
    average = ranges.mean()
    kept = ranges[ranges < SCREENED * average]
    if screen and kept.any():
        average = kept.mean()
    return float(average)


def limits(values: ArrayLike, lock: int | None = 12, screen: bool = True) -> Limits:
    """Return the limits of a process from its first points (F22, F23).

    Parameters
    ----------
    values
        One number a period, in order of time, shape (t,); NaN where a period has none.
    lock
        How many present points the limits are taken from; None for all. With fewer at
        hand, all are taken: see ``n`` of what is returned.
    screen
        Leave out, once, moving ranges of 3.267 mean moving ranges or more. False gives the
        limits of the NHS spreadsheet.

    Returns
    -------
    Limits
        Limits are NaN without two present points side by side.

    Raises
    ------
    ValueError
        When `lock` is below 2.

    Notes
    -----
    CL ± 2.66 mean(mR); near limits at two thirds. Source: NHS England, "Making Data
    Count"; screening: NHSRplotthedots (0.2.2) after Nelson (1982). A series that does not
    vary has limits on its centre (our choice; the NHS code gives none). Where screening
    would leave no variation at all, as in a series rounded to whole numbers that moved a
    few times, nothing is screened (our choice).

    Examples
    --------
    >>> months = [62, 65, 61, 66, 63, 64, 60, 65, 62, 66, 63, 64]
    >>> [round(line, 2) for line in limits(months)[:3]]
    [63.42, 54.71, 72.12]
    """
    demand(lock is None or lock >= 2, "`lock` must be 2 or more, or None", lock)
    values = np.asarray(values, dtype=float)
    present = ~np.isnan(values)
    based = present.cumsum() <= (lock or len(values))
    base = values[based]
    n = int(present[based].sum())
    centre = float(np.nanmean(base)) if n else float("nan")
    mean_range = _mean_range(base, screen)
    far, near = TO_LIMIT * mean_range, TO_LIMIT * mean_range * 2 / 3
    return Limits(
        centre, centre - far, centre + far, centre - near, centre + near,
        mean_range / TO_SIGMA, n,
    )  # fmt: skip


def _tolerance(limits: Limits) -> float:
    return ON_THE_LINE * max(abs(line) for line in (limits.centre, limits.lower, limits.upper))


def _sides(values: np.ndarray, line: float | np.ndarray, tolerance: float) -> np.ndarray:
    """Return 1 above the line, -1 below it, 0 on it or for a missing value."""
    away = values - line
    return (away > tolerance).astype(np.int8) - (away < -tolerance).astype(np.int8)


def _stretches(signs: np.ndarray, width: int, points: int) -> np.ndarray:
    """Flag the `points` that make each stretch of `width` equal signs other than 0.

    Where a rising and a falling stretch share a point, the later one has it.
    """
    flags = np.zeros(len(signs) + points - width, dtype=np.int8)
    for start in range(len(signs) - width + 1):
        if abs(int(signs[start : start + width].sum())) == width:
            flags[start : start + points] = signs[start]
    return flags


def _two_of_three(sides: np.ndarray, near: np.ndarray) -> np.ndarray:
    flags = np.zeros(len(sides), dtype=np.int8)
    for start in range(len(sides) - 2):
        three = slice(start, start + 3)
        if abs(int(sides[three].sum())) == 3 and near[three].sum() >= 2:
            flags[three][near[three]] = sides[start]
    return flags


def signals(values: ArrayLike, limits: Limits, run: int = 7) -> pd.DataFrame:
    """Find the points that tell of a change in the process (F24).

    Parameters
    ----------
    values
        One number a period, in order of time, shape (t,); NaN where a period has none.
    limits
        Limits the points are held against, as `limits` returns them.
    run
        Points that make a trend, and points that make a shift.

    Returns
    -------
    DataFrame
        One row a period, with the index of `values` if that is a Series. Columns of
        `RULES`: 1 where the point is a signal upwards, -1 downwards, else 0; whether up is
        good is for the caller to say. ``first``: the rule that names the point by
        precedence, "" for none. NaN limits give no signal.

    Raises
    ------
    ValueError
        When `run` is below 2.

    Notes
    -----
    outside: beyond a process limit. trend: `run` points, each beyond the one before. two
    of three: of three points in a row on one side of the centre, two or three between the
    near limit and the limit; these alone are flagged. shift: `run` points in a row on one
    side of the centre. A point on a line is not beyond it. Source: NHS England, "Making
    Data Count", as coded in NHSRplotthedots (0.2.2); a tolerance of 1e-9 of the scale for
    "on the line" is our choice.

    Examples
    --------
    >>> months = [62, 65, 61, 66, 63, 64, 60, 65, 62, 66, 63, 63, 67, 80]
    >>> signals(months, limits(months))["first"].tolist()[-2:]
    ['', 'outside']
    """
    demand(run >= 2, "`run` must be 2 or more", run)
    points, tolerance = np.asarray(values, dtype=float), _tolerance(limits)
    sides = _sides(points, limits.centre, tolerance)
    above, below = (_sides(points, line, tolerance) for line in (limits.upper, limits.lower))
    outside = np.where(above > 0, 1, np.where(below < 0, -1, 0)).astype(np.int8)
    near = (_sides(points, limits.near_upper, tolerance) > 0) | (
        _sides(points, limits.near_lower, tolerance) < 0
    )
    moves = _sides(points[1:], points[:-1], tolerance)
    flags = {
        "outside": outside,
        "trend": _stretches(moves, run - 1, run)[: len(points)],
        "two_of_three": _two_of_three(sides, near & (outside == 0)),
        "shift": _stretches(sides, run, run),
    }
    found = pd.DataFrame(flags, values.index if isinstance(values, pd.Series) else None)
    rules = list(RULES)
    first = np.select([found[rule] != 0 for rule in rules], rules, default="")
    return found.assign(first=first)


def assurance(target: float, limits: Limits, higher_is_better: bool) -> str:
    """Tell whether the process as it is meets a target (F25).

    Parameters
    ----------
    target
        In the unit of the values.
    limits
        Limits of the process.
    higher_is_better
        False for days, visits, complaints.

    Returns
    -------
    str
        "always" or "never" when both limits lie on one side of the target, else
        "hit_and_miss", a target on a limit included; "" when the limits or the target
        are missing.

    Notes
    -----
    Source: NHSRplotthedots (0.2.2), assurance.

    Examples
    --------
    >>> steady = Limits(60, 50, 70, 53.3, 66.7, 3.3, 12)
    >>> [assurance(target, steady, higher_is_better=True) for target in (45, 65, 75)]
    ['always', 'hit_and_miss', 'never']
    """
    if np.isnan([target, limits.lower, limits.upper]).any():
        return ""
    tolerance = _tolerance(limits)
    below, above = target < limits.lower - tolerance, target > limits.upper + tolerance
    if not (below or above):
        return "hit_and_miss"
    return "always" if below == higher_is_better else "never"


def hit_frequency(target: float, limits: Limits, higher_is_better: bool) -> float:
    """Return the share of periods in which the process as it is meets a target (F26).

    Parameters
    ----------
    target
        In the unit of the values.
    limits
        Limits of the process.
    higher_is_better
        False for days, visits, complaints.

    Returns
    -------
    float
        Share 0..1, indicative; NaN when the limits or the target are missing.

    Notes
    -----
    1 - Phi((T - CL) / sigma), mirrored where lower is better; a process that does not vary
    meets the target in all periods or in none. Source: our choice, values taken as normal.

    Examples
    --------
    >>> steady = Limits(60, 50, 70, 53.3, 66.7, 3.3, 12)
    >>> hit_frequency(60, steady, higher_is_better=True)
    0.5
    """
    ahead = limits.centre - target if higher_is_better else target - limits.centre
    if limits.sigma == 0:
        return float("nan") if np.isnan(ahead) else float(ahead >= -_tolerance(limits))
    return float(special.ndtr(ahead / limits.sigma))


def autocorrelation(values: ArrayLike) -> float:
    """Return the correlation of each point with the one before it (lag 1).

    Parameters
    ----------
    values
        One number a period, in order of time, shape (t,); NaN where a period has none.

    Returns
    -------
    float
        About -1..1; NaN with fewer than three points, or when they do not vary.

    Notes
    -----
    sum (x_t - m)(x_t+1 - m) / sum (x_t - m)^2, the sum above over neighbours that are both
    present. Source: Box and Jenkins (1970).

    Examples
    --------
    >>> round(autocorrelation([1, 2, 3, 4, 5]), 2)
    0.4
    """
    values = np.asarray(values, dtype=float)
    present = values[~np.isnan(values)]
    if len(present) < 3 or np.ptp(present) == 0:
        return float("nan")
    away = values - present.mean()
    return float(np.nansum(away[1:] * away[:-1]) / np.nansum(away**2))


def seasonal(values: ArrayLike, length: int, trend: bool = False) -> np.ndarray:
    """Return what each season adds to the level (F27).

    Parameters
    ----------
    values
        One number a period, in order of time, shape (t,); NaN where a period has none.
    length
        Periods a year: 12 or 4.
    trend
        Take a straight line out first, so that growth is not taken for a season.

    Returns
    -------
    ndarray
        Shape (length,), of sum 0, beginning with the season of the first value; NaN where a
        season has no value. Subtract it from the values to adjust them.

    Raises
    ------
    ValueError
        When `length` is below 2.

    Notes
    -----
    mean of the season less the mean of the seasons; with `trend` both by least squares
    together. Source: classical decomposition (R ``decompose`` on whole years).

    Examples
    --------
    >>> quarters = [60, 64, 71, 62, 64, 68, 75, 66]
    >>> seasonal(quarters, 4).round(2).tolist()
    [-4.25, -0.25, 6.75, -2.25]
    >>> seasonal(quarters, 4, trend=True).round(2).tolist()
    [-2.75, 0.25, 6.25, -3.75]
    """
    demand(length >= 2, "`length` must be 2 or more", length)
    values = np.asarray(values, dtype=float)
    time = np.arange(len(values))
    seen = ~np.isnan(values)
    if not seen.any():
        return np.full(length, np.nan)
    known = np.array([(seen & (time % length == place)).any() for place in range(length)])
    terms = np.column_stack([time % length == place for place in np.flatnonzero(known)])
    if trend:
        terms = np.column_stack([terms, time])
    level = np.full(length, np.nan)
    found = np.linalg.lstsq(terms[seen].astype(float), values[seen], rcond=None)[0]
    level[known] = found[: known.sum()]
    return level - level[known].mean()
