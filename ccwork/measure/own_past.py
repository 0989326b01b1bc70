"""Whether a period is better than the agency's own yesterday: the word of every series."""

from typing import Any

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.measure import who_answered
from ccwork.measure.control_charts import RULES, histories, worthwhile
from ccwork.measure.provenance import SERIES
from ccwork.read.cache import once
from ccwork.read.workbook import Workbook, sign
from ccwork.stats import intervals, spc
from ccwork.tell.tables import about

JUDGED = [
    *["kpi", "unit", "value", "low", "high", "n", "why", "before", "change"],
    *["change_low", "change_high", "verdict", "basis", "note", "since", "points_before"],
    *["seen_from", "seen_was", *intervals.names("seen")],
]


MOMENTS = ["value", "sd", "n"]


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
    each = [series for _, series in charts.groupby(SERIES, sort=False)]
    rows = [
        row | whole_seen(series, row, work)
        for series in each
        if not _retired(series, work)
        for row in [_judge(series, work)]
    ]
    columns = ["metric", "service", *JUDGED]
    table = who_answered.doubted(pd.DataFrame(rows, columns=columns), work)
    return about(table, "judged", work, key=SERIES)


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
    if _cut(series, now, row):
        since = series.loc[series["era"] == now["era"], "period"].iloc[0]
        return row | {"verdict": "not_comparable", "note": "cut", "since": since}
    if row["points_before"] >= method.LOCK:
        return row | by_chart(own)
    return row | by_interval(row, worthwhile(metric))


def _cut(series: pd.DataFrame, now: pd.Series, row: dict[str, Any]) -> bool:
    """Tell whether what one would compare with, a year ago or at all, is of another definition."""
    past = series.loc[(series["era"] < now["era"]) & series["value"].notna(), "period"]
    if past.empty or row["basis"] == "year_ago":
        return False
    year = periods.last_day(periods.year_before(now.name))
    recent = past.map(periods.last_day).max() >= year and row["points_before"] < method.LOCK
    return bool(row["basis"] == "none" or recent)


def _change(series: pd.DataFrame, now: pd.Series, metric: pd.Series) -> dict[str, Any]:
    """Compare with the same period a year ago, else with the previous one; good is positive."""
    known = series[series["value"].notna()].set_index("period")
    past = {"year_ago": periods.year_before(now.name), "previous": periods.shift(now.name, -1)}
    basis = next((name for name, period in past.items() if period in known.index), "none")
    if basis == "none":
        return {"before": "", "basis": "none", "change": np.nan, "change_n": np.nan}
    before, good = known.loc[past[basis]], sign(metric)
    found = _difference(before, now)
    found = intervals.mapped(found, lambda change: good * change, falling=good < 0)
    told = {"before": past[basis], "basis": basis, "change_n": min(before["n"], now["n"])}
    return told | found.columns("change")


def _difference(before: pd.Series, now: pd.Series) -> intervals.Estimate:
    """Return now minus before: Welch where the spread is known, else Newcombe's way (MOVER).

    Of points of a scale that ends the bounded limits are joined: answers alike are no certainty.
    """
    if now["unit"] != "points" and pd.notna(before["sd"]) and pd.notna(now["sd"]):
        return intervals.welch_of_moments(*before[MOMENTS], *now[MOMENTS])
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
    said = {"verdict": verdict, "basis": "chart", "note": ""}
    if moved:
        return said | {"note": "level_moved", "since": _since(seen)}
    if alike and verdict != "not_proven":
        return said | {"verdict": "not_proven", "note": "over_sensitive"}
    return said


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
    known = not np.isnan(row["change_low"])
    if not row["change_n"] >= method.MIN_COMPARED and not (known and np.isnan(row["change_n"])):
        note = "no_n" if np.isnan(row["change_n"]) else "few"
        return {"verdict": "too_little", "note": note, "basis": "unable"}
    if np.isnan(row["change_low"]):
        return {"verdict": "too_little", "note": "no_interval", "basis": "unable"}
    if row["change_low"] <= 0 <= row["change_high"]:
        return {"verdict": "not_proven", "note": ""}
    if abs(row["change"]) < worthwhile:
        return {"verdict": "not_proven", "note": "small"}
    return {"verdict": "better" if row["change"] > 0 else "worse", "note": ""}


def whole_seen(series: pd.DataFrame, row: dict[str, Any], work: Workbook) -> dict[str, Any]:
    """Say how far a series moved as a whole where its last step cannot be judged.

    Returns
    -------
    dict
        ``seen_from``, the first period of the present definition, ``seen_was``, its value, and
        ``seen``, the change since, positive where clients gained, with limits where they are
        published. Empty where the verdict stands, the move is not worthwhile, or fewer than
        three periods have a value; of years not proven, only what is proven over all of them.
    """
    own = series[(series["era"] == series["era"].max()) & series["value"].notna()]
    unable = row["verdict"] == "too_little" and row["note"] in ("no_n", "no_interval")
    years = row["verdict"] == "not_proven" and work.grain == "year"
    if not (unable or years) or len(own) < WHOLE or own["period"].iloc[-1] != work.period:
        return {"seen_from": ""}
    metric = work.catalogue.loc[row["metric"]]
    ends = [intervals.Estimate.of(own.iloc[at], "value") for at in (-1, 0)]
    good = sign(metric)
    moved = intervals.mapped(intervals.mover(ends, [1, -1]), lambda x: good * x, falling=good < 0)
    proven = moved.low > 0 or moved.high < 0
    if abs(moved.value) < worthwhile(metric) or not (unable or proven):
        return {"seen_from": ""}
    first = {"seen_from": own["period"].iloc[0], "seen_was": ends[1].value}
    return first | moved.columns("seen")


WHOLE = 3
"""Fewer periods than this are no series to tell as a whole (our choice)."""

MOST = 12
"""So many charts are drawn at most (our choice: more is not looked at)."""


def notable(charts: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Choose the charts worth a look: overall metrics, and those judged better or worse.

    Parameters
    ----------
    charts
        What :func:`control_charts.histories` returns.
    rows
        What :func:`judged` returns.
    """
    wanted = rows[(rows["kpi"] == method.OVERALL) | rows["verdict"].isin(["better", "worse"])]
    chosen = pd.MultiIndex.from_frame(wanted[SERIES].head(MOST))
    return charts[pd.MultiIndex.from_frame(charts[SERIES]).isin(chosen)]
