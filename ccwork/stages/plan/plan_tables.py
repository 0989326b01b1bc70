"""The plan of an experiment as people read it: lines, changes, what was tried, the fact."""

import operator
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import pandas as pd

from ccwork import method
from ccwork.language import redaction, wording
from ccwork.language.command_words import problem_line
from ccwork.language.problems import together
from ccwork.language.wording import Both
from ccwork.read import agency_folder, places
from ccwork.read.data_dictionary import dictionary
from ccwork.read.workbook import Workbook
from ccwork.stages.plan import experiment_plan
from ccwork.stages.plan.experiment_plan import FILE, PARTS, Plan, Sealed, plan_lines, rows_of
from ccwork.tell.formatting import amount
from ccwork.tell.tables import about, framed

DIGITS: Final = 16
"""Digits of the SHA-256 that are shown: enough to compare two papers by eye (our choice)."""

SAID: Final = ("planned", "done", "sealed_value", "now_value")
"""Columns that hold values of a plan."""

FACTS: Final = {
    **dict.fromkeys(("metric", "worthwhile", "design", "unit", "starts")),
    **dict.fromkeys(("clusters", "n_per_arm", "duration_weeks"), operator.gt),
    "looks": operator.lt,
}
"""Lines held against fact; of some more, or fewer, than planned is no failure."""


def told(data: str, agency: str, day: date | None) -> tuple[list[str], int]:
    """Return what is said of an agency's plan, line by line, and the code to end with.

    `day` is the day on which to seal the plan, None where it is only read.
    """
    folder = places.find(data, agency)
    catalogue = agency_folder.read_folder(folder).catalogues["metrics"]
    plan = experiment_plan.read_plan(folder / FILE)
    problems = together(list(experiment_plan.plan_problems(plan, catalogue)))
    lines = [*map(problem_line, problems)] or [wording.say("cli.plan_clean", agency=agency)]
    grave = any(problem.grave for problem in problems)
    if day and not grave:
        path = experiment_plan.seal_file(folder / FILE, day, catalogue)
        return [*lines, wording.say("cli.plan_sealed", path=str(path))], 0
    before = experiment_plan.brought_sealed(data, agency)
    changed = before is not None and experiment_plan.plan_digest(plan) != before.digest
    return [*lines, *since_sealed(before, plan, catalogue)], 3 if grave else int(changed)


def plan_shown(work: Workbook, plan: Plan) -> pd.DataFrame:
    """Return the plan as people read it: ``plan_line`` and ``planned``, ready to be shown."""
    other = f"_{wording.other()}"
    kept = [(k, v) for k, v in plan_lines(plan).items() if not k.endswith(other)]
    rows = pd.DataFrame(kept, columns=["plan_line", "planned"], dtype=object)
    return _about(rows, "plan", work, plan)


def plan_changes(work: Workbook, sealed: Sealed | None, now: Plan) -> pd.DataFrame:
    """Return :func:`experiment_plan.changed` as people read it; one row where nothing changed.

    No rows where no plan was sealed.
    """
    empty = pd.DataFrame(columns=experiment_plan.CHANGED, dtype=object)
    rows = experiment_plan.changed(sealed, now) if sealed else empty
    if sealed and rows.empty:
        rows.loc[0] = ("plan", "—", "—", "same")
    return _about(rows, "plan_changes", work, now)


def seal_held(work: Workbook, sealed: Sealed | None, now: Plan) -> pd.DataFrame:
    """Say whether and when the plan was sealed, and whether it holds still.

    Returns
    -------
    DataFrame
        One row: ``sealed_day``, ``starts_day`` the day the experiment begins, ``plan_digest``
        (the first digits of the SHA-256 of the plan sealed), ``validity`` valid, changed or late
        (see :func:`experiment_plan.valid`; the first data are those of the day it begins). No
        rows where no plan was sealed.
    """
    rows = []
    if sealed:
        starts = sealed.plan.get("starts")
        first = starts if isinstance(starts, date) else None
        days = (wording.day(sealed.day), wording.day(first) if first else "—")
        held = experiment_plan.valid(sealed, now, first)
        rows.append(("plan", *days, sealed.digest[:DIGITS], held))
    names = ["plan_line", "sealed_day", "starts_day", "plan_digest", "validity"]
    return _about(pd.DataFrame(rows, columns=names, dtype=object), "plan_seal", work)


def plan_tried(work: Workbook, plan: Plan) -> pd.DataFrame:
    """Return what was tried on paper or watched before the experiment, a row a trial.

    Returns
    -------
    DataFrame
        ``trial`` (a number), ``trial_kind`` prototype or observation, ``trial_day``, ``n``
        people, ``trial_said`` what was seen.
    """
    rows = []
    for number, row in enumerate(rows_of(plan, "evidence"), 1):
        mine, other = (row.get(f"words_{lang}") for lang in (wording.lang(), wording.other()))
        day = wording.day(row["date"]) if isinstance(row.get("date"), date) else "—"
        words = redaction.scrub(str(mine or other or "—"))
        rows.append((number, row.get("kind", ""), day, row.get("people"), words))
    table = framed(rows, "plan_tried").assign(n_why="not_recorded")
    table = about(table, "plan_tried", work)
    table.attrs["files"] = [FILE]
    return table


def against_fact(work: Workbook, plan: Plan, fact: Mapping[str, Any]) -> pd.DataFrame:
    """Hold what was done against what was planned, line by line.

    Parameters
    ----------
    fact
        Line of the plan -> what was done; a line left out, or None, is not known. A day known
        to the month only is a period.

    Returns
    -------
    DataFrame
        One row per line of :data:`FACTS` in the plan: ``planned``, ``done``, ``plan_kept`` kept,
        not_kept or unknown. More cases, clusters or weeks than planned are no failure, nor are
        fewer looks; anything else must be as planned.

    Notes
    -----
    What counts as kept: our choice.
    """
    rows = [
        (line, plan[line], fact.get(line), _kept(line, plan[line], fact.get(line)))
        for line in FACTS
        if line in plan
    ]
    names = ["plan_line", "planned", "done", "plan_kept"]
    return _about(pd.DataFrame(rows, columns=names, dtype=object), "plan_fact", work, plan)


def _kept(line: str, planned: Any, done: Any) -> str:
    if done is None:
        return "unknown"
    if isinstance(done, pd.Period):
        kept = isinstance(planned, date) and pd.Period(planned, done.freq) == done
    else:
        better = FACTS[line] if isinstance(planned, int | float) else None
        kept = not experiment_plan.altered(planned, done) or (better and better(done, planned))
    return "kept" if kept else "not_kept"


def _about(
    rows: pd.DataFrame, name: str, work: Workbook, plan: Plan | None = None
) -> pd.DataFrame:
    """Write values as people read them, learn the names of lines, say what the table is."""
    names = {line: line_name(line, work.catalogue) for line in rows["plan_line"]}
    wording.learn("plan_line", {line: (name.ru, name.en) for line, name in names.items()})
    for column in rows.columns.intersection(SAID):
        pairs = zip(rows["plan_line"], rows[column], strict=True)
        rows[column] = [_said(line, value, plan, work.catalogue) for line, value in pairs]
    rows = about(rows, name, work, key=["plan_line"], of=["plan"])
    rows.attrs["files"] = [FILE]
    return rows


def line_name(line: str, catalogue: pd.DataFrame) -> Both:
    """Name a line of the plan: ``guardrails.staff_pressure.margin`` by all its parts."""
    part, *rest = line.split(".")
    head = dictionary()["plan"].columns.get(part, dictionary()["plan"].about)
    if len(rest) < 2:
        return Both(head.ru, head.en)
    own = dictionary()[PARTS[part]].columns.get(rest[1], head)
    known = catalogue.loc[rest[0]] if rest[0] in catalogue.index else None
    ru, en = (rest[0], rest[0]) if known is None else (known["ru"], known["en"])
    return Both(f"{head.ru}, {ru}: {own.ru}", f"{head.en}, {en}: {own.en}")


def _said(line: str, value: Any, plan: Plan | None, catalogue: pd.DataFrame) -> str:
    """Write one value of a plan as people read it; a number of people below ten in words."""
    kind = line.rpartition(".")[2]
    if isinstance(value, list):
        return redaction.scrub("; ".join(map(str, value)))
    if pd.isna(value):
        return "—"
    if isinstance(value, pd.Period):
        return wording.period(str(value))
    if isinstance(value, date):
        return wording.day(value)
    if isinstance(value, int | float):
        if kind in ("people", "n_per_arm") and 0 < value < method.MIN_SHOWN:
            return wording.word("reason.too_few")
        return _amount(value, _unit(line, plan or {}, catalogue))
    if kind == "metric":
        return wording.name("metric", value)
    if kind == "process":
        own = wording.name("process", value)
        return wording.name("service", value) if own == value else own
    chosen = kind in ("direction", "design", "unit", "kind") and wording.has(f"value.{value}")
    said = redaction.scrub(str(value)) if kind.endswith(("_ru", "_en")) else str(value)
    return wording.word(f"value.{value}") if chosen else said


def _amount(value: float, unit: str) -> str:
    """Write a number with the decimals it has, and its unit if it has one."""
    digits = len(f"{value:.10g}".partition(".")[2])
    return amount(value, unit, digits) if unit else wording.number(value, digits)


def _unit(line: str, plan: Plan, catalogue: pd.DataFrame) -> str:
    """Return the unit a line is in: that of the metric it speaks of; else none."""
    part, *rest = line.split(".")
    table = PARTS.get(part, "plan") if rest else "plan"
    column = dictionary()[table].columns.get(rest[-1] if rest else part)
    metric = rest[0] if len(rest) > 1 else plan.get("metric")
    if column is None or column.unit != "metric" or metric not in catalogue.index:
        return ""
    unit = catalogue["unit"][metric]
    return "percent_points" if unit == "percent" else unit


def since_sealed(before: Sealed | None, plan: Plan, catalogue: pd.DataFrame) -> Iterator[str]:
    """Say what changed in a plan since it was sealed, line by line."""
    if before is None:
        yield wording.word("cli.plan_open")
        return
    rows = experiment_plan.changed(before, plan)
    code = "cli.plan_changed" if len(rows) else "cli.plan_same"
    yield wording.say(code, day=wording.day(before.day), n=len(rows))
    for row in rows.itertuples():
        old, new = ("—" if value is None else value for value in (row.sealed_value, row.now_value))
        line = getattr(line_name(row.plan_line, catalogue), wording.lang())
        yield wording.say("cli.plan_line", line=line, old=str(old), new=str(new))
