"""What the brief takes from the core team: gaps, objections unanswered, load, balance.

Nobody is named: people appear as roles and in words of number.
"""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from ccwork.language import periods
from ccwork.measure.control_charts import worthwhile
from ccwork.read.workbook import Workbook
from ccwork.stages.core_team import adoption, team_roles
from ccwork.tell import findings as told
from ccwork.tell.findings import finding
from ccwork.tell.tables import fact_id

Found = Iterator[dict[str, Any]]

MOST: Final = 3
"""So many roles are told at most (our choice)."""

FEW: Final = 2
"""So many objections, and so many demands, are told at most (our choice)."""

WANTED: Final = ("hours", "sponsor", "contact", "change_leader")
"""Demands told of a team that was formed, beside roles and leadership (our choice)."""


def findings(work: Workbook) -> pd.DataFrame:
    """Return what the brief may take of the core team, the gravest first."""
    parts = (_objections, _load, _gate, _roles, _demands, _away, _balance)
    found = [one for part in parts for one in part(work)]
    return told.findings(work, "2_core_team", found)


def _objections(work: Workbook) -> Found:
    """Tell of the objections nobody has answered for long, the oldest first."""
    rows = adoption.objections(work)
    raised = work.table("objections").set_index("objection")["date"]
    for row in rows[rows["say"] == "stale"].head(FEW).to_dict("records"):
        code = row["objection"]
        yield finding(
            "objection_waits", "decision_due", "counted",
            [fact_id(rows, row, name) for name in ("waits_days", "objection_status")],
            client="external" if row["raised"] == "client" else "internal",
            cause=f"objection:{code}", since=f"{raised[code]:%Y-%m-%d}", action="answer_by_deed",
            days=int(row["waits_days"]), gist=f"objection:{code}", group=f"value:{row['raised']}",
        )  # fmt: skip


def _gate(work: Workbook) -> Found:
    """Tell that the leadership does not apply the new order to itself, and what it answered."""
    if team_roles.gate(work) != "failed":
        return
    rows, gates = team_roles.leaders(work), team_roles.demands(work)
    short = rows[rows["reply_given"].isin(["0", "1"])].sort_values("reply_given", kind="stable")
    row = short.iloc[0]
    facts = [fact_id(rows, row, "reply_given")]
    facts += [fact_id(gates, each, "demand_met")
              for _, each in gates[gates["demand"] == "leadership"].iterrows()]  # fmt: skip
    yield finding(
        "leaders_shut", "team_gap", "seen", facts, cause="leadership", client="internal",
        item=f"item:{row['item']}", reply=f"reply_given:{row['reply_given']}",
    )  # fmt: skip


def _roles(work: Workbook) -> Found:
    """Tell of roles the team lacks; where there is no team, of one nobody could take."""
    rows = team_roles.roles(work)
    short = rows[rows["say"] == "short"].sort_values("in_team", kind="stable").head(MOST)
    pool = rows[rows["say"] == "pool"].sort_values("outside_team", kind="stable").head(1)
    for row in pd.concat([short, pool]).to_dict("records"):
        role = row["team_role"]
        what = {"0": "role_empty", "unformed": "team_unformed"}.get(row["in_team"], "role_single")
        action, column = "", "outside_team"
        if what != "team_unformed" and row["outside_team"] != "0":
            action = "invite_role"
        elif what != "team_unformed" and row["could_grow"] != "0":
            action, column = "grow_role", "could_grow"
        yield finding(
            what, "team_gap", "counted",
            [fact_id(rows, row, name) for name in ("in_team", "lack", column)],
            client="internal", cause=f"role:{role}", role=f"team_part:{role}",
            held=f"people:{row['outside_team']}", action=action, near=f"people:{row[column]}",
        )  # fmt: skip


def _demands(work: Workbook) -> Found:
    """Tell what else a team that was formed does not have."""
    rows = team_roles.demands(work)
    formed = (work.table("people")["member"] == "yes").any()
    lacking = rows[(rows["demand_met"] == "failed") & rows["demand"].isin(WANTED) & formed]
    order = lacking["demand"].map(WANTED.index).sort_values().index
    for row in lacking.loc[order].head(FEW).to_dict("records"):
        yield finding(
            "team_lacks", "team_gap", "counted", [fact_id(rows, row, "demand_met")],
            client="internal", cause=f"demand:{row['demand']}", demand=f"demand:{row['demand']}",
        )  # fmt: skip


def _away(work: Workbook) -> Found:
    """Tell that no leader went out to clients for longer than :data:`adoption.STALE` days."""
    rows = adoption.leaders_log(work)
    for row in rows.tail(1).to_dict("records"):
        last, now = periods.last_day(row["period"]), periods.last_day(work.period)
        if (now - last).days > adoption.STALE:
            yield finding(
                "leaders_away", "team_gap", "counted", [fact_id(rows, row, "leader_visits")],
                client="external", cause="leaders_log", since=row["period"],
                last=f"period:{row['period']}",
            )  # fmt: skip


def _load(work: Workbook) -> Found:
    """Tell that the load on staff is surely above the bar."""
    rows = adoption.pressure(work)
    for row in rows[rows["bearable"] == "failed"].head(FEW).to_dict("records"):
        over = row["value"] - adoption.BEARABLE[row["metric"]]
        least = worthwhile(work.catalogue.loc[row["metric"]])
        yield finding(
            "load_unbearable", "weak_place", "proven",
            [fact_id(rows, row, name) for name in ("value", "bearable")],
            kpi=row["kpi"], service=row["service"], size=over / least if least else None,
            since=row["since"] or "", metric=f"metric:{row['metric']}",
            load={name: row[name] for name in ("value", "low", "high", "unit")},
        )  # fmt: skip


def _balance(work: Workbook) -> Found:
    """Tell that practices taken lean to one side; where not, that they are too many at once."""
    rows = adoption.balance(work)
    for row in rows.to_dict("records"):
        counts = {name: int(row[name]) for name in ("flexible", "rules")}
        if row["sided"] in counts:
            facts = [fact_id(rows, row, name) for name in ("sided", *counts)]
            yield finding("one_sided", "weak_place", "counted", facts, client="internal",
                          cause="balance", **counts)  # fmt: skip
        elif row["crowd"] == "many":
            facts = [fact_id(rows, row, "at_once")]
            yield finding("crowded", "weak_place", "counted", facts, client="internal",
                          cause="at_once", at_once=int(row["at_once"]))  # fmt: skip
