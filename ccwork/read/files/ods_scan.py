"""The one XML of an OpenDocument workbook, read as LibreOffice shows it.

calamine tells of such a book neither errors nor percent signs, hidden or merged cells, and does
not open one whose XML is indented.
"""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import repeat

from ccwork.read.files.book_cells import LONGEST_CELL, UNCALCULATED, Seen, as_percent, as_text
from ccwork.read.files.faults import Fault

_ERROR = re.compile(r"#[^\s#]+[!?]|#N/A|#Н/Д|(?:Err|Ошибка):\d{3}")
_DURATION = re.compile(r"(-?)PT?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
_TRUTH = {"true": "true", "истина": "true", "false": "false", "ложь": "false"}
"""So LibreOffice shows a number that is a truth value."""

_MARKS = {"text:s": "\1", "text:tab": "\2", "text:line-break": "\3"}
_MARKED = {1: " ", 2: "\t", 3: "\n"}
_CELLS = ("table:table-cell", "table:covered-table-cell")
_ASIDE = ("office:annotation", "table:shapes", "draw:frame", "draw:custom-shape", "draw:g")


class OdsScan:
    """Walk through content.xml; put its tables into `sheets` by name."""

    def __init__(self, sheets: dict[str, Seen]) -> None:
        self.sheets = sheets
        self.unseen: set[str] = set()
        self.style = ""
        self.aside = self.row = self.times = self.column = self.gap = 0
        self.hidden = self.inside = False
        self.attrs: dict[str, str] = {}
        self.cells: list[str] = []
        self.lines: list[str] = []

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """Open an element."""
        if tag in _ASIDE or self.aside:
            self.aside += tag in _ASIDE
        elif tag in _CELLS:
            self.attrs, self.lines = attrs, []
        elif tag == "text:p":
            self.inside = True
            self.lines.append("")
        elif tag in _MARKS and self.inside:
            self.data(_MARKS[tag] * min(int(attrs.get("text:c", 1)), 1000))
        elif tag == "table:table-row":
            self.cells, self.gap = [], 0
            self.times = int(attrs.get("table:number-rows-repeated", 1))
            self.hidden = attrs.get("table:visibility") in ("collapse", "filter")
        elif tag == "table:table-column":
            self._column(attrs)
        elif tag == "table:table":
            self.sheet = Seen(cells=[], visible=attrs.get("table:style-name") not in self.unseen)
            self.sheets[attrs["table:name"]] = self.sheet
            self.row = self.column = 0
        elif tag == "style:style":
            self.style = attrs.get("style:name", "")
        elif tag == "style:table-properties" and attrs.get("table:display") == "false":
            self.unseen.add(self.style)

    def data(self, written: str) -> None:
        """Take text."""
        if self.inside and not self.aside and len(self.lines[-1]) < LONGEST_CELL:
            self.lines[-1] += written

    def end(self, tag: str) -> None:
        """Close an element."""
        if tag in _ASIDE or self.aside:
            self.aside -= tag in _ASIDE
        elif tag == "text:p":
            self.inside = False
        elif tag in _CELLS:
            self._cell()
        elif tag == "table:table-row":
            self._row()

    def _column(self, attrs: dict[str, str]) -> None:
        first, self.column = self.column, self.column + _times(attrs, "columns-repeated")
        if attrs.get("table:visibility") in ("collapse", "filter"):
            self.sheet.hidden_columns.append((first, self.column))

    def _cell(self) -> None:
        attrs, at = self.attrs, len(self.cells) + self.gap
        shown, times = self._shown(), _times(attrs, "columns-repeated")
        self.gap = self.gap + times if not shown else 0
        if shown and (far := self.sheet.reach(self.row + self.times, at + times)):
            raise Fault("far_cell", found=far)
        if shown:
            self.cells.extend(repeat("", at - len(self.cells)))
            self.cells.extend(repeat(shown, times))
        down, right = _times(attrs, "rows-spanned"), _times(attrs, "columns-spanned")
        if down > 1 or right > 1:
            self.sheet.merged.append((self.row, at, self.row + down - 1, at + right - 1))

    def _row(self) -> None:
        first, self.row = self.row, self.row + self.times
        if self.cells:
            rows = self.sheet.cells
            rows.extend([] for _ in range(first - len(rows)))
            rows.extend(list(self.cells) for _ in range(self.times))
            if self.hidden:
                self.sheet.hidden_rows.extend(range(first, self.row))

    def _shown(self) -> str:
        """Write the cell just read as text, as a cell of an Excel book is written."""
        attrs, kind = self.attrs, self.attrs.get("office:value-type")
        if kind is None and not self.lines and "table:formula" not in attrs:
            return ""
        shown = "\n".join(map(_line, self.lines)) or attrs.get("office:string-value", "")
        formula = attrs.get("table:formula", "")
        if attrs.get("calcext:value-type") == "error":
            return shown if _ERROR.fullmatch(shown) else "#VALUE!"
        if formula and (_ERROR.fullmatch(shown) or not (kind or shown)):
            return shown or UNCALCULATED + formula.partition("=")[2]
        with suppress(ValueError, KeyError):
            return _value(kind, attrs, shown)
        return shown


def _times(attrs: dict[str, str], what: str) -> int:
    return int(attrs.get(f"table:number-{what}", 1))


def _line(written: str) -> str:
    return " ".join(part for part in re.split(r"[ \t\r\n]+", written) if part).translate(_MARKED)


def _in_hundredths(value: float, shown: str) -> bool:
    """Tell whether a number is shown as a percentage, by a program that does not call it one."""
    with suppress(ValueError):
        said = float(shown.replace(",", ".").rstrip().removesuffix("%"))
        return shown.rstrip().endswith("%") and abs(said - 100 * value) <= 0.5 < abs(said - value)
    return False


def _value(kind: str | None, attrs: dict[str, str], shown: str) -> str:
    if kind in ("float", "currency"):
        if shown.casefold() in _TRUTH:
            return _TRUTH[shown.casefold()]
        value = float(attrs["office:value"])
        said = as_text(value)
        return as_percent(said) if _in_hundredths(value, shown) else said
    if kind == "percentage":
        return as_percent(as_text(float(attrs["office:value"])))
    if kind == "date":
        return as_text(datetime.fromisoformat(attrs["office:date-value"]).replace(tzinfo=None))
    if kind == "time" and (found := _DURATION.fullmatch(attrs["office:time-value"])):
        parts = ((part or "0").replace(",", ".") for part in found.groups()[1:])
        hours, minutes, seconds = map(float, parts)
        length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return as_text(-length if found[1] else length)
    if kind == "boolean":
        return attrs["office:boolean-value"]
    raise ValueError
