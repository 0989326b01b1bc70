"""Targets against what the process can do: progress, assurance, and what may be aimed at."""

from typing import Any

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.measure import control_charts, own_past
from ccwork.measure.control_charts import Series, in_series, rows_at, with_value
from ccwork.measure.provenance import SERIES
from ccwork.read.cache import dicts, once
from ccwork.read.workbook import Workbook
from ccwork.stages.kpi import target_values
from ccwork.stats import normalisation, spc
from ccwork.stats.intervals import names
from ccwork.tell.tables import about, framed

Charts = dict[tuple[str, str], Series]


@once
def progress(work: Workbook) -> pd.DataFrame:
    """Hold every target against the latest level of its series.

    Returns
    -------
    DataFrame
        One row a target as :func:`target_values.targets_held` has it, with ``level_now``, the
        value of the period of the workbook; ``progress``, the percentage of the way from the
        base that is covered, with limits (beyond 100 or below 0 is possible);
        ``assurance``: always, never or hit_and_miss, by the limits of the present process;
        no_chart where there are none, outdated where the level, or the last point to the
        worse, has left them behind;
        ``hit_share``, in how many of 100 periods it would be met as things are; and
        ``target_reach``: possible, or needs_change where the target lies beyond the limits
        and the register names no change for the metric, named where it does. ``next``: the
        next target of its series, or the last one.

    Notes
    -----
    F12 (the base taken as known), F25, F26. Shares of hits are indicative.
    """
    rows = target_values.targets_held(work)
    charts = _charts(work)
    named = _named(work)
    found = [_progress(row, charts, work, named) for row in dicts(rows)]
    table = framed(found, "target_progress")
    table["next"] = table.index.isin(_next(table, work))
    table.loc[~table["next"], "say"] = ""
    table = about(table, "target_progress", work)
    table.attrs["remarks"] = rows.attrs["remarks"]
    return table


def _named(work: Workbook) -> set[tuple[str, str]]:
    """Return the metrics and services the register names a change for."""
    changed = work.table("changes")
    return set(zip(changed["metric"], changed["service"], strict=True))


def _next(table: pd.DataFrame, work: Workbook) -> list[int]:
    """Return the rows told in sentences: of every series the next target, else the last one."""
    now, told = periods.last_day(work.period), []
    for _, rows in table.groupby(SERIES, sort=False):
        days = rows["period"].map(periods.last_day)
        told.append(int(days[days >= now].idxmin() if (days >= now).any() else days.idxmax()))
    return told


def _process(charts: Charts, series: tuple[str, str]) -> tuple[Series, spc.Limits | None, str]:
    """Return the present part of one series with a value, its limits, and why there are none.

    Limits that the level has left behind tell nothing of the process as it is.
    """
    seen = charts.get(series, {"period": np.array([])})
    if not len(seen["period"]) or np.isnan(seen["centre"][-1]):
        return seen, None, "no_chart"
    if len(seen["period"]) > method.LOCK:
        left = {"level_moved", "steady", "outdated"} & set(seen["chart_note"][-1].split())
        if left or seen["outside"][-1] < 0:
            return seen, None, "outdated"
    limits = spc.limits(seen["adjusted"], lock=method.LOCK)
    return seen, limits._replace(**{name: seen[name][-1] for name in ("lower", "upper")}), ""


def _charts(work: Workbook) -> Charts:
    """Return the present part of every series on its chart, with what the chart says at its end.

    A series that ended on purpose is judged no more: its level is of the past.
    """
    said = own_past.judged(work)[[*SERIES, "chart_note"]]
    rows = control_charts.histories(work).merge(said, "left", SERIES)
    rows = rows.assign(chart_note=rows["chart_note"].astype(object).fillna("outdated"))
    return {
        name: with_value(rows_at(series, series["part"] == series["part"].max()))
        for name, series in in_series(rows)
    }


def _progress(
    row: dict[str, Any],
    charts: dict[tuple[str, str], Series],
    work: Workbook,
    named: set[tuple[str, str]],
) -> dict[str, Any]:
    """Return progress and assurance of one target."""
    higher = work.metric(row["metric"]).sign > 0
    own, limits, missing = _process(charts, (row["metric"], row["service"]))
    now = np.flatnonzero(own["period"] == work.period)
    level = [own[name][now[0]] if len(now) else np.nan for name in names("value")]
    goal, base = row["target"], row["target_base"]
    made = dict(zip(names("level_now"), level, strict=True))
    way = [
        normalisation.way_covered(base, each, goal) if base != goal else np.nan for each in level
    ]
    way = way if goal > base else [way[0], way[2], way[1]]
    made |= dict(zip(names("progress"), way, strict=True))
    word, hits = missing or "unknown", np.nan
    if limits is not None and np.isfinite(goal):
        word = spc.assurance(goal, limits, higher)
        hits = 100 * spc.hit_frequency(goal, limits, higher)
    reach = _reach(word == "never", (row["metric"], row["service"]), named)
    why = row["target_why"] or ("no_row" if np.isnan(level[0]) else missing)
    n = own["n"][now[0]] if len(now) else np.nan
    row |= made | {"n": n, "n_why": "not_published", "assurance": word, "hit_share": hits}
    row["target_reach"] = reach if np.isfinite(hits) else ""
    return row | {"why": why, "say": "" if word in ("unknown", "no_chart") else word}


def _reach(beyond: bool, series: tuple[str, str], named: set[tuple[str, str]]) -> str:
    """Say whether the process reaches a target as it is, or a change is needed or named."""
    return ("named" if series in named else "needs_change") if beyond else "possible"


@once
def suggested(work: Workbook) -> pd.DataFrame:
    """Suggest targets from the present level of every series with locked limits.

    Returns
    -------
    DataFrame
        One row a series with 12 points before the period: ``centre``; ``stretch``, a step that
        is worth the name (the smallest worthwhile change, or the usual spread where that is
        wider), left out where it leaves the scale; ``target_reach``: possible, or needs_change
        (named where the register names one) where it lies beyond the limits;
        ``promise_level``, what clients may be promised in every period: the worse limit;
        ``impossible_beyond``, the better limit: more needs a named change.

    Notes
    -----
    Source: our choice; limits F22. A promise never leaves the scale 0-100, or goes below 0.
    """
    charts, rows, named = _charts(work), [], _named(work)
    for series in charts:
        row = dict(zip(SERIES, series, strict=True))
        own, limits, missing = _process(charts, series)
        if len(own["period"]) <= method.LOCK or work.period not in own["period"]:
            continue
        row |= {"unit": own["unit"][0], "target_reach": "", "why": missing}
        if limits is None:
            rows.append(row)
            continue
        metric = work.catalogue.loc[row["metric"]]
        good = work.metric(row["metric"]).sign
        step = max(control_charts.worthwhile(metric), limits.sigma)
        stretch = target_values.aim(limits.centre, "points", good * step, metric)
        most = 100 if metric["form"] in ("counts", "share") else np.inf
        ends = np.clip([limits.lower, limits.upper][::good], 0, most)
        found = {"centre": limits.centre, "stretch": stretch.value, "promise_level": ends[0]}
        found |= {"impossible_beyond": ends[1], "why": stretch.why}
        beyond = good * (stretch.value - ends[1]) > 1e-9
        found["target_reach"] = _reach(beyond, series, named) if stretch.why == "" else ""
        rows.append(row | found)
    return about(rows, "suggested", work)
