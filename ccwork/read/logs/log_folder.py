"""The folder ``logs`` of an agency: event logs beside their mappings, read as the table ``steps``.

A mapping ``permit.toml`` goes with the log its key ``file`` names, else with the log of the same
name. Attributes called documents, roubles, km or came tell the client's effort. ``[names_ru]``
and ``[names_en]`` give steps their names in reports.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pandas as pd

from ccwork.language.problems import Problem
from ccwork.language.spelling import key
from ccwork.read import places
from ccwork.read.files import file_sheets
from ccwork.read.files.faults import Fault
from ccwork.read.logs import case_checks, event_log, log_mapping

FOLDER: Final = "logs"
NAMES: Final = ("names_ru", "names_en")
SOURCES: Final = ["file", "sheet", "table", "sha256", "rows", "used"]
"""What is kept of each file read, beside the rows dropped."""

NUMBERS: Final = ("documents", "roubles", "km")
CAME: Final = {**dict.fromkeys(("yes", "да", "1", "true"), "yes"),
               **dict.fromkeys(("no", "нет", "0", "false"), "no")}  # fmt: skip
"""What the attributes of a log may tell of the client's effort."""

KINDS: Final = (*file_sheets.TEXTS, *file_sheets.BOOKS, ".xes", ".gz")


@dataclass(frozen=True)
class Logs:
    """What the folder of logs holds.

    Attributes
    ----------
    steps
        Rows of the table ``steps``, of all logs; times in the zone of the first log.
    names
        Step -> its names ``ru`` and ``en``, as a catalogue of steps.
    sources
        One row a log: file, sheet, table, sha256, rows, used, dropped.
    """

    steps: pd.DataFrame = field(default_factory=pd.DataFrame)
    names: pd.DataFrame = field(default_factory=pd.DataFrame)
    sources: pd.DataFrame = field(default_factory=pd.DataFrame)
    problems: list[Problem] = field(default_factory=list)


def read_logs(folder: Path, services: Mapping[str, str], taken: date | None = None) -> Logs:
    """Read all logs of an agency.

    Parameters
    ----------
    folder
        The agency's folder.
    services
        Services it has, by name and by code: their codes; a log must be of one of them. Where
        there is only one, a log that names none is of it.
    taken
        The date of the data.
    """
    parts, names, sources, codes = [], {}, [], [*dict.fromkeys(services.values())]
    problems: list[Problem] = []
    for path, mapping, named in _pairs(folder / FOLDER, problems):
        steps, found = event_log.read_log(path, mapping, taken)
        problems += [replace(each, file=f"{FOLDER}/{each.file or named}") for each in found]
        said = map(str, steps["service"].unique() if len(steps) else ())
        named = {each: services.get(each) or services.get(key(each), each) for each in said}
        named = {"": codes[0]} if len(codes) == 1 and [*named] == [""] else named
        if any(each != code for each, code in named.items()):
            steps = steps.assign(service=steps["service"].astype(str).map(named))
        problems += _strange(named.values(), codes, path)
        if any(problem.grave for problem in problems):
            continue
        parts.append(_typed(steps, path, problems))
        until = steps.attrs.get("cutoff")
        cutoffs = dict.fromkeys(map(str, steps["service"].unique()), until)
        parts[-1].attrs = {"cutoffs": cutoffs, "file": path.name}
        names |= dict(_named(steps, mapping))
        digest = sha256(path.read_bytes()).hexdigest()
        where = f"{FOLDER}/{path.name}", steps.attrs.get("sheet", "")
        sources.append((*where, "steps", digest, len(steps), len(steps)))
    steps = stacked(parts, problems) if parts else pd.DataFrame()
    known = pd.DataFrame.from_dict(names, orient="index", columns=["ru", "en"])
    read = pd.DataFrame(sources, columns=SOURCES).assign(dropped=0)
    return Logs(steps, known.rename_axis("step"), read, problems)


def _pairs(folder: Path, problems: list[Problem]) -> Iterator[tuple[Path, dict[str, Any], str]]:
    """Return each log with its mapping and whose name that has; without partner: a problem."""
    if not folder.is_dir():
        return
    paths = [path for path in sorted(folder.iterdir()) if not path.name.startswith((".", "~$"))]
    for odd in (odd for path in paths for odd in places.odd_name(path.name)):
        problems.append(replace(odd, file=f"{FOLDER}/{odd.file}"))
    files = [path for path in paths if path.name.isprintable()]
    known = {path.name: path for path in files if path.suffix.lower() in KINDS}
    taken = set()
    for path in [path for path in files if path.suffix.lower() == ".toml"]:
        try:
            mapping = dict(log_mapping.toml(path))
        except Fault as fault:
            values = {key: value for key, value in fault.values.items() if key != "mapping"}
            problems.append(Problem(fault.code, f"{FOLDER}/{path.name}", values=values))
            taken |= set(known)  # any of them may be the log it names
            continue
        named = mapping.pop("file", "")
        alike = [name for name in known if name.split(".")[0] == path.stem]
        log = named if named in known else "" if named else next(iter(alike), "")
        if not log:
            problems.append(Problem("log_missing", f"{FOLDER}/{named or path.name}"))
            continue
        taken.add(log)
        yield known[log], mapping, path.name
    for name in sorted(set(known) - taken):
        problems.append(Problem("log_no_mapping", f"{FOLDER}/{name}"))


def _typed(steps: pd.DataFrame, path: Path, problems: list[Problem]) -> pd.DataFrame:
    """Turn attributes called as columns of the table ``steps`` into numbers and yes or no."""
    made: dict[str, pd.Series] = {}
    for name in [name for name in NUMBERS if name in steps]:
        written = steps[name].astype(str).str.replace(r"\s", "", regex=True)
        made[name] = pd.to_numeric(written.str.replace(",", "."), errors="coerce")
        if wrong := int((made[name].isna() & (written != "")).sum()):
            values = {"found": name, "n": wrong}
            where = f"{FOLDER}/{path.name}"
            problems.append(Problem("log_numbers", where, values=values, grave=False))
    if "came" in steps:
        said = steps["came"].astype(str).str.strip().str.casefold()
        made["came"] = said.map(CAME).fillna("")
    return steps.assign(**made)


def _strange(said: Iterable[str], services: list[str], path: Path) -> Iterator[Problem]:
    """Find services the agency has not."""
    for code in said:
        if code not in services:
            values = {"found": code or "—", "known": ", ".join(services)}
            yield Problem("log_service", f"{FOLDER}/{path.name}", values=values)


def _named(steps: pd.DataFrame, mapping: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Return the names of steps: those of the mapping, else their own words as written."""
    ru, en = (mapping.get(part, {}) for part in NAMES)
    for step in steps["step"].astype(str).unique():
        russian = bool(re.search("[а-яё]", step, re.IGNORECASE))
        yield step, (ru.get(step, step if russian else ""), en.get(step, "" if russian else step))


def stacked(parts: list[pd.DataFrame], problems: list[Problem]) -> pd.DataFrame:
    """Put tables of steps one below another, in the zone of the first that has one.

    Times without a zone are taken for times of that zone (our choice). ``attrs["cutoffs"]``
    keeps when the log of each service was taken, where its mapping says so. Two registers
    with the same numbers are two: the numbers of the later one get its name.
    """
    cutoffs: dict[str, Any] = {}
    for part in parts:
        cutoffs |= part.attrs.get("cutoffs", {})
    zone = next((part["start"].dt.tz for part in parts if part["start"].dt.tz is not None), None)
    if len(parts) == 1 and parts[0].select_dtypes("category").empty:
        return parts[0]
    whole: list[pd.DataFrame] = []
    numbers: set[str] = set()
    for part in parts:
        file = part.attrs.get("file", "")
        clash = part["case"].isin(numbers).to_numpy()
        if clash.any():
            values = {"n": part.loc[clash, "case"].nunique()}
            problems.append(Problem("case_logs", f"{FOLDER}/{file}", values=values, grave=False))
            part = case_checks.renumbered(part, clash, Path(file).stem, numbers)
        numbers |= set(part["case"].astype(str).unique())
        moments = {name: _at(part[name], zone) for name in event_log.TIMES}
        words = part.select_dtypes("category").astype(str) if len(parts) > 1 else {}
        whole.append(part.assign(**moments, **words))
    made = pd.concat(whole, ignore_index=True)
    made.attrs = {"cutoffs": cutoffs, "file": parts[-1].attrs.get("file", "")}
    return made


def _at(moments: pd.Series, zone: Any) -> pd.Series:
    if zone is None:
        return moments
    if moments.dt.tz is not None:
        return moments.dt.tz_convert(zone)
    return moments.dt.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
