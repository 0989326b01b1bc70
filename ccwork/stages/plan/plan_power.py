"""How likely each design would prove the change, told before the plan is sealed."""

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.measure.control_charts import histories
from ccwork.read.cache import while_same
from ccwork.read.workbook import Workbook
from ccwork.stages.plan.experiment_plan import FILE, LEAST_CLUSTERS, Plan, few_units
from ccwork.stats.trials import diff_in_diff, interrupted_time_series, operating_characteristics
from ccwork.tell.tables import MEASURED, about

DAYS: Final = 30.4
"""Days of a month."""

KEPT: Final = 0.8
"""How alike the own level of a unit is before and after (correlation, our choice)."""

RUNS: Final = 1000

ENOUGH: Final = 80
"""A smaller chance than this, per cent, is too small (our choice, as is usual)."""

MOST: Final = 10
"""So many times the units of a plan are tried to find how many would do (our choice)."""


@while_same(*MEASURED)
def power_by_design(work: Workbook, plan: Plan) -> pd.DataFrame:
    """Say of every design how likely it would prove what the plan looks for.

    Returns
    -------
    DataFrame
        One row per ``strength`` A to E: ``chance`` to accept a change as large as worthwhile,
        and ``chance_twice`` one twice as large, per cent of 1000 invented changes judged by
        the whole rule of stage 4, no harm being done; of the plan's own design, where that is
        below :data:`ENOUGH`, ``clusters_needed`` an arm. No rows where no plan was brought.

    Notes
    -----
    Months before are those the metric has in the tables; a unit's value of a month rests on its
    cases of that month. Own changes of units, looks and spread as the plan has them: our choice.
    """
    rows = [_row(grade, _drawn(grade, work, plan), plan) for grade in "ABCDE" if plan]
    for row in rows:
        row["clusters_needed"], row["clusters_needed_why"] = np.nan, "not_applicable"
        if row["strength"] == plan.get("design") and not np.isnan(row["chance"]):
            row["clusters_needed"] = _needed(work, plan) if row["chance"] < ENOUGH else np.nan
            row["clusters_needed_why"] = "no_number" if row["chance"] < ENOUGH else "suffices"
    table = about(rows, "plan_power", work)
    table.attrs["files"] = [FILE]
    return table


def _needed(work: Workbook, plan: Plan) -> float:
    """Return the fewest units an arm with which a design would have chance enough."""
    if plan.get("unit", "case") == "case":
        return np.nan
    have, grade = int(plan["clusters"]), plan["design"]

    def chance(units: int) -> float:
        more = plan | {"clusters": units, "n_per_arm": plan["n_per_arm"] * units / have}
        return float(_row(grade, _drawn(grade, work, more), more)["chance"])

    tried = range(have, MOST * have + 1)
    at = bisect_left(tried, ENOUGH, key=chance)
    return tried[at] if at < len(tried) else np.nan


def _row(grade: str, drawn: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    chances = [np.nan, np.nan]
    if "n_per_arm" in drawn:
        bar = float(plan["worthwhile"])
        fixed = {"worthwhile": bar, "margin": bar, "guardrails": 0, "runs": RUNS, "design": grade}
        chances = [
            100 * operating_characteristics.rates(times * bar, 0, **fixed, **drawn)["accept"]
            for times in (1, 2)
        ]
    return {"strength": grade, "chance": chances[0], "chance_twice": chances[1],
            "why": drawn.get("why", "")}  # fmt: skip


def _drawn(grade: str, work: Workbook, plan: Plan) -> dict[str, Any]:
    """Return what is to be invented for a design, or only ``why`` nothing can be."""
    share = plan.get("baseline")
    sd = plan.get("sd") or (None if share is None else (share * (100 - share)) ** 0.5)
    needs = {"worthwhile", "n_per_arm", "duration_weeks"} <= set(plan)
    if grade in "DE":
        return {"why": "weak_design"}
    if not sd or not needs:
        return {"why": "no_spread"}
    whole = plan.get("unit", "case") != "case"
    units, icc = int(plan.get("clusters", 0)), plan.get("icc", 0)
    if grade == "A":
        looks = 1 if few_units(plan) else int(plan.get("looks", 1))
        own = {"clusters": units, "icc": icc} if whole else {}
        enough = not whole or units >= LEAST_CLUSTERS
        return {"n_per_arm": plan["n_per_arm"], "sd": sd, "looks": looks, **own} if enough else {
            "why": "few_units"}  # fmt: skip
    after = max(1, round(plan["duration_weeks"] * 7 / DAYS))
    chart = histories(work)
    values = chart[chart["metric"] == plan.get("metric")].groupby("service")["value"]
    before = int(values.count().max()) if len(values) else 0
    if grade == "C":
        if min(before, after) < interrupted_time_series.POINTS:
            return {"why": "short_series"}
        return {"n_per_arm": before, "after": after, "sd": float(values.std().max()), "looks": 1}
    if not whole or units < LEAST_CLUSTERS or before < diff_in_diff.LEAST_BEFORE:
        return {"why": "few_units" if before >= diff_in_diff.LEAST_BEFORE else "short_series"}
    cases = max(1, plan["n_per_arm"] / units / after)
    spread = {"sd": sd * ((1 - icc) / cases) ** 0.5, "own": sd * (2 * (1 - KEPT) * icc) ** 0.5}
    return {"n_per_arm": before, "after": after, "clusters": units, "looks": 1, **spread}
