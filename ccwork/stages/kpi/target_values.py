"""Targets against values: met, missed, or too near to tell; a target must fit its scale."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from ccwork.language import periods, wording
from ccwork.language.problems import Problem
from ccwork.language.wording import Both
from ccwork.measure import control_charts
from ccwork.measure.metrics import values
from ccwork.measure.provenance import SERIES
from ccwork.read.cache import dicts, once
from ccwork.read.catalogues import shipped_catalogue
from ccwork.read.workbook import Workbook, sign
from ccwork.tell.findings import having
from ccwork.tell.tables import about, said

NOW: Final = ["value", "low", "high", "n", "why"]


class Aim(NamedTuple):
    """A target in the unit of its metric, or NaN and the code of the reason why there is none."""

    value: float
    why: str = ""


def aim(base: float, mode: str, given: float, metric: pd.Series) -> Aim:
    """Turn what was written into a target (F64).

    Parameters
    ----------
    base
        Value the target starts from; NaN where not known (only the mode "value" needs none).
    mode
        "value": the target itself; "relative": base (1 + given / 100); "points": base + given;
        "gap": base + given (best - base).
    given
        What was written; where lower is better a gain of the two middle modes is negative.
    metric
        Its row of the catalogue: form, better, best.

    Returns
    -------
    Aim
        Refused with "off_scale" where it leaves the scale of the metric (0-100 for answers and
        shares, else 0 and up), with "not_better" where a gain leads to the worse side or
        nowhere, with "no_base" where there is nothing to start from.

    Raises
    ------
    ValueError
        When `mode` is none of the four.

    Notes
    -----
    Source: national targets of 2024 read in three ways; refusing is our choice.

    Examples
    --------
    >>> share = pd.Series({"form": "share", "better": "higher", "best": 100})
    >>> [aim(62, *each, share)[:2] for each in (("relative", 50), ("points", 50), ("gap", .5))]
    [(93.0, ''), (nan, 'off_scale'), (81.0, '')]
    """
    stretched = metric["form"] in ("counts", "share")
    best = 100.0 if metric["form"] == "counts" else metric["best"]
    if mode not in ("value", "relative", "points", "gap"):
        raise ValueError(f"`mode` must be value, relative, points or gap; not {mode!r}.")
    goals = {"value": given, "relative": base * (1 + given / 100), "points": base + given}
    goal = (goals | {"gap": base + given * (best - base)})[mode]
    good = sign(metric)
    near = 1e-9 * max(1.0, abs(goal))
    if np.isnan(goal):
        return Aim(np.nan, "no_base")
    if goal < -near or (stretched and goal > 100 + near):
        return Aim(np.nan, "off_scale")
    if mode != "value" and good * (goal - base) <= near:
        return Aim(np.nan, "not_better")
    return Aim(float(goal))


@once
def targets_held(work: Workbook) -> pd.DataFrame:
    """Hold every target against the value of the period it was set for.

    Returns
    -------
    DataFrame
        One row a target, those still to come included: ``target_mode``, ``target_base``
        (centre of the series' chart since its definition last changed, else its first value),
        ``target`` in the unit of the
        values, ``value`` with limits and n, and ``target_status``: met; missed (the whole
        interval, or a value without one, on the worse side); unclear (on the worse side, the
        target inside the interval); no_value; not_due; refused (``target_why``: off_scale,
        not_better, no_base); beyond_scale: a gain in percent leads past the end of the scale,
        and ``attrs["remarks"]`` says how it may be read.
    """
    rows = work.tables.get("targets", work.table("targets"))
    rows = rows[rows["metric"].isin(work.catalogue.index)]
    found = [_judged(row, work) for row in dicts(rows)]
    table = about(found, "targets", work)
    table.attrs["remarks"] = [
        ("remark.beyond_scale", _reading(row, given))
        for row, given in zip(found, rows["value"], strict=True)
        if row["target_status"] == "beyond_scale"
    ]
    return table


def _reading(row: dict[str, Any], given: float) -> dict[str, Any]:
    """Return the numbers of a gain off the scale: as written, and as a share of the way."""
    base, share = row["target_base"], min(given / 100, 1)
    numbers = {"base": base, "given": given, "would": base * (1 + given / 100),
               "gap": base + share * (100 - base), "share": share}  # fmt: skip
    return {name: (name, row[name]) for name in SERIES} | {
        name: Both(*(wording.number(value) for _ in wording.each(wording.LANGS)))
        for name, value in numbers.items()
    }


def own_goals(work: Workbook) -> pd.DataFrame:
    """Return the agency's own goals: what it aims at, by which standard, measured by what.

    Returns
    -------
    DataFrame
        One row a target that says what it is for: ``goal_said``, ``standard_of`` (for_people,
        for_business, for_inner, none), ``metric``, ``principle_said`` (the principle of the method
        this metric serves), ``service``, ``period``, and as in :func:`targets_held` ``target``,
        ``value``, ``target_status``. Goals of the common catalogue are never the agency's.
    """
    rows, held = work.tables.get("targets", work.table("targets")), targets_held(work)
    goals = rows.assign(goal_said=said(rows, "goal"), standard_of=rows["standard"])
    goals = goals[[*SERIES, "period", "goal_said", "standard_of"]]
    table = held.merge(goals[goals["goal_said"] != "—"], on=[*SERIES, "period"])
    principles = said(work.catalogue, "principle")
    table["principle_said"] = table["metric"].map(principles).astype(object).fillna("—")
    table["standard_of"] = table["standard_of"].replace("", "none")
    made = about(table, "own_goals", work)
    made.attrs["remarks"] = held.attrs["remarks"]
    return made


def goals_named(work: Workbook) -> pd.Series:
    """Return the goals the agency itself gave each metric, in its targets or its catalogue."""
    column = f"goal_{wording.lang()}"
    common = shipped_catalogue("catalogue_metrics")[column].map(wording.called, na_action="ignore")
    texts = work.catalogue[column].fillna("")
    own = texts[(texts != "") & (texts != common.reindex(texts.index).fillna(""))]
    rows = own_goals(work)
    every = pd.concat([own.rename_axis("metric"), rows.set_index("metric")["goal_said"]])
    every = every.map(lambda goal: f"«{goal}»" if wording.foreign(goal) else goal)
    return every.groupby(level=0).agg(lambda goals: "; ".join(dict.fromkeys(goals)))


def _judged(row: dict[str, Any], work: Workbook) -> dict[str, Any]:
    metric, at = work.catalogue.loc[row["metric"]], row["period"]
    # a target of another grain is held against the values of its own grain
    coarse = periods.GRAINS.index(periods.grain(at)) <= periods.GRAINS.index(work.info["grain"])
    known = work if periods.grain(at) == work.grain or not coarse else replace(work, period=at)
    charts = control_charts.histories(known)
    own = {name: row[name] for name in SERIES}
    series = having(charts, **own)
    series = series[series["era"] == series["era"].max()]
    first = [*series["centre"].dropna().head(1), *series["value"].dropna().head(1), np.nan][0]
    goal = aim(float(first), row["mode"], row["value"], metric)
    due = periods.last_day(at) <= periods.last_day(work.period)
    hit = having(values(known), **own, period=at)
    now = dict.fromkeys(NOW, np.nan) | {"why": "no_row" if due else "not_due"}
    if due and len(hit):
        now = hit.iloc[0][NOW].to_dict()
    found = own | {"period": at} | now
    found |= {"target_mode": row["mode"], "target_base": first}
    found |= {"target": goal.value, "target_why": goal.why}
    found["unit"] = work.metric(row["metric"]).unit
    found["target_status"] = "refused" if goal.why else _status(goal, now, metric)
    if goal.why == "off_scale" and row["mode"] == "relative" and row["value"] > 0:
        found["target_status"] = "beyond_scale"
    return found


def _status(goal: Aim, now: dict[str, Any], metric: pd.Series) -> str:
    if np.isnan(now["value"]):
        return "not_due" if now["why"] == "not_due" else "no_value"
    good, near = sign(metric), 1e-9 * max(1.0, abs(goal.value))
    if good * (now["value"] - goal.value) >= -near:
        return "met"
    reach = now["high"] if good > 0 else now["low"]
    return "unclear" if good * (reach - goal.value) >= -near else "missed"


def problems(work: Workbook) -> Iterator[Problem]:
    """Name the targets that cannot be: off the scale, or on the worse side of the base."""
    rows = targets_held(work)
    same = np.isclose(rows["target"].astype(float), rows["target_base"].astype(float))
    for row in rows[same | rows["target_why"].isin(["off_scale", "not_better"])].itertuples():
        names = {name: wording.name(name, getattr(row, name)) for name in SERIES}
        base = wording.number(row.target_base) if pd.notna(row.target_base) else "—"
        code = row.target_why or "is_base"
        yield Problem(f"target_{code}", values={**names, "base": base}, grave=False)
