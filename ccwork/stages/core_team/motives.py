"""Two beginnings of the change: what staff need, and how people are chosen and grown.

A change may begin with motivation rebuilt to real needs of the staff, or with the staff
department, whose choice of people is a service too (Roskachestvo on client-ocracy).
"""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.read.cache import once_said
from ccwork.read.workbook import Workbook
from ccwork.stages.core_team import adoption, team_roles
from ccwork.tell.tables import about

MATTERS: Final = "_matters"
"""End of the code of the item that asks whether a need is important."""

MET: Final = "_met"
"""End of the code of the item that asks whether it is met."""

IMPORTANCE: Final = ["score", "score_low", "score_high", "score_why"]


def motives_met(work: Workbook) -> pd.DataFrame:
    """Hold what matters to the staff against what of it is there, and whether that moves.

    Returns
    -------
    DataFrame
        One row per ``item`` of the form ``motives``: ``importance`` and ``score`` (how far it
        is met), 0-100 with intervals, ``n``, ``change`` of the latter and its ``verdict``,
        ``motive_place``; what matters and is not met comes first.

    Notes
    -----
    Importance and performance: Martilla and James (1977); the lines between the four places
    are the means of all items. Fewer than 10 answers give no score.
    """
    rows = adoption.followed(work, "motives")
    met = rows[rows["item"].str.endswith(MET)].copy()
    matters = rows.set_index("item")[IMPORTANCE].rename(
        columns=lambda name: name.replace("score", "importance")
    )
    met = met.join(matters.rename(lambda item: item.removesuffix(MATTERS) + MET), on="item")
    met["importance_why"] = met["importance_why"].fillna("no_data")
    high, there = (met[part] >= met[part].mean() for part in ("importance", "score"))
    places = [met[["importance", "score"]].isna().any(axis=1), high & ~there, high, ~there]
    met["motive_place"] = np.select(places, ["unknown", "begin", "keep", "later"], "enough")
    met["gap"] = met["score"] - met["importance"]
    met["say"] = np.where(met["motive_place"] == "begin", "begin", "")
    return about(met.sort_values("gap", kind="stable"), "motives", work)


def hiring(work: Workbook) -> pd.DataFrame:
    """Follow the way of a person to a position as a client's path: candidates say how it was.

    Returns
    -------
    DataFrame
        One row per ``item`` of the form ``hiring``, in the order of the way: ``n``, ``score``
        0-100 with its interval, ``change`` and ``verdict``, as :func:`adoption.followed`.
    """
    return about(adoption.followed(work, "hiring", "client"), "hiring", work)


@once_said
def talent(work: Workbook) -> pd.DataFrame:
    """Return practices of choosing and growing people, each with its last answer and day.

    As :func:`team_roles.leaders`; selection, development and rotation on equal opportunity,
    regular assessment and feedback: wsem.ru on orientation and centricity.
    """
    return team_roles.last_answers(work, "talent")
