"""What was done of the plan of the experiment: read from the change that carries its checksum."""

from typing import Any, Final

import pandas as pd

from ccwork.read.workbook import Workbook
from ccwork.stages.plan import plan_tables
from ccwork.stages.plan.experiment_plan import Plan
from ccwork.stages.scale import change_register, trial_rows
from ccwork.stages.scale.trial import Trial, trials
from ccwork.tell.tables import Fixed

WHOLE: Final = ("unit", "office", "window")
"""Units of assignment that the column ``unit`` of the table ``trials`` may stand for."""


def plan_fact(work: Workbook, plan: Plan) -> pd.DataFrame:
    """Hold the plan of the agency's ``plan.toml`` against what was done, line by line.

    Returns
    -------
    DataFrame
        What :func:`plan_tables.against_fact` returns; nothing done is known where no change of
        the register carries the checksum of the plan.
    """
    mine = next((own for own in trials(work).values() if change_register.carries(own, plan)), None)
    rows = plan_tables.against_fact(work, plan, done(mine, plan) if mine else {})
    rows.attrs["files"] = Fixed([*rows.attrs["files"], *work.files("changes", "trials")])
    said = {"change": ("change", mine.change)} if mine else {}
    rows.attrs["remarks"] = [("remark.plan_of_change" if mine else "remark.plan_of_none", said)]
    return rows


def done(trial: Trial, plan: Plan) -> dict[str, Any]:
    """Return line of the plan -> what was done, None where the data do not tell.

    Rows without a number of a case may stand for the month they begin, so that the start is
    known to the month only. Weeks are whole ones of the new way, its last period included.
    """
    rows, own = trial.primary, trial.shape
    if not own.treated:
        return {}
    named = (rows["unit"] != "").all()
    whole = named and not own.mixed and (own.control > 0 or own.starts > 1)
    first, looks = trial.begun["date"].min(), pd.to_numeric(trial.rows["look"]).max()
    monthly = (rows["case"] == "").all() and (rows["date"].dt.day == 1).all()
    unit = plan.get("unit") if plan.get("unit") in WHOLE else "unit"
    return {
        "metric": trial.metric.code,
        "worthwhile": trial.margin if trial.metric.code == plan.get("metric") else None,
        "design": trial.design.grade,
        "unit": unit if whole else "case" if named and own.alongside else None,
        "clusters": min(own.treated, own.control) if whole and own.control else None,
        "n_per_arm": _cases(trial),
        "looks": None if pd.isna(looks) else int(looks),
        "starts": first.to_period("M") if monthly else first.date(),
        "duration_weeks": trial.weeks,
    }


def _cases(trial: Trial) -> int | None:
    """Return the cases of the smaller arm: side by side with the new way, else those before."""
    used = trial.design.used(trial.primary)
    new = used["way"] == trial_rows.NEW
    beside = used[used["date"] >= used.loc[new, "date"].min()]
    arms = (beside if beside["way"].nunique() > 1 else used).groupby("way")["n"].sum()
    return int(arms.min()) if len(arms) > 1 else None
