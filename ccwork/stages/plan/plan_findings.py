"""What the brief may take of the plan: windows, wishes, gains expected, the seal, the chance."""

from datetime import date, timedelta
from typing import Final

import pandas as pd

from ccwork.measure.control_charts import worthwhile
from ccwork.measure.process.what_if import levers, steps_of
from ccwork.read.workbook import Workbook
from ccwork.stages.plan import plan_power, plan_tables, redesign, service_windows
from ccwork.stages.plan.experiment_plan import Plan, Sealed, plan_digest
from ccwork.tell import findings as told
from ccwork.tell.findings import Finding, as_listed, finding, having
from ccwork.tell.tables import fact_id

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


def _due(plan: Plan) -> Finding:
    """Return what every decision due about the plan says: of whoever wrote it."""
    author = plan.get("author")
    who, service = f"person:{author}" if author else "", plan.get("process", "")
    return {"kind": "decision_due", "who": who, "service": service, "cause": "plan"}


def _seal(work: Workbook, plan: Plan, sealed: Sealed | None) -> list[Finding]:
    """Tell of a plan not sealed, changed since, sealed late, or whose time has passed."""
    starts, due = (sealed.plan if sealed else plan).get("starts"), _due(plan)
    dated = isinstance(starts, date)
    if sealed is None:
        late = dated and starts <= work.date
        own = having(plan_power.power_by_design(work, plan), strength=plan.get("design", ""))
        facts = [fact_id(own, row, "chance") for row in own.to_dict("records")]
        said = {"by": starts.isoformat() if dated else "", "action": "" if late else "seal"}
        what = "plan_begun" if late else "plan_open"
        return [finding(what, grade="counted", facts=facts, **due, **said)] if plan else []
    seal, day = plan_tables.seal_held(work, sealed, plan), f"day:{sealed.day.isoformat()}"
    lines = plan_tables.plan_changes(work, sealed, plan)
    lines = lines[lines["how"] != "same"]
    found = as_listed(
        having(seal.head(1), validity=["changed", "late"]), "plan_{validity}", day=day, **due,
        also=[fact_id(lines, line, "how") for line in lines.to_dict("records")],
        action=lambda row: "back_to_seal" if row["validity"] == "changed" else "",
    )  # fmt: skip
    end = starts + timedelta(float(sealed.plan.get("duration_weeks", 0)) * 7) if dated else None
    over = end is not None and end < work.date and not _in_register(work, sealed)
    return found + as_listed(seal.head(1 if over else 0), "window_passed", day=f"day:{end}", **due)


def _in_register(work: Workbook, sealed: Sealed) -> bool:
    """Tell whether a change in the register carries the checksum of a plan."""
    marks = work.table("changes")["plan_hash"].astype(str).str.removeprefix("p")
    digest = plan_digest(sealed.plan)
    return any(len(mark) >= SHORTEST and digest.startswith(mark) for mark in marks)


def _chance(work: Workbook, plan: Plan) -> list[Finding]:
    """Tell of a design that would hardly prove the change, and how many units would do."""
    rows = having(plan_power.power_by_design(work, plan), strength=plan.get("design", ""))
    due, low = _due(plan) | {"cause": "power"}, rows[rows["chance"] < plan_power.ENOUGH]
    code = "low_chance_known" if low["clusters_needed"].notna().all() else "low_chance"
    none = as_listed(rows[rows["chance"].isna()], "no_chance", **due)
    return none + as_listed(low, code, what="low_chance", **due)


def _gains(work: Workbook, process: str, plan: Plan, sealed: Sealed | None) -> list[Finding]:
    """Tell how much shorter the journey is expected to be; else the step that would give most."""
    bar = 24 * worthwhile(work.catalogue.loc["lead_days"])
    gain = redesign.as_is_to_be(work, process)
    won = (gain["mean_now"] - gain["mean_then"] >= bar) & ~(gain["low"] <= 0)
    lead = having(gain[won], saving="lead")
    if len(lead) or plan:
        return as_listed(
            lead, "gain_expected", service=process, besides=lambda _: _trial(work, plan, sealed),
            size=lambda row: (row["mean_now"] - row["mean_then"]) / bar,
        )  # fmt: skip
    rows = having(levers(work, steps_of(work, process)), lever="wait_norm", statutory="no")
    rows = rows[(rows["saved_low"] > 0) & (rows["saved"] >= bar)]
    rows = rows.sort_values("saved", ascending=False)
    return as_listed(rows, "lever", size=lambda row: row["saved"] / bar, service=process)


def _trial(work: Workbook, plan: Plan, sealed: Sealed | None) -> Finding:
    """Say what is to be done about a gain expected: plan its trial, or begin it in time."""
    starts = sealed.plan.get("starts") if sealed else None
    if isinstance(starts, date) and starts > work.date:
        day = starts.isoformat()
        return {"action": "begin", "by": day, "who": _due(plan)["who"], "day": f"day:{day}"}
    return {"action": "" if plan else "try_it"}


def _wishes(work: Workbook, process: str, plan: Plan) -> list[Finding]:
    """Tell of changes wished for that no plan tries."""
    rows = redesign.redesign_wishes(work, process)
    also = [fact_id(rows, each, "in_count") for each in rows.to_dict("records")]
    return as_listed(rows.head(0 if plan else 1), "wishes_open", service=process, also=also)


def _windows(work: Workbook) -> list[Finding]:
    """Tell of offices whose windows cannot keep the promise about the queue, the worst first."""
    rows = having(service_windows.windows_by_unit(work), kept="no")
    return as_listed(
        rows.sort_values("over", ascending=False, kind="stable") if len(rows) else rows,
        "queue_long", what=lambda row: "queue_grows" if pd.isna(row["value"]) else "queue_long",
    )  # fmt: skip
