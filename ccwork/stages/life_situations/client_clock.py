"""The five KPIs of a life situation as its client lives it, and how work by situations spreads."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language.resources import resource_rows
from ccwork.measure import five_kpis
from ccwork.measure.process import client_effort, summaries
from ccwork.measure.process.summaries import CLOSED
from ccwork.read.cache import once
from ccwork.read.workbook import Workbook
from ccwork.stages.life_situations.situation_chain import DONE, Chain, chains, situation_links
from ccwork.stats import intervals
from ccwork.tell.tables import about

EFFORT: Final = {"actions": "actions", "documents": "documents", "trips": "visits"}
"""What of the client's effort a chain tells -> its unit."""


@once
def situation_kpis(work: Workbook) -> pd.DataFrame:
    """Return the five KPIs of each life situation: on the client's clock, and in own points.

    Returns
    -------
    DataFrame
        Rows of a ``situation`` and ``kpi``, told apart by ``path_figure``: of the path from the
        first step to the last outcome the days (median and nine in ten, open cases counted),
        what the client does, brings and comes for (means of whole cases), the percentage of
        ended cases that end well and of those the first time right; and own_points (0-100) of
        the super-service that stands for the whole situation. ``value`` with limits, ``unit``,
        ``n``; where a KPI has no own points ``bring_metric`` names what to bring.

    Notes
    -----
    F06, F08, F14-F17, F49. A case lost on the way counts up to where it was last seen.
    """
    found = []
    for code, chain in chains(work).items():
        path, own = _of_path(chain), _own(work, chain)
        for kpi in method.KPIS:
            found += [{"situation": code, "kpi": kpi, **row} for row in path.get(kpi, [])]
            found.append({"situation": code, "kpi": kpi, "path_figure": "own_points",
                          "unit": "points", **own[kpi]})  # fmt: skip
    made = about(pd.DataFrame(found), "situation_five", work)
    made.attrs["remarks"] = [("remark.situation_clock", {})]
    return made


def _of_path(chain: Chain) -> dict[str, list[dict[str, Any]]]:
    """Return what the path itself tells: KPI -> its rows."""
    rows = chain.rows
    if rows.empty:
        return {}
    whole = summaries.process_summary(rows.assign(all=1), "all").iloc[0]
    days = {name: intervals.Estimate.of(whole, name).times(1 / 24) for name in ("median", "p90")}
    speed = [_row(f"days_{name}", told, "days", len(rows), whole[f"{name}_why"])
             for name, told in days.items()]  # fmt: skip
    spent = client_effort.per_case(chain.steps[chain.steps["case"].isin(chain.whole)])
    effort = [_row(name, intervals.mean(spent[name]), unit, spent[name].count(), "not_recorded")
              for name, unit in EFFORT.items()]  # fmt: skip
    ended = rows[rows["outcome"].isin(CLOSED) & chain.outcome.ne("").any(axis=None)]
    done = ended[ended["outcome"] == DONE]
    right = intervals.percent(done["rework"].eq(0).sum(), len(done))
    well = intervals.percent(len(done), len(ended))
    quality = [_row(name, told, "percent", told.n, "no_outcome")
               for name, told in (("ended_well", well), ("right_first", right))]  # fmt: skip
    return {"speed": speed, "effort": effort, "quality": quality}


def _row(name: str, told: intervals.Estimate, unit: str, n: int, why: str) -> dict[str, Any]:
    """Return one figure of the path; fewer than ten cases tell none."""
    told = told if n >= method.MIN_SHOWN else intervals.unknown()
    return {"path_figure": name, **told.columns("value"), "unit": unit, "n": n, "bring_metric": "",
            "why": "few_cases" if 0 < n < method.MIN_SHOWN else why}  # fmt: skip


def _own(work: Workbook, chain: Chain) -> dict[str, dict[str, Any]]:
    """Return own points of the situation, from its super-service: KPI -> row.

    Both facts and opinions where there are both, else what there is.
    """
    whole = chain.services.index[chain.services["type"] == "super_service"]
    kept = {name: rows[rows["service"].isin(whole)] for name, rows in work.tables.items()
            if "service" in rows}  # fmt: skip
    five = five_kpis.five(replace(work, tables=dict(work.tables) | kept))
    asked = work.catalogue[work.catalogue["group"] == "subjective"].reset_index()
    first = asked.groupby("kpi")["metric"].first()
    found: dict[str, dict[str, Any]] = {}
    for row in five.to_dict("records"):
        part = next((name for name in ("kpi_points", *method.GROUPS) if pd.notna(row[name])), "")
        told = intervals.Estimate.of(row, part) if part else intervals.unknown()
        bring = "" if part else first.get(row["kpi"], "")
        found[row["kpi"]] = {**told.columns("value"), "n": row["n"], "why": "no_own_metric",
                             "bring_metric": bring}  # fmt: skip
    return found


# ---------------------------------------------------------------- how far it has come


def situations_known(work: Workbook) -> pd.DataFrame:
    """Return the life situations of the catalogue, and how many services of ours name each.

    Returns
    -------
    DataFrame
        One row a ``situation``, those our services name first: ``services_named``,
        ``situation_source`` and ``named_when``.

    Notes
    -----
    Only those that a source at hand names; an agency adds its own in ``catalogue/situations.csv``.
    """
    called = {"source": "situation_source", "date": "named_when"}
    rows = work.catalogues["situations"].rename(columns=called).rename_axis("situation")
    rows = rows.reset_index()
    used = work.table("services")["situation"].value_counts()
    rows["services_named"] = rows["situation"].map(used).fillna(0).astype(int)
    rows = rows.sort_values("services_named", ascending=False, kind="stable").fillna("")
    return about(rows, "situations", work)


def situations_counted(work: Workbook) -> pd.DataFrame:
    """Return how many life situations the country is reported to have, as published."""
    rows = pd.DataFrame(resource_rows("catalogue", "situations_made.csv"))
    rows = rows.assign(made_count=rows["number"].astype(int))
    made = about(rows, "situations_made", work)
    made.attrs["files"] = ["situations_made.csv"]
    return made


@once
def next_by_situation(work: Workbook) -> pd.DataFrame:
    """Say where an adopted change may go next: to the other services of the same life situation.

    Returns
    -------
    DataFrame
        One row a ``novelty`` people adopted and other ``service`` of its ``situation``: its
        ``link_owner`` and share of the client's time (``time_share`` with limits), the largest
        first; ``next_step``: try_here (our own: as a trial of its own), agree_first (another
        agency's) or measure_first (no case of it is seen).

    Notes
    -----
    Roll-out by life situations: KPI method 2023. What works in one service is not proven to
    work in another, so the next step is a trial.
    """
    links, register = situation_links(work), work.table("changes")[["change", "service"]]
    register = register.rename(columns={"change": "novelty"})
    decisions = work.table("decisions").sort_values("date").groupby("change")["decision"].last()
    adopted = decisions.index[decisions == "adopt"]
    known = register[register["novelty"].isin(adopted)].merge(links[["situation", "service"]])
    rows = known.rename(columns={"service": "begun_in"}).merge(links, on="situation")
    rows = rows[rows["service"] != rows["begun_in"]]
    unseen, ours = rows["in_path"] != "reached", rows["link_owner"] == work.agency
    rows["next_step"] = np.select([unseen, ours], ["measure_first", "try_here"], "agree_first")
    rows = rows.sort_values(["novelty", "time_share"], ascending=[True, False], kind="stable")
    made = about(rows, "situation_next", work)
    made.attrs["remarks"] = [("remark.situation_rollout", {})]
    return made
