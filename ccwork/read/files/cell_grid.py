"""Rows kept by column: each different cell once, and which of them stands in every row."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, reduce
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ccwork.language.spelling import DIRECTION, INVISIBLE, plain
from ccwork.read.files.book_cells import MOST_COLUMNS

PIECE, BLOCK = 10_000, 1 << 22
"""So many rows are laid out at a time, so many bytes looked through."""

MOST_WORDS = 8
"""Cells of so many times eight bytes are compared as numbers (our choice)."""

_ODD = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.array([(1 << 8 * n) - 1 for n in range(9)], "<u8")
"""A number that spreads others out; the first bytes of eight."""

Part = tuple[np.ndarray, list[str]]
"""Of some rows of a column: which cell stands in each, and all that differ."""


class Cells(NamedTuple):
    """A column: which cell stands in each row, and all that differ; as a Categorical has them."""

    codes: np.ndarray
    categories: np.ndarray


class Grid(Sequence[list[str]]):
    """Rows of one length as a sequence of lists; its ``columns`` hold each cell once."""

    def __init__(self, columns: list[Cells]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0].codes) if self.columns else 0

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
        told = (column.categories.take(column.codes[at]) for column in self.columns)
        return list(map(list, zip(*told, strict=True)))


def grid(rows: Sequence[Sequence[Any]], told: Callable[[Any], str] | None = None) -> Grid:
    """Keep rows by column, shorter ones filled up; `told` writes a cell as text."""
    if isinstance(rows, Grid):
        return rows
    even = len(set(map(len, rows))) == 1
    columns = np.array(rows if even else list(zip_longest(*rows, fillvalue="")), object)
    return Grid([_kept(column, told) for column in (columns.T if even else columns)])


def _kept(column: np.ndarray, told: Callable[[Any], str] | None) -> Cells:
    if told and bool in set(map(type, column)):  # True is no 1
        column = np.array([*map(told, column)], object)
    codes, cells = pd.factorize(np.ascontiguousarray(column), use_na_sentinel=False)
    if told:
        again, cells = pd.factorize(np.array([*map(told, cells)], object))
        codes = again[codes]
    return Cells(codes, cells)


def even_rows(content: bytes, sign: bytes) -> Grid | None:
    """Cut UTF-8 without quotes, each line of which has as many cells as the first; else None."""
    np.empty(31 << 20, np.uint8)  # so much room, once given back, Linux keeps for arrays to come
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    size = len(content) - len(last := content[-BLOCK:]) + len(last.rstrip(b"\n"))
    wide = content.count(sign, 0, content.find(b"\n", 0, size) % (size + 1)) + 1
    if any(map(content.__contains__, (b'"', b"\0"))) or wide > MOST_COLUMNS:
        return None
    at, parts = 0, []
    while at < size:
        to = content.find(b"\n", at + BLOCK, size) % (size + 1)
        if not (part := _cut(content[at:to], sign, wide)):
            return None
        at, parts = to + 1, [*parts, part]
    return Grid([_joined(column) for column in zip(*parts, strict=True)])


def _cut(lines: bytes, sign: bytes, wide: int) -> list[Part]:
    """Cut the cells of each column: which of them stands where, and all that differ."""
    signs = np.frombuffer(lines + b"\n" + bytes(8 * MOST_WORDS), np.uint8)
    breaks = signs == ord("\n")
    found = np.flatnonzero(breaks | (signs == ord(sign)))
    even = len(found) == wide * np.count_nonzero(breaks) and breaks[found[wide - 1 :: wide]].all()
    if not even or np.diff(found, prepend=-1).max() > csv.field_size_limit():
        return []
    ends = found.reshape(-1, wide).T.copy()
    starts = [np.concatenate([[0], ends[-1][:-1] + 1]), *(ends[:-1] + 1)]
    return [_told_apart(lines, signs, *sides) for sides in zip(starts, ends, strict=True)]


def cut_cells(rows: bytes, apart: bool) -> tuple[np.ndarray, Part]:
    """Cut rows of the XML of a sheet: row and column of each cell, and what stands there.

    Where cells need not be told apart, none of them is named.
    """
    signs = np.frombuffer(rows + bytes(8 * MOST_WORDS), np.uint8)
    second, third = signs[1:-1], signs[2:]
    sides = (second == ord("c")) | ((second == ord("/")) & (third == ord("r")))
    marks = np.flatnonzero((signs[:-2] == ord("<")) & sides)
    cells = signs[marks + 1] == ord("c")
    columns, at = _numbers(signs, marks[cells] + len('<c r="'), ord("A") - 1, 26)
    lines, at = _numbers(signs, at, ord("0"), 10)
    ends = marks[1:][cells[:-1]]
    part = _told_apart(rows, signs, at + 1, ends) if apart and len(at) else (at, [])
    return np.array([lines, columns]) - 1, part


def _numbers(signs: np.ndarray, at: np.ndarray, zero: int, base: int) -> tuple[np.ndarray, ...]:
    """Read the numbers that begin at some places; return also where they end."""
    found, more = np.zeros(len(at), dtype=np.int32), True
    while np.any(more):
        digit = signs[at].astype(np.int32) - zero
        more = digit >= 0
        found = np.where(more, base * found + digit, found)
        at = at + more
    return found, at


def _told_apart(lines: bytes, signs: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> Part:
    """Tell equal cells by their bytes, eight as one number; long ones are left as they come."""
    codes, sizes = np.arange(len(ends)), ends - starts
    longest, rows = int(sizes.max()), codes
    if longest <= 8 * MOST_WORDS:
        eights = np.ndarray((len(signs) - 7,), "<u8", signs, 0, (1,))
        left = longest if longest == sizes.min() else sizes
        words = [eights[starts + at] & _FIRST[np.clip(left - at, 0, 8)]
                 for at in range(0, longest or 1, 8)]  # fmt: skip
        told, kinds = pd.factorize(reduce(lambda whole, word: whole * _ODD + word, words))
        one = np.empty(len(kinds), dtype=int)
        one[told] = rows
        if all((word[one][told] == word).all() for word in words[1:]):
            codes, rows = told.astype(np.min_scalar_type(len(kinds))), one
    spots = zip(starts[rows].tolist(), ends[rows].tolist(), strict=True)
    return codes, [lines[at:to].decode() for at, to in spots]


def _joined(parts: Sequence[Part]) -> Cells:
    again, cells = pd.factorize(np.array([cell for _, own in parts for cell in own], object))
    sizes, small = [len(own) for _, own in parts], np.min_scalar_type(len(cells))
    apart = np.split(again.astype(small), np.cumsum(sizes))
    codes = [own[codes] for own, (codes, _) in zip(apart, parts, strict=False)]
    return Cells(np.concatenate(codes), cells)


def spread(
    places: np.ndarray, codes: np.ndarray, kinds: int, rows: Sequence[Sequence[Any]],
    told: Callable[[Any], str],
) -> Grid:  # fmt: skip
    """Lay out cells of which each different one was read once, in `rows` below a first one.

    Parameters
    ----------
    places, codes, kinds
        Row and column of each cell, which of the different ones stands there, how many there are.
    """
    said = [told(cell) for row in rows[1:] for cell in row][:kinds]
    said += [""] * (kinds + 1 - len(said))
    numbers, cells = pd.factorize(np.array(said, object))
    blank, codes = numbers[-1], numbers[codes]
    lines, columns = places[:, codes != blank]
    whole = np.full((columns.max(initial=-1) + 1, lines.max(initial=-1) + 1), blank)
    whole[columns, lines] = codes[codes != blank]
    return Grid([Cells(own, cells[used]) for own, used in map(pd.factorize, whole)])


def taken(column: Any, rows: Any) -> Any:
    """Take rows of a column; as ``remove_unused_categories``, which sorts all for one word."""
    codes = column.codes[rows]
    used = np.zeros(len(column.categories), dtype=bool)
    used[codes] = True
    made = Cells if isinstance(column, Cells) else pd.Categorical.from_codes
    return made((used.cumsum() - 1).astype(codes.dtype)[codes], column.categories[used])


def where(column: Any, so: Iterable[Any]) -> np.ndarray:
    """Tell of every row what is so (or not) of its cell, given of each different one."""
    told, codes = np.fromiter(map(bool, so), bool), column.codes
    return told[codes] if 0 < told.sum() < len(told) else np.full(len(codes), told.any())


def plains(column: Any) -> list[str]:
    """Return the different cells as :func:`plain` does each, at once where none has a blank."""
    cells = column.categories.tolist()
    whole = "\n".join(cells)
    odd = whole.encode("utf-8", "surrogatepass").translate(None, bytes(range(33, 127)))
    signs = "".join({*odd.decode("utf-8", "surrogatepass")} - {"\n"})
    bare = whole.count("\n") == max(len(cells) - 1, 0) and signs.split() == [signs] * bool(signs)
    if bare and not INVISIBLE.search(signs) and not DIRECTION.search(signs):
        return cells
    return list(map(plain, cells))
