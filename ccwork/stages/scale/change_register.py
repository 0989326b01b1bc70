"""The register of changes: what changes, what is kept, what it risks, and what was planned.

A change is a row people write. The register flags what would make it worth little: an order
and nothing else, a plan that nobody sealed, a risk nobody looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.language import wording
from ccwork.language.problems import Problem
from ccwork.read.workbook import Workbook
from ccwork.stages.plan import experiment_plan
from ccwork.stages.plan.experiment_plan import Plan, Sealed
from ccwork.stages.scale.trial import Trial, trials
from ccwork.tell.tables import about, said

EFFECTS: Final = ("burden", "trust", "transparency")
"""What a change may do: lower the burden, raise trust, make work transparent (the method)."""

PLANNED: Final = (
    "change", "service", "metric", "worthwhile", "assigned", "split", "looks", "free", "started",
)  # fmt: skip
"""Columns of the register that make the plan of a change: the checksum is of these."""

OWN_WORDS: Final = {
    "tasks": "cluster", "what_said": "what", "kept_said": "kept", "risk_said": "risk",
}  # fmt: skip

SHOWN: Final = 5
"""So many units or cases left out are named, the others counted (our choice)."""

SHORTEST: Final = 12
"""So many letters of a checksum are enough to tell plans apart (our choice)."""


def day_or_dash(when: Any) -> str:
    """Write a day that may be missing."""
    return wording.day(when) if pd.notna(when) else "—"


def register(work: Workbook) -> pd.DataFrame:
    """Return the register: one row per change, with what it is and what is wrong with it.

    Returns
    -------
    DataFrame
        ``novelty`` (the change), ``tasks`` (the cluster), ``change_kind``, ``change_level``,
        ``centricity`` (centricity where the logic or the structure of work changes,
        orientation where only the service within the old rules), ``change_effects``,
        ``act``, ``what_said``, ``kept_said``, ``safety`` and ``risk_said``, ``day`` of the
        start, ``flags``.

    Notes
    -----
    Orientation or centricity: wsem.ru on orientation and centricity. An order alone does not
    change the settled way of things: Zhurikhin 2023. The other flags are our choice.
    """
    rows = work.table("changes").reset_index(drop=True)
    rows["centricity"] = np.where(rows["touches"] == "old_rules", "orientation", "centricity")
    rows["change_effects"] = [
        " ".join(name for name in EFFECTS if row[name] == "yes") or "none"
        for row in rows.to_dict("records")
    ]
    rows = rows.assign(
        novelty=rows["change"], change_kind=rows["kind"], change_level=rows["reach"]
    )
    for shown, column in OWN_WORDS.items():
        rows[shown] = said(rows, column)
    rows["safety"] = rows["risk"].replace("", "unknown")
    rows["day"] = rows["started"].map(day_or_dash)
    held = plans(work).set_index("novelty")["validity"]
    opinions = work.catalogue.index[work.catalogue["group"] == "subjective"]
    tried = [code for code, trial in trials(work).items() if len(trial.brought)]
    asked = rows["metric"].isin(opinions) & rows["change"].isin(tried)
    untold = asked & rows[["success_all", "success_asked"]].isna().any(axis=1)
    rows["flags"] = [
        _flags(row, held[row["change"]], silent)
        for row, silent in zip(rows.to_dict("records"), untold, strict=True)
    ]
    return about(rows, "changes", work)


def _flags(row: Mapping[str, Any], validity: str, untold: bool) -> str:
    hits = {
        "order_only": row["act"] == "order",
        "chosen_worst": row["assigned"] == "worst",
        "no_effect": row["change_effects"] == "none",
        "kept_unsaid": row["kept_said"] == "—",
        "risk_unknown": row["safety"] == "unknown",
        "risk_high": row["safety"] == "high",
        "no_plan": validity == "none",
        "plan_broken": validity in ("changed", "late"),
        "asked_untold": untold,
    }
    return " ".join(flag for flag, hit in hits.items() if hit)


def change_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Name the register so that it is shown in people's own words: what changes, what is kept."""
    rows = rows.copy()
    rows.attrs = rows.attrs | {"name": "change_words"}
    return rows


def starts(work: Workbook) -> pd.DataFrame:
    """Say where each change began, and when: by what was measured, not by what was meant.

    Returns
    -------
    DataFrame
        One row per ``novelty`` and day of start, ``begun``: ``units_begun`` that day,
        ``began_where`` (names; "—" where no unit was told), ``start_check``: agrees, or
        differs where the table ``units`` names another day for one of them; untold where it
        names none.
    """
    meant = work.table("units").set_index("unit")["start"]
    rows = [row for trial in trials(work).values() for row in _starts(trial, meant)]
    return about(rows, "starts", work)


def _starts(trial: Trial, meant: pd.Series) -> Iterator[dict[str, Any]]:
    first = trial.begun.groupby("unit", sort=False)["date"].min().reset_index()
    first["meant"] = pd.to_datetime(first["unit"].map(meant))
    for when, own in first.groupby("date"):
        where = [wording.name("unit", unit) or "—" for unit in sorted(own["unit"])]
        yield {
            "novelty": trial.change, "begun": f"{when:%Y-%m-%d}", "day": day_or_dash(when),
            "units_begun": len(own), "began_where": ", ".join(where),
            "start_check": _agrees(own),
        }  # fmt: skip


def _agrees(own: pd.DataFrame) -> str:
    """Hold the days measured against those named: a row may stand for the month it begins."""
    named = own[own["meant"].notna()]
    if named.empty:
        return "untold"
    same = named["meant"].dt.to_period("M") == named["date"].dt.to_period("M")
    return "agrees" if same.all() else "differs"


def planned(row: Mapping[str, Any]) -> Plan:
    """Return the plan a row of the register makes."""
    kept = {key: row.get(key) for key in PLANNED}
    kept["started"] = None if pd.isna(kept["started"]) else pd.Timestamp(kept["started"]).date()
    return {
        key: value for key, value in kept.items() if value not in ("", None) and value == value
    }


def checksum(plan: Plan) -> str:
    """Return the short checksum of a plan, to be written into the register."""
    return f"p{experiment_plan.plan_digest(plan)[:SHORTEST]}"


def _told(trial: Trial) -> str:
    return str(trial.register["plan_hash"]).removeprefix("p")


def carries(trial: Trial, plan: Plan) -> bool:
    """Tell whether a change carries the checksum of a plan, told by enough of its letters."""
    told = _told(trial)
    return len(told) >= SHORTEST and experiment_plan.plan_digest(plan).startswith(told)


def plans(work: Workbook, brought: Plan | None = None) -> pd.DataFrame:
    """Say of every change whether its plan was sealed before the data, and held.

    Parameters
    ----------
    brought
        The plan of the agency's ``plan.toml``: the register may carry its checksum instead.

    Returns
    -------
    DataFrame
        One row per ``novelty``: ``validity`` (valid, changed, late, or none where no checksum
        was written down), ``day`` of the seal, ``checksum`` of what the register says now.
    """
    rows = []
    for trial in trials(work).values():
        day, digest = day_or_dash(trial.register["sealed"]), checksum(planned(trial.register))
        rows.append((trial.change, _validity(trial, brought), day, digest))
    return about(rows, "change_plans", work)


def _validity(trial: Trial, brought: Plan | None) -> str:
    row, first = trial.register, trial.begun["date"].min()
    if not _told(trial):
        return "none"
    known = [planned(row), *([brought] if brought else [])]
    plan = next((plan for plan in known if carries(trial, plan)), None)
    if plan is None:
        return "changed"
    when = date.max if pd.isna(row["sealed"]) else pd.Timestamp(row["sealed"]).date()
    seal = Sealed(plan, experiment_plan.plan_digest(plan), when)
    return experiment_plan.valid(seal, plan, None if pd.isna(first) else first.date())


def problems(work: Workbook) -> Iterator[Problem]:
    """Name what was left out of trials: units with half their dates, cases of both sides."""
    for trial in trials(work).values():
        change = wording.name("change", trial.change)
        if trial.halves:
            names = [wording.name("unit", unit) for unit in trial.halves]
            yield Problem("trial_half", "", column="unit", grave=False,
                          values=_named(names) | {"change": change})  # fmt: skip
        if trial.switched:
            cases = trial.brought.loc[trial.brought["metric"] == trial.metric.code, "case"]
            yield Problem("trial_switched", "", column="case", grave=False,
                          values=_named(trial.switched) | {"change": change,
                                                           "cases": cases.nunique()})  # fmt: skip


def _named(names: Sequence[str]) -> dict[str, Any]:
    more = ", …" if len(names) > SHOWN else ""
    return {"n": len(names), "units": ", ".join(names[:SHOWN]) + more}
