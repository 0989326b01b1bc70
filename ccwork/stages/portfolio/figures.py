"""The pictures of a portfolio: how KPIs moved, and the funnel of one metric."""

import numpy as np
from matplotlib.axes import Axes

from ccwork.language import wording
from ccwork.stages.portfolio import comparison, movement
from ccwork.stages.portfolio.agency_facts import Portfolio
from ccwork.stats.shrinkage import Funnel, funnel_limits
from ccwork.tell import figures
from ccwork.tell.figures import INK, PALE, TEAL, Picture

PARTS = {"better": (TEAL, ""), "not_proven": (PALE, ""), "not_comparable": ("#ffffff", "xx"),
         "too_little": ("#ffffff", "///"), "not_measured": ("#ffffff", ""),
         "worse": ("#9a3b12", "")}  # fmt: skip
"""Word -> colour and hatch, in the order drawn."""


def draw_moved(given: Portfolio) -> Picture:
    """Draw in how many agencies each KPI moved which way."""
    rows = movement.moved_by_kpi(given)
    figure, ax = figures.canvas(2.8)
    left = np.zeros(len(rows))
    for word, (colour, hatch) in PARTS.items():
        wide = rows[f"in_{word}"].to_numpy(float)
        if wide.any():
            ax.barh(rows["kpi"], wide, left=left, color=colour, hatch=hatch, edgecolor=INK,
                    linewidth=0.6, label=wording.word(f"many.{word}"))  # fmt: skip
        left += wide
    ax.set_yticks(range(len(rows)), [wording.word(f"kpi.{kpi}") for kpi in rows["kpi"]])
    ax.invert_yaxis()
    ax.set_xlim(0, left.max())
    ax.set_xlabel(wording.word("axis.agencies"))
    figures.legend_above(ax, 3)
    said = "; ".join(
        wording.say("alt.moved_kpi", kpi=wording.word(f"kpi.{row.kpi}"), better=row.in_better,
                    worse=row.in_worse)
        for row in rows.itertuples()
    )  # fmt: skip
    alt = wording.say("alt.moved", n=len(given.agencies), said=said)
    return Picture("moved", figure, alt, rows)


def draw_funnel(given: Portfolio) -> Picture:
    """Draw the funnel of the metric of which most agencies lie outside the limits of chance."""
    rows = comparison.compared(given)
    known = rows[rows["beyond_chance"].notna()]
    if known.empty:
        return Picture("portfolio_funnel", None, "", rows)
    chosen = known.loc[known["beyond_chance"].astype(int).idxmax()]
    one = next(x for x in comparison.comparable(given) if x.metric == chosen["metric"])
    enough, made = one.held()
    named = comparison.differing(given)
    named = set(named.loc[named["metric"] == one.metric, "agency"])
    figure, ax = figures.canvas(4.2)
    _limits(ax, made, one.n[enough])
    points = zip(np.array(one.agencies, object)[enough], one.n[enough], one.values[enough],
                 strict=True)  # fmt: skip
    for agency, n, value in points:
        stands_out = agency.code in named
        ax.plot(n, value, "D" if stands_out else "o", color="#9a3b12" if stands_out else TEAL,
                markersize=6 if stands_out else 4)  # fmt: skip
        if stands_out:
            name = figures.label(wording.name("agency", agency.code), 40)
            right = n > one.n.max() / 2
            ax.annotate(name, (n, value), fontsize=8, xytext=(-6 if right else 6, -3),
                        textcoords="offset points", ha="right" if right else "left")  # fmt: skip
    ax.set_title(figures.label(wording.name("metric", one.metric)), fontsize=10, loc="left", y=1.1)
    ax.set_xlabel(wording.word("axis.cases_of_agency"))
    ax.set_ylabel(wording.word("unit.percent"))
    for axis in "xy":
        figures.own_numbers(ax, axis)
    figures.legend_above(ax, 3)
    alt = wording.say(
        "alt.portfolio_funnel", metric=wording.name("metric", one.metric), n=int(enough.sum()),
        common=wording.percent(100 * made.target), beyond=int(chosen["beyond_chance"]),
        named=int(chosen["named_in"]),
    )  # fmt: skip
    return Picture("portfolio_funnel", figure, alt, rows)


def _limits(ax: Axes, made: Funnel, n: np.ndarray) -> None:
    """Draw the common share and the limits: of chance alone, and with the usual spread."""
    grid = np.linspace(n.min() * 0.9, n.max() * 1.02, 200)
    ax.axhline(100 * made.target, color=INK, linewidth=1, label=wording.word("mark.common"))
    for between, style, mark in ((0.0, ":", "limits_chance"), (made.between, "-", "limits_usual")):
        for side, ends in enumerate(
            funnel_limits(made.target, grid, between, comparison.LIMITS[1])
        ):
            ax.plot(grid, 100 * ends, style, color=PALE if style == "-" else INK, linewidth=1.2,
                    label=None if side else wording.word(f"mark.{mark}"))  # fmt: skip
