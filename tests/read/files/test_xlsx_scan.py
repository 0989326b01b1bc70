"""Sheets of values alone: each different cell is read once, and all stands where it stood."""

import io
import re
import zipfile
from datetime import datetime, timedelta

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from ccwork.read.files import file_sheets, xlsx_scan
from ccwork.read.files.book_cells import as_percent, as_text

SHEET = "xl/worksheets/sheet1.xml"
VALUES = ["да", "00012", " a", 1, 1.0, True, 0, 2.5, 0.1 + 0.2, None, datetime(2025, 3, 1),
          datetime(2025, 3, 1, 14, 5), timedelta(hours=30), "", "ж" * 9]  # fmt: skip
SHARES = (3, 17)
"""Columns shown as percentages."""


def written(rows: int, columns: int = 29, differing: bool = False, **options) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet()
        day, share = (book.add_format({"num_format": form}) for form in ("[h]:mm:ss", "0.0%"))
        for row in range(rows):
            for column in range(columns):
                value = VALUES[(row * 7 + column * (1 + row % 3)) % len(VALUES)]
                if differing and column:
                    value = row + column / 64
                if column in SHARES:
                    sheet.write(row, column, row % 8 / 8, share)
                elif isinstance(value, timedelta):
                    sheet.write(row, column, value, day)
                elif isinstance(value, datetime):
                    sheet.write(row, column, value, book.formats[0])
                elif column == 5:
                    sheet.write_formula(row, column, "=1+1", None, 2)
                else:
                    sheet.write(row, column, value)
    return content.getvalue()


def changed(content: bytes, what: str, by: str, where: str = SHEET) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            part = re.sub(what.encode(), by.encode(), part) if name == where else part
            new.writestr(name, part)
    return made.getvalue()


def by_calamine(content: bytes) -> list[list[str]]:
    """Read the whole sheet as it stands; percentages by their columns."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [
        [
            as_percent(as_text(cell)) if at in SHARES else as_text(cell)
            for at, cell in enumerate(row)
        ]
        for row in sheet.to_python(skip_empty_area=False)
    ]


def assert_as_calamine(content: bytes, once: bool) -> None:
    assert (xlsx_scan.scanned(content)[2] != content) == once
    (sheet,) = file_sheets.book("a.xlsx", content).sheets
    assert list(sheet.rows) == by_calamine(content)


@pytest.mark.parametrize("options", [{}, {"date_1904": True}, {"constant_memory": True}])
def test_each_different_cell_is_read_once(options):
    assert_as_calamine(written(700, **options), once=True)


def test_a_sheet_of_different_cells_is_read_as_it_stands(monkeypatch):
    monkeypatch.setattr(xlsx_scan, "MOST_DIFFERENT", 1000)
    assert_as_calamine(written(100), once=True)
    assert_as_calamine(written(700, differing=True), once=False)


@pytest.mark.parametrize(
    ("what", "by"),
    [
        (r'<row r="9"', '<row r="9" hidden="true"'),
        ("<sheetData>", '<!-- <sheetData><row r="1"><c r="A1"><v>7</v></c></row> --><sheetData>'),
        ("</sheetData>", '</sheetData><x><row r="1"><c r="A1"><v>7</v></c></row></x>'),
        (r'<row r="\d+"', "<row"),
        ("</row>", "</row>\n"),
    ],
)
def test_rows_that_are_no_plain_rows_of_values_are_read_as_they_stand(what, by):
    assert_as_calamine(changed(written(60), what, by), once=False)


def test_merged_and_hidden_parts_around_the_rows_are_kept():
    around = '</sheetData><mergeCells count="1"><mergeCell ref="A2:B3"/></mergeCells>'
    content = changed(written(60), "</sheetData>", around)
    content = changed(content, "<sheetData>", '<cols><col min="2" max="2" hidden="1"/></cols>'
                      "<sheetData>")  # fmt: skip
    book = file_sheets.book("a.xlsx", content)
    assert xlsx_scan.scanned(content)[2] != content
    assert book.sheets[0].merged == ((1, 0, 2, 1),)
    assert [(each.code, each.values["n"]) for each in book.problems] == [("hidden_rows", 1)]


@pytest.mark.parametrize("name", ["Sheet2", "sheet1", "Sheet\n1"])
def test_a_sheet_is_laid_out_by_what_stands_in_it_whatever_it_is_called(name):
    again = rf'\g<0><sheet name="{name}" sheetId="2" r:id="rId1"/>'
    content = changed(written(60), r"<sheet [^>]*/>", again, "xl/workbook.xml")
    assert xlsx_scan.scanned(content)[2] != content
    sheets = file_sheets.book("a.xlsx", content).sheets
    names = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    assert [sheet.name for sheet in sheets] == names and len(names) == 2
    filled = [sum(map(bool, sum(map(list, sheet.rows), []))) for sheet in sheets]
    assert filled == [sum(map(bool, sum(by_calamine(content), [])))] * 2
