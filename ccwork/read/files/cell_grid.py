"""Rows kept by column: each different cell once, and which of them stands in every row."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from io import BytesIO
from itertools import zip_longest
from typing import IO, Any, Final

import numpy as np
import pandas as pd

from ccwork.language.spelling import DIRECTION, INVISIBLE, plain
from ccwork.read.files.book_cells import LONGEST_CELL, MOST_COLUMNS

PIECE = 10_000
"""So many rows are laid out at a time."""

BLOCK: Final = 1 << 22
"""So many bytes of a text are cut at a time (our choice: the cells stay near the processor)."""


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
    stream, width = BytesIO(written.encode()), first.count(sign) + 1
    try:
        parts = list(cut(stream, sign, width, {"dtype": "category"}))
    except ValueError:  # a line is longer than the first
        return None
    columns = [stacked([part[place].array for part in parts]) for place in parts[0]]
    longest = max(max(map(len, column.categories.tolist())) for column in columns)
    return Grid(columns) if longest <= csv.field_size_limit() else None


def cut(
    stream: IO[bytes], sign: str, width: int, how: Mapping[str, Any]
) -> Iterator[pd.DataFrame]:
    """Cut a text into cells piece by piece, in less memory; a quote is no matter for it.

    A line of words stands before each piece: without it pandas takes "01" for the number 1.

    Raises
    ------
    ValueError
        Where a text has quotes, or lines of other lengths than the first.
    """
    words, held = sign.join("a" * width).encode() + b"\n", b""
    how = {"sep": sign, "header": None, "na_filter": False, "skip_blank_lines": False,
           "low_memory": False, "quoting": csv.QUOTE_NONE, **how}  # fmt: skip
    whole = True
    while whole:
        block = stream.read(BLOCK)
        whole = len(block) == BLOCK
        end = block.rfind(b"\n") + 1 if whole else len(block)
        piece, held = held + block[:end], block[end:]
        if b'"' in piece or (whole and not end):
            raise ValueError("quotes, or a line of millions")
        if piece:
            rows = pd.read_csv(BytesIO(words + piece), **how)[1:]
            if piece.count(sign.encode()) != len(rows) * (width - 1):
                raise ValueError("uneven")
            yield rows


def stacked(parts: Sequence[pd.Categorical]) -> pd.Categorical:
    """Put parts of a column one below another; words that are not used are left out."""
    parts = [taken(part, slice(None)) for part in parts]
    words = np.concatenate([part.categories.to_numpy(object) for part in parts])
    places, known = pd.factorize(words)
    ends = np.cumsum([len(part.categories) for part in parts])
    codes = [places[end - len(part.categories) : end][part.codes]
             for part, end in zip(parts, ends, strict=True)]  # fmt: skip
    return pd.Categorical.from_codes(
        np.concatenate(codes), pd.Index(known, dtype="str"), validate=False
    )


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
