"""One table: its headings found, its columns read by the dictionary, each fault in its cell."""

import difflib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell as address

from ccwork.language import redaction
from ccwork.language.problems import Problem
from ccwork.language.spelling import DIRECTION, INVISIBLE, key, plain, skeleton
from ccwork.read import data_dictionary
from ccwork.read.data_dictionary import DAYS, NUMBERS, Column, Table, missing_reason
from ccwork.read.files import cell_grid, cell_parsing, file_sheets
from ccwork.read.files.cell_grid import Cells
from ccwork.read.files.faults import Fault
from ccwork.read.files.file_sheets import Sheet

CATALOGUE: Final = "catalogue_metrics"
MANY: Final = "answers"
"""Words of this table are kept once each: there are more answers than anything else."""

CODES: Final = ("scale", "version", "items", "caps", "source")
LABELS: Final = ("name", "cluster", "channel", "country", "licence")
"""Columns of text, without their language: those compared or cited, not told; names of things,
where a capital letter names no person. Everything else is words of people."""


@dataclass(frozen=True)
class Brought:
    """A table as it was brought: what its cells say and where each of them stands.

    Attributes
    ----------
    frame
        Typed columns, one row per row of the sheet; the index is the row number in Excel.
        A cell that could not be read is empty here and has its problem.
    written
        Column -> the same cells as text.
    where
        Column -> its heading as it stands in the file and its place (from 0).
    found
        Rows that are not blank, broken ones and totals included.
    """

    table: Table
    sheet: Sheet
    frame: pd.DataFrame
    written: Mapping[str, Cells]
    where: Mapping[str, tuple[str, int]]
    problems: tuple[Problem, ...] = ()
    found: int = 0

    @cached_property
    def alike(self) -> pd.Series:
        """Tell which rows have the key of another one."""
        keys = [name for name in self.table.keys if name in self.where]
        if not keys:
            return self.frame.duplicated(self.table.keys, keep=False)
        whole, size = np.zeros(len(self.frame), dtype=np.int64), 1
        told = [(own.codes, own.categories) if hasattr(own := self.frame[name].array, "codes")
                else pd.factorize(own, use_na_sentinel=False) for name in keys]  # fmt: skip
        for own, kinds in sorted(told, key=lambda each: -len(each[1])):
            if size * len(kinds) > np.iinfo(np.int64).max:  # one number a row, as far as it fits
                whole = pd.factorize(whole)[0]
                size = len(whole)
            whole *= len(kinds)
            whole += own
            size *= len(kinds)
        order = np.sort(whole, kind="stable")
        return pd.Series(np.isin(whole, order[1:][np.diff(order) == 0]), self.frame.index)

    def different(self, name: str) -> list[Any]:
        """Return what its different cells, or its words, say in a column: each once."""
        if isinstance(words := self.frame[name].array, pd.Categorical):
            return words.categories.tolist()
        codes, cells = self.written[name]
        rows = np.zeros(len(cells), dtype=int)
        rows[codes] = np.arange(len(codes))
        return list(dict.fromkeys(words.take(rows).tolist()))

    def problem(
        self, code: str, column: str, *rows: int, grave: bool = True, **values: object
    ) -> Problem:
        """Say what is wrong in a column, in these Excel rows."""
        heading, place = self.where.get(column, ("", 0))
        if self.sheet.spots and heading:  # of a mapping: headings are our codes
            heading = self.table.columns[column].name
        spots = tuple(self.sheet.spot(row - 1, place) for row in rows)
        return Problem(code, self.sheet.file, self.sheet.name, heading, spots, values, grave)


# ---------------------------------------------------------------- headings


def read_table(table: Table, sheet: Sheet) -> Brought:
    """Read one sheet as one table of the dictionary."""
    at = _heading_row(table, sheet.rows)
    where, problems = _headings(table, sheet, at)
    body, rows, broken = _body(sheet, at)
    problems += [*_above(sheet, at), *file_sheets.merged_ranges(sheet, at), *broken]
    if not len(rows) and not broken:
        problems.append(Problem("no_rows", sheet.file, sheet.name))
    own = slice(rows.start, rows.stop) if isinstance(rows, pd.RangeIndex) else rows
    cells = {name: cell_grid.taken(body[place], own) for name, (_, place) in where.items()}
    raw = Brought(table, sheet, pd.DataFrame(index=rows + 1), cells, where)
    frame, faults = _typed(raw)
    found = len(rows) + len(broken)
    return replace(raw, frame=frame, problems=(*problems, *faults), found=found)


def _heading_row(table: Table, rows: Sequence[list[str]]) -> int:
    """Find the row with most known headings among the first; else the first that is not blank."""
    known = {skeleton(name) for column in table.columns.values() for name in column.names}
    hits = [
        sum(skeleton(cell) in known for cell in row if cell)
        for row in rows[: file_sheets.TITLE_ROWS]
    ]
    if max(hits, default=0):
        return hits.index(max(hits))
    return next((at for at, row in enumerate(rows) if any(map(key, row))), 0)


def _above(sheet: Sheet, at: int) -> Iterator[Problem]:
    if any(any(map(key, row)) for row in sheet.rows[:at]):
        yield Problem("title_rows", sheet.file, sheet.name, values={"row": str(at + 1)})


def _headings(
    table: Table, sheet: Sheet, at: int
) -> tuple[dict[str, tuple[str, int]], list[Problem]]:
    """Match the headings of a row with the columns of a table."""
    where: dict[str, tuple[str, int]] = {}
    extra: dict[str, tuple[str, int]] = {}
    problems = []
    for place, cell in enumerate(sheet.rows[at : at + 1][0]):
        heading = plain(cell)
        say = partial(_at_heading, sheet, at, place)
        if not heading:
            if any(any(map(key, row[place : place + 1])) for row in sheet.rows[at + 1 :]):
                problems.append(say("empty_heading"))
            continue
        if INVISIBLE.search(cell) or DIRECTION.search(cell):
            problems.append(say("heading_cleaned", grave=False))
        column, like = _match(table, cell)
        if like:
            problems.append(say("lookalike_heading", found=heading, like=like))
        kept, name = (where, column) if column else (extra, key(cell))
        if name in kept:
            problems.append(say("duplicate_heading", first=address(at, kept[name][1])))
        kept.setdefault(name, (heading, place))
    return where, problems + list(_absent(table, sheet, where, extra, at))


def _match(table: Table, heading: str) -> tuple[str, str]:
    """Return the column a heading names, and how it should be typed if letters are foreign."""
    named = [(code, name) for code, column in table.columns.items() for name in column.names]
    if exact := [code for code, name in named if key(name) == key(heading)]:
        return exact[-1], ""
    return next((pair for pair in named if skeleton(pair[1]) == skeleton(heading)), ("", ""))


def _at_heading(
    sheet: Sheet, at: int, place: int, code: str, grave: bool = True, **values: object
) -> Problem:
    heading, spot = plain(sheet.rows[at : at + 1][0][place]), (sheet.spot(at, place),)
    return Problem(code, sheet.file, sheet.name, heading, spot, values, grave)


def _absent(
    table: Table, sheet: Sheet, where: Mapping, extra: Mapping, at: int
) -> Iterator[Problem]:
    """Say which columns are missing, and which stand in the file without need."""
    near = set()
    for column in table.columns.values():
        if column.column in where or column.may_be_absent:
            continue
        options = [f for n in column.names for f in difflib.get_close_matches(key(n), extra, 1)]
        values: dict[str, object] = {"wanted": column.name, "name": column.column}
        if options:
            near.add(options[0])
            values["like"] = extra[options[0]][0]
        code = "missing_column_like" if options else "missing_column"
        yield Problem(code, sheet.file, sheet.name, values=values)
    for found, (heading, place) in extra.items():
        if data_dictionary.personal(heading):
            yield _at_heading(sheet, at, place, "personal_data", found=heading)
        elif found not in near:
            yield _at_heading(sheet, at, place, "extra_column", grave=False)


def _body(sheet: Sheet, at: int) -> tuple[list[Cells], pd.Index, list[Problem]]:
    """Return the columns, and the rows of data (from 0) without blank, total and broken ones."""
    header, columns = sheet.rows[at : at + 1][0], cell_grid.grid(sheet.rows).columns
    width = max((place for place, cell in enumerate(header, 1) if key(cell)), default=0)
    blank = np.ones(len(sheet.rows), dtype=bool)
    total, long, short = ~blank, ~blank, ~blank
    for place, column in enumerate(columns):
        cells = cell_grid.plains(column)
        filled = cell_grid.where(column, cells)
        if cell_parsing.TOTALS.search("\n".join(cells).casefold()):
            begins = cell_grid.where(column, map(cell_parsing.begins_total, cells))
            total |= filled & blank & begins
        long |= filled & (place >= len(header))
        blank &= ~filled
    if isinstance(sheet.rows, list):
        short = np.array([len(row) < width for row in sheet.rows])
    broken = total if sheet.name else total | long | short
    blank[: at + 1] = True
    problems = []
    for row in np.flatnonzero(broken & ~blank):
        cells = sheet.rows[row : row + 1][0]
        values = {"row": str(row + 1), "found": str(len(cells)), "expected": str(width)}
        code = "row_long" if long[row] else "row_short"
        if sheet.name or not (long | short)[row]:
            code, values = "total_row", {"found": next(filter(None, map(plain, cells)), "")}
        spot = (sheet.spot(int(row), 0),)
        problems.append(Problem(code, sheet.file, sheet.name, cells=spot, values=values))
    kept = ~blank & ~broken
    first = int(kept.argmax())
    whole = pd.RangeIndex(first, first + np.count_nonzero(kept))
    rows = whole if kept[first : whole.stop].all() else pd.Index(np.flatnonzero(kept))
    return columns, rows, problems


# ---------------------------------------------------------------- columns


def _typed(shown: Brought) -> tuple[pd.DataFrame, list[Problem]]:
    """Read every column of the dictionary; absent ones are filled with what stands for empty."""
    data, problems = {}, []
    for name, column in shown.table.columns.items():
        if name in shown.where:
            values, reasons, faults = _column(column, shown)
            codes = shown.written[name].codes
        else:
            values, reasons, faults = [_blank(column)], ["not_given"], []
            codes = np.zeros(len(shown.frame), dtype=np.int8)
        data[name] = _laid_out(values, codes, _dtype(column))
        if column.missing:
            data[f"{name}_why"] = _laid_out(reasons, codes, _dtype(replace(column, kind="code")))
        problems += faults
    return pd.DataFrame(data, index=shown.frame.index, copy=False), problems


def _laid_out(cells: list, codes: np.ndarray, dtype: str) -> Any:
    """Return the values of all rows; words that stand in order need not be put so."""
    words = pd.Index(cells, dtype=object) if dtype == "category" else None
    if words is not None and words.is_monotonic_increasing and words.is_unique:
        return pd.Categorical.from_codes(codes, words, validate=False)
    return (np.array if dtype == "float64" else pd.array)(cells, dtype=dtype).take(codes)


def _dtype(column: Column) -> str:
    if column.kind in NUMBERS:
        return "float64"
    words = "category" if column.table == MANY else "str"
    return {**dict.fromkeys(DAYS, "datetime64[us]"), "bool": "boolean"}.get(column.kind, words)


def _blank(column: Column) -> object:
    """Return what an empty or unreadable cell becomes."""
    if column.default is not None:
        return float(column.default) if column.kind in NUMBERS else column.default
    if column.kind in NUMBERS:
        return math.nan
    return None if column.kind in (*DAYS, "bool") else ""


def _column(column: Column, shown: Brought) -> tuple[list[object], list[str], list[Problem]]:
    """Read each cell of one column once: its value, why it is missing; and what is wrong where."""
    name, written = column.column, shown.written[column.column]
    cells = cell_grid.plains(written)
    mark = cell_parsing.comma(cells) if column.kind in NUMBERS else "decimal"
    sure = column.kind == "code" and not column.missing and not _of_log(column)
    sure = sure and cell_parsing.surely_codes(cells)
    if sure and "" not in cells:
        return cells, [], []
    told = [_reading(column, cell, mark) for cell in cells]
    values, reasons, faults = ([each[nth] for each in told] for nth in range(3))
    wrong, gaps = cell_grid.where(written, faults), cell_grid.where(written, reasons)
    hidden = [column.kind == "text" and value != cell and redaction.hidden_in(value)
              for value, cell in zip(values, cells, strict=True)]  # fmt: skip
    rows, found = shown.frame.index, (faults[at] for at in written.codes[wrong])
    problems = [shown.problem("personal_words", name, row, grave=False)
                for row in rows[cell_grid.where(written, hidden)]]  # fmt: skip
    problems += [shown.problem(fault.code, name, row, **fault.values)
                 for row, fault in zip(rows[wrong], found, strict=True) if fault]  # fmt: skip
    if (n := int(gaps.sum())) and column.required == "yes":
        problems.append(shown.problem("gaps", name, grave=False, n=n, total=len(gaps)))
    return values, reasons, [*problems, *_mended(column, shown, written)]


def _of_log(column: Column) -> bool:
    return column.table == "steps" and column.column in data_dictionary.PARTS


def _reading(column: Column, cell: str, mark: str) -> tuple[object, str, Fault | None]:
    """Return the value of a cell, why it is missing, what is wrong."""
    if column.missing and (why := missing_reason(cell)):
        return _blank(column), why, None
    if _of_log(column) and data_dictionary.blank_word(cell):
        return _blank(column), "", None
    try:
        return _value(column, cell, mark), "", None
    except Fault as fault:
        needed = column.default is None and column.required != "no" and not column.missing
        if needed and fault.code in ("not_number", "missing_not_allowed"):
            fault = Fault("number_needed", found=cell)
        return _blank(column), "", fault


def _mended(column: Column, shown: Brought, written: Cells) -> Iterator[Problem]:
    """Warn of what was put right on the way."""
    whole = "\n".join(written.categories.tolist())
    checks = {code: hit for code, hit in cell_parsing.MENDED.items() if hit(whole)}
    if column.kind in NUMBERS:
        checks["odd_digits"] = cell_parsing.odd_digits
    for code, hit in checks.items():
        hits = map(hit, written.categories.tolist())
        for row in shown.frame.index[cell_grid.where(written, hits)]:
            yield shown.problem(code, column.column, row, grave=False)
    if column.kind == "date":
        zones = [cell_parsing.zoned(plain(cell)) for cell in written.categories]
        zoned = np.array(zones, dtype=object)[written.codes]
        for at in np.flatnonzero(zoned != ""):
            yield shown.problem(zoned[at], column.column, shown.frame.index[at], grave=False)


def _value(column: Column, cell: str, mark: str) -> object:
    """Read one cell by the kind of its column."""
    if fault := cell_parsing.by_excel(cell):
        raise fault
    if cell.startswith("=") and column.kind != "text":
        raise Fault("formula", found=cell[:40])
    if not cell:
        if column.default is None and column.required != "no":
            raise Fault("empty_cell")
        return _blank(column)
    if column.kind in NUMBERS:
        return _number(column, cell, mark)
    if column.kind == "choice":
        return cell_parsing.choice(cell, column.choices)
    if column.kind == "text":
        return _without_persons(column, cell[: cell_parsing.LONGEST_TEXT])
    return _READERS[column.kind](cell)


def _without_persons(column: Column, words: str) -> str:
    """Hide in words what may name a person, at the one place where all words come in."""
    name = column.column.removesuffix("_ru").removesuffix("_en")
    if name in CODES:
        return words
    label = name in LABELS or column.table.startswith("catalogue")
    return redaction.without_contacts(words) if label else redaction.scrub(words)


_READERS: Final = {
    "count": cell_parsing.count,
    "integer": cell_parsing.parsed_whole,
    "level": cell_parsing.parsed_whole,
    "code": cell_parsing.code,
    "period": cell_parsing.parsed_period,
    "date": cell_parsing.parsed_day,
    "moment": cell_parsing.moment,
    "bool": cell_parsing.parsed_truth,
}


def _number(column: Column, cell: str, mark: str) -> float:
    if missing_reason(cell):
        raise Fault("missing_not_allowed", found=cell)
    if cell.endswith("%") and column.kind != "percent" and column.unit != "metric":
        raise Fault("percent_sign", found=cell)
    value = float(_READERS.get(column.kind, cell_parsing.parsed_number)(cell, mark))
    return cell_parsing.within(value, *column.range, cell)
