"""What the brief takes from the cascade: causes, owners, the weak link, indicators at fault."""

from typing import Final

import pandas as pd

from ccwork import method
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import (
    causes_of_misses,
    indicator_levels,
    indicator_review,
    metric_passports,
    position_indicators,
    review_meeting,
    service_chain,
)
from ccwork.tell import findings as told
from ccwork.tell.findings import Finding, bars, having, of_rows, valued, whole
from ccwork.tell.tables import fact_id

SERIES: Final = {"metric": "metric:{metric}", "service": "{service}"}
"""What a finding of a series says of it."""

OWNERLESS: Final = {
    "no_owner": "indicator_unowned",
    "many_owners": "indicator_shared",
}
"""Flaw of an indicator -> what is said."""

SHAM: Final = {
    "honest": ("show", "called_outcome", "replace_indicator"),
    "wording_marks": ("vague", "vague_indicator", "name_plainly"),
}
"""Column of the review -> what stands in it, what is said and done."""


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
    late, found = having(rows, escalation="overdue"), []
    for _, own in late.groupby(["cause_owner", "due_period"], sort=False):
        found += of_rows(
            own, "escalation", "cause_overdue", "decision_due", together=True,
            action="remove_cause", who="position:{cause_owner}", by="{due_period}",
            due="period:{due_period}", cause="cause:{cause_owner}:{due_period}", **SERIES,
        )  # fmt: skip
    return found + of_rows(
        having(rows, escalation=["no_owner", "no_date"]), "escalation", "cause_unowned",
        "decision_due", together=True, action="own_cause", who="position:{escalated}",
        cause="causes_unowned", **SERIES,
    )  # fmt: skip


def _unnamed(work: Workbook) -> list[Finding]:
    """Tell of missed targets whose cause nobody wrote down; the latest speaks."""
    rows = causes_of_misses.missed(work)
    owned = having(position_indicators.carried(work), role="owns")

    def owner(row: Finding) -> str:
        mine = having(owned, metric=row["metric"], service=row["service"])["position"].unique()
        return f"position:{mine[0]}" if len(mine) == 1 else ""

    silent = having(rows, cause_named="no").sort_values("period", kind="stable")
    return of_rows(
        silent.iloc[::-1], "cause_named", "cause_unnamed", "decision_due", together=True,
        action="name_cause", who=owner, of=len(rows), when="period:{period}",
        cause="causes_unnamed", **SERIES,
    )  # fmt: skip


def _meeting(work: Workbook) -> list[Finding]:
    """Tell of targets nobody agreed to, or agreed to more than a year ago."""
    rows = review_meeting.targets_agreed(work)
    return of_rows(
        rows[rows["agreement"] != "agreed"], "agreement", "targets_to_agree", "decision_due",
        together=True, action="agree_targets", of=len(rows), cause="targets_to_agree",
        indicator="indicator:{indicator}",
    )  # fmt: skip


def _passports(work: Workbook) -> list[Finding]:
    """Tell of definitions whose day of review has passed."""
    rows = having(metric_passports.selection(work), renewal="stale")
    known = work.catalogue[["review", "owner"]].fillna("")
    return of_rows(
        rows, "renewal", "passport_due", "decision_due", metric="metric:{metric}", kpi="",
        besides=lambda row: {"by": known.loc[row["metric"], "review"],
                             "due": f"period:{known.loc[row['metric'], 'review']}",
                          "who": f"position:{known.loc[row['metric'], 'owner']}"},
        action="review_passport", cause="passport:{metric}",
    )  # fmt: skip


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

    return of_rows(
        having(position_indicators.faults(work), flaw="over_five"), "weight_of", "over_five",
        "decision_due", position="position:{where_code}", cause="position:{where_code}",
        besides=burden,
    )  # fmt: skip


def _chain(work: Workbook) -> list[Finding]:
    """Tell of the link whose norm, if kept, would bring the most cases on time, and of returns.

    Returns are told of where the receiver surely does more than a few steps again.
    """
    rows, every = service_chain.chain_as_a_whole(work), service_chain.links(work)
    if rows.empty:
        return []
    own = every.drop_duplicates("link").set_index("link", drop=False)
    link = {"link": "link:{link}", "who": "link:{link}"}
    return of_rows(
        having(rows, say="weak"), "on_time_gain on_time", "weak_link", "weak_place", "proven",
        also=lambda row: [fact_id(every, own.loc[row["link"]], "over_share")], kpi="speed",
        service="{service}", size=bars("on_time_gain"), action="shorten_link", **link,
        on_time=valued("on_time", "percent"), gain=valued("on_time_gain", "percent_points"),
        over=lambda row: valued("over_share", "percent")(own.loc[row["link"]]),
    ) + of_rows(
        every[every["sent_back_low"] > method.WORTHWHILE], "sent_back", "link_returns",
        "weak_place", "proven", service=rows["service"].iloc[0], kpi="quality", **link,
        size=bars("sent_back"), action="check_before_passing", back=valued("sent_back", "percent"),
    )  # fmt: skip


def _explained(work: Workbook) -> list[Finding]:
    """Tell what share of missed targets the organisation of work explains."""
    return of_rows(
        having(causes_of_misses.organisational_share(work), say="told"), "share_of causes_found",
        "organisation_explains", "weak_place", "proven", n=whole("causes_found"),
        share=valued("share_of", "percent"), cause="organisation",
    )  # fmt: skip


def _pool(work: Workbook) -> list[Finding]:
    """Tell of output that grew while the outcome it serves did not."""
    kpis = indicator_levels.indicators(work).set_index("indicator")["kpi"]
    return of_rows(
        having(indicator_review.pool(work), pool="pool"), "pool output_verdict outcome_verdict",
        "output_only", "contradict", "proven", service="{service}", action="replace_indicator",
        kpi=lambda row: kpis[row["for_outcome"]], indicator="indicator:{indicator}",
        outcome="indicator:{for_outcome}",
    )  # fmt: skip


def _ownerless(work: Workbook) -> list[Finding]:
    """Tell of indicators of processes nobody, or more than one position, answers for."""
    rows = position_indicators.faults(work)
    known = indicator_levels.indicators(work).set_index("indicator")[["service", "kpi"]]
    found = []
    for flaw, what in OWNERLESS.items():
        found += of_rows(
            having(rows, flaw=flaw), "weight_of", what, "team_gap", together=True, cause=what,
            indicator="indicator:{where_code}", action="name_one_owner",
            besides=lambda row: known.loc[row["where_code"]].to_dict(),
        )  # fmt: skip
    return found


def _sham(work: Workbook) -> list[Finding]:
    """Tell of indicators called outcomes that are none, and of those everybody reads his way."""
    rows = indicator_review.review(work)
    found = []
    for column, (mark, what, action) in SHAM.items():
        found += of_rows(
            rows[rows[column].str.contains(mark).astype(bool)], column, what, "data_fault",
            together=True, of=len(rows), indicator="indicator:{indicator}", action=action,
            cause=what,
        )  # fmt: skip
    return found


def _not_down(work: Workbook) -> list[Finding]:
    """Tell of KPIs no process has an indicator of."""
    return of_rows(
        having(position_indicators.faults(work), flaw="no_process"), "weight_of", "kpi_not_down",
        "not_measured", together=True, first="kpi:{where_code}", action="bring_down",
        cause="kpi_not_down",
    )  # fmt: skip
