"""Rows kept by column: each different cell once, and which of them stands in every row."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from io import BytesIO
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd

from ccwork.language.spelling import DIRECTION, INVISIBLE, plain
from ccwork.read.files.book_cells import LONGEST_CELL, MOST_COLUMNS

PIECE = 10_000
"""So many rows are laid out at a time."""


class Grid(Sequence[list[str]]):
    """Rows of one length as a sequence of lists; its ``columns`` hold each cell once."""

    def __init__(self, columns: list[pd.Categorical]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def __iter__(self) -> Iterator[list[str]]:
        for at in range(0, len(self), PIECE):
            yield from self._cut(slice(at, at + PIECE))

    def __getitem__(self, at: Any) -> Any:
        return self._cut(at) if isinstance(at, slice) else self._rows[at]

    def __eq__(self, other: object) -> bool:
        return list(self) == other if isinstance(other, list) else self is other

    @cached_property
    def _rows(self) -> list[list[str]]:
        return list(self)

    def _cut(self, at: slice) -> list[list[str]]:
        told = (np.asarray(c.categories, object).take(c.codes[at]) for c in self.columns)
        return list(map(list, zip(*told, strict=True)))


def grid(rows: Sequence[Sequence[Any]], told: Callable[[Any], str] | None = None) -> Grid:
    """Keep rows by column, shorter ones filled up; `told` writes a cell as text."""
    if isinstance(rows, Grid):
        return rows
    even = len(set(map(len, rows))) == 1
    columns = np.array(rows if even else list(zip_longest(*rows, fillvalue="")), object)
    return Grid([_kept(column, told) for column in (columns.T if even else columns)])


def _kept(column: np.ndarray, told: Callable[[Any], str] | None) -> pd.Categorical:
    codes, cells = pd.factorize(np.ascontiguousarray(column), use_na_sentinel=False)
    if told and not ({*map(type, cells)} <= {str} and max(map(len, cells)) <= LONGEST_CELL):
        if {0, 1} & {*cells} and bool in set(map(type, column)):  # True is no 1
            codes, cells = pd.factorize(np.array([*map(told, column)], object))
        again, cells = pd.factorize(np.fromiter(map(told, cells), object, len(cells)))
        codes = again[codes]
    return pd.Categorical.from_codes(codes, pd.Index(cells, dtype="str"), validate=False)


def even_rows(written: str, sign: str) -> Grid | None:
    """Cut a text without quotes, each line of which has as many cells as the first; else None."""
    first = written[: written.find("\n") + 1] or written
    odd = any(map(written.__contains__, '"\0'))
    if odd or written[:1] in "\ufeff\r" or first.count(sign) >= MOST_COLUMNS:
        return None
    how = {"sep": sign, "header": None, "dtype": "category", "quoting": csv.QUOTE_NONE,
           "na_filter": False, "skip_blank_lines": False, "low_memory": False}  # fmt: skip
    try:
        found = pd.read_csv(BytesIO(written.encode()), **how)
    except ValueError:  # a line is longer than the one before
        return None
    columns = [found[place].array for place in found]
    if any(column.categories.dtype != "str" for column in columns):
        return None  # pandas takes 01 for a number, unless a word stands in the same column
    longest = max(max(map(len, column.categories.tolist())) for column in columns)
    whole = written.count(sign) == len(found) * (len(columns) - 1)
    return Grid(columns) if whole and longest <= csv.field_size_limit() else None


def taken(column: pd.Categorical, rows: Any) -> pd.Categorical:
    """Take rows of a column; as ``remove_unused_categories``, which sorts all for one word."""
    codes = column.codes[rows]
    used = np.zeros(len(column.categories), dtype=bool)
    used[codes] = True
    return pd.Categorical.from_codes((used.cumsum() - 1)[codes], column.categories[used])


def where(column: pd.Categorical, so: Iterable[Any]) -> np.ndarray:
    """Tell of every row what is so (or not) of its cell, given of each different one."""
    told = np.array(list(map(bool, so)), dtype=bool)
    return told[column.codes] if told.any() else np.zeros(len(column), dtype=bool)


def plains(column: pd.Categorical) -> list[str]:
    """Return the different cells as :func:`plain` does each, at once where none has a blank."""
    cells = column.categories.tolist()
    whole = "\n".join(cells)
    bare = whole.split() == list(filter(None, cells))
    if bare and not INVISIBLE.search(whole) and not DIRECTION.search(whole):
        return cells
    return list(map(plain, cells))
