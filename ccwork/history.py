"""Better than yesterday? Every metric against the agency's own past, and the word said of it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ccwork import gate, method, periods
from ccwork.metrics import MEASURED, SERIES, about, values
from ccwork.stats import intervals, spc
from ccwork.workbook import Workbook, once, sign

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

JUDGED = [
    *["kpi", "unit", "value", "low", "high", "n", "why", "before", "change"],
    *["change_low", "change_high", "verdict", "basis", "note", "since", "points_before"],
]


@once
def histories(work: Workbook) -> pd.DataFrame:
    """Put every series on an XmR chart with limits locked after the first 12 points.

    Returns
    -------
    DataFrame
        :func:`values` plus ``centre``, ``lower``, ``upper`` and the rules a point breaks
        (``outside``, ``trend``, ``two_of_three``, ``shift``): 1 in the good direction, -1
        in the bad one, 0 not. A missing period has a row without a value.
        ``era`` counts definitions: a new version or source begins the series anew, with
        limits of its own. ``part`` counts limits: they begin anew also where the gate let
        them (:func:`gates`); the old ones stay in ``old_centre`` ... ``adjusted`` is what the
        rules see: the value, less its season where that is stated and three years are there.

    Notes
    -----
    F22-F24, F27, rules and lock as in NHS "Making Data Count". Fewer than 6 points: no limits;
    fewer than 12: trial limits, and no signals yet.
    """
    charts = [_redrawn(chart, work)[0] for _, chart in _charts(work)]
    empty = values(work).assign(**dict.fromkeys(CHART_COLUMNS, np.nan))
    rows = pd.concat(charts, ignore_index=True) if charts else empty
    return about(rows, "histories", work, key=[*SERIES, "period"])


def _charts(work: Workbook) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """Return every series with the limits of its own first points."""
    rows = _drawn(work)
    for series, chart in rows.groupby(SERIES, sort=False) if len(rows) else ():
        yield series, chart.reset_index(drop=True)


@once
def _drawn(work: Workbook) -> pd.DataFrame:
    charts = [_chart(rows, work) for _, rows in values(work).groupby(SERIES, sort=False)]
    return pd.concat(charts, ignore_index=True) if charts else pd.DataFrame()


def _redrawn(chart: pd.DataFrame, work: Workbook) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Give a chart new limits from each change the gate lets through; return what it said."""
    good, said = _good(chart, work), []
    for change in gate.dated(work, tuple(chart.iloc[0][SERIES])):
        found = gate.judged(chart, change, good)
        said.append({"novelty": change["change"]} | found)
        if found["new_limits"] != "refused":
            chart = gate.redrawn(chart, found, good)
    return chart, said


def _good(chart: pd.DataFrame, work: Workbook) -> int:
    return work.metric(chart["metric"].iloc[0]).sign


@once
def gates(work: Workbook) -> pd.DataFrame:
    """Say of every dated change whether the limits of its chart may be drawn anew, and why not.

    Returns
    -------
    DataFrame
        One row a change of the register whose metric has values: the conditions of
        :func:`ccwork.gate.judged`, ``points_after``, ``new_limits`` (refused, trial,
        locked), and the centre before and after.
    """
    rows = [
        dict(zip(SERIES, series, strict=True)) | said
        for series, chart in _charts(work)
        for said in _redrawn(chart, work)[1]
    ]
    columns = [*SERIES, "novelty", *gate.CONDITIONS, "points_after", "new_limits"]
    table = pd.DataFrame(rows, columns=[*columns, "old_centre", "new_centre"])
    return about(table.assign(why="no_chart"), "limit_gates", work, key=["novelty"],
                 of=["changes", *MEASURED])  # fmt: skip


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
    rows[[f"old_{name}" for name in gate.LIMITS]] = np.nan
    good = _good(rows, work)
    eras = [_limited(era, work.catalogue.loc[metric], good) for _, era in rows.groupby("era")]
    return pd.concat(eras, ignore_index=True)


def _limited(rows: pd.DataFrame, metric: pd.Series, good: int) -> pd.DataFrame:
    """Add limits and broken rules to the rows of one definition."""
    shown = rows["value"].to_numpy(float) - _season(rows, metric)
    rows = rows.assign(adjusted=shown)
    if np.isfinite(shown).sum() < method.MIN_CHART:
        return rows.assign(**dict.fromkeys(gate.LIMITS, np.nan), **dict.fromkeys(RULES, 0))
    limits = spc.limits(shown, lock=method.LOCK)
    broken = spc.signals(shown, limits, run=method.RUN)
    if np.isfinite(shown).sum() < method.LOCK:
        broken[RULES] = 0
    rows = rows.assign(**dict(zip(gate.LIMITS, limits[:3], strict=True)))
    rows[RULES] = broken[RULES].to_numpy(int) * good
    return rows


def _year(rows: pd.DataFrame) -> int:
    """Return how many periods of the series make a year."""
    first = rows["period"].iloc[0]
    return len(periods.parts(first[:4], periods.grain(first)))


def _season(rows: pd.DataFrame, metric: pd.Series) -> np.ndarray | float:
    """Return what the season adds to each row, where it is stated and three years are there."""
    length = _year(rows)
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
        length, points = _year(part), part["value"].notna().sum()
        if work.catalogue.loc[metric].get("season") != "yes" or length == 1:
            continue
        years = points / length
        use = (
            "too_short" if years < SEASONS_SHOWN else "used" if years >= SEASONS_USED else "shown"
        )
        adds = spc.seasonal(part["value"], length, trend=use == "used")
        if use == "too_short":
            adds = np.full(length, np.nan)
        own = {"metric": metric, "service": service, "unit": part["unit"].iloc[0]}
        rows += [
            own | {"period": period, "season_adds": each, "season_use": use}
            for period, each in zip(part["period"].head(length), adds, strict=False)
        ]
    columns = [*SERIES, "period", "unit", "season_adds", "season_use"]
    table = pd.DataFrame(rows, columns=columns).assign(why="short_history")
    return about(table, "seasons", work, key=[*SERIES, "period"])


@once
def judged(work: Workbook) -> pd.DataFrame:
    """Say of every series whether the period is better than the agency's own yesterday.

    Returns
    -------
    DataFrame
        One row per metric and service: value with interval and n; ``before`` (the same
        period a year ago, else the previous one) and ``change`` with its interval, positive
        where clients gained; ``verdict`` (one of five words), ``basis`` (chart, year_ago,
        previous, none) and ``note`` (code of a sentence, or "").

    Notes
    -----
    Our choice: with 12 or more points of history the XmR chart decides (a shift that still
    lasts, or two different rules within the last seven points); with fewer, the interval of
    the change, which must also reach the smallest worthwhile change. Nothing is compared
    across a change of definition or source: "not comparable". After new limits only the points
    since then count as history of the chart.
    """
    charts = histories(work)
    rows = [
        _judge(series, work)
        for _, series in charts.groupby(SERIES, sort=False)
        if not _retired(series, work)
    ]
    columns = ["metric", "service", *JUDGED]
    return about(pd.DataFrame(rows, columns=columns), "judged", work, key=SERIES)


def _retired(series: pd.DataFrame, work: Workbook) -> bool:
    """Tell whether a series ended on purpose: its metric weighs 0 and has no value any more."""
    ended = series.loc[series["period"] == work.period, "value"].notna().sum() == 0
    return bool(ended and work.catalogue.loc[series["metric"].iloc[0], "weight"] == 0)


def _judge(series: pd.DataFrame, work: Workbook) -> dict[str, Any]:
    """Judge one series at the period of the workbook."""
    metric = work.catalogue.loc[series["metric"].iloc[0]]
    now = series.set_index("period").reindex([work.period]).iloc[0]
    row = {
        **dict.fromkeys(["before", "note", "since"], ""),
        **dict(zip(SERIES, series.iloc[0][SERIES], strict=True)),
        "kpi": metric["kpi"],
        "unit": work.metric(metric.name).unit,
        "why": "no_row" if pd.isna(now["why"]) else now["why"],
        **now[["value", "low", "high", "n"]],
    }
    part = series["part"].iloc[-1] if pd.isna(now["part"]) else now["part"]
    own = series[series["part"] == part]
    row["points_before"] = int(own.loc[own["period"] != work.period, "value"].notna().sum())
    if pd.isna(now["value"]):
        return row | {"verdict": "too_little", "basis": "none"}
    row |= _change(series[series["era"] == now["era"]], now, metric)
    if row["basis"] == "none" and series["era"].nunique() > 1:
        return row | {"verdict": "not_comparable", "note": "cut"}
    if row["points_before"] >= method.LOCK:
        return row | by_chart(own)
    return row | by_interval(row, worthwhile(metric))


def worthwhile(metric: pd.Series) -> float:
    """Return the smallest change worth speaking of, in the unit of the values."""
    if pd.notna(metric["worthwhile"]):
        return metric["worthwhile"]
    if metric["form"] == "counts":
        return method.WORTHWHILE
    return method.WORTHWHILE / 100 * abs(metric["best"] - metric["worst"])


def _change(series: pd.DataFrame, now: pd.Series, metric: pd.Series) -> dict[str, Any]:
    """Compare with the same period a year ago, else with the previous one; good is positive."""
    known = series[series["value"].notna()].set_index("period")
    candidates = {
        "year_ago": periods.year_before(now.name),
        "previous": periods.shift(now.name, -1),
    }
    basis = next((name for name, period in candidates.items() if period in known.index), "none")
    if basis == "none":
        return {"before": "", "basis": "none", "change": np.nan, "change_n": np.nan}
    before = known.loc[candidates[basis]]
    good = sign(metric)
    found = _difference(before, now)
    found = intervals.mapped(found, lambda change: good * change, falling=good < 0)
    told = {"before": candidates[basis], "basis": basis, "change_n": min(before["n"], now["n"])}
    return told | found.columns("change")


def _difference(before: pd.Series, now: pd.Series) -> intervals.Estimate:
    """Return now minus before: Welch where the spread is known, else Newcombe's way (MOVER)."""
    if pd.notna(before["sd"]) and pd.notna(now["sd"]):
        return intervals.welch_of_moments(
            before["value"], before["sd"], before["n"], now["value"], now["sd"], now["n"]
        )
    both = [intervals.Estimate.of(row, "value") for row in (now, before)]
    return intervals.mover(both, [1, -1])


def by_chart(series: pd.DataFrame) -> dict[str, str]:
    """Judge the last point of an XmR chart by the rules it and its neighbours break.

    Returns
    -------
    dict
        ``verdict``, ``basis`` "chart" and ``note``: "level_moved" where more than a third of
        the points after the lock are signals (``since``: the first period from which all lie
        on the side of the last), "over_sensitive" where neighbouring points of
        the locked twelve resemble each other too much for the rules to be trusted.
    """
    seen = series[series["value"].notna()]
    rules = seen[RULES].to_numpy(int)
    good, bad = (_lasting(rules * sign) for sign in (1, -1))
    moved = (rules[method.LOCK :] != 0).any(axis=1).mean() > method.MOVED
    alike = spc.autocorrelation(seen["adjusted"].to_numpy(float)[: method.LOCK]) > method.SENSITIVE
    verdict = "not_proven" if good == bad else "better" if good else "worse"
    if moved:
        since = _since(seen)
        return {"verdict": verdict, "basis": "chart", "note": "level_moved", "since": since}
    if alike and verdict != "not_proven":
        return {"verdict": "not_proven", "basis": "chart", "note": "over_sensitive"}
    return {"verdict": verdict, "basis": "chart", "note": ""}


def _since(seen: pd.DataFrame) -> str:
    """Return the period from which every point up to the last lies on one side of the centre."""
    sides = np.sign(seen["adjusted"] - seen["centre"])
    others = np.flatnonzero(sides != sides.iloc[-1])
    return seen["period"].iloc[others[-1] + 1 if others.size else 0]


def _lasting(rules: np.ndarray) -> bool:
    """Tell whether a shift still lasts, or two different rules spoke in the last seven points."""
    recent = rules[-method.RUN :] > 0
    return bool(recent[-1, RULES.index("shift")] or recent.any(axis=0).sum() >= 2)


def by_interval(row: dict[str, Any], worthwhile: float) -> dict[str, str]:
    """Judge a change by its interval and by the smallest worthwhile change.

    Returns
    -------
    dict
        ``verdict`` and ``note``: "small" where the change is there but not worthwhile.
    """
    if row["basis"] == "none":
        return {"verdict": "too_little", "note": "no_before"}
    if not row["change_n"] >= method.MIN_COMPARED:
        note = "no_n" if np.isnan(row["change_n"]) else "few"
        return {"verdict": "too_little", "note": note, "basis": "unable"}
    if np.isnan(row["change_low"]):
        return {"verdict": "too_little", "note": "no_interval", "basis": "unable"}
    if row["change_low"] <= 0 <= row["change_high"]:
        return {"verdict": "not_proven", "note": ""}
    if abs(row["change"]) < worthwhile:
        return {"verdict": "not_proven", "note": "small"}
    return {"verdict": "better" if row["change"] > 0 else "worse", "note": ""}


MOST = 12
"""So many charts are drawn at most (our choice: more is not looked at)."""


def notable(charts: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Choose the charts worth a look: overall metrics, and those judged better or worse.

    Parameters
    ----------
    charts
        What :func:`histories` returns.
    rows
        What :func:`judged` returns.
    """
    wanted = rows[(rows["kpi"] == method.OVERALL) | rows["verdict"].isin(["better", "worse"])]
    chosen = pd.MultiIndex.from_frame(wanted[SERIES].head(MOST))
    return charts[pd.MultiIndex.from_frame(charts[SERIES]).isin(chosen)]
