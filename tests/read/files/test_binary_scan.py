"""Cells of .xls and .xlsb as their office program shows them: percent, errors, dates, hidden."""

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwork.language import wording
from ccwork.read.files import binary_scan, file_sheets
from ccwork.read.files.faults import Fault
from tests.read.files.test_file_sheets import old_xls, record

pack = struct.pack


def format_(number: int, code: str) -> bytes:
    return record(0x41E, pack("<HHB", number, len(code), 1) + code.encode("utf-16-le"))


def style(number: int) -> bytes:
    return record(0xE0, pack("<HH", 0, number) + bytes(16))


FORMATS = [(164, "0.0 %"), (165, '0.0"%"'), (166, '0 "Х"'), (167, "[h]:mm:ss"), (168, "0\\%")]
LOOKS = (0, 9, 164, 165, 166, 167, 168, 14)
STYLES = b"".join(format_(*each) for each in FORMATS) + b"".join(map(style, LOOKS))
"""Cell styles: plain, 0 %, 0.0 %, three that only write a sign, a duration, a day."""


def read(content: bytes, file: str = "counts.xls") -> file_sheets.Book:
    book = file_sheets.book(file, content)
    assert not [problem for problem in book.problems if problem.grave]
    return book


def test_an_old_book_shows_percents_days_and_durations():
    cells = [(0, 0, 1.0, 1), (0, 1, 0.955, 2), (0, 2, 3.0, 3), (0, 3, 3.0, 4), (0, 4, 3.0, 6),
             (0, 5, 26.5 / 24, 5), (0, 6, 46112.0, 7), (0, 7, "да", 1)]  # fmt: skip
    (sheet,) = read(old_xls(cells, STYLES)).sheets
    assert sheet.rows == [["100%", "95.5%", "3", "3", "3", "26:30:00", "2026-03-31", "да"]]


def test_days_of_an_old_book_count_from_1904_where_it_says_so():
    mac = record(0x22, pack("<H", 1))
    (sheet,) = read(old_xls([(0, 0, 44650.0, 7)], STYLES + mac)).sheets
    assert sheet.rows == [["2026-03-31"]]


def test_errors_and_hidden_parts_of_an_old_book_are_told():
    result = pack("<BBB3sH", 2, 0, 7, b"", 0xFFFF)  # a formula whose result is #DIV/0!
    more = (
        record(0x7D, pack("<HHHHH", 5, 6, 0, 0, 1) + bytes(2))  # columns F and G are hidden
        + record(0x208, pack("<HHHHHHI", 1, 0, 9, 0, 0, 0, 0x20))  # and row 2
        + record(0x208, pack("<HHHHHHI", 90, 0, 9, 0, 0, 0, 0x20))  # one below the table
        + record(0x205, pack("<HHHBB", 0, 1, 0, 42, 1))
        + record(0x205, pack("<HHHBB", 0, 2, 0, 1, 0))
        + record(0x06, pack("<HHH", 0, 3, 0) + result + bytes(8))
        + record(0x06, pack("<HHHd", 0, 4, 1, 0.5) + bytes(8))
        + record(0xBD, pack("<HHHIHIH", 1, 0, 1, 25 << 2 | 3, 0, 25 << 2 | 2, 1))
    )
    book = read(old_xls([(0, 0, "a"), (1, 5, "b")], STYLES, more))
    assert book.sheets[0].rows == [
        ["a", "#N/A", "true", "#DIV/0!", "50%", ""], ["25%", "25", "", "", "", "b"]]  # fmt: skip
    assert [(p.code, p.values.get("n")) for p in book.problems] == [
        ("old_book", None), ("hidden_rows", 2)]  # fmt: skip


@pytest.mark.parametrize(("lang", "said"), [
    ("ru", "знаки процента в ней не видны"), ("en", "percent signs cannot be seen")])  # fmt: skip
def test_what_cannot_be_seen_in_a_book_older_than_excel_97_is_said(lang, said):
    (problem,) = read(old_xls([(0, 0, 1.0, 1)], STYLES, version=0x500)).problems
    assert (problem.code, problem.grave) == ("old_book_blind", False)
    with wording.speaking(lang):
        assert said in wording.say("problem.old_book_blind")


# ---------------------------------------------------------------- .xlsb


def part(kind: int, data: bytes = b"") -> bytes:
    """Write one record of an .xlsb part: kind and length in seven bits a byte."""
    head = b""
    for number in kind, len(data):
        while number > 0x7F:
            head, number = head + bytes([number & 0x7F | 0x80]), number >> 7
        head += bytes([number])
    return head + data


def text(said: str) -> bytes:
    return pack("<I", len(said)) + said.encode("utf-16-le")


def cell(kind: int, column: int, value: bytes, style: int = 0) -> bytes:
    return part(kind, pack("<II", column, style) + value)


def row(number: int, *cells: bytes, hidden: bool = False) -> bytes:
    return part(0, pack("<IIHBBBI", number, 0, 300, 0, hidden << 4, 0, 0)) + b"".join(cells)


def sheet(rows: bytes = b"", before: bytes = b"", after: bytes = b"") -> bytes:
    start = part(129) + part(148, pack("<IIII", 0, 9, 0, 9)) + before + part(145)
    return start + rows + part(146) + after + part(130)


def xlsb(first: bytes, mac: bool = False) -> bytes:
    """Make the smallest .xlsb: one visible sheet and a hidden one."""
    book = part(131) + part(153, pack("<III", mac, 0, 0)) + part(143)
    links = ""
    for nth, name in enumerate(["counts", "hidden"]):
        book += part(156, pack("<II", nth, nth + 1) + text(f"rId{nth}") + text(name))
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        place = f'Id="rId{nth}" Type="{kind}" Target="worksheets/sheet{nth}.bin"'
        links += f"<Relationship {place}/>"
    forms = b"".join(part(44, pack("<H", number) + text(code)) for number, code in FORMATS)
    looks = b"".join(part(47, pack("<HH", 0, number) + bytes(12)) for number in LOOKS)
    parts = {
        "xl/_rels/workbook.bin.rels": f"<Relationships>{links}</Relationships>",
        "xl/workbook.bin": book + part(144) + part(132),
        # the styles of styles stand before those of cells, and number none of them
        "xl/styles.bin": part(615, pack("<I", len(FORMATS))) + forms + part(616)
        + part(626) + part(47, pack("<HH", 0, 9) + bytes(12)) + part(627)
        + part(617, pack("<I", len(LOOKS))) + looks + part(618),
        "xl/worksheets/sheet0.bin": first,
        "xl/worksheets/sheet1.bin": sheet(),
    }  # fmt: skip
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def number(column: int, value: float, style: int = 0) -> bytes:
    return cell(5, column, pack("<d", value), style)


def rk(column: int, whole: int, style: int = 0) -> bytes:
    """Write a whole number, or one of hundredths, in four bytes as Excel does."""
    return cell(2, column, pack("<i", whole << 2 | 2), style)


def test_a_binary_book_shows_what_excel_does():
    rows = row(0, number(0, 1.0, 1), number(1, 0.955, 2), number(2, 3.0, 3), number(3, 3.0, 4),
               number(4, 26.5 / 24, 5), number(5, 46112.0, 7))  # fmt: skip
    rows += row(
        1, cell(6, 0, text("да"), 1), cell(3, 1, b"\x2a"), cell(4, 2, b"\x01"),
        cell(11, 3, b"\x07" + bytes(10)), cell(9, 4, pack("<d", 0.5) + bytes(10), 1),
        cell(2, 5, pack("<I", 25 << 2 | 3), 1), hidden=True)  # fmt: skip
    rows += row(2, cell(6, 0, text("m")), rk(3, 1, 1), rk(4, 5), rk(5, 46112, 7))
    before = part(390) + part(60, pack("<IIIIH", 7, 9, 0, 0, 1))
    before += part(60, pack("<IIIIH", 5, 5, 0, 0, 1)) + part(391)
    merged = part(177, pack("<I", 1)) + part(176, pack("<IIII", 2, 3, 0, 1)) + part(178)
    book = read(xlsb(sheet(rows, before, merged)), "a.xlsb")
    (shown,) = book.sheets
    assert shown.rows == [["100%", "95.5%", "3", "3", "26:30:00", "2026-03-31"],
                          ["да", "#N/A", "true", "#DIV/0!", "50%", "25%"],
                          ["m", "", "", "100%", "5", "2026-03-31"]]  # fmt: skip
    assert shown.merged == ((2, 0, 3, 1),)
    assert [(p.code, p.sheet, p.values.get("n")) for p in book.problems] == [
        ("hidden_rows", "counts", 2), ("sheet_hidden", "hidden", None)]  # fmt: skip


def test_days_of_a_binary_book_count_from_1904_where_it_says_so():
    days = row(0, number(0, 44650.0, 7), rk(1, 44650, 7))
    (shown,) = read(xlsb(sheet(days), mac=True), "a.xlsb").sheets
    assert shown.rows == [["2026-03-31", "2026-03-31"]]


def test_a_binary_book_whose_cells_would_be_passed_over_is_refused():
    short = row(0, number(0, 1.0), part(16, pack("<Id", 0, 2.0)))
    (problem,) = file_sheets.book("a.xlsb", xlsb(sheet(short))).problems
    assert (problem.code, problem.grave, problem.values) == (
        "format_unknown", True, {"found": ".xlsb"})  # fmt: skip


def test_a_chain_longer_than_its_file_is_refused():
    with pytest.raises(Fault, match="damaged"):
        binary_scan._check_length(9, bytes(8))


def test_a_far_cell_of_a_binary_book_is_refused():
    far = xlsb(sheet(row(600, number(16_383, 1.0))))
    for file, content in (("a.xlsb", far), ("a.xls", old_xls([(9, 600, 1.0)]))):
        (problem,) = file_sheets.book(file, content).problems
        assert problem.code == "far_cell"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_spoilt_bytes_of_a_binary_book_are_named_or_read(data):
    old = data.draw(st.booleans())
    good = row(0, number(0, 1.0, 1), cell(3, 1, b"\x2a"))
    content = bytearray(old_xls([(0, 0, 1.0, 1)], STYLES) if old else sheet(good))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    whole = bytes(content) if old else xlsb(bytes(content))
    assert isinstance(file_sheets.book("a.xls" if old else "a.xlsb", whole), file_sheets.Book)
