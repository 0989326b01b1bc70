"""Working time between two moments, by the calendar of a country: a second view of a wait.

Calendars stand in ``resources/calendar/*.csv``, one row a day that is not as its day of the
week: ``date,kind,source`` with kind "off", "work" or "short" (an hour less). A year without rows
counts as Monday to Friday, and says so.
"""

import re
from dataclasses import dataclass, field
from datetime import date, time
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ccwork.language.resources import resource, resource_rows
from ccwork.read.logs.timestamps import DAY, HOUR, MISSING


@dataclass(frozen=True)
class Calendar:
    """When an agency is open.

    Attributes
    ----------
    name
        "week" for Monday to Friday, or the file the days came from.
    days
        Days unlike their day of the week: day -> "off", "work" or "short".
    years
        Years whose days are known; the others count as Monday to Friday.
    opens, closes, lunch
        Hours of an ordinary day; ``lunch`` None for none. A short day ends an hour earlier.
    """

    name: str = "week"
    days: dict[date, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    opens: time = time(9)
    closes: time = time(18)
    lunch: tuple[time, time] | None = (time(13), time(14))

    def kind(self, day: date) -> str:
        """Return "work", "short" or "off"."""
        return self.days.get(day) or ("off" if day.weekday() > 4 else "work")

    def uncertain(self, first: date, last: date) -> list[int]:
        """Return the years between two days whose holidays this calendar does not know."""
        return [year for year in range(first.year, last.year + 1) if year not in self.years]


def calendar(name: str = "ru", **hours: object) -> Calendar:
    """Return a calendar: "ru" (production calendar of Russia), or "week" (Monday to Friday).

    `hours` are ``opens``, ``closes``, ``lunch``, where they are not 9-18 with lunch at 13.

    Raises
    ------
    ValueError
        When there is no calendar of that name.
    """
    if name == "week":
        return Calendar(**hours)
    days = _days(name)
    return Calendar(name, days, frozenset(day.year for day in days), **hours)


@cache
def _days(name: str) -> dict[date, str]:
    path = resource("calendar", f"{name}.csv")
    if not re.fullmatch(r"\w+", name) or not path.is_file():
        raise ValueError(f"`name` must be 'week' or a file of ccwork/calendar; not {name!r}.")
    rows = resource_rows("calendar", path.name)
    return {date.fromisoformat(row["date"]): row["kind"] for row in rows}


def working_hours(start: ArrayLike, end: ArrayLike, by: Calendar) -> np.ndarray:
    """Return the working hours between two moments, both in local time.

    Parameters
    ----------
    start, end
        Moments, shape (n,), with or without a zone; NaT gives NaN. An end before its start
        gives the same hours below zero.
    by
        The calendar.

    Notes
    -----
    The open hours from a fixed day to each moment, subtracted: so time adds up, f(a, b) +
    f(b, c) = f(a, c).

    Examples
    --------
    >>> friday, monday = [pd.Timestamp("2026-04-03 17:00")], [pd.Timestamp("2026-04-06 10:00")]
    >>> float(working_hours(friday, monday, calendar("week"))[0])
    2.0
    """
    ends = [_wall(start), _wall(end)]
    known = np.concatenate(ends)
    known = known[known != MISSING]
    if not known.size:
        return np.full(len(ends[0]), np.nan)
    first, last = known.min() // DAY, known.max() // DAY
    sums, edges = _opened(by, int(first), int(last))
    opened = [_since(moment, int(first), sums, edges) for moment in ends]
    return opened[1] - opened[0]


def _wall(moments: ArrayLike) -> np.ndarray:
    """Return local wall-clock microseconds."""
    column = pd.Series(moments)
    if getattr(column.dtype, "tz", None) is not None:
        column = column.dt.tz_localize(None)
    return column.to_numpy("datetime64[us]").view(np.int64)


def _opened(by: Calendar, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the hours open before each day, and the spans of each day (start, end) in hours."""
    opens, closes = _hour(by.opens), _hour(by.closes)
    break_at, break_end = map(_hour, by.lunch) if by.lunch else (closes, closes)
    spans = {
        "off": (0.0, 0.0, 0.0, 0.0),
        "work": (opens, min(break_at, closes), min(break_end, closes), closes),
        "short": (opens, min(break_at, closes - 1), min(break_end, closes - 1), closes - 1),
    }
    days = np.arange(first, last + 1).astype("datetime64[D]").astype(object)
    edges = np.array([spans[by.kind(day)] for day in days])
    length = edges[:, 1] - edges[:, 0] + edges[:, 3] - edges[:, 2]
    return np.r_[0.0, length.cumsum()], edges


def _hour(when: time) -> float:
    return when.hour + when.minute / 60


def _since(moment: np.ndarray, first: int, sums: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the hours open from the first day to each moment."""
    known = moment != MISSING
    day = np.where(known, moment // DAY - first, 0)
    hour = np.where(known, moment % DAY, 0) / HOUR
    span = edges[day]
    inside = np.clip(hour - span[:, 0], 0, span[:, 1] - span[:, 0])
    inside += np.clip(hour - span[:, 2], 0, span[:, 3] - span[:, 2])
    return np.where(known, sums[day] + inside, np.nan)
