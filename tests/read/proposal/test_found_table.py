"""A table among titles, groups and totals, as registers are exported."""

import tomllib

import pytest
import xlsxwriter

from ccwork.language import wording
from ccwork.language.problems import DataProblems
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


def table(folder, rows):
    with xlsxwriter.Workbook(folder / "книга.xlsx") as book:
        sheet = book.add_worksheet("Лист1")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    made = written_mapping.proposed(folder / "книга.xlsx", {1: "within_norm"})
    said = tomllib.loads(made.text)["rows"]
    place = [made.after[0].index(name) for name in ("service", "value")]
    return said, [tuple(row[at] for at in place) for row in made.after[1:]]


def test_a_row_that_numbers_the_columns_is_no_data(tmp_path):
    rows = [["№", "Услуга", "Месяц", "В срок, %"], [1, 2, 3, 4], [1, "Справка", "01.2025", 80]]
    said, found = table(tmp_path, rows)
    assert said["header"] == [1, 2] and found == [("Справка", "80")]


def test_the_heading_of_a_next_page_is_no_data(tmp_path):
    head = ["Услуга", "Месяц", "В срок, %"]
    rows = [head, ["Справка", "01.2025", 80], head, ["Пропуск", "01.2025", 70]]
    assert table(tmp_path, rows)[1] == [("Справка", "80"), ("Пропуск", "70")]


def test_what_ends_a_table_or_is_left_out_takes_no_row_of_data_along(tmp_path):
    rows = [["Услуга", "Месяц", "В срок, %"], ["Справка", "01.2025", 80],
            ["Итоговая проверка", "01.2025", 70], ["Итого", "", 75], [],
            ["Справка составлена отделом учёта"]]  # fmt: skip
    said, found = table(tmp_path, rows)
    assert found == [("Справка", "80"), ("Итоговая_проверка", "70")]
    assert said["skip"] == ["Итого"] and said["until"] == ["Справка составлена отделом учёта"]


TWO = [
    ["Услуга", "Месяц", "В срок, %"], ["Справки", "январь 2026", 90.5],
    ["Пропуска", "январь 2026", 80.5], [], ["Приложение. Жалобы"],
    ["Вид жалобы", "Канал", "Всего"], ["Очередь", "почта", 12], ["Отказ", "сайт", 7],
]  # fmt: skip


def test_of_two_tables_below_one_another_the_first_is_read_and_the_other_told(tmp_path):
    said, whole = read(tmp_path, TWO, {1: "within_norm"})
    assert said["rows"]["until"] == ["Приложение*"]
    assert not [str(problem) for problem in whole.problems if problem.grave]
    assert list(whole.tables["metrics"]["value"]) == [90.5, 80.5]
    made = written_mapping.proposed(tmp_path / "реестр.xlsx", {1: "within_norm"})
    for lang, words in (
        ("ru", "есть ещё таблица, она не читается. Место: TDSheet A5."),
        ("en", "one more table, which is not read. Place: TDSheet A5."),
    ):
        with wording.speaking(lang):
            assert words in "\n".join(written_mapping.lines_of(made, tmp_path / "x.toml"))


def test_a_blank_row_within_a_table_begins_no_second_one(tmp_path):
    rows = [*TWO[:2], [], ["Пропуска", "январь 2026", 80.5], [], ["Всего", "", 85.5]]
    said, whole = read(tmp_path, rows, {1: "within_norm"})
    assert "until" not in said["rows"] and list(whole.tables["metrics"]["value"]) == [90.5, 80.5]


@pytest.mark.parametrize(("rows", "code", "cell", "ru", "en"), [
    ([["Услуга", "Месяц", "В срок, %", "", "Услуга", "Жалоб, %"],
      ["Справки", "январь 2026", 90.5, "", "Справки", 1.5]],
     "map_beside", "E1", "стоит вторая, с теми же заголовками", "another one, with the same"),
    ([["Услуга", "Справки", "Пропуска"], ["Месяц", "январь 2026", "январь 2026"],
      ["В срок, %", 90.5, 80.5]],
     "map_turned", "A2", "«Транспонировать»", "Transpose"),
])  # fmt: skip
def test_a_layout_that_is_not_read_is_told_with_what_to_do(tmp_path, rows, code, cell, ru, en):
    with pytest.raises(DataProblems) as stopped:
        read(tmp_path, rows, {})
    (problem,) = stopped.value.problems
    assert (problem.code, problem.cells) == (code, (cell,))
    for lang, words in (("ru", ru), ("en", en)):
        with wording.speaking(lang):
            assert words in str(stopped.value)


def test_dates_side_by_side_are_no_table_turned_round(tmp_path):
    rows = [["Работа", "Начало", "Конец"], ["а", "05.01.2026", "06.01.2026"],
            ["б", "07.01.2026", "08.01.2026"]]  # fmt: skip
    read(tmp_path, rows, {})
