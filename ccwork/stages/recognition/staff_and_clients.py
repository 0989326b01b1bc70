"""Do clients fare better where the staff fare better? Units side by side, never a cause.

"One cannot make an employee smile at clients if he gets no such attention himself"
(Navigator 2023, 3.3): here is how far the data of the agency agree.
"""

import re
from typing import Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.measure import checklists, metrics
from ccwork.read.workbook import Workbook
from ccwork.stats import shrinkage
from ccwork.stats.intervals import bounded_mean, names, unknown
from ccwork.tell.tables import about

UNITS: Final = 10
"""Fewer units say nothing of a link (our choice)."""

SIDES: Final = {"staff": "inside", "client": "outside", "visitor": "outside"}
"""Who answered a checklist -> whose score it is; the agency's own word counts for neither."""


def unit_scores(work: Workbook) -> pd.DataFrame:
    """Return one score 0-100 per person asked or visit made that names its unit.

    Returns
    -------
    DataFrame
        ``unit``, ``side`` (inside: staff and inner services; outside: clients, visitors and
        outer services), ``score``.
    """
    visits = checklists.visit_scores(checklists.answers(work))
    visits = visits.assign(side=visits["source"].map(SIDES))
    answers = metrics.answered(work)
    answers = answers[answers["unit"] != ""]
    client = answers["service"].map(work.table("services").set_index("service")["client"])
    people = answers.assign(
        score=answers["points"], side=client.map({"internal": "inside", "external": "outside"})
    )
    people = people.groupby(["unit", "side", "respondent"])["score"].mean().reset_index()
    rows = pd.concat([visits, people], ignore_index=True)[["unit", "side", "score"]]
    return rows[(rows["unit"] != "") & rows.notna().all(axis=1)]


def _means(work: Workbook) -> pd.DataFrame:
    """Return mean, variance of the mean and n by unit and side, from ten people or visits on."""
    found = unit_scores(work).groupby(["side", "unit"])["score"].agg(["mean", "var", "size"])
    found = found.astype(float)
    return found[found["size"] >= method.MIN_SHOWN]


def link(work: Workbook) -> pd.DataFrame:
    """Return how inner and outer scores of units go together: an association, no cause.

    Returns
    -------
    DataFrame
        One row: ``units_counted`` with ten people or more on either side, ``go_together`` their
        correlation -1 to 1 with its interval (F62), ``together``: together, apart, unclear, or
        few where fewer than :data:`UNITS` units stand behind it. No row without any unit.
    """
    means = _means(work)["mean"].unstack("side").reindex(columns=["inside", "outside"])
    both = means.dropna()
    found = shrinkage.correlation(both["inside"], both["outside"])
    if len(both) < UNITS or np.isnan(found.low):
        found, say = unknown(), "few"
    else:
        say = "together" if found.low > 0 else "apart" if found.high < 0 else "unclear"
    row = found.columns("go_together") | {"units_counted": len(both), "why": "few_units"}
    row |= {"together": say, "say": say}
    return about([row] if len(means) else [], "trust", work)


def units_compared(work: Workbook) -> pd.DataFrame:
    """Put the units' outer scores side by side for a reader who insists: no ranks (F63).

    Returns
    -------
    DataFrame
        One row per unit in the order of names: ``whom``, ``n``, ``own_score`` and ``steadied``,
        the score drawn to the common mean as far as few people stand behind it, with its
        interval. None where fewer than two units have ten people or visits.
    """
    means = _means(work)
    rows = means[means.index.get_level_values("side") == "outside"].droplevel("side")
    rows = rows[rows["var"] > 0].reset_index()
    rows = rows if len(rows) > 1 else rows.iloc[:0]
    shown = pd.DataFrame({"team_code": rows["unit"], "own_score": rows["mean"], "n": rows["size"]})
    moments = zip(rows["mean"], rows["var"] ** 0.5, rows["size"], strict=True)
    ends = np.array([bounded_mean(*each, (0, 100))[1:3] for each in moments]).reshape(-1, 2)
    shown[["own_score_low", "own_score_high"]] = ends
    drawn = shrinkage.shrunk(rows["mean"], rows["var"] / rows["size"]) if len(rows) else []
    shown[names("steadied")] = np.reshape(drawn, (-1, 3)).clip(0, 100)
    shown["whom"] = [wording.name("unit", code) for code in shown["team_code"]]
    return about(alphabetical(shown, work), "compared", work)


def alphabetical(rows: pd.DataFrame, work: Workbook) -> pd.DataFrame:
    """Put teams in the order of their Russian names, which is then the same in English."""
    tables = [work.table("services").set_index("service"), work.table("units").set_index("unit")]
    names = pd.concat([table["name_ru"] for table in tables]).to_dict()

    def place(code: str) -> str:
        name = (names.get(code) or code).casefold().replace("ё", "е")
        return re.sub(r"\d+", lambda digits: digits[0].zfill(9), name)

    return rows.sort_values("team_code", key=lambda codes: codes.map(place), kind="stable")
