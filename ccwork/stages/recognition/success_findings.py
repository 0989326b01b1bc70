"""What the brief takes from stage 5: whom to thank, what to tell, which message to mend."""

import numpy as np
import pandas as pd

from ccwork.read.workbook import Workbook
from ccwork.stages.recognition import claim_grades, regression_to_mean, thanked_teams
from ccwork.stages.recognition import told_register as register
from ccwork.tell import findings as told
from ccwork.tell.findings import Finding, as_listed, having, kpi_of


def findings(work: Workbook, tried: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what is to be decided about successes; what they are other stages tell."""
    parts = (_bare(work, tried), _untold(work, tried), _by_chance(work), _unthanked(work, tried))
    return told.findings(work, "5_recognition", [one for part in parts for one in part])


def _bare(work: Workbook, tried: pd.DataFrame | None) -> list[Finding]:
    """Tell of every message citizens were given without the proof it needs."""
    given = work.table("told").set_index("told")

    def of_message(row: Finding) -> Finding:
        own = given.loc[row["message"]]
        kind = next(name for name in ("change", "metric", "service") if own[name])
        day = f"day:{own['date']:%Y-%m-%d}" if pd.notna(own["date"]) else "text:—"
        what = "told_weakly" if row["backing"] == "inside_only" else "told_bare"
        return {"what": what, "topic": f"{kind}:{own[kind]}", "service": own["service"],
                "kpi": kpi_of(own["metric"], work), "who": f"person:{own['who']}",
                "given": day}  # fmt: skip

    rows = having(register.told(work, tried), backing=register.BARE)
    return as_listed(rows, "told_bare", besides=of_message)


def _in_points(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose differences of per cent are percentage points."""
    return rows.replace({"unit": {"percent": "percent_points"}}) if len(rows) else rows


def _untold(work: Workbook, tried: pd.DataFrame | None) -> list[Finding]:
    """Tell of every gain citizens may be told of, and were not."""
    rows = having(_in_points(claim_grades.claims(work, tried)), place_of="outside")
    given = having(work.table("told"), place="outside")
    of_change = {*given["change"]} - {""}
    of_series = {*zip(given["service"], given["metric"], strict=True)}
    said = [row["novelty"] in of_change or (row["service"], row["metric"]) in of_series
            for row in rows.to_dict("records")]  # fmt: skip
    return as_listed(rows[~np.array(said, bool)], "untold")


def _by_chance(work: Workbook) -> list[Finding]:
    """Tell of every gain of the worst that would have come by itself."""
    services = work.table("changes").set_index("change")["service"]
    rows = having(_in_points(regression_to_mean.by_itself(work)), say="nothing")
    return as_listed(rows, "came_by_itself", service=lambda row: services[row["novelty"]])


def _unthanked(work: Workbook, tried: pd.DataFrame | None) -> list[Finding]:
    """Tell of the teams that have earned thanks nobody gave them: one finding."""
    teams = having(thanked_teams.unthanked(work, tried), earned="yes").head(1)
    team, merit = next(((f"{one['team_kind']}:{one['team_code']}", one["reasons"].split()[0])
                        for one in teams.to_dict("records")), ("", ""))  # fmt: skip
    rows = having(thanked_teams.never(work, tried), earned="yes")
    return as_listed(rows, "unthanked", team=team, merit=merit)
