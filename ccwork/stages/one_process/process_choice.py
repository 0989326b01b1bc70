"""Choosing the ONE process to begin with: gates, then a table; people choose, not a total.

A gate says whether an experiment is possible at all. Among processes that pass, a process is
out only where another is at least as good in everything and better in something. The choice
is a row people write in the table ``choices``.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd

from ccwork.language import wording
from ccwork.language.problems import Problem
from ccwork.measure.process import handovers
from ccwork.read.cache import while_same
from ccwork.read.workbook import Workbook
from ccwork.tell.tables import about, said

INSIDE: Final = 80
"""So many per cent of the steps must be the agency's own (our choice)."""

POINTS: Final = 12
"""So many points of history make a baseline (as for locking a control chart)."""

MONTHLY: Final = 30
"""So many cases a month make a baseline as well (our choice)."""

WEEKS: Final = 26
"""An experiment must give its answer within so many weeks (our choice: half a year)."""

STEP: Final = 20
"""Weights are tried in steps of one twentieth (our choice)."""

GATES: Final = ("gate_log", "gate_inside", "gate_baseline", "gate_permission", "gate_reach")
CRITERIA: Final = {"pain_hours": 1, "weeks": -1, "reversible": 1, "readiness": 1}
"""What processes are compared in -> whether more is better (1) or worse (-1)."""


@while_same("candidates", "steps")
def candidates(work: Workbook) -> pd.DataFrame:
    """Return the candidates; what their row leaves out is taken from the table of steps.

    Taken from the steps of the service: whether there is a log, the share of steps the agency
    takes itself (the client's own steps left aside, our choice), and cases a month.
    """
    rows = work.table("candidates").rename(columns={"process": "candidate"})
    steps = work.table("steps")
    logs = {service: log for service, log in steps.groupby("service") if len(log)}
    found = rows["service"].isin(list(logs))
    rows["log"] = rows["log"].where(rows["log"] != "", np.where(found, "yes", ""))
    for column, rule in (("inside_share", _inside), ("cases_month", _monthly)):
        counted = {service: rule(log, work.agency) for service, log in logs.items()}
        rows[column] = rows[column].astype(float).fillna(rows["service"].map(counted))
    return rows


def _inside(log: pd.DataFrame, agency: str) -> float:
    done = log[log["actor"] != "client"]
    if not (handovers.told(log["actor"]) or handovers.told(log["agency"])):
        return np.nan
    mine = done["agency"].isin(["", agency]) & (done["actor"] != "other")
    return 100 * mine.mean() if len(done) else np.nan


def _monthly(log: pd.DataFrame, agency: str) -> float:
    begun = log.groupby("case")["start"].min()
    month = 12 * begun.dt.year + begun.dt.month
    return len(month) / (month.max() - month.min() + 1)


# ---------------------------------------------------------------- gates


def process_gates(work: Workbook) -> pd.DataFrame:
    """Say of every candidate which gates it passes: in the order they were brought.

    Returns
    -------
    DataFrame
        One row per ``candidate``; each gate is passed, failed or unknown, and ``gate_all`` is
        passed where all are, failed where one is, else unknown: then find out.
    """
    rows = candidates(work)
    history = _reaches(rows["points"], POINTS), _reaches(rows["cases_month"], MONTHLY)
    said = {"yes": "passed", "no": "failed", "": "unknown"}
    marks = rows[["candidate"]].assign(
        gate_log=rows["log"].map(said),
        gate_inside=_reaches(rows["inside_share"], INSIDE),
        gate_baseline=history[0].where(history[0] == "passed", _either(*history)),
        gate_permission=rows["permission"].map(said),
        gate_reach=_reaches(-rows["weeks"].astype(float), -WEEKS),
    )
    each = marks[list(GATES)]
    failed, unknown = ((each == mark).any(axis=1) for mark in ("failed", "unknown"))
    marks["gate_all"] = np.select([failed, unknown], ["failed", "unknown"], "passed")
    return about(marks, "gates", work)


def _reaches(values: pd.Series, bar: float) -> pd.Series:
    marks = np.select([values.isna(), values >= bar], ["unknown", "passed"], "failed")
    return pd.Series(marks, values.index)


def _either(one: pd.Series, other: pd.Series) -> pd.Series:
    """Pass where the second does; of two that do not, a known failure needs both known."""
    both = (one == "failed") & (other == "failed")
    return other.where((other == "passed") | both, "unknown")


# ---------------------------------------------------------------- comparison


def candidates_compared(work: Workbook) -> pd.DataFrame:
    """Put the candidates that passed all gates side by side; nobody is ranked.

    Returns
    -------
    DataFrame
        One row per ``candidate``: ``pain_hours`` clients lose a year, ``weeks`` to an answer,
        ``reversible`` and ``readiness`` (0, 1, 2), ``pareto``: kept, or beaten (then
        ``beaten_by`` names who is at least as good in everything and better in something),
        or unknown where a figure is missing.
    """
    rows = _passed(work)
    scores = _scores(rows)
    names = [wording.name("process", code) for code in rows["candidate"]]
    named = list(zip(names, scores.to_numpy(), strict=True))
    beats = [[name for name, a in named if (a >= b).all() and (a > b).any()] for _, b in named]
    rows["beaten_by"] = ["; ".join(names) or "—" for names in beats]
    known, beaten = scores.notna().all(axis=1), rows["beaten_by"] != "—"
    rows["pareto"] = np.select([~known, beaten], ["unknown", "beaten"], "kept")
    return about(rows, "processes", work)


def _passed(work: Workbook) -> pd.DataFrame:
    rows, marks = candidates(work), process_gates(work)
    return rows[(marks["gate_all"] == "passed").to_numpy()].reset_index(drop=True)


def _scores(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the criteria as numbers, more always better."""
    numbers = {name: pd.to_numeric(rows[name], errors="coerce") for name in CRITERIA}
    return pd.DataFrame(numbers).astype(float) * pd.Series(CRITERIA, dtype=float)


def weights(parts: int, step: int = STEP) -> np.ndarray:
    """Return every way to share out weights over so many criteria in equal steps.

    Examples
    --------
    >>> weights(2, 2).tolist(), len(weights(4))
    ([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]], 1771)
    """
    bars = np.array(list(combinations(range(step + parts - 1), parts - 1)))
    ends = {"prepend": -1, "append": step + parts - 1}
    return (np.diff(bars, axis=1, **ends) - 1) / step


def choice_sensitivity(work: Workbook) -> pd.DataFrame:
    """Say for what share of all possible weights each candidate would come first.

    Help for a tie, never the choice. Criteria are stretched over 0..1 between the worst and
    the best candidate; all 1771 ways to weigh four criteria in steps of 5 % are tried (our
    choice: nothing is drawn at random). Those that tie for the first place all count.

    Returns
    -------
    DataFrame
        One row per candidate with all figures: ``first_share`` per cent of the weights.
    """
    rows = _passed(work)
    scores = _scores(rows)
    known = scores.notna().all(axis=1)
    rows, scores = rows[known], scores[known]
    span = (scores.max() - scores.min()).replace(0, 1)
    totals = weights(len(CRITERIA)) @ ((scores - scores.min()) / span).to_numpy().T
    best = totals.max(axis=1, keepdims=True, initial=0)
    first = 100 * (totals >= best - 1e-12).mean(axis=0)
    table = pd.DataFrame({"candidate": rows["candidate"], "first_share": first})
    return about(table, "sensitivity", work)


# ---------------------------------------------------------------- what people chose


def process_chosen(work: Workbook) -> pd.DataFrame:
    """Return what people decided, with what the gates say of it; the words are theirs.

    Returns
    -------
    DataFrame
        One row per decision: ``candidate``, ``chosen`` yes or no, ``who`` (a code), ``day``,
        ``why_said`` in the language in force, ``gate_all``.
    """
    marks = process_gates(work).set_index("candidate")["gate_all"]
    rows = work.table("choices").rename(columns={"process": "candidate"})
    rows["why_said"] = said(rows, "why")
    rows["day"] = [wording.day(day) if pd.notna(day) else "—" for day in rows["date"]]
    rows["who"] = rows["who"].replace("", "—")
    rows["gate_all"] = [marks.get(code, "unknown") for code in rows["candidate"]]
    return about(rows, "choice", work)


def problems(work: Workbook) -> Iterator[Problem]:
    """Find what is wrong with the choice: an unknown process, or more than one.

    A process chosen although a gate stands against it is a warning: people decide.
    """
    known = candidates(work)["candidate"].tolist()
    rows = process_chosen(work)
    for code in rows.loc[~rows["candidate"].isin(known), "candidate"]:
        yield Problem("choice_unknown", values={"process": code, "known": ", ".join(known)})
    taken = rows[rows["chosen"] == "yes"]
    if len(taken) > 1:
        yield Problem("choice_many", values={"processes": ", ".join(taken["candidate"])})
    barred = taken["candidate"].isin(known) & (taken["gate_all"] != "passed")
    for row in taken[barred].itertuples():
        mark = wording.word(f"gate.{row.gate_all}")
        values = {"process": wording.name("process", row.candidate), "mark": mark}
        yield Problem("choice_gate", values=values, grave=False)
