"""The events of a log in order, as arrays.

Events are ordered by their start, then as they stand in the file.
"""

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from ccwork.read.logs.log_events import coded, event_order, microseconds
from ccwork.read.logs.timestamps import HOUR, MISSING

TOGETHER: Final = 4096
"""So many cases are looked at together."""


class Events(NamedTuple):
    """The events of a log in order: by case, start, place in the file.

    Attributes
    ----------
    rows
        Place of each event in ``steps``.
    case
        Number of the case, from 0, and ``first``: where each case begins.
    names
        Codes of the cases by that number.
    start, end
        Microseconds; the end is the start where it is not known (``timed`` False).
    free
        The last end so far in the case, this step included.
    gap
        Hours of wait before the step; NaN for the first of a case.
    """

    rows: np.ndarray | slice
    case: np.ndarray
    first: np.ndarray
    names: np.ndarray
    start: np.ndarray
    end: np.ndarray
    timed: np.ndarray
    free: np.ndarray
    gap: np.ndarray

    def previous(self, values: np.ndarray, missing: object) -> np.ndarray:
        """Return what the step before in the same case has; `missing` for the first."""
        moved = np.empty_like(values)
        moved[1:] = values[:-1]
        moved[self.first] = missing
        return moved

    def repeated(self, values: np.ndarray, keep: str = "first") -> np.ndarray:
        """Tell which steps have what an earlier one (`keep` "last": a later one) of the case has.

        So many cases are looked at together that a table of them fits the processor's cache.
        """
        top = int(values.max(initial=0)) + 1
        edges = [*self.first[::TOGETHER].tolist(), len(values)]
        keys = (self.case[at:to] * top + values[at:to] for at, to in pairwise(edges))
        parts = [pd.Series(key).duplicated(keep=keep).to_numpy() for key in keys]
        return np.concatenate([np.zeros(0, bool), *parts])


def ordered_events(steps: pd.DataFrame) -> Events:
    """Put the events of a log in order and measure the wait before each."""
    codes, words = coded(steps["case"])
    start, end = microseconds(steps["start"]), microseconds(steps["end"])
    rows, _ = event_order(codes, steps["start"])
    codes, start, end = codes[rows], start[rows], end[rows]
    first = np.ones(len(codes), dtype=bool)
    first[1:] = codes[1:] != codes[:-1]
    case = np.cumsum(first) - 1
    timed = end != MISSING
    end = np.where(timed, np.maximum(end, start), start)
    free = pd.Series(end).groupby(case, sort=False).cummax().to_numpy()
    gap = np.full(len(start), np.nan)
    gap[1:] = np.maximum(start[1:] - free[:-1], 0) / HOUR
    gap[first] = np.nan
    return Events(rows, case, np.flatnonzero(first), words[codes[first]], start, end, timed, free,
                  gap)  # fmt: skip
