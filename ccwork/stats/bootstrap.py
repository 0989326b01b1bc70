"""Drawing people anew: an interval for a figure made of several answers of the same people."""

import hashlib
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

DRAWS: Final = 2000
"""So many times people are drawn anew (our choice)."""


def seed(*parts: str) -> int:
    """Return where a drawing starts: the same for the same words on any machine.

    Examples
    --------
    >>> seed("registry", "2026-06", "speed")
    2041478021
    """
    return int(hashlib.sha256("|".join(parts).encode()).hexdigest(), 16) % 2**32


def drawn(
    strata: Iterable[object], clusters: ArrayLike | None = None, seed: int = 0, draws: int = DRAWS,
    stands: np.ndarray | None = None,
) -> np.ndarray:  # fmt: skip
    """Draw people anew within their strata; return the weight of each in every draw.

    Parameters
    ----------
    strata
        Stratum of each person, length n.
    clusters
        Cluster of each person, length n: then whole clusters are drawn. None: people.
    seed, draws
        Where the drawing starts, and how many draws are made.
    stands
        How many people alike each stands for, length n, none of them in a cluster; its weight
        is the sum of theirs.

    Returns
    -------
    ndarray
        Shape (draws, n), of mean 1 a person. Alone in its stratum a person keeps weight 1.

    Notes
    -----
    Of c clusters in a stratum c - 1 are drawn and weighted c / (c - 1), so that few clusters
    do not make the interval too narrow. Source: Rao and Wu (1988).

    Examples
    --------
    >>> drawn(["a", "a", "b"], draws=1)[0].tolist()
    [0.0, 2.0, 1.0]
    """
    strata = np.asarray([str(stratum) for stratum in strata])
    chance, weights = np.random.default_rng(seed), np.ones((draws, len(strata)))
    for stratum in np.unique(strata):
        own = np.flatnonzero(strata == stratum)
        names, place = own, slice(None)
        if clusters is not None:
            names, place = np.unique(np.asarray(clusters)[own], return_inverse=True)
        many = len(names) if stands is None else stands[own].sum()
        if many > 1 and stands is not None:
            times = chance.multinomial(many - 1, stands[own] / many, draws)
        elif many > 1:
            taken = chance.integers(many, size=(draws, many - 1))
            cells = (taken + many * np.arange(draws)[:, None]).ravel()
            times = np.bincount(cells, minlength=draws * many).reshape(draws, many)
        if many > 1:
            weights[:, own] = (times * many / (many - 1))[:, place]
    return weights
