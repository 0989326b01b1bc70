"""Tables of an event log, text or workbook: the mapped columns, and where each row stands."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from typing import Any, Final
from warnings import catch_warnings

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell as address

from ccwork.language.problems import Problem
from ccwork.language.spelling import DIRECTION, INVISIBLE, key, plain, skeleton
from ccwork.read import data_dictionary
from ccwork.read.data_dictionary import TIMES
from ccwork.read.files import cell_grid, cell_parsing, file_sheets
from ccwork.read.files.book_cells import MOST_COLUMNS, UNCALCULATED
from ccwork.read.files.decoding import decode, watched_stream
from ccwork.read.files.faults import Fault
from ccwork.read.files.record_files import as_cell
from ccwork.read.logs.plain_rows import plain_columns
from ccwork.read.logs.timestamps import LONGEST, MISSING, SHOWN, plain_moments, unlikely

ALIKE: Final = ("case", "step")
"""A sheet with these columns is one of the log: it is never left out for want of others."""

SIGNS: Final = {name: hit for name, hit in cell_parsing.MENDED.items() if name != "text_cut"}
SIGN: Final = re.compile(f"{INVISIBLE.pattern}|{DIRECTION.pattern}")
"""Signs nobody sees."""

_ODD: Final = re.compile(f"[#]|Err:|Ошибка:|{UNCALCULATED}|{SIGN.pattern}")

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
    keys = [key(heading) for heading in headings]
    for ours, theirs in wanted.items():
        if keys.count(key(theirs)) != 1:
            code = "log_column_twice" if key(theirs) in keys else "log_column"
            known = ", ".join(filter(None, headings))[:300]
            like = cell_parsing.nearest(theirs, headings)
            if code == "log_column" and like and skeleton(like) == skeleton(theirs):
                raise Fault("lookalike_heading", found=like, like=theirs)
            raise Fault(code, ours=ours, found=theirs, known=known, like=like or "—")
    return {ours: keys.index(key(theirs)) for ours, theirs in wanted.items()}


def heading_row(rows: Iterable[list[str]], wanted: Iterable[str]) -> int:
    """Return the first row that is filled; refuse it where the headings stand in a later one."""
    need = {key(theirs) for theirs in wanted}
    top = {at: len(need & set(map(key, row))) for at, row in enumerate(rows) if any(row)}
    first = next(iter(top), 0)
    if top and max(top.values()) > top[first]:
        raise Fault("title_rows", row=str(max(top, key=top.__getitem__) + 1))
    return first


def personal_columns(sheet: file_sheets.Sheet, row: int, where: dict[str, int]) -> list[Problem]:
    """Warn of columns of personal data that were not asked for; they are not read."""
    return [
        Problem("personal_data", sheet.file, sheet.name, said, (address(row, at),), grave=False,
                values={"found": said})
        for at, said in enumerate(map(plain, sheet.rows[row : row + 1][0]))
        if at not in where.values() and data_dictionary.personal(said)
    ]  # fmt: skip


def odd_cells(column: pd.Categorical, name: str, say: Callable[..., None]) -> None:
    """Name cells of a column that Excel could not work out, totals and odd signs."""
    words = column.categories.tolist()
    whole, found = "\n".join(words), dict[tuple, list[int]]()
    odd = _ODD.search(whole) or cell_parsing.LOST.search(whole)
    for at, word in enumerate(words) if odd else ():
        if fault := cell_parsing.by_excel(word):
            found.setdefault((fault.code, True, fault.values["found"]), []).append(at)
        for code, hit in SIGNS.items():
            if hit(word):
                found.setdefault((code, False, ""), []).append(at)
    if name == "case" and cell_parsing.TOTALS.search(whole.casefold()):
        for at in [at for at, word in enumerate(words) if cell_parsing.begins_total(word)]:
            found.setdefault(("total_row", True, plain(words[at])), []).append(at)
    for (code, grave, said), codes in found.items():
        rows = np.flatnonzero(np.isin(column.codes, codes))[:SHOWN]
        say(code, name, rows, grave, **({"found": said} if said else {}))


def doubles(
    found: pd.DataFrame, whole: pd.DataFrame, lines: Any = None, marks: np.ndarray | None = None
) -> list[int]:
    """Return the rows that repeat another one word for word, columns not asked for included.

    Those stand in `whole`, in the rows `lines` says; `marks` are alike where rows are.
    """
    signs = np.zeros(len(found), dtype=np.uint64) if marks is None else marks
    for each in found if marks is None and len(found) else ():
        kept = getattr(found[each].array, "codes", None)
        kept = found[each].to_numpy(f"S{LONGEST}") if kept is None else kept.astype(np.int64)
        for part in np.ascontiguousarray(kept).view(np.uint64).reshape(len(found), -1).T:
            signs = signs * _MIXED + part
            signs ^= signs >> np.uint64(29)
    ordered = np.sort(signs)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    alike = np.flatnonzero(np.isin(signs, twice) if len(twice) else [])  # others differ surely
    alike = alike[found.iloc[alike].duplicated(keep=False)]
    return alike[whole.iloc[alike if lines is None else lines[alike]].duplicated()].tolist()


def kept_as(values: list[str], name: str) -> np.ndarray | pd.Categorical:
    """Return a column as it is kept: times as bytes, all else as categories."""
    if name in TIMES:
        return np.array([value.encode() for value in values], dtype=f"S{LONGEST}")
    return pd.Categorical(values)


# ---------------------------------------------------------------- text


def from_text(
    path: Path, wanted: dict[str, str], problems: list[Problem], plainly: bool = True,
    seen: Callable[[int], Any] = id,
) -> pd.DataFrame:  # fmt: skip
    """Read a text table; its separator and encoding are found out.

    A plain one is read by :func:`plain_rows.plain_columns`, unless it is not to be so `plainly`.
    """
    with path.open("rb") as stream:
        head = stream.read(_PIECE)
    file_sheets.refuse_other(head)
    written, encoding = decode(head[: head.rfind(b"\n") + 1] or head)
    sign = file_sheets.separator(written)
    cells_of = csv.reader(StringIO(written, newline=""), delimiter=sign)
    rows = list(islice(cells_of, file_sheets.TITLE_ROWS))
    top = heading_row(rows, wanted.values())
    headings = [plain(cell) for cell in rows[top]]
    if any(headings[MOST_COLUMNS:]):
        raise Fault("too_many_columns", n=len(headings), most=MOST_COLUMNS)
    where = places(wanted, headings)
    problems += personal_columns(file_sheets.Sheet(path.name, "", rows), top, where)
    problems += file_sheets.encoded(path.name, encoding)
    plainly &= encoding == "utf-8" and not top
    if plainly and (quick := _plainly(path, sign, len(headings), where, seen)) is not None:
        return quick
    times = [where[name] for name in TIMES if name in where]
    kinds = {at: f"S{LONGEST}" if at in times else "category" for at in range(len(headings))}
    cut = {"sep": sign, "header": None, "na_filter": False, "skip_blank_lines": False,
           "dtype": kinds, "names": range(len(headings)), "index_col": False}  # fmt: skip
    encoding = encoding.replace("utf-8", "utf-8-sig")
    try:
        with catch_warnings(action="error", category=pd.errors.ParserWarning):
            rows = _cut(path, encoding, cut, seen)
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise _uncut(str(error)) from None
    last = rows.iloc[:, -1]
    gaps = ("" in last.cat.categories) if hasattr(last, "cat") else (last == b"").any()
    _whole_rows(path, encoding, sign, len(rows), len(headings) if gaps else 0)
    # the heading is read as a row: without it pandas takes "00001" for the number 1
    kept = {ours: _below(ours, rows[place], top + 1, place in times)
            for ours, place in where.items()}  # fmt: skip
    found = pd.DataFrame(kept, copy=False)
    lines = np.flatnonzero(_filled(found, rows.iloc[top + 1 :]))
    if not len(lines):
        raise Fault("no_rows")
    if len(lines) < len(found):
        found = found.iloc[lines].reset_index(drop=True)
    lines += top + 1
    found.attrs = {"doubles": doubles(found, rows, lines), "parts": (Part("", lines, where),)}
    return found


def _below(name: str, column: pd.Series, first: int, moment: bool) -> Any:
    """Return the rows of a column that hold data; one of moments may stand for words too."""
    if name in TIMES:
        return column.to_numpy()[first:]
    words = pd.Categorical(np.char.decode(column.to_numpy(), "utf-8")) if moment else column.array
    return cell_grid.taken(words, slice(first, None))


def _plainly(path: Path, sign: str, wide: int, where: dict[str, int], seen: Any) -> Any:
    """Read a plain text table; None where it is another, or has moments that are to be told."""
    words = {name: at for name, at in where.items() if name not in TIMES}
    times = {name: at for name, at in where.items() if name in TIMES}
    read = plain_columns(path, sign, wide, words, times, plain_moments, seen)
    return None if read is None else _together(*read, where)


def _together(columns: dict[str, Any], marks: np.ndarray, where: dict[str, int]) -> Any:
    """Put columns together; None where a moment is to be told. Rows that are alike have a mark."""
    if any(np.any(unlikely(columns[name])) for name in TIMES if name in where):
        return None
    found = pd.DataFrame({name: columns[name] for name in where}, copy=False)
    twice = doubles(found, pd.DataFrame({"mark": marks}, copy=False), marks=marks)
    found.attrs = {"doubles": twice, "parts": (Part("", range(1, len(found) + 1), where),)}
    return found


def _cut(path: Path, encoding: str, cut: dict[str, Any], seen: Any) -> pd.DataFrame:
    try:
        with path.open(encoding=encoding, newline="") as stream:
            return pd.read_csv(watched_stream(stream, seen), low_memory=False, **cut)
    except UnicodeDecodeError:
        whole = decode(path.read_bytes())[0].encode()
        return pd.read_csv(BytesIO(whole), encoding="utf-8", low_memory=False, **cut)


def _whole_rows(path: Path, encoding: str, sign: str, n: int, full: int) -> None:
    """Refuse a cell that swallowed rows, and a row with fewer cells than the heading has.

    The first are looked for where the file has more lines than rows; the others where last
    cells are empty (then `full` is how many cells a row has) and signs between cells lack.
    """
    with path.open("rb") as stream:
        counts, last = np.zeros(4, dtype=int), b""
        while piece := stream.read(_PIECE):
            counts += [*map(piece.count, (b"\n", b"\r", sign.encode(), b'"'))]
            last = piece[-1:]
    lines = (counts[0] or counts[1]) + (last not in b"\r\n\0")
    if lines <= n and not (full and (counts[3] or counts[2] < n * (full - 1))):
        return
    text = path.read_bytes().decode(encoding, errors="replace")
    rows, line, width = csv.reader(StringIO(text, newline=""), delimiter=sign), 1, 0
    for row in rows:
        if width and (held := file_sheets.swallowed(row, width, sign)):
            raise Fault("rows_swallowed", line=str(line), to=str(rows.line_num), n=held)
        if full and width and 0 < len(row) < full and any(row):
            values = {"row": str(line), "found": str(len(row)), "expected": str(full)}
            raise Fault("row_short", **values)
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
    blank = np.all([found[name] == ("" if name not in TIMES else b"") for name in found], axis=0)
    if blank.any():
        at = np.flatnonzero(blank)
        blank[at] = whole.iloc[at].astype(str).isin(["", "b''"]).all(axis=1)
    return ~blank


# ---------------------------------------------------------------- workbooks


def recorded(path: Path, wanted: dict[str, str], problems: list[Problem], seen: Any) -> Any:
    """Read a Parquet table column by column, its words as numbers.

    None where it is another file or has to be read the careful way, with the same result: a case
    lacks its number, moments are text, have a zone or are taken for words, fields are nested.
    """
    if path.suffix.lower() != ".parquet":
        return None
    try:
        from pyarrow import parquet, timestamp, types

        schema, columns = parquet.read_schema(path), dict[int, Any]()
        file = parquet.ParquetFile(path, read_dictionary=schema.names)
        marks = np.zeros(file.metadata.num_rows, np.uint64)
        where = places(wanted, [*map(plain, schema.names)])
        times, words = ({where[n] for n in where if (n in TIMES) == so} for so in (True, False))
        for at, field in enumerate(schema):
            moment = types.is_timestamp(field.type) and not field.type.tz
            odd = at in (words if moment else times)
            if odd or str(field.type) == "float" or types.is_nested(field.type):
                return None
            (column,) = file.read([field.name], use_threads=False).columns
            if moment:
                column = column.cast(timestamp("us")).cast("int64").fill_null(MISSING).to_numpy()
            else:
                column = column.dictionary_encode().unify_dictionaries().combine_chunks()
                codes = column.indices.fill_null(len(column.dictionary)).to_numpy()
                told = [*map(as_cell, column.dictionary.to_pylist()), *[""][: column.null_count]]
                column = pd.Categorical(pd.array(told, dtype="str")).take(codes)
            seen(path.stat().st_size * (at + 1) // len(schema))
            marks *= _MIXED
            np.add(marks, getattr(column, "codes", column), marks, dtype="u8", casting="unsafe")
            marks ^= marks >> np.uint64(29)
            columns |= {at: column} if at in where.values() else {}
    except Fault:
        raise
    except Exception:  # the reader raises several kinds of its own
        return None
    case = columns[where["case"]]
    if len(schema) > MOST_COLUMNS or (case.categories == "")[case.codes].any():
        return None
    problems += personal_columns(file_sheets.Sheet(path.name, "", [schema.names]), 0, where)
    return _together({ours: columns[place] for ours, place in where.items()}, marks, where)


def from_book(path: Path, wanted: dict[str, str], problems: list[Problem], seen: Any) -> Any:
    """Read the sheets of a workbook that have the mapped columns, one below another."""
    book = file_sheets.book(path.name, path.read_bytes(), lambda at: seen(at // 2))
    if not book.sheets:
        worst = next(problem for problem in book.problems if problem.grave)
        raise Fault(worst.code, **worst.values)
    problems.extend(book.problems)
    tables = [(s, next(at for at, row in enumerate(s.rows) if any(row))) for s in book.sheets]
    headings = [list(map(plain, sheet.rows[top : top + 1][0])) for sheet, top in tables]
    need = {key(theirs) for theirs in wanted.values()}
    keys = [set(map(key, row)) for row in headings]
    read = [at for at in range(len(keys)) if need <= keys[at]]
    if not read:
        for sheet, top in tables:
            problems.extend(file_sheets.merged_ranges(sheet, top))
            heading_row(sheet.rows[: file_sheets.TITLE_ROWS], wanted.values())
        places(wanted, max(headings, key=lambda row: len(need & set(map(key, row)))))
    alike = {key(wanted[name]) for name in ALIKE}
    for at in set(range(len(keys))) - set(read):
        lost = ", ".join(theirs for theirs in wanted.values() if key(theirs) not in keys[at])
        whole, values = alike <= keys[at], {"found": lost}
        code = "log_sheet_alike" if whole else "log_sheet"
        problems.append(Problem(code, path.name, book.sheets[at].name, values=values, grave=whole))
    parts, mapped, bodies = [], [], []
    for at in read:
        (sheet, top), where = tables[at], places(wanted, headings[at])
        problems += [*file_sheets.merged_ranges(sheet, top), *personal_columns(sheet, top, where)]
        columns = [cells[codes] for codes, cells in cell_grid.grid(sheet.rows).columns]
        lines = np.flatnonzero(np.any([column != "" for column in columns], axis=0))
        parts.append(Part(sheet.name, lines := lines[lines > top], where))
        mapped.append([columns[place][lines] for place in where.values()])
        # sheets may have their columns in another order
        order = sorted(range(len(headings[at])), key=headings[at].__getitem__)
        bodies.append(pd.DataFrame({nth: columns[at][lines] for nth, at in enumerate(order)}))
    if not sum(map(len, bodies)):
        raise Fault("no_rows")
    columns = zip(wanted, map(np.concatenate, zip(*mapped, strict=True)), strict=True)
    found = pd.DataFrame({ours: kept_as(values, ours) for ours, values in columns})
    rows = pd.concat(bodies, ignore_index=True).fillna("")
    found.attrs = {"doubles": doubles(found, rows), "parts": tuple(parts)}
    return found
