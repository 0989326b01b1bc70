"""Every series on its control chart: limits locked, eras, seasons, limits drawn anew."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.measure import rebasing
from ccwork.measure.metrics import VALUE_COLUMNS, values
from ccwork.measure.provenance import SERIES
from ccwork.read.cache import once
from ccwork.read.workbook import Workbook, sign
from ccwork.stats import spc
from ccwork.tell.tables import about, framed

RULES = ["outside", "trend", "two_of_three", "shift"]
"""The four rules of an XmR chart, the first that holds wins."""

SEASONS_SHOWN = 2
"""Fewer years than this: no seasons; the same period of last year is compared (our choice)."""

SEASONS_USED = 3
"""From so many years on a stated season is taken out of the values (our choice)."""


@once
def histories(work: Workbook) -> pd.DataFrame:
    """Put every series on an XmR chart with limits locked after the first 12 points.

    Returns
    -------
    DataFrame
        :func:`metrics.values` plus ``centre``, ``lower``, ``upper`` and the rules a point breaks
        (``outside``, ``trend``, ``two_of_three``, ``shift``): 1 in the good direction, -1
        in the bad one, 0 not. A missing period has a row without a value.
        ``era`` counts definitions: a new version or source begins the series anew, with
        limits of its own. ``part`` counts limits: they begin anew also where the gate let
        them (:func:`rebasings`); the old ones stay in ``old_centre`` ... ``adjusted`` is what the
        rules see: the value, less its season where that is stated and three years are there.

    Notes
    -----
    F22-F24, F27, rules and lock as in NHS "Making Data Count". Fewer than 6 points: no limits;
    fewer than 12: trial limits, and no signals yet.
    """
    charts = [chart for chart, _ in _redrawn(work)]
    rows = pd.concat(charts, ignore_index=True) if charts else _drawn(work)
    return about(rows, "histories", work)


def _charts(work: Workbook) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """Return every series with the limits of its own first points."""
    for series, chart in _drawn(work).groupby(SERIES, sort=False):
        yield series, chart.reset_index(drop=True)


@once
def _drawn(work: Workbook) -> pd.DataFrame:
    told = values(work)
    ends = told.groupby(SERIES, sort=False)["period"].agg(["first", "last"]).itertuples()
    whole = [(period, *series) for series, *end in ends for period in _span(*end)]
    rows = pd.DataFrame(whole, columns=["period", *SERIES]).merge(told, "left")
    rows["unit"] = rows["metric"].map({m: work.metric(m).unit for m in {*told["metric"]}})
    rows["why"] = rows["why"].fillna("no_row")
    own = rows.groupby(SERIES, sort=False).ngroup()
    said = rows["version"].where(rows["value"].notna()).groupby(own).ffill().groupby(own).bfill()
    new = said != said.groupby(own).shift()
    rows["era"] = rows["part"] = new.groupby(own).cumsum() - 1
    rows[[f"old_{name}" for name in rebasing.LIMITS]] = np.nan
    known, shown = work.catalogue.to_dict("index"), _columns(rows)
    lines = {name: np.full(len(rows), np.nan) for name in ("adjusted", *rebasing.LIMITS)}
    lines |= {rule: np.zeros(len(rows), int) for rule in RULES}
    for era in np.split(np.arange(len(rows)), np.flatnonzero(new)[1:]) if len(rows) else ():
        metric = known[shown["metric"][era[0]]]
        for name, line in _limited(rows_at(shown, era), metric).items():
            lines[name][era] = line
    return rows.assign(**lines)


_span, _parts = cache(periods.span), cache(periods.parts)


@once
def _redrawn(work: Workbook) -> list[tuple[pd.DataFrame, list[dict[str, Any]]]]:
    """Give charts new limits from each change the gate lets through; return what it said."""
    found, changes = [], rebasing.dated(work)
    for series, chart in _charts(work):
        said = []
        for change in changes.get(series, ()):
            good = _good(chart, work)
            gate = rebasing.rebasing_judged(chart, change, good)
            named = dict(zip(SERIES, series, strict=True))
            said.append(named | {"novelty": change["change"]} | gate)
            if gate["new_limits"] != "refused":
                chart = rebasing.redrawn(chart, gate, good)
        found.append((chart, said))
    return found


def _good(chart: pd.DataFrame, work: Workbook) -> int:
    return work.metric(chart["metric"].iloc[0]).sign


@once
def rebasings(work: Workbook) -> pd.DataFrame:
    """Say of every dated change whether the limits of its chart may be drawn anew, and why not.

    Returns
    -------
    DataFrame
        One row a change of the register whose metric has values: the conditions of
        :func:`rebasing.rebasing_judged`, ``points_after``, ``new_limits`` (refused, trial,
        locked), and the centre before and after.
    """
    table = framed([said for _, gates in _redrawn(work) for said in gates], "limit_gates")
    return about(table.assign(why="no_chart"), "limit_gates", work)


def _limited(rows: Mapping[str, np.ndarray], metric: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Return the limits and broken rules of the rows of one definition."""
    shown = rows["value"] - _season(rows, metric)
    known = np.isfinite(shown).sum()
    if known < method.MIN_CHART:
        return {"adjusted": shown}
    lines = rebasing.drawn({**rows, "adjusted": shown}, sign(metric)) | {"adjusted": shown}
    return lines | (dict.fromkeys(RULES, 0) if known < method.LOCK else {})


Series = Mapping[str, np.ndarray]
"""The columns of one series, or of some of its rows."""


def in_series(rows: pd.DataFrame) -> Iterator[tuple[tuple[str, str], Series]]:
    """Return every series of a table column by column: a table of each would take longer."""
    shown = _columns(rows)
    for series, at in rows.groupby(SERIES, sort=False).indices.items():
        yield series, rows_at(shown, at)


def _columns(rows: pd.DataFrame) -> Series:
    numbers = {*VALUE_COLUMNS} - {"why"}
    return {name: rows[name].to_numpy(float if name in numbers else None) for name in rows}


def rows_at(series: Series, places: np.ndarray) -> Series:
    """Return some rows of a series, by their places or by True and False."""
    return {name: column[places] for name, column in series.items()}


def with_value(series: Series) -> Series:
    """Return the rows of a series that have a value."""
    return rows_at(series, ~np.isnan(series["value"]))


def year(rows: Mapping[str, Any]) -> int:
    """Return how many periods of the series make a year."""
    first = next(iter(rows["period"]))
    return len(_parts(first[:4], periods.grain(first)))


def _season(rows: Mapping[str, np.ndarray], metric: Mapping[str, Any]) -> np.ndarray | float:
    """Return what the season adds to each row, where it is stated and three years are there."""
    if metric.get("season") != "yes" or (length := year(rows)) == 1:
        return 0.0
    if (~np.isnan(rows["value"])).sum() < SEASONS_USED * length:
        return 0.0
    season = spc.seasonal(rows["value"], length, trend=True)
    return season[np.arange(len(rows["value"])) % length]


@once
def seasons(work: Workbook) -> pd.DataFrame:
    """Show what each season adds to the metrics that are stated to be seasonal.

    Returns
    -------
    DataFrame
        One row a series and season of the year: ``season_adds`` in the unit of the metric
        and ``season_use``: too_short (under two years), shown (under three), used.
    """
    rows = []
    for (metric, service), chart in _charts(work):
        part = chart[chart["era"] == chart["era"].max()]
        length, points = year(part), part["value"].notna().sum()
        if work.catalogue.loc[metric].get("season") != "yes" or length == 1:
            continue
        use = "used" if points >= SEASONS_USED * length else "shown"
        adds = spc.seasonal(part["value"], length, trend=use == "used")
        if points < SEASONS_SHOWN * length:
            use, adds = "too_short", np.full(length, np.nan)
        own = {"metric": metric, "service": service, "unit": part["unit"].iloc[0]}
        rows += [
            own | {"period": period, "season_adds": each, "season_use": use}
            for period, each in zip(part["period"].head(length), adds, strict=False)
        ]
    return about(framed(rows, "seasons").assign(why="short_history"), "seasons", work)


def worthwhile(metric: pd.Series) -> float:
    """Return the smallest change worth speaking of, in the unit of the values.

    A metric without ends of its scale has none: of it every proven change is told.
    """
    if pd.notna(metric["worthwhile"]):
        return metric["worthwhile"]
    if metric["form"] == "counts":
        return method.WORTHWHILE
    span = abs(metric["best"] - metric["worst"])
    return method.WORTHWHILE / 100 * span if np.isfinite(span) else 0.0
