"""The ladder of designs: how good a proof the data of a change can be, and its estimate.

A design is recognised from the rows of a trial, never from what people hoped for. What a
higher design would have needed is said in codes.
"""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.stats import designs, intervals, series, wedge
from ccwork.stats.designs import Effect

GRADES: Final = {
    "cases": "A", "clusters": "A", "wedge": "A", "comparison": "B", "controlled": "C",
    "series": "C", "small_comparison": "D", "before_after": "D", "story": "E",
}  # fmt: skip
"""Design -> its grade, the best first (the method)."""

UNITS: Final = 4
"""So many units an arm at least: 3 against 3 can never reach a p below 0.10."""

WEDGE_UNITS: Final = 8
STARTS: Final = 3
"""A stepped wedge has so many units and starts at least (our choice)."""

BEFORE: Final = designs.LEAST_BEFORE
POINTS: Final = 12
"""A series has so many points before and after at least (our choice; OLS is worse below)."""

CASES: Final = method.MIN_COMPARED
COMPARED: Final = ("comparison", "small_comparison")
"""Designs that compare units changed with others, before and after."""

RARE: Final = 0.05
"""A placebo group is judged by what one in twenty of them would show (our choice)."""

KEY: Final = ["unit", "date", "way"]
OLD, NEW = "old", "new"


class Shape(NamedTuple):
    """What a trial has: how it was assigned, units, dates and cases on either side.

    ``mixed``: in some unit both ways ran at one time; ``alongside``: in every unit changed, and
    for half the time of the new way at least (our choice), as when chance shares out cases.
    """

    assigned: str
    treated: int
    control: int
    starts: int
    before: int
    after: int
    mixed: bool
    fewest: int
    alongside: bool = False


def shape(rows: pd.DataFrame, assigned: str) -> Shape:
    """Return what the rows of one metric of a change have.

    Parameters
    ----------
    rows
        Columns ``unit``, ``date``, ``way``, ``value``, ``n``, ``sd`` of the table ``trials``.
    assigned
        How those to be changed were chosen: random, chosen, worst, everywhere.
    """
    new, old = rows[rows["way"] == NEW], rows[rows["way"] == OLD]
    begins, ends = new.groupby("unit")["date"].min(), old.groupby("unit")["date"].max()
    both = begins.index.intersection(ends.index)
    first = new["date"].min()
    mine = rows[rows["unit"].isin(begins.index)]
    alongside = len(new) > 0 and set(begins.index) == set(shared(rows))
    counted = used(rows, "cases") if alongside else rows
    each = [counted.loc[counted["way"] == way, "n"].sum() for way in (NEW, OLD)]
    return Shape(
        assigned=assigned,
        treated=len(begins),
        control=old.loc[~old["unit"].isin(begins.index), "unit"].nunique(),
        starts=begins.nunique(),
        before=mine.loc[mine["date"] < first, "date"].nunique(),
        after=mine.loc[mine["date"] >= first, "date"].nunique(),
        mixed=bool((ends[both] >= begins[both]).any()),
        fewest=int(min(each)),
        alongside=alongside,
    )


def shared(rows: pd.DataFrame) -> pd.Index:
    """Return the units in which both ways ran side by side."""
    new, old = (rows[rows["way"] == way].groupby("unit")["date"] for way in (NEW, OLD))
    middle = new.min() + (new.max() - new.min()) / 2
    last = old.max()
    both = middle.index.intersection(last.index)
    return both[(last[both] >= middle[both]).to_numpy()]


def lacking(design: str, own: Shape) -> list[str]:
    """Return the codes of what a trial lacks for a design; none: the design is there."""
    random = own.assigned == "random", "not_random"
    fair = own.assigned != "worst", "chosen_worst"
    alone = "few_units" if own.control else "no_control"
    units = min(own.treated, own.control) >= UNITS, alone
    long = min(own.before, own.after) >= POINTS, "short_series"
    cases = own.fewest >= CASES, "few_cases"
    needs = {
        "cases": (random, (own.alongside, "not_side_by_side"), cases),
        "clusters": (random, (not own.mixed, "mixed"), units),
        "wedge": (
            random,
            (not own.mixed, "mixed"),
            (own.treated >= WEDGE_UNITS, "few_units"),
            (own.starts >= STARTS, "few_starts"),
        ),
        "comparison": (
            fair,
            (not own.mixed, "mixed"),
            units,
            (own.before >= BEFORE, "few_before"),
        ),
        "controlled": (fair, (own.control > 0, "no_control"), long),
        "series": (long,),
        "small_comparison": (
            fair,
            (not own.mixed, "mixed"),
            (own.treated >= 1 and own.control >= UNITS, alone),
            (own.before >= 1 and own.after >= 1, "few_before"),
        ),
        "before_after": (cases,),
        "story": (),
    }
    return [code for there, code in needs[design] if not there]


def recognised(own: Shape) -> tuple[str, list[str]]:
    """Return the best design a trial is, and what it lacks for a better grade.

    Of the designs of a better grade the one that lacks least is told, of equals the nearest;
    and that the worst were chosen, where they were. Where nothing was measured of the new
    way, just that.
    """
    found = next(design for design in GRADES if not lacking(design, own))
    if not own.treated:
        return found, ["no_data"]
    better = [lacking(d, own) for d, grade in GRADES.items() if grade < GRADES[found]]
    least = min(reversed(better), key=len, default=[])
    worst = [code for code in sum(better, []) if code == "chosen_worst"][:1]
    return found, list(dict.fromkeys([*worst, *least]))


# ---------------------------------------------------------------- tables of numbers


def merged(rows: pd.DataFrame, share: bool, by: list[str]) -> pd.DataFrame:
    """Put the cases of each group together: n, mean and spread of all of them.

    The spread of a share follows from the share; rows of several cases without a spread make
    the spread of their group unknown (NaN).
    """
    square = rows["value"] * (100 - rows["value"]) if share else rows["sd"] ** 2
    inside = np.where(rows["n"] == 1, 0, square * (rows["n"] if share else rows["n"] - 1))
    parts = rows.assign(
        total=rows["value"] * rows["n"],
        squares=inside + rows["n"] * rows["value"] ** 2,
    )
    found = parts.groupby(by, sort=True)[["n", "total", "squares"]].sum(min_count=1)
    found["squares"] = found["squares"].where(
        ~parts["squares"].isna().groupby([parts[each] for each in by]).any()
    )
    found["value"] = found["total"] / found["n"]
    left = (found["squares"] - found["n"] * found["value"] ** 2).clip(lower=0)
    found["sd"] = np.sqrt(left / (found["n"] - 1).where(found["n"] > 1))
    return found[["n", "value", "sd"]].reset_index()


class Panel(NamedTuple):
    """Units by dates: values, which units were changed, column of the first change."""

    values: np.ndarray
    treated: np.ndarray
    start: int
    new: np.ndarray


def panel(rows: pd.DataFrame) -> Panel:
    """Return a trial as units by dates.

    Before a unit's own start, but after the first start of all, its values are left out: it
    is then neither before nor after. A stepped wedge takes them from ``rows`` itself.
    """
    cells = merged(rows, False, KEY)
    wide = cells.pivot_table(index="unit", columns="date", values="value")
    new = cells.assign(new=cells["way"] == NEW).pivot_table(
        index="unit", columns="date", values="new", aggfunc="max"
    )
    new = new.fillna(0).to_numpy(bool)
    treated, start = new.any(axis=1), int(new.any(axis=0).argmax())
    return Panel(wide.to_numpy(float), treated, start, new)


def _settled(found: Panel) -> np.ndarray:
    waiting = found.treated[:, None] & ~found.new
    waiting[:, : found.start] = False
    return np.where(waiting, np.nan, found.values)


def line(rows: pd.DataFrame, controlled: bool) -> tuple[np.ndarray, int]:
    """Return the series of those changed (less that of the others) and its start.

    A period nobody measured is NaN, so that its neighbours are not taken for neighbours.
    """
    new = rows.loc[rows["way"] == NEW]
    mine = rows["unit"].isin(new["unit"])
    own = merged(rows[mine], False, ["date"]).set_index("date")["value"]
    if controlled:
        own = (own - merged(rows[~mine], False, ["date"]).set_index("date")["value"]).dropna()
    own = own.reindex(_steps(own.index))
    return own.to_numpy(float), int((own.index < new["date"].min()).sum())


def _steps(days: pd.Index) -> pd.Index:
    """Return the days of a series and those left out, where it has a step: months, or days."""
    if len(days) < 3:
        return days
    months = days.year * 12 + days.month
    if (days.day == days[0].day).all():
        freq = pd.DateOffset(months=int(np.gcd.reduce(np.diff(months))))
    else:
        apart = np.diff(days).astype("timedelta64[D]").astype(int)
        freq = pd.DateOffset(days=int(np.gcd.reduce(apart)))
    whole = pd.date_range(days[0], days[-1], freq=freq)
    return whole if days.isin(whole).all() and len(whole) < 2 * len(days) else days


# ---------------------------------------------------------------- estimates


def estimate(rows: pd.DataFrame, design: str, share: bool, confidence: float) -> Effect:
    """Estimate new minus old by the analysis the design allows.

    Returns
    -------
    Effect
        In the unit of the values. Series: the mean difference of the two lines over the
        periods with the change. Pass the rows that are :func:`used`.
    """
    if design in ("clusters", *COMPARED):
        return designs.compare(*_by_unit(rows), confidence)
    if design == "wedge":
        found = panel(rows)
        starts = np.where(found.treated, found.new.argmax(axis=1), wedge.NEVER)
        return wedge.estimate(found.values, starts, confidence, strata=tiers(rows, starts))
    if design in ("controlled", "series"):
        values, start = line(rows, design == "controlled")
        middle = (len(values) - start + 1) / 2
        return series.effect(series.segmented(values, start), middle, confidence)
    return _groups(rows, share, confidence)


def tiers(rows: pd.DataFrame, starts: np.ndarray) -> np.ndarray | None:
    """Return the tiers a roll-out went by, one a unit in order of names; None: no tiers.

    Ready units began first where the starts of every readiness lie before those of the next
    one: only the order within a readiness was then left to chance.
    """
    if "readiness" not in rows:
        return None
    known = rows.groupby("unit")["readiness"].first()
    ready = known.replace("", np.nan).astype(float)
    if ready.isna().any() or ready.nunique() < 2:
        return None
    each = pd.Series(starts, index=known.index).groupby(-ready).agg(["min", "max"])
    apart = (each["min"].to_numpy()[1:] >= each["max"].to_numpy()[:-1]).all()
    return ready.to_numpy() if apart else None


def _by_unit(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the change of each unit, or its mean where there is no before."""
    found = panel(rows)
    values = _settled(found)
    if found.start == 0:
        return np.nanmean(values, axis=1), found.treated
    return designs.changes(values, found.start), found.treated


def used(rows: pd.DataFrame, design: str) -> pd.DataFrame:
    """Return the rows a design compares.

    Of cases at random those of one time and place: units in which both ways ran, since the
    first case of the new way. Of a before and after as many dates on either side, only units
    that were changed; all old rows where none is before.
    """
    new, old = rows[rows["way"] == NEW], rows[rows["way"] == OLD]
    if design == "cases":
        return rows[rows["unit"].isin(shared(rows)) & (rows["date"] >= new["date"].min())]
    if design != "before_after":
        return rows
    mine = old[old["unit"].isin(new["unit"]) & (old["date"] < new["date"].min())]
    last = np.sort(mine["date"].unique())[-new["date"].nunique() :]
    return pd.concat([mine[mine["date"].isin(last)] if len(last) else old, new])


def _groups(rows: pd.DataFrame, share: bool, confidence: float) -> Effect:
    both = merged(rows, share, ["way"]).set_index("way").reindex([OLD, NEW])
    if both["sd"].isna().any():
        each = [rows.loc[rows["way"] == way, "value"] for way in (OLD, NEW)]
        found, p = intervals.welch(*each, confidence), intervals.welch_p(*each)
        return Effect(*found[:3], int(both["n"].min()), p)
    known = [float(x) for row in both[["value", "sd", "n"]].to_numpy() for x in row]
    found, p = intervals.welch_of_moments(*known, confidence), intervals.welch_p_of_moments(*known)
    if share:
        told = [x for row in both.itertuples() for x in (row.value / 100 * row.n, row.n)]
        found = intervals.Estimate(*(100 * x for x in intervals.newcombe(*told, confidence)))
    return Effect(*found[:3], int(both["n"].min()), p)


# ---------------------------------------------------------------- could it be something else


def pretrend(rows: pd.DataFrame, confidence: float) -> Effect:
    """Return what would show if those changed and the others drifted apart as before."""
    found = panel(rows)
    return designs.pretrend(found.values, found.treated, found.start, confidence)


def placebos(
    rows: pd.DataFrame, design: str, share: bool, sign: int, confidence: float
) -> Iterator[tuple[str, Effect]]:
    """Estimate the effect where nothing was done: at an earlier time, in other units.

    Yields
    ------
    tuple
        "placebo_time" or "placebo_units" and an effect. `sign` is 1 where more is better.
    """
    if design in COMPARED:
        found = panel(rows)
        values = _settled(found)
        at = [e for _, e in designs.placebo_dates(values, found.treated, found.start, confidence)]
        if at:
            yield "placebo_time", max(at, key=lambda effect: sign * effect.value)
        others = designs.placebo_groups(designs.changes(values, found.start), found.treated)
        yield from _elsewhere(sign * others, sign)
    elif design in ("controlled", "series"):
        values, start = line(rows, design == "controlled")
        if (fake := start - POINTS) >= series.LEAST:
            fit = series.segmented(values[:start], fake)
            yield "placebo_time", series.effect(fit, (POINTS + 1) / 2, confidence)
        if design == "controlled":
            others = [estimate(each, design, share, confidence).value for each in _swapped(rows)]
            yield from _elsewhere(sign * np.array(others), sign)
    elif design == "before_after" and len(earlier := _earlier(rows, sign)):
        yield "placebo_time", _groups(earlier, share, confidence)


def _elsewhere(shown: np.ndarray, sign: int) -> Iterator[tuple[str, Effect]]:
    """Yield what one in twenty placebo groups would show at least, plus being better."""
    known = np.sort(shown[~np.isnan(shown)])[::-1]
    if len(known):
        top = sign * float(known[int(RARE * len(known) + 1e-9)])
        yield "placebo_units", Effect(top, math.nan, math.nan, len(known))


def _swapped(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the trial of each unit that was not changed, as if it had been; others are left."""
    start = rows.loc[rows["way"] == NEW, "date"].min()
    left = rows[~rows["unit"].isin(rows.loc[rows["way"] == NEW, "unit"])]
    names = left["unit"].unique()
    for name in names if len(names) > 1 else []:
        there = (left["unit"] == name) & (left["date"] >= start)
        own = left.assign(way=left["way"].mask(there, NEW))
        if min((own["way"] == NEW).sum(), (left.loc[left["unit"] == name, "date"] < start).sum()):
            yield own


def _earlier(rows: pd.DataFrame, sign: int) -> pd.DataFrame:
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
    second = old[old["date"].isin(dates[-size:])].assign(way=NEW)
    both = pd.concat([first, second])
    return both[both["unit"].isin(bad.index[: new["unit"].nunique()])]
