"""What the brief takes from stage 5: whom to thank, what to tell, which message to mend."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ccwork.read.workbook import Workbook
from ccwork.stages.recognition import claim_grades, regression_to_mean, thanked_teams
from ccwork.stages.recognition import told_register as register
from ccwork.stages.scale.change_findings import kpi_of
from ccwork.tell import findings as told
from ccwork.tell.findings import finding
from ccwork.tell.tables import fact_id


def findings(work: Workbook, tried: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what is to be decided about successes; what they are other stages tell."""
    parts = (_bare(work, tried), _untold(work, tried), _by_chance(work), _unthanked(work, tried))
    return told.findings(work, "5_recognition", [one for part in parts for one in part])


def _bare(work: Workbook, tried: pd.DataFrame | None) -> Iterator[dict[str, Any]]:
    """Tell of every message citizens were given without the proof it needs."""
    rows, given = register.told(work, tried), work.table("told").set_index("told")
    for row in rows[rows["backing"].isin(register.BARE)].to_dict("records"):
        own = given.loc[row["message"]]
        kind = next(name for name in ("change", "metric", "service") if own[name])
        what = "told_weakly" if row["backing"] == "inside_only" else "told_bare"
        yield finding(
            what, "contradict", "counted", [fact_id(rows, row, "backing")],
            topic=f"{kind}:{own[kind]}",
            service=own["service"], kpi=kpi_of(own["metric"], work), action="mend_message",
            who=f"person:{own['who']}" if own["who"] else "", cause=f"told:{row['message']}",
            strength=f"text:{row['strength']}", given=_when(own["date"]),
        )  # fmt: skip


def _when(day: Any) -> str:
    return f"day:{day:%Y-%m-%d}" if pd.notna(day) else "text:—"


def _untold(work: Workbook, tried: pd.DataFrame | None) -> Iterator[dict[str, Any]]:
    """Tell of every gain citizens may be told of, and were not."""
    rows, given = claim_grades.claims(work, tried), work.table("told")
    given = given[given["place"] == "outside"]
    for row in rows[rows["place_of"] == "outside"].to_dict("records"):
        same = (given["service"] == row["service"]) & (given["metric"] == row["metric"])
        same |= (given["change"] == row["novelty"]) & (row["novelty"] != "")
        if same.any():
            continue
        ends = {"low": row["claimed_low"], "high": row["claimed_high"]}
        unit = "percent_points" if row["unit"] == "percent" else row["unit"]
        yield finding(
            "untold", "decision_due", row["strength"],
            [fact_id(rows, row, name) for name in ("claimed", "place_of")],
            service=row["service"], kpi=kpi_of(row["metric"], work), action="tell_citizens",
            metric=f"metric:{row['metric']}", strength=f"text:{row['strength']}",
            gain={"value": row["claimed"], "unit": unit} | ends,
            cause=f"untold:{row['claim_code']}",
        )  # fmt: skip


def _by_chance(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of every gain of the worst that would have come by itself."""
    rows = regression_to_mean.by_itself(work)
    services = work.table("changes").set_index("change")["service"]
    for row in rows[rows["say"] == "nothing"].to_dict("records") if len(rows) else []:
        unit = "percent_points" if row["unit"] == "percent" else row["unit"]
        sizes = {
            name: {"value": row[column], "low": row[f"{column}_low"],
                   "high": row[f"{column}_high"], "unit": unit}
            for name, column in (("seen", "observed"), ("itself", "by_itself"))
        }  # fmt: skip
        yield finding(
            "came_by_itself", "contradict", "proven",
            [fact_id(rows, row, name) for name in ("left_over", "by_itself", "observed")],
            change=f"change:{row['novelty']}", metric=f"metric:{row['metric']}",
            service=services[row["novelty"]], kpi=kpi_of(row["metric"], work),
            action="praise_later", cause=f"change:{row['novelty']}", **sizes,
        )  # fmt: skip


def _unthanked(work: Workbook, tried: pd.DataFrame | None) -> Iterator[dict[str, Any]]:
    """Tell of the teams that have earned thanks nobody gave them: one finding."""
    rows = thanked_teams.never(work, tried)
    earned = rows[rows["earned"] == "yes"]
    teams = thanked_teams.unthanked(work, tried)
    if len(earned):
        team = teams[teams["earned"] == "yes"].iloc[0]
        code = f"{team['team_kind']}:{team['team_code']}"
        yield finding(
            "unthanked", "decision_due", "counted",
            [fact_id(rows, earned.iloc[0], "how_many")], n=int(earned["how_many"].iloc[0]),
            team=code, merit=team["reasons"].split()[0], action="thank_team", who=code,
            cause="thanks",
        )  # fmt: skip
