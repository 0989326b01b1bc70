"""What the brief takes from the cascade: causes, owners, the weak link, indicators at fault."""

from typing import Final

import pandas as pd

from ccwork import method
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import (
    causes_of_misses,
    indicator_levels,
    metric_passports,
    position_indicators,
    review_meeting,
    service_chain,
)
from ccwork.tell import findings as told
from ccwork.tell.findings import Finding, as_listed, having, valued
from ccwork.tell.tables import fact_id

SHAM: Final = {"called_outcome": ("honest", "show"), "vague_indicator": ("wording_marks", "vague")}
"""What is said of a review -> the column of it, and what stands there."""


def findings(work: Workbook) -> pd.DataFrame:
    """Return what the brief may take from causes, positions, indicators and the chain."""
    parts = (
        _escalations, _unnamed, _meeting, _passports, _overloaded, _chain, _explained, _pool,
        _ownerless, _sham, _not_down,
    )  # fmt: skip
    return told.findings(work, "8_cascade", [one for part in parts for one in part(work)])


def _escalations(work: Workbook) -> list[Finding]:
    """Tell of causes not removed by their day, each owner once, and of those nobody owns."""
    rows = causes_of_misses.escalations(work)
    late = having(rows, escalation="overdue").groupby(["cause_owner", "due_period"], sort=False)
    found = [one for _, own in late for one in as_listed(own, "cause_overdue")]
    return found + as_listed(having(rows, escalation=["no_owner", "no_date"]), "cause_unowned")


def _unnamed(work: Workbook) -> list[Finding]:
    """Tell of missed targets whose cause nobody wrote down; the latest speaks."""
    rows = causes_of_misses.missed(work)
    owned = having(position_indicators.carried(work), role="owns")

    def owner(row: Finding) -> str:
        mine = having(owned, metric=row["metric"], service=row["service"])["position"].unique()
        return f"position:{mine[0]}" if len(mine) == 1 else ""

    silent = having(rows, cause_named="no").sort_values("period", kind="stable")
    return as_listed(silent.iloc[::-1], "cause_unnamed", who=owner, of=len(rows))


def _meeting(work: Workbook) -> list[Finding]:
    """Tell of targets nobody agreed to, or agreed to more than a year ago."""
    rows = review_meeting.targets_agreed(work)
    return as_listed(rows[rows["agreement"] != "agreed"], "targets_to_agree", of=len(rows))


def _passports(work: Workbook) -> list[Finding]:
    """Tell of definitions whose day of review has passed."""
    rows = having(metric_passports.selection(work), renewal="stale")
    known = work.catalogue[["review", "owner"]].fillna("")

    def due(row: Finding) -> Finding:
        when, who = known.loc[row["metric"]]
        return {"by": when, "due": f"period:{when}", "who": f"position:{who}"}

    return as_listed(rows, "passport_due", besides=due)


def _overloaded(work: Workbook) -> list[Finding]:
    """Tell of a position with more indicators than the method allows, and which go first."""
    left = position_indicators.proposals(work)
    units = work.table("positions").set_index("position")["unit"]

    def burden(row: Finding) -> Finding:
        mine = having(left, position=row["where_code"])
        drop = having(mine, keep_it="left")["indicator"]
        todo = {"action": "drop_indicator", "indicator": f"indicator:{next(iter(drop), '')}"}
        unit = units.get(row["where_code"], "")
        return (todo if len(drop) else {}) | {"n": len(mine), "who": f"unit:{unit}"}

    rows = having(position_indicators.faults(work), flaw="over_five")
    return as_listed(rows, "over_five", besides=burden)


def _chain(work: Workbook) -> list[Finding]:
    """Tell of the link whose norm, if kept, would bring the most cases on time, and of returns.

    Returns are told of where the receiver surely does more than a few steps again.
    """
    rows, every = service_chain.chain_as_a_whole(work), service_chain.links(work)
    if rows.empty:
        return []
    own = every.drop_duplicates("link").set_index("link", drop=False)
    weak = as_listed(
        having(rows, say="weak"), "weak_link",
        also=lambda row: [fact_id(every, own.loc[row["link"]], "over_share")],
        over=lambda row: valued("over_share", "percent")(own.loc[row["link"]]),
    )  # fmt: skip
    back = every[every["sent_back_low"] > method.WORTHWHILE]
    return weak + as_listed(back, "link_returns", service=rows["service"].iloc[0])


def _explained(work: Workbook) -> list[Finding]:
    """Tell what share of missed targets the organisation of work explains."""
    rows = causes_of_misses.organisational_share(work)
    return as_listed(having(rows, say="told"), "organisation_explains")


def _pool(work: Workbook) -> list[Finding]:
    """Tell of output that grew while the outcome it serves did not."""
    kpis = indicator_levels.indicators(work).set_index("indicator")["kpi"]
    rows = having(indicator_levels.pool(work), pool="pool")
    return as_listed(rows, "output_only", kpi=lambda row: kpis[row["for_outcome"]])


def _ownerless(work: Workbook) -> list[Finding]:
    """Tell of indicators of processes nobody, or more than one position, answers for."""
    rows = position_indicators.faults(work)
    known = indicator_levels.indicators(work).set_index("indicator")[["service", "kpi"]]
    own = {"besides": lambda row: known.loc[row["where_code"]].to_dict()}
    flaws = {"no_owner": "indicator_unowned", "many_owners": "indicator_shared"}
    listed = (as_listed(having(rows, flaw=flaw), what, **own) for flaw, what in flaws.items())
    return sum(listed, [])


def _sham(work: Workbook) -> list[Finding]:
    """Tell of indicators called outcomes that are none, and of those everybody reads his way."""
    rows = indicator_levels.review(work)
    hits = [rows[column].str.contains(mark).astype(bool) for column, mark in SHAM.values()]
    listed = (as_listed(rows[hit], what, of=len(rows))
              for what, hit in zip(SHAM, hits, strict=True))  # fmt: skip
    return sum(listed, [])


def _not_down(work: Workbook) -> list[Finding]:
    """Tell of KPIs no process has an indicator of."""
    return as_listed(having(position_indicators.faults(work), flaw="no_process"), "kpi_not_down")
