"""Files of records: what stands in a field is what is read; what no table can hold is named."""

import io
from datetime import date, datetime
from decimal import Decimal

import pytest

from ccwork.language import wording
from ccwork.read.agency_folder import read_folder
from ccwork.read.files import file_sheets
from ccwork.read.files.book_cells import LONGEST_CELL


def read(written: str, file: str = "counts.json") -> file_sheets.Book:
    return file_sheets.book(file, written.encode())


@pytest.mark.parametrize(
    "around", ["%s", '{"rows": %s}', '{"total": 2, "data": %s, "next": null}']
)
def test_a_list_of_records_is_a_table(around):
    rows = '[{"a": 1.50, "b": "да"}, {"b": null, "c": true, "a": 12345678901234567890}]'
    (sheet,) = read(around % rows).sheets
    assert sheet.rows == [
        ["a", "b", "c"],
        ["1.50", "да", ""],
        ["12345678901234567890", "", "true"],
    ]
    assert (sheet.name, sheet.headings) == ("", 1)


WRONG = {
    "[1, 2]": ("json_rows", {}),
    "5": ("json_rows", {}),
    '{"a": [], "b": []}': ("json_rows", {}),
    "[" * 100_000: ("json_rows", {}),
    "[{}]": ("empty_file", {}),
    '[{"a": 1},\n {"a": }]': ("json_syntax", {"line": "2"}),
    '[{"a": 1, "b": 2, "a": 3, "b": 4}]': ("json_twice", {"found": "a; b"}),
    '[{"a": 1, "b": [1]}, {"a": {"x": 1}}]': ("nested_cells", {"found": "a; b"}),
}


@pytest.mark.parametrize("written", WRONG)
def test_what_is_no_table_is_named(written):
    (problem,) = read(written).problems
    assert (problem.code, problem.values) == WRONG[written]
    assert problem.grave


SAID = {
    "json_rows": ("нет одного списка записей", "no single list of records"),
    "json_syntax": ("Строка 2 записана не по правилам", "Line 2 breaks the rules"),
    "json_twice": ("поле названо дважды: a; b", "names a field twice: a; b"),
    "nested_cells": ("список или вложенная запись: a; b", "a list or a record: a; b"),
    "surveys_needed": ("Формат файла: .parquet", "Format of the file: .parquet"),
}


@pytest.mark.parametrize("code", SAID)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_it_is_said_in_both_languages(code, lang):
    values = {"line": "2", "found": ".parquet" if code == "surveys_needed" else "a; b"}
    with wording.speaking(lang):
        assert SAID[code][lang == "en"] in wording.say(f"problem.{code}", **values)


def test_a_file_of_another_program_beside_the_tables_stops_nothing(tmp_path):
    (tmp_path / "settings.json").write_text('{"theme": "dark"}', encoding="utf-8")
    found = {p.code: p.grave for p in read_folder(tmp_path).problems if p.file == "settings.json"}
    assert found == {"file_unknown": False}


def test_parquet_shows_its_values_as_a_text_table_does():
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table({
        "n": [1, None], "share": [0.5, float("nan")], "price": [Decimal("1.50"), None],
        "ok": [True, None], "day": [date(2026, 3, 31), None], "raw": [b"ok", None],
        "at": [datetime(2026, 3, 31, 14, 5), None],
        "kind": pyarrow.array(["да", None]).dictionary_encode(),
        "single": pyarrow.array([4.3, None], pyarrow.float32()),
    })  # fmt: skip
    stream = io.BytesIO()
    parquet.write_table(table, stream)
    (sheet,) = file_sheets.book("a.parquet", stream.getvalue()).sheets
    assert sheet.rows[1:] == [
        ["1", "0.5", "1.50", "true", "2026-03-31", "ok", "2026-03-31 14:05:00", "да", "4.3"],
        [""] * 9,
    ]  # fmt: skip
    stream = io.BytesIO()
    parquet.write_table(table.rename_columns(["n"] * 9), stream)
    (problem,) = file_sheets.book("a.parquet", stream.getvalue()).problems
    assert problem.code == "json_twice"
    for nested in ([[1, 2]], [{"a": 1}]):
        stream = io.BytesIO()
        parquet.write_table(pyarrow.table({"n": [1], "many": nested, "none": [None]}), stream)
        (problem,) = file_sheets.book("a.parquet", stream.getvalue()).problems
        assert (problem.code, problem.values["found"]) == ("nested_cells", "many")
    stream = io.BytesIO()
    parquet.write_table(pyarrow.table({"n": ["1", "1.0", "1"], "none": [None] * 3}), stream)
    (sheet,) = file_sheets.book("a.parquet", stream.getvalue()).sheets
    assert sheet.rows == [["n", "none"], ["1", ""], ["1.0", ""], ["1", ""]]
    (problem,) = file_sheets.book("a.parquet", b"PAR1 spoilt").problems
    assert problem.code == "damaged"


@pytest.mark.parametrize("kind", ["string", "large_string"])
def test_words_of_parquet_come_as_written_each_kept_once_and_too_long_ones_cut(kind):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    words = ["b", "word", "", None, "b", "x" * (LONGEST_CELL + 5)]
    names = {"word": words, "bare": list("abcaba"), "слово": [*"абваба"], "none": [None] * 6}
    table = pyarrow.table({name: pyarrow.array(own, kind) for name, own in names.items()})
    stream = io.BytesIO()
    parquet.write_table(table, stream, row_group_size=2)
    (sheet,) = file_sheets.book("a.parquet", stream.getvalue()).sheets
    cells = [[(word or "")[:LONGEST_CELL] for word in own] for own in names.values()]
    assert sheet.rows == [[*names], *map(list, zip(*cells, strict=True))]
    for column in sheet.rows.columns:
        assert len(set(column.categories)) == len(column.categories)


def test_parquet_without_its_package_is_said_with_the_way_out():
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        (problem,) = file_sheets.book("a.parquet", b"PAR1").problems
        assert problem.code == "surveys_needed"
        for lang, said in (("ru", "pip install pyarrow"), ("en", "save the file as CSV")):
            with wording.speaking(lang):
                assert said in wording.say("fix.surveys_needed", **problem.values)
