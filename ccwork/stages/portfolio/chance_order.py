"""Why agencies are not put in an order: what an order of equal ones looks like."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.stages.portfolio.agency_facts import Portfolio

EQUAL, QUALITY, ASKED = 85, 0.8, 100
"""So many agencies of one quality, and so many clients asked in each."""

REPEATS: Final = 2000
SEED: Final = 1


def chance_order(
    agencies: int = EQUAL, quality: float = QUALITY, asked: int = ASKED, repeats: int = REPEATS
) -> dict[str, float]:
    """Put agencies of one quality in an order, again and again, in two years running.

    Returns
    -------
    dict
        ``chance_gap``: points between the first and the last, the median; ``again``: in how many
        of 100 repeats the last of one year is last in the next; ``next_place``: the median place
        of the last a year later; ``tenth``: in how many of 100 it is among the first tenth.

    Notes
    -----
    Ties are broken by lot. Source: simulation, our choice of its numbers.
    """
    rng = np.random.default_rng(SEED)
    shape = (2, repeats, agencies)
    first, second = rng.binomial(asked, quality, shape) + rng.random(shape)
    last = first.argmin(axis=1)
    place = 1 + (second > np.take_along_axis(second, last[:, None], axis=1)).sum(axis=1)
    gap = np.floor(first.max(axis=1)) - np.floor(first.min(axis=1))
    return {
        "chance_gap": int(np.median(100 * gap / asked)),
        "again": 100 * float((place == agencies).mean()),
        "next_place": int(np.median(place)),
        "tenth": 100 * float((place <= agencies / 10).mean()),
    }


def why_no_order(given: Portfolio) -> pd.DataFrame:
    """Say what would come of an order: that of equal agencies, put in one by chance alone.

    Returns
    -------
    DataFrame
        One row: what :func:`chance_order` finds for as many agencies as in the example of 85.
    """
    row = {"order_of": "equal", "equal": EQUAL, "quality": round(100 * QUALITY)}
    row |= {"asked_each": ASKED, "repeats": REPEATS} | chance_order()
    return given.table([row], "many_why_no_order")
