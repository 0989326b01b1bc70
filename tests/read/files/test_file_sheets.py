import io
import struct
import zipfile

import pytest
import xlsxwriter

from ccwork.read.files import decoding, file_sheets

ROWS = [
    ["Услуга", "Название"],
    ["S1", "Выдача справки о составе семьи"],
    ["01", "Приём заявлений"],
]


def written(separator=";", end="\r\n", rows=ROWS):
    return "".join(separator.join(row) + end for row in rows)


def rows_of(content: bytes, file="services.csv"):
    book = file_sheets.book(file, content)
    assert not [problem for problem in book.problems if problem.grave]
    return book.sheets[0].rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_the_encoding_does_not_matter(encoding):
    assert rows_of(written().encode(encoding)) == ROWS


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_separators_and_line_ends_do_not_matter(separator, end):
    assert rows_of(written(separator, end).encode()) == ROWS


def test_decimal_commas_do_not_hide_the_separator():
    assert rows_of(b"a;b;c\n1,5;2,5;3,5\n") == [["a", "b", "c"], ["1,5", "2,5", "3,5"]]


def test_a_quoted_cell_may_have_several_lines():
    assert rows_of('a;b\n"раз\nдва; три";1\n'.encode())[1] == ["раз\nдва; три", "1"]


def test_short_russian_headings_in_cp1251_are_not_taken_for_spoilt_letters():
    for heading in ("Период", "УСЛУГА", "Ёж", "Число ответов", "№ п/п"):
        assert decoding.decode(f"{heading};x\n".encode("cp1251")) == (
            f"{heading};x\n",
            "cp1251",
        )


@pytest.mark.parametrize(
    "words",
    ["café", "£5", "Zürich; Öl", "señor Nuñez", "it’s naïve – really", "½ hour"],
)
def test_western_words_in_cp1252_are_not_read_as_russian_letters(words):
    content = f"service;words\nS1;{words}\n".encode("cp1252")
    assert decoding.decode(content) == (content.decode("cp1252"), "cp1252")
    (problem,) = file_sheets.book("services.csv", content).problems
    assert problem.code == "encoding_1252" and not problem.grave


@pytest.mark.parametrize("words", ["Б1", "Ждал; café".replace("é", "е"), "тел. Ivan", "ё", "«a»"])
def test_a_few_russian_letters_are_not_read_as_western_ones(words):
    content = f"service;words\nS1;{words}\n".encode("cp1251")
    assert decoding.decode(content) == (content.decode("cp1251"), "cp1251")


def test_numbers_of_a_book_are_written_as_in_a_text_file():
    shown = [file_sheets.as_text(value) for value in (1.0, 4.5, 100000.0, True, 1e19)]
    assert shown == ["1", "4.5", "100000", "true", "1e+19"]


def test_a_percentage_of_a_book_keeps_its_sign(tmp_path):
    path = tmp_path / "metrics.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Лист1")
        sheet.write(0, 0, 0.955, book.add_format({"num_format": "0.0%"}))
        sheet.write(1, 0, 0.955)
        sheet.write(2, 0, 1, book.add_format({"num_format": "0%"}))
    assert rows_of(path.read_bytes(), "metrics.xlsx") == [["95.5%"], ["0.955"], ["100%"]]


def test_empty_formatted_cells_far_away_do_no_harm(tmp_path):
    path = tmp_path / "metrics.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Лист1")
        sheet.write(0, 0, 1)
        sheet.write_blank(1048575, 16383, None, book.add_format({"bold": True}))
    assert rows_of(path.read_bytes(), "metrics.xlsx") == [["1"]]


def test_an_empty_text_of_a_formula_is_no_fault(tmp_path):
    path = tmp_path / "metrics.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Лист1")
        sheet.write(0, 0, "a")
        sheet.write_formula(0, 1, '=IF(1,"да","")', None, "да")
    assert rows_of(path.read_bytes(), "metrics.xlsx") == [["a", "да"]]


def record(kind, data):
    return struct.pack("<HH", kind, len(data)) + data


def old_xls(cells, book=b"", sheet=b"", version=0x600) -> bytes:
    """Make the smallest .xls: one stream of records in one compound file.

    Cells are row, column, value and, where it matters, style; `book` and `sheet` are more records.
    """
    head = record(0x809, struct.pack("<HHHHII", version, 5, 0, 0, 0, 0)) + book
    name = b"\x06\x00counts"
    start = len(head) + 4 + 6 + len(name) + 4
    head += record(0x85, struct.pack("<IH", start, 0) + name) + record(0x0A, b"")
    body = record(0x809, struct.pack("<HHHHII", version, 0x10, 0, 0, 0, 0))
    body += sheet
    for row, column, value, *style in cells:
        place = struct.pack("<HHH", row, column, *style or (0,))
        if isinstance(value, str):
            text = struct.pack("<HB", len(value), 1) + value.encode("utf-16le")
            body += record(0x204, place + text)
        else:
            body += record(0x203, place + struct.pack("<d", value))
    stream = (head + body + record(0x0A, b"")).ljust(4096, b"\0")
    sectors = len(stream) // 512

    def entry(name, kind, child, first, size):
        coded = name.encode("utf-16le")
        front = coded.ljust(64, b"\0") + struct.pack("<HBB", len(coded) + 2, kind, 1)
        links = struct.pack("<iii", -1, -1, child) + bytes(36)
        return front + links + struct.pack("<iII", first, size, 0)

    fat = [-3, -2, *range(3, 2 + sectors), -2]
    table = struct.pack(f"<{len(fat)}i", *fat).ljust(512, b"\xff")
    folder = (
        entry("Root Entry", 5, 1, -2, 0) + entry("Workbook", 2, -1, 2, len(stream)) + bytes(256)
    )
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIiIIiIiI", 0, 1, 1, 0, 4096, -2, 0, -2, 0)
    header += struct.pack("<i", 0) + b"\xff" * (108 * 4)
    return header + table + folder + stream


def test_an_old_book_is_read_with_a_warning():
    book = file_sheets.book("counts.xls", old_xls([(0, 0, "Оценка"), (1, 0, 4.5)]))
    assert [(problem.code, problem.grave) for problem in book.problems] == [("old_book", False)]
    assert [(sheet.name, sheet.rows) for sheet in book.sheets] == [
        ("counts", [["Оценка"], ["4.5"]])
    ]


def test_an_empty_book_is_told_whatever_else_is_said_of_it():
    book = file_sheets.book("services.xls", old_xls({}))
    assert [problem.code for problem in book.problems] == ["old_book", "empty_file"]


@pytest.mark.parametrize("cut", range(0, 6000, 97))
def test_a_spoilt_book_is_refused_in_words(cut, tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("counts").write(0, 0, "x")
    content = bytearray(path.read_bytes())
    place = cut % len(content)
    content[place] ^= 0xFF
    assert isinstance(file_sheets.book("a.xlsx", bytes(content)), file_sheets.Book)


def ods(inside: str) -> bytes:
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "calcext")
    )
    content = (
        f"<office:document-content{spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="counts">{inside}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("mimetype", kind)
        made.writestr("content.xml", content)
        made.writestr("META-INF/manifest.xml", "<manifest/>")
    return stream.getvalue()


def cell(value: str, repeated: int = 1) -> str:
    return (
        f'<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="string">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def test_an_ods_book_is_read():
    rows = "".join(f"<table:table-row>{cell(a)}{cell(b)}</table:table-row>" for a, b in ROWS)
    assert rows_of(ods(rows), "services.ods") == ROWS


def test_a_far_cell_of_an_ods_book_is_refused():
    row = f"<table:table-row>{cell('x', 16384)}</table:table-row>"
    assert [p.code for p in file_sheets.book("a.ods", ods(row)).problems] == ["far_cell"]
    far = f'<table:table-row table:number-rows-repeated="900000">{cell("x", 30)}</table:table-row>'
    assert [p.code for p in file_sheets.book("a.ods", ods(far)).problems] == ["far_cell"]


FAR = [
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1000000"><c r="S1000000"><v>1</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v></c><c r="S1000000"><v>1</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v></c></row>\n<row r="1000000"><c r="S1000000"><v>1</v></c></row>',
]


def sheet_of(rows: str) -> bytes:
    """Make an .xlsx book whose one sheet holds these rows of XML."""
    stream, made = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, 1)
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                head, tail = part.partition("<sheetData>")[0], part.partition("</sheetData>")[2]
                part = f"{head}<sheetData>{rows}</sheetData>{tail}"
            new.writestr(name, part)
    return made.getvalue()


@pytest.mark.parametrize("rows", FAR)
def test_two_cells_a_million_rows_apart_are_refused(rows):
    (problem,) = file_sheets.book("a.xlsx", sheet_of(rows)).problems
    assert (problem.code, dict(problem.values)) == ("far_cell", {"found": "S1000000"})


def test_an_ods_book_of_few_cells_far_apart_is_refused():
    many = 'table:number-rows-repeated="5000000"'
    gap = f"<table:table-row {many}><table:table-cell/></table:table-row>"
    one = f"<table:table-row>{cell('x')}</table:table-row>"
    assert [p.code for p in file_sheets.book("a.ods", ods(one + gap + one)).problems] == [
        "far_cell"
    ]


PLAIN_ROWS = {
    '<c r="A1"><v>7</v></c><c r="B1" t="b"><v>1</v></c>': ["7", "true"],
    '<c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="B1" s="0"/>': ["x", ""],
    '<c r="A1" t="inlineStr"><is><t>a&amp;b</t></is></c><c r="B1"><v>1</v></c>': ["a&b", "1"],
    '<c r="A1" t="e"><v>#N/A</v></c><c r="B1"><v>1</v></c>': ["#N/A", "1"],
    '<c r="A1"><f>1+1</f></c><c r="B1"><v>1</v></c>': ["\u2061=1+1", "1"],
}


@pytest.mark.parametrize("cells", PLAIN_ROWS)
def test_a_sheet_of_values_alone_says_what_another_says(cells):
    (sheet,) = file_sheets.book("a.xlsx", sheet_of(f'<row r="1">{cells}</row>')).sheets
    assert [row[:2] + [""] * (2 - len(row)) for row in sheet.rows] == [PLAIN_ROWS[cells]]


def quoted_otherwise(content: bytes) -> bytes:
    """Write the sheet of a book with other quotes, so that every row of it is walked through."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            sheet = name == "xl/worksheets/sheet1.xml"
            new.writestr(name, old.read(name).replace(b'"', b"'") if sheet else old.read(name))
    return made.getvalue()


@pytest.mark.parametrize("wide", [0, 25])
def test_rows_of_values_and_others_are_told_as_all_rows_walked_through(wide):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet, percent = book.add_worksheet("counts"), book.add_format({"num_format": "0%"})
        for row in range(30):
            sheet.write_row(row, 0, [row, f"word {row}", row % 2 == 0])
            sheet.write_number(row, wide + 3, row / 10, percent if row % 3 else None)
            sheet.write_blank(row, wide + 4, None, percent)
            sheet.write_formula(row, wide + 5, "=A1", None, [0, 7, "x", "", "#N/A", True][row % 6])
            sheet.write_formula(row, wide + 6, "=B1", percent, row / 100)
        sheet.set_row(7, None, None, {"hidden": True})
        sheet.set_row(29, 30)
    plain, walked = (
        file_sheets.book("a.xlsx", each)
        for each in (stream.getvalue(), quoted_otherwise(stream.getvalue()))
    )
    assert plain.sheets[0].rows == walked.sheets[0].rows and plain.problems == walked.problems
    assert plain.sheets[0].rows[4][3 + wide :] == ["40%", "", "#N/A", "4%"]
    assert [problem.code for problem in plain.problems] == ["hidden_rows"]


@pytest.mark.parametrize("space", [" ", " \n\t"])
def test_a_note_far_below_narrow_rows_is_read_and_rows_hidden_before_it_told(space):
    row = '<row r="{0}"><c r="A{0}"><v>1</v></c><c r="C{0}"><v>2</v></c></row>'
    hidden = f'<row r="101"{space}hidden="1"><c r="A101"><v>3</v></c></row>'
    note = '<row r="45000"><c r="A45000" t="e"><v>#N/A</v></c></row>'
    whole = "".join(map(row.format, range(1, 101))) + hidden + note
    book = file_sheets.book("a.xlsx", sheet_of(whole))
    assert book.sheets[0].rows[-1] == ["#N/A", "", ""] and len(book.sheets[0].rows) == 45_000
    (problem,) = book.problems
    assert (problem.code, dict(problem.values)) == ("hidden_rows", {"n": 1})


def test_blank_rows_far_below_do_no_harm():
    far = '<row r="1048576"><c r="Z1048576" s="0"/></row>'
    assert rows_of(sheet_of(f'<row r="1"><c r="A1"><v>1</v></c></row>{far}'), "a.xlsx") == [["1"]]


@pytest.mark.parametrize("broken", ['<row r="1"><c r="A1"><v>1</c></row>', '<row r="1">', "&x;"])
def test_a_sheet_of_broken_xml_is_refused(broken):
    book = file_sheets.book("a.xlsx", sheet_of(broken))
    assert [problem.code for problem in book.problems] == ["damaged"]


def test_hidden_columns_beyond_the_table_are_not_counted(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("counts")
        sheet.write(0, 0, "x")
        sheet.set_column(1, 16383, None, None, {"hidden": True})
    assert file_sheets.book("a.xlsx", path.read_bytes()).problems == ()


def valued(kind: str, value: str, shown: str = "", more: str = "") -> str:
    inside = f"\n  <text:p>{shown}</text:p>"
    return (
        f'<table:table-cell office:value-type="{kind}" {value} {more}>{inside}</table:table-cell>'
    )


ODS_CELLS = {
    "percent by text alone": (valued("float", 'office:value="0.2077"', "20.77%"), "20.77%"),
    "percent rounded": (valued("float", 'office:value="0.125"', "13 %"), "12.5%"),
    "percent sign behind a number": (valued("float", 'office:value="95"', "95%"), "95"),
    "percent": (valued("percentage", 'office:value="0.955"', "95,5 %"), "95.5%"),
    "whole percent": (valued("percentage", 'office:value="1"', "100 %"), "100%"),
    "number": (valued("float", 'office:value="1234.5"', "1 234,50"), "1234.5"),
    "money": (valued("currency", 'office:value="3"', "3,00 €"), "3"),
    "day": (valued("date", 'office:date-value="2026-03-31"', "31.03.26"), "2026-03-31"),
    "moment": (
        valued("date", 'office:date-value="2026-03-31T14:05:00"', "x"),
        "2026-03-31 14:05:00",
    ),
    "moment with a zone": (
        valued("date", 'office:date-value="2026-03-31T00:00:00Z"', "x"),
        "2026-03-31",
    ),
    "over a day": (valued("time", 'office:time-value="PT26H30M00S"', "26:30"), "26:30:00"),
    "time": (valued("time", 'office:time-value="PT01H30M00S"', "01:30"), "01:30:00"),
    "truth": (valued("boolean", 'office:boolean-value="true"', "ИСТИНА"), "true"),
    "truth as a number": (valued("float", 'office:value="1"', "ИСТИНА"), "true"),
    "untruth as a number": (valued("float", 'office:value="0"', "FALSE"), "false"),
    "error": (
        valued("string", 'office:string-value=""', "#DIV/0!", 'calcext:value-type="error"'),
        "#DIV/0!",
    ),
    "old error": (
        valued("float", 'office:value="0"', "Err:502", 'table:formula="of:=SQRT(-1)"'),
        "Err:502",
    ),
    "no result": ('<table:table-cell table:formula="of:=A1"/>', "\u2061=A1"),
    "blanks": (valued("string", "", '\n  a<text:s text:c="2"/>b<text:line-break/>c\n'), "a  b\nc"),
}


@pytest.mark.parametrize("case", ODS_CELLS)
def test_an_ods_cell_is_read_as_it_is_shown(case):
    written, shown = ODS_CELLS[case]
    row = f"\n<table:table-row>\n  {written}{valued('string', '', 'x')}</table:table-row>\n"
    assert rows_of(ods(row), "a.ods") == [[shown, "x"]]


def test_hidden_repeated_and_merged_cells_of_an_ods_book_are_told():
    hidden = f'<table:table-row table:visibility="filter">{cell("b")}</table:table-row>'
    blank = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    more = f'<table:table-row table:number-rows-repeated="2">{cell("c")}</table:table-row>'
    wide = valued("string", "", "m", 'table:number-rows-spanned="2"')
    merged = f"<table:table-row>{wide}</table:table-row>"
    book = file_sheets.book("a.ods", ods(hidden + blank + more + merged))
    assert book.sheets[0].rows == [["b"], [""], [""], ["c"], ["c"], ["m"]]
    assert book.sheets[0].merged == ((5, 0, 6, 0),)
    assert [(p.code, p.values["n"], p.grave) for p in book.problems] == [("hidden_rows", 1, False)]


def test_formulas_nobody_has_calculated_are_said(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("counts")
        sheet.write_formula(0, 0, "=(2+4)/2")
        sheet.write(0, 1, 26.5 / 24, book.add_format({"num_format": "[h]:mm:ss"}))
        sheet.write(0, 2, 0)
    assert rows_of(path.read_bytes(), "a.xlsx") == [["\u2061=(2+4)/2", "26:30:00", "0"]]


def test_rows_between_two_stray_quotes_are_missed():
    lines = ["a;b;note", '1;2;"he said', *["1;2;fine"] * 3, '1;2;no seats"', "1;2;"]
    (problem,) = file_sheets.book("a.csv", "\n".join(lines).encode()).problems
    assert (problem.code, problem.grave) == ("rows_swallowed", True)
    assert problem.values == {"line": "2", "to": "6", "n": 5}


def test_one_rule_tells_swallowed_rows_by_a_moment_written_alike():
    row = '1;2026-03-31 14:05;"he said\n2;2026-04-01 09:30;no seats"\n'
    (problem,) = file_sheets.book("a.csv", f"a;b;note\n{row}".encode()).problems
    assert problem.values == {"line": "2", "to": "3", "n": 2}
    honest = '1;2026-03-31 14:05;"marks\n5; 4; 3"\n'
    assert not file_sheets.book("a.csv", f"a;b;note\n{honest}".encode()).problems


def test_an_honest_comment_of_several_lines_is_read():
    note = "Dear clerk,\nno seats; no water\n\nYours"
    assert rows_of(f'a;b;note\n1;2;"{note}"\n'.encode())[1] == ["1", "2", note]
