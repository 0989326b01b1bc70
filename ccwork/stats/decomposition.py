"""A whole taken apart: what each part adds, so that the parts sum to the whole."""

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ccwork.stats.intervals import Estimate, demand

DRAWS: Final = 500
"""So many bootstrap samples (our choice)."""


class Change(NamedTuple):
    """The change of a weighted mean, taken apart by group (F28).

    Attributes
    ----------
    within
        What each group adds because its own value changed, shape (..., g).
    mix
        What each group adds because its share changed, shape (..., g).
    """

    within: np.ndarray
    mix: np.ndarray


class Spread(NamedTuple):
    """Where values differ: between groups or inside them (F35).

    Attributes
    ----------
    between, within
        Components of variance; `between` is negative where groups differ less than by chance.
    share
        between / (between + within) with its F interval, all three not below 0.
    """

    between: float
    within: float
    share: Estimate


def resampled(
    statistic: Callable[..., ArrayLike],
    *sizes: int,
    draws: int = DRAWS,
    seed: int = 0,
    then: Callable[[np.ndarray], np.ndarray] = np.asarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % percentile limits of a statistic of samples drawn anew.

    Parameters
    ----------
    statistic
        Takes one array of places a sample, and returns a number or an array.
    sizes
        How many cases each sample has; each is drawn from itself.
    draws, seed
        How many times, and where the drawing starts.
    then
        What is made of the statistics of all draws at once, where that is quicker.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, shaped as the statistic; NaN draws are left out.

    Examples
    --------
    >>> low, high = resampled(lambda places: places.mean() * 0 + 1, 5)
    >>> float(low), float(high)
    (1.0, 1.0)
    """
    rng = np.random.default_rng(seed)
    found = [statistic(*(rng.integers(0, n, n) for n in sizes)) for _ in range(draws)]
    drawn = then(np.asarray(found, float))
    never = np.isnan(drawn).all(axis=0)
    low, high = np.nanquantile(np.where(never, 0, drawn), [0.025, 0.975], axis=0)
    return np.where(never, np.nan, low), np.where(never, np.nan, high)


def kitagawa(shares: ArrayLike, values: ArrayLike) -> Change:
    """Take the change of a weighted mean apart into change inside groups and change of mix (F28).

    Parameters
    ----------
    shares
        Shares of the groups before and after, shape (2, g); each row sums to 1.
    values
        Values of the groups before and after, shape (2, g). NaN where a group has nobody: it
        is taken to have had the value of the other period, so that all it adds is mix.

    Returns
    -------
    Change
        Two arrays of shape (g,) that together sum exactly to the change of the whole.

    Raises
    ------
    ValueError
        When the shapes differ, or shares are negative or do not sum to 1.

    Notes
    -----
    within = wbar dx, mix = (xbar - Kbar) dw, bars: mean of the two periods. Source: Kitagawa
    (1955); centring the mix on Kbar is Bennet's form.

    Examples
    --------
    >>> parts = kitagawa([[.5, .3, .2], [.4, .3, .3]], [[80, 60, 40], [82, 66, 44]])
    >>> [[round(float(part), 2) + 0 for part in each] for each in parts]
    [[0.9, 1.8, 1.0], [-1.51, 0.0, -2.39]]
    """
    shares, values = np.asarray(shares, float), np.asarray(values, float)
    both = shares.shape == values.shape and shares.shape[:1] == (2,)
    demand(both, f"`values` must be {shares.shape} in shape", values.shape)
    whole = not (shares < 0).any() and np.allclose(shares.sum(axis=1), 1)
    demand(whole, "`shares` must be 0 or more and sum to 1", shares.tolist())
    values = np.where(np.isnan(values) & (shares == 0), values[::-1], values)
    values = np.where(np.isnan(values) & (shares == 0).all(axis=0), 0, values)
    whole = (shares * values).sum(axis=1).mean()
    return Change(
        shares.mean(axis=0) * (values[1] - values[0]),
        (values.mean(axis=0) - whole) * (shares[1] - shares[0]),
    )


def means_by_group(
    values: np.ndarray, groups: np.ndarray, many: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return share and mean of each of so many groups; the mean of an empty one is NaN.

    Examples
    --------
    >>> share, mean = means_by_group(np.array([1.0, 3, 5]), np.array([0, 0, 1]), 2)
    >>> share.round(2).tolist(), mean.tolist()
    ([0.67, 0.33], [2.0, 5.0])
    """
    n = np.bincount(groups, minlength=many)
    with np.errstate(invalid="ignore", divide="ignore"):
        return n / n.sum(), np.bincount(groups, values, many) / n


def kitagawa_of_cases(
    before: tuple[np.ndarray, np.ndarray],
    after: tuple[np.ndarray, np.ndarray],
    many: int,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Take a change of a mean of cases apart, with limits (F28).

    Parameters
    ----------
    before, after
        Values and groups (whole numbers below `many`) of the cases of each period.
    many
        How many groups there are.
    seed
        Of the drawing; cases are drawn anew within each period.

    Returns
    -------
    tuple of ndarray
        Value, lower and upper limit, each of shape (2, g + 1): within and mix of each group,
        and last their sum over the groups.
    """
    periods = [tuple(map(np.asarray, period)) for period in (before, after)]

    def taken(*places: np.ndarray) -> np.ndarray:
        drawn = [
            means_by_group(values[at], groups[at], many)
            for (values, groups), at in zip(periods, places, strict=True)
        ]
        parts = np.array(kitagawa(*zip(*drawn, strict=True)))
        return np.c_[parts, parts.sum(axis=1)]

    sizes = [len(values) for values, _ in periods]
    return taken(*map(np.arange, sizes)), *resampled(taken, *sizes, seed=seed)


def lmg(x: ArrayLike, y: ArrayLike) -> np.ndarray:
    """Share out the R2 of a regression among its predictors, fairly (F31).

    Parameters
    ----------
    x
        Predictors, shape (n, p), p small: all 2^p sets of them are gone through.
    y
        What they explain, shape (n,).

    Returns
    -------
    ndarray
        Part of the R2 of each predictor, shape (p,); none is below 0, they sum to the R2. NaN
        where y or every predictor does not vary. An association, not a cause.

    Notes
    -----
    Mean over all orders of what a predictor adds to R2: what it adds to a set counts as often as
    orders begin with that set and go on with it. Source: Lindeman, Merenda and Gold
    (1980). Predictors that do not vary, or repeat others, add nothing.

    Examples
    --------
    >>> lmg([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 2]).round(3).tolist()
    [0.5, 0.5]
    """
    return _shared(_likeness(x, y)[None])[0]


def lmg_of_cases(
    x: np.ndarray, y: np.ndarray, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share out the R2 as :func:`lmg` does, with limits: cases are drawn anew.

    Returns
    -------
    tuple of ndarray
        Value, lower and upper limit of each part in percent, each of shape (p,).
    """
    drawn = resampled(lambda at: _likeness(x[at], y[at]), len(y), seed=seed,
                      then=lambda alike: 100 * _shared(alike))  # fmt: skip
    return 100 * lmg(x, y), *drawn


def _likeness(x: ArrayLike, y: ArrayLike) -> np.ndarray:
    """Return how predictors go together, and in the last column with y, shape (p, p + 1)."""
    both = np.c_[np.asarray(x, float), np.asarray(y, float)]
    both = both - both.mean(axis=0)
    size = np.sqrt((both**2).sum(axis=0))
    both = both / np.where(size > 0, size, 1)
    told = both[:, :-1].T @ both[:, -1]
    varies = size[-1] > 0 and (size[:-1] > 0).any()
    return np.c_[both[:, :-1].T @ both[:, :-1], told if varies else told * np.nan]


def _shared(alike: np.ndarray) -> np.ndarray:
    """Share out the R2 of many samples, each told by its likeness, shape (k, p, p + 1)."""
    told, (k, p, _) = alike[:, :, -1], alike.shape
    explained = np.zeros((k, 2**p))
    for size in range(1, p + 1):
        at = np.array(list(combinations(range(p), size)))
        among = alike[:, at[:, :, None], at[:, None, :]]
        inverse = np.linalg.pinv(among, rcond=1e-10, hermitian=True)
        own = told[:, at]
        explained[:, (2**at).sum(axis=1)] = np.einsum("ksi,ksij,ksj->ks", own, inverse, own)
    return shapley(explained)


def subsets(many: int) -> np.ndarray:
    """Return every subset of so many things, shape (2**many, many): 1 where a thing is in it.

    Examples
    --------
    >>> subsets(2).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    return np.arange(2**many)[:, None] >> np.arange(many) & 1


def shapley(value: np.ndarray) -> np.ndarray:
    """Share out fairly what all are worth, given what each of the :func:`subsets` is worth.

    Each gets the mean of what it adds to those before it over all orders (Shapley 1953).

    Examples
    --------
    >>> shapley(np.array([0, 1, 3, 6])).tolist()
    [2.0, 4.0]
    """
    many = value.shape[-1].bit_length() - 1
    held = subsets(many)
    size = held.sum(axis=1)
    weight = np.array([factorial(k) * factorial(many - k - 1) for k in range(many)])
    shares = []
    for one in range(many):
        without = np.flatnonzero(held[:, one] == 0)
        gain = value.take(without + 2**one, axis=-1) - value.take(without, axis=-1)
        shares.append((weight[size[without]] * gain).sum(axis=-1) / factorial(many))
    return np.stack(shares, axis=-1)


def rolled(right: Sequence[float], cases: Sequence[float]) -> Estimate:
    """Estimate the share of cases that pass every link right the first time (F32).

    Parameters
    ----------
    right, cases
        Cases each link did right the first time, and all it had.

    Returns
    -------
    Estimate
        Share 0..1; `n` is the smallest among the links. No limits where a link did none right.

    Raises
    ------
    ValueError
        When a link did more right than it had, or had none.

    Notes
    -----
    prod p, limits by the delta rule on its logarithm, links taken as independent; where every
    case of a link was right, its spread is that of half a failure (our choice).

    Examples
    --------
    >>> [round(end, 4) for end in rolled([98, 95, 90, 97], [100] * 4)]
    [0.8128, 0.7421, 0.8901, 100.0]
    """
    right, cases = np.asarray(right, float), np.asarray(cases, float)
    possible = not ((cases <= 0).any() or (right > cases).any() or (right < 0).any())
    demand(possible, "`right` must be 0 to `cases`", right.tolist(), cases.tolist())
    value = float(np.prod(right / cases))
    if value == 0 or not len(cases):
        return Estimate(value, np.nan, np.nan, float(cases.min(initial=np.inf)))
    failed = np.maximum(cases - right, 0.5)
    z = special.ndtri(0.975)
    reach = float(np.exp(z * np.sqrt((failed / (cases * (cases - failed))).sum())))
    return Estimate(value, value / reach, min(1.0, value * reach), float(cases.min()))


def spread(values: ArrayLike, groups: ArrayLike) -> Spread:
    """Say what share of the variation of cases lies between groups (F35).

    Parameters
    ----------
    values
        One number a case, shape (n,).
    groups
        Whose case it is, shape (n,).

    Returns
    -------
    Spread
        NaN where there are fewer than two groups, no group with two cases, or no variation.

    Notes
    -----
    One-way analysis of variance, ICC(1); with groups of unequal size the usual mean size n0.
    Interval: F distribution, exact for equal sizes. Source: Searle, Variance Components (1992).

    Examples
    --------
    >>> found = spread([1, 2, 5, 6], ["a", "a", "b", "b"])
    >>> found.between, found.within, round(found.share.value, 3)
    (7.75, 0.5, 0.939)
    """
    values = np.asarray(values, float)
    names, place = np.unique(np.asarray(groups), return_inverse=True)
    n, many = len(values), len(names)
    if many < 2 or n <= many:
        return Spread(np.nan, np.nan, Estimate(np.nan, np.nan, np.nan, n))
    size, means = np.bincount(place), np.bincount(place, values) / np.bincount(place)
    mean_size = (n - (size**2).sum() / n) / (many - 1)
    between = (size * (means - values.mean()) ** 2).sum() / (many - 1)
    within = ((values - means[place]) ** 2).sum() / (n - many)
    own = (between - within) / mean_size
    if not between + within > 0:
        return Spread(own, within, Estimate(np.nan, np.nan, np.nan, n))
    ratio = between / within if within > 0 else np.inf
    ends = [ratio / special.fdtri(many - 1, n - many, q) for q in (0.975, 0.025)]
    low, high = (1.0 if np.isinf(f) else (f - 1) / (f + mean_size - 1) for f in ends)
    value = own / (own + within) if own + within > 0 else 0.0
    found = (float(max(0.0, x)) for x in (value, low, high))
    return Spread(float(own), float(within), Estimate(*found, n))
