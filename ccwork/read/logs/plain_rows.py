"""Rows of a plain text table, cut by arithmetic on its bytes: few cells become strings.

A table is plain where no cell stands in quotes, every row has as many cells as the heading and
one of them filled, and all its moments are written alike. Of any other table nothing is told
here: it is read the careful way, with the same result.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

MOMENT: Final = 24
"""A moment of more bytes is read the careful way."""

_BATCH, _PIECE = 3 << 22, 1 << 20
"""So many bytes are read, and looked at, at a time: a piece fits the cache of a processor."""

_SHORT = 32
"""Words of more bytes are put in order one by one: side by side they might not fit."""

_EIGHT = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)
_FAR, _ODD = np.uint64(29), np.uint64(0xBF58476D1CE4E5B9)


class _Words:
    """A column of words: those seen so far, and which of them stands in every row."""

    def __init__(self, rows: int) -> None:
        self.known, self.codes, self.read = ~np.zeros(1, np.uint64), np.empty(rows, np.int32), 0
        self.numbers, self.words = np.zeros(1, np.int32), list[bytes]()

    def add(self, room: bytearray, signs: np.ndarray, begin: np.ndarray, end: np.ndarray) -> None:
        codes, own = pd.factorize(signs)
        order = np.argsort(own)  # looked for in order they are found side by side
        at, own = np.searchsorted(self.known, own[order]), own[order]
        new = np.flatnonzero(self.known[at] != own)
        places = self.numbers[at]
        places[new] = np.arange(len(self.words), len(self.words) + len(new))
        self.known = np.insert(self.known, at[new], own[new])
        self.numbers = np.insert(self.numbers, at[new], places[new])
        places[order] = places.copy()
        self.codes[self.read : self.read + len(codes)] = places[codes]
        self.read += len(codes)
        rows = np.empty(len(own), np.int64)
        rows[codes[::-1]] = np.arange(len(codes))[::-1]  # the first row of each word
        rows = rows[order[new]]
        spans = zip(begin[rows].tolist(), end[rows].tolist(), strict=True)
        self.words += [bytes(room[first:last]) for first, last in spans]

    def column(self) -> pd.Categorical:
        short = max(map(len, self.words)) <= _SHORT
        given = np.array(self.words, dtype=None if short else object)
        order = np.argsort(given)
        places = np.empty(len(order), np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        words = b"\n".join(given[order].tolist()).decode().split("\n")
        return pd.Categorical.from_codes(places[self.codes[: self.read]], words)


def plain_columns(
    path: Path, sign: str, wide: int, words: dict[str, int], times: dict[str, int],
    moments_of: Callable[[np.ndarray], np.ndarray | None], seen: Callable[[int], Any],
) -> tuple[dict[str, np.ndarray | pd.Categorical], np.ndarray] | None:  # fmt: skip
    """Read some columns of a plain text table.

    Parameters
    ----------
    path, sign, wide
        The file, in UTF-8 with the heading in its first line; what stands between its cells;
        how many of them the heading has.
    words, times
        Our names of columns -> their places.
    moments_of
        Reads times written in bytes as microseconds; None where they are not written alike.
    seen
        Told of how many bytes of the file the rows are read.

    Returns
    -------
    (dict, ndarray) or None
        Times as microseconds, words as categories; and for each row a number that tells it from
        others, columns not asked for included. None where the table is not plain.

    Notes
    -----
    Cells are told apart by 64 bits (our choice): that of a million different ones two are taken
    for one has a chance below one in ten million.
    """
    with path.open("rb") as stream:  # room for all rows at once, and no more
        rows = sum(piece.count(b"\n") for piece in iter(partial(stream.read, _PIECE), b""))
    found = {name: _Words(rows) for name in words}
    moments, marks = {name: np.empty(rows, np.int64) for name in times}, np.empty(rows, np.uint64)
    read = done = 0
    try:
        for room, last in _batches(path, sign, wide):
            kept = {name: list[tuple[np.ndarray, ...]]() for name in words}
            for first, eight, begin, end in _pieces(room, last, sign, wide):
                signs = [_signs(eight, *span) for span in zip(begin, end - begin, strict=True)]
                own = slice(read, read + len(begin[0]))
                read, marks[own] = own.stop, _folded(signs)
                for name, at in words.items():
                    kept[name].append((signs[at], begin[at] + first, end[at] + first))
                for name, at in times.items():
                    written = _written(eight, begin[at], end[at] - begin[at])
                    moments[name][own] = moments_of(written)
            for name, parts in kept.items():
                found[name].add(room, *map(np.concatenate, zip(*parts, strict=True)))
            done += last
            seen(done)
    except (ValueError, TypeError):  # raised here, or by a moment or letter that cannot be
        read = 0
    if not read:
        return None
    columns = {name: moments[name][:read] for name in times}
    return columns | {name: found[name].column() for name in words}, marks[:read]


def _batches(path: Path, sign: str, wide: int) -> Iterator[tuple[bytearray, int]]:
    """Return a room that is filled anew each time, and up to where whole rows stand in it."""
    room, kept = bytearray(_BATCH + MOMENT + 8), 0
    with path.open("rb") as stream:
        heading = stream.readline()
        if b'"' in heading or heading.count(sign.encode()) != wide - 1:
            raise ValueError
        while (read := stream.readinto(memoryview(room)[kept:_BATCH])) or kept:
            if not read:  # the last row has no end
                room[kept], read = ord("\n"), 1
            last = room.rfind(b"\n", 0, kept + read) + 1
            if not last:
                raise ValueError
            yield room, last
            kept += read - last
            room[:kept] = room[last : last + kept]


def _pieces(room: bytearray, last: int, sign: str, wide: int) -> Iterator[tuple]:
    """Return where each piece begins, its bytes eight by eight, and where its cells stand."""
    at = 0
    while at < last:
        to = room.rfind(b"\n", at, min(at + _PIECE, last)) + 1
        signs = np.frombuffer(room, np.uint8, max(to - at, 0), at)
        if max(room.find(odd, at, to) for odd in (b'"', b"\0")) >= 0 or not len(signs):
            raise ValueError
        if signs.max() > 127:
            signs.tobytes().decode()
        hit = signs == ord(sign)
        hit |= signs == ord("\n")
        ends = np.flatnonzero(hit)
        rows = room.count(b"\n", at, to)
        if len(ends) != wide * rows or (signs[ends[wide - 1 :: wide]] != ord("\n")).any():
            raise ValueError
        begins = np.append(0, ends[:-1] + 1).reshape(rows, wide).T.copy()
        ends = ends.reshape(rows, wide).T.copy()
        if turned := room.count(b"\r", at, to):
            ends[-1] -= 1
            if turned != rows or (signs[ends[-1]] != ord("\r")).any():
                raise ValueError
        if (ends == begins).all(axis=0).any():
            raise ValueError
        yield at, np.ndarray(to - at + MOMENT, "<u8", room, at, (1,)), begins, ends
        at = to


def _signs(eight: np.ndarray, begin: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Return a number for each cell: its bytes, or of more than eight a mixture of them."""
    found = eight[begin] & _EIGHT[np.minimum(length, 8)]
    at, rows = 8, np.flatnonzero(length > 8)
    while len(rows):
        more = eight[begin[rows] + at] & _EIGHT[np.minimum(length[rows] - at, 8)]
        found[rows] = _folded([found[rows], more])
        at += 8
        rows = rows[length[rows] > at]
    return found


def _folded(signs: list[np.ndarray]) -> np.ndarray:
    """Mix numbers into one, so that each of them counts at its place."""
    found = signs[0]
    for each in signs[1:]:
        found = (found ^ (found >> _FAR)) * _ODD
        found = found ^ (found >> _FAR) ^ each
    return found


def _written(eight: np.ndarray, begin: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Return short cells as bytes side by side."""
    if length.max() > MOMENT:
        raise ValueError
    words = [eight[begin + at] & _EIGHT[np.clip(length - at, 0, 8)] for at in range(0, MOMENT, 8)]
    return np.stack(words, axis=1).view(f"S{MOMENT}").ravel()
