"""The cells of a workbook as text, and what a reader of values does not tell about them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Context
from typing import Final

from xlsxwriter.utility import xl_rowcol_to_cell as address

MOST_CELLS: Final = 20_000_000
MOST_COLUMNS: Final = 500
LONGEST_CELL: Final = 100_000
"""So much of a cell is kept: no program writes more (a reader cuts it, with a warning)."""
MOST_EMPTY, PER_FILLED = 1_000_000, 10
"""So many cells may stand empty, and so many more for each in use (our choices)."""

_LITERAL = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_SIGNS = {
    "percent": (re.compile("%"), (9, 10)),
    "day": (re.compile("[dy]", re.IGNORECASE), (14, 15, 16, 17, 22)),
    "length": (re.compile(r"\[[hms]+\]", re.IGNORECASE), (46,)),
}

UNCALCULATED: Final = "\u2061="
"""So a formula without a result begins, with a sign nobody types: words may begin with "="."""


@dataclass
class Seen:
    """What the cells of one sheet do not tell by their values; of an .ods sheet its cells too."""

    rows: int = 0
    columns: int = 0
    filled: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    said: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: list[tuple[int, int]] = field(default_factory=list)
    cells: list[list[str]] | None = None
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    visible: bool = True

    def hidden(self, height: int, width: int) -> int:
        """Count the hidden rows and columns of a sheet of so many."""
        rows = sum(row < height for row in self.hidden_rows)
        return rows + sum(max(0, min(to, width) - at) for at, to in self.hidden_columns)

    def reach(self, rows: int, columns: int) -> str:
        """Take down how far the cells in use reach; return the address of one too far away."""
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)
        self.filled += 1
        far = self.columns > MOST_COLUMNS or self.rows * self.columns > most_cells(self.filled)
        return address(rows - 1, columns - 1) if far else ""


def styles_of(kind: str, codes: Mapping[int, str], styles: Sequence[int]) -> frozenset[int]:
    """Return which cell styles show a number so: their places in `styles`.

    Parameters
    ----------
    kind
        "percent", "day" or "length": hours that may be more than a day has.
    codes
        Number of a format -> how it writes a number.
    styles
        Numbers of the formats of cell styles.
    """
    sign, known = _SIGNS[kind]
    shown = {number for number, code in codes.items() if sign.search(_LITERAL.sub("", code))}
    return frozenset(place for place, n in enumerate(styles) if n in shown or n in known)


def most_cells(filled: int) -> int:
    """Return how many cells a sheet may have with so many in use."""
    return min(MOST_CELLS, MOST_EMPTY + PER_FILLED * filled)


_SHOWN: Final = Context(prec=15)
"""An office program shows so many figures of a number."""


def as_percent(written: str) -> str:
    """Write a part of one as a percentage, as its cell shows it."""
    try:
        return f"{(_SHOWN.create_decimal(written) * 100).normalize():f}%"
    except ArithmeticError:
        return written


def as_text(value: object) -> str:
    """Write a cell of a workbook as text, the way it would stand in a text file.

    Examples
    --------
    >>> as_text(4.0), as_text(True), as_text(timedelta(hours=26, minutes=30))
    ('4', 'true', '26:30:00')
    """
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, str):
        return value[:LONGEST_CELL]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        whole_day = value.time() == time()
        return value.date().isoformat() if whole_day else value.isoformat(" ")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(abs(value).total_seconds()), 60)
        sign = "-" if value < timedelta() else ""
        return f"{sign}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return value.isoformat() if isinstance(value, date | time) else str(value)[:LONGEST_CELL]
