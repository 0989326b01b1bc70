"""Every series on its control chart: limits locked, eras, seasons, limits drawn anew."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.measure import rebasing
from ccwork.measure.metrics import values
from ccwork.measure.provenance import SERIES
from ccwork.read.cache import once
from ccwork.read.workbook import Workbook
from ccwork.stats import spc
from ccwork.tell.tables import about, framed

RULES = ["outside", "trend", "two_of_three", "shift"]
"""The four rules of an XmR chart, the first that holds wins."""

CHART_COLUMNS = [
    *["adjusted", "era", "part", "centre", "lower", "upper"],
    *["old_centre", "old_lower", "old_upper", *RULES],
]

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
    empty = values(work).assign(**dict.fromkeys(CHART_COLUMNS, np.nan))
    rows = pd.concat(charts, ignore_index=True) if charts else empty
    return about(rows, "histories", work)


def _charts(work: Workbook) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """Return every series with the limits of its own first points."""
    rows = _drawn(work)
    for series, chart in rows.groupby(SERIES, sort=False) if len(rows) else ():
        yield series, chart.reset_index(drop=True)


@once
def _drawn(work: Workbook) -> pd.DataFrame:
    charts = [_chart(rows, work) for _, rows in values(work).groupby(SERIES, sort=False)]
    return pd.concat(charts, ignore_index=True) if charts else pd.DataFrame()


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
    rows = [said for _, gates in _redrawn(work) for said in gates]
    table = framed(rows, "limit_gates")
    return about(table.assign(why="no_chart"), "limit_gates", work)


def _chart(series: pd.DataFrame, work: Workbook) -> pd.DataFrame:
    """Add limits and broken rules to one series; gaps become rows without a value."""
    metric, service = series.iloc[0][SERIES]
    whole = periods.span(series["period"].iloc[0], series["period"].iloc[-1])
    rows = series.set_index("period").reindex(whole).rename_axis("period").reset_index()
    rows[SERIES] = [metric, service]
    rows["unit"] = work.metric(metric).unit
    rows["why"] = rows["why"].fillna("no_row")
    told = rows["version"].where(rows["value"].notna()).ffill().bfill()
    rows["era"] = (told != told.shift()).cumsum() - 1
    rows["part"] = rows["era"]
    rows[[f"old_{name}" for name in rebasing.LIMITS]] = np.nan
    good = _good(rows, work)
    eras = [_limited(era, work.catalogue.loc[metric], good) for _, era in rows.groupby("era")]
    return pd.concat(eras, ignore_index=True)


def _limited(rows: pd.DataFrame, metric: pd.Series, good: int) -> pd.DataFrame:
    """Add limits and broken rules to the rows of one definition."""
    shown = rows["value"].to_numpy(float) - _season(rows, metric)
    rows = rows.assign(adjusted=shown)
    if np.isfinite(shown).sum() < method.MIN_CHART:
        return rows.assign(**dict.fromkeys(rebasing.LIMITS, np.nan), **dict.fromkeys(RULES, 0))
    lines = rebasing.drawn(rows, good)
    if np.isfinite(shown).sum() < method.LOCK:
        lines[RULES] = 0
    return rows.assign(**{name: lines[name] for name in [*rebasing.LIMITS, *RULES]})


def year(rows: pd.DataFrame) -> int:
    """Return how many periods of the series make a year."""
    first = rows["period"].iloc[0]
    return len(periods.parts(first[:4], periods.grain(first)))


def _season(rows: pd.DataFrame, metric: pd.Series) -> np.ndarray | float:
    """Return what the season adds to each row, where it is stated and three years are there."""
    length = year(rows)
    long = rows["value"].notna().sum() >= SEASONS_USED * length
    if metric.get("season") != "yes" or length == 1 or not long:
        return 0.0
    season = spc.seasonal(rows["value"], length, trend=True)
    return season[np.arange(len(rows)) % length]


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
    table = framed(rows, "seasons").assign(why="short_history")
    return about(table, "seasons", work)


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
