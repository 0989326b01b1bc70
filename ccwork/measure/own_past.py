"""Whether a period is better than the agency's own yesterday: the word of every series."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from ccwork import method
from ccwork.language import periods
from ccwork.measure import who_answered
from ccwork.measure.control_charts import (
    Series,
    histories,
    in_series,
    rows_at,
    with_value,
    worthwhile,
    year,
)
from ccwork.measure.provenance import SERIES
from ccwork.measure.rebasing import sampling
from ccwork.read.cache import once
from ccwork.read.workbook import Workbook, sign
from ccwork.stats import intervals, spc
from ccwork.tell.sentences import told
from ccwork.tell.tables import about, framed

MOMENTS = ["value", "sd", "n"]

SUDDENLY = 0.5
"""Below this part of the usual number of answers they are suddenly few (our choice)."""


@once
def judged(work: Workbook) -> pd.DataFrame:
    """Say of every series whether the period is better than the agency's own yesterday.

    Returns
    -------
    DataFrame
        One row per metric and service: value with interval and n; ``before`` (the same
        period a year ago, else the previous one) and ``change`` with its interval, positive
        where clients gained; ``verdict`` (one of five words), ``basis`` (chart, season,
        year_ago, previous, none), ``note`` (codes of sentences, or "") with ``since`` and
        ``outside``, the last year's periods outside the limits of the chart; ``chart_note``,
        what :func:`by_chart` says, whatever the verdict.

    Notes
    -----
    Our choice: with 12 or more points of history the level of the last six periods is held
    against the one before (:func:`by_chart`); with fewer, the interval of the change decides,
    which must also reach the smallest worthwhile change. From six points on that interval
    holds how much periods vary besides. Fewer than 30 answers, in all of the last six periods
    or suddenly now, are compared with nothing, nor is anything across a change of definition
    or source: "not comparable". After new limits only the points since then count.
    """
    charts, known = histories(work), work.catalogue.to_dict("index")
    rows = []
    for (metric, _), series in in_series(charts):
        if not _retired(series, known[metric], work):
            row = _judge(series, known[metric], work)
            rows.append(row | wholevalued(series, row, work))
    return about(who_answered.doubted(framed(rows, "judged"), work), "judged", work)


Row = Mapping[str, Any]


def _at(series: Series, place: int) -> dict[str, Any]:
    return {name: column[place] for name, column in series.items()}


def _retired(series: Series, metric: Row, work: Workbook) -> bool:
    """Tell whether a series ended on purpose: its metric weighs 0 and has no value any more."""
    return metric["weight"] == 0 and work.period not in with_value(series)["period"]


def _judge(series: Series, metric: Row, work: Workbook) -> dict[str, Any]:
    """Judge one series at the period of the workbook."""
    places = np.flatnonzero(series["period"] == work.period)
    now = _at(series, places[0]) if len(places) else dict.fromkeys(series, np.nan)
    row = {
        **dict.fromkeys(["before", "note", "since", "outside"], ""),
        **{name: series[name][0] for name in (*SERIES, "unit")},
        "kpi": metric["kpi"],
        **{name: now[name] for name in ("value", "low", "high", "n")},
        "why": now["why"] if len(places) else "no_row",
    }
    own = rows_at(series, series["part"] == (now if len(places) else _at(series, -1))["part"])
    seen = with_value(own)
    row["points_before"] = int((seen["period"] != work.period).sum())
    found = by_chart(own, metric) if len(seen["value"]) > method.LOCK else {}
    row["chart_note"] = found.get("note", "")
    if np.isnan(now["value"]):
        return row | {"verdict": "too_little", "basis": "none"}
    same = series["era"] == now["era"]
    row |= _change(rows_at(series, same), now, metric)
    if _cut(series, now, row):
        basis = "none" if row["basis"] == "none" else "unable"
        told = {"verdict": "not_comparable", "note": "cut", "basis": basis}
        return row | told | {"since": series["period"][same][0]}
    if _few(seen["n"][-spc.LATEST :]):
        return row | {"verdict": "too_little", "note": "few", "basis": "unable"}
    if found.get("verdict", "too_little") == "too_little":
        return row | found | by_interval(row, worthwhile(metric))
    if _contradicted(row, found["verdict"]):
        found |= {"verdict": "not_proven", "note": "both_ways"}
    return row | found


def _few(n: np.ndarray) -> bool:
    """Tell whether too few answered: now, and as a rule; or far fewer now than as a rule."""
    if not n[-1] < method.MIN_COMPARED:
        return False
    known = n[~np.isnan(n)]
    return bool(known.max() < method.MIN_COMPARED or n[-1] < SUDDENLY * np.median(known))


def _contradicted(row: dict[str, Any], verdict: str) -> bool:
    """Tell whether the change printed beside a verdict proves the contrary."""
    return (verdict == "better" and row["change_high"] < 0) or (
        verdict == "worse" and row["change_low"] > 0
    )


def _cut(series: Series, now: Row, row: Row) -> bool:
    """Tell whether what one would compare with, a year ago or at all, is of another definition."""
    seen = with_value(series)
    past = seen["period"][seen["era"] < now["era"]]
    if not len(past) or row["basis"] == "year_ago":
        return False
    year = periods.last_day(periods.year_before(now["period"]))
    recent = max(map(periods.last_day, past)) >= year and row["points_before"] < method.LOCK
    return row["basis"] == "none" or recent


def _change(series: Series, now: Row, metric: Row) -> dict[str, Any]:
    """Compare with the same period a year ago, else with the previous one; good is positive."""
    seen, at = with_value(series), now["period"]
    known = {period: place for place, period in enumerate(seen["period"])}
    past = {"year_ago": periods.year_before(at), "previous": periods.shift(at, -1)}
    if metric.get("season") == "yes" and year(series) > 1:
        past.pop("previous")
    basis = next((name for name, period in past.items() if period in known), "none")
    if basis == "none":
        return {"before": "", "basis": "none", "change": np.nan, "change_n": np.nan}
    before, good = _at(seen, known[past[basis]]), sign(metric)
    found = _widened(_difference(before, now), rows_at(seen, seen["period"] != at))
    found = intervals.mapped(found, lambda change: good * change, falling=good < 0)
    told = {"before": past[basis], "basis": basis, "change_n": min(before["n"], now["n"])}
    return told | found.columns("change")


def _widened(change: intervals.Estimate, seen: Series) -> intervals.Estimate:
    """Add to the interval of a change how much the periods of the past vary by themselves.

    The moving ranges of a chart less what sampling makes of them; Student's t, a moving range
    being worth about 0.62 degrees of freedom (our choice, after Montgomery).
    """
    n = len(seen["value"])
    if n < method.MIN_CHART:
        return change
    sigma = spc.limits(seen["value"], lock=None, screen=n >= method.LOCK).sigma
    beside = max(sigma**2 - np.nan_to_num(sampling(seen) ** 2).mean(), 0.0)
    reach = special.stdtrit(0.62 * (n - 1), 0.5 + method.CONFIDENCE / 2) * np.sqrt(2 * beside)
    low, high = (np.hypot(change.value - end, reach) for end in (change.low, change.high))
    return change._replace(low=change.value - low, high=change.value + high)


def _difference(before: Row, now: Row) -> intervals.Estimate:
    """Return now minus before: Welch where the spread is known, else Newcombe's way (MOVER).

    Of points of a scale that ends the bounded limits are joined: answers alike are no certainty.
    """
    if now["unit"] != "points" and not np.isnan([before["sd"], now["sd"]]).any():
        first, second = ([row[name] for name in MOMENTS] for row in (before, now))
        return intervals.welch_of_moments(first, second)
    both = [intervals.Estimate.of(row, "value") for row in (now, before)]
    return intervals.mover(both, [1, -1])


def by_chart(series: Series, metric: Row) -> dict[str, str]:
    """Judge whether the level at the end of a chart is another one than before.

    Parameters
    ----------
    series
        The periods of one part of :func:`control_charts.histories`, the last with a value.
    metric
        Its row of the catalogue.

    Returns
    -------
    dict
        ``verdict`` (too_little where a season is stated and two years are not there),
        ``basis`` "chart" or "season", ``note``, ``since`` and ``outside``. Notes:
        "level_moved" where the level is a new one for three periods or more and left the
        limits of the chart; "steady" where each period is
        beyond the one before; "worse_than_old", "better_than_old" where the last point lies
        beyond them on the other side than the verdict says; "over_sensitive" where the
        chart shows a shift and neighbours are too alike for a verdict; "outdated"
        where more than a third of the points after the lock lie outside; "outside" where
        single ones do.

    Notes
    -----
    :func:`spc.moved`; points outside are a question, no verdict (NHS "Making Data Count").
    """
    seen, places = with_value(series), np.flatnonzero(~np.isnan(series["value"]))
    season = True if metric.get("season") == "yes" else None
    found = spc.moved(series["value"], sampling(series), year(series), season)
    if np.isnan(found.way):
        return {"verdict": "too_little"}
    way = int(found.way) * sign(metric)
    beyond = seen["outside"].astype(int)
    run = (places >= found.start) & bool(way)
    moved = not found.steady and run.sum() >= spc.HOLDS and bool(beyond[run].any())
    old = beyond[method.LOCK :].astype(bool).mean() > method.MOVED
    tempting = not found.seasonal and seen["shift"][-1] != 0
    recent = seen["period"] > periods.year_before(seen["period"][-1])
    alone = seen["period"][(beyond != 0) & recent & ~(run & moved)]
    notes = {
        "level_moved": moved,
        "steady": found.steady,
        ("worse_than_old" if way > 0 else "better_than_old"): bool(way) and beyond[-1] == -way,
        "over_sensitive": not way and found.alike > method.SENSITIVE and tempting,
        "outdated": old and not moved,
        "outside": len(alone) > 0 and not old,
    }
    return {
        "verdict": {1: "better", -1: "worse"}.get(way, "not_proven"),
        "basis": "season" if found.seasonal else "chart",
        "note": " ".join(code for code, holds in notes.items() if holds),
        "since": series["period"][found.start] if way else "",
        "outside": " ".join(alone) if notes["outside"] else "",
    }


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


def wholevalued(series: Series, row: Row, work: Workbook) -> dict[str, Any]:
    """Say how far a series moved as a whole where its last step cannot be judged.

    Returns
    -------
    dict
        ``seen_from``, the first period of the present definition, ``seen_was``, its value, and
        ``seen``, the change since, positive where clients gained, with limits where they are
        published. Empty where the verdict stands, the move is not worthwhile, or fewer than
        three periods have a value; of years not proven, only what is proven over all of them.
    """
    unable = row["verdict"] == "too_little" and row["note"] in ("no_n", "no_interval")
    years = row["verdict"] == "not_proven" and work.grain == "year"
    own = with_value(rows_at(series, series["era"] == series["era"].max()))
    if not (unable or years) or len(own["n"]) < WHOLE or own["period"][-1] != work.period:
        return {"seen_from": ""}
    metric = work.catalogue.loc[row["metric"]]
    ends = [intervals.Estimate.of(_at(own, at), "value") for at in (-1, 0)]
    good = sign(metric)
    moved = intervals.mapped(intervals.mover(ends, [1, -1]), lambda x: good * x, falling=good < 0)
    proven = moved.low > 0 or moved.high < 0
    if abs(moved.value) < worthwhile(metric) or not (unable or proven):
        return {"seen_from": ""}
    return {"seen_from": own["period"][0], "seen_was": ends[1].value} | moved.columns("seen")


WHOLE = 3
"""Fewer periods than this are no series to tell as a whole (our choice)."""

MOST = 12
"""So many charts are drawn at most (our choice: more is not looked at)."""


def notable(charts: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Choose the charts worth a look: overall metrics, those judged, those with a point outside.

    Parameters
    ----------
    charts
        What :func:`control_charts.histories` returns.
    rows
        What :func:`judged` returns.
    """
    chosen = pd.MultiIndex.from_frame(rows[told(rows)][SERIES].head(MOST))
    return charts[pd.MultiIndex.from_frame(charts[SERIES]).isin(chosen)]
