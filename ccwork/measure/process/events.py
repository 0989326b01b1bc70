"""The events of a log in order, as arrays.

Events are ordered by their start, then as they stand in the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, starmap
from typing import Final

import numpy as np
import pandas as pd

from ccwork.read.logs.log_events import event_order, microseconds, numbers
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
    start, end
        Microseconds; the end is the start where it is not known.
    """

    rows: np.ndarray | slice
    case: np.ndarray
    first: np.ndarray
    start: np.ndarray
    end: np.ndarray

    def parts(self) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
        """Return the places of events, few cases at a time, and their part of free and gap."""
        for own in self._together():
            case, end = self.case[own], self.end[own]
            # each case is lifted above those before it, and put back
            lift = (case - case[0]) * np.int64(np.ptp(end) + 1)
            free, gap = np.maximum.accumulate(end + lift) - lift, np.full(len(end), np.nan)
            gap[1:] = np.maximum(self.start[own][1:] - free[:-1], 0)
            gap[1:][case[1:] != case[:-1]] = np.nan
            yield own, free, np.divide(gap, HOUR, out=gap)

    @property
    def free(self) -> np.ndarray:
        """Return the last end so far in the case, each step's own included."""
        return np.concatenate([np.zeros(0, np.int64), *(free for _, free, _ in self.parts())])

    @property
    def gap(self) -> np.ndarray:
        """Return the hours of wait before each step; NaN for the first of a case."""
        found = np.empty(len(self.start))
        for own, _, gap in self.parts():
            found[own] = gap
        return found

    @property
    def ended(self) -> np.ndarray:
        """Return the last end of each case."""
        return np.maximum.reduceat(self.end, self.first)

    def first_of(self, column: pd.Series) -> pd.Series:
        """Return what a column of ``steps`` has in the first event of each case."""
        return column.iloc[self.rows].iloc[self.first]

    def previous(self, values: np.ndarray, missing: object) -> np.ndarray:
        """Return what the step before in the same case has; `missing` for the first."""
        moved = np.empty_like(values)
        moved[1:] = values[:-1]
        moved[self.first] = missing
        return moved

    def repeated(self, values: np.ndarray, keep: str = "first") -> np.ndarray:
        """Tell which steps have what an earlier one of the case (`keep` "last": a later) has."""
        top, found = np.int64(values.max(initial=0)) + 1, np.empty(len(values), bool)
        turn = slice(None, None, -1 if keep == "first" else 1)
        for own in self._together():
            keys = (self.case[own] - self.case[own.start]) * top + values[own]
            keys = keys if top <= TOGETHER else pd.factorize(keys)[0]  # they number places
            rows, kept = np.arange(len(keys)), np.empty(keys.max() + 1, np.int64)
            kept[keys[turn]] = rows[turn]  # the last one written stays
            found[own] = kept[keys] != rows
        return found

    def _together(self) -> Iterator[slice]:
        return starmap(slice, pairwise([*self.first[::TOGETHER].tolist(), len(self.case)]))


def ordered_events(steps: pd.DataFrame) -> Events:
    """Put the events of a log in order and measure the wait before each."""
    codes = numbers(steps["case"])
    start, end = microseconds(steps["start"]), microseconds(steps["end"])
    rows, _ = event_order(codes, steps["start"])
    codes, start, end = codes[rows], start[rows], end[rows]
    first = np.ones(len(codes), dtype=bool)
    first[1:] = codes[1:] != codes[:-1]
    case = np.cumsum(first, dtype=np.int32)
    case -= 1
    if (end < start).any():  # where it is missing it is the smallest number
        end = np.maximum(end, start)
    return Events(rows, case, np.flatnonzero(first), start, end)
