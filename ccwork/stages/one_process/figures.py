"""Figures of the client's journey."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ccwork.language import wording
from ccwork.tell import figures, small_counts
from ccwork.tell.figures import INK, PALE, SHADES, TEAL, Picture, wrapped
from ccwork.tell.formatting import amount

_law = {"yes": "mark.law", "no": "mark.wait"}


def _looks(law: np.ndarray) -> tuple[tuple[np.ndarray, str, str, str], ...]:
    """Return which waits are drawn how: those set by law are hatched."""
    return (~law, TEAL, "", "mark.wait"), (law, "white", "///", "mark.law")


def _whose(row: dict[str, object]) -> str:
    """Name a step, and the service where there are several."""
    step = wording.name("step", str(row["step"]))
    return f"{wording.name('service', str(row['service']))}: {step}" if "service" in row else step


TICKS, BEYOND = 400, 1.3
"""At most so many waits of a step are drawn, by even ranks; the axis ends so far beyond the
longest "nine in ten", and what lies further is counted (our choice)."""


def draw_waits(rows: pd.DataFrame, each: pd.DataFrame) -> Picture:
    """Draw the waits before each step, a tick a wait; half and nine in ten are marked on them.

    Where ticks would tell a number that is not told there are none. The wait before a step with
    which most of its cases begin is not theirs, so it is not drawn.

    Parameters
    ----------
    rows
        The table "waits" of :func:`case_tables.journey`.
    each
        What :func:`waiting_times.each_wait` returns for the same services.
    """
    shown = rows[rows["wait"].notna() & (2 * rows["n"] >= rows["passed"])] if len(rows) else rows
    if shown.empty:
        return Picture("waits", None, "", rows)
    figure, ax = figures.canvas(0.55 * len(shown) + 1.4)
    end = BEYOND * float(np.nanmax(shown[["wait", "p90"]].to_numpy(float)))
    told = small_counts.told(shown)
    kept = [small_counts.withheld(row, "n", row["n"], "count") for row in told]
    parts = [_of(each, row)[: 0 if why else None] for row, why in zip(told, kept, strict=True)]
    _ticks(ax, parts, (shown["statutory"] == "yes").to_numpy(), end)
    _marks(ax, shown)
    ax.set_yticks(range(len(shown)), [wrapped(_named(row), 34, 2) for row in _each(shown)])
    ax.set(xlim=(-end / 50, end), ylim=(len(shown) - 0.5, -0.5))
    ax.set_xlabel(wording.word("axis.hours"))
    figures.own_numbers(ax, "x")
    figure.legend(fontsize=9, frameon=False, loc="upper center", ncols=3)
    said = "; ".join(
        wording.say("alt.wait", step=_whose(row), wait=wording.number(row["wait"]),
                    nine=wording.number(row["p90"]), kind=wording.word(_law[row["statutory"]]))
        for row in _each(shown)
    )  # fmt: skip
    return Picture("waits", figure, wording.say("alt.waits", said=said), shown)


def _each(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return rows.to_dict("records")


def _named(row: dict[str, Any]) -> str:
    """Name a step, and say where its wait is set by law."""
    law = f" ({wording.word('mark.law')})" if row["statutory"] == "yes" else ""
    return _whose(row) + law


def _of(each: pd.DataFrame, row: dict[str, Any]) -> np.ndarray:
    """Return the waits of one row, in order."""
    own = each[each["step"] == row["step"]]
    own = own[own["service"] == row["service"]] if "service" in row else own
    return np.sort(own["gap"].to_numpy(float))


def _ticks(ax: Axes, parts: list[np.ndarray], law: np.ndarray, end: float) -> None:
    """Draw a tick a wait, and say where some are beyond the end of the axis."""
    import seaborn  # only here: it takes a second

    drawn = [part[np.linspace(0, len(part) - 1, min(len(part), TICKS)).round().astype(int)]
             for part in parts]  # fmt: skip
    places = np.repeat(np.arange(len(drawn)), [len(part) for part in drawn])
    hours = np.concatenate(drawn)
    for kind, colour in ((~law, TEAL), (law, SHADES[0])):
        own = kind[places]
        if own.any():
            seaborn.stripplot(
                x=hours[own], y=places[own], orient="h", native_scale=True, jitter=False,
                marker="|", size=16, linewidth=1.1, alpha=0.4, color=colour, ax=ax, zorder=1,
            )  # fmt: skip
    ax.plot([], [], "|", ms=14, color=TEAL, label=wording.word("mark.waits_each"))
    for place, part in enumerate(parts):
        if (part > end).any():  # how many is not told: they are few
            ax.annotate(wording.word("mark.beyond"), (end, place), (-2, 9), ha="right",
                        textcoords="offset points", fontsize=8, color=INK)  # fmt: skip


def _marks(ax: Axes, shown: pd.DataFrame) -> None:
    """Mark the wait that half do not exceed, with its limits, and that of nine in ten."""
    places = np.arange(len(shown))
    spread = [shown["wait"] - shown["wait_low"], shown["wait_high"] - shown["wait"]]
    look = {"color": INK, "markerfacecolor": "white", "ms": 7, "zorder": 3}
    ax.errorbar(shown["wait"], places, xerr=np.nan_to_num(np.array(spread, float)), fmt="o",
                capsize=4, label=wording.word("mark.half"), **look)  # fmt: skip
    ax.plot(shown["p90"], places, "D", label=wording.word("mark.nine"), **look)


ACTORS = ("client", "front", "back", "other", "unknown")


def draw_journey_map(rows: pd.DataFrame, both: pd.DataFrame | None = None) -> Picture:
    """Draw the journey map: who acts, how long, how the client feels, step by step.

    Parameters
    ----------
    rows
        What :func:`journey_map.steps` returns.
    both
        What :func:`redesign.both` returns: bars to be stand beside bars as is.
    """
    if rows.empty:
        return Picture("journey_map", None, "", rows)
    after = None
    if both is not None and len(both):
        after = both[both["whatif"] == "to_be"].set_index("step")
    figure = Figure(figsize=(9, 8.2))
    lanes, hours, mood = figure.subplots(3, 1, sharex=True, height_ratios=(2.2, 3, 2))
    places = np.arange(len(rows))
    _lanes(figures.bare(lanes), rows, places)
    _hours(figures.bare(hours), rows, places, after)
    _mood(figures.bare(mood), rows, places)
    names = [wrapped(wording.name("step", step), 14, 4) for step in rows["step"]]
    mood.set_xticks(places, names, fontsize=8)
    mood.set_xlim(-0.6, len(rows) - 0.4)
    said = "; ".join(_step_said(row) for row in rows.to_dict("records"))
    return Picture("journey_map", figure, wording.say("alt.journey_map", said=said), rows)


def _lanes(ax: Axes, rows: pd.DataFrame, places: np.ndarray) -> None:
    """Draw who acts: a mark in the lane of the actor, joined in the order of steps."""
    known = [actor for actor in ACTORS if (rows["actor"] == actor).any()]
    lane = np.array([known.index(actor) for actor in rows["actor"]])
    ax.plot(places, lane, color=PALE, lw=2, zorder=1)
    ax.scatter(places, lane, marker="s", s=130, color=TEAL, zorder=2)
    for place, at, share in zip(places, lane, rows["through"], strict=True):
        shown = "" if pd.isna(share) else wording.percent(share, 0)
        ax.annotate(shown, (place, at), (0, 10), textcoords="offset points",
                    ha="center", fontsize=8, color=INK)  # fmt: skip
    ax.set_yticks(range(len(known)), [wording.word(f"actor.{actor}") for actor in known])
    ax.set_ylim(len(known) - 0.5, -0.8)
    ax.set_title(wording.word("axis.who_acts"), loc="left", fontsize=10, color=INK)


def _hours(ax: Axes, rows: pd.DataFrame, places: np.ndarray, after: pd.DataFrame | None) -> None:
    """Draw waits and work of each step: by law hatched, as it is to be outlined."""
    law = (rows["statutory"] == "yes").to_numpy()
    wait, time = (rows[name].fillna(0).to_numpy(float) for name in ("wait", "time"))
    wide = 0.62 if after is None else 0.36
    left = places if after is None else places - 0.2
    for kind, colour, hatch, name in _looks(law):
        if (wait[kind] > 0).any():
            ax.bar(left[kind], wait[kind], wide, color=colour, hatch=hatch, edgecolor=INK,
                   label=wording.word(name))  # fmt: skip
    work = wording.word("mark.work")
    ax.bar(left, time, wide, bottom=wait, color=PALE, edgecolor=INK, label=work)
    if after is not None:
        then = after.reindex(rows["step"])[["wait", "time"]].fillna(0).sum(axis=1).to_numpy(float)
        ax.bar(places + 0.2, then, wide, color="white", edgecolor=INK, linestyle="--",
               label=wording.word("mark.to_be"))  # fmt: skip
    for place, row in zip(left, rows.to_dict("records"), strict=True):
        if "silent_wait" in row["silent"] and "silent_time" in row["silent"]:
            ax.annotate("?", (place, 0), ha="center", va="bottom", fontsize=12, color=INK)
    figures.own_numbers(ax, "y")
    ax.set_title(wording.word("axis.hours_of_step"), loc="left", fontsize=10, color=INK)
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
        for code in row["signs"].split()[:1]:
            sign = wrapped(wording.word(f"value.{code}"), 16, 2)
            ax.annotate(sign, (place, 2), ha="center", va="bottom", fontsize=7, color=INK)
    ax.set_ylim(0, 104)
    ax.axhline(50, color=PALE, lw=1, ls=":")
    ax.set_title(wording.word("axis.felt"), loc="left", fontsize=10, color=INK)


def _step_said(row: dict[str, object]) -> str:
    """Say one step of the map in words."""
    parts = {}
    for name in ("wait", "time", "felt"):
        value = row[name]
        if pd.isna(value):
            parts[name] = wording.word(f"reason.{row[f'{name}_why']}")
            continue
        parts[name] = amount(value, "points" if name == "felt" else "hours")
    step, actor = wording.name("step", row["step"]), wording.word(f"actor.{row['actor']}")
    return wording.say("alt.journey_step", step=step, actor=actor, **parts)
