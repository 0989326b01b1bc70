"""What the brief takes from the clients' path: obstacles, promises, blind spots, the roadmap."""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from ccwork import method
from ccwork.read.workbook import Workbook
from ccwork.stages.face_the_problem import (
    action_plan,
    blind_spots,
    client_promise,
    self_assessment,
    visit_schedule,
    walkthroughs,
)
from ccwork.tell import findings as told
from ccwork.tell.findings import finding
from ccwork.tell.tables import fact_id

Found = Iterator[dict[str, Any]]

MOST: Final = 3
"""So many of one sort are told at most (our choice)."""

OFTEN: Final = 50
"""More obstacles of a service are told where so many per cent of visits met them (our choice)."""

CLAIMS: Final = {
    "flatters": ("assessed", "beyond", "seen"),
    "unproven": ("evidenced", "unproven", "counted"),
}
"""What a self-check says too much of -> what it is held against, by how much, on what grade."""

SIDES: Final = {"outer": "external", "inner": "internal"}


def findings(work: Workbook) -> pd.DataFrame:
    """Return what the brief may take of the clients' path, the gravest first."""
    parts = (_late, _unowned, _idle, _promise, _obstacles, _spots, _declared, _observers, _few)
    found = [one for part in parts for one in part(work)]
    return told.findings(work, "1_face_the_problem", found)


def _amount(row: Any, column: str, unit: str) -> dict[str, Any]:
    """Return a value with its interval, as a finding holds it."""
    limits = {end: row[f"{column}_{end}"] for end in ("low", "high") if f"{column}_{end}" in row}
    return {"value": row[column], "unit": unit} | limits


def _kpi(work: Workbook, item: str) -> str:
    """Return the KPI of an item; empty where it has none."""
    items = work.catalogues["items"]
    return items.loc[item, "kpi"] if item in items.index else ""


def _who(owner: str) -> str:
    return f"position:{owner}" if owner not in ("", "—") else ""


# ---------------------------------------------------------------- the roadmap


def _acts(work: Workbook, *states: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Walk through the actions in some states: the row, and what every finding of it tells."""
    rows = action_plan.roadmap(work)
    rows = rows[rows["state"].isin(states)].drop_duplicates("act")
    for row in rows.to_dict("records"):
        services = row["services"].split()
        about = {
            "deed": f"action:{row['act']}", "who": _who(row["owner"]), "by": row["due"],
            "service": services[0] if len(services) == 1 else "", "kpi": _kpi(work, row["item"]),
            "cause": f"action:{row['act']}", "facts": [fact_id(rows, row, "state")],
        }  # fmt: skip
        yield row, about


def _late(work: Workbook) -> Found:
    """Tell of the actions whose term is over, the oldest first."""
    late = sorted(_acts(work, "overdue"), key=lambda pair: pair[1]["by"])
    for _, about in late[:MOST]:
        action = "name_term" if about["who"] else "name_owner"
        yield finding("action_late", "decision_due", "counted", action=action, **about)


def _unowned(work: Workbook) -> Found:
    """Tell of the open actions without a position or without a term."""
    open_acts = _acts(work, *action_plan.OPEN)
    loose = [about for _, about in open_acts if not (about["who"] and about["by"])]
    for about in loose[:MOST]:
        yield finding("action_loose", "decision_due", "counted", action="name_owner", **about)


def _idle(work: Workbook) -> Found:
    """Tell how many lines of the roadmap nobody does anything about, and the gravest of them."""
    counts, rows = action_plan.actions_counted(work), action_plan.roadmap(work)
    idle = rows[rows["state"] == "none"]
    for row in idle.head(1).to_dict("records"):
        facts = [fact_id(counts, counts.iloc[0], "no_action"), fact_id(rows, row, "state")]
        yield finding(
            "criteria_idle", "decision_due", "counted", facts, kpi=_kpi(work, row["item"]),
            client="external", cause="roadmap", item=f"item:{row['item']}",
            idle=int(counts["no_action"].iloc[0]), action="own_lines",
        )  # fmt: skip


def _planned(work: Workbook, items: list[str]) -> dict[str, Any]:
    """Return the open action somebody has planned against some items: what, who, by when."""
    acts = work.table("actions")
    acts = acts[acts["item"].isin(items) & acts["status"].isin(action_plan.OPEN)]
    for act in acts.head(1).to_dict("records"):
        deed = {"action": "do_planned", "deed": f"action:{act['action']}"}
        return deed | {"who": _who(act["owner"]), "by": act["due"]}
    return {}


# ---------------------------------------------------------------- promise and obstacles


def _promise(work: Workbook) -> Found:
    """Tell of the rights surely not kept, the widest gap first."""
    rows, known = client_promise.rights(work), work.catalogues["promise"]
    broken = rows[rows["promise"] == "not_kept"]
    gaps = broken["right"].map(known["share"]) - broken["kept_share"].astype(float)
    for place in gaps.sort_values(ascending=False, kind="stable").index[:MOST]:
        row = broken.loc[place]
        items = known.loc[row["right"], "items"].split()
        grade = "proven" if row["heard"] == "metric" else "seen"
        yield finding(
            "promise_broken", "promise_not_kept", grade,
            [fact_id(rows, row, name) for name in ("kept_share", "promise", "n")],
            client="external", kpi=next(filter(None, (_kpi(work, item) for item in items)), ""),
            size=gaps[place] / method.WORTHWHILE, cause=f"right:{row['right']}",
            right=f"right:{row['right']}", kept=_amount(row, "kept_share", "percent"),
            checked=int(row["n"]), **_planned(work, items),
        )  # fmt: skip


def _obstacles(work: Workbook) -> Found:
    """Tell of the worst obstacle of every service, and of others half the visits met.

    Of few visits only the latter are told. The size is what the visits surely met.
    """
    rows = walkthroughs.obstacles(work)
    groups = walkthroughs.GROUPS
    often = (100 * rows["hits"] / rows["visits"] >= OFTEN) & ~rows.duplicated([*groups, "kpi"])
    worst = rows[rows["share"].notna() & ~rows.duplicated(groups) | often]
    worst = worst.assign(few=worst["share"].isna(), least=-worst["pain"])
    worst = worst.sort_values(["few", "least"], kind="stable").head(MOST)
    for row in worst.to_dict("records"):
        shown = not row["few"]
        size = row["share_low"] / method.WORTHWHILE if shown else None
        share = {"share": _amount(row, "share", "percent")} if shown else {}
        yield finding(
            "obstacle" if shown else "obstacle_few", "weak_place", "seen",
            [fact_id(rows, row, name) for name in ("hits", "visits", "share")[: 2 + shown]],
            client=SIDES[row["kind"]], kpi=row["kpi"], size=size,
            service=row["service"].replace("—", ""), place=f"service:{row['service']}",
            item=f"item:{row['item']}", hits=int(row["hits"]), visits=int(row["visits"]),
            **share, **_planned(work, [row["item"]]),
        )  # fmt: skip


# ---------------------------------------------------------------- what the agency says of itself


def _spots(work: Workbook) -> Found:
    """Tell of the widest blind spot of each kind of client."""
    rows, index = blind_spots.spots(work), blind_spots.blind_spot_index(work)
    blind = rows[rows["spot"] == "blind_spot"]
    order = blind["blind"].astype(float).sort_values(ascending=False).index
    for row in blind.loc[order].drop_duplicates("client").to_dict("records"):
        whole = index[index["clientele"] == row["client"]].to_dict("records")
        facts = [fact_id(rows, row, name) for name in ("blind", "own", "theirs", "spot")]
        facts += [fact_id(index, each, "blind_share") for each in whole]
        yield finding(
            "blind_spot", "blind_spot", "proven" if row["against"] == "survey" else "seen", facts,
            client=row["client"], kpi=row["kpi"], size=row["blind"] / method.WORTHWHILE,
            own=_amount({"own": row["own"]}, "own", "points"),
            theirs=_amount(row, "theirs", "points"), eyes=f"eyes:{row['against']}",
        )  # fmt: skip


def _declared(work: Workbook) -> Found:
    """Tell of self-checks that say more than evidence or an assessor shows."""
    rows = self_assessment.declared(work)
    for row in rows[rows["candour"].isin(list(CLAIMS))].head(MOST).to_dict("records"):
        column, gap, grade = CLAIMS[row["candour"]]
        yield finding(
            f"self_{row['candour']}", "blind_spot", grade,
            [fact_id(rows, row, name) for name in (gap, "declared", column)],
            service=row["service"].replace("—", ""), client="external",
            cause=f"self_check:{row['service']}", size=row[gap] / method.WORTHWHILE,
            place=f"service:{row['service']}", declared=_amount(row, "declared", "points"),
            shown=_amount(row, column, "points"),
        )  # fmt: skip


# ---------------------------------------------------------------- whether visits can be relied on


def _observers(work: Workbook) -> Found:
    """Tell that two observers of the same visits do not see the same."""
    rows = walkthroughs.observer_agreement(work)
    for row in rows[rows["observers"] == "retrain"].to_dict("records"):
        judge = "ac1" if row["ac1"] == row["ac1"] else "alpha"
        sure = row[f"{judge}_high"] < 100 * walkthroughs.TENTATIVE
        yield finding(
            "observers_apart", "data_fault", "proven" if sure else "seen",
            [fact_id(rows, row, name) for name in (judge, "observers", "pairs")],
            client=SIDES[row["kind"]], cause=f"observers:{row['kind']}", action="walk_in_pairs",
            accord=_amount(row, judge, "points"), pairs=int(row["pairs"]),
        )  # fmt: skip


def _few(work: Workbook) -> Found:
    """Tell that visits are too few to meet a trouble of every fifth client."""
    rows, plan = walkthroughs.walks(work), visit_schedule.needed(work)
    needed = plan.iloc[0]
    few = rows[(rows["kind"] == "outer") & (rows["basis_visits"] == "little")]
    few = few[few["observers"] != "retrain"]
    for row in few.head(1).to_dict("records"):
        facts = [fact_id(rows, row, "visits"), fact_id(plan, needed, "visits")]
        yield finding(
            "visits_few", "not_measured", "counted", facts, client="external",
            service=row["service"].replace("—", ""), place=f"service:{row['service']}",
            cause=f"visits:{row['service']}", visits=int(row["visits"]),
            needed=int(needed["visits"]),
        )  # fmt: skip
