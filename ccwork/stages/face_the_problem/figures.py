"""Figures of stage 1: walks, obstacles, and all views on one axis."""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ccwork.language import wording
from ccwork.tell import figures
from ccwork.tell.figures import INK, PALE, SHADES, TEAL, Picture, canvas, wrapped
from ccwork.tell.formatting import number_or_reason

LOOKS: Final = {"outer": ("o", TEAL), "inner": ("s", SHADES[0])}
"""Kind of walk -> its mark and colour; told apart in grey by the mark."""

SIGNS: Final = {"unclear": ("", TEAL), "wasted": ("///", "white"), "hard": ("", SHADES[1]),
                "": ("...", "white")}  # fmt: skip
"""Sign of bad service -> hatch and colour of its bar."""

MOST: Final = 10
"""So many obstacles fit one figure; the table holds all."""


def draw_walks(rows: pd.DataFrame) -> Picture:
    """Draw the scores of outer and inner walks by KPI on one axis.

    Parameters
    ----------
    rows
        What :func:`walkthroughs.outer_beside_inner` returns.
    """
    shown = rows[rows[list(LOOKS)].notna().any(axis=1)] if len(rows) else rows
    if shown.empty:
        return Picture("walks", None, "", rows)
    figure, ax = figures.canvas(0.7 * len(shown) + 1.4)
    for shift, (kind, (mark, colour)) in enumerate(LOOKS.items()):
        known = shown[kind].notna().to_numpy()
        if known.any():
            part = shown[known].astype({kind: float})
            spread = [part[kind] - part[f"{kind}_low"], part[f"{kind}_high"] - part[kind]]
            ax.errorbar(
                part[kind], np.arange(len(shown))[known] + 0.3 * shift - 0.15,
                xerr=np.nan_to_num(np.array(spread, float)), fmt=mark, color=colour, capsize=4,
                label=wording.word(f"col.{kind}"),
            )  # fmt: skip
    names = [wrapped(wording.word(f"kpi.{kpi}"), 36, 2) for kpi in shown["kpi"]]
    ax.set_yticks(range(len(shown)), names)
    ax.set(xlim=(0, 103), ylim=(len(shown) - 0.4, -0.6))
    ax.set_xlabel(wording.word("axis.points"))
    figures.legend_above(ax)
    said = "; ".join(
        wording.say("alt.walk", name=wording.word(f"kpi.{row['kpi']}"),
                 **{kind: number_or_reason(row, kind) for kind in LOOKS})
        for row in shown.to_dict("records")
    )  # fmt: skip
    return Picture("walks", figure, wording.say("alt.walks", said=said), shown)


def draw_obstacles(rows: pd.DataFrame) -> list[Picture]:
    """Draw the worst obstacles, a picture for each service and kind of walk.

    Parameters
    ----------
    rows
        What :func:`walkthroughs.obstacles` returns.
    """
    shown = rows[rows["hits"].notna()] if len(rows) else rows
    if shown.empty:
        return [Picture("obstacles", None, "", rows)]
    return [_obstacles(part) for _, part in shown.groupby(["service", "kind"], sort=False)]


def _obstacles(part: pd.DataFrame) -> Picture:
    part = part.head(MOST)
    figure, ax = figures.canvas(0.62 * len(part) + 1.6)
    first = part.iloc[0]
    service, kind = wording.name("service", first["service"]), f"value.{first['kind']}"
    title = wrapped(f"{service}: {wording.word(kind)}", 80)
    ax.set_title(title, loc="left", fontsize=11, color=INK)
    places = np.arange(len(part))
    hits, visits = part["hits"].to_numpy(int), part["visits"].to_numpy(int)
    for sign, (hatch, colour) in SIGNS.items():
        own = (part["sign"] == sign).to_numpy()
        if own.any():
            name = wording.word(f"value.{sign}" if sign else "mark.no_sign")
            ax.barh(places[own], hits[own], color=colour, hatch=hatch, edgecolor=INK, label=name)
    pairs = zip(hits.tolist(), visits.tolist(), strict=True)
    shown = [wording.say("of_visits", hits=met, visits=many) for met, many in pairs]
    for place, at, words in zip(places, hits, shown, strict=True):
        ax.annotate(words, (at, place), (4, 0), va="center", fontsize=9,
                    textcoords="offset points", color=INK)  # fmt: skip
    items = [wording.name("item", item) for item in part["item"]]
    ax.set_yticks(places, [wrapped(item, 44, 2) for item in items])
    ax.set(xlim=(0, 1.08 * visits.max()), ylim=(len(part) - 0.4, -0.6))
    ax.set_xlabel(wording.word("axis.hindered"))
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(axis="x", color=PALE, lw=0.4)
    ax.set_axisbelow(True)
    figures.own_numbers(ax, "x")
    figure.legend(fontsize=9, frameon=False, loc="upper center", ncols=4)
    said = "; ".join(f"{item} {words}" for item, words in zip(items, shown, strict=True))
    return Picture("obstacles", figure, wording.say("alt.obstacles", said=said), part)


VIEW_LOOKS: Final = {
    "self": ("D", INK, "white"),
    "staff": ("^", SHADES[1], SHADES[1]),
    "visitor": ("s", SHADES[0], SHADES[0]),
    "survey": ("o", TEAL, TEAL),
    "facts": ("X", PALE, PALE),
}
"""View -> its mark, the colour of its edge and of its inside; told apart in grey by the mark."""


def draw_views(rows: pd.DataFrame) -> list[Picture]:
    """Draw all views of every KPI on one axis, a picture for each kind of client.

    Parameters
    ----------
    rows
        What :func:`blind_spots.views` returns.
    """
    shown = rows[rows["points"].notna()] if len(rows) else rows
    if shown.empty:
        return [Picture("views", None, "", rows)]
    return [_views(part) for _, part in shown.groupby("client", sort=False)]


def _views(rows: pd.DataFrame) -> Picture:
    names = rows["kpi"].drop_duplicates().tolist()
    figure, ax = canvas(1.05 * len(names) + 1.4)
    for place, (view, look) in enumerate(VIEW_LOOKS.items()):
        part = rows[rows["view"] == view]
        if len(part):
            heights = np.array([names.index(name) for name in part["kpi"]])
            _dots(ax, part, heights + 0.16 * (place - 2), look, wording.word(f"view.{view}"))
    shown = [wrapped(wording.word(f"kpi.{name}"), 26, 2) for name in names]
    ax.set_yticks(range(len(names)), shown)
    ax.hlines(np.arange(1, len(names)) - 0.5, 0, 100, color=PALE, lw=0.6)
    ax.set(xlim=(0, 103), ylim=(len(names) - 0.45, -0.55))
    ax.set_xlabel(wording.word("axis.points"))
    ax.set_title(wording.word(f"clients.{rows['client'].iloc[0]}"), loc="left", fontsize=11,
                 color=INK)  # fmt: skip
    figure.legend(fontsize=9, frameon=False, loc="upper center", ncols=3)
    said = "; ".join(_said(row) for row in rows.to_dict("records"))
    return Picture("views", figure, wording.say("alt.views", said=said), rows)


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
    limits = "" if pd.isna(low) or low == high else wording.interval(low, high)
    return wording.say(
        "alt.view", name=wording.word(f"kpi.{row['kpi']}"),
        view=wording.word(f"view.{row['view']}"),
        value=wording.number(row["points"]), interval=limits,
    ).strip()  # fmt: skip
