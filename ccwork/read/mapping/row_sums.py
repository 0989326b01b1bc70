"""Cells of a row that should come to a sum beside them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from math import isclose
from typing import Any

from ccwork.language.problems import Problem
from ccwork.language.spelling import plain
from ccwork.read.data_dictionary import missing_reason
from ccwork.read.files.cell_parsing import parsed_number
from ccwork.read.files.faults import Fault
from ccwork.read.files.file_sheets import Sheet


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
