"""How many cases an experiment needs, what it can see, when to look, how long it lasts.

Numbers of cases are per arm and not rounded: :func:`whole` rounds them up. Distributions come
from ``scipy.special``: ``scipy.stats`` would add seconds to every start.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from scipy import special

from ccwork.stats.intervals import demand, inside

ALPHA: Final = 0.05
"""Two-sided level of a test (field standard)."""

POWER: Final = 0.9
"""Chance to prove an effect as large as the worthwhile one (our choice)."""

SHORTEST: Final = 4
"""No experiment lasts fewer whole weeks (our choice: one month's cycle)."""

_THERE, _NODES = special.roots_legendre(100)
"""Where the density between two looks is held, and with what weight (error below 1e-8)."""


def _positive(**values: float) -> None:
    for name, value in values.items():
        demand(value > 0, f"`{name}` must be above 0", value)


def _root(rising: Callable[[float], float], goal: float, low: float, high: float) -> float:
    """Return where a rising function reaches a goal; infinity if beyond `high`."""
    if rising(high) < goal:
        return math.inf
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < goal else (low, middle)
        if high - low <= 1e-12 * max(1.0, high):
            break
    return (low + high) / 2


def _quantiles(alpha: float, power: float) -> tuple[float, float]:
    inside(0, 1, alpha=alpha)
    inside(alpha / 2, 1, power=power)
    return float(special.ndtri(1 - alpha / 2)), float(special.ndtri(power))


def rounded_up(n: float) -> int:
    """Round a number of cases up; a number a machine made a hair too large is left alone.

    Examples
    --------
    >>> rounded_up(336.2), rounded_up(12.000000000001)
    (337, 12)
    """
    return math.ceil(n - 1e-9)


def cluster_inflation(cluster_size: float, icc: float) -> float:
    """Return by how many times clusters raise the number of cases needed (F11).

    Parameters
    ----------
    cluster_size
        Cases per cluster (unit, window, day), 1 or more; for unequal clusters their mean.
    icc
        Intra-cluster correlation, 0..1: the share of all variation that lies between clusters.

    Notes
    -----
    1 + (m - 1) rho. Source: Kish (1965).

    Examples
    --------
    >>> round(cluster_inflation(20, 0.05), 2)
    1.95
    """
    demand(cluster_size >= 1, "`cluster_size` must be 1 or more", cluster_size)
    demand(0 <= icc <= 1, "`icc` must be between 0 and 1", icc)
    return 1 + (cluster_size - 1) * icc


def power_two_means(n: float, sd: float, effect: float, alpha: float = ALPHA) -> float:
    """Return the chance to prove a difference of two means.

    Parameters
    ----------
    n
        Cases per arm.
    sd
        Standard deviation between cases, in the unit of the metric.
    effect
        True difference, in the same unit; its sign does not matter.
    alpha
        Two-sided level.

    Returns
    -------
    float
        0..1, by the noncentral t, as R ``power.t.test``. The chance to prove an effect of the
        wrong sign is left out, as R does.
    """
    _positive(n=n, sd=sd)
    inside(0, 1, alpha=alpha)
    shift = abs(effect) / sd * math.sqrt(n / 2)
    freedom = 2 * (n - 1)
    if freedom <= 0:
        return 0.0
    limit = special.stdtrit(freedom, 1 - alpha / 2)
    # Past a few thousand cases t is normal, and the series of the noncentral t is slow.
    if freedom > 1e4:
        return float(special.ndtr(shift - limit))
    return float(1 - special.nctdtr(freedom, shift, limit))


def n_two_means(
    sd: float, effect: float, alpha: float = ALPHA, power: float = POWER, *, exact: bool = True
) -> float:
    """Return the cases per arm that prove a difference of two means (F53).

    Parameters
    ----------
    sd, effect, alpha
        As in :func:`power_two_means`; `effect` is the smallest worthwhile difference.
    power
        Chance wanted to prove it, above ``alpha / 2``.
    exact
        True: noncentral t; False: normal, the formula F53.

    Notes
    -----
    Normal: 2 (z1 + z2)^2 sd^2 / d^2. Exact: the n at which the noncentral t has this power, as
    R ``power.t.test``; usually one case more.

    Examples
    --------
    >>> rounded_up(n_two_means(20, 5, power=0.9, exact=False))
    337
    >>> rounded_up(n_two_means(20, 5, power=0.8))
    253
    """
    _positive(sd=sd, effect=abs(effect))
    upper, reach = _quantiles(alpha, power)
    normal = 2 * (upper + reach) ** 2 * sd**2 / effect**2
    if not exact or normal > 1e4:
        return normal
    most = 10 * normal + 100
    return _root(lambda n: power_two_means(n, sd, effect, alpha), power, 1 + 1e-9, most)


def n_two_shares(share: float, other: float, alpha: float = ALPHA, power: float = POWER) -> float:
    """Return the cases per arm that prove a difference of two shares (F54).

    Parameters
    ----------
    share, other
        True shares of the two arms, between 0 and 1.
    alpha, power
        Two-sided level and the chance wanted.

    Notes
    -----
    Normal, pooled variance under no difference: the closed form that R ``power.prop.test``
    solves for.

    Examples
    --------
    >>> round(n_two_shares(0.6, 0.7, power=0.8), 3)
    355.943
    """
    _positive(difference=abs(share - other))
    upper, reach = _quantiles(alpha, power)
    inside(0, 1, share=share, other=other)
    pooled = math.sqrt((share + other) * (1 - (share + other) / 2))
    apart = math.sqrt(share * (1 - share) + other * (1 - other))
    return ((upper * pooled + reach * apart) / (share - other)) ** 2


def n_clusters(
    sd: float, effect: float, cluster_size: float, icc: float, alpha: float = ALPHA,
    power: float = POWER,
) -> float:  # fmt: skip
    """Return the clusters per arm that prove a difference, with t on clusters.

    Parameters
    ----------
    sd, effect
        Standard deviation between cases and the smallest worthwhile difference, in one unit.
    cluster_size, icc
        As in :func:`cluster_inflation`.
    alpha, power
        Two-sided level and the chance wanted.

    Notes
    -----
    One mean per cluster, sd of such a mean sd sqrt(rho + (1 - rho) / m), noncentral t with
    2 (k - 1) degrees of freedom. With few clusters more than deff alone asks for.
    """
    cluster_inflation(cluster_size, icc)
    return n_two_means(sd * math.sqrt(icc + (1 - icc) / cluster_size), effect, alpha, power)


def n_per_arm(
    effect: float, sd: float | None = None, share: float | None = None,
    cluster_size: float | None = None, icc: float = 0, alpha: float = ALPHA,
    power: float = POWER,
) -> int:  # fmt: skip
    """Return the whole number of cases per arm, whatever the metric and what is assigned.

    Parameters
    ----------
    effect
        Smallest worthwhile change in the unit of the metric; of a share with its sign.
    sd, share
        Standard deviation of a metric that is a number, or the share (0..1) as it is now.
    cluster_size, icc
        Of whole clusters; None: cases are assigned one by one.
    alpha, power
        Two-sided level and the chance wanted.

    Notes
    -----
    Shares: F54 x design effect (F11). Numbers: noncentral t, of clusters on cluster means and
    rounded up to whole clusters.

    Examples
    --------
    >>> n_per_arm(5, sd=20), n_per_arm(0.1, share=0.6, power=0.8), n_per_arm(5, 20, None, 20, 0.05)
    (338, 356, 680)
    """
    if share is not None:
        deff = cluster_inflation(cluster_size or 1, icc)
        return rounded_up(n_two_shares(share, share + effect, alpha, power) * deff)
    if sd is None:
        raise ValueError("`sd` or `share` must be given; not None.")
    if cluster_size is None:
        return rounded_up(n_two_means(sd, effect, alpha, power))
    clusters = rounded_up(n_clusters(sd, effect, cluster_size, icc, alpha, power))
    return rounded_up(clusters * cluster_size)


def crossing(limits: Sequence[float], information: Sequence[float]) -> list[float]:
    """Return the chance to pass a limit for the first time at each look when nothing changed.

    Parameters
    ----------
    limits
        Two-sided limits of z, one a look; infinity: no look.
    information
        Share of the final number of cases at each look, rising, the last one 1.

    Notes
    -----
    The density of the score is carried from look to look on a grid. Source: Armitage,
    McPherson and Rowe (1969).
    """
    if len(limits) != len(information) or not _rises(information):
        raise ValueError("`information` must rise above 0 and hold one number a limit.")
    found, density, at, since = [], np.ones(1), np.zeros(1), 0.0
    weight = np.ones(1)
    for limit, now in zip(limits, information, strict=True):
        step, reach = math.sqrt(now - since), min(limit, 9.0) * math.sqrt(now)
        inside = special.ndtr((reach - at) / step) - special.ndtr((-reach - at) / step)
        stays = float((density * weight * inside).sum())
        found.append(float((density * weight).sum()) - stays)
        there = _THERE * reach
        apart = (there[:, None] - at[None, :]) / step
        density = (np.exp(-(apart**2) / 2) / (step * math.sqrt(2 * math.pi))) @ (density * weight)
        at, weight, since = there, _NODES * reach, now
    return found


def _rises(information: Sequence[float]) -> bool:
    return all(a < b for a, b in zip([0.0, *information], information, strict=False))


def obrien_fleming(looks: int, alpha: float = ALPHA) -> list[float]:
    """Return the limits of z for equally spaced looks: strict early, almost usual at the end.

    Parameters
    ----------
    looks
        How many looks are planned in all, 1..10.
    alpha
        Two-sided level of all looks together.

    Notes
    -----
    C sqrt(K / k), C such that all looks together have the level. Source: O'Brien and
    Fleming (1979).

    Examples
    --------
    >>> [round(limit, 4) for limit in obrien_fleming(2)]
    [2.7965, 1.9774]
    """
    demand(looks in range(1, 11), "`looks` must be between 1 and 10", looks)
    inside(0, 1, alpha=alpha)
    shares = [(look + 1) / looks for look in range(looks)]
    shape = [math.sqrt(1 / share) for share in shares]
    constant = _root(
        lambda c: 1 - sum(crossing([c * part for part in shape], shares)), 1 - alpha, 0, 8
    )
    return [constant * part for part in shape]


def duration(n_total: float, weekly: float, response: float = 1) -> int:
    """Return how many whole weeks it takes to gather the cases: :data:`SHORTEST` at least.

    Parameters
    ----------
    n_total
        Cases of all arms together, design effect included.
    weekly
        Cases a week that may take part.
    response
        Share of them that give an answer, above 0 up to 1.

    Examples
    --------
    >>> duration(674, 400, 0.25), duration(674 * 1.95, 400, 0.25), duration(10, 400)
    (7, 14, 4)
    """
    _positive(n_total=n_total, weekly=weekly)
    demand(0 < response <= 1, "`response` must be above 0 and at most 1", response)
    return max(rounded_up(n_total / (weekly * response)), SHORTEST)
