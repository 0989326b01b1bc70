"""What the brief takes from the core team: gaps, objections unanswered, load, balance.

Nobody is named: people appear as roles and in words of number.
"""

from typing import Final

import pandas as pd

from ccwork.language import periods
from ccwork.measure.control_charts import worthwhile
from ccwork.read.workbook import Workbook
from ccwork.stages.core_team import adoption, team_roles
from ccwork.tell import findings as told
from ccwork.tell.findings import Finding, as_listed, having
from ccwork.tell.tables import fact_id

MOST: Final = 3
"""So many roles are told at most (our choice)."""

WANTED: Final = ("hours", "sponsor", "contact", "change_leader")
"""Demands told of a team that was formed, beside roles and leadership (our choice)."""


def findings(work: Workbook) -> pd.DataFrame:
    """Return what the brief may take of the core team, the gravest first."""
    parts = (_objections, _load, _gate, _roles, _demands, _away, _balance)
    return told.findings(work, "2_core_team", [one for part in parts for one in part(work)])


def _objections(work: Workbook) -> list[Finding]:
    """Tell of the objections nobody has answered for long, the oldest first."""
    raised = work.table("objections").set_index("objection")["date"]
    return as_listed(
        having(adoption.objections(work), say="stale"), "objection_waits",
        client=lambda row: "external" if row["raised"] == "client" else "internal",
        since=lambda row: f"{raised[row['objection']]:%Y-%m-%d}",
    )  # fmt: skip


def _gate(work: Workbook) -> list[Finding]:
    """Tell that the leadership does not apply the new order to itself, and what it answered."""
    if team_roles.gate(work) != "failed":
        return []
    gates = having(team_roles.demands(work), demand="leadership")
    rows = having(team_roles.leaders(work), reply_given=["0", "1"])
    also = [fact_id(gates, each, "demand_met") for each in gates.to_dict("records")]
    return as_listed(rows.sort_values("reply_given", kind="stable"), "leaders_shut", also=also)


def _roles(work: Workbook) -> list[Finding]:
    """Tell of roles the team lacks; where there is no team, of one nobody could take."""
    rows = team_roles.roles(work)
    short = having(rows, say="short").sort_values("in_team", kind="stable").head(MOST)
    pool = having(rows, say="pool").sort_values("outside_team", kind="stable").head(1)
    found = []
    for at, row in pd.concat([short, pool]).iterrows():
        formed = row["in_team"] != "unformed"
        grow = formed and row["outside_team"] == "0" and row["could_grow"] != "0"
        column = "could_grow" if grow else "outside_team"
        action = "grow_role" if grow else "invite_role"
        what = {"0": "role_empty", "unformed": "team_unformed"}.get(row["in_team"], "role_single")
        found += as_listed(
            rows.loc[[at]], "role_single", facts=f"in_team lack {column}", what=what,
            action=action if formed and row[column] != "0" else "", near=f"people:{row[column]}",
        )  # fmt: skip
    return found


def _demands(work: Workbook) -> list[Finding]:
    """Tell what else a team that was formed does not have."""
    formed = (work.table("people")["member"] == "yes").any()
    rows = having(team_roles.demands(work), demand_met="failed", demand=WANTED if formed else ())
    rows = rows.sort_values("demand", key=lambda codes: codes.map(WANTED.index))
    return as_listed(rows, "team_lacks")


def _away(work: Workbook) -> list[Finding]:
    """Tell that no leader went out to clients for longer than :data:`adoption.STALE` days."""
    rows = adoption.leaders_log(work).tail(1)
    away = [periods.last_day(work.period) - periods.last_day(last) for last in rows["period"]]
    return as_listed(rows[[gone.days > adoption.STALE for gone in away]], "leaders_away")


def _load(work: Workbook) -> list[Finding]:
    """Tell that the load on staff is surely above the bar."""

    def over(row: Finding) -> float | None:
        least = worthwhile(work.catalogue.loc[row["metric"]])
        return (row["value"] - adoption.BEARABLE[row["metric"]]) / least if least else None

    rows = having(adoption.pressure(work), bearable="failed")
    return as_listed(rows, "load_unbearable", size=over, since=lambda row: row["since"] or "")


def _balance(work: Workbook) -> list[Finding]:
    """Tell that practices taken lean to one side."""
    return as_listed(having(adoption.balance(work), sided=["flexible", "rules"]), "one_sided")
