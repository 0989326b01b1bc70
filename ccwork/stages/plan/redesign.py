"""The journey as it is beside the journey to be, in hours and money."""

from typing import Final

import pandas as pd

from ccwork.measure.process import waiting_times, what_if
from ccwork.read.cache import while_same
from ccwork.read.logs import log_events
from ccwork.read.workbook import Workbook
from ccwork.stages.plan import yearly_savings
from ccwork.tell.tables import about, said

TOLD: Final = ("lead", "documents", "trips", "paid", "roubles")
"""Savings a head of agency is told of in sentences."""


def redesign_wishes(work: Workbook, service: str) -> pd.DataFrame:
    """Return what people want to change in the journey, one row a change, in their words.

    ``in_count`` says whether the change can be counted: no where the log has no such step, or
    the row does not say with which step, how long or how many documents.
    """
    rows = work.table("redesign")
    rows = rows[rows["service"] == service]
    log = work.table("steps")
    log = log[log["service"] == service]
    in_count = ["yes" if _counts(row, log) else "no" for row in rows.to_dict("records")]
    table = rows.rename(columns={"change": "how_changed", "hours": "limit_hours"})
    table = table[["step", "how_changed", "limit_hours"]].assign(
        limit_hours_why="norm_of_step", why_said=said(rows, "why"), in_count=in_count
    )
    capped = table["how_changed"].isin(["step_norm", "wait_norm"])
    table.loc[~capped, "limit_hours_why"] = "not_applicable"
    return about(table, "redesign", work)


def _counts(row: dict[str, object], log: pd.DataFrame) -> bool:
    """Tell whether a change can be counted on a log."""
    mine = log[log["step"] == row["step"]]
    if row["change"] == "parallel":
        return len(mine) > 0 and bool((log["step"] == row["with_step"]).any())
    if row["change"] == "fewer_documents":
        return pd.notna(row["documents"]) and bool(mine["documents"].notna().any())
    limited = pd.notna(row["hours"]) or bool(mine["norm"].notna().any())
    return len(mine) > 0 and (row["change"] == "without" or limited)


def redesigned(log: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the steps as they would have been with the changes of ``redesign``, one by one.

    Parameters
    ----------
    log
        Steps of one service.
    rows
        Rows of the table ``redesign``; a step the log has not is passed over.
    """
    made = log
    for row in rows.to_dict("records"):
        hours = None if pd.isna(row["hours"]) else float(row["hours"])
        if row["change"] == "without":
            made = what_if.without(made, row["step"])
        elif row["change"] == "parallel":
            made = what_if.parallel(made, row["step"], row["with_step"])
        elif row["change"] == "fewer_documents":
            fewer = made["documents"].astype(float).clip(upper=row["documents"])
            hit = (made["step"] == row["step"]) & pd.notna(row["documents"])
            made = made.assign(documents=made["documents"].astype(float).mask(hit, fewer))
        else:
            made = what_if.capped(made, row["step"], hours, of=row["change"].partition("_")[0])
    return made


def _as_is_and_made(work: Workbook, service: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the log as it is and as it would be; both empty where nothing is to be changed."""
    log, rows = what_if.steps_of(work, service), work.table("redesign")
    rows = rows[rows["service"] == service]
    made = redesigned(log, rows) if len(rows) and len(log) else log.iloc[:0]
    return (log if len(made) else made), made


def as_is_to_be(work: Workbook, service: str) -> pd.DataFrame:
    """Put the journey as it is beside the journey to be, a case and a year.

    Returns
    -------
    DataFrame
        What :func:`yearly_savings.yearly` returns for the changes of the table ``redesign``:
        client-hours, documents, visits and roubles of a year, each with its interval; with the
        means of a case ``as_is`` and ``to_be``. No rows without changes.
    """
    log, made = _as_is_and_made(work, service)
    value = work.info.get("rouble_hour")
    found = yearly_savings.yearly(work, log, made, value or None)
    told = found["saving"].isin(TOLD) & found["value"].notna()
    found["say"] = told.map({True: "year", False: ""})
    found.attrs["name"] = "journey_to_be"
    found.attrs["needs"] = ["redesign", "steps"]
    return found


@while_same("redesign", "steps")
def both(work: Workbook, service: str) -> pd.DataFrame:
    """Return the median time and wait of every step, as it is and as it is to be."""
    log, made = _as_is_and_made(work, service)
    if log.empty:
        return about(pd.DataFrame(), "journey_both", work, key=["step"], of=["redesign", "steps"])
    parts = []
    for state, each in (("as_is", log), ("to_be", made)):
        waits = waiting_times.waits(each).set_index("step")["wait"]
        hours = (each["end"] - each["start"]) / pd.Timedelta(hours=1)
        hours = (hours - log_events.paused_hours(each)).clip(lower=0)
        time = hours.groupby(each["step"]).median()
        parts.append(pd.DataFrame({"time": time, "wait": waits.reindex(time.index)})
                     .assign(whatif=state).reset_index())  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    return about(table, "journey_both", work, key=["step", "whatif"], of=["redesign", "steps"])
