"""A table among titles, groups and totals, as registers are exported."""

import tomllib

import pytest
import xlsxwriter

from ccwork.read import agency_folder
from ccwork.read.proposal import written_mapping

FACTS = 'name_ru = "Орган"\nname_en = "Agency"\ngrain = "month"\ndata_date = 2026-06-30\n'
REGISTER = [
    ["Реестр оценок за I квартал 2026 г."], ["Организация: Орган"], [],
    ["№", "Дата", "Ваша оценка", "Ответственный"],
    ["Справки"], [1, "12.01.2026", 5, "Отдел 1"], [2, "31.01.2026", 4, "Отдел 1"],
    ["Итого по услуге", "", "", 2],
    ["Пропуска"], [3, "05.02.2026", 1, "Отдел 2"], ["Итого", "", "", 3],
    ["Сформировано 01.04.2026"],
]  # fmt: skip


def read(folder, rows, answers):
    (folder / "agency.toml").write_text(FACTS, encoding="utf-8")
    with xlsxwriter.Workbook(folder / "реестр.xlsx") as book:
        sheet = book.add_worksheet("TDSheet")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    made = written_mapping.proposed(folder / "реестр.xlsx", answers)
    (folder / "реестр.toml").write_text(made.text, encoding="utf-8")
    return tomllib.loads(made.text), agency_folder.read_folder(folder)


def test_a_register_with_groups_and_totals_is_read(tmp_path):
    said, whole = read(tmp_path, REGISTER, {1: "satisfaction"})
    assert said["rows"] == {"header": [4], "skip": ["Итого*"], "until": ["Сформировано*"],
                            "groups": "service"}  # fmt: skip
    assert not [str(problem) for problem in whole.problems if problem.grave]
    found = whole.tables["answers"]
    days = found["date"].astype(str)
    assert list(zip(found["respondent"], found["service"], days, found["level"], strict=True)) == [
        ("1", "Справки", "2026-01-12", 5), ("2", "Справки", "2026-01-31", 4),
        ("3", "Пропуска", "2026-02-05", 1)]  # fmt: skip


def test_a_new_group_is_named_where_it_stands(tmp_path):
    read(tmp_path, REGISTER, {1: "satisfaction"})
    text = (tmp_path / "реестр.toml").read_text(encoding="utf-8")
    (tmp_path / "реестр.toml").write_text(text.replace('"Пропуска"', '"Другое"'), "utf-8")
    problems = agency_folder.read_folder(tmp_path).problems
    assert [(str(p.column), p.cells) for p in problems if p.code.startswith("word_new")] == [
        ("Услуга", ("A9",))]  # fmt: skip


@pytest.mark.parametrize("rows", [
    [*REGISTER[:4], ["Справки"], ["Приём"], *REGISTER[5:]],
    [*REGISTER[:4], *REGISTER[5:]],
], ids=["groups within groups", "a row in no group"])  # fmt: skip
def test_groups_that_cannot_be_told_are_not_made_up(tmp_path, rows):
    assert "groups" not in read(tmp_path, rows, {})[0]["rows"]
