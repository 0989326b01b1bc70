"""Tables of an event log, text or workbook: the mapped columns, and where each row stands."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final
from warnings import catch_warnings, simplefilter

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell as address

from ccwork.language.problems import Problem
from ccwork.language.spelling import plain
from ccwork.read.data_dictionary import TIMES
from ccwork.read.files import cell_grid, cell_parsing, file_sheets
from ccwork.read.files.book_cells import MOST_COLUMNS
from ccwork.read.files.decoding import decode
from ccwork.read.files.faults import Fault
from ccwork.read.logs.timestamps import LONGEST

ALIKE: Final = ("case", "step")
"""A sheet with these columns is one of the log: it is never left out for want of others."""

_PIECE = 1 << 20
_MIXED = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class Part:
    """Where the rows of one sheet stand.

    Attributes
    ----------
    sheet
        Its name, empty for a text file.
    lines
        Row of the file of each row read (from 0, blank rows and headings counted).
    places
        Our name of a column -> its place.
    """

    sheet: str
    lines: Any
    places: dict[str, int]


def cells(parts: Iterable[Part], name: str, rows: Iterable[int]) -> Iterator[tuple[str, tuple]]:
    """Return the addresses of rows in a column, sheet by sheet; one without any if none stands."""
    left, first, told = np.asarray(list(rows), dtype=int), 0, False
    for part in parts:
        here = left[(left >= first) & (left < first + len(part.lines))] - first
        first += len(part.lines)
        if len(here) and name in part.places:
            told = True
            spots = (address(int(part.lines[row]), part.places[name]) for row in here)
            yield part.sheet, tuple(spots)
    if not told:
        yield "", ()


def places(wanted: dict[str, str], headings: list[str]) -> dict[str, int]:
    """Return where the mapped columns stand; refuse those that do not, or stand there twice."""
    for ours, theirs in wanted.items():
        if headings.count(plain(theirs)) != 1:
            code = "log_column_twice" if plain(theirs) in headings else "log_column"
            known = ", ".join(filter(None, headings))[:300]
            like = cell_parsing.nearest(theirs, headings) or "—"
            raise Fault(code, ours=ours, found=theirs, known=known, like=like)
    return {ours: headings.index(plain(theirs)) for ours, theirs in wanted.items()}


def doubles(found: pd.DataFrame, whole: pd.DataFrame, lines: Any = None) -> list[int]:
    """Return the rows that repeat another one word for word, columns not asked for included.

    Those stand in `whole`, in the rows `lines` says.
    """
    signs = np.zeros(len(found), dtype=np.uint64)
    for each in found if len(found) else ():
        kept = getattr(found[each].array, "codes", None)
        kept = found[each].to_numpy(f"S{LONGEST}") if kept is None else kept.astype(np.int64)
        for part in np.ascontiguousarray(kept).view(np.uint64).reshape(len(found), -1).T:
            signs = signs * _MIXED + part
            signs ^= signs >> np.uint64(29)
    alike = np.flatnonzero(pd.Series(signs).duplicated(keep=False))  # those unlike differ surely
    alike = alike[found.iloc[alike].duplicated(keep=False)]
    return alike[whole.iloc[alike if lines is None else lines[alike]].duplicated()].tolist()


def kept_as(values: list[str], name: str) -> np.ndarray | pd.Categorical:
    """Return a column as it is kept: times as bytes, all else as categories."""
    if name in TIMES:
        return np.array([value.encode() for value in values], dtype=f"S{LONGEST}")
    return pd.Categorical(values)


# ---------------------------------------------------------------- text


def from_text(path: Path, wanted: dict[str, str]) -> pd.DataFrame:
    """Read a text table; its separator and encoding are found out."""
    with path.open("rb") as stream:
        head = stream.read(_PIECE)
    written, encoding = decode(head[: head.rfind(b"\n") + 1] or head)
    sign = file_sheets.separator(written)
    rows = csv.reader(StringIO(written, newline=""), delimiter=sign)
    top, headings = next(((at, row) for at, row in enumerate(rows) if any(row)), (0, [""]))
    headings = [plain(cell) for cell in headings]
    if any(headings[MOST_COLUMNS:]):
        raise Fault("too_many_columns", n=len(headings), most=MOST_COLUMNS)
    where = places(wanted, headings)
    times = [where[name] for name in TIMES if name in where]
    kinds = {at: f"S{LONGEST}" if at in times else "category" for at in range(len(headings))}
    cut = {"sep": sign, "header": None, "na_filter": False, "skip_blank_lines": False,
           "dtype": kinds, "names": range(len(headings)), "index_col": False}  # fmt: skip
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        with catch_warnings():
            simplefilter("error", pd.errors.ParserWarning)
            rows = _cut(path, encoding, cut)
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise _uncut(str(error)) from None
    _whole_rows(path, encoding, sign, len(rows))
    # the heading is read as a row: without it pandas takes "00001" for the number 1
    kept = {
        ours: rows[place].to_numpy()[top + 1 :]
        if ours in TIMES
        else cell_grid.taken(rows[place].array, slice(top + 1, None))
        for ours, place in where.items()
    }
    found = pd.DataFrame(kept, copy=False)
    lines = np.flatnonzero(_filled(found, rows.iloc[top + 1 :]))
    if len(lines) < len(found):
        found = found.iloc[lines].reset_index(drop=True)
    lines += top + 1
    found.attrs = {"doubles": doubles(found, rows, lines), "parts": (Part("", lines, where),)}
    return found


def _cut(path: Path, encoding: str, cut: dict[str, Any]) -> pd.DataFrame:
    try:
        return pd.read_csv(path, encoding=encoding, low_memory=False, **cut)
    except UnicodeDecodeError:
        whole = decode(path.read_bytes())[0].encode()
        return pd.read_csv(BytesIO(whole), encoding="utf-8", low_memory=False, **cut)


def _whole_rows(path: Path, encoding: str, sign: str, n: int) -> None:
    """Refuse a cell that swallowed rows; looked for where the file has more lines than rows."""
    with path.open("rb") as stream:
        counts, last = np.zeros(2, dtype=int), b""
        while piece := stream.read(_PIECE):
            counts += [piece.count(b"\n"), piece.count(b"\r")]
            last = piece[-1:]
    if (counts[0] or counts[1]) + (last not in b"\r\n\0") <= n:
        return
    text = path.read_bytes().decode(encoding, errors="replace")
    rows, line, width = csv.reader(StringIO(text, newline=""), delimiter=sign), 1, 0
    for row in rows:
        if width and (held := file_sheets.swallowed(row, width, sign)):
            raise Fault("rows_swallowed", line=str(line), to=str(rows.line_num), n=held)
        width = width or (len(row) if any(row) else 0)
        line = rows.line_num + 1


def _uncut(said: str) -> Fault:
    """Return why a text table could not be cut into cells."""
    if row := re.search(r"EOF inside string starting at row (\d+)", said):
        return Fault("quote", line=str(int(row[1]) + 1))
    line = re.search(r"line (\d+)", said)
    return Fault("log_fields", line=line[1] if line else "?")


def _filled(found: pd.DataFrame, whole: pd.DataFrame) -> np.ndarray:
    """Tell which rows hold anything."""
    blank = np.ones(len(found), dtype=bool)
    for name in found:
        empty = found[name] == ("" if name not in TIMES else b"")
        blank &= empty.to_numpy(bool)
    if blank.any():
        at = np.flatnonzero(blank)
        blank[at] = whole.iloc[at].astype(str).isin(["", "b''"]).all(axis=1)
    return ~blank


# ---------------------------------------------------------------- workbooks


def from_book(path: Path, wanted: dict[str, str], problems: list[Problem]) -> pd.DataFrame:
    """Read the sheets of a workbook that have the mapped columns, one below another."""
    book = file_sheets.book(path.name, path.read_bytes())
    if not book.sheets:
        worst = next(iter(book.problems), Problem("empty_file"))
        raise Fault(worst.code, **worst.values)
    problems.extend(book.problems)
    tops = [next(at for at, row in enumerate(sheet.rows) if any(row)) for sheet in book.sheets]
    headings = [
        [plain(cell) for cell in sheet.rows[top]]
        for sheet, top in zip(book.sheets, tops, strict=True)
    ]
    need = {plain(theirs) for theirs in wanted.values()}
    read = [at for at, row in enumerate(headings) if need <= set(row)]
    if not read:
        places(wanted, max(headings, key=lambda row: len(need & set(row))))
    alike = {plain(wanted[name]) for name in ALIKE}
    for at in set(range(len(tops))) - set(read):
        lost = ", ".join(theirs for theirs in wanted.values() if plain(theirs) not in headings[at])
        whole, values = alike <= set(headings[at]), {"found": lost}
        code = "log_sheet_alike" if whole else "log_sheet"
        problems.append(Problem(code, path.name, book.sheets[at].name, values=values, grave=whole))
    parts, mapped, bodies = [], [], []
    for at in read:
        where, rows = places(wanted, headings[at]), book.sheets[at].rows
        lines = [line for line in range(tops[at] + 1, len(rows)) if any(rows[line])]
        # sheets may have their columns in another order
        order = sorted(range(len(headings[at])), key=headings[at].__getitem__)
        parts.append(Part(book.sheets[at].name, lines, where))
        mapped += [[rows[line][place] for place in where.values()] for line in lines]
        bodies += [[rows[line][place] for place in order] for line in lines]
    width = max(map(len, bodies), default=0)
    bodies = [row + [""] * (width - len(row)) for row in bodies]
    columns = zip(*mapped, strict=True) if mapped else ([] for _ in wanted)
    made = {
        ours: kept_as(list(values), ours) for ours, values in zip(wanted, columns, strict=True)
    }
    found = pd.DataFrame(made)
    found.attrs = {"doubles": doubles(found, pd.DataFrame(bodies)), "parts": tuple(parts)}
    return found
