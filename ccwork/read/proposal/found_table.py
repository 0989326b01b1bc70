"""Where the table of a sheet stands: its headings, its rows, totals, notes, cells left blank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Final

from xlsxwriter.utility import xl_rowcol_to_cell

from ccwork.language.spelling import key, plain
from ccwork.read.files.cell_grid import grid, plains
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
    second
        Cells in which a second table of a sheet begins, which is not read.
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
    second: list[str] = field(default_factory=list)


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
    rows = sheet.rows[: 2 * FIRST_ROWS]
    if sheet.headings:
        found = _below(sheet, list(range(sheet.headings)))
        columns = [["" if cell in sheet.missing else cell for cell in cells]
                   for cells in found.columns]  # fmt: skip
        return replace(found, kinds=sheet.kinds, columns=columns)
    if tool := survey_tool(rows):
        found = _below(sheet, tool.heading_rows(rows), tool.skip)
        kinds = {at: tool.kinds[key(cell)] for at, cell in enumerate(rows[0])
                 if key(cell) in tool.kinds}  # fmt: skip
        return replace(found, kinds=kinds, levels=tool.levels)
    widest = max((len(_filled(row)) for row in rows), default=0)
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
    rows = sheet.rows[: 2 * FIRST_ROWS]
    open_ = not sheet.headings and skip is None
    while open_ and len(header) < MOST_HEADINGS and header[-1] + 1 < len(rows):
        under = rows[header[-1] + 1]
        names = _filled(under)
        gaps = [at for at, cell in enumerate(under) if plain(cell)
                and (at >= len(rows[header[0]]) or not plain(rows[header[0]][at]))]  # fmt: skip
        periods = all(fits(parsed_period, name) for name in names)
        if not gaps or (any(map(_data, names)) and not periods):
            break
        header = [*header, header[-1] + 1]
    if skip is None and _numbered(rows[header[-1] + 1 : header[-1] + 3]):
        header = [*header, header[-1] + 1]
    headings = joined([rows[at] for at in header])
    whole = [[*map(plains(c).__getitem__, c.codes.tolist())] for c in grid(sheet.rows).columns]
    said = [[*filter(None, row)] for row in zip(*whole, strict=True)]
    held = [at for at in range(header[-1] + 1, len(said)) if said[at]]
    odd = {at for at in held if skip and fnmatchcase(said[at][0], skip)}
    # the heading comes again on a next page
    pages, own = [rows[at] for at in header], [said[at] for at in header]
    held = [n for n in held if n not in odd and not (said[n] in own and sheet.rows[n] in pages)]
    more = _second(whole, said, held) if open_ and not all(said[at - 1] for at in held) else []
    held = held[: held.index(*more)] if more else held
    least = 0 if sheet.headings else 1  # a file of records has no totals and no notes
    totals = dict.fromkeys(at for at in held if least and begins_total(said[at][0]))
    last = max((at for at in held if at not in totals and len(said[at]) > least), default=0)
    notes = [at for at in held if at > last and at not in totals]
    body = [at for at in held if at <= last and at not in totals]
    grouped = _grouped(said, body) if open_ else {}
    body = [at for at in body if not grouped or at in grouped]
    columns = [[cells[at] for at in body] for cells in whole[: len(headings)]]
    fill = [at for at, cells in enumerate(columns)
            if open_ and headings[at] and _repeats(cells)]  # fmt: skip
    for at in fill:
        for row, cell in enumerate(columns[at]):
            columns[at][row] = cell or (columns[at][row - 1] if row else "")
    return Found(sheet, header, headings, body, _patterns(said, [*totals], body)
                 + [skip] * bool(odd), _patterns(said, [*notes, *more], [*body, *totals]),
                 [headings[at] for at in fill], columns, list(grouped.values()),
                 second=[f"{sheet.name} A{at + 1}".strip() for at in more])  # fmt: skip


def _second(columns: list[list[str]], said: list[list[str]], held: list[int]) -> list[int]:
    """Return the row where a second table begins, below a blank row: names stand below numbers.

    A title may stand above its names. None: there is none.
    """
    begins, numbers = 0, set()
    for at, after in zip(held, held[1:], strict=False):
        begins = at if begins == 0 and numbers and not said[at - 1] else begins
        names, places = said[at], [n for n, cells in enumerate(columns) if cells[at]]
        if begins and len(names) > 1:
            told = not any(map(_data, names)) and any(map(_data, said[after]))
            if told and numbers & {*places} and not begins_total(names[0]):
                return [begins]
            begins = 0
        numbers |= {n for n in places if n not in numbers and _number(columns[n][at])}
    return []


def odd_layout(found: Found) -> tuple[str, str]:
    """Tell of a layout that is not read: a second table beside, or records in columns; and where.

    A sheet turned round has a row of nothing but periods among those of numbers.
    """
    names, top = found.headings, found.header[-1]
    gaps = [at for at, cells in enumerate(found.columns) if not names[at] and not any(cells)]
    for gap in gaps:
        if set(filter(None, names[:gap])) & set(names[gap:]):
            right = next(at for at, name in enumerate(names) if at > gap and name)
            return "map_beside", xl_rowcol_to_cell(top, right)
    left, no = [*range(len(found.body))], set()
    for cells in sorted(found.columns[1:], key=lambda each: len({*each})):
        no |= {c for c in {cells[nth] for nth in left} if c and (_number(c) or not _data(c))}
        left = [nth for nth in left if not (cells[nth] in no and found.columns[0][nth])]
    for nth in left:
        told = [cells for cells in found.columns if cells[nth]][1:]
        dated = len(told) > 1 and not any(cells[nth] in no for cells in told)
        if dated and all(any(map(_number, cells)) for cells in told):
            return "map_turned", xl_rowcol_to_cell(found.body[nth], 0)
    return "", ""


def _grouped(said: Sequence[Sequence[str]], body: Sequence[int]) -> dict[int, str]:
    """Return the name above each row, where every row stands below one that stands alone."""
    names, found, last = [at for at in body if len(said[at]) == 1], {}, ""
    if names[:1] != body[:1] or any(map({*names}.__contains__, (n + 1 for n in names))):
        return {}
    for at in body:
        last = found[at] = said[at][0] if len(said[at]) == 1 else last
    return {at: name for at, name in found.items() if len(said[at]) > 1}


def _numbered(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row numbers the columns: numbers stand above what are none."""
    return len(rows) > 1 and numbers_columns(rows[0]) and not all(map(_number, _filled(rows[1])))


def _patterns(said: Sequence[Sequence[str]], rows: list[int], others: list[int]) -> list[str]:
    """Return what these rows begin with and no other does: a word, or else all of the cell."""
    first = {at: said[at][0] for at in [*rows, *others]} if rows else {}
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
    blank = bool(names and cells[0]) and cells.count("") >= GROUPED * len(cells)
    return blank and len(set(names)) == len(names) > 1 and not all(map(_number, names))
