"""The plan of the experiment as a file: read, checked, sealed, and whether the seal holds."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from ccwork.language import redaction, wording
from ccwork.language.problems import DataProblems, Problem
from ccwork.language.wording import Both
from ccwork.measure.staff_pulse import STAFF_PRESSURE
from ccwork.read import catalogues, data_dictionary, places
from ccwork.read.data_dictionary import dictionary
from ccwork.read.files import cell_parsing, toml_files
from ccwork.stages.plan import required_sample
from ccwork.stats.trials import decision_rule, sample_size

Plan = dict[str, Any]

FILE: Final = "plan.toml"
SEALED_FILE: Final = "plan.sealed.toml"

MOST_GUARDRAILS: Final = 4
"""More guardrails than this no experiment passes (our choice)."""

LEAST_CLUSTERS: Final = 4
"""Fewer clusters an arm than this prove nothing at 5 % (smallest p of 3 against 3 is 0.10)."""

PARTS: Final = {"guardrails": "plan_guardrails", "evidence": "plan_evidence"}
CHANGED: Final = ["plan_line", "sealed_value", "now_value", "how"]


@dataclass(frozen=True)
class Sealed:
    """A plan as it was sealed.

    Attributes
    ----------
    digest
        :func:`plan_digest` of the plan.
    day
        The day it was sealed.
    """

    plan: Plan
    digest: str
    day: date


# ---------------------------------------------------------------- files


def read_plan(path: Path) -> Plan:
    """Read a plan.

    Raises
    ------
    DataProblems
        When there is no such file, or it is not TOML.
    """
    return toml_files.read_or_stop(path, "plan_missing", "plan_syntax")


def brought(data: str, agency: str) -> Plan:
    """Return the plan in an agency's folder; empty where none was brought."""
    path = places.find(data, agency) / FILE
    return read_plan(path) if path.is_file() else {}


def brought_sealed(data: str, agency: str) -> Sealed | None:
    """Return the sealed plan in an agency's folder; None where nothing was sealed."""
    path = places.find(data, agency) / SEALED_FILE
    return read_sealed(path) if path.is_file() else None


def read_sealed(path: Path) -> Sealed:
    """Read a sealed plan.

    Raises
    ------
    DataProblems
        As :func:`read_plan`, and when the seal is missing or does not fit the plan.
    """
    plan = read_plan(path)
    seal = plan.pop("seal", None)
    day, told = map((seal if isinstance(seal, dict) else {}).get, ("day", "digest"))
    if type(day) is not date or told != plan_digest(plan):
        raise DataProblems([Problem("seal_broken", Path(path).name)])
    return Sealed(plan, told, day)


def sealed_plan(plan: Plan, when: date, catalogue: pd.DataFrame | None = None) -> Sealed:
    """Seal a plan on a day; one with grave faults is not sealed (DataProblems)."""
    grave = [problem for problem in plan_problems(plan, catalogue) if problem.grave]
    if grave:
        raise DataProblems(grave)
    return Sealed(plan, plan_digest(plan), when)


def seal_file(path: Path, when: date, catalogue: pd.DataFrame | None = None) -> Path:
    """Seal the plan in a file, beside it in ``plan.sealed.toml``; a seal is never replaced.

    The sealed file holds the plan as TOML, then a table ``[seal]`` with day and digest.
    """
    made = sealed_plan(read_plan(path), when, catalogue)
    goal = Path(path).with_name(SEALED_FILE)
    if goal.exists():
        raise DataProblems([Problem("seal_exists", goal.name)])
    end = f'\n[seal]\nday = {when}\ndigest = "{made.digest}"\n'
    goal.write_text(plan_toml(made.plan) + end, encoding="utf-8")
    return goal


def plan_toml(plan: Plan) -> str:
    """Write a plan as TOML, keys in the order of the dictionary."""
    order = dict.fromkeys([*dictionary()["plan"].columns, *plan])
    said = [f"{key} = {_toml(plan[key])}" for key in order if key in plan and key not in PARTS]
    for part in PARTS:
        for row in plan.get(part, ()):
            said += ["", f"[[{part}]]", *(f"{key} = {_toml(value)}" for key, value in row.items())]
    return "\n".join(said) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def plan_digest(plan: Plan) -> str:
    """Return the SHA-256 of what a plan says.

    The order of keys and of rows, blanks, comments and keys left empty do not matter; 5 and
    5.0 are one number. Any other change of any value gives another digest.
    """
    said = json.dumps(_canonical(plan), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {key: _canonical(part) for key, part in value.items()}
        return {key: part for key, part in kept.items() if part not in ("", [], {}, None)}
    if isinstance(value, list):
        return sorted(map(_canonical, value), key=partial(json.dumps, sort_keys=True))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return ["number", repr(float(value))]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    return " ".join(value.split()) if isinstance(value, str) else value


# ---------------------------------------------------------------- a draft


def few_units(plan: Plan) -> bool:
    """Tell whether a plan has so few units that only one look at the data is sound."""
    units = 2 * plan.get("clusters", decision_rule.FEW)
    return plan.get("unit") != "case" and units < decision_rule.FEW


# ---------------------------------------------------------------- what is wrong with it


def plan_problems(plan: Plan, catalogue: pd.DataFrame | None = None) -> Iterator[Problem]:
    """Find everything that is wrong with a plan, at once.

    Parameters
    ----------
    catalogue
        Metrics by code (``work.catalogue``); None: those that come with ccwork.
    """
    catalogue = catalogues.common()["metrics"] if catalogue is None else catalogue
    yield from _keys(plan, "plan")
    for part, name in PARTS.items():
        for row in rows_of(plan, part):
            yield from _keys(row, name, f"{part}.")
    clean = _clean(plan, "plan") | {part: rows_of(plan, part) for part in PARTS}
    for find in (_persons, _words, _metric, _guardrails, _size, _clusters, _time):
        yield from find(clean, catalogue)


def files_wrong(folder: Path, catalogue: pd.DataFrame) -> Iterator[Problem]:
    """Find what is wrong with the plan in a folder and with its seal.

    Grave is a file that cannot be read; what is wrong in a plan does not stop the others.
    """
    for name, read in ((FILE, read_plan), (SEALED_FILE, read_sealed)):
        try:
            found = read(folder / name) if (folder / name).is_file() else None
        except DataProblems as unreadable:
            yield from unreadable.problems
            continue
        if found and name == FILE:
            for problem in plan_problems(found, catalogue):
                yield replace(problem, grave=False)


def _say(code: str, column: str = "", *, grave: bool = True, **values: object) -> Problem:
    return Problem(code, FILE, column=column, values=values, grave=grave)


def _keys(row: Mapping[str, Any], table: str, prefix: str = "") -> Iterator[Problem]:
    """Find unknown keys, missing ones, and values that cannot be."""
    known = dictionary()[table].columns
    for key in row:
        if key not in known:
            like = cell_parsing.nearest(key, known)
            values = {"found": key, "like": like, "known": ", ".join(known)}
            yield _say("plan_key_like" if like else "plan_key", prefix + key, **values)
    for key, column in known.items():
        value = row.get(key)
        if value in (None, "", []):
            if column.required != "no":
                yield _say("plan_needs", prefix + key, wanted=column.name, name=key)
        elif isinstance(value, list) and column.kind == "code":
            yield _say("plan_one", prefix + key, n=len(value))
        elif not _fits(value, column):
            about = Both(column.about_ru, column.about_en)
            yield _say("plan_value", prefix + key, found=str(value)[:80], about=about)


def _fits(value: Any, column: data_dictionary.Column) -> bool:
    """Tell whether a value is of the kind of its key."""
    if column.kind in data_dictionary.NUMBERS:
        low, high = column.range
        number = type(value) in (int, float) and abs(value) <= cell_parsing.LARGEST
        whole = number and (column.kind not in data_dictionary.WHOLE or value == int(value))
        return whole and low <= value <= high
    if column.kind == "date":
        return isinstance(value, date) and not isinstance(value, datetime)
    if column.kind in ("list", "rows"):
        wanted = str if column.kind == "list" else dict
        return isinstance(value, list) and all(isinstance(part, wanted) for part in value)
    return isinstance(value, str) and (not column.choices or value in column.choices)


def _clean(row: Mapping[str, Any], table: str) -> Plan:
    """Return what can be judged: keys that are known, with values that can be."""
    known = dictionary()[table].columns
    return {key: v for key, v in row.items() if key in known and v != "" and _fits(v, known[key])}


def rows_of(plan: Plan, part: str) -> list[Plan]:
    """Return the rows of a part of a plan (guardrails, evidence); what is no row is left out."""
    rows = plan.get(part)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _persons(plan: Plan, catalogue: pd.DataFrame) -> Iterator[Problem]:
    for line, said in plan_lines(plan).items():
        words = "; ".join(map(str, said)) if isinstance(said, list) else str(said)
        if line.endswith(("_ru", "_en")) and redaction.scrub(words) != words:
            yield _say("personal_words", line, grave=False)


def _words(plan: Plan, catalogue: pd.DataFrame) -> Iterator[Problem]:
    for key in ("hypothesis", "stop_rules"):
        if not any(plan.get(f"{key}_{lang}") for lang in wording.LANGS):
            yield _say(f"plan_{key}", f"{key}_ru")
    if plan.get("design") in ("D", "E"):
        yield _say("plan_design", "design", grave=False, design=plan["design"])


def _metric(plan: Plan, catalogue: pd.DataFrame) -> Iterator[Problem]:
    metric = plan.get("metric")
    better = catalogue["better"].get(metric)
    if metric and better is None:
        yield _unknown(metric, "metric", catalogue)
    elif plan.get("direction", better) != better and metric:
        need = Both(*(wording.terms()[f"value.{better}"][lang] for lang in wording.LANGS))
        yield _say("plan_direction", "direction", metric=metric, need=need)


def _unknown(metric: str, column: str, catalogue: pd.DataFrame) -> Problem:
    near = cell_parsing.nearest(metric, catalogue.index)
    return _say("plan_metric", column, metric=metric, near=near or "—")


def _guardrails(plan: Plan, catalogue: pd.DataFrame) -> Iterator[Problem]:
    rows = [_clean(row, "plan_guardrails") for row in plan["guardrails"]]
    say = partial(_say, column="guardrails")
    codes = [row["metric"] for row in rows if "metric" in row]
    if STAFF_PRESSURE not in codes:
        yield say("plan_no_pressure", metric=STAFF_PRESSURE)
    if len(rows) > MOST_GUARDRAILS:
        yield say("plan_guardrails_many", n=len(rows), most=MOST_GUARDRAILS)
    for code in dict.fromkeys(codes):
        if codes.count(code) > 1 or code == plan.get("metric"):
            yield say("plan_guardrail_twice", metric=code)
        if code not in [*catalogue.index, STAFF_PRESSURE]:
            yield _unknown(code, "guardrails", catalogue)
    for row in rows:
        alike = {"baseline": None, "sd": row.get("sd"), "worthwhile": row.get("margin")}
        need = required_sample.cases_needed(plan | alike)
        if need and need > plan.get("n_per_arm", need):
            yield say("plan_guardrail_n", grave=False, metric=row.get("metric"), need=need)


def _size(plan: Plan, catalogue: pd.DataFrame) -> Iterator[Problem]:
    need = required_sample.cases_needed(plan)
    if "sd" not in plan and "baseline" not in plan:
        yield _say("plan_no_spread", "sd")
    elif "baseline" in plan and need is None and plan.get("worthwhile"):
        yield _say("plan_unreachable", "baseline")
    if need and plan.get("n_per_arm", need) < need:
        yield _say("plan_n", "n_per_arm", n=plan["n_per_arm"], need=need)


def _clusters(plan: Plan, catalogue: pd.DataFrame) -> Iterator[Problem]:
    say = partial(_say, column="clusters")
    whole = plan.get("unit", "case") != "case"
    if not whole or not {"clusters", "cluster_size", "icc"} <= set(plan):
        yield from [say("plan_clusters")] if whole else []
        return
    clusters, have = plan["clusters"], plan["clusters"] * plan["cluster_size"]
    if clusters < LEAST_CLUSTERS and plan.get("design") in ("A", "B"):
        yield say("plan_clusters_few", n=clusters, least=LEAST_CLUSTERS)
    if few_units(plan) and plan.get("looks", 1) != 1:
        yield _say("plan_looks", "looks", n=2 * clusters, few=decision_rule.FEW)
    if have < plan.get("n_per_arm", 0):
        yield say("plan_gather", have=int(have), n=plan["n_per_arm"])


def _time(plan: Plan, catalogue: pd.DataFrame) -> Iterator[Problem]:
    need = max(sample_size.SHORTEST, required_sample.weeks_needed(plan) or 0)
    weeks, starts = plan.get("duration_weeks", need), plan.get("starts")
    if weeks < need:
        yield _say("plan_weeks", "duration_weeks", n=weeks, need=need)
    for row in plan["evidence"]:
        day = _clean(row, "plan_evidence").get("date")
        if day and starts and day >= starts:
            yield _say("plan_evidence_late", "evidence.date", day=day.isoformat())


# ---------------------------------------------------------------- then and now


def plan_lines(plan: Plan) -> dict[str, Any]:
    """Return a plan line by line: a guardrail by its metric, evidence by its place."""
    flat = {key: value for key, value in plan.items() if key not in PARTS}
    for part in PARTS:
        for place, row in enumerate(rows_of(plan, part), 1):
            name = row.get("metric", place)
            flat |= {f"{part}.{name}.{key}": value for key, value in row.items()}
    return flat


def changed(sealed: Sealed, now: Plan) -> pd.DataFrame:
    """Return what changed since a plan was sealed, line by line.

    Returns
    -------
    DataFrame
        One row per changed line: ``plan_line``, ``sealed_value``, ``now_value`` (None where
        there is none) and ``how``: added, removed or altered. No rows: nothing changed.
    """
    old, new = plan_lines(sealed.plan), plan_lines(now)
    every = {line: (old.get(line), new.get(line)) for line in [*old, *new]}
    rows = [(line, *pair, how) for line, pair in every.items() if (how := altered(*pair))]
    return pd.DataFrame(rows, columns=CHANGED, dtype=object)


def altered(old: Any, new: Any) -> str:
    """Say how a value changed: added, removed, altered, or "" where it did not."""
    if _canonical([old]) == _canonical([new]):
        return ""
    gone = [value in ("", [], {}, None) for value in (old, new)]
    return "" if all(gone) else "added" if gone[0] else "removed" if gone[1] else "altered"


def valid(sealed: Sealed, plan: Plan, first_data_date: date | None) -> str:
    """Say whether the plan held: valid, changed since, or sealed too late.

    Sealed on the day of the first data or after it is too late (our choice: the day alone does
    not show which came first). None: there are no data yet.
    """
    if plan_digest(plan) != sealed.digest:
        return "changed"
    return "late" if first_data_date and sealed.day >= first_data_date else "valid"
