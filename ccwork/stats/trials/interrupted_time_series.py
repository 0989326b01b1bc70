"""One series with a change at a known date: what the change moved, and what chance moves.

Neighbouring periods are alike, so that a series of 24 months tells less than 24 cases: the
regression estimates how alike they are, and widens its intervals. Even so they are somewhat
too narrow with few points; a series without a control series never proves a cause alone.
"""

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ccwork.stats import spc
from ccwork.stats.intervals import NAN, demand
from ccwork.stats.trials.diff_in_diff import Effect, of_t, regression_terms

GRID: Final = np.arange(-98, 99) / 100
"""Correlations of neighbours that are tried first; the answer lies between them."""

FINE: Final = 1e-10
"""How near the correlation of neighbours is found."""

POINTS: Final = 12
"""A series has so many points before and after at least (our choice; OLS is worse below)."""

LEAST: Final = 3
"""Fewer present points on either side than this give no regression (our choice)."""


class Segments(NamedTuple):
    """Two straight lines, before and after a change.

    Attributes
    ----------
    phi
        Correlation of neighbouring periods once the lines are taken away.
    sigma
        Standard deviation of the points around the lines.
    terms
        Level at the first period, slope, step of level and step of slope at the change; the
        slope counts from the first period with the change. Shape (4,).
    covariance
        Of the terms, shape (4, 4).
    start, n
        Place of the first period with the change, counted from 0; present points.
    df
        Degrees of freedom left: present points less terms, those of a season included.
    """

    phi: float
    sigma: float
    terms: np.ndarray
    covariance: np.ndarray
    start: int
    n: int
    df: float = NAN


def fitted_at(
    phi: float, terms: np.ndarray, values: np.ndarray, gaps: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Fit the regression of many series at one correlation of neighbours.

    Parameters
    ----------
    phi
        Correlation of neighbouring periods.
    terms
        As `design` returns them, shape (n, k).
    values
        One series a column, shape (n, r).
    gaps
        Periods from each point to the next, shape (n - 1,).

    Returns
    -------
    tuple
        Restricted log-likelihood up to a constant, shape (r,); terms, shape (k, r); sum of
        squares, shape (r,); and the covariance of the terms for sigma 1, shape (k, k).
    """
    carried = phi**gaps
    scale = np.sqrt(1 - carried**2)
    x, y = (
        np.vstack([part[:1], (part[1:] - carried[:, None] * part[:-1]) / scale[:, None]])
        for part in (terms, values)
    )
    square = x.T @ x
    inverse = np.linalg.inv(square)
    found = inverse @ (x.T @ y)
    rest = ((y - x @ found) ** 2).sum(axis=0)
    spare = terms.shape[0] - terms.shape[1]
    with np.errstate(divide="ignore"):
        likelihood = -spare / 2 * np.log(rest)
    likelihood -= np.log(scale).sum() + np.linalg.slogdet(square)[1] / 2
    return likelihood, found, rest, inverse


def segmented(values: ArrayLike, start: int, season: np.ndarray | None = None) -> Segments:
    """Fit two lines to a series with a change, neighbours being alike (F58).

    Parameters
    ----------
    values
        One number a period in order of time, shape (t,); NaN where a period has none. With a
        control series: the difference of the two.
    start
        Place of the first period with the change, counted from 0.
    season
        Terms of the season, one row a period, shape (t, s); None: no season.

    Returns
    -------
    Segments
        NaN throughout with fewer than three present points on either side, or where the
        season cannot be told from the change.

    Raises
    ------
    ValueError
        When `start` is not a period past the first.

    Notes
    -----
    y = b0 + b1 t + b2 after + b3 (t - start) after + season, errors AR(1), phi by
    restricted maximum likelihood. Source: segmented regression, Wagner et al. (2002);
    estimates equal R ``nlme::gls`` with ``corAR1``, REML. A missing point carries the
    correlation over, phi to the power of the gap.
    """
    values = np.asarray(values, dtype=float).ravel()
    demand(0 < start < len(values), f"`start` must be between 1 and {len(values) - 1}", start)
    times = np.flatnonzero(~np.isnan(values))
    n = len(times)
    terms, series, gaps = regression_terms(times, start), values[times][:, None], np.diff(times)
    if season is not None:
        terms = np.column_stack([terms, season[times]])
    spare = n - terms.shape[1]
    few = min((times < start).sum(), (times >= start).sum()) < LEAST or spare < LEAST
    if few or np.linalg.matrix_rank(terms) < terms.shape[1]:
        return Segments(NAN, NAN, np.full(4, NAN), np.full((4, 4), NAN), start, n)
    level = series.mean()  # far from 0 the sum of squares would lose its digits
    phi = _likeliest(terms, series - level, gaps)
    _, found, rest, inverse = fitted_at(phi, terms, series - level, gaps)
    variance = float(rest[0]) / spare
    found[0] += level
    known, covariance = found[:4, 0], inverse[:4, :4] * variance
    return Segments(phi, math.sqrt(variance), known, covariance, start, n, spare)


def _likeliest(terms: np.ndarray, series: np.ndarray, gaps: np.ndarray) -> float:
    """Return the correlation of neighbours with the highest restricted likelihood."""

    def likelihood(phi: float) -> float:
        return float(fitted_at(phi, terms, series, gaps)[0][0])

    spread = float((series**2).sum())
    if fitted_at(0.0, terms, series, gaps)[2][0] <= 1e-20 * spread or spread == 0:
        return 0.0
    best = GRID[int(np.argmax([likelihood(phi) for phi in GRID]))]
    low, high = float(best) - 0.01, float(best) + 0.01
    golden = (math.sqrt(5) - 1) / 2
    while high - low > FINE:
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if likelihood(left) >= likelihood(right) else (left, high)
    return (low + high) / 2


def effect(found: Segments, at: float = 1, confidence: float = 0.95) -> Effect:
    """Return what the change had moved some periods after it.

    Parameters
    ----------
    found
        Lines, as `segmented` returns them.
    at
        Which period with the change: 1 is the first; (m + 1) / 2 the middle of m, where the
        effect is known best. To be named before the data.
    confidence
        Level of the interval.

    Returns
    -------
    Effect
        Line after minus line before carried on, in the unit of the values; `n` points.

    Notes
    -----
    b2 + b3 (at - 1), t with the degrees of freedom left. Source: Wagner et al. (2002).
    """
    demand(at >= 1, "`at` must be 1 or more", at)
    contrast = np.array([0, 0, 1, at - 1])
    value = float(contrast @ found.terms)
    if math.isnan(value):
        return Effect(NAN, NAN, NAN, found.n)
    se = math.sqrt(max(0.0, float(contrast @ found.covariance @ contrast)))
    return of_t(value, se, found.df, found.n, confidence)


def shifted(values: ArrayLike, start: int, run: int = 7) -> int:
    """Tell whether a series moved to another side of where it was before a change.

    Parameters
    ----------
    values, start
        As in :func:`segmented`.
    run
        Points in a row that make a shift.

    Returns
    -------
    int
        1 up, -1 down: the first run of points with the change on one side of the mean of
        those before it; 0 for none.

    Notes
    -----
    The shift rule of ``spc.signals`` with limits locked on the points before the change, runs
    counted from the change on. Source: NHS England, "Making Data Count"; the locking is ours.
    """
    values = np.asarray(values, dtype=float).ravel()
    demand(0 < start < len(values), f"`start` must be between 1 and {len(values) - 1}", start)
    locked = spc.limits(values[:start], lock=None)
    found = spc.signals(values[start:], locked, run)["shift"].to_numpy()
    return int(found[found != 0][0]) if found.any() else 0
