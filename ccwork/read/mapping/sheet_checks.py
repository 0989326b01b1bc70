"""What is wrong with a sheet of theirs as a whole: its headings, merged cells, broken rows."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from math import isclose
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell as address

from ccwork.language.problems import Problem
from ccwork.language.spelling import key, plain
from ccwork.read.data_dictionary import missing_reason
from ccwork.read.files.cell_parsing import parsed_number
from ccwork.read.files.faults import Fault
from ccwork.read.files.file_sheets import TITLE_ROWS, Sheet


def moved_heading(sheet: Sheet, wanted: Iterable[str], header: Collection[int]) -> list[Problem]:
    """Tell that the headings stand in another row than the mapping says (from 0)."""
    names = set(map(key, wanted))
    hits = [len(names & set(map(key, row))) for row in sheet.rows[:TITLE_ROWS]]
    best, here = hits.index(max(hits)), sum(n for at, n in enumerate(hits) if at in header)
    if best in header or hits[best] <= max(1, here):
        return []
    values = {"row": str(max(header) + 1), "found": str(best + 1)}
    return [Problem("mapping_header", sheet.file, sheet.name, values=values)]


def merged_cells(
    sheet: Sheet, body: Sequence[int], used: Collection[int], filled: Collection[int]
) -> Iterator[Problem]:
    """Name merged cells that leave cells of the table empty, where none repeats the one above."""
    for top, left, bottom, right in sheet.merged:
        rows = body[bisect_left(body, top) : bisect_right(body, bottom)]
        places = [at for at in used if left <= at <= right and at not in filled]
        if any((row, at) != (top, left) for row in rows for at in places):
            spot = f"{address(top, left)}:{address(bottom, right)}"
            yield Problem("merged_cells", sheet.file, sheet.name, cells=(spot,))


def uneven_rows(
    sheet: Sheet, body: Sequence[int], used: Collection[int], width: int
) -> Iterator[Problem]:
    """Name rows of a text table that go on beyond its headings, or end before a column read."""
    for row in body if isinstance(sheet.rows, list) and not sheet.name else ():
        cells = sheet.rows[row]
        long = any(map(plain, cells[width:]))
        if long or len(cells) <= max(used, default=-1):
            values = {"row": str(row + 1), "found": str(len(cells)), "expected": str(width)}
            code, spot = "row_long" if long else "row_short", (address(row, 0),)
            yield Problem(code, sheet.file, sheet.name, cells=spot, values=values)


def unequal_sums(
    blocks: Iterable[tuple[Mapping[str, Any], Sequence[int]]], sheet: Sheet,
    cell: Callable[[int], tuple[str, str]], where: Mapping[str, int],
) -> Iterator[Problem]:  # fmt: skip
    """Name a row whose cells across do not come to their sum; what is missing is not added.

    Parameters
    ----------
    blocks
        Columns across as the mapping says, and their places.
    cell
        Returns what a place of the row says, and where that stands.
    where
        Heading -> place.
    """
    for block, places in blocks:
        said, spot = cell(where[block["sum"]]) if "sum" in block else ("", "")
        if not plain(said) or missing_reason(said):
            continue
        parts = [each for each, _ in map(cell, places) if plain(each) and not missing_reason(each)]
        with suppress(Fault):
            if not isclose(sum(map(parsed_number, parts)), parsed_number(said), abs_tol=1e-9):
                name = "" if "!" in spot else sheet.name
                yield Problem("sum_unequal", sheet.file, name, block["sum"], (spot,), grave=False)
