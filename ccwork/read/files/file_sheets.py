"""From the bytes of one file to its cells as text: text tables and workbooks, made safe first."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

from python_calamine import CalamineWorkbook, SheetVisibleEnum
from xlsxwriter.utility import xl_rowcol_to_cell as address

from ccwork.language.problems import Problem
from ccwork.read.files import binary_scan
from ccwork.read.files.book_cells import MOST_COLUMNS, Seen, as_percent, as_text
from ccwork.read.files.cell_grid import Grid, even_rows, grid
from ccwork.read.files.decoding import decode
from ccwork.read.files.faults import Fault
from ccwork.read.files.record_files import RECORDS, record_rows
from ccwork.read.files.survey_files import SURVEYS, survey_rows
from ccwork.read.files.xlsx_scan import scanned

TITLE_ROWS: Final = 10
"""The heading is looked for in so many first rows (our choice)."""

LONGEST_LINE: Final = 1 << 20
"""A longer line without separators is no row of a table (our choice)."""

LEAST_BREAKS: Final = 2
"""A quoted cell with fewer line breaks holds no whole line (by the shape of a table)."""

LONGEST_MOMENT: Final = 40
LEAST_FIGURES: Final = 3
"""A moment is no longer, and has at least so many numbers in it: day, month, year."""

SWALLOWED: Final = 0.9
"""This part of the lines in a quoted cell must look like rows of the table (our choice)."""

SMALL: Final = 50_000
"""So many bytes are read row by row sooner than by column (measured)."""

TEXTS: Final = (".csv", ".tsv", ".txt")
MACROS: Final = (".xlsm", ".xltx", ".xltm")
BOOKS: Final = (".xlsx", ".xlsb", ".xls", ".ods", *MACROS, *SURVEYS, *RECORDS)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype html|html|head|table|\?xml[^>]*>\s*<html)", re.I)
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Sheet:
    """One table of cells as text; ``rows[0][0]`` is A1.

    Attributes
    ----------
    file, name
        File without folders; sheet of a workbook, empty for a text file.
    rows
        Rows of a text file are as long as they came; rows of a sheet are equally long.
    merged
        Merged ranges, each as first row, first column, last row, last column (from 0).
    spots
        Of a sheet laid out anew by a mapping: where each cell below the heading stands in the
        file; rows as long as `rows`.
    lines
        Of such a sheet: rows of the file in all, of headings, left out, taken.
    headings
        So many first rows are known to be headings; 0: it has to be found out.
    kinds
        What the file itself says of columns, by place: weight, ticks, text.
    ticks
        Sets of columns in which several may be ticked: what a ticked cell says, their places.
    missing
        What a cell says that the file itself calls missing.
    """

    file: str
    name: str
    rows: Sequence[list[str]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    spots: Sequence[Sequence[str]] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    headings: int = 0
    kinds: Mapping[int, str] = field(default_factory=dict)
    ticks: Sequence[tuple[list[str], list[int]]] = ()
    missing: Sequence[str] = ()

    def spot(self, row: int, place: int) -> str:
        """Return the address of a cell in the file; row and place from 0."""
        return self.spots[row - 1][place] if self.spots and row else address(row, place)


@dataclass(frozen=True)
class Book:
    """What one file holds, and what is wrong with it."""

    sheets: tuple[Sheet, ...] = ()
    problems: tuple[Problem, ...] = ()


def book(file: str, content: bytes, seen_to: Callable[[int], Any] = id) -> Book:
    """Read a file given its name and bytes; never raises for what is in it.

    `seen_to` is told how many bytes of a zipped book are looked through.
    """
    suffix = PurePath(file).suffix.lower()
    try:
        if not content or content.isspace():
            raise Fault("empty_file")
        if suffix in MACROS:
            raise Fault("macros")
        if suffix in TEXTS:
            return _text(file, content)
        if suffix in SURVEYS:
            rows, told = survey_rows(file, content)
            return Book((Sheet(file, suffix, rows, headings=2, **told),))
        if suffix in RECORDS:
            return Book((Sheet(file, "", record_rows(suffix, content), headings=1),))
        return _workbook(file, content, seen_to)
    except Fault as fault:
        return Book(problems=(Problem(fault.code, file, values=fault.values),))


# ---------------------------------------------------------------- text tables


def separator(written: str) -> str:
    """Find the sign between columns: the one that stands equally often in most first lines.

    Raises
    ------
    Fault
        When it is a bar: that is no table Excel writes.
    """
    lines = _QUOTED.sub("", written[:100_000]).splitlines()
    lines = [line for line in lines if line.strip()][:10]
    best, shown = (0, 0), ";"
    for sign in ";\t,|":
        counts = Counter(line.count(sign) for line in lines if sign in line)
        often, times = max(((n, count) for count, n in counts.items()), default=(0, 0))
        if (often, times) > best:
            best, shown = (often, times), sign
    if shown == "|":
        raise Fault("separator", found=shown)
    return shown


def swallowed(row: list[str], columns: int, sign: str) -> int:
    """Count the rows of the table a row with quoted cells of several lines was made of.

    Two stray quotes make one cell of all that stands between them; the rest of the row ends its
    last line. An honest text does not hold as many separators in each of its lines as the
    heading has, nor a moment written as the row writes its own.
    """
    if columns < 2 or not any("\n" in cell or "\r" in cell for cell in row):
        return 0
    inner = [line.split(sign) for line in sign.join(row).splitlines()[1:] if line.strip()]
    alike = [cells for cells in inner if len(cells) == columns]
    own = {(at, _moment_shape(cell)) for at, cell in enumerate(row)}
    dated = any(shape and (at, shape) in own for cells in alike
                for at, shape in enumerate(map(_moment_shape, cells)))  # fmt: skip
    whole = len(inner) >= LEAST_BREAKS and len(alike) >= SWALLOWED * len(inner)
    return len(inner) + 1 if dated or whole else 0


def _moment_shape(cell: str) -> str:
    """Return how a moment is written, its digits left out; empty where it is none."""
    written = re.sub(r"\d+", "0", cell.strip()[:LONGEST_MOMENT])
    return written if written.count("0") >= LEAST_FIGURES else ""


def _records(written: str, sign: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(written, newline=""), delimiter=sign, strict=True)
    rows: list[list[str]] = []
    line = 1
    try:
        for row in reader:
            if any(row[MOST_COLUMNS:]):
                raise Fault("too_many_columns", n=len(row), most=MOST_COLUMNS)
            del row[MOST_COLUMNS:]
            if rows and (held := swallowed(row, len(rows[0]), sign)):
                raise Fault("rows_swallowed", line=str(line), to=str(reader.line_num), n=held)
            rows.append(row)
            line = reader.line_num + 1
    except csv.Error:
        raise Fault("quote", line=str(line)) from None
    return rows


def _endless(content: bytes) -> str:
    """Return the number of a line that goes on and on with fewer separators than a table has."""
    for at in range(0, len(content) - LONGEST_LINE, LONGEST_LINE):
        piece = content[at : at + LONGEST_LINE]
        broken = b"\n" in piece or b"\r" in piece
        if not broken and max(map(piece.count, (b";", b"\t", b",", b"|"))) <= MOST_COLUMNS:
            return str(content.count(b"\n", 0, at) + 1)
    return ""


def refuse_other(content: bytes) -> None:
    """Refuse what is named a text table and is a workbook, a web page or nothing."""
    if not content or content.isspace():
        raise Fault("empty_file")
    if content.startswith((b"PK\x03\x04", _OLE)):
        raise Fault("book_named_text")
    if _WEB_PAGE.match(content):
        raise Fault("web_page")


def merged_ranges(sheet: Sheet, at: int) -> Iterator[Problem]:
    """Name merged cells of a sheet, from the row of its headings on."""
    for top, left, bottom, right in sheet.merged:
        spot = f"{address(top, left)}:{address(bottom, right)}"
        if bottom >= at:
            code = "merged_header" if top <= at else "merged_cells"
            yield Problem(code, sheet.file, sheet.name, cells=(spot,))


def _text(file: str, content: bytes) -> Book:
    refuse_other(content)
    if line := _endless(content):
        raise Fault("line_long", line=line, most=LONGEST_LINE)
    bare = content.isascii() and b"\0" not in content
    written, encoding = decode(content[:100_000] if bare else content)
    sign = separator(written)
    as_utf8 = content.removeprefix(BOM_UTF8) if encoding == "utf-8" else written.encode()
    rows = even_rows(as_utf8, sign.encode()) if len(content) > SMALL else None
    rows = rows or _records(as_utf8.decode().rstrip("\r\n"), sign)
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise Fault("empty_file")
    return Book((Sheet(file, "", rows),), encoded(file, encoding))


def encoded(file: str, encoding: str) -> tuple[Problem, ...]:
    """Warn of an encoding of one byte a letter: it is not written in the file which one it is."""
    known = encoding.startswith("cp")
    return (Problem(f"encoding_{encoding[2:]}", file, grave=False),) if known else ()


# ---------------------------------------------------------------- workbooks


def _workbook(file: str, content: bytes, seen_to: Any) -> Book:
    problems, spreads = list[Problem](), {}
    if content.startswith(b"PK"):
        seen, linked, content, spreads = scanned(content, seen_to)
        problems += [Problem("outer_links", file, grave=False)] * linked
    elif content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise Fault("locked_book")
        seen = _old_book(file, content, problems)
    else:
        raise Fault("web_page" if _WEB_PAGE.match(content) else "text_named_book")
    read = [(name, one.cells, one) for name, one in seen.items() if one.cells is not None]
    sheets: list[Sheet] = []
    for name, rows, extra in read or _opened(content, seen, spreads):
        if extra.visible:
            sheets += _sheet(file, name, rows, extra, problems)
        else:
            problems.append(Problem("sheet_hidden", file, name, grave=False))
    if not sheets and not any(problem.grave for problem in problems):
        problems.append(Problem("empty_file", file))
    return Book(tuple(sheets), tuple(problems))


def _old_book(file: str, content: bytes, problems: list[Problem]) -> dict[int, Seen]:
    """Look through the sheets of an .xls book, by place; none where that is not possible."""
    try:
        seen, code = dict(enumerate(binary_scan.xls_sheets(content))), "old_book"
    except Fault:
        raise
    except binary_scan.UNKNOWN:
        seen, code = {}, "old_book_blind"
    problems.append(Problem(code, file, grave=False))
    return seen


def _opened(
    content: bytes, seen: Mapping[str | int, Seen], spreads: Mapping[object, Callable]
) -> list[tuple[str, Sequence[list[str]], Seen]]:
    """Return the sheets of a book as calamine reads them: name, rows, what it does not tell."""
    found: list[tuple[str, Sequence[list[str]], Seen]] = []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for place, about in enumerate(book.sheets_metadata):
                extra = seen.get(about.name) or seen.get(place, Seen())
                extra.visible = about.visible == SheetVisibleEnum.Visible
                if not extra.visible:
                    found.append((about.name, [], extra))
                elif "worksheet" in str(about.typ).lower():
                    sheet = book.get_sheet_by_name(about.name)
                    extra.merged += [(*at, *to) for at, to in sheet.merged_cell_ranges or ()]
                    rows = sheet.to_python(skip_empty_area=False)
                    laid_out = spreads.get(rows[0][0] if rows else "", grid)
                    found.append((about.name, laid_out(rows, as_text), extra))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic inside calamine is no Exception
        locked = type(error).__name__ == "PasswordError"
        raise Fault("locked_book" if locked else "damaged") from None
    return found


def _sheet(
    file: str, name: str, rows: Sequence[list[str]], seen: Seen, problems: list[Problem]
) -> list[Sheet]:
    """Return a sheet, if anything stands in it, and say what is hidden."""
    if seen.said or seen.percents or not isinstance(rows, Grid):
        rows = _laid_over(list(rows), seen)
    if hidden := seen.hidden(len(rows), max(map(len, rows[:1]), default=0)):
        problems.append(Problem("hidden_rows", file, name, values={"n": hidden}, grave=False))
    return [Sheet(file, name, rows, tuple(seen.merged))] if any(map(any, rows)) else []


def _laid_over(rows: list[list[str]], seen: Seen) -> list[list[str]]:
    """Put errors, formulas without a result and percent signs where Excel shows them."""
    rows += [[] for _ in range(max((row + 1 for row, _ in seen.said), default=0) - len(rows))]
    width = max([*map(len, rows), *(column + 1 for _, column in seen.said)], default=0)
    for row in rows:
        row.extend([""] * (width - len(row)))
    for (row, column), said in seen.said.items():
        rows[row][column] = said
    for row, column in seen.percents:
        if row < len(rows) and column < width:
            rows[row][column] = as_percent(rows[row][column])
    return rows
