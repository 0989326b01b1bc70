"""The binary records of .xls and .xlsb: what a reader of values does not tell about their cells.

Layouts: [MS-CFB], [MS-XLS] and [MS-XLSB] of Microsoft's Open Specifications.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from struct import error, unpack, unpack_from
from typing import Final

from ccwork.read.files.book_cells import Seen, as_text, styles_of
from ccwork.read.files.faults import Fault

UNKNOWN: Final = (error, IndexError, ValueError, OverflowError)
"""What is raised for bytes that are no such records."""

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!"}
_END = 10
_START = (datetime(1899, 12, 30), datetime(1904, 1, 1))
BOOK: Final = "xl/workbook.bin"
Record = tuple[int, bytes]


class _Sheet:
    """What the records of one sheet tell of its cells."""

    def __init__(self, percents: frozenset[int]) -> None:
        self.seen, self.percents = Seen(), percents

    def cell(self, row: int, column: int, style: int, fault: int | None = None) -> None:
        """Take down a cell in use; style -1: it holds no number."""
        if far := self.seen.reach(row + 1, column + 1):
            raise Fault("far_cell", found=far)
        if fault is not None:
            self.seen.said[row, column] = _ERRORS.get(fault, "#N/A")
        elif style in self.percents:
            self.seen.percents.append((row, column))

    def columns(self, first: int, last: int, flags: int) -> None:
        """Take down columns that may be hidden."""
        self.seen.hidden_columns += [(first, last + 1)] * (flags & 1)


# ---------------------------------------------------------------- .xls


def xls_sheets(content: bytes) -> list[Seen]:
    """Look through an .xls book of Excel 97 or later; return its sheets in their order.

    Raises
    ------
    struct.error, IndexError, ValueError
        When it is an older book, or none.
    """
    stream, starts, styles, codes = _book_stream(content), [], [], {}
    if unpack_from("<H", stream, 4) != (0x600,):
        raise ValueError
    for kind, data in _old_records(stream, 0):
        if kind == 0x85:
            starts += unpack_from("<I", data)
        elif kind == 0xE0:
            styles += unpack_from("<H", data, 2)
        elif kind == 0x41E:
            number, _, wide = unpack_from("<HHB", data)
            codes[number] = data[5:].decode("utf-16-le" if wide & 1 else "latin-1")
    percents = styles_of("percent", codes, styles)
    return [_old_sheet(stream, start, percents) for start in starts]


def _book_stream(content: bytes) -> bytes:
    """Take the stream of the book out of the sectors of a compound file."""
    size = 1 << unpack_from("<H", content, 30)[0]
    folder, least, small, more = unpack_from("<i4xIi4xi", content, 48)
    places, body = list(unpack_from("<109i", content, 76)), content[size:]
    while more >= 0:
        *found, more = unpack_from(f"<{size // 4}i", body, more * size)
        places += found
        _check_length(len(places) - 109, body)
    table = _numbers(b"".join(body[at * size : (at + 1) * size] for at in places if at >= 0))
    entries = _chain(body, size, table, folder)
    inner = _chain(body, size, table, *unpack_from("<i", entries, 116))
    little = _numbers(_chain(body, size, table, small))
    entry = entries.index("Workbook\0".encode("utf-16-le"))
    start, length = unpack_from("<iI", entries, entry + 116)
    if length < least:
        size, body, table = 64, inner, little
    return _chain(body, size, table, start)[:length]


def _numbers(data: bytes) -> tuple[int, ...]:
    return unpack(f"<{len(data) // 4}i", data)


def _chain(body: bytes, size: int, table: Sequence[int], at: int) -> bytes:
    """Join the sectors of one stream: the table names the next one of each."""
    parts: list[bytes] = []
    while at >= 0:
        parts.append(body[at * size : (at + 1) * size])
        at = table[at]
        _check_length((len(parts) - 1) * size, body)
    return b"".join(parts)


def _check_length(reached: int, body: bytes) -> None:
    """Refuse a chain of pieces that is longer than its file."""
    if reached > len(body):
        raise Fault("damaged")


def _old_records(stream: bytes, at: int) -> Iterator[Record]:
    kind = 0
    while kind != _END:
        kind, size = unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _old_sheet(stream: bytes, start: int, percents: frozenset[int]) -> Seen:
    sheet = _Sheet(percents)
    for kind, data in _old_records(stream, start):
        if kind == 0x208:
            sheet.seen.hidden_rows += unpack_from("<H", data) * (data[12] >> 5 & 1)
        elif kind == 0x7D:
            sheet.columns(*unpack_from("<HH4xH", data))
        elif kind in (0x203, 0x27E):
            sheet.cell(*unpack_from("<HHH", data))
        elif kind in (0x204, 0xFD):
            sheet.cell(*unpack_from("<HH", data), -1)
        elif kind == 0x205:
            sheet.cell(*unpack_from("<HH", data), -1, data[6] if data[7] else None)
        elif kind == 0x06:
            row, column, style, what, fault, end = unpack_from("<HHHBxB3xH", data)
            number = end != 0xFFFF
            wrong = fault if not number and what == 2 else None
            sheet.cell(row, column, style if number else -1, wrong)
        elif kind == 0xBD:
            row, first = unpack_from("<HH", data)
            for nth in range(len(data) // 6 - 1):
                sheet.cell(row, first + nth, *unpack_from("<H", data, 4 + 6 * nth))
    return sheet.seen


# ---------------------------------------------------------------- .xlsb


def _new_records(stream: bytes) -> Iterator[Record]:
    at = 0

    def number() -> int:
        nonlocal at
        found = shift = 0
        byte = 0x80
        while byte & 0x80:
            byte, at = stream[at], at + 1
            found, shift = found | (byte & 0x7F) << shift, shift + 7
        return found

    while at < len(stream):
        kind, size = number(), number()
        yield kind, stream[at : at + size]
        at += size


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = at + 4 + 2 * unpack_from("<I", data, at)[0]
    return data[at + 4 : end].decode("utf-16-le"), end


def xlsb_names(stream: bytes) -> Iterator[tuple[str, str]]:
    """Return the sheets of an .xlsb book: name of the relation, of the sheet."""
    for kind, data in _new_records(stream):
        if kind == 156:
            relation, at = _text(data, 8)
            yield relation, _text(data, at)[0]


def _new_styles(stream: bytes) -> tuple[dict[int, str], list[int]]:
    """Return what formats of numbers are, and the one of each cell style."""
    codes, styles, inside = {}, [], False
    for kind, data in _new_records(stream):
        inside = kind == 617 or (inside and kind != 618)
        if kind == 44:
            codes[unpack("<H", data[:2])[0]] = _text(data, 2)[0]
        elif kind == 47 and inside:
            styles += unpack_from("<H", data, 2)
    return codes, styles


def xlsb_sheet(read: Callable[[str], bytes], part: str) -> Seen:
    """Look through one sheet of an .xlsb book; `read` returns a part of its archive."""
    look = _new_styles(read("xl/styles.bin"))
    percents, days, lengths = (styles_of(kind, *look) for kind in ("percent", "day", "length"))
    starts = (_START[data[0] & 1] for kind, data in _new_records(read(BOOK)) if kind == 153)
    start = next(starts, _START[0])
    sheet, row = _Sheet(percents), 0
    for kind, data in _new_records(read(part)):
        if kind == 0:
            (row,) = unpack_from("<I", data)
            sheet.seen.hidden_rows += [row] * (data[11] >> 4 & 1)
        elif kind == 60:
            sheet.columns(*unpack_from("<II8xH", data))
        elif 2 <= kind <= 11:
            column, style = unpack_from("<II", data)
            number, fault = kind in (2, 5, 9), kind in (3, 11)
            style = style & 0xFFFFFF if number else -1
            sheet.cell(row, column, style, data[8] if fault else None)
            if kind == 2 and data[8] & 3 == 2 and style in days | lengths:
                whole = timedelta(unpack_from("<i", data, 8)[0] >> 2)  # to calamine a number
                sheet.seen.said[row, column] = as_text(start + whole if style in days else whole)
        elif 12 <= kind <= 18 or kind == 62:  # cells that calamine passes over
            raise Fault("format_unknown", found=".xlsb")
        elif kind == 176:
            top, bottom, left, right = unpack_from("<4I", data)
            sheet.seen.merged.append((top, left, bottom, right))
    return sheet.seen
