"""Choosing the smallest group that meets all demands: exactly, and every best one.

Also how safe and how even a group is. Whole numbers in, indices out; nothing is drawn.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ccwork.stats.decomposition import subsets
from ccwork.stats.intervals import demand

BY_HAND: Final = 18
"""Up to so many members every group is tried; above, integer programming (our choice)."""

LISTED: Final = 50
"""Integer programming lists at most so many best groups (our choice)."""


class Cover(NamedTuple):
    """One best group.

    Attributes
    ----------
    members
        Places of its members, in order.
    short
        For every demand by how much the group falls short, in whole units.
    """

    members: tuple[int, ...]
    short: tuple[int, ...]


def best(
    gives: ArrayLike, need: ArrayLike, size: tuple[int, int], worth: ArrayLike | None = None,
    unit: ArrayLike | None = None,
) -> list[Cover]:  # fmt: skip
    """List every best group: least short of the demands, then smallest, then worth most (F45).

    Parameters
    ----------
    gives
        (n, demands) what each member gives to each demand; 0 or more.
    need
        (demands,) how much of each is needed; a group that falls short is still a group, so
        there is always an answer, and what it is short of explains it.
    size
        Fewest and most members; of fewer people all of them may be taken.
    worth
        (n,) whole numbers summed over members; nothing where left out.
    unit
        (demands,) so much of a demand counts as one unit short; 1 where left out.

    Returns
    -------
    list of Cover
        In order of members. Up to :data:`BY_HAND` people all of them, by trying every group;
        above at most :data:`LISTED`, by integer programming. Empty without people.

    Raises
    ------
    ValueError
        When `size` is not a pair of whole numbers in order.

    Examples
    --------
    >>> best([[1, 0], [0, 1], [1, 1]], [1, 1], (1, 2))
    [Cover(members=(2,), short=(0, 0))]
    """
    matrix, wanted = np.atleast_2d(np.asarray(gives, float)), np.asarray(need, float)
    demand(0 < size[0] <= size[1], "`size` must be two whole numbers in order", size)
    if not matrix.size:
        return []
    n = len(matrix)
    value = np.zeros(n) if worth is None else np.asarray(worth, float)
    step = np.ones(len(wanted)) if unit is None else np.asarray(unit, float)
    limits = min(size[0], n), min(size[1], n)
    search = _tried if n <= BY_HAND else _solved
    found = sorted(search(matrix, wanted, limits, value, step))
    lacks = (_short(matrix[list(group)].sum(axis=0), wanted, step) for group in found)
    return [Cover(group, tuple(short.tolist())) for group, short in zip(found, lacks, strict=True)]


def _short(got: np.ndarray, need: np.ndarray, unit: np.ndarray) -> np.ndarray:
    return np.ceil(np.maximum(need - got, 0) / unit - 1e-9).astype(int)


def _tried(
    gives: np.ndarray, need: np.ndarray, size: tuple[int, int], worth: np.ndarray, unit: np.ndarray
) -> Iterator[tuple[int, ...]]:
    """Try every group."""
    groups = subsets(len(gives)).astype(np.int8)
    count = groups.sum(axis=1)
    groups = groups[(size[0] <= count) & (count <= size[1])]
    for score in (
        lambda of: _short(of @ gives, need, unit).sum(axis=1),
        lambda of: of.sum(axis=1),
        lambda of: -(of @ worth),
    ):
        scores = score(groups)
        groups = groups[scores <= scores.min() + 1e-9]
    return (tuple(np.flatnonzero(group).tolist()) for group in groups)


def _solved(
    gives: np.ndarray, need: np.ndarray, size: tuple[int, int], worth: np.ndarray, unit: np.ndarray
) -> Iterator[tuple[int, ...]]:
    """Solve goal after goal, then forbid each group found to find the next one."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    n, demands = gives.shape
    people, units = np.ones(n), np.ones(demands)
    rows = [
        LinearConstraint(np.hstack([gives.T, np.diag(unit)]), need, np.inf),
        LinearConstraint(np.r_[people, 0 * units], *size),
    ]
    bounds = Bounds(0, np.r_[people, np.inf * units])
    goals = [np.r_[0 * people, units], np.r_[people, 0 * units], np.r_[-worth, 0 * units]]
    for goal in goals:
        found = milp(goal, constraints=rows, integrality=1, bounds=bounds)
        rows.append(LinearConstraint(goal, -np.inf, round(found.fun)))
    for _ in range(LISTED):
        found = milp(goals[-1], constraints=rows, integrality=1, bounds=bounds)
        if found.x is None:
            return
        group = np.round(found.x[:n])
        rows.append(LinearConstraint(np.r_[group, 0 * units], -np.inf, group.sum() - 1))
        yield tuple(np.flatnonzero(group).tolist())


def bus_factor(able: ArrayLike) -> int:
    """Return how many must leave before some role is empty: the least count of a role (F46).

    Parameters
    ----------
    able
        (members, roles) whether a member holds a role.

    Examples
    --------
    >>> bus_factor([[1, 0], [1, 1], [0, 1]]), bus_factor([[1, 0], [1, 0]])
    (2, 0)
    """
    return int(np.asarray(able, bool).sum(axis=0).min())


def evenness(counts: ArrayLike) -> float:
    """Return how evenly people are spread over the roles: Pielou's J, 1 is even (F47).

    Parameters
    ----------
    counts
        How many hold each role; two roles or more.

    Returns
    -------
    float
        0..1; NaN where nobody holds any.

    Notes
    -----
    -sum(p ln p) / ln(roles). Source: Pielou (1966).

    Examples
    --------
    >>> round(evenness([3, 1, 1, 1, 2]), 4), evenness([2, 2, 2, 2, 2])
    (0.9284, 1.0)
    """
    counted = np.asarray(counts, float)
    if not counted.sum():
        return float("nan")
    p = counted[counted > 0] / counted.sum()
    return float(np.clip(-(p * np.log(p)).sum() / np.log(len(counted)), 0, 1))
