"""Reporting periods as text: a year ``2026``, a quarter ``2026Q1`` or a month ``2026-03``."""

import re
from datetime import date
from functools import cache
from typing import Any, Final

_FORMS: Final = {"year": re.compile("[0-9]{4}"), "quarter": re.compile("[0-9]{4}Q[1-4]"),
                 "month": re.compile("[0-9]{4}-(?:0[1-9]|1[0-2])")}  # fmt: skip
GRAINS: Final = tuple(_FORMS)
"""From coarse to fine."""

_FREQ: Final = {"year": "Y", "quarter": "Q", "month": "M"}
_PER_YEAR: Final = {"year": 1, "quarter": 4, "month": 12}


@cache
def _read(period: str) -> Any:
    from pandas import Period  # the command is typed a second before it is needed

    return Period(period, _FREQ[grain(period)])


def is_period(text: str) -> bool:
    """Tell whether `text` is a period in one of the three forms."""
    return any(form.fullmatch(text) for form in _FORMS.values())


@cache
def grain(period: str) -> str:
    """Return "year", "quarter" or "month".

    Examples
    --------
    >>> grain("2026Q1")
    'quarter'
    """
    for name, form in _FORMS.items():
        if form.fullmatch(period):
            return name
    raise ValueError(f"`period` must be like '2026', '2026Q1' or '2026-03'; not {period!r}.")


@cache
def shift(period: str, steps: int) -> str:
    """Move a period by whole steps of its own grain.

    Examples
    --------
    >>> shift("2026-01", -1), shift("2025Q4", 1)
    ('2025-12', '2026Q1')
    """
    return str(_read(period) + steps)


def year_before(period: str) -> str:
    """Return the same period of the year before."""
    return shift(period, -_PER_YEAR[grain(period)])


@cache
def coarsen(period: str, to: str) -> str:
    """Return the period of grain `to` that holds `period`.

    Raises
    ------
    ValueError
        When `to` is finer than the period: a period is never split.

    Examples
    --------
    >>> coarsen("2026-03", "quarter"), coarsen("2026Q2", "year")
    ('2026Q1', '2026')
    """
    name = grain(period)
    if GRAINS.index(to) > GRAINS.index(name):
        raise ValueError(f"`to` must not be finer than {name!r}; not {to!r}.")
    return str(_read(period).asfreq(_FREQ[to]))


def parts(period: str, of: str) -> list[str]:
    """Return the periods of grain `of` that make up `period`.

    Examples
    --------
    >>> parts("2026Q1", "month")
    ['2026-01', '2026-02', '2026-03']
    """
    return _between(*(_read(period).asfreq(_FREQ[of], end) for end in ("start", "end")))


@cache
def last_day(period: str) -> date:
    """Return the last day of a period.

    Examples
    --------
    >>> last_day("2026Q1")
    datetime.date(2026, 3, 31)
    """
    day = _read(period).asfreq("D", "end")
    return date(day.year, day.month, day.day)


def span(first: str, last: str) -> list[str]:
    """Return every period from `first` to `last`, both included; both of one grain."""
    return _between(_read(first), _read(last))


def _between(first: Any, last: Any) -> list[str]:
    return list(map(str, (first + step for step in range((last - first).n + 1))))


def windows(first: str, last: str) -> tuple[list[str], list[str]]:
    """Return the periods of the year before and of the last year, or two halves of less.

    Examples
    --------
    >>> windows("2025Q4", "2026Q2"), [len(window) for window in windows("2020Q1", "2026Q2")]
    ((['2026Q1'], ['2026Q2']), [4, 4])
    """
    year = len(parts(last[:4], grain(last)))
    size = min(year, len(span(first, last)) // 2)
    steps = [shift(last, -step) for step in range(2 * size)]
    return steps[size:], steps[:size]
