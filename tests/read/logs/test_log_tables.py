"""Tables of a log: every sheet read or named, the cell named is the cell in the file."""

from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from ccwork.language import wording
from ccwork.language.problems import Problem
from ccwork.read.files import file_sheets
from ccwork.read.logs import event_log

MAPPING = {"columns": {"case": "Case", "step": "Step", "start": "Start"}}
HEADINGS = ["Case", "Step", "Start"]


def written(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def said(problems: list[Problem], lang: str) -> list[str]:
    wording.use(lang)
    found = [str(problem) for problem in problems]
    wording.use("ru")
    return found


def test_every_sheet_with_the_columns_is_read_and_the_others_are_named(tmp_path):
    turned = ["Start", "Note", "Case", "Step"]
    path = written(
        tmp_path / "log.xlsx",
        {
            "Jan": [HEADINGS, ["a", "in", "2026-01-01"], ["a", "out", "2026-01-02"]],
            "About": [["made by"], ["us"]],
            "Feb": [[], turned, ["2026-02-01", "x", "b", "in"], ["2026-02-04", "", "b", "out"]],
        },
    )
    steps, problems = event_log.read_log(path, MAPPING)
    assert list(zip(steps["case"], steps["start"].dt.day, strict=True)) == [
        ("a", 1), ("a", 2), ("b", 1), ("b", 4),
    ]  # fmt: skip
    assert steps.attrs["sheet"] == "Jan, Feb"
    assert [(each.code, each.sheet, each.grave) for each in problems] == [
        ("log_sheet", "About", False), ("log_one_time", "", False),
    ]  # fmt: skip
    assert "it lacks columns of the log (Case, Step, Start)" in said(problems, "en")[0]
    assert "в нём нет столбцов журнала (Case, Step, Start)" in said(problems, "ru")[0]


def test_a_sheet_like_the_others_is_never_left_out(tmp_path):
    sheets = {
        "Jan": [HEADINGS, ["a", "in", "2026-01-01"]],
        "Feb": [["Case", "Step", "Begin"], ["b", "in", "2026-02-01"]],
    }
    steps, problems = event_log.read_log(written(tmp_path / "log.xlsx", sheets), MAPPING)
    assert steps.empty
    assert [(each.code, each.sheet) for each in problems] == [("log_sheet_alike", "Feb")]
    assert "нет столбцов: Start" in said(problems, "ru")[0]
    assert "lacks columns: Start" in said(problems, "en")[0]


def test_a_row_on_two_sheets_is_counted_once(tmp_path):
    rows = [["a", "in", "2026-01-01", "x"], ["a", "out", "2026-01-02", "y"]]
    turned = [[*reversed(row)] for row in (*rows[1:], ["a", "more", "2026-01-03", "z"])]
    top = [*HEADINGS, "Note"]
    sheets = {"Jan": [top, *rows], "Feb": [[*reversed(top)], *turned]}
    steps, problems = event_log.read_log(written(tmp_path / "log.xlsx", sheets), MAPPING)
    assert list(steps["step"]) == ["in", "out", "more"]
    assert {each.code: dict(each.values) for each in problems}["log_repeated"] == {"n": 1}


def test_a_bad_cell_is_named_on_its_sheet(tmp_path):
    sheets = {
        "Jan": [HEADINGS, ["a", "in", "2026-01-01"]],
        "Feb": [[], HEADINGS, [], ["b", "in", "2026-02-01"], [], ["b", "out", "soon"]],
        "Mar": [HEADINGS, ["c", "in", "later"]],
    }
    _, problems = event_log.read_log(written(tmp_path / "log.xlsx", sheets), MAPPING)
    assert [(each.sheet, each.cells) for each in problems] == [("Feb", ("C6",)), ("Mar", ("C2",))]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_bad_cell_of_a_text_file_is_named_as_excel_counts_it(tmp_path, ends):
    lines = [
        "", ";;", '"Case";"The\nstep";Start', "", "a;in;2026-01-01", '"b";"in\nand on";2026-01-01',
        ";;", "", "a;out;soon", "", "",
    ]  # fmt: skip
    path = tmp_path / "log.csv"
    path.write_bytes(ends.join(lines).encode())
    columns = MAPPING["columns"] | {"step": "The step"}
    steps, problems = event_log.read_log(path, {"columns": columns})
    assert [(each.code, each.cells) for each in problems] == [("log_unread", ("C9",))]
    path.write_bytes(ends.join(lines).replace("soon", "2026-01-05").encode())
    steps, problems = event_log.read_log(path, {"columns": columns})
    assert list(steps["step"]) == ["in", "out", "in and on"]
    assert [each.code for each in problems] == ["log_one_time"]


def quoted(tmp_path: Path, *notes: str) -> list[Problem]:
    rows = [f"a;s{at};2026-01-{at:02};{note};x" for at, note in enumerate(notes, 8)]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["Case;Step;Start;Note;More", *rows]), encoding="utf-8")
    return event_log.read_log(path, MAPPING)[1]


@pytest.mark.parametrize("between", [0, 1, 9])
def test_a_stray_quotation_mark_swallows_no_rows_in_silence(tmp_path, between):
    notes = ["fine", '"stray', *["fine"] * between, 'one"', "fine"]
    problems = quoted(tmp_path, *notes)
    assert [(each.code, each.grave) for each in problems] == [("rows_swallowed", True)]
    assert f"lines 3–{4 + between}" in said(problems, "en")[0]
    assert f"{3}–{4 + between}" in said(problems, "ru")[0]


def test_an_honest_text_of_several_lines_is_no_fault(tmp_path):
    problems = quoted(tmp_path, "fine", '"one; two;\nthree ""3""; four;; 2026-01-05\n\nend"', "x")
    assert [each.code for each in problems] == ["log_one_time"]


@pytest.mark.parametrize("odd", ["", "blank row", "moment as words"])
def test_a_parquet_log_reads_as_the_same_log_in_csv(tmp_path, monkeypatch, odd):
    pyarrow, parquet = map(pytest.importorskip, ("pyarrow", "pyarrow.parquet"))
    days = pd.date_range("2026-01-01 08:30", periods=400, freq="7h", unit="us").to_list()
    rows = pd.DataFrame(
        {"Case": [f"Д{n % 97}" for n in range(400)], "Step": [f"s{n % 5}" for n in range(400)],
         "Start": days, "End": [*days[1:], None], "Sum": [n + 0.25 for n in range(400)],
         "Unit": ["", None, "a", "б"] * 100, "Due": days}
    )  # fmt: skip
    rows.loc[200] = rows.loc[9]
    rows = pd.concat([rows, rows.iloc[[30]], rows.iloc[[40]].assign(Sum=-1.5)])
    if "blank" in odd:
        rows.iloc[7, :] = None
    rows.to_csv(tmp_path / "log.csv", index=False)
    table = pyarrow.Table.from_pandas(rows, preserve_index=False)
    parquet.write_table(table, tmp_path / "log.parquet", row_group_size=90)
    names = {name.lower(): name for name in ("Case", "Step", "Start", "End", "Unit")}
    more = {"due": "Due"} if "words" in odd else {}
    mapping = {"columns": names, "attributes": {"sum": "Sum"} | more}
    if not odd:  # not one row is read the careful way
        monkeypatch.delattr(file_sheets, "book")
    found, told = event_log.read_log(tmp_path / "log.parquet", mapping)
    steps, problems = event_log.read_log(tmp_path / "log.csv", mapping)
    pd.testing.assert_frame_equal(found, steps, check_categorical=not odd)
    assert [each.code for each in told] == [each.code for each in problems]
    assert "log_repeated" in [each.code for each in told]


@pytest.mark.parametrize("blank", ["", ",,\n"])
def test_a_column_may_stand_for_a_moment_and_for_words(tmp_path, blank):
    rows = f"Case,Step,Start\na,in,2026-01-01 10:00\n{blank}a,out,2026-01-02 11:00\n"
    (tmp_path / "log.csv").write_text(rows, encoding="utf-8")
    mapping = {"columns": MAPPING["columns"] | {"channel": "Start"}, "time": {"zone": "UTC"}}
    found, problems = event_log.read_log(tmp_path / "log.csv", mapping)
    assert found["channel"].tolist() == ["2026-01-01 10:00", "2026-01-02 11:00"]
    assert found["start"].dt.hour.tolist() == [10, 11]
    assert {each.code for each in problems} <= {"log_one_time", "log_blank_rows"}
