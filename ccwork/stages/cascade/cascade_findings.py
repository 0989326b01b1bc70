"""What the brief takes from the cascade: causes, owners, the weak link, indicators at fault."""

from collections.abc import Iterator
from typing import Any, Final

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
from ccwork.tell.findings import finding
from ccwork.tell.tables import fact_id

OWNERLESS: Final = {
    "no_owner": ("indicator_unowned", "name_one_owner"),
    "many_owners": ("indicator_shared", "name_one_owner"),
}
"""Flaw of an indicator -> what is said and done."""

SHAM: Final = {
    "show": ("called_outcome", "replace_indicator"),
    "vague": ("vague_indicator", "name_plainly"),
}
"""What the review found -> what is said and done."""


def findings(work: Workbook) -> pd.DataFrame:
    """Return what the brief may take from causes, positions, indicators and the chain."""
    parts = (
        _escalations, _unnamed, _meeting, _passports, _overloaded, _chain, _returns, _explained,
        _pool, _ownerless, _sham, _not_down,
    )  # fmt: skip
    return told.findings(work, "8_cascade", [one for part in parts for one in part(work)])


def _of(row: Any, work: Workbook) -> dict[str, str]:
    """Return what a metric of a service says of a finding."""
    kpi = work.catalogue["kpi"].get(row["metric"], "")
    kpi = kpi if kpi in method.KPIS else ""
    return {"metric": f"metric:{row['metric']}", "service": row["service"], "kpi": kpi}


def _position(code: str) -> str:
    return f"position:{code}" if code not in ("", "—") else ""


def _escalations(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of causes not removed by their day, each owner once, and of those nobody owns."""
    rows = causes_of_misses.escalations(work)
    late = rows[rows["escalation"] == "overdue"]
    for (owner, due), own in late.groupby(["cause_owner", "due_period"], sort=False):
        first = own.iloc[0]
        yield finding(
            "cause_overdue", "decision_due", "counted", _ids(rows, own, "escalation"),
            action="remove_cause", who=_position(str(owner)), by=due, n=len(own),
            due=f"period:{due}", cause=f"cause:{owner}:{due}", **_of(first, work),
        )  # fmt: skip
    free = rows[rows["escalation"].isin(["no_owner", "no_date"])]
    for first in free.head(1).to_dict("records"):
        yield finding(
            "cause_unowned", "decision_due", "counted", _ids(rows, free, "escalation"),
            action="own_cause", who=_position(first["escalated"]), n=len(free),
            cause="causes_unowned", **_of(first, work),
        )  # fmt: skip


def _ids(rows: pd.DataFrame, own: pd.DataFrame, column: str) -> list[str]:
    return [fact_id(rows, row, column) for row in own.to_dict("records")]


def _unnamed(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of missed targets whose cause nobody wrote down."""
    rows, carried = causes_of_misses.missed(work), position_indicators.carried(work)
    silent = rows[rows["cause_named"] == "no"]
    for row in silent.sort_values("period", kind="stable").tail(1).to_dict("records"):
        mine = (carried["metric"] == row["metric"]) & (carried["service"] == row["service"])
        owners = carried.loc[mine & (carried["role"] == "owns"), "position"].unique()
        yield finding(
            "cause_unnamed", "decision_due", "counted", _ids(rows, silent, "cause_named"),
            action="name_cause", who=_position(owners[0]) if len(owners) == 1 else "",
            n=len(silent), of=len(rows), when=f"period:{row['period']}",
            cause="causes_unnamed", **_of(row, work),
        )  # fmt: skip


def _meeting(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of targets nobody agreed to, or agreed to more than a year ago."""
    rows = review_meeting.targets_agreed(work)
    open_ones = rows[rows["agreement"] != "agreed"]
    for row in open_ones.head(1).to_dict("records"):
        yield finding(
            "targets_to_agree", "decision_due", "counted", _ids(rows, open_ones, "agreement"),
            action="agree_targets", n=len(open_ones), of=len(rows), cause="targets_to_agree",
            indicator=f"indicator:{row['indicator']}",
        )  # fmt: skip


def _passports(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of definitions whose day of review has passed."""
    rows = metric_passports.selection(work)
    for row in rows[rows["renewal"] == "stale"].to_dict("records"):
        known = work.catalogue.loc[row["metric"]]
        yield finding(
            "passport_due", "decision_due", "counted", [fact_id(rows, row, "renewal")],
            metric=f"metric:{row['metric']}", due=f"period:{known['review']}", by=known["review"],
            who=_position(known["owner"] or ""), action="review_passport",
            cause=f"passport:{row['metric']}",
        )  # fmt: skip


def _overloaded(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of a position with more indicators than the method allows, and which go first."""
    rows, left = position_indicators.faults(work), position_indicators.proposals(work)
    units = work.table("positions").set_index("position")["unit"]
    for row in rows[rows["flaw"] == "over_five"].to_dict("records"):
        code = row["where_code"]
        mine = left[left["position"] == code]
        drop = mine.loc[mine["keep_it"] == "left", "indicator"]
        todo = {"action": "drop_indicator", "indicator": f"indicator:{drop.iloc[0]}"}
        unit = units.get(code, "")
        yield finding(
            "over_five", "decision_due", "counted", [fact_id(rows, row, "weight_of")],
            position=_position(code), n=len(mine), who=f"unit:{unit}" if unit else "",
            cause=f"position:{code}", **(todo if len(drop) else {}),
        )  # fmt: skip


def _chain(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of the link whose norm, if kept, would bring the most cases on time."""
    rows, every = service_chain.chain_as_a_whole(work), service_chain.links(work)
    for row in rows[rows["say"] == "weak"].to_dict("records") if len(rows) else []:
        own = every[every["link"] == row["link"]].iloc[0]
        yield finding(
            "weak_link", "weak_place", "proven",
            [fact_id(rows, row, "on_time_gain"), fact_id(rows, row, "on_time"),
             fact_id(every, own, "over_share")],
            service=row["service"], kpi="speed", size=row["on_time_gain"] / method.WORTHWHILE,
            action="shorten_link", who=f"link:{row['link']}", link=f"link:{row['link']}",
            on_time=_share(row, "on_time", "percent"), over=_share(own, "over_share", "percent"),
            gain=_share(row, "on_time_gain", "percent_points"),
        )  # fmt: skip


def _share(row: Any, name: str, unit: str) -> dict[str, Any]:
    ends = {end: float(row[f"{name}_{end}"]) for end in ("low", "high")}
    return {"value": float(row[name]), "unit": unit} | ends


def _returns(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of links after which the receiver surely does more than a few steps again."""
    rows, whole = service_chain.links(work), service_chain.chain_as_a_whole(work)
    again = rows[rows["sent_back_low"] > method.WORTHWHILE] if len(rows) else rows
    for row in again.to_dict("records"):
        yield finding(
            "link_returns", "weak_place", "proven", [fact_id(rows, row, "sent_back")],
            service=whole["service"].iloc[0], kpi="quality", action="check_before_passing",
            size=row["sent_back"] / method.WORTHWHILE, who=f"link:{row['link']}",
            link=f"link:{row['link']}", back=_share(row, "sent_back", "percent"),
        )  # fmt: skip


def _explained(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell what share of missed targets the organisation of work explains."""
    rows = causes_of_misses.organisational_share(work)
    for row in rows[rows["say"] == "told"].to_dict("records") if len(rows) else []:
        yield finding(
            "organisation_explains", "weak_place", "proven",
            [fact_id(rows, row, name) for name in ("share_of", "causes_found")],
            n=int(row["causes_found"]), share=_share(row, "share_of", "percent"),
            cause="organisation",
        )  # fmt: skip


def _pool(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of output that grew while the outcome it serves did not."""
    rows = indicator_review.pool(work)
    kpis = indicator_levels.indicators(work).set_index("indicator")["kpi"]
    for row in rows[rows["pool"] == "pool"].to_dict("records"):
        yield finding(
            "output_only", "contradict", "proven",
            [fact_id(rows, row, name) for name in ("pool", "output_verdict", "outcome_verdict")],
            service=row["service"], kpi=kpis[row["for_outcome"]], action="replace_indicator",
            indicator=f"indicator:{row['indicator']}", outcome=f"indicator:{row['for_outcome']}",
        )  # fmt: skip


def _ownerless(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of indicators of processes nobody, or more than one position, answers for."""
    rows = position_indicators.faults(work)
    known = indicator_levels.indicators(work).set_index("indicator")
    for flaw, (what, action) in OWNERLESS.items():
        own = rows[rows["flaw"] == flaw]
        for row in own.head(1).to_dict("records"):
            code = row["where_code"]
            yield finding(
                what, "team_gap", "counted", _ids(rows, own, "weight_of"), n=len(own),
                indicator=f"indicator:{code}", service=known.loc[code, "service"],
                kpi=known.loc[code, "kpi"], action=action, cause=what,
            )  # fmt: skip


def _sham(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of indicators called outcomes that are none, and of those everybody reads his way."""
    rows = indicator_review.review(work)
    vague = rows["wording_marks"].str.contains("vague").astype(bool)
    marks = {"show": rows["honest"] == "show", "vague": vague}
    for mark, (what, action) in SHAM.items():
        own = rows[marks[mark]]
        column = "honest" if mark == "show" else "wording_marks"
        for row in own.head(1).to_dict("records"):
            yield finding(
                what, "data_fault", "counted", _ids(rows, own, column), n=len(own),
                of=len(rows), indicator=f"indicator:{row['indicator']}", action=action,
                cause=what,
            )  # fmt: skip


def _not_down(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of KPIs no process has an indicator of."""
    rows = position_indicators.faults(work)
    own = rows[rows["flaw"] == "no_process"]
    for row in own.head(1).to_dict("records"):
        yield finding(
            "kpi_not_down", "not_measured", "counted", _ids(rows, own, "weight_of"), n=len(own),
            first=f"kpi:{row['where_code']}", action="bring_down", cause="kpi_not_down",
        )  # fmt: skip
