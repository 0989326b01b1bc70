"""Tables of an event log, text or workbook: the mapped columns, and where each row stands."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
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
from ccwork.read.logs.log_events import worded
from ccwork.read.logs.timestamps import LONGEST

ALIKE: Final = ("case", "step")
"""A sheet with these columns is one of the log: it is never left out for want of others."""

_PIECE = 1 << 20
_ROWS = 1 << 16
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


@dataclass(frozen=True, eq=False)
class Columns:
    """The mapped columns of a log as they are written.

    Attributes
    ----------
    of
        Our name -> the column: times as bytes, all else as categories.
    doubles
        Rows that repeat another one.
    parts
        Where the rows stand.
    """

    of: dict[str, Any]
    doubles: list[int]
    parts: tuple[Part, ...] = ()


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


def doubles(columns: Mapping[str, Any], more: pd.DataFrame) -> list[int]:
    """Return the rows that repeat another one word for word, what is in `more` included."""
    signs = np.zeros(len(more), dtype=np.uint64)
    for at in range(0, len(more), _ROWS):
        here = signs[at : at + _ROWS]
        for column in columns.values():
            part = column[at : at + _ROWS]
            words = isinstance(part, pd.Categorical)
            part = (
                part.codes.astype(np.int64)
                if words
                else part.astype(f"S{-(-part.itemsize // 8) * 8}")
            )
            for word in part.view(np.uint64).reshape(len(here), -1).T:
                here *= _MIXED
                here += word
                here ^= here >> np.uint64(29)
    alike = np.flatnonzero(pd.Series(signs).duplicated(keep=False))  # others differ surely
    few = pd.DataFrame({name: column[alike] for name, column in columns.items()})
    return alike[few.join(more.iloc[alike].reset_index(drop=True)).duplicated()].tolist()


def kept_as(values: list[str], name: str) -> np.ndarray | pd.Categorical:
    """Return a column as it is kept: times as bytes, all else as categories."""
    if name in TIMES:
        return np.array([value.encode() for value in values], dtype=f"S{LONGEST}")
    return pd.Categorical(values)


# ---------------------------------------------------------------- text


def from_text(path: Path, wanted: dict[str, str]) -> Columns:
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
    parts = _parts(path, encoding, sign, len(headings), where, top + 1)
    found = {name: _together([part.pop(name) for part in parts]) for name in list(parts[0])}
    bare, rest = found.pop("bare"), found.pop("rest")
    for column in found.values():
        words = isinstance(column, pd.Categorical)
        bare &= (column.categories == "")[column.codes] if words else column == b""
    lines = range(top + 1, top + 1 + len(bare))
    if bare.any():
        kept = np.flatnonzero(~bare)
        found = {name: column[kept] for name, column in found.items()}
        lines, rest = kept + top + 1, rest[kept]
    return Columns(found, doubles(found, pd.DataFrame({"": rest})), (Part("", lines, where),))


def _lean(column: Any) -> Any:
    """Keep of moments, written as bytes, no more than the longest needs."""
    if isinstance(column, pd.Categorical):
        return column
    signs = np.asarray(column).view(np.uint8).reshape(len(column), -1)
    return np.asarray(column).astype(f"S{max(1, int(signs.any(axis=0).sum()))}")


def _together(parts: list[Any]) -> Any:
    if not isinstance(parts[0], pd.Categorical):
        return np.concatenate(parts)
    return worded(*cell_grid.joined(parts))


def _parts(
    path: Path, encoding: str, sign: str, width: int, where: dict[str, int], first: int
) -> list[dict[str, Any]]:
    """Read a log from its row `first` on: piece by piece, or whole where it is odd."""
    times = [where[name] for name in TIMES if name in where]
    kinds = {at: f"S{LONGEST}" if at in times else "category" for at in range(width)}
    how = {"dtype": kinds, "names": range(width), "index_col": False, "encoding": encoding}
    with catch_warnings():
        simplefilter("error", pd.errors.ParserWarning)
        try:
            with path.open("rb") as stream:
                pieces = cell_grid.cut(stream, sign, width, how)
                return [_part(rows, where, 0 if at else first) for at, rows in enumerate(pieces)]
        except (ValueError, pd.errors.ParserWarning):
            return [_part(_whole(path, sign, how), where, first)]


def _part(rows: pd.DataFrame, where: dict[str, int], first: int) -> dict[str, Any]:
    """Return the mapped columns of a piece; of the others ``bare`` and ``rest``.

    Those say whether all of them are empty in a row, and what stands there, as one number.
    """
    rows = rows.iloc[first:]
    bare, rest = np.ones(len(rows), dtype=bool), np.zeros(len(rows), dtype=np.uint64)
    for place in set(rows) - set(where.values()):
        column = rows[place].array
        words = column.categories.to_numpy(object)
        bare &= (words == "")[column.codes]
        rest = rest * _MIXED + pd.util.hash_array(words, categorize=False)[column.codes]
    kept = {ours: _lean(rows[place].array) for ours, place in where.items()}
    return kept | {"bare": bare, "rest": rest}


def _whole(path: Path, sign: str, how: dict[str, Any]) -> pd.DataFrame:
    encoding = "utf-8-sig" if how["encoding"] == "utf-8" else how["encoding"]
    how = how | {"encoding": encoding, "sep": sign, "header": None, "na_filter": False,
                 "skip_blank_lines": False, "low_memory": False}  # fmt: skip
    try:
        # the heading is read as a row: without it pandas takes "00001" for the number 1
        rows = _cut(path, how)
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise _uncut(str(error)) from None
    _whole_rows(path, encoding, sign, len(rows))
    return rows


def _cut(path: Path, how: dict[str, Any]) -> pd.DataFrame:
    try:
        return pd.read_csv(path, **how)
    except UnicodeDecodeError:
        whole = decode(path.read_bytes())[0].encode()
        return pd.read_csv(BytesIO(whole), **how | {"encoding": "utf-8"})


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


# ---------------------------------------------------------------- workbooks


def from_book(path: Path, wanted: dict[str, str], problems: list[Problem]) -> Columns:
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
    return Columns(made, doubles(made, pd.DataFrame(bodies)), tuple(parts))
