"""Months and quarters in headings: below or above names of metrics, or without a year."""

import tomllib

import pytest
import xlsxwriter

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.read import agency_folder
from ccwork.read.proposal import written_mapping

FACTS = 'name_ru = "Орган"\nname_en = "Agency"\ngrain = "month"\ndata_date = 2026-01-31\n'


def read(folder, sheets, answers):
    """Propose a mapping for a book, answer, and read the folder."""
    (folder / "agency.toml").write_text(FACTS, encoding="utf-8")
    with xlsxwriter.Workbook(folder / "отчёт.xlsx") as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    made = written_mapping.proposed(folder / "отчёт.xlsx", answers)
    (folder / "отчёт.toml").write_text(made.text, encoding="utf-8")
    return made, agency_folder.read_folder(folder)


def values(whole):
    found = whole.tables["metrics"]
    columns = (found["metric"], found["service"], found["period"], found["value"])
    return sorted(zip(*columns, strict=True))


def wrong(whole):
    return [str(problem) for problem in whole.problems if problem.grave]


def quarter(*months, first):
    """Return a sheet of a quarter: a title, groups of months side by side, a total, a remark."""
    return [
        ["Сведения о работе отдела"], [],
        ["Услуга", "Кол-во обращений", "", "", "", "Решено в срок, %", "", ""],
        ["", *months, "Всего", *months],
        ["Справка", 10, 20, 30, 60, first, first + 1, first + 2],
        ["Пропуск", 11, 21, 31, 63, 70, 71, 72],
        ["Итого", 21, 41, 61, 123, "", "", ""], [], ["Исп. отдел учёта"],
    ]  # fmt: skip


def test_months_below_names_of_metrics_are_read_on_all_sheets(tmp_path):
    sheets = {
        "1 кв. 2025": quarter("Январь", "Февраль", "Март", first=80),
        "2 кв. 2025": quarter("Апрель", "Май", "Июнь", first=90),
    }
    made, whole = read(tmp_path, sheets, {1: "within_norm"})
    assert [q.about for q in made.meaning.questions] == ["metric"] and not made.unread
    said = tomllib.loads(made.text)
    assert said["rows"]["header"] == [3, 4]
    assert [block["columns"] for block in said["across"]] == [["Решено в срок, % / *"]]
    assert not wrong(whole)
    assert [row[3] for row in values(whole) if row[1] == "Справка"] == [80, 81, 82, 90, 91, 92]
    assert {row[2] for row in values(whole)} == {f"2025-0{month}" for month in range(1, 7)}
    assert set(made.meaning.unused) == {"Кол-во обращений / Всего", "Кол-во обращений"}


def test_years_above_months_are_theirs(tmp_path):
    rows = [["Услуга", 2024, "", 2025, ""], ["", "Январь", "Февраль", "Январь", "Февраль"],
            ["Справка", 80, 81, 82, 83], ["Пропуск", 70, 71, 72, 73]]  # fmt: skip
    _, whole = read(tmp_path, {"Лист1": rows}, {1: "within_norm"})
    assert not wrong(whole)
    assert [row[2:] for row in values(whole) if row[1] == "Справка"] == [
        ("2024-01", 80), ("2024-02", 81), ("2025-01", 82), ("2025-02", 83)]  # fmt: skip


def test_a_year_above_names_above_months_is_theirs(tmp_path):
    rows = [["Услуга", "2025 год", "", "", ""], ["", "В срок, %", "", "Повторы, %", ""],
            ["", "Январь", "Март", "Январь", "Март"], ["Справка", 80, 81, 5, 6]]  # fmt: skip
    made, whole = read(tmp_path, {"Лист1": rows}, {1: "within_norm", 2: "repeat_contacts"})
    assert not wrong(whole)
    assert values(whole) == [
        ("repeat_contacts", "Справка", "2025-01", 5), ("repeat_contacts", "Справка", "2025-03", 6),
        ("within_norm", "Справка", "2025-01", 80), ("within_norm", "Справка", "2025-03", 81),
    ]  # fmt: skip
    asked = written_mapping.asking(1, made.meaning.questions[0])
    assert "«В срок, %»" in asked


def test_quarters_above_names_of_metrics_are_theirs(tmp_path):
    (tmp_path / "agency.toml").write_text(FACTS, encoding="utf-8")
    rows = [["Услуга", "1 кв. 2025", "", "2 кв. 2025", ""],
            ["", "Решено в срок, %", "Кол-во заявок", "Решено в срок, %", "Кол-во заявок"],
            ["Справка", 80, 10, 81, 20], ["Пропуск", 70, 11, 71, 21]]  # fmt: skip
    made, _ = read(tmp_path, {"Лист1": rows}, {1: "within_norm"})
    (head, *body) = made.after
    at = [head.index(name) for name in ("period", "value")]
    assert [[row[place] for place in at] for row in body] == [
        ["2025Q1", "80"], ["2025Q2", "81"], ["2025Q1", "70"], ["2025Q2", "71"]]  # fmt: skip


@pytest.mark.parametrize("sheets", [
    {"Лист1": [["Услуга", "Январь", "Март", "Всего"], ["Справка", 80, 82, 162]]},
    {name: [["Услуга", "В срок, %"], ["Справка", value]]
     for name, value in {"Январь": 80, "Март": 82}.items()},
], ids=["months across", "a sheet a month"])  # fmt: skip
def test_a_year_nobody_wrote_is_asked(tmp_path, sheets):
    asked, whole = read(tmp_path, sheets, {1: "within_norm"})
    assert asked.meaning.questions[-1].about == "year"
    for lang, sentence in {"ru": "Какого года эти месяцы", "en": "Of which year are"}.items():
        wording.use(lang)
        lines = "\n".join(written_mapping.lines_of(asked, tmp_path / "отчёт.toml"))
        assert lines.count(sentence) == 1 and "Question 1" not in lines
    wording.use("ru")
    assert {p.code for p in whole.problems if p.grave} == {"mapping_open"}
    _, whole = read(tmp_path, sheets, {1: "within_norm", 2: "2025"})
    assert not wrong(whole)
    assert [row[2:] for row in values(whole)] == [("2025-01", 80), ("2025-03", 82)]
    with pytest.raises(DataProblems, match="прошлый"):
        read(tmp_path, sheets, {1: "within_norm", 2: "прошлый"})
