"""What the brief takes from the clients' path: obstacles, promises, blind spots, the roadmap."""

from typing import Final

import pandas as pd

from ccwork.read.workbook import Workbook
from ccwork.stages.face_the_problem import (
    action_plan,
    blind_spots,
    client_promise,
    self_assessment,
    walkthroughs,
)
from ccwork.tell import findings as told
from ccwork.tell.findings import Finding, as_listed, having, valued
from ccwork.tell.tables import fact_id

MOST: Final = 3
"""So many of one sort are told at most (our choice)."""

OFTEN: Final = 50
"""More obstacles of a service are told where so many per cent of visits met them (our choice)."""

SIDES: Final = {"outer": "external", "inner": "internal"}


def findings(work: Workbook) -> pd.DataFrame:
    """Return what the brief may take of the clients' path, the gravest first."""
    parts = (_roadmap, _promise, _obstacles, _spots, _declared, _observers)
    return told.findings(work, "1_face_the_problem", [one for part in parts for one in part(work)])


def _kpi(work: Workbook, item: str) -> str:
    """Return the KPI of an item; empty where it has none."""
    return str(work.catalogues["items"]["kpi"].get(item, ""))


def _roadmap(work: Workbook) -> list[Finding]:
    """Tell of actions past their term or without an owner, and of lines without an action."""
    rows, counts = action_plan.roadmap(work), action_plan.actions_counted(work)
    acts = rows.drop_duplicates("act")
    free = (acts["owner"].isin(["", "—"])) | (acts["due"] == "")
    known: Finding = {
        "service": lambda row: row["services"] if len(row["services"].split()) == 1 else "",
        "kpi": lambda row: _kpi(work, row["item"]),
    }
    late = as_listed(
        having(acts, state="overdue").sort_values("due", kind="stable"), "action_late", **known,
        action=lambda row: "name_owner" if row["owner"] in ("", "—") else "name_term",
    )  # fmt: skip
    loose = as_listed(having(acts[free], state=action_plan.OPEN), "action_loose", **known)
    idle = having(rows, state="none").head(1).to_dict("records")
    item = idle[0]["item"] if idle else ""
    return late + loose + as_listed(
        counts.head(len(idle)), "criteria_idle", kpi=_kpi(work, item), item=f"item:{item}",
        also=[fact_id(rows, row, "state") for row in idle],
    )  # fmt: skip


def _planned(work: Workbook, items: list[str]) -> Finding:
    """Return the open action somebody has planned against some items: what, who, by when."""
    known = having(work.table("actions"), item=items, status=action_plan.OPEN)
    for act in known.to_dict("records"):
        who = f"position:{act['owner']}" if act["owner"] else ""
        deed = f"action:{act['action']}"
        return {"action": "do_planned", "deed": deed, "who": who, "by": act["due"]}
    return {}


def _promise(work: Workbook) -> list[Finding]:
    """Tell of the rights surely not kept, the widest gap first."""
    known = work.catalogues["promise"]
    rows = having(client_promise.rights(work), promise="not_kept")
    rows["gap"] = rows["right"].map(known["share"]) - rows["kept_share"].astype(float)

    def of_right(row: Finding) -> Finding:
        items = known.loc[row["right"], "items"].split()
        kpis = [_kpi(work, item) for item in items]
        grade = "proven" if row["heard"] == "metric" else "seen"
        return {"grade": grade, "kpi": next(filter(None, kpis), "")} | _planned(work, items)

    rows = rows.sort_values("gap", ascending=False, kind="stable")
    return as_listed(rows, "promise_broken", besides=of_right)


def _obstacles(work: Workbook) -> list[Finding]:
    """Tell of the worst obstacle of every service, and of others half the visits met.

    Of few visits only the latter are told. The size is what the visits surely met.
    """
    rows = walkthroughs.obstacles(work)
    groups = walkthroughs.GROUPS
    often = (100 * rows["hits"] / rows["visits"] >= OFTEN) & ~rows.duplicated([*groups, "kpi"])
    worst = rows[rows["share"].notna() & ~rows.duplicated(groups) | often]
    worst = worst.sort_values("pain", ascending=False, kind="stable")
    few = worst["share"].isna()

    def known(row: Finding) -> Finding:
        return {"client": SIDES[row["kind"]]} | _planned(work, [row["item"]])

    found = as_listed(worst[~few], "obstacle", besides=known)
    return (found + as_listed(worst[few], "obstacle_few", besides=known))[:MOST]


def _spots(work: Workbook) -> list[Finding]:
    """Tell of the widest blind spot of each kind of client."""
    rows = having(blind_spots.spots(work), spot="blind_spot").astype({"blind": float})
    rows = rows.sort_values("blind", ascending=False, kind="stable").drop_duplicates("client")
    index = blind_spots.blind_spot_index(work)
    return as_listed(
        rows, "blind_spot",
        also=lambda row: [fact_id(index, each, "blind_share") for _, each
                          in having(index, clientele=row["client"]).iterrows()],
        grade=lambda row: "proven" if row["against"] == "survey" else "seen",
    )  # fmt: skip


def _declared(work: Workbook) -> list[Finding]:
    """Tell of self-checks that say more than evidence or an assessor shows."""
    rows = having(self_assessment.declared(work), candour=["flatters", "unproven"]).head(MOST)
    groups = rows.groupby("candour", sort=False)
    return [one for candour, own in groups for one in as_listed(own, f"self_{candour}")]


def _observers(work: Workbook) -> list[Finding]:
    """Tell that two observers of the same visits do not see the same."""
    rows = having(walkthroughs.observer_agreement(work), observers="retrain")
    rows = rows.assign(judge=["alpha" if pd.isna(one) else "ac1" for one in rows["ac1"]])

    def sure(row: Finding) -> str:
        return "proven" if row[f"{row['judge']}_high"] < 100 * walkthroughs.TENTATIVE else "seen"

    return as_listed(
        rows, "observers_apart", client=lambda row: SIDES[row["kind"]], grade=sure,
        besides=lambda row: {"accord": valued(row["judge"], "points")},
    )  # fmt: skip
