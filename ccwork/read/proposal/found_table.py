"""Where the table of a sheet stands: its headings, its rows, totals, notes, cells left blank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Final

from ccwork.language.spelling import key, plain
from ccwork.read.files.cell_parsing import begins_total, parsed_day, parsed_number, parsed_period
from ccwork.read.files.faults import Fault
from ccwork.read.files.file_sheets import Sheet
from ccwork.read.mapping.headings import joined, numbers_columns
from ccwork.read.proposal.survey_tools import survey_tool

FIRST_ROWS: Final = 30
"""The heading is looked for in so many first rows (our choice)."""

FULL: Final = 0.6
"""A heading fills at least this part of the widest row (our choice)."""

MOST_HEADINGS: Final = 3
"""A heading has at most so many rows (our choice)."""

GROUPED: Final = 0.3
"""A column of names so much of which is blank repeats the name above (our choice)."""


@dataclass(frozen=True)
class Found:
    """The table of a sheet; rows and columns count from 0.

    Attributes
    ----------
    columns
        For each heading the cells below it, totals and notes left out, blanks filled where
        `fill` says so.
    groups
        For each row of the body the row of one cell above it; none where rows stand in no groups.
    kinds, levels
        What columns of a survey tool's own are, by place, and its levels of answers; none where
        no tool is known.
    others
        Names and headings of the sheets that are read with it.
    """

    sheet: Sheet
    header: list[int]
    headings: list[str]
    body: list[int]
    skip: list[str]
    until: list[str]
    fill: list[str]
    columns: list[list[str]]
    groups: list[str] = field(default_factory=list)
    kinds: Mapping[int, str] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def fits(reader: object, written: str) -> bool:
    """Tell whether a cell can be read so."""
    try:
        reader(written)
    except Fault:
        return False
    return True


def _data(cell: str) -> bool:
    """Tell whether a cell looks like data: a number, a date or a period."""
    return any(fits(reader, cell) for reader in (parsed_number, parsed_day, parsed_period))


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in map(plain, row) if cell]


def found_table(sheet: Sheet) -> Found | None:
    """Find the table of a sheet; None where no row looks like a heading."""
    rows = sheet.rows
    if sheet.headings:
        return replace(_below(sheet, list(range(sheet.headings))), kinds=sheet.kinds)
    if tool := survey_tool(rows):
        found = _below(sheet, tool.heading_rows(rows), tool.skip)
        kinds = {at: tool.kinds[key(cell)] for at, cell in enumerate(rows[0])
                 if key(cell) in tool.kinds}  # fmt: skip
        return replace(found, kinds=kinds, levels=tool.levels, fill=[])
    widest = max((len(_filled(row)) for row in rows[: 2 * FIRST_ROWS]), default=0)
    for top, row in enumerate(rows[:FIRST_ROWS]):
        names = _filled(row)
        if names and len(names) >= FULL * widest and not any(map(_number, names)):
            return _below(sheet, _upward(rows, top))
    return None


def _upward(rows: Sequence[Sequence[str]], top: int) -> list[int]:
    """Add the rows of names above a heading whose own names come again or are blank."""
    header = [top]
    while header[0] and len(header) < MOST_HEADINGS:
        above, said = _filled(rows[header[0] - 1]), joined([rows[at] for at in header])
        if len(set(filter(None, said))) == len(said) or len(above) < 2 or any(map(_number, above)):
            break
        header = [header[0] - 1, *header]
    return header


def _number(cell: str) -> bool:
    """Tell whether a cell is a number and no period: years may be headings."""
    return fits(parsed_number, cell) and not fits(parsed_period, cell)


def _below(sheet: Sheet, header: list[int], skip: str | None = None) -> Found:
    """Read what stands below the first rows of headings; `skip` says that these are all."""
    rows = sheet.rows
    open_ = not sheet.headings and skip is None
    while open_ and len(header) < MOST_HEADINGS and header[-1] + 1 < len(rows):
        under = rows[header[-1] + 1]
        names = _filled(under)
        gaps = [at for at, cell in enumerate(under) if plain(cell)
                and (at >= len(rows[header[0]]) or not plain(rows[header[0]][at]))]  # fmt: skip
        if not gaps or any(map(_data, names)):
            break
        header = [*header, header[-1] + 1]
    if skip is None and _numbered(rows[header[-1] + 1 : header[-1] + 3]):
        header = [*header, header[-1] + 1]
    headings = joined([rows[at] for at in header])
    held = [at for at in range(header[-1] + 1, len(rows)) if _filled(rows[at])]
    odd = [at for at in held if skip and fnmatchcase(_filled(rows[at])[0], skip)]
    pages = [rows[at] for at in header]  # the heading comes again on a next page
    held = [at for at in held if at not in odd and rows[at] not in pages]
    totals = [at for at in held if begins_total(_filled(rows[at])[0])]
    data = [at for at in held if at not in totals and len(_filled(rows[at])) > 1]
    notes = [at for at in held if at > (data[-1] if data else 0) and at not in totals]
    body = [at for at in held if at not in totals and at not in notes]
    grouped = {} if skip is not None else _grouped(rows, body)
    body = [at for at in body if not grouped or at in grouped]
    columns = [[plain(rows[r][at]) if at < len(rows[r]) else "" for r in body]
               for at in range(len(headings))]  # fmt: skip
    fill = [at for at, cells in enumerate(columns) if headings[at] and _repeats(cells)]
    for at in fill:
        for row, cell in enumerate(columns[at]):
            columns[at][row] = cell or (columns[at][row - 1] if row else "")
    return Found(sheet, header, headings, body, _patterns(sheet, totals, body)
                 + [skip] * bool(odd), _patterns(sheet, notes, [*body, *totals]),
                 [headings[at] for at in fill], columns, list(grouped.values()))  # fmt: skip


def _grouped(rows: Sequence[Sequence[str]], body: Sequence[int]) -> dict[int, str]:
    """Return the name above each row, where every row stands below one that stands alone."""
    names, found, last = [at for at in body if len(_filled(rows[at])) == 1], {}, ""
    if names[:1] != body[:1] or any(each + 1 in names for each in names):
        return {}
    for at in body:
        if at in names:
            last = _filled(rows[at])[0]
        else:
            found[at] = last
    return found


def _numbered(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row numbers the columns: numbers stand above what are none."""
    return len(rows) > 1 and numbers_columns(rows[0]) and not all(map(_number, _filled(rows[1])))


def _patterns(sheet: Sheet, rows: list[int], others: list[int]) -> list[str]:
    """Return what these rows begin with and no other does: a word, or else all of the cell."""
    first = {at: _filled(sheet.rows[at])[0] for at in [*rows, *others]}
    words: dict[str, str] = {}
    for at in rows:
        word = first[at].split()[0].strip(":.,")
        alone = not any(fnmatchcase(key(first[other]), f"{key(word)}*") for other in others)
        if word.isalpha() and alone:
            words[key(word)] = f"{word}*"
        elif not set("*?[") & set(first[at]):  # no signs of patterns
            words[key(first[at])] = first[at]
    return sorted(words.values())


def _repeats(cells: list[str]) -> bool:
    """Tell whether blanks repeat the name above: the first is filled, names stand apart.

    A number is not repeated: 30 answers of three months are not 30 in each.
    """
    names = [cell for cell in cells if cell]
    apart = len(set(names)) == len(names) > 1 and not all(map(_number, names))
    return bool(names and cells[0]) and cells.count("") >= GROUPED * len(cells) and apart
