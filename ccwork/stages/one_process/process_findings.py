"""What the brief may take of the client's way through one process."""

from typing import Final

import pandas as pd

from ccwork.measure.control_charts import worthwhile
from ccwork.measure.process.case_tables import journey
from ccwork.measure.process.client_effort import effort
from ccwork.read.logs.log_events import CLIENT
from ccwork.read.workbook import Workbook
from ccwork.stages.one_process import journey_map, process_choice
from ccwork.tell import findings as told
from ccwork.tell.findings import Finding, Of, as_listed, finding, having, valued
from ccwork.tell.tables import fact_id

LATE: Final = 50
"""Fewer per cent in time, by the interval: a norm is not kept (our choice)."""

AGAIN: Final = 10
"""Rework is told from so many per cent on, by the interval (our choice)."""

HARD: Final = 50
"""A step that feels worse than so many of 100 points is told of (our choice)."""

ASKED: Final = {"documents": "documents", "trips": "visits"}
"""What is told of where a case takes more than one -> its unit (our choice)."""

TERMS: Final = {
    "by_law_over": "promise_not_kept",
    **dict.fromkeys(("by_law_used", "term_used", "term_asked"), "weak_place"),
}
"""What is told of a term -> the kind of finding."""

ASKS: Final = {"term_asked": "ask_whose"}
"""What is told of a term -> what is asked, if not whether it may be sooner."""


def findings(work: Workbook, process: str) -> pd.DataFrame:
    """Return what the brief may take of stage 3: the choice, waits, returns, clocks, effort.

    Parameters
    ----------
    process
        Code of the service looked at; empty for all that have a log.
    """
    parts = (_choice, _waits, _stuck, _returns, _clocks, _effort, _felt, _log)
    found = [one for part in parts for one in part(work, process)]
    return told.findings(work, "3_one_process", found)


def _of_step(work: Workbook, service: str, step: str) -> str:
    """Return the unit that takes a step, where most of its rows name it: "unit:<code>"."""
    rows = having(work.table("steps"), service=service, step=step)
    units = rows.loc[rows["actor"] != CLIENT, "unit"].astype(str)
    most = units[units != ""].mode()
    named = len(most) and (units == most[0]).mean() > 1 / 2
    return f"unit:{most[0]}" if named else ""


def _of(work: Workbook) -> Finding:
    """Return what every finding about the speed of a step says."""
    return {"who": lambda row: _of_step(work, row["service"], row["step"])}


def _beyond(work: Workbook, late: str, early: str) -> Of:
    """Return what takes hours between two columns of a row in worthwhile lead times."""
    bar = 24 * worthwhile(work.catalogue.loc["lead_days"])
    return lambda row: max(row[late] - row[early], 0) / bar


def _choice(work: Workbook, process: str) -> list[Finding]:
    """Tell of a process not chosen, or chosen against a gate."""
    marks = process_choice.process_gates(work)
    taken = having(work.table("choices"), chosen="yes")["process"].tolist()
    if not taken:
        passed = having(marks, gate_all="passed")
        return as_listed(passed, "no_process") or as_listed(marks, "no_candidate")
    marks = having(marks, candidate=taken)
    barred = [[gate for gate in process_choice.GATES if row[gate] == "failed"]
              for row in marks.to_dict("records")]  # fmt: skip
    marks = marks.assign(gate=[next(iter(gates), "") for gates in barred])
    return as_listed(marks[marks["gate"] != ""], "barred")


def _waits(work: Workbook, process: str) -> list[Finding]:
    """Tell of the longest wait of a service, of norms not kept, and of terms used up."""
    rows = journey(work, "waits", process)
    if rows.empty:
        return []
    rows = rows.assign(service=rows.get("service", process), due=rows["norm"].fillna(0))
    rows["over"] = (rows["wait"] > rows["due"]) & (rows["wait_low"] > rows["due"])
    rows["few"] = rows["waited"].isna() | (rows["waited"] < rows["passed"] / 2)
    ours = having(rows[rows["wait"].notna() & (rows["awaited"] != CLIENT)], statutory="no")
    found = as_listed(
        ours.drop_duplicates("service"), "long_wait", size=_beyond(work, "wait", "due"),
        what=lambda row: "rare_wait" if row["few"] else "long_wait",
        action=lambda row: "" if row["few"] else "find_wait",
        grade=lambda row: "proven" if row["over"] else "counted", **_of(work),
    )  # fmt: skip
    late, size = ours[ours["within_high"] < LATE], _beyond(work, "wait", "norm")
    found += as_listed(late, "late_step", size=size, **_of(work))
    terms = having(rows, term_set=[*TERMS])
    asked = terms["term_set"].eq("term_asked") | terms["norm"].isna()
    return found + as_listed(
        terms.assign(column=asked.map({True: "wait", False: "norm"})), "{term_set}",
        term=lambda row: valued(row["column"], "hours")(row),
        kind=lambda row: TERMS[row["term_set"]],
        action=lambda row: ASKS.get(row["term_set"], "ask_sooner"), **_of(work),
    )  # fmt: skip


def _stuck(work: Workbook, process: str) -> list[Finding]:
    """Tell of open cases that stand longer than nearly all of those ended took."""
    rows, ended = journey(work, "stuck", process), journey(work, "ended", process)
    if rows.empty or ended.empty or not process:
        return []
    lost = rows["standing_cases"].notna() & (24 * rows["stood_low"] > ended["until"].iloc[0])
    return as_listed(rows[lost].assign(service=process), "stuck", **_of(work))


def _returns(work: Workbook, process: str) -> list[Finding]:
    """Tell between whom a case comes back most, else how many cases repeat a step."""
    pairs, every = journey(work, "handovers", process), journey(work, "work", process)
    if every.empty:
        return []
    every = every[every["reworked_low"] >= AGAIN]
    pairs = pairs[pairs["returned_low"] >= AGAIN] if len(pairs) and process else pairs.iloc[:0]
    if pairs.empty:
        return as_listed(every, "reworked")
    pairs = pairs.sort_values("returned", ascending=False, kind="stable").assign(service=process)
    also = [fact_id(every, row, "reworked") for row in every.to_dict("records")]
    return as_listed(pairs, "returned", most=len(every[:1]), also=also)


def _clocks(work: Workbook, process: str) -> list[Finding]:
    """Tell where the log shows less than the client waits."""
    rows = having(journey(work, "summary", process), gap="yes", clock=CLIENT)
    rows = rows.dropna(subset="median") if len(rows) else rows
    return as_listed(rows, "clocks", size=_beyond(work, "client_median", "log_median"))


def _effort(work: Workbook, process: str) -> list[Finding]:
    """Tell of documents and visits, where a case asks for more than one."""
    rows, steps = effort(work, process), journey_map.steps(work, process)
    papers = steps.dropna(subset="documents_mean")
    most = papers.loc[papers["documents_mean"].idxmax()] if len(papers) else None

    def of_most(row: Finding) -> Finding:
        if row["effort"] != "documents" or most is None:
            return {}
        later = (_of_step(work, process, each) for each in steps["step"][most.name :])
        return {"step": f"step:{most['step']}", "action": "know_self",
                "who": next(filter(None, later), "")}  # fmt: skip

    return as_listed(
        having(rows[rows["low"] > 1], effort=[*ASKED]), "asks_{effort}",
        also=lambda row: [fact_id(steps, most, "documents_mean")] if of_most(row) else [],
        besides=lambda row: {"spent": valued("value", ASKED[row["effort"]])} | of_most(row),
    )  # fmt: skip


def _felt(work: Workbook, process: str) -> list[Finding]:
    """Tell of the step that feels worst, if it feels bad: of the cause of the longest wait."""
    if not process:  # steps of several services feel like nobody's way
        return []
    rows, waits = journey_map.steps(work, process), journey(work, "waits", process)
    longest = waits["step"].head(1).tolist() if len(waits) else []
    worst = having(rows, say="worst")
    return as_listed(
        worst[worst["felt"] < HARD] if len(worst) else worst, "worst_step", service=process,
        who=lambda row: _of_step(work, process, row["step"]), besides=lambda row: (
            {"kpi": "speed"} if row["step"] in longest else {"cause": "felt:{step}"}),
    )  # fmt: skip


def _log(work: Workbook, process: str) -> list[Finding]:
    """Tell of a way nobody wrote down, and of cases left out as their dates contradict."""
    services = work.table("services").dropna(subset="volume")
    found = []
    if work.table("steps").empty and len(services):
        most = services.loc[services["volume"].astype(float).idxmax(), "service"]
        found = [finding("no_log", "not_measured", "counted", [], kpi="speed", service=most,
                         cause="log", action="write_steps")]  # fmt: skip
    rows = journey(work, "summary", process)
    broken = any(problem.code == "case_contradicts" for problem in work.warnings)
    return found + as_listed(rows if broken else rows.iloc[:0], "dates_contradict")
