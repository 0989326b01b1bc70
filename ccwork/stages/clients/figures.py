"""Figure of the map of inner clients."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from ccwork.language import wording
from ccwork.tell.figures import INK, PALE, Picture, canvas, wrapped

_SHADES = LinearSegmentedColormap.from_list("in_time", ["#7fa9ad", "#ffffff"])
"""The less is done in time, the darker: told apart in grey too, and dark ink stays readable."""

LEAST = 40
"""All below so many per cent is of the darkest shade."""


MANY = 6
"""With more takers than this a cell has its figure alone, and names stand upright."""


def draw_inner_matrix(rows: pd.DataFrame) -> Picture:
    """Draw who does what share for whom within the agreed hours; words where there is no share.

    Parameters
    ----------
    rows
        What :func:`client_map.inner_links` returns.
    """
    if rows.empty:
        return Picture("inner_matrix", None, "", rows)
    givers, takers = rows["giver"].unique().tolist(), rows["taker"].unique().tolist()
    many = len(takers) > MANY
    width = max(4.5, (0.8 if many else 1.7) * len(takers) + 2.2)
    figure, ax = canvas(0.75 * len(givers) + 1.3, width)
    grid = np.full((len(givers), len(takers)), np.nan)
    for row in rows.itertuples():
        down, across = givers.index(row.giver), takers.index(row.taker)
        grid[down, across] = row.in_time
        weak = row.link_state == "weak"
        ax.text(across + 0.5, down + 0.5, _inside(row, many), ha="center", va="center", fontsize=9,
                color=INK, weight="bold" if weak else "normal")  # fmt: skip
        if weak:
            frame = Rectangle((across, down), 1, 1, fill=False, edgecolor=INK, lw=3, zorder=3)
            ax.add_patch(frame)
    ax.pcolormesh(grid, cmap=_SHADES, vmin=LEAST, vmax=100, edgecolors=PALE, linewidth=0.5)
    ax.invert_yaxis()
    for axis, units, name in ((ax.xaxis, takers, "taker"), (ax.yaxis, givers, "giver")):
        words = [wrapped(wording.name("unit", unit), 18, 2) for unit in units]
        axis.set_ticks(np.arange(len(units)) + 0.5, words)
        axis.set_label_text(wording.word(f"axis.{name}"))
    ax.tick_params("x", rotation=90 if many else 0)
    said = "; ".join(
        wording.say("alt.inner_pair", giver=wording.name("unit", row.giver),
                 taker=wording.name("unit", row.taker), shown=_inside(row).replace("\n", ", "))
        for row in rows.itertuples()
    )  # fmt: skip
    return Picture("inner_matrix", figure, wording.say("alt.inner_matrix", said=said), rows)


def _inside(row: Any, short: bool = False) -> str:
    """Say one cell: the share, its interval and the verdict; or why there is no share."""
    verdict = wording.word(f"link.{row.link_state}")
    if pd.isna(row.in_time):
        return wrapped(verdict, 10) if short else verdict
    shown = wording.percent(row.in_time, 0)
    limits = wording.interval(row.in_time_low, row.in_time_high, 0)
    return shown if short else f"{shown} {limits}\n{verdict}"
