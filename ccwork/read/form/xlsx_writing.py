"""Books of Excel, written in memory: the same bytes for the same content, text as text."""

import io
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from ccwork.language.problems import DataProblems, Problem

TEXT: Final = 49
"""Number of the format "@": a cell stays what was typed."""

DARK, LIGHT, RED, YELLOW = "#1F3864", "#D9E2F3", "#F8B4B4", "#FFF2B3"
LONGEST_CELL: Final = 32_000
"""Excel keeps 32,767 signs of a cell."""

UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Signs that make a book unreadable."""

_MADE: Final = datetime(2026, 1, 1)


class Book:
    """A workbook in memory, the same bytes for the same content."""

    def __init__(self) -> None:
        self._stream = io.BytesIO()
        self._styles: dict[tuple[tuple[str, object], ...], Format] = {}
        plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(self._stream, plain)
        self.book.set_properties({"created": _MADE})

    def style(self, **given: object) -> Format:
        """Return a cell format; top-aligned and wrapped unless said otherwise."""
        shown = {"valign": "top", "text_wrap": True, **given}
        known = tuple(shown.items())
        if known not in self._styles:
            self._styles[known] = self.book.add_format(shown)
        return self._styles[known]

    def heading(self, dark: bool = True) -> Format:
        """Return the format of a heading."""
        return self.style(
            bold=True, border=1, border_color="#FFFFFF", valign="vcenter",
            bg_color=DARK if dark else LIGHT, font_color="#FFFFFF" if dark else "#000000",
        )  # fmt: skip

    def sheet(self, name: str, landscape: bool = True) -> Worksheet:
        """Add a sheet that prints one page wide on A4."""
        added = self.book.add_worksheet(name)
        if landscape:
            added.set_landscape()
        added.set_paper(9)
        added.fit_to_pages(1, 0)
        added.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        return added

    def save(self, path: Path) -> None:
        """Write the book to a file."""
        self.book.close()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._stream.getvalue())
        except OSError:
            problem = Problem("form_locked", values={"found": path.name})
            raise DataProblems([problem]) from None


def put(sheet: Worksheet, row: int, column: int, said: str, style: Format | None = None) -> None:
    """Write a cell as text, whatever stands in it."""
    if said:
        sheet.write_string(row, column, UNFIT.sub("", said)[:LONGEST_CELL], style)


def height(cells: Iterable[tuple[str, int]]) -> float:
    """Return how high a row must be for its wrapped texts, each with the width of its column."""
    return 15.5 * max((len(said) // (width - 4) + 1 for said, width in cells), default=1) + 1


def column_range(sheet: str, place: int, last: int) -> str:
    """Return a column of a sheet from its second row on, the way formulas name it."""
    first = xl_rowcol_to_cell(1, place, row_abs=True, col_abs=True)
    end = xl_rowcol_to_cell(max(1, last - 1), place, row_abs=True, col_abs=True)
    return f"'{sheet.replace(chr(39), chr(39) * 2)}'!{first}:{end}"
