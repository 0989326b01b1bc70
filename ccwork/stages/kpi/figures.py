"""Figures of metrics and KPIs: scores, the profile of the five, XmR charts."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ccwork.language import wording
from ccwork.measure.control_charts import RULES
from ccwork.tell import figures
from ccwork.tell.figures import INK, PALE, SHADES, TEAL, Picture, series_name, wrapped

PANELS = 4
"""So many charts fit one figure and one printed page."""


def draw_scores(rows: pd.DataFrame) -> Picture:
    """Draw the score of every series in the period with its interval.

    Parameters
    ----------
    rows
        One period of :func:`metrics.levels`.
    """
    rows = rows[rows["score"].notna()]
    if rows.empty:
        return Picture("scores", None, "", rows)
    figure, ax = figures.canvas(0.8 * len(rows) + 1)
    places = np.arange(len(rows))
    spread = [rows["score"] - rows["score_low"], rows["score_high"] - rows["score"]]
    ax.errorbar(rows["score"], places, xerr=spread, fmt="o", color=TEAL, capsize=4)
    for place, score in zip(places, rows["score"], strict=True):
        ax.annotate(wording.number(score), (score, place), (0, 8), textcoords="offset points",
                    ha="center", fontsize=10, color=INK)  # fmt: skip
    ax.set_yticks(places, [wrapped(series_name(row)) for row in rows.to_dict("records")])
    ax.set(xlim=(0, 100), ylim=(len(rows) - 0.4, -0.6))
    ax.set_xlabel(wording.word("axis.points"))
    said = "; ".join(
        wording.say("alt.score", name=series_name(row), value=wording.number(row["score"]),
                 interval=wording.interval(row["score_low"], row["score_high"]), n=int(row["n"]))
        for row in rows.to_dict("records")
    )  # fmt: skip
    return Picture("scores", figure, wording.say("alt.scores", said=said), rows)


def draw_profile(rows: pd.DataFrame) -> Picture:
    """Draw the five KPIs: facts and opinions on one scale, with their intervals.

    Parameters
    ----------
    rows
        What :func:`five_kpis.five` returns.
    """
    shown = rows[rows[["objective", "subjective"]].notna().any(axis=1)]
    if shown.empty:
        return Picture("profile", None, "", rows)
    figure, ax = figures.canvas(0.7 * len(shown) + 1.4)
    looks = (("objective", "s", SHADES[0]), ("subjective", "o", TEAL))
    for shift, (part, mark, colour) in enumerate(looks):
        places = np.arange(len(shown)) + 0.3 * shift - 0.15
        spread = [shown[part] - shown[f"{part}_low"], shown[f"{part}_high"] - shown[part]]
        ax.errorbar(shown[part], places, xerr=spread, fmt=mark, color=colour, capsize=4,
                    label=wording.word(f"col.{part}"))  # fmt: skip
    names = [f"{wording.word(f'clients.{client}')}: {wording.word(f'kpi.{kpi}')}"
             for client, kpi in zip(shown["client"], shown["kpi"], strict=True)]  # fmt: skip
    ax.set_yticks(range(len(shown)), [wrapped(name, 36, 2) for name in names])
    ax.set(xlim=(0, 100), ylim=(len(shown) - 0.4, -0.6))
    ax.set_xlabel(wording.word("axis.points"))
    figures.legend_above(ax)
    said = "; ".join(
        wording.say("alt.kpi", name=name, facts=_or_absent(row, "objective"),
                 opinions=_or_absent(row, "subjective"))
        for name, row in zip(names, shown.to_dict("records"), strict=True)
    )  # fmt: skip
    return Picture("profile", figure, wording.say("alt.profile", said=said), shown)


def _or_absent(row: pd.Series, part: str) -> str:
    if pd.isna(row[part]):
        return wording.word("reason.no_data")
    limits = wording.interval(row[f"{part}_low"], row[f"{part}_high"])
    return f"{wording.number(row[part])} {limits}"


def draw_histories(rows: pd.DataFrame) -> list[Picture]:
    """Draw every series on its XmR chart: points, centre, limits, signals marked by shape.

    Parameters
    ----------
    rows
        What :func:`control_charts.histories` returns.

    Returns
    -------
    list of Picture
        One per service, with no more than :data:`PANELS` metrics each.
    """
    if rows.empty:
        return [Picture("histories", None, "", rows)]
    return [
        _panels(rows, series[start : start + PANELS])
        for _, service in rows.groupby("service", sort=False)
        for series in [[group for _, group in service.groupby("metric", sort=False)]]
        for start in range(0, len(series), PANELS)
    ]


def _panels(rows: pd.DataFrame, series: list[pd.DataFrame]) -> Picture:
    """Draw the charts of one service one below another."""
    figure = Figure(figsize=(8, 2.4 * len(series) + 0.3))
    service = wording.name("service", series[0]["service"].iloc[0])
    figure.suptitle(wrapped(service, 80), fontsize=12)
    axes = np.atleast_1d(figure.subplots(len(series), 1))
    for ax, group in zip(axes, series, strict=True):
        _history(ax, group)
    said = " ".join(_history_alt(group) for group in series)
    return Picture("histories", figure, wording.say("alt.histories", said=said), rows)


def _history(ax: Axes, group: pd.DataFrame) -> None:
    """Draw one series: a signal in the good direction is a triangle up, in the bad one down."""
    figures.bare(ax)
    places = np.arange(len(group))
    value = group["adjusted"].to_numpy(float)
    ax.plot(places, value, color=PALE, lw=1.2, zorder=1)
    worst = group[RULES].to_numpy(int)
    sign = np.where((worst > 0).any(axis=1), 1, np.where((worst < 0).any(axis=1), -1, 0))
    looks = ((0, "o", INK, "none"), (1, "^", TEAL, "good"), (-1, "v", SHADES[0], "bad"))
    for way, mark, colour, name in looks:
        if (hit := (sign == way) & np.isfinite(value)).any():
            ax.scatter(places[hit], value[hit], marker=mark, s=22, color=colour, zorder=2,
                       label=wording.word(f"mark.{name}"))  # fmt: skip
    _lines(ax, group)
    figures.room(ax, group)
    figures.own_numbers(ax, "y")
    name = wording.name("metric", group["metric"].iloc[0])
    ax.set_title(figures.label(name, 90), loc="left", fontsize=10, color=INK)
    step = -(-len(group) // 6)
    ax.set_xticks(places[::step], [wording.period(code) for code in group["period"].iloc[::step]])
    if sign.any() or group["part"].nunique() > 1:
        ax.legend(fontsize=8, frameon=False, ncols=4, loc="lower right", bbox_to_anchor=(1, 1))


def _lines(ax: Axes, group: pd.DataFrame) -> None:
    """Draw the limits of every part, old ones beside new ones, and a line where one ends."""
    parts = group["part"].to_numpy()
    for part in np.unique(parts):
        own = np.flatnonzero(parts == part)
        ends = np.append(own - 0.5, own[-1] + 0.5)
        for name, style in (("centre", "-"), ("lower", "--"), ("upper", "--")):
            for line, look in ((name, (INK, style)), (f"old_{name}", (PALE, ":"))):
                at = group[line].to_numpy(float)[[*own, own[-1]]]
                if np.isfinite(at).any():
                    ax.step(ends, at, where="post", color=look[0], lw=1, ls=look[1])
        if own[0] > 0:
            first = part == parts[parts > parts.min()].min()
            ax.axvline(ends[0], color=INK, lw=1, ls="-.",
                       label=wording.word("mark.cut") if first else None)  # fmt: skip


def _history_alt(group: pd.DataFrame) -> str:
    """Say a chart in words: from where to where, limits, how many signals."""
    known = group[group["value"].notna()]
    rules = known[RULES].to_numpy(int)
    if known.empty:
        return wording.say("alt.history_empty", name=series_name(group.iloc[0]))
    first, last = known.iloc[0], known.iloc[-1]
    values: dict[str, object] = {"name": series_name(first), "n": len(known)}
    for at, when, row in (("start", "first", first), ("end", "last", last)):
        values |= {at: wording.number(row["value"]), when: wording.period(row["period"])}
    if pd.isna(last["centre"]):
        return wording.say("alt.history_short", **values)
    limits = wording.interval(last["lower"], last["upper"])
    good, bad = (int((rules * way > 0).any(axis=1).sum()) for way in (1, -1))
    return wording.say("alt.history", **values, limits=limits, good=good, bad=bad)
