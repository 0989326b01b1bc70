"""The register of changes: what changes, what is kept, what it risks, and what was planned.

A change is a row people write. The register flags what would make it worth little: an order
and nothing else, a plan that nobody sealed, a risk nobody looked at.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import experiment, method, text
from ccwork.experiment import Plan, Sealed
from ccwork.metrics import about, said
from ccwork.stats import points
from ccwork.workbook import Workbook, once

EFFECTS: Final = ("burden", "trust", "transparency")
"""What a change may do: lower the burden, raise trust, make work transparent (the method)."""

PLANNED: Final = (
    "change", "service", "metric", "worthwhile", "assigned", "split", "looks", "free", "started",
)  # fmt: skip
"""Columns of the register that make the plan of a change: the checksum is of these."""

PULSE_LEVELS: Final = 5
"""Levels of the answers to the staff pulse."""

QUESTIONS: Final = ("load", "control", "support")
"""The three questions of the pulse: columns of the table ``pulses``."""

UNBEARABLE: Final = 20.0
"""Stop where surely more than so many per cent say the load is unbearable (our choice)."""

OWN_WORDS: Final = {
    "tasks": "cluster", "what_said": "what", "kept_said": "kept", "risk_said": "risk",
}  # fmt: skip

STOP_METRIC: Final = "staff_unbearable"
SHORTEST: Final = 12
"""So many letters of a checksum are enough to tell plans apart (our choice)."""


def day(when: Any) -> str:
    """Write a day that may be missing."""
    return text.day(when) if pd.notna(when) else "—"


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
    rows["day"] = rows["started"].map(day)
    held = plans(work).set_index("novelty")["validity"]
    opinions = work.catalogue.index[work.catalogue["group"] == "subjective"]
    asked = rows["metric"].isin(opinions) & rows["change"].isin(work.table("trials")["change"])
    untold = asked & rows[["success_all", "success_asked"]].isna().any(axis=1)
    rows["flags"] = [
        _flags(row, held[row["change"]], silent)
        for row, silent in zip(rows.to_dict("records"), untold, strict=True)
    ]
    return about(rows, "changes", work, key=["novelty"], of=["changes"])


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


def words(rows: pd.DataFrame) -> pd.DataFrame:
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
    trials = work.table("trials")
    new = trials[trials["way"] == "new"]
    begun = new.groupby(["change", "unit"], sort=False)["date"].min().reset_index()
    meant = work.table("units").set_index("unit")["start"]
    begun["meant"] = pd.to_datetime(begun["unit"].map(meant))
    order = list(work.table("changes")["change"])
    rows = [
        {"novelty": change, "begun": f"{when:%Y-%m-%d}", "day": day(when), "units_begun": len(own),
         "began_where": ", ".join(_named(own["unit"])), "start_check": _agrees(own)}
        for (change, when), own in begun.groupby(["change", "date"])
    ]  # fmt: skip
    columns = ["novelty", "begun", "day", "units_begun", "began_where", "start_check"]
    rows = sorted(rows, key=lambda row: order.index(row["novelty"]))
    return about(pd.DataFrame(rows, columns=columns), "starts", work, key=["novelty", "begun"],
                 of=["trials", "units"])  # fmt: skip


def _named(units: pd.Series) -> list[str]:
    return [text.name("unit", unit) if unit else "—" for unit in sorted(units)]


def _agrees(own: pd.DataFrame) -> str:
    """Hold the days measured against those named: a row may stand for the month it begins."""
    named = own[own["meant"].notna()]
    if named.empty:
        return "untold"
    same = named["meant"].dt.to_period("M") == named["date"].dt.to_period("M")
    return "agrees" if same.all() else "differs"


# ---------------------------------------------------------------- the plan of a change


def planned(row: Mapping[str, Any]) -> Plan:
    """Return the plan a row of the register makes."""
    kept = {key: row.get(key) for key in PLANNED}
    kept["started"] = None if pd.isna(kept["started"]) else pd.Timestamp(kept["started"]).date()
    return {
        key: value for key, value in kept.items() if value not in ("", None) and value == value
    }


def checksum(plan: Plan) -> str:
    """Return the short checksum of a plan, to be written into the register."""
    return f"p{experiment.digest(plan)[:SHORTEST]}"


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
    first = first_days(work)
    rows = [
        {
            "novelty": row["change"],
            "validity": _validity(row, brought, first.get(row["change"])),
            "day": day(row["sealed"]),
            "checksum": checksum(planned(row)),
        }
        for row in work.table("changes").to_dict("records")
    ]
    shown = pd.DataFrame(rows, columns=["novelty", "validity", "day", "checksum"])
    return about(shown, "change_plans", work, key=["novelty"], of=["changes", "trials"])


def first_days(work: Workbook) -> dict[str, date]:
    """Return the first day with data of the new way, by change."""
    trials = work.table("trials")
    new = trials[trials["way"] == "new"]
    return {change: when.date() for change, when in new.groupby("change")["date"].min().items()}


def _validity(row: Mapping[str, Any], brought: Plan | None, first: date | None) -> str:
    told = str(row["plan_hash"]).removeprefix("p")
    if not told:
        return "none"
    known = [planned(row), *([brought] if brought else [])]
    fits = [
        plan
        for plan in known
        if len(told) >= SHORTEST and experiment.digest(plan).startswith(told)
    ]
    plan = fits[0] if fits else known[0]
    when = date.max if pd.isna(row["sealed"]) else pd.Timestamp(row["sealed"]).date()
    seal = Sealed(plan, experiment.digest(plan) if fits else told, when)
    return experiment.valid(seal, plan, first)


# ---------------------------------------------------------------- the pulse of the staff


def pulse(work: Workbook) -> pd.DataFrame:
    """Return the questions of the staff pulse, as they are put.

    Answered in levels 1 to 5, anonymously; a unit with fewer than ten answers is merged with
    others. Three questions, margin and stop: the method and our choice.
    """
    rows = work.catalogues["pulse"].reset_index()
    other = "en" if text.lang() == "ru" else "ru"
    for part in ("worst", "best"):
        rows[part] = rows[f"{part}_{text.lang()}"].where(
            lambda own: own != "", rows[f"{part}_{other}"]
        )
    return about(rows, "pulse", work, key=["pulse"], of=["pulses"])


@once
def answered(work: Workbook) -> pd.DataFrame:
    """Turn the anonymous answers of the pulse into rows of a trial.

    Returns
    -------
    DataFrame
        As the table ``trials``: per change, unit, month and way of working the pressure
        (``staff_pressure``: mean of the persons, each the mean of the questions answered) and
        the share to whom the load is unbearable (``staff_unbearable``: answer 1).
    """
    rows = work.table("pulses")
    if rows.empty:
        return pd.DataFrame(columns=work.table("trials").columns)
    asked = rows[list(QUESTIONS)].astype(float)
    by = ["change", "unit", "date", "way"]
    rows = rows[by].assign(
        date=rows["date"].dt.to_period("M").dt.start_time,
        staff_pressure=100 - points.likert(asked.mean(axis=1).to_numpy(), PULSE_LEVELS),
        staff_unbearable=100.0 * (asked["load"] == 1).where(asked["load"].notna()),
    )
    made = [
        rows.groupby(by)[metric].agg(value="mean", n="count", sd="std").assign(metric=metric)
        for metric in (experiment.STAFF_PRESSURE, STOP_METRIC)
    ]
    table = pd.concat(made).reset_index()
    return table[table["n"] > 0].assign(case="", segment="", look=np.nan)


def pressure(levels: pd.DataFrame) -> float:
    """Return the pressure on a group, 0 to 100, from answers on 1 to 5; NaN below ten people.

    Parameters
    ----------
    levels
        One row a person, one column a question; 5 is the best answer.

    Examples
    --------
    >>> pressure(pd.DataFrame({"load": [1] * 10, "control": [3] * 10}))
    75.0
    """
    if len(levels) < method.MIN_SHOWN:
        return float("nan")
    return 100 - float(points.likert(levels.to_numpy(float).mean(), PULSE_LEVELS))
