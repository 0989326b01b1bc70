"""The figure of the core team: how each role is covered."""

import numpy as np
import pandas as pd

from ccwork.language import wording
from ccwork.stages.core_team.team_roles import NEED, WORDS
from ccwork.tell.figures import INK, TEAL, Picture, canvas, legend_above

BARS = (("in_team", TEAL, "", -0.2), ("outside_team", "white", "///", 0.2))
"""Column, colour, hatch and shift of its bars: told apart without colour."""


def draw_team_roles(rows: pd.DataFrame) -> Picture:
    """Draw how many hold each role, in the team and outside; the axis ends at "three or more".

    Parameters
    ----------
    rows
        What :func:`team_roles.roles` returns.
    """
    if rows.empty:
        return Picture("team_roles", None, "", rows)
    figure, ax = canvas(0.7 * len(rows) + 1.2)
    places = np.arange(len(rows))
    for column, colour, hatch, shift in BARS:
        counts = pd.to_numeric(rows[column], errors="coerce").fillna(0)
        if (counts > 0).any():
            ax.barh(places + shift, counts, 0.36, color=colour, hatch=hatch, edgecolor=INK,
                    label=wording.word(f"mark.{column}"))  # fmt: skip
    for place, known in zip(places, rows["in_team"], strict=True):
        if known == "unknown":
            ax.annotate("?", (0, place), (6, 0), textcoords="offset points", va="center")
    ax.axvline(NEED, color=INK, lw=1, ls="--", label=wording.word("mark.role_need"))
    ax.set_yticks(places, [wording.word(f"team_part.{role}") for role in rows["team_role"]])
    ax.set_xticks(
        range(WORDS + 1), [wording.word(f"people.{count}") for count in range(WORDS + 1)]
    )
    ax.set(xlim=(0, WORDS + 0.2), ylim=(len(rows) - 0.4, -0.6))
    legend_above(ax, 3)
    said = "; ".join(
        wording.say("alt.team_role", role=wording.word(f"team_part.{row.team_role}"),
                 inside=wording.word(f"people.{row.in_team}"),
                 outside=wording.word(f"people.{row.outside_team}"))
        for row in rows.itertuples()
    )  # fmt: skip
    return Picture("team_roles", figure, wording.say("alt.team_roles", said=said), rows)
