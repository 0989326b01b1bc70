"""The figure of a chain of links."""

import numpy as np
import pandas as pd

from ccwork.language import wording
from ccwork.tell import figures
from ccwork.tell.figures import INK, PALE, TEAL, Picture, wrapped

BARS = (("time_share", TEAL, "", -0.2), ("over_share", PALE, "///", 0.2))
"""Column, colour, hatch, and where the bar stands beside the middle of its link."""


def draw_chain(rows: pd.DataFrame) -> Picture:
    """Draw what share of time, and of hours beyond the norm, each link takes, with intervals.

    Parameters
    ----------
    rows
        The table of :func:`service_chain.links`.
    """
    shown = rows[rows["time_share"].notna()] if len(rows) else rows
    if shown.empty:
        return Picture("chain", None, "", rows)
    figure, ax = figures.canvas(0.75 * len(shown) + 1.2)
    places = np.arange(len(shown))
    for column, colour, hatch, aside in BARS:
        known = shown[column].notna().to_numpy()
        value = shown.loc[known, column].to_numpy(float)
        ends = shown.loc[known, [f"{column}_low", f"{column}_high"]].to_numpy(float).T
        ax.barh(
            places[known] + aside, value, 0.38, color=colour, hatch=hatch, edgecolor=INK,
            xerr=np.abs(ends - value), capsize=3, label=wording.word(f"mark.{column}"),
        )  # fmt: skip
        for place in places[~known]:
            ax.text(0.5, place + aside, wording.word("reason.no_norm"), va="center", fontsize=8)
    ax.set_yticks(places, [wrapped(wording.name("link", link), 30, 2) for link in shown["link"]])
    ax.set_ylim(len(shown) - 0.45, -0.55)
    ax.set_xlabel(wording.word("axis.percent_of_whole"))
    figures.own_numbers(ax, "x")
    figures.legend_above(ax)
    said = "; ".join(
        wording.say("alt.link_no_norm" if pd.isna(row.over_share) else "alt.link",
                 link=wording.name("link", row.link), time=wording.percent(row.time_share),
                 over=wording.percent(row.over_share))
        for row in shown.itertuples()
    )  # fmt: skip
    return Picture("chain", figure, wording.say("alt.chain", said=said), shown)
