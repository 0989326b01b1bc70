"""The rows of a trial, made ready: what cannot be compared left out, units by dates, a series."""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from ccwork.stats.trials import diff_in_diff

KEY: Final = ["unit", "date", "way"]

CASE: Final = ["unit", "case"]

YEARS: Final = 3
"""A stated season is one term a month from so many years on, before that one wave (our choice)."""
OLD, NEW = "old", "new"


def sound(rows: pd.DataFrame, alongside: bool) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Leave out what cannot be compared.

    Parameters
    ----------
    rows
        As in :func:`shape`, of one metric, with ``case``.
    alongside
        Chance shared out cases: one that worked both ways belongs to neither side.

    Returns
    -------
    tuple
        The rows left; the units without an after (or without a before, where those changed have
        one), left out on both sides; the cases that worked both ways, left out as well.
    """
    new = rows["way"] == NEW
    if not new.any():
        return rows, [], []
    late = rows["date"] >= rows.loc[new, "date"].min()
    beside = shared(rows)
    switched = rows.iloc[:0]
    if alongside:
        drawn = rows[late & (rows["case"] != "") & rows["unit"].isin(beside)]
        switched = drawn[drawn.groupby(CASE)["way"].transform("nunique") > 1]
    changed, after, before = (set(rows.loc[at, "unit"]) for at in (new, late, ~late))
    left: set[str] = set()
    if changed & before:
        left |= after - before - set(beside)
    if changed & before or after - changed:
        left |= before - after
    both = pd.MultiIndex.from_frame(rows[CASE]).isin(pd.MultiIndex.from_frame(switched[CASE]))
    return rows[~both & ~rows["unit"].isin(left)], sorted(left), sorted(set(switched["case"]))


def shared(rows: pd.DataFrame) -> pd.Index:
    """Return the units in which both ways ran side by side."""
    new, old = (rows[rows["way"] == way].groupby("unit")["date"] for way in (NEW, OLD))
    middle = new.min() + (new.max() - new.min()) / 2
    last = old.max()
    both = middle.index.intersection(last.index)
    return both[(last[both] >= middle[both]).to_numpy()]


def cases(rows: pd.DataFrame) -> pd.DataFrame:
    """Make one row of all rows of a case that worked one way: repeats are no more evidence."""
    named = rows["case"] != "" if "case" in rows else pd.Series(data=False, index=rows.index)
    if not named.any():
        return rows
    own = rows[named].sort_values("date", kind="stable")
    by = [own[each] for each in (*CASE, "way")]
    weight = own["n"].groupby(by).transform("sum")
    share = own.assign(value=own["value"] * own["n"] / weight, n=1, sd=math.nan)
    first = dict.fromkeys(share.columns, "first") | {"value": "sum"}
    return pd.concat([rows[~named], share.groupby(by, sort=False).agg(first)], ignore_index=True)


def yearly(days: pd.Index, rows: pd.DataFrame) -> np.ndarray:
    """Return the terms of the season of some days, shape (n, s): none where none is stated."""
    if not len(days) or "season" not in rows or not rows["season"].all():
        return np.empty((len(days), 0))
    months = days.year * 12 + days.month
    if months.max() - months.min() + 1 >= 12 * YEARS:
        return pd.get_dummies(days.month, drop_first=True).to_numpy(float)
    angle = 2 * np.pi * days.day_of_year / 365.25
    return np.column_stack([np.sin(angle), np.cos(angle)])


def merged(rows: pd.DataFrame, share: bool, by: list[str]) -> pd.DataFrame:
    """Put the cases of each group together: n, mean and spread of all of them.

    The spread of a share follows from the share; rows of several cases without a spread make
    the spread of their group unknown (NaN).
    """
    square = rows["value"] * (100 - rows["value"]) if share else rows["sd"] ** 2
    inside = np.where(rows["n"] == 1, 0, square * (rows["n"] if share else rows["n"] - 1))
    parts = rows.assign(
        total=rows["value"] * rows["n"], squares=inside + rows["n"] * rows["value"] ** 2
    )
    found = parts.groupby(by, sort=True)[["n", "total", "squares"]].sum(min_count=1)
    if (gone := parts["squares"].isna()).any():
        unknown = gone.groupby([parts[each] for each in by]).any()
        found["squares"] = found["squares"].mask(unknown)
    found["value"] = found["total"] / found["n"]
    left = (found["squares"] - found["n"] * found["value"] ** 2).clip(lower=0)
    found["sd"] = np.sqrt(left / (found["n"] - 1).where(found["n"] > 1))
    return found[["n", "value", "sd"]].reset_index()


class Panel(NamedTuple):
    """Units by dates: values, which units were changed, column of the first change, season."""

    values: np.ndarray
    treated: np.ndarray
    start: int
    new: np.ndarray
    season: np.ndarray


def panel(rows: pd.DataFrame) -> Panel:
    """Return a trial as units by dates.

    Before a unit's own start, but after the first start of all, its values are left out: it
    is then neither before nor after. A stepped wedge takes them from ``rows`` itself.
    """
    cells = merged(rows, False, KEY)
    wide = cells.pivot_table(index="unit", columns="date", values="value")
    told = cells["unit"].isin(wide.index) & cells["date"].isin(wide.columns)  # else of no cases
    own, new = cells[told & (cells["way"] == NEW)], np.zeros(wide.shape, bool)
    new[wide.index.get_indexer(own["unit"]), wide.columns.get_indexer(own["date"])] = True
    treated, start = new.any(axis=1), int(new.any(axis=0).argmax())
    return Panel(wide.to_numpy(float), treated, start, new, yearly(wide.columns, rows))


def settled(found: Panel) -> np.ndarray:
    """Return the values that are before or after, less the season where one is stated."""
    waiting = found.treated[:, None] & ~found.new
    waiting[:, : found.start] = False
    values = np.where(waiting, np.nan, found.values)
    return (
        diff_in_diff.without_season(values, found.start, found.season) if found.start else values
    )


def line(rows: pd.DataFrame, controlled: bool = False) -> tuple[np.ndarray, int]:
    """Return the series of those changed (less that of the others, and its season), its start.

    A period nobody measured is NaN, so that its neighbours are not taken for neighbours.
    """
    values, start, season = dated(rows, controlled)
    if not 0 < start < len(values):
        return values, start
    return diff_in_diff.without_season(values[None], start, season)[0], start


def dated(rows: pd.DataFrame, controlled: bool) -> tuple[np.ndarray, int, np.ndarray]:
    """Return a series as it was measured, its start, and the terms of its season."""
    new = rows.loc[rows["way"] == NEW]
    mine = rows["unit"].isin(new["unit"])
    own = merged(rows[mine], False, ["date"]).set_index("date")["value"]
    if controlled:
        own = (own - merged(rows[~mine], False, ["date"]).set_index("date")["value"]).dropna()
    own = own.reindex(_steps(own.index))
    start = int((own.index < new["date"].min()).sum())
    return own.to_numpy(float), start, yearly(own.index, rows)


def _steps(days: pd.Index) -> pd.Index:
    """Return the days of a series and those left out, where it has a step: months, or days."""
    if len(days) < 3:
        return days
    whole = pd.date_range(days[0], days[-1], freq=step(days))
    return whole if days.isin(whole).all() and len(whole) < 2 * len(days) else days


def step(days: pd.Index) -> pd.DateOffset:
    """Return how far sorted days, two at least, lie apart: months where all are one day of it."""
    if (days.day == days[0].day).all():
        return pd.DateOffset(months=int(np.gcd.reduce(np.diff(days.year * 12 + days.month))))
    apart = np.diff(days).astype("timedelta64[D]").astype(int)
    return pd.DateOffset(days=int(np.gcd.reduce(apart)))


def drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """Return cases at random of one time and place: both ways ran, the new one had begun."""
    since = rows.loc[rows["way"] == NEW, "date"].min()
    return cases(rows[rows["unit"].isin(shared(rows)) & (rows["date"] >= since)])


def around(rows: pd.DataFrame) -> pd.DataFrame:
    """Return as many dates before as after, of units changed; without a before all old rows."""
    new, old = rows[rows["way"] == NEW], rows[rows["way"] == OLD]
    mine = old[old["unit"].isin(new["unit"]) & (old["date"] < new["date"].min())]
    last = np.sort(mine["date"].unique())[-new["date"].nunique() :]
    return cases(pd.concat([mine[mine["date"].isin(last)] if len(last) else old, new]))


def swapped(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the trial of each unit that was not changed, as if it had been; others are left."""
    start = rows.loc[rows["way"] == NEW, "date"].min()
    left = rows[~rows["unit"].isin(rows.loc[rows["way"] == NEW, "unit"])]
    names = left["unit"].unique()
    for name in names if len(names) > 1 else []:
        there = (left["unit"] == name) & (left["date"] >= start)
        own = left.assign(way=left["way"].mask(there, NEW))
        if min((own["way"] == NEW).sum(), (left.loc[left["unit"] == name, "date"] < start).sum()):
            yield own


def earlier(rows: pd.DataFrame, sign: int) -> pd.DataFrame:
    """Return a trial that never was: one window earlier, as many units chosen for being worst.

    Where all units were changed nobody was chosen, and all are taken.
    """
    new = rows[rows["way"] == NEW]
    old = rows[(rows["way"] == OLD) & (rows["date"] < new["date"].min())]
    size, dates = new["date"].nunique(), np.sort(old["date"].unique())
    if len(dates) < 2 * size:
        return old.iloc[:0]
    first = old[old["date"].isin(dates[-2 * size : -size])]
    bad = (sign * first.groupby("unit")["value"].mean()).sort_values(kind="stable")
    both = pd.concat([first, old[old["date"].isin(dates[-size:])].assign(way=NEW)])
    return both[both["unit"].isin(bad.index[: new["unit"].nunique()])]
