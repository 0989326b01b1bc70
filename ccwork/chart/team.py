"""The figure of the core team: how each role is covered."""

import numpy as np
import pandas as pd

from ccwork import text
from ccwork.chart.base import INK, TEAL, Picture, canvas, legend_above
from ccwork.team import NEED, WORDS

BARS = (("in_team", TEAL, "", -0.2), ("outside_team", "white", "///", 0.2))
"""Column, colour, hatch and shift of its bars: told apart without colour."""


def team_roles(rows: pd.DataFrame) -> Picture:
    """Draw how many hold each role, in the team and outside; the axis ends at "three or more".

    Parameters
    ----------
    rows
        What :func:`ccwork.team.roles` returns.
    """
    if rows.empty:
        return Picture("team_roles", None, "", rows)
    figure, ax = canvas(0.7 * len(rows) + 1.2)
    places = np.arange(len(rows))
    for column, colour, hatch, shift in BARS:
        counts = pd.to_numeric(rows[column], errors="coerce").fillna(0)
        if (counts > 0).any():
            ax.barh(places + shift, counts, 0.36, color=colour, hatch=hatch, edgecolor=INK,
                    label=text.word(f"mark.{column}"))  # fmt: skip
    for place, known in zip(places, rows["in_team"], strict=True):
        if known == "unknown":
            ax.annotate("?", (0, place), (6, 0), textcoords="offset points", va="center")
    ax.axvline(NEED, color=INK, lw=1, ls="--", label=text.word("mark.role_need"))
    ax.set_yticks(places, [text.word(f"team_part.{role}") for role in rows["team_role"]])
    ax.set_xticks(range(WORDS + 1), [text.word(f"people.{count}") for count in range(WORDS + 1)])
    ax.set(xlim=(0, WORDS + 0.2), ylim=(len(rows) - 0.4, -0.6))
    legend_above(ax, 3)
    said = "; ".join(
        text.say("alt.team_role", role=text.word(f"team_part.{row.team_role}"),
                 inside=text.word(f"people.{row.in_team}"),
                 outside=text.word(f"people.{row.outside_team}"))
        for row in rows.itertuples()
    )  # fmt: skip
    return Picture("team_roles", figure, text.say("alt.team_roles", said=said), rows)
