"""Figures of the walks along the client's path: outer beside inner, obstacles."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork import text
from ccwork.chart import base
from ccwork.chart.base import INK, PALE, SHADES, TEAL, Picture, wrapped

LOOKS: Final = {"outer": ("o", TEAL), "inner": ("s", SHADES[0])}
"""Kind of walk -> its mark and colour; told apart in grey by the mark."""

SIGNS: Final = {"unclear": ("", TEAL), "wasted": ("///", "white"), "hard": ("", SHADES[1]),
                "": ("...", "white")}  # fmt: skip
"""Sign of bad service -> hatch and colour of its bar."""

MOST: Final = 10
"""So many obstacles fit one figure; the table holds all."""


def walks(rows: pd.DataFrame) -> Picture:
    """Draw the scores of outer and inner walks by KPI on one axis.

    Parameters
    ----------
    rows
        What :func:`ccwork.visits.beside` returns.
    """
    shown = rows[rows[list(LOOKS)].notna().any(axis=1)] if len(rows) else rows
    if shown.empty:
        return Picture("walks", None, "", rows)
    figure, ax = base.canvas(0.7 * len(shown) + 1.4)
    for shift, (kind, (mark, colour)) in enumerate(LOOKS.items()):
        known = shown[kind].notna().to_numpy()
        if known.any():
            part = shown[known].astype({kind: float})
            spread = [part[kind] - part[f"{kind}_low"], part[f"{kind}_high"] - part[kind]]
            ax.errorbar(
                part[kind], np.arange(len(shown))[known] + 0.3 * shift - 0.15,
                xerr=np.nan_to_num(np.array(spread, float)), fmt=mark, color=colour, capsize=4,
                label=text.word(f"col.{kind}"),
            )  # fmt: skip
    names = [wrapped(text.word(f"kpi.{kpi}"), 36, 2) for kpi in shown["kpi"]]
    ax.set_yticks(range(len(shown)), names)
    ax.set(xlim=(0, 103), ylim=(len(shown) - 0.4, -0.6))
    ax.set_xlabel(text.word("axis.points"))
    base.legend_above(ax)
    said = "; ".join(
        text.say("alt.walk", name=text.word(f"kpi.{row['kpi']}"), outer=_told(row, "outer"),
                 inner=_told(row, "inner"))
        for row in shown.to_dict("records")
    )  # fmt: skip
    return Picture("walks", figure, text.say("alt.walks", said=said), shown)


def _told(row: dict, kind: str) -> str:
    if pd.isna(row[kind]):
        return text.word(f"reason.{row[f'{kind}_why']}")
    limits = text.word("no_interval")
    if pd.notna(row[f"{kind}_low"]):
        limits = text.interval(row[f"{kind}_low"], row[f"{kind}_high"])
    return f"{text.number(row[kind])} {limits}"


def obstacles(rows: pd.DataFrame) -> list[Picture]:
    """Draw the worst obstacles, a picture for each service and kind of walk.

    Parameters
    ----------
    rows
        What :func:`ccwork.visits.obstacles` returns.
    """
    shown = rows[rows["hits"].notna()] if len(rows) else rows
    if shown.empty:
        return [Picture("obstacles", None, "", rows)]
    return [_obstacles(part) for _, part in shown.groupby(["service", "kind"], sort=False)]


def _obstacles(part: pd.DataFrame) -> Picture:
    part = part.head(MOST)
    figure, ax = base.canvas(0.62 * len(part) + 1.6)
    first = part.iloc[0]
    service, kind = text.name("service", first["service"]), text.word(f"value.{first['kind']}")
    ax.set_title(wrapped(f"{service}: {kind}", 80), loc="left", fontsize=11, color=INK)
    places = np.arange(len(part))
    hits, visits = part["hits"].to_numpy(int), part["visits"].to_numpy(int)
    for sign, (hatch, colour) in SIGNS.items():
        own = (part["sign"] == sign).to_numpy()
        if own.any():
            name = text.word(f"value.{sign}" if sign else "mark.no_sign")
            ax.barh(places[own], hits[own], color=colour, hatch=hatch, edgecolor=INK, label=name)
    pairs = zip(hits.tolist(), visits.tolist(), strict=True)
    shown = [text.say("of_visits", hits=met, visits=many) for met, many in pairs]
    for place, at, words in zip(places, hits, shown, strict=True):
        ax.annotate(words, (at, place), (4, 0), va="center", fontsize=9,
                    textcoords="offset points", color=INK)  # fmt: skip
    items = [text.name("item", item) for item in part["item"]]
    ax.set_yticks(places, [wrapped(item, 44, 2) for item in items])
    ax.set(xlim=(0, 1.08 * visits.max()), ylim=(len(part) - 0.4, -0.6))
    ax.set_xlabel(text.word("axis.hindered"))
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(axis="x", color=PALE, lw=0.4)
    ax.set_axisbelow(True)
    base.own_numbers(ax, "x")
    figure.legend(fontsize=9, frameon=False, loc="outside lower center", ncols=4)
    said = "; ".join(f"{item} {words}" for item, words in zip(items, shown, strict=True))
    return Picture("obstacles", figure, text.say("alt.obstacles", said=said), part)
