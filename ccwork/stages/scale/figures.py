"""Figure of changes: what each one gave, and what it cost, on one scale."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ccwork.language import wording
from ccwork.tell import figures
from ccwork.tell.figures import INK, SHADES, TEAL, Picture, label, own_numbers, wrapped

SIDES = {
    "changed": {"color": TEAL, "marker": "o", "ms": 4, "lw": 1.6},
    "others": {"color": SHADES[0], "marker": "s", "ms": 3.5, "lw": 1.2, "ls": "--"},
}
ENDS = ("effect", "effect_low", "effect_high")
MOST = 3.0
"""Bars longer than so many times the bar are cut: how far beyond does not matter (our choice)."""


def draw_changes(effects: pd.DataFrame, verdicts: pd.DataFrame) -> Picture:
    """Draw gain and guardrails of every change, each in shares of its own bar.

    At +1 stands the worthwhile gain, at -1 the largest harm put up with. Rejected changes
    stand as large as accepted ones.

    Parameters
    ----------
    effects
        What :func:`effect_estimates.effects` returns.
    verdicts
        What :func:`verdict_rule.verdicts` returns.
    """
    roles = effects["role"].isin(["primary", "guardrail", "least_served"])
    rows = effects[roles & effects["effect_low"].notna()].reset_index(drop=True)
    if rows.empty:
        return Picture("changes", None, "", verdicts)
    words, grades = (verdicts.set_index("novelty")[c] for c in ("verdict_word", "strength"))
    figure, ax = figures.canvas(0.62 * len(rows) + 1.9)
    first = (rows["novelty"] != rows["novelty"].shift()).to_numpy()
    places = np.arange(len(rows)) + 0.9 * first.cumsum()
    shares = [(rows[end] / rows["margin"]).clip(-MOST, MOST).to_numpy() for end in ENDS]
    main = (rows["role"] == "primary").to_numpy()
    for mine, mark, colour, name in ((main, "o", TEAL, "mark.gain"),
                                     (~main, "s", SHADES[0], "mark.guard")):  # fmt: skip
        if mine.any():
            value, low, high = (share[mine] for share in shares)
            ax.errorbar(value, places[mine], xerr=[value - low, high - value], fmt=mark,
                        color=colour, capsize=4, label=wording.word(name))  # fmt: skip
    _lines(ax)
    names = [
        wording.word("role.least_served")
        if role == "least_served"
        else wording.name("metric", code)
        for role, code in zip(rows["role"], rows["metric"], strict=True)
    ]
    ax.set_yticks(places, [wrapped(name, 34, 2) for name in names])
    for place, code in zip(places[first], rows.loc[first, "novelty"], strict=True):
        said = wording.say(
            "mark.change", name=wording.name("change", code), grade=grades[code],
            verdict=wording.word(f"tool_word.{words[code]}"),
        )  # fmt: skip
        ax.text(-MOST, place - 0.62, label(said, 80), fontsize=10, fontweight="bold", color=INK,
                va="center", bbox={"fc": "white", "ec": "none", "pad": 1})  # fmt: skip
    ax.set(xlim=(-MOST - 0.1, MOST + 0.1), ylim=(places[-1] + 0.6, places[0] - 1.1))
    ax.set_xlabel(wording.word("axis.bars"))
    own_numbers(ax, "x")
    ax.legend(fontsize=9, frameon=False, loc="lower left", ncols=2, bbox_to_anchor=(0, 1.04))
    said = "; ".join(_said(row, words[row["novelty"]]) for row in rows.to_dict("records"))
    return Picture("changes", figure, wording.say("alt.changes", said=said), verdicts)


def draw_paths(rows: pd.DataFrame, sides: pd.DataFrame, offices: pd.DataFrame) -> Picture:
    """Draw the primary metric of every change over time: those changed, and the others.

    Whether the two lines ran alike before the start is seen here before it is computed; the
    thin lines of the offices show whether all of them moved, or a few.

    Parameters
    ----------
    rows, sides, offices
        What :func:`effect_estimates.paths`, :func:`effect_estimates.sides` and
        :func:`effect_estimates.office_paths` return.
    """
    dates = rows.groupby("novelty", sort=False)["date"].nunique()
    codes = dates.index[dates > 2].tolist()
    if not codes:
        return Picture("paths", None, "", sides)
    figure = Figure(figsize=(8, 2.6 * len(codes) + 0.4))
    axes = figure.subplots(len(codes), 1, squeeze=False)[:, 0]
    for ax, code in zip(axes, codes, strict=True):
        _offices(figures.bare(ax), offices[offices["novelty"] == code])
        _path(ax, rows[rows["novelty"] == code])
    said = [_walked(row) for row in sides.to_dict("records") if row["novelty"] in codes]
    return Picture("paths", figure, " ".join(said), sides)


def _offices(ax: Axes, own: pd.DataFrame) -> None:
    """Draw a thin line an office, where there are several."""
    import seaborn  # only here: it takes a second

    ax.set(xlabel="date", ylabel="value")  # else seaborn makes ticks to see whether they are shown
    for side, look in SIDES.items():
        part = own[own["side"] == side]
        if part["office"].nunique() > 1:
            seaborn.lineplot(
                part, x="date", y="value", units="office", estimator=None, ax=ax, alpha=0.3,
                lw=0.8, color=look["color"], ls=look.get("ls", "-"), zorder=1,
            )  # fmt: skip
    ax.set(xlabel="")


def _path(ax: Axes, own: pd.DataFrame) -> None:
    for side, look in SIDES.items():
        part = own[own["side"] == side].sort_values("date")
        if len(part):
            ax.plot(part["date"], part["value"], label=wording.word(f"side.{side}"), **look)
    begun = own["begun"].iloc[0]
    ax.axvline(begun, color=INK, lw=1, ls=":")
    ax.annotate(wording.word("line.start"), (begun, 1), (3, -3),
                xycoords=("data", "axes fraction"),
                textcoords="offset points", va="top", fontsize=8, color=INK)  # fmt: skip
    days = sorted({own["date"].min(), begun, own["date"].max()})
    ax.set_xticks(days, [wording.period(f"{when:%Y-%m}") for when in days])
    own_numbers(ax, "y")
    ax.set_ylabel(wording.word(f"unit.{own['unit'].iloc[0]}"), fontsize=9)
    ax.set_title(
        label(wording.name("change", own["novelty"].iloc[0]), 80), fontsize=10, loc="left"
    )
    ax.legend(fontsize=8, frameon=False, loc="best")


def _walked(row: dict) -> str:
    """Say the four means of a change; those that are not there are left unsaid."""
    parts = []
    for side in SIDES:
        known = {when: row[f"{side}_{when}"] for when in ("before", "after")}
        means = [
            wording.say(f"alt.path_{when}", mean=wording.number(mean))
            for when, mean in known.items()
            if not pd.isna(mean)
        ]
        if means:
            parts.append(f"{wording.word(f'side.{side}')}: {', '.join(means)}")
    return wording.say("alt.path", name=wording.name("change", row["novelty"]),
                    unit=wording.word(f"unit.{row['unit']}"), said="; ".join(parts))  # fmt: skip


def _lines(ax: Axes) -> None:
    """Draw no effect, the worthwhile gain, and the harm not put up with, shaded beyond."""
    ax.axvline(0, color=INK, lw=1)
    ax.axvspan(-2 * MOST, -1, color=SHADES[2], alpha=0.4, lw=0)
    for at, name in ((1, "line.worthwhile"), (-1, "line.margin")):
        ax.axvline(at, color=INK, lw=1, ls="--")
        ax.annotate(wording.word(name), (at, 1), (0, 3), xycoords=("data", "axes fraction"),
                    textcoords="offset points", ha="center", fontsize=8, color=INK)  # fmt: skip


def _said(row: pd.Series, verdict: str) -> str:
    value, low, high = (row[end] / row["margin"] for end in ENDS)
    return wording.say(
        "alt.change", name=wording.name("change", row["novelty"]),
        verdict=wording.word(f"tool_word.{verdict}"), role=wording.word(f"role.{row['role']}"),
        metric=wording.name("metric", row["metric"]), value=wording.signed(value),
        interval=wording.interval(low, high),
    )  # fmt: skip
