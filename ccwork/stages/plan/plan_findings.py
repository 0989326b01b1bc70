"""What the brief may take of the plan: windows, wishes, gains expected, the seal, the chance."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.measure.control_charts import worthwhile
from ccwork.measure.process.what_if import levers, steps_of
from ccwork.read.workbook import Workbook
from ccwork.stages.plan import plan_power, plan_tables, redesign, service_windows
from ccwork.stages.plan.experiment_plan import Plan, Sealed, plan_digest
from ccwork.tell import findings as told
from ccwork.tell.findings import finding
from ccwork.tell.tables import fact_id

Found = Iterator[dict[str, Any]]

MOST: Final = 3
"""So many offices or wishes are told of at most (our choice)."""

SHORTEST: Final = 8
"""So many letters of a checksum name a plan in the register (our choice)."""


def findings(work: Workbook, process: str, brought: Plan, sealed: Sealed | None) -> pd.DataFrame:
    """Return what the brief may take of the plan of stage 3; nothing here is proven yet.

    Parameters
    ----------
    process
        Code of the service looked at.
    brought, sealed
        The plan as it is now, and as it was sealed; empty and None where there is none.
    """
    found = [
        *_seal(work, brought, sealed), *_chance(work, brought),
        *_gains(work, process, brought, sealed), *_wishes(work, process, brought),
        *_windows(work),
    ]  # fmt: skip
    return told.findings(work, "3_plan", found)


def _plan(what: str, facts: list[str], plan: Plan, **more: Any) -> dict[str, Any]:
    """Return a decision due about the plan, of whoever wrote it."""
    author = plan.get("author")
    known = {"who": f"person:{author}" if author else "", "cause": "plan"}
    return finding(what, "decision_due", "counted", facts, **known | more)


def _seal(work: Workbook, plan: Plan, sealed: Sealed | None) -> Found:
    """Tell of a plan not sealed, changed since, sealed late, or whose time has passed."""
    starts = (sealed.plan if sealed else plan).get("starts")
    if plan and sealed is None:
        chance = plan_power.power_by_design(work, plan)
        own = chance[chance["strength"] == plan.get("design")]
        facts = [fact_id(chance, row, "chance") for _, row in own.iterrows()]
        late = isinstance(starts, date) and starts <= work.date
        more = {"by": starts.isoformat()} if isinstance(starts, date) else {}
        code = "plan_begun" if late else "plan_open"
        yield _plan(code, facts, plan, action="" if late else "seal", **more)
    if sealed is None:
        return
    seal = plan_tables.seal_held(work, sealed, plan)
    row = seal.iloc[0]
    facts = [fact_id(seal, row, "validity")]
    if row["validity"] == "changed":
        lines = plan_tables.plan_changes(work, sealed, plan)
        facts += [fact_id(lines, line, "how") for _, line in lines.iterrows()]
        day = f"day:{sealed.day.isoformat()}"
        yield _plan("plan_changed", facts, plan, action="back_to_seal", day=day)
    elif row["validity"] == "late":
        yield _plan("plan_late", facts, plan, day=f"day:{sealed.day.isoformat()}")
    if isinstance(starts, date) and not _in_register(work, sealed):
        end = starts + timedelta(weeks=float(sealed.plan.get("duration_weeks", 0)))
        if end < work.date:
            yield _plan("window_passed", facts, plan, cause="window", action="judge",
                        day=f"day:{end.isoformat()}")  # fmt: skip


def _in_register(work: Workbook, sealed: Sealed) -> bool:
    """Tell whether a change of the register carries the checksum of a plan."""
    marks = work.table("changes")["plan_hash"].astype(str).str.removeprefix("p")
    digest = plan_digest(sealed.plan)
    return any(len(mark) >= SHORTEST and digest.startswith(mark) for mark in marks)


def _chance(work: Workbook, plan: Plan) -> Found:
    """Tell of a design that would hardly prove the change, and how many units would do."""
    rows = plan_power.power_by_design(work, plan)
    for _, row in rows[rows["strength"] == plan.get("design")].iterrows():
        facts = [fact_id(rows, row, "chance")]
        more = {"cause": "power", "design": f"value:{row['strength']}"}
        if pd.isna(row["chance"]):
            why = f"reason:{row['why']}"
            yield _plan("no_chance", facts, plan, why=why, **more)
        elif row["chance"] < plan_power.ENOUGH:
            if pd.notna(row["clusters_needed"]):
                facts.append(fact_id(rows, row, "clusters_needed"))
                more |= {"action": "more_units", "n": int(row["clusters_needed"])}
            chance = {"value": row["chance"], "unit": "percent"}
            yield _plan("low_chance", facts, plan, chance=chance, **more)


def _gains(work: Workbook, process: str, plan: Plan, sealed: Sealed | None) -> Found:
    """Tell how much shorter the journey is expected to be; else the step that would give most."""
    bar = 24 * worthwhile(work.catalogue.loc["lead_days"])
    known = {"kpi": "speed", "service": process}
    gain = redesign.as_is_to_be(work, process)
    won = (gain["mean_now"] - gain["mean_then"] >= bar) & ~(gain["low"] <= 0)
    lead = gain[(gain["saving"] == "lead") & won]
    for _, row in lead.iterrows():
        facts = [fact_id(gain, row, column) for column in ("mean_then", "mean_now", "value")]
        now, then = (
            {"value": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"],
             "unit": "hours"} for name in ("mean_now", "mean_then")
        )  # fmt: skip
        yield finding("gain_expected", "change_to_decide", "counted", facts, now=now, then=then,
                      size=(row["mean_now"] - row["mean_then"]) / bar, **known,
                      **_trial(work, plan, sealed))  # fmt: skip
    if len(lead) or plan:
        return
    rows = levers(work, steps_of(work, process))
    rows = rows[(rows["lever"] == "wait_norm") & (rows["statutory"] == "no")]
    rows = rows[(rows["saved_low"] > 0) & (rows["saved"] >= bar)]
    for _, row in rows.sort_values("saved", ascending=False).head(1).iterrows():
        saved = {"value": row["saved"], "low": row["saved_low"], "high": row["saved_high"]}
        yield finding("lever", "change_to_decide", "counted", [fact_id(rows, row, "saved")],
                      size=row["saved"] / bar, action="try_step", step=f"step:{row['step']}",
                      saved=saved | {"unit": "hours"}, **known)  # fmt: skip


def _trial(work: Workbook, plan: Plan, sealed: Sealed | None) -> dict[str, str]:
    """Say what is to be done about a gain expected: plan its trial, or begin it in time."""
    starts = sealed.plan.get("starts") if sealed else None
    if isinstance(starts, date) and starts > work.date:
        day = starts.isoformat()
        who = f"text:{plan['author']}" if plan.get("author") else ""
        return {"action": "begin", "by": day, "who": who, "day": f"day:{day}"}
    return {"action": "" if plan else "try_it"}


def _wishes(work: Workbook, process: str, plan: Plan) -> Found:
    """Tell of changes wished for that no plan tries, and of those that cannot be counted."""
    rows = redesign.redesign_wishes(work, process)
    for _, row in rows.head(0 if plan else 1).iterrows():
        facts = [fact_id(rows, each, "in_count") for _, each in rows.iterrows()]
        yield finding("wishes_open", "decision_due", "counted", facts, service=process,
                      cause="wishes", step=f"step:{row['step']}",
                      how=f"value:{row['how_changed']}")  # fmt: skip
    for _, row in rows[rows["in_count"] == "no"].head(MOST).iterrows():
        yield finding("wish_uncounted", "data_fault", "counted", [fact_id(rows, row, "in_count")],
                      service=process, cause=f"wish:{row['step']}", step=f"step:{row['step']}",
                      action="fill_wish", how=f"value:{row['how_changed']}")  # fmt: skip


def _windows(work: Workbook) -> Found:
    """Tell of offices whose windows cannot keep the promise about the queue, the worst first."""
    rows = service_windows.windows_by_unit(work)
    rows = rows[rows["kept"] == "no"].sort_values("over", ascending=False, kind="stable")
    for _, row in rows.head(MOST).iterrows():
        facts = [fact_id(rows, row, column) for column in ("over", "windows_needed", "windows")]
        unit, over = f"unit:{row['office']}", {"value": row["over"], "unit": "percent"}
        yield finding("queue_grows" if np.isnan(row["value"]) else "queue_long",
                      "promise_not_kept", "counted", facts, kpi="speed", over=over, unit=unit,
                      n=int(row["windows"]), need=int(row["windows_needed"]), who=unit,
                      action="open_windows", cause=f"windows:{row['office']}")  # fmt: skip
