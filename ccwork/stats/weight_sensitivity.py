"""What an index owes to its weights: over which range it goes, and whether its sign holds."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ccwork.stats.intervals import alike, demand

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
