"""A table written in any format reads back as the same cells."""

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccwork.read.files import file_sheets
from ccwork.read.files.book_cells import as_percent
from tests.read.files import test_binary_scan as binary
from tests.read.files.test_file_sheets import ods, old_xls, record, valued

HEADING = ["word", "number", "day", "share", "yes"]
PERCENT, DAY = 2, 7
"""Places of cell styles in the binary books of the tests."""


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


SCALED = st.builds(lambda n, places: Decimal(n).scaleb(-places),
                   st.integers(-(10**9), 10**9), st.integers(0, 4))  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.text('абвxyz019 ,;&<"', min_size=1, max_size=8).map(lambda word: f"q{word}q"),
        st.none() | SCALED,
        st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
        st.none() | st.integers(0, 2000).map(lambda tenths: Decimal(tenths) / 10),
        st.none() | st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


def shown(row) -> list[str]:
    """Write by hand what every format must be read as."""
    word, number, day, share, yes = row
    return [
        word,
        "" if number is None else plain(number),
        "" if day is None else f"{day:%Y-%m-%d}",
        "" if share is None else plain(share) + "%",
        "" if yes is None else "true" if yes else "false",
    ]


def cells(rows):
    """Return row, column, kind and value of every filled cell."""
    for at, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if value is not None:
                yield at, place, HEADING[place], value


def text(rows, sign: str) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=sign).writerows([HEADING, *map(shown, rows)])
    return stream.getvalue().encode()


def xlsx(rows) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as made:
        sheet = made.add_worksheet("counts")
        share = made.add_format({"num_format": "0.0 %"})
        day = made.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, HEADING)
        for row, column, kind, value in cells(rows):
            if kind == "day":
                sheet.write_datetime(row, column, value, day)
            elif kind == "share":
                sheet.write_number(row, column, float(value / 100), share)
            elif kind == "number":
                sheet.write_number(row, column, float(value))
            else:
                sheet.write(row, column, value)
    return stream.getvalue()


def open_document(rows) -> bytes:
    def cell(kind, value):
        if value is None:
            return "<table:table-cell/>"
        kinds = {"number": ("float", "value", value), "share": ("percentage", "value", None),
                 "day": ("date", "date-value", value), "yes": ("boolean", "boolean-value", None),
                 "word": ("string", "string-value", value)}  # fmt: skip
        named, attribute, said = kinds[kind]
        said = value / 100 if kind == "share" else str(value).lower() if kind == "yes" else said
        seen = escape(value).replace(" ", "<text:s/>") if kind == "word" else "as shown"
        return valued(named, f"office:{attribute}={quoteattr(str(said))}", seen)

    body = [[cell("word", name) for name in HEADING]]
    body += [[cell(*each) for each in zip(HEADING, row, strict=True)] for row in rows]
    return ods("".join(f"<table:table-row>{''.join(each)}</table:table-row>" for each in body))


def stored(kind, value) -> tuple[float, int]:
    """Return the number a binary book holds, and the style of its cell."""
    if kind == "day":
        return float((value - date(1899, 12, 30)).days), DAY
    return (float(value / 100), PERCENT) if kind == "share" else (float(value), 0)


def xls(rows) -> bytes:
    filled, more = [(0, place, name) for place, name in enumerate(HEADING)], b""
    for row, column, kind, value in cells(rows):
        if kind == "yes":
            more += record(0x205, binary.pack("<HHHBB", row, column, 0, value, 0))
        else:
            said = (value,) if kind == "word" else stored(kind, value)
            filled.append((row, column, *said))
    return old_xls(filled, binary.STYLES, more)


def xlsb(rows) -> bytes:
    body = [[binary.cell(6, place, binary.text(name)) for place, name in enumerate(HEADING)]]
    body += [[] for _ in rows]
    for row, column, kind, value in cells(rows):
        if kind == "word":
            made = binary.cell(6, column, binary.text(value))
        elif kind == "yes":
            made = binary.cell(4, column, bytes([value]))
        else:
            number, style = stored(kind, value)
            whole = kind == "day"
            made = (binary.rk(column, int(number), style) if whole
                    else binary.number(column, number, style))  # fmt: skip
        body[row].append(made)
    return binary.xlsb(binary.sheet(b"".join(binary.row(at, *row) for at, row in enumerate(body))))


def records(rows) -> bytes:
    def said(kind, value):
        if kind == "number" and value is not None:
            return plain(value)
        value = f"{plain(value)}%" if kind == "share" and value is not None else value
        return json.dumps(str(value) if kind == "day" and value else value, ensure_ascii=False)

    made = ["{" + ", ".join(f'"{kind}": {said(kind, value)}' for kind, value
                            in zip(HEADING, row, strict=True)) + "}" for row in rows]  # fmt: skip
    return f"[{', '.join(made)}]".encode()


FORMATS = {
    "csv": lambda rows: text(rows, ";"), "tsv": lambda rows: text(rows, "\t"), "xlsx": xlsx,
    "ods": open_document, "xls": xls, "xlsb": xlsb, "json": records,
}  # fmt: skip


@pytest.mark.parametrize("suffix", FORMATS)
@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_a_table_reads_back_equal_in_every_format(suffix, rows):
    book = file_sheets.book(f"counts.{suffix}", FORMATS[suffix](rows))
    assert not [problem for problem in book.problems if problem.grave]
    assert book.sheets[0].rows == [HEADING, *map(shown, rows)]


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_a_table_reads_back_equal_from_parquet(rows):
    pyarrow, parquet = map(pytest.importorskip, ("pyarrow", "pyarrow.parquet"))
    columns = dict(zip(HEADING, map(list, zip(*rows, strict=True)), strict=True))
    columns["number"] = [None if n is None else float(n) for n in columns["number"]]
    columns["share"] = [row[3] for row in map(shown, rows)]
    stream = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), stream)
    (sheet,) = file_sheets.book("counts.parquet", stream.getvalue()).sheets
    assert sheet.rows == [HEADING, *map(shown, rows)]


@pytest.mark.parametrize("suffix", ["sav", "zsav", "dta"])
@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(ROWS)
def test_words_numbers_and_days_read_back_equal_from_a_file_of_statistics(suffix, tmp_path, rows):
    path = tmp_path / f"counts.{suffix}"
    frame = pd.DataFrame({
        "word": [row[0] for row in rows],
        "number": [float("nan") if row[1] is None else float(row[1]) for row in rows],
        "day": pd.Series([row[2] and datetime(*row[2].timetuple()[:3]) for row in rows],
                         dtype="datetime64[us]"),
    })  # fmt: skip
    if suffix == "dta":
        pyreadstat.write_dta(frame, path)
    else:
        pyreadstat.write_sav(frame, path, compress=suffix == "zsav")
    (sheet,) = file_sheets.book(path.name, path.read_bytes()).sheets
    assert [sheet.rows[0], *sheet.rows[2:]] == [each[:3] for each in [HEADING, *map(shown, rows)]]


def test_a_percentage_is_what_its_cell_shows():
    assert as_percent(repr(0.8 + 0.02)) == "82%" and as_percent("0.123456") == "12.3456%"
