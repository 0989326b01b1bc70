"""Figures of the client's journey."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ccwork import text
from ccwork.chart.base import INK, TEAL, Picture, bare, own_numbers, wrapped

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
    figure = Figure(figsize=(8, 0.55 * len(shown) + 1.2), layout="constrained")
    ax = bare(figure.subplots())
    places, law = np.arange(len(shown)), (shown["statutory"] == "yes").to_numpy()
    spread = np.array([shown["wait"] - shown["wait_low"], shown["wait_high"] - shown["wait"]])
    looks = ((~law, TEAL, "", "mark.wait"), (law, "white", "///", "mark.law"))
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
    own_numbers(ax, "x")
    ax.legend(fontsize=9, frameon=False, loc="lower left", ncols=2, bbox_to_anchor=(0, 1))
    said = "; ".join(
        text.say("alt.wait", step=text.name("step", row.step), wait=text.number(row.wait),
                 n=int(row.n), kind=text.word(_law[row.statutory]))
        for row in shown.itertuples()
    )  # fmt: skip
    return Picture("waits", figure, text.say("alt.waits", said=said), shown)
