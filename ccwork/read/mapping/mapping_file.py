"""The mapping of any table (TOML): which of their sheets, rows and columns are ours, checked.

It lies beside the file in the agency's folder, under its name, and serves the next file as well.

::

    file = "Отчёт*.xlsx"             # which files; left out: the one of the same name
    table = "metrics"                # our table
    [sheets]
    names = ["* кв. *"]              # left out: every visible sheet
    as = "period"                    # the sheet's name is a value of this column of ours
    [rows]
    header = [4, 5]                  # rows of the file that hold the heading, joined by " / "
    until = ["Исп.*"]                # the table ends before a row that begins so
    skip = ["Итого*"]                # rows that begin so are not used
    fill = ["Наименование услуги"]   # empty cells repeat the one above
    groups = "service"               # a row of one cell says this of the rows below it
    [columns]                        # ours = "theirs"
    service = "Наименование услуги"
    # period = "{Год}Q{Квартал}"     # or joined from several of theirs
    # respondent = "#"               # or the number of the row, where there is no code
    [only]                           # rows of others stand in the file as well
    "Орган" = ["Наш орган*"]
    [[across]]                       # columns that become rows
    columns = ["Балл / средний"]     # headings or patterns
    into = "value"                   # left out: value, level or count, by the table
    heading = "period"               # what the heading says; left out: nothing
    fixed = {metric = "satisfaction", scale = "1..5"}
    beside = {n = "Балл / анкет"}    # other cells of the row
    sum = "Всего анкет"              # the cells of a row come to what stands there
    split = ","                      # several ticked answers in a cell
    ticked = ["x"]                   # of columns to tick: 2 where it says so, else 1
    reversed = 5                     # of so many levels the last one is worst
    times = 60                       # the number is multiplied
    [words.service]                  # theirs = ours
    "Выдача плана" = "plan"
    [missing]
    words = ["нет"]                  # nothing is said
    reasons = {"99" = "no_data"}     # and why
    [numbers]
    fractions = true                 # percentages stand as parts of one
    points = true                    # what stands with a sign % are points from 0 to 100
    [fixed]
    service = "permit"               # the same in every row
    [not_needed]
    columns = ["Примечание"]         # known and not used: any other column is news
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ccwork.language.problems import Problem
from ccwork.language.spelling import key
from ccwork.read.data_dictionary import Table, dictionary, missing_words
from ccwork.read.files import cell_parsing, toml_files
from ccwork.read.files.faults import Fault

OPEN: Final = "?"
"""An answer that is not given yet."""

NOT_NEEDED: Final = "-"
"""What a heading means that is not needed."""

INTO: Final = {"answers": "level", "counts": "count"}
"""The column that takes the cells of columns across, where the mapping does not say."""

KEYS: Final = toml_files.keys_of("table")
"""Sections of a mapping, their keys and what stands in them; a blank key: our columns, or any."""


@dataclass(frozen=True)
class Plan:
    """A mapping that was checked; every section is there."""

    name: str
    table: Table
    file: str = ""
    sections: Mapping[str, Any] = field(default_factory=dict)

    def of(self, section: str, what: str = "", default: Any = None) -> Any:
        """Return a section, or a key of it."""
        found = self.sections.get(section, [] if section == "across" else {})
        return found.get(what, default) if what else found


def checked_plan(given: Mapping[str, Any], name: str) -> tuple[Plan | None, list[Fault]]:
    """Check what a mapping says; a plan only where nothing is wrong."""
    table = _table(str(given.get("table", "")))
    wrong = list(_wrong(given, table))
    return (None if wrong else Plan(name, table, given.get("file", ""), given)), wrong


def read_mapping(path: Path) -> tuple[Plan | None, list[Problem]]:
    """Read a mapping of a table and say everything that is wrong with it."""
    try:
        given = toml_files.read(path, "mapping_missing", "mapping_syntax")
    except Fault as fault:
        return None, [Problem(fault.code, path.name, values=fault.values)]
    plan, wrong = checked_plan(given, path.name)
    return plan, [Problem(fault.code, path.name, values=fault.values) for fault in wrong]


def _table(written: str) -> Table | None:
    return next((t for t in dictionary().values() if key(written) in map(key, t.names)), None)


def _wrong(given: Mapping[str, Any], table: Table | None) -> Iterator[Fault]:
    if table is None:
        known = ", ".join(n for n, t in dictionary().items() if t.about.kind == "table")
        yield Fault("mapping_table", found=str(given.get("table", "—")), known=known)
        return
    known = [*KEYS[""], *filter(None, KEYS)]
    for name, value in given.items():
        if name in KEYS[""]:
            if not isinstance(value, str):
                yield _unfit(name, value)
        elif name not in known:
            yield cell_parsing.unknown_key(name, known)
        elif isinstance(value, list) if name == "across" else isinstance(value, Mapping):
            for part in value if name == "across" else [value]:
                yield from _section(name, part, table)
        else:
            yield _unfit(name, value)


def _unfit(name: str, value: object) -> Fault:
    return Fault("mapping_unfit", found=f"{name} = {value}"[:80])


def _section(name: str, given: Any, table: Table) -> Iterator[Fault]:
    if not isinstance(given, Mapping):
        yield _unfit(name, given)
        return
    if name == "across" and not given.get("columns"):
        yield Fault("mapping_unfit", found="across.columns = —")
    ours = list(table.columns)
    known = list(filter(None, KEYS[name])) or (list(given) if name == "only" else ours)
    for each, value in given.items():
        where = f"{name}.{each}"
        if each not in known:
            yield cell_parsing.unknown_key(where, known)
        elif value == OPEN or (isinstance(value, list) and OPEN in value):
            yield Fault("mapping_open", found=where)
        elif not toml_files.fits(KEYS[name].get(each) or KEYS[name][""], value):
            yield _unfit(where, value)
        elif each in ("as", "heading", "into", "groups") and value not in ours:
            yield cell_parsing.unknown_key(f"{where} = {value}", ours)
        elif each in ("fixed", "beside") and name == "across":
            for column, one in value.items():
                if one == OPEN:
                    yield Fault("mapping_open", found=f"{where}.{column}")
                elif column not in ours:
                    yield cell_parsing.unknown_key(f"{where}.{column}", ours)
                elif each == "beside" and not isinstance(one, str):
                    yield _unfit(f"{where}.{column}", one)
        elif name == "words":
            yield from (Fault("mapping_open", found=f"{where}: {word}")
                        for word, one in value.items() if one == OPEN)  # fmt: skip
        elif each == "reasons":
            reasons = sorted(set(missing_words().values()))
            yield from (cell_parsing.unknown_key(f"{where} = {one}", reasons)
                        for one in value.values() if one not in reasons)  # fmt: skip
