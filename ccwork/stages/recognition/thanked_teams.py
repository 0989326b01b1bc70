"""Who has earned thanks, and who is never thanked.

Teams are named by their own progress: no quota, no places, no persons.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.read.cache import while_same
from ccwork.read.workbook import Workbook
from ccwork.stages.recognition import claim_grades, regression_to_mean, staff_and_clients
from ccwork.stages.scale.trial import RESTS, Trial, trials
from ccwork.stats import intervals, shrinkage
from ccwork.stats.intervals import NAN, Estimate
from ccwork.tell.tables import about


def named(work: Workbook, tried: pd.DataFrame | None = None) -> pd.DataFrame:
    """Name every team that has earned thanks: no quota, no places, no persons.

    Returns
    -------
    DataFrame
        One row per ``merit`` and what it is for, every team that passes named in ``whom``, in
        the order of names: progress against its own yesterday, stopped a bad change, or an honest
        failure (a sealed plan, rejected, not adopted); ``for_what``: metrics or changes.

    Notes
    -----
    A unit is named where the change it took part in was accepted and its own gain lies above
    0. Figures that improved without the clients' opinion earn no thanks. "Better today than
    yesterday": KPI method 2023; failures admitted: Zhurikhin 2023. The merits are our choice.
    """
    rows = _teams(work, claim_grades.verdicts_of(work, tried))
    rows["whom"] = [
        wording.name("unit", code) if kind == "unit" else
        wording.say("team_of", service=wording.name("service", code))
        for kind, code in zip(rows["team_kind"], rows["team_code"], strict=True)
    ]  # fmt: skip
    keys = ["team_kind", "merit", "reasons"]
    rows = rows.groupby(keys, sort=False)["whom"].agg("; ".join).reset_index()
    rows["for_what"] = [
        "; ".join(wording.name(*reason.split(":")) for reason in reasons.split())
        for reasons in rows["reasons"]
    ]
    rows["say"] = rows["merit"]
    return about(rows, "named", work)


@while_same(*RESTS, "decisions", "services", "units")
def _teams(work: Workbook, table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per team and merit, with the codes of its reasons, in the order of names."""
    tests = trials(work)
    found = [
        ("service", row["service"], "progress", f"metric:{row['metric']}")
        for row in claim_grades.claims(work, table).to_dict("records")
        if row["strength"] <= claim_grades.PROVEN_LITTLE
        and row["place_why"] not in claim_grades.PARTED.values()
    ]
    for row in claim_grades.changes_tried(work, table, wording.lang()):
        what = f"change:{row['novelty']}"
        if merit := _merit(row):
            found.append(("service", row["service"], merit, what))
        if row["verdict_word"] == "accept":
            units = _risen(tests[row["novelty"]], row, work)
            found += [("unit", unit, "progress", what) for unit in units]
    keys = ["team_kind", "team_code", "merit"]
    rows = pd.DataFrame(found, columns=[*keys, "reasons"])
    rows = rows.groupby(keys, sort=False)["reasons"].agg(" ".join).reset_index()
    return staff_and_clients.alphabetical(rows, work)


def _merit(row: Mapping[str, Any]) -> str:
    """Return what a rejected change deserves thanks for, if anything.

    What is not proven is no failure: nothing is said of it.
    """
    if row["verdict_word"] != "reject" or row["decision"] == "adopt":
        return ""
    harmful = {"harmed", "stopped"} & set(row.get("because", "harmed").split())
    if harmful and row["decision"] == "revert":
        return "stopped"
    return "honest" if row["validity"] == "valid" else ""


def _risen(trial: Trial, row: Mapping[str, Any], work: Workbook) -> list[str]:
    """Return the units whose own values rose when they began to work the new way.

    Of units chosen because they were bad what would have come by itself is taken off (F62);
    where it cannot be known nobody is named.
    """
    sign, rows = work.metric(row["metric"]).sign, trial.of(row["metric"])
    rows, every = (part[part["unit"] != ""] for part in (rows, trial.brought))
    every = every[every["metric"] == row["metric"]]
    by = regression_to_mean.by_itself(work).set_index("novelty")
    chance = by.loc[row["novelty"]] if row["novelty"] in by.index else None
    common = every.loc[every["way"] == "old"].groupby("unit")["value"].mean().mean()
    rose = []
    value, n = (rows[name].to_numpy(float) for name in ("value", "n"))
    way = rows["way"].to_numpy()
    for unit, own in rows.reset_index(drop=True).groupby("unit").groups.items():
        old, new = (own[way[own] == word] for word in ("old", "new"))
        gain = intervals.welch(sign * value[old], sign * value[new])
        if chance is not None:
            same = Estimate(*chance[["reliability", "reliability_low", "reliability_high"]], NAN)
            itself = shrinkage.drift(sign * np.mean(value[old]), sign * common, same)
            gain = shrinkage.beyond(gain, itself)
        enough = min(np.nansum(n[old]), np.nansum(n[new])) >= method.MIN_SHOWN
        if enough and gain.low > 0:
            rose.append(str(unit))
    return rose


def unthanked(work: Workbook, tried: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the teams nobody has thanked inside, in the order of names.

    Returns
    -------
    DataFrame
        ``team_kind`` unit, or service where the agency names no units; ``team_code``,
        ``earned`` yes or no, and the codes of its ``reasons``. Where no thanks are on record
        only those that have earned them: nobody knows who was thanked.
    """
    units = work.table("units")
    kind, rows = ("unit", units) if len(units) else ("service", work.own_services)
    given = work.table("told")
    given = given[given["place"] == "inside"]
    merit = _teams(work, claim_grades.verdicts_of(work, tried))
    merit = merit[merit["team_kind"] == kind].drop_duplicates("team_code").set_index("team_code")
    left = pd.DataFrame({"team_code": rows.loc[~rows[kind].isin(given[kind]), kind]})
    left = staff_and_clients.alphabetical(left, work).assign(team_kind=kind)
    left["reasons"] = [merit["reasons"].get(code, "") for code in left["team_code"]]
    left["earned"] = np.where(left["team_code"].isin(merit.index), "yes", "no")
    return left if len(given) else left[left["earned"] == "yes"]


def never(work: Workbook, tried: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say who is never thanked: units of the agency, services where it names no units.

    Returns
    -------
    DataFrame
        At most two rows: the teams of :func:`unthanked`, those that have ``earned`` thanks
        (:func:`named` names them) apart from the others: ``teams`` in the order of names,
        ``how_many`` of ``of_all``.
    """
    left, units = unthanked(work, tried), work.table("units")
    kept = (work.table("told")["place"] == "inside").any()
    left["teams"] = [wording.name(row.team_kind, row.team_code) for row in left.itertuples()]
    shown = left.groupby("earned")["teams"].agg("; ".join).reset_index()[::-1]
    shown["how_many"] = shown["earned"].map(left["earned"].value_counts())
    of_all = len(units) or len(work.own_services)
    shown = shown.assign(of_all=of_all, say=shown["earned"] if kept else "unrecorded")
    name = "never" if kept else "unthanked"
    return about(shown, name, work, key=["earned"], of=["told", "units"])
