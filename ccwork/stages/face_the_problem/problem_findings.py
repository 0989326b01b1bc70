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
from ccwork.tell.findings import Finding, bars, having, of_rows, valued, whole
from ccwork.tell.tables import fact_id

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
    parts = (_roadmap, _promise, _obstacles, _spots, _declared, _observers)
    found = [one for part in parts for one in part(work)]
    return told.findings(work, "1_face_the_problem", found)


def _kpi(work: Workbook, item: str) -> str:
    """Return the KPI of an item; empty where it has none."""
    return str(work.catalogues["items"]["kpi"].get(item, ""))


def _roadmap(work: Workbook) -> list[Finding]:
    """Tell of actions past their term or without an owner, and of lines without an action."""
    rows, counts = action_plan.roadmap(work), action_plan.actions_counted(work)
    acts = rows.drop_duplicates("act")
    free = (acts["owner"].isin(["", "—"])) | (acts["due"] == "")
    known: Finding = {
        "deed": "action:{act}", "who": "position:{owner}", "by": "{due}", "cause": "action:{act}",
        "service": lambda row: row["services"] if len(row["services"].split()) == 1 else "",
        "kpi": lambda row: _kpi(work, row["item"]),
    }  # fmt: skip
    late = of_rows(
        having(acts, state="overdue").sort_values("due", kind="stable"), "state", "action_late",
        "decision_due", "counted", most=MOST, **known,
        action=lambda row: "name_owner" if row["owner"] in ("", "—") else "name_term",
    )  # fmt: skip
    loose = of_rows(
        having(acts[free], state=action_plan.OPEN), "state", "action_loose", "decision_due",
        "counted", most=MOST, action="name_owner", **known,
    )  # fmt: skip
    idle = having(rows, state="none").head(1).to_dict("records")
    return late + loose + of_rows(
        counts.head(len(idle)), "no_action", "criteria_idle", "decision_due", "counted",
        also=[fact_id(rows, row, "state") for row in idle], action="own_lines",
        kpi=_kpi(work, idle[0]["item"]) if idle else "", client="external", cause="roadmap",
        item=f"item:{idle[0]['item']}" if idle else "", idle=whole("no_action"),
    )  # fmt: skip


def _planned(work: Workbook, items: list[str]) -> Finding:
    """Return the open action somebody has planned against some items: what, who, by when."""
    for act in having(work.table("actions"), item=items, status=action_plan.OPEN).to_dict(
        "records"
    ):
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

    return of_rows(
        rows.sort_values("gap", ascending=False, kind="stable"), "kept_share promise n",
        "promise_broken", "promise_not_kept", most=MOST, client="external", size=bars("gap"),
        cause="right:{right}", right="right:{right}", kept=valued("kept_share", "percent"),
        checked=whole("n"), besides=of_right,
    )  # fmt: skip


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
    known: Finding = {
        "client": lambda row: SIDES[row["kind"]], "kpi": "{kpi}", "service": "{service}",
        "place": "service:{service}", "item": "item:{item}", "hits": whole("hits"),
        "visits": whole("visits"), "besides": lambda row: _planned(work, [row["item"]]),
    }  # fmt: skip
    found = of_rows(worst[~few], "hits visits share", "obstacle", "weak_place", "seen", **known,
                    size=bars("share_low"), share=valued("share", "percent"))  # fmt: skip
    found += of_rows(worst[few], "hits visits", "obstacle_few", "weak_place", "seen", **known)
    return found[:MOST]


def _spots(work: Workbook) -> list[Finding]:
    """Tell of the widest blind spot of each kind of client."""
    rows = having(blind_spots.spots(work), spot="blind_spot").astype({"blind": float})
    rows = rows.sort_values("blind", ascending=False, kind="stable").drop_duplicates("client")
    index = blind_spots.blind_spot_index(work)
    return of_rows(
        rows, "blind own theirs spot", "blind_spot", "blind_spot", client="{client}", kpi="{kpi}",
        size=bars("blind"), own=valued("own", "points"), eyes="eyes:{against}",
        theirs=valued("theirs", "points"),
        also=lambda row: [fact_id(index, each, "blind_share") for _, each
                          in having(index, clientele=row["client"]).iterrows()],
        besides=lambda row: {"grade": "proven" if row["against"] == "survey" else "seen"},
    )  # fmt: skip


def _declared(work: Workbook) -> list[Finding]:
    """Tell of self-checks that say more than evidence or an assessor shows."""
    found = []
    rows = having(self_assessment.declared(work), candour=[*CLAIMS]).head(MOST)
    for candour, own in rows.groupby("candour", sort=False):
        column, gap, grade = CLAIMS[candour]
        found += of_rows(
            own, f"{gap} declared {column}", f"self_{candour}", "blind_spot", grade,
            service="{service}", client="external", cause="self_check:{service}", size=bars(gap),
            place="service:{service}", declared=valued("declared", "points"),
            shown=valued(column, "points"),
        )  # fmt: skip
    return found


def _observers(work: Workbook) -> list[Finding]:
    """Tell that two observers of the same visits do not see the same."""
    rows = having(walkthroughs.observer_agreement(work), observers="retrain")
    rows = rows.assign(judge=["alpha" if pd.isna(one) else "ac1" for one in rows["ac1"]])

    def sure(row: Finding) -> str:
        return "proven" if row[f"{row['judge']}_high"] < 100 * walkthroughs.TENTATIVE else "seen"

    return of_rows(
        rows, "{judge} observers pairs", "observers_apart", "data_fault", pairs=whole("pairs"),
        client=lambda row: SIDES[row["kind"]], cause="observers:{kind}", action="walk_in_pairs",
        besides=lambda row: {"grade": sure(row), "accord": valued(row["judge"], "points")},
    )  # fmt: skip
