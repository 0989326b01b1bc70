"""Headings of their table: joined of several rows, found by the name a mapping gives."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Final

from ccwork.language.spelling import key, plain
from ccwork.read.files.cell_parsing import named_period

JOINED: Final = " / "
"""What stands between the parts of a heading of several rows."""

ROW_NUMBER: Final = "#"
"""Stands for the number of the row, where a file has no code of its own."""

NUMBERED: Final = -2
"""The place of a column that is the number of the row."""

_BRACES: Final = re.compile(r"\{([^{}]+)\}")


def like_any(written: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name is one of these, or like one: case and blanks do not count."""
    own = key(written)
    return any(key(pattern) == own or fnmatchcase(own, key(pattern)) for pattern in patterns)


def joined(rows: list[list[str]]) -> list[str]:
    """Join the rows of a heading; a title in an upper row reaches over the blanks right of it."""
    rows = [row for row in rows if not numbers_columns(row)]
    width = max(map(len, rows), default=0)
    parts: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows, 1):
        over = ""
        for place in range(width):
            cell = plain(row[place]) if place < len(row) else ""
            over = cell or over
            below = any(plain(r[place]) for r in rows[number:] if place < len(r))
            said = cell or (over if below else "")
            if said and said not in parts[place]:
                parts[place].append(said)
    return [JOINED.join(each) for each in parts]


def numbers_columns(row: Iterable[str]) -> bool:
    """Tell whether a row only numbers the columns: 1, 2, 3 below their names."""
    said = [cell for cell in map(plain, row) if cell]
    return len(said) > 2 and said == [str(n) for n in range(1, len(said) + 1)]


def heads(heading: str, theirs: str) -> bool:
    """Tell whether a heading, or one of its parts, is what the mapping names."""
    return key(theirs) in (key(heading), *map(key, heading.split(JOINED)))


def place_of(theirs: str, headings: list[str]) -> int:
    """Return the place of a column; -1 where none is, or several are, called so."""
    if theirs == ROW_NUMBER:
        return NUMBERED
    whole = [at for at, heading in enumerate(headings) if key(heading) == key(theirs)]
    parts = whole or [at for at, heading in enumerate(headings) if heads(heading, theirs)]
    return parts[0] if len(parts) == 1 else -1


def parts_of(theirs: str, headings: list[str]) -> list[str]:
    """Return the columns a value is joined from: those in braces, or the one named."""
    return [theirs] if place_of(theirs, headings) >= 0 else _BRACES.findall(theirs) or [theirs]


def known_part(heading: str, words: Mapping[str, Iterable], column: str, sheet: str) -> str:
    """Return what a heading, or the part of it that is known, says; "" where nothing is.

    Words of a column of ours are known, and periods, of the year in the name of the sheet.
    """
    said = [heading, *heading.split(JOINED)]
    period = named_period(said[1:], sheet) if column == "period" else ""
    names = [each for each in said if key(each) in map(key, words.get(column, ()))]
    return period if period and heading not in names else "".join(names[:1])
