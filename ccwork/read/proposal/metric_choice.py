"""Of which metric a column is: one of the catalogue, or one an agency adds to it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from ccwork.language.problems import DataProblems, Problem
from ccwork.language.resources import resource_rows
from ccwork.language.spelling import key
from ccwork.read import code_names, table_parsing
from ccwork.read.catalogues import shipped_catalogue
from ccwork.read.data_dictionary import dictionary
from ccwork.read.files.file_sheets import Sheet
from ccwork.read.mapping.headings import JOINED
from ccwork.read.mapping.mapping_file import OPEN
from ccwork.read.proposal.answer_words import MOST_LEVELS

MOST_CHOICES: Final = 6
OWN: Final = "/"
"""Stands between the KPI, the unit and what is better of a metric of the agency's own."""

_HOURS: Final = {"minutes": 60, "hours": 1}
_ROW = re.compile(r"\[([^\[\]]+)\]")
_STEM = 5
OWN_FILE: Final = ("catalogue", "metrics.csv")
_COLUMNS: Final = ("metric", "kpi", "group", "form", "levels", "first", "unit", "better",
                   "ru", "en")  # fmt: skip
WORDS: Final = {row["kind"]: re.compile(row["pattern"])
                for row in resource_rows("mapping", "heading_words.csv")}  # fmt: skip
"""What headings say, by kind: of counts, of metrics, of services, of units of time."""

_TIMES = {unit: WORDS[unit] for unit in ("minutes", "hours", "days")}


def unit_times(metric: str, heading: str, own: str = "", clock: str = "") -> dict[str, Any]:
    """Return by what time in the unit of a heading is multiplied; "?" where that is not sure.

    `own` is the unit of a metric of the agency's own, `clock` a time as ``1:30``: hours and
    minutes or minutes and seconds, which only a third part makes sure.
    """
    ours = own or shipped_catalogue("catalogue_metrics")["unit"].get(metric)
    theirs = {unit for unit, words in _TIMES.items() if words.search(key(heading))}
    if clock and ours:
        return {"times": _HOURS.get(ours, OPEN) if clock.count(":") > 1 else OPEN}
    if ours not in _TIMES or theirs <= {ours}:
        return {}
    return {"times": 60 if theirs == {"hours"} and ours == "minutes" else OPEN}


def other_levels(metric: str, n: int) -> int:
    """Return how many levels a metric has, if not so many as a column; 0 where all is well."""
    own = shipped_catalogue("catalogue_metrics")["levels"].get(metric)
    return int(own) if n and own and own == own and int(own) != n else 0


def near_metrics(heading: str, people: bool) -> tuple[str, list[str]]:
    """Return the metric a heading names exactly, and those it may mean, the likeliest first."""
    rows = shipped_catalogue("catalogue_metrics")
    rows = rows[rows["form"] == "counts"] if people else rows
    said = {key(heading), *map(key, heading.split(JOINED)), *_ROW.findall(key(heading))}
    for code, row in rows.iterrows():
        if said & {str(code), key(row["ru"] or ""), key(row["en"] or "")}:
            return str(code), []
    stems = _stems(heading)
    names = ["ru", "en", "about_ru", "about_en"]
    near = {str(code): sum(len(stems & _stems(str(row[name] or ""))) * (2 if name in ("ru", "en")
            else 1) for name in names) for code, row in rows.iterrows()}  # fmt: skip
    return "", sorted(near, key=lambda code: -near[code])[:MOST_CHOICES]


def _stems(written: str) -> set[str]:
    return {word[:_STEM] for word in re.findall(r"\w{4,}", key(written))}


def own_metric(name: str, said: str, people: bool, levels: int) -> dict[str, Any]:
    """Return the row of a metric of the agency's own: ``speed/minutes/lower`` says the rest.

    How many levels an opinion has may follow: ``quality/level/higher/10``.

    Raises
    ------
    DataProblems
        When a part cannot be read.
    """
    kpi, unit, better, n = ([part.strip() for part in said.split(OWN)] + [""] * 4)[:4]
    n = n or str(levels or "") * people
    if not (kpi and unit and better and (n.isdecimal() or not people)) or said.count(OWN) > 3:
        raise DataProblems([Problem("map_own", values={"found": said})])
    group, form = ("subjective", "counts") if people else ("objective", "value")
    first = "0" if n == str(MOST_LEVELS + 1) else ""
    titles = ("", name) if name.isascii() else (name, "")
    cells = (code_names.as_code(name), kpi, group, form, n, first, unit, better, *titles)
    sheet = Sheet(said, "", [list(_COLUMNS), list(cells)])
    table = table_parsing.read_table(dictionary()[table_parsing.CATALOGUE], sheet)
    table = code_names.with_codes(table, code_names.known_names({}, {}))
    wrong = [problem for problem in table.problems if problem.grave]
    read = dict(table.frame.iloc[0][["kpi", "unit", "better"]])
    if wrong or read["unit"] not in code_names.known_names({}, {})["terms.unit"]:
        raise DataProblems(wrong or [Problem("map_own", values={"found": said})])
    made = dict(zip(_COLUMNS, cells, strict=True)) | read
    if not people and read["unit"] in ("percent", "level", "points"):
        made |= {"form": "share"} if read["unit"] == "percent" else {"group": "subjective"}
    return made


def add_own(folder: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Add metrics to the agency's own catalogue, which lies in its folder.

    Raises
    ------
    DataProblems
        When the catalogue there was written by somebody else: it is left as it is.
    """
    path = folder.joinpath(*OWN_FILE)
    lines = pd.DataFrame([*rows], columns=[*_COLUMNS]).to_csv(index=False).splitlines()
    kept = path.read_text("utf-8", "replace").splitlines() if path.is_file() else lines[:1]
    if kept[:1] != lines[:1]:
        values = {"found": "; ".join(lines[1:])}
        raise DataProblems([Problem("map_own_kept", path.name, values=values)])
    path.parent.mkdir(exist_ok=True)
    whole = {line.partition(",")[0]: line for line in [*kept, *lines]}
    path.write_text("\n".join([*whole.values(), ""]), encoding="utf-8", newline="\n")
