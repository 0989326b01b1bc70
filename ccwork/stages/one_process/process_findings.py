"""What the brief may take of the client's way through one process."""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from ccwork.measure.control_charts import worthwhile
from ccwork.measure.process.case_tables import journey
from ccwork.measure.process.client_effort import effort
from ccwork.read.logs.log_events import CLIENT
from ccwork.read.workbook import Workbook
from ccwork.stages.one_process import journey_map, process_choice
from ccwork.stats.intervals import names
from ccwork.tell import findings as told
from ccwork.tell.findings import finding
from ccwork.tell.tables import fact_id

Found = Iterator[dict[str, Any]]

LATE: Final = 50
"""Fewer per cent in time, by the interval: a norm is not kept (our choice)."""

AGAIN: Final = 10
"""Rework is told from so many per cent on, by the interval (our choice)."""

PASSED: Final = 3
"""So many hand-overs between units are many (our choice)."""

HARD: Final = 50
"""A step that feels worse than so many of 100 points is told of (our choice)."""

MOST: Final = 3
"""So many steps of one kind are told of at most (our choice)."""

ASKED: Final = {"documents": "documents", "trips": "visits"}
"""What is told of where a case takes more than one -> its unit (our choice)."""

TERMS: Final = {
    "by_law_over": "promise_not_kept",
    **dict.fromkeys(("by_law_used", "term_used", "term_asked"), "weak_place"),
}
"""What is told of a term -> the kind of finding."""


def findings(work: Workbook, process: str) -> pd.DataFrame:
    """Return what the brief may take of stage 3: the choice, waits, returns, clocks, effort.

    Parameters
    ----------
    process
        Code of the service looked at; empty for all that have a log.
    """
    parts = (_choice, _waits, _stuck, _returns, _handovers, _clocks, _effort, _felt, _log)
    found = [one for part in parts for one in part(work, process)]
    return told.findings(work, "3_one_process", found)


def _of_step(work: Workbook, service: str, step: str) -> str:
    """Return the unit that takes a step, where most of its rows name it: "unit:<code>"."""
    rows = work.table("steps")
    own = rows[(rows["service"] == service) & (rows["step"] == step) & (rows["actor"] != CLIENT)]
    units = own["unit"].astype(str)
    most = units[units != ""].mode()
    named = len(most) and (units == most[0]).mean() > 1 / 2
    return f"unit:{most[0]}" if named else ""


def _in_bars(work: Workbook, hours: float) -> float:
    """Return hours in worthwhile differences of the lead time."""
    return max(hours, 0) / 24 / worthwhile(work.catalogue.loc["lead_days"])


def _amount(row: Any, column: str, unit: str, *, bare: bool = False) -> dict[str, Any]:
    """Return a value of a finding, with its limits unless it is to stand bare."""
    value, low, high = names(column)
    limits = {} if bare or low not in row else {"low": row[low], "high": row[high]}
    return {"value": row[value], "unit": unit} | limits


def _choice(work: Workbook, process: str) -> Found:
    """Tell of a process not chosen, or chosen against a gate."""
    marks = process_choice.process_gates(work)
    taken = work.table("choices")
    taken = taken.loc[taken["chosen"] == "yes", "process"]
    passed = marks[marks["gate_all"] == "passed"]
    if len(marks) and taken.empty:
        first = (passed if len(passed) else marks).iloc[0]
        code, name = ("no_process", "choose") if len(passed) else ("no_candidate", "")
        yield finding(code, "decision_due", "counted", [fact_id(marks, first, "gate_all")],
                      action=name, cause="choice",
                      process=f"process:{first['candidate']}")  # fmt: skip
    for _, row in marks[marks["candidate"].isin(taken)].iterrows():
        barred = [gate for gate in process_choice.GATES if row[gate] == "failed"]
        if barred:
            yield finding("barred", "decision_due", "counted", [fact_id(marks, row, barred[0])],
                          cause="choice", process=f"process:{row['candidate']}",
                          gate=f"col:{barred[0]}")  # fmt: skip


def _waits(work: Workbook, process: str) -> Found:
    """Tell of the longest wait of a service, of norms not kept, and of terms used up."""
    rows = journey(work, "waits", process)
    if rows.empty:
        return
    rows = rows.assign(service=rows.get("service", process))
    ours = rows[(rows["statutory"] == "no") & rows["wait"].notna()]
    ours = ours[ours["awaited"] != CLIENT]
    for _, row in ours.drop_duplicates("service").head(MOST).iterrows():
        beyond = row["wait"] - (0 if pd.isna(row["norm"]) else row["norm"])
        facts = [fact_id(rows, row, column) for column in ("wait", "p90", "share")]
        few = pd.isna(row["waited"]) or row["waited"] < row["passed"] / 2
        yield _at(work, row, "rare_wait" if few else "long_wait", "weak_place", facts,
                  size=_in_bars(work, beyond), action="" if few else "find_wait",
                  grade="proven" if beyond > 0 and row["wait_low"] > row["wait"] - beyond
                  else "counted", wait=_amount(row, "wait", "hours"),
                  nine=_amount(row, "p90", "hours", bare=True),
                  share=_amount(row, "share", "percent", bare=True))  # fmt: skip
    for _, row in ours[ours["within_high"] < LATE].head(MOST).iterrows():
        yield _at(work, row, "late_step", "promise_not_kept",
                  [fact_id(rows, row, column) for column in ("within", "norm")], "proven",
                  size=_in_bars(work, row["wait"] - row["norm"]), action="keep_norm",
                  norm=_amount(row, "norm", "hours"),
                  within=_amount(row, "within", "percent"))  # fmt: skip
    for _, row in rows[rows["term_set"].isin(list(TERMS))].head(MOST).iterrows():
        term, kind = row["term_set"], TERMS[row["term_set"]]
        column = "wait" if term == "term_asked" or pd.isna(row["norm"]) else "norm"
        facts = [fact_id(rows, row, name) for name in (column, "term_set")]
        yield _at(work, row, term, kind, facts,
                  action="ask_whose" if term == "term_asked" else "ask_sooner",
                  cause=f"term:{row['step']}",
                  term=_amount(row, column, "hours", bare=True))  # fmt: skip


def _at(work: Workbook, row: pd.Series, what: str, kind: str, facts: list[str],
        grade: str = "counted", **more: Any) -> dict[str, Any]:  # fmt: skip
    """Return a finding about the speed of one step."""
    who = _of_step(work, row["service"], row["step"])
    known = {"kpi": "speed", "service": row["service"], "who": who}
    return finding(what, kind, grade, facts, **known, step=f"step:{row['step']}", **more)


def _stuck(work: Workbook, process: str) -> Found:
    """Tell of open cases that stand longer than nearly all of those ended took."""
    rows, ended = journey(work, "stuck", process), journey(work, "ended", process)
    if rows.empty or ended.empty or not process:
        return
    usual = ended["until"].iloc[0]
    lost = rows[rows["standing_cases"].notna() & (24 * rows["stood_low"] > usual)]
    for _, row in lost.assign(service=process).head(1).iterrows():
        facts = [fact_id(rows, row, column) for column in ("standing_cases", "stood")]
        yield _at(work, row, "stuck", "weak_place", facts, "proven", action="lift",
                  cause=f"stuck:{row['step']}", n=int(row["standing_cases"]),
                  stood=_amount(row, "stood", "days"))  # fmt: skip


def _returns(work: Workbook, process: str) -> Found:
    """Tell between whom a case comes back most, else how many cases repeat a step."""
    pairs, every = journey(work, "handovers", process), journey(work, "work", process)
    pairs = pairs[pairs["returned_low"] >= AGAIN] if len(pairs) and process else pairs.iloc[:0]
    for _, row in every[every["reworked_low"] >= AGAIN].iterrows() if len(every) else ():
        known = {"kpi": "quality", "service": row["service"]}
        facts = [fact_id(every, row, "reworked")]
        if pairs.empty:
            share = _amount(row, "reworked", "percent")
            yield finding("reworked", "weak_place", "proven", facts, **known, reworked=share)
            continue
        pair = pairs.loc[pairs["returned"].idxmax()]
        ends = {end: f"party:{pair[end]}" for end in ("sender", "receiver")}
        facts.insert(0, fact_id(pairs, pair, "returned"))
        yield finding("returned", "weak_place", "proven", facts, **known, **ends,
                      action="meet", who=ends["sender"],
                      returned=_amount(pair, "returned", "percent"))  # fmt: skip


def _handovers(work: Workbook, process: str) -> Found:
    """Tell of many hand-overs between units, and where they wait longest for one of ours."""
    rows, pairs = journey(work, "passed", process), journey(work, "handovers", process)
    if rows.empty or pairs.empty or not process:
        return
    row, ours = rows.iloc[0], pairs[pairs["receiver"] != CLIENT]
    if len(ours) and row["handoffs_unit"] >= PASSED and pd.notna(ours["wait"].iloc[0]):
        pair = ours.iloc[0]
        facts = [fact_id(rows, row, "handoffs_unit"), fact_id(pairs, pair, "wait")]
        yield finding("handovers", "weak_place", "counted", facts, kpi="speed", service=process,
                      sender=f"party:{pair['sender']}", receiver=f"party:{pair['receiver']}",
                      passed=_amount(row, "handoffs_unit", "times", bare=True),
                      wait=_amount(pair, "wait", "hours"))  # fmt: skip


def _clocks(work: Workbook, process: str) -> Found:
    """Tell where the log shows less than the client waits."""
    rows = journey(work, "summary", process)
    short = rows[(rows["gap"] == "yes") & (rows["clock"] == CLIENT)] if len(rows) else rows
    for _, row in short[short["median"].notna()].head(MOST).iterrows() if len(short) else ():
        facts = [fact_id(rows, row, column) for column in ("log_median", "median")]
        away = row["client_median"] - row["log_median"]
        yield finding("clocks", "contradict", "counted", facts, kpi="speed", action="see_rest",
                      service=row["service"], cause="clocks", size=_in_bars(work, away),
                      lasted=_amount(row, "median", "hours"),
                      logged=_amount(row, "log_median", "hours"))  # fmt: skip


def _effort(work: Workbook, process: str) -> Found:
    """Tell of documents and visits, where a case asks for more than one."""
    rows, steps = effort(work, process), journey_map.steps(work, process)
    for _, row in rows[rows["effort"].isin(list(ASKED)) & (rows["low"] > 1)].iterrows():
        code, more = row["effort"], {}
        facts = [fact_id(rows, row, "value")]
        papers = steps[steps["documents_mean"].notna()]
        if code == "documents" and len(papers):
            most = papers.loc[papers["documents_mean"].idxmax()]
            facts.append(fact_id(steps, most, "documents_mean"))
            later = (_of_step(work, process, each) for each in steps["step"][most.name :])
            more = {"step": f"step:{most['step']}", "action": "know_self",
                    "who": next(filter(None, later), "")}  # fmt: skip
        spent = _amount(row, "value", ASKED[code])
        yield finding(f"asks_{code}", "weak_place", "proven", facts, kpi="effort",
                      service=row["service"], cause=code, spent=spent, **more)  # fmt: skip


def _felt(work: Workbook, process: str) -> Found:
    """Tell of the step that feels worst, if it feels bad: of the cause of the longest wait."""
    rows, waits = journey_map.steps(work, process), journey(work, "waits", process)
    longest = waits["step"].head(1).tolist() if len(waits) else []
    worst = rows[(rows["say"] == "worst") & (rows["felt"] < HARD)] if len(rows) else rows
    for _, row in worst.iterrows():
        known = {"kpi": "speed"} if row["step"] in longest else {"cause": f"felt:{row['step']}"}
        who = _of_step(work, process, row["step"])
        yield finding("worst_step", "weak_place", "seen", [fact_id(rows, row, "felt")],
                      service=process, who=who, step=f"step:{row['step']}",
                      felt=_amount(row, "felt", "points"), **known)  # fmt: skip


def _log(work: Workbook, process: str) -> Found:
    """Tell of a way nobody wrote down, and of cases left out as their dates contradict."""
    services = work.table("services").dropna(subset="volume")
    if work.table("steps").empty and len(services):
        most = services.loc[services["volume"].astype(float).idxmax(), "service"]
        yield finding("no_log", "not_measured", "counted", [], kpi="speed", service=most,
                      cause="log", action="write_steps")  # fmt: skip
    rows = journey(work, "summary", process)
    if len(rows) and any(problem.code == "case_contradicts" for problem in work.warnings):
        facts = [fact_id(rows, rows.iloc[0], "n")]
        yield finding("dates_contradict", "data_fault", "counted", facts, action="mend_dates",
                      service=rows["service"].iloc[0], cause="dates",
                      n=int(rows["n"].iloc[0]))  # fmt: skip
