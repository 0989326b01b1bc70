"""The XmR control chart: limits of a process, and the signals that it has changed.

Made of two steps, so that limits stay locked: `limits` of the first points, `signals` of all.
A missing point is NaN in its place, and what it means for each rule is our choice: no moving
range is taken across it unless most points have no neighbour, and it breaks a trend, a shift
and a "two of three". `moved` is another question: whether the level of now is a new one.
"""

import math
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
    ranges, present = np.abs(np.diff(base)), base[~np.isnan(base)]
    ranges = ranges[~np.isnan(ranges)]
    if len(present) > 2 and len(ranges) < (len(present) - 1) / 2:
        ranges = np.abs(np.diff(present))
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
        Limits are NaN without two present points side by side, or three in all.

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
    few times, nothing is screened (our choice). Where gaps leave fewer than half of the
    ranges, those across gaps are taken too (our choice).

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


UNEVEN: Final = 1.25
"""Sampling errors farther apart than this factor give every point limits of its own (our
choice, after Montgomery: sizes of samples within a quarter of their mean may share limits)."""


def widths(limits: Limits, errors: ArrayLike) -> np.ndarray:
    """Return how much wider the limits of each point are than those of all.

    Parameters
    ----------
    limits
        Limits of the process.
    errors
        Standard error of sampling of every point, shape (t,); NaN where not known.

    Notes
    -----
    Periods vary by sigma; what of it is not sampling (never below 0) stays, a point adds its
    own error. 1 where errors are near each other or not known, or nothing varies. Source:
    the idea of Laney's p' chart (2002), variances added in place of multiplied (our choice).

    Examples
    --------
    >>> widths(Limits(60, 51, 69, 54, 66, 3, 12), [3, 3, 6]).tolist()
    [1.0, 1.0, 2.0]
    """
    errors = np.asarray(errors, dtype=float)
    known = errors[~np.isnan(errors)]
    if known.size < len(errors) or not known.size or not limits.sigma > 0:
        return np.ones(len(errors))
    if known.max() <= UNEVEN * known.min():
        return np.ones(len(errors))
    beside = max(limits.sigma**2 - (known[: limits.n] ** 2).mean(), 0.0)
    return np.sqrt(beside + errors**2) / limits.sigma


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
    found = pd.DataFrame(
        flags(values, limits, run), values.index if isinstance(values, pd.Series) else None
    )
    rules = list(RULES)
    return found.assign(first=np.select([found[rule] != 0 for rule in rules], rules, default=""))


def flags(values: ArrayLike, limits: Limits, run: int = 7) -> dict[str, np.ndarray]:
    """Return the columns of :func:`signals` but the last, without a table around them."""
    demand(run >= 2, "`run` must be 2 or more", run)
    points, tolerance = np.asarray(values, dtype=float), _tolerance(limits)
    sides = _sides(points, limits.centre, tolerance)
    above, below = (_sides(points, line, tolerance) for line in (limits.upper, limits.lower))
    outside = np.where(above > 0, 1, np.where(below < 0, -1, 0)).astype(np.int8)
    near = (_sides(points, limits.near_upper, tolerance) > 0) | (
        _sides(points, limits.near_lower, tolerance) < 0
    )
    moves = _sides(points[1:], points[:-1], tolerance)
    return {
        "outside": outside,
        "trend": _stretches(moves, run - 1, run)[: len(points)],
        "two_of_three": _two_of_three(sides, near & (outside == 0)),
        "shift": _stretches(sides, run, run),
    }


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


def autocorrelation(values: ArrayLike, centre: float | None = None) -> float:
    """Return the correlation of each point with the one before it (lag 1).

    Parameters
    ----------
    values
        One number a period, in order of time, shape (t,); NaN where a period has none.
    centre
        What they lie around; None: their mean.

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
    away = values - (present.mean() if centre is None else centre)
    whole = np.nansum(away**2)
    return float(np.nansum(away[1:] * away[:-1]) / whole) if whole else math.nan


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


LATEST: Final = 6
"""Periods that make the present level (our choice)."""

WINDOW: Final = 36
"""Periods that are looked at, the latest included (our choice)."""

HOLDS: Final = 3
"""So many periods in a row make a level that moved (our choice)."""

BAR: Final = (1.85, 4.5)
"""Standard errors between two levels that are told to differ: the first, and the second
shared out among the periods looked at; 2.0 of 26 (our choice, simulated)."""

ALIKE: Final = (0.1, 0.8)
"""Neighbours are taken to be alike at least and at most so much (our choice, simulated)."""

PLAIN: Final = (3.5, 60.0)
"""Standard errors that tell a step of the last year wherever it was, as `BAR`: 6 of 24
periods (our choice, simulated)."""

LONG: Final = (0.25, 3.4, 4.8)
"""The same in 24 periods or more: where neighbours are alike at most so much, and where they
are more alike (our choice, simulated)."""

YEARS_APART: Final = 14.0
"""Standard errors that tell two years apart by six pairs of periods (our choice, simulated)."""

STEADY: Final = 8
"""So many steps in a row one way prove a change however alike neighbours are: by chance 1 in
128, where each step is as likely up as down (our choice)."""

SEASON: Final = 0.5
"""Correlation with the year before that makes a season evident (our choice)."""


class Move(NamedTuple):
    """Whether the latest level of a process differs from the one before.

    Attributes
    ----------
    way
        1 where it rose, -1 where it fell, 0 where neither is proven; NaN where the periods do
        not suffice.
    start
        Place from 0 where the new level began: of the run that still lasts on its side, the
        period that parts two levels best (least squares).
    alike
        Correlation of neighbours, corrected for its bias.
    seasonal
        Periods were held against the same ones of the year before.
    steady
        No level but a way: every period from the start on is beyond the one before it.
    """

    way: float
    start: int = 0
    alike: float = math.nan
    seasonal: bool = False
    steady: bool = False


class _Step(NamedTuple):
    """A step between two levels: its size, in standard errors, what lies off the old one."""

    size: float
    errors: float
    alike: float
    away: np.ndarray


def moved(
    values: ArrayLike, errors: ArrayLike, year: int = 12, season: bool | None = None
) -> Move:
    """Tell whether the level of the last six periods differs from the level before.

    Parameters
    ----------
    values
        One number a period, in order of time, shape (t,); NaN where a period has none.
    errors
        Standard errors of sampling of the values; NaN where not known.
    year
        Periods a year: 12, 4 or 1.
    season
        Whether the values have a season; None: where it is evident, the values being like
        those of the year before (correlation above 0.5, with a line taken out and without, in
        two years).

    Returns
    -------
    Move
        With fewer than 12 periods nothing is told.

    Notes
    -----
    Mean of the last six less mean of up to 30 before, by generalised least squares: a period
    weighs by its own sampling error and by how much periods vary beside it, neighbours are
    alike as an AR(1): correlation r of the residuals, corrected as (n r + 5) / (n - 9), of
    differences between years (n r + 3) / (n - 7) (Kendall 1954, with a margin). Proven: above
    1.85 + 4.5 / n standard errors, the last two periods and the median on the new side (the
    median by half the step), a quarter of the step seen against the same periods a year ago.
    So is a step anywhere in the last twelve periods above 3.5 + 60 / n standard errors; in 24
    periods or more above 4.8, or 3.4 where neighbours are little alike. With a season the
    differences to the year before are held against zero; six such differences beyond 14
    standard errors prove by themselves. So do eight steps in a row one way, none of the last
    six periods going against the year before: a steady way has no level to part.
    All bars are our choice; how often they are wrong: ``tests/false_words.py``.

    Examples
    --------
    >>> quiet = [70, 71, 69] * 8
    >>> moved([*quiet, 40, 41, 39, 40, 41, 39], [0.7] * 30)[:2]
    (-1.0, 24)
    >>> moved([*quiet, 70, 71, 69, 70, 71, 69], [0.7] * 30).way
    0.0
    """
    values = np.asarray(values, dtype=float)
    errors = _least(values, np.asarray(errors, dtype=float))
    yearly, noise = values - _year_ago(values, year), np.hypot(errors, _year_ago(errors, year))
    if season is None:
        season = _evident(values, year)
    season = season and year > 1
    own, sampling = (yearly, noise) if season else (values, errors)
    places = np.flatnonzero(~np.isnan(own))[-WINDOW:]
    if len(places) < 2 * LATEST:
        return Move(math.nan, seasonal=season)
    bar = BAR[0] + BAR[1] / len(places)
    step, way = _step(own[places], sampling[places], season), 0.0
    since = yearly[places[-LATEST:]]
    seen = season or year == 1 or _kept(since, step.size)
    if seen and _lasting(step):
        way = math.copysign(1.0, step.size) if abs(step.errors) > bar else 0.0
    away = step.away
    if way == 0:
        way, away = _plain(own[places], sampling[places], season, yearly[places])
    parted = not season
    if way == 0 and year > 1 and (way := _apart(yearly[places], noise[places])):
        away, parted = yearly[places], False
    if not season and (run := _steady(own[places], since)):
        return Move(math.copysign(1.0, run), int(places[-abs(run)]), step.alike, steady=True)
    start = places[_since(way * away, parted)]
    return Move(way, int(start) if way else 0, step.alike, season)


def _since(away: np.ndarray, parted: bool) -> int:
    """Return where the last run beyond 0 begins; within it, where two levels part best."""
    others, n = np.flatnonzero(~(away > 0)), len(away)
    first = min(others[-1] + 1, n - 1) if others.size else 0
    return _best(away, np.arange(max(first, 1), n)) if parted else int(first)


def _best(values: np.ndarray, starts: np.ndarray) -> int:
    """Return the place where two levels part best, by least squares."""
    n = len(values)
    apart = [(values[at:].mean() - values[:at].mean()) ** 2 * at * (n - at) for at in starts]
    return int(starts[int(np.argmax(apart))])


def _year_ago(values: np.ndarray, year: int) -> np.ndarray:
    return np.concatenate([np.full(min(year, len(values)), np.nan), values[:-year]])


def _evident(values: np.ndarray, year: int) -> bool:
    """Tell whether each period is like the same one of the year before, with a line or without."""
    time, seen = np.arange(len(values)), ~np.isnan(values)
    if seen.sum() < 2 * max(year, LATEST):
        return False
    rest = values - np.polyval(np.polyfit(time[seen], values[seen], 1), time)
    for each in (values, rest):
        pairs = np.column_stack([each, _year_ago(each, year)])
        pairs = pairs[~np.isnan(pairs).any(axis=1)]
        if len(pairs) < 2 * LATEST or (np.ptp(pairs, axis=0) < ON_THE_LINE).any():
            return False
        if not np.corrcoef(pairs.T)[0, 1] > SEASON:
            return False
    return True


def _least(values: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Return the least spread of each value: its sampling error where all have one, rounding."""
    seen = ~np.isnan(values)
    apart = np.diff(np.unique(values[seen]))
    scale = np.abs(values[seen]).max(initial=0.0)
    line = ON_THE_LINE * (scale if scale > ON_THE_LINE else 1.0)
    rounding = max(line, apart.min() / math.sqrt(12) if apart.size else 0.0)
    known = not np.isnan(errors[seen]).any()
    return np.maximum(np.nan_to_num(errors) if known else 0.0, np.full(len(values), rounding))


def _step(values: np.ndarray, least: np.ndarray, from_zero: bool, latest: int = LATEST) -> _Step:
    """Return the step to the latest values: from those before, or from zero."""
    n = len(values)
    late = np.arange(n) >= n - latest
    rest = values - np.where(late, values[late].mean(), values[~late].mean())
    beside = max((rest**2).sum() / (n - 2) - (least**2).mean(), 0.0)
    spread = np.sqrt(beside + least**2)
    more, lost = (3, 7) if from_zero else (5, 9)
    like = (n * autocorrelation(rest / spread, centre=0) + more) / (n - lost)
    alike = float(np.clip(np.nan_to_num(like), *ALIKE))
    terms, contrast = np.column_stack([~late, late]), np.array([0 if from_zero else -1, 1])
    x, y = (_whitened(part / spread[:, None], alike) for part in (terms, values[:, None]))
    inverse = np.linalg.inv(x.T @ x)
    level = inverse @ x.T @ y[:, 0]
    left = ((y[:, 0] - x @ level) ** 2).sum() / (n - 3)
    left = max(left, (1 - alike**2) * ((least / spread) ** 2).mean())
    size = float(contrast @ level)
    error = math.sqrt(left * (contrast @ inverse @ contrast))
    away = values - (0.0 if from_zero else values[~late].mean())
    return _Step(size, size / error, alike, away)


def _whitened(rows: np.ndarray, phi: float) -> np.ndarray:
    return np.vstack([math.sqrt(1 - phi**2) * rows[:1], rows[1:] - phi * rows[:-1]])


def _lasting(step: _Step) -> bool:
    """Tell whether the last two values, and half the step by the median, are on the new side."""
    away = np.sign(step.size) * step.away[-LATEST:]
    return bool((away[-2:] > 0).all() and np.median(away) >= abs(step.size) / 2)


def _kept(since: np.ndarray, size: float) -> bool:
    """Tell whether a quarter of a step is seen against the year before, where there is one."""
    since = since[~np.isnan(since)]
    return not since.size or bool(np.sign(size) * since.mean() >= abs(size) / 4)


def _plain(
    values: np.ndarray, least: np.ndarray, from_zero: bool, yearly: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return the way of a step that is plain wherever within a year it was, and what lies off."""
    n = len(values)
    starts = np.arange(max(LATEST, n - 2 * LATEST), n - HOLDS + 1)
    latest = n - _best(values, starts)
    step = _step(values, least, from_zero, latest)
    seen = _kept(yearly[-latest:], step.size) and _lasting(step)
    bar = PLAIN[0] + PLAIN[1] / n
    if n >= 4 * LATEST:
        bar = LONG[1 if step.alike <= LONG[0] else 2]
    proven = seen and abs(step.errors) > bar
    return (math.copysign(1.0, step.size) if proven else 0.0), step.away


def _apart(yearly: np.ndarray, noise: np.ndarray) -> float:
    """Return the way of six differences to the year before that prove a change by themselves."""
    last = yearly[-LATEST:]
    if np.isnan(last).any() or (np.sign(last[-2:]) != np.sign(last.mean())).any():
        return 0.0
    spread = max(last.std(ddof=1), noise[-LATEST:].mean())
    apart = abs(last.mean()) * math.sqrt(LATEST) > YEARS_APART * spread
    return math.copysign(1.0, last.mean()) if apart else 0.0


def _steady(values: np.ndarray, since: np.ndarray) -> int:
    """Return how many of the last steps went one way, with their sign; 0 where too few did."""
    steps = np.sign(np.diff(values))
    others = np.flatnonzero(steps != steps[-1])
    run = len(steps) - (others[-1] + 1 if others.size else 0)
    against = (steps[-1] * since < 0).any()
    return 0 if run < STEADY or against else int(steps[-1] * run)
