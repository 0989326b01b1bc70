"""What every figure shares: the picture with its alt text, colours, bare axes, own numbers."""

import textwrap
from dataclasses import dataclass

import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ccwork.language import wording

rcParams["text.parse_math"] = False
rcParams["font.family"] = "DejaVu Sans"
rcParams["text.hinting"] = "none"  # a sixth of the drawing was fitting letters to the grid of dots
rcParams["axes.titley"] = 1.0  # else ticks are measured anew for every title

INK, TEAL, PALE = "#1d2b2f", "#0b5d66", "#9db8bb"
SHADES = ("#5b2a1e", "#b98a76", "#d9d9d9", "#7fb0b0", "#0b5d66")
"""From the worst level to the best; told apart in grey by lightness and by their labels."""


@dataclass(frozen=True)
class Picture:
    """A figure, what it says in words, and the table behind it; no figure where no rows."""

    name: str
    figure: Figure | None
    alt: str
    rows: pd.DataFrame


def label(words: str, most: int = 60) -> str:
    """Make any text safe and short enough for a figure."""
    plain = "".join(mark for mark in words if mark.isprintable())
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def canvas(height: float, width: float = 8) -> tuple[Figure, Axes]:
    """Return a figure of so many inches with bare axes."""
    figure = Figure(figsize=(width, height))
    return figure, bare(figure.subplots())


def legend_above(ax: Axes, columns: int = 2) -> None:
    """Explain the marks in a line above the axes."""
    ax.legend(fontsize=9, frameon=False, loc="lower left", ncols=columns, bbox_to_anchor=(0, 1))


def bare(ax: Axes) -> Axes:
    """Take away the frame and make the ticks small."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(colors=INK, labelsize=9)
    return ax


def own_numbers(ax: Axes, axis: str) -> None:
    """Write the numbers of an axis in the language in force."""
    ticks = getattr(ax, f"{axis}axis")
    ticks.set_major_formatter(
        FuncFormatter(lambda x, _: wording.number(x, 0 if x == round(x) else 1))
    )


def room(ax: Axes, group: pd.DataFrame, least: float = 10) -> None:
    """Leave room round a series of percentages or points, so that a little does not look a lot."""
    low, high = ax.get_ylim()
    if group["unit"].iloc[0] in ("points", "percent") and high - low < least:
        middle = (low + high) / 2
        ax.set_ylim(middle - least / 2, middle + least / 2)


def series_name(row: pd.Series) -> str:
    """Name a series: service and metric."""
    return f"{wording.name('service', row['service'])}: {wording.name('metric', row['metric'])}"


def wrapped(words: str, width: int = 34, lines: int = 3) -> str:
    """Break a name into a few lines that fit beside an axis."""
    return textwrap.fill(label(words, width * lines), width)
