"""Reporting periods as text: a year ``2026``, a quarter ``2026Q1`` or a month ``2026-03``."""

import re
from calendar import monthrange
from datetime import date
from functools import cache
from typing import Final

GRAINS: Final = ("year", "quarter", "month")
"""From coarse to fine."""

_FORMS: Final = (
    ("year", re.compile(r"(\d{4})")),
    ("quarter", re.compile(r"(\d{4})Q([1-4])")),
    ("month", re.compile(r"(\d{4})-(0[1-9]|1[0-2])")),
)
_PER_YEAR: Final = {"year": 1, "quarter": 4, "month": 12}


@cache
def _split(period: str) -> tuple[str, int, int]:
    for name, form in _FORMS:
        if found := form.fullmatch(period):
            parts = [int(part) for part in found.groups()]
            return name, parts[0], parts[1] if len(parts) > 1 else 1
    raise ValueError(f"`period` must be like '2026', '2026Q1' or '2026-03'; not {period!r}.")


def _join(grain: str, year: int, part: int) -> str:
    return {"year": f"{year:04}", "quarter": f"{year:04}Q{part}"}.get(
        grain, f"{year:04}-{part:02}"
    )


def is_period(text: str) -> bool:
    """Tell whether `text` is a period in one of the three forms."""
    return any(form.fullmatch(text) for _, form in _FORMS)


def grain(period: str) -> str:
    """Return "year", "quarter" or "month".

    Examples
    --------
    >>> grain("2026Q1")
    'quarter'
    """
    return _split(period)[0]


def shift(period: str, steps: int) -> str:
    """Move a period by whole steps of its own grain.

    Examples
    --------
    >>> shift("2026-01", -1), shift("2025Q4", 1)
    ('2025-12', '2026Q1')
    """
    name, year, part = _split(period)
    count = year * _PER_YEAR[name] + part - 1 + steps
    return _join(name, count // _PER_YEAR[name], count % _PER_YEAR[name] + 1)


def year_before(period: str) -> str:
    """Return the same period of the year before."""
    return shift(period, -_PER_YEAR[grain(period)])


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
    name, year, part = _split(period)
    if GRAINS.index(to) > GRAINS.index(name):
        raise ValueError(f"`to` must not be finer than {name!r}; not {to!r}.")
    return _join(to, year, (part - 1) * _PER_YEAR[to] // _PER_YEAR[name] + 1)


def parts(period: str, of: str) -> list[str]:
    """Return the periods of grain `of` that make up `period`.

    Examples
    --------
    >>> parts("2026Q1", "month")
    ['2026-01', '2026-02', '2026-03']
    """
    name, year, part = _split(period)
    ratio = _PER_YEAR[of] // _PER_YEAR[name]
    return [_join(of, year, (part - 1) * ratio + step + 1) for step in range(ratio)]


def last_day(period: str) -> date:
    """Return the last day of a period.

    Examples
    --------
    >>> last_day("2026Q1")
    datetime.date(2026, 3, 31)
    """
    name, year, part = _split(period)
    month = part * 12 // _PER_YEAR[name]
    return date(year, month, monthrange(year, month)[1])


def span(first: str, last: str) -> list[str]:
    """Return every period from `first` to `last`, both included; both of one grain."""
    periods = [first]
    while periods[-1] < last:
        periods.append(shift(periods[-1], 1))
    return periods


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
