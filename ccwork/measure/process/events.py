"""The events of a log in order, as arrays.

Events are ordered by their start, then as they stand in the file.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from ccwork.read.logs.log_events import coded, event_order, microseconds
from ccwork.read.logs.timestamps import HOUR

TOGETHER: Final = 1024
"""So many cases are looked at together: a table of them fits the processor's cache."""


@dataclass(frozen=True, eq=False)
class Events:
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
        Microseconds; the end is the start where it is not known.
    """

    rows: np.ndarray | slice
    case: np.ndarray
    first: np.ndarray
    names: np.ndarray
    start: np.ndarray
    end: np.ndarray

    @cached_property
    def free(self) -> np.ndarray:
        """Return the last end so far in the case, each step's own included."""
        found = np.empty_like(self.end)
        for at, to in pairwise([*self.first[::TOGETHER].tolist(), len(found)]):
            # each case is lifted above those before it, and put back
            lift = (self.case[at:to] - self.case[at]) * np.int64(np.ptp(self.end[at:to]) + 1)
            np.maximum.accumulate(self.end[at:to] + lift, out=found[at:to])
            found[at:to] -= lift
        return found

    @property
    def gap(self) -> np.ndarray:
        """Return the hours of wait before each step; NaN for the first of a case."""
        gap = np.empty(len(self.start))
        np.subtract(self.start[1:], self.free[:-1], out=gap[1:], casting="unsafe")
        gap = np.maximum(gap, 0, out=gap)
        gap /= HOUR
        gap[self.first] = np.nan
        return gap

    def previous(self, values: np.ndarray, missing: object) -> np.ndarray:
        """Return what the step before in the same case has; `missing` for the first."""
        moved = np.empty_like(values)
        moved[1:] = values[:-1]
        moved[self.first] = missing
        return moved

    def repeated(self, values: np.ndarray, keep: str = "first") -> np.ndarray:
        """Tell which steps have what an earlier one of the case (`keep` "last": a later) has."""
        top = np.int64(values.max(initial=0)) + 1
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
    case = np.cumsum(first, dtype=np.int32)
    case -= 1
    first, names = np.flatnonzero(first), words[codes[first]]
    if (end < start).any():  # where it is missing it is the smallest number
        end = np.maximum(end, start)
    return Events(rows, case, first, names, start, end)
