"""Figures of the client's journey."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ccwork import text
from ccwork.chart import base
from ccwork.chart.base import INK, PALE, SHADES, TEAL, Picture, wrapped

_law = {"yes": "mark.law", "no": "mark.wait"}


def waits(rows: pd.DataFrame) -> Picture:
    """Draw how long the client waits before each step; waits set by law are hatched.

    Parameters
    ----------
    rows
        The table "waits" of :func:`ccwork.journey.of`.
    """
    shown = rows[rows["wait"].notna()] if len(rows) else rows
    if shown.empty:
        return Picture("waits", None, "", rows)
    figure, ax = base.canvas(0.55 * len(shown) + 1.2)
    places, law = np.arange(len(shown)), (shown["statutory"] == "yes").to_numpy()
    spread = np.array([shown["wait"] - shown["wait_low"], shown["wait_high"] - shown["wait"]])
    looks = ((~law, TEAL, "", "mark.wait"), (law, "white", "///", "mark.law"))
    for kind, colour, hatch, name in looks:
        if kind.any():
            ax.barh(
                places[kind], shown["wait"][kind], color=colour, hatch=hatch, edgecolor=INK,
                xerr=np.nan_to_num(spread[:, kind]), capsize=3, label=text.word(name),
            )  # fmt: skip
    ax.set_yticks(places, [wrapped(text.name("step", step), 30, 2) for step in shown["step"]])
    ax.invert_yaxis()
    ax.set_xlabel(text.word("axis.hours"))
    base.own_numbers(ax, "x")
    base.legend_above(ax)
    said = "; ".join(
        text.say("alt.wait", step=text.name("step", row.step), wait=text.number(row.wait),
                 n=int(row.n), kind=text.word(_law[row.statutory]))
        for row in shown.itertuples()
    )  # fmt: skip
    return Picture("waits", figure, text.say("alt.waits", said=said), shown)


ACTORS = ("client", "front", "back", "other", "unknown")
WIDEST = 14
"""So many steps fit on one map: of more, those most cases pass (our choice)."""


def journey_map(rows: pd.DataFrame, both: pd.DataFrame | None = None) -> Picture:
    """Draw the journey map: who acts, how long, how the client feels, step by step.

    Parameters
    ----------
    rows
        What :func:`ccwork.journeymap.steps` returns.
    both
        What :func:`ccwork.journeymap.both` returns: bars to be stand beside bars as is.
    """
    if rows.empty:
        return Picture("journey_map", None, "", rows)
    left = len(rows) - WIDEST
    most = rows["cases"].astype(float).fillna(0).sort_values(ascending=False, kind="stable")
    rows = rows.loc[most.index[:WIDEST].sort_values()]
    after = (
        both[both["whatif"] == "to_be"].set_index("step")
        if both is not None and len(both)
        else None
    )
    figure = Figure(figsize=(9, 8.2), layout="constrained")
    lanes, hours, mood = figure.subplots(3, 1, sharex=True, height_ratios=(2.2, 3, 2))
    places = np.arange(len(rows))
    _lanes(base.bare(lanes), rows, places)
    _hours(base.bare(hours), rows, places, after)
    _mood(base.bare(mood), rows, places)
    names = [wrapped(text.name("step", step), 14, 4) for step in rows["step"]]
    mood.set_xticks(places, names, fontsize=8)
    mood.set_xlim(-0.6, len(rows) - 0.4)
    said = "; ".join(_step_said(row) for row in rows.to_dict("records"))
    alt = text.say("alt.journey_map", said=said)
    if left > 0:
        alt = f"{alt} {text.say('alt.journey_rest', n=left)}"
        figure.supxlabel(text.say("alt.journey_rest", n=left), fontsize=8, color=INK)
    return Picture("journey_map", figure, alt, rows)


def _lanes(ax: Axes, rows: pd.DataFrame, places: np.ndarray) -> None:
    """Draw who acts: a mark in the lane of the actor, joined in the order of steps."""
    known = [actor for actor in ACTORS if (rows["actor"] == actor).any()]
    lane = np.array([known.index(actor) for actor in rows["actor"]])
    ax.plot(places, lane, color=PALE, lw=2, zorder=1)
    ax.scatter(places, lane, marker="s", s=130, color=TEAL, zorder=2)
    for place, at, share in zip(places, lane, rows["through"], strict=True):
        shown = "" if pd.isna(share) else text.percent(share, 0)
        ax.annotate(shown, (place, at), (0, 10), textcoords="offset points",
                    ha="center", fontsize=8, color=INK)  # fmt: skip
    ax.set_yticks(range(len(known)), [text.word(f"actor.{actor}") for actor in known])
    ax.set_ylim(len(known) - 0.5, -0.8)
    ax.set_title(text.word("axis.who_acts"), loc="left", fontsize=10, color=INK)


def _hours(ax: Axes, rows: pd.DataFrame, places: np.ndarray, after: pd.DataFrame | None) -> None:
    """Draw waits and work of each step: by law hatched, as it is to be outlined."""
    law = (rows["statutory"] == "yes").to_numpy()
    wait, time = (rows[name].fillna(0).to_numpy(float) for name in ("wait", "time"))
    wide = 0.62 if after is None else 0.36
    left = places if after is None else places - 0.2
    for kind, colour, hatch, name in (
        (~law, TEAL, "", "mark.wait"),
        (law, "white", "///", "mark.law"),
    ):
        if (wait[kind] > 0).any():
            ax.bar(left[kind], wait[kind], wide, color=colour, hatch=hatch, edgecolor=INK,
                   label=text.word(name))  # fmt: skip
    ax.bar(left, time, wide, bottom=wait, color=PALE, edgecolor=INK, label=text.word("mark.work"))
    if after is not None:
        then = after.reindex(rows["step"])[["wait", "time"]].fillna(0).sum(axis=1).to_numpy(float)
        ax.bar(places + 0.2, then, wide, color="white", edgecolor=INK, linestyle="--",
               label=text.word("mark.to_be"))  # fmt: skip
    for place, row in zip(left, rows.to_dict("records"), strict=True):
        if "silent_wait" in row["silent"] and "silent_time" in row["silent"]:
            ax.annotate("?", (place, 0), ha="center", va="bottom", fontsize=12, color=INK)
    base.own_numbers(ax, "y")
    ax.set_title(text.word("axis.hours_of_step"), loc="left", fontsize=10, color=INK)
    ax.set_ylim(0, 1.3 * max(float((wait + time).max()), 1.0))
    ax.legend(fontsize=8, frameon=False, loc="upper left", ncols=4)


def _mood(ax: Axes, rows: pd.DataFrame, places: np.ndarray) -> None:
    """Draw what people said of each step, 0-100; where nobody was asked, a question mark."""
    felt = rows["felt"].to_numpy(float)
    told = np.isfinite(felt)
    low, high = (rows[f"felt_{end}"].to_numpy(float) for end in ("low", "high"))
    if told.any():
        spread = np.nan_to_num(np.array([felt - low, high - felt])[:, told])
        ax.errorbar(places[told], felt[told], yerr=spread, fmt="o", color=SHADES[0], capsize=4)
        # no line over a step of which nothing is known
        ax.plot(places, felt, color=SHADES[0])
    for place, row in zip(places, rows.to_dict("records"), strict=True):
        if pd.isna(row["felt"]):
            ax.annotate("?", (place, 50), ha="center", va="center", fontsize=12, color=INK)
        signs = [text.word(f"value.{code}") for code in row["signs"].split()[:1]]
        for sign in signs:
            ax.annotate(
                wrapped(sign, 16, 2), (place, 2), ha="center", va="bottom", fontsize=7, color=INK
            )
    ax.set_ylim(0, 104)
    ax.axhline(50, color=PALE, lw=1, ls=":")
    ax.set_title(text.word("axis.felt"), loc="left", fontsize=10, color=INK)


def _step_said(row: dict[str, object]) -> str:
    """Say one step of the map in words."""
    parts = {}
    for name in ("wait", "time", "felt"):
        value = row[name]
        if pd.isna(value):
            parts[name] = text.word(f"reason.{row[f'{name}_why']}")
            continue
        unit = text.word("of_unit.points" if name == "felt" else "of_unit.hours")
        parts[name] = f"{text.number(value)} {unit}"
    step, actor = text.name("step", row["step"]), text.word(f"actor.{row['actor']}")
    return text.say("alt.journey_step", step=step, actor=actor, **parts)
