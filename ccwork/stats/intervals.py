"""Estimates with their intervals. Too few data give NaN limits: absence is never zero.

Distributions come from ``scipy.special``: ``scipy.stats`` would add seconds to every start.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

NAN = float("nan")


def demand(kept: bool, says: str, *given: object) -> None:
    """Refuse an argument that is not as it must be: say so, and what was given.

    Examples
    --------
    >>> demand(1 > 2, "`one` must be above 2", 1)
    Traceback (most recent call last):
    ValueError: `one` must be above 2; not 1.
    """
    if not kept:
        raise ValueError(f"{says}; not {' and '.join(map(repr, given))}.")


def inside(low: float, high: float, **given: float) -> None:
    """Refuse arguments that do not lie between two ends."""
    for name, value in given.items():
        demand(low < value < high, f"`{name}` must be between {low:g} and {high:g}", value)


def alike(first: np.ndarray, **others: np.ndarray) -> None:
    """Refuse arrays of another shape than the first."""
    for name, other in others.items():
        demand(other.shape == first.shape, f"`{name}` must be {first.shape} in shape", other.shape)


class Estimate(NamedTuple):
    """A number, the ends of its interval, and how many cases stand behind it.

    Attributes
    ----------
    value, low, high
        In the unit of the statistic; NaN where the data do not suffice.
    n
        Cases. Of a combination: the smallest n among its parts, for that is what a
        minimum is held against (our choice).
    """

    value: float
    low: float
    high: float
    n: float

    @classmethod
    def of(cls, row: Mapping[str, float], name: str, n: str = "n") -> "Estimate":
        """Read an estimate from the columns of a row that :func:`names` tells, and its `n`."""
        return cls(*(row[column] for column in names(name)), row[n])

    def columns(self, name: str) -> dict[str, float]:
        """Return value and limits as the columns that :func:`names` tells."""
        return dict(zip(names(name), self, strict=False))

    def times(self, factor: float) -> "Estimate":
        """Return it in another unit; `factor` is above 0."""
        return Estimate(*(factor * end for end in self[:3]), self.n)


def names(name: str) -> list[str]:
    """Return the columns of a table that hold an estimate: its value, its low and high end.

    Examples
    --------
    >>> names("score"), names("value")
    (['score', 'score_low', 'score_high'], ['value', 'low', 'high'])
    """
    prefix = "" if name == "value" else f"{name}_"
    return [name, f"{prefix}low", f"{prefix}high"]


def unknown(n: float = NAN) -> Estimate:
    """Return what is known where nothing can be told of `n` cases."""
    return Estimate(NAN, NAN, NAN, n)


class Moments(NamedTuple):
    """Mean, standard deviation (divisor n - 1) and number of cases.

    Attributes
    ----------
    mean, sd
        In the unit of the values; `mean` is NaN without cases, `sd` with fewer than two.
    n
        Cases.
    """

    mean: float
    sd: float
    n: float


def _upper(confidence: float) -> float:
    inside(0, 1, confidence=confidence)
    return (1 + confidence) / 2


def wilson(k: float, n: float, deff: float = 1, confidence: float = 0.95) -> Estimate:
    """Estimate a share (F04), of a weighted or clustered sample as well (F05).

    Parameters
    ----------
    k, n
        Cases that have the property, and all cases; 0 <= k <= n. For a weighted share p
        pass ``k = p * n``.
    deff
        Design effect: the interval is that of ``n / deff`` cases.
    confidence
        Level of the interval.

    Returns
    -------
    Estimate
        Shares 0..1; all NaN when n is 0.

    Raises
    ------
    ValueError
        When k is negative or above n, or `deff` is not above 0.

    Notes
    -----
    (p + z2/2n ± z sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n). Source: Wilson (1927); effective
    number of cases: Kish (1965).

    Examples
    --------
    >>> [round(end, 4) for end in wilson(18, 25)]
    [0.72, 0.5242, 0.8572, 25]
    """
    if k < 0 or k > n:
        raise ValueError(f"`k` must be between 0 and `n`; not {k!r} of {n!r}.")
    demand(deff > 0, "`deff` must be above 0", deff)
    z = scipy.special.ndtri(_upper(confidence))
    if n == 0:
        return Estimate(NAN, NAN, NAN, n)
    p, cases = k / n, n / deff
    middle = p + z**2 / (2 * cases)
    half = z * np.sqrt(p * (1 - p) / cases + z**2 / (4 * cases**2))
    low, high = (middle - half) / (1 + z**2 / cases), (middle + half) / (1 + z**2 / cases)
    # Rounding must not push the value of nobody or everybody out of its own interval.
    return Estimate(p, float(min(p, max(0.0, low))), float(max(p, min(1.0, high))), n)


def percent(k: float, n: float, least: float = 0) -> Estimate:
    """Estimate a share in percent as :func:`wilson` does; none of fewer than `least` cases.

    Examples
    --------
    >>> [round(end, 1) for end in percent(18, 25)], percent(1, 2, least=10)
    ([72.0, 52.4, 85.7, 25], Estimate(value=nan, low=nan, high=nan, n=2))
    """
    return unknown(n) if n < least else wilson(k, n).times(100)


def poisson_rate(k: float, exposure: float, per: float = 1, confidence: float = 0.95) -> Estimate:
    """Estimate a rate of counted events (F06).

    Parameters
    ----------
    k
        Events, 0 or more.
    exposure
        What they are counted over: cases, visits, days.
    per
        Unit of the rate: 1000 gives events per 1000.
    confidence
        Level of the interval.

    Returns
    -------
    Estimate
        Events per `per`; `n` is `exposure`. All NaN when `exposure` is 0.

    Raises
    ------
    ValueError
        When k, `exposure` or `per` cannot be: negative, or events over no exposure.

    Notes
    -----
    chi2(a/2; 2k) / 2T and chi2(1-a/2; 2k+2) / 2T. Source: Garwood (1936), exact.

    Examples
    --------
    >>> [round(end, 3) for end in poisson_rate(14, 2300, per=1000)]
    [6.087, 3.328, 10.213, 2300]
    """
    demand(not k < 0, "`k` must be 0 or more", k)
    if exposure < 0 or (exposure == 0 and k > 0):
        raise ValueError(f"`exposure` must be above 0; not {exposure!r} for {k!r} events.")
    demand(per > 0, "`per` must be above 0", per)
    upper = _upper(confidence)
    if exposure == 0:
        return Estimate(NAN, NAN, NAN, exposure)
    low = scipy.special.gammaincinv(k, 1 - upper) if k > 0 else 0.0
    high = scipy.special.gammaincinv(k + 1, upper)
    return Estimate(*(float(per * events / exposure) for events in (k, low, high)), exposure)


def rate_ratio(k1: float, exposure1: float, k2: float, exposure2: float) -> Estimate:
    """Compare two rates of counted events: the first as a part of the second.

    Parameters
    ----------
    k1, k2
        Events, 0 or more.
    exposure1, exposure2
        What they are counted over, above 0.

    Returns
    -------
    Estimate
        Of the ratio, with its 95 % interval; `n` is all events. All NaN without events; the
        ratio and its high end are infinite without events in the second.

    Notes
    -----
    Given their sum, k1 is binomial with the share p of all events (Przyborowski and Wilenski
    1940); p/(1-p) T2/T1 of Wilson's limits for p (F04).

    Examples
    --------
    >>> [round(end, 3) for end in rate_ratio(10, 100, 40, 200)]
    [0.5, 0.253, 0.987, 50]
    """
    demand(exposure1 > 0 and exposure2 > 0, "`exposure` must be above 0", exposure1, exposure2)
    share = wilson(k1, k1 + k2)
    with np.errstate(divide="ignore"):
        ends = [float(np.divide(p, 1 - p)) * exposure2 / exposure1 for p in share[:3]]
    return Estimate(*ends, k1 + k2)


def moments(values: ArrayLike) -> Moments:
    """Return mean, standard deviation and number of `values`, shape (n,); NaN is left out.

    Examples
    --------
    >>> moments([1, 2, 3, float("nan")])
    Moments(mean=2.0, sd=1.0, n=3)
    """
    values = np.asarray(values, dtype=float).ravel()
    values = values[~np.isnan(values)]
    return moments_of_counts(values, np.ones(len(values), dtype=int))


def moments_of_counts(levels: ArrayLike, counts: ArrayLike) -> Moments:
    """Return the moments of answers told as counts of each level.

    Parameters
    ----------
    levels
        Values an answer may take, shape (k,).
    counts
        How many gave each, shape (k,), 0 or more.

    Returns
    -------
    Moments
        The same as of the answers one by one.

    Raises
    ------
    ValueError
        When the shapes differ, or a count is negative or missing.

    Examples
    --------
    >>> moments_of_counts([1, 2, 3], [1, 1, 1])
    Moments(mean=2.0, sd=1.0, n=3)
    """
    levels, counts = np.asarray(levels, dtype=float), np.asarray(counts)
    alike(levels, counts=counts)
    demand(np.all(counts >= 0), "`counts` must be 0 or more", counts.tolist())
    n = counts.sum().item()
    average = float(levels @ counts / n) if n > 0 else NAN
    sd = float(np.sqrt((levels - average) ** 2 @ counts / (n - 1))) if n > 1 else NAN
    return Moments(average, sd, n)


def mean_of_moments(
    average: float, sd: float, n: float, population: float | None = None, confidence: float = 0.95
) -> Estimate:
    """Estimate a mean from its moments; see `mean`.

    Examples
    --------
    >>> [round(end, 3) for end in mean_of_moments(2, 1, 3)]
    [2, -0.484, 4.484, 3]
    """
    demand(not (n < 0 or sd < 0), "`n` and `sd` must be 0 or more", n, sd)
    known = population is None or population >= n
    demand(known, f"`population` must be at least {n!r}, the answers", population)
    upper = _upper(confidence)
    if n < 2:
        return Estimate(average, NAN, NAN, n)
    left_out = 1 if population is None else 1 - n / population
    half = scipy.special.stdtrit(n - 1, upper) * sd / np.sqrt(n) * np.sqrt(left_out)
    return Estimate(average, float(average - half), float(average + half), n)


def mean(values: ArrayLike, population: float | None = None, confidence: float = 0.95) -> Estimate:
    """Estimate a mean of independent cases (F07).

    Parameters
    ----------
    values
        One number a case, shape (n,); NaN is left out.
    population
        How many cases there are in all, when they are few; None for many.
    confidence
        Level of the interval.

    Returns
    -------
    Estimate
        In the unit of the values. One case has no limits; none has no value either.
        The limits may lie beyond the scale of the answers.

    Raises
    ------
    ValueError
        When `population` is below the number of cases.

    Notes
    -----
    m ± t(n-1) s / sqrt(n) * sqrt(1 - n/N). Source: Student (1908); finite population
    correction: Cochran, Sampling Techniques (1977).

    Examples
    --------
    >>> [round(end, 3) for end in mean([1, 2, 3])]
    [2.0, -0.484, 4.484, 3]
    """
    return mean_of_moments(*moments(values), population, confidence)


END: Final = 0.6
"""Unseen answers at each end of a bounded scale; one where all are the same (our choice)."""


def bounded_mean(
    average: float, sd: float, n: float, ends: tuple[float, float], population: float | None = None
) -> Estimate:
    """Estimate a mean of answers on a scale that ends: the limits never leave it (F07).

    Parameters
    ----------
    average, sd, n
        Moments of the answers; where `sd` is not known (NaN) the widest the scale allows.
    ends
        The least and the most an answer may be.
    population
        How many cases there are in all, when they are known; all of them: no doubt is left.

    Returns
    -------
    Estimate
        95 %. Twelve answers alike are no certainty: their limits are those of Clopper and
        Pearson. Fewer than two cases have no limits.

    Notes
    -----
    Each limit is a quantile of a mean weighted at random, with an unseen answer at that end of
    the scale; its distribution is taken for a beta of the same mean and variance. Source:
    Gaffke (2005); on two levels Clopper and Pearson (1934), with a part of the unseen answer
    near the interval of Jeffreys, as Brown, Cai and DasGupta (2001) advise.

    Examples
    --------
    >>> [round(end, 3) for end in bounded_mean(1, 0, 12, (0, 1))]
    [1, 0.735, 1.0, 12]
    """
    plain = mean_of_moments(average, sd, n, population)
    least, width = ends[0], ends[1] - ends[0]
    if np.isnan(sd):
        sd = float(np.sqrt(max((average - least) * (ends[1] - average), 0.0)))
    if not n >= 2 or n == population:
        return plain
    cases = n / (1 - n / population) if population else n
    at, square = (average - least) / width, (sd / width) ** 2
    unseen, limits = END if square > 0 else 1.0, []
    for end, chance in ((0.0, 0.025), (1.0, 0.975)):
        whole = cases + unseen
        middle = (cases * at + unseen * end) / whole
        spread = (cases * (square + at**2) + unseen * end) / whole - middle**2
        size = middle * (1 - middle) * (whole + 1) / spread - 1 if spread > 1e-12 else 0.0
        ends = middle * size, (1 - middle) * size
        found = scipy.special.betaincinv(*ends, chance) if size > 0 else end
        limits.append(float(least + width * found))
    return Estimate(average, min(limits[0], average), max(limits[1], average), n)


def mean_of_counts(levels: ArrayLike, counts: ArrayLike) -> Estimate:
    """Estimate a mean from counts of each level of a scale; see `bounded_mean`.

    Examples
    --------
    >>> [round(end, 2) for end in mean_of_counts([1, 2, 3, 4, 5], [0, 0, 0, 0, 12])]
    [5.0, 3.94, 5.0, 12]
    """
    ends = (float(np.min(levels)), float(np.max(levels)))
    return bounded_mean(*moments_of_counts(levels, counts), ends)


@lru_cache(1 << 14)
def ranks(n: int, q: float, confidence: float = 0.95) -> tuple[int, int]:
    """Return which of `n` sorted values, counted from 1, are the limits of quantile `q`.

    Parameters
    ----------
    n
        Cases.
    q
        Quantile between 0 and 1: 0.5 is the median.
    confidence
        The least level of the interval.

    Returns
    -------
    tuple of int
        Low and high rank; below 1 or above n there is no such limit.

    Raises
    ------
    ValueError
        When q is not between 0 and 1, or n is negative.

    Notes
    -----
    Binomial(n, q) quantiles: lo = ppf(a/2), hi = ppf(1-a/2) + 1. Source: order-statistic
    interval, Conover, Practical Nonparametric Statistics (1999).

    Examples
    --------
    >>> ranks(41, 0.5), ranks(100, 0.9), ranks(30, 0.9)
    ((14, 28), (84, 96), (23, 31))
    """
    inside(0, 1, q=q)
    demand(n >= 0, "`n` must be 0 or more", n)
    upper = _upper(confidence)
    if n == 0:
        return 0, 1
    far = int(10 * np.sqrt(n * q * (1 - q))) + 40  # the rest of the cases weighs nothing
    near = np.arange(max(int(n * q) - far, 0), min(int(n * q) + far, n) + 1)
    low, high = near[0] + np.searchsorted(scipy.special.bdtr(near, n, q), [1 - upper, upper])
    return int(low), int(high) + 1


def quantile(
    values: ArrayLike, q: float, confidence: float = 0.95, cases: int | None = None
) -> Estimate:
    """Estimate a quantile (F08).

    Parameters
    ----------
    values
        One number a case, shape (n,), none cut short; NaN is left out.
    q
        Quantile between 0 and 1: 0.5 is the median.
    confidence
        The least level of the interval.
    cases
        How many cases the numbers come from, where one gives several: more numbers of a case
        are then taken to tell nothing new, and the limits are those of so many cases.

    Returns
    -------
    Estimate
        In the unit of the values. The limits are values seen; where the rank falls outside
        the sample the limit is NaN.

    Raises
    ------
    ValueError
        When q is not between 0 and 1.

    Notes
    -----
    Value: linear interpolation, type 7 of Hyndman and Fan (1996). Limits: `ranks`.

    Examples
    --------
    >>> quantile(range(1, 42), 0.5)
    Estimate(value=21.0, low=14.0, high=28.0, n=41)
    """
    values = np.asarray(values, dtype=float).ravel()
    values = values[~np.isnan(values)]
    each = len(values)
    n = each if cases is None else cases
    lowest, highest = ranks(n, q, confidence)
    if not n:
        return unknown(n)
    low = (lowest - 1) * each // n if lowest >= 1 else 0
    high = -(-highest * each // n) - 1 if highest <= n else each - 1
    values.partition([low, high])  # sorting all of them would take far longer
    return Estimate(float(np.quantile(values, q)), float(values[low]) if lowest >= 1 else NAN,
                    float(values[high]) if highest <= n else NAN, n)  # fmt: skip


def mapped(
    estimate: Estimate, scale: Callable[[float], float], *, falling: bool = False
) -> Estimate:
    """Map an estimate and both its ends through a monotone `scale`.

    `falling` says that the scale turns more into less, so that the ends change places.

    Examples
    --------
    >>> mapped(Estimate(12, 10, 15, 40), lambda days: 100 - days, falling=True)
    Estimate(value=88, low=85, high=90, n=40)
    """
    value, low, high = (scale(end) for end in estimate[:3])
    low, high = (high, low) if falling else (low, high)
    return Estimate(value, low, high, estimate.n)


def _arms(
    estimates: Sequence[Estimate], weights: ArrayLike
) -> tuple[float, np.ndarray, np.ndarray, float]:
    """Return the weighted sum, the arms of each part down and up, and the smallest n."""
    weights = np.asarray(weights, dtype=float)
    known = weights.shape == (len(estimates),)
    demand(known, f"`weights` must be {len(estimates)} numbers", weights.tolist())
    counted = weights != 0
    if not counted.any():
        return NAN, np.array([NAN]), np.array([NAN]), 0
    parts, weights = np.asarray(estimates, dtype=float)[counted], weights[counted]
    value, low, high, n = parts.T
    down = np.where(weights > 0, weights * (value - low), weights * (value - high))
    up = np.where(weights > 0, weights * (high - value), weights * (low - value))
    smallest = min(e.n for e, some in zip(estimates, counted, strict=True) if some)
    return float(weights @ value), down, up, smallest


def mover(estimates: Sequence[Estimate], weights: ArrayLike) -> Estimate:
    """Estimate a weighted sum of independent estimates from their intervals (F17).

    Parameters
    ----------
    estimates
        Estimates at one level, length m.
    weights
        Coefficients as they are, shape (m,); they need not sum to 1, and may be negative:
        1 and -1 make a difference. Weight 0 leaves an estimate out.

    Returns
    -------
    Estimate
        NaN where a part that counts has NaN; `n` is the smallest among the parts.

    Raises
    ------
    ValueError
        When there are not as many weights as estimates.

    Notes
    -----
    T -+ sqrt(sum (c (t - l))2), for a negative c with the other end. Source: MOVER, Zou and
    Donner (2008). Assumes independence; parts of the same respondents: `mover_bound`.

    Examples
    --------
    >>> speed = [Estimate(72, 66, 77, 40), Estimate(60, 50, 69, 30), Estimate(68, 64, 71.5, 90)]
    >>> [round(end, 2) for end in mover(speed, [0.25, 0.25, 0.5])]
    [67.0, 63.46, 70.11, 30]
    """
    value, down, up, n = _arms(estimates, weights)
    low, high = value - np.sqrt(np.sum(down**2)), value + np.sqrt(np.sum(up**2))
    return Estimate(value, float(low), float(high), n)


def mover_bound(estimates: Sequence[Estimate], weights: ArrayLike) -> Estimate:
    """Estimate a weighted sum of estimates whatever ties them: the widest case (F17).

    The same as `mover`, but the half-widths are summed as if all errors went together
    (correlation 1). Source: our choice for parts that share respondents.

    Examples
    --------
    >>> speed = [Estimate(72, 66, 77, 40), Estimate(60, 50, 69, 30), Estimate(68, 64, 71.5, 90)]
    >>> mover_bound(speed, [0.25, 0.25, 0.5])
    Estimate(value=67.0, low=61.0, high=72.25, n=30)
    """
    value, down, up, n = _arms(estimates, weights)
    return Estimate(value, float(value - down.sum()), float(value + up.sum()), n)


ALIKE: Final = 0.8
"""Neighbouring periods are never taken to resemble each other more than this (our choice)."""


def between_half(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the half width of a change between two runs of periods that differ by themselves.

    Parameters
    ----------
    first, second
        Values of either run in the order of time, each less the mean of its run.

    Returns
    -------
    float
        95 %, in the unit of the values; NaN where a run has fewer than three: nobody
        knows then how much periods differ.

    Notes
    -----
    t s sqrt(g/n1 + g/n2), g = 1 + 2 sum (1 - k/n) r^k, r the lag-1 autocorrelation inside the
    runs, freed of the bias that short runs have and never below 0. Source: Bartlett (1946);
    bias: Marriott and Pope (1954).

    Examples
    --------
    >>> round(between_half([-1, 1, -1, 1], [1, -1, 1, -1]), 3), between_half([0], [0])
    (1.998, nan)
    """
    sizes = len(first), len(second)
    if min(sizes) < 3:
        return NAN
    runs = [np.asarray(run, float) for run in (first, second)]
    squares = sum(float(run @ run) for run in runs)
    if squares < 1e-18:
        return 0.0
    short, free = sum(sizes) / 2, sum(sizes) - 2
    alike = sum(float(run[1:] @ run[:-1]) for run in runs) / squares
    alike = float(np.clip((alike + 1 / short) / (1 - 3 / short), 0, ALIKE)) if short > 3 else 0.0
    steps = np.arange(1, int(short))
    grown = 1 + 2 * float(((1 - steps / short) * alike**steps).sum())
    lost = max(1 - (grown - 1) / (short - 1), 1 / grown)
    se = np.sqrt(squares / free / lost * grown * (1 / sizes[0] + 1 / sizes[1]))
    return float(scipy.special.stdtrit(free, 0.975) * se)


def widened(estimate: Estimate, half: float) -> Estimate:
    """Return an estimate whose interval is at least `half` wide on either side; NaN: none.

    Examples
    --------
    >>> widened(Estimate(5, 4, 9, 30), 2)
    Estimate(value=5, low=3.0, high=9.0, n=30)
    """
    value, low, high, n = estimate
    down, up = np.maximum([value - low, high - value], half)  # NaN stays NaN
    return Estimate(value, float(value - down), float(value + up), n)


def newcombe(k1: float, n1: float, k2: float, n2: float, confidence: float = 0.95) -> Estimate:
    """Estimate the difference of two independent shares, second minus first (F20).

    Parameters
    ----------
    k1, n1, k2, n2
        Cases that have the property and all cases, in the first and the second sample.
    confidence
        Level of the interval.

    Returns
    -------
    Estimate
        Difference of shares, -1..1; NaN when a sample is empty. `n` is the smaller sample.

    Raises
    ------
    ValueError
        When a k is negative or above its n.

    Notes
    -----
    `mover` of two `wilson`; with design effects do the same by hand. Source: Newcombe
    (1998), method 10.

    Examples
    --------
    >>> [round(end, 3) for end in newcombe(18, 25, 30, 35)]
    [0.137, -0.067, 0.349, 25]
    """
    first, second = wilson(k1, n1, confidence=confidence), wilson(k2, n2, confidence=confidence)
    return mover([second, first], [1, -1])


def welch_error(sd1: float, n1: float, sd2: float, n2: float) -> tuple[float, float]:
    """Return the standard error of a difference of means and its degrees of freedom."""
    if min(sd1, sd2) < 0 or min(n1, n2) < 0:
        raise ValueError(
            "Standard deviations and numbers of cases must be 0 or more; "
            f"not {sd1!r} of {n1!r} and {sd2!r} of {n2!r}."
        )
    if n1 < 2 or n2 < 2:
        return NAN, NAN
    first, second = sd1**2 / n1, sd2**2 / n2
    both = first + second
    if both == 0:
        return 0.0, n1 + n2 - 2
    share = first / both  # of the variance; in shares, so that tiny variances do not underflow
    return float(np.sqrt(both)), 1 / (share**2 / (n1 - 1) + (1 - share) ** 2 / (n2 - 1))


def welch_of_moments(
    first: Sequence[float], second: Sequence[float], confidence: float = 0.95
) -> Estimate:
    """Estimate the difference of two means from their moments; see `welch`.

    Examples
    --------
    >>> welch_of_moments(moments([1, 2, 3]), moments([2, 3, 4])) == welch([1, 2, 3], [2, 3, 4])
    True
    """
    upper = _upper(confidence)
    se, df = welch_error(*first[1:], *second[1:])
    difference, half = second[0] - first[0], scipy.special.stdtrit(df, upper) * se
    least = min(first[2], second[2])
    return Estimate(difference, float(difference - half), float(difference + half), least)


def welch(first: ArrayLike, second: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Estimate the difference of two means, second minus first (F21).

    Parameters
    ----------
    first, second
        One number a case, independent samples, shapes (n1,) and (n2,); NaN is left out.
    confidence
        Level of the interval.

    Returns
    -------
    Estimate
        In the unit of the values; NaN limits when a sample has fewer than two cases.
        `n` is the smaller sample.

    Notes
    -----
    d ± t se, se2 = s1^2/n1 + s2^2/n2, unequal variances. Source: Welch (1947).

    Examples
    --------
    >>> [round(end, 3) for end in welch([1, 2, 3], [2, 3, 4])]
    [1.0, -1.267, 3.267, 3]
    """
    return welch_of_moments(moments(first), moments(second), confidence)


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
    half = float(scipy.special.stdtrit(y.size - 2, (1 + confidence) / 2) * spread)
    middle = float(y.mean() + slope * at)
    return Estimate(middle, middle - half, middle + half, y.size)
