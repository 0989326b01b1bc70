"""Figures of stage 1: how the agency sees itself beside how others see it."""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ccwork import text
from ccwork.chart.base import INK, PALE, SHADES, TEAL, Picture, canvas, wrapped

LOOKS: Final = {
    "self": ("D", INK, "white"),
    "staff": ("^", SHADES[1], SHADES[1]),
    "visitor": ("s", SHADES[0], SHADES[0]),
    "survey": ("o", TEAL, TEAL),
    "facts": ("X", PALE, PALE),
}
"""View -> its mark, the colour of its edge and of its inside; told apart in grey by the mark."""


def views(rows: pd.DataFrame) -> list[Picture]:
    """Draw all views of every KPI on one axis, a picture for each kind of client.

    Parameters
    ----------
    rows
        What :func:`ccwork.blindspot.views` returns.
    """
    shown = rows[rows["points"].notna()] if len(rows) else rows
    if shown.empty:
        return [Picture("views", None, "", rows)]
    return [_views(part) for _, part in shown.groupby("client", sort=False)]


def _views(rows: pd.DataFrame) -> Picture:
    names = rows["kpi"].drop_duplicates().tolist()
    figure, ax = canvas(1.05 * len(names) + 1.4)
    for place, (view, look) in enumerate(LOOKS.items()):
        part = rows[rows["view"] == view]
        if len(part):
            heights = np.array([names.index(name) for name in part["kpi"]])
            _dots(ax, part, heights + 0.16 * (place - 2), look, text.word(f"view.{view}"))
    ax.set_yticks(range(len(names)), [wrapped(text.word(f"kpi.{name}"), 26, 2) for name in names])
    ax.hlines(np.arange(1, len(names)) - 0.5, 0, 100, color=PALE, lw=0.6)
    ax.set(xlim=(0, 103), ylim=(len(names) - 0.45, -0.55))
    ax.set_xlabel(text.word("axis.points"))
    ax.set_title(text.word(f"clients.{rows['client'].iloc[0]}"), loc="left", fontsize=11,
                 color=INK)  # fmt: skip
    figure.legend(fontsize=9, frameon=False, loc="outside upper center", ncols=3)
    said = "; ".join(_said(row) for row in rows.to_dict("records"))
    return Picture("views", figure, text.say("alt.views", said=said), rows)


def _dots(
    ax: Axes, part: pd.DataFrame, heights: np.ndarray, look: tuple[str, str, str], name: str
) -> None:
    mark, edge, inside = look
    spread = [part["points"] - part["points_low"], part["points_high"] - part["points"]]
    ax.errorbar(
        part["points"], heights, xerr=np.nan_to_num(np.array(spread, float)), fmt=mark, ms=8,
        color=edge, markerfacecolor=inside, capsize=3, label=name,
    )  # fmt: skip


def _said(row: dict[str, object]) -> str:
    low, high = row["points_low"], row["points_high"]
    limits = "" if pd.isna(low) or low == high else text.interval(low, high)
    return text.say(
        "alt.view", name=text.word(f"kpi.{row['kpi']}"), view=text.word(f"view.{row['view']}"),
        value=text.number(row["points"]), interval=limits,
    ).strip()  # fmt: skip
