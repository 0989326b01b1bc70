"""What the client spends on one case: actions, documents, visits, money, distance, own time.

A figure nobody wrote down is unknown, never 0: it is missing for a case without any entry, and
for the whole log where the column is empty.
"""

from typing import Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.measure.process import case_tables, handovers, summaries
from ccwork.read.cache import once
from ccwork.read.logs.log_events import CLIENT
from ccwork.read.workbook import Workbook
from ccwork.stats import intervals
from ccwork.tell.tables import about

MEASURES: Final = {
    "actions": "actions", "own_hours": "hours", "documents": "documents", "trips": "visits",
    "roubles": "roubles", "km": "km",
}  # fmt: skip
"""What a client spends on a case -> its unit."""

ROWS: Final = ["effort", "value", "low", "high", "unit", "n", "why"]


def per_case(steps: pd.DataFrame) -> pd.DataFrame:
    """Add up what the client spent on each case.

    Returns
    -------
    DataFrame
        One row per case (index, sorted): ``actions`` steps the client took, ``own_hours`` they
        took, ``documents`` asked of him, ``trips`` steps he came for, ``roubles``, ``km``.
        NaN where the log does not tell.
    """
    mine = (steps["actor"].astype(str) == CLIENT).to_numpy()
    known = handovers.told(steps["actor"])
    hours = (steps["end"] - steps["start"]) / pd.Timedelta(hours=1)
    parts = pd.DataFrame({"case": steps["case"].astype(str)})
    parts["actions"] = mine.astype(float) if known else np.nan
    parts["own_hours"] = hours.where(mine, 0.0) if known else np.nan
    for column in ("documents", "roubles", "km"):
        parts[column] = steps[column].astype(float) if column in steps else np.nan
    came = steps["came"].astype(str) if "came" in steps else pd.Series("", steps.index)
    parts["trips"] = came.map({"yes": 1.0, "no": 0.0})
    cases = parts.groupby("case", sort=True)
    found = cases[["documents", "trips", "roubles", "km"]].sum(min_count=1)
    told = cases[["actions", "own_hours"]].sum(min_count=1)
    untimed = parts["own_hours"].isna().groupby(parts["case"]).any()
    told.loc[untimed, "own_hours"] = np.nan
    return told.join(found)[list(MEASURES)].astype(float)


@once
def effort(work: Workbook, service: str = "", by: str = "") -> pd.DataFrame:
    """Say what a case that ended cost the client on average, by service and, if asked, group.

    Parameters
    ----------
    by
        "channel", "segment", or none.

    Returns
    -------
    DataFrame
        One row per service (and group) and ``effort``: mean ``value`` with its t interval,
        ``unit``, ``n`` cases that tell it; without one ``why``.

    Notes
    -----
    A case still open has not cost all it will: it is left out, as in the means of a journey.
    Source: KPI method 2023 (client effort); accessibility "by time, distance and price".
    """
    known = by in ("", "channel", "segment")
    intervals.demand(known, "`by` must be '', 'channel' or 'segment'", by)
    steps = work.table("steps")
    steps = steps[steps["service"] == service] if service else steps
    rows = case_tables.journey(work, "cases", service)
    steps = summaries.of_cases(steps, rows[~rows["open"].astype(bool)]) if len(rows) else steps
    keys = ["service", *([by] if by else [])]
    if by and by in steps and not handovers.told(steps[by]):
        steps = steps.iloc[:0]
    found = [
        dict(zip(keys, group, strict=True)) | row
        for group, part in steps.groupby(keys, sort=False, observed=True)
        for row in _means(per_case(part))
    ]
    name = "_".join(["effort", *keys[1:]])
    table = pd.DataFrame(found, columns=[*keys, *ROWS])
    table = table.assign(how_came=table["channel"]) if by == "channel" else table
    table = about(table, name, work, key=[*keys, "effort"], of=["steps"])
    table.attrs["remarks"] = [("remark.effort_log", {})]
    return table


def _means(cases: pd.DataFrame) -> list[dict[str, object]]:
    found = []
    for measure, unit in MEASURES.items():
        told = cases[measure].dropna()
        mean = intervals.mean(told)
        why = "few_cases" if len(told) else "not_recorded"
        row = {"effort": measure, "unit": unit, "n": len(told), "why": why}
        value = mean.value if len(told) >= method.MIN_SHOWN else np.nan
        found.append(row | mean.columns("value") | {"value": value})
    return found
