"""Rows of a plain text table, cut by arithmetic on its bytes: few cells become strings.

A table is plain where no cell stands in quotes, every row has as many cells as the heading and
one of them filled, and moments are written as :func:`timestamps.alike` reads them. Of any other
table nothing is told here: it is read the careful way, with the same result.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from ccwork.read.logs import timestamps

MOMENT: Final = 24
"""A moment of more bytes is read the careful way."""

_BATCH, _PIECE = 1 << 25, 1 << 20
"""So many bytes are read, and looked at, at a time: a piece fits the cache of a processor."""

_EIGHT = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)
_FAR, _ODD = np.uint64(29), np.uint64(0xBF58476D1CE4E5B9)


class _Words:
    """A column of words: those seen so far, and which of them stands in every row."""

    def __init__(self) -> None:
        self.known, self.parts = np.zeros(0, np.uint64), list[np.ndarray]()
        self.words: list[str] = []

    def add(self, batch: bytes, signs: np.ndarray, begin: np.ndarray, end: np.ndarray) -> None:
        codes, own = pd.factorize(signs)
        places, self.known = pd.factorize(np.concatenate([self.known, own]))
        places = places[-len(own) :]
        self.parts.append(places.astype(np.int32)[codes])
        rows = np.empty(len(own), np.int64)
        rows[codes[::-1]] = np.arange(len(codes))[::-1]  # the first row of each word
        rows = rows[places >= len(self.words)]
        spans = zip(begin[rows].tolist(), end[rows].tolist(), strict=True)
        self.words += [batch[first:last].decode() for first, last in spans]

    def column(self) -> pd.Categorical:
        order = sorted(range(len(self.words)), key=self.words.__getitem__)
        places = np.empty(len(order), np.int32)
        places[order] = np.arange(len(order))
        words = [self.words[at] for at in order]
        return pd.Categorical.from_codes(places[np.concatenate(self.parts)], words)


def plain_columns(
    path: Path, sign: str, wide: int, words: dict[str, int], times: dict[str, int]
) -> tuple[dict[str, np.ndarray | pd.Categorical], np.ndarray] | None:
    """Read some columns of a plain text table.

    Parameters
    ----------
    path, sign, wide
        The file, in UTF-8 with the heading in its first line; what stands between its cells;
        how many of them the heading has.
    words, times
        Our names of columns -> their places.

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
    found: dict[str, _Words] = {name: _Words() for name in words}
    moments, marks = {name: list[np.ndarray]() for name in times}, list[np.ndarray]()
    try:
        for batch in _batches(path, sign, wide):
            kept = {name: list[tuple[np.ndarray, ...]]() for name in words}
            for first, eight, begin, end in _pieces(batch, sign, wide):
                signs = [_signs(eight, *span) for span in zip(begin, end - begin, strict=True)]
                marks.append(_folded(signs))
                for name, at in words.items():
                    kept[name].append((signs[at], begin[at] + first, end[at] + first))
                for name, at in times.items():
                    moments[name].append(_moments(eight, begin[at], end[at] - begin[at]))
            for name, parts in kept.items():
                found[name].add(batch, *map(np.concatenate, zip(*parts, strict=True)))
        columns = {name: np.concatenate(parts) for name, parts in moments.items()}
    except ValueError:  # raised here, or by a moment or letter that cannot be
        return None
    return columns | {name: found[name].column() for name in words}, np.concatenate(marks)


def _batches(path: Path, sign: str, wide: int) -> Iterator[bytes]:
    """Return whole rows, with room behind them; refuse what is not plain."""
    with path.open("rb") as stream:
        heading, rest = stream.readline(), b""
        if b'"' in heading or heading.count(sign.encode()) != wide - 1:
            raise ValueError
        while piece := stream.read(_BATCH) or (rest and b"\n"):
            piece = rest + piece
            rest = piece[piece.rfind(b"\n") + 1 :]
            if b'"' in piece or b"\0" in piece:
                raise ValueError
            whole = piece[: len(piece) - len(rest)]
            if not whole.isascii():
                whole.decode()
            if whole:
                yield whole + bytes(MOMENT + 8)


def _pieces(batch: bytes, sign: str, wide: int) -> Iterator[tuple[int, np.ndarray, ...]]:
    """Return where each piece begins, its bytes eight by eight, and where its cells stand."""
    at, last = 0, len(batch) - MOMENT - 8
    while at < last:
        to = batch.rfind(b"\n", at, at + _PIECE) + 1
        signs = np.frombuffer(batch, np.uint8, max(to - at, 0), at)
        hit = signs == ord(sign)
        hit |= signs == ord("\n")
        ends = np.flatnonzero(hit)
        rows = batch.count(b"\n", at, to)
        if len(ends) != wide * rows or not rows or (signs[ends[wide - 1 :: wide]] != 10).any():
            raise ValueError
        begins = np.append(0, ends[:-1] + 1).reshape(rows, wide).T.copy()
        ends = ends.reshape(rows, wide).T.copy()
        if turned := batch.count(b"\r", at, to):
            ends[-1] -= 1
            if turned != rows or (signs[ends[-1]] != ord("\r")).any():
                raise ValueError
        if (ends == begins).all(axis=0).any():
            raise ValueError
        yield at, np.ndarray(to - at + MOMENT, "<u8", batch, at, (1,)), begins, ends
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


def _moments(eight: np.ndarray, begin: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Return moments as microseconds."""
    if length.max() > MOMENT:
        raise ValueError
    written = np.zeros((len(begin), timestamps.LONGEST // 8), "<u8")
    for at in range(0, MOMENT, 8):
        written[:, at // 8] = eight[begin + at] & _EIGHT[np.clip(length - at, 0, 8)]
    found = timestamps.alike(written.view(f"S{timestamps.LONGEST}").ravel())
    if found is None or np.any(timestamps.unlikely(found)):
        raise ValueError
    return found
